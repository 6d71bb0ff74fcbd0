/* NHRP lines of an interface. */
#ifndef MODEL_NHRP_H
#define MODEL_NHRP_H

#include "model/build.h"

/* Apply one `ip nhrp …` line; `peers` holds struct cm_nhrp_peer and is taken by the caller. */
void nhrp_line(struct build *, struct cm_nhrp *, struct vec *peers, const struct node *);

#endif
