/* Things that are little more than a name: VRFs, pools, hosts, prefix-lists, time-ranges … */
#include "model/build.h"

/* --- collect --------------------------------------------------------------------------------------- */

void collect_vrf(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_VRF, n);
}

void collect_acl6(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_ACL6, n);
}

void collect_time_range(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_TIME_RANGE, n);
}

void collect_local_pool(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_LOCAL_POOL, n);
}

void collect_trustpoint(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_TRUSTPOINT, n);
}

void collect_host(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_HOST, n);
}

/* `no` with an entry takes only that entry; the list is known by name alone here. */
void collect_prefix_list(struct build *b, const struct node *n)
{
	if (!undoes(n) || !node_has(n, ROLE_ACTION))
		collect_named(b, FAMILY_PREFIX_LIST, n);
}

/* hostname, ip domain-name: the last one holds. `version` is read before all others. */
void apply_names(struct build *b, const struct node *n)
{
	if (n->kind == KIND_DOMAIN && node_has(n, ROLE_VRF))
		return; /* of a VRF, not the router's own */
	struct cm_word *word = n->kind == KIND_HOSTNAME ? &b->m->hostname : &b->m->domain;
	*word = (struct cm_word){ { NULL, 0 }, { 0, 0 } };
	if (!undoes(n))
		*word = (struct cm_word){ build_name(b, n, ROLE_NAME), role_span(n, ROLE_NAME) };
}

/* --- make ------------------------------------------------------------------------------------------ */

bool host_address(const struct build *b, struct cm_str name, uint32_t *address)
{
	const struct thing *t = thing_find(b, FAMILY_HOST, 0, name, 0);
	const struct arg *a = t ? node_arg(t->last_run->last, ROLE_ADDRESS) : NULL;
	if (!a || a->shape != SHAPE_ADDRESS)
		return false;
	*address = a->value;
	return true;
}

static void make_vrfs(struct build *b)
{
	size_t n = 0;
	struct cm_vrf *all = build_array(b, b->alive[FAMILY_VRF], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_VRF] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		t->index = (uint32_t)n;
		all[n++] = (struct cm_vrf){ t->name, thing_at(t) };
	}
	b->m->vrfs = all;
	b->m->n_vrfs = n;
}

static size_t count_kind(const struct thing *t, enum kind kind)
{
	size_t n = 0;
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *head = run->first;; head = head->next) {
			for (const struct node *line = head->first; line; line = line->next)
				n += line->kind == kind && !undoes(line);
			if (head == run->last)
				break;
		}
	return n;
}

static void make_acl6s(struct build *b)
{
	size_t n = 0;
	struct cm_acl6 *all = build_array(b, b->alive[FAMILY_ACL6], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_ACL6] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		t->index = (uint32_t)n;
		all[n++] = (struct cm_acl6){ t->name, count_kind(t, KIND_ACE6), thing_at(t) };
	}
	b->m->acl6s = all;
	b->m->n_acl6s = n;
}

static void make_prefix_lists(struct build *b)
{
	size_t n = 0;
	struct cm_prefix_list *all = build_array(b, b->alive[FAMILY_PREFIX_LIST], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_PREFIX_LIST] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		t->index = (uint32_t)n;
		all[n++] = (struct cm_prefix_list){ t->name, thing_at(t) };
	}
	b->m->prefix_lists = all;
	b->m->n_prefix_lists = n;
}

static void make_time_ranges(struct build *b)
{
	size_t n = 0;
	struct cm_time_range *all = build_array(b, b->alive[FAMILY_TIME_RANGE], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_TIME_RANGE] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		t->index = (uint32_t)n;
		all[n++] = (struct cm_time_range){ t->name, thing_at(t) };
	}
	b->m->time_ranges = all;
	b->m->n_time_ranges = n;
}

/* `ip host` may give several addresses: a row each, in their order. */
static void make_hosts(struct build *b)
{
	struct vec hosts = { NULL, 0, 0 };
	for (struct thing *t = b->head[FAMILY_HOST]; t; t = t->next) {
		const struct node *n = t->dead ? NULL : t->last_run->last;
		for (const struct arg *a = n ? node_arg(n, ROLE_ADDRESS) : NULL; a;
			a = node_arg_next(n, a))
			if (a->shape == SHAPE_ADDRESS)
				*VEC_NEW(b, &hosts, struct cm_host) =
					(struct cm_host){ t->name, a->value, n->span };
	}
	b->m->hosts = vec_take(b, &hosts, sizeof *b->m->hosts, &b->m->n_hosts);
	vec_free(&hosts);
}

void make_names(struct build *b)
{
	make_vrfs(b);
	make_acl6s(b);
	make_prefix_lists(b);
	make_time_ranges(b);
	make_hosts(b);
}
