/* From text to document: nodes by the syntax room, then a model for each router. */
#include "model/build.h"

#include "syntax/syntax.h"

#include <stdlib.h>

/* What each top-level statement does to the model; all others only stay in the tree. */
static collect_node *const statements[KINDS] = {
	[KIND_HOSTNAME] = apply_names,
	[KIND_DOMAIN] = apply_names,
	[KIND_IP_HOST] = collect_host,
	[KIND_VRF] = collect_vrf,
	[KIND_LOCAL_POOL] = collect_local_pool,
	[KIND_LOCAL_POLICY] = apply_local_policy,
	[KIND_ROUTE] = collect_route,
	[KIND_TRUSTPOINT] = collect_trustpoint,
	[KIND_ISAKMP_POLICY] = collect_policy,
	[KIND_ISAKMP_KEY] = collect_key,
	[KIND_ISAKMP_DEFAULT_POLICY] = apply_isakmp_global,
	[KIND_ISAKMP_ENABLE] = apply_isakmp_global,
	[KIND_ISAKMP_IDENTITY] = apply_isakmp_global,
	[KIND_ISAKMP_KEEPALIVE] = apply_isakmp_global,
	[KIND_ISAKMP_NAT_KEEPALIVE] = apply_isakmp_global,
	[KIND_ISAKMP_DIAGNOSE] = apply_isakmp_global,
	[KIND_ISAKMP_AGGRESSIVE_DISABLE] = apply_isakmp_global,
	[KIND_ISAKMP_INVALID_SPI] = apply_isakmp_global,
	[KIND_ISAKMP_FRAGMENTATION] = apply_isakmp_global,
	[KIND_CLIENT_GROUP] = collect_client_group,
	[KIND_ISAKMP_PROFILE] = collect_isakmp_profile,
	[KIND_ISAKMP_PEER] = collect_isakmp_peer,
	[KIND_KEYRING] = collect_keyring,
	[KIND_TRANSFORM_SET] = collect_transform_set,
	[KIND_IPSEC_LIFETIME] = apply_ipsec_global,
	[KIND_IPSEC_IDLE] = apply_ipsec_global,
	[KIND_IPSEC_REPLAY] = apply_ipsec_global,
	[KIND_IPSEC_DF_BIT] = apply_ipsec_global,
	[KIND_IPSEC_FRAGMENTATION] = apply_ipsec_global,
	[KIND_IPSEC_NAT_TRANSPARENCY] = apply_ipsec_global,
	[KIND_IPSEC_IPV4_DENY] = apply_ipsec_global,
	[KIND_IPSEC_PROFILE] = collect_ipsec_profile,
	[KIND_CRYPTO_MAP] = collect_crypto_map,
	[KIND_MAP_LOCAL_ADDRESS] = collect_map_setting,
	[KIND_MAP_CLIENT_AUTHENTICATION] = collect_map_setting,
	[KIND_MAP_ISAKMP_PROFILE] = collect_map_setting,
	[KIND_MAP_OTHER] = collect_map_setting,
	[KIND_DYNAMIC_MAP] = collect_dynamic_map,
	[KIND_IKEV2_PROPOSAL] = collect_ikev2_proposal,
	[KIND_IKEV2_POLICY] = collect_ikev2_policy,
	[KIND_IKEV2_KEYRING] = collect_ikev2_keyring,
	[KIND_IKEV2_PROFILE] = collect_ikev2_profile,
	[KIND_IKEV2_DPD] = apply_ikev2_global,
	[KIND_IKEV2_NAT_KEEPALIVE] = apply_ikev2_global,
	[KIND_INTERFACE] = collect_interface,
	[KIND_NAT_POOL] = collect_nat_pool,
	[KIND_NAT_DYNAMIC] = collect_nat,
	[KIND_NAT_STATIC] = collect_nat,
	[KIND_ACL_STANDARD] = collect_acl,
	[KIND_ACL_EXTENDED] = collect_acl,
	[KIND_ACL_NUMBERED] = collect_acl,
	[KIND_RESEQUENCE] = collect_acl,
	[KIND_ACE_STANDARD] = collect_ace,
	[KIND_ACE_EXTENDED] = collect_ace,
	[KIND_REMARK] = collect_ace,
	[KIND_ACL6] = collect_acl6,
	[KIND_TIME_RANGE] = collect_time_range,
	[KIND_NETWORK_GROUP] = collect_network_group,
	[KIND_SERVICE_GROUP] = collect_service_group,
	[KIND_PREFIX_LIST] = collect_prefix_list,
	[KIND_ROUTE_MAP] = collect_route_map,
};

/* The release decides about defaults, so it is read before anything else. */
static void read_release(struct build *b)
{
	const char *given = b->doc->options.ios_release;
	if (given)
		b->release = cm_release_parse(cm_str_of(given));
	for (const struct node *n = b->router->first; !given && n && n != b->router->end;
		n = n->next) {
		const struct arg *text = n->kind == KIND_VERSION ? node_arg(n, ROLE_TEXT) : NULL;
		if (!text)
			continue;
		b->release = cm_release_parse(build_text(b, text));
		b->m->release_at = text->span;
		break;
	}
	b->m->release = b->release;
}

static bool begins_with(struct cm_str line, const char *word)
{
	size_t i = 0;
	while (word[i] && i < line.length && line.at[i] == word[i])
		i++;
	return !word[i];
}

/* `router ospf 1` and the like: routes come from elsewhere too. */
static bool is_routing(const struct build *b, const struct node *n)
{
	return n->kind == KIND_UNKNOWN && !n->negated &&
		begins_with(source_slice(&b->doc->source, n->span), "router ");
}

static void collect(struct build *b)
{
	for (const struct node *n = b->router->first; n && n != b->router->end; n = n->next) {
		if (statements[n->kind])
			statements[n->kind](b, n);
		else if (is_routing(b, n))
			b->m->dynamic_routing = true;
	}
}

/* Global values first: entries, profiles and interfaces fall back to them. */
static void make(struct build *b)
{
	make_names(b);
	make_policies(b);
	make_keyrings(b);
	make_isakmp_profiles(b);
	make_client_groups(b);
	make_transform_sets(b);
	make_ipsec_profiles(b);
	make_crypto_maps(b);
	make_ikev2(b);
	make_interfaces(b);
	make_routes(b);
	make_acls(b);
	make_groups(b);
	make_nat(b);
	make_route_maps(b);
}

static bool model_of_router(
	struct cm_document *doc, const struct router *router, struct cm_model *m)
{
	struct build *b = calloc(1, sizeof *b);
	if (!b)
		return false;
	b->doc = doc;
	b->arena = doc->arena;
	b->diags = &doc->diags;
	b->router = router;
	b->m = m;
	m->document = doc;
	m->span = router->span;
	m->is_ios = !doc->foreign;
	read_release(b);
	default_isakmp(b);
	default_ipsec(b);
	collect(b);
	make(b);
	resolve(b);
	report_incomplete(b);
	bool done = !b->failed && !arena_failed(b->arena);
	vec_free(&b->routes);
	vec_free(&b->nat);
	vec_free(&b->keys);
	vec_free(&b->strays);
	vec_free(&b->naming_acls);
	vec_free(&b->uses);
	vec_free(&b->small);
	free(b->slots);
	free(b);
	return done;
}

static bool build_models(struct cm_document *doc)
{
	doc->models = ARENA_ARRAY(doc->arena, const struct cm_model *, doc->n_routers);
	for (size_t i = 0; doc->models && i < doc->n_routers; i++) {
		struct cm_model *m = ARENA_NEW(doc->arena, struct cm_model);
		if (!m || !model_of_router(doc, &doc->routers[i], m))
			return false;
		doc->models[i] = m;
	}
	return doc->models;
}

struct cm_document *cm_document_read(
	const char *name, const char *text, size_t length, const struct cm_options *options)
{
	struct cm_document *doc = syntax_new(name, text, length, options);
	if (!doc)
		return NULL;
	if (!syntax_read(doc) || !build_models(doc)) {
		cm_document_free(doc);
		return NULL;
	}
	diags_sort(&doc->diags);
	return doc;
}

const struct cm_model *cm_document_model(const struct cm_document *doc, size_t index)
{
	return index < doc->n_routers ? doc->models[index] : NULL;
}
