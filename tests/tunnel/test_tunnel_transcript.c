/*
 * The article's router answers the article's Linksys: what our words are, against the sequence
 * that the article prints, comparison by comparison and message by message.
 */
#include "build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* The attributes of the Linksys's four transforms; every check prints the same six lines. */
static const char *const transforms[4][4] = {
	{ "encryption 3DES-CBC", "hash SHA", "auth pre-share", "default group 2" },
	{ "encryption DES-CBC", "hash MD5", "auth pre-share", "default group 1" },
	{ "encryption 3DES-CBC", "hash SHA", "auth pre-share", "default group 2" },
	{ "encryption 3DES-CBC", "hash MD5", "auth pre-share", "default group 2" },
};
#define GROUP  "Diffie-Hellman group offered does not match policy!"
#define CIPHER "Encryption algorithm offered does not match policy!"
#define HASH   "Hash algorithm offered does not match policy!"

/* Thirteen checks as the article has them: transform, policy, the reason (NULL: fits), next. */
static const struct {
	int transform, policy;
	const char *reason;
	int next;
} checks[] = {
	{ 1, 1, GROUP, 3 },
	{ 2, 1, CIPHER, 3 },
	{ 3, 1, GROUP, 3 },
	{ 4, 1, HASH, 0 },
	{ 1, 2, HASH, 3 },
	{ 2, 2, CIPHER, 3 },
	{ 3, 2, HASH, 3 },
	{ 4, 2, GROUP, 0 },
	{ 1, 3, CIPHER, 3 },
	{ 2, 3, HASH, 3 },
	{ 3, 3, CIPHER, 3 },
	{ 4, 3, CIPHER, 0 },
	{ 1, 4, NULL, 3 },
};

static const char before[] =
	"ISAKMP (0:709): received packet from 200.100.1.1 dport 500 sport 500 Global (N) NEW SA\n"
	"ISAKMP: local port 500, remote port 500\n"
	"ISAKMP (0:709): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH\n"
	"ISAKMP (0:709): Old State = IKE_READY  New State = IKE_R_MM1\n"
	"ISAKMP (0:709): processing SA payload. message ID = 0\n"
	"ISAKMP: Looking for a matching key for 200.100.1.1 in default : success\n"
	"ISAKMP (0:709): found peer pre-shared key matching 200.100.1.1\n"
	"ISAKMP (0:709) local preshared key found \n"
	"ISAKMP : Scanning profiles for xauth ...\n";

static const char after[] =
	"ISAKMP (0:709): Input = IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE\n"
	"ISAKMP (0:709): Old State = IKE_R_MM1  New State = IKE_R_MM1\n"
	"ISAKMP (0:709): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) MM_SA_SETUP\n"
	"ISAKMP (0:709): Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE\n"
	"ISAKMP (0:709): Old State = IKE_R_MM1  New State = IKE_R_MM2\n"
	"ISAKMP (0:709): received packet from 200.100.1.1 dport 500 sport 500 Global (R) MM_SA_SETUP\n"
	"ISAKMP (0:709): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH\n"
	"ISAKMP (0:709): Old State = IKE_R_MM2  New State = IKE_R_MM3\n"
	"ISAKMP (0:709): processing KE payload. message ID = 0\n"
	"ISAKMP (0:709): processing NONCE payload. message ID = 0\n"
	"ISAKMP: Looking for a matching key for 200.100.1.1 in default : success\n"
	"ISAKMP (0:709): found peer pre-shared key matching 200.100.1.1\n"
	"ISAKMP (0:709): SKEYID state generated\n"
	"ISAKMP (0:709): Input = IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE\n"
	"ISAKMP (0:709): Old State = IKE_R_MM3  New State = IKE_R_MM3\n"
	"ISAKMP (0:709): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) MM_KEY_EXCH\n"
	"ISAKMP (0:709): Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE\n"
	"ISAKMP (0:709): Old State = IKE_R_MM3  New State = IKE_R_MM4\n"
	"ISAKMP (0:709): received packet from 200.100.1.1 dport 500 sport 500 Global (R) MM_KEY_EXCH\n"
	"ISAKMP (0:709): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH\n"
	"ISAKMP (0:709): Old State = IKE_R_MM4  New State = IKE_R_MM5\n"
	"ISAKMP (0:709): processing ID payload. message ID = 0\n"
	"ISAKMP (0:709): ID payload\n"
	"next-payload : 8\n"
	"type         : 1\n"
	"address      : 200.100.1.1\n"
	"protocol     : 0\n"
	"port         : 0\n"
	"length       : 12\n"
	"ISAKMP (0:709): peer matches *none* of the profiles\n"
	"ISAKMP (0:709): processing HASH payload. message ID = 0\n"
	"ISAKMP (0:709): SA authentication status:\n"
	" authenticated\n"
	"ISAKMP (0:709): SA has been authenticated with 200.100.1.1\n"
	"ISAKMP (0:709): peer matches *none* of the profiles\n"
	"ISAKMP (0:709): Input = IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE\n"
	"ISAKMP (0:709): Old State = IKE_R_MM5  New State = IKE_R_MM5\n"
	"ISAKMP (0:709): SA is doing pre-shared key authentication using id type ID_IPV4_ADDR\n"
	"ISAKMP (0:709): ID payload\n"
	"next-payload : 8\n"
	"type         : 1\n"
	"address      : 200.56.4.1\n"
	"protocol     : 17\n"
	"port         : 500\n"
	"length       : 12\n"
	"ISAKMP (709): Total payload length: 12\n"
	"ISAKMP (0:709): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) MM_KEY_EXCH\n"
	"ISAKMP (0:709): Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE\n"
	"ISAKMP (0:709): Old State = IKE_R_MM5  New State = IKE_P1_COMPLETE\n"
	"ISAKMP (0:709): Input = IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE\n"
	"ISAKMP (0:709): Old State = IKE_P1_COMPLETE  New State = IKE_P1_COMPLETE\n";

/* Message IDs are random there; here 1. Lines with SPIs and pointers are left out. */
static const char quick[] =
	"ISAKMP (0:709): received packet from 200.100.1.1 dport 500 sport 500 Global (R) QM_IDLE     \n"
	"ISAKMP: set new node 1 to QM_IDLE     \n"
	"ISAKMP (0:709): processing HASH payload. message ID = 1\n"
	"ISAKMP (0:709): processing SA payload. message ID = 1\n"
	"ISAKMP (0:709): Checking IPSec proposal 1\n"
	"ISAKMP: transform 1, ESP_3DES\n"
	"ISAKMP:   attributes in transform:\n"
	"ISAKMP:      SA life type in seconds\n"
	"ISAKMP:      SA life duration (VPI) of  0x0 0x1 0x51 0x80\n"
	"ISAKMP:      group is 2\n"
	"ISAKMP:      encaps is 1 (Tunnel)\n"
	"ISAKMP:      authenticator is HMAC-SHA\n"
	"ISAKMP (0:709): atts are acceptable.\n"
	"IPSEC(validate_proposal_request): proposal part #1,\n"
	"  (key eng. msg.) INBOUND local= 200.56.4.1, remote= 200.100.1.1,\n"
	"    local_proxy= 192.168.100.0/255.255.255.0/0/0 (type=4),\n"
	"    remote_proxy= 172.18.30.0/255.255.255.0/0/0 (type=4),\n"
	"    protocol= ESP, transform= esp-3des esp-sha-hmac  (Tunnel),\n"
	"    lifedur= 0s and 0kb,\n"
	"    spi= 0x0(0), conn_id= 0, keysize= 0, flags= 0x22\n"
	"ISAKMP (0:709): processing NONCE payload. message ID = 1\n"
	"ISAKMP (0:709): processing KE payload. message ID = 1\n"
	"ISAKMP (0:709): processing ID payload. message ID = 1\n"
	"ISAKMP (0:709): processing ID payload. message ID = 1\n"
	"ISAKMP (0:709): asking for 1 spis from ipsec\n"
	"ISAKMP (0:709): Node 1, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH\n"
	"ISAKMP (0:709): Old State = IKE_QM_READY  New State = IKE_QM_SPI_STARVE\n"
	"IPSEC(key_engine): got a queue event...\n"
	"ISAKMP: received ke message (2/1)\n"
	"ISAKMP (0:709): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) QM_IDLE     \n"
	"ISAKMP (0:709): Node 1, Input = IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY\n"
	"ISAKMP (0:709): Old State = IKE_QM_SPI_STARVE  New State = IKE_QM_R_QM2\n"
	"ISAKMP (0:709): received packet from 200.100.1.1 dport 500 sport 500 Global (R) QM_IDLE     \n"
	"ISAKMP (0:709): Creating IPSec SAs\n"
	"        inbound SA from 200.100.1.1 to 200.56.4.1 (f/i)  0/ 0\n"
	"        (proxy 172.18.30.0 to 192.168.100.0)\n";

static void say_check(struct cm_text *out, size_t index)
{
	int transform = checks[index].transform;
	cm_text_printf(out,
		"ISAKMP (0:709): Checking ISAKMP transform %d against priority %d policy\n",
		transform, checks[index].policy);
	for (int i = 0; i < 4; i++)
		cm_text_printf(out, "ISAKMP:      %s\n", transforms[transform - 1][i]);
	cm_text_put(out,
		"ISAKMP:      life type in seconds\n"
		"ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80\n");
	if (checks[index].reason)
		cm_text_printf(out, "ISAKMP (0:709): %s\n", checks[index].reason);
	cm_text_printf(out, "ISAKMP (0:709): atts are %sacceptable. Next payload is %d\n",
		checks[index].reason ? "not " : "", checks[index].next);
}

static struct cm_text told(const struct made *a, const struct made *b, struct cm_telling telling)
{
	struct cm_text out = { 0 };
	struct cm_meet *m = cm_meet(&a->t, &b->t, NULL);
	assert_non_null(m);
	cm_print_transcript(m, &telling, &out);
	cm_meet_free(m);
	return out;
}

static void the_articles_sequence_is_reproduced(void **state)
{
	struct made a, b;
	struct cm_text wanted = { 0 };
	make_linksys(&a);
	make_site_b(&b);
	b.t.release = cm_release_parse(cm_str_of("12.3"));
	cm_text_put(&wanted, before);
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		say_check(&wanted, i);
	cm_text_put(&wanted, after);
	cm_text_put(&wanted, quick);
	struct cm_text out =
		told(&a, &b, (struct cm_telling){ .order = CM_WIRE_FREESWAN, .connection = 709 });
	assert_true(out.length > wanted.length);
	out.at[wanted.length] = '\0';
	assert_string_equal(out.at, wanted.at);
	cm_text_free(&out);
	cm_text_free(&wanted);
}

static void the_outcome_stands_at_the_end(void **state)
{
	struct made a, b;
	make_linksys(&a);
	make_site_b(&b);
	struct cm_text out = told(&a, &b, (struct cm_telling){ 0 });
	assert_non_null(strstr(out.at,
		"\n! comes up: phase 1 3des/sha1/pre-share/group 2 for 86400 s, "
		"phase 2 esp-3des esp-sha-hmac with PFS group 2 for 3600 s\n"));
	assert_non_null(strstr(out.at, "ISAKMP:(1001):Checking ISAKMP transform 1 against"));
	assert_null(strstr(out.at, "thisisasecretpassword"));
	cm_text_free(&out);
}

static void refusals_are_told_in_the_routers_words(void **state)
{
	static const struct {
		int what;
		const char *says;
	} rows[] = {
		{ 0, "no offers accepted!" },
		{ 1, "%CRYPTO-4-IKMP_BAD_MESSAGE" },
		{ 2, "transform proposal not supported for identity:\n    {esp-3des esp-sha-hmac }" },
		{ 3, "proxy identities not supported" },
		{ 4, "No pre-shared key with 200.100.1.1!" },
		{ 5, "! fails: SITEB demands PFS with group 5 and group 2 is offered" },
		{ 6, "! fails: SITEB does not use the entry" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct made a, b;
		make_linksys(&a);
		make_site_b(&b);
		switch (rows[i].what) {
		case 0:
			b.t.n_p1 = 3;
			break;
		case 1:
			b.key.secret = cm_str_of("x");
			break;
		case 2:
			b.p2[0].hash = cm_hash_named("md5");
			break;
		case 3:
			b.lines[0].remote.address += 256;
			break;
		case 4:
			b.key.peer.address++;
			break;
		case 5:
			b.t.pfs.demanded = true;
			b.t.pfs.group = cm_group_numbered(5);
			break;
		default:
			b.t.incomplete = true;
			break;
		}
		for (int first = 0; first < 2; first++) {
			struct cm_text out =
				told(&a, &b, (struct cm_telling){ .by_initiator = first });
			if (!first && !strstr(out.at, rows[i].says))
				fail_msg("%s not in\n%s", rows[i].says, out.at);
			assert_non_null(strstr(out.at, "\n! fails: ")      ? out.at
					: !strncmp(out.at, "! fails: ", 9) ? out.at
									   : NULL);
			cm_text_free(&out);
		}
	}
}

static void the_initiator_checks_what_comes_back(void **state)
{
	struct made a, b;
	make_linksys(&a);
	make_site_b(&b);
	a.t.release = b.t.release = cm_release_parse(cm_str_of("12.3"));
	b.t.pfs.demanded = true;
	b.t.pfs.group = cm_group_numbered(2);
	struct cm_text out = told(&b, &a, (struct cm_telling){ .by_initiator = true });
	static const char *const in_order[] = {
		"SA request profile is (NULL)",
		"Can not start Aggressive mode, trying Main mode.",
		"New State = IKE_I_MM1",
		"beginning Main Mode exchange",
		"(I) MM_NO_STATE",
		"Checking ISAKMP transform 4 against priority 1 policy",
		GROUP,
		"Checking ISAKMP transform 4 against priority 4 policy",
		"atts are acceptable. Next payload is 0",
		"New State = IKE_I_MM3",
		"SKEYID state generated",
		"New State = IKE_I_MM5",
		"New State = IKE_P1_COMPLETE",
		"IPSEC(sa_request)",
		"lifedur= 3600s and 4608000kb",
		"beginning Quick Mode exchange",
		"encaps is 1 (Tunnel)",
		"SA life duration (basic) of 3600",
		"SA life duration (VPI) of  0x0 0x46 0x50 0x0",
		"New State = IKE_QM_PHASE2_COMPLETE",
	};
	const char *at = out.at;
	for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++) {
		at = strstr(at, in_order[i]);
		if (!at)
			fail_msg("%s is missing in\n%s", in_order[i], out.at);
	}
	cm_text_free(&out);
}

static void the_matrix_shows_first_differences(void **state)
{
	struct made a, b;
	struct cm_text out = { 0 };
	make_linksys(&a);
	make_site_b(&b);
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	cm_print_matrix(m, &(struct cm_telling){ 0 }, &out);
	assert_non_null(strstr(
		out.at, "  offer 1 3des/sha1/2        group       hash        encryption  fits"));
	assert_non_null(strstr(
		out.at, "  offer 4 3des/md5/2         hash        group       encryption  -"));
	assert_non_null(strstr(out.at, "pre-shared keys: equal"));
	assert_null(strchr(out.at, '\033'));
	cm_text_free(&out);
	cm_print_matrix(m, &(struct cm_telling){ .colored = true }, &out);
	assert_non_null(strstr(out.at, "\033[32mfits"));
	cm_text_free(&out);
	cm_meet_free(m);
}

static void json_tells_all_but_secrets(void **state)
{
	struct made a, b;
	struct cm_text out = { 0 };
	make_linksys(&a);
	make_site_b(&b);
	struct cm_meet *m = cm_meet(&a.t, &b.t, NULL);
	cm_print_meet(m, &out);
	assert_non_null(strstr(out.at, "\"up\": true"));
	assert_non_null(strstr(out.at, "\"difference\": \"Diffie-Hellman group\""));
	assert_non_null(strstr(out.at, "\"key\": \"equal\""));
	assert_null(strstr(out.at, "thisisasecretpassword"));
	cm_text_free(&out);
	cm_meet_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_articles_sequence_is_reproduced),
		cmocka_unit_test(the_outcome_stands_at_the_end),
		cmocka_unit_test(refusals_are_told_in_the_routers_words),
		cmocka_unit_test(the_initiator_checks_what_comes_back),
		cmocka_unit_test(the_matrix_shows_first_differences),
		cmocka_unit_test(json_tells_all_but_secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
