/*
 * Reading, printing and judging every example while the memory runs out at each allocation in
 * turn: once, and for good. What comes out is either what comes out with enough memory, or a
 * failure that says so. The sanitizers see crashes and leaks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <glob.h>

#include <cmocka.h>

#include <cryptomap/check.h>
#include <cryptomap/document.h>

#include "failing.h"

enum { PRINTS = 3, RUNS_OF_ALL = 240, RUNS_AT_LEAST = 20 };

struct outcome {
	bool read, checked;
	struct cm_text prints[PRINTS];
	size_t findings;
};

static void run(const struct cm_text *source, struct outcome *o)
{
	static void (*const print[PRINTS])(const struct cm_document *, bool,
		struct cm_text *) = { cm_print_ast, cm_print_ios, cm_print_json };
	*o = (struct outcome){ 0 };
	struct cm_document *document =
		cm_document_read("example", source->at, source->length, NULL);
	if (!document)
		return;
	o->read = true;
	for (size_t i = 0; i < PRINTS; i++)
		print[i](document, true, &o->prints[i]);
	struct cm_findings *findings = cm_check(document, NULL);
	if (findings) {
		o->checked = true;
		cm_findings_list(findings, &o->findings);
		cm_findings_free(findings);
	}
	cm_document_free(document);
}

static void outcome_free(struct outcome *o)
{
	for (size_t i = 0; i < PRINTS; i++)
		cm_text_free(&o->prints[i]);
}

/* Nothing half done may look like a result. */
static void outcome_is_honest(
	const char *name, size_t at, bool for_good, const struct outcome *good, struct outcome *o)
{
	bool honest = true;
	for (size_t i = 0; i < PRINTS && o->read; i++) {
		const struct cm_text *whole = &good->prints[i], *print = &o->prints[i];
		honest = honest &&
			(print->failed ||
				(print->length == whole->length &&
					memcmp(print->at, whole->at, whole->length) == 0));
	}
	honest = honest && (!o->checked || o->findings == good->findings);
	if (!honest) {
		fail_msg("%s: allocation %zu fails%s, and the result is silently another", name, at,
			for_good ? " and all after it" : "");
	}
}

static void starve(const char *name, const struct cm_text *source, size_t runs)
{
	struct outcome good, o;
	failing_start((size_t)-1, false);
	run(source, &good);
	size_t count = failing_stop();
	assert_true(good.read);
	assert_true(good.checked);
	assert_true(count > 10);
	/* The first allocations one by one, then in steps that share no factor with habits. */
	size_t step = count > runs ? count / runs + 1 : 1;
	for (size_t at = 0; at < count; at += at < runs / 2 ? 1 : step) {
		for (int for_good = 0; for_good < 2; for_good++) {
			failing_start(at, for_good);
			run(source, &o);
			failing_stop();
			outcome_is_honest(name, at, for_good, &good, &o);
			outcome_free(&o);
		}
	}
	outcome_free(&good);
}

static void read_file(const char *path, struct cm_text *out)
{
	char block[4096];
	size_t n;
	FILE *in = fopen(path, "rb");
	assert_non_null(in);
	while ((n = fread(block, 1, sizeof block, in)) > 0)
		cm_text_add(out, block, n);
	fclose(in);
}

static void examples_survive_when_memory_runs_out(void **state)
{
	glob_t found;
	assert_int_equal(glob(CM_SOURCE_DIR "/examples/*.cfg", 0, NULL, &found), 0);
	size_t runs = RUNS_OF_ALL / found.gl_pathc;
	if (runs < RUNS_AT_LEAST)
		runs = RUNS_AT_LEAST;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct cm_text source = { 0 };
		read_file(found.gl_pathv[i], &source);
		starve(found.gl_pathv[i], &source, runs);
		cm_text_free(&source);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
		examples_survive_when_memory_runs_out) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
