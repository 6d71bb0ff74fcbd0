/*
 * Lines of the text around an offset, found by looking left and right: no table of lines is made.
 */
#ifndef CHECK_LINES_H
#define CHECK_LINES_H

#include "check/check.h"

/* The line that holds `offset`, without its end. */
struct cm_span line_at(struct cm_str text, uint32_t offset);
/* The same with its line end: what to delete to make the line vanish. */
struct cm_span line_whole(struct cm_str text, uint32_t offset);
/* Where the next line begins; the end of the text after the last one. */
uint32_t line_after(struct cm_str text, uint32_t offset);
/* A span less the blanks around it. */
struct cm_span line_trim(struct cm_str text, struct cm_span);

/* --- A walk over all lines of a router ------------------------------------------------------------ */

struct text_lines {
	struct cm_str text;
	size_t at, end;
};

struct text_lines text_lines_of(const struct check *);
/* The next line, without its end; false after the last one. */
bool text_next_line(struct text_lines *, struct cm_str *line);
/* The rest of a line after `words`, blanks before them left aside; `at` NULL: other words. */
struct cm_str text_after(struct cm_str line, const char *words);
struct cm_str text_word(struct cm_str rest);
struct cm_span text_span(const struct text_lines *, struct cm_str part);

#endif
