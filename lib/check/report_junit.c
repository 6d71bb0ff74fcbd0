/*
 * JUnit's XML as CI systems read it: a document is a suite, a finding a failed case. What is less
 * than a warning is a case that passed and says something; a clean document is one that passed.
 */
#include "check/report.h"

static void begin(const struct cm_report *report, struct cm_text *out)
{
	(void)report;
	cm_text_put(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cryptomap\">\n");
}

static void end(const struct cm_report *report, struct cm_text *out)
{
	(void)report;
	cm_text_put(out, "</testsuites>\n");
}

static void put_case(
	const struct cm_document *document, const struct cm_diag *d, struct cm_text *out)
{
	struct place at = report_place(document, d->span);
	bool failed = d->severity >= CM_WARNING;
	cm_text_printf(
		out, "    <testcase classname=\"%s\" name=\"line %u: ", d->rule, (unsigned)at.line);
	quote_xml(out, d->message);
	cm_text_put(out, "\">\n");
	if (failed) {
		cm_text_printf(out, "      <failure type=\"%s\" message=\"",
			cm_severity_name(d->severity));
		quote_xml(out, d->message);
		cm_text_put(out, "\">");
	} else {
		cm_text_put(out, "      <system-out>");
	}
	quote_xml(out, cm_document_name(document));
	cm_text_printf(out, ":%u:%u", (unsigned)at.line, (unsigned)at.column);
	for (size_t i = 0; i < d->n_fixes; i++) {
		cm_text_put(out, "&#10;fix: ");
		quote_xml(out, d->fixes[i].title);
	}
	cm_text_put(out, failed ? "</failure>\n" : "</system-out>\n");
	cm_text_put(out, "    </testcase>\n");
}

static void put_suite(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	(void)report;
	size_t failures = 0;
	for (size_t i = 0; i < n; i++)
		failures += diags[i].severity >= CM_WARNING;
	cm_text_put(out, "  <testsuite name=\"");
	quote_xml(out, cm_document_name(document));
	cm_text_printf(
		out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", n ? n : 1, failures);
	for (size_t i = 0; i < n; i++)
		put_case(document, &diags[i], out);
	if (n == 0)
		cm_text_put(out, "    <testcase classname=\"cryptomap\" name=\"no findings\"/>\n");
	cm_text_put(out, "  </testsuite>\n");
}

const struct format format_junit = { "junit", begin, put_suite, "", end };
