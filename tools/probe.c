/*
 * cryptomap probe ADDRESS: what would this gateway accept in phase 1?
 */
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cryptomap/document.h>
#include <cryptomap/generate.h>
#include <cryptomap/meet.h>
#include <cryptomap/model.h>
#include <cryptomap/probe.h>
#include <jansson.h>

#include "command.h"
#include "input.h"

enum { OFFERS_MOST = 512, IKE_PORT = 500, POLICY_STEP = 10, LIFETIME_S = 86400 };

static const char *const auth_words[] = { "pre-share", "rsa-sig", NULL };

struct probe_options {
	const char *offers, *identity, *source;
	unsigned long port, source_port, timeout, tries, rate, most;
	bool each, search, aggressive, json;
	int auth;
};

static const struct option options[] = {
	TEXT(0, "offers", "LIST|FILE", struct probe_options, offers,
		"ask for these, such as aes-sha-2,3des-md5-5, or for a router's policies"),
	CHOICE(0, "auth", "pre-share|rsa-sig", auth_words, struct probe_options, auth,
		"the authentication of the offers"),
	FLAG(0, "each", struct probe_options, each, "one offer a message (default with --offers)"),
	FLAG(0, "search", struct probe_options, search,
		"many offers a message, from which the gateway picks (default without)"),
	FLAG(0, "aggressive", struct probe_options, aggressive,
		"aggressive mode instead of main mode"),
	TEXT(0, "identity", "NAME", struct probe_options, identity,
		"who we are in aggressive mode: address, host, user@host or group:NAME"),
	NUMBER(0, "port", "N", 1, 65535, struct probe_options, port,
		"the gateway's port (default 500; 4500 has the marker of NAT traversal)"),
	TEXT(0, "source", "ADDRESS", struct probe_options, source, "our address"),
	NUMBER(0, "source-port", "N", 1, 65535, struct probe_options, source_port,
		"our port (default: any)"),
	NUMBER(0, "rate", "N", 1, 20, struct probe_options, rate, "messages a second (default 2)"),
	NUMBER(0, "timeout", "SECONDS", 1, 60, struct probe_options, timeout,
		"how long an answer is waited for (default 3)"),
	NUMBER(0, "tries", "N", 1, 10, struct probe_options, tries,
		"how often an unanswered message is sent (default 2)"),
	NUMBER(0, "most", "N", 1, 10000, struct probe_options, most,
		"messages in all (default 400)"),
	FLAG(0, "json", struct probe_options, json, "print the answers as JSON"),
};

struct asked {
	const struct probe_options *options;
	struct cm_probe_path path;
	struct cm_p1 offers[OFFERS_MOST];
	size_t n;
	bool search;
};

/* --- What is asked --------------------------------------------------------------------------------- */

static bool read_list(struct asked *a, const char *list)
{
	for (const char *at = list; a->n < OFFERS_MOST; at++) {
		struct cm_str word = { at, strcspn(at, ",") };
		struct cm_p1 p1 = { .auth = cm_auth_named(auth_words[a->options->auth]),
			.lifetime_s = LIFETIME_S };
		if (!cm_p1_read(word, &p1))
			return false;
		a->offers[a->n++] = p1;
		at += word.length;
		if (!*at)
			return true;
	}
	return false;
}

/* The policies of a router, which are the same for all its tunnels. */
static bool read_router(struct asked *a, const char *path)
{
	const struct cm_options reading = { 0 };
	struct cm_document *document = input_document(path, &reading);
	const struct cm_model *model = document ? cm_document_model(document, 0) : NULL;
	for (size_t i = 0; model && i < model->n_policies && a->n < OFFERS_MOST; i++)
		a->offers[a->n++] = model->policies[i].p1;
	if (model && !a->n)
		fprintf(stderr, "cryptomap probe: %s: it has no crypto isakmp policy\n", path);
	cm_document_free(document);
	return a->n > 0;
}

static bool read_offers(struct asked *a)
{
	const char *offers = a->options->offers;
	a->search = a->options->search || (!offers && !a->options->each);
	if (offers && read_list(a, offers))
		return true;
	a->n = 0;
	if (offers && !input_is_stdin(offers) && access(offers, F_OK) != 0) {
		fprintf(stderr,
			"cryptomap probe: --offers %s: a list such as 3des-sha-2,aes-md5-5 is wanted, "
			"or a file\n",
			offers);
		return false;
	}
	if (offers)
		return read_router(a, offers);
	a->n = cm_probe_all(cm_auth_named(auth_words[a->options->auth]), a->offers, OFFERS_MOST);
	a->n = a->n < OFFERS_MOST ? a->n : OFFERS_MOST;
	return true;
}

static bool resolve(const char *name, uint32_t *address)
{
	const struct addrinfo want = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found = NULL;
	if (getaddrinfo(name, NULL, &want, &found) != 0 || !found) {
		fprintf(stderr, "cryptomap probe: %s: no address of this name is known\n", name);
		return false;
	}
	struct sockaddr_in in;
	memcpy(&in, found->ai_addr, sizeof in);
	*address = ntohl(in.sin_addr.s_addr);
	freeaddrinfo(found);
	return true;
}

static bool read_path(struct asked *a, const char *name)
{
	const struct probe_options *o = a->options;
	a->path.port = (uint16_t)(o->port ? o->port : IKE_PORT);
	a->path.source_port = (uint16_t)o->source_port;
	if (o->source && !cm_ip4_parse(cm_str_of(o->source), &a->path.source)) {
		fprintf(stderr, "cryptomap probe: --source %s: no IPv4 address\n", o->source);
		return false;
	}
	return resolve(name, &a->path.address);
}

static struct cm_identity identity_of(const char *name)
{
	static const char group[] = "group:";
	const size_t prefix = sizeof group - 1;
	struct cm_identity id = { .kind = CM_ID_ADDRESS };
	if (!name || cm_ip4_parse(cm_str_of(name), &id.address.address))
		return id;
	bool is_group = strncmp(name, group, prefix) == 0;
	id.kind = is_group ? CM_ID_KEY_ID : strchr(name, '@') ? CM_ID_USER_FQDN : CM_ID_FQDN;
	id.name = cm_str_of(is_group ? name + prefix : name);
	return id;
}

static struct cm_probe *new_probe(const struct asked *a)
{
	enum { SECOND_MS = 1000 };
	const struct probe_options *o = a->options;
	const struct cm_probe_settings settings = {
		.aggressive = o->aggressive,
		.search = a->search,
		.identity = identity_of(o->identity),
		.local = a->path.source ? a->path.source : cm_probe_local(a->path.address),
		.interval_ms = o->rate ? (unsigned)(SECOND_MS / o->rate) : 0,
		.timeout_ms = (unsigned)o->timeout * SECOND_MS,
		.tries = (unsigned)o->tries,
		.most = (unsigned)o->most,
	};
	return cm_probe_new(a->offers, a->n, &settings);
}

/* --- What came of it ------------------------------------------------------------------------------- */

static const char *const answer_words[] = {
	[CM_PROBE_UNTRIED] = "not tried",
	[CM_PROBE_ACCEPTED] = "accepted",
	[CM_PROBE_REFUSED] = "refused",
	[CM_PROBE_SILENT] = "no answer",
};

static const char *word(const char *word)
{
	return word ? word : "?";
}

/* Accepted ones in the gateway's order; gives how many. */
static size_t accepted(const struct cm_probe *probe, struct cm_p1 *out)
{
	size_t n, found = 0;
	const struct cm_probe_result *r = cm_probe_results(probe, &n);
	for (size_t i = 0; i < n; i++) {
		if (r[i].order) {
			out[r[i].order - 1] = r[i].offer;
			found++;
		}
	}
	return found;
}

static void print_offer(const struct cm_probe_result *r)
{
	const struct cm_p1 *p = &r->offer;
	printf("%-9s %s, %s, group %u, %s", answer_words[r->answer],
		word(p->cipher ? p->cipher->isakmp : NULL), word(p->hash ? p->hash->isakmp : NULL),
		p->group ? p->group->number : 0, word(p->auth ? p->auth->name : NULL));
	if (r->answer == CM_PROBE_ACCEPTED)
		printf(", lifetime %u s", p->lifetime_s);
	if (r->answer == CM_PROBE_REFUSED && r->notify_name)
		printf(": %s", r->notify_name);
	else if (r->answer == CM_PROBE_REFUSED)
		printf(": notification %u", r->notify);
	putchar('\n');
}

/* A search has asked for everything that there is: of what was not accepted the number is enough. */
static void print_rest(const struct cm_probe_result *r, size_t n)
{
	size_t count[sizeof answer_words / sizeof *answer_words] = { 0 };
	for (size_t i = 0; i < n; i++)
		count[r[i].answer]++;
	for (unsigned answer = 0; answer < sizeof count / sizeof *count; answer++)
		if (answer != CM_PROBE_ACCEPTED && count[answer])
			printf("%-9s %zu other offers\n", answer_words[answer], count[answer]);
}

static void print_vendors(const struct cm_probe *probe)
{
	size_t n;
	const struct cm_probe_vendor *v = cm_probe_vendors(probe, &n);
	for (size_t i = 0; i < n; i++) {
		printf("vendor ID ");
		for (size_t k = 0; k < v[i].length; k++)
			printf("%02x", v[i].at[k]);
		printf(" %s\n", v[i].name ? v[i].name : "(unknown)");
	}
	if (cm_probe_peer_identity(probe))
		printf("identity  %s\n", cm_probe_peer_identity(probe));
}

static void print_policies(struct cm_text *out, const struct cm_probe *probe)
{
	static struct cm_p1 list[OFFERS_MOST];
	size_t n = accepted(probe, list);
	for (size_t i = 0; i < n; i++)
		cm_print_policy(out, &list[i], (unsigned)(i + 1) * POLICY_STEP);
}

static void print_text(const struct asked *a, const struct cm_probe *probe)
{
	size_t n;
	const struct cm_probe_result *r = cm_probe_results(probe, &n);
	struct cm_text policies = { 0 };
	for (unsigned order = 1; order <= n; order++)
		for (size_t i = 0; i < n; i++)
			if (r[i].order == order)
				print_offer(&r[i]);
	for (size_t i = 0; !a->search && i < n; i++)
		if (!r[i].order)
			print_offer(&r[i]);
	if (a->search)
		print_rest(r, n);
	print_vendors(probe);
	print_policies(&policies, probe);
	if (policies.length && !policies.failed)
		printf("!\n%s", policies.at);
	cm_text_free(&policies);
}

static json_t *offer_json(const struct cm_probe_result *r)
{
	const struct cm_p1 *p = &r->offer;
	json_t *o = json_pack("{s:s?, s:s?, s:i, s:s?, s:I, s:s}", "cipher",
		p->cipher ? p->cipher->name : NULL, "hash", p->hash ? p->hash->name : NULL, "group",
		p->group ? (int)p->group->number : 0, "auth", p->auth ? p->auth->name : NULL,
		"lifetime_s", (json_int_t)p->lifetime_s, "answer", answer_words[r->answer]);
	if (r->order)
		json_object_set_new(o, "order", json_integer(r->order));
	if (r->notify)
		json_object_set_new(o, "notify", json_integer(r->notify));
	if (r->notify_name)
		json_object_set_new(o, "notify_name", json_string(r->notify_name));
	if (r->answer == CM_PROBE_ACCEPTED || r->answer == CM_PROBE_REFUSED)
		json_object_set_new(o, "elapsed_ms", json_integer(r->elapsed_ms));
	return o;
}

static json_t *vendors_json(const struct cm_probe *probe)
{
	size_t n;
	const struct cm_probe_vendor *v = cm_probe_vendors(probe, &n);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		struct cm_text hex = { 0 };
		for (size_t k = 0; k < v[i].length; k++)
			cm_text_printf(&hex, "%02x", v[i].at[k]);
		json_array_append_new(
			list, json_pack("{s:s?, s:s?}", "octets", hex.at, "name", v[i].name));
		cm_text_free(&hex);
	}
	return list;
}

static void print_json(const struct asked *a, const struct cm_probe *probe)
{
	char quad[16];
	size_t n;
	const struct cm_probe_result *r = cm_probe_results(probe, &n);
	struct cm_text policies = { 0 };
	json_t *offers = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(offers, offer_json(&r[i]));
	print_policies(&policies, probe);
	json_t *o = json_pack("{s:s, s:i, s:s, s:i, s:b, s:s?, s:o, s:o, s:s}", "gateway",
		cm_ip4_print(a->path.address, quad), "port", (int)a->path.port, "exchange",
		a->options->aggressive ? "aggressive" : "main", "messages",
		(int)cm_probe_sent(probe), "nobody_listens", a->path.unreachable, "identity",
		cm_probe_peer_identity(probe), "offers", offers, "vendors", vendors_json(probe),
		"policies", policies.at ? policies.at : "");
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
	cm_text_free(&policies);
}

/* --- Running ------------------------------------------------------------------------------------------ */

static volatile bool interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = true;
}

static int conclude(const struct asked *a, const struct cm_probe *probe)
{
	size_t n, heard = 0, taken = 0;
	const struct cm_probe_result *r = cm_probe_results(probe, &n);
	for (size_t i = 0; i < n; i++) {
		taken += r[i].answer == CM_PROBE_ACCEPTED;
		heard += r[i].answer == CM_PROBE_ACCEPTED || r[i].answer == CM_PROBE_REFUSED;
	}
	if (a->options->json)
		print_json(a, probe);
	else
		print_text(a, probe);
	if (!heard)
		fprintf(stderr, "cryptomap probe: %s\n",
			a->path.unreachable
				? "nobody listens there (ICMP says so)"
				: "nobody answers: no gateway, one that does not know our "
				  "address, or a filter between");
	return taken ? EXIT_CLEAN : EXIT_FINDINGS;
}

static int ask(struct asked *a)
{
	char error[256] = "", quad[16];
	struct cm_probe *probe = new_probe(a);
	const struct sigaction action = { .sa_handler = interrupt };
	sigaction(SIGINT, &action, NULL);
	a->path.stop = &interrupted;
	fprintf(stderr,
		"cryptomap probe: asking %s port %u about %zu offers; do this only to gateways that you "
		"are responsible for\n",
		cm_ip4_print(a->path.address, quad), a->path.port, a->n);
	int code = EXIT_USAGE;
	if (!probe)
		fprintf(stderr, "cryptomap probe: out of memory\n");
	else if (!cm_probe_run(probe, &a->path, error, sizeof error))
		fprintf(stderr, "cryptomap probe: %s\n", error);
	else
		code = conclude(a, probe);
	cm_probe_free(probe);
	return code;
}

static int run(const struct call *call)
{
	struct asked *a = calloc(1, sizeof *a);
	int code = EXIT_USAGE;
	if (!a)
		return code;
	a->options = call->options;
	if (a->options->each && a->options->search)
		fprintf(stderr, "cryptomap probe: --each and --search: one of them\n");
	else if (read_path(a, call->operands[0]) && read_offers(a))
		code = ask(a);
	free(a);
	return code;
}

/* clang-format off */
const struct command command_probe = {
	.name = "probe",
	.operands = "ADDRESS",
	.summary = "Ask a gateway what it would accept in phase 1",
	.details = "Sends first messages of main mode, two a second, and reads what comes back: never a\n"
		   "third message. Without --offers it searches all that a router knows: the gateway\n"
		   "picks what it likes best, which is left out of the next message, until it refuses.\n"
		   "Prints the policies that would match, as a router has them. Use it only on gateways\n"
		   "that you are responsible for. Exit code 0: something was accepted; 1: nothing.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct probe_options),
	.least_operands = 1,
	.most_operands = 1,
	.run = run,
};
/* clang-format on */
