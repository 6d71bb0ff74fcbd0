/*
 * Formats of a line per finding: gcc and GitHub's workflow commands.
 */
#include "check/report.h"

static void gcc_line(const struct cm_document *document, struct cm_span span, const char *kind,
	const char *message, const char *rule, struct cm_text *out)
{
	struct place at = report_place(document, span);
	quote_plain(out, cm_document_name(document));
	cm_text_printf(out, ":%u:%u: %s: ", (unsigned)at.line, (unsigned)at.column, kind);
	quote_plain(out, message);
	if (rule)
		cm_text_printf(out, " [%s]", rule);
	cm_text_char(out, '\n');
}

/* The words that gcc itself uses: what reads its output knows no others. */
static void gcc_document(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	static const char *const kinds[] = { [CM_STYLE] = "note",
		[CM_INFO] = "note",
		[CM_WARNING] = "warning",
		[CM_ERROR] = "error" };
	(void)report;
	for (size_t i = 0; i < n; i++) {
		const struct cm_diag *d = &diags[i];
		gcc_line(document, d->span, kinds[d->severity], d->message, d->rule, out);
		for (size_t k = 0; k < d->n_notes; k++) {
			const struct cm_note *note = &d->notes[k];
			gcc_line(note->document ? note->document : document,
				report_note_has_place(note) ? note->span : d->span, "note",
				note->text, NULL, out);
		}
	}
}

const struct format format_gcc = { "gcc", NULL, gcc_document, "", NULL };

static void github_document(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	static const char *const commands[] = { [CM_STYLE] = "notice",
		[CM_INFO] = "notice",
		[CM_WARNING] = "warning",
		[CM_ERROR] = "error" };
	(void)report;
	for (size_t i = 0; i < n; i++) {
		const struct cm_diag *d = &diags[i];
		struct place at = report_place(document, d->span);
		cm_text_printf(out, "::%s file=", commands[d->severity]);
		quote_github(out, cm_document_name(document), true);
		cm_text_printf(out,
			",line=%u,col=%u,endLine=%u,endColumn=%u,title=%s::", (unsigned)at.line,
			(unsigned)at.column, (unsigned)at.end_line, (unsigned)at.end_column,
			d->rule);
		quote_github(out, d->message, false);
		for (size_t k = 0; k < d->n_fixes; k++) {
			cm_text_put(out, "%0Afix: ");
			quote_github(out, d->fixes[k].title, false);
		}
		cm_text_char(out, '\n');
	}
}

const struct format format_github = { "github", NULL, github_document, "", NULL };
