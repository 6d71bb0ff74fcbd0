#include "facts/pset.h"
#include "facts/pset_layout.h"

#include <stdlib.h>

enum { NODES_OF_A_ROUTER = 2 << 20 };

struct psets *psets_new(size_t most_nodes)
{
	struct psets *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->bdd = bdd_new(most_nodes ? most_nodes : NODES_OF_A_ROUTER);
	if (!s->bdd) {
		free(s);
		return NULL;
	}
	return s;
}

void psets_free(struct psets *s)
{
	if (!s)
		return;
	bdd_free(s->bdd);
	free(s);
}

void psets_clear(struct psets *s)
{
	bdd_clear(s->bdd);
}

bool psets_failed(const struct psets *s)
{
	return bdd_failed(s->bdd);
}

bool psets_starved(const struct psets *s)
{
	return bdd_starved(s->bdd);
}

size_t psets_size(const struct psets *s)
{
	return bdd_size(s->bdd);
}

void psets_allow(struct psets *s, uint64_t steps)
{
	bdd_allow(s->bdd, steps);
}

uint64_t psets_steps(const struct psets *s)
{
	return bdd_steps(s->bdd);
}

static struct pset set(uint32_t node)
{
	return (struct pset){ node };
}

struct pset pset_none(void)
{
	return set(BDD_FALSE);
}

struct pset pset_all(void)
{
	return set(BDD_TRUE);
}

struct pset pset_unknown(void)
{
	return set(BDD_NONE);
}

/* --- From a match: field upon field, the last variables first ------------------------------------- */

static uint32_t ranges_of(
	struct bdd *b, unsigned first, const uint16_t (*ranges)[2], size_t n, uint32_t below)
{
	if (!n)
		return below;
	uint32_t any = BDD_FALSE;
	for (size_t i = 0; i < n; i++)
		any = bdd_or(b, any, bdd_between(b, first, 16, ranges[i][0], ranges[i][1], below));
	return any;
}

static uint32_t flags_of(struct bdd *b, unsigned variable, uint64_t values, uint32_t below)
{
	if (variable == V_TCP_FLAGS + 6)
		return values & 1 ? below : BDD_FALSE;
	/* The variable's bit halves the table: the upper half is where it is set. */
	unsigned half = 1u << (V_TCP_FLAGS + 5 - variable);
	uint32_t low = flags_of(b, variable + 1, values, below);
	uint32_t high = flags_of(b, variable + 1, values >> half, below);
	return bdd_node(b, variable, low, high);
}

static uint32_t rest_of(struct bdd *b, const struct pset_match *m)
{
	uint32_t f = BDD_TRUE;
	if (m->condition)
		f = bdd_ternary(b, V_CONDITION + m->condition, 1, 1, 1, f);
	if (m->with_option == PSET_OPTION_ONE)
		f = bdd_ternary(b, V_OPTION + m->option, 1, 1, 1, f);
	if (m->with_option != PSET_OPTION_ANY)
		f = bdd_ternary(b, V_SOME_OPTION, 1, 1, 1, f);
	if (m->n_ttl) {
		uint32_t any = BDD_FALSE;
		for (size_t i = 0; i < m->n_ttl; i++)
			any = bdd_or(
				b, any, bdd_between(b, V_TTL, 8, m->ttl[i][0], m->ttl[i][1], f));
		f = any;
	}
	return bdd_ternary(b, V_TOS, 8, m->tos_value, m->tos_mask, f);
}

static uint32_t layer4_of(struct bdd *b, const struct pset_match *m, uint32_t below)
{
	if (m->has_tcp_flags)
		below = flags_of(b, V_TCP_FLAGS, m->tcp_flags, below);
	if (m->has_icmp) {
		uint32_t value = (uint32_t)m->icmp_type << 8 | m->icmp_code;
		below = bdd_ternary(
			b, V_ICMP, 16, value, m->has_icmp_code ? 0xffff : 0xff00, below);
	}
	below = ranges_of(b, V_SOURCE_PORT, m->source_ports, m->n_source_ports, below);
	return ranges_of(
		b, V_DESTINATION_PORT, m->destination_ports, m->n_destination_ports, below);
}

static uint32_t layer3_of(struct bdd *b, const struct pset_match *m, uint32_t below)
{
	below = bdd_ternary(
		b, V_DESTINATION, 32, m->destination.address, m->destination.mask, below);
	below = bdd_ternary(b, V_SOURCE, 32, m->source.address, m->source.mask, below);
	return m->protocol ? bdd_ternary(b, V_PROTOCOL, 8, m->protocol, 0xff, below) : below;
}

struct pset pset_of(struct psets *s, const struct pset_match *m)
{
	struct bdd *b = s->bdd;
	uint32_t rest = rest_of(b, m);
	bool layer4 = pset_match_is_layer4(m);
	bool no_fragments = m->whole || (layer4 && !m->permit);
	uint32_t fragments = no_fragments ? BDD_FALSE : layer3_of(b, m, rest);
	if (m->fragments)
		return set(bdd_node(b, V_FRAGMENT, BDD_FALSE, layer3_of(b, m, rest)));
	uint32_t whole = layer4 || m->whole ? layer3_of(b, m, layer4_of(b, m, rest)) : fragments;
	return set(bdd_node(b, V_FRAGMENT, whole, fragments));
}

struct pset pset_protocol(struct psets *s, uint8_t protocol)
{
	return set(bdd_ternary(s->bdd, V_PROTOCOL, 8, protocol, 0xff, BDD_TRUE));
}

struct pset pset_source(struct psets *s, struct cm_net net)
{
	return set(bdd_ternary(s->bdd, V_SOURCE, 32, net.address, net.mask, BDD_TRUE));
}

struct pset pset_destination(struct psets *s, struct cm_net net)
{
	return set(bdd_ternary(s->bdd, V_DESTINATION, 32, net.address, net.mask, BDD_TRUE));
}

struct pset pset_source_range(struct psets *s, uint32_t first, uint32_t last)
{
	return set(bdd_between(s->bdd, V_SOURCE, 32, first, last, BDD_TRUE));
}

struct pset pset_destination_range(struct psets *s, uint32_t first, uint32_t last)
{
	return set(bdd_between(s->bdd, V_DESTINATION, 32, first, last, BDD_TRUE));
}

struct pset pset_source_ports(struct psets *s, uint16_t first, uint16_t last)
{
	return set(bdd_between(s->bdd, V_SOURCE_PORT, 16, first, last, BDD_TRUE));
}

struct pset pset_destination_ports(struct psets *s, uint16_t first, uint16_t last)
{
	return set(bdd_between(s->bdd, V_DESTINATION_PORT, 16, first, last, BDD_TRUE));
}

struct pset pset_whole(struct psets *s)
{
	return set(bdd_ternary(s->bdd, V_FRAGMENT, 1, 0, 1, BDD_TRUE));
}

/* --- Algebra -------------------------------------------------------------------------------------- */

struct pset pset_and(struct psets *s, struct pset a, struct pset b)
{
	return set(bdd_and(s->bdd, a.node, b.node));
}

struct pset pset_or(struct psets *s, struct pset a, struct pset b)
{
	return set(bdd_or(s->bdd, a.node, b.node));
}

struct pset pset_not(struct psets *s, struct pset a)
{
	return set(bdd_not(s->bdd, a.node));
}

struct pset pset_minus(struct psets *s, struct pset a, struct pset b)
{
	return set(bdd_minus(s->bdd, a.node, b.node));
}

bool pset_ok(struct pset a)
{
	return a.node != BDD_NONE;
}

bool pset_is_empty(struct pset a)
{
	return a.node == BDD_FALSE;
}

bool pset_equal(struct pset a, struct pset b)
{
	return a.node == b.node && a.node != BDD_NONE;
}

bool pset_inside(struct psets *s, struct pset inner, struct pset outer)
{
	return bdd_implies(s->bdd, inner.node, outer.node);
}

bool pset_overlaps(struct psets *s, struct pset a, struct pset b)
{
	return bdd_overlap(s->bdd, a.node, b.node);
}

/* Bit `variable` of a number of `bits` from `first`. */
static bool bit(unsigned variable, unsigned first, unsigned bits, uint32_t number)
{
	return number >> (first + bits - 1 - variable) & 1;
}

static bool packet_bit(const void *user, unsigned v)
{
	const struct pset_packet *p = user;
	const struct {
		unsigned first, bits;
		uint32_t number;
	} fields[] = {
		{ V_FRAGMENT, 1, p->fragment },
		{ V_PROTOCOL, 8, p->protocol },
		{ V_SOURCE, 32, p->source },
		{ V_DESTINATION, 32, p->destination },
		{ V_DESTINATION_PORT, 16, p->destination_port },
		{ V_SOURCE_PORT, 16, p->source_port },
		{ V_ICMP, 8, p->icmp_type },
		{ V_ICMP + 8, 8, p->icmp_code },
		{ V_TCP_FLAGS, 6, p->tcp_flags & 63u },
		{ V_TOS, 8, p->tos },
		{ V_TTL, 8, p->ttl },
		{ V_SOME_OPTION, 1, p->has_option },
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (v < fields[i].first + fields[i].bits)
			return bit(v, fields[i].first, fields[i].bits, fields[i].number);
	if (v < V_CONDITION)
		return p->has_option && v == V_OPTION + (unsigned)p->option;
	return p->condition && v == V_CONDITION + (unsigned)p->condition;
}

bool pset_has(const struct psets *s, struct pset a, const struct pset_packet *packet)
{
	return bdd_value(s->bdd, a.node, packet_bit, packet);
}

struct pset_match pset_hull(struct psets *s, struct pset a)
{
	uint64_t mask, value;
	struct pset_match hull = { .permit = true };
	bdd_agreed(s->bdd, a.node, V_PROTOCOL, 8, &mask, &value);
	if (mask == UINT8_MAX)
		hull.protocol = (uint8_t)value;
	bdd_agreed(s->bdd, a.node, V_SOURCE, 64, &mask, &value);
	hull.source = (struct cm_net){ (uint32_t)(value >> 32), (uint32_t)(mask >> 32) };
	hull.destination = (struct cm_net){ (uint32_t)value, (uint32_t)mask };
	return hull;
}

/*
 * From the last line upwards each line decides over what stands below it. Each step follows the
 * path of its line only, so a list costs about its own length.
 */
struct pset pset_first_match(struct psets *s, const struct pset_match *lines, size_t n)
{
	struct pset permitted = pset_none();
	while (n--) {
		struct pset line = pset_of(s, &lines[n]);
		permitted = lines[n].permit ? pset_or(s, permitted, line)
					    : pset_minus(s, permitted, line);
	}
	return permitted;
}

struct pset pset_mirror(struct psets *s, struct pset a)
{
	uint16_t to[V_ICMP];
	for (unsigned v = 0; v < V_ICMP; v++)
		to[v] = (uint16_t)v;
	for (unsigned i = 0; i < 32; i++) {
		to[V_SOURCE + i] = (uint16_t)(V_DESTINATION + i);
		to[V_DESTINATION + i] = (uint16_t)(V_SOURCE + i);
	}
	for (unsigned i = 0; i < 16; i++) {
		to[V_SOURCE_PORT + i] = (uint16_t)(V_DESTINATION_PORT + i);
		to[V_DESTINATION_PORT + i] = (uint16_t)(V_SOURCE_PORT + i);
	}
	return set(bdd_rename(s->bdd, a.node, to, V_ICMP));
}

struct pset pset_any_source(struct psets *s, struct pset a)
{
	return set(bdd_exists(s->bdd, a.node, V_SOURCE, 32));
}

struct pset pset_any_destination(struct psets *s, struct pset a)
{
	return set(bdd_exists(s->bdd, a.node, V_DESTINATION, 32));
}

struct pset pset_translate_source(struct psets *s, struct pset a, struct pset to)
{
	return pset_and(s, pset_any_source(s, a), to);
}

struct pset pset_translate_destination(struct psets *s, struct pset a, struct pset to)
{
	return pset_and(s, pset_any_destination(s, a), to);
}

struct pset pset_addresses(struct psets *s, struct pset a)
{
	uint32_t f = bdd_exists(s->bdd, a.node, V_DESTINATION_PORT, V_END - V_DESTINATION_PORT);
	return set(bdd_exists(s->bdd, f, V_FRAGMENT, V_SOURCE - V_FRAGMENT));
}
