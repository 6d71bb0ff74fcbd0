/*
 * Transform-sets, perfect forward secrecy and lifetimes.
 */
#include "check/check.h"
#include "check/examples.h"
#include "syntax/document.h"

#include <string.h>

/* --- Sets ------------------------------------------------------------------------------------ */

static void check_combination(struct check *c, const struct cm_transform_set *set)
{
	const struct cm_p2 *p = &set->p2;
	const char *wrong = NULL;
	if (p->hash && !p->cipher)
		wrong = "an ESP authenticator without an ESP cipher (esp-null would be one)";
	else if (p->hash && p->cipher->combined)
		wrong = "an authenticator beside a cipher that authenticates by itself";
	if (wrong)
		check_say(c, "transform-illegal", set->words, "%s", wrong);
}

static bool names_combined(const struct check *c, const struct cm_transform_set *set)
{
	struct cm_str words = cm_document_slice(c->document, set->at);
	return memmem(words.at, words.length, "-gcm", 4) ||
		memmem(words.at, words.length, "-gmac", 5);
}

static void check_set(struct check *c, const struct cm_transform_set *set)
{
	const struct cm_p2 *p = &set->p2;
	if (set->built_in || !check_said(set->words))
		return;
	check_combination(c, set);
	bool null = p->cipher && strcmp(p->cipher->name, "null") == 0;
	/* Of a line that names two ciphers the second may be the one that authenticates. */
	if (p->cipher && !p->cipher->combined && !p->hash && !p->ah && !names_combined(c, set))
		check_say(c, "transform-no-integrity", set->words,
			"%s without an authenticator: packets can be changed on the way",
			p->cipher->transform ? p->cipher->transform : p->cipher->name);
	static const char gmac[] = "aes-gmac-";          /* RFC 4543: integrity only */
	bool nothing = !p->cipher && !p->hash && !p->ah; /* comp-lzs alone */
	if (null || nothing || (p->cipher && strncmp(p->cipher->name, gmac, sizeof gmac - 1) == 0))
		check_say(c, "transform-null", set->words, "nothing is encrypted with this set");
	if (p->ah && !p->cipher)
		check_say(c, "transform-ah-only", set->words, "AH encrypts nothing");
	if (p->ah && p->hash && !null)
		check_say(c, "transform-double-integrity", set->words,
			"packets are authenticated twice, by AH and by ESP");
}

/* `crypto ipsec optional`: while there are no SAs, the traffic goes in clear. */
static void check_optional(struct check *c)
{
	const struct router *router = &c->document->routers[c->router];
	const struct node *last = NULL;
	for (const struct node *n = router->first; n && n != router->end; n = n->next)
		if (n->kind == KIND_IPSEC_OPTIONAL)
			last = n;
	if (last && !last->negated && !last->defaulted)
		check_say(c, "ipsec-optional", last->span,
			"tunnel traffic leaves in clear while no SA is up");
}

static void check_sets(struct check *c)
{
	for (size_t i = 0; i < c->model->n_transform_sets; i++)
		check_set(c, &c->model->transform_sets[i]);
}

/* --- Sets as tunnels use them ---------------------------------------------------------------- */

static bool is_private(uint32_t address)
{
	return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8 ||
		address >> 22 == 0x191; /* 100.64.0.0/10, RFC 6598 */
}

static bool private_side(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_peers; i++) {
		bool local = t->has_local && is_private(t->local);
		bool peer = t->peers[i].resolved && is_private(t->peers[i].address);
		if (t->has_local && t->peers[i].resolved && local != peer)
			return true;
	}
	return false;
}

enum { GRE = 47 };

static bool between_ends(const struct cm_tunnel *t, const struct cm_selector *s)
{
	bool local = !t->has_local || cm_net_has(s->local, t->local);
	bool host = s->local.mask == UINT32_MAX && s->remote.mask == UINT32_MAX;
	for (size_t i = 0; host && local && i < t->n_peers; i++) {
		if (t->peers[i].resolved && cm_net_has(s->remote, t->peers[i].address))
			return true;
	}
	return host && local && t->n_peers == 0;
}

/* The first selector that is no traffic of the two ends themselves. */
static const struct cm_selector *lan_selector(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_selectors; i++) {
		/* GRE to anybody is GRE to the peer, too. */
		if (t->selectors[i].protocol != GRE && !between_ends(t, &t->selectors[i]))
			return &t->selectors[i];
	}
	return NULL;
}

static void check_mode(struct check *c, const struct cm_tunnel *t, const struct cm_p2 *p)
{
	const struct cm_selector *lan = lan_selector(t);
	if (t->kind != CM_TUNNEL_STATIC || p->mode != CM_MODE_TRANSPORT || !lan)
		return;
	struct cm_diag *found =
		check_say_as(c, "transform-transport", p->mode_required ? CM_ERROR : CM_WARNING,
			check_said(p->mode_at) ? p->mode_at : p->at,
			"transport mode cannot carry traffic between networks%s",
			p->mode_required ? "" : "; tunnel mode is used instead");
	diag_note(c->diags, found, lan->at, "the selector is not from router to router:");
}

static void check_ah_nat(struct check *c, const struct cm_tunnel *t, const struct cm_p2 *p)
{
	if (!p->ah || !private_side(t))
		return;
	struct cm_diag *found = check_say(c, "transform-ah-nat", p->at,
		"AH does not survive the address translation between the two ends");
	diag_note(c->diags, found, t->at, "one end has a private address, the other a public one:");
}

static void check_tunnels(struct check *c)
{
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		for (size_t k = 0; k < t->n_p2; k++) {
			check_mode(c, t, &t->p2[k]);
			check_ah_nat(c, t, &t->p2[k]);
		}
	}
}

/* --- PFS and lifetimes ----------------------------------------------------------------------- */

typedef void see_settings(struct check *, const struct cm_sa_settings *, struct cm_span header);

static void each_settings(struct check *c, see_settings *see)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_crypto_maps; i++) {
		for (size_t k = 0; k < m->crypto_maps[i].n_entries; k++)
			see(c, &m->crypto_maps[i].entries[k].sa, m->crypto_maps[i].entries[k].at);
	}
	for (size_t i = 0; i < m->n_dynamic_maps; i++) {
		for (size_t k = 0; k < m->dynamic_maps[i].n_entries; k++)
			see(c, &m->dynamic_maps[i].entries[k].sa, m->dynamic_maps[i].entries[k].at);
	}
	for (size_t i = 0; i < m->n_ipsec_profiles; i++) {
		if (!m->ipsec_profiles[i].built_in)
			see(c, &m->ipsec_profiles[i].sa, m->ipsec_profiles[i].at);
	}
}

static void see_pfs(struct check *c, const struct cm_sa_settings *sa, struct cm_span header)
{
	(void)header;
	if (!sa->pfs.demanded || !sa->pfs.bare)
		return;
	const struct cm_group *group = sa->pfs.group;
	bool weak = !group || group->judgement.strength <= CM_WEAK;
	struct cm_diag *found = check_say_as(c, "pfs-bare", weak ? CM_WARNING : CM_INFO, sa->pfs.at,
		"`set pfs` without a group means group %u here", group ? group->number : 1);
	diag_fix(c->diags, found, false, sa->pfs.at, "set pfs group14",
		"write set pfs group14, and the same on the far end");
}

enum { SHORT_IKE = 600, SHORT_IPSEC = 300 }; /* rekeying all the time */

static void see_seconds(struct check *c, struct cm_number seconds, uint32_t too_short)
{
	if (check_said(seconds.at) && seconds.value < too_short)
		check_say(c, "lifetime-short", seconds.at,
			"keys are renewed every %u seconds; each time costs an exchange",
			(unsigned)seconds.value);
}

static void see_lifetimes(struct check *c, const struct cm_sa_settings *sa, struct cm_span header)
{
	(void)header;
	see_seconds(c, sa->lifetime_s, SHORT_IPSEC);
}

/* The longest IKE SA a tunnel may get: a peer can choose among the policies. */
static const struct cm_p1 *longest(const struct cm_tunnel *t)
{
	const struct cm_p1 *most = NULL;
	for (size_t i = 0; i < t->n_p1; i++) {
		if (!t->p1[i].built_in && (!most || t->p1[i].lifetime_s > most->lifetime_s))
			most = &t->p1[i];
	}
	return most;
}

static void check_order(struct check *c)
{
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		const struct cm_p1 *p = t->version == 1 ? longest(t) : NULL;
		if (!p || p->lifetime_s >= t->lifetime_s)
			continue;
		bool said = check_said(t->lifetime_s_at);
		struct cm_span at = said                ? t->lifetime_s_at
			: check_said(p->where.lifetime) ? p->where.lifetime
							: p->at;
		struct cm_diag *found = check_say(c, "lifetime-order", at,
			"IPsec SAs live %u s, but the IKE SA above them only %u s",
			(unsigned)t->lifetime_s, (unsigned)p->lifetime_s);
		if (said)
			diag_note(c->diags, found,
				check_said(p->where.lifetime) ? p->where.lifetime : p->at,
				"phase 1 ends first here:");
	}
}

static void check_lifetimes(struct check *c)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_policies; i++) {
		const struct cm_p1 *p = &m->policies[i].p1;
		struct cm_number seconds = { p->lifetime_s, p->where.lifetime };
		see_seconds(c, seconds, SHORT_IKE);
	}
	see_seconds(c, m->ipsec.lifetime_s, SHORT_IPSEC);
	each_settings(c, see_lifetimes);
	check_order(c);
}

static void check_pfs(struct check *c)
{
	each_settings(c, see_pfs);
}

#define SET(words) "crypto ipsec transform-set " words "\n"
#define WITH(set)  EX_POLICY EX_KEY set EX_ENTRY EX_AFTER
#define GOOD       "STRONG esp-aes 256 esp-sha256-hmac"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_sets,
		.about = { .id = "transform-illegal",
			.severity = CM_ERROR,
			.title = "Transforms that do not go together",
			.why = "The router refuses the set, and the entries that name it have none.",
			.source = "Cisco IOS security command reference: crypto ipsec transform-set",
			.fix = "At most one AH, one ESP cipher, one ESP authenticator, one compression; no "
			       "authenticator with esp-gcm or esp-gmac.",
			.fires = SET("STRONG esp-gcm 256 esp-sha256-hmac"),
			.silent = SET("STRONG esp-gcm 256") } },
	{ .about = { .id = "transform-class-twice",
		  .severity = CM_ERROR,
		  .title = "Two transforms of one class in a set",
		  .why = "A set has at most one AH, one ESP cipher and one ESP authenticator; the router "
			 "refuses the line.",
		  .source = "Cisco IOS security command reference: crypto ipsec transform-set",
		  .fix = "Make two sets and name both in `set transform-set`.",
		  .fires = SET("STRONG esp-aes 256 esp-3des esp-sha256-hmac"),
		  .silent = SET(GOOD) } },
	{ .check = check_sets,
		.about = { .id = "transform-no-integrity",
			.severity = CM_WARNING,
			.title = "ESP without an authenticator",
			.why = "Nobody notices packets that were changed on the way; with CBC that is "
			       "enough to read them, too. Many peers refuse the proposal.",
			.source = "RFC 4303 1; RFC 8221 4; Paterson and Yau (2006)",
			.fix = "Add esp-sha256-hmac (or esp-sha-hmac), on both ends.",
			.fires = SET("STRONG esp-aes 256"),
			.silent = SET(GOOD) } },
	{ .check = check_sets,
		.about = { .id = "transform-null",
			.severity = CM_WARNING,
			.title = "ESP that encrypts nothing",
			.why = "esp-null and esp-gmac authenticate only; everybody on the way reads the "
			       "traffic.",
			.source = "RFC 2410; RFC 4543",
			.fix = "Use esp-aes with an authenticator, or esp-gcm.",
			.fires = SET("STRONG esp-null esp-sha256-hmac"),
			.silent = SET(GOOD) } },
	{ .check = check_optional,
		.about = { .id = "ipsec-optional",
			.severity = CM_WARNING,
			.title = "IPsec is optional",
			.why = "The router then sends tunnel traffic in clear as long as no SA is up, and "
			       "takes it in clear: whoever keeps IKE from working can read it.",
			.source = "Cisco IOS security command reference: crypto ipsec optional",
			.fix = "Remove it when all peers are migrated.",
			.fires = "crypto ipsec optional\n" EX_BRANCH,
			.silent = EX_BRANCH } },
	{ .check = check_sets,
		.about = { .id = "transform-ah-only",
			.severity = CM_INFO,
			.title = "AH alone encrypts nothing",
			.why = "AH proves where packets come from. Everybody on the way reads them.",
			.source = "RFC 4302",
			.fix = "Use ESP with a cipher and an authenticator.",
			.fires = SET("STRONG ah-sha256-hmac"),
			.silent = SET(GOOD) } },
	{ .check = check_sets,
		.about = { .id = "transform-double-integrity",
			.severity = CM_INFO,
			.title = "Packets are authenticated twice",
			.why = "AH beside authenticated ESP costs at least 24 octets a packet and protects "
			       "little that ESP does not.",
			.source = "RFC 8221 4",
			.fix = "Leave AH out on both ends.",
			.fires = SET("STRONG ah-sha-hmac esp-aes 256 esp-sha-hmac"),
			.silent = SET(GOOD) } },
	{ .check = check_tunnels,
		.about = { .id = "transform-transport",
			.severity = CM_WARNING,
			.title = "Transport mode for traffic between networks",
			.why = "Transport mode keeps the packet's own addresses, so it protects only what "
			       "the two routers say to each other. IOS falls back to tunnel mode; a peer "
			       "that does not refuses phase 2, and with `require` so does IOS.",
			.source = "RFC 4301 4.1; Cisco 7100 VPN configuration guide",
			.fix = "Remove `mode transport`, or protect GRE between the routers.",
			.fires = WITH(SET(GOOD) " mode transport\n"),
			.silent = WITH(SET(GOOD)) } },
	{ .check = check_tunnels,
		.about = { .id = "transform-ah-nat",
			.severity = CM_WARNING,
			.title = "AH across address translation",
			.why = "AH signs the addresses that NAT changes, so the far end drops every packet. "
			       "NAT traversal is for ESP only.",
			.source = "RFC 3715 2.1; RFC 3948 1",
			.fix = "Use ESP with an authenticator instead of AH.",
			.fires = EX_POLICY "crypto isakmp key Wq7-rT2m-Lx9v-Zb4k address 203.0.113.1\n"
				SET("STRONG ah-sha-hmac esp-aes 256") EX_ENTRY
				"interface FastEthernet0/1\n ip address 10.0.0.2 255.255.255.252\n"
				" crypto map VPN\n" EX_INSIDE EX_LIST,
			.silent = WITH(SET("STRONG ah-sha-hmac esp-aes 256")) } },
	{ .check = check_pfs,
		.about = { .id = "pfs-bare",
			.severity = CM_WARNING,
			.title = "`set pfs` without a group",
			.why = "It means group 1 (768 bit) up to IOS XE 17.14 and group 14 later: weak "
			       "before, and different after an upgrade.",
			.source = "Cisco IOS security command reference: set pfs",
			.fix = "Name the group, the same on both ends.",
			.fires = EX_BEFORE EX_ENTRY " set pfs\n" EX_AFTER,
			.silent = EX_BEFORE EX_ENTRY " set pfs group14\n" EX_AFTER } },
	{ .check = check_lifetimes,
		.about = { .id = "lifetime-short",
			.severity = CM_INFO,
			.title = "Keys are renewed very often",
			.why = "Each renewal is an exchange that can fail, and a load when there are many "
			       "tunnels.",
			.source = "NIST SP 800-77 r1 (8 hours for IPsec SAs, 24 for IKE)",
			.fix = "3600 seconds for IPsec and 86400 for IKE are usual.",
			.fires = EX_POLICY " lifetime 300\n",
			.silent = EX_POLICY " lifetime 28800\n" } },
	{ .check = check_lifetimes,
		.about = { .id = "lifetime-order",
			.severity = CM_INFO,
			.title = "IPsec SAs outlive the IKE SA above them",
			.why = "IOS deletes nothing then, but has no SA left for dead peer detection and "
			       "deletes until it renews phase 1; other makers tear the tunnel down. Often "
			       "the two values were mixed up: the defaults are 86400 for phase 1 and 3600 "
			       "for phase 2.",
			.source = "RFC 2409 5.5; Linksys manuals (key lifetime)",
			.fix = "Let phase 1 live at least as long as phase 2, the same on both ends.",
			.fires = EX_POLICY " lifetime 3600\n" EX_KEY EX_SET EX_ENTRY
				" set security-association lifetime seconds 86400\n" EX_AFTER,
			.silent = EX_BRANCH } },
};
/* clang-format on */

const struct family family_transform = { "transform", rules, sizeof rules / sizeof *rules };
