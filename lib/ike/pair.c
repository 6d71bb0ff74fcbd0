#include "ike/engine.h"

#include <string.h>

struct pair *pair_by_id(struct cm_ike *ike, uint32_t id)
{
	struct link *cursor;
	return map_first(&ike->pair_by_id, id, &cursor);
}

/* Inbound SPIs are ours to choose: unused, not among the reserved ones (RFC 4303 2.1). */
uint32_t pair_unused_spi(struct cm_ike *ike)
{
	enum { RESERVED = 255 };
	struct link *cursor;
	uint32_t spi = engine_random32(ike);
	while (spi <= RESERVED || map_first(&ike->pair_by_spi, spi, &cursor))
		spi += 0x10001u; /* a random one that is taken: a neighbour will do */
	return spi;
}

struct pair *pair_new(struct cm_ike *ike, struct quick *q)
{
	struct pair *pair = store_take(&ike->store, sizeof *pair);
	struct phase1 *p = q->phase1;
	if (!pair)
		return NULL;
	pair->id = ike->next_pair++;
	pair->connection = ike->next_ipsec_connection;
	ike->next_ipsec_connection += 2;
	pair->route = q->route;
	pair->selector = q->selector;
	pair->local = p->local;
	pair->peer = p->peer;
	pair->initiator = q->initiator;
	pair->pfs = q->group;
	pair->begun = q->begun;
	pair->since = ike->now;
	pair->noted = ike->now;
	pair->phase1 = p;
	pair->spi_in = q->esp_spi;
	pair->ah_spi_in = q->ah_spi;
	list_add(&ike->pairs, &pair->node, pair);
	list_add(&p->pairs, &pair->of_phase1, pair);
	list_add(&pair->route->pairs, &pair->of_route, pair);
	if (!map_add(&ike->store, &ike->pair_by_id, &pair->by_id, pair->id, pair) ||
		!map_add(&ike->store, &ike->pair_by_peer, &pair->by_peer, pair->peer.address,
			pair) ||
		(q->esp_spi &&
			!map_add(
				&ike->store, &ike->pair_by_spi, &pair->by_spi, q->esp_spi, pair)) ||
		(q->ah_spi &&
			!map_add(&ike->store, &ike->pair_by_spi, &pair->by_ah_spi, q->ah_spi,
				pair))) {
		pair_free(ike, pair);
		return NULL;
	}
	return pair;
}

void pair_free(struct cm_ike *ike, struct pair *pair)
{
	if (pair->quick)
		pair->quick->pair = NULL;
	if (pair->phase1)
		list_remove(&pair->phase1->pairs, &pair->of_phase1);
	timer_stop(&ike->timers, &pair->life);
	timer_stop(&ike->timers, &pair->switch_over);
	list_remove(&ike->pairs, &pair->node);
	list_remove(&pair->route->pairs, &pair->of_route);
	map_remove(&ike->pair_by_id, &pair->by_id);
	map_remove(&ike->pair_by_peer, &pair->by_peer);
	map_remove(&ike->pair_by_spi, &pair->by_spi);
	map_remove(&ike->pair_by_spi, &pair->by_ah_spi);
	store_give(&ike->store, pair);
}

bool pair_same_selector(const struct cm_selector *a, const struct cm_selector *b)
{
	return cm_selector_relate(a, b) == CM_EQUAL;
}

struct pair *pair_newest(const struct route *route, const struct cm_selector *selector)
{
	for (struct node *node = route->pairs.last; node; node = node->before) {
		struct pair *pair = node->owner;
		if (!pair->deleting && pair->inbound &&
			pair_same_selector(&pair->selector, selector))
			return pair;
	}
	return NULL;
}

/* --- Handing over ------------------------------------------------------------------------------ */

void pair_up(struct cm_ike *ike, struct pair *pair, bool inbound)
{
	struct cm_ike_output out = { .kind = CM_IKE_SA_UP };
	struct cm_ike_up *up = &out.is.up;
	const struct cm_tunnel *t = pair->route->tunnel;
	int way = inbound ? 0 : 1;
	up->pair = pair->id;
	up->inbound = inbound;
	up->udp = pair->udp;
	up->esn = pair->esn;
	up->mode = pair->mode;
	up->replay_window = t->replay_window;
	up->esp = pair->esp[way];
	up->ah = pair->ah[way];
	up->local = pair->local;
	up->peer = pair->peer;
	up->tunnel = t;
	up->selector = pair->selector;
	up->lifetime_s = pair->lifetime_s;
	up->lifetime_kb = pair->lifetime_kb;
	engine_put(ike, &out, NULL, 0);
	crypto_wipe(&out, sizeof out);
	crypto_wipe(&pair->esp[way], sizeof pair->esp[way]);
	crypto_wipe(&pair->ah[way], sizeof pair->ah[way]);
	if (inbound)
		pair->inbound = true;
	else
		pair->outbound = true;
}

/*
 * Twins: both ends began at the same time, and each holds its own for the newer one. Both must
 * choose the same: the one with the larger nonce of its initiator (as RFC 7296 2.8.1 does it).
 */
static bool twins(const struct pair *a, const struct pair *b)
{
	enum { SLACK_MS = SECOND };
	const struct pair *first = a->begun <= b->begun ? a : b, *second = first == a ? b : a;
	return a->initiator != b->initiator &&
		(!first->outbound || second->begun <= first->since + SLACK_MS);
}

static void step_back(struct cm_ike *ike, struct pair *pair)
{
	pair->replaced = true;
	pair->rekeying = false;
	life_pair(ike, pair);
}

/* Older pairs of the same selectors are not used for sending any more. */
static void replace_older(struct cm_ike *ike, struct pair *pair)
{
	for (struct node *node = pair->route->pairs.first; node; node = node->after) {
		struct pair *other = node->owner;
		if (other == pair || other->replaced || other->peer.address != pair->peer.address ||
			!other->inbound || !pair_same_selector(&other->selector, &pair->selector))
			continue;
		bool both = twins(other, pair);
		if (both && memcmp(other->rank, pair->rank, sizeof pair->rank) > 0)
			step_back(ike, pair);
		else if (both || other->id < pair->id)
			step_back(ike, other);
	}
}

/* The one in use went while another of the same selectors still stands: that one is used again. */
static void promote(struct cm_ike *ike, const struct pair *gone)
{
	struct pair *best = NULL;
	for (struct node *node = gone->route->pairs.first; node; node = node->after) {
		struct pair *other = node->owner;
		if (other != gone && other->inbound && other->peer.address == gone->peer.address &&
			pair_same_selector(&other->selector, &gone->selector) &&
			(!best || other->id > best->id))
			best = other;
	}
	if (!best || !best->replaced)
		return;
	best->replaced = false;
	life_pair(ike, best);
	if (!best->outbound && best->spi_out + best->ah_spi_out != 0)
		pair_up(ike, best, false);
}

void pair_outbound(struct cm_ike *ike, struct pair *pair)
{
	char quad[16], local[16], remote[16];
	struct cm_text what = { 0 };
	timer_stop(&ike->timers, &pair->switch_over);
	if (pair->outbound || pair->replaced)
		return;
	replace_older(ike, pair);
	if (pair->replaced) /* the other twin is used; this one only listens, unless that goes */
		return;
	pair_up(ike, pair, false);
	p2_describe(&what, &pair->agreed);
	tell(ike,
		(struct happening){ "pair-up", CM_INFO, pair->peer.address, pair->route->tunnel,
			pair->selector.at },
		"IPsec SAs with %s are up: %s/%u <-> %s/%u, %s%s, spi in 0x%08X out 0x%08X",
		peer_name(pair->peer.address, quad),
		cm_ip4_print(pair->selector.local.address, local),
		cm_mask_bits(pair->selector.local.mask),
		cm_ip4_print(pair->selector.remote.address, remote),
		cm_mask_bits(pair->selector.remote.mask), what.at ? what.at : "",
		pair->udp ? " in UDP" : "",
		(unsigned)(pair->spi_in ? pair->spi_in : pair->ah_spi_in),
		(unsigned)(pair->spi_out ? pair->spi_out : pair->ah_spi_out));
	cm_text_free(&what);
}

static void say_gone(
	struct cm_ike *ike, const struct pair *pair, uint32_t dest, uint32_t spi, unsigned conn)
{
	struct cm_text text = { 0 };
	char quad[16];
	if (!saying(ike, W_IPSEC_DELETE_SA))
		return;
	cm_text_printf(&text,
		"  (sa) sa_dest= %s, sa_prot= %u,\n    sa_spi= 0x%X(%u),\n    sa_trans= ",
		cm_ip4_print(dest, quad), pair->agreed.cipher ? 50u : 51u, (unsigned)spi,
		(unsigned)spi);
	p2_describe(&text, &pair->agreed);
	cm_text_printf(&text, " , sa_conn_id= %u", conn);
	if (!text.failed)
		SAYS(ike, pair->phase1, W_IPSEC_DELETE_SA, .s = text.at);
	cm_text_free(&text);
}

static void tell_gone(struct cm_ike *ike, const struct pair *pair, const char *why)
{
	char quad[16], local[16], remote[16];
	tell(ike,
		(struct happening){
			"pair-down", CM_INFO, pair->peer.address, pair->route->tunnel, { 0, 0 } },
		"IPsec SAs with %s are down: %s/%u <-> %s/%u, %s",
		peer_name(pair->peer.address, quad),
		cm_ip4_print(pair->selector.local.address, local),
		cm_mask_bits(pair->selector.local.mask),
		cm_ip4_print(pair->selector.remote.address, remote),
		cm_mask_bits(pair->selector.remote.mask), why);
}

/* A pair that has a successor goes silently for the operator. */
void pair_delete(struct cm_ike *ike, struct pair *pair, bool tell_peer, const char *why)
{
	struct cm_ike_output out = { .kind = CM_IKE_SA_DOWN,
		.is.down = { pair->id, true, true, why } };
	struct phase1 *p = pair->phase1;
	if (tell_peer && p && p->state == S_UP && !p->deleted) {
		if (pair->spi_in)
			send_delete_pair(ike, p, PROTO_ESP, pair->spi_in);
		if (pair->ah_spi_in)
			send_delete_pair(ike, p, PROTO_AH, pair->ah_spi_in);
	}
	say_gone(ike, pair, pair->local.address, pair->spi_in ? pair->spi_in : pair->ah_spi_in,
		pair->connection);
	say_gone(ike, pair, pair->peer.address, pair->spi_out ? pair->spi_out : pair->ah_spi_out,
		pair->connection + 1);
	if (!pair->replaced && pair->outbound)
		tell_gone(ike, pair, why);
	if (pair->inbound)
		engine_put(ike, &out, NULL, 0);
	if (!pair->replaced)
		promote(ike, pair);
	pair_free(ike, pair);
}

void pair_rekey(struct cm_ike *ike, struct pair *pair)
{
	if (pair->rekeying || pair->replaced || pair->deleting)
		return;
	pair->rekeying = true;
	want(ike, pair->route, &pair->selector, pair->id);
}

/* --- What the host says ------------------------------------------------------------------------ */

static uint64_t kilobytes(const struct cm_ike_traffic *t)
{
	return (t->octets_in > t->octets_out ? t->octets_in : t->octets_out) / 1024;
}

/*
 * How long before the end a new pair is asked for: the router's 256 kB, and not less than what passes
 * while a lost message is repeated, but never the larger half of the life.
 */
static uint64_t volume_margin(const struct pair *pair, uint64_t passed, int64_t elapsed_ms)
{
	uint64_t limit = pair->lifetime_kb;
	uint64_t least = limit / 8 < REKEY_MARGIN_KB ? limit / 8 : REKEY_MARGIN_KB;
	uint64_t elapsed = elapsed_ms > SECOND ? (uint64_t)elapsed_ms : SECOND;
	uint64_t fast = passed * REKEY_TRAFFIC_S * SECOND / elapsed;
	uint64_t margin = fast > least ? fast : least;
	return margin < limit / 2 ? margin : limit / 2;
}

static void check_volume(struct cm_ike *ike, struct pair *pair, uint64_t before)
{
	uint64_t used = kilobytes(&pair->traffic), limit = pair->lifetime_kb;
	uint64_t margin = volume_margin(pair, used - before, ike->now - pair->noted);
	pair->noted = ike->now;
	if (!limit)
		return;
	if (used >= limit)
		pair_delete(ike, pair, true, "volume limit reached");
	else if (used + margin >= limit)
		pair_rekey(ike, pair);
}

void cm_ike_note_traffic(
	struct cm_ike *ike, int64_t now, uint32_t id, const struct cm_ike_traffic *traffic)
{
	struct pair *pair = pair_by_id(ike, id);
	ike->now = now;
	if (!pair)
		return;
	struct phase1 *p = pair->phase1;
	if (traffic->packets_in != pair->traffic.packets_in) {
		pair->heard = now;
		if (p)
			life_heard(ike, p);
		if (!pair->outbound &&
			!pair->replaced) /* the peer has the keys, whatever was lost */
			pair_outbound(ike, pair);
	}
	if (traffic->packets_out != pair->traffic.packets_out && p)
		p->spoken = now;
	pair->used = pair->used || traffic->packets_in || traffic->packets_out;
	uint64_t before = kilobytes(&pair->traffic);
	pair->traffic = *traffic;
	check_volume(ike, pair, before);
}

void cm_ike_note_moved(struct cm_ike *ike, int64_t now, uint32_t id, struct cm_endpoint from)
{
	struct pair *pair = pair_by_id(ike, id);
	ike->now = now;
	if (!pair || !pair->udp)
		return;
	if (pair->phase1 && nat_found(pair->phase1)) {
		nat_follow(ike, pair->phase1, from, pair->phase1->local);
		return;
	}
	pair->peer = from;
	struct cm_ike_output out = { .kind = CM_IKE_SA_MOVED,
		.is.moved = { pair->id, pair->local, pair->peer, pair->udp } };
	engine_put(ike, &out, NULL, 0);
}

bool cm_ike_delete_pair(struct cm_ike *ike, int64_t now, uint32_t id)
{
	struct pair *pair = pair_by_id(ike, id);
	ike->now = now;
	if (!pair)
		return false;
	pair_delete(ike, pair, true, "cleared");
	return true;
}

void cm_ike_delete_peer(struct cm_ike *ike, int64_t now, uint32_t peer)
{
	ike->now = now;
	/* IPsec SAs first, over the ISAKMP SA that still stands */
	for (struct node *node = ike->pairs.first, *after; node; node = after) {
		struct pair *pair = node->owner;
		after = node->after;
		if (!peer || pair->peer.address == peer)
			pair_delete(ike, pair, true, "cleared");
	}
	for (struct node *node = ike->phase1s.first, *after; node; node = after) {
		struct phase1 *p = node->owner;
		after = node->after;
		if (peer && p->peer.address != peer)
			continue;
		if (p->state == S_UP)
			send_delete_phase1(ike, p);
		phase1_free(ike, p);
	}
}
