/*
 * Two tunnels meet: one negotiation, played to its end, with everything that was compared.
 *
 * A meet is what IOS would do when `initiator` starts and `responder` answers: may it start at
 * all, phase 1 (the responder's policies by priority, the offers inside), keys, identities, phase
 * 2 (proposals, PFS, selectors line by line). It keeps the whole matrix, so that a printer can
 * tell the story and a rule can point at the two lines that disagree. The first cause decides; what
 * comes after a failed step is still computed where it makes sense, so that a user sees all of it.
 *
 * The engine calls cm_p1_offers, cm_p1_choose and cm_p2_choose too: what a meet says is what
 * happens on the wire. Secrets are compared here and never leave.
 */
#ifndef CRYPTOMAP_MEET_H
#define CRYPTOMAP_MEET_H

#include <cryptomap/tunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- What the engine shares ----------------------------------------------------------------- */

/*
 * What a tunnel offers in phase 1: its policies by priority, without those it could not
 * authenticate (pre-share without a key for `peer`, rsa-sig without a certificate); in aggressive
 * mode only those with the group of the first (RFC 2409 5: it cannot be negotiated).
 * Writes at most `room` indices into t->p1; gives how many there are. `peer` 0: any key will do.
 */
CM_API size_t cm_p1_offers(const struct cm_tunnel *t, uint32_t peer, size_t *out, size_t room);

/*
 * The mode a proposal really has for a selector pair: transport only between the two gateways
 * themselves, unless it is required. `local` and `peer` are the gateways' addresses.
 */
CM_API enum cm_mode cm_p2_mode(
	const struct cm_p2 *, const struct cm_selector *, uint32_t local, uint32_t peer);

/*
 * The mode in which a responder's set stands against an offer of mode `offered`. The command
 * reference: with `mode transport` the router asks for transport mode and takes either; with
 * `require`, or in tunnel mode, it takes only its own.
 */
CM_API enum cm_mode cm_p2_mode_answering(const struct cm_p2 *, const struct cm_selector *,
	uint32_t local, uint32_t peer, enum cm_mode offered);

/* Called for each comparison of proposals: the peer's offers outside, our sets inside. */
typedef void cm_p2_seen(
	void *user, const struct cm_p2 *mine, const struct cm_p2 *offer, enum cm_difference);

/* clang-format off */
enum cm_cause {
	CM_CAUSE_NONE,
	/* before anything is sent */
	CM_CAUSE_INCOMPLETE,       /* an entry that IOS does not use */
	CM_CAUSE_IKE_DISABLED,     /* no crypto isakmp enable */
	CM_CAUSE_VERSION,          /* IKEv1 against IKEv2, or keys by hand against IKE */
	CM_CAUSE_CANNOT_INITIATE,  /* dynamic map, responder-only, no peer address */
	CM_CAUSE_PEER_ADDRESS,     /* one end does not mean the other's address */
	CM_CAUSE_NO_KEY,           /* the initiator has no key for the peer */
	/* phase 1 */
	CM_CAUSE_AGGRESSIVE,       /* offered, refused */
	CM_CAUSE_POLICY,           /* no offer fits a policy */
	CM_CAUSE_NO_KEY_THERE,     /* the responder has no key for the initiator */
	CM_CAUSE_CERTIFICATE,      /* signatures agreed, but an end has no certificate */
	CM_CAUSE_KEY,              /* the keys differ */
	CM_CAUSE_IDENTITY,         /* a profile does not match the identity the other presents */
	/* phase 2 */
	CM_CAUSE_SELECTORS,        /* no permit line contains the offered pair */
	CM_CAUSE_TRANSFORM,        /* no proposal equals a transform set */
	CM_CAUSE_MODE,             /* they would, but for tunnel and transport */
	CM_CAUSE_PFS,              /* demanded and not offered, or another group */
	/* afterwards: SAs stand, traffic does not pass */
	CM_CAUSE_NAT,              /* a NAT between, and no UDP encapsulation, or AH */
	CM_CAUSE_TUNNEL_KEY,       /* tunnel key differs */
	CM_CAUSE_NHRP_KEY,         /* ip nhrp authentication differs */
	CM_CAUSE_NHRP_SERVER,      /* the next hop server has another address in the cloud */
};
/* clang-format on */

enum cm_phase { CM_PHASE_BEFORE, CM_PHASE_1, CM_PHASE_2, CM_PHASE_TRAFFIC };
/* The phase in which a cause stops the negotiation. */
CM_API enum cm_phase cm_cause_phase(enum cm_cause);
/* "phase 1 policy", "pre-shared key" …: stable words for JSON, and a short title. */
CM_API const char *cm_cause_word(enum cm_cause);
CM_API const char *cm_cause_title(enum cm_cause);
/* "encryption", "key length", "hash", "authentication", "Diffie-Hellman group", …. */
CM_API const char *cm_difference_word(enum cm_difference);
/* "equal", "narrower", "wider", "overlaps", "disjoint". */
CM_API const char *cm_relation_word(enum cm_relation);

/* The responder's whole answer to one quick mode. */
struct cm_p2_answer {
	enum cm_cause cause;           /* CM_CAUSE_NONE: accepted */
	enum cm_difference difference; /* of the proposals compared last, or of PFS */
	size_t mine, offer;            /* indices, when a proposal fits */
	bool proposal_fits;
	const struct cm_selector *line; /* the permit line that contains the offer */
};
/*
 * In IOS's order: the map entry whose ACL contains the selectors, proposals (the first of the
 * peer's that equals one of ours), PFS.
 * `selector` is seen from the responder; `mode`s of the offers are those on the wire without UDP
 * encapsulation; `local` and `peer` are the responder's view. `seen` may be NULL.
 */
CM_API struct cm_p2_answer cm_p2_choose(const struct cm_tunnel *responder, uint32_t local,
	uint32_t peer, const struct cm_p2 *offers, size_t n_offers, const struct cm_group *pfs,
	const struct cm_selector *selector, cm_p2_seen *seen, void *user);

/* The smaller of two lifetimes in kilobytes, where 0 is none. */
CM_API uint32_t cm_lifetime_kb_min(uint32_t, uint32_t);

/* --- The meet --------------------------------------------------------------------------------- */

/* What lies between: addresses as each end sees the other. Zero: as configured. */
struct cm_meet_path {
	uint32_t initiator; /* source address of the initiator's packets at the responder */
	uint32_t responder; /* address the initiator sends to, when it is not the responder's own */
	bool nat;           /* some address is translated between them */
};

struct cm_meet_p1 {
	const struct cm_p1 *policy, *offer;
	bool last_offer;
	enum cm_difference difference;
};

struct cm_meet_p2 {
	const struct cm_p2 *mine, *offer;   /* modes as configured */
	enum cm_mode mine_mode, offer_mode; /* as they count here */
	enum cm_difference difference;
};

/* One permit line of the initiator at the responder. */
struct cm_meet_selector {
	const struct cm_selector *offered; /* initiator's line, seen from the initiator */
	const struct cm_selector *line;    /* responder's: accepting, else the closest, else NULL */
	enum cm_relation relation; /* of the offer to the line; CM_DISJOINT without a line */
	bool accepted;
};

/* clang-format off */
enum cm_key_verdict {
	CM_KEY_EQUAL,
	CM_KEY_DIFFERS,
	CM_KEY_MISSING_INITIATOR,
	CM_KEY_MISSING_RESPONDER,
	CM_KEY_UNKNOWN,  /* sealed (type 6), or an end of which only the offers are known */
	CM_KEY_UNUSED,   /* other authentication was agreed */
};
/* clang-format on */

struct cm_meet {
	const struct cm_tunnel *initiator, *responder;
	uint32_t initiator_address, responder_address; /* 0: not known */
	bool nat;

	bool up;             /* SAs come up for at least one line, and traffic passes */
	enum cm_cause cause; /* the first; CM_CAUSE_NONE when up for every line */
	bool at_responder;   /* the cause lies with the responder alone (else both, or initiator) */
	struct cm_span initiator_at, responder_at; /* the lines that decide; may be empty */

	bool aggressive;
	const struct cm_meet_p1 *p1; /* every comparison in its order, up to the fitting one */
	size_t n_p1, n_offers;       /* n_offers: transforms in the first message */
	bool p1_fits;
	const struct cm_p1 *policy, *offer;
	uint32_t p1_lifetime_s;  /* the smaller */
	bool responder_lifetime; /* ours is smaller: RESPONDER-LIFETIME tells the initiator */

	enum cm_key_verdict key;
	const struct cm_psk *initiator_key, *responder_key; /* never printed */
	bool identity_refused_by_responder, identity_refused_by_initiator;

	const struct cm_meet_p2 *p2;
	size_t n_p2;
	bool p2_fits;
	const struct cm_p2 *transform, *proposal; /* responder's set, initiator's offer */
	enum cm_mode mode;
	enum cm_difference pfs;           /* CM_SAME, CM_DIFFERS_PFS_MISSING or _GROUP */
	const struct cm_group *pfs_group; /* that would be used; NULL: none */
	uint32_t p2_lifetime_s, p2_lifetime_kb;

	const struct cm_meet_selector *selectors;
	size_t n_selectors, n_accepted;

	bool udp; /* ESP in UDP */
	bool dpd_initiator, dpd_responder;
};

/*
 * Play one negotiation. `path` may be NULL. NULL without memory; free with cm_meet_free. The
 * tunnels must live as long. Time: policies × offers + lines × lines, lines at the same place in
 * both lists first, so mirrored lists cost one look per line.
 */
CM_API struct cm_meet *cm_meet(const struct cm_tunnel *initiator, const struct cm_tunnel *responder,
	const struct cm_meet_path *path);
CM_API void cm_meet_free(struct cm_meet *);

/* clang-format off */
enum cm_verdict {
	CM_COMES_UP,      /* from both sides, every line */
	CM_COMES_UP_PARTLY, /* some lines, or not every line from both sides */
	CM_ONLY_FIRST,    /* only when the first end starts */
	CM_ONLY_SECOND,
	CM_FAILS,
};
/* clang-format on */
struct cm_meet_both {
	struct cm_meet *forth, *back; /* first starts, second starts */
	enum cm_verdict verdict;
};
/* Both roles; path seen with `a` as initiator. False without memory (both NULL). */
CM_API bool cm_meet_both(const struct cm_tunnel *a, const struct cm_tunnel *b,
	const struct cm_meet_path *path, struct cm_meet_both *out);
CM_API void cm_meet_both_free(struct cm_meet_both *);
CM_API const char *cm_verdict_word(enum cm_verdict);

/*
 * One sentence that says why (cause not NONE) or what was agreed: "phase 1: …". Without a full
 * stop and without secrets.
 */
CM_API void cm_meet_explain(const struct cm_meet *, struct cm_text *);

/* --- Telling it ------------------------------------------------------------------------------- */

/* The order in which the offering end writes the attributes of a transform. */
enum cm_wire_order { CM_WIRE_IOS, CM_WIRE_FREESWAN };

/* How to tell a meet. All zero is fine. */
struct cm_telling {
	bool by_initiator;        /* the initiator's words, not the responder's */
	enum cm_wire_order order; /* of the offers */
	unsigned connection;      /* conn-id; 0: as the release counts its first */
	bool colored;             /* matrix: with ANSI colours */
};

/*
 * Append what `debug crypto isakmp` and `debug crypto ipsec` would say at one end, in the dialect
 * of its release, a line each; without times, cookies, SPIs. It ends with a line that begins with
 * "! " and gives the outcome in plain words.
 */
CM_API void cm_print_transcript(
	const struct cm_meet *, const struct cm_telling *, struct cm_text *);
/* Append both phases as two small tables: offers down, policies across, first differences. */
CM_API void cm_print_matrix(const struct cm_meet *, const struct cm_telling *, struct cm_text *);
/* Append the meet as one JSON object (no secrets). */
CM_API void cm_print_meet(const struct cm_meet *, struct cm_text *);

/* --- Far ends that are no file ------------------------------------------------------------------- */

/* A kind of gateway and what it offers: text as cm_p1_read and cm_p2_read take it. */
struct cm_far_end {
	const char *name, *title;
	const char *offers; /* phase 1, in their order */
	const char *esp;    /* phase 2, a third word for PFS; NULL: as the near end's mirror */
	uint32_t p1_lifetime_s, p2_lifetime_s, p2_lifetime_kb;
	enum cm_wire_order order;
};
CM_API const struct cm_far_end *cm_far_ends(size_t *n);
CM_API const struct cm_far_end *cm_far_named(const char *name);

/*
 * Read one offer: cipher, hash and group joined by "-", in our words, the router's or
 * strongSwan's: "3des-sha-2", "aes256-sha256-modp2048", "aes-192-md5-5". Lifetime and priority
 * are left alone. False when a part is not known.
 */
CM_API bool cm_p1_read(struct cm_str, struct cm_p1 *);
/* The same for phase 2: "3des-sha", "aes128gcm16-14"; *pfs is the group, NULL without one. */
CM_API bool cm_p2_read(struct cm_str, struct cm_p2 *, const struct cm_group **pfs);
/*
 * The far end of `near` as a gateway of this kind: addresses and selectors mirrored, offers its
 * own, keys unknown. Lists are comma-separated. Lives in `set`. NULL without memory, or when a
 * list cannot be read (*wrong then names the part).
 */
CM_API const struct cm_tunnel *cm_far_tunnel(struct cm_tunnels *set, const struct cm_tunnel *near,
	size_t peer, const struct cm_far_end *, struct cm_str *wrong);

#ifdef __cplusplus
}
#endif
#endif
