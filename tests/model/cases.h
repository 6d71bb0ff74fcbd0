/*
 * Model tests are texts with what must be true of their model:
 *
 *     == name                    a case; `release R` may follow the name
 *     crypto isakmp policy 10    its text, up to a line of two dashes
 *     --
 *     policies[0].group.value = 1        a path into the JSON of the first router, and its value
 *     policies[0].hash.at = none         no such key
 *     # crypto_maps = 2                  how many (0 when the key is absent)
 *     routers[1].hostname.value = "B"    a path may begin with a router
 *     finding map-incomplete 3           a finding of a rule, on a line
 *     no finding map-incomplete          none of this rule
 *     clean                              nothing at warning or above
 *     prints |  encr 3des                a line of the printed configuration, blanks and all
 *     prints no encr                     no line holds these words
 *
 * Whatever it says, each case is also read without its indentation, and printed and read again:
 * the model, leaving out places, must be the same.
 */
#ifndef TESTS_MODEL_CASES_H
#define TESTS_MODEL_CASES_H

#include <cryptomap/document.h>
#include <cryptomap/model.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline char *read_file(const char *name)
{
	FILE *file = fopen(name, "rb");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	size_t length = (size_t)ftell(file);
	rewind(file);
	char *text = malloc(length + 1);
	text[fread(text, 1, length, file)] = '\0';
	fclose(file);
	return text;
}

static inline json_t *document_json(const struct cm_document *doc)
{
	struct cm_text text = { 0 };
	cm_print_json(doc, true, &text);
	json_t *json = text.at ? json_loads(text.at, 0, NULL) : NULL;
	cm_text_free(&text);
	return json;
}

static inline bool is_place(const char *key)
{
	size_t length = strlen(key);
	return strcmp(key, "at") == 0 || (length > 3 && strcmp(key + length - 3, "_at") == 0);
}

/* Leave out all places, in place. */
static inline void drop_places(json_t *value)
{
	size_t index;
	const char *key;
	void *next;
	json_t *child;
	json_object_foreach_safe(value, next, key, child)
	{
		if (is_place(key))
			json_object_del(value, key);
		else
			drop_places(child);
	}
	json_array_foreach(value, index, child)
	{
		drop_places(child);
	}
}

static inline int by_text(const void *a, const void *b)
{
	char *x = json_dumps(*(json_t *const *)a, JSON_SORT_KEYS);
	char *y = json_dumps(*(json_t *const *)b, JSON_SORT_KEYS);
	int order = strcmp(x, y);
	free(x);
	free(y);
	return order;
}

/* The uses of a router stand in the order of the text, which a printer may change. */
static inline void sort_uses(json_t *root)
{
	size_t index, i;
	json_t *router, *use;
	json_array_foreach(json_object_get(root, "routers"), index, router)
	{
		json_t *uses = json_object_get(router, "uses"), *sorted = json_array();
		size_t n = json_array_size(uses);
		json_t **all = calloc(n + 1, sizeof *all);
		json_array_foreach(uses, i, use) all[i] = use;
		qsort(all, n, sizeof *all, by_text);
		for (i = 0; i < n; i++)
			json_array_append(sorted, all[i]);
		free(all);
		if (uses)
			json_object_set(router, "uses", sorted);
		json_decref(sorted);
	}
}

/* The text without blanks at the beginning of lines. Caller frees. */
static inline char *flattened(const char *text)
{
	char *flat = malloc(strlen(text) + 1), *to = flat;
	for (bool begins = true; *text; text++) {
		if (begins && (*text == ' ' || *text == '\t'))
			continue;
		begins = *text == '\n' || *text == '\r';
		*to++ = *text;
	}
	*to = '\0';
	return flat;
}

/* The model of a text as JSON without places; NULL when it cannot be read. */
static inline json_t *model_without_places(const char *text, const struct cm_options *options)
{
	struct cm_document *doc = cm_document_read("test", text, strlen(text), options);
	if (!doc)
		return NULL;
	json_t *json = document_json(doc);
	cm_document_free(doc);
	drop_places(json);
	sort_uses(json);
	return json;
}

/* What the printer makes of a text. Caller frees. */
static inline char *printed(const char *text, const struct cm_options *options)
{
	struct cm_text out = { 0 };
	struct cm_document *doc = cm_document_read("test", text, strlen(text), options);
	if (doc)
		cm_print_ios(doc, true, &out);
	cm_document_free(doc);
	return out.at ? out.at : strdup("");
}

/* Say where two values differ; true when they do. */
static inline bool differ(const json_t *a, const json_t *b, const char *path)
{
	char below[256];
	const char *key;
	json_t *child;
	size_t index;
	if (json_equal(a, b))
		return false;
	if (json_is_object(a) && json_is_object(b)) {
		json_object_foreach((json_t *)a, key, child)
		{
			snprintf(below, sizeof below, "%s.%s", path, key);
			if (differ(child, json_object_get(b, key), below))
				return true;
		}
		json_object_foreach((json_t *)b, key, child)
		{
			if (!json_object_get(a, key)) {
				printf("%s.%s is new\n", path, key);
				return true;
			}
		}
	}
	if (json_is_array(a) && json_is_array(b) && json_array_size(a) == json_array_size(b))
		json_array_foreach((json_t *)a, index, child)
		{
			snprintf(below, sizeof below, "%s[%zu]", path, index);
			if (differ(child, json_array_get(b, index), below))
				return true;
		}
	char *x = a ? json_dumps(a, JSON_ENCODE_ANY) : NULL;
	char *y = b ? json_dumps(b, JSON_ENCODE_ANY) : NULL;
	printf("%s: %s\n  became %s\n", path, x ? x : "nothing", y ? y : "nothing");
	free(x);
	free(y);
	return true;
}

#endif
