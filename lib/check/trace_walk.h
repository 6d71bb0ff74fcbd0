/*
 * What a trace is made of: a packet on its way through one router, step by step.
 *
 * A walk holds the trace under way: `trace.packet` is the packet of the hosts as it is now, `wire`
 * what lies around it once a tunnel interface or a crypto map has taken it. Steps add a sentence
 * each; the first that stops the packet ends the walk, and all later ones do nothing.
 */
#ifndef CHECK_TRACE_WALK_H
#define CHECK_TRACE_WALK_H

#include "base/arena.h"
#include <cryptomap/trace.h>

enum { PROTOCOL_IPIP = 4, PROTOCOL_GRE = 47, PROTOCOL_ESP = 50, PROTOCOL_AH = 51 };

struct walk {
	struct cm_trace trace; /* first: what the caller holds */
	struct arena *arena;
	struct cm_trace_step *steps;
	size_t room;
	const struct cm_model *model;
	const struct cm_trace *answers; /* the trace whose answer this is, or NULL */
	bool ended;
};

void walk_say(struct walk *, enum cm_trace_step_kind, struct cm_span at, const char *format, ...)
	CM_PRINTF(4, 5);
/* The last step is the end of the way. */
void walk_stop(struct walk *, enum cm_trace_outcome);
/* Texts that live as long as the trace. An address of zero is one that nobody knows yet. */
const char *walk_packet(struct walk *, const struct cm_packet *);
const char *walk_address(struct walk *, uint32_t address);

#define STR(s) (int)(s).length, (s).length ? (s).at : ""
static const struct cm_span nowhere = { 0, 0 };

/* The packet that answers one. */
struct cm_packet answer_to(const struct cm_packet *);
/* The interface that has this address, NULL if none has. */
const struct cm_interface *owner_of(const struct cm_model *, uint32_t address);

/* Does IPsec protect what leaves, by a crypto map or a tunnel interface? */
bool is_protected(const struct cm_trace *);

/* Ask a list; one without lines lets everything pass (ios.md 3.7). */
void step_acl(struct walk *, const struct cm_acl_ref *, const char *direction, const char *what,
	const struct cm_packet *);
/* From the interface where it came in to where it leaves: NAT, routing, tunnels, crypto map. */
void walk_on(struct walk *);

/* The first clause of a route-map whose conditions a packet meets, NULL: none. */
const struct cm_route_map_clause *cm_route_map_decides(
	const struct cm_route_map *, const struct cm_interface *out, const struct cm_packet *);
/* The static entry that sends a packet from outside to a host inside, NULL: none. */
const struct cm_nat_rule *nat_admits(const struct cm_model *, const struct cm_packet *);
/* The entry of a map that takes a packet, dynamic maps included, and the line of its list. */
const struct cm_map_entry *map_takes(const struct cm_map_entry *, size_t n,
	const struct cm_packet *, const struct cm_ace **line);
/* The tunnel interface between two addresses; `far` zero: whichever is open to all. */
const struct cm_interface *tunnel_between(const struct cm_model *, uint32_t near, uint32_t far);
uint32_t tunnel_address(const struct cm_interface *tunnel);

#endif
