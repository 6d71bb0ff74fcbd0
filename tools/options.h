/*
 * Options of a sub-command, from one table.
 *
 * A sub-command writes its options as rows; each row names the field of its own struct that
 * receives the value. Parsing, `--help`, and the list that the man page and the completions are
 * tested against are three readers of the same rows.
 *
 * Options may stand before and after operands; `--` ends them; `-` alone is an operand. Long
 * options take `--name=value` and `--name value`; short flags may be joined (`-ab`).
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What the field of a row is. */
enum option_kind {
	OPTION_FLAG,   /* bool, set to true */
	OPTION_TEXT,   /* const char *, the last one given */
	OPTION_LIST,   /* struct option_list, every one given */
	OPTION_NUMBER, /* unsigned long, decimal, `least` to `most` */
	OPTION_CHOICE, /* int, index into `choices` */
};

struct option_list {
	const char **at;
	size_t n;
};

struct option {
	enum option_kind kind;
	char letter;       /* 0: none */
	const char *name;  /* without dashes */
	const char *value; /* placeholder for --help; NULL for flags; "A|B" for choices */
	const char *help;  /* one line, no full stop */
	size_t field;      /* offset in the sub-command's struct */
	unsigned long least, most;
	const char *const *choices; /* ends with NULL */
};

#define FLAG(letter, name, type, field, help)                                            \
	{                                                                                \
		OPTION_FLAG, letter, name, NULL, help, offsetof(type, field), 0, 0, NULL \
	}
#define TEXT(letter, name, value, type, field, help)                                      \
	{                                                                                 \
		OPTION_TEXT, letter, name, value, help, offsetof(type, field), 0, 0, NULL \
	}
#define LIST(letter, name, value, type, field, help)                                      \
	{                                                                                 \
		OPTION_LIST, letter, name, value, help, offsetof(type, field), 0, 0, NULL \
	}
#define NUMBER(letter, name, value, least, most, type, field, help)                                \
	{                                                                                          \
		OPTION_NUMBER, letter, name, value, help, offsetof(type, field), least, most, NULL \
	}
#define CHOICE(letter, name, value, choices, type, field, help)                                \
	{                                                                                      \
		OPTION_CHOICE, letter, name, value, help, offsetof(type, field), 0, 0, choices \
	}

struct options {
	const struct option *rows;
	size_t n;
	void *fields; /* the struct that the rows' offsets are in */
};

/* The operands found: pointers into argv, which is reordered. */
struct operands {
	char **at;
	size_t n;
};

/*
 * Read argv[1..argc) into the fields of several tables (the sub-command's and the common one),
 * looked up in order. `who` begins the message on stderr when something is wrong; false then.
 * Lists allocate their array (freed by options_free).
 */
bool options_read(const char *who, const struct options *tables, size_t n_tables, int argc,
	char **argv, struct operands *);
void options_free(const struct options *tables, size_t n_tables);
/* Write the lines of --help for a table. */
void options_help(const struct option *rows, size_t n, FILE *);
/* Write a line `--name` or `-x` for each spelling, for the test of man page and completions. */
void options_dump(const struct option *rows, size_t n, const char *before, FILE *);

#endif
