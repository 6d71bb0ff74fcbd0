/*
 * Hashes by libcrypto's block functions, not by EVP: a state is then plain data that is copied by
 * assignment, which is what a keyed hash with precomputed states wants. Through EVP the copy of a
 * context costs more than the hash of a short message.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/crypto.h"
#include <assert.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <string.h>

struct digest {
	uint8_t size, block; /* octets */
	int (*init)(void *);
	int (*add)(void *, const void *, size_t);
	int (*end)(unsigned char *, void *);
};

/* Calling through a pointer of another type is undefined: a small function of the right type. */
#define DIGEST(Name, State)                                               \
	static int init_##Name(void *state)                               \
	{                                                                 \
		return Name##_Init((State *)state);                       \
	}                                                                 \
	static int add_##Name(void *state, const void *at, size_t length) \
	{                                                                 \
		return Name##_Update((State *)state, at, length);         \
	}                                                                 \
	static int end_##Name(unsigned char *out, void *state)            \
	{                                                                 \
		return Name##_Final(out, (State *)state);                 \
	}                                                                 \
	_Static_assert(sizeof(State) <= sizeof((struct hasher *)0)->state, #Name)

DIGEST(MD5, MD5_CTX);
DIGEST(SHA1, SHA_CTX);
DIGEST(SHA256, SHA256_CTX);
DIGEST(SHA384, SHA512_CTX);
DIGEST(SHA512, SHA512_CTX);

#define ROW(Name, block)                                                         \
	{                                                                        \
		Name##_DIGEST_LENGTH, block, init_##Name, add_##Name, end_##Name \
	}
#define SHA1_DIGEST_LENGTH SHA_DIGEST_LENGTH

/* Every hash of IPsec has a size of its own: it tells them apart. */
/* clang-format off */
static const struct digest digests[] = {
	ROW(MD5, 64), ROW(SHA1, 64), ROW(SHA256, 64), ROW(SHA384, 128), ROW(SHA512, 128),
};
/* clang-format on */

bool hash_init(struct hasher *hasher, const struct cm_hash *row)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		if (digests[i].size != row->size)
			continue;
		hasher->digest = &digests[i];
		return digests[i].init(hasher->state) == 1;
	}
	hasher->digest = NULL;
	return false;
}

void hash_add(struct hasher *hasher, const void *at, size_t length)
{
	if (length)
		hasher->digest->add(hasher->state, at, length);
}

void hash_end(struct hasher *hasher, uint8_t *out)
{
	hasher->digest->end(out, hasher->state);
	crypto_wipe(hasher->state, sizeof hasher->state);
}

static void add_pieces(struct hasher *hasher, const struct octets *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash_add(hasher, pieces[i].at, pieces[i].length);
}

bool hash_of(const struct cm_hash *row, const struct octets *pieces, size_t n, uint8_t *out)
{
	struct hasher hasher;
	if (!hash_init(&hasher, row))
		return false;
	add_pieces(&hasher, pieces, n);
	hash_end(&hasher, out);
	return true;
}

/* RFC 2104 2: a key longer than a block is hashed first, then filled up with zeros. */
static void pad_key(struct hasher *scratch, const void *key, size_t length, uint8_t *padded)
{
	const struct digest *digest = scratch->digest;
	memset(padded, 0, digest->block);
	if (length > digest->block) {
		hash_add(scratch, key, length);
		hash_end(scratch, padded);
	} else if (length) {
		memcpy(padded, key, length);
	}
}

bool mac_init(struct mac *mac, const struct cm_hash *row, const void *key, size_t length)
{
	uint8_t padded[128];
	struct hasher scratch;
	mac->row = row;
	if (!hash_init(&scratch, row))
		return false;
	mac->inner = mac->outer = scratch; /* all at their beginning */
	size_t block = scratch.digest->block;
	assert(block <= sizeof padded);
	pad_key(&scratch, key, length, padded);
	for (size_t i = 0; i < block; i++)
		padded[i] ^= 0x36;
	hash_add(&mac->inner, padded, block);
	for (size_t i = 0; i < block; i++)
		padded[i] ^= 0x36 ^ 0x5c;
	hash_add(&mac->outer, padded, block);
	crypto_wipe(padded, sizeof padded);
	crypto_wipe(scratch.state, sizeof scratch.state);
	return true;
}

void mac_wipe(struct mac *mac)
{
	crypto_wipe(mac, sizeof *mac);
}

void mac_begin(const struct mac *mac, struct hasher *hasher)
{
	*hasher = mac->inner;
}

void mac_end(const struct mac *mac, struct hasher *hasher, uint8_t *out)
{
	uint8_t inner[CRYPTO_HASH_MAX];
	hash_end(hasher, inner);
	*hasher = mac->outer;
	hash_add(hasher, inner, mac->row->size);
	hash_end(hasher, out);
}

void mac_of(const struct mac *mac, const struct octets *pieces, size_t n, uint8_t *out)
{
	struct hasher hasher;
	mac_begin(mac, &hasher);
	add_pieces(&hasher, pieces, n);
	mac_end(mac, &hasher, out);
}
