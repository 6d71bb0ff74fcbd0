#include <cryptomap/probe.h>

#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { NAT_PORT = 4500, MARKER = 4, DATAGRAM_MAX = 65536, POLL_MOST_MS = 1000 };

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct sockaddr_in end_of(uint32_t address, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	in.sin_addr.s_addr = htonl(address);
	return in;
}

/* Connected: only the gateway's datagrams come in, and the kernel tells what ICMP says of it. */
static int open_path(const struct cm_probe_path *path)
{
	struct sockaddr_in own = end_of(path->source, path->source_port);
	struct sockaddr_in gateway = end_of(path->address, path->port);
	int dont = IP_PMTUDISC_DONT;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &dont, sizeof dont) == 0 &&
		bind(fd, (struct sockaddr *)&own, sizeof own) == 0 &&
		connect(fd, (struct sockaddr *)&gateway, sizeof gateway) == 0)
		return fd;
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

static size_t marker_of(const struct cm_probe_path *path)
{
	return path->port == NAT_PORT ? MARKER : 0; /* RFC 3948 2.2 */
}

static bool send_due(struct cm_probe *probe, struct cm_probe_path *path, int fd)
{
	static const uint8_t zero[MARKER];
	const void *at;
	size_t length;
	if (!cm_probe_send(probe, now_ms(), &at, &length))
		return true;
	struct iovec parts[2] = { { (void *)zero, marker_of(path) }, { (void *)at, length } };
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
	if (sendmsg(fd, &m, 0) >= 0)
		return true;
	/* what an earlier message met: nobody listens, or no way there. It may pass. */
	path->unreachable = path->unreachable || errno == ECONNREFUSED || errno == EHOSTUNREACH ||
		errno == ENETUNREACH;
	return path->unreachable || errno == EAGAIN || errno == EINTR;
}

static void receive(struct cm_probe *probe, struct cm_probe_path *path, int fd)
{
	uint8_t room[DATAGRAM_MAX];
	size_t marker = marker_of(path);
	for (;;) {
		ssize_t length = recv(fd, room, sizeof room, 0);
		if (length < 0) {
			path->unreachable =
				path->unreachable || errno == ECONNREFUSED || errno == EHOSTUNREACH;
			return;
		}
		if ((size_t)length > marker)
			cm_probe_input(probe, now_ms(), room + marker, (size_t)length - marker);
	}
}

bool cm_probe_run(struct cm_probe *probe, struct cm_probe_path *path, char *error, size_t room)
{
	char quad[16];
	int fd = open_path(path);
	bool ok = fd >= 0;
	for (int64_t due; ok && !(path->stop && *path->stop) &&
		(due = cm_probe_deadline(probe)) != INT64_MAX;) {
		int64_t wait = due - now_ms();
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (wait > 0 && poll(&p, 1, wait < POLL_MOST_MS ? (int)wait : POLL_MOST_MS) > 0)
			receive(probe, path, fd);
		ok = send_due(probe, path, fd);
	}
	if (!ok)
		snprintf(error, room, "%s port %u: %s", cm_ip4_print(path->address, quad),
			path->port, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

uint32_t cm_probe_local(uint32_t address)
{
	return netlink_source_for(address);
}
