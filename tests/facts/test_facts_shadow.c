#include "facts/shadow.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

enum { TCP = 6, ICMP = 1 };

#define HOST(a)                 \
	{                       \
		(a), UINT32_MAX \
	}
#define NET30(a)                \
	{                       \
		(a), 0xfffffffc \
	}
#define NET31(a)                \
	{                       \
		(a), 0xfffffffe \
	}
#define NET24(a)                \
	{                       \
		(a), 0xffffff00 \
	}
#define PORT(p) .n_destination_ports = 1, .destination_ports = { { (p), (p) } }

static struct shadows *find(
	struct arena *arena, const struct pset_match *m, size_t n, struct shadow *out)
{
	static struct shadow_line lines[8];
	for (size_t i = 0; i < n; i++)
		lines[i] = (struct shadow_line){ &m[i], 1, m[i].permit };
	struct shadows *w = shadows_find(arena, lines, n, out);
	assert_non_null(w);
	return w;
}

/* Expects the last line's verdict: a list of blockers such as "12" (lines from 1). */
static void expect(int line, const struct pset_match *m, size_t n, enum shadow_verdict verdict,
	const char *blockers, bool differs)
{
	struct shadow out[8];
	struct arena *arena = arena_new();
	struct shadows *w = find(arena, m, n, out);
	struct shadow last = out[n - 1];
	char seen[9] = "";
	for (size_t i = 0; i < last.n_blockers; i++)
		seen[i] = (char)('1' + last.blockers[i]);
	if (last.verdict != verdict || strcmp(seen, blockers) != 0 || last.differs != differs)
		fail_msg("line %d: verdict %d, blockers \"%s\", differs %d", line, last.verdict,
			seen, last.differs);
	shadows_free(w);
	arena_free(arena);
}
#define EXPECT(verdict, blockers, differs, ...)                                        \
	do {                                                                           \
		static const struct pset_match m[] = { __VA_ARGS__ };                  \
		expect(__LINE__, m, sizeof m / sizeof *m, verdict, blockers, differs); \
	} while (0)

enum { A = 0x0a000204, B = 0x0a000205, C = 0x0a336407, LAN = 0x0b007100 };

static void one_line_covers(void **unused)
{
	EXPECT(SHADOW_COVERED, "1", false, { .permit = 1, .source = HOST(A) },
		{ .permit = 1,
			.protocol = ICMP,
			.source = HOST(A),
			.has_icmp = 1,
			.icmp_type = 8 });
	EXPECT(SHADOW_COVERED, "1", false, { .permit = 1, .source = NET30(A) },
		{ .permit = 1, .source = HOST(A) });
	EXPECT(SHADOW_REACHABLE, "", false, { .permit = 1, .source = NET30(A) },
		{ .permit = 1, .source = HOST(A) }, { .permit = 1, .source = { A, 0xfffffff0 } });
	EXPECT(SHADOW_COVERED, "1", true, { .source = NET24(LAN) },
		{ .permit = 1, .source = NET24(LAN) });
	EXPECT(SHADOW_COVERED, "1", true, { .source = NET24(LAN) },
		{ .permit = 1, .source = NET24(LAN) }, { .permit = 1, .source = HOST(LAN + 9) });
	EXPECT(SHADOW_REACHABLE, "", false, { .source = NET24(LAN) },
		{ .permit = 1, .source = HOST(A) });
}

static void several_lines_cover_together(void **unused)
{
	EXPECT(SHADOW_COVERED, "12", false, { .permit = 1, .source = HOST(A) },
		{ .permit = 1, .source = HOST(B) }, { .permit = 1, .source = NET31(A) });
	EXPECT(SHADOW_COVERED, "12", true, { .permit = 1, .source = HOST(A) },
		{ .source = HOST(B) }, { .permit = 1, .source = NET31(A) });
	EXPECT(SHADOW_REACHABLE, "", false, { .permit = 1, .source = HOST(A) },
		{ .permit = 1, .source = HOST(B) }, { .permit = 1, .source = NET30(A) });
}

static void a_line_that_takes_nothing_is_not_named(void **unused)
{
	EXPECT(SHADOW_COVERED, "1", false, { .permit = 1, .source = NET31(A) }, { .permit = 0 },
		{ .permit = 1, .source = HOST(B) });
	EXPECT(SHADOW_COVERED, "12", false, { .permit = 1, .source = HOST(A) },
		{ .permit = 1, .source = HOST(B) }, { .permit = 1, .source = NET31(A) },
		{ .permit = 1, .source = NET31(A) });
}

static void a_line_of_the_other_action_is_named(void **unused)
{
	EXPECT(SHADOW_COVERED, "14", true, { .source = HOST(A) }, { .source = HOST(B) },
		{ .source = HOST(C) }, { .permit = 1, .protocol = TCP, PORT(22) },
		{ .permit = 1, .protocol = TCP, .destination = HOST(LAN), PORT(22) });
	EXPECT(SHADOW_COVERED, "4", false, { .permit = 1, .source = HOST(A) },
		{ .permit = 1, .source = HOST(B) }, { .permit = 1, .source = HOST(C) },
		{ .permit = 1, .protocol = TCP, PORT(22) },
		{ .permit = 1, .protocol = TCP, .destination = HOST(LAN), PORT(22) });
#define NOT_WWW .n_destination_ports = 2, .destination_ports = { { 0, 79 }, { 81, 65535 } }
	EXPECT(SHADOW_COVERED, "12", true, { .protocol = TCP, .source = HOST(A), NOT_WWW },
		{ .permit = 1 }, { .permit = 1, .source = HOST(A) });
	EXPECT(SHADOW_COVERED, "2", false,
		{ .permit = 1, .protocol = TCP, .source = HOST(A), NOT_WWW }, { .permit = 1 },
		{ .permit = 1, .source = HOST(A) });
	EXPECT(SHADOW_COVERED, "2", true, { .protocol = TCP, .source = HOST(A), NOT_WWW },
		{ .permit = 0 }, { .permit = 1, .source = HOST(A) });
}

static void established_takes_only_answers(void **unused)
{
	struct pset_match m[] = {
		{ .permit = 1, .protocol = TCP, .has_tcp_flags = 1 },
		{ .protocol = TCP, .destination = HOST(C) },
		{ .permit = 1, .protocol = TCP, .destination = HOST(C), PORT(80) },
	};
	m[0].tcp_flags = pset_flags_established();
	expect(__LINE__, m, 3, SHADOW_COVERED, "2", true);
	expect(__LINE__, m, 2, SHADOW_REACHABLE, "", false);
}

static void a_line_may_match_nothing(void **unused)
{
	EXPECT(SHADOW_UNMATCHABLE, "", false,
		{ .permit = 0,
			.protocol = TCP,
			.n_destination_ports = 1,
			.destination_ports = { { 1, 0 } } });
}

static void fragments_pass_a_denied_port(void **unused)
{
	EXPECT(SHADOW_FRAGMENTS_ONLY, "1", true, { .protocol = TCP, PORT(23) },
		{ .permit = 1, .protocol = TCP, PORT(23) });
	EXPECT(SHADOW_COVERED, "12", true, { .protocol = TCP, PORT(23) },
		{ .protocol = TCP, .fragments = 1 }, { .permit = 1, .protocol = TCP, PORT(23) });
	EXPECT(SHADOW_COVERED, "1", false, { .permit = 1, .protocol = TCP, PORT(23) },
		{ .permit = 1, .protocol = TCP, PORT(23) });
}

static void conditions_beside_the_packet_count(void **unused)
{
	EXPECT(SHADOW_REACHABLE, "", false, { .permit = 1, .source = HOST(A), .condition = 1 },
		{ .permit = 1, .source = HOST(A) });
	EXPECT(SHADOW_COVERED, "1", false, { .permit = 1, .source = HOST(A) },
		{ .permit = 1, .source = HOST(A), .condition = 1 });
	EXPECT(SHADOW_REACHABLE, "", false, { .permit = 1, .source = HOST(A), .condition = 1 },
		{ .permit = 1, .source = HOST(A), .condition = 2 });
}

static void compound_lines_are_judged_whole(void **unused)
{
	static const struct pset_match first[] = { { .permit = 1, .source = HOST(A) },
		{ .permit = 1, .source = HOST(B) } };
	static const struct pset_match second[] = { { .permit = 0, .source = HOST(B) },
		{ .permit = 0, .source = HOST(C) } };
	static const struct pset_match third[] = { { .permit = 0, .source = NET31(A) } };
	const struct shadow_line lines[] = { { first, 2, true }, { second, 2, false },
		{ third, 1, false } };
	struct shadow out[3];
	struct arena *arena = arena_new();
	struct shadows *w = shadows_find(arena, lines, 3, out);
	assert_int_equal(out[1].verdict, SHADOW_REACHABLE);
	assert_int_equal(out[2].verdict, SHADOW_COVERED);
	assert_int_equal(out[2].n_blockers, 1);
	assert_int_equal(out[2].blockers[0], 0);
	assert_true(out[2].differs);
	shadows_free(w);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_covers),
		cmocka_unit_test(several_lines_cover_together),
		cmocka_unit_test(a_line_that_takes_nothing_is_not_named),
		cmocka_unit_test(a_line_of_the_other_action_is_named),
		cmocka_unit_test(established_takes_only_answers),
		cmocka_unit_test(a_line_may_match_nothing),
		cmocka_unit_test(fragments_pass_a_denied_port),
		cmocka_unit_test(conditions_beside_the_packet_count),
		cmocka_unit_test(compound_lines_are_judged_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
