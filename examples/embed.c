/*
 * How a program embeds the checker: read a text, check it, walk over the findings, and print the
 * text with the safe fixes made.
 *
 *     cc embed.c $(pkg-config --cflags --libs cryptomap) -o embed
 *     ./embed <branch.cfg
 */
#include <stdio.h>

#include <cryptomap/check.h>
#include <cryptomap/document.h>

static void print_place(const struct cm_document *document, struct cm_span span, const char *text)
{
	uint32_t line, column;
	cm_document_place(document, span.start, &line, &column);
	printf("%u:%u: %s\n", (unsigned)line, (unsigned)column, text);
}

static void print_finding(const struct cm_document *document, const struct cm_diag *found)
{
	const struct cm_rule *rule = cm_rule_named(found->rule);
	printf("%s (%s): %s\n", cm_severity_name(found->severity), found->rule, rule->title);
	print_place(document, found->span, found->message);
	for (size_t i = 0; i < found->n_notes; i++)
		print_place(document, found->notes[i].span, found->notes[i].text);
	for (size_t i = 0; i < found->n_fixes; i++)
		printf("%s fix: %s\n", found->fixes[i].safe ? "safe" : "unsafe",
			found->fixes[i].title);
}

/* Everything of the families key and map that is at least a warning. */
static size_t check(const struct cm_document *document, struct cm_text *fixed)
{
	static const char *const families[] = { "key", "map" };
	const struct cm_check_options options = {
		.least = CM_WARNING, .select = families, .n_select = 2
	};
	struct cm_findings *findings = cm_check(document, &options);
	if (!findings)
		return 0;
	size_t n;
	const struct cm_diag *list = cm_findings_list(findings, &n);
	for (size_t i = 0; i < n; i++)
		print_finding(document, &list[i]);
	cm_fix_text(document, list, n, false, fixed);
	cm_findings_free(findings);
	return n;
}

int main(void)
{
	static char text[1 << 20];
	size_t length = fread(text, 1, sizeof text, stdin);
	struct cm_document *document = cm_document_read("stdin", text, length, NULL);
	if (!document)
		return 2;
	struct cm_text fixed = { 0 };
	size_t n = check(document, &fixed);
	printf("%zu findings among %zu rules\n", n, cm_rules());
	cm_text_free(&fixed);
	cm_document_free(document);
	return n > 0;
}
