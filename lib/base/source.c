#include "base/source.h"

#include <string.h>

bool source_init(struct source *s, struct arena *arena, const char *name, const char *text, size_t n)
{
	*s = (struct source){ 0 };
	s->name = arena_copy(arena, cm_str_of(name ? name : "-"));
	struct cm_str whole = { text, n };
	s->text = arena_copy(arena, whole);
	s->length = (uint32_t)n;
	return s->name && s->text;
}

/* Offset behind the line end that begins at `at`: LF, CRLF and CR end a line. */
static const char *behind_eol(const char *at, const char *end)
{
	if (*at == '\r' && at + 1 < end && at[1] == '\n')
		return at + 2;
	return at + 1;
}

static const char *next_eol(const char *at, const char *end)
{
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at;
}

/* The same where no line ends in CR: nearly all texts, and much faster. */
static const char *next_lf(const char *at, const char *end)
{
	const char *lf = memchr(at, '\n', (size_t)(end - at));
	return lf ? lf : end;
}

bool source_index(struct source *s, struct arena *arena)
{
	if (s->line_starts)
		return true;
	const char *end = s->text + s->length;
	const char *(*next)(const char *, const char *) =
		memchr(s->text, '\r', s->length) ? next_eol : next_lf;
	size_t n = 1;
	for (const char *at = next(s->text, end); at < end; n++)
		at = next(behind_eol(at, end), end);
	uint32_t *starts = ARENA_ARRAY(arena, uint32_t, n);
	if (!starts)
		return false;
	size_t i = 1;
	for (const char *at = next(s->text, end); at < end; at = next(at, end)) {
		at = behind_eol(at, end);
		starts[i++] = (uint32_t)(at - s->text);
	}
	s->line_starts = starts;
	s->n_lines = (uint32_t)n;
	return true;
}

void source_place(const struct source *s, uint32_t offset, uint32_t *line, uint32_t *column)
{
	uint32_t low = 0, high = s->n_lines;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (s->line_starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	*line = low + 1;
	*column = offset - (s->line_starts ? s->line_starts[low] : 0) + 1;
}

struct cm_str source_line(const struct source *s, uint32_t line)
{
	struct cm_str none = { NULL, 0 };
	if (line == 0 || line > s->n_lines)
		return none;
	const char *at = s->text + s->line_starts[line - 1];
	struct cm_str str = { at, (size_t)(next_eol(at, s->text + s->length) - at) };
	return str;
}
