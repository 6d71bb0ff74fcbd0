#include "check/fleet.h"

static size_t slot_of(const struct chains *c, uint64_t key)
{
	uint64_t hash = key * 0x9e3779b97f4a7c15u;
	size_t at = (size_t)(hash >> 20) & (c->room - 1);
	while (c->heads[at] && c->keys[at] != key)
		at = (at + 1) & (c->room - 1);
	return at;
}

bool chains_init(struct chains *c, struct arena *arena, size_t expected)
{
	*c = (struct chains){ .arena = arena, .room = 16 };
	while (c->room < expected * 2)
		c->room *= 2;
	c->keys = ARENA_ARRAY(arena, uint64_t, c->room);
	c->heads = ARENA_ARRAY(arena, uint32_t, c->room);
	return c->keys && c->heads;
}

/* Twice the room; the items stay, only their heads move. */
static bool chains_grow(struct chains *c)
{
	struct chains bigger = *c;
	bigger.room = c->room * 2;
	bigger.keys = ARENA_ARRAY(c->arena, uint64_t, bigger.room);
	bigger.heads = ARENA_ARRAY(c->arena, uint32_t, bigger.room);
	if (!bigger.keys || !bigger.heads)
		return false;
	for (size_t i = 0; i < c->room; i++) {
		if (!c->heads[i])
			continue;
		size_t at = slot_of(&bigger, c->keys[i]);
		bigger.keys[at] = c->keys[i];
		bigger.heads[at] = c->heads[i];
	}
	*c = bigger;
	return true;
}

void chains_add(struct chains *c, uint64_t key, uint32_t value)
{
	if (c->used * 2 >= c->room && !chains_grow(c))
		return;
	struct chain_item *item = ARENA_PUSH(c->arena, c->items, c->n_items, c->items_room);
	if (!item)
		return;
	size_t at = slot_of(c, key);
	c->used += !c->heads[at];
	item->value = value;
	item->next = c->heads[at];
	c->keys[at] = key;
	c->heads[at] = (uint32_t)c->n_items;
}

uint32_t chains_first(const struct chains *c, uint64_t key)
{
	return c->heads[slot_of(c, key)];
}
