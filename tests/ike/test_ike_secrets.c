/*
 * After any end of an exchange no memory that was given back holds a secret: pre-shared keys,
 * SKEYID and its children with their working states, private values and g^xy of both phases,
 * KEYMAT. All blocks of the process are looked into when they are freed.
 */
#include "crypto/freed.h"
#include "ike/hostile.h"

/* --- What is watched --------------------------------------------------------------------------- */

static bool known(const void *secret)
{
	for (size_t i = 0; i < freed_n; i++)
		if (memcmp(freed_secrets[i].straight, secret, FREED_LENGTH) == 0)
			return true;
	return false;
}

static void watch(const void *secret)
{
	static const uint8_t none[FREED_LENGTH];
	if (memcmp(secret, none, FREED_LENGTH) != 0 && !known(secret))
		freed_watch(secret);
}

/* A private value is made of randomness of this length; both ends of it are as good as it. */
static bool random_watched(void *user, void *out, size_t length)
{
	enum { SHORTEST_PRIVATE = 32 };
	uint8_t *at = out;
	sim_random(user, out, length);
	if (length >= SHORTEST_PRIVATE) {
		watch(at);
		watch(at + length - FREED_LENGTH);
	}
	return true;
}

static void watch_mac(const struct mac *mac)
{
	watch(mac->inner.state);
	watch(mac->outer.state);
}

/* g^xy while both values are there: what the engine itself computes and forgets. */
static void watch_shared(struct dh *dh, struct octets theirs)
{
	static uint8_t secret[CRYPTO_SECRET_MAX];
	if (!dh || !theirs.length || dh_secret(dh, theirs, secret) != DH_OK)
		return;
	watch(secret);
	watch(secret + dh_group(dh)->secret_size - FREED_LENGTH);
}

static void watch_phase1(const struct phase1 *p)
{
	watch_shared(p->dh, bytes_octets(p->initiator ? &p->ke_r : &p->ke_i));
	if (!p->keyed)
		return;
	watch_mac(&p->keys.skeyid);
	watch_mac(&p->keys.d);
	watch_mac(&p->keys.a);
	watch(p->keys.key);
}

static void watch_all(const struct sim *sim)
{
	for (int side = 0; side < 2; side++) {
		const struct sim_end *end = &sim->end[side];
		for (struct node *n = end->engine ? end->engine->phase1s.first : NULL; n;
			n = n->after)
			watch_phase1(n->owner);
		for (size_t i = 0; i < end->n_ups; i++) {
			const struct cm_ike_keys *keys[] = { &end->ups[i].esp, &end->ups[i].ah };
			for (int k = 0; k < 2; k++) {
				if (keys[k]->cipher_key_size >= FREED_LENGTH)
					watch(keys[k]->cipher_key);
				if (keys[k]->hash_key_size >= FREED_LENGTH)
					watch(keys[k]->hash_key);
			}
		}
	}
}

/* On every message: keys that exist only between two of them are seen too. */
static bool wire(struct sim *sim, struct sim_packet *packet)
{
	bool (*bend)(struct sim *, struct sim_packet *);
	watch_all(sim);
	memcpy(&bend, &sim->user, sizeof bend);
	return !bend || bend(sim, packet);
}

/* --- Scenes ------------------------------------------------------------------------------------ */

static void start(struct sim *sim)
{
	struct cm_ike_host host = { .random = random_watched };
	sim->wire = wire;
	for (int side = 0; side < 2; side++) {
		struct sim_end *end = &sim->end[side];
		host.user = &end->random;
		watch(end->psk.secret.at);
		end->engine = cm_ike_new(end->tunnel, end->n_tunnels, &host, &end->settings);
		assert_non_null(end->engine);
	}
	sim_want(sim, 0, 0);
}

static void groups(struct sim *sim, const char *cipher, const char *hash, unsigned group)
{
	for (int side = 0; side < 2; side++) {
		sim_p1(&sim->end[side].p1[0], 10, cipher, hash, group);
		sim_p2(&sim->end[side].p2[0], "aes-256", "sha512", NULL);
		sim->end[side].tunnel[0].pfs =
			(struct cm_pfs){ .demanded = true, .group = cm_group_numbered(group) };
	}
}

static void main_mode(struct sim *sim)
{
	groups(sim, "3des", "sha1", 2); /* the cipher's key is drawn out, RFC 2409 appendix B */
}

static void aggressive_mode(struct sim *sim)
{
	groups(sim, "aes-256", "sha512", 19);
	sim->end[0].tunnel[0].aggressive_initiated = true;
}

static void combined_and_ah(struct sim *sim)
{
	groups(sim, "aes-128", "md5", 14);
	for (int side = 0; side < 2; side++)
		sim_p2(&sim->end[side].p2[0], "aes-gcm-256", NULL, "sha256");
}

static void short_lives(struct sim *sim)
{
	main_mode(sim);
	for (int side = 0; side < 2; side++) {
		sim->end[side].p1[0].lifetime_s = 120;
		sim->end[side].tunnel[0].lifetime_s = 120;
	}
}

static void wrong_key(struct sim *sim)
{
	main_mode(sim);
	sim->end[1].psk.secret = sim_str("another secret of more than sixteen octets");
}

static void wrong_key_aggressive(struct sim *sim)
{
	aggressive_mode(sim);
	sim->end[1].psk.secret = sim_str("another secret of more than sixteen octets");
}

static void wrong_set(struct sim *sim)
{
	main_mode(sim);
	sim_p2(&sim->end[1].p2[0], "aes-128", "sha1", NULL);
}

static void wrong_pfs(struct sim *sim)
{
	main_mode(sim);
	sim->end[1].tunnel[0].pfs.group = cm_group_numbered(5);
}

static void a_wrong_policy(struct sim *sim)
{
	main_mode(sim);
	sim_p1(&sim->end[1].p1[0], 10, "des", "md5", 1);
}

static bool silent_from_4(struct sim *sim, struct sim_packet *packet)
{
	return sim->carried < 4;
}

static bool silent_from_8(struct sim *sim, struct sim_packet *packet)
{
	return sim->carried < 8;
}

static bool damage(struct sim *sim, struct sim_packet *packet)
{
	if (sim->carried % 3 == 2)
		packet->data[packet->length / 2] ^= 1;
	return true;
}

static const struct {
	const char *name;
	void (*settle)(struct sim *);
	bool (*bend)(struct sim *, struct sim_packet *);
	bool comes_up;
} scenes[] = {
	{ "main mode, PFS", main_mode, NULL, true },
	{ "aggressive mode, PFS", aggressive_mode, NULL, true },
	{ "combined cipher and AH", combined_and_ah, NULL, true },
	{ "short lives: both phases renewed", short_lives, NULL, true },
	{ "wrong key", wrong_key, NULL, false },
	{ "wrong key, aggressive mode", wrong_key_aggressive, NULL, false },
	{ "wrong transform-set", wrong_set, NULL, false },
	{ "wrong PFS", wrong_pfs, NULL, false },
	{ "wrong policy", a_wrong_policy, NULL, false },
	{ "silence after the key exchange", main_mode, silent_from_4, false },
	{ "silence in quick mode", main_mode, silent_from_8, false },
	{ "damage", main_mode, damage, false },
};

static void play(struct sim *sim, size_t scene, void (*end)(struct sim *))
{
	sim_init(sim, 100 + scene);
	scenes[scene].settle(sim);
	memcpy(&sim->user, &scenes[scene].bend, sizeof sim->user);
	start(sim);
	for (int i = 0; i < 30; i++) {
		for (int side = 0; side < 2 && scenes[scene].comes_up; side++) {
			const struct cm_ike_up *up = sim_sa(sim, side, true);
			struct cm_ike_traffic t = { 1 + (uint64_t)i, 1, 1 + (uint64_t)i, 1 };
			if (up)
				cm_ike_note_traffic(sim->end[side].engine, sim->now, up->pair, &t);
			sim_drain(sim, side);
		}
		sim_run(sim, 10 * SIM_SECOND);
		watch_all(sim);
	}
	assert_int_equal(sim_up(sim), scenes[scene].comes_up);
	if (end)
		end(sim);
	watch_all(sim);
	sim_finish(sim);
	if (freed_found)
		fail_msg("%s: %zu secrets in freed memory", scenes[scene].name, freed_found);
	assert_true(freed_n >= (scenes[scene].comes_up ? 8 : 1) && freed_blocks > 100);
	freed_n = freed_blocks = 0;
}

static void delete_all(struct sim *sim)
{
	cm_ike_delete_peer(sim->end[0].engine, sim->now, 0);
	sim_drain(sim, 0);
	sim_run(sim, SIM_SECOND);
}

static void reload_without(struct sim *sim)
{
	assert_true(cm_ike_reload(sim->end[1].engine, sim->now, NULL, 0));
	sim_drain(sim, 1);
	sim_run(sim, SIM_SECOND);
}

static void exchanges_leave_nothing(void **state)
{
	static void (*const ends[])(struct sim *) = { NULL, delete_all, reload_without };
	static struct sim sim;
	for (size_t scene = 0; scene < sizeof scenes / sizeof *scenes; scene++)
		for (size_t e = 0; e < (scenes[scene].comes_up ? 3 : 1); e++)
			play(&sim, scene, ends[e]);
}

/* In the middle of any message. */
static void engines_that_go_half_way_leave_nothing(void **state)
{
	static struct sim sim;
	for (size_t scene = 0; scene < 2; scene++)
		for (unsigned messages = 1; messages <= 9; messages++) {
			sim_init(&sim, 200 + messages);
			scenes[scene].settle(&sim);
			sim.user = NULL;
			start(&sim);
			while (sim.carried < messages && sim.n_packets) {
				sim_deliver(&sim, 0);
				watch_all(&sim);
			}
			sim_finish(&sim);
			assert_int_equal(freed_found, 0);
			freed_n = freed_blocks = 0;
		}
}

/* The watch does see them: an engine's own memory before it is wiped is full of secrets. */
static void the_watch_sees_an_engine(void **state)
{
	static struct sim sim;
	sim_init(&sim, 300);
	main_mode(&sim);
	sim.user = NULL;
	start(&sim);
	sim_run(&sim, SIM_SECOND);
	watch_all(&sim);
	struct phase1 *p = sa_of(&sim, 0), *copy = malloc(sizeof *copy);
	assert_non_null(copy);
	*(volatile struct phase1 *)copy = *p;
	free(copy);
	assert_true(freed_found > 0);
	freed_found = 0;
	sim_finish(&sim);
	assert_int_equal(freed_found, 0);
	freed_n = freed_blocks = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_watch_sees_an_engine),
		cmocka_unit_test(exchanges_leave_nothing),
		cmocka_unit_test(engines_that_go_half_way_leave_nothing),
	};
	if (!crypto_wipe_frees() || !freed_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
