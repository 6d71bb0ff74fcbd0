/* Lines that the reader refused: what they would have said is missing from the model. */
#include "check/check.h"
#include "syntax/document.h"

#include <stdlib.h>
#include <string.h>

struct refused {
	const struct node **lines; /* the refused lines, in text order */
	size_t n, room;
	uint32_t *of; /* where the block of each begins; UINT32_MAX: none */
	size_t n_of, of_room;
	uint32_t *headers; /* where the blocks begin that hold one, sorted */
	size_t n_headers, headers_room;
};

static void note_line(
	struct check *c, struct refused *r, const struct node *n, const struct node *header)
{
	const struct node **line = ARENA_PUSH(c->arena, r->lines, r->n, r->room);
	uint32_t *of = ARENA_PUSH(c->arena, r->of, r->n_of, r->of_room);
	if (line && of) {
		*line = n;
		*of = header ? header->span.start : UINT32_MAX;
	}
	uint32_t *start =
		header ? ARENA_PUSH(c->arena, r->headers, r->n_headers, r->headers_room) : NULL;
	if (start)
		*start = header->span.start;
}

/* Blocks in blocks are at most three deep: so is the grammar. */
static void collect(struct check *c, struct refused *r, const struct node *first,
	const struct node *end, const struct node *header)
{
	for (const struct node *n = first; n && n != end; n = n->next) {
		if (n->kind == KIND_ERROR)
			note_line(c, r, n, header);
		collect(c, r, n->first, NULL, n);
	}
}

static int by_start(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static const struct refused *refused_lines(struct check *c)
{
	if (c->refused)
		return c->refused;
	struct refused *r = ARENA_NEW(c->arena, struct refused);
	if (!r)
		return NULL;
	const struct router *router = &c->document->routers[c->router];
	collect(c, r, router->first, router->end, NULL);
	if (r->n_headers)
		qsort(r->headers, r->n_headers, sizeof *r->headers, by_start);
	c->refused = r;
	return r;
}

bool check_refused_in(struct check *c, struct cm_span header)
{
	const struct refused *r = refused_lines(c);
	return r && r->n_headers &&
		bsearch(&header.start, r->headers, r->n_headers, sizeof *r->headers, by_start);
}

static bool begins(const struct check *c, const struct node *n, const char *words)
{
	size_t length = strlen(words);
	struct cm_str line = cm_document_slice(c->document, n->span);
	return line.length >= length && memcmp(line.at, words, length) == 0;
}

bool check_refused_word(struct check *c, struct cm_span header, const char *words)
{
	if (!check_refused_in(c, header))
		return false;
	const struct refused *r = refused_lines(c);
	for (size_t i = 0; i < r->n && i < r->n_of; i++)
		if (r->of[i] == header.start && begins(c, r->lines[i], words))
			return true;
	return false;
}

bool check_refused_line(struct check *c, const char *words)
{
	const struct refused *r = refused_lines(c);
	for (size_t i = 0; r && i < r->n; i++)
		if (begins(c, r->lines[i], words))
			return true;
	return false;
}
