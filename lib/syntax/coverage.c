#include "syntax/document.h"

#include <string.h>

enum family {
	OTHER,
	ISAKMP,
	KEYRING,
	IPSEC,
	MAP,
	IKEV2,
	INTERFACE,
	ROUTE,
	NAT,
	ACL,
	GROUP,
	ROUTE_MAP,
	PREFIX,
	FAMILIES
};

static const char *const names[FAMILIES] = {
	[OTHER] = "other",
	[ISAKMP] = "crypto isakmp",
	[KEYRING] = "crypto keyring",
	[IPSEC] = "crypto ipsec",
	[MAP] = "crypto map",
	[IKEV2] = "crypto ikev2",
	[INTERFACE] = "interface",
	[ROUTE] = "ip route",
	[NAT] = "ip nat",
	[ACL] = "access list",
	[GROUP] = "object group",
	[ROUTE_MAP] = "route-map",
	[PREFIX] = "prefix list",
};

/* The family of the lines inside a block; OTHER: each for itself. */
static const uint8_t block_families[MODES] = {
	[MODE_POLICY] = ISAKMP,
	[MODE_ISAKMP_PROFILE] = ISAKMP,
	[MODE_CLIENT_GROUP] = ISAKMP,
	[MODE_ISAKMP_PEER] = ISAKMP,
	[MODE_KEYRING] = KEYRING,
	[MODE_RSA_PUBKEY] = KEYRING,
	[MODE_TRANSFORM] = IPSEC,
	[MODE_IPSEC_PROFILE] = IPSEC,
	[MODE_MAP] = MAP,
	[MODE_FAIL_CLOSE] = MAP,
	[MODE_IKEV2_PROPOSAL] = IKEV2,
	[MODE_IKEV2_POLICY] = IKEV2,
	[MODE_IKEV2_KEYRING] = IKEV2,
	[MODE_IKEV2_PEER] = IKEV2,
	[MODE_IKEV2_PROFILE] = IKEV2,
	[MODE_ACL_STANDARD] = ACL,
	[MODE_ACL_EXTENDED] = ACL,
	[MODE_ACL6] = ACL,
	[MODE_TIME_RANGE] = ACL,
	[MODE_ROUTE_MAP] = ROUTE_MAP,
	[MODE_NETWORK_GROUP] = GROUP,
	[MODE_SERVICE_GROUP] = GROUP,
	[MODE_NAT_POOL] = NAT,
};

/* The family of a line by its first words; the longest that fits stands first. */
static const struct {
	const char *words;
	uint8_t family;
	bool inside; /* only on an interface */
} beginnings[] = {
	{ "crypto isakmp ", ISAKMP, false },
	{ "crypto keyring ", KEYRING, false },
	{ "crypto ipsec ", IPSEC, false },
	{ "crypto map ", MAP, false },
	{ "crypto dynamic-map ", MAP, false },
	{ "crypto ikev2 ", IKEV2, false },
	{ "ip access-list ", ACL, false },
	{ "ipv6 access-list ", ACL, false },
	{ "access-list ", ACL, false },
	{ "time-range ", ACL, false },
	{ "ip address ", INTERFACE, true },
	{ "ip unnumbered ", INTERFACE, true },
	{ "ip access-group ", INTERFACE, true },
	{ "ip nat ", NAT, false },
	{ "ip mtu ", INTERFACE, true },
	{ "ip tcp adjust-mss ", INTERFACE, true },
	{ "ip route ", ROUTE, false },
	{ "ip prefix-list ", PREFIX, false },
	{ "tunnel ", INTERFACE, true },
	{ "interface ", INTERFACE, false },
	{ "object-group network ", GROUP, false },
	{ "object-group service ", GROUP, false },
	{ "route-map ", ROUTE_MAP, false },
};

static enum family by_words(struct cm_str text, bool inside)
{
	if (text.length > 3 && memcmp(text.at, "no ", 3) == 0) {
		text.at += 3;
		text.length -= 3;
	}
	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
		size_t n = strlen(beginnings[i].words);
		if (text.length >= n && strncasecmp(text.at, beginnings[i].words, n) == 0 &&
			(inside || !beginnings[i].inside))
			return (enum family)beginnings[i].family;
	}
	return OTHER;
}

static enum family family_of(const struct cm_document *doc, const struct node *n, enum mode mode)
{
	bool kept = n->kind == KIND_UNKNOWN || n->kind == KIND_ERROR;
	if (block_families[mode])
		return (enum family)block_families[mode];
	if (mode == MODE_OTHER)
		return OTHER;
	enum family family = by_words(source_slice(&doc->source, n->span), mode == MODE_IF);
	return family == OTHER && mode == MODE_IF && !kept ? INTERFACE : family;
}

static void count(const struct cm_document *doc, const struct node *first, enum mode mode,
	struct cm_coverage *list)
{
	for (const struct node *n = first; n; n = n->next) {
		if (n->kind == KIND_EXEC || n->kind == KIND_EXIT || n->kind == KIND_END)
			continue;
		struct cm_coverage *c = &list[family_of(doc, n, mode)];
		if (n->kind == KIND_UNKNOWN)
			c->unknown++;
		else if (n->kind == KIND_ERROR || n->damaged)
			c->refused++;
		else
			c->understood++;
		if (n->first)
			count(doc, n->first, kind_opens((enum kind)n->kind), list);
	}
}

bool cm_document_coverage(const struct cm_document *doc, const struct cm_coverage **out, size_t *n)
{
	struct cm_coverage *list = ARENA_ARRAY(doc->arena, struct cm_coverage, FAMILIES);
	*out = list;
	*n = list ? FAMILIES : 0;
	if (!list)
		return false;
	for (unsigned i = 0; i < FAMILIES; i++)
		list[i].family = names[i];
	count(doc, doc->first, MODE_GLOBAL, list);
	return true;
}
