#include "facts/pset.h"
#include "facts/pset_layout.h"

#include <string.h>

enum { FLAG_VALUES = 64 };

uint64_t pset_flags_all(uint8_t set, uint8_t clear)
{
	uint64_t values = 0;
	for (unsigned f = 0; f < FLAG_VALUES; f++)
		if ((f & set) == (set & (FLAG_VALUES - 1u)) && !(f & clear))
			values |= UINT64_C(1) << f;
	return values;
}

uint64_t pset_flags_any(uint8_t set, uint8_t clear)
{
	uint64_t values = 0;
	for (unsigned f = 0; f < FLAG_VALUES; f++)
		if ((f & set) || (~f & clear))
			values |= UINT64_C(1) << f;
	return values;
}

uint64_t pset_flags_established(void)
{
	enum { RST = 0x04, ACK = 0x10 };
	return pset_flags_any(RST | ACK, 0);
}

bool pset_match_is_layer4(const struct pset_match *m)
{
	return m->n_source_ports || m->n_destination_ports || m->has_icmp || m->has_tcp_flags;
}

static bool takes_whole(const struct pset_match *m)
{
	return !m->fragments;
}

bool pset_match_takes_fragments(const struct pset_match *m)
{
	return !m->whole && (m->fragments || !pset_match_is_layer4(m) || m->permit);
}

/* --- Has ---------------------------------------------------------------------------------------- */

static bool ports_have(const uint16_t (*ranges)[2], size_t n, uint16_t port)
{
	for (size_t i = 0; i < n; i++)
		if (ranges[i][0] <= port && port <= ranges[i][1])
			return true;
	return n == 0;
}

static bool ttl_has(const struct pset_match *m, uint8_t ttl)
{
	for (size_t i = 0; i < m->n_ttl; i++)
		if (m->ttl[i][0] <= ttl && ttl <= m->ttl[i][1])
			return true;
	return m->n_ttl == 0;
}

static bool option_has(const struct pset_match *m, const struct pset_packet *p)
{
	switch (m->with_option) {
	case PSET_OPTION_SOME:
		return p->has_option;
	case PSET_OPTION_ONE:
		return p->has_option && p->option == m->option;
	case PSET_OPTION_ANY:
		break;
	}
	return true;
}

static bool layer3_has(const struct pset_match *m, const struct pset_packet *p)
{
	return (!m->protocol || m->protocol == p->protocol) && cm_net_has(m->source, p->source) &&
		cm_net_has(m->destination, p->destination) &&
		((p->tos ^ m->tos_value) & m->tos_mask) == 0 && ttl_has(m, p->ttl) &&
		option_has(m, p) && (!m->condition || m->condition == p->condition);
}

static bool layer4_has(const struct pset_match *m, const struct pset_packet *p)
{
	return ports_have(m->source_ports, m->n_source_ports, p->source_port) &&
		ports_have(m->destination_ports, m->n_destination_ports, p->destination_port) &&
		(!m->has_icmp || m->icmp_type == p->icmp_type) &&
		(!m->has_icmp_code || m->icmp_code == p->icmp_code) &&
		(!m->has_tcp_flags || (m->tcp_flags >> (p->tcp_flags & 63) & 1));
}

bool pset_match_has(const struct pset_match *m, const struct pset_packet *p)
{
	if (!layer3_has(m, p))
		return false;
	return p->fragment ? pset_match_takes_fragments(m) : takes_whole(m) && layer4_has(m, p);
}

/* What two networks that overlap have in common. */
static struct cm_net common(struct cm_net a, struct cm_net b)
{
	return (struct cm_net){ (a.address & a.mask) | (b.address & b.mask), a.mask | b.mask };
}

struct pset_match pset_match_within(
	const struct pset_match *m, struct cm_net source, struct cm_net destination)
{
	struct pset_match within = *m;
	within.source = common(m->source, source);
	within.destination = common(m->destination, destination);
	return within;
}

struct pset_match pset_match_mirror(const struct pset_match *m)
{
	struct pset_match turned = *m;
	turned.source = m->destination;
	turned.destination = m->source;
	turned.n_source_ports = m->n_destination_ports;
	turned.n_destination_ports = m->n_source_ports;
	memcpy(turned.source_ports, m->destination_ports, sizeof turned.source_ports);
	memcpy(turned.destination_ports, m->source_ports, sizeof turned.destination_ports);
	return turned;
}

/* --- Empty, overlap, cover: field by field, since a match is a product of its fields -------------- */

static bool ports_empty(const uint16_t (*ranges)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ranges[i][0] <= ranges[i][1])
			return false;
	return n != 0;
}

static bool ttl_empty(const struct pset_match *m)
{
	for (size_t i = 0; i < m->n_ttl; i++)
		if (m->ttl[i][0] <= m->ttl[i][1])
			return false;
	return m->n_ttl != 0;
}

static bool layer4_empty(const struct pset_match *m)
{
	return ports_empty(m->source_ports, m->n_source_ports) ||
		ports_empty(m->destination_ports, m->n_destination_ports) ||
		(m->has_tcp_flags && !m->tcp_flags);
}

bool pset_match_is_empty(const struct pset_match *m)
{
	return ttl_empty(m) || (layer4_empty(m) && !pset_match_takes_fragments(m)) ||
		(!takes_whole(m) && !pset_match_takes_fragments(m));
}

bool pset_match_is_hollow(const struct pset_match *m)
{
	return ttl_empty(m) || !takes_whole(m) || layer4_empty(m);
}

static bool ports_overlap(const uint16_t (*a)[2], size_t n_a, const uint16_t (*b)[2], size_t n_b)
{
	if (!n_a)
		return !ports_empty(b, n_b);
	if (!n_b)
		return !ports_empty(a, n_a);
	for (size_t i = 0; i < n_a; i++)
		for (size_t j = 0; j < n_b; j++) {
			uint16_t first = a[i][0] > b[j][0] ? a[i][0] : b[j][0];
			uint16_t last = a[i][1] < b[j][1] ? a[i][1] : b[j][1];
			if (first <= last)
				return true;
		}
	return false;
}

static bool ttl_overlap(const struct pset_match *a, const struct pset_match *b)
{
	for (unsigned ttl = 0; ttl <= UINT8_MAX; ttl++)
		if (ttl_has(a, (uint8_t)ttl) && ttl_has(b, (uint8_t)ttl))
			return true;
	return false;
}

/* Options and conditions never exclude each other: a packet may carry several options. */
static bool layer3_overlaps(const struct pset_match *a, const struct pset_match *b)
{
	return (!a->protocol || !b->protocol || a->protocol == b->protocol) &&
		cm_net_overlaps(a->source, b->source) &&
		cm_net_overlaps(a->destination, b->destination) &&
		((a->tos_value ^ b->tos_value) & a->tos_mask & b->tos_mask) == 0 &&
		(!(a->n_ttl || b->n_ttl) || ttl_overlap(a, b));
}

static bool layer4_overlaps(const struct pset_match *a, const struct pset_match *b)
{
	if (a->has_icmp && b->has_icmp && a->icmp_type != b->icmp_type)
		return false;
	if (a->has_icmp_code && b->has_icmp_code && a->icmp_code != b->icmp_code)
		return false;
	uint64_t flags = (a->has_tcp_flags ? a->tcp_flags : UINT64_MAX) &
		(b->has_tcp_flags ? b->tcp_flags : UINT64_MAX);
	return flags &&
		ports_overlap(
			a->source_ports, a->n_source_ports, b->source_ports, b->n_source_ports) &&
		ports_overlap(a->destination_ports, a->n_destination_ports, b->destination_ports,
			b->n_destination_ports);
}

bool pset_match_overlaps(const struct pset_match *a, const struct pset_match *b)
{
	if (!layer3_overlaps(a, b))
		return false;
	return (pset_match_takes_fragments(a) && pset_match_takes_fragments(b)) ||
		(takes_whole(a) && takes_whole(b) && layer4_overlaps(a, b));
}

/* The first port from `at` on that none of the ranges has; 65536 when they have all. */
static uint32_t ports_gap(const uint16_t (*ranges)[2], size_t n, uint32_t at)
{
	for (size_t i = 0; i < n; i++)
		if (ranges[i][0] <= at && at <= ranges[i][1]) {
			at = ranges[i][1] + 1u;
			i = SIZE_MAX; /* begin again: ranges stand in any order */
		}
	return at;
}

static bool ports_cover(
	const uint16_t (*outer)[2], size_t n_outer, const uint16_t (*inner)[2], size_t n_inner)
{
	if (!n_outer)
		return true;
	if (!n_inner)
		return ports_gap(outer, n_outer, 0) > UINT16_MAX;
	for (size_t i = 0; i < n_inner; i++)
		if (inner[i][0] <= inner[i][1] &&
			ports_gap(outer, n_outer, inner[i][0]) <= inner[i][1])
			return false;
	return true;
}

static bool ttl_covers(const struct pset_match *outer, const struct pset_match *inner)
{
	for (unsigned ttl = 0; ttl <= UINT8_MAX; ttl++)
		if (ttl_has(inner, (uint8_t)ttl) && !ttl_has(outer, (uint8_t)ttl))
			return false;
	return true;
}

static bool option_covers(const struct pset_match *outer, const struct pset_match *inner)
{
	if (outer->with_option == PSET_OPTION_SOME)
		return inner->with_option != PSET_OPTION_ANY;
	return outer->with_option == PSET_OPTION_ANY ||
		(inner->with_option == PSET_OPTION_ONE && inner->option == outer->option);
}

static bool layer3_covers(const struct pset_match *outer, const struct pset_match *inner)
{
	return (!outer->protocol || outer->protocol == inner->protocol) &&
		cm_net_covers(outer->source, inner->source) &&
		cm_net_covers(outer->destination, inner->destination) &&
		(outer->tos_mask & ~inner->tos_mask) == 0 &&
		((outer->tos_value ^ inner->tos_value) & outer->tos_mask) == 0 &&
		option_covers(outer, inner) &&
		(!outer->condition || outer->condition == inner->condition) &&
		(!outer->n_ttl || ttl_covers(outer, inner));
}

static bool icmp_covers(const struct pset_match *outer, const struct pset_match *inner)
{
	return (!outer->has_icmp || (inner->has_icmp && inner->icmp_type == outer->icmp_type)) &&
		(!outer->has_icmp_code ||
			(inner->has_icmp_code && inner->icmp_code == outer->icmp_code));
}

static bool layer4_covers(const struct pset_match *outer, const struct pset_match *inner)
{
	uint64_t flags = inner->has_tcp_flags ? inner->tcp_flags : UINT64_MAX;
	return (!outer->has_tcp_flags || !(flags & ~outer->tcp_flags)) &&
		icmp_covers(outer, inner) &&
		ports_cover(outer->source_ports, outer->n_source_ports, inner->source_ports,
			inner->n_source_ports) &&
		ports_cover(outer->destination_ports, outer->n_destination_ports,
			inner->destination_ports, inner->n_destination_ports);
}

bool pset_match_covers(const struct pset_match *outer, const struct pset_match *inner)
{
	if (pset_match_is_empty(inner))
		return true;
	if (!layer3_covers(outer, inner) ||
		(pset_match_takes_fragments(inner) && !pset_match_takes_fragments(outer)))
		return false;
	return !takes_whole(inner) || layer4_empty(inner) ||
		(takes_whole(outer) && layer4_covers(outer, inner));
}
