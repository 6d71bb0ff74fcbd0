/*
 * Crypto access lists: each permit line is a pair of selectors, and both ends must say the same.
 */
#include "check/applied.h"
#include "check/examples.h"

#include <string.h>

typedef void look(struct check *, const struct applied *); /* one question about one entry */

static bool is_first_use(const struct applied *list, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (list[i].acl == list[index].acl)
			return false;
	return true;
}

/* --- What the lines of a list say ----------------------------------------------------------------- */

static void check_standard(struct check *c, const struct applied *a)
{
	if (a->acl->extended)
		return;
	struct cm_diag *found = check_say(c, "crypto-acl-standard", a->match_at,
		"list %.*s is a standard list: it knows no destinations", (int)a->acl->name.length,
		a->acl->name.at);
	diag_note(c->diags, found, a->acl->at, "defined here:");
}

static bool asks_for_ports(const struct cm_ace *ace)
{
	return ace->protocol_group || ace->source_ports.op != CM_PORT_ANY ||
		ace->destination_ports.op != CM_PORT_ANY;
}

/* L2TP between a server and whoever calls: its clients propose just that (RFC 3193). */
static bool is_l2tp(const struct cm_ace *ace)
{
	enum { UDP = 17, L2TP = 1701 };
	const struct cm_ports *from = &ace->source_ports, *to = &ace->destination_ports;
	return ace->protocol == UDP &&
		((from->op == CM_PORT_EQ && from->values[0] == L2TP) ||
			(to->op == CM_PORT_EQ && to->values[0] == L2TP));
}

static void check_any(struct check *c, const struct applied *a)
{
	for (size_t i = 0; a->acl->extended && i < a->acl->n_aces; i++) {
		const struct cm_ace *ace = &a->acl->aces[i];
		bool from = ace->source.kind == CM_END_ANY,
		     to = ace->destination.kind == CM_END_ANY;
		if (!ace->permit || ace->protocol_group || !(from || to) ||
			(a->dynamic && is_l2tp(ace)))
			continue;
		if (from && to)
			check_say_as(c, "crypto-acl-any-any", ace->protocol ? CM_WARNING : CM_ERROR,
				ace->at,
				"any to any: %s that leaves by this interface is to be encrypted",
				asks_for_ports(ace)     ? "all such traffic"
					: ace->protocol ? "all of the protocol"
							: "everything");
		else if (!a->dynamic)
			check_say(c, "crypto-acl-any", ace->at,
				to ? "`any` as the far side: what comes in clear from anywhere to "
				     "our side is dropped"
				   : "`any` as our side: whoever sends to the far side is encrypted");
	}
}

static bool is_range(const struct cm_ports *p)
{
	return p->op != CM_PORT_ANY && (p->op != CM_PORT_EQ || p->n > 1);
}

static size_t count_permits(const struct cm_acl *acl)
{
	size_t n = 0;
	for (size_t i = 0; i < acl->n_aces; i++)
		n += acl->aces[i].permit;
	return n;
}

static void check_ports(struct check *c, const struct applied *a)
{
	enum { GRE = 47, MANY = 50 };
	const struct cm_ace *first = NULL;
	for (size_t i = 0; i < a->acl->n_aces; i++) {
		const struct cm_ace *ace = &a->acl->aces[i];
		if (!ace->permit)
			continue;
		if (is_range(&ace->source_ports) || is_range(&ace->destination_ports))
			check_say(c, "crypto-acl-port-range", ace->at,
				"a selector holds one port or all of them, no range and no list");
		else if (!first && !is_l2tp(ace) &&
			((ace->protocol && ace->protocol != GRE) || asks_for_ports(ace)))
			first = ace;
	}
	size_t n = count_permits(a->acl);
	if (!first && n > MANY)
		check_say(c, "crypto-acl-many", a->match_at,
			"the %zu permit lines of %.*s need as many pairs of SAs", n,
			(int)a->acl->name.length, a->acl->name.at);
	if (!first)
		return;
	if (n == 1)
		check_say(c, "crypto-acl-ports", first->at,
			"a selector by protocol or port: other packets between these ends leave in clear");
	else
		check_say(c, "crypto-acl-ports", first->at,
			"selectors by protocol or port: the %zu permit lines of %.*s need %zu pairs of SAs",
			n, (int)a->acl->name.length, a->acl->name.at, n);
}

static void check_deny_only(struct check *c, const struct applied *a)
{
	if (count_permits(a->acl) == 0)
		check_say(c, "crypto-acl-no-permit", a->match_at,
			"list %.*s permits nothing, so nothing is encrypted",
			(int)a->acl->name.length, a->acl->name.at);
}

static bool has_holes(const struct cm_end *end)
{
	return end->kind == CM_END_NET && !cm_mask_is_prefix(end->net.mask) &&
		!cm_mask_is_prefix(~end->net.mask); /* that is a netmask slip: acl-netmask */
}

static void check_holes(struct check *c, const struct applied *a)
{
	for (size_t i = 0; i < a->acl->n_aces; i++) {
		const struct cm_ace *ace = &a->acl->aces[i];
		if (ace->permit && (has_holes(&ace->source) || has_holes(&ace->destination)))
			check_say(c, "crypto-acl-holes", ace->at,
				"a wildcard with holes is no network that IKE could propose");
	}
}

static void check_multicast(struct check *c, const struct applied *a)
{
	static const struct cm_net groups = { 0xe0000000, 0xf0000000 };
	static const struct cm_net broadcast = { UINT32_MAX, UINT32_MAX };
	for (size_t i = 0; i < a->acl->n_aces; i++) {
		const struct cm_ace *ace = &a->acl->aces[i];
		const struct cm_end *to = &ace->destination;
		if (ace->permit && to->kind == CM_END_NET &&
			(cm_net_covers(groups, to->net) || cm_net_covers(broadcast, to->net)))
			check_say(c, "crypto-acl-multicast", ace->at,
				"multicast and broadcast do not go through a crypto map");
	}
}

/* --- Where the two sides lie ---------------------------------------------------------------------- */

/* The interface in whose connected network all of `net` lies; NULL: none. */
static const struct cm_interface *connected(const struct check *c, struct cm_net net)
{
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		for (size_t k = 0; k < in->n_addresses; k++)
			if (cm_net_covers(in->addresses[k].net, net))
				return in;
	}
	return NULL;
}

/* The interface whose connected network shares addresses with `net`; NULL: none. */
static const struct cm_interface *touches(const struct check *c, struct cm_net net)
{
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		for (size_t k = 0; k < in->n_addresses; k++)
			if (cm_net_overlaps(in->addresses[k].net, net))
				return in;
	}
	return NULL;
}

static bool is_behind_us(const struct applied *a, const struct cm_interface *in)
{
	return in && in != a->interface && in->crypto_map.target != a->map;
}

static bool is_swapped(const struct check *c, const struct applied *a, const struct cm_ace *ace)
{
	return ace->source.kind == CM_END_NET && ace->destination.kind == CM_END_NET &&
		is_behind_us(a, connected(c, ace->destination.net)) && !touches(c, ace->source.net);
}

static void say_swapped(struct check *c, const struct cm_ace *ace)
{
	struct cm_diag *found = check_say(c, "crypto-acl-swapped", ace->at,
		"source and destination are swapped: the destination is our own network");
	const struct cm_interface *in = connected(c, ace->destination.net);
	diag_note(c->diags, found, in->addresses[0].at, "connected here:");
	if (ace->protocol_group || ace->protocol || ace->options)
		return;
	const char *from = acl_words(c, ace->destination.net), *to = acl_words(c, ace->source.net);
	struct cm_span both = { ace->source.at.start, ace->destination.at.end };
	diag_fix(c->diags, found, false, both, arena_printf(c->arena, "%s %s", from, to),
		"write %s %s", from, to);
}

/* A route that is longer than the connected network's prefix takes the packets out of it. */
static bool is_routed_out(const struct check *c, const struct applied *a, struct cm_net net)
{
	const struct cm_route *route;
	return cm_model_egress(c->model, a->interface->vrf.name, net.address, &route) != NULL &&
		route && cm_mask_is_prefix(net.mask) && cm_net_covers(route->prefix, net);
}

static void say_local(struct check *c, const struct applied *a, const struct cm_ace *ace,
	const struct cm_interface *in)
{
	bool whole = connected(c, ace->destination.net) != NULL;
	if (whole && is_routed_out(c, a, ace->destination.net))
		return;
	struct cm_diag *found =
		check_say_as(c, "crypto-acl-remote-local", whole ? CM_ERROR : CM_INFO, ace->at,
			whole ? "the far network is on %.*s: nothing for it goes to %s"
			      : "the far network holds the network of %.*s, which never goes to %s",
			(int)in->name.length, in->name.at, applied_name(c, a));
	for (size_t k = 0; k < in->n_addresses; k++)
		if (cm_net_overlaps(in->addresses[k].net, ace->destination.net)) {
			diag_note(c->diags, found, in->addresses[k].at, "connected here:");
			break;
		}
}

static bool learns_routes(const struct check *c, const struct applied *a)
{
	return c->model->dynamic_routing || a->entry->sa.reverse_route.on ||
		(a->dynamic_entry && a->dynamic_entry->sa.reverse_route.on) ||
		a->interface->addressing == CM_IF_DHCP ||
		a->interface->addressing == CM_IF_NEGOTIATED;
}

static bool any_learnt_address(const struct cm_model *m)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		if (m->interfaces[i].addressing == CM_IF_DHCP ||
			m->interfaces[i].addressing == CM_IF_NEGOTIATED)
			return true;
	return false;
}

/* A piece of a configuration does not tell its routes; one with a version or a route may. */
static bool tells_routes(const struct check *c, const struct applied *a)
{
	struct cm_net net;
	return (c->model->n_routes || check_said(c->model->release_at)) &&
		cm_interface_address(a->interface, &net) && c->model->n_interfaces > 1;
}

/* What is sent to the peer itself is the peer's business (peer-unroutable). */
static bool is_peer(const struct applied *a, struct cm_net net)
{
	for (size_t i = 0; i < a->entry->n_peers; i++)
		if (a->entry->peers[i].resolved && cm_net_has(net, a->entry->peers[i].address))
			return true;
	return false;
}

static void check_route(struct check *c, const struct applied *a, const struct cm_ace *ace)
{
	const struct cm_route *route = NULL;
	if (learns_routes(c, a) || any_learnt_address(c->model) || !tells_routes(c, a) ||
		is_peer(a, ace->destination.net))
		return;
	const struct cm_interface *out = cm_model_egress(
		c->model, a->interface->vrf.name, ace->destination.net.address, &route);
	if (out && out->crypto_map.target == a->map)
		return;
	if (!out && !route) {
		check_say(c, "crypto-acl-no-route", ace->at,
			"no route leads to the far network: its packets never come to the crypto map");
		return;
	}
	if (!out)
		return; /* the route's next hop cannot be placed: another rule's business */
	struct cm_diag *found = check_say(c, "crypto-acl-other-route", ace->at,
		"packets to the far network leave by %.*s, where this crypto map is not",
		(int)out->name.length, out->name.at);
	if (route)
		diag_note(c->diags, found, route->at, "by this route:");
}

/* --- Our side ------------------------------------------------------------------------------------- */

/* NAT may make packets of ours look as if they came from there. */
static bool is_translated_to(const struct cm_model *m, struct cm_net net)
{
	for (size_t i = 0; i < m->n_nat_rules; i++) {
		const struct cm_nat_rule *r = &m->nat_rules[i];
		const struct cm_nat_pool *pool = r->pool.target;
		if (r->global && cm_net_overlaps(net, (struct cm_net){ r->global, r->mask }))
			return true;
		for (size_t k = 0; pool && k < pool->n_ranges; k++)
			if (pool->ranges[k][0] <= (net.address | ~net.mask) &&
				pool->ranges[k][1] >= (net.address & net.mask))
				return true;
	}
	return false;
}

/* Behind another tunnel of ours: we hand it on. */
static bool is_behind_tunnel(
	const struct applied *list, size_t n, struct cm_net net, size_t *budget)
{
	for (size_t i = 0; i < n; i++) {
		const struct cm_acl *acl = list[i].acl;
		for (size_t k = 0; k < acl->n_aces; k++) {
			if (!*budget)
				return true; /* nothing is said of what was not looked at */
			--*budget;
			if (acl->aces[k].permit && acl->aces[k].destination.kind == CM_END_NET &&
				acl->aces[k].destination.net.mask &&
				cm_net_overlaps(acl->aces[k].destination.net, net))
				return true;
		}
	}
	return false;
}

/* Somebody we cannot see may have addresses there: other tables, clients, learnt addresses. */
static bool tells_all_networks(const struct check *c, const struct applied *a)
{
	const struct cm_model *m = c->model;
	size_t known = 0;
	for (size_t i = 0; i < m->n_interfaces; i++) {
		const struct cm_interface *in = &m->interfaces[i];
		if (in != a->interface && in->addressing != CM_IF_STATIC &&
			in->addressing != CM_IF_NONE)
			return false;
		known += in != a->interface && in->n_addresses;
	}
	return known && check_is_whole(c) && !m->dynamic_routing && !m->n_client_groups;
}

static void check_source(struct check *c, const struct applied *list, size_t n,
	const struct applied *a, const struct cm_ace *ace, size_t *budget)
{
	struct cm_net net = ace->source.net;
	if (ace->source.kind != CM_END_NET || !cm_mask_is_prefix(net.mask) || touches(c, net) ||
		net.address >> 28 >= 14)
		return;
	const struct cm_interface *way =
		cm_model_egress(c->model, (struct cm_str){ NULL, 0 }, net.address, NULL);
	if ((way && way->crypto_map.target != a->map) || is_translated_to(c->model, net) ||
		is_behind_tunnel(list, n, net, budget))
		return;
	char address[16];
	check_say(c, "crypto-acl-not-ours", ace->at,
		"our side %s/%u is on no interface, and no route leads to it%s",
		cm_ip4_print(net.address, address), cm_mask_bits(net.mask),
		way ? " but the one to the peer" : "");
}

/* --- Routes to a part of the far side -------------------------------------------------------------- */

static void check_parts(
	struct check *c, const struct applied *a, const struct cm_ace *ace, size_t *budget)
{
	const struct cm_model *m = c->model;
	struct cm_net far = ace->destination.net;
	for (size_t i = 0; i < m->n_routes && *budget; i++, --*budget) {
		const struct cm_route *r = &m->routes[i];
		if (r->vrf.name.at || r->inconsistent || r->prefix.mask <= far.mask ||
			!cm_net_covers(far, r->prefix) || is_peer(a, r->prefix))
			continue;
		const struct cm_interface *out =
			cm_model_egress(m, (struct cm_str){ NULL, 0 }, r->prefix.address, NULL);
		if (r->null0 || !out || out->crypto_map.target == a->map)
			continue;
		struct cm_diag *found = check_say(c, "crypto-acl-other-route", r->at,
			"a part of the far network of %s leaves by %.*s, where the crypto map is not",
			applied_name(c, a), (int)out->name.length, out->name.at);
		diag_note(c->diags, found, ace->at, "the far network is here:");
	}
}

static void check_sides_of(
	struct check *c, const struct applied *a, const struct cm_ace *ace, size_t *budget)
{
	if (is_swapped(c, a, ace)) {
		say_swapped(c, ace);
		return;
	}
	if (ace->destination.kind != CM_END_NET || !cm_mask_is_prefix(ace->destination.net.mask))
		return;
	const struct cm_interface *in = touches(c, ace->destination.net);
	/* A summary of all sites holds our own network too, and means no harm. */
	bool summary =
		ace->destination.net.mask < 0xffff0000 && !connected(c, ace->destination.net);
	if (is_behind_us(a, in) && !summary && in->tunnel_mode == CM_TUNNEL_NONE)
		say_local(c, a, ace, in);
	else if (!in)
		check_route(c, a, ace);
	if (!summary)
		check_parts(c, a, ace, budget);
}

static void check_places(struct check *c, const struct applied *list, size_t n,
	const struct applied *a, size_t *budget)
{
	enum { LINES_MOST = 500 }; /* interfaces times lines: a long list says it early */
	if (a->dynamic || a->interface->vrf.name.at || a->map->isakmp_profile.name.at ||
		a->interface->shutdown.on)
		return; /* behind a dynamic entry is whoever comes; VRFs have tables of their own */
	bool tells = tells_all_networks(c, a);
	for (size_t i = 0; i < a->acl->n_aces && i < LINES_MOST; i++) {
		const struct cm_ace *ace = &a->acl->aces[i];
		if (ace->permit)
			check_sides_of(c, a, ace, budget);
		if (ace->permit && tells && !is_swapped(c, a, ace))
			check_source(c, list, n, a, ace, budget);
	}
}

/* --- All looks, once for each list ---------------------------------------------------------------- */

static void check_lists(struct check *c)
{
	static look *const looks[] = { check_standard, check_any, check_ports, check_deny_only,
		check_holes, check_multicast };
	const struct applied *list;
	size_t n = applied_entries(c, &list);
	size_t budget = 2000000; /* comparisons of a line with routes and with other lines */
	for (size_t i = 0; i < n; i++) {
		if (!is_first_use(list, i))
			continue;
		for (size_t k = 0; k < sizeof looks / sizeof *looks; k++)
			looks[k](c, &list[i]);
		check_places(c, list, n, &list[i], &budget);
	}
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define EX_WITH(lines)                                   \
	EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE EX_ROUTE \
		"ip access-list extended BRANCH_TO_HEAD\n" lines

#define ONE(host) " permit ip host 192.168.100." host " 172.18.30.0 0.0.0.255\n"
/* clang-format off */
#define TEN(ten) \
	ONE(ten "0") ONE(ten "1") ONE(ten "2") ONE(ten "3") ONE(ten "4") \
	ONE(ten "5") ONE(ten "6") ONE(ten "7") ONE(ten "8") ONE(ten "9")

static const struct rule rules[] = {
	{ .check = check_lists,
		.about = { .id = "crypto-acl-standard",
			.severity = CM_ERROR,
			.title = "A standard list as crypto ACL",
			.why = "`match address` takes extended lists. A standard list knows sources only, so "
			       "it would propose any as the far side, if IOS took it.",
			.source = "Cisco IOS command reference: match address (IPsec)",
			.fix = "Write an extended list with both networks.",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE EX_ROUTE
				"ip access-list standard BRANCH_TO_HEAD\n permit 192.168.100.0 0.0.0.255\n",
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-any-any",
			.severity = CM_ERROR,
			.title = "A crypto ACL that takes everything",
			.why = "All that leaves the interface is to be encrypted, also for the Internet, and "
			       "all that comes in clear is dropped, IKE of other peers and routing included.",
			.source = "Cisco IOS security configuration guide: crypto access lists (the any "
				  "keyword is discouraged)",
			.fix = "Name the two networks.",
			.fires = EX_WITH(" permit ip any any\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-any",
			.severity = CM_INFO,
			.title = "`any` on one side of a crypto ACL",
			.why = "It is what a branch does that sends everything to its head end; otherwise it "
			       "takes in too much. The far end must say the same, mirrored.",
			.source = "Cisco IOS security configuration guide: crypto access lists",
			.fix = "Name the network, unless all of it is meant.",
			.fires = EX_WITH(" permit ip 192.168.100.0 0.0.0.255 any\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-ports",
			.severity = CM_WARNING,
			.title = "Selectors by protocol or port",
			.why = "Each permit line is a pair of SAs of its own. The far end must have the same "
			       "lines, mirrored, and many gateways know only networks.",
			.source = "RFC 2407 4.6.2; Cisco IOS: one SA pair for each ACL line",
			.fix = "Permit ip between the networks, and filter with an interface list.",
			.fires = EX_WITH(
				" permit tcp 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255 eq 443\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-many",
			.severity = CM_INFO,
			.title = "A crypto ACL with very many lines",
			.why = "Each permit line is a pair of SAs of its own: many negotiations after a "
			       "reload, and small routers hold a few hundred.",
			.source = "Cisco IOS: one SA pair for each ACL line",
			.fix = "Permit ip between summaries of the networks, on both ends.",
			.fires = EX_WITH(TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6")),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-port-range",
			.severity = CM_WARNING,
			.title = "A range of ports in a crypto ACL",
			.why = "The identities of IKEv1 hold one port, or 0 for all. Negotiation fails, or "
			       "covers more than the line says.",
			.source = "RFC 2407 4.6.2 (Identification Payload: one port)",
			.fix = "Permit ip between the networks, and filter with an interface list.",
			.fires = EX_WITH(" permit tcp 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255 "
					 "range 20 25\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-no-permit",
			.severity = CM_ERROR,
			.title = "A crypto ACL that permits nothing",
			.why = "Only what a line permits is encrypted; the entry never gets a packet.",
			.source = "Cisco IOS security configuration guide: crypto access lists",
			.fix = "Permit the two networks.",
			.fires = EX_WITH(" deny ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-holes",
			.severity = CM_ERROR,
			.title = "A wildcard with holes in a crypto ACL",
			.why = "IKE proposes a network with its netmask; such a pattern is none.",
			.source = "RFC 2407 4.6.2.4 (ID_IPV4_ADDR_SUBNET)",
			.fix = "Write one line for each network.",
			.fires = EX_WITH(" permit ip 192.168.100.0 0.0.15.15 172.18.30.0 0.0.0.255\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-multicast",
			.severity = CM_WARNING,
			.title = "Multicast or broadcast in a crypto ACL",
			.why = "A crypto map takes unicast to the far end; routing protocols and other "
			       "multicast need a tunnel interface (GRE or VTI).",
			.source = "Cisco IOS security configuration guide: IPsec restrictions (unicast only)",
			.fix = "Carry multicast in GRE, and encrypt the GRE.",
			.fires = EX_WITH(" permit ip 192.168.100.0 0.0.0.255 host 224.0.0.10\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-swapped",
			.severity = CM_ERROR,
			.title = "Source and destination of a crypto ACL are swapped",
			.why = "A crypto ACL is written for packets that leave: our network first. Swapped "
			       "it matches nothing that leaves, and drops what comes in clear.",
			.source = "Cisco IOS security configuration guide: crypto access lists",
			.fix = "Exchange the two networks.",
			.fires = EX_WITH(" permit ip 172.18.30.0 0.0.0.255 192.168.100.0 0.0.0.255\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-not-ours",
			.severity = CM_WARNING,
			.title = "The source of a crypto ACL is no network of ours",
			.why = "A crypto ACL is written for packets that leave: our network first. None "
			       "comes from this one, so the tunnel is never asked for; or it is mistyped, "
			       "and the right network's packets leave in clear.",
			.source = "Connected networks, static routes and NAT of the text",
			.fix = "Name the network that is connected, or add the route to it.",
			.fires = "hostname BRANCH\n" EX_WITH(
				" permit ip 192.168.10.0 0.0.0.255 172.18.30.0 0.0.0.255\n"),
			.silent = "hostname BRANCH\n" EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-remote-local",
			.severity = CM_ERROR,
			.title = "The far network is, or overlaps, a connected one",
			.why = "Connected networks win over routes: the packets stay here. Two sites with "
			       "the same network need NAT on both ends.",
			.source = "Longest matching route; connected networks",
			.fix = "Renumber one site, or translate both networks and tunnel the translated.",
			.fires = EX_WITH(" permit ip 192.168.100.0 0.0.0.127 192.168.100.128 0.0.0.127\n"),
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-no-route",
			.severity = CM_ERROR,
			.title = "No route to the far network",
			.why = "Routing comes before the crypto map. Without a route the packet is dropped "
			       "and never asks for a tunnel.",
			.source = "Cisco: order of operation (routing, then the crypto map)",
			.fix = "Add a route out of the map's interface, or `reverse-route`.",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE
				"ip route 203.0.113.1 255.255.255.255 198.51.100.2\n" EX_LIST,
			.silent = EX_BRANCH } },
	{ .check = check_lists,
		.about = { .id = "crypto-acl-other-route",
			.severity = CM_WARNING,
			.title = "The far network is routed out of another interface",
			.why = "Only what leaves by the interface that carries the map is encrypted. These "
			       "packets leave elsewhere, in clear.",
			.source = "Cisco: order of operation (routing, then the crypto map)",
			.fix = "Route the network out of the map's interface, or put the map on the other.",
			.fires = EX_BRANCH "ip route 172.18.30.0 255.255.255.0 192.168.100.254\n",
			.silent = EX_BRANCH } },
};
/* clang-format on */

const struct family family_crypto_acl = { "crypto-acl", rules, sizeof rules / sizeof *rules };
