/*
 * Crypto map entries that compete: entries are tried in order and the first whose list permits a
 * packet takes it; a deny only sends it on to the next entry (ios.md 3.2).
 */
#include "check/applied.h"
#include "check/examples.h"

#include <string.h>

enum { PAIRS_MOST = 2000000 }; /* of entries of one map; the rest is left unsaid */

/* A set of one map's entry. */
struct taken {
	const struct applied *applied;
	struct pset permits;
};

static const struct cm_map_entry *entry_of(const struct applied *a)
{
	return a->dynamic_entry ? a->dynamic_entry : a->entry;
}

static bool same_peers(const struct cm_map_entry *a, const struct cm_map_entry *b)
{
	if (a->n_peers != b->n_peers || !a->n_peers)
		return false;
	for (size_t i = 0; i < a->n_peers; i++)
		if (a->peers[i].resolved != b->peers[i].resolved ||
			a->peers[i].address != b->peers[i].address ||
			!cm_str_same(a->peers[i].hostname, b->peers[i].hostname))
			return false;
	return true;
}

/* The line of an entry's list that decides about the readable packet of a set. */
static struct cm_span line_for(struct check *c, const struct applied *a, struct pset set)
{
	struct pset_witness w;
	const struct cm_ace *ace = NULL;
	if (pset_witness(check_psets(c), set, &w))
		ace = acl_decides(c, a->acl, &w.packet);
	return ace ? ace->at : a->match_at;
}

static void say_overlap(struct check *c, const struct taken *early, const struct taken *late,
	struct pset common)
{
	struct cm_diag *found = check_say(c, "crypto-entry-overlap", late->applied->match_at,
		"%s and the earlier %s want the same packets, for example %s",
		applied_name(c, late->applied), applied_name(c, early->applied),
		set_example(c, common));
	diag_note(c->diags, found, line_for(c, early->applied, common), "the earlier entry has it:");
	diag_note(c->diags, found, line_for(c, late->applied, common), "this one would want it:");
}

static void say_swallowed(struct check *c, const struct taken *list, size_t late,
	const struct taken *first_taker, struct pset example)
{
	/* Two entries with one list may be meant as a choice of peers; it works when the far end calls. */
	bool one_list = first_taker->applied->acl == list[late].applied->acl;
	struct cm_diag *found = check_say_as(c, "crypto-entry-swallowed",
		one_list ? CM_WARNING : CM_ERROR, list[late].applied->match_at,
		"%s gets no packet: earlier entries take all, for example %s",
		applied_name(c, list[late].applied), set_example(c, example));
	diag_note(c->diags, found, line_for(c, first_taker->applied, example),
		"%s has it:", applied_name(c, first_taker->applied));
}

/* Compare entry `late` with those before it. */
static void check_entry(struct check *c, const struct taken *list, size_t late)
{
	struct psets *s = check_psets(c);
	struct pset rest = list[late].permits, example = pset_none();
	const struct taken *first = NULL;
	bool same = true;
	if (!pset_ok(rest) || pset_is_empty(rest))
		return;
	for (size_t i = 0; i < late; i++) {
		if (!pset_overlaps(s, rest, list[i].permits))
			continue;
		if (!first) {
			first = &list[i];
			example = pset_and(s, rest, list[i].permits);
		}
		same = same && same_peers(entry_of(list[i].applied), entry_of(list[late].applied));
		rest = pset_minus(s, rest, list[i].permits);
	}
	if (!first || !pset_ok(rest))
		return;
	/* Entries for one peer may share a part: it goes to the same place either way. */
	if (pset_is_empty(rest))
		say_swallowed(c, list, late, first, example);
	else if (!same)
		say_overlap(c, first, &list[late], example);
}

/* A deny line of one entry whose packets a later entry encrypts. */
static void check_denies(struct check *c, const struct taken *list, size_t n, size_t early)
{
	struct psets *s = check_psets(c);
	const struct applied *a = list[early].applied;
	struct pset before = pset_none();
	for (size_t line = 0; line < a->acl->n_aces; line++) {
		const struct cm_ace *ace = &a->acl->aces[line];
		struct pset all = ace_matches(c, a->acl, line), mine = pset_minus(s, all, before);
		before = pset_or(s, before, all);
		if (!pset_ok(before))
			return;
		/* `deny ip any any` only says aloud what every list does at its end. */
		bool any = ace->source.kind == CM_END_ANY && ace->destination.kind == CM_END_ANY;
		for (size_t k = early + 1; !ace->permit && !any && k < n; k++) {
			struct pset common = pset_and(s, mine, list[k].permits);
			if (!pset_ok(common) || pset_is_empty(common))
				continue;
			struct cm_diag *found = check_say(c, "crypto-deny-falls-through", ace->at,
				"what this line denies goes on to %s, which encrypts for example %s",
				applied_name(c, list[k].applied), set_example(c, common));
			diag_note(c->diags, found, line_for(c, list[k].applied, common),
				"permitted here:");
			break;
		}
	}
}

static void check_map(struct check *c, const struct applied *list, size_t n)
{
	struct taken *taken = ARENA_ARRAY(c->arena, struct taken, n);
	for (size_t i = 0; taken && i < n; i++)
		taken[i] = (struct taken){ &list[i], list[i].misread
			? pset_none() : applied_permits(c, &list[i], pset_all()) };
	size_t pairs = 0;
	for (size_t i = 0; taken && i < n && pairs < PAIRS_MOST; i++, pairs += n) {
		check_entry(c, taken, i);
		if (c->model->ipsec.ipv4_deny == CM_DENY_JUMP)
			check_denies(c, taken, n, i);
	}
}

/* A map on two interfaces is the same map: it is looked at once. */
static bool seen_before(const struct applied *list, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (list[i].map == list[index].map && list[i].interface != list[index].interface)
			return true;
	return false;
}

static void check_overlaps(struct check *c)
{
	struct applied *list;
	if (!c->model->n_crypto_maps || !check_psets_fresh(c))
		return;
	size_t n = applied_entries(c, &list), end;
	for (size_t i = 0; i < n; i = end) {
		for (end = i; end < n && list[end].interface == list[i].interface;)
			end++;
		if (seen_before(list, i))
			continue;
		check_psets_fresh(c);
		check_map(c, list + i, end - i);
	}
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define EX_KEY_2 "crypto isakmp key Hd6-wR9s-Mc2t-Qy8b address 203.0.113.2\n"
#define EX_ENTRY_2                          \
	"crypto map VPN 20 ipsec-isakmp\n"  \
	" set peer 203.0.113.2\n"           \
	" set transform-set STRONG\n"       \
	" match address BRANCH_TO_SECOND\n"
#define EX_LIST_2 "ip access-list extended BRANCH_TO_SECOND\n"
#define EX_TWO EX_BEFORE EX_KEY_2 EX_ENTRY EX_ENTRY_2 EX_AFTER

static const struct rule rules[] = {
	{ .check = check_overlaps,
		.about = { .id = "crypto-entry-swallowed",
			.severity = CM_ERROR,
			.title = "A crypto map entry that gets no packet",
			.why = "Entries are tried by number and the first whose list permits a packet takes "
			       "it. Earlier entries leave nothing to this one.",
			.source = "Cisco IOS security configuration guide: crypto maps (evaluation order)",
			.fix = "Give the narrower entry the lower number, or narrow the earlier lists.",
			.fires = EX_TWO EX_LIST_2 " permit ip host 192.168.100.9 host 172.18.30.9\n",
			.silent = EX_TWO EX_LIST_2
				" permit ip 192.168.100.0 0.0.0.255 172.18.40.0 0.0.0.255\n" } },
	{ .check = check_overlaps,
		.about = { .id = "crypto-entry-overlap",
			.severity = CM_WARNING,
			.title = "Two crypto map entries want the same packets",
			.why = "The entry with the lower number takes them. When the peer of the other "
			       "opens its tunnel, the answers go to the wrong peer.",
			.source = "Cisco IOS security configuration guide: crypto maps (evaluation order)",
			.fix = "Make the lists disjoint.",
			.fires = EX_TWO EX_LIST_2
				" permit ip 192.168.100.0 0.0.0.255 172.18.0.0 0.0.255.255\n",
			.silent = EX_TWO EX_LIST_2
				" permit ip 192.168.100.0 0.0.0.255 172.18.40.0 0.0.0.255\n" } },
	{ .check = check_overlaps,
		.about = { .id = "crypto-deny-falls-through",
			.severity = CM_WARNING,
			.title = "What a crypto ACL denies is encrypted by a later entry",
			.why = "In a crypto ACL deny means: not this entry. The packet goes on to the next "
			       "entry of the map, and only if none wants it does it leave in clear.",
			.source = "Cisco IOS security configuration guide: crypto access lists; "
				  "crypto ipsec ipv4-deny",
			.fix = "Deny it in the later list too, if it is to leave in clear.",
			.fires = EX_BEFORE EX_KEY_2 EX_ENTRY EX_ENTRY_2 EX_OUTSIDE EX_INSIDE EX_ROUTE
				"ip access-list extended BRANCH_TO_HEAD\n"
				" deny ip host 192.168.100.9 172.18.30.0 0.0.0.255\n"
				" permit ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n" EX_LIST_2
				" permit ip host 192.168.100.9 172.18.0.0 0.0.255.255\n",
			.silent = EX_TWO EX_LIST_2
				" permit ip 192.168.100.0 0.0.0.255 172.18.40.0 0.0.0.255\n" } },
};

const struct family family_crypto_overlap = { "overlap", rules, sizeof rules / sizeof *rules };
