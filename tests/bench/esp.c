/*
 * ESP on one core: what esp_seal and esp_open carry, beside libcrypto's plain primitives of the same
 * transform measured in the same minute. Inner packets of 1420 octets in batches of 64; Gbit/s of
 * inner packets, median of RUNS (lowest to highest), and the ratio of ours to the primitives.
 *     bench_esp [seconds a run]
 * Primitives: EVP_CipherUpdate over the 1424 octets of padded text and EVP_MAC over them and the
 * header, contexts kept, no packet handled. Combined modes: IV, header, text and tag by EVP.
 */
#include "esp/esp.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INNER = 1420, TEXT = 1424, BATCH = 64, RUNS = 7, ROOM = 2048 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct rates {
	double at[RUNS];
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(struct rates *r)
{
	qsort(r->at, RUNS, sizeof *r->at, by_value);
	return r->at[RUNS / 2];
}

static double gbits(double batches, double seconds)
{
	return batches * BATCH * INNER * 8 / seconds / 1e9;
}

/* --- Ours ------------------------------------------------------------------------------------- */

struct ours {
	struct crypto *crypto;
	struct esp_sadb *db;
	struct esp_sa *out;
	struct esp_packet packets[BATCH];
	uint8_t *room;
};

static void need(int good)
{
	if (good)
		return;
	fprintf(stderr, "bench_esp: a step failed\n");
	exit(1);
}

static void fill_inner(uint8_t *ip)
{
	memset(ip, 0x5a, INNER);
	static const uint8_t head[20] = { 0x45, 0, INNER >> 8, INNER & 255, 0, 1, 0, 0, 63, 17, 0,
		0, 192, 0, 2, 1, 198, 51, 100, 1 };
	memcpy(ip, head, sizeof head);
}

static void ours_start(struct ours *o, const struct cm_cipher *cipher, const struct cm_hash *hash)
{
	struct esp_params p = { .direction = ESP_OUTBOUND,
		.spi = 4711,
		.mode = CM_MODE_TUNNEL,
		.local = 0xcb007101,
		.remote = 0xcb007102,
		.replay_window = 64 };
	struct esp_keys keys = { .cipher = cipher, .hash = hash };
	for (size_t i = 0; i < sizeof keys.cipher_key; i++)
		keys.cipher_key[i] = (uint8_t)(i * 29 + 1);
	o->crypto = crypto_new();
	o->db = esp_sadb_new();
	need(o->crypto && o->db);
	o->out = esp_sa_new(o->crypto, &p, &keys);
	p.direction = ESP_INBOUND;
	need(o->out && esp_sadb_add(o->db, esp_sa_new(o->crypto, &p, &keys)));
	o->room = aligned_alloc(64, BATCH * ROOM);
	need(o->room != NULL);
	for (size_t i = 0; i < BATCH; i++) {
		uint8_t *room = o->room + i * ROOM;
		o->packets[i] = (struct esp_packet){
			.room = room, .size = ROOM, .at = room + ESP_HEAD, .length = INNER
		};
		fill_inner(room + ESP_HEAD);
	}
}

static void ours_stop(struct ours *o)
{
	esp_sa_free(o->out);
	esp_sadb_free(o->db);
	crypto_free(o->crypto);
	free(o->room);
}

/* Opening gives back in place what sealing takes: each batch goes round and round. */
static void ours_run(struct ours *o, double seconds, double *seal, double *open)
{
	double sealing = 0, opening = 0;
	long batches = 0;
	do {
		double t0 = now();
		need(esp_seal(o->out, o->packets, BATCH) == BATCH);
		double t1 = now();
		need(esp_open(o->db, o->packets, BATCH) == BATCH);
		opening += now() - t1;
		sealing += t1 - t0;
		batches++;
	} while (sealing + opening < seconds);
	*seal = gbits((double)batches, sealing);
	*open = gbits((double)batches, opening);
}

/* --- Primitives ------------------------------------------------------------------------------- */

struct plain {
	OSSL_LIB_CTX *library;
	EVP_CIPHER_CTX *enc, *dec;
	EVP_MAC_CTX *mac;
	bool combined;
	uint8_t in[ROOM], out[ROOM], iv[16], tag[16];
};

static void plain_start(struct plain *p, const struct cm_cipher *cipher, const struct cm_hash *hash)
{
	static const uint8_t key[64] = { 1, 2, 3, 9, 8, 7, 44, 45 };
	p->library = OSSL_LIB_CTX_new();
	need(OSSL_PROVIDER_load(p->library, "default") && OSSL_PROVIDER_load(p->library, "legacy"));
	p->combined = cipher->combined;
	if (cipher->libcrypto) {
		EVP_CIPHER *c = EVP_CIPHER_fetch(p->library, cipher->libcrypto, NULL);
		p->enc = EVP_CIPHER_CTX_new();
		p->dec = EVP_CIPHER_CTX_new();
		need(c && EVP_EncryptInit_ex2(p->enc, c, key, p->iv, NULL) &&
			EVP_DecryptInit_ex2(p->dec, c, key, p->iv, NULL));
		EVP_CIPHER_CTX_set_padding(p->enc, 0);
		EVP_CIPHER_CTX_set_padding(p->dec, 0);
		EVP_CIPHER_free(c);
	}
	if (hash) {
		char name[16];
		snprintf(name, sizeof name, "%s", hash->libcrypto);
		OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(
						OSSL_MAC_PARAM_DIGEST, name, 0),
			OSSL_PARAM_construct_end() };
		EVP_MAC *m = EVP_MAC_fetch(p->library, "HMAC", NULL);
		p->mac = EVP_MAC_CTX_new(m);
		need(EVP_MAC_init(p->mac, key, hash->size, params));
		EVP_MAC_free(m);
	}
}

static void plain_stop(struct plain *p)
{
	EVP_CIPHER_CTX_free(p->enc);
	EVP_CIPHER_CTX_free(p->dec);
	EVP_MAC_CTX_free(p->mac);
	OSSL_LIB_CTX_free(p->library);
}

static void plain_mac(struct plain *p)
{
	uint8_t full[64];
	size_t n;
	if (!p->mac)
		return;
	EVP_MAC_init(p->mac, NULL, 0, NULL);
	EVP_MAC_update(p->mac, p->in, 8 + TEXT);
	EVP_MAC_final(p->mac, full, &n, sizeof full);
}

static void plain_gcm(struct plain *p, EVP_CIPHER_CTX *c, bool seal)
{
	int n;
	EVP_CipherInit_ex2(c, NULL, NULL, p->iv, -1, NULL);
	EVP_CipherUpdate(c, NULL, &n, p->in, 8);
	EVP_CipherUpdate(c, p->out + 8, &n, p->in + 8, TEXT);
	if (!seal)
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, 16, p->tag);
	EVP_CipherFinal_ex(c, p->out + 8 + TEXT, &n); /* opening: a wrong tag is as much work */
	if (seal)
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, p->tag);
}

static void plain_one(struct plain *p, bool seal)
{
	EVP_CIPHER_CTX *c = seal ? p->enc : p->dec;
	int n;
	if (p->combined) {
		plain_gcm(p, c, seal);
		return;
	}
	if (c)
		EVP_CipherUpdate(c, p->out + 8, &n, p->in + 8, TEXT);
	plain_mac(p);
}

static double plain_run(struct plain *p, double seconds, bool seal)
{
	long batches = 0;
	double start = now(), taken;
	do {
		for (int i = 0; i < BATCH; i++)
			plain_one(p, seal);
		batches++;
	} while ((taken = now() - start) < seconds);
	return gbits((double)batches, taken);
}

/* ---------------------------------------------------------------------------------------------- */

static void print_row(const char *name, const char *what, struct rates *ours, struct rates *plain)
{
	double m = median(ours), q = median(plain);
	printf("%-22s %-4s | %7.3f (%.3f to %.3f) | %7.3f (%.3f to %.3f) | %5.2f\n", name, what, m,
		ours->at[0], ours->at[RUNS - 1], q, plain->at[0], plain->at[RUNS - 1], m / q);
	fflush(stdout);
}

static void bench(const char *cipher_name, const char *hash_name, double seconds)
{
	const struct cm_cipher *cipher = cm_cipher_named(cipher_name);
	const struct cm_hash *hash = hash_name ? cm_hash_named(hash_name) : NULL;
	struct rates seal, open, plain_seal, plain_open;
	struct ours ours = { 0 };
	struct plain plain = { 0 };
	char name[64];
	ours_start(&ours, cipher, hash);
	plain_start(&plain, cipher, hash);
	for (int i = 0; i < RUNS; i++) {
		ours_run(&ours, seconds, &seal.at[i], &open.at[i]);
		plain_seal.at[i] = plain_run(&plain, seconds / 2, true);
		plain_open.at[i] = plain_run(&plain, seconds / 2, false);
	}
	snprintf(name, sizeof name, "%s %s", cipher_name, hash_name ? hash_name : "");
	print_row(name, "seal", &seal, &plain_seal);
	print_row(name, "open", &open, &plain_open);
	plain_stop(&plain);
	ours_stop(&ours);
}

int main(int argc, char **argv)
{
	static const char *const transforms[][2] = {
		{ "des", "md5" },
		{ "3des", "sha1" },
		{ "aes-128", "sha1" },
		{ "aes-192", "sha1" },
		{ "aes-256", "sha256" },
		{ "aes-256", "sha512" },
		{ "aes-gcm-128", NULL },
		{ "aes-gcm-256", NULL },
		{ "null", "sha1" },
	};
	double seconds = argc > 1 ? atof(argv[1]) : 0.2;
	printf("%-22s %-4s | %-26s | %-26s | ratio\n", "transform, 1420 octets", "",
		"esp, Gbit/s a core", "libcrypto's primitives");
	for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++)
		bench(transforms[i][0], transforms[i][1], seconds);
	return 0;
}
