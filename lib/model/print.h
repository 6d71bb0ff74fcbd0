/*
 * The running configuration: what `show running-config` would print after the text was entered.
 *
 * Statements are printed from their nodes, a line each, but only those that still hold: removed
 * things and undone lines are gone, a block that was entered twice stands once, defaults are left
 * out, access lists stand in the order of their numbers, and sections in IOS's order. Lines that
 * nobody knows stay as they are, in their block. Read again, it is the same model.
 */
#ifndef MODEL_PRINT_H
#define MODEL_PRINT_H

#include "model/build.h"
#include "syntax/syntax.h"

/* Lines looked at for the one that `no` takes out, or that another replaces. */
enum { VARIANTS = 4, LOOK_BACK = 1000 };

struct print {
	const struct cm_document *doc;
	const struct cm_model *m;
	struct printer *printer;
	struct cm_text *out;
	bool failed;
};

/* One line in a block, with its own block inside it (IKEv2 peers, unknown blocks). */
void print_node(struct print *, const struct node *, enum mode, int indent);
/* The lines of a block that hold. */
void print_block(struct print *, const struct thing *, int indent);
/* A whole access list, header and lines. */
void print_acl(struct print *, const struct thing *, const struct cm_acl *);
int print_indent(enum mode);
/* The line says what holds anyway: IOS leaves it out. */
bool is_default_line(const struct print *, const struct node *);
/* The router has taken the line: neither refused nor a command of EXEC. */
bool is_printed(const struct node *, enum mode);
/* How lines of a kind combine: the last one holds, whatever it says of … */
bool is_single(enum kind, enum role *by);
/* … and which of the values of its kind the line sets, below VARIANTS. */
unsigned variant_of(const struct print *, const struct node *, enum role by);
/* Where sections stand in a running configuration. */
unsigned section_of(const struct cm_document *, const struct node *);

#endif
