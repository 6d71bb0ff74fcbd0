#include "base/bdd.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	NODES_FIRST = 1 << 12,
	NODES_MOST = 4 << 20,
	GENERATIONS = 1 << 24,
	CONSTANT = BDD_VARIABLES, /* "variable" of the constants: after all others */
};

enum operation { OP_ITE = 1, OP_EXISTS, OP_RENAME, OP_OVERLAP, OPERATIONS };

struct node {
	uint32_t low, high;
	uint32_t next; /* in its chain of the unique table */
	uint16_t variable;
};

struct result {
	uint32_t f, g, h;
	uint32_t value;
	uint32_t operation; /* with the generation; 0: empty */
};

struct bdd {
	struct node *nodes;
	uint32_t n, room, most;
	uint32_t *chains;          /* heads of the unique table, as many as `room`; 0: empty */
	struct result *cache;      /* as many as `room` / 2 */
	uint32_t generation;       /* of the cache: results of older ones no longer count */
	uint32_t epoch;            /* distinguishes calls of operations with hidden parameters */
	uint64_t steps, steps_end; /* made, and when to give up */
	struct agreed *agreed;     /* scratch of bdd_agreed; NULL: not needed yet */
	bool failed, starved;
};

static uint32_t mix(uint32_t a, uint32_t b, uint32_t c)
{
	uint64_t h = a * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ b ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ c ^ h >> 31) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(h >> 32);
}

static void chain_all(struct bdd *b)
{
	memset(b->chains, 0, b->room * sizeof *b->chains);
	for (uint32_t i = 2; i < b->n; i++) {
		struct node *n = &b->nodes[i];
		uint32_t *head = &b->chains[mix(n->variable, n->low, n->high) & (b->room - 1)];
		n->next = *head;
		*head = i;
	}
}

/* Double the tables. The cache may be lost, results are only remembered for speed. */
static bool grow(struct bdd *b, uint32_t room)
{
	if (room > b->most)
		return false;
	struct node *nodes = realloc(b->nodes, room * sizeof *nodes);
	if (nodes)
		b->nodes = nodes;
	uint32_t *chains = realloc(b->chains, room * sizeof *chains);
	if (chains)
		b->chains = chains;
	struct result *cache = calloc(room / 2, sizeof *cache);
	if (!nodes || !chains || !cache) {
		b->starved = true;
		free(cache);
		return false;
	}
	free(b->cache);
	b->cache = cache;
	b->room = room;
	chain_all(b);
	return true;
}

/* The largest power of two that is not above `most`. */
static uint32_t power_below(size_t most)
{
	uint32_t room = 16;
	while (room <= most / 2 && room < UINT32_C(1) << 30)
		room *= 2;
	return room;
}

struct bdd *bdd_new(size_t most_nodes)
{
	struct bdd *b = calloc(1, sizeof *b);
	if (!b)
		return NULL;
	b->most = power_below(most_nodes ? most_nodes : NODES_MOST);
	b->n = 2;
	b->steps_end = UINT64_MAX;
	if (!grow(b, b->most < NODES_FIRST ? b->most : NODES_FIRST)) {
		bdd_free(b);
		return NULL;
	}
	for (uint32_t i = 0; i < 2; i++)
		b->nodes[i] = (struct node){ .low = i, .high = i, .variable = CONSTANT };
	return b;
}

void bdd_free(struct bdd *b)
{
	if (!b)
		return;
	free(b->nodes);
	free(b->chains);
	free(b->cache);
	free(b->agreed);
	free(b);
}

/* Costs as much as was built: tables that once grew large stay cheap to clear. */
void bdd_clear(struct bdd *b)
{
	for (uint32_t i = 2; i < b->n; i++) {
		const struct node *n = &b->nodes[i];
		b->chains[mix(n->variable, n->low, n->high) & (b->room - 1)] = 0;
	}
	b->n = 2;
	b->failed = false;
	b->generation = (b->generation + 1) % GENERATIONS;
	if (b->generation == 0)
		memset(b->cache, 0, b->room / 2 * sizeof *b->cache);
}

void bdd_allow(struct bdd *b, uint64_t steps)
{
	b->steps_end = steps < UINT64_MAX - b->steps ? b->steps + steps : UINT64_MAX;
}

uint64_t bdd_steps(const struct bdd *b)
{
	return b->steps;
}

bool bdd_failed(const struct bdd *b)
{
	return b->failed;
}

bool bdd_starved(const struct bdd *b)
{
	return b->starved;
}

size_t bdd_size(const struct bdd *b)
{
	return b->n;
}

static uint32_t give_up(struct bdd *b)
{
	b->failed = true;
	return BDD_NONE;
}

/* Count a step. False when there are no more. */
static bool step(struct bdd *b)
{
	if (b->steps >= b->steps_end)
		return false;
	b->steps++;
	return true;
}

uint32_t bdd_node(struct bdd *b, unsigned variable, uint32_t low, uint32_t high)
{
	assert(variable < BDD_VARIABLES);
	if (low == BDD_NONE || high == BDD_NONE)
		return BDD_NONE;
	if (low == high)
		return low;
	uint32_t hash = mix(variable, low, high);
	for (uint32_t i = b->chains[hash & (b->room - 1)]; i; i = b->nodes[i].next) {
		const struct node *n = &b->nodes[i];
		if (n->low == low && n->high == high && n->variable == variable)
			return i;
	}
	if (b->n == b->room && !grow(b, b->room * 2))
		return give_up(b);
	uint32_t *head = &b->chains[hash & (b->room - 1)];
	b->nodes[b->n] = (struct node){ low, high, *head, (uint16_t)variable };
	return *head = b->n++;
}

unsigned bdd_variable(const struct bdd *b, uint32_t f)
{
	return b->nodes[f].variable;
}

uint32_t bdd_low(const struct bdd *b, uint32_t f)
{
	return b->nodes[f].low;
}

uint32_t bdd_high(const struct bdd *b, uint32_t f)
{
	return b->nodes[f].high;
}

/* --- The cache of results: one slot per hash, the newer one stays ------------------------------- */

static struct result *slot(struct bdd *b, uint32_t operation, uint32_t f, uint32_t g, uint32_t h)
{
	return &b->cache[mix(f ^ operation << 24, g, h) & (b->room / 2 - 1)];
}

static bool recall(
	struct bdd *b, uint32_t operation, uint32_t f, uint32_t g, uint32_t h, uint32_t *value)
{
	const struct result *r = slot(b, operation, f, g, h);
	*value = r->value;
	return r->operation == b->generation * OPERATIONS + operation && r->f == f && r->g == g &&
		r->h == h;
}

static uint32_t remember(
	struct bdd *b, uint32_t operation, uint32_t f, uint32_t g, uint32_t h, uint32_t value)
{
	if (value != BDD_NONE)
		*slot(b, operation, f, g, h) =
			(struct result){ f, g, h, value, b->generation * OPERATIONS + operation };
	return value;
}

/* --- Operations ----------------------------------------------------------------------------------- */

/* The branch of `f` when `variable` is `high`. */
static uint32_t branch(const struct bdd *b, uint32_t f, unsigned variable, bool high)
{
	const struct node *n = &b->nodes[f];
	if (n->variable != variable)
		return f;
	return high ? n->high : n->low;
}

static unsigned first_of(const struct bdd *b, uint32_t f, uint32_t g, uint32_t h)
{
	unsigned v = b->nodes[f].variable;
	if (b->nodes[g].variable < v)
		v = b->nodes[g].variable;
	if (b->nodes[h].variable < v)
		v = b->nodes[h].variable;
	return v;
}

static uint32_t ite(struct bdd *b, uint32_t f, uint32_t g, uint32_t h)
{
	if (f == BDD_TRUE || g == h)
		return g;
	if (f == BDD_FALSE)
		return h;
	if (f == g)
		g = BDD_TRUE;
	if (f == h)
		h = BDD_FALSE;
	if (g == BDD_TRUE && h == BDD_FALSE)
		return f;
	if (g == h)
		return g;
	/* "and" and "or" commute: one spelling finds more in the cache. */
	if (h == BDD_FALSE && g < f) {
		uint32_t swap = f;
		f = g;
		g = swap;
	} else if (g == BDD_TRUE && h < f) {
		uint32_t swap = f;
		f = h;
		h = swap;
	}
	uint32_t value;
	if (recall(b, OP_ITE, f, g, h, &value))
		return value;
	if (!step(b))
		return give_up(b);
	unsigned v = first_of(b, f, g, h);
	uint32_t low =
		ite(b, branch(b, f, v, false), branch(b, g, v, false), branch(b, h, v, false));
	if (low == BDD_NONE)
		return BDD_NONE;
	uint32_t high = ite(b, branch(b, f, v, true), branch(b, g, v, true), branch(b, h, v, true));
	return remember(b, OP_ITE, f, g, h, bdd_node(b, v, low, high));
}

uint32_t bdd_ite(struct bdd *b, uint32_t f, uint32_t then, uint32_t otherwise)
{
	if (f == BDD_NONE || then == BDD_NONE || otherwise == BDD_NONE)
		return BDD_NONE;
	return ite(b, f, then, otherwise);
}

uint32_t bdd_and(struct bdd *b, uint32_t f, uint32_t g)
{
	return bdd_ite(b, f, g, BDD_FALSE);
}

uint32_t bdd_or(struct bdd *b, uint32_t f, uint32_t g)
{
	return bdd_ite(b, f, BDD_TRUE, g);
}

uint32_t bdd_not(struct bdd *b, uint32_t f)
{
	return bdd_ite(b, f, BDD_FALSE, BDD_TRUE);
}

uint32_t bdd_minus(struct bdd *b, uint32_t f, uint32_t g)
{
	return bdd_ite(b, g, BDD_FALSE, f);
}

/* Is f ∧ g ∧ ¬h ever true? Builds no node. Out of steps: false, and failed. */
static bool meet(struct bdd *b, uint32_t f, uint32_t g, uint32_t h)
{
	if (f == BDD_FALSE || g == BDD_FALSE || h == BDD_TRUE || f == h || g == h)
		return false;
	if (h == BDD_FALSE && (f == BDD_TRUE || g == BDD_TRUE || f == g))
		return true;
	uint32_t value;
	if (recall(b, OP_OVERLAP, f, g, h, &value))
		return value != 0;
	if (!step(b)) {
		give_up(b);
		return false;
	}
	unsigned v = first_of(b, f, g, h);
	bool found =
		meet(b, branch(b, f, v, false), branch(b, g, v, false), branch(b, h, v, false)) ||
		meet(b, branch(b, f, v, true), branch(b, g, v, true), branch(b, h, v, true));
	if (found || b->steps < b->steps_end)
		remember(b, OP_OVERLAP, f, g, h, found);
	return found;
}

bool bdd_implies(struct bdd *b, uint32_t f, uint32_t g)
{
	return f != BDD_NONE && g != BDD_NONE && !meet(b, f, BDD_TRUE, g) &&
		b->steps < b->steps_end;
}

bool bdd_overlap(struct bdd *b, uint32_t f, uint32_t g)
{
	return f != BDD_NONE && g != BDD_NONE && meet(b, f, g, BDD_FALSE);
}

uint32_t bdd_ternary(
	struct bdd *b, unsigned first, unsigned bits, uint32_t value, uint32_t mask, uint32_t below)
{
	for (unsigned i = 0; i < bits; i++) { /* from the least significant, the last variable */
		if (!(mask >> i & 1))
			continue;
		unsigned v = first + bits - 1 - i;
		below = value >> i & 1 ? bdd_node(b, v, BDD_FALSE, below)
				       : bdd_node(b, v, below, BDD_FALSE);
	}
	return below;
}

uint32_t bdd_between(
	struct bdd *b, unsigned first, unsigned bits, uint32_t least, uint32_t most, uint32_t below)
{
	if (least > most)
		return BDD_FALSE;
	/* Three functions of the lower bits, grown upwards: ≥ least, ≤ most, both. */
	uint32_t from = below, to = below, both = below;
	for (unsigned i = 0; i < bits; i++) {
		unsigned v = first + bits - 1 - i;
		bool l = least >> i & 1, m = most >> i & 1;
		if (l == m)
			both = l ? bdd_node(b, v, BDD_FALSE, both)
				 : bdd_node(b, v, both, BDD_FALSE);
		else
			both = l ? BDD_FALSE : bdd_node(b, v, from, to);
		from = l ? bdd_node(b, v, BDD_FALSE, from) : bdd_node(b, v, from, below);
		to = m ? bdd_node(b, v, below, to) : bdd_node(b, v, to, BDD_FALSE);
	}
	return both;
}

static uint32_t exists(struct bdd *b, uint32_t f, unsigned first, unsigned n)
{
	unsigned v = b->nodes[f].variable;
	if (f <= BDD_TRUE || v >= first + n)
		return f;
	uint32_t value;
	if (recall(b, OP_EXISTS, f, first, n, &value))
		return value;
	if (!step(b))
		return give_up(b);
	uint32_t low = exists(b, b->nodes[f].low, first, n);
	if (low == BDD_NONE)
		return BDD_NONE;
	uint32_t high = exists(b, b->nodes[f].high, first, n);
	if (v < first)
		return remember(b, OP_EXISTS, f, first, n, bdd_node(b, v, low, high));
	return remember(b, OP_EXISTS, f, first, n, bdd_or(b, low, high));
}

uint32_t bdd_exists(struct bdd *b, uint32_t f, unsigned first, unsigned n)
{
	return f == BDD_NONE ? f : exists(b, f, first, n);
}

uint32_t bdd_fix(struct bdd *b, uint32_t f, unsigned first, unsigned bits, uint32_t value)
{
	uint32_t cube = bdd_ternary(b, first, bits, value, UINT32_MAX, BDD_TRUE);
	return bdd_exists(b, bdd_and(b, f, cube), first, bits);
}

static uint32_t rename_node(struct bdd *b, uint32_t f, const uint16_t *to, size_t n)
{
	if (f <= BDD_TRUE)
		return f;
	uint32_t value;
	if (recall(b, OP_RENAME, f, b->epoch, 0, &value))
		return value;
	if (!step(b))
		return give_up(b);
	unsigned v = b->nodes[f].variable;
	uint32_t low = rename_node(b, b->nodes[f].low, to, n);
	uint32_t high = rename_node(b, b->nodes[f].high, to, n);
	uint32_t here = bdd_node(b, v < n ? to[v] : v, BDD_FALSE, BDD_TRUE);
	return remember(b, OP_RENAME, f, b->epoch, 0, bdd_ite(b, here, high, low));
}

uint32_t bdd_rename(struct bdd *b, uint32_t f, const uint16_t *to, size_t n)
{
	if (f == BDD_NONE)
		return f;
	b->epoch++;
	return rename_node(b, f, to, n);
}

bool bdd_value(const struct bdd *b, uint32_t f, bool (*value)(const void *user, unsigned variable),
	const void *user)
{
	if (f == BDD_NONE)
		return false;
	while (f > BDD_TRUE)
		f = value(user, b->nodes[f].variable) ? b->nodes[f].high : b->nodes[f].low;
	return f == BDD_TRUE;
}

/* --- What all assignments agree on ---------------------------------------------------------------- */

enum { AGREED_MOST = 1 << 11, AGREED_SLOTS = 1 << 12 };

struct bits {
	uint64_t mask, value;
};

struct agreed {
	uint32_t node, epoch; /* of an older epoch: free */
	struct bits bits;
};

struct agreement {
	const struct bdd *b;
	unsigned first, bits;
	unsigned n; /* slots in use */
};

static struct agreed *agreed_slot(const struct bdd *b, uint32_t node)
{
	uint32_t at = mix(node, 0, 0) % AGREED_SLOTS;
	while (b->agreed[at].epoch == b->epoch && b->agreed[at].node != node)
		at = (at + 1) % AGREED_SLOTS;
	return &b->agreed[at];
}

/* False when the function is too large. `f` is not BDD_FALSE. */
static bool agree(struct agreement *a, uint32_t f, struct bits *out)
{
	const struct node *n = &a->b->nodes[f];
	*out = (struct bits){ 0, 0 };
	if (n->variable >= a->first + a->bits)
		return true;
	struct agreed *known = agreed_slot(a->b, f);
	if (known->epoch == a->b->epoch) {
		*out = known->bits;
		return true;
	}
	struct bits low, high;
	bool both = n->low != BDD_FALSE && n->high != BDD_FALSE;
	if (a->n >= AGREED_MOST || (n->low != BDD_FALSE && !agree(a, n->low, &low)) ||
		(n->high != BDD_FALSE && !agree(a, n->high, &high)))
		return false;
	*out = n->high == BDD_FALSE ? low : high;
	uint64_t here =
		n->variable < a->first ? 0 : UINT64_C(1) << (a->first + a->bits - 1 - n->variable);
	if (both)
		out->mask &= low.mask & ~(low.value ^ high.value);
	else
		out->mask |= here;
	out->value = (out->value & out->mask) | (!both && n->high != BDD_FALSE ? here : 0);
	*agreed_slot(a->b, f) = (struct agreed){ f, a->b->epoch, *out };
	a->n++;
	return true;
}

void bdd_agreed(
	struct bdd *b, uint32_t f, unsigned first, unsigned bits, uint64_t *mask, uint64_t *value)
{
	struct agreement a = { .b = b, .first = first, .bits = bits };
	struct bits found = { 0, 0 };
	if (!b->agreed)
		b->agreed = calloc(AGREED_SLOTS, sizeof *b->agreed);
	b->starved = b->starved || !b->agreed;
	b->epoch++;
	if (f != BDD_NONE && f != BDD_FALSE && b->agreed && !agree(&a, f, &found))
		found = (struct bits){ 0, 0 };
	*mask = found.mask;
	*value = found.value;
}

bool bdd_least(struct bdd *b, uint32_t f, unsigned first, unsigned bits, uint32_t *value)
{
	f = bdd_exists(b, bdd_exists(b, f, 0, first), first + bits, BDD_VARIABLES);
	if (f == BDD_NONE || f == BDD_FALSE)
		return false;
	*value = 0;
	while (f > BDD_TRUE) {
		const struct node *n = &b->nodes[f];
		if (n->low != BDD_FALSE) {
			f = n->low;
			continue;
		}
		*value |= UINT32_C(1) << (first + bits - 1 - n->variable);
		f = n->high;
	}
	return true;
}
