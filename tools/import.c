/*
 * cryptomap import swanctl FILE: a strongSwan gateway as an IOS router.
 */
#include <stdlib.h>
#include <string.h>

#include <cryptomap/document.h>
#include <cryptomap/generate.h>

#include "command.h"
#include "generate_common.h"
#include "input.h"

struct import_options {
	bool far_end, secrets;
	const char *for_release;
};

static const struct option options[] = {
	FLAG(0, "far-end", struct import_options, far_end,
		"write the router that fits FILE's gateway, instead of the gateway itself"),
	FLAG(0, "secrets", struct import_options, secrets,
		"write the pre-shared key; without it a placeholder stands there"),
	TEXT(0, "for-release", "R", struct import_options, for_release,
		"the release of the router that is written"),
};

static void print_diags(const char *name, struct cm_str text, const struct cm_diag *diags, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned line = 1;
		for (size_t at = 0; at < diags[i].span.start && at < text.length; at++)
			line += text.at[at] == '\n';
		fprintf(stderr, "%s:%u: %s: %s\n", name, line, cm_severity_name(diags[i].severity),
			diags[i].message);
	}
}

/*
 * A generator writes the mirror of what it is given: mirrored once more, it is the gateway. The
 * router that fits the gateway is a router for each connection: each has another peer.
 */
static int write_router(const struct call *call, struct cm_tunnels *set)
{
	const struct import_options *o = call->options;
	struct cm_request request = { .secrets = o->secrets };
	size_t n;
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	struct cm_tunnels *mirrors = cm_tunnels_new();
	const struct cm_tunnel **turned = calloc(n + 1, sizeof *turned);
	int code = EXIT_USAGE;
	if (o->for_release)
		request.release = cm_release_parse(cm_str_of(o->for_release));
	bool ok = mirrors && turned;
	for (size_t i = 0; ok && i < n; i++) {
		turned[i] = cm_mirror(mirrors, &list[i], 0);
		ok = turned[i] != NULL;
	}
	if (ok)
		code = generate_router(call, &request, turned, n);
	free((void *)turned);
	if (mirrors)
		cm_tunnels_free(mirrors);
	return code;
}

static int write_far_ends(const struct call *call, const struct cm_tunnels *set)
{
	const struct import_options *o = call->options;
	size_t n;
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	int code = EXIT_CLEAN;
	for (size_t i = 0; i < n; i++) {
		struct cm_request request = { .tunnel = &list[i], .secrets = o->secrets };
		if (o->for_release)
			request.release = cm_release_parse(cm_str_of(o->for_release));
		int one = generate_write(call, NULL, "ios", &request, NULL);
		code = one > code ? one : code;
	}
	return code;
}

static int import_text(const struct call *call, struct cm_str text)
{
	const struct cm_diag *diags;
	size_t n_diags, n;
	struct cm_tunnels *set = cm_tunnels_of_swanctl(text, &diags, &n_diags);
	if (!set)
		return EXIT_USAGE;
	print_diags(input_name(call->operands[1]), text, diags, n_diags);
	const struct import_options *o = call->options;
	cm_tunnels_list(set, &n);
	int code = n == 0    ? EXIT_FINDINGS
		: o->far_end ? write_far_ends(call, set)
			     : write_router(call, set);
	for (size_t i = 0; i < n_diags; i++)
		if (diags[i].severity >= CM_WARNING && code == EXIT_CLEAN)
			code = EXIT_FINDINGS;
	cm_tunnels_free(set);
	return code;
}

static int run(const struct call *call)
{
	struct cm_text text = { 0 };
	int code = EXIT_USAGE;
	if (strcmp(call->operands[0], "swanctl") != 0)
		fprintf(stderr, "cryptomap: %s: only swanctl can be imported\n", call->operands[0]);
	else if (input_read(call->operands[1], &text))
		code = import_text(call, (struct cm_str){ text.at, text.length });
	cm_text_wipe(&text);
	return code;
}

/* clang-format off */
const struct command command_import = {
	.name = "import",
	.operands = "swanctl FILE|-",
	.summary = "Read a strongSwan gateway's swanctl.conf and write it as an IOS router",
	.details = "One router for the whole file: each connection becomes a crypto map entry. What\n"
		   "cannot be carried over is said on standard error, at its line; exit code 1 then.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct import_options),
	.least_operands = 2,
	.most_operands = 2,
	.run = run,
};
/* clang-format on */
