/*
 * Crypto maps: where they are applied, and whether their peers can be reached from there.
 */
#include "check/check.h"
#include "check/examples.h"
#include "check/guess.h"
#include "check/lines.h"

#include <stdlib.h>
#include <string.h>

/* --- Applied where? -------------------------------------------------------------------------- */

static bool has_entry(const struct cm_crypto_map *map)
{
	for (size_t i = 0; i < map->n_entries; i++) {
		if (map->entries[i].type != CM_ENTRY_UNKNOWN)
			return true;
	}
	return false;
}

static void check_not_applied(struct check *c, const struct cm_crypto_map *map)
{
	if (map->n_interfaces || !has_entry(map) || map->ipv6 || !c->model->n_interfaces)
		return;
	check_say(c, "map-not-applied", map->at,
		"crypto map %.*s is applied to no interface: its traffic leaves in clear",
		(int)map->name.length, map->name.at);
}

static struct cm_span map_line(const struct cm_interface *i)
{
	return check_said(i->crypto_map.at) ? i->crypto_map.at : i->at;
}

static bool has_isakmp_entry(const struct cm_crypto_map *map)
{
	for (size_t i = 0; i < map->n_entries; i++) {
		if (map->entries[i].type != CM_ENTRY_GDOI)
			return true;
	}
	return false;
}

/* The same map twice on an interface is one map. */
static void check_replaced(struct check *c, const struct cm_interface *i)
{
	if (i->n_crypto_map_lines < 2)
		return;
	struct cm_span last = i->crypto_map_lines[i->n_crypto_map_lines - 1];
	for (size_t k = 0; k + 1 < i->n_crypto_map_lines; k++) {
		struct cm_str line = text_after(
			cm_document_slice(c->document, i->crypto_map_lines[k]), "crypto map ");
		struct cm_str name = line.at ? text_word(line) : line;
		if (name.at && cm_str_same(name, i->crypto_map.name))
			continue;
		struct cm_diag *found = check_say(c, "map-replaced", i->crypto_map_lines[k],
			"an interface carries one crypto map: the last line replaces this one");
		diag_note(c->diags, found, last, "this one holds:");
		return;
	}
}

static void check_carrier(
	struct check *c, const struct cm_crypto_map *map, const struct cm_interface *i)
{
	int length = (int)i->name.length;
	if (i->shutdown.on) {
		struct cm_diag *found = check_say(c, "map-interface-shutdown", map_line(i),
			"%.*s carries the crypto map but is shut down", length, i->name.at);
		diag_note(c->diags, found, i->shutdown.at, "it is down here:");
	}
	struct cm_net net;
	bool local = map->local_address.name.at != NULL;
	bool told = check_said(i->addressing_at) || check_is_whole(c);
	if (i->addressing == CM_IF_NONE && !local && told && has_isakmp_entry(map))
		check_say(c, "map-interface-no-address", map_line(i),
			"%.*s carries the crypto map but has no address", length, i->name.at);
	if (local && map->local_address.target &&
		!cm_interface_address(map->local_address.target, &net) &&
		map->local_address.target->addressing == CM_IF_NONE)
		check_say(c, "map-local-address", map->local_address.at,
			"%.*s has no address that the map could use",
			(int)map->local_address.name.length, map->local_address.name.at);
	const struct cm_interface *end = map->local_address.target;
	if (end && end->nat_inside.on && !end->nat_outside.on) {
		struct cm_diag *found = check_say_as(c, "map-local-address", CM_WARNING,
			map->local_address.at,
			"the local end is the address of %.*s, an inside interface, which peers cannot reach",
			(int)end->name.length, end->name.at);
		diag_note(c->diags, found, end->nat_inside.at, "inside, says NAT:");
	}
	if (i->nat_inside.on && !i->nat_outside.on) {
		struct cm_diag *found = check_say(c, "map-interface-inside", map_line(i),
			"the crypto map is on %.*s, an inside interface", length, i->name.at);
		diag_note(c->diags, found, i->nat_inside.at, "inside, says NAT:");
	}
	check_replaced(c, i);
}

static void check_two_interfaces(struct check *c, const struct cm_crypto_map *map)
{
	size_t n = 0;
	const struct cm_interface *first = NULL, *second = NULL;
	for (size_t i = 0; i < map->n_interfaces; i++) {
		const struct cm_interface *one = map->interfaces[i];
		if (one->shutdown.on || one->tunnel_mode != CM_TUNNEL_NONE)
			continue;
		second = first && !second ? one : second;
		first = first ? first : one;
		n++;
	}
	if (n < 2 || map->local_address.name.at || !has_isakmp_entry(map))
		return;
	struct cm_diag *found = check_say(c, "map-two-interfaces", map_line(second),
		"crypto map %.*s is on %zu interfaces, each with an address and SAs of its own",
		(int)map->name.length, map->name.at, n);
	diag_note(c->diags, found, map_line(first), "also here:");
}

static bool is_static(const struct cm_map_entry *entry)
{
	return entry->type == CM_ENTRY_ISAKMP || entry->type == CM_ENTRY_MANUAL;
}

static void check_dynamic_order(struct check *c, const struct cm_crypto_map *map)
{
	const struct cm_map_entry *dynamic = NULL;
	for (size_t i = 0; i < map->n_entries; i++) {
		const struct cm_map_entry *entry = &map->entries[i];
		if (!dynamic && entry->type == CM_ENTRY_DYNAMIC)
			dynamic = entry;
		if (!dynamic || !is_static(entry))
			continue;
		struct cm_diag *found = check_say(c, "map-dynamic-order", dynamic->at,
			"dynamic entry %u comes before static entry %u and answers its peers",
			(unsigned)dynamic->sequence, (unsigned)entry->sequence);
		diag_note(c->diags, found, entry->at, "never reached by a peer that starts:");
		return;
	}
}

static void check_address(struct check *c, const struct cm_map_entry *entry)
{
	for (size_t i = 0; i < entry->n_peers; i++) {
		struct cm_str name = entry->peers[i].hostname;
		if (name.length && cm_ip4_numeric(name))
			check_say(c, "peer-no-address", entry->peers[i].at,
				"%.*s is no address; the router takes it for a host name",
				(int)name.length, name.at);
	}
}

/* A piece of a configuration, and no set in it. */
static bool leaves_sets_out(const struct check *c)
{
	for (size_t i = 0; i < c->model->n_transform_sets; i++)
		if (!c->model->transform_sets[i].built_in)
			return false;
	return !check_is_whole(c);
}

/* Before 12.4(20)T nothing is offered then; since, the built-in set. */
static void check_transform(struct check *c, const struct cm_sa_settings *sa, struct cm_span header)
{
	struct cm_release release = c->model->release;
	bool ikev2 = c->model->n_ikev2_profiles > 0; /* of 15.1(1)T */
	if (sa->n_transform_sets || check_refused_in(c, header) || leaves_sets_out(c))
		return;
	if (ikev2 || cm_release_since(release, "12.4(20)T", false))
		check_say_as(c, "map-no-transform", CM_INFO, header,
			"no `set transform-set`: the built-in one of the release is used");
	else
		check_say_as(c, "map-no-transform",
			cm_release_since(release, "12.4(20)T", true) ? CM_WARNING : CM_ERROR,
			header,
			"no `set transform-set`: before 12.4(20)T nothing is offered to the peer");
}

static void check_dynamic_maps(struct check *c)
{
	for (size_t i = 0; i < c->model->n_dynamic_maps; i++) {
		const struct cm_dynamic_map *map = &c->model->dynamic_maps[i];
		for (size_t k = 0; k < map->n_entries; k++)
			check_transform(c, &map->entries[k].sa, map->entries[k].at);
	}
	for (size_t i = 0; i < c->model->n_ipsec_profiles; i++) {
		const struct cm_ipsec_profile *p = &c->model->ipsec_profiles[i];
		if (!p->built_in)
			check_transform(c, &p->sa, p->at);
	}
}

static void check_entry(struct check *c, const struct cm_map_entry *entry)
{
	check_address(c, entry);
	if (entry->type == CM_ENTRY_ISAKMP || entry->type == CM_ENTRY_MANUAL)
		check_transform(c, &entry->sa, entry->at);
	if (entry->type == CM_ENTRY_MANUAL)
		check_say(c, "map-manual", entry->at,
			"manual keys are never renewed and packets can be replayed");
	bool dpd = c->model->isakmp.keepalive.interval_s != 0;
	if (entry->sa.isakmp_profile.target &&
		entry->sa.isakmp_profile.target->keepalive.interval_s)
		dpd = true;
	if (entry->sa.ikev2_profile.name.at)
		dpd = true;
	if (entry->n_peers > 1 && !dpd)
		check_say(c, "map-peers-no-dpd", entry->peers[1].at,
			"without keepalives the router does not notice that the first of %zu peers is "
			"dead",
			entry->n_peers);
}

static void check_maps(struct check *c)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_crypto_maps; i++) {
		const struct cm_crypto_map *map = &m->crypto_maps[i];
		check_not_applied(c, map);
		for (size_t k = 0; k < map->n_interfaces; k++)
			check_carrier(c, map, map->interfaces[k]);
		check_two_interfaces(c, map);
		check_dynamic_order(c, map);
		for (size_t k = 0; k < map->n_entries; k++)
			check_entry(c, &map->entries[k]);
	}
	check_dynamic_maps(c);
}

/* --- Peers ----------------------------------------------------------------------------------- */

/* Our own addresses, sorted. */
struct own {
	uint32_t *at;
	size_t n, room;
};

static int by_address(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static void own_addresses(struct check *c, struct own *own)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_interfaces; i++) {
		for (size_t k = 0; k < m->interfaces[i].n_addresses; k++) {
			uint32_t *one = ARENA_PUSH(c->arena, own->at, own->n, own->room);
			if (one)
				*one = m->interfaces[i].addresses[k].net.address;
		}
	}
	if (own->n)
		qsort(own->at, own->n, sizeof *own->at, by_address);
}

static bool same_name(struct cm_str a, struct cm_str b)
{
	return a.length == b.length && (a.length == 0 || cm_str_same(a, b));
}

static bool has_peer(const struct cm_crypto_map *map, uint32_t address)
{
	for (size_t i = 0; map && i < map->n_entries; i++)
		for (size_t k = 0; k < map->entries[i].n_peers; k++)
			if (map->entries[i].peers[k].resolved &&
				map->entries[i].peers[k].address == address)
				return true;
	return false;
}

static void check_way(struct check *c, const struct cm_tunnel *t, const struct cm_peer *peer)
{
	char address[16];
	const struct cm_model *m = c->model;
	const struct cm_interface *carrier = cm_model_interface(m, t->interface);
	const struct cm_route *route = NULL;
	const struct cm_interface *egress = cm_model_egress(m, t->fvrf, peer->address, &route);
	cm_ip4_print(peer->address, address);
	if (!carrier || carrier->shutdown.on)
		return;
	if (!egress) {
		/* Without an address it is no wonder, and another rule says so. */
		bool other_ways = m->dynamic_routing || carrier->addressing == CM_IF_DHCP ||
			carrier->addressing == CM_IF_NEGOTIATED || route ||
			carrier->addressing == CM_IF_NONE;
		if (!other_ways && m->n_interfaces > 1 && (m->n_routes || check_is_whole(c)))
			check_say(c, "peer-unroutable", peer->at, "no route to peer %s", address);
		return;
	}
	if (egress == carrier || t->kind == CM_TUNNEL_PROFILE || m->dynamic_routing)
		return;
	/* A dialer or a map with a local address may be carried by a lower interface. */
	if (egress->crypto_map.target && carrier->crypto_map.target == egress->crypto_map.target)
		return;
	/* Two ways to one peer, each with a map for it: this one waits its turn. */
	if (has_peer(egress->crypto_map.target, peer->address))
		return;
	struct cm_diag *found = check_say(c, "peer-other-interface", peer->at,
		"peer %s is reached through %.*s, but the map is on %.*s", address,
		(int)egress->name.length, egress->name.at, (int)carrier->name.length,
		carrier->name.at);
	if (route)
		diag_note(c->diags, found, route->at, "by this route:");
}

static const struct cm_interface *inside_network(
	const struct cm_model *m, const struct cm_peer *p, struct cm_str carrier)
{
	const struct cm_route *route = NULL;
	const struct cm_interface *i = cm_model_egress(m, (struct cm_str){ 0 }, p->address, &route);
	bool inside = i && !route && i->nat_inside.on && !same_name(i->name, carrier);
	return inside ? i : NULL;
}

static void check_selectors(struct check *c, const struct cm_tunnel *t, const struct cm_peer *peer)
{
	char address[16];
	enum { FEW = 64 };
	for (size_t i = 0; i < t->n_selectors && i < FEW; i++) {
		const struct cm_selector *s = &t->selectors[i];
		bool ports = s->local_port[0] || s->local_port[1] != 65535 || s->remote_port[0] ||
			s->remote_port[1] != 65535;
		bool ike = (s->protocol == 0 || s->protocol == 17) && !ports;
		bool both = t->has_local && cm_net_has(s->local, t->local);
		if (!ike || !cm_net_has(s->remote, peer->address) || s->remote.mask == 0)
			continue;
		struct cm_diag *found =
			check_say_as(c, "peer-in-selectors", both ? CM_WARNING : CM_INFO, peer->at,
				both ? "peer %s and our own address are inside the crypto ACL"
				     : "peer %s is inside the crypto ACL",
				cm_ip4_print(peer->address, address));
		diag_note(c->diags, found, s->at, "by this line:");
		return;
	}
}

static void check_peer(struct check *c, const struct own *own, const struct cm_tunnel *t,
	const struct cm_peer *peer)
{
	char address[16];
	if (peer->any || !peer->resolved || !check_said(peer->at))
		return;
	cm_ip4_print(peer->address, address);
	if (own->n && bsearch(&peer->address, own->at, own->n, sizeof *own->at, by_address)) {
		check_say(c, "peer-own-address", peer->at, "peer %s is our own address", address);
		return;
	}
	const struct cm_interface *inside = inside_network(c->model, peer, t->interface);
	if (inside) {
		check_say(c, "peer-in-lan", peer->at, "peer %s is in the inside network of %.*s",
			address, (int)inside->name.length, inside->name.at);
		return;
	}
	check_way(c, t, peer);
	if (t->kind == CM_TUNNEL_STATIC)
		check_selectors(c, t, peer);
}

static void check_peers(struct check *c)
{
	struct own own = { 0 };
	own_addresses(c, &own);
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		for (size_t k = 0; t->kind != CM_TUNNEL_DYNAMIC && k < t->n_peers; k++)
			check_peer(c, &own, t, &t->peers[k]);
	}
}

/* --- ISAKMP profiles -------------------------------------------------------------------------- */

/* All that a profile matches are IPv4 addresses, and this is none of them. */
static bool is_foreign(const struct cm_isakmp_profile *p, uint32_t address)
{
	for (size_t i = 0; i < p->n_matches; i++)
		if (p->matches[i].kind != CM_ID_ADDRESS || p->matches[i].name.length ||
			cm_net_has(p->matches[i].address, address))
			return false;
	return p->n_matches && !p->n_certificate_matches;
}

static void check_profile_peer(struct check *c, const struct cm_isakmp_profile *p,
	struct cm_span named_at, uint32_t address)
{
	char text[16];
	if (!p || !check_said(named_at) || !is_foreign(p, address) || check_refused_in(c, p->at))
		return;
	struct cm_diag *found = check_say(c, "isakmp-profile-other-peer", named_at,
		"ISAKMP profile %.*s does not match peer %s, should that be its identity",
		(int)p->name.length, p->name.at, cm_ip4_print(address, text));
	diag_note(c->diags, found, p->matches[0].at, "it matches this:");
}

static void check_profile_peers(struct check *c)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_crypto_maps; i++)
		for (size_t k = 0; k < m->crypto_maps[i].n_entries; k++) {
			const struct cm_map_entry *e = &m->crypto_maps[i].entries[k];
			for (size_t p = 0; p < e->n_peers; p++)
				if (e->peers[p].resolved)
					check_profile_peer(c, e->sa.isakmp_profile.target,
						e->sa.isakmp_profile.at, e->peers[p].address);
		}
	for (size_t i = 0; i < m->n_interfaces; i++) {
		const struct cm_interface *in = &m->interfaces[i];
		const struct cm_isakmp_profile_ref *own = &in->protection_isakmp_profile;
		if (in->has_tunnel_destination)
			check_profile_peer(c, own->target, own->at, in->tunnel_destination);
		if (in->has_tunnel_destination && in->protection.target && !own->name.at)
			check_profile_peer(c, in->protection.target->sa.isakmp_profile.target,
				in->protection.at, in->tunnel_destination);
	}
}

static void check_profiles(struct check *c)
{
	for (size_t i = 0; i < c->model->n_isakmp_profiles; i++) {
		const struct cm_isakmp_profile *p = &c->model->isakmp_profiles[i];
		if (p->n_matches == 0 && p->n_certificate_matches == 0 &&
			!check_refused_in(c, p->at))
			check_say(c, "isakmp-profile-no-match", p->at,
				"ISAKMP profile %.*s matches no identity, so it is never chosen",
				(int)p->name.length, p->name.at);
	}
	check_profile_peers(c);
}

#define TWO_PEERS                          \
	"crypto map VPN 10 ipsec-isakmp\n" \
	" set peer 203.0.113.1\n"          \
	" set peer 203.0.113.2\n"          \
	" set transform-set STRONG\n"      \
	" match address BRANCH_TO_HEAD\n"
#define TO(peer)                           \
	"crypto map VPN 10 ipsec-isakmp\n" \
	" set peer " peer "\n"             \
	" set transform-set STRONG\n"      \
	" match address BRANCH_TO_HEAD\n"
#define PROFILE(peer)                                                           \
	"crypto isakmp profile HEAD\n keyring default\n"                        \
	" match identity address " peer " 255.255.255.255\n" EX_BEFORE EX_ENTRY \
	" set isakmp-profile HEAD\n" EX_AFTER
#define SECOND_KEY "crypto isakmp key Tn5-bV8c-Kd3j-Ys6w address 203.0.113.2\n"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_maps,
		.about = { .id = "map-not-applied",
			.severity = CM_WARNING,
			.title = "A crypto map that no interface carries",
			.why = "The map does nothing; the traffic it should protect leaves in clear.",
			.source = "Cisco IOS security command reference: crypto map (interface)",
			.fix = "Add `crypto map NAME` to the interface towards the peers.",
			.fires = EX_BEFORE EX_ENTRY "interface FastEthernet0/1\n"
				" ip address 198.51.100.1 255.255.255.252\n" EX_INSIDE EX_ROUTE EX_LIST,
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-interface-shutdown",
			.severity = CM_WARNING,
			.title = "The interface with the crypto map is shut down",
			.why = "No tunnel of the map comes up through it.",
			.source = "Cisco IOS interface command reference: shutdown",
			.fix = "`no shutdown`, or put the map on the interface that is in use.",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE " shutdown\n" EX_INSIDE EX_ROUTE EX_LIST,
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-interface-no-address",
			.severity = CM_ERROR,
			.title = "The interface with the crypto map has no address",
			.why = "The address of that interface is the local end of the tunnel.",
			.source = "Cisco IOS security command reference: crypto map local-address",
			.fix = "Put the map on the interface that has the address (the dialer, not its "
			       "Ethernet), or name one with `crypto map NAME local-address`.",
			.fires = EX_BEFORE EX_ENTRY
				"interface FastEthernet0/1\n no ip address\n crypto map VPN\n" EX_INSIDE EX_LIST,
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-local-address",
			.severity = CM_ERROR,
			.title = "`local-address` names an interface without an address",
			.why = "The map takes its local end from there.",
			.source = "Cisco IOS security command reference: crypto map local-address",
			.fix = "Give the interface an address, or name another.",
			.fires = "crypto map VPN local-address Loopback0\n" EX_BRANCH
				 "interface Loopback0\n no ip address\n",
			.silent = "crypto map VPN local-address Loopback0\n" EX_BRANCH
				  "interface Loopback0\n ip address 198.51.100.9 255.255.255.255\n" } },
	{ .check = check_maps,
		.about = { .id = "map-interface-inside",
			.severity = CM_WARNING,
			.title = "The crypto map is on an inside interface",
			.why = "Traffic is encrypted when it leaves the interface with the map. On the "
			       "inside it never does on its way to the peer.",
			.source = "Cisco IOS security configuration guide: apply the crypto map to the "
				  "interface through which IPsec traffic flows",
			.fix = "Move `crypto map` to the outside interface.",
			.fires = EX_BEFORE EX_ENTRY EX_INSIDE " ip nat inside\n crypto map VPN\n" EX_LIST,
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-two-interfaces",
			.severity = CM_INFO,
			.title = "One crypto map on two interfaces",
			.why = "Each interface has an address and SAs of its own; the far end must know "
			       "both addresses, and after a change of the route the old SAs stay.",
			.source = "Cisco IOS security command reference: crypto map local-address",
			.fix = "If both lead to the same peers, add `crypto map NAME local-address` with a "
			       "loopback that both can reach.",
			.fires = EX_BRANCH "interface FastEthernet0/2\n"
					   " ip address 198.51.100.5 255.255.255.252\n crypto map VPN\n",
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-replaced",
			.severity = CM_WARNING,
			.title = "A second crypto map on one interface replaces the first",
			.why = "An interface carries one map set. The tunnels of the first are gone.",
			.source = "Cisco IOS security command reference: crypto map (interface)",
			.fix = "Make them one map: entries of one name with different numbers.",
			.fires = EX_BEFORE EX_ENTRY "crypto map OTHER 10 ipsec-isakmp\n"
				" set peer 203.0.113.2\n set transform-set STRONG\n match address BRANCH_TO_HEAD\n"
				EX_OUTSIDE " crypto map OTHER\n" EX_INSIDE EX_ROUTE EX_LIST SECOND_KEY,
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-dynamic-order",
			.severity = CM_WARNING,
			.title = "A dynamic entry stands before a static one",
			.why = "Entries are tried by number. The dynamic entry takes any peer, so the static "
			       "ones behind it are never reached when the peer starts.",
			.source = "Cisco IOS security configuration guide: dynamic crypto maps should have "
				  "the lowest priority",
			.fix = "Give the dynamic entry the highest number.",
			.fires = EX_BEFORE "crypto dynamic-map ANY 10\n set transform-set STRONG\n"
				"crypto map VPN 5 ipsec-isakmp dynamic ANY\n" EX_ENTRY EX_AFTER,
			.silent = EX_BEFORE "crypto dynamic-map ANY 10\n set transform-set STRONG\n"
				EX_ENTRY "crypto map VPN 65000 ipsec-isakmp dynamic ANY\n" EX_AFTER } },
	{ .check = check_maps,
		.about = { .id = "map-manual",
			.severity = CM_WARNING,
			.title = "Keys set by hand",
			.why = "Manual SAs have no replay protection and never change their keys, so all "
			       "traffic ever sent is under one key.",
			.source = "RFC 4301 4.5; RFC 8221 3",
			.fix = "Use ipsec-isakmp.",
			.fires = EX_SET "crypto map VPN 10 ipsec-manual\n set peer 203.0.113.1\n"
				" set transform-set STRONG\n match address BRANCH_TO_HEAD\n" EX_AFTER,
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-peers-no-dpd",
			.severity = CM_WARNING,
			.title = "Several peers, but nothing notices a dead one",
			.why = "The next `set peer` is tried when the first does not answer phase 1. When it "
			       "dies later, its SAs stay until they expire, and the traffic goes nowhere.",
			.source = "Cisco IOS IPsec dead peer detection; IPsec preferred peer",
			.fix = "Add `crypto isakmp keepalive 10 3 periodic`, and see that the peers have it.",
			.fires = EX_BEFORE SECOND_KEY TWO_PEERS EX_AFTER,
			.silent = "crypto isakmp keepalive 10 3 periodic\n" EX_BEFORE SECOND_KEY TWO_PEERS
				EX_AFTER } },
	{ .about = { .id = "map-incomplete",
		  .severity = CM_WARNING,
		  .title = "A crypto map entry that is not complete",
		  .why = "Without a peer and a list the entry is skipped: its traffic is not encrypted. "
			 "`show running-config` marks it with `! Incomplete`.",
		  .source = "Cisco IOS: This new crypto map will remain disabled until a peer and a valid "
			    "access list have been configured",
		  .fix = "Add `set peer` and `match address`, or remove the entry.",
		  .fires = EX_BEFORE "crypto map VPN 10 ipsec-isakmp\n set transform-set STRONG\n"
				     " match address BRANCH_TO_HEAD\n" EX_AFTER,
		  .silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "map-no-transform",
			.severity = CM_WARNING,
			.title = "An entry or profile without a transform-set",
			.why = "Before 12.4(20)T the entry has nothing to offer, so phase 2 fails. Later "
			       "releases use their built-in set (AES 128, SHA-1), which the peer may not have.",
			.source = "Cisco IOS security command reference: set transform-set; crypto ipsec "
				  "transform-set default",
			.fix = "Add `set transform-set NAME`.",
			.fires = EX_BEFORE "crypto map VPN 10 ipsec-isakmp\n set peer 203.0.113.1\n"
				" match address BRANCH_TO_HEAD\n" EX_AFTER,
			.silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "placeholder",
			.severity = CM_WARNING,
			.title = "A place that was left to be filled in",
			.why = "The router takes what stands there literally: as the name of a host or a "
			       "list that does not exist.",
			.source = "Templates and published examples",
			.fix = "Fill it in, or remove the entry.",
			.fires = EX_BEFORE TO("yyyyyy") EX_AFTER,
			.silent = EX_BRANCH } },
	{ .about = { .id = "map-type-changed",
		  .severity = CM_WARNING,
		  .title = "An entry is entered again with another type",
		  .why = "The type of an entry is fixed when it is made; the router refuses the second "
			 "header.",
		  .source = "Cisco IOS security command reference: crypto map (global)",
		  .fix = "Remove the entry first, or use another number.",
		  .fires = EX_BRANCH "crypto map VPN 10 ipsec-manual\n",
		  .silent = EX_BRANCH } },
	{ .check = check_maps,
		.about = { .id = "peer-no-address",
			.severity = CM_ERROR,
			.title = "The peer's address is none",
			.why = "A part is missing or above 255. The router asks DNS for a host of that name "
			       "and drops the line when there is none: the entry has no peer.",
			.source = "Cisco IOS security command reference: set peer",
			.fix = "Write the four parts, 0 to 255 each.",
			.fires = EX_BEFORE TO("203.0.113") EX_AFTER,
			.silent = EX_BRANCH } },
	{ .check = check_peers,
		.about = { .id = "peer-own-address",
			.severity = CM_ERROR,
			.title = "The peer is our own address",
			.why = "The router would have to negotiate with itself; often the two ends' "
			       "configurations were mixed up.",
			.source = "Cisco document 5409 (invalid local address)",
			.fix = "Name the address of the far end.",
			.fires = EX_BEFORE TO("198.51.100.1") EX_AFTER,
			.silent = EX_BRANCH } },
	{ .check = check_peers,
		.about = { .id = "peer-in-lan",
			.severity = CM_WARNING,
			.title = "The peer is in our inside network",
			.why = "The far end is meant to be on the outside; an inside address of the far "
			       "router, or of ours, was probably taken instead.",
			.source = "Connected networks and NAT roles",
			.fix = "Name the outside address of the far end.",
			.fires = EX_BEFORE TO("192.168.100.77") EX_OUTSIDE EX_INSIDE " ip nat inside\n"
				EX_ROUTE EX_LIST "crypto isakmp key Tn5-bV8c-Kd3j-Ys6w address 192.168.100.77\n",
			.silent = EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE " ip nat inside\n" EX_ROUTE
				EX_LIST } },
	{ .check = check_peers,
		.about = { .id = "peer-in-selectors",
			.severity = CM_WARNING,
			.title = "The tunnel's own ends are inside its crypto ACL",
			.why = "Packets between the two routers themselves then want the tunnel, too. At worst "
			       "IKE would have to go through the tunnel that it is to make; at least a ping "
			       "to the peer no longer tests the way to it.",
			.source = "Cisco IOS security configuration guide: crypto access lists",
			.fix = "Let the list begin with deny lines for the two ends, or name the networks.",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE EX_ROUTE
				"ip access-list extended BRANCH_TO_HEAD\n"
				" permit ip 198.51.100.0 0.0.0.3 203.0.113.0 0.0.0.255\n",
			.silent = EX_BRANCH } },
	{ .check = check_peers,
		.about = { .id = "peer-unroutable",
			.severity = CM_WARNING,
			.title = "No route to the peer",
			.why = "IKE packets cannot leave. There is no routing protocol and no address by "
			       "DHCP or PPP that could bring one.",
			.source = "Static routes and connected networks of the text",
			.fix = "Add a route, mostly the default route.",
			.fires = "hostname branch\n" EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE EX_LIST,
			.silent = "hostname branch\n" EX_BRANCH } },
	{ .check = check_peers,
		.about = { .id = "peer-other-interface",
			.severity = CM_WARNING,
			.title = "The peer is reached through another interface than the map's",
			.why = "Traffic to the peer leaves where no map is: nothing is encrypted, and IKE "
			       "starts from another address than the far end expects.",
			.source = "Longest matching route; Cisco IOS security configuration guide",
			.fix = "Put the map on the interface of the route, or correct the route.",
			.fires = EX_BRANCH "interface FastEthernet0/2\n"
				" ip address 198.51.100.5 255.255.255.252\n"
				"ip route 203.0.113.0 255.255.255.0 198.51.100.6\n",
			.silent = EX_BRANCH } },
	{ .check = check_profiles,
		.about = { .id = "isakmp-profile-no-match",
			.severity = CM_ERROR,
			.title = "An ISAKMP profile that matches nobody",
			.why = "A profile is found by the identity of the peer. Without `match identity` it "
			       "is incomplete and never chosen.",
			.source = "Cisco IOS: \"A profile is deemed incomplete until it has match identity "
				  "statements\"",
			.fix = "Add `match identity address PEER 255.255.255.255`.",
			.fires = "crypto isakmp profile HEAD\n keyring default\n",
			.silent = "crypto isakmp profile HEAD\n keyring default\n"
				  " match identity address 203.0.113.1 255.255.255.255\n" } },
	{ .check = check_profiles,
		.about = { .id = "isakmp-profile-other-peer",
			.severity = CM_INFO,
			.title = "An entry's ISAKMP profile does not match its peer",
			.why = "When the peer has told its identity, the profile must match it. Mostly that "
			       "is the address we call; a peer behind NAT tells its inside address.",
			.source = "Cisco document 117259; IOS security command reference: crypto isakmp profile",
			.fix = "Name the profile of this peer, or add `match identity address PEER` to it.",
			.fires = PROFILE("203.0.113.7"),
			.silent = PROFILE("203.0.113.1") } },
};
/* clang-format on */

const struct family family_map = { "map", rules, sizeof rules / sizeof *rules };
