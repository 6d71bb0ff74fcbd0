#include "generate/json_parts.h"

#include <stdlib.h>

static const char *const kinds[] = {
	[CM_TUNNEL_STATIC] = "static",
	[CM_TUNNEL_DYNAMIC] = "dynamic",
	[CM_TUNNEL_PROFILE] = "profile",
	[CM_TUNNEL_MANUAL] = "manual",
};
static const char *const id_kinds[] = {
	[CM_ID_ADDRESS] = "address",
	[CM_ID_FQDN] = "fqdn",
	[CM_ID_USER_FQDN] = "user-fqdn",
	[CM_ID_KEY_ID] = "key-id",
	[CM_ID_DN] = "dn",
	[CM_ID_ANY] = "any",
	[CM_ID_FQDN_DOMAIN] = "domain",
	[CM_ID_GROUP] = "group",
	[CM_ID_USER_FQDN_DOMAIN] = "user-domain",
};

static json_t *peers_of(const struct cm_tunnel *t)
{
	json_t *list = json_array();
	for (size_t i = 0; i < t->n_peers; i++) {
		json_t *peer = json_object();
		part_put(peer, "any", json_boolean(t->peers[i].any));
		part_put(peer, "address",
			t->peers[i].resolved ? part_address(t->peers[i].address) : json_null());
		part_put(peer, "hostname", part_text(t->peers[i].hostname));
		part_put(peer, "default", json_boolean(t->peers[i].is_default));
		part_put(peer, "at", part_place(t, t->peers[i].at));
		json_array_append_new(list, peer);
	}
	return list;
}

static json_t *keys_of(const struct cm_tunnel *t, bool secrets)
{
	json_t *list = json_array();
	for (size_t i = 0; i < t->n_keys; i++) {
		const struct cm_psk *psk = &t->keys[i];
		char address[16], mask[16];
		json_t *key = json_object();
		part_put(key, "peer",
			psk->hostname.at
				? part_text(psk->hostname)
				: json_sprintf("%s %s", cm_ip4_print(psk->peer.address, address),
					  cm_ip4_print(psk->peer.mask, mask)));
		part_put(key, "keyring", part_text(psk->keyring));
		part_put(key, "sealed", json_boolean(psk->sealed));
		part_put(key, "secret", secrets ? part_text(psk->secret) : json_string("*"));
		part_put(key, "at", part_place(t, psk->at));
		json_array_append_new(list, key);
	}
	return list;
}

static json_t *identity_of(const struct cm_tunnel *t, const struct cm_identity *id)
{
	json_t *object = json_object();
	part_put(object, "kind", json_string(id_kinds[id->kind]));
	part_put(object, "value",
		id->kind == CM_ID_ADDRESS && !id->name.length ? part_address(id->address.address)
							      : part_text(id->name));
	part_put(object, "at", part_place(t, id->at));
	return object;
}

static json_t *proposals_of(const struct cm_tunnel *t)
{
	json_t *list = json_array();
	for (size_t i = 0; i < t->n_p1; i++)
		json_array_append_new(list, part_p1(t, &t->p1[i]));
	return list;
}

static json_t *sets_of(const struct cm_tunnel *t)
{
	json_t *list = json_array();
	for (size_t i = 0; i < t->n_p2; i++)
		json_array_append_new(list, part_p2(t, &t->p2[i], t->p2[i].mode));
	return list;
}

static json_t *lines_of(const struct cm_tunnel *t, const struct cm_selector *lines, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, part_selector(t, &lines[i]));
	return list;
}

static json_t *number_of(const struct cm_tunnel *t, uint32_t value, struct cm_span at)
{
	json_t *object = json_object();
	part_put(object, "value", json_integer(value));
	part_put(object, "at", part_place(t, at));
	return object;
}

static json_t *pfs_of(const struct cm_tunnel *t)
{
	if (!t->pfs.demanded)
		return json_null();
	json_t *object = json_object();
	part_put(object, "group", t->pfs.group ? json_integer(t->pfs.group->number) : json_null());
	part_put(object, "bare", json_boolean(t->pfs.bare));
	part_put(object, "at", part_place(t, t->pfs.at));
	return object;
}

static json_t *dpd_of(const struct cm_tunnel *t)
{
	if (t->dpd.interval_s == 0)
		return json_null();
	json_t *object = json_object();
	part_put(object, "interval_s", json_integer(t->dpd.interval_s));
	part_put(object, "retry_s", json_integer(t->dpd.retry_s));
	part_put(object, "periodic", json_boolean(t->dpd.periodic));
	part_put(object, "at", part_place(t, t->dpd.at));
	return object;
}

static void put_options(json_t *object, const struct cm_tunnel *t)
{
	part_put(object, "nat_t", json_boolean(t->nat_t));
	part_put(object, "dpd", dpd_of(t));
	part_put(object, "aggressive_accepted", json_boolean(t->aggressive_accepted));
	part_put(object, "aggressive_initiated", json_boolean(t->aggressive_initiated));
	part_put(object, "responder_only", json_boolean(t->responder_only));
	part_put(object, "replay_window", json_integer(t->replay_window));
	part_put(object, "esn", json_boolean(t->esn));
	part_put(object, "idle_s", json_integer(t->idle_s));
	part_put(object, "per_host", json_boolean(t->per_host));
	part_put(object, "mtu", json_integer(t->mtu));
	part_put(object, "incomplete", json_boolean(t->incomplete));
	part_put(object, "why", t->why ? json_string(t->why) : json_null());
}

static json_t *tunnel_of(const struct cm_tunnel *t, bool secrets)
{
	json_t *object = json_object(), *ids = json_array();
	for (size_t i = 0; i < t->n_remote_ids; i++)
		json_array_append_new(ids, identity_of(t, &t->remote_ids[i]));
	part_put(object, "kind", json_string(kinds[t->kind]));
	part_put(object, "ike", json_integer(t->version));
	part_put(object, "router", part_text(t->router));
	part_put(object, "map", part_text(t->map));
	part_put(object, "static_map", part_text(t->static_map));
	part_put(object, "sequence", json_integer(t->sequence));
	part_put(object, "dynamic_sequence", json_integer(t->dynamic_sequence));
	part_put(object, "interface", part_text(t->interface));
	part_put(object, "at", part_place(t, t->at));
	part_put(object, "local", t->has_local ? part_address(t->local) : json_null());
	part_put(object, "local_at", part_place(t, t->local_at));
	part_put(object, "peers", peers_of(t));
	part_put(object, "keys", keys_of(t, secrets));
	part_put(object, "local_identity", identity_of(t, &t->local_id));
	part_put(object, "remote_identities", ids);
	part_put(object, "isakmp_profile", part_text(t->isakmp_profile));
	part_put(object, "phase1", proposals_of(t));
	part_put(object, "phase2", sets_of(t));
	part_put(object, "pfs", pfs_of(t));
	part_put(object, "lifetime_s", number_of(t, t->lifetime_s, t->lifetime_s_at));
	part_put(object, "lifetime_kb", number_of(t, t->lifetime_kb, t->lifetime_kb_at));
	part_put(object, "acl", part_text(t->acl));
	part_put(object, "selectors", lines_of(t, t->selectors, t->n_selectors));
	part_put(object, "denies", lines_of(t, t->denies, t->n_denies));
	put_options(object, t);
	return object;
}

void cm_print_tunnels_json(const struct cm_tunnels *set, bool secrets, struct cm_text *out)
{
	size_t n;
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	json_t *array = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, tunnel_of(&list[i], secrets));
	char *text = json_dumps(array, JSON_INDENT(2));
	json_decref(array);
	if (!text) {
		out->failed = true;
		return;
	}
	cm_text_put(out, text);
	cm_text_char(out, '\n');
	free(text);
}
