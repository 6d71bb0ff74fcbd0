#include "ike/handshake.h"

#include <string.h>

/* --- Life -------------------------------------------------------------------------------------- */

uint64_t cookie_key(const uint8_t cookie[COOKIE])
{
	uint64_t key;
	memcpy(&key, cookie, sizeof key);
	return key;
}

struct phase1 *phase1_new(struct cm_ike *ike, struct cm_endpoint local, struct cm_endpoint peer)
{
	struct phase1 *p = store_take(&ike->store, sizeof *p);
	if (!p)
		return NULL;
	p->local = local;
	p->peer = peer;
	p->since = ike->now;
	p->heard = ike->now;
	p->connection = ike->next_connection++;
	list_add(&ike->phase1s, &p->node, p);
	if (!map_add(&ike->store, &ike->phase1_by_peer, &p->by_peer, peer.address, p)) {
		phase1_free(ike, p);
		return NULL;
	}
	return p;
}

bool new_cookie(struct cm_ike *ike, uint8_t cookie[COOKIE])
{
	static const uint8_t none[COOKIE];
	do {
		if (!engine_random(ike, cookie, COOKIE))
			return false;
	} while (memcmp(cookie, none, COOKIE) == 0);
	return true;
}

void wishes_free(struct cm_ike *ike, struct phase1 *p)
{
	for (struct wish *wish = p->wishes, *next; wish; wish = next) {
		next = wish->next;
		store_give(&ike->store, wish);
	}
	p->wishes = NULL;
}

/* What is not needed any more once phase 1 is up, or that goes with the SA. */
static void forget_handshake(struct cm_ike *ike, struct phase1 *p)
{
	struct bytes *all[] = { &p->sa_b, &p->ke_i, &p->ke_r, &p->nonce_i, &p->nonce_r };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		bytes_clear(&ike->store, all[i]);
	dh_free(p->dh);
	p->dh = NULL;
}

void phase1_free(struct cm_ike *ike, struct phase1 *p)
{
	while (p->quicks.first)
		quick_free(ike, p->quicks.first->owner);
	for (struct node *node = p->pairs.first, *after; node; node = after) {
		after = node->after;
		((struct pair *)node->owner)->phase1 = NULL;
		list_remove(&p->pairs, node);
	}
	wishes_free(ike, p);
	forget_handshake(ike, p);
	bytes_clear(&ike->store, &p->id_i);
	bytes_clear(&ike->store, &p->id_r);
	bytes_clear(&ike->store, &p->echo.sent);
	bytes_clear(&ike->store, &p->early.datagram);
	fragments_drop(ike, p);
	keys_wipe(&p->keys);
	timer_stop(&ike->timers, &p->timer);
	timer_stop(&ike->timers, &p->life);
	timer_stop(&ike->timers, &p->keepalive);
	timer_stop(&ike->timers, &p->dpd_timer);
	list_remove(&ike->phase1s, &p->node);
	list_remove(&ike->half_open, &p->half_open);
	map_remove(&ike->by_cookie, &p->by_cookie);
	map_remove(&ike->phase1_by_peer, &p->by_peer);
	store_give(&ike->store, p->message_ids);
	store_give(&ike->store, p);
}

struct phase1 *phase1_by_cookies(struct cm_ike *ike, const struct cookies *cookies)
{
	struct link *cursor;
	static const uint8_t none[COOKIE];
	struct phase1 *p = map_first(&ike->by_cookie, cookie_key(cookies->initiator), &cursor);
	for (; p; p = map_next(&cursor)) {
		if (memcmp(p->cookies.responder, cookies->responder, COOKIE) == 0)
			return p;
		/* we began and do not know the other cookie yet */
		if (p->initiator && memcmp(p->cookies.responder, none, COOKIE) == 0)
			return p;
	}
	return NULL;
}

/* Up before under way, in use before superseded, young before old. */
static bool better(const struct phase1 *a, const struct phase1 *b)
{
	if ((a->state == S_UP) != (b->state == S_UP))
		return a->state == S_UP;
	if (a->superseded != b->superseded)
		return b->superseded;
	return a->since > b->since;
}

struct phase1 *phase1_for(
	struct cm_ike *ike, const struct route *route, uint32_t peer, bool up_only)
{
	struct link *cursor;
	struct phase1 *best = NULL;
	struct phase1 *p = map_first(&ike->phase1_by_peer, peer, &cursor);
	for (; p; p = map_next(&cursor)) {
		if (p->deleted || p->state == S_DEAD || !p->route)
			continue;
		const struct cm_tunnel *mine = route->tunnel, *its = p->route->tunnel;
		if (!cm_str_same(mine->isakmp_profile, its->isakmp_profile) ||
			(mine->has_local && p->local.address != mine->local))
			continue;
		if (p->state != S_UP && (up_only || !p->initiator))
			continue;
		if (!best || better(p, best))
			best = p;
	}
	return best;
}

static bool start_endpoints(struct cm_ike *ike, struct route *route, struct cm_endpoint *local,
	struct cm_endpoint *peer)
{
	const struct cm_tunnel *t = route->tunnel;
	if (route->peer >= t->n_peers || t->peers[route->peer].any ||
		!t->peers[route->peer].resolved)
		return false;
	peer->address = t->peers[route->peer].address;
	peer->port = 500; /* the peer's: RFC 2408 2.5.1 */
	local->port = ike->settings.port;
	local->address = t->local;
	if (!t->has_local && ike->host.source)
		local->address = ike->host.source(ike->host.user, t, peer->address);
	return t->has_local || local->address != 0;
}

static bool any_possible(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_p1; i++)
		if (p1_possible(&t->p1[i]))
			return true;
	return false;
}

static void say_start(struct cm_ike *ike, struct phase1 *p)
{
	SAYS(ike, p, W_KE_MESSAGE, .u = 1, .v = 1);
	SAYS(ike, p, W_SA_REQUEST, .s = "(NULL)");
	say_peer(ike, p, "isakmp_initiator");
	SAY(ike, p, W_LOCAL_PORT);
	SAY(ike, p, W_SET_NODE);
	SAYS(ike, p, W_INSERT_SA, .h = 0x64000000u + p->connection);
}

struct phase1 *phase1_start(struct cm_ike *ike, struct route *route, bool rekey)
{
	struct cm_endpoint local, peer;
	const struct cm_tunnel *t = route->tunnel;
	char quad[16];
	if (!start_endpoints(ike, route, &local, &peer)) {
		tell(ike, (struct happening){ "no-peer", CM_ERROR, 0, t, t->at },
			"cannot begin: the entry names no peer whose address is known");
		return NULL;
	}
	struct phase1 *p = phase1_new(ike, local, peer);
	if (!p)
		return NULL;
	p->initiator = true;
	p->route = route;
	p->state = S_I_MM1;
	p->aggressive = t->aggressive_initiated;
	say_start(ike, p);
	if (!any_possible(t)) {
		tell(ike, (struct happening){ "no-policy", CM_ERROR, peer.address, t, t->at },
			"cannot begin with %s: no ISAKMP policy with pre-shared keys that we can run",
			peer_name(peer.address, quad));
		phase1_free(ike, p);
		return NULL;
	}
	if (!find_key(ike, p, t)) {
		SAY(ike, p, W_CANNOT_START);
		phase1_free(ike, p);
		return NULL;
	}
	bool fine = new_cookie(ike, p->cookies.initiator) &&
		map_add(&ike->store, &ike->by_cookie, &p->by_cookie,
			cookie_key(p->cookies.initiator), p);
	if (!fine || (p->aggressive ? send_aggressive_1(ike, p) : send_main_1(ike, p)) != DONE) {
		phase1_free(ike, p);
		return NULL;
	}
	tell(ike, (struct happening){ "phase1-start", CM_INFO, peer.address, t, { 0, 0 } },
		"%s phase 1 with %s, %s", rekey ? "renewing" : "beginning",
		peer_name(peer.address, quad), p->aggressive ? "aggressive mode" : "main mode");
	return p;
}

/* --- Up and down ------------------------------------------------------------------------------- */

/* Both ends began at once: both must keep the same one, whoever was up first (pair.c). */
static bool twins(const struct phase1 *a, const struct phase1 *b)
{
	enum { TOGETHER_MS = 15 * SECOND };
	int64_t between = a->since > b->since ? a->since - b->since : b->since - a->since;
	return a->initiator != b->initiator && between < TOGETHER_MS;
}

static void take_over(struct cm_ike *ike, struct phase1 *from, struct phase1 *to)
{
	from->superseded = true;
	for (struct node *node = from->pairs.first, *after; node; node = after) {
		struct pair *pair = node->owner;
		after = node->after;
		list_remove(&from->pairs, node);
		list_add(&to->pairs, node, pair);
		pair->phase1 = to;
	}
	life_phase1(ike, from);
}

/* A newer SA with the same peer takes over: pairs, and what comes next. */
void phase1_supersede(struct cm_ike *ike, struct phase1 *newer)
{
	struct link *cursor;
	struct phase1 *old = map_first(&ike->phase1_by_peer, newer->peer.address, &cursor);
	for (; old; old = map_next(&cursor)) {
		if (old == newer || old->state != S_UP || old->superseded || old->deleted ||
			old->local.address != newer->local.address)
			continue;
		if (twins(old, newer) &&
			memcmp(old->cookies.initiator, newer->cookies.initiator, COOKIE) > 0)
			take_over(ike, newer, old);
		else
			take_over(ike, old, newer);
	}
}

void phase1_up(struct cm_ike *ike, struct phase1 *p)
{
	struct cm_text what = { 0 };
	char quad[16];
	p->proved = true;
	p->since = ike->now;
	list_remove(&ike->half_open, &p->half_open);
	timer_stop(&ike->timers, &p->timer);
	forget_handshake(ike, p);
	if (p->route) {
		p->route->attempts = 0;
		p->route->not_before = 0;
	}
	p1_describe(&what, &p->agreed);
	tell(ike,
		(struct happening){ "phase1-up", CM_INFO, p->peer.address,
			p->route ? p->route->tunnel : NULL, { 0, 0 } },
		"phase 1 with %s is up: %s, %u s%s", peer_name(p->peer.address, quad),
		what.at ? what.at : "", (unsigned)p->lifetime_s,
		nat_found(p) ? ", through a NAT" : "");
	cm_text_free(&what);
	life_phase1(ike, p);
	phase1_supersede(ike, p);
	life_heard(ike, p);
	life_dpd(ike, p);
	nat_keepalive(ike, p);
	if (!p->initiator && p->lifetime_s < p->offered_s)
		notify_lifetime(ike, p);
	wishes_run(ike, p);
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PHASE1_COMPLETE", "IKE_P1_COMPLETE",
		"IKE_P1_COMPLETE");
}

/* The next peer of the entry, in the order of `set peer`; false when all were tried. */
static bool next_peer(struct route *route)
{
	size_t n = route->tunnel->n_peers;
	if (++route->attempts >= n) {
		route->attempts = 0;
		route->peer = 0;
		for (size_t i = 0; i < n; i++) /* `set peer … default` comes first again */
			if (route->tunnel->peers[i].is_default)
				route->peer = (unsigned)i;
		return false;
	}
	route->peer = (unsigned)((route->peer + 1) % n);
	return true;
}

/* False when the entry has no peer left to try; then it rests a second. */
static bool try_again(struct cm_ike *ike, struct route *route, uint32_t failed)
{
	const struct cm_tunnel *t = route->tunnel;
	if (route->not_before > ike->now)
		return false;
	if (t->peers[route->peer].address != failed)
		return true; /* another wish of the entry went on already */
	if (next_peer(route))
		return true;
	route->not_before = ike->now + SECOND;
	return false;
}

void phase1_fail(struct cm_ike *ike, struct phase1 *p, const char *why)
{
	struct cm_span none = { 0, 0 };
	phase1_fail_saying(ike, p, why, why, p->route ? p->route->tunnel->at : none);
}

void phase1_fail_saying(struct cm_ike *ike, struct phase1 *p, const char *why, const char *sentence,
	struct cm_span at)
{
	char quad[16];
	struct wish *wishes = p->wishes;
	struct route *route = p->route;
	bool was_up = p->state == S_UP;
	p->wishes = NULL;
	SAYS(ike, p, W_DELETE_SA, .s = why);
	tell(ike,
		(struct happening){ was_up ? "phase1-down" : "phase1-failed",
			was_up ? CM_INFO : CM_ERROR, p->peer.address, route ? route->tunnel : NULL,
			at },
		was_up ? "phase 1 with %s is down: %s" : "phase 1 with %s failed: %s",
		peer_name(p->peer.address, quad), sentence);
	uint32_t failed = p->peer.address;
	phase1_free(ike, p);
	for (struct wish *wish = wishes, *next; wish; wish = next) {
		next = wish->next;
		if (try_again(ike, wish->route, failed))
			want(ike, wish->route, &wish->selector, wish->replaces);
		store_give(&ike->store, wish);
	}
}
