#include "net/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* TUN_F_USO4 and TUN_F_USO6 of Linux 6.2, which older headers do not have; only both together. */
enum { SEGMENTS_UDP = 0x20 | 0x40 };

static bool set_offloads(int fd, unsigned features)
{
	return ioctl(fd, TUNSETOFFLOAD, features) == 0;
}

static void ask_for_offloads(struct tun *t)
{
	const unsigned tcp = TUN_F_CSUM | TUN_F_TSO4;
	t->joins_udp = set_offloads(t->fd, tcp | SEGMENTS_UDP);
	if (!t->joins_udp && !set_offloads(t->fd, tcp))
		set_offloads(t->fd, 0);
}

bool tun_open(struct tun *t, const char *wanted)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
	t->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	t->room = malloc(TUN_ROOM);
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", wanted);
	if (t->fd < 0 || !t->room || ioctl(t->fd, TUNSETIFF, &request) != 0) {
		int error = errno;
		tun_close(t);
		errno = error;
		return false;
	}
	memcpy(t->name, request.ifr_name, sizeof t->name);
	ask_for_offloads(t);
	join_init(&t->join, t->joins_udp);
	return true;
}

void tun_close(struct tun *t)
{
	if (t->fd >= 0)
		close(t->fd);
	free(t->room);
	t->fd = -1;
	t->room = NULL;
}

bool tun_read(struct tun *t, struct split *split)
{
	for (;;) {
		struct virtio_net_hdr header;
		struct iovec parts[2] = { { &header, sizeof header }, { t->room, TUN_ROOM } };
		ssize_t length = readv(t->fd, parts, 2);
		if (length <= (ssize_t)sizeof header)
			return false;
		/* IPv6 that the kernel sends on every device is no business of ours. */
		if (split_begin(split, &header, t->room, (size_t)length - sizeof header))
			return true;
	}
}

void tun_flush(struct tun *t)
{
	struct virtio_net_hdr header;
	struct iovec parts[OFFLOAD_PIECES + 1];
	size_t at = 0, n;
	while ((n = join_take(&t->join, &at, &header, parts)) != 0)
		if (writev(t->fd, parts, (int)n) < 0)
			t->refused += n - 1;
}

void tun_put(struct tun *t, uint8_t *packet, size_t length)
{
	if (join_add(&t->join, packet, length))
		return;
	tun_flush(t);
	join_add(&t->join, packet, length);
}
