/*
 * Crypto map entries where they work: each entry with an access list, on each interface that
 * carries its map, in the order in which IOS tries them (dynamic entries in the place of the line
 * that names their map).
 */
#ifndef CHECK_APPLIED_H
#define CHECK_APPLIED_H

#include "check/acl_sets.h"

struct applied {
	const struct cm_interface *interface;
	const struct cm_crypto_map *map;
	const struct cm_map_entry *entry;     /* the static one, or the reference */
	const struct cm_dynamic_map *dynamic; /* NULL: static */
	const struct cm_map_entry *dynamic_entry;
	const struct cm_acl *acl;             /* defined and not empty */
	struct cm_span match_at;              /* `match address …` */
	bool misread; /* a standard list, or a netmask for a wildcard: what it says is not what is meant */
};

/* All of them, in the arena; 0 without memory. Entries without a usable list are left out. */
size_t applied_entries(struct check *, struct applied **out);
/* "crypto map VPN 10", "crypto dynamic-map ROAD 10": how a message names it. In the arena. */
const char *applied_name(struct check *, const struct applied *);
/* What the entry's list permits of `within`. */
struct pset applied_permits(struct check *, const struct applied *, struct pset within);

/* The readable packet of a set, in the arena; "" when it has none. */
const char *set_example(struct check *, struct pset);
/* The pairs of prefixes of a set, at most `most`, in the arena. */
const char *set_boxes(struct check *, struct pset, size_t most);
/* "192.168.1.0 0.0.0.255", "host A", "any": an end as an ACL line writes it. In the arena. */
const char *acl_words(struct check *, struct cm_net);

#endif
