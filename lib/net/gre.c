#include "net/gre.h"
#include "base/inet.h"

#include <string.h>

enum {
	GRE_HEADER = 4,
	GRE_WORD = 4,
	ETHERTYPE_IPV4 = 0x0800,
	TTL = 255,
	CHECKSUM = 0x8000,
	ROUTING = 0x4000,
	KEY = 0x2000,
	SEQUENCE = 0x1000, /* RFC 2784 2.1, 2890 2 */
	VERSION = 0x0007
};

size_t gre_overhead(const struct cm_tunnel_interface *i)
{
	return IP_HEADER + GRE_HEADER + (i->has_key ? GRE_WORD : 0);
}

uint8_t *gre_push(const struct cm_tunnel_interface *i, uint32_t from, uint32_t to,
	uint16_t identification, uint8_t *packet, size_t length)
{
	size_t size = gre_overhead(i);
	uint8_t *ip = packet - size, *gre = ip + IP_HEADER;
	memset(ip, 0, size);
	ip[0] = 0x45;
	ip[1] = packet[1]; /* TOS as it is inside */
	put16(ip + 2, size + length);
	put16(ip + 4, identification ? identification : 1);
	ip[8] = TTL;
	ip[9] = GRE_PROTOCOL;
	put32(ip + 12, from);
	put32(ip + 16, to);
	ip_checksum(ip, IP_HEADER);
	put16(gre, i->has_key ? KEY : 0);
	put16(gre + 2, ETHERTYPE_IPV4);
	if (i->has_key)
		put32(gre + GRE_HEADER, i->key);
	return ip;
}

/* Octets of the GRE header by its flags. */
static size_t header_size(uint16_t flags)
{
	size_t size = GRE_HEADER;
	for (int bit = 0; bit < 3; bit++) {
		static const uint16_t words[] = { CHECKSUM, KEY, SEQUENCE };
		if (flags & words[bit])
			size += GRE_WORD;
	}
	return size;
}

static bool key_is_right(const struct cm_tunnel_interface *i, const uint8_t *gre, uint16_t flags)
{
	const uint8_t *key = gre + GRE_HEADER + (flags & CHECKSUM ? GRE_WORD : 0);
	if (!i->has_key)
		return !(flags & KEY);
	return flags & KEY && be32(key) == i->key;
}

bool gre_pull(const struct cm_tunnel_interface *i, uint8_t **packet, size_t *length)
{
	size_t network, total, inner_header, inner_total;
	uint8_t *ip = *packet;
	if (!ip_parse(ip, *length, &network, &total) || ip[9] != GRE_PROTOCOL ||
		ip_is_fragment(ip) || total < network + GRE_HEADER)
		return false;
	uint8_t *gre = ip + network;
	uint16_t flags = be16(gre);
	size_t size = header_size(flags), payload = total - network;
	if (flags & (ROUTING | VERSION) || payload < size || !key_is_right(i, gre, flags) ||
		be16(gre + 2) != ETHERTYPE_IPV4)
		return false;
	if (flags & CHECKSUM && ip_sum(0, gre, payload) != 0xffff)
		return false;
	if (!ip_parse(gre + size, payload - size, &inner_header, &inner_total))
		return false;
	*packet = gre + size;
	*length = inner_total;
	return true;
}
