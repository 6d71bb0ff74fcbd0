/*
 * What a document is made of. Only rooms of the text wing look inside; everybody else has the
 * functions of <cryptomap/document.h>.
 *
 * syntax_read fills source, nodes and routers; the model room then fills `models`. One arena
 * holds it all and is wiped when it goes, because the text holds keys.
 */
#ifndef SYNTAX_DOCUMENT_H
#define SYNTAX_DOCUMENT_H

#include "base/arena.h"
#include "base/diags.h"
#include "base/source.h"
#include "syntax/ast.h"
#include <cryptomap/document.h>

/* One router of a text: a run of top-level nodes. */
struct router {
	struct node *first;
	struct node *end;    /* the first node that is not its own; NULL: up to the last */
	struct cm_span span; /* of its text */
};

struct cm_document {
	struct arena *arena;
	struct source source;
	struct diags diags;
	struct cm_options options;
	const char *foreign; /* "Cisco ASA", …: the text is not IOS, nothing was read; or NULL */
	struct node *first;  /* top-level nodes of all routers */
	struct router *routers; /* at least one */
	size_t n_routers;
	struct cm_span *secrets; /* in text order */
	size_t n_secrets, secrets_room;
	const struct cm_model **models; /* one per router; the model room's */
};

/* The text of a span, * in place of its secrets unless `secrets`. */
void document_put(const struct cm_document *, struct cm_span, bool secrets, struct cm_text *);

#endif
