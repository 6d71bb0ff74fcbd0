/*
 * cryptomap status: what a running gateway holds, in the router's layouts.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cryptomap/base.h>
#include <cryptomap/gateway.h>
#include <cryptomap/facts.h>
#include <jansson.h>

#include "command.h"
#include "input.h"

static const char *const show_words[] = { "all", "isakmp", "ipsec", "session", NULL };

struct status_options {
	const char *socket;
	int show;
	bool detail, json, watch;
};

/* clang-format off */
static const struct option options[] = {
	TEXT(0, "socket", "PATH", struct status_options, socket,
		"the gateway's status socket (default /run/cryptomap.sock)"),
	CHOICE(0, "show", "all|isakmp|ipsec|session", show_words, struct status_options, show,
		"show crypto isakmp sa, show crypto ipsec sa, show crypto session"),
	FLAG('d', "detail", struct status_options, detail, "the same commands with `detail` behind them"),
	FLAG(0, "json", struct status_options, json, "the gateway's own answer"),
	FLAG('w', "watch", struct status_options, watch, "once a second, until interrupted"),
};
/* clang-format on */

/* --- What the answer holds ---------------------------------------------------------------------------- */

static const char *text_of(json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));
	return text ? text : "";
}

static long long number_of(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static bool flag_of(json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static const char *address_of(json_t *o, const char *end)
{
	const char *address = text_of(json_object_get(o, end), "address");
	return *address ? address : "0.0.0.0";
}

static long long port_of(json_t *o, const char *end)
{
	return number_of(json_object_get(o, end), "port");
}

static long long packets(json_t *pair, const char *direction)
{
	return number_of(json_object_get(pair, direction), "packets");
}

/* All that a direction has thrown away. */
static long long errors(json_t *pair, const char *direction)
{
	const char *key;
	json_t *value;
	long long sum = 0;
	json_object_foreach(json_object_get(pair, direction), key,
		value) if (strcmp(key, "packets") != 0 && strcmp(key, "octets") != 0) sum +=
		json_integer_value(value);
	return sum;
}

/* --- show crypto isakmp sa ------------------------------------------------------------------------------ */

/* dst is the responder's address and src the initiator's, on both routers. */
static void show_isakmp(json_t *root)
{
	size_t i;
	json_t *sa;
	puts("IPv4 Crypto ISAKMP SA\n"
	     "dst             src             state          conn-id status");
	json_array_foreach(json_object_get(root, "isakmp"), i, sa)
	{
		bool first = flag_of(sa, "initiator");
		printf("%-15s %-15s %-14s %7lld %s\n", address_of(sa, first ? "peer" : "local"),
			address_of(sa, first ? "local" : "peer"), text_of(sa, "state"),
			number_of(sa, "connection"),
			flag_of(sa, "deleted") ? "ACTIVE (deleted)" : "ACTIVE");
	}
	puts("\nIPv6 Crypto ISAKMP SA\n");
}

/* "aes-256" is printed "aes", as the policy's line has it. */
static void put_word(const char *word, int width)
{
	printf("%-*.*s ", width, (int)(strncmp(word, "aes-", 4) == 0 ? 3 : strlen(word)), word);
}

static const char *authentication_letters(json_t *sa)
{
	const char *word = text_of(sa, "authentication");
	const struct cm_auth *auth = cm_auth_named(word);
	return auth && auth->letters ? auth->letters : word;
}

static const char *capabilities(json_t *sa, char out[8])
{
	snprintf(out, 8, "%s%s%s", flag_of(sa, "dpd") ? "D" : "", flag_of(sa, "nat") ? "N" : "",
		flag_of(sa, "fragmentation") ? "F" : "");
	return out;
}

static void show_isakmp_detail(json_t *root)
{
	size_t i;
	json_t *sa;
	puts("Codes: C - IKE configuration mode, D - Dead Peer Detection\n"
	     "       K - Keepalives, N - NAT-traversal\n"
	     "       T - cTCP encapsulation, X - IKE Extended Authentication\n"
	     "       psk - Preshared key, rsig - RSA signature\n"
	     "       renc - RSA encryption\n"
	     "IPv4 Crypto ISAKMP SA\n\n"
	     "C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.\n");
	json_array_foreach(json_object_get(root, "isakmp"), i, sa)
	{
		long long left = number_of(sa, "remaining");
		char codes[8];
		const char *hash = text_of(sa, "hash");
		printf("%-5lld %-15s %-15s        ACTIVE ", number_of(sa, "connection"),
			address_of(sa, "local"), address_of(sa, "peer"));
		put_word(text_of(sa, "encryption"), 4);
		put_word(strcmp(hash, "sha1") == 0 ? "sha" : hash, 6);
		printf("%-4s %2lld %02lld:%02lld:%02lld %s\n", authentication_letters(sa),
			number_of(sa, "group"), left / 3600, left / 60 % 60, left % 60,
			capabilities(sa, codes));
		printf("       Engine-id:Conn-id =  SW:%lld\n\n", number_of(sa, "connection"));
	}
	puts("IPv6 Crypto ISAKMP SA\n");
}

/* --- show crypto ipsec sa ------------------------------------------------------------------------------- */

static void show_ident(json_t *pair, const char *label, const char *key)
{
	json_t *net = json_object_get(pair, key), *ports = json_object_get(net, "ports");
	long long first = json_integer_value(json_array_get(ports, 0));
	long long last = json_integer_value(json_array_get(ports, 1));
	printf("   %s ident (addr/mask/prot/port): (%s/%s/%lld/%lld)\n", label,
		text_of(net, "address"), text_of(net, "mask"), number_of(pair, "protocol"),
		first == last ? first : 0);
}

static void show_sa(json_t *pair, bool inbound, const char *key, bool ah)
{
	long long spi = number_of(pair, key);
	long long connection = number_of(pair, "connection") + (inbound ? 0 : 1);
	printf("\n     %s %s sas:\n", inbound ? "inbound" : "outbound", ah ? "ah" : "esp");
	if (!spi || (!inbound && !flag_of(pair, "outbound")))
		return;
	printf("      spi: 0x%llX(%lld)\n        transform: %s,\n", spi, spi,
		text_of(pair, "transform"));
	printf("        in use settings ={%s%s, %s}\n",
		strcmp(text_of(pair, "mode"), "transport") == 0 ? "Transport" : "Tunnel",
		flag_of(pair, "udp") ? " UDP-Encaps" : "", flag_of(pair, "esn") ? "esn" : "");
	printf("        conn id: %lld, flow_id: SW:%lld, crypto map: %s\n", connection, connection,
		text_of(pair, "map"));
	if (number_of(pair, "lifetime_kb"))
		printf("        sa timing: remaining key lifetime (k/sec): (%lld/%lld)\n",
			number_of(pair, "remaining_kb"), number_of(pair, "remaining_s"));
	else
		printf("        sa timing: remaining key lifetime (sec): %lld\n",
			number_of(pair, "remaining_s"));
	printf("        IV size: %lld bytes\n        replay detection support: %s\n"
	       "        Status: ACTIVE(ACTIVE)\n",
		number_of(pair, "iv"), json_is_false(json_object_get(pair, "replay")) ? "N" : "Y");
}

static void show_counters(json_t *pair)
{
	long long out = packets(pair, "out"), in = packets(pair, "in");
	printf("    #pkts encaps: %lld, #pkts encrypt: %lld, #pkts digest: %lld\n", out, out, out);
	printf("    #pkts decaps: %lld, #pkts decrypt: %lld, #pkts verify: %lld\n", in, in, in);
	puts("    #pkts compressed: 0, #pkts decompressed: 0\n"
	     "    #pkts not compressed: 0, #pkts compr. failed: 0\n"
	     "    #pkts not decompressed: 0, #pkts decompress failed: 0");
}

static void show_faults(json_t *pair)
{
	json_t *in = json_object_get(pair, "in");
	printf("    #pkts no sa (send) 0, #pkts invalid sa (rcv) 0\n"
	       "    #pkts encaps failed (send) %lld, #pkts decaps failed (rcv) %lld\n"
	       "    #pkts invalid prot (recv) %lld, #pkts verify failed: %lld\n"
	       "    #pkts invalid identity (recv) %lld, #pkts invalid len (rcv) %lld\n"
	       "    #pkts replay rollover (send): %lld, #pkts replay rollover (rcv) 0\n"
	       "    ##pkts replay failed (rcv): %lld\n"
	       "    #pkts internal err (send): %lld, #pkts internal err (recv) %lld\n\n",
		errors(pair, "out"), number_of(in, "padding"), number_of(in, "next header"),
		number_of(in, "integrity"), number_of(in, "selector"), number_of(in, "malformed"),
		number_of(json_object_get(pair, "out"), "sequence numbers exhausted"),
		number_of(in, "replay"), number_of(json_object_get(pair, "out"), "failed"),
		number_of(in, "failed"));
}

static void show_sas(json_t *pair)
{
	show_sa(pair, true, "spi_in", false);
	show_sa(pair, true, "ah_spi_in", true);
	puts("\n     inbound pcp sas:");
	show_sa(pair, false, "spi_out", false);
	show_sa(pair, false, "ah_spi_out", true);
	puts("\n     outbound pcp sas:");
}

/* A line of the access list, with SAs or without. */
static void show_line(json_t *pair, bool detail)
{
	long long spi = number_of(pair, "spi_out");
	json_t *pfs = json_object_get(pair, "pfs");
	puts("\n   protected vrf: (none)");
	show_ident(pair, "local ", "local_ident");
	show_ident(pair, "remote", "remote_ident");
	printf("   current_peer %s port %lld\n     PERMIT, flags={origin_is_acl,}\n",
		address_of(pair, "peer"), port_of(pair, "peer"));
	show_counters(pair);
	if (detail)
		show_faults(pair);
	else
		printf("    #send errors %lld, #recv errors %lld\n\n", errors(pair, "out"),
			errors(pair, "in"));
	printf("     local crypto endpt.: %s, remote crypto endpt.: %s\n",
		address_of(pair, "local"), address_of(pair, "peer"));
	printf("     plaintext mtu %lld, path mtu %lld, ip mtu %lld, ip mtu idb %s\n",
		number_of(pair, spi ? "inner_mtu" : "path_mtu"), number_of(pair, "path_mtu"),
		number_of(pair, "path_mtu"), text_of(pair, "interface"));
	printf("     current outbound spi: 0x%llX(%lld)\n", spi, spi);
	if (json_is_integer(pfs))
		printf("     PFS (Y/N): Y, DH group: group%lld\n", json_integer_value(pfs));
	else
		puts("     PFS (Y/N): N, DH group: none");
	show_sas(pair);
}

/* The array under a key, made if it is not there; keys come out in the order in which they went in. */
static json_t *list_under(json_t *o, const char *key)
{
	json_t *list = json_object_get(o, key);
	if (list)
		return list;
	list = json_array();
	json_object_set_new(o, key, list);
	return list;
}

/* The lines of an interface and its map stand together, in the order in which they came. */
static void group_lines(json_t *lines, json_t *groups)
{
	size_t i;
	json_t *line;
	json_array_foreach(lines, i, line)
	{
		char key[128];
		snprintf(
			key, sizeof key, "%s %s", text_of(line, "interface"), text_of(line, "map"));
		if (!flag_of(line, "replaced"))
			json_array_append(list_under(groups, key), line);
	}
}

static void show_ipsec(json_t *root, bool detail)
{
	const char *key;
	json_t *group, *groups = json_object();
	group_lines(json_object_get(root, "ipsec"), groups);
	group_lines(json_object_get(root, "idle"), groups);
	json_object_foreach(groups, key, group)
	{
		size_t i;
		json_t *line, *first = json_array_get(group, 0);
		printf("\ninterface: %s\n    Crypto map tag: %s, local addr %s\n",
			text_of(first, "interface"), text_of(first, "map"),
			address_of(first, "local"));
		json_array_foreach(group, i, line) show_line(line, detail);
	}
	json_decref(groups);
}

/* --- show crypto session ---------------------------------------------------------------------------------- */

static void put_end(json_t *pair, const char *key)
{
	json_t *net = json_object_get(pair, key);
	const char *mask = text_of(net, "mask");
	if (strcmp(mask, "255.255.255.255") == 0)
		printf(" host %s", text_of(net, "address"));
	else
		printf(" %s/%s", text_of(net, "address"), mask);
}

static void put_life(json_t *pair)
{
	if (number_of(pair, "lifetime_kb") || !number_of(pair, "lifetime_s"))
		printf(" life (KB/Sec) %lld/%lld\n", number_of(pair, "remaining_kb"),
			number_of(pair, "remaining_s"));
	else
		printf(" life (KB/Sec) KB Vol Rekey Disabled/%lld\n",
			number_of(pair, "remaining_s"));
}

static void show_flow(json_t *pair, bool detail)
{
	long long protocol = number_of(pair, "protocol");
	if (protocol)
		printf("  IPSEC FLOW: permit %lld", protocol);
	else
		printf("  IPSEC FLOW: permit ip");
	put_end(pair, "local_ident");
	put_end(pair, "remote_ident");
	printf("\n        Active SAs: %d, origin: crypto map\n",
		!number_of(pair, "pair")            ? 0
			: flag_of(pair, "outbound") ? 2
						    : 1);
	if (!detail)
		return;
	printf("        Inbound:  #pkts dec'ed %lld drop %lld", packets(pair, "in"),
		errors(pair, "in"));
	put_life(pair);
	printf("        Outbound: #pkts enc'ed %lld drop %lld", packets(pair, "out"),
		errors(pair, "out"));
	put_life(pair);
}

static void show_sa_of_session(json_t *sa, bool detail)
{
	long long left = number_of(sa, "remaining");
	char codes[8];
	bool is_active = strcmp(text_of(sa, "state"), "QM_IDLE") == 0 && !flag_of(sa, "deleted");
	printf("  IKEv1 SA: local %s/%lld remote %s/%lld %s\n", address_of(sa, "local"),
		port_of(sa, "local"), address_of(sa, "peer"), port_of(sa, "peer"),
		is_active ? "Active" : "Inactive");
	if (detail)
		printf("          Capabilities:%s connid:%lld lifetime:%02lld:%02lld:%02lld\n",
			*capabilities(sa, codes) ? codes : "(none)", number_of(sa, "connection"),
			left / 3600, left / 60 % 60, left % 60);
}

/* As IOS counts: 00:10:05, 3d18h, 7w0d. */
static void put_uptime(long long s)
{
	const long long hour = 3600, day = 24 * hour, week = 7 * day;
	if (s >= week)
		printf("Uptime: %lldw%lldd\n", s / week, s % week / day);
	else if (s >= day)
		printf("Uptime: %lldd%02lldh\n", s / day, s % day / hour);
	else
		printf("Uptime: %02lld:%02lld:%02lld\n", s / hour, s / 60 % 60, s % 60);
}

/* A session is what an interface has with a peer: { "isakmp": […], "ipsec": […], "idle": […] }. */
static void group_sessions(json_t *root, const char *kind, json_t *sessions)
{
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(root, kind), i, one)
	{
		char key[128];
		snprintf(key, sizeof key, "%s %s", text_of(one, "interface"),
			address_of(one, "peer"));
		if (flag_of(one, "replaced"))
			continue;
		if (!json_object_get(sessions, key))
			json_object_set_new(sessions, key, json_object());
		json_array_append(list_under(json_object_get(sessions, key), kind), one);
	}
}

static const char *status_of(json_t *sas, json_t *pairs)
{
	size_t i;
	json_t *sa;
	bool active = false;
	json_array_foreach(sas, i, sa) active |= strcmp(text_of(sa, "state"), "QM_IDLE") == 0;
	if (json_array_size(pairs))
		return json_array_size(sas) ? "UP-ACTIVE" : "UP-NO-IKE";
	return active ? "UP-IDLE" : json_array_size(sas) ? "DOWN-NEGOTIATING" : "DOWN";
}

static long long longest_uptime(json_t *pairs)
{
	size_t i;
	json_t *pair;
	long long longest = 0;
	json_array_foreach(pairs, i, pair) if (number_of(pair, "uptime_s") > longest) longest =
		number_of(pair, "uptime_s");
	return longest;
}

static void show_session_head(json_t *first, json_t *sas, json_t *pairs, bool detail)
{
	printf("\nInterface: %s\n", text_of(first, "interface"));
	if (*text_of(first, "profile"))
		printf("Profile: %s\n", text_of(first, "profile"));
	if (detail && json_array_size(pairs))
		put_uptime(longest_uptime(pairs));
	printf("Session status: %s\n", status_of(sas, pairs));
	printf("Peer: %s port %lld%s\n", address_of(first, "peer"), port_of(first, "peer"),
		detail ? " fvrf: (none) ivrf: (none)" : "");
	if (detail)
		printf("      Phase1_id: %s\n      Desc: (none)\n",
			json_array_size(sas) ? address_of(first, "peer") : "(none)");
}

static void show_one_session(json_t *session, bool detail)
{
	size_t i;
	json_t *one, *sas = json_object_get(session, "isakmp");
	json_t *pairs = json_object_get(session, "ipsec"), *idle = json_object_get(session, "idle");
	one = json_array_get(sas ? sas : pairs ? pairs : idle, 0);
	show_session_head(one, sas, pairs, detail);
	json_array_foreach(sas, i, one) show_sa_of_session(one, detail);
	json_array_foreach(pairs, i, one) show_flow(one, detail);
	json_array_foreach(idle, i, one) show_flow(one, detail);
}

static void show_session(json_t *root, bool detail)
{
	const char *key;
	json_t *session, *sessions = json_object();
	puts("Crypto session current status");
	if (detail)
		puts("\nCode: C - IKE Configuration mode, D - Dead Peer Detection\n"
		     "K - Keepalives, N - NAT-traversal, T - cTCP encapsulation\n"
		     "X - IKE Extended Authentication, F - IKE Fragmentation\n"
		     "R - IKE Auto Reconnect, U - IKE Dynamic Route Update\n"
		     "S - SIP VPN");
	group_sessions(root, "isakmp", sessions);
	group_sessions(root, "ipsec", sessions);
	group_sessions(root, "idle", sessions);
	json_object_foreach(sessions, key, session) show_one_session(session, detail);
	json_decref(sessions);
}

/* --- Asking ------------------------------------------------------------------------------------------------ */

static void show(const struct status_options *o, json_t *root)
{
	if (o->show == 0 || o->show == 1)
		(o->detail ? show_isakmp_detail : show_isakmp)(root);
	if (o->show == 0 || o->show == 2)
		show_ipsec(root, o->detail);
	if (o->show == 0)
		putchar('\n');
	if (o->show == 0 || o->show == 3)
		show_session(root, o->detail);
}

static int once(const struct status_options *o)
{
	struct cm_text answer = { 0 };
	char error[256] = "";
	const char *path = o->socket ? o->socket : "/run/cryptomap.sock";
	int code = EXIT_USAGE;
	if (!cm_gateway_ask(path, &answer, error, sizeof error)) {
		fprintf(stderr, "cryptomap status: %s\n", error);
	} else if (o->json) {
		printf("%s\n", answer.at ? answer.at : "{}");
		code = EXIT_CLEAN;
	} else {
		json_t *root = json_loadb(answer.at ? answer.at : "", answer.length, 0, NULL);
		if (json_is_object(root)) {
			show(o, root);
			code = EXIT_CLEAN;
		} else {
			fprintf(stderr, "cryptomap status: %s: no answer of a gateway\n", path);
		}
		json_decref(root);
	}
	cm_text_free(&answer);
	return code;
}

static int run(const struct call *call)
{
	const struct status_options *o = call->options;
	const struct timespec second = { 1, 0 };
	if (o->watch && !o->json)
		fputs("\033[H\033[J", stdout);
	int code = once(o);
	while (o->watch && code == EXIT_CLEAN) {
		fflush(stdout);
		nanosleep(&second, NULL);
		if (!o->json)
			fputs("\033[H\033[J", stdout);
		code = once(o);
	}
	return code;
}

const struct command command_status = {
	.name = "status",
	.operands = "",
	.summary = "Show what a running `cryptomap up` holds, in the router's layouts",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct status_options),
	.least_operands = 0,
	.most_operands = 0,
	.run = run,
};
