/*
 * ESP and AH: a cipher box that is handed keys and batches of packets. RFC 4303, 4302, 3948, 4301.
 *
 * An SA (struct esp_sa) is one direction of one protocol. Outbound SAs are plain handles that the
 * net room finds by its selectors; inbound ones live in an esp_sadb, which finds them by SPI in
 * constant time. Keys are set once per SA; sealing and opening work in place in the caller's
 * buffers, which leave ESP_HEAD octets before a packet and ESP_TAIL behind it; nothing is
 * allocated per packet. Each packet of a batch gets a verdict and is counted under it.
 *
 * The room does no I/O, keeps no clock (lifetimes here are kilobytes and packets; seconds belong
 * to ike) and knows neither ike nor the model. What goes beyond one SA is asked of the caller: how
 * a packet that is too big is to be treated (esp_fit), what to do with a signal (esp_sa_signals).
 * Addresses and ports are in host byte order. One SA database and its SAs belong to one thread.
 */
#ifndef ESP_ESP_H
#define ESP_ESP_H

#include "crypto/crypto.h"
#include <cryptomap/tunnel.h>

/* clang-format off */
enum {
	ESP_PROTOCOL_UDP = 17,
	ESP_PROTOCOL_ESP = 50,
	ESP_PROTOCOL_AH = 51,
	ESP_HEAD = 128,          /* octets free before a packet: outer headers, AH round ESP too */
	ESP_TAIL = 64,           /* octets free behind it: padding, trailer, ICV */
	ESP_WINDOW_MAX = 1024,   /* packets */
	ESP_SPI_MIN = 256,       /* smaller ones are reserved, RFC 4303 2.1 */
	ESP_PATH_MTU_MIN = 552,  /* what an ICMP message may lower a path to */
	ESP_FRAGMENTS_MAX = 64,  /* of one packet, at most */
};
/* clang-format on */

/* What became of a packet. The order is that of esp_counters.by_verdict. */
/* clang-format off */
enum esp_verdict {
	ESP_OK,
	ESP_DUMMY,         /* next header 59: thrown away as it should be, RFC 4303 2.6 */
	ESP_IKE,           /* UDP: it had the non-ESP marker; `at` is now behind it, RFC 3948 2.2 */
	ESP_KEEPALIVE,     /* UDP: a NAT keepalive, RFC 3948 2.3 */
	ESP_NO_SA,         /* no SA with this SPI (and protocol, and way of encapsulation) */
	ESP_MALFORMED,     /* lengths that cannot be, a fragment, not IPv4 */
	ESP_REPLAY,        /* seen already or left of the window, RFC 4303 3.4.3 */
	ESP_AUTH,          /* the ICV is wrong */
	ESP_PADDING,       /* RFC 4303 2.4: not 1, 2, 3, … or longer than the payload */
	ESP_NEXT_HEADER,   /* not what the mode of the SA allows */
	ESP_SELECTOR,      /* the inner packet is outside of the SA's selector, RFC 4301 5.2 4 */
	ESP_CONGESTED,     /* congestion outside, inside not ECN-capable: RFC 6040 4.2 */
	ESP_EXPIRED,       /* hard lifetime reached */
	ESP_EXHAUSTED,     /* no sequence number left, RFC 4303 3.3.3 */
	ESP_TOO_BIG,       /* 65535 octets or the buffer would be exceeded */
	ESP_FAILED,        /* libcrypto failed */
	ESP_N_VERDICTS
};
/* clang-format on */

/* The word of a verdict, for logs: "replay", "integrity", … */
const char *esp_verdict_word(enum esp_verdict);

/* --- Keys ------------------------------------------------------------------------------------- */

/* Keys of one SA. ESP: `cipher` set; AH: cipher NULL. The owner wipes it. */
struct esp_keys {
	const struct cm_cipher *cipher;         /* the row "null" for esp-null */
	const struct cm_hash *hash;             /* NULL: no ICV, or one of the cipher's own */
	uint8_t cipher_key[CRYPTO_KEY_MAX + 4]; /* key_bits / 8 octets, then the salt */
	uint8_t hash_key[CRYPTO_HASH_MAX];      /* hash->size octets */
};

/* Octets of KEYMAT that one SA takes (RFC 2409 5.5; RFC 4106 8.1 with its salt). */
size_t esp_keys_size(const struct cm_cipher *, const struct cm_hash *);
/* Cut `keymat` (esp_keys_size octets): cipher key and salt first, then the key of the hash. */
void esp_keys_cut(
	struct esp_keys *, const struct cm_cipher *, const struct cm_hash *, const uint8_t *keymat);
void esp_keys_wipe(struct esp_keys *);
/* False when this machine cannot do the pair (no such cipher), or when it protects nothing. */
bool esp_can(struct crypto *, const struct cm_cipher *, const struct cm_hash *);

/* --- Security associations -------------------------------------------------------------------- */

enum esp_direction { ESP_INBOUND, ESP_OUTBOUND };

struct esp_sa;

/* All that is agreed for an SA but its keys. */
struct esp_params {
	enum esp_direction direction;
	uint32_t spi;
	enum cm_mode mode;
	uint32_t local, remote;           /* outer addresses */
	bool udp;                         /* RFC 3948; ESP only */
	uint16_t local_port, remote_port; /* when udp */
	bool esn;                         /* 64-bit sequence numbers, RFC 4303 2.2.1 */
	uint16_t replay_window;           /* inbound: packets, up to ESP_WINDOW_MAX; 0: no check */
	enum cm_df df;
	bool fragment_after;              /* fragment what is too big after encryption */
	uint16_t path_mtu;                /* 0: 1500 */
	const struct cm_hash *ah_outside; /* an AH SA goes round this one: counted in the MTU */
	uint64_t soft_bytes, hard_bytes;  /* of inner packets; 0: no limit */
	uint64_t soft_packets, hard_packets;
	const struct cm_selector *selector; /* inbound: what may come out; outlives us */
	void *user;                         /* the owner's, for finding back */
};

struct esp_counters {
	uint64_t packets, bytes; /* sealed or opened; octets of inner packets */
	uint64_t by_verdict[ESP_N_VERDICTS];
};

/* Sticky until asked for. */
/* clang-format off */
enum esp_signal {
	ESP_SIGNAL_SOFT = 1,  /* time to rekey: bytes, packets, or sequence numbers nearly gone */
	ESP_SIGNAL_HARD = 2,  /* nothing passes any more */
};
/* clang-format on */

/*
 * NULL without memory or when the transform cannot be had (see esp_can). Keys are copied into
 * key schedules, not kept. An outbound SA belongs to the caller; an inbound one to its database
 * from esp_sadb_add on. `crypto` outlives the SA.
 */
struct esp_sa *esp_sa_new(struct crypto *, const struct esp_params *, const struct esp_keys *);
/* Wiped before the memory goes back. NULL is fine. Not for SAs that are in a database. */
void esp_sa_free(struct esp_sa *);
const struct esp_params *esp_sa_params(const struct esp_sa *);
/* ESP_PROTOCOL_ESP or ESP_PROTOCOL_AH. */
uint8_t esp_sa_protocol(const struct esp_sa *);
const struct esp_counters *esp_sa_counters(const struct esp_sa *);
/* The last sequence number sent, or the highest received. */
uint64_t esp_sa_sequence(const struct esp_sa *);
/* Which signals (or'ed) came up since the last question. */
unsigned esp_sa_signals(struct esp_sa *);
/* The peer's address or port has changed behind a NAT. */
void esp_sa_move(struct esp_sa *, uint32_t remote, uint16_t remote_port);
/* A router says that the path takes only so much; never below ESP_PATH_MTU_MIN, never raised. */
void esp_sa_lower_mtu(struct esp_sa *, uint16_t path_mtu);
/* The largest inner packet that leaves in one piece. */
size_t esp_sa_inner_mtu(const struct esp_sa *);

/* --- The database of inbound SAs -------------------------------------------------------------- */

struct esp_sadb;

struct esp_sadb *esp_sadb_new(void);
/* With all SAs in it. */
void esp_sadb_free(struct esp_sadb *);
/*
 * True: the SA belongs to the database. False, and it stays the caller's: without memory, or an
 * SA with this SPI and protocol is there already.
 */
bool esp_sadb_add(struct esp_sadb *, struct esp_sa *);
/* NULL when there is none. */
struct esp_sa *esp_sadb_find(const struct esp_sadb *, uint32_t spi, uint8_t protocol);
/* Take out and free. Packets opened earlier must no longer be asked for their SA. */
void esp_sadb_remove(struct esp_sadb *, struct esp_sa *);
size_t esp_sadb_count(const struct esp_sadb *);
/* Packets for which there was no SA, and what was no ESP at all. */
const struct esp_counters *esp_sadb_counters(const struct esp_sadb *);

/* --- Packets ---------------------------------------------------------------------------------- */

/* What `at` points to before esp_open. */
enum esp_form {
	ESP_FORM_IP,  /* an IPv4 header: from a raw socket */
	ESP_FORM_UDP, /* what a UDP socket gives: the datagram without its headers */
};

struct esp_packet {
	uint8_t *room; /* the buffer */
	size_t size;   /* its octets */
	uint8_t *at;   /* the packet in it; moved by seal and open */
	size_t length;
	enum esp_form form;
	uint32_t from, to;           /* esp_open, UDP form: addresses and ports of the datagram; */
	uint16_t from_port, to_port; /* IP form: addresses are filled in */
	uint8_t tos;                 /* esp_open, UDP form: the TOS octet, 0 if not known */
	enum esp_verdict verdict;
	size_t body;       /* after esp_seal: octets from `at` to the ESP or AH header */
	struct esp_sa *sa; /* after esp_open: the SA that was meant, or NULL */
	uint32_t spi;      /* after esp_open: as on the wire */
	uint64_t sequence; /* of the packet, with the upper half if extended */
};

/*
 * Seal inner IPv4 packets, in place: afterwards `at` is the outer IPv4 header, complete with its
 * checksum (and the UDP header when encapsulated); at + body is what a UDP socket would send.
 * Outer header: TOS and ECN are copied (RFC 6040 4.1 normal mode), DF by the SA's policy, TTL 64,
 * an identification never 0. Gives the number sealed; the others have their verdict.
 */
size_t esp_seal(struct esp_sa *, struct esp_packet *packets, size_t n);
/*
 * Open a batch, in place: afterwards `at` is the inner IPv4 packet without TFC padding. The window
 * moves only after the ICV was right. AH round ESP is opened to the end. In transport mode behind
 * UDP the checksums of TCP and UDP are made to fit the addresses (RFC 3948 3.1.2). Gives the
 * number opened. What was refused leaves nothing changed but counters. Of a bundle only the inner
 * SA may have a selector.
 */
size_t esp_open(struct esp_sadb *, struct esp_packet *packets, size_t n);

/* --- Sizes and fragments ---------------------------------------------------------------------- */

/* What to do with an inner packet before sealing. */
enum esp_fit {
	ESP_FITS,
	ESP_FRAGMENT_FIRST, /* esp_fragment it to esp_sa_inner_mtu, seal the pieces */
	ESP_FRAGMENT_AFTER, /* seal it, then esp_fragment the outcome to the path MTU */
	ESP_TELL_SENDER,    /* drop it and send esp_too_big_message with esp_sa_inner_mtu */
};
enum esp_fit esp_fit(const struct esp_sa *, const struct esp_packet *);
/*
 * Cut an IPv4 packet into fragments of at most `mtu` octets, RFC 791 3.2. `out[i].room` and size
 * are given; `at` and length are made, ESP_HEAD octets into the room. The DF bit is not looked at,
 * fragments have none. Gives their number; 0 when `n` or a room is too small, or no IPv4.
 */
size_t esp_fragment(
	const uint8_t *packet, size_t length, size_t mtu, struct esp_packet *out, size_t n);
/*
 * The ICMP message "fragmentation needed" (RFC 792, RFC 1191 4) for an inner packet, from the
 * address `from`, into `out`: octets written, at most 576. 0 when none may be sent (RFC 1122
 * 3.2.2: later fragments, ICMP errors, broadcast or multicast) or `room` is too small.
 */
size_t esp_too_big_message(
	const uint8_t *packet, size_t length, size_t mtu, uint32_t from, uint8_t *out, size_t room);

/*
 * True when an IPv4 packet is within the selector; outbound: its source is local. Later fragments
 * have no ports and match only selectors that take all ports (RFC 4301 7.2).
 */
bool esp_selects(
	const struct cm_selector *, enum esp_direction, const uint8_t *packet, size_t length);

#endif
