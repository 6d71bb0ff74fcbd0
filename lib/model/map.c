/* crypto map, crypto dynamic-map */
#include "model/ipsec.h"

#include <stdlib.h>
#include <string.h>

/* --- collect --------------------------------------------------------------------------------------- */

static void collect_entry(
	struct build *b, enum family maps, enum family entries, const struct node *n)
{
	struct cm_str name = build_name(b, n, ROLE_NAME);
	const struct arg *sequence = node_arg(n, ROLE_SEQUENCE);
	if (!name.at)
		return;
	struct thing *map = thing_find(b, maps, 0, name, 0);
	if (undoes(n)) {
		struct thing *entry = map && sequence
			? thing_find(b, entries, map->id, map->name, sequence->value)
			: NULL;
		thing_remove(b, sequence ? entry : map);
		if (entry && !map->n_children && !map->extended)
			thing_remove(b, map);
		return;
	}
	if (!sequence || !(map = thing_get(b, maps, NULL, name, 0, role_span(n, ROLE_NAME))))
		return;
	thing_add(b, map, n);
	struct thing *entry =
		thing_get(b, entries, map, map->name, sequence->value, sequence->span);
	if (entry)
		thing_add(b, entry, n);
}

void collect_crypto_map(struct build *b, const struct node *n)
{
	collect_entry(b, FAMILY_CRYPTO_MAP, FAMILY_MAP_ENTRY, n);
}

void collect_dynamic_map(struct build *b, const struct node *n)
{
	collect_entry(b, FAMILY_DYNAMIC_MAP, FAMILY_DYNAMIC_ENTRY, n);
}

/* local-address, client authentication, isakmp-profile: they make the map too (`extended`). */
void collect_map_setting(struct build *b, const struct node *n)
{
	struct cm_str name = build_name(b, n, ROLE_NAME);
	struct thing *map = name.at
		? thing_get(b, FAMILY_CRYPTO_MAP, NULL, name, 0, role_span(n, ROLE_NAME))
		: NULL;
	if (!map)
		return;
	map->extended = true;
	thing_add(b, map, n);
}

/* --- an entry -------------------------------------------------------------------------------------- */

struct entry_work {
	struct settings_work settings; /* first: lines of settings see this */
	struct cm_map_entry *entry;
	struct vec peers, session_keys;
	bool dynamic;
};

static struct cm_peer peer_of(struct build *b, const struct node *n)
{
	struct cm_peer peer = { .at = n->span };
	const struct arg *address = node_arg(n, ROLE_ADDRESS);
	if (address && address->shape == SHAPE_ADDRESS) {
		peer.resolved = true;
		peer.address = address->value;
	} else {
		peer.hostname = address ? build_text(b, address) : build_name(b, n, ROLE_HOSTNAME);
		peer.resolved = host_address(b, peer.hostname, &peer.address);
	}
	peer.is_default = node_has(n, ROLE_DEFAULT);
	return peer;
}

static bool same_peer(const struct cm_peer *a, const struct cm_peer *b)
{
	return a->resolved == b->resolved && a->address == b->address &&
		a->hostname.length == b->hostname.length &&
		(!a->hostname.length || cm_str_same(a->hostname, b->hostname));
}

/* Peers make a list in the order typed; one that is named again keeps its place. */
static void set_peer(struct build *b, void *object, const struct node *n)
{
	struct entry_work *work = object;
	struct cm_peer peer = peer_of(b, n);
	struct cm_peer *peers = work->peers.items;
	size_t i = 0;
	if (undoes(n) && !peer.resolved && !peer.hostname.at) {
		work->peers.n = 0;
		return;
	}
	while (i < work->peers.n && !same_peer(&peers[i], &peer))
		i++;
	if (undoes(n) && i < work->peers.n)
		vec_drop(&work->peers, i, sizeof *peers);
	else if (!undoes(n) && i < work->peers.n)
		peers[i] = peer;
	else if (!undoes(n))
		*VEC_NEW(b, &work->peers, struct cm_peer) = peer;
}

static void match_address(struct build *b, void *object, const struct node *n)
{
	set_ref(b, &((struct entry_work *)object)->entry->acl, n, ROLE_ACL);
}

static void access_group(struct build *b, void *object, const struct node *n)
{
	struct cm_map_entry *entry = ((struct entry_work *)object)->entry;
	bool out = role_is(b, n, ROLE_DIRECTION, "out");
	set_ref(b, out ? &entry->access_out : &entry->access_in, n, ROLE_ACL);
}

static void description(struct build *b, void *object, const struct node *n)
{
	struct cm_map_entry *entry = ((struct entry_work *)object)->entry;
	entry->description = undoes(n) ? (struct cm_str){ NULL, 0 } : build_name(b, n, ROLE_TEXT);
}

/* One key for each direction and protocol. */
static void session_key(struct build *b, void *object, const struct node *n)
{
	struct entry_work *work = object;
	struct cm_session_key key = { .at = n->span };
	key.inbound = role_is(b, n, ROLE_DIRECTION, "inbound");
	key.ah = role_is(b, n, ROLE_PROTOCOL, "ah");
	key.spi = node_value(n, ROLE_SPI, 0);
	struct cm_str secret = build_name(b, n, ROLE_SECRET);
	*(key.ah ? &key.auth_key : &key.cipher_key) = secret;
	if (!key.ah)
		key.auth_key = build_name(b, n, ROLE_AUTH_SECRET);
	struct cm_session_key *keys = work->session_keys.items;
	size_t i = 0;
	while (i < work->session_keys.n && (keys[i].inbound != key.inbound || keys[i].ah != key.ah))
		i++;
	if (undoes(n) && i < work->session_keys.n)
		vec_drop(&work->session_keys, i, sizeof *keys);
	else if (!undoes(n) && i < work->session_keys.n)
		keys[i] = key;
	else if (!undoes(n))
		*VEC_NEW(b, &work->session_keys, struct cm_session_key) = key;
}

static void setting(struct build *b, void *object, const struct node *n)
{
	apply_setting(b, &((struct entry_work *)object)->settings, n);
}

static apply_line *const entry_lines[KINDS] = {
	[KIND_SET_PEER] = set_peer,
	[KIND_MATCH_ADDRESS] = match_address,
	[KIND_SET_ACCESS_GROUP] = access_group,
	[KIND_DESCRIPTION] = description,
	[KIND_SET_SESSION_KEY] = session_key,
	[KIND_SET_TRANSFORM_SET] = setting,
	[KIND_SET_PFS] = setting,
	[KIND_SET_LIFETIME] = setting,
	[KIND_SET_LEVEL] = setting,
	[KIND_SET_IDLE] = setting,
	[KIND_SET_REPLAY] = setting,
	[KIND_SET_DF_BIT] = setting,
	[KIND_SET_ISAKMP_PROFILE] = setting,
	[KIND_SET_IKEV2_PROFILE] = setting,
	[KIND_RESPONDER_ONLY] = setting,
	[KIND_REVERSE_ROUTE] = setting,
};

static enum cm_entry_type type_of(struct build *b, const struct node *n)
{
	const char *type = role_word(b, n, ROLE_TYPE);
	if (node_has(n, ROLE_DYNAMIC))
		return CM_ENTRY_DYNAMIC;
	return strcmp(type, "ipsec-isakmp") == 0    ? CM_ENTRY_ISAKMP
		: strcmp(type, "ipsec-manual") == 0 ? CM_ENTRY_MANUAL
		: strcmp(type, "gdoi") == 0         ? CM_ENTRY_GDOI
						    : CM_ENTRY_UNKNOWN;
}

/* The type is fixed by the first header; another later is refused [mem], so it is a warning. */
static void entry_header(struct build *b, struct cm_map_entry *entry, const struct node *n)
{
	enum cm_entry_type type = type_of(b, n);
	if (type == CM_ENTRY_UNKNOWN)
		return;
	if (entry->type != CM_ENTRY_UNKNOWN && entry->type != type) {
		struct cm_diag *d = diag(b->diags, "map-type-changed", CM_WARNING, n->span,
			"entry %u was created with another type, which a router does not change",
			(unsigned)entry->sequence);
		diag_note(b->diags, d, entry->at, "created here");
		return;
	}
	entry->type = type;
	if (type == CM_ENTRY_DYNAMIC)
		set_ref(b, &entry->dynamic, n, ROLE_DYNAMIC);
	else if (node_has(n, ROLE_PROFILE))
		set_ref(b, &entry->header_profile, n, ROLE_PROFILE);
}

static void entry_headers(struct build *b, struct cm_map_entry *entry, const struct thing *t)
{
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *n = run->first;; n = n->next) {
			entry_header(b, entry, n);
			if (n == run->last)
				break;
		}
}

static void make_entry(struct build *b, struct entry_work *work, struct thing *t)
{
	struct cm_map_entry *entry = work->entry;
	entry->sequence = t->number;
	entry->at = thing_at(t);
	entry->type = work->dynamic ? CM_ENTRY_ISAKMP : CM_ENTRY_UNKNOWN;
	if (!work->dynamic)
		entry_headers(b, entry, t);
	entry->blocks = thing_blocks(b, t, &entry->n_blocks);
	work->settings.sa = &entry->sa;
	default_settings(b, &entry->sa);
	each_line(b, t, work, entry_lines);
	settings_take(b, &work->settings);
	entry->peers = vec_take(b, &work->peers, sizeof *entry->peers, &entry->n_peers);
	entry->session_keys = vec_take(
		b, &work->session_keys, sizeof *entry->session_keys, &entry->n_session_keys);
}

static int by_sequence(const void *a, const void *b)
{
	const struct cm_map_entry *x = a, *y = b;
	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static const struct cm_map_entry *make_entries(
	struct build *b, struct entry_work *work, const struct thing *map, size_t *n)
{
	*n = 0;
	struct cm_map_entry *all = build_array(b, map->n_children, sizeof *all);
	bool sorted = true;
	for (struct thing *t = all ? map->children : NULL; t; t = t->next_child) {
		if (t->dead)
			continue;
		work->entry = &all[*n];
		make_entry(b, work, t);
		sorted = sorted && (!*n || all[*n - 1].sequence < all[*n].sequence);
		++*n;
	}
	if (!sorted)
		qsort(all, *n, sizeof *all, by_sequence);
	return all;
}

/* --- maps ------------------------------------------------------------------------------------------ */

static void map_setting(struct build *b, struct cm_crypto_map *map, const struct node *n)
{
	switch ((enum kind)n->kind) {
	case KIND_MAP_LOCAL_ADDRESS:
		set_interface_ref(b, &map->local_address, n, ROLE_INTERFACE);
		break;
	case KIND_MAP_ISAKMP_PROFILE:
		set_ref(b, &map->isakmp_profile, n, ROLE_PROFILE);
		break;
	case KIND_MAP_CLIENT_AUTHENTICATION:
		set_flag(&map->xauth, n, false);
		break;
	case KIND_CRYPTO_MAP:
		map->ipv6 = map->ipv6 || node_has(n, ROLE_IPV6);
		break;
	default:
		break;
	}
}

static void make_map(
	struct build *b, struct entry_work *work, struct thing *t, struct cm_crypto_map *map)
{
	map->name = t->name;
	map->at = thing_at(t);
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *n = run->first;; n = n->next) {
			map_setting(b, map, n);
			if (n == run->last)
				break;
		}
	map->entries = make_entries(b, work, t, &map->n_entries);
}

static void make_static(struct build *b, struct entry_work *work)
{
	size_t n = 0;
	struct cm_crypto_map *all = build_array(b, b->alive[FAMILY_CRYPTO_MAP], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_CRYPTO_MAP] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		t->index = (uint32_t)n;
		make_map(b, work, t, &all[n++]);
	}
	b->m->crypto_maps = all;
	b->m->n_crypto_maps = n;
}

static void make_dynamic(struct build *b, struct entry_work *work)
{
	size_t n = 0;
	struct cm_dynamic_map *all = build_array(b, b->alive[FAMILY_DYNAMIC_MAP], sizeof *all);
	work->dynamic = true;
	for (struct thing *t = all ? b->head[FAMILY_DYNAMIC_MAP] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_dynamic_map *map = &all[n];
		t->index = (uint32_t)n++;
		map->name = t->name;
		map->at = thing_at(t);
		map->entries = make_entries(b, work, t, &map->n_entries);
	}
	b->m->dynamic_maps = all;
	b->m->n_dynamic_maps = n;
}

void make_crypto_maps(struct build *b)
{
	struct entry_work work = { 0 };
	make_static(b, &work);
	make_dynamic(b, &work);
	vec_free(&work.settings.transform_sets);
	vec_free(&work.peers);
	vec_free(&work.session_keys);
}
