#include "facts/pset.h"
#include "facts/pset_layout.h"

#include <cryptomap/facts.h>

enum { ICMP = 1, TCP = 6, UDP = 17 };

/* --- The choice of a witness: the set is narrowed to what reads best, step by step --------------- */

/* Narrow to `wish` if that leaves something. */
static bool prefer(struct psets *s, struct pset *a, struct pset wish)
{
	struct pset narrowed = pset_and(s, *a, wish);
	if (!pset_ok(narrowed) || pset_is_empty(narrowed))
		return false;
	*a = narrowed;
	return true;
}

static struct pset number(struct psets *s, unsigned first, unsigned bits, uint32_t value)
{
	return (struct pset){ bdd_ternary(s->bdd, first, bits, value, UINT32_MAX, BDD_TRUE) };
}

static uint32_t least(struct psets *s, struct pset a, unsigned first, unsigned bits)
{
	uint32_t value = 0;
	bdd_least(s->bdd, a.node, first, bits, &value);
	return value;
}

/* Narrow to the least value of a field, and give it. */
static uint32_t settle(struct psets *s, struct pset *a, unsigned first, unsigned bits)
{
	uint32_t value = least(s, *a, first, bits);
	prefer(s, a, number(s, first, bits, value));
	return value;
}

/* True when the set does not depend on these variables. */
static bool ignores(struct psets *s, struct pset a, unsigned first, unsigned n)
{
	return bdd_exists(s->bdd, a.node, first, n) == a.node;
}

/* The value begins a network of at least four addresses: itself is nobody's then. */
static bool begins_network(struct psets *s, struct pset a, unsigned first, uint32_t value)
{
	bool all = (value & 3) == 0;
	for (uint32_t i = 1; i < 4 && all; i++)
		all = pset_overlaps(s, a, number(s, first, 32, value + i));
	return all;
}

/*
 * The first host of the least prefix. For a set that begins at 0.0.0.0 (any, or any but a few) an
 * address of everyday life is easier to read.
 */
static uint32_t settle_address(struct psets *s, struct pset *a, unsigned first)
{
	static const uint32_t familiar[2] = { 0xc0a80101,
		0xc6336401 }; /* 192.168.1.1, 198.51.100.1 */
	uint32_t value = least(s, *a, first, 32);
	uint32_t wish = familiar[first == V_DESTINATION];
	if (value >> 24 == 0 && prefer(s, a, number(s, first, 32, wish)))
		return wish;
	value += begins_network(s, *a, first, value);
	prefer(s, a, number(s, first, 32, value));
	return value;
}

static void prefer_plain(struct psets *s, struct pset *a)
{
	static const struct {
		unsigned first, bits;
		uint32_t value;
	} wishes[] = {
		{ V_FRAGMENT, 1, 0 },
		{ V_SOME_OPTION, 1, 0 },
		{ V_TTL, 8, 64 },
		{ V_TOS, 8, 0 },
	};
	for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
		prefer(s, a, number(s, wishes[i].first, wishes[i].bits, wishes[i].value));
}

static void settle_protocol(struct psets *s, struct pset *a, struct pset_witness *w)
{
	static const uint8_t wishes[] = { TCP, UDP, ICMP };
	w->any_protocol = ignores(s, *a, V_PROTOCOL, 8);
	for (size_t i = 0; i < sizeof wishes; i++)
		if (prefer(s, a, pset_protocol(s, wishes[i])))
			break;
	size_t n;
	const struct cm_name *names = cm_names(CM_NAMES_PROTOCOL, &n);
	for (size_t i = 0; i < n; i++)
		if (names[i].number && prefer(s, a, pset_protocol(s, (uint8_t)names[i].number)))
			break;
	/* 0 is written "ip" and would read as all of them. */
	prefer(s, a, pset_not(s, pset_protocol(s, 0)));
	w->packet.protocol = (uint8_t)settle(s, a, V_PROTOCOL, 8);
}

static enum cm_names port_names(uint8_t protocol)
{
	return protocol == UDP ? CM_NAMES_UDP_PORT : CM_NAMES_TCP_PORT;
}

static uint16_t settle_service(struct psets *s, struct pset *a, unsigned first, uint8_t protocol)
{
	static const uint16_t everyday[2][4] = { { 80, 443, 22, 25 }, { 53, 500, 123, 161 } };
	const uint16_t *wishes = everyday[protocol == UDP];
	for (size_t i = 0; i < 4; i++)
		if (prefer(s, a, number(s, first, 16, wishes[i])))
			return wishes[i];
	size_t n;
	const struct cm_name *names = cm_names(port_names(protocol), &n);
	for (size_t i = 0; i < n; i++)
		if (prefer(s, a, number(s, first, 16, names[i].number)))
			return names[i].number;
	return (uint16_t)settle(s, a, first, 16);
}

static void settle_ports(struct psets *s, struct pset *a, struct pset_witness *w)
{
	w->any_source_port = ignores(s, *a, V_SOURCE_PORT, 16);
	w->any_destination_port = ignores(s, *a, V_DESTINATION_PORT, 16);
	w->packet.destination_port = settle_service(s, a, V_DESTINATION_PORT, w->packet.protocol);
	if (prefer(s, a, number(s, V_SOURCE_PORT, 16, 1024)))
		w->packet.source_port = 1024;
	else
		w->packet.source_port = settle_service(s, a, V_SOURCE_PORT, w->packet.protocol);
}

static void settle_rest(struct psets *s, struct pset *a, struct pset_packet *p)
{
	p->icmp_type = (uint8_t)settle(s, a, V_ICMP, 8);
	p->icmp_code = (uint8_t)settle(s, a, V_ICMP + 8, 8);
	p->tcp_flags = (uint8_t)settle(s, a, V_TCP_FLAGS, 6);
	p->tos = (uint8_t)settle(s, a, V_TOS, 8);
	p->ttl = (uint8_t)settle(s, a, V_TTL, 8);
	p->fragment = settle(s, a, V_FRAGMENT, 1);
	p->has_option = settle(s, a, V_SOME_OPTION, 1);
	for (unsigned i = 0; p->has_option && i < 256; i++)
		if (settle(s, a, V_OPTION + i, 1))
			p->option = (uint8_t)i;
	for (unsigned i = 1;
		i <= PSET_CONDITIONS && !ignores(s, *a, V_CONDITION, PSET_CONDITIONS + 1); i++)
		if (settle(s, a, V_CONDITION + i, 1))
			p->condition = (uint16_t)i;
}

bool pset_witness(struct psets *s, struct pset a, struct pset_witness *w)
{
	*w = (struct pset_witness){ 0 };
	if (!pset_ok(a) || pset_is_empty(a))
		return false;
	prefer_plain(s, &a);
	w->packet.source = settle_address(s, &a, V_SOURCE);
	w->packet.destination = settle_address(s, &a, V_DESTINATION);
	settle_protocol(s, &a, w);
	settle_ports(s, &a, w);
	w->any_icmp = ignores(s, a, V_ICMP, 16);
	settle_rest(s, &a, &w->packet);
	return !psets_failed(s);
}

/* --- Words ---------------------------------------------------------------------------------------- */

static void put_address(uint32_t address, struct cm_text *out)
{
	char quad[16];
	cm_text_put(out, cm_ip4_print(address, quad));
}

static void put_port(uint8_t protocol, uint16_t port, struct cm_text *out)
{
	const char *word = cm_name_word(port_names(protocol), port);
	if (word)
		cm_text_printf(out, ":%s", word);
	else
		cm_text_printf(out, ":%u", port);
}

static void put_protocol(uint8_t protocol, struct cm_text *out)
{
	const char *word = protocol ? cm_name_word(CM_NAMES_PROTOCOL, protocol) : NULL;
	if (word)
		cm_text_put(out, word);
	else
		cm_text_printf(out, "protocol %u", protocol);
}

static void put_icmp(const struct pset_packet *p, struct cm_text *out)
{
	const char *word = cm_name_word(CM_NAMES_ICMP, (unsigned)p->icmp_type << 8 | p->icmp_code);
	if (!word)
		word = cm_name_word(CM_NAMES_ICMP, (unsigned)p->icmp_type << 8 | 0xff);
	if (word)
		cm_text_printf(out, " %s", word);
	else
		cm_text_printf(out, " type %u code %u", p->icmp_type, p->icmp_code);
}

void pset_print_witness(const struct pset_witness *w, struct cm_text *out)
{
	const struct pset_packet *p = &w->packet;
	bool ports = !w->any_protocol && !p->fragment && (p->protocol == TCP || p->protocol == UDP);
	if (!w->any_protocol) {
		put_protocol(p->protocol, out);
		cm_text_char(out, ' ');
	}
	put_address(p->source, out);
	if (ports && !w->any_source_port)
		put_port(p->protocol, p->source_port, out);
	cm_text_put(out, " -> ");
	put_address(p->destination, out);
	if (ports && !w->any_destination_port)
		put_port(p->protocol, p->destination_port, out);
	if (w->any_protocol)
		cm_text_put(out, " ip");
	if (!w->any_protocol && p->protocol == ICMP && !p->fragment && !w->any_icmp)
		put_icmp(p, out);
	if (p->fragment)
		cm_text_put(out, " (a non-initial fragment)");
}

bool pset_print(struct psets *s, struct pset a, struct cm_text *out)
{
	struct pset_witness w;
	if (!pset_witness(s, a, &w))
		return false;
	pset_print_witness(&w, out);
	return true;
}

/* --- Boxes ------------------------------------------------------------------------------------------ */

struct boxes {
	struct psets *sets;
	struct pset_box *out;
	size_t n, most;
};

/*
 * Free bits above a fixed one are holes. Up to three of them are spelled out as prefixes, which
 * reads better; more stay holes.
 */
static unsigned highest_hole(uint32_t mask)
{
	unsigned holes = 0, highest = 0;
	bool fixed_below = false;
	for (unsigned i = 0; i < 32; i++) {
		if (mask >> i & 1) {
			fixed_below = true;
		} else if (fixed_below) {
			holes++;
			highest = i;
		}
	}
	return holes && holes <= 3 ? highest : 32;
}

static void box_found(struct boxes *b, struct pset_box box)
{
	struct cm_net *nets[] = { &box.source, &box.destination };
	for (size_t i = 0; i < 2; i++) {
		unsigned hole = highest_hole(nets[i]->mask);
		if (hole == 32)
			continue;
		nets[i]->mask |= UINT32_C(1) << hole;
		box_found(b, box);
		nets[i]->address |= UINT32_C(1) << hole;
		box_found(b, box);
		return;
	}
	if (b->n < b->most)
		b->out[b->n] = box;
	b->n++;
}

/* Each path to true through the address variables is a box. */
static void walk(struct boxes *b, uint32_t f, struct pset_box box)
{
	if (f == BDD_FALSE || b->n > b->most)
		return;
	if (f == BDD_TRUE) {
		box_found(b, box);
		return;
	}
	const struct bdd *bdd = b->sets->bdd;
	unsigned v = bdd_variable(bdd, f);
	bool source = v < V_DESTINATION;
	struct cm_net *net = source ? &box.source : &box.destination;
	uint32_t bit = UINT32_C(1) << (31 - (v - (source ? V_SOURCE : V_DESTINATION)));
	net->mask |= bit;
	walk(b, bdd_low(bdd, f), box);
	net->address |= bit;
	walk(b, bdd_high(bdd, f), box);
}

size_t pset_boxes(struct psets *s, struct pset a, struct pset_box *out, size_t most)
{
	struct boxes b = { s, out, 0, most };
	a = pset_addresses(s, a);
	if (pset_ok(a))
		walk(&b, a.node, (struct pset_box){ 0 });
	return b.n > most ? most + 1 : b.n;
}

void pset_print_net(struct cm_net net, struct cm_text *out)
{
	if (!net.mask) {
		cm_text_put(out, "any");
		return;
	}
	put_address(net.address, out);
	if (!cm_mask_is_prefix(net.mask)) {
		cm_text_put(out, " wildcard ");
		put_address(~net.mask, out);
	} else if (net.mask != UINT32_MAX) {
		cm_text_printf(out, "/%u", cm_mask_bits(net.mask));
	}
}

void pset_print_boxes(struct psets *s, struct pset a, size_t most, struct cm_text *out)
{
	enum { ROOM = 16 };
	struct pset_box boxes[ROOM];
	if (most > ROOM)
		most = ROOM;
	size_t n = pset_boxes(s, a, boxes, most);
	for (size_t i = 0; i < n && i < most; i++) {
		cm_text_put(out, i ? ", " : "");
		pset_print_net(boxes[i].source, out);
		cm_text_put(out, " -> ");
		pset_print_net(boxes[i].destination, out);
	}
	if (n > most)
		cm_text_put(out, " and more");
}
