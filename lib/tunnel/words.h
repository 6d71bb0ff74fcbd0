/*
 * The router's words for what happens: `debug crypto isakmp` and `debug crypto ipsec`. The engine
 * logs with them and `negotiate` tells its story with them: one table for both.
 *
 * A line is a row: how it begins (with the connection, bare, with nothing) and a template in the
 * words of 12.3, where they differ also of 15.x. In a template `$` and a letter stand for a value:
 *   $X peer   $L our address   $P peer's port   $S our port   $N message ID, signed in 12.3
 *   $u $v numbers   $h number in hexadecimal   $s $t texts   $R role and state: (R) MM_SA_SETUP
 * Sources: the article's transcript and ios.md 4.7.
 */
#ifndef TUNNEL_WORDS_H
#define TUNNEL_WORDS_H

#include <cryptomap/tunnel.h>

/* Whose words. */
enum words_dialect {
	WORDS_12_3, /* "ISAKMP (0:709): …", as in the article */
	WORDS_15,   /* "ISAKMP:(1001):…" */
};

/* clang-format off */
enum say {
	/* packets and states */
	W_RECEIVED_NEW, W_RECEIVED, W_SENDING, W_LOCAL_PORT, W_INSERT_SA, W_INPUT, W_NODE_INPUT,
	W_STATE, W_SET_NODE, W_DELETE_NODE, W_PURGE_NODE, W_DUPLICATE, W_RESEND_DUPLICATE,
	W_RETRANSMIT, W_ERROR_COUNTER, W_DELETE_SA, W_BAD_MESSAGE, W_MODE_FAILURE, W_NOT_ENCRYPTED,
	/* phase 1 */
	W_PEER_STRUCT, W_PEER_CREATED, W_PEER_LOCKED, W_PEER_INSERTED, W_IPV4_PACKET,
	W_LIFE_ACTUAL, W_LIFE_OTHER, W_LIFE_BASIC, W_LIFE_VPI, W_LIFE_FILLED, W_LIFE_RETURNED, W_LIFE_STARTED,
	W_KE_MESSAGE, W_SA_REQUEST, W_NO_AGGRESSIVE, W_LOOKING_FOR_KEY, W_FOUND_KEY, W_LOCAL_KEY,
	W_NO_KEY, W_NO_KEY_EITHER, W_CANNOT_START, W_SCANNING_PROFILES, W_CONSTRUCTED_VENDOR,
	W_BEGIN_MAIN, W_BEGIN_AGGRESSIVE,
	W_PROCESSING, W_PROCESSING_VENDOR, W_VENDOR_MISMATCH, W_VENDOR_IS, W_CHECKING,
	W_ATT_CIPHER, W_ATT_KEYLENGTH, W_ATT_HASH, W_ATT_GROUP, W_ATT_AUTH, W_ATT_LIFE_TYPE,
	W_ATT_LIFE, W_ATT_LIFE_LONG, W_REASON, W_ATTS_NOT, W_ATTS_OK, W_NO_OFFERS, W_P1_NOT_ACCEPTABLE,
	W_SKEYID, W_NATD_RECEIVED, W_NATD_US, W_NATD_HIM, W_NATD_BOTH, W_NATD_NONE,
	W_INITIAL_CONTACT_SENT, W_DOING_PSK, W_ID_PAYLOAD, W_ID_LENGTH, W_NO_PROFILE, W_AUTH_STATUS,
	W_AUTHENTICATED, W_AUTHENTICATED_WITH, W_FLOATING, W_INITIAL_CONTACT, W_NOTIFY, W_NOTIFY_SPI,
	W_PROCESSING_DELETE, W_PARANOID, W_RESPONDER_LIFETIME, W_RESTART_TIMER, W_DPD_SENT, W_DPD_ACK,
	/* quick mode */
	W_BEGIN_QUICK, W_INITIATOR_SPI, W_SITTING_IDLE, W_CHECKING_IPSEC, W_TRANSFORM, W_TRANSFORM_ATTS, W_AT2_ENCAPS,
	W_AT2_LIFE_SECONDS, W_AT2_LIFE_KILOBYTES, W_AT2_LIFE, W_AT2_LIFE_LONG, W_AT2_AUTH,
	W_AT2_KEYLENGTH, W_AT2_GROUP, W_AT2_OTHER, W_AT2_OK, W_IPSEC_INVALIDATED, W_P2_NOT_ACCEPTABLE,
	W_SENDING_NOTIFY, W_ASKING_SPIS, W_CREATING, W_SA_LINES,
	/* debug crypto ipsec */
	W_IPSEC_REQUEST, W_IPSEC_VALIDATE, W_IPSEC_NOT_SUPPORTED, W_IPSEC_NO_PROXY, W_IPSEC_EVENT,
	W_IPSEC_SPI, W_IPSEC_INITIALIZE, W_IPSEC_RECONNECT, W_IPSEC_MTREE, W_IPSEC_CREATE,
	W_IPSEC_DELETE, W_IPSEC_DELETE_SA,
	W_N,
};
/* clang-format on */

struct values {
	uint32_t peer, local;
	uint16_t peer_port, local_port;
	uint32_t id, u, v, h;
	const char *s, *t;
	char role;         /* 'I', 'R', 'N' */
	const char *state; /* "QM_IDLE" */
	unsigned connection;
};

/* A line of `debug crypto ipsec`; else of `debug crypto isakmp`. */
bool words_are_ipsec(enum say);
/*
 * Append the whole line without time and line feed. NULL texts print nothing. False, and nothing
 * written, when the dialect has no such line.
 */
bool words_line(struct cm_text *, enum words_dialect, enum say, const struct values *);
/* What IOS says of the first difference of a phase 1 comparison; NULL where it has no words. */
const char *words_reason(enum cm_difference);
/* A duration as it stands in a variable-length attribute: " 0x0 0x1 0x51 0x80". */
void words_octets(struct cm_text *, uint32_t duration);
/* The name of an identity: "ID_IPV4_ADDR". */
const char *words_identity(enum cm_id_kind);
/* The dialect of a router of this release. */
enum words_dialect words_dialect_of(struct cm_release);

#endif
