/*
 * Reports: findings in the form that a reader wants, a terminal, an editor or a CI system.
 *
 * A report is what cm_report_begin writes, then a piece for each document, cm_report_between
 * between two pieces that are not empty, then what cm_report_end writes. Pieces know nothing of
 * each other: documents may be checked in parallel and their pieces joined later, in any order.
 * Nothing here prints: all is appended to a text. Secrets of the documents never show.
 *
 * Lines and columns count from 1. Columns count octets, but code points in SARIF.
 */
#ifndef CRYPTOMAP_REPORT_H
#define CRYPTOMAP_REPORT_H

#include <cryptomap/diag.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_document;

enum cm_format {
	CM_FORMAT_TEXT,   /* with the line, a caret, related places and fixes */
	CM_FORMAT_JSON,   /* one object with the array "findings" */
	CM_FORMAT_JSONL,  /* a JSON object a line */
	CM_FORMAT_SARIF,  /* OASIS SARIF 2.1.0, with all rules */
	CM_FORMAT_JUNIT,  /* a test suite a document; warnings and errors are failures */
	CM_FORMAT_GITHUB, /* workflow commands: annotations of a pull request */
	CM_FORMAT_GITLAB, /* code quality report */
	CM_FORMAT_GCC,    /* FILE:LINE:COLUMN: error: MESSAGE [RULE] */
};

struct cm_report {
	enum cm_format format;
	bool colored;        /* text: with the escapes of a terminal */
	const char *version; /* SARIF: of the tool; NULL: not said */
};

/* The word for a format ("text", "sarif" …); NULL beyond the last. */
CM_API const char *cm_format_name(enum cm_format);

CM_API void cm_report_begin(const struct cm_report *, struct cm_text *);
/* The piece of one document; nothing is appended when there is nothing to say. */
CM_API void cm_report_document(const struct cm_report *, const struct cm_document *,
	const struct cm_diag *, size_t n, struct cm_text *);
CM_API void cm_report_between(const struct cm_report *, struct cm_text *);
CM_API void cm_report_end(const struct cm_report *, struct cm_text *);

/* One finding in the form of CM_FORMAT_TEXT. */
CM_API void cm_report_finding(
	const struct cm_document *, const struct cm_diag *, bool colored, struct cm_text *);

/*
 * A number for each finding that stays the same when lines are added or removed elsewhere: made
 * from the rule, the words of the line less its secrets, and a count among equals. `out` has room
 * for n. False without memory.
 */
CM_API bool cm_fingerprints(
	const struct cm_document *, const struct cm_diag *, size_t n, uint64_t *out);

#ifdef __cplusplus
}
#endif
#endif
