#include <cryptomap/facts.h>

#include <string.h>

/*
 * Judgements. The strictest current source decides; the year is that of the source. "shielded" is
 * the list of Cisco's field notice 72510, "cnsa" that of RFC 9206.
 */
#define JUDGED(strength_, year_, source_, shielded_, cnsa_) \
	.judgement = { strength_, year_, source_, shielded_, cnsa_ }

/* Key bits as the cipher takes them: the parity bits of DES are among them. */
/* clang-format off */
static const struct cm_cipher ciphers[] = {
	{ .name = "null", .transform = "esp-null", .esp_id = 11, .block = 1,
		.debug_esp = "ESP_NULL", .swan = "null",
		JUDGED(CM_WEAK, 2022, "Cisco FN72510", true, false) },
	{ .name = "des", .isakmp = "des", .transform = "esp-des", .ikev2 = "des",
		.ike_id = 1, .esp_id = 2, .key_bits = 64, .block = 8, .iv = 8,
		.debug_ike = "DES-CBC", .debug_esp = "ESP_DES", .swan = "des", .linksys = "DES",
		.libcrypto = "DES-CBC",
		JUDGED(CM_BROKEN, 2017, "RFC 8247", true, false) },
	{ .name = "seal", .transform = "esp-seal", .key_bits = 160, .block = 1,
		.debug_esp = "ESP_SEAL",
		JUDGED(CM_LEGACY, 2017, "not named by RFC 8221", false, false), .since = "12.3(7)T" },
	{ .name = "3des", .isakmp = "3des", .transform = "esp-3des", .ikev2 = "3des",
		.ike_id = 5, .esp_id = 3, .key_bits = 192, .block = 8, .iv = 8,
		.debug_ike = "3DES-CBC", .debug_esp = "ESP_3DES", .swan = "3des", .linksys = "3DES",
		.libcrypto = "DES-EDE3-CBC",
		JUDGED(CM_WEAK, 2019, "NIST SP 800-131A r2", true, false) },
	{ .name = "aes-128", .isakmp = "aes", .transform = "esp-aes", .ikev2 = "aes-cbc-128",
		.ike_id = 7, .esp_id = 12, .key_bits = 128, .key_length = true, .block = 16, .iv = 16,
		.debug_ike = "AES-CBC", .debug_esp = "ESP_AES", .swan = "aes128",
		.linksys = "AES", .libcrypto = "AES-128-CBC",
		JUDGED(CM_ACCEPTABLE, 2017, "RFC 8221", false, false), .since = "12.2(13)T" },
	{ .name = "aes-192", .isakmp = "aes 192", .transform = "esp-aes 192", .ikev2 = "aes-cbc-192",
		.ike_id = 7, .esp_id = 12, .key_bits = 192, .key_length = true, .block = 16, .iv = 16,
		.debug_ike = "AES-CBC", .debug_esp = "ESP_AES", .show = "esp-192-aes", .swan = "aes192",
		.libcrypto = "AES-192-CBC",
		JUDGED(CM_ACCEPTABLE, 2017, "RFC 8221", false, false), .since = "12.2(13)T" },
	{ .name = "aes-256", .isakmp = "aes 256", .transform = "esp-aes 256", .ikev2 = "aes-cbc-256",
		.ike_id = 7, .esp_id = 12, .key_bits = 256, .key_length = true, .block = 16, .iv = 16,
		.debug_ike = "AES-CBC", .debug_esp = "ESP_AES", .show = "esp-256-aes", .swan = "aes256",
		.libcrypto = "AES-256-CBC",
		JUDGED(CM_ACCEPTABLE, 2017, "RFC 8221", false, true), .since = "12.2(13)T" },
	{ .name = "aes-gmac-128", .transform = "esp-gmac", .esp_id = 23, .key_bits = 128,
		.key_length = true, .combined = true, .block = 1, .iv = 8, .icv = 16, .salt = 4,
		.debug_esp = "ESP_GMAC", .swan = "aes128gmac", .libcrypto = "AES-128-GCM",
		JUDGED(CM_LEGACY, 2022, "Cisco FN72510", true, false), .since = "15.1(2)T" },
	{ .name = "aes-gmac-192", .transform = "esp-gmac 192", .esp_id = 23, .key_bits = 192,
		.key_length = true, .combined = true, .block = 1, .iv = 8, .icv = 16, .salt = 4,
		.debug_esp = "ESP_GMAC", .swan = "aes192gmac", .libcrypto = "AES-192-GCM",
		JUDGED(CM_LEGACY, 2022, "Cisco FN72510", true, false), .since = "15.1(2)T" },
	{ .name = "aes-gmac-256", .transform = "esp-gmac 256", .esp_id = 23, .key_bits = 256,
		.key_length = true, .combined = true, .block = 1, .iv = 8, .icv = 16, .salt = 4,
		.debug_esp = "ESP_GMAC", .swan = "aes256gmac", .libcrypto = "AES-256-GCM",
		JUDGED(CM_LEGACY, 2022, "Cisco FN72510", true, false), .since = "15.1(2)T" },
	{ .name = "aes-gcm-128", .transform = "esp-gcm", .ikev2 = "aes-gcm-128", .esp_id = 20,
		.key_bits = 128, .key_length = true, .combined = true, .block = 1, .iv = 8, .icv = 16,
		.salt = 4, .debug_esp = "ESP_GCM", .swan = "aes128gcm16", .libcrypto = "AES-128-GCM",
		JUDGED(CM_STRONG, 2017, "RFC 8221", false, false), .since = "15.1(2)T" },
	{ .name = "aes-gcm-192", .transform = "esp-gcm 192", .esp_id = 20,
		.key_bits = 192, .key_length = true, .combined = true, .block = 1, .iv = 8, .icv = 16,
		.salt = 4, .debug_esp = "ESP_GCM", .swan = "aes192gcm16", .libcrypto = "AES-192-GCM",
		JUDGED(CM_STRONG, 2017, "RFC 8221", false, false), .since = "15.1(2)T" },
	{ .name = "aes-gcm-256", .transform = "esp-gcm 256", .ikev2 = "aes-gcm-256", .esp_id = 20,
		.key_bits = 256, .key_length = true, .combined = true, .block = 1, .iv = 8, .icv = 16,
		.salt = 4, .debug_esp = "ESP_GCM", .swan = "aes256gcm16", .libcrypto = "AES-256-GCM",
		JUDGED(CM_STRONG, 2017, "RFC 8221", false, true), .since = "15.1(2)T" },
};
/* clang-format on */

/* clang-format off */
static const struct cm_hash hashes[] = {
	{ .name = "md5", .isakmp = "md5", .esp = "esp-md5-hmac", .ah = "ah-md5-hmac", .ikev2 = "md5",
		.ike_id = 1, .auth_id = 1, .ah_id = 2, .size = 16, .icv = 12,
		.debug_ike = "MD5", .debug_esp = "HMAC-MD5", .swan = "md5", .linksys = "MD5",
		.libcrypto = "MD5",
		JUDGED(CM_BROKEN, 2017, "RFC 8247", true, false) },
	{ .name = "sha1", .isakmp = "sha", .esp = "esp-sha-hmac", .ah = "ah-sha-hmac", .ikev2 = "sha1",
		.ike_id = 2, .auth_id = 2, .ah_id = 3, .size = 20, .icv = 12,
		.debug_ike = "SHA", .debug_esp = "HMAC-SHA", .swan = "sha1", .linksys = "SHA",
		.libcrypto = "SHA1",
		JUDGED(CM_LEGACY, 2017, "RFC 8247", false, false) },
	{ .name = "sha256", .isakmp = "sha256", .esp = "esp-sha256-hmac", .ah = "ah-sha256-hmac",
		.ikev2 = "sha256", .ike_id = 4, .auth_id = 5, .ah_id = 5, .size = 32, .icv = 16,
		.debug_ike = "SHA256", .debug_esp = "HMAC-SHA256", .swan = "sha256",
		.libcrypto = "SHA256",
		JUDGED(CM_STRONG, 2017, "RFC 8247", false, false), .since = "15.1(2)T" },
	{ .name = "sha384", .isakmp = "sha384", .esp = "esp-sha384-hmac", .ah = "ah-sha384-hmac",
		.ikev2 = "sha384", .ike_id = 5, .auth_id = 6, .ah_id = 6, .size = 48, .icv = 24,
		.debug_ike = "SHA384", .debug_esp = "HMAC-SHA384", .swan = "sha384",
		.libcrypto = "SHA384",
		JUDGED(CM_STRONG, 2022, "RFC 9206", false, true), .since = "15.1(2)T" },
	{ .name = "sha512", .isakmp = "sha512", .esp = "esp-sha512-hmac", .ah = "ah-sha512-hmac",
		.ikev2 = "sha512", .ike_id = 6, .auth_id = 7, .ah_id = 7, .size = 64, .icv = 32,
		.debug_ike = "SHA512", .debug_esp = "HMAC-SHA512", .swan = "sha512",
		.libcrypto = "SHA512",
		JUDGED(CM_STRONG, 2017, "RFC 8247", false, true), .since = "15.1(2)T" },
};
/* clang-format on */

/* clang-format off */
static const struct cm_group groups[] = {
	{ .number = 1, .bits = 768, .public_size = 96, .secret_size = 96,
		.name = "modp768", .ios = "1", .pfs = "group1", .show = "#1 (768 bit)", .swan = "modp768",
		.linksys = "768-bit",
		JUDGED(CM_BROKEN, 2017, "RFC 8247", true, false) },
	{ .number = 2, .bits = 1024, .public_size = 128, .secret_size = 128,
		.name = "modp1024", .ios = "2", .pfs = "group2", .show = "#2 (1024 bit)", .swan = "modp1024",
		.linksys = "1024-bit",
		JUDGED(CM_WEAK, 2017, "RFC 8247", true, false) },
	{ .number = 24, .bits = 2048, .public_size = 256, .secret_size = 256,
		.name = "modp2048s256", .ios = "24", .pfs = "group24", .show = "#24 (2048 bit, 256 bit subgroup)",
		.swan = "modp2048s256", .libcrypto = "dh_2048_256",
		JUDGED(CM_WEAK, 2017, "RFC 8247", true, false), .since = "15.1(2)T" },
	{ .number = 5, .bits = 1536, .public_size = 192, .secret_size = 192,
		.name = "modp1536", .ios = "5", .pfs = "group5", .show = "#5 (1536 bit)", .swan = "modp1536",
		.libcrypto = "modp_1536",
		JUDGED(CM_WEAK, 2017, "RFC 8247", true, false), .since = "12.1(1.3)T" },
	{ .number = 14, .bits = 2048, .public_size = 256, .secret_size = 256,
		.name = "modp2048", .ios = "14", .pfs = "group14", .show = "#14 (2048 bit)", .swan = "modp2048",
		.libcrypto = "modp_2048",
		JUDGED(CM_ACCEPTABLE, 2017, "RFC 8247", false, false), .since = "12.4(4)T" },
	{ .number = 19, .bits = 256, .public_size = 64, .secret_size = 32, .elliptic = true,
		.name = "ecp256", .ios = "19", .pfs = "group19", .show = "#19 (256 bit)", .swan = "ecp256",
		.libcrypto = "prime256v1",
		JUDGED(CM_ACCEPTABLE, 2015, "Cisco Next Generation Encryption", false, false),
		.since = "15.1(2)T" },
	{ .number = 15, .bits = 3072, .public_size = 384, .secret_size = 384,
		.name = "modp3072", .ios = "15", .pfs = "group15", .show = "#15 (3072 bit)", .swan = "modp3072",
		.libcrypto = "modp_3072",
		JUDGED(CM_STRONG, 2022, "RFC 9206", false, true), .since = "12.4(20)T" },
	{ .number = 16, .bits = 4096, .public_size = 512, .secret_size = 512,
		.name = "modp4096", .ios = "16", .pfs = "group16", .show = "#16 (4096 bit)", .swan = "modp4096",
		.libcrypto = "modp_4096",
		JUDGED(CM_STRONG, 2022, "RFC 9206", false, true), .since = "12.4(20)T" },
	{ .number = 17, .bits = 6144, .public_size = 768, .secret_size = 768,
		.name = "modp6144", .swan = "modp6144", .libcrypto = "modp_6144",
		JUDGED(CM_STRONG, 2020, "NIST SP 800-77 r1", false, false) },
	{ .number = 18, .bits = 8192, .public_size = 1024, .secret_size = 1024,
		.name = "modp8192", .swan = "modp8192", .libcrypto = "modp_8192",
		JUDGED(CM_STRONG, 2020, "NIST SP 800-77 r1", false, false) },
	{ .number = 20, .bits = 384, .public_size = 96, .secret_size = 48, .elliptic = true,
		.name = "ecp384", .ios = "20", .pfs = "group20", .show = "#20 (384 bit)", .swan = "ecp384",
		.libcrypto = "secp384r1",
		JUDGED(CM_STRONG, 2022, "RFC 9206", false, true), .since = "15.1(2)T" },
	{ .number = 21, .bits = 521, .public_size = 132, .secret_size = 66, .elliptic = true,
		.name = "ecp521", .ios = "21", .pfs = "group21", .show = "#21 (521 bit)", .swan = "ecp521",
		.libcrypto = "secp521r1",
		JUDGED(CM_STRONG, 2020, "NIST SP 800-77 r1", false, false), .since = "15.1(2)T" },
};
/* clang-format on */

/* clang-format off */
static const struct cm_auth auths[] = {
	{ "pre-share",  1, "pre-share",  "Pre-Shared Key", "psk" },
	{ "rsa-encr",   4, "RSA encr",   "Rivest-Shamir-Adleman Encryption", "renc" },
	{ "rsa-sig",    3, "RSA sig",    "Rivest-Shamir-Adleman Signature", "rsig" },
	{ "ecdsa-sig",  9, "ECDSA sig",  "Elliptic Curve Digital Signature Algorithm", NULL },
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof *(table))

const struct cm_cipher *cm_ciphers(size_t *n)
{
	*n = COUNT(ciphers);
	return ciphers;
}

const struct cm_hash *cm_hashes(size_t *n)
{
	*n = COUNT(hashes);
	return hashes;
}

const struct cm_group *cm_groups(size_t *n)
{
	*n = COUNT(groups);
	return groups;
}

const struct cm_auth *cm_auths(size_t *n)
{
	*n = COUNT(auths);
	return auths;
}

const struct cm_cipher *cm_cipher_named(const char *name)
{
	for (size_t i = 0; name && i < COUNT(ciphers); i++)
		if (strcmp(ciphers[i].name, name) == 0)
			return &ciphers[i];
	return NULL;
}

/* A cipher of fixed size has no Key Length attribute; a peer that sends one anyway is not heard. */
static bool size_fits(const struct cm_cipher *row, unsigned key_bits)
{
	return row->key_length ? row->key_bits == key_bits : key_bits == 0;
}

const struct cm_cipher *cm_cipher_of_ike(unsigned ike_id, unsigned key_bits)
{
	for (size_t i = 0; ike_id != 0 && i < COUNT(ciphers); i++)
		if (ciphers[i].ike_id == ike_id && size_fits(&ciphers[i], key_bits))
			return &ciphers[i];
	return NULL;
}

const struct cm_cipher *cm_cipher_of_esp(unsigned esp_id, unsigned key_bits)
{
	for (size_t i = 0; esp_id != 0 && i < COUNT(ciphers); i++)
		if (ciphers[i].esp_id == esp_id && size_fits(&ciphers[i], key_bits))
			return &ciphers[i];
	return NULL;
}

const struct cm_hash *cm_hash_named(const char *name)
{
	for (size_t i = 0; name && i < COUNT(hashes); i++)
		if (strcmp(hashes[i].name, name) == 0)
			return &hashes[i];
	return NULL;
}

const struct cm_hash *cm_hash_of_ike(unsigned ike_id)
{
	for (size_t i = 0; i < COUNT(hashes); i++)
		if (hashes[i].ike_id == ike_id)
			return &hashes[i];
	return NULL;
}

const struct cm_hash *cm_hash_of_auth(unsigned auth_id)
{
	for (size_t i = 0; i < COUNT(hashes); i++)
		if (hashes[i].auth_id == auth_id)
			return &hashes[i];
	return NULL;
}

const struct cm_hash *cm_hash_of_ah(unsigned ah_id)
{
	for (size_t i = 0; i < COUNT(hashes); i++)
		if (hashes[i].ah_id == ah_id)
			return &hashes[i];
	return NULL;
}

const struct cm_group *cm_group_numbered(unsigned number)
{
	for (size_t i = 0; i < COUNT(groups); i++)
		if (groups[i].number == number)
			return &groups[i];
	return NULL;
}

const struct cm_auth *cm_auth_named(const char *name)
{
	for (size_t i = 0; name && i < COUNT(auths); i++)
		if (strcmp(auths[i].name, name) == 0)
			return &auths[i];
	return NULL;
}

/* RFC 4754: a number for each of P-256, P-384 and P-521; IOS has one word for them. */
const struct cm_auth *cm_auth_of_ike(unsigned ike_id)
{
	if (ike_id == 10 || ike_id == 11)
		ike_id = 9;
	for (size_t i = 0; i < COUNT(auths); i++)
		if (auths[i].ike_id == ike_id)
			return &auths[i];
	return NULL;
}
