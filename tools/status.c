/*
 * cryptomap status: what a running gateway holds, in the router's layouts.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cryptomap/base.h>
#include <cryptomap/gateway.h>
#include <jansson.h>

#include "command.h"
#include "input.h"

static const char *const show_words[] = { "all", "isakmp", "ipsec", "session", NULL };

struct status_options {
	const char *socket;
	int show;
	bool json, watch;
};

static const struct option options[] = {
	TEXT(0, "socket", "PATH", struct status_options, socket,
		"the gateway's status socket (default /run/cryptomap.sock)"),
	CHOICE(0, "show", "all|isakmp|ipsec|session", show_words, struct status_options, show,
		"show crypto isakmp sa, show crypto ipsec sa, show crypto session"),
	FLAG(0, "json", struct status_options, json, "the gateway's own answer"),
	FLAG('w', "watch", struct status_options, watch, "once a second, until interrupted"),
};

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
	return text_of(json_object_get(o, end), "address");
}

static long long port_of(json_t *o, const char *end)
{
	return number_of(json_object_get(o, end), "port");
}

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
		printf("%-15s %-15s %-12s %9lld %s\n", address_of(sa, first ? "peer" : "local"),
			address_of(sa, first ? "local" : "peer"), text_of(sa, "state"),
			number_of(sa, "connection"), flag_of(sa, "deleted") ? "ACTIVE (deleted)" : "ACTIVE");
	}
	puts("\nIPv6 Crypto ISAKMP SA\n");
}

static void show_ident(json_t *pair, const char *label, const char *key)
{
	json_t *net = json_object_get(pair, key), *ports = json_object_get(net, "ports");
	long long first = json_integer_value(json_array_get(ports, 0));
	long long last = json_integer_value(json_array_get(ports, 1));
	printf("   %s ident (addr/mask/prot/port): (%s/%s/%lld/%lld)\n", label, text_of(net, "address"),
		text_of(net, "mask"), number_of(pair, "protocol"), first == last ? first : 0);
}

static void show_sa(json_t *pair, bool inbound, const char *key, bool ah)
{
	long long spi = number_of(pair, key);
	printf("\n     %s %s sas:\n", inbound ? "inbound" : "outbound", ah ? "ah" : "esp");
	if (!spi || (!inbound && !flag_of(pair, "outbound")))
		return;
	printf("      spi: 0x%llX(%lld)\n        transform: %s,\n", spi, spi, text_of(pair, "transform"));
	printf("        in use settings ={%s%s, }\n",
		strcmp(text_of(pair, "mode"), "tunnel") == 0 ? "Tunnel" : "Transport",
		flag_of(pair, "udp") ? " UDP-Encaps" : "");
	printf("        conn id: %lld, crypto map: %s\n",
		number_of(pair, "connection") + (inbound ? 0 : 1), text_of(pair, "map"));
	if (number_of(pair, "lifetime_kb"))
		printf("        sa timing: remaining key lifetime (k/sec): (%lld/%lld)\n",
			number_of(pair, "remaining_kb"), number_of(pair, "remaining_s"));
	else
		printf("        sa timing: remaining key lifetime (sec): %lld\n",
			number_of(pair, "remaining_s"));
	printf("        IV size: %lld bytes\n        replay detection support: Y\n"
	       "        Status: ACTIVE\n",
		number_of(pair, "iv"));
}

static void show_counters(json_t *pair)
{
	long long out = number_of(json_object_get(pair, "out"), "packets");
	long long in = number_of(json_object_get(pair, "in"), "packets");
	long long errors = 0;
	const char *key;
	json_t *value;
	json_object_foreach(json_object_get(pair, "in"), key, value) if (strcmp(key, "packets") != 0 &&
		strcmp(key, "octets") != 0) errors += json_integer_value(value);
	printf("    #pkts encaps: %lld, #pkts encrypt: %lld, #pkts digest: %lld\n", out, out, out);
	printf("    #pkts decaps: %lld, #pkts decrypt: %lld, #pkts verify: %lld\n", in, in, in);
	puts("    #pkts compressed: 0, #pkts decompressed: 0\n"
	     "    #pkts not compressed: 0, #pkts compr. failed: 0\n"
	     "    #pkts not decompressed: 0, #pkts decompress failed: 0");
	printf("    #send errors 0, #recv errors %lld\n\n", errors);
}

static void show_pair(json_t *pair)
{
	long long spi = number_of(pair, "spi_out");
	json_t *pfs = json_object_get(pair, "pfs");
	printf("\ninterface: %s\n    Crypto map tag: %s, local addr %s\n\n   protected vrf: (none)\n",
		text_of(pair, "interface"), text_of(pair, "map"), address_of(pair, "local"));
	show_ident(pair, "local ", "local_ident");
	show_ident(pair, "remote", "remote_ident");
	printf("   current_peer %s port %lld\n     PERMIT, flags={origin_is_acl,}\n",
		address_of(pair, "peer"), port_of(pair, "peer"));
	show_counters(pair);
	printf("     local crypto endpt.: %s, remote crypto endpt.: %s\n", address_of(pair, "local"),
		address_of(pair, "peer"));
	printf("     plaintext mtu %lld, path mtu %lld, ip mtu %lld\n", number_of(pair, "inner_mtu"),
		number_of(pair, "path_mtu"), number_of(pair, "path_mtu"));
	printf("     current outbound spi: 0x%llX(%lld)\n", spi, spi);
	if (json_is_integer(pfs))
		printf("     PFS (Y/N): Y, DH group: group%lld\n", json_integer_value(pfs));
	else
		puts("     PFS (Y/N): N, DH group: none");
	show_sa(pair, true, "spi_in", false);
	show_sa(pair, true, "ah_spi_in", true);
	puts("\n     inbound pcp sas:");
	show_sa(pair, false, "spi_out", false);
	show_sa(pair, false, "ah_spi_out", true);
	puts("\n     outbound pcp sas:");
}

static void show_ipsec(json_t *root)
{
	size_t i;
	json_t *pair;
	json_array_foreach(json_object_get(root, "ipsec"), i, pair) if (!flag_of(pair, "replaced"))
		show_pair(pair);
}

static bool same_peer(json_t *a, json_t *b)
{
	return strcmp(address_of(a, "peer"), address_of(b, "peer")) == 0;
}

static void show_flow(json_t *pair)
{
	json_t *local = json_object_get(pair, "local_ident");
	json_t *remote = json_object_get(pair, "remote_ident");
	long long protocol = number_of(pair, "protocol");
	if (protocol)
		printf("  IPSEC FLOW: permit %lld %s/%s %s/%s\n", protocol, text_of(local, "address"),
			text_of(local, "mask"), text_of(remote, "address"), text_of(remote, "mask"));
	else
		printf("  IPSEC FLOW: permit ip %s/%s %s/%s\n", text_of(local, "address"),
			text_of(local, "mask"), text_of(remote, "address"), text_of(remote, "mask"));
	puts("        Active SAs: 2, origin: crypto map");
	printf("        Inbound:  #pkts dec'ed %lld drop 0 life (KB/Sec) %lld/%lld\n",
		number_of(json_object_get(pair, "in"), "packets"), number_of(pair, "remaining_kb"),
		number_of(pair, "remaining_s"));
	printf("        Outbound: #pkts enc'ed %lld drop 0 life (KB/Sec) %lld/%lld\n",
		number_of(json_object_get(pair, "out"), "packets"), number_of(pair, "remaining_kb"),
		number_of(pair, "remaining_s"));
}

static void show_one_session(json_t *root, json_t *sa)
{
	size_t i, flows = 0;
	json_t *pair;
	long long left = number_of(sa, "remaining");
	json_array_foreach(json_object_get(root, "ipsec"), i, pair) flows += same_peer(sa, pair);
	bool idle = strcmp(text_of(sa, "state"), "QM_IDLE") == 0;
	printf("\nSession status: %s\n", flows ? "UP-ACTIVE" : idle ? "UP-IDLE" : "DOWN-NEGOTIATING");
	printf("Peer: %s port %lld\n", address_of(sa, "peer"), port_of(sa, "peer"));
	printf("  IKEv1 SA: local %s/%lld remote %s/%lld %s\n", address_of(sa, "local"),
		port_of(sa, "local"), address_of(sa, "peer"), port_of(sa, "peer"),
		idle ? "Active" : "Inactive");
	printf("          Capabilities:%s%s%s connid:%lld lifetime:%02lld:%02lld:%02lld\n",
		flag_of(sa, "dpd") ? "D" : "", flag_of(sa, "nat") ? "N" : "",
		flag_of(sa, "dpd") || flag_of(sa, "nat") ? "" : "(none)", number_of(sa, "connection"),
		left / 3600, left / 60 % 60, left % 60);
	json_array_foreach(json_object_get(root, "ipsec"), i, pair) if (same_peer(sa, pair) &&
		!flag_of(pair, "replaced")) show_flow(pair);
}

static void show_session(json_t *root)
{
	size_t i;
	json_t *sa;
	puts("Crypto session current status\n\n"
	     "Code: C - IKE Configuration mode, D - Dead Peer Detection\n"
	     "K - Keepalives, N - NAT-traversal, T - cTCP encapsulation\n"
	     "X - IKE Extended Authentication, F - IKE Fragmentation");
	json_array_foreach(json_object_get(root, "isakmp"), i, sa) show_one_session(root, sa);
}

static void show(const struct status_options *o, json_t *root)
{
	if (o->show == 0 || o->show == 1)
		show_isakmp(root);
	if (o->show == 0 || o->show == 2)
		show_ipsec(root);
	if (o->show == 0 || o->show == 3)
		show_session(root);
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
		if (root) {
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
	int code = once(o);
	while (o->watch && code == EXIT_CLEAN) {
		fflush(stdout);
		nanosleep(&second, NULL);
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
