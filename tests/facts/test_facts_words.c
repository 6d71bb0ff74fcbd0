#include <cryptomap/facts.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const char *cipher_name(const char *word, const char *bits, enum cm_match *match)
{
	const struct cm_cipher *row =
		cm_cipher_typed(cm_str_of(word), cm_str_of(bits), match, NULL);
	return row ? row->name : "-";
}

static void encryption_reads_words_as_typed(void **state)
{
	static const struct {
		const char *word, *bits, *name;
		enum cm_match match;
	} rows[] = {
		{ "3des", NULL, "3des", CM_MATCH_WHOLE },
		{ "3d", NULL, "3des", CM_MATCH_PREFIX },
		{ "AES", NULL, "aes-128", CM_MATCH_WHOLE },
		{ "ae", "256", "aes-256", CM_MATCH_PREFIX },
		{ "aes", "192", "aes-192", CM_MATCH_WHOLE },
		{ "aes", "128", "aes-128", CM_MATCH_WHOLE },
		{ "aes", "512", "-", CM_MATCH_NONE },
		{ "des", "56", "-", CM_MATCH_NONE },
		{ "d", NULL, "des", CM_MATCH_PREFIX },
		{ "null", NULL, "-", CM_MATCH_NONE },
		{ "3dess", NULL, "-", CM_MATCH_NONE },
		{ "", NULL, "-", CM_MATCH_NONE },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum cm_match match;
		assert_string_equal(cipher_name(rows[i].word, rows[i].bits, &match), rows[i].name);
		assert_int_equal(match, rows[i].match);
	}
}

static void a_wrong_size_still_names_its_word(void **state)
{
	const struct cm_cipher *word;
	assert_null(cm_cipher_typed(cm_str_of("aes"), cm_str_of("100"), NULL, &word));
	assert_ptr_equal(word, cm_cipher_named("aes-128"));
}

static void later_words_leave_old_abbreviations_alone(void **state)
{
	enum cm_match match;
	assert_ptr_equal(cm_hash_typed(cm_str_of("sh"), &match), cm_hash_named("sha1"));
	assert_int_equal(match, CM_MATCH_PREFIX);
	assert_ptr_equal(cm_hash_typed(cm_str_of("sha"), &match), cm_hash_named("sha1"));
	assert_int_equal(match, CM_MATCH_WHOLE);
	assert_ptr_equal(cm_hash_typed(cm_str_of("sha3"), NULL), cm_hash_named("sha384"));
	assert_ptr_equal(cm_auth_typed(cm_str_of("pre"), NULL), cm_auth_named("pre-share"));
	assert_null(cm_auth_typed(cm_str_of("rsa"), &match));
	assert_int_equal(match, CM_MATCH_AMBIGUOUS);
}

static void group_numbers_are_not_abbreviated(void **state)
{
	assert_int_equal(cm_group_typed(cm_str_of("2"), NULL)->number, 2);
	assert_int_equal(cm_pfs_typed(cm_str_of("group14"), NULL)->number, 14);
	assert_int_equal(cm_pfs_typed(cm_str_of("GROUP1"), NULL)->number, 1);
	assert_null(cm_group_typed(cm_str_of("17"), NULL));
	assert_null(cm_group_typed(cm_str_of("4"), NULL));
	assert_null(cm_pfs_typed(cm_str_of("group"), NULL));
	assert_null(cm_pfs_typed(cm_str_of("group5x"), NULL));
}

static void transforms_read_words_as_typed(void **state)
{
	static const struct {
		const char *word, *bits, *cipher, *hash, *ah;
		bool compress;
	} rows[] = {
		{ "esp-3des", NULL, "3des", NULL, NULL, false },
		{ "esp-aes", NULL, "aes-128", NULL, NULL, false },
		{ "esp-aes", "256", "aes-256", NULL, NULL, false },
		{ "esp-256-aes", NULL, "aes-256", NULL, NULL, false },
		{ "esp-gcm", "192", "aes-gcm-192", NULL, NULL, false },
		{ "esp-sha-hmac", NULL, NULL, "sha1", NULL, false },
		{ "esp-sha", NULL, NULL, "sha1", NULL, false },
		{ "ah-md5-hmac", NULL, NULL, NULL, "md5", false },
		{ "ah-sha512", NULL, NULL, NULL, "sha512", false },
		{ "comp-lzs", NULL, NULL, NULL, NULL, true },
	};
	struct cm_transform transform;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(cm_transform_typed(
			cm_str_of(rows[i].word), cm_str_of(rows[i].bits), &transform, NULL));
		assert_ptr_equal(transform.cipher, cm_cipher_named(rows[i].cipher));
		assert_ptr_equal(transform.hash, cm_hash_named(rows[i].hash));
		assert_ptr_equal(transform.ah, cm_hash_named(rows[i].ah));
		assert_int_equal(transform.compress, rows[i].compress);
	}
	enum cm_match match;
	assert_false(cm_transform_typed(cm_str_of("esp-g"), cm_str_of(NULL), &transform, &match));
	assert_int_equal(match, CM_MATCH_AMBIGUOUS);
	assert_false(
		cm_transform_typed(cm_str_of("esp-des"), cm_str_of("128"), &transform, &match));
	assert_true(cm_transform_takes_bits(cm_str_of("esp-gmac")));
	assert_false(cm_transform_takes_bits(cm_str_of("esp-256-aes")));
	assert_false(cm_transform_takes_bits(cm_str_of("esp-3des")));
}

static void every_word_of_a_list_is_read_back(void **state)
{
	const char *words[40];
	size_t n = cm_words(CM_WORDS_TRANSFORM, words, 40);
	struct cm_transform transform;
	enum cm_match match;
	assert_in_range(n, 10, 40);
	for (size_t i = 0; i < n; i++) {
		assert_true(cm_transform_typed(
			cm_str_of(words[i]), cm_str_of(NULL), &transform, &match));
		assert_int_equal(match, CM_MATCH_WHOLE);
	}
	n = cm_words(CM_WORDS_IKEV2_ENCRYPTION, words, 40);
	for (size_t i = 0; i < n; i++)
		assert_non_null(cm_ikev2_cipher_typed(cm_str_of(words[i]), NULL));
	assert_int_equal(cm_words(CM_WORDS_KEY_BITS, words, 1), 3);
	assert_string_equal(words[0], "128");
}

static void the_nearest_word_is_named(void **state)
{
	assert_string_equal(
		cm_words_nearest(CM_WORDS_TRANSFORM, cm_str_of("esp-sha1-hmac")), "esp-sha-hmac");
	assert_string_equal(cm_words_nearest(CM_WORDS_ENCRYPTION, cm_str_of("3ds")), "3des");
	assert_string_equal(
		cm_words_nearest(CM_WORDS_AUTHENTICATION, cm_str_of("preshare")), "pre-share");
	assert_null(cm_words_nearest(CM_WORDS_HASH, cm_str_of("whirlpool")));
}

static void edit_distance_counts_swaps_once(void **state)
{
	static const char *const words[] = { "transform-set", "inside_net", "vpn" };
	assert_string_equal(cm_nearest(cm_str_of("tranfsorm-set"), words, 3), "transform-set");
	assert_string_equal(cm_nearest(cm_str_of("insde_nt"), words, 3), "inside_net");
	assert_string_equal(cm_nearest(cm_str_of("VPM"), words, 3), "vpn");
	assert_null(cm_nearest(cm_str_of("xyz"), words, 3));
	assert_null(cm_nearest(cm_str_of(""), words, 3));
	assert_null(cm_nearest(cm_str_of("v"), words, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encryption_reads_words_as_typed),
		cmocka_unit_test(a_wrong_size_still_names_its_word),
		cmocka_unit_test(later_words_leave_old_abbreviations_alone),
		cmocka_unit_test(group_numbers_are_not_abbreviated),
		cmocka_unit_test(transforms_read_words_as_typed),
		cmocka_unit_test(every_word_of_a_list_is_read_back),
		cmocka_unit_test(the_nearest_word_is_named),
		cmocka_unit_test(edit_distance_counts_swaps_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
