#include "esp/room.h"
#include <string.h>

bool ip_merge_ecn(uint8_t *inner, size_t header, uint8_t outer_tos)
{
	enum { NONE, ECT1, ECT0, CE, DROP }; /* the codes of RFC 3168 5 */
	static const uint8_t merged[4][4] = {
		/* RFC 6040 figure 4: rows inner, columns outer */
		[NONE] = { [NONE] = NONE, [ECT0] = NONE, [ECT1] = NONE, [CE] = DROP },
		[ECT0] = { [NONE] = ECT0, [ECT0] = ECT0, [ECT1] = ECT1, [CE] = CE },
		[ECT1] = { [NONE] = ECT1, [ECT0] = ECT1, [ECT1] = ECT1, [CE] = CE },
		[CE] = { [NONE] = CE, [ECT0] = CE, [ECT1] = CE, [CE] = CE },
	};
	uint8_t before = inner[1] & 3, after = merged[before][outer_tos & 3];
	if (after == DROP)
		return false;
	if (after != before) {
		inner[1] = (uint8_t)((inner[1] & ~3) | after);
		ip_checksum(inner, header);
	}
	return true;
}

void ip_fix_transport(uint8_t *at, size_t header, size_t total)
{
	size_t length = total - header;
	uint8_t *segment = at + header;
	if (at[9] == ESP_PROTOCOL_UDP && length >= UDP_HEADER) {
		put16(segment + 6, 0); /* RFC 768: none; ESP has vouched for the octets */
	} else if (at[9] == NEXT_TCP && length >= 20) {
		put16(segment + 16, 0);
		uint32_t sum = ip_sum(ip_pseudo_sum(at, length), segment, length);
		put16(segment + 16, ip_checksum_of(sum));
	}
}

/* RFC 791 3.1: only options with the copied flag go into the later fragments. */
static size_t copied_options(const uint8_t *ip, size_t header, uint8_t *out)
{
	size_t written = 0;
	for (size_t i = IP_HEADER; i < header && ip[i] != 0;) {
		size_t size = ip[i] == 1 ? 1 : i + 1 < header ? ip[i + 1] : 0;
		if (size == 0 || (ip[i] != 1 && size < 2) || size > header - i)
			break;
		if (ip[i] & 0x80) {
			memcpy(out + written, ip + i, size);
			written += size;
		}
		i += size;
	}
	while (written % 4)
		out[written++] = 0;
	return written;
}

/* One fragment: `payload` octets from `offset` of the original's payload. */
static bool make_fragment(struct esp_packet *out, const uint8_t *ip, size_t header,
	const uint8_t *options, size_t n_options, size_t offset, size_t payload, bool more)
{
	size_t own = IP_HEADER + n_options;
	if (out->size < ESP_HEAD + own + payload + ESP_TAIL)
		return false;
	out->at = out->room + ESP_HEAD;
	out->length = own + payload;
	memcpy(out->at, ip, IP_HEADER);
	memcpy(out->at + IP_HEADER, options, n_options);
	memcpy(out->at + own, ip + header + offset, payload);
	out->at[0] = (uint8_t)(0x40 | own / 4);
	put16(out->at + 2, own + payload);
	/* A packet may be a fragment already: its offset counts, and its own "more". */
	uint16_t field = be16(ip + 6);
	put16(out->at + 6, (more ? IP_MF : field & IP_MF) | ((field & IP_OFFSET) + offset / 8));
	ip_checksum(out->at, own);
	return true;
}

size_t esp_fragment(
	const uint8_t *packet, size_t length, size_t mtu, struct esp_packet *out, size_t n)
{
	size_t header, total, made = 0;
	uint8_t later[40];
	if (!ip_parse(packet, length, &header, &total) || mtu < header + 8)
		return 0;
	size_t n_later = copied_options(packet, header, later), payload = total - header;
	for (size_t offset = 0; offset < payload || made == 0; made++) {
		size_t own = offset ? IP_HEADER + n_later : header;
		size_t piece = payload - offset;
		bool more = own + piece > mtu;
		if (more)
			piece = (mtu - own) / 8 * 8;
		const uint8_t *options = offset ? later : packet + IP_HEADER;
		if (made == n ||
			!make_fragment(&out[made], packet, header, options, own - IP_HEADER, offset,
				piece, more))
			return 0;
		offset += piece;
	}
	return made;
}

enum { ICMP = 1, ICMP_UNREACHABLE = 3, ICMP_TOO_BIG = 4, ICMP_HEADER = 8, MESSAGE_MAX = 576 };

static bool may_tell(const uint8_t *ip, size_t header, size_t total)
{
	static const uint32_t errors = 1u << 3 | 1u << 4 | 1u << 5 | 1u << 11 | 1u << 12;
	uint32_t from = be32(ip + 12), to = be32(ip + 16);
	if (be16(ip + 6) & IP_OFFSET)
		return false;
	if (from == 0 || from >= 0xe0000000 || to >= 0xe0000000)
		return false;
	return ip[9] != ICMP || total == header || ip[header] >= 32 || !(errors >> ip[header] & 1);
}

size_t esp_too_big_message(
	const uint8_t *packet, size_t length, size_t mtu, uint32_t from, uint8_t *out, size_t room)
{
	size_t header, total, quoted;
	if (!ip_parse(packet, length, &header, &total) || !may_tell(packet, header, total))
		return 0;
	quoted = MESSAGE_MAX - IP_HEADER - ICMP_HEADER;
	if (quoted > total)
		quoted = total;
	size_t size = IP_HEADER + ICMP_HEADER + quoted;
	if (room < size)
		return 0;
	memset(out, 0, IP_HEADER + ICMP_HEADER);
	out[0] = 0x45;
	out[1] = 0xc0; /* RFC 1812 4.3.2.5: internetwork control */
	put16(out + 2, size);
	out[8] = 64;
	out[9] = ICMP;
	put32(out + 12, from);
	memcpy(out + 16, packet + 12, 4);
	ip_checksum(out, IP_HEADER);
	uint8_t *icmp = out + IP_HEADER;
	icmp[0] = ICMP_UNREACHABLE;
	icmp[1] = ICMP_TOO_BIG;
	put16(icmp + 6, mtu); /* RFC 1191 4 */
	memcpy(icmp + ICMP_HEADER, packet, quoted);
	put16(icmp + 2, ip_checksum_of(ip_sum(0, icmp, ICMP_HEADER + quoted)));
	return size;
}

static bool port_in(const uint16_t range[2], uint16_t port)
{
	return range[0] <= port && port <= range[1];
}

static bool any_port(const uint16_t range[2])
{
	return range[0] == 0 && range[1] == 0xffff;
}

bool esp_selects(const struct cm_selector *selector, enum esp_direction direction,
	const uint8_t *packet, size_t length)
{
	size_t header, total;
	if (!ip_parse(packet, length, &header, &total))
		return false;
	bool out = direction == ESP_OUTBOUND;
	uint32_t from = be32(packet + 12), to = be32(packet + 16);
	if (!cm_net_has(selector->local, out ? from : to) ||
		!cm_net_has(selector->remote, out ? to : from))
		return false;
	if (selector->protocol && selector->protocol != packet[9])
		return false;
	if (any_port(selector->local_port) && any_port(selector->remote_port))
		return true;
	/* Ports are asked for: only a first fragment of a protocol that has them can tell. */
	if ((be16(packet + 6) & IP_OFFSET) || total < header + 4 ||
		(packet[9] != NEXT_TCP && packet[9] != ESP_PROTOCOL_UDP))
		return false;
	uint16_t source = be16(packet + header), target = be16(packet + header + 2);
	return port_in(selector->local_port, out ? source : target) &&
		port_in(selector->remote_port, out ? target : source);
}
