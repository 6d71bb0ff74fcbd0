#include "ike/engine.h"

#include <string.h>

struct octets over(const void *at, size_t length)
{
	return (struct octets){ at, length };
}

/* --- Randomness -------------------------------------------------------------------------------- */

bool engine_random(struct cm_ike *ike, void *out, size_t length)
{
	if (ike->host.random)
		return ike->host.random(ike->host.user, out, length);
	return crypto_random(ike->crypto, out, length);
}

uint32_t engine_random32(struct cm_ike *ike)
{
	uint32_t value = 0;
	return engine_random(ike, &value, sizeof value) ? value : 0;
}

/* --- Routes: tunnels by peer ------------------------------------------------------------------- */

static bool takes_any(const struct cm_tunnel *t)
{
	bool any = t->kind == CM_TUNNEL_DYNAMIC || t->tunnel_interface.multipoint;
	for (size_t i = 0; i < t->n_peers; i++)
		any = any || t->peers[i].any;
	return any;
}

bool could_serve(const struct cm_tunnel *t, uint32_t peer)
{
	bool named = false;
	for (size_t i = 0; i < t->n_peers; i++)
		named = named || (t->peers[i].resolved && t->peers[i].address == peer);
	return named || takes_any(t);
}

const char *why_unused(const struct cm_tunnel *t)
{
	return t->kind == CM_TUNNEL_MANUAL || t->version == 0 ? "its keys are set by hand"
		: t->version != 1                             ? "it is of IKE version 2"
		: t->incomplete                               ? t->why ? t->why : "it is incomplete"
		: !t->ike_enabled                             ? "ISAKMP is disabled"
							      : NULL;
}

static bool usable(const struct cm_tunnel *t)
{
	return !why_unused(t);
}

static bool routes_count(struct cm_ike *ike, const struct cm_tunnel *tunnels, size_t n)
{
	size_t peers = 0;
	for (size_t i = 0; i < n; i++)
		peers += tunnels[i].n_peers;
	ike->n_routes = n;
	ike->routes = store_take(&ike->store, (n ? n : 1) * sizeof *ike->routes);
	ike->route_peers = store_take(&ike->store, (peers ? peers : 1) * sizeof *ike->route_peers);
	ike->any = store_take(&ike->store, (n ? n : 1) * sizeof *ike->any);
	return ike->routes && ike->route_peers && ike->any;
}

static bool routes_make(struct cm_ike *ike, const struct cm_tunnel *tunnels, size_t n)
{
	struct route_peer *peer;
	if (!routes_count(ike, tunnels, n))
		return false;
	peer = ike->route_peers;
	/* backwards: a bucket gives the last one added first, and choices go by the list's order */
	for (size_t i = n; i-- > 0;) {
		const struct cm_tunnel *t = &tunnels[i];
		ike->routes[i].tunnel = t;
		ike->routes[i].index = i;
		for (size_t j = 0; usable(t) && j < t->n_peers; j++) {
			if (t->peers[j].any || !t->peers[j].resolved)
				continue;
			peer->route = &ike->routes[i];
			if (!map_add(&ike->store, &ike->routes_by_peer, &peer->link,
				    t->peers[j].address, peer))
				return false;
			peer++;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (usable(&tunnels[i]) && takes_any(&tunnels[i]))
			ike->any[ike->n_any++] = &ike->routes[i];
	return true;
}

static void routes_free(struct cm_ike *ike)
{
	map_free(&ike->store, &ike->routes_by_peer);
	store_give(&ike->store, ike->routes);
	store_give(&ike->store, ike->route_peers);
	store_give(&ike->store, ike->any);
	ike->routes = NULL;
	ike->route_peers = NULL;
	ike->any = NULL;
	ike->n_routes = ike->n_any = 0;
}

/*
 * A merge of two ordered lists: those that name the peer and those that take any. A bucket's order
 * may have been turned by growth of the map, so the next one of the first is searched.
 */
static struct route *next_named(struct cm_ike *ike, uint32_t peer, const struct route *after)
{
	struct link *cursor;
	struct route *best = NULL;
	struct route_peer *at = map_first(&ike->routes_by_peer, peer, &cursor);
	for (; at; at = map_next(&cursor))
		if ((!after || at->route->index > after->index) &&
			(!best || at->route->index < best->index))
			best = at->route;
	return best;
}

struct route *route_next(struct cm_ike *ike, uint32_t peer, struct choice *choice)
{
	if (!choice->started) {
		choice->next_peer = next_named(ike, peer, NULL);
		choice->started = true;
	}
	struct route *named = choice->next_peer;
	struct route *any = choice->any < ike->n_any ? ike->any[choice->any] : NULL;
	if (any && (!named || any->index <= named->index)) {
		choice->any++;
		if (named == any)
			choice->next_peer = next_named(ike, peer, named);
		return any;
	}
	if (named)
		choice->next_peer = next_named(ike, peer, named);
	return named;
}

/* --- Outputs ----------------------------------------------------------------------------------- */

/* Points the output at its own copy of what it carries. */
static void hang_data(struct output *o)
{
	if (o->it.kind == CM_IKE_SEND) {
		o->it.is.send.at = o->data;
		o->it.is.send.length = o->length;
	} else if (o->it.kind == CM_IKE_LOG) {
		o->it.is.log.text = (const char *)o->data;
	}
}

static void queue(struct cm_ike *ike, struct output *o)
{
	hang_data(o);
	if (ike->last)
		ike->last->next = o;
	else
		ike->first = o;
	ike->last = o;
	ike->n_outputs++;
}

void engine_put(struct cm_ike *ike, const struct cm_ike_output *it, const void *data, size_t length)
{
	if (ike->n_outputs >= OUTPUTS_MAX && it->kind == CM_IKE_LOG)
		return; /* nobody drains: lines are what can be lost */
	struct output *o = store_take(&ike->store, sizeof *o + length);
	if (!o)
		return;
	o->it = *it;
	o->length = length;
	if (length)
		memcpy(o->data, data, length);
	queue(ike, o);
}

bool cm_ike_next(struct cm_ike *ike, struct cm_ike_output *out)
{
	store_give(&ike->store, ike->taken);
	ike->taken = ike->first;
	if (!ike->taken)
		return false;
	ike->first = ike->taken->next;
	if (!ike->first)
		ike->last = NULL;
	ike->n_outputs--;
	*out = ike->taken->it;
	return true;
}

bool engine_send_to(
	struct cm_ike *ike, struct cm_endpoint from, struct cm_endpoint to, struct octets datagram)
{
	struct cm_ike_output out = { .kind = CM_IKE_SEND, .is.send = { .from = from, .to = to } };
	size_t marker = from.port == ike->settings.nat_port ? MARKER : 0;
	struct output *o = store_take(&ike->store, sizeof *o + marker + datagram.length);
	if (!o)
		return false;
	o->it = out;
	o->length = marker + datagram.length;
	memcpy(o->data + marker, datagram.at, datagram.length);
	queue(ike, o);
	ike->counters.sent++;
	return true;
}

bool engine_send(struct cm_ike *ike, struct phase1 *p, struct octets datagram)
{
	if (p->vendors & 1u << V_FRAGMENTATION && datagram.length > FRAGMENT_OCTETS && p->route &&
		p->route->tunnel->ike_fragmentation)
		return fragment_send(ike, p, datagram);
	return engine_send_to(ike, p->local, p->peer, datagram);
}

/* --- Timers ------------------------------------------------------------------------------------ */

void engine_timer(struct cm_ike *ike, struct timer *timer, void (*fire)(void *, void *),
	void *owner, int64_t due)
{
	timer->fire = fire;
	timer->owner = owner;
	timer_set(&ike->store, &ike->timers, timer, due);
}

int64_t cm_ike_deadline(const struct cm_ike *ike)
{
	const struct timer *timer = timer_first(&ike->timers);
	return timer ? timer->due : INT64_MAX;
}

bool cm_ike_tick(struct cm_ike *ike, int64_t now)
{
	struct timer *timer;
	ike->now = now;
	ike->store.failed = false;
	while ((timer = timer_first(&ike->timers)) != NULL && timer->due <= now) {
		timer_stop(&ike->timers, timer);
		timer->fire(ike, timer->owner);
	}
	return !ike->store.failed;
}

/* --- Life of the engine ------------------------------------------------------------------------ */

static uint64_t seed(struct cm_ike *ike)
{
	return (uint64_t)engine_random32(ike) << 32 | engine_random32(ike);
}

static void defaults(struct cm_ike *ike)
{
	struct cm_ike_settings *s = &ike->settings;
	if (!s->port)
		s->port = 500;
	if (!s->nat_port)
		s->nat_port = 4500;
	if (!s->half_open_max)
		s->half_open_max = HALF_OPEN_MAX;
	if (!s->half_open_per_source)
		s->half_open_per_source = HALF_OPEN_PER_SOURCE;
	if (!s->first_connection)
		s->first_connection = s->dialect == CM_IKE_DIALECT_12_3 ? 1 : 1001;
	ike->next_connection = s->first_connection;
	ike->next_ipsec_connection = 2000;
	ike->next_pair = 1;
	ike->digest = cm_hash_named("sha1");
}

struct cm_ike *cm_ike_new(const struct cm_tunnel *tunnels, size_t n, const struct cm_ike_host *host,
	const struct cm_ike_settings *settings)
{
	struct crypto *crypto = crypto_new();
	struct cm_ike *ike = crypto ? engine_new(crypto, tunnels, n, host, settings) : NULL;
	if (ike)
		ike->crypto_lent = false;
	else
		crypto_free(crypto);
	return ike;
}

struct cm_ike *engine_new(struct crypto *crypto, const struct cm_tunnel *tunnels, size_t n,
	const struct cm_ike_host *host, const struct cm_ike_settings *settings)
{
	struct store store = { 0 };
	struct cm_ike *ike = store_take(&store, sizeof *ike);
	if (!ike)
		return NULL;
	ike->store = store;
	ike->crypto = crypto;
	ike->crypto_lent = true;
	if (host)
		ike->host = *host;
	if (settings)
		ike->settings = *settings;
	defaults(ike);
	ike->plain = store_take(&ike->store, DATAGRAM_MAX);
	ike->room = store_take(&ike->store, MESSAGE_MAX);
	if (!ike->plain || !ike->room) {
		cm_ike_free(ike);
		return NULL;
	}
	ike->routes_by_peer.seed = seed(ike);
	ike->by_cookie.seed = seed(ike);
	ike->phase1_by_peer.seed = seed(ike);
	ike->pair_by_peer.seed = seed(ike);
	if (!routes_make(ike, tunnels, n)) {
		cm_ike_free(ike);
		return NULL;
	}
	return ike;
}

void cm_ike_free(struct cm_ike *ike)
{
	struct cm_ike_output out;
	if (!ike)
		return;
	while (ike->pairs.first)
		pair_free(ike, ike->pairs.first->owner);
	while (ike->phase1s.first)
		phase1_free(ike, ike->phase1s.first->owner);
	while (cm_ike_next(ike, &out))
		;
	crypto_wipe(&out, sizeof out);
	routes_free(ike);
	map_free(&ike->store, &ike->by_cookie);
	map_free(&ike->store, &ike->phase1_by_peer);
	map_free(&ike->store, &ike->pair_by_id);
	map_free(&ike->store, &ike->pair_by_spi);
	map_free(&ike->store, &ike->pair_by_peer);
	timers_free(&ike->store, &ike->timers);
	store_give(&ike->store, ike->plain);
	store_give(&ike->store, ike->room);
	if (!ike->crypto_lent)
		crypto_free(ike->crypto);
	struct store store = ike->store;
	store_give(&store, ike);
}

/* --- Reload ------------------------------------------------------------------------------------ */

static bool same_place(const struct cm_tunnel *a, const struct cm_tunnel *b)
{
	return a->kind == b->kind && cm_str_same(a->map, b->map) && a->sequence == b->sequence &&
		a->dynamic_sequence == b->dynamic_sequence &&
		cm_str_same(a->interface, b->interface);
}

static bool same_key(const struct phase1 *p, const struct cm_tunnel *t)
{
	const struct cm_psk *key = cm_tunnel_key(t, p->peer.address);
	return p->psk && key && cm_str_same(p->psk->secret, key->secret);
}

/* The new tunnel that takes an old one's place; NULL when it went or is another now. */
static const struct cm_tunnel *heir(
	const struct cm_tunnel *old, const struct cm_tunnel *tunnels, size_t n, size_t hint)
{
	/* most stay where they were, or move a little either way */
	for (size_t k = 0; k < n; k++) {
		size_t i = k & 1 ? (hint + n - (k + 1) / 2 % n) % n : (hint + k / 2) % n;
		if (same_place(old, &tunnels[i]))
			return cm_tunnel_same(old, &tunnels[i]) ? &tunnels[i] : NULL;
	}
	return NULL;
}

static const struct cm_p1 *same_policy(const struct cm_p1 *old, const struct cm_tunnel *t)
{
	for (size_t i = 0; old && i < t->n_p1; i++)
		if (t->p1[i].priority == old->priority && cm_p1_compare(&t->p1[i], old) == CM_SAME)
			return &t->p1[i];
	return NULL;
}

static const struct cm_p2 *same_set(const struct cm_p2 *old, const struct cm_tunnel *t)
{
	for (size_t i = 0; old && i < t->n_p2; i++)
		if (cm_p2_compare(&t->p2[i], old) == CM_SAME)
			return &t->p2[i];
	return NULL;
}

static void drop_orphans(struct cm_ike *ike, const struct cm_tunnel **heirs)
{
	for (struct node *node = ike->pairs.first, *after; node; node = after) {
		struct pair *pair = node->owner;
		after = node->after;
		if (!heirs[pair->route->index])
			pair_delete(ike, pair, true, "configuration changed");
	}
	for (struct node *node = ike->phase1s.first, *after; node; node = after) {
		struct phase1 *p = node->owner;
		after = node->after;
		const struct cm_tunnel *t = p->route ? heirs[p->route->index] : NULL;
		if (t && p->state == S_UP && same_key(p, t) && same_policy(p->policy, t))
			continue;
		if (p->state == S_UP)
			send_delete_phase1(ike, p);
		phase1_free(ike, p);
	}
}

/* Objects point into the new tunnels; routes are those of the new list. */
static void move_over(
	struct cm_ike *ike, const struct cm_tunnel **heirs, const struct cm_tunnel *tunnels)
{
	for (struct node *node = ike->phase1s.first; node; node = node->after) {
		struct phase1 *p = node->owner;
		const struct cm_tunnel *t = heirs[p->route->index];
		while (p->quicks.first) /* what is half way, or waits, is begun anew by traffic */
			quick_free(ike, p->quicks.first->owner);
		wishes_free(ike, p);
		p->policy = same_policy(p->policy, t);
		p->psk = cm_tunnel_key(t, p->peer.address);
		p->route = &ike->routes[t - tunnels];
	}
	for (struct node *node = ike->pairs.first; node; node = node->after) {
		struct pair *pair = node->owner;
		const struct cm_tunnel *t = heirs[pair->route->index];
		pair->transform = same_set(pair->transform, t);
		pair->rekeying = false;
		list_remove(&pair->route->pairs, &pair->of_route);
		pair->route = &ike->routes[t - tunnels];
		list_add(&pair->route->pairs, &pair->of_route, pair);
	}
}

/* Outputs not yet taken may name old tunnels. */
static void forget_old_tunnels(
	struct cm_ike *ike, const struct cm_tunnel **heirs, const struct route *old)
{
	for (struct output *o = ike->first; o; o = o->next)
		if (o->it.kind == CM_IKE_LOG)
			o->it.is.log.tunnel = NULL;
		else if (o->it.kind == CM_IKE_SA_UP)
			o->it.is.up.tunnel = heirs[o->it.is.up.tunnel - old->tunnel];
}

bool cm_ike_reload(struct cm_ike *ike, int64_t now, const struct cm_tunnel *tunnels, size_t n)
{
	ike->now = now;
	ike->store.failed = false;
	size_t n_old = ike->n_routes ? ike->n_routes : 1;
	const struct cm_tunnel **heirs = store_take(&ike->store, n_old * sizeof *heirs);
	if (!heirs)
		return false;
	for (size_t i = 0; i < ike->n_routes; i++)
		heirs[i] = heir(ike->routes[i].tunnel, tunnels, n, i);
	drop_orphans(ike, heirs);

	struct cm_ike before = *ike;
	memset(&ike->routes_by_peer, 0, sizeof ike->routes_by_peer);
	ike->routes_by_peer.seed = before.routes_by_peer.seed;
	ike->routes = NULL;
	ike->route_peers = NULL;
	ike->any = NULL;
	ike->n_any = 0;
	bool made = routes_make(ike, tunnels, n);
	if (made)
		move_over(ike, heirs, tunnels);
	forget_old_tunnels(ike, heirs, before.routes);
	store_give(&ike->store, heirs);
	if (made) {
		store_give(&ike->store, before.routes_by_peer.buckets);
		store_give(&ike->store, before.routes);
		store_give(&ike->store, before.route_peers);
		store_give(&ike->store, before.any);
		return !ike->store.failed;
	}
	routes_free(ike);
	ike->routes_by_peer = before.routes_by_peer;
	ike->routes = before.routes;
	ike->route_peers = before.route_peers;
	ike->any = before.any;
	ike->n_routes = before.n_routes;
	ike->n_any = before.n_any;
	return false;
}
