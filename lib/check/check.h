/*
 * What the rule families share: the row of a rule, the table of a family, and the context that
 * a check gets.
 *
 * A family is a file: its rules stand in one table, `family_NAME`, and rules.c lists the
 * families, a line each. A row names the function that looks for it; several rows may name the
 * same function (one look, several findings), which then runs once. Rows without a function
 * describe what the reader or the model says. A check reads model and tunnels, says what it
 * found with check_say, and keeps nothing: all it needs to remember lives in the context's arena.
 *
 * Checks are near-linear in the text: join by sorting or hashing, never a loop in a loop over
 * things that a text can have thousands of.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "base/arena.h"
#include "base/diags.h"
#include <cryptomap/check.h>
#include <cryptomap/document.h>
#include <cryptomap/model.h>
#include <cryptomap/tunnel.h>

struct rule_index;
struct refused;
struct applied_list;
struct nat_rules;

/* One run over one router. */
struct check {
	const struct cm_document *document;
	const struct cm_model *model;
	size_t router;                   /* its number in the document */
	const struct cm_tunnel *tunnels; /* of the model */
	size_t n_tunnels;
	struct arena *arena; /* of the findings: scratch and results */
	struct diags *diags; /* where notes and fixes are hung: diag_note(c->diags, found, …) */
	enum cm_profile profile;
	const struct rule_index *rules;
	/* Packet sets, made by the first check that asks; freed by sets_free. */
	void *sets;
	void (*sets_free)(struct check *, void *);
	const struct refused *refused; /* lines that the reader refused, once somebody asked */
	/* Crypto map entries where they work, found by the first check that asks (applied.h). */
	struct applied_list *applied;
	struct nat_rules
		*nat_rules; /* what finds them, made by the first check that asks (nat_sets.h) */
	bool failed;        /* set by a check that had no memory outside of the arena */
};

struct rule {
	struct cm_rule about;
	void (*check)(struct check *); /* NULL: said by the reader or the model */
};

struct family {
	const char *name;
	const struct rule *rules;
	size_t n;
};

/* All families, in the order of the documentation. */
const struct family *const *check_families(size_t *n);

/*
 * Say what rule `id` found, with the severity of its row. Gives the finding, to hang notes and
 * fixes on with diag_note and diag_fix (which take NULL): NULL when the rule is turned off.
 */
struct cm_diag *check_say(struct check *, const char *id, struct cm_span, const char *format, ...)
	CM_PRINTF(4, 5);
/* The same with another severity (a profile, or a fact that holds for some releases only). */
struct cm_diag *check_say_as(struct check *, const char *id, enum cm_severity, struct cm_span,
	const char *format, ...) CM_PRINTF(5, 6);
/* False: nobody wants to hear of this rule, so the look can be spared. */
bool check_wants(const struct check *, const char *id);
/*
 * True when the text seems to be all of a router's configuration, not an excerpt: it says the
 * router's name or release. Of an excerpt nothing is said about what it leaves out.
 */
bool check_is_whole(const struct check *);
/*
 * What a refused line would have said is not in the model, so nothing is said of what a block with
 * one lacks. The header is the span of the block's first line; `words` are how lines begin.
 */
bool check_refused_in(struct check *, struct cm_span header);
bool check_refused_word(struct check *, struct cm_span header, const char *words);
bool check_refused_line(struct check *, const char *words);
/* True when the span says something: an empty one means "by default". */
static inline bool check_said(struct cm_span span)
{
	return span.end > span.start;
}

#endif
