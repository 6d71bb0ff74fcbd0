#include "ike/engine.h"

#include <string.h>

/* --- Vendor IDs -------------------------------------------------------------------------------- */

void vendors_write(struct cm_ike *ike, struct phase1 *p, struct builder *b,
	const enum vendor *vendors, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct vendor_row *row = vendor_row(vendors[i]);
		if (row->natt.natd)
			SAYS(ike, p, W_CONSTRUCTED_VENDOR, .s = row->constructed);
		build_data(b, P_VENDOR, row->octets, row->length);
	}
}

void vendors_read(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	unsigned major;
	for (unsigned i = 0; i < m->n; i++) {
		if (m->payloads[i].type != P_VENDOR)
			continue;
		struct octets id = m->payloads[i].is.data.data;
		enum vendor vendor = vendor_of(id);
		SAY(ike, p, W_PROCESSING_VENDOR);
		if (vendor != V_UNITY && vendor != V_DPD && vendor_major(id, &major))
			SAYS(ike, p, W_VENDOR_MISMATCH, .u = major);
		if (vendor == V_UNKNOWN)
			continue;
		p->vendors |= 1u << vendor;
		SAYS(ike, p, W_VENDOR_IS, .s = vendor_row(vendor)->seen);
	}
}

/* --- NAT detection, RFC 3947 3.2 --------------------------------------------------------------- */

bool natd_write(struct cm_ike *ike, struct phase1 *p, struct builder *b)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	size_t size = p->agreed.hash->size;
	if (!p->natt)
		return true;
	/* destination first, then source */
	if (!keys_natd(p->agreed.hash, &p->cookies, p->peer.address, p->peer.port, hash))
		return false;
	build_data(b, p->natt->natd, hash, size);
	if (!keys_natd(p->agreed.hash, &p->cookies, p->local.address, p->local.port, hash))
		return false;
	if (ike->settings.force_nat)
		hash[0] ^= 0xff; /* nobody's address: the peer must see a NAT before us */
	build_data(b, p->natt->natd, hash, size);
	return true;
}

static bool is_natd(const struct payload *payload, const struct phase1 *p)
{
	return payload->type == P_NATD || payload->type == P_NATD_DRAFT ||
		payload->type == p->natt->natd;
}

static void say_natd(struct cm_ike *ike, const struct phase1 *p)
{
	if (p->nat_us && p->nat_peer)
		SAY(ike, p, W_NATD_BOTH);
	else if (p->nat_us)
		SAY(ike, p, W_NATD_US);
	else if (p->nat_peer)
		SAY(ike, p, W_NATD_HIM);
	else
		SAY(ike, p, W_NATD_NONE);
}

bool natd_read(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	uint8_t us[CRYPTO_HASH_MAX], him[CRYPTO_HASH_MAX];
	size_t size = p->agreed.hash->size;
	unsigned n = 0;
	bool us_seen = false, him_seen = false;
	if (!p->natt)
		return true;
	if (!keys_natd(p->agreed.hash, &p->cookies, p->local.address, p->local.port, us) ||
		!keys_natd(p->agreed.hash, &p->cookies, p->peer.address, p->peer.port, him))
		return false;
	for (unsigned i = 0; i < m->n; i++) {
		if (!is_natd(&m->payloads[i], p))
			continue;
		struct octets hash = m->payloads[i].body;
		SAYS(ike, p, W_NATD_RECEIVED, .u = m->payloads[i].type);
		bool fits = hash.length == size;
		if (n++ == 0)
			us_seen = fits && memcmp(hash.at, us, size) == 0;
		else
			him_seen = him_seen || (fits && memcmp(hash.at, him, size) == 0);
	}
	if (n >= 2) {
		p->nat_us = !us_seen || ike->settings.force_nat;
		p->nat_peer = !him_seen;
		say_natd(ike, p);
	}
	return true;
}

/* --- Ports ------------------------------------------------------------------------------------- */

void nat_float(struct cm_ike *ike, struct phase1 *p)
{
	enum { NAT_PORT = 4500 };
	p->local.port = ike->settings.nat_port;
	p->peer.port = NAT_PORT;
	p->floated = true;
}

static bool same_endpoint(struct cm_endpoint a, struct cm_endpoint b)
{
	return a.address == b.address && a.port == b.port;
}

static void move_pairs(struct cm_ike *ike, struct phase1 *p)
{
	for (struct node *node = p->pairs.first; node; node = node->after) {
		struct pair *pair = node->owner;
		if (same_endpoint(pair->peer, p->peer))
			continue;
		if (pair->peer.address != p->peer.address) {
			map_remove(&ike->pair_by_peer, &pair->by_peer);
			map_add(&ike->store, &ike->pair_by_peer, &pair->by_peer, p->peer.address,
				pair);
		}
		pair->peer = p->peer;
		pair->local = p->local;
		struct cm_ike_output out = { .kind = CM_IKE_SA_MOVED,
			.is.moved = { pair->id, pair->local, pair->peer, pair->udp } };
		engine_put(ike, &out, NULL, 0);
	}
}

void nat_follow(
	struct cm_ike *ike, struct phase1 *p, struct cm_endpoint from, struct cm_endpoint to)
{
	if (same_endpoint(p->peer, from) && same_endpoint(p->local, to))
		return;
	if (p->peer.address != from.address) {
		map_remove(&ike->phase1_by_peer, &p->by_peer);
		map_add(&ike->store, &ike->phase1_by_peer, &p->by_peer, from.address, p);
	}
	p->peer = from;
	p->local = to;
	p->floated = to.port == ike->settings.nat_port;
	move_pairs(ike, p);
}

/* --- Keepalives, RFC 3948 4 -------------------------------------------------------------------- */

static void keepalive(void *engine, void *owner)
{
	struct cm_ike *ike = engine;
	struct phase1 *p = owner;
	static const uint8_t one[] = { 0xff };
	struct cm_ike_output out = { .kind = CM_IKE_SEND,
		.is.send = { .from = p->local, .to = p->peer } };
	engine_put(ike, &out, one, sizeof one);
	nat_keepalive(ike, p);
}

void nat_keepalive(struct cm_ike *ike, struct phase1 *p)
{
	unsigned interval = p->route ? p->route->tunnel->nat_keepalive_s : 0;
	if (p->nat_us && p->floated && interval && p->state == S_UP)
		engine_timer(
			ike, &p->keepalive, keepalive, p, ike->now + (int64_t)interval * SECOND);
}
