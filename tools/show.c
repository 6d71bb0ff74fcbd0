/*
 * cryptomap show: what was read, as canonical IOS, as the syntax tree, as the model, as
 * tunnels, or as a count of what was understood.
 */
#include <cryptomap/tunnel.h>

#include <errno.h>
#include <string.h>

#include "command.h"
#include "input.h"

struct show {
	bool ast, json, ios, tunnels, stats, secrets;
	const char *release;
};

/* clang-format off */
static const struct option options[] = {
	FLAG(0, "ast", struct show, ast, "print the syntax tree as S-expressions"),
	FLAG(0, "json", struct show, json, "print the model as JSON"),
	FLAG(0, "ios", struct show, ios, "print canonical IOS, as show running-config does (default)"),
	FLAG(0, "tunnels", struct show, tunnels,
		"print what each tunnel offers and accepts, with the lines that say so"),
	FLAG(0, "stats", struct show, stats,
		"count the lines that were understood, unknown, refused, by family"),
	FLAG(0, "secrets", struct show, secrets, "print keys and passwords instead of *"),
	TEXT(0, "ios-release", "R", struct show, release,
		"take the defaults of release R, such as 12.4(15)T or 17.3"),
};
/* clang-format on */

typedef void print_function(const struct cm_document *, bool secrets, struct cm_text *);

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

static void print_tunnels_json(
	const struct cm_document *document, bool secrets, struct cm_text *out)
{
	print_routers(document, secrets, out, cm_print_tunnels_json);
}

static bool write_stdout(void *context, const char *at, size_t length)
{
	(void)context;
	return fwrite(at, 1, length, stdout) == length;
}

/* A model as JSON is six times its text: it leaves as it is made. */
static bool show_json(const struct cm_document *document, bool secrets)
{
	if (cm_write_json(document, secrets, write_stdout, NULL))
		return output_write(stdout, (struct cm_str){ NULL, 0 });
	if (!ferror(stdout))
		fprintf(stderr, "cryptomap show: out of memory\n");
	else if (errno != EPIPE)
		fprintf(stderr, "cryptomap: cannot write: %s\n", strerror(errno));
	return false;
}

static bool show_text(const struct cm_document *document, print_function *print, bool secrets)
{
	struct cm_text text = { 0 };
	print(document, secrets, &text);
	bool done = !text.failed && output_write(stdout, (struct cm_str){ text.at, text.length });
	if (text.failed)
		fprintf(stderr, "cryptomap show: out of memory\n");
	cm_text_wipe(&text);
	return done;
}

static bool show_file(
	const char *path, const struct cm_options *reading, print_function *print, bool secrets)
{
	struct cm_document *document = input_document(path, reading);
	if (!document)
		return false;
	bool done = print == cm_print_json ? show_json(document, secrets)
					   : show_text(document, print, secrets);
	cm_document_free(document);
	return done;
}

static void print_stats(const struct cm_document *document, bool secrets, struct cm_text *out)
{
	(void)secrets;
	const struct cm_coverage *rows;
	size_t n;
	out->failed = out->failed || !cm_document_coverage(document, &rows, &n);
	for (size_t i = 0; !out->failed && i < n; i++) {
		cm_text_printf(out, "%-14s %8u %8u %8u\n", rows[i].family,
			(unsigned)rows[i].understood, (unsigned)rows[i].unknown,
			(unsigned)rows[i].refused);
	}
}

/* The one form that was asked for; NULL after a message. */
static print_function *form_of(const struct show *show)
{
	if (show->tunnels && show->json && !show->ast && !show->ios && !show->stats)
		return print_tunnels_json;
	if (show->ast + show->json + show->ios + show->tunnels + show->stats > 1) {
		fprintf(stderr,
			"cryptomap show: --ast, --json, --ios, --tunnels and --stats exclude "
			"each other, but for --tunnels --json\n");
		return NULL;
	}
	return show->ast        ? cm_print_ast
		: show->json    ? cm_print_json
		: show->tunnels ? print_tunnels
		: show->stats   ? print_stats
				: cm_print_ios;
}

static int run(const struct call *call)
{
	const struct show *show = call->options;
	print_function *print = form_of(show);
	if (!print)
		return EXIT_USAGE;
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
