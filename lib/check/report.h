/*
 * The formats of reports: each is a row of functions in report.c.
 */
#ifndef CHECK_REPORT_H
#define CHECK_REPORT_H

#include "check/quote.h"
#include <cryptomap/check.h>
#include <cryptomap/document.h>
#include <cryptomap/report.h>

struct format {
	const char *name;
	void (*begin)(const struct cm_report *, struct cm_text *); /* may be NULL, as the others */
	void (*document)(const struct cm_report *, const struct cm_document *,
		const struct cm_diag *, size_t n, struct cm_text *);
	const char *between;
	void (*end)(const struct cm_report *, struct cm_text *);
};

/* From line:column to line:column, the last not included. */
struct place {
	uint32_t line, column, end_line, end_column;
};
struct place report_place(const struct cm_document *, struct cm_span);
/* False for a note that is text only. */
bool report_note_has_place(const struct cm_note *);
/* The number of a rule: cm_rule(number). */
size_t report_rule_number(const char *id);

extern const struct format format_text, format_json, format_jsonl, format_sarif, format_junit,
	format_github, format_gitlab, format_gcc;

#endif
