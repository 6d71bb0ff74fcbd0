/*
 * Diagnostics: all that a run says about a text.
 *
 * A list of diagnostics belongs to the document (its arena); entries point into the document's
 * text with spans. Every producer (reader, model, checker, pairing) adds to one list; it is
 * sorted by place before anybody prints it. Secrets never stand in a message: a producer writes
 * `*` for them.
 */
#ifndef CRYPTOMAP_DIAG_H
#define CRYPTOMAP_DIAG_H

#include <cryptomap/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_document;

enum cm_severity {
	CM_STYLE,   /* a matter of taste */
	CM_INFO,    /* worth knowing, nothing is wrong */
	CM_WARNING, /* likely wrong, or unsafe */
	CM_ERROR,   /* will not work, or IOS refuses it */
};

/* A second place that explains the first. */
struct cm_note {
	const struct cm_document *document; /* NULL: the diagnostic's own document */
	struct cm_span span;                /* start == end == 0: no place, text only */
	const char *text;                   /* printed before the place */
};

/* A change that removes the cause: `span` replaced by `replacement` (span empty: inserted). */
struct cm_fix {
	struct cm_span span;
	const char *replacement;
	const char *title; /* "insert before line 112: deny ip …" */
	bool safe;         /* does not change what the router does but for the cause */
};

struct cm_diag {
	const char *rule; /* stable id, e.g. "nat-not-exempt"; never NULL */
	enum cm_severity severity;
	struct cm_span span;
	const char *message;  /* one sentence, no full stop, no secret */
	const char *expected; /* for syntax: what was accepted there; or NULL */
	const struct cm_note *notes;
	size_t n_notes;
	const struct cm_fix *fixes;
	size_t n_fixes;
};

/* "error", "warning", "info", "style". */
CM_API const char *cm_severity_name(enum cm_severity);

#ifdef __cplusplus
}
#endif
#endif
