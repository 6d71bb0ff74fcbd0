/*
 * Sixteen octets of a text looked at in one step.
 *
 * Questions give a set of places: bit i of the mask answers for octet i. SSE2 belongs to every
 * 64 bit x86; elsewhere plain C says the same. Whoever loads sixteen octets owns sixteen octets.
 * Places and values here are all that the rest of the library knows about machine words.
 */
#ifndef BASE_OCTETS_H
#define BASE_OCTETS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined __SSE2__ && defined __x86_64__
#include <emmintrin.h>
#endif

enum { OCTETS = 16, OCTETS_ALL = 0xffff };

struct octets {
#if defined __SSE2__ && defined __x86_64__
	__m128i at;
#else
	unsigned char at[OCTETS];
#endif
};

/* The octets as two numbers, the first octet lowest: a key for short words. */
struct octets_key {
	uint64_t low, high;
};

static inline struct octets octets_load(const void *at)
{
	struct octets o;
#if defined __SSE2__ && defined __x86_64__
	o.at = _mm_loadu_si128(at);
#else
	memcpy(o.at, at, OCTETS);
#endif
	return o;
}

/* Places of octets in [low, high]; 0 < low, high < 0x7f. */
static inline unsigned octets_between(struct octets o, unsigned char low, unsigned char high)
{
#if defined __SSE2__ && defined __x86_64__
	__m128i above = _mm_cmpgt_epi8(o.at, _mm_set1_epi8((char)(low - 1)));
	__m128i below = _mm_cmplt_epi8(o.at, _mm_set1_epi8((char)(high + 1)));
	return (unsigned)_mm_movemask_epi8(_mm_and_si128(above, below));
#else
	unsigned mask = 0;
	for (unsigned i = 0; i < OCTETS; i++)
		mask |= (unsigned)(o.at[i] >= low && o.at[i] <= high) << i;
	return mask;
#endif
}

static inline unsigned octets_equal(struct octets o, unsigned char c)
{
#if defined __SSE2__ && defined __x86_64__
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(o.at, _mm_set1_epi8((char)c)));
#else
	unsigned mask = 0;
	for (unsigned i = 0; i < OCTETS; i++)
		mask |= (unsigned)(o.at[i] == c) << i;
	return mask;
#endif
}

/* A-Z become a-z. */
static inline struct octets octets_fold(struct octets o)
{
#if defined __SSE2__ && defined __x86_64__
	__m128i above = _mm_cmpgt_epi8(o.at, _mm_set1_epi8('A' - 1));
	__m128i below = _mm_cmplt_epi8(o.at, _mm_set1_epi8('Z' + 1));
	__m128i capital = _mm_and_si128(above, below);
	o.at = _mm_or_si128(o.at, _mm_and_si128(capital, _mm_set1_epi8(0x20)));
#else
	for (unsigned i = 0; i < OCTETS; i++)
		o.at[i] |= o.at[i] >= 'A' && o.at[i] <= 'Z' ? 0x20 : 0;
#endif
	return o;
}

/* Eight octets, the first lowest, on any machine. */
static inline uint64_t octets_8(const void *from)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t value;
	memcpy(&value, from, 8);
	return value;
#else
	const unsigned char *at = from;
	uint64_t value = 0;
	for (unsigned i = 8; i-- > 0;)
		value = value << 8 | at[i];
	return value;
#endif
}

/* The first `n` octets, 1 to 16, zeros behind. */
static inline struct octets_key octets_key(struct octets o, unsigned n)
{
	struct octets_key key;
#if defined __SSE2__ && defined __x86_64__
	key.low = (uint64_t)_mm_cvtsi128_si64(o.at);
	key.high = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(o.at, o.at));
#else
	key.low = octets_8(o.at);
	key.high = octets_8(o.at + 8);
#endif
	if (n <= 8) {
		key.low &= UINT64_MAX >> (64 - n * 8);
		key.high = 0;
	} else {
		key.high &= UINT64_MAX >> (128 - n * 8);
	}
	return key;
}

/* The key of a text: its first octets, in small letters. */
static inline struct octets_key octets_key_of(const void *text, size_t length)
{
	unsigned char front[OCTETS] = { 0 };
	unsigned n = length < OCTETS ? (unsigned)length : OCTETS;
	memcpy(front, text, n);
	return octets_key(octets_fold(octets_load(front)), n);
}

/* The lowest place of a set that is not empty. */
static inline unsigned octets_first(unsigned mask)
{
#ifdef __GNUC__
	return (unsigned)__builtin_ctz(mask);
#else
	unsigned i = 0;
	while (!(mask >> i & 1))
		i++;
	return i;
#endif
}

/* The number that `n` decimal digits write, 1 to 8; eight octets are read. */
static inline uint32_t octets_decimal(const void *at, unsigned n)
{
	uint64_t digits = octets_8(at) << (64 - n * 8) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (uint32_t)(digits * 10000 + (digits >> 32));
}

/* The same for 1 to 3 digits (what it gives for other counts is no number); eight are read. */
static inline uint32_t octets_decimal_3(const void *at, unsigned n)
{
	uint32_t three = (uint32_t)octets_8(at) << (-n * 8 & 31) & 0x0f0f0f0f;
	return (three >> 24) + (three >> 16 & 15) * 10 + (three >> 8 & 15) * 100;
}

/* How many octets of a text are `c`. */
static inline size_t octets_count(const void *text, size_t n, unsigned char c)
{
	const unsigned char *at = text, *end = at + n;
	size_t count = 0;
#if defined __SSE2__ && defined __x86_64__
	const __m128i zero = _mm_setzero_si128(), wanted = _mm_set1_epi8((char)c);
	while (end - at >= OCTETS) {
		__m128i sums = zero; /* of each place, at most 255 */
		for (unsigned i = 0; i < UINT8_MAX && end - at >= OCTETS; i++, at += OCTETS)
			sums = _mm_sub_epi8(sums, _mm_cmpeq_epi8(octets_load(at).at, wanted));
		sums = _mm_sad_epu8(sums, zero);
		count += (size_t)_mm_cvtsi128_si64(sums) +
			(size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
	}
#endif
	for (; at < end; at++)
		count += *at == c;
	return count;
}

#endif
