/* crypto ipsec transform-set */
#include "model/build.h"

#include <string.h>

void collect_transform_set(struct build *b, const struct node *n)
{
	if (cm_str_is(build_name(b, n, ROLE_NAME), "default"))
		b->no_default_transform_set = n->negated;
	collect_named(b, FAMILY_TRANSFORM_SET, n);
}

/* A second transform of a class: IOS does not take the word. False then. */
static bool take(struct cm_p2 *p2, const struct cm_transform *transform)
{
	if ((transform->ah && p2->ah) || (transform->cipher && p2->cipher) ||
		(transform->hash && p2->hash) || (transform->compress && p2->compress))
		return false;
	if (transform->ah)
		p2->ah = transform->ah;
	if (transform->cipher)
		p2->cipher = transform->cipher;
	if (transform->hash)
		p2->hash = transform->hash;
	p2->compress = p2->compress || transform->compress;
	return true;
}

static const struct arg *bits_behind(const struct node *n, const struct arg *transform)
{
	const struct arg *next = transform + 1;
	return next < n->args + n->n_args && next->role == ROLE_KEY_BITS ? next : NULL;
}

/* Each header says all transforms anew; what stands in it replaces what was. */
static void header(struct build *b, struct cm_transform_set *set, const struct node *n)
{
	struct cm_p2 p2 = { .name = set->p2.name,
		.mode = set->p2.mode,
		.mode_required = set->p2.mode_required,
		.mode_at = set->p2.mode_at,
		.at = n->span };
	struct cm_span words = { 0, 0 };
	for (const struct arg *a = node_arg(n, ROLE_TRANSFORM); a; a = node_arg_next(n, a)) {
		const struct arg *bits = bits_behind(n, a);
		struct cm_transform transform;
		if (!cm_transform_typed(build_text(b, a), build_text(b, bits), &transform, NULL))
			continue;
		if (!take(&p2, &transform)) {
			diag(b->diags, "transform-class-twice", CM_ERROR, a->span,
				"%% Invalid input detected at '^' marker: a second transform of this class");
			continue;
		}
		words.start = words.end ? words.start : a->span.start;
		words.end = bits ? bits->span.end : a->span.end;
	}
	if (!words.end)
		return;
	set->p2 = p2;
	set->words = words;
}

static void mode(struct build *b, void *object, const struct node *n)
{
	struct cm_p2 *p2 = &((struct cm_transform_set *)object)->p2;
	bool transport = !undoes(n) && role_is(b, n, ROLE_MODE, "transport");
	p2->mode = transport ? CM_MODE_TRANSPORT : CM_MODE_TUNNEL;
	p2->mode_required = transport && node_has(n, ROLE_REQUIRE);
	p2->mode_at = undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
}

static void esn(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_flag(&((struct cm_transform_set *)object)->esn, n, false);
}

static apply_line *const lines[KINDS] = {
	[KIND_TRANSFORM_MODE] = mode,
	[KIND_ESN] = esn,
};

static void apply_headers(struct build *b, struct cm_transform_set *set, const struct thing *t)
{
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *n = run->first;; n = n->next) {
			header(b, set, n);
			if (n == run->last)
				break;
		}
}

/* ios.md 2.6: built in from 12.4(20)T on, unless the text says its own. */
static bool has_built_in(const struct build *b)
{
	return cm_release_since(b->release, "12.4(20)T", true) &&
		!thing_find(b, FAMILY_TRANSFORM_SET, 0, cm_str_of("default"), 0) &&
		!b->no_default_transform_set;
}

static void make_built_in(struct cm_transform_set *set)
{
	struct cm_str none = { NULL, 0 };
	set->p2.name = cm_str_of("default");
	set->p2.cipher = cm_cipher_typed(cm_str_of("aes"), none, NULL, NULL);
	set->p2.hash = cm_hash_typed(cm_str_of("sha"), NULL);
	set->p2.mode = CM_MODE_TUNNEL;
	set->built_in = true;
}

void make_transform_sets(struct build *b)
{
	size_t n = 0;
	struct cm_transform_set *all =
		build_array(b, b->alive[FAMILY_TRANSFORM_SET] + 1, sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_TRANSFORM_SET] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_transform_set *set = &all[n];
		t->index = (uint32_t)n++;
		set->p2.name = t->name;
		set->p2.mode = CM_MODE_TUNNEL;
		apply_headers(b, set, t);
		set->at = set->p2.at = thing_at(t);
		each_line(b, t, set, lines);
	}
	if (all && has_built_in(b))
		make_built_in(&all[n++]);
	b->m->transform_sets = all;
	b->m->n_transform_sets = n;
}
