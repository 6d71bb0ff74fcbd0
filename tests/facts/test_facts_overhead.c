#include <cryptomap/facts.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct cm_cipher null_row = { .block = 1 }, des3_row = { .block = 8, .iv = 8 };
static const struct cm_cipher aes_row = { .block = 16, .iv = 16 };
static const struct cm_cipher gcm_row = { .block = 1, .iv = 8, .icv = 16, .combined = true };
static const struct cm_hash sha1_row = { .size = 20, .icv = 12 },
			    sha256_row = { .size = 32, .icv = 16 };
static const struct cm_hash sha512_row = { .size = 64, .icv = 32 };

/* Sums by hand from the RFCs' pictures; 3des + sha1 at 1500 in a tunnel: the well-known 1446. */
static const struct {
	struct cm_wrapping w;
	size_t inner, outer, mtu, largest;
} rows[] = {
	{ { &des3_row, &sha1_row, NULL, false, false }, 84, 20 + 8 + 8 + 88 + 12, 1500, 1446 },
	{ { &des3_row, &sha1_row, NULL, false, true }, 84, 20 + 8 + 8 + 8 + 88 + 12, 1500, 1438 },
	{ { &aes_row, &sha1_row, NULL, false, false }, 1438, 1496, 1500, 1438 },
	{ { &aes_row, &sha1_row, NULL, false, false }, 1439, 1512, 1500, 1438 },
	{ { &aes_row, &sha256_row, NULL, true, false }, 1458, 1500, 1500, 1458 },
	{ { &gcm_row, NULL, NULL, false, false }, 1446, 1500, 1500, 1446 },
	{ { &gcm_row, NULL, NULL, false, true }, 1438, 1500, 1500, 1438 },
	{ { &null_row, &sha1_row, NULL, false, false }, 40, 20 + 8 + 44 + 12, 1500, 1458 },
	{ { NULL, NULL, &sha1_row, false, false }, 100, 20 + 24 + 100, 1500, 1456 },
	{ { NULL, NULL, &sha256_row, true, false }, 100, 128, 1500, 1472 },
	{ { &des3_row, NULL, &sha512_row, false, false }, 84, 20 + 44 + 8 + 8 + 88, 1500, 1414 },
};

static void sizes_are_those_of_the_pictures(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(cm_overhead(&rows[i].w, rows[i].inner), rows[i].outer);
		assert_int_equal(cm_overhead_inner(&rows[i].w, rows[i].mtu), rows[i].largest);
	}
}

static void largest_fits_and_one_more_does_not(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t mtu = 160; mtu < 1600; mtu++) {
			size_t largest = cm_overhead_inner(&rows[i].w, mtu);
			assert_true(largest > 0);
			assert_true(cm_overhead(&rows[i].w, largest) <= mtu);
			assert_true(cm_overhead(&rows[i].w, largest + 1) > mtu);
		}
}

static void too_small_an_mtu_takes_nothing(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(cm_overhead_inner(&rows[i].w, 20), 0);
	assert_int_equal(cm_overhead_inner(&rows[0].w, 48), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_those_of_the_pictures),
		cmocka_unit_test(largest_fits_and_one_more_does_not),
		cmocka_unit_test(too_small_an_mtu_takes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
