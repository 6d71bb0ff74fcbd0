/*
 * Trace: one packet's way through one router, in IOS's order of operations.
 *
 * Inside to outside: input ACL, policy routing, routing, NAT, tunnel interface, crypto map, output ACL.
 * Outside to inside: input ACL on what arrives, decryption, NAT, routing, output ACL. Each step names
 * the line that decides. A trace looks at one concrete packet and shares no code with packet sets:
 * each checks the other in tests. Routing knows connected networks and static routes.
 */
#ifndef CRYPTOMAP_TRACE_H
#define CRYPTOMAP_TRACE_H

#include <cryptomap/model.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_packet {
	uint32_t source, destination;
	uint8_t protocol;
	uint16_t source_port, destination_port; /* TCP and UDP */
	uint8_t icmp_type, icmp_code;
	uint8_t tcp_flags;
	bool fragment; /* a later fragment: no ports */
};

enum cm_trace_outcome {
	CM_TRACE_DROPPED,
	CM_TRACE_NO_ROUTE,
	CM_TRACE_CLEAR,     /* leaves as it is */
	CM_TRACE_ENCRYPTED, /* leaves in a tunnel */
	CM_TRACE_LOCAL,     /* is for the router itself */
};

enum cm_trace_step_kind {
	CM_TRACE_STEP_ARRIVES,
	CM_TRACE_STEP_ACL,
	CM_TRACE_STEP_DECRYPT,
	CM_TRACE_STEP_ROUTE,
	CM_TRACE_STEP_NAT,
	CM_TRACE_STEP_CRYPTO,
	CM_TRACE_STEP_LEAVES,
};

struct cm_trace_step {
	enum cm_trace_step_kind kind;
	const char *text;  /* one sentence */
	struct cm_span at; /* the line that decides; empty: none */
	bool stops;        /* the packet goes no further */
};

struct cm_trace {
	const struct cm_trace_step *steps;
	size_t n_steps;
	enum cm_trace_outcome outcome;
	struct cm_packet arrived; /* as it came, out of its tunnel */
	struct cm_packet packet;  /* as it leaves, tunnels taken off */
	struct cm_packet
		carried;       /* what the crypto map was asked about: `packet`, or GRE around it */
	struct cm_packet wire; /* what leaves the router; addresses nobody knows yet are 0 */
	const struct cm_interface *in, *out; /* `out`: where `wire` leaves */
	const struct cm_interface *tunnel;   /* the tunnel interface on the way, or NULL */
	uint32_t next_hop;
	const struct cm_nat_rule *nat;    /* that translated it, or NULL */
	const struct cm_map_entry *entry; /* that encrypts it, or NULL */
	const struct cm_ace *line;        /* of the entry's ACL */
	uint32_t local, peer;             /* tunnel ends; 0: not known here */
};

/* Does a line of an ACL match? Time ranges count as active. */
CM_API bool cm_ace_matches(const struct cm_ace *, const struct cm_packet *);
/* The line that decides about a packet; NULL: the implicit deny. */
CM_API const struct cm_ace *cm_acl_decides(const struct cm_acl *, const struct cm_packet *);
/*
 * The first rule that translates the source of a packet from inside to outside through `out`, as
 * IOS orders them; NULL: none.
 */
CM_API const struct cm_nat_rule *cm_nat_decides(
	const struct cm_model *, const struct cm_interface *out, const struct cm_packet *);

/*
 * A packet that arrives at `in` (NULL: the interface whose network holds its source). NULL without
 * memory. Caller frees.
 */
CM_API struct cm_trace *cm_trace_forward(
	const struct cm_model *, const struct cm_interface *in, const struct cm_packet *);
/* The answer to what `forward` let out, on its way back through the same router. */
CM_API struct cm_trace *cm_trace_back(const struct cm_model *, const struct cm_trace *forward);
/*
 * What `sent` put into a tunnel, at the router that is its other end. `answers` (may be NULL): the
 * trace through this router whose answer it is; its NAT is undone.
 */
CM_API struct cm_trace *cm_trace_arrive(
	const struct cm_model *, const struct cm_trace *sent, const struct cm_trace *answers);
CM_API void cm_trace_free(struct cm_trace *);
CM_API const char *cm_trace_outcome_word(enum cm_trace_outcome);
/* "192.0.2.1:1024 -> 198.51.100.1:443 tcp". */
CM_API void cm_packet_print(const struct cm_packet *, struct cm_text *);

#ifdef __cplusplus
}
#endif
#endif
