#include "crypto/room.h"
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct cipher {
	const struct cm_cipher *row;
	EVP_CIPHER_CTX *context;
	enum cipher_direction direction;
};

const EVP_CIPHER *room_cipher(struct crypto *crypto, const struct cm_cipher *row)
{
	if (!row->libcrypto)
		return NULL;
	for (size_t i = 0; i < ROOM_CIPHERS; i++) {
		const char *name = crypto->ciphers[i].name;
		if (name && strcmp(name, row->libcrypto) == 0)
			return crypto->ciphers[i].cipher;
		if (name)
			continue;
		EVP_CIPHER *cipher = EVP_CIPHER_fetch(crypto->library, row->libcrypto, NULL);
		if (cipher) {
			crypto->ciphers[i].name = row->libcrypto;
			crypto->ciphers[i].cipher = cipher;
		}
		return cipher;
	}
	return NULL;
}

bool cipher_available(struct crypto *crypto, const struct cm_cipher *row)
{
	return room_cipher(crypto, row) != NULL;
}

struct cipher *cipher_new(struct crypto *crypto, const struct cm_cipher *row,
	enum cipher_direction direction, const void *key, size_t length)
{
	const EVP_CIPHER *algorithm = room_cipher(crypto, row);
	if (!algorithm || length != (size_t)EVP_CIPHER_get_key_length(algorithm))
		return NULL;
	struct cipher *cipher = calloc(1, sizeof *cipher);
	if (!cipher)
		return NULL;
	cipher->row = row;
	cipher->direction = direction;
	EVP_CIPHER_CTX *context = cipher->context = EVP_CIPHER_CTX_new();
	if (!context ||
		EVP_CipherInit_ex2(context, algorithm, key, NULL, (int)direction, NULL) != 1 ||
		EVP_CIPHER_CTX_set_padding(context, 0) != 1) {
		cipher_free(cipher);
		return NULL;
	}
	return cipher;
}

void cipher_free(struct cipher *cipher)
{
	if (!cipher)
		return;
	EVP_CIPHER_CTX_free(cipher->context);
	free(cipher);
}

bool cipher_cbc(
	struct cipher *cipher, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t length)
{
	int written;
	assert(!cipher->row->combined && length <= INT_MAX && length % cipher->row->block == 0);
	return EVP_CipherInit_ex2(cipher->context, NULL, NULL, iv, -1, NULL) == 1 &&
		EVP_CipherUpdate(cipher->context, out, &written, in, (int)length) == 1 &&
		(size_t)written == length;
}

/* What sealing and opening have in common: nonce, authenticated data, the text itself. */
static bool gcm_run(struct cipher *cipher, const uint8_t *nonce, const struct octets *aad,
	size_t n_aad, const uint8_t *in, uint8_t *out, size_t length)
{
	EVP_CIPHER_CTX *context = cipher->context;
	int written;
	assert(cipher->row->combined && length <= INT_MAX);
	if (EVP_CipherInit_ex2(context, NULL, NULL, nonce, -1, NULL) != 1)
		return false;
	for (size_t i = 0; i < n_aad; i++)
		if (EVP_CipherUpdate(context, NULL, &written, aad[i].at, (int)aad[i].length) != 1)
			return false;
	return !length || EVP_CipherUpdate(context, out, &written, in, (int)length) == 1;
}

bool cipher_seal(struct cipher *cipher, const uint8_t nonce[CRYPTO_NONCE], const struct octets *aad,
	size_t n_aad, const uint8_t *in, uint8_t *out, size_t length, uint8_t tag[CRYPTO_TAG])
{
	uint8_t none[CRYPTO_TAG];
	int written;
	assert(cipher->direction == CIPHER_SEAL);
	return gcm_run(cipher, nonce, aad, n_aad, in, out, length) &&
		EVP_CipherFinal_ex(cipher->context, none, &written) == 1 &&
		EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG, tag) == 1;
}

bool cipher_open(struct cipher *cipher, const uint8_t nonce[CRYPTO_NONCE], const struct octets *aad,
	size_t n_aad, const uint8_t *in, uint8_t *out, size_t length, const uint8_t tag[CRYPTO_TAG])
{
	EVP_CIPHER_CTX *context = cipher->context;
	uint8_t none[CRYPTO_TAG], expected[CRYPTO_TAG];
	int written;
	assert(cipher->direction == CIPHER_OPEN);
	memcpy(expected, tag, sizeof expected); /* libcrypto takes it without const */
	return gcm_run(cipher, nonce, aad, n_aad, in, out, length) &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CRYPTO_TAG, expected) == 1 &&
		EVP_CipherFinal_ex(context, none, &written) == 1;
}
