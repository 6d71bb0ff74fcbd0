#include "build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void the_articles_ends_agree_on_policy_4(void **state)
{
	struct made a, b;
	make_linksys(&a);
	make_site_b(&b);
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	assert_non_null(m);
	assert_true(m->up);
	assert_int_equal(m->cause, CM_CAUSE_NONE);
	assert_int_equal(m->n_p1, 13);
	assert_int_equal(m->policy->priority, 4);
	assert_int_equal(m->offer->priority, 1);
	assert_int_equal(m->p1_lifetime_s, 86400);
	assert_int_equal(m->key, CM_KEY_EQUAL);
	assert_int_equal(m->pfs_group->number, 2);
	assert_int_equal(
		m->p2_lifetime_s, 3600); /* the article sets 86400, the router uses its own */
	assert_int_equal(m->p2_lifetime_kb, 4608000);
	assert_false(m->responder_lifetime);
	assert_int_equal(m->n_accepted, 1);
	cm_meet_free(m);
}

/* Each row breaks one thing at the responder and names what is found first. */
enum broken {
	NOTHING,
	POLICY,
	KEY,
	NO_KEY,
	TRANSFORM,
	MODE,
	LINES,
	PFS,
	PEER,
	VERSION,
	OFF,
	PART,
	SEALED,
	SHORT,
	AGGRESSIVE,
	NARROW
};
static void break_it(struct made *b, enum broken what)
{
	static const struct cm_span line = { 7, 9 };
	switch (what) {
	case NOTHING:
		break;
	case POLICY:
		b->t.n_p1 = 3;
		break;
	case KEY:
		b->key.secret = cm_str_of("other");
		break;
	case NO_KEY:
		b->key.peer.address++;
		break;
	case TRANSFORM:
		b->p2[0] = p2_of("aes-128", "sha1");
		break;
	case MODE:
		b->p2[0].mode = CM_MODE_TRANSPORT;
		b->p2[0].mode_required = true;
		break;
	case LINES:
		b->lines[0].local.address += 256;
		break;
	case PFS:
		b->t.pfs.demanded = true;
		b->t.pfs.group = cm_group_numbered(5);
		b->t.pfs.at = line;
		break;
	case PEER:
		b->peer.address++;
		break;
	case VERSION:
		b->t.version = 2;
		break;
	case OFF:
		b->t.ike_enabled = false;
		break;
	case PART:
		b->t.incomplete = true;
		b->t.why = "no ACL";
		break;
	case SEALED:
		b->key.sealed = true;
		break;
	case SHORT:
		b->p1[3].lifetime_s = 600;
		break;
	case AGGRESSIVE:
		b->t.aggressive_accepted = false;
		break;
	case NARROW:
		b->lines[0].local.mask = 0xffffff80;
		break;
	}
}

static void the_first_cause_is_named(void **state)
{
	static const struct {
		enum broken what;
		enum cm_cause cause;
		const char *says;
	} rows[] = {
		{ NOTHING, CM_CAUSE_NONE, "3des/sha1/pre-share/group 2" },
		{ POLICY, CM_CAUSE_POLICY, "differs in Diffie-Hellman group" },
		{ KEY, CM_CAUSE_KEY, "keys differ" },
		{ NO_KEY, CM_CAUSE_NO_KEY_THERE, "SITEB has no pre-shared key" },
		{ TRANSFORM, CM_CAUSE_TRANSFORM,
			"esp-3des esp-sha-hmac and esp-aes esp-sha-hmac differ" },
		{ MODE, CM_CAUSE_MODE, "transport mode" },
		{ LINES, CM_CAUSE_SELECTORS,
			"172.18.30.0/24 -> 192.168.100.0/24 is in no permit line" },
		{ NARROW, CM_CAUSE_SELECTORS, "is wider than ip 192.168.100.0/25" },
		{ PFS, CM_CAUSE_PFS, "demands PFS with group 5 and group 2 is offered" },
		{ PEER, CM_CAUSE_PEER_ADDRESS, "SITEB has another address" },
		{ VERSION, CM_CAUSE_VERSION, "different versions" },
		{ OFF, CM_CAUSE_IKE_DISABLED, "SITEB has IKE disabled" },
		{ PART, CM_CAUSE_INCOMPLETE, "no ACL" },
		{ SEALED, CM_CAUSE_NONE, "phase 2" },
		{ AGGRESSIVE, CM_CAUSE_NONE, "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct made a, b;
		struct cm_text why = { 0 };
		make_linksys(&a);
		make_site_b(&b);
		break_it(&b, rows[i].what);
		struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
		assert_int_equal(m->cause, rows[i].cause);
		assert_int_equal(m->up, rows[i].cause == CM_CAUSE_NONE);
		cm_meet_explain(m, &why);
		if (!strstr(why.at, rows[i].says))
			fail_msg("%s: %s", rows[i].says, why.at);
		if (rows[i].what == PFS)
			assert_int_equal(m->responder_at.start, 7);
		if (rows[i].what == SEALED)
			assert_int_equal(m->key, CM_KEY_UNKNOWN);
		cm_text_free(&why);
		cm_meet_free(m);
	}
}

static void a_shorter_policy_announces_its_lifetime(void **state)
{
	struct made a, b;
	make_linksys(&a);
	make_site_b(&b);
	break_it(&b, SHORT);
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	assert_true(m->up);
	assert_true(m->responder_lifetime);
	assert_int_equal(m->p1_lifetime_s, 600);
	cm_meet_free(m);
}

static void the_narrower_side_may_initiate(void **state)
{
	struct made a, b;
	struct cm_meet_both both;
	make_linksys(&a);
	make_site_b(&b);
	a.t.pfs.demanded = false;
	break_it(&b, NARROW);
	assert_true(cm_meet_both(&a.t, &b.t, NULL, &both));
	assert_int_equal(both.verdict, CM_ONLY_SECOND);
	assert_int_equal(both.forth->selectors[0].relation, CM_WIDER);
	assert_int_equal(both.back->selectors[0].relation, CM_NARROWER);
	cm_meet_both_free(&both);
}

static void pfs_on_one_side_lets_only_that_side_initiate(void **state)
{
	struct made a, b;
	struct cm_meet_both both;
	make_linksys(&a); /* offers PFS; as a responder it demands it */
	make_site_b(&b);
	assert_true(cm_meet_both(&a.t, &b.t, NULL, &both));
	assert_int_equal(both.verdict, CM_ONLY_FIRST);
	assert_int_equal(both.back->cause, CM_CAUSE_PFS);
	cm_meet_both_free(&both);
	a.t.pfs.demanded = false;
	assert_true(cm_meet_both(&a.t, &b.t, NULL, &both));
	assert_int_equal(both.verdict, CM_COMES_UP);
	cm_meet_both_free(&both);
}

static void some_lines_may_come_up_without_others(void **state)
{
	struct made a, b;
	struct cm_meet_both both;
	make_linksys(&a);
	make_site_b(&b);
	a.t.pfs.demanded = false;
	a.lines[1] = line_of(0, NET_A, 24, 0x0a000000, 8);
	a.t.n_selectors = 2;
	assert_true(cm_meet_both(&a.t, &b.t, NULL, &both));
	assert_int_equal(both.verdict, CM_COMES_UP_PARTLY);
	assert_true(both.forth->up);
	assert_int_equal(both.forth->cause, CM_CAUSE_SELECTORS);
	assert_int_equal(both.forth->n_accepted, 1);
	assert_int_equal(both.back->cause, CM_CAUSE_NONE);
	cm_meet_both_free(&both);
}

static void a_dynamic_map_only_answers(void **state)
{
	struct made a, b;
	struct cm_meet_both both;
	make_linksys(&a);
	make_site_b(&b);
	b.t.kind = CM_TUNNEL_DYNAMIC;
	b.peer.any = true;
	b.key.peer.mask = 0;
	b.t.n_selectors = 0;
	a.t.has_local = false;
	assert_true(cm_meet_both(&a.t, &b.t, NULL, &both));
	assert_int_equal(both.verdict, CM_ONLY_FIRST);
	assert_int_equal(both.back->cause, CM_CAUSE_CANNOT_INITIATE);
	assert_int_equal(both.forth->key, CM_KEY_EQUAL);
	cm_meet_both_free(&both);
}

static void aggressive_mode_has_one_group(void **state)
{
	struct made a, b;
	make_linksys(&a);
	make_site_b(&b);
	a.t.aggressive_initiated = true;
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	assert_int_equal(m->n_offers, 3);
	assert_true(m->up && m->aggressive);
	cm_meet_free(m);
	break_it(&b, AGGRESSIVE);
	m = cm_meet(&a.t, &b.t, NULL);
	assert_int_equal(m->cause, CM_CAUSE_AGGRESSIVE);
	cm_meet_free(m);
}

static void transport_mode_is_for_the_gateways_themselves(void **state)
{
	struct made a, b;
	make_linksys(&a);
	make_site_b(&b);
	b.p2[0].mode = CM_MODE_TRANSPORT; /* not required: LAN to LAN is tunnelled anyway */
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	assert_true(m->up);
	assert_int_equal(m->mode, CM_MODE_TUNNEL);
	cm_meet_free(m);
	a.lines[0] = line_of(47, SITE_A, 32, SITE_B, 32);
	b.lines[0] = line_of(47, SITE_B, 32, SITE_A, 32);
	m = cm_meet(&a.t, &b.t, NULL); /* asked for tunnel mode, `mode transport` takes it */
	assert_true(m->up);
	assert_int_equal(m->mode, CM_MODE_TUNNEL);
	cm_meet_free(m);
	m = cm_meet(&b.t, &a.t, NULL); /* `mode tunnel` takes nothing else */
	assert_int_equal(m->cause, CM_CAUSE_MODE);
	cm_meet_free(m);
	b.p2[0].mode_required = true;
	m = cm_meet(&a.t, &b.t, NULL);
	assert_int_equal(m->cause, CM_CAUSE_MODE);
	cm_meet_free(m);
	a.p2[0].mode = CM_MODE_TRANSPORT;
	m = cm_meet(&a.t, &b.t, NULL);
	assert_true(m->up);
	assert_int_equal(m->mode, CM_MODE_TRANSPORT);
	cm_meet_free(m);
}

static void multipoint_ends_are_gateways_to_each_other(void **state)
{
	struct made a, b;
	make_linksys(&a);
	make_site_b(&b);
	a.lines[0] = line_of(47, SITE_A, 32, 0, 0);
	b.lines[0] = line_of(47, SITE_B, 32, 0, 0);
	a.p2[0].mode = b.p2[0].mode = CM_MODE_TRANSPORT;
	a.t.kind = b.t.kind = CM_TUNNEL_PROFILE;
	a.t.tunnel_interface.multipoint = b.t.tunnel_interface.multipoint = true;
	a.t.tunnel_interface.gre = b.t.tunnel_interface.gre = true;
	a.peer.any = b.peer.any = true;
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	assert_true(m->up);
	assert_int_equal(m->mode, CM_MODE_TRANSPORT);
	cm_meet_free(m);
}

static void a_nat_between_needs_udp(void **state)
{
	struct made a, b;
	struct cm_meet_path path = { .initiator = 0xcb007105, .nat = true };
	make_linksys(&a);
	make_site_b(&b);
	struct cm_meet *m = cm_meet(&a.t, &b.t, &path);
	assert_int_equal(m->cause, CM_CAUSE_PEER_ADDRESS); /* the router sees another address */
	cm_meet_free(m);
	b.peer.address = b.key.peer.address = path.initiator;
	m = cm_meet(&a.t, &b.t, &path);
	assert_true(m->up && m->udp);
	cm_meet_free(m);
	b.t.nat_t = false;
	m = cm_meet(&a.t, &b.t, &path);
	assert_int_equal(m->cause, CM_CAUSE_NAT);
	assert_int_equal(cm_cause_phase(m->cause), CM_PHASE_TRAFFIC);
	cm_meet_free(m);
}

static void policies_that_cannot_authenticate_are_not_offered(void **state)
{
	struct made a, b;
	make_site_b(&a);
	make_linksys(&b);
	static const char one;
	const struct cm_model *model = (const struct cm_model *)(const void *)&one;
	size_t offers[8];
	a.t.model = model; /* only asked whether it is there */
	a.p1[0].auth = cm_auth_named("rsa-sig");
	assert_int_equal(cm_p1_offers(&a.t, SITE_A, offers, 8), 3);
	assert_int_equal(offers[0], 1);
	a.t.certificates = true;
	assert_int_equal(cm_p1_offers(&a.t, SITE_A, offers, 2), 4);
	assert_int_equal(cm_p1_offers(&a.t, SITE_B, offers, 8), 1);
	a.t.certificates = false;
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	assert_int_equal(m->n_offers, 3);
	cm_meet_free(m);
	a.t.n_p1 = 1;
	m = cm_meet(&a.t, &b.t, NULL);
	assert_int_equal(m->n_offers, 0);
	cm_meet_free(m);
}

static void profiles_welcome_identities(void **state)
{
	static const struct {
		enum cm_id_kind match;
		const char *name;
		enum cm_id_kind shown;
		const char *as;
		bool welcome;
	} rows[] = {
		{ CM_ID_FQDN, "a.example.com", CM_ID_FQDN, "A.example.com", true },
		{ CM_ID_FQDN, "a.example.com", CM_ID_FQDN, "b.example.com", false },
		{ CM_ID_FQDN_DOMAIN, "example.com", CM_ID_FQDN, "b.example.com", true },
		{ CM_ID_FQDN_DOMAIN, "example.com", CM_ID_FQDN, "badexample.com", false },
		{ CM_ID_FQDN_DOMAIN, "example.com", CM_ID_USER_FQDN, "u@example.com", false },
		{ CM_ID_USER_FQDN_DOMAIN, "example.com", CM_ID_USER_FQDN, "u@example.com", true },
		{ CM_ID_USER_FQDN_DOMAIN, "example.com", CM_ID_FQDN, "b.example.com", false },
		{ CM_ID_ADDRESS, NULL, CM_ID_FQDN, "a", false },
		{ CM_ID_ADDRESS, NULL, CM_ID_ADDRESS, NULL, true },
		{ CM_ID_ANY, NULL, CM_ID_FQDN, "a", true },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct made a, b;
		struct cm_identity match = { .kind = rows[i].match,
			.name = cm_str_of(rows[i].name),
			.address = { SITE_A, 0xffffffff } };
		make_linksys(&a);
		make_site_b(&b);
		b.t.remote_ids = &match;
		b.t.n_remote_ids = 1;
		a.t.local_id.kind = rows[i].shown;
		a.t.local_id.name = cm_str_of(rows[i].as);
		struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
		assert_int_equal(m->cause == CM_CAUSE_NONE, rows[i].welcome);
		assert_true(rows[i].welcome || m->cause == CM_CAUSE_IDENTITY);
		cm_meet_free(m);
	}
}

/* --- mirrors ------------------------------------------------------------------------------------ */

static uint32_t seed = 20261123;
static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static const struct cm_cipher *draw_cipher(bool phase1)
{
	size_t n;
	const struct cm_cipher *rows = cm_ciphers(&n);
	for (;;) {
		const struct cm_cipher *row = &rows[draw((uint32_t)n)];
		if (!phase1 || row->isakmp)
			return row;
	}
}

static void draw_tunnel(struct made *m, struct cm_identity *id)
{
	static const char *const names[] = { "a.example.com", "b.example.com" };
	size_t n;
	make(m, draw(0xffffff) << 8 | 1, draw(0xffffff) << 8 | 2);
	m->t.n_p1 = 1 + draw(5);
	for (size_t i = 0; i < m->t.n_p1; i++) {
		m->p1[i] = p1_of((unsigned)i + 1, "des", "md5", 1, 60 + draw(86000));
		m->p1[i].cipher = draw_cipher(true);
		m->p1[i].hash = cm_hashes(&n) + draw(5);
		m->p1[i].group = cm_groups(&n) + draw(12);
	}
	m->t.n_p2 = 1 + draw(3);
	for (size_t i = 0; i < m->t.n_p2; i++) {
		m->p2[i].cipher = draw_cipher(false);
		m->p2[i].hash = m->p2[i].cipher->combined ? NULL : cm_hashes(&n) + draw(5);
		m->p2[i].mode = draw(4) ? CM_MODE_TUNNEL : CM_MODE_TRANSPORT;
	}
	m->t.n_selectors = 1 + draw(4);
	for (size_t i = 0; i < m->t.n_selectors; i++)
		m->lines[i] = line_of((uint8_t)(draw(2) * 6), draw(1u << 24) << 8, draw(25),
			draw(1u << 24) << 8, draw(25));
	m->t.kind = draw(2) ? CM_TUNNEL_STATIC : CM_TUNNEL_PROFILE;
	m->t.pfs.demanded = draw(2);
	m->t.pfs.group = cm_groups(&n) + draw(12);
	if (draw(3) == 0)
		m->key.peer.mask = 0;
	if (draw(4) == 0)
		m->t.n_keys = 0;
	m->t.has_local = draw(5) != 0;
	m->t.local = m->t.has_local ? m->t.local : 0;
	if (draw(3) == 0) {
		m->t.local_id.kind = CM_ID_FQDN;
		m->t.local_id.name = cm_str_of(names[0]);
	}
	id->kind = draw(2) ? CM_ID_FQDN : CM_ID_ADDRESS;
	id->name = cm_str_of(names[1]);
	id->address.address = m->peer.address;
	id->address.mask = 0xffffffff;
	m->t.remote_ids = id;
	m->t.n_remote_ids = draw(2);
}

static void mirror_twice_is_the_identity(void **state)
{
	for (int i = 0; i < 2000; i++) {
		struct made m;
		struct cm_identity id = { 0 };
		struct cm_tunnels *set = cm_tunnels_new();
		draw_tunnel(&m, &id);
		const struct cm_tunnel *far = cm_mirror(set, &m.t, 0);
		assert_non_null(far);
		assert_true(cm_tunnel_same(&m.t, &m.t));
		assert_false(cm_tunnel_same(&m.t, far));
		assert_true(cm_tunnel_same(&m.t, cm_mirror(set, far, 0)));
		cm_tunnels_free(set);
	}
}

static void a_mirror_meets_its_origin(void **state)
{
	for (int i = 0; i < 500; i++) {
		struct made m;
		struct cm_identity id = { 0 };
		struct cm_meet_both both;
		struct cm_tunnels *set = cm_tunnels_new();
		draw_tunnel(&m, &id);
		m.t.n_keys = 1;
		m.t.has_local = true;
		m.t.local = m.t.local ? m.t.local : 1;
		m.t.p1 = m.p1;
		const struct cm_tunnel *far = cm_mirror(set, &m.t, 0);
		assert_true(cm_meet_both(&m.t, far, NULL, &both));
		if (both.verdict != CM_COMES_UP)
			fail_msg("%s, %s", cm_cause_word(both.forth->cause),
				cm_cause_word(both.back->cause));
		/* Who starts changes nothing in what is agreed between an end and its mirror. */
		assert_ptr_equal(both.forth->policy->cipher, both.back->policy->cipher);
		assert_int_equal(both.forth->p1_lifetime_s, both.back->p1_lifetime_s);
		assert_ptr_equal(both.forth->transform->cipher, both.back->transform->cipher);
		assert_int_equal(both.forth->key, both.back->key);
		cm_meet_both_free(&both);
		cm_tunnels_free(set);
	}
}

static void any_change_is_seen_as_one(void **state)
{
	struct made a, b;
	make_site_b(&a);
	for (int i = POLICY; i <= OFF; i++) {
		make_site_b(&b);
		assert_true(cm_tunnel_same(&a.t, &b.t));
		break_it(&b, (enum broken)i);
		assert_false(cm_tunnel_same(&a.t, &b.t));
	}
}

static void the_mirror_of_a_nameless_end_takes_anybody(void **state)
{
	struct made b;
	struct cm_tunnels *set = cm_tunnels_new();
	make_site_b(&b);
	b.t.has_local = false;
	const struct cm_tunnel *far = cm_mirror(set, &b.t, 0);
	assert_int_equal(far->kind, CM_TUNNEL_DYNAMIC);
	assert_true(far->peers[0].any);
	assert_int_equal(far->keys[0].peer.mask, 0);
	assert_int_equal(far->local, SITE_A);
	cm_tunnels_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_articles_ends_agree_on_policy_4),
		cmocka_unit_test(the_first_cause_is_named),
		cmocka_unit_test(a_shorter_policy_announces_its_lifetime),
		cmocka_unit_test(the_narrower_side_may_initiate),
		cmocka_unit_test(pfs_on_one_side_lets_only_that_side_initiate),
		cmocka_unit_test(some_lines_may_come_up_without_others),
		cmocka_unit_test(a_dynamic_map_only_answers),
		cmocka_unit_test(aggressive_mode_has_one_group),
		cmocka_unit_test(transport_mode_is_for_the_gateways_themselves),
		cmocka_unit_test(multipoint_ends_are_gateways_to_each_other),
		cmocka_unit_test(a_nat_between_needs_udp),
		cmocka_unit_test(policies_that_cannot_authenticate_are_not_offered),
		cmocka_unit_test(profiles_welcome_identities),
		cmocka_unit_test(mirror_twice_is_the_identity),
		cmocka_unit_test(a_mirror_meets_its_origin),
		cmocka_unit_test(any_change_is_seen_as_one),
		cmocka_unit_test(the_mirror_of_a_nameless_end_takes_anybody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
