/*
 * An arena: memory that is given piece by piece and taken back all at once.
 *
 * One arena holds a whole document. Pieces are zeroed and aligned for any object. There is no
 * free of a single piece. When the machine has no memory, arena_take gives NULL and `failed`
 * stays set, so that a caller may check once at the end.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <cryptomap/base.h>

struct arena;

struct arena *arena_new(void);
/* Octets are wiped before they go back when `wipe` was asked for. NULL is fine. */
void arena_free(struct arena *);
void arena_wipe_on_free(struct arena *);
/* Wipe a piece now, by a way that the compiler does not leave out. */
void arena_wipe(void *at, size_t size);
/* `size` zeroed octets; NULL without memory (and arena_failed from then on). */
void *arena_take(struct arena *, size_t size);
bool arena_failed(const struct arena *);
/* Octets taken from the system so far. */
size_t arena_size(const struct arena *);
/* A NUL-terminated copy. */
char *arena_copy(struct arena *, struct cm_str);
char *arena_printf(struct arena *, const char *format, ...) CM_PRINTF(2, 3);
char *arena_vprintf(struct arena *, const char *format, va_list) CM_PRINTF(2, 0);

#define ARENA_NEW(arena, type)      ((type *)arena_take((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_take((arena), sizeof(type) * (size_t)(n)))

/*
 * Room for one more element in an arena-held array: doubles it when full (the old copy stays in
 * the arena until the end). Gives the new element, zeroed, or NULL without memory.
 *     struct x *x = ARENA_PUSH(arena, list->items, list->n, list->room);
 */
void *arena_push(struct arena *, void **items, size_t *n, size_t *room, size_t size);
#define ARENA_PUSH(arena, items, n, room) \
	arena_push((arena), (void **)&(items), &(n), &(room), sizeof *(items))

#endif
