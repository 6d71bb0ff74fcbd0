/*
 * The model: what the router would do, as plain read-only data.
 *
 * Commands were applied in order as IOS applies them: the last one wins, blocks entered again
 * merge, `no …` undoes. Every default is explicit; every value knows its origin: a span of the
 * text, or an empty span for a default. Every reference is resolved (`target`) or recorded as
 * broken (`target` NULL while `name` is present). All of it lives in the document's arena and is
 * immutable after cm_document_read. Names of users and keys are case-sensitive slices of the text.
 *
 * Arrays: pointer and count, in the order that IOS itself uses (policies by priority, entries by
 * sequence, ACL lines by sequence, NAT rules in order of precedence); other lists in text order.
 */
#ifndef CRYPTOMAP_MODEL_H
#define CRYPTOMAP_MODEL_H

#include <cryptomap/diag.h>
#include <cryptomap/facts.h>
#include <cryptomap/tunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of named things: definitions, and the uses that point at them. */
enum cm_thing {
	CM_THING_ACL,
	CM_THING_ACL6,
	CM_THING_TRANSFORM_SET,
	CM_THING_CRYPTO_MAP,
	CM_THING_DYNAMIC_MAP,
	CM_THING_KEYRING,
	CM_THING_ISAKMP_PROFILE,
	CM_THING_IPSEC_PROFILE,
	CM_THING_IKEV2_PROPOSAL,
	CM_THING_IKEV2_POLICY,
	CM_THING_IKEV2_KEYRING,
	CM_THING_IKEV2_PROFILE,
	CM_THING_NAT_POOL,
	CM_THING_LOCAL_POOL,
	CM_THING_ROUTE_MAP,
	CM_THING_NETWORK_GROUP,
	CM_THING_SERVICE_GROUP,
	CM_THING_PREFIX_LIST,
	CM_THING_TIME_RANGE,
	CM_THING_VRF,
	CM_THING_INTERFACE,
	CM_THING_CLIENT_GROUP,
	CM_THING_TRUSTPOINT,
	CM_THINGS,
};
/* "ACL", "transform-set", "crypto map" …: as a message names it. */
CM_API const char *cm_thing_name(enum cm_thing);

/* One definition of a named thing with all places that make it up (blocks entered again). */
struct cm_definition {
	enum cm_thing kind;
	struct cm_str name;
	struct cm_span at;            /* the name in the first header */
	const struct cm_span *blocks; /* every header line */
	size_t n_blocks;
	const void *thing; /* struct cm_acl and so on */
	size_t n_uses;     /* uses that resolve here; our own block does not count */
};

/* One use of a named thing. `target` NULL: undefined. */
struct cm_use {
	enum cm_thing kind;
	struct cm_str name;
	struct cm_span at;   /* the name where it is used */
	const char *context; /* "match address", "ip access-group in", … */
	const struct cm_definition *target;
	bool unknown_line; /* from a statement that we keep verbatim (class-map, line vty …) */
};

/* References: name absent when the statement is absent. */
#define CM_REF(tag)                            \
	struct cm_##tag;                       \
	struct cm_##tag##_ref {                \
		struct cm_str name;            \
		struct cm_span at;             \
		const struct cm_##tag *target; \
	}
CM_REF(acl);
CM_REF(transform_set);
CM_REF(crypto_map);
CM_REF(dynamic_map);
CM_REF(keyring);
CM_REF(isakmp_profile);
CM_REF(ipsec_profile);
CM_REF(ikev2_proposal);
CM_REF(ikev2_keyring);
CM_REF(ikev2_profile);
CM_REF(nat_pool);
CM_REF(route_map);
CM_REF(object_group);
CM_REF(prefix_list);
CM_REF(time_range);
CM_REF(vrf);
CM_REF(interface);

/* A number and where it was said; `at` empty: the default. */
struct cm_number {
	uint32_t value;
	struct cm_span at;
};
struct cm_flag {
	bool on;
	struct cm_span at;
};
struct cm_word {
	struct cm_str text;
	struct cm_span at;
};

/* --- ISAKMP ----------------------------------------------------------------------------------- */

/* crypto isakmp policy: cm_p1 holds the values; blocks: every header. */
struct cm_policy {
	struct cm_p1 p1;
	struct cm_span at;
};

struct cm_isakmp_peer { /* crypto isakmp peer … */
	bool has_address;
	uint32_t address;
	struct cm_str hostname;
	struct cm_str vrf;
	struct cm_identity
		client_endpoint; /* set aggressive-mode client-endpoint; .at empty: none */
	struct cm_str password;  /* set aggressive-mode password; secret */
	struct cm_span password_at;
	struct cm_span at;
};

struct cm_keyring { /* crypto keyring; also the global one, named "default" */
	struct cm_str name;
	struct cm_vrf_ref vrf;
	struct cm_interface_ref local_interface; /* local-address IFNAME */
	bool has_local_address;
	uint32_t local_address;
	const struct cm_psk *keys; /* text order */
	size_t n_keys;
	struct cm_span at;
};

struct cm_isakmp_profile {
	struct cm_str name;
	const struct cm_keyring_ref *keyrings; /* look-up order */
	size_t n_keyrings;
	const struct cm_identity *matches; /* match identity … */
	size_t n_matches;
	const struct cm_span *certificate_matches;
	size_t n_certificate_matches;
	struct cm_identity self_identity; /* .at empty: by `crypto isakmp identity` */
	struct cm_interface_ref local_interface;
	bool has_local_address;
	uint32_t local_address;
	struct cm_dpd keepalive; /* .at empty: global */
	struct cm_flag initiate_aggressive;
	struct cm_vrf_ref vrf;
	struct cm_number virtual_template;
	struct cm_flag xauth; /* client authentication list */
	struct cm_span at;
};

struct cm_client_group { /* crypto isakmp client configuration group */
	struct cm_str name;
	struct cm_str key; /* secret */
	struct cm_span key_at;
	struct cm_word pool;
	struct cm_acl_ref acl;
	struct cm_flag pfs;
	struct cm_span at;
};

enum cm_isakmp_identity { CM_ISAKMP_ID_ADDRESS, CM_ISAKMP_ID_DN, CM_ISAKMP_ID_HOSTNAME };

struct cm_isakmp {                     /* global crypto isakmp … */
	struct cm_flag enabled;        /* default on */
	struct cm_flag aggressive;     /* accepted; default on */
	struct cm_flag default_policy; /* built-in policies; default on */
	struct cm_flag invalid_spi_recovery, fragmentation;
	enum cm_isakmp_identity identity;
	struct cm_span identity_at;
	struct cm_dpd keepalive; /* interval 0: off */
	struct cm_number nat_keepalive;
	struct cm_flag xauth;            /* some client authentication is configured */
	struct cm_number diagnose_error; /* default 50 */
};

/* --- IPsec ------------------------------------------------------------------------------------ */

struct cm_transform_set {
	struct cm_p2 p2;
	struct cm_flag esn;
	struct cm_span words; /* the transforms in the header */
	bool built_in;        /* "default" of 12.4(20)T+ */
	struct cm_span at;
};

/* What crypto map entries and IPsec profiles share under `set …`. */
struct cm_sa_settings {
	const struct cm_transform_set_ref *transform_sets;
	size_t n_transform_sets;
	struct cm_pfs pfs;
	struct cm_number lifetime_s, lifetime_kb; /* .at empty: the global value; kb 0: disabled */
	struct cm_number idle_s, replay_window;
	struct cm_isakmp_profile_ref isakmp_profile;
	struct cm_ikev2_profile_ref ikev2_profile;
	struct cm_flag per_host;
	enum cm_df df;
	struct cm_span df_at;
	struct cm_flag responder_only;
	struct cm_flag reverse_route;
	bool reverse_route_static;
};

struct cm_ipsec_profile {
	struct cm_str name;
	struct cm_sa_settings sa;
	bool built_in;
	struct cm_span at;
};

struct cm_ipsec { /* global crypto ipsec … */
	struct cm_number lifetime_s, lifetime_kb, idle_s, replay_window;
	enum cm_df df;
	struct cm_span df_at;
	struct cm_flag fragment_after;
	struct cm_flag nat_transparency; /* udp-encapsulation; default on */
	enum { CM_DENY_JUMP, CM_DENY_CLEAR, CM_DENY_DROP } ipv4_deny;
};

struct cm_session_key { /* ipsec-manual */
	bool inbound, ah;
	uint32_t spi;
	struct cm_str cipher_key, auth_key; /* hex; secret */
	struct cm_span at;
};

enum cm_entry_type {
	CM_ENTRY_ISAKMP,  /* ipsec-isakmp */
	CM_ENTRY_DYNAMIC, /* ipsec-isakmp dynamic D: a reference */
	CM_ENTRY_MANUAL,
	CM_ENTRY_GDOI,
	CM_ENTRY_UNKNOWN, /* only re-entered, never created */
};

struct cm_map_entry { /* of a crypto map or of a dynamic map */
	uint32_t sequence;
	enum cm_entry_type type;
	struct cm_dynamic_map_ref dynamic; /* CM_ENTRY_DYNAMIC */
	const struct cm_peer *peers;
	size_t n_peers;
	struct cm_acl_ref acl;                   /* match address */
	struct cm_acl_ref access_in, access_out; /* set ip access-group */
	struct cm_sa_settings sa;
	struct cm_isakmp_profile_ref header_profile; /* ipsec-isakmp profile P */
	const struct cm_session_key *session_keys;
	size_t n_session_keys;
	struct cm_str description;
	struct cm_span at;            /* first header line */
	const struct cm_span *blocks; /* every header line */
	size_t n_blocks;
};

struct cm_crypto_map {
	struct cm_str name;
	bool ipv6;
	const struct cm_map_entry *entries; /* by sequence */
	size_t n_entries;
	struct cm_interface_ref local_address;        /* crypto map M local-address IF */
	struct cm_isakmp_profile_ref isakmp_profile;  /* crypto map M isakmp-profile P */
	struct cm_flag xauth;                         /* client authentication list */
	const struct cm_interface *const *interfaces; /* that carry it */
	size_t n_interfaces;
	struct cm_span at;
};

struct cm_dynamic_map {
	struct cm_str name;
	const struct cm_map_entry *entries;
	size_t n_entries;
	struct cm_span at;
};

/* --- IKEv2 ------------------------------------------------------------------------------------ */

struct cm_ikev2_proposal {
	struct cm_str name;
	const struct cm_cipher *const *ciphers; /* alternatives, in order */
	size_t n_ciphers;
	const struct cm_hash *const *integrity;
	size_t n_integrity;
	const struct cm_hash *const *prfs; /* none: same as integrity */
	size_t n_prfs;
	const struct cm_group *const *groups;
	size_t n_groups;
	bool built_in;
	struct cm_span at;
};

struct cm_ikev2_policy {
	struct cm_str name;
	const struct cm_ikev2_proposal_ref *proposals;
	size_t n_proposals;
	bool has_local;
	uint32_t local;
	struct cm_str fvrf; /* absent, "any" or a VRF */
	bool built_in;
	struct cm_span at;
};

struct cm_ikev2_peer { /* peer NAME under a keyring */
	struct cm_str name;
	bool has_address;
	struct cm_net address;
	struct cm_str hostname;
	struct cm_identity identity; /* .at empty: none */
	struct cm_psk local, remote; /* .at empty: none; one key for both fills both */
	struct cm_span at;
};

struct cm_ikev2_keyring {
	struct cm_str name;
	const struct cm_ikev2_peer *peers;
	size_t n_peers;
	struct cm_span at;
};

struct cm_ikev2_profile {
	struct cm_str name;
	const struct cm_identity *remote; /* match identity remote */
	size_t n_remote;
	struct cm_identity local; /* identity local; .at empty: address */
	struct cm_word match_fvrf, match_address_local;
	struct cm_span match_certificate;
	struct cm_word auth_local, auth_remote;        /* "pre-share", "rsa-sig", … */
	struct cm_psk auth_local_key, auth_remote_key; /* authentication … pre-share key K */
	struct cm_ikev2_keyring_ref keyring;
	struct cm_span keyring_aaa;
	struct cm_number lifetime_s;
	struct cm_dpd dpd;
	struct cm_number nat_keepalive, virtual_template;
	struct cm_vrf_ref ivrf;
	struct cm_flag shutdown;
	struct cm_span at;
};

/* --- Interfaces and routes -------------------------------------------------------------------- */

/* clang-format off */
enum cm_tunnel_mode {
	CM_TUNNEL_NONE,      /* no tunnel interface */
	CM_TUNNEL_GRE_IP,    /* the default of a tunnel interface */
	CM_TUNNEL_GRE_MULTIPOINT,
	CM_TUNNEL_IPSEC_IPV4,
	CM_TUNNEL_IPSEC_IPV6,
	CM_TUNNEL_IPIP,
	CM_TUNNEL_OTHER,
};
/* clang-format on */

struct cm_if_address {
	struct cm_net net; /* address is the interface's own, mask its netmask */
	bool secondary;
	struct cm_span at;
};

enum cm_if_addressing { CM_IF_NONE, CM_IF_STATIC, CM_IF_DHCP, CM_IF_NEGOTIATED, CM_IF_UNNUMBERED };

/* A line of NHRP that says where somebody in the cloud is outside. */
struct cm_nhrp_peer {
	bool server;      /* `ip nhrp nhs`; else `ip nhrp map` */
	bool dynamic;     /* `nhs dynamic`: its address comes with the answer */
	uint32_t address; /* in the cloud */
	bool has_nbma;
	uint32_t nbma;           /* outside */
	struct cm_str nbma_name; /* outside, by name; else absent */
	struct cm_span at;
};

struct cm_nhrp { /* ip nhrp … of a tunnel interface */
	bool on;
	struct cm_word authentication; /* a secret; .at: the line */
	const struct cm_nhrp_peer *peers;
	size_t n_peers;
};

struct cm_interface {
	struct cm_str name;  /* canonical: "FastEthernet0/1" */
	struct cm_str typed; /* as in the text */
	struct cm_str description;
	struct cm_flag shutdown;
	enum cm_if_addressing addressing;
	struct cm_span addressing_at;
	const struct cm_if_address *addresses; /* the primary first */
	size_t n_addresses;
	struct cm_interface_ref unnumbered;
	struct cm_acl_ref access_in, access_out;
	struct cm_flag nat_inside, nat_outside, nat_enable;
	struct cm_crypto_map_ref crypto_map;
	const struct cm_span *crypto_map_lines; /* every `crypto map …` line, the last one holds */
	size_t n_crypto_map_lines;
	struct cm_number mtu, ip_mtu, adjust_mss; /* value 0 with empty `at`: not set (mtu: 1500) */
	struct cm_vrf_ref vrf;
	struct cm_route_map_ref policy;
	enum cm_df df; /* crypto ipsec df-bit; df_at empty: global */
	struct cm_span df_at;
	struct cm_flag fragment_after;
	struct cm_word zone; /* zone-member security */
	bool dialer;         /* dialer pool / pppoe: its number in dial_pool */
	struct cm_number dial_pool, dialer_pool;

	enum cm_tunnel_mode tunnel_mode;
	struct cm_span tunnel_mode_at;
	struct cm_interface_ref tunnel_source; /* by interface … */
	bool has_tunnel_source_address;        /* … or by address */
	uint32_t tunnel_source_address;
	struct cm_span tunnel_source_at;
	bool has_tunnel_destination, tunnel_destination_dynamic;
	uint32_t tunnel_destination;
	struct cm_word tunnel_destination_name;
	struct cm_span tunnel_destination_at;
	struct cm_ipsec_profile_ref protection;
	struct cm_flag protection_shared;
	struct cm_isakmp_profile_ref protection_isakmp_profile;
	struct cm_ikev2_profile_ref protection_ikev2_profile;
	struct cm_number tunnel_key; /* .at empty: none */
	struct cm_vrf_ref tunnel_vrf;
	struct cm_flag keepalive, path_mtu_discovery;
	struct cm_nhrp nhrp;

	struct cm_span at;
	const struct cm_span *blocks;
	size_t n_blocks;
};

struct cm_route {
	struct cm_vrf_ref vrf;
	struct cm_net prefix;
	bool has_next_hop, dhcp, null0, global;
	uint32_t next_hop;
	struct cm_interface_ref interface;
	uint8_t distance;
	bool inconsistent; /* host bits under the mask: IOS refuses the line */
	struct cm_span at;
};

struct cm_vrf {
	struct cm_str name;
	struct cm_span at;
};

/* --- ACLs and groups -------------------------------------------------------------------------- */

enum cm_end_kind { CM_END_ANY, CM_END_NET, CM_END_GROUP, CM_END_INTERFACE };

struct cm_end { /* source or destination of an ACL line */
	enum cm_end_kind kind;
	struct cm_net net; /* don't-care bits cleared, as IOS stores it */
	const struct cm_object_group_ref *group;
	struct cm_span at;
};

enum cm_port_op { CM_PORT_ANY, CM_PORT_EQ, CM_PORT_NEQ, CM_PORT_LT, CM_PORT_GT, CM_PORT_RANGE };

struct cm_ports { /* a condition on ports as written; see cm_ports_ranges */
	enum cm_port_op op;
	uint8_t n; /* values: 1, or up to 10 for eq and neq, 2 for range */
	uint16_t *values;
	struct cm_span at;
};

/* The conditions that few lines have. */
struct cm_ace_options {
	bool has_icmp, has_icmp_code; /* icmp TYPE [CODE] */
	uint8_t icmp_type, icmp_code;
	bool has_igmp;
	uint8_t igmp_type;
	bool established, fragments, log, log_input;
	bool flags_all;                 /* match-all, else any */
	uint8_t flags_set, flags_clear; /* TCP header bits that must be set, clear */
	bool has_dscp, has_precedence, has_tos, has_option;
	uint8_t dscp, precedence, tos, option; /* option 255: any-options */
	enum cm_port_op ttl_op;
	uint8_t ttl[2];
	struct cm_time_range_ref time_range;
	struct cm_word reflect; /* reflect NAME */
};

struct cm_ace {
	uint32_t sequence;
	bool permit;
	bool protocol_group; /* protocol is an object-group (service) */
	uint8_t protocol;    /* 0: ip, all protocols; ports and options belong to it */
	struct cm_end source, destination; /* standard ACL: destination any */
	struct cm_ports source_ports, destination_ports;
	const struct cm_object_group_ref *service; /* protocol_group */
	const struct cm_ace_options *options;      /* NULL: none */
	struct cm_span at;                         /* the whole line, without blanks around it */
};

struct cm_acl {
	struct cm_str name; /* "101", "inside_net" */
	bool numbered, extended;
	bool evaluates;            /* has an `evaluate` line: reflexive, not exact */
	const struct cm_ace *aces; /* by sequence */
	size_t n_aces;
	const struct cm_span *remarks;
	size_t n_remarks;
	struct cm_span at; /* first header, or first line of a numbered list */
	bool from_unknown;
};

struct cm_acl6 {
	struct cm_str name;
	size_t n_lines;
	struct cm_span at;
};

struct cm_group_member {
	enum { CM_MEMBER_NET, CM_MEMBER_RANGE, CM_MEMBER_GROUP, CM_MEMBER_SERVICE } kind;
	struct cm_net net;
	uint32_t first, last; /* CM_MEMBER_RANGE: addresses */
	struct cm_object_group_ref group;
	uint8_t protocol; /* CM_MEMBER_SERVICE; 0 ip */
	bool tcp_udp;     /* both */
	struct cm_ports source_ports, destination_ports;
	bool has_icmp;
	uint8_t icmp_type;
	struct cm_span at;
};

struct cm_object_group {
	struct cm_str name;
	bool service;
	const struct cm_group_member *members;
	size_t n_members;
	struct cm_span at;
};

struct cm_prefix_list {
	struct cm_str name;
	struct cm_span at;
};

struct cm_time_range {
	struct cm_str name;
	struct cm_span at;
};

/* Up to 11 ranges that a condition stands for: pairs first,last into `out`; gives how many. */
CM_API size_t cm_ports_ranges(const struct cm_ports *, uint16_t out[11][2]);

/* --- NAT and route-maps ------------------------------------------------------------------------- */

struct cm_nat_pool {
	struct cm_str name;
	struct cm_net net;           /* by netmask or prefix-length */
	const uint32_t (*ranges)[2]; /* first, last */
	size_t n_ranges;
	struct cm_str type; /* rotary, match-host */
	struct cm_span at;
};

enum cm_nat_side { CM_NAT_INSIDE_SOURCE, CM_NAT_INSIDE_DESTINATION, CM_NAT_OUTSIDE_SOURCE };
enum cm_nat_kind {
	CM_NAT_STATIC,
	CM_NAT_STATIC_PORT,
	CM_NAT_STATIC_NETWORK,
	CM_NAT_LIST,
	CM_NAT_ROUTE_MAP
};

struct cm_nat_rule {
	enum cm_nat_side side;
	enum cm_nat_kind kind;
	struct cm_acl_ref acl;             /* CM_NAT_LIST */
	struct cm_route_map_ref route_map; /* CM_NAT_ROUTE_MAP; also `static … route-map R` */
	struct cm_nat_pool_ref pool;
	struct cm_interface_ref interface; /* translate to its address */
	uint32_t local, global;            /* static; global 0 with `interface` */
	uint32_t mask;                     /* static network; else 255.255.255.255 */
	uint8_t protocol;                  /* static port: 6 or 17 */
	uint16_t local_port, global_port;
	bool overload, extendable, reversible, add_route;
	struct cm_vrf_ref vrf;
	struct cm_span at;
};

struct cm_route_map_clause {
	bool permit;
	uint32_t sequence;
	const struct cm_acl_ref *acls; /* match ip address: any of them */
	size_t n_acls;
	const struct cm_prefix_list_ref *prefix_lists;
	size_t n_prefix_lists;
	const struct cm_interface_ref *interfaces; /* match interface */
	size_t n_interfaces;
	bool has_length;
	uint32_t length[2];
	bool other_match; /* a match line that we keep verbatim */
	bool sets_next_hop, sets_interface, sets_df_clear;
	uint32_t next_hop;
	struct cm_interface_ref set_interface;
	bool has_continue;
	uint32_t continue_at; /* 0: next clause */
	struct cm_span at;
};

struct cm_route_map {
	struct cm_str name;
	const struct cm_route_map_clause *clauses; /* by sequence */
	size_t n_clauses;
	struct cm_span at;
};

struct cm_host { /* ip host NAME A */
	struct cm_str name;
	uint32_t address;
	struct cm_span at;
};

struct cm_index;

/* --- All of it ---------------------------------------------------------------------------------- */

struct cm_model {
	const struct cm_document *document;
	struct cm_span span; /* of this router in the text */
	bool is_ios;         /* false: another vendor's text, nothing else is filled */
	struct cm_word hostname, domain;
	struct cm_release release;
	struct cm_span release_at; /* `version …`; empty: given or unknown */

	struct cm_isakmp isakmp;
	const struct cm_policy *policies; /* configured, by priority */
	size_t n_policies;
	const struct cm_policy *default_policies; /* built in for this release, by priority */
	size_t n_default_policies;
	const struct cm_keyring
		*keyrings; /* [0] is "default" (crypto isakmp key), then text order */
	size_t n_keyrings;
	const struct cm_isakmp_profile *isakmp_profiles;
	size_t n_isakmp_profiles;
	const struct cm_isakmp_peer *isakmp_peers;
	size_t n_isakmp_peers;
	const struct cm_client_group *client_groups;
	size_t n_client_groups;

	struct cm_ipsec ipsec;
	const struct cm_transform_set *transform_sets;
	size_t n_transform_sets;
	const struct cm_ipsec_profile *ipsec_profiles;
	size_t n_ipsec_profiles;
	const struct cm_crypto_map *crypto_maps;
	size_t n_crypto_maps;
	const struct cm_dynamic_map *dynamic_maps;
	size_t n_dynamic_maps;

	const struct cm_ikev2_proposal *ikev2_proposals;
	size_t n_ikev2_proposals;
	const struct cm_ikev2_policy *ikev2_policies;
	size_t n_ikev2_policies;
	const struct cm_ikev2_keyring *ikev2_keyrings;
	size_t n_ikev2_keyrings;
	const struct cm_ikev2_profile *ikev2_profiles;
	size_t n_ikev2_profiles;
	struct cm_dpd ikev2_dpd;
	struct cm_number ikev2_nat_keepalive;

	const struct cm_interface *interfaces;
	size_t n_interfaces;
	const struct cm_route *routes;
	size_t n_routes;
	bool dynamic_routing; /* a routing protocol runs: static routes are not the whole table */
	const struct cm_vrf *vrfs;
	size_t n_vrfs;
	struct cm_route_map_ref local_policy; /* ip local policy route-map */

	const struct cm_acl *acls;
	size_t n_acls;
	const struct cm_acl6 *acl6s;
	size_t n_acl6s;
	const struct cm_object_group *groups;
	size_t n_groups;
	const struct cm_prefix_list *prefix_lists;
	size_t n_prefix_lists;
	const struct cm_time_range *time_ranges;
	size_t n_time_ranges;

	const struct cm_nat_pool *nat_pools;
	size_t n_nat_pools;
	const struct cm_nat_rule *nat_rules; /* in order of precedence (ios.md 3.6) */
	size_t n_nat_rules;
	const struct cm_route_map *route_maps;
	size_t n_route_maps;
	const struct cm_host *hosts;
	size_t n_hosts;

	const struct cm_definition *definitions; /* of named things, by kind, then text order */
	size_t n_definitions;
	const struct cm_use *uses; /* text order */
	size_t n_uses;

	const struct cm_index *index; /* behind the look-ups below */
};

/* Look up by name; NULL when there is none. Names as IOS compares them. */
CM_API const struct cm_acl *cm_model_acl(const struct cm_model *, struct cm_str name);
CM_API const struct cm_crypto_map *cm_model_crypto_map(const struct cm_model *, struct cm_str name);
/* Any spelling that IOS takes: "fa0/1", "FastEthernet 0/1". */
CM_API const struct cm_interface *cm_model_interface(const struct cm_model *, struct cm_str name);
/* Where an NHRP peer is outside: its own line says it, or a map line of the same address. */
CM_API bool cm_nhrp_outside(const struct cm_nhrp *, const struct cm_nhrp_peer *, uint32_t *outside);
/* The first static address of an interface (through ip unnumbered); false if it has none. */
CM_API bool cm_interface_address(const struct cm_interface *, struct cm_net *);
/*
 * Where a packet to `address` leaves: longest prefix over connected networks and static routes of
 * the VRF (`vrf` absent: global). Gives the interface, NULL when no route is known;
 * `*route` (may be NULL) is the static route that decided, NULL for a connected network.
 */
CM_API const struct cm_interface *cm_model_egress(const struct cm_model *, struct cm_str vrf,
	uint32_t address, const struct cm_route **route);

#ifdef __cplusplus
}
#endif
#endif
