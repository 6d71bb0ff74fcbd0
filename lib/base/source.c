#include "base/source.h"

#include "base/octets.h"

#include <string.h>

bool source_init(
	struct source *s, struct arena *arena, const char *name, const char *text, size_t n)
{
	*s = (struct source){ 0 };
	s->name = arena_copy(arena, cm_str_of(name ? name : "-"));
	struct cm_str whole = { text, n };
	s->text = arena_copy(arena, whole);
	s->length = (uint32_t)n;
	return s->name && s->text;
}

static const char *next_eol(const char *at, const char *end)
{
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at;
}

/* The same where a CR stands among sixteen octets, or the end of the text. */
static unsigned few_line_ends(const char *at, const char *end)
{
	unsigned ends = 0, n = end - at < OCTETS ? (unsigned)(end - at) : OCTETS;
	for (unsigned i = 0; i < n; i++) {
		bool pair = at[i] == '\r' && at + i + 1 < end && at[i + 1] == '\n';
		ends |= (unsigned)((at[i] == '\n' || at[i] == '\r') && !pair) << i;
	}
	return ends;
}

/* Places where a line ends, of sixteen octets at `at`: LF, and CR that no LF follows. */
static inline unsigned line_ends(const char *at, const char *end)
{
	if (end - at <= OCTETS)
		return few_line_ends(at, end);
	struct octets o = octets_load(at);
	return octets_equal(o, '\r') ? few_line_ends(at, end) : octets_equal(o, '\n');
}

static size_t count_lines(const char *at, const char *end)
{
	size_t n = 1;
	if (!memchr(at, '\r', (size_t)(end - at)))
		return octets_count(at, (size_t)(end - at), '\n') + 1;
	for (; at < end; at += OCTETS)
		for (unsigned ends = line_ends(at, end); ends; ends &= ends - 1)
			n++;
	return n;
}

bool source_index(struct source *s, struct arena *arena)
{
	if (s->line_starts)
		return true;
	const char *end = s->text + s->length;
	size_t n = count_lines(s->text, end), i = 1;
	uint32_t *starts = ARENA_ARRAY(arena, uint32_t, n);
	if (!starts)
		return false;
	for (const char *at = s->text; at < end; at += OCTETS)
		for (unsigned ends = line_ends(at, end); ends; ends &= ends - 1)
			starts[i++] = (uint32_t)(at - s->text) + octets_first(ends) + 1;
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
