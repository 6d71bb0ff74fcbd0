/*
 * How a model is built from nodes, in three passes.
 *
 * Collect: the top-level nodes of a router are walked once, in order. A block (a policy, a map
 * entry, an ACL …) becomes a `thing`, found by name through a hash; every time it is entered its
 * node is added to the thing's runs, and `no …` removes the thing. Global statements that hold
 * one value are applied at once; those that make lists (keys, NAT, routes) are only noted.
 * Make: now every array can be taken at its exact size from the document's arena, and each
 * thing's lines are applied, in order, to its struct. Resolve: references, definitions, uses.
 *
 * The order of application is IOS's: of two lines that say the same the later holds, and a block
 * that is entered again goes on where it was. Whatever is only needed while building lives in
 * vectors that grow by realloc and are freed at the end. Without memory `failed` stays set.
 */
#ifndef MODEL_BUILD_H
#define MODEL_BUILD_H

#include "syntax/document.h"
#include <cryptomap/model.h>

#include <stddef.h>

/* Families of things; `kinds` of definitions follow from them (things.c). */
enum family {
	FAMILY_POLICY,
	FAMILY_KEYRING,
	FAMILY_ISAKMP_PROFILE,
	FAMILY_ISAKMP_PEER,
	FAMILY_CLIENT_GROUP,
	FAMILY_TRANSFORM_SET,
	FAMILY_IPSEC_PROFILE,
	FAMILY_CRYPTO_MAP,
	FAMILY_MAP_ENTRY,
	FAMILY_DYNAMIC_MAP,
	FAMILY_DYNAMIC_ENTRY,
	FAMILY_IKEV2_PROPOSAL,
	FAMILY_IKEV2_POLICY,
	FAMILY_IKEV2_KEYRING,
	FAMILY_IKEV2_PROFILE,
	FAMILY_INTERFACE,
	FAMILY_VRF,
	FAMILY_ACL,
	FAMILY_ACL6,
	FAMILY_NETWORK_GROUP,
	FAMILY_SERVICE_GROUP,
	FAMILY_PREFIX_LIST,
	FAMILY_TIME_RANGE,
	FAMILY_NAT_POOL,
	FAMILY_LOCAL_POOL,
	FAMILY_ROUTE_MAP,
	FAMILY_CLAUSE,
	FAMILY_TRUSTPOINT,
	FAMILY_HOST,
	FAMILIES,
};

/* Siblings first … last that all belong to one thing. */
struct run {
	const struct node *first, *last;
	struct run *next;
};

struct thing {
	struct cm_str name;
	struct cm_span name_at;
	uint32_t number; /* priority, sequence; 0 where there is none */
	uint32_t serial; /* of its parent, for entries; else 0 */
	uint32_t id;     /* order of creation, from 1 */
	uint32_t index;  /* in the array of its family, once made */
	uint8_t family;
	bool dead, extended;
	struct run runs, *last_run;
	struct thing *next, *parent;
	struct thing *children, *last_child, *next_child;
	uint32_t n_children; /* alive */
};

/* An array while it grows. */
struct vec {
	void *items;
	size_t n, room;
};

enum { PORT_CACHE = 256, OPTIONS_CACHE = 8 };

struct build {
	struct cm_document *doc;
	struct arena *arena;
	struct diags *diags;
	const struct router *router;
	struct cm_model *m;
	bool failed;

	struct thing *head[FAMILIES], *tail[FAMILIES];
	uint32_t alive[FAMILIES];
	uint32_t n_things;
	struct thing **slots;
	size_t slots_mask, slots_used;

	struct vec routes, nat, keys; /* const struct node * */
	struct vec strays;            /* unknown lines inside access lists */
	struct vec uses;              /* struct cm_use */
	struct vec small;             /* helper of one maker at a time */
	struct cm_release release;
	bool no_default_transform_set, no_default_ipsec_profile, no_default_ikev2;
	uint16_t *port_cache[PORT_CACHE];
	const struct cm_ace_options *options_cache[OPTIONS_CACHE];
	unsigned options_next;
	struct vec
		naming_acls;   /* struct cm_acl *: lists with lines that name groups, time-ranges */
	bool names_others;     /* some line since make_acl began does */
	bool unusual_wildcard; /* some line since ace_report deserves a look */
	max_align_t junk[64];  /* what handlers write to when memory is gone */
};

/* --- things (things.c) --- */
struct thing *thing_find(
	const struct build *, enum family, uint32_t serial, struct cm_str, uint32_t number);
/* Found or new; NULL without memory. `parent` NULL: none. */
struct thing *thing_get(struct build *, enum family, struct thing *parent, struct cm_str,
	uint32_t number, struct cm_span name_at);
void thing_add(struct build *, struct thing *, const struct node *);
/* Forget a thing and its children. */
void thing_remove(struct build *, struct thing *);
/* The header line of its first block; empty when it has none. */
struct cm_span thing_at(const struct thing *);
/* Every header line (runs of numbered ACL lines are one span each). */
const struct cm_span *thing_blocks(struct build *, const struct thing *, size_t *n);
/* A block with a name and nothing else to it: get or remove by ROLE_NAME. */
void collect_named(struct build *, enum family, const struct node *);
/* The kind of thing that others name, CM_THINGS for families without names. */
enum cm_thing family_thing(enum family);

/* --- vectors (build.c) --- */
/* A new zeroed element; junk without memory. */
void *vec_new(struct build *, struct vec *, size_t size);
#define VEC_NEW(b, vec, type) ((type *)vec_new((b), (vec), sizeof(type)))
/* An exact copy in the arena; the vector is empty afterwards, with its room kept. */
void *vec_take(struct build *, struct vec *, size_t size, size_t *n);
void vec_free(struct vec *);
/* Take out one element. */
void vec_drop(struct vec *, size_t at, size_t size);
/* Zeroed memory of the document; junk (of at most sizeof junk) without memory. */
void *build_take(struct build *, size_t size);
void *build_array(struct build *, size_t n, size_t size);

/* --- lines --- */
typedef void apply_line(struct build *, void *object, const struct node *);
/* Apply each line inside the blocks of a thing, by kind of node. */
void each_line(struct build *, const struct thing *, void *object, apply_line *const table[KINDS]);
/* True for `no …` and `default …`. */
static inline bool undoes(const struct node *n)
{
	return n->negated || n->defaulted;
}
struct cm_str build_text(const struct build *, const struct arg *);
/* Name (or number) in a role, absent when there is none. */
struct cm_str build_name(const struct build *, const struct node *, enum role);
struct cm_span role_span(const struct node *, enum role);
/* The whole word of a keyword or fact argument; "" when it is none. */
const char *build_word(const struct build *, const struct arg *);
const char *role_word(const struct build *, const struct node *, enum role);
bool role_is(const struct build *, const struct node *, enum role, const char *word);
/* on with the line's span; `no` off with the span; `default` the default without one. */
void set_flag(struct cm_flag *, const struct node *, bool by_default);
/* The number of a role, or the default again. */
void set_number(struct cm_number *, const struct node *, enum role, uint32_t by_default);
/* Fill a reference (any CM_REF struct) from the argument of a role; `no` empties it. */
struct any_ref {
	struct cm_str name;
	struct cm_span at;
	const void *target;
};
void set_ref(struct build *, void *ref, const struct node *, enum role);
void set_ref_arg(struct build *, void *ref, const struct arg *);
/* Interface references hold IOS's own spelling. */
void set_interface_ref(struct build *, void *ref, const struct node *, enum role);

/* --- families: collect one top-level node --- */
typedef void collect_node(struct build *, const struct node *);
collect_node collect_policy, collect_keyring, collect_isakmp_profile, collect_isakmp_peer,
	collect_client_group, collect_transform_set, collect_ipsec_profile, collect_crypto_map,
	collect_map_setting, collect_dynamic_map, collect_ikev2_proposal, collect_ikev2_policy,
	collect_ikev2_keyring, collect_ikev2_profile, collect_interface, collect_vrf, collect_acl,
	collect_ace, collect_acl6, collect_network_group, collect_service_group,
	collect_prefix_list, collect_time_range, collect_nat_pool, collect_local_pool,
	collect_route_map, collect_trustpoint, collect_route, collect_nat, collect_key,
	collect_host;
/* Global statements of one value. */
collect_node apply_isakmp_global, apply_ipsec_global, apply_ikev2_global, apply_names;

/* The first address of `ip host NAME`; false when there is none. */
bool host_address(const struct build *, struct cm_str name, uint32_t *address);

/* --- families: make the arrays --- */
void make_policies(struct build *);
void make_keyrings(struct build *);
void make_isakmp_profiles(struct build *);
void make_client_groups(struct build *);
void make_transform_sets(struct build *);
void make_ipsec_profiles(struct build *);
void make_crypto_maps(struct build *);
void make_ikev2(struct build *);
void make_interfaces(struct build *);
void make_routes(struct build *);
void make_acls(struct build *);
void make_groups(struct build *);
void make_nat(struct build *);
void make_route_maps(struct build *);
void make_names(struct build *);
/* ip local policy. */
collect_node apply_local_policy;

/* Defaults before anything is applied. */
void default_isakmp(struct build *);
void default_ipsec(struct build *);

/* --- resolve.c, unknown.c, complete.c --- */
void resolve(struct build *);
/* Record that a thing is named here; gives its definition. For resolve.c and unknown.c. */
const struct cm_definition *note_use(struct build *, enum cm_thing, struct cm_str name,
	struct cm_span at, const char *context, bool unknown_line);
/* Names in lines that are kept verbatim. */
void scan_unknown(struct build *);
/* What IOS says when an entry stays incomplete. */
void report_incomplete(struct build *);

#endif
