/*
 * Any text through the whole text wing: read it, print it as IOS, as a tree and as a model, judge
 * it, complete behind it. What was printed as IOS is read once more.
 */
#include <cryptomap/check.h>
#include <cryptomap/document.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cm_document *read_text(const char *text, size_t length)
{
	struct cm_document *document = cm_document_read("fuzz", text, length, NULL);
	if (!document)
		abort(); /* there is memory */
	return document;
}

static void spans_lie_in_the_text(
	const struct cm_document *document, const struct cm_diag *list, size_t n)
{
	size_t length = cm_document_text(document).length;
	for (size_t i = 0; i < n; i++)
		if (list[i].span.start > list[i].span.end || list[i].span.end > length ||
			!list[i].message || !list[i].rule)
			abort();
}

static void judge(const struct cm_document *document)
{
	size_t n;
	struct cm_findings *findings = cm_check(document, NULL);
	if (!findings)
		abort();
	const struct cm_diag *list = cm_findings_list(findings, &n);
	spans_lie_in_the_text(document, list, n);
	cm_findings_free(findings);
}

static void complete(struct cm_document *document)
{
	const struct cm_completion *list;
	size_t n;
	uint32_t lines = cm_document_lines(document);
	struct cm_str last = cm_document_line(document, lines);
	if (!cm_document_complete(document, lines, (uint32_t)last.length + 1, &list, &n))
		abort();
}

/* What was printed is a text like any other; that it is the same model is tried with real ones. */
static void print_and_read_again(const struct cm_document *document)
{
	struct cm_text first = { 0 }, then = { 0 };
	cm_print_ios(document, true, &first);
	struct cm_document *again = read_text(first.at ? first.at : "", first.length);
	cm_print_ios(again, true, &then);
	if (first.failed || then.failed)
		abort();
	cm_document_free(again);
	cm_text_free(&first);
	cm_text_free(&then);
}

static void print(const struct cm_document *document)
{
	struct cm_text text = { 0 };
	cm_print_ast(document, false, &text);
	cm_print_json(document, false, &text);
	if (text.failed)
		abort();
	cm_text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cm_document *document = read_text((const char *)data, size);
	print(document);
	judge(document);
	complete(document);
	print_and_read_again(document);
	cm_document_free(document);
	return 0;
}
