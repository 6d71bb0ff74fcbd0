#include "model/tunnels.h"

/*
 * Tunnel interfaces with `tunnel protection ipsec profile`. A GRE tunnel protects GRE between the
 * two ends; an IPsec tunnel interface protects everything (any to any) and routing decides.
 */

enum { PROTOCOL_GRE = 47 };

static const struct cm_interface *source_of(const struct cm_interface *i)
{
	return i->tunnel_source.target;
}

static void fill_source(struct cm_tunnel *t, const struct cm_interface *i)
{
	struct cm_net own;
	t->local_at = i->tunnel_source_at;
	if (i->has_tunnel_source_address) {
		t->has_local = true;
		t->local = i->tunnel_source_address;
	} else if (source_of(i) && cm_interface_address(source_of(i), &own)) {
		t->has_local = true;
		t->local = own.address;
	} else if (!i->tunnel_source.name.length) {
		tunnel_lacks(t, "it has no tunnel source");
	}
	if (source_of(i) && source_of(i)->shutdown.on)
		tunnel_lacks(t, "its source interface is shut down");
}

/* Those that the text places outside; of a server the line that names it as one. */
static void fill_hops(struct builder *b, struct cm_tunnel *t, const struct cm_interface *i)
{
	struct cm_next_hop *hops = ARENA_ARRAY(b->arena, struct cm_next_hop, i->nhrp.n_peers);
	for (size_t k = 0, n = 0; hops && k < i->nhrp.n_peers; k++) {
		const struct cm_nhrp_peer *peer = &i->nhrp.peers[k];
		struct cm_next_hop hop = { .inside = peer->address,
			.server = peer->server,
			.name = peer->nbma_name,
			.at = peer->at };
		if (!cm_nhrp_outside(&i->nhrp, peer, &hop.outside) && !hop.name.length)
			continue;
		hops[n] = hop;
		t->tunnel_interface.n_hops = ++n;
	}
	t->tunnel_interface.hops = hops;
}

/* Towards a multipoint tunnel's next hops we call; besides, anybody may call us. */
static void fill_cloud(struct builder *b, struct cm_tunnel *t)
{
	const struct cm_tunnel_interface *ti = &t->tunnel_interface;
	struct cm_peer *peers = ARENA_ARRAY(b->arena, struct cm_peer, ti->n_hops + 1);
	size_t n = 0;
	for (size_t k = 0; peers && k < ti->n_hops; k++) {
		const struct cm_next_hop *hop = &ti->hops[k];
		size_t same = 0;
		while (same < n &&
			(peers[same].address != hop->outside ||
				!cm_str_same(peers[same].hostname, hop->name)))
			same++;
		if (same == n)
			peers[n++] = (struct cm_peer){ .resolved = !hop->name.length,
				.address = hop->outside,
				.hostname = hop->name,
				.at = hop->at };
	}
	if (!peers)
		return;
	peers[n++].any = true;
	t->peers = peers;
	t->n_peers = n;
}

static void fill_destination(struct builder *b, struct cm_tunnel *t, const struct cm_interface *i)
{
	if (t->tunnel_interface.multipoint) {
		fill_cloud(b, t);
		return;
	}
	struct cm_peer *peer = ARENA_NEW(b->arena, struct cm_peer);
	if (!peer)
		return;
	peer->at = i->tunnel_destination_at;
	peer->resolved = i->has_tunnel_destination;
	peer->address = i->tunnel_destination;
	peer->hostname = i->tunnel_destination_name.text;
	peer->any = !peer->resolved && !peer->hostname.length;
	t->peers = peer;
	t->n_peers = 1;
	if (peer->any && !i->tunnel_destination_dynamic)
		tunnel_lacks(t, "it has no tunnel destination");
}

static void fill_selector(struct builder *b, struct cm_tunnel *t, const struct cm_interface *i)
{
	struct cm_selector *s = ARENA_NEW(b->arena, struct cm_selector);
	if (!s)
		return;
	s->local_port[1] = s->remote_port[1] = 65535;
	s->at = i->at;
	s->sequence = 1;
	t->selectors = s;
	t->n_selectors = 1;
	if (!t->tunnel_interface.gre)
		return;
	s->protocol = PROTOCOL_GRE;
	s->local = (struct cm_net){ t->local, t->has_local ? 0xffffffff : 0 };
	if (t->peers && t->peers[0].resolved && !t->tunnel_interface.multipoint)
		s->remote = (struct cm_net){ t->peers[0].address, 0xffffffff };
}

/* Into the tunnel by name, or by a next hop in its network. */
static bool leads_into(const struct cm_route *r, const struct cm_interface *i, struct cm_net own)
{
	if (r->inconsistent || r->null0)
		return false;
	if (r->interface.target)
		return r->interface.target == i;
	return r->has_next_hop && own.mask && cm_net_has(own, r->next_hop);
}

static void fill_routes(struct builder *b, struct cm_tunnel *t, const struct cm_interface *i)
{
	const struct cm_model *m = b->model;
	struct cm_tunnel_interface *ti = &t->tunnel_interface;
	size_t n = 0;
	for (size_t k = 0; k < m->n_routes; k++)
		n += leads_into(&m->routes[k], i, ti->address);
	struct cm_net *routes = n ? arena_take(b->arena, n * sizeof *routes) : NULL;
	for (size_t k = 0; routes && k < m->n_routes; k++)
		if (leads_into(&m->routes[k], i, ti->address))
			routes[ti->n_routes++] = m->routes[k].prefix;
	ti->routes = routes;
}

static void fill_tunnel_interface(
	struct builder *b, struct cm_tunnel *t, const struct cm_interface *i)
{
	struct cm_tunnel_interface *ti = &t->tunnel_interface;
	ti->present = true;
	ti->multipoint = i->tunnel_mode == CM_TUNNEL_GRE_MULTIPOINT;
	ti->gre = ti->multipoint || i->tunnel_mode == CM_TUNNEL_GRE_IP;
	ti->has_key = i->tunnel_key.at.start != i->tunnel_key.at.end;
	ti->key = i->tunnel_key.value;
	ti->shared = i->protection_shared.on;
	ti->keepalive = i->keepalive.on && i->keepalive.at.start != i->keepalive.at.end;
	ti->key_at = i->tunnel_key.at;
	ti->nhrp = i->nhrp.on;
	ti->nhrp_key = i->nhrp.authentication.text;
	ti->nhrp_key_at = i->nhrp.authentication.at;
	cm_interface_address(i, &ti->address);
	ti->source = source_of(i) ? source_of(i)->name : cm_str_of(NULL);
	fill_routes(b, t, i);
}

static void protected_tunnel(struct builder *b, const struct cm_interface *i)
{
	const struct cm_ipsec_profile *profile = i->protection.target;
	struct cm_tunnel *t = tunnels_push(b->set);
	if (!t)
		return;
	t->kind = CM_TUNNEL_PROFILE;
	t->map = i->protection.name;
	t->interface = i->name;
	t->at = i->at;
	t->fvrf = i->tunnel_vrf.name;
	t->ivrf = i->vrf.name;
	fill_tunnel_interface(b, t, i);
	fill_hops(b, t, i);
	fill_source(t, i);
	fill_destination(b, t, i);
	fill_selector(b, t, i);
	struct cm_sa_settings settings = { 0 };
	if (profile)
		settings = profile->sa;
	else
		tunnel_lacks(t, "its IPsec profile is not defined");
	if (i->protection_ikev2_profile.target)
		settings.ikev2_profile = i->protection_ikev2_profile;
	const struct cm_isakmp_profile *isakmp = i->protection_isakmp_profile.target
		? i->protection_isakmp_profile.target
		: settings.isakmp_profile.target;
	tunnel_fill(b, t, &settings, isakmp, source_of(i));
	tunnel_clamp(t, i);
	if (i->shutdown.on)
		tunnel_lacks(t, "its interface is shut down");
}

void tunnels_of_interfaces(struct builder *b)
{
	for (size_t i = 0; i < b->model->n_interfaces; i++)
		if (b->model->interfaces[i].protection.name.length)
			protected_tunnel(b, &b->model->interfaces[i]);
}
