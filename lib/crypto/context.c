#include "crypto/room.h"
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

struct crypto *crypto_new(void)
{
	struct crypto *crypto = calloc(1, sizeof *crypto);
	if (!crypto)
		return NULL;
	/* A library context of our own: the process's default one and its configuration stay alone. */
	crypto->library = OSSL_LIB_CTX_new();
	crypto->numbers = BN_CTX_new();
	if (crypto->library) {
		crypto->standard = OSSL_PROVIDER_load(crypto->library, "default");
		crypto->legacy = OSSL_PROVIDER_load(crypto->library, "legacy");
	}
	if (!crypto->numbers || !crypto->standard) {
		crypto_free(crypto);
		return NULL;
	}
	return crypto;
}

void crypto_free(struct crypto *crypto)
{
	if (!crypto)
		return;
	for (size_t i = 0; i < ROOM_CIPHERS; i++)
		EVP_CIPHER_free(crypto->ciphers[i].cipher);
	for (size_t i = 0; i < ROOM_GROUPS; i++)
		room_group_free(&crypto->groups[i]);
	BN_CTX_free(crypto->numbers);
	OSSL_PROVIDER_unload(crypto->legacy);
	OSSL_PROVIDER_unload(crypto->standard);
	OSSL_LIB_CTX_free(crypto->library);
	free(crypto);
}

bool crypto_random(struct crypto *crypto, void *out, size_t length)
{
	if (RAND_bytes_ex(crypto->library, out, length, 0) == 1)
		return true;
	memset(out, 0, length);
	return false;
}

bool crypto_same(const void *a, const void *b, size_t length)
{
	return CRYPTO_memcmp(a, b, length) == 0;
}

void crypto_wipe(void *at, size_t length)
{
	if (length)
		OPENSSL_cleanse(at, length);
}
