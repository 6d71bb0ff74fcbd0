#include "base/diags.h"

#include <stdlib.h>
#include <string.h>

const char *cm_severity_name(enum cm_severity severity)
{
	static const char *const names[] = {
		[CM_STYLE] = "style",
		[CM_INFO] = "info",
		[CM_WARNING] = "warning",
		[CM_ERROR] = "error",
	};
	return names[severity];
}

struct cm_diag *diag(struct diags *list, const char *rule, enum cm_severity severity,
	struct cm_span span, const char *format, ...)
{
	struct cm_diag *d = ARENA_PUSH(list->arena, list->items, list->n, list->room);
	if (!d)
		return NULL;
	va_list args;
	va_start(args, format);
	const char *message = arena_vprintf(list->arena, format, args);
	va_end(args);
	if (!message) {
		list->n--;
		return NULL;
	}
	*d = (struct cm_diag){
		.rule = rule, .severity = severity, .span = span, .message = message
	};
	list->sorted = false;
	return d;
}

/* Diagnostics have a few notes or fixes: copying the array for one more costs nothing. */
static void *one_more(struct arena *arena, const void *old, size_t n, size_t size)
{
	char *grown = arena_take(arena, (n + 1) * size);
	if (grown && n)
		memcpy(grown, old, n * size);
	return grown;
}

static void add_note(struct diags *list, struct cm_diag *d, const struct cm_document *document,
	struct cm_span span, const char *format, va_list args)
{
	if (!d)
		return;
	struct cm_note *notes = one_more(list->arena, d->notes, d->n_notes, sizeof *notes);
	const char *text = arena_vprintf(list->arena, format, args);
	if (!notes || !text)
		return;
	notes[d->n_notes++] = (struct cm_note){ .document = document, .span = span, .text = text };
	d->notes = notes;
}

void diag_note(struct diags *list, struct cm_diag *d, struct cm_span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_note(list, d, NULL, span, format, args);
	va_end(args);
}

void diag_note_in(struct diags *list, struct cm_diag *d, const struct cm_document *document,
	struct cm_span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_note(list, d, document, span, format, args);
	va_end(args);
}

void diag_fix(struct diags *list, struct cm_diag *d, bool safe, struct cm_span span,
	const char *replacement, const char *title_format, ...)
{
	if (!d)
		return;
	struct cm_fix *fixes = one_more(list->arena, d->fixes, d->n_fixes, sizeof *fixes);
	va_list args;
	va_start(args, title_format);
	const char *title = arena_vprintf(list->arena, title_format, args);
	va_end(args);
	const char *copy = arena_copy(list->arena, cm_str_of(replacement));
	if (!fixes || !title || !copy)
		return;
	fixes[d->n_fixes++] =
		(struct cm_fix){ .span = span, .replacement = copy, .title = title, .safe = safe };
	d->fixes = fixes;
}

static int by_place(const void *a, const void *b)
{
	const struct cm_diag *x = a, *y = b;
	if (x->span.start != y->span.start)
		return x->span.start < y->span.start ? -1 : 1;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->span.end != y->span.end)
		return x->span.end < y->span.end ? -1 : 1;
	int order = strcmp(x->rule, y->rule);
	return order ? order : strcmp(x->message, y->message);
}

void diags_sort(struct diags *list)
{
	if (!list->sorted && list->n)
		qsort(list->items, list->n, sizeof *list->items, by_place);
	list->sorted = true;
}
