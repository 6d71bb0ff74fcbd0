#include "esp/room.h"
#include <assert.h>
#include <string.h>

/* Where the parts of a packet are while it is opened. */
struct view {
	uint8_t *ip; /* outer header, NULL in UDP form */
	size_t header;
	uint8_t *payload; /* behind the ESP or AH header and its IV, once known */
	size_t length;    /* of the payload */
	uint8_t next;     /* next header of the payload */
	uint8_t tos;
};

/* RFC 4303 3.4.4 to 2.4: check, decrypt, mark, look at the trailer. */
static enum esp_verdict open_esp(struct esp_sa *sa, struct esp_packet *packet, uint8_t *esp,
	size_t length, struct view *view)
{
	size_t around = ESP_HEADER + (size_t)sa->iv + sa->icv;
	if (length < around + sa->alignment || (length - around) % sa->alignment)
		return ESP_MALFORMED;
	size_t text = length - around;
	if (!replay_infer(&sa->replay, be32(esp + 4), &packet->sequence) ||
		!replay_fresh(&sa->replay, packet->sequence))
		return ESP_REPLAY;
	enum esp_verdict verdict = sa->transform->open(sa, esp, text, packet->sequence);
	if (verdict != ESP_OK)
		return verdict;
	replay_mark(&sa->replay, packet->sequence);
	uint8_t *clear = esp + ESP_HEADER + sa->iv;
	size_t padding = clear[text - 2];
	if (padding + ESP_TRAILER > text)
		return ESP_PADDING;
	for (size_t i = 1; i <= padding; i++)
		if (clear[text - ESP_TRAILER - padding + i - 1] != i)
			return ESP_PADDING;
	view->payload = clear;
	view->length = text - ESP_TRAILER - padding;
	view->next = clear[text - 1];
	return ESP_OK;
}

static enum esp_verdict open_ah(
	struct esp_sa *sa, struct esp_packet *packet, uint8_t *ah, size_t total, struct view *view)
{
	enum esp_verdict verdict = ah_open(sa, packet, view->header, total);
	if (verdict != ESP_OK)
		return verdict;
	view->next = ah[0];
	view->payload = ah + ah_size(sa);
	view->length = total - view->header - ah_size(sa);
	return ESP_OK;
}

/* The payload is a packet of its own. What is behind it is TFC padding: RFC 4303 2.7. */
static enum esp_verdict leave_tunnel(struct esp_packet *packet, const struct view *view)
{
	size_t header, total;
	if (view->next != NEXT_IPV4)
		return ESP_NEXT_HEADER;
	if (!ip_parse(view->payload, view->length, &header, &total))
		return ESP_MALFORMED;
	if (!ip_merge_ecn(view->payload, header, view->tos))
		return ESP_CONGESTED;
	packet->at = view->payload;
	packet->length = total;
	return ESP_OK;
}

/* The payload gets the outer header back, in front of where it stands. */
static enum esp_verdict leave_transport(struct esp_packet *packet, const struct view *view)
{
	size_t header = view->ip ? view->header : IP_HEADER;
	assert((size_t)(view->payload - packet->room) >= header);
	uint8_t *ip = view->payload - header;
	if (view->ip) {
		memmove(ip, view->ip, header);
	} else {
		memset(ip, 0, header);
		ip[0] = 0x45;
		ip[1] = view->tos;
		ip[8] = 64;
		put32(ip + 12, packet->from);
		put32(ip + 16, packet->to);
	}
	put16(ip + 2, header + view->length);
	ip[9] = view->next;
	ip_checksum(ip, header);
	packet->at = ip;
	packet->length = header + view->length;
	if (!view->ip)
		ip_fix_transport(ip, header, packet->length);
	return ESP_OK;
}

static enum esp_verdict leave(struct esp_sa *sa, struct esp_packet *packet, const struct view *view)
{
	if (view->next == NEXT_DUMMY)
		return ESP_DUMMY;
	bool tunnel = sa->params.mode == CM_MODE_TUNNEL;
	enum esp_verdict verdict =
		tunnel ? leave_tunnel(packet, view) : leave_transport(packet, view);
	if (verdict != ESP_OK)
		return verdict;
	if (sa->params.selector &&
		!esp_selects(sa->params.selector, ESP_INBOUND, packet->at, packet->length))
		return ESP_SELECTOR;
	sa_passed(sa, packet->length);
	return ESP_OK;
}

/* RFC 3948 2: one port for IKE, keepalives and ESP. Gives ESP_OK for what may be ESP. */
static enum esp_verdict sort_udp(struct esp_packet *packet)
{
	static const uint8_t marker[4];
	if (packet->length == 1 && packet->at[0] == 0xff)
		return ESP_KEEPALIVE;
	if (packet->length >= sizeof marker && memcmp(packet->at, marker, sizeof marker) == 0) {
		packet->at += sizeof marker;
		packet->length -= sizeof marker;
		return ESP_IKE;
	}
	return packet->length < ESP_HEADER ? ESP_MALFORMED : ESP_OK;
}

/* The outer header: ESP or AH, whole, and long enough to have an SPI. */
static enum esp_verdict sort_ip(struct esp_packet *packet, struct view *view, size_t *total)
{
	uint8_t *ip = packet->at;
	if (!ip_parse(ip, packet->length, &view->header, total) || ip_is_fragment(ip))
		return ESP_MALFORMED;
	if ((ip[9] != ESP_PROTOCOL_ESP && ip[9] != ESP_PROTOCOL_AH) ||
		*total - view->header < (ip[9] == ESP_PROTOCOL_ESP ? ESP_HEADER : AH_HEADER))
		return ESP_MALFORMED;
	view->ip = ip;
	view->tos = ip[1];
	packet->from = be32(ip + 12);
	packet->to = be32(ip + 16);
	packet->length = *total;
	return ESP_OK;
}

/* Where the SPI is: RFC 4303 2.1, RFC 4302 2.4. */
static uint32_t spi_of(const uint8_t *at, uint8_t protocol)
{
	return be32(protocol == ESP_PROTOCOL_AH ? at + 4 : at);
}

static enum esp_verdict open_one(struct esp_sadb *db, struct esp_packet *packet)
{
	struct view view = { .tos = packet->tos };
	size_t total = packet->length;
	enum esp_verdict verdict =
		packet->form == ESP_FORM_UDP ? sort_udp(packet) : sort_ip(packet, &view, &total);
	if (verdict != ESP_OK)
		return verdict;
	uint8_t protocol = view.ip ? view.ip[9] : ESP_PROTOCOL_ESP;
	uint8_t *at = packet->at + view.header;
	packet->spi = spi_of(at, protocol);
	struct esp_sa *sa = esp_sadb_find(db, packet->spi, protocol);
	if (!sa || sa->params.udp != (view.ip == NULL))
		return ESP_NO_SA;
	packet->sa = sa;
	verdict = sa_may_pass(sa);
	if (verdict != ESP_OK)
		return verdict;
	if (protocol == ESP_PROTOCOL_AH)
		verdict = open_ah(sa, packet, at, total, &view);
	else
		verdict = open_esp(sa, packet, at, total - view.header, &view);
	return verdict == ESP_OK ? leave(sa, packet, &view) : verdict;
}

static void count(struct esp_sadb *db, struct esp_packet *packet, enum esp_verdict verdict)
{
	packet->verdict = verdict;
	(packet->sa ? &packet->sa->counters : &db->strays)->by_verdict[verdict]++;
}

/* An SA bundle (RFC 2401 4.3): what AH in transport mode lets out may be ESP again, once. */
static bool goes_on(const struct esp_packet *packet)
{
	return packet->verdict == ESP_OK && packet->sa->protocol == ESP_PROTOCOL_AH &&
		packet->sa->params.mode == CM_MODE_TRANSPORT && packet->at[9] == ESP_PROTOCOL_ESP;
}

size_t esp_open(struct esp_sadb *db, struct esp_packet *packets, size_t n)
{
	size_t opened = 0;
	for (size_t i = 0; i < n; i++) {
		struct esp_packet *packet = &packets[i];
		packet->sa = NULL;
		packet->spi = 0;
		packet->sequence = 0;
		count(db, packet, open_one(db, packet));
		if (goes_on(packet)) {
			packet->sa = NULL;
			count(db, packet, open_one(db, packet));
		}
		opened += packet->verdict == ESP_OK;
	}
	return opened;
}
