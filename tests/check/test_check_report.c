/*
 * Reports of findings made by hand: every octet that other programs read must be theirs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <cryptomap/check.h>
#include <cryptomap/document.h>
#include <cryptomap/report.h>

static const char text[] = "hostname h\xc3\xa9\n"
			   "crypto isakmp key thisIsSecret9 address 203.0.113.1\n"
			   "\tip nat \x1b[31m\xff outside\n";

static struct cm_document *read_text(void)
{
	struct cm_document *document =
		cm_document_read("a b&<\"%>.cfg", text, sizeof text - 1, NULL);
	assert_non_null(document);
	return document;
}

static const struct cm_note notes[] = {
	{ NULL, { 0, 8 }, "see \"here\"" },
	{ NULL, { 0, 0 }, "no place" },
};
static const struct cm_fix fixes[] = { { { 0, 0 }, "no x\n", "insert: no x", true } };
/* clang-format off */
static const struct cm_diag diags[] = {
	{ .rule = "key-missing", .severity = CM_ERROR, .span = { 13, 64 },
		.message = "no <key> & \"peer\" 'x': \x01\xff%", .notes = notes, .n_notes = 2,
		.fixes = fixes, .n_fixes = 1 },
	{ .rule = "weak-hash", .severity = CM_STYLE, .span = { 12, 12 }, .message = "matter" },
};
/* clang-format on */

static char *report(enum cm_format format, bool colored)
{
	struct cm_report how = { .format = format, .colored = colored, .version = "1.2.3" };
	struct cm_document *document = read_text();
	struct cm_text out = { 0 };
	cm_report_begin(&how, &out);
	cm_report_document(&how, document, diags, 2, &out);
	cm_report_between(&how, &out);
	cm_report_document(&how, document, diags, 2, &out);
	cm_report_end(&how, &out);
	assert_false(out.failed);
	assert_null(strstr(out.at, "thisIsSecret9"));
	cm_document_free(document);
	return out.at;
}

static void text_shows_the_line_and_hides_the_secret(void **state)
{
	char *out = report(CM_FORMAT_TEXT, false);
	assert_non_null(strstr(out,
		"a b&<\"%>.cfg:2:1: error: no <key> & \"peer\" 'x': ??% "
		"[key-missing]\n"
		"2  | crypto isakmp key * address 203.0.113.1\n"
		"   | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"));
	assert_non_null(strstr(out, "     see \"here\"\n1  | hostname h\xc3\xa9\n   | ~~~~~~~~\n"));
	assert_non_null(strstr(out, "     fix: insert: no x\n"));
	assert_null(strchr(out, '\x1b'));
	cm_text_free(&(struct cm_text){ .at = out });
	out = report(CM_FORMAT_TEXT, true);
	assert_non_null(strstr(out, "\x1b[1;31merror:\x1b[0m"));
	cm_text_free(&(struct cm_text){ .at = out });
}

static void gcc_and_github_are_a_line_each(void **state)
{
	char *out = report(CM_FORMAT_GCC, false);
	assert_non_null(strstr(out,
		":2:1: error: no <key> & \"peer\" 'x': ??% [key-missing]\n"
		"a b&<\"%>.cfg:1:1: note: see \"here\"\n"));
	cm_text_free(&(struct cm_text){ .at = out });
	out = report(CM_FORMAT_GITHUB, false);
	assert_non_null(strstr(out,
		"::error file=a b&<\"%25>.cfg,line=2,col=1,endLine=2,endColumn=52,"
		"title=key-missing::no <key> & \"peer\" 'x': "));
	assert_non_null(strstr(out, "%0Afix: insert: no x\n::notice file="));
	cm_text_free(&(struct cm_text){ .at = out });
}

static json_t *parsed(enum cm_format format)
{
	char *out = report(format, false);
	json_error_t error;
	json_t *root = json_loads(out, 0, &error);
	if (!root)
		fail_msg("%s in %s", error.text, out);
	cm_text_free(&(struct cm_text){ .at = out });
	return root;
}

static const char *string_of(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));
	assert_non_null(value);
	return value;
}

static void json_is_json(void **state)
{
	json_t *root = parsed(CM_FORMAT_JSON);
	json_t *list = json_object_get(root, "findings");
	assert_int_equal(json_array_size(list), 4);
	const json_t *one = json_array_get(list, 0);
	assert_string_equal(string_of(one, "rule"), "key-missing");
	assert_string_equal(string_of(one, "family"), "key");
	assert_string_equal(string_of(one, "severity"), "error");
	assert_string_equal(string_of(one, "file"), "a b&<\"%>.cfg");
	assert_int_equal(json_integer_value(json_object_get(one, "line")), 2);
	assert_int_equal(json_integer_value(json_object_get(one, "endColumn")), 52);
	assert_int_equal(json_array_size(json_object_get(one, "notes")), 2);
	const json_t *fix = json_array_get(json_object_get(one, "fixes"), 0);
	assert_string_equal(string_of(fix, "replacement"), "no x\n");
	assert_true(json_is_true(json_object_get(fix, "safe")));
	json_decref(root);
}

static void jsonl_is_an_object_a_line(void **state)
{
	char *out = report(CM_FORMAT_JSONL, false);
	unsigned n = 0;
	for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n"), n++) {
		json_t *root = json_loads(line, 0, NULL);
		assert_true(json_is_object(root));
		json_decref(root);
	}
	assert_int_equal(n, 4);
	cm_text_free(&(struct cm_text){ .at = out });
}

static void gitlab_tells_equal_findings_apart(void **state)
{
	json_t *root = parsed(CM_FORMAT_GITLAB);
	assert_int_equal(json_array_size(root), 4);
	const char *a = string_of(json_array_get(root, 0), "fingerprint");
	assert_string_not_equal(a, string_of(json_array_get(root, 1), "fingerprint"));
	assert_string_equal(string_of(json_array_get(root, 0), "severity"), "critical");
	assert_string_equal(string_of(json_array_get(root, 0), "check_name"), "key-missing");
	json_decref(root);
}

static void sarif_columns_are_code_points(void **state)
{
	json_t *root = parsed(CM_FORMAT_SARIF);
	const json_t *run = json_array_get(json_object_get(root, "runs"), 0);
	const json_t *results = json_object_get(run, "results");
	assert_int_equal(json_array_size(results), 4);
	const json_t *place = json_object_get(
		json_array_get(json_object_get(json_array_get(results, 1), "locations"), 0),
		"physicalLocation");
	assert_string_equal(string_of(json_object_get(place, "artifactLocation"), "uri"),
		"a%20b%26%3C%22%25%3E.cfg");
	/* Octet 12 is the 13th of the line and its 12th character. */
	assert_int_equal(json_integer_value(
				 json_object_get(json_object_get(place, "region"), "startColumn")),
		12);
	const json_t *rules =
		json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
	size_t index = (size_t)json_integer_value(
		json_object_get(json_array_get(results, 0), "ruleIndex"));
	assert_string_equal(string_of(json_array_get(rules, index), "id"), "key-missing");
	assert_int_equal(json_array_size(rules), cm_rules());
	json_decref(root);
}

static void junit_escapes_what_xml_reserves(void **state)
{
	char *out = report(CM_FORMAT_JUNIT, false);
	assert_non_null(strstr(out,
		"<testsuite name=\"a b&amp;&lt;&quot;%&gt;.cfg\" tests=\"2\" "
		"failures=\"1\" errors=\"0\">"));
	assert_non_null(strstr(out, "no &lt;key&gt; &amp; &quot;peer&quot; &apos;x&apos;: "));
	cm_text_free(&(struct cm_text){ .at = out });
}

static void fingerprints_survive_other_lines_and_other_secrets(void **state)
{
	static const char more[] = "hostname h\xc3\xa9\nversion 12.4\n"
				   "crypto isakmp key another8Secret  address 203.0.113.1\n";
	struct cm_document *a = read_text();
	struct cm_document *b = cm_document_read("other.cfg", more, sizeof more - 1, NULL);
	struct cm_diag moved[] = { diags[0], diags[0] };
	uint64_t one[1], two[2];
	moved[0].span.start = moved[1].span.start = 26;
	assert_true(cm_fingerprints(a, diags, 1, one));
	assert_true(cm_fingerprints(b, moved, 2, two));
	assert_true(one[0] == two[0]);
	assert_true(one[0] != two[1]);
	cm_document_free(a);
	cm_document_free(b);
}

static void fixes_are_made_by_place_and_never_over_each_other(void **state)
{
	const struct cm_fix change[] = { { { 13, 19 }, "CRYPTO", "", true },
		{ { 14, 15 }, "x", "", true }, { { 0, 0 }, "! new\n", "", true },
		{ { 66, 67 }, "", "", false } };
	struct cm_diag list[4];
	for (size_t i = 0; i < 4; i++)
		list[i] = (struct cm_diag){
			.rule = "key-missing", .fixes = &change[i], .n_fixes = 1, .message = ""
		};
	struct cm_document *document = read_text();
	struct cm_text out = { 0 };
	assert_int_equal(cm_fix_text(document, list, 4, false, &out), 2);
	assert_memory_equal(out.at, "! new\nhostname h\xc3\xa9\nCRYPTO isakmp", 32);
	cm_text_free(&out);
	assert_int_equal(cm_fix_text(document, list, 4, true, &out), 3);
	cm_text_free(&out);
	assert_int_equal(cm_fix_text(document, NULL, 0, true, &out), 0);
	assert_int_equal(out.length, sizeof text - 1);
	assert_memory_equal(out.at, text, sizeof text - 1);
	cm_text_free(&out);
	cm_document_free(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_shows_the_line_and_hides_the_secret),
		cmocka_unit_test(gcc_and_github_are_a_line_each),
		cmocka_unit_test(json_is_json),
		cmocka_unit_test(jsonl_is_an_object_a_line),
		cmocka_unit_test(gitlab_tells_equal_findings_apart),
		cmocka_unit_test(sarif_columns_are_code_points),
		cmocka_unit_test(junit_escapes_what_xml_reserves),
		cmocka_unit_test(fingerprints_survive_other_lines_and_other_secrets),
		cmocka_unit_test(fixes_are_made_by_place_and_never_over_each_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
