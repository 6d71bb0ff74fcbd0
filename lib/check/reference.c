/*
 * Names: what is used and not defined, what is defined and not used, what is said twice.
 */
#include "check/check.h"
#include "check/examples.h"
#include "check/guess.h"

#include <stdlib.h>
#include <string.h>

/* What each kind of thing deserves; a kind that others may use unseen is never called unused. */
static const struct {
	bool say_unused;
	enum cm_severity unused, undefined;
} kinds[CM_THINGS] = {
	[CM_THING_ACL] = { true, CM_INFO, CM_ERROR },
	[CM_THING_ACL6] = { true, CM_INFO, CM_WARNING },
	[CM_THING_TRANSFORM_SET] = { true, CM_WARNING, CM_ERROR },
	[CM_THING_CRYPTO_MAP] = { false, CM_WARNING, CM_ERROR }, /* map-not-applied */
	[CM_THING_DYNAMIC_MAP] = { true, CM_WARNING, CM_ERROR },
	[CM_THING_KEYRING] = { false, CM_INFO, CM_ERROR },        /* looked up by every peer */
	[CM_THING_ISAKMP_PROFILE] = { false, CM_INFO, CM_ERROR }, /* found by its match */
	[CM_THING_IPSEC_PROFILE] = { true, CM_WARNING, CM_ERROR },
	[CM_THING_IKEV2_PROPOSAL] = { true, CM_WARNING, CM_ERROR },
	[CM_THING_IKEV2_POLICY] = { false, CM_INFO, CM_ERROR }, /* found by its match */
	[CM_THING_IKEV2_KEYRING] = { true, CM_WARNING, CM_ERROR },
	[CM_THING_IKEV2_PROFILE] = { true, CM_WARNING, CM_ERROR },
	[CM_THING_NAT_POOL] = { true, CM_INFO, CM_ERROR },
	[CM_THING_LOCAL_POOL] = { true, CM_INFO, CM_WARNING },
	[CM_THING_ROUTE_MAP] = { true, CM_INFO, CM_ERROR },
	[CM_THING_NETWORK_GROUP] = { true, CM_INFO, CM_ERROR },
	[CM_THING_SERVICE_GROUP] = { true, CM_INFO, CM_ERROR },
	[CM_THING_PREFIX_LIST] = { true, CM_INFO, CM_WARNING },
	[CM_THING_TIME_RANGE] = { true, CM_INFO, CM_WARNING },
	[CM_THING_VRF] = { false, CM_INFO, CM_WARNING },
	[CM_THING_INTERFACE] = { false, CM_INFO, CM_WARNING },
	[CM_THING_CLIENT_GROUP] = { false, CM_INFO, CM_WARNING },
	[CM_THING_TRUSTPOINT] = { false, CM_INFO, CM_WARNING },
};

/* What an undefined list does where it is named (ios.md 3.3, 3.7). */
static const struct {
	const char *context, *meaning;
	enum cm_severity severity;
} acl_places[] = {
	{ "match address", "the entry is incomplete and encrypts nothing", CM_ERROR },
	{ "ip nat list", "nobody knows what is translated", CM_ERROR },
	{ "route-map match", "the clause matches every packet", CM_WARNING },
	{ "set ip access-group in", "everything is let in", CM_WARNING },
	{ "set ip access-group out", "everything is let out", CM_WARNING },
	{ "ip access-group in", "everything is let in", CM_WARNING },
	{ "ip access-group out", "everything is let out", CM_WARNING },
};

enum { SUGGEST_MOST = 200, NAMES_MOST = 2000 }; /* an edit distance is not free */

struct names {
	const char **at[CM_THINGS];
	size_t n[CM_THINGS], room[CM_THINGS];
	size_t suggested;
};

static void collect_names(struct check *c, struct names *names)
{
	for (size_t i = 0; i < c->model->n_definitions; i++) {
		const struct cm_definition *d = &c->model->definitions[i];
		if (names->n[d->kind] >= NAMES_MOST)
			continue;
		const char **name = ARENA_PUSH(
			c->arena, names->at[d->kind], names->n[d->kind], names->room[d->kind]);
		if (name)
			*name = arena_copy(c->arena, d->name);
	}
}

static const char *meaning_of(const struct cm_use *use, enum cm_severity *severity)
{
	*severity = kinds[use->kind].undefined;
	if (use->unknown_line)
		*severity = CM_WARNING;
	for (size_t i = 0; use->kind == CM_THING_ACL && i < sizeof acl_places / sizeof *acl_places;
		i++) {
		if (use->context && strcmp(use->context, acl_places[i].context) == 0) {
			*severity = acl_places[i].severity;
			return acl_places[i].meaning;
		}
	}
	return NULL;
}

static void say_undefined(struct check *c, struct names *names, const struct cm_use *use)
{
	enum cm_severity severity;
	const char *meaning = meaning_of(use, &severity);
	/* A piece of a configuration without any of the kind leaves them out, perhaps. */
	if (!check_is_whole(c) && names->n[use->kind] == 0 && severity > CM_WARNING)
		severity = CM_WARNING;
	const char *near = NULL;
	if (names->suggested++ < SUGGEST_MOST)
		near = cm_nearest(use->name, names->at[use->kind], names->n[use->kind]);
	struct cm_diag *found = check_say_as(c, "reference-undefined", severity, use->at,
		"%s %.*s is not defined in this text%s%s", cm_thing_name(use->kind),
		(int)use->name.length, use->name.at, meaning ? ": " : "", meaning ? meaning : "");
	if (!near)
		return;
	for (size_t i = 0; found && i < c->model->n_definitions; i++) {
		const struct cm_definition *d = &c->model->definitions[i];
		if (d->kind != use->kind || !cm_str_is(d->name, near))
			continue;
		diag_note(c->diags, found, d->at, "did you mean %s?", near);
		diag_fix(c->diags, found, false, use->at, near, "write %s", near);
		return;
	}
}

/* What stands where a name is expected and is none: a comment behind the command, a keyword. */
static bool is_no_name(const struct cm_use *use)
{
	static const char *const keywords[] = { "ipv4", "ipv6", "peer", "serve", "serve-only",
		"query-only", "name", "in", "out" };
	unsigned char first = (unsigned char)use->name.at[0];
	if (first == '/' || first == '!' || first == '#' || first >= 0x80)
		return true;
	for (size_t i = 0; use->unknown_line && i < sizeof keywords / sizeof *keywords; i++) {
		if (cm_str_is(use->name, keywords[i]))
			return true;
	}
	return false;
}

/* `match address` of a map for IPv6, `ipv6 access-class`: an IPv6 list of the name will do. */
static bool is_ipv6_list(const struct names *names, const struct cm_use *use)
{
	for (size_t i = 0; use->kind == CM_THING_ACL && i < names->n[CM_THING_ACL6]; i++) {
		if (cm_str_is(use->name, names->at[CM_THING_ACL6][i]))
			return true;
	}
	return false;
}

/*
 * Hardware is there without a line about it, and VRFs stand far from their interfaces: a part of a
 * configuration may leave them out.
 */
static bool is_left_out(const struct check *c, const struct names *names, const struct cm_use *use)
{
	bool may = use->kind == CM_THING_INTERFACE ||
		(use->kind == CM_THING_VRF && names->n[CM_THING_VRF] == 0);
	return may && !check_is_whole(c);
}

static bool is_undefined(const struct check *c, const struct names *names, const struct cm_use *use)
{
	return !use->target && use->name.length && check_said(use->at) && !is_no_name(use) &&
		!is_ipv6_list(names, use) && !is_left_out(c, names, use);
}

enum { MANY = 5 };

/* A text that defines nothing of a kind is a part of something: saying it once is enough. */
static void count_undefined(const struct check *c, const struct names *names, size_t *n)
{
	for (size_t i = 0; i < c->model->n_uses; i++) {
		const struct cm_use *use = &c->model->uses[i];
		if (names->n[use->kind] == 0)
			n[use->kind] += is_undefined(c, names, use);
	}
}

static void say_none(struct check *c, const struct cm_use *use, size_t n)
{
	enum cm_severity severity;
	meaning_of(use, &severity);
	if (!check_is_whole(c) && severity > CM_WARNING)
		severity = CM_WARNING;
	check_say_as(c, "reference-undefined", severity, use->at,
		"%s %.*s is not defined in this text, nor any other of the %zu that it uses",
		cm_thing_name(use->kind), (int)use->name.length, use->name.at, n);
}

static void check_undefined(struct check *c)
{
	struct names names = { 0 };
	size_t without[CM_THINGS] = { 0 };
	collect_names(c, &names);
	count_undefined(c, &names, without);
	for (size_t i = 0; i < c->model->n_uses; i++) {
		const struct cm_use *use = &c->model->uses[i];
		if (!is_undefined(c, &names, use))
			continue;
		if (guess_template(use->name)) {
			if (strchr("<{", use->name.at[0]))
				continue; /* the reader has said so */
			check_say(c, "placeholder", use->at,
				"this looks like a place that was left to be filled in");
		} else if (without[use->kind] < MANY) {
			say_undefined(c, &names, use);
		} else if (without[use->kind] != SIZE_MAX / 2) {
			say_none(c, use, without[use->kind]);
			without[use->kind] = SIZE_MAX / 2; /* said */
		}
	}
}

/* --- Unused --------------------------------------------------------------------------------- */

/*
 * A name that stands as a word in a line we do not read may well be a use of it: before anything
 * is called unused the whole text is searched, once, for all such names. Numbers stand in many
 * lines and mean nothing there.
 */
struct candidate {
	const struct cm_definition *definition;
	bool mentioned;
};

struct candidates {
	struct candidate *table;
	size_t room, n;
};

static uint32_t hash_word(struct cm_str word)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < word.length; i++)
		h = (h ^ (unsigned char)word.at[i]) * 16777619u;
	return h ^ h >> 15;
}

static bool is_number(struct cm_str word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
	}
	return true;
}

static bool may_be_unused(const struct cm_definition *d)
{
	return d->n_uses == 0 && kinds[d->kind].say_unused && check_said(d->at);
}

static bool fill(struct check *c, struct candidates *all)
{
	size_t n = 0;
	for (size_t i = 0; i < c->model->n_definitions; i++)
		n += may_be_unused(&c->model->definitions[i]);
	all->n = n;
	for (all->room = 16; all->room < 2 * n; all->room *= 2)
		;
	all->table = n ? ARENA_ARRAY(c->arena, struct candidate, all->room) : NULL;
	for (size_t i = 0; all->table && i < c->model->n_definitions; i++) {
		const struct cm_definition *d = &c->model->definitions[i];
		if (!may_be_unused(d))
			continue;
		size_t at = hash_word(d->name) & (all->room - 1);
		while (all->table[at].definition)
			at = (at + 1) & (all->room - 1);
		all->table[at].definition = d;
	}
	return all->table != NULL;
}

/* True when `offset` lies in a line that makes the definition up. */
static bool in_own_blocks(const struct cm_definition *d, uint32_t offset)
{
	size_t low = 0, high = d->n_blocks;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (d->blocks[middle].end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	bool inside = low < d->n_blocks && d->blocks[low].start <= offset;
	return inside || (offset >= d->at.start && offset < d->at.end);
}

static void mention(struct candidates *all, struct cm_str word, uint32_t offset)
{
	for (size_t at = hash_word(word) & (all->room - 1); all->table[at].definition;
		at = (at + 1) & (all->room - 1)) {
		const struct cm_definition *d = all->table[at].definition;
		if (cm_str_same(d->name, word) && !in_own_blocks(d, offset))
			all->table[at].mentioned = true;
	}
}

static void search_text(struct check *c, struct candidates *all)
{
	struct cm_str text = cm_document_slice(c->document, c->model->span);
	size_t start = 0;
	for (size_t at = 0; at <= text.length; at++) {
		if (at < text.length && (unsigned char)text.at[at] > ' ')
			continue;
		struct cm_str word = { text.at + start, at - start };
		if (word.length && !is_number(word))
			mention(all, word, c->model->span.start + (uint32_t)start);
		start = at + 1;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct cm_definition *x = ((const struct candidate *)a)->definition;
	const struct cm_definition *y = ((const struct candidate *)b)->definition;
	uint32_t at_x = x ? x->at.start : UINT32_MAX, at_y = y ? y->at.start : UINT32_MAX;
	return at_x < at_y ? -1 : at_x > at_y;
}

static void check_unused(struct check *c)
{
	struct candidates all;
	if (!fill(c, &all))
		return;
	search_text(c, &all);
	qsort(all.table, all.room, sizeof *all.table, by_place);
	for (size_t i = 0; i < all.n; i++) {
		const struct cm_definition *d = all.table[i].definition;
		if (!all.table[i].mentioned)
			check_say_as(c, "reference-unused", kinds[d->kind].unused, d->at,
				"%s %.*s is used nowhere in this text", cm_thing_name(d->kind),
				(int)d->name.length, d->name.at);
	}
}

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_undefined,
		.about = { .id = "reference-undefined",
			.severity = CM_ERROR,
			.title = "A name that is used and not defined",
			.why = "The router refuses most such lines when they are typed, and reads a file "
			       "with them as if they were not there. An undefined list is worse: as "
			       "`match address` it encrypts nothing, as `ip access-group` it lets "
			       "everything pass.",
			.source = "Cisco IOS security configuration guide; IP access lists; crypto maps",
			.fix = "Define it, or correct the spelling (names are case-sensitive).",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE EX_ROUTE
				"ip access-list extended BRANCH_TO_HAED\n"
				" permit ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n",
			.silent = EX_BRANCH } },
	{ .check = check_unused,
		.about = { .id = "reference-unused",
			.severity = CM_INFO,
			.title = "Something is defined and never used",
			.why = "It may be left over, or the line that should name it is missing or "
			       "misspelt.",
			.source = "The whole text: the name stands nowhere else",
			.fix = "Use it or remove it.",
			.fires = EX_BRANCH "crypto ipsec transform-set OLD esp-aes 256 esp-sha256-hmac\n",
			.silent = EX_BRANCH } },
};
/* clang-format on */

const struct family family_reference = { "reference", rules, sizeof rules / sizeof *rules };
