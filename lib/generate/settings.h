/*
 * The settings format of strongSwan (strongswan.conf(5)): nested sections of key = value.
 *
 * `section { … }`, `section : parent, parent { … }` (a section inherits what it does not say),
 * `key = value` to the end of the line, "quoted values" with backslash escapes, `#` comments.
 * `include` cannot be followed and is reported. Bounded: nesting and number of entries.
 */
#ifndef GENERATE_SETTINGS_H
#define GENERATE_SETTINGS_H

#include "base/diags.h"

struct setting {
	struct cm_str key, value;
	struct cm_span at; /* of the value */
	struct setting *next;
};

struct section {
	struct cm_str name;
	struct cm_span at; /* of the name */
	struct setting *settings;
	struct section *first, *next, *parent;
	struct cm_str base; /* after `:`; the first one */
};

/* Read a text; what is wrong goes to `diags`. NULL only without memory. */
struct section *settings_read(struct arena *, struct diags *, struct cm_str text);
/* A sub-section by name; NULL when there is none. */
const struct section *section_child(const struct section *, const char *name);
/* A value by key, bases included; NULL when it is not set. */
const struct setting *section_get(const struct section *, const char *key);

#endif
