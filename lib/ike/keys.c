#include "ike/keys.h"

#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))

static struct octets over(const void *at, size_t length)
{
	return (struct octets){ at, length };
}

static struct octets big32(uint8_t out[4], uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
	return over(out, 4);
}

bool keys_skeyid(const struct cm_hash *hash, struct octets psk, struct octets ni_b,
	struct octets nr_b, uint8_t skeyid[CRYPTO_HASH_MAX])
{
	struct mac mac;
	if (!mac_init(&mac, hash, psk.at, psk.length))
		return false;
	mac_of(&mac, (struct octets[]){ ni_b, nr_b }, 2, skeyid);
	mac_wipe(&mac);
	return true;
}

/*
 * Appendix B: the key is the leading octets of SKEYID_e when that is long enough, else
 * K1 | K2 | … with K1 = prf(SKEYID_e, 0), Kn = prf(SKEYID_e, Kn-1).
 */
static bool cipher_key(struct keys *keys, const uint8_t *e)
{
	size_t size = keys->hash->size, wanted = keys->cipher->key_bits / 8u;
	if (wanted > sizeof keys->key)
		return false;
	keys->key_size = wanted;
	if (wanted <= size) {
		memcpy(keys->key, e, wanted);
		return true;
	}
	struct mac mac;
	if (!mac_init(&mac, keys->hash, e, size))
		return false;
	uint8_t k[CRYPTO_HASH_MAX] = { 0 };
	struct octets last = over(k, 1);
	for (size_t done = 0; done < wanted; done += size) {
		mac_of(&mac, &last, 1, k);
		last = over(k, size);
		memcpy(keys->key + done, k, wanted - done < size ? wanted - done : size);
	}
	crypto_wipe(k, sizeof k);
	mac_wipe(&mac);
	return true;
}

static bool make_ciphers(struct keys *keys, struct crypto *crypto)
{
	keys->seal = cipher_new(crypto, keys->cipher, CIPHER_SEAL, keys->key, keys->key_size);
	keys->open = cipher_new(crypto, keys->cipher, CIPHER_OPEN, keys->key, keys->key_size);
	return keys->seal && keys->open;
}

bool keys_derive(struct keys *keys, struct crypto *crypto, const struct cm_hash *hash,
	const struct cm_cipher *cipher, const uint8_t skeyid[CRYPTO_HASH_MAX], struct octets gxy,
	const struct cookies *cookies)
{
	uint8_t d[CRYPTO_HASH_MAX], a[CRYPTO_HASH_MAX], e[CRYPTO_HASH_MAX];
	static const uint8_t zero = 0, one = 1, two = 2;
	size_t size = hash->size;
	struct octets both = over(cookies, sizeof *cookies);

	memset(keys, 0, sizeof *keys);
	keys->hash = hash;
	keys->cipher = cipher;
	bool fine = mac_init(&keys->skeyid, hash, skeyid, size);
	if (fine) {
		/* SKEYID_d = prf(SKEYID, g^xy | CKY-I | CKY-R | 0) */
		mac_of(&keys->skeyid, (struct octets[]){ gxy, both, over(&zero, 1) }, 3, d);
		/* SKEYID_a = prf(SKEYID, SKEYID_d | g^xy | CKY-I | CKY-R | 1) */
		mac_of(&keys->skeyid, (struct octets[]){ over(d, size), gxy, both, over(&one, 1) },
			4, a);
		/* SKEYID_e = prf(SKEYID, SKEYID_a | g^xy | CKY-I | CKY-R | 2) */
		mac_of(&keys->skeyid, (struct octets[]){ over(a, size), gxy, both, over(&two, 1) },
			4, e);
		fine = mac_init(&keys->d, hash, d, size) && mac_init(&keys->a, hash, a, size) &&
			cipher_key(keys, e) && make_ciphers(keys, crypto);
	}
	crypto_wipe(d, sizeof d);
	crypto_wipe(a, sizeof a);
	crypto_wipe(e, sizeof e);
	if (!fine)
		keys_wipe(keys);
	return fine;
}

void keys_wipe(struct keys *keys)
{
	cipher_free(keys->seal);
	cipher_free(keys->open);
	crypto_wipe(keys, sizeof *keys);
}

void keys_hash_auth(const struct keys *keys, struct octets g_mine, struct octets g_yours,
	const uint8_t cky_mine[COOKIE], const uint8_t cky_yours[COOKIE], struct octets sai_b,
	struct octets id_b, uint8_t *out)
{
	struct octets pieces[] = { g_mine, g_yours, over(cky_mine, COOKIE), over(cky_yours, COOKIE),
		sai_b, id_b };
	mac_of(&keys->skeyid, pieces, N(pieces), out);
}

void keys_hash12(const struct keys *keys, uint32_t message_id, struct octets ni_b,
	struct octets rest, uint8_t *out)
{
	uint8_t mid[4];
	struct octets pieces[] = { big32(mid, message_id), ni_b, rest };
	mac_of(&keys->a, pieces, N(pieces), out);
}

void keys_hash3(const struct keys *keys, uint32_t message_id, struct octets ni_b,
	struct octets nr_b, uint8_t *out)
{
	uint8_t mid[4], zero = 0;
	struct octets pieces[] = { over(&zero, 1), big32(mid, message_id), ni_b, nr_b };
	mac_of(&keys->a, pieces, N(pieces), out);
}

static bool iv_of(const struct keys *keys, struct octets first, struct octets second, uint8_t *iv)
{
	uint8_t whole[CRYPTO_HASH_MAX];
	bool fine = hash_of(keys->hash, (struct octets[]){ first, second }, 2, whole);
	memcpy(iv, whole, keys->cipher->block);
	return fine;
}

bool keys_iv1(const struct keys *keys, struct octets gxi, struct octets gxr, uint8_t *iv)
{
	return iv_of(keys, gxi, gxr, iv);
}

bool keys_iv2(const struct keys *keys, const uint8_t *last_block, uint32_t message_id, uint8_t *iv)
{
	uint8_t mid[4];
	return iv_of(keys, over(last_block, keys->cipher->block), big32(mid, message_id), iv);
}

void keys_keymat(const struct keys *keys, struct octets gxy, uint8_t protocol, uint32_t spi,
	struct octets ni_b, struct octets nr_b, uint8_t *out, size_t length)
{
	uint8_t spi_octets[4], k[CRYPTO_HASH_MAX];
	size_t size = keys->hash->size;
	/* Kn = prf(SKEYID_d, Kn-1 | [g(qm)^xy |] protocol | SPI | Ni_b | Nr_b) */
	struct octets pieces[] = { { NULL, 0 }, gxy, over(&protocol, 1), big32(spi_octets, spi),
		ni_b, nr_b };
	for (size_t done = 0; done < length; done += size) {
		mac_of(&keys->d, pieces, N(pieces), k);
		pieces[0] = over(k, size);
		memcpy(out + done, k, length - done < size ? length - done : size);
	}
	crypto_wipe(k, sizeof k);
}

bool keys_natd(const struct cm_hash *hash, const struct cookies *cookies, uint32_t address,
	uint16_t port, uint8_t *out)
{
	uint8_t ip[4], udp[2] = { (uint8_t)(port >> 8), (uint8_t)port };
	struct octets pieces[] = { over(cookies, sizeof *cookies), big32(ip, address),
		over(udp, 2) };
	return hash_of(hash, pieces, N(pieces), out);
}
