/* A bad wire: loss, repetition, disorder, damage; a peer that dies; NAT; rekeying; fragments. */
#include "ike/sim.h"

#include <stdio.h>

/* --- The wire ---------------------------------------------------------------------------------- */

struct weather {
	unsigned lose, repeat, delay, damage; /* per cent */
};

static bool bad_weather(struct sim *sim, struct sim_packet *packet)
{
	const struct weather *w = sim->user;
	uint64_t dice = sim_next(&sim->random);
	if (dice % 100 < w->lose)
		return false;
	dice = sim_next(&sim->random);
	if (dice % 100 < w->repeat)
		sim_put(sim, packet, sim->now + SIM_LATENCY + (int64_t)(dice >> 8) % 3000);
	dice = sim_next(&sim->random);
	if (dice % 100 < w->delay) {
		sim_put(sim, packet, sim->now + SIM_LATENCY + (int64_t)(dice >> 8) % 8000);
		return false;
	}
	dice = sim_next(&sim->random);
	if (dice % 100 < w->damage)
		packet->data[(dice >> 8) % packet->length] ^= (uint8_t)(1u << ((dice >> 32) & 7));
	return true;
}

static void weather_passes(const struct weather *weather, unsigned seeds, bool aggressive)
{
	for (unsigned seed = 1; seed <= seeds; seed++) {
		struct sim sim;
		struct weather w = *weather;
		sim_init(&sim, seed);
		sim.wire = bad_weather;
		sim.user = &w;
		sim.end[0].tunnel[0].aggressive_initiated = aggressive;
		sim_begin(&sim);
		/* traffic goes on wanting: a handshake may be lost altogether */
		for (int i = 0; i < 40 && !sim_up(&sim); i++) {
			sim_want(&sim, 0, 0);
			sim_run(&sim, 10 * SIM_SECOND);
		}
		if (!sim_up(&sim))
			printf("seed %u\n%s\n-----\n%s\n", seed, sim.end[0].log.at,
				sim.end[1].log.at);
		assert_true(sim_up(&sim));
		sim_finish(&sim);
	}
}

static void loss_is_survived(void **state)
{
	weather_passes(&(struct weather){ .lose = 30 }, 30, false);
	weather_passes(&(struct weather){ .lose = 30 }, 10, true);
}

static void repetition_and_disorder_are_survived(void **state)
{
	weather_passes(&(struct weather){ .repeat = 50, .delay = 30 }, 30, false);
	weather_passes(&(struct weather){ .repeat = 50, .delay = 30 }, 10, true);
}

static void damage_is_survived(void **state)
{
	weather_passes(&(struct weather){ .damage = 20 }, 30, false);
	weather_passes(&(struct weather){ .lose = 10, .repeat = 10, .delay = 10, .damage = 10 }, 30,
		false);
}

/* --- Retransmission ---------------------------------------------------------------------------- */

static bool into_nothing(struct sim *sim, struct sim_packet *packet)
{
	return false;
}

static void retransmission_is_the_routers(void **state)
{
	struct sim sim;
	sim_init(&sim, 1);
	sim.wire = into_nothing;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	static const unsigned sent_after[] = { 1, 2, 3, 4, 5, 6, 6 }; /* every 10 s, five times */
	for (unsigned i = 0; i < 7; i++) {
		assert_int_equal(sim.end[0].sent, sent_after[i]);
		sim_run(&sim, 10 * SIM_SECOND);
	}
	assert_true(sim_said(&sim, 0, "retransmitting phase 1 MM_NO_STATE..."));
	assert_true(sim_said(&sim, 0, "attempt 5 of 5: retransmit phase 1"));
	assert_true(sim_said(&sim, 0,
		"deleting SA reason \"Death by retransmission P1\" state (I) MM_NO_STATE"));
	assert_int_equal(sim_count(&sim, 0).sas, 0);
	sim_finish(&sim);
}

static bool only_from_a(struct sim *sim, struct sim_packet *packet)
{
	return packet->from.address == SIM_A;
}

static void a_responder_never_repeats_by_itself(void **state)
{
	struct sim sim;
	sim_init(&sim, 2);
	sim.wire = only_from_a;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 9 * SIM_SECOND);
	assert_int_equal(sim.end[1].sent, 1);
	sim_run(&sim, 300 * SIM_SECOND);
	/* one answer for each message that came, and then it forgets */
	assert_int_equal(sim.end[1].sent, sim.end[0].sent);
	assert_int_equal(sim_count(&sim, 1).sas, 0);
	sim_finish(&sim);
}

static void the_next_peer_is_tried(void **state)
{
	struct sim sim;
	sim_init(&sim, 3);
	struct cm_peer peers[2] = { sim.end[0].peer[0], sim.end[0].peer[0] };
	peers[0].address = 0xcb007109u; /* 203.0.113.9: nobody */
	sim.end[0].tunnel[0].peers = peers;
	sim.end[0].tunnel[0].n_peers = 2;
	sim.end[0].psk.peer = (struct cm_net){ 0, 0 };
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 50 * SIM_SECOND);
	assert_false(sim_up(&sim));
	sim_run(&sim, 20 * SIM_SECOND);
	assert_true(sim_up(&sim));
	sim_finish(&sim);
}

/* --- Death ------------------------------------------------------------------------------------- */

static void traffic(struct sim *sim, int side, uint64_t in, uint64_t out)
{
	const struct cm_ike_up *up = sim_sa(sim, side, true);
	struct cm_ike_traffic t = { in, in * 100, out, out * 100 };
	assert_non_null(up);
	cm_ike_note_traffic(sim->end[side].engine, sim->now, up->pair, &t);
	sim_drain(sim, side);
}

static void up_with_dpd(struct sim *sim, bool periodic)
{
	sim_init(sim, 4);
	for (int side = 0; side < 2; side++)
		sim->end[side].tunnel[0].dpd =
			(struct cm_dpd){ .interval_s = 10, .retry_s = 2, .periodic = periodic };
	sim_begin(sim);
	sim_want(sim, 0, 0);
	sim_run(sim, 2 * SIM_SECOND);
	assert_true(sim_up(sim));
}

static void periodic_detection_finds_a_dead_peer(void **state)
{
	struct sim sim;
	up_with_dpd(&sim, true);
	sim.end[1].tunnel[0].dpd.interval_s = 0; /* it only answers */
	sim_run(&sim, 60 * SIM_SECOND);
	assert_true(sim_up(&sim));
	assert_true(sim_said(&sim, 0, "DPD/R_U_THERE_ACK received"));
	sim.end[1].dead = true;
	sim_run(&sim, 40 * SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).pairs, 0);
	assert_int_equal(sim_count(&sim, 0).sas, 0);
	assert_true(sim_said(&sim, 0, "EVENT 198.51.100.1 is dead"));
	sim_finish(&sim);
}

static void on_demand_detection_asks_only_when_traffic_gets_no_answer(void **state)
{
	struct sim sim;
	up_with_dpd(&sim, false);
	sim_run(&sim, 60 * SIM_SECOND);
	assert_false(sim_said(&sim, 0, "R_U_THERE sent"));
	sim.end[1].dead = true;
	traffic(&sim, 0, 0, 5);
	sim_run(&sim, 40 * SIM_SECOND);
	assert_true(sim_said(&sim, 0, "R_U_THERE sent"));
	assert_int_equal(sim_count(&sim, 0).pairs, 0);
	/* a restarted peer and new traffic: up again */
	sim.end[1].dead = false;
	sim_end_free(&sim.end[1]);
	sim_start_end(&sim.end[1]);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 5 * SIM_SECOND);
	assert_true(sim_up(&sim));
	sim_finish(&sim);
}

static void a_peer_that_lost_everything_is_welcome_again(void **state)
{
	struct sim sim;
	sim_init(&sim, 6);
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	sim_end_free(&sim.end[0]);
	sim.end[0].random += 12345;
	sim_start_end(&sim.end[0]);
	sim.end[0].n_ups = 0;
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	/* INITIAL-CONTACT took the old ones away */
	assert_int_equal(sim_count(&sim, 1).pairs, 1);
	assert_int_equal(sim_count(&sim, 1).sas, 1);
	sim_finish(&sim);
}

/* --- Rekeying ---------------------------------------------------------------------------------- */

static struct cm_ike_traffic *counters_of(struct sim_end *end, uint32_t pair)
{
	for (size_t i = 0; i < end->n_ups; i++)
		if (end->ups[i].inbound && end->ups[i].pair == pair)
			return &end->traffic[i];
	fail_msg("no pair %u", pair);
	return NULL;
}

static void count_packet(struct sim *sim, int side, uint32_t pair, bool in)
{
	struct cm_ike_traffic *t = counters_of(&sim->end[side], pair);
	*(in ? &t->packets_in : &t->packets_out) += 1;
	*(in ? &t->octets_in : &t->octets_out) += 100;
	cm_ike_note_traffic(sim->end[side].engine, sim->now, pair, t);
	sim_drain(sim, side);
}

/* A packet goes on what the side sends on, and comes out of the SA with that SPI. */
static void one_packet(struct sim *sim, int side)
{
	const struct cm_ike_up *out = sim_sa(sim, side, false);
	const struct sim_end *to = &sim->end[1 - side];
	count_packet(sim, side, out->pair, false);
	for (size_t k = 0; k < to->n_ups; k++)
		if (to->ups[k].inbound && to->ups[k].esp.spi == out->esp.spi)
			count_packet(sim, 1 - side, to->ups[k].pair, true);
}

/* Traffic both ways all the time; at every step what is sent can be opened. */
static void run_under_traffic(struct sim *sim, unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		for (int side = 0; side < 2; side++)
			one_packet(sim, side);
		assert_true(sim_up(sim));
		sim_run(sim, SIM_SECOND);
		assert_true(sim_up(sim));
	}
}

static void phase2_is_renewed_without_a_gap(void **state)
{
	struct sim sim;
	sim_init(&sim, 7);
	for (int side = 0; side < 2; side++)
		sim.end[side].tunnel[0].lifetime_s = 120;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	run_under_traffic(&sim, 600);
	assert_true(sim.end[0].n_ups >= 2 * 6);
	assert_true(sim_count(&sim, 0).pairs <= 2);
	assert_int_equal(sim_count(&sim, 0).sas, 1);
	sim_finish(&sim);
}

static void phase1_is_renewed_and_keeps_its_pairs(void **state)
{
	struct sim sim;
	sim_init(&sim, 8);
	for (int side = 0; side < 2; side++)
		sim.end[side].p1[0].lifetime_s = 120;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	run_under_traffic(&sim, 600);
	assert_int_equal(sim_count(&sim, 0).pairs, 1);
	assert_int_equal(sim.end[0].n_ups, 2);
	assert_true(sim_count(&sim, 0).sas <= 2);
	assert_true(sim_said(&sim, 0, "renewing phase 1"));
	sim_finish(&sim);
}

/* Both phases are renewed while a sixth of what IKE says is lost, doubled or late. */
static void both_phases_are_renewed_in_bad_weather(void **state)
{
	for (unsigned seed = 1; seed <= 6; seed++) {
		struct sim sim;
		struct weather w = { .lose = 10, .repeat = 15, .delay = 15 };
		sim_init(&sim, 300 + seed);
		for (int side = 0; side < 2; side++) {
			sim.end[side].p1[0].lifetime_s = 400;
			sim.end[side].tunnel[0].lifetime_s = 300;
			sim.end[side].tunnel[0].dpd = (struct cm_dpd){ .interval_s = 10 };
		}
		sim.wire = bad_weather;
		sim.user = &w;
		sim_begin(&sim);
		for (int i = 0; i < 40 && !sim_up(&sim); i++) {
			sim_want(&sim, 0, 0);
			sim_run(&sim, 10 * SIM_SECOND);
		}
		run_under_traffic(&sim, 1200);
		assert_true(sim.end[0].n_ups >= 2 * 4);
		assert_true(sim_said(&sim, 0, "renewing phase 1") ||
			sim_said(&sim, 1, "renewing phase 1"));
		assert_true(sim_count(&sim, 0).pairs <= 3 && sim_count(&sim, 1).pairs <= 3);
		sim_finish(&sim);
	}
}

/* The peer in use dies: the next one of the entry is asked, and after it the first again. */
static void a_dead_peer_is_followed_by_the_next(void **state)
{
	struct sim sim;
	sim_init(&sim, 17);
	struct cm_peer peers[2] = { sim.end[0].peer[0], sim.end[0].peer[0] };
	peers[1].address = 0xcb007109u; /* 203.0.113.9: nobody */
	sim.end[0].tunnel[0].peers = peers;
	sim.end[0].tunnel[0].n_peers = 2;
	sim.end[0].psk.peer = (struct cm_net){ 0, 0 };
	sim.end[0].tunnel[0].dpd =
		(struct cm_dpd){ .interval_s = 10, .retry_s = 2, .periodic = true };
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	sim.end[1].dead = true;
	sim_run(&sim, 40 * SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).sas, 0);
	sim_want(&sim, 0, 0);
	assert_true(sim_said(&sim, 0, "beginning phase 1 with 203.0.113.9"));
	sim.end[1].dead = false;
	sim_end_free(&sim.end[1]);
	sim_start_end(&sim.end[1]);
	for (int i = 0; i < 8 && !sim_up(&sim); i++) {
		sim_run(&sim, 10 * SIM_SECOND);
		sim_want(&sim, 0, 0);
	}
	sim_run(&sim, SIM_SECOND);
	assert_true(sim_up(&sim));
	sim_finish(&sim);
}

static void an_unused_pair_is_not_renewed(void **state)
{
	struct sim sim;
	sim_init(&sim, 9);
	sim.end[0].tunnel[0].lifetime_s = 120;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 130 * SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).pairs, 0);
	assert_int_equal(sim_count(&sim, 1).pairs, 0);
	sim_finish(&sim);
}

static void volume_renews_and_ends_a_pair(void **state)
{
	struct sim sim;
	sim_init(&sim, 10);
	sim.end[0].tunnel[0].lifetime_kb = 2560;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	uint32_t first = sim_sa(&sim, 0, true)->pair;
	assert_int_equal(sim_sa(&sim, 1, true)->lifetime_kb, 2560);
	struct cm_ike_traffic t = { 1, 10, 2300, 2400 * 1024 };
	cm_ike_note_traffic(sim.end[0].engine, sim.now, first, &t);
	sim_drain(&sim, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_sa(&sim, 0, true)->pair != first);
	t.octets_out = 2561 * 1024;
	cm_ike_note_traffic(sim.end[0].engine, sim.now, first, &t);
	sim_drain(&sim, 0);
	sim_run(&sim, SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).pairs, 1);
	assert_true(sim_up(&sim));
	sim_finish(&sim);
}

/* Between two notes more may pass than the router's 256 kB: the faster, the earlier a new one is made. */
static void volume_renews_fast_pairs_in_time(void **state)
{
	struct sim sim;
	sim_init(&sim, 11);
	sim.end[0].tunnel[0].lifetime_kb = 2560;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	uint32_t first = sim_sa(&sim, 0, true)->pair;
	struct cm_ike_traffic t = { 0 };
	for (unsigned second = 0; second < 4; second++) {
		t.packets_out += 700;
		t.octets_out += 700 * 1024;
		cm_ike_note_traffic(sim.end[0].engine, sim.now, first, &t);
		sim_drain(&sim, 0);
		sim_run(&sim, SIM_SECOND);
	}
	assert_true(sim_sa(&sim, 0, true)->pair != first);
	assert_false(sim_said(&sim, 0, "volume limit reached"));
	sim_finish(&sim);
}

static void both_ends_may_begin_at_once(void **state)
{
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct sim sim;
		sim_init(&sim, 100 + seed);
		for (int side = 0; side < 2; side++)
			sim.end[side].tunnel[0].lifetime_s = 300;
		sim_begin(&sim);
		sim_want(&sim, 0, 0);
		sim_want(&sim, 1, 0);
		sim_run(&sim, 5 * SIM_SECOND);
		assert_true(sim_up(&sim));
		run_under_traffic(&sim, 100); /* twins: one steps back, the other stays */
		assert_int_equal(sim_count(&sim, 0).pairs, 1);
		assert_int_equal(sim_count(&sim, 1).pairs, 1);
		assert_int_equal(sim_count(&sim, 0).sas, 1);
		assert_int_equal(sim_count(&sim, 1).sas, 1);
		sim_finish(&sim);
	}
}

static void both_ends_may_renew_at_once(void **state)
{
	for (unsigned seed = 1; seed <= 10; seed++) {
		struct sim sim;
		sim_init(&sim, 200 + seed);
		for (int side = 0; side < 2; side++)
			sim.end[side].tunnel[0].lifetime_kb = 2560;
		sim_begin(&sim);
		sim_want(&sim, 0, 0);
		sim_run(&sim, 5 * SIM_SECOND);
		struct cm_ike_traffic t = { 5, 10, 2300, 2400 * 1024 };
		for (int side = 0; side < 2; side++) {
			cm_ike_note_traffic(
				sim.end[side].engine, sim.now, sim_sa(&sim, side, true)->pair, &t);
		}
		sim_drain(&sim, 0);
		sim_drain(&sim, 1);
		sim_run(&sim, 5 * SIM_SECOND);
		assert_true(sim_up(&sim));
		run_under_traffic(&sim, 60);
		assert_int_equal(sim_count(&sim, 0).pairs, 1);
		assert_int_equal(sim_count(&sim, 1).pairs, 1);
		sim_finish(&sim);
	}
}

static void deletion_reaches_the_peer(void **state)
{
	struct sim sim;
	sim_init(&sim, 11);
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	cm_ike_delete_peer(sim.end[0].engine, sim.now, 0);
	sim_drain(&sim, 0);
	sim_run(&sim, SIM_SECOND);
	for (int side = 0; side < 2; side++) {
		assert_int_equal(sim_count(&sim, side).pairs, 0);
		assert_int_equal(sim_count(&sim, side).sas, 0);
		assert_int_equal(sim_standing(&sim, side, true), 0);
	}
	sim_finish(&sim);
}

/* --- NAT --------------------------------------------------------------------------------------- */

#define INSIDE  0x0a000001u /* 10.0.0.1, A's own address */
#define OUTSIDE 0xcb007109u /* 203.0.113.9, as the world sees it */

struct nat {
	uint16_t shift; /* of the mapping: ports outside are ports inside plus this */
};

static bool masquerade(struct sim *sim, struct sim_packet *packet)
{
	const struct nat *nat = sim->user;
	if (packet->from.address == INSIDE) {
		packet->from.address = OUTSIDE;
		packet->from.port = (uint16_t)(packet->from.port + nat->shift);
	} else if (packet->to.address == OUTSIDE) {
		packet->to.address = INSIDE;
		packet->to.port = (uint16_t)(packet->to.port - nat->shift);
		if (packet->to.port != 500 && packet->to.port != 4500)
			return false; /* a mapping that is gone */
	}
	return true;
}

static void behind_nat(struct sim *sim, struct nat *nat, uint64_t seed)
{
	sim_init(sim, seed);
	sim->wire = masquerade;
	sim->user = nat;
	sim->end[0].tunnel[0].local = INSIDE;
	sim->end[0].tunnel[0].nat_keepalive_s = 20;
	sim->end[1].peer[0].address = OUTSIDE;
	sim->end[1].psk.peer.address = OUTSIDE;
}

static void a_nat_is_found_and_udp_is_used(void **state)
{
	for (int aggressive = 0; aggressive < 2; aggressive++) {
		struct sim sim;
		struct nat nat = { 10000 };
		behind_nat(&sim, &nat, 12);
		sim.end[0].tunnel[0].aggressive_initiated = aggressive;
		sim_begin(&sim);
		sim_want(&sim, 0, 0);
		sim_run(&sim, 2 * SIM_SECOND);
		assert_true(sim_up(&sim));
		const struct cm_ike_up *up = sim_sa(&sim, 1, false);
		assert_true(up->udp);
		assert_int_equal(up->peer.port, 14500);
		assert_int_equal(up->local.port, 4500);
		assert_true(sim_sa(&sim, 0, false)->peer.port == 4500);
		assert_true(sim_said(&sim, 0, "this node inside NAT"));
		sim_run(&sim, 65 * SIM_SECOND);
		assert_int_equal(sim.end[0].keepalives, 3);
		assert_int_equal(sim.end[1].keepalives, 0);
		sim_finish(&sim);
	}
}

static void a_moved_mapping_is_followed(void **state)
{
	struct sim sim;
	struct nat nat = { 10000 };
	behind_nat(&sim, &nat, 13);
	sim.end[0].tunnel[0].dpd = (struct cm_dpd){ .interval_s = 10, .periodic = true };
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	nat.shift = 20000;
	sim_run(&sim, 30 * SIM_SECOND); /* an authenticated R-U-THERE comes from the new port */
	assert_int_equal(sim.end[1].moved, 1);
	assert_int_equal(sim_count(&sim, 0).pairs, 1);
	sim_finish(&sim);
}

/* A packet with a right ICV from another port says the same, once. */
static void a_moved_mapping_is_told_by_the_host(void **state)
{
	struct sim sim;
	struct nat nat = { 10000 };
	behind_nat(&sim, &nat, 18);
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	const struct cm_ike_up *up = sim_sa(&sim, 1, true);
	struct cm_endpoint moved = { OUTSIDE, 24500 };
	for (int i = 0; i < 2; i++) {
		cm_ike_note_moved(sim.end[1].engine, sim.now, up->pair, moved);
		sim_drain(&sim, 1);
	}
	assert_int_equal(sim.end[1].moved, 1);
	nat.shift = 20000; /* what IKE says goes there, too */
	cm_ike_delete_peer(sim.end[1].engine, sim.now, 0);
	sim_drain(&sim, 1);
	sim_run(&sim, SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).pairs, 0);
	sim_finish(&sim);
}

static void a_nat_can_be_claimed(void **state)
{
	struct sim sim;
	sim_init(&sim, 14);
	sim.end[1].settings.force_nat = true;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	assert_true(sim_sa(&sim, 0, true)->udp);
	sim_finish(&sim);
}

/* --- Fragments --------------------------------------------------------------------------------- */

static bool no_long_ones(struct sim *sim, struct sim_packet *packet)
{
	unsigned *longest = sim->user;
	if (packet->length > *longest)
		*longest = (unsigned)packet->length;
	return packet->length <= 1300;
}

static void long_messages_go_in_fragments(void **state)
{
	struct sim sim;
	unsigned longest = 0;
	sim_init(&sim, 15);
	for (int side = 0; side < 2; side++) {
		struct sim_end *end = &sim.end[side];
		end->tunnel[0].ike_fragmentation = true;
		sim_p1(&end->p1[0], 10, "aes-256", "sha512", 18); /* 8192 bits: KE of 1024 octets */
		end->tunnel[0].pfs =
			(struct cm_pfs){ .demanded = true, .group = cm_group_numbered(18) };
	}
	sim.wire = no_long_ones;
	sim.user = &longest;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 5 * SIM_SECOND);
	assert_true(sim_up(&sim));
	assert_true(sim.carried > 9);
	assert_true(longest > 1000);
	sim_finish(&sim);
}

/* --- Reload ------------------------------------------------------------------------------------ */

static void reload_changes_only_what_changed(void **state)
{
	struct sim sim;
	sim_init(&sim, 16);
	for (int side = 0; side < 2; side++) {
		sim_tunnel(&sim.end[side], side, 1);
		sim.end[side].n_tunnels = 2;
	}
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_want(&sim, 0, 1);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).pairs, 2);
	/* the same, elsewhere in memory, with another life for the second */
	struct cm_tunnel later[2] = { sim.end[0].tunnel[0], sim.end[0].tunnel[1] };
	later[1].lifetime_s = 1800;
	assert_true(cm_ike_reload(sim.end[0].engine, sim.now, later, 2));
	sim_drain(&sim, 0);
	sim_run(&sim, SIM_SECOND);
	assert_int_equal(sim_count(&sim, 0).pairs, 1);
	assert_int_equal(sim_count(&sim, 1).pairs, 1);
	assert_int_equal(sim_count(&sim, 0).sas, 1);
	assert_true(cm_ike_want(sim.end[0].engine, sim.now, &later[1], later[1].selectors));
	sim_drain(&sim, 0);
	sim_run(&sim, SIM_SECOND);
	assert_int_equal(sim_count(&sim, 1).pairs, 2);
	assert_true(cm_ike_reload(sim.end[0].engine, sim.now, later, 0));
	sim_drain(&sim, 0);
	sim_run(&sim, SIM_SECOND);
	assert_int_equal(sim_count(&sim, 1).pairs, 0);
	assert_int_equal(sim_count(&sim, 1).sas, 0);
	sim_finish(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loss_is_survived),
		cmocka_unit_test(repetition_and_disorder_are_survived),
		cmocka_unit_test(damage_is_survived),
		cmocka_unit_test(retransmission_is_the_routers),
		cmocka_unit_test(a_responder_never_repeats_by_itself),
		cmocka_unit_test(the_next_peer_is_tried),
		cmocka_unit_test(periodic_detection_finds_a_dead_peer),
		cmocka_unit_test(on_demand_detection_asks_only_when_traffic_gets_no_answer),
		cmocka_unit_test(a_peer_that_lost_everything_is_welcome_again),
		cmocka_unit_test(phase2_is_renewed_without_a_gap),
		cmocka_unit_test(phase1_is_renewed_and_keeps_its_pairs),
		cmocka_unit_test(both_phases_are_renewed_in_bad_weather),
		cmocka_unit_test(a_dead_peer_is_followed_by_the_next),
		cmocka_unit_test(an_unused_pair_is_not_renewed),
		cmocka_unit_test(volume_renews_and_ends_a_pair),
		cmocka_unit_test(volume_renews_fast_pairs_in_time),
		cmocka_unit_test(both_ends_may_begin_at_once),
		cmocka_unit_test(both_ends_may_renew_at_once),
		cmocka_unit_test(deletion_reaches_the_peer),
		cmocka_unit_test(a_nat_is_found_and_udp_is_used),
		cmocka_unit_test(a_moved_mapping_is_followed),
		cmocka_unit_test(a_moved_mapping_is_told_by_the_host),
		cmocka_unit_test(a_nat_can_be_claimed),
		cmocka_unit_test(long_messages_go_in_fragments),
		cmocka_unit_test(reload_changes_only_what_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
