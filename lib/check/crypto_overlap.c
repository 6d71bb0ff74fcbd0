/*
 * Crypto map entries that compete: entries are tried in order and the first whose list permits a
 * packet takes it; a deny only sends it on to the next entry (ios.md 3.2).
 */
#include "check/applied.h"
#include "check/examples.h"

#include <string.h>

enum { PAIRS_MOST = 200000 }; /* of entries of one map that meet; the rest is left unsaid */

/* The entries first … end - 1 of one map on one interface, and their sets as far as they were needed. */
struct rivals {
	const struct applied *list; /* all entries, by number */
	uint32_t first, end;
	struct wanted *wanted;
	struct pset *permits; /* of first … */
	bool *known;
	size_t pairs;
};

static struct pset permits_of(struct check *c, struct rivals *r, uint32_t number)
{
	uint32_t at = number - r->first;
	if (!r->known[at])
		r->permits[at] = r->list[number].misread
			? pset_none()
			: applied_permits(c, &r->list[number], pset_all());
	r->known[at] = true;
	return r->permits[at];
}

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

static void say_overlap(struct check *c, const struct applied *early, const struct applied *late,
	struct pset common)
{
	struct cm_diag *found = check_say(c, "crypto-entry-overlap", late->match_at,
		"%s and the earlier %s want the same packets, for example %s",
		applied_name(c, late), applied_name(c, early), set_example(c, common));
	diag_note(c->diags, found, line_for(c, early, common), "the earlier entry has it:");
	diag_note(c->diags, found, line_for(c, late, common), "this one would want it:");
}

static void say_swallowed(struct check *c, const struct applied *late,
	const struct applied *first_taker, struct pset example)
{
	/* Two entries with one list may be meant as a choice of peers; it works when the far end calls. */
	bool one_list = first_taker->acl == late->acl;
	struct cm_diag *found = check_say_as(c, "crypto-entry-swallowed",
		one_list ? CM_WARNING : CM_ERROR, late->match_at,
		"%s gets no packet: earlier entries take all, for example %s",
		applied_name(c, late), set_example(c, example));
	diag_note(c->diags, found, line_for(c, first_taker, example),
		"%s has it:", applied_name(c, first_taker));
}

/* What one entry shares with those before it. */
struct shared {
	const struct applied *first; /* NULL: nothing */
	struct pset example, rest;
	bool same; /* all of them go to the same peers */
};

static void share(
	struct check *c, struct rivals *r, uint32_t early, uint32_t late, struct shared *out)
{
	struct psets *s = check_psets(c);
	struct pset theirs = permits_of(c, r, early);
	r->pairs++;
	if (!pset_overlaps(s, out->rest, theirs))
		return;
	if (!out->first) {
		out->first = &r->list[early];
		out->example = pset_and(s, out->rest, theirs);
	}
	out->same = out->same && same_peers(entry_of(&r->list[early]), entry_of(&r->list[late]));
	out->rest = pset_minus(s, out->rest, theirs);
}

/* The entries whose permit lines meet those of this one. */
static size_t find_rivals(
	struct check *c, struct rivals *r, uint32_t number, const uint32_t **found)
{
	const struct acl_lines *lines = acl_lines(c, r->list[number].acl);
	wanted_begin(r->wanted);
	for (size_t i = 0; lines && lines->exact && i < lines->n; i++)
		for (size_t k = 0; lines->lines[i].permit && k < lines->lines[i].n; k++)
			wanted_add(r->wanted, &lines->lines[i].matches[k]);
	return wanted_found(r->wanted, found);
}

/* Compare an entry with those before it. */
static void check_entry(struct check *c, struct rivals *r, uint32_t late)
{
	const uint32_t *found;
	size_t n = find_rivals(c, r, late, &found);
	struct shared shared = { .first = NULL };
	bool begun = false;
	for (size_t i = 0; i < n && found[i] < late && r->pairs < PAIRS_MOST; i++) {
		if (found[i] < r->first)
			continue;
		if (!begun)
			shared = (struct shared){ NULL, pset_none(), permits_of(c, r, late), true };
		begun = true;
		share(c, r, found[i], late, &shared);
		if (pset_is_empty(shared.rest))
			break;
	}
	if (!shared.first || !pset_ok(shared.rest))
		return;
	/* Entries for one peer may share a part: it goes to the same place either way. */
	if (pset_is_empty(shared.rest))
		say_swallowed(c, &r->list[late], shared.first, shared.example);
	else if (!shared.same)
		say_overlap(c, shared.first, &r->list[late], shared.example);
}

/* What a deny line of an entry really denies goes on to the entry `late`: is there anything of it? */
static bool falls_to(
	struct check *c, struct rivals *r, const struct applied *a, size_t line, uint32_t late)
{
	struct psets *s = check_psets(c);
	struct pset common = pset_and(s, ace_takes(c, a->acl, line), permits_of(c, r, late));
	r->pairs++;
	if (!pset_ok(common) || pset_is_empty(common))
		return false;
	struct cm_diag *found = check_say(c, "crypto-deny-falls-through", a->acl->aces[line].at,
		"what this line denies goes on to %s, which encrypts for example %s",
		applied_name(c, &r->list[late]), set_example(c, common));
	diag_note(c->diags, found, line_for(c, &r->list[late], common), "permitted here:");
	return true;
}

/* A deny line of one entry whose packets a later entry encrypts. */
static void check_denies(struct check *c, struct rivals *r, uint32_t early)
{
	const struct applied *a = &r->list[early];
	const struct acl_lines *lines = acl_lines(c, a->acl);
	for (size_t line = 0; lines && lines->exact && line < lines->n; line++) {
		const struct cm_ace *ace = &a->acl->aces[line];
		const uint32_t *found;
		/* `deny ip any any` only says aloud what every list does at its end. */
		if (ace->permit ||
			(ace->source.kind == CM_END_ANY && ace->destination.kind == CM_END_ANY))
			continue;
		wanted_begin(r->wanted);
		for (size_t k = 0; k < lines->lines[line].n; k++)
			wanted_add(r->wanted, &lines->lines[line].matches[k]);
		size_t n = wanted_found(r->wanted, &found);
		for (size_t i = 0; i < n && r->pairs < PAIRS_MOST; i++)
			if (found[i] > early && found[i] < r->end &&
				falls_to(c, r, a, line, found[i]))
				break;
	}
}

static void check_map(struct check *c, const struct applied *list, uint32_t first, uint32_t end)
{
	struct arena *arena = check_scratch(c);
	struct rivals r = {
		.list = list, .first = first, .end = end, .wanted = wanted_by_entries(c)
	};
	r.permits = arena ? ARENA_ARRAY(arena, struct pset, end - first) : NULL;
	r.known = arena ? ARENA_ARRAY(arena, bool, end - first) : NULL;
	for (uint32_t i = first; r.wanted && r.permits && r.known && i < end; i++) {
		check_entry(c, &r, i);
		if (c->model->ipsec.ipv4_deny == CM_DENY_JUMP)
			check_denies(c, &r, i);
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
	const struct applied *list;
	uint32_t n = (uint32_t)applied_entries(c, &list), end;
	for (uint32_t i = 0; i < n; i = end) {
		for (end = i; end < n && list[end].interface == list[i].interface;)
			end++;
		if (end - i < 2 || seen_before(list, i))
			continue;
		check_psets_forget(c);
		check_map(c, list, i, end);
	}
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define EX_KEY_2 "crypto isakmp key Hd6-wR9s-Mc2t-Qy8b address 203.0.113.2\n"
#define EX_ENTRY_2                         \
	"crypto map VPN 20 ipsec-isakmp\n" \
	" set peer 203.0.113.2\n"          \
	" set transform-set STRONG\n"      \
	" match address BRANCH_TO_SECOND\n"
#define EX_LIST_2 "ip access-list extended BRANCH_TO_SECOND\n"
#define EX_TWO    EX_BEFORE EX_KEY_2 EX_ENTRY EX_ENTRY_2 EX_AFTER

/* clang-format off */
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
/* clang-format on */

const struct family family_crypto_overlap = { "overlap", rules, sizeof rules / sizeof *rules };
