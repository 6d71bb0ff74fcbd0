#include "facts/pset.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/*
 * Sets against brute force: random lines over a small world of addresses, ports and fields, so
 * that lines meet often, and every packet asked twice, of the set and of the lines themselves.
 */
enum { TCP = 6, UDP = 17, ICMP = 1, ROUNDS = 150, LINES = 12, PACKETS = 400 };

static uint64_t state_of_random = 3301;

static uint32_t draw(uint32_t below)
{
	state_of_random = state_of_random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state_of_random >> 33) % below;
}

static const uint16_t ports[] = { 0, 1, 22, 79, 80, 81, 443, 1023, 1024, 65535 };
#define DRAW_OF(list) (list)[draw(sizeof(list) / sizeof *(list))]

/* Few bits vary: 10.0.0-3.0-3 and the top bit. Masks with and without holes. */
static uint32_t draw_address(void)
{
	return 0x0a000000 | draw(4) << 8 | draw(4) | draw(2) << 31;
}

static struct cm_net draw_net(void)
{
	static const uint32_t masks[] = { 0, UINT32_MAX, UINT32_MAX, 0xffffff00, 0xfffffffe,
		0xff000000, 0xff0000ff, 0x80000300, 0xfffffefe, 1 };
	struct cm_net net = { draw_address(), DRAW_OF(masks) };
	net.address &= net.mask;
	return net;
}

static uint8_t draw_ports(uint16_t (*ranges)[2])
{
	uint8_t n = (uint8_t)draw(3);
	for (uint8_t i = 0; i < n; i++) {
		uint16_t a = DRAW_OF(ports), b = DRAW_OF(ports);
		ranges[i][0] = a < b ? a : b;
		ranges[i][1] = draw(9) ? (a < b ? b : a) : ranges[i][0];
	}
	return n;
}

static void draw_layer4(struct pset_match *m)
{
	if (m->protocol == TCP || m->protocol == UDP) {
		m->n_source_ports = draw(3) ? 0 : draw_ports(m->source_ports);
		m->n_destination_ports = draw_ports(m->destination_ports);
	}
	if (m->protocol == TCP && draw(3) == 0) {
		m->has_tcp_flags = true;
		m->tcp_flags = draw(2) ? pset_flags_established()
				       : pset_flags_all((uint8_t)draw(4), (uint8_t)(draw(4) << 1));
	}
	if (m->protocol == ICMP && draw(2)) {
		m->has_icmp = true;
		m->icmp_type = (uint8_t)draw(3);
		m->has_icmp_code = draw(2);
		m->icmp_code = (uint8_t)draw(2);
	}
}

static void draw_rare(struct pset_match *m)
{
	switch (draw(12)) {
	case 0:
		m->tos_mask = 0xe0;
		m->tos_value = (uint8_t)(draw(2) << 5);
		break;
	case 1:
		m->n_ttl = 1;
		m->ttl[0][0] = (uint8_t)draw(3);
		m->ttl[0][1] = (uint8_t)draw(4);
		break;
	case 2:
		m->with_option = draw(2) ? PSET_OPTION_SOME : PSET_OPTION_ONE;
		m->option = (uint8_t)draw(2);
		break;
	case 3:
		m->condition = (uint16_t)draw(3);
		break;
	}
}

static struct pset_match draw_match(void)
{
	static const uint8_t protocols[] = { 0, 0, TCP, TCP, UDP, ICMP, 50 };
	struct pset_match m = { .permit = draw(2),
		.protocol = DRAW_OF(protocols),
		.source = draw_net(),
		.destination = draw_net() };
	if (draw(10) == 0)
		m.fragments = true;
	else
		draw_layer4(&m);
	draw_rare(&m);
	return m;
}

static struct pset_packet draw_packet(void)
{
	static const uint8_t protocols[] = { TCP, TCP, UDP, ICMP, 50 };
	return (struct pset_packet){ .fragment = draw(4) == 0,
		.protocol = DRAW_OF(protocols),
		.source = draw_address(),
		.destination = draw_address(),
		.source_port = DRAW_OF(ports),
		.destination_port = DRAW_OF(ports),
		.icmp_type = (uint8_t)draw(3),
		.icmp_code = (uint8_t)draw(2),
		.tcp_flags = (uint8_t)draw(64),
		.tos = (uint8_t)(draw(3) << 5),
		.ttl = (uint8_t)draw(4),
		.has_option = draw(3) == 0,
		.option = (uint8_t)draw(2),
		.condition = (uint16_t)draw(3) };
}

static bool first_match(const struct pset_match *m, size_t n, const struct pset_packet *p)
{
	for (size_t i = 0; i < n; i++)
		if (pset_match_has(&m[i], p))
			return m[i].permit;
	return false;
}

static void lists_equal_first_match_on_packets(void **unused)
{
	struct psets *s = psets_new(0);
	unsigned permitted = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct pset_match m[LINES];
		for (size_t i = 0; i < LINES; i++)
			m[i] = draw_match();
		struct pset set = pset_first_match(s, m, LINES);
		for (unsigned i = 0; i < PACKETS; i++) {
			struct pset_packet p = draw_packet();
			bool expected = first_match(m, LINES, &p);
			assert_int_equal(pset_has(s, set, &p), expected);
			permitted += expected;
		}
		psets_clear(s);
	}
	assert_in_range(permitted, ROUNDS * PACKETS / 10, ROUNDS * PACKETS * 9 / 10);
	psets_free(s);
}

static void matches_compare_as_their_sets_do(void **unused)
{
	struct psets *s = psets_new(0);
	unsigned covers = 0, overlaps = 0;
	for (unsigned round = 0; round < 20000; round++) {
		struct pset_match a = draw_match(), b = draw_match();
		struct pset x = pset_of(s, &a), y = pset_of(s, &b);
		assert_int_equal(pset_match_is_empty(&a), pset_is_empty(x));
		assert_int_equal(pset_match_overlaps(&a, &b), pset_overlaps(s, x, y));
		assert_int_equal(pset_match_covers(&a, &b), pset_inside(s, y, x));
		covers += pset_inside(s, y, x);
		overlaps += pset_overlaps(s, x, y);
		if (psets_size(s) > 100000)
			psets_clear(s);
	}
	assert_true(covers > 200 && overlaps > 2000);
	psets_free(s);
}

static void equal_sets_are_one_value(void **unused)
{
	struct psets *s = psets_new(0);
	struct cm_net low = { 0x0a000000, 0xffffff80 }, high = { 0x0a000080, 0xffffff80 };
	struct cm_net whole = { 0x0a000000, 0xffffff00 }, odd = { 0x0a000001, 0xff0000ff };
	assert_true(pset_equal(
		pset_or(s, pset_source(s, low), pset_source(s, high)), pset_source(s, whole)));
	assert_true(
		pset_equal(pset_source_range(s, 0x0a000000, 0x0a0000ff), pset_source(s, whole)));
	assert_true(pset_inside(
		s, pset_source(s, odd), pset_source(s, (struct cm_net){ 0x0a000000, 0xff000000 })));
	assert_true(pset_is_empty(pset_and(s, pset_source(s, odd),
		pset_source(s, (struct cm_net){ 0x0a000000, 0xff0000ff }))));
	assert_true(pset_equal(pset_not(s, pset_not(s, pset_source(s, odd))), pset_source(s, odd)));
	assert_true(pset_equal(pset_all(), pset_not(s, pset_none())));
	psets_free(s);
}

static void lines_take_what_earlier_ones_left(void **unused)
{
	static const struct pset_match m[] = {
		{ .permit = 0, .source = { 0xc0000201, UINT32_MAX } },
		{ .permit = 1, .source = { 0xc0000200, 0xffffff00 } },
		{ .permit = 0, .source = { 0xc0000000, 0xffff0000 } },
		{ .permit = 1, .source = { 0xc0000000, 0xff000000 } },
	};
	struct psets *s = psets_new(0);
	struct pset set = pset_first_match(s, m, 4);
	struct pset_packet p = { .protocol = TCP, .source = 0xc0000201 };
	assert_false(pset_has(s, set, &p));
	p.source = 0xc0000202;
	assert_true(pset_has(s, set, &p));
	p.source = 0xc0000301;
	assert_false(pset_has(s, set, &p));
	p.source = 0xc0010001;
	assert_true(pset_has(s, set, &p));
	p.source = 0xc1000001;
	assert_false(pset_has(s, set, &p));
	psets_free(s);
}

static void mirror_swaps_both_ends(void **unused)
{
	struct psets *s = psets_new(0);
	for (unsigned round = 0; round < 300; round++) {
		struct pset_match m = draw_match(), back = m;
		back.source = m.destination;
		back.destination = m.source;
		back.n_source_ports = m.n_destination_ports;
		back.n_destination_ports = m.n_source_ports;
		memcpy(back.source_ports, m.destination_ports, sizeof back.source_ports);
		memcpy(back.destination_ports, m.source_ports, sizeof back.source_ports);
		struct pset set = pset_of(s, &m), there = pset_mirror(s, set);
		assert_true(pset_equal(there, pset_of(s, &back)));
		assert_true(pset_equal(pset_mirror(s, there), set));
	}
	psets_free(s);
}

static void translation_replaces_the_source_only(void **unused)
{
	struct psets *s = psets_new(0);
	struct pset_match before = { .permit = 1,
		.protocol = TCP,
		.source = { 0x0a000000, 0xff000000 },
		.destination = { 0xc6336400, 0xffffff00 } };
	struct pset_match after = before;
	after.source = (struct cm_net){ 0xc0000201, UINT32_MAX };
	assert_true(pset_equal(
		pset_translate_source(s, pset_of(s, &before), pset_source(s, after.source)),
		pset_of(s, &after)));
	assert_true(pset_is_empty(pset_translate_source(s, pset_none(), pset_all())));
	psets_free(s);
}

static void witness_reads_well(void **unused)
{
	static const struct {
		struct pset_match m;
		const char *text;
	} rows[] = {
		{ { .source = { 0xc0a86400, 0xffffff00 },
			  .destination = { 0xac121e00, 0xffffff00 } },
			"192.168.100.1 -> 172.18.30.1 ip" },
		{ { .source = { 0xc0000201, UINT32_MAX } }, "192.0.2.1 -> 198.51.100.1 ip" },
		{ { .permit = 1,
			  .protocol = TCP,
			  .source = { 0xc0000200, 0xffffff00 },
			  .destination = { 0xc6336401, UINT32_MAX },
			  .n_destination_ports = 1,
			  .destination_ports = { { 1, 1023 } },
			  .n_source_ports = 1,
			  .source_ports = { { 1024, 65535 } } },
			"tcp 192.0.2.1:1024 -> 198.51.100.1:www" },
		{ { .permit = 1,
			  .protocol = UDP,
			  .n_destination_ports = 1,
			  .destination_ports = { { 400, 600 } } },
			"udp 192.168.1.1 -> 198.51.100.1:isakmp" },
		{ { .permit = 1, .protocol = ICMP, .has_icmp = true, .icmp_type = 8 },
			"icmp 192.168.1.1 -> 198.51.100.1 echo" },
		{ { .protocol = 50, .source = { 0x0a000005, 0xff0000ff } },
			"esp 10.0.0.5 -> 198.51.100.1" },
		{ { .protocol = TCP, .fragments = true },
			"tcp 192.168.1.1 -> 198.51.100.1 (a non-initial fragment)" },
		{ { .protocol = 199 }, "protocol 199 192.168.1.1 -> 198.51.100.1" },
	};
	struct psets *s = psets_new(0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cm_text text = { 0 };
		assert_true(pset_print(s, pset_of(s, &rows[i].m), &text));
		assert_string_equal(text.at, rows[i].text);
		cm_text_free(&text);
	}
	struct pset_witness w;
	assert_false(pset_witness(s, pset_none(), &w));
	psets_free(s);
}

static void witness_is_a_member(void **unused)
{
	struct psets *s = psets_new(0);
	for (unsigned round = 0; round < 400; round++) {
		struct pset_match m[4] = { draw_match(), draw_match(), draw_match(), draw_match() };
		struct pset set = pset_first_match(s, m, 4);
		struct pset_witness w;
		bool found = pset_witness(s, set, &w);
		assert_int_equal(found, !pset_is_empty(set));
		/* A packet carries one option and one condition at most, a set may ask for two. */
		if (found && !w.packet.has_option && !w.packet.condition)
			assert_true(pset_has(s, set, &w.packet));
	}
	psets_free(s);
}

static void boxes_add_up_to_the_addresses(void **unused)
{
	enum { MOST = 4000 };
	static struct pset_box boxes[MOST];
	struct psets *s = psets_new(0);
	for (unsigned round = 0; round < 100; round++) {
		struct pset_match m[3] = { draw_match(), draw_match(), draw_match() };
		struct pset set = pset_first_match(s, m, 3), sum = pset_none();
		size_t n = pset_boxes(s, set, boxes, MOST);
		assert_in_range(n, 0, MOST);
		for (size_t i = 0; i < n; i++) {
			struct pset box = pset_and(s, pset_source(s, boxes[i].source),
				pset_destination(s, boxes[i].destination));
			assert_false(pset_overlaps(s, box, sum));
			sum = pset_or(s, sum, box);
		}
		assert_true(pset_equal(sum, pset_addresses(s, set)));
	}
	psets_free(s);
}

static void boxes_print_as_prefixes(void **unused)
{
	struct psets *s = psets_new(0);
	struct cm_net lan = { 0xc0a86400, 0xffffff00 }, half = { 0xc0a86480, 0xffffff80 };
	struct pset rest = pset_minus(s, pset_source(s, lan), pset_source(s, half));
	struct cm_text text = { 0 };
	pset_print_boxes(s, rest, 4, &text);
	assert_string_equal(text.at, "192.168.100.0/25 -> any");
	cm_text_free(&text);
	rest = pset_minus(s, pset_all(), pset_destination(s, lan));
	pset_print_boxes(s, rest, 2, &text);
	assert_string_equal(text.at, "any -> 0.0.0.0/1, any -> 128.0.0.0/2 and more");
	cm_text_free(&text);
	pset_print_net((struct cm_net){ 0x0a000005, 0xff0000ff }, &text);
	assert_string_equal(text.at, "10.0.0.5 wildcard 0.255.255.0");
	cm_text_free(&text);
	psets_free(s);
}

static void a_set_too_large_fails_cleanly(void **unused)
{
	struct psets *s = psets_new(4096);
	struct pset sum = pset_none();
	for (unsigned i = 0; i < 2000; i++) {
		struct cm_net from = { draw(1u << 31), UINT32_MAX },
			      to = { draw(1u << 31), UINT32_MAX };
		sum = pset_or(s, sum, pset_and(s, pset_source(s, from), pset_destination(s, to)));
	}
	assert_true(psets_failed(s));
	assert_false(pset_ok(sum));
	assert_false(pset_is_empty(sum) || pset_equal(sum, sum) || pset_inside(s, sum, pset_all()));
	psets_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_equal_first_match_on_packets),
		cmocka_unit_test(matches_compare_as_their_sets_do),
		cmocka_unit_test(equal_sets_are_one_value),
		cmocka_unit_test(lines_take_what_earlier_ones_left),
		cmocka_unit_test(mirror_swaps_both_ends),
		cmocka_unit_test(translation_replaces_the_source_only),
		cmocka_unit_test(witness_reads_well),
		cmocka_unit_test(witness_is_a_member),
		cmocka_unit_test(boxes_add_up_to_the_addresses),
		cmocka_unit_test(boxes_print_as_prefixes),
		cmocka_unit_test(a_set_too_large_fails_cleanly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
