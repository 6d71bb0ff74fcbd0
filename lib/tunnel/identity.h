/*
 * Identities of phase 1: does a profile's `match identity` welcome what the other end presents?
 * A tunnel without remote identities welcomes everybody: IOS then goes by the address alone.
 */
#ifndef TUNNEL_IDENTITY_H
#define TUNNEL_IDENTITY_H

#include <cryptomap/tunnel.h>

/* `address` is the presenter's, as `host` sees it; 0: unknown, and then it may fit. */
bool identity_welcome(
	const struct cm_tunnel *host, const struct cm_tunnel *presenter, uint32_t address);

/*
 * True when one line of a profile (`match identity …`) takes the identity shown; `address` is what
 * an address identity without one of its own stands for, 0 unknown. Meets and the engine ask it.
 */
bool identity_matches(
	const struct cm_identity *match, const struct cm_identity *shown, uint32_t address);

#endif
