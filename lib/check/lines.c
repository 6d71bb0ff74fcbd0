#include "check/lines.h"

static bool is_end(char c)
{
	return c == '\n' || c == '\r';
}

struct cm_span line_at(struct cm_str text, uint32_t offset)
{
	struct cm_span line = { offset, offset };
	while (line.start > 0 && !is_end(text.at[line.start - 1]))
		line.start--;
	while (line.end < text.length && !is_end(text.at[line.end]))
		line.end++;
	return line;
}

uint32_t line_after(struct cm_str text, uint32_t offset)
{
	uint32_t at = line_at(text, offset).end;
	if (at + 1 < text.length && text.at[at] == '\r' && text.at[at + 1] == '\n')
		return at + 2;
	return at < text.length ? at + 1 : at;
}

struct cm_span line_whole(struct cm_str text, uint32_t offset)
{
	return (struct cm_span){ line_at(text, offset).start, line_after(text, offset) };
}

struct cm_span line_trim(struct cm_str text, struct cm_span span)
{
	while (span.start < span.end && (text.at[span.start] == ' ' || text.at[span.start] == '\t'))
		span.start++;
	while (span.start < span.end &&
		(text.at[span.end - 1] == ' ' || text.at[span.end - 1] == '\t'))
		span.end--;
	return span;
}
