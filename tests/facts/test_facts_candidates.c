/*
 * Matches that are looked up against the same ones asked one by one, over drawn lists; and what
 * bounds the work of sets.
 */
#include "facts/candidates.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { MOST = 700, LISTS = 60, QUESTIONS = 60 };

static uint64_t state_of_random = 4711;

static uint32_t draw(uint32_t below)
{
	state_of_random = state_of_random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state_of_random >> 33) % below;
}

/* Few masks and few addresses: groups form, and matches meet. */
static struct cm_net draw_net(unsigned masks)
{
	static const uint32_t choice[] = { 0xffffffff, 0xffffff00, 0xfffffff0, 0, 0xffff0000,
		0xff00ff00, 0x00ffffff, 0xfffffefd };
	struct cm_net net = { 0x0a000000 | draw(3) << 16 | draw(4) << 8 | draw(6),
		choice[draw(masks)] };
	net.address &= net.mask;
	return net;
}

static struct pset_match draw_match(unsigned masks)
{
	static const uint8_t protocols[] = { 0, 6, 17 };
	struct pset_match m = { .permit = draw(2),
		.protocol = protocols[draw(3)],
		.source = draw_net(masks),
		.destination = draw_net(masks) };
	if (m.protocol && draw(2)) {
		m.n_destination_ports = 1;
		m.destination_ports[0][0] = m.destination_ports[0][1] = (uint16_t)draw(3);
	}
	return m;
}

static void ask(struct candidates *c, const struct pset_match *all, const bool *dropped, size_t n)
{
	struct pset_match asked = draw_match(8);
	uint32_t before = draw(4) ? UINT32_MAX : draw((uint32_t)n + 1);
	const uint32_t *found;
	size_t n_found = candidates_find(c, &asked, before, &found), at = 0;
	for (uint32_t i = 0; i < n && i < before; i++)
		if (!dropped[i] && pset_match_overlaps(&asked, &all[i])) {
			assert_true(at < n_found);
			assert_int_equal(found[at++], i);
		}
	assert_int_equal(at, n_found);
}

static void what_is_found_is_what_overlaps(void **unused)
{
	static struct pset_match all[MOST];
	static const struct pset_match *flat[MOST];
	for (unsigned round = 0; round < LISTS; round++) {
		bool dropped[MOST] = { false };
		size_t n = round % 3 ? draw(MOST) : draw(40);
		unsigned masks = 1 + round % 8;
		struct arena *arena = arena_new();
		for (size_t i = 0; i < n; i++) {
			all[i] = draw_match(masks);
			flat[i] = &all[i];
		}
		struct candidates *c = candidates_new(arena, flat, n);
		assert_non_null(c);
		for (unsigned i = 0; i < QUESTIONS; i++) {
			if (n && i % 8 == 7) {
				uint32_t one = draw((uint32_t)n);
				candidates_drop(c, one);
				dropped[one] = true;
			}
			ask(c, all, dropped, n);
		}
		arena_free(arena);
	}
}

static void a_host_is_found_without_looking_at_all(void **unused)
{
	enum { N = 10000 };
	struct arena *arena = arena_new();
	struct pset_match *all = ARENA_ARRAY(arena, struct pset_match, N);
	const struct pset_match **flat = ARENA_ARRAY(arena, const struct pset_match *, N);
	for (uint32_t i = 0; i < N; i++) {
		all[i] = (struct pset_match){ .source = { 0x0a000000 + i * 256, 0xffffff00 },
			.destination = { 0xac100000, 0xfff00000 } };
		flat[i] = &all[i];
	}
	struct candidates *c = candidates_new(arena, flat, N);
	struct pset_match asked = { .source = { 0x0a000000 + 777 * 256 + 5, UINT32_MAX } };
	const uint32_t *found;
	assert_int_equal(candidates_find(c, &asked, UINT32_MAX, &found), 1);
	assert_int_equal(found[0], 777);
	assert_in_range(candidates_looked(c), 1, 4);
	arena_free(arena);
}

/* Each bit of the source goes with the same bit of the destination: 2^n nodes. */
static struct pset pairs_of_bits(struct psets *s, unsigned n)
{
	struct pset all = pset_none();
	for (unsigned i = 0; i < n; i++) {
		uint32_t bit = UINT32_C(1) << i;
		all = pset_or(s, all,
			pset_and(s, pset_source(s, (struct cm_net){ bit, bit }),
				pset_destination(s, (struct cm_net){ bit, bit })));
	}
	return all;
}

static void work_on_sets_ends_when_it_was_told_to(void **unused)
{
	struct psets *s = psets_new(0);
	psets_allow(s, 2000000);
	assert_false(pset_ok(pairs_of_bits(s, 30)));
	assert_true(psets_failed(s));
	assert_in_range(psets_steps(s), 1000, 2000000);
	psets_clear(s);
	psets_allow(s, 10000);
	assert_true(pset_ok(pairs_of_bits(s, 6)));
	assert_false(psets_failed(s));
	/* A question that comes to no answer is not answered yes. */
	psets_clear(s);
	psets_allow(s, UINT64_MAX);
	struct pset a = pairs_of_bits(s, 10),
		    b = pset_not(s, pset_source(s, (struct cm_net){ 0, 0 }));
	struct pset c = pset_or(s, a, pset_destination(s, (struct cm_net){ 0, 1 }));
	assert_true(pset_inside(s, a, c));
	assert_false(pset_overlaps(s, a, b));
	psets_clear(s);
	a = pairs_of_bits(s, 10);
	c = pset_or(s, a, pset_destination(s, (struct cm_net){ 0, 1 }));
	psets_allow(s, 5);
	assert_false(pset_inside(s, a, c));
	assert_true(psets_failed(s));
	psets_free(s);
}

static void a_hull_has_all_and_no_more_than_it_must(void **unused)
{
	struct psets *s = psets_new(0);
	for (unsigned round = 0; round < 300; round++) {
		struct pset set = pset_none();
		struct pset_match lines[3], hull;
		size_t n = 1 + draw(3);
		uint32_t sources = UINT32_MAX, destinations = UINT32_MAX;
		for (size_t i = 0; i < n; i++) {
			lines[i] = draw_match(8);
			lines[i].permit = true;
			set = pset_or(s, set, pset_of(s, &lines[i]));
			sources &= lines[i].source.mask &
				~(lines[i].source.address ^ lines[0].source.address);
			destinations &= lines[i].destination.mask &
				~(lines[i].destination.address ^ lines[0].destination.address);
		}
		hull = pset_hull(s, set);
		assert_true(pset_inside(s, set, pset_of(s, &hull)));
		assert_int_equal(hull.source.mask, sources);
		assert_int_equal(hull.destination.mask, destinations);
		assert_int_equal(hull.protocol,
			n == 1 ||
					(lines[0].protocol == lines[1].protocol &&
						lines[n - 1].protocol == lines[0].protocol)
				? lines[0].protocol
				: 0);
	}
	struct pset_match any = pset_hull(s, pset_unknown());
	assert_int_equal(any.source.mask, 0);
	psets_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_found_is_what_overlaps),
		cmocka_unit_test(a_host_is_found_without_looking_at_all),
		cmocka_unit_test(work_on_sets_ends_when_it_was_told_to),
		cmocka_unit_test(a_hull_has_all_and_no_more_than_it_must),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
