#include "ike/handshake.h"

#include <string.h>

static void tell_unknown(struct cm_ike *ike, uint32_t peer)
{
	char quad[16];
	tell(ike, (struct happening){ "unknown-peer", CM_WARNING, peer, NULL, { 0, 0 } },
		"refused %s: no crypto map entry names it as a peer", peer_name(peer, quad));
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

static bool room_for_one(struct cm_ike *ike, uint32_t peer)
{
	struct link *cursor;
	unsigned mine = 0;
	const struct phase1 *p = map_first(&ike->phase1_by_peer, peer, &cursor);
	for (; p; p = map_next(&cursor))
		mine += p->half_open.owner && !p->initiator;
	if (mine >= ike->settings.half_open_per_source)
		return false;
	if (ike->half_open.n < ike->settings.half_open_max)
		return true;
	/* the oldest that never came back with its cookie makes room */
	for (struct node *node = ike->half_open.first; node; node = node->after) {
		struct phase1 *old = node->owner;
		if (!old->initiator && (old->state == S_R_MM2 || old->state == S_R_AM2)) {
			phase1_free(ike, old);
			return true;
		}
	}
	return false;
}

/* Reads and decides without keeping anything; 0xffff: silence, else the notify. */
static uint16_t first_decide(struct cm_ike *ike, struct first *first, const struct message *m)
{
	struct phase1 *p = &first->draft;
	enum { SILENCE = 0xffff };
	SAYS(ike, NULL, W_RECEIVED_NEW, .peer = p->peer.address, .peer_port = p->peer.port,
		.local_port = p->local.port);
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
	if (new_cookie(ike, p->cookies.responder)
		&& map_add(&ike->store, &ike->by_cookie, &p->by_cookie,
			cookie_key(p->cookies.initiator), p)
		&& bytes_set(&ike->store, &p->sa_b, sa_b.at, sa_b.length)
		&& hash_of(ike->digest, &datagram, 1, p->echo.received))
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
	} else if (room_for_one(ike, from.address)) {
		outcome = first_keep(ike, first, m, datagram);
	} else {
		ike->counters.refused++;
		tell(ike, (struct happening){ "half-open", CM_WARNING, from.address, NULL, { 0, 0 } },
			"dropped a first message: too many exchanges are half open");
	}
	store_give(&ike->store, first);
	return outcome;
}
