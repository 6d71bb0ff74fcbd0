#include "model/json.h"

static const char *const identity_kinds[] = {
	[CM_ID_ADDRESS] = "address",
	[CM_ID_FQDN] = "fqdn",
	[CM_ID_USER_FQDN] = "user-fqdn",
	[CM_ID_KEY_ID] = "key-id",
	[CM_ID_DN] = "dn",
	[CM_ID_ANY] = "any",
	[CM_ID_FQDN_DOMAIN] = "fqdn-domain",
	[CM_ID_GROUP] = "group",
	[CM_ID_USER_FQDN_DOMAIN] = "user-fqdn-domain",
};

json_t *json_identity(struct json_out *out, const void *at)
{
	const struct cm_identity *identity = at;
	json_t *object = json_new(out);
	put_word(out, object, "kind", identity_kinds[identity->kind]);
	if (identity->kind == CM_ID_ADDRESS && !identity->name.length)
		json_put(out, object, "address", json_net(out, identity->address));
	put_str(out, object, identity->kind == CM_ID_ADDRESS ? "address" : "name", identity->name);
	put_str(out, object, "vrf", identity->vrf);
	put_at(out, object, "at", identity->at);
	return object;
}

static void put_identity(
	struct json_out *out, json_t *object, const char *key, const struct cm_identity *identity)
{
	if (identity->at.start != identity->at.end)
		json_put(out, object, key, json_identity(out, identity));
}

json_t *json_psk(struct json_out *out, const void *at)
{
	const struct cm_psk *key = at;
	json_t *object = json_new(out);
	if (key->hostname.at)
		put_str(out, object, "hostname", key->hostname);
	else
		json_put(out, object, "peer", json_net(out, key->peer));
	put_secret(out, object, "secret", key->secret);
	put_true(out, object, "sealed", key->sealed);
	put_true(out, object, "no_xauth", key->no_xauth);
	put_at(out, object, "at", key->at);
	put_at(out, object, "secret_at", key->secret_at);
	return object;
}

static void put_dpd(struct json_out *out, json_t *object, const char *key, const struct cm_dpd *dpd)
{
	if (!dpd->interval_s && dpd->at.start == dpd->at.end)
		return;
	json_t *value = json_new(out);
	put_int(out, value, "interval_s", dpd->interval_s);
	put_int(out, value, "retry_s", dpd->retry_s);
	json_put(out, value, "periodic", json_boolean(dpd->periodic));
	put_at(out, value, "at", dpd->at);
	json_put(out, object, key, value);
}

static json_t *policy_item(struct json_out *out, const void *at)
{
	const struct cm_policy *policy = at;
	const struct cm_p1 *p1 = &policy->p1;
	json_t *object = json_new(out);
	put_int(out, object, "priority", p1->priority);
	put_value(
		out, object, "encryption", p1->cipher ? p1->cipher->name : NULL, p1->where.cipher);
	put_value(out, object, "hash", p1->hash ? p1->hash->name : NULL, p1->where.hash);
	put_value(out, object, "authentication", p1->auth ? p1->auth->name : NULL, p1->where.auth);
	put_number(out, object, "group",
		(struct cm_number){ p1->group ? p1->group->number : 0, p1->where.group });
	put_number(out, object, "lifetime_s",
		(struct cm_number){ p1->lifetime_s, p1->where.lifetime });
	put_true(out, object, "built_in", p1->built_in);
	put_at(out, object, "at", policy->at);
	return object;
}

static json_t *peer_item(struct json_out *out, const void *at)
{
	const struct cm_isakmp_peer *peer = at;
	json_t *object = json_new(out);
	put_ip(out, object, "address", peer->has_address, peer->address);
	put_str(out, object, "hostname", peer->hostname);
	put_str(out, object, "vrf", peer->vrf);
	put_identity(out, object, "client_endpoint", &peer->client_endpoint);
	put_secret(out, object, "password", peer->password);
	put_at(out, object, "password_at", peer->password_at);
	put_at(out, object, "at", peer->at);
	return object;
}

static json_t *keyring_item(struct json_out *out, const void *at)
{
	const struct cm_keyring *keyring = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", keyring->name);
	PUT_REF(out, object, "vrf", keyring->vrf);
	PUT_REF(out, object, "local_interface", keyring->local_interface);
	put_ip(out, object, "local_address", keyring->has_local_address, keyring->local_address);
	PUT_LIST(out, object, "keys", keyring->keys, keyring->n_keys, json_psk);
	put_at(out, object, "at", keyring->at);
	return object;
}

JSON_REFS(keyring_ref, keyring)

static json_t *profile_item(struct json_out *out, const void *at)
{
	const struct cm_isakmp_profile *profile = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", profile->name);
	PUT_LIST(out, object, "keyrings", profile->keyrings, profile->n_keyrings, keyring_ref);
	PUT_LIST(out, object, "matches", profile->matches, profile->n_matches, json_identity);
	put_int(out, object, "certificate_matches", profile->n_certificate_matches);
	put_identity(out, object, "self_identity", &profile->self_identity);
	PUT_REF(out, object, "local_interface", profile->local_interface);
	put_ip(out, object, "local_address", profile->has_local_address, profile->local_address);
	put_dpd(out, object, "keepalive", &profile->keepalive);
	put_flag_set(out, object, "initiate_aggressive", profile->initiate_aggressive);
	PUT_REF(out, object, "vrf", profile->vrf);
	put_number_set(out, object, "virtual_template", profile->virtual_template);
	put_flag_set(out, object, "xauth", profile->xauth);
	put_at(out, object, "at", profile->at);
	return object;
}

static json_t *group_item(struct json_out *out, const void *at)
{
	const struct cm_client_group *group = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", group->name);
	put_secret(out, object, "key", group->key);
	put_at(out, object, "key_at", group->key_at);
	put_text(out, object, "pool", group->pool);
	PUT_REF(out, object, "acl", group->acl);
	put_flag_set(out, object, "pfs", group->pfs);
	put_at(out, object, "at", group->at);
	return object;
}

static const char *const identities[] = {
	[CM_ISAKMP_ID_ADDRESS] = "address",
	[CM_ISAKMP_ID_DN] = "dn",
	[CM_ISAKMP_ID_HOSTNAME] = "hostname",
};

static json_t *global_isakmp(struct json_out *out, const struct cm_isakmp *isakmp)
{
	json_t *object = json_new(out);
	put_flag(out, object, "enabled", isakmp->enabled);
	put_flag(out, object, "aggressive", isakmp->aggressive);
	put_flag(out, object, "default_policy", isakmp->default_policy);
	put_flag(out, object, "invalid_spi_recovery", isakmp->invalid_spi_recovery);
	put_flag(out, object, "fragmentation", isakmp->fragmentation);
	put_value(out, object, "identity", identities[isakmp->identity], isakmp->identity_at);
	put_dpd(out, object, "keepalive", &isakmp->keepalive);
	put_number(out, object, "nat_keepalive", isakmp->nat_keepalive);
	put_flag_set(out, object, "xauth", isakmp->xauth);
	put_number(out, object, "diagnose_error", isakmp->diagnose_error);
	return object;
}

void json_isakmp(struct json_out *out, json_t *object, const struct cm_model *model)
{
	json_put(out, object, "isakmp", global_isakmp(out, &model->isakmp));
	PUT_LIST(out, object, "policies", model->policies, model->n_policies, policy_item);
	PUT_LIST(out, object, "default_policies", model->default_policies,
		model->n_default_policies, policy_item);
	PUT_LIST(out, object, "keyrings", model->keyrings, model->n_keyrings, keyring_item);
	PUT_LIST(out, object, "isakmp_profiles", model->isakmp_profiles, model->n_isakmp_profiles,
		profile_item);
	PUT_LIST(
		out, object, "isakmp_peers", model->isakmp_peers, model->n_isakmp_peers, peer_item);
	PUT_LIST(out, object, "client_groups", model->client_groups, model->n_client_groups,
		group_item);
}

/* --- IKEv2 --------------------------------------------------------------------------------------- */

static json_t *cipher_item(struct json_out *out, const void *at)
{
	(void)out;
	const struct cm_cipher *const *cipher = at;
	return json_string((*cipher)->name);
}

static json_t *hash_item(struct json_out *out, const void *at)
{
	(void)out;
	const struct cm_hash *const *hash = at;
	return json_string((*hash)->name);
}

static json_t *dh_item(struct json_out *out, const void *at)
{
	(void)out;
	const struct cm_group *const *group = at;
	return json_integer((*group)->number);
}

static json_t *proposal_item(struct json_out *out, const void *at)
{
	const struct cm_ikev2_proposal *proposal = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", proposal->name);
	PUT_LIST(out, object, "encryption", proposal->ciphers, proposal->n_ciphers, cipher_item);
	PUT_LIST(out, object, "integrity", proposal->integrity, proposal->n_integrity, hash_item);
	PUT_LIST(out, object, "prf", proposal->prfs, proposal->n_prfs, hash_item);
	PUT_LIST(out, object, "groups", proposal->groups, proposal->n_groups, dh_item);
	put_true(out, object, "built_in", proposal->built_in);
	put_at(out, object, "at", proposal->at);
	return object;
}

JSON_REFS(proposal_ref, ikev2_proposal)

static json_t *ikev2_policy_item(struct json_out *out, const void *at)
{
	const struct cm_ikev2_policy *policy = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", policy->name);
	PUT_LIST(out, object, "proposals", policy->proposals, policy->n_proposals, proposal_ref);
	put_ip(out, object, "local", policy->has_local, policy->local);
	put_str(out, object, "fvrf", policy->fvrf);
	put_true(out, object, "built_in", policy->built_in);
	put_at(out, object, "at", policy->at);
	return object;
}

static void put_key(struct json_out *out, json_t *object, const char *key, const struct cm_psk *psk)
{
	if (psk->at.start == psk->at.end)
		return;
	json_t *value = json_new(out);
	put_secret(out, value, "secret", psk->secret);
	put_true(out, value, "sealed", psk->sealed);
	put_at(out, value, "at", psk->at);
	put_at(out, value, "secret_at", psk->secret_at);
	json_put(out, object, key, value);
}

static json_t *ikev2_peer_item(struct json_out *out, const void *at)
{
	const struct cm_ikev2_peer *peer = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", peer->name);
	if (peer->has_address)
		json_put(out, object, "address", json_net(out, peer->address));
	put_str(out, object, "hostname", peer->hostname);
	put_identity(out, object, "identity", &peer->identity);
	put_key(out, object, "local", &peer->local);
	put_key(out, object, "remote", &peer->remote);
	put_at(out, object, "at", peer->at);
	return object;
}

static json_t *ikev2_keyring_item(struct json_out *out, const void *at)
{
	const struct cm_ikev2_keyring *keyring = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", keyring->name);
	PUT_LIST(out, object, "peers", keyring->peers, keyring->n_peers, ikev2_peer_item);
	put_at(out, object, "at", keyring->at);
	return object;
}

static json_t *ikev2_profile_item(struct json_out *out, const void *at)
{
	const struct cm_ikev2_profile *profile = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", profile->name);
	PUT_LIST(out, object, "remote", profile->remote, profile->n_remote, json_identity);
	put_identity(out, object, "local", &profile->local);
	put_text(out, object, "match_fvrf", profile->match_fvrf);
	put_text(out, object, "match_address_local", profile->match_address_local);
	put_at(out, object, "match_certificate_at", profile->match_certificate);
	put_text(out, object, "authentication_local", profile->auth_local);
	put_text(out, object, "authentication_remote", profile->auth_remote);
	put_key(out, object, "local_key", &profile->auth_local_key);
	put_key(out, object, "remote_key", &profile->auth_remote_key);
	PUT_REF(out, object, "keyring", profile->keyring);
	put_at(out, object, "keyring_aaa_at", profile->keyring_aaa);
	put_number(out, object, "lifetime_s", profile->lifetime_s);
	put_dpd(out, object, "dpd", &profile->dpd);
	put_number_set(out, object, "nat_keepalive", profile->nat_keepalive);
	put_number_set(out, object, "virtual_template", profile->virtual_template);
	PUT_REF(out, object, "ivrf", profile->ivrf);
	put_flag_set(out, object, "shutdown", profile->shutdown);
	put_at(out, object, "at", profile->at);
	return object;
}

void json_ikev2(struct json_out *out, json_t *object, const struct cm_model *model)
{
	PUT_LIST(out, object, "ikev2_proposals", model->ikev2_proposals, model->n_ikev2_proposals,
		proposal_item);
	PUT_LIST(out, object, "ikev2_policies", model->ikev2_policies, model->n_ikev2_policies,
		ikev2_policy_item);
	PUT_LIST(out, object, "ikev2_keyrings", model->ikev2_keyrings, model->n_ikev2_keyrings,
		ikev2_keyring_item);
	PUT_LIST(out, object, "ikev2_profiles", model->ikev2_profiles, model->n_ikev2_profiles,
		ikev2_profile_item);
	put_dpd(out, object, "ikev2_dpd", &model->ikev2_dpd);
	put_number_set(out, object, "ikev2_nat_keepalive", model->ikev2_nat_keepalive);
}
