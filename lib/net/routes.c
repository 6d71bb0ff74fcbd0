#include "net/gateway.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * What leads clear packets into the TUN device; all is taken back at the end.
 *
 * Remote networks get a route. One that would swallow the packets to the peers themselves ("any" at
 * least) cannot: packets of the local network to it, and no others, are looked up in a table of our
 * own whose default route is the device. Before that the main table is asked for all but its default
 * route: what is not bound for the outside interface is nobody's business, as on a router. Deny
 * lines of such a tunnel stay in the main table, and so do our own packets to the peer, which are
 * marked: a gateway that protects its own talk to the peer would catch itself.
 */

enum { RULE_OWN = 216, RULE_DENY = 217, RULE_NEAR = 218, RULE_TUNNEL = 219, OWN_TABLES = 20000 };

/* A route to it may stand in the main table. */
static bool is_routable(const struct cm_tunnel *t, struct cm_net to)
{
	if (to.mask == 0)
		return false;
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].resolved && cm_net_has(to, t->peers[i].address))
			return false;
	return true;
}

/* Of "any" no address is more ours than the others. */
static uint32_t own_address_in(const struct cm_gateway *g, struct cm_net net)
{
	for (size_t i = 0; net.mask && i < g->n_addresses; i++)
		if (cm_net_has(net, g->addresses[i].address))
			return g->addresses[i].address;
	return 0;
}

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_network(const void *a, const void *b)
{
	const struct netlink_route *x = a, *y = b;
	const uint32_t pairs[][2] = { { x->kind, y->kind }, { x->priority, y->priority },
		{ y->to.mask, x->to.mask }, { x->to.address, y->to.address },
		{ y->from.mask, x->from.mask }, { x->from.address, y->from.address },
		{ x->table, y->table } };
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (order(pairs[i][0], pairs[i][1]) != 0)
			return order(pairs[i][0], pairs[i][1]);
	return 0;
}

/* Sorted, each network once. */
struct route_list {
	struct netlink_route *at;
	size_t n;
};

static void want(struct route_list *list, struct netlink_route r)
{
	if (r.kind != ROUTING_ADDRESS)
		r.to.address &= r.to.mask;
	r.from.address &= r.from.mask;
	if (list->n < MOST_ROUTES && cm_mask_is_prefix(r.to.mask) && cm_mask_is_prefix(r.from.mask))
		list->at[list->n++] = r;
}

static uint32_t own_table(const struct cm_gateway *g)
{
	return OWN_TABLES + g->tun_index;
}

static void want_rule(
	struct route_list *list, const struct cm_selector *s, struct netlink_route rule)
{
	rule.kind = ROUTING_RULE;
	rule.to = s->remote;
	if (!rule.own)
		rule.from = s->local;
	want(list, rule);
}

/* From nobody in particular to everybody is no question for a rule: then nothing is caught. */
static void want_wide(
	const struct cm_gateway *g, struct route_list *list, const struct cm_selector *s)
{
	if (!s->local.mask)
		return;
	want(list, (struct netlink_route){ .kind = ROUTING_ROUTE, .table = own_table(g) });
	want(list,
		(struct netlink_route){
			.kind = ROUTING_RULE, .priority = RULE_OWN, .mark = SOCKET_MARK });
	/* packets of our own have no source yet when the way is chosen: it is what the route says */
	uint32_t source = s->local.mask == UINT32_MAX ? own_address_in(g, s->local) : 0;
	if (source)
		want(list,
			(struct netlink_route){ .kind = ROUTING_ROUTE,
				.to = s->remote,
				.source = source,
				.table = own_table(g) });
	want_rule(list, s,
		(struct netlink_route){
			.priority = RULE_NEAR, .no_default = true, .own = source != 0 });
	want_rule(list, s,
		(struct netlink_route){
			.priority = RULE_TUNNEL, .table = own_table(g), .own = source != 0 });
}

static void want_map_routes(
	const struct cm_gateway *g, struct route_list *list, const struct cm_tunnel *t)
{
	bool is_wide = false;
	for (size_t j = 0; j < t->n_selectors; j++) {
		const struct cm_selector *s = &t->selectors[j];
		if (is_routable(t, s->remote)) {
			want(list,
				(struct netlink_route){ .kind = ROUTING_ROUTE,
					.to = s->remote,
					.source = own_address_in(g, s->local) });
		} else {
			want_wide(g, list, s);
			is_wide = true;
		}
	}
	for (size_t j = 0; is_wide && j < t->n_denies; j++)
		if (!t->denies[j].protocol)
			want_rule(list, &t->denies[j],
				(struct netlink_route){ .priority = RULE_DENY });
}

/* A crypto map's tunnel takes its remote networks, a tunnel interface what is routed into it. */
static void want_routes(
	const struct cm_gateway *g, struct route_list *list, const struct cm_tunnel *t)
{
	const struct cm_tunnel_interface *i = &t->tunnel_interface;
	if (!i->present)
		want_map_routes(g, list, t);
	if (i->present && i->address.mask)
		want(list, (struct netlink_route){ .kind = ROUTING_ADDRESS, .to = i->address });
	for (size_t j = 0; j < i->n_routes; j++)
		if (is_routable(t, i->routes[j]))
			want(list,
				(struct netlink_route){ .kind = ROUTING_ROUTE,
					.to = i->routes[j],
					.source = i->address.address });
}

static bool collect(struct cm_gateway *g, struct route_list *out)
{
	size_t room = 1;
	for (size_t i = 0; i < g->n_tunnels; i++)
		room += g->tunnels[i].n_selectors * 5 + g->tunnels[i].n_denies +
			g->tunnels[i].tunnel_interface.n_routes + 1;
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
	bool answered = g->keeper.fd < 0
		? netlink_routes(g->netlink, add, g->tun_index, list.at, list.n)
		: keeper_routes(&g->keeper, add, list.at, list.n);
	if (!answered)
		gateway_say(g, CM_WARNING, "route", "the kernel does not answer about routes");
	for (size_t i = 0; add && i < list.n; i++) {
		static const char *const words[] = { [ROUTING_ADDRESS] = "address",
			[ROUTING_ROUTE] = "route to",
			[ROUTING_RULE] = "rule for packets to" };
		const struct netlink_route *r = &list.at[i];
		char address[16];
		if (r->error && r->error != EEXIST)
			gateway_say(g, CM_WARNING, "route", "no %s %s/%u: %s", words[r->kind],
				cm_ip4_print(r->to.address, address), cm_mask_bits(r->to.mask),
				strerror(r->error));
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
