/*
 * Which of many matches share a packet with one: looked up, not asked one by one.
 *
 * Matches are kept by the masks of their addresses and sorted by the addresses, so that what a
 * question fixes of these leads to a short piece of the list; masks that few matches have are
 * looked through by a comparison of a few instructions. A question about one host among ten thousand
 * lines costs a microsecond, and no question costs more than one look at each.
 */
#ifndef FACTS_CANDIDATES_H
#define FACTS_CANDIDATES_H

#include "base/arena.h"
#include "facts/pset.h"

struct candidates;

/*
 * Of `n` matches, which must outlive it; a match is known by its place in the array. Lives in the
 * arena. NULL without memory.
 */
struct candidates *candidates_new(struct arena *, const struct pset_match *const *, size_t n);
/*
 * The matches below number `before` that share a packet with `m` (pset_match_overlaps), ascending.
 * Gives how many; `*found` stands until the next question.
 */
size_t candidates_find(
	struct candidates *, const struct pset_match *m, uint32_t before, const uint32_t **found);
/* Never find this one again. */
void candidates_drop(struct candidates *, uint32_t number);
/* How many comparisons have been made: a measure of the work. */
uint64_t candidates_looked(const struct candidates *);

#endif
