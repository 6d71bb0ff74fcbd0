/*
 * NAT and the tunnel: inside to outside IOS translates first and looks into the crypto map
 * afterwards (ios.md 3.1), so tunnel traffic that is translated leaves in clear.
 */
#include "check/applied.h"
#include "check/examples.h"
#include "check/lines.h"
#include "check/nat_sets.h"

#include <stdlib.h>
#include <string.h>

enum {
	MORE_NOTES = 6, /* further entries that one finding names */
	BOXES = 4,      /* prefixes of a residue that are spelled out */
};

/* --- Tunnel traffic that is translated ------------------------------------------------------------ */

enum kind { KIND_NONE, KIND_LATE, KIND_PARTIAL, KIND_STATIC, KIND_STAYS_INSIDE, KINDS };

static const char *const kind_ids[KINDS] = {
	[KIND_NONE] = "nat-not-exempt",
	[KIND_LATE] = "nat-exempt-late",
	[KIND_PARTIAL] = "nat-exempt-partial",
	[KIND_STATIC] = "nat-static-in-tunnel",
	[KIND_STAYS_INSIDE] = "nat-changes-tunnel-source",
};

/* One entry's traffic that one rule takes. */
struct leak {
	const struct cm_nat_rule *rule;
	const struct applied *applied;
	struct pset packets;
	struct pset shown; /* those that examples are drawn from */
	enum kind kind;
	struct pset_packet packet;    /* a readable one of them */
	const struct cm_acl *list;    /* NULL: static, or a clause without a list */
	const struct cm_ace *permits; /* the line that lets it be translated */
	const struct cm_ace *late;    /* a deny of the same packet behind that */
};

struct leaks {
	struct leak *items;
	size_t n, room;
};

static bool is_static(const struct cm_nat_rule *r)
{
	return r->kind != CM_NAT_LIST && r->kind != CM_NAT_ROUTE_MAP;
}

/* All that the entries of the map on an interface encrypt of `within`: where translated packets may end. */
static struct pset map_permits(
	struct check *c, const struct cm_interface *interface, struct pset within)
{
	enum { ENTRIES_MOST = 200 }; /* that want some of it */
	struct psets *s = check_psets(c);
	struct wanted *wanted = wanted_by_entries(c);
	struct pset_match hull = pset_hull(s, within);
	struct pset all = pset_none();
	const struct applied *list;
	const uint32_t *found;
	if (!applied_entries(c, &list) || !wanted)
		return pset_unknown();
	wanted_begin(wanted);
	wanted_add(wanted, &hull);
	size_t n = wanted_found(wanted, &found);
	for (size_t i = 0; i < n && i < ENTRIES_MOST; i++)
		if (list[found[i]].interface == interface)
			all = pset_or(s, all,
				applied_permits(c, &list[found[i]], pset_minus(s, within, all)));
	return all;
}

/* After translation the packets still fit the map: encrypted, but with another source. */
static bool stays_inside(
	struct check *c, const struct cm_interface *interface, const struct nat_hit *hit)
{
	struct psets *s = check_psets(c);
	struct pset after = pset_ok(hit->sources)
		? pset_translate_source(s, hit->packets, hit->sources)
		: pset_any_source(s, hit->packets);
	return !pset_is_empty(after) && pset_inside(s, after, map_permits(c, interface, after));
}

static const struct cm_ace *later_deny(struct check *c, const struct leak *leak)
{
	const struct acl_lines *lines = leak->list ? acl_lines(c, leak->list) : NULL;
	if (!lines || !leak->permits)
		return NULL;
	for (size_t i = (size_t)(leak->permits - leak->list->aces) + 1; i < lines->n; i++)
		for (size_t k = 0; !lines->lines[i].permit && k < lines->lines[i].n; k++) {
			const struct pset_match *m = &lines->lines[i].matches[k];
			/* `deny ip any any` at the end is no exemption. */
			if ((m->source.mask || m->destination.mask) &&
				pset_match_has(m, &leak->packet))
				return &leak->list->aces[i];
		}
	return NULL;
}

static enum kind kind_of(struct check *c, const struct leak *leak, struct pset traffic)
{
	struct psets *s = check_psets(c);
	if (is_static(leak->rule))
		return KIND_STATIC;
	if (leak->late)
		return KIND_LATE;
	struct pset exempt = pset_minus(s, traffic, leak->packets);
	bool denied = leak->list && !pset_is_empty(exempt) &&
		acl_first_overlap(c, leak->list, exempt, false);
	return denied ? KIND_PARTIAL : KIND_NONE;
}

static void add_leak(struct check *c, struct leaks *leaks, const struct applied *a,
	const struct nat_hit *hit, struct pset traffic, bool stays)
{
	struct pset_witness w;
	struct psets *s = check_psets(c);
	struct pset seen = hit->packets;
	/* A server answers to a port that its client drew, not to another server's. */
	if (hit->rule->kind == CM_NAT_STATIC_PORT) {
		seen = pset_and(s, seen, pset_destination_ports(s, 1024, UINT16_MAX));
		struct pset first = pset_and(s, seen, pset_destination_ports(s, 1024, 1024));
		seen = pset_is_empty(first) ? seen
					    : first; /* no service has it, so it reads well */
	}
	/* GRE from any source is meant for the router's own tunnels. */
	if ((stays && pset_inside(s, seen, pset_protocol(s, 47))) || !pset_witness(s, seen, &w))
		return;
	struct leak *leak = ARENA_PUSH(c->arena, leaks->items, leaks->n, leaks->room);
	if (!leak)
		return;
	*leak = (struct leak){ .rule = hit->rule,
		.applied = a,
		.packets = hit->packets,
		.shown = seen,
		.packet = w.packet };
	leak->permits = nat_permitting_line(c, hit->rule, a->interface, &w.packet, &leak->list);
	leak->late = later_deny(c, leak);
	leak->kind = stays ? KIND_STAYS_INSIDE : kind_of(c, leak, traffic);
}

/* Multicast, and what is for networks of the inside: it does not leave by the map's interface. */
static struct pset stays_here(struct check *c, const struct cm_interface *interface)
{
	enum { NETS_MOST = 256 };
	struct psets *s = check_psets(c);
	struct pset all = pset_destination(s, (struct cm_net){ 0xe0000000, 0xe0000000 });
	size_t nets = 0;
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		for (size_t k = 0; in != interface && in->nat_inside.on && k < in->n_addresses;
			k++) {
			struct cm_net net = in->addresses[k].net;
			net.address &= net.mask;
			if (nets++ < NETS_MOST)
				all = pset_or(s, all, pset_destination(s, net));
		}
	}
	return all;
}

/* Could any permit line of the entry have a packet that is translated? */
static bool may_leak(struct check *c, const struct applied *a)
{
	const struct acl_lines *lines = acl_lines(c, a->acl);
	for (size_t i = 0; lines && lines->exact && i < lines->n; i++)
		for (size_t k = 0; lines->lines[i].permit && k < lines->lines[i].n; k++)
			if (nat_may_translate(c, a->interface, &lines->lines[i].matches[k]))
				return true;
	return false;
}

static struct leaks find_leaks(struct check *c, const struct applied *list, size_t n)
{
	struct leaks leaks = { 0 };
	const struct cm_interface *interface = NULL;
	struct pset inside = pset_none();
	for (size_t i = 0; i < n; i++) {
		if (list[i].misread || !list[i].interface->nat_outside.on || !may_leak(c, &list[i]))
			continue;
		if (list[i].interface != interface) {
			interface = list[i].interface;
			inside = pset_minus(check_psets(c), nat_inside_sources(c, interface),
				stays_here(c, interface));
		}
		struct pset traffic = applied_permits(c, &list[i], inside);
		struct nat_hit *hits;
		size_t n_hits = nat_translate(c, interface, traffic, &hits);
		for (size_t k = 0; k < n_hits; k++)
			add_leak(c, &leaks, &list[i], &hits[k], traffic,
				stays_inside(c, interface, &hits[k]));
	}
	return leaks;
}

/* --- The fix: deny lines for the selectors, before the line that permits ------------------------- */

static bool is_plain(const struct cm_ace *ace)
{
	return !ace->protocol_group && !ace->protocol && !ace->options &&
		ace->source.kind <= CM_END_NET && ace->destination.kind <= CM_END_NET;
}

static bool overlaps(struct check *c, const struct cm_acl *acl, size_t line, struct pset set)
{
	return pset_overlaps(check_psets(c), ace_matches(c, acl, line), set);
}

/*
 * The permit lines of a crypto ACL whose traffic leaks. NULL-terminated, in the arena; NULL when
 * one of them cannot be turned into a plain deny.
 */
static const struct cm_ace **selectors_of(struct check *c, const struct leak *leak)
{
	const struct cm_acl *acl = leak->applied->acl;
	const struct cm_ace **out = ARENA_ARRAY(c->arena, const struct cm_ace *, acl->n_aces + 1);
	size_t n = 0;
	for (size_t i = 0; out && i < acl->n_aces; i++) {
		if (!acl->aces[i].permit || !overlaps(c, acl, i, leak->packets))
			continue;
		if (!is_plain(&acl->aces[i]))
			return NULL;
		out[n++] = &acl->aces[i];
	}
	return out;
}

struct insertion {
	const struct cm_acl *list;
	const struct cm_ace *before;
	bool numbered_form; /* `access-list 101 …` on a line of its own */
	bool sequenced;     /* the line begins with its number */
	uint32_t sequence;  /* of the next deny line */
	struct cm_text text, title;
	size_t n;
	bool impossible;
};

static void insertion_begin(struct check *c, struct insertion *in, size_t n_lines)
{
	struct cm_str line = cm_document_slice(c->document, in->before->at);
	size_t index = (size_t)(in->before - in->list->aces);
	uint32_t previous = index ? in->before[-1].sequence : 0;
	in->numbered_form = line.length > 11 && memcmp(line.at, "access-list", 11) == 0;
	in->sequenced = line.length && line.at[0] >= '0' && line.at[0] <= '9';
	uint32_t step = (in->before->sequence - previous) / (uint32_t)(n_lines + 1);
	in->sequence = in->sequenced ? previous + step : 0;
	in->impossible = in->sequenced && step == 0;
}

static void insert_deny(struct check *c, struct insertion *in, const struct cm_ace *selector)
{
	struct cm_str text = cm_document_text(c->document), name = in->list->name;
	struct cm_span line = line_at(text, in->before->at.start);
	struct cm_text *out = &in->text;
	if (in->numbered_form)
		cm_text_printf(out, "access-list %.*s ", (int)name.length, name.at);
	if (in->sequenced) {
		cm_text_printf(out, "%u ", in->sequence);
		in->sequence += 1;
	}
	struct cm_net from = selector->source.kind == CM_END_ANY ? (struct cm_net){ 0, 0 }
								 : selector->source.net;
	struct cm_net to = selector->destination.kind == CM_END_ANY ? (struct cm_net){ 0, 0 }
								    : selector->destination.net;
	const char *deny =
		arena_printf(c->arena, "deny ip %s %s", acl_words(c, from), acl_words(c, to));
	cm_text_put(out, deny ? deny : "");
	cm_text_char(out, '\n');
	cm_text_add(out, text.at + line.start, in->before->at.start - line.start); /* its indent */
	cm_text_printf(&in->title, "%s%s", in->n++ ? "; " : "", deny ? deny : "");
}

static size_t count_selectors(const struct cm_ace **selectors)
{
	size_t n = 0;
	while (selectors && selectors[n])
		n++;
	return n;
}

static bool is_used_once(const struct check *c, const struct cm_acl *acl)
{
	size_t n = 0;
	for (size_t i = 0; i < c->model->n_definitions; i++)
		if (c->model->definitions[i].thing == acl)
			n = c->model->definitions[i].n_uses;
	return n == 1;
}

static void hang_fix(struct check *c, struct cm_diag *found, const struct leak *first, size_t n)
{
	struct insertion in = { .list = first->list, .before = first->permits };
	if (!found || !in.list || !in.before || !in.list->extended)
		return;
	size_t lines = 0;
	for (size_t i = 0; i < n; i++) {
		if (first[i].rule != first->rule || first[i].kind != first->kind)
			continue;
		size_t more = count_selectors(selectors_of(c, &first[i]));
		if (!more || first[i].list != in.list)
			return;
		if (first[i].permits && first[i].permits < in.before)
			in.before = first[i].permits;
		lines += more;
	}
	insertion_begin(c, &in, lines);
	for (size_t i = 0; i < n && !in.impossible; i++) {
		if (first[i].rule != first->rule || first[i].kind != first->kind)
			continue;
		const struct cm_ace **selectors = selectors_of(c, &first[i]);
		for (size_t k = 0; selectors && selectors[k]; k++)
			insert_deny(c, &in, selectors[k]);
	}
	uint32_t line, column;
	cm_document_place(c->document, in.before->at.start, &line, &column);
	struct cm_span at = { in.before->at.start, in.before->at.start };
	if (!in.impossible && in.text.at && !in.text.failed && in.title.at)
		diag_fix(c->diags, found, is_used_once(c, in.list), at,
			arena_printf(c->arena, "%s", in.text.at), "insert before line %u: %s", line,
			in.title.at);
	c->failed = c->failed || in.text.failed || in.title.failed;
	cm_text_free(&in.text);
	cm_text_free(&in.title);
}

/* --- The finding ---------------------------------------------------------------------------------- */

static struct cm_diag *say_leak(struct check *c, const struct leak *leak)
{
	const char *id = kind_ids[leak->kind];
	const char *name = applied_name(c, leak->applied);
	switch (leak->kind) {
	case KIND_LATE:
		return check_say(c, id, leak->rule->at,
			"tunnel traffic is translated before it is encrypted: its exemption stands "
			"behind the line that permits it");
	case KIND_PARTIAL:
		return check_say(c, id, leak->rule->at,
			"a part of the tunnel traffic is translated before it is encrypted: %s",
			set_boxes(c, leak->packets, BOXES));
	case KIND_STATIC:
		return check_say(c, id, leak->rule->at,
			"this static entry translates tunnel traffic of %s before it is encrypted",
			name);
	case KIND_STAYS_INSIDE:
		return check_say(c, id, leak->rule->at,
			"traffic of %s goes through the tunnel with a translated source", name);
	case KIND_NONE:
	case KINDS:
		break;
	}
	return check_say(
		c, id, leak->rule->at, "tunnel traffic is translated before it is encrypted");
}

static void note_places(struct check *c, struct cm_diag *found, const struct leak *leak)
{
	const char *example = set_example(c, leak->shown);
	if (leak->permits)
		diag_note(c->diags, found, leak->permits->at,
			"for example %s, permitted here:", example);
	const struct cm_ace *wanted = acl_decides(c, leak->applied->acl, &leak->packet);
	diag_note(c->diags, found, wanted ? wanted->at : leak->applied->match_at,
		leak->permits ? "%s wants it here:%s" : "%s wants it here, for example %s:",
		applied_name(c, leak->applied), leak->permits ? "" : example);
	if (leak->kind == KIND_LATE)
		diag_note(c->diags, found, leak->late->at, "this exemption comes too late:");
	if (leak->list && !leak->list->extended)
		diag_note(c->diags, found, (struct cm_span){ 0, 0 },
			"a standard list knows no destinations: an extended one is needed to exempt");
}

static void note_more(struct check *c, struct cm_diag *found, const struct leak *first, size_t n)
{
	size_t more = 0;
	for (size_t i = 1; i < n; i++) {
		if (first[i].rule != first->rule || first[i].kind != first->kind)
			continue;
		if (more++ < MORE_NOTES)
			diag_note(c->diags, found, first[i].applied->match_at,
				"also traffic of %s, for example %s:",
				applied_name(c, first[i].applied), set_example(c, first[i].shown));
	}
	if (more > MORE_NOTES)
		diag_note(c->diags, found, (struct cm_span){ 0, 0 }, "and of %zu more entries",
			more - MORE_NOTES);
}

static bool said_before(const struct leaks *leaks, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (leaks->items[i].rule == leaks->items[index].rule &&
			leaks->items[i].kind == leaks->items[index].kind)
			return true;
	return false;
}

static void check_exemption(struct check *c)
{
	enum { LEAKS_MOST = 2000 }; /* more than any reader; the rest is more of the same */
	const struct applied *list;
	if (!c->model->n_nat_rules)
		return;
	check_psets_forget(c);
	size_t n = applied_entries(c, &list);
	struct leaks leaks = find_leaks(c, list, n);
	for (size_t i = 0; i < leaks.n && i < LEAKS_MOST; i++) {
		if (said_before(&leaks, i))
			continue;
		struct cm_diag *found = say_leak(c, &leaks.items[i]);
		if (!found)
			continue;
		note_places(c, found, &leaks.items[i]);
		note_more(c, found, &leaks.items[i], leaks.n - i);
		if (leaks.items[i].kind != KIND_STAYS_INSIDE)
			hang_fix(c, found, &leaks.items[i], leaks.n - i);
	}
}

/* --- Exemptions that no tunnel needs -------------------------------------------------------------- */

static bool is_private(struct cm_net net)
{
	static const struct cm_net nets[] = { { 0x0a000000, 0xff000000 },
		{ 0xac100000, 0xfff00000 }, { 0xc0a80000, 0xffff0000 } };
	for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
		if (cm_net_covers(nets[i], net))
			return true;
	return false;
}

/* Somebody who is not in the text may need the exemption: road warriors, protected tunnels. */
static bool tunnels_are_known(const struct cm_model *m)
{
	if (m->n_client_groups || m->dynamic_routing || !m->n_crypto_maps)
		return false;
	for (size_t i = 0; i < m->n_interfaces; i++)
		if (m->interfaces[i].tunnel_mode != CM_TUNNEL_NONE)
			return false;
	for (size_t i = 0; i < m->n_crypto_maps; i++)
		for (size_t k = 0; k < m->crypto_maps[i].n_entries; k++) {
			const struct cm_map_entry *e = &m->crypto_maps[i].entries[k];
			if (e->type != CM_ENTRY_ISAKMP || !e->acl.target || !e->acl.target->n_aces)
				return false;
		}
	return true;
}

/* The lists of all entries of all maps, applied or not. */
static const struct cm_acl **tunnel_lists(struct check *c, size_t *n)
{
	struct arena *arena = check_scratch(c);
	size_t most = 0;
	*n = 0;
	for (size_t i = 0; i < c->model->n_crypto_maps; i++)
		most += c->model->crypto_maps[i].n_entries;
	const struct cm_acl **lists =
		arena ? ARENA_ARRAY(arena, const struct cm_acl *, most + 1) : NULL;
	for (size_t i = 0; lists && i < c->model->n_crypto_maps; i++)
		for (size_t k = 0; k < c->model->crypto_maps[i].n_entries; k++)
			lists[(*n)++] = c->model->crypto_maps[i].entries[k].acl.target;
	return lists;
}

/* True when one of the lists permits a packet of the match, or nobody knows. */
static bool is_wanted(struct check *c, const struct cm_acl *const *lists, struct wanted *wanted,
	const struct pset_match *m)
{
	const uint32_t *found;
	const struct cm_ace *line;
	wanted_begin(wanted);
	wanted_add(wanted, m);
	size_t n = wanted_found(wanted, &found);
	for (size_t i = 0; i < n; i++)
		if (!acl_blocks(c, lists[found[i]], m, &line))
			return true;
	return false;
}

static bool leaves_outside(const struct check *c, uint32_t address)
{
	const struct cm_interface *out =
		cm_model_egress(c->model, (struct cm_str){ NULL, 0 }, address, NULL);
	return out && out->nat_outside.on;
}

/* What this list leaves alone another rule translates: that is what the line is for. */
static bool is_left_to_another(
	struct check *c, const struct cm_acl *acl, uint32_t address, struct pset mine)
{
	const struct cm_interface *out =
		cm_model_egress(c->model, (struct cm_str){ NULL, 0 }, address, NULL);
	for (size_t k = 0; k < c->model->n_nat_rules; k++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[k];
		if (r->acl.target == acl || is_static(r) || r->side != CM_NAT_INSIDE_SOURCE)
			continue;
		struct pset taken = nat_rule_takes(c, r, out, mine);
		if (!pset_ok(taken) || !pset_is_empty(taken))
			return true;
	}
	return false;
}

static void check_unneeded_list(struct check *c, const struct cm_acl *acl,
	const struct cm_acl *const *lists, struct wanted *wanted)
{
	const struct acl_lines *lines = acl_lines(c, acl);
	for (size_t i = 0; lines && lines->exact && i < lines->n; i++) {
		const struct cm_ace *ace = &acl->aces[i];
		if (ace->permit || !is_plain(ace) || ace->destination.kind != CM_END_NET ||
			!is_private(ace->destination.net) ||
			!leaves_outside(c, ace->destination.net.address) ||
			is_wanted(c, lists, wanted, &lines->lines[i].matches[0]))
			continue;
		struct psets *s = check_psets_fresh(c);
		struct pset mine = s ? ace_matches(c, acl, i) : pset_none();
		if (!pset_is_empty(mine) &&
			!is_left_to_another(c, acl, ace->destination.net.address, mine))
			check_say(c, "nat-exempt-unneeded", ace->at,
				"%s is kept from NAT, but no tunnel carries it",
				set_boxes(c, mine, 1));
	}
}

static void check_unneeded(struct check *c)
{
	size_t n;
	if (!c->model->n_nat_rules || !tunnels_are_known(c->model))
		return;
	const struct cm_acl **lists = tunnel_lists(c, &n);
	struct wanted *wanted = lists ? wanted_new(c, lists, n) : NULL;
	bool *done = wanted ? ARENA_ARRAY(check_scratch(c), bool, c->model->n_acls + 1) : NULL;
	for (size_t k = 0; done && wanted_is_exact(wanted) && k < c->model->n_nat_rules; k++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[k];
		const struct cm_acl *acl = r->kind == CM_NAT_LIST ? r->acl.target : NULL;
		if (!acl || !acl->extended || done[acl - c->model->acls])
			continue;
		done[acl - c->model->acls] = true;
		check_unneeded_list(c, acl, lists, wanted);
	}
}

/* --- Sides ---------------------------------------------------------------------------------------- */

/* With `egress-interface`, as SD-WAN edges have it, no inside is needed. */
static bool any_needs_sides(const struct check *c)
{
	static const char word[] = "egress-interface";
	for (size_t i = 0; i < c->model->n_nat_rules; i++) {
		struct cm_str line = cm_document_slice(c->document, c->model->nat_rules[i].at);
		if (!memmem(line.at, line.length, word, sizeof word - 1))
			return true;
	}
	return false;
}

static void check_sides(struct check *c)
{
	const struct cm_model *m = c->model;
	bool inside = false, outside = false, both_kinds = false;
	for (size_t i = 0; i < m->n_interfaces; i++) {
		const struct cm_interface *in = &m->interfaces[i];
		inside = inside || in->nat_inside.on;
		outside = outside || in->nat_outside.on;
		both_kinds = both_kinds || in->nat_enable.on;
		if (in->nat_inside.on && in->nat_outside.on) {
			struct cm_diag *found = check_say(c, "nat-both-sides", in->nat_outside.at,
				"%.*s is inside and outside at once", (int)in->name.length,
				in->name.at);
			diag_note(c->diags, found, in->nat_inside.at, "inside here:");
		}
	}
	if (!m->n_nat_rules || both_kinds || !m->n_interfaces || (inside && outside) ||
		!check_is_whole(c) || !any_needs_sides(c))
		return;
	check_say(c, "nat-side-missing", m->nat_rules[0].at,
		"nothing is translated: no interface is %s",
		inside            ? "`ip nat outside`"
			: outside ? "`ip nat inside`"
				  : "`ip nat inside` or `ip nat outside`");
}

/* --- Pools ---------------------------------------------------------------------------------------- */

static bool pool_is_used_for_sources(const struct cm_model *m, const struct cm_nat_pool *pool)
{
	for (size_t i = 0; i < m->n_nat_rules; i++)
		if (m->nat_rules[i].pool.target == pool &&
			m->nat_rules[i].side == CM_NAT_INSIDE_SOURCE)
			return true;
	return false;
}

/* Is there a permit line of the entry that could lead to one of these addresses? */
static bool may_lead_to(struct check *c, const struct applied *a, const uint32_t range[2])
{
	const struct acl_lines *lines = acl_lines(c, a->acl);
	for (size_t i = 0; lines && lines->exact && i < lines->n; i++)
		for (size_t k = 0; lines->lines[i].permit && k < lines->lines[i].n; k++) {
			struct cm_net to = lines->lines[i].matches[k].destination;
			if (to.address <= range[1] && (to.address | ~to.mask) >= range[0])
				return true;
		}
	return false;
}

/* A selector with `any` on the far side says nothing about the far side. */
static bool leads_anywhere(struct check *c, const struct applied *a)
{
	struct psets *s = check_psets(c);
	struct pset_box box;
	return pset_boxes(s, pset_any_source(s, applied_permits(c, a, pset_all())), &box, 1) == 0 ||
		box.destination.mask == 0;
}

static bool check_pool_range(struct check *c, const struct cm_nat_pool *pool,
	const uint32_t range[2], const struct applied *a)
{
	struct psets *s = may_lead_to(c, a, range) ? check_psets_fresh(c) : NULL;
	if (!s)
		return false;
	struct pset hit = applied_permits(c, a, pset_destination_range(s, range[0], range[1]));
	if (!pset_ok(hit) || pset_is_empty(hit) || leads_anywhere(c, a))
		return false;
	struct cm_diag *found = check_say(c, "nat-pool-overlaps-remote", pool->at,
		"pool %.*s hands out addresses of the network behind %s", (int)pool->name.length,
		pool->name.at, applied_name(c, a));
	diag_note(c->diags, found, a->match_at,
		"for example %s, tunnelled here:", set_example(c, hit));
	return true;
}

static void check_pool_remote(
	struct check *c, const struct cm_nat_pool *pool, const struct applied *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < pool->n_ranges; k++)
			if (check_pool_range(c, pool, pool->ranges[k], &list[i]))
				return;
}

static void check_pools(struct check *c)
{
	const struct applied *list;
	if (!c->model->n_nat_pools)
		return;
	size_t n = applied_entries(c, &list);
	for (size_t i = 0; i < c->model->n_nat_pools; i++) {
		const struct cm_nat_pool *pool = &c->model->nat_pools[i];
		bool turned = false, network = false;
		for (size_t k = 0; k < pool->n_ranges; k++) {
			const uint32_t *range = pool->ranges[k];
			turned = turned || range[0] > range[1];
			network = network ||
				(range[0] == range[1] && ~pool->net.mask > 1 &&
					(range[0] & ~pool->net.mask) == 0);
		}
		if (turned || network)
			check_say(c, "nat-pool-empty", pool->at,
				turned ? "pool %.*s ends before it begins"
				       : "pool %.*s holds the address of its network and no other",
				(int)pool->name.length, pool->name.at);
		else if (pool_is_used_for_sources(c->model, pool))
			check_pool_remote(c, pool, list, n);
	}
}

/* --- Statics that take IKE, route-maps that take all, rules that take nothing --------------------- */

static bool takes_ike(const struct cm_nat_rule *r)
{
	enum { UDP = 17, IKE = 500, NAT_T = 4500 };
	return r->kind == CM_NAT_STATIC ||
		(r->kind == CM_NAT_STATIC_PORT && r->protocol == UDP &&
			(r->global_port == IKE || r->global_port == NAT_T));
}

static void check_ike_taken(struct check *c)
{
	for (size_t i = 0; i < c->model->n_nat_rules; i++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[i];
		if (r->side != CM_NAT_INSIDE_SOURCE || !takes_ike(r))
			continue;
		for (size_t k = 0; k < c->model->n_interfaces; k++) {
			const struct cm_interface *in = &c->model->interfaces[k];
			struct cm_net net;
			bool ours = r->interface.target == in ||
				(!r->interface.name.at && cm_interface_address(in, &net) &&
					net.address == r->global);
			if (!ours || !in->crypto_map.target || !in->nat_outside.on)
				continue;
			struct cm_diag *found = check_say(c, "nat-takes-ike", r->at,
				"IKE that comes to %.*s is handed to an inside host",
				(int)in->name.length, in->name.at);
			diag_note(c->diags, found, in->crypto_map.at,
				"the router itself needs it here:");
		}
	}
}

/* To the address of an interface that is inside: nobody outside has a way back to it. */
static void check_interfaces(struct check *c)
{
	for (size_t i = 0; i < c->model->n_nat_rules; i++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[i];
		const struct cm_interface *in = r->interface.target;
		if (r->side != CM_NAT_INSIDE_SOURCE || !in || !in->nat_inside.on ||
			in->nat_outside.on)
			continue;
		struct cm_diag *found = check_say(c, "nat-interface-inside", r->interface.at,
			"this translates to the address of %.*s, an inside interface",
			(int)in->name.length, in->name.at);
		diag_note(c->diags, found, in->nat_inside.at, "inside here:");
	}
}

static void check_route_maps(struct check *c)
{
	for (size_t i = 0; i < c->model->n_nat_rules; i++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[i];
		const struct cm_route_map *map =
			r->kind == CM_NAT_ROUTE_MAP ? r->route_map.target : NULL;
		for (size_t k = 0; map && k < map->n_clauses; k++) {
			const struct cm_route_map_clause *clause = &map->clauses[k];
			if (!clause->permit || clause->n_acls || clause->n_interfaces ||
				clause->n_prefix_lists || clause->has_length || clause->other_match)
				continue;
			struct cm_diag *found = check_say(c, "nat-route-map-all", clause->at,
				"this clause has no match: NAT takes everything that comes to it");
			diag_note(c->diags, found, r->at, "used for NAT here:");
		}
	}
}

/* The rules that take what this one might have: a note each. */
static void note_takers(struct check *c, struct cm_diag *found, size_t index,
	const struct cm_interface *egress, struct pset mine)
{
	struct psets *s = check_psets(c);
	for (size_t i = 0; i < index && !pset_is_empty(mine); i++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[i];
		struct pset taken = nat_rule_takes(c, r, egress, mine);
		if (!pset_ok(taken) || pset_is_empty(taken))
			continue;
		diag_note(c->diags, found, r->at,
			"taken here, for example %s:", set_example(c, taken));
		mine = pset_minus(s, mine, taken);
	}
}

/* On every interface where the rule could work, earlier rules take all. */
static bool is_idle(
	struct check *c, size_t index, const struct cm_interface **where, struct pset *mine)
{
	struct psets *s = check_psets(c);
	bool somewhere = false;
	for (size_t k = 0; k < c->model->n_interfaces; k++) {
		const struct cm_interface *egress = &c->model->interfaces[k];
		struct pset inside = nat_inside_sources(c, egress);
		struct pset all = nat_rule_takes(c, &c->model->nat_rules[index], egress, inside);
		struct pset rest = all;
		for (size_t i = 0; i < index && pset_ok(rest) && !pset_is_empty(rest); i++)
			rest = pset_minus(
				s, rest, nat_rule_takes(c, &c->model->nat_rules[i], egress, rest));
		if (!pset_ok(rest) || !pset_is_empty(rest))
			return false;
		if (pset_is_empty(all))
			continue;
		somewhere = true;
		*where = egress;
		*mine = all;
	}
	return somewhere;
}

static void check_idle_rules(struct check *c)
{
	enum { RULES_MOST = 100 }; /* quadratic: real routers have a handful */
	size_t n = c->model->n_nat_rules;
	if (n < 2 || n > RULES_MOST || !check_psets_fresh(c))
		return;
	for (size_t i = 1; i < n; i++) {
		const struct cm_nat_rule *r = &c->model->nat_rules[i];
		const struct cm_interface *where;
		struct pset mine;
		if (is_static(r) || !is_idle(c, i, &where, &mine))
			continue;
		struct cm_diag *found = check_say(c, "nat-rule-idle", r->at,
			"earlier NAT rules take all that this one could translate");
		note_takers(c, found, i, where, mine);
	}
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define EX_SIDES    EX_OUTSIDE " ip nat outside\n" EX_INSIDE " ip nat inside\n" EX_ROUTE EX_LIST
#define EX_NAT      "ip nat inside source list INSIDE_NET interface FastEthernet0/1 overload\n"
#define EX_NAT_LIST "ip access-list extended INSIDE_NET\n"
#define EX_EXEMPT   " deny ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n"
#define EX_PERMIT   " permit ip 192.168.100.0 0.0.0.255 any\n"
#define EX_TUNNEL   EX_BEFORE EX_ENTRY EX_SIDES
#define EX_EXEMPTED EX_TUNNEL EX_NAT EX_NAT_LIST EX_EXEMPT EX_PERMIT
#define ORDER       "Cisco: NAT order of operation (inside NAT comes before the crypto map)"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_exemption,
		.about = { .id = "nat-not-exempt",
			.severity = CM_ERROR,
			.title = "Tunnel traffic is translated before it is encrypted",
			.why = "Inside to outside, NAT comes before the crypto map. With its new source the "
			       "packet fits the crypto ACL no more and leaves in clear, or nowhere.",
			.source = ORDER,
			.fix = "Deny the tunnel's traffic in the NAT list, before the line that permits it.",
			.fires = EX_TUNNEL EX_NAT EX_NAT_LIST EX_PERMIT,
			.silent = EX_EXEMPTED } },
	{ .check = check_exemption,
		.about = { .id = "nat-exempt-late",
			.severity = CM_ERROR,
			.title = "The NAT exemption stands behind the permit",
			.why = "The first line that matches decides. A deny behind a permit for the same "
			       "packets is never reached, and the tunnel's traffic is translated.",
			.source = ORDER "; ACLs are searched top down",
			.fix = "Move the deny line before the permit line.",
			.fires = EX_TUNNEL EX_NAT EX_NAT_LIST EX_PERMIT EX_EXEMPT,
			.silent = EX_EXEMPTED } },
	{ .check = check_exemption,
		.about = { .id = "nat-exempt-partial",
			.severity = CM_ERROR,
			.title = "The NAT exemption covers only a part of the tunnel's traffic",
			.why = "What the deny lines leave out is translated and leaves in clear: some "
			       "hosts work, others do not.",
			.source = ORDER,
			.fix = "Deny all that the crypto ACL permits.",
			.fires = EX_TUNNEL EX_NAT EX_NAT_LIST
				" deny ip 192.168.100.0 0.0.0.127 172.18.30.0 0.0.0.255\n" EX_PERMIT,
			.silent = EX_EXEMPTED } },
	{ .check = check_exemption,
		.about = { .id = "nat-static-in-tunnel",
			.severity = CM_ERROR,
			.title = "A static NAT entry translates tunnel traffic",
			.why = "Static entries come before all lists, so no exemption in a list helps: "
			       "what this host sends to the far end is translated and leaves in clear.",
			.source = ORDER "; static NAT with route-maps, 12.2(4)T",
			.fix = "Bind the entry to a route-map that denies the tunnel's traffic.",
			.fires = EX_EXEMPTED
				"ip nat inside source static 192.168.100.10 198.51.100.10\n",
			.silent = EX_EXEMPTED
				"ip nat inside source static 192.168.100.10 198.51.100.10 route-map CLEAR\n"
				"route-map CLEAR permit 10\n match ip address INSIDE_NET\n" } },
	{ .check = check_exemption,
		.about = { .id = "nat-changes-tunnel-source",
			.severity = CM_WARNING,
			.title = "Traffic goes through the tunnel with a translated source",
			.why = "The crypto ACL takes any source, so translated packets are still encrypted. "
			       "The far end sees another source than it expects, and drops or misroutes it.",
			.source = ORDER,
			.fix = "Exempt the traffic from NAT and name the real network in the crypto ACL.",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE " ip nat outside\n" EX_INSIDE
				" ip nat inside\n" EX_ROUTE "ip access-list extended BRANCH_TO_HEAD\n"
				" permit ip any 172.18.30.0 0.0.0.255\n" EX_NAT EX_NAT_LIST EX_PERMIT,
			.silent = EX_EXEMPTED } },
	{ .check = check_unneeded,
		.about = { .id = "nat-exempt-unneeded",
			.severity = CM_INFO,
			.title = "An exemption from NAT that no tunnel needs",
			.why = "The packets leave by the outside interface with private addresses and are "
			       "lost. Often the rest of a tunnel that was taken down, or a wrong network.",
			.source = "Comparison of the NAT list with all crypto ACLs",
			.fix = "Remove the line, or correct its network.",
			.fires = EX_TUNNEL EX_NAT EX_NAT_LIST EX_EXEMPT
				" deny ip 192.168.100.0 0.0.0.255 172.18.40.0 0.0.0.255\n" EX_PERMIT,
			.silent = EX_EXEMPTED } },
	{ .check = check_sides,
		.about = { .id = "nat-side-missing",
			.severity = CM_WARNING,
			.title = "NAT rules, but no inside or no outside interface",
			.why = "A packet is translated when it goes from an inside to an outside interface. "
			       "Without both nothing is.",
			.source = "Cisco IOS IP addressing configuration guide: NAT",
			.fix = "Mark the interfaces with `ip nat inside` and `ip nat outside`.",
			.fires = "hostname BRANCH\n" EX_BRANCH EX_NAT EX_NAT_LIST EX_EXEMPT EX_PERMIT,
			.silent = EX_EXEMPTED } },
	{ .check = check_sides,
		.about = { .id = "nat-both-sides",
			.severity = CM_WARNING,
			.title = "An interface that is inside and outside",
			.why = "The last statement does not replace the first: the router may translate in "
			       "both directions, or not at all.",
			.source = "Cisco IOS IP addressing configuration guide: NAT",
			.fix = "Keep one of the two.",
			.fires = EX_EXEMPTED "interface FastEthernet0/0\n ip nat outside\n",
			.silent = EX_EXEMPTED } },
	{ .check = check_pools,
		.about = { .id = "nat-pool-empty",
			.severity = CM_ERROR,
			.title = "A NAT pool without addresses",
			.why = "Who needs an address of the pool gets none; the packets are dropped.",
			.source = "ip nat pool: first address, last address",
			.fix = "Let the range begin with its lower address, and hold host addresses.",
			.fires = "ip nat pool OUT 198.51.100.9 198.51.100.5 netmask 255.255.255.0\n"
				"ip nat inside source list INSIDE_NET pool OUT\n" EX_NAT_LIST EX_PERMIT,
			.silent = "ip nat pool OUT 198.51.100.5 198.51.100.9 netmask 255.255.255.0\n"
				"ip nat inside source list INSIDE_NET pool OUT\n" EX_NAT_LIST EX_PERMIT } },
	{ .check = check_pools,
		.about = { .id = "nat-pool-overlaps-remote",
			.severity = CM_WARNING,
			.title = "A NAT pool overlaps the network behind a tunnel",
			.why = "Inside hosts appear with addresses of the far network: answers to them go "
			       "astray, and the far hosts with the same addresses cannot be reached.",
			.source = "Comparison of the pool with the crypto ACL's destinations",
			.fix = "Take addresses that nobody else has.",
			.fires = EX_TUNNEL "ip nat pool OUT 172.18.30.5 172.18.30.9 netmask 255.255.255.0\n"
				"ip nat inside source list INSIDE_NET pool OUT\n" EX_NAT_LIST EX_EXEMPT
				EX_PERMIT,
			.silent = EX_EXEMPTED } },
	{ .check = check_interfaces,
		.about = { .id = "nat-interface-inside",
			.severity = CM_WARNING,
			.title = "NAT to the address of an inside interface",
			.why = "Packets leave with an address that nobody outside has a way back to.",
			.source = "Cisco IOS IP addressing configuration guide: NAT",
			.fix = "Name the outside interface.",
			.fires = EX_TUNNEL "ip nat inside source list INSIDE_NET interface FastEthernet0/0 overload\n"
				EX_NAT_LIST EX_EXEMPT EX_PERMIT,
			.silent = EX_EXEMPTED } },
	{ .check = check_ike_taken,
		.about = { .id = "nat-takes-ike",
			.severity = CM_ERROR,
			.title = "NAT hands the router's own IKE to an inside host",
			.why = "A static entry for UDP 500 or 4500, or for the whole address of the "
			       "interface, takes what peers send to the router. Negotiation never answers.",
			.source = "Cisco: NAT order of operation (outside to inside, NAT before the router)",
			.fix = "Give the inside host another global address.",
			.fires = EX_EXEMPTED "ip nat inside source static udp 192.168.100.10 500 "
				"interface FastEthernet0/1 500\n",
			.silent = EX_EXEMPTED } },
	{ .check = check_route_maps,
		.about = { .id = "nat-route-map-all",
			.severity = CM_WARNING,
			.title = "A NAT route-map clause without a match",
			.why = "A clause without `match` matches everything, so NAT takes tunnel traffic "
			       "too, unless an earlier clause denies it.",
			.source = "Cisco IOS: route-map (a clause without match matches all)",
			.fix = "Add `match ip address` with a list that denies the tunnel's traffic.",
			.fires = "ip nat inside source route-map CLEAR interface FastEthernet0/1 overload\n"
				"route-map CLEAR permit 10\n" EX_SIDES,
			.silent = EX_TUNNEL
				"ip nat inside source route-map CLEAR interface FastEthernet0/1 overload\n"
				"route-map CLEAR permit 10\n match ip address INSIDE_NET\n"
				EX_NAT_LIST EX_EXEMPT EX_PERMIT } },
	{ .check = check_idle_rules,
		.about = { .id = "nat-rule-idle",
			.severity = CM_WARNING,
			.title = "A NAT rule that gets no packet",
			.why = "Static entries come first, then lists, then route-maps; the first rule that "
			       "has a packet translates it. Nothing is left for this one.",
			.source = "NAT precedence: static, list, route-map",
			.fix = "Remove it, or take its packets out of the earlier rules.",
			.fires = EX_EXEMPTED "ip access-list extended PART\n"
				" permit ip 192.168.100.0 0.0.0.127 host 203.0.113.80\n"
				"ip nat inside source list PART interface FastEthernet0/1 overload\n",
			.silent = EX_EXEMPTED } },
};
/* clang-format on */

const struct family family_nat = { "nat", rules, sizeof rules / sizeof *rules };
