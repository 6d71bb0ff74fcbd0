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
	const struct cm_acl *acl; /* defined and not empty */
	struct cm_span match_at;  /* `match address …` */
	bool misread; /* a standard list, or a netmask for a wildcard: what it says is not what is meant */
};

/* All of them, until the next router. Entries without a usable list are left out. */
size_t applied_entries(struct check *, const struct applied **out);

/*
 * Which of many lists permit something of a match: their permit lines, looked up together. Deny
 * lines are not asked about, so what is found may permit nothing of it after all; what is not
 * found does not.
 */
struct wanted;
/* `lists` have numbers from 0; NULL without memory. Lives until the next router. */
struct wanted *wanted_new(struct check *, const struct cm_acl *const *lists, size_t n);
/* The lists of all applied entries, by number of the entry; NULL without memory. */
struct wanted *wanted_by_entries(struct check *);
/* True when each list is exact: then what is not found is not wanted. */
bool wanted_is_exact(const struct wanted *);
/*
 * Forget what was found, then add what wants some of a match; the numbers of the lists in
 * ascending order, each once. They stand until the next wanted_begin.
 */
void wanted_begin(struct wanted *);
void wanted_add(struct wanted *, const struct pset_match *);
size_t wanted_found(struct wanted *, const uint32_t **numbers);

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
