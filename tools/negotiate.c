/*
 * cryptomap negotiate: two ends play one negotiation, told in the router's own debug words.
 */
#include <stdlib.h>
#include <string.h>

#include <cryptomap/generate.h>
#include <cryptomap/meet.h>
#include <cryptomap/model.h>

#include "color.h"
#include "command.h"
#include "input.h"

struct negotiate {
	bool initiate, matrix, json;
	const char *peer, *map, *far, *offer, *esp, *release;
	unsigned long sequence, p1_lifetime, p2_lifetime;
};

/* clang-format off */
static const struct option options[] = {
	FLAG(0, "initiate", struct negotiate, initiate, "the first router starts (default: it answers)"),
	FLAG(0, "matrix", struct negotiate, matrix, "print tables of all comparisons, not the transcript"),
	FLAG(0, "json", struct negotiate, json, "print the negotiation as JSON"),
	TEXT(0, "peer", "A", struct negotiate, peer, "the entry with this peer address"),
	TEXT(0, "map", "M", struct negotiate, map, "an entry of this crypto map or IPsec profile"),
	NUMBER(0, "seq", "N", 1, 65535, struct negotiate, sequence, "the entry with this sequence number"),
	TEXT(0, "far", "NAME", struct negotiate, far, "a known gateway instead of a second file"),
	TEXT(0, "offer", "LIST", struct negotiate, offer,
		"phase 1 offers of the far end, such as 3des-sha-2,des-md5-1"),
	TEXT(0, "esp", "LIST", struct negotiate, esp,
		"phase 2 offers of the far end, such as 3des-sha-2 (the third word is PFS)"),
	NUMBER(0, "lifetime", "S", 60, 4294967295, struct negotiate, p1_lifetime,
		"phase 1 lifetime that the far end offers (86400)"),
	NUMBER(0, "esp-lifetime", "S", 60, 4294967295, struct negotiate, p2_lifetime,
		"phase 2 lifetime that the far end offers (3600)"),
	TEXT(0, "ios-release", "R", struct negotiate, release,
		"take the defaults of release R, such as 12.4(15)T or 17.3"),
};
/* clang-format on */

/* One end: its text and its tunnels. */
struct end {
	struct cm_document *document; /* of an IOS router */
	struct cm_text text;          /* of a strongSwan gateway */
	struct cm_tunnels *tunnels;
	const struct cm_tunnel *list;
	size_t n;
};

static void end_close(struct end *end)
{
	if (end->tunnels)
		cm_tunnels_free(end->tunnels);
	if (end->document)
		cm_document_free(end->document);
	cm_text_wipe(&end->text);
}

/* swanctl.conf: a section "connections" begins a line. */
static bool is_swanctl(struct cm_str text)
{
	static const char word[] = "connections";
	const size_t length = sizeof word - 1;
	for (size_t at = 0; at + length < text.length; at++) {
		if (at > 0 && text.at[at - 1] != '\n')
			continue;
		if (memcmp(text.at + at, word, length) != 0)
			continue;
		at += length;
		while (at < text.length && (text.at[at] == ' ' || text.at[at] == '\t'))
			at++;
		return at < text.length && text.at[at] == '{';
	}
	return false;
}

static void open_swanctl(struct end *end)
{
	size_t n;
	const struct cm_diag *diags;
	struct cm_str text = { end->text.at, end->text.length };
	end->tunnels = cm_tunnels_of_swanctl(text, &diags, &n);
}

static void open_router(struct end *end, const char *path, const char *release)
{
	const struct cm_options reading = { .ios_release = release };
	end->document = cm_document_read(
		input_name(path), end->text.at ? end->text.at : "", end->text.length, &reading);
	cm_text_wipe(&end->text);
	if (end->document)
		end->tunnels = cm_tunnels_of_model(cm_document_model(end->document, 0));
}

static bool end_open(struct end *end, const char *path, const char *release)
{
	if (!input_read(path, &end->text))
		return false;
	if (is_swanctl((struct cm_str){ end->text.at, end->text.length }))
		open_swanctl(end);
	else
		open_router(end, path, release);
	if (!end->tunnels) {
		fprintf(stderr, "cryptomap: out of memory\n");
		return false;
	}
	end->list = cm_tunnels_list(end->tunnels, &end->n);
	if (end->n == 0)
		fprintf(stderr, "cryptomap: %s: there is no tunnel in it\n", input_name(path));
	return end->n > 0;
}

/* What was asked for, and the best that was found so far. */
struct search {
	const struct negotiate *asked;
	const struct cm_far_end *far;
	uint32_t peer;
	struct cm_tunnels *made; /* far ends that are no file */
	struct cm_meet *best;
	bool failed;
};

/* Coming up is best; else the one that gets furthest. Of equals the later: the newest entry. */
static void consider(struct search *s, const struct cm_tunnel *near, const struct cm_tunnel *far)
{
	bool initiate = s->asked->initiate;
	struct cm_meet *m = cm_meet(initiate ? near : far, initiate ? far : near, NULL);
	if (!m) {
		s->failed = true;
		return;
	}
	bool better = !s->best || m->up > s->best->up ||
		(m->up == s->best->up &&
			(m->up || m->cause >= s->best->cause || m->cause == CM_CAUSE_NONE));
	cm_meet_free(better ? s->best : m);
	if (better)
		s->best = m;
}

static bool is_meant(const struct search *s, const struct cm_tunnel *t)
{
	const struct negotiate *asked = s->asked;
	if (asked->map && !cm_str_is(t->map, asked->map) && !cm_str_is(t->static_map, asked->map))
		return false;
	if (asked->sequence && t->sequence != asked->sequence)
		return false;
	for (size_t i = 0; asked->peer && i < t->n_peers; i++)
		if (t->peers[i].any || t->peers[i].address == s->peer)
			return true;
	return !asked->peer;
}

static bool has_peer(const struct cm_tunnel *t, const struct cm_tunnel *other)
{
	if (!other->has_local)
		return true;
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].any || !t->peers[i].resolved || t->peers[i].address == other->local)
			return true;
	return false;
}

static size_t peer_index(const struct search *s, const struct cm_tunnel *t)
{
	for (size_t i = 0; s->asked->peer && i < t->n_peers; i++)
		if (t->peers[i].address == s->peer)
			return i;
	return 0;
}

/* False after a message: an offer cannot be read, or no memory. */
static bool search_far(struct search *s, const struct end *near)
{
	for (size_t i = 0; i < near->n; i++) {
		struct cm_str wrong;
		if (!is_meant(s, &near->list[i]))
			continue;
		const struct cm_tunnel *far = cm_far_tunnel(
			s->made, &near->list[i], peer_index(s, &near->list[i]), s->far, &wrong);
		if (!far && wrong.at)
			fprintf(stderr, "cryptomap negotiate: cannot read the offer '%.*s'\n",
				(int)wrong.length, wrong.at);
		if (!far)
			return false;
		consider(s, &near->list[i], far);
	}
	return !s->failed;
}

static bool search_file(struct search *s, const struct end *near, const struct end *far)
{
	for (size_t i = 0; i < near->n; i++) {
		const struct cm_tunnel *a = &near->list[i];
		for (size_t k = 0; is_meant(s, a) && k < far->n; k++)
			if (has_peer(a, &far->list[k]) || has_peer(&far->list[k], a))
				consider(s, a, &far->list[k]);
	}
	return !s->failed;
}

/* --- Which far end ---------------------------------------------------------------------------- */

static bool far_unknown(const char *name)
{
	size_t n;
	const struct cm_far_end *rows = cm_far_ends(&n);
	fprintf(stderr, "cryptomap negotiate: no far end is called '%s'; there are:\n", name);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "  %-16s  %s\n", rows[i].name, rows[i].title);
	return false;
}

/* --far gives the row; --offer and the others replace what it says. */
static bool make_far(const struct negotiate *asked, struct cm_far_end *far)
{
	const struct cm_far_end plain = {
		.title = "far end", .p1_lifetime_s = 86400, .p2_lifetime_s = 3600
	};
	const struct cm_far_end *row = asked->far ? cm_far_named(asked->far) : &plain;
	if (!row)
		return far_unknown(asked->far);
	*far = *row;
	if (asked->offer)
		far->offers = asked->offer;
	if (asked->esp)
		far->esp = asked->esp;
	if (asked->p1_lifetime)
		far->p1_lifetime_s = (uint32_t)asked->p1_lifetime;
	if (asked->p2_lifetime)
		far->p2_lifetime_s = (uint32_t)asked->p2_lifetime;
	return true;
}

/* --- Telling it --------------------------------------------------------------------------------- */

static void tell(const struct search *s, bool colored, struct cm_text *out)
{
	const struct cm_meet *m = s->best;
	struct cm_telling telling = { .by_initiator = s->asked->initiate, .colored = colored };
	if (s->far && !s->asked->initiate)
		telling.order = s->far->order;
	if (s->asked->json)
		cm_print_meet(m, out);
	else if (s->asked->matrix)
		cm_print_matrix(m, &telling, out);
	else
		cm_print_transcript(m, &telling, out);
}

static int print(const struct search *s, enum color color)
{
	struct cm_text out = { 0 };
	tell(s, color_wanted(color, stdout), &out);
	bool done = !out.failed && output_write(stdout, (struct cm_str){ out.at, out.length });
	if (out.failed)
		fprintf(stderr, "cryptomap negotiate: out of memory\n");
	cm_text_free(&out);
	return !done ? EXIT_USAGE : s->best->up ? EXIT_CLEAN : EXIT_FINDINGS;
}

static int nothing_found(const struct search *s)
{
	if (s->asked->peer || s->asked->map || s->asked->sequence)
		fprintf(stderr, "cryptomap negotiate: no such entry\n");
	else
		fprintf(stderr, "cryptomap negotiate: no tunnel of one end means the other\n");
	return EXIT_FINDINGS;
}

static bool usage_is_right(const struct call *call, struct search *s)
{
	const struct negotiate *asked = call->options;
	bool other = asked->far || asked->offer;
	if ((call->n == 2) == other || (asked->json && asked->matrix)) {
		fprintf(stderr, "cryptomap negotiate: %s\n",
			asked->json && asked->matrix ? "--json and --matrix exclude each other"
						     : "give a second file, or --far or --offer");
		return false;
	}
	if (asked->peer && !cm_ip4_parse(cm_str_of(asked->peer), &s->peer)) {
		fprintf(stderr, "cryptomap negotiate: --peer '%s' is no address\n", asked->peer);
		return false;
	}
	return true;
}

static int run(const struct call *call)
{
	const struct negotiate *asked = call->options;
	struct search search = { .asked = asked, .made = cm_tunnels_new() };
	struct end near = { 0 }, far = { 0 };
	struct cm_far_end row;
	int status = EXIT_USAGE;
	bool ready = search.made && usage_is_right(call, &search) &&
		end_open(&near, call->operands[0], asked->release);
	if (ready && call->n == 2)
		ready = end_open(&far, call->operands[1], NULL) &&
			search_file(&search, &near, &far);
	if (ready && call->n == 1) {
		search.far = &row;
		ready = make_far(asked, &row) && search_far(&search, &near);
	}
	if (ready)
		status = search.best ? print(&search, call->color) : nothing_found(&search);
	cm_meet_free(search.best);
	cm_tunnels_free(search.made);
	end_close(&far);
	end_close(&near);
	return status;
}

/* clang-format off */
const struct command command_negotiate = {
	.name = "negotiate",
	.operands = "FILE [FILE]",
	.summary = "Play a negotiation of two ends and tell it in the router's own words",
	.details = "The first file answers what the other end offers, unless --initiate. The other "
		   "end is a\nsecond file (IOS or swanctl.conf), a known gateway (--far), or a list of "
		   "offers (--offer). "
		   "Without --peer, --map\nor --seq the entry that gets furthest is taken, of equals "
		   "the one added last.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct negotiate),
	.least_operands = 1,
	.most_operands = 2,
	.run = run,
};
/* clang-format on */
