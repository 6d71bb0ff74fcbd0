/*
 * What can be said of a secret by looking at it.
 */
#ifndef CHECK_GUESS_H
#define CHECK_GUESS_H

#include <cryptomap/base.h>

/* True for a name that a template left to be filled in: yyyyyy, <NAME>, {{ name }}. */
bool guess_template(struct cm_str);
/* True for what stands where a secret was taken out, too: ****, removed. */
bool guess_placeholder(struct cm_str);
/* True when it is made of common words, digits that count up, and nothing else. */
bool guess_dictionary(struct cm_str);
/* True when a Linksys gateway can hold it (WAG54G, AG241, BEFVP41: 24 letters and digits). */
bool guess_linksys(struct cm_str);

#endif
