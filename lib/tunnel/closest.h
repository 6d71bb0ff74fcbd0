/* What a meet looks for to speak of: the nearest policy, the wrong server. */
#ifndef TUNNEL_CLOSEST_H
#define TUNNEL_CLOSEST_H

#include <cryptomap/meet.h>

/* Of a failed phase 1, the comparison that came furthest; NULL when nothing was compared. */
const struct cm_meet_p1 *meet_closest_p1(const struct cm_meet *);
/*
 * The next hop server line of `spoke` that leads to `outside`, where `hub` is, and names another
 * address in the cloud than the hub's; NULL when there is none, or when the hub's is not known.
 */
const struct cm_next_hop *meet_wrong_server(
	const struct cm_tunnel *spoke, const struct cm_tunnel *hub, uint32_t outside);

#endif
