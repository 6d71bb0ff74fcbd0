#include <cryptomap/meet.h>

static bool is_psk(const struct cm_p1 *policy)
{
	return policy->auth == cm_auth_named("pre-share");
}

static bool has_key(const struct cm_tunnel *t, uint32_t peer)
{
	if (t->n_keys == 0)
		return t->model == NULL; /* of a foreign end only the offers are known */
	if (peer == 0 || cm_tunnel_key(t, peer))
		return true;
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].hostname.at && cm_tunnel_key_named(t, t->peers[i].hostname))
			return true;
	return false;
}

/* IOS says "No Cert or pre-shared address key." when this leaves nothing. */
static bool can_authenticate(const struct cm_tunnel *t, const struct cm_p1 *policy, bool key)
{
	return is_psk(policy) ? key : t->certificates || t->model == NULL;
}

size_t cm_p1_offers(const struct cm_tunnel *t, uint32_t peer, size_t *out, size_t room)
{
	bool key = has_key(t, peer);
	const struct cm_group *group = NULL;
	size_t n = 0;
	for (size_t i = 0; i < t->n_p1; i++) {
		if (!can_authenticate(t, &t->p1[i], key))
			continue;
		if (t->aggressive_initiated && group && t->p1[i].group != group)
			continue;
		group = t->p1[i].group;
		if (n++ < room)
			out[n - 1] = i;
	}
	return n;
}
