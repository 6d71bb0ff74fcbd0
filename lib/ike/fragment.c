/*
 * IKE fragmentation as Cisco does it: a whole ISAKMP message, header included, in slices of
 * payload 132. Slices are numbered from 1; flag 1 marks the last; the outer header has the cookies,
 * message ID 0 and the exchange type of phase 1.
 */
#include "ike/engine.h"

#include <string.h>

void fragments_drop(struct cm_ike *ike, struct phase1 *p)
{
	if (!p->fragments)
		return;
	timer_stop(&ike->timers, &p->fragments->timer);
	for (unsigned i = 0; i <= FRAGMENTS_MAX; i++)
		bytes_clear(&ike->store, &p->fragments->part[i]);
	store_give(&ike->store, p->fragments);
	p->fragments = NULL;
}

static void never_whole(void *engine, void *owner)
{
	fragments_drop(engine, owner);
}

static bool assemble(struct cm_ike *ike, struct phase1 *p, struct bytes *whole)
{
	struct fragments *f = p->fragments;
	whole->at = store_take(&ike->store, f->total);
	whole->length = 0;
	for (unsigned i = 1; whole->at && i <= f->last; i++) {
		memcpy(whole->at + whole->length, f->part[i].at, f->part[i].length);
		whole->length += f->part[i].length;
	}
	fragments_drop(ike, p);
	return whole->at != NULL;
}

static bool same_slice(const struct bytes *have, struct octets data)
{
	return have->length == data.length && memcmp(have->at, data.at, data.length) == 0;
}

/* False when the slice contradicts those before it. */
static bool keep_slice(struct cm_ike *ike, struct fragments *f, const struct pl_fragment *slice)
{
	struct bytes *part = &f->part[slice->number];
	if (part->at)
		return same_slice(part, slice->data);
	if (f->total + slice->data.length > DATAGRAM_MAX || (f->last && slice->number > f->last) ||
		!bytes_set(&ike->store, part, slice->data.at, slice->data.length))
		return false;
	f->n++;
	f->total += slice->data.length;
	return true;
}

bool fragment_take(
	struct cm_ike *ike, struct phase1 *p, const struct pl_fragment *slice, struct bytes *whole)
{
	enum { LAST = 1 };
	if (slice->number == 0 || slice->number > FRAGMENTS_MAX)
		return false;
	if (p->fragments && p->fragments->id != slice->id)
		fragments_drop(ike, p); /* one message at a time */
	if (!p->fragments) {
		p->fragments = store_take(&ike->store, sizeof *p->fragments);
		if (!p->fragments)
			return false;
		p->fragments->id = slice->id;
		engine_timer(ike, &p->fragments->timer, never_whole, p, ike->now + FRAGMENTS_MS);
	}
	struct fragments *f = p->fragments;
	if (slice->flags & LAST) {
		bool beyond = f->last && f->last != slice->number;
		for (unsigned i = slice->number + 1u; i <= FRAGMENTS_MAX; i++)
			beyond = beyond || f->part[i].at;
		f->last = slice->number;
		if (beyond) {
			fragments_drop(ike, p);
			return false;
		}
	}
	if (!keep_slice(ike, f, slice)) {
		fragments_drop(ike, p);
		return false;
	}
	return f->last && f->n == f->last && assemble(ike, p, whole);
}

bool fragment_send(struct cm_ike *ike, struct phase1 *p, struct octets datagram)
{
	uint8_t buffer[ISAKMP_HEADER + 8 + FRAGMENT_OCTETS];
	enum { SLICE = FRAGMENT_OCTETS - ISAKMP_HEADER - 8 };
	struct isakmp header = header_of(p, p->aggressive ? X_AGGRESSIVE : X_MAIN, 0, false);
	uint8_t number = 1;
	for (size_t done = 0; done < datagram.length; number++) {
		size_t left = datagram.length - done, size = left < SLICE ? left : SLICE;
		struct payload slice = { .type = P_FRAGMENT,
			.is.fragment = { .id = 1,
				.number = number,
				.flags = size == left,
				.data = over(datagram.at + done, size) } };
		struct builder b = build_begin(buffer, sizeof buffer, &header);
		build_payload(&b, &slice);
		size_t length = build_end(&b);
		if (!length || !engine_send_to(ike, p->local, p->peer, over(buffer, length)))
			return false;
		done += size;
	}
	return true;
}
