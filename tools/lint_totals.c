#include "lint.h"

#include <stdlib.h>

void totals_add(struct totals *all, const struct totals *one)
{
	all->files += one->files;
	all->suppressed += one->suppressed;
	all->known += one->known;
	all->fixed += one->fixed;
	for (size_t i = 0; i <= CM_ERROR; i++)
		all->by_severity[i] += one->by_severity[i];
	for (size_t i = 0; all->by_rule && one->by_rule && i < cm_rules(); i++)
		all->by_rule[i] += one->by_rule[i];
}

static void put_count(struct cm_text *out, const char *before, size_t n, const char *what)
{
	cm_text_printf(out, "%s%zu %s%s", before, n, what, n == 1 ? "" : "s");
}

void totals_summary(const struct totals *t, struct cm_text *out)
{
	static const struct {
		enum cm_severity severity;
		const char *name;
	} order[] = { { CM_ERROR, "error" }, { CM_WARNING, "warning" }, { CM_INFO, "note" },
		{ CM_STYLE, "matter" } };
	const char *before = "";
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		size_t n = t->by_severity[order[i].severity];
		if (n == 0)
			continue;
		put_count(out, before, n, order[i].name);
		if (order[i].severity == CM_STYLE)
			cm_text_put(out, " of style");
		before = ", ";
	}
	if (!*before)
		cm_text_put(out, "nothing found");
	put_count(out, " in ", t->files, "file");
	if (t->suppressed)
		cm_text_printf(out, "; %zu turned off by comments", t->suppressed);
	if (t->known)
		cm_text_printf(out, "; %zu known from the baseline", t->known);
	if (t->fixed)
		cm_text_printf(out, "; %zu fixed", t->fixed);
	cm_text_char(out, '\n');
}

struct row {
	size_t n, rule;
};

static int by_count(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

void totals_statistics(const struct totals *t, struct cm_text *out)
{
	size_t n = cm_rules();
	struct row *rows = calloc(n, sizeof *rows);
	if (!rows) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){ t->by_rule[i], i };
	qsort(rows, n, sizeof *rows, by_count);
	for (size_t i = 0; i < n && rows[i].n; i++) {
		const struct cm_rule *rule = cm_rule(rows[i].rule);
		cm_text_printf(out, "%7zu  %-8s %-28s %s\n", rows[i].n,
			cm_severity_name(rule->severity), rule->id, rule->title);
	}
	free(rows);
}
