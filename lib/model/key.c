/* crypto isakmp key, crypto keyring */
#include "model/build.h"
#include "model/index.h"

#include <stdlib.h>

/* --- one key --------------------------------------------------------------------------------------- */

/*
 * IOS takes a netmask and clears the host bits. A bare 0.0.0.0 stands for everybody: newer
 * releases write it that way for 0.0.0.0 0.0.0.0 (ios.md 1.2).
 */
static struct cm_psk key_of(struct build *b, const struct node *n, struct cm_str keyring)
{
	struct cm_psk key = { .keyring = keyring, .at = n->span };
	const struct arg *address = node_arg(n, ROLE_ADDRESS);
	key.secret = build_name(b, n, ROLE_SECRET);
	key.secret_at = role_span(n, ROLE_SECRET);
	key.sealed = node_value(n, ROLE_KEY_TYPE, 0) == 6;
	key.no_xauth = node_has(n, ROLE_NO_XAUTH);
	if (!address) {
		key.hostname = build_name(b, n, ROLE_HOSTNAME);
	} else if (address->shape == SHAPE_ADDRESS) {
		uint32_t mask = node_value(n, ROLE_MASK, address->value ? UINT32_MAX : 0);
		key.peer = (struct cm_net){ address->value & mask, mask };
	} else {
		key.hostname = build_text(b, address); /* an IPv6 peer, by its text */
	}
	return key;
}

/* --- a list of keys, one per peer -------------------------------------------------------------------- */

struct key_list {
	struct vec keys; /* struct cm_psk; `at` empty: removed */
	uint32_t *slots; /* by peer: index + 1 */
	size_t mask, used;
	struct cm_str keyring;
};

static uint64_t key_hash(const struct cm_psk *key)
{
	uint64_t net = (uint64_t)key->peer.address << 32 | key->peer.mask;
	return hash_mix(name_hash(0, key->hostname) ^ net);
}

static bool same_peer(const struct cm_psk *a, const struct cm_psk *b)
{
	return a->peer.address == b->peer.address && a->peer.mask == b->peer.mask &&
		a->hostname.length == b->hostname.length &&
		(!a->hostname.length || cm_str_same(a->hostname, b->hostname));
}

static void slots_room(struct build *b, struct key_list *list)
{
	if (list->slots && list->used * 2 < list->mask)
		return;
	size_t room = list->slots ? (list->mask + 1) * 2 : 64;
	uint32_t *slots = calloc(room, sizeof *slots);
	if (!slots) {
		b->failed = true;
		return;
	}
	free(list->slots);
	list->slots = slots;
	list->mask = room - 1;
	const struct cm_psk *keys = list->keys.items;
	for (size_t i = 0; i < list->keys.n; i++) {
		size_t at = key_hash(&keys[i]) & list->mask;
		while (slots[at])
			at = (at + 1) & list->mask;
		slots[at] = (uint32_t)i + 1;
	}
	list->used = list->keys.n;
}

/* The slot of the same peer, or a free one. */
static uint32_t *key_slot(struct key_list *list, const struct cm_psk *key)
{
	const struct cm_psk *keys = list->keys.items;
	size_t at = key_hash(key) & list->mask;
	while (list->slots[at] && !same_peer(&keys[list->slots[at] - 1], key))
		at = (at + 1) & list->mask;
	return &list->slots[at];
}

static void report_duplicate(struct build *b, const struct cm_psk *key, const struct cm_psk *older)
{
	char address[16];
	struct cm_diag *d;
	if (key->hostname.at)
		d = diag(b->diags, "key-duplicate", CM_ERROR, key->at,
			"A pre-shared key for %.*s already exists!", (int)key->hostname.length,
			key->hostname.at);
	else {
		char mask[16];
		d = diag(b->diags, "key-duplicate", CM_ERROR, key->at,
			"A pre-shared key for address mask %s %s already exists!",
			cm_ip4_print(key->peer.address, address),
			cm_ip4_print(key->peer.mask, mask));
	}
	diag_note(b->diags, d, older->at, "the router keeps this key");
}

static void list_add(struct build *b, struct key_list *list, const struct node *n)
{
	struct cm_psk key = key_of(b, n, list->keyring);
	slots_room(b, list);
	if (b->failed)
		return;
	uint32_t *slot = key_slot(list, &key);
	struct cm_psk *older = *slot ? (struct cm_psk *)list->keys.items + (*slot - 1) : NULL;
	if (undoes(n)) {
		if (older)
			older->at = (struct cm_span){ 0, 0 };
		return;
	}
	if (older && older->at.start == older->at.end) {
		*older = key;
		return;
	}
	if (older && !cm_str_same(older->secret, key.secret)) {
		report_duplicate(b, &key, older);
		return;
	}
	if (older) {
		*older = key; /* the same again */
		return;
	}
	*VEC_NEW(b, &list->keys, struct cm_psk) = key;
	*slot = (uint32_t)list->keys.n;
	list->used++;
}

static int by_place(const void *a, const void *b)
{
	const struct cm_psk *x = a, *y = b;
	return x->at.start < y->at.start ? -1 : x->at.start > y->at.start;
}

static void list_take(struct build *b, struct key_list *list, struct cm_keyring *keyring)
{
	struct cm_psk *keys = list->keys.items;
	size_t n = 0;
	for (size_t i = 0; i < list->keys.n; i++)
		if (keys[i].at.start != keys[i].at.end)
			keys[n++] = keys[i];
	list->keys.n = n;
	if (n)
		qsort(keys, n, sizeof *keys, by_place);
	keyring->keys = vec_take(b, &list->keys, sizeof *keys, &keyring->n_keys);
	free(list->slots);
	list->slots = NULL;
	list->mask = list->used = 0;
}

/* --- keyrings ------------------------------------------------------------------------------------------ */

void collect_key(struct build *b, const struct node *n)
{
	*VEC_NEW(b, &b->keys, const struct node *) = n;
}

void collect_keyring(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_KEYRING, n);
}

struct keyring_work {
	struct cm_keyring *keyring;
	struct key_list list;
};

static void keyring_key(struct build *b, void *object, const struct node *n)
{
	list_add(b, &((struct keyring_work *)object)->list, n);
}

static void local_address(struct build *b, void *object, const struct node *n)
{
	struct cm_keyring *keyring = ((struct keyring_work *)object)->keyring;
	set_interface_ref(b, &keyring->local_interface, n, ROLE_INTERFACE);
	keyring->has_local_address = !undoes(n) && node_has(n, ROLE_ADDRESS);
	keyring->local_address = node_value(n, ROLE_ADDRESS, 0);
}

static apply_line *const lines[KINDS] = {
	[KIND_KEYRING_KEY] = keyring_key,
	[KIND_LOCAL_ADDRESS] = local_address,
};

static void make_default(struct build *b, struct keyring_work *work)
{
	const struct node **nodes = b->keys.items;
	work->keyring->name = work->list.keyring = cm_str_of("default");
	for (size_t i = 0; i < b->keys.n; i++)
		list_add(b, &work->list, nodes[i]);
	list_take(b, &work->list, work->keyring);
}

void make_keyrings(struct build *b)
{
	size_t n = 0;
	struct keyring_work work = { 0 };
	struct cm_keyring *all = build_array(b, b->alive[FAMILY_KEYRING] + 1, sizeof *all);
	if (!all)
		return;
	work.keyring = &all[n++];
	make_default(b, &work);
	for (struct thing *t = b->head[FAMILY_KEYRING]; t; t = t->next) {
		if (t->dead)
			continue;
		work.keyring = &all[n];
		t->index = (uint32_t)n++;
		work.keyring->name = work.list.keyring = t->name;
		work.keyring->at = thing_at(t);
		set_ref(b, &work.keyring->vrf, t->runs.first, ROLE_VRF);
		each_line(b, t, &work, lines);
		list_take(b, &work.list, work.keyring);
	}
	vec_free(&work.list.keys);
	b->m->keyrings = all;
	b->m->n_keyrings = n;
}
