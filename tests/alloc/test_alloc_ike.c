/*
 * The engine without memory: every allocation of an exchange fails in turn, once and from then on.
 * Nothing is lost or read after its end, no call gives a half-made thing, and with memory again
 * the tunnel comes up.
 */
#include "alloc/failing.h"

#define SIM_MALLOC __real_malloc
#include "ike/sim.h"

static void settle(struct sim *sim, bool aggressive)
{
	sim_init(sim, 1);
	for (int side = 0; side < 2; side++) {
		struct sim_end *end = &sim->end[side];
		sim_p1(&end->p1[0], 10, "aes-128", "sha1", 19);
		end->tunnel[0].pfs =
			(struct cm_pfs){ .demanded = true, .group = cm_group_numbered(19) };
		end->tunnel[0].lifetime_s = 120;
		end->tunnel[0].dpd = (struct cm_dpd){ .interval_s = 10, .periodic = true };
		end->settings.debug_isakmp = end->settings.debug_ipsec = false;
	}
	sim->end[0].tunnel[0].aggressive_initiated = aggressive;
}

/* What an engine does in its life: up, in use, renewed, read anew, deleted. */
static void live(struct sim *sim)
{
	for (int i = 0; i < 15; i++) {
		for (int side = 0; side < 2; side++) {
			const struct cm_ike_up *up = sim_sa(sim, side, true);
			struct cm_ike_traffic t = { 1 + (uint64_t)i, 1, 1 + (uint64_t)i, 1 };
			cm_ike_want(sim->end[side].engine, sim->now, &sim->end[side].tunnel[0],
				&sim->end[side].selector[0]);
			if (up)
				cm_ike_note_traffic(sim->end[side].engine, sim->now, up->pair, &t);
			sim_drain(sim, side);
		}
		sim_run(sim, 10 * SIM_SECOND);
	}
	cm_ike_reload(sim->end[0].engine, sim->now, sim->end[0].tunnel, 1);
	sim_drain(sim, 0);
}

static void recover(struct sim *sim)
{
	for (int side = 0; side < 2; side++) { /* a host that was told of a failure begins anew */
		cm_ike_delete_peer(sim->end[side].engine, sim->now, 0);
		sim_drain(sim, side);
	}
	for (int side = 0; side < 2; side++) {
		sim->end[side].n_ups = 0;
		memset(sim->end[side].down, 0, sizeof sim->end[side].down);
	}
	sim_run(sim, 100 * SIM_SECOND);
	for (int i = 0; i < 5 && !sim_up(sim); i++) {
		sim_want(sim, 0, 0);
		sim_run(sim, 10 * SIM_SECOND);
	}
	assert_true(sim_up(sim));
}

static size_t run(size_t at, bool for_good, bool aggressive)
{
	static struct sim sim;
	settle(&sim, aggressive);
	sim_begin(&sim);
	failing_start(at, for_good);
	live(&sim);
	size_t count = failing_stop();
	recover(&sim);
	sim_finish(&sim);
	return count;
}

static void every_allocation_of_a_life_fails_once(void **state)
{
	for (int aggressive = 0; aggressive < 2; aggressive++) {
		size_t n = run((size_t)-1, false, aggressive);
		assert_in_range(n, 100, 20000);
		/* all of the first exchanges, then every few */
		for (size_t at = 0; at < n; at += at < 150 ? 1 : 7)
			run(at, false, aggressive);
	}
}

static void all_allocations_from_one_on_fail(void **state)
{
	for (size_t at = 0; at < 200; at += 3)
		run(at, true, at & 1);
}

static void an_engine_is_made_whole_or_not_at_all(void **state)
{
	static struct sim sim;
	unsigned made = 0;
	for (size_t at = 0; at < 60; at++) {
		settle(&sim, false);
		struct cm_ike_host host = { .user = &sim.end[0].random, .random = sim_random };
		failing_start(at, false);
		sim.end[0].engine =
			engine_new(sim_crypto(), sim.end[0].tunnel, 1, &host, &sim.end[0].settings);
		failing_stop();
		made += sim.end[0].engine != NULL;
		sim_finish(&sim);
	}
	assert_in_range(made, 1, 59);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_of_a_life_fails_once),
		cmocka_unit_test(all_allocations_from_one_on_fail),
		cmocka_unit_test(an_engine_is_made_whole_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
