#include "net/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKET_ROOM = 4 << 20 };

/* Room for the ancillary data that tells (or sets) the local address. */
union control {
	char octets[CMSG_SPACE(sizeof(struct in_pktinfo))];
	size_t align;
};

bool batch_init(struct batch *b)
{
	memset(b, 0, sizeof *b);
	b->buffers = malloc(sizeof *b->buffers * BATCH);
	for (size_t i = 0; b->buffers && i < BATCH; i++)
		batch_reset(b, i);
	return b->buffers != NULL;
}

void batch_free(struct batch *b)
{
	free(b->buffers);
	b->buffers = NULL;
}

void batch_reset(struct batch *b, size_t i)
{
	b->packets[i] = (struct esp_packet){ .room = b->buffers[i], .size = BUFFER,
		.at = b->buffers[i] + ESP_HEAD };
}

static int with_room(int fd)
{
	int room = SOCKET_ROOM;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	return fd;
}

static int close_with_errno(int fd)
{
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

int socket_udp(uint16_t port)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1, dont = IP_PMTUDISC_DONT;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* DF is ours to decide per packet; the kernel's own path MTU must not refuse IKE. */
	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0 ||
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &dont, sizeof dont) != 0 ||
		bind(fd, (struct sockaddr *)&own, sizeof own) != 0)
		return close_with_errno(fd);
	return with_room(fd);
}

int socket_raw(uint8_t protocol)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	return fd < 0 ? -1 : with_room(fd);
}

int socket_raw_out(void)
{
	return socket_raw(IPPROTO_RAW);
}

int socket_tun(const char *wanted, char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", wanted);
	if (ioctl(fd, TUNSETIFF, &request) != 0)
		return close_with_errno(fd);
	memcpy(name, request.ifr_name, IFNAMSIZ);
	return fd;
}

/* --- Receiving ------------------------------------------------------------------------------------ */

struct vectors {
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_in from[BATCH];
	union control control[BATCH];
};

static uint32_t local_of(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct in_pktinfo info;
		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof info);
		return ntohl(info.ipi_addr.s_addr);
	}
	return 0;
}

static size_t receive(int fd, struct batch *b, enum esp_form form)
{
	struct vectors v;
	memset(v.messages, 0, sizeof v.messages);
	for (size_t i = 0; i < BATCH; i++) {
		batch_reset(b, i);
		v.parts[i] = (struct iovec){ b->packets[i].at, BUFFER - ESP_HEAD - ESP_TAIL };
		v.messages[i].msg_hdr = (struct msghdr){ .msg_iov = &v.parts[i], .msg_iovlen = 1,
			.msg_name = &v.from[i], .msg_namelen = sizeof v.from[i],
			.msg_control = &v.control[i], .msg_controllen = sizeof v.control[i] };
	}
	int n = recvmmsg(fd, v.messages, BATCH, MSG_DONTWAIT, NULL);
	b->n = n > 0 ? (size_t)n : 0;
	for (size_t i = 0; i < b->n; i++) {
		struct esp_packet *p = &b->packets[i];
		p->length = v.messages[i].msg_len;
		p->form = form;
		p->from = ntohl(v.from[i].sin_addr.s_addr);
		p->from_port = ntohs(v.from[i].sin_port);
		p->to = b->to[i] = local_of(&v.messages[i].msg_hdr);
	}
	return b->n;
}

size_t socket_receive_udp(int fd, struct batch *b)
{
	return receive(fd, b, ESP_FORM_UDP);
}

size_t socket_receive_raw(int fd, struct batch *b)
{
	return receive(fd, b, ESP_FORM_IP);
}

size_t socket_receive_tun(int fd, struct batch *b)
{
	for (b->n = 0; b->n < BATCH; b->n++) {
		batch_reset(b, b->n);
		struct esp_packet *p = &b->packets[b->n];
		ssize_t length = read(fd, p->at, BUFFER - ESP_HEAD - ESP_TAIL);
		if (length <= 0)
			break;
		p->length = (size_t)length;
		p->form = ESP_FORM_IP;
	}
	return b->n;
}

/* --- Sending -------------------------------------------------------------------------------------- */

static struct sockaddr_in address_of(uint32_t address, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	in.sin_addr.s_addr = htonl(address);
	return in;
}

static void from_local(struct msghdr *m, union control *control, uint32_t local)
{
	struct in_pktinfo info = { 0 };
	if (!local)
		return;
	memset(control, 0, sizeof *control);
	info.ipi_spec_dst.s_addr = htonl(local);
	m->msg_control = control;
	m->msg_controllen = sizeof *control;
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof info);
	memcpy(CMSG_DATA(c), &info, sizeof info);
}

bool socket_send_udp(
	int fd, uint32_t from, uint32_t to, uint16_t port, const void *at, size_t length)
{
	struct sockaddr_in peer = address_of(to, port);
	struct iovec part = { (void *)(uintptr_t)at, length };
	union control control;
	struct msghdr m = { .msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &part,
		.msg_iovlen = 1 };
	from_local(&m, &control, from);
	if (sendmsg(fd, &m, MSG_DONTWAIT) >= 0)
		return true;
	/* The address may have left this machine: then let the kernel choose. */
	m.msg_control = NULL;
	m.msg_controllen = 0;
	return from && sendmsg(fd, &m, MSG_DONTWAIT) >= 0;
}

bool socket_send_ip(int fd, uint32_t to, const void *packet, size_t length)
{
	struct sockaddr_in peer = address_of(to, 0);
	return sendto(fd, packet, length, MSG_DONTWAIT, (struct sockaddr *)&peer, sizeof peer) >= 0;
}

static size_t send_all(int fd, struct mmsghdr *messages, size_t n)
{
	size_t sent = 0;
	while (sent < n) {
		int k = sendmmsg(fd, messages + sent, (unsigned)(n - sent), 0);
		if (k <= 0)
			break;
		sent += (size_t)k;
	}
	return sent;
}

size_t socket_send_sealed(
	int udp, int raw, const struct esp_sa *sa, struct esp_packet *packets, size_t n)
{
	struct vectors v;
	const struct esp_params *about = esp_sa_params(sa);
	struct sockaddr_in peer = address_of(about->remote, about->udp ? about->remote_port : 0);
	size_t ready = 0;
	memset(v.messages, 0, sizeof v.messages);
	for (size_t i = 0; i < n; i++) {
		struct esp_packet *p = &packets[i];
		size_t skip = about->udp ? p->body : 0;
		if (p->verdict != ESP_OK)
			continue;
		v.parts[ready] = (struct iovec){ p->at + skip, p->length - skip };
		struct msghdr *m = &v.messages[ready].msg_hdr;
		*m = (struct msghdr){ .msg_iov = &v.parts[ready], .msg_iovlen = 1,
			.msg_name = &peer, .msg_namelen = sizeof peer };
		if (about->udp)
			from_local(m, &v.control[ready], about->local);
		ready++;
	}
	return send_all(about->udp ? udp : raw, v.messages, ready);
}
