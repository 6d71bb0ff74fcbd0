/*
 * OASIS SARIF 2.1.0. The clause of the standard stands by the line. All rules are listed, so the
 * index of a rule is its number and pieces can be written apart from each other.
 */
#include "check/report.h"

#include <inttypes.h>
#include <stdlib.h>

static void put_text(struct cm_text *out, const char *name, const char *text)
{
	cm_text_printf(out, "\"%s\":{\"text\":", name);
	quote_json(out, text);
	cm_text_char(out, '}');
}

/* 3.58.6: SARIF knows neither info nor style. */
static const char *level(enum cm_severity severity)
{
	static const char *const levels[] = { [CM_STYLE] = "note",
		[CM_INFO] = "note",
		[CM_WARNING] = "warning",
		[CM_ERROR] = "error" };
	return levels[severity];
}

static void put_help(struct cm_text *out, const struct cm_rule *rule)
{
	struct cm_text help = { 0 };
	cm_text_printf(&help, "%s\n\nFix: %s\n\nSource: %s", rule->why, rule->fix, rule->source);
	put_text(out, "help", help.failed ? "" : help.at);
	out->failed |= help.failed;
	cm_text_free(&help);
}

static void put_rule(struct cm_text *out, const struct cm_rule *rule) /* 3.49 */
{
	cm_text_put(out, "{\"id\":");
	quote_json(out, rule->id);
	cm_text_char(out, ',');
	put_text(out, "shortDescription", rule->title);
	cm_text_char(out, ',');
	put_text(out, "fullDescription", rule->why);
	cm_text_char(out, ',');
	put_help(out, rule);
	cm_text_printf(out, ",\"defaultConfiguration\":{\"level\":\"%s\"}", level(rule->severity));
	cm_text_put(out, ",\"properties\":{\"tags\":[");
	quote_json(out, cm_rule_family(rule));
	cm_text_put(out, "]}}");
}

static void begin(const struct cm_report *report, struct cm_text *out)
{
	cm_text_put(out,
		"{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
		"schemas/sarif-schema-2.1.0.json\",\n\"version\":\"2.1.0\",\n"
		"\"runs\":[{\"tool\":{\"driver\":{\"name\":\"cryptomap\"");
	if (report->version) {
		cm_text_put(out, ",\"semanticVersion\":");
		quote_json(out, report->version);
	}
	cm_text_put(out, ",\"rules\":[\n");
	size_t n = cm_rules();
	for (size_t i = 0; i < n; i++) {
		cm_text_put(out, i ? ",\n" : "");
		put_rule(out, cm_rule(i));
	}
	/* 3.14.27: our columns count code points. */
	cm_text_put(out, "]}},\n\"columnKind\":\"unicodeCodePoints\",\n\"results\":[\n");
}

/* The column of an offset in code points: octets that continue a sequence do not count. */
static unsigned code_point_column(const struct cm_document *document, uint32_t offset)
{
	uint32_t line, column;
	cm_document_place(document, offset, &line, &column);
	struct cm_str before =
		cm_document_slice(document, (struct cm_span){ offset - (column - 1), offset });
	unsigned points = 1;
	for (size_t i = 0; i < before.length; i++)
		points += ((unsigned char)before.at[i] & 0xc0) != 0x80;
	return points;
}

static void put_region(
	struct cm_text *out, const struct cm_document *document, struct cm_span span) /* 3.30 */
{
	struct place at = report_place(document, span);
	cm_text_printf(out, "{\"startLine\":%u,\"startColumn\":%u,\"endLine\":%u,\"endColumn\":%u}",
		(unsigned)at.line, code_point_column(document, span.start), (unsigned)at.end_line,
		code_point_column(document, span.end));
}

static void put_artifact(struct cm_text *out, const struct cm_document *document) /* 3.4 */
{
	cm_text_put(out, "\"artifactLocation\":{\"uri\":\"");
	quote_uri(out, cm_document_name(document));
	cm_text_put(out, "\"}");
}

static void put_location(
	struct cm_text *out, const struct cm_document *document, struct cm_span span) /* 3.28 */
{
	cm_text_put(out, "\"physicalLocation\":{");
	put_artifact(out, document);
	cm_text_put(out, ",\"region\":");
	put_region(out, document, span);
	cm_text_char(out, '}');
}

static void put_related(struct cm_text *out, const struct cm_document *document,
	const struct cm_diag *d) /* 3.27.22 */
{
	for (size_t i = 0; i < d->n_notes; i++) {
		const struct cm_note *note = &d->notes[i];
		cm_text_printf(out, "%s{\"id\":%zu,", i ? "," : ",\"relatedLocations\":[", i + 1);
		put_text(out, "message", note->text);
		if (report_note_has_place(note)) {
			cm_text_char(out, ',');
			put_location(out, note->document ? note->document : document, note->span);
		}
		cm_text_char(out, '}');
	}
	if (d->n_notes)
		cm_text_char(out, ']');
}

static void put_fixes(
	struct cm_text *out, const struct cm_document *document, const struct cm_diag *d) /* 3.55 */
{
	for (size_t i = 0; i < d->n_fixes; i++) {
		const struct cm_fix *fix = &d->fixes[i];
		cm_text_put(out, i ? ",{" : ",\"fixes\":[{");
		put_text(out, "description", fix->title);
		cm_text_put(out, ",\"artifactChanges\":[{");
		put_artifact(out, document);
		cm_text_put(out, ",\"replacements\":[{\"deletedRegion\":");
		put_region(out, document, fix->span);
		cm_text_char(out, ',');
		put_text(out, "insertedContent", fix->replacement);
		cm_text_put(out, "}]}]}");
	}
	if (d->n_fixes)
		cm_text_char(out, ']');
}

static void put_result(struct cm_text *out, const struct cm_document *document,
	const struct cm_diag *d, uint64_t fingerprint) /* 3.27 */
{
	cm_text_printf(out, "{\"ruleId\":\"%s\",\"ruleIndex\":%zu,\"level\":\"%s\",", d->rule,
		report_rule_number(d->rule), level(d->severity));
	put_text(out, "message", d->message);
	cm_text_put(out, ",\"locations\":[{");
	put_location(out, document, d->span);
	cm_text_put(out, "}]");
	put_related(out, document, d);
	put_fixes(out, document, d);
	cm_text_printf(out, ",\"partialFingerprints\":{\"cryptomap/v1\":\"%016" PRIx64 "\"}}",
		fingerprint);
}

static void put_results(const struct cm_report *report, const struct cm_document *document,
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
		put_result(out, document, &diags[i], fingerprints[i]);
	}
	free(fingerprints);
}

static void end(const struct cm_report *report, struct cm_text *out)
{
	(void)report;
	cm_text_put(out, "\n]}]}\n");
}

const struct format format_sarif = { "sarif", begin, put_results, ",\n", end };
