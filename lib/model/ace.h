/*
 * One line of an access list, from its node to a compact struct. Lists are the bulk of what a
 * router's text holds, so this is the fast path: one walk over the arguments, and what many lines
 * have in common (a port, a set of options) is kept once.
 */
#ifndef MODEL_ACE_H
#define MODEL_ACE_H

#include "model/build.h"

/* Fill `ace` (all zero before) from an ACE node; false when the line says nothing usable. */
bool ace_read(struct build *, struct cm_ace *, const struct node *, bool extended);
/* What two lines must share to be the same to IOS: all but sequence and logging. */
uint64_t ace_hash(const struct cm_ace *);
bool ace_same(const struct cm_ace *, const struct cm_ace *);
/* Say what IOS makes of addresses and wildcards that were not meant that way. */
void ace_report(struct build *, const struct node *);
/* Ports as a condition, from an operator argument and the values that follow. */
void ports_read(
	struct build *, struct cm_ports *, const struct node *, enum role op, enum role port);

#endif
