#include "check/lines.h"

#include <string.h>

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

bool text_next_line(struct text_lines *l, struct cm_str *line)
{
	if (l->at >= l->end)
		return false;
	const char *start = l->text.at + l->at;
	const char *stop = memchr(start, '\n', l->end - l->at);
	size_t length = stop ? (size_t)(stop - start) : l->end - l->at;
	*line = (struct cm_str){ start, length };
	l->at += length + 1;
	return true;
}

struct text_lines text_lines_of(const struct check *c)
{
	struct cm_str text = cm_document_text(c->document);
	size_t end = c->model->span.end ? c->model->span.end : text.length;
	return (struct text_lines){ text, c->model->span.start, end };
}

struct cm_str text_after(struct cm_str line, const char *words)
{
	size_t n = strlen(words), blanks = 0;
	while (blanks < line.length && (line.at[blanks] == ' ' || line.at[blanks] == '\t'))
		blanks++;
	if (line.length < blanks + n || memcmp(line.at + blanks, words, n) != 0)
		return (struct cm_str){ NULL, 0 };
	return (struct cm_str){ line.at + blanks + n, line.length - blanks - n };
}

struct cm_str text_word(struct cm_str rest)
{
	size_t start = 0, end;
	while (start < rest.length && rest.at[start] == ' ')
		start++;
	for (end = start; end < rest.length && rest.at[end] > ' ';)
		end++;
	return (struct cm_str){ rest.at + start, end - start };
}

struct cm_span text_span(const struct text_lines *l, struct cm_str part)
{
	uint32_t start = (uint32_t)(part.at - l->text.at);
	return (struct cm_span){ start, start + (uint32_t)part.length };
}
