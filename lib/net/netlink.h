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

enum routing_kind {
	ROUTING_ADDRESS, /* of the device itself; brings the route to its network with it */
	ROUTING_ROUTE,   /* into the device */
	ROUTING_RULE,    /* packets between two networks are looked up in a table */
};

/* What we add to the kernel's routing and take back. */
struct netlink_route {
	enum routing_kind kind;
	struct cm_net to, from; /* from: of a rule */
	uint32_t source;        /* of a route; 0: the kernel chooses */
	uint32_t table;         /* 0: the main one */
	uint32_t priority;      /* of a rule */
	uint32_t mark;          /* of a rule: only packets with it; 0: all */
	bool no_default;        /* of a rule: default routes of the table do not count */
	bool own;               /* of a rule: only packets that this machine makes */
	int error;              /* errno-style, after netlink_routes */
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
