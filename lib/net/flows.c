#include "net/gateway.h"

#include <stdlib.h>
#include <string.h>

static size_t count_lines(const struct cm_gateway *g)
{
	size_t n = 0;
	for (size_t i = 0; i < g->n_tunnels; i++)
		n += g->tunnels[i].n_selectors + g->tunnels[i].n_denies;
	return n;
}

/* Lines of one entry by sequence: a deny stands before the permits that follow it. */
static void add_lines(struct cm_gateway *g, const struct cm_tunnel *t)
{
	size_t d = 0;
	for (size_t i = 0; i < t->n_selectors; i++) {
		for (; d < t->n_denies && t->denies[d].sequence < t->selectors[i].sequence; d++)
			g->flows[g->n_flows++] = (struct flow){ t, &t->denies[d], true };
		g->flows[g->n_flows++] = (struct flow){ t, &t->selectors[i], false };
	}
}

bool flows_make(struct cm_gateway *g)
{
	free(g->flows);
	g->n_flows = 0;
	g->flows = calloc(count_lines(g) + 1, sizeof *g->flows);
	if (!g->flows)
		return false;
	for (size_t i = 0; i < g->n_tunnels; i++)
		if (!g->tunnels[i].incomplete && g->tunnels[i].version == 1)
			add_lines(g, &g->tunnels[i]);
	flows_forget(g);
	return true;
}

void flows_forget(struct cm_gateway *g)
{
	memset(g->cache, 0, sizeof g->cache);
}

/* --- Which pair? ------------------------------------------------------------------------------------ */

/* Addresses, protocol and ports in one number; later fragments have no ports. */
static uint64_t key_of(const uint8_t *packet, size_t length)
{
	uint64_t addresses, rest = (uint64_t)packet[9] << 32;
	size_t head = (size_t)(packet[0] & 15) * 4;
	bool first = ((packet[6] & 0x1f) | packet[7]) == 0;
	memcpy(&addresses, packet + 12, sizeof addresses);
	if (first && length >= head + 4 && (packet[9] == 6 || packet[9] == 17)) {
		uint32_t ports;
		memcpy(&ports, packet + head, sizeof ports);
		rest |= ports;
	}
	uint64_t key = addresses * 0x9e3779b97f4a7c15u ^ rest * 0xc2b2ae3d27d4eb4fu;
	key ^= key >> 29;
	return key | 1;
}

static struct net_pair *search(struct cm_gateway *g, const struct esp_packet *p)
{
	for (struct net_pair *pair = g->newest; pair; pair = pair->older)
		if ((pair->esp_out || pair->ah_out) &&
			esp_selects(&pair->up.selector, ESP_OUTBOUND, p->at, p->length))
			return pair;
	return NULL;
}

static struct net_pair *pair_for(struct cm_gateway *g, const struct esp_packet *p)
{
	uint64_t key = key_of(p->at, p->length);
	struct cached *c = &g->cache[key >> 32 & (FLOW_CACHE - 1)];
	if (c->key == key && c->pair)
		return c->pair;
	struct net_pair *pair = search(g, p);
	if (pair)
		*c = (struct cached){ key, pair };
	return pair;
}

/* A deny line is no "drop": the next entry is asked (ios.md 3.2). */
static const struct flow *flow_for(const struct cm_gateway *g, const struct esp_packet *p)
{
	const struct cm_tunnel *denied = NULL;
	for (size_t i = 0; i < g->n_flows; i++) {
		const struct flow *f = &g->flows[i];
		if (f->tunnel == denied || !esp_selects(f->selector, ESP_OUTBOUND, p->at, p->length))
			continue;
		if (!f->deny)
			return f;
		denied = f->tunnel;
	}
	return NULL;
}

static void keep_waiting(struct cm_gateway *g, const struct esp_packet *p)
{
	struct waiting *w = &g->waiting;
	if (p->length > WAITING_OCTETS)
		return;
	memcpy(w->octets[w->next], p->at, p->length);
	w->length[w->next] = p->length;
	w->next = (w->next + 1) % WAITING;
	g->counters.waiting++;
}

static void call_engine(struct cm_gateway *g, const struct esp_packet *p)
{
	const struct flow *f = flow_for(g, p);
	if (!f) {
		g->counters.no_flow++;
		return;
	}
	keep_waiting(g, p);
	if (!cm_ike_want(g->ike, gateway_now(g), f->tunnel, f->selector))
		g->counters.own_errors++;
}

/* --- Sealing and sending ------------------------------------------------------------------------------ */

static void send_sealed(struct cm_gateway *g, const struct esp_sa *last, struct esp_packet *p, size_t n)
{
	for (size_t i = 0; g->capture && i < n; i++)
		if (p[i].verdict == ESP_OK)
			capture_packet(g->capture, p[i].at, p[i].length);
	socket_send_sealed(g->udp_nat, g->raw_out, last, p, n);
}

static void seal_run(struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p, size_t n)
{
	struct esp_sa *last = pair->ah_out ? pair->ah_out : pair->esp_out;
	if (pair->esp_out)
		esp_seal(pair->esp_out, p, n);
	if (pair->ah_out) {
		for (size_t i = 0; i < n; i++)
			if (pair->esp_out && p[i].verdict != ESP_OK)
				p[i].length = 0;
		esp_seal(pair->ah_out, p, n);
	}
	send_sealed(g, last, p, n);
}

static void tell_sender(struct cm_gateway *g, struct net_pair *pair, const struct esp_packet *p)
{
	uint8_t message[576];
	const struct esp_sa *sa = pair->esp_out ? pair->esp_out : pair->ah_out;
	size_t length = esp_too_big_message(p->at, p->length, esp_sa_inner_mtu(sa),
		pair->up.local.address, message, sizeof message);
	g->counters.too_big++;
	if (length && write(g->tun, message, length) < 0)
		g->counters.dropped++;
}

/* Too long for one packet: cut before sealing, or after it where the configuration says so. */
static void send_pieces(struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p, bool after)
{
	struct esp_packet *pieces = g->pieces.packets;
	struct esp_sa *sa = pair->esp_out ? pair->esp_out : pair->ah_out;
	size_t mtu = after ? pair->up.tunnel->mtu : esp_sa_inner_mtu(sa);
	for (size_t i = 0; i < BATCH; i++)
		batch_reset(&g->pieces, i);
	if (after && esp_seal(sa, p, 1) != 1)
		return;
	size_t n = esp_fragment(p->at, p->length, mtu, pieces, BATCH);
	if (!after)
		seal_run(g, pair, pieces, n);
	else
		for (size_t i = 0; i < n; i++)
			socket_send_ip(g->raw_out, pair->up.peer.address, pieces[i].at, pieces[i].length);
}

static bool fits(struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p)
{
	switch (esp_fit(pair->esp_out ? pair->esp_out : pair->ah_out, p)) {
	case ESP_FITS:
		return true;
	case ESP_TELL_SENDER:
		tell_sender(g, pair, p);
		return false;
	case ESP_FRAGMENT_FIRST:
		send_pieces(g, pair, p, false);
		return false;
	case ESP_FRAGMENT_AFTER:
		send_pieces(g, pair, p, true);
		return false;
	}
	return false;
}

static bool is_ipv4(const struct esp_packet *p)
{
	return p->length >= 20 && p->at[0] >> 4 == 4;
}

void flows_outgoing(struct cm_gateway *g, struct batch *b)
{
	size_t ready = 0;
	struct net_pair *running = NULL;
	struct esp_packet run[BATCH];
	for (size_t i = 0; i < b->n; i++) {
		struct esp_packet *p = &b->packets[i];
		if (!is_ipv4(p))
			continue;
		capture_packet(g->capture, p->at, p->length);
		struct net_pair *pair = pair_for(g, p);
		if (!pair) {
			call_engine(g, p);
			continue;
		}
		if (pair != running && ready) {
			seal_run(g, running, run, ready);
			ready = 0;
		}
		running = pair;
		if (fits(g, pair, p))
			run[ready++] = *p;
	}
	if (ready)
		seal_run(g, running, run, ready);
}

void flows_retry(struct cm_gateway *g)
{
	struct waiting *w = &g->waiting;
	for (size_t i = 0; i < WAITING; i++) {
		size_t at = (w->next + i) % WAITING;
		if (!w->length[at])
			continue;
		batch_reset(&g->out, 0);
		struct esp_packet *p = &g->out.packets[0];
		memcpy(p->at, w->octets[at], w->length[at]);
		p->length = w->length[at];
		struct net_pair *pair = pair_for(g, p);
		if (!pair)
			continue;
		w->length[at] = 0;
		if (fits(g, pair, p))
			seal_run(g, pair, p, 1);
	}
}
