#include "options.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cryptomap/facts.h>

enum { MAX_NAMES = 128 };

struct scan {
	const char *who;
	const struct options *tables;
	size_t n_tables;
	int argc, at;
	char **argv;
};

static const struct option *find(
	const struct scan *s, const char *name, size_t length, char letter, void **fields)
{
	for (size_t t = 0; t < s->n_tables; t++) {
		for (size_t i = 0; i < s->tables[t].n; i++) {
			const struct option *row = &s->tables[t].rows[i];
			bool named = name && strlen(row->name) == length &&
				memcmp(row->name, name, length) == 0;
			if (named || (!name && row->letter == letter)) {
				*fields = s->tables[t].fields;
				return row;
			}
		}
	}
	return NULL;
}

static bool unknown_option(const struct scan *s, const char *given)
{
	const char *names[MAX_NAMES];
	size_t n = 0;
	for (size_t t = 0; t < s->n_tables; t++) {
		for (size_t i = 0; i < s->tables[t].n && n < MAX_NAMES; i++)
			names[n++] = s->tables[t].rows[i].name;
	}
	const char *near = given[1] == '-' ? cm_nearest(cm_str_of(given + 2), names, n) : NULL;
	if (near)
		fprintf(stderr, "%s: unknown option %s, did you mean --%s?\n", s->who, given, near);
	else
		fprintf(stderr, "%s: unknown option %s (try --help)\n", s->who, given);
	return false;
}

static bool read_number(
	const struct scan *s, const struct option *row, const char *value, unsigned long *out)
{
	char *end = NULL;
	errno = 0;
	unsigned long number = strtoul(value, &end, 10);
	bool decimal = *value >= '0' && *value <= '9' && *end == '\0' && errno == 0;
	if (!decimal || number < row->least || number > row->most) {
		fprintf(stderr, "%s: --%s takes a number from %lu to %lu, not '%s'\n", s->who,
			row->name, row->least, row->most, value);
		return false;
	}
	*out = number;
	return true;
}

static bool read_choice(const struct scan *s, const struct option *row, const char *value, int *out)
{
	for (int i = 0; row->choices[i]; i++) {
		if (strcmp(row->choices[i], value) == 0) {
			*out = i;
			return true;
		}
	}
	fprintf(stderr, "%s: --%s takes %s, not '%s'\n", s->who, row->name, row->value, value);
	return false;
}

static bool add_to_list(const char *who, struct option_list *list, const char *value)
{
	const char **grown = realloc(list->at, (list->n + 1) * sizeof *grown);
	if (!grown) {
		fprintf(stderr, "%s: out of memory\n", who);
		return false;
	}
	grown[list->n++] = value;
	list->at = grown;
	return true;
}

static bool store(const struct scan *s, const struct option *row, void *fields, const char *value)
{
	void *field = (char *)fields + row->field;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_TEXT:
		*(const char **)field = value;
		return true;
	case OPTION_LIST:
		return add_to_list(s->who, field, value);
	case OPTION_NUMBER:
		return read_number(s, row, value, field);
	case OPTION_CHOICE:
		return read_choice(s, row, value, field);
	}
	return false;
}

/* The value of an option that takes one: what is joined to it, or else the next argument. */
static bool take_value(struct scan *s, const struct option *row, void *fields, const char *joined)
{
	if (!joined) {
		if (s->at + 1 >= s->argc) {
			fprintf(stderr, "%s: --%s needs %s\n", s->who, row->name, row->value);
			return false;
		}
		joined = s->argv[++s->at];
	}
	return store(s, row, fields, joined);
}

static bool read_long(struct scan *s, char *given)
{
	const char *name = given + 2;
	const char *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	void *fields = NULL;
	const struct option *row = find(s, name, length, 0, &fields);
	if (!row)
		return unknown_option(s, given);
	if (row->kind != OPTION_FLAG)
		return take_value(s, row, fields, equals ? equals + 1 : NULL);
	if (equals) {
		fprintf(stderr, "%s: --%s takes no value\n", s->who, row->name);
		return false;
	}
	return store(s, row, fields, NULL);
}

static bool read_short(struct scan *s, char *given)
{
	for (const char *letter = given + 1; *letter; letter++) {
		void *fields = NULL;
		const struct option *row = find(s, NULL, 0, *letter, &fields);
		if (!row)
			return unknown_option(s, (char[]){ '-', *letter, '\0' });
		if (row->kind != OPTION_FLAG)
			return take_value(s, row, fields, letter[1] ? letter + 1 : NULL);
		if (!store(s, row, fields, NULL))
			return false;
	}
	return true;
}

bool options_read(const char *who, const struct options *tables, size_t n_tables, int argc,
	char **argv, struct operands *operands)
{
	struct scan s = { .who = who,
		.tables = tables,
		.n_tables = n_tables,
		.argc = argc,
		.at = 1,
		.argv = argv };
	bool only_operands = false;
	operands->at = argv + 1;
	operands->n = 0;
	for (; s.at < argc; s.at++) {
		char *given = argv[s.at];
		/* "-" and "-:12:30" mean standard input. */
		bool input = given[1] == '\0' || given[1] == ':';
		if (only_operands || given[0] != '-' || input)
			operands->at[operands->n++] = given;
		else if (strcmp(given, "--") == 0)
			only_operands = true;
		else if (!(given[1] == '-' ? read_long(&s, given) : read_short(&s, given)))
			return false;
	}
	return true;
}

void options_free(const struct options *tables, size_t n_tables)
{
	for (size_t t = 0; t < n_tables; t++) {
		for (size_t i = 0; i < tables[t].n; i++) {
			const struct option *row = &tables[t].rows[i];
			if (row->kind != OPTION_LIST)
				continue;
			struct option_list *list = (void *)((char *)tables[t].fields + row->field);
			free(list->at);
			*list = (struct option_list){ 0 };
		}
	}
}

/* "-o, --output FILE" into `out`; gives its length. */
static int spelling(const struct option *row, char *out, size_t size)
{
	char letter[] = "    ";
	if (row->letter) {
		letter[0] = '-';
		letter[1] = row->letter;
		letter[2] = ',';
	}
	return snprintf(out, size, "  %s--%s%s%s", letter, row->name, row->value ? " " : "",
		row->value ? row->value : "");
}

void options_help(const struct option *rows, size_t n, FILE *out)
{
	enum { WIDEST = 30 };
	char text[256];
	int widest = 0;
	for (size_t i = 0; i < n; i++) {
		int width = spelling(&rows[i], text, sizeof text);
		if (width <= WIDEST && width > widest)
			widest = width;
	}
	for (size_t i = 0; i < n; i++) {
		if (spelling(&rows[i], text, sizeof text) > WIDEST)
			fprintf(out, "%s\n%*s  %s\n", text, widest, "", rows[i].help);
		else
			fprintf(out, "%-*s  %s\n", widest, text, rows[i].help);
	}
}

void options_dump(const struct option *rows, size_t n, const char *before, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%s --%s\n", before, rows[i].name);
		if (rows[i].letter)
			fprintf(out, "%s -%c\n", before, rows[i].letter);
	}
}
