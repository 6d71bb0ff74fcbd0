/* crypto isakmp …, the statements that hold for the whole router; crypto isakmp peer */
#include "model/build.h"

#include <string.h>

/* IOS XE keeps so many errors for `show crypto isakmp diagnose error`. */
enum { DIAGNOSED_ERRORS = 50 };

void default_isakmp(struct build *b)
{
	struct cm_isakmp *isakmp = &b->m->isakmp;
	isakmp->enabled.on = isakmp->aggressive.on = isakmp->default_policy.on = true;
	isakmp->keepalive.retry_s = 2;
	isakmp->diagnose_error.value = DIAGNOSED_ERRORS;
}

static void set_dpd(struct build *b, struct cm_dpd *dpd, const struct node *n)
{
	*dpd = (struct cm_dpd){ .retry_s = 2 };
	if (undoes(n))
		return;
	dpd->interval_s = (uint16_t)node_value(n, ROLE_INTERVAL, 0);
	dpd->retry_s = (uint16_t)node_value(n, ROLE_RETRY, 2);
	dpd->periodic = role_is(b, n, ROLE_MODE, "periodic");
	dpd->at = n->span;
}

static void set_identity(struct build *b, const struct node *n)
{
	struct cm_isakmp *isakmp = &b->m->isakmp;
	const char *type = undoes(n) ? "" : role_word(b, n, ROLE_TYPE);
	isakmp->identity_at = undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
	isakmp->identity = strcmp(type, "dn") == 0 ? CM_ISAKMP_ID_DN
		: strcmp(type, "hostname") == 0    ? CM_ISAKMP_ID_HOSTNAME
						   : CM_ISAKMP_ID_ADDRESS;
}

/* The line disables: its `no` form accepts aggressive mode again. */
static void set_aggressive(struct cm_flag *flag, const struct node *n)
{
	*flag = (struct cm_flag){ undoes(n), n->defaulted ? (struct cm_span){ 0, 0 } : n->span };
}

void apply_isakmp_global(struct build *b, const struct node *n)
{
	struct cm_isakmp *isakmp = &b->m->isakmp;
	switch ((enum kind)n->kind) {
	case KIND_ISAKMP_ENABLE:
		set_flag(&isakmp->enabled, n, true);
		break;
	case KIND_ISAKMP_DEFAULT_POLICY:
		set_flag(&isakmp->default_policy, n, true);
		break;
	case KIND_ISAKMP_AGGRESSIVE_DISABLE:
		set_aggressive(&isakmp->aggressive, n);
		break;
	case KIND_ISAKMP_INVALID_SPI:
		set_flag(&isakmp->invalid_spi_recovery, n, false);
		break;
	case KIND_ISAKMP_FRAGMENTATION:
		set_flag(&isakmp->fragmentation, n, false);
		break;
	case KIND_ISAKMP_IDENTITY:
		set_identity(b, n);
		break;
	case KIND_ISAKMP_KEEPALIVE:
		set_dpd(b, &isakmp->keepalive, n);
		break;
	case KIND_ISAKMP_NAT_KEEPALIVE:
		set_number(&isakmp->nat_keepalive, n, ROLE_INTERVAL, 0);
		break;
	case KIND_ISAKMP_DIAGNOSE:
		set_number(&isakmp->diagnose_error, n, ROLE_NUMBER, DIAGNOSED_ERRORS);
		break;
	default:
		break;
	}
}

/* --- crypto isakmp peer ---------------------------------------------------------------------------- */

static const struct arg *peer_name(const struct node *n)
{
	const struct arg *address = node_arg(n, ROLE_ADDRESS);
	return address ? address : node_arg(n, ROLE_HOSTNAME);
}

void collect_isakmp_peer(struct build *b, const struct node *n)
{
	const struct arg *name = peer_name(n);
	if (!name)
		return;
	struct cm_str text = build_text(b, name);
	if (undoes(n)) {
		thing_remove(b, thing_find(b, FAMILY_ISAKMP_PEER, 0, text, 0));
		return;
	}
	struct thing *t = thing_get(b, FAMILY_ISAKMP_PEER, NULL, text, 0, name->span);
	if (t)
		thing_add(b, t, n);
}

static void endpoint(struct build *b, void *object, const struct node *n)
{
	struct cm_isakmp_peer *peer = object;
	const char *type = role_word(b, n, ROLE_TYPE);
	memset(&peer->client_endpoint, 0, sizeof peer->client_endpoint);
	if (undoes(n))
		return;
	peer->client_endpoint.at = n->span;
	peer->client_endpoint.name = build_name(b, n, ROLE_NAME);
	peer->client_endpoint.kind = strcmp(type, "user-fqdn") == 0 ? CM_ID_USER_FQDN
		: strcmp(type, "fqdn") == 0                         ? CM_ID_FQDN
								    : CM_ID_ADDRESS;
	if (peer->client_endpoint.kind == CM_ID_ADDRESS)
		peer->client_endpoint.address =
			(struct cm_net){ node_value(n, ROLE_ADDRESS, 0), UINT32_MAX };
}

static void password(struct build *b, void *object, const struct node *n)
{
	struct cm_isakmp_peer *peer = object;
	peer->password = undoes(n) ? (struct cm_str){ NULL, 0 } : build_name(b, n, ROLE_SECRET);
	peer->password_at = undoes(n) ? (struct cm_span){ 0, 0 } : role_span(n, ROLE_SECRET);
}

static apply_line *const peer_lines[KINDS] = {
	[KIND_AGGRESSIVE_ENDPOINT] = endpoint,
	[KIND_AGGRESSIVE_PASSWORD] = password,
};

static void make_isakmp_peers(struct build *b)
{
	size_t n = 0;
	struct cm_isakmp_peer *all = build_array(b, b->alive[FAMILY_ISAKMP_PEER], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_ISAKMP_PEER] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_isakmp_peer *peer = &all[n++];
		const struct arg *name = peer_name(t->runs.first);
		peer->has_address = name->shape == SHAPE_ADDRESS;
		peer->address = peer->has_address ? name->value : 0;
		if (!peer->has_address)
			peer->hostname = build_text(b, name);
		peer->vrf = build_name(b, t->runs.first, ROLE_VRF);
		peer->at = thing_at(t);
		each_line(b, t, peer, peer_lines);
	}
	b->m->isakmp_peers = all;
	b->m->n_isakmp_peers = n;
}

/* --- crypto isakmp profile --------------------------------------------------------------------------- */

void collect_isakmp_profile(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_ISAKMP_PROFILE, n);
}

struct profile_work {
	struct cm_isakmp_profile *profile;
	struct vec keyrings, matches, certificates;
};

static void keyring(struct build *b, void *object, const struct node *n)
{
	struct profile_work *work = object;
	for (const struct arg *a = node_arg(n, ROLE_KEYRING); a; a = node_arg_next(n, a)) {
		struct cm_keyring_ref ref;
		set_ref_arg(b, &ref, a);
		struct cm_keyring_ref *refs = work->keyrings.items;
		size_t i = 0;
		while (i < work->keyrings.n && !cm_str_same(refs[i].name, ref.name))
			i++;
		if (undoes(n) && i < work->keyrings.n)
			vec_drop(&work->keyrings, i, sizeof *refs);
		else if (!undoes(n) && i == work->keyrings.n)
			*VEC_NEW(b, &work->keyrings, struct cm_keyring_ref) = ref;
	}
}

/* `user U`, `user domain D`, `user-fqdn U`, `self-identity user-fqdn U`. */
static struct cm_identity user_identity(struct build *b, const struct node *n)
{
	struct cm_identity id = { .kind = CM_ID_USER_FQDN, .at = n->span };
	if (node_has(n, ROLE_DOMAIN))
		id.kind = CM_ID_USER_FQDN_DOMAIN;
	id.name = build_name(b, n,
		node_has(n, ROLE_DOMAIN)         ? ROLE_DOMAIN
			: node_has(n, ROLE_USER) ? ROLE_USER
						 : ROLE_NAME);
	return id;
}

/* The identity that a `match identity`, `self-identity` line names. */
static struct cm_identity identity_of(struct build *b, const struct node *n)
{
	struct cm_identity id = { .at = n->span };
	const char *type = role_word(b, n, ROLE_TYPE);
	bool domain = node_has(n, ROLE_DOMAIN);
	id.name = build_name(b, n, domain ? ROLE_DOMAIN : ROLE_NAME);
	if (strcmp(type, "group") == 0) {
		id.kind = CM_ID_GROUP;
		id.name = build_name(b, n, ROLE_GROUP_NAME);
	} else if (strcmp(type, "host") == 0) {
		id.kind = domain ? CM_ID_FQDN_DOMAIN : CM_ID_FQDN;
		if (!domain)
			id.name = build_name(b, n, ROLE_HOSTNAME);
	} else if (strcmp(type, "user") == 0) {
		id = user_identity(b, n);
	} else if (strcmp(type, "fqdn") == 0) {
		id.kind = CM_ID_FQDN;
	} else if (strcmp(type, "user-fqdn") == 0) {
		id = user_identity(b, n);
	} else {
		const struct arg *address = node_arg(n, ROLE_ADDRESS);
		bool v4 = address && address->shape == SHAPE_ADDRESS;
		/* `match identity address 0.0.0.0` is anybody, as in a key */
		uint32_t mask = node_value(n, ROLE_MASK, v4 && !address->value ? 0 : UINT32_MAX);
		id.kind = CM_ID_ADDRESS;
		id.vrf = build_name(b, n, ROLE_VRF);
		id.address.mask = UINT32_MAX;
		if (v4)
			id.address = (struct cm_net){ address->value & mask, mask };
		else if (address)
			id.name = build_text(b, address);
		else
			id.address.mask = 0;
	}
	return id;
}

static bool same_identity(const struct cm_identity *a, const struct cm_identity *b)
{
	return a->kind == b->kind && a->address.address == b->address.address &&
		a->address.mask == b->address.mask && cm_str_same(a->name, b->name) &&
		cm_str_same(a->vrf, b->vrf);
}

static void match_identity(struct build *b, void *object, const struct node *n)
{
	struct profile_work *work = object;
	struct cm_identity id = identity_of(b, n);
	struct cm_identity *all = work->matches.items;
	size_t i = 0;
	while (i < work->matches.n && !same_identity(&all[i], &id))
		i++;
	if (undoes(n) && i < work->matches.n)
		vec_drop(&work->matches, i, sizeof *all);
	else if (!undoes(n) && i == work->matches.n)
		*VEC_NEW(b, &work->matches, struct cm_identity) = id;
}

static void match_certificate(struct build *b, void *object, const struct node *n)
{
	struct profile_work *work = object;
	if (undoes(n))
		work->certificates.n = 0;
	else
		*VEC_NEW(b, &work->certificates, struct cm_span) = n->span;
}

static void self_identity(struct build *b, void *object, const struct node *n)
{
	struct cm_isakmp_profile *profile = ((struct profile_work *)object)->profile;
	profile->self_identity = identity_of(b, n);
	if (undoes(n))
		memset(&profile->self_identity, 0, sizeof profile->self_identity);
}

static void local_address(struct build *b, void *object, const struct node *n)
{
	struct cm_isakmp_profile *profile = ((struct profile_work *)object)->profile;
	set_interface_ref(b, &profile->local_interface, n, ROLE_INTERFACE);
	profile->has_local_address = !undoes(n) && node_has(n, ROLE_ADDRESS);
	profile->local_address = node_value(n, ROLE_ADDRESS, 0);
}

static void keepalive(struct build *b, void *object, const struct node *n)
{
	struct cm_isakmp_profile *profile = ((struct profile_work *)object)->profile;
	set_dpd(b, &profile->keepalive, n);
}

static void initiate(struct build *b, void *object, const struct node *n)
{
	struct cm_isakmp_profile *profile = ((struct profile_work *)object)->profile;
	bool main = role_is(b, n, ROLE_MODE, "main");
	set_flag(&profile->initiate_aggressive, n, false);
	if (main)
		profile->initiate_aggressive.on = false;
}

static void profile_vrf(struct build *b, void *object, const struct node *n)
{
	set_ref(b, &((struct profile_work *)object)->profile->vrf, n, ROLE_VRF);
}

static void virtual_template(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&((struct profile_work *)object)->profile->virtual_template, n, ROLE_NUMBER, 0);
}

static void xauth(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_flag(&((struct profile_work *)object)->profile->xauth, n, false);
}

static apply_line *const profile_lines[KINDS] = {
	[KIND_PROFILE_KEYRING] = keyring,
	[KIND_LOCAL_ADDRESS] = local_address,
	[KIND_MATCH_IDENTITY] = match_identity,
	[KIND_MATCH_CERTIFICATE] = match_certificate,
	[KIND_SELF_IDENTITY] = self_identity,
	[KIND_INITIATE_MODE] = initiate,
	[KIND_PROFILE_KEEPALIVE] = keepalive,
	[KIND_PROFILE_VRF] = profile_vrf,
	[KIND_VIRTUAL_TEMPLATE] = virtual_template,
	[KIND_CLIENT_AUTHENTICATION] = xauth,
};

void make_isakmp_profiles(struct build *b)
{
	size_t n = 0;
	struct profile_work work = { 0 };
	struct cm_isakmp_profile *all =
		build_array(b, b->alive[FAMILY_ISAKMP_PROFILE], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_ISAKMP_PROFILE] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_isakmp_profile *profile = work.profile = &all[n];
		t->index = (uint32_t)n++;
		profile->name = t->name;
		profile->at = thing_at(t);
		each_line(b, t, &work, profile_lines);
		profile->keyrings = vec_take(
			b, &work.keyrings, sizeof *profile->keyrings, &profile->n_keyrings);
		profile->matches =
			vec_take(b, &work.matches, sizeof *profile->matches, &profile->n_matches);
		profile->certificate_matches = vec_take(b, &work.certificates,
			sizeof *profile->certificate_matches, &profile->n_certificate_matches);
	}
	vec_free(&work.keyrings);
	vec_free(&work.matches);
	vec_free(&work.certificates);
	b->m->isakmp_profiles = all;
	b->m->n_isakmp_profiles = n;
	make_isakmp_peers(b);
}

/* --- crypto isakmp client configuration group ---------------------------------------------------------- */

void collect_client_group(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_CLIENT_GROUP, n);
}

static void group_key(struct build *b, void *object, const struct node *n)
{
	struct cm_client_group *group = object;
	group->key = undoes(n) ? (struct cm_str){ NULL, 0 } : build_name(b, n, ROLE_SECRET);
	group->key_at = undoes(n) ? (struct cm_span){ 0, 0 } : role_span(n, ROLE_SECRET);
}

static void group_pool(struct build *b, void *object, const struct node *n)
{
	struct cm_client_group *group = object;
	group->pool = (struct cm_word){ { NULL, 0 }, { 0, 0 } };
	if (!undoes(n))
		group->pool =
			(struct cm_word){ build_name(b, n, ROLE_POOL), role_span(n, ROLE_POOL) };
}

static void group_acl(struct build *b, void *object, const struct node *n)
{
	set_ref(b, &((struct cm_client_group *)object)->acl, n, ROLE_ACL);
}

static void group_pfs(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_flag(&((struct cm_client_group *)object)->pfs, n, false);
}

static apply_line *const group_lines[KINDS] = {
	[KIND_GROUP_KEY] = group_key,
	[KIND_GROUP_POOL] = group_pool,
	[KIND_GROUP_ACL] = group_acl,
	[KIND_GROUP_PFS] = group_pfs,
};

void make_client_groups(struct build *b)
{
	size_t n = 0;
	struct cm_client_group *all = build_array(b, b->alive[FAMILY_CLIENT_GROUP], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_CLIENT_GROUP] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_client_group *group = &all[n];
		t->index = (uint32_t)n++;
		group->name = t->name;
		group->at = thing_at(t);
		each_line(b, t, group, group_lines);
	}
	b->m->client_groups = all;
	b->m->n_client_groups = n;
}
