/*
 * Lines that can never match because earlier ones take all of it: ACL lines, crypto map entries,
 * NAT rules, whatever is tried in order and decided by the first that fits.
 *
 * Exact, and fast on long lists: a pair of lines is first compared field by field; a line that is
 * not covered by one other is shown alive by a packet that no earlier line takes; only what
 * is left is decided with packet sets. Work is bounded: what could not be decided is
 * SHADOW_UNKNOWN and nothing should be said about it.
 */
#ifndef FACTS_SHADOW_H
#define FACTS_SHADOW_H

#include "base/arena.h"
#include "facts/pset.h"

/* One line: a packet fits if any of the matches has it (object-groups make several). */
struct shadow_line {
	const struct pset_match *matches;
	size_t n;
	bool permit;
};

enum shadow_verdict {
	SHADOW_REACHABLE,
	SHADOW_UNMATCHABLE,    /* matches no packet at all, whatever stands before it */
	SHADOW_COVERED,        /* earlier lines take every packet */
	SHADOW_FRAGMENTS_ONLY, /* earlier lines take every packet but non-initial fragments */
	SHADOW_UNKNOWN,
};

struct shadow {
	enum shadow_verdict verdict;
	/*
	 * The covering lines, by index, ascending: few that together suffice, none of which is
	 * idle; and if a line of the other action takes a part, at least one such.
	 */
	const uint32_t *blockers;
	size_t n_blockers;
	bool differs; /* some packet meets another action than the line would have given it */
};

/*
 * Judge `n` lines. `out` has room for n. What is remembered, blocker lists included, is in the
 * arena; sets live until shadows_free. NULL without memory; `out` is then untouched.
 */
struct shadows;
struct shadows *shadows_find(
	struct arena *, const struct shadow_line *, size_t n, struct shadow *out);
/* The machine had no memory: some verdicts are SHADOW_UNKNOWN for that. */
bool shadows_starved(const struct shadows *);
void shadows_free(struct shadows *);

#endif
