/*
 * Where packets leave: connected networks and static routes in a hash by prefix, made once when a
 * model is resolved. A static route by next hop is installed when the next hop leaves by something
 * installed before; a few rounds settle routes that need routes. What needs itself never settles,
 * as on the router.
 */
#ifndef MODEL_FIB_H
#define MODEL_FIB_H

#include "base/arena.h"
#include <cryptomap/model.h>

struct fib_entry {
	struct cm_str vrf;
	struct cm_net net;
	const struct cm_interface *interface; /* NULL: Null0 */
	const struct cm_route *route;         /* NULL: connected */
	unsigned distance;
	bool used;
};

/* NULL without memory. */
const struct fib *fib_make(struct arena *, const struct cm_model *);
/* The entry with the longest prefix, NULL when there is none. */
const struct fib_entry *fib_find(const struct fib *, struct cm_str vrf, uint32_t address);

#endif
