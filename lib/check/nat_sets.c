#include "check/nat_sets.h"

#include <stdlib.h>
#include <string.h>

static bool same_vrf(const struct cm_vrf_ref *a, const struct cm_vrf_ref *b)
{
	return cm_str_same(a->name, b->name);
}

/* --- Where a source comes from -------------------------------------------------------------------- */

/* A prefix and whether it lies behind an inside interface. */
struct behind {
	struct cm_net net;
	bool inside;
};

static int by_mask(const void *a, const void *b)
{
	const struct behind *x = a, *y = b;
	if (x->net.mask != y->net.mask)
		return x->net.mask < y->net.mask ? -1 : 1;
	return (x->inside > y->inside) - (x->inside < y->inside); /* inside wins, being last */
}

static bool is_inside(const struct check *c, const struct cm_route *route)
{
	const struct cm_interface *out = route->interface.target;
	if (!out && route->has_next_hop)
		out = cm_model_egress(c->model, route->vrf.name, route->next_hop, NULL);
	return !out || out->nat_inside.on;
}

static size_t list_prefixes(const struct check *c, const struct cm_vrf_ref *vrf, struct behind *out)
{
	size_t n = 0;
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_interfaces; i++) {
		const struct cm_interface *in = &m->interfaces[i];
		for (size_t k = 0; same_vrf(&in->vrf, vrf) && k < in->n_addresses; k++)
			out[n++] = (struct behind){ in->addresses[k].net, in->nat_inside.on };
	}
	/* The default route says where to go, not where a packet came from. */
	for (size_t i = 0; i < m->n_routes; i++)
		if (same_vrf(&m->routes[i].vrf, vrf) && m->routes[i].prefix.mask &&
			!m->routes[i].null0)
			out[n++] =
				(struct behind){ m->routes[i].prefix, is_inside(c, &m->routes[i]) };
	return n;
}

static size_t count_prefixes(const struct cm_model *m)
{
	size_t n = m->n_routes;
	for (size_t i = 0; i < m->n_interfaces; i++)
		n += m->interfaces[i].n_addresses;
	return n;
}

/* Longest prefix wins: from the shortest on, each overwrites. */
static struct pset sources_behind(struct check *c, const struct cm_vrf_ref *vrf)
{
	struct psets *s = check_psets(c);
	size_t room = count_prefixes(c->model);
	struct behind *list = calloc(room + 1, sizeof *list);
	c->failed = c->failed || !list;
	if (!list)
		return pset_unknown();
	size_t n = list_prefixes(c, vrf, list);
	qsort(list, n, sizeof *list, by_mask);
	struct pset inside = pset_all();
	for (size_t i = 0; i < n; i++) {
		struct pset net = pset_source(s, list[i].net);
		inside = list[i].inside ? pset_or(s, inside, net) : pset_minus(s, inside, net);
	}
	free(list);
	return inside;
}

/* Addresses that NAT hands out are nobody's inside source. */
static struct pset less_globals(struct check *c, struct pset inside)
{
	struct psets *s = check_psets(c);
	for (size_t i = 0; i < c->model->n_nat_pools; i++)
		for (size_t k = 0; k < c->model->nat_pools[i].n_ranges; k++) {
			const uint32_t *range = c->model->nat_pools[i].ranges[k];
			inside = pset_minus(s, inside, pset_source_range(s, range[0], range[1]));
		}
	for (size_t i = 0; i < c->model->n_nat_rules; i++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[i];
		bool is_static = r->kind == CM_NAT_STATIC || r->kind == CM_NAT_STATIC_NETWORK;
		if (is_static && r->side == CM_NAT_INSIDE_SOURCE && r->global != r->local &&
			r->global)
			inside = pset_minus(
				s, inside, pset_source(s, (struct cm_net){ r->global, r->mask }));
	}
	return inside;
}

static bool any_inside(const struct cm_model *m, const struct cm_vrf_ref *vrf)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		if (m->interfaces[i].nat_inside.on && same_vrf(&m->interfaces[i].vrf, vrf))
			return true;
	return false;
}

struct pset nat_inside_sources(struct check *c, const struct cm_interface *egress)
{
	if (!egress->nat_outside.on || !any_inside(c->model, &egress->vrf))
		return pset_none();
	return less_globals(c, sources_behind(c, &egress->vrf));
}

/* --- Route-maps ----------------------------------------------------------------------------------- */

/* -1: not known; 0: the interfaces of the clause are others; 1: any or ours. */
static int clause_interface(
	const struct cm_route_map_clause *clause, const struct cm_interface *egress)
{
	for (size_t i = 0; i < clause->n_interfaces; i++)
		if (clause->interfaces[i].target == egress)
			return 1;
	return clause->n_interfaces == 0;
}

static bool clause_is_exact(const struct cm_route_map_clause *clause)
{
	return !clause->has_length && !clause->other_match && !clause->n_prefix_lists &&
		!clause->has_continue;
}

/* What a clause matches of `within`, whatever it then says. */
static struct pset clause_matches(struct check *c, const struct cm_route_map_clause *clause,
	const struct cm_interface *egress, struct pset within)
{
	struct psets *s = check_psets(c);
	if (!clause_interface(clause, egress))
		return pset_none();
	if (!clause_is_exact(clause))
		return pset_unknown();
	if (!clause->n_acls)
		return within;
	struct pset matched = pset_none();
	for (size_t i = 0; i < clause->n_acls; i++)
		matched = pset_or(s, matched,
			acl_ref_permits(c, &clause->acls[i], ACL_OF_ROUTE_MAP,
				pset_minus(s, within, matched)));
	return matched;
}

struct pset route_map_permits(struct check *c, const struct cm_route_map *map,
	const struct cm_interface *egress, struct pset within)
{
	struct psets *s = check_psets(c);
	struct pset permitted = pset_none(), rest = within;
	for (size_t i = 0; i < map->n_clauses && !pset_is_empty(rest); i++) {
		struct pset mine = clause_matches(c, &map->clauses[i], egress, rest);
		if (map->clauses[i].permit)
			permitted = pset_or(s, permitted, mine);
		rest = pset_minus(s, rest, mine);
	}
	return pset_ok(rest) ? permitted : pset_unknown();
}

static bool clause_has(struct check *c, const struct cm_route_map_clause *clause,
	const struct cm_interface *egress, const struct pset_packet *p)
{
	if (!clause_interface(clause, egress) || !clause_is_exact(clause))
		return false;
	for (size_t i = 0; i < clause->n_acls; i++) {
		const struct cm_acl *acl = clause->acls[i].target;
		const struct cm_ace *ace = acl && acl->n_aces ? acl_decides(c, acl, p) : NULL;
		if (!acl || !acl->n_aces || (ace && ace->permit))
			return true;
	}
	return clause->n_acls == 0;
}

const struct cm_route_map_clause *route_map_decides(struct check *c, const struct cm_route_map *map,
	const struct cm_interface *egress, const struct pset_packet *p)
{
	for (size_t i = 0; i < map->n_clauses; i++)
		if (clause_has(c, &map->clauses[i], egress, p))
			return &map->clauses[i];
	return NULL;
}

/* --- Rules ---------------------------------------------------------------------------------------- */

/* What the fixed part of a rule matches; lists and route-maps come on top. */
static struct pset rule_shape(struct psets *s, const struct cm_nat_rule *r)
{
	struct cm_net host = { r->local, UINT32_MAX };
	switch (r->kind) {
	case CM_NAT_STATIC:
		return pset_source(s, host);
	case CM_NAT_STATIC_NETWORK:
		return pset_source(s, (struct cm_net){ r->local, r->mask });
	case CM_NAT_STATIC_PORT:
		return pset_and(s, pset_and(s, pset_source(s, host), pset_whole(s)),
			pset_and(s, pset_protocol(s, r->protocol),
				pset_source_ports(s, r->local_port, r->local_port)));
	case CM_NAT_LIST:
	case CM_NAT_ROUTE_MAP:
		break;
	}
	return pset_all();
}

static bool rule_applies(const struct cm_nat_rule *r, const struct cm_interface *egress)
{
	return r->side == CM_NAT_INSIDE_SOURCE && same_vrf(&r->vrf, &egress->vrf);
}

struct pset nat_rule_takes(struct check *c, const struct cm_nat_rule *r,
	const struct cm_interface *egress, struct pset within)
{
	struct psets *s = check_psets(c);
	if (!rule_applies(r, egress))
		return pset_none();
	struct pset mine = pset_and(s, within, rule_shape(s, r));
	if (r->kind == CM_NAT_LIST)
		return acl_ref_permits(c, &r->acl, ACL_OF_NAT, mine);
	if (!r->route_map.name.at)
		return mine;
	return r->route_map.target ? route_map_permits(c, r->route_map.target, egress, mine)
				   : pset_unknown();
}

/* Static entries to the same address change nothing: an exemption by identity. */
static bool is_identity(const struct cm_nat_rule *r)
{
	return (r->kind == CM_NAT_STATIC || r->kind == CM_NAT_STATIC_NETWORK) &&
		r->local == r->global && !r->interface.name.at;
}

static struct pset rule_sources(struct check *c, const struct cm_nat_rule *r)
{
	struct psets *s = check_psets(c);
	struct cm_net net;
	if (r->interface.name.at) {
		if (r->interface.target && cm_interface_address(r->interface.target, &net))
			return pset_source(s, (struct cm_net){ net.address, UINT32_MAX });
		return pset_unknown();
	}
	if (r->kind != CM_NAT_LIST && r->kind != CM_NAT_ROUTE_MAP)
		return pset_source(s,
			(struct cm_net){ r->global,
				r->kind == CM_NAT_STATIC_NETWORK ? r->mask : UINT32_MAX });
	if (!r->pool.target)
		return pset_unknown();
	struct pset all = pset_none();
	for (size_t i = 0; i < r->pool.target->n_ranges; i++)
		all = pset_or(s, all,
			pset_source_range(
				s, r->pool.target->ranges[i][0], r->pool.target->ranges[i][1]));
	return all;
}

/* The most that a rule could take, when its list cannot be judged. */
static struct pset rule_may_take(struct check *c, const struct cm_nat_rule *r,
	const struct cm_interface *egress, struct pset within)
{
	struct psets *s = check_psets(c);
	return rule_applies(r, egress) ? pset_and(s, within, rule_shape(s, r)) : pset_none();
}

/* --- Which rules could have a packet ---------------------------------------------------------------- */

struct nat_rules {
	struct candidates *candidates; /* of the fixed parts of all rules, by number */
};

static struct pset_match shape_match(const struct cm_nat_rule *r)
{
	struct pset_match m = { .permit = true };
	if (r->kind == CM_NAT_LIST || r->kind == CM_NAT_ROUTE_MAP)
		return m;
	m.source = (struct cm_net){ r->local,
		r->kind == CM_NAT_STATIC_NETWORK ? r->mask : UINT32_MAX };
	if (r->kind != CM_NAT_STATIC_PORT)
		return m;
	m.whole = true;
	m.protocol = r->protocol;
	m.n_source_ports = 1;
	m.source_ports[0][0] = m.source_ports[0][1] = r->local_port;
	return m;
}

static struct nat_rules *nat_rules_of(struct check *c)
{
	struct arena *arena = check_scratch(c);
	size_t n = c->model->n_nat_rules;
	if (c->nat_rules || !arena)
		return c->nat_rules;
	struct nat_rules *rules = ARENA_NEW(arena, struct nat_rules);
	struct pset_match *shapes = ARENA_ARRAY(arena, struct pset_match, n + 1);
	const struct pset_match **flat = ARENA_ARRAY(arena, const struct pset_match *, n + 1);
	if (!rules || !shapes || !flat)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		shapes[i] = shape_match(&c->model->nat_rules[i]);
		flat[i] = &shapes[i];
	}
	rules->candidates = candidates_new(arena, flat, n);
	c->nat_rules = rules->candidates ? rules : NULL;
	return c->nat_rules;
}

/* Rules that could have a packet of the match, by precedence. They stand until the next question. */
static size_t find_rules(struct check *c, const struct pset_match *asked, const uint32_t **found)
{
	struct nat_rules *rules = nat_rules_of(c);
	return rules ? candidates_find(rules->candidates, asked, UINT32_MAX, found) : 0;
}

/* What a clause says of a match, as acl_says. ACL_UNSURE also when only sets could tell. */
static enum acl_says clause_says(struct check *c, const struct cm_route_map_clause *clause,
	const struct cm_interface *egress, const struct pset_match *asked)
{
	const struct cm_ace *first;
	bool none = true;
	if (!clause_interface(clause, egress))
		return ACL_DENIES;
	if (!clause_is_exact(clause))
		return ACL_UNSURE;
	for (size_t i = 0; i < clause->n_acls; i++) {
		const struct cm_acl *acl = clause->acls[i].target;
		enum acl_says says =
			acl && acl->n_aces ? acl_says(c, acl, asked, &first) : ACL_PERMITS;
		if (says == ACL_PERMITS)
			return ACL_PERMITS;
		none = none && says == ACL_DENIES;
	}
	if (!clause->n_acls)
		return ACL_PERMITS;
	return none ? ACL_DENIES : ACL_UNSURE;
}

static bool route_map_may_take(struct check *c, const struct cm_route_map *map,
	const struct cm_interface *egress, const struct pset_match *asked)
{
	for (size_t i = 0; map && i < map->n_clauses; i++) {
		enum acl_says says = clause_says(c, &map->clauses[i], egress, asked);
		if (says != ACL_DENIES && map->clauses[i].permit)
			return true;
		if (says == ACL_PERMITS)
			return false;
	}
	return false;
}

static bool rule_may_have(struct check *c, const struct cm_nat_rule *r,
	const struct cm_interface *egress, const struct pset_match *asked)
{
	const struct cm_ace *first;
	if (!rule_applies(r, egress) || is_identity(r))
		return false;
	if (r->kind == CM_NAT_LIST) {
		const struct cm_acl *acl = r->acl.target;
		enum acl_says says =
			acl && acl->n_aces ? acl_says(c, acl, asked, &first) : ACL_UNKNOWN;
		return says != ACL_UNKNOWN && says != ACL_DENIES;
	}
	return !r->route_map.name.at || route_map_may_take(c, r->route_map.target, egress, asked);
}

bool nat_may_translate(
	struct check *c, const struct cm_interface *egress, const struct pset_match *asked)
{
	const uint32_t *found;
	size_t n = find_rules(c, asked, &found);
	for (size_t i = 0; i < n; i++)
		if (rule_may_have(c, &c->model->nat_rules[found[i]], egress, asked))
			return true;
	return false;
}

size_t nat_translate(struct check *c, const struct cm_interface *egress, struct pset packets,
	struct nat_hit **out)
{
	struct psets *s = check_psets(c);
	const uint32_t *found;
	size_t n_hits = 0, room = 0;
	*out = NULL;
	if (!s || !pset_ok(packets))
		return 0;
	struct pset_match hull = pset_hull(s, packets);
	struct pset rest = packets;
	size_t n = find_rules(c, &hull, &found);
	for (size_t i = 0; i < n && pset_ok(rest) && !pset_is_empty(rest); i++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[found[i]];
		struct pset mine = nat_rule_takes(c, r, egress, rest);
		if (pset_ok(mine) && !pset_is_empty(mine) && !is_identity(r)) {
			struct nat_hit *hit = ARENA_PUSH(c->arena, *out, n_hits, room);
			if (hit)
				*hit = (struct nat_hit){ r, mine, rule_sources(c, r) };
		}
		if (!pset_ok(mine))
			mine = rule_may_take(c, r, egress, rest);
		rest = pset_minus(s, rest, mine);
	}
	return n_hits;
}

const struct cm_ace *nat_permitting_line(struct check *c, const struct cm_nat_rule *r,
	const struct cm_interface *egress, const struct pset_packet *p, const struct cm_acl **list)
{
	*list = NULL;
	if (r->kind == CM_NAT_LIST) {
		*list = r->acl.target;
	} else if (r->route_map.target) {
		const struct cm_route_map_clause *clause =
			route_map_decides(c, r->route_map.target, egress, p);
		for (size_t i = 0; clause && i < clause->n_acls; i++) {
			const struct cm_acl *acl = clause->acls[i].target;
			const struct cm_ace *ace = acl ? acl_decides(c, acl, p) : NULL;
			if (ace && ace->permit) {
				*list = acl;
				return ace;
			}
		}
	}
	const struct cm_ace *ace = *list ? acl_decides(c, *list, p) : NULL;
	return ace && ace->permit ? ace : NULL;
}
