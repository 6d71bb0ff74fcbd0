/*
 * The inside of the engine: its objects and who may touch them.
 *
 * A `route` is a tunnel with what runs for it. A `phase1` is an ISAKMP SA from its first message
 * on; it carries `quick` exchanges. A finished quick exchange leaves a `pair` of IPsec SAs, which
 * outlives the ISAKMP SA that made it (RFC 2409 5). All objects are counted memory of the store,
 * found through maps, and die in one place each: phase1_free, quick_free, pair_free.
 *
 * A datagram goes through input.c (header, fragments, look-up, decryption, the row of the table in
 * transitions.c) to a handler in main_mode.c, aggressive.c, quick.c or info.c. A handler that says
 * DONE has used the message; after any other word the object is as it was before. life.c holds all
 * timers.
 */
#ifndef IKE_ENGINE_H
#define IKE_ENGINE_H

#include "ike/keys.h"
#include "ike/message.h"
#include "ike/proposal.h"
#include "ike/store.h"
#include "ike/vendor.h"
#include "ike/words.h"

#include <cryptomap/ike.h>

/* clang-format off */
enum {
	SECOND = 1000,                     /* of the clock: milliseconds */
	RETRANSMIT_MS = 10 * SECOND,       /* IOS 12.1-15.0: 10 s, */
	RETRANSMIT_TIMES = 5,              /* five times (ios.md 3.8) */
	HALF_OPEN_MS = 75 * SECOND,        /* a responder waits this long for a handshake */
	HALF_OPEN_MAX = 1000,
	HALF_OPEN_PER_SOURCE = 32,
	HALF_OPEN_GRACE_MS = 10 * SECOND,  /* one that went on is not pushed out before this */
	TOLD_PER_SECOND = 20,              /* events about strangers; the others are counted */
	QUICKS_MAX = 16,                   /* exchanges of phase 2 in flight on one phase 1 SA */
	REMNANTS_MAX = 128,                /* ended exchanges that still answer repetitions, */
	REMNANT_MS = 60 * SECOND,          /* for so long */
	EARLY_MAX = 4096,                  /* octets of a message that overtook the end of phase 1 */
	ANSWERS_MAX = 8,                   /* repetitions answered per message */
	COMPLAINTS_MAX = 16,               /* notifications of malformed messages per phase 1 SA */
	MESSAGE_IDS_MAX = 4096,            /* quick modes remembered; then phase 1 is renewed */
	REKEY_MARGIN_S = 30,               /* "renegotiation 30 s before" and 256 kB */
	REKEY_MARGIN_KB = 256,             /* at least: */
	REKEY_TRAFFIC_S = 10,              /* what passes in this time: one repetition */
	REKEY_LATER_S = 10,                /* the one who answered waits so much longer */
	OLD_PAIR_MS = 30 * SECOND,         /* a replaced pair still takes packets */
	SWITCH_MS = SECOND,                /* a rekeying initiator sends on the new pair after this */
	NONCE_OCTETS = 20,
	NONCE_MIN = 8, NONCE_MAX = 256,    /* RFC 2409 5 */
	DPD_TIMES = 5,
	FRAGMENT_OCTETS = 1200,            /* datagrams above this are cut */
	FRAGMENTS_MAX = 64,
	FRAGMENTS_MS = 30 * SECOND,        /* what is not whole by then is forgotten */
	DATAGRAM_MAX = 65535,
	MARKER = 4,                        /* non-ESP marker, RFC 3948 2.2 */
	OUTPUTS_MAX = 100000,
};
/* clang-format on */

/* States of phase 1 under RFC 2409's diagrams; what was sent last, as the router names them. */
/* clang-format off */
enum state {
	S_I_MM1, S_I_MM3, S_I_MM5, S_R_MM2, S_R_MM4, /* 5.4, main mode */
	S_I_AM1, S_R_AM2,                            /* 5.4, aggressive mode */
	S_UP,
	S_DEAD,
	Q_NEW, Q_I_QM1, Q_R_QM2, Q_DONE,             /* 5.5, quick mode */
};
/* clang-format on */

struct phase1;
struct quick;
struct pair;
struct route;

/* A wish for a selector pair that waits for phase 1. */
struct wish {
	struct wish *next;
	struct route *route;
	struct cm_selector selector;
	uint32_t replaces; /* pair that it will replace; 0 */
};

/* One tunnel and what runs for it. */
struct route {
	const struct cm_tunnel *tunnel;
	size_t index;
	unsigned peer;      /* of tunnel->peers: the one in use */
	unsigned attempts;  /* peers tried in vain since the last success */
	int64_t not_before; /* after all peers failed: no new try before this */
	struct list pairs;
};

struct route_peer {
	struct link link; /* by the peer's address */
	struct route *route;
};

/* Reassembly of a fragmented message (Cisco's vendor ID). */
struct fragments {
	uint16_t id;
	uint8_t last;
	unsigned n;
	size_t total;
	struct timer timer;
	struct bytes part[FRAGMENTS_MAX + 1]; /* numbered from 1 */
};

/* What was last received and the answer to it, so that a repetition gets the same again. */
struct echo {
	uint8_t received[CRYPTO_HASH_MAX]; /* hash of the datagram */
	bool any;
	struct bytes sent;
	unsigned answers;
};

struct phase1 {
	struct node node;      /* all, in order of age */
	struct node half_open; /* those that have not proved themselves */
	struct link by_cookie, by_peer;
	enum state state;
	bool initiator, aggressive, proved, superseded, deleted, remote_deleted;
	bool contacted; /* INITIAL-CONTACT came over it: once is enough */
	struct cookies cookies;
	struct cm_endpoint local, peer;
	struct route *route; /* NULL after its tunnel went */
	unsigned connection;
	int64_t since;

	const struct cm_p1 *policy; /* ours */
	struct cm_p1 agreed;
	uint32_t lifetime_s, offered_s;
	const struct cm_psk *psk;
	struct bytes sa_b, ke_i, ke_r, nonce_i, nonce_r; /* bodies, RFC 2409's _b */
	struct bytes id_i, id_r;
	struct dh *dh;
	struct keys keys;
	bool keyed;
	uint8_t iv[CRYPTO_IV_MAX]; /* last block of phase 1 */

	uint32_t vendors; /* of the peer: bits of enum vendor */
	const struct natt *natt;
	bool nat_us, nat_peer, floated, vendors_sent;
	struct fragments *fragments;
	struct early { /* a message of phase 2 that overtook the last one of phase 1 */
		struct cm_endpoint from, to;
		struct bytes datagram;
	} early;

	struct echo echo;
	unsigned retransmissions, complaints;
	struct timer timer; /* retransmission, or end of the half-open time */
	struct timer life, keepalive, dpd_timer;
	bool soft_done;
	int64_t life_end;

	struct wish *wishes;
	struct list quicks;    /* struct quick */
	struct list pairs;     /* struct pair */
	uint32_t *message_ids; /* of quick modes: a ring of the last MESSAGE_IDS_MAX */
	size_t n_message_ids, room_message_ids;
	uint32_t recent[64]; /* of informational exchanges */
	unsigned n_recent;

	uint32_t dpd_sequence, dpd_seen;
	bool dpd_waiting, dpd_any_seen;
	unsigned dpd_tries;
	int64_t heard;  /* last authenticated sign of life, ESP included */
	int64_t spoken; /* last packet of ours through a pair */
};

struct quick {
	struct node node;
	struct phase1 *phase1;
	enum state state;
	bool initiator;
	uint32_t message_id;
	uint8_t iv[CRYPTO_IV_MAX];
	bool iv_set;
	struct route *route;
	struct cm_selector selector;
	bool ids_sent, committed; /* committed: the peer set the commit bit, RFC 2408 3.1 */
	struct bytes nonce_i, nonce_r;
	struct dh *dh;
	const struct cm_group *group;
	uint32_t esp_spi, ah_spi; /* ours */
	struct pair *pair;        /* once there are keys */
	uint32_t replaces;
	int64_t begun;
	struct echo echo;
	unsigned retransmissions;
	struct timer timer;
};

struct pair {
	struct node node; /* all, in order of age */
	struct node of_phase1, of_route;
	struct phase1 *phase1; /* NULL after it went */
	struct quick *quick;   /* that makes it; NULL once that is done. They know each other */
	struct link by_id, by_spi, by_ah_spi, by_peer;
	uint32_t id;
	unsigned connection;
	struct route *route;
	struct cm_selector selector;
	struct cm_endpoint local, peer;
	const struct cm_p2 *transform;
	struct cm_p2 agreed;
	const struct cm_group *pfs;
	enum cm_mode mode;
	bool udp, esn, initiator, inbound, outbound, replaced, rekeying, deleting, used;
	struct cm_ike_keys esp[2], ah[2]; /* [0] inbound, [1] outbound; wiped when handed over */
	uint32_t spi_out, ah_spi_out, spi_in, ah_spi_in;
	uint32_t lifetime_s, lifetime_kb;
	uint32_t offered_s, offered_kb; /* as the router prints them */
	int64_t begun, since, life_end; /* first message, agreement, end */
	int64_t heard;                  /* when a packet last came through it */
	int64_t noted;                  /* when the host last told its traffic */
	uint8_t rank[NONCE_MIN];        /* of the initiator's nonce: decides between twins */
	struct cm_ike_traffic traffic;
	struct timer life, switch_over;
};

struct output {
	struct output *next;
	struct cm_ike_output it;
	size_t length;
	uint8_t data[];
};

struct cm_ike {
	struct store store;
	struct crypto *crypto;
	bool crypto_lent; /* not ours to free */
	struct cm_ike_host host;
	struct cm_ike_settings settings;
	int64_t now;
	const struct cm_hash *digest; /* for recognising repetitions */

	struct route *routes;
	size_t n_routes;
	struct route_peer *route_peers;
	struct map routes_by_peer;
	struct route **any; /* those that take any peer, in order */
	size_t n_any;

	struct list phase1s, half_open, pairs;
	struct map by_cookie, phase1_by_peer, pair_by_id, pair_by_spi, pair_by_peer;
	struct timers timers;
	uint32_t next_pair;
	unsigned next_connection, next_ipsec_connection;

	struct output *first, *last, *taken;
	size_t n_outputs;
	struct cm_ike_counters counters;
	uint8_t *plain;         /* DATAGRAM_MAX octets: the message in hand, decrypted */
	uint8_t *room;          /* MESSAGE_MAX octets: the message being written */
	struct message message; /* in hand */
	unsigned refusals;      /* unauthenticated answers in the current second */
	unsigned told, untold;  /* events about strangers in the current second */
	bool hushed;            /* the message in hand is one too many to speak of */
	int64_t refusals_at, told_at, invalid_spi_after;
};

/* What a handler made of a message. */
enum outcome {
	DONE,   /* used: the state goes on */
	DROP,   /* not used: everything is as before; somebody has said why */
	FAILED, /* the machine failed */
};

/* --- engine.c ---------------------------------------------------------------------------------- */

/* cm_ike_new over a context of the caller's that outlives the engine (it costs most to make). */
struct cm_ike *engine_new(struct crypto *, const struct cm_tunnel *, size_t n,
	const struct cm_ike_host *, const struct cm_ike_settings *);
bool engine_random(struct cm_ike *, void *out, size_t length);
uint32_t engine_random32(struct cm_ike *);
/* Why nobody is answered for a tunnel, and nothing begun: "it is of IKE version 2"; NULL: it is used. */
const char *why_unused(const struct cm_tunnel *);
/* It names this peer, or takes any. */
bool could_serve(const struct cm_tunnel *, uint32_t peer);
/* Tunnels that could serve this peer, in the order of the list; NULL at the end. */
struct choice {
	struct link *cursor;
	size_t any;
	struct route *next_peer;
	bool started;
};
struct route *route_next(struct cm_ike *, uint32_t peer, struct choice *);
/* A datagram goes out: marker and fragments are made here. */
bool engine_send(struct cm_ike *, struct phase1 *, struct octets datagram);
bool engine_send_to(
	struct cm_ike *, struct cm_endpoint from, struct cm_endpoint to, struct octets datagram);
void engine_put(struct cm_ike *, const struct cm_ike_output *, const void *data, size_t length);
/* NULL stays an unset timer's owner. */
void engine_timer(
	struct cm_ike *, struct timer *, void (*fire)(void *, void *), void *owner, int64_t due);
struct octets over(const void *at, size_t length);

/* --- say.c: logs ------------------------------------------------------------------------------- */

bool saying(const struct cm_ike *, enum say);
void say_values(struct cm_ike *, const struct phase1 *, enum say, struct values);
/* A line in the router's words; the rest are fields of struct values. */
#define SAY(ike, phase1, word) say_values((ike), (phase1), (word), (struct values){ .u = 0 })
#define SAYS(ike, phase1, word, ...)                                                         \
	do {                                                                                 \
		if (saying((ike), (word)))                                                   \
			say_values((ike), (phase1), (word), (struct values){ __VA_ARGS__ }); \
	} while (0)
/* W_SENDING and what later releases add. */
void say_sending(struct cm_ike *, const struct phase1 *);
/* The peer is new: who made it. */
void say_peer(struct cm_ike *, const struct phase1 *, const char *by);
bool later_words(const struct cm_ike *);
void say_input(struct cm_ike *, const struct phase1 *, const char *input, const char *event,
	const char *from, const char *to);
void say_node(struct cm_ike *, const struct phase1 *, uint32_t id, const char *input,
	const char *event, const char *from, const char *to);
/* The names that `show crypto isakmp sa` uses. */
const char *state_shown(const struct phase1 *);
/* One readable line for operators; `span` the line of the tunnel's text that decides, or empty. */
struct happening {
	const char *event;
	enum cm_severity severity;
	uint32_t peer;
	const struct cm_tunnel *tunnel;
	struct cm_span span;
};
void tell(struct cm_ike *, struct happening, const char *format, ...) CM_PRINTF(3, 4);
/* Before a stranger's message is judged: whether events about it are still told (say.c). */
void hush(struct cm_ike *);
const char *difference_name(enum cm_difference); /* "encryption" */
void print_hex_duration(struct cm_text *, struct octets);

/* --- sealed.c ---------------------------------------------------------------------------------- */

/* Encrypts in place behind the header with `iv`, which becomes the last block. */
bool seal(struct phase1 *, uint8_t *message, size_t length, uint8_t *iv);
/* The header of a message of this SA. */
struct isakmp header_of(const struct phase1 *, enum exchange, uint32_t message_id, bool encrypted);
/*
 * Ends a message whose first payload is a HASH left blank: HASH(1) or, with Ni_b, HASH(2) over
 * what follows. Pads, encrypts with `iv`, gives the length; 0: failed.
 */
void hash_blank(struct phase1 *, struct builder *);
size_t hash_finish(
	struct phase1 *, struct builder *, uint32_t message_id, struct octets ni_b, uint8_t *iv);
/* Decrypts to ike->plain and reads the chain into ike->message. `iv` goes on to the last block. */
bool open_sealed(struct cm_ike *, struct phase1 *, struct octets datagram, uint8_t *iv);
/* The HASH in front is right; HASH(2) and HASH(3) take the nonces of the quick mode. */
enum proof { NO_HASH, HASH_1, HASH_2, HASH_3 };
bool proved(const struct phase1 *, const struct quick *, const struct message *, enum proof);

/* --- phase1.c ---------------------------------------------------------------------------------- */

struct phase1 *phase1_new(struct cm_ike *, struct cm_endpoint local, struct cm_endpoint peer);
void phase1_free(struct cm_ike *, struct phase1 *);
/* What traffic waits for is no longer waited for. */
void wishes_free(struct cm_ike *, struct phase1 *);
struct phase1 *phase1_by_cookies(struct cm_ike *, const struct cookies *);
/* An SA that is up, or failing that one under way, with this peer from this address of ours. */
struct phase1 *phase1_for(struct cm_ike *, const struct route *, uint32_t peer, bool up_only);
/* Begin one; wishes may be hung on it. NULL when it cannot be (said why) or without memory. */
struct phase1 *phase1_start(struct cm_ike *, struct route *, bool rekey);
/* The end of one that never came up, or is dead: its wishes go to the next peer or are given up. */
void phase1_fail(struct cm_ike *, struct phase1 *, const char *why);
/* The same, in more words for the operator, with the line that may be wrong. */
void phase1_fail_saying(
	struct cm_ike *, struct phase1 *, const char *why, const char *sentence, struct cm_span);
/* A first message from a peer that is not known yet. */
enum outcome phase1_first(struct cm_ike *, struct cm_endpoint from, struct cm_endpoint to,
	const struct message *, struct octets datagram);
/* After the last message: wishes begin, old SAs step back. */
void phase1_up(struct cm_ike *, struct phase1 *);
/* True when a second SA is already there for the same peer and newer than this one. */
void phase1_supersede(struct cm_ike *, struct phase1 *newer);
const char *peer_name(uint32_t address, char quad[16]);

typedef enum outcome handler(
	struct cm_ike *, struct phase1 *, struct quick *, const struct message *);
handler main_2, main_3, main_4, main_5, main_6, aggressive_2, aggressive_3;

/* --- quick.c ----------------------------------------------------------------------------------- */

handler quick_1, quick_2, quick_3, quick_4;
struct quick *quick_new(struct cm_ike *, struct phase1 *, uint32_t message_id, bool initiator);
struct quick *quick_of(struct phase1 *, uint32_t message_id);
void quick_free(struct cm_ike *, struct quick *);
/* Begin one over an SA that is up. */
bool quick_start(struct cm_ike *, struct phase1 *, const struct wish *);
/* `why` in the router's words, `sentence` for the operator. */
void quick_fail(struct cm_ike *, struct quick *, const char *why, const char *sentence);
/* The same when the operator has heard why. */
void quick_give_up(struct cm_ike *, struct quick *, const char *why);
void sets_describe(struct cm_text *, const struct cm_tunnel *);
/* Exchanges of phase 2 that have not ended. */
unsigned quicks_running(const struct phase1 *);
bool message_id_used(const struct phase1 *, uint32_t id);
uint32_t message_id_fresh(struct cm_ike *, const struct phase1 *);
bool message_id_note(struct cm_ike *, struct phase1 *, uint32_t id);

/* --- pair.c ------------------------------------------------------------------------------------ */

struct pair *pair_new(struct cm_ike *, struct quick *);
void pair_free(struct cm_ike *, struct pair *);
struct pair *pair_by_id(struct cm_ike *, uint32_t id);
void pair_up(struct cm_ike *, struct pair *, bool inbound);
void pair_outbound(struct cm_ike *, struct pair *);
/* Gone: tells the host, and the peer when there is an ISAKMP SA. */
void pair_delete(struct cm_ike *, struct pair *, bool tell_peer, const char *why);
bool pair_same_selector(const struct cm_selector *, const struct cm_selector *);
struct pair *pair_newest(const struct route *, const struct cm_selector *);
uint32_t pair_unused_spi(struct cm_ike *);
void pair_rekey(struct cm_ike *, struct pair *);

/* --- quick_say.c: the blocks of `debug crypto ipsec` --------------------------------------------- */

struct ipsec_block {
	bool inbound;
	uint32_t seconds, kilobytes, spi;
	unsigned connection, flags;
};
void say_ipsec(struct cm_ike *, enum say, const struct phase1 *, const struct cm_selector *,
	const struct cm_p2 *, const struct ipsec_block *);
void say_offer(struct cm_ike *, struct phase1 *, const struct p2_offer *, size_t first_number);
void say_created(struct cm_ike *, struct pair *, uint32_t id, bool responder);
void say_installed(struct cm_ike *, struct pair *);
/* "192.0.2.0/24 -> 198.51.100.0/24 tcp" for events. */
void selector_describe(struct cm_text *, const struct cm_selector *);

/* --- info.c ------------------------------------------------------------------------------------ */

handler informational;
void informational_plain(struct cm_ike *, struct phase1 *, const struct message *);
/* A notification about an exchange of phase 2, or DPD: encrypted, in an exchange of its own. */
struct notice {
	uint16_t type;
	uint8_t protocol;
	struct octets spi, data;
};
bool notify(struct cm_ike *, struct phase1 *, const struct notice *);
/* The same, kept so that a repetition of the quick mode's message gets it again. */
bool notify_again(struct cm_ike *, struct quick *, const struct notice *);
/* It holds what only the peer could have sent just now: a new R-U-THERE, or the ACK we wait for. */
bool informational_fresh(const struct phase1 *, const struct message *);
/* CONNECTED, RFC 2408 3.1: the peer is ready for what it held back with the commit bit. */
void connected(struct cm_ike *, struct phase1 *, const struct pl_notify *);
/* Without keys: about phase 1 itself. */
void notify_plain(struct cm_ike *, struct phase1 *, uint16_t type);
void notify_stateless(struct cm_ike *, struct cm_endpoint from, struct cm_endpoint to,
	const struct isakmp *, uint16_t type);
void send_delete_pair(struct cm_ike *, struct phase1 *, uint8_t protocol, uint32_t spi);
void send_delete_phase1(struct cm_ike *, struct phase1 *);
void initial_contact(struct cm_ike *, struct phase1 *);
/* RESPONDER-LIFETIME of phase 1, RFC 2407 4.6.3.1. */
void notify_lifetime(struct cm_ike *, struct phase1 *);

/* --- life.c ------------------------------------------------------------------------------------ */

void life_retransmit_phase1(struct cm_ike *, struct phase1 *);
void life_retransmit_quick(struct cm_ike *, struct quick *);
void life_half_open(struct cm_ike *, struct phase1 *);
void life_phase1(struct cm_ike *, struct phase1 *);
/* A new SA while this one still stands. */
void life_renew(struct cm_ike *, struct phase1 *);
void life_pair(struct cm_ike *, struct pair *);
void life_remnant(struct cm_ike *, struct quick *);
void life_switch(struct cm_ike *, struct pair *);
void life_dpd(struct cm_ike *, struct phase1 *);
void life_heard(struct cm_ike *, struct phase1 *);
void dpd_ask(struct cm_ike *, struct phase1 *);
/* Wishes of a route: over an SA that is up, one under way, or a new one. */
bool want(struct cm_ike *, struct route *, const struct cm_selector *, uint32_t replaces);
void wishes_run(struct cm_ike *, struct phase1 *);
bool wish_add(struct cm_ike *, struct phase1 *, struct route *, const struct cm_selector *,
	uint32_t replaces);

/* --- nat.c ------------------------------------------------------------------------------------- */

/* Both NAT-D payloads of ours (RFC 3947 3.2); nothing when NAT-T was not agreed. */
bool natd_write(struct cm_ike *, struct phase1 *, struct builder *);
/* What the peer's NAT-D payloads say; sets nat_us and nat_peer. */
bool natd_read(struct cm_ike *, struct phase1 *, const struct message *);
/* To the NAT port, RFC 3947 4. */
void nat_float(struct cm_ike *, struct phase1 *);
/* An authenticated message came from elsewhere: follow it. */
void nat_follow(struct cm_ike *, struct phase1 *, struct cm_endpoint from, struct cm_endpoint to);
void nat_keepalive(struct cm_ike *, struct phase1 *);
static inline bool nat_found(const struct phase1 *p)
{
	return p->nat_us || p->nat_peer;
}
/* Vendor IDs seen and said. */
void vendors_read(struct cm_ike *, struct phase1 *, const struct message *);
void vendors_write(
	struct cm_ike *, struct phase1 *, struct builder *, const enum vendor *, size_t n);

/* --- fragment.c -------------------------------------------------------------------------------- */

/* A fragment came; when it completes a message, `whole` is that (owned by the store). */
bool fragment_take(
	struct cm_ike *, struct phase1 *, const struct pl_fragment *, struct bytes *whole);
bool fragment_send(struct cm_ike *, struct phase1 *, struct octets datagram);
void fragments_drop(struct cm_ike *, struct phase1 *);

#endif
