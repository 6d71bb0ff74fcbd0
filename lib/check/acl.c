/*
 * Access lists: lines that never match, wildcards that say something else than was meant.
 */
#include "check/acl_sets.h"
#include "check/applied.h"
#include "check/examples.h"

#include <string.h>

/* --- Lines that earlier ones cover ---------------------------------------------------------------- */

enum { BLOCKERS_SHOWN = 5 };

static void note_blockers(
	struct check *c, struct cm_diag *found, const struct cm_acl *acl, const struct shadow *s)
{
	for (size_t i = 0; i < s->n_blockers && i < BLOCKERS_SHOWN; i++)
		diag_note(c->diags, found, acl->aces[s->blockers[i]].at,
			s->n_blockers == 1 ? "this line takes all of it:"
					   : "this line takes a part:");
	if (s->n_blockers > BLOCKERS_SHOWN)
		diag_note(c->diags, found, (struct cm_span){ 0, 0 }, "and %zu more lines",
			s->n_blockers - BLOCKERS_SHOWN);
}

static void say_shadow(
	struct check *c, const struct cm_acl *acl, size_t line, const struct shadow *s)
{
	struct cm_span at = acl->aces[line].at;
	struct cm_diag *found = NULL;
	switch (s->verdict) {
	case SHADOW_UNMATCHABLE:
		check_say(c, "acl-line-unmatchable", at, "no packet can match this line");
		return;
	case SHADOW_COVERED:
		found = s->differs
			? check_say(c, "acl-line-unreachable", at,
				  "no packet reaches this line: earlier lines decide, partly otherwise")
			: check_say(c, "acl-line-redundant", at,
				  "no packet reaches this line: earlier lines say the same");
		break;
	case SHADOW_FRAGMENTS_ONLY:
		found = check_say(c, "acl-line-unreachable", at,
			"only non-initial fragments reach this line: earlier lines take the rest");
		break;
	case SHADOW_REACHABLE:
	case SHADOW_UNKNOWN:
		return;
	}
	note_blockers(c, found, acl, s);
}

static void check_list_lines(struct check *c, const struct cm_acl *acl)
{
	const struct acl_lines *lines = acl_lines(c, acl);
	if (!lines || !lines->exact || !lines->n)
		return;
	struct arena *arena = check_scratch(c);
	struct shadow *verdicts = ARENA_ARRAY(arena, struct shadow, lines->n);
	struct shadows *w = verdicts ? shadows_find(arena, lines->lines, lines->n, verdicts) : NULL;
	c->failed = c->failed || !w || shadows_starved(w);
	for (size_t i = 0; w && i < lines->n; i++)
		say_shadow(c, acl, i, &verdicts[i]);
	shadows_free(w);
}

static void check_lines(struct check *c)
{
	for (size_t i = 0; i < c->model->n_acls; i++)
		check_list_lines(c, &c->model->acls[i]);
}

/* --- Wildcards ------------------------------------------------------------------------------------ */

static void check_end(struct check *c, const struct cm_end *end)
{
	uint32_t mask = end->net.mask;
	char typed[16];
	/* A netmask typed for a wildcard has holes too; the reader has said so already. */
	if (end->kind == CM_END_NET && !cm_mask_is_prefix(mask) && !cm_mask_is_prefix(~mask))
		check_say(c, "acl-wildcard-holes", end->at,
			"the wildcard %s has holes: it matches no single network",
			cm_ip4_print(~mask, typed));
}

static void check_wildcards(struct check *c)
{
	for (size_t i = 0; i < c->model->n_acls; i++) {
		const struct cm_acl *acl = &c->model->acls[i];
		for (size_t k = 0; k < acl->n_aces && !acl->from_unknown; k++) {
			check_end(c, &acl->aces[k].source);
			check_end(c, &acl->aces[k].destination);
		}
	}
}

static void check_groups(struct check *c)
{
	for (size_t i = 0; i < c->model->n_groups; i++)
		for (size_t k = 0; k < c->model->groups[i].n_members; k++) {
			const struct cm_group_member *m = &c->model->groups[i].members[k];
			char typed[16], meant[16];
			if (m->kind != CM_MEMBER_NET || !m->net.mask || m->net.mask == UINT32_MAX ||
				cm_mask_is_prefix(m->net.mask) || !cm_mask_is_prefix(~m->net.mask))
				continue;
			check_say(c, "acl-group-wildcard", m->at,
				"%s is a wildcard where a netmask stands: %s is meant",
				cm_ip4_print(m->net.mask, typed),
				cm_ip4_print(~m->net.mask, meant));
		}
}

/* --- established ---------------------------------------------------------------------------------- */

static bool answers_anybody(const struct cm_ace *ace)
{
	return ace->permit && ace->options && ace->options->established &&
		ace->source.kind == CM_END_ANY && ace->destination.kind == CM_END_ANY &&
		ace->source_ports.op == CM_PORT_ANY && ace->destination_ports.op == CM_PORT_ANY;
}

static void check_established(struct check *c)
{
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		const struct cm_acl *acl = in->access_in.target;
		for (size_t k = 0; acl && in->nat_outside.on && k < acl->n_aces; k++) {
			if (!answers_anybody(&acl->aces[k]))
				continue;
			struct cm_diag *found =
				check_say(c, "acl-established-open", acl->aces[k].at,
					"any TCP packet that has ACK or RST set passes here");
			diag_note(c->diags, found, in->access_in.at,
				"into %.*s:", (int)in->name.length, in->name.at);
		}
	}
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define EX_ACL  "ip access-list extended FILTER\n"
#define EX_USED "interface FastEthernet0/0\n ip access-group FILTER in\n"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_lines,
		.about = { .id = "acl-line-unreachable",
			.severity = CM_WARNING,
			.title = "A line that no packet reaches, and that would have decided otherwise",
			.why = "Lists are searched from the top and the first match decides. What this line "
			       "is meant to permit is denied before, or the other way round.",
			.source = "Cisco IOS security configuration guide: access lists",
			.fix = "Move the line before those that cover it, or remove it.",
			.fires = EX_ACL " deny ip 192.0.2.0 0.0.0.255 any\n permit tcp host 192.0.2.9 any\n"
				EX_USED,
			.silent = EX_ACL " permit tcp host 192.0.2.9 any\n deny ip 192.0.2.0 0.0.0.255 any\n"
				EX_USED } },
	{ .check = check_lines,
		.about = { .id = "acl-line-redundant",
			.severity = CM_INFO,
			.title = "A line that no packet reaches, and that says nothing new",
			.why = "Earlier lines have decided the same already. It does no harm, but hides "
			       "what the list means.",
			.source = "Cisco IOS security configuration guide: access lists",
			.fix = "Remove the line.",
			.fires = EX_ACL " permit ip 192.0.2.0 0.0.0.255 any\n permit ip host 192.0.2.9 any\n"
				EX_USED,
			.silent = EX_ACL " permit ip 192.0.2.0 0.0.0.255 any\n" EX_USED } },
	{ .check = check_lines,
		.about = { .id = "acl-line-unmatchable",
			.severity = CM_WARNING,
			.title = "A line that no packet can match",
			.why = "Its conditions exclude each other, or its object-group is empty or undefined.",
			.source = "Cisco IOS security configuration guide: access lists",
			.fix = "Correct the condition.",
			.fires = EX_ACL " permit tcp any any lt 0\n" EX_USED,
			.silent = EX_ACL " permit tcp any any lt 1024\n" EX_USED } },
	{ .check = check_wildcards,
		.about = { .id = "acl-wildcard-holes",
			.severity = CM_INFO,
			.title = "A wildcard with holes",
			.why = "It is legal, but matches addresses of many networks; mostly a digit is "
			       "wrong. A crypto ACL cannot use such a line.",
			.source = "Cisco document 13608, wildcard masks",
			.fix = "Write one line for each network.",
			.fires = EX_ACL " permit ip 192.0.2.0 0.0.255.15 any\n" EX_USED,
			.silent = EX_ACL " permit ip 192.0.2.0 0.0.0.15 any\n" EX_USED } },
	{ .check = check_groups,
		.about = { .id = "acl-group-wildcard",
			.severity = CM_ERROR,
			.title = "A wildcard where an object-group wants a netmask",
			.why = "Object-groups take real netmasks, unlike access lists.",
			.source = "Cisco IOS security configuration guide: object groups for ACLs",
			.fix = "Turn the mask round: 255.255.255.0 for 0.0.0.255.",
			.fires = "object-group network FAR\n 192.0.2.0 0.0.0.255\n" EX_ACL
				" permit ip object-group FAR any\n" EX_USED,
			.silent = "object-group network FAR\n 192.0.2.0 255.255.255.0\n" EX_ACL
				" permit ip object-group FAR any\n" EX_USED } },
	{ .check = check_established,
		.about = { .id = "acl-established-open",
			.severity = CM_INFO,
			.title = "`established` lets in more than answers",
			.why = "The router looks at two bits of the packet, not at a connection: anybody "
			       "can set them.",
			.source = "Cisco IOS security configuration guide: established keyword",
			.fix = "Inspect connections (`ip inspect`, zones) and let their answers in.",
			.fires = EX_ACL " permit tcp any any established\ninterface FastEthernet0/1\n"
				" ip nat outside\n ip access-group FILTER in\n",
			.silent = EX_ACL " permit tcp host 192.0.2.9 any established\n"
				"interface FastEthernet0/1\n ip nat outside\n"
				" ip access-group FILTER in\n" } },
};
/* clang-format on */

const struct family family_acl = { "acl", rules, sizeof rules / sizeof *rules };
