/* The findings about NAT whole: where they point, what they show, what their fix makes of a text. */
#include <cryptomap/check.h>
#include <cryptomap/document.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#define TUNNEL                                                                                   \
	"crypto map VPN 10 ipsec-isakmp\n"                                                       \
	" set peer 203.0.113.1\n"                                                                \
	" match address 150\n"                                                                   \
	"access-list 150 permit ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n"              \
	"access-list 150 permit ip host 192.168.101.9 172.18.30.0 0.0.0.255\n"                   \
	"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n ip nat outside\n" \
	" crypto map VPN\n"                                                                      \
	"interface FastEthernet0/0\n ip address 192.168.100.1 255.255.254.0\n ip nat inside\n"
#define NAT(list) "ip nat inside source list " list " interface FastEthernet0/1 overload\n"

static const struct cm_diag *find(const struct cm_findings *findings, const char *rule)
{
	size_t n;
	const struct cm_diag *list = cm_findings_list(findings, &n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].rule, rule) == 0)
			return &list[i];
	return NULL;
}

/* The text after the fix of `rule`, and whether it is then clean of the rule. */
static char *fixed(const char *text, const char *rule, struct cm_text *out, bool *clean)
{
	struct cm_document *doc = cm_document_read("a.cfg", text, strlen(text), NULL);
	struct cm_findings *findings = cm_check(doc, NULL);
	const struct cm_diag *found = find(findings, rule);
	assert_non_null(found);
	assert_int_equal(cm_fix_text(doc, found, 1, true, out), found->n_fixes);
	cm_findings_free(findings);
	cm_document_free(doc);
	doc = cm_document_read("a.cfg", out->at, out->length, NULL);
	findings = cm_check(doc, NULL);
	*clean = find(findings, rule) == NULL;
	cm_findings_free(findings);
	cm_document_free(doc);
	return out->at;
}

static void exemption_is_inserted_in_the_form_of_the_list(void **state)
{
	static const struct {
		const char *text, *fix;
	} rows[] = {
		{ TUNNEL NAT("101") "access-list 101 permit ip 192.168.0.0 0.0.255.255 any\n",
			"\naccess-list 101 deny ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n"
			"access-list 101 deny ip host 192.168.101.9 172.18.30.0 0.0.0.255\n"
			"access-list 101 permit ip 192.168.0.0 0.0.255.255 any\n" },
		{ TUNNEL NAT(
			  "IN") "ip access-list extended IN\n permit ip 192.168.0.0 0.0.255.255 any\n",
			"\n deny ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n"
			" deny ip host 192.168.101.9 172.18.30.0 0.0.0.255\n"
			" permit ip 192.168.0.0 0.0.255.255 any\n" },
		{ TUNNEL NAT("IN") "ip access-list extended IN\n"
				   " 10 deny ip host 192.168.100.7 any\n 20 permit ip any any\n",
			"\n 13 deny ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n"
			" 14 deny ip host 192.168.101.9 172.18.30.0 0.0.0.255\n"
			" 20 permit ip any any\n" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cm_text out = { 0 };
		bool clean;
		const char *rule = i == 2 ? "nat-exempt-partial" : "nat-not-exempt";
		char *text = fixed(rows[i].text, rule, &out, &clean);
		if (!strstr(text, rows[i].fix) || !clean)
			fail_msg("row %zu, clean %d:\n%s", i, clean, text);
		cm_text_free(&out);
	}
}

static void a_list_without_room_is_left_alone(void **state)
{
	static const char text[] = TUNNEL NAT(
		"IN") "ip access-list extended IN\n"
		      " 10 deny ip host 192.168.100.7 host 192.0.2.7\n 11 permit ip any any\n";
	struct cm_document *doc = cm_document_read("a.cfg", text, strlen(text), NULL);
	struct cm_findings *findings = cm_check(doc, NULL);
	const struct cm_diag *found = find(findings, "nat-not-exempt");
	assert_non_null(found);
	assert_int_equal(found->n_fixes, 0);
	cm_findings_free(findings);
	cm_document_free(doc);
}

static void residue_is_told_as_prefixes(void **state)
{
	static const char text[] = TUNNEL NAT(
		"101") "access-list 101 deny ip 192.168.100.0 0.0.0.127 172.18.30.0 0.0.0.255\n"
		       "access-list 101 permit ip 192.168.100.0 0.0.0.255 any\n";
	struct cm_document *doc = cm_document_read("a.cfg", text, strlen(text), NULL);
	struct cm_findings *findings = cm_check(doc, NULL);
	const struct cm_diag *found = find(findings, "nat-exempt-partial");
	assert_non_null(found);
	assert_string_equal(found->message,
		"a part of the tunnel traffic is translated before it is "
		"encrypted: 192.168.100.128/25 -> 172.18.30.0/24");
	assert_true(found->n_notes >= 2);
	assert_string_equal(found->notes[0].text,
		"for example 192.168.100.129 -> 172.18.30.1 ip, permitted here:");
	struct cm_str line = cm_document_slice(doc, found->notes[0].span);
	assert_true(cm_str_is(line, "access-list 101 permit ip 192.168.100.0 0.0.0.255 any"));
	cm_findings_free(findings);
	cm_document_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exemption_is_inserted_in_the_form_of_the_list),
		cmocka_unit_test(a_list_without_room_is_left_alone),
		cmocka_unit_test(residue_is_told_as_prefixes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
