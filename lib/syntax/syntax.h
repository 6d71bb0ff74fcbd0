/*
 * The room's face to the model: from text to nodes, and from nodes back to text.
 *
 * The public cm_document_read belongs to the model room, because it ends with a model:
 *     doc = syntax_new(name, text, length, options);   // NULL: no memory
 *     if (!syntax_read(doc)) …                          // false: no memory
 *     … build models …
 * cm_document_free, the questions about places and lines, cm_print_ast, completion and coverage are
 * defined here; cm_print_ios is the model room's, which knows what still holds.
 */
#ifndef SYNTAX_SYNTAX_H
#define SYNTAX_SYNTAX_H

#include "syntax/document.h"

/* A document that holds a copy of the text and nothing else; cm_document_free frees it. */
struct cm_document *syntax_new(
	const char *name, const char *text, size_t length, const struct cm_options *options);
/* Lines to nodes, routers and diagnostics. False without memory. */
bool syntax_read(struct cm_document *);

/*
 * Lines as `show running-config` writes them: each is read again in its mode and printed token by
 * token, keywords in full. Without indentation and line end. Secrets print as * unless asked.
 */
struct printer;
/* NULL without memory; printer_free takes it back (NULL is fine). */
struct printer *printer_new(const struct cm_document *, bool secrets);
void printer_line(struct printer *, const struct node *, enum mode, struct cm_text *);
void printer_free(struct printer *);

#endif
