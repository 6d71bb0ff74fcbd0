/*
 * Whole ISAKMP messages: a chain of payloads taken apart, and one put together.
 *
 * A message that was read points into the datagram. Limits are those of an honest peer, wide:
 * MESSAGE_PAYLOADS payloads, MESSAGE_MAX octets. A message is written into a buffer of the caller
 * with a builder: open a payload, write its body, close it; the chain of Next Payload and all
 * lengths are patched by the builder. A builder that ran out of room stays bad to the end.
 */
#ifndef IKE_MESSAGE_H
#define IKE_MESSAGE_H

#include "ike/payload.h"

enum { MESSAGE_PAYLOADS = 48, MESSAGE_MAX = 16384, SA_DEPTH = 3 };

struct message {
	struct isakmp header;
	uint64_t present; /* payload_bit of each type seen */
	unsigned n;
	struct payload payloads[MESSAGE_PAYLOADS];
};

/*
 * The chain that begins with `first`. What stands behind its end is padding when `padded`
 * (RFC 2408 3.1: counted in the length, of any content), else a fault. False: malformed; `n` tells
 * how many were read before.
 */
bool message_chain(struct message *, uint8_t first, struct octets, bool padded);
/* The first payload of a type from the index on; NULL when there is none. */
const struct payload *message_find(const struct message *, unsigned type, unsigned from);
unsigned message_count(const struct message *, unsigned type);

struct builder {
	struct writer w;
	size_t next_at;        /* offset of the octet that names the next payload */
	size_t open[SA_DEPTH]; /* where the open payloads begin */
	unsigned depth;
};

/* Begins with the header; header->next and length are filled in later. */
struct builder build_begin(uint8_t *at, size_t room, const struct isakmp *);
/* A payload of the message's chain; its body is written to b->w. */
void build_open(struct builder *, uint8_t type);
/* A payload inside another (proposal, transform): `next` is 0 for the last one, else its type. */
void build_inner(struct builder *, uint8_t next);
void build_close(struct builder *);
void build_payload(struct builder *, const struct payload *);
void build_data(struct builder *, uint8_t type, const void *, size_t length);
/* Sets the total length and gives it; 0 when the message did not fit. */
size_t build_end(struct builder *);
/* Zero octets up to a multiple of `block` behind the header, as encryption wants them. */
void build_pad(struct builder *, size_t block);

#endif
