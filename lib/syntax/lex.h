/*
 * Shapes: from octets to lines and words (grammar/ios.re). Knows no keyword.
 *
 * lex_begin looks at the start of the next line: leaves out what is no command (comments, prompts,
 * console messages), then lex_words gives its words, or lex_skip leaves the rest.
 * Line ends are LF, CRLF and CR; blanks are space, tab, form feed, no-break space and control
 * characters. The text ends in a NUL behind `end`.
 */
#ifndef SYNTAX_LEX_H
#define SYNTAX_LEX_H

#include "base/octets.h"
#include <cryptomap/base.h>

/* What a word looks like. */
/* clang-format off */
enum lex {
	LEX_WORD,    /* anything else */
	LEX_ALPHA,   /* letters and dashes */
	LEX_IFNAME,  /* letters, then digits: FastEthernet0/1.10 */
	LEX_NUMBER,
	LEX_ADDRESS, /* A.B.C.D, each part 0-255 */
	LEX_PREFIX,  /* A.B.C.D/nn */
	LEX_ADDRESS6,
	LEX_LENGTH,  /* /nn */
	LEX_PORTS,   /* 0/1, 0/0/0.10: the number of an interface */
	LEX_SIGNED,  /* +word, -word */
	LEX_PLACE,   /* {{ … }}, <…>: a place left to be filled in, blanks inside */
};
/* clang-format on */

struct word {
	struct cm_span span;
	uint8_t shape;  /* enum lex */
	uint32_t value; /* of a number (UINT32_MAX when it is larger), of an address */
	struct octets_key
		key; /* the first sixteen octets in small letters; nothing for an address */
};

enum line_start {
	LINE_END_OF_TEXT,
	LINE_EMPTY,
	LINE_COMMENT, /* ! … */
	LINE_REMARK,  /* # …, // …, -- …, {% …: no comment for IOS */
	LINE_HEADER,  /* Building configuration …: begins a listing */
	LINE_OUTPUT,  /* what a router says: console messages, %…, caret lines, scrolled echo */
	LINE_WORDS,
};

enum prompt { PROMPT_NONE, PROMPT_EXEC, PROMPT_CONFIG, PROMPT_SUBMODE };

struct lexer {
	const unsigned char *text, *at, *end;
	bool has_cr; /* some line ends are CR */
	/* of the line that lex_begin found */
	uint32_t start;  /* of the line */
	uint32_t indent; /* columns of blanks in front */
	enum prompt prompt;
	struct cm_span prompt_name;
};

void lex_init(struct lexer *, const char *text, uint32_t length);
enum line_start lex_begin(struct lexer *);
/*
 * The next words of the line, at most `room`; gives how many. Complete: they are the last, and the
 * line end is behind us.
 */
unsigned lex_words(struct lexer *, struct word *, unsigned room, bool *complete);
/*
 * One word's span and shape by the rules of ios.re alone: what lex_words means, without its short
 * cuts. False at the line's end (which is then behind us).
 */
bool lex_word_by_rule(struct lexer *, struct word *);
/* Leave the rest of the line; gives the offset of its end, without blanks there. */
uint32_t lex_skip(struct lexer *);
/* Go behind the line end that follows `end`. */
void lex_finish(struct lexer *, uint32_t end);
/* The end of the line at `offset`, without blanks there. */
uint32_t lex_end_of_line(const struct lexer *, uint32_t offset);
/* Does the line consist of groups of hex digits (a certificate's body)? */
bool lex_is_hex_line(const struct lexer *);
/* The next secret in [from, to): the word behind `password`, `key`, … False: none. */
bool lex_secret(const struct lexer *, uint32_t from, uint32_t to, struct cm_span *);

#endif
