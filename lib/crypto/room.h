/* What the files of this room share and nobody else sees. */
#ifndef CRYPTO_ROOM_H
#define CRYPTO_ROOM_H

#include "crypto/crypto.h"
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

enum { ROOM_CIPHERS = 16, ROOM_GROUPS = 16 };

/* A group made ready: its numbers and what speeds them up. */
struct group {
	const struct cm_group *row; /* NULL: the place is free */
	unsigned private_bits;      /* modular, safe prime: length of the exponent; else 0 */
	BIGNUM *order;              /* q; NULL for safe primes */
	/* modular */
	BIGNUM *p, *p_minus_1, *g;
	BN_MONT_CTX *mont;
	/* elliptic */
	EC_GROUP *curve;
};

struct crypto {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *standard, *legacy; /* legacy may be absent: then there is no single DES */
	BN_CTX *numbers;
	struct {
		const char *name;
		EVP_CIPHER *cipher;
	} ciphers[ROOM_CIPHERS];
	struct group groups[ROOM_GROUPS];
};

/* The fetched cipher of a row, NULL when libcrypto has none. Kept in the context. */
const EVP_CIPHER *room_cipher(struct crypto *, const struct cm_cipher *);
/* The group of a row made ready, NULL when it is not known. Kept in the context. */
const struct group *room_group(struct crypto *, const struct cm_group *);
void room_group_free(struct group *);

#endif
