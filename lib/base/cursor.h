/*
 * Sticky cursors over octets: a reader that goes bad instead of past the end, a writer that goes
 * bad instead of over its room. Callers read a whole structure and look at `bad` once.
 * Integers are big-endian, as in every RFC that we speak.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets somewhere else; owns nothing. */
struct octets {
	const uint8_t *at;
	size_t length;
};

struct reader {
	const uint8_t *at, *end;
	bool bad;
};

struct reader rd_of(const void *at, size_t length);
size_t rd_left(const struct reader *);
uint8_t rd_u8(struct reader *);
uint16_t rd_u16(struct reader *);
uint32_t rd_u32(struct reader *);
uint64_t rd_u64(struct reader *);
/* `length` octets, or { NULL, 0 } and bad. */
struct octets rd_octets(struct reader *, size_t length);
struct octets rd_rest(struct reader *);
void rd_copy(struct reader *, void *to, size_t length);
void rd_skip(struct reader *, size_t length);

struct writer {
	uint8_t *start, *at, *end;
	bool bad;
};

struct writer wr_of(void *at, size_t room);
size_t wr_length(const struct writer *);
void wr_u8(struct writer *, uint8_t);
void wr_u16(struct writer *, uint16_t);
void wr_u32(struct writer *, uint32_t);
void wr_u64(struct writer *, uint64_t);
void wr_octets(struct writer *, const void *, size_t length);
void wr_zero(struct writer *, size_t length);
/* Overwrite 16 or 32 bits at an offset already written (lengths known only later). */
void wr_u16_at(struct writer *, size_t offset, uint16_t);
void wr_u32_at(struct writer *, size_t offset, uint32_t);

#endif
