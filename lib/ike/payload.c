#include "ike/payload.h"

#include <string.h>

/* --- Words for numbers ------------------------------------------------------------------------- */

struct word {
	unsigned number;
	const char *name, *ios; /* ios NULL: the same */
};

static const struct word exchange_words[] = {
	{ X_MAIN, "Main mode", NULL },
	{ X_AGGRESSIVE, "Aggressive mode", NULL },
	{ X_INFO, "Informational mode", NULL },
	{ X_TRANSACTION, "Transaction mode", NULL },
	{ X_QUICK, "Quick mode", NULL },
	{ 0, NULL, NULL },
};

static const struct word protocol_words[] = {
	{ PROTO_ISAKMP, "ISAKMP", NULL },
	{ PROTO_AH, "AH", NULL },
	{ PROTO_ESP, "ESP", NULL },
	{ PROTO_IPCOMP, "IPCOMP", NULL },
	{ 0, NULL, NULL },
};

static const struct word id_words[] = {
	{ ID_IPV4, "ID_IPV4_ADDR", NULL },
	{ ID_FQDN, "ID_FQDN", NULL },
	{ ID_USER_FQDN, "ID_USER_FQDN", NULL },
	{ ID_IPV4_SUBNET, "ID_IPV4_ADDR_SUBNET", NULL },
	{ ID_IPV6, "ID_IPV6_ADDR", NULL },
	{ 6, "ID_IPV6_ADDR_SUBNET", NULL },
	{ ID_IPV4_RANGE, "ID_IPV4_ADDR_RANGE", NULL },
	{ ID_DN, "ID_DER_ASN1_DN", NULL },
	{ ID_KEY_ID, "ID_KEY_ID", NULL },
	{ 0, NULL, NULL },
};

/* RFC 2408 3.14.1, RFC 2407 4.6.3, RFC 3706 5.3 */
static const struct word notify_words[] = {
	{ 1, "INVALID-PAYLOAD-TYPE", "INVALID_PAYLOAD_TYPE" },
	{ 2, "DOI-NOT-SUPPORTED", "DOI_NOT_SUPPORTED" },
	{ 3, "SITUATION-NOT-SUPPORTED", "SITUATION_NOT_SUPPORTED" },
	{ 4, "INVALID-COOKIE", "INVALID_COOKIE" },
	{ 5, "INVALID-MAJOR-VERSION", "INVALID_MAJOR_VERSION" },
	{ 6, "INVALID-MINOR-VERSION", "INVALID_MINOR_VERSION" },
	{ 7, "INVALID-EXCHANGE-TYPE", "INVALID_EXCHANGE_TYPE" },
	{ 8, "INVALID-FLAGS", "INVALID_FLAGS" },
	{ 9, "INVALID-MESSAGE-ID", "INVALID_MESSAGE_ID" },
	{ 10, "INVALID-PROTOCOL-ID", "INVALID_PROTOCOL_ID" },
	{ 11, "INVALID-SPI", "INVALID_SPI" },
	{ 12, "INVALID-TRANSFORM-ID", "INVALID_TRANSFORM_ID" },
	{ 13, "ATTRIBUTES-NOT-SUPPORTED", "ATTRIBUTES_NOT_SUPPORTED" },
	{ 14, "NO-PROPOSAL-CHOSEN", "PROPOSAL_NOT_CHOSEN" },
	{ 15, "BAD-PROPOSAL-SYNTAX", "BAD_PROPOSAL_SYNTAX" },
	{ 16, "PAYLOAD-MALFORMED", "PAYLOAD_MALFORMED" },
	{ 17, "INVALID-KEY-INFORMATION", "INVALID_KEY_INFO" },
	{ 18, "INVALID-ID-INFORMATION", "INVALID_ID_INFO" },
	{ 19, "INVALID-CERT-ENCODING", "INVALID_CERT_ENCODING" },
	{ 20, "INVALID-CERTIFICATE", "INVALID_CERTIFICATE" },
	{ 21, "CERT-TYPE-UNSUPPORTED", "CERT_TYPE_UNSUPPORTED" },
	{ 22, "INVALID-CERT-AUTHORITY", "INVALID_CERT_AUTHORITY" },
	{ 23, "INVALID-HASH-INFORMATION", "INVALID_HASH_INFO" },
	{ 24, "AUTHENTICATION-FAILED", "AUTHENTICATION_FAILED" },
	{ 25, "INVALID-SIGNATURE", "INVALID_SIGNATURE" },
	{ 26, "ADDRESS-NOTIFICATION", "ADDRESS_NOTIFICATION" },
	{ 27, "NOTIFY-SA-LIFETIME", "NOTIFY_SA_LIFETIME" },
	{ 28, "CERTIFICATE-UNAVAILABLE", "CERTIFICATE_UNAVAILABLE" },
	{ 29, "UNSUPPORTED-EXCHANGE-TYPE", "UNSUPPORTED_EXCHANGE_TYPE" },
	{ 30, "UNEQUAL-PAYLOAD-LENGTHS", "UNEQUAL_PAYLOAD_LENGTHS" },
	{ 16384, "CONNECTED", NULL },
	{ 24576, "RESPONDER-LIFETIME", "RESPONDER_LIFETIME" },
	{ 24577, "REPLAY-STATUS", "REPLAY_STATUS" },
	{ 24578, "INITIAL-CONTACT", "INITIAL_CONTACT" },
	{ 36136, "R-U-THERE", "DPD/R_U_THERE" },
	{ 36137, "R-U-THERE-ACK", "DPD/R_U_THERE_ACK" },
	{ 0, NULL, NULL },
};

static const struct word *word_of(const struct word *words, unsigned number)
{
	for (; words->name; words++)
		if (words->number == number)
			return words;
	return NULL;
}

static const char *name_of(const struct word *words, unsigned number)
{
	const struct word *word = word_of(words, number);
	return word ? word->name : NULL;
}

const char *notify_name(unsigned type)
{
	return name_of(notify_words, type);
}

const char *notify_name_ios(unsigned type)
{
	const struct word *word = word_of(notify_words, type);
	return !word ? NULL : word->ios ? word->ios : word->name;
}

const char *id_type_name(unsigned type)
{
	return name_of(id_words, type);
}

/* --- The tables -------------------------------------------------------------------------------- */

enum field_kind {
	F_END,
	F_NUMBER,   /* `octets` of them, to an integer of that size at `place` */
	F_COOKIE,   /* `octets` copied to `place` */
	F_RESERVED, /* zero */
	F_SIZED,    /* struct octets; as many as the uint8_t at `size_place` says */
	F_REST,     /* struct octets; all that is left, `octets` at least */
};

struct field {
	enum field_kind kind;
	uint8_t octets;
	uint8_t place, size_place;
	const char *name;
	const struct word *words;
};

#define AT(type, member) ((uint8_t)offsetof(struct type, member))
#define NUMBER(octets, t, m, w)                          \
	{                                                \
		F_NUMBER, (octets), AT(t, m), 0, #m, (w) \
	}
#define REST(least, t, m)                              \
	{                                              \
		F_REST, (least), AT(t, m), 0, #m, NULL \
	}
#define SIZED(t, m, by)                                   \
	{                                                 \
		F_SIZED, 0, AT(t, m), AT(t, by), #m, NULL \
	}
#define RESERVED(octets)                               \
	{                                              \
		F_RESERVED, (octets), 0, 0, NULL, NULL \
	}
#define END                                \
	{                                  \
		F_END, 0, 0, 0, NULL, NULL \
	}

/* clang-format off */
static const struct field header_fields[] = {
	{ F_COOKIE, COOKIE, AT(isakmp, initiator), 0, "initiator", NULL },
	{ F_COOKIE, COOKIE, AT(isakmp, responder), 0, "responder", NULL },
	NUMBER(1, isakmp, next, NULL),
	NUMBER(1, isakmp, version, NULL),
	NUMBER(1, isakmp, exchange, exchange_words),
	NUMBER(1, isakmp, flags, NULL),
	NUMBER(4, isakmp, message_id, NULL),
	NUMBER(4, isakmp, length, NULL),
	END,
};
/* clang-format off */
static const struct field sa_fields[] = {
	NUMBER(4, pl_sa, doi, NULL), NUMBER(4, pl_sa, situation, NULL), REST(8, pl_sa, proposals), END,
};
/* clang-format on */
static const struct field proposal_fields[] = {
	NUMBER(1, pl_proposal, number, NULL),
	NUMBER(1, pl_proposal, protocol, protocol_words),
	NUMBER(1, pl_proposal, spi_size, NULL),
	NUMBER(1, pl_proposal, n_transforms, NULL),
	SIZED(pl_proposal, spi, spi_size),
	REST(0, pl_proposal, transforms),
	END,
};
/* clang-format off */
static const struct field transform_fields[] = {
	NUMBER(1, pl_transform, number, NULL), NUMBER(1, pl_transform, id, NULL), RESERVED(2),
	REST(0, pl_transform, attributes), END,
};
/* clang-format on */
/* clang-format off */
static const struct field id_fields[] = {
	NUMBER(1, pl_id, type, id_words), NUMBER(1, pl_id, protocol, NULL),
	NUMBER(2, pl_id, port, NULL), REST(0, pl_id, data), END,
};
/* clang-format on */
static const struct field notify_fields[] = {
	NUMBER(4, pl_notify, doi, NULL),
	NUMBER(1, pl_notify, protocol, protocol_words),
	NUMBER(1, pl_notify, spi_size, NULL),
	NUMBER(2, pl_notify, type, notify_words),
	SIZED(pl_notify, spi, spi_size),
	REST(0, pl_notify, data),
	END,
};
static const struct field delete_fields[] = {
	NUMBER(4, pl_delete, doi, NULL),
	NUMBER(1, pl_delete, protocol, protocol_words),
	NUMBER(1, pl_delete, spi_size, NULL),
	NUMBER(2, pl_delete, n_spis, NULL),
	REST(0, pl_delete, spis),
	END,
};
/* clang-format off */
static const struct field natoa_fields[] = {
	NUMBER(1, pl_natoa, type, id_words), RESERVED(3), REST(4, pl_natoa, address), END,
};
/* clang-format on */
/* clang-format off */
static const struct field fragment_fields[] = {
	NUMBER(2, pl_fragment, id, NULL), NUMBER(1, pl_fragment, number, NULL),
	NUMBER(1, pl_fragment, flags, NULL), REST(1, pl_fragment, data), END,
};
/* clang-format on */
static const struct field data_fields[] = { REST(0, pl_data, data), END };
static const struct field some_data_fields[] = { REST(1, pl_data, data), END };

static const struct kind {
	uint8_t type;
	const char *name;
	const struct field *fields;
} kinds[] = {
	{ P_SA, "SA", sa_fields },
	{ P_PROPOSAL, "PROPOSAL", proposal_fields },
	{ P_TRANSFORM, "TRANSFORM", transform_fields },
	{ P_KE, "KE", some_data_fields },
	{ P_ID, "ID", id_fields },
	{ P_CERT, "CERT", some_data_fields },
	{ P_CR, "CR", some_data_fields },
	{ P_HASH, "HASH", some_data_fields },
	{ P_SIG, "SIG", some_data_fields },
	{ P_NONCE, "NONCE", some_data_fields },
	{ P_NOTIFY, "NOTIFY", notify_fields },
	{ P_DELETE, "DELETE", delete_fields },
	{ P_VENDOR, "VENDOR", data_fields },
	{ P_NATD_07, "NAT-D", some_data_fields },
	{ P_NATD, "NAT-D", some_data_fields },
	{ P_NATOA, "NAT-OA", natoa_fields },
	{ P_NATD_DRAFT, "NAT-D", some_data_fields },
	{ P_NATOA_DRAFT, "NAT-OA", natoa_fields },
	{ P_FRAGMENT, "FRAGMENT", fragment_fields },
};
/* clang-format on */

static const struct kind *kind_of(unsigned type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

uint64_t payload_bit(unsigned type)
{
	return type < 32 ? 1ull << type : type >= 128 && type < 160 ? 1ull << (type - 96) : 0;
}

/* --- Decode ------------------------------------------------------------------------------------ */

static void put_number(void *at, size_t octets, uint32_t number)
{
	uint8_t one = (uint8_t)number;
	uint16_t two = (uint16_t)number;
	memcpy(at,
		octets == 1           ? (void *)&one
			: octets == 2 ? (void *)&two
				      : (void *)&number,
		octets);
}

static uint32_t get_number(const void *at, size_t octets)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;
	switch (octets) {
	case 1:
		return memcpy(&one, at, 1), one;
	case 2:
		return memcpy(&two, at, 2), two;
	default:
		return memcpy(&four, at, 4), four;
	}
}

static uint32_t read_number(struct reader *r, size_t octets)
{
	return octets == 1 ? rd_u8(r) : octets == 2 ? rd_u16(r) : rd_u32(r);
}

static void decode_octets(struct reader *r, size_t length, void *at)
{
	struct octets octets = rd_octets(r, length);
	memcpy(at, &octets, sizeof octets);
}

static void decode(struct reader *r, const struct field *field, void *out)
{
	uint8_t *base = out;
	for (; field->kind != F_END; field++) {
		switch (field->kind) {
		case F_NUMBER:
			put_number(
				base + field->place, field->octets, read_number(r, field->octets));
			break;
		case F_COOKIE:
			rd_copy(r, base + field->place, field->octets);
			break;
		case F_RESERVED:
			for (unsigned i = 0; i < field->octets; i++)
				if (rd_u8(r) != 0)
					r->bad = true;
			break;
		case F_SIZED:
			decode_octets(r, base[field->size_place], base + field->place);
			break;
		case F_REST:
			if (rd_left(r) < field->octets)
				r->bad = true;
			decode_octets(r, rd_left(r), base + field->place);
			break;
		case F_END:
			break;
		}
	}
}

bool isakmp_decode(struct reader *r, struct isakmp *out)
{
	memset(out, 0, sizeof *out);
	decode(r, header_fields, out);
	return !r->bad && out->version >> 4 == 1;
}

bool payload_decode(struct reader *r, uint8_t *next, struct payload *out)
{
	memset(out, 0, sizeof *out);
	out->type = *next;
	out->whole.at = r->at;
	*next = rd_u8(r);
	if (rd_u8(r) != 0) /* RESERVED, RFC 2408 3.2 */
		r->bad = true;
	size_t length = rd_u16(r);
	if (length < GENERIC_HEADER)
		r->bad = true;
	out->body = rd_octets(r, length - (r->bad ? length : GENERIC_HEADER));
	if (r->bad)
		return false;
	out->whole.length = length;
	const struct kind *kind = kind_of(out->type);
	struct reader body = rd_of(out->body.at, out->body.length);
	if (kind)
		decode(&body, kind->fields, &out->is);
	return !body.bad;
}

bool attribute_decode(struct reader *r, struct attribute *out)
{
	memset(out, 0, sizeof *out);
	if (r->bad || rd_left(r) == 0)
		return false;
	uint16_t type = rd_u16(r);
	out->type = type & 0x7fffu;
	out->basic = type & 0x8000u;
	uint16_t second = rd_u16(r);
	if (out->basic) {
		out->number = second;
		out->numeric = true;
		return !r->bad;
	}
	out->value = rd_octets(r, second);
	out->numeric = !r->bad && second >= 1 && second <= 8;
	for (size_t i = 0; out->numeric && i < second; i++)
		out->number = out->number << 8 | out->value.at[i];
	return !r->bad;
}

/* --- Encode ------------------------------------------------------------------------------------ */

static void write_number(struct writer *w, size_t octets, uint32_t number)
{
	if (octets == 1)
		wr_u8(w, (uint8_t)number);
	else if (octets == 2)
		wr_u16(w, (uint16_t)number);
	else
		wr_u32(w, number);
}

static void encode(struct writer *w, const struct field *field, const void *in)
{
	const uint8_t *base = in;
	struct octets octets;
	for (; field->kind != F_END; field++) {
		switch (field->kind) {
		case F_NUMBER:
			write_number(
				w, field->octets, get_number(base + field->place, field->octets));
			break;
		case F_COOKIE:
			wr_octets(w, base + field->place, field->octets);
			break;
		case F_RESERVED:
			wr_zero(w, field->octets);
			break;
		case F_SIZED:
		case F_REST:
			memcpy(&octets, base + field->place, sizeof octets);
			if (octets.length > 0)
				wr_octets(w, octets.at, octets.length);
			break;
		case F_END:
			break;
		}
	}
}

void isakmp_encode(struct writer *w, const struct isakmp *header)
{
	encode(w, header_fields, header);
}

bool payload_encode_body(struct writer *w, const struct payload *payload)
{
	const struct kind *kind = kind_of(payload->type);
	if (kind)
		encode(w, kind->fields, &payload->is);
	return kind && !w->bad;
}

void attribute_encode(struct writer *w, uint16_t type, uint32_t value)
{
	if (value <= 0xffff) {
		wr_u16(w, type | 0x8000u);
		wr_u16(w, (uint16_t)value);
		return;
	}
	wr_u16(w, type);
	wr_u16(w, 4);
	wr_u32(w, value);
}

/* --- Print ------------------------------------------------------------------------------------- */

static void print_octets(struct cm_text *text, const uint8_t *at, size_t length)
{
	size_t shown = length > 32 ? 32 : length;
	for (size_t i = 0; i < shown; i++)
		cm_text_printf(text, "%02x", at[i]);
	if (shown < length)
		cm_text_printf(text, "... (%zu octets)", length);
}

static void print_number(struct cm_text *text, const struct field *field, uint32_t number)
{
	const char *word = field->words ? name_of(field->words, number) : NULL;
	if (word)
		cm_text_printf(text, "%s (%u)", word, (unsigned)number);
	else
		cm_text_printf(text, "%u", (unsigned)number);
}

static void print(struct cm_text *text, const struct field *field, const void *in)
{
	const uint8_t *base = in;
	struct octets octets;
	for (; field->kind != F_END; field++) {
		if (field->kind == F_RESERVED)
			continue;
		cm_text_printf(text, " %s=", field->name);
		if (field->kind == F_NUMBER) {
			print_number(text, field, get_number(base + field->place, field->octets));
		} else if (field->kind == F_COOKIE) {
			print_octets(text, base + field->place, field->octets);
		} else {
			memcpy(&octets, base + field->place, sizeof octets);
			print_octets(text, octets.at, octets.length);
		}
	}
}

void isakmp_print(struct cm_text *text, const struct isakmp *header)
{
	cm_text_put(text, "ISAKMP");
	print(text, header_fields, header);
}

void payload_print(struct cm_text *text, const struct payload *payload)
{
	const struct kind *kind = kind_of(payload->type);
	if (!kind) {
		cm_text_printf(text, "payload %u ", payload->type);
		print_octets(text, payload->body.at, payload->body.length);
		return;
	}
	cm_text_put(text, kind->name);
	print(text, kind->fields, &payload->is);
}
