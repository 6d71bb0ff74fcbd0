#include <cryptomap/facts.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void tables_are_sorted_and_print_once(void **state)
{
	for (int table = CM_NAMES_PROTOCOL; table <= CM_NAMES_TCP_FLAG; table++) {
		size_t n;
		const struct cm_name *rows = cm_names((enum cm_names)table, &n);
		assert_true(n >= 5);
		for (size_t i = 0; i < n; i++) {
			bool ambiguous = true;
			assert_true(i == 0 || strcmp(rows[i - 1].word, rows[i].word) < 0);
			assert_ptr_equal(cm_name_find((enum cm_names)table, cm_str_of(rows[i].word),
						 &ambiguous),
				&rows[i]);
			assert_false(ambiguous);
			for (size_t j = 0; j < i; j++)
				assert_false(rows[i].canonical && rows[j].canonical &&
					rows[i].number == rows[j].number);
		}
	}
}

static void names_have_their_numbers(void **state)
{
	static const struct {
		enum cm_names table;
		const char *word;
		unsigned number;
	} rows[] = {
		{ CM_NAMES_PROTOCOL, "esp", 50 },
		{ CM_NAMES_PROTOCOL, "ahp", 51 },
		{ CM_NAMES_PROTOCOL, "gre", 47 },
		{ CM_NAMES_PROTOCOL, "ip", 0 },
		{ CM_NAMES_TCP_PORT, "www", 80 },
		{ CM_NAMES_TCP_PORT, "cmd", 514 },
		{ CM_NAMES_UDP_PORT, "syslog", 514 },
		{ CM_NAMES_UDP_PORT, "isakmp", 500 },
		{ CM_NAMES_UDP_PORT, "non500-isakmp", 4500 },
		{ CM_NAMES_ICMP, "echo", 0x08ff },
		{ CM_NAMES_ICMP, "echo-reply", 0x00ff },
		{ CM_NAMES_ICMP, "packet-too-big", 0x0304 },
		{ CM_NAMES_ICMP, "ttl-exceeded", 0x0b00 },
		{ CM_NAMES_DSCP, "ef", 46 },
		{ CM_NAMES_PRECEDENCE, "critical", 5 },
		{ CM_NAMES_TOS, "min-delay", 8 },
		{ CM_NAMES_OPTION, "record-route", 7 },
		{ CM_NAMES_TCP_FLAG, "syn", 2 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct cm_name *name =
			cm_name_find(rows[i].table, cm_str_of(rows[i].word), NULL);
		assert_non_null(name);
		assert_int_equal(name->number, rows[i].number);
		assert_string_equal(cm_name_word(rows[i].table, rows[i].number), rows[i].word);
	}
}

static void names_that_ios_lacks_are_not_known(void **state)
{
	static const char *const none[] = { "ssh", "http", "https", "bfd", "", "wwww", "Ω" };
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_null(cm_name_find(CM_NAMES_TCP_PORT, cm_str_of(none[i]), NULL));
	struct cm_str with_nul = { "www\0x", 5 };
	assert_null(cm_name_find(CM_NAMES_TCP_PORT, with_nul, NULL));
	assert_null(cm_name_word(CM_NAMES_TCP_PORT, 443));
	assert_null(cm_name_word(CM_NAMES_PROTOCOL, 112));
}

static void prefixes_are_taken_when_unique(void **state)
{
	bool ambiguous;
	assert_string_equal(
		cm_name_find(CM_NAMES_TCP_PORT, cm_str_of("TELN"), &ambiguous)->word, "telnet");
	assert_null(cm_name_find(CM_NAMES_TCP_PORT, cm_str_of("t"), &ambiguous));
	assert_true(ambiguous);
	assert_string_equal(
		cm_name_find(CM_NAMES_TCP_PORT, cm_str_of("ftp"), &ambiguous)->word, "ftp");
	assert_string_equal(
		cm_name_find(CM_NAMES_ICMP, cm_str_of("echo-"), NULL)->word, "echo-reply");
}

static void releases_are_read(void **state)
{
	static const struct {
		const char *text;
		bool known;
		unsigned major, minor, maintenance;
		char train;
	} rows[] = {
		{ "12.3", true, 12, 3, 0, 0 },
		{ "12.3(6)", true, 12, 3, 6, 0 },
		{ "12.4(20)T", true, 12, 4, 20, 'T' },
		{ "15.2(4)M7", true, 15, 2, 4, 'M' },
		{ "12.1(1.3)T", true, 12, 1, 1, 'T' },
		{ "12.4(11a)", true, 12, 4, 11, 0 },
		{ "17.3", true, 17, 3, 0, 0 },
		{ "17.11.1a", true, 17, 11, 1, 0 },
		{ "03.16.04.S", true, 3, 16, 4, 'S' },
		{ "12.2(33)SXI", true, 12, 2, 33, 'S' },
		{ "12", false, 0, 0, 0, 0 },
		{ "", false, 0, 0, 0, 0 },
		{ "abc", false, 0, 0, 0, 0 },
		{ "12.4(x)T", false, 0, 0, 0, 0 },
		{ "99999999.1", false, 0, 0, 0, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cm_release release = cm_release_parse(cm_str_of(rows[i].text));
		assert_int_equal(release.known, rows[i].known);
		if (!release.known)
			continue;
		assert_int_equal(release.major, rows[i].major);
		assert_int_equal(release.minor, rows[i].minor);
		assert_int_equal(release.maintenance, rows[i].maintenance);
		assert_int_equal(release.train, rows[i].train);
	}
	assert_false(cm_release_parse(cm_str_of(NULL)).known);
}

static struct cm_release release(const char *text)
{
	return cm_release_parse(cm_str_of(text));
}

static void releases_are_ordered(void **state)
{
	static const char *const rising[] = { "12.2(13)T", "12.3", "12.3(4)T", "12.3(8)",
		"12.3(8)T", "12.4(15)T", "12.4(20)T", "15.1(2)T", "15.2(4)M7", "16.6.1", "17.3",
		"17.11.1a" };
	for (size_t i = 1; i < sizeof rising / sizeof *rising; i++)
		assert_true(cm_release_compare(release(rising[i - 1]), release(rising[i])) < 0);
	assert_int_equal(cm_release_compare(release("12.3(6)"), release("12.3(6)")), 0);
}

static void since_leaves_open_what_the_text_leaves_open(void **state)
{
	static const struct {
		const char *release, *since;
		int answer; /* 0, 1; 2: open */
	} rows[] = {
		{ "12.3", "12.2(13)T", 1 },
		{ "12.3(6)", "12.3(8)T", 0 },
		{ "12.3(11)T", "12.3(8)T", 1 },
		{ "12.3(22)", "12.3(8)T", 0 },
		{ "12.3", "12.3(8)T", 2 },
		{ "12.4", "12.4(20)T", 2 },
		{ "12.4(25)", "12.4(20)T", 0 },
		{ "15.0(1)M", "12.4(20)T", 1 },
		{ "15.1(4)M", "15.1(2)T", 1 },
		{ "17.3", "17.11.1a", 0 },
		{ "17.12.1", "17.11.1a", 1 },
		{ "", "12.4(20)T", 2 },
		{ "03.16.04.S", "15.1(2)T", 1 },
		{ "17.3", "15.1(2)T", 1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool yes = cm_release_since(release(rows[i].release), rows[i].since, true);
		bool no = cm_release_since(release(rows[i].release), rows[i].since, false);
		assert_int_equal(yes == no ? yes : 2, rows[i].answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_sorted_and_print_once),
		cmocka_unit_test(names_have_their_numbers),
		cmocka_unit_test(names_that_ios_lacks_are_not_known),
		cmocka_unit_test(prefixes_are_taken_when_unique),
		cmocka_unit_test(releases_are_read),
		cmocka_unit_test(releases_are_ordered),
		cmocka_unit_test(since_leaves_open_what_the_text_leaves_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
