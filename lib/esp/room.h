/* What the files of this room share and nobody else sees. */
#ifndef ESP_ROOM_H
#define ESP_ROOM_H

#include "base/inet.h"
#include "esp/esp.h"

/* clang-format off */
enum {
	ESP_HEADER = 8,   /* RFC 4303 2: SPI, sequence number */
	ESP_TRAILER = 2,  /* pad length, next header */
	AH_HEADER = 12,   /* RFC 4302 2: without the ICV */
	NEXT_IPV4 = 4,    /* IANA protocol numbers */
	NEXT_DUMMY = 59,
};
/* clang-format on */

/* --- replay.c: the window of RFC 4303 3.4.3 and appendix A ------------------------------------ */

enum { REPLAY_WORDS = 32 };

struct replay {
	uint64_t top;    /* highest number that was authentic; 0: none yet */
	uint32_t window; /* packets; 0: duplicates pass */
	bool extended;
	/* A ring of twice the largest window: bit n is sequence number n mod its size. */
	uint64_t seen[REPLAY_WORDS];
};

/* The whole number of which the wire shows the lower half; false when there can be none. */
bool replay_infer(const struct replay *, uint32_t low, uint64_t *sequence);
/* True: neither seen nor left of the window. */
bool replay_fresh(const struct replay *, uint64_t sequence);
void replay_mark(struct replay *, uint64_t sequence);

/* --- SAs -------------------------------------------------------------------------------------- */

struct transform;

struct esp_sa {
	struct esp_params params;
	uint8_t protocol;
	const struct transform *transform;  /* ESP only */
	const struct cm_cipher *cipher_row; /* NULL: AH */
	struct cipher *cipher;              /* NULL: AH, null */
	struct mac mac;                     /* row NULL: none */
	uint8_t salt[4];
	uint8_t iv, icv; /* octets on the wire; icv of AH without filling */
	size_t alignment;
	uint64_t sequence;    /* outbound: last one used */
	struct replay replay; /* inbound */
	struct esp_counters counters;
	unsigned signals;
	uint16_t identification;
	size_t inner_mtu;
	struct esp_sa *next; /* in its bucket */
};

struct esp_sadb {
	struct esp_sa **buckets;
	size_t n_buckets, count; /* buckets: a power of two */
	struct esp_counters strays;
};

/* Hard limits, before a packet; ESP_OK when it may pass. */
enum esp_verdict sa_may_pass(struct esp_sa *);
/* Count a packet that has passed, and see whether a lifetime is near. */
void sa_passed(struct esp_sa *, size_t inner_length);

/* --- transform.c: from clear text to ciphertext and ICV, in place ----------------------------- */

/* Ciphers differ in these two. `esp` is the ESP header; text: payload, padding and trailer. */
struct transform {
	/* `iv` NULL: one of our own. ICV is written behind the text. */
	bool (*seal)(
		struct esp_sa *, uint8_t *esp, size_t text, uint64_t sequence, const uint8_t *iv);
	/* ESP_OK, ESP_AUTH or ESP_FAILED; the text is clear only if ESP_OK. */
	enum esp_verdict (*open)(struct esp_sa *, uint8_t *esp, size_t text, uint64_t sequence);
};
const struct transform *transform_of(const struct cm_cipher *);

/* seal.c: one packet; `iv` NULL but where a test rebuilds a packet. */
enum esp_verdict seal_one(struct esp_sa *, struct esp_packet *, const uint8_t *iv);

/* --- ip.c: IPv4 headers ----------------------------------------------------------------------- */

/* RFC 6040 4.2, figure 4: the ECN of the decapsulated header; false: drop it. */
bool ip_merge_ecn(uint8_t *inner, size_t header, uint8_t outer_tos);
/* TCP or UDP behind a header whose addresses a NAT has changed: RFC 3948 3.1.2. */
void ip_fix_transport(uint8_t *at, size_t header, size_t total);

/* --- ah.c ------------------------------------------------------------------------------------- */

size_t ah_size(const struct esp_sa *);
/* The ICV over a whole packet, mutable fields taken as zero; RFC 4302 3.3.3. `ah` is in it. */
void ah_icv(const struct esp_sa *, const uint8_t *ip, size_t header, size_t total,
	uint64_t sequence, uint8_t icv[CRYPTO_HASH_MAX]);
enum esp_verdict ah_open(struct esp_sa *, struct esp_packet *, size_t header, size_t total);
enum esp_verdict ah_seal(struct esp_sa *, struct esp_packet *, uint64_t sequence);

#endif
