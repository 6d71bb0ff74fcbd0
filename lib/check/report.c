#include "check/report.h"

#include <string.h>

static const struct format *const formats[] = {
	[CM_FORMAT_TEXT] = &format_text,
	[CM_FORMAT_JSON] = &format_json,
	[CM_FORMAT_JSONL] = &format_jsonl,
	[CM_FORMAT_SARIF] = &format_sarif,
	[CM_FORMAT_JUNIT] = &format_junit,
	[CM_FORMAT_GITHUB] = &format_github,
	[CM_FORMAT_GITLAB] = &format_gitlab,
	[CM_FORMAT_GCC] = &format_gcc,
};

const char *cm_format_name(enum cm_format format)
{
	size_t at = (size_t)format;
	return at < sizeof formats / sizeof *formats ? formats[at]->name : NULL;
}

void cm_report_begin(const struct cm_report *report, struct cm_text *out)
{
	if (formats[report->format]->begin)
		formats[report->format]->begin(report, out);
}

void cm_report_document(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	formats[report->format]->document(report, document, diags, n, out);
}

void cm_report_between(const struct cm_report *report, struct cm_text *out)
{
	cm_text_put(out, formats[report->format]->between);
}

void cm_report_end(const struct cm_report *report, struct cm_text *out)
{
	if (formats[report->format]->end)
		formats[report->format]->end(report, out);
}

struct place report_place(const struct cm_document *document, struct cm_span span)
{
	struct place p;
	cm_document_place(document, span.start, &p.line, &p.column);
	cm_document_place(document, span.end, &p.end_line, &p.end_column);
	return p;
}

bool report_note_has_place(const struct cm_note *note)
{
	return note->document || note->span.start != 0 || note->span.end != 0;
}

size_t report_rule_number(const char *id)
{
	const struct cm_rule *rule;
	size_t number = 0;
	while ((rule = cm_rule(number)) && strcmp(rule->id, id) != 0)
		number++;
	return number;
}
