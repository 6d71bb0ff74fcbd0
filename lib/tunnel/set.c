#include "tunnel/set.h"

#include <stdlib.h>

struct cm_tunnels {
	struct arena *arena;
	struct cm_tunnel *items;
	size_t n, room;
};

struct cm_tunnels *cm_tunnels_new(void)
{
	struct cm_tunnels *set = calloc(1, sizeof *set);
	if (!set)
		return NULL;
	set->arena = arena_new();
	if (!set->arena) {
		free(set);
		return NULL;
	}
	/* Imported tunnels hold secrets that are no slices of a document. */
	arena_wipe_on_free(set->arena);
	return set;
}

void cm_tunnels_free(struct cm_tunnels *set)
{
	if (!set)
		return;
	arena_free(set->arena);
	free(set);
}

const struct cm_tunnel *cm_tunnels_list(const struct cm_tunnels *set, size_t *n)
{
	*n = set->n;
	return set->items;
}

struct arena *tunnels_arena(struct cm_tunnels *set)
{
	return set->arena;
}

struct cm_tunnel *tunnels_push(struct cm_tunnels *set)
{
	return ARENA_PUSH(set->arena, set->items, set->n, set->room);
}

struct cm_tunnel *tunnels_single(struct cm_tunnels *set)
{
	return ARENA_NEW(set->arena, struct cm_tunnel);
}
