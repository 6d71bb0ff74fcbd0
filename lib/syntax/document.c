#include "syntax/document.h"

#include "syntax/syntax.h"

#include <string.h>

/* Offsets are 32 bits and a few values beyond the text are needed. */
static const size_t LONGEST = (size_t)1 << 31;

static void keep_options(struct cm_document *doc, const struct cm_options *options)
{
	if (options && options->ios_release)
		doc->options.ios_release = arena_copy(doc->arena, cm_str_of(options->ios_release));
}

static bool too_long(struct cm_document *doc, const char *name)
{
	struct cm_span nowhere = { 0, 0 };
	diag(&doc->diags, "text-too-long", CM_ERROR, nowhere,
		"the text is longer than 2147483648 octets and was not read");
	return source_init(&doc->source, doc->arena, name, "", 0);
}

struct cm_document *syntax_new(
	const char *name, const char *text, size_t length, const struct cm_options *options)
{
	struct arena *arena = arena_new();
	if (!arena)
		return NULL;
	struct cm_document *doc = ARENA_NEW(arena, struct cm_document);
	if (!doc) {
		arena_free(arena);
		return NULL;
	}
	doc->arena = arena;
	doc->diags.arena = arena;
	keep_options(doc, options);
	bool ok = length > LONGEST ? too_long(doc, name)
				   : source_init(&doc->source, arena, name, text, length);
	if (!ok || !source_index(&doc->source, arena) || arena_failed(arena)) {
		arena_free(arena);
		return NULL;
	}
	return doc;
}

/* Secrets stand in the text and nowhere else: all that was made of it points there. */
void cm_document_free(struct cm_document *doc)
{
	if (!doc)
		return;
	arena_wipe((char *)doc->source.text, doc->source.length);
	arena_free(doc->arena);
}

const char *cm_document_name(const struct cm_document *doc)
{
	return doc->source.name;
}

struct cm_str cm_document_text(const struct cm_document *doc)
{
	struct cm_str text = { doc->source.text, doc->source.length };
	return text;
}

struct cm_str cm_document_slice(const struct cm_document *doc, struct cm_span span)
{
	return source_slice(&doc->source, span);
}

void cm_document_place(
	const struct cm_document *doc, uint32_t offset, uint32_t *line, uint32_t *column)
{
	source_place(&doc->source, offset, line, column);
}

struct cm_str cm_document_line(const struct cm_document *doc, uint32_t line)
{
	return source_line(&doc->source, line);
}

uint32_t cm_document_lines(const struct cm_document *doc)
{
	return doc->source.n_lines;
}

const struct cm_span *cm_document_secrets(const struct cm_document *doc, size_t *n)
{
	*n = doc->n_secrets;
	return doc->secrets;
}

/* The first secret that ends behind an offset. */
static size_t first_secret(const struct cm_document *doc, uint32_t from)
{
	size_t low = 0, high = doc->n_secrets;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (doc->secrets[middle].end <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void document_put(
	const struct cm_document *doc, struct cm_span span, bool secrets, struct cm_text *out)
{
	size_t i = secrets ? doc->n_secrets : first_secret(doc, span.start);
	for (; i < doc->n_secrets && doc->secrets[i].start < span.end; i++) {
		struct cm_span before = { span.start, doc->secrets[i].start };
		if (before.end > before.start)
			cm_text_str(out, source_slice(&doc->source, before));
		cm_text_char(out, '*');
		span.start = doc->secrets[i].end;
	}
	if (span.end > span.start)
		cm_text_str(out, source_slice(&doc->source, span));
}

size_t cm_document_routers(const struct cm_document *doc)
{
	return doc->n_routers;
}

const struct cm_diag *cm_document_diags(const struct cm_document *doc, size_t *n)
{
	*n = doc->diags.n;
	return doc->diags.items;
}
