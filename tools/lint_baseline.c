/*
 * A baseline: { "version": 1, "findings": [ { "file", "rule", "fingerprint" } … ] }. The rule is
 * for readers; file and fingerprint decide.
 */
#include "lint.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

struct known {
	char *file;
	uint64_t fingerprint;
};

struct baseline {
	struct known *at; /* sorted */
	size_t n;
};

/* "./a.cfg" and "a.cfg" are one file. */
static const char *plain(const char *file)
{
	while (strncmp(file, "./", 2) == 0)
		file += 2;
	return file;
}

static int by_file(const void *a, const void *b)
{
	const struct known *x = a, *y = b;
	if (x->fingerprint != y->fingerprint)
		return x->fingerprint < y->fingerprint ? -1 : 1;
	return strcmp(x->file, y->file);
}

static bool fill(struct baseline *b, json_t *findings)
{
	size_t i;
	json_t *item;
	b->at = calloc(json_array_size(findings) + 1, sizeof *b->at);
	if (!b->at || !json_is_array(findings))
		return false;
	json_array_foreach(findings, i, item)
	{
		const char *file = json_string_value(json_object_get(item, "file"));
		const char *number = json_string_value(json_object_get(item, "fingerprint"));
		char *end = NULL;
		uint64_t fingerprint = number ? strtoull(number, &end, 16) : 0;
		if (!file || !number || *end)
			return false;
		b->at[b->n] = (struct known){ strdup(plain(file)), fingerprint };
		if (!b->at[b->n].file)
			return false;
		b->n++;
	}
	qsort(b->at, b->n, sizeof *b->at, by_file);
	return true;
}

struct baseline *baseline_read(const char *path)
{
	struct cm_text text = { 0 };
	json_error_t error = { .line = 1 };
	if (!input_read(path, &text)) {
		cm_text_free(&text);
		return NULL;
	}
	json_t *root = json_loadb(text.at ? text.at : "", text.length, 0, &error);
	cm_text_free(&text);
	struct baseline *b = calloc(1, sizeof *b);
	if (!root || !b || !fill(b, json_object_get(root, "findings"))) {
		fprintf(stderr, "cryptomap lint: %s: not a baseline\n", path);
		baseline_free(b);
		b = NULL;
	}
	json_decref(root);
	return b;
}

bool baseline_has(const struct baseline *b, const char *file, uint64_t fingerprint)
{
	if (!b || !b->n)
		return false;
	char *name = (char *)plain(file);
	struct known wanted = { name, fingerprint };
	return bsearch(&wanted, b->at, b->n, sizeof *b->at, by_file) != NULL;
}

void baseline_free(struct baseline *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		free(b->at[i].file);
	free(b->at);
	free(b);
}

void baseline_put(struct cm_text *out, const char *file, const char *rule, uint64_t fingerprint)
{
	char number[17];
	snprintf(number, sizeof number, "%016" PRIx64, fingerprint);
	json_t *object = json_pack("{s:s%, s:s, s:s}", "file", plain(file), strlen(plain(file)),
		"rule", rule, "fingerprint", number);
	char *line = object ? json_dumps(object, 0) : NULL;
	if (line)
		cm_text_printf(out, "%s%s", out->length ? ",\n" : "", line);
	else
		out->failed = true;
	free(line);
	json_decref(object);
}

bool baseline_write(const char *path, struct cm_str lines)
{
	FILE *out = fopen(path, "w");
	bool ok = out && fputs("{\"version\": 1, \"findings\": [\n", out) >= 0 &&
		fwrite(lines.at, 1, lines.length, out) == lines.length &&
		fputs(lines.length ? "\n]}\n" : "]}\n", out) >= 0;
	if (out)
		ok = fclose(out) == 0 && ok;
	if (!ok) {
		fprintf(stderr, "cryptomap lint: ");
		perror(path);
	}
	return ok;
}
