/*
 * GRE: RFC 2784 with the key of RFC 2890, IPv4 in IPv4. What a protected tunnel interface carries.
 *
 * A header is pushed before a clear packet and pulled off again; both in place, no state. Sequence
 * numbers and checksums are understood where a peer sends them and never sent.
 */
#ifndef NET_GRE_H
#define NET_GRE_H

#include <cryptomap/tunnel.h>

enum { GRE_ROOM = 28, GRE_PROTOCOL = 47 }; /* octets that gre_push may need before a packet */

/* Octets that the header of this interface takes. */
size_t gre_overhead(const struct cm_tunnel_interface *);
/*
 * Push the header before the packet at `packet`, which has gre_overhead octets of room before it.
 * Gives where the packet begins now; its length is gre_overhead more.
 */
uint8_t *gre_push(const struct cm_tunnel_interface *, uint32_t from, uint32_t to,
	uint16_t identification, uint8_t *packet, size_t length);
/*
 * Pull the headers off: `*packet` and `*length` become those of the inner packet. False when it is
 * no GRE of this interface's (another key, a wrong checksum, not IPv4 inside).
 */
bool gre_pull(const struct cm_tunnel_interface *, uint8_t **packet, size_t *length);

#endif
