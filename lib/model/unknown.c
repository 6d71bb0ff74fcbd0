/*
 * Names in statements that the model does not keep: an ACL behind `access-class`, a route-map behind
 * `redistribute …`. What is used only there must not be called unused. Such lines are read by
 * their words: behind some words a name of a certain kind stands.
 */
#include "model/build.h"
#include "syntax/ifname.h"

#include <string.h>

struct word_row {
	const char *word, *context;
	enum cm_thing kind;
	bool only_defined; /* often something else stands there: noted only when it resolves */
	const char *skip;  /* a word between, left out */
};

/* clang-format off */
static const struct word_row words[] = {
	{ "access-class",     "access-class",       CM_THING_ACL,           false, "ipv4" },
	{ "access-group",     "access-group",       CM_THING_ACL,           false, "name" },
	{ "access-list",      "access-list",        CM_THING_ACL,           true,  NULL },
	{ "acl",              "acl",                CM_THING_ACL,           true,  NULL },
	{ "address",          "match address",      CM_THING_ACL,           true,  "ipv4" },
	{ "boundary",         "ip multicast boundary", CM_THING_ACL,        true,  NULL },
	{ "distribute-list",  "distribute-list",    CM_THING_ACL,           true,  NULL },
	{ "export",           "export map",         CM_THING_ROUTE_MAP,     true,  "map" },
	{ "filter",           "filter",             CM_THING_ACL,           true,  NULL },
	{ "filter-list",      "filter-list",        CM_THING_ACL,           true,  NULL },
	{ "group-list",       "group-list",         CM_THING_ACL,           true,  NULL },
	{ "forwarding",       "vrf forwarding",     CM_THING_VRF,           true,  NULL },
	{ "import",           "import map",         CM_THING_ROUTE_MAP,     true,  "map" },
	{ "interface",        "interface",          CM_THING_INTERFACE,     true,  NULL },
	{ "inject-map",       "inject-map",         CM_THING_ROUTE_MAP,     true,  NULL },
	{ "keyring",          "keyring",            CM_THING_KEYRING,       true,  NULL },
	{ "list",             "list",               CM_THING_ACL,           true,  NULL },
	{ "map",              "map",                CM_THING_CRYPTO_MAP,    true,  NULL },
	{ "object-group",     "object-group",       CM_THING_NETWORK_GROUP, true,  NULL },
	{ "offset-list",      "offset-list",        CM_THING_ACL,           true,  NULL },
	{ "passive-interface", "passive-interface", CM_THING_INTERFACE,     true,  "default" },
	{ "pool",             "pool",               CM_THING_LOCAL_POOL,    true,  NULL },
	{ "prefix",           "distribute-list prefix", CM_THING_PREFIX_LIST, true, NULL },
	{ "prefix-list",      "prefix-list",        CM_THING_PREFIX_LIST,   true,  NULL },
	{ "profile",          "ipsec profile",      CM_THING_IPSEC_PROFILE, true,  NULL },
	{ "route-map",        "route-map",          CM_THING_ROUTE_MAP,     false, NULL },
	{ "secure-trustpoint", "trustpoint",        CM_THING_TRUSTPOINT,    true,  NULL },
	{ "source-interface", "source-interface",   CM_THING_INTERFACE,     true,  NULL },
	{ "suppress-map",     "suppress-map",       CM_THING_ROUTE_MAP,     true,  NULL },
	{ "time-range",       "time-range",         CM_THING_TIME_RANGE,    true,  NULL },
	{ "trustpoint",       "trustpoint",         CM_THING_TRUSTPOINT,    true,  NULL },
	{ "unsuppress-map",   "unsuppress-map",     CM_THING_ROUTE_MAP,     true,  NULL },
	{ "update-source",    "update-source",      CM_THING_INTERFACE,     true,  NULL },
	{ "advertise-map",    "advertise-map",      CM_THING_ROUTE_MAP,     true,  NULL },
	{ "default-originate", "default-originate", CM_THING_ROUTE_MAP,     true,  "route-map" },
	{ "vrf",              "vrf",                CM_THING_VRF,           true,  NULL },
};
/* clang-format on */

/* Lines that end in the name of an access list, by how they begin. */
static const struct {
	const char *begin, *context;
} last_words[] = {
	{ "snmp-server community ", "snmp-server community" },
	{ "ntp access-group ", "ntp access-group" },
	{ "ip verify unicast ", "ip verify" },
	{ "ip pim ", "ip pim" },
	{ "ip igmp ", "ip igmp" },
	{ "ip directed-broadcast ", "ip directed-broadcast" },
	{ "snmp-server host ", "snmp-server host" },
	{ "tftp-server ", "tftp-server" },
	{ "neighbor ", "neighbor" },
	{ "ip accounting-list ", "ip accounting-list" },
};

/* --- words of a line ------------------------------------------------------------------------------- */

struct scan {
	struct build *b;
	uint32_t lengths[26]; /* by first letter: bit n, some word of that length */
};

struct walk {
	const char *at, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct cm_str next_word(struct walk *walk)
{
	while (walk->at < walk->end && is_blank(*walk->at))
		walk->at++;
	struct cm_str word = { walk->at, 0 };
	while (walk->at < walk->end && !is_blank(*walk->at))
		walk->at++;
	word.length = (size_t)(walk->at - word.at);
	return word;
}

static struct cm_span span_of(const struct build *b, struct cm_str word)
{
	uint32_t start = (uint32_t)(word.at - b->doc->source.text);
	return (struct cm_span){ start, start + (uint32_t)word.length };
}

static bool is_defined(const struct build *b, enum cm_thing kind, struct cm_str name)
{
	for (int family = 0; family < FAMILIES; family++)
		if (family_thing((enum family)family) == kind)
			return thing_find(b, (enum family)family, 0, name, 0) != NULL;
	return false;
}

static void note_word(struct build *b, const struct word_row *row, struct cm_str name)
{
	struct cm_span at = span_of(b, name);
	enum cm_thing kind = row->kind;
	if (kind == CM_THING_INTERFACE)
		name = ifname_is(name) ? ifname_canonical(b->arena, name)
				       : (struct cm_str){ NULL, 0 };
	if (kind == CM_THING_NETWORK_GROUP && !is_defined(b, kind, name))
		kind = CM_THING_SERVICE_GROUP;
	if (!name.length || (row->only_defined && !is_defined(b, kind, name)))
		return;
	note_use(b, kind, name, at, row->context, true);
}

/* Most words are told apart by their first letter and their length. */
static const struct word_row *row_of(const struct scan *scan, struct cm_str word)
{
	unsigned letter = (unsigned char)word.at[0] - 'a';
	if (letter >= 26 || word.length >= 32 || !(scan->lengths[letter] >> word.length & 1))
		return NULL;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].word[0] == word.at[0] && cm_str_is(word, words[i].word))
			return &words[i];
	return NULL;
}

static void scan_words(struct scan *scan, struct cm_str line)
{
	struct walk walk = { line.at, line.at + line.length };
	for (struct cm_str word = next_word(&walk); word.length;) {
		const struct word_row *row = row_of(scan, word);
		word = next_word(&walk);
		if (row && row->skip && cm_str_is(word, row->skip))
			word = next_word(&walk);
		if (row && word.length)
			note_word(scan->b, row, word);
	}
}

static void scan_last_word(struct build *b, struct cm_str line)
{
	static const struct word_row row = { NULL, NULL, CM_THING_ACL, true, NULL };
	for (size_t i = 0; i < sizeof last_words / sizeof *last_words; i++) {
		size_t length = strlen(last_words[i].begin);
		if (line.length <= length || memcmp(line.at, last_words[i].begin, length) != 0)
			continue;
		struct word_row found = row;
		size_t start = line.length;
		while (start && !is_blank(line.at[start - 1]))
			start--;
		found.context = last_words[i].context;
		note_word(b, &found, (struct cm_str){ line.at + start, line.length - start });
	}
}

static void scan_line(struct scan *scan, const struct node *n)
{
	struct cm_str line = source_slice(&scan->b->doc->source, n->span);
	if (line.length && line.at[0] >= 'A' && line.at[0] <= 'Z')
		return; /* what a router prints, or a sentence: "Match: access-group 120" */
	scan_words(scan, line);
	if (line.length && strchr("snit", line.at[0]))
		scan_last_word(scan->b, line);
}

/* --- nodes ----------------------------------------------------------------------------------------- */

/* Arguments of statements that are understood but have no place in the model. */
static const struct {
	enum kind kind;
	enum role role;
	enum cm_thing thing;
	const char *context;
} arguments[] = {
	{ KIND_ISAKMP_CLIENT_POOL, ROLE_POOL, CM_THING_LOCAL_POOL, "address-pool local" },
	{ KIND_CA_TRUST_POINT, ROLE_TRUSTPOINT, CM_THING_TRUSTPOINT, "ca trust-point" },
	{ KIND_CERTIFICATES, ROLE_NAME, CM_THING_TRUSTPOINT, "certificate chain" },
	{ KIND_IP_ADDRESS, ROLE_POOL, CM_THING_LOCAL_POOL, "ip address pool" },
};

static void scan_arguments(struct build *b, const struct node *n)
{
	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
		const struct arg *a =
			arguments[i].kind == n->kind ? node_arg(n, arguments[i].role) : NULL;
		if (a)
			note_use(b, arguments[i].thing, build_text(b, a), a->span,
				arguments[i].context, false);
	}
}

static bool is_kept_verbatim(const struct node *n)
{
	switch ((enum kind)n->kind) {
	case KIND_UNKNOWN:
	case KIND_CRYPTO_OTHER:
	case KIND_ISAKMP_OTHER:
	case KIND_PROFILE_OTHER:
	case KIND_GROUP_OTHER:
	case KIND_IPSEC_OTHER:
	case KIND_MAP_OTHER:
	case KIND_MAP_LINE_OTHER:
	case KIND_SET_OTHER:
	case KIND_IKEV2_OTHER:
	case KIND_IKEV2_PROFILE_OTHER:
	case KIND_IF_OTHER:
	case KIND_TUNNEL_OTHER:
	case KIND_TUNNEL_PROTECTION_OTHER:
	case KIND_NAT_OTHER:
	case KIND_ACL_OTHER:
	case KIND_RM_MATCH_OTHER:
	case KIND_RM_SET_OTHER:
		return true;
	default:
		return false;
	}
}

/* Lists are long and name nothing here; what else strayed into them, make_acls has noted. */
static bool is_list(const struct node *n)
{
	switch ((enum kind)n->kind) {
	case KIND_ACL_STANDARD:
	case KIND_ACL_EXTENDED:
	case KIND_ACE_STANDARD:
	case KIND_ACE_EXTENDED:
		return true;
	default:
		return false;
	}
}

enum { DEEPEST = 8 };

static void scan_node(struct scan *scan, const struct node *n, int depth)
{
	if (is_list(n))
		return;
	if (is_kept_verbatim(n) && !n->negated)
		scan_line(scan, n);
	else if (!undoes(n))
		scan_arguments(scan->b, n);
	for (const struct node *line = depth < DEEPEST ? n->first : NULL; line; line = line->next)
		scan_node(scan, line, depth + 1);
}

void scan_unknown(struct build *b)
{
	struct scan scan = { .b = b };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		scan.lengths[words[i].word[0] - 'a'] |= UINT32_C(1) << strlen(words[i].word);
	for (const struct node *n = b->router->first; n && n != b->router->end; n = n->next)
		scan_node(&scan, n, 0);
	const struct node **strays = b->strays.items;
	for (size_t i = 0; i < b->strays.n; i++)
		scan_node(&scan, strays[i], 0);
}
