#include "syntax/read.h"

#include <string.h>

/* Lines that only one vendor writes. */
static const struct {
	const char *vendor, *line;
} marks[] = {
	{ "Cisco ASA", "ASA Version " },
};

const char *foreign_text(const char *text, size_t length, struct cm_span *evidence)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *at = memmem(text, length, marks[i].line, strlen(marks[i].line));
		if (at && (at == text || at[-1] == '\n')) {
			evidence->start = (uint32_t)(at - text);
			evidence->end = evidence->start + (uint32_t)strlen(marks[i].line);
			return marks[i].vendor;
		}
	}
	return NULL;
}
