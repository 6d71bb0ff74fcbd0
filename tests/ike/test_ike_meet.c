/*
 * What a meet says is what happens on the wire: random pairs of tunnels are negotiated twice, once
 * on paper by cm_meet and once by two engines, and must agree in the verdict and its first cause.
 */
#include "sim.h"

#include <cryptomap/meet.h>

enum { PAIRS = 500 };

static unsigned draw(uint64_t *state, unsigned below)
{
	return (unsigned)(sim_next(state) % below);
}

static bool chance(uint64_t *state, unsigned percent)
{
	return draw(state, 100) < percent;
}

static const struct {
	const char *cipher, *hash;
	unsigned group;
} policies[] = {
	{ "des", "md5", 1 }, { "3des", "sha1", 1 }, { "aes-128", "sha1", 19 }, { "aes-256", "sha1", 19 },
	{ "aes-128", "sha256", 19 },
};
static const struct {
	const char *cipher, *hash, *ah;
} sets[] = {
	{ "3des", "sha1", NULL }, { "aes-128", "sha1", NULL }, { "aes-256", "sha256", NULL },
	{ "aes-gcm-128", NULL, NULL }, { "aes-128", "sha1", "sha1" },
};

static void draw_proposals(struct sim_end *end, uint64_t *state)
{
	struct cm_tunnel *t = &end->tunnel[0];
	t->n_p1 = 1 + draw(state, 3);
	for (unsigned i = 0; i < t->n_p1; i++) {
		unsigned k = draw(state, 5);
		sim_p1(&end->p1[i], 10 * (i + 1), policies[k].cipher, policies[k].hash,
			policies[k].group);
		end->p1[i].lifetime_s = chance(state, 50) ? 86400 : 3600;
	}
	t->n_p2 = 1 + draw(state, 3);
	for (unsigned i = 0; i < t->n_p2; i++) {
		unsigned k = draw(state, 5);
		sim_p2(&end->p2[i], sets[k].cipher, sets[k].hash, sets[k].ah);
		if (chance(state, 25))
			end->p2[i].mode = CM_MODE_TRANSPORT;
		end->p2[i].mode_required = chance(state, 20);
	}
	t->lifetime_s = chance(state, 50) ? 3600 : 600;
}

static void draw_pfs(struct cm_tunnel *t, uint64_t *state)
{
	if (chance(state, 55))
		return;
	t->pfs.demanded = true;
	t->pfs.bare = chance(state, 30);
	t->pfs.group = cm_group_numbered(t->pfs.bare || chance(state, 40) ? 1 : 2);
}

/* Mirrored as made by the simulation; else something near it. */
static void draw_line(struct sim_end *end, int side, uint64_t *state, bool gateways)
{
	struct cm_selector *s = &end->selector[0];
	if (gateways) {
		s->local = (struct cm_net){ side ? SIM_B : SIM_A, 0xffffffff };
		s->remote = (struct cm_net){ side ? SIM_A : SIM_B, 0xffffffff };
		s->protocol = 47;
	}
	switch (draw(state, 12)) {
	case 0: s->local.mask = 0xffffff80u; break;
	case 1: s->remote.mask = 0xffff0000u; break;
	case 2: s->local.address += 0x00100000u; break;
	case 3: s->protocol = 6; break;
	default: break;
	}
	s->local.address &= s->local.mask;
	s->remote.address &= s->remote.mask;
}

static void draw_end(struct sim_end *end, int side, uint64_t *state, bool gateways)
{
	struct cm_tunnel *t = &end->tunnel[0];
	draw_proposals(end, state);
	draw_pfs(t, state);
	draw_line(end, side, state, gateways);
	t->aggressive_initiated = chance(state, 15);
	t->aggressive_accepted = chance(state, 85);
	if (chance(state, 8))
		end->psk.secret = sim_str("another");
	if (chance(state, 5))
		end->psk.peer.address ^= 0xff;
	if (side == 1 && chance(state, 5))
		end->peer[0].address ^= 0xff;
	if (side == 1 && chance(state, 20)) {
		t->kind = CM_TUNNEL_DYNAMIC;
		end->peer[0].any = true;
	}
}

/* The engines' first cause, from what they said. Rows in the order of a negotiation. */
static const struct {
	int side; /* who says it */
	const char *says;
	enum cm_cause cause;
} signs[] = {
	{ 0, "no pre-shared key for", CM_CAUSE_NO_KEY },
	{ 1, "no crypto map entry names it as a peer", CM_CAUSE_PEER_ADDRESS },
	{ 1, "no pre-shared key for", CM_CAUSE_NO_KEY_THERE },
	{ 1, "refused aggressive mode", CM_CAUSE_AGGRESSIVE },
	{ 1, "no offers accepted!", CM_CAUSE_POLICY },
	{ 1, "the pre-shared keys differ", CM_CAUSE_KEY },
	{ 1, "does not know our pre-shared key", CM_CAUSE_KEY },
	{ 0, "does not know our pre-shared key", CM_CAUSE_KEY },
	{ 0, "the pre-shared keys differ", CM_CAUSE_KEY },
	{ 1, "no permit line of the entry contains them", CM_CAUSE_SELECTORS },
	{ 1, "transform-sets differ", CM_CAUSE_TRANSFORM },
	{ 1, "PFS differs", CM_CAUSE_PFS },
};

static enum cm_cause cause_of(const struct sim *sim)
{
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		const char *log = sim->end[signs[i].side].log.at;
		if (log && strstr(log, signs[i].says))
			return signs[i].cause;
	}
	return CM_CAUSE_NONE;
}

/* The engine has one word where a meet has two. */
static enum cm_cause as_engine(enum cm_cause cause)
{
	return cause == CM_CAUSE_MODE ? CM_CAUSE_TRANSFORM : cause;
}

static bool stands(const struct sim *sim)
{
	return sim_sa(sim, 0, false) && sim_sa(sim, 1, false);
}

static void check_agreed(const struct sim *sim, const struct cm_meet *m)
{
	const struct cm_ike_up *up = sim_sa(sim, 1, false);
	assert_int_equal(up->mode, m->mode);
	assert_int_equal(up->lifetime_s, m->p2_lifetime_s);
	assert_ptr_equal(up->esp.cipher, m->transform->cipher);
	assert_true((up->ah.spi != 0) == (m->transform->ah != NULL));
}

static void meets_and_engines_agree(void **state)
{
	unsigned seen[CM_CAUSE_TUNNEL_KEY + 1] = { 0 };
	for (unsigned n = 0; n < PAIRS; n++) {
		struct sim sim;
		uint64_t random = 7000 + n;
		bool gateways = chance(&random, 30);
		sim_init(&sim, n);
		draw_end(&sim.end[0], 0, &random, gateways);
		draw_end(&sim.end[1], 1, &random, gateways);
		struct cm_meet *m = cm_meet(&sim.end[0].tunnel[0], &sim.end[1].tunnel[0], NULL);
		assert_non_null(m);
		sim_begin(&sim);
		sim_want(&sim, 0, 0);
		sim_run(&sim, 3 * SIM_SECOND);
		enum cm_cause cause = stands(&sim) ? CM_CAUSE_NONE : cause_of(&sim);
		if (stands(&sim) != m->up || cause != as_engine(m->cause))
			fail_msg("pair %u: the meet says %s, the engines %s\n%s\n---\n%s", n,
				cm_cause_word(m->cause), cm_cause_word(cause), sim.end[0].log.at,
				sim.end[1].log.at);
		if (m->up)
			check_agreed(&sim, m);
		seen[m->cause]++;
		cm_meet_free(m);
		sim_finish(&sim);
	}
	/* The pairs were not all alike. */
	assert_in_range(seen[CM_CAUSE_NONE], PAIRS / 20, PAIRS * 3 / 4);
	static const enum cm_cause wanted[] = { CM_CAUSE_NO_KEY, CM_CAUSE_PEER_ADDRESS,
		CM_CAUSE_NO_KEY_THERE, CM_CAUSE_AGGRESSIVE, CM_CAUSE_POLICY, CM_CAUSE_KEY,
		CM_CAUSE_SELECTORS, CM_CAUSE_TRANSFORM, CM_CAUSE_PFS };
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		assert_true(seen[wanted[i]] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meets_and_engines_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
