#include "ike/engine.h"

#include <string.h>

/* --- Retransmission: 10 s, five times ---------------------------------------------------------- */

/* What a peer that says nothing may mean, by what it was asked. */
static const char *why_silent(const struct phase1 *p)
{
	switch (p->state) {
	case S_I_MM1:
	case S_I_AM1:
		return "no answer to the first message, sent 6 times: the peer is not there, does not "
		       "know us, or UDP 500 does not pass";
	case S_I_MM3:
		return "no answer to our key exchange, sent 6 times";
	case S_I_MM5:
		return p->floated
			? "no answer to our identity, sent 6 times: the pre-shared keys differ, "
			  "or UDP 4500 does not pass"
			: "no answer to our identity, sent 6 times: the pre-shared keys "
			  "probably differ";
	default:
		return "no answer";
	}
}

static void retransmit_phase1(void *engine, void *owner)
{
	struct cm_ike *ike = engine;
	struct phase1 *p = owner;
	if (p->retransmissions >= RETRANSMIT_TIMES) {
		bool proof = p->state == S_I_MM5;
		phase1_fail_saying(ike, p, "Death by retransmission P1", why_silent(p),
			proof && p->psk ? p->psk->at : p->route->tunnel->at);
		return;
	}
	p->retransmissions++;
	ike->counters.retransmitted++;
	SAYS(ike, p, W_RETRANSMIT, .u = 1, .s = state_shown(p));
	SAYS(ike, p, W_ERROR_COUNTER, .u = 1, .v = p->retransmissions);
	say_sending(ike, p);
	engine_send(ike, p, bytes_octets(&p->echo.sent));
	life_retransmit_phase1(ike, p);
}

void life_retransmit_phase1(struct cm_ike *ike, struct phase1 *p)
{
	engine_timer(ike, &p->timer, retransmit_phase1, p, ike->now + RETRANSMIT_MS);
}

static void retransmit_quick(void *engine, void *owner)
{
	struct cm_ike *ike = engine;
	struct quick *q = owner;
	struct phase1 *p = q->phase1;
	if (q->retransmissions >= RETRANSMIT_TIMES) {
		bool silent = p->heard <= ike->now - RETRANSMIT_TIMES * RETRANSMIT_MS;
		quick_fail(ike, q, "Death by retransmission P2",
			"no answer to our message, sent 6 times");
		if (silent) /* it may have lost the ISAKMP SA: the next wish makes a new one */
			phase1_fail(ike, p, "the peer is silent");
		return;
	}
	q->retransmissions++;
	ike->counters.retransmitted++;
	SAYS(ike, p, W_RETRANSMIT, .u = 2, .s = state_shown(p));
	SAYS(ike, p, W_ERROR_COUNTER, .u = 2, .v = q->retransmissions);
	say_sending(ike, p);
	engine_send(ike, p, bytes_octets(&q->echo.sent));
	life_retransmit_quick(ike, q);
}

void life_retransmit_quick(struct cm_ike *ike, struct quick *q)
{
	engine_timer(ike, &q->timer, retransmit_quick, q, ike->now + RETRANSMIT_MS);
}

/* A responder does not repeat by itself (amplification); it waits, then forgets. */
static void half_open_over(void *engine, void *owner)
{
	struct phase1 *p = owner;
	if (p->state == S_R_MM2 || p->state == S_R_AM2)
		phase1_free(engine, p); /* it never came back: perhaps it never was */
	else
		phase1_fail(engine, p, "the peer did not go on");
}

void life_half_open(struct cm_ike *ike, struct phase1 *p)
{
	engine_timer(ike, &p->timer, half_open_over, p, ike->now + HALF_OPEN_MS);
}

static void remnant_over(void *engine, void *owner)
{
	struct cm_ike *ike = engine;
	struct quick *q = owner;
	SAYS(ike, q->phase1, W_PURGE_NODE, .id = q->message_id);
	quick_free(ike, q);
}

void life_remnant(struct cm_ike *ike, struct quick *q)
{
	engine_timer(ike, &q->timer, remnant_over, q, ike->now + REMNANT_MS);
}

/* --- Lifetimes --------------------------------------------------------------------------------- */

/* Seconds before the end: 30, less for short lives, so that there is time for a new exchange. */
static int64_t margin_ms(uint32_t lifetime_s, bool initiator)
{
	int64_t margin = lifetime_s / 4 < REKEY_MARGIN_S ? (int64_t)lifetime_s * SECOND / 4
							 : REKEY_MARGIN_S * SECOND;
	/* who answered last time waits, so that both do not begin at once */
	return initiator ? margin : margin * (REKEY_MARGIN_S - REKEY_LATER_S) / REKEY_MARGIN_S;
}

static void phase1_over(struct cm_ike *ike, struct phase1 *p)
{
	char quad[16];
	send_delete_phase1(ike, p);
	SAYS(ike, p, W_DELETE_SA, .s = "IKE SA Lifetime Exceeded");
	if (!p->superseded)
		tell(ike,
			(struct happening){ "phase1-down", CM_INFO, p->peer.address,
				p->route ? p->route->tunnel : NULL, { 0, 0 } },
			"phase 1 with %s is down: its lifetime is over",
			peer_name(p->peer.address, quad));
	phase1_free(ike, p);
}

static void phase1_life(void *engine, void *owner)
{
	struct cm_ike *ike = engine;
	struct phase1 *p = owner;
	if (ike->now >= p->life_end) {
		phase1_over(ike, p);
		return;
	}
	engine_timer(ike, &p->life, phase1_life, p, p->life_end);
	if (p->pairs.n > 0) /* for those who need it; its pairs move over */
		life_renew(ike, p);
}

void life_renew(struct cm_ike *ike, struct phase1 *p)
{
	if (p->superseded || p->soft_done || p->state != S_UP || !p->route)
		return;
	p->soft_done = true;
	if (p->route->tunnel->kind != CM_TUNNEL_DYNAMIC)
		phase1_start(ike, p->route, true);
}

void life_phase1(struct cm_ike *ike, struct phase1 *p)
{
	p->life_end = p->since + (int64_t)p->lifetime_s * SECOND;
	int64_t soon = ike->now + OLD_PAIR_MS;
	if (p->superseded) {
		p->life_end = p->life_end < soon ? p->life_end : soon;
		engine_timer(ike, &p->life, phase1_life, p, p->life_end);
		return;
	}
	int64_t soft = p->life_end - margin_ms(p->lifetime_s, p->initiator);
	engine_timer(ike, &p->life, phase1_life, p, soft > ike->now ? soft : p->life_end);
}

/* The peer may hold an older one for the better one: as long as it sends, the pair stays. */
static bool still_used(const struct cm_ike *ike, const struct pair *pair)
{
	return pair->heard && ike->now - pair->heard < OLD_PAIR_MS / 2 &&
		ike->now < pair->since + (int64_t)pair->lifetime_s * SECOND;
}

static void pair_life(void *engine, void *owner)
{
	struct cm_ike *ike = engine;
	struct pair *pair = owner;
	if (ike->now >= pair->life_end && pair->replaced && still_used(ike, pair)) {
		life_pair(ike, pair);
		return;
	}
	if (ike->now >= pair->life_end) {
		pair_delete(ike, pair, true, pair->replaced ? "replaced" : "its lifetime is over");
		return;
	}
	engine_timer(ike, &pair->life, pair_life, pair, pair->life_end);
	if (pair->used) /* unused ones are left to die (ike.md 2.2) */
		pair_rekey(ike, pair);
}

void life_pair(struct cm_ike *ike, struct pair *pair)
{
	pair->life_end = pair->since + (int64_t)pair->lifetime_s * SECOND;
	if (pair->replaced) {
		int64_t soon = ike->now + OLD_PAIR_MS;
		pair->life_end = pair->life_end < soon ? pair->life_end : soon;
		engine_timer(ike, &pair->life, pair_life, pair, pair->life_end);
		return;
	}
	int64_t soft = pair->life_end - margin_ms(pair->lifetime_s, pair->initiator);
	engine_timer(ike, &pair->life, pair_life, pair, soft > ike->now ? soft : pair->life_end);
}

static void switch_over(void *engine, void *owner)
{
	pair_outbound(engine, owner);
}

void life_switch(struct cm_ike *ike, struct pair *pair)
{
	engine_timer(ike, &pair->switch_over, switch_over, pair, ike->now + SWITCH_MS);
}

/* --- Dead peer detection, RFC 3706 5 ----------------------------------------------------------- */

static void peer_is_dead(struct cm_ike *ike, struct phase1 *p)
{
	char quad[16];
	struct route *route = p->route;
	tell(ike,
		(struct happening){ "peer-dead", CM_ERROR, p->peer.address, route->tunnel,
			route->tunnel->dpd.at },
		"%s is dead: it has not answered %u R-U-THERE", peer_name(p->peer.address, quad),
		(unsigned)DPD_TIMES);
	for (struct node *node = p->pairs.first, *after; node; node = after) {
		struct pair *pair = node->owner;
		after = node->after;
		pair_delete(ike, pair, false, "the peer is dead");
	}
	uint32_t dead = p->peer.address;
	phase1_fail(ike, p, "the peer is dead");
	/* the next wish goes to the next peer of the entry */
	const struct cm_tunnel *t = route->tunnel;
	if (t->n_peers > 1 && t->peers[route->peer].address == dead)
		route->peer = (unsigned)((route->peer + 1) % t->n_peers);
}

static void dpd_due(void *engine, void *owner)
{
	struct cm_ike *ike = engine;
	struct phase1 *p = owner;
	const struct cm_dpd *dpd = &p->route->tunnel->dpd;
	if (p->dpd_waiting && p->dpd_tries >= DPD_TIMES) {
		peer_is_dead(ike, p);
		return;
	}
	int64_t interval = (int64_t)dpd->interval_s * SECOND;
	bool idle = ike->now - p->heard >= interval;
	bool asked_for = dpd->periodic || p->spoken > p->heard;
	if (p->dpd_waiting || (idle && asked_for)) {
		p->dpd_waiting = true;
		p->dpd_tries++;
		dpd_ask(ike, p);
	}
	life_dpd(ike, p);
}

void life_dpd(struct cm_ike *ike, struct phase1 *p)
{
	enum { RETRY_S = 2 }; /* IOS's default */
	if (!p->route || !(p->vendors & 1u << V_DPD) || !p->route->tunnel->dpd.interval_s)
		return;
	const struct cm_dpd *dpd = &p->route->tunnel->dpd;
	unsigned retry = dpd->retry_s ? dpd->retry_s : RETRY_S;
	int64_t interval = (int64_t)dpd->interval_s * SECOND;
	int64_t due = p->heard + interval;
	if (p->dpd_waiting)
		due = ike->now + (int64_t)retry * SECOND;
	else if (due <= ike->now)
		due = ike->now + (dpd->periodic ? interval : SECOND);
	engine_timer(ike, &p->dpd_timer, dpd_due, p, due);
}

void life_heard(struct cm_ike *ike, struct phase1 *p)
{
	p->heard = ike->now;
	if (p->dpd_waiting) {
		p->dpd_waiting = false;
		p->dpd_tries = 0;
		life_dpd(ike, p); /* the number goes on only after an ACK */
	}
}

/* --- Wishes ------------------------------------------------------------------------------------ */

bool wish_add(struct cm_ike *ike, struct phase1 *p, struct route *route,
	const struct cm_selector *selector, uint32_t replaces)
{
	struct wish **end = &p->wishes;
	for (; *end; end = &(*end)->next)
		if ((*end)->route == route && pair_same_selector(&(*end)->selector, selector))
			return true;
	struct wish *wish = store_take(&ike->store, sizeof *wish);
	if (!wish)
		return false;
	wish->route = route;
	wish->selector = *selector;
	wish->replaces = replaces;
	*end = wish;
	return true;
}

static bool under_way(
	const struct phase1 *p, const struct route *route, const struct cm_selector *s)
{
	for (const struct node *node = p->quicks.first; node; node = node->after) {
		const struct quick *q = node->owner;
		if (q->route == route && q->initiator && q->state == Q_I_QM1 &&
			pair_same_selector(&q->selector, s))
			return true;
	}
	return false;
}

/* As many as may run at once; the others when those have ended. */
void wishes_run(struct cm_ike *ike, struct phase1 *p)
{
	while (p->wishes && p->state == S_UP && quicks_running(p) < QUICKS_MAX) {
		struct wish *wish = p->wishes;
		p->wishes = wish->next;
		if (!under_way(p, wish->route, &wish->selector))
			quick_start(ike, p, wish);
		store_give(&ike->store, wish);
	}
}

/* IPSEC(sa_request): what the traffic asks for, before anybody is asked. */
static void say_request(struct cm_ike *ike, const struct route *route, uint32_t peer,
	const struct cm_selector *selector)
{
	const struct cm_tunnel *t = route->tunnel;
	const struct phase1 ends = { .local = { t->local, 0 }, .peer = { peer, 0 } };
	const struct ipsec_block block = {
		.seconds = t->lifetime_s, .kilobytes = t->lifetime_kb, .flags = 0x400B
	};
	if (saying(ike, W_IPSEC_REQUEST) && t->n_p2)
		say_ipsec(ike, W_IPSEC_REQUEST, &ends, selector, &t->p2[0], &block);
}

bool want(struct cm_ike *ike, struct route *route, const struct cm_selector *selector,
	uint32_t replaces)
{
	const struct cm_tunnel *t = route->tunnel;
	struct pair *old = replaces ? pair_by_id(ike, replaces) : NULL;
	bool named = route->peer < t->n_peers && !t->peers[route->peer].any;
	if (!old && !named)
		return true;
	/* a dynamic map's peer is whoever came */
	uint32_t peer = old ? old->peer.address : t->peers[route->peer].address;
	struct phase1 *p = phase1_for(ike, route, peer, false);
	if (p && p->state == S_UP && under_way(p, route, selector))
		return true;
	say_request(ike, route, peer, selector);
	if (!p && named)
		p = phase1_start(ike, route, false);
	else if (p && p->state == S_UP)
		SAY(ike, p, W_SITTING_IDLE);
	if (!p)
		return !ike->store.failed;
	bool added = wish_add(ike, p, route, selector, replaces);
	wishes_run(ike, p);
	return added;
}

static const char *why_not_begun(const struct cm_tunnel *t)
{
	return why_unused(t)                   ? why_unused(t)
		: t->kind == CM_TUNNEL_DYNAMIC ? "a dynamic map only answers"
		: t->responder_only            ? "the profile is responder-only"
					       : NULL;
}

bool cm_ike_want(struct cm_ike *ike, int64_t now, const struct cm_tunnel *tunnel,
	const struct cm_selector *selector)
{
	ike->now = now;
	ike->store.failed = false;
	if (ike->n_routes == 0 || tunnel < ike->routes[0].tunnel ||
		tunnel >= ike->routes[0].tunnel + ike->n_routes)
		return true;
	struct route *route = &ike->routes[tunnel - ike->routes[0].tunnel];
	if (route->not_before > now)
		return true;
	if (why_not_begun(tunnel)) {
		enum { AGAIN_MS = 60 * SECOND };
		route->not_before =
			now + AGAIN_MS; /* traffic goes on; one sentence a minute will do */
		tell(ike, (struct happening){ "not-begun", CM_WARNING, 0, tunnel, tunnel->at },
			"traffic wants this tunnel, but nothing is begun: %s",
			why_not_begun(tunnel));
		return true;
	}
	if (pair_newest(route, selector))
		return true;
	return want(ike, route, selector, 0);
}

bool cm_ike_note_invalid_spi(struct cm_ike *ike, int64_t now, struct cm_endpoint from,
	struct cm_endpoint to, uint32_t spi)
{
	struct choice choice = { 0 };
	struct route *route;
	char quad[16];
	ike->now = now;
	ike->store.failed = false;
	if (now < ike->invalid_spi_after)
		return true; /* one a second is enough to know */
	ike->invalid_spi_after = now + SECOND;
	while ((route = route_next(ike, from.address, &choice)) != NULL) {
		const struct cm_tunnel *t = route->tunnel;
		if (t->has_local && t->local != to.address)
			continue;
		tell(ike,
			(struct happening){ "invalid-spi", CM_WARNING, from.address, t, { 0, 0 } },
			"ESP from %s with an SPI that nobody has: 0x%08X",
			peer_name(from.address, quad), (unsigned)spi);
		if (t->invalid_spi_recovery && t->kind == CM_TUNNEL_STATIC && !t->responder_only &&
			!phase1_for(ike, route, from.address, false))
			phase1_start(ike, route, false); /* its INITIAL-CONTACT clears the peer */
		break;
	}
	return !ike->store.failed;
}
