#include "model/build.h"
#include "model/index.h"

#include <stdlib.h>
#include <string.h>

static const enum cm_thing kinds[FAMILIES] = {
	[FAMILY_POLICY] = CM_THINGS,
	[FAMILY_KEYRING] = CM_THING_KEYRING,
	[FAMILY_ISAKMP_PROFILE] = CM_THING_ISAKMP_PROFILE,
	[FAMILY_ISAKMP_PEER] = CM_THINGS,
	[FAMILY_CLIENT_GROUP] = CM_THING_CLIENT_GROUP,
	[FAMILY_TRANSFORM_SET] = CM_THING_TRANSFORM_SET,
	[FAMILY_IPSEC_PROFILE] = CM_THING_IPSEC_PROFILE,
	[FAMILY_CRYPTO_MAP] = CM_THING_CRYPTO_MAP,
	[FAMILY_MAP_ENTRY] = CM_THINGS,
	[FAMILY_DYNAMIC_MAP] = CM_THING_DYNAMIC_MAP,
	[FAMILY_DYNAMIC_ENTRY] = CM_THINGS,
	[FAMILY_IKEV2_PROPOSAL] = CM_THING_IKEV2_PROPOSAL,
	[FAMILY_IKEV2_POLICY] = CM_THING_IKEV2_POLICY,
	[FAMILY_IKEV2_KEYRING] = CM_THING_IKEV2_KEYRING,
	[FAMILY_IKEV2_PROFILE] = CM_THING_IKEV2_PROFILE,
	[FAMILY_INTERFACE] = CM_THING_INTERFACE,
	[FAMILY_VRF] = CM_THING_VRF,
	[FAMILY_ACL] = CM_THING_ACL,
	[FAMILY_ACL6] = CM_THING_ACL6,
	[FAMILY_NETWORK_GROUP] = CM_THING_NETWORK_GROUP,
	[FAMILY_SERVICE_GROUP] = CM_THING_SERVICE_GROUP,
	[FAMILY_PREFIX_LIST] = CM_THING_PREFIX_LIST,
	[FAMILY_TIME_RANGE] = CM_THING_TIME_RANGE,
	[FAMILY_NAT_POOL] = CM_THING_NAT_POOL,
	[FAMILY_LOCAL_POOL] = CM_THING_LOCAL_POOL,
	[FAMILY_ROUTE_MAP] = CM_THING_ROUTE_MAP,
	[FAMILY_CLAUSE] = CM_THINGS,
	[FAMILY_TRUSTPOINT] = CM_THING_TRUSTPOINT,
	[FAMILY_HOST] = CM_THINGS,
};

enum cm_thing family_thing(enum family family)
{
	return kinds[family];
}

static size_t slot_of(const struct build *b, enum family family, uint32_t serial,
	struct cm_str name, uint32_t number)
{
	uint64_t hash = name_hash(family, name);
	return (size_t)hash_mix(hash ^ number ^ (uint64_t)serial << 32) & b->slots_mask;
}

static bool is_thing(const struct thing *t, enum family family, uint32_t serial, struct cm_str name,
	uint32_t number)
{
	return t->family == family && t->number == number && t->serial == serial &&
		cm_str_same(t->name, name);
}

/* Dead things keep their slot, so that a search does not stop early; they never match. */
struct thing *thing_find(const struct build *b, enum family family, uint32_t serial,
	struct cm_str name, uint32_t number)
{
	if (!b->slots)
		return NULL;
	size_t at = slot_of(b, family, serial, name, number);
	for (; b->slots[at]; at = (at + 1) & b->slots_mask)
		if (!b->slots[at]->dead && is_thing(b->slots[at], family, serial, name, number))
			return b->slots[at];
	return NULL;
}

static void slot_put(struct build *b, struct thing *t)
{
	size_t at = slot_of(b, t->family, t->serial, t->name, t->number);
	while (b->slots[at])
		at = (at + 1) & b->slots_mask;
	b->slots[at] = t;
	b->slots_used++;
}

/* Twice the room; the dead are left behind. */
static bool slots_grow(struct build *b)
{
	struct thing **old = b->slots;
	size_t n = old ? b->slots_mask + 1 : 0, room = n ? n * 2 : 64;
	b->slots = calloc(room, sizeof(struct thing *));
	if (!b->slots) {
		b->slots = old;
		b->failed = true;
		return false;
	}
	b->slots_mask = room - 1;
	b->slots_used = 0;
	for (size_t i = 0; i < n; i++)
		if (old[i] && !old[i]->dead)
			slot_put(b, old[i]);
	free(old);
	return true;
}

static void link_thing(struct build *b, struct thing *t)
{
	if (b->tail[t->family])
		b->tail[t->family]->next = t;
	else
		b->head[t->family] = t;
	b->tail[t->family] = t;
	b->alive[t->family]++;
	if (!t->parent)
		return;
	if (t->parent->last_child)
		t->parent->last_child->next_child = t;
	else
		t->parent->children = t;
	t->parent->last_child = t;
	t->parent->n_children++;
}

struct thing *thing_get(struct build *b, enum family family, struct thing *parent,
	struct cm_str name, uint32_t number, struct cm_span name_at)
{
	uint32_t serial = parent ? parent->id : 0;
	struct thing *t = thing_find(b, family, serial, name, number);
	if (t)
		return t;
	if ((!b->slots || b->slots_used * 2 > b->slots_mask) && !slots_grow(b))
		return NULL;
	t = ARENA_NEW(b->arena, struct thing);
	if (!t) {
		b->failed = true;
		return NULL;
	}
	*t = (struct thing){ .name = name,
		.name_at = name_at,
		.number = number,
		.serial = serial,
		.id = ++b->n_things,
		.family = (uint8_t)family,
		.parent = parent };
	slot_put(b, t);
	link_thing(b, t);
	return t;
}

void thing_add(struct build *b, struct thing *t, const struct node *n)
{
	struct run *run = t->last_run;
	if (run && run->last->next == n) {
		run->last = n;
		return;
	}
	struct run *fresh = run ? ARENA_NEW(b->arena, struct run) : &t->runs;
	if (!fresh) {
		b->failed = true;
		return;
	}
	*fresh = (struct run){ n, n, NULL };
	if (run)
		run->next = fresh;
	t->last_run = fresh;
}

void thing_remove(struct build *b, struct thing *t)
{
	if (!t || t->dead)
		return;
	t->dead = true;
	b->alive[t->family]--;
	if (t->parent)
		t->parent->n_children--;
	for (struct thing *child = t->children; child; child = child->next_child)
		thing_remove(b, child);
}

struct cm_span thing_at(const struct thing *t)
{
	return t->runs.first ? t->runs.first->span : (struct cm_span){ 0, 0 };
}

/* Lines of a numbered list that follow each other are one place, every header is its own. */
static void block_note(struct build *b, struct vec *blocks, const struct run *run)
{
	bool joins = false;
	for (const struct node *n = run->first;; n = n->next) {
		bool opens = kind_opens((enum kind)n->kind) != MODE_NONE;
		if (joins && !opens && blocks->n > 0)
			((struct cm_span *)blocks->items)[blocks->n - 1].end = n->span.end;
		else
			*VEC_NEW(b, blocks, struct cm_span) = n->span;
		joins = !opens;
		if (n == run->last)
			return;
	}
}

const struct cm_span *thing_blocks(struct build *b, const struct thing *t, size_t *n)
{
	b->small.n = 0;
	for (const struct run *run = t->last_run ? &t->runs : NULL; run; run = run->next)
		block_note(b, &b->small, run);
	return vec_take(b, &b->small, sizeof(struct cm_span), n);
}

void collect_named(struct build *b, enum family family, const struct node *n)
{
	struct cm_str name = build_name(b, n, ROLE_NAME);
	if (!name.at)
		return;
	if (undoes(n)) {
		thing_remove(b, thing_find(b, family, 0, name, 0));
		return;
	}
	struct thing *t = thing_get(b, family, NULL, name, 0, role_span(n, ROLE_NAME));
	if (t)
		thing_add(b, t, n);
}
