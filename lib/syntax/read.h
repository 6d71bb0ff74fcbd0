/*
 * The reader: from a text to nodes, line by line. Inner header of the room.
 *
 * Keeps the mode as IOS does (a stack of open blocks), tries each line in the innermost mode and
 * then in the modes above, and decides what a line is that nobody accepts.
 */
#ifndef SYNTAX_READ_H
#define SYNTAX_READ_H

#include "syntax/document.h"
#include "syntax/walk.h"

enum { BLOCKS_MOST = 8, NEAR_SLOTS = 256 };

struct block {
	enum mode mode;
	uint32_t indent;
	bool indented_body; /* a line inside stood further right than the header */
	struct node *node;  /* NULL: the top */
	struct node *last;
};

/* What a reader knows of the language. */
struct syntax {
	struct words words;
	struct steps steps;
};

/* Where a prompt of another name stood in front of a statement at the top. */
struct prompted {
	const struct node *node;
	struct cm_span name;
};

struct reader {
	struct cm_document *doc;
	struct syntax *syntax;
	struct lexer lexer;
	struct line line;
	struct reading reading;
	struct block blocks[BLOCKS_MOST];
	unsigned n_blocks;
	bool exec; /* at an EXEC prompt: what is no command is output */
	bool failed;
	struct cm_span prompt; /* name of the last one */
	bool at_new_prompt;    /* no statement since it came */
	struct prompted *prompted;
	size_t n_prompted, prompted_room;
	unsigned n_said, n_prose;
	bool said_remark;
	uint32_t near_keys[NEAR_SLOTS]; /* unknown words already compared */
};

/* What a walk of all modes found, when none accepted. */
struct failure {
	unsigned block; /* whose mode got furthest */
	unsigned depth;
	bool any;
};

/* Where a walk came to words that the grammar lets be. */
struct vague {
	bool any;
	unsigned depth; /* words that were understood */
	uint32_t step;  /* there */
};

/* --- nodes (nodes.c) --- */
/* A node of a reading; NULL without memory, or when a number is out of range (then said). */
struct node *node_of(struct reader *, const struct reading *, struct cm_span);
struct node *node_plain(struct reader *, enum kind, struct cm_span);
void add_secret(struct reader *, struct cm_span);
/* Secrets of a line that is not taken apart. */
void mark_secrets(struct reader *, struct cm_span);

/* --- messages (say.c) --- */
/* The router's message for a reading that was refused. */
void say_refused(struct reader *, const struct reading *);
void say_range(struct reader *, const struct reading *, const struct part *);
/* The line is not one of ours, but its first words are nearly: said and true. */
bool say_near(struct reader *, uint32_t step, unsigned word);
/* A sentence in the middle of a configuration: said and true. */
bool say_prose(struct reader *, struct cm_span);
/* The same of a line that begins like a command: only a capital and common words tell. */
bool say_sentence(struct reader *, struct cm_span);
void say_placeholder(struct reader *, struct cm_span);
void say_remark(struct reader *, struct cm_span);
void say_banner(struct reader *, struct cm_span);

/* What is accepted at a step, as help texts: "encryption", "<1-10000>", "A.B.C.D", "<cr>". */
size_t accepted_words(struct steps *, struct arena *, uint32_t step, const char **out, size_t room);
/* The nearest of a list to a typed word; NULL when none is near. */
const char *nearest_word(struct cm_str typed, const char *const *list, size_t n);
/* Few enough slips between two words to take one for the other? */
bool nearly_same(struct cm_str typed, const char *word);

/* --- several routers in one text (routers.c) --- */
/* Tell a document's routers apart. False: no memory. */
bool split_routers(struct cm_document *, const struct prompted *, size_t n);

/* --- other texts (foreign.c) --- */
/* Whose configuration this is when it is not IOS: "Cisco ASA", …; NULL: IOS, or nobody knows. */
const char *foreign_text(const char *text, size_t length, struct cm_span *evidence);

#endif
