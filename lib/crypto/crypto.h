/*
 * The only room that speaks to libcrypto: hashes, keyed hashes, ciphers, Diffie-Hellman, wiping.
 *
 * A `struct crypto` is one thread's library context with what is dear to look up (fetched
 * ciphers, groups with their Montgomery forms). Everything made from it must be freed before it.
 * Hashes and keyed hashes need no context: they are plain data, made in place, copied by
 * assignment, and cannot fail once initialised. Ciphers keep their key schedule; only the IV is
 * given per call. Diffie-Hellman takes its randomness from the caller, so that a test or a fuzzer
 * that fixes the octets fixes the exchange.
 *
 * Algorithms are rows of <cryptomap/facts.h>; no other name of an algorithm is known here. The
 * room knows neither IKE nor ESP: no IV chaining, no key derivation, no packet. False or NULL
 * means that the machine failed (memory, libcrypto); what a peer sent wrong has a result of its
 * own. Whatever held a secret is overwritten before its memory goes back.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include "base/cursor.h"
#include <cryptomap/facts.h>

/* clang-format off */
enum {
	CRYPTO_HASH_MAX = 64,    /* octets of the longest hash */
	CRYPTO_KEY_MAX = 32,     /* of the longest cipher key, without salt */
	CRYPTO_IV_MAX = 16,
	CRYPTO_NONCE = 12,       /* of GCM and GMAC: salt and IV, RFC 4106 4, RFC 4543 3.2 */
	CRYPTO_TAG = 16,         /* of GCM and GMAC */
	CRYPTO_PUBLIC_MAX = 1024, /* octets of the longest public value (group 18) */
	CRYPTO_SECRET_MAX = 1024,
	CRYPTO_DH_RANDOM_MAX = 80, /* dh_random_size is never more */
};
/* clang-format on */

/* --- Context ---------------------------------------------------------------------------------- */

struct crypto;

/* NULL without memory or without libcrypto's default provider. Caller frees. */
struct crypto *crypto_new(void);
void crypto_free(struct crypto *);
/* Octets from libcrypto's generator; false when it has no entropy (out is then all zero). */
bool crypto_random(struct crypto *, void *out, size_t length);
/* True when equal; takes the same time wherever they differ. */
bool crypto_same(const void *, const void *, size_t length);
/* Overwrite in a way that the compiler may not leave out. NULL with length 0 is fine. */
void crypto_wipe(void *, size_t length);

/*
 * From now on every block that libcrypto gives back is overwritten first. For a program's main,
 * before anything else of libcrypto: it holds for the whole process, so a library must not.
 * libcrypto forgets a few (the scalars of P-256 and P-521). False when it has allocated already.
 */
bool crypto_wipe_frees(void);

/* --- Hashes ----------------------------------------------------------------------------------- */

/* A running hash. Plain data; wipe it when it has seen a secret. */
struct hasher {
	const struct digest *digest;
	_Alignas(16) uint8_t state[224];
};

/* False when no hash of this size is known (only a foreign row can do that). */
bool hash_init(struct hasher *, const struct cm_hash *);
void hash_add(struct hasher *, const void *, size_t length);
/* row->size octets to `out`; the hasher is wiped. */
void hash_end(struct hasher *, uint8_t *out);
/* All at once: row->size octets of the hash of the pieces in order. */
bool hash_of(const struct cm_hash *, const struct octets *pieces, size_t n, uint8_t *out);

/* --- Keyed hashes: HMAC, RFC 2104; the prf of RFC 2409 4 -------------------------------------- */

/* A key worked into its two states: no message costs more than its own blocks and one more. */
struct mac {
	const struct cm_hash *row;
	struct hasher inner, outer;
};

/* Any length of key, zero included; false as hash_init. The key is not kept, only its states. */
bool mac_init(struct mac *, const struct cm_hash *, const void *key, size_t length);
void mac_wipe(struct mac *);
/* row->size octets of the HMAC of the pieces in order; ICVs are its first row->icv octets. */
void mac_of(const struct mac *, const struct octets *pieces, size_t n, uint8_t *out);
/* The same piece by piece: begin gives a hasher to hash_add to. */
void mac_begin(const struct mac *, struct hasher *);
void mac_end(const struct mac *, struct hasher *, uint8_t *out);

/* --- Ciphers ---------------------------------------------------------------------------------- */

enum cipher_direction { CIPHER_OPEN = 0, CIPHER_SEAL = 1 };

/* A cipher with its key set, for one direction. */
struct cipher;

/*
 * `key` is row->key_bits / 8 octets (8 for DES, 24 for 3DES: parity bits count and are ignored),
 * without the salt of combined modes. NULL without memory or when libcrypto has no such cipher
 * (single DES needs its legacy provider), or when the length is another. Caller frees; the
 * context must outlive it. Rows without a libcrypto name (null) have no cipher.
 */
struct cipher *cipher_new(struct crypto *, const struct cm_cipher *, enum cipher_direction,
	const void *key, size_t length);
void cipher_free(struct cipher *);
/* True when cipher_new would find the algorithm. */
bool cipher_available(struct crypto *, const struct cm_cipher *);
/*
 * CBC over whole blocks: `length` a multiple of row->block, `iv` of row->iv octets. No padding is
 * added or taken. `in` and `out` are the same or do not overlap. The next IV of a chain is the
 * last ciphertext block: the caller's business.
 */
bool cipher_cbc(struct cipher *, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t length);
/*
 * GCM: encrypt `length` octets and give the tag over them and the `n_aad` pieces before them.
 * Length 0 is GMAC over the pieces.
 */
bool cipher_seal(struct cipher *, const uint8_t nonce[CRYPTO_NONCE], const struct octets *aad,
	size_t n_aad, const uint8_t *in, uint8_t *out, size_t length, uint8_t tag[CRYPTO_TAG]);
/*
 * GCM: decrypt and check the tag. False when the tag is wrong (or libcrypto fails); `out` then
 * holds octets that must not be used.
 */
bool cipher_open(struct cipher *, const uint8_t nonce[CRYPTO_NONCE], const struct octets *aad,
	size_t n_aad, const uint8_t *in, uint8_t *out, size_t length,
	const uint8_t tag[CRYPTO_TAG]);

/* --- Diffie-Hellman --------------------------------------------------------------------------- */

/*
 * One exchange of ours: a private value and its public one. Public values are of fixed width with
 * leading zeros (RFC 2409 5, RFC 5903 7: x then y), secrets too (an elliptic curve: x only).
 */
struct dh;

enum dh_result {
	DH_OK,
	DH_REFUSED, /* the peer's value is none that an honest peer could send */
	DH_FAILED,  /* memory or libcrypto */
};

/* Octets of randomness that dh_new wants for this group; 0 when the group is not known here. */
size_t dh_random_size(struct crypto *, const struct cm_group *);
/*
 * A private value made of `random` (exactly dh_random_size octets) and its public value. Modular
 * groups: an exponent of twice the group's strength (RFC 3526 8, the higher estimate; 256 and 320
 * bits for groups 1 and 2); group 24 and curves: uniform in [1, q-1] (FIPS 186-4 B.4.1, 64 bits
 * more than q). NULL without memory or when the group is not known. Caller frees.
 */
struct dh *dh_new(struct crypto *, const struct cm_group *, const void *random, size_t length);
/* The same with the private value itself, big-endian, for known answers. NULL also if 0 or ≥ q. */
struct dh *dh_new_private(struct crypto *, const struct cm_group *, const void *, size_t length);
void dh_free(struct dh *);
const struct cm_group *dh_group(const struct dh *);
/* row->public_size octets, held by `dh`. */
struct octets dh_public(const struct dh *);
/*
 * row->secret_size octets of g^xy to `secret`; all zero unless DH_OK. Refused: another length than
 * row->public_size, y ≤ 1, y ≥ p-1 (RFC 2631 2.1.5), outside the subgroup (group 24, RFC 6989
 * 2.2), coordinates not below p or a point off the curve (RFC 6989 2.3).
 */
enum dh_result dh_secret(struct dh *, struct octets peer_public, uint8_t *secret);

#endif
