/*
 * Whether to colour, and the colours.
 *
 * `--color always|never` decides; `auto` colours a terminal that can (TERM is not "dumb"),
 * unless NO_COLOR is set and not empty (https://no-color.org).
 */
#ifndef TOOLS_COLOR_H
#define TOOLS_COLOR_H

#include <stdbool.h>
#include <stdio.h>

#include <cryptomap/diag.h>

#include "command.h"

enum ink { INK_NONE, INK_BOLD, INK_DIM, INK_RED, INK_YELLOW, INK_GREEN, INK_BLUE, INK_CYAN };

/* Whether what is written to `out` is to be coloured. */
bool color_wanted(enum color, FILE *out);
/* The escape sequence that begins an ink, or ends all (INK_NONE); "" when `colored` is false. */
const char *color_code(bool colored, enum ink);
enum ink color_of_severity(enum cm_severity);

#endif
