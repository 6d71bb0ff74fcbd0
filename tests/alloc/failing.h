/*
 * Memory that runs out on demand. The linker sends every malloc, calloc and realloc of our own
 * objects here (--wrap), and Jansson is told to use them too. Allocations are counted from
 * failing_start; the one numbered `at` fails, and all later ones when `for_good`.
 */
#ifndef ALLOC_FAILING_H
#define ALLOC_FAILING_H

#include <stdbool.h>
#include <stdlib.h>

#include <jansson.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);

static size_t failing_count, failing_at = (size_t)-1;
static bool failing_for_good;

static bool failing_now(void)
{
	size_t number = failing_count++;
	return number == failing_at || (failing_for_good && number > failing_at);
}

void *__wrap_malloc(size_t size)
{
	return failing_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return failing_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return failing_now() ? NULL : __real_realloc(old, size);
}

static inline void failing_start(size_t at, bool for_good)
{
	json_set_alloc_funcs(__wrap_malloc, free);
	failing_count = 0;
	failing_at = at;
	failing_for_good = for_good;
}

/* From here nothing fails; gives how many allocations were asked for. */
static inline size_t failing_stop(void)
{
	size_t count = failing_count;
	failing_at = (size_t)-1;
	failing_for_good = false;
	return count;
}

#endif
