#include "ike/store.h"

#include "crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

/* --- Memory ------------------------------------------------------------------------------------ */

/* The size stands before the piece, in a slot that keeps its alignment. */
enum { HEAD = 16 };

void *store_take(struct store *store, size_t size)
{
	uint8_t *at = size < SIZE_MAX - HEAD ? calloc(1, size + HEAD) : NULL;
	if (!at) {
		store->failed = true;
		return NULL;
	}
	memcpy(at, &size, sizeof size);
	store->octets += size;
	return at + HEAD;
}

void store_give(struct store *store, void *piece)
{
	if (!piece)
		return;
	uint8_t *at = (uint8_t *)piece - HEAD;
	size_t size;
	memcpy(&size, at, sizeof size);
	store->octets -= size;
	crypto_wipe(at, size + HEAD);
	free(at);
}

bool bytes_set(struct store *store, struct bytes *bytes, const void *at, size_t length)
{
	uint8_t *copy = store_take(store, length ? length : 1);
	if (copy && length)
		memcpy(copy, at, length);
	bytes_clear(store, bytes);
	bytes->at = copy;
	bytes->length = copy ? length : 0;
	return copy;
}

void bytes_clear(struct store *store, struct bytes *bytes)
{
	store_give(store, bytes->at);
	bytes->at = NULL;
	bytes->length = 0;
}

/* --- Maps -------------------------------------------------------------------------------------- */

static size_t bucket_of(const struct map *map, uint64_t key)
{
	uint64_t x = key ^ map->seed;
	x = (x ^ x >> 31) * 0x9e3779b97f4a7c15ull;
	x = (x ^ x >> 29) * 0xbf58476d1ce4e5b9ull;
	return (size_t)(x ^ x >> 32) & (map->room - 1);
}

static bool map_grow(struct store *store, struct map *map)
{
	struct map wider = *map;
	wider.room = map->room ? map->room * 2 : 64;
	wider.buckets = store_take(store, wider.room * sizeof *wider.buckets);
	if (!wider.buckets)
		return false;
	for (size_t i = 0; i < map->room; i++) {
		for (struct link *link = map->buckets[i], *next; link; link = next) {
			next = link->next;
			struct link **bucket = &wider.buckets[bucket_of(&wider, link->key)];
			link->next = *bucket;
			*bucket = link;
		}
	}
	store_give(store, map->buckets);
	*map = wider;
	return true;
}

bool map_add(struct store *store, struct map *map, struct link *link, uint64_t key, void *owner)
{
	if (map->n >= map->room && !map_grow(store, map) && map->room == 0)
		return false;
	struct link **bucket = &map->buckets[bucket_of(map, key)];
	link->key = key;
	link->owner = owner;
	link->next = *bucket;
	*bucket = link;
	map->n++;
	return true;
}

void map_remove(struct map *map, struct link *link)
{
	if (!link->owner)
		return;
	struct link **at = &map->buckets[bucket_of(map, link->key)];
	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	link->owner = NULL;
	map->n--;
}

static void *same_key(struct link *link, uint64_t key, struct link **cursor)
{
	while (link && link->key != key)
		link = link->next;
	*cursor = link;
	return link ? link->owner : NULL;
}

void *map_first(const struct map *map, uint64_t key, struct link **cursor)
{
	return same_key(map->room ? map->buckets[bucket_of(map, key)] : NULL, key, cursor);
}

void *map_next(struct link **cursor)
{
	return same_key((*cursor)->next, (*cursor)->key, cursor);
}

void map_free(struct store *store, struct map *map)
{
	store_give(store, map->buckets);
	memset(map, 0, sizeof *map);
}

/* --- Timers: a binary heap --------------------------------------------------------------------- */

static void put(struct timers *timers, size_t slot, struct timer *timer)
{
	timers->heap[slot - 1] = timer;
	timer->slot = slot;
}

static void sift_up(struct timers *timers, struct timer *timer)
{
	size_t slot = timer->slot;
	while (slot > 1 && timers->heap[slot / 2 - 1]->due > timer->due) {
		put(timers, slot, timers->heap[slot / 2 - 1]);
		slot /= 2;
	}
	put(timers, slot, timer);
}

static void sift_down(struct timers *timers, struct timer *timer)
{
	size_t slot = timer->slot;
	for (;;) {
		size_t child = slot * 2;
		if (child > timers->n)
			break;
		if (child < timers->n && timers->heap[child]->due < timers->heap[child - 1]->due)
			child++;
		if (timers->heap[child - 1]->due >= timer->due)
			break;
		put(timers, slot, timers->heap[child - 1]);
		slot = child;
	}
	put(timers, slot, timer);
}

static bool heap_grow(struct store *store, struct timers *timers)
{
	size_t room = timers->room ? timers->room * 2 : 64;
	struct timer **heap = store_take(store, room * sizeof(struct timer *));
	if (!heap)
		return false;
	if (timers->n)
		memcpy(heap, timers->heap, timers->n * sizeof(struct timer *));
	store_give(store, timers->heap);
	timers->heap = heap;
	timers->room = room;
	return true;
}

bool timer_set(struct store *store, struct timers *timers, struct timer *timer, int64_t due)
{
	if (!timer->slot) {
		if (timers->n == timers->room && !heap_grow(store, timers))
			return false;
		put(timers, ++timers->n, timer);
	}
	timer->due = due;
	sift_up(timers, timer);
	sift_down(timers, timer);
	return true;
}

void timer_stop(struct timers *timers, struct timer *timer)
{
	if (!timer->slot)
		return;
	struct timer *last = timers->heap[--timers->n];
	size_t slot = timer->slot;
	timer->slot = 0;
	if (last == timer)
		return;
	put(timers, slot, last);
	sift_up(timers, last);
	sift_down(timers, last);
}

struct timer *timer_first(const struct timers *timers)
{
	return timers->n ? timers->heap[0] : NULL;
}

void timers_free(struct store *store, struct timers *timers)
{
	store_give(store, timers->heap);
	memset(timers, 0, sizeof *timers);
}

/* --- Lists ------------------------------------------------------------------------------------- */

void list_add(struct list *list, struct node *node, void *owner)
{
	node->owner = owner;
	node->before = list->last;
	node->after = NULL;
	if (list->last)
		list->last->after = node;
	else
		list->first = node;
	list->last = node;
	list->n++;
}

void list_remove(struct list *list, struct node *node)
{
	if (!node->owner)
		return;
	if (node->before)
		node->before->after = node->after;
	else
		list->first = node->after;
	if (node->after)
		node->after->before = node->before;
	else
		list->last = node->before;
	node->owner = NULL;
	list->n--;
}
