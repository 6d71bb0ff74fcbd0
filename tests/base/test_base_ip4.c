#include <cryptomap/base.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void quad_parses_only_when_whole(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint32_t value;
	} rows[] = {
		{ "192.0.2.1", true, 0xc0000201 },
		{ "0.0.0.0", true, 0 },
		{ "255.255.255.255", true, 0xffffffff },
		{ "256.0.0.1", false, 0 },
		{ "1.2.3", false, 0 },
		{ "1.2.3.4.5", false, 0 },
		{ "1.2.3.4 ", false, 0 },
		{ "1..2.3", false, 0 },
		{ "", false, 0 },
		{ "0001.2.3.4", false, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t value = 7;
		assert_int_equal(cm_ip4_parse(cm_str_of(rows[i].text), &value), rows[i].ok);
		assert_int_equal(value, rows[i].ok ? rows[i].value : 7);
	}
}

static void masks_know_their_bits(void **state)
{
	char text[16];
	for (unsigned bits = 0; bits <= 32; bits++) {
		assert_true(cm_mask_is_prefix(cm_mask_of(bits)));
		assert_int_equal(cm_mask_bits(cm_mask_of(bits)), bits);
	}
	assert_false(cm_mask_is_prefix(0xff00ff00));
	assert_string_equal(cm_ip4_print(0xc6336401, text), "198.51.100.1");
}

static void nets_with_holes_compare(void **state)
{
	struct cm_net odd = { 0x0a000001, 0xff0000ff }, host = { 0x0a050501, 0xffffffff };
	struct cm_net ten = { 0x0a000000, 0xff000000 };
	assert_true(cm_net_covers(odd, host));
	assert_false(cm_net_covers(host, odd));
	assert_true(cm_net_covers(ten, odd));
	assert_true(cm_net_overlaps(odd, ten));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quad_parses_only_when_whole),
		cmocka_unit_test(masks_know_their_bits),
		cmocka_unit_test(nets_with_holes_compare),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
