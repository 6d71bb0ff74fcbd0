#include "model/print.h"

#include "model/index.h"

#include <stdlib.h>
#include <string.h>

/* --- sections -------------------------------------------------------------------------------------------- */

/* In IOS's order. Lines of one section stay in the order of the text. */
static const struct {
	const char *begin; /* first words of lines that nobody knows; NULL: by kind alone */
	enum kind kind;    /* KIND_UNKNOWN: by the words */
} sections[] = {
	{ NULL, KIND_VERSION },
	{ "service ", KIND_UNKNOWN },
	{ NULL, KIND_HOSTNAME },
	{ "boot", KIND_UNKNOWN },
	{ "logging buffered", KIND_UNKNOWN },
	{ "enable ", KIND_UNKNOWN },
	{ "aaa ", KIND_UNKNOWN },
	{ "clock ", KIND_UNKNOWN },
	{ "ip cef", KIND_UNKNOWN },
	{ NULL, KIND_VRF },
	{ "ip dhcp ", KIND_UNKNOWN },
	{ NULL, KIND_DOMAIN },
	{ NULL, KIND_IP_HOST },
	{ "ip name-server", KIND_UNKNOWN },
	{ "ip inspect ", KIND_UNKNOWN },
	{ "multilink ", KIND_UNKNOWN },
	{ NULL, KIND_CRYPTO_OTHER },
	{ NULL, KIND_TRUSTPOINT },
	{ NULL, KIND_CERTIFICATES },
	{ "license ", KIND_UNKNOWN },
	{ "username ", KIND_UNKNOWN },
	{ "redundancy", KIND_UNKNOWN },
	{ NULL, KIND_UNKNOWN }, /* all other words: statements of features */
	{ NULL, KIND_NETWORK_GROUP },
	{ NULL, KIND_IKEV2_PROPOSAL },
	{ NULL, KIND_IKEV2_POLICY },
	{ NULL, KIND_IKEV2_KEYRING },
	{ NULL, KIND_IKEV2_PROFILE },
	{ NULL, KIND_IKEV2_DPD },
	{ NULL, KIND_IKEV2_NAT_KEEPALIVE },
	{ NULL, KIND_IKEV2_OTHER },
	{ "class-map ", KIND_UNKNOWN },
	{ "policy-map ", KIND_UNKNOWN },
	{ "zone ", KIND_UNKNOWN },
	{ "zone-pair ", KIND_UNKNOWN },
	{ NULL, KIND_KEYRING },
	{ NULL, KIND_ISAKMP_DEFAULT_POLICY },
	{ NULL, KIND_ISAKMP_ENABLE },
	{ NULL, KIND_ISAKMP_POLICY },
	{ NULL, KIND_ISAKMP_KEY },
	{ NULL, KIND_ISAKMP_IDENTITY },
	{ NULL, KIND_ISAKMP_INVALID_SPI },
	{ NULL, KIND_ISAKMP_KEEPALIVE },
	{ NULL, KIND_ISAKMP_NAT_KEEPALIVE },
	{ NULL, KIND_ISAKMP_AGGRESSIVE_DISABLE },
	{ NULL, KIND_ISAKMP_FRAGMENTATION },
	{ NULL, KIND_ISAKMP_OTHER },
	{ NULL, KIND_ISAKMP_PEER },
	{ NULL, KIND_CLIENT_GROUP },
	{ NULL, KIND_ISAKMP_CLIENT_POOL },
	{ NULL, KIND_ISAKMP_PROFILE },
	{ NULL, KIND_IPSEC_LIFETIME },
	{ NULL, KIND_IPSEC_IDLE },
	{ NULL, KIND_IPSEC_REPLAY },
	{ NULL, KIND_TRANSFORM_SET },
	{ NULL, KIND_IPSEC_DF_BIT },
	{ NULL, KIND_IPSEC_FRAGMENTATION },
	{ NULL, KIND_IPSEC_NAT_TRANSPARENCY },
	{ NULL, KIND_IPSEC_IPV4_DENY },
	{ NULL, KIND_IPSEC_OPTIONAL },
	{ NULL, KIND_IPSEC_OTHER },
	{ NULL, KIND_IPSEC_PROFILE },
	{ NULL, KIND_DYNAMIC_MAP },
	{ NULL, KIND_CRYPTO_MAP },
	{ NULL, KIND_MAP_FAIL_CLOSE },
	{ NULL, KIND_INTERFACE },
	{ "router ", KIND_UNKNOWN },
	{ NULL, KIND_LOCAL_POLICY },
	{ NULL, KIND_LOCAL_POOL },
	{ NULL, KIND_DEFAULT_GATEWAY },
	{ "ip forward-protocol", KIND_UNKNOWN },
	{ "ip http ", KIND_UNKNOWN },
	{ "no ip http ", KIND_UNKNOWN },
	{ NULL, KIND_NAT_OTHER },
	{ NULL, KIND_NAT_POOL },
	{ NULL, KIND_NAT_DYNAMIC },
	{ NULL, KIND_ROUTE },
	{ NULL, KIND_ACL_EXTENDED },
	{ NULL, KIND_ACL_OTHER },
	{ NULL, KIND_PREFIX_LIST },
	{ NULL, KIND_ROUTE_MAP },
	{ "snmp-server ", KIND_UNKNOWN },
	{ NULL, KIND_ACL6 },
	{ "control-plane", KIND_UNKNOWN },
	{ NULL, KIND_BANNER },
	{ "line ", KIND_UNKNOWN },
	{ "ntp ", KIND_UNKNOWN },
	{ NULL, KIND_TIME_RANGE },
};

/* Kinds that stand where another does. */
static enum kind place_of(enum kind kind)
{
	switch (kind) {
	case KIND_ACE_STANDARD:
	case KIND_ACE_EXTENDED:
	case KIND_ACL_STANDARD:
	case KIND_ACL_NUMBERED:
	case KIND_REMARK:
	case KIND_RESEQUENCE:
		return KIND_ACL_EXTENDED;
	case KIND_NAT_STATIC:
		return KIND_NAT_DYNAMIC;
	case KIND_SERVICE_GROUP:
		return KIND_NETWORK_GROUP;
	case KIND_MAP_LOCAL_ADDRESS:
	case KIND_MAP_CLIENT_AUTHENTICATION:
	case KIND_MAP_ISAKMP_PROFILE:
	case KIND_MAP_OTHER:
		return KIND_CRYPTO_MAP;
	default:
		return kind;
	}
}

unsigned section_of(const struct cm_document *doc, const struct node *n)
{
	enum kind kind = place_of((enum kind)n->kind);
	struct cm_str line = source_slice(&doc->source, n->span);
	unsigned other = 0;
	for (unsigned i = 0; i < sizeof sections / sizeof *sections; i++) {
		const char *begin = sections[i].begin;
		size_t length = begin ? strlen(begin) : 0;
		if (sections[i].kind == kind && !begin && kind != KIND_UNKNOWN)
			return i;
		if (kind == KIND_UNKNOWN && begin && line.length >= length &&
			memcmp(line.at, begin, length) == 0)
			return i;
		if (sections[i].kind == KIND_UNKNOWN && !begin)
			other = i;
	}
	return other;
}

/* --- lines ----------------------------------------------------------------------------------------------- */

/* Some blocks are indented further, as IOS does. */
int print_indent(enum mode mode)
{
	switch (mode) {
	case MODE_KEYRING:
	case MODE_IKEV2_PEER:
		return 2;
	case MODE_ISAKMP_PROFILE:
	case MODE_RSA_PUBKEY:
		return 3;
	default:
		return 1;
	}
}

/* Blanks in front of a line that is kept as it is. */
static int own_indent(const struct cm_document *doc, const struct node *n)
{
	uint32_t at = n->span.start;
	while (at > 0 && (doc->source.text[at - 1] == ' ' || doc->source.text[at - 1] == '\t'))
		at--;
	return (int)(n->span.start - at);
}

void print_node(struct print *p, const struct node *n, enum mode mode, int indent)
{
	enum mode inside = kind_opens((enum kind)n->kind);
	if (!is_printed(n, mode))
		return;
	int own = mode == MODE_OTHER ? own_indent(p->doc, n) : 0;
	cm_text_printf(p->out, "%*s", own > indent ? own : indent, "");
	printer_line(p->printer, n, mode, p->out);
	cm_text_char(p->out, '\n');
	for (const struct node *line = n->first; line; line = line->next)
		print_node(p, line, inside, indent + print_indent(inside));
}

/* --- what holds ------------------------------------------------------------------------------------------ */

/* Something to print: a thing, or a statement that stands by itself. */
struct item {
	const struct node *node;
	const struct thing *thing; /* NULL: the node alone */
	unsigned section;
	uint32_t group, number, place; /* order inside a section */
};

struct items {
	struct item *all;
	size_t n;
};

static int by_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* Entries stand with their map, by sequence; policies by priority. */
static void item_of_thing(struct print *p, struct items *items, const struct thing *t)
{
	const struct node *n = t->runs.first;
	uint32_t place = n->span.start;
	bool numbered = t->parent || t->family == FAMILY_POLICY;
	items->all[items->n++] = (struct item){ n, t, section_of(p->doc, n),
		t->parent          ? t->parent->runs.first->span.start
			: numbered ? 0
				   : place,
		numbered ? t->number : 0, place };
}

static bool is_container(const struct thing *t)
{
	return t->family == FAMILY_CRYPTO_MAP || t->family == FAMILY_DYNAMIC_MAP ||
		t->family == FAMILY_ROUTE_MAP;
}

/* Things whose every line is a statement of its own. */
static bool is_by_line(const struct thing *t)
{
	return t->family == FAMILY_PREFIX_LIST || t->family == FAMILY_HOST ||
		t->family == FAMILY_LOCAL_POOL;
}

/* Kinds that only things print. */
static bool belongs_to_thing(const struct node *n)
{
	switch ((enum kind)n->kind) {
	case KIND_ISAKMP_POLICY:
	case KIND_KEYRING:
	case KIND_ISAKMP_PROFILE:
	case KIND_ISAKMP_PEER:
	case KIND_CLIENT_GROUP:
	case KIND_CRYPTO_MAP:
	case KIND_DYNAMIC_MAP:
	case KIND_IKEV2_KEYRING:
	case KIND_IKEV2_PROFILE:
	case KIND_INTERFACE:
	case KIND_ACL_STANDARD:
	case KIND_ACL_EXTENDED:
	case KIND_ACL_NUMBERED:
	case KIND_ACE_STANDARD:
	case KIND_ACE_EXTENDED:
	case KIND_REMARK:
	case KIND_RESEQUENCE:
	case KIND_NETWORK_GROUP:
	case KIND_SERVICE_GROUP:
	case KIND_TIME_RANGE:
	case KIND_ACL6:
	case KIND_ROUTE_MAP:
	case KIND_VRF:
	case KIND_TRUSTPOINT:
	case KIND_NAT_POOL:
		return true;
	/* `no … default` switches what is built in off, and must be said. */
	case KIND_TRANSFORM_SET:
	case KIND_IPSEC_PROFILE:
	case KIND_IKEV2_PROPOSAL:
	case KIND_IKEV2_POLICY:
		return !n->negated;
	default:
		return false;
	}
}

static int by_start(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* Where the keys, rules and routes that hold stand in the text. */
struct places {
	uint32_t *at;
	size_t n;
};

static bool places_make(struct places *places, const struct cm_model *m)
{
	const struct cm_keyring *keys = m->n_keyrings ? &m->keyrings[0] : NULL;
	size_t most = m->n_nat_rules + m->n_routes + (keys ? keys->n_keys : 0);
	places->at = calloc(most + 1, sizeof *places->at);
	if (!places->at)
		return false;
	for (size_t i = 0; keys && i < keys->n_keys; i++)
		places->at[places->n++] = keys->keys[i].at.start;
	for (size_t i = 0; i < m->n_nat_rules; i++)
		places->at[places->n++] = m->nat_rules[i].at.start;
	for (size_t i = 0; i < m->n_routes; i++)
		places->at[places->n++] = m->routes[i].at.start;
	qsort(places->at, places->n, sizeof *places->at, by_start);
	return true;
}

static bool still_holds(const struct places *places, const struct node *n)
{
	switch ((enum kind)n->kind) {
	case KIND_ISAKMP_KEY:
	case KIND_NAT_DYNAMIC:
	case KIND_NAT_STATIC:
	case KIND_ROUTE:
		return bsearch(&n->span.start, places->at, places->n, sizeof *places->at, by_start);
	default:
		return true;
	}
}

/* A setting of a map stands in front of the map's entries. */
static uint32_t group_of(const struct print *p, const struct node *n)
{
	bool setting = place_of((enum kind)n->kind) == KIND_CRYPTO_MAP;
	const struct cm_crypto_map *map =
		setting ? cm_model_crypto_map(p->m, node_name(p->doc, n, ROLE_NAME)) : NULL;
	return map ? map->at.start : n->span.start;
}

/* Settings of which each map, each VRF has one. */
static bool is_of_map_or_domain(const struct node *n)
{
	return n->kind == KIND_MAP_LOCAL_ADDRESS || n->kind == KIND_MAP_ISAKMP_PROFILE ||
		n->kind == KIND_MAP_CLIENT_AUTHENTICATION || n->kind == KIND_DOMAIN;
}

/* The last one of its map, its VRF holds. */
static bool replaces_setting(struct print *p, struct items *items, const struct node *n)
{
	enum role by = n->kind == KIND_DOMAIN ? ROLE_VRF : ROLE_NAME;
	if (!is_of_map_or_domain(n))
		return false;
	size_t last = items->n > LOOK_BACK ? items->n - LOOK_BACK : 0;
	for (size_t i = items->n; i > last; i--) {
		struct item *item = &items->all[i - 1];
		if (item->node->kind != n->kind ||
			!cm_str_same(node_name(p->doc, item->node, by), node_name(p->doc, n, by)))
			continue;
		item->node = n;
		return true;
	}
	return false;
}

/* A statement that stands by itself; of those that know one value the last takes the place. */
static void item_of_node(
	struct print *p, struct items *items, const struct node *n, size_t slots[KINDS][VARIANTS])
{
	enum role by;
	if (is_single((enum kind)n->kind, &by)) {
		size_t *slot = &slots[n->kind][variant_of(p, n, by)];
		if (*slot) {
			items->all[*slot - 1].node = n;
			return;
		}
		*slot = items->n + 1;
	}
	if (replaces_setting(p, items, n))
		return;
	uint32_t place = n->span.start;
	items->all[items->n++] =
		(struct item){ n, NULL, section_of(p->doc, n), group_of(p, n), 0, place };
}

static size_t count_items(const struct router *router)
{
	size_t n = 0;
	for (const struct node *top = router->first; top && top != router->end; top = top->next)
		n++;
	return n;
}

static void collect(struct print *p, struct items *items, const struct router *router)
{
	size_t slots[KINDS][VARIANTS] = { { 0 } };
	struct places places = { .n = 0 };
	struct thing *const *heads = p->m->index->things;
	if (!places_make(&places, p->m)) {
		p->failed = true;
		return;
	}
	for (int family = 0; family < FAMILIES; family++)
		for (const struct thing *t = heads[family]; t; t = t->next)
			if (!t->dead && !is_container(t) && !is_by_line(t))
				item_of_thing(p, items, t);
	for (const struct node *n = router->first; n && n != router->end; n = n->next)
		if (!belongs_to_thing(n) && n->kind != KIND_END && n->kind != KIND_ERROR &&
			n->kind != KIND_EXEC && n->kind != KIND_EXIT && still_holds(&places, n))
			item_of_node(p, items, n, slots);
	free(places.at);
}

/* --- print ----------------------------------------------------------------------------------------------- */

static const struct cm_acl *acl_of(const struct print *p, const struct thing *t)
{
	return &p->m->acls[t->index];
}

/* The header that says most: the last one of a set of transforms, the first of all others. */
static const struct node *header_of(const struct thing *t)
{
	bool last = t->family == FAMILY_TRANSFORM_SET || t->family == FAMILY_CLAUSE ||
		t->family == FAMILY_NAT_POOL;
	return last ? t->last_run->last : t->runs.first;
}

static void print_thing(struct print *p, const struct thing *t)
{
	const struct node *head = header_of(t);
	if (t->family == FAMILY_ACL) {
		print_acl(p, t, acl_of(p, t));
		return;
	}
	printer_line(p->printer, head, MODE_GLOBAL, p->out);
	cm_text_char(p->out, '\n');
	print_block(p, t, print_indent(kind_opens((enum kind)head->kind)));
}

static bool is_said(const struct print *p, const struct item *item)
{
	enum role by;
	if (is_of_map_or_domain(item->node) && item->node->negated)
		return false;
	return item->thing || !is_single((enum kind)item->node->kind, &by) ||
		!is_default_line(p, item->node);
}

static void print_item(struct print *p, const struct item *item, const struct item **before)
{
	if (!is_said(p, item))
		return;
	if (!*before || item->section != (*before)->section)
		cm_text_put(p->out, "!\n");
	*before = item;
	if (item->thing)
		print_thing(p, item->thing);
	else
		print_node(p, item->node, MODE_GLOBAL, 0);
}

static void print_router(struct print *p, const struct router *router)
{
	size_t things = 0;
	for (int family = 0; family < FAMILIES; family++)
		for (const struct thing *t = p->m->index->things[family]; t; t = t->next)
			things++;
	struct items items = { .n = 0 };
	items.all = calloc(things + count_items(router) + 1, sizeof *items.all);
	if (!items.all) {
		p->failed = true;
		return;
	}
	collect(p, &items, router);
	if (items.n)
		qsort(items.all, items.n, sizeof *items.all, by_order);
	const struct item *before = NULL;
	for (size_t i = 0; i < items.n; i++)
		print_item(p, &items.all[i], &before);
	cm_text_put(p->out, "!\nend\n");
	free(items.all);
}

void cm_print_ios(const struct cm_document *doc, bool secrets, struct cm_text *out)
{
	struct print p = { .doc = doc, .out = out, .printer = printer_new(doc, secrets) };
	for (size_t i = 0; p.printer && i < doc->n_routers; i++) {
		p.m = doc->models[i];
		print_router(&p, &doc->routers[i]);
	}
	out->failed |= p.failed || !p.printer;
	printer_free(p.printer);
}
