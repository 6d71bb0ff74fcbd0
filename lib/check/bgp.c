/*
 * BGP, as far as a tunnel's traffic depends on it: sessions that cannot come up. Its statements are
 * none of the model's; their lines are looked for in the text.
 */
#include "check/check.h"
#include "check/examples.h"
#include "check/lines.h"

#include <stdlib.h>
#include <string.h>

struct neighbor {
	uint32_t address;
	uint32_t order; /* of the text */
	bool external;  /* remote-as is another AS than ours */
	bool reaches;   /* told to go further than one hop, or by a group that may say so */
	struct cm_span at;
};

struct neighbors {
	struct neighbor *items;
	size_t n, room;
};

static int by_address(const void *a, const void *b)
{
	const struct neighbor *x = a, *y = b;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* `neighbor A WORD …` into a row of its own; rows of one address are joined later. */
static void add_line(struct check *c, struct neighbors *all, struct cm_str rest, struct cm_str own,
	struct cm_span at)
{
	static const char *const further[] = { "ebgp-multihop", "ttl-security", "peer-group",
		"inherit", "disable-connected-check", "shutdown" };
	const char *end = rest.at + rest.length;
	struct cm_str who = text_word(rest);
	struct cm_str left = { who.at + who.length, (size_t)(end - who.at) - who.length };
	struct cm_str what = text_word(left);
	struct cm_str as = text_word(
		(struct cm_str){ what.at + what.length, (size_t)(end - what.at) - what.length });
	struct neighbor one = { .order = (uint32_t)all->n, .at = at };
	if (!cm_ip4_parse(who, &one.address))
		return;
	one.external = cm_str_is(what, "remote-as") && as.length && !cm_str_same(as, own);
	for (size_t i = 0; i < sizeof further / sizeof *further; i++)
		one.reaches = one.reaches || cm_str_is(what, further[i]);
	struct neighbor *new = one.external || one.reaches
		? ARENA_PUSH(c->arena, all->items, all->n, all->room)
		: NULL;
	if (new)
		*new = one;
}

static struct neighbors neighbors_of(struct check *c)
{
	struct neighbors all = { 0 };
	struct text_lines l = text_lines_of(c);
	struct cm_str line, own = { NULL, 0 };
	while (text_next_line(&l, &line)) {
		struct cm_str process = text_after(line, "router bgp ");
		struct cm_str rest = text_after(line, "neighbor ");
		if (process.at)
			own = text_word(process);
		else if (text_after(line, "address-family ").at &&
			memmem(line.at, line.length, " vrf ", 5))
			own = (struct cm_str){ NULL, 0 }; /* another table */
		else if (rest.at && own.at)
			add_line(c, &all, rest, own, line_trim(l.text, text_span(&l, line)));
	}
	if (all.n)
		qsort(all.items, all.n, sizeof *all.items, by_address);
	return all;
}

static bool is_connected(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++) {
		const struct cm_interface *in = &m->interfaces[i];
		if (in->addressing != CM_IF_STATIC && in->addressing != CM_IF_NONE)
			return true; /* nobody knows */
		for (size_t k = 0; k < in->n_addresses; k++)
			if (cm_net_has(in->addresses[k].net, address))
				return true;
	}
	return false;
}

static void check_neighbors(struct check *c)
{
	struct neighbors all = neighbors_of(c);
	char address[16];
	size_t end;
	for (size_t i = 0; i < all.n; i = end) {
		const struct neighbor *external = NULL;
		bool reaches = false;
		for (end = i; end < all.n && all.items[end].address == all.items[i].address;
			end++) {
			external = all.items[end].external ? &all.items[end] : external;
			reaches = reaches || all.items[end].reaches;
		}
		if (!external || reaches || !c->model->n_interfaces ||
			is_connected(c->model, external->address))
			continue;
		check_say(c, "bgp-multihop-missing", external->at,
			"neighbor %s is in another AS and on no connected network, without "
			"`ebgp-multihop`",
			cm_ip4_print(external->address, address));
	}
}

#define BGP "router bgp 64512\n neighbor 203.0.113.1 remote-as 64513\n"

static const struct rule rules[] = {
	{ .check = check_neighbors,
		.about = { .id = "bgp-multihop-missing",
			.severity = CM_WARNING,
			.title = "An external BGP neighbor that is not directly connected",
			.why = "Sessions with another AS use a TTL of 1 and want the neighbor on a connected "
			       "network; otherwise they stay idle.",
			.source = "Cisco IOS IP routing command reference: neighbor ebgp-multihop",
			.fix = "Add `neighbor ADDRESS ebgp-multihop HOPS`, or name the connected address.",
			.fires = EX_INSIDE BGP,
			.silent = EX_INSIDE BGP " neighbor 203.0.113.1 ebgp-multihop 2\n" } },
};

const struct family family_bgp = { "service", rules, sizeof rules / sizeof *rules };
