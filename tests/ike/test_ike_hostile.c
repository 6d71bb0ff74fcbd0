/*
 * One test for each class of mistake that others of this kind have made (the table at the end names
 * them): a hostile message changes nothing, costs nothing, and what was under way goes on.
 */
#include "ike/hostile.h"

#include "crypto/room.h"

/* --- Lengths ----------------------------------------------------------------------------------- */

static void lengths_of_the_header(void **state)
{
	struct sim sim;
	struct craft c;
	bring_up(&sim, 1);
	struct cm_ike_counters before = sim_count(&sim, 1);
	craft_open(&c, &sa_of(&sim, 0)->cookies, X_INFO, 0, 7);
	put_notify(&c.b, PROTO_ISAKMP, N_INVALID_ID, NULL, 0, NULL, 0);
	c.length = build_end(&c.b);
	for (size_t length = 0; length < c.length; length++)
		hand(&sim, 1, c.room, length);
	static const uint32_t said[] = { 0, 3, 4, 27, 28, 39, 41, 65535, 0x7fffffff, 0xfffffff0,
		0xffffffff };
	assert_int_equal(c.length, 40);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		struct writer w = wr_of(c.room, c.length);
		w.at += c.length;
		wr_u32_at(&w, 24, said[i]);
		hand(&sim, 1, c.room, c.length);
	}
	struct cm_ike_counters after = sim_count(&sim, 1);
	assert_int_equal(after.dropped - before.dropped, c.length + sizeof said / sizeof *said);
	assert_int_equal(after.sent, before.sent);
	assert_int_equal(after.memory, before.memory);
	unharmed(&sim);
	sim_finish(&sim);
}

/* Every generic header of a message in turn says 0 to 3, one less, one more, far too much. */
static void lengths_of_payloads(void **state)
{
	static const int lengths[] = { 0, 1, 2, 3, 4, 5, 7, 8, 0x7fff, 0xffff };
	for (unsigned number = 1; number <= 4; number++) {
		struct sim sim;
		struct holder h;
		sim_init(&sim, 10 + number);
		hold(&sim, &h, number);
		int to = number & 1;
		for (size_t at = ISAKMP_HEADER, size; at < h.held.length; at += size) {
			size = (size_t)h.held.data[at + 2] << 8 | h.held.data[at + 3];
			for (size_t i = 0; i < sizeof lengths / sizeof *lengths + 2; i++) {
				struct sim_packet p = h.held;
				int length = i < sizeof lengths / sizeof *lengths
					? lengths[i]
					: (int)size + (i & 1 ? 1 : -1);
				if ((size_t)length == size)
					continue;
				p.data[at + 2] = (uint8_t)(length >> 8);
				p.data[at + 3] = (uint8_t)length;
				p.data[0] ^= number == 1; /* else it would be the same attempt */
				hand(&sim, to, p.data, p.length);
			}
		}
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

/* Proposals and transforms inside an SA, behind a right HASH. */
static void lengths_inside_of_proposals(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 20);
	for (unsigned where = 0; where < 2; where++) {
		for (unsigned length = 0; length < 100; length++) {
			craft_quick(&c, &sim, 0);
			size_t sa = wr_length(&c.b.w);
			put_good_p2(&c.b);
			put_nonce(&c.b, 20);
			/* proposal at 12, its transform behind 8 + 4 octets of SPI */
			size_t at = sa + 12 + (where ? 12 : 0);
			wr_u16_at(&c.b.w, at + 2, (uint16_t)(length == 99 ? 0xffff : length));
			craft_seal_hand(&c, &sim, 1);
		}
	}
	assert_int_equal(sim_count(&sim, 1).pairs, 1 + 0);
	sim_run(&sim, 300 * SIM_SECOND);
	unharmed(&sim);
	sim_finish(&sim);
}

/* Every message of a handshake comes cut short first, at every octet. */
static void messages_cut_short(void **state)
{
	for (unsigned number = 1; number <= 9; number++) {
		struct sim sim;
		struct holder h;
		sim_init(&sim, 30 + number);
		hold(&sim, &h, number);
		struct sim_packet p = h.held;
		for (size_t length = 0; length < h.held.length; length++) {
			/* as it is, and with a length that fits */
			hand(&sim, number & 1, h.held.data, length);
			p.data[26] = (uint8_t)(length >> 8);
			p.data[27] = (uint8_t)length;
			p.data[0] = (uint8_t)(h.held.data[0] ^ (number == 1));
			hand(&sim, number & 1, p.data, length);
		}
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

static void huge_lengths_take_no_memory(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 40);
	size_t before = sim_count(&sim, 1).memory;
	craft_open(&c, &sa_of(&sim, 0)->cookies, X_INFO, FLAG_ENCRYPTED, 9);
	c.length = build_end(&c.b);
	struct writer w = wr_of(c.room, sizeof c.room);
	w.at += 65535;
	wr_u32_at(&w, 24, 65535);
	hand(&sim, 1, c.room, 65535); /* as long as it says */
	wr_u32_at(&w, 24, 0x40000000);
	hand(&sim, 1, c.room, 65535); /* longer than it is */
	wr_u32_at(&w, 24, 65536);
	hand(&sim, 1, c.room, 65536); /* no datagram of UDP */
	sim_run(&sim, SIM_SECOND);
	assert_true(sim_count(&sim, 1).memory <= before + 4096);
	unharmed(&sim);
	sim_finish(&sim);
}

/* --- Payloads ---------------------------------------------------------------------------------- */

static void numbers_of_payloads_that_nobody_knows(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 50);
	for (unsigned type = 1; type < 256; type++) {
		craft_open(&c, &sa_of(&sim, 0)->cookies, X_INFO, 0, type);
		build_data(&c.b, (uint8_t)type, "\1\2\3\4\5\6\7\10\11", 9);
		craft_hand(&c, &sim, 1);
		craft_info(&c, &sim, 0);
		build_data(&c.b, (uint8_t)type, "\1\2\3\4\5\6\7\10\11", 9);
		craft_seal_hand(&c, &sim, 1);
		craft_first(&c, &sim, X_MAIN);
		build_data(&c.b, (uint8_t)type, "\1\2\3\4\5\6\7\10\11", 9);
		craft_hand(&c, &sim, 1);
	}
	sim_run(&sim, 300 * SIM_SECOND);
	unharmed(&sim);
	/* but an unknown payload in a good message is passed over */
	craft_first(&c, &sim, X_MAIN);
	put_good_p1(&c.b);
	build_data(&c.b, 200, "whatever", 8);
	unsigned sent = sim.end[1].sent;
	craft_hand(&c, &sim, 1);
	assert_int_equal(sim.end[1].sent, sent + 1);
	assert_int_equal(sim_count(&sim, 1).half_open, 1);
	sim_finish(&sim);
}

enum edit { REPLACE, OMIT, TWICE, LAST };

/* The message with one payload of it changed; lengths and the chain are right again. */
static void edited(const struct sim_packet *in, unsigned type, enum edit edit, struct octets body,
	struct sim_packet *out)
{
	struct message m;
	struct reader r = rd_of(in->data, in->length);
	assert_true(isakmp_decode(&r, &m.header));
	struct octets rest = rd_rest(&r);
	assert_true(message_chain(&m, m.header.next, rest, true));
	*out = *in;
	struct builder b = build_begin(out->data, sizeof out->data, &m.header);
	for (int pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < m.n; i++) {
			struct octets old = m.payloads[i].body;
			bool it = m.payloads[i].type == type;
			if (pass ? !it || edit != LAST : it && (edit == OMIT || edit == LAST))
				continue;
			if (it && edit == REPLACE)
				old = body;
			build_data(&b, m.payloads[i].type, old.at, old.length);
			if (it && edit == TWICE)
				build_data(&b, m.payloads[i].type, old.at, old.length);
		}
	out->length = build_end(&b);
	assert_true(out->length > 0);
}

static void payloads_missing_repeated_or_in_another_place(void **state)
{
	static const unsigned types[] = { P_SA, P_KE, P_NONCE, P_ID, P_HASH, P_VENDOR, P_NATD };
	for (int aggressive = 0; aggressive < 2; aggressive++)
		for (unsigned number = 1; number <= (aggressive ? 2 : 4); number++)
			for (int e = OMIT; e <= LAST; e++)
				for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
					struct sim sim;
					struct holder h;
					struct sim_packet p;
					sim_init(&sim, 60);
					sim.end[0].tunnel[0].aggressive_initiated = aggressive;
					hold(&sim, &h, number);
					edited(&h.held, types[t], (enum edit)e, over(NULL, 0), &p);
					p.data[0] ^= number == 1;
					hand(&sim, number & 1, p.data, p.length);
					let_go_on(&sim, &h);
					assert_true(
						sim_up(&sim) || e == LAST || types[t] >= P_VENDOR);
					sim_finish(&sim);
				}
}

static void quick_modes_without_what_they_need(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 70);
	for (unsigned without = 0; without < 8; without++) {
		craft_quick(&c, &sim, 0);
		if (without != 0)
			put_good_p2(&c.b);
		if (without == 1)
			put_good_p2(&c.b);
		if (without != 2)
			put_nonce(&c.b, 20);
		if (without == 3)
			put_nonce(&c.b, 20);
		if (without == 4)
			put_id(&c.b, ID_IPV4, "\12\1\0\1", 4); /* one ID alone */
		for (int i = 0; without == 5 && i < 3; i++)
			put_id(&c.b, ID_IPV4, "\12\1\0\1", 4);
		if (without == 6) /* a KE that no transform speaks of */
			build_data(&c.b, P_KE, c.room, 128);
		if (without == 7)
			build_data(&c.b, P_HASH, c.room, 20);
		craft_seal_hand(&c, &sim, 1);
		assert_int_equal(sim_count(&sim, 1).pairs, 1);
	}
	/* the order: HASH, SA, then the others */
	craft_quick(&c, &sim, 0);
	put_nonce(&c.b, 20);
	put_good_p2(&c.b);
	craft_seal_hand(&c, &sim, 1);
	assert_int_equal(sim_count(&sim, 1).pairs, 1);
	sim_run(&sim, 300 * SIM_SECOND);
	unharmed(&sim);
	sim_finish(&sim);
}

static void another_version(void **state)
{
	static const uint8_t versions[] = { 0x00, 0x01, 0x20, 0x21, 0xf0 };
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 80);
	for (size_t i = 0; i < sizeof versions; i++) {
		craft_first(&c, &sim, 34); /* IKE_SA_INIT of version 2, its payloads 33 to 48 */
		build_data(&c.b, 33, "\0\0\0\10\1\1\0\0", 8);
		build_data(&c.b, 34, "\0\2\0\0", 4);
		c.room[17] = versions[i];
		craft_hand(&c, &sim, 1);
		craft_first(&c, &sim, X_MAIN);
		put_good_p1(&c.b);
		c.room[17] = versions[i];
		craft_hand(&c, &sim, 1);
	}
	assert_int_equal(sim_count(&sim, 1).half_open, 0);
	assert_true(sim_said(&sim, 1, "IKE version 2"));
	unharmed(&sim);
	sim_finish(&sim);
}

/* --- Attributes -------------------------------------------------------------------------------- */

static unsigned answers_to_p1(struct sim *sim, const struct att *atts, size_t n)
{
	static struct craft c;
	size_t half_open = sim_count(sim, 1).half_open;
	craft_first(&c, sim, X_MAIN);
	put_sa(&c.b, PROTO_ISAKMP, 1, atts, n);
	craft_hand(&c, sim, 1);
	return (unsigned)(sim_count(sim, 1).half_open - half_open);
}

static void attributes_of_phase_1(void **state)
{
	struct sim sim;
	struct att atts[GOOD_P1 + 1];
	sim_init(&sim, 90);
	sim.end[1].settings.half_open_per_source = 1000;
	sim_begin(&sim);
	assert_int_equal(answers_to_p1(&sim, good_p1, GOOD_P1), 1);
	for (size_t i = 0; i < 4; i++) {
		/* as TLV of one to eight octets it is the same number; of none or of nine it is none */
		for (int form = 0; form < 12; form++) {
			memcpy(atts, good_p1, sizeof good_p1);
			atts[i].form = form;
			assert_int_equal(
				answers_to_p1(&sim, atts, GOOD_P1), form >= 1 && form <= 8);
		}
		/* missing, repeated, another */
		memcpy(atts, good_p1, sizeof good_p1);
		memmove(&atts[i], &atts[i + 1], (GOOD_P1 - i - 1) * sizeof *atts);
		assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1 - 1), 0);
		memcpy(atts, good_p1, sizeof good_p1);
		atts[GOOD_P1] = atts[i];
		assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1 + 1), 0);
		static const uint32_t numbers[] = { 0, 3, 9, 255, 1024, 1025, 32768, 65001, 65535 };
		for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
			memcpy(atts, good_p1, sizeof good_p1);
			atts[i].value = numbers[k];
			assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1), 0);
		}
	}
	/* a lifetime may be missing, zero or huge: ours holds */
	assert_int_equal(answers_to_p1(&sim, good_p1, 4), 1);
	memcpy(atts, good_p1, sizeof good_p1);
	atts[5] = (struct att){ A1_LIFE_DURATION, 0, TV };
	assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1), 1);
	atts[5] = (struct att){ A1_LIFE_DURATION, 0xffffffff, 8 };
	assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1), 1);
	/* an attribute that nobody knows: not this transform */
	atts[6] = (struct att){ 77, 1, TV };
	assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1 + 1), 0);
	sim_finish(&sim);
}

/* AES whose Key Length is missing, zero, one, odd, too long. */
static void lengths_of_keys(void **state)
{
	static const uint32_t bits[] = { 0, 1, 8, 127, 129, 192, 256, 512, 65535 };
	struct sim sim;
	struct att atts[GOOD_P1 + 1];
	sim_init(&sim, 91);
	sim_p1(&sim.end[1].p1[0], 10, "aes-128", "sha1", 2);
	sim.end[1].settings.half_open_per_source = 1000;
	sim_begin(&sim);
	memcpy(atts, good_p1, sizeof good_p1);
	atts[0].value = 7;
	assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1), 0);
	atts[GOOD_P1] = (struct att){ A1_KEY_LENGTH, 128, TV };
	assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1 + 1), 1);
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
		atts[GOOD_P1].value = bits[i];
		assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1 + 1), 0);
	}
	sim_finish(&sim);
}

/* A quick mode of an authentic peer with these attributes: does a pair come of it? */
static bool makes_pair(struct sim *sim, uint8_t transform, const struct att *atts, size_t n)
{
	static struct craft c;
	size_t before = sim_count(sim, 1).pairs;
	craft_quick(&c, sim, 0);
	put_sa(&c.b, PROTO_ESP, transform, atts, n);
	put_nonce(&c.b, 20);
	put_id(&c.b, ID_IPV4_SUBNET, "\12\1\0\0\377\377\377\0", 8);
	put_id(&c.b, ID_IPV4_SUBNET, "\12\2\0\0\377\377\377\0", 8);
	craft_seal_hand(&c, sim, 1);
	bool made = sim_count(sim, 1).pairs > before;
	for (int i = 0; i < 5; i++) { /* what is half made goes; the peer is still there */
		sim_run(sim, 40 * SIM_SECOND);
		craft_info(&c, sim, 0);
		put_notify(&c.b, PROTO_ISAKMP, 40501, NULL, 0, NULL, 0);
		craft_seal_hand(&c, sim, 1);
	}
	assert_int_equal(sim_count(sim, 1).pairs, before);
	return made;
}

static void attributes_of_phase_2(void **state)
{
	struct sim sim;
	struct att atts[GOOD_P2 + 1];
	sim_init(&sim, 92);
	for (int side = 0; side < 2; side++) {
		sim.end[side].tunnel[0].lifetime_s = 86400;
		sim_p2(&sim.end[side].p2[1], "aes-128", "sha1", NULL);
		sim_p2(&sim.end[side].p2[2], "aes-gcm-128", NULL, NULL);
		sim_p2(&sim.end[side].p2[3], "null", "sha1", NULL);
		sim.end[side].tunnel[0].n_p2 = 4;
	}
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(makes_pair(&sim, 3, good_p2, GOOD_P2));
	for (int form = 0; form < 12; form++) {
		memcpy(atts, good_p2, sizeof good_p2);
		atts[3].form = form;
		assert_int_equal(makes_pair(&sim, 3, atts, GOOD_P2), form >= 1 && form <= 8);
	}
	memcpy(atts, good_p2, sizeof good_p2);
	atts[GOOD_P2] = (struct att){ A2_KEY_LENGTH, 128, TV };
	assert_true(makes_pair(&sim, 12, atts, GOOD_P2 + 1));
	assert_true(makes_pair(&sim, 12, atts, GOOD_P2)); /* as some leave it out: 128 */
	static const uint32_t bits[] = { 1, 127, 192, 65535 };
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
		atts[GOOD_P2].value = bits[i];
		assert_false(makes_pair(&sim, 12, atts, GOOD_P2 + 1));
		assert_false(makes_pair(&sim, 20, atts, GOOD_P2 + 1));
	}
	/* combined modes with a hash besides, without integrity, without anything */
	atts[GOOD_P2].value = 128;
	assert_false(makes_pair(&sim, 20, atts, GOOD_P2 + 1));
	assert_false(makes_pair(&sim, 3, good_p2, 3));
	assert_false(makes_pair(&sim, 11, good_p2, 3));
	assert_true(makes_pair(&sim, 11, good_p2, GOOD_P2));
	/* modes, groups and sequence numbers that are none */
	static const struct att odd[] = { { A2_ENCAPSULATION, 3, TV }, { A2_ENCAPSULATION, 5, TV },
		{ A2_ENCAPSULATION, 61443, TV }, { A2_ENCAPSULATION, 65535, TV },
		{ A2_GROUP, 0, TV }, { A2_GROUP, 3, TV }, { A2_GROUP, 1024, TV },
		{ A2_GROUP, 65535, TV }, { A2_ESN, 1, TV }, { A2_ESN, 2, TV }, { 8, 1, TV },
		{ 99, 1, TV } };
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		memcpy(atts, good_p2, sizeof good_p2);
		atts[odd[i].type == A2_ENCAPSULATION ? 0 : GOOD_P2] = odd[i];
		assert_false(makes_pair(
			&sim, 3, atts, odd[i].type == A2_ENCAPSULATION ? GOOD_P2 : GOOD_P2 + 1));
	}
	unharmed(&sim);
	sim_finish(&sim);
}

/* Groups by a number that only another version or another implementation gives a meaning. */
static void groups_of_other_worlds(void **state)
{
	struct sim sim;
	struct att atts[GOOD_P1];
	sim_init(&sim, 93);
	sim.end[1].settings.half_open_per_source = 1000;
	sim_begin(&sim);
	for (uint32_t group = 0; group < 70000; group += group < 64 ? 1 : 997) {
		memcpy(atts, good_p1, sizeof good_p1);
		atts[2].value = group & 0xffff;
		assert_int_equal(answers_to_p1(&sim, atts, GOOD_P1), (group & 0xffff) == 2);
	}
	sim_finish(&sim);
}

/* --- Diffie-Hellman ---------------------------------------------------------------------------- */

enum { BAD_VALUES = 8 };

/* Values that no honest peer sends; gives their length, 0 at the end. */
static size_t bad_value(
	struct crypto *crypto, const struct cm_group *row, unsigned which, uint8_t *out)
{
	const struct group *group = room_group(crypto, row);
	size_t size = row->public_size, half = size / 2;
	memset(out, 0, size + 1);
	if (which == 0)
		return size;
	if (which == 5)
		return size - 1;
	if (which == 6)
		return size + 1;
	if (which == 7)
		return 1;
	if (row->elliptic) {
		BN_bn2binpad(group->p, out, (int)half); /* x = p */
		if (which == 2)
			memset(out, 0xff, size);
		if (which >= 3) { /* off the curve */
			memset(out, 0, size);
			out[half - 1] = (uint8_t)which;
			out[size - 1] = (uint8_t)which;
		}
		return size;
	}
	if (which == 1)
		out[size - 1] = 1;
	else
		BN_bn2binpad(which == 2 ? group->p_minus_1 : group->p, out, (int)size);
	if (which == 4)
		memset(out, 0xff, size); /* above p */
	return size;
}

static void values_of_diffie_hellman(void **state)
{
	static const unsigned groups[] = { 1, 2, 14, 24, 19, 21 };
	struct crypto *crypto = crypto_new();
	uint8_t value[CRYPTO_PUBLIC_MAX + 1];
	assert_non_null(crypto);
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		for (unsigned number = 3; number <= 4; number++) {
			struct sim sim;
			struct holder h;
			struct sim_packet p;
			sim_init(&sim, 100);
			for (int side = 0; side < 2; side++)
				sim_p1(&sim.end[side].p1[0], 10, "aes-128", "sha1", groups[g]);
			hold(&sim, &h, number);
			int to = number & 1;
			for (unsigned which = 0; which < BAD_VALUES; which++) {
				size_t size = bad_value(
					crypto, cm_group_numbered(groups[g]), which, value);
				edited(&h.held, P_KE, REPLACE, over(value, size), &p);
				hand(&sim, to, p.data, p.length);
				assert_int_equal(sa_of(&sim, to)->state, to ? S_R_MM2 : S_I_MM3);
			}
			sim_run(&sim, 20);
			assert_true(sim_said(&sim, 1 - to, "INVALID-KEY-INFORMATION"));
			let_go_on(&sim, &h);
			assert_true(sim_up(&sim));
			sim_finish(&sim);
		}
	}
	crypto_free(crypto);
}

/* The same in quick mode with PFS; and a group that is offered with a value of another. */
static void values_of_diffie_hellman_in_quick_mode(void **state)
{
	struct sim sim;
	static struct craft c;
	struct crypto *crypto = crypto_new();
	uint8_t value[CRYPTO_PUBLIC_MAX + 1];
	struct att atts[GOOD_P2 + 1];
	memcpy(atts, good_p2, sizeof good_p2);
	atts[GOOD_P2] = (struct att){ A2_GROUP, 2, TV };
	bring_up(&sim, 110);
	for (unsigned which = 0; which <= BAD_VALUES; which++) {
		size_t size = which == BAD_VALUES
			? 0
			: bad_value(crypto, cm_group_numbered(2), which, value);
		craft_quick(&c, &sim, 0);
		put_sa(&c.b, PROTO_ESP, 3, atts, GOOD_P2 + 1);
		put_nonce(&c.b, 20);
		if (size)
			build_data(&c.b, P_KE, value, size);
		put_id(&c.b, ID_IPV4_SUBNET, "\12\1\0\0\377\377\377\0", 8);
		put_id(&c.b, ID_IPV4_SUBNET, "\12\2\0\0\377\377\377\0", 8);
		craft_seal_hand(&c, &sim, 1);
		assert_int_equal(sim_count(&sim, 1).pairs, 1);
	}
	assert_true(sim_said(&sim, 0, "processing NOTIFY INVALID_KEY_INFO protocol 3"));
	sim_run(&sim, 300 * SIM_SECOND);
	unharmed(&sim);
	sim_finish(&sim);
	crypto_free(crypto);
}

static void lengths_of_nonces(void **state)
{
	static const size_t lengths[] = { 1, 7, 257, 300 };
	uint8_t nonce[300] = { 1, 2, 3 };
	for (unsigned number = 3; number <= 4; number++) {
		struct sim sim;
		struct holder h;
		struct sim_packet p;
		sim_init(&sim, 120);
		hold(&sim, &h, number);
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			edited(&h.held, P_NONCE, REPLACE, over(nonce, lengths[i]), &p);
			hand(&sim, number & 1, p.data, p.length);
		}
		assert_int_equal(sa_of(&sim, number & 1)->state, number & 1 ? S_R_MM2 : S_I_MM3);
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			static struct craft c;
			craft_quick(&c, &sim, 0);
			put_good_p2(&c.b);
			put_nonce(&c.b, lengths[i]);
			craft_seal_hand(&c, &sim, 1);
			assert_int_equal(sim_count(&sim, 1).pairs, 1);
		}
		sim_finish(&sim);
	}
}

/* Our own messages come back to us, the cookie of the responder equal to ours. */
static void reflections(void **state)
{
	struct sim sim;
	struct holder h;
	sim_init(&sim, 130);
	hold(&sim, &h, 1);
	hand(&sim, 0, h.held.data, h.held.length);
	assert_int_equal(sa_of(&sim, 0)->state, S_I_MM1);
	memcpy(h.held.data + COOKIE, h.held.data, COOKIE);
	hand(&sim, 0, h.held.data,
		h.held.length); /* as an answer with one transform it could pass */
	assert_int_equal(sa_of(&sim, 0)->state, S_I_MM1);
	sim_finish(&sim);

	sim_init(&sim, 131);
	hold(&sim, &h, 3);
	hand(&sim, 0, h.held.data, h.held.length);
	assert_int_equal(sa_of(&sim, 0)->state, S_I_MM3);
	let_go_on(&sim, &h);
	assert_true(sim_up(&sim));
	sim_finish(&sim);
}

/* --- Identities -------------------------------------------------------------------------------- */

static const struct {
	uint8_t type;
	const char *octets;
	size_t length;
} odd_ids[] = {
	{ ID_FQDN, "gw.example.net", 14 },
	{ ID_FQDN, "", 0 },
	{ ID_USER_FQDN, "a@b", 3 },
	{ ID_IPV4, "", 0 },
	{ ID_IPV4, "\12\1\0", 3 },
	{ ID_IPV4, "\12\1\0\1\1", 5 },
	{ ID_IPV4_SUBNET, "\12\1\0\0", 4 },
	{ ID_IPV4_SUBNET, "\12\1\0\0\377\377\377", 7 },
	{ ID_IPV4_SUBNET, "\12\1\0\0\377\377\377\0\0", 9 },
	{ ID_IPV4_SUBNET, "\12\1\0\0\377\0\377\0", 8 }, /* a mask with a hole */
	{ ID_IPV4_RANGE, "\12\1\0\5\12\1\0\1", 8 },
	{ ID_IPV4_RANGE, "\12\1\0\1\12\1\0\6", 8 },
	{ ID_IPV4_RANGE, "\0\0\0\0\377\377\377\376", 8 },
	{ ID_IPV6, "0123456789abcdef", 16 },
	{ 6, "0123456789abcdef0123456789abcdef", 32 },
	{ ID_DN, "\60\202\377\377\61", 5 },
	{ ID_KEY_ID, "\0\0\0", 3 },
	{ 0, "", 0 },
	{ 255, "xyz", 3 },
};

static void identities_of_quick_mode(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 140);
	for (size_t i = 0; i < sizeof odd_ids / sizeof *odd_ids; i++)
		for (int both = 0; both < 2; both++) {
			craft_quick(&c, &sim, 0);
			put_good_p2(&c.b);
			put_nonce(&c.b, 20);
			put_id(&c.b, odd_ids[i].type, odd_ids[i].octets, odd_ids[i].length);
			if (both)
				put_id(&c.b, odd_ids[i].type, odd_ids[i].octets, odd_ids[i].length);
			else
				put_id(&c.b, ID_IPV4_SUBNET, "\12\2\0\0\377\377\377\0", 8);
			craft_seal_hand(&c, &sim, 1);
			assert_int_equal(sim_count(&sim, 1).pairs, 1);
			sim_run(&sim, 61 * SIM_SECOND);
		}
	assert_true(sim_said(&sim, 0, "processing NOTIFY INVALID_ID_INFO protocol 3"));
	unharmed(&sim);
	sim_finish(&sim);
}

/* Of phase 1: an identity of any shape is covered by the HASH, is printed, and compared safely. */
static void identities_of_phase_1(void **state)
{
	static const struct cm_identity wanted[] = { { .kind = CM_ID_FQDN,
							     .name = { "gw.example.net", 14 } },
		{ .kind = CM_ID_USER_FQDN, .name = { "b@b", 3 } },
		{ .kind = CM_ID_FQDN_DOMAIN, .name = { "example.net", 11 } },
		{ .kind = CM_ID_KEY_ID, .name = { "x", 1 } } };
	for (size_t i = 0; i < sizeof odd_ids / sizeof *odd_ids; i++)
		for (int profile = 0; profile < 2; profile++) {
			struct sim sim;
			struct holder h;
			uint8_t body[4 + 64] = { odd_ids[i].type };
			sim_init(&sim, 150 + i);
			if (profile) {
				sim.end[1].tunnel[0].remote_ids = wanted;
				sim.end[1].tunnel[0].n_remote_ids = 4;
			}
			hold(&sim, &h, 5);
			struct phase1 *p = sa_of(&sim, 0);
			memcpy(body + 4, odd_ids[i].octets, odd_ids[i].length);
			/* message 5 anew, with that identity under a right HASH_I */
			static struct craft c;
			uint8_t hash[CRYPTO_HASH_MAX];
			craft_open(&c, &p->cookies, X_MAIN, FLAG_ENCRYPTED, 0);
			struct octets id = { body, 4 + odd_ids[i].length };
			build_data(&c.b, P_ID, id.at, id.length);
			keys_hash_auth(&p->keys, bytes_octets(&p->ke_i), bytes_octets(&p->ke_r),
				p->cookies.initiator, p->cookies.responder, bytes_octets(&p->sa_b),
				id, hash);
			build_data(&c.b, P_HASH, hash, p->keys.hash->size);
			build_pad(&c.b, p->keys.cipher->block);
			c.length = build_end(&c.b);
			assert_true(keys_iv1(
				&p->keys, bytes_octets(&p->ke_i), bytes_octets(&p->ke_r), c.iv));
			assert_true(seal(p, c.room, c.length, c.iv));
			hand(&sim, 1, c.room, c.length);
			bool named = odd_ids[i].type == ID_FQDN && odd_ids[i].length == 14;
			assert_int_equal(sa_of(&sim, 1)->state == S_UP, !profile || named);
			sim_finish(&sim);
		}
}

/* What is no HASH of the pre-shared key proves nothing. */
static void proofs_of_another_kind(void **state)
{
	static const uint8_t types[] = { P_SIG, P_CERT, P_CR, P_NONCE, P_KE };
	for (size_t i = 0; i < sizeof types; i++) {
		struct sim sim;
		struct holder h;
		static struct craft c;
		sim_init(&sim, 170);
		hold(&sim, &h, 5);
		struct phase1 *p = sa_of(&sim, 0);
		craft_open(&c, &p->cookies, X_MAIN, FLAG_ENCRYPTED, 0);
		build_data(&c.b, P_ID, p->id_i.at, p->id_i.length);
		build_data(&c.b, types[i], "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24",
			20);
		build_pad(&c.b, p->keys.cipher->block);
		c.length = build_end(&c.b);
		assert_true(
			keys_iv1(&p->keys, bytes_octets(&p->ke_i), bytes_octets(&p->ke_r), c.iv));
		assert_true(seal(p, c.room, c.length, c.iv));
		hand(&sim, 1, c.room, c.length);
		assert_int_equal(sa_of(&sim, 1)->state, S_R_MM4);
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

/* --- Notifications and deletes ----------------------------------------------------------------- */

/* At every state, without keys: deletes, errors, INITIAL-CONTACT, DPD. */
static void what_is_not_authenticated_changes_nothing(void **state)
{
	static const uint16_t notifies[] = { 1, 4, 7, 14, 16, 17, 18, 23, 24, N_CONNECTED,
		N_RESPONDER_LIFETIME, N_INITIAL_CONTACT, N_R_U_THERE, N_R_U_THERE_ACK, 40501,
		65535 };
	for (unsigned number = 1; number <= 10; number++) {
		struct sim sim;
		struct holder h;
		static struct craft c;
		sim_init(&sim, 180);
		if (number < 10)
			hold(&sim, &h, number);
		else
			bring_up(&sim, 180);
		for (int to = 0; to < 2; to++) {
			if (!sim.end[to].engine->phase1s.last)
				continue;
			struct phase1 *p = sa_of(&sim, to);
			enum state was = p->state;
			for (size_t i = 0; i < sizeof notifies / sizeof *notifies; i++) {
				craft_open(&c, &p->cookies, X_INFO, 0, 77);
				put_notify(&c.b, PROTO_ISAKMP, notifies[i], &p->cookies, 16,
					"\0\0\0\1\200\1\0\1\200\2\0\1", 12);
				put_delete(&c.b, PROTO_ISAKMP, 16, 1, &p->cookies, 16);
				craft_hand(&c, &sim, to);
			}
			for (size_t i = 0; i < sim.end[to].n_ups; i++) {
				uint8_t spi[4];
				put_number_be(spi, sim.end[to].ups[i].esp.spi);
				craft_open(&c, &p->cookies, X_INFO, 0, 78);
				put_delete(&c.b, PROTO_ESP, 4, 1, spi, 4);
				craft_hand(&c, &sim, to);
			}
			assert_ptr_equal(sa_of(&sim, to), p);
			assert_int_equal(p->state, was);
		}
		if (number < 10)
			let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		unharmed(&sim);
		sim_finish(&sim);
	}
}

static void a_wrong_hash_changes_nothing_and_is_not_answered(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 190);
	unsigned sent = sim.end[1].sent;
	for (int i = 0; i < 40; i++) {
		craft_info(&c, &sim, 0);
		size_t hash_at = ISAKMP_HEADER + GENERIC_HEADER;
		put_delete(&c.b, PROTO_ISAKMP, 16, 1, &sa_of(&sim, 0)->cookies, 16);
		keys_hash12(&c.p->keys, 1, over(NULL, 0), over(c.room, 0), c.room + hash_at);
		c.room[hash_at] ^= 1;
		build_pad(&c.b, c.p->keys.cipher->block);
		c.length = build_end(&c.b);
		assert_true(seal(c.p, c.room, c.length, c.iv));
		hand(&sim, 1, c.room, c.length);
		sim_run(&sim, 20);
	}
	/* an error about an error helps nobody (RFC 2408 5.15: none in answer to an informational) */
	assert_int_equal(sim.end[1].sent, sent);
	unharmed(&sim);
	sim_finish(&sim);
}

static void informational_about_nothing(void **state)
{
	struct sim sim;
	static struct craft c;
	struct cookies cookies = { { 1, 2, 3 }, { 4, 5, 6 } };
	sim_init(&sim, 200);
	sim_begin(&sim); /* there is not even an SA */
	for (unsigned flags = 0; flags < 8; flags++)
		for (unsigned exchange = 0; exchange < 256; exchange++)
			for (int known = 0; known < 2; known++) {
				memset(cookies.responder, known, COOKIE);
				craft_open(&c, &cookies, exchange, flags, known ? exchange : 0);
				put_notify(&c.b, PROTO_ISAKMP, N_R_U_THERE, &cookies, 16,
					"\0\0\0\1", 4);
				craft_hand(&c, &sim, 1);
			}
	assert_int_equal(sim_count(&sim, 1).sas, 0);
	assert_true(sim.end[1].sent <= 256); /* at most: such an exchange is not known */
	sim_finish(&sim);
}

static void encrypted_before_there_are_keys(void **state)
{
	for (unsigned number = 2; number <= 4; number++) {
		struct sim sim;
		struct holder h;
		static struct craft c;
		sim_init(&sim, 210);
		hold(&sim, &h, number);
		for (int to = 0; to < 2; to++)
			for (unsigned exchange = 0; exchange < 64; exchange++) {
				craft_open(&c, &sa_of(&sim, to)->cookies, exchange, FLAG_ENCRYPTED,
					exchange > 4 ? 5 : 0);
				wr_zero(&c.b.w, 64);
				craft_hand(&c, &sim, to);
			}
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

static void dead_peer_detection_for_half_built_or_foreign(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 220);
	struct cookies *own = &sa_of(&sim, 0)->cookies, other = { { 9 }, { 9 } };
	unsigned sent = sim.end[1].sent;
	static const size_t sizes[] = { 0, 1, 3, 5, 8, 200 };
	uint8_t data[200] = { 0 };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		craft_info(&c, &sim, 0);
		put_notify(&c.b, PROTO_ISAKMP, N_R_U_THERE, own, 16, data, sizes[i]);
		put_notify(&c.b, PROTO_ISAKMP, N_R_U_THERE_ACK, own, 16, data, sizes[i]);
		craft_seal_hand(&c, &sim, 1);
		craft_info(&c, &sim, 0);
		put_notify(&c.b, PROTO_ISAKMP, N_R_U_THERE, own, sizes[i] < 16 ? sizes[i] : 15,
			data, 4);
		craft_seal_hand(&c, &sim, 1);
	}
	craft_info(&c, &sim, 0);
	put_notify(&c.b, PROTO_ISAKMP, N_R_U_THERE, &other, 16, data, 4);
	craft_seal_hand(&c, &sim, 1);
	assert_int_equal(sim.end[1].sent, sent);
	craft_info(&c, &sim, 0);
	put_notify(&c.b, PROTO_ISAKMP, N_R_U_THERE, own, 16, data, 4);
	craft_seal_hand(&c, &sim, 1);
	assert_int_equal(sim.end[1].sent, sent + 1);
	unharmed(&sim);
	sim_finish(&sim);
}

static void deletes_that_do_not_add_up(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 230);
	struct cookies own = sa_of(&sim, 0)->cookies, other = own;
	other.responder[7] ^= 1;
	uint8_t spi[4], many[4096] = { 0 };
	put_number_be(spi, sim_sa(&sim, 1, false)->esp.spi);
	static const uint16_t counts[] = { 0, 2, 255, 256, 0x4000, 0x4001, 0xffff };
	static const uint8_t sizes[] = { 0, 1, 3, 5, 8, 15, 17, 255 };
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		craft_info(&c, &sim, 0);
		put_delete(&c.b, PROTO_ESP, 4, counts[i], spi, 4);
		put_delete(&c.b, PROTO_ISAKMP, 16, counts[i], &own, 16);
		craft_seal_hand(&c, &sim, 1);
	}
	for (size_t i = 0; i < sizeof sizes; i++) {
		craft_info(&c, &sim, 0);
		put_delete(&c.b, PROTO_ESP, sizes[i], 1, spi, 4);
		put_delete(&c.b, PROTO_ISAKMP, sizes[i], 1, &own, 16);
		put_delete(&c.b, PROTO_AH, sizes[i], 1, spi, 4);
		craft_seal_hand(&c, &sim, 1);
	}
	craft_info(&c, &sim, 0);
	put_delete(&c.b, PROTO_ISAKMP, 16, 1, &other, 16); /* cookies of somebody else */
	put_delete(&c.b, PROTO_AH, 4, 1, spi, 4);          /* the SPI is one of ESP */
	put_delete(&c.b, 77, 4, 1, spi, 4);
	put_delete(&c.b, PROTO_ESP, 4, 1024, many, 4096); /* SPIs that nobody has */
	craft_seal_hand(&c, &sim, 1);
	unharmed(&sim);
	/* and one that does */
	put_number_be(spi, sim_sa(&sim, 1, false)->esp.spi);
	craft_info(&c, &sim, 0);
	put_delete(&c.b, PROTO_ESP, 4, 1, spi, 4);
	craft_seal_hand(&c, &sim, 1);
	assert_int_equal(sim_count(&sim, 1).pairs, 0);
	sim_finish(&sim);
}

/* DELETE of the SA itself, and more behind it in the same message. */
static void payloads_behind_a_delete(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 240);
	struct cookies own = sa_of(&sim, 0)->cookies;
	uint8_t spi[4];
	put_number_be(spi, sim_sa(&sim, 1, false)->esp.spi);
	craft_info(&c, &sim, 0);
	put_delete(&c.b, PROTO_ISAKMP, 16, 1, &own, 16);
	put_delete(&c.b, PROTO_ESP, 4, 1, spi, 4);
	put_delete(&c.b, PROTO_ESP, 4, 1, spi, 4);
	put_delete(&c.b, PROTO_ISAKMP, 16, 1, &own, 16);
	put_notify(&c.b, PROTO_ISAKMP, N_R_U_THERE, &own, 16, "\0\0\0\1", 4);
	put_notify(&c.b, PROTO_ISAKMP, N_INITIAL_CONTACT, &own, 16, NULL, 0);
	put_notify(&c.b, PROTO_ESP, N_NO_PROPOSAL_CHOSEN, spi, 4, NULL, 0);
	put_notify(&c.b, PROTO_ISAKMP, N_RESPONDER_LIFETIME, &own, 16, "\200\13\0\1\200\14\0\1", 8);
	craft_seal_hand(&c, &sim, 1);
	assert_int_equal(sim_count(&sim, 1).sas, 0);
	assert_int_equal(sim_count(&sim, 1).pairs, 0);
	sim_run(&sim, 100 * SIM_SECOND);
	sim_finish(&sim);
}

/* --- Repetitions and replays ------------------------------------------------------------------- */

enum { TAPE = 32 };
struct tape {
	struct sim_packet *packets[TAPE];
	unsigned n;
};

static bool record(struct sim *sim, struct sim_packet *packet)
{
	struct tape *t = sim->user;
	if (t->n < TAPE) {
		t->packets[t->n] = malloc(sizeof *packet);
		assert_non_null(t->packets[t->n]);
		*t->packets[t->n++] = *packet;
	}
	return true;
}

static void play_back(
	struct sim *sim, const struct tape *t, struct cm_endpoint from, unsigned times)
{
	sim->wire = NULL;
	for (unsigned k = 0; k < times; k++)
		for (unsigned i = 0; i < t->n; i++) {
			struct sim_packet p = *t->packets[i];
			if (from.address)
				p.from = from;
			sim_put(sim, &p, sim->now + SIM_LATENCY);
			sim_run(sim, 50);
		}
}

static void replays_of_every_message(void **state)
{
	for (int aggressive = 0; aggressive < 2; aggressive++)
		for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
			struct sim sim;
			struct tape t = { .n = 0 };
			sim_init(&sim, 250);
			sim.end[0].tunnel[0].aggressive_initiated = aggressive;
			sim.wire = record;
			sim.user = &t;
			sim_begin(&sim);
			sim_want(&sim, 0, 0);
			sim_run(&sim, 2 * SIM_SECOND);
			for (int side = 0; side < 2;
				side++) { /* DPD, both ways, and INITIAL-CONTACT */
				static struct craft c;
				struct cookies own = sa_of(&sim, side)->cookies;
				craft_info(&c, &sim, side);
				put_notify(
					&c.b, PROTO_ISAKMP, N_R_U_THERE, &own, 16, "\0\0\0\7", 4);
				put_notify(
					&c.b, PROTO_ISAKMP, N_INITIAL_CONTACT, &own, 16, NULL, 0);
				craft_seal(&c);
				struct sim_packet p = { .from = peer_of(&sim, 1 - side),
					.to = { sim.end[1 - side].tunnel[0].local, 500 },
					.length = c.length };
				memcpy(p.data, c.room, c.length);
				record(&sim, &p);
				sim_put(&sim, &p, sim.now + SIM_LATENCY);
				sim_run(&sim, 50);
			}
			struct cm_ike_counters before[2] = { sim_count(&sim, 0),
				sim_count(&sim, 1) };
			/* more than any list of recent message IDs is long */
			for (unsigned i = 0; i < 100; i++) {
				static struct craft c;
				craft_info(&c, &sim, 0);
				put_notify(&c.b, PROTO_ISAKMP, 40501, NULL, 0, NULL, 0);
				craft_seal_hand(&c, &sim, 1);
			}
			play_back(&sim, &t,
				(struct cm_endpoint){ elsewhere ? SIM_FOREIGN : 0, 4321 }, 20);
			for (int side = 0; side < 2; side++) {
				struct cm_ike_counters after = sim_count(&sim, side);
				/* of each message that was answered, the answer a few times again */
				assert_true(after.sent - before[side].sent <= 8 * t.n);
				assert_int_equal(sim.end[side].moved, 0);
				assert_int_equal(sa_of(&sim, side)->peer.port, 500);
			}
			sim_run(&sim, 200 * SIM_SECOND);
			unharmed(&sim);
			for (unsigned i = 0; i < t.n; i++)
				free(t.packets[i]);
			sim_finish(&sim);
		}
}

/* A quick mode whose message ID was used begins nothing. */
static void message_ids_are_used_once(void **state)
{
	struct sim sim;
	static struct craft c;
	bring_up(&sim, 260);
	uint32_t id = fresh_id(&sim);
	for (int i = 0; i < 5; i++) {
		craft_sealed(&c, &sim, 0, X_QUICK, id);
		put_good_p2(&c.b);
		put_nonce(&c.b, 20u + (unsigned)i);
		put_id(&c.b, ID_IPV4_SUBNET, "\12\1\0\0\377\377\377\0", 8);
		put_id(&c.b, ID_IPV4_SUBNET, "\12\2\0\0\377\377\377\0", 8);
		craft_seal_hand(&c, &sim, 1);
		assert_int_equal(sim_count(&sim, 1).pairs, i ? 1 : 2);
		sim_run(&sim, 200 * SIM_SECOND);
	}
	craft_sealed(&c, &sim, 0, X_QUICK, 0); /* 0 is phase 1's */
	put_good_p2(&c.b);
	put_nonce(&c.b, 20);
	craft_seal_hand(&c, &sim, 1);
	assert_int_equal(sim_count(&sim, 1).pairs, 1);
	unharmed(&sim);
	sim_finish(&sim);
}

/* A message that fails its HASH leaves the chain of IVs as it was. */
static void damaged_then_right(void **state)
{
	for (unsigned number = 5; number <= 9; number++)
		for (unsigned place = ISAKMP_HEADER; place < 200; place += 9) {
			struct sim sim;
			struct holder h;
			sim_init(&sim, 270);
			hold(&sim, &h, number);
			struct sim_packet p = h.held;
			size_t at = place < p.length - 8 ? place
							 : ISAKMP_HEADER; /* padding has no HASH */
			p.data[at] ^= 0x10;
			hand(&sim, number & 1, p.data, p.length);
			p.data[at] ^= 0x81;
			hand(&sim, number & 1, p.data, p.length);
			let_go_on(&sim, &h);
			assert_true(sim_up(&sim));
			sim_finish(&sim);
		}
}

static void wrong_cookies(void **state)
{
	for (unsigned number = 1; number <= 9; number++) {
		struct sim sim;
		struct holder h;
		sim_init(&sim, 280);
		hold(&sim, &h, number);
		/* whoever answers message 1 first, with whatever cookie, is the peer until proved */
		for (unsigned i = 0; i < (number == 2 ? 8 : 16); i++) {
			struct sim_packet p = h.held;
			p.data[i] ^= 0x40;
			hand(&sim, number & 1, p.data, p.length);
			memset(p.data + (i & 8), 0, COOKIE);
			hand(&sim, number & 1, p.data, p.length);
		}
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

static void the_commit_bit(void **state)
{
	/* on all of one side's messages; nobody sends CONNECTED */
	for (unsigned number = 1; number <= 9; number++) {
		struct sim sim;
		struct holder h;
		sim_init(&sim, 290);
		hold(&sim, &h, number);
		h.held.data[19] |= FLAG_COMMIT;
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

/* RFC 2408 3.1: who sees the bit waits for CONNECTED, in quick mode or in an informational. */
static void connected_ends_the_wait(void **state)
{
	for (int form = 0; form < 3; form++) {
		struct sim sim;
		struct holder h;
		static struct craft c;
		sim_init(&sim, 295);
		hold(&sim, &h, 8); /* message 2 of quick mode, from the responder */
		struct quick *q = sa_of(&sim, 0)->quicks.last->owner;
		struct quick *theirs = sa_of(&sim, 1)->quicks.last->owner;
		uint32_t id = q->message_id;
		h.held.data[19] |= FLAG_COMMIT;
		sim_put(&sim, &h.held, sim.now + SIM_LATENCY);
		sim_run(&sim, 100);
		assert_non_null(sim_sa(&sim, 0, true));
		assert_null(sim_sa(&sim, 0, false));
		uint8_t spi[4];
		put_number_be(spi, sim_sa(&sim, 0, true)->esp.spi);
		if (form == 0) { /* racoon: a fourth message under HASH(1) */
			craft_open(&c, &sa_of(&sim, 1)->cookies, X_QUICK,
				FLAG_ENCRYPTED | FLAG_COMMIT, id);
			c.p = sa_of(&sim, 1);
			memcpy(c.iv, theirs->iv, sizeof c.iv);
			hash_blank(c.p, &c.b);
			put_notify(&c.b, PROTO_ESP, N_CONNECTED, spi, 4, NULL, 0);
			craft_seal_hand(&c, &sim, 0);
		} else if (form == 1) {
			craft_info(&c, &sim, 1);
			put_notify(&c.b, PROTO_ESP, N_CONNECTED, spi, 4, NULL, 0);
			craft_seal_hand(&c, &sim, 0);
		} else {
			sim_run(&sim, 2 * SIM_SECOND); /* it forgot: go on without */
		}
		assert_non_null(sim_sa(&sim, 0, false));
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

/* --- Answers ----------------------------------------------------------------------------------- */

struct scales {
	size_t in, out;
};

static bool weigh(struct sim *sim, struct sim_packet *packet)
{
	struct scales *s = sim->user;
	s->out += packet->from.address == SIM_B ? packet->length : 0;
	return true;
}

/* Until the cookie has come back no answer is longer than its question. */
static void no_amplification(void **state)
{
	static const unsigned exchanges[] = { X_MAIN, X_INFO, X_QUICK, X_TRANSACTION, 1, 34, 200 };
	struct sim sim;
	static struct craft c;
	struct scales s = { 0, 0 };
	sim_init(&sim, 300);
	sim.end[1].settings.half_open_per_source = 10000;
	sim.wire = weigh;
	sim.user = &s;
	sim_begin(&sim);
	for (int what = 0; what < 8; what++)
		for (size_t e = 0; e < sizeof exchanges / sizeof *exchanges; e++) {
			craft_first(&c, &sim, exchanges[e]);
			if (what == 1 || what == 2)
				put_good_p1(&c.b);
			if (what == 2)
				build_data(&c.b, P_VENDOR, vendor_row(V_NATT_RFC)->octets, 16);
			if (what == 3) /* refused */
				put_sa(&c.b, PROTO_ISAKMP, 1, good_p1 + 1, GOOD_P1 - 1);
			if (what == 4)
				put_sa(&c.b, PROTO_ESP, 1, good_p1, GOOD_P1);
			if (what == 5)
				build_data(&c.b, P_VENDOR, "x", 1);
			if (what == 6)
				build_data(&c.b, P_SA, "xxxxxxxx", 8);
			s = (struct scales){ 0, 0 };
			craft_hand(&c, &sim, 1);
			assert_true(s.out <= c.length);
			/* and no more of its own accord */
			sim_run(&sim, 200 * SIM_SECOND);
			assert_true(s.out <= c.length);
		}
	sim_finish(&sim);
}

/* Whoever tries keys learns nothing from the answer: wrong key, wrong padding, broken payloads. */
static void one_answer_to_a_wrong_key(void **state)
{
	struct sim_packet answers[3];
	for (int how = 0; how < 3; how++) {
		struct sim sim;
		struct holder h, back;
		static struct craft c;
		sim_init(&sim, 310);
		if (how == 0)
			sim.end[0].psk.secret = sim_str("something else");
		hold(&sim, &h, 5);
		struct phase1 *p = sa_of(&sim, 0);
		if (how) {
			craft_open(&c, &p->cookies, X_MAIN, FLAG_ENCRYPTED, 0);
			if (how == 1)
				build_data(&c.b, P_NONCE, "12345678", 8);
			build_data(&c.b, P_ID, p->id_i.at, p->id_i.length);
			build_data(&c.b, P_HASH, c.room, p->keys.hash->size); /* a wrong one */
			build_pad(&c.b, p->keys.cipher->block);
			c.length = build_end(&c.b);
			assert_true(keys_iv1(
				&p->keys, bytes_octets(&p->ke_i), bytes_octets(&p->ke_r), c.iv));
			assert_true(seal(p, c.room, c.length, c.iv));
			memcpy(h.held.data, c.room, c.length);
			h.held.length = c.length;
		}
		memset(&back, 0, sizeof back);
		back.wanted = 1;
		sim.user = &back;
		hand(&sim, 1, h.held.data, h.held.length);
		assert_true(back.has);
		answers[how] = back.held;
		sim_finish(&sim);
	}
	for (int how = 1; how < 3; how++) {
		assert_int_equal(answers[how].length, answers[0].length);
		assert_memory_equal(answers[how].data + ISAKMP_HEADER,
			answers[0].data + ISAKMP_HEADER,
			answers[0].length - ISAKMP_HEADER - 16); /* cookies at the end differ */
	}
}

/* --- Answers that a peer that knows the keys gives ---------------------------------------------- */

/* Message 2 of quick mode under a right HASH(2), but for the part that is odd. */
static void answer_oddly(
	struct craft *c, const struct sim *sim, const struct quick *q, unsigned how)
{
	static const struct att other[] = { { A2_ENCAPSULATION, 1, TV }, { A2_AUTH, 1, TV } };
	struct att more[GOOD_P2 + 1];
	struct phase1 *p = sa_of(sim, 1);
	craft_open(c, &p->cookies, X_QUICK, FLAG_ENCRYPTED, q->message_id);
	c->p = p;
	memcpy(c->iv, q->iv, sizeof c->iv);
	hash_blank(p, &c->b);
	memcpy(more, good_p2, sizeof good_p2);
	more[GOOD_P2] = (struct att){ how == 1 ? A2_GROUP : A2_ESN, how == 1 ? 2 : 1, TV };
	if (how <= 2)
		put_sa(&c->b, PROTO_ESP, 3, how == 0 ? other : more, how == 0 ? 2 : GOOD_P2 + 1);
	else if (how == 3) { /* two transforms: which? */
		sa_open(&c->b);
		proposal_open(&c->b, P_NONE, PROTO_ESP, 0x1001, 2);
		put_transform(&c->b, P_TRANSFORM, 1, 3, good_p2, GOOD_P2);
		put_transform(&c->b, P_NONE, 2, 3, good_p2, GOOD_P2);
		build_close(&c->b);
		build_close(&c->b);
	} else if (how == 4)
		put_sa(&c->b, PROTO_AH, 3, good_p2, GOOD_P2);
	else
		put_good_p2(&c->b);
	put_nonce(&c->b, how == 5 ? 7 : 20);
	if (how == 6) /* without PFS nobody asked for it */
		build_data(&c->b, P_KE, c->room, 128);
	put_id(&c->b, ID_IPV4_SUBNET,
		how == 7 ? "\12\7\0\0\377\377\377\0" : "\12\1\0\0\377\377\377\0", 8);
	put_id(&c->b, how == 8 ? ID_FQDN : ID_IPV4_SUBNET, "\12\2\0\0\377\377\377\0", 8);
	c->length = hash_finish(p, &c->b, q->message_id, bytes_octets(&q->nonce_i), c->iv);
	assert_true(c->length > 0);
}

static void answers_that_are_none_of_our_offers(void **state)
{
	enum { ODD = 9 };
	for (unsigned how = 0; how <= ODD; how++) {
		struct sim sim;
		struct holder h;
		static struct craft c;
		sim_init(&sim, 400 + how);
		hold(&sim, &h, 8);
		answer_oddly(&c, &sim, sa_of(&sim, 0)->quicks.last->owner, how);
		hand(&sim, 0, c.room, c.length);
		if (how == ODD) { /* nothing odd: it is taken */
			assert_int_equal(sim_count(&sim, 0).pairs, 1);
			sim_finish(&sim);
			continue;
		}
		assert_int_equal(sim_count(&sim, 0).pairs, 0);
		assert_true(sim_said(&sim, 0, "[quick-failed 100-110]"));
		sim_run(&sim, SIM_SECOND);
		assert_true(sim_said(&sim, 1, "processing NOTIFY"));
		/* the exchange is over, the SA is not */
		sim_want(&sim, 0, 0);
		sim_run(&sim, SIM_SECOND);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

/* Message 2 of main mode that chooses what was not offered, two, or none. */
static void choices_that_were_not_offered(void **state)
{
	for (unsigned how = 0; how < 4; how++) {
		struct sim sim;
		struct holder h;
		static struct craft c;
		struct att atts[GOOD_P1];
		sim_init(&sim, 420);
		hold(&sim, &h, 2);
		struct phase1 *p = sa_of(&sim, 1);
		memcpy(atts, good_p1, sizeof good_p1);
		atts[how == 0 ? 1 : 2].value = 1; /* another hash, another group */
		craft_open(&c, &p->cookies, X_MAIN, 0, 0);
		if (how < 2) {
			put_sa(&c.b, PROTO_ISAKMP, 1, atts, GOOD_P1);
		} else {
			sa_open(&c.b);
			proposal_open(&c.b, P_NONE, PROTO_ISAKMP, 0, how == 2 ? 2 : 0);
			for (unsigned i = 0; how == 2 && i < 2; i++)
				put_transform(&c.b, i ? P_NONE : P_TRANSFORM, (uint8_t)(i + 1), 1,
					good_p1, GOOD_P1);
			build_close(&c.b);
			build_close(&c.b);
		}
		craft_hand(&c, &sim, 0);
		assert_int_equal(sa_of(&sim, 0)->state, S_I_MM1);
		let_go_on(&sim, &h);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

/* --- Fragments --------------------------------------------------------------------------------- */

static void put_fragment(struct craft *c, const struct sim *sim, unsigned exchange, uint16_t id,
	unsigned number, unsigned flags, const void *at, size_t length)
{
	craft_open(c, &sa_of(sim, 0)->cookies, exchange, 0, 0);
	build_open(&c->b, P_FRAGMENT);
	wr_u16(&c->b.w, id);
	wr_u8(&c->b.w, (uint8_t)number);
	wr_u8(&c->b.w, (uint8_t)flags);
	if (length)
		wr_octets(&c->b.w, at, length);
	build_close(&c->b);
}

static void up_with_fragments(struct sim *sim, uint64_t seed)
{
	sim_init(sim, seed);
	for (int side = 0; side < 2; side++)
		sim->end[side].tunnel[0].ike_fragmentation = true;
	sim_begin(sim);
	sim_want(sim, 0, 0);
	sim_run(sim, 2 * SIM_SECOND);
	assert_true(sim_up(sim));
}

static void fragments_that_make_no_message(void **state)
{
	struct sim sim;
	static struct craft c;
	uint8_t slice[1200] = { 0 };
	up_with_fragments(&sim, 320);
	size_t before = sim_count(&sim, 1).memory;
	for (unsigned exchange = 0; exchange < 40; exchange++)
		for (unsigned number = 0; number < 256; number += number < 70 ? 1 : 37)
			for (unsigned flags = 0; flags < 4; flags++) {
				put_fragment(&c, &sim, exchange, (uint16_t)(number / 16), number,
					flags, slice, number % 7 ? number * 4 : 0);
				craft_hand(&c, &sim, 1);
			}
	/* one message at a time, and that is bounded */
	for (unsigned number = 1; number < 256; number++) {
		put_fragment(&c, &sim, X_MAIN, 9, number, 0, slice, sizeof slice);
		craft_hand(&c, &sim, 1);
		put_fragment(&c, &sim, X_MAIN, 9, number, 0, slice, sizeof slice);
		craft_hand(&c, &sim, 1);
	}
	assert_true(sim_count(&sim, 1).memory < before + 80000);
	/* the same slice with other content: all is thrown away; a last one before what came */
	slice[0] = 1;
	put_fragment(&c, &sim, X_MAIN, 9, 60, 0, slice, sizeof slice);
	craft_hand(&c, &sim, 1);
	assert_true(sim_count(&sim, 1).memory <= before + 4096);
	put_fragment(&c, &sim, X_MAIN, 10, 5, 0, slice, 8);
	craft_hand(&c, &sim, 1);
	put_fragment(&c, &sim, X_MAIN, 10, 2, 1, slice, 8);
	craft_hand(&c, &sim, 1);
	assert_true(sim_count(&sim, 1).memory <= before + 4096);
	/* fragments in fragments */
	put_fragment(&c, &sim, X_MAIN, 11, 1, 1, slice, 8);
	size_t inner = build_end(&c.b);
	static uint8_t copy[256];
	memcpy(copy, c.room, inner);
	put_fragment(&c, &sim, X_MAIN, 12, 1, 1, copy, inner);
	craft_hand(&c, &sim, 1);
	/* what never ends is forgotten */
	put_fragment(&c, &sim, X_MAIN, 13, 1, 0, slice, sizeof slice);
	craft_hand(&c, &sim, 1);
	sim_run(&sim, 120 * SIM_SECOND);
	assert_true(sim_count(&sim, 1).memory <= before + 4096);
	unharmed(&sim);
	sim_finish(&sim);
}

static void fragments_for_nobody(void **state)
{
	struct sim sim;
	static struct craft c;
	struct cookies nobody = { { 1 }, { 2 } };
	bring_up(&sim, 330); /* it was not agreed */
	size_t before = sim_count(&sim, 1).memory;
	for (int who = 0; who < 3; who++) {
		memset(nobody.responder, who ? 0 : 2, COOKIE);
		craft_open(&c, who == 2 ? &sa_of(&sim, 0)->cookies : &nobody, X_MAIN, 0, 0);
		build_data(&c.b, P_FRAGMENT, "\0\1\1\0abcdefgh", 12);
		craft_hand(&c, &sim, 1);
	}
	assert_true(sim_count(&sim, 1).memory <= before + 4096);
	unharmed(&sim);
	sim_finish(&sim);
}

/* A quick mode in slices, last slice first, twice: the second time it is a repetition. */
static void fragments_of_a_repetition(void **state)
{
	struct sim sim;
	static struct craft c;
	up_with_fragments(&sim, 340);
	craft_quick(&c, &sim, 0);
	put_good_p2(&c.b);
	put_nonce(&c.b, 200);
	put_id(&c.b, ID_IPV4_SUBNET, "\12\1\0\0\377\377\377\0", 8);
	put_id(&c.b, ID_IPV4_SUBNET, "\12\2\0\0\377\377\377\0", 8);
	craft_seal(&c);
	static uint8_t whole[2000];
	size_t length = c.length, cut = length / 3;
	memcpy(whole, c.room, length);
	struct cm_ike_counters before = sim_count(&sim, 1);
	for (int time = 0; time < 2; time++)
		for (unsigned number = 3; number >= 1; number--) {
			put_fragment(&c, &sim, X_MAIN, 1, number, number == 3,
				whole + (number - 1) * cut, number == 3 ? length - 2 * cut : cut);
			craft_hand(&c, &sim, 1);
		}
	struct cm_ike_counters after = sim_count(&sim, 1);
	assert_int_equal(after.pairs, before.pairs + 1);
	assert_int_equal(after.duplicates, before.duplicates + 1);
	assert_int_equal(after.retransmitted, before.retransmitted + 1);
	sim_finish(&sim);
}

/* --- The table --------------------------------------------------------------------------------- */

/* The mistakes that were published, by their class (reference: CVE-; vendors in between). */
static const struct {
	const char *class, *mistakes;
	CMUnitTestFunction run;
} classes[] = {
	{ "a header longer or shorter than its datagram", "2013-4564", lengths_of_the_header },
	{ "a length that asks for memory", "2004-0403", huge_lengths_take_no_memory },
	{ "generic headers of 0 to 3 octets, or beyond the end", "2005-0398, 2004-0218, 2018-0159",
		lengths_of_payloads },
	{ "lengths inside of proposals", "2016-6415", lengths_inside_of_proposals },
	{ "messages cut short at every octet", "2018-0159, 2005-3669", messages_cut_short },
	{ "payload numbers of drafts and of nobody, printed in debug", "2015-3204",
		numbers_of_payloads_that_nobody_knows },
	{ "payloads missing, repeated, in another order", "2005-3732, 2004-0219",
		payloads_missing_repeated_or_in_another_place },
	{ "quick modes without what they need", "2004-0219", quick_modes_without_what_they_need },
	{ "messages of another version", "2015-3991", another_version },
	{ "attributes of phase 1: forms, sizes, repetition", "2016-6415, 2026 racoon, 2015-4047",
		attributes_of_phase_1 },
	{ "key lengths that are none", "2011-3380", lengths_of_keys },
	{ "attributes of phase 2: combined modes, no integrity", "2024-3652",
		attributes_of_phase_2 },
	{ "group numbers of other worlds", "2014-9221", groups_of_other_worlds },
	{ "values 0, 1, p-1, p, off the curve, too short, too long",
		"2015-3240, 2008-4551, 2023-41913", values_of_diffie_hellman },
	{ "the same in quick mode", "2015-3240", values_of_diffie_hellman_in_quick_mode },
	{ "nonces too short and too long", "RFC 2409 5", lengths_of_nonces },
	{ "our own messages reflected", "protocol", reflections },
	{ "identities of quick mode that are no address", "2023-38711", identities_of_quick_mode },
	{ "identities of phase 1 of any shape", "2013-6075", identities_of_phase_1 },
	{ "signatures and certificates instead of the HASH", "2004-0155, 2026-50721, 2026-14957",
		proofs_of_another_kind },
	{ "notifications and deletes without authentication", "2004-0164, 2007-1841",
		what_is_not_authenticated_changes_nothing },
	{ "an informational whose HASH is wrong", "2019-10155",
		a_wrong_hash_changes_nothing_and_is_not_answered },
	{ "informational for no state, named in the log", "2020-1763, 2022-23094",
		informational_about_nothing },
	{ "encrypted before there are keys", "2019-12312", encrypted_before_there_are_keys },
	{ "DPD for what is half built or foreign", "2009-0790",
		dead_peer_detection_for_half_built_or_foreign },
	{ "DELETE whose count and size do not add up", "2004-0221", deletes_that_do_not_add_up },
	{ "payloads behind a DELETE of the SA", "2023-38712", payloads_behind_a_delete },
	{ "replays of every message, from elsewhere too", "2016-10396", replays_of_every_message },
	{ "message IDs used twice", "RFC 2409 5.5", message_ids_are_used_once },
	{ "IVs after a wrong HASH", "RFC 2409 appendix B", damaged_then_right },
	{ "wrong cookies", "RFC 2408 2.5.3", wrong_cookies },
	{ "the commit bit and nothing behind it", "RFC 2408 3.1", the_commit_bit },
	{ "the commit bit and CONNECTED", "RFC 2408 3.1", connected_ends_the_wait },
	{ "answers longer than questions", "2016-5361", no_amplification },
	{ "an oracle for keys", "2018-5389", one_answer_to_a_wrong_key },
	{ "quick modes answered with what was not offered", "RFC 2409 5.5",
		answers_that_are_none_of_our_offers },
	{ "phase 1 answered with what was not offered", "RFC 2409 5",
		choices_that_were_not_offered },
	{ "fragments: empty, 0, too many, contradicting, unfinished",
		"2016-1287, 2016-6381, 2026-12413", fragments_that_make_no_message },
	{ "fragments for nobody", "2013-6076, 2009-1574", fragments_for_nobody },
	{ "fragments of a repetition", "2016-10396", fragments_of_a_repetition },
};

int main(void)
{
	enum { N = sizeof classes / sizeof *classes };
	struct CMUnitTest tests[N];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){ .name = classes[i].class,
			.test_func = classes[i].run };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
