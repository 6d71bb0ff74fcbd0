/*
 * IKEv2: what a profile, a proposal or a keyring lacks.
 */
#include "check/check.h"
#include "check/examples.h"

#include <string.h>

static void check_proposals(struct check *c)
{
	for (size_t i = 0; i < c->model->n_ikev2_proposals; i++) {
		const struct cm_ikev2_proposal *p = &c->model->ikev2_proposals[i];
		bool combined = p->n_ciphers > 0;
		for (size_t k = 0; k < p->n_ciphers; k++)
			combined &= p->ciphers[k] && p->ciphers[k]->combined;
		const char *lacks = NULL;
		if (p->built_in)
			continue;
		if (!p->n_ciphers)
			lacks = "encryption";
		else if (!p->n_integrity && !combined)
			lacks = "integrity";
		else if (!p->n_prfs && !p->n_integrity && combined)
			lacks = "prf";
		else if (!p->n_groups)
			lacks = "group";
		if (lacks && !check_refused_in(c, p->at))
			check_say(c, "ikev2-proposal-incomplete", p->at,
				"IKEv2 proposal %.*s has no `%s` and is not used",
				(int)p->name.length, p->name.at, lacks);
	}
}

static bool is_word(struct cm_word word, const char *text)
{
	return word.text.at && cm_str_is(word.text, text);
}

static void check_profile(struct check *c, const struct cm_ikev2_profile *p)
{
	const char *lacks = NULL;
	bool key_used = is_word(p->auth_local, "pre-share") || is_word(p->auth_remote, "pre-share");
	bool key_here = p->auth_local_key.at.end && p->auth_remote_key.at.end;
	bool keyring = p->keyring.name.at || check_said(p->keyring_aaa);
	if (!p->n_remote && !check_said(p->match_certificate))
		lacks = "match identity remote";
	else if (!p->auth_remote.text.at)
		lacks = "authentication remote";
	else if (!p->auth_local.text.at)
		lacks = "authentication local";
	else if (key_used && !keyring && !key_here)
		lacks = "keyring local";
	if (lacks && !check_refused_in(c, p->at))
		check_say(c, "ikev2-profile-incomplete", p->at,
			"IKEv2 profile %.*s has no `%s`, so it serves nobody", (int)p->name.length,
			p->name.at, lacks);
	if (p->shutdown.on)
		check_say(c, "ikev2-profile-shutdown", p->shutdown.at,
			"IKEv2 profile %.*s is shut down", (int)p->name.length, p->name.at);
}

static void check_profiles(struct check *c)
{
	for (size_t i = 0; i < c->model->n_ikev2_profiles; i++)
		check_profile(c, &c->model->ikev2_profiles[i]);
}

static void check_keyrings(struct check *c)
{
	for (size_t i = 0; i < c->model->n_ikev2_keyrings; i++) {
		const struct cm_ikev2_keyring *keyring = &c->model->ikev2_keyrings[i];
		for (size_t k = 0; k < keyring->n_peers; k++) {
			const struct cm_ikev2_peer *peer = &keyring->peers[k];
			bool named = peer->has_address || peer->hostname.at ||
				check_said(peer->identity.at);
			bool secret = peer->local.secret.at && peer->remote.secret.at;
			if ((!named || !secret) && !check_refused_in(c, peer->at))
				check_say(c, "ikev2-peer-incomplete", peer->at,
					"peer %.*s has no %s", (int)peer->name.length,
					peer->name.at,
					named ? "pre-shared key" : "address or identity");
		}
	}
}

static void check_policies(struct check *c)
{
	for (size_t i = 0; i < c->model->n_ikev2_policies; i++) {
		const struct cm_ikev2_policy *p = &c->model->ikev2_policies[i];
		if (!p->built_in && p->n_proposals == 0 && !check_refused_in(c, p->at))
			check_say(c, "ikev2-policy-incomplete", p->at,
				"IKEv2 policy %.*s has no proposal and is not used",
				(int)p->name.length, p->name.at);
	}
}

/* --- A spoke that knows only its hub ----------------------------------------------------------- */

static const struct cm_ikev2_profile *profile_of(const struct cm_interface *i)
{
	if (i->protection_ikev2_profile.target)
		return i->protection_ikev2_profile.target;
	return i->protection.target ? i->protection.target->sa.ikev2_profile.target : NULL;
}

/* The last peer when all are single addresses; NULL when some other peer could be found. */
static const struct cm_ikev2_peer *only_hosts(const struct cm_ikev2_keyring *keyring)
{
	const struct cm_ikev2_peer *host = NULL;
	for (size_t i = 0; i < keyring->n_peers; i++) {
		if (!keyring->peers[i].has_address || keyring->peers[i].address.mask != UINT32_MAX)
			return NULL;
		host = &keyring->peers[i];
	}
	return keyring->n_peers == 1 ? host : NULL;
}

static void check_spokes(struct check *c)
{
	for (size_t k = 0; k < c->model->n_interfaces; k++) {
		const struct cm_interface *i = &c->model->interfaces[k];
		const struct cm_ikev2_profile *profile = profile_of(i);
		if (i->tunnel_mode != CM_TUNNEL_GRE_MULTIPOINT || !profile ||
			!profile->keyring.target)
			continue;
		const struct cm_ikev2_peer *host = only_hosts(profile->keyring.target);
		if (!host)
			continue;
		struct cm_diag *found = check_say(c, "ikev2-spoke-keys", host->at,
			"only one peer has a key, but %.*s is multipoint: other spokes find none",
			(int)i->name.length, i->name.at);
		diag_note(c->diags, found, i->tunnel_mode_at, "multipoint:");
	}
}

#define PROPOSAL "crypto ikev2 proposal P\n encryption aes-cbc-256\n integrity sha256\n group 14\n"
#define KEYRING(address)                                              \
	"crypto ikev2 keyring K\n peer HEAD\n  address " address "\n" \
	"  pre-shared-key Wq7-rT2m-Lx9v-Zb4k\n"
#define PROFILE(rest)                                                                             \
	"crypto ikev2 profile HEAD\n match identity remote address 203.0.113.1 255.255.255.255\n" \
	" authentication remote pre-share\n authentication local pre-share\n" rest
#define HUB_TUNNEL                                                                         \
	"crypto ipsec profile DMVPN\n set transform-set STRONG\n set ikev2-profile HEAD\n" \
	"interface Tunnel0\n ip address 192.0.2.1 255.255.255.0\n ip mtu 1400\n"           \
	" tunnel source FastEthernet0/1\n tunnel mode gre multipoint\n"                    \
	" tunnel protection ipsec profile DMVPN\n"

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_proposals,
		.about = { .id = "ikev2-proposal-incomplete",
			.severity = CM_ERROR,
			.title = "An IKEv2 proposal lacks an algorithm",
			.why = "A proposal needs encryption, integrity (or, for GCM, a prf) and a group; one "
			       "that lacks any is not used, and the policy falls back to nothing.",
			.source = "Cisco IOS security configuration guide: IKEv2 proposal",
			.fix = "Add the missing line.",
			.fires = "crypto ikev2 proposal P\n encryption aes-cbc-256\n integrity sha256\n",
			.silent = PROPOSAL } },
	{ .check = check_policies,
		.about = { .id = "ikev2-policy-incomplete",
			.severity = CM_ERROR,
			.title = "An IKEv2 policy without a proposal",
			.why = "The policy is incomplete and not used.",
			.source = "Cisco IOS security configuration guide: IKEv2 policy",
			.fix = "Add `proposal NAME`.",
			.fires = PROPOSAL "crypto ikev2 policy POLICY\n match fvrf any\n",
			.silent = PROPOSAL "crypto ikev2 policy POLICY\n proposal P\n" } },
	{ .check = check_profiles,
		.about = { .id = "ikev2-profile-incomplete",
			.severity = CM_ERROR,
			.title = "An IKEv2 profile lacks what it needs",
			.why = "A profile must match an identity, say how each side authenticates, and know "
			       "where the keys are. One that does not is never chosen.",
			.source = "Cisco IOS security configuration guide: IKEv2 profile",
			.fix = "Add the missing line.",
			.fires = KEYRING("203.0.113.1") PROFILE(""),
			.silent = KEYRING("203.0.113.1") PROFILE(" keyring local K\n") } },
	{ .check = check_profiles,
		.about = { .id = "ikev2-profile-shutdown",
			.severity = CM_WARNING,
			.title = "An IKEv2 profile is shut down",
			.why = "Its tunnels do not come up.",
			.source = "Cisco IOS security command reference: shutdown (IKEv2 profile)",
			.fix = "`no shutdown`.",
			.fires = KEYRING("203.0.113.1") PROFILE(" keyring local K\n shutdown\n"),
			.silent = KEYRING("203.0.113.1") PROFILE(" keyring local K\n") } },
	{ .check = check_keyrings,
		.about = { .id = "ikev2-peer-incomplete",
			.severity = CM_ERROR,
			.title = "A peer of an IKEv2 keyring that cannot be used",
			.why = "A peer is found by address, host name or identity, and serves by its key.",
			.source = "Cisco IOS security configuration guide: IKEv2 keyring",
			.fix = "Add the missing line.",
			.fires = "crypto ikev2 keyring K\n peer HEAD\n  address 203.0.113.1\n",
			.silent = KEYRING("203.0.113.1") } },
	{ .check = check_spokes,
		.about = { .id = "ikev2-spoke-keys",
			.severity = CM_INFO,
			.title = "A multipoint tunnel whose keyring knows one peer",
			.why = "The tunnel to the hub works. When another spoke calls, or is called, there "
			       "is no key for it, and traffic between spokes stays on the detour.",
			.source = "Cisco DMVPN design guide",
			.fix = "Give the spokes' addresses a key, too (address 0.0.0.0 0.0.0.0), or use "
			       "certificates.",
			.fires = EX_SET KEYRING("203.0.113.1") PROFILE(" keyring local K\n") HUB_TUNNEL
				EX_OUTSIDE,
			.silent = EX_SET KEYRING("0.0.0.0 0.0.0.0") PROFILE(" keyring local K\n")
				HUB_TUNNEL EX_OUTSIDE } },
};
/* clang-format on */

const struct family family_ikev2 = { "ikev2", rules, sizeof rules / sizeof *rules };
