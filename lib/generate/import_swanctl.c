#include "base/diags.h"
#include "generate/settings.h"
#include "tunnel/set.h"
#include <cryptomap/generate.h>

#include <string.h>

/*
 * swanctl.conf read as tunnels, seen from the strongSwan box. Only what an IKE peer can notice is
 * carried over; the defaults are those of swanctl.conf(5).
 */

/* clang-format off */
enum {
	IKE_REKEY_S = 4 * 3600,  /* default of rekey_time */
	CHILD_REKEY_S = 3600,    /* default of children.*.rekey_time */
	MOST_WORDS = 16,
};
/* clang-format on */

struct import {
	struct cm_tunnels *set;
	struct arena *arena;
	struct diags diags;
	struct cm_str text;
	const struct section *root;
	struct cm_p2 *named; /* transform-sets by now */
	size_t n_named, named_room;
};

static void say(struct import *im, enum cm_severity severity, struct cm_span at, const char *what,
	struct cm_str word)
{
	diag(&im->diags, "foreign-value", severity, at, "%s: %.*s", what, (int)word.length,
		word.length ? word.at : "");
}

static struct cm_str value_of(const struct section *s, const char *key)
{
	const struct setting *k = section_get(s, key);
	struct cm_str none = { NULL, 0 };
	return k ? k->value : none;
}

static struct cm_span place_of(const struct section *s, const char *key)
{
	const struct setting *k = section_get(s, key);
	struct cm_span none = { 0, 0 };
	return k ? k->at : none;
}

/* The next piece of a list divided by `divider`, blanks cut off; false at the end. */
static bool next_piece(struct cm_str *list, char divider, struct cm_str *piece)
{
	while (list->length && (*list->at == divider || *list->at == ' '))
		list->at++, list->length--;
	if (!list->length)
		return false;
	const char *end = memchr(list->at, divider, list->length);
	size_t n = end ? (size_t)(end - list->at) : list->length;
	*piece = (struct cm_str){ list->at, n };
	list->at += n;
	list->length -= n;
	while (piece->length && piece->at[piece->length - 1] == ' ')
		piece->length--;
	return true;
}

/* "90", "90s", "15m", "4h", "1d"; `otherwise` when absent. */
static uint32_t seconds(struct cm_str s, uint32_t otherwise)
{
	uint64_t value = 0;
	size_t i = 0;
	while (i < s.length && s.at[i] >= '0' && s.at[i] <= '9' && value < 0x7fffffff)
		value = value * 10 + (uint64_t)(s.at[i++] - '0');
	if (i == 0)
		return otherwise;
	char unit = i < s.length ? s.at[i] : 's';
	value *= unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 1;
	return value > 0x7fffffff ? 0x7fffffff : (uint32_t)value;
}

static bool truth(struct cm_str s, bool otherwise)
{
	if (!s.length)
		return otherwise;
	return cm_str_is(s, "yes") || cm_str_is(s, "true") || cm_str_is(s, "1") ||
		cm_str_is(s, "enabled");
}

/* --- Proposals ------------------------------------------------------------------------------------ */

/* The words of one proposal, sorted into kinds. */
struct words {
	const struct cm_cipher *ciphers[MOST_WORDS];
	const struct cm_hash *hashes[MOST_WORDS], *prfs[MOST_WORDS];
	const struct cm_group *groups[MOST_WORDS];
	size_t n_ciphers, n_hashes, n_prfs, n_groups;
};

static bool add_cipher(struct words *w, struct cm_str word)
{
	size_t n;
	const struct cm_cipher *row = cm_ciphers(&n);
	for (size_t i = 0; i < n && w->n_ciphers < MOST_WORDS; i++)
		if (row[i].swan && cm_str_is_nocase(word, row[i].swan))
			return w->ciphers[w->n_ciphers++] = &row[i], true;
	return false;
}

static bool add_hash(struct words *w, struct cm_str word)
{
	size_t n;
	const struct cm_hash *row = cm_hashes(&n);
	for (size_t i = 0; i < n && w->n_hashes < MOST_WORDS; i++)
		if (row[i].swan && cm_str_is_nocase(word, row[i].swan))
			return w->hashes[w->n_hashes++] = &row[i], true;
	return false;
}

/* "prfsha256": of weight where the cipher needs no integrity beside it. */
static bool add_prf(struct words *w, struct cm_str word)
{
	struct words plain = { 0 };
	if (word.length < 4 || memcmp(word.at, "prf", 3) != 0)
		return false;
	struct cm_str name = { word.at + 3, word.length - 3 };
	if (add_hash(&plain, name) && w->n_prfs < MOST_WORDS)
		w->prfs[w->n_prfs++] = plain.hashes[0];
	return plain.n_hashes > 0;
}

static bool add_group(struct words *w, struct cm_str word)
{
	size_t n;
	const struct cm_group *row = cm_groups(&n);
	for (size_t i = 0; i < n && w->n_groups < MOST_WORDS; i++)
		if (row[i].swan && cm_str_is_nocase(word, row[i].swan))
			return w->groups[w->n_groups++] = &row[i], true;
	return false;
}

static void read_words(
	struct import *im, struct words *w, struct cm_str proposal, struct cm_span at)
{
	struct cm_str word;
	*w = (struct words){ 0 };
	while (next_piece(&proposal, '-', &word)) {
		bool extra = cm_str_is(word, "noesn") || cm_str_is(word, "esn");
		if (!extra && !add_prf(w, word) && !add_cipher(w, word) && !add_hash(w, word) &&
			!add_group(w, word))
			say(im, CM_WARNING, at, "IOS has no such algorithm", word);
	}
}

static void expand_p1(struct import *im, struct cm_tunnel *t, const struct words *w, size_t *room,
	uint32_t lifetime, struct cm_span at)
{
	struct cm_p1 *list = (struct cm_p1 *)(uintptr_t)t->p1;
	const struct cm_hash *const *hashes = w->n_hashes ? w->hashes : w->prfs;
	size_t n_hashes = w->n_hashes ? w->n_hashes : w->n_prfs;
	size_t total = w->n_ciphers * n_hashes * w->n_groups;
	if (total == 0)
		say(im, CM_ERROR, at, "no cipher, hash and group together", t->map);
	for (size_t i = 0; i < total; i++) {
		struct cm_p1 *p = ARENA_PUSH(im->arena, list, t->n_p1, *room);
		if (!p)
			break;
		p->priority = (unsigned)t->n_p1 * 10;
		p->cipher = w->ciphers[i / (n_hashes * w->n_groups)];
		p->hash = hashes[i / w->n_groups % n_hashes];
		p->group = w->groups[i % w->n_groups];
		p->auth = cm_auth_named("pre-share");
		p->lifetime_s = lifetime;
		p->at = at;
	}
	t->p1 = list;
}

static uint32_t ike_lifetime(const struct section *c)
{
	/* charon offers reauth_time, or rekey_time when that is 0, with over_time on top. */
	uint32_t reauth = seconds(value_of(c, "reauth_time"), 0);
	uint32_t rekey = seconds(value_of(c, "rekey_time"), reauth ? 0 : IKE_REKEY_S);
	uint32_t base = reauth ? reauth : rekey;
	uint32_t over = seconds(value_of(c, "over_time"), base / 10);
	uint32_t life = base + over;
	return life < 60 ? 60 : life > 86400 ? 86400 : life;
}

static void read_p1(struct import *im, struct cm_tunnel *t, const struct section *c)
{
	struct cm_str list = value_of(c, "proposals"), proposal;
	struct cm_span at = place_of(c, "proposals");
	struct words w;
	size_t room = 0;
	if (!list.length)
		say(im, CM_WARNING, c->at, "no proposals: strongSwan's defaults are not known here",
			c->name);
	while (next_piece(&list, ',', &proposal)) {
		read_words(im, &w, proposal, at);
		expand_p1(im, t, &w, &room, ike_lifetime(c), at);
	}
}

/* Equal sets of all connections have one name. */
static struct cm_str set_name(struct import *im, const struct cm_p2 *row)
{
	for (size_t i = 0; i < im->n_named; i++)
		if (cm_p2_compare(&im->named[i], row) == CM_SAME)
			return im->named[i].name;
	struct cm_p2 *named = ARENA_PUSH(im->arena, im->named, im->n_named, im->named_room);
	if (!named)
		return cm_str_of("SET");
	*named = *row;
	named->name = cm_str_of(arena_printf(im->arena, "SET-%zu", im->n_named));
	return named->name;
}

static void push_p2(struct import *im, struct cm_tunnel *t, size_t *room, struct cm_p2 row)
{
	struct cm_p2 *list = (struct cm_p2 *)(uintptr_t)t->p2;
	struct cm_p2 *p = ARENA_PUSH(im->arena, list, t->n_p2, *room);
	t->p2 = list;
	if (!p)
		return;
	*p = row;
	p->name = set_name(im, &row);
}

/* One transform-set for each combination; a group in the proposal is PFS. */
static void expand_p2(struct import *im, struct cm_tunnel *t, const struct words *w, size_t *room,
	struct cm_p2 row, bool ah)
{
	if (w->n_groups && !t->pfs.demanded) {
		t->pfs.demanded = true;
		t->pfs.group = w->groups[0];
		t->pfs.at = row.at;
	}
	size_t hashes = w->n_hashes ? w->n_hashes : 1;
	for (size_t i = 0; i < (ah ? 1 : w->n_ciphers); i++)
		for (size_t j = 0; j < hashes; j++) {
			const struct cm_hash *hash = w->n_hashes ? w->hashes[j] : NULL;
			row.cipher = ah ? NULL : w->ciphers[i];
			row.ah = ah ? hash : NULL;
			row.hash = ah || (row.cipher && row.cipher->combined) ? NULL : hash;
			push_p2(im, t, room, row);
		}
}

static void read_p2(struct import *im, struct cm_tunnel *t, const struct section *child)
{
	static const char *const keys[] = { "esp_proposals", "ah_proposals" };
	size_t room = 0;
	struct words w;
	for (int ah = 0; ah < 2; ah++) {
		struct cm_str list = value_of(child, keys[ah]), proposal;
		struct cm_p2 row = { .mode = CM_MODE_TUNNEL, .at = place_of(child, keys[ah]) };
		if (cm_str_is(value_of(child, "mode"), "transport"))
			row.mode = CM_MODE_TRANSPORT;
		while (next_piece(&list, ',', &proposal)) {
			read_words(im, &w, proposal, row.at);
			expand_p2(im, t, &w, &room, row, ah == 1);
		}
	}
	if (t->n_p2 == 0)
		say(im, CM_WARNING, child->at,
			"no proposals: strongSwan's defaults are not known here", child->name);
}

/* --- Selectors ------------------------------------------------------------------------------------ */

struct ts {
	struct cm_net net;
	uint8_t protocol;
	uint16_t port[2];
};

static uint32_t number(struct cm_str s, uint32_t most)
{
	uint32_t value = 0;
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] < '0' || s.at[i] > '9' || value > most)
			return UINT32_MAX;
		value = value * 10 + (uint32_t)(s.at[i] - '0');
	}
	return s.length && value <= most ? value : UINT32_MAX;
}

/* "[tcp/80]", "[gre]", "[17/1000-2000]" behind the prefix. */
static bool read_ts_ports(struct cm_str s, struct ts *ts)
{
	struct cm_str protocol, port, first, last;
	if (!next_piece(&s, '/', &protocol))
		return false;
	const struct cm_name *name = cm_name_find(CM_NAMES_PROTOCOL, protocol, NULL);
	uint32_t value = name ? name->number : number(protocol, 255);
	if (value == UINT32_MAX)
		return false;
	ts->protocol = (uint8_t)value;
	if (!next_piece(&s, '/', &port) || cm_str_is(port, "any"))
		return true;
	next_piece(&port, '-', &first);
	last = first;
	next_piece(&port, '-', &last);
	uint32_t from = number(first, 65535), to = number(last, 65535);
	ts->port[0] = (uint16_t)from;
	ts->port[1] = (uint16_t)to;
	return from != UINT32_MAX && to != UINT32_MAX;
}

static bool read_ts(struct cm_str s, uint32_t dynamic, struct ts *ts)
{
	struct cm_str prefix = s, address, bits;
	const char *bracket = memchr(s.at, '[', s.length);
	*ts = (struct ts){ { dynamic, 0xffffffff }, 0, { 0, 65535 } };
	if (bracket) {
		prefix.length = (size_t)(bracket - s.at);
		struct cm_str inner = { bracket + 1, s.length - prefix.length - 1 };
		if (inner.length && inner.at[inner.length - 1] == ']')
			inner.length--;
		if (!read_ts_ports(inner, ts))
			return false;
	}
	if (cm_str_is(prefix, "dynamic"))
		return dynamic != 0;
	if (!next_piece(&prefix, '/', &address) || !cm_ip4_parse(address, &ts->net.address))
		return false;
	uint32_t n = next_piece(&prefix, '/', &bits) ? number(bits, 32) : 32;
	if (n == UINT32_MAX)
		return false;
	ts->net.mask = cm_mask_of(n);
	ts->net.address &= ts->net.mask;
	return true;
}

static void push_selector(struct import *im, struct cm_tunnel *t, size_t *room,
	const struct ts *local, const struct ts *remote, struct cm_span at)
{
	struct cm_selector *list = (struct cm_selector *)(uintptr_t)t->selectors;
	struct cm_selector *s = ARENA_PUSH(im->arena, list, t->n_selectors, *room);
	t->selectors = list;
	if (!s)
		return;
	s->protocol = local->protocol ? local->protocol : remote->protocol;
	s->local = local->net;
	s->remote = remote->net;
	memcpy(s->local_port, local->port, sizeof s->local_port);
	memcpy(s->remote_port, remote->port, sizeof s->remote_port);
	s->at = at;
	s->sequence = (uint32_t)t->n_selectors * 10;
}

static void read_selectors(
	struct import *im, struct cm_tunnel *t, const struct section *child, size_t *room)
{
	struct cm_str locals = value_of(child, "local_ts"), local, remote;
	struct cm_span at = place_of(child, "local_ts");
	uint32_t peer = t->n_peers && t->peers[0].resolved ? t->peers[0].address : 0;
	struct ts l, r;
	if (!locals.length)
		locals = cm_str_of("dynamic");
	while (next_piece(&locals, ',', &local)) {
		struct cm_str remotes = value_of(child, "remote_ts");
		if (!remotes.length)
			remotes = cm_str_of("dynamic");
		while (next_piece(&remotes, ',', &remote)) {
			if (!read_ts(local, t->has_local ? t->local : 0, &l))
				say(im, CM_ERROR, at, "no selector that IOS could hold", local);
			else if (!read_ts(remote, peer, &r))
				say(im, CM_ERROR, place_of(child, "remote_ts"),
					"no selector that IOS could hold", remote);
			else
				push_selector(im, t, room, &l, &r, at);
		}
	}
}

/* --- Ends, keys ------------------------------------------------------------------------------------ */

static void read_identity(struct cm_identity *id, struct cm_str text, struct cm_span at)
{
	uint32_t address;
	*id = (struct cm_identity){ .kind = CM_ID_ADDRESS };
	if (!text.length || cm_str_is(text, "%any"))
		return;
	if (cm_ip4_parse(text, &address)) {
		id->address = (struct cm_net){ address, 0xffffffff };
		id->at = at;
		return;
	}
	if (*text.at == '@')
		text.at++, text.length--;
	id->kind = text.length && memchr(text.at, '@', text.length) ? CM_ID_USER_FQDN : CM_ID_FQDN;
	id->name = text;
	id->at = at;
}

static const struct section *auth_section(const struct section *c, const char *prefix)
{
	size_t length = strlen(prefix);
	for (const struct section *s = c->first; s; s = s->next)
		if (s->name.length >= length && memcmp(s->name.at, prefix, length) == 0)
			return s;
	return NULL;
}

static void read_ends(struct import *im, struct cm_tunnel *t, const struct section *c)
{
	struct cm_str locals = value_of(c, "local_addrs"), remotes = value_of(c, "remote_addrs"),
		      word;
	const struct section *local = auth_section(c, "local"), *remote = auth_section(c, "remote");
	if (next_piece(&locals, ',', &word) && cm_ip4_parse(word, &t->local))
		t->has_local = true;
	t->local_at = place_of(c, "local_addrs");
	struct cm_peer *peers = NULL;
	size_t room = 0;
	while (next_piece(&remotes, ',', &word)) {
		struct cm_peer *p = ARENA_PUSH(im->arena, peers, t->n_peers, room);
		if (!p)
			break;
		p->at = place_of(c, "remote_addrs");
		p->resolved = cm_ip4_parse(word, &p->address);
		p->any = !p->resolved && *word.at == '%';
		if (!p->resolved && !p->any)
			p->hostname = word;
	}
	t->peers = peers;
	read_identity(&t->local_id, value_of(local, "id"), place_of(local, "id"));
	struct cm_identity *id = ARENA_NEW(im->arena, struct cm_identity);
	if (id && value_of(remote, "id").length) {
		read_identity(id, value_of(remote, "id"), place_of(remote, "id"));
		t->remote_ids = id;
		t->n_remote_ids = id->at.start != id->at.end;
	}
	for (int i = 0; i < 2; i++) {
		struct cm_str auth = value_of(i ? remote : local, "auth");
		if (auth.length && !cm_str_is(auth, "psk"))
			say(im, CM_WARNING, place_of(i ? remote : local, "auth"),
				"only psk is carried over", auth);
	}
}

static int digit_of(char c, bool hex)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	if (hex)
		return c >= '0' && c <= '9'    ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* "0x…" is hexadecimal, "0s…" base64; anything else is the key itself (swanctl.conf(5)). */
static struct cm_str decoded(struct import *im, struct cm_str s)
{
	bool hex = s.length > 2 && s.at[0] == '0' && (s.at[1] == 'x' || s.at[1] == 'X');
	bool base64 = s.length > 2 && s.at[0] == '0' && (s.at[1] == 's' || s.at[1] == 'S');
	char *out = hex || base64 ? arena_take(im->arena, s.length) : NULL;
	struct cm_str key = { out, 0 };
	unsigned bits = 0, value = 0, width = hex ? 4 : 6;
	if (!out)
		return s;
	for (size_t i = 2; i < s.length && s.at[i] != '='; i++) {
		int digit = digit_of(s.at[i], hex);
		if (digit < 0)
			continue;
		value = (value << width | (unsigned)digit) & 0xffff;
		bits += width;
		if (bits >= 8)
			out[key.length++] = (char)(value >> (bits -= 8) & 0xff);
	}
	return key;
}

/* A key in a router's line: printable, without blanks and question marks (ios.md 2.2). */
static bool fits_ios(struct cm_str key)
{
	for (size_t i = 0; i < key.length; i++)
		if (key.at[i] <= ' ' || key.at[i] > '~' || key.at[i] == '?')
			return false;
	return key.length > 0 && key.length <= 128;
}

/* A secret serves this connection when one of its ids is the peer's, or it has none. */
static bool secret_serves(const struct section *s, const struct cm_tunnel *t, uint32_t *address)
{
	bool any = true;
	*address = 0;
	for (const struct setting *k = s->settings; k; k = k->next) {
		if (k->key.length < 2 || memcmp(k->key.at, "id", 2) != 0)
			continue;
		any = false;
		uint32_t a;
		bool is_address = cm_ip4_parse(k->value, &a);
		for (size_t i = 0; i < t->n_peers; i++)
			if (is_address && t->peers[i].resolved && t->peers[i].address == a)
				return *address = a, true;
		for (size_t i = 0; i < t->n_remote_ids; i++)
			if (t->remote_ids[i].name.length &&
				cm_str_same(t->remote_ids[i].name, k->value))
				return true;
	}
	return any;
}

static void read_keys(struct import *im, struct cm_tunnel *t)
{
	const struct section *secrets = section_child(im->root, "secrets");
	struct cm_psk *keys = NULL;
	size_t room = 0;
	for (const struct section *s = secrets ? secrets->first : NULL; s; s = s->next) {
		uint32_t address;
		if (s->name.length < 3 || memcmp(s->name.at, "ike", 3) != 0 ||
			!secret_serves(s, t, &address))
			continue;
		struct cm_psk *key = ARENA_PUSH(im->arena, keys, t->n_keys, room);
		if (!key)
			break;
		if (!address && t->n_peers && t->peers[0].resolved)
			address = t->peers[0].address;
		key->peer = (struct cm_net){ address, address ? 0xffffffff : 0 };
		key->secret = decoded(im, value_of(s, "secret"));
		key->keyring = cm_str_of("default");
		key->at = s->at;
		key->secret_at = place_of(s, "secret");
		if (!fits_ios(key->secret)) {
			key->sealed = true;
			say(im, CM_ERROR, key->secret_at,
				"a router's line cannot hold this key: blanks, or not printable",
				cm_str_of(""));
		}
	}
	t->keys = keys;
	if (t->n_keys == 0)
		say(im, CM_WARNING, t->at, "no secret serves this connection", t->map);
}

/* --- Connections ------------------------------------------------------------------------------------ */

static void read_lifetimes(struct cm_tunnel *t, const struct section *child)
{
	uint32_t rekey = seconds(value_of(child, "rekey_time"), CHILD_REKEY_S);
	uint32_t life = seconds(value_of(child, "life_time"), rekey + rekey / 10);
	struct cm_str bytes = value_of(child, "life_bytes");
	uint64_t octets = 0;
	for (size_t i = 0; i < bytes.length && bytes.at[i] >= '0' && bytes.at[i] <= '9'; i++)
		octets = octets < UINT64_MAX / 16 ? octets * 10 + (uint64_t)(bytes.at[i] - '0')
						  : octets;
	uint64_t kilobytes = octets / 1024;
	t->lifetime_s = life < 120 ? 120 : life;
	t->lifetime_kb = kilobytes > UINT32_MAX ? UINT32_MAX : (uint32_t)kilobytes;
	t->lifetime_s_at = place_of(child, "life_time");
}

static void read_options(struct cm_tunnel *t, const struct section *c)
{
	t->aggressive_initiated = truth(value_of(c, "aggressive"), false);
	t->aggressive_accepted = t->aggressive_initiated;
	t->dpd.interval_s = (uint16_t)seconds(value_of(c, "dpd_delay"), 0);
	t->dpd.retry_s = t->dpd.interval_s ? 2 : 0;
	t->dpd.at = place_of(c, "dpd_delay");
	t->nat_t = true; /* charon always does */
	t->ike_enabled = t->initial_contact = true;
	t->ike_fragmentation = truth(value_of(c, "fragmentation"), true);
	t->mtu = 1500;
}

static struct cm_tunnel *read_child(
	struct import *im, const struct section *c, const struct section *child, uint32_t sequence)
{
	struct cm_tunnel *t = tunnels_push(im->set);
	if (!t)
		return NULL;
	size_t room = 0;
	t->kind = CM_TUNNEL_STATIC;
	t->version = cm_str_is(value_of(c, "version"), "1") ? 1 : 2;
	t->map = c->name;
	t->sequence = sequence;
	t->at = c->at;
	read_ends(im, t, c);
	read_p1(im, t, c);
	read_p2(im, t, child);
	read_lifetimes(t, child);
	read_options(t, c);
	read_selectors(im, t, child, &room);
	read_keys(im, t);
	struct cm_str window = value_of(child, "replay_window");
	t->replay_window = (uint16_t)seconds(window, 32);
	if (t->n_peers == 0 || t->peers[0].any)
		t->kind = CM_TUNNEL_DYNAMIC;
	return t;
}

/* Children that differ in selectors only are lines of one crypto ACL. */
static bool same_but_selectors(const struct section *a, const struct section *b)
{
	static const char *const keys[] = { "esp_proposals", "ah_proposals", "mode", "life_time",
		"rekey_time", "life_bytes" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!cm_str_same(value_of(a, keys[i]), value_of(b, keys[i])))
			return false;
	return true;
}

static void read_connection(struct import *im, const struct section *c, uint32_t *sequence)
{
	const struct section *children = section_child(c, "children"), *before = NULL;
	struct cm_tunnel *t = NULL;
	if (!children || !children->first)
		say(im, CM_WARNING, c->at, "a connection without children carries nothing",
			c->name);
	for (const struct section *child = children ? children->first : NULL; child;
		child = child->next) {
		if (t && same_but_selectors(before, child)) {
			size_t room = t->n_selectors;
			read_selectors(im, t, child, &room);
		} else {
			t = read_child(im, c, child, *sequence += 10);
		}
		before = child;
	}
}

struct cm_tunnels *cm_tunnels_of_swanctl(
	struct cm_str text, const struct cm_diag **diags, size_t *n_diags)
{
	struct import im = { .set = cm_tunnels_new(), .text = text };
	uint32_t sequence = 0;
	if (!im.set)
		return NULL;
	im.arena = tunnels_arena(im.set);
	im.diags.arena = im.arena;
	im.root = settings_read(im.arena, &im.diags, text);
	const struct section *connections = section_child(im.root, "connections");
	if (!connections)
		diag(&im.diags, "foreign-syntax", CM_ERROR, (struct cm_span){ 0, 0 },
			"no section `connections`: this is no swanctl.conf");
	for (const struct section *c = connections ? connections->first : NULL; c; c = c->next)
		read_connection(&im, c, &sequence);
	diags_sort(&im.diags);
	*diags = im.diags.items;
	*n_diags = im.diags.n;
	if (!arena_failed(im.arena))
		return im.set;
	cm_tunnels_free(im.set);
	return NULL;
}
