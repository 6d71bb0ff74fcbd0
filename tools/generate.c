/*
 * cryptomap generate TARGET FILE: what the far end must be set to.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cryptomap/document.h>
#include <cryptomap/generate.h>
#include <cryptomap/model.h>

#include "color.h"
#include "command.h"
#include "generate_common.h"
#include "input.h"

struct generate_options {
	const char *peer, *map, *interface, *directory, *device, *for_release, *ios_release;
	unsigned long sequence;
	bool secrets, html, libreswan;
};

/* clang-format off */
static const struct option options[] = {
	TEXT(0, "peer", "ADDRESS", struct generate_options, peer,
		"the far end at this address"),
	TEXT(0, "map", "NAME", struct generate_options, map,
		"the far end of an entry of this crypto map, or of this IPsec profile"),
	NUMBER(0, "seq", "N", 1, 65535, struct generate_options, sequence,
		"the entry's sequence number"),
	TEXT(0, "interface", "NAME", struct generate_options, interface,
		"the tunnel interface, or the interface that carries the map"),
	TEXT('o', "output", "DIR", struct generate_options, directory,
		"write the files into this directory instead of standard output"),
	FLAG(0, "secrets", struct generate_options, secrets,
		"write the pre-shared key; without it a placeholder stands there"),
	FLAG(0, "html", struct generate_options, html, "linksys: a page that looks like the forms"),
	TEXT(0, "device", "NAME", struct generate_options, device,
		"linksys: wag54g (default), ag241, befvp41, rv042 or wrv54g"),
	FLAG(0, "libreswan", struct generate_options, libreswan,
		"ipsec.conf: libreswan's words where they differ from strongSwan's"),
	TEXT(0, "for-release", "R", struct generate_options, for_release,
		"ios: the far end's release (otherwise the same as ours)"),
	TEXT(0, "ios-release", "R", struct generate_options, ios_release,
		"the release of FILE's router, if its text does not say"),
};
/* clang-format on */

static bool has_peer(const struct cm_tunnel *t, uint32_t address, size_t *peer)
{
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].resolved && t->peers[i].address == address)
			return *peer = i, true;
	return false;
}

static bool is_wanted(const struct generate_options *o, const struct cm_tunnel *t, size_t *peer)
{
	uint32_t address;
	*peer = 0;
	if (o->map && !cm_str_is(t->map, o->map) && !cm_str_is(t->static_map, o->map))
		return false;
	if (o->sequence && t->sequence != o->sequence)
		return false;
	if (o->interface && !cm_str_is_nocase(t->interface, o->interface))
		return false;
	if (!o->peer)
		return true;
	if (cm_ip4_parse(cm_str_of(o->peer), &address))
		return has_peer(t, address, peer);
	for (size_t i = 0; i < t->n_peers; i++)
		if (cm_str_is(t->peers[i].hostname, o->peer))
			return *peer = i, true;
	return false;
}

/* The tunnels of every router of the text. */
struct found {
	struct cm_tunnels **sets;
	size_t n_sets, n;
};

static struct found find_tunnels(const struct cm_document *doc)
{
	size_t n, routers = cm_document_routers(doc);
	struct found f = { .sets = calloc(routers + 1, sizeof *f.sets) };
	for (size_t i = 0; f.sets && i < routers; i++) {
		struct cm_tunnels *set = cm_tunnels_of_model(cm_document_model(doc, i));
		if (!set)
			continue;
		f.sets[f.n_sets++] = set;
		cm_tunnels_list(set, &n);
		f.n += n;
	}
	return f;
}

static void found_free(struct found *f)
{
	for (size_t i = 0; i < f->n_sets; i++)
		cm_tunnels_free(f->sets[i]);
	free(f->sets);
}

static void list_tunnels(const struct cm_tunnel *list, size_t n)
{
	char address[16];
	for (size_t i = 0; i < n; i++) {
		const struct cm_tunnel *t = &list[i];
		const char *peer = t->n_peers && t->peers[0].resolved
			? cm_ip4_print(t->peers[0].address, address)
			: "any peer";
		fprintf(stderr, "  --map %.*s", (int)t->map.length, t->map.at);
		if (t->kind == CM_TUNNEL_PROFILE)
			fprintf(stderr, " --interface %.*s", (int)t->interface.length,
				t->interface.at);
		else
			fprintf(stderr, " --seq %u", t->sequence);
		fprintf(stderr, "   (%s)\n", peer);
	}
}

/* The one tunnel that is meant; NULL after a message when it is none or several. */
static const struct cm_tunnel *choose(
	const struct generate_options *o, const struct found *f, size_t *peer)
{
	const struct cm_tunnel *found = NULL;
	size_t matches = 0, at, n;
	for (size_t k = 0; k < f->n_sets; k++) {
		const struct cm_tunnel *list = cm_tunnels_list(f->sets[k], &n);
		for (size_t i = 0; i < n; i++)
			if (is_wanted(o, &list[i], &at) && matches++ == 0) {
				found = &list[i];
				*peer = at;
			}
	}
	if (matches == 1)
		return found;
	if (f->n == 0)
		fprintf(stderr, "cryptomap: the configuration has no tunnel\n");
	else
		fprintf(stderr, "cryptomap: %s; choose one of:\n",
			matches ? "several tunnels are meant" : "no tunnel is meant");
	for (size_t k = 0; k < f->n_sets; k++)
		list_tunnels(cm_tunnels_list(f->sets[k], &n), n);
	return NULL;
}

static bool known_target(const char *name)
{
	size_t n;
	const struct cm_target *t = cm_targets(&n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(t[i].name, name) == 0)
			return true;
	fprintf(stderr, "cryptomap: no target %s; there are:\n", name);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "  %-10s  %s\n", t[i].name, t[i].summary);
	return false;
}

static int generate_from(const struct call *call, const struct cm_document *doc)
{
	const struct generate_options *o = call->options;
	struct found found = find_tunnels(doc);
	struct cm_request request = { .secrets = o->secrets,
		.html = o->html,
		.libreswan = o->libreswan,
		.device = o->device };
	if (o->for_release)
		request.release = cm_release_parse(cm_str_of(o->for_release));
	request.tunnel = choose(o, &found, &request.peer);
	int code = request.tunnel
		? generate_write(call, doc, call->operands[0], &request, o->directory)
		: EXIT_USAGE;
	found_free(&found);
	return code;
}

static bool known_device(const char *name)
{
	const struct cm_device *d;
	for (size_t i = 0; name && (d = cm_device_at(i)); i++)
		if (strcmp(d->name, name) == 0)
			return true;
	if (name)
		fprintf(stderr, "cryptomap: no gateway %s is known\n", name);
	return !name;
}

static int run(const struct call *call)
{
	const struct generate_options *o = call->options;
	struct cm_options reading = { .ios_release = o->ios_release };
	struct cm_text text = { 0 };
	int code = EXIT_USAGE;
	if (!known_target(call->operands[0]) || !known_device(o->device))
		return EXIT_USAGE;
	if (input_read(call->operands[1], &text)) {
		struct cm_document *doc = cm_document_read(
			input_name(call->operands[1]), text.at, text.length, &reading);
		if (doc)
			code = generate_from(call, doc);
		cm_document_free(doc);
	}
	cm_text_wipe(&text);
	return code;
}

/* clang-format off */
const struct command command_generate = {
	.name = "generate",
	.operands = "TARGET FILE|-",
	.summary = "Write the far end's settings: linksys, swanctl, ipsec.conf or ios",
	.details = "The far end is the mirror image of one tunnel of FILE: same proposals, same key,\n"
		   "addresses and selectors turned round. What the far end cannot hold is said on\n"
		   "standard error, with the line of FILE that is the cause; exit code 1 then.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct generate_options),
	.least_operands = 2,
	.most_operands = 2,
	.run = run,
};
/* clang-format on */
