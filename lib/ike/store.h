/*
 * What the engine keeps its things in: counted memory that is wiped when it goes back, intrusive
 * hash maps, a heap of timers. Nothing here knows IKE.
 *
 * Every allocation of the engine goes through a `struct store`, so that the octets it holds are
 * known at any time and no secret stays behind in freed memory.
 */
#ifndef IKE_STORE_H
#define IKE_STORE_H

#include "base/cursor.h"

struct store {
	size_t octets; /* held now */
	bool failed;   /* an allocation failed since this was last cleared */
};

/* Zeroed; NULL (and `failed`) without memory. */
void *store_take(struct store *, size_t size);
/* Wiped, then freed. NULL is fine. */
void store_give(struct store *, void *);

/* Octets that somebody owns. */
struct bytes {
	uint8_t *at;
	size_t length;
};

/* A copy in place of what was there; false without memory (then empty). */
bool bytes_set(struct store *, struct bytes *, const void *at, size_t length);
void bytes_clear(struct store *, struct bytes *);
static inline struct octets bytes_octets(const struct bytes *b)
{
	return (struct octets){ b->at, b->length };
}

/* An intrusive hash map; several entries may have one key. */
struct link {
	struct link *next;
	uint64_t key;
	void *owner; /* NULL: not in a map */
};

struct map {
	struct link **buckets;
	size_t n, room;
	uint64_t seed; /* random, so that nobody can aim at one bucket */
};

bool map_add(struct store *, struct map *, struct link *, uint64_t key, void *owner);
void map_remove(struct map *, struct link *);
/* The owner of the first entry with the key, then of the next one; NULL at the end. */
void *map_first(const struct map *, uint64_t key, struct link **cursor);
void *map_next(struct link **cursor);
void map_free(struct store *, struct map *);

/* A timer: fires once, at `due` or later. */
struct timer {
	int64_t due;
	size_t slot; /* 1-based place in the heap; 0: not set */
	void (*fire)(void *engine, void *owner);
	void *owner;
};

struct timers {
	struct timer **heap;
	size_t n, room;
};

/* Set or move. False without memory. */
bool timer_set(struct store *, struct timers *, struct timer *, int64_t due);
void timer_stop(struct timers *, struct timer *);
/* The first one, due or not; NULL when there is none. */
struct timer *timer_first(const struct timers *);
void timers_free(struct store *, struct timers *);

/* A list that keeps its order. */
struct node {
	struct node *before, *after;
	void *owner;
};

struct list {
	struct node *first, *last;
	size_t n;
};

void list_add(struct list *, struct node *, void *owner);
void list_remove(struct list *, struct node *); /* no-op when not in it */

#endif
