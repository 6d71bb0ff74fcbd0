#include "crypto/known.h"
#include "crypto/rows.h"

static struct crypto *crypto;

static int setup(void **state)
{
	crypto = crypto_new();
	return crypto ? 0 : -1;
}

static int teardown(void **state)
{
	crypto_free(crypto);
	return 0;
}

#define NIST_TEXT                                                          \
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" \
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
#define NIST_IV "000102030405060708090a0b0c0d0e0f"

static const struct {
	const struct cm_cipher *row;
	const char *source, *key, *iv, *clear, *sealed;
} chains[] = {
	{ &des_row, "FIPS 81 table C1", "0123456789abcdef", "1234567890abcdef",
		"4e6f77206973207468652074696d6520666f7220616c6c20",
		"e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6" },
	/* The ECB example of SP 800-67, a block: a chain of one under an IV of zeros. */
	{ &des3_row, "SP 800-67 B.1", "0123456789abcdef23456789abcdef01456789abcdef0123",
		"0000000000000000", "5468652071756663", "a826fd8ce53b855f" },
	{ &aes128_row, "SP 800-38A F.2.1", "2b7e151628aed2a6abf7158809cf4f3c", NIST_IV, NIST_TEXT,
		"7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
		"73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7" },
	{ &aes192_row, "SP 800-38A F.2.3", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
		NIST_IV, NIST_TEXT,
		"4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
		"571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd" },
	{ &aes256_row, "SP 800-38A F.2.5",
		"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", NIST_IV,
		NIST_TEXT,
		"f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
		"39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b" },
};

static void chains_of_blocks_are_those_of_the_standards(void **state)
{
	for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
		struct known key = known(chains[i].key), iv = known(chains[i].iv);
		struct known text = known(chains[i].clear);
		struct cipher *seal =
			cipher_new(crypto, chains[i].row, CIPHER_SEAL, key.at, key.length);
		struct cipher *open =
			cipher_new(crypto, chains[i].row, CIPHER_OPEN, key.at, key.length);
		assert_non_null(seal);
		assert_non_null(open);
		for (int again = 0; again < 2; again++) { /* the IV begins anew with each call */
			uint8_t out[256];
			assert_true(cipher_cbc(seal, iv.at, text.at, out, text.length));
			assert_known(out, text.length, chains[i].sealed);
			assert_true(cipher_cbc(open, iv.at, out, out, text.length)); /* in place */
			assert_known(out, text.length, chains[i].clear);
		}
		cipher_free(seal);
		cipher_free(open);
	}
}

/* Key, clear text, data and nonce of McGrew and Viega's cases 4, 10 and 16. */
static const struct {
	const struct cm_cipher *row;
	const char *key, *sealed, *tag;
} combined[] = {
	{ &gcm128_row, "feffe9928665731c6d6a8f9467308308",
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
		"21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
		"5bc94fbc3221a5db94fae95ae7121a47" },
	{ &gcm192_row, "feffe9928665731c6d6a8f9467308308feffe9928665731c",
		"3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c"
		"7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710",
		"2519498e80f1478f37ba55bd6d27618c" },
	{ &gcm256_row, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
		"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
		"76fc6ece0f4e1768cddf8853bb2d551b" },
};
#define GCM_CLEAR                                                          \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" \
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define GCM_NONCE "cafebabefacedbaddecaf888"
#define GCM_DATA  "feedfacedeadbeeffeedfacedeadbeefabaddad2"

static void combined_modes_seal_and_refuse(void **state)
{
	struct known text = known(GCM_CLEAR), nonce = known(GCM_NONCE), data = known(GCM_DATA);
	for (size_t i = 0; i < sizeof combined / sizeof *combined; i++) {
		struct known key = known(combined[i].key);
		uint8_t out[256], tag[CRYPTO_TAG];
		struct cipher *seal =
			cipher_new(crypto, combined[i].row, CIPHER_SEAL, key.at, key.length);
		struct cipher *open =
			cipher_new(crypto, combined[i].row, CIPHER_OPEN, key.at, key.length);
		for (size_t cut = 0; cut <= data.length; cut += 4) {
			struct octets aad[] = { { data.at, cut },
				{ data.at + cut, data.length - cut } };
			assert_true(cipher_seal(
				seal, nonce.at, aad, 2, text.at, out, text.length, tag));
			assert_known(out, text.length, combined[i].sealed);
			assert_known(tag, sizeof tag, combined[i].tag);
		}
		struct octets aad[] = { piece(&data) };
		tag[3] ^= 1;
		assert_false(cipher_open(open, nonce.at, aad, 1, out, out + 128, text.length, tag));
		tag[3] ^= 1;
		assert_true(cipher_open(open, nonce.at, aad, 1, out, out + 128, text.length, tag));
		assert_known(out + 128, text.length, GCM_CLEAR);
		out[5] ^= 1;
		assert_false(cipher_open(open, nonce.at, aad, 1, out, out + 128, text.length, tag));
		cipher_free(seal);
		cipher_free(open);
	}
}

/* McGrew and Viega, case 1: the tag over nothing. */
static void a_tag_alone_is_possible(void **state)
{
	static const uint8_t zeros[16];
	uint8_t tag[CRYPTO_TAG];
	struct cipher *seal = cipher_new(crypto, &gcm128_row, CIPHER_SEAL, zeros, 16);
	assert_true(cipher_seal(seal, zeros, NULL, 0, NULL, NULL, 0, tag));
	assert_known(tag, sizeof tag, "58e2fccefa7e3061367f1d57a4e7455a");
	cipher_free(seal);
}

static void ciphers_that_are_not_there_are_refused(void **state)
{
	static const struct cm_cipher unknown = {
		.name = "x", .key_bits = 128, .block = 8, .iv = 8, .libcrypto = "no such cipher"
	};
	static const struct cm_cipher nameless = { .name = "null", .block = 1 };
	static const uint8_t key[32];
	assert_false(cipher_available(crypto, &unknown));
	assert_false(cipher_available(crypto, &nameless));
	assert_true(cipher_available(crypto, &des_row));
	assert_null(cipher_new(crypto, &unknown, CIPHER_SEAL, key, 16));
	assert_null(cipher_new(crypto, &aes128_row, CIPHER_SEAL, key, 15));
	assert_null(cipher_new(crypto, &aes128_row, CIPHER_SEAL, key, 32));
	cipher_free(NULL);
	crypto_free(NULL);
}

/* The table of facts: every row that names a cipher has it, with keys as long as it says. */
static void rows_of_the_table_are_had(void **state)
{
	static const uint8_t key[CRYPTO_KEY_MAX];
	size_t n;
	const struct cm_cipher *rows = cm_ciphers(&n);
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].libcrypto)
			continue;
		struct cipher *cipher =
			cipher_new(crypto, &rows[i], CIPHER_SEAL, key, rows[i].key_bits / 8u);
		assert_non_null(cipher);
		cipher_free(cipher);
	}
	const struct cm_hash *hashes = cm_hashes(&n);
	for (size_t i = 0; i < n; i++) {
		struct hasher hasher;
		assert_true(hash_init(&hasher, &hashes[i]));
	}
}

static void random_octets_differ_and_comparisons_tell(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };
	assert_true(crypto_same(a, b, sizeof a));
	assert_true(crypto_random(crypto, a, sizeof a));
	assert_true(crypto_random(crypto, b, sizeof b));
	assert_false(crypto_same(a, b, sizeof a));
	assert_true(crypto_same(a, b, 0));
	crypto_wipe(a, sizeof a);
	crypto_wipe(NULL, 0);
	for (size_t i = 0; i < sizeof a; i++)
		assert_int_equal(a[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_of_blocks_are_those_of_the_standards),
		cmocka_unit_test(combined_modes_seal_and_refuse),
		cmocka_unit_test(a_tag_alone_is_possible),
		cmocka_unit_test(ciphers_that_are_not_there_are_refused),
		cmocka_unit_test(rows_of_the_table_are_had),
		cmocka_unit_test(random_octets_differ_and_comparisons_tell),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
