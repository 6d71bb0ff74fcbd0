/*
 * Lists that deny what the router itself has to hear: routing protocols, DHCP requests that it is to
 * relay, answers of its name server, its own addresses.
 *
 * Statements such as `router bgp` and `ip helper-address` are none of the model's; their lines are
 * looked for in the text.
 */
#include "check/applied.h"
#include "check/examples.h"
#include "check/lines.h"

#include <stdlib.h>
#include <string.h>

enum { TCP = 6, UDP = 17, EIGRP = 88, OSPF = 89, BGP_PORT = 179, DNS_PORT = 53 };

/* What one walk over the text tells. */
struct service_facts {
	struct cm_span bgp, dns, no_dhcp, helper;
	uint32_t name_server;   /* when dns is said */
	struct cm_str *inbound; /* lists of `ip access-group … in`, sorted */
	size_t n_inbound, room;
};

static int by_name(const void *a, const void *b)
{
	return cm_str_compare(*(const struct cm_str *)a, *(const struct cm_str *)b);
}

/* The list of `ip access-group NAME in`; absent when the line is another. */
static struct cm_str inbound_list(struct cm_str line)
{
	struct cm_str none = { NULL, 0 }, rest = text_after(line, "ip access-group ");
	struct cm_str name = rest.at ? text_word(rest) : none;
	if (!name.at)
		return none;
	const char *after = name.at + name.length;
	bool in = rest.at + rest.length - after >= 3 && memcmp(after, " in", 3) == 0;
	return in ? name : none;
}

static void look_at_line(struct check *c, struct service_facts *facts, const struct text_lines *l,
	struct cm_str line)
{
	struct cm_str name = inbound_list(line);
	struct cm_str *new = name.at
		? ARENA_PUSH(c->arena, facts->inbound, facts->n_inbound, facts->room)
		: NULL;
	if (new)
		*new = name;
	if (text_after(line, "router bgp ").at)
		facts->bgp = text_span(l, line);
	if (text_after(line, "no service dhcp").at)
		facts->no_dhcp = text_span(l, line);
	if (text_after(line, "service dhcp").at)
		facts->no_dhcp = (struct cm_span){ 0, 0 };
	if (text_after(line, "ip helper-address ").at && !check_said(facts->helper))
		facts->helper = text_span(l, line);
	struct cm_str server = text_after(line, "ip name-server ");
	if (server.at && cm_ip4_parse(text_word(server), &facts->name_server))
		facts->dns = text_span(l, line);
}

static struct service_facts facts_of(struct check *c)
{
	struct service_facts facts = { .room = 0 };
	struct text_lines l = text_lines_of(c);
	struct cm_str line;
	while (text_next_line(&l, &line))
		look_at_line(c, &facts, &l, line);
	if (facts.n_inbound)
		qsort(facts.inbound, facts.n_inbound, sizeof *facts.inbound, by_name);
	return facts;
}

static bool is_used_inbound(const struct service_facts *facts, const struct cm_acl *acl)
{
	return facts->n_inbound &&
		bsearch(&acl->name, facts->inbound, facts->n_inbound, sizeof *facts->inbound,
			by_name);
}

/* --- Services that a line denies by name ---------------------------------------------------------- */

static bool names_port(const struct cm_ports *ports, uint16_t port)
{
	for (unsigned i = 0; ports->op == CM_PORT_EQ && i < ports->n; i++)
		if (ports->values[i] == port)
			return true;
	return false;
}

/* A line that denies the service by name, and is reached. */
static const struct cm_ace *denies_port(struct check *c, const struct cm_acl *acl, uint8_t protocol,
	uint16_t port, uint32_t destination)
{
	for (size_t i = 0; i < acl->n_aces; i++) {
		const struct cm_ace *ace = &acl->aces[i];
		if (ace->permit || ace->protocol != protocol ||
			!names_port(&ace->destination_ports, port) ||
			(destination && ace->destination.kind == CM_END_NET &&
				!cm_net_has(ace->destination.net, destination)) ||
			(!destination && ace->destination.kind != CM_END_ANY))
			continue;
		struct pset_packet p = { .protocol = protocol,
			.source = ace->source.net.address,
			.destination = destination ? destination : ace->destination.net.address,
			.source_port = 1024,
			.destination_port = port,
			.ttl = 64 };
		return acl_decides(c, acl, &p) == ace ? ace : NULL;
	}
	return NULL;
}

static void say_denied(
	struct check *c, const struct cm_ace *ace, const char *what, struct cm_span needed)
{
	struct cm_diag *found = check_say(c, "acl-denies-service", ace->at,
		"this line denies %s, which the router itself needs", what);
	diag_note(c->diags, found, needed, "needed here:");
}

static void check_named_services(
	struct check *c, const struct cm_acl *acl, const struct service_facts *facts)
{
	const struct cm_ace *ace =
		check_said(facts->bgp) ? denies_port(c, acl, TCP, BGP_PORT, 0) : NULL;
	if (ace)
		say_denied(c, ace, "BGP", facts->bgp);
	ace = check_said(facts->dns) ? denies_port(c, acl, UDP, DNS_PORT, facts->name_server)
				     : NULL;
	if (ace)
		say_denied(c, ace, "DNS to its name server", facts->dns);
}

/* --- Routing protocols that greet by multicast and talk by unicast -------------------------------- */

static void check_hello(struct check *c, const struct cm_acl *acl, uint8_t protocol, uint32_t group,
	const char *name)
{
	struct psets *s = check_psets(c);
	const struct cm_ace *mention = NULL;
	for (size_t i = 0; i < acl->n_aces && !mention; i++)
		if (acl->aces[i].permit && acl->aces[i].protocol == protocol &&
			acl->aces[i].destination.kind == CM_END_NET &&
			cm_net_has(acl->aces[i].destination.net, group))
			mention = &acl->aces[i];
	if (!mention)
		return;
	struct pset all = pset_protocol(s, protocol);
	struct pset passed = acl_permits(c, acl, all);
	struct pset multicast = pset_destination(s, (struct cm_net){ 0xe0000000, 0xf0000000 });
	if (!pset_ok(passed) || !pset_is_empty(pset_minus(s, passed, multicast)))
		return;
	check_say(c, "acl-denies-service", mention->at,
		"%s greets by multicast but talks by unicast, which this list denies", name);
}

/* --- DHCP that is to be relayed ------------------------------------------------------------------- */

static void check_relay_block(
	struct check *c, struct cm_span helper, struct cm_str list, struct cm_span list_at)
{
	const struct pset_packet discover = { .protocol = UDP,
		.source = 0,
		.destination = UINT32_MAX,
		.source_port = 68,
		.destination_port = 67,
		.ttl = 255 };
	const struct cm_acl *acl = cm_model_acl(c->model, list);
	const struct acl_lines *lines = acl ? acl_lines(c, acl) : NULL;
	if (!lines || !lines->exact || !lines->n)
		return;
	const struct cm_ace *ace = acl_decides(c, acl, &discover);
	if (ace && ace->permit)
		return;
	struct cm_diag *found = check_say(c, "acl-denies-service", list_at,
		"list %.*s denies DHCP requests (udp 0.0.0.0:bootpc -> 255.255.255.255:bootps)",
		(int)list.length, list.at);
	diag_note(c->diags, found, helper, "they are to be relayed here:");
	if (ace)
		diag_note(c->diags, found, ace->at, "denied here:");
}

/* An interface's lines begin with a blank; any other line ends its block. */
static void check_relays(struct check *c)
{
	struct text_lines l = text_lines_of(c);
	struct cm_str line, list = { NULL, 0 };
	struct cm_span helper = { 0, 0 };
	for (bool more = true; more;) {
		more = text_next_line(&l, &line);
		if (!more || (line.length && line.at[0] != ' ' && line.at[0] != '\t')) {
			if (check_said(helper) && list.at)
				check_relay_block(c, helper, list, text_span(&l, list));
			helper = (struct cm_span){ 0, 0 };
			list = (struct cm_str){ NULL, 0 };
			continue;
		}
		if (text_after(line, "ip helper-address ").at)
			helper = text_span(&l, line);
		struct cm_str name = inbound_list(line);
		list = name.at ? name : list;
	}
}

/* --- Own addresses -------------------------------------------------------------------------------- */

static const struct cm_if_address *own_address(const struct check *c, uint32_t address)
{
	for (size_t i = 0; i < c->model->n_interfaces; i++)
		for (size_t k = 0; k < c->model->interfaces[i].n_addresses; k++)
			if (c->model->interfaces[i].addresses[k].net.address == address)
				return &c->model->interfaces[i].addresses[k];
	return NULL;
}

static void check_own(struct check *c, const struct cm_acl *acl)
{
	for (size_t i = 0; i < acl->n_aces; i++) {
		const struct cm_ace *ace = &acl->aces[i];
		const struct cm_if_address *own = NULL;
		if (!ace->permit && !ace->protocol && !ace->protocol_group && !ace->options &&
			ace->source.kind == CM_END_ANY && ace->destination.kind == CM_END_NET &&
			ace->destination.net.mask == UINT32_MAX)
			own = own_address(c, ace->destination.net.address);
		if (!own)
			continue;
		struct cm_diag *found = check_say(c, "acl-denies-own-address", ace->at,
			"this line denies everything to the router's own address");
		diag_note(c->diags, found, own->at, "the address is here:");
	}
}

static void check_services(struct check *c)
{
	const struct service_facts facts = facts_of(c);
	if (check_said(facts.no_dhcp) && check_said(facts.helper)) {
		struct cm_diag *found = check_say(c, "dhcp-relay-off", facts.no_dhcp,
			"this turns off the relay of DHCP requests, too");
		diag_note(c->diags, found, facts.helper, "they are to be relayed here:");
	}
	if (!c->model->n_acls || !check_psets_fresh(c))
		return;
	for (size_t i = 0; i < c->model->n_acls; i++) {
		const struct cm_acl *acl = &c->model->acls[i];
		bool may = false;
		for (size_t k = 0; k < acl->n_aces && !may; k++)
			may = !acl->aces[k].permit;
		if (!may || !acl->extended || !is_used_inbound(&facts, acl))
			continue;
		check_named_services(c, acl, &facts);
		check_hello(c, acl, EIGRP, 0xe000000a, "EIGRP");
		check_hello(c, acl, OSPF, 0xe0000005, "OSPF");
		check_own(c, acl);
	}
	check_relays(c);
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define EX_IN EX_INSIDE " ip access-group FILTER in\n" EX_ROUTE "ip access-list extended FILTER\n"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_services,
		.about = { .id = "acl-denies-service",
			.severity = CM_WARNING,
			.title = "An interface list denies what the router itself needs",
			.why = "Inbound lists are asked about packets for the router too: routing "
			       "sessions, DHCP requests to relay, answers of its name server.",
			.source = "Cisco IOS security configuration guide: access lists on interfaces",
			.fix = "Permit the service before the line that denies it.",
			.fires = "router bgp 64512\n neighbor 192.168.100.2 remote-as 64513\n" EX_IN
				" deny tcp any any eq bgp\n permit ip any any\n",
			.silent = "router bgp 64512\n neighbor 192.168.100.2 remote-as 64513\n" EX_IN
				" permit tcp host 192.168.100.2 any eq bgp\n deny tcp any any eq telnet\n"
				" permit ip any any\n" } },
	{ .check = check_services,
		.about = { .id = "dhcp-relay-off",
			.severity = CM_WARNING,
			.title = "DHCP requests are to be relayed, but the service is off",
			.why = "`no service dhcp` turns off server and relay: `ip helper-address` no longer "
			       "forwards the clients' requests.",
			.source = "Cisco IOS IP addressing command reference: service dhcp",
			.fix = "Configure `service dhcp`.",
			.fires = "no service dhcp\n" EX_INSIDE " ip helper-address 172.18.30.5\n",
			.silent = EX_INSIDE " ip helper-address 172.18.30.5\n" } },
	{ .check = check_services,
		.about = { .id = "acl-denies-own-address",
			.severity = CM_INFO,
			.title = "An interface list denies everything to an address of the router",
			.why = "Nobody behind this interface can reach the address: no management, no "
			       "routing session, no tunnel that ends there. It may be meant so.",
			.source = "Cisco IOS security configuration guide: access lists on interfaces",
			.fix = "Permit what the address has to serve before this line.",
			.fires = "interface Loopback0\n ip address 192.0.2.1 255.255.255.255\n" EX_IN
				" deny ip any host 192.0.2.1\n permit ip any any\n",
			.silent = "interface Loopback0\n ip address 192.0.2.1 255.255.255.255\n" EX_IN
				" deny ip any host 192.0.2.2\n permit ip any any\n" } },
};
/* clang-format on */

const struct family family_service = { "service", rules, sizeof rules / sizeof *rules };
