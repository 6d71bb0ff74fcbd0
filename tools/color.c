#include "color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const codes[] = {
	[INK_NONE] = "\033[0m",
	[INK_BOLD] = "\033[1m",
	[INK_DIM] = "\033[2m",
	[INK_RED] = "\033[1;31m",
	[INK_YELLOW] = "\033[1;33m",
	[INK_GREEN] = "\033[1;32m",
	[INK_BLUE] = "\033[1;34m",
	[INK_CYAN] = "\033[1;36m",
};

static const enum ink severities[] = {
	[CM_STYLE] = INK_BLUE,
	[CM_INFO] = INK_CYAN,
	[CM_WARNING] = INK_YELLOW,
	[CM_ERROR] = INK_RED,
};

bool color_wanted(enum color color, FILE *out)
{
	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	if (no_color && *no_color)
		return false;
	return term && strcmp(term, "dumb") != 0 && isatty(fileno(out));
}

const char *color_code(bool colored, enum ink ink)
{
	return colored ? codes[ink] : "";
}

enum ink color_of_severity(enum cm_severity severity)
{
	return severities[severity];
}
