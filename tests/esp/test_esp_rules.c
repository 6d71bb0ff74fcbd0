/* What is refused, told, fragmented and copied: headers, sizes, lifetimes, selectors, the database. */
#include "esp/ends.h"
#include "esp/room.h"

/* --- The UDP port (RFC 3948) ------------------------------------------------------------------ */

static void the_udp_port_is_sorted(void **state)
{
	static const struct {
		const char *datagram;
		enum esp_verdict verdict;
		size_t left;
	} rows[] = {
		{ "ff", ESP_KEEPALIVE, 1 },
		{ "00000000 0102030405", ESP_IKE, 5 },
		{ "00000000", ESP_IKE, 0 },
		{ "fe", ESP_MALFORMED, 1 },
		{ "ffff", ESP_MALFORMED, 2 },
		{ "000000", ESP_MALFORMED, 3 },
		{ "", ESP_MALFORMED, 0 },
		{ "c0ffee01000000", ESP_MALFORMED, 7 },
		{ "c0ffee0200000001", ESP_NO_SA, 8 },
		{ "c0ffee0100000001", ESP_MALFORMED, 8 },
	};
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends.params.udp = true;
	ends_join(&ends);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer b;
		buffer_hex(&b, rows[i].datagram);
		b.packet.form = ESP_FORM_UDP;
		assert_int_equal(open_it(&ends, &b), rows[i].verdict);
		assert_int_equal(b.packet.length, rows[i].left);
	}
	const struct esp_counters *strays = esp_sadb_counters(ends.db);
	assert_int_equal(strays->by_verdict[ESP_KEEPALIVE], 1);
	assert_int_equal(strays->by_verdict[ESP_IKE], 2);
	assert_int_equal(strays->by_verdict[ESP_NO_SA], 1);
	assert_int_equal(strays->by_verdict[ESP_MALFORMED], 5);
	assert_int_equal(esp_sa_counters(ends.in)->by_verdict[ESP_MALFORMED], 1);
	ends_part(&ends);
}

static void the_datagram_is_framed(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-gcm-128", NULL });
	ends.params.udp = true;
	ends.params.remote_port = 61000;
	ends_join(&ends);
	esp_sa_move(ends.out, 0xc0000207, 62000);
	struct buffer b;
	buffer_inner(&b, 100);
	assert_int_equal(esp_seal(ends.out, &b.packet, 1), 1);
	const uint8_t *ip = b.packet.at;
	assert_int_equal(b.packet.body, 28);
	assert_int_equal(sum_of(ip, 20), 0xffff);
	assert_int_equal(be16(ip + 2), b.packet.length);
	assert_int_equal(ip[9], 17);
	assert_int_equal(be32(ip + 12), SITE_A);
	assert_int_equal(be32(ip + 16), 0xc0000207);
	assert_int_equal(be16(ip + 20), 4500);
	assert_int_equal(be16(ip + 22), 62000);
	assert_int_equal(be16(ip + 24), b.packet.length - 20);
	assert_int_equal(be16(ip + 26), 0);
	assert_int_equal(be32(ip + 28), SPI);
	ends_part(&ends);
}

static void the_way_of_encapsulation_must_be_that_of_the_sa(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends_join(&ends);
	struct buffer b;
	buffer_inner(&b, 100);
	assert_int_equal(seal(&ends, &b), ESP_OK);
	b.packet.at += 20;
	b.packet.length -= 20;
	b.packet.form = ESP_FORM_UDP;
	assert_int_equal(open_it(&ends, &b), ESP_NO_SA);
	ends_part(&ends);
}

static void tcp_behind_a_nat_gets_its_checksum(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends.params.udp = true;
	ends.params.mode = CM_MODE_TRANSPORT;
	ends_join(&ends);
	struct buffer b;
	buffer_hex(&b,
		"4500002b123400003f060000ac121e0ac0a8640a"
		"03e80050000000010000000250180400deaf0000 616263");
	ip_checksum(b.packet.at, 20);
	assert_int_equal(seal(&ends, &b), ESP_OK);
	assert_int_equal(open_it(&ends, &b), ESP_OK);
	assert_int_equal(b.packet.length, 43);
	uint8_t pseudo[12 + 24] = { 0 };
	memcpy(pseudo, b.packet.at + 12, 8);
	pseudo[9] = 6;
	pseudo[11] = 23;
	memcpy(pseudo + 12, b.packet.at + 20, 23);
	assert_int_equal(sum_of(pseudo, sizeof pseudo), 0xffff);
	ends_part(&ends);
}

/* --- What a peer may have sent wrong behind a right ICV --------------------------------------- */

/* Seal `text` (padding and trailer included) as it is, by the transform's own hand. */
static enum esp_verdict open_text(struct ends *ends, const char *hex)
{
	struct buffer b;
	struct known text = known(hex);
	uint8_t packet[2048] = { 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 50, 0, 0 };
	uint64_t sequence = ++ends->out->sequence;
	put32(packet + 20, SPI);
	put32(packet + 24, (uint32_t)sequence);
	memcpy(packet + 28 + ends->out->iv, text.at, text.length);
	ends->out->transform->seal(ends->out, packet + 20, text.length, sequence, NULL);
	size_t total = 28u + ends->out->iv + text.length + ends->out->icv;
	put16(packet + 2, total);
	buffer_fill(&b, packet, total);
	return open_it(ends, &b);
}

static void trailers_are_looked_at(void **state)
{
	static const struct {
		const char *text;
		enum esp_verdict verdict;
	} rows[] = {
		{ "45000014000100003f11000001020304050607080000 01020304050607080204",
			ESP_PADDING },
		{ "45000014000100003f1100000102030405060708 01020304050607080a0a0a04",
			ESP_PADDING },
		{ "45000014000100003f1100000102030405060708 0102030405060708090a0a04", ESP_OK },
		{ "45000014000100003f1100000102030405060708 0102030405060708090a0a29",
			ESP_NEXT_HEADER }, /* IPv6 */
		{ "45000014000100003f1100000102030405060708 0102030405060708090a0a06",
			ESP_NEXT_HEADER },
		{ "45000014000100003f1100000102030405060708 0102030405060708090a0a3b", ESP_DUMMY },
		{ "0102030405060708090a0b0c0d0e0e04", ESP_MALFORMED }, /* nothing but padding */
		{ "0102030405060708090a0b0c0d0eff04", ESP_PADDING },   /* longer than all */
		{ "0102030405060708090a0b0c0d0e0f04", ESP_PADDING },
		{ "65000014000100003f1100000102030405060708 0102030405060708090a0a04",
			ESP_MALFORMED },
		{ "44000014000100003f1100000102030405060708 0102030405060708090a0a04",
			ESP_MALFORMED },
		{ "45000015000100003f1100000102030405060708 0102030405060708090a0a04",
			ESP_MALFORMED },
		/* TFC padding: zeros behind the packet, before the padding, RFC 4303 2.7 */
		{ "45000014000100003f1100000102030405060708 000000000000000000000000"
		  "0000000000000000000000000000 0004",
			ESP_OK },
	};
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends_join(&ends);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct esp_counters *c = esp_sa_counters(ends.in);
		uint64_t before = c->by_verdict[rows[i].verdict];
		assert_int_equal(open_text(&ends, rows[i].text), rows[i].verdict);
		assert_int_equal(c->by_verdict[rows[i].verdict], before + 1);
	}
	assert_int_equal(esp_sa_counters(ends.in)->packets, 2);
	ends_part(&ends);
}

static void outer_packets_must_be_whole(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} changes[] = {
		{ 0, 0x65 },
		{ 0, 0x44 },
		{ 2, 0xff },
		{ 6, 0x20 },
		{ 7, 1 },
		{ 9, 47 },
		{ 3, 27 },
	};
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends_join(&ends);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct buffer b;
		buffer_inner(&b, 100);
		assert_int_equal(seal(&ends, &b), ESP_OK);
		b.packet.at[changes[i].at] = changes[i].value;
		if (changes[i].at == 3)
			b.packet.at[2] = 0; /* too short for an SPI */
		assert_int_equal(open_it(&ends, &b), ESP_MALFORMED);
	}
	struct buffer b;
	buffer_inner(&b, 100);
	assert_int_equal(seal(&ends, &b), ESP_OK);
	put32(b.packet.at + 20, SPI + 1);
	assert_int_equal(open_it(&ends, &b), ESP_NO_SA);
	assert_int_equal(b.packet.spi, SPI + 1);
	assert_null(b.packet.sa);
	ends_part(&ends);
}

static void what_cannot_be_sealed_is_refused(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends.params.mode = CM_MODE_TRANSPORT;
	ends_join(&ends);
	struct buffer b;
	buffer_inner(&b, 100);
	b.packet.at[6] = 0x20; /* a fragment */
	assert_int_equal(seal(&ends, &b), ESP_MALFORMED);
	buffer_inner(&b, 100);
	b.packet.length = 60; /* shorter than it says */
	assert_int_equal(seal(&ends, &b), ESP_MALFORMED);
	buffer_inner(&b, 100);
	b.packet.size = (size_t)(b.packet.at - b.room) + 100 + ESP_TAIL - 1;
	assert_int_equal(seal(&ends, &b), ESP_TOO_BIG);
	assert_int_equal(esp_sa_sequence(ends.out), 0); /* no number was spent */
	ends_part(&ends);
}

/* --- DF, TOS, ECN ----------------------------------------------------------------------------- */

static void the_df_bit_follows_the_policy(void **state)
{
	static const struct {
		enum cm_df df;
		bool inner, outer;
	} rows[] = {
		{ CM_DF_COPY, false, false },
		{ CM_DF_COPY, true, true },
		{ CM_DF_CLEAR, false, false },
		{ CM_DF_CLEAR, true, false },
		{ CM_DF_SET, false, true },
		{ CM_DF_SET, true, true },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ends ends = ends_of((struct pair){ "3des", "sha1" });
		ends.params.df = rows[i].df;
		ends_join(&ends);
		struct buffer b;
		buffer_inner(&b, 100);
		b.packet.at[6] = rows[i].inner ? 0x40 : 0;
		assert_int_equal(seal(&ends, &b), ESP_OK);
		assert_int_equal(b.packet.at[6], rows[i].outer ? 0x40 : 0);
		assert_int_equal(open_it(&ends, &b), ESP_OK);
		assert_int_equal(b.packet.at[6], rows[i].inner ? 0x40 : 0);
		ends_part(&ends);
	}
}

/* RFC 6040 figure 4. Codes of RFC 3168: 0 not ECT, 2 ECT(0), 1 ECT(1), 3 CE; -1 dropped. */
static const int merged[4][4] = {
	/* [inner][outer] */
	{ 0, 0, 0, -1 },
	{ 1, 1, 1, 3 },
	{ 2, 1, 2, 3 },
	{ 3, 3, 3, 3 },
};

static void congestion_marks_come_through(void **state)
{
	struct ends ends = ends_of((struct pair){ "3des", "sha1" });
	ends_join(&ends);
	for (uint8_t inner = 0; inner < 4; inner++)
		for (uint8_t outer = 0; outer < 4; outer++) {
			struct buffer b;
			buffer_inner(&b, 100);
			b.packet.at[1] = 0xb8 | inner;
			ip_checksum(b.packet.at, 20);
			assert_int_equal(seal(&ends, &b), ESP_OK);
			assert_int_equal(b.packet.at[1], 0xb8 | inner); /* DSCP and ECN copied */
			b.packet.at[1] = outer;
			int expected = merged[inner][outer];
			assert_int_equal(open_it(&ends, &b), expected < 0 ? ESP_CONGESTED : ESP_OK);
			if (expected < 0)
				continue;
			assert_int_equal(b.packet.at[1], 0xb8 | expected); /* its own DSCP */
			assert_int_equal(sum_of(b.packet.at, 20), 0xffff);
		}
	ends_part(&ends);
}

/* --- Sizes ------------------------------------------------------------------------------------ */

static void fit_decides_by_df_mode_and_policy(void **state)
{
	static const struct {
		enum cm_mode mode;
		enum cm_df df;
		bool after, inner_df, big;
		enum esp_fit fit;
	} rows[] = {
		{ CM_MODE_TUNNEL, CM_DF_COPY, false, true, false, ESP_FITS },
		{ CM_MODE_TUNNEL, CM_DF_COPY, false, false, true, ESP_FRAGMENT_FIRST },
		{ CM_MODE_TUNNEL, CM_DF_COPY, false, true, true, ESP_TELL_SENDER },
		{ CM_MODE_TUNNEL, CM_DF_SET, false, false, true, ESP_FRAGMENT_FIRST },
		{ CM_MODE_TUNNEL, CM_DF_SET, true, false, true, ESP_FRAGMENT_FIRST },
		{ CM_MODE_TUNNEL, CM_DF_SET, false, true, true, ESP_TELL_SENDER },
		{ CM_MODE_TUNNEL, CM_DF_CLEAR, false, true, true, ESP_FRAGMENT_FIRST },
		{ CM_MODE_TUNNEL, CM_DF_CLEAR, true, true, true, ESP_FRAGMENT_AFTER },
		{ CM_MODE_TUNNEL, CM_DF_COPY, true, false, true, ESP_FRAGMENT_AFTER },
		{ CM_MODE_TRANSPORT, CM_DF_COPY, false, false, true, ESP_FRAGMENT_AFTER },
		{ CM_MODE_TRANSPORT, CM_DF_COPY, false, true, true, ESP_TELL_SENDER },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ends ends = ends_of((struct pair){ "3des", "sha1" });
		ends.params.mode = rows[i].mode;
		ends.params.df = rows[i].df;
		ends.params.fragment_after = rows[i].after;
		ends_join(&ends);
		struct buffer b;
		buffer_inner(&b, esp_sa_inner_mtu(ends.out) + (rows[i].big ? 1 : 0));
		b.packet.at[6] = rows[i].inner_df ? 0x40 : 0;
		assert_int_equal(esp_fit(ends.out, &b.packet), rows[i].fit);
		ends_part(&ends);
	}
}

static void the_path_is_lowered_only(void **state)
{
	struct ends ends = ends_of((struct pair){ "3des", "sha1" });
	ends_join(&ends);
	assert_int_equal(esp_sa_inner_mtu(ends.out), 1446);
	esp_sa_lower_mtu(ends.out, 1400);
	assert_int_equal(esp_sa_inner_mtu(ends.out), 1350);
	esp_sa_lower_mtu(ends.out, 1500);
	assert_int_equal(esp_sa_inner_mtu(ends.out), 1350);
	esp_sa_lower_mtu(ends.out, 68); /* anybody can send such a message */
	assert_int_equal(esp_sa_params(ends.out)->path_mtu, ESP_PATH_MTU_MIN);
	ends_part(&ends);
}

/* Put fragments together again, by their offsets; gives the payload's length. */
static size_t join(const struct esp_packet *pieces, size_t n, uint8_t *out)
{
	size_t end = 0;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *ip = pieces[i].at;
		size_t header = (size_t)(ip[0] & 15) * 4,
		       offset = (size_t)(be16(ip + 6) & 0x1fff) * 8;
		assert_int_equal(be16(ip + 2), pieces[i].length);
		assert_int_equal(sum_of(ip, header), 0xffff);
		assert_int_equal((be16(ip + 6) & IP_MF) != 0, i + 1 < n);
		memcpy(out + offset, ip + header, pieces[i].length - header);
		end = offset + pieces[i].length - header;
	}
	return end;
}

static void fragments_are_whole_again_when_joined(void **state)
{
	static struct buffer rooms[16];
	struct esp_packet pieces[16];
	uint8_t joined[ROOM];
	for (size_t length = 28; length < 3000; length += 61)
		for (size_t mtu = 68 + 12; mtu < 1500; mtu += 217) {
			struct buffer b;
			buffer_inner(&b, length);
			for (size_t i = 0; i < 16; i++)
				pieces[i] = (struct esp_packet){ .room = rooms[i].room,
					.size = sizeof rooms[i].room };
			size_t n = esp_fragment(b.packet.at, length, mtu, pieces, 16);
			size_t most = (mtu - 20) / 8 * 8;
			size_t expected = length <= mtu
				? 1
				: (length - 20 - (mtu - 20) + most - 1) / most + 1;
			if (expected > 16) {
				assert_int_equal(n, 0);
				continue;
			}
			assert_in_range(n, 1, 16);
			for (size_t i = 0; i < n; i++)
				assert_true(pieces[i].length <= mtu);
			assert_int_equal(join(pieces, n, joined), length - 20);
			assert_memory_equal(joined, b.packet.at + 20, length - 20);
		}
}

static void fragments_of_fragments_keep_their_place(void **state)
{
	static struct buffer rooms[4];
	struct esp_packet pieces[4];
	struct buffer b;
	buffer_inner(&b, 220);
	put16(b.packet.at + 6, IP_DF | IP_MF | 100);
	for (size_t i = 0; i < 4; i++)
		pieces[i] =
			(struct esp_packet){ .room = rooms[i].room, .size = sizeof rooms[i].room };
	assert_int_equal(esp_fragment(b.packet.at, 220, 124, pieces, 4), 2);
	assert_int_equal(be16(pieces[0].at + 6), IP_MF | 100);
	assert_int_equal(be16(pieces[1].at + 6), IP_MF | 113); /* "more" is the original's; no DF */
	pieces[1].size = 100;
	assert_int_equal(esp_fragment(b.packet.at, 220, 124, pieces, 4), 0);
	assert_int_equal(esp_fragment(b.packet.at, 10, 124, pieces, 4), 0);
	assert_int_equal(esp_fragment(b.packet.at, 220, 20, pieces, 4), 0);
}

static void only_copied_options_go_into_later_fragments(void **state)
{
	static struct buffer rooms[4];
	struct esp_packet pieces[4];
	/* no-op, security (130, copied, 3 octets), record route (7, not copied), end */
	struct known k =
		known("48000050000100003f110000ac121e0ac0a8640a 01 820300 07070400000000 00");
	memset(k.at + 32, 0x5a, 48);
	for (size_t i = 0; i < 4; i++)
		pieces[i] =
			(struct esp_packet){ .room = rooms[i].room, .size = sizeof rooms[i].room };
	assert_int_equal(esp_fragment(k.at, 80, 56, pieces, 4), 2);
	assert_int_equal(pieces[0].at[0], 0x48);
	assert_int_equal(pieces[0].length, 56);
	assert_int_equal(pieces[1].at[0], 0x46);
	assert_known(pieces[1].at + 20, 4, "82030000");
}

static void fragments_pass_a_tunnel_each(void **state)
{
	static struct buffer rooms[4];
	struct esp_packet pieces[4];
	uint8_t joined[ROOM];
	struct ends ends = ends_of((struct pair){ "aes-256", "sha256" });
	ends_join(&ends);
	struct buffer b;
	buffer_inner(&b, 3000);
	assert_int_equal(esp_fit(ends.out, &b.packet), ESP_FRAGMENT_FIRST);
	for (size_t i = 0; i < 4; i++)
		pieces[i] =
			(struct esp_packet){ .room = rooms[i].room, .size = sizeof rooms[i].room };
	size_t n = esp_fragment(b.packet.at, 3000, esp_sa_inner_mtu(ends.out), pieces, 4);
	assert_int_equal(n, 3);
	assert_int_equal(esp_seal(ends.out, pieces, n), n);
	for (size_t i = 0; i < n; i++)
		assert_true(pieces[i].length <= 1500);
	assert_int_equal(esp_open(ends.db, pieces, n), n);
	assert_int_equal(join(pieces, n, joined), 2980);
	assert_memory_equal(joined, b.packet.at + 20, 2980);
	ends_part(&ends);
}

static void the_sender_is_told(void **state)
{
	uint8_t out[600];
	struct buffer b;
	buffer_inner(&b, 1500);
	size_t length = esp_too_big_message(b.packet.at, 1500, 1438, SITE_A, out, sizeof out);
	assert_int_equal(length, 576);
	assert_int_equal(be16(out + 2), length);
	assert_int_equal(sum_of(out, 20), 0xffff);
	assert_int_equal(sum_of(out + 20, length - 20), 0xffff);
	assert_int_equal(be32(out + 12), SITE_A);
	assert_memory_equal(out + 16, b.packet.at + 12, 4);
	assert_int_equal(out[9], 1);
	assert_int_equal(out[20], 3);
	assert_int_equal(out[21], 4);
	assert_int_equal(be16(out + 26), 1438);
	assert_memory_equal(out + 28, b.packet.at, 548);
	assert_int_equal(esp_too_big_message(b.packet.at, 1500, 1438, SITE_A, out, 575), 0);
}

static void some_senders_are_not_told(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		bool icmp;
	} rows[] = {
		{ 7, 1, false },    /* a later fragment */
		{ 12, 224, false }, /* from a group */
		{ 16, 239, false }, /* to a group */
		{ 20, 3, true },    /* about an ICMP error: unreachable, time exceeded */
		{ 20, 11, true },
		{ 0, 0x65, false },
	};
	uint8_t out[600];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer b;
		buffer_inner(&b, 1500);
		if (rows[i].icmp)
			b.packet.at[9] = 1;
		b.packet.at[rows[i].at] = rows[i].value;
		assert_int_equal(
			esp_too_big_message(b.packet.at, 1500, 1400, SITE_A, out, sizeof out), 0);
	}
	struct buffer echo;
	buffer_inner(&echo, 100);
	echo.packet.at[9] = 1;
	echo.packet.at[20] = 8;
	assert_int_equal(
		esp_too_big_message(echo.packet.at, 100, 1400, SITE_A, out, sizeof out), 128);
}

/* --- Lifetimes -------------------------------------------------------------------------------- */

static void kilobytes_signal_and_then_stop(void **state)
{
	struct ends ends = ends_of((struct pair){ "3des", "sha1" });
	ends.params.soft_bytes = 300;
	ends.params.hard_bytes = 500;
	ends_join(&ends);
	struct buffer b;
	static const unsigned signals[] = { 0, 0, ESP_SIGNAL_SOFT, 0, ESP_SIGNAL_HARD };
	for (size_t i = 0; i < 5; i++) {
		buffer_inner(&b, 100);
		assert_int_equal(seal(&ends, &b), ESP_OK);
		assert_int_equal(esp_sa_signals(ends.out), signals[i]);
		assert_int_equal(open_it(&ends, &b), ESP_OK);
		assert_int_equal(esp_sa_signals(ends.in), signals[i]);
	}
	buffer_inner(&b, 100);
	assert_int_equal(seal(&ends, &b), ESP_EXPIRED);
	assert_int_equal(esp_sa_signals(ends.out), ESP_SIGNAL_HARD);
	ends.out->params.hard_bytes = 0; /* a peer that goes on regardless */
	assert_int_equal(seal(&ends, &b), ESP_OK);
	assert_int_equal(open_it(&ends, &b), ESP_EXPIRED);
	assert_int_equal(esp_sa_counters(ends.in)->by_verdict[ESP_EXPIRED], 1);
	ends_part(&ends);
}

static void packets_are_a_lifetime_too(void **state)
{
	struct ends ends = ends_of((struct pair){ "3des", "sha1" });
	ends.params.soft_packets = 1;
	ends.params.hard_packets = 2;
	ends_join(&ends);
	struct buffer b;
	buffer_inner(&b, 100);
	assert_int_equal(seal(&ends, &b), ESP_OK);
	assert_int_equal(esp_sa_signals(ends.out), ESP_SIGNAL_SOFT);
	buffer_inner(&b, 100);
	assert_int_equal(seal(&ends, &b), ESP_OK);
	assert_int_equal(esp_sa_signals(ends.out), ESP_SIGNAL_HARD);
	buffer_inner(&b, 100);
	assert_int_equal(seal(&ends, &b), ESP_EXPIRED);
	ends_part(&ends);
}

/* --- Selectors -------------------------------------------------------------------------------- */

#define NET(a, b, c, d, bits)                                                        \
	{                                                                            \
		(uint32_t) a << 24 | b << 16 | c << 8 | d, UINT32_MAX << (32 - bits) \
	}
#define ALL               \
	{                 \
		0, 0xffff \
	}

/* The packet of buffer_inner: UDP 172.18.30.10:1000 -> 192.168.100.10:2000. */
static const struct {
	struct cm_selector selector; /* local 172…, outbound */
	bool matches, later_fragment_matches;
} selected[] = {
	{ { 0, NET(172, 18, 30, 0, 24), NET(192, 168, 100, 0, 24), ALL, ALL, { 0, 0 }, 0 }, true,
		true },
	{ { 17, NET(172, 18, 30, 0, 24), NET(192, 168, 100, 0, 24), ALL, ALL, { 0, 0 }, 0 }, true,
		true },
	{ { 6, NET(172, 18, 30, 0, 24), NET(192, 168, 100, 0, 24), ALL, ALL, { 0, 0 }, 0 }, false,
		false },
	{ { 17, NET(172, 18, 30, 10, 32), NET(192, 168, 100, 0, 24), { 1000, 1000 }, ALL, { 0, 0 },
		  0 },
		true, false },
	{ { 17, NET(172, 18, 30, 10, 32), NET(192, 168, 100, 0, 24), ALL, { 1990, 2000 }, { 0, 0 },
		  0 },
		true, false },
	{ { 17, NET(172, 18, 30, 10, 32), NET(192, 168, 100, 0, 24), ALL, { 1990, 1999 }, { 0, 0 },
		  0 },
		false, false },
	{ { 0, NET(172, 18, 31, 0, 24), NET(192, 168, 100, 0, 24), ALL, ALL, { 0, 0 }, 0 }, false,
		false },
	{ { 0, NET(172, 18, 30, 0, 24), NET(192, 168, 101, 0, 24), ALL, ALL, { 0, 0 }, 0 }, false,
		false },
};

static void selectors_choose_packets(void **state)
{
	for (size_t i = 0; i < sizeof selected / sizeof *selected; i++) {
		const struct cm_selector *s = &selected[i].selector;
		struct cm_selector turned = *s;
		turned.local = s->remote;
		turned.remote = s->local;
		memcpy(turned.local_port, s->remote_port, sizeof turned.local_port);
		memcpy(turned.remote_port, s->local_port, sizeof turned.remote_port);
		struct buffer b;
		buffer_inner(&b, 60);
		assert_int_equal(
			esp_selects(s, ESP_OUTBOUND, b.packet.at, 60), selected[i].matches);
		assert_int_equal(
			esp_selects(&turned, ESP_INBOUND, b.packet.at, 60), selected[i].matches);
		b.packet.at[7] = 9;
		assert_int_equal(esp_selects(s, ESP_OUTBOUND, b.packet.at, 60),
			selected[i].later_fragment_matches);
	}
	uint8_t none[20] = { 0 };
	assert_false(esp_selects(&selected[0].selector, ESP_OUTBOUND, none, sizeof none));
}

static void what_comes_out_must_be_within_the_selector(void **state)
{
	static const struct cm_selector right = { 0, NET(192, 168, 100, 0, 24),
		NET(172, 18, 30, 0, 24), ALL, ALL, { 0, 0 }, 0 };
	struct ends ends = ends_of((struct pair){ "3des", "sha1" });
	ends.params.selector = &right;
	ends_join(&ends);
	struct buffer b;
	buffer_inner(&b, 60);
	assert_int_equal(seal(&ends, &b), ESP_OK);
	assert_int_equal(open_it(&ends, &b), ESP_OK);
	buffer_inner(&b, 60);
	b.packet.at[19] = 10;
	b.packet.at[18] = 101; /* for another net */
	assert_int_equal(seal(&ends, &b), ESP_OK);
	assert_int_equal(open_it(&ends, &b), ESP_SELECTOR);
	assert_int_equal(esp_sa_counters(ends.in)->packets, 1);
	ends_part(&ends);
}

/* --- Keys and the database -------------------------------------------------------------------- */

static void what_cannot_be_had_is_refused(void **state)
{
	struct crypto *crypto = crypto_new();
	struct esp_params params = usual_params();
	static const struct pair nothing[] = { { "null", NULL }, { NULL, NULL },
		{ "seal", "sha1" } };
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
		struct esp_keys keys = usual_keys(nothing[i]);
		assert_false(esp_can(crypto, keys.cipher, keys.hash));
		assert_null(esp_sa_new(crypto, &params, &keys));
	}
	for (size_t i = 0; i < N_ESP; i++) {
		struct esp_keys keys = usual_keys(esp_pairs[i]);
		assert_true(esp_can(crypto, keys.cipher, keys.hash));
	}
	const struct cm_hash foreign = { .size = 24, .icv = 12 };
	assert_false(esp_can(crypto, NULL, &foreign));
	crypto_free(crypto);
}

static void keymat_is_cut_in_order(void **state)
{
	uint8_t keymat[128];
	struct esp_keys keys;
	counted_octets(keymat, sizeof keymat, 3);
	assert_int_equal(esp_keys_size(cm_cipher_named("3des"), cm_hash_named("md5")), 40);
	assert_int_equal(esp_keys_size(cm_cipher_named("aes-gcm-128"), NULL), 20);
	assert_int_equal(esp_keys_size(NULL, cm_hash_named("sha512")), 64);
	esp_keys_cut(&keys, cm_cipher_named("3des"), cm_hash_named("md5"), keymat);
	assert_memory_equal(keys.cipher_key, keymat, 24);
	assert_memory_equal(keys.hash_key, keymat + 24, 16);
	esp_keys_wipe(&keys);
	const struct esp_keys empty = { 0 };
	assert_memory_equal(&keys, &empty, sizeof keys);
}

static void thousands_are_found_by_spi(void **state)
{
	enum { MANY = 2000 };
	struct crypto *crypto = crypto_new();
	struct esp_sadb *db = esp_sadb_new();
	struct esp_params params = usual_params();
	struct esp_keys keys = usual_keys((struct pair){ NULL, "sha1" });
	static struct esp_sa *all[MANY];
	for (uint32_t i = 0; i < MANY; i++) {
		params.spi = 0x1000 + i;
		all[i] = esp_sa_new(crypto, &params, &keys);
		assert_true(esp_sadb_add(db, all[i]));
		assert_false(esp_sadb_add(db, all[i]));
	}
	assert_int_equal(esp_sadb_count(db), MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		assert_ptr_equal(esp_sadb_find(db, 0x1000 + i, ESP_PROTOCOL_AH), all[i]);
		assert_null(esp_sadb_find(db, 0x1000 + i, ESP_PROTOCOL_ESP));
		assert_int_equal(esp_sa_protocol(all[i]), ESP_PROTOCOL_AH);
	}
	for (uint32_t i = 0; i < MANY; i += 2)
		esp_sadb_remove(db, all[i]);
	assert_int_equal(esp_sadb_count(db), MANY / 2);
	for (uint32_t i = 0; i < MANY; i++)
		assert_ptr_equal(
			esp_sadb_find(db, 0x1000 + i, ESP_PROTOCOL_AH), i % 2 ? all[i] : NULL);
	esp_sadb_free(db);
	crypto_free(crypto);
}

static void every_verdict_has_its_word(void **state)
{
	for (unsigned i = 0; i < ESP_N_VERDICTS; i++)
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(esp_verdict_word(i), esp_verdict_word(j));
	assert_string_equal(esp_verdict_word(ESP_REPLAY), "replay");
	assert_string_equal(esp_verdict_word(ESP_N_VERDICTS), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_udp_port_is_sorted),
		cmocka_unit_test(the_datagram_is_framed),
		cmocka_unit_test(the_way_of_encapsulation_must_be_that_of_the_sa),
		cmocka_unit_test(tcp_behind_a_nat_gets_its_checksum),
		cmocka_unit_test(trailers_are_looked_at),
		cmocka_unit_test(outer_packets_must_be_whole),
		cmocka_unit_test(what_cannot_be_sealed_is_refused),
		cmocka_unit_test(the_df_bit_follows_the_policy),
		cmocka_unit_test(congestion_marks_come_through),
		cmocka_unit_test(fit_decides_by_df_mode_and_policy),
		cmocka_unit_test(the_path_is_lowered_only),
		cmocka_unit_test(fragments_are_whole_again_when_joined),
		cmocka_unit_test(fragments_of_fragments_keep_their_place),
		cmocka_unit_test(only_copied_options_go_into_later_fragments),
		cmocka_unit_test(fragments_pass_a_tunnel_each),
		cmocka_unit_test(the_sender_is_told),
		cmocka_unit_test(some_senders_are_not_told),
		cmocka_unit_test(kilobytes_signal_and_then_stop),
		cmocka_unit_test(packets_are_a_lifetime_too),
		cmocka_unit_test(selectors_choose_packets),
		cmocka_unit_test(what_comes_out_must_be_within_the_selector),
		cmocka_unit_test(what_cannot_be_had_is_refused),
		cmocka_unit_test(keymat_is_cut_in_order),
		cmocka_unit_test(thousands_are_found_by_spi),
		cmocka_unit_test(every_verdict_has_its_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
