/*
 * In which modes a line would be read: asked for completion.
 */
#ifndef SYNTAX_MODES_H
#define SYNTAX_MODES_H

#include "syntax/document.h"

struct modes {
	enum mode at[10]; /* the innermost first */
	unsigned n;
};

/* The modes that hold behind the first `end` octets of the document's text. False: no memory. */
bool modes_at(const struct cm_document *, uint32_t end, struct modes *);

#endif
