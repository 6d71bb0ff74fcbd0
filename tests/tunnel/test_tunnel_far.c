#include "build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void offers_are_read_in_anybodys_words(void **state)
{
	static const struct {
		const char *text, *cipher, *hash;
		unsigned group; /* 0: cannot be read */
	} rows[] = {
		{ "3des-sha-2", "3des", "sha1", 2 },
		{ "des-md5-1", "des", "md5", 1 },
		{ "aes-sha-5", "aes-128", "sha1", 5 },
		{ "aes-256-sha-5", "aes-256", "sha1", 5 },
		{ "AES192-SHA256-MODP2048", "aes-192", "sha256", 14 },
		{ "aes256-sha512-21", "aes-256", "sha512", 21 },
		{ "aes128gcm16-sha-2", NULL, NULL, 0 }, /* not in phase 1 of IKEv1 */
		{ "3des-sha", NULL, NULL, 0 },
		{ "3des-sha-2-", NULL, NULL, 0 },
		{ "3des-sha-2-x", NULL, NULL, 0 },
		{ "3des-sha-23", NULL, NULL, 0 },
		{ "3desx-sha-2", NULL, NULL, 0 },
		{ "", NULL, NULL, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cm_p1 p1 = { 0 };
		bool read = cm_p1_read(cm_str_of(rows[i].text), &p1);
		assert_int_equal(read, rows[i].group != 0);
		if (!read)
			continue;
		assert_ptr_equal(p1.cipher, cm_cipher_named(rows[i].cipher));
		assert_ptr_equal(p1.hash, cm_hash_named(rows[i].hash));
		assert_int_equal(p1.group->number, rows[i].group);
	}
}

static void proposals_are_read_with_pfs(void **state)
{
	struct cm_p2 p2 = { 0 };
	const struct cm_group *pfs;
	assert_true(cm_p2_read(cm_str_of("3des-sha"), &p2, &pfs));
	assert_null(pfs);
	assert_true(cm_p2_read(cm_str_of("aes256-sha256-14"), &p2, &pfs));
	assert_int_equal(pfs->number, 14);
	assert_true(cm_p2_read(cm_str_of("aes128gcm16-19"), &p2, &pfs));
	assert_ptr_equal(p2.cipher, cm_cipher_named("aes-gcm-128"));
	assert_int_equal(pfs->number, 19);
	assert_false(cm_p2_read(cm_str_of("blowfish-sha"), &p2, &pfs));
	assert_false(cm_p2_read(cm_str_of("3des-sha-x"), &p2, &pfs));
}

static void every_far_end_can_be_made(void **state)
{
	size_t n;
	const struct cm_far_end *rows = cm_far_ends(&n);
	struct made b;
	make_site_b(&b);
	assert_true(n >= 2);
	for (size_t i = 0; i < n; i++) {
		struct cm_str wrong;
		struct cm_tunnels *set = cm_tunnels_new();
		const struct cm_tunnel *far = cm_far_tunnel(set, &b.t, 0, &rows[i], &wrong);
		assert_non_null(far);
		assert_ptr_equal(cm_far_named(rows[i].name), &rows[i]);
		assert_true(far->n_p1 > 0 && far->n_p2 > 0);
		assert_int_equal(far->local, SITE_A);
		cm_tunnels_free(set);
	}
	assert_null(cm_far_named("fridge"));
}

static void the_linksys_is_the_articles(void **state)
{
	struct made a, b;
	struct cm_str wrong;
	struct cm_tunnels *set = cm_tunnels_new();
	make_linksys(&a);
	make_site_b(&b);
	const struct cm_tunnel *far =
		cm_far_tunnel(set, &b.t, 0, cm_far_named("linksys-wag54g"), &wrong);
	assert_int_equal(far->n_p1, a.t.n_p1);
	for (size_t i = 0; i < far->n_p1; i++) {
		assert_int_equal(cm_p1_compare(&far->p1[i], &a.p1[i]), CM_SAME);
		assert_int_equal(far->p1[i].lifetime_s, 86400);
	}
	struct cm_meet *m = cm_meet(far, &b.t, NULL);
	assert_true(m->up);
	assert_int_equal(m->key, CM_KEY_UNKNOWN);
	cm_meet_free(m);
	cm_tunnels_free(set);
}

static void what_cannot_be_read_is_named(void **state)
{
	struct made b;
	struct cm_str wrong;
	struct cm_far_end far = { .title = "x", .offers = "3des-sha-2,foo-sha-2" };
	struct cm_tunnels *set = cm_tunnels_new();
	make_site_b(&b);
	assert_null(cm_far_tunnel(set, &b.t, 0, &far, &wrong));
	assert_true(cm_str_is(wrong, "foo-sha-2"));
	far.offers = "3des-sha-2";
	far.esp = "3des-tiger";
	assert_null(cm_far_tunnel(set, &b.t, 0, &far, &wrong));
	assert_true(cm_str_is(wrong, "3des-tiger"));
	cm_tunnels_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_are_read_in_anybodys_words),
		cmocka_unit_test(proposals_are_read_with_pfs),
		cmocka_unit_test(every_far_end_can_be_made),
		cmocka_unit_test(the_linksys_is_the_articles),
		cmocka_unit_test(what_cannot_be_read_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
