#include "esp/room.h"
#include <assert.h>
#include <string.h>

enum { TTL = 64, TOTAL_MAX = 65535 };

static size_t room_before(const struct esp_packet *packet)
{
	return (size_t)(packet->at - packet->room);
}

static size_t room_behind(const struct esp_packet *packet)
{
	return packet->size - room_before(packet) - packet->length;
}

static uint16_t next_identification(struct esp_sa *sa)
{
	if (++sa->identification == 0) /* raw sockets replace a 0 by one of their own */
		sa->identification = 1;
	return sa->identification;
}

/* DF of the outer header, RFC 4301 8.1 and `crypto ipsec df-bit`. */
static uint16_t outer_df(const struct esp_sa *sa, const uint8_t *inner)
{
	switch (sa->params.df) {
	case CM_DF_SET:
		return IP_DF;
	case CM_DF_COPY:
		return be16(inner + 6) & IP_DF;
	default:
		return 0;
	}
}

/* The header in front of a tunnel packet; lengths and protocol come with finish_outer. */
static void write_outer(struct esp_sa *sa, uint8_t *outer, const uint8_t *inner)
{
	uint16_t df = outer_df(sa, inner);
	uint8_t tos = inner[1]; /* DSCP and ECN as they are: RFC 4301 5.1.2.1, RFC 6040 4.1 */
	memset(outer, 0, IP_HEADER);
	outer[0] = 0x45;
	outer[1] = tos;
	put16(outer + 4, next_identification(sa));
	put16(outer + 6, df);
	outer[8] = TTL;
	put32(outer + 12, sa->params.local);
	put32(outer + 16, sa->params.remote);
}

static void finish_outer(uint8_t *outer, size_t header, size_t total, uint8_t protocol)
{
	put16(outer + 2, total);
	outer[9] = protocol;
	ip_checksum(outer, header);
}

/* RFC 3948 2.1: no checksum over what is authenticated anyway. */
static void write_udp(const struct esp_sa *sa, uint8_t *udp, size_t length)
{
	put16(udp, sa->params.local_port);
	put16(udp + 2, sa->params.remote_port);
	put16(udp + 4, length);
	put16(udp + 6, 0);
}

/* Padding 1, 2, 3, … and the two octets behind it: RFC 4303 2.4 to 2.6. Gives the text's length. */
static size_t write_trailer(const struct esp_sa *sa, uint8_t *text, size_t payload, uint8_t next)
{
	size_t unit = sa->alignment;
	size_t length = (payload + ESP_TRAILER + unit - 1) / unit * unit;
	size_t padding = length - payload - ESP_TRAILER;
	for (size_t i = 0; i < padding; i++)
		text[payload + i] = (uint8_t)(i + 1);
	text[length - 2] = (uint8_t)padding;
	text[length - 1] = next;
	return length;
}

/*
 * Make room before the payload. Tunnel: a new header before the whole packet; transport: the
 * packet's own header moves left. Afterwards `at` is the outer header and `*payload` its payload.
 */
static size_t open_gap(
	struct esp_sa *sa, struct esp_packet *packet, size_t header, size_t gap, uint8_t **payload)
{
	if (sa->params.mode == CM_MODE_TUNNEL) {
		*payload = packet->at;
		packet->at -= IP_HEADER + gap;
		packet->length += IP_HEADER + gap;
		write_outer(sa, packet->at, *payload);
		return IP_HEADER;
	}
	*payload = packet->at + header;
	memmove(packet->at - gap, packet->at, header);
	packet->at -= gap;
	packet->length += gap;
	return header;
}

static enum esp_verdict seal_esp(struct esp_sa *sa, struct esp_packet *packet, size_t header,
	uint64_t sequence, const uint8_t *iv)
{
	bool tunnel = sa->params.mode == CM_MODE_TUNNEL;
	size_t udp = sa->params.udp ? UDP_HEADER : 0, gap = udp + ESP_HEADER + sa->iv;
	size_t payload = tunnel ? packet->length : packet->length - header;
	uint8_t next = tunnel ? NEXT_IPV4 : packet->at[9], *text;
	header = open_gap(sa, packet, header, gap, &text);
	size_t length = write_trailer(sa, text, payload, next);
	uint8_t *esp = packet->at + header + udp;
	put32(esp, sa->params.spi);
	put32(esp + 4, (uint32_t)sequence);
	if (!sa->transform->seal(sa, esp, length, sequence, iv))
		return ESP_FAILED;
	packet->body = header + udp;
	packet->length = header + gap + length + sa->icv;
	if (udp)
		write_udp(sa, packet->at + header, packet->length - header);
	finish_outer(packet->at, header, packet->length, udp ? ESP_PROTOCOL_UDP : ESP_PROTOCOL_ESP);
	return ESP_OK;
}

/* RFC 4302 2 and 3.3: the header first, whole; its ICV is over what is then on the wire. */
enum esp_verdict ah_seal(struct esp_sa *sa, struct esp_packet *packet, uint64_t sequence)
{
	bool tunnel = sa->params.mode == CM_MODE_TUNNEL;
	size_t header = (size_t)(packet->at[0] & 15) * 4, gap = ah_size(sa);
	uint8_t next = tunnel ? NEXT_IPV4 : packet->at[9], *payload, icv[CRYPTO_HASH_MAX];
	header = open_gap(sa, packet, header, gap, &payload);
	uint8_t *ah = packet->at + header;
	memset(ah, 0, gap);
	ah[0] = next;
	ah[1] = (uint8_t)(gap / 4 - 2);
	put32(ah + 4, sa->params.spi);
	put32(ah + 8, (uint32_t)sequence);
	finish_outer(packet->at, header, packet->length, ESP_PROTOCOL_AH);
	ah_icv(sa, packet->at, header, packet->length, sequence, icv);
	memcpy(ah + AH_HEADER, icv, sa->icv);
	packet->body = header;
	return ESP_OK;
}

enum esp_verdict seal_one(struct esp_sa *sa, struct esp_packet *packet, const uint8_t *iv)
{
	size_t header, total, most = IP_HEADER + UDP_HEADER + ESP_HEADER + CRYPTO_IV_MAX + ESP_TAIL;
	assert(room_before(packet) >= IP_HEADER + UDP_HEADER + ESP_HEADER + CRYPTO_IV_MAX);
	if (!ip_parse(packet->at, packet->length, &header, &total))
		return ESP_MALFORMED;
	packet->length = total;
	/* RFC 4303 3.1.1, RFC 4302 3.1.1: transport mode is for whole datagrams. */
	if (sa->params.mode == CM_MODE_TRANSPORT && ip_is_fragment(packet->at))
		return ESP_MALFORMED;
	if (total > TOTAL_MAX - most || room_behind(packet) < ESP_TAIL)
		return ESP_TOO_BIG;
	enum esp_verdict verdict = sa_may_pass(sa);
	if (verdict != ESP_OK)
		return verdict;
	packet->sequence = ++sa->sequence;
	verdict = sa->transform ? seal_esp(sa, packet, header, packet->sequence, iv)
				: ah_seal(sa, packet, packet->sequence);
	if (verdict == ESP_OK)
		sa_passed(sa, total);
	return verdict;
}

size_t esp_seal(struct esp_sa *sa, struct esp_packet *packets, size_t n)
{
	size_t sealed = 0;
	assert(sa->params.direction == ESP_OUTBOUND);
	for (size_t i = 0; i < n; i++) {
		packets[i].sa = sa;
		packets[i].spi = sa->params.spi;
		packets[i].verdict = seal_one(sa, &packets[i], NULL);
		sa->counters.by_verdict[packets[i].verdict]++;
		sealed += packets[i].verdict == ESP_OK;
	}
	return sealed;
}
