/*
 * The tree of a text: one node per line that says something, blocks with their lines inside.
 *
 * Nodes are uniform. What a statement says stands in its arguments; each has a role (roles.def)
 * by which readers find it, a span, and, where it makes sense, a value that is already decoded.
 * Order of arguments is the order of the text; a role may occur several times (transforms of a
 * set, ports after `eq`). Nodes know nothing of meaning: `crypto isakmp policy 10` twice is two
 * nodes. A line with `no` in front is the same kind with `negated`, and may have fewer arguments.
 * KIND_UNKNOWN lines are kept verbatim; KIND_ERROR lines are those IOS would refuse: the reader has
 * already said so, and whoever builds on the tree leaves them (and the lines inside) alone.
 * Everything lives in the document's arena and is immutable once read.
 */
#ifndef SYNTAX_AST_H
#define SYNTAX_AST_H

#include <cryptomap/base.h>

/* Modes of the command line; a statement is read in one and may open another. */
enum mode {
#define MODE(tag, prompt) MODE_##tag,
#include "syntax/modes.def"
#undef MODE
	MODES,
};

/* One row per statement (kinds.def). */
enum kind {
#define KIND(tag, name, lives, opens) KIND_##tag,
#include "syntax/kinds.def"
#undef KIND
	KINDS,
};

/* What an argument is for (roles.def). */
enum role {
	ROLE_NONE,
#define ROLE(tag, name) ROLE_##tag,
#include "syntax/roles.def"
#undef ROLE
	ROLES,
};

/* What an argument looks like; says what `value` and `word` hold. */
/* clang-format off */
enum shape {
	SHAPE_WORD,    /* any word: a name, a key */
	SHAPE_NUMBER,  /* value: the number (UINT32_MAX when it is larger) */
	SHAPE_ADDRESS, /* A.B.C.D; value: host byte order */
	SHAPE_PREFIX,  /* A.B.C.D/len; value: address, word: length */
	SHAPE_ADDRESS6, /* X:X::X or X:X::X/len: text only */
	SHAPE_INTERFACE, /* "FastEthernet0/1", "fa 0/1": text only */
	SHAPE_LENGTH,  /* "/24"; value: the number */
	SHAPE_KEYWORD, /* word: the keyword's token, IOS_… of ios.tab.h */
	SHAPE_FACT,    /* a word of the tables of facts; value: its number there, see node_word */
	SHAPE_TEXT,    /* the rest of the line */
};
/* clang-format on */

struct arg {
	uint8_t role;  /* enum role */
	uint8_t shape; /* enum shape */
	uint16_t word;
	struct cm_span span;
	uint32_t value;
};

struct node {
	uint16_t kind; /* enum kind */
	uint16_t n_args;
	struct cm_span span; /* the line without the blanks around it */
	bool negated;        /* `no …` */
	bool defaulted;      /* `default …` */
	bool indented;       /* blanks stood in front */
	bool damaged;        /* kept although IOS would refuse the line (a finding says so) */
	struct node *first;  /* lines inside the block */
	struct node *next;
	struct arg args[];
};

/* The first argument of a role; NULL when the statement has none. */
static inline const struct arg *node_arg(const struct node *n, enum role role)
{
	for (unsigned i = 0; i < n->n_args; i++)
		if (n->args[i].role == role)
			return &n->args[i];
	return NULL;
}

/* The next argument of the same role behind `after`; NULL behind the last. */
static inline const struct arg *node_arg_next(const struct node *n, const struct arg *after)
{
	for (const struct arg *a = after + 1; a < n->args + n->n_args; a++)
		if (a->role == after->role)
			return a;
	return NULL;
}

static inline bool node_has(const struct node *n, enum role role)
{
	return node_arg(n, role) != NULL;
}

/* Value of the first argument of a role, `absent` when there is none. */
static inline uint32_t node_value(const struct node *n, enum role role, uint32_t absent)
{
	const struct arg *a = node_arg(n, role);
	return a ? a->value : absent;
}

/* Keyword token (IOS_…) of the first argument of a role, 0 when there is none or it is no keyword. */
static inline unsigned node_keyword(const struct node *n, enum role role)
{
	const struct arg *a = node_arg(n, role);
	return a && a->shape == SHAPE_KEYWORD ? a->word : 0;
}

struct cm_document;
/* The text of an argument, as typed. */
struct cm_str node_text(const struct cm_document *, const struct arg *);
/* The text of the first argument of a role; absent slice when there is none. */
struct cm_str node_name(const struct cm_document *, const struct node *, enum role);
/*
 * The whole word that a SHAPE_KEYWORD or SHAPE_FACT argument stands for: "pre-share" for `pre`.
 * NUL-terminated, static or the document's; NULL for other shapes.
 */
const char *node_word(const struct cm_document *, const struct arg *);

/* "isakmp-policy", "priority", …: the names in S-expressions. */
const char *kind_name(enum kind);
const char *role_name(enum role);
/* The mode a statement opens, MODE_NONE for none; the mode it lives in. */
enum mode kind_opens(enum kind);
enum mode kind_lives(enum kind);

#endif
