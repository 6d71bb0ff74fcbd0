/*
 * Comments that turn rules off (their forms stand in cryptomap/check.h).
 */
#ifndef CHECK_COMMENT_H
#define CHECK_COMMENT_H

#include "check/check.h"

/*
 * Take out of c->diags (sorted) what comments turn off, and say which comments turned off
 * nothing or cannot be read. Gives how many findings were taken out.
 */
size_t comments_apply(struct check *c);

#endif
