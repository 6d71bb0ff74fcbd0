/*
 * Looks into every block of memory at the moment it is given back: does it still hold a secret?
 * All blocks of the program are seen, libcrypto's too, by AddressSanitizer's hooks or, without it,
 * by a free of the test's own.
 * Secrets are looked for as they are and back to front, as a number's limbs hold them.
 */
#ifndef TESTS_CRYPTO_FREED_H
#define TESTS_CRYPTO_FREED_H

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FREED_SECRETS = 512, FREED_LENGTH = 16 };

static struct {
	uint8_t straight[FREED_LENGTH], turned[FREED_LENGTH];
} freed_secrets[FREED_SECRETS];
static size_t freed_n, freed_blocks, freed_found;

/* Watch for the first 16 octets of a secret, which must be as random as a key. */
static inline void freed_watch(const void *secret)
{
	const uint8_t *at = secret;
	if (freed_n == FREED_SECRETS)
		abort();
	memcpy(freed_secrets[freed_n].straight, at, FREED_LENGTH);
	for (size_t i = 0; i < FREED_LENGTH; i++)
		freed_secrets[freed_n].turned[i] = at[FREED_LENGTH - 1 - i];
	freed_n++;
}

static inline void freed_look(const void *block, size_t size)
{
	freed_blocks++;
	for (size_t i = 0; i < freed_n; i++)
		if (memmem(block, size, freed_secrets[i].straight, FREED_LENGTH) ||
			memmem(block, size, freed_secrets[i].turned, FREED_LENGTH))
			freed_found++;
}

#if defined(__SANITIZE_ADDRESS__)
#define FREED_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FREED_SANITIZER 1
#endif
#endif

#ifdef FREED_SANITIZER
/* As in <sanitizer/allocator_interface.h>, which gcc's packages may lack. */
size_t __sanitizer_get_allocated_size(const volatile void *);
int __sanitizer_install_malloc_and_free_hooks(
	void (*)(const volatile void *, size_t), void (*)(const volatile void *));

static inline void freed_nothing(const volatile void *block, size_t size)
{
	(void)block;
	(void)size;
}

static inline void freed_block(const volatile void *block)
{
	const void *at = (const void *)(uintptr_t)block;
	if (at)
		freed_look(at, __sanitizer_get_allocated_size(block));
}

static inline bool freed_start(void)
{
	return __sanitizer_install_malloc_and_free_hooks(freed_nothing, freed_block) > 0;
}
#else
/* The program's own free, before glibc's: libcrypto and the library find it first. */
void __libc_free(void *);
__attribute__((visibility("default"))) void free(void *block)
{
	if (block)
		freed_look(block, malloc_usable_size(block));
	__libc_free(block);
}

static inline bool freed_start(void)
{
	return true;
}
#endif

#endif
