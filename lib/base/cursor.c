#include "base/cursor.h"

#include <string.h>

struct reader rd_of(const void *at, size_t length)
{
	const uint8_t *start = at;
	struct reader r = { start, start ? start + length : NULL, false };
	return r;
}

size_t rd_left(const struct reader *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->at);
}

struct octets rd_octets(struct reader *r, size_t length)
{
	struct octets o = { NULL, 0 };
	if (r->bad || rd_left(r) < length) {
		r->bad = true;
		return o;
	}
	o.at = r->at;
	o.length = length;
	r->at += length;
	return o;
}

struct octets rd_rest(struct reader *r)
{
	return rd_octets(r, rd_left(r));
}

void rd_skip(struct reader *r, size_t length)
{
	(void)rd_octets(r, length);
}

void rd_copy(struct reader *r, void *to, size_t length)
{
	struct octets o = rd_octets(r, length);
	if (o.at)
		memcpy(to, o.at, length);
	else
		memset(to, 0, length);
}

static uint64_t rd_integer(struct reader *r, size_t length)
{
	struct octets o = rd_octets(r, length);
	uint64_t value = 0;
	for (size_t i = 0; i < o.length; i++)
		value = value << 8 | o.at[i];
	return value;
}

uint8_t rd_u8(struct reader *r)
{
	return (uint8_t)rd_integer(r, 1);
}

uint16_t rd_u16(struct reader *r)
{
	return (uint16_t)rd_integer(r, 2);
}

uint32_t rd_u32(struct reader *r)
{
	return (uint32_t)rd_integer(r, 4);
}

uint64_t rd_u64(struct reader *r)
{
	return rd_integer(r, 8);
}

struct writer wr_of(void *at, size_t room)
{
	uint8_t *start = at;
	struct writer w = { start, start, start + room, false };
	return w;
}

size_t wr_length(const struct writer *w)
{
	return (size_t)(w->at - w->start);
}

static uint8_t *wr_room(struct writer *w, size_t length)
{
	if (w->bad || (size_t)(w->end - w->at) < length) {
		w->bad = true;
		return NULL;
	}
	uint8_t *at = w->at;
	w->at += length;
	return at;
}

void wr_octets(struct writer *w, const void *from, size_t length)
{
	uint8_t *at = wr_room(w, length);
	if (at && length)
		memcpy(at, from, length);
}

void wr_zero(struct writer *w, size_t length)
{
	uint8_t *at = wr_room(w, length);
	if (at)
		memset(at, 0, length);
}

static void put_integer(uint8_t *at, uint64_t value, size_t length)
{
	while (at && length--) {
		at[length] = (uint8_t)value;
		value >>= 8;
	}
}

void wr_u8(struct writer *w, uint8_t value)
{
	put_integer(wr_room(w, 1), value, 1);
}

void wr_u16(struct writer *w, uint16_t value)
{
	put_integer(wr_room(w, 2), value, 2);
}

void wr_u32(struct writer *w, uint32_t value)
{
	put_integer(wr_room(w, 4), value, 4);
}

void wr_u64(struct writer *w, uint64_t value)
{
	put_integer(wr_room(w, 8), value, 8);
}

static void wr_at(struct writer *w, size_t offset, uint32_t value, size_t length)
{
	if (w->bad || wr_length(w) < length || offset > wr_length(w) - length)
		w->bad = true;
	else
		put_integer(w->start + offset, value, length);
}

void wr_u16_at(struct writer *w, size_t offset, uint16_t value)
{
	wr_at(w, offset, value, 2);
}

void wr_u32_at(struct writer *w, size_t offset, uint32_t value)
{
	wr_at(w, offset, value, 4);
}
