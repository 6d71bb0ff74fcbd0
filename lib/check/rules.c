#include "check/check.h"

#include <string.h>

/* A family per line: `family_NAME` of its file, in the order of the documentation. */
#define FAMILIES(X)       \
	X(syntax)         \
	X(reference)      \
	X(overwrite)      \
	X(policy)         \
	X(key)            \
	X(transform)      \
	X(weak)           \
	X(map)            \
	X(acl_lines)      \
	X(route)          \
	X(crypto_acl)     \
	X(crypto_overlap) \
	X(nat)            \
	X(acl)            \
	X(interface_acl)  \
	X(service)        \
	X(bgp)            \
	X(tunnel)         \
	X(overlay)        \
	X(ikev2)          \
	X(pair)           \
	X(comment)

#define DECLARE(name) extern const struct family family_##name;
FAMILIES(DECLARE)

static const struct family *const all_families[] = {
#define LIST(name) &family_##name,
	FAMILIES(LIST)
};

const struct family *const *check_families(size_t *n)
{
	*n = sizeof all_families / sizeof *all_families;
	return all_families;
}

size_t cm_rules(void)
{
	size_t n, all = 0;
	const struct family *const *families = check_families(&n);
	for (size_t i = 0; i < n; i++)
		all += families[i]->n;
	return all;
}

const struct cm_rule *cm_rule(size_t index)
{
	size_t n;
	const struct family *const *families = check_families(&n);
	for (size_t i = 0; i < n; i++) {
		if (index < families[i]->n)
			return &families[i]->rules[index].about;
		index -= families[i]->n;
	}
	return NULL;
}

const struct cm_rule *cm_rule_named(const char *id)
{
	const struct cm_rule *rule;
	for (size_t i = 0; (rule = cm_rule(i)); i++) {
		if (strcmp(rule->id, id) == 0)
			return rule;
	}
	return NULL;
}

const char *cm_rule_family(const struct cm_rule *rule)
{
	size_t n;
	const struct family *const *families = check_families(&n);
	uintptr_t at = (uintptr_t)rule;
	for (size_t f = 0; f < n; f++) {
		const struct rule *rules = families[f]->rules;
		if (at >= (uintptr_t)rules && at < (uintptr_t)(rules + families[f]->n))
			return families[f]->name;
	}
	return "";
}

bool cm_rule_selected(const struct cm_rule *rule, const char *selector)
{
	size_t length = strlen(selector);
	if (strcmp(selector, "all") == 0 || strcmp(selector, rule->id) == 0)
		return true;
	if (length && strncmp(rule->id, selector, length) == 0 &&
		(rule->id[length] == '-' || selector[length - 1] == '-'))
		return true;
	return strcmp(selector, cm_rule_family(rule)) == 0;
}
