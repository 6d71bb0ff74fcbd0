#include "net/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKET_ROOM = 8 << 20 };

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
	b->packets[i] = (struct esp_packet){
		.room = b->buffers[i], .size = BUFFER, .at = b->buffers[i] + ESP_HEAD
	};
}

/* --- Opening -------------------------------------------------------------------------------------- */

/* Past the limit for everybody where we may: a burst must not be lost for want of room. */
static void set_room(int fd, int forced, int usual)
{
	int room = SOCKET_ROOM;
	if (setsockopt(fd, SOL_SOCKET, forced, &room, sizeof room) != 0)
		setsockopt(fd, SOL_SOCKET, usual, &room, sizeof room);
}

/* Room, and a mark so that no rule of ours sends it into our own device. */
static int as_ours(int fd)
{
	int mark = SOCKET_MARK;
	setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof mark);
	set_room(fd, SO_RCVBUFFORCE, SO_RCVBUF);
	set_room(fd, SO_SNDBUFFORCE, SO_SNDBUF);
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
		setsockopt(fd, IPPROTO_IP, IP_RECVTOS, &on, sizeof on) != 0 ||
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &dont, sizeof dont) != 0 ||
		bind(fd, (struct sockaddr *)&own, sizeof own) != 0)
		return close_with_errno(fd);
	return as_ours(fd);
}

void socket_join_arrivals(int udp)
{
	int on = 1;
	setsockopt(udp, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
}

int socket_raw(uint8_t protocol)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	return fd < 0 ? -1 : as_ours(fd);
}

int socket_icmp_unreachable(void)
{
	const struct icmp_filter all_but = { .data = ~(1u << ICMP_DEST_UNREACH) };
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (fd >= 0 && setsockopt(fd, SOL_RAW, ICMP_FILTER, &all_but, sizeof all_but) != 0)
		return close_with_errno(fd);
	return fd;
}

int socket_raw_out(void)
{
	return socket_raw(IPPROTO_RAW);
}

/* --- One at a time -------------------------------------------------------------------------------- */

/* Room for ancillary data. */
union control {
	char octets[CMSG_SPACE(sizeof(struct in_pktinfo)) + 2 * CMSG_SPACE(sizeof(int))];
	size_t align;
};

static struct sockaddr_in address_of(uint32_t address, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	in.sin_addr.s_addr = htonl(address);
	return in;
}

/* `m` has its control set to no octets at first. */
static void attach(struct msghdr *m, int level, int type, const void *value, size_t size)
{
	struct cmsghdr *c = (struct cmsghdr *)((char *)m->msg_control + m->msg_controllen);
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), value, size);
	m->msg_controllen += CMSG_SPACE(size);
}

static void attach_source(struct msghdr *m, uint32_t local)
{
	struct in_pktinfo info = { 0 };
	info.ipi_spec_dst.s_addr = htonl(local);
	if (local)
		attach(m, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
}

bool socket_send_udp(
	int fd, uint32_t from, uint32_t to, uint16_t port, const void *at, size_t length)
{
	struct sockaddr_in peer = address_of(to, port);
	struct iovec part = { (void *)(uintptr_t)at, length };
	union control control = { 0 };
	struct msghdr m = { .msg_name = &peer,
		.msg_namelen = sizeof peer,
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control };
	attach_source(&m, from);
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

/* --- The inbox ------------------------------------------------------------------------------------ */

/* Places are no multiple of a page apart, so that their beginnings do not share cache lines. */
enum { PLACE = ESP_HEAD + DATAGRAM + ESP_TAIL + 1600 };

struct inbox {
	uint8_t (*places)[PLACE];
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_in from[BATCH];
	union control control[BATCH];
	enum esp_form form;
	size_t n;
	size_t next, offset; /* message and octet that are handed out next */
};

struct inbox *inbox_new(void)
{
	struct inbox *in = calloc(1, sizeof *in);
	if (in)
		in->places = malloc(sizeof *in->places * BATCH);
	if (!in || !in->places) {
		free(in);
		return NULL;
	}
	for (size_t i = 0; i < BATCH; i++) {
		in->parts[i] = (struct iovec){ in->places[i] + ESP_HEAD, DATAGRAM };
		in->messages[i].msg_hdr = (struct msghdr){ .msg_iov = &in->parts[i],
			.msg_iovlen = 1,
			.msg_name = &in->from[i],
			.msg_control = &in->control[i] };
	}
	return in;
}

void inbox_free(struct inbox *in)
{
	if (in)
		free(in->places);
	free(in);
}

size_t inbox_fill(struct inbox *in, int fd, enum esp_form form)
{
	for (size_t i = 0; i < BATCH; i++) {
		in->messages[i].msg_hdr.msg_namelen = sizeof in->from[i];
		in->messages[i].msg_hdr.msg_controllen = sizeof in->control[i];
	}
	int n = recvmmsg(fd, in->messages, BATCH, MSG_DONTWAIT, NULL);
	in->form = form;
	in->n = n > 0 ? (size_t)n : 0;
	in->next = in->offset = 0;
	return in->n;
}

/* What the kernel tells besides the octets. */
struct told {
	uint32_t to;
	uint8_t tos;
	size_t segment; /* 0: one datagram */
};

static struct told told_of(struct msghdr *m)
{
	struct told told = { 0 };
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct in_pktinfo info;
		int segment;
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof info);
			told.to = ntohl(info.ipi_addr.s_addr);
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
			told.tos = *CMSG_DATA(c);
		} else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
			memcpy(&segment, CMSG_DATA(c), sizeof segment);
			told.segment = segment > 0 ? (size_t)segment : 0;
		}
	}
	return told;
}

/* Too long for a place of a batch: only what was never one datagram on the wire. */
static bool place_piece(
	struct batch *b, struct inbox *in, const uint8_t *at, size_t length, bool alone)
{
	struct esp_packet *p = &b->packets[b->n];
	if (alone) {
		*p = (struct esp_packet){ .room = in->places[in->next],
			.size = PLACE,
			.at = in->places[in->next] + ESP_HEAD };
	} else if (length > PACKET_MAX) {
		return false;
	} else {
		batch_reset(b, b->n);
		memcpy(p->at, at, length);
	}
	p->length = length;
	return true;
}

size_t inbox_take(struct inbox *in, struct batch *b)
{
	for (b->n = 0; b->n < BATCH && in->next < in->n;) {
		size_t length = in->messages[in->next].msg_len;
		struct told told = told_of(&in->messages[in->next].msg_hdr);
		size_t piece = told.segment && told.segment < length - in->offset
			? told.segment
			: length - in->offset;
		const struct sockaddr_in *from = &in->from[in->next];
		const uint8_t *at = in->places[in->next] + ESP_HEAD + in->offset;
		if (place_piece(b, in, at, piece, piece == length)) {
			struct esp_packet *p = &b->packets[b->n++];
			p->form = in->form;
			p->from = ntohl(from->sin_addr.s_addr);
			p->from_port = ntohs(from->sin_port);
			p->to = told.to;
			p->tos = told.tos;
		}
		in->offset += piece;
		if (in->offset >= length) {
			in->next++;
			in->offset = 0;
		}
	}
	return b->n;
}

/* --- Sending -------------------------------------------------------------------------------------- */

struct sending {
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	union control control[BATCH];
	struct sockaddr_in peer;
	size_t n_messages, n_parts;
};

bool sender_init(struct sender *s, int udp, int raw)
{
	*s = (struct sender){ .udp = udp, .raw = raw, .sending = calloc(1, sizeof *s->sending) };
	return s->sending != NULL;
}

void sender_wipe(struct sender *s)
{
	free(s->sending);
	s->sending = NULL;
}

/* The device cannot cut datagrams, or not these. */
static bool is_no_segmentation(int error)
{
	return error == EIO || error == EINVAL;
}

/*
 * What the kernel refuses is lost, as in a full queue. Gives the packets sent, all of them from the
 * first on when it was segmentation that was refused; then errno says so.
 */
static size_t send_all(int fd, struct sending *out)
{
	size_t sent = 0, packets = 0;
	while (sent < out->n_messages) {
		errno = 0;
		int k = sendmmsg(
			fd, out->messages + sent, (unsigned)(out->n_messages - sent), MSG_DONTWAIT);
		if (k <= 0 && (errno == EAGAIN || is_no_segmentation(errno)))
			break;
		if (k <= 0) {
			sent++;
			continue;
		}
		for (size_t i = sent; i < sent + (size_t)k; i++)
			packets += out->messages[i].msg_hdr.msg_iovlen;
		sent += (size_t)k;
	}
	return packets;
}

static struct msghdr *begin_message(struct sending *out)
{
	struct msghdr *m = &out->messages[out->n_messages].msg_hdr;
	*m = (struct msghdr){ .msg_iov = &out->parts[out->n_parts],
		.msg_name = &out->peer,
		.msg_namelen = sizeof out->peer,
		.msg_control = &out->control[out->n_messages] };
	out->n_messages++;
	return m;
}

static size_t send_raw(
	struct sender *s, const struct esp_params *about, struct esp_packet *p, size_t n)
{
	struct sending *out = s->sending;
	out->n_messages = out->n_parts = 0;
	out->peer = address_of(about->remote, 0);
	for (size_t i = 0; i < n; i++)
		if (p[i].verdict == ESP_OK) {
			begin_message(out)->msg_iovlen = 1;
			out->parts[out->n_parts++] = (struct iovec){ p[i].at, p[i].length };
		}
	return send_all(s->raw, out);
}

static int df_of(const struct esp_packet *p)
{
	enum { DF = 0x40 }; /* of the octet that begins flags and offset, RFC 791 3.1 */
	return p->at[6] & DF ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT;
}

/* Packets of a run differ in nothing that a socket must be told. */
static bool is_like(const struct esp_packet *a, const struct esp_packet *b)
{
	return a->at[1] == b->at[1] && df_of(a) == df_of(b);
}

/* The most packets from the first on that one datagram with UDP_SEGMENT may carry. */
static size_t count_alike(const struct esp_packet *p, size_t n)
{
	enum { MOST = 65000 };
	size_t length = p->length - p->body, total = length, i = 1;
	while (i < n && i < PACKETS_OF_ONE && p[i].verdict == ESP_OK && is_like(p, &p[i])) {
		size_t next = p[i].length - p[i].body;
		if (next > length || total + next > MOST)
			break;
		total += next;
		i++;
		if (next < length)
			break; /* only the last may be shorter */
	}
	return i;
}

static void add_datagram(
	struct sending *out, const struct esp_params *about, const struct esp_packet *p, size_t n)
{
	struct msghdr *m = begin_message(out);
	uint16_t segment = (uint16_t)(p->length - p->body);
	int tos = p->at[1];
	attach_source(m, about->local);
	if (tos)
		attach(m, IPPROTO_IP, IP_TOS, &tos, sizeof tos);
	if (n > 1)
		attach(m, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment);
	m->msg_iovlen = n;
	for (size_t i = 0; i < n; i++)
		out->parts[out->n_parts++] =
			(struct iovec){ p[i].at + p[i].body, p[i].length - p[i].body };
}

/* DF is the socket's, so what differs in it goes in calls of its own. */
static void set_df(struct sender *s, int df)
{
	if (s->df != df && setsockopt(s->udp, IPPROTO_IP, IP_MTU_DISCOVER, &df, sizeof df) == 0)
		s->df = df;
}

static size_t send_alike(struct sender *s, const struct esp_params *about,
	const struct esp_packet *p, size_t n, bool segment)
{
	struct sending *out = s->sending;
	out->n_messages = out->n_parts = 0;
	for (size_t i = 0; i < n;) {
		size_t k = segment ? count_alike(p + i, n - i) : 1;
		add_datagram(out, about, p + i, k);
		i += k;
	}
	set_df(s, df_of(p));
	return send_all(s->udp, out);
}

static size_t send_udp(
	struct sender *s, const struct esp_params *about, struct esp_packet *p, size_t n)
{
	size_t sent = 0;
	s->sending->peer = address_of(about->remote, about->remote_port);
	for (size_t i = 0, k; i < n; i += k) {
		k = 1;
		if (p[i].verdict != ESP_OK)
			continue;
		while (i + k < n && p[i + k].verdict == ESP_OK && is_like(&p[i], &p[i + k]))
			k++;
		size_t done = send_alike(s, about, p + i, k, !s->cannot_segment);
		if (done < k && !s->cannot_segment && is_no_segmentation(errno)) {
			/* Some devices cannot: then one by one, from now on. */
			s->cannot_segment = true;
			done += send_alike(s, about, p + i + done, k - done, false);
		}
		sent += done;
	}
	return sent;
}

size_t sender_send(struct sender *s, const struct esp_sa *sa, struct esp_packet *packets, size_t n)
{
	const struct esp_params *about = esp_sa_params(sa);
	return about->udp ? send_udp(s, about, packets, n) : send_raw(s, about, packets, n);
}
