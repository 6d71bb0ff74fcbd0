/*
 * ISAKMP policies: what is left out, and what can never be chosen.
 */
#include "check/check.h"
#include "check/examples.h"

#include <string.h>

static bool is_named(const struct cm_auth *auth, const char *name)
{
	return auth && strcmp(auth->name, name) == 0;
}

/* Secrets that IKEv1 could use: keys, and the groups of remote clients. */
static bool has_keys(const struct cm_model *m)
{
	for (size_t i = 0; i < m->n_keyrings; i++) {
		if (m->keyrings[i].n_keys)
			return true;
	}
	for (size_t i = 0; i < m->n_isakmp_peers; i++) {
		if (m->isakmp_peers[i].password.at)
			return true;
	}
	return m->n_client_groups > 0;
}

static bool has_trustpoint(const struct cm_model *m)
{
	for (size_t i = 0; i < m->n_definitions; i++) {
		if (m->definitions[i].kind == CM_THING_TRUSTPOINT)
			return true;
	}
	return false;
}

/* The first tunnel that needs IKEv1; NULL when none does. */
static const struct cm_tunnel *first_ikev1(const struct check *c)
{
	for (size_t i = 0; i < c->n_tunnels; i++) {
		if (c->tunnels[i].version == 1)
			return &c->tunnels[i];
	}
	return NULL;
}

static void check_presence(struct check *c)
{
	const struct cm_model *m = c->model;
	const struct cm_tunnel *tunnel = first_ikev1(c);
	if (!tunnel)
		return;
	if (!m->isakmp.enabled.on)
		check_say(c, "isakmp-disabled", m->isakmp.enabled.at,
			"ISAKMP is turned off, so no IKEv1 tunnel can come up");
	if (m->n_policies || !(has_keys(m) || check_is_whole(c)))
		return;
	bool built_in = m->isakmp.default_policy.on && m->n_default_policies;
	bool since = cm_release_since(m->release, "12.4(20)T", false);
	bool maybe = cm_release_since(m->release, "12.4(20)T", true);
	if (built_in && since)
		check_say_as(c, "policy-none", CM_INFO, tunnel->at,
			"no ISAKMP policy is configured: the built-in ones of the release are used");
	else
		check_say_as(c, "policy-none", check_is_whole(c) ? CM_ERROR : CM_WARNING,
			tunnel->at,
			maybe ? "no ISAKMP policy is configured: before 12.4(20)T a router then offers "
				"DES with RSA signatures only"
			      : "no ISAKMP policy is configured, and this release has no useful one");
}

/* What there is to authenticate with, as far as the text tells. */
struct means {
	bool keys, trustpoint;
	bool no_keys, no_trustpoint; /* it would tell, and there is none */
};

static struct means means_of(struct check *c)
{
	struct means m = { .keys = has_keys(c->model), .trustpoint = has_trustpoint(c->model) };
	bool whole = check_is_whole(c);
	m.no_keys = !m.keys && whole && !check_refused_line(c, "crypto isakmp key") &&
		!check_refused_line(c, "pre-shared-key");
	m.no_trustpoint = !m.trustpoint && (whole || m.keys);
	return m;
}

static void check_authentication(struct check *c, const struct cm_policy *policy, struct means m)
{
	const struct cm_p1 *p = &policy->p1;
	bool by_default = !check_said(p->where.auth);
	struct cm_span at = by_default ? policy->at : p->where.auth;
	bool rsa = is_named(p->auth, "rsa-sig");
	if (by_default && check_refused_word(c, policy->at, "auth"))
		return;
	if (rsa && by_default && m.no_trustpoint)
		check_say_as(c, "policy-default-authentication", m.keys ? CM_ERROR : CM_WARNING, at,
			"`authentication` is left out of policy %u: that means rsa-sig, and there is no "
			"certificate",
			p->priority);
	else if (rsa && m.no_trustpoint)
		check_say(c, "policy-unusable", at,
			"policy %u wants RSA signatures, but no trustpoint is configured",
			p->priority);
	else if (is_named(p->auth, "pre-share") && m.no_keys)
		check_say(c, "policy-unusable", at,
			"policy %u wants a pre-shared key, but none is configured", p->priority);
}

static void check_defaults(struct check *c, const struct cm_policy *policy)
{
	const struct cm_p1 *p = &policy->p1;
	if (p->cipher && !check_said(p->where.cipher) && p->cipher->judgement.strength <= CM_WEAK &&
		!check_refused_word(c, policy->at, "enc"))
		check_say(c, "policy-default-encryption", policy->at,
			"`encryption` is left out of policy %u: that means %s (%s, %u)",
			p->priority, p->cipher->name, p->cipher->judgement.source,
			p->cipher->judgement.year);
	if (p->group && !check_said(p->where.group) && p->group->judgement.strength <= CM_WEAK &&
		!check_refused_word(c, policy->at, "gr"))
		check_say(c, "policy-default-group", policy->at,
			"`group` is left out of policy %u: that means group %u (%s, %u)",
			p->priority, p->group->number, p->group->judgement.source,
			p->group->judgement.year);
}

static bool same_offer(const struct cm_p1 *a, const struct cm_p1 *b)
{
	return a->cipher == b->cipher && a->hash == b->hash && a->auth == b->auth &&
		a->group == b->group;
}

static enum cm_strength strength(const struct cm_p1 *p)
{
	enum cm_strength least = CM_STRONG;
	if (p->cipher && p->cipher->judgement.strength < least)
		least = p->cipher->judgement.strength;
	if (p->hash && p->hash->judgement.strength < least)
		least = p->hash->judgement.strength;
	if (p->group && p->group->judgement.strength < least)
		least = p->group->judgement.strength;
	return least;
}

/*
 * What came before: the first policy of each kind. There are only some hundred kinds, so this is
 * no loop over policies.
 */
struct seen {
	const struct cm_policy **kinds;
	size_t n, room;
	const struct cm_policy *weakest;
};

static void check_order(struct check *c, struct seen *seen, const struct cm_policy *policy)
{
	const struct cm_p1 *p = &policy->p1;
	for (size_t i = 0; i < seen->n; i++) {
		if (!same_offer(&seen->kinds[i]->p1, p))
			continue;
		struct cm_diag *found = check_say(c, "policy-never-chosen", policy->at,
			"policy %u is never chosen: policy %u offers the same", p->priority,
			seen->kinds[i]->p1.priority);
		diag_note(c->diags, found, seen->kinds[i]->at, "this one comes first:");
		return;
	}
	if (seen->weakest && strength(&seen->weakest->p1) < strength(p)) {
		struct cm_diag *found = check_say(c, "policy-order", policy->at,
			"policy %u is stronger than policy %u, which is tried before it",
			p->priority, seen->weakest->p1.priority);
		diag_note(c->diags, found, seen->weakest->at, "a peer that offers both gets this:");
	}
	if (!seen->weakest || strength(p) < strength(&seen->weakest->p1))
		seen->weakest = policy;
	const struct cm_policy **kind = ARENA_PUSH(c->arena, seen->kinds, seen->n, seen->room);
	if (kind)
		*kind = policy;
}

static void check_policies(struct check *c)
{
	const struct cm_model *m = c->model;
	const struct means means = means_of(c);
	struct seen seen = { 0 };
	for (size_t i = 0; i < m->n_policies; i++) {
		check_authentication(c, &m->policies[i], means);
		check_defaults(c, &m->policies[i]);
		check_order(c, &seen, &m->policies[i]);
	}
}

/* The line that makes a tunnel begin in Aggressive Mode. */
static struct cm_span aggressive_line(const struct check *c, const struct cm_tunnel *t)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_isakmp_profiles; i++) {
		const struct cm_isakmp_profile *p = &m->isakmp_profiles[i];
		if (p->initiate_aggressive.on && cm_str_same(p->name, t->isakmp_profile))
			return p->initiate_aggressive.at;
	}
	for (size_t i = 0; i < m->n_isakmp_peers && t->n_peers; i++) {
		const struct cm_isakmp_peer *peer = &m->isakmp_peers[i];
		if (peer->has_address && peer->address == t->peers[0].address)
			return check_said(peer->password_at) ? peer->password_at : peer->at;
	}
	return t->at;
}

static void check_modes(struct check *c)
{
	const struct cm_isakmp *isakmp = &c->model->isakmp;
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		/* A dynamic entry calls nobody. */
		if (t->version == 1 && t->aggressive_initiated && t->kind != CM_TUNNEL_DYNAMIC)
			check_say(c, "aggressive-initiated", aggressive_line(c, t),
				"Aggressive Mode sends a hash of the pre-shared key in clear");
	}
	if (isakmp->identity == CM_ISAKMP_ID_HOSTNAME && first_ikev1(c) && has_keys(c->model))
		check_say(c, "identity-hostname", isakmp->identity_at,
			"the far end must know a key for our host name, not for our address");
}

#define POLICY(lines) "crypto isakmp policy 10\n" lines
#define FULL          " encryption aes 256\n hash sha256\n authentication pre-share\n group 14\n"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_presence,
		.about = { .id = "policy-none",
			.severity = CM_ERROR,
			.title = "Tunnels without an ISAKMP policy",
			.why = "Without a policy the router offers what is built in: before 12.4(20)T that "
			       "is DES, SHA, RSA signatures and group 1, so no peer with a pre-shared key "
			       "gets through phase 1.",
			.source = "Cisco IOS security configuration guide, default IKE policies",
			.fix = "Configure a policy that the peer has, too.",
			.fires = "version 12.3\n" EX_KEY EX_SET EX_ENTRY EX_AFTER,
			.silent = "version 12.3\n" EX_BRANCH } },
	{ .check = check_presence,
		.about = { .id = "isakmp-disabled",
			.severity = CM_ERROR,
			.title = "ISAKMP is turned off",
			.why = "The router neither starts nor answers IKEv1, so no tunnel comes up.",
			.source = "Cisco IOS security command reference: crypto isakmp enable",
			.fix = "Remove `no crypto isakmp enable`.",
			.fires = "no crypto isakmp enable\n" EX_BRANCH,
			.silent = EX_BRANCH } },
	{ .check = check_policies,
		.about = { .id = "policy-default-authentication",
			.severity = CM_ERROR,
			.title = "A policy without `authentication` wants certificates",
			.why = "The default is rsa-sig. A peer that authenticates with a pre-shared key "
			       "does not match the policy (\"no offers accepted\").",
			.source = "Cisco IOS security command reference: authentication (IKE policy); Cisco "
				  "document 5409",
			.fix = "Add `authentication pre-share` to the policy.",
			.fires = POLICY(" encryption aes 256\n hash sha256\n group 14\n") EX_KEY,
			.silent = POLICY(FULL) EX_KEY } },
	{ .check = check_policies,
		.about = { .id = "policy-default-encryption",
			.severity = CM_WARNING,
			.title = "A policy without `encryption` means DES",
			.why = "The default is DES, which `show running-config` does not print, so it is "
			       "easily overlooked. DES is broken: its key falls to a search in hours.",
			.source = "Cisco IOS security command reference: encryption (IKE policy); RFC 8247",
			.fix = "Add `encryption aes 256`, on the far end, too.",
			.fires = POLICY(" hash sha256\n authentication pre-share\n group 14\n"),
			.silent = POLICY(FULL) } },
	{ .check = check_policies,
		.about = { .id = "policy-default-group",
			.severity = CM_WARNING,
			.title = "A policy without `group` means a weak group",
			.why = "The default is group 1 (768 bit), which is broken and which many peers "
			       "refuse.",
			.source = "Cisco IOS security command reference: group (IKE policy); RFC 8247 2.4",
			.fix = "Add `group 14` or better, on the far end, too.",
			.fires = POLICY(" encryption aes 256\n hash sha256\n authentication pre-share\n"),
			.silent = POLICY(FULL) } },
	{ .check = check_policies,
		.about = { .id = "policy-unusable",
			.severity = CM_WARNING,
			.title = "A policy whose authentication has nothing to work with",
			.why = "A policy for pre-shared keys without a key, or for certificates without a "
			       "trustpoint, may be negotiated and then fails every time.",
			.source = "Cisco document 5409 (No pre-shared key; No Cert or pre-shared address key)",
			.fix = "Configure the key or the trustpoint, or remove the policy.",
			.fires = "hostname BRANCH\n" POLICY(FULL),
			.silent = "hostname BRANCH\n" POLICY(FULL) EX_KEY } },
	{ .check = check_policies,
		.about = { .id = "policy-never-chosen",
			.severity = CM_WARNING,
			.title = "A policy that repeats an earlier one",
			.why = "The responder takes its first policy that an offer fits. One with the same "
			       "encryption, hash, authentication and group behind it is never reached; its "
			       "other values (the lifetime) have no effect.",
			.source = "RFC 2409 appendix A; order of evaluation seen in `debug crypto isakmp`",
			.fix = "Remove it, or correct the value that was meant to differ.",
			.fires = POLICY(FULL) "crypto isakmp policy 20\n" FULL " lifetime 3600\n" EX_KEY,
			.silent = POLICY(FULL) EX_KEY } },
	{ .check = check_policies,
		.about = { .id = "policy-order",
			.severity = CM_INFO,
			.title = "A weaker policy stands before a stronger one",
			.why = "The responder goes through its policies by number and takes the first that "
			       "fits. A peer that can do both gets the weaker one.",
			.source = "Order of evaluation seen in `debug crypto isakmp`",
			.fix = "Give the strongest policy the lowest number.",
			.fires = POLICY(" encryption 3des\n hash sha256\n authentication pre-share\n group "
					"14\n") "crypto isakmp policy 20\n" FULL EX_KEY,
			.silent = POLICY(FULL) "crypto isakmp policy 20\n"
				" encryption 3des\n hash sha256\n authentication pre-share\n group 14\n" EX_KEY } },
	{ .check = check_modes,
		.about = { .id = "aggressive-initiated",
			.severity = CM_WARNING,
			.title = "Aggressive Mode is initiated",
			.why = "Identity and a hash made with the pre-shared key are sent before anything "
			       "is encrypted: an eavesdropper can search for the key off line.",
			.source = "NIST SP 800-77 r1 (2020); RFC 9395",
			.fix = "Use Main Mode, or certificates, or IKEv2.",
			.fires = "crypto isakmp peer address 203.0.113.1\n"
				 " set aggressive-mode password Wq7-rT2m-Lx9v-Zb4k\n"
				 " set aggressive-mode client-endpoint fqdn branch.example\n" EX_BRANCH,
			.silent = EX_BRANCH } },
	{ .check = check_modes,
		.about = { .id = "identity-hostname",
			.severity = CM_INFO,
			.title = "We identify ourselves by host name",
			.why = "A far end that has our key by address may refuse an identity of another "
			       "kind (\"peer address not found\").",
			.source = "Cisco document 5409; IOS security command reference: crypto isakmp identity",
			.fix = "Use `crypto isakmp identity address`, or configure the key for our host name there.",
			.fires = "crypto isakmp identity hostname\n" EX_BRANCH,
			.silent = EX_BRANCH } },
};
/* clang-format on */

const struct family family_policy = { "policy", rules, sizeof rules / sizeof *rules };
