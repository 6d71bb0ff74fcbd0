#include "check/index.h"

#include <string.h>

enum { SLOTS = 1024 }; /* a power of two, several times the number of rules */

struct slot {
	const struct rule *rule;
	size_t number;
	bool wanted;
};

struct rule_index {
	struct slot slots[SLOTS];
};

static unsigned hash(const char *id)
{
	unsigned h = 2166136261u; /* FNV-1a */
	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * 16777619u;
	return h ^ h >> 16;
}

/* The slot that holds the id, or the free one where it belongs. */
static size_t place_of(const struct rule_index *index, const char *id)
{
	size_t at = hash(id) % SLOTS;
	while (index->slots[at].rule && strcmp(index->slots[at].rule->about.id, id) != 0)
		at = (at + 1) % SLOTS;
	return at;
}

static bool selected(const struct cm_rule *rule, const char *const *selectors, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (cm_rule_selected(rule, selectors[i]))
			return true;
	}
	return false;
}

static bool wanted(const struct cm_rule *rule, const struct cm_check_options *options)
{
	if (!options)
		return true;
	if (options->n_select && !selected(rule, options->select, options->n_select))
		return false;
	return !selected(rule, options->ignore, options->n_ignore);
}

const struct rule_index *rule_index_new(struct arena *arena, const struct cm_check_options *options)
{
	struct rule_index *index = ARENA_NEW(arena, struct rule_index);
	if (!index)
		return NULL;
	size_t n, number = 0;
	const struct family *const *families = check_families(&n);
	for (size_t f = 0; f < n; f++) {
		for (size_t i = 0; i < families[f]->n; i++) {
			const struct rule *rule = &families[f]->rules[i];
			index->slots[place_of(index, rule->about.id)] =
				(struct slot){ rule, number++, wanted(&rule->about, options) };
		}
	}
	return index;
}

const struct rule *rule_index_find(const struct rule_index *index, const char *id, bool *want)
{
	const struct slot *slot = &index->slots[place_of(index, id)];
	*want = slot->wanted;
	return slot->rule;
}

size_t rule_index_number(const struct rule_index *index, const char *id)
{
	return index->slots[place_of(index, id)].number;
}

bool rule_index_wants(const struct rule_index *index, const struct rule *rule)
{
	return index->slots[place_of(index, rule->about.id)].wanted;
}
