#include <cryptomap/meet.h>

#include "tunnel/closest.h"
#include "tunnel/identity.h"

#include <assert.h>
#include <stdlib.h>

/*
 * All of one meet in one piece of memory: the sizes are known before it begins. `meet` is first,
 * so that freeing it frees everything.
 */
struct table {
	struct cm_meet meet;
	struct cm_p1 *offers;    /* the initiator's policies as numbered transforms */
	struct cm_p2 *proposals; /* the initiator's sets with the mode they have on the wire */
	struct cm_meet_p1 *p1;
	struct cm_meet_p2 *p2;
	struct cm_meet_selector *selectors;
	size_t *indices;
};

static struct table *table_new(const struct cm_tunnel *i, const struct cm_tunnel *r)
{
	size_t n_p1 = i->n_p1 * r->n_p1, n_p2 = i->n_p2 * r->n_p2;
	struct table *t = calloc(1,
		sizeof *t + i->n_p1 * sizeof *t->offers + i->n_p2 * sizeof *t->proposals +
			n_p1 * sizeof *t->p1 + n_p2 * sizeof *t->p2 +
			i->n_selectors * sizeof *t->selectors + i->n_p1 * sizeof *t->indices);
	if (!t)
		return NULL;
	/* Every element holds pointers, so each array ends where the next may begin. */
	t->offers = (struct cm_p1 *)(t + 1);
	t->proposals = (struct cm_p2 *)(t->offers + i->n_p1);
	t->p1 = (struct cm_meet_p1 *)(t->proposals + i->n_p2);
	t->p2 = (struct cm_meet_p2 *)(t->p1 + n_p1);
	t->selectors = (struct cm_meet_selector *)(t->p2 + n_p2);
	t->indices = (size_t *)(t->selectors + i->n_selectors);
	t->meet.initiator = i;
	t->meet.responder = r;
	t->meet.p1 = t->p1;
	t->meet.p2 = t->p2;
	t->meet.selectors = t->selectors;
	return t;
}

void cm_meet_free(struct cm_meet *meet)
{
	free(meet);
}

/* Only the first cause counts. */
static void fail(struct cm_meet *m, enum cm_cause cause, bool at_responder,
	struct cm_span initiator_at, struct cm_span responder_at)
{
	if (m->cause != CM_CAUSE_NONE)
		return;
	m->cause = cause;
	m->at_responder = at_responder;
	m->initiator_at = initiator_at;
	m->responder_at = responder_at;
}

/* --- Before anything is sent ------------------------------------------------------------------- */

static bool takes_any(const struct cm_tunnel *t)
{
	for (size_t k = 0; k < t->n_peers; k++)
		if (t->peers[k].any)
			return true;
	return false;
}

static void find_addresses(struct cm_meet *m, const struct cm_meet_path *path)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	if (path) {
		m->initiator_address = path->initiator;
		m->responder_address = path->responder;
		m->nat = path->nat;
	}
	if (m->initiator_address == 0 && i->has_local)
		m->initiator_address = i->local;
	if (m->responder_address == 0 && r->has_local)
		m->responder_address = r->local;
	/* An end that does not know its own address has the one that the other aims at. */
	for (size_t k = 0; m->responder_address == 0 && !takes_any(i) && k < i->n_peers; k++)
		if (i->peers[k].resolved)
			m->responder_address = i->peers[k].address;
	for (size_t k = 0; m->initiator_address == 0 && !takes_any(r) && k < r->n_peers; k++)
		if (r->peers[k].resolved)
			m->initiator_address = r->peers[k].address;
}

/* True when one of the peers is the address, or may be. */
static bool means(const struct cm_tunnel *t, uint32_t address, bool may_be_any)
{
	if (address == 0)
		return true;
	for (size_t k = 0; k < t->n_peers; k++) {
		const struct cm_peer *peer = &t->peers[k];
		if (peer->any ? may_be_any : !peer->resolved || peer->address == address)
			return true;
	}
	return may_be_any && t->n_peers == 0 &&
		(t->kind == CM_TUNNEL_DYNAMIC || t->tunnel_interface.multipoint);
}

static bool may_initiate(const struct cm_tunnel *t)
{
	if (t->kind == CM_TUNNEL_DYNAMIC || t->responder_only)
		return false;
	for (size_t k = 0; k < t->n_peers; k++)
		if (!t->peers[k].any)
			return true;
	return t->tunnel_interface.multipoint;
}

static struct cm_span peer_line(const struct cm_tunnel *t)
{
	return t->n_peers > 0 ? t->peers[0].at : t->at;
}

static void check_initiator(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	if (i->incomplete)
		fail(m, CM_CAUSE_INCOMPLETE, false, i->at, r->at);
	/* An entry without its profile may look as if it spoke the other version. */
	if (i->version != r->version && !r->incomplete)
		fail(m, CM_CAUSE_VERSION, false, i->at, r->at);
	if (i->version == 1 && !i->ike_enabled)
		fail(m, CM_CAUSE_IKE_DISABLED, false, i->at, r->at);
	if (!may_initiate(i))
		fail(m, CM_CAUSE_CANNOT_INITIATE, false, i->at, r->at);
	else if (!i->tunnel_interface.multipoint && !means(i, m->responder_address, false))
		fail(m, CM_CAUSE_PEER_ADDRESS, false, peer_line(i), r->local_at);
}

/* What the responder finds when the first message comes. */
static void check_responder(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	if (r->incomplete)
		fail(m, CM_CAUSE_INCOMPLETE, true, i->at, r->at);
	if (r->version == 1 && !r->ike_enabled)
		fail(m, CM_CAUSE_IKE_DISABLED, true, i->at, r->at);
	if (!means(r, m->initiator_address, true))
		fail(m, CM_CAUSE_PEER_ADDRESS, true, i->local_at, peer_line(r));
}

/* --- Phase 1 ------------------------------------------------------------------------------------- */

static void seen_p1(void *user, const struct cm_p1 *policy, const struct cm_p1 *offer, bool last,
	enum cm_difference difference)
{
	struct table *t = user;
	struct cm_meet_p1 *row = &t->p1[t->meet.n_p1++];
	row->policy = policy;
	row->offer = offer;
	row->last_offer = last;
	row->difference = difference;
}

static struct cm_span span_of(const struct cm_p1 *p1, enum cm_difference difference)
{
	struct cm_span at = p1->at;
	switch (difference) {
	case CM_DIFFERS_CIPHER:
	case CM_DIFFERS_KEY_BITS:
		at = p1->where.cipher;
		break;
	case CM_DIFFERS_HASH:
		at = p1->where.hash;
		break;
	case CM_DIFFERS_AUTH:
		at = p1->where.auth;
		break;
	case CM_DIFFERS_GROUP:
		at = p1->where.group;
		break;
	default:
		break;
	}
	return at.end > at.start ? at : p1->at;
}

/* Of all comparisons the one that came furthest is the one to speak of. */
const struct cm_meet_p1 *meet_closest_p1(const struct cm_meet *m)
{
	const struct cm_meet_p1 *closest = NULL;
	for (size_t k = 0; k < m->n_p1; k++)
		if (!closest || m->p1[k].difference > closest->difference)
			closest = &m->p1[k];
	return closest;
}

static void fail_policy(struct cm_meet *m)
{
	const struct cm_meet_p1 *closest = meet_closest_p1(m);
	if (closest)
		fail(m, CM_CAUSE_POLICY, false, span_of(closest->offer, closest->difference),
			span_of(closest->policy, closest->difference));
	else
		fail(m, CM_CAUSE_POLICY, m->n_offers > 0, m->initiator->at, m->responder->at);
}

/* Nothing can be offered: for want of a key, of a certificate, or of any policy. */
static void fail_offers(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator;
	bool psk = false;
	for (size_t k = 0; k < i->n_p1; k++)
		psk |= i->p1[k].auth == cm_auth_named("pre-share");
	struct cm_span at = i->n_p1 > 0 ? span_of(&i->p1[0], CM_DIFFERS_AUTH) : i->at;
	enum cm_cause cause = psk ? CM_CAUSE_NO_KEY
		: i->n_p1 > 0     ? CM_CAUSE_CERTIFICATE
				  : CM_CAUSE_POLICY;
	fail(m, cause, false, psk ? peer_line(i) : at, m->responder->at);
	if (cause == CM_CAUSE_NO_KEY)
		m->key = CM_KEY_MISSING_INITIATOR;
}

static const struct cm_psk *initiator_key(const struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator;
	const struct cm_psk *key = cm_tunnel_key(i, m->responder_address);
	for (size_t k = 0; !key && k < i->n_peers; k++)
		if (i->peers[k].hostname.at)
			key = cm_tunnel_key_named(i, i->peers[k].hostname);
	return key;
}

/* In main mode the address is all that is known of the initiator when its key is needed. */
static const struct cm_psk *responder_key(const struct cm_meet *m)
{
	const struct cm_tunnel *r = m->responder;
	const struct cm_psk *key = NULL;
	if (m->aggressive && m->initiator->local_id.kind != CM_ID_ADDRESS)
		key = cm_tunnel_key_named(r, m->initiator->local_id.name);
	return key ? key : cm_tunnel_key(r, m->initiator_address);
}

/* In IKEv2 each end proves itself with a secret of its own (RFC 7296 2.15). */
static bool same_secrets(const struct cm_psk *x, const struct cm_psk *y)
{
	struct cm_str from_y = x->remote_secret.at ? x->remote_secret : x->secret;
	struct cm_str from_x = y->remote_secret.at ? y->remote_secret : y->secret;
	return cm_str_same(x->secret, from_x) && cm_str_same(y->secret, from_y);
}

static enum cm_key_verdict compare_keys(const struct cm_meet *m)
{
	const struct cm_psk *x = m->initiator_key, *y = m->responder_key;
	bool x_foreign = m->initiator->n_keys == 0 && !m->initiator->model;
	bool y_foreign = m->responder->n_keys == 0 && !m->responder->model;
	if (!x && !x_foreign)
		return CM_KEY_MISSING_INITIATOR;
	if (!y && !y_foreign)
		return m->initiator_address == 0 && m->responder->n_keys > 0
			? CM_KEY_UNKNOWN
			: CM_KEY_MISSING_RESPONDER;
	if (!x || !y || x->sealed || y->sealed)
		return CM_KEY_UNKNOWN;
	return same_secrets(x, y) ? CM_KEY_EQUAL : CM_KEY_DIFFERS;
}

/*
 * The responder looks for the key before it looks at any policy (RFC 2409 5.4 needs it for all
 * that follows); without one only policies of another authentication are left.
 */
static void check_responder_key(struct cm_meet *m)
{
	const struct cm_tunnel *r = m->responder;
	m->initiator_key = initiator_key(m);
	m->responder_key = responder_key(m);
	m->key = compare_keys(m);
	if (m->key == CM_KEY_MISSING_RESPONDER &&
		cm_p1_offers(r, m->initiator_address, NULL, 0) == 0)
		fail(m, CM_CAUSE_NO_KEY_THERE, true,
			m->initiator_key ? m->initiator_key->at : peer_line(m->initiator),
			peer_line(r));
}

static void make_offers(struct table *t)
{
	struct cm_meet *m = &t->meet;
	const struct cm_tunnel *i = m->initiator;
	m->aggressive = i->aggressive_initiated;
	m->n_offers = cm_p1_offers(i, m->responder_address, t->indices, i->n_p1);
	if (m->n_offers == 0)
		fail_offers(m);
	for (size_t k = 0; k < m->n_offers; k++) {
		t->offers[k] = i->p1[t->indices[k]];
		t->offers[k].priority = (unsigned)k + 1;
	}
}

static void play_policies(struct table *t)
{
	struct cm_meet *m = &t->meet;
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	size_t policy, offer;
	if (m->n_offers == 0)
		return;
	if (m->aggressive && !r->aggressive_accepted)
		fail(m, CM_CAUSE_AGGRESSIVE, true, i->at, r->at);
	check_responder_key(m);
	m->p1_fits =
		cm_p1_choose(r->p1, r->n_p1, t->offers, m->n_offers, &policy, &offer, seen_p1, t);
	if (!m->p1_fits) {
		fail_policy(m);
		return;
	}
	m->policy = &r->p1[policy];
	m->offer = &t->offers[offer];
	m->responder_lifetime = m->policy->lifetime_s < m->offer->lifetime_s;
	m->p1_lifetime_s = m->responder_lifetime ? m->policy->lifetime_s : m->offer->lifetime_s;
}

static void play_keys(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	if (m->policy && m->policy->auth != cm_auth_named("pre-share")) {
		m->key = CM_KEY_UNUSED;
		if ((i->model && !i->certificates) || (r->model && !r->certificates))
			fail(m, CM_CAUSE_CERTIFICATE, r->model && !r->certificates,
				span_of(m->offer, CM_DIFFERS_AUTH),
				span_of(m->policy, CM_DIFFERS_AUTH));
		return;
	}
	struct cm_span x = m->initiator_key ? m->initiator_key->secret_at : peer_line(i);
	struct cm_span y = m->responder_key ? m->responder_key->secret_at : peer_line(r);
	if (m->key == CM_KEY_MISSING_INITIATOR)
		fail(m, CM_CAUSE_NO_KEY, false, x, y);
	if (m->key == CM_KEY_MISSING_RESPONDER)
		fail(m, CM_CAUSE_NO_KEY_THERE, true, x, y);
	if (m->key == CM_KEY_DIFFERS)
		fail(m, CM_CAUSE_KEY, false, x, y);
}

static void play_identities(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	m->identity_refused_by_responder = !identity_welcome(r, i, m->initiator_address);
	m->identity_refused_by_initiator = !identity_welcome(i, r, m->responder_address);
	if (m->identity_refused_by_responder)
		fail(m, CM_CAUSE_IDENTITY, true, i->local_id.at, r->remote_ids[0].at);
	if (m->identity_refused_by_initiator)
		fail(m, CM_CAUSE_IDENTITY, false, i->remote_ids[0].at, r->local_id.at);
}

/* --- Phase 2 --------------------------------------------------------------------------------------- */

static void seen_p2(void *user, const struct cm_p2 *mine, const struct cm_p2 *offer,
	enum cm_difference difference)
{
	struct table *t = user;
	struct cm_meet_p2 *row = &t->p2[t->meet.n_p2++];
	row->mine = mine;
	row->offer = &t->meet.initiator->p2[offer - t->proposals];
	row->offer_mode = offer->mode;
	row->difference = difference;
}

/* The offered pair as the responder sees it. Towards mGRE the remote end is filled in. */
static struct cm_selector at_responder(const struct cm_meet *m, const struct cm_selector *offered)
{
	struct cm_selector s = *offered;
	s.local = offered->remote;
	s.remote = offered->local;
	for (int k = 0; k < 2; k++) {
		s.local_port[k] = offered->remote_port[k];
		s.remote_port[k] = offered->local_port[k];
	}
	if (m->initiator->tunnel_interface.multipoint && s.local.mask == 0 &&
		m->responder_address) {
		s.local.address = m->responder_address;
		s.local.mask = 0xffffffff;
	}
	return s;
}

static void relate(
	struct cm_meet *m, struct cm_meet_selector *row, const struct cm_selector *s, size_t index)
{
	const struct cm_tunnel *r = m->responder;
	const struct cm_selector *line = NULL;
	/* Mirrored lists have the line at the same place; without denies the look ends here. */
	if (index < r->n_selectors && r->n_denies == 0 &&
		cm_selector_relate(&r->selectors[index], s) == CM_EQUAL)
		line = &r->selectors[index];
	if (!line)
		line = cm_selector_accepting(r, s);
	row->accepted = line != NULL;
	if (line) {
		row->line = line == s ? NULL : line;
		row->relation = line == s ? CM_NARROWER : cm_selector_relate(line, s);
		return;
	}
	row->relation = CM_DISJOINT;
	for (size_t k = 0; k < r->n_selectors; k++) {
		enum cm_relation relation = cm_selector_relate(&r->selectors[k], s);
		if (relation < row->relation) {
			row->relation = relation;
			row->line = &r->selectors[k];
		}
	}
}

/* `s` is what the responder sees, so that its local end is our remote one. */
static void wire_modes(struct table *t, const struct cm_selector *s)
{
	const struct cm_meet *m = &t->meet;
	for (size_t k = 0; k < m->initiator->n_p2; k++) {
		t->proposals[k] = m->initiator->p2[k];
		t->proposals[k].mode = cm_p2_mode(
			&m->initiator->p2[k], s, m->responder_address, m->initiator_address);
	}
}

static bool any_transport(const struct cm_tunnel *t)
{
	for (size_t k = 0; k < t->n_p2; k++)
		if (t->p2[k].mode == CM_MODE_TRANSPORT)
			return true;
	return false;
}

/* The proposals of one line; only the first line's comparisons are kept. */
static bool play_proposals(struct table *t, const struct cm_selector *s, bool keep)
{
	struct cm_meet *m = &t->meet;
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	const struct cm_group *pfs = i->pfs.demanded ? i->pfs.group : NULL;
	wire_modes(t, s);
	struct cm_p2_answer answer = cm_p2_choose(r, m->responder_address, m->initiator_address,
		t->proposals, i->n_p2, pfs, s, keep ? seen_p2 : NULL, t);
	if (!keep)
		return answer.proposal_fits;
	for (size_t k = 0; k < m->n_p2; k++)
		t->p2[k].mine_mode =
			cm_p2_mode(t->p2[k].mine, s, m->responder_address, m->initiator_address);
	m->p2_fits = answer.proposal_fits;
	m->pfs = cm_pfs_compare(&r->pfs, pfs);
	m->pfs_group = pfs;
	if (m->p2_fits) {
		m->transform = &r->p2[answer.mine];
		m->proposal = &i->p2[answer.offer];
		m->mode = t->proposals[answer.offer].mode;
	}
	m->p2_lifetime_s = i->lifetime_s < r->lifetime_s ? i->lifetime_s : r->lifetime_s;
	m->p2_lifetime_kb = cm_lifetime_kb_min(i->lifetime_kb, r->lifetime_kb);
	return m->p2_fits;
}

static struct cm_span transform_span(const struct cm_tunnel *t)
{
	return t->n_p2 > 0 && t->p2[0].at.end > t->p2[0].at.start ? t->p2[0].at : t->at;
}

static void judge_phase2(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	bool mode = false;
	for (size_t k = 0; k < m->n_p2; k++)
		mode |= m->p2[k].difference == CM_DIFFERS_MODE;
	if (m->n_accepted == 0) {
		const struct cm_meet_selector *row = m->n_selectors > 0 ? &m->selectors[0] : NULL;
		fail(m, CM_CAUSE_SELECTORS, false, row ? row->offered->at : i->acl_at,
			row && row->line ? row->line->at : r->acl_at);
	}
	if (!m->p2_fits && mode)
		fail(m, CM_CAUSE_MODE, false, i->p2[0].mode_at, r->p2[0].mode_at);
	if (!m->p2_fits)
		fail(m, CM_CAUSE_TRANSFORM, false, transform_span(i), transform_span(r));
	if (m->pfs != CM_SAME)
		fail(m, CM_CAUSE_PFS, m->pfs == CM_DIFFERS_PFS_MISSING, i->pfs.at, r->pfs.at);
}

static void play_phase2(struct table *t)
{
	struct cm_meet *m = &t->meet;
	const struct cm_tunnel *i = m->initiator;
	bool per_line = any_transport(i) || any_transport(m->responder);
	for (size_t k = 0; k < i->n_selectors; k++) {
		struct cm_meet_selector *row = &t->selectors[m->n_selectors++];
		struct cm_selector s = at_responder(m, &i->selectors[k]);
		row->offered = &i->selectors[k];
		relate(m, row, &s, k);
		bool fits = m->p2_fits;
		if (k == 0 || per_line)
			fits = play_proposals(t, &s, k == 0);
		m->n_accepted += row->accepted;
		if (!fits)
			m->p2_fits = false;
	}
	judge_phase2(m);
}

/* --- Afterwards -------------------------------------------------------------------------------------- */

/* The server line of a spoke that leads to this hub and names another address in the cloud. */
const struct cm_next_hop *meet_wrong_server(
	const struct cm_tunnel *spoke, const struct cm_tunnel *hub, uint32_t outside)
{
	const struct cm_tunnel_interface *ti = &spoke->tunnel_interface;
	const struct cm_next_hop *wrong = NULL;
	if (hub->tunnel_interface.address.mask == 0 || outside == 0)
		return NULL;
	for (size_t k = 0; k < ti->n_hops; k++) {
		const struct cm_next_hop *hop = &ti->hops[k];
		if (!hop->server || hop->inside == 0 || hop->outside != outside)
			continue;
		if (hop->inside == hub->tunnel_interface.address.address)
			return NULL;
		wrong = hop;
	}
	return wrong;
}

/* GRE between the ends: the key in its header, and NHRP's own authentication (RFC 2332 5.3.4). */
static void judge_cloud(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	const struct cm_tunnel_interface *x = &i->tunnel_interface, *y = &r->tunnel_interface;
	if (x->has_key != y->has_key || x->key != y->key)
		fail(m, CM_CAUSE_TUNNEL_KEY, false, x->key_at, y->key_at);
	if (!x->nhrp || !y->nhrp)
		return;
	if (!cm_str_same(x->nhrp_key, y->nhrp_key))
		fail(m, CM_CAUSE_NHRP_KEY, false, x->nhrp_key_at, y->nhrp_key_at);
	const struct cm_next_hop *wrong = meet_wrong_server(i, r, m->responder_address);
	if (wrong)
		fail(m, CM_CAUSE_NHRP_SERVER, false, wrong->at, r->at);
	wrong = meet_wrong_server(r, i, m->initiator_address);
	if (wrong)
		fail(m, CM_CAUSE_NHRP_SERVER, true, i->at, wrong->at);
}

static void judge_traffic(struct cm_meet *m)
{
	const struct cm_tunnel *i = m->initiator, *r = m->responder;
	const struct cm_tunnel_interface *x = &i->tunnel_interface, *y = &r->tunnel_interface;
	m->udp = m->nat && i->nat_t && r->nat_t;
	m->dpd_initiator = i->dpd.interval_s > 0;
	m->dpd_responder = r->dpd.interval_s > 0;
	if (m->nat && (!m->udp || (m->transform && m->transform->ah)))
		fail(m, CM_CAUSE_NAT, !r->nat_t, i->at, r->at);
	if (x->present && y->present && x->gre && y->gre)
		judge_cloud(m);
	m->up = m->cause == CM_CAUSE_NONE;
	/* Lines are separate quick modes: some may come up while others do not. */
	if (m->up && m->n_accepted < m->n_selectors) {
		size_t k = 0;
		while (m->selectors[k].accepted)
			k++;
		fail(m, CM_CAUSE_SELECTORS, false, m->selectors[k].offered->at,
			m->selectors[k].line ? m->selectors[k].line->at : r->acl_at);
	}
}

struct cm_meet *cm_meet(const struct cm_tunnel *initiator, const struct cm_tunnel *responder,
	const struct cm_meet_path *path)
{
	struct table *t = table_new(initiator, responder);
	if (!t)
		return NULL;
	struct cm_meet *m = &t->meet;
	bool ike = initiator->version != 0 && initiator->version == responder->version;
	find_addresses(m, path);
	check_initiator(m);
	if (ike)
		make_offers(t);
	check_responder(m);
	if (ike) {
		play_policies(t);
		if (m->n_offers > 0)
			play_keys(m);
		play_identities(m);
	}
	play_phase2(t);
	judge_traffic(m);
	assert(m->n_p1 <= initiator->n_p1 * responder->n_p1);
	return m;
}

/* --- Both roles ---------------------------------------------------------------------------------------- */

bool cm_meet_both(const struct cm_tunnel *a, const struct cm_tunnel *b,
	const struct cm_meet_path *path, struct cm_meet_both *out)
{
	struct cm_meet_path back = { 0 };
	if (path) {
		back.initiator = path->responder;
		back.responder = path->initiator;
		back.nat = path->nat;
	}
	out->forth = cm_meet(a, b, path);
	out->back = cm_meet(b, a, path ? &back : NULL);
	if (!out->forth || !out->back) {
		cm_meet_both_free(out);
		return false;
	}
	bool forth = out->forth->up, around = out->back->up;
	bool whole = out->forth->cause == CM_CAUSE_NONE && out->back->cause == CM_CAUSE_NONE;
	out->verdict = forth && around ? whole ? CM_COMES_UP : CM_COMES_UP_PARTLY
		: forth                ? CM_ONLY_FIRST
		: around               ? CM_ONLY_SECOND
				       : CM_FAILS;
	return true;
}

void cm_meet_both_free(struct cm_meet_both *both)
{
	cm_meet_free(both->forth);
	cm_meet_free(both->back);
	both->forth = both->back = NULL;
}
