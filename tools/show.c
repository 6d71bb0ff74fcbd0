/*
 * cryptomap show: what was read, as canonical IOS, as the syntax tree, as the model, as tunnels.
 */
#include <cryptomap/tunnel.h>

#include "command.h"
#include "input.h"

struct show {
	bool ast, json, ios, tunnels, secrets;
	const char *release;
};

static const struct option options[] = {
	FLAG(0, "ast", struct show, ast, "print the syntax tree as S-expressions"),
	FLAG(0, "json", struct show, json, "print the model as JSON"),
	FLAG(0, "ios", struct show, ios, "print canonical IOS, as show running-config does (default)"),
	FLAG(0, "tunnels", struct show, tunnels,
		"print what each tunnel offers and accepts, with the lines that say so"),
	FLAG(0, "secrets", struct show, secrets, "print keys and passwords instead of *"),
	TEXT(0, "ios-release", "R", struct show, release,
		"take the defaults of release R, such as 12.4(15)T or 17.3"),
};

/* The tunnels of every router in the text. */
static void print_routers(const struct cm_document *document, bool secrets, struct cm_text *out,
	void (*print)(const struct cm_tunnels *, bool, struct cm_text *))
{
	for (size_t i = 0; i < cm_document_routers(document); i++) {
		struct cm_tunnels *set = cm_tunnels_of_model(cm_document_model(document, i));
		if (set)
			print(set, secrets, out);
		else
			out->failed = true;
		cm_tunnels_free(set);
	}
}

static void print_tunnels(const struct cm_document *document, bool secrets, struct cm_text *out)
{
	print_routers(document, secrets, out, cm_print_tunnels);
}

static void print_tunnels_json(const struct cm_document *document, bool secrets, struct cm_text *out)
{
	print_routers(document, secrets, out, cm_print_tunnels_json);
}

static bool show_file(const char *path, const struct cm_options *reading,
	void (*print)(const struct cm_document *, bool, struct cm_text *), bool secrets)
{
	struct cm_document *document = input_document(path, reading);
	if (!document)
		return false;
	struct cm_text text = { 0 };
	print(document, secrets, &text);
	bool done = !text.failed && output_write(stdout, (struct cm_str){ text.at, text.length });
	if (text.failed)
		fprintf(stderr, "cryptomap show: out of memory\n");
	cm_text_wipe(&text);
	cm_document_free(document);
	return done;
}

static int run(const struct call *call)
{
	const struct show *show = call->options;
	if (show->ast + show->json + show->ios > 1) {
		fprintf(stderr, "cryptomap show: --ast, --json and --ios exclude each other\n");
		return EXIT_USAGE;
	}
	if (show->tunnels && (show->ast || show->ios)) {
		fprintf(stderr, "cryptomap show: --tunnels goes only with --json\n");
		return EXIT_USAGE;
	}
	void (*print)(const struct cm_document *, bool, struct cm_text *) =
		show->ast        ? cm_print_ast
		: show->tunnels ? (show->json ? print_tunnels_json : print_tunnels)
		: show->json    ? cm_print_json
				: cm_print_ios;
	const struct cm_options reading = { .ios_release = show->release };
	int status = EXIT_CLEAN;
	for (size_t i = 0; i < call->n; i++) {
		if (!show_file(call->operands[i], &reading, print, show->secrets))
			status = EXIT_USAGE;
	}
	return status;
}

const struct command command_show = {
	.name = "show",
	.operands = "FILE|-…",
	.summary = "Print what was read: canonical IOS, the syntax tree, the model or the tunnels",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct show),
	.least_operands = 1,
	.most_operands = (size_t)-1,
	.run = run,
};
