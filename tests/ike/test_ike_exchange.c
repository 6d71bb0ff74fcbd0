/* Whole exchanges of two engines: every algorithm, both modes, PFS, AH, transport. */
#include "ike/sim.h"

static void bring_up(struct sim *sim)
{
	sim_begin(sim);
	sim_want(sim, 0, 0);
	sim_run(sim, 2 * SIM_SECOND);
	if (!sim_up(sim))
		print_message(
			"initiator:\n%s\nresponder:\n%s\n", sim->end[0].log.at, sim->end[1].log.at);
	assert_true(sim_up(sim));
}

static void main_mode_and_quick_mode_make_a_tunnel(void **state)
{
	struct sim sim;
	sim_init(&sim, 1);
	bring_up(&sim);
	assert_int_equal(sim.carried, 9); /* six of main mode, three of quick mode */
	assert_int_equal(sim_count(&sim, 0).sas, 1);
	assert_int_equal(sim_count(&sim, 1).pairs, 1);
	assert_int_equal(sim_count(&sim, 1).half_open, 0);
	assert_memory_equal(&sim.end[0].key, &sim.end[1].key, sizeof sim.end[0].key);
	sim_finish(&sim);
}

static void phase1_of_every_algorithm(void **state)
{
	size_t n_ciphers, n_hashes, n_groups;
	const struct cm_cipher *ciphers = cm_ciphers(&n_ciphers);
	const struct cm_hash *hashes = cm_hashes(&n_hashes);
	const struct cm_group *groups = cm_groups(&n_groups);
	for (size_t c = 0; c < n_ciphers; c++) {
		for (size_t h = 0; ciphers[c].ike_id && h < n_hashes; h++) {
			if (!hashes[h].ike_id)
				continue;
			/* every pair of cipher and hash, the groups in turn: the small ones here */
			const struct cm_group *group = cm_group_numbered(c & 1 ? 19 : 2);
			struct sim sim;
			sim_init(&sim, 10 + c * 100 + h);
			for (int side = 0; side < 2; side++)
				sim_p1(&sim.end[side].p1[0], 10, ciphers[c].name, hashes[h].name,
					group->number);
			bring_up(&sim);
			sim_finish(&sim);
		}
	}
	for (size_t g = 0; g < n_groups; g++) {
		struct sim sim;
		sim_init(&sim, 2000 + g);
		for (int side = 0; side < 2; side++)
			sim_p1(&sim.end[side].p1[0], 10, "aes-128", "sha1", groups[g].number);
		bring_up(&sim);
		sim_finish(&sim);
	}
}

/* All that phase 1 can agree about, in both modes; the dear groups stand in the test above. */
static void phase1_of_every_combination(void **state)
{
	static const unsigned groups[] = { 1, 2, 5, 19, 20, 21 };
	size_t n_ciphers, n_hashes;
	const struct cm_cipher *ciphers = cm_ciphers(&n_ciphers);
	const struct cm_hash *hashes = cm_hashes(&n_hashes);
	unsigned played = 0;
	for (size_t c = 0; c < n_ciphers; c++)
		for (size_t h = 0; ciphers[c].ike_id && h < n_hashes; h++)
			for (size_t g = 0; hashes[h].ike_id && g < sizeof groups / sizeof *groups;
				g++) {
				struct sim sim;
				sim_init(&sim, 5000 + played);
				sim.end[0].tunnel[0].aggressive_initiated = played++ & 1;
				for (int side = 0; side < 2; side++) {
					sim.end[side].settings.debug_isakmp = false;
					sim.end[side].settings.debug_ipsec = false;
					sim_p1(&sim.end[side].p1[0], 10, ciphers[c].name,
						hashes[h].name, groups[g]);
				}
				bring_up(&sim);
				assert_memory_equal(
					&sim.end[0].key, &sim.end[1].key, sizeof sim.end[0].key);
				sim_finish(&sim);
			}
	assert_true(played >= 5 * 4 * 6);
}

/* Who has them offers both ways, so that they are used when both ends have them and not else. */
static void extended_sequence_numbers_are_agreed(void **state)
{
	for (int who = 0; who < 4; who++)
		for (int ah = 0; ah < 2; ah++) {
			struct sim sim;
			sim_init(&sim, 45);
			for (int side = 0; side < 2; side++) {
				sim.end[side].tunnel[0].esn = who >> side & 1;
				if (ah)
					sim_p2(&sim.end[side].p2[0], "aes-256", "sha256", "sha1");
			}
			bring_up(&sim);
			for (int side = 0; side < 2; side++)
				assert_int_equal(sim_sa(&sim, side, true)->esn, who == 3);
			sim_finish(&sim);
		}
}

static void phase2_of_every_algorithm(void **state)
{
	size_t n_ciphers, n_hashes;
	const struct cm_cipher *ciphers = cm_ciphers(&n_ciphers);
	const struct cm_hash *hashes = cm_hashes(&n_hashes);
	for (size_t c = 0; c < n_ciphers; c++) {
		for (size_t h = 0; ciphers[c].esp_id && h < n_hashes; h++) {
			if (!hashes[h].auth_id || (ciphers[c].combined && h > 0))
				continue;
			struct sim sim;
			sim_init(&sim, 30000 + c * 100 + h);
			for (int side = 0; side < 2; side++)
				sim_p2(&sim.end[side].p2[0], ciphers[c].name,
					ciphers[c].combined ? NULL : hashes[h].name, NULL);
			bring_up(&sim);
			const struct cm_ike_up *up = sim_sa(&sim, 0, true);
			assert_int_equal(
				up->esp.cipher_key_size, ciphers[c].key_bits / 8 + ciphers[c].salt);
			sim_finish(&sim);
		}
	}
}

static void authentication_header_alone_and_around_esp(void **state)
{
	for (int both = 0; both < 2; both++) {
		struct sim sim;
		sim_init(&sim, 40 + (uint64_t)both);
		for (int side = 0; side < 2; side++)
			sim_p2(&sim.end[side].p2[0], both ? "aes-256" : NULL,
				both ? "sha256" : NULL, "sha1");
		bring_up(&sim);
		assert_true(sim_sa(&sim, 0, true)->ah.spi != 0);
		assert_int_equal(sim_sa(&sim, 0, true)->esp.spi != 0, both);
		sim_finish(&sim);
	}
}

static void perfect_forward_secrecy_and_transport_mode(void **state)
{
	static const unsigned groups[] = { 1, 2, 5, 14, 19, 20, 21, 24 };
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		struct sim sim;
		sim_init(&sim, 50 + g);
		for (int side = 0; side < 2; side++) {
			sim.end[side].tunnel[0].pfs = (struct cm_pfs){ .demanded = true,
				.group = cm_group_numbered(groups[g]) };
			sim.end[side].p2[0].mode = CM_MODE_TRANSPORT;
			sim.end[side].p2[0].mode_required = true; /* between networks, too */
		}
		bring_up(&sim);
		assert_int_equal(sim_sa(&sim, 1, true)->mode, CM_MODE_TRANSPORT);
		sim_finish(&sim);
	}
}

static void a_responder_without_pfs_takes_any_group(void **state)
{
	struct sim sim;
	sim_init(&sim, 60);
	sim.end[0].tunnel[0].pfs =
		(struct cm_pfs){ .demanded = true, .group = cm_group_numbered(5) };
	bring_up(&sim);
	sim_finish(&sim);
}

static void aggressive_mode_makes_a_tunnel(void **state)
{
	struct sim sim;
	sim_init(&sim, 70);
	sim.end[0].tunnel[0].aggressive_initiated = true;
	bring_up(&sim);
	assert_int_equal(sim.carried, 6);
	sim_finish(&sim);
}

static void every_line_gets_its_own_pair_over_one_phase1(void **state)
{
	struct sim sim;
	sim_init(&sim, 80);
	for (int side = 0; side < 2; side++) {
		struct sim_end *end = &sim.end[side];
		for (unsigned n = 1; n < SIM_LINES; n++)
			end->selector[n] = sim_selector(side, n);
		end->tunnel[0].n_selectors = SIM_LINES;
	}
	sim_begin(&sim);
	for (unsigned n = 0; n < SIM_LINES; n++)
		assert_true(cm_ike_want(sim.end[0].engine, sim.now, &sim.end[0].tunnel[0],
			&sim.end[0].selector[n]));
	sim_drain(&sim, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).sas, 1);
	assert_int_equal(sim_count(&sim, 0).pairs, SIM_LINES);
	assert_int_equal(sim_standing(&sim, 1, false), SIM_LINES);
	assert_int_equal(sim.carried, 6 + 3 * SIM_LINES);
	sim_finish(&sim);
}

static void a_dynamic_map_answers_whoever_knows_the_key(void **state)
{
	struct sim sim;
	sim_init(&sim, 90);
	struct cm_tunnel *t = &sim.end[1].tunnel[0];
	t->kind = CM_TUNNEL_DYNAMIC;
	t->n_peers = 0;
	t->n_selectors = 0;
	sim.end[1].psk.peer = (struct cm_net){ 0, 0 };
	bring_up(&sim);
	assert_int_equal(sim_sa(&sim, 1, true)->selector.remote.address, 0x0a010000u);
	sim_finish(&sim);
}

static void the_same_seed_gives_the_same_exchange(void **state)
{
	struct sim a, b;
	sim_init(&a, 5);
	sim_init(&b, 5);
	bring_up(&a);
	bring_up(&b);
	assert_int_equal(sim_sa(&a, 0, true)->esp.spi, sim_sa(&b, 0, true)->esp.spi);
	assert_string_equal(a.end[0].log.at, b.end[0].log.at);
	sim_finish(&a);
	sim_finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(main_mode_and_quick_mode_make_a_tunnel),
		cmocka_unit_test(phase1_of_every_algorithm),
		cmocka_unit_test(phase1_of_every_combination),
		cmocka_unit_test(extended_sequence_numbers_are_agreed),
		cmocka_unit_test(phase2_of_every_algorithm),
		cmocka_unit_test(authentication_header_alone_and_around_esp),
		cmocka_unit_test(perfect_forward_secrecy_and_transport_mode),
		cmocka_unit_test(a_responder_without_pfs_takes_any_group),
		cmocka_unit_test(aggressive_mode_makes_a_tunnel),
		cmocka_unit_test(every_line_gets_its_own_pair_over_one_phase1),
		cmocka_unit_test(a_dynamic_map_answers_whoever_knows_the_key),
		cmocka_unit_test(the_same_seed_gives_the_same_exchange),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
