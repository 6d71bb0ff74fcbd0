/*
 * Statements and their trees, from the .sexp files beside this program. A case is
 *
 *     == what it shows
 *     crypto isakmp policy 10
 *      encr 3des
 *     =>
 *     (isakmp-policy (priority 10)
 *       (encryption (cipher 3des)))
 *     !2:7 error invalid-input <60-86400>
 *
 * Lines that begin with ! behind => are the findings: place, severity, rule, and optionally what was
 * accepted there (or its beginning).
 */
#include "syntax/syntax.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct test_case {
	const char *file;
	unsigned line;
	char *title, *text, *tree, *findings;
};

static char *add_line(char *to, const char *line)
{
	size_t n = to ? strlen(to) : 0, more = strlen(line);
	char *grown = realloc(to, n + more + 2);
	memcpy(grown + n, line, more);
	memcpy(grown + n + more, "\n", 2);
	return grown;
}

static char *findings_of(const struct cm_document *doc, const char *wanted)
{
	struct cm_text out = { 0 };
	size_t n;
	const struct cm_diag *d = cm_document_diags(doc, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t line, column;
		cm_document_place(doc, d[i].span.start, &line, &column);
		char *at = NULL;
		int length = asprintf(&at, "!%u:%u %s %s", line, column,
			cm_severity_name(d[i].severity), d[i].rule);
		assert_true(length > 0);
		cm_text_put(&out, at);
		/* What was accepted is compared only where the case says it. */
		const char *row = wanted ? strstr(wanted, at) : NULL;
		if (row && row[length] == ' ' && d[i].expected) {
			size_t rest = strcspn(row + length + 1, "\n");
			if (strncmp(d[i].expected, row + length + 1, rest) == 0)
				cm_text_add(&out, row + length, rest + 1);
			else
				cm_text_printf(&out, " %s", d[i].expected);
		}
		cm_text_char(&out, '\n');
		free(at);
	}
	return out.at;
}

static void check_case(const struct test_case *c)
{
	struct cm_document *doc = syntax_new("case", c->text, strlen(c->text), NULL);
	struct cm_text tree = { 0 };
	assert_non_null(doc);
	assert_true(syntax_read(doc));
	cm_print_ast(doc, true, &tree);
	char *findings = findings_of(doc, c->findings);
	const char *got = tree.at ? tree.at : "", *want = c->tree ? c->tree : "";
	const char *said = findings ? findings : "", *say = c->findings ? c->findings : "";
	if (strcmp(got, want) != 0 || strcmp(said, say) != 0)
		fail_msg("%s:%u: %s\n--- wanted\n%s%s--- got\n%s%s", c->file, c->line, c->title,
			want, say, got, said);
	free(findings);
	cm_text_free(&tree);
	cm_document_free(doc);
}

static void end_case(struct test_case *c)
{
	if (c->title)
		check_case(c);
	free(c->title);
	free(c->text);
	free(c->tree);
	free(c->findings);
	c->title = c->text = c->tree = c->findings = NULL;
}

static unsigned run_file(const char *path)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	struct test_case c = { .file = path };
	char *line = NULL;
	size_t room = 0;
	unsigned cases = 0, number = 0;
	bool answer = false;
	while (getline(&line, &room, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		number++;
		if (strncmp(line, "== ", 3) == 0) {
			end_case(&c);
			c.title = strdup(line + 3);
			c.line = number;
			answer = false;
			cases++;
		} else if (strcmp(line, "=>") == 0) {
			answer = true;
		} else if (!answer) {
			c.text = add_line(c.text, line);
		} else if (line[0] == '!') {
			c.findings = add_line(c.findings, line);
		} else if (line[0]) {
			c.tree = add_line(c.tree, line);
		}
	}
	end_case(&c);
	free(line);
	fclose(file);
	return cases;
}

static void statements_have_the_trees_of_the_files(void **state)
{
	glob_t found;
	unsigned cases = 0;
	assert_int_equal(glob(CM_SOURCE_DIR "/tests/syntax/*.sexp", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		cases += run_file(found.gl_pathv[i]);
	globfree(&found);
	assert_true(cases > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_have_the_trees_of_the_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
