/* Octets written in hexadecimal: known answers as their RFC prints them. */
#ifndef TESTS_CRYPTO_KNOWN_H
#define TESTS_CRYPTO_KNOWN_H

#include "crypto/crypto.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct known {
	size_t length;
	uint8_t at[2048];
};

static inline struct known known(const char *hex)
{
	struct known k = { 0 };
	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		char pair[3] = { hex[0], hex[1], 0 };
		assert_true(k.length < sizeof k.at);
		k.at[k.length++] = (uint8_t)strtoul(pair, NULL, 16);
		hex++;
	}
	return k;
}

static inline void assert_known(const void *at, size_t length, const char *hex)
{
	struct known k = known(hex);
	assert_int_equal(length, k.length);
	assert_memory_equal(at, k.at, length);
}

static inline struct octets piece(const struct known *k)
{
	return (struct octets){ k->at, k->length };
}

#endif
