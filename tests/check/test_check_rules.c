/*
 * The rule tables themselves, and the two examples of every row: the one fires, the other not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cryptomap/check.h>
#include <cryptomap/pair.h>
#include <cryptomap/document.h>

static void ids_are_kebab_case_and_unique(void **state)
{
	for (size_t i = 0; i < cm_rules(); i++) {
		const char *id = cm_rule(i)->id;
		assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(id));
		assert_true(id[0] >= 'a' && id[0] <= 'z');
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(id, cm_rule(k)->id);
	}
	assert_true(cm_rules() > 60);
	assert_null(cm_rule(cm_rules()));
}

static void rows_are_complete(void **state)
{
	for (size_t i = 0; i < cm_rules(); i++) {
		const struct cm_rule *r = cm_rule(i);
		const char *texts[] = { r->title, r->why, r->source, r->fix, r->fires, r->silent };
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
			if (!texts[k] || !*texts[k])
				fail_msg("%s: text %zu is missing", r->id, k);
		}
		if (strlen(r->title) > 80 || r->title[strlen(r->title) - 1] == '.')
			fail_msg("%s: a title is one short line without a full stop", r->id);
		if (r->why[strlen(r->why) - 1] != '.' || r->fix[strlen(r->fix) - 1] != '.')
			fail_msg("%s: why and fix are sentences", r->id);
		assert_ptr_equal(cm_rule_named(r->id), r);
		assert_true(*cm_rule_family(r));
	}
	assert_null(cm_rule_named("no-such-rule"));
}

static void selectors_mean_ids_families_and_prefixes(void **state)
{
	const struct cm_rule *rule = cm_rule_named("key-missing");
	assert_non_null(rule);
	static const char *const yes[] = { "all", "key", "key-", "key-missing" };
	static const char *const no[] = { "", "ke", "key-miss", "key-missing-", "keys", "policy" };
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(cm_rule_selected(rule, yes[i]));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(cm_rule_selected(rule, no[i]));
}

/* How often the rule finds something in a text, of which the reader is told a length. */
static size_t found_in(const struct cm_rule *rule, const char *text, size_t length)
{
	/* What comments turn off must be looked for, or nothing can be said of them. */
	bool comment = strcmp(cm_rule_family(rule), "comment") == 0;
	struct cm_check_options only = { .select = &rule->id, .n_select = !comment };
	struct cm_document *document = cm_document_read("example", text, length, NULL);
	assert_non_null(document);
	struct cm_findings *findings = cm_check(document, &only);
	assert_non_null(findings);
	size_t n;
	const struct cm_diag *list = cm_findings_list(findings, &n);
	size_t mine = 0;
	for (size_t i = 0; i < n; i++) {
		assert_true(comment || strcmp(list[i].rule, rule->id) == 0);
		mine += strcmp(list[i].rule, rule->id) == 0;
		assert_true(list[i].span.start <= list[i].span.end);
		assert_true(list[i].span.end <= length);
		/* One sentence without a full stop, but for what the router itself says. */
		char last = list[i].message[strlen(list[i].message) - 1];
		assert_true(last != '.' || list[i].message[0] == '%');
	}
	cm_findings_free(findings);
	cm_document_free(document);
	return mine;
}

/* What needs two ends has both in its example, one behind the other. */
static size_t found_in_fleet(const struct cm_rule *rule, const char *text)
{
	struct cm_document *document = cm_document_read("example", text, strlen(text), NULL);
	struct cm_fleet *fleet = cm_fleet_new();
	size_t n, mine = 0;
	assert_non_null(document);
	assert_non_null(fleet);
	assert_true(cm_fleet_add(fleet, document));
	assert_true(cm_fleet_run(fleet));
	assert_true(cm_fleet_routers(fleet) >= 2);
	const struct cm_diag *list = cm_fleet_diags(fleet, 0, &n);
	for (size_t i = 0; i < n; i++)
		mine += strcmp(list[i].rule, rule->id) == 0;
	cm_fleet_free(fleet);
	cm_document_free(document);
	return mine;
}

static size_t found(const struct cm_rule *rule, const char *text)
{
	if (strcmp(cm_rule_family(rule), "pair") == 0)
		return found_in_fleet(rule, text);
	return found_in(rule, text, strlen(text));
}

/* Two rules are about the size of a text, which no example can show. */
static size_t found_when_large(const struct cm_rule *rule)
{
	enum { TIMES = 1100 };
	size_t length = strlen(rule->fires);
	if (strcmp(rule->id, "text-too-long") == 0) /* not one octet of it is looked at */
		return found_in(rule, rule->fires, ((size_t)1 << 31) + 1);
	char *many = malloc(length * TIMES);
	assert_non_null(many);
	for (size_t i = 0; i < TIMES; i++)
		memcpy(many + i * length, rule->fires, length);
	size_t n = found_in(rule, many, length * TIMES);
	free(many);
	return n;
}

static void every_rule_fires_on_its_example_and_not_on_the_other(void **state)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < cm_rules(); i++) {
		const struct cm_rule *r = cm_rule(i);
		if ((r->by_size ? found_when_large(r) : found(r, r->fires)) == 0) {
			print_error("%s does not fire on:\n%s\n", r->id, r->fires);
			wrong++;
		}
		if (found(r, r->silent) != 0) {
			print_error("%s fires on:\n%s\n", r->id, r->silent);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_kebab_case_and_unique),
		cmocka_unit_test(rows_are_complete),
		cmocka_unit_test(selectors_mean_ids_families_and_prefixes),
		cmocka_unit_test(every_rule_fires_on_its_example_and_not_on_the_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
