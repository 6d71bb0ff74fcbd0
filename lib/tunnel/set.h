/*
 * A set of tunnels and the arena they live in. Whoever makes tunnels (the model, a mirror, an
 * importer) pushes them here; readers see a plain array. Pushing may move the array: take
 * pointers to tunnels only when all are there, or use tunnels_single for one that must stay.
 */
#ifndef TUNNEL_SET_H
#define TUNNEL_SET_H

#include "base/arena.h"
#include <cryptomap/tunnel.h>

struct arena *tunnels_arena(struct cm_tunnels *);
/* Room for one more in the list, zeroed; NULL without memory. */
struct cm_tunnel *tunnels_push(struct cm_tunnels *);
/* A tunnel in the set's memory that is not in its list (mirrors); NULL without memory. */
struct cm_tunnel *tunnels_single(struct cm_tunnels *);

#endif
