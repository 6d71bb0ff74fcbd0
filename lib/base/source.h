/*
 * A source text and its lines. The only thing that knows where lines begin; offsets become
 * line and column here, when somebody asks. Line ends are LF, CRLF or CR.
 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/arena.h"

struct source {
	const char *name;
	const char *text; /* length octets and a NUL behind them, in the arena */
	uint32_t length;
	uint32_t *line_starts; /* made at the first question */
	uint32_t n_lines;
};

bool source_init(struct source *, struct arena *, const char *name, const char *text, size_t);
/* Make the table of lines; false without memory. Called by the others as needed. */
bool source_index(struct source *, struct arena *);
void source_place(const struct source *, uint32_t offset, uint32_t *line, uint32_t *column);
struct cm_str source_line(const struct source *, uint32_t line);
static inline struct cm_str source_slice(const struct source *s, struct cm_span span)
{
	struct cm_str str = { s->text + span.start, span.end - span.start };
	return str;
}

#endif
