#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	CHUNK_FIRST = 2 << 10,
	CHUNK_MOST = 16 << 20,
	LARGE_PAGE = 2 << 20,
};

struct chunk {
	struct chunk *next;
	size_t used, room;
	bool mapped; /* whole large pages of our own */
	alignas(max_align_t) unsigned char at[];
};

struct arena {
	struct chunk *chunks; /* the newest first; only that one is filled */
	size_t size, next_room;
	bool failed, wipe;
};

static void chunk_free(struct chunk *c)
{
	if (c->mapped)
		munmap(c, sizeof *c + c->room);
	else
		free(c);
}

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
		chunk_free(c);
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

/*
 * Zeroed memory in whole large pages, where the system has them: a text of 100 MB is 160000 page
 * faults otherwise. What is never touched costs nothing. NULL without memory.
 */
static void *large_pages(size_t size)
{
	size_t most = size + LARGE_PAGE;
	char *at = mmap(NULL, most, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	size_t front = (LARGE_PAGE - (uintptr_t)at % LARGE_PAGE) % LARGE_PAGE;
	if (front)
		munmap(at, front);
	munmap(at + front + size, most - front - size);
	madvise(at + front, size, MADV_HUGEPAGE);
	return at + front;
}

static struct chunk *chunk_new(struct arena *arena, size_t least)
{
	size_t room = arena->next_room < least ? least : arena->next_room;
	size_t size = sizeof(struct chunk) + room;
	bool mapped = size >= LARGE_PAGE / 2;
	if (mapped)
		size = (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	struct chunk *c = mapped ? large_pages(size) : calloc(1, size);
	if (!c) {
		arena->failed = true;
		return NULL;
	}
	c->mapped = mapped;
	c->room = size - sizeof *c;
	arena->size += size;
	arena->next_room = next_room(arena);
	return c;
}

/* The chunk with more room left is the one that is filled. */
static struct chunk *chunk_for(struct arena *arena, size_t size)
{
	struct chunk *head = arena->chunks;
	if (head && head->room - head->used >= size)
		return head;
	struct chunk *c = chunk_new(arena, size);
	if (!c)
		return NULL;
	if (head && c->room - size < head->room - head->used) {
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
	if (size > SIZE_MAX / 2) {
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
