#include "ike/quick.h"

#include <string.h>

static void cut_keys(const struct quick *q, struct octets gxy, uint8_t protocol, uint32_t spi,
	const struct cm_cipher *cipher, const struct cm_hash *hash, struct cm_ike_keys *out)
{
	uint8_t keymat[CM_IKE_CIPHER_KEY_MAX + CM_IKE_HASH_KEY_MAX];
	size_t first = p2_cipher_key_size(cipher), second = p2_hash_key_size(hash);
	keys_keymat(&q->phase1->keys, gxy, protocol, spi, bytes_octets(&q->nonce_i),
		bytes_octets(&q->nonce_r), keymat, first + second);
	out->spi = spi;
	out->cipher = cipher;
	out->hash = hash;
	out->cipher_key_size = (uint8_t)first;
	out->hash_key_size = (uint8_t)second;
	memcpy(out->cipher_key, keymat, first);
	memcpy(out->hash_key, keymat + first, second);
	crypto_wipe(keymat, sizeof keymat);
}

/* Per direction the receiver's SPI goes into KEYMAT. */
static void make_keys(struct pair *pair, const struct quick *q, struct octets gxy)
{
	const struct cm_p2 *p2 = &pair->agreed;
	const uint32_t esp[2] = { pair->spi_in, pair->spi_out };
	const uint32_t ah[2] = { pair->ah_spi_in, pair->ah_spi_out };
	for (int way = 0; way < 2; way++) {
		if (p2->cipher)
			cut_keys(
				q, gxy, PROTO_ESP, esp[way], p2->cipher, p2->hash, &pair->esp[way]);
		if (p2->ah)
			cut_keys(q, gxy, PROTO_AH, ah[way], NULL, p2->ah, &pair->ah[way]);
	}
}

uint32_t smaller(uint32_t a, uint32_t b)
{
	return !a ? b : !b || a < b ? a : b;
}

enum outcome quick_pair(struct cm_ike *ike, struct quick *q, const struct p2_offer *offer,
	const struct cm_p2 *set, struct octets ke)
{
	enum { DEFAULT_S = 28800 }; /* RFC 2407 4.5 */
	const struct cm_tunnel *t = q->route->tunnel;
	uint8_t secret[CRYPTO_SECRET_MAX];
	struct octets gxy = { NULL, 0 };
	if (q->group) {
		enum dh_result result = dh_secret(q->dh, ke, secret);
		if (result != DH_OK)
			return result == DH_REFUSED ? DROP : FAILED;
		gxy = over(secret, q->group->secret_size);
	}
	struct pair *pair = pair_new(ike, q);
	if (pair) {
		for (unsigned i = 0; i < offer->n; i++)
			*(offer->parts[i].protocol == PROTO_ESP ? &pair->spi_out
								: &pair->ah_spi_out) =
				offer->parts[i].spi;
		pair->transform = set;
		pair->agreed = *set;
		pair->mode = offer->p2.mode;
		pair->udp = offer->udp;
		pair->esn = offer->esn;
		pair->offered_s = offer->lifetime_s;
		pair->offered_kb = offer->lifetime_kb;
		pair->lifetime_s =
			smaller(offer->lifetime_s ? offer->lifetime_s : DEFAULT_S, t->lifetime_s);
		pair->lifetime_kb = smaller(offer->lifetime_kb, t->lifetime_kb);
		memcpy(pair->rank, q->nonce_i.at, sizeof pair->rank);
		make_keys(pair, q, gxy);
		q->pair = pair;
		pair->quick = q;
	}
	crypto_wipe(secret, sizeof secret);
	return pair ? DONE : FAILED;
}
