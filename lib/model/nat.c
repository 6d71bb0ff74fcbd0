/* ip nat: pools and rules in order of precedence */
#include "model/build.h"
#include "model/index.h"

#include "syntax/ifname.h"
#include <stdlib.h>
#include <string.h>

/* --- pools ----------------------------------------------------------------------------------------- */

void collect_nat_pool(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_NAT_POOL, n);
}

struct pool_work {
	struct cm_nat_pool *pool;
	struct vec ranges; /* uint32_t[2] */
};

static void range(struct build *b, void *object, const struct node *n)
{
	struct pool_work *work = object;
	uint32_t first = node_value(n, ROLE_FIRST, 0), last = node_value(n, ROLE_LAST, first);
	uint32_t(*all)[2] = work->ranges.items;
	size_t i = 0;
	if (!node_has(n, ROLE_FIRST))
		return;
	while (i < work->ranges.n && (all[i][0] != first || all[i][1] != last))
		i++;
	if (undoes(n) && i < work->ranges.n) {
		vec_drop(&work->ranges, i, sizeof *all);
	} else if (!undoes(n) && i == work->ranges.n) {
		uint32_t *fresh = vec_new(b, &work->ranges, sizeof *all);
		fresh[0] = first;
		fresh[1] = last;
	}
}

/* Entered again, a pool on one line is replaced as a whole. */
static void pool_header(struct build *b, struct pool_work *work, const struct node *n)
{
	struct cm_nat_pool *pool = work->pool;
	const struct arg *length = node_arg(n, ROLE_PREFIX_LENGTH);
	if (node_has(n, ROLE_FIRST)) {
		work->ranges.n = 0;
		range(b, work, n);
		pool->net.address = node_value(n, ROLE_FIRST, 0);
	}
	if (length)
		pool->net.mask = cm_mask_of(length->value > 32 ? 32 : length->value);
	else if (node_has(n, ROLE_MASK))
		pool->net.mask = node_value(n, ROLE_MASK, 0);
	if (node_has(n, ROLE_TYPE))
		pool->type = cm_str_of(role_word(b, n, ROLE_TYPE));
}

static apply_line *const pool_lines[KINDS] = {
	[KIND_NAT_POOL_RANGE] = range,
};

static void make_pool(struct build *b, struct pool_work *work, struct thing *t)
{
	struct cm_nat_pool *pool = work->pool;
	pool->name = t->name;
	pool->at = thing_at(t);
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *n = run->first;; n = n->next) {
			pool_header(b, work, n);
			if (n == run->last)
				break;
		}
	each_line(b, t, work, pool_lines);
	if (!pool->net.address && work->ranges.n)
		pool->net.address = ((uint32_t(*)[2])work->ranges.items)[0][0];
	pool->net.address &= pool->net.mask;
	pool->ranges = vec_take(b, &work->ranges, sizeof *pool->ranges, &pool->n_ranges);
}

static void make_pools(struct build *b)
{
	size_t n = 0;
	struct pool_work work = { 0 };
	struct cm_nat_pool *all = build_array(b, b->alive[FAMILY_NAT_POOL], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_NAT_POOL] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		work.pool = &all[n];
		t->index = (uint32_t)n++;
		make_pool(b, &work, t);
	}
	vec_free(&work.ranges);
	b->m->nat_pools = all;
	b->m->n_nat_pools = n;
}

/* --- rules ----------------------------------------------------------------------------------------- */

void collect_nat(struct build *b, const struct node *n)
{
	*VEC_NEW(b, &b->nat, const struct node *) = n;
}

static enum cm_nat_side side_of(struct build *b, const struct node *n)
{
	bool outside = role_is(b, n, ROLE_SIDE, "outside");
	bool destination = role_is(b, n, ROLE_WHAT, "destination");
	return outside        ? CM_NAT_OUTSIDE_SOURCE
		: destination ? CM_NAT_INSIDE_DESTINATION
			      : CM_NAT_INSIDE_SOURCE;
}

static void static_ends(struct cm_nat_rule *rule, const struct node *n)
{
	const struct arg *length = node_arg(n, ROLE_PREFIX_LENGTH);
	bool network = node_has(n, ROLE_NETWORK);
	rule->kind = network                   ? CM_NAT_STATIC_NETWORK
		: node_has(n, ROLE_LOCAL_PORT) ? CM_NAT_STATIC_PORT
					       : CM_NAT_STATIC;
	rule->mask = UINT32_MAX;
	if (network && length)
		rule->mask = cm_mask_of(length->value > 32 ? 32 : length->value);
	else if (network)
		rule->mask = node_value(n, ROLE_MASK, UINT32_MAX);
	rule->local = node_value(n, ROLE_LOCAL, 0) & rule->mask;
	rule->global = node_value(n, ROLE_GLOBAL, 0) & rule->mask;
	rule->protocol = (uint8_t)node_value(n, ROLE_PROTOCOL, 0);
	rule->local_port = (uint16_t)node_value(n, ROLE_LOCAL_PORT, 0);
	rule->global_port = (uint16_t)node_value(n, ROLE_GLOBAL_PORT, 0);
}

static struct cm_nat_rule rule_of(struct build *b, const struct node *n)
{
	struct cm_nat_rule rule = { .side = side_of(b, n), .at = n->span, .mask = UINT32_MAX };
	set_ref_arg(b, &rule.acl, node_arg(n, ROLE_ACL));
	set_ref_arg(b, &rule.route_map, node_arg(n, ROLE_ROUTE_MAP));
	set_ref_arg(b, &rule.pool, node_arg(n, ROLE_POOL));
	set_ref_arg(b, &rule.vrf, node_arg(n, ROLE_VRF));
	set_ref_arg(b, &rule.interface, node_arg(n, ROLE_INTERFACE));
	if (rule.interface.name.at)
		rule.interface.name = ifname_canonical(b->arena, rule.interface.name);
	if (n->kind == KIND_NAT_STATIC)
		static_ends(&rule, n);
	else
		rule.kind = rule.acl.name.at ? CM_NAT_LIST : CM_NAT_ROUTE_MAP;
	rule.overload = node_has(n, ROLE_OVERLOAD);
	rule.extendable = node_has(n, ROLE_EXTENDABLE);
	rule.reversible = node_has(n, ROLE_REVERSIBLE);
	rule.add_route = node_has(n, ROLE_ADD_ROUTE);
	return rule;
}

static bool same_word(struct cm_str a, struct cm_str b)
{
	return a.length == b.length && (!a.length || cm_str_same(a, b));
}

/* One dynamic rule for a list (or route-map) and VRF; one static for its two ends. */
static bool same_rule(const struct cm_nat_rule *a, const struct cm_nat_rule *b)
{
	if (a->side != b->side || a->kind != b->kind || !same_word(a->vrf.name, b->vrf.name))
		return false;
	if (a->kind == CM_NAT_LIST)
		return same_word(a->acl.name, b->acl.name);
	if (a->kind == CM_NAT_ROUTE_MAP)
		return same_word(a->route_map.name, b->route_map.name);
	return a->local == b->local && a->global == b->global && a->mask == b->mask &&
		a->protocol == b->protocol && a->local_port == b->local_port &&
		a->global_port == b->global_port && same_word(a->interface.name, b->interface.name);
}

static uint64_t rule_hash(const struct cm_nat_rule *rule)
{
	uint64_t hash = name_hash(rule->side * 8u + rule->kind, rule->vrf.name);
	if (rule->kind == CM_NAT_LIST || rule->kind == CM_NAT_ROUTE_MAP)
		return hash ^
			name_hash(0,
				rule->kind == CM_NAT_LIST ? rule->acl.name : rule->route_map.name);
	hash ^= (uint64_t)rule->local << 32 | rule->global;
	return hash_mix(hash_mix(hash) ^ (uint64_t)rule->local_port << 16 ^ rule->global_port);
}

struct rule_list {
	struct vec rules; /* `at` empty: removed */
	uint32_t *slots;
	size_t mask;
};

static bool is_removed(const struct cm_nat_rule *rule)
{
	return rule->at.start == rule->at.end;
}

static void rule_apply(struct build *b, struct rule_list *list, const struct node *n)
{
	struct cm_nat_rule rule = rule_of(b, n), *all = list->rules.items;
	size_t at = rule_hash(&rule) & list->mask;
	while (list->slots[at] && !same_rule(&all[list->slots[at] - 1], &rule))
		at = (at + 1) & list->mask;
	struct cm_nat_rule *old = list->slots[at] ? &all[list->slots[at] - 1] : NULL;
	if (undoes(n)) {
		if (old)
			old->at = (struct cm_span){ 0, 0 };
		return;
	}
	if (old) {
		*old = rule;
		return;
	}
	*VEC_NEW(b, &list->rules, struct cm_nat_rule) = rule;
	list->slots[at] = (uint32_t)list->rules.n;
}

/* --- precedence -------------------------------------------------------------------------------------- */

/* Lists with numbers come first, by number; then names, by their letters. */
static int compare_lists(struct cm_str a, struct cm_str b)
{
	bool x = a.at[0] >= '0' && a.at[0] <= '9', y = b.at[0] >= '0' && b.at[0] <= '9';
	if (x != y)
		return x ? -1 : 1;
	if (x && a.length != b.length)
		return a.length < b.length ? -1 : 1;
	return cm_str_compare(a, b);
}

static int rank(const struct cm_nat_rule *rule)
{
	return rule->kind == CM_NAT_LIST ? 1 : rule->kind == CM_NAT_ROUTE_MAP ? 2 : 0;
}

static int compare_dynamic(const struct cm_nat_rule *a, const struct cm_nat_rule *b)
{
	struct cm_str x = rank(a) == 1 ? a->acl.name : a->route_map.name;
	struct cm_str y = rank(b) == 1 ? b->acl.name : b->route_map.name;
	if (!x.length || !y.length)
		return (x.length > 0) - (y.length > 0);
	return rank(a) == 1 ? compare_lists(x, y) : cm_str_compare(x, y);
}

/*
 * ios.md 3.6: statics before dynamics, longer masks first; dynamics by a list before those by a
 * route-map. Rules of equal rank stay in the order of the text.
 */
static int by_precedence(const void *a, const void *b)
{
	const struct cm_nat_rule *x = a, *y = b;
	int order = rank(x) - rank(y);
	if (!order && !rank(x) && x->mask != y->mask)
		order = x->mask > y->mask ? -1 : 1;
	if (!order && !rank(x))
		order = (y->kind == CM_NAT_STATIC_PORT) - (x->kind == CM_NAT_STATIC_PORT);
	if (!order && rank(x))
		order = compare_dynamic(x, y);
	return order ? order : x->at.start < y->at.start ? -1 : x->at.start > y->at.start;
}

static bool rule_room(struct build *b, struct rule_list *list)
{
	size_t room = 16;
	while (room < b->nat.n * 2)
		room *= 2;
	list->mask = room - 1;
	list->slots = calloc(room, sizeof *list->slots);
	b->failed = b->failed || !list->slots;
	return !b->failed;
}

static void make_rules(struct build *b)
{
	struct rule_list list = { 0 };
	const struct node **nodes = b->nat.items;
	bool ready = rule_room(b, &list);
	for (size_t i = 0; ready && !b->failed && i < b->nat.n; i++)
		rule_apply(b, &list, nodes[i]);
	struct cm_nat_rule *all = list.rules.items;
	size_t n = 0;
	for (size_t i = 0; i < list.rules.n; i++)
		if (!is_removed(&all[i]))
			all[n++] = all[i];
	list.rules.n = n;
	if (n)
		qsort(all, n, sizeof *all, by_precedence);
	b->m->nat_rules = vec_take(b, &list.rules, sizeof *all, &b->m->n_nat_rules);
	vec_free(&list.rules);
	free(list.slots);
}

void make_nat(struct build *b)
{
	make_pools(b);
	make_rules(b);
}
