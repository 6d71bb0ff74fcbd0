/*
 * What the parser has already answered: a tree of steps, one per sequence of tokens seen so far.
 *
 * A step is the parser's state behind "mode, word, word …". It remembers which tokens were asked for
 * there and which are accepted, and, behind <cr>, which statement was read and which token plays
 * which role. The parser itself runs only for what was never asked before; all other lines walk the
 * tree, at the price of one look-up per word. Nothing here depends on a text, so the tree is only a memory: it
 * may be thrown away at any time (and is, when a hostile text makes it too large).
 */
#ifndef SYNTAX_STEPS_H
#define SYNTAX_STEPS_H

#include "base/arena.h"
#include "syntax/grammar.h"
#include "syntax/words.h"

enum { STEP_NONE = 0, SYMBOL_TOKEN = 0x8000, ACCEPT_WORDS = IOS_TOKENS_MOST / 64 };

/* A statement as the grammar read it. */
struct statement {
	uint16_t kind;
	uint8_t opens;
	bool negated, defaulted;
	uint16_t n_parts;
	struct part parts[];
};

/* Properties of a step that a walk asks for at every word. */
enum step_flag {
	STEP_ACCEPTS_LINE = 1,
	STEP_ACCEPTS_KEY_TYPE = 2,
	STEP_ACCEPTS_IFNAME = 4,
	STEP_ACCEPTS_UNKNOWN = 8,
	STEP_ACCEPTS_WORD = 16,
	STEP_ACCEPTS_OTHER = 32,
};

struct step {
	uint16_t token, depth;
	uint8_t flags;
	uint32_t parent;
	const struct statement *statement; /* behind <cr> */
	uint64_t asked[ACCEPT_WORDS], accepts[ACCEPT_WORDS];
	const uint16_t *words; /* known words accepted here, by spelling; made when asked for */
	size_t n_words;
};

/* An answer: where a symbol leads. */
struct edge {
	uint32_t key;   /* step << 16 | symbol, 0: free */
	uint32_t to;    /* STEP_NONE: refused */
	uint32_t next;  /* the edge that followed last time: looked at first */
	uint16_t token; /* the symbol is this token here */
	uint8_t flags;  /* of `to` */
};

/* A short word that abbreviates nothing at a step: unknown words come again and again. */
struct stranger {
	struct octets_key key;
	uint32_t step;
};

enum { STRANGERS = 128 };

struct steps {
	struct arena *arena; /* its own: thrown away as a whole */
	const struct words *words;
	ios_pstate *parser;
	struct parse parse;
	uint32_t live; /* the step the parser stands at */
	struct step *at;
	size_t n, room;
	struct edge begin[MODES]; /* to the step behind each mode, when known */
	struct stranger strangers[STRANGERS];
	struct edge *edges;
	size_t n_edges, edges_mask; /* room - 1 */
	bool failed;
};

bool steps_init(struct steps *, const struct words *);
void steps_free(struct steps *);
/* The step behind a mode. STEP_NONE without memory. */
uint32_t steps_begin(struct steps *, enum mode);
/* The step behind <cr>; STEP_NONE when it is not accepted, or without memory. */
uint32_t steps_end(struct steps *, struct edge *last, uint32_t step);
/* The step behind a token that `step` accepts. STEP_NONE without memory. */
uint32_t steps_push(struct steps *, uint32_t step, int token);
/* What an end of line means that the grammar does not accept here: the statement so far. */
const struct statement *steps_cut(struct steps *, uint32_t step);
/* Known words accepted at a step, sorted by spelling. */
const uint16_t *steps_words(struct steps *, uint32_t step, size_t *n);
/* The token by which a step accepts a known word; 0: it does not. */
int steps_token_of(struct steps *, uint32_t step, unsigned word);
/* The token by which a step accepts a number; 0: it does not. Key types are left out. */
int steps_token_of_number(struct steps *, uint32_t step, uint32_t value);
/* Throw everything away when it has grown too large; steps are then invalid. */
bool steps_trim(struct steps *);

/* Ask the parser; step_accepts remembers. */
void steps_ask(struct steps *, uint32_t step, int token);

static inline bool step_accepts(struct steps *steps, uint32_t step, int token)
{
	unsigned bit = (unsigned)(token - IOS_TOKENS_FIRST);
	if (!(steps->at[step].asked[bit / 64] >> bit % 64 & 1))
		steps_ask(steps, step, token);
	return steps->at[step].accepts[bit / 64] >> bit % 64 & 1;
}

/* Remembered answers: symbol is what a word looks like (see walk.c). Key 0: never seen. */
static inline struct edge *steps_slot(const struct steps *steps, uint32_t key)
{
	size_t slot = key * UINT32_C(0x9e3779b1) >> 12 & steps->edges_mask;
	while (steps->edges[slot].key && steps->edges[slot].key != key)
		slot = (slot + 1) & steps->edges_mask;
	return &steps->edges[slot];
}

/* The answer behind `last`, the edge that led to the step. */
static inline struct edge *steps_follow(
	const struct steps *steps, struct edge *last, uint32_t step, unsigned symbol)
{
	uint32_t key = step << 16 | symbol;
	struct edge *edge = &steps->edges[last->next];
	if (edge->key == key)
		return edge;
	edge = steps_slot(steps, key);
	last->next = (uint32_t)(edge - steps->edges);
	return edge;
}

void steps_remember(struct steps *, uint32_t step, unsigned symbol, uint32_t to);

#endif
