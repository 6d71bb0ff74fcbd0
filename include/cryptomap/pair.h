/*
 * The fleet: many routers, and which of their tunnels mean each other.
 *
 * Routers are added (from documents, or from tunnels of another make); run joins them by address,
 * plays every negotiation from both sides, and gives links: one for each pair of tunnel ends, or
 * one end whose other end is missing. The join looks addresses up in tables; it never compares
 * every router with every other.
 *
 * Documents and sets of tunnels that were added must live until the fleet is freed.
 */
#ifndef CRYPTOMAP_PAIR_H
#define CRYPTOMAP_PAIR_H

#include <cryptomap/diag.h>
#include <cryptomap/meet.h>
#include <cryptomap/tunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_document;
struct cm_fleet;

enum cm_link_state {
	CM_LINK_MEETS,     /* both ends are there: see the meet */
	CM_LINK_NO_ENTRY,  /* the router that owns the peer address has no entry for us */
	CM_LINK_NO_ROUTER, /* nobody here owns the peer address */
	CM_LINK_WAITS,     /* an end that only answers, and nobody here calls it */
	CM_LINK_UNUSED,    /* IOS does not use the entry (incomplete, shut down) */
};

struct cm_link {
	const struct cm_tunnel *a, *b; /* b is NULL unless the state is MEETS */
	size_t router_a, router_b;     /* indices of routers; router_b also with NO_ENTRY */
	enum cm_link_state state;
	bool up;                  /* traffic of some line passes, whoever starts */
	struct cm_meet_both both; /* of MEETS; `first` is a */
	size_t peer;              /* NO_ENTRY, NO_ROUTER: which of a's peers */
	bool spokes;              /* two spokes of one hub, of which nobody said that they meet */
	/* NO_ENTRY: an entry there that is meant for us: not in use, or for another address of ours. */
	const struct cm_tunnel *other;
};

/* All zero-length names are allowed. NULL without memory. */
CM_API struct cm_fleet *cm_fleet_new(void);
CM_API void cm_fleet_free(struct cm_fleet *);
/* Every router of a document. False without memory. */
CM_API bool cm_fleet_add(struct cm_fleet *, const struct cm_document *);
/* A box that is no IOS router: its tunnels, seen from it. `name` is copied. */
CM_API bool cm_fleet_add_tunnels(struct cm_fleet *, const char *name, const struct cm_tunnels *);
/* Join and negotiate. False without memory. */
CM_API bool cm_fleet_run(struct cm_fleet *);

CM_API size_t cm_fleet_routers(const struct cm_fleet *);
/* Host name of a router, or the name of its file. */
CM_API const char *cm_fleet_router(const struct cm_fleet *, size_t index);
CM_API const struct cm_link *cm_fleet_links(const struct cm_fleet *, size_t *n);

/*
 * What is to be said, document by document in the order of adding: index 0 and on, NULL behind
 * the last. The diagnostics are sorted by place; notes point into the other end's document.
 */
CM_API const struct cm_document *cm_fleet_document(const struct cm_fleet *, size_t index);
CM_API const struct cm_diag *cm_fleet_diags(const struct cm_fleet *, size_t index, size_t *n);

/* "up", "one-way", "fails", "no-entry", "no-router", "waits", "unused". */
CM_API const char *cm_link_word(const struct cm_link *);
/* One sentence: what happens, and why. No full stop, no secret. */
CM_API void cm_link_explain(const struct cm_fleet *, const struct cm_link *, struct cm_text *);

#ifdef __cplusplus
}
#endif
#endif
