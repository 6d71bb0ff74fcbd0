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

#endif
