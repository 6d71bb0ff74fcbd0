#include "model/tunnels.h"

#include <stdlib.h>
#include <string.h>

/*
 * Which keys can serve a tunnel, in IOS's order (ios.md 2.2): with a profile its keyrings as
 * written; without one `default` first, then the other keyrings of the front-door VRF.
 */

static bool is_host(const struct cm_psk *key)
{
	return !key->hostname.length && key->peer.mask == 0xffffffff;
}

static int by_address(const void *a, const void *b)
{
	const struct cm_psk *const *x = a, *const *y = b;
	if ((*x)->peer.address != (*y)->peer.address)
		return (*x)->peer.address < (*y)->peer.address ? -1 : 1;
	return (*x)->at.start < (*y)->at.start ? -1 : (*x)->at.start > (*y)->at.start;
}

static bool index_keyring(struct builder *b, struct key_index *index, const struct cm_keyring *ring)
{
	index->keyring = ring;
	index->hosts = ARENA_ARRAY(b->arena, const struct cm_psk *, ring->n_keys + 1);
	index->others = ARENA_ARRAY(b->arena, const struct cm_psk *, ring->n_keys + 1);
	if (!index->hosts || !index->others)
		return false;
	for (size_t i = 0; i < ring->n_keys; i++) {
		const struct cm_psk *key = &ring->keys[i];
		if (is_host(key))
			index->hosts[index->n_hosts++] = key;
		else
			index->others[index->n_others++] = key;
	}
	if (index->n_hosts)
		qsort(index->hosts, index->n_hosts, sizeof *index->hosts, by_address);
	return true;
}

bool key_index_make(struct builder *b)
{
	const struct cm_model *model = b->model;
	b->keys = ARENA_ARRAY(b->arena, struct key_index, model->n_keyrings + 1);
	if (!b->keys)
		return false;
	for (size_t i = 0; i < model->n_keyrings; i++)
		if (!index_keyring(b, &b->keys[i], &model->keyrings[i]))
			return false;
	return true;
}

struct collected {
	struct cm_psk *at;
	size_t n, room;
};

static void collect(struct builder *b, struct collected *c, const struct cm_psk *key)
{
	struct cm_psk *one = ARENA_PUSH(b->arena, c->at, c->n, c->room);
	if (one)
		*one = *key;
}

static size_t first_host(const struct key_index *index, uint32_t address)
{
	size_t low = 0, high = index->n_hosts;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (index->hosts[middle]->peer.address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void collect_peer(
	struct builder *b, struct collected *c, const struct key_index *index, uint32_t address)
{
	for (size_t i = first_host(index, address);
		i < index->n_hosts && index->hosts[i]->peer.address == address; i++)
		collect(b, c, index->hosts[i]);
}

/* Peers that are not known before they call may use any key. */
static bool any_peer(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_peers; i++)
		if (!t->peers[i].resolved)
			return true;
	return t->n_peers == 0;
}

static void collect_ring(struct builder *b, struct collected *c, const struct cm_tunnel *t,
	const struct key_index *index)
{
	if (any_peer(t)) {
		for (size_t i = 0; i < index->keyring->n_keys; i++)
			collect(b, c, &index->keyring->keys[i]);
		return;
	}
	for (size_t i = 0; i < t->n_peers; i++)
		collect_peer(b, c, index, t->peers[i].address);
	for (size_t i = 0; i < index->n_others; i++)
		collect(b, c, index->others[i]);
}

bool keyring_serves(const struct cm_keyring *ring, const struct cm_tunnel *t)
{
	struct cm_net own;
	if (!cm_str_same(ring->vrf.name, t->fvrf) &&
		!(ring->vrf.name.length == 0 && t->fvrf.length == 0))
		return false;
	if (!t->has_local)
		return true;
	if (ring->has_local_address)
		return ring->local_address == t->local;
	if (ring->local_interface.target &&
		cm_interface_address(ring->local_interface.target, &own))
		return own.address == t->local;
	return true;
}

static const struct key_index *index_of(const struct builder *b, const struct cm_keyring *ring)
{
	for (size_t i = 0; i < b->model->n_keyrings; i++)
		if (b->keys[i].keyring == ring)
			return &b->keys[i];
	return NULL;
}

void tunnel_keys(struct builder *b, struct cm_tunnel *t, const struct cm_isakmp_profile *profile)
{
	struct collected c = { 0 };
	if (profile && profile->n_keyrings) {
		for (size_t i = 0; i < profile->n_keyrings; i++) {
			const struct key_index *index = index_of(b, profile->keyrings[i].target);
			if (index)
				collect_ring(b, &c, t, index);
		}
	} else {
		for (size_t i = 0; i < b->model->n_keyrings; i++)
			if (i == 0 || keyring_serves(&b->model->keyrings[i], t))
				collect_ring(b, &c, t, &b->keys[i]);
	}
	t->keys = c.at;
	t->n_keys = c.n;
}
