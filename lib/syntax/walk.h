/*
 * One line, read in one mode: words become tokens, tokens lead from step to step.
 *
 * The rule for a word (in this order): a whole keyword or word of facts that is accepted here; the
 * rest of the line where free text is accepted; a number, address or interface by its shape; any
 * word where a name is accepted; a unique abbreviation of what is accepted; the rest of the line
 * where the grammar lets unknown statements be. Otherwise the line is refused at that word.
 */
#ifndef SYNTAX_WALK_H
#define SYNTAX_WALK_H

#include "syntax/steps.h"

enum { LINE_WORDS_MOST = 150 };

/* The words of the current line, as far as somebody asked for them. */
struct line {
	struct lexer *lx;
	unsigned n;
	bool complete;                   /* all words are here */
	bool overlong;                   /* more than LINE_WORDS_MOST */
	uint32_t end;                    /* of the line without blanks; 0: not known yet */
	uint16_t known[LINE_WORDS_MOST]; /* words_find of each */
	struct word words[LINE_WORDS_MOST];
};

void line_begin(struct line *, struct lexer *);
const struct word *line_next(struct line *, const struct words *, unsigned i);
/* NULL behind the last word. */
static inline const struct word *line_word(struct line *line, const struct words *words, unsigned i)
{
	return i < line->n ? &line->words[i] : line_next(line, words, i);
}
uint32_t line_end(struct line *);
/* Leave what was not looked at. */
void line_finish(struct line *);

struct token {
	struct cm_span span;
	uint16_t token; /* IOS_… */
	uint16_t word;  /* index of the known word, 0: none */
	uint32_t value; /* of the word */
	uint8_t lex;
};

enum verdict { READ_OK, READ_INVALID, READ_INCOMPLETE, READ_AMBIGUOUS };

struct reading {
	enum verdict verdict;
	uint32_t step;                     /* reached; where the refused word stands */
	unsigned depth;                    /* words that were accepted */
	struct cm_span at;                 /* refused word, or the end of the line */
	const struct statement *statement; /* READ_OK */
	unsigned n_tokens;
	struct token tokens[LINE_WORDS_MOST + 2];
};

/* Read the line in a mode. False without memory. */
bool walk(struct steps *, struct line *, enum mode, struct reading *);

#endif
