/*
 * The key schedule of IKEv1: RFC 2409 5, 5.5 and appendix B. Pure functions over octets.
 *
 * A `struct keys` holds what phase 1 agreed on: the prf keyed with SKEYID, SKEYID_d and SKEYID_a,
 * and the cipher with its key. It is made once both nonces and g^xy are known and wiped with
 * keys_wipe. All results go to buffers of the caller. False: libcrypto failed.
 *
 * Names are the RFC's: `_b` is the body of a payload without its generic header.
 */
#ifndef IKE_KEYS_H
#define IKE_KEYS_H

#include "crypto/crypto.h"
#include "ike/payload.h"

struct keys {
	const struct cm_hash *hash;
	const struct cm_cipher *cipher;
	struct mac skeyid, d, a;
	uint8_t key[CRYPTO_KEY_MAX];
	size_t key_size;
	struct cipher *seal, *open;
};

struct cookies {
	uint8_t initiator[COOKIE], responder[COOKIE];
};

/* SKEYID = prf(pre-shared-key, Ni_b | Nr_b), RFC 2409 5.4. */
bool keys_skeyid(const struct cm_hash *, struct octets psk, struct octets ni_b, struct octets nr_b,
	uint8_t skeyid[CRYPTO_HASH_MAX]);
/* SKEYID_d, _a, _e and the cipher's key (appendix B). On failure `keys` is all zero. */
bool keys_derive(struct keys *, struct crypto *, const struct cm_hash *, const struct cm_cipher *,
	const uint8_t skeyid[CRYPTO_HASH_MAX], struct octets gxy, const struct cookies *);
void keys_wipe(struct keys *);

/*
 * HASH_I and HASH_R, RFC 2409 5: prf(SKEYID, mine | yours | CKY-mine | CKY-yours | SAi_b | ID_b),
 * where "mine" are those of whom the hash speaks. keys->hash->size octets.
 */
void keys_hash_auth(const struct keys *, struct octets g_mine, struct octets g_yours,
	const uint8_t cky_mine[COOKIE], const uint8_t cky_yours[COOKIE], struct octets sai_b,
	struct octets id_b, uint8_t *out);
/*
 * HASH(1) of quick mode and informational, RFC 2409 5.5 and 5.7: prf(SKEYID_a, M-ID | rest).
 * HASH(2) has Ni_b between; absent (length 0) for HASH(1).
 */
void keys_hash12(const struct keys *, uint32_t message_id, struct octets ni_b, struct octets rest,
	uint8_t *out);
/* HASH(3) = prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b). */
void keys_hash3(const struct keys *, uint32_t message_id, struct octets ni_b, struct octets nr_b,
	uint8_t *out);

/* First IV of phase 1: hash(g^xi | g^xr), cut to the block (appendix B). */
bool keys_iv1(const struct keys *, struct octets gxi, struct octets gxr, uint8_t *iv);
/* First IV of a phase 2 exchange: hash(last block of phase 1 | M-ID). */
bool keys_iv2(const struct keys *, const uint8_t *last_block, uint32_t message_id, uint8_t *iv);

/* KEYMAT of one SA, RFC 2409 5.5: gxy absent without PFS; `spi` as on the wire. */
void keys_keymat(const struct keys *, struct octets gxy, uint8_t protocol, uint32_t spi,
	struct octets ni_b, struct octets nr_b, uint8_t *out, size_t length);

/* hash(CKY-I | CKY-R | IP | port), RFC 3947 3.2. row->size octets. */
bool keys_natd(const struct cm_hash *, const struct cookies *, uint32_t address, uint16_t port,
	uint8_t *out);

#endif
