/*
 * ISAKMP payloads as tables: RFC 2408 3, RFC 2407 4.6, RFC 3947, Cisco's fragments.
 *
 * A payload kind is a list of fields (kind, octets, place in a struct, name, words for values).
 * Three interpreters walk the same rows: decode fills a struct from octets, encode writes octets
 * from a struct, print says them in words. A new payload is a new table and nothing else.
 *
 * A decoded payload owns nothing: its octets point into the datagram. Decoding never reads past
 * the end; reserved fields must be zero (RFC 2408 3.2). Nothing here knows keys or states.
 */
#ifndef IKE_PAYLOAD_H
#define IKE_PAYLOAD_H

#include "base/cursor.h"
#include <cryptomap/base.h>

/* Next Payload, RFC 2408 3.1 and the registry behind it. */
enum payload_type {
	P_NONE = 0,
	P_SA = 1,
	P_PROPOSAL = 2,
	P_TRANSFORM = 3,
	P_KE = 4,
	P_ID = 5,
	P_CERT = 6,
	P_CR = 7,
	P_HASH = 8,
	P_SIG = 9,
	P_NONCE = 10,
	P_NOTIFY = 11,
	P_DELETE = 12,
	P_VENDOR = 13,
	P_NATD_07 = 15, /* NAT-D of the drafts 04 to 07; "SAK" elsewhere */
	P_NATD = 20,    /* RFC 3947 9 */
	P_NATOA = 21,
	P_NATD_DRAFT = 130,
	P_NATOA_DRAFT = 131,
	P_FRAGMENT = 132,
};

enum exchange {
	X_MAIN = 2,
	X_AGGRESSIVE = 4,
	X_INFO = 5,
	X_TRANSACTION = 6,
	X_QUICK = 32,
};

enum { FLAG_ENCRYPTED = 1, FLAG_COMMIT = 2, FLAG_AUTHENTICATION = 4 };

enum { DOI_ISAKMP = 0, DOI_IPSEC = 1, SITUATION_IDENTITY = 1 };

enum protocol { PROTO_ISAKMP = 1, PROTO_AH = 2, PROTO_ESP = 3, PROTO_IPCOMP = 4 };

enum id_type {
	ID_IPV4 = 1,
	ID_FQDN = 2,
	ID_USER_FQDN = 3,
	ID_IPV4_SUBNET = 4,
	ID_IPV6 = 5,
	ID_IPV4_RANGE = 7,
	ID_DN = 9,
	ID_KEY_ID = 11,
};

enum notify_type {
	N_INVALID_PAYLOAD_TYPE = 1,
	N_DOI_NOT_SUPPORTED = 2,
	N_SITUATION_NOT_SUPPORTED = 3,
	N_INVALID_EXCHANGE_TYPE = 7,
	N_INVALID_MESSAGE_ID = 9,
	N_ATTRIBUTES_NOT_SUPPORTED = 13,
	N_NO_PROPOSAL_CHOSEN = 14,
	N_BAD_PROPOSAL_SYNTAX = 15,
	N_PAYLOAD_MALFORMED = 16,
	N_INVALID_KEY = 17,
	N_INVALID_ID = 18,
	N_INVALID_HASH = 23,
	N_AUTHENTICATION_FAILED = 24,
	N_CONNECTED = 16384,
	N_RESPONDER_LIFETIME = 24576,
	N_REPLAY_STATUS = 24577,
	N_INITIAL_CONTACT = 24578,
	N_R_U_THERE = 36136,
	N_R_U_THERE_ACK = 36137,
};

/* Attribute classes of phase 1 (RFC 2409 A) and of phase 2 (RFC 2407 4.5). */
enum {
	A1_CIPHER = 1,
	A1_HASH = 2,
	A1_AUTH = 3,
	A1_GROUP = 4,
	A1_LIFE_TYPE = 11,
	A1_LIFE_DURATION = 12,
	A1_KEY_LENGTH = 14,
	A2_LIFE_TYPE = 1,
	A2_LIFE_DURATION = 2,
	A2_GROUP = 3,
	A2_ENCAPSULATION = 4,
	A2_AUTH = 5,
	A2_KEY_LENGTH = 6,
	A2_ESN = 11,
	LIFE_SECONDS = 1,
	LIFE_KILOBYTES = 2,
};

enum { COOKIE = 8, ISAKMP_HEADER = 28, GENERIC_HEADER = 4, ISAKMP_VERSION = 0x10 };

/* RFC 2408 3.1 */
struct isakmp {
	uint8_t initiator[COOKIE], responder[COOKIE];
	uint8_t next, version, exchange, flags;
	uint32_t message_id, length;
};

struct pl_sa { /* RFC 2407 4.6.1 */
	uint32_t doi, situation;
	struct octets proposals;
};

struct pl_proposal { /* RFC 2408 3.5, behind the generic header */
	uint8_t number, protocol, spi_size, n_transforms;
	struct octets spi, transforms;
};

struct pl_transform { /* RFC 2408 3.6 */
	uint8_t number, id;
	struct octets attributes;
};

struct pl_id { /* RFC 2407 4.6.2 */
	uint8_t type, protocol;
	uint16_t port;
	struct octets data;
};

struct pl_notify { /* RFC 2408 3.14 */
	uint32_t doi;
	uint8_t protocol, spi_size;
	uint16_t type;
	struct octets spi, data;
};

struct pl_delete { /* RFC 2408 3.15 */
	uint32_t doi;
	uint8_t protocol, spi_size;
	uint16_t n_spis;
	struct octets spis;
};

struct pl_natoa { /* RFC 3947 5.2 */
	uint8_t type;
	struct octets address;
};

struct pl_fragment {
	uint16_t id;
	uint8_t number, flags; /* flags 1: the last one */
	struct octets data;
};

/* Payloads that are nothing but octets: KE, NONCE, HASH, VENDOR, NAT-D, SIG, CERT, CR. */
struct pl_data {
	struct octets data;
};

struct payload {
	uint8_t type;        /* enum payload_type, or a number that nobody knows */
	struct octets body;  /* behind the generic header */
	struct octets whole; /* with it */
	union {
		struct pl_sa sa;
		struct pl_proposal proposal;
		struct pl_transform transform;
		struct pl_id id;
		struct pl_notify notify;
		struct pl_delete del;
		struct pl_natoa natoa;
		struct pl_fragment fragment;
		struct pl_data data;
	} is;
};

/* A data attribute, RFC 2408 3.3. Values of any length; `number` is it when 1 to 8 octets. */
struct attribute {
	uint16_t type;
	bool basic;   /* came as TV */
	bool numeric; /* `number` holds it */
	uint64_t number;
	struct octets value; /* TLV only */
};

/* Bits for sets of payload types: 0-31 as they are, the private ones behind. */
uint64_t payload_bit(unsigned type);
const char *notify_name(unsigned type);     /* "NO-PROPOSAL-CHOSEN"; NULL */
const char *notify_name_ios(unsigned type); /* "PROPOSAL_NOT_CHOSEN"; NULL */
const char *id_type_name(unsigned type);    /* "ID_IPV4_ADDR"; NULL */

/* The header; false when the datagram is too short, or has another major version. */
bool isakmp_decode(struct reader *, struct isakmp *);
void isakmp_encode(struct writer *, const struct isakmp *);
void isakmp_print(struct cm_text *, const struct isakmp *);

/*
 * The next payload of a chain: reads the generic header (RFC 2408 3.2) and the body by its table.
 * `next` says what type it is and is then the type of the one behind. False: malformed.
 */
bool payload_decode(struct reader *, uint8_t *next, struct payload *out);
/* A proposal's or a transform's body: `whole` includes the generic header. */
bool payload_encode_body(struct writer *, const struct payload *);
void payload_print(struct cm_text *, const struct payload *);

/* The next attribute; false at the end or when broken (the reader is then bad). */
bool attribute_decode(struct reader *, struct attribute *);
/* TV when it fits 16 bits, else TLV of 4 octets: as IOS does (ios.md 3.5). */
void attribute_encode(struct writer *, uint16_t type, uint32_t value);

#endif
