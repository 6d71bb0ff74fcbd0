#include "tunnel/set.h"

static struct cm_selector turned(struct cm_selector s)
{
	struct cm_selector out = s;
	out.local = s.remote;
	out.remote = s.local;
	for (int i = 0; i < 2; i++) {
		out.local_port[i] = s.remote_port[i];
		out.remote_port[i] = s.local_port[i];
	}
	return out;
}

static const struct cm_selector *turn_all(
	struct arena *arena, const struct cm_selector *from, size_t n)
{
	struct cm_selector *out = ARENA_ARRAY(arena, struct cm_selector, n ? n : 1);
	for (size_t i = 0; out && i < n; i++)
		out[i] = turned(from[i]);
	return out;
}

/* We, as the far end's `set peer`. Without a known address of ours it must take anybody. */
static const struct cm_peer *our_peer(struct arena *arena, const struct cm_tunnel *t)
{
	struct cm_peer *peer = ARENA_NEW(arena, struct cm_peer);
	if (!peer)
		return NULL;
	peer->resolved = t->has_local;
	peer->address = t->local;
	peer->hostname = t->local_name;
	peer->any = !t->has_local && !t->local_name.at;
	peer->at = t->local_at;
	return peer;
}

/* The one key both ends share, bound to our address; to anybody when that is not known. */
static bool turn_key(struct arena *arena, const struct cm_tunnel *t, const struct cm_peer *peer,
	struct cm_tunnel *out)
{
	const struct cm_psk *key = peer && !peer->any && !peer->resolved
		? cm_tunnel_key_named(t, peer->hostname)
		: cm_tunnel_key(t, peer && peer->resolved ? peer->address : 0);
	out->keys = NULL;
	out->n_keys = 0;
	if (!key)
		return true;
	struct cm_psk *turned_key = ARENA_NEW(arena, struct cm_psk);
	if (!turned_key)
		return false;
	*turned_key = *key;
	turned_key->hostname = t->has_local ? cm_str_of(NULL) : t->local_name;
	turned_key->peer.address = t->has_local ? t->local : 0;
	turned_key->peer.mask = t->has_local ? 0xffffffff : 0;
	turned_key->keyring = cm_str_of("default");
	if (key->remote_secret.at) {
		turned_key->secret = key->remote_secret;
		turned_key->remote_secret = key->secret;
	}
	out->keys = turned_key;
	out->n_keys = 1;
	return true;
}

/* What the far end must call itself: the identity that we match, its address where that will do. */
static struct cm_identity demanded(const struct cm_tunnel *t, const struct cm_tunnel *out)
{
	struct cm_identity by_address = { .kind = CM_ID_ADDRESS,
		.address = { out->local, out->has_local ? 0xffffffff : 0 } };
	for (size_t i = 0; i < t->n_remote_ids; i++) {
		const struct cm_identity *id = &t->remote_ids[i];
		if (id->kind == CM_ID_ANY ||
			(id->kind == CM_ID_ADDRESS && cm_net_has(id->address, out->local)))
			return by_address;
	}
	return t->n_remote_ids > 0 ? t->remote_ids[0] : by_address;
}

static bool turn_identities(struct arena *arena, const struct cm_tunnel *t, struct cm_tunnel *out)
{
	bool plain = t->local_id.kind == CM_ID_ADDRESS;
	struct cm_identity *remote = ARENA_NEW(arena, struct cm_identity);
	if (!remote)
		return false;
	*remote = t->local_id;
	if (plain) {
		remote->address.address = t->local;
		remote->address.mask = t->has_local ? 0xffffffff : 0;
	}
	out->remote_ids = remote;
	out->n_remote_ids = t->n_remote_ids > 0 || !plain;
	out->local_id = demanded(t, out);
	return true;
}

/* The far end of a /30 or /31 is known; of a wider net only the net is. */
static struct cm_net far_interface(struct cm_net net)
{
	if (net.mask == 0xfffffffe)
		net.address ^= 1;
	else if (net.mask == 0xfffffffc)
		net.address ^= 3;
	else
		net.address &= net.mask;
	return net;
}

const struct cm_tunnel *cm_mirror(struct cm_tunnels *set, const struct cm_tunnel *t, size_t index)
{
	struct arena *arena = tunnels_arena(set);
	struct cm_tunnel *out = tunnels_single(set);
	const struct cm_peer *peer = index < t->n_peers ? &t->peers[index] : NULL;
	if (!out)
		return NULL;
	*out = *t;
	out->model = NULL;
	out->router = out->interface = out->static_map = cm_str_of(NULL);
	out->has_local = peer && peer->resolved;
	out->local = out->has_local ? peer->address : 0;
	out->local_name = peer ? peer->hostname : cm_str_of(NULL);
	out->local_at = peer ? peer->at : t->at;
	out->peers = our_peer(arena, t);
	out->n_peers = 1;
	if (t->kind == CM_TUNNEL_STATIC || t->kind == CM_TUNNEL_DYNAMIC)
		out->kind = t->has_local || t->local_name.at ? CM_TUNNEL_STATIC : CM_TUNNEL_DYNAMIC;
	out->selectors = turn_all(arena, t->selectors, t->n_selectors);
	out->denies = turn_all(arena, t->denies, t->n_denies);
	out->responder_only = false;
	out->aggressive_accepted = t->aggressive_accepted || t->aggressive_initiated;
	out->tunnel_interface.address = far_interface(t->tunnel_interface.address);
	out->tunnel_interface.source = cm_str_of(NULL);
	out->tunnel_interface.routes = NULL; /* what is behind us, only they know */
	out->tunnel_interface.n_routes = 0;
	if (!out->peers || !out->selectors || !out->denies || !turn_key(arena, t, peer, out) ||
		!turn_identities(arena, t, out))
		return NULL;
	return out;
}
