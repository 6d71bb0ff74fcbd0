#include "facts/candidates.h"

#include <stdlib.h>

/* clang-format off */
enum {
	SORTED_LEAST = 32, /* matches; fewer are not worth the order */
	GROUP_LEAST = 64,  /* matches that share their masks; fewer are looked through with others */
	TURNED_LEAST = 64, /* left by the source: above, the destination may leave fewer */
	SCATTERED = 64,    /* found out of order: above, one of so many numbers, a sweep is cheaper */
};
/* clang-format on */

/* Source and destination as one number each with its mask; protocol 0 has mask 0. */
struct key {
	uint64_t pair, mask;
	uint32_t number;
	uint16_t port_low, port_high; /* between which all destination ports lie */
	uint8_t protocol, protocol_mask;
};

/* A piece of the keys: all with the same mask, by address; or, mixed, in any order. */
struct group {
	uint32_t first, end;
	bool mixed, turned; /* turned: the piece of turned keys is made */
};

struct candidates {
	const struct pset_match *const *matches;
	struct key *keys, *turned; /* turned: the destination first */
	struct group *groups;
	uint32_t n, n_groups;
	uint32_t *found;
	uint64_t *marks; /* a bit for each match, all clear between questions */
	bool *dropped;
	uint64_t looked;
};

static struct key key_of(const struct pset_match *m, uint32_t number)
{
	uint64_t mask = (uint64_t)m->source.mask << 32 | m->destination.mask;
	uint64_t pair = (uint64_t)m->source.address << 32 | m->destination.address;
	struct key key = { .pair = pair & mask,
		.mask = mask,
		.number = number,
		.port_high = UINT16_MAX,
		.protocol = m->protocol,
		.protocol_mask = m->protocol ? UINT8_MAX : 0 };
	for (size_t i = 0; i < m->n_destination_ports; i++) {
		const uint16_t *range = m->destination_ports[i];
		key.port_low = !i || range[0] < key.port_low ? range[0] : key.port_low;
		key.port_high = !i || range[1] > key.port_high ? range[1] : key.port_high;
	}
	return key;
}

/* Later fragments have no ports: unless they are excluded, ports tell nothing apart. */
static struct key key_of_question(const struct pset_match *m)
{
	struct key key = key_of(m, 0);
	if (m->whole)
		return key;
	key.port_low = 0;
	key.port_high = UINT16_MAX;
	return key;
}

static int by_place(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	if (x->mask != y->mask)
		return x->mask < y->mask ? -1 : 1;
	if (x->pair != y->pair)
		return x->pair < y->pair ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static uint32_t same_mask_end(const struct candidates *c, uint32_t first)
{
	uint32_t end = first + 1;
	while (end < c->n && c->keys[end].mask == c->keys[first].mask)
		end++;
	return end;
}

static void add_group(struct candidates *c, uint32_t first, uint32_t end, bool mixed)
{
	if (end > first)
		c->groups[c->n_groups++] = (struct group){ first, end, mixed, false };
}

/* The keys are in order; neighbours that are too few for a group of their own share one. */
static void find_groups(struct candidates *c)
{
	uint32_t few = 0;
	for (uint32_t first = 0, end; first < c->n; first = end) {
		end = same_mask_end(c, first);
		if (end - first < GROUP_LEAST)
			continue;
		add_group(c, few, first, true);
		add_group(c, first, end, false);
		few = end;
	}
	add_group(c, few, c->n, true);
}

struct candidates *candidates_new(
	struct arena *arena, const struct pset_match *const *matches, size_t n)
{
	struct candidates *c = ARENA_NEW(arena, struct candidates);
	if (!c)
		return NULL;
	c->matches = matches;
	c->n = (uint32_t)n;
	c->keys = ARENA_ARRAY(arena, struct key, n);
	c->turned = ARENA_ARRAY(arena, struct key, n < SORTED_LEAST ? 0 : n);
	c->groups = ARENA_ARRAY(arena, struct group, 2 * (n / GROUP_LEAST) + 1);
	c->found = ARENA_ARRAY(arena, uint32_t, n + 1);
	c->marks = ARENA_ARRAY(arena, uint64_t, n / 64 + 1);
	c->dropped = ARENA_ARRAY(arena, bool, n);
	if (arena_failed(arena))
		return NULL;
	for (uint32_t i = 0; i < n; i++)
		c->keys[i] = key_of(matches[i], i);
	if (n < SORTED_LEAST) {
		add_group(c, 0, c->n, true);
		return c;
	}
	qsort(c->keys, n, sizeof *c->keys, by_place);
	find_groups(c);
	return c;
}

/* The first key of first … end whose address pair is not below `pair`. */
static uint32_t lower(const struct key *keys, uint32_t first, uint32_t end, uint64_t pair)
{
	while (first < end) {
		uint32_t middle = first + (end - first) / 2;
		if (keys[middle].pair < pair)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

struct piece {
	const struct key *keys;
	uint32_t first, end;
};

/*
 * Narrow a piece to the keys that may fit. A key of a group is known, from its highest bit on, as
 * far as the group's mask leaves it zero or the question fixes it.
 */
static struct piece narrow(const struct key *keys, struct group group, const struct key *asked)
{
	uint64_t mask = keys[group.first].mask, open = mask & ~asked->mask;
	uint64_t spread = open ? UINT64_MAX >> __builtin_clzll(open) : 0;
	uint64_t least = asked->pair & mask & ~spread, most = least | spread;
	struct piece p = { keys, lower(keys, group.first, group.end, least), group.end };
	if (most != UINT64_MAX)
		p.end = lower(keys, p.first, p.end, most + 1);
	return p;
}

static struct key turn(struct key k)
{
	k.pair = k.pair << 32 | k.pair >> 32;
	k.mask = k.mask << 32 | k.mask >> 32;
	return k;
}

static void make_turned(struct candidates *c, struct group *group)
{
	for (uint32_t i = group->first; i < group->end; i++)
		c->turned[i] = turn(c->keys[i]);
	qsort(c->turned + group->first, group->end - group->first, sizeof *c->turned, by_place);
	group->turned = true;
}

static bool passes(const struct key *a, const struct key *b)
{
	uint64_t differ = ((a->pair ^ b->pair) & a->mask & b->mask) |
		(uint8_t)((a->protocol ^ b->protocol) & a->protocol_mask & b->protocol_mask);
	return (differ == 0) & (a->port_low <= b->port_high) & (b->port_low <= a->port_high);
}

/* Few pass, and which cannot be foretold: the loop has no branch. */
static size_t look_through(struct candidates *c, struct piece piece, const struct key *asked,
	uint32_t before, size_t found)
{
	c->looked += piece.end - piece.first;
	for (uint32_t i = piece.first; i < piece.end; i++) {
		c->found[found] = piece.keys[i].number;
		found += passes(asked, &piece.keys[i]) & (piece.keys[i].number < before);
	}
	return found;
}

static size_t look_in_group(struct candidates *c, struct group *group, const struct key *asked,
	uint32_t before, size_t found)
{
	struct piece all = { c->keys, group->first, group->end };
	if (group->mixed)
		return look_through(c, all, asked, before, found);
	struct piece by_source = narrow(c->keys, *group, asked);
	if (by_source.end - by_source.first <= TURNED_LEAST)
		return look_through(c, by_source, asked, before, found);
	if (!group->turned)
		make_turned(c, group);
	const struct key turned = turn(*asked);
	struct piece by_destination = narrow(c->turned, *group, &turned);
	if (by_destination.end - by_destination.first < by_source.end - by_source.first)
		return look_through(c, by_destination, &turned, before, found);
	return look_through(c, by_source, asked, before, found);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Numbers in order: few are sorted, of many a bit each is set and all bits are read. */
static void put_in_order(struct candidates *c, size_t found)
{
	bool sorted = true;
	for (size_t i = 1; i < found && sorted; i++)
		sorted = c->found[i - 1] < c->found[i];
	if (sorted)
		return;
	if (found < c->n / SCATTERED + 2) {
		qsort(c->found, found, sizeof *c->found, by_number);
		return;
	}
	for (size_t i = 0; i < found; i++)
		c->marks[c->found[i] / 64] |= UINT64_C(1) << c->found[i] % 64;
	size_t n = 0;
	for (uint32_t word = 0; word <= c->n / 64; word++) {
		for (uint64_t rest = c->marks[word]; rest; rest &= rest - 1)
			c->found[n++] = word * 64 + (uint32_t)__builtin_ctzll(rest);
		c->marks[word] = 0;
	}
}

size_t candidates_find(
	struct candidates *c, const struct pset_match *m, uint32_t before, const uint32_t **out)
{
	const struct key asked = key_of_question(m);
	size_t passed = 0, found = 0;
	for (uint32_t i = 0; i < c->n_groups; i++)
		passed = look_in_group(c, &c->groups[i], &asked, before, passed);
	for (size_t i = 0; i < passed; i++) {
		uint32_t number = c->found[i];
		if (!c->dropped[number] && pset_match_overlaps(m, c->matches[number]))
			c->found[found++] = number;
	}
	put_in_order(c, found);
	*out = c->found;
	return found;
}

void candidates_drop(struct candidates *c, uint32_t number)
{
	c->dropped[number] = true;
}

uint64_t candidates_looked(const struct candidates *c)
{
	return c->looked;
}
