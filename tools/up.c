/*
 * cryptomap up FILE: be the router. Brings its tunnels up on this machine.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cryptomap/document.h>
#include <cryptomap/gateway.h>
#include <cryptomap/model.h>
#include <jansson.h>

#include "command.h"
#include "input.h"

enum { MOST_INTERFACES = 64 };

static const char *const log_words[] = { "text", "json", NULL };
static const char *const dialect_words[] = { "12.3", "15", NULL };

struct up_options {
	struct option_list interfaces, debug;
	const char *peer, *tun, *key_log, *capture, *status, *user, *ios_release;
	unsigned long run_for, port, nat_port;
	bool initiate, as_far_end, force_nat;
	int log_format, dialect;
};

/* clang-format off */
static const struct option options[] = {
	LIST('i', "interface", "NAME=DEVICE", struct up_options, interfaces,
		"DEVICE plays the router's interface NAME: its address is used"),
	TEXT(0, "peer", "ADDRESS", struct up_options, peer, "only tunnels to this peer"),
	FLAG(0, "initiate", struct up_options, initiate, "call the peers at once"),
	TEXT(0, "tun", "NAME", struct up_options, tun, "name of the TUN device (default cmap0 and on)"),
	NUMBER(0, "run-for", "SECONDS", 1, 31536000, struct up_options, run_for,
		"end after this time"),
	FLAG(0, "as-far-end", struct up_options, as_far_end,
		"be the far end of FILE's tunnels instead of its router"),
	LIST('d', "debug", "isakmp,ipsec", struct up_options, debug,
		"print the router's debug lines of these facilities"),
	CHOICE(0, "dialect", "12.3|15", dialect_words, struct up_options, dialect,
		"whose debug words: those of 12.3 or of 15.x"),
	CHOICE(0, "log-format", "text|json", log_words, struct up_options, log_format,
		"one readable line an event, or one JSON object"),
	TEXT(0, "key-log", "DIR", struct up_options, key_log,
		"write keys into DIR as Wireshark's tables ikev1_decryption_table and esp_sa"),
	TEXT(0, "pcap", "FILE", struct up_options, capture, "capture outer and inner packets"),
	TEXT(0, "status", "PATH", struct up_options, status,
		"socket for `cryptomap status` (default /run/cryptomap.sock)"),
	TEXT('u', "user", "NAME", struct up_options, user, "become this user after set-up"),
	FLAG(0, "force-nat", struct up_options, force_nat, "claim a NAT: ESP always in UDP"),
	NUMBER(0, "port", "N", 1, 65535, struct up_options, port, "local IKE port (default 500)"),
	NUMBER(0, "nat-port", "N", 1, 65535, struct up_options, nat_port,
		"local port of NAT traversal (default 4500)"),
	TEXT(0, "ios-release", "R", struct up_options, ios_release,
		"the router's release, if its text does not say"),
};
/* clang-format on */

/* One reading of the file: everything that the engine's tunnels point into. */
struct reading {
	struct cm_document *document;
	struct cm_tunnels *set, *mirrors;
	struct cm_tunnel *chosen;
	size_t n;
};

struct up {
	const struct call *call;
	const struct up_options *options;
	struct reading now;
	struct cm_gateway_interface interfaces[MOST_INTERFACES];
	size_t n_interfaces;
	bool json, debug_isakmp, debug_ipsec;
};

static void reading_free(struct reading *r)
{
	free(r->chosen);
	if (r->mirrors)
		cm_tunnels_free(r->mirrors);
	if (r->set)
		cm_tunnels_free(r->set);
	cm_document_free(r->document);
	*r = (struct reading){ 0 };
}

static bool is_meant(const struct up_options *o, const struct cm_tunnel *t)
{
	uint32_t address;
	if (!o->peer)
		return true;
	if (!cm_ip4_parse(cm_str_of(o->peer), &address)) {
		for (size_t i = 0; i < t->n_peers; i++)
			if (cm_str_same(t->peers[i].hostname, cm_str_of(o->peer)))
				return true;
		return false;
	}
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].any || (t->peers[i].resolved && t->peers[i].address == address))
			return true;
	return false;
}

static bool choose(const struct up_options *o, struct reading *r)
{
	size_t n;
	const struct cm_tunnel *list = cm_tunnels_list(r->set, &n);
	r->chosen = calloc(n + 1, sizeof *r->chosen);
	r->mirrors = cm_tunnels_new();
	if (!r->chosen || !r->mirrors)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct cm_tunnel *t = &list[i];
		if (!is_meant(o, t))
			continue;
		if (o->as_far_end && !t->incomplete)
			t = cm_mirror(r->mirrors, t, 0);
		if (!t)
			return false;
		r->chosen[r->n++] = *t;
	}
	return true;
}

static bool read_file(const struct call *call, struct reading *r)
{
	const struct up_options *o = call->options;
	struct cm_options reading = { .ios_release = o->ios_release };
	struct cm_text text = { 0 };
	bool ok = input_read(call->operands[0], &text);
	if (ok) {
		r->document = cm_document_read(
			input_name(call->operands[0]), text.at, text.length, &reading);
		r->set =
			r->document ? cm_tunnels_of_model(cm_document_model(r->document, 0)) : NULL;
		ok = r->set && choose(o, r);
	}
	cm_text_wipe(&text);
	return ok;
}

/* --- The log -------------------------------------------------------------------------------------------- */

/* As the router's `service timestamps debug datetime msec`, or RFC 3339 for machines; UTC. */
static void stamp(char out[40], bool machine)
{
	struct timespec now;
	struct tm parts;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	size_t n = strftime(out, 30, machine ? "%Y-%m-%dT%H:%M:%S" : "%b %e %H:%M:%S", &parts);
	snprintf(out + n, 40 - n, ".%03ld%s", now.tv_nsec / 1000000, machine ? "Z" : "");
}

static void log_json(const struct cm_ike_log *line)
{
	static const char *const facilities[] = { "event", "isakmp", "ipsec" };
	char peer[16], when[40];
	stamp(when, true);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "time", when, "facility",
		facilities[line->facility], "severity", cm_severity_name(line->severity), "text",
		line->text);
	if (!o)
		return;
	if (line->event)
		json_object_set_new(o, "event", json_string(line->event));
	if (line->peer)
		json_object_set_new(o, "peer", json_string(cm_ip4_print(line->peer, peer)));
	if (line->tunnel && line->tunnel->document && line->span.end > line->span.start) {
		uint32_t at, column;
		cm_document_place(line->tunnel->document, line->span.start, &at, &column);
		json_object_set_new(o, "line", json_integer(at));
	}
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static void log_text(const struct cm_ike_log *line)
{
	char when[40];
	uint32_t at, column;
	stamp(when, false);
	printf("%s: %s", when, line->text);
	if (line->tunnel && line->tunnel->document && line->span.end > line->span.start) {
		cm_document_place(line->tunnel->document, line->span.start, &at, &column);
		printf(" (%s:%u)", cm_document_name(line->tunnel->document), at);
	}
	putchar('\n');
}

static void log_line(void *user, const struct cm_ike_log *line)
{
	const struct up *up = user;
	if (up->json)
		log_json(line);
	else
		log_text(line);
	fflush(stdout);
}

/* --- Running ---------------------------------------------------------------------------------------------- */

/* SIGHUP: the file is read again; what it no longer holds goes down, the rest stays. */
static bool reload(void *user, struct cm_gateway *g)
{
	struct up *up = user;
	struct reading fresh = { 0 };
	if (!read_file(up->call, &fresh) || !cm_gateway_reload(g, fresh.chosen, fresh.n)) {
		reading_free(&fresh);
		return false;
	}
	reading_free(&up->now);
	up->now = fresh;
	return true;
}

static bool read_interfaces(struct up *up)
{
	const struct option_list *list = &up->options->interfaces;
	if (list->n > MOST_INTERFACES) {
		fprintf(stderr, "cryptomap up: more than %d --interface\n", MOST_INTERFACES);
		return false;
	}
	for (size_t i = 0; i < list->n; i++) {
		const char *equals = strchr(list->at[i], '=');
		if (!equals) {
			fprintf(stderr, "cryptomap up: --interface %s: NAME=DEVICE is wanted\n",
				list->at[i]);
			return false;
		}
		struct cm_str name = { list->at[i], (size_t)(equals - list->at[i]) };
		const struct cm_interface *known =
			cm_model_interface(cm_document_model(up->now.document, 0), name);
		if (!known) {
			fprintf(stderr, "cryptomap up: no interface %.*s in %s\n", (int)name.length,
				name.at, up->call->operands[0]);
			return false;
		}
		up->interfaces[up->n_interfaces++] =
			(struct cm_gateway_interface){ known->name, equals + 1 };
	}
	return true;
}

/* "isakmp", "ipsec", or both behind one comma, in one option or several. */
static bool read_debug(struct up *up)
{
	const struct option_list *list = &up->options->debug;
	for (size_t i = 0; i < list->n; i++)
		for (const char *at = list->at[i]; *at; at += *at == ',') {
			size_t length = strcspn(at, ",");
			const struct cm_str word = { at, length };
			if (cm_str_same(word, cm_str_of("isakmp"))) {
				up->debug_isakmp = true;
			} else if (cm_str_same(word, cm_str_of("ipsec"))) {
				up->debug_ipsec = true;
			} else {
				fprintf(stderr,
					"cryptomap up: --debug takes isakmp,ipsec, not '%.*s'\n",
					(int)length, at);
				return false;
			}
			at += length;
		}
	return true;
}

static int serve(struct up *up)
{
	const struct up_options *o = up->options;
	char error[256] = "";
	struct cm_gateway_settings settings = {
		.tun = o->tun,
		.interfaces = up->interfaces,
		.n_interfaces = up->n_interfaces,
		.initiate = o->initiate,
		.run_for_s = (unsigned)o->run_for,
		.key_log = o->key_log,
		.capture = o->capture,
		.status = o->status ? o->status : "/run/cryptomap.sock",
		.user = o->user,
		.confine = true,
		.ike = { .port = (uint16_t)o->port,
			.nat_port = (uint16_t)o->nat_port,
			.debug_isakmp = up->debug_isakmp,
			.debug_ipsec = up->debug_ipsec,
			.dialect = (enum cm_ike_dialect)o->dialect,
			.force_nat = o->force_nat },
		.log = log_line,
		.log_user = up,
		.reload = reload,
	};
	struct cm_gateway *g =
		cm_gateway_new(up->now.chosen, up->now.n, &settings, error, sizeof error);
	if (!g) {
		fprintf(stderr, "cryptomap up: %s\n", error);
		return EXIT_USAGE;
	}
	bool ok = cm_gateway_run(g);
	cm_gateway_free(g);
	return ok ? EXIT_CLEAN : EXIT_USAGE;
}

static int run(const struct call *call)
{
	struct up up = { .call = call, .options = call->options };
	up.json = up.options->log_format == 1;
	int code = EXIT_USAGE;
	if (read_file(call, &up.now)) {
		if (up.now.n == 0)
			fprintf(stderr, "cryptomap up: %s has no tunnel that is meant\n",
				call->operands[0]);
		else if (read_interfaces(&up) && read_debug(&up))
			code = serve(&up);
	}
	reading_free(&up.now);
	return code;
}

/* clang-format off */
const struct command command_up = {
	.name = "up",
	.operands = "FILE",
	.summary = "Be the router: bring its tunnels up and carry their traffic",
	.details = "Answers and calls IKE peers on UDP 500 and 4500 with the policies, keys and crypto\n"
		   "maps of FILE, and carries the traffic of the crypto ACLs over a TUN device. Needs\n"
		   "root (or CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE). SIGHUP reads FILE again.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct up_options),
	.least_operands = 1,
	.most_operands = 1,
	.run = run,
};
/* clang-format on */
