#include "model/tunnels.h"

#include <string.h>

enum { MTU_DEFAULT = 1500 };

void tunnel_lacks(struct cm_tunnel *t, const char *why)
{
	if (!t->incomplete)
		t->why = why;
	t->incomplete = true;
}

static bool said(struct cm_span at)
{
	return at.start != at.end;
}

/* --- Proposals ------------------------------------------------------------------------------------ */

/*
 * Before 12.4(20)T the one built-in suite stands below the configured policies; from then on the
 * built-in policies are used only when none is configured (ios.md 2.1).
 */
static bool make_p1(struct builder *b)
{
	const struct cm_model *m = b->model;
	bool below = m->n_policies == 0 ||
		(m->release.known && !cm_release_since(m->release, "12.4(20)T", true));
	size_t n = m->n_policies + (below ? m->n_default_policies : 0);
	struct cm_p1 *list = ARENA_ARRAY(b->arena, struct cm_p1, n + 1);
	if (!list)
		return false;
	for (size_t i = 0; i < n; i++)
		list[i] = i < m->n_policies ? m->policies[i].p1
					    : m->default_policies[i - m->n_policies].p1;
	b->p1 = list;
	b->n_p1 = n;
	return true;
}

/* IKEv2 lists alternatives; spread out, each combination is one proposal. */
static void spread_proposal(
	struct builder *b, const struct cm_ikev2_proposal *p, struct cm_p1 **list, size_t *room)
{
	const struct cm_hash *const *hashes = p->n_integrity ? p->integrity : p->prfs;
	size_t n_hashes = p->n_integrity ? p->n_integrity : p->n_prfs;
	size_t total = p->n_ciphers * n_hashes * p->n_groups;
	for (size_t i = 0; i < total && i < 1024; i++) {
		struct cm_p1 *one = ARENA_PUSH(b->arena, *list, b->n_p1v2, *room);
		if (!one)
			return;
		one->priority = (unsigned)b->n_p1v2;
		one->cipher = p->ciphers[i / (n_hashes * p->n_groups)];
		one->hash = hashes[i / p->n_groups % n_hashes];
		one->group = p->groups[i % p->n_groups];
		one->auth = cm_auth_named("pre-share");
		one->lifetime_s = 86400;
		one->built_in = p->built_in;
		one->at = p->at;
	}
}

static void make_p1v2(struct builder *b)
{
	const struct cm_model *m = b->model;
	struct cm_p1 *list = NULL;
	size_t room = 0;
	bool own = false;
	for (size_t i = 0; i < m->n_ikev2_policies; i++)
		own = own || !m->ikev2_policies[i].built_in;
	for (size_t i = 0; i < m->n_ikev2_policies; i++) {
		const struct cm_ikev2_policy *policy = &m->ikev2_policies[i];
		for (size_t j = 0; j < policy->n_proposals; j++)
			if ((!own || !policy->built_in) && policy->proposals[j].target)
				spread_proposal(b, policy->proposals[j].target, &list, &room);
	}
	b->p1v2 = list;
}

static const struct cm_transform_set *default_set(const struct cm_model *m)
{
	for (size_t i = 0; i < m->n_transform_sets; i++)
		if (m->transform_sets[i].built_in)
			return &m->transform_sets[i];
	return NULL;
}

static void fill_p2(struct builder *b, struct cm_tunnel *t, const struct cm_sa_settings *sa)
{
	struct cm_p2 *list = ARENA_ARRAY(b->arena, struct cm_p2, sa->n_transform_sets + 1);
	const struct cm_transform_set *otherwise = default_set(b->model);
	if (!list)
		return;
	for (size_t i = 0; i < sa->n_transform_sets; i++) {
		const struct cm_transform_set *set = sa->transform_sets[i].target;
		if (!set)
			continue;
		list[t->n_p2++] = set->p2;
		t->esn = t->esn || set->esn.on;
	}
	if (sa->n_transform_sets == 0 && otherwise)
		list[t->n_p2++] = otherwise->p2;
	t->p2 = list;
	if (t->n_p2 == 0)
		tunnel_lacks(t,
			sa->n_transform_sets ? "its transform-set is not defined"
					     : "it has no transform-set");
}

/* --- Settings -------------------------------------------------------------------------------------- */

static void fill_lifetimes(struct builder *b, struct cm_tunnel *t, const struct cm_sa_settings *sa)
{
	const struct cm_ipsec *global = &b->model->ipsec;
	const struct cm_number *s = said(sa->lifetime_s.at) ? &sa->lifetime_s : &global->lifetime_s;
	const struct cm_number *kb =
		said(sa->lifetime_kb.at) ? &sa->lifetime_kb : &global->lifetime_kb;
	const struct cm_number *idle = said(sa->idle_s.at) ? &sa->idle_s : &global->idle_s;
	const struct cm_number *window =
		said(sa->replay_window.at) ? &sa->replay_window : &global->replay_window;
	t->lifetime_s = s->value;
	t->lifetime_s_at = s->at;
	t->lifetime_kb = kb->value;
	t->lifetime_kb_at = kb->at;
	t->idle_s = idle->value;
	t->replay_window = (uint16_t)window->value;
}

static struct cm_str own_fqdn(const struct builder *b)
{
	const struct cm_model *m = b->model;
	if (!m->domain.text.length)
		return m->hostname.text;
	return cm_str_of(arena_printf(b->arena, "%.*s.%.*s", (int)m->hostname.text.length,
		m->hostname.text.at, (int)m->domain.text.length, m->domain.text.at));
}

static void fill_identity(
	struct builder *b, struct cm_tunnel *t, const struct cm_isakmp_profile *profile)
{
	const struct cm_model *m = b->model;
	if (profile && said(profile->self_identity.at)) {
		t->local_id = profile->self_identity;
		if (t->local_id.kind == CM_ID_FQDN && !t->local_id.name.length)
			t->local_id.name = own_fqdn(b);
		return;
	}
	t->local_id.at = m->isakmp.identity_at;
	switch (m->isakmp.identity) {
	case CM_ISAKMP_ID_ADDRESS:
		t->local_id.kind = CM_ID_ADDRESS;
		t->local_id.address = (struct cm_net){ t->local, 0xffffffff };
		break;
	case CM_ISAKMP_ID_DN:
		t->local_id.kind = CM_ID_DN;
		break;
	case CM_ISAKMP_ID_HOSTNAME:
		t->local_id.kind = CM_ID_FQDN;
		t->local_id.name = own_fqdn(b);
		break;
	}
}

/* `crypto isakmp peer … set aggressive-mode`: with it IOS begins in aggressive mode. */
static void fill_aggressive(
	struct builder *b, struct cm_tunnel *t, const struct cm_isakmp_profile *profile)
{
	const struct cm_model *m = b->model;
	t->aggressive_accepted = m->isakmp.aggressive.on;
	t->aggressive_initiated = profile && profile->initiate_aggressive.on;
	for (size_t i = 0; i < m->n_isakmp_peers && t->n_peers; i++) {
		const struct cm_isakmp_peer *peer = &m->isakmp_peers[i];
		bool meant = peer->has_address && t->peers[0].resolved &&
			peer->address == t->peers[0].address;
		if (!meant || (!said(peer->client_endpoint.at) && !peer->password.length))
			continue;
		t->aggressive_initiated = true;
		if (said(peer->client_endpoint.at))
			t->local_id = peer->client_endpoint;
		if (!peer->password.length)
			continue;
		struct cm_psk *keys = ARENA_ARRAY(b->arena, struct cm_psk, t->n_keys + 1);
		if (!keys)
			return;
		keys[0] = (struct cm_psk){ .peer = { peer->address, 0xffffffff },
			.secret = peer->password,
			.keyring = cm_str_of("peer"),
			.at = peer->at,
			.secret_at = peer->password_at };
		if (t->n_keys)
			memcpy(keys + 1, t->keys, t->n_keys * sizeof *keys);
		t->keys = keys;
		t->n_keys++;
	}
}

/* Keys of an IKEv2 keyring, or of `authentication local pre-share key`. */
static void fill_ikev2_keys(
	struct builder *b, struct cm_tunnel *t, const struct cm_ikev2_profile *profile)
{
	const struct cm_ikev2_keyring *ring = profile->keyring.target;
	size_t most = (ring ? ring->n_peers : 0) + 1;
	struct cm_psk *keys = ARENA_ARRAY(b->arena, struct cm_psk, most);
	if (!keys)
		return;
	if (said(profile->auth_local_key.at)) {
		keys[t->n_keys] = profile->auth_local_key;
		keys[t->n_keys].remote_secret = profile->auth_remote_key.secret;
		keys[t->n_keys++].peer = (struct cm_net){ 0, 0 };
	}
	for (size_t i = 0; ring && i < ring->n_peers; i++) {
		const struct cm_ikev2_peer *peer = &ring->peers[i];
		if (!said(peer->local.at))
			continue;
		keys[t->n_keys] = peer->local;
		keys[t->n_keys].remote_secret = peer->remote.secret;
		if (peer->has_address)
			keys[t->n_keys].peer = peer->address;
		else
			keys[t->n_keys].hostname =
				peer->hostname.length ? peer->hostname : peer->identity.name;
		t->n_keys++;
	}
	t->keys = keys;
}

/* In IKEv2 the profile says how we authenticate, whatever the proposal (RFC 7296 2.15). */
static const struct cm_p1 *p1_signed(struct builder *b, const struct cm_ikev2_profile *profile)
{
	const struct cm_auth *auth = cm_auth_typed(profile->auth_local.text, NULL);
	if (!auth || auth == cm_auth_named("pre-share") || b->n_p1v2 == 0)
		return b->p1v2;
	struct cm_p1 *list = ARENA_ARRAY(b->arena, struct cm_p1, b->n_p1v2);
	for (size_t i = 0; list && i < b->n_p1v2; i++) {
		list[i] = b->p1v2[i];
		list[i].auth = auth;
		list[i].where.auth = profile->auth_local.at;
	}
	return list ? list : b->p1v2;
}

static void fill_ikev2(
	struct builder *b, struct cm_tunnel *t, const struct cm_ikev2_profile *profile)
{
	t->version = 2;
	t->p1 = p1_signed(b, profile);
	t->n_p1 = b->n_p1v2;
	t->isakmp_profile = profile->name;
	t->remote_ids = profile->remote;
	t->n_remote_ids = profile->n_remote;
	t->local_id = profile->local;
	if (!said(profile->local.at))
		t->local_id.address = (struct cm_net){ t->local, 0xffffffff };
	t->dpd = said(profile->dpd.at) ? profile->dpd : b->model->ikev2_dpd;
	t->nat_keepalive_s = (uint16_t)profile->nat_keepalive.value;
	fill_ikev2_keys(b, t, profile);
}

static bool profile_covers(const struct cm_isakmp_profile *profile, const struct cm_tunnel *t)
{
	for (size_t i = 0; i < profile->n_matches && t->n_peers; i++)
		/* One with a name is an IPv6 address. */
		if (profile->matches[i].kind == CM_ID_ADDRESS && t->peers[0].resolved &&
			!profile->matches[i].name.length &&
			cm_net_has(profile->matches[i].address, t->peers[0].address))
			return true;
	return false;
}

/* An entry that names no profile gets the first one that matches its peer's identity. */
static const struct cm_isakmp_profile *profile_of(
	const struct builder *b, const struct cm_tunnel *t, const struct cm_isakmp_profile *named)
{
	for (size_t i = 0; !named && i < b->model->n_isakmp_profiles; i++)
		if (profile_covers(&b->model->isakmp_profiles[i], t))
			return &b->model->isakmp_profiles[i];
	return named;
}

static void fill_isakmp(
	struct builder *b, struct cm_tunnel *t, const struct cm_isakmp_profile *named)
{
	const struct cm_isakmp *global = &b->model->isakmp;
	const struct cm_isakmp_profile *profile = profile_of(b, t, named);
	t->version = 1;
	t->p1 = b->p1;
	t->n_p1 = b->n_p1;
	t->dpd = profile && said(profile->keepalive.at) ? profile->keepalive : global->keepalive;
	t->nat_keepalive_s = (uint16_t)global->nat_keepalive.value;
	if (profile) {
		t->isakmp_profile = profile->name;
		t->remote_ids = profile->matches;
		t->n_remote_ids = profile->n_matches;
	}
	/* Only a profile that is named narrows the keyrings when we call (ios.md 2.2). */
	tunnel_keys(b, t, named);
	fill_identity(b, t, profile);
	fill_aggressive(b, t, profile);
	if (!global->enabled.on)
		tunnel_lacks(t, "IKE is switched off (no crypto isakmp enable)");
}

void tunnel_clamp(struct cm_tunnel *t, const struct cm_interface *i)
{
	uint16_t mss = (uint16_t)i->adjust_mss.value;
	if (mss && (!t->mss || mss < t->mss))
		t->mss = mss;
}

/* TCP of the tunnel also crosses the interfaces of the networks that it protects. */
static void clamp_inside(struct builder *b, struct cm_tunnel *t)
{
	for (size_t i = 0; i < b->model->n_interfaces; i++) {
		const struct cm_interface *inside = &b->model->interfaces[i];
		struct cm_net own;
		if (!inside->adjust_mss.value || !cm_interface_address(inside, &own))
			continue;
		for (size_t j = 0; j < t->n_selectors; j++)
			if (cm_net_has(t->selectors[j].local, own.address)) {
				tunnel_clamp(t, inside);
				break;
			}
	}
}

static void fill_interface(
	struct builder *b, struct cm_tunnel *t, const struct cm_interface *carrier)
{
	t->df = b->model->ipsec.df;
	t->fragment_after = b->model->ipsec.fragment_after.on;
	t->mtu = MTU_DEFAULT;
	if (!carrier)
		return;
	if (said(carrier->df_at))
		t->df = carrier->df;
	if (said(carrier->fragment_after.at))
		t->fragment_after = carrier->fragment_after.on;
	if (carrier->ip_mtu.value)
		t->mtu = (uint16_t)carrier->ip_mtu.value;
	else if (carrier->mtu.value)
		t->mtu = (uint16_t)carrier->mtu.value;
	tunnel_clamp(t, carrier);
	if (carrier->shutdown.on)
		tunnel_lacks(t, "its interface is shut down");
}

/* Somewhere the text says where a certificate comes from; whether it is there, it cannot say. */
static bool has_trustpoint(const struct cm_model *m)
{
	for (size_t i = 0; i < m->n_definitions; i++)
		if (m->definitions[i].kind == CM_THING_TRUSTPOINT)
			return true;
	return false;
}

void tunnel_fill(struct builder *b, struct cm_tunnel *t, const struct cm_sa_settings *sa,
	const struct cm_isakmp_profile *profile, const struct cm_interface *carrier)
{
	const struct cm_isakmp *isakmp = &b->model->isakmp;
	t->document = b->model->document;
	t->model = b->model;
	t->router = b->model->hostname.text;
	t->release = b->model->release;
	t->pfs = sa->pfs;
	t->nat_t = b->model->ipsec.nat_transparency.on;
	t->ike_enabled = isakmp->enabled.on;
	t->ike_fragmentation = isakmp->fragmentation.on;
	t->invalid_spi_recovery = isakmp->invalid_spi_recovery.on;
	t->initial_contact = true;
	t->certificates = b->certificates;
	t->responder_only = sa->responder_only.on;
	t->per_host = sa->per_host.on;
	fill_p2(b, t, sa);
	fill_lifetimes(b, t, sa);
	fill_interface(b, t, carrier);
	if (said(sa->df_at))
		t->df = sa->df;
	if (sa->ikev2_profile.target)
		fill_ikev2(b, t, sa->ikev2_profile.target);
	else
		fill_isakmp(b, t, profile);
}

/* --- Crypto maps ------------------------------------------------------------------------------------ */

static void fill_local(
	struct cm_tunnel *t, const struct cm_crypto_map *map, const struct cm_interface *carrier)
{
	const struct cm_interface *source =
		map->local_address.target ? map->local_address.target : carrier;
	struct cm_net own;
	if (!source)
		return;
	if (cm_interface_address(source, &own)) {
		t->has_local = true;
		t->local = own.address;
	}
	t->local_at = said(map->local_address.at) ? map->local_address.at
		: source->n_addresses             ? source->addresses[0].at
						  : source->addressing_at;
	if (source->addressing == CM_IF_NONE)
		tunnel_lacks(t, "its interface has no address");
}

static void fill_entry(struct builder *b, struct cm_tunnel *t, const struct cm_crypto_map *map,
	const struct cm_map_entry *e, const struct cm_interface *carrier)
{
	const struct cm_isakmp_profile *profile = e->sa.isakmp_profile.target;
	if (!profile)
		profile = e->header_profile.target;
	if (!profile)
		profile = map->isakmp_profile.target;
	if (carrier) {
		t->interface = carrier->name;
		t->fvrf = carrier->vrf.name;
	} else {
		tunnel_lacks(t, "its crypto map is on no interface");
	}
	t->at = e->at;
	t->peers = e->peers;
	t->n_peers = e->n_peers;
	fill_local(t, map, carrier);
	tunnel_fill(b, t, &e->sa, profile, carrier);
	t->acl = e->acl.name;
	t->acl_at = e->acl.at;
	if (e->acl.target)
		tunnel_selectors(b, t, e->acl.target);
	clamp_inside(b, t);
}

static void static_tunnel(struct builder *b, const struct cm_crypto_map *map,
	const struct cm_map_entry *e, const struct cm_interface *carrier)
{
	struct cm_tunnel *t = tunnels_push(b->set);
	if (!t)
		return;
	t->kind = e->type == CM_ENTRY_MANUAL ? CM_TUNNEL_MANUAL : CM_TUNNEL_STATIC;
	t->map = map->name;
	t->static_map = map->name;
	t->sequence = e->sequence;
	if (e->n_peers == 0)
		tunnel_lacks(t, "it has no peer");
	if (!e->acl.name.length)
		tunnel_lacks(t, "it has no `match address`");
	else if (!e->acl.target)
		tunnel_lacks(t, "its access list is not defined");
	fill_entry(b, t, map, e, carrier);
	if (t->kind == CM_TUNNEL_MANUAL)
		t->version = 0;
	if (t->n_selectors == 0)
		tunnel_lacks(t, "its access list permits nothing");
}

static const struct cm_peer anybody = { .any = true };

static void dynamic_tunnels(struct builder *b, const struct cm_crypto_map *map,
	const struct cm_map_entry *reference, const struct cm_interface *carrier)
{
	const struct cm_dynamic_map *dynamic = reference->dynamic.target;
	for (size_t i = 0; dynamic && i < dynamic->n_entries; i++) {
		const struct cm_map_entry *e = &dynamic->entries[i];
		struct cm_tunnel *t = tunnels_push(b->set);
		if (!t)
			return;
		t->kind = CM_TUNNEL_DYNAMIC;
		t->map = dynamic->name;
		t->static_map = map->name;
		t->sequence = reference->sequence;
		t->dynamic_sequence = e->sequence;
		fill_entry(b, t, map, e, carrier);
		if (t->n_peers == 0) {
			t->peers = &anybody;
			t->n_peers = 1;
		}
	}
}

static void map_tunnels(
	struct builder *b, const struct cm_crypto_map *map, const struct cm_interface *carrier)
{
	for (size_t i = 0; i < map->n_entries; i++) {
		const struct cm_map_entry *e = &map->entries[i];
		if (e->type == CM_ENTRY_DYNAMIC)
			dynamic_tunnels(b, map, e, carrier);
		else if (e->type == CM_ENTRY_ISAKMP || e->type == CM_ENTRY_MANUAL)
			static_tunnel(b, map, e, carrier);
	}
}

struct cm_tunnels *cm_tunnels_of_model(const struct cm_model *model)
{
	struct builder b = {
		.model = model, .set = cm_tunnels_new(), .certificates = has_trustpoint(model)
	};
	if (!b.set)
		return NULL;
	b.arena = tunnels_arena(b.set);
	if (key_index_make(&b) && make_p1(&b)) {
		make_p1v2(&b);
		for (size_t i = 0; i < model->n_crypto_maps; i++) {
			const struct cm_crypto_map *map = &model->crypto_maps[i];
			for (size_t j = 0; j < map->n_interfaces; j++)
				map_tunnels(&b, map, map->interfaces[j]);
			if (map->n_interfaces == 0)
				map_tunnels(&b, map, NULL);
		}
		tunnels_of_interfaces(&b);
	}
	if (!arena_failed(b.arena))
		return b.set;
	cm_tunnels_free(b.set);
	return NULL;
}
