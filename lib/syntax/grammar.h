/*
 * The few questions that only bison's own file can answer (epilogue of ios.y): which words the
 * grammar spells, and whether the parser would accept a token now.
 */
#ifndef SYNTAX_GRAMMAR_H
#define SYNTAX_GRAMMAR_H

#include "ios.tab.h"

#include <stdbool.h>

enum {
	IOS_WORDS_FIRST = IOS_MODE_OTHER + 1, /* tokens from here on are keywords */
	IOS_TOKENS_FIRST = IOS_CR,
	IOS_TOKENS_MOST = 640,
};

/* Behind the last keyword. */
int ios_words_end(void);
/* Spelling of a keyword; NULL for other tokens. */
const char *ios_word(int token);
/* Forget what was pushed. */
void ios_restart(ios_pstate *);
/* Would this token be accepted now? Nothing is pushed. */
bool ios_accepts(ios_pstate *, int token);

#endif
