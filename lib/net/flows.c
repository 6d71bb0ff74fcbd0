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

/* --- Tunnel interfaces: routing decides, not an access list ------------------------------------------- */

static int by_length(const void *a, const void *b)
{
	const struct via *x = a, *y = b;
	return (x->to.mask < y->to.mask) - (x->to.mask > y->to.mask);
}

static void add_vias(struct cm_gateway *g, const struct cm_tunnel *t)
{
	const struct cm_tunnel_interface *i = &t->tunnel_interface;
	if (i->address.mask)
		g->vias[g->n_vias++] = (struct via){ i->address, t };
	for (size_t k = 0; k < i->n_routes; k++)
		g->vias[g->n_vias++] = (struct via){ i->routes[k], t };
}

static bool vias_make(struct cm_gateway *g)
{
	size_t room = 1;
	for (size_t i = 0; i < g->n_tunnels; i++)
		room += g->tunnels[i].tunnel_interface.n_routes + 1;
	free(g->vias);
	g->n_vias = 0;
	g->vias = calloc(room, sizeof *g->vias);
	if (!g->vias)
		return false;
	for (size_t i = 0; i < g->n_tunnels; i++)
		if (gateway_serves(&g->tunnels[i]) && g->tunnels[i].tunnel_interface.present)
			add_vias(g, &g->tunnels[i]);
	qsort(g->vias, g->n_vias, sizeof *g->vias, by_length);
	return true;
}

/* The longest prefix wins. */
static const struct cm_tunnel *via(const struct cm_gateway *g, uint32_t to)
{
	for (size_t i = 0; i < g->n_vias; i++)
		if (cm_net_has(g->vias[i].to, to))
			return g->vias[i].tunnel;
	return NULL;
}

bool gateway_serves(const struct cm_tunnel *t)
{
	return !t->incomplete && t->version == 1;
}

bool flows_make(struct cm_gateway *g)
{
	free(g->flows);
	g->n_flows = 0;
	g->flows = calloc(count_lines(g) + 1, sizeof *g->flows);
	if (!g->flows || !vias_make(g))
		return false;
	for (size_t i = 0; i < g->n_tunnels; i++)
		if (gateway_serves(&g->tunnels[i]) && !g->tunnels[i].tunnel_interface.present)
			add_lines(g, &g->tunnels[i]);
	flows_forget(g);
	return true;
}

void flows_forget(struct cm_gateway *g)
{
	if (++g->epoch)
		return;
	memset(g->cache, 0, sizeof g->cache);
	g->epoch = 1;
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

/* The newest pair of the tunnel that may carry the packet. */
static struct net_pair *pair_of(
	struct cm_gateway *g, const struct cm_tunnel *t, const uint8_t *packet, size_t length)
{
	for (struct net_pair *pair = g->newest; pair; pair = pair->older)
		if (pair->up.tunnel == t && (pair->esp_out || pair->ah_out) &&
			(t->tunnel_interface.present ||
				esp_selects(&pair->up.selector, ESP_OUTBOUND, packet, length)))
			return pair;
	return NULL;
}

/* Dynamic entries without an access list protect what their peers have asked for. */
static struct net_pair *pair_asked_for(struct cm_gateway *g, const uint8_t *packet, size_t length)
{
	for (struct net_pair *pair = g->newest; pair; pair = pair->older)
		if (pair->up.tunnel && !pair->up.tunnel->n_selectors &&
			(pair->esp_out || pair->ah_out) &&
			esp_selects(&pair->up.selector, ESP_OUTBOUND, packet, length))
			return pair;
	return NULL;
}

static struct choice choose(struct cm_gateway *g, const uint8_t *packet, size_t length)
{
	struct choice c = { .tunnel = via(g, be32(packet + 16)) };
	if (c.tunnel) {
		c.selector = c.tunnel->selectors;
	} else {
		const struct flow *f = flow_for(g, packet, length);
		c.tunnel = f ? f->tunnel : NULL;
		c.selector = f ? f->selector : NULL;
	}
	c.pair =
		c.tunnel ? pair_of(g, c.tunnel, packet, length) : pair_asked_for(g, packet, length);
	return c;
}

/* What is denied or not up is remembered too: a look through all lines is dear. */
struct choice flows_choose(struct cm_gateway *g, const uint8_t *packet, size_t length)
{
	struct flow_key key = key_of(packet, length);
	struct cached *known = place_of(g, &key);
	if (known->epoch != g->epoch || memcmp(&known->key, &key, sizeof key) != 0)
		*known = (struct cached){ key, g->epoch, choose(g, packet, length) };
	return known->choice;
}
