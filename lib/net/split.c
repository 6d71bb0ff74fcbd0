#include "base/inet.h"
#include "net/offload.h"

#include <string.h>

enum { FIN_PSH = 0x09, CWR = 0x80 }; /* of TCP's flags, RFC 793 3.1, RFC 3168 6.1 */

static size_t checksum_place(const uint8_t *ip)
{
	return ip[9] == NEXT_TCP ? 16 : 6;
}

/* A checksum of 0 means "none" in UDP: RFC 768. */
static void put_checksum(uint8_t *ip, uint8_t *field, uint32_t sum)
{
	uint16_t checksum = ip_checksum_of(sum);
	put16(field, checksum == 0 && ip[9] == NEXT_UDP ? 0xffff : checksum);
}

/* The field holds the sum of the pseudo header already: only the octets are missing. */
static bool finish_checksum(const struct virtio_net_hdr *virtio, uint8_t *at, size_t length)
{
	size_t start = virtio->csum_start, place = start + virtio->csum_offset;
	if (place + 2 > length)
		return false;
	uint32_t sum = ip_sum(0, at + start, length - start);
	put_checksum(at, at + place, sum);
	return true;
}

/* Octets of the header behind IPv4's, when a packet of this kind can be cut; else 0. */
static size_t transport_header(const uint8_t *ip, size_t network, size_t length, bool udp)
{
	if (ip_is_fragment(ip) || ip[9] != (udp ? NEXT_UDP : NEXT_TCP))
		return 0;
	if (length < network + (udp ? UDP_HEADER : TCP_HEADER))
		return 0;
	size_t header = udp ? UDP_HEADER : (size_t)(ip[network + 12] >> 4) * 4;
	return header < (udp ? UDP_HEADER : TCP_HEADER) || network + header >= length ? 0 : header;
}

bool split_begin(struct split *s, const struct virtio_net_hdr *virtio, uint8_t *at, size_t length)
{
	size_t total;
	*s = (struct split){ .at = at, .length = length };
	if (!ip_parse(at, length, &s->network, &total))
		return false;
	s->length = total;
	if (virtio->gso_type == VIRTIO_NET_HDR_GSO_NONE)
		return !(virtio->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) ||
			finish_checksum(virtio, at, total);
	uint8_t type = virtio->gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
	if ((type != VIRTIO_NET_HDR_GSO_TCPV4 && type != OFFLOAD_UDP) || !virtio->gso_size)
		return false;
	size_t transport = transport_header(at, s->network, total, type == OFFLOAD_UDP);
	s->header = s->network + transport;
	s->segment = virtio->gso_size;
	return transport != 0;
}

static size_t left(const struct split *s)
{
	return s->length - s->header - s->offset;
}

size_t split_size(const struct split *s)
{
	if (!s->segment)
		return s->n ? 0 : s->length;
	size_t payload = left(s);
	return payload ? s->header + (payload < s->segment ? payload : s->segment) : 0;
}

/* RFC 3168 6.1.2: CWR only once; the end of the data is the end of the last piece. */
static void adapt_tcp(const struct split *s, uint8_t *tcp, bool is_last)
{
	put32(tcp + 4, be32(tcp + 4) + (uint32_t)s->offset);
	if (!is_last)
		tcp[13] &= (uint8_t)~FIN_PSH;
	if (s->n)
		tcp[13] &= (uint8_t)~CWR;
}

void split_next(struct split *s, uint8_t *out)
{
	size_t size = split_size(s), payload = size - s->header;
	if (!s->segment) {
		memcpy(out, s->at, s->length);
		s->n++;
		return;
	}
	memcpy(out, s->at, s->header);
	memcpy(out + s->header, s->at + s->header + s->offset, payload);
	put16(out + 2, size);
	put16(out + 4, (be16(s->at + 4) + s->n) & 0xffff);
	ip_checksum(out, s->network);
	uint8_t *transport = out + s->network, *field = transport + checksum_place(out);
	if (out[9] == NEXT_TCP)
		adapt_tcp(s, transport, payload == left(s));
	else
		put16(transport + 4, size - s->network);
	put16(field, 0);
	uint32_t sum = ip_pseudo_sum(out, size - s->network);
	put_checksum(out, field, ip_sum(sum, transport, size - s->network));
	s->offset += payload;
	s->n++;
}
