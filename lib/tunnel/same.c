#include <cryptomap/tunnel.h>

static bool same_p1(const struct cm_tunnel *a, const struct cm_tunnel *b)
{
	if (a->n_p1 != b->n_p1)
		return false;
	for (size_t i = 0; i < a->n_p1; i++)
		if (cm_p1_compare(&a->p1[i], &b->p1[i]) != CM_SAME ||
			a->p1[i].lifetime_s != b->p1[i].lifetime_s)
			return false;
	return true;
}

static bool same_p2(const struct cm_tunnel *a, const struct cm_tunnel *b)
{
	if (a->n_p2 != b->n_p2 || a->lifetime_s != b->lifetime_s ||
		a->lifetime_kb != b->lifetime_kb)
		return false;
	for (size_t i = 0; i < a->n_p2; i++)
		if (cm_p2_compare(&a->p2[i], &b->p2[i]) != CM_SAME ||
			a->p2[i].mode_required != b->p2[i].mode_required)
			return false;
	return a->pfs.demanded == b->pfs.demanded && a->pfs.bare == b->pfs.bare &&
		(!a->pfs.demanded || a->pfs.group == b->pfs.group) && a->esn == b->esn;
}

static bool same_lines(const struct cm_selector *a, const struct cm_selector *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cm_selector_relate(&a[i], &b[i]) != CM_EQUAL)
			return false;
	return true;
}

static bool same_peer(const struct cm_peer *a, const struct cm_peer *b)
{
	if (a->any || b->any)
		return a->any == b->any;
	if (a->resolved != b->resolved)
		return false;
	return a->resolved ? a->address == b->address : cm_str_same(a->hostname, b->hostname);
}

static struct cm_str accepted(const struct cm_psk *key)
{
	return key->remote_secret.at ? key->remote_secret : key->secret;
}

/* The secret that each would use for this peer; where the key line stands is another matter. */
static bool same_key(
	const struct cm_tunnel *a, const struct cm_tunnel *b, const struct cm_peer *peer)
{
	bool by_name = !peer->any && !peer->resolved;
	const struct cm_psk *x =
		by_name ? cm_tunnel_key_named(a, peer->hostname) : cm_tunnel_key(a, peer->address);
	const struct cm_psk *y =
		by_name ? cm_tunnel_key_named(b, peer->hostname) : cm_tunnel_key(b, peer->address);
	if (!x || !y)
		return !x && !y;
	return x->sealed == y->sealed && cm_str_same(x->secret, y->secret) &&
		cm_str_same(accepted(x), accepted(y));
}

static bool same_peers(const struct cm_tunnel *a, const struct cm_tunnel *b)
{
	if (a->n_peers != b->n_peers)
		return false;
	for (size_t i = 0; i < a->n_peers; i++)
		if (!same_peer(&a->peers[i], &b->peers[i]) || !same_key(a, b, &a->peers[i]))
			return false;
	return true;
}

/* An address of one's own is the identity that nobody needs to write down. */
static bool is_plain(const struct cm_tunnel *t, const struct cm_identity *id, bool ours)
{
	if (id->kind == CM_ID_ANY)
		return !ours;
	if (id->kind != CM_ID_ADDRESS)
		return false;
	if (!ours && id->name.length)
		return true; /* IPv6: no peer of ours is that */
	if (ours)
		return id->address.mask == 0 || !t->has_local || id->address.address == t->local;
	return id->address.mask == 0 ||
		(t->n_peers > 0 && cm_net_has(id->address, t->peers[0].address));
}

static bool same_identity(const struct cm_identity *a, const struct cm_identity *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == CM_ID_ADDRESS
		? a->address.address == b->address.address && a->address.mask == b->address.mask
		: cm_str_same(a->name, b->name);
}

static const struct cm_identity *next_remote(const struct cm_tunnel *t, size_t *i)
{
	while (*i < t->n_remote_ids && is_plain(t, &t->remote_ids[*i], false))
		++*i;
	return *i < t->n_remote_ids ? &t->remote_ids[(*i)++] : NULL;
}

static bool same_identities(const struct cm_tunnel *a, const struct cm_tunnel *b)
{
	bool plain = is_plain(a, &a->local_id, true);
	if (plain != is_plain(b, &b->local_id, true))
		return false;
	if (!plain && !same_identity(&a->local_id, &b->local_id))
		return false;
	for (size_t i = 0, j = 0;;) {
		const struct cm_identity *x = next_remote(a, &i), *y = next_remote(b, &j);
		if (!x || !y)
			return !x && !y;
		if (!same_identity(x, y))
			return false;
	}
}

static bool same_options(const struct cm_tunnel *a, const struct cm_tunnel *b)
{
	const struct cm_tunnel_interface *x = &a->tunnel_interface, *y = &b->tunnel_interface;
	return a->nat_t == b->nat_t && a->aggressive_initiated == b->aggressive_initiated &&
		a->dpd.interval_s == b->dpd.interval_s && a->dpd.retry_s == b->dpd.retry_s &&
		a->dpd.periodic == b->dpd.periodic && a->ike_enabled == b->ike_enabled &&
		a->per_host == b->per_host && x->present == y->present && x->gre == y->gre &&
		x->has_key == y->has_key && x->key == y->key;
}

bool cm_tunnel_same(const struct cm_tunnel *a, const struct cm_tunnel *b)
{
	return a->kind == b->kind && a->version == b->version && a->has_local == b->has_local &&
		(!a->has_local || a->local == b->local) && same_peers(a, b) && same_p1(a, b) &&
		same_p2(a, b) && a->n_selectors == b->n_selectors && a->n_denies == b->n_denies &&
		same_lines(a->selectors, b->selectors, a->n_selectors) &&
		same_lines(a->denies, b->denies, a->n_denies) && same_identities(a, b) &&
		same_options(a, b);
}
