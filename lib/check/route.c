/*
 * Routes and addresses of interfaces.
 */
#include "check/check.h"
#include "check/examples.h"
#include "check/nat_sets.h"

/* Routes may come from elsewhere: then nothing can be said of what is missing. */
static bool knows_all_routes(const struct cm_model *m)
{
	size_t addressed = 0;
	for (size_t i = 0; i < m->n_interfaces; i++) {
		const struct cm_interface *one = &m->interfaces[i];
		if (one->addressing == CM_IF_DHCP || one->addressing == CM_IF_NEGOTIATED)
			return false;
		addressed += one->n_addresses > 0;
	}
	return addressed > 0 && !m->dynamic_routing;
}

/* In the network of an interface that is shut down: its own rules say so. */
static bool is_down(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		for (size_t k = 0; m->interfaces[i].shutdown.on && k < m->interfaces[i].n_addresses;
			k++)
			if (cm_net_has(m->interfaces[i].addresses[k].net, address))
				return true;
	return false;
}

static bool is_ours(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		for (size_t k = 0; k < m->interfaces[i].n_addresses; k++)
			if (m->interfaces[i].addresses[k].net.address == address)
				return true;
	return false;
}

static void check_next_hops(struct check *c)
{
	char address[16];
	if (!knows_all_routes(c->model) || !check_is_whole(c))
		return;
	for (size_t i = 0; i < c->model->n_routes; i++) {
		const struct cm_route *r = &c->model->routes[i];
		if (!r->has_next_hop || r->interface.name.at || r->null0 || r->inconsistent ||
			r->vrf.name.at || r->dhcp)
			continue;
		if (is_ours(c->model, r->next_hop))
			check_say(c, "route-next-hop", r->at,
				"next hop %s is our own address, which the router refuses",
				cm_ip4_print(r->next_hop, address));
		else if (!cm_model_egress(c->model, r->vrf.name, r->next_hop, NULL) &&
			!is_down(c->model, r->next_hop))
			check_say(c, "route-next-hop", r->at,
				"next hop %s is in no network that the router reaches",
				cm_ip4_print(r->next_hop, address));
	}
}

/* --- ip local policy ------------------------------------------------------------------------- */

/* Where a clause sends packets; NULL when it does not say, or nobody knows. */
static const struct cm_interface *sent_by(
	const struct check *c, const struct cm_route_map_clause *clause, struct cm_str vrf)
{
	if (clause->sets_next_hop)
		return cm_model_egress(c->model, vrf, clause->next_hop, NULL);
	return clause->sets_interface ? clause->set_interface.target : NULL;
}

/* The router's own IKE packets, as `ip local policy` treats them. */
static void check_local_policy(struct check *c)
{
	const struct cm_route_map *map = c->model->local_policy.target;
	char address[16];
	for (size_t i = 0; map && i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		const struct cm_interface *carrier = cm_model_interface(c->model, t->interface);
		if (!carrier || !t->has_local || !t->n_peers || !t->peers[0].resolved)
			continue;
		const struct pset_packet ike = { .protocol = 17,
			.source = t->local,
			.destination = t->peers[0].address,
			.source_port = 500,
			.destination_port = 500,
			.ttl = 255 };
		const struct cm_route_map_clause *clause = route_map_decides(c, map, carrier, &ike);
		const struct cm_interface *other =
			clause && clause->permit ? sent_by(c, clause, t->fvrf) : NULL;
		if (!other || other == carrier || t->kind == CM_TUNNEL_PROFILE)
			continue;
		struct cm_diag *found =
			check_say(c, "local-policy-takes-ike", c->model->local_policy.at,
				"IKE to %s is sent out of %.*s, but the map is on %.*s",
				cm_ip4_print(ike.destination, address), (int)other->name.length,
				other->name.at, (int)carrier->name.length, carrier->name.at);
		diag_note(c->diags, found, clause->at, "by this clause:");
	}
}

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_next_hops,
		.about = { .id = "route-next-hop",
			.severity = CM_WARNING,
			.title = "A route whose next hop cannot be reached",
			.why = "The router cannot resolve the next hop and does not use the route.",
			.source = "Recursive look-up of static routes",
			.fix = "Name a next hop in a connected network, or the interface.",
			.fires = "hostname BRANCH\n" EX_OUTSIDE EX_INSIDE
				"ip route 172.18.30.0 255.255.255.0 172.18.30.1\n",
			.silent = "hostname BRANCH\n" EX_OUTSIDE EX_INSIDE EX_ROUTE } },
	{ .check = check_local_policy,
		.about = { .id = "local-policy-takes-ike",
			.severity = CM_WARNING,
			.title = "Local policy routing steers IKE away from the crypto map",
			.why = "`ip local policy` is asked before the routing table for what the router "
			       "itself sends. IKE then leaves by another interface, with another path and "
			       "often another address than the peer expects.",
			.source = "Cisco IOS quality of service guide: local policy routing",
			.fix = "Deny the peers in the list of the route-map.",
			.fires = "ip local policy route-map OWN\nroute-map OWN permit 10\n"
				 " set ip next-hop 192.168.100.2\n" EX_BRANCH,
			.silent = "ip local policy route-map OWN\nroute-map OWN permit 10\n"
				  " set ip next-hop 198.51.100.2\n" EX_BRANCH } },
	{ .about = { .id = "route-inconsistent-mask",
		  .severity = CM_ERROR,
		  .title = "A route whose address has bits beyond its mask",
		  .why = "The router refuses the line, so the route is not there.",
		  .source = "Cisco IOS: %Inconsistent address and mask",
		  .fix = "Write the network's address.",
		  .fires = "ip route 172.18.30.7 255.255.255.0 198.51.100.2\n",
		  .silent = "ip route 172.18.30.0 255.255.255.0 198.51.100.2\n" } },
	{ .about = { .id = "if-vrf-removes-address",
		  .severity = CM_INFO,
		  .title = "The VRF stands behind the address",
		  .why = "Whoever types the lines in this order loses the address: the router removes it "
			 "when the VRF of an interface changes.",
		  .source = "Cisco IOS: % Interface … IP address removed due to enabling VRF",
		  .fix = "Put the VRF before the address.",
		  .fires = "ip vrf INTERNET\n rd 65000:1\ninterface FastEthernet0/1\n"
			   " ip address 198.51.100.1 255.255.255.252\n ip vrf forwarding INTERNET\n",
		  .silent = "ip vrf INTERNET\n rd 65000:1\ninterface FastEthernet0/1\n"
			    " ip vrf forwarding INTERNET\n ip address 198.51.100.1 255.255.255.252\n" } },
};
/* clang-format on */

const struct family family_route = { "route", rules, sizeof rules / sizeof *rules };
