#include "net/gateway.h"

#include <stdlib.h>
#include <string.h>

/* Routes for the remote selectors lead into the TUN device; all are taken back at the end. */

static bool is_known(const struct cm_gateway *g, struct cm_net to)
{
	for (size_t i = 0; i < g->n_routes; i++)
		if (g->routes[i].address == to.address && g->routes[i].mask == to.mask)
			return true;
	return false;
}

/* What would swallow the packets to the peers themselves is no route for a TUN device. */
static bool is_routable(const struct cm_tunnel *t, struct cm_net to)
{
	if (to.mask == 0 || !cm_mask_is_prefix(to.mask))
		return false;
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].resolved && cm_net_has(to, t->peers[i].address))
			return false;
	return true;
}

static bool add_route(struct cm_gateway *g, const struct cm_selector *s)
{
	struct cm_net to = { s->remote.address & s->remote.mask, s->remote.mask };
	uint32_t source = netlink_own_address_in(s->local);
	if (is_known(g, to))
		return true;
	struct cm_net *grown = realloc(g->routes, (g->n_routes + 1) * sizeof *grown);
	if (!grown)
		return false;
	g->routes = grown;
	int error = netlink_route_add(g->netlink, to, g->tun_index, source);
	if (error) {
		char address[16];
		gateway_say(g, CM_WARNING, "route", "no route to %s/%u: %s",
			cm_ip4_print(to.address, address), cm_mask_bits(to.mask), strerror(error));
		return true;
	}
	g->routes[g->n_routes++] = to;
	return true;
}

bool routes_add(struct cm_gateway *g)
{
	for (size_t i = 0; i < g->n_tunnels; i++) {
		const struct cm_tunnel *t = &g->tunnels[i];
		for (size_t j = 0; j < t->n_selectors && !t->incomplete; j++)
			if (is_routable(t, t->selectors[j].remote) && g->n_routes < MOST_ROUTES &&
				!add_route(g, &t->selectors[j]))
				return false;
	}
	return true;
}

void routes_remove(struct cm_gateway *g)
{
	for (size_t i = 0; i < g->n_routes; i++)
		netlink_route_del(g->netlink, g->routes[i], g->tun_index);
	free(g->routes);
	g->routes = NULL;
	g->n_routes = 0;
}
