/*
 * impair TUN LOSS DUPLICATE REORDER SEED: what is routed into the TUN device comes back out of it, but
 * that share of packets (percent) is lost, doubled, or held until three others have passed it.
 * Prints what it did when it is told to end (SIGTERM).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PACKET = 65536, HELD_PACKETS = 3, HELD_MS = 100 };

static volatile sig_atomic_t over;

static void end(int signal)
{
	(void)signal;
	over = 1;
}

static int open_tun(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR);
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
		perror(name);
		exit(1);
	}
	return fd;
}

static int chance(const char *percent)
{
	return drand48() * 100 < atof(percent);
}

static void put(int fd, const char *packet, ssize_t length)
{
	if (length > 0 && write(fd, packet, (size_t)length) != length)
		perror("write");
}

int main(int argc, char **argv)
{
	static char packet[PACKET], held[PACKET];
	unsigned long all = 0, lost = 0, doubled = 0, late = 0;
	ssize_t held_length = 0;
	int passed = 0;
	if (argc != 6)
		return 2;
	srand48(atol(argv[5]));
	struct pollfd tun = { .fd = open_tun(argv[1]), .events = POLLIN };
	const struct sigaction action = { .sa_handler = end };
	sigaction(SIGTERM, &action, NULL);
	while (!over) {
		int n = poll(&tun, 1, held_length ? HELD_MS : -1);
		ssize_t length = n > 0 ? read(tun.fd, packet, sizeof packet) : 0;
		if (length > 0) {
			all++;
			if (chance(argv[2])) {
				lost++;
				continue;
			}
			if (!held_length && chance(argv[4])) {
				late++;
				memcpy(held, packet, (size_t)length);
				held_length = length;
				passed = 0;
				continue;
			}
			put(tun.fd, packet, length);
			if (chance(argv[3])) {
				doubled++;
				put(tun.fd, packet, length);
			}
		}
		if (held_length && (length <= 0 || ++passed >= HELD_PACKETS)) {
			put(tun.fd, held, held_length);
			held_length = 0;
		}
	}
	printf("%lu packets: %lu lost, %lu doubled, %lu late\n", all, lost, doubled, late);
	return 0;
}
