/*
 * What is said twice: IOS applies lines in order, so of two that set one value the later holds,
 * and a block that is entered again goes on where it was. The model keeps the result only, so
 * these checks read the lines themselves.
 */
#include "check/check.h"
#include "check/examples.h"
#include "syntax/document.h"

#include <stdlib.h>
#include <string.h>

/* Lines that set one value. `by`: one value for each of this argument (in, out). */
static const struct {
	enum kind kind;
	enum role by;
} single[] = {
	{ KIND_ENCRYPTION, ROLE_NONE },
	{ KIND_HASH, ROLE_NONE },
	{ KIND_AUTHENTICATION, ROLE_NONE },
	{ KIND_GROUP, ROLE_NONE },
	{ KIND_LIFETIME, ROLE_NONE },
	{ KIND_MATCH_ADDRESS, ROLE_NONE },
	{ KIND_SET_TRANSFORM_SET, ROLE_NONE },
	{ KIND_SET_PFS, ROLE_NONE },
	{ KIND_SET_ISAKMP_PROFILE, ROLE_NONE },
	{ KIND_SET_IKEV2_PROFILE, ROLE_NONE },
	{ KIND_SET_ACCESS_GROUP, ROLE_DIRECTION },
	{ KIND_TRANSFORM_MODE, ROLE_NONE },
	{ KIND_ACCESS_GROUP, ROLE_DIRECTION },
	{ KIND_TUNNEL_SOURCE, ROLE_NONE },
	{ KIND_TUNNEL_DESTINATION, ROLE_NONE },
	{ KIND_TUNNEL_MODE, ROLE_NONE },
	{ KIND_TUNNEL_PROTECTION, ROLE_NONE },
	{ KIND_TUNNEL_KEY, ROLE_NONE },
	{ KIND_IKEV2_PROFILE_KEYRING, ROLE_NONE },
};
enum { SINGLE = sizeof single / sizeof *single, SIDES = 2 };

/* Blocks that are one thing when kind and name (or number) are the same. */
static const struct {
	enum kind kind;
	enum role names[2];
} things[] = {
	{ KIND_ISAKMP_POLICY, { ROLE_PRIORITY, ROLE_NONE } },
	{ KIND_TRANSFORM_SET, { ROLE_NAME, ROLE_NONE } },
	{ KIND_CRYPTO_MAP, { ROLE_NAME, ROLE_SEQUENCE } },
	{ KIND_DYNAMIC_MAP, { ROLE_NAME, ROLE_SEQUENCE } },
	{ KIND_IPSEC_PROFILE, { ROLE_NAME, ROLE_NONE } },
	{ KIND_IKEV2_PROFILE, { ROLE_NAME, ROLE_NONE } },
	{ KIND_INTERFACE, { ROLE_INTERFACE, ROLE_NONE } },
};

struct block {
	const struct node *node;
	struct cm_str names[2];
};

struct blocks {
	struct block *at;
	size_t n, room;
};

static void add_block(struct check *c, struct blocks *all, const struct node *node)
{
	for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
		if (node->kind != things[i].kind)
			continue;
		struct block *block = ARENA_PUSH(c->arena, all->at, all->n, all->room);
		if (!block)
			return;
		block->node = node;
		for (size_t k = 0; k < 2; k++)
			block->names[k] = node_name(c->document, node, things[i].names[k]);
		return;
	}
}

static int by_name(struct cm_str a, struct cm_str b)
{
	if (!a.at || !b.at)
		return (a.at != NULL) - (b.at != NULL);
	return cm_str_compare(a, b);
}

static int by_thing(const void *a, const void *b)
{
	const struct block *x = a, *y = b;
	if (x->node->kind != y->node->kind)
		return x->node->kind < y->node->kind ? -1 : 1;
	for (size_t k = 0; k < 2; k++) {
		int order = by_name(x->names[k], y->names[k]);
		if (order)
			return order;
	}
	return x->node->span.start < y->node->span.start
		? -1
		: x->node->span.start > y->node->span.start;
}

static bool same_thing(const struct block *a, const struct block *b)
{
	return a->node->kind == b->node->kind && by_name(a->names[0], b->names[0]) == 0 &&
		by_name(a->names[1], b->names[1]) == 0;
}

/* The lines of one thing, from its first block to its last. */
struct thing {
	const struct node *values[SINGLE][SIDES];
	const struct node *header; /* of the block we are in */
	const struct node *first;  /* of the first block */
	const struct node *peer;   /* of an earlier block */
	const struct node *peer_block;
};

static bool same_text(const struct check *c, const struct node *a, const struct node *b)
{
	return cm_str_same(
		cm_document_slice(c->document, a->span), cm_document_slice(c->document, b->span));
}

static size_t side_of(const struct check *c, const struct node *line, enum role by)
{
	const struct arg *side = by == ROLE_NONE ? NULL : node_arg(line, by);
	return side && cm_str_is_nocase(node_text(c->document, side), "out");
}

static void see_value(struct check *c, struct thing *t, const struct node *line)
{
	for (size_t i = 0; i < SINGLE; i++) {
		if (line->kind != single[i].kind)
			continue;
		const struct node **value = &t->values[i][side_of(c, line, single[i].by)];
		if (*value && !line->negated && !same_text(c, *value, line)) {
			struct cm_diag *found = check_say(c, "reference-overwritten",
				(*value)->span, "this value is replaced by a later line");
			diag_note(c->diags, found, line->span, "this one holds:");
		}
		*value = line->negated || line->defaulted ? NULL : line;
		return;
	}
}

/* `set peer` adds: in one block that is meant, from another block it is an accident. */
static void see_peer(struct check *c, struct thing *t, const struct node *line)
{
	if (line->kind != KIND_SET_PEER || line->negated)
		return;
	if (t->peer && t->peer_block != t->header && !same_text(c, t->peer, line)) {
		struct cm_diag *found = check_say(c, "map-reentered", line->span,
			"this entry was begun before: it now has both peers");
		diag_note(c->diags, found, t->peer->span, "the other peer:");
	}
	t->peer = line;
	t->peer_block = t->header;
}

static void see_block(struct check *c, struct thing *t, const struct node *header)
{
	/* The transforms stand in the header itself. */
	if (t->header && header->kind == KIND_TRANSFORM_SET && !same_text(c, t->header, header)) {
		struct cm_diag *found = check_say(c, "reference-overwritten", t->header->span,
			"this transform-set is defined again by a later line");
		diag_note(c->diags, found, header->span, "this one holds:");
	}
	t->header = header;
	for (const struct node *line = header->first; line; line = line->next) {
		see_value(c, t, line);
		see_peer(c, t, line);
	}
}

static void check_twice(struct check *c)
{
	struct blocks all = { 0 };
	const struct router *router = &c->document->routers[c->router];
	for (const struct node *node = router->first; node && node != router->end;
		node = node->next)
		add_block(c, &all, node);
	if (all.n == 0)
		return;
	qsort(all.at, all.n, sizeof *all.at, by_thing);
	struct thing now = { 0 };
	for (size_t i = 0; i < all.n; i++) {
		bool fresh = i == 0 || !same_thing(&all.at[i - 1], &all.at[i]);
		if (fresh || all.at[i].node->negated)
			now = (struct thing){ 0 };
		if (!all.at[i].node->negated)
			see_block(c, &now, all.at[i].node);
	}
}

#define SECOND                             \
	"crypto map VPN 10 ipsec-isakmp\n" \
	" set peer 203.0.113.2\n"

static const struct rule rules[] = {
	{ .check = check_twice,
		.about = { .id = "reference-overwritten",
			.severity = CM_WARNING,
			.title = "A value is set twice",
			.why = "Lines are applied in order and the later one holds. The first has no effect, "
			       "and misleads whoever reads only that line.",
			.source = "How IOS applies configuration lines",
			.fix = "Remove the line that is not meant.",
			.fires = EX_BEFORE EX_ENTRY " match address OLD\n" EX_AFTER,
			.silent = EX_BRANCH } },
	{ .check = check_twice,
		.about = { .id = "map-reentered",
			.severity = CM_WARNING,
			.title = "An entry is entered again and gets another peer",
			.why = "Two blocks with one number are one entry: peers add up, of other values the "
			       "last holds. Two tunnels that were pasted with one number become a mixture of both.",
			.source = "How IOS applies configuration lines",
			.fix = "Give the second tunnel a number of its own.",
			.fires = EX_BEFORE EX_ENTRY SECOND EX_AFTER,
			.silent = EX_BRANCH } },
};

const struct family family_overwrite = { "reference", rules, sizeof rules / sizeof *rules };
