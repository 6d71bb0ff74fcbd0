/*
 * Between super-packets of the kernel and packets of a path: segmentation and coalescing.
 *
 * A TUN device with offloads hands over TCP and UDP packets of up to 64 kB, each behind a
 * virtio_net_hdr that says where to cut, and takes such packets back. A split gives the packets
 * that a network card would have made of one; a join gathers packets of one conversation that
 * came one behind the other. Splitting what was joined gives what was joined, octet for octet;
 * so only packets are joined that differ in nothing but what a cut makes of them, and whose
 * checksums are right. No input or output here, and no memory but the caller's.
 */
#ifndef NET_OFFLOAD_H
#define NET_OFFLOAD_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* clang-format off */
enum {
	OFFLOAD_UDP = 5,         /* VIRTIO_NET_HDR_GSO_UDP_L4, which older headers do not have */
	OFFLOAD_PIECES = 64,     /* of one super-packet of ours: UDP_MAX_SEGMENTS of older kernels */
	JOIN_PACKETS = 128,      /* that a join holds */
	JOIN_FLOWS = 256,        /* slots for conversations; a power of two */
};
/* clang-format on */

/* --- Splitting -------------------------------------------------------------------------------- */

struct split {
	const uint8_t *at;
	size_t length;
	size_t network,
		header; /* octets of the IPv4 header; of it and what is behind, each piece's */
	size_t segment; /* of payload in a piece; 0: the packet goes as it is */
	size_t offset;  /* of payload given out */
	size_t n;       /* pieces given out */
};

/*
 * Begin with a packet and its virtio_net_hdr. A checksum that is left to the network card is put
 * in place. False: it is no sound IPv4 packet, or the header asks for what cannot be done.
 */
bool split_begin(struct split *, const struct virtio_net_hdr *, uint8_t *at, size_t length);
/* Octets that the next piece will have; 0: there is none. */
size_t split_size(const struct split *);
/* Write the next piece, split_size octets, all its lengths, numbers and checksums right. */
void split_next(struct split *, uint8_t *out);

/* --- Joining ---------------------------------------------------------------------------------- */

/* A packet that waits; the first of a chain is the head of a super-packet. */
struct join_packet {
	uint8_t *at;
	size_t length, header;   /* header: of IPv4 and TCP or UDP; 0: never joined */
	bool is_head, is_closed; /* closed: nothing may follow */
	size_t next, last, n;    /* of a head: its chain, and how many it has */
	size_t segment, total;   /* of a head: payload of its pieces, length of all */
};

struct join {
	struct join_packet packets[JOIN_PACKETS];
	size_t n;
	uint16_t flows[JOIN_FLOWS]; /* latest head of a conversation, plus one */
	bool udp;                   /* the device takes joined UDP */
};

/* An empty one. `udp`: join UDP too, not only TCP. */
void join_init(struct join *, bool udp);
/*
 * Add a packet, whose octets must stay until the join is written. Order within a conversation is
 * kept. False: full, write first.
 */
bool join_add(struct join *, uint8_t *at, size_t length);
/*
 * The super-packets, one a call: `parts` (OFFLOAD_PIECES + 1 of them) are set to header and
 * octets for writev. `at` counts from 0. Gives the parts used; 0: no more, and the join is empty.
 */
size_t join_take(
	struct join *, size_t *at, struct virtio_net_hdr *, struct iovec parts[OFFLOAD_PIECES + 1]);

#endif
