#include "crypto/room.h"
#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

struct crypto *crypto_new(void)
{
	struct crypto *crypto = calloc(1, sizeof *crypto);
	if (!crypto)
		return NULL;
	/* A library context of our own: the process's default one stays alone. */
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

static void *take(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return malloc(size);
}

static void give_back(void *block, const char *file, int line)
{
	(void)file;
	(void)line;
	if (block)
		explicit_bzero(block, malloc_usable_size(block));
	free(block);
}

/* Never in place: what realloc leaves behind when it moves a block is not overwritten. */
static void *take_again(void *block, size_t size, const char *file, int line)
{
	if (!block)
		return malloc(size);
	void *other = size ? malloc(size) : NULL;
	if (other) {
		size_t old = malloc_usable_size(block);
		memcpy(other, block, old < size ? old : size);
	}
	if (other || !size)
		give_back(block, file, line);
	return other;
}

bool crypto_wipe_frees(void)
{
	return CRYPTO_set_mem_functions(take, take_again, give_back) == 1;
}
