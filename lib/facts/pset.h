/*
 * Packet sets: which IPv4 packets a condition means, exactly.
 *
 * A packet is a protocol, two addresses, and, as far as its protocol has them, ports, ICMP type
 * and code and TCP flags; further the TOS octet, TTL, IP options, and whether it is a fragment
 * other than the first (which has no ports: IOS treats it specially, see struct pset_match).
 * What the packet does not tell (the time of day for a time-range) is a numbered condition that
 * may hold or not. Fields that mean nothing for a protocol are never constrained, so a set is
 * empty exactly when no packet is in it.
 *
 * Sets live in a struct psets, one for each analysis; they are plain values, never freed
 * singly, and equal sets are the same value. A set that would not fit into the bounded memory is
 * "failed", as is all that is made of it: questions about it are answered with false, and
 * psets_failed tells. A checker then stays silent.
 */
#ifndef FACTS_PSET_H
#define FACTS_PSET_H

#include <cryptomap/base.h>

enum {
	PSET_RANGES = 11,      /* port ranges of one condition: neq of ten ports has eleven */
	PSET_CONDITIONS = 255, /* numbers of conditions: 1 … 255 */
};

enum pset_option { PSET_OPTION_ANY, PSET_OPTION_SOME, PSET_OPTION_ONE };

/*
 * One ACL line as a condition. All zero matches everything.
 *
 * Non-initial fragments, as IOS does: a line with `fragments` matches only these; a line that asks
 * for something of layer 4 matches them by its layer 3 part if it permits, never if it denies; a
 * line without layer 4 matches them as any packet.
 */
struct pset_match {
	bool permit;
	bool fragments;
	bool whole;       /* never a fragment but the first: no line, but a question */
	uint8_t protocol; /* 0: every protocol */
	struct cm_net source, destination;           /* wildcards: a bit set in mask must match */
	uint8_t n_source_ports, n_destination_ports; /* ranges; 0: any port */
	uint16_t source_ports[PSET_RANGES][2], destination_ports[PSET_RANGES][2];
	bool has_icmp, has_icmp_code; /* also the type of IGMP */
	uint8_t icmp_type, icmp_code;
	bool has_tcp_flags;
	uint64_t tcp_flags;           /* bit f: the six flag bits valued f match; see below */
	uint8_t tos_value, tos_mask;  /* of the TOS octet: dscp 0xfc, precedence 0xe0, tos 0x1e */
	uint8_t n_ttl, ttl[2][2];     /* ranges; n_ttl 0: any */
	enum pset_option with_option; /* ONE: the packet carries `option`; SOME: any option */
	uint8_t option;
	uint16_t condition; /* 0: none; else one that must hold, not of the packet */
};

/* Values for tcp_flags: all of `set` set and all of `clear` clear; any of them; ack or rst. */
uint64_t pset_flags_all(uint8_t set, uint8_t clear);
uint64_t pset_flags_any(uint8_t set, uint8_t clear);
uint64_t pset_flags_established(void);

/* A single packet, for witnesses and tests. */
struct pset_packet {
	bool fragment;
	uint8_t protocol;
	uint32_t source, destination;
	uint16_t source_port, destination_port;
	uint8_t icmp_type, icmp_code, tcp_flags, tos, ttl;
	bool has_option; /* carries `option` and no other */
	uint8_t option;
	uint16_t condition; /* the one condition that holds; 0: none */
};

/* --- Matches, without any set ------------------------------------------------------------------- */

bool pset_match_has(const struct pset_match *, const struct pset_packet *);
/* No packet can match (an empty range of ports, contradicting flags). */
bool pset_match_is_empty(const struct pset_match *);
/* The same, when non-initial fragments do not count. */
bool pset_match_is_hollow(const struct pset_match *);
/* Some non-initial fragment may match. */
bool pset_match_takes_fragments(const struct pset_match *);
bool pset_match_overlaps(const struct pset_match *, const struct pset_match *);
/* Every packet of `inner` is in `outer`. */
bool pset_match_covers(const struct pset_match *outer, const struct pset_match *inner);
/* The packets between these networks only, which must overlap those of the match. */
struct pset_match pset_match_within(
	const struct pset_match *, struct cm_net source, struct cm_net destination);
/* The same packets seen from the far end. */
struct pset_match pset_match_mirror(const struct pset_match *);

/* --- Sets --------------------------------------------------------------------------------------- */

struct psets;
struct pset {
	uint32_t node;
};

/* Room for at most `most_nodes` nodes of 16 octets (0: a bound fit for one router). */
struct psets *psets_new(size_t most_nodes);
void psets_free(struct psets *);
/* Forget all sets. */
void psets_clear(struct psets *);
bool psets_failed(const struct psets *);
/* True once the machine had no memory; clearing does not forget it. */
bool psets_starved(const struct psets *);
size_t psets_size(const struct psets *);
/* From now on at most so much work (some ten nanoseconds each); beyond, sets fail. */
void psets_allow(struct psets *, uint64_t steps);
uint64_t psets_steps(const struct psets *);

struct pset pset_none(void);
struct pset pset_all(void);
/* A set that nobody knows: as failed as one that would not fit. */
struct pset pset_unknown(void);
struct pset pset_of(struct psets *, const struct pset_match *);
struct pset pset_protocol(struct psets *, uint8_t protocol);
struct pset pset_source(struct psets *, struct cm_net);
struct pset pset_destination(struct psets *, struct cm_net);
/* Addresses first … last, both included. */
struct pset pset_source_range(struct psets *, uint32_t first, uint32_t last);
struct pset pset_destination_range(struct psets *, uint32_t first, uint32_t last);
struct pset pset_source_ports(struct psets *, uint16_t first, uint16_t last);
struct pset pset_destination_ports(struct psets *, uint16_t first, uint16_t last);
/* Packets that are no fragments, or the first one. */
struct pset pset_whole(struct psets *);

struct pset pset_and(struct psets *, struct pset, struct pset);
struct pset pset_or(struct psets *, struct pset, struct pset);
struct pset pset_not(struct psets *, struct pset);
struct pset pset_minus(struct psets *, struct pset, struct pset);

/* Questions. A failed set is neither empty nor anything else: every answer is false. */
bool pset_ok(struct pset);
bool pset_is_empty(struct pset);
bool pset_equal(struct pset, struct pset);
bool pset_inside(struct psets *, struct pset inner, struct pset outer);
bool pset_overlaps(struct psets *, struct pset, struct pset);
bool pset_has(const struct psets *, struct pset, const struct pset_packet *);

/*
 * A match that has all packets of the set, by protocol and addresses: the least one, unless the set
 * is too large to look through. Matches everything for a failed set.
 */
struct pset_match pset_hull(struct psets *, struct pset);

/* First match, then implicit deny: what `n` lines permit together. */
struct pset pset_first_match(struct psets *, const struct pset_match *, size_t n);

/* The same packets seen from the far end: source and destination change places, ports too. */
struct pset pset_mirror(struct psets *, struct pset);
/* What becomes of the packets when their source (destination) is replaced by any of `to`. */
struct pset pset_translate_source(struct psets *, struct pset, struct pset to);
struct pset pset_translate_destination(struct psets *, struct pset, struct pset to);
/* The set without regard to something: all packets that equal one of the set but for it. */
struct pset pset_any_source(struct psets *, struct pset);
struct pset pset_any_destination(struct psets *, struct pset);
/* Only the addresses matter: protocol, ports and the rest become anything. */
struct pset pset_addresses(struct psets *, struct pset);

/* --- Showing ------------------------------------------------------------------------------------ */

/*
 * A readable member: no fragment, no options, the first host of its prefix, all protocols if all
 * are in, else tcp, udp, icmp, a protocol with a name; a port with a name. False: empty or failed.
 */
struct pset_witness {
	struct pset_packet packet;
	bool any_protocol, any_source_port, any_destination_port, any_icmp;
};
bool pset_witness(struct psets *, struct pset, struct pset_witness *);
/* "192.0.2.1 -> 198.51.100.1 ip", "tcp 192.0.2.1:1024 -> 198.51.100.1:www". */
void pset_print_witness(const struct pset_witness *, struct cm_text *);
/* Both at once; nothing is appended, and false given, for an empty or failed set. */
bool pset_print(struct psets *, struct pset, struct cm_text *);

/* A part of a set by its addresses only. Masks may have holes. */
struct pset_box {
	struct cm_net source, destination;
};
/*
 * The pairs of addresses of a set as disjoint boxes, at most `most` of them into `out`, in order of
 * addresses. Gives how many there are in all, or `most` + 1 when there are more.
 */
size_t pset_boxes(struct psets *, struct pset, struct pset_box *out, size_t most);
/* "10.1.0.0/16 -> 10.2.0.0/16, 10.3.0.0/16 -> any and more": at most `most` boxes. */
void pset_print_boxes(struct psets *, struct pset, size_t most, struct cm_text *);
/* "any", "10.1.0.0/16", "192.0.2.1", or with holes "10.0.0.5 wildcard 0.255.255.0". */
void pset_print_net(struct cm_net, struct cm_text *);

#endif
