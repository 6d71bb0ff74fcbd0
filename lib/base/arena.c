#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	CHUNK_FIRST = 2 << 10,
	CHUNK_MOST = 16 << 20,
};

struct chunk {
	struct chunk *next;
	size_t used, room;
	alignas(max_align_t) unsigned char at[];
};

struct arena {
	struct chunk *chunks; /* the newest first; only that one is filled */
	size_t size, next_room;
	bool failed, wipe;
};

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof *arena);
	if (arena)
		arena->next_room = CHUNK_FIRST;
	return arena;
}

/* A wipe that the compiler may not leave out; libcrypto belongs to the other wing. */
void arena_wipe(void *at, size_t size)
{
	static void *(*const volatile set)(void *, int, size_t) = memset;
	set(at, 0, size);
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct chunk *c = arena->chunks, *next; c; c = next) {
		next = c->next;
		if (arena->wipe)
			arena_wipe(c->at, c->used);
		free(c);
	}
	free(arena);
}

void arena_wipe_on_free(struct arena *arena)
{
	arena->wipe = true;
}

bool arena_failed(const struct arena *arena)
{
	return arena->failed;
}

size_t arena_size(const struct arena *arena)
{
	return arena->size;
}

/* An eighth of what there is: few chunks, and little that stays empty. */
static size_t next_room(const struct arena *arena)
{
	size_t room = arena->size / 8;
	return room < CHUNK_FIRST ? CHUNK_FIRST : room > CHUNK_MOST ? CHUNK_MOST : room;
}

/* Ask the system to map whole large pages: a text of 100 MB is 100000 page faults otherwise. */
static void large_pages(void *at, size_t size)
{
	const uintptr_t page = 2 << 20;
	uintptr_t first = ((uintptr_t)at + page - 1) / page * page;
	uintptr_t last = ((uintptr_t)at + size) / page * page;
	if (first < last)
		madvise((void *)first, last - first, MADV_HUGEPAGE);
}

static struct chunk *chunk_new(struct arena *arena, size_t least)
{
	size_t room = arena->next_room;
	if (room < least)
		room = least;
	struct chunk *c = calloc(1, sizeof *c + room);
	if (!c) {
		arena->failed = true;
		return NULL;
	}
	large_pages(c, sizeof *c + room);
	c->room = room;
	arena->size += sizeof *c + room;
	arena->next_room = next_room(arena);
	return c;
}

/* A piece larger than a chunk gets its own, behind the one being filled. */
static struct chunk *chunk_for(struct arena *arena, size_t size)
{
	struct chunk *head = arena->chunks;
	if (head && head->room - head->used >= size)
		return head;
	struct chunk *c = chunk_new(arena, size);
	if (!c)
		return NULL;
	if (head && size > arena->next_room / 2) {
		c->next = head->next;
		head->next = c;
		return c;
	}
	c->next = head;
	arena->chunks = c;
	return c;
}

void *arena_take(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	if (size > SIZE_MAX - align) {
		arena->failed = true;
		return NULL;
	}
	size = (size + align - 1) / align * align;
	struct chunk *c = chunk_for(arena, size);
	if (!c)
		return NULL;
	void *piece = c->at + c->used;
	c->used += size;
	return piece;
}

char *arena_copy(struct arena *arena, struct cm_str s)
{
	char *copy = arena_take(arena, s.length + 1);
	if (copy && s.length)
		memcpy(copy, s.at, s.length);
	return copy;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	char *text = length < 0 ? NULL : arena_take(arena, (size_t)length + 1);
	if (text)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void *arena_push(struct arena *arena, void **items, size_t *n, size_t *room, size_t size)
{
	if (*n == *room) {
		size_t more = *room ? *room * 2 : 4;
		if (more > SIZE_MAX / size)
			return NULL;
		void *grown = arena_take(arena, more * size);
		if (!grown)
			return NULL;
		if (*n)
			memcpy(grown, *items, *n * size);
		*items = grown;
		*room = more;
	}
	return (char *)*items + (*n)++ * size;
}
