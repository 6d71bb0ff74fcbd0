#include "ike/proposal.h"

#include <cryptomap/meet.h>

#include <string.h>

enum { KEY_IKE = 1, ESN_64_BIT = 1, UDP_RFC = 2, UDP_DRAFT = 61440 };

/* What both phases want of an SA payload, RFC 2407 4.6.1: 0, or the notify. */
static uint16_t sa_wrong(const struct pl_sa *sa)
{
	return sa->doi != DOI_IPSEC                   ? N_DOI_NOT_SUPPORTED
		: sa->situation != SITUATION_IDENTITY ? N_SITUATION_NOT_SUPPORTED
						      : 0;
}

/* --- Phase 1 ----------------------------------------------------------------------------------- */

bool p1_possible(const struct cm_p1 *p1)
{
	return p1->cipher && p1->cipher->ike_id && p1->hash && p1->hash->ike_id && p1->group &&
		p1->auth && p1->auth == cm_auth_named("pre-share");
}

/* An attribute stands once; lifetimes, a type and a duration, once per type (RFC 2407 4.5). */
static bool repeated(uint32_t *seen, unsigned type, unsigned life_type)
{
	uint32_t bit = type < 32 && type != life_type && type != life_type + 1 ? 1u << type : 0;
	bool again = *seen & bit;
	*seen |= bit;
	return again;
}

/* Attributes of one transform, RFC 2409 appendix A. */
static void p1_attributes(struct octets octets, struct cm_p1 *out)
{
	struct reader r = rd_of(octets.at, octets.length);
	struct attribute a;
	unsigned cipher = 0, bits = 0;
	uint64_t life_type = 0;
	uint32_t seen = 0;
	bool odd = false;
	while (attribute_decode(&r, &a)) {
		unsigned number = a.number > UINT32_MAX ? 0 : (unsigned)a.number;
		switch (a.type) {
		case A1_CIPHER:
			cipher = number;
			break;
		case A1_HASH:
			out->hash = cm_hash_of_ike(number);
			break;
		case A1_AUTH:
			out->auth = cm_auth_of_ike(number);
			break;
		case A1_GROUP:
			out->group = cm_group_numbered(number);
			break;
		case A1_KEY_LENGTH:
			bits = number;
			break;
		case A1_LIFE_TYPE:
			life_type = number;
			break;
		case A1_LIFE_DURATION:
			if (life_type == LIFE_SECONDS)
				out->lifetime_s = a.number > UINT32_MAX ? UINT32_MAX : number;
			break;
		default: /* a group of its own, a prf: nothing that we have */
			odd = true;
		}
		odd = odd || !a.numeric || repeated(&seen, a.type, A1_LIFE_TYPE);
	}
	out->cipher = cm_cipher_of_ike(cipher, bits);
	if (odd || r.bad)
		out->cipher = NULL; /* fits no policy */
}

static uint16_t p1_transforms(struct octets octets, unsigned n, struct p1_offers *out)
{
	struct reader r = rd_of(octets.at, octets.length);
	uint8_t next = P_TRANSFORM;
	unsigned seen = 0;
	for (; next == P_TRANSFORM; seen++) {
		struct payload t;
		if (!payload_decode(&r, &next, &t))
			return N_PAYLOAD_MALFORMED;
		if (t.is.transform.id != KEY_IKE)
			continue;
		if (out->n == OFFERS_MAX) {
			out->more = true;
			continue;
		}
		out->p1[out->n].priority = t.is.transform.number;
		out->attributes[out->n] = t.is.transform.attributes;
		out->transforms[out->n] = t.whole;
		p1_attributes(t.is.transform.attributes, &out->p1[out->n]);
		out->n++;
	}
	if (next != P_NONE || rd_left(&r) || seen != n)
		return N_BAD_PROPOSAL_SYNTAX;
	return out->n ? 0 : N_NO_PROPOSAL_CHOSEN;
}

uint16_t p1_read(const struct pl_sa *sa, struct p1_offers *out)
{
	uint16_t wrong = sa_wrong(sa);
	memset(out, 0, sizeof *out);
	if (wrong)
		return wrong;
	struct reader r = rd_of(sa->proposals.at, sa->proposals.length);
	uint8_t next = P_PROPOSAL;
	struct payload p;
	if (!payload_decode(&r, &next, &p))
		return N_PAYLOAD_MALFORMED;
	/* RFC 2409 5: exactly one proposal; its SPI (0 to 16 octets) is of no interest */
	if (next != P_NONE || rd_left(&r) || p.is.proposal.protocol != PROTO_ISAKMP ||
		p.is.proposal.spi_size > 16)
		return N_BAD_PROPOSAL_SYNTAX;
	out->number = p.is.proposal.number;
	return p1_transforms(p.is.proposal.transforms, p.is.proposal.n_transforms, out);
}

static void sa_head(struct builder *b)
{
	build_open(b, P_SA);
	wr_u32(&b->w, DOI_IPSEC);
	wr_u32(&b->w, SITUATION_IDENTITY);
}

static void proposal_head(struct builder *b, uint8_t next, uint8_t number, uint8_t protocol,
	uint32_t spi, uint8_t n_transforms)
{
	build_inner(b, next);
	wr_u8(&b->w, number);
	wr_u8(&b->w, protocol);
	wr_u8(&b->w, protocol == PROTO_ISAKMP ? 0 : 4);
	wr_u8(&b->w, n_transforms);
	if (protocol != PROTO_ISAKMP)
		wr_u32(&b->w, spi);
}

static void transform_head(struct builder *b, uint8_t next, uint8_t number, uint8_t id)
{
	build_inner(b, next);
	wr_u8(&b->w, number);
	wr_u8(&b->w, id);
	wr_u16(&b->w, 0);
}

/* The order of the router: encryption, key length, hash, group, auth, life (ios.md 3.5). */
static void p1_transform(struct builder *b, const struct cm_p1 *p1, uint8_t next, uint8_t number)
{
	transform_head(b, next, number, KEY_IKE);
	attribute_encode(&b->w, A1_CIPHER, p1->cipher->ike_id);
	if (p1->cipher->key_length)
		attribute_encode(&b->w, A1_KEY_LENGTH, p1->cipher->key_bits);
	attribute_encode(&b->w, A1_HASH, p1->hash->ike_id);
	attribute_encode(&b->w, A1_GROUP, p1->group->number);
	attribute_encode(&b->w, A1_AUTH, p1->auth->ike_id);
	attribute_encode(&b->w, A1_LIFE_TYPE, LIFE_SECONDS);
	attribute_encode(&b->w, A1_LIFE_DURATION, p1->lifetime_s);
	build_close(b);
}

void p1_offer(struct builder *b, const struct cm_p1 *const *offers, size_t n)
{
	sa_head(b);
	proposal_head(b, P_NONE, 1, PROTO_ISAKMP, 0, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		p1_transform(b, offers[i], i + 1 < n ? P_TRANSFORM : P_NONE, (uint8_t)(i + 1));
	build_close(b);
	build_close(b);
}

size_t p1_write(struct builder *b, const struct cm_p1 *policies, size_t n)
{
	const struct cm_p1 *possible[OFFERS_MAX];
	size_t written = 0;
	for (size_t i = 0; i < n && written < OFFERS_MAX; i++)
		if (p1_possible(&policies[i]))
			possible[written++] = &policies[i];
	p1_offer(b, possible, written);
	return written;
}

/* A transform as it came, now the last of its chain. */
static void echo_transform(struct builder *b, struct octets whole)
{
	build_inner(b, P_NONE);
	wr_octets(&b->w, whole.at + GENERIC_HEADER, whole.length - GENERIC_HEADER);
	build_close(b);
}

void p1_answer(struct builder *b, const struct p1_offers *offers, size_t chosen)
{
	sa_head(b);
	proposal_head(b, P_NONE, offers->number, PROTO_ISAKMP, 0, 1);
	echo_transform(b, offers->transforms[chosen]);
	build_close(b);
	build_close(b);
}

/* --- Phase 2 ----------------------------------------------------------------------------------- */

struct p2_values {
	unsigned auth, bits, encapsulation, group, life_type;
	uint64_t seconds, kilobytes;
	bool esn, odd, grouped;
};

/* Attributes of one transform, RFC 2407 4.5. */
static void p2_attributes(struct octets octets, struct p2_values *v)
{
	struct reader r = rd_of(octets.at, octets.length);
	struct attribute a;
	uint32_t seen = 0;
	memset(v, 0, sizeof *v);
	while (attribute_decode(&r, &a)) {
		unsigned number = a.number > UINT32_MAX ? UINT32_MAX : (unsigned)a.number;
		switch (a.type) {
		case A2_LIFE_TYPE:
			v->life_type = number;
			break;
		case A2_LIFE_DURATION:
			if (v->life_type == LIFE_SECONDS)
				v->seconds = number;
			else if (v->life_type == LIFE_KILOBYTES)
				v->kilobytes = number;
			break;
		case A2_GROUP:
			v->group = number;
			v->grouped = true;
			break;
		case A2_ENCAPSULATION:
			v->encapsulation = number;
			break;
		case A2_AUTH:
			v->auth = number;
			break;
		case A2_KEY_LENGTH:
			v->bits = number;
			break;
		case A2_ESN:
			v->esn = number == ESN_64_BIT;
			v->odd = v->odd || number > ESN_64_BIT;
			break;
		default:
			v->odd = true;
		}
		v->odd = v->odd || !a.numeric || repeated(&seen, a.type, A2_LIFE_TYPE);
	}
	v->odd = v->odd || r.bad;
}

/* Encapsulation modes: 1, 2 plain; 3, 4 RFC 3947; 61443, 61444 the drafts. */
static void p2_mode(struct p2_offer *o, unsigned encapsulation)
{
	unsigned plain = encapsulation;
	if (plain > UDP_DRAFT)
		plain -= UDP_DRAFT;
	if (plain > UDP_RFC)
		plain -= UDP_RFC;
	o->udp = plain != encapsulation;
	o->encapsulation = (uint16_t)encapsulation;
	/* not said: "host-dependent" (RFC 2407 4.5); everybody takes it for a tunnel */
	o->p2.mode = plain == CM_MODE_TRANSPORT ? CM_MODE_TRANSPORT : CM_MODE_TUNNEL;
	o->odd = o->odd || plain > CM_MODE_TRANSPORT || encapsulation > UINT16_MAX;
}

static const struct cm_cipher *esp_cipher(unsigned id, unsigned bits)
{
	const struct cm_cipher *cipher = cm_cipher_of_esp(id, bits);
	/* AES without its Key Length (RFC 3602 wants it) is 128 for those who leave it out */
	return cipher || bits ? cipher : cm_cipher_of_esp(id, 128);
}

static void p2_merge(struct p2_offer *o, const struct p2_part *part, const struct p2_values *v)
{
	o->odd = o->odd || v->odd;
	if (part->protocol == PROTO_ESP) {
		o->p2.cipher = esp_cipher(part->id, v->bits);
		o->p2.hash = v->auth ? cm_hash_of_auth(v->auth) : NULL;
		o->odd = o->odd || !o->p2.cipher ||
			(v->auth && !o->p2.hash)
			/* neither encrypted nor authenticated, or authenticated twice */
			|| (!v->auth && !o->p2.cipher->combined && o->p2.cipher->key_bits == 0) ||
			(v->auth && o->p2.cipher->combined);
	} else {
		o->p2.ah = cm_hash_of_auth(v->auth);
		o->odd = o->odd || !o->p2.ah || o->p2.ah->ah_id != part->id;
	}
	if (v->grouped) {
		o->group = cm_group_numbered(v->group);
		o->odd = o->odd || !o->group;
	}
	p2_mode(o, v->encapsulation);
	o->odd = o->odd || (o->n > 1 && o->esn != v->esn); /* one for both protocols, or none */
	o->esn = v->esn;
	if (v->seconds)
		o->lifetime_s = (uint32_t)v->seconds;
	if (v->kilobytes)
		o->lifetime_kb = (uint32_t)v->kilobytes;
}

/* Adds a transform of a protocol to an offer that has none of it yet. */
static void p2_add(struct p2_offer *o, const struct pl_proposal *p, const struct payload *t)
{
	struct p2_values values;
	struct reader spi = rd_of(p->spi.at, p->spi.length);
	if (p->protocol == PROTO_IPCOMP) {
		o->p2.compress = true;
		return;
	}
	if (o->n == SPI_PROTOCOLS || p->spi.length != 4 ||
		(p->protocol != PROTO_ESP && p->protocol != PROTO_AH)) {
		o->odd = true;
		return;
	}
	struct p2_part *part = &o->parts[o->n++];
	part->protocol = p->protocol;
	part->transform = t->is.transform.number;
	part->id = t->is.transform.id;
	part->spi = rd_u32(&spi);
	part->attributes = t->is.transform.attributes;
	part->whole = t->whole;
	p2_attributes(part->attributes, &values);
	p2_merge(o, part, &values);
}

/*
 * All transforms of one protocol's proposal payload. Offers [from, out->n) have the same proposal
 * number and wait for this protocol (AND); each is multiplied by the transforms (OR).
 */
static uint16_t p2_transforms(const struct pl_proposal *p, size_t from, struct p2_offers *out)
{
	struct reader r = rd_of(p->transforms.at, p->transforms.length);
	size_t waiting = out->n - from, base = from;
	struct p2_offer before[OFFERS_MAX];
	memcpy(before, &out->o[from], waiting * sizeof *before);
	if (waiting == 0) {
		memset(&before[0], 0, sizeof before[0]);
		before[0].number = p->number;
		waiting = 1;
	}
	out->n = base;
	uint8_t next = P_TRANSFORM;
	unsigned seen = 0;
	for (; next == P_TRANSFORM; seen++) {
		struct payload t;
		if (!payload_decode(&r, &next, &t))
			return N_PAYLOAD_MALFORMED;
		for (size_t i = 0; i < waiting && out->n < OFFERS_MAX; i++) {
			out->o[out->n] = before[i];
			p2_add(&out->o[out->n], p, &t);
			out->n++;
		}
	}
	return next != P_NONE || rd_left(&r) || seen != p->n_transforms ? N_BAD_PROPOSAL_SYNTAX : 0;
}

uint16_t p2_read(const struct pl_sa *sa, struct p2_offers *out)
{
	uint16_t wrong = sa_wrong(sa);
	memset(out, 0, sizeof *out);
	if (wrong)
		return wrong;
	struct reader r = rd_of(sa->proposals.at, sa->proposals.length);
	uint8_t next = P_PROPOSAL;
	size_t from = 0;
	int number = -1;
	while (next == P_PROPOSAL) {
		struct payload p;
		if (!payload_decode(&r, &next, &p))
			return N_PAYLOAD_MALFORMED;
		if (p.is.proposal.number != number)
			from = out->n;
		number = p.is.proposal.number;
		wrong = p2_transforms(&p.is.proposal, from, out);
		if (wrong)
			return wrong;
		if (out->n == OFFERS_MAX)
			break;
	}
	return next != P_NONE && out->n < OFFERS_MAX ? N_BAD_PROPOSAL_SYNTAX
		: out->n                             ? 0
						     : N_NO_PROPOSAL_CHOSEN;
}

bool p2_possible(const struct cm_p2 *p2)
{
	bool esp = p2->cipher && p2->cipher->esp_id;
	bool ah = p2->ah && p2->ah->ah_id;
	if (p2->compress || (p2->cipher && !esp) || (p2->ah && !ah) || (!esp && !ah))
		return false;
	if (!esp)
		return true;
	return p2->cipher->combined         ? !p2->hash
		: p2->cipher->key_bits == 0 ? p2->hash != NULL
					    : !p2->hash || p2->hash->auth_id;
}

/* The router's order: encapsulation, seconds, kilobytes, authenticator, key length, group. */
static void p2_transform(struct builder *b, const struct cm_p2 *p2, uint8_t protocol,
	const struct p2_terms *terms, unsigned number, bool extended)
{
	bool esp = protocol == PROTO_ESP;
	const struct cm_hash *hash = esp ? p2->hash : p2->ah;
	/* without extended sequence numbers stands last, for those who have none (RFC 4304) */
	transform_head(b, extended ? P_TRANSFORM : P_NONE, (uint8_t)number,
		(uint8_t)(esp ? p2->cipher->esp_id : p2->ah->ah_id));
	enum cm_mode mode = cm_p2_mode(p2, terms->selector, terms->local, terms->peer);
	attribute_encode(&b->w, A2_ENCAPSULATION, (uint32_t)mode + terms->encapsulation_udp);
	attribute_encode(&b->w, A2_LIFE_TYPE, LIFE_SECONDS);
	attribute_encode(&b->w, A2_LIFE_DURATION, terms->lifetime_s);
	if (terms->lifetime_kb) {
		attribute_encode(&b->w, A2_LIFE_TYPE, LIFE_KILOBYTES);
		attribute_encode(&b->w, A2_LIFE_DURATION, terms->lifetime_kb);
	}
	if (hash)
		attribute_encode(&b->w, A2_AUTH, hash->auth_id);
	if (esp && p2->cipher->key_length)
		attribute_encode(&b->w, A2_KEY_LENGTH, p2->cipher->key_bits);
	if (terms->group)
		attribute_encode(&b->w, A2_GROUP, terms->group->number);
	if (extended)
		attribute_encode(&b->w, A2_ESN, ESN_64_BIT);
	build_close(b);
}

static void p2_proposal(struct builder *b, const struct cm_p2 *p2, uint8_t protocol, uint8_t next,
	uint8_t number, const struct p2_terms *terms)
{
	uint32_t spi = protocol == PROTO_ESP ? terms->esp_spi : terms->ah_spi;
	proposal_head(b, next, number, protocol, spi, terms->esn ? 2 : 1);
	if (terms->esn)
		p2_transform(b, p2, protocol, terms, 1, true);
	p2_transform(b, p2, protocol, terms, terms->esn ? 2 : 1, false);
	build_close(b);
}

size_t p2_write(struct builder *b, const struct cm_p2 *sets, size_t n, const struct p2_terms *terms)
{
	size_t possible = 0, written = 0;
	for (size_t i = 0; i < n; i++)
		possible += p2_possible(&sets[i]);
	if (possible > OFFERS_MAX)
		possible = OFFERS_MAX;
	sa_head(b);
	for (size_t i = 0; i < n && written < possible; i++) {
		if (!p2_possible(&sets[i]))
			continue;
		uint8_t number = (uint8_t)++written;
		uint8_t next = written < possible ? P_PROPOSAL : P_NONE;
		if (sets[i].ah)
			p2_proposal(b, &sets[i], PROTO_AH, sets[i].cipher ? P_PROPOSAL : next,
				number, terms);
		if (sets[i].cipher)
			p2_proposal(b, &sets[i], PROTO_ESP, next, number, terms);
	}
	build_close(b);
	return written;
}

void p2_answer(struct builder *b, const struct p2_offer *offer, uint32_t esp_spi, uint32_t ah_spi)
{
	sa_head(b);
	for (unsigned i = 0; i < offer->n; i++) {
		const struct p2_part *part = &offer->parts[i];
		proposal_head(b, i + 1 < offer->n ? P_PROPOSAL : P_NONE, offer->number,
			part->protocol, part->protocol == PROTO_ESP ? esp_spi : ah_spi, 1);
		echo_transform(b, part->whole);
		build_close(b);
	}
	build_close(b);
}

size_t p2_cipher_key_size(const struct cm_cipher *cipher)
{
	return cipher ? cipher->key_bits / 8u + cipher->salt : 0;
}

size_t p2_hash_key_size(const struct cm_hash *hash)
{
	return hash ? hash->size : 0; /* RFC 2403, 2404, 4868: the size of the hash */
}

/* --- In words ---------------------------------------------------------------------------------- */

static const char *or_unknown(const char *name)
{
	return name ? name : "(unknown)";
}

void p1_describe(struct cm_text *text, const struct cm_p1 *p1)
{
	cm_text_printf(text, "%s/%s/", or_unknown(p1->cipher ? p1->cipher->name : NULL),
		or_unknown(p1->hash ? p1->hash->name : NULL));
	if (p1->group)
		cm_text_printf(text, "group %u/", p1->group->number);
	else
		cm_text_put(text, "(unknown group)/");
	cm_text_put(text, or_unknown(p1->auth ? p1->auth->name : NULL));
}

void p2_describe(struct cm_text *text, const struct cm_p2 *p2)
{
	const char *between = "";
	if (p2->ah) {
		cm_text_put(text, or_unknown(p2->ah->ah));
		between = " ";
	}
	if (p2->cipher) {
		cm_text_printf(text, "%s%s", between, or_unknown(p2->cipher->transform));
		between = " ";
	}
	if (p2->hash)
		cm_text_printf(text, "%s%s", between, or_unknown(p2->hash->esp));
}
