/* Of a failed phase 1, the comparison that came furthest: the one worth speaking of. */
#ifndef TUNNEL_CLOSEST_H
#define TUNNEL_CLOSEST_H

#include <cryptomap/meet.h>

/* NULL when nothing was compared. */
const struct cm_meet_p1 *meet_closest_p1(const struct cm_meet *);

#endif
