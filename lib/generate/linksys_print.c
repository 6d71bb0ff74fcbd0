#include "generate/linksys.h"

#include <string.h>

static void put_address(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	cm_text_printf(out, "%s", far->has_local ? job_ip(job, far->local) : "(unknown)");
}

void form_print_text(struct job *job, const struct form *form, struct cm_text *out)
{
	const char *page = "", *section = "";
	cm_text_printf(out, "%s, WAN address ", form->device->face.title);
	put_address(job, out);
	cm_text_put(out, "\n");
	for (size_t i = 0; i < form->n; i++) {
		const struct field *f = &form->fields[i];
		if (strcmp(page, f->page) != 0)
			cm_text_printf(out, "\n== %s page ==\n", f->page);
		if (strcmp(section, f->section) != 0 || strcmp(page, f->page) != 0)
			cm_text_printf(out, "%s\n", f->section);
		page = f->page;
		section = f->section;
		cm_text_printf(out, "  %-28s %s\n", f->label, f->value ? f->value : "");
		if (f->note)
			cm_text_printf(out, "  %-28s   (%s)\n", "", f->note);
	}
}

static void put_escaped(struct cm_text *out, const char *text)
{
	for (; text && *text; text++)
		switch (*text) {
		case '&':
			cm_text_put(out, "&amp;");
			break;
		case '<':
			cm_text_put(out, "&lt;");
			break;
		case '>':
			cm_text_put(out, "&gt;");
			break;
		case '"':
			cm_text_put(out, "&quot;");
			break;
		default:
			cm_text_char(out, *text);
		}
}

/* A choice shows all that the page offers, so that the reader finds the right row of the menu. */
static void put_choice(struct cm_text *out, const struct field *f)
{
	bool found = false;
	cm_text_put(out, "<select disabled>");
	for (const char *at = f->choices; *at;) {
		const char *end = strchr(at, '|');
		size_t n = end ? (size_t)(end - at) : strlen(at);
		bool chosen = f->value && strlen(f->value) == n && memcmp(at, f->value, n) == 0;
		found = found || chosen;
		cm_text_printf(
			out, "<option%s>%.*s</option>", chosen ? " selected" : "", (int)n, at);
		at = end ? end + 1 : at + n;
	}
	if (!found) {
		cm_text_put(out, "<option selected>");
		put_escaped(out, f->value);
		cm_text_put(out, "</option>");
	}
	cm_text_put(out, "</select>");
}

static void put_control(struct cm_text *out, const struct field *f)
{
	switch (f->kind) {
	case FIELD_CHOICE:
		put_choice(out, f);
		break;
	case FIELD_CHECK:
		cm_text_printf(out, "<input type=\"checkbox\" disabled%s>",
			strcmp(f->value, "on") == 0 ? " checked" : "");
		break;
	case FIELD_SHOWN:
		cm_text_put(out, "<span class=\"shown\">");
		put_escaped(out, f->value);
		cm_text_put(out, "</span>");
		break;
	default:
		cm_text_put(out, "<input readonly value=\"");
		put_escaped(out, f->value);
		cm_text_put(out, "\">");
	}
}

static void put_field(struct cm_text *out, const struct field *f)
{
	cm_text_put(out, "<tr><th>");
	put_escaped(out, f->label);
	cm_text_put(out, "</th><td>");
	put_control(out, f);
	if (f->note) {
		cm_text_put(out, " <small>");
		put_escaped(out, f->note);
		cm_text_put(out, "</small>");
	}
	cm_text_put(out, "</td></tr>\n");
}

static void put_problems(struct job *job, struct cm_text *out)
{
	size_t n;
	const struct cm_problem *p = cm_generated_problems(job->generated, &n);
	if (n == 0)
		return;
	cm_text_put(out, "<h2>What cannot be set as it stands</h2>\n<ul>\n");
	for (size_t i = 0; i < n; i++) {
		cm_text_printf(out, "<li class=\"%s\">", cm_severity_name(p[i].severity));
		put_escaped(out, p[i].message);
		cm_text_put(out, " <small>");
		put_escaped(out, job_line(job, p[i].at));
		cm_text_put(out, "</small></li>\n");
	}
	cm_text_put(out, "</ul>\n");
}

static const char page_head[] =
	"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<style>\n"
	"body{font:14px/1.4 Arial,sans-serif;margin:2em auto;max-width:52em;color:#222}\n"
	"h1{background:#003366;color:#fff;padding:.4em .6em;font-size:1.2em}\n"
	"h2{background:#6666cc;color:#fff;padding:.3em .6em;font-size:1em;margin-bottom:0}\n"
	"fieldset{border:1px solid #ccc;margin:0;padding:.5em 1em}\n"
	"legend{font-weight:bold;color:#003366}\n"
	"th{text-align:right;font-weight:normal;width:14em;padding:.15em .8em;vertical-align:top}\n"
	"input,select{font:inherit;color:#000;background:#fff;border:1px solid #999;opacity:1}\n"
	".shown{font-weight:bold}small{color:#666}.error{color:#b00}.warning{color:#960}\n"
	"</style>\n";

void form_print_html(struct job *job, const struct form *form, struct cm_text *out)
{
	const char *page = "", *section = "";
	cm_text_put(out, page_head);
	cm_text_printf(out, "<title>%s</title>\n</head>\n<body>\n<h1>%s &ndash; WAN address ",
		form->device->face.title, form->device->face.title);
	put_address(job, out);
	cm_text_put(out, "</h1>\n");
	for (size_t i = 0; i < form->n; i++) {
		const struct field *f = &form->fields[i];
		bool turn = strcmp(page, f->page) != 0;
		if (turn || strcmp(section, f->section) != 0) {
			if (*section)
				cm_text_put(out, "</table></fieldset>\n");
			if (turn)
				cm_text_printf(out, "<h2>%s</h2>\n", f->page);
			cm_text_printf(out, "<fieldset><legend>%s</legend><table>\n", f->section);
		}
		page = f->page;
		section = f->section;
		put_field(out, f);
	}
	cm_text_put(out, "</table></fieldset>\n");
	put_problems(job, out);
	cm_text_put(out, "</body>\n</html>\n");
}
