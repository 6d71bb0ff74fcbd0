/*
 * What swanctl.conf and ipsec.conf have in common: strongSwan's words for proposals, selectors,
 * identities and lifetimes. Words come from the facts tables; what has no word is a problem.
 */
#ifndef GENERATE_SWAN_H
#define GENERATE_SWAN_H

#include "generate/generate.h"

/* All phase 1 proposals that authenticate by key, comma separated, each once. */
const char *swan_p1(struct job *);
/* ESP (or AH) proposals of all transform-sets with the PFS group; "" when there is none. */
const char *swan_esp(struct job *);
const char *swan_ah(struct job *);
/* One side of a selector: "192.168.1.0/24[tcp/80]"; NULL, and a problem, when no prefix says it. */
const char *swan_ts(struct job *, const struct cm_selector *, bool local);
/* The identity that an end presents. */
const char *swan_id(struct job *, const struct cm_identity *, bool known, uint32_t address);
/* The longest lifetime among our proposals, seconds. */
uint32_t swan_p1_lifetime(const struct job *);
/* Margin before a lifetime at which the far end replaces an SA: a tenth, at most 540 s. */
uint32_t swan_margin(uint32_t lifetime_s);
/* True when the far end must not begin with transport mode. */
bool swan_transport(const struct job *);
/* Quote for both formats: the secret's quotes and backslashes escaped. In the arena. */
const char *swan_quote(struct job *, struct cm_str);

#endif
