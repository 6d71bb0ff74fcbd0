/*
 * The command `cryptomap`: a table of sub-commands and what is common to all of them.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <cryptomap/facts.h>

#include "command.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct command *const commands[] = {
	&command_lint,
	&command_explain,
	&command_show,
	&command_complete,
	&command_negotiate,
	&command_generate,
	&command_import,
	&command_trace,
	&command_pair,
	&command_up,
	&command_status,
	&command_probe,
	NULL,
};

static const char *const color_words[] = { "auto", "always", "never", NULL };

struct common {
	bool help;
	int color;
};

static const struct option common_options[] = {
	CHOICE(0, "color", "auto|always|never", color_words, struct common, color,
		"colour the output (auto: on a terminal, unless NO_COLOR is set)"),
	FLAG('h', "help", struct common, help, "print this help and exit"),
};

struct global {
	bool help, version, list_options;
};

static const struct option global_options[] = {
	FLAG('h', "help", struct global, help, "print this help and exit"),
	FLAG('V', "version", struct global, version, "print the version and exit"),
};

static const char exit_codes[] =
	"Exit codes: 0 nothing at warning or above, 1 findings, 2 wrong usage or unreadable input.\n";

static void command_help(const struct command *command)
{
	printf("usage: cryptomap %s [OPTION…]%s%s\n\n%s.\n\nOptions:\n", command->name,
		*command->operands ? " " : "", command->operands, command->summary);
	options_help(command->options, command->n_options, stdout);
	options_help(common_options, COUNT(common_options), stdout);
	printf("\n%s%s%s", command->details ? command->details : "", command->details ? "\n" : "",
		exit_codes);
}

static void global_help(void)
{
	puts("usage: cryptomap COMMAND [OPTION…] [FILE|-…]\n\n"
	     "Reads Cisco IOS-style router configurations and makes their IPsec VPNs work.\n\n"
	     "Commands:");
	for (size_t i = 0; commands[i]; i++)
		printf("  %-10s  %s\n", commands[i]->name, commands[i]->summary);
	puts("\nOptions:");
	options_help(global_options, COUNT(global_options), stdout);
	printf("\n`cryptomap COMMAND --help` tells more. %s", exit_codes);
}

/* For the test that man page and completions know every sub-command and option. */
static void list_options(void)
{
	options_dump(global_options, COUNT(global_options), "cryptomap", stdout);
	for (size_t i = 0; commands[i]; i++) {
		const struct command *command = commands[i];
		options_dump(command->options, command->n_options, command->name, stdout);
		options_dump(common_options, COUNT(common_options), command->name, stdout);
	}
}

static bool operands_fit(const struct command *command, size_t n)
{
	if (n >= command->least_operands && n <= command->most_operands)
		return true;
	fprintf(stderr, "usage: cryptomap %s [OPTION…] %s\n", command->name, command->operands);
	return false;
}

static int run(const struct command *command, int argc, char **argv)
{
	char who[64];
	snprintf(who, sizeof who, "cryptomap %s", command->name);
	void *fields = calloc(1, command->size + 1);
	struct common common = { 0 };
	const struct options tables[] = {
		{ command->options, command->n_options, fields },
		{ common_options, COUNT(common_options), &common },
	};
	struct operands operands = { 0 };
	int status = EXIT_USAGE;
	if (fields && options_read(who, tables, COUNT(tables), argc, argv, &operands)) {
		if (common.help) {
			command_help(command);
			status = EXIT_CLEAN;
		} else if (operands_fit(command, operands.n)) {
			struct call call = { fields, operands.at, operands.n,
				(enum color)common.color };
			status = command->run(&call);
		}
	}
	if (fields)
		options_free(tables, COUNT(tables));
	free(fields);
	return status;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[COUNT(commands)];
	size_t n = 0;
	for (; commands[n]; n++)
		names[n] = commands[n]->name;
	const char *near = cm_nearest(cm_str_of(name), names, n);
	fprintf(stderr, "cryptomap: unknown command '%s'", name);
	if (near)
		fprintf(stderr, ", did you mean '%s'?\n", near);
	else
		fprintf(stderr, " (try --help)\n");
	return EXIT_USAGE;
}

/* `cryptomap` with options and no sub-command. */
static int run_global(int argc, char **argv)
{
	struct global global = { 0 };
	const struct options table = { global_options, COUNT(global_options), &global };
	struct operands operands;
	if (argc == 2 && strcmp(argv[1], "--list-options") == 0) {
		list_options();
		return EXIT_CLEAN;
	}
	if (!options_read("cryptomap", &table, 1, argc, argv, &operands))
		return EXIT_USAGE;
	if (global.version) {
		puts("cryptomap " CM_VERSION);
		return EXIT_CLEAN;
	}
	if (global.help) {
		global_help();
		return EXIT_CLEAN;
	}
	fprintf(stderr, "usage: cryptomap COMMAND [OPTION…] [FILE|-…] (try --help)\n");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	/* A reader that goes away is a failed write, not the end of the program. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2 || argv[1][0] == '-')
		return run_global(argc, argv);
	if (strcmp(argv[1], "help") == 0) {
		if (argc == 2) {
			global_help();
			return EXIT_CLEAN;
		}
		static char help[] = "--help";
		argv[1] = argv[2];
		argv[2] = help;
		argc = 3;
	}
	const struct command *command = find(argv[1]);
	return command ? run(command, argc - 1, argv + 1) : unknown_command(argv[1]);
}
