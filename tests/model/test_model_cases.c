#include "cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <glob.h>

struct test_case {
	char *name, *release, *text, *asserts;
	const char *file;
	int line;
};

static struct cm_options options_of(const struct test_case *c)
{
	return (struct cm_options){ .ios_release = c->release };
}

/* --- paths ------------------------------------------------------------------------------------------ */

/* a.b[2].c; NULL when there is no such thing. */
static json_t *at_path(json_t *value, const char *path)
{
	char key[128];
	while (value && *path) {
		if (*path == '[') {
			value = json_array_get(value, strtoul(path + 1, NULL, 10));
			path = strchr(path, ']') + 1;
		} else {
			size_t length = strcspn(path, ".[");
			snprintf(key, sizeof key, "%.*s", (int)length, path);
			value = json_object_get(value, key);
			path += length;
		}
		path += *path == '.';
	}
	return value;
}

static json_t *at_router_path(json_t *root, const char *path)
{
	if (strncmp(path, "routers", 7) == 0)
		return at_path(root, path);
	return at_path(json_array_get(json_object_get(root, "routers"), 0), path);
}

/* --- assertions -------------------------------------------------------------------------------------- */

static bool value_holds(json_t *root, char *line)
{
	char *equals = strstr(line, " = ");
	if (!equals) {
		printf("no ` = ` in `%s`\n", line);
		return false;
	}
	*equals = '\0';
	const char *wanted = equals + 3;
	bool counts = line[0] == '#';
	json_t *found = at_router_path(root, counts ? line + 2 : line);
	if (counts)
		found = json_integer((json_int_t)json_array_size(found));
	char *text = found ? json_dumps(found, JSON_ENCODE_ANY | JSON_COMPACT) : strdup("none");
	bool holds = strcmp(text, wanted) == 0;
	if (!holds)
		printf("%s is %s, not %s\n", line, text, wanted);
	free(text);
	if (counts)
		json_decref(found);
	return holds;
}

static size_t findings(const struct cm_document *doc, const char *rule, unsigned line)
{
	size_t n, found = 0;
	const struct cm_diag *all = cm_document_diags(doc, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t at, column;
		cm_document_place(doc, all[i].span.start, &at, &column);
		found += strcmp(all[i].rule, rule) == 0 && (!line || at == line);
	}
	return found;
}

static void print_findings(const struct cm_document *doc)
{
	size_t n;
	const struct cm_diag *all = cm_document_diags(doc, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t at, column;
		cm_document_place(doc, all[i].span.start, &at, &column);
		printf("  %u:%u %s %s [%s]\n", at, column, cm_severity_name(all[i].severity),
			all[i].message, all[i].rule);
	}
}

static bool is_clean(const struct cm_document *doc)
{
	size_t n;
	const struct cm_diag *all = cm_document_diags(doc, &n);
	for (size_t i = 0; i < n; i++)
		if (all[i].severity >= CM_WARNING)
			return false;
	return true;
}

/* `| line`: the line is there; `no words`: no line holds them. */
static bool is_printed(const struct cm_document *doc, const char *wanted)
{
	struct cm_text out = { 0 };
	char line[512];
	cm_text_char(&out, '\n');
	cm_print_ios(doc, true, &out);
	bool absent = strncmp(wanted, "no ", 3) == 0;
	snprintf(line, sizeof line, "\n%s\n", wanted + 2);
	const char *found = strstr(out.at, absent ? wanted + 3 : line);
	bool good = absent ? !found : found != NULL;
	if (!good)
		printf("%s", out.at);
	cm_text_free(&out);
	return good;
}

static bool holds(const struct cm_document *doc, json_t *root, char *line)
{
	char rule[64];
	unsigned at = 0;
	bool said = true;
	if (strcmp(line, "clean") == 0)
		said = is_clean(doc);
	else if (sscanf(line, "no finding %63s", rule) == 1)
		said = findings(doc, rule, 0) == 0;
	else if (sscanf(line, "finding %63s %u", rule, &at) >= 1)
		said = findings(doc, rule, at) > 0;
	else if (strncmp(line, "prints ", 7) == 0)
		said = is_printed(doc, line + 7);
	else
		return value_holds(root, line);
	if (!said) {
		printf("`%s` does not hold:\n", line);
		print_findings(doc);
	}
	return said;
}

static bool all_hold(const struct test_case *c)
{
	struct cm_options options = options_of(c);
	struct cm_document *doc = cm_document_read(c->name, c->text, strlen(c->text), &options);
	assert_non_null(doc);
	json_t *root = document_json(doc);
	bool good = root != NULL;
	char *rest = NULL;
	for (char *line = strtok_r(c->asserts, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest))
		good = holds(doc, root, line) && good;
	json_decref(root);
	cm_document_free(doc);
	return good;
}

/* --- what holds for every text ------------------------------------------------------------------------ */

static bool reads_flat(const struct test_case *c)
{
	struct cm_options options = options_of(c);
	char *flat = flattened(c->text);
	json_t *a = model_without_places(c->text, &options),
	       *b = model_without_places(flat, &options);
	bool same = !differ(a, b, "flattened");
	free(flat);
	json_decref(a);
	json_decref(b);
	return same;
}

static bool prints_itself(const struct test_case *c)
{
	struct cm_options options = options_of(c);
	char *text = printed(c->text, &options), *again = printed(text, &options);
	json_t *a = model_without_places(c->text, &options),
	       *b = model_without_places(text, &options);
	bool same = !differ(a, b, "printed") && strcmp(text, again) == 0;
	if (!same)
		printf("%s\nand again:\n%s", text, again);
	free(text);
	free(again);
	json_decref(a);
	json_decref(b);
	return same;
}

static void run(void **state)
{
	const struct test_case *c = *state;
	bool good = all_hold(c);
	good = reads_flat(c) && good;
	good = prints_itself(c) && good;
	if (!good)
		fail_msg("%s:%d: %s", c->file, c->line, c->name);
}

/* --- files of cases ----------------------------------------------------------------------------------- */

struct cases {
	struct test_case *items;
	size_t n, room;
};

static struct test_case *case_new(struct cases *all)
{
	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 64;
		all->items = realloc(all->items, all->room * sizeof *all->items);
	}
	memset(&all->items[all->n], 0, sizeof *all->items);
	return &all->items[all->n++];
}

static char *joined(char *text, const char *line)
{
	size_t old = text ? strlen(text) : 0, more = strlen(line);
	text = realloc(text, old + more + 2);
	memcpy(text + old, line, more);
	memcpy(text + old + more, "\n", 2);
	return text;
}

static void read_cases(struct cases *all, const char *file)
{
	char *text = read_file(file), *end;
	struct test_case *c = NULL;
	bool asserts = false;
	int number = 0;
	for (char *line = text; line && *line; line = end) {
		end = strchr(line, '\n');
		*end++ = '\0';
		number++;
		if (strncmp(line, "== ", 3) == 0) {
			c = case_new(all);
			char *release = strstr(line, " release ");
			c->release = release ? strdup(release + 9) : NULL;
			if (release)
				*release = '\0';
			c->name = strdup(line + 3);
			c->file = file;
			c->line = number;
			c->text = strdup("");
			c->asserts = strdup("");
			asserts = false;
		} else if (c && strcmp(line, "--") == 0) {
			asserts = true;
		} else if (c && asserts && *line) {
			c->asserts = joined(c->asserts, line);
		} else if (c && !asserts) {
			c->text = joined(c->text, line);
		}
	}
	free(text);
}

int main(void)
{
	glob_t files;
	struct cases all = { 0 };
	if (glob(CM_SOURCE_DIR "/tests/model/*.case", 0, NULL, &files))
		return 1;
	for (size_t i = 0; i < files.gl_pathc; i++)
		read_cases(&all, files.gl_pathv[i]);
	struct CMUnitTest *tests = calloc(all.n, sizeof *tests);
	for (size_t i = 0; i < all.n; i++)
		tests[i] = (struct CMUnitTest){ all.items[i].name, run, NULL, NULL, &all.items[i] };
	int failed = _cmocka_run_group_tests("model cases", tests, all.n, NULL, NULL);
	for (size_t i = 0; i < all.n; i++) {
		free(all.items[i].name);
		free(all.items[i].release);
		free(all.items[i].text);
		free(all.items[i].asserts);
	}
	free(all.items);
	free(tests);
	globfree(&files);
	return failed;
}
