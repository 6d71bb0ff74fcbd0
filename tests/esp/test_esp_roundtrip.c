/* Every transform in every way of carrying it: there and back, sizes, corruption, counters. */
#include "esp/ends.h"
#include "esp/room.h"

/* The ways: mode, UDP, extended numbers. AH takes those without UDP. */
static const struct way {
	enum cm_mode mode;
	bool udp, esn;
} ways[] = {
	{ CM_MODE_TUNNEL, false, false },
	{ CM_MODE_TUNNEL, true, false },
	{ CM_MODE_TUNNEL, false, true },
	{ CM_MODE_TUNNEL, true, true },
	{ CM_MODE_TRANSPORT, false, false },
	{ CM_MODE_TRANSPORT, true, false },
	{ CM_MODE_TRANSPORT, false, true },
};

static void for_each_way(void (*check)(struct ends *))
{
	for (size_t i = 0; i < N_ESP + N_AH; i++)
		for (size_t j = 0; j < sizeof ways / sizeof *ways; j++) {
			struct ends ends = ends_of(i < N_ESP ? esp_pairs[i] : ah_pairs[i - N_ESP]);
			if (!ends.keys.cipher && ways[j].udp)
				continue;
			ends.params.mode = ways[j].mode;
			ends.params.udp = ways[j].udp;
			ends.params.esn = ways[j].esn;
			ends_join(&ends);
			check(&ends);
			ends_part(&ends);
		}
}

/* Transport behind UDP: addresses are those of the datagram, TTL and identification our own. */
static void same_packet(struct ends *ends, const struct esp_packet *got, const struct buffer *sent)
{
	const struct esp_packet *was = &sent->packet;
	assert_int_equal(got->length, was->length);
	assert_int_equal(sum_of(got->at, 20), 0xffff);
	if (ends->params.mode == CM_MODE_TRANSPORT && ends->params.udp) {
		assert_int_equal(be32(got->at + 12), SITE_A);
		assert_int_equal(be16(got->at + 26), 0); /* UDP without a checksum */
		assert_memory_equal(got->at + 28, was->at + 28, was->length - 28);
	} else {
		assert_memory_equal(got->at, was->at, was->length);
	}
}

static void there_and_back(struct ends *ends)
{
	uint64_t bytes = 0, packets = 0;
	for (size_t length = 28; length < 1480; length += length < 80 ? 1 : 173) {
		struct buffer sent, b;
		buffer_inner(&sent, length);
		buffer_copy(&b, &sent);
		assert_int_equal(seal(ends, &b), ESP_OK);
		struct cm_wrapping w = { .cipher = ends->keys.cipher,
			.hash = ends->keys.cipher ? ends->keys.hash : NULL,
			.ah = ends->keys.cipher ? NULL : ends->keys.hash,
			.transport = ends->params.mode == CM_MODE_TRANSPORT,
			.udp = ends->params.udp };
		assert_int_equal(
			b.packet.length + (ends->params.udp ? 28u : 0u), cm_overhead(&w, length));
		assert_int_equal(open_it(ends, &b), ESP_OK);
		assert_ptr_equal(b.packet.sa, ends->in);
		assert_int_equal(b.packet.spi, SPI);
		assert_int_equal(b.packet.sequence, ++packets);
		same_packet(ends, &b.packet, &sent);
		bytes += length;
	}
	const struct esp_counters *out = esp_sa_counters(ends->out),
				  *in = esp_sa_counters(ends->in);
	assert_int_equal(out->packets, packets);
	assert_int_equal(in->packets, packets);
	assert_int_equal(out->bytes, bytes);
	assert_int_equal(in->bytes, bytes);
	assert_int_equal(in->by_verdict[ESP_OK], packets);
	assert_int_equal(esp_sa_sequence(ends->out), packets);
	assert_int_equal(esp_sa_sequence(ends->in), packets);
}

static void every_transform_goes_there_and_back(void **state)
{
	for_each_way(there_and_back);
}

/* Octets of the outer header that AH does not cover: RFC 4302 3.3.3.1.1.1. */
static bool mutable_in_ip(size_t i)
{
	return i == 1 || i == 6 || i == 7 || i == 8 || i == 10 || i == 11;
}

static void damaged_everywhere(struct ends *ends)
{
	struct buffer good, b;
	bool integrity = ends->keys.hash || (ends->keys.cipher && ends->keys.cipher->combined);
	buffer_inner(&good, 60);
	assert_int_equal(seal(ends, &good), ESP_OK);
	size_t first = ends->params.udp ? 0 : 20;
	for (size_t i = ends->keys.cipher ? first : 0; integrity && i < good.packet.length; i++) {
		buffer_copy(&b, &good);
		b.packet.at[i] ^= (uint8_t)(1u << i % 8);
		if (!ends->keys.cipher && mutable_in_ip(i))
			continue;
		assert_int_not_equal(open_it(ends, &b), ESP_OK);
		assert_int_equal(esp_sa_sequence(ends->in), 0); /* the window has not moved */
	}
	for (size_t length = 0; integrity && length < good.packet.length; length++) {
		buffer_copy(&b, &good);
		b.packet.length = length;
		assert_int_not_equal(open_it(ends, &b), ESP_OK);
	}
	buffer_copy(&b, &good);
	assert_int_equal(open_it(ends, &b), ESP_OK);
	assert_int_equal(esp_sa_counters(ends->in)->by_verdict[ESP_OK], 1);
}

static void corruption_at_any_octet_is_refused(void **state)
{
	for_each_way(damaged_everywhere);
}

static void ah_leaves_to_routers_what_is_theirs(void **state)
{
	struct ends ends = ends_of((struct pair){ NULL, "sha1" });
	ends_join(&ends);
	struct buffer good, b;
	buffer_inner(&good, 60);
	assert_int_equal(seal(&ends, &good), ESP_OK);
	buffer_copy(&b, &good);
	b.packet.at[1] = 0xb8;
	b.packet.at[6] |= 0x40;
	b.packet.at[8] = 3;
	ip_checksum(b.packet.at, 20);
	assert_int_equal(open_it(&ends, &b), ESP_OK);
	ends_part(&ends);
}

static void ah_takes_mutable_options_as_zeros(void **state)
{
	static const char *const with_options = /* router alert; record route with room for two */
		"48000034123400003f110000ac121e0ac0a8640a940400000107080400000000"
		"03e807d000140000000102030405060708090a0b";
	struct ends ends = ends_of((struct pair){ NULL, "sha256" });
	ends.params.mode = CM_MODE_TRANSPORT;
	ends_join(&ends);
	struct buffer good, b;
	buffer_hex(&good, with_options);
	ip_checksum(good.packet.at, 32);
	assert_int_equal(seal(&ends, &good), ESP_OK);
	assert_int_equal(good.packet.at[0], 0x48);
	buffer_copy(&b, &good);
	b.packet.at[20 + 2] ^= 1; /* router alert is immutable */
	assert_int_equal(open_it(&ends, &b), ESP_AUTH);
	buffer_copy(&b, &good);
	b.packet.at[28] = 0xc0; /* a router has recorded itself */
	assert_int_equal(open_it(&ends, &b), ESP_OK);
	assert_int_equal(b.packet.length, 52);
	ends_part(&ends);
}

static void a_bundle_is_opened_to_the_end(void **state)
{
	struct ends esp = ends_of((struct pair){ "3des", NULL });
	struct ends ah = ends_of((struct pair){ NULL, "sha1" });
	esp.params.ah_outside = cm_hash_named("sha1");
	ah.params.mode = CM_MODE_TRANSPORT;
	ah.params.spi = SPI + 1;
	ends_join(&esp);
	struct esp_params p = ah.params;
	p.direction = ESP_OUTBOUND;
	struct esp_sa *ah_out = esp_sa_new(esp.crypto, &p, &ah.keys);
	p.direction = ESP_INBOUND;
	struct esp_sa *ah_in = esp_sa_new(esp.crypto, &p, &ah.keys);
	assert_true(esp_sadb_add(esp.db, ah_in));
	struct buffer sent, b;
	buffer_inner(&sent, esp_sa_inner_mtu(esp.out));
	buffer_copy(&b, &sent);
	assert_int_equal(seal(&esp, &b), ESP_OK);
	assert_int_equal(esp_seal(ah_out, &b.packet, 1), 1);
	assert_in_range(b.packet.length, 1493, 1500);
	assert_int_equal(b.packet.at[9], ESP_PROTOCOL_AH);
	assert_int_equal(open_it(&esp, &b), ESP_OK);
	same_packet(&esp, &b.packet, &sent);
	assert_ptr_equal(b.packet.sa, esp.in);
	assert_int_equal(esp_sa_counters(ah_in)->packets, 1);
	assert_int_equal(esp_sa_counters(esp.in)->packets, 1);
	esp_sa_free(ah_out);
	ends_part(&esp);
}

static void ivs_of_cbc_do_not_repeat(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends_join(&ends);
	uint8_t seen[64][16];
	for (size_t i = 0; i < 64; i++) {
		struct buffer b;
		buffer_inner(&b, 100);
		assert_int_equal(seal(&ends, &b), ESP_OK);
		memcpy(seen[i], b.packet.at + b.packet.body + 8, 16);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(seen[i], seen[j], 16);
	}
	ends_part(&ends);
}

static void a_batch_is_as_good_as_one_by_one(void **state)
{
	static struct buffer buffers[32];
	struct esp_packet packets[32];
	struct ends ends = ends_of((struct pair){ "aes-gcm-128", NULL });
	ends_join(&ends);
	for (size_t i = 0; i < 32; i++) {
		buffer_inner(&buffers[i], 40 + i * 11);
		if (i == 7)
			buffers[i].packet.at[0] = 0x65; /* not IPv4 */
		packets[i] = buffers[i].packet;
	}
	assert_int_equal(esp_seal(ends.out, packets, 32), 31);
	assert_int_equal(packets[7].verdict, ESP_MALFORMED);
	packets[7] = packets[8]; /* one twice: the room is shared, so the first opens it in place */
	packets[9].at[60] ^= 1;
	assert_int_equal(esp_open(ends.db, packets, 32), 30);
	assert_int_equal(packets[8].verdict, ESP_REPLAY);
	assert_int_equal(packets[9].verdict, ESP_AUTH);
	assert_int_equal(esp_sa_counters(ends.in)->by_verdict[ESP_REPLAY], 1);
	assert_int_equal(esp_sa_counters(ends.in)->by_verdict[ESP_AUTH], 1);
	assert_int_equal(esp_sa_counters(ends.out)->by_verdict[ESP_MALFORMED], 1);
	ends_part(&ends);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_transform_goes_there_and_back),
		cmocka_unit_test(corruption_at_any_octet_is_refused),
		cmocka_unit_test(ah_leaves_to_routers_what_is_theirs),
		cmocka_unit_test(ah_takes_mutable_options_as_zeros),
		cmocka_unit_test(a_bundle_is_opened_to_the_end),
		cmocka_unit_test(ivs_of_cbc_do_not_repeat),
		cmocka_unit_test(a_batch_is_as_good_as_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
