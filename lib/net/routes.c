#include "net/gateway.h"

#include <stdlib.h>
#include <string.h>

/* Routes for the remote selectors lead into the TUN device; all are taken back at the end. */

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

static uint32_t own_address_in(const struct cm_gateway *g, struct cm_net net)
{
	for (size_t i = 0; i < g->n_addresses; i++)
		if (cm_net_has(net, g->addresses[i].address))
			return g->addresses[i].address;
	return 0;
}

static int by_network(const void *a, const void *b)
{
	const struct netlink_route *x = a, *y = b;
	if (x->is_address != y->is_address)
		return x->is_address ? -1 : 1;
	if (x->to.mask != y->to.mask)
		return x->to.mask > y->to.mask ? -1 : 1;
	return (x->to.address > y->to.address) - (x->to.address < y->to.address);
}

/* Sorted, each network once. */
struct route_list {
	struct netlink_route *at;
	size_t n;
};

static void want_route(struct route_list *list, const struct cm_tunnel *t, struct cm_net to, uint32_t source)
{
	to.address &= to.mask;
	if (is_routable(t, to) && list->n < MOST_ROUTES)
		list->at[list->n++] = (struct netlink_route){ .to = to, .source = source };
}

/* A crypto map's tunnel takes its remote networks, a tunnel interface what is routed into it. */
static void want_routes(const struct cm_gateway *g, struct route_list *list, const struct cm_tunnel *t)
{
	const struct cm_tunnel_interface *i = &t->tunnel_interface;
	for (size_t j = 0; !i->present && j < t->n_selectors; j++)
		want_route(list, t, t->selectors[j].remote, own_address_in(g, t->selectors[j].local));
	if (i->present && i->address.mask)
		list->at[list->n++] = (struct netlink_route){ .is_address = true, .to = i->address };
	for (size_t j = 0; j < i->n_routes; j++)
		want_route(list, t, i->routes[j], i->address.address);
}

static bool collect(struct cm_gateway *g, struct route_list *out)
{
	size_t room = 1;
	for (size_t i = 0; i < g->n_tunnels; i++)
		room += g->tunnels[i].n_selectors + g->tunnels[i].tunnel_interface.n_routes + 1;
	*out = (struct route_list){ .at = calloc(room, sizeof *out->at) };
	if (!out->at)
		return false;
	for (size_t i = 0; i < g->n_tunnels; i++)
		if (gateway_serves(&g->tunnels[i]))
			want_routes(g, out, &g->tunnels[i]);
	qsort(out->at, out->n, sizeof *out->at, by_network);
	size_t n = 0;
	for (size_t i = 0; i < out->n; i++)
		if (!n || by_network(&out->at[n - 1], &out->at[i]) != 0)
			out->at[n++] = out->at[i];
	out->n = n;
	return true;
}

/* Those of `a` that are not in `b`, with the same source. */
static bool minus(struct route_list a, struct route_list b, struct route_list *out)
{
	*out = (struct route_list){ .at = calloc(a.n + 1, sizeof *out->at) };
	for (size_t i = 0, j = 0; out->at && i < a.n; i++) {
		while (j < b.n && by_network(&b.at[j], &a.at[i]) < 0)
			j++;
		bool same = j < b.n && by_network(&b.at[j], &a.at[i]) == 0 &&
			b.at[j].source == a.at[i].source;
		if (!same)
			out->at[out->n++] = a.at[i];
	}
	return out->at != NULL;
}

static void change(struct cm_gateway *g, bool add, struct route_list list)
{
	bool answered = g->keeper.fd < 0 ?
		netlink_routes(g->netlink, add, g->tun_index, list.at, list.n) :
		keeper_routes(&g->keeper, add, list.at, list.n);
	if (!answered)
		gateway_say(g, CM_WARNING, "route", "the kernel does not answer about routes");
	for (size_t i = 0; add && i < list.n; i++) {
		char address[16];
		if (list.at[i].error)
			gateway_say(g, CM_WARNING, "route", "no %s %s/%u: %s",
				list.at[i].is_address ? "address" : "route to",
				cm_ip4_print(list.at[i].to.address, address),
				cm_mask_bits(list.at[i].to.mask), strerror(list.at[i].error));
	}
}

/* What did not change stays as it is: nobody's packets take another way meanwhile. */
bool routes_update(struct cm_gateway *g)
{
	struct route_list wanted = { 0 }, fresh = { 0 }, stale = { 0 };
	const struct route_list now = { g->routes, g->n_routes };
	bool ok = collect(g, &wanted) && minus(wanted, now, &fresh) && minus(now, wanted, &stale);
	if (ok) {
		change(g, false, stale);
		change(g, true, fresh);
		free(g->routes);
		g->routes = wanted.at;
		g->n_routes = wanted.n;
	} else {
		free(wanted.at);
	}
	free(fresh.at);
	free(stale.at);
	return ok;
}

void routes_remove(struct cm_gateway *g)
{
	if (g->n_routes)
		change(g, false, (struct route_list){ g->routes, g->n_routes });
	free(g->routes);
	g->routes = NULL;
	g->n_routes = 0;
}
