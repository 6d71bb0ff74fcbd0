/*
 * .cryptomap.json: { "select": […], "ignore": […], "min-severity": "warning",
 * "profile": "cnsa", "ios-release": "12.4", "baseline": "FILE" }. The baseline's path is
 * relative to the folder of the file that names it.
 */
#include "lint.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"

static const char file_name[] = ".cryptomap.json";
static const char *const severities[] = { "style", "info", "warning", "error", NULL };
static const char *const profiles[] = { "current", "legacy", "cnsa", NULL };

static bool complain(const char *where, const char *what, const char *word)
{
	fprintf(stderr, "cryptomap lint: %s: %s '%s'\n", where, what, word);
	return false;
}

static bool choose(const char *where, const char *what, const char *word, const char *const *words,
	unsigned *out)
{
	for (unsigned i = 0; words[i]; i++) {
		if (strcmp(words[i], word) == 0) {
			*out = i;
			return true;
		}
	}
	return complain(where, what, word);
}

static bool selector_known(const char *selector)
{
	const struct cm_rule *rule;
	for (size_t i = 0; (rule = cm_rule(i)); i++) {
		if (cm_rule_selected(rule, selector))
			return true;
	}
	return false;
}

/* One selector, or several joined by commas. */
static bool add_selectors(const char *where, const char *text, struct words *out)
{
	char *copy = strdup(text), *rest = copy, *one;
	bool ok = copy != NULL;
	while (ok && (one = strsep(&rest, ","))) {
		if (!selector_known(one))
			ok = complain(where, "no rule or family", one);
		else
			ok = words_add(out, one);
	}
	free(copy);
	return ok;
}

static bool set_text(char **out, const char *text)
{
	free(*out);
	*out = strdup(text);
	return *out != NULL;
}

static bool set_severity(const char *where, const char *word, struct settings *s)
{
	unsigned number = 0;
	bool ok = choose(where, "no severity", word, severities, &number);
	s->least = (enum cm_severity)number;
	return ok;
}

static bool set_profile(const char *where, const char *word, struct settings *s)
{
	unsigned number = 0;
	bool ok = choose(where, "no profile", word, profiles, &number);
	s->profile = (enum cm_profile)number;
	return ok;
}

/* The folder of a path with its last slash; "" when there is none. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
}

static bool set_baseline(const char *file, const char *name, struct settings *s)
{
	char *folder = name[0] == '/' ? strdup("") : folder_of(file);
	struct cm_text path = { 0 };
	cm_text_printf(&path, "%s%s", folder ? folder : "", name);
	bool ok = folder && !path.failed && set_text(&s->baseline, path.at);
	free(folder);
	cm_text_free(&path);
	return ok;
}

static bool apply_list(const char *file, const json_t *value, struct words *out)
{
	size_t i;
	json_t *item;
	if (!json_is_array(value))
		return complain(file, "not a list of rules:", "select or ignore");
	json_array_foreach(value, i, item)
	{
		if (!json_is_string(item) || !add_selectors(file, json_string_value(item), out))
			return false;
	}
	return true;
}

static bool set_release(const char *file, const char *release, struct settings *s)
{
	(void)file;
	return set_text(&s->release, release);
}

static const struct {
	const char *name;
	bool (*set)(const char *file, const char *text, struct settings *);
} texts[] = {
	{ "min-severity", set_severity },
	{ "profile", set_profile },
	{ "ios-release", set_release },
	{ "baseline", set_baseline },
};

static bool apply(const char *file, const char *name, const json_t *value, struct settings *s)
{
	if (strcmp(name, "select") == 0)
		return apply_list(file, value, &s->select);
	if (strcmp(name, "ignore") == 0)
		return apply_list(file, value, &s->ignore);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (strcmp(name, texts[i].name) != 0)
			continue;
		if (!json_is_string(value))
			return complain(file, "not a text:", name);
		return texts[i].set(file, json_string_value(value), s);
	}
	return complain(file, "unknown setting", name);
}

static bool read_file(const char *file, struct settings *s)
{
	struct cm_text text = { 0 };
	json_error_t error;
	json_t *root = NULL;
	if (!input_read(file, &text)) {
		cm_text_free(&text);
		return false;
	}
	root = json_loadb(text.at ? text.at : "", text.length, JSON_REJECT_DUPLICATES, &error);
	cm_text_free(&text);
	if (!json_is_object(root)) {
		fprintf(stderr, "cryptomap lint: %s:%d: %s\n", file, root ? 1 : error.line,
			root ? "not an object" : error.text);
		json_decref(root);
		return false;
	}
	const char *name;
	json_t *value;
	bool ok = true;
	json_object_foreach(root, name, value)
	{
		ok = ok && apply(file, name, value, s);
	}
	json_decref(root);
	return ok;
}

/* The nearest settings file at or above a folder, in `out` when there is one. */
static bool find_file(const char *folder, struct cm_text *out)
{
	char *whole = realpath(*folder ? folder : ".", NULL);
	bool found = false;
	while (whole && !found) {
		bool root = strcmp(whole, "/") == 0;
		cm_text_free(out);
		cm_text_printf(out, "%s/%s", root ? "" : whole, file_name);
		found = !out->failed && access(out->at, F_OK) == 0;
		if (root)
			break;
		char *slash = strrchr(whole, '/');
		slash[slash == whole] = '\0';
	}
	free(whole);
	return found;
}

static bool from_command_line(const struct lint *lint, struct settings *s)
{
	const char *where = "command line";
	if (lint->select.n)
		words_free(&s->select);
	for (size_t i = 0; i < lint->select.n; i++) {
		if (!add_selectors(where, lint->select.at[i], &s->select))
			return false;
	}
	for (size_t i = 0; i < lint->ignore.n; i++) {
		if (!add_selectors(where, lint->ignore.at[i], &s->ignore))
			return false;
	}
	if (lint->severity && !set_severity(where, lint->severity, s))
		return false;
	if (lint->profile && !set_profile(where, lint->profile, s))
		return false;
	if (lint->release && !set_text(&s->release, lint->release))
		return false;
	return !lint->baseline || set_text(&s->baseline, lint->baseline);
}

static bool fill(struct settings *s, const struct lint *lint)
{
	struct cm_text file = { 0 };
	bool ok = true;
	if (lint->config)
		ok = read_file(lint->config, s);
	else if (!lint->no_config && find_file(s->folder, &file))
		ok = read_file(file.at, s);
	cm_text_free(&file);
	if (!ok || !from_command_line(lint, s))
		return false;
	s->check = (struct cm_check_options){
		.profile = s->profile,
		.least = s->least,
		.select = (const char *const *)s->select.at,
		.n_select = s->select.n,
		.ignore = (const char *const *)s->ignore.at,
		.n_ignore = s->ignore.n,
		.ignore_comments = lint->no_comments,
	};
	if (s->baseline && !lint->write_baseline)
		s->known = baseline_read(s->baseline);
	return !s->baseline || lint->write_baseline || s->known;
}

static void one_free(struct settings *s)
{
	if (!s)
		return;
	baseline_free(s->known);
	words_free(&s->select);
	words_free(&s->ignore);
	free(s->folder);
	free(s->release);
	free(s->baseline);
	free(s);
}

const struct settings *settings_for(
	struct settings_list *all, const struct lint *lint, const char *path)
{
	char *folder = folder_of(path);
	/* Files come folder by folder: the last settings are mostly the right ones. */
	for (size_t i = all->n; folder && i-- > 0;) {
		if (strcmp(all->at[i]->folder, folder) == 0) {
			free(folder);
			return all->at[i];
		}
	}
	struct settings **grown = realloc(all->at, (all->n + 1) * sizeof *grown);
	if (grown)
		all->at = grown;
	struct settings *s = calloc(1, sizeof *s);
	if (!folder || !grown || !s) {
		fprintf(stderr, "cryptomap lint: out of memory\n");
		free(folder);
		free(s);
		return NULL;
	}
	s->folder = folder;
	if (!fill(s, lint)) {
		one_free(s);
		return NULL;
	}
	all->at[all->n++] = s;
	return s;
}

void settings_free(struct settings_list *all)
{
	for (size_t i = 0; i < all->n; i++)
		one_free(all->at[i]);
	free(all->at);
	*all = (struct settings_list){ 0 };
}
