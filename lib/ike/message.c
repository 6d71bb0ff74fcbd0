#include "ike/message.h"

#include <assert.h>
#include <string.h>

bool message_chain(struct message *message, uint8_t first, struct octets octets, bool padded)
{
	struct reader r = rd_of(octets.at, octets.length);
	uint8_t next = first;
	message->n = 0;
	message->present = 0;
	while (next != P_NONE) {
		if (message->n == MESSAGE_PAYLOADS)
			return false;
		struct payload *payload = &message->payloads[message->n];
		if (!payload_decode(&r, &next, payload))
			return false;
		message->present |= payload_bit(payload->type);
		message->n++;
	}
	return padded || rd_left(&r) == 0;
}

const struct payload *message_find(const struct message *message, unsigned type, unsigned from)
{
	for (unsigned i = from; i < message->n; i++)
		if (message->payloads[i].type == type)
			return &message->payloads[i];
	return NULL;
}

unsigned message_count(const struct message *message, unsigned type)
{
	unsigned n = 0;
	for (unsigned i = 0; i < message->n; i++)
		n += message->payloads[i].type == type;
	return n;
}

enum { NEXT_AT = 16, LENGTH_AT = 24 }; /* RFC 2408 3.1 */

struct builder build_begin(uint8_t *at, size_t room, const struct isakmp *header)
{
	struct builder b = { .w = wr_of(at, room), .next_at = NEXT_AT };
	isakmp_encode(&b.w, header);
	if (!b.w.bad)
		at[NEXT_AT] = P_NONE;
	return b;
}

static void open_with(struct builder *b, uint8_t next)
{
	assert(b->depth < SA_DEPTH);
	b->open[b->depth++] = wr_length(&b->w);
	wr_u8(&b->w, next);
	wr_u8(&b->w, 0);
	wr_u16(&b->w, 0);
}

void build_open(struct builder *b, uint8_t type)
{
	if (!b->w.bad)
		b->w.start[b->next_at] = type;
	b->next_at = wr_length(&b->w);
	open_with(b, P_NONE);
}

void build_inner(struct builder *b, uint8_t next)
{
	open_with(b, next);
}

void build_close(struct builder *b)
{
	assert(b->depth > 0);
	size_t start = b->open[--b->depth];
	if (!b->w.bad)
		wr_u16_at(&b->w, start + 2, (uint16_t)(wr_length(&b->w) - start));
}

void build_payload(struct builder *b, const struct payload *payload)
{
	build_open(b, payload->type);
	payload_encode_body(&b->w, payload);
	build_close(b);
}

void build_data(struct builder *b, uint8_t type, const void *at, size_t length)
{
	build_open(b, type);
	if (length > 0)
		wr_octets(&b->w, at, length);
	build_close(b);
}

void build_pad(struct builder *b, size_t block)
{
	size_t over = (wr_length(&b->w) - ISAKMP_HEADER) % block;
	if (over > 0)
		wr_zero(&b->w, block - over);
}

size_t build_end(struct builder *b)
{
	assert(b->depth == 0);
	if (b->w.bad)
		return 0;
	wr_u32_at(&b->w, LENGTH_AT, (uint32_t)wr_length(&b->w));
	return wr_length(&b->w);
}
