/* ip route */
#include "model/build.h"
#include "model/index.h"

#include "syntax/ifname.h"

#include <stdlib.h>
#include <string.h>

void collect_route(struct build *b, const struct node *n)
{
	*VEC_NEW(b, &b->routes, const struct node *) = n;
}

static struct cm_route route_of(struct build *b, const struct node *n)
{
	struct cm_route route = { .at = n->span };
	const struct arg *gateway = node_arg(n, ROLE_GATEWAY);
	set_ref_arg(b, &route.vrf, node_arg(n, ROLE_VRF));
	route.prefix = (struct cm_net){ node_value(n, ROLE_ADDRESS, 0),
		node_value(n, ROLE_MASK, UINT32_MAX) };
	route.has_next_hop = gateway && gateway->shape == SHAPE_ADDRESS;
	route.next_hop = route.has_next_hop ? gateway->value : 0;
	route.dhcp = node_has(n, ROLE_DHCP);
	route.global = node_has(n, ROLE_GLOBAL_VRF);
	route.distance = (uint8_t)node_value(n, ROLE_DISTANCE, 1);
	set_ref_arg(b, &route.interface, node_arg(n, ROLE_INTERFACE));
	if (!route.interface.name.at)
		return route;
	route.interface.name = ifname_canonical(b->arena, route.interface.name);
	if (cm_str_is(route.interface.name, "Null0")) {
		route.null0 = true;
		memset(&route.interface, 0, sizeof route.interface);
	}
	return route;
}

static bool same_word(struct cm_str a, struct cm_str b)
{
	return a.length == b.length && (!a.length || cm_str_same(a, b));
}

static bool same_way(const struct cm_route *a, const struct cm_route *b)
{
	return a->has_next_hop == b->has_next_hop && a->next_hop == b->next_hop &&
		a->dhcp == b->dhcp && a->null0 == b->null0 &&
		same_word(a->interface.name, b->interface.name);
}

/* A `no` line without a way takes every route to the prefix. */
static bool is_meant(const struct cm_route *no, const struct cm_route *route)
{
	bool any = !no->has_next_hop && !no->dhcp && !no->null0 && !no->interface.name.at;
	return no->prefix.address == route->prefix.address &&
		no->prefix.mask == route->prefix.mask && same_word(no->vrf.name, route->vrf.name) &&
		(any || same_way(no, route));
}

/* Routes by prefix: each slot heads a chain of routes to one hash. */
struct route_list {
	struct vec routes; /* struct cm_route; `at` empty: removed */
	uint32_t *heads, *chain;
	size_t mask;
};

static size_t head_of(const struct route_list *list, const struct cm_route *route)
{
	uint64_t net = (uint64_t)route->prefix.address << 32 | route->prefix.mask;
	return (size_t)hash_mix(name_hash(1, route->vrf.name) ^ net) & list->mask;
}

static bool is_removed(const struct cm_route *route)
{
	return route->at.start == route->at.end;
}

static void report_inconsistent(struct build *b, const struct cm_route *route, const struct node *n)
{
	const struct arg *address = node_arg(n, ROLE_ADDRESS), *mask = node_arg(n, ROLE_MASK);
	char proper[16];
	struct cm_span at = { address->span.start, mask->span.end };
	struct cm_diag *d = diag(b->diags, "route-inconsistent-mask", CM_ERROR, at,
		"%%Inconsistent address and mask: the router does not take this route");
	cm_ip4_print(route->prefix.address & route->prefix.mask, proper);
	diag_fix(b->diags, d, false, address->span, arena_copy(b->arena, cm_str_of(proper)),
		"write the network %s", proper);
}

/* Chains are walked only so far: a text of a million routes to one prefix is nobody's router. */
enum { MOST_CHAIN = 256 };

static void route_apply(struct build *b, struct route_list *list, const struct node *n)
{
	struct cm_route route = route_of(b, n), *all = list->routes.items;
	size_t head = head_of(list, &route);
	int steps = 0;
	if (!node_has(n, ROLE_ADDRESS) || !node_has(n, ROLE_MASK))
		return;
	route.inconsistent = route.prefix.address & ~route.prefix.mask;
	if (route.inconsistent && !undoes(n))
		report_inconsistent(b, &route, n);
	for (uint32_t i = list->heads[head]; i && steps < MOST_CHAIN; i = list->chain[i - 1]) {
		struct cm_route *old = &all[i - 1];
		steps++;
		if (is_removed(old) || !is_meant(&route, old))
			continue;
		if (undoes(n)) {
			old->at = (struct cm_span){ 0, 0 };
		} else if (same_way(&route, old)) {
			*old = route; /* said again: the new distance holds */
			return;
		}
	}
	if (undoes(n))
		return;
	*VEC_NEW(b, &list->routes, struct cm_route) = route;
	if (b->failed)
		return;
	list->chain[list->routes.n - 1] = list->heads[head];
	list->heads[head] = (uint32_t)list->routes.n;
}

static bool route_room(struct build *b, struct route_list *list)
{
	size_t room = 16;
	while (room < b->routes.n * 2)
		room *= 2;
	list->mask = room - 1;
	list->heads = calloc(room, sizeof *list->heads);
	list->chain = calloc(b->routes.n + 1, sizeof *list->chain);
	b->failed = b->failed || !list->heads || !list->chain;
	return !b->failed;
}

/* A route that was said again stands where it was said last. */
static int by_place(const void *a, const void *b)
{
	const struct cm_route *x = a, *y = b;
	return x->at.start < y->at.start ? -1 : x->at.start > y->at.start;
}

void make_routes(struct build *b)
{
	struct route_list list = { 0 };
	const struct node **nodes = b->routes.items;
	bool ready = route_room(b, &list);
	for (size_t i = 0; ready && !b->failed && i < b->routes.n; i++)
		route_apply(b, &list, nodes[i]);
	struct cm_route *all = list.routes.items;
	size_t n = 0;
	for (size_t i = 0; i < list.routes.n; i++)
		if (!is_removed(&all[i]))
			all[n++] = all[i];
	list.routes.n = n;
	if (n)
		qsort(all, n, sizeof *all, by_place);
	b->m->routes = vec_take(b, &list.routes, sizeof *all, &b->m->n_routes);
	vec_free(&list.routes);
	free(list.heads);
	free(list.chain);
}
