/*
 * The TUN device: clear packets from and to this machine's kernel, in super-packets where it can.
 */
#ifndef NET_TUN_H
#define NET_TUN_H

#include "net/offload.h"

enum { TUN_ROOM = 65536 + 64 };

struct tun {
	int fd; /* -1: none */
	char name[16];
	bool joins_udp;   /* the kernel takes and gives joined UDP */
	uint64_t refused; /* packets that the kernel did not take */
	uint8_t *room;    /* TUN_ROOM octets: the packet that was read last */
	struct join join; /* what goes to the kernel with tun_flush */
};

/*
 * A device with this name ("%d" is numbered). Offloads are asked for and left out where the kernel
 * has none. False with errno.
 */
bool tun_open(struct tun *, const char *wanted);
void tun_close(struct tun *);
/* One packet, ready to be split; false: none waits. It stays until the next call. */
bool tun_read(struct tun *, struct split *);
/* Queue a packet for the kernel; its octets must stay until tun_flush. */
void tun_put(struct tun *, uint8_t *packet, size_t length);
/* Write what is queued. */
void tun_flush(struct tun *);

#endif
