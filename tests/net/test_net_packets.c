/* GRE headers and the MSS of a SYN, octet for octet. */
#include "base/inet.h"
#include "net/clamp.h"
#include "net/gre.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* 192.0.2.1 -> 198.51.100.1, TOS 0xb8, UDP without octets; its header checksum is right. */
static const uint8_t inner[28] = { 0x45, 0xb8, 0, 28, 0, 7, 0, 0, 63, 17, 0, 0, 192, 0, 2, 1, 198,
	51, 100, 1, 0, 1, 0, 2, 0, 8, 0, 0 };
static const struct cm_tunnel_interface bare = { .present = true, .gre = true };
static const struct cm_tunnel_interface keyed = {
	.present = true, .gre = true, .has_key = true, .key = 0x01020304
};

static void gre_pushes_the_header_of_rfc_2784(void **unused)
{
	uint8_t room[64] = { 0 };
	memcpy(room + 36, inner, sizeof inner);
	uint8_t *at = gre_push(&bare, 0xcb007101, 0xcb007202, 0x1234, room + 36, sizeof inner);
	static const uint8_t wanted[24] = { 0x45, 0xb8, 0, 52, 0x12, 0x34, 0, 0, 255, 47, 0, 0, 203,
		0, 113, 1, 203, 0, 114, 2, 0, 0, 0x08, 0 };
	assert_ptr_equal(at, room + 12);
	assert_int_equal(ip_sum(0, at, IP_HEADER), 0xffff);
	put16(at + 10, 0);
	assert_memory_equal(at, wanted, sizeof wanted);
	assert_memory_equal(at + 24, inner, sizeof inner);
}

static void gre_pushes_the_key_of_rfc_2890(void **unused)
{
	uint8_t room[64] = { 0 };
	static const uint8_t wanted[8] = { 0x20, 0, 0x08, 0, 1, 2, 3, 4 };
	memcpy(room + 36, inner, sizeof inner);
	uint8_t *at = gre_push(&keyed, 1, 2, 0, room + 36, sizeof inner);
	assert_ptr_equal(at, room + 8);
	assert_memory_equal(at + IP_HEADER, wanted, sizeof wanted);
	assert_int_not_equal(be16(at + 4), 0); /* a raw socket would put its own */
}

/* GRE with these octets as its header before the inner packet. */
static bool pulls(
	const struct cm_tunnel_interface *i, const uint8_t *gre, size_t size, uint16_t fragment)
{
	uint8_t packet[128] = { 0x45 }, *at = packet;
	size_t length = IP_HEADER + size + sizeof inner;
	put16(packet + 2, length);
	put16(packet + 6, fragment);
	packet[9] = GRE_PROTOCOL;
	memcpy(packet + IP_HEADER, gre, size);
	memcpy(packet + IP_HEADER + size, inner, sizeof inner);
	length += 5; /* octets behind the packet are none of it */
	bool good = gre_pull(i, &at, &length);
	if (good) {
		assert_int_equal(length, sizeof inner);
		assert_memory_equal(at, inner, sizeof inner);
	}
	return good;
}

static void gre_pulls_what_peers_may_send(void **unused)
{
	static const uint8_t plain[4] = { 0, 0, 8, 0 };
	static const uint8_t key[8] = { 0x20, 0, 8, 0, 1, 2, 3, 4 };
	static const uint8_t other[8] = { 0x20, 0, 8, 0, 1, 2, 3, 5 };
	static const uint8_t sequence[12] = { 0x30, 0, 8, 0, 1, 2, 3, 4, 0, 0, 0, 9 };
	static const uint8_t version[4] = { 0, 1, 8, 0 }, routing[8] = { 0x40, 0, 8, 0 };
	static const uint8_t nhrp[4] = { 0, 0, 0x20, 1 };
	assert_true(pulls(&bare, plain, 4, 0));
	assert_true(pulls(&bare, plain, 4, IP_DF));
	assert_true(pulls(&keyed, key, 8, 0));
	assert_true(pulls(&keyed, sequence, 12, 0));
	assert_false(pulls(&bare, plain, 4, IP_MF));
	assert_false(pulls(&keyed, plain, 4, 0));
	assert_false(pulls(&keyed, other, 8, 0));
	assert_false(pulls(&bare, key, 8, 0));
	assert_false(pulls(&bare, version, 4, 0));
	assert_false(pulls(&bare, routing, 8, 0));
	assert_false(pulls(&bare, nhrp, 4, 0));
}

static void gre_checks_a_checksum_when_there_is_one(void **unused)
{
	uint8_t gre[8] = { 0x80, 0, 8, 0 };
	uint32_t sum = ip_sum(ip_sum(0, gre, sizeof gre), inner, sizeof inner);
	put16(gre + 4, ip_checksum_of(sum));
	assert_true(pulls(&bare, gre, sizeof gre, 0));
	gre[5] ^= 1;
	assert_false(pulls(&bare, gre, sizeof gre, 0));
}

static void gre_never_reads_past_a_short_packet(void **unused)
{
	uint8_t packet[64] = { 0x45 };
	packet[9] = GRE_PROTOCOL;
	packet[IP_HEADER] = 0xb0; /* checksum, key, sequence */
	packet[IP_HEADER + 2] = 8;
	for (size_t total = 0; total < 20 + 16 + 20; total++) {
		uint8_t *at = packet;
		size_t length = total;
		put16(packet + 2, total);
		assert_false(gre_pull(&keyed, &at, &length));
	}
}

/* --- MSS -------------------------------------------------------------------------------------------- */

static size_t make_syn(uint8_t *ip, const uint8_t *options, size_t n, uint8_t flags)
{
	size_t size = TCP_HEADER + n;
	memset(ip, 0, IP_HEADER + size);
	memcpy(ip, inner, IP_HEADER);
	ip[9] = NEXT_TCP;
	put16(ip + 2, IP_HEADER + size);
	uint8_t *tcp = ip + IP_HEADER;
	put16(tcp, 40000);
	put16(tcp + 2, 80);
	tcp[12] = (uint8_t)(size / 4 << 4);
	tcp[13] = flags;
	memcpy(tcp + TCP_HEADER, options, n);
	put16(tcp + 16, ip_checksum_of(ip_sum(ip_pseudo_sum(ip, size), tcp, size)));
	return IP_HEADER + size;
}

static bool sum_is_right(const uint8_t *ip, size_t length)
{
	size_t size = length - IP_HEADER;
	return ip_sum(ip_pseudo_sum(ip, size), ip + IP_HEADER, size) == 0xffff;
}

static void mss_of_a_syn_is_lowered_never_raised(void **unused)
{
	static const uint8_t first[8] = { 2, 4, 0x05, 0xb4, 1, 3, 3, 7 };
	static const uint8_t odd[8] = { 1, 2, 4, 0x05, 0xb4, 0, 0, 0 }; /* not on an even octet */
	uint8_t ip[80];
	size_t length = make_syn(ip, first, sizeof first, 2);
	assert_true(clamp_mss(ip, length, 1360));
	assert_int_equal(be16(ip + 42), 1360);
	assert_true(sum_is_right(ip, length));
	assert_false(clamp_mss(ip, length, 1360));
	assert_false(clamp_mss(ip, length, 1400));
	assert_int_equal(be16(ip + 42), 1360);
	length = make_syn(ip, odd, sizeof odd, 0x12);
	assert_true(clamp_mss(ip, length, 1000));
	assert_int_equal(be16(ip + 43), 1000);
	assert_true(sum_is_right(ip, length));
}

static void mss_stays_where_it_is_none_of_ours(void **unused)
{
	static const uint8_t option[4] = { 2, 4, 0x05, 0xb4 }, cut[4] = { 1, 1, 2, 4 };
	static const uint8_t none[4] = { 1, 1, 1, 0 }, endless[4] = { 8, 0, 2, 4 };
	uint8_t ip[80];
	size_t length = make_syn(ip, option, sizeof option, 0x10); /* no SYN */
	assert_false(clamp_mss(ip, length, 500));
	length = make_syn(ip, option, sizeof option, 2);
	ip[36] ^= 1; /* a wrong checksum is not made right */
	assert_false(clamp_mss(ip, length, 500));
	length = make_syn(ip, option, sizeof option, 2);
	put16(ip + 6, IP_MF);
	assert_false(clamp_mss(ip, length, 500));
	assert_false(clamp_mss(ip, make_syn(ip, cut, sizeof cut, 2), 500));
	assert_false(clamp_mss(ip, make_syn(ip, none, sizeof none, 2), 500));
	assert_false(clamp_mss(ip, make_syn(ip, endless, sizeof endless, 2), 500));
	length = make_syn(ip, option, sizeof option, 2);
	ip[32] = 0xf0; /* a header longer than the packet */
	assert_false(clamp_mss(ip, length, 500));
	assert_false(clamp_mss(ip, 30, 500));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gre_pushes_the_header_of_rfc_2784),
		cmocka_unit_test(gre_pushes_the_key_of_rfc_2890),
		cmocka_unit_test(gre_pulls_what_peers_may_send),
		cmocka_unit_test(gre_checks_a_checksum_when_there_is_one),
		cmocka_unit_test(gre_never_reads_past_a_short_packet),
		cmocka_unit_test(mss_of_a_syn_is_lowered_never_raised),
		cmocka_unit_test(mss_stays_where_it_is_none_of_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
