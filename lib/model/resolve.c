/*
 * References find their targets: every named thing becomes a definition, every place that names
 * one a use, in one pass over the finished arrays. A rule about undefined or unused names then
 * needs nothing but these two lists.
 */
#include "model/build.h"
#include "model/fib.h"
#include "model/index.h"

#include <stdlib.h>
#include <string.h>

/* --- definitions ------------------------------------------------------------------------------------ */

/* Where the array of a family stands in the model, and how large its elements are. */
static const struct {
	size_t array, size;
} arrays[FAMILIES] = {
#define ARRAY(field, tag)                                            \
	{                                                            \
		offsetof(struct cm_model, field), sizeof(struct tag) \
	}
	[FAMILY_KEYRING] = ARRAY(keyrings, cm_keyring),
	[FAMILY_ISAKMP_PROFILE] = ARRAY(isakmp_profiles, cm_isakmp_profile),
	[FAMILY_CLIENT_GROUP] = ARRAY(client_groups, cm_client_group),
	[FAMILY_TRANSFORM_SET] = ARRAY(transform_sets, cm_transform_set),
	[FAMILY_IPSEC_PROFILE] = ARRAY(ipsec_profiles, cm_ipsec_profile),
	[FAMILY_CRYPTO_MAP] = ARRAY(crypto_maps, cm_crypto_map),
	[FAMILY_DYNAMIC_MAP] = ARRAY(dynamic_maps, cm_dynamic_map),
	[FAMILY_IKEV2_PROPOSAL] = ARRAY(ikev2_proposals, cm_ikev2_proposal),
	[FAMILY_IKEV2_POLICY] = ARRAY(ikev2_policies, cm_ikev2_policy),
	[FAMILY_IKEV2_KEYRING] = ARRAY(ikev2_keyrings, cm_ikev2_keyring),
	[FAMILY_IKEV2_PROFILE] = ARRAY(ikev2_profiles, cm_ikev2_profile),
	[FAMILY_INTERFACE] = ARRAY(interfaces, cm_interface),
	[FAMILY_VRF] = ARRAY(vrfs, cm_vrf),
	[FAMILY_ACL] = ARRAY(acls, cm_acl),
	[FAMILY_ACL6] = ARRAY(acl6s, cm_acl6),
	[FAMILY_NETWORK_GROUP] = ARRAY(groups, cm_object_group),
	[FAMILY_SERVICE_GROUP] = ARRAY(groups, cm_object_group),
	[FAMILY_PREFIX_LIST] = ARRAY(prefix_lists, cm_prefix_list),
	[FAMILY_TIME_RANGE] = ARRAY(time_ranges, cm_time_range),
	[FAMILY_NAT_POOL] = ARRAY(nat_pools, cm_nat_pool),
	[FAMILY_ROUTE_MAP] = ARRAY(route_maps, cm_route_map),
#undef ARRAY
};

static const void *made(const struct build *b, const struct thing *t)
{
	const char *array;
	if (!arrays[t->family].size)
		return NULL;
	memcpy(&array, (const char *)b->m + arrays[t->family].array, sizeof array);
	return array + t->index * arrays[t->family].size;
}

static void define_family(struct build *b, struct cm_definition *all, size_t *n, enum family family)
{
	for (struct thing *t = b->head[family]; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_definition *d = &all[(*n)++];
		d->kind = family_thing(family);
		d->name = t->name;
		d->at = t->name_at;
		d->thing = made(b, t);
		d->blocks = thing_blocks(b, t, &d->n_blocks);
	}
}

/* What a router has without being told: no place in the text. */
static void define_built_in(struct cm_definition *all, size_t *n, enum cm_thing kind,
	struct cm_str name, const void *thing)
{
	all[(*n)++] = (struct cm_definition){ .kind = kind, .name = name, .thing = thing };
}

static void define_kind(struct build *b, struct cm_definition *all, size_t *n, enum cm_thing kind)
{
	const struct cm_model *m = b->m;
	for (int family = 0; family < FAMILIES; family++)
		if (family_thing((enum family)family) == kind)
			define_family(b, all, n, (enum family)family);
	if (kind == CM_THING_KEYRING && m->n_keyrings)
		define_built_in(all, n, kind, m->keyrings[0].name, &m->keyrings[0]);
	for (size_t i = 0; kind == CM_THING_TRANSFORM_SET && i < m->n_transform_sets; i++)
		if (m->transform_sets[i].built_in)
			define_built_in(
				all, n, kind, m->transform_sets[i].p2.name, &m->transform_sets[i]);
	for (size_t i = 0; kind == CM_THING_IPSEC_PROFILE && i < m->n_ipsec_profiles; i++)
		if (m->ipsec_profiles[i].built_in)
			define_built_in(
				all, n, kind, m->ipsec_profiles[i].name, &m->ipsec_profiles[i]);
	for (size_t i = 0; kind == CM_THING_IKEV2_PROPOSAL && i < m->n_ikev2_proposals; i++)
		if (m->ikev2_proposals[i].built_in)
			define_built_in(
				all, n, kind, m->ikev2_proposals[i].name, &m->ikev2_proposals[i]);
	for (size_t i = 0; kind == CM_THING_IKEV2_POLICY && i < m->n_ikev2_policies; i++)
		if (m->ikev2_policies[i].built_in)
			define_built_in(
				all, n, kind, m->ikev2_policies[i].name, &m->ikev2_policies[i]);
}

enum { BUILT_IN = 5 };

static void define(struct build *b)
{
	size_t most = BUILT_IN, n = 0;
	for (int family = 0; family < FAMILIES; family++)
		if (family_thing((enum family)family) != CM_THINGS)
			most += b->alive[family];
	struct cm_definition *all = build_array(b, most, sizeof *all);
	for (int kind = 0; all && kind < CM_THINGS; kind++)
		define_kind(b, all, &n, (enum cm_thing)kind);
	b->m->definitions = all;
	b->m->n_definitions = n;
	b->failed = b->failed || !index_make(b->arena, b->m);
}

/* --- uses ------------------------------------------------------------------------------------------- */

const struct cm_definition *note_use(struct build *b, enum cm_thing kind, struct cm_str name,
	struct cm_span at, const char *context, bool unknown_line)
{
	const struct cm_definition *definition = index_find(b->m, kind, name);
	*VEC_NEW(b, &b->uses, struct cm_use) =
		(struct cm_use){ kind, name, at, context, definition, unknown_line };
	if (definition)
		((struct cm_definition *)definition)->n_uses++;
	return definition;
}

/* Any CM_REF: a name, a place, a target. What names nothing stays as it is; built-in references
 * have no place and are no uses. */
static void refer(struct build *b, enum cm_thing kind, const void *ref, const char *context)
{
	struct any_ref at;
	memcpy(&at, ref, sizeof at);
	if (!at.name.at)
		return;
	const struct cm_definition *definition = at.at.start == at.at.end
		? index_find(b->m, kind, at.name)
		: note_use(b, kind, at.name, at.at, context, false);
	at.target = definition ? definition->thing : NULL;
	memcpy((void *)ref, &at, sizeof at);
}

static void refer_all(
	struct build *b, enum cm_thing kind, const void *refs, size_t n, const char *context)
{
	for (size_t i = 0; i < n; i++)
		refer(b, kind, (const char *)refs + i * sizeof(struct any_ref), context);
}

static void refer_word(
	struct build *b, enum cm_thing kind, const struct cm_word *word, const char *context)
{
	if (word->text.at)
		note_use(b, kind, word->text, word->at, context, false);
}

static void isakmp(struct build *b)
{
	const struct cm_model *m = b->m;
	for (size_t i = 0; i < m->n_keyrings; i++) {
		refer(b, CM_THING_VRF, &m->keyrings[i].vrf, "crypto keyring");
		refer(b, CM_THING_INTERFACE, &m->keyrings[i].local_interface, "local-address");
	}
	for (size_t i = 0; i < m->n_isakmp_profiles; i++) {
		const struct cm_isakmp_profile *p = &m->isakmp_profiles[i];
		refer_all(b, CM_THING_KEYRING, p->keyrings, p->n_keyrings, "keyring");
		refer(b, CM_THING_INTERFACE, &p->local_interface, "local-address");
		refer(b, CM_THING_VRF, &p->vrf, "vrf");
		for (size_t k = 0; k < p->n_matches; k++)
			if (p->matches[k].kind == CM_ID_GROUP && p->matches[k].name.at)
				note_use(b, CM_THING_CLIENT_GROUP, p->matches[k].name,
					p->matches[k].at, "match identity group", false);
	}
	for (size_t i = 0; i < m->n_client_groups; i++) {
		refer(b, CM_THING_ACL, &m->client_groups[i].acl, "acl");
		refer_word(b, CM_THING_LOCAL_POOL, &m->client_groups[i].pool, "pool");
	}
}

static void settings(struct build *b, const struct cm_sa_settings *sa)
{
	refer_all(b, CM_THING_TRANSFORM_SET, sa->transform_sets, sa->n_transform_sets,
		"set transform-set");
	refer(b, CM_THING_ISAKMP_PROFILE, &sa->isakmp_profile, "set isakmp-profile");
	refer(b, CM_THING_IKEV2_PROFILE, &sa->ikev2_profile, "set ikev2-profile");
}

static void entries(struct build *b, const struct cm_map_entry *all, size_t n)
{
	for (const struct cm_map_entry *e = all; e < all + n; e++) {
		refer(b, CM_THING_DYNAMIC_MAP, &e->dynamic, "ipsec-isakmp dynamic");
		refer(b, CM_THING_ACL, &e->acl, "match address");
		refer(b, CM_THING_ACL, &e->access_in, "set ip access-group in");
		refer(b, CM_THING_ACL, &e->access_out, "set ip access-group out");
		refer(b, CM_THING_ISAKMP_PROFILE, &e->header_profile, "ipsec-isakmp profile");
		settings(b, &e->sa);
	}
}

static void ipsec(struct build *b)
{
	const struct cm_model *m = b->m;
	for (size_t i = 0; i < m->n_ipsec_profiles; i++)
		settings(b, &m->ipsec_profiles[i].sa);
	for (size_t i = 0; i < m->n_crypto_maps; i++) {
		const struct cm_crypto_map *map = &m->crypto_maps[i];
		entries(b, map->entries, map->n_entries);
		refer(b, CM_THING_INTERFACE, &map->local_address, "crypto map local-address");
		refer(b, CM_THING_ISAKMP_PROFILE, &map->isakmp_profile,
			"crypto map isakmp-profile");
	}
	for (size_t i = 0; i < m->n_dynamic_maps; i++)
		entries(b, m->dynamic_maps[i].entries, m->dynamic_maps[i].n_entries);
}

static void ikev2(struct build *b)
{
	const struct cm_model *m = b->m;
	for (size_t i = 0; i < m->n_ikev2_policies; i++)
		refer_all(b, CM_THING_IKEV2_PROPOSAL, m->ikev2_policies[i].proposals,
			m->ikev2_policies[i].n_proposals, "proposal");
	for (size_t i = 0; i < m->n_ikev2_profiles; i++) {
		const struct cm_ikev2_profile *p = &m->ikev2_profiles[i];
		refer(b, CM_THING_IKEV2_KEYRING, &p->keyring, "keyring local");
		refer(b, CM_THING_VRF, &p->ivrf, "ivrf");
		if (!cm_str_is(p->match_fvrf.text, "any"))
			refer_word(b, CM_THING_VRF, &p->match_fvrf, "match fvrf");
	}
}

static void interfaces(struct build *b)
{
	const struct cm_model *m = b->m;
	for (size_t k = 0; k < m->n_interfaces; k++) {
		const struct cm_interface *i = &m->interfaces[k];
		refer(b, CM_THING_INTERFACE, &i->unnumbered, "ip unnumbered");
		refer(b, CM_THING_ACL, &i->access_in, "ip access-group in");
		refer(b, CM_THING_ACL, &i->access_out, "ip access-group out");
		refer(b, CM_THING_CRYPTO_MAP, &i->crypto_map, "crypto map");
		refer(b, CM_THING_VRF, &i->vrf, "vrf forwarding");
		refer(b, CM_THING_ROUTE_MAP, &i->policy, "ip policy route-map");
		refer(b, CM_THING_INTERFACE, &i->tunnel_source, "tunnel source");
		refer(b, CM_THING_IPSEC_PROFILE, &i->protection, "tunnel protection ipsec profile");
		refer(b, CM_THING_ISAKMP_PROFILE, &i->protection_isakmp_profile,
			"tunnel protection isakmp-profile");
		refer(b, CM_THING_IKEV2_PROFILE, &i->protection_ikev2_profile,
			"tunnel protection ikev2-profile");
		refer(b, CM_THING_VRF, &i->tunnel_vrf, "tunnel vrf");
	}
	for (size_t i = 0; i < m->n_routes; i++) {
		refer(b, CM_THING_VRF, &m->routes[i].vrf, "ip route vrf");
		refer(b, CM_THING_INTERFACE, &m->routes[i].interface, "ip route");
	}
	refer(b, CM_THING_ROUTE_MAP, &m->local_policy, "ip local policy route-map");
}

/* Groups stand behind pointers. */
static void acl(struct build *b, const struct cm_acl *list)
{
	for (size_t i = 0; i < list->n_aces; i++) {
		const struct cm_ace *a = &list->aces[i];
		if (a->source.group)
			refer(b, CM_THING_NETWORK_GROUP, a->source.group, "access-list source");
		if (a->destination.group)
			refer(b, CM_THING_NETWORK_GROUP, a->destination.group,
				"access-list destination");
		if (a->service)
			refer(b, CM_THING_SERVICE_GROUP, a->service, "access-list service");
		if (a->options && a->options->time_range.name.at)
			refer(b, CM_THING_TIME_RANGE, &a->options->time_range, "time-range");
	}
}

static void groups(struct build *b)
{
	const struct cm_model *m = b->m;
	struct cm_acl *const *naming = b->naming_acls.items;
	for (size_t i = 0; i < b->naming_acls.n; i++)
		acl(b, naming[i]);
	for (size_t i = 0; i < m->n_groups; i++)
		for (size_t k = 0; k < m->groups[i].n_members; k++)
			refer(b,
				m->groups[i].service ? CM_THING_SERVICE_GROUP
						     : CM_THING_NETWORK_GROUP,
				&m->groups[i].members[k].group, "group-object");
}

static void nat(struct build *b)
{
	const struct cm_model *m = b->m;
	for (size_t i = 0; i < m->n_nat_rules; i++) {
		const struct cm_nat_rule *r = &m->nat_rules[i];
		refer(b, CM_THING_ACL, &r->acl, "ip nat list");
		refer(b, CM_THING_ROUTE_MAP, &r->route_map, "ip nat route-map");
		refer(b, CM_THING_NAT_POOL, &r->pool, "ip nat pool");
		refer(b, CM_THING_INTERFACE, &r->interface, "ip nat interface");
		refer(b, CM_THING_VRF, &r->vrf, "ip nat vrf");
	}
	for (size_t i = 0; i < m->n_route_maps; i++)
		for (size_t k = 0; k < m->route_maps[i].n_clauses; k++) {
			const struct cm_route_map_clause *c = &m->route_maps[i].clauses[k];
			refer_all(b, CM_THING_ACL, c->acls, c->n_acls, "route-map match");
			refer_all(b, CM_THING_PREFIX_LIST, c->prefix_lists, c->n_prefix_lists,
				"route-map match");
			refer_all(b, CM_THING_INTERFACE, c->interfaces, c->n_interfaces,
				"match interface");
			refer(b, CM_THING_INTERFACE, &c->set_interface, "set interface");
		}
}

/* --- crypto maps know who carries them ---------------------------------------------------------------- */

static void carriers(struct build *b)
{
	const struct cm_model *m = b->m;
	for (size_t i = 0; i < m->n_interfaces; i++) {
		struct cm_crypto_map *map =
			(struct cm_crypto_map *)m->interfaces[i].crypto_map.target;
		if (map)
			map->n_interfaces++;
	}
	for (size_t i = 0; i < m->n_crypto_maps; i++) {
		struct cm_crypto_map *map = (struct cm_crypto_map *)&m->crypto_maps[i];
		map->interfaces = build_array(b, map->n_interfaces, sizeof *map->interfaces);
		map->n_interfaces = 0;
	}
	for (size_t i = 0; !b->failed && i < m->n_interfaces; i++) {
		struct cm_crypto_map *map =
			(struct cm_crypto_map *)m->interfaces[i].crypto_map.target;
		if (map)
			((const struct cm_interface **)map->interfaces)[map->n_interfaces++] =
				&m->interfaces[i];
	}
}

/* Extended authentication, wherever it was asked for. */
static void note_xauth(struct build *b)
{
	struct cm_model *m = b->m;
	for (size_t i = 0; i < m->n_isakmp_profiles; i++)
		if (m->isakmp_profiles[i].xauth.on)
			m->isakmp.xauth = m->isakmp_profiles[i].xauth;
	for (size_t i = 0; i < m->n_crypto_maps; i++)
		if (m->crypto_maps[i].xauth.on)
			m->isakmp.xauth = m->crypto_maps[i].xauth;
}

static int by_place(const void *a, const void *b)
{
	const struct cm_use *x = a, *y = b;
	return x->at.start < y->at.start ? -1 : x->at.start > y->at.start;
}

void resolve(struct build *b)
{
	define(b);
	if (b->failed)
		return;
	isakmp(b);
	ipsec(b);
	ikev2(b);
	interfaces(b);
	groups(b);
	nat(b);
	scan_unknown(b);
	carriers(b);
	note_xauth(b);
	if (b->uses.n)
		qsort(b->uses.items, b->uses.n, sizeof(struct cm_use), by_place);
	b->m->uses = vec_take(b, &b->uses, sizeof(struct cm_use), &b->m->n_uses);
	const struct fib *fib = b->failed ? NULL : fib_make(b->arena, b->m);
	struct thing **things = build_array(b, FAMILIES, sizeof *things);
	if (things)
		memcpy(things, b->head, sizeof b->head);
	*(struct cm_index *)b->m->index =
		(struct cm_index){ b->m->index->slots, b->m->index->mask, fib, things };
	b->failed = b->failed || !fib;
}
