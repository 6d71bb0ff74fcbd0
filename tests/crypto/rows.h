/* Rows of this test's own: the room must work with any row, not with the table's pointers. */
#ifndef TESTS_CRYPTO_ROWS_H
#define TESTS_CRYPTO_ROWS_H

#include <cryptomap/facts.h>

static const struct cm_hash md5_row = { .name = "md5", .size = 16, .icv = 12, .libcrypto = "MD5" };
static const struct cm_hash sha1_row = {
	.name = "sha1", .size = 20, .icv = 12, .libcrypto = "SHA1"
};
/* clang-format off */
static const struct cm_hash sha256_row = {
	.name = "sha256", .size = 32, .icv = 16, .libcrypto = "SHA256" };
static const struct cm_hash sha384_row = {
	.name = "sha384", .size = 48, .icv = 24, .libcrypto = "SHA384" };
static const struct cm_hash sha512_row = {
	.name = "sha512", .size = 64, .icv = 32, .libcrypto = "SHA512" };

#define CBC(variable, word, bits, octets_) \
	static const struct cm_cipher variable = { .name = word, .key_bits = bits, \
		.block = octets_, .iv = octets_, .libcrypto = word }
CBC(des_row, "DES-CBC", 64, 8);
CBC(des3_row, "DES-EDE3-CBC", 192, 8);
CBC(aes128_row, "AES-128-CBC", 128, 16);
CBC(aes192_row, "AES-192-CBC", 192, 16);
CBC(aes256_row, "AES-256-CBC", 256, 16);
#define GCM(variable, word, bits) \
	static const struct cm_cipher variable = { .name = word, .key_bits = bits, .combined = true, \
		.block = 4, .iv = 8, .icv = 16, .salt = 4, .libcrypto = word }
GCM(gcm128_row, "AES-128-GCM", 128);
GCM(gcm192_row, "AES-192-GCM", 192);
GCM(gcm256_row, "AES-256-GCM", 256);

static const struct cm_group group_rows[] = {
	{ .number = 1, .bits = 768, .public_size = 96, .secret_size = 96 },
	{ .number = 2, .bits = 1024, .public_size = 128, .secret_size = 128 },
	{ .number = 5, .bits = 1536, .public_size = 192, .secret_size = 192, .libcrypto = "modp_1536" },
	{ .number = 14, .bits = 2048, .public_size = 256, .secret_size = 256, .libcrypto = "modp_2048" },
	{ .number = 15, .bits = 3072, .public_size = 384, .secret_size = 384, .libcrypto = "modp_3072" },
	{ .number = 16, .bits = 4096, .public_size = 512, .secret_size = 512, .libcrypto = "modp_4096" },
	{ .number = 17, .bits = 6144, .public_size = 768, .secret_size = 768, .libcrypto = "modp_6144" },
	{ .number = 18, .bits = 8192, .public_size = 1024, .secret_size = 1024,
		.libcrypto = "modp_8192" },
	{ .number = 19, .bits = 256, .public_size = 64, .secret_size = 32, .elliptic = true,
		.libcrypto = "prime256v1" },
	{ .number = 20, .bits = 384, .public_size = 96, .secret_size = 48, .elliptic = true,
		.libcrypto = "secp384r1" },
	{ .number = 21, .bits = 521, .public_size = 132, .secret_size = 66, .elliptic = true,
		.libcrypto = "secp521r1" },
	{ .number = 24, .bits = 2048, .public_size = 256, .secret_size = 256,
		.libcrypto = "dh_2048_256" },
};
/* clang-format on */
enum { N_GROUPS = sizeof group_rows / sizeof *group_rows };

static inline const struct cm_group *group_row(unsigned number)
{
	for (size_t i = 0; i < N_GROUPS; i++)
		if (group_rows[i].number == number)
			return &group_rows[i];
	return NULL;
}

#endif
