/*
 * Interface names. IOS takes any unique beginning of a type, with or without a blank before the
 * number, in any letter case, and writes one spelling: "fa 0/1" is FastEthernet0/1. The table of
 * types is in order of how common they are; the first type that a word begins is meant, so that
 * a short word never is ambiguous where routers in the field take it.
 */
#ifndef SYNTAX_IFNAME_H
#define SYNTAX_IFNAME_H

#include "base/arena.h"

/*
 * The spelling IOS writes. A slice of `typed` when that is canonical already (or of no type we
 * know, blanks apart), else a text in the arena. Absent without memory.
 */
struct cm_str ifname_canonical(struct arena *, struct cm_str typed);
/* The same into `out`; false when it does not fit. */
bool ifname_print(struct cm_str typed, char *out, size_t room);
/* True when the word could be an interface: a type we know and a number. */
bool ifname_is(struct cm_str typed);

#endif
