#include <cryptomap/trace.h>

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { PROTOCOL_ESP = 50, PROTOCOL_AH = 51, PORT_FIRST = 1024 };

/* A trace with the memory of its sentences. */
struct walk {
	struct cm_trace trace; /* first: what the caller holds */
	struct arena *arena;
	struct cm_trace_step *steps;
	size_t room;
	const struct cm_model *model;
	bool ended;
};

static struct walk *walk_new(const struct cm_model *model)
{
	struct walk *w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->model = model;
	w->arena = arena_new();
	if (w->arena)
		return w;
	free(w);
	return NULL;
}

static struct cm_trace *walk_end(struct walk *w)
{
	w->trace.steps = w->steps;
	if (!arena_failed(w->arena))
		return &w->trace;
	cm_trace_free(&w->trace);
	return NULL;
}

void cm_trace_free(struct cm_trace *trace)
{
	struct walk *w = (struct walk *)trace;
	if (!w)
		return;
	arena_free(w->arena);
	free(w);
}

const char *cm_trace_outcome_word(enum cm_trace_outcome outcome)
{
	static const char *const words[] = {
		[CM_TRACE_DROPPED] = "dropped",
		[CM_TRACE_NO_ROUTE] = "no-route",
		[CM_TRACE_CLEAR] = "clear",
		[CM_TRACE_ENCRYPTED] = "encrypted",
		[CM_TRACE_LOCAL] = "local",
	};
	return words[outcome];
}

static void say(struct walk *w, enum cm_trace_step_kind kind, struct cm_span at, const char *format,
	...) CM_PRINTF(4, 5);
static void say(
	struct walk *w, enum cm_trace_step_kind kind, struct cm_span at, const char *format, ...)
{
	struct cm_trace_step *step = ARENA_PUSH(w->arena, w->steps, w->trace.n_steps, w->room);
	va_list args;
	va_start(args, format);
	const char *text = arena_vprintf(w->arena, format, args);
	va_end(args);
	if (step)
		*step = (struct cm_trace_step){ kind, text ? text : "", at, false };
}

static void stop(struct walk *w, enum cm_trace_outcome outcome)
{
	if (w->trace.n_steps)
		w->steps[w->trace.n_steps - 1].stops = outcome == CM_TRACE_DROPPED ||
			outcome == CM_TRACE_NO_ROUTE;
	w->trace.outcome = outcome;
	w->ended = true;
}

static const char *print(struct walk *w, const struct cm_packet *p)
{
	struct cm_text text = { 0 };
	cm_packet_print(p, &text);
	const char *copy = arena_copy(w->arena, cm_str_of(text.at));
	cm_text_free(&text);
	return copy ? copy : "";
}

static const char *ip(struct walk *w, uint32_t address)
{
	char text[16];
	const char *copy = arena_copy(w->arena, cm_str_of(cm_ip4_print(address, text)));
	return copy ? copy : "";
}

#define STR(s) (int)(s).length, (s).length ? (s).at : ""

static const struct cm_span nowhere = { 0, 0 };

/* --- Steps ------------------------------------------------------------------------------------------- */

/* An ACL that is not defined, or has no lines, lets everything pass (ios.md 3.7). */
static void check_acl(struct walk *w, const struct cm_acl_ref *ref, const char *direction,
	const char *what, const struct cm_packet *p)
{
	if (w->ended || !ref->name.length)
		return;
	if (!ref->target || ref->target->n_aces == 0) {
		say(w, CM_TRACE_STEP_ACL, ref->at, "%s ACL %.*s has no lines: everything passes",
			direction, STR(ref->name));
		return;
	}
	const struct cm_ace *line = cm_acl_decides(ref->target, p);
	bool permit = line && line->permit;
	say(w, CM_TRACE_STEP_ACL, line ? line->at : ref->at, "%s ACL %.*s %s %s%s", direction,
		STR(ref->name), permit ? "permits" : "denies", what,
		line ? "" : " (implicit deny at its end)");
	if (!permit)
		stop(w, CM_TRACE_DROPPED);
}

static bool is_own(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		for (size_t j = 0; j < m->interfaces[i].n_addresses; j++)
			if (m->interfaces[i].addresses[j].net.address == address)
				return true;
	return false;
}

static void route(struct walk *w)
{
	const struct cm_route *by = NULL;
	struct cm_str vrf = { NULL, 0 };
	uint32_t to = w->trace.packet.destination;
	if (w->ended)
		return;
	if (w->trace.in)
		vrf = w->trace.in->vrf.name;
	if (is_own(w->model, to)) {
		say(w, CM_TRACE_STEP_ROUTE, nowhere, "%s is the router itself", ip(w, to));
		stop(w, CM_TRACE_LOCAL);
		return;
	}
	w->trace.out = cm_model_egress(w->model, vrf, to, &by);
	if (!w->trace.out) {
		say(w, CM_TRACE_STEP_ROUTE, by ? by->at : nowhere, "no route to %s", ip(w, to));
		stop(w, CM_TRACE_NO_ROUTE);
		return;
	}
	say(w, CM_TRACE_STEP_ROUTE, by ? by->at : w->trace.out->at, "%s to %.*s",
		by ? "a static route leads" : "a connected network leads", STR(w->trace.out->name));
}

static uint32_t translated_source(const struct walk *w, const struct cm_nat_rule *rule)
{
	struct cm_net own;
	uint32_t source = w->trace.packet.source;
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

static void translate_out(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	if (w->ended || !t->in || !t->in->nat_inside.on || !t->out || !t->out->nat_outside.on)
		return;
	const struct cm_nat_rule *rule = cm_nat_decides(w->model, t->out, &t->packet);
	if (!rule) {
		say(w, CM_TRACE_STEP_NAT, nowhere, "no NAT rule translates it");
		return;
	}
	struct cm_packet before = t->packet;
	t->nat = rule;
	t->packet.source = translated_source(w, rule);
	if (rule->kind == CM_NAT_STATIC_PORT)
		t->packet.source_port = rule->global_port;
	say(w, CM_TRACE_STEP_NAT, rule->at, "NAT: %s becomes %s", print(w, &before),
		print(w, &t->packet));
}

static uint32_t map_address(const struct cm_crypto_map *map, const struct cm_interface *out)
{
	struct cm_net own;
	const struct cm_interface *source = map->local_address.target ? map->local_address.target : out;
	return cm_interface_address(source, &own) ? own.address : 0;
}

static void encrypt(struct walk *w, const struct cm_map_entry *e, const struct cm_ace *line)
{
	struct cm_trace *t = &w->trace;
	const struct cm_crypto_map *map = t->out->crypto_map.target;
	t->entry = e;
	t->line = line;
	t->local = map_address(map, t->out);
	t->peer = e->n_peers && e->peers[0].resolved ? e->peers[0].address : 0;
	say(w, CM_TRACE_STEP_CRYPTO, line->at, "crypto map %.*s %u protects it, to %s", STR(map->name),
		e->sequence, t->peer ? ip(w, t->peer) : "a peer that must call first");
}

/* Entries by sequence; a deny line, or none, leads to the next entry (ios.md 3.2). */
static bool try_entries(
	struct walk *w, const struct cm_map_entry *entries, size_t n, const struct cm_packet *p)
{
	for (size_t i = 0; i < n; i++) {
		const struct cm_map_entry *e = &entries[i];
		const struct cm_ace *line = e->acl.target ? cm_acl_decides(e->acl.target, p) : NULL;
		if (e->type == CM_ENTRY_DYNAMIC) {
			if (e->dynamic.target && try_entries(w, e->dynamic.target->entries,
							  e->dynamic.target->n_entries, p))
				return true;
			continue;
		}
		if (line && !line->permit)
			say(w, CM_TRACE_STEP_CRYPTO, line->at, "entry %u denies it: the next is asked",
				e->sequence);
		if (!line || !line->permit)
			continue;
		encrypt(w, e, line);
		return true;
	}
	return false;
}

static void crypto_out(struct walk *w)
{
	const struct cm_interface *out = w->trace.out;
	if (w->ended || !out || !out->crypto_map.target)
		return;
	const struct cm_crypto_map *map = out->crypto_map.target;
	if (!try_entries(w, map->entries, map->n_entries, &w->trace.packet))
		say(w, CM_TRACE_STEP_CRYPTO, out->crypto_map.at,
			"no entry of crypto map %.*s wants it: it stays in the clear", STR(map->name));
}

static struct cm_packet outer_of(const struct cm_trace *t)
{
	const struct cm_map_entry *e = t->entry;
	bool ah = e && e->sa.n_transform_sets && e->sa.transform_sets[0].target &&
		e->sa.transform_sets[0].target->p2.ah;
	struct cm_packet outer = { .source = t->local, .destination = t->peer,
		.protocol = ah ? PROTOCOL_AH : PROTOCOL_ESP };
	return outer;
}

/* Before 12.3(8)T the outside list saw the clear packet too (ios.md 3.1). */
static bool double_check(const struct walk *w)
{
	return !cm_release_since(w->model->release, "12.3(8)T", true);
}

static void leave(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	if (w->ended || !t->out)
		return;
	struct cm_packet outer = outer_of(t);
	if (!t->entry || double_check(w))
		check_acl(w, &t->out->access_out, "outbound", "it", &t->packet);
	if (t->entry)
		check_acl(w, &t->out->access_out, "outbound", "the encrypted packet", &outer);
	if (w->ended)
		return;
	say(w, CM_TRACE_STEP_LEAVES, nowhere, "leaves through %.*s%s: %s", STR(t->out->name),
		t->entry ? " encrypted" : " in the clear", print(w, t->entry ? &outer : &t->packet));
	stop(w, t->entry ? CM_TRACE_ENCRYPTED : CM_TRACE_CLEAR);
}

/* --- Ways --------------------------------------------------------------------------------------------- */

static const struct cm_interface *interface_towards(const struct cm_model *m, uint32_t address)
{
	struct cm_str none = { NULL, 0 };
	const struct cm_interface *found = cm_model_egress(m, none, address, NULL);
	for (size_t i = 0; !found && i < m->n_vrfs; i++)
		found = cm_model_egress(m, m->vrfs[i].name, address, NULL);
	return found;
}

struct cm_trace *cm_trace_forward(
	const struct cm_model *m, const struct cm_interface *in, const struct cm_packet *packet)
{
	struct walk *w = walk_new(m);
	if (!w)
		return NULL;
	w->trace.packet = *packet;
	w->trace.original_source = packet->source;
	w->trace.in = in ? in : interface_towards(m, packet->source);
	if (w->trace.in)
		say(w, CM_TRACE_STEP_ARRIVES, w->trace.in->at, "arrives at %.*s: %s",
			STR(w->trace.in->name), print(w, packet));
	else
		say(w, CM_TRACE_STEP_ARRIVES, nowhere, "arrives at an unknown interface: %s",
			print(w, packet));
	if (w->trace.in)
		check_acl(w, &w->trace.in->access_in, "inbound", "it", packet);
	route(w);
	translate_out(w);
	crypto_out(w);
	leave(w);
	return walk_end(w);
}

static struct cm_packet reply_to(const struct cm_packet *p)
{
	struct cm_packet reply = *p;
	reply.source = p->destination;
	reply.destination = p->source;
	reply.source_port = p->destination_port;
	reply.destination_port = p->source_port;
	reply.tcp_flags = 0x10; /* ACK */
	if (p->protocol == 1 && p->icmp_type == 8)
		reply.icmp_type = 0;
	return reply;
}

/* A clear packet that the mirror of a crypto ACL line holds should have been encrypted: dropped. */
static void crypto_in(struct walk *w, const struct cm_interface *at)
{
	const struct cm_crypto_map *map = at ? at->crypto_map.target : NULL;
	struct cm_packet turned = reply_to(&w->trace.packet);
	for (size_t i = 0; map && !w->ended && i < map->n_entries; i++) {
		const struct cm_map_entry *e = &map->entries[i];
		const struct cm_ace *line =
			e->acl.target ? cm_acl_decides(e->acl.target, &turned) : NULL;
		if (!line || !line->permit)
			continue;
		say(w, CM_TRACE_STEP_CRYPTO, line->at,
			"it belongs into the tunnel of entry %u but came in the clear", e->sequence);
		stop(w, CM_TRACE_DROPPED);
	}
}

static void arrive_encrypted(struct walk *w, const struct cm_packet *outer)
{
	const struct cm_interface *in = w->trace.in;
	say(w, CM_TRACE_STEP_ARRIVES, in->at, "arrives at %.*s encrypted: %s", STR(in->name),
		print(w, outer));
	check_acl(w, &in->access_in, "inbound", "the encrypted packet", outer);
	if (w->ended)
		return;
	say(w, CM_TRACE_STEP_DECRYPT, nowhere, "decrypted: %s", print(w, &w->trace.packet));
	if (double_check(w))
		check_acl(w, &in->access_in, "inbound", "the decrypted packet", &w->trace.packet);
}

/* What a translation changed on the way out is changed back before routing. */
static void translate_back(struct walk *w, const struct cm_trace *forward, uint32_t original)
{
	if (w->ended || !forward->nat)
		return;
	struct cm_packet before = w->trace.packet;
	w->trace.packet.destination = original;
	w->trace.nat = forward->nat;
	say(w, CM_TRACE_STEP_NAT, forward->nat->at, "NAT back: %s becomes %s", print(w, &before),
		print(w, &w->trace.packet));
}

static void leave_inside(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	if (w->ended || !t->out)
		return;
	check_acl(w, &t->out->access_out, "outbound", "it", &t->packet);
	if (w->ended)
		return;
	say(w, CM_TRACE_STEP_LEAVES, nowhere, "leaves through %.*s: %s", STR(t->out->name),
		print(w, &t->packet));
	stop(w, CM_TRACE_CLEAR);
}

struct cm_trace *cm_trace_back(const struct cm_model *m, const struct cm_trace *forward)
{
	struct walk *w = walk_new(m);
	if (!w)
		return NULL;
	w->trace.packet = reply_to(&forward->packet);
	w->trace.in = forward->out;
	if (forward->outcome == CM_TRACE_ENCRYPTED) {
		struct cm_packet outer = outer_of(forward), back = reply_to(&outer);
		arrive_encrypted(w, &back);
		w->trace.entry = forward->entry;
	} else if (w->trace.in) {
		say(w, CM_TRACE_STEP_ARRIVES, w->trace.in->at, "arrives at %.*s: %s",
			STR(w->trace.in->name), print(w, &w->trace.packet));
		check_acl(w, &w->trace.in->access_in, "inbound", "it", &w->trace.packet);
		crypto_in(w, w->trace.in);
	}
	translate_back(w, forward, forward->original_source);
	route(w);
	leave_inside(w);
	return walk_end(w);
}

static const struct cm_interface *owner_of(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		for (size_t j = 0; j < m->interfaces[i].n_addresses; j++)
			if (m->interfaces[i].addresses[j].net.address == address)
				return &m->interfaces[i];
	return NULL;
}

/* The far end takes what its own crypto ACL, turned round, permits. */
static void admit(struct walk *w, const struct cm_interface *in)
{
	struct cm_packet turned = reply_to(&w->trace.packet);
	const struct cm_crypto_map *map = in->crypto_map.target;
	for (size_t i = 0; map && i < map->n_entries; i++) {
		const struct cm_map_entry *e = &map->entries[i];
		const struct cm_ace *line =
			e->acl.target ? cm_acl_decides(e->acl.target, &turned) : NULL;
		if (!line || !line->permit)
			continue;
		say(w, CM_TRACE_STEP_CRYPTO, line->at, "crypto map %.*s %u expects it", STR(map->name),
			e->sequence);
		w->trace.entry = e;
		w->trace.line = line;
		return;
	}
	say(w, CM_TRACE_STEP_CRYPTO, in->crypto_map.at, "no crypto ACL line here is its mirror");
	stop(w, CM_TRACE_DROPPED);
}

struct cm_trace *cm_trace_arrive(const struct cm_model *m, const struct cm_trace *forward)
{
	struct walk *w = walk_new(m);
	if (!w)
		return NULL;
	struct cm_packet outer = outer_of(forward);
	w->trace.packet = forward->packet;
	w->trace.in = owner_of(m, forward->peer);
	if (!w->trace.in) {
		say(w, CM_TRACE_STEP_ARRIVES, nowhere, "no interface here has the address %s",
			ip(w, forward->peer));
		stop(w, CM_TRACE_DROPPED);
		return walk_end(w);
	}
	arrive_encrypted(w, &outer);
	if (!w->ended)
		admit(w, w->trace.in);
	route(w);
	leave_inside(w);
	return walk_end(w);
}
