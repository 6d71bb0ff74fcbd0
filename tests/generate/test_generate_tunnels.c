#include "tunnel/build.h"
#include "tunnel/set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static struct cm_text printed(
	void (*print)(const struct cm_tunnels *, bool, struct cm_text *), bool secrets)
{
	struct made b;
	struct cm_text out = { 0 };
	struct cm_tunnels *set = cm_tunnels_new();
	make_site_b(&b);
	b.t.map = cm_str_of("IPSEC");
	b.t.sequence = 60;
	b.t.interface = cm_str_of("FastEthernet0/1");
	struct cm_tunnel *slot = tunnels_push(set);
	assert_non_null(slot);
	*slot = b.t;
	print(set, secrets, &out);
	cm_tunnels_free(set);
	return out;
}

static void tunnels_are_printed_value_by_value(void **state)
{
	struct cm_text out = printed(cm_print_tunnels, false);
	static const char *const says[] = {
		"crypto map IPSEC 60 on FastEthernet0/1\n",
		"  local      200.56.4.1 ",
		"  peer       200.100.1.1 ",
		"  key        * for 200.100.1.1 ",
		"  phase 1    4: 3des, sha1, pre-share, group 2, 86400 s",
		"  phase 2    : esp-3des esp-sha-hmac, tunnel",
		"  PFS        not demanded",
		"  lifetime   3600 s",
		"  protects   ip 192.168.100.0/24 -> 172.18.30.0/24",
		"default\n",
	};
	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		if (!strstr(out.at, says[i]))
			fail_msg("%s is missing in\n%s", says[i], out.at);
	cm_text_free(&out);
}

static void json_has_the_same(void **state)
{
	struct cm_text out = printed(cm_print_tunnels_json, false);
	assert_non_null(strstr(out.at, "\"kind\": \"static\""));
	assert_non_null(strstr(out.at, "\"peers\": ["));
	assert_non_null(strstr(out.at, "\"secret\": \"*\""));
	assert_non_null(strstr(out.at, "\"group\": 5"));
	cm_text_free(&out);
}

static void secrets_are_printed_when_asked_for(void **state)
{
	struct cm_text out = printed(cm_print_tunnels, false);
	assert_null(strstr(out.at, "thisisasecretpassword"));
	cm_text_free(&out);
	out = printed(cm_print_tunnels, true);
	assert_non_null(strstr(out.at, "thisisasecretpassword"));
	cm_text_free(&out);
	out = printed(cm_print_tunnels_json, true);
	assert_non_null(strstr(out.at, "thisisasecretpassword"));
	cm_text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tunnels_are_printed_value_by_value),
		cmocka_unit_test(json_has_the_same),
		cmocka_unit_test(secrets_are_printed_when_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
