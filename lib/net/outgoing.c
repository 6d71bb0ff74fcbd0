#include "base/inet.h"
#include "net/clamp.h"
#include "net/gateway.h"
#include "net/gre.h"

#include <string.h>

/* --- Sealing and sending -------------------------------------------------------------------------- */

static struct esp_sa *inner_sa(const struct net_pair *pair)
{
	return pair->esp_out ? pair->esp_out : pair->ah_out;
}

static void send_sealed(
	struct cm_gateway *g, const struct esp_sa *last, struct esp_packet *p, size_t n)
{
	size_t sealed = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i].verdict != ESP_OK)
			continue;
		sealed++;
		capture_packet(g->capture, p[i].at, p[i].length);
	}
	g->counters.dropped += n - sender_send(&g->sender, last, p, n);
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

static void seal_running(struct cm_gateway *g)
{
	if (g->out.n)
		seal_run(g, g->running, g->out.packets, g->out.n);
	g->out.n = 0;
}

/* --- What is longer than the path ------------------------------------------------------------------- */

static const struct cm_tunnel_interface *gre_of(const struct net_pair *pair)
{
	const struct cm_tunnel *t = pair->up.tunnel;
	return t && t->tunnel_interface.present && t->tunnel_interface.gre ? &t->tunnel_interface
									   : NULL;
}

/* The longest clear packet that leaves in one piece. */
static size_t clear_mtu(const struct net_pair *pair)
{
	const struct cm_tunnel_interface *gre = gre_of(pair);
	size_t mtu = esp_sa_inner_mtu(inner_sa(pair)), overhead = gre ? gre_overhead(gre) : 0;
	return mtu > overhead ? mtu - overhead : 0;
}

/*
 * In the name of whom it was for: the kernel takes nothing from the TUN device that claims to be
 * from an address of its own, and only what lies behind the tunnel passes its reverse path filter.
 */
static void tell_sender(struct cm_gateway *g, struct net_pair *pair, const struct esp_packet *p)
{
	uint8_t message[576];
	size_t length = esp_too_big_message(
		p->at, p->length, clear_mtu(pair), be32(p->at + 16), message, sizeof message);
	g->counters.too_big++;
	if (length) {
		tun_put(&g->tun, message, length);
		tun_flush(&g->tun);
	}
}

static void push_gre(struct cm_gateway *g, const struct net_pair *pair, struct esp_packet *p)
{
	const struct cm_tunnel_interface *gre = gre_of(pair);
	const struct cm_selector *s = &pair->up.selector;
	if (!gre)
		return;
	p->at = gre_push(
		gre, s->local.address, s->remote.address, ++g->identification, p->at, p->length);
	p->length += gre_overhead(gre);
}

/* RFC 4301 8.1, `crypto ipsec fragmentation before-encryption`: the far end has nothing to put together. */
static void send_pieces(struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p)
{
	struct esp_packet *pieces = g->pieces.packets;
	for (size_t i = 0; i < BATCH; i++)
		batch_reset(&g->pieces, i);
	size_t n = esp_fragment(p->at, p->length, clear_mtu(pair), pieces, BATCH);
	for (size_t i = 0; i < n; i++)
		push_gre(g, pair, &pieces[i]);
	g->counters.dropped += n == 0;
	seal_run(g, pair, pieces, n);
}

/* `… after-encryption`: one packet is sealed, and what is then too long goes in fragments. */
static void send_sealed_pieces(struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p)
{
	struct esp_packet *pieces = g->pieces.packets;
	struct esp_sa *sa = inner_sa(pair);
	for (size_t i = 0; i < BATCH; i++)
		batch_reset(&g->pieces, i);
	if (esp_seal(sa, p, 1) != 1)
		return;
	size_t n = esp_fragment(p->at, p->length, esp_sa_params(sa)->path_mtu, pieces, BATCH);
	for (size_t i = 0; i < n; i++) {
		capture_packet(g->capture, pieces[i].at, pieces[i].length);
		socket_send_ip(g->raw_out, pair->up.peer.address, pieces[i].at, pieces[i].length);
	}
}

static enum esp_fit fit_of(const struct net_pair *pair, const struct esp_packet *p)
{
	enum { DF = 0x40 };
	if (!gre_of(pair))
		return esp_fit(inner_sa(pair), p);
	if (p->length <= clear_mtu(pair))
		return ESP_FITS;
	return p->at[6] & DF ? ESP_TELL_SENDER : ESP_FRAGMENT_FIRST;
}

/* True: the packet stays in the run. False: it is dealt with. */
static bool fits(
	struct cm_gateway *g, struct net_pair *pair, struct esp_packet *p, enum esp_fit fit)
{
	if (fit == ESP_FITS) {
		push_gre(g, pair, p);
		return true;
	}
	seal_running(g); /* order is kept */
	if (fit == ESP_TELL_SENDER)
		tell_sender(g, pair, p);
	else if (fit == ESP_FRAGMENT_FIRST)
		send_pieces(g, pair, p);
	else
		send_sealed_pieces(g, pair, p);
	return false;
}

/* --- From the TUN device ------------------------------------------------------------------------------ */

static void add_to_run(struct cm_gateway *g, struct net_pair *pair, struct split *split)
{
	enum esp_fit fit = ESP_FITS;
	if (pair != g->running)
		seal_running(g);
	g->running = pair;
	/* One message about a super-packet that does not fit is enough. */
	for (size_t size; fit != ESP_TELL_SENDER && (size = split_size(split));) {
		if (size > PACKET_MAX) {
			g->counters.dropped++;
			return;
		}
		if (g->out.n == BATCH)
			seal_running(g);
		batch_reset(&g->out, g->out.n);
		struct esp_packet *p = &g->out.packets[g->out.n];
		split_next(split, p->at);
		p->length = size;
		if (pair->up.tunnel && pair->up.tunnel->mss)
			clamp_mss(p->at, p->length, pair->up.tunnel->mss);
		capture_packet(g->capture, p->at, p->length);
		fit = fit_of(pair, p);
		if (fits(g, pair, p, fit))
			g->out.n++;
	}
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

static void call_engine(struct cm_gateway *g, const struct choice *c, struct split *split)
{
	if (!c->tunnel) {
		g->counters.no_flow++;
		return;
	}
	keep_waiting(g, split);
	if (!cm_ike_want(g->ike, gateway_now(g), c->tunnel, c->selector))
		g->counters.own_errors++;
}

void outgoing_packets(struct cm_gateway *g)
{
	struct split split;
	for (int i = 0; i < BATCH && tun_read(&g->tun, &split); i++) {
		struct choice c = flows_choose(g, split.at, split.length);
		if (c.pair)
			add_to_run(g, c.pair, &split);
		else
			call_engine(g, &c, &split);
	}
	seal_running(g);
	g->running = NULL;
}

void outgoing_retry(struct cm_gateway *g)
{
	struct waiting *w = &g->waiting;
	for (size_t i = 0; i < WAITING; i++) {
		static const struct virtio_net_hdr whole;
		size_t at = (w->next + i) % WAITING;
		struct split split;
		if (!w->length[at] || !split_begin(&split, &whole, w->octets[at], w->length[at]))
			continue;
		struct choice c = flows_choose(g, split.at, split.length);
		if (!c.pair)
			continue;
		w->length[at] = 0;
		add_to_run(g, c.pair, &split);
	}
	seal_running(g);
	g->running = NULL;
}
