/*
 * One router, and what is said of it after each of many small changes (*.edits).
 *
 *     == title
 *     -a line of branch.cfg that goes away
 *     +a line that comes in its place; without a removed line before it: at the end
 *     --
 *     SEVERITY RULE the line that the finding is about
 *     also SEVERITY RULE …     allowed, too: what follows from the fault
 *
 * Of warnings and errors nothing else may be said; infos may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include <cryptomap/check.h>
#include <cryptomap/document.h>

enum { LINES_MOST = 3000, LINE_MOST = 300 };

struct lines {
	char at[LINES_MOST][LINE_MOST];
	size_t n;
};

static void lines_insert(struct lines *l, size_t at, const char *line)
{
	assert_true(l->n < LINES_MOST);
	memmove(l->at[at + 1], l->at[at], (l->n - at) * LINE_MOST);
	snprintf(l->at[at], LINE_MOST, "%s", line);
	l->n++;
}

static size_t lines_remove(struct lines *l, const char *line)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->at[i], line) == 0) {
			memmove(l->at[i], l->at[i + 1], (l->n - i - 1) * LINE_MOST);
			l->n--;
			return i;
		}
	fail_msg("no line `%s` to remove", line);
	return 0;
}

static void lines_read(struct lines *l, const char *path)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	l->n = 0;
	while (l->n < LINES_MOST && fgets(l->at[l->n], LINE_MOST, f)) {
		l->at[l->n][strcspn(l->at[l->n], "\n")] = '\0';
		l->n++;
	}
	fclose(f);
}

static struct cm_text joined(const struct lines *l)
{
	struct cm_text text = { 0 };
	for (size_t i = 0; i < l->n; i++)
		cm_text_printf(&text, "%s\n", l->at[i]);
	return text;
}

struct expected {
	char severity[16], rule[64], line[LINE_MOST];
	bool also, found;
};

static const char *without_blanks(const char *line)
{
	return line + strspn(line, " \t");
}

static bool is_same(const struct expected *e, const struct cm_diag *d, const char *line)
{
	return strcmp(e->rule, d->rule) == 0 && strcmp(e->line, without_blanks(line)) == 0 &&
		strcmp(e->severity, cm_severity_name(d->severity)) == 0;
}

/* How many findings were not expected, or expected and not found. */
static size_t compare(
	const char *title, const struct lines *text, struct expected *expected, size_t n)
{
	struct cm_text joint = joined(text);
	struct cm_document *doc = cm_document_read("branch", joint.at, joint.length, NULL);
	struct cm_findings *findings = cm_check(doc, NULL);
	size_t n_found, wrong = 0;
	const struct cm_diag *list = cm_findings_list(findings, &n_found);
	for (size_t i = 0; i < n_found; i++) {
		uint32_t line, column;
		cm_document_place(doc, list[i].span.start, &line, &column);
		bool wanted = false;
		for (size_t k = 0; k < n; k++)
			if (is_same(&expected[k], &list[i], text->at[line - 1]))
				wanted = expected[k].found = true;
		if (wanted || list[i].severity < CM_WARNING)
			continue;
		printf("%s: unexpected: %s %s %s (%s)\n", title, cm_severity_name(list[i].severity),
			list[i].rule, without_blanks(text->at[line - 1]), list[i].message);
		wrong++;
	}
	for (size_t k = 0; k < n; k++)
		if (!expected[k].found && !expected[k].also) {
			printf("%s: missing: %s %s %s\n", title, expected[k].severity,
				expected[k].rule, expected[k].line);
			wrong++;
		}
	cm_findings_free(findings);
	cm_document_free(doc);
	cm_text_free(&joint);
	return wrong;
}

static void read_expected(struct expected *e, const char *line)
{
	int used = 0;
	e->also = strncmp(line, "also ", 5) == 0;
	line += e->also ? 5 : 0;
	assert_int_equal(sscanf(line, "%15s %63s %n", e->severity, e->rule, &used), 2);
	snprintf(e->line, sizeof e->line, "%s", line + used);
}

/* The file's cases, one after the other; gives how many things were wrong. */
static size_t run(const struct lines *base, const struct lines *file)
{
	static struct lines text;
	static struct expected expected[32];
	size_t wrong = 0, i = 0, cases = 0;
	while (i < file->n) {
		const char *title = file->at[i++];
		if (strncmp(title, "==", 2) != 0)
			continue;
		text = *base;
		size_t at = text.n, n = 0;
		for (; i < file->n && strcmp(file->at[i], "--") != 0; i++) {
			if (file->at[i][0] == '-')
				at = lines_remove(&text, file->at[i] + 1);
			else if (file->at[i][0] == '+')
				lines_insert(&text, at++, file->at[i] + 1);
		}
		memset(expected, 0, sizeof expected);
		for (i++; i < file->n && file->at[i][0] && strncmp(file->at[i], "==", 2) != 0; i++)
			read_expected(&expected[n++], file->at[i]);
		wrong += compare(title, &text, expected, n);
		cases++;
	}
	assert_true(cases > 0);
	return wrong;
}

static void changes_are_told(void **state)
{
	static struct lines base, file;
	glob_t files;
	size_t wrong = 0;
	lines_read(&base, CM_SOURCE_DIR "/tests/check/branch.cfg");
	assert_int_equal(glob(CM_SOURCE_DIR "/tests/check/*.edits", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		lines_read(&file, files.gl_pathv[i]);
		wrong += run(&base, &file);
	}
	globfree(&files);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(changes_are_told) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
