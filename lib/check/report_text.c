/*
 * Text for people: the place, the line with the span underlined, related places, fixes.
 */
#include "check/report.h"

/* clang-format off */
enum {
	GUTTER_LEAST = 3,  /* digits of a line number, so that small files align */
	LINE_MOST = 160,   /* octets of a line that are shown */
	LINE_BEFORE = 60,  /* of them before the caret, when the line is cut */
	TAB = 8,
};
/* clang-format on */

enum ink { INK_NONE, INK_BOLD, INK_DIM, INK_RED, INK_YELLOW, INK_BLUE, INK_CYAN };

static const char *color_code(bool colored, enum ink ink)
{
	static const char *const codes[] = { [INK_NONE] = "\033[0m",
		[INK_BOLD] = "\033[1m",
		[INK_DIM] = "\033[2m",
		[INK_RED] = "\033[1;31m",
		[INK_YELLOW] = "\033[1;33m",
		[INK_BLUE] = "\033[1;34m",
		[INK_CYAN] = "\033[36m" };
	return colored ? codes[ink] : "";
}

static enum ink color_of_severity(enum cm_severity severity)
{
	static const enum ink inks[] = { [CM_STYLE] = INK_CYAN,
		[CM_INFO] = INK_BLUE,
		[CM_WARNING] = INK_YELLOW,
		[CM_ERROR] = INK_RED };
	return inks[severity];
}

struct printer {
	struct cm_text *out;
	const struct cm_document *document;
	bool colored;
	int gutter;
};

/* The end of the secret that covers an offset; 0 if none does. */
static uint32_t secret_end(const struct cm_document *document, uint32_t offset)
{
	size_t n;
	const struct cm_span *secrets = cm_document_secrets(document, &n);
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (secrets[middle].end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && secrets[low].start <= offset ? secrets[low].end : 0;
}

/* A line as it is shown, and between which columns (from 0) the span lies there. */
struct excerpt {
	struct cm_text *out;
	size_t column;
	size_t from, to;
};

static void show_tab(struct excerpt *e)
{
	do {
		cm_text_char(e->out, ' ');
		e->column++;
	} while (e->column % TAB != 0);
}

static void show_line(struct excerpt *e, const struct cm_document *document, uint32_t begin,
	uint32_t end, struct cm_span span)
{
	bool found = false;
	for (uint32_t at = begin; at < end;) {
		if (at >= span.start && !found) {
			e->from = e->column;
			found = true;
		}
		uint32_t hidden = secret_end(document, at);
		const char *text = cm_document_slice(document, (struct cm_span){ at, end }).at;
		size_t length = quote_utf8(text, end - at);
		uint32_t next = at + (uint32_t)(length ? length : 1);
		if (hidden > at) {
			cm_text_char(e->out, '*');
			next = hidden < end ? hidden : end;
			e->column++;
		} else if (*text == '\t') {
			show_tab(e);
		} else {
			cm_text_add(e->out, length ? text : "?", length ? length : 1);
			e->column++;
		}
		at = next;
		if (at <= span.end || e->to <= e->from)
			e->to = e->column;
	}
	if (!found)
		e->from = e->column;
}

static void put_gutter(const struct printer *p, uint32_t line)
{
	const char *dim = color_code(p->colored, INK_DIM);
	const char *plain = color_code(p->colored, INK_NONE);
	if (line > 0)
		cm_text_printf(p->out, "%s%-*u|%s ", dim, p->gutter, (unsigned)line, plain);
	else
		cm_text_printf(p->out, "%s%*s|%s ", dim, p->gutter, "", plain);
}

/* The line of a span with the span underlined; the main place has a caret first. */
static void put_excerpt(const struct printer *p, const struct cm_document *document,
	struct cm_span span, bool caret, enum ink ink)
{
	uint32_t line, column;
	cm_document_place(document, span.start, &line, &column);
	struct cm_str whole = cm_document_line(document, line);
	uint32_t line_start = span.start - (column - 1);
	uint32_t begin = line_start, end = line_start + (uint32_t)whole.length;
	if (whole.length > LINE_MOST) {
		if (column > LINE_BEFORE)
			begin = span.start - LINE_BEFORE;
		if (end - begin > LINE_MOST)
			end = begin + LINE_MOST;
	}
	struct excerpt e = { .out = p->out };
	put_gutter(p, line);
	if (begin > line_start) {
		cm_text_put(p->out, "…");
		e.column++;
	}
	show_line(&e, document, begin, end, span);
	cm_text_put(p->out, end < line_start + whole.length ? "…\n" : "\n");
	put_gutter(p, 0);
	for (size_t i = 0; i < e.from; i++)
		cm_text_char(p->out, ' ');
	cm_text_put(p->out, color_code(p->colored, ink));
	cm_text_char(p->out, caret ? '^' : '~');
	for (size_t i = e.from + 1; i < e.to && span.end > span.start; i++)
		cm_text_char(p->out, '~');
	cm_text_printf(p->out, "%s\n", color_code(p->colored, INK_NONE));
}

static int gutter_width(const struct cm_document *document, const struct cm_diag *diag)
{
	uint32_t line, column, most;
	cm_document_place(document, diag->span.start, &most, &column);
	for (size_t i = 0; i < diag->n_notes; i++) {
		const struct cm_note *note = &diag->notes[i];
		if (!report_note_has_place(note))
			continue;
		cm_document_place(note->document ? note->document : document, note->span.start,
			&line, &column);
		if (line > most)
			most = line;
	}
	int digits = 1;
	for (; most >= 10; most /= 10)
		digits++;
	return digits < GUTTER_LEAST ? GUTTER_LEAST : digits;
}

static void put_indented(const struct printer *p, const char *before, const char *text)
{
	cm_text_printf(p->out, "%*s%s", p->gutter + 2, "", before);
	quote_plain(p->out, text);
	cm_text_char(p->out, '\n');
}

static void put_note(const struct printer *p, const struct cm_note *note)
{
	const struct cm_document *document = note->document ? note->document : p->document;
	if (document != p->document) {
		uint32_t line, column;
		cm_document_place(document, note->span.start, &line, &column);
		cm_text_printf(p->out, "%*s", p->gutter + 2, "");
		quote_plain(p->out, cm_document_name(document));
		cm_text_printf(p->out, ":%u:%u: ", (unsigned)line, (unsigned)column);
		quote_plain(p->out, note->text);
		cm_text_char(p->out, '\n');
	} else {
		put_indented(p, "", note->text);
	}
	if (report_note_has_place(note))
		put_excerpt(p, document, note->span, false, INK_CYAN);
}

static void put_header(const struct printer *p, const struct cm_diag *diag)
{
	uint32_t line, column;
	cm_document_place(p->document, diag->span.start, &line, &column);
	const char *plain = color_code(p->colored, INK_NONE);
	const char *bold = color_code(p->colored, INK_BOLD);
	cm_text_put(p->out, bold);
	quote_plain(p->out, cm_document_name(p->document));
	cm_text_printf(p->out, ":%u:%u:%s %s%s:%s %s", (unsigned)line, (unsigned)column, plain,
		color_code(p->colored, color_of_severity(diag->severity)),
		cm_severity_name(diag->severity), plain, bold);
	quote_plain(p->out, diag->message);
	cm_text_printf(
		p->out, "%s %s[%s]%s\n", plain, color_code(p->colored, INK_DIM), diag->rule, plain);
}

void cm_report_finding(const struct cm_document *document, const struct cm_diag *diag, bool colored,
	struct cm_text *out)
{
	struct printer p = { out, document, colored, gutter_width(document, diag) };
	put_header(&p, diag);
	put_excerpt(&p, document, diag->span, true, color_of_severity(diag->severity));
	if (diag->expected)
		put_indented(&p, "accepted here: ", diag->expected);
	for (size_t i = 0; i < diag->n_notes; i++)
		put_note(&p, &diag->notes[i]);
	for (size_t i = 0; i < diag->n_fixes; i++)
		put_indented(&p, "fix: ", diag->fixes[i].title);
}

static void text_document(const struct cm_report *report, const struct cm_document *document,
	const struct cm_diag *diags, size_t n, struct cm_text *out)
{
	for (size_t i = 0; i < n; i++)
		cm_report_finding(document, &diags[i], report->colored, out);
}

const struct format format_text = { "text", NULL, text_document, "", NULL };
