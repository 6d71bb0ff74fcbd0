#include "check/check.h"
#include "check/fleet.h"

#include <string.h>

/*
 * What a link says: one finding for each cause, placed in the text of one end, with the line of
 * the other end as a related place. The rules have no look of their own: the meet has looked.
 */

#define TWO_ENDS(policy, transform, extra)                                                       \
	"hostname A\ncrypto isakmp policy 10\n encr aes\n authentication pre-share\n group 14\n" \
	"crypto isakmp key correct-horse-battery address 203.0.113.1\n"                          \
	"crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto map M 10 ipsec-isakmp\n"      \
	" set peer 203.0.113.1\n set transform-set T\n match address V\n"                        \
	"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.0\n crypto map M\n"     \
	"ip access-list extended V\n permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255\n"      \
	"hostname B\ncrypto isakmp policy 10\n" policy " authentication pre-share\n group 14\n"  \
	"crypto isakmp key correct-horse-battery address 198.51.100.1\n"                         \
	"crypto ipsec transform-set T " transform "\ncrypto map M 10 ipsec-isakmp\n"             \
	" set peer 198.51.100.1\n set transform-set T\n match address V\n" extra                 \
	"interface FastEthernet0/1\n ip address 203.0.113.1 255.255.255.0\n crypto map M\n"      \
	"ip access-list extended V\n"
#define MIRRORED " permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255\n"
#define AGREE    TWO_ENDS(" encr aes\n", "esp-aes esp-sha-hmac", "") MIRRORED

#define CLOUD_END(router, nhrp, inside, outside)                                                \
	"hostname " router "\ncrypto isakmp policy 10\n encr aes\n authentication pre-share\n"  \
	" group 14\ncrypto ipsec transform-set T esp-aes esp-sha-hmac\n mode transport\n"       \
	"crypto ipsec profile P\n set transform-set T\n"                                        \
	"interface Tunnel0\n ip address " inside " 255.255.255.0\n ip nhrp network-id 1\n" nhrp \
	" tunnel source FastEthernet0/1\n tunnel mode gre multipoint\n"                         \
	" tunnel protection ipsec profile P\n"                                                  \
	"interface FastEthernet0/1\n ip address " outside " 255.255.255.0\n"                    \
	"ip route 0.0.0.0 0.0.0.0 FastEthernet0/1\n"
#define ANY_KEY "crypto isakmp key correct-horse-battery address 0.0.0.0 0.0.0.0\n"
#define CLOUD(hub, server, spoke)                                                      \
	CLOUD_END("HUB", hub, "10.255.0.1", "203.0.113.1")                             \
	ANY_KEY CLOUD_END("SPOKE", spoke " ip nhrp nhs " server " nbma 203.0.113.1\n", \
		"10.255.0.2", "198.51.100.1") ANY_KEY
#define ONE_KEY "crypto isakmp key correct-horse-battery address 203.0.113.1\n"
#define SERVER  " ip nhrp nhs 10.255.0.1 nbma 203.0.113.1\n"
#define SPOKES                                                            \
	CLOUD_END("HUB", "", "10.255.0.1", "203.0.113.1")                 \
	ANY_KEY CLOUD_END("SPOKE1", SERVER, "10.255.0.2", "198.51.100.1") \
		ONE_KEY CLOUD_END("SPOKE2", SERVER, "10.255.0.3", "192.0.2.1") ONE_KEY

#define PAIR(id_, severity_, title_, why_, source_, fix_, fires_) \
	{                                                         \
		{ .id = id_,                                      \
			.severity = severity_,                    \
			.title = title_,                          \
			.why = why_,                              \
			.source = source_,                        \
			.fix = fix_,                              \
			.fires = fires_,                          \
			.silent = AGREE },                        \
			NULL                                      \
	}

/* clang-format off */
static const struct rule rules[] = {
	PAIR("pair-policy", CM_ERROR, "the two ends have no ISAKMP policy in common",
		"Encryption, hash, authentication and group of one policy must be the same on both "
		"ends. Without a common one the responder answers NO-PROPOSAL-CHOSEN and phase 1 ends.",
		"RFC 2409 section 5; IOS: `no offers accepted!`",
		"Give both ends one policy with the same four values.",
		TWO_ENDS(" encr 3des\n", "esp-aes esp-sha-hmac", "") MIRRORED),
	PAIR("pair-key", CM_ERROR, "the pre-shared keys of the two ends differ",
		"Both ends derive the keys of phase 1 from the pre-shared key. With different ones the "
		"fifth message of main mode cannot be decrypted.",
		"RFC 2409 section 5.4; IOS: `failed its sanity check or is malformed`",
		"Type the same key on both ends, letter case included.",
		"hostname A\ncrypto isakmp policy 10\n encr aes\n authentication pre-share\n group 14\n"
		"crypto isakmp key correct-horse-battery address 203.0.113.1\n"
		"crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto map M 10 ipsec-isakmp\n"
		" set peer 203.0.113.1\n set transform-set T\n match address V\n"
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.0\n crypto map M\n"
		"ip access-list extended V\n permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255\n"
		"hostname B\ncrypto isakmp policy 10\n encr aes\n authentication pre-share\n group 14\n"
		"crypto isakmp key correct-horse-staple address 198.51.100.1\n"
		"crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto map M 10 ipsec-isakmp\n"
		" set peer 198.51.100.1\n set transform-set T\n match address V\n"
		"interface FastEthernet0/1\n ip address 203.0.113.1 255.255.255.0\n crypto map M\n"
		"ip access-list extended V\n" MIRRORED),
	PAIR("pair-transform", CM_ERROR, "the two ends have no transform-set in common",
		"Phase 1 comes up, then quick mode is refused: the responder finds none of the "
		"initiator's transforms among its own.",
		"RFC 2409 section 5.5; IOS: `transform proposal not supported for identity`",
		"Give both map entries a transform-set with the same transforms and mode.",
		TWO_ENDS(" encr aes\n", "esp-3des esp-md5-hmac", "") MIRRORED),
	PAIR("pair-selectors", CM_ERROR, "the crypto ACLs of the two ends do not fit each other",
		"A responder takes a proposal only when one of its permit lines contains it, source and "
		"destination turned round. Lines that do not fit leave their traffic without an SA.",
		"IOS: `proxy identities not supported`",
		"Make each end's crypto ACL the exact mirror of the other's.",
		TWO_ENDS(" encr aes\n", "esp-aes esp-sha-hmac", "")
		" permit ip 10.2.0.0 0.0.255.255 10.9.0.0 0.0.255.255\n"),
	PAIR("pair-one-way", CM_WARNING, "the tunnel comes up only when one end starts",
		"One end's selectors, PFS or mode are narrower than the other's: its proposals are "
		"taken, the other's are refused. After a reload the wrong end may start first.",
		"IOS behaviour: a responder's line must contain the proposal; PFS only one side demands",
		"Make crypto ACLs exact mirrors and set the same PFS on both ends.",
		TWO_ENDS(" encr aes\n", "esp-aes esp-sha-hmac", "")
		" permit ip 10.2.0.0 0.0.255.255 10.0.0.0 0.255.255.255\n"),
	PAIR("pair-pfs", CM_ERROR, "PFS of the two ends does not fit",
		"An end with `set pfs` demands that group in quick mode; an offer without it, or with "
		"another group, is refused.",
		"RFC 2409 section 5.5; IOS behaviour", "Set the same `set pfs` on both ends.",
		"hostname A\ncrypto isakmp policy 10\n encr aes\n authentication pre-share\n group 14\n"
		"crypto isakmp key correct-horse-battery address 203.0.113.1\n"
		"crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto map M 10 ipsec-isakmp\n"
		" set peer 203.0.113.1\n set transform-set T\n set pfs group5\n match address V\n"
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.0\n crypto map M\n"
		"ip access-list extended V\n permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255\n"
		"hostname B\ncrypto isakmp policy 10\n encr aes\n authentication pre-share\n group 14\n"
		"crypto isakmp key correct-horse-battery address 198.51.100.1\n"
		"crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto map M 10 ipsec-isakmp\n"
		" set peer 198.51.100.1\n set transform-set T\n set pfs group2\n match address V\n"
		"interface FastEthernet0/1\n ip address 203.0.113.1 255.255.255.0\n crypto map M\n"
		"ip access-list extended V\n" MIRRORED),
	PAIR("pair-peer", CM_ERROR, "the far end has no entry for our address",
		"The router that owns the peer address has no crypto map entry, dynamic map or tunnel "
		"towards the address that our packets come from: it will not answer.",
		"IOS behaviour: a peer is known by its address",
		"Let `set peer` on the far end name the address of our map's interface, or use "
		"`crypto map … local-address`.",
		TWO_ENDS(" encr aes\n", "esp-aes esp-sha-hmac", " set peer 198.51.100.99\n"
			" no set peer 198.51.100.1\n") MIRRORED),
	PAIR("pair-negotiation", CM_ERROR, "the two ends cannot negotiate",
		"Something else than proposals keeps the negotiation from its end: IKE is off, versions "
		"differ, aggressive mode is refused, an identity does not match.",
		"RFC 2408, RFC 2409; IOS behaviour", "Change the setting that the finding names.",
		TWO_ENDS(" encr aes\n", "esp-aes esp-sha-hmac", "") MIRRORED
		"no crypto isakmp enable\n"),
	PAIR("pair-cloud", CM_ERROR, "IPsec comes up, and the tunnel between carries nothing",
		"Both ends of a GRE tunnel need the same `tunnel key`; in an NHRP cloud the same "
		"`ip nhrp authentication`, and a spoke must register with the hub's address in the "
		"cloud. None of that is part of IKE: the SAs stand, and every packet is dropped.",
		"RFC 2890 section 2.1; RFC 2332 section 5.3.4",
		"Give both ends the same tunnel key and NHRP authentication; let `ip nhrp nhs` name the "
		"tunnel address of the hub.",
		CLOUD(" ip nhrp authentication secret1\n", "10.255.0.1", " ip nhrp authentication secret2\n")),
	PAIR("pair-spokes", CM_WARNING, "two spokes of one hub cannot call each other",
		"Both come up with the hub. When they have traffic for each other, NHRP tells each the "
		"other's address and they negotiate directly; that fails, and the traffic stays with the "
		"hub or is lost.",
		"RFC 2332; IOS: DMVPN phases 2 and 3",
		"Let the keys and identities of the spokes take each other's addresses too, "
		"for example `address 0.0.0.0 0.0.0.0`.",
		SPOKES),
	PAIR("pair-weak-choice", CM_WARNING, "a weaker suite is agreed than both ends could",
		"The responder takes its first policy that fits. Here a weaker one stands before a "
		"stronger one that the other end offers too.",
		"IOS behaviour: policies are tried by priority",
		"Give the stronger policy the lower number on both ends.",
		"hostname A\ncrypto isakmp policy 10\n encr 3des\n authentication pre-share\n group 2\n"
		"crypto isakmp policy 20\n encr aes 256\n authentication pre-share\n group 14\n"
		"crypto isakmp key correct-horse-battery address 203.0.113.1\n"
		"crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto map M 10 ipsec-isakmp\n"
		" set peer 203.0.113.1\n set transform-set T\n match address V\n"
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.0\n crypto map M\n"
		"ip access-list extended V\n permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255\n"
		"hostname B\ncrypto isakmp policy 10\n encr 3des\n authentication pre-share\n group 2\n"
		"crypto isakmp policy 20\n encr aes 256\n authentication pre-share\n group 14\n"
		"crypto isakmp key correct-horse-battery address 198.51.100.1\n"
		"crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto map M 10 ipsec-isakmp\n"
		" set peer 198.51.100.1\n set transform-set T\n match address V\n"
		"interface FastEthernet0/1\n ip address 203.0.113.1 255.255.255.0\n crypto map M\n"
		"ip access-list extended V\n" MIRRORED),
	PAIR("pair-lifetime", CM_INFO, "the lifetimes of the two ends differ",
		"The smaller value is used. It works; the end with the longer one is told, and an old "
		"one may keep an SA that the other has dropped.",
		"RFC 2407 section 4.5.4; IOS behaviour", "Set the same lifetime on both ends.",
		TWO_ENDS(" encr aes\n lifetime 3600\n", "esp-aes esp-sha-hmac", "") MIRRORED),
	PAIR("pair-dpd", CM_INFO, "only one end looks whether its peer is alive",
		"When the peer is lost without a word, the end without keepalives keeps dead SAs until "
		"they expire.",
		"RFC 3706", "Configure `crypto isakmp keepalive` on both ends.",
		TWO_ENDS(" encr aes\n", "esp-aes esp-sha-hmac", "") MIRRORED
		"crypto isakmp keepalive 10 3\n"),
};
/* clang-format on */

const struct family family_pair = { "pair", rules, sizeof rules / sizeof *rules };

/* The rule that speaks of a cause. */
static const char *rule_of(enum cm_cause cause)
{
	switch (cause) {
	case CM_CAUSE_POLICY:
		return "pair-policy";
	case CM_CAUSE_KEY:
		return "pair-key";
	case CM_CAUSE_TRANSFORM:
	case CM_CAUSE_MODE:
		return "pair-transform";
	case CM_CAUSE_SELECTORS:
		return "pair-selectors";
	case CM_CAUSE_PFS:
		return "pair-pfs";
	case CM_CAUSE_PEER_ADDRESS:
		return "pair-peer";
	case CM_CAUSE_TUNNEL_KEY:
	case CM_CAUSE_NHRP_KEY:
	case CM_CAUSE_NHRP_SERVER:
		return "pair-cloud";
	default:
		return "pair-negotiation";
	}
}

static enum cm_severity severity_of(const char *id)
{
	const struct cm_rule *rule = cm_rule_named(id);
	return rule ? rule->severity : CM_ERROR;
}

static struct diags *diags_of(struct cm_fleet *f, size_t router)
{
	const struct fleet_router *r = &f->routers[router];
	return r->document ? &f->documents[r->own_document].diags : NULL;
}

static bool said(struct cm_span at)
{
	return at.end > at.start;
}

/* A finding in the first end that has a text, with the other end's line beside it. */
static void say(struct cm_fleet *f, const struct cm_link *link, const char *id, struct cm_span at_a,
	struct cm_span at_b, const char *message)
{
	bool in_a = f->routers[link->router_a].document != NULL;
	size_t here = in_a ? link->router_a : link->router_b;
	size_t there = in_a ? link->router_b : link->router_a;
	struct diags *list = diags_of(f, here);
	if (!list)
		return;
	struct cm_span at = in_a ? at_a : at_b, other = in_a ? at_b : at_a;
	if (!said(at))
		at = in_a ? link->a->at : link->b->at;
	struct cm_diag *d = diag(list, id, severity_of(id), at, "%s", message);
	const struct fleet_router *far = &f->routers[there];
	if (!said(other) && link->b)
		other = in_a ? link->b->at : link->a->at;
	if (far->document && link->b)
		diag_note_in(list, d, far->document, other, "the other end, %s:", far->name);
}

/* --- Details of links that come up ---------------------------------------------------------------------- */

static enum cm_strength weaker(enum cm_strength a, enum cm_strength b)
{
	return a < b ? a : b;
}

static enum cm_strength strength_of(const struct cm_p1 *p)
{
	enum cm_strength worst = CM_STRONG;
	if (p->cipher)
		worst = weaker(worst, p->cipher->judgement.strength);
	if (p->hash)
		worst = weaker(worst, p->hash->judgement.strength);
	if (p->group)
		worst = weaker(worst, p->group->judgement.strength);
	return worst;
}

static const struct cm_p1 *better_common(const struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	for (size_t a = 0; a < r->n_p1; a++)
		for (size_t b = 0; b < i->n_p1; b++)
			if (cm_p1_compare(&r->p1[a], &i->p1[b]) == CM_SAME &&
				r->p1[a].auth == m->policy->auth &&
				strength_of(&r->p1[a]) > strength_of(m->policy))
				return &r->p1[a];
	return NULL;
}

static void judge_choice(struct cm_fleet *f, const struct cm_link *link)
{
	const struct cm_meet *m = link->both.forth;
	const struct cm_p1 *better = m && m->p1_fits && m->policy ? better_common(m) : NULL;
	struct cm_text text = { 0 };
	if (!better)
		return;
	cm_text_printf(&text,
		"phase 1 agrees on policy %u although both ends also have %s, %s, group %s",
		m->policy->priority, better->cipher->name, better->hash->name, better->group->ios);
	if (!text.failed)
		say(f, link, "pair-weak-choice", m->offer ? m->offer->at : link->a->at,
			m->policy->at, text.at);
	cm_text_free(&text);
}

static void judge_lifetimes(struct cm_fleet *f, const struct cm_link *link)
{
	const struct cm_meet *m = link->both.forth;
	struct cm_text text = { 0 };
	if (m && m->p1_fits && m->policy && m->offer &&
		m->policy->lifetime_s != m->offer->lifetime_s) {
		cm_text_printf(&text,
			"phase 1 lifetimes are %u s here and %u s there; %u s is used",
			m->offer->lifetime_s, m->policy->lifetime_s, m->p1_lifetime_s);
		if (!text.failed)
			say(f, link, "pair-lifetime",
				said(m->offer->where.lifetime) ? m->offer->where.lifetime
							       : m->offer->at,
				said(m->policy->where.lifetime) ? m->policy->where.lifetime
								: m->policy->at,
				text.at);
		cm_text_free(&text);
	}
	if (link->a->lifetime_s == link->b->lifetime_s)
		return;
	cm_text_printf(&text, "phase 2 lifetimes are %u s here and %u s there; the smaller is used",
		link->a->lifetime_s, link->b->lifetime_s);
	if (!text.failed)
		say(f, link, "pair-lifetime", link->a->lifetime_s_at, link->b->lifetime_s_at,
			text.at);
	cm_text_free(&text);
}

static void judge_dpd(struct cm_fleet *f, const struct cm_link *link)
{
	bool a = link->a->dpd.interval_s != 0, b = link->b->dpd.interval_s != 0;
	if (a != b)
		say(f, link, "pair-dpd", link->a->dpd.at, link->b->dpd.at,
			a ? "this end sends keepalives, the other end does not"
			  : "this end sends no keepalives, the other end does");
}

/* --- Links ---------------------------------------------------------------------------------------------- */

/* A dynamic map cannot start: that is its purpose, no fault. */
static bool only_answers(const struct cm_meet *m)
{
	return m && m->cause == CM_CAUSE_CANNOT_INITIATE;
}

static void judge_meet(struct cm_fleet *f, const struct cm_link *link)
{
	const struct cm_meet *forth = link->both.forth, *back = link->both.back;
	const struct cm_meet *bad = forth && forth->cause && !only_answers(forth) ? forth
		: back && back->cause && !only_answers(back)                      ? back
										  : NULL;
	struct cm_text text = { 0 };
	if (!bad) {
		judge_choice(f, link);
		judge_lifetimes(f, link);
		judge_dpd(f, link);
		return;
	}
	const char *id = link->spokes ? "pair-spokes"
		: link->up            ? "pair-one-way"
				      : rule_of(bad->cause);
	if (link->up && bad->up && !link->spokes)
		id = rule_of(bad->cause); /* some lines only */
	cm_link_explain(f, link, &text);
	bool turned = bad == back;
	if (!text.failed && text.at)
		say(f, link, id, turned ? bad->responder_at : bad->initiator_at,
			turned ? bad->initiator_at : bad->responder_at, text.at);
	cm_text_free(&text);
}

static void judge_missing(struct cm_fleet *f, const struct cm_link *link)
{
	struct diags *list = diags_of(f, link->router_a);
	struct cm_text text = { 0 };
	if (!list)
		return;
	cm_link_explain(f, link, &text);
	struct cm_span at = link->a->peers[link->peer].at;
	struct cm_diag *d = diag(list, "pair-peer", severity_of("pair-peer"),
		said(at) ? at : link->a->at, "%s", text.at ? text.at : "");
	const struct fleet_router *far = &f->routers[link->router_b];
	if (link->other && far->document)
		diag_note_in(list, d, far->document,
			link->other->n_peers && said(link->other->peers[0].at)
				? link->other->peers[0].at
				: link->other->at,
			link->other->incomplete ? "%s does not use its entry:"
						: "%s names another address of ours:",
			far->name);
	cm_text_free(&text);
}

void fleet_judge(struct cm_fleet *f)
{
	for (size_t i = 0; i < f->n_links; i++) {
		if (f->links[i].state == CM_LINK_MEETS)
			judge_meet(f, &f->links[i]);
		else if (f->links[i].state == CM_LINK_NO_ENTRY)
			judge_missing(f, &f->links[i]);
	}
	for (size_t i = 0; i < f->n_documents; i++)
		diags_sort(&f->documents[i].diags);
}

const char *cm_link_word(const struct cm_link *link)
{
	switch (link->state) {
	case CM_LINK_NO_ENTRY:
		return "no-entry";
	case CM_LINK_NO_ROUTER:
		return "no-router";
	case CM_LINK_WAITS:
		return "waits";
	case CM_LINK_UNUSED:
		return "unused";
	case CM_LINK_MEETS:
		break;
	}
	switch (link->both.verdict) {
	case CM_COMES_UP:
		return "up";
	case CM_COMES_UP_PARTLY:
		return "partly";
	case CM_ONLY_FIRST:
	case CM_ONLY_SECOND:
		return "one-way";
	case CM_FAILS:
		break;
	}
	return "fails";
}

static void explain_missing(
	const struct cm_fleet *f, const struct cm_link *link, struct cm_text *out)
{
	char peer[16], local[16];
	const struct cm_peer *meant = &link->a->peers[link->peer];
	cm_ip4_print(meant->address, peer);
	cm_ip4_print(link->a->local, local);
	if (link->state == CM_LINK_NO_ROUTER && !meant->resolved)
		cm_text_printf(out, "its peer is %.*s, a name that no text here resolves",
			(int)meant->hostname.length, meant->hostname.at);
	else if (link->state == CM_LINK_NO_ROUTER)
		cm_text_printf(out, "no router here has the address %s", peer);
	else if (link->other && link->other->incomplete)
		cm_text_printf(out, "%s (%s) has an entry for us that IOS does not use: %s",
			cm_fleet_router(f, link->router_b), peer, link->other->why);
	else if (link->a->has_local)
		cm_text_printf(out,
			"%s (%s) has no entry for %s, the address that our packets come from",
			cm_fleet_router(f, link->router_b), peer, local);
	else
		cm_text_printf(out,
			"%s (%s) has no entry that takes any peer, and our address is not fixed",
			cm_fleet_router(f, link->router_b), peer);
}

/* A meet knows routers by their host names; the fleet has a name for each. */
static void explain_named(const struct cm_fleet *f, const struct cm_link *link,
	const struct cm_meet *m, struct cm_text *out)
{
	static const char near[] = "the near end", far[] = "the far end";
	bool forth = m == link->both.forth;
	struct cm_text text = { 0 };
	cm_meet_explain(m, &text);
	for (const char *at = text.at ? text.at : ""; *at;) {
		if (strncmp(at, near, sizeof near - 1) == 0) {
			cm_text_put(
				out, cm_fleet_router(f, forth ? link->router_a : link->router_b));
			at += sizeof near - 1;
		} else if (strncmp(at, far, sizeof far - 1) == 0) {
			cm_text_put(
				out, cm_fleet_router(f, forth ? link->router_b : link->router_a));
			at += sizeof far - 1;
		} else {
			cm_text_char(out, *at++);
		}
	}
	cm_text_free(&text);
}

void cm_link_explain(const struct cm_fleet *f, const struct cm_link *link, struct cm_text *out)
{
	const struct cm_meet *forth = link->both.forth, *back = link->both.back;
	switch (link->state) {
	case CM_LINK_NO_ENTRY:
	case CM_LINK_NO_ROUTER:
		explain_missing(f, link, out);
		return;
	case CM_LINK_WAITS:
		cm_text_put(out, "it only answers, and no router here calls it");
		return;
	case CM_LINK_UNUSED:
		cm_text_printf(out, "IOS does not use it: %s",
			link->a->why ? link->a->why : "it is incomplete");
		return;
	case CM_LINK_MEETS:
		break;
	}
	if (link->spokes)
		cm_text_put(out, "from spoke to spoke, without the hub: ");
	if (link->both.verdict == CM_ONLY_SECOND)
		cm_text_printf(out, "comes up only when %s starts; otherwise ",
			cm_fleet_router(f, link->router_b));
	else if (link->both.verdict == CM_ONLY_FIRST)
		cm_text_printf(out, "comes up only when %s starts; otherwise ",
			cm_fleet_router(f, link->router_a));
	if (link->both.verdict == CM_ONLY_FIRST && back)
		explain_named(f, link, back, out);
	else if (forth && (forth->cause || !back || !back->cause))
		explain_named(f, link, forth, out);
	else if (back)
		explain_named(f, link, back, out);
}
