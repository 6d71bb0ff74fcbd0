/*
 * Two engines in one process, a clock that is moved by hand, randomness from a seed, and a wire
 * between them that a test may bend: lose, double, delay, change, translate.
 *
 * sim_init makes the settings of two ends that fit; a test changes what it is about, calls
 * sim_begin, wishes, and runs. What comes out of each engine is kept: SAs with their keys, the log
 * as text, counts. Nothing here asserts anything but that the machine works.
 */
#ifndef TESTS_IKE_SIM_H
#define TESTS_IKE_SIM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#ifdef SIM_ABORTS /* a fuzzer */
#define assert_true(what)            ((what) ? (void)0 : abort())
#define assert_non_null(what)        assert_true(what)
#define assert_null(what)            assert_true(!(what))
#define assert_int_equal(one, other) assert_true((one) == (other))
#else
#include <cmocka.h>
#endif

#include "ike/engine.h"

#include <cryptomap/ike.h>

#ifndef SIM_MALLOC /* of the wire, which has memory when an engine has none */
#define SIM_MALLOC malloc
#endif

enum { SIM_PACKETS = 512, SIM_UPS = 64, SIM_LINES = 4, SIM_SECOND = 1000, SIM_LATENCY = 5 };

#define SIM_A 0xc0000201u /* 192.0.2.1 */
#define SIM_B 0xc6336401u /* 198.51.100.1 */

struct sim_packet {
	int64_t at;
	struct cm_endpoint from, to;
	size_t length;
	uint8_t data[8192];
};

struct sim_end {
	struct cm_ike *engine;
	struct cm_ike_settings settings;
	struct cm_tunnel tunnel[SIM_LINES];
	size_t n_tunnels;
	struct cm_peer peer[SIM_LINES];
	struct cm_p1 p1[4];
	struct cm_p2 p2[4];
	struct cm_selector selector[SIM_LINES];
	struct cm_psk psk;
	uint64_t random;
	struct cm_ike_up ups[SIM_UPS]; /* all that came up, ends included */
	bool down[SIM_UPS][2];
	size_t n_ups;
	struct cm_ike_traffic traffic[SIM_UPS]; /* of ups[i].pair, kept at its inbound one */
	struct cm_text log;
	struct cm_ike_key key;
	unsigned sent, keepalives, moved;
	bool dead; /* hears and says nothing */
};

struct sim {
	struct sim_end end[2];
	int64_t now;
	uint64_t random;
	struct sim_packet *packets[SIM_PACKETS];
	size_t n_packets;
	/* false: lost. May change the packet, or put more with sim_put. */
	bool (*wire)(struct sim *, struct sim_packet *);
	void *user;
	unsigned carried;
};

static inline uint64_t sim_next(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15ull;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

static inline bool sim_random(void *user, void *out, size_t length)
{
	uint8_t *at = out;
	for (size_t i = 0; i < length; i++)
		at[i] = (uint8_t)sim_next(user);
	return true;
}

static inline struct cm_str sim_str(const char *text)
{
	return cm_str_of(text);
}

static inline void sim_p1(
	struct cm_p1 *p, unsigned priority, const char *cipher, const char *hash, unsigned group)
{
	memset(p, 0, sizeof *p);
	p->priority = priority;
	p->cipher = cm_cipher_named(cipher);
	p->hash = cm_hash_named(hash);
	p->auth = cm_auth_named("pre-share");
	p->group = cm_group_numbered(group);
	p->lifetime_s = 86400;
	assert_true(p->cipher && p->hash && p->auth && p->group);
}

static inline void sim_p2(struct cm_p2 *p, const char *cipher, const char *hash, const char *ah)
{
	memset(p, 0, sizeof *p);
	p->name = sim_str("SET");
	p->cipher = cipher ? cm_cipher_named(cipher) : NULL;
	p->hash = hash ? cm_hash_named(hash) : NULL;
	p->ah = ah ? cm_hash_named(ah) : NULL;
	p->mode = CM_MODE_TUNNEL;
	assert_true(p->cipher || p->ah);
}

/* The nth line of an end: 10.1.n.0/24 behind A, 10.2.n.0/24 behind B. */
static inline struct cm_selector sim_selector(int side, unsigned n)
{
	struct cm_selector s = { .local = { 0x0a010000u + (n << 8), 0xffffff00u },
		.remote = { 0x0a020000u + (n << 8), 0xffffff00u },
		.local_port = { 0, 65535 },
		.remote_port = { 0, 65535 },
		.at = { 100 + n, 110 + n },
		.sequence = 10 + n };
	if (side == 1) {
		struct cm_net swap = s.local;
		s.local = s.remote;
		s.remote = swap;
	}
	return s;
}

static inline void sim_tunnel(struct sim_end *end, int side, unsigned n)
{
	struct cm_tunnel *t = &end->tunnel[n];
	memset(t, 0, sizeof *t);
	end->peer[n] = (struct cm_peer){ .resolved = true, .address = side ? SIM_A : SIM_B };
	end->selector[n] = sim_selector(side, n);
	t->kind = CM_TUNNEL_STATIC;
	t->version = 1;
	t->ike_enabled = true;
	t->map = sim_str("IPSEC");
	t->sequence = 10 * (n + 1);
	t->interface = sim_str("FastEthernet0/1");
	t->has_local = true;
	t->local = side ? SIM_B : SIM_A;
	t->peers = &end->peer[n];
	t->n_peers = 1;
	t->p1 = end->p1;
	t->n_p1 = 1;
	t->p2 = end->p2;
	t->n_p2 = 1;
	t->lifetime_s = 3600;
	t->lifetime_kb = 4608000;
	t->selectors = &end->selector[n];
	t->n_selectors = 1;
	t->keys = &end->psk;
	t->n_keys = 1;
	t->nat_t = true;
	t->aggressive_accepted = true;
	t->initial_contact = true;
	t->replay_window = 64;
	t->at = (struct cm_span){ 50, 60 };
}

static inline void sim_end_init(struct sim_end *end, int side, uint64_t seed)
{
	memset(end, 0, sizeof *end);
	sim_p1(&end->p1[0], 10, "3des", "sha1", 2);
	end->p1[0].at = (struct cm_span){ 1, 9 };
	sim_p2(&end->p2[0], "3des", "sha1", NULL);
	end->p2[0].at = (struct cm_span){ 20, 29 };
	end->psk = (struct cm_psk){ .peer = { side ? SIM_A : SIM_B, 0xffffffffu },
		.secret = sim_str("thisisasecretpassword"),
		.keyring = sim_str("default"),
		.at = { 30, 40 } };
	end->random = seed * 2 + (uint64_t)side;
	sim_tunnel(end, side, 0);
	end->n_tunnels = 1;
	end->settings.debug_isakmp = end->settings.debug_ipsec = true;
	end->settings.key_log = true;
}

static inline void sim_init(struct sim *sim, uint64_t seed)
{
	memset(sim, 0, sizeof *sim);
	sim->random = seed;
	sim->now = 1000000;
	sim_end_init(&sim->end[0], 0, seed);
	sim_end_init(&sim->end[1], 1, seed);
}

/* One context of libcrypto for all engines of a test: it is what costs most. */
static inline struct crypto *sim_crypto(void)
{
	static struct crypto *crypto;
	if (!crypto)
		crypto = crypto_new();
	assert_non_null(crypto);
	return crypto;
}

static inline void sim_start_end(struct sim_end *end)
{
	struct cm_ike_host host = { .user = &end->random, .random = sim_random };
	end->engine = engine_new(sim_crypto(), end->tunnel, end->n_tunnels, &host, &end->settings);
	assert_non_null(end->engine);
}

static inline void sim_begin(struct sim *sim)
{
	sim_start_end(&sim->end[0]);
	sim_start_end(&sim->end[1]);
}

static inline void sim_end_free(struct sim_end *end)
{
	cm_ike_free(end->engine);
	cm_text_free(&end->log);
	end->engine = NULL;
}

static inline void sim_finish(struct sim *sim)
{
	for (size_t i = 0; i < sim->n_packets; i++)
		free(sim->packets[i]);
	sim_end_free(&sim->end[0]);
	sim_end_free(&sim->end[1]);
}

/* A copy on the wire, to arrive at `at`. */
static inline void sim_put(struct sim *sim, const struct sim_packet *packet, int64_t at)
{
	if (sim->n_packets == SIM_PACKETS)
		return; /* a full wire loses */
	struct sim_packet *copy = SIM_MALLOC(sizeof *copy);
	assert_non_null(copy);
	*copy = *packet;
	copy->at = at;
	sim->packets[sim->n_packets++] = copy;
}

static inline void sim_keep_up(struct sim_end *end, const struct cm_ike_up *up)
{
	if (end->n_ups < SIM_UPS)
		end->ups[end->n_ups++] = *up;
}

static inline void sim_keep_down(struct sim_end *end, const struct cm_ike_down *down)
{
	for (size_t i = 0; i < end->n_ups; i++)
		if (end->ups[i].pair == down->pair) {
			end->down[i][0] = end->down[i][0] || down->inbound;
			end->down[i][1] = end->down[i][1] || down->outbound;
		}
}

static inline void sim_send(struct sim *sim, struct sim_end *end, const struct cm_ike_send *send)
{
	struct sim_packet packet = { .from = send->from, .to = send->to, .length = send->length };
	assert_true(send->length <= sizeof packet.data);
	memcpy(packet.data, send->at, send->length);
	end->sent++;
	end->keepalives += send->length == 1;
	if (!end->dead && (!sim->wire || sim->wire(sim, &packet)))
		sim_put(sim, &packet, sim->now + SIM_LATENCY);
}

/* Events end in their word and the place that decides: "[no-proposal 1-9]". */
static inline void sim_log(struct sim_end *end, const struct cm_ike_log *log)
{
	if (log->facility != CM_IKE_EVENT) {
		cm_text_printf(&end->log, "%s\n", log->text);
		return;
	}
	cm_text_printf(&end->log, "EVENT %s [%s %u-%u]\n", log->text, log->event,
		(unsigned)log->span.start, (unsigned)log->span.end);
}

static inline void sim_drain(struct sim *sim, int side)
{
	struct sim_end *end = &sim->end[side];
	struct cm_ike_output out;
	while (end->engine && cm_ike_next(end->engine, &out)) {
		switch (out.kind) {
		case CM_IKE_SEND:
			sim_send(sim, end, &out.is.send);
			break;
		case CM_IKE_SA_UP:
			sim_keep_up(end, &out.is.up);
			break;
		case CM_IKE_SA_DOWN:
			sim_keep_down(end, &out.is.down);
			break;
		case CM_IKE_SA_MOVED:
			end->moved++;
			break;
		case CM_IKE_LOG:
			sim_log(end, &out.is.log);
			break;
		case CM_IKE_KEY:
			end->key = out.is.key;
			break;
		}
	}
}

static inline int sim_side_of(const struct sim *sim, struct cm_endpoint to)
{
	for (int side = 0; side < 2; side++)
		if (sim->end[side].tunnel[0].local == to.address)
			return side;
	return -1;
}

static inline void sim_deliver(struct sim *sim, size_t i)
{
	struct sim_packet *packet = sim->packets[i];
	int side = sim_side_of(sim, packet->to);
	memmove(&sim->packets[i], &sim->packets[i + 1],
		(--sim->n_packets - i) * sizeof *sim->packets);
	if (side >= 0 && !sim->end[side].dead && sim->end[side].engine) {
		/* a copy of the exact size, so that a read past its end is seen */
		uint8_t *exact = SIM_MALLOC(packet->length ? packet->length : 1);
		assert_non_null(exact);
		memcpy(exact, packet->data, packet->length);
		sim->carried++;
		cm_ike_input(sim->end[side].engine, sim->now, packet->from, packet->to, exact,
			packet->length);
		free(exact);
		sim_drain(sim, side);
	}
	free(packet);
}

static inline int64_t sim_due(const struct sim *sim, size_t *packet)
{
	int64_t due = INT64_MAX;
	*packet = SIM_PACKETS;
	for (size_t i = 0; i < sim->n_packets; i++)
		if (sim->packets[i]->at < due) {
			due = sim->packets[i]->at;
			*packet = i;
		}
	for (int side = 0; side < 2; side++) {
		const struct sim_end *end = &sim->end[side];
		int64_t deadline =
			end->engine && !end->dead ? cm_ike_deadline(end->engine) : INT64_MAX;
		if (deadline < due) {
			due = deadline;
			*packet = SIM_PACKETS;
		}
	}
	return due;
}

/* Everything that happens in the next `ms` milliseconds. */
static inline void sim_run(struct sim *sim, int64_t ms)
{
	int64_t until = sim->now + ms;
	size_t packet;
	for (;;) {
		int64_t due = sim_due(sim, &packet);
		if (due > until)
			break;
		sim->now = due > sim->now ? due : sim->now;
		if (packet < SIM_PACKETS) {
			sim_deliver(sim, packet);
			continue;
		}
		for (int side = 0; side < 2; side++)
			if (sim->end[side].engine && !sim->end[side].dead) {
				cm_ike_tick(sim->end[side].engine, sim->now);
				sim_drain(sim, side);
			}
	}
	sim->now = until;
}

static inline void sim_want(struct sim *sim, int side, unsigned n)
{
	struct sim_end *end = &sim->end[side];
	assert_true(cm_ike_want(end->engine, sim->now, &end->tunnel[n], end->tunnel[n].selectors));
	sim_drain(sim, side);
}

/* The newest SA of a direction that stands; NULL when none does. */
static inline const struct cm_ike_up *sim_sa(const struct sim *sim, int side, bool inbound)
{
	const struct sim_end *end = &sim->end[side];
	for (size_t i = end->n_ups; i-- > 0;)
		if (end->ups[i].inbound == inbound && !end->down[i][inbound ? 0 : 1])
			return &end->ups[i];
	return NULL;
}

static inline unsigned sim_standing(const struct sim *sim, int side, bool inbound)
{
	const struct sim_end *end = &sim->end[side];
	unsigned n = 0;
	for (size_t i = 0; i < end->n_ups; i++)
		n += end->ups[i].inbound == inbound && !end->down[i][inbound ? 0 : 1];
	return n;
}

static inline bool sim_same_keys(const struct cm_ike_keys *a, const struct cm_ike_keys *b)
{
	return a->spi == b->spi && a->cipher == b->cipher && a->hash == b->hash &&
		a->cipher_key_size == b->cipher_key_size && a->hash_key_size == b->hash_key_size &&
		memcmp(a->cipher_key, b->cipher_key, a->cipher_key_size) == 0 &&
		memcmp(a->hash_key, b->hash_key, a->hash_key_size) == 0;
}

/* What one side sends on, some SA of the other side opens with the same keys. */
static inline bool sim_carries(const struct sim *sim, int from)
{
	const struct cm_ike_up *out = sim_sa(sim, from, false);
	const struct sim_end *to = &sim->end[1 - from];
	for (size_t i = 0; out && i < to->n_ups; i++)
		if (to->ups[i].inbound && !to->down[i][0] &&
			sim_same_keys(&out->esp, &to->ups[i].esp) &&
			sim_same_keys(&out->ah, &to->ups[i].ah))
			return true;
	return false;
}

static inline bool sim_up(const struct sim *sim)
{
	return sim_carries(sim, 0) && sim_carries(sim, 1);
}

static inline bool sim_said(const struct sim *sim, int side, const char *words)
{
	return sim->end[side].log.at && strstr(sim->end[side].log.at, words);
}

static inline struct cm_ike_counters sim_count(const struct sim *sim, int side)
{
	struct cm_ike_counters counters;
	cm_ike_count(sim->end[side].engine, &counters);
	return counters;
}

#endif
