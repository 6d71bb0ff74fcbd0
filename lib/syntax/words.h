/*
 * Every word that means something: the grammar's keywords and the words of the tables of facts.
 *
 * One look-up per word of a text answers all that can be known about it without context: which
 * keyword it is, and which number it has in which table. Made once per document (the tables are
 * the grammar's and the facts room's; nothing is spelled here but words of other vendors'
 * statements that we leave alone, see foreign words in words.c).
 */
#ifndef SYNTAX_WORDS_H
#define SYNTAX_WORDS_H

#include "base/arena.h"
#include "syntax/lex.h"

/* Tables of words that a token of the grammar may stand for. */
enum class {
	CLASS_CIPHER, /* number 1: a key size may follow */
	CLASS_KEY_BITS,
	CLASS_HASH,
	CLASS_AUTH,
	CLASS_GROUP,
	CLASS_TRANSFORM, /* number 1: a key size may follow */
	CLASS_PFS,
	CLASS_V2_CIPHER,
	CLASS_V2_HASH,
	CLASS_PROTOCOL,
	CLASS_TCP_PORT,
	CLASS_UDP_PORT,
	CLASS_ICMP,
	CLASS_IGMP,
	CLASS_DSCP,
	CLASS_PRECEDENCE,
	CLASS_TOS,
	CLASS_OPTION,
	CLASS_TCP_FLAG,
	CLASS_OTHER, /* first words of global statements that are not ours */
	CLASS_EXEC,
	CLASSES,
};

enum { WORD_CLASSES = 5 };

struct known {
	const char *text;
	uint8_t length;
	uint8_t n_classes;
	uint16_t token; /* the keyword's; 0: none */
	uint8_t classes[WORD_CLASSES];
	uint32_t numbers[WORD_CLASSES];
};

struct words {
	struct known *at; /* at[0] is nobody */
	size_t n, room;
	uint16_t *slots;
};

bool words_init(struct words *, struct arena *);
/* Index of a word, letter case ignored; 0 when it is not known. */
unsigned words_find(const struct words *, const char *at, size_t length);
/* True, and its number there, when the word is in the table. */
bool word_in(const struct known *, enum class, uint32_t *number);

#endif
