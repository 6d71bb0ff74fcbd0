/* route-map */
#include "model/build.h"

#include "syntax/ifname.h"

#include <stdlib.h>

enum { FIRST_SEQUENCE = 10 };

void collect_route_map(struct build *b, const struct node *n)
{
	struct cm_str name = build_name(b, n, ROLE_NAME);
	const struct arg *sequence = node_arg(n, ROLE_SEQUENCE);
	if (!name.at)
		return;
	struct thing *map = thing_find(b, FAMILY_ROUTE_MAP, 0, name, 0);
	if (undoes(n)) {
		thing_remove(b,
			map && sequence
				? thing_find(b, FAMILY_CLAUSE, map->id, map->name, sequence->value)
				: map);
		if (map && !map->n_children)
			thing_remove(b, map);
		return;
	}
	map = thing_get(b, FAMILY_ROUTE_MAP, NULL, name, 0, role_span(n, ROLE_NAME));
	if (!map)
		return;
	thing_add(b, map, n);
	struct thing *clause = thing_get(b, FAMILY_CLAUSE, map, map->name,
		sequence ? sequence->value : FIRST_SEQUENCE, role_span(n, ROLE_NAME));
	if (clause)
		thing_add(b, clause, n);
}

struct clause_work {
	struct cm_route_map_clause *clause;
	struct vec acls, prefix_lists, interfaces;
};

/* Add each name of a role to a list of references once, or take it out; `no` alone takes all. */
static void names(
	struct build *b, struct vec *list, const struct node *n, enum role role, bool interfaces)
{
	if (undoes(n) && !node_has(n, role))
		list->n = 0;
	for (const struct arg *a = node_arg(n, role); a; a = node_arg_next(n, a)) {
		struct any_ref ref, *all = list->items;
		set_ref_arg(b, &ref, a);
		if (interfaces)
			ref.name = ifname_canonical(b->arena, ref.name);
		size_t i = 0;
		while (i < list->n && !cm_str_same(all[i].name, ref.name))
			i++;
		if (undoes(n) && i < list->n)
			vec_drop(list, i, sizeof *all);
		else if (!undoes(n) && i == list->n)
			*VEC_NEW(b, list, struct any_ref) = ref;
	}
}

static void match_address(struct build *b, void *object, const struct node *n)
{
	names(b, &((struct clause_work *)object)->acls, n, ROLE_ACL, false);
}

static void match_prefix_list(struct build *b, void *object, const struct node *n)
{
	names(b, &((struct clause_work *)object)->prefix_lists, n, ROLE_PREFIX_LIST, false);
}

static void match_interface(struct build *b, void *object, const struct node *n)
{
	names(b, &((struct clause_work *)object)->interfaces, n, ROLE_INTERFACE, true);
}

static void match_length(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_route_map_clause *clause = ((struct clause_work *)object)->clause;
	clause->has_length = !undoes(n);
	clause->length[0] = node_value(n, ROLE_FIRST, 0);
	clause->length[1] = node_value(n, ROLE_LAST, 0);
}

static void match_other(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_route_map_clause *clause = ((struct clause_work *)object)->clause;
	clause->other_match = clause->other_match || !undoes(n);
}

static void set_interface(struct build *b, void *object, const struct node *n)
{
	struct cm_route_map_clause *clause = ((struct clause_work *)object)->clause;
	set_interface_ref(b, &clause->set_interface, n, ROLE_INTERFACE);
	clause->sets_interface = !undoes(n);
}

static void set_next_hop(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_route_map_clause *clause = ((struct clause_work *)object)->clause;
	clause->sets_next_hop = !undoes(n);
	clause->next_hop = undoes(n) ? 0 : node_value(n, ROLE_GATEWAY, 0);
}

static void set_df(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_route_map_clause *clause = ((struct clause_work *)object)->clause;
	clause->sets_df_clear = !undoes(n) && node_value(n, ROLE_NUMBER, 1) == 0;
}

static void set_continue(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_route_map_clause *clause = ((struct clause_work *)object)->clause;
	clause->has_continue = !undoes(n);
	clause->continue_at = undoes(n) ? 0 : node_value(n, ROLE_NUMBER, 0);
}

static apply_line *const lines[KINDS] = {
	[KIND_RM_MATCH_ADDRESS] = match_address,
	[KIND_RM_MATCH_PREFIX_LIST] = match_prefix_list,
	[KIND_RM_MATCH_INTERFACE] = match_interface,
	[KIND_RM_MATCH_LENGTH] = match_length,
	[KIND_RM_MATCH_OTHER] = match_other,
	[KIND_RM_SET_INTERFACE] = set_interface,
	[KIND_RM_SET_NEXT_HOP] = set_next_hop,
	[KIND_RM_SET_DF] = set_df,
	[KIND_RM_CONTINUE] = set_continue,
};

/* The action of the last header holds; one without keeps what was (permit at first). */
static void headers(struct build *b, struct cm_route_map_clause *clause, const struct thing *t)
{
	clause->permit = true;
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *n = run->first;; n = n->next) {
			if (node_has(n, ROLE_ACTION))
				clause->permit = role_is(b, n, ROLE_ACTION, "permit");
			if (n == run->last)
				break;
		}
}

static void make_clause(struct build *b, struct clause_work *work, struct thing *t)
{
	struct cm_route_map_clause *clause = work->clause;
	clause->sequence = t->number;
	clause->at = thing_at(t);
	headers(b, clause, t);
	each_line(b, t, work, lines);
	clause->acls = vec_take(b, &work->acls, sizeof *clause->acls, &clause->n_acls);
	clause->prefix_lists = vec_take(
		b, &work->prefix_lists, sizeof *clause->prefix_lists, &clause->n_prefix_lists);
	clause->interfaces =
		vec_take(b, &work->interfaces, sizeof *clause->interfaces, &clause->n_interfaces);
}

static int by_sequence(const void *a, const void *b)
{
	const struct cm_route_map_clause *x = a, *y = b;
	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static void make_map(
	struct build *b, struct clause_work *work, struct thing *t, struct cm_route_map *map)
{
	struct cm_route_map_clause *all = build_array(b, t->n_children, sizeof *all);
	map->name = t->name;
	map->at = thing_at(t);
	for (struct thing *c = all ? t->children : NULL; c; c = c->next_child) {
		if (c->dead)
			continue;
		work->clause = &all[map->n_clauses++];
		make_clause(b, work, c);
	}
	if (map->n_clauses)
		qsort(all, map->n_clauses, sizeof *all, by_sequence);
	map->clauses = all;
}

void make_route_maps(struct build *b)
{
	size_t n = 0;
	struct clause_work work = { 0 };
	struct cm_route_map *all = build_array(b, b->alive[FAMILY_ROUTE_MAP], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_ROUTE_MAP] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		t->index = (uint32_t)n;
		make_map(b, &work, t, &all[n++]);
	}
	vec_free(&work.acls);
	vec_free(&work.prefix_lists);
	vec_free(&work.interfaces);
	b->m->route_maps = all;
	b->m->n_route_maps = n;
}

void apply_local_policy(struct build *b, const struct node *n)
{
	set_ref(b, &b->m->local_policy, n, ROLE_ROUTE_MAP);
}
