#include <cryptomap/meet.h>

#include "tunnel/closest.h"

static const struct {
	const char *word, *title;
	enum cm_phase phase;
} causes[] = {
	[CM_CAUSE_NONE] = { "none", "comes up", CM_PHASE_TRAFFIC },
	[CM_CAUSE_INCOMPLETE] = { "incomplete", "incomplete entry", CM_PHASE_BEFORE },
	[CM_CAUSE_IKE_DISABLED] = { "ike-disabled", "IKE is disabled", CM_PHASE_BEFORE },
	[CM_CAUSE_VERSION] = { "version", "different versions of IKE", CM_PHASE_BEFORE },
	[CM_CAUSE_CANNOT_INITIATE] = { "cannot-initiate", "only answers", CM_PHASE_BEFORE },
	[CM_CAUSE_PEER_ADDRESS] = { "peer-address", "peer address differs", CM_PHASE_BEFORE },
	[CM_CAUSE_NO_KEY] = { "no-key", "no key for the peer", CM_PHASE_BEFORE },
	[CM_CAUSE_AGGRESSIVE] = { "aggressive", "aggressive mode is refused", CM_PHASE_1 },
	[CM_CAUSE_POLICY] = { "policy", "no common phase 1 policy", CM_PHASE_1 },
	[CM_CAUSE_NO_KEY_THERE] = { "no-key-there", "far end has no key", CM_PHASE_1 },
	[CM_CAUSE_CERTIFICATE] = { "certificate", "no certificate", CM_PHASE_1 },
	[CM_CAUSE_KEY] = { "key", "pre-shared keys differ", CM_PHASE_1 },
	[CM_CAUSE_IDENTITY] = { "identity", "identity is not welcome", CM_PHASE_1 },
	[CM_CAUSE_TRANSFORM] = { "transform", "no common transform-set", CM_PHASE_2 },
	[CM_CAUSE_MODE] = { "mode", "tunnel mode against transport mode", CM_PHASE_2 },
	[CM_CAUSE_SELECTORS] = { "selectors", "crypto ACLs do not fit", CM_PHASE_2 },
	[CM_CAUSE_PFS] = { "pfs", "PFS does not fit", CM_PHASE_2 },
	[CM_CAUSE_NAT] = { "nat", "NAT without UDP encapsulation", CM_PHASE_TRAFFIC },
	[CM_CAUSE_TUNNEL_KEY] = { "tunnel-key", "tunnel keys differ", CM_PHASE_TRAFFIC },
	[CM_CAUSE_NHRP_KEY] = { "nhrp-key", "NHRP authentication differs", CM_PHASE_TRAFFIC },
	[CM_CAUSE_NHRP_SERVER] = { "nhrp-server", "next hop server has another address",
		CM_PHASE_TRAFFIC },
};

enum cm_phase cm_cause_phase(enum cm_cause cause)
{
	return causes[cause].phase;
}

const char *cm_cause_word(enum cm_cause cause)
{
	return causes[cause].word;
}

const char *cm_cause_title(enum cm_cause cause)
{
	return causes[cause].title;
}

const char *cm_difference_word(enum cm_difference difference)
{
	static const char *const words[] = {
		[CM_SAME] = "same",
		[CM_DIFFERS_CIPHER] = "encryption",
		[CM_DIFFERS_KEY_BITS] = "key length",
		[CM_DIFFERS_HASH] = "hash",
		[CM_DIFFERS_AUTH] = "authentication",
		[CM_DIFFERS_GROUP] = "Diffie-Hellman group",
		[CM_DIFFERS_PROTOCOL] = "protocol",
		[CM_DIFFERS_AH] = "AH",
		[CM_DIFFERS_MODE] = "mode",
		[CM_DIFFERS_COMPRESSION] = "compression",
		[CM_DIFFERS_PFS_MISSING] = "PFS missing",
		[CM_DIFFERS_PFS_GROUP] = "PFS group",
	};
	return words[difference];
}

const char *cm_relation_word(enum cm_relation relation)
{
	static const char *const words[] = { "equal", "narrower", "wider", "overlaps", "disjoint" };
	return words[relation];
}

const char *cm_verdict_word(enum cm_verdict verdict)
{
	static const char *const words[] = {
		[CM_COMES_UP] = "comes up",
		[CM_COMES_UP_PARTLY] = "comes up partly",
		[CM_ONLY_FIRST] = "only from the first",
		[CM_ONLY_SECOND] = "only from the second",
		[CM_FAILS] = "fails",
	};
	return words[verdict];
}

static void put_name(struct cm_text *out, const struct cm_tunnel *t, const char *otherwise)
{
	if (t->router.length > 0)
		cm_text_str(out, t->router);
	else
		cm_text_put(out, otherwise);
}

static void put_p1(struct cm_text *out, const struct cm_p1 *p1)
{
	cm_text_printf(out, "%s/%s/%s/group %u", p1->cipher ? p1->cipher->name : "?",
		p1->hash ? p1->hash->name : "?", p1->auth ? p1->auth->name : "?",
		p1->group ? p1->group->number : 0u);
}

static void put_end(struct cm_text *out, const struct cm_net *net)
{
	char text[16];
	if (net->mask == 0) {
		cm_text_put(out, "any");
		return;
	}
	cm_text_put(out, cm_ip4_print(net->address, text));
	if (net->mask == 0xffffffff)
		return;
	if (cm_mask_is_prefix(net->mask))
		cm_text_printf(out, "/%u", cm_mask_bits(net->mask));
	else
		cm_text_printf(out, " %s", cm_ip4_print(~net->mask, text));
}

static void put_ports(struct cm_text *out, const uint16_t port[2])
{
	if (port[0] == port[1])
		cm_text_printf(out, " port %u", port[0]);
	else if (port[0] != 0 || port[1] != 65535)
		cm_text_printf(out, " ports %u-%u", port[0], port[1]);
}

static void put_selector(struct cm_text *out, const struct cm_selector *s)
{
	const char *word = cm_name_word(CM_NAMES_PROTOCOL, s->protocol);
	if (word)
		cm_text_printf(out, "%s ", word);
	else
		cm_text_printf(out, "%u ", s->protocol);
	put_end(out, &s->local);
	put_ports(out, s->local_port);
	cm_text_put(out, " -> ");
	put_end(out, &s->remote);
	put_ports(out, s->remote_port);
}

static void explain_policy(const struct cm_meet *m, struct cm_text *out)
{
	const struct cm_meet_p1 *closest = meet_closest_p1(m);
	if (!closest) {
		cm_text_put(out,
			m->n_offers ? "the far end has no policy" : "there is no policy to offer");
		return;
	}
	cm_text_printf(out, "no offer fits a policy; transform %u (", closest->offer->priority);
	put_p1(out, closest->offer);
	cm_text_printf(out, ") comes closest to policy %u (", closest->policy->priority);
	put_p1(out, closest->policy);
	cm_text_printf(out, ") and differs in %s", cm_difference_word(closest->difference));
}

static void explain_selectors(const struct cm_meet *m, struct cm_text *out)
{
	size_t k = 0;
	while (k < m->n_selectors && m->selectors[k].accepted)
		k++;
	if (k == m->n_selectors) {
		cm_text_put(out, "there is no permit line to negotiate");
		return;
	}
	const struct cm_tunnel_interface *x = &m->initiator->tunnel_interface;
	const struct cm_tunnel_interface *y = &m->responder->tunnel_interface;
	if (x->present && y->present && x->gre != y->gre) {
		put_name(out, x->gre ? m->initiator : m->responder,
			x->gre ? "the near end" : "the far end");
		cm_text_put(out, " has a GRE tunnel and ");
		put_name(out, x->gre ? m->responder : m->initiator,
			x->gre ? "the far end" : "the near end");
		cm_text_put(out, " an IPsec tunnel (`tunnel mode` differs)");
		return;
	}
	const struct cm_meet_selector *row = &m->selectors[k];
	put_selector(out, row->offered);
	if (!row->line || row->relation == CM_DISJOINT) {
		cm_text_put(out, " is in no permit line of ");
		put_name(out, m->responder, "the far end");
		return;
	}
	cm_text_put(out,
		row->relation == CM_WIDER              ? " is wider than "
			: row->relation == CM_NARROWER ? " is not the "
						       : " is not inside ");
	put_selector(out, row->line);
	cm_text_put(out, " of ");
	put_name(out, m->responder, "the far end");
}

static void explain_pfs(const struct cm_meet *m, struct cm_text *out)
{
	put_name(out, m->responder, "the far end");
	cm_text_printf(out, " demands PFS with group %u and ", m->responder->pfs.group->number);
	if (m->pfs == CM_DIFFERS_PFS_MISSING)
		cm_text_put(out, "none is offered");
	else
		cm_text_printf(out, "group %u is offered", m->pfs_group->number);
}

static void put_p2(struct cm_text *out, const struct cm_p2 *p2)
{
	const char *blank = "";
	if (p2->ah) {
		cm_text_put(out, p2->ah->ah);
		blank = " ";
	}
	if (p2->cipher) {
		cm_text_printf(out, "%s%s", blank, p2->cipher->transform);
		blank = " ";
	}
	if (p2->hash)
		cm_text_printf(out, "%s%s", blank, p2->hash->esp);
	if (p2->compress)
		cm_text_put(out, " comp-lzs");
}

static void explain_transform(const struct cm_meet *m, struct cm_text *out)
{
	if (m->n_p2 == 0) {
		cm_text_put(out, "an end has no transform-set");
		return;
	}
	const struct cm_meet_p2 *row = &m->p2[m->n_p2 - 1];
	cm_text_put(out, "no proposal equals a transform-set; ");
	put_p2(out, row->offer);
	cm_text_put(out, " and ");
	put_p2(out, row->mine);
	cm_text_printf(out, " differ in %s", cm_difference_word(row->difference));
}

static void explain_up(const struct cm_meet *m, struct cm_text *out)
{
	if (m->policy) {
		cm_text_put(out, "phase 1 ");
		put_p1(out, m->policy);
		cm_text_printf(out, " for %u s, phase 2 ", m->p1_lifetime_s);
	}
	if (m->transform)
		put_p2(out, m->transform);
	if (m->pfs_group)
		cm_text_printf(out, " with PFS group %u", m->pfs_group->number);
	cm_text_printf(out, " for %u s", m->p2_lifetime_s);
}

static void explain_simple(const struct cm_meet *m, struct cm_text *out)
{
	const struct cm_tunnel *who = m->at_responder ? m->responder : m->initiator;
	const char *otherwise = m->at_responder ? "the far end" : "the near end";
	put_name(out, who, otherwise);
	switch (m->cause) {
	case CM_CAUSE_INCOMPLETE:
		cm_text_printf(out, " does not use the entry: %s",
			who->why ? who->why : "it is incomplete");
		break;
	case CM_CAUSE_IKE_DISABLED:
		cm_text_put(out, " has IKE disabled");
		break;
	case CM_CAUSE_CANNOT_INITIATE:
		cm_text_put(out, " only answers");
		break;
	case CM_CAUSE_PEER_ADDRESS:
		cm_text_put(out, " has another address as its peer");
		break;
	case CM_CAUSE_NO_KEY:
	case CM_CAUSE_NO_KEY_THERE:
		cm_text_put(out, " has no pre-shared key for the other");
		break;
	case CM_CAUSE_AGGRESSIVE:
		cm_text_put(out, " refuses aggressive mode");
		break;
	case CM_CAUSE_CERTIFICATE:
		cm_text_put(out, " would have to sign (rsa-sig) and has no certificate");
		break;
	case CM_CAUSE_IDENTITY:
		cm_text_put(out, " does not match the identity of the other");
		break;
	case CM_CAUSE_NAT:
		cm_text_put(out, " cannot pass the NAT between: no UDP encapsulation, or AH");
		break;
	default:
		break;
	}
}

static void put_tunnel_key(const struct cm_tunnel *t, const char *otherwise, struct cm_text *out)
{
	put_name(out, t, otherwise);
	if (t->tunnel_interface.has_key)
		cm_text_printf(out, " has tunnel key %u", t->tunnel_interface.key);
	else
		cm_text_put(out, " has no tunnel key");
}

static void explain_tunnel_key(const struct cm_meet *m, struct cm_text *out)
{
	put_tunnel_key(m->initiator, "the near end", out);
	cm_text_put(out, " and ");
	put_tunnel_key(m->responder, "the far end", out);
	cm_text_put(out, ": IPsec comes up, and the GRE packets are dropped");
}

static void explain_server(const struct cm_meet *m, struct cm_text *out)
{
	const struct cm_tunnel *spoke = m->at_responder ? m->responder : m->initiator;
	const struct cm_tunnel *hub = m->at_responder ? m->initiator : m->responder;
	const struct cm_next_hop *hop = meet_wrong_server(
		spoke, hub, m->at_responder ? m->initiator_address : m->responder_address);
	char named[16], real[16];
	cm_ip4_print(hop ? hop->inside : 0, named);
	cm_ip4_print(hub->tunnel_interface.address.address, real);
	put_name(out, spoke, "the spoke");
	cm_text_printf(
		out, " registers with the next hop server %s, and the tunnel address of ", named);
	put_name(out, hub, "the hub");
	cm_text_printf(out, " is %s", real);
}

void cm_meet_explain(const struct cm_meet *m, struct cm_text *out)
{
	switch (m->cause) {
	case CM_CAUSE_NONE:
		explain_up(m, out);
		break;
	case CM_CAUSE_POLICY:
		explain_policy(m, out);
		break;
	case CM_CAUSE_KEY:
		cm_text_put(out, "the pre-shared keys differ");
		break;
	case CM_CAUSE_TRANSFORM:
		explain_transform(m, out);
		break;
	case CM_CAUSE_MODE:
		cm_text_put(out, "one end is in tunnel mode, the other in transport mode");
		break;
	case CM_CAUSE_SELECTORS:
		explain_selectors(m, out);
		break;
	case CM_CAUSE_PFS:
		explain_pfs(m, out);
		break;
	case CM_CAUSE_TUNNEL_KEY:
		explain_tunnel_key(m, out);
		break;
	case CM_CAUSE_NHRP_KEY:
		cm_text_put(out,
			"the NHRP authentication strings differ: IPsec comes up, and the hub "
			"refuses the registration");
		break;
	case CM_CAUSE_NHRP_SERVER:
		explain_server(m, out);
		break;
	case CM_CAUSE_VERSION:
		cm_text_put(out, "the ends speak different versions of IKE");
		break;
	default:
		explain_simple(m, out);
		break;
	}
}
