#include "base/inet.h"
#include "net/offload.h"

#include <string.h>

enum {
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_PSH = 8,
	TCP_ACK = 16,
	TCP_URG = 32,
	TCP_CWR = 128,
	MOST = 65535
};

void join_init(struct join *j, bool udp)
{
	j->n = 0;
	j->udp = udp;
	memset(j->flows, 0, sizeof j->flows);
}

static bool checksum_is_right(const uint8_t *ip, size_t length)
{
	size_t body = length - IP_HEADER;
	return ip_sum(0, ip, IP_HEADER) == 0xffff &&
		ip_sum(ip_pseudo_sum(ip, body), ip + IP_HEADER, body) == 0xffff;
}

/* Data and nothing but data: no option of IPv4, no flag that means "now". */
static size_t tcp_header(const uint8_t *tcp, size_t length)
{
	size_t header = length < TCP_HEADER ? 0 : (size_t)(tcp[12] >> 4) * 4;
	uint8_t flags = header ? tcp[13] : 0;
	if (header < TCP_HEADER || header >= length)
		return 0;
	if (flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_URG | TCP_CWR) || !(flags & TCP_ACK))
		return 0;
	return header;
}

static size_t udp_header(const uint8_t *udp, size_t length)
{
	bool sound = length > UDP_HEADER && be16(udp + 4) == length && be16(udp + 6) != 0;
	return sound ? UDP_HEADER : 0;
}

/* Octets of the headers of a packet that may be joined with others; else 0. */
static size_t joinable_header(const struct join *j, const uint8_t *ip, size_t length)
{
	size_t network, total, transport = 0;
	if (!ip_parse(ip, length, &network, &total) || network != IP_HEADER || total != length ||
		be16(ip + 6) & ~IP_DF)
		return 0;
	if (ip[9] == NEXT_TCP)
		transport = tcp_header(ip + IP_HEADER, length - IP_HEADER);
	else if (ip[9] == NEXT_UDP && j->udp)
		transport = udp_header(ip + IP_HEADER, length - IP_HEADER);
	return transport && checksum_is_right(ip, length) ? IP_HEADER + transport : 0;
}

static uint16_t *slot(struct join *j, const uint8_t *ip, size_t length)
{
	uint32_t ports = length >= IP_HEADER + 4u ? be32(ip + IP_HEADER) : 0;
	uint32_t hash = (be32(ip + 12) * 31u + be32(ip + 16)) * 31u + ports;
	hash *= UINT32_C(0x9e3779b1);
	return &j->flows[hash >> 24 & (JOIN_FLOWS - 1)];
}

/* RFC 6864: the identification of what is never cut may stay; else a cut counts it up. */
static bool identification_follows(const uint8_t *head, const uint8_t *ip, size_t n)
{
	uint16_t first = be16(head + 4), own = be16(ip + 4);
	return own == (uint16_t)(first + n) || ((be16(ip + 6) & IP_DF) && own == first);
}

static bool tcp_follows(const struct join_packet *head, const uint8_t *tcp)
{
	const uint8_t *first = head->at + IP_HEADER;
	size_t payload = head->total - head->header;
	return be32(tcp + 4) == be32(first + 4) + (uint32_t)payload && /* sequence */
		memcmp(tcp + 8, first + 8, 5) == 0 &&                  /* acknowledgement, offset */
		((tcp[13] ^ first[13]) & ~TCP_PSH) == 0 && memcmp(tcp + 14, first + 14, 2) == 0 &&
		memcmp(tcp + 18, first + 18, head->header - IP_HEADER - 18) == 0;
}

static bool follows(const struct join_packet *head, const uint8_t *ip, size_t length, size_t header)
{
	size_t payload = length - header;
	if (!head->header || head->is_closed || head->header != header ||
		head->n >= OFFLOAD_PIECES || payload > head->segment ||
		head->total + payload > MOST)
		return false;
	/* Version, TOS; DF; TTL, protocol; addresses and ports. */
	if (memcmp(ip, head->at, 2) != 0 || memcmp(ip + 6, head->at + 6, 4) != 0 ||
		memcmp(ip + 12, head->at + 12, 12) != 0)
		return false;
	return identification_follows(head->at, ip, head->n) &&
		(ip[9] == NEXT_UDP || tcp_follows(head, ip + IP_HEADER));
}

/* A short piece or one with PSH is the last. */
static bool is_final(const struct join_packet *head, const uint8_t *ip, size_t payload)
{
	return payload < head->segment || (ip[9] == NEXT_TCP && ip[IP_HEADER + 13] & TCP_PSH);
}

static void append(struct join *j, struct join_packet *head, size_t index)
{
	const struct join_packet *p = &j->packets[index];
	j->packets[head->last].next = index;
	head->last = index;
	head->n++;
	head->total += p->length - p->header;
	head->is_closed = is_final(head, p->at, p->length - p->header);
}

bool join_add(struct join *j, uint8_t *at, size_t length)
{
	if (j->n == JOIN_PACKETS)
		return false;
	size_t header = joinable_header(j, at, length), index = j->n++;
	struct join_packet *p = &j->packets[index];
	*p = (struct join_packet){ .at = at, .length = length, .header = header };
	/* Nobody knows whose fragment it is: nothing that comes later may go before it. */
	if (length < IP_HEADER || ip_is_fragment(at))
		memset(j->flows, 0, sizeof j->flows);
	uint16_t *latest = length >= IP_HEADER ? slot(j, at, length) : &j->flows[0];
	struct join_packet *head = *latest ? &j->packets[*latest - 1] : NULL;
	if (header && head && follows(head, at, length, header)) {
		append(j, head, index);
		return true;
	}
	p->is_head = true;
	p->last = index;
	p->n = 1;
	p->total = length;
	p->segment = length - header;
	p->is_closed = !header || (at[9] == NEXT_TCP && at[IP_HEADER + 13] & TCP_PSH);
	*latest = (uint16_t)(index + 1);
	return true;
}

/* The head's headers become those of all; the checksum is left to whoever cuts it again. */
static void make_super(
	const struct join *j, const struct join_packet *head, struct virtio_net_hdr *virtio)
{
	uint8_t *ip = head->at, *transport = ip + IP_HEADER;
	bool tcp = ip[9] == NEXT_TCP;
	virtio->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	virtio->gso_type = tcp ? VIRTIO_NET_HDR_GSO_TCPV4 : OFFLOAD_UDP;
	virtio->hdr_len = (uint16_t)head->header;
	virtio->gso_size = (uint16_t)head->segment;
	virtio->csum_start = IP_HEADER;
	virtio->csum_offset = tcp ? 16 : 6;
	put16(ip + 2, head->total);
	ip_checksum(ip, IP_HEADER);
	if (tcp)
		transport[13] |= j->packets[head->last].at[IP_HEADER + 13] & TCP_PSH;
	else
		put16(transport + 4, head->total - IP_HEADER);
	put16(transport + virtio->csum_offset, ip_pseudo_sum(ip, head->total - IP_HEADER));
}

size_t join_take(struct join *j, size_t *at, struct virtio_net_hdr *virtio,
	struct iovec parts[OFFLOAD_PIECES + 1])
{
	while (*at < j->n && !j->packets[*at].is_head)
		++*at;
	if (*at == j->n) {
		join_init(j, j->udp);
		return 0;
	}
	const struct join_packet *head = &j->packets[(*at)++];
	memset(virtio, 0, sizeof *virtio);
	if (head->n > 1)
		make_super(j, head, virtio);
	parts[0] = (struct iovec){ virtio, sizeof *virtio };
	parts[1] = (struct iovec){ head->at, head->length };
	const struct join_packet *p = head;
	for (size_t i = 1; i < head->n; i++) {
		p = &j->packets[p->next];
		parts[i + 1] = (struct iovec){ p->at + p->header, p->length - p->header };
	}
	return head->n + 1;
}
