/*
 * The IKEv1 engine, without I/O: RFC 2407, 2408, 2409, 3706, 3947 as an IOS router speaks them.
 *
 * The engine is a function of (tunnels, datagram, time, randomness). A host (the event loop, a
 * test, a fuzzer) hands it datagrams, wishes and the time, and then drains what comes out with
 * cm_ike_next until that says false: datagrams to send, keys of IPsec SAs that come and go, lines
 * for a log. Between two calls nothing happens; cm_ike_deadline says when cm_ike_tick is due.
 *
 * Time is in milliseconds of any monotonic clock. What a peer sends wrong never fails a call: it
 * is dropped and logged. `false` from a call means that the machine failed (memory, libcrypto);
 * the engine stays usable. Tunnels belong to the caller and must live as long as the engine, or
 * until cm_ike_reload has taken others in their place. No secret is ever in a log line.
 */
#ifndef CRYPTOMAP_IKE_H
#define CRYPTOMAP_IKE_H

#include <cryptomap/tunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_ike;

/* One end of a UDP conversation. Host byte order. */
struct cm_endpoint {
	uint32_t address;
	uint16_t port;
};

/* What the host does for the engine. All functions may be NULL. */
struct cm_ike_host {
	void *user;
	/* `length` random octets; false when there are none. NULL: libcrypto's generator. */
	bool (*random)(void *user, void *out, size_t length);
	/* Our address towards `peer`, for tunnels without one (has_local false); 0: unknown. */
	uint32_t (*source)(void *user, const struct cm_tunnel *, uint32_t peer);
};

/* Whose words the debug lines use. */
enum cm_ike_dialect {
	CM_IKE_DIALECT_12_3, /* "ISAKMP (0:709): …", as in the article */
	CM_IKE_DIALECT_15,   /* "ISAKMP:(1001):…" */
};

/* Zero in a number means the default that stands behind it. */
struct cm_ike_settings {
	uint16_t port, nat_port; /* 500, 4500: local ports; the second has the non-ESP marker */
	unsigned half_open_max;  /* 1000 exchanges of phase 1 begun by others, not yet proved */
	unsigned half_open_per_source;  /* 32 */
	bool debug_isakmp, debug_ipsec; /* CM_IKE_LOG of these facilities is wanted */
	enum cm_ike_dialect dialect;
	bool force_nat;            /* claim a NAT before us: ESP always in UDP */
	bool key_log;              /* CM_IKE_KEY outputs are wanted */
	unsigned first_connection; /* 1 in 12.3, 1001 later: first conn-id of a phase 1 SA */
};

/* `settings` NULL: all defaults. NULL without memory or libcrypto. Caller frees. */
CM_API struct cm_ike *cm_ike_new(const struct cm_tunnel *tunnels, size_t n,
	const struct cm_ike_host *, const struct cm_ike_settings *);
/* Overwrites every secret. Sends nothing: delete first and drain for a polite end. */
CM_API void cm_ike_free(struct cm_ike *);

/*
 * A datagram came: the whole payload of UDP, the non-ESP marker of the NAT port included (RFC 3948
 * 2.2). ESP in UDP is the host's business; here it is dropped. `to` is the address and port it
 * came to.
 */
CM_API bool cm_ike_input(struct cm_ike *, int64_t now, struct cm_endpoint from,
	struct cm_endpoint to, const void *datagram, size_t length);
/*
 * Traffic wants this selector pair of this tunnel (one of tunnel->selectors, or a narrower one for
 * per-host SAs). Starts what is needed; a second wish for what is up or under way does nothing.
 */
CM_API bool cm_ike_want(
	struct cm_ike *, int64_t now, const struct cm_tunnel *, const struct cm_selector *);
/* Do what is due. Harmless when called early. */
CM_API bool cm_ike_tick(struct cm_ike *, int64_t now);
/* When the next tick is due; INT64_MAX: never. */
CM_API int64_t cm_ike_deadline(const struct cm_ike *);

/* --- What comes out ---------------------------------------------------------------------------- */

/* clang-format off */
enum cm_ike_output_kind {
	CM_IKE_SEND,    /* a datagram */
	CM_IKE_SA_UP,   /* one direction of an IPsec SA pair can be used from now on */
	CM_IKE_SA_DOWN, /* one or both directions are gone */
	CM_IKE_SA_MOVED, /* the peer of a pair has another address or port now */
	CM_IKE_LOG,     /* a line */
	CM_IKE_KEY,     /* phase 1 key for a key log; only when asked for */
};
/* clang-format on */

struct cm_ike_send {
	struct cm_endpoint from, to;
	const uint8_t *at; /* marker included */
	size_t length;
};

enum { CM_IKE_CIPHER_KEY_MAX = 36, CM_IKE_HASH_KEY_MAX = 64 };

/* Keys of one protocol in one direction. */
struct cm_ike_keys {
	uint32_t spi;                              /* 0: the protocol is not used */
	const struct cm_cipher *cipher;            /* NULL: AH */
	const struct cm_hash *hash;                /* NULL: none, or the cipher is combined */
	uint8_t cipher_key[CM_IKE_CIPHER_KEY_MAX]; /* the salt behind the key (RFC 4106 8.1) */
	uint8_t cipher_key_size;
	uint8_t hash_key[CM_IKE_HASH_KEY_MAX];
	uint8_t hash_key_size;
};

/* Inbound comes first, outbound when the peer is known to be ready. */
struct cm_ike_up {
	uint32_t pair; /* names the pair in all other calls; never used again */
	bool inbound;
	bool udp; /* ESP in UDP (RFC 3948) */
	bool esn;
	enum cm_mode mode;
	uint16_t replay_window;
	struct cm_ike_keys esp, ah; /* AH around ESP when both are there */
	struct cm_endpoint local, peer;
	const struct cm_tunnel *tunnel;
	struct cm_selector selector; /* what was negotiated, seen from us */
	uint32_t lifetime_s, lifetime_kb;
};

struct cm_ike_down {
	uint32_t pair;
	bool inbound, outbound;
	const char *why;
};

struct cm_ike_moved {
	uint32_t pair;
	struct cm_endpoint local, peer;
	bool udp;
};

enum cm_ike_facility {
	CM_IKE_EVENT,  /* for operators: one readable line per event */
	CM_IKE_ISAKMP, /* debug crypto isakmp */
	CM_IKE_IPSEC,  /* debug crypto ipsec */
};

struct cm_ike_log {
	enum cm_ike_facility facility;
	enum cm_severity severity; /* CM_INFO, CM_WARNING; CM_ERROR: a negotiation failed */
	const char *event; /* stable word for machines: "phase1-up", "no-proposal"; NULL in debug */
	const char *text;  /* may hold line feeds (ID payload, SA blocks) */
	uint32_t peer;     /* 0: none */
	const struct cm_tunnel *tunnel; /* or NULL */
	struct cm_span span;            /* the line of tunnel->document that decided; empty: none */
};

struct cm_ike_key {
	uint8_t initiator_cookie[8];
	uint8_t key[32];
	uint8_t key_size;
};

struct cm_ike_output {
	enum cm_ike_output_kind kind;
	union {
		struct cm_ike_send send;
		struct cm_ike_up up;
		struct cm_ike_down down;
		struct cm_ike_moved moved;
		struct cm_ike_log log;
		struct cm_ike_key key;
	} is;
};

/*
 * The next output in the order in which things happened; false when there is none. What it points
 * to stays until the next call of the engine. The engine wipes its own copy of keys; the caller
 * wipes `out`.
 */
CM_API bool cm_ike_next(struct cm_ike *, struct cm_ike_output *out);

/* --- What the host tells besides ----------------------------------------------------------------- */

struct cm_ike_traffic {
	uint64_t packets_in, octets_in, packets_out, octets_out; /* since SA_UP */
};

/*
 * Counters of a pair, every second or so while they change: for volume lifetimes (octets of the
 * larger direction, 1 kB = 1024), dead peer detection and idle time.
 */
CM_API void cm_ike_note_traffic(
	struct cm_ike *, int64_t now, uint32_t pair, const struct cm_ike_traffic *);
/* An ESP packet with a valid ICV came from elsewhere: RFC 3947 7. */
CM_API void cm_ike_note_moved(struct cm_ike *, int64_t now, uint32_t pair, struct cm_endpoint from);
/* ESP came with an SPI that nobody has: answers with a new exchange when the tunnel says so. */
CM_API bool cm_ike_note_invalid_spi(
	struct cm_ike *, int64_t now, struct cm_endpoint from, struct cm_endpoint to, uint32_t spi);

/* Delete a pair, both ends (clear crypto sa spi). False: no such pair. */
CM_API bool cm_ike_delete_pair(struct cm_ike *, int64_t now, uint32_t pair);
/* Delete all SAs with a peer, or with all peers (0): IPsec SAs first, then the ISAKMP SA. */
CM_API void cm_ike_delete_peer(struct cm_ike *, int64_t now, uint32_t peer);
/*
 * Other tunnels from now on. SAs of tunnels that are the same in both lists stay, the others are
 * deleted. The old list may go when this returns.
 */
CM_API bool cm_ike_reload(struct cm_ike *, int64_t now, const struct cm_tunnel *tunnels, size_t n);

/* --- What stands -------------------------------------------------------------------------------- */

/* A phase 1 SA, as `show crypto isakmp sa` lists it. */
struct cm_ike_sa_status {
	struct cm_endpoint local, peer;
	bool initiator;
	const char *state;              /* "QM_IDLE" */
	bool deleted;                   /* is on its way out */
	unsigned connection;            /* conn-id */
	const struct cm_tunnel *tunnel; /* the one it was made for or first used by; or NULL */
	const struct cm_p1 *policy;     /* ours, once agreed */
	uint32_t lifetime_s, remaining_s;
	bool nat, dpd, fragmentation; /* capabilities in use */
	uint8_t initiator_cookie[8], responder_cookie[8];
};

/* An IPsec SA pair. */
struct cm_ike_pair_status {
	uint32_t pair;
	unsigned connection; /* conn-id of the inbound SA; outbound is one more */
	const struct cm_tunnel *tunnel;
	struct cm_selector selector;
	struct cm_endpoint local, peer;
	uint32_t spi_in, spi_out, ah_spi_in, ah_spi_out;
	const struct cm_p2 *transform;
	const struct cm_group *pfs; /* NULL: none */
	enum cm_mode mode;
	bool udp, esn, outbound, replaced; /* outbound: installed; replaced: a newer one is used */
	uint32_t lifetime_s, lifetime_kb, remaining_s, remaining_kb;
	int64_t since; /* of SA_UP */
	struct cm_ike_traffic traffic;
};

typedef void cm_ike_see_sa(void *user, const struct cm_ike_sa_status *);
typedef void cm_ike_see_pair(void *user, const struct cm_ike_pair_status *);
/* In order of age, oldest first. The engine must not be called from inside. */
CM_API void cm_ike_each_sa(const struct cm_ike *, int64_t now, cm_ike_see_sa *, void *user);
CM_API void cm_ike_each_pair(const struct cm_ike *, int64_t now, cm_ike_see_pair *, void *user);

struct cm_ike_counters {
	size_t half_open; /* exchanges that others began and have not proved themselves in */
	size_t sas, pairs, exchanges;
	uint64_t received, sent, dropped,
		refused; /* refused: first messages answered without state */
	uint64_t retransmitted, duplicates;
	size_t memory; /* octets held, outputs not yet taken included */
};
CM_API void cm_ike_count(const struct cm_ike *, struct cm_ike_counters *);

#ifdef __cplusplus
}
#endif
#endif
