/*
 * A probe in memory: its messages go to an engine that answers as a router, or to nobody.
 */
#include "ike/sim.h"

#include <cryptomap/meet.h>
#include <cryptomap/probe.h>

#define ROUTER SIM_B
#define PROBER SIM_A

static const struct cm_endpoint prober = { PROBER, 34567 }, router_port = { ROUTER, 500 };

/* The router of the article: four policies, of which the last suits a Linksys. */
static void router(struct sim *sim)
{
	sim_init(sim, 77);
	struct sim_end *end = &sim->end[1];
	sim_p1(&end->p1[0], 1, "3des", "sha1", 5);
	sim_p1(&end->p1[1], 2, "3des", "md5", 5);
	sim_p1(&end->p1[2], 3, "des", "sha1", 5);
	sim_p1(&end->p1[3], 4, "3des", "sha1", 2);
	end->p1[3].lifetime_s = 3600;
	end->tunnel[0].n_p1 = 4;
	sim_begin(sim);
}

static struct cm_p1 offer(const char *text)
{
	struct cm_p1 p1 = { .auth = cm_auth_named("pre-share"), .lifetime_s = 86400 };
	assert_true(cm_p1_read(cm_str_of(text), &p1));
	return p1;
}

/* What the engine says now goes to the probe. */
static void answer(struct sim *sim, struct cm_probe *probe)
{
	struct cm_ike_output out;
	while (cm_ike_next(sim->end[1].engine, &out))
		if (out.kind == CM_IKE_SEND)
			cm_probe_input(probe, sim->now + 7, out.is.send.at, out.is.send.length);
}

/* Until it is over; no two messages are nearer than the interval. */
static void play(struct sim *sim, struct cm_probe *probe, unsigned interval)
{
	int64_t last = INT64_MIN / 2, due;
	while ((due = cm_probe_deadline(probe)) != INT64_MAX) {
		const void *at;
		size_t length;
		sim->now = due > sim->now ? due : sim->now;
		if (!cm_probe_send(probe, sim->now, &at, &length))
			continue;
		assert_true(sim->now - last >= interval);
		last = sim->now;
		if (!sim->end[1].dead)
			assert_true(cm_ike_input(
				sim->end[1].engine, sim->now, prober, router_port, at, length));
		answer(sim, probe);
	}
}

static const struct cm_probe_result *result(const struct cm_probe *probe, size_t i)
{
	size_t n;
	const struct cm_probe_result *results = cm_probe_results(probe, &n);
	assert_true(i < n);
	return &results[i];
}

static void each_offer_has_its_answer(void **state)
{
	struct sim sim;
	router(&sim);
	const struct cm_p1 offers[] = { offer("3des-sha-2"), offer("des-md5-1"),
		offer("aes-256-sha-14"), offer("3des-md5-5") };
	struct cm_probe *probe = cm_probe_new(offers, 4, &(struct cm_probe_settings){ 0 });
	play(&sim, probe, 500);
	assert_int_equal(cm_probe_sent(probe), 4);
	assert_int_equal(result(probe, 0)->answer, CM_PROBE_ACCEPTED);
	assert_int_equal(result(probe, 0)->order, 1);
	assert_int_equal(result(probe, 0)->elapsed_ms, 7);
	assert_int_equal(result(probe, 1)->answer, CM_PROBE_REFUSED);
	assert_int_equal(result(probe, 1)->notify, 14);
	assert_string_equal(result(probe, 1)->notify_name, "NO-PROPOSAL-CHOSEN");
	assert_int_equal(result(probe, 2)->answer, CM_PROBE_REFUSED);
	assert_int_equal(result(probe, 3)->answer, CM_PROBE_ACCEPTED);
	size_t n;
	const struct cm_probe_vendor *vendors = cm_probe_vendors(probe, &n);
	assert_true(n >= 1);
	assert_string_equal(vendors[0].name, "NAT-T (RFC 3947)");
	/* only what was accepted is half open there */
	assert_int_equal(sim_count(&sim, 1).half_open, 2);
	cm_probe_free(probe);
	sim_finish(&sim);
}

static void a_search_finds_the_policies_in_their_order(void **state)
{
	static struct cm_p1 all[512];
	struct sim sim;
	router(&sim);
	size_t n = cm_probe_all(cm_auth_named("pre-share"), all, 512);
	assert_true(n > 200 && n < 512);
	struct cm_probe *probe = cm_probe_new(
		all, n, &(struct cm_probe_settings){ .search = true, .interval_ms = 100 });
	play(&sim, probe, 100);
	unsigned found = 0;
	for (size_t i = 0; i < n; i++) {
		const struct cm_probe_result *r = result(probe, i);
		if (r->answer != CM_PROBE_ACCEPTED) {
			assert_int_equal(r->answer, CM_PROBE_REFUSED);
			continue;
		}
		found++;
		bool fits = false;
		for (unsigned k = 0; k < 4; k++)
			fits = fits || cm_p1_compare(&sim.end[1].p1[k], &r->offer) == CM_SAME;
		assert_true(fits);
	}
	assert_int_equal(found, 4);
	/* a message for each accepted one, and one for thirty refused */
	assert_true(cm_probe_sent(probe) <= 4 + n / 30 + 1);
	cm_probe_free(probe);
	sim_finish(&sim);
}

static void aggressive_mode_tells_who_is_there(void **state)
{
	struct sim sim;
	router(&sim);
	const struct cm_p1 offers[] = { offer("3des-sha-2"), offer("3des-sha-5"),
		offer("aes-sha-2") };
	const struct cm_probe_settings settings = {
		.aggressive = true, .search = true, .local = PROBER
	};
	struct cm_probe *probe = cm_probe_new(offers, 3, &settings);
	play(&sim, probe, 500);
	assert_int_equal(result(probe, 0)->answer, CM_PROBE_ACCEPTED);
	assert_int_equal(result(probe, 1)->answer, CM_PROBE_ACCEPTED);
	assert_int_equal(result(probe, 2)->answer, CM_PROBE_REFUSED);
	assert_string_equal(cm_probe_peer_identity(probe), "ID_IPV4_ADDR 198.51.100.1");
	cm_probe_free(probe);
	sim_finish(&sim);
}

static void silence_ends_a_run_early(void **state)
{
	struct sim sim;
	router(&sim);
	sim.end[1].dead = true;
	struct cm_p1 offers[20];
	for (size_t i = 0; i < 20; i++)
		offers[i] = offer("3des-sha-2");
	struct cm_probe *probe = cm_probe_new(
		offers, 20, &(struct cm_probe_settings){ .timeout_ms = 2000, .tries = 3 });
	int64_t start = sim.now;
	play(&sim, probe, 500);
	assert_int_equal(cm_probe_sent(probe), 5 * 3);
	assert_int_equal(sim.now - start, 5 * 3 * 2000);
	assert_int_equal(result(probe, 4)->answer, CM_PROBE_SILENT);
	assert_int_equal(result(probe, 5)->answer, CM_PROBE_UNTRIED);
	cm_probe_free(probe);
	sim_finish(&sim);
}

static void no_more_is_sent_than_allowed(void **state)
{
	struct sim sim;
	router(&sim);
	const struct cm_p1 offers[] = { offer("des-sha-1"), offer("des-md5-1"),
		offer("3des-sha-2") };
	struct cm_probe *probe = cm_probe_new(offers, 3, &(struct cm_probe_settings){ .most = 2 });
	play(&sim, probe, 500);
	assert_int_equal(cm_probe_sent(probe), 2);
	assert_int_equal(result(probe, 1)->answer, CM_PROBE_REFUSED);
	assert_int_equal(result(probe, 2)->answer, CM_PROBE_UNTRIED);
	cm_probe_free(probe);
	sim_finish(&sim);
}

/* Answers that were changed on the way, octet by octet, cut, or sent twice, never do harm. */
static void bent_answers_are_no_answers(void **state)
{
	struct sim sim;
	router(&sim);
	const struct cm_p1 offers[] = { offer("3des-sha-2") };
	const void *at;
	size_t length;
	for (unsigned round = 0; round < 300; round++) {
		struct cm_probe *probe = cm_probe_new(offers, 1, &(struct cm_probe_settings){ 0 });
		assert_true(cm_probe_send(probe, sim.now, &at, &length));
		uint8_t datagram[2048];
		memcpy(datagram, at, length);
		datagram[8] = 1; /* a responder's cookie: as if it were the answer */
		if (round >= 28)
			datagram[round % length] ^= (uint8_t)(1 + sim_next(&sim.random) % 255);
		cm_probe_input(probe, sim.now, datagram, round < 28 ? round : length);
		cm_probe_input(probe, sim.now, datagram, sim_next(&sim.random) % length);
		size_t n;
		cm_probe_results(probe, &n);
		assert_int_equal(n, 1);
		if (round < 28)
			assert_int_equal(result(probe, 0)->answer, CM_PROBE_UNTRIED);
		cm_probe_free(probe);
	}
	sim_finish(&sim);
}

static void strangers_choose_nothing(void **state)
{
	struct sim sim;
	router(&sim);
	const struct cm_p1 asked = offer("3des-sha-2"), other = offer("des-md5-1");
	const void *at;
	size_t length;
	uint8_t datagram[2048];
	struct cm_probe *probe = cm_probe_new(&asked, 1, &(struct cm_probe_settings){ 0 });
	struct cm_probe *stranger = cm_probe_new(&other, 1, &(struct cm_probe_settings){ 0 });
	assert_true(cm_probe_send(stranger, sim.now, &at, &length));
	memcpy(datagram, at, length);
	assert_true(cm_probe_send(probe, sim.now, &at, &length));
	/* another's cookie */
	cm_probe_input(probe, sim.now, datagram, length);
	assert_int_equal(result(probe, 0)->answer, CM_PROBE_UNTRIED);
	/* our cookie, but a transform that we did not offer */
	memcpy(datagram, at, 8);
	cm_probe_input(probe, sim.now, datagram, length);
	assert_int_equal(result(probe, 0)->answer, CM_PROBE_UNTRIED);
	cm_probe_free(stranger);
	cm_probe_free(probe);
	sim_finish(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_offer_has_its_answer),
		cmocka_unit_test(a_search_finds_the_policies_in_their_order),
		cmocka_unit_test(aggressive_mode_tells_who_is_there),
		cmocka_unit_test(silence_ends_a_run_early),
		cmocka_unit_test(no_more_is_sent_than_allowed),
		cmocka_unit_test(bent_answers_are_no_answers),
		cmocka_unit_test(strangers_choose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
