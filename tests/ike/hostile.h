/*
 * A peer that knows the keys and means ill, or one that knows nothing and means ill: messages put
 * together by hand with the engine's own tools and handed to one side of a simulation.
 */
#ifndef TESTS_IKE_HOSTILE_H
#define TESTS_IKE_HOSTILE_H

#include "ike/engine.h"
#include "ike/sim.h"

#define SIM_FOREIGN 0xcb007163u /* 203.0.113.99: nobody's peer */

struct craft {
	struct builder b;
	struct phase1 *p; /* whose keys; NULL: none */
	uint8_t iv[CRYPTO_IV_MAX];
	size_t length;
	uint8_t room[66000];
};

static inline struct phase1 *sa_of(const struct sim *sim, int side)
{
	const struct list *all = &sim->end[side].engine->phase1s;
	assert_non_null(all->last);
	return all->last->owner;
}

/* What side `to` gets, from where its peer should be; then the wire rests for a moment. */
static inline void hand_from(
	struct sim *sim, int to, struct cm_endpoint from, const void *at, size_t length)
{
	uint8_t *exact = malloc(length ? length : 1);
	struct cm_endpoint mine = { sim->end[to].tunnel[0].local, 500 };
	assert_non_null(exact);
	if (length)
		memcpy(exact, at, length);
	cm_ike_input(sim->end[to].engine, sim->now, from, mine, exact, length);
	free(exact);
	sim_drain(sim, to);
}

static inline struct cm_endpoint peer_of(const struct sim *sim, int side)
{
	return (struct cm_endpoint){ sim->end[side].peer[0].address, 500 };
}

static inline void hand(struct sim *sim, int to, const void *at, size_t length)
{
	hand_from(sim, to, peer_of(sim, to), at, length);
}

static inline void put_number_be(uint8_t out[4], uint32_t number)
{
	struct writer w = wr_of(out, 4);
	wr_u32(&w, number);
}

/* --- Plain messages ---------------------------------------------------------------------------- */

static inline void craft_open(struct craft *c, const struct cookies *cookies, unsigned exchange,
	unsigned flags, uint32_t id)
{
	struct isakmp header = { .version = 0x10,
		.exchange = (uint8_t)exchange,
		.flags = (uint8_t)flags,
		.message_id = id };
	memcpy(header.initiator, cookies->initiator, COOKIE);
	memcpy(header.responder, cookies->responder, COOKIE);
	memset(c, 0, sizeof *c);
	c->b = build_begin(c->room, sizeof c->room, &header);
}

static inline void craft_first(struct craft *c, struct sim *sim, unsigned exchange)
{
	struct cookies cookies = { { 0 }, { 0 } };
	sim_random(&sim->random, cookies.initiator, COOKIE);
	craft_open(c, &cookies, exchange, 0, 0);
}

static inline void craft_hand(struct craft *c, struct sim *sim, int to)
{
	c->length = build_end(&c->b);
	assert_true(c->length > 0);
	hand(sim, to, c->room, c->length);
}

/* --- Sealed ones, with the keys of side `from` ------------------------------------------------- */

static inline void craft_sealed(
	struct craft *c, const struct sim *sim, int from, unsigned exchange, uint32_t id)
{
	struct phase1 *p = sa_of(sim, from);
	craft_open(c, &p->cookies, exchange, FLAG_ENCRYPTED, id);
	c->p = p;
	assert_true(keys_iv2(&p->keys, p->iv, id, c->iv));
	hash_blank(p, &c->b);
}

static inline uint32_t fresh_id(struct sim *sim)
{
	return (uint32_t)sim_next(&sim->random) | 1;
}

static inline void craft_info(struct craft *c, struct sim *sim, int from)
{
	craft_sealed(c, sim, from, X_INFO, fresh_id(sim));
}

static inline void craft_quick(struct craft *c, struct sim *sim, int from)
{
	craft_sealed(c, sim, from, X_QUICK, fresh_id(sim));
}

/* HASH(1), padding, encryption. */
static inline void craft_seal(struct craft *c)
{
	struct isakmp header;
	struct reader r = rd_of(c->room, ISAKMP_HEADER);
	assert_true(isakmp_decode(&r, &header));
	c->length = hash_finish(c->p, &c->b, header.message_id, (struct octets){ NULL, 0 }, c->iv);
	assert_true(c->length > 0);
}

static inline void craft_seal_hand(struct craft *c, struct sim *sim, int to)
{
	craft_seal(c);
	hand(sim, to, c->room, c->length);
	sim_run(sim, 20);
}

/* --- Pieces ------------------------------------------------------------------------------------ */

/* form: TV, or so many octets of TLV */
enum { TV = -1 };
struct att {
	uint16_t type;
	uint32_t value;
	int form;
};

static inline void put_att(struct writer *w, const struct att *a)
{
	wr_u16(w, (uint16_t)(a->type | (a->form == TV ? 0x8000u : 0)));
	if (a->form == TV) {
		wr_u16(w, (uint16_t)a->value);
		return;
	}
	wr_u16(w, (uint16_t)a->form);
	for (int i = a->form - 1; i >= 0; i--)
		wr_u8(w, (uint8_t)(i < 4 ? a->value >> (8 * i) : 0));
}

static inline void sa_open(struct builder *b)
{
	build_open(b, P_SA);
	wr_u32(&b->w, DOI_IPSEC);
	wr_u32(&b->w, SITUATION_IDENTITY);
}

static inline void proposal_open(
	struct builder *b, uint8_t next, uint8_t protocol, uint32_t spi, uint8_t n)
{
	build_inner(b, next);
	wr_u8(&b->w, 1);
	wr_u8(&b->w, protocol);
	wr_u8(&b->w, protocol == PROTO_ISAKMP ? 0 : 4);
	wr_u8(&b->w, n);
	if (protocol != PROTO_ISAKMP)
		wr_u32(&b->w, spi);
}

static inline void put_transform(struct builder *b, uint8_t next, uint8_t number, uint8_t id,
	const struct att *atts, size_t n)
{
	build_inner(b, next);
	wr_u8(&b->w, number);
	wr_u8(&b->w, id);
	wr_u16(&b->w, 0);
	for (size_t i = 0; i < n; i++)
		put_att(&b->w, &atts[i]);
	build_close(b);
}

/* An SA with one transform. */
static inline void put_sa(
	struct builder *b, uint8_t protocol, uint8_t id, const struct att *atts, size_t n)
{
	sa_open(b);
	proposal_open(b, P_NONE, protocol, 0x1001, 1);
	put_transform(b, P_NONE, 1, id, atts, n);
	build_close(b);
	build_close(b);
}

/* What the simulation's ends agree about. */
static const struct att good_p1[] = { { A1_CIPHER, 5, TV }, { A1_HASH, 2, TV }, { A1_GROUP, 2, TV },
	{ A1_AUTH, 1, TV }, { A1_LIFE_TYPE, 1, TV }, { A1_LIFE_DURATION, 86400, 4 } };
static const struct att good_p2[] = { { A2_ENCAPSULATION, 1, TV }, { A2_LIFE_TYPE, 1, TV },
	{ A2_LIFE_DURATION, 3600, TV }, { A2_AUTH, 2, TV } };
enum { GOOD_P1 = sizeof good_p1 / sizeof *good_p1, GOOD_P2 = sizeof good_p2 / sizeof *good_p2 };

static inline void put_good_p1(struct builder *b)
{
	put_sa(b, PROTO_ISAKMP, 1, good_p1, GOOD_P1);
}

static inline void put_good_p2(struct builder *b)
{
	put_sa(b, PROTO_ESP, 3, good_p2, GOOD_P2);
}

static inline void put_nonce(struct builder *b, size_t length)
{
	uint8_t nonce[300];
	memset(nonce, 0x5a, sizeof nonce);
	build_data(b, P_NONCE, nonce, length);
}

static inline void put_id(struct builder *b, uint8_t type, const void *at, size_t length)
{
	build_open(b, P_ID);
	wr_u8(&b->w, type);
	wr_u8(&b->w, 0);
	wr_u16(&b->w, 0);
	if (length)
		wr_octets(&b->w, at, length);
	build_close(b);
}

static inline void put_notify(struct builder *b, uint8_t protocol, uint16_t type, const void *spi,
	size_t spi_size, const void *data, size_t length)
{
	struct payload n = { .type = P_NOTIFY,
		.is.notify = { .doi = DOI_IPSEC,
			.protocol = protocol,
			.spi_size = (uint8_t)spi_size,
			.type = type,
			.spi = { spi, spi_size },
			.data = { data, length } } };
	build_payload(b, &n);
}

static inline void put_delete(struct builder *b, uint8_t protocol, uint8_t spi_size, uint16_t count,
	const void *at, size_t length)
{
	struct payload d = { .type = P_DELETE,
		.is.del = { .doi = DOI_IPSEC,
			.protocol = protocol,
			.spi_size = spi_size,
			.n_spis = count,
			.spis = { at, length } } };
	build_payload(b, &d);
}

/* --- Scenes ------------------------------------------------------------------------------------ */

static inline void bring_up(struct sim *sim, uint64_t seed)
{
	sim_init(sim, seed);
	sim_begin(sim);
	sim_want(sim, 0, 0);
	sim_run(sim, 2 * SIM_SECOND);
	assert_true(sim_up(sim));
}

/* What was up stands as it stood, and works: a second pair can be made over the same SA. */
static inline void unharmed(struct sim *sim)
{
	for (int side = 0; side < 2; side++) {
		assert_int_equal(sim_count(sim, side).sas, 1);
		assert_int_equal(sim_count(sim, side).pairs, 1);
		assert_int_equal(sim->end[side].moved, 0);
	}
	assert_true(sim_up(sim));
	uint32_t before = sim_sa(sim, 0, true)->pair;
	assert_true(cm_ike_delete_pair(sim->end[0].engine, sim->now, before));
	sim_drain(sim, 0);
	sim_run(sim, SIM_SECOND);
	sim_want(sim, 0, 0);
	sim_run(sim, SIM_SECOND);
	assert_true(sim_up(sim));
	assert_true(sim_sa(sim, 0, true)->pair != before);
	assert_int_equal(sim_count(sim, 1).pairs, 1);
}

/* Holds the message with this number (from 1); earlier ones pass, later ones too. */
struct holder {
	unsigned wanted, seen;
	struct sim_packet held;
	bool has;
};

static inline bool hold_one(struct sim *sim, struct sim_packet *packet)
{
	struct holder *h = sim->user;
	if (++h->seen != h->wanted)
		return true;
	h->held = *packet;
	h->has = true;
	return false;
}

/* A handshake up to message `number`, which is held. */
static inline void hold(struct sim *sim, struct holder *h, unsigned number)
{
	memset(h, 0, sizeof *h);
	h->wanted = number;
	sim->wire = hold_one;
	sim->user = h;
	sim_begin(sim);
	sim_want(sim, 0, 0);
	sim_run(sim, SIM_SECOND);
	assert_true(h->has);
}

static inline void let_go_on(struct sim *sim, const struct holder *h)
{
	sim_put(sim, &h->held, sim->now + SIM_LATENCY);
	sim_run(sim, 2 * SIM_SECOND);
}

/* The first payload of a type in a message without encryption: its offset, 0 if there is none. */
static inline size_t payload_at(const uint8_t *message, unsigned type)
{
	size_t at = ISAKMP_HEADER;
	unsigned next = message[16];
	while (next && next != type) {
		next = message[at];
		at += (size_t)message[at + 2] << 8 | message[at + 3];
	}
	return next ? at : 0;
}

#endif
