/*
 * The rules by id, and which of them a run wants: a small open hash table, made for each run.
 */
#ifndef CHECK_INDEX_H
#define CHECK_INDEX_H

#include "check/check.h"

struct rule_index;

/* NULL without memory. */
const struct rule_index *rule_index_new(struct arena *, const struct cm_check_options *);
/* NULL when no rule has this id. */
const struct rule *rule_index_find(const struct rule_index *, const char *id, bool *wanted);
/* The number of a rule that exists: cm_rule(number). */
size_t rule_index_number(const struct rule_index *, const char *id);
bool rule_index_wants(const struct rule_index *, const struct rule *);

#endif
