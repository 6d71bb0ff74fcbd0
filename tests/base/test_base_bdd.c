#include "base/bdd.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { VARIABLES = 6, ROWS = 1 << VARIABLES, FORMULAS = 400 };

/* A formula beside its truth table: bit r of the table is its value in row r. */
struct pair {
	uint32_t f;
	uint64_t table;
};

static uint64_t state_of_random = 20031101;

static uint32_t draw(uint32_t below)
{
	state_of_random = state_of_random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state_of_random >> 33) % below;
}

static bool bit_of(const void *row, unsigned variable)
{
	return *(const unsigned *)row >> variable & 1;
}

static uint64_t table_of(const struct bdd *b, uint32_t f)
{
	uint64_t table = 0;
	for (unsigned row = 0; row < ROWS; row++)
		table |= (uint64_t)bdd_value(b, f, bit_of, &row) << row;
	return table;
}

static uint64_t table_of_variable(unsigned variable)
{
	uint64_t table = 0;
	for (unsigned row = 0; row < ROWS; row++)
		table |= (uint64_t)(row >> variable & 1) << row;
	return table;
}

static struct pair step(struct bdd *b, struct pair x, struct pair y, struct pair z)
{
	switch (draw(5)) {
	case 0:
		return (struct pair){ bdd_and(b, x.f, y.f), x.table & y.table };
	case 1:
		return (struct pair){ bdd_or(b, x.f, y.f), x.table | y.table };
	case 2:
		return (struct pair){ bdd_not(b, x.f), ~x.table };
	case 3:
		return (struct pair){ bdd_minus(b, x.f, y.f), x.table & ~y.table };
	}
	return (struct pair){ bdd_ite(b, x.f, y.f, z.f),
		(x.table & y.table) | (~x.table & z.table) };
}

static void formulas_equal_their_truth_tables(void **unused)
{
	struct bdd *b = bdd_new(0);
	struct pair seen[FORMULAS] = { { BDD_TRUE, UINT64_MAX } };
	for (unsigned v = 0; v < VARIABLES; v++)
		seen[1 + v] =
			(struct pair){ bdd_node(b, v, BDD_FALSE, BDD_TRUE), table_of_variable(v) };
	for (uint32_t i = 1 + VARIABLES; i < FORMULAS; i++)
		seen[i] = step(b, seen[draw(i)], seen[draw(i)], seen[draw(i)]);
	for (unsigned i = 0; i < FORMULAS; i++)
		assert_true(table_of(b, seen[i].f) == seen[i].table);
	for (unsigned i = 0; i < FORMULAS; i++) {
		struct pair x = seen[i], y = seen[draw(FORMULAS)];
		assert_int_equal(x.f == y.f, x.table == y.table);
		assert_int_equal(bdd_implies(b, x.f, y.f), (x.table & ~y.table) == 0);
		assert_int_equal(bdd_overlap(b, x.f, y.f), (x.table & y.table) != 0);
	}
	bdd_free(b);
}

static void quantifying_joins_both_branches(void **unused)
{
	struct bdd *b = bdd_new(0);
	uint32_t x = bdd_node(b, 0, BDD_FALSE, BDD_TRUE), y = bdd_node(b, 1, BDD_FALSE, BDD_TRUE);
	uint32_t z = bdd_node(b, 2, BDD_FALSE, BDD_TRUE);
	uint32_t f = bdd_ite(b, y, x, z);
	assert_int_equal(bdd_exists(b, f, 1, 1), bdd_or(b, x, z));
	assert_int_equal(bdd_exists(b, f, 0, 3), BDD_TRUE);
	assert_int_equal(bdd_fix(b, f, 1, 1, 1), x);
	assert_int_equal(bdd_fix(b, f, 1, 1, 0), z);
	bdd_free(b);
}

static void renaming_permutes_in_any_order(void **unused)
{
	static const uint16_t to[VARIABLES] = { 3, 4, 5, 0, 1, 2 };
	struct bdd *b = bdd_new(0);
	uint32_t f = bdd_between(b, 0, 3, 2, 5, bdd_ternary(b, 3, 3, 6, 6, BDD_TRUE));
	uint32_t g = bdd_between(b, 3, 3, 2, 5, BDD_TRUE);
	assert_int_equal(bdd_rename(b, f, to, VARIABLES),
		bdd_and(b, g, bdd_ternary(b, 0, 3, 6, 6, BDD_TRUE)));
	assert_int_equal(bdd_rename(b, bdd_rename(b, f, to, VARIABLES), to, VARIABLES), f);
	bdd_free(b);
}

static bool number_bit(const void *number, unsigned variable)
{
	return *(const uint32_t *)number >> (7 - variable) & 1;
}

static void numbers_lie_between_their_bounds(void **unused)
{
	struct bdd *b = bdd_new(0);
	for (unsigned round = 0; round < 300; round++) {
		uint32_t least = draw(256), most = draw(256), found = 0;
		uint32_t f = bdd_between(b, 0, 8, least, most, BDD_TRUE);
		for (uint32_t n = 0; n < 256; n++)
			assert_int_equal(bdd_value(b, f, number_bit, &n), least <= n && n <= most);
		assert_int_equal(bdd_least(b, f, 0, 8, &found), least <= most);
		if (least <= most)
			assert_int_equal(found, least);
	}
	bdd_free(b);
}

/* The sum of products x0·x8 + x1·x9 + … in this order needs two to the eighth nodes. */
static uint32_t wide(struct bdd *b, unsigned pairs)
{
	uint32_t f = BDD_FALSE;
	for (unsigned i = 0; i < pairs; i++) {
		uint32_t x = bdd_node(b, i, BDD_FALSE, BDD_TRUE);
		uint32_t y = bdd_node(b, i + pairs, BDD_FALSE, BDD_TRUE);
		f = bdd_or(b, f, bdd_and(b, x, y));
	}
	return f;
}

static void running_out_of_room_is_clean(void **unused)
{
	struct bdd *b = bdd_new(64);
	uint32_t f = wide(b, 8);
	assert_true(f == BDD_NONE && bdd_failed(b));
	assert_true(bdd_and(b, f, BDD_TRUE) == BDD_NONE);
	assert_false(bdd_implies(b, f, BDD_TRUE));
	assert_false(bdd_overlap(b, BDD_TRUE, f));
	assert_true(bdd_size(b) <= 64);
	bdd_clear(b);
	assert_false(bdd_failed(b));
	assert_true(wide(b, 2) != BDD_NONE);
	bdd_free(b);
	b = bdd_new(1 << 16);
	assert_true(wide(b, 8) != BDD_NONE);
	bdd_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formulas_equal_their_truth_tables),
		cmocka_unit_test(quantifying_joins_both_branches),
		cmocka_unit_test(renaming_permutes_in_any_order),
		cmocka_unit_test(numbers_lie_between_their_bounds),
		cmocka_unit_test(running_out_of_room_is_clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
