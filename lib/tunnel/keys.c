#include <cryptomap/tunnel.h>

static unsigned ones(uint32_t mask)
{
	unsigned n = 0;
	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

/*
 * Keys stand keyring after keyring, in the order in which IOS searches keyrings. The first keyring
 * that has any match decides; inside it the longest mask wins, however the lines are ordered. Of
 * two equal masks IOS keeps the line that was typed first.
 */
const struct cm_psk *cm_tunnel_key(const struct cm_tunnel *t, uint32_t peer)
{
	const struct cm_psk *best = NULL;
	for (size_t i = 0; i < t->n_keys; i++) {
		const struct cm_psk *key = &t->keys[i];
		if (best && !cm_str_same(best->keyring, key->keyring))
			break;
		if (key->hostname.at || !cm_net_has(key->peer, peer))
			continue;
		if (!best || ones(key->peer.mask) > ones(best->peer.mask))
			best = key;
	}
	return best;
}

static bool same_host(struct cm_str a, struct cm_str b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++) {
		char x = a.at[i], y = b.at[i];
		if (x >= 'A' && x <= 'Z')
			x = (char)(x + 'a' - 'A');
		if (y >= 'A' && y <= 'Z')
			y = (char)(y + 'a' - 'A');
		if (x != y)
			return false;
	}
	return true;
}

const struct cm_psk *cm_tunnel_key_named(const struct cm_tunnel *t, struct cm_str hostname)
{
	for (size_t i = 0; i < t->n_keys; i++)
		if (t->keys[i].hostname.at && same_host(t->keys[i].hostname, hostname))
			return &t->keys[i];
	return NULL;
}
