/*
 * JSON for programs: an object with an array, or a line each; and the code quality report that
 * GitLab reads, which is JSON, too.
 */
#include "check/report.h"

#include <stdlib.h>

static void put_member(struct cm_text *out, const char *name, const char *value)
{
	cm_text_printf(out, ",\"%s\":", name);
	quote_json(out, value);
}

static void put_place(struct cm_text *out, const struct cm_document *document, struct cm_span span)
{
	struct place at = report_place(document, span);
	put_member(out, "file", cm_document_name(document));
	cm_text_printf(out, ",\"line\":%u,\"column\":%u,\"endLine\":%u,\"endColumn\":%u",
		(unsigned)at.line, (unsigned)at.column, (unsigned)at.end_line,
		(unsigned)at.end_column);
}

static void put_notes(
	struct cm_text *out, const struct cm_document *document, const struct cm_diag *d)
{
	cm_text_put(out, ",\"notes\":[");
	for (size_t i = 0; i < d->n_notes; i++) {
		const struct cm_note *note = &d->notes[i];
		cm_text_put(out, i ? ",{\"text\":" : "{\"text\":");
		quote_json(out, note->text);
		if (report_note_has_place(note))
			put_place(out, note->document ? note->document : document, note->span);
		cm_text_char(out, '}');
	}
	cm_text_char(out, ']');
}

static void put_fixes(
	struct cm_text *out, const struct cm_document *document, const struct cm_diag *d)
{
	cm_text_put(out, ",\"fixes\":[");
	for (size_t i = 0; i < d->n_fixes; i++) {
		const struct cm_fix *fix = &d->fixes[i];
		cm_text_put(out, i ? ",{\"title\":" : "{\"title\":");
		quote_json(out, fix->title);
		cm_text_printf(out, ",\"safe\":%s", fix->safe ? "true" : "false");
		put_place(out, document, fix->span);
		put_member(out, "replacement", fix->replacement);
		cm_text_char(out, '}');
	}
	cm_text_char(out, ']');
}

static void put_finding(
	struct cm_text *out, const struct cm_document *document, const struct cm_diag *d)
{
	cm_text_put(out, "{\"rule\":");
	quote_json(out, d->rule);
	const struct cm_rule *rule = cm_rule_named(d->rule);
	if (rule)
		put_member(out, "family", cm_rule_family(rule));
	put_member(out, "severity", cm_severity_name(d->severity));
	put_place(out, document, d->span);
	put_member(out, "message", d->message);
	if (d->expected)
		put_member(out, "expected", d->expected);
	put_notes(out, document, d);
	put_fixes(out, document, d);
	cm_text_char(out, '}');
}

static void json_begin(const struct cm_report *report, struct cm_text *out)
{
	(void)report;
	cm_text_put(out, "{\"version\":1,\"findings\":[\n");
}

static void json_document(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	(void)report;
	for (size_t i = 0; i < n; i++) {
		cm_text_put(out, i ? ",\n" : "");
		put_finding(out, document, &diags[i]);
	}
}

static void json_end(const struct cm_report *report, struct cm_text *out)
{
	(void)report;
	cm_text_put(out, "\n]}\n");
}

static void jsonl_document(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	(void)report;
	for (size_t i = 0; i < n; i++) {
		put_finding(out, document, &diags[i]);
		cm_text_char(out, '\n');
	}
}

const struct format format_json = { "json", json_begin, json_document, ",\n", json_end };
const struct format format_jsonl = { "jsonl", NULL, jsonl_document, "", NULL };

/* --- https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format ------------- */

static void put_issue(struct cm_text *out, const struct cm_document *document,
	const struct cm_diag *d, uint64_t fingerprint)
{
	static const char *const severities[] = { [CM_STYLE] = "info",
		[CM_INFO] = "minor",
		[CM_WARNING] = "major",
		[CM_ERROR] = "critical" };
	struct place at = report_place(document, d->span);
	cm_text_put(out, "{\"description\":");
	quote_json(out, d->message);
	put_member(out, "check_name", d->rule);
	/* Equal findings of two files must differ, so the name goes in. */
	for (const char *name = cm_document_name(document); *name; name++)
		fingerprint = (fingerprint ^ (unsigned char)*name) * 0x100000001b3u;
	cm_text_printf(out, ",\"fingerprint\":\"%016llx\"", (unsigned long long)fingerprint);
	put_member(out, "severity", severities[d->severity]);
	cm_text_put(out, ",\"location\":{\"path\":");
	quote_json(out, cm_document_name(document));
	cm_text_printf(out, ",\"lines\":{\"begin\":%u,\"end\":%u}}}", (unsigned)at.line,
		(unsigned)at.end_line);
}

static void gitlab_begin(const struct cm_report *report, struct cm_text *out)
{
	(void)report;
	cm_text_put(out, "[\n");
}

static void gitlab_document(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	(void)report;
	uint64_t *fingerprints = malloc((n + 1) * sizeof *fingerprints);
	if (!fingerprints || !cm_fingerprints(document, diags, n, fingerprints)) {
		out->failed = true;
		n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		cm_text_put(out, i ? ",\n" : "");
		put_issue(out, document, &diags[i], fingerprints[i]);
	}
	free(fingerprints);
}

static void gitlab_end(const struct cm_report *report, struct cm_text *out)
{
	(void)report;
	cm_text_put(out, "\n]\n");
}

const struct format format_gitlab = { "gitlab", gitlab_begin, gitlab_document, ",\n", gitlab_end };
