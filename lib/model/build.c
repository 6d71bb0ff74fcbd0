#include "model/build.h"

#include "syntax/ifname.h"

#include <stdlib.h>
#include <string.h>

/* --- memory -------------------------------------------------------------------------------------- */

void *vec_new(struct build *b, struct vec *vec, size_t size)
{
	if (vec->n == vec->room) {
		size_t room = vec->room ? vec->room * 2 : 16;
		void *items = realloc(vec->items, room * size);
		if (!items) {
			b->failed = true;
			return b->junk;
		}
		vec->items = items;
		vec->room = room;
	}
	return memset((char *)vec->items + vec->n++ * size, 0, size);
}

void *vec_take(struct build *b, struct vec *vec, size_t size, size_t *n)
{
	void *copy = build_array(b, vec->n, size);
	*n = 0;
	if (copy && vec->n && !b->failed) {
		memcpy(copy, vec->items, vec->n * size);
		*n = vec->n;
	}
	vec->n = 0;
	return copy;
}

void vec_free(struct vec *vec)
{
	free(vec->items);
	*vec = (struct vec){ NULL, 0, 0 };
}

void vec_drop(struct vec *vec, size_t at, size_t size)
{
	char *place = (char *)vec->items + at * size;
	memmove(place, place + size, (vec->n - at - 1) * size);
	vec->n--;
}

void *build_take(struct build *b, size_t size)
{
	void *at = arena_take(b->arena, size);
	if (at)
		return at;
	b->failed = true;
	return b->junk;
}

void *build_array(struct build *b, size_t n, size_t size)
{
	if (!n)
		return NULL;
	void *at = arena_take(b->arena, n * size);
	if (!at)
		b->failed = true;
	return at;
}

/* --- lines --------------------------------------------------------------------------------------- */

void each_line(struct build *b, const struct thing *t, void *object, apply_line *const table[KINDS])
{
	for (const struct run *run = t->last_run ? &t->runs : NULL; run; run = run->next)
		for (const struct node *head = run->first;; head = head->next) {
			for (const struct node *n = head->first; n; n = n->next)
				if (table[n->kind])
					table[n->kind](b, object, n);
			if (head == run->last)
				break;
		}
}

struct cm_str build_text(const struct build *b, const struct arg *a)
{
	if (!a)
		return (struct cm_str){ NULL, 0 };
	return source_slice(&b->doc->source, a->span);
}

struct cm_str build_name(const struct build *b, const struct node *n, enum role role)
{
	return build_text(b, node_arg(n, role));
}

struct cm_span role_span(const struct node *n, enum role role)
{
	const struct arg *a = node_arg(n, role);
	return a ? a->span : (struct cm_span){ 0, 0 };
}

const char *build_word(const struct build *b, const struct arg *a)
{
	const char *word = a ? node_word(b->doc, a) : NULL;
	return word ? word : "";
}

const char *role_word(const struct build *b, const struct node *n, enum role role)
{
	return build_word(b, node_arg(n, role));
}

bool role_is(const struct build *b, const struct node *n, enum role role, const char *word)
{
	return strcmp(role_word(b, n, role), word) == 0;
}

void set_flag(struct cm_flag *flag, const struct node *n, bool by_default)
{
	if (n->defaulted)
		*flag = (struct cm_flag){ by_default, { 0, 0 } };
	else
		*flag = (struct cm_flag){ !n->negated, n->span };
}

void set_number(struct cm_number *number, const struct node *n, enum role role, uint32_t by_default)
{
	if (undoes(n))
		*number = (struct cm_number){ by_default, { 0, 0 } };
	else if (node_has(n, role))
		*number = (struct cm_number){ node_value(n, role, by_default), n->span };
}

void set_ref_arg(struct build *b, void *ref, const struct arg *a)
{
	struct any_ref empty = { { NULL, 0 }, { 0, 0 }, NULL };
	if (a)
		empty = (struct any_ref){ build_text(b, a), a->span, NULL };
	memcpy(ref, &empty, sizeof empty);
}

void set_ref(struct build *b, void *ref, const struct node *n, enum role role)
{
	set_ref_arg(b, ref, undoes(n) ? NULL : node_arg(n, role));
}

void set_interface_ref(struct build *b, void *ref, const struct node *n, enum role role)
{
	set_ref(b, ref, n, role);
	struct any_ref at;
	memcpy(&at, ref, sizeof at);
	if (at.name.at)
		at.name = ifname_canonical(b->arena, at.name);
	memcpy(ref, &at, sizeof at);
}
