/* Interfaces, routes, NAT, route-maps as JSON. */
#include "model/json.h"

static json_t *address_item(struct json_out *out, const void *at)
{
	const struct cm_if_address *address = at;
	json_t *object = json_new(out);
	json_put(out, object, "address", json_ip(out, address->net.address));
	json_put(out, object, "mask", json_ip(out, address->net.mask));
	put_true(out, object, "secondary", address->secondary);
	put_at(out, object, "at", address->at);
	return object;
}

static const char *const addressings[] = {
	[CM_IF_NONE] = "none",
	[CM_IF_STATIC] = "static",
	[CM_IF_DHCP] = "dhcp",
	[CM_IF_NEGOTIATED] = "negotiated",
	[CM_IF_UNNUMBERED] = "unnumbered",
};

static const char *const tunnel_modes[] = {
	[CM_TUNNEL_NONE] = NULL,
	[CM_TUNNEL_GRE_IP] = "gre ip",
	[CM_TUNNEL_GRE_MULTIPOINT] = "gre multipoint",
	[CM_TUNNEL_IPSEC_IPV4] = "ipsec ipv4",
	[CM_TUNNEL_IPSEC_IPV6] = "ipsec ipv6",
	[CM_TUNNEL_IPIP] = "ipip",
	[CM_TUNNEL_OTHER] = "other",
};

static json_t *tunnel_json(struct json_out *out, const struct cm_interface *i)
{
	json_t *object = json_new(out);
	put_value(out, object, "mode", tunnel_modes[i->tunnel_mode], i->tunnel_mode_at);
	PUT_REF(out, object, "source_interface", i->tunnel_source);
	put_ip(out, object, "source", i->has_tunnel_source_address, i->tunnel_source_address);
	put_at(out, object, "source_at", i->tunnel_source_at);
	put_ip(out, object, "destination", i->has_tunnel_destination, i->tunnel_destination);
	put_true(out, object, "destination_dynamic", i->tunnel_destination_dynamic);
	put_text(out, object, "destination_name", i->tunnel_destination_name);
	put_at(out, object, "destination_at", i->tunnel_destination_at);
	PUT_REF(out, object, "protection", i->protection);
	put_flag_set(out, object, "shared", i->protection_shared);
	PUT_REF(out, object, "isakmp_profile", i->protection_isakmp_profile);
	PUT_REF(out, object, "ikev2_profile", i->protection_ikev2_profile);
	put_number_set(out, object, "key", i->tunnel_key);
	PUT_REF(out, object, "vrf", i->tunnel_vrf);
	put_flag_set(out, object, "path_mtu_discovery", i->path_mtu_discovery);
	return object;
}

static bool has_tunnel(const struct cm_interface *i)
{
	return i->tunnel_mode != CM_TUNNEL_NONE || i->protection.name.at;
}

static json_t *interface_item(struct json_out *out, const void *at)
{
	const struct cm_interface *i = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", i->name);
	put_str(out, object, "description", i->description);
	put_flag(out, object, "shutdown", i->shutdown);
	put_value(out, object, "addressing", addressings[i->addressing], i->addressing_at);
	PUT_LIST(out, object, "addresses", i->addresses, i->n_addresses, address_item);
	PUT_REF(out, object, "unnumbered", i->unnumbered);
	PUT_REF(out, object, "access_in", i->access_in);
	PUT_REF(out, object, "access_out", i->access_out);
	put_flag_set(out, object, "nat_inside", i->nat_inside);
	put_flag_set(out, object, "nat_outside", i->nat_outside);
	put_flag_set(out, object, "nat_enable", i->nat_enable);
	PUT_REF(out, object, "crypto_map", i->crypto_map);
	put_spans(out, object, "crypto_map_lines_at", i->crypto_map_lines, i->n_crypto_map_lines);
	put_number(out, object, "mtu", i->mtu);
	put_number_set(out, object, "ip_mtu", i->ip_mtu);
	put_number_set(out, object, "adjust_mss", i->adjust_mss);
	PUT_REF(out, object, "vrf", i->vrf);
	PUT_REF(out, object, "policy", i->policy);
	put_value(out, object, "df", json_df(i->df), i->df_at);
	put_flag(out, object, "fragment_after", i->fragment_after);
	put_text(out, object, "zone", i->zone);
	put_number_set(out, object, "dial_pool", i->dial_pool);
	put_number_set(out, object, "dialer_pool", i->dialer_pool);
	put_flag_set(out, object, "keepalive", i->keepalive);
	put_true(out, object, "nhrp", i->nhrp.on);
	if (has_tunnel(i))
		json_put(out, object, "tunnel", tunnel_json(out, i));
	put_at(out, object, "at", i->at);
	put_spans(out, object, "blocks_at", i->blocks, i->n_blocks);
	return object;
}

static json_t *route_item(struct json_out *out, const void *at)
{
	const struct cm_route *route = at;
	json_t *object = json_new(out);
	PUT_REF(out, object, "vrf", route->vrf);
	json_put(out, object, "prefix", json_net(out, route->prefix));
	put_ip(out, object, "next_hop", route->has_next_hop, route->next_hop);
	PUT_REF(out, object, "interface", route->interface);
	put_true(out, object, "dhcp", route->dhcp);
	put_true(out, object, "null0", route->null0);
	put_true(out, object, "global", route->global);
	put_int(out, object, "distance", route->distance);
	put_true(out, object, "inconsistent", route->inconsistent);
	put_at(out, object, "at", route->at);
	return object;
}

static json_t *vrf_item(struct json_out *out, const void *at)
{
	const struct cm_vrf *vrf = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", vrf->name);
	put_at(out, object, "at", vrf->at);
	return object;
}

static json_t *host_item(struct json_out *out, const void *at)
{
	const struct cm_host *host = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", host->name);
	json_put(out, object, "address", json_ip(out, host->address));
	put_at(out, object, "at", host->at);
	return object;
}

void json_interface(struct json_out *out, json_t *object, const struct cm_model *model)
{
	PUT_LIST(out, object, "interfaces", model->interfaces, model->n_interfaces, interface_item);
	PUT_LIST(out, object, "routes", model->routes, model->n_routes, route_item);
	put_true(out, object, "dynamic_routing", model->dynamic_routing);
	PUT_LIST(out, object, "vrfs", model->vrfs, model->n_vrfs, vrf_item);
	PUT_REF(out, object, "local_policy", model->local_policy);
	PUT_LIST(out, object, "hosts", model->hosts, model->n_hosts, host_item);
}

/* --- NAT ------------------------------------------------------------------------------------------- */

static json_t *range_item(struct json_out *out, const void *at)
{
	const uint32_t *range = at;
	json_t *object = json_new(out);
	json_put(out, object, "first", json_ip(out, range[0]));
	json_put(out, object, "last", json_ip(out, range[1]));
	return object;
}

static json_t *pool_item(struct json_out *out, const void *at)
{
	const struct cm_nat_pool *pool = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", pool->name);
	json_put(out, object, "net", json_net(out, pool->net));
	PUT_LIST(out, object, "ranges", pool->ranges, pool->n_ranges, range_item);
	put_str(out, object, "type", pool->type);
	put_at(out, object, "at", pool->at);
	return object;
}

static const char *const sides[] = {
	[CM_NAT_INSIDE_SOURCE] = "inside source",
	[CM_NAT_INSIDE_DESTINATION] = "inside destination",
	[CM_NAT_OUTSIDE_SOURCE] = "outside source",
};

static const char *const kinds[] = {
	[CM_NAT_STATIC] = "static",
	[CM_NAT_STATIC_PORT] = "static port",
	[CM_NAT_STATIC_NETWORK] = "static network",
	[CM_NAT_LIST] = "list",
	[CM_NAT_ROUTE_MAP] = "route-map",
};

static void put_static(struct json_out *out, json_t *object, const struct cm_nat_rule *rule)
{
	json_put(out, object, "local", json_ip(out, rule->local));
	put_ip(out, object, "global", !rule->interface.name.at, rule->global);
	if (rule->kind == CM_NAT_STATIC_NETWORK)
		json_put(out, object, "mask", json_ip(out, rule->mask));
	if (rule->kind != CM_NAT_STATIC_PORT)
		return;
	put_word(out, object, "protocol", cm_name_word(CM_NAMES_PROTOCOL, rule->protocol));
	put_int(out, object, "local_port", rule->local_port);
	put_int(out, object, "global_port", rule->global_port);
}

static json_t *rule_item(struct json_out *out, const void *at)
{
	const struct cm_nat_rule *rule = at;
	json_t *object = json_new(out);
	put_word(out, object, "side", sides[rule->side]);
	put_word(out, object, "kind", kinds[rule->kind]);
	PUT_REF(out, object, "acl", rule->acl);
	PUT_REF(out, object, "route_map", rule->route_map);
	PUT_REF(out, object, "pool", rule->pool);
	PUT_REF(out, object, "interface", rule->interface);
	if (rule->kind != CM_NAT_LIST && rule->kind != CM_NAT_ROUTE_MAP)
		put_static(out, object, rule);
	put_true(out, object, "overload", rule->overload);
	put_true(out, object, "extendable", rule->extendable);
	put_true(out, object, "reversible", rule->reversible);
	put_true(out, object, "add_route", rule->add_route);
	PUT_REF(out, object, "vrf", rule->vrf);
	put_at(out, object, "at", rule->at);
	return object;
}

JSON_REFS(acl_ref, acl)
JSON_REFS(prefix_list_ref, prefix_list)
JSON_REFS(interface_ref, interface)

static json_t *clause_item(struct json_out *out, const void *at)
{
	const struct cm_route_map_clause *clause = at;
	json_t *object = json_new(out);
	put_int(out, object, "sequence", clause->sequence);
	json_put(out, object, "permit", json_boolean(clause->permit));
	PUT_LIST(out, object, "acls", clause->acls, clause->n_acls, acl_ref);
	PUT_LIST(out, object, "prefix_lists", clause->prefix_lists, clause->n_prefix_lists,
		prefix_list_ref);
	PUT_LIST(
		out, object, "interfaces", clause->interfaces, clause->n_interfaces, interface_ref);
	if (clause->has_length) {
		put_int(out, object, "length_first", clause->length[0]);
		put_int(out, object, "length_last", clause->length[1]);
	}
	put_true(out, object, "other_match", clause->other_match);
	put_ip(out, object, "next_hop", clause->sets_next_hop, clause->next_hop);
	PUT_REF(out, object, "set_interface", clause->set_interface);
	put_true(out, object, "clears_df", clause->sets_df_clear);
	if (clause->has_continue)
		put_int(out, object, "continue", clause->continue_at);
	put_at(out, object, "at", clause->at);
	return object;
}

static json_t *route_map_item(struct json_out *out, const void *at)
{
	const struct cm_route_map *map = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", map->name);
	PUT_LIST(out, object, "clauses", map->clauses, map->n_clauses, clause_item);
	put_at(out, object, "at", map->at);
	return object;
}

void json_nat(struct json_out *out, json_t *object, const struct cm_model *model)
{
	PUT_LIST(out, object, "nat_pools", model->nat_pools, model->n_nat_pools, pool_item);
	PUT_LIST(out, object, "nat_rules", model->nat_rules, model->n_nat_rules, rule_item);
	PUT_LIST(out, object, "route_maps", model->route_maps, model->n_route_maps, route_map_item);
}
