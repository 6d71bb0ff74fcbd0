/*
 * Ciphertext and ICV of ESP. HMAC covers header, IV and text, with the upper half of an extended
 * sequence number behind them (RFC 4303 2.2.1); combined modes have it between SPI and lower half
 * in their additional data (RFC 4106 5, RFC 4543 3.3).
 */
#include "esp/room.h"
#include <string.h>

enum { GMAC = 23 }; /* IANA, IPsec ESP transform identifiers: ESP_NULL_AUTH_AES-GMAC */

static void hmac(const struct esp_sa *sa, const uint8_t *esp, size_t length, uint64_t sequence,
	uint8_t out[CRYPTO_HASH_MAX])
{
	struct hasher hasher;
	uint8_t high[4];
	mac_begin(&sa->mac, &hasher);
	hash_add(&hasher, esp, length);
	if (sa->params.esn) {
		put32(high, (uint32_t)(sequence >> 32));
		hash_add(&hasher, high, sizeof high);
	}
	mac_end(&sa->mac, &hasher, out);
}

static void append_hmac(struct esp_sa *sa, uint8_t *esp, size_t length, uint64_t sequence)
{
	uint8_t full[CRYPTO_HASH_MAX];
	if (!sa->mac.row)
		return;
	hmac(sa, esp, length, sequence, full);
	memcpy(esp + length, full, sa->icv);
}

static bool hmac_is_right(struct esp_sa *sa, const uint8_t *esp, size_t length, uint64_t sequence)
{
	uint8_t full[CRYPTO_HASH_MAX];
	if (!sa->mac.row)
		return true;
	hmac(sa, esp, length, sequence, full);
	return crypto_same(full, esp + length, sa->icv);
}

static bool seal_null(
	struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence, const uint8_t *iv)
{
	(void)iv;
	append_hmac(sa, esp, ESP_HEADER + text, sequence);
	return true;
}

static enum esp_verdict open_null(struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence)
{
	return hmac_is_right(sa, esp, ESP_HEADER + text, sequence) ? ESP_OK : ESP_AUTH;
}

/*
 * The IV of CBC must not be foreseen (RFC 3602 3). NIST SP 800-38A appendix C: encrypt a number
 * used once under the same key. That is the first block of a chain that begins with zeros, so one
 * call does both: the block of the number becomes the IV where it stands.
 */
static bool seal_cbc(
	struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence, const uint8_t *iv)
{
	static const uint8_t zeros[CRYPTO_IV_MAX];
	uint8_t *start = esp + ESP_HEADER;
	bool good;
	if (iv) {
		memcpy(start, iv, sa->iv);
		good = cipher_cbc(sa->cipher, iv, start + sa->iv, start + sa->iv, text);
	} else {
		memset(start, 0, sa->iv);
		put32(start + sa->iv - 8, (uint32_t)(sequence >> 32));
		put32(start + sa->iv - 4, (uint32_t)sequence);
		good = cipher_cbc(sa->cipher, zeros, start, start, sa->iv + text);
	}
	if (good)
		append_hmac(sa, esp, ESP_HEADER + (size_t)sa->iv + text, sequence);
	return good;
}

static enum esp_verdict open_cbc(struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence)
{
	uint8_t *iv = esp + ESP_HEADER, *start = iv + sa->iv;
	if (!hmac_is_right(sa, esp, ESP_HEADER + (size_t)sa->iv + text, sequence))
		return ESP_AUTH;
	return cipher_cbc(sa->cipher, iv, start, start, text) ? ESP_OK : ESP_FAILED;
}

/* Nonce and additional data of the combined modes. */
struct associated {
	uint8_t nonce[CRYPTO_NONCE], header[12];
	struct octets pieces[2];
	size_t n;
};

static void associate(
	const struct esp_sa *sa, const uint8_t *esp, uint64_t sequence, struct associated *out)
{
	memcpy(out->nonce, sa->salt, sizeof sa->salt); /* RFC 4106 4: salt, then the IV */
	memcpy(out->nonce + sizeof sa->salt, esp + ESP_HEADER, 8);
	out->n = 1;
	out->pieces[0] = (struct octets){ esp, ESP_HEADER };
	if (sa->params.esn) {
		memcpy(out->header, esp, 4);
		put32(out->header + 4, (uint32_t)(sequence >> 32));
		put32(out->header + 8, (uint32_t)sequence);
		out->pieces[0] = (struct octets){ out->header, sizeof out->header };
	}
}

/* GMAC's additional data go on over IV and text, which stay clear: RFC 4543 3.3. */
static void associate_text(
	const struct esp_sa *sa, const uint8_t *esp, size_t text, struct associated *out)
{
	out->pieces[out->n++] = (struct octets){ esp + ESP_HEADER, sa->iv + text };
}

/* RFC 4106 3.1: the IV is used once; the sequence number is such a number. */
static void put_gcm_iv(uint8_t *esp, uint64_t sequence, const uint8_t *iv)
{
	put32(esp + ESP_HEADER, (uint32_t)(sequence >> 32));
	put32(esp + ESP_HEADER + 4, (uint32_t)sequence);
	if (iv)
		memcpy(esp + ESP_HEADER, iv, 8);
}

static bool seal_gcm(
	struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence, const uint8_t *iv)
{
	struct associated with;
	uint8_t *start = esp + ESP_HEADER + sa->iv;
	put_gcm_iv(esp, sequence, iv);
	associate(sa, esp, sequence, &with);
	return cipher_seal(
		sa->cipher, with.nonce, with.pieces, with.n, start, start, text, start + text);
}

static enum esp_verdict open_gcm(struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence)
{
	struct associated with;
	uint8_t *start = esp + ESP_HEADER + sa->iv;
	associate(sa, esp, sequence, &with);
	bool right = cipher_open(
		sa->cipher, with.nonce, with.pieces, with.n, start, start, text, start + text);
	return right ? ESP_OK : ESP_AUTH;
}

static bool seal_gmac(
	struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence, const uint8_t *iv)
{
	struct associated with;
	put_gcm_iv(esp, sequence, iv);
	associate(sa, esp, sequence, &with);
	associate_text(sa, esp, text, &with);
	return cipher_seal(sa->cipher, with.nonce, with.pieces, with.n, NULL, NULL, 0,
		esp + ESP_HEADER + sa->iv + text);
}

static enum esp_verdict open_gmac(struct esp_sa *sa, uint8_t *esp, size_t text, uint64_t sequence)
{
	struct associated with;
	associate(sa, esp, sequence, &with);
	associate_text(sa, esp, text, &with);
	bool right = cipher_open(sa->cipher, with.nonce, with.pieces, with.n, NULL, NULL, 0,
		esp + ESP_HEADER + sa->iv + text);
	return right ? ESP_OK : ESP_AUTH;
}

const struct transform *transform_of(const struct cm_cipher *row)
{
	static const struct transform null = { seal_null, open_null }, cbc = { seal_cbc, open_cbc };
	static const struct transform gcm = { seal_gcm, open_gcm }, gmac = { seal_gmac, open_gmac };
	if (!row->key_bits)
		return &null;
	if (!row->combined)
		return &cbc;
	return row->esp_id == GMAC ? &gmac : &gcm;
}
