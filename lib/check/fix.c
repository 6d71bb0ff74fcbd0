/*
 * Making fixes: the chosen ones by place, copied between what stays.
 */
#include <cryptomap/check.h>
#include <cryptomap/document.h>

#include <stdlib.h>

static const struct cm_fix *chosen(const struct cm_diag *diag, bool unsafe)
{
	return diag->n_fixes && (diag->fixes->safe || unsafe) ? diag->fixes : NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct cm_fix *x = *(const struct cm_fix *const *)a;
	const struct cm_fix *y = *(const struct cm_fix *const *)b;
	if (x->span.start != y->span.start)
		return x->span.start < y->span.start ? -1 : 1;
	if (x->span.end != y->span.end)
		return x->span.end < y->span.end ? -1 : 1;
	/* The order of the findings: qsort is not stable, addresses of one array are. */
	return x < y ? -1 : x > y;
}

static size_t make(const struct cm_document *document, const struct cm_fix *const *fixes, size_t n,
	struct cm_text *out)
{
	uint32_t at = 0, length = (uint32_t)cm_document_text(document).length;
	size_t made = 0;
	for (size_t i = 0; i < n; i++) {
		/* The second of two inserts at one place waits for the next round, too. */
		if (fixes[i]->span.start < at || (made && fixes[i]->span.start == at && at > 0))
			continue;
		cm_text_str(out,
			cm_document_slice(document, (struct cm_span){ at, fixes[i]->span.start }));
		cm_text_put(out, fixes[i]->replacement);
		at = fixes[i]->span.end;
		made++;
	}
	cm_text_str(out, cm_document_slice(document, (struct cm_span){ at, length }));
	return made;
}

size_t cm_fix_text(const struct cm_document *document, const struct cm_diag *diags, size_t n,
	bool unsafe, struct cm_text *out)
{
	const struct cm_fix **fixes = calloc(n + 1, sizeof *fixes);
	if (!fixes) {
		out->failed = true;
		return 0;
	}
	size_t n_fixes = 0;
	for (size_t i = 0; i < n; i++) {
		const struct cm_fix *fix = chosen(&diags[i], unsafe);
		if (fix)
			fixes[n_fixes++] = fix;
	}
	qsort(fixes, n_fixes, sizeof(const struct cm_fix *), by_place);
	size_t made = make(document, fixes, n_fixes, out);
	free(fixes);
	return made;
}
