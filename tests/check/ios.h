/*
 * IOS as plainly as it can be written: lists, NAT, crypto maps as drawn, the text that says them, and
 * what happens to one packet. Written from the router's documented behaviour; nothing of the
 * checker is used.
 */
#ifndef TESTS_CHECK_IOS_H
#define TESTS_CHECK_IOS_H

#include <cryptomap/base.h>
#include <stdio.h>
#include <string.h>

enum { ICMP = 1, TCP = 6, UDP = 17, GRE = 47, ESP = 50, AHP = 51, OSPF = 89 };
enum { SYN = 0x02, RST = 0x04, ACK = 0x10 };
enum {
	LINES = 6,
	LISTS = 4,
	OUTSIDE = LISTS,
	ALL_LISTS,
	RULES = 6,
	CLAUSES = 3,
	ENTRIES = 4,
	GROUPS = 3,
	MEMBERS = 3
};

/* --- A router as drawn ------------------------------------------------------------------------------ */

struct net {
	uint32_t address, care; /* bits of `care` must match */
};

enum end_kind { ANY, NET, GROUP };
struct end {
	enum end_kind kind;
	struct net net;
	unsigned group;
};

enum port_op { NO_PORT, EQ, NEQ, LT, GT, RANGE };
struct ports {
	enum port_op op;
	uint16_t a, b;
};

enum flags { NO_FLAGS, ESTABLISHED, ALL_SYN_NO_ACK, ANY_RST_SYN };

/* What a line asks of layer 4, and each member of a service group. */
struct service {
	uint8_t protocol; /* 0: ip */
	bool tcp_udp;     /* either; groups only */
	struct ports source, destination;
	bool icmp, icmp_code;
	uint8_t type, code;
	enum flags flags; /* lines only */
};

struct line {
	bool permit, fragments, by_group;
	struct end source, destination;
	struct service service;
	unsigned group; /* by_group: of services */
	uint32_t at;    /* in the text */
};

struct list {
	struct line lines[LINES];
	size_t n;
};

enum member_kind { HOST_MEMBER, NET_MEMBER, RANGE_MEMBER, GROUP_MEMBER };
struct member {
	enum member_kind kind;
	struct net net; /* a prefix */
	uint32_t first, last;
	unsigned group; /* a later one: no loops */
};

struct net_group {
	struct member members[MEMBERS];
	size_t n;
};

struct service_group {
	struct service members[MEMBERS];
	size_t n;
};

struct clause {
	bool permit;
	int lists[2]; /* -1: none; no list at all: everything */
	bool other_interface;
};

enum rule_kind { HOST, HOST_PORT, NETWORK, BY_LIST, BY_MAP, RULE_KINDS };

struct nat_rule {
	enum rule_kind kind;
	uint32_t local;
	uint8_t protocol;
	uint16_t port;
	int list;
	struct clause clauses[CLAUSES];
	size_t n_clauses;
	uint32_t at;
};

struct entry {
	int list;
	unsigned peer; /* 198.51.100.20 + peer */
	uint32_t at, end;
};

struct router {
	struct list lists[ALL_LISTS];
	struct net_group groups[GROUPS];
	struct service_group services[GROUPS];
	struct nat_rule rules[RULES]; /* in order of precedence */
	size_t n_rules;
	struct entry entries[ENTRIES];
	size_t n_entries;
	bool ah;    /* the transform set: AH and ESP, else ESP */
	bool twice; /* 12.2: the outside list is asked about decrypted packets, too */
	bool inside_in, inside_out; /* list 0 in, list 1 out of the inside interface */
	uint32_t outside_at, inside_at;
};

struct packet {
	uint8_t protocol;
	bool fragment; /* but not the first */
	uint32_t source, destination;
	uint16_t source_port, destination_port;
	uint8_t type, code, flags;
};

#define US    UINT32_C(0xcb007101) /* 203.0.113.1 */
#define PEERS UINT32_C(0xc6336414) /* 198.51.100.20 */

/* --- What happens to one packet --------------------------------------------------------------------- */

static bool net_has(struct net net, uint32_t address)
{
	return ((address ^ net.address) & net.care) == 0;
}

static bool group_has(const struct router *r, unsigned group, uint32_t address)
{
	for (size_t i = 0; i < r->groups[group].n; i++) {
		const struct member *m = &r->groups[group].members[i];
		if (m->kind == GROUP_MEMBER ? group_has(r, m->group, address)
				: m->kind == RANGE_MEMBER
				? m->first <= address && address <= m->last
				: net_has(m->net, address))
			return true;
	}
	return false;
}

static bool end_has(const struct router *r, const struct end *end, uint32_t address)
{
	return end->kind == ANY ||
		(end->kind == NET ? net_has(end->net, address) : group_has(r, end->group, address));
}

static bool port_fits(struct ports p, uint16_t port)
{
	switch (p.op) {
	case EQ:
		return port == p.a;
	case NEQ:
		return port != p.a;
	case LT:
		return port < p.a;
	case GT:
		return port > p.a;
	case RANGE:
		return p.a <= port && port <= p.b;
	case NO_PORT:
		break;
	}
	return true;
}

static bool flags_fit(enum flags flags, uint8_t f)
{
	switch (flags) {
	case ESTABLISHED:
		return f & (ACK | RST);
	case ALL_SYN_NO_ACK:
		return (f & SYN) && !(f & ACK);
	case ANY_RST_SYN:
		return f & (RST | SYN);
	case NO_FLAGS:
		break;
	}
	return true;
}

static bool asks_layer4(const struct service *s)
{
	return s->source.op || s->destination.op || s->icmp || s->flags;
}

/*
 * A later fragment shows no layer 4: a permit that asks for it passes the fragment by its layer 3,
 * a deny that asks for it does not stop it.
 */
static bool service_has(const struct service *s, bool permit, const struct packet *p)
{
	bool protocol = s->tcp_udp ? p->protocol == TCP || p->protocol == UDP
				   : !s->protocol || s->protocol == p->protocol;
	if (!protocol)
		return false;
	if (p->fragment)
		return permit || !asks_layer4(s);
	if ((s->source.op && !port_fits(s->source, p->source_port)) ||
		(s->destination.op && !port_fits(s->destination, p->destination_port)))
		return false;
	if (s->icmp && (s->type != p->type || (s->icmp_code && s->code != p->code)))
		return false;
	return flags_fit(s->flags, p->flags);
}

static bool line_has(const struct router *r, const struct line *l, const struct packet *p)
{
	if (!end_has(r, &l->source, p->source) || !end_has(r, &l->destination, p->destination) ||
		(l->fragments && !p->fragment))
		return false;
	if (!l->by_group)
		return service_has(&l->service, l->permit, p);
	for (size_t i = 0; i < r->services[l->group].n; i++)
		if (service_has(&r->services[l->group].members[i], l->permit, p))
			return true;
	return false;
}

/* The line that decides; n: none, so denied. */
static size_t deciding(const struct router *r, const struct list *list, const struct packet *p)
{
	size_t i = 0;
	while (i < list->n && !line_has(r, &list->lines[i], p))
		i++;
	return i;
}

static bool list_permits(const struct router *r, int list, const struct packet *p)
{
	size_t i = deciding(r, &r->lists[list], p);
	return i < r->lists[list].n && r->lists[list].lines[i].permit;
}

static bool clause_has(
	const struct router *r, const struct clause *c, bool other, const struct packet *p)
{
	if (c->other_interface != other && c->other_interface)
		return false;
	if (c->lists[0] < 0)
		return true;
	return list_permits(r, c->lists[0], p) ||
		(c->lists[1] >= 0 && list_permits(r, c->lists[1], p));
}

/* `other`: out of Ethernet0/2, else of the map's interface. */
static bool rule_has(
	const struct router *r, const struct nat_rule *rule, bool other, const struct packet *p)
{
	switch (rule->kind) {
	case HOST:
		return p->source == rule->local;
	case HOST_PORT:
		return p->source == rule->local && p->protocol == rule->protocol && !p->fragment &&
			p->source_port == rule->port;
	case NETWORK:
		return (p->source & 0xffffff00) == (rule->local & 0xffffff00);
	case BY_LIST:
		return list_permits(r, rule->list, p);
	case BY_MAP:
		for (size_t i = 0; i < rule->n_clauses; i++)
			if (clause_has(r, &rule->clauses[i], other, p))
				return rule->clauses[i].permit;
		break;
	case RULE_KINDS:
		break;
	}
	return false;
}

/* Which rule translates the packet; n_rules: none. */
static size_t translating(const struct router *r, bool other, const struct packet *p)
{
	size_t i = 0;
	while (i < r->n_rules && !rule_has(r, &r->rules[i], other, p))
		i++;
	return i;
}

static bool wants(const struct router *r, size_t entry, const struct packet *p)
{
	return list_permits(r, r->entries[entry].list, p);
}

/* Which entry encrypts the packet as it is; n_entries: none. */
static size_t encrypting(const struct router *r, const struct packet *p)
{
	size_t i = 0;
	while (i < r->n_entries && !wants(r, i, p))
		i++;
	return i;
}

static struct packet answer_to(const struct packet *p)
{
	struct packet back = *p;
	back.source = p->destination;
	back.destination = p->source;
	back.source_port = p->destination_port;
	back.destination_port = p->source_port;
	return back;
}

/* --- As text ---------------------------------------------------------------------------------------- */

static void put_quad(struct cm_text *out, uint32_t a)
{
	cm_text_printf(out, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

static void put_end(struct cm_text *out, const struct end *end)
{
	if (end->kind == ANY) {
		cm_text_put(out, " any");
	} else if (end->kind == GROUP) {
		cm_text_printf(out, " object-group NET%u", end->group);
	} else {
		cm_text_char(out, ' ');
		put_quad(out, end->net.address);
		cm_text_char(out, ' ');
		put_quad(out, ~end->net.care);
	}
}

static void put_ports(struct cm_text *out, const char *before, struct ports p)
{
	static const char *const words[] = {
		[EQ] = "eq", [NEQ] = "neq", [LT] = "lt", [GT] = "gt", [RANGE] = "range"
	};
	if (!p.op)
		return;
	cm_text_printf(out, " %s%s %u", before, words[p.op], p.a);
	if (p.op == RANGE)
		cm_text_printf(out, " %u", p.b);
}

static void put_protocol(struct cm_text *out, const struct service *s)
{
	switch (s->tcp_udp ? 0 : s->protocol) {
	case 0:
		cm_text_put(out, s->tcp_udp ? "tcp-udp" : "ip");
		break;
	case TCP:
		cm_text_put(out, "tcp");
		break;
	case UDP:
		cm_text_put(out, "udp");
		break;
	case ICMP:
		cm_text_put(out, "icmp");
		break;
	default:
		cm_text_printf(out, "%u", s->protocol);
	}
}

static void put_line(struct cm_text *out, const struct line *l)
{
	static const char *const flags[] = { [NO_FLAGS] = "",
		[ESTABLISHED] = " established",
		[ALL_SYN_NO_ACK] = " match-all +syn -ack",
		[ANY_RST_SYN] = " match-any +rst +syn" };
	const struct service *s = &l->service;
	cm_text_put(out, l->permit ? "permit " : "deny ");
	if (l->by_group)
		cm_text_printf(out, "object-group SVC%u", l->group);
	else
		put_protocol(out, s);
	put_end(out, &l->source);
	if (!l->by_group)
		put_ports(out, "", s->source);
	put_end(out, &l->destination);
	if (!l->by_group)
		put_ports(out, "", s->destination);
	if (!l->by_group && s->icmp)
		cm_text_printf(out, s->icmp_code ? " %u %u" : " %u", s->type, s->code);
	if (!l->by_group)
		cm_text_put(out, flags[s->flags]);
	cm_text_put(out, l->fragments ? " fragments\n" : "\n");
}

static void put_lists(struct cm_text *out, struct router *r)
{
	for (size_t i = 0; i < ALL_LISTS; i++) {
		cm_text_printf(out, "ip access-list extended %zu\n", 101 + i);
		for (size_t k = 0; k < r->lists[i].n; k++) {
			cm_text_char(out, ' ');
			r->lists[i].lines[k].at = (uint32_t)out->length;
			put_line(out, &r->lists[i].lines[k]);
		}
	}
}

static void put_net_group(struct cm_text *out, const struct net_group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct member *m = &g->members[i];
		cm_text_put(out,
			m->kind == HOST_MEMBER            ? " host "
				: m->kind == RANGE_MEMBER ? " range "
				: m->kind == GROUP_MEMBER ? " group-object NET"
							  : " ");
		if (m->kind == GROUP_MEMBER)
			cm_text_printf(out, "%u", m->group);
		else
			put_quad(out, m->kind == RANGE_MEMBER ? m->first : m->net.address);
		cm_text_put(out, m->kind == NET_MEMBER || m->kind == RANGE_MEMBER ? " " : "");
		if (m->kind == NET_MEMBER)
			put_quad(out, m->net.care);
		if (m->kind == RANGE_MEMBER)
			put_quad(out, m->last);
		cm_text_char(out, '\n');
	}
}

static void put_groups(struct cm_text *out, const struct router *r)
{
	for (unsigned i = GROUPS; i--;) {
		cm_text_printf(out, "object-group network NET%u\n", i);
		put_net_group(out, &r->groups[i]);
		cm_text_printf(out, "object-group service SVC%u\n", i);
		for (size_t k = 0; k < r->services[i].n; k++) {
			const struct service *s = &r->services[i].members[k];
			cm_text_char(out, ' ');
			put_protocol(out, s);
			put_ports(out, "source ", s->source);
			put_ports(out, "", s->destination);
			if (s->icmp)
				cm_text_printf(out, " %u", s->type);
			cm_text_char(out, '\n');
		}
	}
}

static void put_rule(struct cm_text *out, struct nat_rule *r, size_t index)
{
	r->at = (uint32_t)out->length;
	cm_text_put(out, "ip nat inside source ");
	switch (r->kind) {
	case HOST:
		cm_text_put(out, "static ");
		put_quad(out, r->local);
		cm_text_printf(out, " 203.0.113.%zu\n", 100 + index);
		break;
	case HOST_PORT:
		cm_text_put(out, r->protocol == TCP ? "static tcp " : "static udp ");
		put_quad(out, r->local);
		cm_text_printf(out, " %u 203.0.113.%zu %u\n", r->port, 100 + index, r->port);
		break;
	case NETWORK:
		cm_text_put(out, "static network ");
		put_quad(out, r->local & 0xffffff00);
		cm_text_printf(out, " 203.0.%zu.0 /24\n", 114 + index);
		break;
	case BY_LIST:
		cm_text_printf(out, "list %d interface Ethernet0/1 overload\n", 101 + r->list);
		break;
	case BY_MAP:
		cm_text_printf(out, "route-map MAP%zu interface Ethernet0/1 overload\n", index);
		break;
	case RULE_KINDS:
		break;
	}
}

static void put_clauses(struct cm_text *out, const struct nat_rule *r, size_t index)
{
	for (size_t i = 0; r->kind == BY_MAP && i < r->n_clauses; i++) {
		const struct clause *c = &r->clauses[i];
		cm_text_printf(out, "route-map MAP%zu %s %zu\n", index,
			c->permit ? "permit" : "deny", 10 + i);
		if (c->lists[0] >= 0 && c->lists[1] >= 0)
			cm_text_printf(out, " match ip address %d %d\n", 101 + c->lists[0],
				101 + c->lists[1]);
		else if (c->lists[0] >= 0)
			cm_text_printf(out, " match ip address %d\n", 101 + c->lists[0]);
		if (c->other_interface)
			cm_text_put(out, " match interface Ethernet0/2\n");
	}
}

static void put_entries(struct cm_text *out, struct router *r)
{
	cm_text_printf(
		out, "crypto ipsec transform-set SET %sesp-aes 256\n", r->ah ? "ah-sha-hmac " : "");
	for (size_t i = 0; i < r->n_entries; i++) {
		r->entries[i].at = (uint32_t)out->length;
		cm_text_printf(out, "crypto map VPN %zu ipsec-isakmp\n set peer ", 10 + i);
		put_quad(out, PEERS + r->entries[i].peer);
		cm_text_printf(out, "\n set transform-set SET\n match address %d\n",
			101 + r->entries[i].list);
		r->entries[i].end = (uint32_t)out->length;
	}
}

static void put_router(struct cm_text *out, struct router *r)
{
	cm_text_printf(out, "version %s\nhostname drawn\n", r->twice ? "12.2" : "12.4");
	put_entries(out, r);
	r->inside_at = (uint32_t)out->length;
	cm_text_put(
		out, "interface Ethernet0/0\n ip address 10.1.0.1 255.255.0.0\n ip nat inside\n");
	cm_text_put(out, r->inside_in ? " ip access-group 101 in\n" : "");
	cm_text_put(out, r->inside_out ? " ip access-group 102 out\n" : "");
	r->outside_at = (uint32_t)out->length;
	cm_text_printf(out,
		"interface Ethernet0/1\n ip address 203.0.113.1 255.255.255.0\n"
		" ip nat outside\n ip access-group %u in\n crypto map VPN\n"
		"interface Ethernet0/2\n ip address 192.0.2.1 255.255.255.0\n ip nat outside\n"
		"ip route 0.0.0.0 0.0.0.0 203.0.113.254\n",
		101 + OUTSIDE);
	put_groups(out, r);
	put_lists(out, r);
	for (size_t i = 0; i < r->n_rules; i++)
		put_rule(out, &r->rules[i], i);
	for (size_t i = 0; i < r->n_rules; i++)
		put_clauses(out, &r->rules[i], i);
}

#endif
