#include "base/inet.h"
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

/* --- Which pair? ---------------------------------------------------------------------------------- */

/* Later fragments have no ports. */
static struct flow_key key_of(const uint8_t *packet, size_t length)
{
	size_t head = (size_t)(packet[0] & 15) * 4;
	struct flow_key key = {
		.from = be32(packet + 12), .to = be32(packet + 16), .protocol = packet[9]
	};
	if (!(be16(packet + 6) & IP_OFFSET) && length >= head + 4 &&
		(packet[9] == NEXT_TCP || packet[9] == NEXT_UDP)) {
		key.ports = be32(packet + head);
		key.has_ports = 1;
	}
	return key;
}

static struct cached *place_of(struct cm_gateway *g, const struct flow_key *key)
{
	uint64_t mixed = (uint64_t)key->from << 32 | key->to;
	mixed = mixed * UINT64_C(0x9e3779b97f4a7c15) ^
		(uint64_t)(key->ports + key->protocol) * UINT64_C(0xc2b2ae3d27d4eb4f);
	return &g->cache[mixed >> 40 & (FLOW_CACHE - 1)];
}

static struct net_pair *search(struct cm_gateway *g, const uint8_t *packet, size_t length)
{
	for (struct net_pair *pair = g->newest; pair; pair = pair->older)
		if ((pair->esp_out || pair->ah_out) &&
			esp_selects(&pair->up.selector, ESP_OUTBOUND, packet, length))
			return pair;
	return NULL;
}

static struct net_pair *pair_for(struct cm_gateway *g, const uint8_t *packet, size_t length)
{
	struct flow_key key = key_of(packet, length);
	struct cached *c = place_of(g, &key);
	if (c->pair && memcmp(&c->key, &key, sizeof key) == 0)
		return c->pair;
	struct net_pair *pair = search(g, packet, length);
	if (pair)
		*c = (struct cached){ key, pair };
	return pair;
}

/* A deny line is no "drop": the next entry is asked (ios.md 3.2). */
static const struct flow *flow_for(const struct cm_gateway *g, const uint8_t *packet, size_t length)
{
	const struct cm_tunnel *denied = NULL;
	for (size_t i = 0; i < g->n_flows; i++) {
		const struct flow *f = &g->flows[i];
		if (f->tunnel == denied || !esp_selects(f->selector, ESP_OUTBOUND, packet, length))
			continue;
		if (!f->deny)
			return f;
		denied = f->tunnel;
	}
	return NULL;
}

static void keep_waiting(struct cm_gateway *g, struct split *split)
{
	struct waiting *w = &g->waiting;
	for (size_t size; (size = split_size(split)) && size <= WAITING_OCTETS;) {
		split_next(split, w->octets[w->next]);
		w->length[w->next] = size;
		w->next = (w->next + 1) % WAITING;
		g->counters.waiting++;
	}
}

static void call_engine(struct cm_gateway *g, struct split *split)
{
	const struct flow *f = flow_for(g, split->at, split->length);
	if (!f) {
		g->counters.no_flow++;
		return;
	}
	keep_waiting(g, split);
	if (!cm_ike_want(g->ike, gateway_now(g), f->tunnel, f->selector))
		g->counters.own_errors++;
}

/* --- Sealing and sending -------------------------------------------------------------------------- */

static void send_sealed(
	struct cm_gateway *g, const struct esp_sa *last, struct esp_packet *p, size_t n)
{
	for (size_t i = 0; g->capture && i < n; i++)
		if (p[i].verdict == ESP_OK)
			capture_packet(g->capture, p[i].at, p[i].length);
	size_t sealed = 0;
	for (size_t i = 0; i < n; i++)
		sealed += p[i].verdict == ESP_OK;
	g->counters.dropped += sealed - sender_send(&g->sender, last, p, n);
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
	if (length) {
		tun_put(&g->tun, message, length);
		tun_flush(&g->tun);
	}
}

/* Too long for one packet: cut before sealing, or after it where the configuration says so. */
static void send_pieces(
	struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p, bool after)
{
	struct esp_packet *pieces = g->pieces.packets;
	struct esp_sa *sa = pair->esp_out ? pair->esp_out : pair->ah_out;
	size_t mtu = after ? esp_sa_params(sa)->path_mtu : esp_sa_inner_mtu(sa);
	for (size_t i = 0; i < BATCH; i++)
		batch_reset(&g->pieces, i);
	if (after && esp_seal(sa, p, 1) != 1)
		return;
	size_t n = esp_fragment(p->at, p->length, mtu, pieces, BATCH);
	if (!after)
		seal_run(g, pair, pieces, n);
	else
		for (size_t i = 0; i < n; i++)
			socket_send_ip(
				g->raw_out, pair->up.peer.address, pieces[i].at, pieces[i].length);
}

static void seal_running(struct cm_gateway *g)
{
	if (g->out.n)
		seal_run(g, g->running, g->out.packets, g->out.n);
	g->out.n = 0;
}

/* True: the packet stays in the run. False: it is dealt with, or dropped (`*told`: for good). */
static bool fits(struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p, bool *told)
{
	enum esp_fit fit = esp_fit(pair->esp_out ? pair->esp_out : pair->ah_out, p);
	*told = fit == ESP_TELL_SENDER;
	if (fit == ESP_FITS)
		return true;
	seal_running(g); /* order is kept */
	if (fit == ESP_TELL_SENDER)
		tell_sender(g, pair, p);
	else
		send_pieces(g, pair, p, fit == ESP_FRAGMENT_AFTER);
	return false;
}

static void add_to_run(struct cm_gateway *g, struct net_pair *pair, struct split *split)
{
	bool told = false;
	if (pair != g->running)
		seal_running(g);
	g->running = pair;
	for (size_t size; !told && (size = split_size(split));) {
		if (size > BUFFER - ESP_HEAD - ESP_TAIL) {
			g->counters.dropped++;
			return;
		}
		if (g->out.n == BATCH)
			seal_running(g);
		batch_reset(&g->out, g->out.n);
		struct esp_packet *p = &g->out.packets[g->out.n];
		split_next(split, p->at);
		p->length = size;
		capture_packet(g->capture, p->at, p->length);
		if (fits(g, pair, p, &told))
			g->out.n++;
	}
}

void flows_outgoing(struct cm_gateway *g)
{
	struct split split;
	for (int i = 0; i < BATCH && tun_read(&g->tun, &split); i++) {
		struct net_pair *pair = pair_for(g, split.at, split.length);
		if (pair)
			add_to_run(g, pair, &split);
		else
			call_engine(g, &split);
	}
	seal_running(g);
	g->running = NULL;
}

void flows_retry(struct cm_gateway *g)
{
	struct waiting *w = &g->waiting;
	for (size_t i = 0; i < WAITING; i++) {
		size_t at = (w->next + i) % WAITING;
		static const struct virtio_net_hdr whole;
		struct split split;
		if (!w->length[at] || !split_begin(&split, &whole, w->octets[at], w->length[at]))
			continue;
		struct net_pair *pair = pair_for(g, split.at, split.length);
		if (!pair)
			continue;
		w->length[at] = 0;
		add_to_run(g, pair, &split);
	}
	seal_running(g);
	g->running = NULL;
}
