/* crypto isakmp policy */
#include "model/build.h"

#include <stdlib.h>

/* ios.md 2.1: what a policy says whose lines are absent, in all releases. */
static struct cm_p1 default_p1(unsigned priority)
{
	return (struct cm_p1){
		.priority = priority,
		.cipher = cm_cipher_named("des"),
		.hash = cm_hash_named("sha1"),
		.auth = cm_auth_named("rsa-sig"),
		.group = cm_group_numbered(1),
		.lifetime_s = 86400,
	};
}

void collect_policy(struct build *b, const struct node *n)
{
	const struct cm_str nameless = { "", 0 };
	uint32_t priority = node_value(n, ROLE_PRIORITY, 0);
	if (undoes(n)) {
		thing_remove(b, thing_find(b, FAMILY_POLICY, 0, nameless, priority));
		return;
	}
	if (!node_has(n, ROLE_PRIORITY))
		return;
	struct thing *t =
		thing_get(b, FAMILY_POLICY, NULL, nameless, priority, role_span(n, ROLE_PRIORITY));
	if (t)
		thing_add(b, t, n);
}

static struct cm_span origin(const struct node *n)
{
	return undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
}

static void encryption(struct build *b, void *object, const struct node *n)
{
	struct cm_p1 *p1 = &((struct cm_policy *)object)->p1;
	const struct cm_cipher *cipher = undoes(n)
		? default_p1(0).cipher
		: cm_cipher_typed(build_name(b, n, ROLE_CIPHER), build_name(b, n, ROLE_KEY_BITS),
			  NULL, NULL);
	if (!cipher)
		return;
	p1->cipher = cipher;
	p1->where.cipher = origin(n);
}

static void hash(struct build *b, void *object, const struct node *n)
{
	struct cm_p1 *p1 = &((struct cm_policy *)object)->p1;
	const struct cm_hash *row =
		undoes(n) ? default_p1(0).hash : cm_hash_typed(build_name(b, n, ROLE_HASH), NULL);
	if (!row)
		return;
	p1->hash = row;
	p1->where.hash = origin(n);
}

static void authentication(struct build *b, void *object, const struct node *n)
{
	struct cm_p1 *p1 = &((struct cm_policy *)object)->p1;
	const struct cm_auth *row =
		undoes(n) ? default_p1(0).auth : cm_auth_typed(build_name(b, n, ROLE_AUTH), NULL);
	if (!row)
		return;
	p1->auth = row;
	p1->where.auth = origin(n);
}

static void group(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_p1 *p1 = &((struct cm_policy *)object)->p1;
	const struct cm_group *row =
		cm_group_numbered(undoes(n) ? 1 : node_value(n, ROLE_GROUP, 0));
	if (!row)
		return;
	p1->group = row;
	p1->where.group = origin(n);
}

static void lifetime(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_p1 *p1 = &((struct cm_policy *)object)->p1;
	if (!undoes(n) && !node_has(n, ROLE_SECONDS))
		return;
	p1->lifetime_s = undoes(n) ? default_p1(0).lifetime_s : node_value(n, ROLE_SECONDS, 0);
	p1->where.lifetime = origin(n);
}

static apply_line *const lines[KINDS] = {
	[KIND_ENCRYPTION] = encryption,
	[KIND_HASH] = hash,
	[KIND_AUTHENTICATION] = authentication,
	[KIND_GROUP] = group,
	[KIND_LIFETIME] = lifetime,
};

static int by_priority(const void *a, const void *b)
{
	const struct cm_policy *x = a, *y = b;
	return x->p1.priority < y->p1.priority ? -1 : x->p1.priority > y->p1.priority;
}

/* --- built in -------------------------------------------------------------------------------------- */

/* ios.md 2.1: the eight of 12.4(20)T and later, used when none is configured. */
static const struct {
	uint16_t priority, group;
	const char *auth, *cipher, *hash;
} eight[] = {
	{ 65507, 5, "rsa-sig", "aes-128", "sha1" },
	{ 65508, 5, "pre-share", "aes-128", "sha1" },
	{ 65509, 5, "rsa-sig", "aes-128", "md5" },
	{ 65510, 5, "pre-share", "aes-128", "md5" },
	{ 65511, 2, "rsa-sig", "3des", "sha1" },
	{ 65512, 2, "pre-share", "3des", "sha1" },
	{ 65513, 2, "rsa-sig", "3des", "md5" },
	{ 65514, 2, "pre-share", "3des", "md5" },
};
enum { EIGHT = sizeof eight / sizeof *eight };

static void make_eight(struct build *b)
{
	struct cm_policy *all = build_array(b, EIGHT, sizeof *all);
	for (size_t i = 0; all && i < EIGHT; i++) {
		all[i].p1 = default_p1(eight[i].priority);
		all[i].p1.cipher = cm_cipher_named(eight[i].cipher);
		all[i].p1.hash = cm_hash_named(eight[i].hash);
		all[i].p1.auth = cm_auth_named(eight[i].auth);
		all[i].p1.group = cm_group_numbered(eight[i].group);
		all[i].p1.built_in = true;
	}
	b->m->default_policies = all;
	b->m->n_default_policies = all ? EIGHT : 0;
}

/* Before 12.4(20)T: the `Default protection suite`, always behind what is configured. */
static void make_one(struct build *b)
{
	struct cm_policy *one = build_array(b, 1, sizeof *one);
	if (!one)
		return;
	one->p1 = default_p1(65535);
	one->p1.built_in = true;
	b->m->default_policies = one;
	b->m->n_default_policies = 1;
}

static void make_built_in(struct build *b)
{
	if (!cm_release_since(b->release, "12.4(20)T", true))
		make_one(b);
	else if (!b->m->n_policies && b->m->isakmp.default_policy.on)
		make_eight(b);
}

void make_policies(struct build *b)
{
	size_t n = 0;
	struct cm_policy *all = build_array(b, b->alive[FAMILY_POLICY], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_POLICY] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		all[n].p1 = default_p1(t->number);
		all[n].p1.at = all[n].at = thing_at(t);
		each_line(b, t, &all[n++], lines);
	}
	if (n)
		qsort(all, n, sizeof *all, by_priority);
	b->m->policies = all;
	b->m->n_policies = n;
	make_built_in(b);
}
