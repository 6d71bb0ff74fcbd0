/*
 * Handshakes a CPU second: main mode and quick mode, pre-shared key, no PFS. The responder's CPU
 * alone, beside what its two exponentiations cost in the same run; and the CPU of both ends, which
 * is what a measurement of two daemons on one machine gives.
 */
#include "crypto/crypto.h"

#include <cryptomap/ike.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define A 0xc0000201u
#define B 0xc6336401u

struct end {
	struct cm_ike *ike;
	struct cm_tunnel tunnel;
	struct cm_peer peer;
	struct cm_p1 p1;
	struct cm_p2 p2;
	struct cm_selector selector;
	struct cm_psk psk;
	double seconds; /* of CPU */
	unsigned up;
};

static double cpu(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void settle(
	struct end *end, bool first, const char *cipher, const char *hash, unsigned group)
{
	memset(end, 0, sizeof *end);
	end->peer = (struct cm_peer){ .resolved = true, .address = first ? B : A };
	end->p1 = (struct cm_p1){ .priority = 10,
		.cipher = cm_cipher_named(cipher),
		.hash = cm_hash_named(hash),
		.auth = cm_auth_named("pre-share"),
		.group = cm_group_numbered(group),
		.lifetime_s = 86400 };
	end->p2 = (struct cm_p2){ .cipher = cm_cipher_named("aes-128"),
		.hash = cm_hash_named("sha1"),
		.mode = CM_MODE_TUNNEL };
	end->selector =
		(struct cm_selector){ .local_port = { 0, 65535 }, .remote_port = { 0, 65535 } };
	struct cm_net one = { 0x0a010000u, 0xffffff00u }, two = { 0x0a020000u, 0xffffff00u };
	end->selector.local = first ? one : two;
	end->selector.remote = first ? two : one;
	end->psk = (struct cm_psk){ .peer = { first ? B : A, 0xffffffffu },
		.secret = cm_str_of("thisisasecretpassword") };
	end->tunnel = (struct cm_tunnel){ .kind = CM_TUNNEL_STATIC,
		.version = 1,
		.ike_enabled = true,
		.has_local = true,
		.local = first ? A : B,
		.peers = &end->peer,
		.n_peers = 1,
		.p1 = &end->p1,
		.n_p1 = 1,
		.p2 = &end->p2,
		.n_p2 = 1,
		.lifetime_s = 3600,
		.selectors = &end->selector,
		.n_selectors = 1,
		.keys = &end->psk,
		.n_keys = 1,
		.nat_t = true,
		.initial_contact = true,
		.replay_window = 64 };
	end->ike = cm_ike_new(&end->tunnel, 1, NULL, NULL);
	if (!end->ike)
		exit(1);
}

/* Hands on what one has to say until both are silent; each input is charged to its side. */
static void carry(struct end *ends, int64_t now)
{
	struct cm_ike_output out;
	bool busy = true;
	while (busy) {
		busy = false;
		for (int side = 0; side < 2; side++) {
			while (cm_ike_next(ends[side].ike, &out)) {
				busy = true;
				ends[side].up += out.kind == CM_IKE_SA_UP;
				if (out.kind != CM_IKE_SEND)
					continue;
				struct end *to = &ends[1 - side];
				double before = cpu();
				cm_ike_input(to->ike, now, out.is.send.from, out.is.send.to,
					out.is.send.at, out.is.send.length);
				to->seconds += cpu() - before;
			}
		}
	}
}

struct rates {
	double responder, both;
};

static struct rates handshakes(const char *cipher, const char *hash, unsigned group, double limit)
{
	struct end ends[2];
	unsigned n = 0;
	settle(&ends[0], true, cipher, hash, group);
	settle(&ends[1], false, cipher, hash, group);
	for (int64_t now = 1000; ends[1].seconds < limit; now += 1000, n++) {
		double before = cpu();
		cm_ike_want(ends[0].ike, now, &ends[0].tunnel, &ends[0].selector);
		ends[0].seconds += cpu() - before;
		carry(ends, now);
		cm_ike_delete_peer(ends[0].ike, now, 0);
		cm_ike_delete_peer(ends[1].ike, now, 0);
		struct cm_ike_output out;
		while (cm_ike_next(ends[0].ike, &out) || cm_ike_next(ends[1].ike, &out))
			;
	}
	if (ends[1].up != 2 * n)
		printf("%u of %u came up\n", ends[1].up / 2, n);
	struct rates rates = { n / ends[1].seconds, n / (ends[0].seconds + ends[1].seconds) };
	cm_ike_free(ends[0].ike);
	cm_ike_free(ends[1].ike);
	return rates;
}

/* Key pairs and secrets a CPU second: the bound that the mathematics sets. */
static double exchanges(unsigned group, double limit)
{
	struct crypto *crypto = crypto_new();
	const struct cm_group *row = cm_group_numbered(group);
	uint8_t random[CRYPTO_DH_RANDOM_MAX], secret[CRYPTO_SECRET_MAX];
	size_t size = dh_random_size(crypto, row);
	crypto_random(crypto, random, size);
	struct dh *peer = dh_new(crypto, row, random, size);
	unsigned n = 0;
	double start = cpu();
	for (; cpu() - start < limit; n++) {
		crypto_random(crypto, random, size);
		struct dh *mine = dh_new(crypto, row, random, size);
		dh_secret(mine, dh_public(peer), secret);
		dh_free(mine);
	}
	double rate = n / (cpu() - start);
	dh_free(peer);
	crypto_free(crypto);
	return rate;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	enum { RUNS = 5 };
	double limit = argc > 1 ? atof(argv[1]) : 0.3;
	static const struct {
		const char *name, *cipher, *hash;
		unsigned group;
	} rows[] = {
		{ "3des-sha1-modp1024", "3des", "sha1", 2 },
		{ "aes128-sha256-modp2048", "aes-128", "sha256", 14 },
		{ "aes128-sha256-ecp256", "aes-128", "sha256", 19 },
	};
	printf("%-24s %26s %26s %6s %22s\n", "proposal", "responder/CPU s",
		"key pair + secret/CPU s", "share", "both ends/CPU s");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		double shakes[RUNS], both[RUNS], bounds[RUNS];
		for (int run = 0; run < RUNS; run++) {
			struct rates r =
				handshakes(rows[i].cipher, rows[i].hash, rows[i].group, limit);
			shakes[run] = r.responder;
			both[run] = r.both;
			bounds[run] = exchanges(rows[i].group, limit);
		}
		qsort(shakes, RUNS, sizeof *shakes, by_size);
		qsort(bounds, RUNS, sizeof *bounds, by_size);
		qsort(both, RUNS, sizeof *both, by_size);
		printf("%-24s %8.0f (%6.0f to %6.0f) %8.0f (%6.0f to %6.0f) %5.0f%% %6.0f (%5.0f to %5.0f)\n",
			rows[i].name, shakes[RUNS / 2], shakes[0], shakes[RUNS - 1],
			bounds[RUNS / 2], bounds[0], bounds[RUNS - 1],
			100 * shakes[RUNS / 2] / bounds[RUNS / 2], both[RUNS / 2], both[0],
			both[RUNS - 1]);
	}
	return 0;
}
