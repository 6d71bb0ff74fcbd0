#include "syntax/walk.h"

#include <string.h>

enum { SYMBOL_SHAPE = 0x1000 };

/* --- the words of a line ------------------------------------------------------------------------- */

void line_begin(struct line *line, struct lexer *lx)
{
	line->lx = lx;
	line->n = 0;
	line->complete = line->overlong = false;
	line->end = 0;
}

/* No word of ours looks like an address or a long number: they need no look-up. */
static uint16_t known_word(
	const struct line *line, const struct words *words, const struct word *word)
{
	size_t length = word->span.end - word->span.start;
	if (word->shape == LEX_ADDRESS || word->shape == LEX_PREFIX ||
		(word->shape == LEX_NUMBER && length > 3))
		return 0;
	return (uint16_t)words_find_key(
		words, word->key, (const char *)line->lx->text + word->span.start, length);
}

/* All that are left, most lines need them. */
const struct word *line_next(struct line *line, const struct words *words, unsigned i)
{
	if (line->complete)
		return NULL;
	unsigned n = line->n;
	line->n += lex_words(line->lx, line->words + n, LINE_WORDS_MOST - n, &line->complete);
	for (; n < line->n; n++)
		line->known[n] = known_word(line, words, &line->words[n]);
	if (!line->complete) {
		line->overlong = true;
		line->end = lex_skip(line->lx);
		line->complete = true;
	}
	return i < line->n ? &line->words[i] : NULL;
}

uint32_t line_end(struct line *line)
{
	if (!line->end && line->complete)
		line->end = line->n ? line->words[line->n - 1].span.end : line->lx->start;
	if (!line->end)
		line->end = lex_end_of_line(line->lx, (uint32_t)(line->lx->at - line->lx->text));
	return line->end;
}

void line_finish(struct line *line)
{
	if (!line->complete)
		lex_finish(line->lx, line_end(line));
	line->complete = true;
}

/* --- from words to tokens ---------------------------------------------------------------------------- */

struct walker {
	struct steps *steps;
	struct line *line;
	struct reading *reading;
	unsigned i;        /* word */
	struct edge *last; /* that led to the step */
	struct edge new;   /* in place of one that is not known yet */
	uint8_t flags;     /* of the step */
	bool remember;     /* the answer depends on nothing but the symbol */
	bool ambiguous;
};

static const char *text_of(const struct walker *w, const struct word *word)
{
	return (const char *)w->line->lx->text + word->span.start;
}

/* Numbers that no rule tells apart are one symbol. Counted, not searched: no guess goes wrong. */
static unsigned number_class(uint32_t value)
{
	static const uint32_t bounds[] = { 0, 1, 2, 5, 6, 7, 16, 17, 99, 199, 255, 1299, 1999, 2699,
		65535 };
	unsigned class = 0;
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
		class += value > bounds[i];
	return class;
}

static unsigned symbol_of(unsigned known, const struct word *word)
{
	if (known)
		return known;
	unsigned symbol = SYMBOL_SHAPE + (unsigned)word->shape * 16;
	return word->shape == LEX_NUMBER ? symbol + number_class(word->value) : symbol;
}

/* Does the word begin the peer of a key: `address` or `hostname`, abbreviated or not? */
static bool names_peer(struct walker *w, unsigned i)
{
	const struct word *word = line_word(w->line, w->steps->words, i);
	if (!word)
		return false;
	size_t length = word->span.end - word->span.start;
	const char *at = text_of(w, word);
	const char *address = ios_word(IOS_ADDRESS_WORD), *hostname = ios_word(IOS_HOSTNAME);
	return length >= 3 &&
		((length <= strlen(address) && memcmp(at, address, length) == 0) ||
			(length <= strlen(hostname) && memcmp(at, hostname, length) == 0));
}

/*
 * 0, 6 and 7 tell how the key is written, but only when a key follows: `key 6 address A` is the
 * key "6" (ios.md 2.2).
 */
static bool is_key_type(struct walker *w, const struct word *word)
{
	uint32_t value = word->shape == LEX_NUMBER ? word->value : UINT32_MAX;
	if (word->span.end - word->span.start != 1 || (value != 0 && value != 6 && value != 7))
		return false;
	if (!line_word(w->line, w->steps->words, w->i + 1))
		return false;
	return !names_peer(w, w->i + 1) || names_peer(w, w->i + 2);
}

static int by_shape(struct walker *w, const struct word *word)
{
	static const uint16_t tokens[] = {
		[LEX_ADDRESS] = IOS_ADDRESS,
		[LEX_PREFIX] = IOS_PREFIX,
		[LEX_ADDRESS6] = IOS_ADDRESS6,
		[LEX_LENGTH] = IOS_LENGTH,
		[LEX_IFNAME] = IOS_IFNAME,
		[LEX_SIGNED] = IOS_SIGNED_FLAG,
		[LEX_PORTS] = 0,
		[LEX_PLACE] = IOS_IFNAME,
	};
	if (word->shape == LEX_NUMBER)
		return steps_token_of_number(w->steps, w->reading->step, word->value);
	int token = tokens[word->shape];
	return token && step_accepts(w->steps, w->reading->step, token) ? token : 0;
}

/* "FastEthernet 0/1": the name of an interface in two words. */
static const struct word *number_behind(struct walker *w, const struct word *word)
{
	if (word->shape != LEX_ALPHA || !(w->flags & STEP_ACCEPTS_IFNAME))
		return NULL;
	const struct word *next = line_word(w->line, w->steps->words, w->i + 1);
	return next && (next->shape == LEX_NUMBER || next->shape == LEX_PORTS) ? next : NULL;
}

static bool begins_with(const struct known *known, const char *at, size_t length)
{
	return known->length >= length && strncasecmp(known->text, at, length) == 0;
}

/* One word for two spellings of one keyword. */
static unsigned alias(unsigned token)
{
	return token == IOS_ENCR ? IOS_ENCRYPTION : token;
}

/*
 * Another word that the text begins: the same meaning? A word of facts that the others only
 * lengthen (sha, sha256) is meant, as they came later.
 */
static bool one_meaning(const struct known *first, const struct known *other)
{
	bool same = first->token && alias(first->token) == alias(other->token);
	bool longer = !first->token && begins_with(other, first->text, first->length);
	return same || longer;
}

/* The index of the known word that this one abbreviates here; 0: none, or several. */
static unsigned abbreviated(struct walker *w, const struct word *word)
{
	const struct known *at = w->steps->words->at;
	unsigned i, behind, first = 0;
	bool foreign = false, ours = false, one = true;
	words_begin(
		w->steps->words, text_of(w, word), word->span.end - word->span.start, &i, &behind);
	for (; i < behind; i++) {
		int token = steps_token_of(w->steps, w->reading->step, i);
		if (!token)
			continue;
		foreign |= token == IOS_OTHER_WORD;
		ours |= token != IOS_OTHER_WORD;
		first = first ? first : i;
		one &= first == i || one_meaning(&at[first], &at[i]);
	}
	if (!ours)
		return 0;
	if (!foreign && one)
		return first;
	w->ambiguous = true;
	return 0;
}

/* The same by memory, for words that are all in their key. */
static unsigned whole_word(struct walker *w, const struct word *word)
{
	uint32_t step = w->reading->step;
	if (word->shape == LEX_NUMBER || word->shape == LEX_ADDRESS)
		return 0;
	if (word->span.end - word->span.start > OCTETS)
		return abbreviated(w, word);
	struct stranger *stranger = &w->steps->strangers[(word_slot(word->key) ^ step) % STRANGERS];
	if (stranger->step == step && stranger->key.low == word->key.low &&
		stranger->key.high == word->key.high)
		return 0;
	unsigned whole = abbreviated(w, word);
	if (!whole && !w->ambiguous)
		*stranger = (struct stranger){ word->key, step };
	return whole;
}

/* The token that a word is here, 0: refused. Sets the token's span and word. */
static int resolve(struct walker *w, const struct word *word, struct token *token)
{
	uint32_t step = w->reading->step;
	uint8_t flags = w->flags;
	unsigned known = w->line->known[w->i];
	const struct word *number;
	int found;
	w->remember = true;
	if (known && (found = steps_token_of(w->steps, step, known)))
		return token->word = (uint16_t)known, found;
	if (flags & STEP_ACCEPTS_KEY_TYPE) {
		w->remember = word->shape != LEX_NUMBER;
		if (is_key_type(w, word))
			return IOS_KEY_TYPE;
	}
	if ((found = by_shape(w, word)))
		return found;
	if ((number = number_behind(w, word))) {
		token->span.end = number->span.end;
		w->remember = false;
		w->i++;
		return IOS_IFNAME;
	}
	if (flags & STEP_ACCEPTS_WORD) {
		w->remember &= word->shape != LEX_ALPHA || !(flags & STEP_ACCEPTS_IFNAME);
		return IOS_WORD;
	}
	w->remember = false;
	unsigned whole = whole_word(w, word);
	if (whole) {
		token->word = (uint16_t)whole;
		return steps_token_of(w->steps, step, whole);
	}
	w->remember =
		known && !w->ambiguous && !(flags & (STEP_ACCEPTS_KEY_TYPE | STEP_ACCEPTS_IFNAME));
	return 0;
}

/* The parser has not met this word here yet, or its answer depends on more than the word. */
static bool ask(struct walker *w, const struct word *word, struct token *token, unsigned symbol)
{
	struct reading *r = w->reading;
	uint32_t from = r->step, to = STEP_NONE;
	int found = w->flags & STEP_ACCEPTS_LINE ? IOS_LINE : resolve(w, word, token);
	if (!found && (w->flags & STEP_ACCEPTS_UNKNOWN))
		found = IOS_UNKNOWN;
	if (found && !(to = steps_push(w->steps, from, found)))
		return false;
	bool rest = found == IOS_LINE || found == IOS_UNKNOWN;
	if (w->remember && !rest)
		steps_remember(w->steps, from, symbol, to);
	w->new = (struct edge){ .next = 0 };
	w->last = &w->new;
	if (!found)
		return false;
	token->token = (uint16_t)found;
	if (rest)
		token->span.end = line_end(w->line);
	r->step = to;
	w->flags = w->steps->at[to].flags;
	return true;
}

/* Words that mean more than themselves: a key's type, the name of an interface in two words. */
static bool depends(uint8_t flags, const struct word *word)
{
	return (flags & (STEP_ACCEPTS_KEY_TYPE | STEP_ACCEPTS_IFNAME)) &&
		(word->shape == LEX_NUMBER
				? flags & STEP_ACCEPTS_KEY_TYPE
				: word->shape == LEX_ALPHA && flags & STEP_ACCEPTS_IFNAME);
}

/* Take one word, or the rest of the line. False: refused, or no memory. */
static bool take(struct walker *w, const struct word *word)
{
	struct reading *r = w->reading;
	struct token *token = &r->tokens[r->n_tokens];
	struct edge nothing = { 0 };
	unsigned known = w->line->known[w->i], symbol = symbol_of(known, word);
	struct edge *edge = depends(w->flags, word)
		? &nothing
		: steps_follow(w->steps, w->last, r->step, symbol);
	token->span = word->span;
	token->value = word->value;
	token->token = edge->token;
	token->word =
		edge->token >= IOS_CIPHER && edge->token != IOS_SIGNED_FLAG ? (uint16_t)known : 0;
	token->lex = word->shape;
	if (edge->to) {
		r->step = edge->to;
		w->flags = edge->flags;
		w->last = edge;
	} else if (edge->key || !ask(w, word, token, symbol)) {
		return false;
	}
	r->n_tokens++;
	r->depth = ++w->i;
	return true;
}

static enum verdict refused(struct walker *w, const struct word *word)
{
	w->reading->at = word->span;
	return w->ambiguous ? READ_AMBIGUOUS : READ_INVALID;
}

static enum verdict finish(struct walker *w)
{
	struct reading *r = w->reading;
	r->at.start = r->at.end = line_end(w->line);
	uint32_t end = steps_end(w->steps, w->last, r->step);
	if (end) {
		r->statement = w->steps->at[end].statement;
		return READ_OK;
	}
	const struct statement *cut = steps_cut(w->steps, r->step);
	if (!cut || cut->kind == KIND_UNKNOWN || (!cut->negated && !cut->defaulted))
		return READ_INCOMPLETE;
	r->statement = cut;
	return READ_OK;
}

bool walk(struct steps *steps, struct line *line, enum mode mode, struct reading *r)
{
	struct walker w = { .steps = steps, .line = line, .reading = r };
	const struct word *word;
	r->step = steps_begin(steps, mode);
	w.last = &steps->begin[mode];
	w.flags = w.last->flags;
	r->n_tokens = r->depth = 0;
	r->statement = NULL;
	r->verdict = READ_OK;
	while (r->step && (word = line_word(line, steps->words, w.i))) {
		if (!take(&w, word)) {
			r->verdict = refused(&w, word);
			return !steps->failed;
		}
		int last = r->tokens[r->n_tokens - 1].token;
		if (last == IOS_LINE || last == IOS_UNKNOWN)
			break;
	}
	if (r->step)
		r->verdict = finish(&w);
	return !steps->failed;
}
