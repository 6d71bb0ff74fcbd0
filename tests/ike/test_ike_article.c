/*
 * The seed article's transcript: a 12.3(6) answers a Linksys. Its messages come out of our
 * responder in its order; times, cookies, message IDs, SPIs and conn-ids aside (`*`).
 */
#include "ike/sim.h"

#include <stdio.h>

#define LINKSYS 0xc8640101u /* 200.100.1.1 */
#define ROUTER  0xc8380401u /* 200.56.4.1 */

static const char *const before_policies[] = {
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (N) NEW SA",
	"ISAKMP: local port 500, remote port 500",
	"ISAKMP: insert sa successfully sa = *",
	"ISAKMP (0:*): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH",
	"ISAKMP (0:*): Old State = IKE_READY  New State = IKE_R_MM1",
	"ISAKMP (0:*): processing SA payload. message ID = 0",
	"ISAKMP: Looking for a matching key for 200.100.1.1 in default : success",
	"ISAKMP (0:*): found peer pre-shared key matching 200.100.1.1",
	"ISAKMP (0:*) local preshared key found ",
	"ISAKMP : Scanning profiles for xauth ...",
	NULL,
};

static const char *const after_policies[] = {
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE",
	"ISAKMP (0:*): Old State = IKE_R_MM1  New State = IKE_R_MM1",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) MM_SA_SETUP",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE",
	"ISAKMP (0:*): Old State = IKE_R_MM1  New State = IKE_R_MM2",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (R) MM_SA_SETUP",
	"ISAKMP (0:*): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH",
	"ISAKMP (0:*): Old State = IKE_R_MM2  New State = IKE_R_MM3",
	"ISAKMP (0:*): processing KE payload. message ID = 0",
	"ISAKMP (0:*): processing NONCE payload. message ID = 0",
	"ISAKMP: Looking for a matching key for 200.100.1.1 in default : success",
	"ISAKMP (0:*): found peer pre-shared key matching 200.100.1.1",
	"ISAKMP (0:*): SKEYID state generated",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE",
	"ISAKMP (0:*): Old State = IKE_R_MM3  New State = IKE_R_MM3",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) MM_KEY_EXCH",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE",
	"ISAKMP (0:*): Old State = IKE_R_MM3  New State = IKE_R_MM4",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (R) MM_KEY_EXCH",
	"ISAKMP (0:*): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH",
	"ISAKMP (0:*): Old State = IKE_R_MM4  New State = IKE_R_MM5",
	"ISAKMP (0:*): processing ID payload. message ID = 0",
	"ISAKMP (0:*): ID payload",
	"next-payload : 8",
	"type         : 1",
	"address      : 200.100.1.1",
	"protocol     : *",
	"port         : *",
	"length       : 12",
	"ISAKMP (0:*): peer matches *none* of the profiles",
	"ISAKMP (0:*): processing HASH payload. message ID = 0",
	"ISAKMP (0:*): SA authentication status:",
	" authenticated",
	"ISAKMP (0:*): SA has been authenticated with 200.100.1.1",
	"ISAKMP (0:*): peer matches *none* of the profiles",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE",
	"ISAKMP (0:*): Old State = IKE_R_MM5  New State = IKE_R_MM5",
	"ISAKMP (0:*): SA is doing pre-shared key authentication using id type ID_IPV4_ADDR",
	"ISAKMP (0:*): ID payload",
	"next-payload : 8",
	"type         : 1",
	"address      : 200.56.4.1",
	"protocol     : 17",
	"port         : 500",
	"length       : 12",
	"ISAKMP (*): Total payload length: 12",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) MM_KEY_EXCH",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE",
	"ISAKMP (0:*): Old State = IKE_R_MM5  New State = IKE_P1_COMPLETE",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE",
	"ISAKMP (0:*): Old State = IKE_P1_COMPLETE  New State = IKE_P1_COMPLETE",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (R) QM_IDLE     ",
	"ISAKMP: set new node * to QM_IDLE     ",
	"ISAKMP (0:*): processing HASH payload. message ID = *",
	"ISAKMP (0:*): processing SA payload. message ID = *",
	"ISAKMP (0:*): Checking IPSec proposal 1",
	"ISAKMP: transform 1, ESP_3DES",
	"ISAKMP:   attributes in transform:",
	"ISAKMP:      SA life type in seconds",
	"ISAKMP:      SA life duration (VPI) of  0x0 0x1 0x51 0x80 ",
	"ISAKMP:      authenticator is HMAC-SHA",
	"ISAKMP:      group is 2",
	"ISAKMP (0:*): atts are acceptable.",
	"IPSEC(validate_proposal_request): proposal part #1,",
	"  (key eng. msg.) INBOUND local= 200.56.4.1, remote= 200.100.1.1, ",
	"    local_proxy= 192.168.100.0/255.255.255.0/0/0 (type=4), ",
	"    remote_proxy= 172.18.30.0/255.255.255.0/0/0 (type=4),",
	"    protocol= ESP, transform= esp-3des esp-sha-hmac  (Tunnel), ",
	"    lifedur= 0s and 0kb, ",
	"    spi= 0x0(0), conn_id= 0, keysize= 0, flags= 0x*",
	"ISAKMP (0:*): processing NONCE payload. message ID = *",
	"ISAKMP (0:*): processing KE payload. message ID = *",
	"ISAKMP (0:*): processing ID payload. message ID = *",
	"ISAKMP (0:*): processing ID payload. message ID = *",
	"ISAKMP (0:*): asking for 1 spis from ipsec",
	"ISAKMP (0:*): Node *, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH",
	"ISAKMP (0:*): Old State = IKE_QM_READY  New State = IKE_QM_SPI_STARVE",
	"IPSEC(key_engine): got a queue event...",
	"IPSEC(spi_response): getting spi * for SA",
	"\tfrom 200.56.4.1   to 200.100.1.1  for prot 3",
	"ISAKMP: received ke message (2/1)",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (R) QM_IDLE     ",
	"ISAKMP (0:*): Node *, Input = IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY",
	"ISAKMP (0:*): Old State = IKE_QM_SPI_STARVE  New State = IKE_QM_R_QM2",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (R) QM_IDLE     ",
	"ISAKMP (0:*): Creating IPSec SAs",
	"        inbound SA from 200.100.1.1 to 200.56.4.1 (f/i)  0/ 0",
	"        (proxy 172.18.30.0 to 192.168.100.0)",
	"        has spi 0x* and conn_id * and flags *",
	"        lifetime of 86400 seconds",
	"        has client flags 0x0",
	"        outbound SA from 200.56.4.1 to 200.100.1.1 (f/i)  0/ 0",
	"        (proxy 192.168.100.0 to 172.18.30.0)",
	"        has spi * and conn_id * and flags *",
	"        lifetime of 86400 seconds",
	"        has client flags 0x0",
	"ISAKMP (0:*): deleting node * error FALSE reason \"quick mode done (await)\"",
	"ISAKMP (0:*): Node *, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH",
	"ISAKMP (0:*): Old State = IKE_QM_R_QM2  New State = IKE_QM_PHASE2_COMPLETE",
	"IPSEC(key_engine): got a queue event...",
	"IPSEC(initialize_sas): ,",
	"  (key eng. msg.) INBOUND local= 200.56.4.1, remote= 200.100.1.1, ",
	"    local_proxy= 192.168.100.0/255.255.255.0/0/0 (type=4), ",
	"    remote_proxy= 172.18.30.0/255.255.255.0/0/0 (type=4),",
	"    protocol= ESP, transform= esp-3des esp-sha-hmac  (Tunnel), ",
	"    lifedur= 86400s and 0kb, ",
	"    spi= 0x*(*), conn_id= *, keysize= 0, flags= 0x*",
	"IPSEC(initialize_sas): ,",
	"  (key eng. msg.) OUTBOUND local= 200.56.4.1, remote= 200.100.1.1, ",
	"    lifedur= 86400s and 0kb, ",
	"    spi= 0x*(*), conn_id= *, keysize= 0, flags= 0x*",
	"IPSEC(crypto_ipsec_sa_find_ident_head): reconnecting with the same proxies and 200.100.1.1",
	"IPSEC(add mtree): src 192.168.100.0, dest 172.18.30.0, dest_port 0",
	"IPSEC(create_sa): sa created,",
	"  (sa) sa_dest= 200.56.4.1, sa_prot= 50, ",
	"    sa_spi= 0x*(*), ",
	"    sa_trans= esp-3des esp-sha-hmac , sa_conn_id= *",
	"IPSEC(create_sa): sa created,",
	"  (sa) sa_dest= 200.100.1.1, sa_prot= 50, ",
	"    sa_spi= 0x*(*), ",
	"    sa_trans= esp-3des esp-sha-hmac , sa_conn_id= *",
	NULL,
};

/* The Linksys's offers and what each of the router's policies said, in the article's order. */
static const struct offer { const char *cipher, *hash; unsigned group; } offers[] = {
	{ "3DES-CBC", "SHA", 2 },
	{ "DES-CBC", "MD5", 1 },
	{ "3DES-CBC", "SHA", 2 },
	{ "3DES-CBC", "MD5", 2 },
};

#define ENCRYPTION "Encryption algorithm offered does not match policy!"
#define HASH       "Hash algorithm offered does not match policy!"
#define GROUP      "Diffie-Hellman group offered does not match policy!"

static const struct check { unsigned transform, policy, next; const char *reason; } checks[] = {
	{ 1, 1, 3, GROUP }, { 2, 1, 3, ENCRYPTION }, { 3, 1, 3, GROUP }, { 4, 1, 0, HASH },
	{ 1, 2, 3, HASH }, { 2, 2, 3, ENCRYPTION }, { 3, 2, 3, HASH }, { 4, 2, 0, GROUP },
	{ 1, 3, 3, ENCRYPTION }, { 2, 3, 3, HASH }, { 3, 3, 3, ENCRYPTION }, { 4, 3, 0, ENCRYPTION },
	{ 1, 4, 3, NULL },
};

/* `*` stands for a word of digits; "*none*" is meant as it is written. */
static bool fits(const char *pattern, const char *line, size_t length)
{
	const char *end = line + length;
	for (; *pattern; pattern++) {
		if (*pattern == '*' && strncmp(pattern, "*none*", 6) != 0
			&& (pattern[1] != ' ' || strncmp(pattern - 5, "*none*", 6) != 0)) {
			while (line < end && strchr("-0123456789ABCDEF", *line))
				line++;
		} else if (line == end || *line++ != *pattern) {
			return false;
		}
	}
	return line == end;
}

/* The next line that fits, from *at on; moves *at behind it. */
static void follows(const char **at, const char *pattern)
{
	for (const char *line = *at; line && *line;) {
		const char *end = strchr(line, '\n');
		size_t length = end ? (size_t)(end - line) : strlen(line);
		if (fits(pattern, line, length)) {
			*at = line + length + (end != NULL);
			return;
		}
		line = end ? end + 1 : NULL;
	}
	fail_msg("missing after this: %.200s\nwanted: %s", *at, pattern);
}

static void follow_check(const char **at, const struct check *check)
{
	const struct offer *offer = &offers[check->transform - 1];
	char line[128];
	snprintf(line, sizeof line, "ISAKMP (0:*): Checking ISAKMP transform %u against priority %u policy",
		check->transform, check->policy);
	follows(at, line);
	snprintf(line, sizeof line, "ISAKMP:      encryption %s", offer->cipher);
	follows(at, line);
	snprintf(line, sizeof line, "ISAKMP:      hash %s", offer->hash);
	follows(at, line);
	snprintf(line, sizeof line, "ISAKMP:      default group %u", offer->group);
	follows(at, line);
	follows(at, "ISAKMP:      life type in seconds");
	follows(at, "ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80 ");
	if (check->reason) {
		snprintf(line, sizeof line, "ISAKMP (0:*): %s", check->reason);
		follows(at, line);
	}
	snprintf(line, sizeof line, "ISAKMP (0:*): atts are %sacceptable. Next payload is %u",
		check->reason ? "not " : "", check->next);
	follows(at, line);
}

static void address(struct sim *sim, int side, uint32_t mine, uint32_t peer)
{
	struct sim_end *end = &sim->end[side];
	struct cm_selector linksys = { .local = { 0xac121e00u, 0xffffff00u },
		.remote = { 0xc0a86400u, 0xffffff00u },
		.local_port = { 0, 65535 },
		.remote_port = { 0, 65535 } };
	end->tunnel[0].local = mine;
	end->peer[0].address = peer;
	end->psk.peer.address = peer;
	end->selector[0] = linksys;
	if (side == 1) {
		end->selector[0].local = linksys.remote;
		end->selector[0].remote = linksys.local;
	}
}

static void article(struct sim *sim)
{
	sim_init(sim, 709);
	address(sim, 0, LINKSYS, ROUTER);
	address(sim, 1, ROUTER, LINKSYS);
	struct sim_end *linksys = &sim->end[0], *router = &sim->end[1];
	sim_p1(&linksys->p1[0], 1, "3des", "sha1", 2);
	sim_p1(&linksys->p1[1], 2, "des", "md5", 1);
	sim_p1(&linksys->p1[2], 3, "3des", "sha1", 2);
	sim_p1(&linksys->p1[3], 4, "3des", "md5", 2);
	sim_p1(&router->p1[0], 1, "3des", "sha1", 5);
	sim_p1(&router->p1[1], 2, "3des", "md5", 5);
	sim_p1(&router->p1[2], 3, "des", "sha1", 5);
	sim_p1(&router->p1[3], 4, "3des", "sha1", 2);
	linksys->tunnel[0].n_p1 = router->tunnel[0].n_p1 = 4;
	linksys->tunnel[0].pfs = (struct cm_pfs){ .demanded = true, .group = cm_group_numbered(2) };
	linksys->tunnel[0].lifetime_s = 86400;
	linksys->tunnel[0].lifetime_kb = 0;
	linksys->tunnel[0].nat_t = linksys->tunnel[0].initial_contact = false;
}

static void the_responder_speaks_as_the_article(void **state)
{
	struct sim sim;
	article(&sim);
	sim.end[1].settings.first_connection = 709;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	const char *at = sim.end[1].log.at;
	for (const char *const *line = before_policies; *line; line++)
		follows(&at, *line);
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		follow_check(&at, &checks[i]);
	for (const char *const *line = after_policies; *line; line++)
		follows(&at, *line);
	/* the router's own life is shorter: 3600 s, as its `show crypto ipsec sa` proves */
	assert_int_equal(sim_sa(&sim, 1, true)->lifetime_s, 3600);
	assert_int_equal(sim_sa(&sim, 0, true)->lifetime_s, 3600);
	sim_finish(&sim);
}

static const char *const initiator[] = {
	"IPSEC(sa_request): ,",
	"  (key eng. msg.) OUTBOUND local= 200.56.4.1, remote= 200.100.1.1, ",
	"    local_proxy= 192.168.100.0/255.255.255.0/0/0 (type=4), ",
	"    remote_proxy= 172.18.30.0/255.255.255.0/0/0 (type=4),",
	"    protocol= ESP, transform= esp-3des esp-sha-hmac  (Tunnel), ",
	"    lifedur= 3600s and 4608000kb, ",
	"    spi= 0x*(*), conn_id= 0, keysize= 0, flags= 0x400B",
	"ISAKMP: received ke message (1/1)",
	"ISAKMP (0:*): SA request profile is (NULL)",
	"ISAKMP: local port 500, remote port 500",
	"ISAKMP: set new node 0 to QM_IDLE     ",
	"ISAKMP: insert sa successfully sa = *",
	"ISAKMP (0:*): Can not start Aggressive mode, trying Main mode.",
	"ISAKMP: Looking for a matching key for 200.100.1.1 in default : success",
	"ISAKMP (0:*): found peer pre-shared key matching 200.100.1.1",
	"ISAKMP (0:*): constructed NAT-T vendor-07 ID",
	"ISAKMP (0:*): constructed NAT-T vendor-03 ID",
	"ISAKMP (0:*): constructed NAT-T vendor-02 ID",
	"ISAKMP (0:*): Input = IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM",
	"ISAKMP (0:*): Old State = IKE_READY  New State = IKE_I_MM1",
	"ISAKMP (0:*): beginning Main Mode exchange",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (I) MM_NO_STATE",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (I) MM_NO_STATE",
	"ISAKMP (0:*): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH",
	"ISAKMP (0:*): Old State = IKE_I_MM1  New State = IKE_I_MM2",
	"ISAKMP (0:*): processing SA payload. message ID = 0",
	"ISAKMP: Looking for a matching key for 200.100.1.1 in default : success",
	"ISAKMP (0:*): found peer pre-shared key matching 200.100.1.1",
	"ISAKMP (0:*) local preshared key found ",
	"ISAKMP : Scanning profiles for xauth ...",
	"ISAKMP (0:*): Checking ISAKMP transform 1 against priority 1 policy",
	"ISAKMP (0:*): atts are acceptable. Next payload is 0",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE",
	"ISAKMP (0:*): Old State = IKE_I_MM2  New State = IKE_I_MM2",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (I) MM_SA_SETUP",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE",
	"ISAKMP (0:*): Old State = IKE_I_MM2  New State = IKE_I_MM3",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (I) MM_SA_SETUP",
	"ISAKMP (0:*): Old State = IKE_I_MM3  New State = IKE_I_MM4",
	"ISAKMP (0:*): processing KE payload. message ID = 0",
	"ISAKMP (0:*): processing NONCE payload. message ID = 0",
	"ISAKMP: Looking for a matching key for 200.100.1.1 in default : success",
	"ISAKMP (0:*): SKEYID state generated",
	"ISAKMP (0:*): Old State = IKE_I_MM4  New State = IKE_I_MM4",
	"ISAKMP (0:*): Send initial contact",
	"ISAKMP (0:*): SA is doing pre-shared key authentication using id type ID_IPV4_ADDR",
	"ISAKMP (0:*): ID payload",
	"address      : 200.56.4.1",
	"ISAKMP (*): Total payload length: 12",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (I) MM_KEY_EXCH",
	"ISAKMP (0:*): Old State = IKE_I_MM4  New State = IKE_I_MM5",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (I) MM_KEY_EXCH",
	"ISAKMP (0:*): processing ID payload. message ID = 0",
	"ISAKMP (0:*): processing HASH payload. message ID = 0",
	"ISAKMP (0:*): SA authentication status:",
	" authenticated",
	"ISAKMP (0:*): SA has been authenticated with 200.100.1.1",
	"ISAKMP (0:*): peer matches *none* of the profiles",
	"ISAKMP (0:*): Old State = IKE_I_MM5  New State = IKE_I_MM6",
	"ISAKMP (0:*): Old State = IKE_I_MM6  New State = IKE_I_MM6",
	"ISAKMP (0:*): Old State = IKE_I_MM6  New State = IKE_P1_COMPLETE",
	"ISAKMP (0:*): beginning Quick Mode exchange, M-ID of *",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (I) QM_IDLE     ",
	"ISAKMP (0:*): Node *, Input = IKE_MESG_INTERNAL, IKE_INIT_QM",
	"ISAKMP (0:*): Old State = IKE_QM_READY  New State = IKE_QM_I_QM1",
	"ISAKMP (0:*): Input = IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE",
	"ISAKMP (0:*): Old State = IKE_P1_COMPLETE  New State = IKE_P1_COMPLETE",
	"ISAKMP (0:*): received packet from 200.100.1.1 dport 500 sport 500 Global (I) QM_IDLE     ",
	"ISAKMP (0:*): processing HASH payload. message ID = *",
	"ISAKMP (0:*): processing SA payload. message ID = *",
	"ISAKMP (0:*): Checking IPSec proposal 1",
	"ISAKMP: transform 1, ESP_3DES",
	"ISAKMP (0:*): atts are acceptable.",
	"IPSEC(validate_proposal_request): proposal part #1,",
	"ISAKMP (0:*): processing NONCE payload. message ID = *",
	"ISAKMP (0:*): processing ID payload. message ID = *",
	"ISAKMP (0:*): processing ID payload. message ID = *",
	"ISAKMP (0:*): Creating IPSec SAs",
	"ISAKMP (0:*): sending packet to 200.100.1.1 my_port 500 peer_port 500 (I) QM_IDLE     ",
	"ISAKMP (0:*): deleting node * error FALSE reason \"\"",
	"ISAKMP (0:*): Node *, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH",
	"ISAKMP (0:*): Old State = IKE_QM_I_QM1  New State = IKE_QM_PHASE2_COMPLETE",
	"IPSEC(key_engine): got a queue event...",
	"IPSEC(initialize_sas): ,",
	"IPSEC(initialize_sas): ,",
	"IPSEC(crypto_ipsec_sa_find_ident_head): reconnecting with the same proxies and 200.100.1.1",
	"IPSEC(add mtree): src 192.168.100.0, dest 172.18.30.0, dest_port 0",
	"IPSEC(create_sa): sa created,",
	"IPSEC(create_sa): sa created,",
	NULL,
};

static void the_initiator_speaks_as_the_router(void **state)
{
	struct sim sim;
	article(&sim);
	sim.end[1].tunnel[0].n_p1 = 1;
	sim.end[1].p1[0] = sim.end[1].p1[3];
	sim.end[1].p1[0].priority = 1;
	sim.end[0].tunnel[0].pfs.demanded = false;
	sim_begin(&sim);
	sim_want(&sim, 1, 0);
	sim_run(&sim, 3 * SIM_SECOND);
	assert_true(sim_up(&sim));
	const char *at = sim.end[1].log.at;
	for (const char *const *line = initiator; *line; line++)
		follows(&at, *line);
	sim_finish(&sim);
}

static void nothing_is_said_that_was_not_asked_for(void **state)
{
	struct sim sim;
	article(&sim);
	sim.end[1].settings.debug_isakmp = sim.end[1].settings.debug_ipsec = false;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	assert_false(sim_said(&sim, 1, "ISAKMP"));
	assert_false(sim_said(&sim, 1, "IPSEC("));
	assert_true(sim_said(&sim, 1, "EVENT phase 1 with 200.100.1.1 is up: 3des/sha1/group 2"));
	assert_true(sim_said(&sim, 1, "EVENT IPsec SAs with 200.100.1.1 are up: 192.168.100.0/24"));
	sim_finish(&sim);
}

static void secrets_are_in_no_line(void **state)
{
	struct sim sim;
	article(&sim);
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	for (int side = 0; side < 2; side++)
		assert_false(sim_said(&sim, side, "thisisasecretpassword"));
	sim_finish(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_responder_speaks_as_the_article),
		cmocka_unit_test(the_initiator_speaks_as_the_router),
		cmocka_unit_test(nothing_is_said_that_was_not_asked_for),
		cmocka_unit_test(secrets_are_in_no_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
