/* interface */
#include "syntax/ifname.h"
#include "model/ipsec.h"
#include "model/nhrp.h"

#include <string.h>

/* --- collect --------------------------------------------------------------------------------------- */

void collect_interface(struct build *b, const struct node *n)
{
	const struct arg *typed = node_arg(n, ROLE_INTERFACE);
	if (!typed)
		return;
	struct cm_str name = ifname_canonical(b->arena, build_text(b, typed));
	if (!name.at) {
		b->failed = true;
		return;
	}
	if (undoes(n)) {
		thing_remove(b, thing_find(b, FAMILY_INTERFACE, 0, name, 0));
		return;
	}
	struct thing *t = thing_get(b, FAMILY_INTERFACE, NULL, name, 0, typed->span);
	if (t)
		thing_add(b, t, n);
}

/* --- lines ----------------------------------------------------------------------------------------- */

struct if_work {
	struct cm_interface *interface;
	struct vec addresses, map_lines, nhrp_peers;
};

static struct cm_interface *of(void *object)
{
	return ((struct if_work *)object)->interface;
}

static void description(struct build *b, void *object, const struct node *n)
{
	of(object)->description =
		undoes(n) ? (struct cm_str){ NULL, 0 } : build_name(b, n, ROLE_TEXT);
}

static void shutdown_line(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_flag(&of(object)->shutdown, n, false);
}

static void addressing(struct if_work *work, enum cm_if_addressing how, struct cm_span at)
{
	work->interface->addressing = how;
	work->interface->addressing_at = at;
	if (how != CM_IF_STATIC)
		work->addresses.n = 0;
	if (how != CM_IF_UNNUMBERED)
		memset(&work->interface->unnumbered, 0, sizeof work->interface->unnumbered);
}

/* `no ip address` takes all; `no ip address A M secondary` one. */
static void address_remove(struct if_work *work, const struct node *n)
{
	struct cm_if_address *all = work->addresses.items;
	const struct arg *address = node_arg(n, ROLE_ADDRESS);
	if (!address || !node_has(n, ROLE_SECONDARY)) {
		addressing(work, CM_IF_NONE, undoes(n) ? n->span : (struct cm_span){ 0, 0 });
		return;
	}
	for (size_t i = 0; i < work->addresses.n; i++)
		if (all[i].secondary && all[i].net.address == address->value) {
			vec_drop(&work->addresses, i, sizeof *all);
			return;
		}
}

/* A primary replaces the primary, and stands first; secondaries join. */
static void address_add(struct build *b, struct if_work *work, const struct node *n)
{
	struct cm_if_address fresh = { .at = n->span, .secondary = node_has(n, ROLE_SECONDARY) };
	fresh.net = (struct cm_net){ node_value(n, ROLE_ADDRESS, 0),
		node_value(n, ROLE_MASK, UINT32_MAX) };
	struct cm_if_address *all = work->addresses.items;
	addressing(work, CM_IF_STATIC,
		fresh.secondary && work->addresses.n ? work->interface->addressing_at : n->span);
	if (!fresh.secondary && work->addresses.n && !all[0].secondary) {
		all[0] = fresh;
		return;
	}
	for (size_t i = 0; i < work->addresses.n && fresh.secondary; i++)
		if (all[i].net.address == fresh.net.address) {
			all[i] = fresh;
			return;
		}
	*VEC_NEW(b, &work->addresses, struct cm_if_address) = fresh;
	all = work->addresses.items;
	if (!fresh.secondary && work->addresses.n > 1 && !b->failed) {
		memmove(all + 1, all, (work->addresses.n - 1) * sizeof *all);
		all[0] = fresh;
	}
}

static void ip_address(struct build *b, void *object, const struct node *n)
{
	struct if_work *work = object;
	if (undoes(n))
		address_remove(work, n);
	else if (node_has(n, ROLE_DHCP))
		addressing(work, CM_IF_DHCP, n->span);
	else if (node_has(n, ROLE_NEGOTIATED) || node_has(n, ROLE_POOL))
		addressing(work, CM_IF_NEGOTIATED, n->span);
	else if (node_has(n, ROLE_ADDRESS))
		address_add(b, work, n);
}

static void unnumbered(struct build *b, void *object, const struct node *n)
{
	struct if_work *work = object;
	addressing(work, undoes(n) ? CM_IF_NONE : CM_IF_UNNUMBERED, n->span);
	set_interface_ref(b, &work->interface->unnumbered, n, ROLE_INTERFACE);
}

static void access_group(struct build *b, void *object, const struct node *n)
{
	struct cm_interface *interface = of(object);
	bool out = role_is(b, n, ROLE_DIRECTION, "out");
	set_ref(b, out ? &interface->access_out : &interface->access_in, n, ROLE_ACL);
}

static void nat(struct build *b, void *object, const struct node *n)
{
	struct cm_interface *interface = of(object);
	const char *side = role_word(b, n, ROLE_SIDE);
	struct cm_flag *flag = strcmp(side, "inside") == 0 ? &interface->nat_inside
		: strcmp(side, "outside") == 0             ? &interface->nat_outside
							   : &interface->nat_enable;
	set_flag(flag, n, false);
	if (undoes(n))
		*flag = (struct cm_flag){ false, { 0, 0 } };
}

/* One map an interface: a second replaces the first. */
static void crypto_map(struct build *b, void *object, const struct node *n)
{
	struct if_work *work = object;
	if (node_has(n, ROLE_IPV6))
		return;
	set_ref(b, &work->interface->crypto_map, n, ROLE_MAP);
	if (undoes(n))
		work->map_lines.n = 0;
	else
		*VEC_NEW(b, &work->map_lines, struct cm_span) = n->span;
}

static void df_bit(struct build *b, void *object, const struct node *n)
{
	set_df(b, &of(object)->df, &of(object)->df_at, n);
}

static void fragmentation(struct build *b, void *object, const struct node *n)
{
	set_fragmentation(b, &of(object)->fragment_after, n);
}

static void mtu(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->mtu, n, ROLE_NUMBER, 1500);
}

static void ip_mtu(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->ip_mtu, n, ROLE_NUMBER, 0);
}

static void adjust_mss(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->adjust_mss, n, ROLE_NUMBER, 0);
}

/*
 * A line that changes the VRF takes the addresses away [mem]: many texts in the field say the
 * address first and are read by people as if it stayed, so this is told and the address kept.
 */
static void if_vrf(struct build *b, void *object, const struct node *n)
{
	struct if_work *work = object;
	set_ref(b, &work->interface->vrf, n, ROLE_VRF);
	if (!work->addresses.n || undoes(n))
		return;
	const struct cm_if_address *first = work->addresses.items;
	struct cm_diag *d = diag(b->diags, "if-vrf-removes-address", CM_INFO, n->span,
		"entered on a router, this line removes the interface's IP address");
	diag_note(b->diags, d, first->at, "the address stands before it");
}

static void policy(struct build *b, void *object, const struct node *n)
{
	set_ref(b, &of(object)->policy, n, ROLE_ROUTE_MAP);
}

static void zone(struct build *b, void *object, const struct node *n)
{
	of(object)->zone = (struct cm_word){ { NULL, 0 }, { 0, 0 } };
	if (!undoes(n))
		of(object)->zone =
			(struct cm_word){ build_name(b, n, ROLE_NAME), role_span(n, ROLE_NAME) };
}

static void dialer_pool(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->dialer_pool, n, ROLE_NUMBER, 0);
	of(object)->dialer = of(object)->dialer || !undoes(n);
}

static void pppoe_pool(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->dial_pool, n, ROLE_NUMBER, 0);
	of(object)->dialer = of(object)->dialer || !undoes(n);
}

static void keepalive(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_flag(&of(object)->keepalive, n, false);
}

static void nhrp(struct build *b, void *object, const struct node *n)
{
	nhrp_line(b, &of(object)->nhrp, &((struct if_work *)object)->nhrp_peers, n);
}

/* --- tunnels --------------------------------------------------------------------------------------- */

static void tunnel_source(struct build *b, void *object, const struct node *n)
{
	struct cm_interface *interface = of(object);
	set_interface_ref(b, &interface->tunnel_source, n, ROLE_INTERFACE);
	interface->has_tunnel_source_address = !undoes(n) && node_has(n, ROLE_ADDRESS);
	interface->tunnel_source_address = node_value(n, ROLE_ADDRESS, 0);
	interface->tunnel_source_at = undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
}

static void tunnel_destination(struct build *b, void *object, const struct node *n)
{
	struct cm_interface *interface = of(object);
	const struct arg *address = node_arg(n, ROLE_ADDRESS), *host = node_arg(n, ROLE_HOSTNAME);
	bool v4 = address && address->shape == SHAPE_ADDRESS;
	interface->has_tunnel_destination = !undoes(n) && v4;
	interface->tunnel_destination = v4 ? address->value : 0;
	interface->tunnel_destination_dynamic = !undoes(n) && node_has(n, ROLE_DYNAMIC);
	interface->tunnel_destination_name = (struct cm_word){ { NULL, 0 }, { 0, 0 } };
	interface->tunnel_destination_at = undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
	const struct arg *name = host ? host : v4 ? NULL : address;
	if (undoes(n) || !name)
		return;
	interface->tunnel_destination_name = (struct cm_word){ build_text(b, name), name->span };
	interface->has_tunnel_destination =
		host_address(b, build_text(b, name), &interface->tunnel_destination);
}

static enum cm_tunnel_mode mode_of(const char *type, const char *mode)
{
	if (strcmp(type, "gre") == 0)
		return strcmp(mode, "multipoint") == 0 ? CM_TUNNEL_GRE_MULTIPOINT
			: strcmp(mode, "ipv6") == 0    ? CM_TUNNEL_OTHER
						       : CM_TUNNEL_GRE_IP;
	if (strcmp(type, "ipsec") == 0)
		return strcmp(mode, "ipv6") == 0 ? CM_TUNNEL_IPSEC_IPV6 : CM_TUNNEL_IPSEC_IPV4;
	return strcmp(type, "ipip") == 0 ? CM_TUNNEL_IPIP : CM_TUNNEL_OTHER;
}

static void tunnel_mode(struct build *b, void *object, const struct node *n)
{
	struct cm_interface *interface = of(object);
	interface->tunnel_mode = undoes(n)
		? CM_TUNNEL_GRE_IP
		: mode_of(role_word(b, n, ROLE_TYPE), role_word(b, n, ROLE_MODE));
	interface->tunnel_mode_at = undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
}

static void protection(struct build *b, void *object, const struct node *n)
{
	struct cm_interface *interface = of(object);
	const struct arg *profile = node_arg(n, ROLE_PROFILE);
	set_ref(b, &interface->protection, n, ROLE_PROFILE);
	set_ref_arg(b, &interface->protection_isakmp_profile,
		profile && !undoes(n) ? node_arg_next(n, profile) : NULL);
	set_ref(b, &interface->protection_ikev2_profile, n, ROLE_IKEV2_PROFILE);
	interface->protection_shared = (struct cm_flag){ false, { 0, 0 } };
	if (!undoes(n) && node_has(n, ROLE_SHARED))
		interface->protection_shared = (struct cm_flag){ true, role_span(n, ROLE_SHARED) };
}

static void tunnel_key(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_number(&of(object)->tunnel_key, n, ROLE_NUMBER, 0);
}

static void tunnel_vrf(struct build *b, void *object, const struct node *n)
{
	set_ref(b, &of(object)->tunnel_vrf, n, ROLE_VRF);
}

static void pmtud(struct build *b, void *object, const struct node *n)
{
	(void)b;
	set_flag(&of(object)->path_mtu_discovery, n, false);
}

static apply_line *const lines[KINDS] = {
	[KIND_DESCRIPTION] = description,
	[KIND_SHUTDOWN] = shutdown_line,
	[KIND_IP_ADDRESS] = ip_address,
	[KIND_IP_UNNUMBERED] = unnumbered,
	[KIND_ACCESS_GROUP] = access_group,
	[KIND_IF_NAT] = nat,
	[KIND_IF_CRYPTO_MAP] = crypto_map,
	[KIND_IF_DF_BIT] = df_bit,
	[KIND_IF_FRAGMENTATION] = fragmentation,
	[KIND_MTU] = mtu,
	[KIND_IP_MTU] = ip_mtu,
	[KIND_ADJUST_MSS] = adjust_mss,
	[KIND_IF_VRF] = if_vrf,
	[KIND_IF_POLICY] = policy,
	[KIND_ZONE_MEMBER] = zone,
	[KIND_DIALER_POOL] = dialer_pool,
	[KIND_PPPOE_POOL] = pppoe_pool,
	[KIND_IF_KEEPALIVE] = keepalive,
	[KIND_NHRP] = nhrp,
	[KIND_TUNNEL_SOURCE] = tunnel_source,
	[KIND_TUNNEL_DESTINATION] = tunnel_destination,
	[KIND_TUNNEL_MODE] = tunnel_mode,
	[KIND_TUNNEL_PROTECTION] = protection,
	[KIND_TUNNEL_KEY] = tunnel_key,
	[KIND_TUNNEL_VRF] = tunnel_vrf,
	[KIND_TUNNEL_PMTUD] = pmtud,
};

static bool is_tunnel(struct cm_str name)
{
	return name.length > 6 && memcmp(name.at, "Tunnel", 6) == 0;
}

static void make_interface(struct build *b, struct if_work *work, struct thing *t)
{
	struct cm_interface *interface = work->interface;
	interface->name = t->name;
	interface->typed = source_slice(&b->doc->source, t->name_at);
	interface->at = thing_at(t);
	interface->blocks = thing_blocks(b, t, &interface->n_blocks);
	interface->mtu.value = 1500;
	interface->df = b->m->ipsec.df;
	interface->fragment_after.on = b->m->ipsec.fragment_after.on;
	interface->tunnel_mode = is_tunnel(t->name) ? CM_TUNNEL_GRE_IP : CM_TUNNEL_NONE;
	each_line(b, t, work, lines);
	interface->addresses = vec_take(
		b, &work->addresses, sizeof *interface->addresses, &interface->n_addresses);
	interface->crypto_map_lines = vec_take(b, &work->map_lines,
		sizeof *interface->crypto_map_lines, &interface->n_crypto_map_lines);
	interface->nhrp.peers = vec_take(
		b, &work->nhrp_peers, sizeof *interface->nhrp.peers, &interface->nhrp.n_peers);
}

void make_interfaces(struct build *b)
{
	size_t n = 0;
	struct if_work work = { 0 };
	struct cm_interface *all = build_array(b, b->alive[FAMILY_INTERFACE], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_INTERFACE] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		work.interface = &all[n];
		t->index = (uint32_t)n++;
		make_interface(b, &work, t);
	}
	vec_free(&work.addresses);
	vec_free(&work.map_lines);
	vec_free(&work.nhrp_peers);
	b->m->interfaces = all;
	b->m->n_interfaces = n;
}
