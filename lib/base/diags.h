/*
 * The one list of diagnostics of a run. Adding never fails visibly: without memory the entry is
 * dropped and the arena remembers that it failed.
 */
#ifndef BASE_DIAGS_H
#define BASE_DIAGS_H

#include "base/arena.h"
#include <cryptomap/diag.h>

struct diags {
	struct arena *arena;
	struct cm_diag *items;
	size_t n, room;
	bool sorted;
};

/* Add one; the message is formatted into the arena. Gives the entry to hang more on, or NULL. */
struct cm_diag *diag(struct diags *, const char *rule, enum cm_severity, struct cm_span,
	const char *format, ...) CM_PRINTF(5, 6);
/* Hang a related place on an entry (entry NULL is fine). */
void diag_note(struct diags *, struct cm_diag *, struct cm_span, const char *format, ...)
	CM_PRINTF(4, 5);
/* The same, in another document. */
void diag_note_in(struct diags *, struct cm_diag *, const struct cm_document *, struct cm_span,
	const char *format, ...) CM_PRINTF(5, 6);
void diag_fix(struct diags *, struct cm_diag *, bool safe, struct cm_span, const char *replacement,
	const char *title_format, ...) CM_PRINTF(6, 7);
/* By place, then severity (worst first), then rule; stable. */
void diags_sort(struct diags *);

#endif
