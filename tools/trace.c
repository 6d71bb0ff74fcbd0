/*
 * cryptomap trace FILE SRC DST PROTO [PORTS]: a packet's way through the router.
 */
#include <stdlib.h>
#include <string.h>

#include <cryptomap/document.h>
#include <cryptomap/trace.h>
#include <jansson.h>

#include "color.h"
#include "command.h"
#include "input.h"

struct trace_options {
	const char *in, *to, *ios_release;
	bool json;
};

static const struct option options[] = {
	TEXT(0, "in", "INTERFACE", struct trace_options, in,
		"where the packet arrives (otherwise: the interface towards its source)"),
	TEXT(0, "to", "FILE", struct trace_options, to,
		"go on through the far router, and let the answer come from there"),
	FLAG(0, "json", struct trace_options, json, "the steps as JSON"),
	TEXT(0, "ios-release", "R", struct trace_options, ios_release,
		"the release of routers whose text does not say"),
};

static struct cm_document *read_document(const char *path, const struct trace_options *o)
{
	struct cm_options reading = { .ios_release = o->ios_release };
	struct cm_text text = { 0 };
	struct cm_document *doc = NULL;
	if (input_read(path, &text))
		doc = cm_document_read(input_name(path), text.at, text.length, &reading);
	cm_text_wipe(&text);
	return doc;
}

static bool complain(const char *what, const char *word)
{
	fprintf(stderr, "cryptomap trace: %s: %s\n", word, what);
	return false;
}

static bool read_number(const char *word, unsigned long most, unsigned long *out)
{
	char *end;
	*out = strtoul(word, &end, 10);
	return *word && !*end && *out <= most;
}

static bool read_port(const char *word, uint8_t protocol, uint16_t *port)
{
	unsigned long value;
	const struct cm_name *name = cm_name_find(
		protocol == 6 ? CM_NAMES_TCP_PORT : CM_NAMES_UDP_PORT, cm_str_of(word), NULL);
	if (!read_number(word, 65535, &value)) {
		if (!name)
			return complain("no port", word);
		value = name->number;
	}
	*port = (uint16_t)value;
	return true;
}

static bool read_icmp(const char *word, struct cm_packet *p)
{
	unsigned long value;
	const struct cm_name *name = cm_name_find(CM_NAMES_ICMP, cm_str_of(word), NULL);
	if (read_number(word, 255, &value))
		p->icmp_type = (uint8_t)value;
	else if (name)
		p->icmp_type = (uint8_t)(name->number >> 8);
	else
		return complain("no ICMP type", word);
	return true;
}

static bool read_protocol(const char *word, struct cm_packet *p)
{
	unsigned long value;
	const struct cm_name *name = cm_name_find(CM_NAMES_PROTOCOL, cm_str_of(word), NULL);
	if (!read_number(word, 255, &value)) {
		if (!name)
			return complain("no protocol", word);
		value = name->number;
	}
	p->protocol = (uint8_t)value;
	return true;
}

/* PROTO DPORT, or PROTO SPORT DPORT; icmp [TYPE]. */
static bool read_packet(const struct call *call, struct cm_packet *p)
{
	char **word = call->operands;
	*p = (struct cm_packet){ .source_port = 1024, .destination_port = 1024, .icmp_type = 8 };
	if (!cm_ip4_parse(cm_str_of(word[1]), &p->source))
		return complain("no IPv4 address", word[1]);
	if (!cm_ip4_parse(cm_str_of(word[2]), &p->destination))
		return complain("no IPv4 address", word[2]);
	if (!read_protocol(word[3], p))
		return false;
	if (p->protocol == 1)
		return call->n < 5 || read_icmp(word[4], p);
	if (call->n >= 5 && p->protocol != 6 && p->protocol != 17)
		return complain("only TCP and UDP have ports", word[4]);
	if (call->n == 5)
		return read_port(word[4], p->protocol, &p->destination_port);
	return call->n < 6 ||
		(read_port(word[4], p->protocol, &p->source_port) &&
			read_port(word[5], p->protocol, &p->destination_port));
}

static void put_text(const struct call *call, const char *title, const struct cm_document *doc,
	const struct cm_trace *t)
{
	bool colored = color_wanted(call->color, stdout);
	printf("%s%s%s\n", color_code(colored, INK_BOLD), title, color_code(colored, INK_NONE));
	for (size_t i = 0; i < t->n_steps; i++) {
		const struct cm_trace_step *s = &t->steps[i];
		uint32_t line, column;
		printf("  %s%s%s", color_code(colored, s->stops ? INK_RED : INK_NONE), s->text,
			color_code(colored, INK_NONE));
		if (s->at.end > s->at.start) {
			cm_document_place(doc, s->at.start, &line, &column);
			printf("  [%s:%u]", cm_document_name(doc), line);
		}
		putchar('\n');
	}
	printf("  %s=> %s%s\n", color_code(colored, INK_BOLD), cm_trace_outcome_word(t->outcome),
		color_code(colored, INK_NONE));
}

static json_t *json_trace(const struct cm_document *doc, const struct cm_trace *t)
{
	static const char *const kinds[] = { "arrives", "acl", "decrypt", "route", "nat", "crypto",
		"leaves" };
	json_t *steps = json_array();
	struct cm_text packet = { 0 };
	for (size_t i = 0; i < t->n_steps; i++) {
		const struct cm_trace_step *s = &t->steps[i];
		json_t *o = json_pack("{s:s, s:s, s:b}", "step", kinds[s->kind], "text", s->text,
			"stops", s->stops);
		uint32_t line, column;
		if (s->at.end > s->at.start) {
			cm_document_place(doc, s->at.start, &line, &column);
			json_object_set_new(o, "line", json_integer(line));
		}
		json_array_append_new(steps, o);
	}
	cm_packet_print(&t->packet, &packet);
	json_t *root = json_pack("{s:s, s:s, s:s, s:o}", "file", cm_document_name(doc), "outcome",
		cm_trace_outcome_word(t->outcome), "packet", packet.at ? packet.at : "", "steps",
		steps);
	char peer[16];
	if (t->outcome == CM_TRACE_ENCRYPTED && t->peer)
		json_object_set_new(root, "peer", json_string(cm_ip4_print(t->peer, peer)));
	cm_text_free(&packet);
	return root;
}

struct output {
	const struct call *call;
	json_t *json; /* NULL: text */
};

static void put(struct output *o, const char *title, const struct cm_document *doc,
	const struct cm_trace *t)
{
	if (o->json)
		json_object_set_new(o->json, title, json_trace(doc, t));
	else
		put_text(o->call, title, doc, t);
}

static bool has_address(const struct cm_model *m, uint32_t address)
{
	for (size_t i = 0; i < m->n_interfaces; i++)
		for (size_t j = 0; j < m->interfaces[i].n_addresses; j++)
			if (m->interfaces[i].addresses[j].net.address == address)
				return true;
	return false;
}

static bool is_beside(const struct cm_model *m, uint32_t address)
{
	const struct cm_route *by;
	struct cm_str global = { NULL, 0 };
	return cm_model_egress(m, global, address, &by) && !by;
}

/* The router of a text that has, or is beside, an address; else the first. */
static const struct cm_model *router_of(const struct cm_document *doc, uint32_t address,
	bool (*is_it)(const struct cm_model *, uint32_t))
{
	for (size_t r = 0; r < cm_document_routers(doc); r++)
		if (is_it(cm_document_model(doc, r), address))
			return cm_document_model(doc, r);
	return cm_document_model(doc, 0);
}

/* Print one part of the way; false when the packet ended there. */
static bool shown(struct output *o, const char *title, const struct cm_document *doc,
	const struct cm_trace *t)
{
	if (!t)
		return false;
	put(o, title, doc, t);
	return t->outcome != CM_TRACE_DROPPED && t->outcome != CM_TRACE_NO_ROUTE;
}

/* One end of the way: a file, and the router in it. */
struct site {
	const struct cm_document *doc;
	const struct cm_model *router;
};

/* Through the far router, and the answer from there back through ours. */
static bool there_and_back(struct output *o, const struct site *near, const struct site *far,
	const struct cm_trace *forward)
{
	struct cm_trace *answer = NULL, *back = NULL;
	struct cm_trace *there = cm_trace_arrive(far->router, forward, NULL);
	bool good = shown(o, "there", far->doc, there);
	if (good && there->outcome == CM_TRACE_CLEAR) {
		answer = cm_trace_back(far->router, there);
		good = shown(o, "answer", far->doc, answer);
		back = good ? cm_trace_arrive(near->router, answer, forward) : NULL;
		good = good && shown(o, "back", near->doc, back);
	}
	cm_trace_free(there);
	cm_trace_free(answer);
	cm_trace_free(back);
	return good;
}

static int go_on(struct output *o, const struct site *near, const struct cm_trace *forward)
{
	const struct trace_options *options_ = o->call->options;
	struct cm_document *doc = read_document(options_->to, options_);
	if (!doc)
		return EXIT_USAGE;
	struct site far = { doc, router_of(doc, forward->peer, has_address) };
	bool good = there_and_back(o, near, &far, forward);
	cm_document_free(doc);
	return good ? EXIT_CLEAN : EXIT_FINDINGS;
}

static int come_back(struct output *o, const struct site *near, const struct cm_trace *forward)
{
	struct cm_trace *back = cm_trace_back(near->router, forward);
	bool good = shown(o, "back", near->doc, back);
	cm_trace_free(back);
	return good ? EXIT_CLEAN : EXIT_FINDINGS;
}

static int trace(struct output *o, const struct cm_document *doc, const struct cm_packet *packet)
{
	const struct trace_options *options_ = o->call->options;
	struct site near = { doc, router_of(doc, packet->source, is_beside) };
	const struct cm_interface *in = NULL;
	for (size_t r = 0; options_->in && !in && r < cm_document_routers(doc); r++) {
		near.router = cm_document_model(doc, r);
		in = cm_model_interface(near.router, cm_str_of(options_->in));
	}
	if (options_->in && !in) {
		complain("no such interface", options_->in);
		return EXIT_USAGE;
	}
	struct cm_trace *forward = cm_trace_forward(near.router, in, packet);
	if (!forward)
		return EXIT_USAGE;
	int code = shown(o, "forward", doc, forward) ? EXIT_CLEAN : EXIT_FINDINGS;
	bool tunnelled = forward->outcome == CM_TRACE_ENCRYPTED || forward->tunnel;
	if (code == EXIT_CLEAN && options_->to && tunnelled)
		code = go_on(o, &near, forward);
	else if (code == EXIT_CLEAN && forward->outcome != CM_TRACE_LOCAL)
		code = come_back(o, &near, forward);
	cm_trace_free(forward);
	return code;
}

static int run(const struct call *call)
{
	const struct trace_options *o = call->options;
	struct cm_packet packet;
	struct output output = { call, o->json ? json_object() : NULL };
	int code = EXIT_USAGE;
	if (read_packet(call, &packet)) {
		struct cm_document *doc = read_document(call->operands[0], o);
		if (doc)
			code = trace(&output, doc, &packet);
		cm_document_free(doc);
	}
	if (output.json && code != EXIT_USAGE) {
		json_dumpf(output.json, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(output.json);
	return code;
}

/* clang-format off */
const struct command command_trace = {
	.name = "trace",
	.operands = "FILE SRC DST PROTO [[SPORT] DPORT]",
	.summary = "Follow a packet through the router, and its answer back",
	.details = "PROTO is a name or number; icmp takes a type. The steps are those of IOS's order of\n"
		   "operations: input ACL, routing, NAT, tunnel interface, crypto map, output ACL; from\n"
		   "outside NAT comes before routing. Exit code 1: the packet or its answer is dropped.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct trace_options),
	.least_operands = 4,
	.most_operands = 6,
	.run = run,
};
/* clang-format on */
