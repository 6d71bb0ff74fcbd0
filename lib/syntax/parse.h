/*
 * What the grammar says about one line, without any text: which statement it is and which word is
 * which argument. Actions of ios.y only call these; a line's meaning is a function of its tokens
 * alone, which lets the reader ask the parser once per distinct sequence of tokens.
 */
#ifndef SYNTAX_PARSE_H
#define SYNTAX_PARSE_H

#include "syntax/ast.h"

/* Tokens [first, last) of a line; the location type of the grammar. */
struct extent {
	uint16_t first, last;
};

/* One argument: token `at` plays `role`; numbers must lie in [low, high]. */
struct part {
	uint8_t role;
	bool ranged;
	uint16_t at;
	uint32_t low, high;
};

enum { PARSE_PARTS = 128 };

struct parse {
	enum kind kind;
	enum mode opens; /* MODE_NONE: by the kind */
	bool negated, defaulted;
	uint16_t n_parts;
	struct part parts[PARSE_PARTS];
};

static inline void parse_kind(struct parse *p, enum kind kind)
{
	p->kind = kind;
}

/* Arguments beyond PARSE_PARTS are left out; the reader refuses such lines before that. */
static inline void parse_arg(struct parse *p, enum role role, struct extent at)
{
	if (p->n_parts < PARSE_PARTS)
		p->parts[p->n_parts++] = (struct part){ .role = (uint8_t)role, .at = at.first };
}

static inline void parse_range(
	struct parse *p, enum role role, struct extent at, uint32_t low, uint32_t high)
{
	if (p->n_parts < PARSE_PARTS)
		p->parts[p->n_parts++] = (struct part){ .role = (uint8_t)role,
			.ranged = true,
			.at = at.first,
			.low = low,
			.high = high };
}

#endif
