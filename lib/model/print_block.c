#include "model/print.h"

#include <stdlib.h>
#include <string.h>

/* --- how lines of a kind combine ------------------------------------------------------------------------ */

static const struct {
	enum kind kind;
	enum role by; /* one for each word of this role; WHAT: for each quantity */
} singles[] = {
	{ KIND_ENCRYPTION, ROLE_NONE },
	{ KIND_HASH, ROLE_NONE },
	{ KIND_AUTHENTICATION, ROLE_NONE },
	{ KIND_GROUP, ROLE_NONE },
	{ KIND_LIFETIME, ROLE_NONE },
	{ KIND_DESCRIPTION, ROLE_NONE },
	{ KIND_TRANSFORM_MODE, ROLE_NONE },
	{ KIND_ESN, ROLE_NONE },
	{ KIND_SET_PFS, ROLE_NONE },
	{ KIND_SET_LIFETIME, ROLE_WHAT },
	{ KIND_SET_LEVEL, ROLE_NONE },
	{ KIND_SET_IDLE, ROLE_NONE },
	{ KIND_SET_REPLAY, ROLE_NONE },
	{ KIND_SET_DF_BIT, ROLE_NONE },
	{ KIND_SET_IDENTITY, ROLE_NONE },
	{ KIND_SET_GROUP, ROLE_NONE },
	{ KIND_SET_NAT_DEMUX, ROLE_NONE },
	{ KIND_SET_MIXED_MODE, ROLE_NONE },
	{ KIND_SET_REVERSE_ROUTE, ROLE_WHAT },
	{ KIND_REVERSE_ROUTE, ROLE_NONE },
	{ KIND_QOS_PRE_CLASSIFY, ROLE_NONE },
	{ KIND_RESPONDER_ONLY, ROLE_NONE },
	{ KIND_MATCH_ADDRESS, ROLE_NONE },
	{ KIND_SET_ISAKMP_PROFILE, ROLE_NONE },
	{ KIND_SET_IKEV2_PROFILE, ROLE_NONE },
	{ KIND_SET_ACCESS_GROUP, ROLE_DIRECTION },
	{ KIND_FAIL_CLOSE_ACTIVATE, ROLE_NONE },
	{ KIND_GROUP_KEY, ROLE_NONE },
	{ KIND_GROUP_POOL, ROLE_NONE },
	{ KIND_GROUP_ACL, ROLE_NONE },
	{ KIND_GROUP_PFS, ROLE_NONE },
	{ KIND_LOCAL_ADDRESS, ROLE_NONE },
	{ KIND_SELF_IDENTITY, ROLE_NONE },
	{ KIND_INITIATE_MODE, ROLE_NONE },
	{ KIND_PROFILE_KEEPALIVE, ROLE_NONE },
	{ KIND_PROFILE_VRF, ROLE_NONE },
	{ KIND_VIRTUAL_TEMPLATE, ROLE_NONE },
	{ KIND_CLIENT_AUTHENTICATION, ROLE_NONE },
	{ KIND_AGGRESSIVE_ENDPOINT, ROLE_NONE },
	{ KIND_AGGRESSIVE_PASSWORD, ROLE_NONE },
	{ KIND_SHUTDOWN, ROLE_NONE },
	{ KIND_IP_UNNUMBERED, ROLE_NONE },
	{ KIND_ACCESS_GROUP, ROLE_DIRECTION },
	{ KIND_IF_CRYPTO_MAP, ROLE_NONE },
	{ KIND_IF_DF_BIT, ROLE_NONE },
	{ KIND_IF_FRAGMENTATION, ROLE_NONE },
	{ KIND_IF_VRF, ROLE_NONE },
	{ KIND_MTU, ROLE_NONE },
	{ KIND_IP_MTU, ROLE_NONE },
	{ KIND_ADJUST_MSS, ROLE_NONE },
	{ KIND_ENCAPSULATION, ROLE_NONE },
	{ KIND_DIALER_POOL, ROLE_NONE },
	{ KIND_PPPOE_POOL, ROLE_NONE },
	{ KIND_TUNNEL_SOURCE, ROLE_NONE },
	{ KIND_TUNNEL_DESTINATION, ROLE_NONE },
	{ KIND_TUNNEL_MODE, ROLE_NONE },
	{ KIND_TUNNEL_PROTECTION, ROLE_NONE },
	{ KIND_TUNNEL_KEY, ROLE_NONE },
	{ KIND_TUNNEL_VRF, ROLE_NONE },
	{ KIND_TUNNEL_PMTUD, ROLE_NONE },
	{ KIND_ZONE_MEMBER, ROLE_NONE },
	{ KIND_IF_POLICY, ROLE_NONE },
	{ KIND_IKEV2_ENCRYPTION, ROLE_NONE },
	{ KIND_IKEV2_INTEGRITY, ROLE_NONE },
	{ KIND_IKEV2_PRF, ROLE_NONE },
	{ KIND_IKEV2_GROUP, ROLE_NONE },
	{ KIND_IKEV2_PROFILE_KEYRING, ROLE_NONE },
	{ KIND_IKEV2_PROFILE_DPD, ROLE_NONE },
	{ KIND_IKEV2_PROFILE_IVRF, ROLE_NONE },
	{ KIND_IKEV2_IDENTITY_LOCAL, ROLE_NONE },
	{ KIND_HOSTNAME, ROLE_NONE },
	{ KIND_VERSION, ROLE_NONE },
	{ KIND_DEFAULT_GATEWAY, ROLE_NONE },
	{ KIND_LOCAL_POLICY, ROLE_NONE },
	{ KIND_ISAKMP_ENABLE, ROLE_NONE },
	{ KIND_ISAKMP_DEFAULT_POLICY, ROLE_NONE },
	{ KIND_ISAKMP_AGGRESSIVE_DISABLE, ROLE_NONE },
	{ KIND_ISAKMP_INVALID_SPI, ROLE_NONE },
	{ KIND_ISAKMP_FRAGMENTATION, ROLE_NONE },
	{ KIND_ISAKMP_IDENTITY, ROLE_NONE },
	{ KIND_ISAKMP_KEEPALIVE, ROLE_NONE },
	{ KIND_ISAKMP_NAT_KEEPALIVE, ROLE_NONE },
	{ KIND_ISAKMP_DIAGNOSE, ROLE_NONE },
	{ KIND_ISAKMP_CLIENT_POOL, ROLE_NONE },
	{ KIND_IPSEC_LIFETIME, ROLE_WHAT },
	{ KIND_IPSEC_IDLE, ROLE_NONE },
	{ KIND_IPSEC_REPLAY, ROLE_NONE },
	{ KIND_IPSEC_DF_BIT, ROLE_NONE },
	{ KIND_IPSEC_FRAGMENTATION, ROLE_NONE },
	{ KIND_IPSEC_NAT_TRANSPARENCY, ROLE_MODE },
	{ KIND_IPSEC_IPV4_DENY, ROLE_NONE },
	{ KIND_IPSEC_OPTIONAL, ROLE_NONE },
	{ KIND_IKEV2_DPD, ROLE_NONE },
	{ KIND_IKEV2_NAT_KEEPALIVE, ROLE_NONE },
};

bool is_single(enum kind kind, enum role *by)
{
	for (size_t i = 0; i < sizeof singles / sizeof *singles; i++)
		if (singles[i].kind == kind) {
			*by = singles[i].by;
			return true;
		}
	return false;
}

/* Which of its kind's values a line sets: in or out, seconds or kilobytes. */
unsigned variant_of(const struct print *p, const struct node *n, enum role by)
{
	static const struct {
		enum role role;
		const char *word; /* as `no` says it */
		unsigned variant;
	} quantities[] = {
		{ ROLE_KILOBYTES, "kilobytes", 1 },
		{ ROLE_DISABLE, "kilobytes", 1 },
		{ ROLE_TAG, "tag", 2 },
		{ ROLE_GATEWAY, "gateway", 3 },
	};
	const struct arg *a = by == ROLE_NONE ? NULL : node_arg(n, by);
	const char *word = a ? node_word(p->doc, a) : NULL;
	if (by != ROLE_WHAT)
		return word && (word[0] == 'o' || word[0] == 's'); /* out, spi-matching */
	for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
		if (node_has(n, quantities[i].role) ||
			(word && strcmp(word, quantities[i].word) == 0))
			return quantities[i].variant;
	return 0;
}

/* --- defaults -------------------------------------------------------------------------------------------- */

static bool says(const struct print *p, const struct node *n, enum role role, const char *word)
{
	const struct arg *a = node_arg(n, role);
	const char *whole = a ? node_word(p->doc, a) : NULL;
	return whole && strcmp(whole, word) == 0;
}

/* IOS prints the mode of a transform-set from 15.2 on even where it is the default. */
static bool is_default_mode(const struct print *p, const struct node *n)
{
	return says(p, n, ROLE_MODE, "tunnel") && !cm_release_since(p->m->release, "15.2", false);
}

static bool is_default_value(const struct print *p, const struct node *n)
{
	struct cm_str word = node_name(p->doc, n, ROLE_HASH);
	switch ((enum kind)n->kind) {
	case KIND_ENCRYPTION:
		word = node_name(p->doc, n, ROLE_CIPHER);
		return cm_cipher_typed(word, (struct cm_str){ NULL, 0 }, NULL, NULL) ==
			cm_cipher_named("des");
	case KIND_HASH:
		return cm_hash_typed(word, NULL) == cm_hash_named("sha1");
	case KIND_AUTHENTICATION:
		return cm_auth_typed(node_name(p->doc, n, ROLE_AUTH), NULL) ==
			cm_auth_named("rsa-sig");
	case KIND_GROUP:
		return node_value(n, ROLE_GROUP, 0) == 1;
	case KIND_LIFETIME:
		return node_value(n, ROLE_SECONDS, 0) == 86400;
	case KIND_TRANSFORM_MODE:
		return is_default_mode(p, n);
	case KIND_ISAKMP_ENABLE:
	case KIND_ISAKMP_DEFAULT_POLICY:
		return true;
	case KIND_IPSEC_NAT_TRANSPARENCY:
		return says(p, n, ROLE_MODE, "udp-encapsulation");
	case KIND_ISAKMP_IDENTITY:
		return says(p, n, ROLE_TYPE, "address");
	case KIND_IPSEC_DF_BIT:
		return says(p, n, ROLE_MODE, "copy");
	case KIND_IPSEC_FRAGMENTATION:
		return says(p, n, ROLE_MODE, "before-encryption");
	case KIND_IPSEC_IPV4_DENY:
		return says(p, n, ROLE_MODE, "jump");
	default:
		return false;
	}
}

/* Undone, a line that holds by default must be said; all others are simply not there. */
static bool is_on_by_default(const struct print *p, const struct node *n)
{
	return n->kind == KIND_ISAKMP_ENABLE || n->kind == KIND_ISAKMP_DEFAULT_POLICY ||
		(n->kind == KIND_IPSEC_NAT_TRANSPARENCY && is_default_value(p, n));
}

bool is_default_line(const struct print *p, const struct node *n)
{
	if (n->defaulted)
		return true;
	return n->negated ? !is_on_by_default(p, n) : is_default_value(p, n);
}

/* --- a block --------------------------------------------------------------------------------------------- */

struct lines {
	const struct node **at; /* NULL: undone */
	enum mode *modes;
	size_t n;
	size_t slots[KINDS][VARIANTS]; /* of kinds that know one value: place + 1 */
};

static bool lines_room(struct lines *lines, size_t n)
{
	lines->at = calloc(n + 1, sizeof *lines->at);
	lines->modes = calloc(n + 1, sizeof *lines->modes);
	return lines->at && lines->modes;
}

/* Modes whose every line we know: what stands there besides, the router has refused. */
static bool is_all_ours(enum mode mode)
{
	return mode != MODE_GLOBAL && mode != MODE_IF && mode != MODE_ROUTE_MAP &&
		mode != MODE_VRF && mode != MODE_RSA_PUBKEY && mode != MODE_OTHER;
}

bool is_printed(const struct node *n, enum mode mode)
{
	return n->kind != KIND_ERROR && n->kind != KIND_EXEC && n->kind != KIND_EXIT &&
		n->kind != KIND_END && !(n->kind == KIND_UNKNOWN && is_all_ours(mode));
}

/* Where the value of a kind is noted. */
static size_t *slot_of(struct print *p, struct lines *lines, const struct node *n)
{
	enum role by = ROLE_NONE;
	if (is_single((enum kind)n->kind, &by))
		return &lines->slots[n->kind][variant_of(p, n, by)];
	bool first = n->kind == KIND_IP_ADDRESS && !node_has(n, ROLE_SECONDARY);
	return first ? &lines->slots[n->kind][0] : NULL;
}

/* Lines of which a block holds many: `no` takes out the one that names the same. */
static bool is_many(enum kind kind)
{
	switch (kind) {
	case KIND_SET_PEER:
	case KIND_SET_TRANSFORM_SET:
	case KIND_SET_SESSION_KEY:
	case KIND_PROFILE_KEYRING:
	case KIND_MATCH_IDENTITY:
	case KIND_MATCH_CERTIFICATE:
	case KIND_CA_TRUST_POINT:
	case KIND_KEYRING_KEY:
	case KIND_IP_ADDRESS: /* secondary */
	case KIND_IF_NAT:
	case KIND_IKEV2_MATCH_IDENTITY:
	case KIND_IKEV2_MATCH_LOCAL:
	case KIND_IKEV2_MATCH_FVRF:
	case KIND_IKEV2_POLICY_PROPOSAL:
	case KIND_RM_MATCH_ADDRESS:
	case KIND_RM_MATCH_PREFIX_LIST:
	case KIND_RM_MATCH_INTERFACE:
	case KIND_RM_SET_INTERFACE:
	case KIND_RM_SET_NEXT_HOP:
	case KIND_MEMBER_HOST:
	case KIND_MEMBER_NET:
	case KIND_MEMBER_RANGE:
	case KIND_MEMBER_ANY:
	case KIND_MEMBER_GROUP:
	case KIND_MEMBER_SERVICE:
		return true;
	default:
		return false;
	}
}

/* Lines that name several: `no` may take out one of the names. */
static bool is_list_of_names(const struct node *n)
{
	switch ((enum kind)n->kind) {
	case KIND_SET_TRANSFORM_SET:
	case KIND_PROFILE_KEYRING:
	case KIND_IKEV2_POLICY_PROPOSAL:
	case KIND_RM_MATCH_ADDRESS:
	case KIND_RM_MATCH_PREFIX_LIST:
	case KIND_RM_MATCH_INTERFACE:
	case KIND_RM_SET_INTERFACE:
	case KIND_RM_SET_NEXT_HOP:
		return n->n_args > 0;
	default:
		return false;
	}
}

static bool names_same(const struct print *p, const struct node *no, const struct node *line)
{
	if (!line || line->kind != no->kind || line->negated || no->n_args > line->n_args ||
		(is_list_of_names(no) && no->n_args < line->n_args))
		return false;
	for (unsigned i = 0; i < no->n_args; i++)
		if (!cm_str_same(
			    node_text(p->doc, &no->args[i]), node_text(p->doc, &line->args[i])))
			return false;
	return true;
}

/* False: no line of the kind says just that. */
static bool line_undo(struct print *p, struct lines *lines, const struct node *no)
{
	size_t last = lines->n > LOOK_BACK ? lines->n - LOOK_BACK : 0;
	bool found = false;
	for (size_t i = lines->n; i > last && !(found && no->n_args); i--)
		if (lines->at[i - 1] && names_same(p, no, lines->at[i - 1])) {
			lines->at[i - 1] = NULL;
			found = true;
		}
	return found;
}

/* A list that is said anew, not added to. */
static void line_forget(struct lines *lines, enum kind kind)
{
	size_t last = lines->n > LOOK_BACK ? lines->n - LOOK_BACK : 0;
	for (size_t i = lines->n; kind == KIND_SET_TRANSFORM_SET && i > last; i--)
		if (lines->at[i - 1] && lines->at[i - 1]->kind == kind)
			lines->at[i - 1] = NULL;
}

/* `no ip address` takes them all away, and is said as long as there is none. */
static bool is_bare_address(const struct node *n)
{
	return n->kind == KIND_IP_ADDRESS && n->negated && !n->n_args;
}

/* Only the last line of a kind that knows one value holds; it takes the place of the first. */
static void line_take(struct print *p, struct lines *lines, const struct node *n, enum mode mode)
{
	size_t *slot = slot_of(p, lines, n);
	bool undoes = n->negated || n->defaulted;
	if (!is_printed(n, mode))
		return;
	if (undoes && is_many((enum kind)n->kind)) {
		bool found = line_undo(p, lines, n);
		if (!is_bare_address(n) && (found || !is_list_of_names(n)))
			return;
	} else if (!undoes) {
		line_forget(lines, (enum kind)n->kind);
	}
	if (slot && *slot) {
		lines->at[*slot - 1] = n;
		return;
	}
	lines->at[lines->n] = n;
	lines->modes[lines->n++] = mode;
	if (slot)
		*slot = lines->n;
}

static size_t count_lines(const struct thing *t)
{
	size_t n = 0;
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *head = run->first;; head = head->next) {
			for (const struct node *line = head->first; line; line = line->next)
				n++;
			if (head == run->last)
				break;
		}
	return n;
}

static void take_all(struct print *p, struct lines *lines, const struct thing *t)
{
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *head = run->first;; head = head->next) {
			enum mode mode = kind_opens((enum kind)head->kind);
			for (const struct node *line = head->first; line; line = line->next)
				line_take(p, lines, line, mode);
			if (head == run->last)
				break;
		}
}

void print_block(struct print *p, const struct thing *t, int indent)
{
	struct lines lines = { .n = 0 };
	enum role by;
	if (lines_room(&lines, count_lines(t)))
		take_all(p, &lines, t);
	else
		p->failed = true;
	for (size_t i = 0; i < lines.n; i++)
		if (lines.at[i] &&
			(!is_single((enum kind)lines.at[i]->kind, &by) ||
				!is_default_line(p, lines.at[i])))
			print_node(p, lines.at[i], lines.modes[i], indent);
	free(lines.at);
	free(lines.modes);
}
