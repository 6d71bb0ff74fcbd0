/* Two ends of an SA in one process: an outbound SA, a database with its inbound twin, buffers. */
#ifndef TESTS_ESP_ENDS_H
#define TESTS_ESP_ENDS_H

#include "crypto/known.h"
#include "esp/esp.h"

static const uint32_t SITE_A = 0xc8640101, SITE_B = 0xc8380401, SPI = 0xc0ffee01;
enum { ROOM = 4096 };

struct buffer {
	uint8_t room[ROOM];
	struct esp_packet packet;
};

struct ends {
	struct crypto *crypto;
	struct esp_sadb *db;
	struct esp_sa *out, *in; /* `in` belongs to the database */
	struct esp_params params;
	struct esp_keys keys;
};

/* An ESP or AH transform by the names of its rows; NULL: absent. */
struct pair {
	const char *cipher, *hash;
};

/* clang-format off */
static const struct pair esp_pairs[] = {
	{ "null", "md5" }, { "null", "sha1" }, { "des", "md5" }, { "3des", "md5" }, { "3des", "sha1" },
	{ "3des", NULL }, { "aes-128", "sha1" }, { "aes-192", "sha384" }, { "aes-256", "sha256" },
	{ "aes-256", "sha512" }, { "aes-gcm-128", NULL }, { "aes-gcm-192", NULL },
	{ "aes-gcm-256", NULL }, { "aes-gmac-128", NULL }, { "aes-gmac-192", NULL },
	{ "aes-gmac-256", NULL },
};
/* clang-format on */
/* clang-format off */
static const struct pair ah_pairs[] = {
	{ NULL, "md5" }, { NULL, "sha1" }, { NULL, "sha256" }, { NULL, "sha384" }, { NULL, "sha512" },
};
/* clang-format on */
enum { N_ESP = sizeof esp_pairs / sizeof *esp_pairs, N_AH = sizeof ah_pairs / sizeof *ah_pairs };

static inline struct esp_params usual_params(void)
{
	return (struct esp_params){ .spi = SPI,
		.mode = CM_MODE_TUNNEL,
		.local = SITE_A,
		.remote = SITE_B,
		.local_port = 4500,
		.remote_port = 4500,
		.replay_window = 64 };
}

static inline void counted_octets(uint8_t *at, size_t length, unsigned start)
{
	for (size_t i = 0; i < length; i++)
		at[i] = (uint8_t)(start + i * 7);
}

static inline struct esp_keys usual_keys(struct pair pair)
{
	struct esp_keys keys = { .cipher = pair.cipher ? cm_cipher_named(pair.cipher) : NULL,
		.hash = pair.hash ? cm_hash_named(pair.hash) : NULL };
	counted_octets(keys.cipher_key, sizeof keys.cipher_key, 1);
	counted_octets(keys.hash_key, sizeof keys.hash_key, 101);
	return keys;
}

/* Both SAs; changes of `ends->params` and `keys` are made before. */
static inline void ends_join(struct ends *ends)
{
	ends->crypto = crypto_new();
	ends->db = esp_sadb_new();
	assert_non_null(ends->crypto);
	assert_non_null(ends->db);
	struct esp_params p = ends->params;
	p.direction = ESP_OUTBOUND;
	p.selector = NULL;
	ends->out = esp_sa_new(ends->crypto, &p, &ends->keys);
	p = ends->params;
	p.direction = ESP_INBOUND;
	p.local = ends->params.remote;
	p.remote = ends->params.local;
	ends->in = esp_sa_new(ends->crypto, &p, &ends->keys);
	assert_non_null(ends->out);
	assert_non_null(ends->in);
	assert_true(esp_sadb_add(ends->db, ends->in));
}

static inline struct ends ends_of(struct pair pair)
{
	struct ends ends = { .params = usual_params(), .keys = usual_keys(pair) };
	return ends;
}

static inline void ends_part(struct ends *ends)
{
	esp_sa_free(ends->out);
	esp_sadb_free(ends->db);
	crypto_free(ends->crypto);
}

static inline void buffer_fill(struct buffer *b, const void *at, size_t length)
{
	assert_true(length + ESP_HEAD + ESP_TAIL <= sizeof b->room);
	b->packet = (struct esp_packet){
		.room = b->room, .size = sizeof b->room, .at = b->room + ESP_HEAD, .length = length
	};
	memcpy(b->packet.at, at, length);
}

static inline void buffer_hex(struct buffer *b, const char *hex)
{
	struct known k = known(hex);
	buffer_fill(b, k.at, k.length);
}

static inline uint16_t sum_of(const uint8_t *at, size_t length)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* A UDP packet of `length` octets (28 and more) from site to site, with its header checksum. */
static inline void buffer_inner(struct buffer *b, size_t length)
{
	uint8_t ip[ROOM] = { 0x45, 0, (uint8_t)(length >> 8), (uint8_t)length, 0x12, 0x34, 0, 0, 63,
		17, 0, 0, 172, 18, 30, 10, 192, 168, 100, 10, 3, 0xe8, 7, 0xd0 };
	for (size_t i = 28; i < length; i++)
		ip[i] = (uint8_t)(i * 5);
	ip[24] = (uint8_t)((length - 20) >> 8);
	ip[25] = (uint8_t)(length - 20);
	uint16_t sum = (uint16_t)~sum_of(ip, 20);
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	buffer_fill(b, ip, length);
}

/* Seal one; the wire's octets as a receiver gets them are then in the buffer. */
static inline enum esp_verdict seal(struct ends *ends, struct buffer *b)
{
	esp_seal(ends->out, &b->packet, 1);
	if (b->packet.verdict == ESP_OK && ends->params.udp) {
		b->packet.at += b->packet.body;
		b->packet.length -= b->packet.body;
		b->packet.form = ESP_FORM_UDP;
		b->packet.from = SITE_A;
		b->packet.to = SITE_B;
		b->packet.from_port = b->packet.to_port = 4500;
	}
	return b->packet.verdict;
}

static inline enum esp_verdict open_it(struct ends *ends, struct buffer *b)
{
	esp_open(ends->db, &b->packet, 1);
	return b->packet.verdict;
}

/* A copy of a packet that can be opened, damaged and thrown away. */
static inline void buffer_copy(struct buffer *to, const struct buffer *from)
{
	memcpy(to->room, from->room, sizeof to->room);
	to->packet = from->packet;
	to->packet.room = to->room;
	to->packet.at = to->room + (from->packet.at - from->packet.room);
}

#endif
