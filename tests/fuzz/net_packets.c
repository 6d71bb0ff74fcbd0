/*
 * Clear packets as a peer may send them through a tunnel: GRE headers, TCP options, and whatever is
 * joined to super-packets. What was joined is split again and must be what came, octet for octet.
 *
 * Input: packets, each behind its length in two octets; the highest bit of that makes the packet's
 * lengths and checksums right, so that the code behind them is reached.
 */
#include "base/inet.h"
#include "net/clamp.h"
#include "net/gre.h"
#include "net/offload.h"
#include <stdlib.h>
#include <string.h>

enum { PACKET = 2048, SUPER = 65536 + 64 };

struct packets {
	uint8_t *at[JOIN_PACKETS];
	size_t length[JOIN_PACKETS];
	uint64_t sum[JOIN_PACKETS]; /* of its octets, before it is joined */
	size_t n;
};

/* With DF a packet's identification means nothing (RFC 6864), and a cut may count it up. */
static uint64_t sum_of(const uint8_t *at, size_t length)
{
	uint64_t sum = length;
	bool df = length >= IP_HEADER && be16(at + 6) == IP_DF;
	for (size_t i = 0; i < length; i++)
		if (!df || (i != 4 && i != 5 && i != 10 && i != 11))
			sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static void mend(uint8_t *ip, size_t length)
{
	if (length < IP_HEADER + TCP_HEADER)
		return;
	bool udp = ip[9] & 1;
	ip[0] = 0x45;
	put16(ip + 2, length);
	ip[9] = udp ? NEXT_UDP : NEXT_TCP;
	ip_checksum(ip, IP_HEADER);
	uint8_t *transport = ip + IP_HEADER;
	size_t size = length - IP_HEADER;
	if (udp)
		put16(transport + 4, size);
	put16(transport + (udp ? 6 : 16), 0);
	uint16_t sum = ip_checksum_of(ip_sum(ip_pseudo_sum(ip, size), transport, size));
	put16(transport + (udp ? 6 : 16), sum == 0 && udp ? 0xffff : sum);
}

static void read_packets(struct packets *p, const uint8_t *data, size_t size)
{
	for (p->n = 0; p->n < JOIN_PACKETS && size >= 2;) {
		size_t length = be16(data) % PACKET;
		bool mended = data[0] & 0x80;
		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		if (length) {
			p->at[p->n] =
				malloc(length); /* of its own: no octet behind it may be read */
			memcpy(p->at[p->n], data, length);
			if (mended)
				mend(p->at[p->n], length);
			p->length[p->n++] = length;
		}
		data += length;
		size -= length;
	}
}

static void look_inside(struct packets *p)
{
	static const struct cm_tunnel_interface keyed = { .has_key = true, .key = 7 }, bare = { 0 };
	for (size_t i = 0; i < p->n; i++) {
		uint8_t *at = p->at[i];
		size_t length = p->length[i];
		gre_pull(i % 2 ? &keyed : &bare, &at, &length);
		if (at < p->at[i] || at + length > p->at[i] + p->length[i])
			abort();
		clamp_mss(p->at[i], p->length[i], 1000);
		p->sum[i] = sum_of(p->at[i], p->length[i]);
	}
}

/* Takes the packet out of those that are missing. */
static void see(struct packets *p, const uint8_t *at, size_t length)
{
	uint64_t sum = sum_of(at, length);
	for (size_t i = 0; i < p->n; i++)
		if (p->length[i] && p->sum[i] == sum) {
			p->length[i] = 0;
			return;
		}
	abort();
}

/* A packet of its own leaves the join as it came, sound or not; a super-packet is cut again. */
static void leave(
	struct packets *p, const struct virtio_net_hdr *header, uint8_t *super, size_t length)
{
	static uint8_t piece[SUPER];
	struct split split;
	if (header->gso_type == VIRTIO_NET_HDR_GSO_NONE) {
		see(p, super, length);
		return;
	}
	if (!split_begin(&split, header, super, length))
		abort();
	for (size_t size; (size = split_size(&split));) {
		split_next(&split, piece);
		see(p, piece, size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t super[SUPER];
	static struct join join;
	static struct packets p;
	struct iovec parts[OFFLOAD_PIECES + 1];
	struct virtio_net_hdr header;
	size_t at = 0, n;
	read_packets(&p, data, size);
	look_inside(&p);
	join_init(&join, true);
	for (size_t i = 0; i < p.n; i++)
		join_add(&join, p.at[i], p.length[i]);
	while ((n = join_take(&join, &at, &header, parts)) != 0) {
		size_t length = 0;
		for (size_t i = 1; i < n; i++) {
			memcpy(super + length, parts[i].iov_base, parts[i].iov_len);
			length += parts[i].iov_len;
		}
		leave(&p, &header, super, length);
	}
	for (size_t i = 0; i < p.n; i++) {
		if (p.length[i])
			abort();
		free(p.at[i]);
	}
	return 0;
}
