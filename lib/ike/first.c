#include "ike/handshake.h"

#include <string.h>

/* An entry that names the peer and is not used; NULL when there is none. */
static const struct cm_tunnel *unused_for(const struct cm_ike *ike, uint32_t peer)
{
	for (size_t i = 0; i < ike->n_routes; i++)
		if (why_unused(ike->routes[i].tunnel) && could_serve(ike->routes[i].tunnel, peer))
			return ike->routes[i].tunnel;
	return NULL;
}

static void tell_unknown(struct cm_ike *ike, uint32_t peer)
{
	char quad[16];
	const struct cm_tunnel *t = ike->hushed ? NULL : unused_for(ike, peer);
	struct cm_span none = { 0, 0 };
	tell(ike, (struct happening){ "unknown-peer", CM_WARNING, peer, t, t ? t->at : none },
		t ? "refused %s: the entry that names it is not used, %s"
		  : "refused %s: no crypto map entry names it as a peer",
		peer_name(peer, quad), t ? why_unused(t) : "");
}

/* The tunnel whose policies and key speak to this peer. */
static struct route *route_for(struct cm_ike *ike, uint32_t peer, uint32_t local)
{
	struct choice choice = { 0 };
	struct route *route;
	while ((route = route_next(ike, peer, &choice)) != NULL)
		if (!route->tunnel->has_local || route->tunnel->local == local)
			return route;
	return NULL;
}

/* In aggressive mode the identity may name the key (ios.md 2.2, host name keys). */
static void key_by_name(struct phase1 *p, const struct message *m)
{
	const struct payload *id = message_find(m, P_ID, 0);
	if (!id || (p->psk && !p->psk->sealed))
		return;
	struct cm_str name = id_name(&id->is.id);
	if (name.at)
		p->psk = cm_tunnel_key_named(p->route->tunnel, name);
}

/* It never came back with its cookie: perhaps nobody is there. */
static bool unproved(const struct phase1 *p)
{
	return p->half_open.owner && (p->state == S_R_MM2 || p->state == S_R_AM2);
}

/*
 * Who floods with a forged source must not shut out the one who owns the address: one of those
 * that nobody has come back for makes room, by lot, so that an honest one likely stays.
 */
static bool room_for_source(struct cm_ike *ike, uint32_t peer)
{
	struct link *cursor;
	unsigned all = 0, forgettable = 0;
	struct phase1 *p = map_first(&ike->phase1_by_peer, peer, &cursor);
	for (; p; p = map_next(&cursor)) {
		all += p->half_open.owner != NULL;
		forgettable += unproved(p);
	}
	if (all < ike->settings.half_open_per_source)
		return true;
	unsigned lot = forgettable ? engine_random32(ike) % forgettable : 0;
	p = map_first(&ike->phase1_by_peer, peer, &cursor);
	for (; p; p = map_next(&cursor))
		if (unproved(p) && lot-- == 0) {
			phase1_free(ike, p);
			return true;
		}
	return false;
}

/* The same among all; failing that, the oldest that had its time. */
static bool push_one_out(struct cm_ike *ike)
{
	struct node *node = ike->half_open.first;
	struct phase1 *oldest = node ? node->owner : NULL, *chosen = NULL;
	size_t lot = ike->half_open.n ? engine_random32(ike) % ike->half_open.n : 0;
	for (size_t i = 0; node && (i <= lot || !chosen); node = node->after, i++)
		if (unproved(node->owner))
			chosen = node->owner;
	if (!chosen && oldest && ike->now - oldest->since >= HALF_OPEN_GRACE_MS)
		chosen = oldest;
	if (chosen)
		phase1_free(ike, chosen);
	return chosen;
}

static bool room_for_one(struct cm_ike *ike, uint32_t peer, bool aggressive)
{
	size_t most = ike->settings.half_open_max;
	if (!room_for_source(ike, peer))
		return false;
	/* aggressive mode computes before it knows whether anybody is there: it gets half, for good */
	if (aggressive)
		return ike->half_open.n < (most + 1) / 2;
	return ike->half_open.n < most || push_one_out(ike);
}

/* Reads and decides without keeping anything; 0xffff: silence, else the notify. */
static uint16_t first_decide(struct cm_ike *ike, struct first *first, const struct message *m)
{
	struct phase1 *p = &first->draft;
	enum { SILENCE = 0xffff };
	SAYS(ike, NULL, W_RECEIVED_NEW, .peer = p->peer.address, .peer_port = p->peer.port,
		.local_port = p->local.port);
	say_peer(ike, p, "crypto_isakmp_process_block");
	SAY(ike, p, W_LOCAL_PORT);
	p->route = route_for(ike, p->peer.address, p->local.address);
	if (!p->route) {
		tell_unknown(ike, p->peer.address);
		return SILENCE;
	}
	SAYS(ike, p, W_INSERT_SA, .h = 0x64000000u + p->connection);
	say_input(ike, p, "IKE_MESG_FROM_PEER", p->aggressive ? "IKE_AM_EXCH" : "IKE_MM_EXCH",
		"IKE_READY", p->aggressive ? "IKE_R_AM_AAA_AWAIT" : "IKE_R_MM1");
	SAYS(ike, p, W_PROCESSING, .s = "SA");
	if (p->aggressive && !p->route->tunnel->aggressive_accepted) {
		tell(ike,
			(struct happening){ "aggressive-refused", CM_ERROR, p->peer.address,
				p->route->tunnel, { 0, 0 } },
			"refused aggressive mode: crypto isakmp aggressive-mode disable");
		return N_INVALID_EXCHANGE_TYPE;
	}
	uint16_t wrong = p1_read(&message_find(m, P_SA, 0)->is.sa, &first->offers);
	if (wrong) {
		SAYS(ike, p, W_BAD_MESSAGE, .peer = p->peer.address);
		return wrong;
	}
	vendors_read(ike, p, m);
	p->psk = cm_tunnel_key(p->route->tunnel, p->peer.address);
	if (p->aggressive)
		key_by_name(p, m);
	if ((!p->psk || p->psk->sealed) && !find_key(ike, p, p->route->tunnel))
		return N_NO_PROPOSAL_CHOSEN;
	say_key(ike, p);
	SAY(ike, p, W_LOCAL_KEY);
	SAY(ike, p, W_SCANNING_PROFILES);
	return policy_choose(ike, p, p->route->tunnel, &first->offers, &first->chosen)
		? 0
		: N_NO_PROPOSAL_CHOSEN;
}

static enum outcome first_keep(struct cm_ike *ike, const struct first *first,
	const struct message *m, struct octets datagram)
{
	const struct phase1 *d = &first->draft;
	struct phase1 *p = phase1_new(ike, d->local, d->peer);
	if (!p)
		return FAILED;
	struct octets sa_b = message_find(m, P_SA, 0)->body;
	list_add(&ike->half_open, &p->half_open, p);
	p->state = S_R_MM2;
	p->aggressive = d->aggressive;
	p->route = d->route;
	p->policy = d->policy;
	p->agreed = d->agreed;
	p->lifetime_s = d->lifetime_s;
	p->offered_s = d->offered_s;
	p->psk = d->psk;
	p->vendors = d->vendors;
	p->floated = d->local.port == ike->settings.nat_port; /* a renewal may begin there */
	memcpy(p->cookies.initiator, m->header.initiator, COOKIE);
	agree_natt(p);
	enum outcome outcome = FAILED;
	if (new_cookie(ike, p->cookies.responder) &&
		map_add(&ike->store, &ike->by_cookie, &p->by_cookie,
			cookie_key(p->cookies.initiator), p) &&
		bytes_set(&ike->store, &p->sa_b, sa_b.at, sa_b.length) &&
		hash_of(ike->digest, &datagram, 1, p->echo.received))
		outcome = p->aggressive ? send_aggressive_2(ike, p, first, m)
					: send_main_2(ike, p, first);
	p->echo.any = true;
	if (outcome != DONE)
		phase1_free(ike, p);
	return outcome;
}

enum outcome phase1_first(struct cm_ike *ike, struct cm_endpoint from, struct cm_endpoint to,
	const struct message *m, struct octets datagram)
{
	enum { SILENCE = 0xffff };
	struct first *first = store_take(&ike->store, sizeof *first);
	if (!first)
		return FAILED;
	hush(ike);
	struct phase1 *p = &first->draft;
	p->peer = from;
	p->local = to;
	p->connection = ike->next_connection;
	p->aggressive = m->header.exchange == X_AGGRESSIVE;
	memcpy(p->cookies.initiator, m->header.initiator, COOKIE);
	uint16_t wrong = first_decide(ike, first, m);
	enum outcome outcome = DROP;
	if (wrong) {
		ike->counters.refused++;
		if (wrong != SILENCE)
			notify_stateless(ike, from, to, &m->header, wrong);
	} else if (room_for_one(ike, from.address, p->aggressive)) {
		outcome = first_keep(ike, first, m, datagram);
	} else {
		ike->counters.refused++;
		tell(ike,
			(struct happening){ "half-open", CM_WARNING, from.address, NULL, { 0, 0 } },
			"dropped a first message: too many exchanges are half open");
	}
	ike->hushed = false;
	store_give(&ike->store, first);
	return outcome;
}
