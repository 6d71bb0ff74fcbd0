/*
 * The engine says things with the words that `negotiate` uses too (tunnel/words.h); here they get
 * the engine's own facility and dialect.
 */
#ifndef IKE_WORDS_H
#define IKE_WORDS_H

#include "tunnel/words.h"
#include <cryptomap/ike.h>

static inline enum cm_ike_facility words_facility(enum say say)
{
	return words_are_ipsec(say) ? CM_IKE_IPSEC : CM_IKE_ISAKMP;
}

/* The whole line without time and line feed. */
static inline void words_print(
	struct cm_text *text, enum cm_ike_dialect dialect, enum say say, const struct values *v)
{
	words_line(text, dialect == CM_IKE_DIALECT_12_3 ? WORDS_12_3 : WORDS_15, say, v);
}

#endif
