#include "check/trace_walk.h"

enum { MOST_TUNNELS = 4 }; /* tunnels inside tunnels */

/* What is on its way now: the hosts' packet, or what a tunnel interface made of it. */
static struct cm_packet *under_way(struct walk *w)
{
	return w->trace.tunnel ? &w->trace.carried : &w->trace.packet;
}

/* --- Lists
 * ---------------------------------------------------------------------------------------- */

void step_acl(struct walk *w, const struct cm_acl_ref *ref, const char *direction, const char *what,
	const struct cm_packet *p)
{
	if (w->ended || !ref->name.length)
		return;
	if (!ref->target || ref->target->n_aces == 0) {
		walk_say(w, CM_TRACE_STEP_ACL, ref->at,
			"%s ACL %.*s has no lines: everything passes", direction, STR(ref->name));
		return;
	}
	if (!p->source || !p->destination) {
		walk_say(w, CM_TRACE_STEP_ACL, ref->at,
			"%s ACL %.*s cannot be asked: the addresses of %s are not known here",
			direction, STR(ref->name), what);
		return;
	}
	const struct cm_ace *line = cm_acl_decides(ref->target, p);
	bool permit = line && line->permit;
	walk_say(w, CM_TRACE_STEP_ACL, line ? line->at : ref->at, "%s ACL %.*s %s %s%s", direction,
		STR(ref->name), permit ? "permits" : "denies", what,
		line ? "" : " (implicit deny at its end)");
	if (!permit)
		walk_stop(w, CM_TRACE_DROPPED);
}

/* --- Routing
 * -------------------------------------------------------------------------------------- */

/* What `ip policy route-map` wants; false: the routing table decides (ios.md 3.1). */
static bool route_by_policy(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	const struct cm_route_map *map = t->in ? t->in->policy.target : NULL;
	const struct cm_route_map_clause *clause =
		map ? cm_route_map_decides(map, NULL, &t->packet) : NULL;
	if (!clause || !clause->permit || (!clause->sets_next_hop && !clause->set_interface.target))
		return false;
	t->out = clause->set_interface.target;
	if (clause->sets_next_hop) {
		t->out = cm_model_egress(w->model, t->in->vrf.name, clause->next_hop, NULL);
		t->next_hop = clause->next_hop;
	}
	if (t->out)
		walk_say(w, CM_TRACE_STEP_ROUTE, clause->at,
			"policy route-map %.*s %u leads to %.*s", STR(map->name), clause->sequence,
			STR(t->out->name));
	return t->out;
}

static void route_by_table(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	const struct cm_route *by = NULL;
	struct cm_str vrf = t->in ? t->in->vrf.name : (struct cm_str){ NULL, 0 };
	uint32_t to = t->packet.destination;
	t->out = cm_model_egress(w->model, vrf, to, &by);
	t->next_hop = by && by->has_next_hop ? by->next_hop : to;
	if (!t->out) {
		walk_say(w, CM_TRACE_STEP_ROUTE, by ? by->at : nowhere,
			by ? "a static route throws it away" : "no route to %s",
			walk_address(w, to));
		walk_stop(w, CM_TRACE_NO_ROUTE);
		return;
	}
	walk_say(w, CM_TRACE_STEP_ROUTE, by ? by->at : t->out->at, "%s to %.*s",
		by ? "a static route leads" : "a connected network leads", STR(t->out->name));
}

static void route(struct walk *w)
{
	uint32_t to = w->trace.packet.destination;
	if (w->ended)
		return;
	if (owner_of(w->model, to)) {
		walk_say(w, CM_TRACE_STEP_ROUTE, nowhere, "%s is the router itself",
			walk_address(w, to));
		walk_stop(w, CM_TRACE_LOCAL);
		return;
	}
	if (!route_by_policy(w))
		route_by_table(w);
}

/* --- NAT
 * ------------------------------------------------------------------------------------------ */

static uint32_t global_of(const struct cm_nat_rule *rule, uint32_t source)
{
	struct cm_net own;
	if (rule->kind == CM_NAT_STATIC_NETWORK)
		return (rule->global & rule->mask) | (source & ~rule->mask);
	if (rule->global)
		return rule->global;
	if (rule->interface.target && cm_interface_address(rule->interface.target, &own))
		return own.address;
	if (rule->pool.target && rule->pool.target->n_ranges)
		return rule->pool.target->ranges[0][0];
	return source;
}

static void translated(
	struct walk *w, const struct cm_nat_rule *rule, const char *what, struct cm_packet now)
{
	struct cm_trace *t = &w->trace;
	t->nat = rule;
	walk_say(w, CM_TRACE_STEP_NAT, rule->at, "%s: %s becomes %s", what,
		walk_packet(w, &t->packet), walk_packet(w, &now));
	t->packet = now;
}

/* What was changed on the way there is changed back for the answer. */
static bool translate_back(struct walk *w)
{
	if (!w->answers || !w->answers->nat)
		return false;
	translated(w, w->answers->nat, "NAT back", answer_to(&w->answers->arrived));
	return true;
}

/* From outside: a static entry names the host that is meant, before routing (ios.md 3.1). */
static void translate_in(struct walk *w)
{
	const struct cm_trace *t = &w->trace;
	if (w->ended || !t->in || !t->in->nat_outside.on || translate_back(w))
		return;
	const struct cm_nat_rule *rule = nat_admits(w->model, &t->packet);
	if (!rule)
		return;
	struct cm_packet now = t->packet;
	now.destination = rule->kind == CM_NAT_STATIC_NETWORK
		? (rule->local & rule->mask) | (now.destination & ~rule->mask)
		: rule->local;
	if (rule->kind == CM_NAT_STATIC_PORT)
		now.destination_port = rule->local_port;
	translated(w, rule, "NAT", now);
}

/* From inside to outside: after routing, and before the crypto map sees it. */
static void translate_out(struct walk *w)
{
	const struct cm_trace *t = &w->trace;
	if (w->ended || !t->in || !t->in->nat_inside.on || !t->out || !t->out->nat_outside.on ||
		translate_back(w))
		return;
	const struct cm_nat_rule *rule = cm_nat_decides(w->model, t->out, &t->packet);
	if (!rule) {
		walk_say(w, CM_TRACE_STEP_NAT, nowhere, "no NAT rule translates it");
		return;
	}
	struct cm_packet now = t->packet;
	now.source = global_of(rule, now.source);
	if (rule->kind == CM_NAT_STATIC_PORT)
		now.source_port = rule->global_port;
	translated(w, rule, "NAT", now);
}

/* --- Tunnel interfaces
 * ---------------------------------------------------------------------------- */

static void lost(struct walk *w, struct cm_span at, const char *why)
{
	walk_say(w, CM_TRACE_STEP_CRYPTO, at, "%.*s %s", STR(w->trace.out->name), why);
	walk_stop(w, CM_TRACE_DROPPED);
}

/* What keeps a tunnel interface from carrying anything. */
static bool is_lame(struct walk *w, const struct cm_interface *tunnel)
{
	bool many = tunnel->tunnel_mode == CM_TUNNEL_GRE_MULTIPOINT;
	if (!tunnel_address(tunnel) && !tunnel->tunnel_source.name.length)
		lost(w, tunnel->at, "has no tunnel source");
	else if (!many && !tunnel->has_tunnel_destination)
		lost(w, tunnel->at, "has no tunnel destination of its own");
	else if (tunnel->protection.name.length && !tunnel->protection.target)
		lost(w, tunnel->protection.at, "is protected by a profile that is not defined");
	return w->ended;
}

/* What a tunnel interface makes of a packet: IPsec alone (a VTI) leaves it as it is. */
static struct cm_packet wrapped(const struct cm_trace *t)
{
	if (t->tunnel->tunnel_mode == CM_TUNNEL_IPSEC_IPV4)
		return t->packet;
	uint8_t protocol = t->tunnel->tunnel_mode == CM_TUNNEL_IPIP ? PROTOCOL_IPIP : PROTOCOL_GRE;
	return (struct cm_packet){
		.source = t->local, .destination = t->peer, .protocol = protocol
	};
}

static void say_tunnel(struct walk *w, const struct cm_interface *tunnel)
{
	const char *to = w->trace.peer ? walk_address(w, w->trace.peer)
				       : "the next hop, whose address NHRP knows";
	if (tunnel->protection.name.length)
		walk_say(w, CM_TRACE_STEP_CRYPTO, tunnel->protection.at,
			"%.*s protects it by IPsec profile %.*s, to %s", STR(tunnel->name),
			STR(tunnel->protection.name), to);
	else
		walk_say(w, CM_TRACE_STEP_CRYPTO, tunnel->tunnel_destination_at,
			"%.*s wraps it in %s, to %s", STR(tunnel->name),
			tunnel->tunnel_mode == CM_TUNNEL_IPIP ? "IP" : "GRE", to);
}

/* Where the tunnel's own packets leave. */
static const struct cm_interface *way_of(const struct walk *w, const struct cm_interface *tunnel)
{
	uint32_t own = tunnel_address(tunnel);
	if (tunnel->has_tunnel_destination)
		return cm_model_egress(
			w->model, tunnel->tunnel_vrf.name, tunnel->tunnel_destination, NULL);
	return tunnel->tunnel_source.target ? tunnel->tunnel_source.target
					    : owner_of(w->model, own);
}

static void enter_tunnel(struct walk *w, const struct cm_interface *tunnel)
{
	struct cm_trace *t = &w->trace;
	step_acl(w, &tunnel->access_out, "outbound", "it", under_way(w));
	if (w->ended || is_lame(w, tunnel))
		return;
	t->tunnel = tunnel;
	t->local = tunnel_address(tunnel);
	t->peer = tunnel->has_tunnel_destination ? tunnel->tunnel_destination : 0;
	t->carried = wrapped(t);
	say_tunnel(w, tunnel);
	const struct cm_interface *way = way_of(w, tunnel);
	if (way == tunnel) {
		lost(w, tunnel->tunnel_destination_at, "is itself the way to its own far end");
		return;
	}
	if (!way) {
		walk_say(w, CM_TRACE_STEP_ROUTE, tunnel->tunnel_destination_at,
			"no route to the tunnel's far end %s", walk_address(w, t->peer));
		walk_stop(w, CM_TRACE_NO_ROUTE);
		return;
	}
	t->out = way;
}

static void enter_tunnels(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	for (int depth = 0; !w->ended && t->out && t->out->tunnel_mode != CM_TUNNEL_NONE; depth++) {
		if (depth == MOST_TUNNELS)
			lost(w, t->out->at, "stands in too deep a nest of tunnels");
		else
			enter_tunnel(w, t->out);
	}
}

/* --- Crypto map
 * ----------------------------------------------------------------------------------- */

static uint32_t map_address(const struct cm_crypto_map *map, const struct cm_interface *out)
{
	struct cm_net own;
	const struct cm_interface *source =
		map->local_address.target ? map->local_address.target : out;
	return cm_interface_address(source, &own) ? own.address : 0;
}

/* Entries by sequence; a deny line, or none, leads to the next entry (ios.md 3.2). */
const struct cm_map_entry *map_takes(const struct cm_map_entry *entries, size_t n,
	const struct cm_packet *p, const struct cm_ace **line)
{
	for (size_t i = 0; i < n; i++) {
		const struct cm_map_entry *e = &entries[i];
		const struct cm_dynamic_map *dynamic = e->dynamic.target;
		*line = e->acl.target ? cm_acl_decides(e->acl.target, p) : NULL;
		if (e->type != CM_ENTRY_DYNAMIC && *line && (*line)->permit)
			return e;
		e = dynamic ? map_takes(dynamic->entries, dynamic->n_entries, p, line) : NULL;
		if (e)
			return e;
	}
	return NULL;
}

/* Entries whose lists deny the packet in so many words, up to the one that takes it. */
static void say_denials(struct walk *w, const struct cm_crypto_map *map,
	const struct cm_map_entry *taken, const struct cm_packet *p)
{
	for (size_t i = 0; i < map->n_entries && &map->entries[i] != taken; i++) {
		const struct cm_map_entry *e = &map->entries[i];
		const struct cm_ace *line = e->acl.target ? cm_acl_decides(e->acl.target, p) : NULL;
		if (line && !line->permit)
			walk_say(w, CM_TRACE_STEP_CRYPTO, line->at,
				"entry %u denies it: the next is asked", e->sequence);
	}
}

static uint8_t protocol_of(const struct cm_map_entry *e)
{
	bool ah = e->sa.n_transform_sets && e->sa.transform_sets[0].target &&
		e->sa.transform_sets[0].target->p2.ah;
	return ah ? PROTOCOL_AH : PROTOCOL_ESP;
}

static void encrypt(struct walk *w, const struct cm_crypto_map *map, const struct cm_map_entry *e)
{
	struct cm_trace *t = &w->trace;
	t->entry = e;
	t->local = map_address(map, t->out);
	t->peer = e->n_peers && e->peers[0].resolved ? e->peers[0].address : 0;
	t->wire = (struct cm_packet){
		.source = t->local, .destination = t->peer, .protocol = protocol_of(e)
	};
	walk_say(w, CM_TRACE_STEP_CRYPTO, t->line->at, "crypto map %.*s %u protects it, to %s",
		STR(map->name), e->sequence,
		t->peer ? walk_address(w, t->peer) : "a peer that must call first");
	step_acl(w, &e->access_out, "outbound", "it before it is encrypted", under_way(w));
}

static void crypto_out(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	if (w->ended || !t->out)
		return;
	t->carried = *under_way(w);
	t->wire = t->carried;
	if (is_protected(t))
		t->wire = (struct cm_packet){
			.source = t->local, .destination = t->peer, .protocol = PROTOCOL_ESP
		};
	const struct cm_crypto_map *map = t->out->crypto_map.target;
	if (!map || is_protected(t))
		return;
	const struct cm_map_entry *e =
		map_takes(map->entries, map->n_entries, &t->carried, &t->line);
	say_denials(w, map, e, &t->carried);
	if (e)
		encrypt(w, map, e);
	else
		walk_say(w, CM_TRACE_STEP_CRYPTO, t->out->crypto_map.at,
			"no entry of crypto map %.*s wants it: it stays in the clear",
			STR(map->name));
}

/* --- Out
 * ------------------------------------------------------------------------------------------ */

/* Before 12.3(8)T the outbound list saw the packet before it was encrypted, too (ios.md 3.1). */
static void leave(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	if (w->ended || !t->out)
		return;
	bool encrypted = is_protected(t);
	if (t->entry && !cm_release_since(w->model->release, "12.3(8)T", true))
		step_acl(w, &t->out->access_out, "outbound", "it", &t->carried);
	step_acl(w, &t->out->access_out, "outbound", encrypted ? "the encrypted packet" : "it",
		&t->wire);
	if (w->ended)
		return;
	walk_say(w, CM_TRACE_STEP_LEAVES, nowhere, "leaves through %.*s%s: %s", STR(t->out->name),
		encrypted ? " encrypted" : " in the clear", walk_packet(w, &t->wire));
	walk_stop(w, encrypted ? CM_TRACE_ENCRYPTED : CM_TRACE_CLEAR);
}

void walk_on(struct walk *w)
{
	translate_in(w);
	route(w);
	translate_out(w);
	enter_tunnels(w);
	crypto_out(w);
	leave(w);
}
