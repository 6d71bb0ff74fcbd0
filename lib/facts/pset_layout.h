/*
 * How a packet lies in the variables of a BDD; for the files pset*.c only.
 *
 * The order is chosen for address pairs: lines that share a source share nodes above, and what
 * few lines ask for stands below, where it costs nothing when absent.
 */
#ifndef FACTS_PSET_LAYOUT_H
#define FACTS_PSET_LAYOUT_H

#include "base/bdd.h"
#include "facts/pset.h"

enum {
	V_FRAGMENT,
	V_PROTOCOL,
	V_SOURCE = V_PROTOCOL + 8,
	V_DESTINATION = V_SOURCE + 32,
	V_DESTINATION_PORT = V_DESTINATION + 32,
	V_SOURCE_PORT = V_DESTINATION_PORT + 16,
	V_ICMP = V_SOURCE_PORT + 16, /* type, then code */
	V_TCP_FLAGS = V_ICMP + 16,
	V_TOS = V_TCP_FLAGS + 6,
	V_TTL = V_TOS + 8,
	V_SOME_OPTION = V_TTL + 8,
	V_OPTION = V_SOME_OPTION + 1, /* one each: a packet may carry several */
	V_CONDITION = V_OPTION + 256, /* one each; number 0 is never used */
	V_END = V_CONDITION + PSET_CONDITIONS + 1,
};
_Static_assert((int)V_END <= (int)BDD_VARIABLES, "a packet must fit");

struct psets {
	struct bdd *bdd;
};

/* True when the match asks for something that only a first fragment can show. */
bool pset_match_is_layer4(const struct pset_match *);

#endif
