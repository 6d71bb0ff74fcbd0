/*
 * A document: one text, its lines, its tree, and what was said about it.
 *
 *     struct cm_document *doc = cm_document_read("branch.cfg", text, length, NULL);
 *     const struct cm_model *model = cm_document_model(doc, 0);
 *     … cm_document_diags(doc, &n) …
 *     cm_document_free(doc);
 *
 * The document owns everything: a copy of the text, nodes, model, diagnostics. Reading never
 * fails for what the text holds; NULL only when memory runs out. A text may hold several
 * routers: each has a model of its own.
 */
#ifndef CRYPTOMAP_DOCUMENT_H
#define CRYPTOMAP_DOCUMENT_H

#include <cryptomap/base.h>
#include <cryptomap/diag.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_model;

struct cm_options {
	const char *ios_release; /* "12.3(6)", "15.2", "17.3"; NULL: from the text, else unknown */
};

/*
 * Read a text (at most 2^31 octets; longer is refused with one diagnostic). `name` is only for
 * messages. `options` may be NULL. The text is copied; NULL only without memory.
 */
CM_API struct cm_document *cm_document_read(
	const char *name, const char *text, size_t length, const struct cm_options *options);
/* Free a document and all that points into it; its text is wiped first (it holds secrets). */
CM_API void cm_document_free(struct cm_document *);

CM_API const char *cm_document_name(const struct cm_document *);
CM_API struct cm_str cm_document_text(const struct cm_document *);
/* The text of a span. */
CM_API struct cm_str cm_document_slice(const struct cm_document *, struct cm_span);
/* Line and column (both from 1; columns count octets) of an offset. */
CM_API void cm_document_place(
	const struct cm_document *, uint32_t offset, uint32_t *line, uint32_t *column);
/* Line `line` (from 1) without its line end. */
CM_API struct cm_str cm_document_line(const struct cm_document *, uint32_t line);
CM_API uint32_t cm_document_lines(const struct cm_document *);

/*
 * Where the text holds secrets (keys, passwords), in order, none overlapping. Who shows a part of
 * the text prints * in their place. Belongs to the document.
 */
CM_API const struct cm_span *cm_document_secrets(const struct cm_document *, size_t *n);

/* How many routers the text holds; at least 1. */
CM_API size_t cm_document_routers(const struct cm_document *);
/* The model of router `index`; NULL only beyond the last. Belongs to the document. */
CM_API const struct cm_model *cm_document_model(const struct cm_document *, size_t index);
/* Everything said so far, sorted by place. Valid until more is said. */
CM_API const struct cm_diag *cm_document_diags(const struct cm_document *, size_t *n);

/* Append the tree as S-expressions. Secrets print as * unless `secrets`. */
CM_API void cm_print_ast(const struct cm_document *, bool secrets, struct cm_text *);
/* Append the canonical IOS text (what `show running-config` would print). */
CM_API void cm_print_ios(const struct cm_document *, bool secrets, struct cm_text *);
/* Append the model as JSON (schema: model.schema.json). */
CM_API void cm_print_json(const struct cm_document *, bool secrets, struct cm_text *);
/* Takes the next octets of a text; false: no more of it is wanted. */
typedef bool cm_write(void *context, const char *at, size_t length);
/*
 * The same piece by piece, for models that need not fit into memory twice.
 * False when `write` said so, or without memory: what was written then is a beginning.
 */
CM_API bool cm_write_json(const struct cm_document *, bool secrets, cm_write *, void *context);

/* One word that the parser would accept at a place. */
struct cm_completion {
	struct cm_str word; /* keyword, or a shape such as <1-10000>, A.B.C.D, WORD */
	bool is_shape;
};
/*
 * What the parser accepts at line:column (from 1), filtered by what already stands of the word
 * there. The list belongs to the document. False only without memory.
 */
CM_API bool cm_document_complete(struct cm_document *, uint32_t line, uint32_t column,
	const struct cm_completion **, size_t *n);

/* How many lines of a family of statements were understood, kept unknown, refused. */
struct cm_coverage {
	const char *family; /* "crypto map", "access list", …; "other" for all that is not ours */
	uint32_t understood, unknown, refused;
};
/* One row per family. The list belongs to the document. False only without memory. */
CM_API bool cm_document_coverage(
	const struct cm_document *, const struct cm_coverage **, size_t *n);

#ifdef __cplusplus
}
#endif
#endif
