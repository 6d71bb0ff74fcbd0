/*
 * Sockets in batches: UDP with the local address of each datagram, raw IP for ESP and AH, TUN.
 *
 * A batch is an array of esp_packet whose buffers are the caller's; receiving fills `at`, length
 * and addresses, sending reads them. One system call carries many datagrams (recvmmsg, sendmmsg).
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "esp/esp.h"

enum { BATCH = 64, BUFFER = 10240 };

/* Buffers for a batch: each packet has ESP_HEAD before and ESP_TAIL behind its place. */
struct batch {
	struct esp_packet packets[BATCH];
	uint8_t (*buffers)[BUFFER];
	uint32_t to[BATCH]; /* local address of what was received */
	size_t n;
};

bool batch_init(struct batch *);
void batch_free(struct batch *);
/* Point packet `i` at its empty place. */
void batch_reset(struct batch *, size_t i);

/* Bound to `port` on all addresses, never fragmenting IKE; -1 with errno. */
int socket_udp(uint16_t port);
/* Receives IP packets of this protocol; -1 with errno. */
int socket_raw(uint8_t protocol);
/* Sends whole IP packets; -1 with errno. */
int socket_raw_out(void);
/* A TUN device without packet information; its name goes to `name` (IFNAMSIZ octets). */
int socket_tun(const char *wanted, char *name);

/* Fill a batch; gives how many came (0: nothing waits). */
size_t socket_receive_udp(int fd, struct batch *);
size_t socket_receive_raw(int fd, struct batch *);
size_t socket_receive_tun(int fd, struct batch *);

/* One datagram from `from` (an address of ours; 0: the kernel's choice). */
bool socket_send_udp(int fd, uint32_t from, uint32_t to, uint16_t port, const void *, size_t);
/* One whole IP packet over a raw socket. */
bool socket_send_ip(int fd, uint32_t to, const void *, size_t);
/* Sealed packets of one SA: over UDP what follows the headers, else whole IP packets. */
size_t socket_send_sealed(int udp, int raw, const struct esp_sa *, struct esp_packet *, size_t n);

#endif
