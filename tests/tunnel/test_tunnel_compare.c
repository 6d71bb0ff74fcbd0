#include "build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void phase1_names_the_first_difference(void **state)
{
	static const struct {
		const char *cipher, *hash;
		unsigned group;
		enum cm_difference difference;
	} rows[] = {
		{ "aes-128", "sha1", 5, CM_SAME },
		{ "3des", "md5", 2, CM_DIFFERS_CIPHER },
		{ "aes-256", "md5", 2, CM_DIFFERS_KEY_BITS },
		{ "aes-128", "md5", 2, CM_DIFFERS_HASH },
		{ "aes-128", "sha1", 2, CM_DIFFERS_GROUP },
	};
	struct cm_p1 policy = p1_of(10, "aes-128", "sha1", 5, 3600);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cm_p1 offer = p1_of(1, rows[i].cipher, rows[i].hash, rows[i].group, 60);
		assert_int_equal(cm_p1_compare(&policy, &offer), rows[i].difference);
		assert_int_equal(cm_p1_compare(&offer, &policy), rows[i].difference);
	}
	struct cm_p1 offer = policy;
	offer.auth = cm_auth_named("rsa-sig");
	offer.group = cm_group_numbered(2);
	assert_int_equal(cm_p1_compare(&policy, &offer), CM_DIFFERS_AUTH);
	offer = policy;
	offer.cipher = NULL; /* what no row describes fits nothing */
	assert_int_equal(cm_p1_compare(&policy, &offer), CM_DIFFERS_CIPHER);
}

static void phase2_names_the_first_difference(void **state)
{
	struct cm_p2 mine = p2_of("aes-128", "sha1"), offer = mine;
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_SAME);
	offer.mode = CM_MODE_TRANSPORT;
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_DIFFERS_MODE);
	offer.compress = true;
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_DIFFERS_COMPRESSION);
	offer.hash = cm_hash_named("md5");
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_DIFFERS_HASH);
	offer.cipher = cm_cipher_named("aes-192");
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_DIFFERS_KEY_BITS);
	offer.cipher = cm_cipher_named("aes-gcm-128");
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_DIFFERS_CIPHER);
	offer.ah = cm_hash_named("sha1");
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_DIFFERS_PROTOCOL);
	mine.ah = cm_hash_named("md5");
	assert_int_equal(cm_p2_compare(&mine, &offer), CM_DIFFERS_AH);
	struct cm_p2 only_ah = { .ah = cm_hash_named("md5"), .mode = CM_MODE_TUNNEL };
	assert_int_equal(cm_p2_compare(&mine, &only_ah), CM_DIFFERS_PROTOCOL);
}

/* What a responder makes of an offered group; 0: none. */
static void pfs_is_the_responders_rule(void **state)
{
	static const struct {
		bool demanded, bare;
		unsigned mine, offered;
		enum cm_difference difference;
	} rows[] = {
		{ false, false, 0, 0, CM_SAME },
		{ false, false, 0, 2, CM_SAME }, /* without set pfs any offer is taken */
		{ false, false, 0, 14, CM_SAME },
		{ true, false, 2, 0, CM_DIFFERS_PFS_MISSING },
		{ true, true, 1, 0, CM_DIFFERS_PFS_MISSING },
		{ true, false, 2, 2, CM_SAME },
		{ true, false, 2, 5, CM_DIFFERS_PFS_GROUP },
		{ true, false, 1, 2, CM_DIFFERS_PFS_GROUP },
		{ true, true, 1, 1, CM_SAME },
		{ true, true, 1, 2, CM_SAME }, /* bare: "an offer of either group1 or group2" */
		{ true, true, 1, 5, CM_DIFFERS_PFS_GROUP },
		{ true, true, 14, 2, CM_DIFFERS_PFS_GROUP },
		{ true, true, 14, 14, CM_SAME },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cm_pfs mine = { .demanded = rows[i].demanded,
			.bare = rows[i].bare,
			.group = cm_group_numbered(rows[i].mine) };
		assert_int_equal(cm_pfs_compare(&mine, cm_group_numbered(rows[i].offered)),
			rows[i].difference);
	}
}

static void selectors_relate_as_sets(void **state)
{
	static const struct {
		uint8_t protocol;
		uint32_t local;
		unsigned local_bits;
		uint32_t remote;
		unsigned remote_bits;
		enum cm_relation relation;
	} rows[] = {
		{ 0, NET_B, 24, NET_A, 24, CM_EQUAL },
		{ 6, NET_B, 24, NET_A, 24, CM_NARROWER },
		{ 0, NET_B, 25, NET_A, 24, CM_NARROWER },
		{ 0, NET_B + 7, 32, NET_A + 9, 32, CM_NARROWER },
		{ 0, NET_B, 16, NET_A, 24, CM_WIDER },
		{ 0, 0, 0, 0, 0, CM_WIDER },
		{ 0, NET_B, 25, NET_A, 16, CM_OVERLAPS },
		{ 17, NET_B, 16, NET_A, 24, CM_OVERLAPS },
		{ 0, NET_A, 24, NET_B, 24, CM_DISJOINT },
		{ 0, NET_B + 256, 24, NET_A, 24, CM_DISJOINT },
	};
	static const enum cm_relation back[] = { [CM_EQUAL] = CM_EQUAL,
		[CM_NARROWER] = CM_WIDER,
		[CM_WIDER] = CM_NARROWER,
		[CM_OVERLAPS] = CM_OVERLAPS,
		[CM_DISJOINT] = CM_DISJOINT };
	struct cm_selector mine = line_of(0, NET_B, 24, NET_A, 24);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cm_selector offered = line_of(rows[i].protocol, rows[i].local,
			rows[i].local_bits, rows[i].remote, rows[i].remote_bits);
		assert_int_equal(cm_selector_relate(&mine, &offered), rows[i].relation);
		assert_int_equal(cm_selector_relate(&offered, &mine), back[rows[i].relation]);
	}
}

static void ports_count_where_there_are_ports(void **state)
{
	struct cm_selector mine = line_of(6, NET_B, 24, NET_A, 24), offered = mine;
	offered.remote_port[0] = offered.remote_port[1] = 443;
	assert_int_equal(cm_selector_relate(&mine, &offered), CM_NARROWER);
	mine.remote_port[0] = mine.remote_port[1] = 80;
	assert_int_equal(cm_selector_relate(&mine, &offered), CM_DISJOINT);
	mine.protocol = offered.protocol = 47;
	assert_int_equal(cm_selector_relate(&mine, &offered), CM_EQUAL);
	offered.protocol = 17;
	assert_int_equal(cm_selector_relate(&mine, &offered), CM_DISJOINT);
}

static void wildcards_with_holes_relate(void **state)
{
	struct cm_selector mine = line_of(0, NET_B, 24, NET_A, 24), offered = mine;
	mine.local.address = 0xc0a80001;
	mine.local.mask = 0xffff00ff; /* 192.168.*.1 */
	offered.local.address = 0xc0a86401;
	offered.local.mask = 0xffffffff;
	assert_int_equal(cm_selector_relate(&mine, &offered), CM_NARROWER);
	offered.local.address = 0xc0a86402;
	assert_int_equal(cm_selector_relate(&mine, &offered), CM_DISJOINT);
}

static void one_permit_line_must_contain_the_offer(void **state)
{
	struct made b;
	make_site_b(&b);
	b.lines[0] = line_of(0, NET_B, 25, NET_A, 24);
	b.lines[1] = line_of(0, NET_B + 128, 25, NET_A, 24);
	b.lines[0].sequence = 20;
	b.lines[1].sequence = 30;
	b.t.n_selectors = 2;
	struct cm_selector whole = line_of(0, NET_B, 24, NET_A, 24);
	struct cm_selector half = line_of(0, NET_B + 128, 26, NET_A, 24);
	assert_null(cm_selector_accepting(&b.t, &whole)); /* the union is not asked */
	assert_ptr_equal(cm_selector_accepting(&b.t, &half), &b.lines[1]);

	struct cm_selector deny = line_of(0, NET_B + 128, 26, NET_A, 24);
	b.t.denies = &deny;
	b.t.n_denies = 1;
	assert_null(cm_selector_accepting(&b.t, &half));
	deny.sequence = 40; /* below the permit it changes nothing */
	assert_ptr_equal(cm_selector_accepting(&b.t, &half), &b.lines[1]);
}

static void a_dynamic_entry_without_acl_takes_any(void **state)
{
	struct made b;
	make_site_b(&b);
	struct cm_selector any = line_of(0, NET_B, 24, NET_A, 24);
	b.t.n_selectors = 0;
	assert_null(cm_selector_accepting(&b.t, &any));
	b.t.kind = CM_TUNNEL_DYNAMIC;
	assert_ptr_equal(cm_selector_accepting(&b.t, &any), &any);
}

static struct cm_psk key_of(const char *ring, uint32_t address, unsigned bits, const char *secret)
{
	struct cm_psk key = { .peer = { address, cm_mask_of(bits) },
		.secret = cm_str_of(secret),
		.keyring = cm_str_of(ring) };
	return key;
}

static void the_longest_mask_of_the_first_keyring_wins(void **state)
{
	const struct cm_psk keys[] = {
		key_of("default", 0, 0, "anybody"),
		key_of("default", SITE_A & 0xffffff00, 24, "net"),
		key_of("other", SITE_A, 32, "host"),
		key_of("other", SITE_A, 32, "again"),
	};
	struct cm_tunnel t = { .keys = keys, .n_keys = 4 };
	assert_ptr_equal(cm_tunnel_key(&t, SITE_A), &keys[1]);
	assert_ptr_equal(cm_tunnel_key(&t, SITE_B), &keys[0]);
	t.keys = keys + 2;
	t.n_keys = 2;
	assert_ptr_equal(cm_tunnel_key(&t, SITE_A), &keys[2]); /* the first of equals stays */
	assert_null(cm_tunnel_key(&t, SITE_B));
}

static void host_names_are_found_in_any_case(void **state)
{
	struct cm_psk key = {
		.hostname = S("Branch.Example.com"), .secret = S("x"), .peer = { 0, 0 }
	};
	struct cm_tunnel t = { .keys = &key, .n_keys = 1 };
	assert_ptr_equal(cm_tunnel_key_named(&t, cm_str_of("branch.example.COM")), &key);
	assert_null(cm_tunnel_key_named(&t, cm_str_of("branch")));
	assert_null(cm_tunnel_key(&t, SITE_A));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phase1_names_the_first_difference),
		cmocka_unit_test(phase2_names_the_first_difference),
		cmocka_unit_test(pfs_is_the_responders_rule),
		cmocka_unit_test(selectors_relate_as_sets),
		cmocka_unit_test(ports_count_where_there_are_ports),
		cmocka_unit_test(wildcards_with_holes_relate),
		cmocka_unit_test(one_permit_line_must_contain_the_offer),
		cmocka_unit_test(a_dynamic_entry_without_acl_takes_any),
		cmocka_unit_test(the_longest_mask_of_the_first_keyring_wins),
		cmocka_unit_test(host_names_are_found_in_any_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
