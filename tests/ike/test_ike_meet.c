/*
 * What a meet says is what happens on the wire: random pairs of tunnels are negotiated twice, once
 * on paper by cm_meet and once by two engines, and must agree in the verdict and its first cause.
 */
#include "ike/sim.h"

#include <cryptomap/document.h>
#include <cryptomap/meet.h>
#include <cryptomap/model.h>

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
	{ "des", "md5", 1 },
	{ "3des", "sha1", 1 },
	{ "aes-128", "sha1", 19 },
	{ "aes-256", "sha1", 19 },
	{ "aes-128", "sha256", 19 },
	{ "3des", "md5", 2 },
	{ "aes-192", "sha512", 19 },
	{ "3des", "sha1", 5 },
};
static const struct {
	const char *cipher, *hash, *ah;
} sets[] = {
	{ "3des", "sha1", NULL },
	{ "aes-128", "sha1", NULL },
	{ "aes-256", "sha256", NULL },
	{ "aes-gcm-128", NULL, NULL },
	{ "aes-128", "sha1", "sha1" },
	{ "des", "md5", NULL },
	{ "null", "sha1", NULL },
	{ NULL, NULL, "sha256" },
	{ "aes-192", "sha512", NULL },
};
enum { N_POLICIES = sizeof policies / sizeof *policies, N_SETS = sizeof sets / sizeof *sets };

/* Half of the time from the first few, so that the ends often have something in common. */
static unsigned draw_row(uint64_t *state, unsigned n)
{
	return draw(state, chance(state, 65) ? 2 : n);
}

static void draw_proposals(struct sim_end *end, uint64_t *state)
{
	struct cm_tunnel *t = &end->tunnel[0];
	static const uint32_t lives[] = { 86400, 3600, 28800, 600 };
	t->n_p1 = 1 + draw(state, 4);
	for (unsigned i = 0; i < t->n_p1; i++) {
		unsigned k = draw_row(state, N_POLICIES);
		sim_p1(&end->p1[i], 10 * (i + 1), policies[k].cipher, policies[k].hash,
			policies[k].group);
		end->p1[i].lifetime_s = lives[draw(state, 4)];
		if (chance(state, 4)) /* nobody has a certificate */
			end->p1[i].auth = cm_auth_named("rsa-sig");
	}
	t->n_p2 = 1 + draw(state, 4);
	for (unsigned i = 0; i < t->n_p2; i++) {
		unsigned k = draw_row(state, N_SETS);
		sim_p2(&end->p2[i], sets[k].cipher, sets[k].hash, sets[k].ah);
		if (chance(state, 25))
			end->p2[i].mode = CM_MODE_TRANSPORT;
		end->p2[i].mode_required = chance(state, 20);
	}
	t->lifetime_s = lives[1 + draw(state, 3)];
	t->lifetime_kb = chance(state, 30) ? 0 : chance(state, 50) ? 4608000 : 100000;
}

static void draw_pfs(struct cm_tunnel *t, uint64_t *state)
{
	static const unsigned groups[] = { 1, 2, 19 };
	if (chance(state, 65))
		return;
	t->pfs.demanded = true;
	t->pfs.bare = chance(state, 30);
	t->pfs.group = cm_group_numbered(t->pfs.bare ? 1 : groups[draw(state, 3)]);
}

/* Mirrored as made by the simulation; else something near it. */
static void draw_line(struct cm_selector *s, int side, uint64_t *state, bool gateways)
{
	if (gateways) {
		s->local = (struct cm_net){ side ? SIM_B : SIM_A, 0xffffffff };
		s->remote = (struct cm_net){ side ? SIM_A : SIM_B, 0xffffffff };
		s->protocol = 47;
	}
	uint16_t *port = chance(state, 50) ? s->local_port : s->remote_port;
	switch (draw(state, 24)) {
	case 0:
		s->local.mask = 0xffffff80u;
		break;
	case 1:
		s->remote.mask = 0xffff0000u;
		break;
	case 2:
		s->local.address += 0x00100000u;
		break;
	case 3:
		s->protocol = 6;
		break;
	case 4:
		s->protocol = 17;
		port[0] = port[1] = 53;
		break;
	default:
		break;
	}
	s->local.address &= s->local.mask;
	s->remote.address &= s->remote.mask;
}

/* Several lines when no set asks for transport mode: then all of them have one fate in proposals. */
static void draw_lines(struct sim_end *end, int side, uint64_t *state, bool gateways, unsigned n)
{
	struct cm_tunnel *t = &end->tunnel[0];
	for (unsigned k = 0; k < n; k++) {
		end->selector[k] = sim_selector(side, k);
		draw_line(&end->selector[k], side, state, gateways);
	}
	t->n_selectors = n;
}

static const struct cm_identity own_ids[] = { { .kind = CM_ID_ADDRESS },
	{ .kind = CM_ID_FQDN, .name = { "gw.example.net", 14 } },
	{ .kind = CM_ID_USER_FQDN, .name = { "a@example.net", 13 } },
	{ .kind = CM_ID_KEY_ID, .name = { "office", 6 } } };
/* clang-format off */
static const struct cm_identity profiles[][2] = {
	{ { .kind = CM_ID_ADDRESS, .address = { 0xc0000200u, 0xffffff00u } },
		{ .kind = CM_ID_ADDRESS, .address = { SIM_B, 0xffffffffu } } },
	{ { .kind = CM_ID_FQDN_DOMAIN, .name = { "example.net", 11 } },
		{ .kind = CM_ID_FQDN, .name = { "other.example.org", 17 } } },
	{ { .kind = CM_ID_GROUP, .name = { "office", 6 } }, { .kind = CM_ID_USER_FQDN, .name = { "b@example.net", 13 } } },
	{ { .kind = CM_ID_FQDN, .name = { "GW.example.net", 14 } }, { .kind = CM_ID_ANY } },
};
/* clang-format on */

static void draw_identities(struct cm_tunnel *t, uint64_t *state)
{
	t->local_id = own_ids[chance(state, 60) ? 0 : draw(state, 4)];
	if (chance(state, 88))
		return;
	t->remote_ids = profiles[draw(state, 4)];
	t->n_remote_ids = 1 + draw(state, 2);
}

static void draw_key(struct sim_end *end, uint64_t *state)
{
	struct cm_tunnel *t = &end->tunnel[0];
	if (chance(state, 5))
		end->psk.secret = sim_str("another");
	if (chance(state, 3))
		end->psk.peer.address ^= 0xff;
	if (chance(state, 1))
		t->n_keys = 0;
	if (chance(state, 3)) { /* a key by name: only aggressive mode finds it */
		end->psk.hostname = sim_str("gw.example.net");
		end->psk.peer = (struct cm_net){ 0, 0 };
	}
}

static void draw_uses(struct cm_tunnel *t, int side, uint64_t *state)
{
	t->aggressive_initiated = chance(state, 15);
	t->aggressive_accepted = chance(state, 85);
	t->nat_t = chance(state, 80);
	t->ike_fragmentation = chance(state, 30);
	t->dpd.interval_s = chance(state, 30) ? 10 : 0;
	switch (draw(state, 60)) { /* at most one reason not to be used */
	case 0:
		t->incomplete = true;
		break;
	case 1:
		t->ike_enabled = false;
		break;
	case 2:
		t->version = 2;
		break;
	case 3:
		t->responder_only = side == 0;
		break;
	default:
		break;
	}
}

static void draw_end(struct sim_end *end, int side, uint64_t *state, bool gateways, unsigned lines)
{
	static const char configuration[1]; /* only whether there is one matters */
	struct cm_tunnel *t = &end->tunnel[0];
	t->model = (const struct cm_model *)configuration;
	draw_proposals(end, state);
	for (unsigned i = 0; lines > 1 && i < t->n_p2; i++)
		end->p2[i].mode = CM_MODE_TUNNEL;
	draw_pfs(t, state);
	draw_lines(end, side, state, gateways, lines);
	draw_identities(t, state);
	draw_key(end, state);
	draw_uses(t, side, state);
	bool used =
		t->version == 1 && !t->incomplete && t->ike_enabled; /* one fault of this kind */
	if (side == 1 && used && chance(state, 5))
		end->peer[0].address ^= 0xff;
	if (side == 1 && chance(state, 20)) {
		t->kind = CM_TUNNEL_DYNAMIC;
		end->peer[0].any = true;
	}
	end->settings.dialect = chance(state, 50) ? CM_IKE_DIALECT_15 : CM_IKE_DIALECT_12_3;
}

/* The engines' first cause, from what they said. Rows in the order of a negotiation. */
static const struct {
	int side; /* who says it */
	const char *says;
	enum cm_cause cause;
} signs[] = {
	{ 0, "nothing is begun: it is of IKE version 2", CM_CAUSE_VERSION },
	{ 0, "nothing is begun: it is incomplete", CM_CAUSE_INCOMPLETE },
	{ 0, "nothing is begun: it has no", CM_CAUSE_INCOMPLETE },
	{ 0, "nothing is begun: ISAKMP is disabled", CM_CAUSE_IKE_DISABLED },
	{ 0, "nothing is begun: the profile is responder-only", CM_CAUSE_CANNOT_INITIATE },
	{ 0, "no pre-shared key for", CM_CAUSE_NO_KEY },
	{ 0, "no ISAKMP policy with pre-shared keys", CM_CAUSE_CERTIFICATE },
	{ 1, "not used, it is of IKE version 2", CM_CAUSE_VERSION },
	{ 1, "not used, it is incomplete", CM_CAUSE_INCOMPLETE },
	{ 1, "not used, it has no", CM_CAUSE_INCOMPLETE },
	{ 1, "not used, ISAKMP is disabled", CM_CAUSE_IKE_DISABLED },
	{ 1, "no crypto map entry names it as a peer", CM_CAUSE_PEER_ADDRESS },
	{ 1, "refused aggressive mode", CM_CAUSE_AGGRESSIVE },
	{ 1, "no pre-shared key for", CM_CAUSE_NO_KEY_THERE },
	{ 1, "no offers accepted!", CM_CAUSE_POLICY },
	{ 1, "the pre-shared keys differ", CM_CAUSE_KEY },
	{ 1, "does not know our pre-shared key", CM_CAUSE_KEY },
	{ 0, "does not know our pre-shared key", CM_CAUSE_KEY },
	{ 0, "the pre-shared keys differ", CM_CAUSE_KEY },
	{ 1, "is none that the ISAKMP profile matches", CM_CAUSE_IDENTITY },
	{ 0, "is none that the ISAKMP profile matches", CM_CAUSE_IDENTITY },
	{ 1, "transform-sets differ", CM_CAUSE_TRANSFORM },
	{ 1, "PFS differs", CM_CAUSE_PFS },
	/* of several lines others may get further */
	{ 1, "no permit line of the entry contains them", CM_CAUSE_SELECTORS },
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

static uint32_t sa_lifetime(const struct sim *sim, int side)
{
	const struct phase1 *p = sim->end[side].engine->phase1s.last->owner;
	return p->lifetime_s;
}

static void check_agreed(const struct sim *sim, const struct cm_meet *m)
{
	const struct cm_ike_up *up = sim_sa(sim, 1, false);
	assert_int_equal(up->mode, m->mode);
	assert_int_equal(up->lifetime_s, m->p2_lifetime_s);
	assert_int_equal(up->lifetime_kb, m->p2_lifetime_kb);
	assert_ptr_equal(up->esp.cipher, m->transform->cipher);
	assert_true((up->ah.spi != 0) == (m->transform->ah != NULL));
	assert_int_equal(up->esn, m->initiator->esn && m->responder->esn);
	assert_int_equal(sim_count(sim, 0).pairs, m->n_accepted);
	assert_int_equal(sim_count(sim, 1).pairs, m->n_accepted);
	assert_int_equal(sa_lifetime(sim, 0), m->p1_lifetime_s);
	assert_int_equal(sa_lifetime(sim, 1), m->p1_lifetime_s);
}

/* Two faults at once that a meet sees in another order than the messages could show them. */
static void one_fault(struct sim *sim)
{
	struct sim_end *a = &sim->end[0], *b = &sim->end[1];
	if (!cm_str_same(a->psk.secret, b->psk.secret))
		a->tunnel[0].n_remote_ids = b->tunnel[0].n_remote_ids = 0;
	if (a->tunnel[0].version == 2) /* two of them would speak it */
		b->tunnel[0].version = 1;
	if (b->tunnel[0].version == 1)
		return;
	for (size_t i = 0; i < a->tunnel[0].n_p1; i++)
		a->p1[i].auth = cm_auth_named("pre-share");
	a->psk = (struct cm_psk){ .secret = sim_str("another"), .keyring = sim_str("default") };
	a->tunnel[0].n_keys = 1;
	a->tunnel[0].responder_only = a->tunnel[0].incomplete = false;
	a->tunnel[0].ike_enabled = true;
}

/* Both played; gives the meet's cause. */
static enum cm_cause play(struct sim *sim, unsigned n)
{
	const struct cm_tunnel *mine = &sim->end[0].tunnel[0];
	struct cm_meet *m = cm_meet(mine, &sim->end[1].tunnel[0], NULL);
	assert_non_null(m);
	sim_begin(sim);
	for (size_t k = 0; k < mine->n_selectors; k++)
		cm_ike_want(sim->end[0].engine, sim->now, mine, &mine->selectors[k]);
	const struct cm_selector any = sim_selector(0, 0);
	if (mine->n_selectors == 0)
		cm_ike_want(sim->end[0].engine, sim->now, mine, &any);
	sim_drain(sim, 0);
	sim_run(sim, 3 * SIM_SECOND);
	enum cm_cause cause = cause_of(sim);
	/* who calls a stranger never learns whom it should have called */
	bool elsewhere = m->cause == CM_CAUSE_PEER_ADDRESS && !m->at_responder;
	if (stands(sim) != m->up || (cause != as_engine(m->cause) && !elsewhere))
		fail_msg("pair %u: the meet says %s, the engines %s\n%s\n---\n%s", n,
			cm_cause_word(m->cause), cm_cause_word(cause),
			sim->end[0].log.at ? sim->end[0].log.at : "",
			sim->end[1].log.at ? sim->end[1].log.at : "");
	if (m->up)
		check_agreed(sim, m);
	enum cm_cause played = m->cause;
	cm_meet_free(m);
	sim_finish(sim);
	return played;
}

static enum cm_cause play_random(unsigned n)
{
	static struct sim sim;
	uint64_t random = 7000 + n;
	bool gateways = chance(&random, 30);
	unsigned lines = gateways ? 1 : 1 + draw(&random, 3);
	sim_init(&sim, n);
	draw_end(&sim.end[0], 0, &random, gateways, lines);
	draw_end(&sim.end[1], 1, &random, gateways, lines);
	one_fault(&sim);
	return play(&sim, n);
}

static void meets_and_engines_agree(void **state)
{
	unsigned seen[CM_CAUSE_NHRP_SERVER + 1] = { 0 };
	for (unsigned n = 0; n < PAIRS; n++)
		seen[play_random(n)]++;
	/* The pairs were not all alike: all that can stop a negotiation before traffic did. */
	static const enum cm_cause wanted[] = { CM_CAUSE_NONE, CM_CAUSE_INCOMPLETE,
		CM_CAUSE_IKE_DISABLED, CM_CAUSE_VERSION, CM_CAUSE_CANNOT_INITIATE,
		CM_CAUSE_PEER_ADDRESS, CM_CAUSE_NO_KEY, CM_CAUSE_AGGRESSIVE, CM_CAUSE_POLICY,
		CM_CAUSE_NO_KEY_THERE, CM_CAUSE_CERTIFICATE, CM_CAUSE_KEY, CM_CAUSE_IDENTITY,
		CM_CAUSE_SELECTORS, CM_CAUSE_TRANSFORM, CM_CAUSE_MODE, CM_CAUSE_PFS };
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		print_message("%4u %s\n", seen[wanted[i]], cm_cause_word(wanted[i]));
		assert_true(seen[wanted[i]] > 0);
	}
	assert_in_range(seen[CM_CAUSE_NONE], PAIRS / 20, PAIRS * 3 / 4);
}

/* --- The same from text ------------------------------------------------------------------------ */

/* A statement of a block, left out now and then: the release's default holds. */
static void maybe(struct cm_text *out, uint64_t *state, const char *const *words, unsigned n)
{
	if (chance(state, 85))
		cm_text_printf(out, " %s\n", words[draw(state, chance(state, 60) ? 1 : n)]);
}

static void write_policies(struct cm_text *out, uint64_t *state)
{
	static const char *const ciphers[] = { "encryption 3des", "encryption aes",
		"encryption aes 256", "encryption des" };
	static const char *const hashes[] = { "hash sha", "hash md5" };
	static const char *const groups[] = { "group 2", "group 1", "group 5" };
	static const char *const lives[] = { "lifetime 86400", "lifetime 3600" };
	for (unsigned i = 0, n = 1 + draw(state, 3); i < n; i++) {
		cm_text_printf(out, "crypto isakmp policy %u\n", 10 * (i + 1));
		maybe(out, state, ciphers, 4);
		maybe(out, state, hashes, 2);
		if (chance(state, 96))
			cm_text_put(out, " authentication pre-share\n");
		maybe(out, state, groups, 3);
		maybe(out, state, lives, 2);
	}
}

static void write_sets(struct cm_text *out, uint64_t *state, unsigned n)
{
	static const char *const words[] = { "esp-3des esp-sha-hmac", "esp-aes esp-sha-hmac",
		"esp-aes 256 esp-md5-hmac", "ah-sha-hmac esp-des", "esp-des esp-md5-hmac" };
	for (unsigned i = 0; i < n; i++) {
		cm_text_printf(out, "crypto ipsec transform-set T%u %s\n", i,
			words[draw(state, chance(state, 60) ? 1 : 5)]);
		if (chance(state, 12))
			cm_text_put(out, " mode transport\n");
		if (chance(state, 30))
			cm_text_put(out, " esn\n");
	}
}

static void write_map(struct cm_text *out, uint64_t *state, const char *peer, unsigned n_sets)
{
	/* an entry of another peer that is incomplete as well is a stranger's */
	bool complete = chance(state, 98), right = !complete || chance(state, 95);
	static const char *const pfs[] = { "set pfs", "set pfs group1", "set pfs group2",
		"set pfs group5" };
	cm_text_printf(out, "crypto map M 10 ipsec-isakmp\n set peer %s\n set transform-set",
		right ? peer : "203.0.113.77");
	for (unsigned i = 0; i < n_sets; i++)
		cm_text_printf(out, " T%u", i);
	cm_text_put(out, "\n");
	if (chance(state, 35))
		cm_text_printf(out, " %s\n", pfs[draw(state, 4)]);
	if (chance(state, 30))
		cm_text_put(out, " set security-association lifetime seconds 1800\n");
	if (chance(state, 20))
		cm_text_put(out, " set security-association lifetime kilobytes 100000\n");
	cm_text_put(out, complete ? " match address 101\n" : "");
}

static void write_list(struct cm_text *out, uint64_t *state, int side, unsigned lines)
{
	static const char *const protocols[] = { "ip", "tcp", "gre" };
	for (unsigned i = 0; i < lines; i++) {
		const char *protocol = protocols[chance(state, 94) ? 0 : 1 + draw(state, 2)];
		const char *wild = chance(state, 94) ? "0.0.0.255" : "0.0.0.127";
		cm_text_printf(out,
			"access-list 101 permit %s 10.%d.%u.0 %s 10.%d.%u.0 0.0.0.255\n", protocol,
			1 + side, i, wild, 2 - side, i);
	}
}

static void write_router(struct cm_text *out, uint64_t *state, int side, unsigned lines)
{
	static const char *const address[] = { "192.0.2.1", "198.51.100.1" };
	const char *mine = address[side], *peer = address[1 - side];
	unsigned n_sets = 1 + draw(state, 3);
	cm_text_printf(
		out, "version %s\nhostname r%d\n", chance(state, 50) ? "12.3" : "15.4", side);
	write_policies(out, state);
	if (chance(state, 96))
		cm_text_printf(out, "crypto isakmp key %s address %s\n",
			chance(state, 94) ? "thisisasecretpassword" : "another",
			chance(state, 70) ? peer : "0.0.0.0 0.0.0.0");
	if (chance(state, 20))
		cm_text_put(out, "crypto isakmp aggressive-mode disable\n");
	write_sets(out, state, n_sets);
	write_map(out, state, peer, n_sets);
	cm_text_printf(out,
		"interface FastEthernet0/1\n ip address %s 255.255.255.0\n crypto map M\n", mine);
	write_list(out, state, side, lines);
}

static enum cm_cause play_texts(unsigned n)
{
	static struct sim sim;
	struct cm_document *documents[2];
	struct cm_tunnels *tunnels[2];
	uint64_t random = 90000 + n;
	unsigned lines = 1 + draw(&random, 3);
	sim_init(&sim, n);
	for (int side = 0; side < 2; side++) {
		struct cm_text text = { 0 };
		size_t n_tunnels;
		write_router(&text, &random, side, lines);
		documents[side] = cm_document_read("router.cfg", text.at, text.length, NULL);
		cm_text_free(&text);
		assert_non_null(documents[side]);
		tunnels[side] = cm_tunnels_of_model(cm_document_model(documents[side], 0));
		const struct cm_tunnel *list = cm_tunnels_list(tunnels[side], &n_tunnels);
		assert_int_equal(n_tunnels, 1);
		sim.end[side].tunnel[0] = list[0];
	}
	enum cm_cause cause = play(&sim, n);
	for (int side = 0; side < 2; side++) {
		cm_tunnels_free(tunnels[side]);
		cm_document_free(documents[side]);
	}
	return cause;
}

static void texts_and_engines_agree(void **state)
{
	unsigned seen[CM_CAUSE_NHRP_SERVER + 1] = { 0 };
	for (unsigned n = 0; n < PAIRS; n++)
		seen[play_texts(n)]++;
	static const enum cm_cause wanted[] = { CM_CAUSE_NONE, CM_CAUSE_PEER_ADDRESS,
		CM_CAUSE_NO_KEY, CM_CAUSE_POLICY, CM_CAUSE_NO_KEY_THERE, CM_CAUSE_KEY,
		CM_CAUSE_SELECTORS, CM_CAUSE_TRANSFORM, CM_CAUSE_PFS, CM_CAUSE_INCOMPLETE };
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		print_message("%4u %s\n", seen[wanted[i]], cm_cause_word(wanted[i]));
		assert_true(seen[wanted[i]] > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meets_and_engines_agree),
		cmocka_unit_test(texts_and_engines_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
