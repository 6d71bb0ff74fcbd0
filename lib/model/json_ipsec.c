#include "model/json.h"

const char *json_df(enum cm_df df)
{
	static const char *const words[] = {
		[CM_DF_COPY] = "copy", [CM_DF_CLEAR] = "clear", [CM_DF_SET] = "set"
	};
	return words[df];
}

static json_t *transform_set_item(struct json_out *out, const void *at)
{
	const struct cm_transform_set *set = at;
	const struct cm_p2 *p2 = &set->p2;
	json_t *object = json_new(out);
	put_str(out, object, "name", p2->name);
	put_word(out, object, "ah", p2->ah ? p2->ah->name : NULL);
	put_word(out, object, "esp", p2->cipher ? p2->cipher->name : NULL);
	put_word(out, object, "esp_auth", p2->hash ? p2->hash->name : NULL);
	put_true(out, object, "compress", p2->compress);
	put_value(out, object, "mode", p2->mode == CM_MODE_TRANSPORT ? "transport" : "tunnel",
		p2->mode_at);
	put_true(out, object, "mode_required", p2->mode_required);
	put_flag_set(out, object, "esn", set->esn);
	put_true(out, object, "built_in", set->built_in);
	put_at(out, object, "at", set->at);
	return object;
}

JSON_REFS(transform_set_ref, transform_set)

static void put_pfs(struct json_out *out, json_t *object, const struct cm_pfs *pfs)
{
	if (!pfs->demanded)
		return;
	json_t *value = json_new(out);
	put_int(out, value, "group", pfs->group ? pfs->group->number : 0);
	put_true(out, value, "bare", pfs->bare);
	put_at(out, value, "at", pfs->at);
	json_put(out, object, "pfs", value);
}

static void put_settings(struct json_out *out, json_t *object, const struct cm_sa_settings *sa)
{
	PUT_LIST(out, object, "transform_sets", sa->transform_sets, sa->n_transform_sets,
		transform_set_ref);
	put_pfs(out, object, &sa->pfs);
	put_number(out, object, "lifetime_s", sa->lifetime_s);
	put_number(out, object, "lifetime_kb", sa->lifetime_kb);
	put_number(out, object, "idle_s", sa->idle_s);
	put_number(out, object, "replay_window", sa->replay_window);
	PUT_REF(out, object, "isakmp_profile", sa->isakmp_profile);
	PUT_REF(out, object, "ikev2_profile", sa->ikev2_profile);
	put_flag_set(out, object, "per_host", sa->per_host);
	put_value(out, object, "df", json_df(sa->df), sa->df_at);
	put_flag_set(out, object, "responder_only", sa->responder_only);
	put_flag_set(out, object, "reverse_route", sa->reverse_route);
	put_true(out, object, "reverse_route_static", sa->reverse_route_static);
}

static json_t *profile_item(struct json_out *out, const void *at)
{
	const struct cm_ipsec_profile *profile = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", profile->name);
	put_settings(out, object, &profile->sa);
	put_true(out, object, "built_in", profile->built_in);
	put_at(out, object, "at", profile->at);
	return object;
}

static json_t *peer_item(struct json_out *out, const void *at)
{
	const struct cm_peer *peer = at;
	json_t *object = json_new(out);
	put_ip(out, object, "address", peer->resolved, peer->address);
	put_str(out, object, "hostname", peer->hostname);
	put_true(out, object, "default", peer->is_default);
	put_at(out, object, "at", peer->at);
	return object;
}

static json_t *session_key_item(struct json_out *out, const void *at)
{
	const struct cm_session_key *key = at;
	json_t *object = json_new(out);
	put_word(out, object, "direction", key->inbound ? "inbound" : "outbound");
	put_word(out, object, "protocol", key->ah ? "ah" : "esp");
	put_int(out, object, "spi", key->spi);
	put_secret(out, object, "cipher_key", key->cipher_key);
	put_secret(out, object, "auth_key", key->auth_key);
	put_at(out, object, "at", key->at);
	return object;
}

static const char *const entry_types[] = {
	[CM_ENTRY_ISAKMP] = "ipsec-isakmp",
	[CM_ENTRY_DYNAMIC] = "dynamic",
	[CM_ENTRY_MANUAL] = "ipsec-manual",
	[CM_ENTRY_GDOI] = "gdoi",
	[CM_ENTRY_UNKNOWN] = "unknown",
};

static json_t *entry_item(struct json_out *out, const void *at)
{
	const struct cm_map_entry *entry = at;
	json_t *object = json_new(out);
	put_int(out, object, "sequence", entry->sequence);
	put_word(out, object, "type", entry_types[entry->type]);
	PUT_REF(out, object, "dynamic", entry->dynamic);
	PUT_LIST(out, object, "peers", entry->peers, entry->n_peers, peer_item);
	PUT_REF(out, object, "acl", entry->acl);
	PUT_REF(out, object, "access_in", entry->access_in);
	PUT_REF(out, object, "access_out", entry->access_out);
	if (entry->type != CM_ENTRY_DYNAMIC)
		put_settings(out, object, &entry->sa);
	PUT_REF(out, object, "header_profile", entry->header_profile);
	PUT_LIST(out, object, "session_keys", entry->session_keys, entry->n_session_keys,
		session_key_item);
	put_str(out, object, "description", entry->description);
	put_at(out, object, "at", entry->at);
	put_spans(out, object, "blocks_at", entry->blocks, entry->n_blocks);
	return object;
}

static json_t *carrier_item(struct json_out *out, const void *at)
{
	const struct cm_interface *const *interface = at;
	return json_text(out, (*interface)->name);
}

static json_t *map_item(struct json_out *out, const void *at)
{
	const struct cm_crypto_map *map = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", map->name);
	put_true(out, object, "ipv6", map->ipv6);
	PUT_LIST(out, object, "entries", map->entries, map->n_entries, entry_item);
	PUT_REF(out, object, "local_address", map->local_address);
	PUT_REF(out, object, "isakmp_profile", map->isakmp_profile);
	put_flag_set(out, object, "xauth", map->xauth);
	PUT_LIST(out, object, "interfaces", map->interfaces, map->n_interfaces, carrier_item);
	put_at(out, object, "at", map->at);
	return object;
}

static json_t *dynamic_item(struct json_out *out, const void *at)
{
	const struct cm_dynamic_map *map = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", map->name);
	PUT_LIST(out, object, "entries", map->entries, map->n_entries, entry_item);
	put_at(out, object, "at", map->at);
	return object;
}

static json_t *global_ipsec(struct json_out *out, const struct cm_ipsec *ipsec)
{
	static const char *const denies[] = {
		[CM_DENY_JUMP] = "jump", [CM_DENY_CLEAR] = "clear", [CM_DENY_DROP] = "drop"
	};
	json_t *object = json_new(out);
	put_number(out, object, "lifetime_s", ipsec->lifetime_s);
	put_number(out, object, "lifetime_kb", ipsec->lifetime_kb);
	put_number(out, object, "idle_s", ipsec->idle_s);
	put_number(out, object, "replay_window", ipsec->replay_window);
	put_value(out, object, "df", json_df(ipsec->df), ipsec->df_at);
	put_flag(out, object, "fragment_after", ipsec->fragment_after);
	put_flag(out, object, "nat_transparency", ipsec->nat_transparency);
	put_word(out, object, "ipv4_deny", denies[ipsec->ipv4_deny]);
	return object;
}

void json_ipsec(struct json_out *out, json_t *object, const struct cm_model *model)
{
	json_put(out, object, "ipsec", global_ipsec(out, &model->ipsec));
	PUT_LIST(out, object, "transform_sets", model->transform_sets, model->n_transform_sets,
		transform_set_item);
	PUT_LIST(out, object, "ipsec_profiles", model->ipsec_profiles, model->n_ipsec_profiles,
		profile_item);
	PUT_LIST(out, object, "crypto_maps", model->crypto_maps, model->n_crypto_maps, map_item);
	PUT_LIST(out, object, "dynamic_maps", model->dynamic_maps, model->n_dynamic_maps,
		dynamic_item);
}
