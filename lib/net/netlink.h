/*
 * What we ask the kernel by rtnetlink: a link up with an MTU, routes in and out, the address that
 * it would use towards a peer. One short-lived request at a time; rtnetlink(7).
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <cryptomap/base.h>

/* An open rtnetlink socket; -1 on failure. Closed with close(2). */
int netlink_open(void);
/* errno-style: 0, or a positive error number. */
int netlink_link_up(int fd, unsigned index, unsigned mtu);
/* `source` 0: the kernel chooses. An existing equal route is replaced. */
int netlink_route_add(int fd, struct cm_net to, unsigned index, uint32_t source);
int netlink_route_del(int fd, struct cm_net to, unsigned index);
/* An address of this machine within `net`, 0 if there is none. */
uint32_t netlink_own_address_in(struct cm_net net);
/* The first IPv4 address of a device, 0 if there is none. */
uint32_t netlink_device_address(const char *device);
/* The address that packets to `peer` would carry, 0 if there is no route. */
uint32_t netlink_source_for(uint32_t peer);

#endif
