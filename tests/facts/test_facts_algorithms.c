#include <cryptomap/facts.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static bool same_word(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void judgement_has_a_source(const struct cm_judgement *judgement)
{
	assert_non_null(judgement->source);
	assert_in_range(judgement->year, 2012, 2026);
	assert_false(judgement->shielded && judgement->strength == CM_STRONG);
	assert_false(judgement->cnsa && judgement->strength < CM_ACCEPTABLE);
}

static void ciphers_are_unique_and_complete(void **state)
{
	size_t n;
	const struct cm_cipher *rows = cm_ciphers(&n);
	for (size_t i = 0; i < n; i++) {
		const struct cm_cipher *row = &rows[i];
		judgement_has_a_source(&row->judgement);
		assert_non_null(row->transform);
		assert_non_null(row->debug_esp);
		assert_ptr_equal(cm_cipher_named(row->name), row);
		assert_int_equal(row->isakmp != NULL, row->ike_id != 0);
		assert_int_equal(row->isakmp != NULL, row->debug_ike != NULL);
		assert_int_equal(row->combined, row->icv != 0);
		assert_int_equal(row->combined, row->salt != 0);
		assert_int_equal(row->esp_id != 0, row->swan != NULL);
		assert_int_equal(row->libcrypto != NULL, row->esp_id != 0 && row->key_bits != 0);
		if (row->esp_id)
			assert_ptr_equal(
				cm_cipher_of_esp(row->esp_id, row->key_length ? row->key_bits : 0),
				row);
		if (row->ike_id)
			assert_ptr_equal(
				cm_cipher_of_ike(row->ike_id, row->key_length ? row->key_bits : 0),
				row);
		if (i > 0)
			assert_true(rows[i - 1].judgement.strength <= row->judgement.strength ||
				!same_word(rows[i - 1].debug_esp, row->debug_esp));
		for (size_t j = 0; j < i; j++) {
			assert_false(same_word(rows[j].transform, row->transform));
			assert_false(same_word(rows[j].isakmp, row->isakmp));
			assert_false(same_word(rows[j].ikev2, row->ikev2));
			assert_false(same_word(rows[j].swan, row->swan));
			assert_false(same_word(rows[j].linksys, row->linksys));
			assert_false(same_word(rows[j].show, row->show));
		}
	}
}

static void hashes_are_unique_and_complete(void **state)
{
	size_t n;
	const struct cm_hash *rows = cm_hashes(&n);
	for (size_t i = 0; i < n; i++) {
		const struct cm_hash *row = &rows[i];
		judgement_has_a_source(&row->judgement);
		assert_true(row->isakmp && row->esp && row->ah && row->ikev2 && row->debug_ike);
		assert_true(row->debug_esp && row->swan && row->libcrypto);
		assert_true(
			row->icv == row->size / 2 || row->icv == 12); /* RFC 4868; RFC 2403, 2404 */
		assert_ptr_equal(cm_hash_named(row->name), row);
		assert_ptr_equal(cm_hash_of_ike(row->ike_id), row);
		assert_ptr_equal(cm_hash_of_auth(row->auth_id), row);
		assert_ptr_equal(cm_hash_of_ah(row->ah_id), row);
		for (size_t j = 0; j < i; j++) {
			assert_false(same_word(rows[j].esp, row->esp));
			assert_false(same_word(rows[j].ah, row->ah));
			assert_false(same_word(rows[j].swan, row->swan));
		}
	}
	assert_null(cm_hash_of_ike(0));
	assert_null(cm_hash_of_ike(3)); /* Tiger */
}

static void groups_are_unique_and_complete(void **state)
{
	size_t n;
	const struct cm_group *rows = cm_groups(&n);
	for (size_t i = 0; i < n; i++) {
		const struct cm_group *row = &rows[i];
		judgement_has_a_source(&row->judgement);
		assert_ptr_equal(cm_group_numbered(row->number), row);
		assert_int_equal(row->ios != NULL, row->pfs != NULL);
		assert_int_equal(row->ios != NULL, row->show != NULL);
		assert_int_equal(row->secret_size, (row->bits + 7) / 8);
		assert_int_equal(row->public_size, row->secret_size * (row->elliptic ? 2 : 1));
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(rows[j].number, row->number);
			assert_false(same_word(rows[j].name, row->name));
			assert_false(same_word(rows[j].swan, row->swan));
			assert_true(rows[j].judgement.strength <= row->judgement.strength);
		}
	}
	assert_null(cm_group_numbered(0));
	assert_null(cm_group_numbered(22));
}

static void auths_are_unique_and_complete(void **state)
{
	size_t n;
	const struct cm_auth *rows = cm_auths(&n);
	for (size_t i = 0; i < n; i++) {
		assert_ptr_equal(cm_auth_named(rows[i].name), &rows[i]);
		assert_ptr_equal(cm_auth_of_ike(rows[i].ike_id), &rows[i]);
		assert_true(rows[i].debug && rows[i].show);
	}
	assert_ptr_equal(cm_auth_of_ike(11), cm_auth_named("ecdsa-sig"));
	assert_null(cm_auth_of_ike(2));
}

/* Numbers of the registries, written down a second time from the RFCs. */
static void numbers_are_those_of_the_registries(void **state)
{
	static const struct {
		const char *name;
		unsigned ike, esp, bits, block, iv;
	} rows[] = {
		{ "des", 1, 2, 64, 8, 8 },
		{ "3des", 5, 3, 192, 8, 8 },
		{ "aes-128", 7, 12, 128, 16, 16 },
		{ "aes-192", 7, 12, 192, 16, 16 },
		{ "aes-256", 7, 12, 256, 16, 16 },
		{ "null", 0, 11, 0, 1, 0 },
		{ "aes-gcm-128", 0, 20, 128, 1, 8 },
		{ "aes-gcm-256", 0, 20, 256, 1, 8 },
		{ "aes-gmac-128", 0, 23, 128, 1, 8 },
		{ "seal", 0, 0, 160, 1, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct cm_cipher *row = cm_cipher_named(rows[i].name);
		assert_non_null(row);
		assert_int_equal(row->ike_id, rows[i].ike);
		assert_int_equal(row->esp_id, rows[i].esp);
		assert_int_equal(row->key_bits, rows[i].bits);
		assert_int_equal(row->block, rows[i].block);
		assert_int_equal(row->iv, rows[i].iv);
	}
	assert_null(cm_cipher_of_ike(7, 0));
	assert_null(cm_cipher_of_ike(7, 129));
	assert_null(cm_cipher_of_ike(5, 192));
	assert_null(cm_cipher_of_esp(0, 0));
}

static void names_unknown_give_nothing(void **state)
{
	assert_null(cm_cipher_named(NULL));
	assert_null(cm_cipher_named("rot13"));
	assert_null(cm_hash_named("sha"));
	assert_null(cm_auth_named("psk"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ciphers_are_unique_and_complete),
		cmocka_unit_test(hashes_are_unique_and_complete),
		cmocka_unit_test(groups_are_unique_and_complete),
		cmocka_unit_test(auths_are_unique_and_complete),
		cmocka_unit_test(numbers_are_those_of_the_registries),
		cmocka_unit_test(names_unknown_give_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
