/*
 * cryptomap complete: what the router would accept at a place of a file, for editors.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "input.h"

struct complete {
	const char *release;
};

static const struct option options[] = {
	TEXT(0, "ios-release", "R", struct complete, release, "read as release R would"),
};

/* Cut ":NUMBER" off the end of a text; 0 if there is none. */
static uint32_t cut_number(char *text)
{
	char *colon = strrchr(text, ':');
	if (!colon || colon[1] < '0' || colon[1] > '9')
		return 0;
	char *end;
	unsigned long number = strtoul(colon + 1, &end, 10);
	if (*end != '\0' || number > UINT32_MAX)
		return 0;
	*colon = '\0';
	return (uint32_t)number;
}

static int print_words(struct cm_document *document, uint32_t line, uint32_t column)
{
	const struct cm_completion *words;
	size_t n;
	struct cm_text text = { 0 };
	bool done = cm_document_complete(document, line, column, &words, &n);
	for (size_t i = 0; done && i < n; i++) {
		cm_text_str(&text, words[i].word);
		cm_text_char(&text, '\n');
	}
	done = done && !text.failed &&
		output_write(stdout, (struct cm_str){ text.at, text.length });
	cm_text_free(&text);
	return done ? EXIT_CLEAN : EXIT_USAGE;
}

static int run(const struct call *call)
{
	const struct complete *complete = call->options;
	char *place = call->operands[0];
	uint32_t column = cut_number(place);
	uint32_t line = column ? cut_number(place) : 0;
	if (line == 0) {
		fprintf(stderr, "cryptomap complete: wanted FILE:LINE:COLUMN, both from 1\n");
		return EXIT_USAGE;
	}
	const struct cm_options reading = { .ios_release = complete->release };
	struct cm_document *document = input_document(place, &reading);
	if (!document)
		return EXIT_USAGE;
	int status = print_words(document, line, column);
	cm_document_free(document);
	return status;
}

/* clang-format off */
const struct command command_complete = {
	.name = "complete",
	.operands = "FILE:LINE:COLUMN",
	.summary = "List the words that the router accepts at a place",
	.details = "LINE and COLUMN count from 1, COLUMN in octets. A word that begins before the place\n"
		   "filters the list. FILE may be - for standard input.\n",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct complete),
	.least_operands = 1,
	.most_operands = 1,
	.run = run,
};
/* clang-format on */
