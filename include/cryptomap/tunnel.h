/*
 * The tunnel: what two ends must agree on, as one plain struct. The door between text and wire.
 *
 * The model is turned into tunnels (cm_model_tunnels): one for each crypto map entry on each
 * interface that carries the map, each dynamic entry, each protected tunnel interface. The engine,
 * the generators and the negotiation see tunnels and nothing else. Mirror gives the far end;
 * mirror twice is the identity. `meet` lets two tunnels negotiate as IOS does and keeps every
 * comparison; the engine calls the same comparisons.
 *
 * A tunnel owns nothing. All it points to lives in the arena of the document (or of the
 * cm_tunnels set) it was made from.
 */
#ifndef CRYPTOMAP_TUNNEL_H
#define CRYPTOMAP_TUNNEL_H

#include <cryptomap/diag.h>
#include <cryptomap/facts.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_model;

enum cm_mode { CM_MODE_TUNNEL = 1, CM_MODE_TRANSPORT = 2 }; /* RFC 2407 4.5 */

enum cm_tunnel_kind {
	CM_TUNNEL_STATIC,  /* crypto map entry with peers and an ACL */
	CM_TUNNEL_DYNAMIC, /* crypto dynamic-map entry: any peer, only answers */
	CM_TUNNEL_PROFILE, /* tunnel protection ipsec profile */
	CM_TUNNEL_MANUAL,  /* ipsec-manual: no IKE */
};

/* One phase 1 proposal: an ISAKMP policy. Also what a peer offers in one transform. */
struct cm_p1 {
	unsigned priority; /* of the policy, or number of the transform */
	const struct cm_cipher *cipher;
	const struct cm_hash *hash;
	const struct cm_auth *auth;
	const struct cm_group *group;
	uint32_t lifetime_s;
	bool built_in;     /* a default policy of the release */
	struct cm_span at; /* header of the policy; empty: built in or foreign */
	struct {
		struct cm_span cipher, hash, auth, group, lifetime; /* empty: by default */
	} where;
};

/* One phase 2 proposal: a transform-set. NULL rows are absent. */
struct cm_p2 {
	struct cm_str name;
	const struct cm_hash *ah;       /* AH */
	const struct cm_cipher *cipher; /* ESP; the row "null" when esp-null */
	const struct cm_hash *hash;     /* ESP authentication */
	bool compress;
	enum cm_mode mode;
	bool mode_required; /* `mode transport require` */
	struct cm_span at;
	struct cm_span mode_at;
};

/* One selector pair: one permit line of the crypto ACL, seen from us. Ports: 0-65535 any. */
struct cm_selector {
	uint8_t protocol;            /* 0: any */
	struct cm_net local, remote; /* mask may have holes: such a line is no proxy identity */
	uint16_t local_port[2], remote_port[2]; /* first, last */
	struct cm_span at;                      /* the ACL line; empty when made otherwise */
	uint32_t sequence;                      /* of the ACL line */
};

enum cm_id_kind {
	CM_ID_ADDRESS,
	CM_ID_FQDN,
	CM_ID_USER_FQDN,
	CM_ID_KEY_ID,
	CM_ID_DN,
	CM_ID_ANY,
	CM_ID_FQDN_DOMAIN,
	CM_ID_GROUP,
	CM_ID_USER_FQDN_DOMAIN
};

struct cm_identity {
	enum cm_id_kind kind;
	struct cm_net
		address; /* CM_ID_ADDRESS; of an IPv6 address, which stands in `name`, nobody's */
	struct cm_str name; /* other kinds */
	struct cm_str vrf;  /* `match identity address A M VRF`; absent: none named */
	struct cm_span at;
};

/* A pre-shared key and whom it serves. */
struct cm_psk {
	struct cm_net peer;          /* address keys */
	struct cm_str hostname;      /* else absent */
	struct cm_str secret;        /* never printed */
	struct cm_str remote_secret; /* IKEv2: what the peer proves itself with; absent: the same */
	bool sealed;                 /* type 6: cannot be known from the text */
	bool no_xauth;
	struct cm_str keyring; /* "default" for `crypto isakmp key` */
	struct cm_span at;     /* the whole line */
	struct cm_span secret_at;
};

struct cm_peer {
	bool any;      /* dynamic: whoever comes */
	bool resolved; /* address holds; else only the host name is known */
	uint32_t address;
	struct cm_str hostname;
	bool is_default; /* `set peer … default` */
	struct cm_span at;
};

struct cm_pfs {
	bool demanded;                /* `set pfs` stands there */
	bool bare;                    /* without a group: the default of the release */
	const struct cm_group *group; /* when demanded */
	struct cm_span at;
};

struct cm_dpd {
	uint16_t interval_s; /* 0: off */
	uint16_t retry_s;
	bool periodic;
	struct cm_span at;
};

enum cm_df { CM_DF_COPY, CM_DF_CLEAR, CM_DF_SET };

/* Somebody in an NHRP cloud: a next hop server, or a static map. */
struct cm_next_hop {
	uint32_t inside, outside;
	struct cm_str name; /* outside, by name; then `outside` is 0 */
	bool server;        /* that we register with */
	struct cm_span at;
};

/* A protected tunnel interface. */
struct cm_tunnel_interface {
	bool present;
	bool gre;        /* gre ip: selector is gre host-host; else ipsec ipv4: any-any */
	bool multipoint; /* mGRE: peers come by NHRP */
	bool has_key;
	uint32_t key;          /* tunnel key */
	struct cm_net address; /* of the tunnel interface: address and mask */
	bool shared;
	bool keepalive;
	struct cm_span key_at;
	bool nhrp;
	struct cm_str nhrp_key; /* `ip nhrp authentication`; absent: none; never printed */
	struct cm_span nhrp_key_at;
	const struct cm_next_hop *hops;
	size_t n_hops;
	struct cm_str source; /* the interface that carries it; absent: only an address is known */
	const struct cm_net *routes; /* networks that static routes send into it */
	size_t n_routes;
};

struct cm_tunnel {
	enum cm_tunnel_kind kind;
	uint8_t version; /* IKE: 1 or 2; 0 for manual */
	const struct cm_document *document;
	const struct cm_model *model; /* NULL when made from elsewhere */
	struct cm_str router;         /* host name */
	struct cm_str map;            /* crypto map, dynamic map or IPsec profile */
	struct cm_str static_map;     /* dynamic entries: the map that refers to them */
	uint32_t sequence;            /* of the entry in the static map */
	uint32_t dynamic_sequence;
	struct cm_str interface; /* that carries it */
	struct cm_str fvrf, ivrf;
	struct cm_span at; /* header of the entry, profile or tunnel interface */

	bool has_local;
	uint32_t local; /* our address towards the peer */
	struct cm_span local_at;
	const struct cm_peer *peers; /* in order of preference */
	size_t n_peers;

	const struct cm_p1 *p1; /* in order of priority, defaults of the release included */
	size_t n_p1;
	const struct cm_p2 *p2; /* in order of preference */
	size_t n_p2;
	struct cm_pfs pfs;
	uint32_t lifetime_s, lifetime_kb; /* lifetime_kb 0: no volume limit */
	struct cm_span lifetime_s_at, lifetime_kb_at;
	const struct cm_selector *selectors;
	size_t n_selectors;
	const struct cm_selector
		*denies; /* deny lines before the permits they cut; same order rules */
	size_t n_denies;
	struct cm_span acl_at; /* `match address …` */
	struct cm_str acl;

	const struct cm_psk *keys; /* in the order IOS looks them up for this tunnel */
	size_t n_keys;
	struct cm_str isakmp_profile;
	struct cm_identity local_id;
	const struct cm_identity *remote_ids; /* match identity of the profile; none: anybody */
	size_t n_remote_ids;

	bool nat_t, aggressive_accepted, aggressive_initiated;
	uint16_t nat_keepalive_s; /* 0: none */
	struct cm_dpd dpd;
	bool responder_only, ike_enabled, ike_fragmentation, invalid_spi_recovery, initial_contact;
	uint16_t replay_window; /* packets; 0: off */
	bool esn;
	enum cm_df df;
	bool fragment_after; /* fragmentation after encryption */
	uint32_t idle_s;     /* 0: never */
	bool per_host;       /* SA level per-host */
	struct cm_tunnel_interface tunnel_interface;
	uint16_t mtu; /* of the carrying interface, 1500 if unknown */
	uint16_t mss; /* the least `ip tcp adjust-mss` on the way; 0: none */
	struct cm_release release;
	bool incomplete; /* IOS would not use the entry; `why` says what is missing */
	const char *why;
	bool certificates;        /* a trustpoint is configured: signatures can be made */
	struct cm_str local_name; /* the host name under which the peer knows us (mirrors) */
};

/* A set of tunnels with the memory they live in. */
struct cm_tunnels;
/* The tunnels of a model, entries of a map in sequence. NULL without memory. Caller frees. */
CM_API struct cm_tunnels *cm_tunnels_of_model(const struct cm_model *);
CM_API const struct cm_tunnel *cm_tunnels_list(const struct cm_tunnels *, size_t *n);
CM_API void cm_tunnels_free(struct cm_tunnels *);

/*
 * The far end of a tunnel: addresses, selectors and keys turned round. `peer` chooses which of
 * several peers is meant. For kind STATIC and PROFILE mirror(mirror(t)) equals t.
 * Made in `set`, valid until that is freed; NULL without memory.
 */
CM_API const struct cm_tunnel *cm_mirror(
	struct cm_tunnels *set, const struct cm_tunnel *, size_t peer);
/* An empty set for mirrors and tunnels made by hand. */
CM_API struct cm_tunnels *cm_tunnels_new(void);
/* Equal in all that is negotiated (spans and names left aside; secrets too are compared). */
CM_API bool cm_tunnel_same(const struct cm_tunnel *, const struct cm_tunnel *);

/* --- Comparisons: the only place that decides whether an offer fits ------------------------- */

/* First difference in IOS's order; lifetimes never refuse (the smaller is used). */
/* clang-format off */
enum cm_difference {
	CM_SAME,
	CM_DIFFERS_CIPHER,
	CM_DIFFERS_KEY_BITS,
	CM_DIFFERS_HASH,
	CM_DIFFERS_AUTH,
	CM_DIFFERS_GROUP,
	/* phase 2 */
	CM_DIFFERS_PROTOCOL,  /* AH or ESP present on one side only */
	CM_DIFFERS_AH,
	CM_DIFFERS_MODE,
	CM_DIFFERS_COMPRESSION,
	CM_DIFFERS_PFS_MISSING, /* we demand PFS, the offer has none */
	CM_DIFFERS_PFS_GROUP,
};
/* clang-format on */

CM_API enum cm_difference cm_p1_compare(const struct cm_p1 *policy, const struct cm_p1 *offer);
/* Modes are compared by tunnel/transport only; UDP encapsulation is the caller's business. */
CM_API enum cm_difference cm_p2_compare(const struct cm_p2 *mine, const struct cm_p2 *offer);
/* The responder's rule: without `set pfs` any offer is taken. `offered` NULL: no group offered. */
CM_API enum cm_difference cm_pfs_compare(const struct cm_pfs *mine, const struct cm_group *offered);

/* Called for each comparison, in IOS's order; `user` is handed through. */
typedef void cm_p1_seen(void *user, const struct cm_p1 *policy, const struct cm_p1 *offer,
	bool last_offer, enum cm_difference);
/*
 * The responder's choice: its policies by priority, the peer's transforms inside. False when
 * nothing fits. `seen` may be NULL.
 */
CM_API bool cm_p1_choose(const struct cm_p1 *policies, size_t n_policies,
	const struct cm_p1 *offers, size_t n_offers, size_t *policy, size_t *offer,
	cm_p1_seen *seen, void *user);

/* How an offered selector pair relates to one of ours. */
enum cm_relation {
	CM_EQUAL,
	CM_NARROWER /* offer inside ours */,
	CM_WIDER,
	CM_OVERLAPS,
	CM_DISJOINT
};
CM_API enum cm_relation cm_selector_relate(
	const struct cm_selector *mine, const struct cm_selector *offered);
/*
 * The responder's rule (ios.md 3.2): a proposal is taken when one permit line contains it.
 * Gives the line, NULL when none does. A dynamic entry without an ACL takes any: gives `offered`.
 */
CM_API const struct cm_selector *cm_selector_accepting(
	const struct cm_tunnel *, const struct cm_selector *offered);

/* The key IOS would use for this peer: longest mask inside a keyring, keyrings in their order. */
CM_API const struct cm_psk *cm_tunnel_key(const struct cm_tunnel *, uint32_t peer);
/* The same by the identity a peer presents (aggressive mode, host name keys). */
CM_API const struct cm_psk *cm_tunnel_key_named(const struct cm_tunnel *, struct cm_str hostname);

/* --- Printing ----------------------------------------------------------------------------------- */

/*
 * Append the tunnels of a set for people: a block each, every value with the line it came from
 * ("default" where no line says it). Secrets print as * unless `secrets`.
 */
CM_API void cm_print_tunnels(const struct cm_tunnels *, bool secrets, struct cm_text *);
/* The same as one JSON array. */
CM_API void cm_print_tunnels_json(const struct cm_tunnels *, bool secrets, struct cm_text *);

#ifdef __cplusplus
}
#endif
#endif
