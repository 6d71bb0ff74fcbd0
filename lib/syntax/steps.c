#include "syntax/steps.h"

#include <cryptomap/facts.h>
#include <stdlib.h>
#include <string.h>

enum {
	EDGES_FIRST = 256,
	STEPS_MOST = 40000, /* about 8 MB; what one line adds stays below 65536 */
	DEPTH_MOST = 200,
};

/* Which words of facts a token stands for; `number` UINT32_MAX: any but the listed ones. */
static const struct {
	uint16_t token;
	uint8_t class;
	uint32_t number;
} fact_tokens[] = {
	{ IOS_SIZED_CIPHER, CLASS_CIPHER, 1 },
	{ IOS_CIPHER, CLASS_CIPHER, 0 },
	{ IOS_KEY_BITS, CLASS_KEY_BITS, UINT32_MAX },
	{ IOS_HASH_WORD, CLASS_HASH, UINT32_MAX },
	{ IOS_AUTH_WORD, CLASS_AUTH, UINT32_MAX },
	{ IOS_GROUP_NUMBER, CLASS_GROUP, UINT32_MAX },
	{ IOS_SIZED_TRANSFORM, CLASS_TRANSFORM, 1 },
	{ IOS_TRANSFORM, CLASS_TRANSFORM, 0 },
	{ IOS_PFS_GROUP, CLASS_PFS, UINT32_MAX },
	{ IOS_V2_CIPHER, CLASS_V2_CIPHER, UINT32_MAX },
	{ IOS_V2_HASH, CLASS_V2_HASH, UINT32_MAX },
	{ IOS_PROTO_ICMP, CLASS_PROTOCOL, 1 },
	{ IOS_PROTO_IGMP, CLASS_PROTOCOL, 2 },
	{ IOS_PROTO_TCP, CLASS_PROTOCOL, 6 },
	{ IOS_PROTO_UDP, CLASS_PROTOCOL, 17 },
	{ IOS_PROTO, CLASS_PROTOCOL, UINT32_MAX },
	{ IOS_TCP_PORT, CLASS_TCP_PORT, UINT32_MAX },
	{ IOS_UDP_PORT, CLASS_UDP_PORT, UINT32_MAX },
	{ IOS_ICMP_NAME, CLASS_ICMP, UINT32_MAX },
	{ IOS_IGMP_NAME, CLASS_IGMP, UINT32_MAX },
	{ IOS_DSCP_NAME, CLASS_DSCP, UINT32_MAX },
	{ IOS_PRECEDENCE_NAME, CLASS_PRECEDENCE, UINT32_MAX },
	{ IOS_TOS_NAME, CLASS_TOS, UINT32_MAX },
	{ IOS_OPTION_NAME, CLASS_OPTION, UINT32_MAX },
	{ IOS_TCP_FLAG, CLASS_TCP_FLAG, UINT32_MAX },
	{ IOS_OTHER_WORD, CLASS_OTHER, UINT32_MAX },
	{ IOS_EXEC_WORD, CLASS_EXEC, UINT32_MAX },
};

/* Numbers that tokens other than NUMBER stand for, the narrowest first. */
static const struct {
	uint16_t token;
	uint32_t low, high;
} number_tokens[] = {
	{ IOS_PROTO_ICMP, 1, 1 },
	{ IOS_PROTO_IGMP, 2, 2 },
	{ IOS_PROTO_TCP, 6, 6 },
	{ IOS_PROTO_UDP, 17, 17 },
	{ IOS_PROTO, 0, 255 },
	{ IOS_TCP_PORT, 0, 65535 },
	{ IOS_UDP_PORT, 0, 65535 },
	{ IOS_STANDARD_NUMBER, 1, 99 },
	{ IOS_STANDARD_NUMBER, 1300, 1999 },
	{ IOS_EXTENDED_NUMBER, 100, 199 },
	{ IOS_EXTENDED_NUMBER, 2000, 2699 },
	{ IOS_NUMBER, 0, UINT32_MAX },
};

/* --- remembered answers --------------------------------------------------------------------- */

static bool grow_edges(struct steps *steps)
{
	struct edge *old = steps->edges;
	size_t n = old ? steps->edges_mask + 1 : 0, room = n ? n * 2 : EDGES_FIRST;
	struct edge *grown = calloc(room, sizeof *grown);
	if (!grown)
		return false;
	steps->edges = grown;
	steps->edges_mask = room - 1;
	for (size_t i = 0; i < n; i++) {
		old[i].next = 0;
		if (old[i].key)
			*steps_slot(steps, old[i].key) = old[i];
	}
	for (unsigned mode = 0; mode < MODES; mode++)
		steps->begin[mode].next = 0;
	free(old);
	return true;
}

void steps_remember(struct steps *steps, uint32_t step, unsigned symbol, uint32_t to)
{
	if (steps->n_edges * 4 > steps->edges_mask && !grow_edges(steps)) {
		steps->failed = true;
		return;
	}
	struct edge *slot = steps_slot(steps, step << 16 | symbol);
	const struct step *at = &steps->at[to];
	steps->n_edges += !slot->key;
	*slot = (struct edge){ step << 16 | symbol, to, 0, at->token, at->flags };
}

/* --- life ------------------------------------------------------------------------------------- */

/* Step 0 is nobody, step 1 the parser before it has seen anything. */
static bool reset(struct steps *steps)
{
	arena_free(steps->arena);
	free(steps->edges);
	steps->edges = NULL;
	steps->n_edges = steps->edges_mask = 0;
	steps->at = NULL;
	steps->n = steps->room = 0;
	steps->live = STEP_NONE;
	memset(steps->begin, 0, sizeof steps->begin);
	memset(steps->strangers, 0, sizeof steps->strangers);
	steps->arena = arena_new();
	return steps->arena && grow_edges(steps) &&
		ARENA_PUSH(steps->arena, steps->at, steps->n, steps->room) &&
		ARENA_PUSH(steps->arena, steps->at, steps->n, steps->room);
}

bool steps_init(struct steps *steps, const struct words *words)
{
	steps->words = words;
	steps->parser = ios_pstate_new();
	if (steps->parser && reset(steps))
		return true;
	steps_free(steps);
	return false;
}

void steps_free(struct steps *steps)
{
	if (steps->parser)
		ios_pstate_delete(steps->parser);
	arena_free(steps->arena);
	free(steps->edges);
	*steps = (struct steps){ 0 };
}

bool steps_trim(struct steps *steps)
{
	return steps->n < STEPS_MOST || reset(steps);
}

/* --- the parser -------------------------------------------------------------------------------- */

static void push(struct steps *steps, int token, unsigned depth)
{
	struct extent at = { (uint16_t)depth, (uint16_t)(depth + 1) };
	IOS_STYPE nothing = 0;
	int status = ios_push_parse(steps->parser, token, &nothing, &at, &steps->parse);
	if (status != YYPUSH_MORE)
		steps->failed = true; /* accepted tokens only: it had no memory */
}

/* Bring the parser to a step: push again what led there. */
static void replay(struct steps *steps, uint32_t step)
{
	if (steps->live == step)
		return;
	uint16_t tokens[DEPTH_MOST + 1];
	unsigned n = steps->at[step].depth;
	for (uint32_t s = step; n > 0; s = steps->at[s].parent)
		tokens[--n] = steps->at[s].token;
	ios_restart(steps->parser);
	steps->parse = (struct parse){ .opens = MODES };
	for (unsigned i = 0; i < steps->at[step].depth; i++)
		push(steps, tokens[i], i);
	steps->live = step;
}

static const struct statement *keep_statement(struct steps *steps)
{
	const struct parse *p = &steps->parse;
	struct statement *s = arena_take(steps->arena, sizeof *s + p->n_parts * sizeof *p->parts);
	if (!s)
		return NULL;
	s->kind = (uint16_t)p->kind;
	s->opens = (uint8_t)(p->opens == MODES ? kind_opens(p->kind) : p->opens);
	s->negated = p->negated;
	s->defaulted = p->defaulted;
	s->n_parts = p->n_parts;
	memcpy(s->parts, p->parts, p->n_parts * sizeof *p->parts);
	return s;
}

static uint8_t flags_of(struct steps *steps, uint32_t step)
{
	static const uint16_t tokens[][2] = {
		{ IOS_LINE, STEP_ACCEPTS_LINE },
		{ IOS_KEY_TYPE, STEP_ACCEPTS_KEY_TYPE },
		{ IOS_IFNAME, STEP_ACCEPTS_IFNAME },
		{ IOS_UNKNOWN, STEP_ACCEPTS_UNKNOWN },
		{ IOS_WORD, STEP_ACCEPTS_WORD },
		{ IOS_OTHER_WORD, STEP_ACCEPTS_OTHER },
	};
	uint8_t flags = 0;
	for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
		if (step_accepts(steps, step, tokens[i][0]))
			flags |= (uint8_t)tokens[i][1];
	return flags;
}

void steps_ask(struct steps *steps, uint32_t step, int token)
{
	unsigned bit = (unsigned)(token - IOS_TOKENS_FIRST);
	struct step *at = &steps->at[step];
	replay(steps, step);
	at->asked[bit / 64] |= (uint64_t)1 << bit % 64;
	if (ios_accepts(steps->parser, token))
		at->accepts[bit / 64] |= (uint64_t)1 << bit % 64;
}

/* The parser stands behind `token`: what does it say? */
static uint32_t new_step(struct steps *steps, uint32_t parent, int token)
{
	struct step *step = ARENA_PUSH(steps->arena, steps->at, steps->n, steps->room);
	if (!step) {
		steps->failed = true;
		return STEP_NONE;
	}
	uint32_t index = (uint32_t)(steps->n - 1);
	step->token = (uint16_t)token;
	step->parent = parent;
	step->depth = (uint16_t)(steps->at[parent].depth + 1);
	if (token == IOS_CR) {
		step->statement = keep_statement(steps);
		memset(step->asked, 0xff, sizeof step->asked); /* nothing follows */
	} else {
		steps->live = index;
		step->flags = flags_of(steps, index);
	}
	return index;
}

uint32_t steps_push(struct steps *steps, uint32_t step, int token)
{
	unsigned symbol = SYMBOL_TOKEN + (unsigned)(token - IOS_CR);
	uint32_t to = steps_slot(steps, step << 16 | symbol)->to;
	if (to || steps->at[step].depth >= DEPTH_MOST)
		return to;
	replay(steps, step);
	push(steps, token, steps->at[step].depth);
	to = new_step(steps, step, token);
	steps->live = token == IOS_CR ? STEP_NONE : to;
	if (steps->failed)
		return STEP_NONE;
	steps_remember(steps, step, symbol, to);
	return to;
}

uint32_t steps_begin(struct steps *steps, enum mode mode)
{
	struct edge *begin = &steps->begin[mode];
	if (!begin->to) {
		begin->to = steps_push(steps, 1, IOS_MODE_EXEC + (int)mode - MODE_EXEC);
		begin->flags = steps->at[begin->to].flags;
	}
	return begin->to;
}

uint32_t steps_end(struct steps *steps, struct edge *last, uint32_t step)
{
	uint32_t end = steps_follow(steps, last, step, SYMBOL_TOKEN)->to;
	return end || !step_accepts(steps, step, IOS_CR) ? end : steps_push(steps, step, IOS_CR);
}

const struct statement *steps_cut(struct steps *steps, uint32_t step)
{
	if (!steps->at[step].statement) {
		replay(steps, step);
		steps->at[step].statement = keep_statement(steps);
	}
	return steps->at[step].statement;
}

/* --- words ------------------------------------------------------------------------------------- */

static int fact_token_of(struct steps *steps, uint32_t step, const struct known *known)
{
	uint32_t number, classes = 0;
	for (unsigned i = 0; i < known->n_classes; i++)
		classes |= UINT32_C(1) << known->classes[i];
	for (size_t i = 0; i < sizeof fact_tokens / sizeof *fact_tokens; i++)
		if (classes >> fact_tokens[i].class & 1 &&
			word_in(known, (enum class)fact_tokens[i].class, &number) &&
			(fact_tokens[i].number == UINT32_MAX || fact_tokens[i].number == number) &&
			step_accepts(steps, step, fact_tokens[i].token))
			return fact_tokens[i].token;
	return 0;
}

int steps_token_of(struct steps *steps, uint32_t step, unsigned word)
{
	const struct known *known = &steps->words->at[word];
	if (known->token && step_accepts(steps, step, known->token))
		return known->token;
	return known->n_classes ? fact_token_of(steps, step, known) : 0;
}

int steps_token_of_number(struct steps *steps, uint32_t step, uint32_t value)
{
	for (size_t i = 0; i < sizeof number_tokens / sizeof *number_tokens; i++)
		if (value >= number_tokens[i].low && value <= number_tokens[i].high &&
			step_accepts(steps, step, number_tokens[i].token))
			return number_tokens[i].token;
	return 0;
}

const uint16_t *steps_words(struct steps *steps, uint32_t step, size_t *n)
{
	if (!steps->at[step].words) {
		size_t found = 0;
		uint16_t *list = ARENA_ARRAY(steps->arena, uint16_t, steps->words->n);
		steps->failed |= !list;
		for (unsigned w = 1; list && w < steps->words->n; w++)
			if (steps_token_of(steps, step, w))
				list[found++] = (uint16_t)w;
		steps->at[step].words = list;
		steps->at[step].n_words = found;
	}
	*n = steps->at[step].n_words;
	return steps->at[step].words;
}
