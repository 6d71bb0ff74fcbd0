/*
 * cryptomap pair FILE…|DIR: which routers' tunnels mean each other, and whether they come up.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cryptomap/document.h>
#include <cryptomap/generate.h>
#include <cryptomap/model.h>
#include <cryptomap/pair.h>
#include <cryptomap/report.h>
#include <jansson.h>

#include "color.h"
#include "command.h"
#include "input.h"
#include "pair_graph.h"

static const char *const format_words[] = { "text", "json", "jsonl", "sarif", "junit", "github",
	"gitlab", "gcc", NULL };
static const char *const graph_words[] = { "none", "svg", "dot", NULL };

struct pair_options {
	int format, graph;
	bool json, all;
	const char *ios_release;
};

static const struct option options[] = {
	CHOICE('f', "format", "FORMAT", format_words, struct pair_options, format,
		"how findings are written: text, json, jsonl, sarif, junit, github, gitlab or gcc"),
	FLAG(0, "json", struct pair_options, json, "the links with their verdicts as JSON"),
	CHOICE(0, "graph", "svg|dot", graph_words, struct pair_options, graph,
		"a picture of the fleet instead of findings"),
	FLAG('a', "all", struct pair_options, all,
		"list also tunnels whose other end is in none of the files"),
	TEXT(0, "ios-release", "R", struct pair_options, ios_release,
		"the release of routers whose text does not say"),
};

/* All that was read, freed together: the fleet points into it. */
struct run {
	const struct call *call;
	const struct pair_options *options;
	struct cm_fleet *fleet;
	struct cm_document **documents;
	size_t n_documents, documents_room;
	struct cm_tunnels **foreign;
	struct cm_text *foreign_texts;
	size_t n_foreign;
	bool failed;
};

static void *grown(void *list, size_t n, size_t size)
{
	return realloc(list, (n + 1) * size);
}

static bool keep_document(struct run *r, struct cm_document *doc)
{
	if (r->n_documents == r->documents_room) {
		size_t room = r->documents_room ? r->documents_room * 2 : 16;
		void *list = realloc(r->documents, room * sizeof(*r->documents));
		if (!list)
			return false;
		r->documents = list;
		r->documents_room = room;
	}
	r->documents[r->n_documents++] = doc;
	return cm_fleet_add(r->fleet, doc);
}

static bool looks_swanctl(struct cm_str text)
{
	for (size_t i = 0; i + 11 < text.length; i++)
		if (memcmp(text.at + i, "connections", 11) == 0)
			for (size_t j = i + 11; j < text.length && j < i + 20; j++)
				if (text.at[j] == '{')
					return true;
	return false;
}

/* A swanctl.conf stays in memory as long as its tunnels. */
static bool add_foreign(struct run *r, const char *path, struct cm_text *text)
{
	const struct cm_diag *diags;
	size_t n;
	void *sets = grown(r->foreign, r->n_foreign, sizeof *r->foreign);
	if (sets)
		r->foreign = sets;
	void *texts = grown(r->foreign_texts, r->n_foreign, sizeof *r->foreign_texts);
	if (texts)
		r->foreign_texts = texts;
	if (!sets || !texts)
		return false;
	struct cm_str all = { text->at, text->length };
	struct cm_tunnels *set = cm_tunnels_of_swanctl(all, &diags, &n);
	if (!set)
		return false;
	r->foreign[r->n_foreign] = set;
	r->foreign_texts[r->n_foreign++] = *text;
	*text = (struct cm_text){ 0 };
	return cm_fleet_add_tunnels(r->fleet, path, set);
}

/* A folder also holds notes and pictures: what tells nothing of a router is none. */
static bool is_configuration(const struct cm_document *doc)
{
	for (size_t i = 0; i < cm_document_routers(doc); i++) {
		const struct cm_model *model = cm_document_model(doc, i);
		if (model->hostname.text.length || model->n_interfaces || model->n_crypto_maps)
			return true;
	}
	return false;
}

static bool add_text(struct run *r, const char *path, struct cm_text *text, bool named)
{
	struct cm_options reading = { .ios_release = r->options->ios_release };
	struct cm_str all = { text->at, text->length };
	if (looks_swanctl(all))
		return add_foreign(r, path, text);
	struct cm_document *doc =
		cm_document_read(input_name(path), text->at, text->length, &reading);
	if (doc && !named && !is_configuration(doc)) {
		cm_document_free(doc);
		return true;
	}
	return doc && keep_document(r, doc);
}

static void add_file(struct run *r, const char *path, bool named)
{
	struct cm_text text = { 0 };
	if (!input_read(path, &text))
		r->failed = true;
	else if (!add_text(r, path, &text, named)) {
		fprintf(stderr, "cryptomap: %s: out of memory\n", path);
		r->failed = true;
	}
	cm_text_wipe(&text);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void add_path(struct run *r, const char *path, unsigned depth);

static void add_directory(struct run *r, const char *path, unsigned depth)
{
	struct dirent **names;
	int n = depth > 16 ? 0 : scandir(path, &names, visible, alphasort);
	if (n < 0) {
		fprintf(stderr, "cryptomap: %s: %s\n", path, strerror(errno));
		r->failed = true;
		return;
	}
	for (int i = 0; depth <= 16 && i < n; i++) {
		struct cm_text inner = { 0 };
		cm_text_printf(&inner, "%s/%s", path, names[i]->d_name);
		if (!inner.failed)
			add_path(r, inner.at, depth + 1);
		cm_text_free(&inner);
		free(names[i]);
	}
	if (depth <= 16)
		free(names);
}

static void add_path(struct run *r, const char *path, unsigned depth)
{
	struct stat about;
	if (!input_is_stdin(path) && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
		add_directory(r, path, depth);
	else
		add_file(r, path, depth == 0);
}

/* --- Output ------------------------------------------------------------------------------------------ */

static bool is_shown(const struct run *r, const struct cm_link *link)
{
	return r->options->all || link->state == CM_LINK_MEETS || link->state == CM_LINK_NO_ENTRY;
}

static int worst(const struct run *r)
{
	size_t n;
	const struct cm_link *links = cm_fleet_links(r->fleet, &n);
	int code = EXIT_CLEAN;
	for (size_t i = 0; i < n; i++)
		if (links[i].state == CM_LINK_NO_ENTRY ||
			(links[i].state == CM_LINK_MEETS && !links[i].up))
			code = EXIT_FINDINGS;
	for (size_t d = 0; cm_fleet_document(r->fleet, d); d++) {
		const struct cm_diag *list = cm_fleet_diags(r->fleet, d, &n);
		for (size_t i = 0; i < n; i++)
			if (list[i].severity >= CM_WARNING)
				code = EXIT_FINDINGS;
	}
	return code;
}

static void put_end(struct run *r, size_t router, const struct cm_tunnel *t)
{
	printf("%s", cm_fleet_router(r->fleet, router));
	if (t && t->kind == CM_TUNNEL_PROFILE)
		printf(" %.*s", (int)t->interface.length, t->interface.at);
	else if (t)
		printf(" %.*s %u",
			(int)t->static_map.length ? (int)t->static_map.length : (int)t->map.length,
			t->static_map.length ? t->static_map.at : t->map.at, t->sequence);
}

static void put_links(struct run *r)
{
	size_t n;
	const struct cm_link *links = cm_fleet_links(r->fleet, &n);
	bool colored = color_wanted(r->call->color, stdout);
	for (size_t i = 0; i < n; i++) {
		struct cm_text why = { 0 };
		if (!is_shown(r, &links[i]))
			continue;
		enum ink ink = strcmp(cm_link_word(&links[i]), "up") == 0 ? INK_GREEN
			: links[i].up                                     ? INK_YELLOW
									  : INK_RED;
		cm_link_explain(r->fleet, &links[i], &why);
		put_end(r, links[i].router_a, links[i].a);
		printf(" - ");
		if (links[i].b || links[i].state == CM_LINK_NO_ENTRY)
			put_end(r, links[i].router_b, links[i].b);
		else
			printf("?");
		printf(": %s%s%s: %s\n", color_code(colored, ink), cm_link_word(&links[i]),
			color_code(colored, INK_NONE), why.at ? why.at : "");
		cm_text_free(&why);
	}
}

static void put_findings(struct run *r)
{
	struct cm_report report = { .format = (enum cm_format)r->options->format,
		.colored = color_wanted(r->call->color, stdout),
		.version = CM_VERSION };
	struct cm_text out = { 0 };
	size_t n;
	cm_report_begin(&report, &out);
	size_t before = out.length;
	for (size_t d = 0; cm_fleet_document(r->fleet, d); d++) {
		const struct cm_diag *list = cm_fleet_diags(r->fleet, d, &n);
		if (n && out.length > before)
			cm_report_between(&report, &out);
		if (n)
			cm_report_document(&report, cm_fleet_document(r->fleet, d), list, n, &out);
	}
	cm_report_end(&report, &out);
	output_write(stdout, (struct cm_str){ out.at, out.length });
	cm_text_free(&out);
}

static json_t *json_end(const struct run *r, size_t router, const struct cm_tunnel *t)
{
	json_t *end = json_pack("{s:s}", "router", cm_fleet_router(r->fleet, router));
	if (!t)
		return end;
	json_object_set_new(end, "map", json_stringn(t->map.at ? t->map.at : "", t->map.length));
	json_object_set_new(end, "sequence", json_integer(t->sequence));
	json_object_set_new(end, "interface",
		json_stringn(t->interface.at ? t->interface.at : "", t->interface.length));
	if (t->document)
		json_object_set_new(end, "file", json_string(cm_document_name(t->document)));
	return end;
}

static void json_cause(json_t *object, const struct cm_link *link)
{
	const struct cm_meet *forth = link->both.forth, *back = link->both.back;
	const struct cm_meet *bad = forth && forth->cause ? forth
		: back && back->cause                     ? back
							  : NULL;
	if (!bad)
		return;
	json_object_set_new(object, "cause", json_string(cm_cause_word(bad->cause)));
	enum cm_phase phase = cm_cause_phase(bad->cause);
	if (phase == CM_PHASE_1 || phase == CM_PHASE_2)
		json_object_set_new(object, "phase", json_integer(phase == CM_PHASE_1 ? 1 : 2));
}

static json_t *json_link(const struct run *r, const struct cm_link *link)
{
	struct cm_text why = { 0 };
	json_t *object = json_pack("{s:s, s:b}", "verdict", cm_link_word(link), "up", link->up);
	json_object_set_new(object, "a", json_end(r, link->router_a, link->a));
	if (link->b || link->state == CM_LINK_NO_ENTRY)
		json_object_set_new(object, "b", json_end(r, link->router_b, link->b));
	json_cause(object, link);
	cm_link_explain(r->fleet, link, &why);
	json_object_set_new(object, "explanation", json_string(why.at ? why.at : ""));
	cm_text_free(&why);
	return object;
}

static void put_json(const struct run *r)
{
	size_t n;
	const struct cm_link *links = cm_fleet_links(r->fleet, &n);
	json_t *root = json_object(), *list = json_array();
	for (size_t i = 0; i < n; i++)
		if (is_shown(r, &links[i]))
			json_array_append_new(list, json_link(r, &links[i]));
	json_object_set_new(root, "routers", json_integer((json_int_t)cm_fleet_routers(r->fleet)));
	json_object_set_new(root, "tunnels", list);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

static void put_graph(const struct run *r)
{
	struct cm_text out = { 0 };
	if (r->options->graph == 1)
		pair_graph_svg(r->fleet, &out);
	else
		pair_graph_dot(r->fleet, &out);
	output_write(stdout, (struct cm_str){ out.at, out.length });
	cm_text_free(&out);
}

static void put_summary(const struct run *r)
{
	size_t n, meets = 0, up = 0;
	const struct cm_link *links = cm_fleet_links(r->fleet, &n);
	for (size_t i = 0; i < n; i++) {
		meets += links[i].state == CM_LINK_MEETS;
		up += links[i].state == CM_LINK_MEETS && links[i].up;
	}
	printf("%zu routers, %zu tunnels with both ends here, %zu of them come up\n",
		cm_fleet_routers(r->fleet), meets, up);
}

static void put_all(struct run *r)
{
	if (r->options->graph)
		put_graph(r);
	else if (r->options->json)
		put_json(r);
	else {
		if (r->options->format == CM_FORMAT_TEXT)
			put_links(r);
		put_findings(r);
		if (r->options->format == CM_FORMAT_TEXT)
			put_summary(r);
	}
}

static void run_free(struct run *r)
{
	cm_fleet_free(r->fleet);
	for (size_t i = 0; i < r->n_documents; i++)
		cm_document_free(r->documents[i]);
	for (size_t i = 0; i < r->n_foreign; i++) {
		cm_tunnels_free(r->foreign[i]);
		cm_text_wipe(&r->foreign_texts[i]);
	}
	free(r->documents);
	free(r->foreign);
	free(r->foreign_texts);
}

static int run(const struct call *call)
{
	struct run r = { .call = call, .options = call->options, .fleet = cm_fleet_new() };
	int code = EXIT_USAGE;
	if (!r.fleet)
		return EXIT_USAGE;
	for (size_t i = 0; i < call->n; i++)
		add_path(&r, call->operands[i], 0);
	if (!cm_fleet_run(r.fleet)) {
		fprintf(stderr, "cryptomap: out of memory\n");
	} else {
		put_all(&r);
		code = r.failed ? EXIT_USAGE : worst(&r);
	}
	run_free(&r);
	return code;
}

/* clang-format off */
const struct command command_pair = {
	.name = "pair",
	.operands = "FILE|DIR…",
	.summary = "Find which routers mean each other, and say which tunnels come up",
	.details = "Files are IOS configurations or swanctl.conf; directories are read whole. Each pair\n"
		   "of tunnel ends is negotiated from both sides, exactly as the routers would.\n"
		   "Verdicts: up, partly, one-way, fails, no-entry; with --all no-router, waits, unused.\n"
		   "Exit code 1: a tunnel fails, or there are findings at warning or above.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct pair_options),
	.least_operands = 1,
	.most_operands = 1000000,
	.run = run,
};
/* clang-format on */
