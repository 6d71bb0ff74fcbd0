/*
 * Tunnel interfaces, GRE below a crypto map, and how large a packet may be.
 */
#include "check/check.h"
#include "check/examples.h"
#include "syntax/document.h"

#include <stdlib.h>
#include <string.h>

static bool is_tunnel(const struct cm_interface *i)
{
	return i->tunnel_mode != CM_TUNNEL_NONE;
}

static bool is_gre(const struct cm_interface *i)
{
	return i->tunnel_mode == CM_TUNNEL_GRE_IP || i->tunnel_mode == CM_TUNNEL_GRE_MULTIPOINT;
}

static bool protected(const struct cm_interface *i)
{
	return i->protection.name.at != NULL;
}

/* Our address at the outside of a tunnel interface; false when unknown. */
static bool source_of(const struct cm_interface *i, uint32_t *address)
{
	struct cm_net net;
	if (i->has_tunnel_source_address)
		*address = i->tunnel_source_address;
	else if (i->tunnel_source.target && cm_interface_address(i->tunnel_source.target, &net))
		*address = net.address;
	else
		return false;
	return true;
}

/* --- What an interface lacks ------------------------------------------------------------------ */

static bool lines_refused(struct check *c, const struct cm_interface *i)
{
	for (size_t k = 0; k < i->n_blocks; k++)
		if (check_refused_in(c, i->blocks[k]))
			return true;
	return false;
}

static void check_ends(struct check *c, const struct cm_interface *i)
{
	bool source = i->has_tunnel_source_address || i->tunnel_source.name.at;
	bool destination = i->has_tunnel_destination || i->tunnel_destination_dynamic ||
		i->tunnel_destination_name.text.at;
	bool multipoint = i->tunnel_mode == CM_TUNNEL_GRE_MULTIPOINT;
	bool template = strncmp(i->name.at, "Virtual-", strlen("Virtual-")) == 0;
	/* A piece that names neither goes on elsewhere; what was refused was one of them, perhaps. */
	bool piece = !source && !destination && !check_is_whole(c);
	if (template || i->tunnel_mode == CM_TUNNEL_OTHER || piece || lines_refused(c, i))
		return;
	if (!source)
		check_say(c, "tunnel-incomplete", i->at, "%.*s has no tunnel source",
			(int)i->name.length, i->name.at);
	else if (!destination && !multipoint)
		check_say(c, "tunnel-incomplete", i->at, "%.*s has no tunnel destination",
			(int)i->name.length, i->name.at);
	const struct cm_interface *carrier = i->tunnel_source.target;
	if (carrier && carrier->shutdown.on)
		check_say(c, "tunnel-source-down", i->tunnel_source_at,
			"%.*s, the source of this tunnel, is shut down", (int)carrier->name.length,
			carrier->name.at);
	else if (carrier && carrier->addressing == CM_IF_NONE &&
		(check_said(carrier->addressing_at) || check_is_whole(c)))
		check_say(c, "tunnel-source-down", i->tunnel_source_at,
			"%.*s, the source of this tunnel, has no address",
			(int)carrier->name.length, carrier->name.at);
}

static void check_recursion(struct check *c, const struct cm_interface *i)
{
	const struct cm_route *route = NULL;
	char address[16];
	if (!i->has_tunnel_destination)
		return;
	const struct cm_interface *egress =
		cm_model_egress(c->model, i->tunnel_vrf.name, i->tunnel_destination, &route);
	if (egress != i)
		return;
	struct cm_diag *found = check_say(c, "tunnel-recursion", i->tunnel_destination_at,
		"the way to %s leads through the tunnel itself",
		cm_ip4_print(i->tunnel_destination, address));
	if (route)
		diag_note(c->diags, found, route->at, "by this route:");
}

static void check_keepalive(struct check *c, const struct cm_interface *i)
{
	if (protected(i) && is_gre(i) && i->keepalive.on)
		check_say(c, "tunnel-keepalive", i->keepalive.at,
			"GRE keepalives come back unprotected and are dropped by tunnel protection");
}

static void check_map_too(struct check *c, const struct cm_interface *i)
{
	if (!i->crypto_map.name.at)
		return;
	if (protected(i)) {
		struct cm_diag *found = check_say(c, "tunnel-and-map", i->crypto_map.at,
			"a tunnel interface has a crypto map beside tunnel protection");
		diag_note(c->diags, found, i->protection.at, "this is enough:");
		return;
	}
	bool since = cm_release_since(c->model->release, "12.2(13)T", true);
	const struct cm_interface *carrier = i->tunnel_source.target;
	if (since && carrier && carrier->crypto_map.name.at)
		check_say_as(c, "tunnel-and-map", CM_INFO, i->crypto_map.at,
			"since 12.2(13)T the crypto map belongs on the physical interface only");
}

static const struct cm_route *default_by(const struct cm_model *m, uint32_t gateway)
{
	for (size_t i = 0; i < m->n_routes; i++) {
		const struct cm_route *r = &m->routes[i];
		if (r->prefix.mask == 0 && r->has_next_hop && r->next_hop == gateway)
			return r;
	}
	return NULL;
}

static void check_gateway(struct check *c, struct cm_span at, uint32_t server)
{
	char text[16];
	const struct cm_route *by = default_by(c->model, server);
	if (!by)
		return;
	struct cm_diag *found = check_say(c, "tunnel-nhs-gateway", at,
		"%s is the gateway of our default route, hardly the next hop server",
		cm_ip4_print(server, text));
	diag_note(c->diags, found, by->at, "this route:");
}

/* Without a route to where a next hop server is outside, the spoke never registers. */
static void check_servers_of(struct check *c, const struct cm_interface *i)
{
	char text[16];
	uint32_t outside;
	/* A piece that does not show the outside interface does not show its routes. */
	if (!check_is_whole(c) && !source_of(i, &outside))
		return;
	for (size_t k = 0; k < i->nhrp.n_peers; k++) {
		const struct cm_nhrp_peer *peer = &i->nhrp.peers[k];
		if (!peer->server || !cm_nhrp_outside(&i->nhrp, peer, &outside))
			continue;
		check_gateway(c, peer->at, outside);
		if (cm_model_egress(c->model, i->tunnel_vrf.name, outside, NULL))
			continue;
		check_say_as(c, "tunnel-nhs-unroutable",
			c->model->dynamic_routing ? CM_INFO : CM_WARNING, peer->at,
			c->model->dynamic_routing
				? "no static route to the next hop server %s: a routing protocol must bring one"
				: "no route to the next hop server %s",
			cm_ip4_print(outside, text));
	}
}

static void check_servers(struct check *c)
{
	for (size_t k = 0; k < c->model->n_interfaces; k++)
		if (!c->model->interfaces[k].shutdown.on)
			check_servers_of(c, &c->model->interfaces[k]);
}

static void check_interfaces(struct check *c)
{
	for (size_t k = 0; k < c->model->n_interfaces; k++) {
		const struct cm_interface *i = &c->model->interfaces[k];
		if (!is_tunnel(i))
			continue;
		if (!i->shutdown.on) {
			check_ends(c, i);
			check_recursion(c, i);
		}
		if (i->shutdown.on && protected(i))
			check_say(c, "tunnel-shutdown", i->shutdown.at,
				"%.*s is protected by IPsec and shut down", (int)i->name.length,
				i->name.at);
		check_keepalive(c, i);
		check_map_too(c, i);
	}
}

/* --- Two tunnels of one source and one profile ------------------------------------------------ */

static int by_source(const void *a, const void *b)
{
	const struct cm_interface *x = *(const struct cm_interface *const *)a;
	const struct cm_interface *y = *(const struct cm_interface *const *)b;
	uint32_t from_x = 0, from_y = 0;
	source_of(x, &from_x);
	source_of(y, &from_y);
	if (from_x != from_y)
		return from_x < from_y ? -1 : 1;
	int order = cm_str_compare(x->protection.name, y->protection.name);
	if (order)
		return order;
	return x->at.start < y->at.start ? -1 : x->at.start > y->at.start;
}

static bool clash(const struct cm_interface *a, const struct cm_interface *b)
{
	uint32_t from_a, from_b;
	bool one_source = source_of(a, &from_a) && source_of(b, &from_b) && from_a == from_b;
	bool one_profile = cm_str_same(a->protection.name, b->protection.name);
	bool shared = a->protection_shared.on && b->protection_shared.on;
	/* Point-to-point tunnels to different destinations are told apart by them. */
	bool apart = a->has_tunnel_destination && b->has_tunnel_destination &&
		a->tunnel_destination != b->tunnel_destination;
	return one_source && one_profile && !shared && !apart;
}

static void check_shared(struct check *c)
{
	const struct cm_model *m = c->model;
	const struct cm_interface **list =
		ARENA_ARRAY(c->arena, const struct cm_interface *, m->n_interfaces + 1);
	size_t n = 0;
	for (size_t i = 0; list && i < m->n_interfaces; i++) {
		if (is_tunnel(&m->interfaces[i]) && protected(&m->interfaces[i]) &&
			!m->interfaces[i].shutdown.on)
			list[n++] = &m->interfaces[i];
	}
	if (n)
		qsort(list, n, sizeof *list, by_source);
	for (size_t i = 1; i < n; i++) {
		if (!clash(list[i - 1], list[i]))
			continue;
		struct cm_diag *found = check_say(c, "tunnel-not-shared", list[i]->protection.at,
			"%.*s and %.*s have one source and one profile, but not `shared`",
			(int)list[i - 1]->name.length, list[i - 1]->name.at,
			(int)list[i]->name.length, list[i]->name.at);
		diag_note(c->diags, found, list[i - 1]->protection.at, "the other one:");
	}
}

/* --- How large a packet may be ---------------------------------------------------------------- */

enum { IP_HEADER = 20, TCP_HEADER = 20, GRE_HEADER = 4, GRE_KEY = 4 };

/* Largest packet that fits into the MTU under any of the tunnel's sets. */
static size_t largest_inner(const struct cm_tunnel *t)
{
	size_t least = 0;
	for (size_t i = 0; i < t->n_p2; i++) {
		const struct cm_p2 *p = &t->p2[i];
		/* GRE of a protected tunnel is between the ends: transport mode can hold. */
		bool transport = p->mode == CM_MODE_TRANSPORT && t->tunnel_interface.present &&
			t->tunnel_interface.gre;
		struct cm_wrapping w = {
			.cipher = p->cipher, .hash = p->hash, .ah = p->ah, .transport = transport
		};
		size_t inner = cm_overhead_inner(&w, t->mtu);
		if (i == 0 || inner < least)
			least = inner;
	}
	return least;
}

/* The same for what goes into a tunnel interface. */
static size_t largest_payload(const struct cm_tunnel *t)
{
	size_t inner = largest_inner(t);
	if (!t->tunnel_interface.gre)
		return inner;
	size_t gre = IP_HEADER + GRE_HEADER + (t->tunnel_interface.has_key ? GRE_KEY : 0);
	return inner > gre ? inner - gre : 0;
}

static void check_tunnel_size(struct check *c, const struct cm_tunnel *t)
{
	const struct cm_interface *i = cm_model_interface(c->model, t->interface);
	size_t fits = largest_payload(t);
	/* Sizes are those of IPv4, inside and outside. */
	if (!i || !fits || i->tunnel_mode == CM_TUNNEL_IPSEC_IPV6 || i->addressing == CM_IF_NONE)
		return;
	if (check_said(i->ip_mtu.at) && i->ip_mtu.value > fits)
		check_say(c, "mtu-too-large", i->ip_mtu.at,
			"packets of more than %zu octets are fragmented: %u are too many", fits,
			(unsigned)i->ip_mtu.value);
	size_t mss = fits > IP_HEADER + TCP_HEADER ? fits - IP_HEADER - TCP_HEADER : 0;
	if (check_said(i->adjust_mss.at) && i->adjust_mss.value > mss)
		check_say(c, "mss-too-large", i->adjust_mss.at,
			"segments of more than %zu octets are fragmented: %u are too many", mss,
			(unsigned)i->adjust_mss.value);
	if (!check_said(i->ip_mtu.at) && !check_said(i->adjust_mss.at))
		check_say(c, "mss-missing", i->at,
			"%.*s: neither `ip mtu` nor `ip tcp adjust-mss`; %zu octets fit, a segment of "
			"%zu",
			(int)i->name.length, i->name.at, fits, mss);
}

/* The clamp may stand on an interface that a piece of a configuration does not show. */
static bool tells_inside(const struct check *c, const struct cm_interface *carrier)
{
	bool other = false;
	for (size_t k = 0; k < c->model->n_interfaces && !other; k++)
		other = &c->model->interfaces[k] != carrier && c->model->interfaces[k].n_addresses;
	return other || check_is_whole(c);
}

/* With a crypto map the clamp belongs on the way: on the carrier or on where traffic comes in. */
static void check_map_size(struct check *c, const struct cm_tunnel *t, bool *said)
{
	size_t fits = largest_inner(t);
	const struct cm_interface *carrier = cm_model_interface(c->model, t->interface);
	if (!fits || fits <= IP_HEADER + TCP_HEADER || !carrier || is_tunnel(carrier))
		return;
	size_t mss = fits - IP_HEADER - TCP_HEADER;
	bool clamped = false;
	for (size_t k = 0; k < c->model->n_interfaces; k++) {
		const struct cm_interface *i = &c->model->interfaces[k];
		if (!check_said(i->adjust_mss.at) || is_tunnel(i))
			continue;
		clamped = true;
		if (i->adjust_mss.value > mss)
			check_say(c, "mss-too-large", i->adjust_mss.at,
				"segments of more than %zu octets are fragmented in the tunnel of map "
				"%.*s: %u are too many",
				mss, (int)t->map.length, t->map.at, (unsigned)i->adjust_mss.value);
	}
	if (!clamped && !*said && tells_inside(c, carrier)) {
		*said = true;
		check_say(c, "mss-missing",
			check_said(carrier->crypto_map.at) ? carrier->crypto_map.at : carrier->at,
			"no `ip tcp adjust-mss`: of %u octets %zu are left in the tunnel, a segment of %zu",
			t->mtu, fits, mss);
	}
}

/* Tunnels of one map share sets mostly; the first few tell enough. */
static void check_sizes(struct check *c)
{
	enum { FEW = 32 };
	size_t maps = 0;
	bool said = false;
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		if (t->n_p2 == 0 || !t->mtu)
			continue;
		if (t->kind == CM_TUNNEL_PROFILE)
			check_tunnel_size(c, t);
		else if (maps++ < FEW)
			check_map_size(c, t, &said);
	}
}

/* --- GRE below a crypto map ------------------------------------------------------------------- */

static bool covers_gre(const struct cm_tunnel *t, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < t->n_selectors; i++) {
		const struct cm_selector *s = &t->selectors[i];
		if ((s->protocol == 0 || s->protocol == 47) && cm_net_has(s->local, from) &&
			cm_net_has(s->remote, to))
			return true;
	}
	return false;
}

static bool has_peer(const struct cm_tunnel *t, uint32_t address)
{
	for (size_t i = 0; i < t->n_peers; i++) {
		if (t->peers[i].resolved && t->peers[i].address == address)
			return true;
	}
	return false;
}

/* Destinations of plain GRE tunnels, sorted, to be met by the peers of maps. */
static int by_destination(const void *a, const void *b)
{
	const struct cm_interface *x = *(const struct cm_interface *const *)a;
	const struct cm_interface *y = *(const struct cm_interface *const *)b;
	if (x->tunnel_destination != y->tunnel_destination)
		return x->tunnel_destination < y->tunnel_destination ? -1 : 1;
	return 0;
}

static void say_gre(struct check *c, const struct cm_interface *i, const struct cm_tunnel *t)
{
	uint32_t from;
	if (!has_peer(t, i->tunnel_destination) || t->n_selectors == 0 || !source_of(i, &from) ||
		covers_gre(t, from, i->tunnel_destination))
		return;
	bool ours = t->has_local && t->local == from;
	if (!ours)
		return;
	char one[16], two[16];
	struct cm_diag *found = check_say(c, "gre-not-encrypted", t->acl_at,
		"GRE from %s to %s is not in the crypto ACL, so %.*s leaves in clear",
		cm_ip4_print(from, one), cm_ip4_print(i->tunnel_destination, two),
		(int)i->name.length, i->name.at);
	diag_note(c->diags, found, i->tunnel_destination_at, "this tunnel:");
}

static void check_gre(struct check *c)
{
	const struct cm_model *m = c->model;
	const struct cm_interface **list =
		ARENA_ARRAY(c->arena, const struct cm_interface *, m->n_interfaces + 1);
	size_t n = 0;
	for (size_t i = 0; list && i < m->n_interfaces; i++) {
		const struct cm_interface *one = &m->interfaces[i];
		if (is_gre(one) && !protected(one) && one->has_tunnel_destination)
			list[n++] = one;
	}
	if (n == 0)
		return;
	qsort(list, n, sizeof *list, by_destination);
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		for (size_t p = 0; t->kind == CM_TUNNEL_STATIC && p < t->n_peers; p++) {
			struct cm_interface key = { .tunnel_destination = t->peers[p].address };
			const struct cm_interface *wanted = &key;
			const struct cm_interface **at =
				bsearch(&wanted, list, n, sizeof *list, by_destination);
			if (at)
				say_gre(c, *at, t);
		}
	}
}

#define PROFILE "crypto ipsec profile TUNNEL\n set transform-set STRONG\n"
#define TUNNEL                                    \
	"interface Tunnel0\n"                     \
	" ip address 192.0.2.1 255.255.255.252\n" \
	" ip mtu 1400\n"                          \
	" ip tcp adjust-mss 1360\n"               \
	" tunnel source FastEthernet0/1\n"        \
	" tunnel destination 203.0.113.1\n"
#define SPOKE                                       \
	"interface Tunnel0\n"                       \
	" ip address 192.0.2.2 255.255.255.0\n"     \
	" ip mtu 1400\n"                            \
	" ip nhrp network-id 1\n"                   \
	" ip nhrp nhs 192.0.2.1 nbma 203.0.113.1\n" \
	" tunnel source FastEthernet0/1\n"          \
	" tunnel mode gre multipoint\n"
#define PROTECTED    " tunnel protection ipsec profile TUNNEL\n"
#define CARRIER      "interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n"
#define WITH(tunnel) EX_BEFORE PROFILE tunnel CARRIER EX_INSIDE EX_ROUTE

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_interfaces,
		.about = { .id = "tunnel-incomplete",
			.severity = CM_ERROR,
			.title = "A tunnel interface without source or destination",
			.why = "The interface stays down.",
			.source = "Cisco IOS interface command reference: tunnel source, tunnel destination",
			.fix = "Add what is missing.",
			.fires = WITH("interface Tunnel0\n ip address 192.0.2.1 255.255.255.252\n"
				      " tunnel source FastEthernet0/1\n" PROTECTED),
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_interfaces,
		.about = { .id = "tunnel-shutdown",
			.severity = CM_INFO,
			.title = "A protected tunnel is shut down",
			.why = "Nothing goes through it, and the far end tries in vain.",
			.source = "Cisco IOS interface command reference: shutdown",
			.fix = "`no shutdown`, or remove the tunnel on both ends.",
			.fires = WITH(TUNNEL " shutdown\n" PROTECTED),
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_servers,
		.about = { .id = "tunnel-nhs-unroutable",
			.severity = CM_WARNING,
			.title = "No route to the next hop server of a DMVPN",
			.why = "The spoke cannot register, so no tunnel comes up. A protocol that runs "
			       "inside the tunnel cannot bring the route.",
			.source = "Static routes and connected networks of the text",
			.fix = "Add a route to the outside address of the hub, mostly the default route.",
			.fires = EX_BEFORE PROFILE SPOKE PROTECTED CARRIER,
			.silent = EX_BEFORE PROFILE SPOKE PROTECTED CARRIER EX_ROUTE } },
	{ .check = check_servers,
		.about = { .id = "tunnel-nhs-gateway",
			.severity = CM_WARNING,
			.title = "The next hop server of a DMVPN is the default gateway",
			.why = "`nbma` wants the outside address of the hub. The next router on the way "
			       "there knows nothing of NHRP, so the spoke never registers.",
			.source = "Cisco IOS IP addressing command reference: ip nhrp nhs",
			.fix = "Name the hub's outside address.",
			.fires = EX_BEFORE PROFILE SPOKE " ip nhrp nhs 192.0.2.1 nbma 198.51.100.2\n"
				PROTECTED CARRIER EX_ROUTE,
			.silent = EX_BEFORE PROFILE SPOKE PROTECTED CARRIER EX_ROUTE } },
	{ .check = check_interfaces,
		.about = { .id = "tunnel-source-down",
			.severity = CM_WARNING,
			.title = "The source of a tunnel is down",
			.why = "The tunnel has no address of its own to send from, and stays down.",
			.source = "Cisco IOS interface command reference: tunnel source",
			.fix = "Bring the interface up, or name the one that is in use.",
			.fires = EX_BEFORE PROFILE TUNNEL PROTECTED CARRIER " shutdown\n",
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_interfaces,
		.about = { .id = "tunnel-recursion",
			.severity = CM_ERROR,
			.title = "The way to the tunnel's destination leads through the tunnel",
			.why = "The router notices (%TUN-5-RECURDOWN), takes the tunnel down, finds the "
			       "other way again, and so on for ever.",
			.source = "Cisco document on recursive routing of GRE tunnels",
			.fix = "Add a host route to the destination through the outside interface.",
			.fires = WITH(TUNNEL PROTECTED) "ip route 203.0.113.0 255.255.255.0 Tunnel0\n",
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_interfaces,
		.about = { .id = "tunnel-keepalive",
			.severity = CM_WARNING,
			.title = "GRE keepalives under tunnel protection",
			.why = "The far end sends the answer back outside of IPsec, so it is dropped and the "
			       "tunnel goes down for no reason.",
			.source = "Cisco document 64565",
			.fix = "Remove `keepalive`; use `crypto isakmp keepalive` or a routing protocol.",
			.fires = WITH(TUNNEL " keepalive 10 3\n" PROTECTED),
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_interfaces,
		.about = { .id = "tunnel-and-map",
			.severity = CM_WARNING,
			.title = "A crypto map on a tunnel interface",
			.why = "Before 12.2(13)T the map had to stand on both interfaces; since then on the "
			       "physical one only, and with tunnel protection on none. More than is needed "
			       "encrypts twice or not at all.",
			.source = "Cisco document 14125",
			.fix = "Remove `crypto map` from the tunnel interface.",
			.fires = WITH(TUNNEL PROTECTED " crypto map VPN\n") EX_ENTRY EX_LIST,
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_shared,
		.about = { .id = "tunnel-not-shared",
			.severity = CM_WARNING,
			.title = "Two tunnels of one source share a profile without `shared`",
			.why = "The router cannot tell which tunnel an SA belongs to: SAs are bound to the "
			       "wrong one, and tunnels flap.",
			.source = "Cisco IOS XE: Sharing IPsec with Tunnel Protection",
			.fix = "Add `shared` to both lines, or use a profile for each.",
			.fires = WITH("interface Tunnel0\n ip address 192.0.2.1 255.255.255.0\n"
				      " tunnel source FastEthernet0/1\n tunnel mode gre multipoint\n"
				      " tunnel key 1\n" PROTECTED
				      "interface Tunnel1\n ip address 192.0.2.129 255.255.255.252\n"
				      " tunnel source FastEthernet0/1\n tunnel mode gre multipoint\n"
				      " tunnel key 2\n" PROTECTED),
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_sizes,
		.about = { .id = "mtu-too-large",
			.severity = CM_WARNING,
			.title = "The tunnel's MTU is larger than what fits",
			.why = "Each full packet is cut in two behind the encryption. Some paths drop "
			       "fragments; all are slower.",
			.source = "RFC 4303 2; RFC 2784; computed from the transforms",
			.fix = "Set `ip mtu` to the number in the message, or to 1400.",
			.fires = WITH("interface Tunnel0\n ip address 192.0.2.1 255.255.255.252\n"
				      " ip mtu 1476\n tunnel source FastEthernet0/1\n"
				      " tunnel destination 203.0.113.1\n" PROTECTED),
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_sizes,
		.about = { .id = "mss-too-large",
			.severity = CM_WARNING,
			.title = "TCP segments are larger than what fits",
			.why = "Each full segment is fragmented, or dropped when it must not be: pages hang "
			       "while ping works.",
			.source = "RFC 4303 2; RFC 879; computed from the transforms",
			.fix = "Set `ip tcp adjust-mss` to the number in the message, or to 1360.",
			.fires = WITH(TUNNEL PROTECTED " ip tcp adjust-mss 1460\n"),
			.silent = WITH(TUNNEL PROTECTED) } },
	{ .check = check_sizes,
		.about = { .id = "mss-missing",
			.severity = CM_INFO,
			.title = "Nothing makes TCP segments fit into the tunnel",
			.why = "Encryption makes packets larger. Where ICMP is filtered, hosts never learn "
			       "that their packets are too large: connections hang when much is sent.",
			.source = "RFC 4459; computed from the transforms",
			.fix = "Add `ip tcp adjust-mss` on the inside interface (or the tunnel).",
			.fires = "hostname BRANCH\n" EX_BEFORE EX_ENTRY EX_OUTSIDE EX_ROUTE EX_LIST,
			.silent = EX_BRANCH } },
	{ .check = check_gre,
		.about = { .id = "gre-not-encrypted",
			.severity = CM_WARNING,
			.title = "A GRE tunnel to the peer is not in the crypto ACL",
			.why = "Between the two routers there is GRE and IPsec, but the list does not name "
			       "the GRE packets: what goes into the tunnel leaves in clear.",
			.source = "Cisco document 14125",
			.fix = "Add `permit gre host OURS host PEER` to the list.",
			.fires = EX_BRANCH TUNNEL,
			.silent = EX_BRANCH TUNNEL "ip access-list extended BRANCH_TO_HEAD\n"
						   " permit gre host 198.51.100.1 host 203.0.113.1\n" } },
};
/* clang-format on */

const struct family family_tunnel = { "tunnel", rules, sizeof rules / sizeof *rules };
