#include "crypto/known.h"
#include "crypto/rows.h"

/* RFC 2202 and RFC 4231: key, data, HMAC. Keys of 131 octets are longer than any block. */
static const struct {
	const struct cm_hash *hash;
	const char *source;
	unsigned key_octet, key_length; /* key of one octet repeated; length 0: `key` */
	const char *key, *data, *mac;
} rows[] = {
	{ &md5_row, "RFC 2202 2, 1", 0x0b, 16, NULL, "Hi There",
		"9294727a3638bb1c13f48ef8158bfc9d" },
	{ &md5_row, "RFC 2202 2, 2", 0, 0, "Jefe", "what do ya want for nothing?",
		"750c783e6ab0b503eaa86e310a5db738" },
	{ &md5_row, "RFC 2202 2, 6", 0xaa, 80, NULL,
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd" },
	{ &sha1_row, "RFC 2202 3, 1", 0x0b, 20, NULL, "Hi There",
		"b617318655057264e28bc0b6fb378c8ef146be00" },
	{ &sha1_row, "RFC 2202 3, 2", 0, 0, "Jefe", "what do ya want for nothing?",
		"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ &sha1_row, "RFC 2202 3, 6", 0xaa, 80, NULL,
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"aa4ae5e15272d00e95705637ce8a3b55ed402112" },
	{ &sha256_row, "RFC 4231 4.2", 0x0b, 20, NULL, "Hi There",
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ &sha384_row, "RFC 4231 4.2", 0x0b, 20, NULL, "Hi There",
		"afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
		"faea9ea9076ede7f4af152e8b2fa9cb6" },
	{ &sha512_row, "RFC 4231 4.2", 0x0b, 20, NULL, "Hi There",
		"87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
		"daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854" },
	{ &sha256_row, "RFC 4231 4.3", 0, 0, "Jefe", "what do ya want for nothing?",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ &sha256_row, "RFC 4231 4.7", 0xaa, 131, NULL,
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
	{ &sha512_row, "RFC 4231 4.7", 0xaa, 131, NULL,
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
		"6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598" },
};

static void keyed_hashes_give_the_answers_of_the_rfcs(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t key[131], out[CRYPTO_HASH_MAX];
		size_t length = rows[i].key_length ? rows[i].key_length : strlen(rows[i].key);
		memset(key, (int)rows[i].key_octet, sizeof key);
		if (rows[i].key)
			memcpy(key, rows[i].key, length);
		struct mac mac;
		assert_true(mac_init(&mac, rows[i].hash, key, length));
		/* In two pieces, one of them empty in turn: cuts must not show. */
		for (size_t cut = 0; cut <= strlen(rows[i].data); cut += 4) {
			struct octets pieces[] = {
				{ (const uint8_t *)rows[i].data, cut },
				{ (const uint8_t *)rows[i].data + cut, strlen(rows[i].data) - cut },
			};
			mac_of(&mac, pieces, 2, out);
			assert_known(out, rows[i].hash->size, rows[i].mac);
		}
		mac_wipe(&mac);
	}
}

static const struct {
	const struct cm_hash *hash;
	const char *abc; /* FIPS 180-4 examples, RFC 1321 A.5 */
} hashes[] = {
	{ &md5_row, "900150983cd24fb0d6963f7d28e17f72" },
	{ &sha1_row, "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ &sha256_row, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ &sha384_row,
		"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
		"8086072ba1e7cc2358baeca134c825a7" },
	{ &sha512_row,
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
};

static void hashes_of_abc(void **state)
{
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		uint8_t out[CRYPTO_HASH_MAX];
		struct octets pieces[] = { { (const uint8_t *)"a", 1 }, { NULL, 0 },
			{ (const uint8_t *)"bc", 2 } };
		assert_true(hash_of(hashes[i].hash, pieces, 3, out));
		assert_known(out, hashes[i].hash->size, hashes[i].abc);
	}
}

static void a_foreign_hash_is_refused(void **state)
{
	const struct cm_hash foreign = { .name = "tiger", .size = 24 };
	struct hasher hasher;
	struct mac mac;
	uint8_t out[CRYPTO_HASH_MAX];
	assert_false(hash_init(&hasher, &foreign));
	assert_false(mac_init(&mac, &foreign, "k", 1));
	assert_false(hash_of(&foreign, NULL, 0, out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keyed_hashes_give_the_answers_of_the_rfcs),
		cmocka_unit_test(hashes_of_abc),
		cmocka_unit_test(a_foreign_hash_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
