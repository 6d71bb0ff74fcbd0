/*
 * Which packets are translated on their way from an inside interface out of an outside one, and by
 * which rule: exactly, as IOS decides (ios.md 3.1, 3.6).
 *
 * Rules are asked in the order of the model, which is the order of precedence: static entries
 * first, then lists, then route-maps. A packet belongs to the first rule that has it. Only what
 * can have come in by an inside interface of the same VRF is translated; what is known to come
 * from elsewhere, or to be one of the addresses that NAT itself hands out, is not.
 */
#ifndef CHECK_NAT_SETS_H
#define CHECK_NAT_SETS_H

#include "check/acl_sets.h"

/* One rule and what it takes of the packets that were asked about. */
struct nat_hit {
	const struct cm_nat_rule *rule;
	struct pset packets;
	struct pset sources; /* what their source may be afterwards; unknown: cannot be told */
};

/* Sources that come in by inside interfaces from which packets to `egress` are translated. */
struct pset nat_inside_sources(struct check *, const struct cm_interface *egress);
/*
 * False: for sure no rule translates a packet of the match that leaves `egress`, wherever it came
 * from. Told from the lines of lists and route-maps one by one, without any set.
 */
bool nat_may_translate(
	struct check *, const struct cm_interface *egress, const struct pset_match *);
/*
 * Translate `packets` that leave `egress`; their sources must be of nat_inside_sources. A rule
 * that cannot be judged keeps from later ones all that it might take. Gives how many hits stand in
 * `*out`, which lives in the arena.
 */
size_t nat_translate(struct check *, const struct cm_interface *egress, struct pset packets,
	struct nat_hit **out);
/* What a route-map permits of `within` for packets that leave `egress`. */
struct pset route_map_permits(struct check *, const struct cm_route_map *,
	const struct cm_interface *egress, struct pset within);
/* The clause that decides about a packet; NULL: none, or not known. */
const struct cm_route_map_clause *route_map_decides(struct check *, const struct cm_route_map *,
	const struct cm_interface *egress, const struct pset_packet *);
/* What one rule may take, whatever stands before it: all of `within` that it matches. */
struct pset nat_rule_takes(struct check *, const struct cm_nat_rule *,
	const struct cm_interface *egress, struct pset within);
/* The line of a list that lets a packet be translated by the rule; NULL: none (static). */
const struct cm_ace *nat_permitting_line(struct check *, const struct cm_nat_rule *,
	const struct cm_interface *egress, const struct pset_packet *, const struct cm_acl **list);

#endif
