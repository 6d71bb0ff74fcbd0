/* Decoder and key schedule against recorded exchanges of a foreign implementation. */
#include "ike/keys.h"
#include "ike/message.h"
#include "ike/recorded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 1024 };

static size_t unhex(const char *hex, uint8_t *out)
{
	size_t n = strlen(hex) / 2;
	assert_true(n <= ROOM);
	for (size_t i = 0; i < n; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], 0 };
		out[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return n;
}

static void assert_hex(const uint8_t *got, size_t length, const char *hex)
{
	uint8_t wanted[ROOM];
	size_t n = unhex(hex, wanted);
	assert_true(n <= length);
	assert_memory_equal(got, wanted, n);
}

/* What a witness who knows g^xy and the key reads off the wire. */
struct witness {
	const struct recorded *recorded;
	struct crypto *crypto;
	struct keys keys;
	struct cookies cookies;
	uint8_t iv1[CRYPTO_IV_MAX], iv2[CRYPTO_IV_MAX];
	uint8_t datagrams[10][ROOM], plain[10][ROOM];
	struct message messages[10];
	size_t lengths[10], n;
	uint32_t message_id;
};

static struct octets body_of(const struct message *m, unsigned type, unsigned nth)
{
	for (unsigned i = 0; i < m->n; i++)
		if (m->payloads[i].type == type && nth-- == 0)
			return m->payloads[i].body;
	fail_msg("no payload %u", type);
	return (struct octets){ NULL, 0 };
}

static void decrypt(struct witness *w, size_t i)
{
	struct message *m = &w->messages[i];
	size_t length = w->lengths[i] - ISAKMP_HEADER, block = w->keys.cipher->block;
	uint8_t *iv = m->header.exchange == X_QUICK ? w->iv2 : w->iv1;
	const uint8_t *in = w->datagrams[i] + ISAKMP_HEADER;
	if (m->header.exchange == X_QUICK && w->message_id != m->header.message_id) {
		w->message_id = m->header.message_id;
		assert_true(keys_iv2(&w->keys, w->iv1, w->message_id, w->iv2));
	}
	assert_int_equal(length % block, 0);
	assert_true(cipher_cbc(w->keys.open, iv, in, w->plain[i], length));
	memcpy(iv, in + length - block, block);
	assert_true(message_chain(m, m->header.next, (struct octets){ w->plain[i], length }, true));
}

static void read_header(struct witness *w, size_t i)
{
	struct message *m = &w->messages[i];
	w->lengths[i] = unhex(w->recorded->datagrams[i], w->datagrams[i]);
	struct reader r = rd_of(w->datagrams[i], w->lengths[i]);
	assert_true(isakmp_decode(&r, &m->header));
	assert_int_equal(m->header.length, w->lengths[i]);
	memcpy(&w->cookies, w->datagrams[i], sizeof w->cookies);
	if (!(m->header.flags & FLAG_ENCRYPTED))
		assert_true(message_chain(m, m->header.next, rd_rest(&r), false));
}

/* Messages of phase 1 with KE and nonces, SA and the identities. */
static void make_keys(struct witness *w)
{
	const struct recorded *rec = w->recorded;
	size_t at = rec->aggressive ? 0 : 2;
	struct octets ni = body_of(&w->messages[at], P_NONCE, 0);
	struct octets nr = body_of(&w->messages[at + 1], P_NONCE, 0);
	uint8_t skeyid[CRYPTO_HASH_MAX], gxy[ROOM];
	const struct cm_hash *hash = cm_hash_named(rec->hash);
	const struct cm_cipher *cipher = cm_cipher_named(rec->cipher);
	assert_non_null(hash);
	assert_non_null(cipher);

	struct octets psk = { (const uint8_t *)recorded_psk, sizeof recorded_psk - 1 };
	assert_true(keys_skeyid(hash, psk, ni, nr, skeyid));
	assert_hex(skeyid, sizeof skeyid, rec->skeyid);
	struct octets secret = { gxy, unhex(rec->gxy, gxy) };
	assert_true(keys_derive(&w->keys, w->crypto, hash, cipher, skeyid, secret, &w->cookies));
	assert_int_equal(w->keys.key_size, strlen(rec->key) / 2);
	assert_hex(w->keys.key, sizeof w->keys.key, rec->key);
	assert_true(keys_iv1(&w->keys, body_of(&w->messages[at], P_KE, 0),
		body_of(&w->messages[at + 1], P_KE, 0), w->iv1));
	assert_hex(w->iv1, sizeof w->iv1, rec->iv);
}

static void check_auth(struct witness *w)
{
	const struct recorded *rec = w->recorded;
	size_t ke = rec->aggressive ? 0 : 2;
	size_t hash_i = rec->aggressive ? 2 : 4, hash_r = rec->aggressive ? 1 : 5;
	struct octets gxi = body_of(&w->messages[ke], P_KE, 0);
	struct octets gxr = body_of(&w->messages[ke + 1], P_KE, 0);
	struct octets id_i = body_of(&w->messages[rec->aggressive ? 0 : 4], P_ID, 0);
	struct octets id_r = body_of(&w->messages[hash_r], P_ID, 0);
	struct octets sai = body_of(&w->messages[0], P_SA, 0);
	uint8_t hash[CRYPTO_HASH_MAX];

	keys_hash_auth(
		&w->keys, gxi, gxr, w->cookies.initiator, w->cookies.responder, sai, id_i, hash);
	assert_hex(hash, sizeof hash, rec->hash_i);
	struct octets sent = body_of(&w->messages[hash_i], P_HASH, 0);
	assert_int_equal(sent.length, w->keys.hash->size);
	assert_memory_equal(sent.at, hash, sent.length);
	keys_hash_auth(
		&w->keys, gxr, gxi, w->cookies.responder, w->cookies.initiator, sai, id_r, hash);
	assert_hex(hash, sizeof hash, rec->hash_r);
	sent = body_of(&w->messages[hash_r], P_HASH, 0);
	assert_memory_equal(sent.at, hash, sent.length);
}

/* What HASH(1) and HASH(2) cover: all behind the HASH payload, without padding. */
static struct octets behind_hash(const struct message *m)
{
	const struct payload *last = &m->payloads[m->n - 1];
	const uint8_t *start = m->payloads[0].whole.at + m->payloads[0].whole.length;
	return (struct octets){ start, (size_t)(last->whole.at + last->whole.length - start) };
}

static void check_quick(struct witness *w)
{
	const struct recorded *rec = w->recorded;
	const struct message *m = &w->messages[w->n - 3];
	struct octets none = { NULL, 0 }, ni = body_of(m, P_NONCE, 0),
		      nr = body_of(m + 1, P_NONCE, 0);
	uint8_t hash[CRYPTO_HASH_MAX], keymat[256], gxy[ROOM];
	size_t size = w->keys.hash->size;

	assert_int_equal(m->payloads[0].type, P_HASH);
	keys_hash12(&w->keys, w->message_id, none, behind_hash(m), hash);
	assert_memory_equal(body_of(m, P_HASH, 0).at, hash, size);
	keys_hash12(&w->keys, w->message_id, ni, behind_hash(m + 1), hash);
	assert_memory_equal(body_of(m + 1, P_HASH, 0).at, hash, size);
	keys_hash3(&w->keys, w->message_id, ni, nr, hash);
	assert_memory_equal(body_of(m + 2, P_HASH, 0).at, hash, size);

	struct octets secret = { gxy, unhex(rec->qm_gxy, gxy) };
	assert_int_equal(secret.length > 0, message_count(m, P_KE));
	keys_keymat(
		&w->keys, secret, PROTO_ESP, rec->spi_to_initiator, ni, nr, keymat, sizeof keymat);
	assert_hex(keymat, sizeof keymat, rec->keymat_to_initiator);
	keys_keymat(
		&w->keys, secret, PROTO_ESP, rec->spi_to_responder, ni, nr, keymat, sizeof keymat);
	assert_hex(keymat, sizeof keymat, rec->keymat_to_responder);
}

/* The peer's NAT-D of ourselves: it is the destination of what it sends (RFC 3947 3.2). */
static void check_natd(struct witness *w)
{
	if (w->recorded->aggressive)
		return; /* its NAT-D payloads come with the float already done */
	uint8_t hash[CRYPTO_HASH_MAX];
	assert_true(keys_natd(w->keys.hash, &w->cookies, w->recorded->destination, 500, hash));
	assert_memory_equal(body_of(&w->messages[2], P_NATD, 0).at, hash, w->keys.hash->size);
	assert_true(keys_natd(w->keys.hash, &w->cookies, w->recorded->source, 500, hash));
	assert_memory_equal(body_of(&w->messages[3], P_NATD, 0).at, hash, w->keys.hash->size);
}

/* Encoding what was decoded gives the octets back: one table, both ways. */
static void check_encoding(const struct witness *w, size_t i)
{
	uint8_t out[ROOM];
	struct builder b = build_begin(out, sizeof out, &w->messages[i].header);
	const struct message *m = &w->messages[i];
	for (unsigned p = 0; p < m->n; p++)
		build_payload(&b, &m->payloads[p]);
	size_t length = build_end(&b);
	const uint8_t *wanted = w->datagrams[i] + ISAKMP_HEADER;
	if (m->header.flags & FLAG_ENCRYPTED)
		wanted = w->plain[i]; /* strongSwan pads a whole block more */
	else
		assert_int_equal(length, w->lengths[i]);
	assert_true(length > ISAKMP_HEADER && length <= w->lengths[i]);
	assert_memory_equal(out, w->datagrams[i], 24);
	assert_memory_equal(out + ISAKMP_HEADER, wanted, length - ISAKMP_HEADER);
}

static void witness_one(struct crypto *crypto, const struct recorded *rec)
{
	struct witness *w = calloc(1, sizeof *w);
	assert_non_null(w);
	w->recorded = rec;
	w->crypto = crypto;
	for (w->n = 0; rec->datagrams[w->n]; w->n++)
		read_header(w, w->n);
	make_keys(w);
	for (size_t i = 0; i < w->n; i++)
		if (w->messages[i].header.flags & FLAG_ENCRYPTED)
			decrypt(w, i);
	check_auth(w);
	check_natd(w);
	check_quick(w);
	for (size_t i = 0; i < w->n; i++)
		check_encoding(w, i);
	keys_wipe(&w->keys);
	free(w);
}

static void recorded_exchanges_open_with_our_key_schedule(void **state)
{
	struct crypto *crypto = crypto_new();
	assert_non_null(crypto);
	for (size_t i = 0; i < sizeof recordings / sizeof *recordings; i++) {
		print_message("          %s\n", recordings[i].name);
		witness_one(crypto, &recordings[i]);
	}
	crypto_free(crypto);
}

static void every_truncation_of_a_recorded_datagram_is_refused(void **state)
{
	uint8_t datagram[ROOM];
	struct message *m = calloc(1, sizeof *m);
	assert_non_null(m);
	size_t length = unhex(recordings[0].datagrams[0], datagram);
	for (size_t cut = ISAKMP_HEADER; cut < length; cut++) {
		/* a copy of its own, so that a read past the end is seen */
		uint8_t *copy = malloc(cut);
		assert_non_null(copy);
		memcpy(copy, datagram, cut);
		struct reader r = rd_of(copy, cut);
		assert_true(isakmp_decode(&r, &m->header));
		assert_false(message_chain(m, m->header.next, rd_rest(&r), false));
		free(copy);
	}
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_exchanges_open_with_our_key_schedule),
		cmocka_unit_test(every_truncation_of_a_recorded_datagram_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
