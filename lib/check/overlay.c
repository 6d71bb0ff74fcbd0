/*
 * Routing through tunnels: a protocol that announces the tunnel's own outside network through the
 * tunnel, and a next hop server that is only the gateway.
 *
 * Routing protocols are none of the model's; their `network` lines are looked for in the text.
 */
#include "check/check.h"
#include "check/examples.h"
#include "check/lines.h"

#include <string.h>

/* --- `network` lines ------------------------------------------------------------------------------ */

struct announced {
	struct cm_str process; /* the line that begins it */
	struct cm_net net;
	struct cm_span at;
};

struct announcements {
	struct announced *items;
	size_t n, room;
};

static uint32_t class_mask(uint32_t address)
{
	if (address < 0x80000000)
		return 0xff000000;
	return address < 0xc0000000 ? 0xffff0000 : 0xffffff00;
}

/* `network A` means A's class, `network A W` what the wildcard leaves. */
static bool network_of(struct cm_str rest, struct cm_net *net)
{
	struct cm_str first = text_word(rest);
	const char *end = rest.at + rest.length;
	struct cm_str second = text_word((struct cm_str){
		first.at + first.length, (size_t)(end - first.at) - first.length });
	uint32_t wildcard;
	if (!cm_ip4_parse(first, &net->address))
		return false;
	net->mask = cm_ip4_parse(second, &wildcard) ? ~wildcard : class_mask(net->address);
	net->address &= net->mask;
	return true;
}

static bool begins_process(struct cm_str line)
{
	return text_after(line, "router eigrp ").at || text_after(line, "router ospf ").at ||
		text_after(line, "router rip").at;
}

static struct announcements announcements_of(struct check *c)
{
	struct announcements all = { 0 };
	struct text_lines l = text_lines_of(c);
	struct cm_str line, process = { NULL, 0 };
	struct cm_net net;
	while (text_next_line(&l, &line)) {
		struct cm_str rest = text_after(line, "network ");
		if (begins_process(line))
			process = line;
		else if (line.length && line.at[0] != ' ' && line.at[0] != '\t' && !rest.at)
			process = (struct cm_str){ NULL, 0 };
		if (!process.at || !rest.at || !network_of(rest, &net))
			continue;
		struct announced *one = ARENA_PUSH(c->arena, all.items, all.n, all.room);
		if (one)
			*one = (struct announced){ process, net,
				line_trim(l.text, text_span(&l, line)) };
	}
	return all;
}

/* The line by which a process announces the network of an address; NULL: it does not. */
static const struct announced *announces(
	const struct announcements *all, struct cm_str process, uint32_t address)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].process.at == process.at &&
			cm_net_has(all->items[i].net, address))
			return &all->items[i];
	return NULL;
}

/* --- The outside of a tunnel, announced inside ---------------------------------------------------- */

/* Static routes lead out by the tunnel's source: no protocol is spoken with what is there. */
static bool outside_is_static(const struct cm_model *m, const struct cm_interface *outside)
{
	for (size_t i = 0; i < m->n_routes; i++) {
		const struct cm_route *r = &m->routes[i];
		bool there = r->interface.target == outside;
		for (size_t k = 0; r->has_next_hop && k < outside->n_addresses; k++)
			there = there || cm_net_has(outside->addresses[k].net, r->next_hop);
		if (there)
			return true;
	}
	return false;
}

static void check_tunnel(
	struct check *c, const struct announcements *all, const struct cm_interface *tunnel)
{
	struct cm_net inner, outer;
	const struct cm_interface *outside = tunnel->tunnel_source.target;
	if (tunnel->shutdown.on || !outside || tunnel->tunnel_vrf.name.at || tunnel->vrf.name.at ||
		!cm_interface_address(tunnel, &inner) || !cm_interface_address(outside, &outer) ||
		!outside_is_static(c->model, outside))
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct announced *a = &all->items[i];
		if (!cm_net_has(a->net, outer.address) ||
			!announces(all, a->process, inner.address))
			continue;
		struct cm_diag *found = check_say(c, "tunnel-underlay-announced", a->at,
			"this announces the outside network of %.*s through the tunnel itself",
			(int)tunnel->name.length, tunnel->name.at);
		diag_note(c->diags, found, outside->addresses[0].at, "the outside network:");
		diag_note(c->diags, found, tunnel->at, "the tunnel:");
		return;
	}
}

static void check_underlay(struct check *c)
{
	enum { TUNNELS_MOST = 1000, LINES_MOST = 1000 };
	struct announcements all = announcements_of(c);
	if (!all.n || all.n > LINES_MOST)
		return;
	size_t tunnels = 0;
	for (size_t i = 0; i < c->model->n_interfaces && tunnels < TUNNELS_MOST; i++)
		if (c->model->interfaces[i].tunnel_mode != CM_TUNNEL_NONE) {
			check_tunnel(c, &all, &c->model->interfaces[i]);
			tunnels++;
		}
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define TUNNEL                                                                     \
	"interface Tunnel0\n ip address 192.0.2.1 255.255.255.252\n ip mtu 1400\n" \
	" tunnel source FastEthernet0/1\n tunnel destination 203.0.113.1\n"        \
	"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n" EX_ROUTE
#define EIGRP "router eigrp 1\n network 192.0.2.0\n network 192.168.100.0\n"

static const struct rule rules[] = {
	{ .check = check_underlay,
		.about = { .id = "tunnel-underlay-announced",
			.severity = CM_WARNING,
			.title = "A tunnel's outside network is announced through the tunnel",
			.why = "The far end learns that our outside address is behind the tunnel, and sends "
			       "the tunnel's own packets into the tunnel: %TUN-5-RECURDOWN, it goes down, "
			       "comes up, and so on.",
			.source = "Cisco document on recursive routing of GRE tunnels",
			.fix = "Name only the inside networks and the tunnel's own in the process.",
			.fires = TUNNEL EIGRP " network 198.51.100.0\n",
			.silent = TUNNEL EIGRP } },
};

const struct family family_overlay = { "tunnel", rules, sizeof rules / sizeof *rules };
