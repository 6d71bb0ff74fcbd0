/* What many may do to one: floods, storms, leaks. Memory and work stay bounded, tunnels stay up. */
#include "ike/hostile.h"

#include <time.h>

enum { SOURCES = 10000, LOST = 1000 };

static double cpu(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- Floods ------------------------------------------------------------------------------------ */

static void two_policies(struct sim *sim)
{
	for (int side = 0; side < 2; side++) { /* what the flood offers is welcome */
		sim_p1(&sim->end[side].p1[1], 20, "3des", "sha1", 2);
		sim->end[side].tunnel[0].n_p1 = 2;
		sim->end[side].tunnel[0].lifetime_s = 120; /* it has to be renewed meanwhile */
	}
}

/* Anybody may come to the responder: each forged first message is one it has to answer. */
static void open_to_all(struct sim *sim)
{
	struct cm_tunnel *t = &sim->end[1].tunnel[0];
	t->kind = CM_TUNNEL_DYNAMIC;
	t->n_peers = 0;
	t->n_selectors = 0;
	sim->end[1].psk.peer = (struct cm_net){ 0, 0 };
}

static void one_of_the_flood(struct sim *sim, unsigned n, unsigned exchange)
{
	static struct craft c;
	struct cm_endpoint from = { 0x0b000000u + n * 7, (uint16_t)(500 + n % 3) };
	craft_first(&c, sim, exchange);
	put_good_p1(&c.b);
	if (exchange == X_AGGRESSIVE) {
		static const uint8_t ke[128] = { 1, 2, 3 };
		build_data(&c.b, P_KE, ke, sizeof ke);
		put_nonce(&c.b, 20);
		put_id(&c.b, ID_KEY_ID, "x", 1);
	}
	c.length = build_end(&c.b);
	hand_from(sim, 1, from, c.room, c.length);
}

static void carry_traffic(struct sim *sim)
{
	for (int side = 0; side < 2; side++) {
		const struct cm_ike_up *up = sim_sa(sim, side, true);
		struct cm_ike_traffic t = { 1 + (uint64_t)sim->now, 1, 1 + (uint64_t)sim->now, 1 };
		assert_non_null(up);
		cm_ike_note_traffic(sim->end[side].engine, sim->now, up->pair, &t);
		sim_drain(sim, side);
	}
}

static void flood(bool all, unsigned exchange, bool debug)
{
	struct sim sim;
	sim_init(&sim, 1);
	two_policies(&sim);
	if (all)
		open_to_all(&sim);
	for (int side = 0; side < 2; side++)
		sim.end[side].settings.debug_isakmp = sim.end[side].settings.debug_ipsec = debug;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	size_t before = sim_count(&sim, 1).memory, most = 0;
	size_t lines = sim.end[1].log.length;
	double start = cpu();
	for (unsigned n = 0; n < SOURCES; n++) {
		one_of_the_flood(&sim, n, exchange);
		size_t now = sim_count(&sim, 1).memory;
		most = now > most ? now : most;
		if (n % 20 == 0) { /* 200 of them a second; the tunnel is renewed several times */
			carry_traffic(&sim);
			assert_true(sim_up(&sim));
			sim_run(&sim, SIM_SECOND);
		}
	}
	double spent = cpu() - start;
	assert_true(sim_up(&sim));
	assert_true(sim.end[0].n_ups > 6);
	assert_in_range(sim_count(&sim, 1).half_open, all ? 1 : 0, all ? 1000 : 0);
	assert_true(most - before < (all ? 4u << 20 : 1u << 16));
	if (!debug) /* and nobody's disk is filled: some lines a second, then a count */
		assert_true((sim.end[1].log.length - lines) / (SOURCES / 20) < 21 * 130 + 200);
	print_message("%u first messages, %s: at most %zu kB, %.1f us each\n", SOURCES,
		all ? "all answered" : "strangers", (most - before) / 1024, 1e6 * spent / SOURCES);
	/* when it is over all is forgotten */
	sim_run(&sim, 100 * SIM_SECOND);
	assert_int_equal(sim_count(&sim, 1).half_open, 0);
	sim_finish(&sim);
}

static void strangers_are_refused_without_state(void **state)
{
	flood(false, X_MAIN, false);
	flood(false, X_AGGRESSIVE, false);
}

static void forged_first_messages_push_each_other_out(void **state)
{
	flood(true, X_MAIN, false);
	flood(true, X_AGGRESSIVE, false);
}

/* From the peer's own address: the peer still gets in, for the forger's are dropped by lot. */
static void a_forged_peer_does_not_shut_out_the_peer(void **state)
{
	enum { TRIES = 12 };
	unsigned up = 0;
	for (unsigned seed = 1; seed <= TRIES; seed++) {
		struct sim sim;
		static struct craft c;
		sim_init(&sim, seed);
		sim_begin(&sim);
		for (unsigned n = 0; n < 600; n++) {
			craft_first(&c, &sim, X_MAIN);
			put_good_p1(&c.b);
			craft_hand(&c, &sim, 1);
			if (n == 200)
				sim_want(&sim, 0, 0);
			if (n % 2 == 0) /* two a millisecond, twenty between message 1 and 3 */
				sim_run(&sim, 1);
		}
		up += sim_up(&sim);
		sim_run(&sim, 300 * SIM_SECOND);
		assert_true(sim_count(&sim, 1).sas <= 1);
		sim_finish(&sim);
	}
	assert_in_range(up, TRIES / 4, TRIES);
}

/* Thousands of transforms, of proposals, of payloads in one message. */
static void a_message_full_of_proposals(void **state)
{
	struct sim sim;
	static struct craft c;
	sim_init(&sim, 3);
	for (int side = 0; side < 2; side++)
		sim.end[side].settings.debug_isakmp = false;
	sim_begin(&sim);
	size_t before = sim_count(&sim, 1).memory;
	double start = cpu();
	for (unsigned round = 0; round < 20; round++) {
		craft_first(&c, &sim, X_MAIN);
		sa_open(&c.b);
		proposal_open(&c.b, P_NONE, PROTO_ISAKMP, 0, 255);
		for (unsigned i = 0; i < 255; i++) /* the right one is the last but one */
			put_transform(&c.b, i < 254 ? P_TRANSFORM : P_NONE, (uint8_t)i, 1, good_p1,
				i == 253 ? GOOD_P1 : 3);
		build_close(&c.b);
		build_close(&c.b);
		craft_hand(&c, &sim, 1);
		assert_true(sim_count(&sim, 1).memory < before + 20000);
	}
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	before = sim_count(&sim, 1).memory;
	for (unsigned round = 0; round < 20; round++) {
		craft_quick(&c, &sim, 0);
		sa_open(&c.b);
		for (unsigned i = 0; i < 200; i++) { /* AND and OR: 64 transforms, times itself */
			proposal_open(&c.b, i < 199 ? P_PROPOSAL : P_NONE,
				i & 1 ? PROTO_ESP : PROTO_AH, 0x1001, 8);
			for (unsigned k = 0; k < 8; k++)
				put_transform(&c.b, k < 7 ? P_TRANSFORM : P_NONE, (uint8_t)k, 12,
					good_p2, 1);
			build_close(&c.b);
		}
		build_close(&c.b);
		put_nonce(&c.b, 20);
		craft_seal_hand(&c, &sim, 1);
		assert_int_equal(sim_count(&sim, 1).pairs, 1);
	}
	craft_info(&c, &sim, 0);
	for (unsigned i = 0; i < 4000; i++)
		build_data(&c.b, P_VENDOR, "", 0);
	craft_seal_hand(&c, &sim, 1);
	assert_true(sim_count(&sim, 1).memory < before + 60000);
	assert_true(cpu() - start < 20);
	sim_run(&sim, 100 * SIM_SECOND);
	unharmed(&sim);
	sim_finish(&sim);
}

/* --- Storms of honest peers -------------------------------------------------------------------- */

enum { MANY = 100 };

static void with_lines(struct sim *sim, struct cm_selector lines[2][MANY])
{
	for (int side = 0; side < 2; side++) {
		for (unsigned n = 0; n < MANY; n++)
			lines[side][n] = sim_selector(side, n);
		sim->end[side].tunnel[0].selectors = lines[side];
		sim->end[side].tunnel[0].n_selectors = MANY;
	}
}

static void want_all(struct sim *sim, int side, const struct cm_selector *lines)
{
	for (unsigned n = 0; n < MANY; n++)
		assert_true(cm_ike_want(
			sim->end[side].engine, sim->now, &sim->end[side].tunnel[0], &lines[n]));
	sim_drain(sim, side);
}

/* A hundred lines are wanted at once; all come up, all are renewed, all go. */
static void many_lines_come_and_go_together(void **state)
{
	struct sim sim;
	static struct cm_selector lines[2][MANY];
	sim_init(&sim, 4);
	with_lines(&sim, lines);
	sim_begin(&sim);
	want_all(&sim, 0, lines[0]);
	sim_run(&sim, 5 * SIM_SECOND);
	for (int side = 0; side < 2; side++) {
		assert_int_equal(sim_count(&sim, side).pairs, MANY);
		assert_int_equal(sim_count(&sim, side).sas, 1);
	}
	for (int again = 0; again < 3; again++) { /* within the minute that ended ones are kept */
		cm_ike_delete_peer(sim.end[again & 1].engine, sim.now, 0);
		sim_drain(&sim, again & 1);
		sim_run(&sim, SIM_SECOND);
		assert_int_equal(sim_count(&sim, 0).pairs + sim_count(&sim, 1).pairs, 0);
		want_all(&sim, again & 1, lines[again & 1]);
		sim_run(&sim, 5 * SIM_SECOND);
		assert_int_equal(sim_count(&sim, 0).pairs, MANY);
		assert_int_equal(sim_count(&sim, 1).pairs, MANY);
	}
	sim_finish(&sim);
}

/* New tunnels while a hundred wishes wait: what waits does not point into the old ones. */
static void reload_while_wishes_wait(void **state)
{
	struct sim sim;
	static struct cm_selector lines[2][MANY];
	sim_init(&sim, 5);
	with_lines(&sim, lines);
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	want_all(&sim, 0, lines[0]);
	struct cm_tunnel *fresh = malloc(sizeof *fresh);
	assert_non_null(fresh);
	*fresh = sim.end[0].tunnel[0];
	assert_true(cm_ike_reload(sim.end[0].engine, sim.now, fresh, 1));
	memset(&sim.end[0].tunnel[0].selectors, 0x55, sizeof sim.end[0].tunnel[0].selectors);
	sim_drain(&sim, 0);
	sim_run(&sim, 5 * SIM_SECOND);
	for (unsigned n = 0; n < MANY; n++)
		assert_true(cm_ike_want(sim.end[0].engine, sim.now, fresh, &lines[0][n]));
	sim_drain(&sim, 0);
	sim_run(&sim, 5 * SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).pairs, MANY);
	sim_finish(&sim);
	free(fresh);
}

/* A selector pair that is renewed again and again over one phase 1 SA. */
static void thousands_of_quick_modes_over_one_sa(void **state)
{
	struct sim sim;
	sim_init(&sim, 6);
	for (int side = 0; side < 2; side++)
		sim.end[side].settings.debug_isakmp = sim.end[side].settings.debug_ipsec = false;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	size_t most = 0;
	struct phase1 *first = sa_of(&sim, 0);
	for (unsigned n = 0; n < MESSAGE_IDS_MAX + 100; n++) {
		struct pair *pair = sim.end[0].engine->pairs.last->owner;
		assert_true(cm_ike_delete_pair(sim.end[0].engine, sim.now, pair->id));
		sim_drain(&sim, 0);
		sim_want(&sim, 0, 0);
		sim_run(&sim, 30);
		sim.end[0].n_ups = sim.end[1].n_ups = 0;
		assert_int_equal(sim_count(&sim, 1).pairs, 1);
		size_t now = sim_count(&sim, 1).memory;
		most = now > most ? now : most;
	}
	assert_true(sa_of(&sim, 0) != first); /* it was renewed */
	assert_true(most < 1u << 20);
	sim_finish(&sim);
}

/* --- Ten thousand tunnels ---------------------------------------------------------------------- */

struct fleet {
	struct sim sim;
	struct cm_tunnel *tunnels;
	struct cm_peer *peers;
	struct cm_selector *lines;
	struct cm_ike *engine;
	unsigned sent;
};

enum { FLEET = 10000 };

static void fleet_init(struct fleet *f)
{
	sim_init(&f->sim, 11);
	struct sim_end *end = &f->sim.end[0];
	end->psk.peer = (struct cm_net){ 0, 0 };
	f->tunnels = calloc(FLEET, sizeof *f->tunnels);
	f->peers = calloc(FLEET, sizeof *f->peers);
	f->lines = calloc(FLEET, sizeof *f->lines);
	assert_true(f->tunnels && f->peers && f->lines);
	for (unsigned n = 0; n < FLEET; n++) {
		f->tunnels[n] = end->tunnel[0];
		f->peers[n] = (struct cm_peer){ .resolved = true, .address = 0x0b000000u + n };
		f->lines[n] = sim_selector(0, 0);
		f->lines[n].remote.address = 0x0c000000u + (n << 8);
		f->tunnels[n].sequence = n + 1;
		f->tunnels[n].peers = &f->peers[n];
		f->tunnels[n].selectors = &f->lines[n];
	}
	struct cm_ike_settings settings = { .half_open_max = 2 * FLEET };
	struct cm_ike_host host = { .user = &end->random, .random = sim_random };
	f->engine = engine_new(sim_crypto(), f->tunnels, FLEET, &host, &settings);
	assert_non_null(f->engine);
}

static void fleet_drain(struct fleet *f)
{
	struct cm_ike_output out;
	while (cm_ike_next(f->engine, &out))
		f->sent += out.kind == CM_IKE_SEND;
}

/* Wishes for a part of the tunnels, and a first message from each of their peers. */
static double fleet_part(struct fleet *f, unsigned from, unsigned to)
{
	static struct craft c;
	struct cm_endpoint mine = { SIM_A, 500 };
	double start = cpu();
	for (unsigned n = from; n < to; n++) {
		assert_true(cm_ike_want(f->engine, 1000, &f->tunnels[n], &f->lines[n]));
		craft_first(&c, &f->sim, X_MAIN);
		put_good_p1(&c.b);
		c.length = build_end(&c.b);
		cm_ike_input(f->engine, 1000, (struct cm_endpoint){ f->peers[n].address, 500 },
			mine, c.room, c.length);
		fleet_drain(f);
	}
	return (cpu() - start) / (to - from);
}

static void ten_thousand_tunnels_cost_no_more_each(void **state)
{
	static struct fleet f;
	struct cm_ike_counters counters;
	double start = cpu();
	fleet_init(&f);
	double made = cpu() - start;
	double first = fleet_part(&f, 0, 500);
	fleet_part(&f, 500, FLEET - 500);
	double last = fleet_part(&f, FLEET - 500, FLEET);
	assert_int_equal(f.sent, 2 * FLEET); /* its own first message, and an answer */
	cm_ike_count(f.engine, &counters);
	assert_int_equal(counters.sas, 2 * FLEET);
	start = cpu();
	for (unsigned n = 0; n < FLEET; n++) /* what is under way is not begun again */
		assert_true(cm_ike_want(f.engine, 2000, &f.tunnels[n], &f.lines[n]));
	double again = (cpu() - start) / FLEET;
	fleet_drain(&f);
	assert_int_equal(f.sent, 2 * FLEET);
	start = cpu();
	for (int64_t now = 2000; now < 100000; now += 1000) {
		cm_ike_tick(f.engine, now);
		fleet_drain(&f);
	}
	double ticks = cpu() - start;
	assert_int_equal(f.sent, 7 * FLEET); /* five repetitions each */
	cm_ike_count(f.engine, &counters);
	assert_int_equal(counters.sas, 0);
	start = cpu();
	assert_true(
		cm_ike_reload(f.engine, 100000, f.tunnels + 1, FLEET - 1)); /* the first one went */
	double reloaded = cpu() - start;
	print_message(
		"made in %.0f ms, %zu kB; a wish and a first message %.1f us, at the end %.1f us; "
		"a wish again %.2f us; all repetitions %.0f ms; another list %.0f ms\n",
		1e3 * made, counters.memory / 1024, 1e6 * first, 1e6 * last, 1e6 * again,
		1e3 * ticks, 1e3 * reloaded);
	assert_true(made < 2 && ticks < 10 && reloaded < 2);
	assert_true(last < 5 * first + 100e-6 && again < 50e-6);
	cm_ike_free(f.engine);
	sim_finish(&f.sim);
	free(f.tunnels);
	free(f.peers);
	free(f.lines);
}

/* --- Leaks ------------------------------------------------------------------------------------- */

static void wrong_policy(struct sim *sim)
{
	sim_p1(&sim->end[1].p1[0], 10, "3des", "md5", 2);
}

static void wrong_key(struct sim *sim)
{
	sim->end[0].psk.secret = sim_str("something else");
}

static void wrong_set(struct sim *sim)
{
	sim_p2(&sim->end[1].p2[0], "aes-128", "sha1", NULL);
}

static void wrong_lines(struct sim *sim)
{
	sim->end[0].selector[0].remote.mask = 0xffff0000u;
}

static void wrong_mode(struct sim *sim)
{
	sim->end[0].tunnel[0].aggressive_initiated = true;
	sim->end[1].tunnel[0].aggressive_accepted = false;
}

static bool nothing_passes(struct sim *sim, struct sim_packet *packet)
{
	return false;
}

static void nobody_there(struct sim *sim)
{
	sim->wire = nothing_passes;
}

static const struct {
	const char *name;
	void (*spoil)(struct sim *);
	unsigned times;
} failures[] = {
	{ "policy", wrong_policy, LOST },
	{ "key", wrong_key, LOST / 10 },
	{ "set", wrong_set, LOST },
	{ "lines", wrong_lines, LOST },
	{ "mode", wrong_mode, LOST },
	{ "nobody", nobody_there, LOST },
};

/* After a thousand failures of a kind both hold what they held before. */
static void failures_leave_nothing(void **state)
{
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		struct sim sim;
		size_t held[2] = { 0, 0 };
		sim_init(&sim, 7);
		for (int side = 0; side < 2; side++)
			sim.end[side].settings.debug_isakmp = sim.end[side].settings.debug_ipsec =
				false;
		failures[i].spoil(&sim);
		sim_begin(&sim);
		for (unsigned n = 0; n < failures[i].times; n++) {
			sim_want(&sim, 0, 0);
			sim_run(&sim, 100);
			cm_ike_delete_peer(sim.end[0].engine, sim.now, 0);
			sim_drain(&sim, 0);
			sim_run(&sim, 200 * SIM_SECOND);
			for (int side = 0; side < 2; side++) {
				if (n == 4) /* maps and heaps have their size by now */
					held[side] = sim_count(&sim, side).memory;
				assert_int_equal(sim_count(&sim, side).sas, 0);
				assert_int_equal(sim_count(&sim, side).exchanges, 0);
				/* the last event may be longer or shorter */
				assert_true(
					n < 4 || sim_count(&sim, side).memory <= held[side] + 300);
			}
			cm_text_free(&sim.end[0].log);
			cm_text_free(&sim.end[1].log);
		}
		sim_finish(&sim);
	}
}

/* --- Messages that overtake each other --------------------------------------------------------- */

struct overtaking {
	unsigned seen, late;
};

static bool one_is_late(struct sim *sim, struct sim_packet *packet)
{
	struct overtaking *o = sim->user;
	if (++o->seen != o->late)
		return true;
	sim_put(sim, packet, sim->now + 4 * SIM_LATENCY);
	return false;
}

/* Whatever message is late, nothing waits for a retransmission. */
static void a_late_message_costs_nothing(void **state)
{
	for (int aggressive = 0; aggressive < 2; aggressive++)
		for (unsigned late = 1; late <= 9; late++) {
			struct sim sim;
			struct overtaking o = { 0, late };
			sim_init(&sim, 8);
			sim.end[0].tunnel[0].aggressive_initiated = aggressive;
			/* the responder speaks of its shorter lifetime at once: an informational races */
			sim.end[1].p1[0].lifetime_s = 3600;
			sim.wire = one_is_late;
			sim.user = &o;
			sim_begin(&sim);
			sim_want(&sim, 0, 0);
			sim_run(&sim, SIM_SECOND);
			assert_true(sim_up(&sim));
			assert_true(sim_said(&sim, 0, "restart ike sa timer to 3600 secs"));
			sim_finish(&sim);
		}
}

static bool one_is_lost(struct sim *sim, struct sim_packet *packet)
{
	struct overtaking *o = sim->user;
	return ++o->seen != o->late;
}

/* Message 3 of aggressive mode is lost; the quick mode behind it asks for it again. */
static void the_last_message_of_aggressive_mode_is_lost(void **state)
{
	struct sim sim;
	struct overtaking o = { 0, 3 };
	sim_init(&sim, 9);
	sim.end[0].tunnel[0].aggressive_initiated = true;
	sim.wire = one_is_lost;
	sim.user = &o;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, SIM_SECOND);
	assert_true(sim_up(&sim));
	sim_finish(&sim);
}

/* The notification of a refusal is lost: the repeated offer gets it again. */
static void a_lost_refusal_is_said_again(void **state)
{
	struct sim sim;
	struct overtaking o = { 0, 8 };
	sim_init(&sim, 10);
	wrong_set(&sim);
	sim.wire = one_is_lost;
	sim.user = &o;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 5 * SIM_SECOND);
	assert_false(sim_said(&sim, 0, "[peer-refused"));
	sim_run(&sim, 10 * SIM_SECOND);
	assert_true(sim_said(&sim, 0, "[peer-refused"));
	sim_finish(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_are_refused_without_state),
		cmocka_unit_test(forged_first_messages_push_each_other_out),
		cmocka_unit_test(a_forged_peer_does_not_shut_out_the_peer),
		cmocka_unit_test(a_message_full_of_proposals),
		cmocka_unit_test(many_lines_come_and_go_together),
		cmocka_unit_test(reload_while_wishes_wait),
		cmocka_unit_test(thousands_of_quick_modes_over_one_sa),
		cmocka_unit_test(ten_thousand_tunnels_cost_no_more_each),
		cmocka_unit_test(failures_leave_nothing),
		cmocka_unit_test(a_late_message_costs_nothing),
		cmocka_unit_test(the_last_message_of_aggressive_mode_is_lost),
		cmocka_unit_test(a_lost_refusal_is_said_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
