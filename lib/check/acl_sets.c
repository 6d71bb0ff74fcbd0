#include "check/acl_sets.h"

#include <stdlib.h>
#include <string.h>

enum {
	MATCHES_MOST = 4096, /* of one line with object-groups */
	DEPTH_MOST = 16,     /* of groups inside groups: IOS refuses loops, a text may hold them */
};

/* Of one router; the memory of the sets serves all routers of a text. */
struct packet_sets {
	const struct cm_model *model;
	struct psets *psets;     /* NULL: not needed yet */
	struct arena *arena;     /* of the lines */
	struct acl_lines *lists; /* by index of the model's lists; lines NULL: not made yet */
};

static void sets_free(struct check *c, void *at)
{
	struct packet_sets *sets = at;
	if (!sets)
		return;
	c->failed = c->failed || (sets->psets && psets_starved(sets->psets)) ||
		(sets->arena && arena_failed(sets->arena));
	psets_free(sets->psets);
	arena_free(sets->arena);
}

/* Another router: nothing of the last one counts. False without memory. */
static bool begin_router(struct check *c, struct packet_sets *sets)
{
	if (sets->model == c->model)
		return true;
	arena_free(sets->arena);
	sets->arena = arena_new();
	sets->lists = sets->arena ? ARENA_ARRAY(sets->arena, struct acl_lines, c->model->n_acls + 1)
				  : NULL;
	sets->model = sets->lists ? c->model : NULL;
	if (sets->psets)
		psets_clear(sets->psets);
	c->failed = c->failed || !sets->lists;
	return sets->lists;
}

static struct packet_sets *sets_of(struct check *c)
{
	struct packet_sets *sets = c->sets ? c->sets : ARENA_NEW(c->arena, struct packet_sets);
	if (!sets)
		return NULL;
	c->sets = sets;
	c->sets_free = sets_free;
	return begin_router(c, sets) ? sets : NULL;
}

struct arena *check_scratch(struct check *c)
{
	struct packet_sets *sets = sets_of(c);
	return sets ? sets->arena : NULL;
}

struct psets *check_psets(struct check *c)
{
	struct packet_sets *sets = sets_of(c);
	if (!sets)
		return NULL;
	if (!sets->psets)
		sets->psets = psets_new(0);
	c->failed = c->failed || !sets->psets;
	return sets->psets;
}

void check_psets_forget(struct check *c)
{
	struct packet_sets *sets = c->sets;
	if (sets && sets->psets)
		psets_clear(sets->psets);
}

struct psets *check_psets_fresh(struct check *c)
{
	check_psets_forget(c);
	return check_psets(c);
}

/* Matches of a list that were asked for: places in its `flat`. Stand until the next question. */
struct found {
	const struct acl_lines *list;
	const uint32_t *at;
	size_t n;
};

/* --- Lines become matches: every source × every destination × every service ----------------------- */

struct nets {
	struct cm_net *items;
	size_t n, room;
};

struct service {
	uint8_t protocol;
	struct cm_ports source_ports, destination_ports;
	bool has_icmp;
	uint8_t icmp_type;
};

struct services {
	struct service *items;
	size_t n, room;
};

struct expansion {
	struct arena *arena;
	struct nets sources, destinations;
	struct services services;
	bool exact;
};

static void add_net(struct expansion *e, struct nets *nets, struct cm_net net)
{
	struct cm_net *new = ARENA_PUSH(e->arena, nets->items, nets->n, nets->room);
	if (new)
		*new = net;
	else
		e->exact = false;
}

/* A range of addresses as the prefixes that make it up. */
static void add_range(struct expansion *e, struct nets *nets, uint32_t first, uint32_t last)
{
	uint64_t at = first;
	while (at <= last) {
		unsigned bits = 32;
		while (bits && (at & (UINT64_C(1) << (32 - bits))) == 0 &&
			at + (UINT64_C(1) << (33 - bits)) - 1 <= last)
			bits--;
		add_net(e, nets, (struct cm_net){ (uint32_t)at, cm_mask_of(bits) });
		at += UINT64_C(1) << (32 - bits);
	}
}

static void add_group(
	struct expansion *e, struct nets *nets, const struct cm_object_group *group, unsigned depth)
{
	if (!group || depth > DEPTH_MOST || nets->n > MATCHES_MOST) {
		e->exact =
			false; /* what IOS makes of a group that is not defined, nobody has seen */
		return;
	}
	for (size_t i = 0; i < group->n_members; i++) {
		const struct cm_group_member *m = &group->members[i];
		if (m->kind == CM_MEMBER_NET)
			add_net(e, nets, m->net);
		else if (m->kind == CM_MEMBER_RANGE)
			add_range(e, nets, m->first, m->last);
		else if (m->kind == CM_MEMBER_GROUP)
			add_group(e, nets, m->group.target, depth + 1);
	}
}

static void add_end(struct expansion *e, struct nets *nets, const struct cm_end *end)
{
	switch (end->kind) {
	case CM_END_ANY:
		add_net(e, nets, (struct cm_net){ 0, 0 });
		break;
	case CM_END_NET:
		add_net(e, nets, end->net);
		break;
	case CM_END_GROUP:
		add_group(e, nets, end->group ? end->group->target : NULL, 0);
		break;
	case CM_END_INTERFACE: /* an address that the text may not tell */
		e->exact = false;
		break;
	}
}

static void add_service(struct expansion *e, struct service service)
{
	struct service *new =
		ARENA_PUSH(e->arena, e->services.items, e->services.n, e->services.room);
	if (new)
		*new = service;
	else
		e->exact = false;
}

static void add_services(struct expansion *e, const struct cm_object_group *group, unsigned depth)
{
	enum { TCP = 6, UDP = 17 };
	if (!group || depth > DEPTH_MOST || e->services.n > MATCHES_MOST) {
		e->exact = false;
		return;
	}
	for (size_t i = 0; i < group->n_members; i++) {
		const struct cm_group_member *m = &group->members[i];
		if (m->kind == CM_MEMBER_GROUP)
			add_services(e, m->group.target, depth + 1);
		if (m->kind != CM_MEMBER_SERVICE)
			continue;
		struct service s = { m->tcp_udp ? TCP : m->protocol, m->source_ports,
			m->destination_ports, m->has_icmp, m->icmp_type };
		add_service(e, s);
		s.protocol = UDP;
		if (m->tcp_udp)
			add_service(e, s);
	}
}

static uint8_t ranges_of(const struct cm_ports *ports, uint16_t out[PSET_RANGES][2])
{
	if (ports->op == CM_PORT_ANY)
		return 0;
	size_t n = cm_ports_ranges(ports, out);
	if (!n) { /* `lt 0`: a condition that no port fulfils */
		out[0][0] = 1;
		out[0][1] = 0;
		n = 1;
	}
	return (uint8_t)n;
}

static void ttl_of(const struct cm_ace_options *o, struct pset_match *m)
{
	uint16_t values[2] = { o->ttl[0], o->ttl[1] }, ranges[PSET_RANGES][2];
	struct cm_ports as_ports = {
		.op = o->ttl_op, .n = o->ttl_op == CM_PORT_RANGE ? 2 : 1, .values = values
	};
	uint8_t n = ranges_of(&as_ports, ranges);
	for (uint8_t i = 0; i < n && i < 2; i++) {
		if (ranges[i][0] > UINT8_MAX)
			continue;
		m->ttl[m->n_ttl][0] = (uint8_t)ranges[i][0];
		m->ttl[m->n_ttl++][1] =
			ranges[i][1] > UINT8_MAX ? UINT8_MAX : (uint8_t)ranges[i][1];
	}
	if (n && !m->n_ttl) { /* beyond every TTL */
		m->n_ttl = 1;
		m->ttl[0][0] = 1;
		m->ttl[0][1] = 0;
	}
}

static void tos_of(const struct cm_ace_options *o, struct pset_match *m)
{
	const struct {
		bool present;
		uint8_t value, mask;
	} parts[] = {
		{ o->has_dscp, (uint8_t)(o->dscp << 2), 0xfc },
		{ o->has_precedence, (uint8_t)(o->precedence << 5), 0xe0 },
		{ o->has_tos, (uint8_t)(o->tos << 1), 0x1e },
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].present)
			continue;
		m->tos_mask |= parts[i].mask;
		m->tos_value |= parts[i].value & parts[i].mask;
	}
}

static void flags_of(const struct cm_ace_options *o, struct pset_match *m)
{
	uint64_t flags = UINT64_MAX;
	if (o->established)
		flags &= pset_flags_established();
	if (o->flags_set || o->flags_clear)
		flags &= o->flags_all ? pset_flags_all(o->flags_set, o->flags_clear)
				      : pset_flags_any(o->flags_set, o->flags_clear);
	m->has_tcp_flags = flags != UINT64_MAX;
	m->tcp_flags = flags;
}

/* The number of a time-range: 1 and up; ranges beyond the numbers share the last, which errs. */
static uint16_t condition_of(struct check *c, const struct cm_time_range_ref *ref, bool *exact)
{
	if (!ref->name.at)
		return 0;
	size_t index =
		ref->target ? (size_t)(ref->target - c->model->time_ranges) : PSET_CONDITIONS;
	if (index >= PSET_CONDITIONS)
		*exact = false;
	return (uint16_t)(index >= PSET_CONDITIONS ? PSET_CONDITIONS : index + 1);
}

static void options_of(struct check *c, const struct cm_ace *ace, struct pset_match *m, bool *exact)
{
	enum { ANY_OPTIONS = 255 };
	const struct cm_ace_options *o = ace->options;
	if (!o)
		return;
	m->has_icmp = o->has_icmp || o->has_igmp;
	m->icmp_type = o->has_igmp ? o->igmp_type : o->icmp_type;
	m->has_icmp_code = o->has_icmp_code;
	m->icmp_code = o->icmp_code;
	m->fragments = o->fragments;
	flags_of(o, m);
	tos_of(o, m);
	ttl_of(o, m);
	if (o->has_option)
		m->with_option = o->option == ANY_OPTIONS ? PSET_OPTION_SOME : PSET_OPTION_ONE;
	m->option = o->option;
	m->condition = condition_of(c, &o->time_range, exact);
}

static struct pset_match match_of(
	struct check *c, const struct cm_ace *ace, const struct service *service, bool *exact)
{
	struct pset_match m = { .permit = ace->permit, .protocol = service->protocol };
	m.n_source_ports = ranges_of(&service->source_ports, m.source_ports);
	m.n_destination_ports = ranges_of(&service->destination_ports, m.destination_ports);
	options_of(c, ace, &m, exact);
	if (service->has_icmp) {
		m.has_icmp = true;
		m.icmp_type = service->icmp_type;
	}
	return m;
}

/* Fill in one line; false when it is not exact. */
static bool expand(
	struct check *c, struct arena *arena, const struct cm_ace *ace, struct shadow_line *line)
{
	struct expansion e = { .arena = arena, .exact = true };
	add_end(&e, &e.sources, &ace->source);
	add_end(&e, &e.destinations, &ace->destination);
	if (ace->protocol_group)
		add_services(&e, ace->service ? ace->service->target : NULL, 0);
	else
		add_service(&e,
			(struct service){ ace->protocol, ace->source_ports, ace->destination_ports,
				false, 0 });
	size_t n = e.sources.n * e.destinations.n * e.services.n;
	line->permit = ace->permit;
	if (n > MATCHES_MOST)
		return false;
	struct pset_match *matches = ARENA_ARRAY(arena, struct pset_match, n);
	if (!matches)
		return false;
	for (size_t v = 0; v < e.services.n; v++) {
		struct pset_match m = match_of(c, ace, &e.services.items[v], &e.exact);
		for (size_t i = 0; i < e.sources.n; i++)
			for (size_t k = 0; k < e.destinations.n; k++) {
				m.source = e.sources.items[i];
				m.destination = e.destinations.items[k];
				matches[line->n++] = m;
			}
	}
	line->matches = matches;
	return e.exact;
}

static bool make_lines(
	struct check *c, struct arena *arena, const struct cm_acl *acl, struct acl_lines *out)
{
	struct shadow_line *lines = ARENA_ARRAY(arena, struct shadow_line, acl->n_aces + 1);
	if (!lines)
		return false;
	out->exact = !acl->evaluates && !acl->from_unknown;
	for (size_t i = 0; i < acl->n_aces; i++)
		out->exact = expand(c, arena, &acl->aces[i], &lines[i]) && out->exact;
	out->n = acl->n_aces;
	out->lines = lines;
	return true;
}

const struct acl_lines *acl_lines(struct check *c, const struct cm_acl *acl)
{
	struct packet_sets *sets = sets_of(c);
	if (!sets)
		return NULL;
	struct acl_lines *list = &sets->lists[acl - c->model->acls];
	if (!list->lines && !make_lines(c, sets->arena, acl, list))
		return NULL;
	return list;
}

static size_t matches_of(const struct acl_lines *list)
{
	size_t n = 0;
	for (size_t i = 0; i < list->n; i++)
		n += list->lines[i].n;
	return n;
}

/* Make what finds the matches of a list. False without memory. */
static bool make_index(struct arena *arena, struct acl_lines *list)
{
	size_t n = matches_of(list), at = 0;
	const struct pset_match **flat = ARENA_ARRAY(arena, const struct pset_match *, n + 1);
	uint32_t *line_of = ARENA_ARRAY(arena, uint32_t, n + 1);
	if (!flat || !line_of)
		return false;
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < list->lines[i].n; k++) {
			flat[at] = &list->lines[i].matches[k];
			line_of[at++] = (uint32_t)i;
		}
	list->flat = flat;
	list->line_of = line_of;
	list->candidates = candidates_new(arena, flat, n);
	return list->candidates;
}

/*
 * The matches of a list that share a packet with `asked`, by line. The list must be exact: false if
 * it is not, or without memory.
 */
static bool find_matches(struct check *c, const struct cm_acl *acl, const struct pset_match *asked,
	struct found *out)
{
	struct packet_sets *sets = sets_of(c);
	struct acl_lines *list =
		sets && acl_lines(c, acl) ? &sets->lists[acl - c->model->acls] : NULL;
	if (!list || !list->exact)
		return false;
	if (!list->candidates && !make_index(sets->arena, list))
		return false;
	out->list = list;
	out->n = candidates_find(list->candidates, asked, UINT32_MAX, &out->at);
	return true;
}

static const struct shadow_line *line_of(const struct found *f, size_t i)
{
	return &f->list->lines[f->list->line_of[f->at[i]]];
}

static const struct cm_ace *ace_of(const struct cm_acl *acl, const struct found *f, size_t i)
{
	return &acl->aces[f->list->line_of[f->at[i]]];
}

/* Where the next line's matches begin. */
static size_t next_line(const struct found *f, size_t i)
{
	const struct shadow_line *line = line_of(f, i);
	while (i < f->n && line_of(f, i) == line)
		i++;
	return i;
}

/* --- What lines say of one match, without any set -------------------------------------------------- */

enum acl_says acl_says(struct check *c, const struct cm_acl *acl, const struct pset_match *asked,
	const struct cm_ace **first)
{
	struct found f;
	bool permits = false, denies = false, all = false;
	*first = NULL;
	if (!find_matches(c, acl, asked, &f))
		return ACL_UNKNOWN;
	for (size_t i = 0; i < f.n && !all; i++) {
		/* Whoever comes first has a packet for sure, and of the later ones nobody knows. */
		if (i == 0)
			*first = ace_of(acl, &f, i);
		permits = permits || line_of(&f, i)->permit;
		denies = denies || !line_of(&f, i)->permit;
		all = pset_match_covers(f.list->flat[f.at[i]], asked);
	}
	if (!permits)
		return ACL_DENIES;
	if (all && !denies)
		return ACL_PERMITS;
	return (*first)->permit ? ACL_PERMITS_SOME : ACL_UNSURE;
}

/* --- Lines become sets ---------------------------------------------------------------------------- */

/*
 * What the found matches of one line, first … end - 1, have of `within`: made small before the parts
 * are put together.
 */
static struct pset line_within(
	struct psets *s, const struct found *f, size_t first, size_t end, struct pset within)
{
	struct pset all = pset_none();
	for (size_t i = first; i < end; i++)
		all = pset_or(s, all, pset_and(s, within, pset_of(s, f->list->flat[f->at[i]])));
	return all;
}

struct pset acl_permits(struct check *c, const struct cm_acl *acl, struct pset within)
{
	struct psets *s = check_psets(c);
	struct found f;
	if (!s || !pset_ok(within))
		return pset_unknown();
	struct pset_match hull = pset_hull(s, within);
	if (!find_matches(c, acl, &hull, &f))
		return pset_unknown();
	struct pset permitted = pset_none(), rest = within;
	for (size_t i = 0, end; i < f.n && !pset_is_empty(rest) && pset_ok(rest); i = end) {
		end = next_line(&f, i);
		struct pset mine = line_within(s, &f, i, end, rest);
		if (line_of(&f, i)->permit)
			permitted = pset_or(s, permitted, mine);
		rest = pset_minus(s, rest, mine);
	}
	return pset_ok(rest) ? permitted : pset_unknown();
}

bool acl_blocks(struct check *c, const struct cm_acl *acl, const struct pset_match *asked,
	const struct cm_ace **line)
{
	enum acl_says says = acl_says(c, acl, asked, line);
	if (says != ACL_UNSURE)
		return says == ACL_DENIES;
	struct psets *s = check_psets_fresh(c);
	return s && pset_is_empty(acl_permits(c, acl, pset_of(s, asked)));
}

struct pset acl_ref_permits(
	struct check *c, const struct cm_acl_ref *ref, enum acl_place place, struct pset within)
{
	if (ref->target && ref->target->n_aces)
		return acl_permits(c, ref->target, within);
	switch (place) {
	case ACL_ON_INTERFACE:
	case ACL_OF_ROUTE_MAP:
		return within;
	case ACL_OF_CRYPTO:
		return pset_none();
	case ACL_OF_NAT:
		break;
	}
	return pset_unknown();
}

struct pset ace_matches(struct check *c, const struct cm_acl *acl, size_t line)
{
	struct psets *s = check_psets(c);
	const struct acl_lines *list = acl_lines(c, acl);
	struct pset all = pset_none();
	if (!s || !list || !list->exact)
		return pset_unknown();
	for (size_t i = 0; i < list->lines[line].n; i++)
		all = pset_or(s, all, pset_of(s, &list->lines[line].matches[i]));
	return all;
}

struct pset ace_takes(struct check *c, const struct cm_acl *acl, size_t line)
{
	struct psets *s = check_psets(c);
	struct pset rest = ace_matches(c, acl, line);
	struct found f;
	if (!s || !pset_ok(rest))
		return pset_unknown();
	struct pset_match hull = pset_hull(s, rest);
	if (!find_matches(c, acl, &hull, &f))
		return pset_unknown();
	for (size_t i = 0; i < f.n && line_of(&f, i) < &f.list->lines[line]; i++)
		rest = pset_minus(s, rest, pset_of(s, f.list->flat[f.at[i]]));
	return rest;
}

const struct cm_ace *acl_decides(
	struct check *c, const struct cm_acl *acl, const struct pset_packet *p)
{
	const struct pset_match asked = { .permit = true,
		.protocol = p->protocol,
		.source = { p->source, UINT32_MAX },
		.destination = { p->destination, UINT32_MAX } };
	struct found f;
	if (!find_matches(c, acl, &asked, &f))
		return NULL;
	for (size_t i = 0; i < f.n; i++)
		if (pset_match_has(f.list->flat[f.at[i]], p))
			return ace_of(acl, &f, i);
	return NULL;
}

const struct cm_ace *acl_first_overlap(
	struct check *c, const struct cm_acl *acl, struct pset set, bool permit)
{
	struct psets *s = check_psets(c);
	struct found f;
	if (!s || !pset_ok(set))
		return NULL;
	struct pset_match hull = pset_hull(s, set);
	if (!find_matches(c, acl, &hull, &f))
		return NULL;
	for (size_t i = 0, end; i < f.n; i = end) {
		end = next_line(&f, i);
		if (line_of(&f, i)->permit == permit &&
			!pset_is_empty(line_within(s, &f, i, end, set)))
			return psets_failed(s) ? NULL : ace_of(acl, &f, i);
	}
	return NULL;
}
