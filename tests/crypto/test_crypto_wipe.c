/* No secret is left in memory that was given back. */
#include "crypto/freed.h"
#include "crypto/known.h"
#include "crypto/rows.h"
#include "esp/ends.h"
#include "esp/room.h"

static void random_octets(uint8_t *at, size_t length, unsigned seed)
{
	uint32_t random = seed;
	for (size_t i = 0; i < length; i++) {
		random = random * 1664525u + 1013904223u;
		at[i] = (uint8_t)(random >> 24);
	}
}

static void nothing_found(void)
{
	assert_true(freed_blocks > 0);
	assert_int_equal(freed_found, 0);
	freed_n = freed_found = freed_blocks = 0;
}

static void the_watch_sees(void **state)
{
	static const uint8_t secret[16] = "a secret of 16 o";
	freed_watch(secret);
	for (int turned = 0; turned < 2; turned++) {
		volatile uint8_t *block = malloc(64);
		for (size_t i = 0; i < sizeof secret; i++)
			block[9 + i] = secret[turned ? sizeof secret - 1 - i : i];
		free((void *)(uintptr_t)block);
	}
	assert_int_equal(freed_found, 2);
	freed_n = freed_found = freed_blocks = 0;
}

static void exchanges_leave_nothing(void **state)
{
	struct crypto *crypto = crypto_new();
	for (size_t i = 0; i < N_GROUPS; i++) {
		static uint8_t secret[CRYPTO_SECRET_MAX];
		uint8_t private_value[30];
		const struct cm_group *group = &group_rows[i];
		random_octets(private_value, sizeof private_value, (unsigned)i + 1);
		struct dh *dh = dh_new_private(crypto, group, private_value, sizeof private_value);
		private_value[0] ^= 3;
		struct dh *peer =
			dh_new_private(crypto, group, private_value, sizeof private_value);
		private_value[0] ^= 3;
		freed_watch(private_value);
		freed_watch(private_value + sizeof private_value - FREED_LENGTH);
		assert_int_equal(dh_secret(dh, dh_public(peer), secret), DH_OK);
		freed_watch(secret);
		freed_watch(secret + group->secret_size - FREED_LENGTH);
		assert_int_equal(dh_secret(peer, dh_public(dh), secret), DH_OK);
		dh_free(dh);
		dh_free(peer);
		assert_int_equal(freed_found, 0);
		freed_n = 0;
		freed_watch(private_value);
		freed_watch(secret);
	}
	crypto_free(crypto);
	nothing_found();
}

static void sas_leave_nothing(void **state)
{
	for (size_t i = 0; i < N_ESP + N_AH; i++) {
		struct ends ends = ends_of(i < N_ESP ? esp_pairs[i] : ah_pairs[i - N_ESP]);
		random_octets(ends.keys.cipher_key, sizeof ends.keys.cipher_key, 100 + (unsigned)i);
		random_octets(ends.keys.hash_key, sizeof ends.keys.hash_key, 200 + (unsigned)i);
		ends_join(&ends);
		freed_watch(ends.keys.cipher_key);
		freed_watch(ends.keys.hash_key);
		if (ends.out->mac.row) { /* states are as good as the key */
			freed_watch(ends.out->mac.inner.state);
			freed_watch(ends.out->mac.outer.state);
		}
		struct buffer b;
		buffer_inner(&b, 500);
		assert_int_equal(seal(&ends, &b), ESP_OK);
		assert_int_equal(open_it(&ends, &b), ESP_OK);
		esp_keys_wipe(&ends.keys);
		ends_part(&ends);
		nothing_found();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_watch_sees),
		cmocka_unit_test(exchanges_leave_nothing),
		cmocka_unit_test(sas_leave_nothing),
	};
	if (!crypto_wipe_frees() || !freed_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
