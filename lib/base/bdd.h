/*
 * Reduced ordered binary decision diagrams: Boolean functions over numbered variables.
 *
 * Every function lives in a context of its own, there is nothing process-wide. A function is a
 * node number; two functions of one context are equal exactly when their numbers are. Variables
 * are ordered by number, the smallest at the root. Nodes are never given back singly: a context
 * is made for one analysis, cleared or freed at its end.
 *
 * Memory and work are bounded: when a context would need more nodes or steps than it was allowed, or
 * the machine has no memory, the operation gives BDD_NONE, and so does every operation on
 * BDD_NONE. A caller may compute on and look once at the end. Recursion is never deeper than the
 * number of variables.
 */
#ifndef BASE_BDD_H
#define BASE_BDD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BDD_FALSE = 0,
	BDD_TRUE = 1,
	BDD_VARIABLES = 1024, /* variables are 0 … 1023 */
};
#define BDD_NONE UINT32_MAX

struct bdd;

/* A context for at most `most_nodes` nodes (0: four million). NULL without memory. */
struct bdd *bdd_new(size_t most_nodes);
void bdd_free(struct bdd *);
/* Forget all functions; memory is kept for the next ones. Also forgets a failure. */
void bdd_clear(struct bdd *);
/* From now on at most so many steps (a step is a node looked at: some ten nanoseconds). */
void bdd_allow(struct bdd *, uint64_t steps);
/* Steps made since the context was made. */
uint64_t bdd_steps(const struct bdd *);
/* True once something gave BDD_NONE, or a question could not be answered. */
bool bdd_failed(const struct bdd *);
/* True once the machine had no memory; clearing does not forget it. */
bool bdd_starved(const struct bdd *);
/* Nodes in use, the two constants included. */
size_t bdd_size(const struct bdd *);

/* The function `variable ? high : low`; both must only depend on later variables. */
uint32_t bdd_node(struct bdd *, unsigned variable, uint32_t low, uint32_t high);
uint32_t bdd_ite(struct bdd *, uint32_t f, uint32_t then, uint32_t otherwise);
uint32_t bdd_and(struct bdd *, uint32_t, uint32_t);
uint32_t bdd_or(struct bdd *, uint32_t, uint32_t);
uint32_t bdd_not(struct bdd *, uint32_t);
/* The first without the second. */
uint32_t bdd_minus(struct bdd *, uint32_t, uint32_t);
/* Questions; no node is built. BDD_NONE gives false, as does a question that ran out of steps. */
bool bdd_implies(struct bdd *, uint32_t, uint32_t);
bool bdd_overlap(struct bdd *, uint32_t, uint32_t);

/*
 * A number of `bits` variables from `first`, the most significant first. `below` must depend on
 * later variables only; the result is the condition and `below`.
 */
uint32_t bdd_ternary(
	struct bdd *, unsigned first, unsigned bits, uint32_t value, uint32_t mask, uint32_t below);
uint32_t bdd_between(
	struct bdd *, unsigned first, unsigned bits, uint32_t least, uint32_t most, uint32_t below);

/* True for some value of the variables first … first + n - 1. */
uint32_t bdd_exists(struct bdd *, uint32_t, unsigned first, unsigned n);
/* The function with `bits` variables from `first` fixed to `value`. */
uint32_t bdd_fix(struct bdd *, uint32_t, unsigned first, unsigned bits, uint32_t value);
/*
 * Rename variables: `to[v]` for v < n, the others keep their names. `to` must be a permutation.
 * Any order will do; the result is put in order again.
 */
uint32_t bdd_rename(struct bdd *, uint32_t, const uint16_t *to, size_t n);

/* The value under an assignment: `value(user, variable)`. BDD_NONE is false. */
bool bdd_value(const struct bdd *, uint32_t, bool (*value)(const void *user, unsigned variable),
	const void *user);
/* Look at a node: its variable and branches. Not for the constants. */
unsigned bdd_variable(const struct bdd *, uint32_t);
uint32_t bdd_low(const struct bdd *, uint32_t);
uint32_t bdd_high(const struct bdd *, uint32_t);
/*
 * The bits of a number (`bits` from `first`) that all satisfying assignments agree on, as mask and
 * value; for a function too large to look through, or false, none.
 */
void bdd_agreed(
	struct bdd *, uint32_t, unsigned first, unsigned bits, uint64_t *mask, uint64_t *value);
/*
 * The least satisfying value of a number (`bits` from `first`), whatever the other variables.
 * False when the function is never true.
 */
bool bdd_least(struct bdd *, uint32_t, unsigned first, unsigned bits, uint32_t *value);

#endif
