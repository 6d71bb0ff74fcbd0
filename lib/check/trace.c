#include "check/trace_walk.h"

#include <stdlib.h>
#include <string.h>

/* --- A walk
 * --------------------------------------------------------------------------------------- */

static struct walk *walk_new(const struct cm_model *model, const struct cm_packet *packet)
{
	struct walk *w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->model = model;
	w->trace.packet = w->trace.arrived = *packet;
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

void walk_say(
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

void walk_stop(struct walk *w, enum cm_trace_outcome outcome)
{
	if (w->trace.n_steps && w->steps)
		w->steps[w->trace.n_steps - 1].stops =
			outcome == CM_TRACE_DROPPED || outcome == CM_TRACE_NO_ROUTE;
	w->trace.outcome = outcome;
	w->ended = true;
}

static const char *keep(struct walk *w, const char *text)
{
	const char *copy = arena_copy(w->arena, cm_str_of(text));
	return copy ? copy : "";
}

const char *walk_address(struct walk *w, uint32_t address)
{
	char text[16];
	return keep(w, address ? cm_ip4_print(address, text) : "an address not known here");
}

const char *walk_packet(struct walk *w, const struct cm_packet *p)
{
	struct cm_text text = { 0 };
	const char *word = p->protocol ? cm_name_word(CM_NAMES_PROTOCOL, p->protocol) : NULL;
	if (p->source && p->destination)
		cm_packet_print(p, &text);
	else
		cm_text_printf(&text, "%s -> %s %s", walk_address(w, p->source),
			walk_address(w, p->destination), word ? word : "");
	const char *copy = keep(w, text.at ? text.at : "");
	cm_text_free(&text);
	return copy;
}

bool is_protected(const struct cm_trace *t)
{
	return t->entry || (t->tunnel && t->tunnel->protection.name.length);
}

/* --- What a router knows
 * -------------------------------------------------------------------------- */

struct cm_packet answer_to(const struct cm_packet *p)
{
	enum { ACK = 0x10, ICMP = 1, ECHO = 8 };
	struct cm_packet answer = *p;
	answer.source = p->destination;
	answer.destination = p->source;
	answer.source_port = p->destination_port;
	answer.destination_port = p->source_port;
	answer.tcp_flags = ACK;
	if (p->protocol == ICMP && p->icmp_type == ECHO)
		answer.icmp_type = 0;
	return answer;
}

const struct cm_interface *owner_of(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		for (size_t j = 0; j < m->interfaces[i].n_addresses; j++)
			if (m->interfaces[i].addresses[j].net.address == address)
				return &m->interfaces[i];
	return NULL;
}

static const struct cm_interface *interface_towards(const struct cm_model *m, uint32_t address)
{
	struct cm_str none = { NULL, 0 };
	const struct cm_interface *found = cm_model_egress(m, none, address, NULL);
	for (size_t i = 0; !found && i < m->n_vrfs; i++)
		found = cm_model_egress(m, m->vrfs[i].name, address, NULL);
	return found;
}

uint32_t tunnel_address(const struct cm_interface *tunnel)
{
	struct cm_net own;
	if (tunnel->has_tunnel_source_address)
		return tunnel->tunnel_source_address;
	return cm_interface_address(tunnel->tunnel_source.target, &own) ? own.address : 0;
}

const struct cm_interface *tunnel_between(const struct cm_model *m, uint32_t near, uint32_t far)
{
	const struct cm_interface *open = NULL;
	for (size_t i = 0; i < m->n_interfaces; i++) {
		const struct cm_interface *tunnel = &m->interfaces[i];
		if (tunnel->tunnel_mode == CM_TUNNEL_NONE || tunnel->shutdown.on ||
			(near && tunnel_address(tunnel) != near))
			continue;
		if (tunnel->has_tunnel_destination && tunnel->tunnel_destination == far)
			return tunnel;
		if (!open && !tunnel->has_tunnel_destination)
			open = tunnel;
	}
	return open;
}

/* The interface where the far end of `forward` must be: the peer's address, or one that calls us.
 */
static const struct cm_interface *met_at(const struct cm_model *m, const struct cm_trace *forward)
{
	const struct cm_interface *tunnel, *found;
	if (forward->peer)
		return owner_of(m, forward->peer);
	for (size_t i = 0; i < m->n_crypto_maps; i++)
		for (size_t k = 0; k < m->crypto_maps[i].n_entries; k++) {
			const struct cm_map_entry *e = &m->crypto_maps[i].entries[k];
			for (size_t p = 0; p < e->n_peers; p++)
				if (e->peers[p].resolved && e->peers[p].address == forward->local &&
					m->crypto_maps[i].n_interfaces)
					return m->crypto_maps[i].interfaces[0];
		}
	tunnel = owner_of(m, forward->next_hop);
	if (!tunnel || tunnel->tunnel_mode == CM_TUNNEL_NONE)
		return NULL;
	found = tunnel->tunnel_source.target;
	return found ? found : owner_of(m, tunnel_address(tunnel));
}

/* --- In
 * ------------------------------------------------------------------------------------------- */

/* A clear packet that the mirror of a crypto ACL line holds should have been encrypted: dropped. */
static void must_be_clear(struct walk *w, const struct cm_packet *p)
{
	const struct cm_crypto_map *map = w->trace.in ? w->trace.in->crypto_map.target : NULL;
	const struct cm_ace *line;
	struct cm_packet turned = answer_to(p);
	const struct cm_map_entry *e =
		map && !w->ended ? map_takes(map->entries, map->n_entries, &turned, &line) : NULL;
	if (!e)
		return;
	walk_say(w, CM_TRACE_STEP_CRYPTO, line->at,
		"it belongs into the tunnel of entry %u but came in the clear", e->sequence);
	walk_stop(w, CM_TRACE_DROPPED);
}

static void arrive(struct walk *w, const char *how, const struct cm_packet *p)
{
	const struct cm_interface *in = w->trace.in;
	walk_say(w, CM_TRACE_STEP_ARRIVES, in ? in->at : nowhere, "arrives at %.*s%s: %s",
		in ? (int)in->name.length : 20, in ? in->name.at : "an unknown interface", how,
		walk_packet(w, p));
	if (in)
		step_acl(w, &in->access_in, "inbound", *how ? "the encrypted packet" : "it", p);
}

static void arrive_clear(struct walk *w, const struct cm_packet *p)
{
	arrive(w, "", p);
	must_be_clear(w, p);
}

static void decrypted(struct walk *w, const struct cm_packet *p)
{
	if (!w->ended)
		walk_say(w, CM_TRACE_STEP_DECRYPT, nowhere, "decrypted: %s", walk_packet(w, p));
	/* Before 12.3(8)T the inbound list saw the clear packet, too (ios.md 3.1). */
	if (!cm_release_since(w->model->release, "12.3(8)T", true))
		step_acl(w, &w->trace.in->access_in, "inbound", "the decrypted packet", p);
}

/* The far end takes what its own crypto ACL, turned round, permits. */
static void admit(struct walk *w, const struct cm_packet *carried)
{
	struct cm_trace *t = &w->trace;
	const struct cm_crypto_map *map = t->in->crypto_map.target;
	struct cm_packet turned = answer_to(carried);
	decrypted(w, carried);
	if (w->ended)
		return;
	t->entry = map ? map_takes(map->entries, map->n_entries, &turned, &t->line) : NULL;
	if (!t->entry) {
		walk_say(w, CM_TRACE_STEP_CRYPTO, t->in->crypto_map.at,
			"no crypto ACL line here is its mirror");
		walk_stop(w, CM_TRACE_DROPPED);
		return;
	}
	walk_say(w, CM_TRACE_STEP_CRYPTO, t->line->at, "crypto map %.*s %u expects it",
		STR(map->name), t->entry->sequence);
	step_acl(w, &t->entry->access_in, "inbound", "the decrypted packet", carried);
}

/* Out of a tunnel interface, as if it had come in there. */
static void leave_tunnel(struct walk *w, const struct cm_interface *tunnel)
{
	if (w->ended)
		return;
	w->trace.in = tunnel;
	walk_say(w, CM_TRACE_STEP_DECRYPT, tunnel->at, "comes out of %.*s: %s", STR(tunnel->name),
		walk_packet(w, &w->trace.packet));
	step_acl(w, &tunnel->access_in, "inbound", "it", &w->trace.packet);
}

/* --- Ways
 * ----------------------------------------------------------------------------------------- */

/* What steps learn on the way in is not what the way out finds. */
static void onward(struct walk *w)
{
	struct cm_trace *t = &w->trace;
	if (w->ended)
		return;
	t->entry = NULL;
	t->line = NULL;
	t->tunnel = NULL;
	t->local = t->peer = 0;
	walk_on(w);
}

struct cm_trace *cm_trace_forward(
	const struct cm_model *m, const struct cm_interface *in, const struct cm_packet *packet)
{
	struct walk *w = walk_new(m, packet);
	if (!w)
		return NULL;
	w->trace.in = in ? in : interface_towards(m, packet->source);
	arrive_clear(w, packet);
	onward(w);
	return walk_end(w);
}

/* The answer comes in as what was sent went out: encrypted, through a tunnel interface, or clear.
 */
static void answer_arrives(struct walk *w, const struct cm_trace *forward)
{
	struct cm_packet wire = answer_to(&forward->wire), carried = answer_to(&forward->carried);
	if (is_protected(forward))
		arrive(w, " encrypted", &wire);
	else
		arrive_clear(w, &wire);
	if (forward->entry) {
		decrypted(w, &carried);
		step_acl(
			w, &forward->entry->access_in, "inbound", "the decrypted packet", &carried);
	}
	if (forward->tunnel)
		leave_tunnel(w, forward->tunnel);
}

struct cm_trace *cm_trace_back(const struct cm_model *m, const struct cm_trace *forward)
{
	struct cm_packet answer = answer_to(&forward->packet);
	struct walk *w = walk_new(m, &answer);
	if (!w)
		return NULL;
	w->answers = forward;
	w->trace.in = forward->out;
	answer_arrives(w, forward);
	onward(w);
	return walk_end(w);
}

/* The tunnel interface here whose other end is the sender's. */
static const struct cm_interface *tunnel_for(
	const struct cm_model *m, const struct cm_interface *in, const struct cm_trace *forward)
{
	struct cm_net own;
	uint32_t near = forward->peer;
	if (!near && cm_interface_address(in, &own))
		near = own.address;
	return tunnel_between(m, near, forward->local);
}

/* A crypto map at either end sees what the tunnel interface made: GRE between the two ends. */
static void far_arrives(struct walk *w, const struct cm_trace *sent)
{
	const struct cm_interface *tunnel =
		sent->tunnel ? tunnel_for(w->model, w->trace.in, sent) : NULL;
	bool expects = tunnel && tunnel->protection.name.length;
	arrive(w, is_protected(sent) ? " encrypted" : "", &sent->wire);
	if (is_protected(sent) && !expects)
		admit(w, &sent->carried);
	if (w->ended || !sent->tunnel)
		return;
	if (tunnel && (!expects || is_protected(sent))) {
		leave_tunnel(w, tunnel);
		return;
	}
	if (tunnel)
		walk_say(w, CM_TRACE_STEP_CRYPTO, tunnel->protection.at,
			"%.*s takes only what is encrypted", STR(tunnel->name));
	else
		walk_say(w, CM_TRACE_STEP_DECRYPT, nowhere, "no tunnel interface here leads to %s",
			walk_address(w, sent->local));
	walk_stop(w, CM_TRACE_DROPPED);
}

struct cm_trace *cm_trace_arrive(
	const struct cm_model *m, const struct cm_trace *sent, const struct cm_trace *answers)
{
	struct walk *w = walk_new(m, &sent->packet);
	if (!w)
		return NULL;
	w->answers = answers;
	w->trace.in = met_at(m, sent);
	if (w->trace.in) {
		far_arrives(w, sent);
		onward(w);
		return walk_end(w);
	}
	walk_say(w, CM_TRACE_STEP_ARRIVES, nowhere, "no interface here has %s",
		sent->peer ? walk_address(w, sent->peer) : "a tunnel to the sender");
	walk_stop(w, CM_TRACE_DROPPED);
	return walk_end(w);
}
