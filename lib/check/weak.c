/*
 * Algorithms: the table of facts says how strong each is held to be, by whom and since when; the
 * profile says what is bad enough to be reported.
 */
#include "check/check.h"
#include "check/examples.h"
#include "syntax/document.h"

/* One place where an algorithm is named. */
struct named {
	const char *rule, *name, *since;
	const struct cm_judgement *judgement;
	struct cm_span at;
	bool shield_unknown; /* what the shield does here is written nowhere */
};

static const char *const verdicts[] = {
	[CM_BROKEN] = "is broken",
	[CM_WEAK] = "is too weak",
	[CM_LEGACY] = "is for old gateways only",
};

static void judge_strength(struct check *c, const struct named *it)
{
	static const enum cm_strength least[] = {
		[CM_PROFILE_CURRENT] = CM_LEGACY,
		[CM_PROFILE_LEGACY] = CM_WEAK,
		[CM_PROFILE_CNSA] = CM_LEGACY,
	};
	const struct cm_judgement *j = it->judgement;
	if (j->strength < least[c->profile])
		check_say(c, it->rule, it->at, "%s %s (%s, %u)", it->name, verdicts[j->strength],
			j->source, j->year);
	else if (c->profile == CM_PROFILE_CNSA && !j->cnsa)
		check_say(c, it->rule, it->at, "%s is not in CNSA 1.0 (RFC 9206, 2022)", it->name);
}

/* As `version …` says it: often without the maintenance release. */
static const char *release_words(struct check *c, struct cm_release r)
{
	char train[2] = { r.train, 0 };
	const char *words = r.maintenance
		? arena_printf(c->arena, "%u.%u(%u)%s", r.major, r.minor, r.maintenance, train)
		: arena_printf(c->arena, "%u.%u", r.major, r.minor);
	return words ? words : "";
}

static void judge_release(struct check *c, const struct named *it)
{
	struct cm_release now = c->model->release;
	if (!now.known)
		return;
	bool shield = now.xe && cm_release_since(now, "17.11", false);
	if (shield && it->judgement->shielded && !it->shield_unknown)
		check_say(c, "release-refuses", it->at,
			"IOS XE %u.%u refuses %s unless the compliance shield is disabled",
			now.major, now.minor, it->name);
	if (it->since && !cm_release_since(now, it->since, true))
		check_say(c, "release-lacks", it->at, "%s came with %s; this is %s", it->name,
			it->since, release_words(c, now));
}

static void judge(struct check *c, const struct named *it)
{
	judge_strength(c, it);
	judge_release(c, it);
}

static void judge_cipher(struct check *c, const struct cm_cipher *row, struct cm_span at)
{
	/* That null hides nothing is a finding of its own. */
	if (row && row->key_bits)
		judge(c,
			&(struct named){
				"weak-cipher", row->name, row->since, &row->judgement, at, false });
}

static void judge_hash(struct check *c, const struct cm_hash *row, struct cm_span at)
{
	if (row)
		judge(c,
			&(struct named){
				"weak-hash", row->name, row->since, &row->judgement, at, false });
}

static void judge_group(struct check *c, const char *rule, const struct cm_group *row,
	struct cm_span at, bool policy)
{
	if (!row)
		return;
	const char *name = arena_printf(c->arena, "group %u", row->number);
	if (!name)
		return;
	/* Field notice 72510 lists group 24 for PFS and IKEv2 only. */
	judge(c,
		&(struct named){
			rule, name, row->since, &row->judgement, at, policy && row->number == 24 });
}

/* A value by default is told at the header that leaves it out. */
static struct cm_span place(struct cm_span value, struct cm_span header)
{
	return check_said(value) ? value : header;
}

/* policy-default-encryption and policy-default-group have said so. */
static bool told_as_default(struct cm_span value, const struct cm_judgement *judgement)
{
	return !check_said(value) && judgement && judgement->strength <= CM_WEAK;
}

static void check_policies(struct check *c)
{
	for (size_t i = 0; i < c->model->n_policies; i++) {
		const struct cm_p1 *p = &c->model->policies[i].p1;
		struct cm_span header = c->model->policies[i].at;
		if (!told_as_default(p->where.cipher, p->cipher ? &p->cipher->judgement : NULL))
			judge_cipher(c, p->cipher, place(p->where.cipher, header));
		judge_hash(c, p->hash, place(p->where.hash, header));
		if (!told_as_default(p->where.group, p->group ? &p->group->judgement : NULL))
			judge_group(c, "weak-group", p->group, place(p->where.group, header), true);
	}
}

static void check_sets(struct check *c)
{
	for (size_t i = 0; i < c->model->n_transform_sets; i++) {
		const struct cm_transform_set *set = &c->model->transform_sets[i];
		struct cm_span at = place(set->words, set->at);
		if (set->built_in)
			continue;
		judge_cipher(c, set->p2.cipher, at);
		judge_hash(c, set->p2.hash, at);
		if (set->p2.ah != set->p2.hash)
			judge_hash(c, set->p2.ah, at);
	}
}

static void check_pfs(struct check *c, const struct cm_sa_settings *sa)
{
	/* A bare `set pfs` has a rule of its own. */
	if (sa->pfs.demanded && !sa->pfs.bare)
		judge_group(c, "weak-pfs", sa->pfs.group, sa->pfs.at, false);
}

static void check_entries(struct check *c)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_crypto_maps; i++) {
		for (size_t k = 0; k < m->crypto_maps[i].n_entries; k++)
			check_pfs(c, &m->crypto_maps[i].entries[k].sa);
	}
	for (size_t i = 0; i < m->n_dynamic_maps; i++) {
		for (size_t k = 0; k < m->dynamic_maps[i].n_entries; k++)
			check_pfs(c, &m->dynamic_maps[i].entries[k].sa);
	}
	for (size_t i = 0; i < m->n_ipsec_profiles; i++)
		check_pfs(c, &m->ipsec_profiles[i].sa);
}

/* The line of a proposal's block that names its ciphers (hashes, groups); else the header. */
static struct cm_span line_of(const struct node *block, enum kind kind, struct cm_span header)
{
	for (const struct node *line = block ? block->first : NULL; line; line = line->next) {
		if (line->kind == kind && !line->negated)
			return line->span;
	}
	return header;
}

static void check_proposal(
	struct check *c, const struct cm_ikev2_proposal *p, const struct node *block)
{
	struct cm_span at = line_of(block, KIND_IKEV2_ENCRYPTION, p->at);
	for (size_t k = 0; k < p->n_ciphers; k++)
		judge_cipher(c, p->ciphers[k], at);
	at = line_of(block, KIND_IKEV2_INTEGRITY, p->at);
	for (size_t k = 0; k < p->n_integrity; k++)
		judge_hash(c, p->integrity[k], at);
	at = line_of(block, KIND_IKEV2_PRF, p->at);
	for (size_t k = 0; k < p->n_prfs; k++)
		judge_hash(c, p->prfs[k], at);
	at = line_of(block, KIND_IKEV2_GROUP, p->at);
	for (size_t k = 0; k < p->n_groups; k++)
		judge_group(c, "weak-group", p->groups[k], at, false);
}

/* Proposals are in text order, as the nodes are: both are walked once. */
static void check_ikev2(struct check *c)
{
	const struct node *node = c->document->routers[c->router].first;
	for (size_t i = 0; i < c->model->n_ikev2_proposals; i++) {
		const struct cm_ikev2_proposal *p = &c->model->ikev2_proposals[i];
		if (p->built_in)
			continue;
		while (node && node->span.start < p->at.start)
			node = node->next;
		bool own = node && node->kind == KIND_IKEV2_PROPOSAL &&
			node->span.start <= p->at.start;
		check_proposal(c, p, own ? node : NULL);
	}
}

/* RFC 9395: IKEv1 is historic. Said once, where the release could do better. */
static void check_version(struct check *c)
{
	const struct cm_model *m = c->model;
	bool could = cm_release_since(m->release, "15.1(1)T", c->profile == CM_PROFILE_CNSA);
	if (m->n_policies == 0 || !could || c->profile == CM_PROFILE_LEGACY)
		return;
	enum cm_severity severity = c->profile == CM_PROFILE_CNSA ? CM_WARNING : CM_INFO;
	check_say_as(c, "weak-ike-version", severity, m->policies[0].at,
		"IKEv1 is historic (RFC 9395, 2023); this release speaks IKEv2");
}

static void check_algorithms(struct check *c)
{
	check_policies(c);
	check_sets(c);
	check_entries(c);
	check_ikev2(c);
}

#define OLD_POLICY(line) "crypto isakmp policy 10\n" line " authentication pre-share\n"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_algorithms,
		.about = { .id = "weak-cipher",
			.severity = CM_WARNING,
			.title = "A cipher that no longer protects",
			.why = "DES falls to a search of its 56 bits in hours. 3DES has blocks of 64 "
			       "bits, which leak after some tens of gigabytes under one key. Who "
			       "records the traffic can read it later.",
			.source = "RFC 8247 2.1; RFC 8221 5; NIST SP 800-131A r2; Cisco Next "
				  "Generation Encryption",
			.fix = "Use aes 256, or esp-gcm 256 where both ends know it. The far end must "
			       "change with you.",
			.fires = OLD_POLICY(" encryption 3des\n hash sha256\n group 14\n"),
			.silent = OLD_POLICY(" encryption aes 256\n hash sha256\n group 14\n") } },
	{ .check = check_algorithms,
		.about = { .id = "weak-hash",
			.severity = CM_WARNING,
			.title = "A hash that no longer protects",
			.why = "Collisions of MD5 cost seconds. HMAC-MD5 still holds, but no standard "
			       "allows it, and newer releases refuse it.",
			.source = "RFC 8247 2.2, 2.3; RFC 8221 6; Cisco Next Generation Encryption",
			.fix = "Use sha256 or better on both ends; sha where one end knows no other.",
			.fires = OLD_POLICY(" encryption aes 256\n hash md5\n group 14\n"),
			.silent = OLD_POLICY(" encryption aes 256\n hash sha256\n group 14\n") } },
	{ .check = check_algorithms,
		.about = { .id = "weak-group",
			.severity = CM_WARNING,
			.title = "A Diffie-Hellman group that is too small",
			.why = "The keys of the tunnel are only as strong as the exchange that made "
			       "them. Groups 1, 2 and 5 are below 112 bits of strength; groups 1 and 2 "
			       "are within reach of a state.",
			.source = "RFC 8247 2.4; NIST SP 800-131A r2; Logjam (2015)",
			.fix = "Use group 14, 19, 20 or 21 on both ends.",
			.fires = OLD_POLICY(" encryption aes 256\n hash sha256\n group 2\n"),
			.silent = OLD_POLICY(" encryption aes 256\n hash sha256\n group 14\n") } },
	{ .check = check_algorithms,
		.about = { .id = "weak-pfs",
			.severity = CM_WARNING,
			.title = "Perfect forward secrecy with a group that is too small",
			.why = "`set pfs` makes a new Diffie-Hellman exchange for each SA; with a weak "
			       "group that costs time and protects little.",
			.source = "RFC 8247 2.4; NIST SP 800-131A r2",
			.fix = "Use group14 or better, on both ends.",
			.fires = EX_BEFORE EX_ENTRY " set pfs group2\n" EX_AFTER,
			.silent = EX_BEFORE EX_ENTRY " set pfs group14\n" EX_AFTER } },
	{ .check = check_version,
		.about = { .id = "weak-ike-version",
			.severity = CM_INFO,
			.title = "IKEv1 on a release that speaks IKEv2",
			.why = "IKEv1 is no longer maintained: newer algorithms are not defined for it, and "
			       "Aggressive Mode gives a hash of the key away.",
			.source = "RFC 9395 (2023)",
			.fix = "Plan to move the tunnels to crypto ikev2.",
			.fires = "version 15.4\n" EX_BRANCH,
			.silent = "version 12.4\n" EX_BRANCH } },
	{ .check = check_algorithms,
		.about = { .id = "release-refuses",
			.severity = CM_ERROR,
			.title = "This release refuses the algorithm",
			.why = "From 17.11 on IOS XE rejects weak algorithms when the configuration is "
			       "read: after an upgrade the line is gone and the tunnel is down.",
			.source = "Cisco field notice FN72510",
			.fix = "Change both ends to stronger algorithms before the upgrade.",
			.fires = "version 17.12\n" OLD_POLICY(" encryption 3des\n hash sha256\n group 14\n"),
			.silent = "version 17.9\n" OLD_POLICY(" encryption 3des\n hash sha256\n group 14\n") } },
	{ .check = check_algorithms,
		.about = { .id = "release-lacks",
			.severity = CM_WARNING,
			.title = "This release does not know the algorithm yet",
			.why = "The router refuses the line that it cannot read, and the policy is left "
			       "with its default.",
			.source = "Cisco IOS security command reference, command history",
			.fix = "Use an algorithm that the release knows, or upgrade it.",
			.fires = "version 12.3\n" OLD_POLICY(" encryption aes 256\n hash sha256\n group 2\n"),
			.silent = "version 15.4\n" OLD_POLICY(" encryption aes 256\n hash sha256\n group 2\n") } },
};
/* clang-format on */

const struct family family_weak = { "weak", rules, sizeof rules / sizeof *rules };
