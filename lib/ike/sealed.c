/*
 * Encrypted messages: RFC 2409 5.5, 5.7 and appendix B. Written with a blank HASH in front, hashed,
 * padded and encrypted at the end; read by decrypting, then the HASH is proved before anybody
 * looks at what stands behind it.
 */
#include "ike/engine.h"

#include <string.h>

/* --- Writing ---------------------------------------------------------------------------------------- */

struct isakmp header_of(
	const struct phase1 *p, enum exchange exchange, uint32_t message_id, bool encrypted)
{
	struct isakmp header = { .version = ISAKMP_VERSION,
		.exchange = (uint8_t)exchange,
		.flags = encrypted ? FLAG_ENCRYPTED : 0,
		.message_id = message_id };
	memcpy(header.initiator, p->cookies.initiator, COOKIE);
	memcpy(header.responder, p->cookies.responder, COOKIE);
	return header;
}

bool seal(struct phase1 *p, uint8_t *message, size_t length, uint8_t *iv)
{
	size_t block = p->keys.cipher->block;
	uint8_t *at = message + ISAKMP_HEADER;
	if (!cipher_cbc(p->keys.seal, iv, at, at, length - ISAKMP_HEADER))
		return false;
	memcpy(iv, message + length - block, block);
	return true;
}

void hash_blank(struct phase1 *p, struct builder *b)
{
	static const uint8_t blank[CRYPTO_HASH_MAX];
	build_data(b, P_HASH, blank, p->keys.hash->size);
}

size_t hash_finish(
	struct phase1 *p, struct builder *b, uint32_t message_id, struct octets ni_b, uint8_t *iv)
{
	size_t behind = ISAKMP_HEADER + GENERIC_HEADER + p->keys.hash->size;
	if (b->w.bad)
		return 0;
	/* over everything behind the HASH payload, generic headers included, padding not */
	keys_hash12(&p->keys, message_id, ni_b,
		over(b->w.start + behind, wr_length(&b->w) - behind),
		b->w.start + ISAKMP_HEADER + GENERIC_HEADER);
	build_pad(b, p->keys.cipher->block);
	size_t length = build_end(b);
	return length && seal(p, b->w.start, length, iv) ? length : 0;
}

/* --- Reading ---------------------------------------------------------------------------------------- */

/* Decrypts to ike->plain and reads the chain. `iv` goes on to the last block. */
bool open_sealed(struct cm_ike *ike, struct phase1 *p, struct octets datagram, uint8_t *iv)
{
	struct message *m = &ike->message;
	size_t block = p->keys.cipher->block, length = datagram.length - ISAKMP_HEADER;
	const uint8_t *in = datagram.at + ISAKMP_HEADER;
	if (length == 0 || length % block != 0 ||
		!cipher_cbc(p->keys.open, iv, in, ike->plain, length))
		return false;
	memcpy(iv, in + length - block, block);
	return message_chain(m, m->header.next, over(ike->plain, length), true);
}

/* Everything behind the HASH payload, padding left out. */
static struct octets behind_hash(const struct message *m)
{
	const struct payload *first = &m->payloads[0], *last = &m->payloads[m->n - 1];
	const uint8_t *start = first->whole.at + first->whole.length;
	return over(start, (size_t)(last->whole.at + last->whole.length - start));
}

bool proved(
	const struct phase1 *p, const struct quick *q, const struct message *m, enum proof proof)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	uint32_t id = m->header.message_id;
	if (m->n == 0 || m->payloads[0].type != P_HASH)
		return false; /* HASH comes first, RFC 2409 5.5 */
	struct octets sent = m->payloads[0].is.data.data;
	if (proof == HASH_3)
		keys_hash3(
			&p->keys, id, bytes_octets(&q->nonce_i), bytes_octets(&q->nonce_r), hash);
	else
		keys_hash12(&p->keys, id,
			proof == HASH_2 ? bytes_octets(&q->nonce_i) : over(NULL, 0), behind_hash(m),
			hash);
	return sent.length == p->keys.hash->size && crypto_same(hash, sent.at, sent.length);
}
