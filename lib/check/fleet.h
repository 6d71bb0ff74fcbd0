/*
 * Inside of the fleet: routers, their tunnels in one list, and the tables that join them.
 *
 * The tables go from 64-bit keys to chains of numbers: who owns an address, which tunnels run from
 * one address to another, which answer anybody at an address …
 */
#ifndef CHECK_FLEET_H
#define CHECK_FLEET_H

#include "base/arena.h"
#include "base/diags.h"
#include <cryptomap/model.h>
#include <cryptomap/pair.h>

/* A multimap: key to values in the order of adding. */
struct chains {
	struct arena *arena;
	uint64_t *keys;
	uint32_t *heads; /* index + 1 of the first value; 0: free */
	size_t room, used;
	struct chain_item {
		uint32_t value, next;
	} * items;
	size_t n_items, items_room;
};

bool chains_init(struct chains *, struct arena *, size_t expected);
void chains_add(struct chains *, uint64_t key, uint32_t value);
/* Walk: `at` from chains_first, then chains_next; 0 ends; chains_value of a place. */
uint32_t chains_first(const struct chains *, uint64_t key);
static inline uint32_t chains_next(const struct chains *c, uint32_t at)
{
	return c->items[at - 1].next;
}
static inline uint32_t chains_value(const struct chains *c, uint32_t at)
{
	return c->items[at - 1].value;
}

struct fleet_router {
	const char *name;
	const struct cm_document *document; /* NULL: not IOS */
	const struct cm_model *model;
	uint32_t own_document; /* index in documents, when it has one */
	const struct cm_tunnels *tunnels;
	bool own;          /* tunnels made here, freed here */
	uint32_t first, n; /* of its tunnels in the fleet's list */
};

struct fleet_end {
	const struct cm_tunnel *tunnel;
	uint32_t router;
	bool linked;
};

struct cm_fleet {
	struct arena *arena;
	struct fleet_router *routers;
	size_t n_routers, routers_room;
	struct fleet_end *ends;
	size_t n_ends, ends_room;
	struct chains owners;    /* address -> router */
	struct chains outside;   /* global address of a static translation -> its rule's router */
	struct chains faces;     /* local address -> global addresses */
	struct chains mutual;    /* (local, peer) -> end */
	struct chains answering; /* local -> end that takes any peer */
	struct chains idle;      /* peer address -> end that IOS does not use and that names it */
	struct chains clouds;    /* multipoint end -> multipoint end that registers with it */
	struct chains seen;      /* (end, end) already linked */
	struct cm_link *links;
	size_t n_links, links_room;
	struct fleet_document {
		const struct cm_document *document;
		struct diags diags;
	} * documents;
	size_t n_documents, documents_room;
};

/* Fill the findings from the links. */
void fleet_judge(struct cm_fleet *);

#endif
