/* What does not fit ends with the right notification and with one sentence that says why. */
#include "ike/hostile.h"

static void fail_to_come_up(struct sim *sim, int64_t ms)
{
	sim_begin(sim);
	sim_want(sim, 0, 0);
	sim_run(sim, ms);
	assert_int_equal(sim_count(sim, 0).pairs, 0);
	assert_int_equal(sim_count(sim, 1).pairs, 0);
}

static void said(const struct sim *sim, int side, const char *words)
{
	if (!sim_said(sim, side, words))
		fail_msg("side %d did not say: %s\n%s", side, words, sim->end[side].log.at);
}

static void wrong_policy(void **state)
{
	struct sim sim;
	sim_init(&sim, 1);
	sim_p1(&sim.end[1].p1[0], 10, "3des", "md5", 2);
	sim.end[1].p1[0].where.hash = (struct cm_span){ 3, 7 };
	fail_to_come_up(&sim, 2000);
	said(&sim, 1,
		"it offered 3des/sha1/group 2/pre-share; we would take 3des/md5/group 2/pre-share");
	said(&sim, 1, "policy 10, differs in hash [no-proposal 3-7]");
	said(&sim, 1, "no offers accepted!");
	said(&sim, 1, "phase 1 SA policy not acceptable! (local 198.51.100.1 remote 192.0.2.1)");
	said(&sim, 0, "says (not authenticated): NO-PROPOSAL-CHOSEN (14)");
	said(&sim, 0, "we offered 3des/sha1/group 2/pre-share [peer-refused 1-9]");
	/* refused without keeping anything */
	assert_int_equal(sim_count(&sim, 1).sas, 0);
	assert_int_equal(sim_count(&sim, 1).refused, 1);
	sim_finish(&sim);
}

static void the_nearest_policy_is_named(void **state)
{
	struct sim sim;
	sim_init(&sim, 2);
	struct sim_end *end = &sim.end[1];
	sim_p1(&end->p1[0], 10, "aes-128", "sha1", 2);
	sim_p1(&end->p1[1], 20, "3des", "sha1", 5);
	end->p1[1].where.group = (struct cm_span){ 70, 77 };
	end->tunnel[0].n_p1 = 2;
	fail_to_come_up(&sim, 2000);
	said(&sim, 1, "policy 20, differs in Diffie-Hellman group [no-proposal 70-77]");
	sim_finish(&sim);
}

static void wrong_key(void **state)
{
	for (int aggressive = 0; aggressive < 2; aggressive++) {
		struct sim sim;
		sim_init(&sim, 3);
		sim.end[0].psk.secret = sim_str("something else");
		sim.end[0].tunnel[0].aggressive_initiated = aggressive;
		fail_to_come_up(&sim, 90 * SIM_SECOND);
		/* in aggressive mode the initiator is the first that can know */
		said(&sim, aggressive ? 0 : 1, "30-40]");
		said(&sim, aggressive ? 0 : 1, "[authentication-failed");
		said(&sim, aggressive ? 1 : 0,
			"says (not authenticated): AUTHENTICATION-FAILED (24)");
		assert_int_equal(sim_count(&sim, 0).sas, 0);
		sim_run(&sim, 90 * SIM_SECOND);
		assert_int_equal(sim_count(&sim, 1).sas, 0);
		sim_finish(&sim);
	}
}

static void no_key(void **state)
{
	struct sim sim;
	sim_init(&sim, 4);
	sim.end[1].tunnel[0].n_keys = 0;
	fail_to_come_up(&sim, 2000);
	said(&sim, 1, "No pre-shared key with 192.0.2.1!");
	said(&sim, 1, "no pre-shared key for 192.0.2.1 [no-key 50-60]");
	sim_finish(&sim);
	sim_init(&sim, 5);
	sim.end[0].psk.sealed = true;
	fail_to_come_up(&sim, 2000);
	said(&sim, 0, "construct_initial_message: Can not start Main mode");
	said(&sim, 0, "master key that we lack");
	sim_finish(&sim);
}

static void unknown_peer(void **state)
{
	struct sim sim;
	sim_init(&sim, 6);
	sim.end[1].peer[0].address = 0xcb007105u;
	fail_to_come_up(&sim, 2000);
	said(&sim, 1, "no crypto map entry names it as a peer");
	assert_int_equal(sim.end[1].sent, 0);
	sim_finish(&sim);
}

static void wrong_selectors(void **state)
{
	struct sim sim;
	sim_init(&sim, 7);
	sim.end[0].selector[0].remote.mask = 0xffff0000u;
	fail_to_come_up(&sim, 2000);
	said(&sim, 1,
		"it offered selectors 10.2.0.0/16 -> 10.1.0.0/24; we would take 10.2.0.0/24 -> 10.1.0.0/24");
	said(&sim, 1, "[wrong-selectors 100-110]");
	said(&sim, 1, "proxy identities not supported");
	said(&sim, 0,
		"INVALID-ID-INFORMATION (18); its selectors are not the mirror of ours [peer-refused 100-110]");
	assert_int_equal(sim_count(&sim, 0).sas, 1); /* phase 1 stays */
	sim_finish(&sim);
}

static void a_narrower_selector_is_taken(void **state)
{
	struct sim sim;
	sim_init(&sim, 8);
	sim.end[0].selector[0].local = (struct cm_net){ 0x0a010005u, 0xffffffffu };
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2000);
	assert_true(sim_up(&sim));
	assert_int_equal(sim_sa(&sim, 1, true)->selector.remote.mask, 0xffffffffu);
	sim_finish(&sim);
}

static void wrong_transform(void **state)
{
	struct sim sim;
	sim_init(&sim, 9);
	sim_p2(&sim.end[1].p2[0], "aes-128", "sha1", NULL);
	sim.end[1].p2[0].at = (struct cm_span){ 20, 29 };
	fail_to_come_up(&sim, 2000);
	said(&sim, 1, "it offered {esp-3des esp-sha-hmac}; we would take {esp-aes esp-sha-hmac}");
	said(&sim, 1, "first in encryption [wrong-transform 20-29]");
	said(&sim, 1, "phase 2 SA policy not acceptable! (local 198.51.100.1 remote 192.0.2.1)");
	said(&sim, 1, "Sending NOTIFY PROPOSAL_NOT_CHOSEN protocol 3");
	said(&sim, 0, "processing NOTIFY PROPOSAL_NOT_CHOSEN protocol 3");
	said(&sim, 0,
		"it refused our offer of {esp-3des esp-sha-hmac} for 10.1.0.0/24 -> 10.2.0.0/24: NO-PROPOSAL-CHOSEN (14)");
	sim_finish(&sim);
}

/* We offer both ways; another implementation may not. */
static void extended_sequence_numbers_are_named(void **state)
{
	struct sim sim;
	static struct craft c;
	struct att atts[GOOD_P2 + 1];
	memcpy(atts, good_p2, sizeof good_p2);
	atts[GOOD_P2] = (struct att){ A2_ESN, 1, TV };
	bring_up(&sim, 19);
	craft_quick(&c, &sim, 0);
	put_sa(&c.b, PROTO_ESP, 3, atts, GOOD_P2 + 1);
	put_nonce(&c.b, 20);
	put_id(&c.b, ID_IPV4_SUBNET, "\12\1\0\0\377\377\377\0", 8);
	put_id(&c.b, ID_IPV4_SUBNET, "\12\2\0\0\377\377\377\0", 8);
	craft_seal_hand(&c, &sim, 1);
	said(&sim, 1, "the offer has extended sequence numbers, our transform-sets have no esn");
	sim_finish(&sim);
}

static void wrong_pfs(void **state)
{
	struct sim sim;
	sim_init(&sim, 10);
	sim.end[1].tunnel[0].pfs = (struct cm_pfs){
		.demanded = true, .group = cm_group_numbered(2), .at = { 80, 90 }
	};
	fail_to_come_up(&sim, 2000);
	said(&sim, 1,
		"it offered no PFS; we would take PFS group 2: PFS differs [wrong-pfs 80-90]");
	said(&sim, 0, "NO-PROPOSAL-CHOSEN (14)");
	sim_finish(&sim);
}

static void an_incomplete_or_answering_entry_starts_nothing(void **state)
{
	struct sim sim;
	sim_init(&sim, 11);
	sim.end[0].tunnel[0].responder_only = true;
	fail_to_come_up(&sim, 2000);
	assert_int_equal(sim.end[0].sent, 0);
	sim_finish(&sim);
}

static void aggressive_mode_can_be_forbidden(void **state)
{
	struct sim sim;
	sim_init(&sim, 12);
	sim.end[0].tunnel[0].aggressive_initiated = true;
	sim.end[1].tunnel[0].aggressive_accepted = false;
	fail_to_come_up(&sim, 2000);
	said(&sim, 1, "refused aggressive mode");
	said(&sim, 0, "INVALID-EXCHANGE-TYPE (7)");
	sim_finish(&sim);
}

static void the_smaller_lifetime_holds_on_both_ends(void **state)
{
	struct sim sim;
	sim_init(&sim, 13);
	sim.end[1].p1[0].lifetime_s = 600;
	sim.end[1].tunnel[0].lifetime_s = 300;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2000);
	for (int side = 0; side < 2; side++)
		assert_int_equal(sim_sa(&sim, side, true)->lifetime_s, 300);
	said(&sim, 0, "processing NOTIFY RESPONDER_LIFETIME protocol 1");
	said(&sim, 0, "restart ike sa timer to 600 secs");
	sim_finish(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_policy),
		cmocka_unit_test(the_nearest_policy_is_named),
		cmocka_unit_test(wrong_key),
		cmocka_unit_test(no_key),
		cmocka_unit_test(unknown_peer),
		cmocka_unit_test(wrong_selectors),
		cmocka_unit_test(a_narrower_selector_is_taken),
		cmocka_unit_test(wrong_transform),
		cmocka_unit_test(extended_sequence_numbers_are_named),
		cmocka_unit_test(wrong_pfs),
		cmocka_unit_test(an_incomplete_or_answering_entry_starts_nothing),
		cmocka_unit_test(aggressive_mode_can_be_forbidden),
		cmocka_unit_test(the_smaller_lifetime_holds_on_both_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
