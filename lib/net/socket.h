/*
 * Sockets in batches: UDP with the local address of each datagram, raw IP for ESP and AH.
 *
 * One system call carries many datagrams (recvmmsg, sendmmsg), and where the kernel can (UDP_GRO,
 * UDP_SEGMENT) one datagram of its own carries many of ours. What comes is kept in an inbox of
 * large places and handed on as esp_packets, whose octets stay until the inbox is filled again.
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "esp/esp.h"

/* clang-format off */
enum {
	BATCH = 128,
	BUFFER = 10240,      /* of a packet that goes out, with room before and behind it */
	ROOM_BEFORE = ESP_HEAD + 32, /* for GRE too */
	PACKET_MAX = BUFFER - ROOM_BEFORE - ESP_TAIL,
	DATAGRAM = 65536,    /* of what comes in */
	SOCKET_MARK = 0x636d, /* of what goes out, for rules of routing ("cm") */
	PACKETS_OF_ONE = 64, /* that the kernel may give as one datagram: UDP_MAX_SEGMENTS */
};
/* clang-format on */

/* Buffers for a batch: each packet has ROOM_BEFORE it and ESP_TAIL behind its place. */
struct batch {
	struct esp_packet packets[BATCH];
	uint8_t (*buffers)[BUFFER];
	size_t n;
};

bool batch_init(struct batch *);
void batch_free(struct batch *);
/* Point packet `i` at its empty place. */
void batch_reset(struct batch *, size_t i);

/* What a call of recvmmsg has brought. */
struct inbox;

struct inbox *inbox_new(void);
void inbox_free(struct inbox *);
/*
 * Receive from a socket; `form` is what it gives. Gives how many datagrams came (0: none waits).
 * Packets handed out before are gone.
 */
size_t inbox_fill(struct inbox *, int fd, enum esp_form form);
/*
 * The next packets of it into `b`, at most BATCH; 0: no more. A datagram made of several is cut
 * into places of the batch, others stay where they are.
 */
size_t inbox_take(struct inbox *, struct batch *b);

/* Bound to `port` on all addresses, never fragmenting IKE; -1 with errno. */
int socket_udp(uint16_t port);
/* Take datagrams that the kernel has joined, if it can: not for IKE's own port. */
void socket_join_arrivals(int udp);
/* Receives IP packets of this protocol; -1 with errno. */
int socket_raw(uint8_t protocol);
/* Receives the ICMP messages "unreachable", no others; -1 with errno. */
int socket_icmp_unreachable(void);
/* Sends whole IP packets; -1 with errno. */
int socket_raw_out(void);

/* One datagram from `from` (an address of ours; 0: the kernel's choice). */
bool socket_send_udp(int fd, uint32_t from, uint32_t to, uint16_t port, const void *, size_t);
/* One whole IP packet over a raw socket. */
bool socket_send_ip(int fd, uint32_t to, const void *, size_t);

/* The way out of sealed packets. */
struct sender {
	int udp, raw;
	bool cannot_segment; /* UDP_SEGMENT was refused once */
	int df; /* as the UDP socket is set: IP_PMTUDISC_PROBE, IP_PMTUDISC_DONT; 0: unset */
	struct sending *sending;
};

bool sender_init(struct sender *, int udp, int raw);
void sender_wipe(struct sender *);
/*
 * Sealed packets of one SA that have ESP_OK: over UDP what follows the headers, with their TOS and
 * DF; else whole IP packets. Gives how many were taken by the kernel.
 */
size_t sender_send(struct sender *, const struct esp_sa *, struct esp_packet *, size_t n);

#endif
