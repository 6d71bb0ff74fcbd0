/*
 * Access lists as packet sets, for the rules about packets.
 *
 * The lines of a list are turned into matches once and kept for the run; sets are made when
 * asked, always within a set that the caller cares about, since all that a long list permits may
 * be too large to hold while what it permits of one tunnel is small.
 *
 * What cannot be told exactly (reflexive lists, addresses learnt by DHCP, lists too large) is
 * the unknown set: pset_ok is false for it and for all that is made of it. Rules speak only of what
 * they can prove, so they test for something found, never for nothing found.
 */
#ifndef CHECK_ACL_SETS_H
#define CHECK_ACL_SETS_H

#include "check/check.h"
#include "facts/candidates.h"
#include "facts/pset.h"
#include "facts/shadow.h"

/* What a list that is not defined, or has no lines, stands for where it is used (ios.md 3.6, 3.7). */
enum acl_place {
	ACL_ON_INTERFACE, /* everything passes */
	ACL_OF_CRYPTO,    /* the entry is incomplete: nothing */
	ACL_OF_NAT,       /* not known */
	ACL_OF_ROUTE_MAP, /* everything matches */
};

/* A list with one shadow_line for each of its lines, in order. */
struct acl_lines {
	const struct shadow_line *lines;
	size_t n;
	bool exact;
	/* What finds its lines; NULL until the first question. */
	struct candidates *candidates;
	const struct pset_match *const *flat; /* the matches of all lines */
	const uint32_t *line_of;
};

/* What a list says of some packets. */
enum acl_says {
	ACL_UNKNOWN,      /* the list is not exact */
	ACL_DENIES,       /* permits none of them */
	ACL_PERMITS,      /* permits all of them */
	ACL_PERMITS_SOME, /* permits one at least, and perhaps not all */
	ACL_UNSURE,       /* only sets can tell: ask acl_permits */
};

/* The sets of this run; NULL without memory. Made by the first who asks. */
struct psets *check_psets(struct check *);
/* Forget all sets made before: for the beginning of a rule. */
void check_psets_forget(struct check *);
/* Both at once. */
struct psets *check_psets_fresh(struct check *);
/* Memory until the next router; NULL without any. */
struct arena *check_scratch(struct check *);
/* NULL without memory. `acl` is of the run's model. */
const struct acl_lines *acl_lines(struct check *, const struct cm_acl *);

/*
 * What the list says of the packets of a match, told from its lines one by one without any set: the
 * everyday case, a hundred times as fast. `*first` is the first line that has one of them.
 */
enum acl_says acl_says(struct check *, const struct cm_acl *, const struct pset_match *,
	const struct cm_ace **first);
/*
 * True when the list permits none of a match's packets; `*line` then is the line that denies one
 * of them, NULL: none names them. Forgets all sets.
 */
bool acl_blocks(struct check *, const struct cm_acl *, const struct pset_match *,
	const struct cm_ace **line);
/* What the list permits of `within`: first match, then implicit deny. */
struct pset acl_permits(struct check *, const struct cm_acl *, struct pset within);
/* The same for a use of a list; an absent statement is the business of the caller. */
struct pset acl_ref_permits(
	struct check *, const struct cm_acl_ref *, enum acl_place, struct pset within);
/* What one line matches, whatever stands before it. */
struct pset ace_matches(struct check *, const struct cm_acl *, size_t line);
/* What comes to one line: its matches, less what the lines before it take. */
struct pset ace_takes(struct check *, const struct cm_acl *, size_t line);
/* The first line that matches a packet; NULL: implicit deny, or the list is not exact. */
const struct cm_ace *acl_decides(struct check *, const struct cm_acl *, const struct pset_packet *);
/* The line of a list whose matches overlap the set first, permit or deny; NULL: none. */
const struct cm_ace *acl_first_overlap(
	struct check *, const struct cm_acl *, struct pset, bool permit);

#endif
