/*
 * The route keeper: a process of its own that may still change routes when we may nothing any more.
 *
 * Whoever reads packets of strangers holds no capability; this process holds CAP_NET_ADMIN, reads
 * nothing but what its parent asks, and does nothing but routes into, and the MTU of, one device. It
 * ends when its parent is gone.
 */
#ifndef NET_KEEPER_H
#define NET_KEEPER_H

#include "net/netlink.h"

struct keeper {
	int fd; /* -1: none */
	int pid;
};

/* Forks. False with errno. */
bool keeper_start(struct keeper *, unsigned index);
/* Waits for its end. */
void keeper_stop(struct keeper *);
/* As netlink_link_up and netlink_routes. */
int keeper_link_up(struct keeper *, unsigned mtu);
bool keeper_routes(struct keeper *, bool add, struct netlink_route *, size_t n);

/*
 * This process gives up every capability that is not in `keep` (a mask of them), for ever, and
 * leaves no core dump. False with errno when the kernel refuses.
 */
bool keeper_drop(uint64_t keep);

#endif
