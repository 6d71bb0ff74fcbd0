/*
 * A probe: what would this gateway accept in phase 1? Without I/O.
 *
 * A run sends first messages of main mode (or aggressive mode) to one gateway and reads its first
 * answers; it never goes further, and a gateway keeps nothing of it but what every first message
 * leaves there for a while. One offer a message, or a search: many offers in a message, from which
 * the gateway picks the one it likes best; that one is left out of the next message, until it
 * refuses. A search needs one message per accepted offer and one per thirty refused ones, and
 * tells the order of the gateway's preference.
 *
 * The host asks cm_probe_send what is to be sent now, gives every datagram to cm_probe_input, and
 * comes back at cm_probe_deadline. Time is in milliseconds of any monotonic clock. One message is
 * under way at a time and `interval_ms` lie between two: a probe is polite by construction. Use it
 * only on gateways that you are responsible for.
 */
#ifndef CRYPTOMAP_PROBE_H
#define CRYPTOMAP_PROBE_H

#include <cryptomap/tunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_probe;

/* Zero in a number means the default that stands behind it. */
struct cm_probe_settings {
	bool aggressive;             /* else main mode */
	bool search;                 /* else one offer a message */
	struct cm_identity identity; /* aggressive mode: who we say that we are */
	uint32_t local;              /* our address: the identity of kind CM_ID_ANY */
	unsigned interval_ms; /* 500, at least 50: between two messages, repetitions included */
	unsigned timeout_ms;  /* 3000: how long an answer is waited for */
	unsigned tries;       /* 2: how often a message is sent that is not answered */
	unsigned most;        /* 400: messages in all; what is left then stays untried */
	void *user;
	/* `length` random octets; false when there are none. NULL: libcrypto's generator. */
	bool (*random)(void *user, void *out, size_t length);
};

/* clang-format off */
enum cm_probe_answer {
	CM_PROBE_UNTRIED,  /* not sent: the run ended before */
	CM_PROBE_ACCEPTED,
	CM_PROBE_REFUSED,  /* with a notification */
	CM_PROBE_SILENT,   /* no answer: refused without a word, or nobody there */
};
/* clang-format on */

struct cm_probe_result {
	struct cm_p1 offer; /* as given; the lifetime of an accepted one as it was answered */
	enum cm_probe_answer answer;
	unsigned order;          /* accepted: 1 for the first; 0 */
	uint16_t notify;         /* refused */
	const char *notify_name; /* "NO-PROPOSAL-CHOSEN"; NULL: none of the registry */
	unsigned elapsed_ms;     /* from the last sending to the answer */
};

struct cm_probe_vendor {
	const uint8_t *at;
	size_t length;
	const char *name; /* NULL: nobody we know */
};

/*
 * A run over these offers (copied). What libcrypto cannot do stays untried. NULL without memory,
 * offers or libcrypto. Caller frees.
 */
CM_API struct cm_probe *cm_probe_new(
	const struct cm_p1 *offers, size_t n, const struct cm_probe_settings *);
CM_API void cm_probe_free(struct cm_probe *);

/*
 * What is to be sent now, ISAKMP without any marker; it stays until the next call. False: nothing
 * yet. Call again at the deadline.
 */
CM_API bool cm_probe_send(struct cm_probe *, int64_t now, const void **at, size_t *length);
/* When to ask again; INT64_MAX: the run is over. */
CM_API int64_t cm_probe_deadline(const struct cm_probe *);
/* A datagram of the gateway's. What answers nothing that was asked is ignored. */
CM_API void cm_probe_input(struct cm_probe *, int64_t now, const void *datagram, size_t length);

/* In the order in which they were given. */
CM_API const struct cm_probe_result *cm_probe_results(const struct cm_probe *, size_t *n);
/* Vendor IDs of its answers, each once. */
CM_API const struct cm_probe_vendor *cm_probe_vendors(const struct cm_probe *, size_t *n);
/* Aggressive mode: who it says that it is, as "ID_IPV4_ADDR 192.0.2.1"; NULL: not said. */
CM_API const char *cm_probe_peer_identity(const struct cm_probe *);
/* Messages sent so far, repetitions included. */
CM_API unsigned cm_probe_sent(const struct cm_probe *);

/*
 * All that a router knows for phase 1 (groups × ciphers × hashes) with this authentication, the
 * strong before the weak. Gives how many there are; writes at most `room`.
 */
CM_API size_t cm_probe_all(const struct cm_auth *, struct cm_p1 *out, size_t room);

/*
 * The socket round a run (room net): to `address`:`port` from `source`:`source_port` (0: any),
 * until it is over or `stop` says true (may be NULL). Port 4500 has the non-ESP marker. False
 * with a sentence in `error` when the machine does not give what is needed.
 */
struct cm_probe_path {
	uint32_t address, source;
	uint16_t port, source_port;
	volatile const bool *stop;
	bool unreachable; /* out: ICMP says that nobody listens there, or that there is no way */
};
CM_API bool cm_probe_run(struct cm_probe *, struct cm_probe_path *, char *error, size_t room);
/* Our address towards another, as the routes have it; 0: there is none. */
CM_API uint32_t cm_probe_local(uint32_t address);

#ifdef __cplusplus
}
#endif
#endif
