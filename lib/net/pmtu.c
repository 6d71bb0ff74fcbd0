#include "base/inet.h"
#include "net/gateway.h"

enum { ICMP_HEADER = 8, UNREACHABLE = 3, TOO_BIG = 4 };

/* What a router says about a packet of ours: RFC 1191 4. */
struct complaint {
	uint32_t router, to, spi;
	uint16_t mtu;
};

/* Where ESP or AH begins in what is quoted, and its SPI; false: it is none of our tunnels'. */
static bool quoted_spi(const uint8_t *ip, size_t length, uint32_t *spi)
{
	size_t header = (size_t)(ip[0] & 15) * 4, place;
	if (length < IP_HEADER || ip[0] >> 4 != 4 || header < IP_HEADER || length < header + 8 ||
		be16(ip + 6) & IP_OFFSET)
		return false;
	place = ip[9] == NEXT_UDP          ? header + UDP_HEADER
		: ip[9] == ESP_PROTOCOL_AH ? header + 4
					   : header;
	if (ip[9] != NEXT_UDP && ip[9] != ESP_PROTOCOL_ESP && ip[9] != ESP_PROTOCOL_AH)
		return false;
	/* Of ESP in UDP a router must quote more than RFC 792 wants, or anybody could say this. */
	if (length < place + 4)
		return false;
	*spi = be32(ip + place);
	return true;
}

static bool read_complaint(const struct esp_packet *p, struct complaint *c)
{
	size_t header, total;
	if (!ip_parse(p->at, p->length, &header, &total) ||
		total < header + ICMP_HEADER + IP_HEADER)
		return false;
	const uint8_t *icmp = p->at + header, *quoted = icmp + ICMP_HEADER;
	if (icmp[0] != UNREACHABLE || icmp[1] != TOO_BIG ||
		ip_sum(0, icmp, total - header) != 0xffff)
		return false;
	c->router = be32(p->at + 12);
	c->mtu = be16(icmp + 6);
	c->to = be32(quoted + 16);
	return quoted_spi(quoted, total - header - ICMP_HEADER, &c->spi);
}

static bool is_meant(const struct esp_sa *sa, const struct complaint *c)
{
	return sa && esp_sa_params(sa)->spi == c->spi && esp_sa_params(sa)->remote == c->to;
}

static void lower(struct cm_gateway *g, struct net_pair *pair, const struct complaint *c)
{
	struct esp_sa *sa = pair->esp_out ? pair->esp_out : pair->ah_out;
	char router[16], peer[16];
	size_t before = esp_sa_inner_mtu(sa);
	if (pair->esp_out)
		esp_sa_lower_mtu(pair->esp_out, c->mtu);
	if (pair->ah_out)
		esp_sa_lower_mtu(pair->ah_out, c->mtu);
	if (esp_sa_inner_mtu(sa) == before)
		return;
	gateway_say(g, CM_INFO, "path-mtu",
		"%s says that the path to %s takes %u octets: packets of up to %zu go through in one piece",
		cm_ip4_print(c->router, router), cm_ip4_print(c->to, peer), c->mtu,
		esp_sa_inner_mtu(sa));
}

/*
 * RFC 4301 8.2: nobody signs such a message, but only who has seen a packet of the SA knows its SPI,
 * and esp_sa_lower_mtu has a floor.
 */
void pmtu_take(struct cm_gateway *g, const struct esp_packet *p)
{
	struct complaint c;
	if (!read_complaint(p, &c))
		return;
	for (struct net_pair *pair = g->newest; pair; pair = pair->older)
		if (is_meant(pair->esp_out, &c) || is_meant(pair->ah_out, &c))
			lower(g, pair, &c);
}
