/* crypto ikev2 */
#include "model/build.h"

#include <string.h>

void collect_ikev2_proposal(struct build *b, const struct node *n)
{
	if (undoes(n) && cm_str_is(build_name(b, n, ROLE_NAME), "default"))
		b->no_default_ikev2 = true;
	collect_named(b, FAMILY_IKEV2_PROPOSAL, n);
}

void collect_ikev2_policy(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_IKEV2_POLICY, n);
}

void collect_ikev2_keyring(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_IKEV2_KEYRING, n);
}

void collect_ikev2_profile(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_IKEV2_PROFILE, n);
}

static struct cm_dpd dpd_of(struct build *b, const struct node *n)
{
	struct cm_dpd dpd = { .retry_s = 2 };
	if (undoes(n))
		return dpd;
	dpd.interval_s = (uint16_t)node_value(n, ROLE_INTERVAL, 0);
	dpd.retry_s = (uint16_t)node_value(n, ROLE_RETRY, 2);
	dpd.periodic = role_is(b, n, ROLE_MODE, "periodic");
	dpd.at = n->span;
	return dpd;
}

void apply_ikev2_global(struct build *b, const struct node *n)
{
	if (n->kind == KIND_IKEV2_DPD)
		b->m->ikev2_dpd = dpd_of(b, n);
	else
		set_number(&b->m->ikev2_nat_keepalive, n, ROLE_INTERVAL, 0);
}

/* --- proposals ------------------------------------------------------------------------------------- */

struct proposal_work {
	struct vec ciphers, integrity, prfs, groups; /* pointers to rows */
};

static void add_row(struct build *b, struct vec *rows, const void *row)
{
	if (row)
		*VEC_NEW(b, rows, const void *) = row;
}

/* A line says all alternatives anew. */
static void encryption(struct build *b, void *object, const struct node *n)
{
	struct proposal_work *work = object;
	work->ciphers.n = 0;
	for (const struct arg *a = undoes(n) ? NULL : node_arg(n, ROLE_CIPHER); a;
		a = node_arg_next(n, a))
		add_row(b, &work->ciphers, cm_ikev2_cipher_typed(build_text(b, a), NULL));
}

static void integrity(struct build *b, void *object, const struct node *n)
{
	struct proposal_work *work = object;
	work->integrity.n = 0;
	for (const struct arg *a = undoes(n) ? NULL : node_arg(n, ROLE_HASH); a;
		a = node_arg_next(n, a))
		add_row(b, &work->integrity, cm_ikev2_hash_typed(build_text(b, a), NULL));
}

static void prf(struct build *b, void *object, const struct node *n)
{
	struct proposal_work *work = object;
	work->prfs.n = 0;
	for (const struct arg *a = undoes(n) ? NULL : node_arg(n, ROLE_PRF); a;
		a = node_arg_next(n, a))
		add_row(b, &work->prfs, cm_ikev2_hash_typed(build_text(b, a), NULL));
}

static void group(struct build *b, void *object, const struct node *n)
{
	struct proposal_work *work = object;
	work->groups.n = 0;
	for (const struct arg *a = undoes(n) ? NULL : node_arg(n, ROLE_GROUP); a;
		a = node_arg_next(n, a))
		add_row(b, &work->groups, cm_group_numbered(a->value));
}

static apply_line *const proposal_lines[KINDS] = {
	[KIND_IKEV2_ENCRYPTION] = encryption,
	[KIND_IKEV2_INTEGRITY] = integrity,
	[KIND_IKEV2_PRF] = prf,
	[KIND_IKEV2_GROUP] = group,
};

static void take_rows(
	struct build *b, struct proposal_work *work, struct cm_ikev2_proposal *proposal)
{
	proposal->ciphers = vec_take(b, &work->ciphers, sizeof(void *), &proposal->n_ciphers);
	proposal->integrity = vec_take(b, &work->integrity, sizeof(void *), &proposal->n_integrity);
	proposal->prfs = vec_take(b, &work->prfs, sizeof(void *), &proposal->n_prfs);
	proposal->groups = vec_take(b, &work->groups, sizeof(void *), &proposal->n_groups);
}

/* ios.md 2.9: smart defaults of 15.2 and later; the strongest first, as documented. */
static void built_in_proposal(
	struct build *b, struct proposal_work *work, struct cm_ikev2_proposal *proposal)
{
	static const char *const ciphers[] = { "aes-256", "aes-192", "aes-128" };
	static const char *const hashes[] = { "sha512", "sha384", "sha256", "sha1", "md5" };
	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
		add_row(b, &work->ciphers, cm_cipher_named(ciphers[i]));
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
		add_row(b, &work->integrity, cm_hash_named(hashes[i]));
	add_row(b, &work->groups, cm_group_numbered(5));
	add_row(b, &work->groups, cm_group_numbered(2));
	proposal->name = cm_str_of("default");
	proposal->built_in = true;
	take_rows(b, work, proposal);
}

static bool has_defaults(const struct build *b)
{
	return !b->no_default_ikev2 && cm_release_since(b->release, "15.2", true);
}

static void make_proposals(struct build *b)
{
	size_t n = 0;
	struct proposal_work work = { 0 };
	struct cm_ikev2_proposal *all =
		build_array(b, b->alive[FAMILY_IKEV2_PROPOSAL] + 1, sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_IKEV2_PROPOSAL] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_ikev2_proposal *proposal = &all[n];
		t->index = (uint32_t)n++;
		proposal->name = t->name;
		proposal->at = thing_at(t);
		each_line(b, t, &work, proposal_lines);
		take_rows(b, &work, proposal);
	}
	if (all && has_defaults(b) &&
		!thing_find(b, FAMILY_IKEV2_PROPOSAL, 0, cm_str_of("default"), 0))
		built_in_proposal(b, &work, &all[n++]);
	vec_free(&work.ciphers);
	vec_free(&work.integrity);
	vec_free(&work.prfs);
	vec_free(&work.groups);
	b->m->ikev2_proposals = all;
	b->m->n_ikev2_proposals = n;
}

/* --- policies -------------------------------------------------------------------------------------- */

struct policy_work {
	struct cm_ikev2_policy *policy;
	struct vec proposals;
};

static void policy_proposal(struct build *b, void *object, const struct node *n)
{
	struct policy_work *work = object;
	for (const struct arg *a = node_arg(n, ROLE_PROPOSAL); a; a = node_arg_next(n, a)) {
		struct any_ref ref, *all = work->proposals.items;
		set_ref_arg(b, &ref, a);
		size_t i = 0;
		while (i < work->proposals.n && !cm_str_same(all[i].name, ref.name))
			i++;
		if (undoes(n) && i < work->proposals.n)
			vec_drop(&work->proposals, i, sizeof *all);
		else if (!undoes(n) && i == work->proposals.n)
			*VEC_NEW(b, &work->proposals, struct any_ref) = ref;
	}
}

static void policy_local(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_ikev2_policy *policy = ((struct policy_work *)object)->policy;
	policy->has_local = !undoes(n) && node_has(n, ROLE_ADDRESS);
	policy->local = policy->has_local ? node_value(n, ROLE_ADDRESS, 0) : 0;
}

/* `match fvrf any`, or the name of one. */
static struct cm_str fvrf_of(struct build *b, const struct node *n)
{
	if (undoes(n))
		return (struct cm_str){ NULL, 0 };
	return node_has(n, ROLE_ANY) ? cm_str_of("any") : build_name(b, n, ROLE_VRF);
}

static void policy_fvrf(struct build *b, void *object, const struct node *n)
{
	((struct policy_work *)object)->policy->fvrf = fvrf_of(b, n);
}

static apply_line *const policy_lines[KINDS] = {
	[KIND_IKEV2_POLICY_PROPOSAL] = policy_proposal,
	[KIND_IKEV2_MATCH_LOCAL] = policy_local,
	[KIND_IKEV2_MATCH_FVRF] = policy_fvrf,
};

static void built_in_policy(struct build *b, struct cm_ikev2_policy *policy)
{
	struct cm_ikev2_proposal_ref *proposal = build_array(b, 1, sizeof *proposal);
	policy->name = cm_str_of("default");
	policy->built_in = true;
	if (!proposal)
		return;
	proposal->name = cm_str_of("default");
	policy->proposals = proposal;
	policy->n_proposals = 1;
}

static void make_policies_v2(struct build *b)
{
	size_t n = 0;
	struct policy_work work = { 0 };
	struct cm_ikev2_policy *all =
		build_array(b, b->alive[FAMILY_IKEV2_POLICY] + 1, sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_IKEV2_POLICY] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_ikev2_policy *policy = work.policy = &all[n];
		t->index = (uint32_t)n++;
		policy->name = t->name;
		policy->at = thing_at(t);
		each_line(b, t, &work, policy_lines);
		policy->proposals = vec_take(
			b, &work.proposals, sizeof *policy->proposals, &policy->n_proposals);
	}
	if (all && has_defaults(b) &&
		!thing_find(b, FAMILY_IKEV2_POLICY, 0, cm_str_of("default"), 0))
		built_in_policy(b, &all[n++]);
	vec_free(&work.proposals);
	b->m->ikev2_policies = all;
	b->m->n_ikev2_policies = n;
}

/* --- keyrings -------------------------------------------------------------------------------------- */

/* What an identity line names: address, fqdn, email, key-id, dn, any; `domain` widens it. */
static struct cm_identity identity_of(struct build *b, const struct node *n)
{
	struct cm_identity id = { .at = n->span };
	const char *type = role_word(b, n, ROLE_TYPE);
	const struct arg *address = node_arg(n, ROLE_ADDRESS);
	bool domain = node_has(n, ROLE_DOMAIN);
	id.name = build_name(b, n, domain ? ROLE_DOMAIN : ROLE_NAME);
	id.kind = strcmp(type, "fqdn") == 0   ? (domain ? CM_ID_FQDN_DOMAIN : CM_ID_FQDN)
		: strcmp(type, "email") == 0  ? (domain ? CM_ID_USER_FQDN_DOMAIN : CM_ID_USER_FQDN)
		: strcmp(type, "key-id") == 0 ? CM_ID_KEY_ID
		: strcmp(type, "dn") == 0     ? CM_ID_DN
		: strcmp(type, "any") == 0 || node_has(n, ROLE_ANY) ? CM_ID_ANY
								    : CM_ID_ADDRESS;
	if (id.kind == CM_ID_ADDRESS && address && address->shape == SHAPE_ADDRESS) {
		uint32_t mask = node_value(n, ROLE_MASK, address->value ? UINT32_MAX : 0);
		id.address = (struct cm_net){ address->value & mask, mask };
	} else if (id.kind == CM_ID_ADDRESS && address) {
		id.address.mask = UINT32_MAX; /* no IPv4 peer's */
		id.name = build_text(b, address);
	}
	return id;
}

static struct cm_psk psk_of(struct build *b, const struct node *n)
{
	struct cm_psk key = { .at = n->span };
	key.secret = build_name(b, n, ROLE_SECRET);
	key.secret_at = role_span(n, ROLE_SECRET);
	key.sealed = node_value(n, ROLE_KEY_TYPE, 0) == 6;
	return key;
}

static void peer_address(struct build *b, void *object, const struct node *n)
{
	(void)b;
	struct cm_ikev2_peer *peer = object;
	const struct arg *address = node_arg(n, ROLE_ADDRESS);
	peer->has_address = !undoes(n) && address && address->shape == SHAPE_ADDRESS;
	if (!peer->has_address)
		return;
	uint32_t mask = node_value(n, ROLE_MASK, address->value ? UINT32_MAX : 0);
	peer->address = (struct cm_net){ address->value & mask, mask };
}

static void peer_hostname(struct build *b, void *object, const struct node *n)
{
	struct cm_ikev2_peer *peer = object;
	peer->hostname = undoes(n) ? (struct cm_str){ NULL, 0 } : build_name(b, n, ROLE_HOSTNAME);
}

static void peer_identity(struct build *b, void *object, const struct node *n)
{
	struct cm_ikev2_peer *peer = object;
	peer->identity = identity_of(b, n);
	if (undoes(n))
		memset(&peer->identity, 0, sizeof peer->identity);
}

static void peer_key(struct build *b, void *object, const struct node *n)
{
	struct cm_ikev2_peer *peer = object;
	const struct cm_psk none = { .at = { 0, 0 } };
	struct cm_psk key = undoes(n) ? none : psk_of(b, n);
	const char *side = role_word(b, n, ROLE_SIDE);
	if (strcmp(side, "remote") != 0)
		peer->local = key;
	if (strcmp(side, "local") != 0)
		peer->remote = key;
}

static apply_line *const peer_lines[KINDS] = {
	[KIND_IKEV2_PEER_ADDRESS] = peer_address,
	[KIND_IKEV2_PEER_HOSTNAME] = peer_hostname,
	[KIND_IKEV2_PEER_IDENTITY] = peer_identity,
	[KIND_IKEV2_PEER_KEY] = peer_key,
};

static void keyring_peer(struct build *b, void *object, const struct node *n)
{
	struct vec *peers = object;
	struct cm_str name = build_name(b, n, ROLE_NAME);
	struct cm_ikev2_peer *all = peers->items, *peer;
	size_t i = 0;
	if (!name.at)
		return;
	while (i < peers->n && !cm_str_same(all[i].name, name))
		i++;
	if (undoes(n)) {
		if (i < peers->n)
			vec_drop(peers, i, sizeof *all);
		return;
	}
	peer = i < peers->n ? &all[i] : VEC_NEW(b, peers, struct cm_ikev2_peer);
	if (!peer->name.at) {
		peer->name = name;
		peer->at = n->span;
	}
	for (const struct node *line = n->first; line; line = line->next)
		if (peer_lines[line->kind])
			peer_lines[line->kind](b, peer, line);
}

static apply_line *const keyring_lines[KINDS] = {
	[KIND_IKEV2_PEER] = keyring_peer,
};

static void make_keyrings_v2(struct build *b)
{
	size_t n = 0;
	struct vec peers = { NULL, 0, 0 };
	struct cm_ikev2_keyring *all = build_array(b, b->alive[FAMILY_IKEV2_KEYRING], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_IKEV2_KEYRING] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_ikev2_keyring *keyring = &all[n];
		t->index = (uint32_t)n++;
		keyring->name = t->name;
		keyring->at = thing_at(t);
		each_line(b, t, &peers, keyring_lines);
		struct cm_ikev2_peer *made =
			vec_take(b, &peers, sizeof *keyring->peers, &keyring->n_peers);
		for (size_t i = 0; i < keyring->n_peers; i++)
			made[i].local.keyring = made[i].remote.keyring = t->name;
		keyring->peers = made;
	}
	vec_free(&peers);
	b->m->ikev2_keyrings = all;
	b->m->n_ikev2_keyrings = n;
}

/* --- profiles -------------------------------------------------------------------------------------- */

struct profile_work {
	struct cm_ikev2_profile *profile;
	struct vec remote;
};

static struct cm_ikev2_profile *of(void *object)
{
	return ((struct profile_work *)object)->profile;
}

static void match_identity(struct build *b, void *object, const struct node *n)
{
	struct profile_work *work = object;
	if (undoes(n))
		work->remote.n = 0;
	else
		*VEC_NEW(b, &work->remote, struct cm_identity) = identity_of(b, n);
}

static void match_local(struct build *b, void *object, const struct node *n)
{
	const struct arg *a = node_arg(n, ROLE_ADDRESS);
	a = a ? a : node_arg(n, ROLE_INTERFACE);
	of(object)->match_address_local = (struct cm_word){ { NULL, 0 }, { 0, 0 } };
	if (a && !undoes(n))
		of(object)->match_address_local = (struct cm_word){ build_text(b, a), a->span };
}

static void match_fvrf(struct build *b, void *object, const struct node *n)
{
	of(object)->match_fvrf = (struct cm_word){ { NULL, 0 }, { 0, 0 } };
	if (!undoes(n))
		of(object)->match_fvrf = (struct cm_word){ fvrf_of(b, n), n->span };
}

static void match_certificate(struct build *b, void *object, const struct node *n)
{
	(void)b;
	of(object)->match_certificate = undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
}

static void identity_local(struct build *b, void *object, const struct node *n)
{
	of(object)->local = identity_of(b, n);
	if (undoes(n))
		memset(&of(object)->local, 0, sizeof of(object)->local);
}

static void authentication(struct build *b, void *object, const struct node *n)
{
	struct cm_ikev2_profile *profile = of(object);
	bool local = role_is(b, n, ROLE_SIDE, "local");
	const struct cm_psk none = { .at = { 0, 0 } };
	struct cm_word word = { { NULL, 0 }, { 0, 0 } };
	if (!undoes(n) && node_has(n, ROLE_AUTH))
		word = (struct cm_word){ cm_str_of(role_word(b, n, ROLE_AUTH)),
			role_span(n, ROLE_AUTH) };
	struct cm_psk key = !undoes(n) && node_has(n, ROLE_SECRET) ? psk_of(b, n) : none;
	*(local ? &profile->auth_local : &profile->auth_remote) = word;
	*(local ? &profile->auth_local_key : &profile->auth_remote_key) = key;
}

static void keyring(struct build *b, void *object, const struct node *n)
{
	bool aaa = role_is(b, n, ROLE_TYPE, "aaa");
	set_ref_arg(b, &of(object)->keyring, aaa || undoes(n) ? NULL : node_arg(n, ROLE_KEYRING));
	of(object)->keyring_aaa = aaa && !undoes(n) ? n->span : (struct cm_span){ 0, 0 };
}

static void lifetime(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->lifetime_s, n, ROLE_SECONDS, 86400);
}

static void dpd(struct build *b, void *object, const struct node *n)
{
	of(object)->dpd = dpd_of(b, n);
}

static void nat(struct build *b, void *object, const struct node *n)
{
	(void)b;
	if (node_has(n, ROLE_INTERVAL) || undoes(n))
		set_number(&of(object)->nat_keepalive, n, ROLE_INTERVAL, 0);
}

static void virtual_template(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->virtual_template, n, ROLE_NUMBER, 0);
}

static void ivrf(struct build *b, void *object, const struct node *n)
{
	set_ref(b, &of(object)->ivrf, n, ROLE_VRF);
}

static void shutdown_line(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_flag(&of(object)->shutdown, n, false);
}

static apply_line *const profile_lines[KINDS] = {
	[KIND_IKEV2_MATCH_IDENTITY] = match_identity,
	[KIND_IKEV2_MATCH_LOCAL] = match_local,
	[KIND_IKEV2_MATCH_FVRF] = match_fvrf,
	[KIND_MATCH_CERTIFICATE] = match_certificate,
	[KIND_IKEV2_IDENTITY_LOCAL] = identity_local,
	[KIND_IKEV2_AUTHENTICATION] = authentication,
	[KIND_IKEV2_PROFILE_KEYRING] = keyring,
	[KIND_LIFETIME] = lifetime,
	[KIND_IKEV2_PROFILE_DPD] = dpd,
	[KIND_IKEV2_PROFILE_NAT] = nat,
	[KIND_VIRTUAL_TEMPLATE] = virtual_template,
	[KIND_IKEV2_PROFILE_IVRF] = ivrf,
	[KIND_SHUTDOWN] = shutdown_line,
};

static void make_profiles(struct build *b)
{
	size_t n = 0;
	struct profile_work work = { 0 };
	struct cm_ikev2_profile *all = build_array(b, b->alive[FAMILY_IKEV2_PROFILE], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_IKEV2_PROFILE] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_ikev2_profile *profile = work.profile = &all[n];
		t->index = (uint32_t)n++;
		profile->name = t->name;
		profile->at = thing_at(t);
		profile->lifetime_s.value = 86400;
		each_line(b, t, &work, profile_lines);
		profile->remote =
			vec_take(b, &work.remote, sizeof *profile->remote, &profile->n_remote);
	}
	vec_free(&work.remote);
	b->m->ikev2_profiles = all;
	b->m->n_ikev2_profiles = n;
}

void make_ikev2(struct build *b)
{
	make_proposals(b);
	make_policies_v2(b);
	make_keyrings_v2(b);
	make_profiles(b);
}
