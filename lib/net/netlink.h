/*
 * What we ask the kernel by rtnetlink: a link up with an MTU, routes in and out, our addresses, the
 * one that it would use towards a peer. rtnetlink(7).
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <cryptomap/base.h>

/* An open rtnetlink socket; -1 on failure. Closed with close(2). */
int netlink_open(void);
/* errno-style: 0, or a positive error number. */
int netlink_link_up(int fd, unsigned index, unsigned mtu);

/*
 * A route into a device; `source` 0: the kernel chooses. Or an address of the device itself, which
 * brings the route to its network with it.
 */
struct netlink_route {
	bool is_address;
	struct cm_net to;
	uint32_t source;
	int error; /* errno-style, after netlink_routes */
};

/*
 * Add (before what else leads to the same network, which stays) or take back routes, many in a
 * message. False: the kernel does not answer; each route has its own error.
 */
bool netlink_routes(int fd, bool add, unsigned index, struct netlink_route *, size_t n);

/* An address of this machine. */
struct netlink_address {
	uint32_t address;
	unsigned mtu; /* of the device; 0: unknown */
	char device[16];
};

/* All of them; free(3) the list. NULL without memory or when they cannot be had. */
struct netlink_address *netlink_addresses(size_t *n);
/* The address that packets to `peer` would carry, 0 if there is no route. */
uint32_t netlink_source_for(uint32_t peer);

#endif
