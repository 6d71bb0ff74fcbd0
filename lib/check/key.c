/*
 * Pre-shared keys: which peer has none, which key has no peer, and secrets that are none.
 */
#include "check/check.h"
#include "check/examples.h"
#include "check/guess.h"
#include "model/tunnels.h"

#include <stdlib.h>
#include <string.h>

/* A key with the keyring it stands in. */
struct key {
	const struct cm_keyring *keyring;
	const struct cm_psk *psk;
	bool used, reported;
	bool asked; /* who has it is asked for a user name */
};

/* All IKEv1 keys; those for addresses also by (address, mask), for each mask that occurs. */
struct keys {
	struct key *items;
	size_t n;
	size_t *table, room; /* 0: free; else index + 1 */
	uint32_t *masks;
	size_t n_masks, masks_room;
};

static size_t slot(const struct keys *keys, struct cm_net net)
{
	uint64_t h = ((uint64_t)net.address << 32 | net.mask) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h >> 32) & (keys->room - 1);
}

static void add_mask(struct check *c, struct keys *keys, uint32_t mask)
{
	for (size_t i = 0; i < keys->n_masks; i++) {
		if (keys->masks[i] == mask)
			return;
	}
	uint32_t *one = ARENA_PUSH(c->arena, keys->masks, keys->n_masks, keys->masks_room);
	if (one)
		*one = mask;
}

static void add_key(struct check *c, struct keys *keys, size_t index)
{
	const struct cm_psk *psk = keys->items[index].psk;
	if (psk->hostname.at)
		return;
	struct cm_net net = { psk->peer.address & psk->peer.mask, psk->peer.mask };
	size_t at = slot(keys, net);
	while (keys->table[at])
		at = (at + 1) & (keys->room - 1);
	keys->table[at] = index + 1;
	add_mask(c, keys, psk->peer.mask);
}

/* False when there are none (or no memory). */
static bool keys_init(struct check *c, struct keys *keys)
{
	const struct cm_model *m = c->model;
	*keys = (struct keys){ 0 };
	size_t n = 0;
	for (size_t i = 0; i < m->n_keyrings; i++)
		n += m->keyrings[i].n_keys;
	for (keys->room = 16; keys->room < 2 * n; keys->room *= 2)
		;
	keys->items = ARENA_ARRAY(c->arena, struct key, n + 1);
	keys->table = ARENA_ARRAY(c->arena, size_t, keys->room);
	if (!keys->items || !keys->table)
		return false;
	for (size_t i = 0; i < m->n_keyrings; i++) {
		for (size_t k = 0; k < m->keyrings[i].n_keys; k++) {
			keys->items[keys->n] = (struct key){ &m->keyrings[i],
				&m->keyrings[i].keys[k], false, false, false };
			add_key(c, keys, keys->n++);
		}
	}
	return true;
}

typedef void key_seen(void *user, struct key *);

/* Every key whose range holds the address, for each mask one look-up. */
static void keys_for(struct keys *keys, uint32_t address, key_seen *seen, void *user)
{
	for (size_t i = 0; i < keys->n_masks; i++) {
		struct cm_net net = { address & keys->masks[i], keys->masks[i] };
		for (size_t at = slot(keys, net); keys->table[at];
			at = (at + 1) & (keys->room - 1)) {
			struct key *key = &keys->items[keys->table[at] - 1];
			if (key->psk->peer.mask == net.mask &&
				(key->psk->peer.address & net.mask) == net.address)
				seen(user, key);
		}
	}
}

/* --- Peers ---------------------------------------------------------------------------------- */

struct lookup {
	const struct cm_tunnel *tunnel;
	bool asked;          /* for a user name, by `client authentication` */
	size_t n;            /* keys that serve us when we start */
	struct key *best;    /* of the first keyring that has any match, its longest mask */
	struct key *other;   /* of another keyring and another secret, at least as near */
	struct key *answer;  /* what an answering router finds, which knows no profile yet */
	struct key *refused; /* for this peer, in a keyring that does not serve it */
};

static bool allowed(const struct cm_tunnel *t, const struct cm_psk *psk)
{
	if (!t->isakmp_profile.at)
		return true;
	for (size_t i = 0; i < t->n_keys; i++) {
		if (cm_str_same(t->keys[i].keyring, psk->keyring))
			return true;
	}
	return false;
}

/* Keyrings stand in one array, in the order of look-up. */
static void take_better(struct key **best, struct key *key)
{
	bool earlier = *best && key->keyring < (*best)->keyring;
	bool nearer = *best && key->keyring == (*best)->keyring &&
		key->psk->peer.mask > (*best)->psk->peer.mask;
	if (!*best || earlier || nearer)
		*best = key;
}

static bool is_global(const struct key *key)
{
	return cm_str_is(key->keyring->name, "default");
}

static void look(void *user, struct key *key)
{
	struct lookup *l = user;
	key->used = true;
	key->asked |= l->asked;
	/* A map that no interface carries does not tell where its peers come in. */
	bool serves = is_global(key) || !l->tunnel->interface.length ||
		keyring_serves(key->keyring, l->tunnel);
	if (serves)
		take_better(&l->answer, key);
	if (!serves || !allowed(l->tunnel, key->psk)) {
		l->refused = key;
		return;
	}
	l->n++;
	take_better(&l->best, key);
}

/* What is encrypted in the text may be the same as anything. */
static bool same_secret(const struct key *a, const struct key *b)
{
	return a->psk->sealed || b->psk->sealed || cm_str_same(a->psk->secret, b->psk->secret);
}

static void look_again(void *user, struct key *key)
{
	struct lookup *l = user;
	if (l->best && key->keyring != l->best->keyring && !same_secret(key, l->best) &&
		key->psk->peer.mask >= l->best->psk->peer.mask && allowed(l->tunnel, key->psk))
		l->other = key;
}

static bool only_pre_share(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_p1; i++) {
		const struct cm_p1 *p = &t->p1[i];
		if (!p->built_in && p->auth && strcmp(p->auth->name, "pre-share") != 0)
			return false;
	}
	return t->n_p1 > 0;
}

static bool is_host_key(const struct cm_psk *psk)
{
	return !psk->hostname.at && psk->peer.mask == UINT32_MAX;
}

/* How far two addresses are apart as a typist sees them: changes of a digit or a dot. */
static bool look_alike(uint32_t a, uint32_t b)
{
	char one[16], two[16];
	const char *words[] = { cm_ip4_print(b, two) };
	unsigned parts = 0;
	for (unsigned shift = 0; shift < 32; shift += 8)
		parts += (a >> shift & 255) != (b >> shift & 255);
	return parts == 1 && cm_nearest(cm_str_of(cm_ip4_print(a, one)), words, 1);
}

static bool own_address(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++) {
		for (size_t k = 0; k < m->interfaces[i].n_addresses; k++) {
			if (m->interfaces[i].addresses[k].net.address == address)
				return true;
		}
	}
	return false;
}

/* A key without a peer that was probably meant for this one. */
static struct key *meant_for(struct keys *keys, uint32_t peer)
{
	struct key *only = NULL;
	size_t n = 0;
	enum { FEW = 500 };
	for (size_t i = 0; i < keys->n && i < FEW; i++) {
		struct key *key = &keys->items[i];
		if (key->used || !is_host_key(key->psk))
			continue;
		if (look_alike(key->psk->peer.address, peer))
			return key;
		only = key;
		n++;
	}
	return n == 1 ? only : NULL;
}

static void say_missing(
	struct check *c, struct keys *keys, const struct cm_tunnel *t, const struct cm_peer *peer)
{
	char address[16], other[16];
	struct cm_diag *found = check_say(c, "key-missing", check_said(peer->at) ? peer->at : t->at,
		"no pre-shared key for peer %s", cm_ip4_print(peer->address, address));
	struct key *near = meant_for(keys, peer->address);
	if (!near)
		return;
	near->reported = true;
	bool own = own_address(c->model, near->psk->peer.address);
	diag_note(c->diags, found, near->psk->at,
		own ? "this key is for %s, which is our own address:"
		    : "this key is for %s, which no tunnel uses:",
		cm_ip4_print(near->psk->peer.address, other));
}

static struct cm_diag *say_several(struct check *c, const struct key *first,
	const struct key *second, const struct cm_peer *peer)
{
	char address[16];
	struct cm_diag *found = check_say(c, "key-several", peer->at,
		"keyrings %.*s and %.*s hold different keys for peer %s",
		(int)first->psk->keyring.length, first->psk->keyring.at,
		(int)second->psk->keyring.length, second->psk->keyring.at,
		cm_ip4_print(peer->address, address));
	diag_note(c->diags, found, first->psk->at,
		"an answering router takes the first keyring that has any match:");
	return found;
}

/* Among keyrings that all may be asked, or between the profile's and those before it. */
static void check_several(struct check *c, const struct lookup *l, const struct cm_peer *peer)
{
	if (l->other) {
		struct cm_diag *found = say_several(c, l->best, l->other, peer);
		diag_note(c->diags, found, l->other->psk->at,
			l->other->psk->peer.mask > l->best->psk->peer.mask
				? "so this one, which is for this peer, is not found:"
				: "so this one is not found:");
	} else if (l->best && l->answer != l->best && !same_secret(l->answer, l->best)) {
		struct cm_diag *found = say_several(c, l->answer, l->best, peer);
		diag_note(c->diags, found, l->best->psk->at,
			"when we start, profile %.*s takes this one:",
			(int)l->tunnel->isakmp_profile.length, l->tunnel->isakmp_profile.at);
	}
}

/* Extended authentication of the map concerns all of its peers that have no profile. */
static bool is_asked(const struct check *c, const struct cm_tunnel *t)
{
	const struct cm_crypto_map *map = cm_model_crypto_map(c->model, t->map);
	return map && map->xauth.on && !t->isakmp_profile.at && t->kind == CM_TUNNEL_STATIC;
}

static void check_peer(
	struct check *c, struct keys *keys, const struct cm_tunnel *t, const struct cm_peer *peer)
{
	struct lookup l = { .tunnel = t, .asked = is_asked(c, t) };
	if (peer->any || !peer->resolved)
		return;
	keys_for(keys, peer->address, look, &l);
	if (l.n > 1)
		keys_for(keys, peer->address, look_again, &l);
	if (check_said(peer->at))
		check_several(c, &l, peer);
}

/* The peer has a key, where nobody looks for it. */
static void say_refused(struct check *c, const struct lookup *l, const struct cm_peer *peer)
{
	const struct cm_keyring *ring = l->refused->keyring;
	const struct cm_psk *psk = l->refused->psk;
	struct cm_str vrf = ring->vrf.name, fvrf = l->tunnel->fvrf;
	char address[16];
	cm_ip4_print(peer->address, address);
	if (vrf.length && !cm_str_same(vrf, fvrf)) {
		check_say(c, "key-vrf", psk->at,
			"keyring %.*s serves VRF %.*s, but peer %s comes in by %s%.*s",
			(int)ring->name.length, ring->name.at, (int)vrf.length, vrf.at, address,
			fvrf.length ? "VRF " : "the global table", (int)fvrf.length, fvrf.at);
		return;
	}
	struct cm_diag *found =
		check_say(c, "key-missing", check_said(peer->at) ? peer->at : l->tunnel->at,
			"no pre-shared key for peer %s", address);
	if (is_global(l->refused) || keyring_serves(ring, l->tunnel))
		diag_note(c->diags, found, psk->at,
			"this key is in keyring %.*s, which profile %.*s does not name:",
			(int)ring->name.length, ring->name.at,
			(int)l->tunnel->isakmp_profile.length, l->tunnel->isakmp_profile.at);
	else
		diag_note(c->diags, found, psk->at,
			"this key is in keyring %.*s, which serves another address of ours:",
			(int)ring->name.length, ring->name.at);
}

/* Peers without a key come second: by then every key that serves somebody is known. */
static void check_peer_again(
	struct check *c, struct keys *keys, const struct cm_tunnel *t, const struct cm_peer *peer)
{
	struct lookup l = { .tunnel = t };
	if (peer->any || !peer->resolved || !only_pre_share(t))
		return;
	keys_for(keys, peer->address, look, &l);
	bool named = peer->hostname.at && cm_tunnel_key_named(t, peer->hostname);
	bool untold = keys->n == 0 &&
		(!check_is_whole(c) || check_refused_line(c, "crypto isakmp key") ||
			check_refused_line(c, "pre-shared-key"));
	bool missing = l.n == 0 && !named && !t->aggressive_initiated && !untold;
	if (missing && l.refused)
		say_refused(c, &l, peer);
	else if (missing)
		say_missing(c, keys, t, peer);
	else if (l.best && t->fvrf.at && l.n == 1 && !l.best->keyring->vrf.name.at)
		check_say(c, "key-vrf", l.best->psk->at,
			"peers in VRF %.*s do not find keys of the global keyring",
			(int)t->fvrf.length, t->fvrf.at);
}

static void each_peer(struct check *c, struct keys *keys,
	void (*look_at)(
		struct check *, struct keys *, const struct cm_tunnel *, const struct cm_peer *))
{
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		for (size_t k = 0; t->version == 1 && k < t->n_peers; k++)
			look_at(c, keys, t, &t->peers[k]);
	}
}

/* --- Keys ----------------------------------------------------------------------------------- */

/* Whoever comes: then any key may serve somebody. */
static bool takes_anybody(const struct check *c)
{
	for (size_t i = 0; i < c->n_tunnels; i++) {
		const struct cm_tunnel *t = &c->tunnels[i];
		if (t->kind == CM_TUNNEL_DYNAMIC || t->tunnel_interface.multipoint)
			return true;
		for (size_t k = 0; k < t->n_peers; k++) {
			if (t->peers[k].any || !t->peers[k].resolved)
				return true;
		}
	}
	for (size_t i = 0; i < c->model->n_isakmp_profiles; i++) {
		if (c->model->isakmp_profiles[i].virtual_template.at.end)
			return true;
	}
	return c->model->n_client_groups > 0;
}

static void mark(void *user, struct key *key)
{
	(void)user;
	key->used = true;
}

/* Addresses that are named elsewhere: whoever wrote them there had a peer in mind. */
static void mark_named_elsewhere(struct check *c, struct keys *keys)
{
	const struct cm_model *m = c->model;
	for (size_t i = 0; i < m->n_isakmp_peers; i++) {
		if (m->isakmp_peers[i].has_address)
			keys_for(keys, m->isakmp_peers[i].address, mark, NULL);
	}
	for (size_t i = 0; i < m->n_crypto_maps; i++) {
		for (size_t e = 0; e < m->crypto_maps[i].n_entries; e++) {
			const struct cm_map_entry *entry = &m->crypto_maps[i].entries[e];
			for (size_t p = 0; p < entry->n_peers; p++) {
				if (entry->peers[p].resolved)
					keys_for(keys, entry->peers[p].address, mark, NULL);
			}
		}
	}
	for (size_t i = 0; i < m->n_interfaces; i++) {
		if (m->interfaces[i].has_tunnel_destination)
			keys_for(keys, m->interfaces[i].tunnel_destination, mark, NULL);
	}
	for (size_t i = 0; i < m->n_isakmp_profiles; i++) {
		const struct cm_isakmp_profile *p = &m->isakmp_profiles[i];
		for (size_t k = 0; k < p->n_matches; k++)
			if (p->matches[k].kind == CM_ID_ADDRESS && !p->matches[k].name.length)
				keys_for(keys, p->matches[k].address.address, mark, NULL);
	}
}

static void check_unused(struct check *c, struct keys *keys)
{
	char address[16];
	bool anybody = takes_anybody(c);
	for (size_t i = 0; i < keys->n; i++) {
		const struct key *key = &keys->items[i];
		if (key->reported || !is_host_key(key->psk) || !check_said(key->psk->at))
			continue;
		if (own_address(c->model, key->psk->peer.address))
			check_say(c, "key-own-address", key->psk->at,
				"the key is for %s, which is our own address",
				cm_ip4_print(key->psk->peer.address, address));
		else if (!key->used && !anybody && c->n_tunnels)
			check_say(c, "key-unused", key->psk->at,
				"the key for %s serves no peer of any tunnel",
				cm_ip4_print(key->psk->peer.address, address));
	}
}

/* The address as it was typed, before the mask cleared its host bits. */
static bool typed_address(const struct check *c, const struct cm_psk *psk, uint32_t *address)
{
	static const char mark[] = " address ";
	struct cm_str line = cm_document_slice(c->document, psk->at);
	const char *at = memmem(line.at, line.length, mark, sizeof mark - 1);
	if (!at)
		return false;
	struct cm_str word = { at + sizeof mark - 1, 0 };
	while (word.at + word.length < line.at + line.length && word.at[word.length] > ' ')
		word.length++;
	return cm_ip4_parse(word, address);
}

/* A netmask that says more than the writer of the address seems to have meant. */
static void check_mask(struct check *c, const struct cm_psk *psk)
{
	char one[16], two[16], three[16];
	uint32_t typed, mask = psk->peer.mask;
	if (psk->hostname.at || mask == UINT32_MAX || !typed_address(c, psk, &typed))
		return;
	if (mask == 0 && typed)
		check_say(c, "key-mask", psk->at,
			"with the netmask 0.0.0.0 this key is for every address, not for %s",
			cm_ip4_print(typed, one));
	else if (!cm_mask_is_prefix(mask))
		check_say(c, "key-mask", psk->at, "%s is no netmask%s", cm_ip4_print(mask, one),
			cm_mask_is_prefix(~mask) ? "; a wildcard does not belong here" : "");
	else if (typed & ~mask)
		check_say_as(c, "key-mask", CM_INFO, psk->at,
			"this key is for all of %s %s, not for %s alone",
			cm_ip4_print(psk->peer.address, two), cm_ip4_print(mask, three),
			cm_ip4_print(typed, one));
}

static void check_wildcards(struct check *c, const struct keys *keys)
{
	for (size_t i = 0; i < keys->n; i++) {
		const struct cm_psk *psk = keys->items[i].psk;
		if (!psk->hostname.at && psk->peer.mask == 0)
			check_say(c, "key-wildcard", psk->at,
				"this key admits any address that knows it");
		check_mask(c, psk);
		if (keys->items[i].asked && !psk->no_xauth)
			check_say(c, "key-xauth", psk->at,
				"LAN-to-LAN peers with this key will be asked for a user name");
	}
}

static bool resolves(const struct cm_model *m, struct cm_str name)
{
	for (size_t i = 0; i < m->n_hosts; i++) {
		if (cm_str_same(m->hosts[i].name, name))
			return true;
	}
	return false;
}

static void check_host_names(struct check *c, const struct keys *keys)
{
	enum { FEW = 500 };
	for (size_t i = 0; i < keys->n && i < FEW; i++) {
		const struct cm_psk *psk = keys->items[i].psk;
		bool ipv6 = psk->hostname.at && memchr(psk->hostname.at, ':', psk->hostname.length);
		if (psk->hostname.at && !ipv6 && !resolves(c->model, psk->hostname))
			check_say(c, "key-hostname", psk->at,
				"a key by host name is not found when %.*s starts in Main Mode",
				(int)psk->hostname.length, psk->hostname.at);
	}
}

/* --- Profiles and their keyrings ------------------------------------------------------------- */

static bool holds_key(const struct cm_keyring *ring, struct cm_net who)
{
	for (size_t i = 0; i < ring->n_keys; i++)
		if (!ring->keys[i].hostname.at && cm_net_overlaps(ring->keys[i].peer, who))
			return true;
	return false;
}

static bool only_pre_share_policies(const struct cm_model *m)
{
	for (size_t i = 0; i < m->n_policies; i++)
		if (!m->policies[i].p1.auth ||
			strcmp(m->policies[i].p1.auth->name, "pre-share") != 0)
			return false;
	return m->n_policies > 0;
}

/* Whom a profile matches, a keyring of the profile must have a key for. */
static void check_profile_keys(struct check *c)
{
	enum { MATCHES_MOST = 2000 };
	char address[16];
	size_t matches = 0;
	bool pre_share = only_pre_share_policies(c->model);
	for (size_t i = 0; pre_share && i < c->model->n_isakmp_profiles; i++) {
		const struct cm_isakmp_profile *p = &c->model->isakmp_profiles[i];
		for (size_t k = 0; p->n_keyrings && k < p->n_matches && matches++ < MATCHES_MOST;
			k++) {
			bool held =
				p->matches[k].kind != CM_ID_ADDRESS || p->matches[k].name.length;
			for (size_t r = 0; r < p->n_keyrings && !held; r++)
				held = !p->keyrings[r].target ||
					check_refused_in(c, p->keyrings[r].target->at) ||
					holds_key(p->keyrings[r].target, p->matches[k].address);
			if (held)
				continue;
			struct cm_diag *found = check_say(c, "isakmp-profile-no-key",
				p->matches[k].at,
				"profile %.*s matches %s, but keyring %.*s has no key for it",
				(int)p->name.length, p->name.at,
				cm_ip4_print(p->matches[k].address.address, address),
				(int)p->keyrings[0].name.length, p->keyrings[0].name.at);
			diag_note(c->diags, found, p->keyrings[0].at, "the keyring is named here:");
		}
	}
}

static void check_keys(struct check *c)
{
	struct keys keys;
	if (!keys_init(c, &keys))
		return;
	each_peer(c, &keys, check_peer);
	mark_named_elsewhere(c, &keys);
	each_peer(c, &keys, check_peer_again);
	check_unused(c, &keys);
	check_wildcards(c, &keys);
	check_host_names(c, &keys);
	check_profile_keys(c);
}

/* --- Secrets -------------------------------------------------------------------------------- */

struct secret {
	const struct cm_psk *psk;
	struct cm_str text;
};

static int by_text(const void *a, const void *b)
{
	const struct secret *x = a, *y = b;
	int order = cm_str_compare(x->text, y->text);
	if (order)
		return order;
	return x->psk->secret_at.start < y->psk->secret_at.start
		? -1
		: x->psk->secret_at.start > y->psk->secret_at.start;
}

static void check_secret(struct check *c, const struct cm_psk *psk, bool linksys)
{
	enum { SHORT = 12 };
	struct cm_str text = psk->secret;
	if (guess_dictionary(text))
		check_say(c, "key-guessable", psk->secret_at,
			"the secret is made of words that everybody tries first");
	else if (text.length < SHORT)
		check_say(c, "key-short", psk->secret_at,
			"the secret has %zu characters; %d are the least that resist a search",
			text.length, SHORT);
	bool one_peer = !psk->hostname.at && psk->peer.mask == UINT32_MAX;
	if (linksys && one_peer && !guess_linksys(text))
		check_say(c, "key-linksys", psk->secret_at,
			"should the peer be a Linksys gateway, it takes 24 letters and digits at most");
}

/* The far end may be a small gateway: its algorithms are offered. */
static bool serves_linksys(const struct cm_model *m)
{
	for (size_t i = 0; i < m->n_policies; i++) {
		const struct cm_p1 *p = &m->policies[i].p1;
		bool all = p->cipher && p->cipher->linksys && p->hash && p->hash->linksys &&
			p->group && p->group->linksys && p->group->number <= 2;
		if (all && p->auth && strcmp(p->auth->name, "pre-share") == 0)
			return true;
	}
	return false;
}

static void say_repeated(struct check *c, const struct secret *secrets, size_t n)
{
	enum { NOTES = 4 };
	if (n < 2)
		return;
	struct cm_diag *found = check_say(
		c, "key-repeated", secrets[0].psk->secret_at, "%zu keys have the same secret", n);
	for (size_t i = 1; i < n && i <= NOTES; i++)
		diag_note(c->diags, found, secrets[i].psk->secret_at, "the same:");
}

static void check_repeats(struct check *c, struct secret *secrets, size_t n)
{
	if (n)
		qsort(secrets, n, sizeof *secrets, by_text);
	for (size_t i = 0, first = 0; i <= n; i++) {
		if (i < n && cm_str_same(secrets[first].text, secrets[i].text))
			continue;
		if (i > first)
			say_repeated(c, secrets + first, i - first);
		first = i;
	}
}

struct secrets {
	struct secret *items;
	size_t n, room;
};

static void add_secret(struct check *c, struct secrets *all, const struct cm_psk *psk)
{
	if (!psk->secret.at || psk->sealed || !check_said(psk->secret_at) ||
		guess_placeholder(psk->secret))
		return;
	struct secret *one = ARENA_PUSH(c->arena, all->items, all->n, all->room);
	if (one)
		*one = (struct secret){ psk, psk->secret };
}

static void check_secrets(struct check *c)
{
	const struct cm_model *m = c->model;
	struct secrets all = { 0 };
	for (size_t i = 0; i < m->n_keyrings; i++) {
		for (size_t k = 0; k < m->keyrings[i].n_keys; k++)
			add_secret(c, &all, &m->keyrings[i].keys[k]);
	}
	size_t n_ikev1 = all.n;
	for (size_t i = 0; i < m->n_ikev2_keyrings; i++) {
		for (size_t k = 0; k < m->ikev2_keyrings[i].n_peers; k++) {
			const struct cm_ikev2_peer *peer = &m->ikev2_keyrings[i].peers[k];
			add_secret(c, &all, &peer->local);
			if (peer->remote.secret_at.start != peer->local.secret_at.start)
				add_secret(c, &all, &peer->remote);
		}
	}
	bool linksys = serves_linksys(m) && m->n_crypto_maps;
	for (size_t i = 0; i < all.n; i++)
		check_secret(c, all.items[i].psk, linksys && i < n_ikev1);
	if (all.n)
		check_say(c, "key-visible", all.items[0].psk->secret_at,
			"%zu secret%s in clear in the configuration", all.n,
			all.n == 1 ? " stands" : "s stand");
	check_repeats(c, all.items, n_ikev1);
}

#define KEY(secret, rest) "crypto isakmp key " secret " address " rest "\n"
#define GOOD              "Wq7-rT2m-Lx9v-Zb4k"
#define KEYRINGS                                                                   \
	"crypto keyring ONE\n pre-shared-key address 203.0.113.1 key " GOOD "\n"   \
	"crypto keyring TWO\n pre-shared-key address 203.0.113.2 key " GOOD "-2\n" \
	"crypto isakmp profile HEAD\n"
#define MATCH     " match identity address 203.0.113.1 255.255.255.255\n"
#define WITH(key) EX_POLICY key EX_SET EX_ENTRY EX_AFTER

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_keys,
		.about = { .id = "key-missing",
			.severity = CM_ERROR,
			.title = "A peer without a pre-shared key",
			.why = "Phase 1 stops before it begins: `No pre-shared key with …`. Often a key is "
			       "there, but for a mistyped address, for the LAN behind the peer, or for our "
			       "own address.",
			.source = "Cisco document 5409",
			.fix = "Give the key the address that `set peer` names.",
			.fires = WITH(KEY(GOOD, "203.0.113.11")),
			.silent = WITH(KEY(GOOD, "203.0.113.1")) } },
	{ .about = { .id = "key-duplicate",
		  .severity = CM_ERROR,
		  .title = "A second key for the same address",
		  .why = "The router keeps the first and refuses the second: a key that was to be "
			 "changed is still the old one.",
		  .source = "Cisco IOS: A pre-shared key for address mask … already exists!",
		  .fix = "Remove the old key with `no crypto isakmp key` first.",
		  .fires = WITH(EX_KEY KEY("Tn5-bV8c-Kd3j-Ys6w", "203.0.113.1")),
		  .silent = WITH(EX_KEY) } },
	{ .check = check_keys,
		.about = { .id = "key-unused",
			.severity = CM_WARNING,
			.title = "A pre-shared key that serves no peer",
			.why = "No tunnel names this address. The key is left over, or its address is "
			       "mistyped and a peer lacks its key.",
			.source = "Key look-up by peer address",
			.fix = "Remove it, or correct the address.",
			.fires = WITH(EX_KEY KEY(GOOD "-old", "203.0.113.77")),
			.silent = WITH(EX_KEY) } },
	{ .check = check_keys,
		.about = { .id = "key-own-address",
			.severity = CM_WARNING,
			.title = "A pre-shared key for our own address",
			.why = "Keys are looked up by the address of the far end; one for an address of "
			       "this router is never found.",
			.source = "Cisco IOS security command reference: crypto isakmp key",
			.fix = "Name the peer's address.",
			.fires = WITH(EX_KEY KEY(GOOD "-2", "198.51.100.1")),
			.silent = WITH(EX_KEY) } },
	{ .check = check_keys,
		.about = { .id = "key-several",
			.severity = CM_WARNING,
			.title = "Keyrings disagree about a peer's key",
			.why = "An initiator and a responder may take different ones: who answers takes the "
			       "first keyring that has any match, who starts takes the one of the profile. "
			       "The tunnel then comes up from one side only.",
			.source = "Cisco document 117259",
			.fix = "Keep one key for each peer.",
			.fires = EX_POLICY KEY("Another-7hJ2-kQ5t", "0.0.0.0 0.0.0.0")
				"crypto keyring BRANCHES\n"
				" pre-shared-key address 203.0.113.1 key " GOOD "\n" EX_SET EX_ENTRY EX_AFTER,
			.silent = WITH(EX_KEY) } },
	{ .check = check_keys,
		.about = { .id = "key-wildcard",
			.severity = CM_WARNING,
			.title = "One key for every address",
			.why = "Whoever learns the key from any of the far ends can stand in for all of "
			       "them, and may try from anywhere.",
			.source = "Cisco document 46242; NIST SP 800-77 r1",
			.fix = "Give each peer a key of its own; peers without a fixed address need "
			       "certificates.",
			.fires = WITH(KEY(GOOD, "0.0.0.0 0.0.0.0")),
			.silent = WITH(EX_KEY) } },
	{ .check = check_keys,
		.about = { .id = "key-mask",
			.severity = CM_WARNING,
			.title = "The mask of a key's address says something else",
			.why = "Behind the address stands a netmask, not a wildcard: 255.255.255.255, or "
			       "none, for one host; 0.0.0.0 for everybody.",
			.source = "Cisco IOS security command reference: crypto isakmp key",
			.fix = "Leave the mask out for a single peer.",
			.fires = WITH(KEY(GOOD, "203.0.113.1 0.0.0.0")),
			.silent = WITH(KEY(GOOD, "203.0.113.1 255.255.255.255")) } },
	{ .check = check_keys,
		.about = { .id = "key-xauth",
			.severity = CM_WARNING,
			.title = "LAN-to-LAN peers will be asked for a user name",
			.why = "With extended authentication for remote clients, peers whose key lacks "
			       "`no-xauth` are asked, too, and cannot answer.",
			.source = "Cisco document 46242",
			.fix = "Add `no-xauth` to the keys of routers; those of a keyring need an ISAKMP "
			       "profile instead.",
			.fires = "crypto map VPN client authentication list USERS\n" WITH(EX_KEY),
			.silent = "crypto map VPN client authentication list USERS\n"
				WITH(KEY(GOOD, "203.0.113.1 no-xauth")) } },
	{ .check = check_keys,
		.about = { .id = "key-hostname",
			.severity = CM_WARNING,
			.title = "A key by host name in Main Mode",
			.why = "In Main Mode the identity is encrypted with keys made from the secret, so "
			       "the answering router can look the secret up by address only.",
			.source = "RFC 2409 5.4",
			.fix = "Configure the key by address, add `ip host NAME ADDRESS`, or use certificates.",
			.fires = WITH(EX_KEY "crypto isakmp key Tn5-bV8c-Kd3j-Ys6w hostname head.example\n"),
			.silent = WITH(EX_KEY) } },
	{ .check = check_keys,
		.about = { .id = "key-vrf",
			.severity = CM_ERROR,
			.title = "A key in the global keyring for a peer in a VRF",
			.why = "Peers that come in through a front-door VRF find only keyrings of that "
			       "VRF.",
			.source = "Cisco document 117259; IOS security command reference: crypto keyring",
			.fix = "Put the key into `crypto keyring NAME vrf VRF`.",
			.fires = "ip vrf INTERNET\n rd 65000:1\n" EX_BEFORE EX_ENTRY
				"interface FastEthernet0/1\n ip vrf forwarding INTERNET\n"
				" ip address 198.51.100.1 255.255.255.252\n crypto map VPN\n" EX_INSIDE EX_LIST,
			.silent = EX_BRANCH } },
	{ .check = check_keys,
		.about = { .id = "isakmp-profile-no-key",
			.severity = CM_WARNING,
			.title = "An ISAKMP profile's keyring has no key for whom it matches",
			.why = "When the profile is used, keys are looked up in its keyrings only. Often the "
			       "profile names the keyring of another peer.",
			.source = "Cisco document 117259",
			.fix = "Name the keyring that holds the peer's key.",
			.fires = EX_POLICY KEYRINGS " keyring TWO\n" MATCH,
			.silent = EX_POLICY KEYRINGS " keyring ONE\n" MATCH } },
	{ .check = check_secrets,
		.about = { .id = "key-guessable",
			.severity = CM_WARNING,
			.title = "A secret that everybody tries first",
			.why = "Example keys and words fall to a dictionary within seconds once one "
			       "Aggressive Mode exchange, or an attack on Main Mode, gave a hash.",
			.source = "NIST SP 800-77 r1; default lists of psk-crack and ike-scan",
			.fix = "Use at least 16 random characters.",
			.fires = WITH(KEY("cisco123", "203.0.113.1")),
			.silent = WITH(EX_KEY) } },
	{ .check = check_secrets,
		.about = { .id = "key-short",
			.severity = CM_WARNING,
			.title = "A secret that is too short",
			.why = "A pre-shared key is searched off line at billions of tries a second.",
			.source = "NIST SP 800-77 r1 (112 bits of strength)",
			.fix = "Use at least 16 random characters, on both ends.",
			.fires = WITH(KEY("q7Zr2!", "203.0.113.1")),
			.silent = WITH(EX_KEY) } },
	{ .check = check_secrets,
		.about = { .id = "key-repeated",
			.severity = CM_INFO,
			.title = "Several peers share one secret",
			.why = "Who learns it at one of them can stand in for the others.",
			.source = "NIST SP 800-77 r1",
			.fix = "Give each peer a secret of its own.",
			.fires = WITH(EX_KEY KEY(GOOD, "203.0.113.2")),
			.silent = WITH(EX_KEY) } },
	{ .check = check_secrets,
		.about = { .id = "key-linksys",
			.severity = CM_INFO,
			.title = "A secret that a Linksys gateway cannot hold",
			.why = "Their form takes at most 24 letters and digits and drops the rest, so phase "
			       "1 fails with a wrong key. Said only where a policy offers what such gateways "
			       "speak.",
			.source = "Linksys AG241, WAG54G, RV042 manuals",
			.fix = "If the far end is such a gateway, use up to 24 letters and digits.",
			.fires = "crypto isakmp policy 10\n encryption 3des\n authentication pre-share\n"
				 " group 2\n" KEY("q7Zr2!mB#9xW$4tL", "203.0.113.1") EX_SET EX_ENTRY
				EX_AFTER,
			.silent = "crypto isakmp policy 10\n encryption 3des\n authentication pre-share\n"
				 " group 2\n" KEY("q7Zr2mB9xW4tLk8s", "203.0.113.1") EX_SET EX_ENTRY
				EX_AFTER } },
	{ .check = check_secrets,
		.about = { .id = "key-visible",
			.severity = CM_STYLE,
			.title = "Secrets stand in clear in the configuration",
			.why = "Whoever sees a backup of the configuration has the keys.",
			.source = "Cisco IOS security configuration guide: encrypted preshared key",
			.fix = "Use `key config-key password-encrypt` and `password encryption aes`.",
			.fires = WITH(EX_KEY),
			.silent = WITH(KEY("6 SHVGWdNXXeUYPUQBRDUaeYMCI]JQHUAAB", "203.0.113.1")) } },
};
/* clang-format on */

const struct family family_key = { "key", rules, sizeof rules / sizeof *rules };
