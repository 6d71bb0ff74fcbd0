/*
 * A sub-command: its name, what it does in one line, its options, and the function that runs it.
 *
 * Each sub-command has a file of its own, tools/NAME.c, that defines `command_NAME`; the table
 * in main.c lists them. main reads the options into a zeroed struct of `size` octets, adds the
 * common options, answers --help, and calls `run`. What run gives is the exit code.
 */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

#include "options.h"

enum {
	EXIT_CLEAN = 0,    /* nothing at warning or above */
	EXIT_FINDINGS = 1, /* findings, or the answer is no */
	EXIT_USAGE = 2,    /* wrong usage, unreadable input, the machine failed */
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* One call of a sub-command. */
struct call {
	void *options; /* the sub-command's own struct */
	char **operands;
	size_t n;
	enum color color; /* of --color */
};

struct command {
	const char *name;
	const char *operands; /* "FILE|-…" for the usage line; "" if none */
	const char *summary;  /* one line, no full stop */
	const char *details;  /* paragraphs below the options of --help; may be NULL */
	const struct option *options;
	size_t n_options;
	size_t size;                          /* of the options' struct */
	size_t least_operands, most_operands; /* checked before run; most 0 with least 0: none */
	int (*run)(const struct call *);
};

/* A line for each file. */
extern const struct command command_lint;
extern const struct command command_explain;
extern const struct command command_show;
extern const struct command command_complete;
extern const struct command command_pair;
extern const struct command command_negotiate;
extern const struct command command_trace;
extern const struct command command_generate;
extern const struct command command_import;
extern const struct command command_up;
extern const struct command command_status;
extern const struct command command_probe;

#endif
