/*
 * Every word that means something: the grammar's keywords and the words of the tables of facts.
 *
 * One look-up per word of a text answers all that can be known about it without context: which
 * keyword it is, and which number it has in which table. The table is made while the library is
 * built (grammar/words.c) from the grammar and the facts, and is constant.
 */
#ifndef SYNTAX_WORDS_H
#define SYNTAX_WORDS_H

#include "syntax/lex.h"

/* Tables of words that a token of the grammar may stand for. */
/* clang-format off */
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
	CLASS_SHARED, /* those that begin sub-commands of interfaces, too */
	CLASS_EXEC,
	CLASSES,
};
/* clang-format on */

enum { WORD_CLASSES = 5, WORD_SLOTS = 4096, WORD_LONGEST = 63 };

struct known {
	const char *text; /* in small letters */
	uint8_t length;
	uint8_t n_classes;
	uint16_t token; /* the keyword's; 0: none */
	uint8_t classes[WORD_CLASSES];
	uint32_t numbers[WORD_CLASSES];
};

struct words {
	const struct known *at; /* at[0] is nobody, the others by spelling */
	size_t n;
	const struct octets_key *keys; /* of each */
	const uint16_t *slots;         /* WORD_SLOTS */
};

extern const struct words words_all;

/* Where a word is looked for first. */
static inline unsigned word_slot(struct octets_key key)
{
	uint64_t mixed =
		(key.low ^ key.high * UINT64_C(0xff51afd7ed558ccd)) * UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)(mixed >> 40) % WORD_SLOTS;
}

/* Index of a word, letter case ignored; 0 when it is not known. */
unsigned words_find(const struct words *, const char *at, size_t length);
/* The same for a word whose key is at hand. */
unsigned words_find_key(const struct words *, struct octets_key, const char *at, size_t length);
/* The words that begin with a text, letter case ignored: [first, behind). */
void words_begin(
	const struct words *, const char *at, size_t length, unsigned *first, unsigned *behind);
/* True, and its number there, when the word is in the table. */
bool word_in(const struct known *, enum class, uint32_t *number);

#endif
