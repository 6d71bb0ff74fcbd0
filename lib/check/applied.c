#include "check/applied.h"

#include <stdlib.h>

static bool usable(const struct cm_acl *acl)
{
	return acl && acl->n_aces;
}

/* 255.255.255.0 in the place of a wildcard, as IOS stores it. */
static bool is_slip(const struct cm_end *end)
{
	return end->kind == CM_END_NET && !cm_mask_is_prefix(end->net.mask) &&
		cm_mask_is_prefix(~end->net.mask);
}

static bool is_misread(const struct cm_acl *acl)
{
	bool slip = !acl->extended;
	for (size_t i = 0; i < acl->n_aces && !slip; i++)
		slip = is_slip(&acl->aces[i].source) || is_slip(&acl->aces[i].destination);
	return slip;
}

struct applied_list {
	struct arena *arena;
	struct applied *items;
	size_t n, room;
	struct wanted *wanted; /* NULL: not asked for yet */
};

static void add(struct applied_list *list, struct applied one)
{
	const struct cm_map_entry *e = one.dynamic_entry ? one.dynamic_entry : one.entry;
	if (!usable(e->acl.target) || e->type == CM_ENTRY_GDOI)
		return;
	one.acl = e->acl.target;
	one.match_at = e->acl.at;
	one.misread = is_misread(one.acl);
	struct applied *new = ARENA_PUSH(list->arena, list->items, list->n, list->room);
	if (new)
		*new = one;
}

static void add_entry(struct applied_list *list, struct applied one)
{
	const struct cm_dynamic_map *d =
		one.entry->type == CM_ENTRY_DYNAMIC ? one.entry->dynamic.target : NULL;
	if (one.entry->type != CM_ENTRY_DYNAMIC)
		add(list, one);
	for (size_t j = 0; d && j < d->n_entries; j++) {
		one.dynamic = d;
		one.dynamic_entry = &d->entries[j];
		add(list, one);
	}
}

static struct applied_list *applied_of(struct check *c)
{
	struct arena *arena = check_scratch(c);
	if (c->applied || !arena)
		return c->applied;
	c->applied = ARENA_NEW(arena, struct applied_list);
	if (!c->applied)
		return NULL;
	c->applied->arena = arena;
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		const struct cm_crypto_map *map = in->crypto_map.target;
		for (size_t k = 0; map && !map->ipv6 && k < map->n_entries; k++)
			add_entry(c->applied,
				(struct applied){
					.interface = in, .map = map, .entry = &map->entries[k] });
	}
	return c->applied;
}

size_t applied_entries(struct check *c, const struct applied **out)
{
	const struct applied_list *list = applied_of(c);
	*out = list ? list->items : NULL;
	return list ? list->n : 0;
}

/* --- Who wants some of a packet set? --------------------------------------------------------------- */

struct wanted {
	struct arena *arena;
	struct candidates *candidates;
	uint32_t *list_of; /* of a permit line */
	uint32_t *found;
	bool *seen; /* lists; all false but for those found */
	size_t n_found;
	bool exact, sorted;
};

static size_t count_permits(const struct acl_lines *list)
{
	size_t n = 0;
	for (size_t i = 0; i < list->n; i++)
		n += list->lines[i].permit ? list->lines[i].n : 0;
	return n;
}

/* The permit lines of all lists, one after the other. */
static size_t collect(struct check *c, struct wanted *w, const struct cm_acl *const *lists,
	size_t n, const struct pset_match **flat)
{
	size_t at = 0;
	for (uint32_t k = 0; k < n; k++) {
		const struct acl_lines *list = acl_lines(c, lists[k]);
		for (size_t i = 0; list && list->exact && i < list->n; i++)
			for (size_t j = 0; list->lines[i].permit && j < list->lines[i].n; j++) {
				flat[at] = &list->lines[i].matches[j];
				w->list_of[at++] = k;
			}
	}
	return at;
}

struct wanted *wanted_new(struct check *c, const struct cm_acl *const *lists, size_t n)
{
	struct arena *arena = check_scratch(c);
	struct wanted *w = arena ? ARENA_NEW(arena, struct wanted) : NULL;
	size_t most = 0;
	if (!w)
		return NULL;
	w->exact = true;
	for (size_t k = 0; k < n; k++) {
		const struct acl_lines *list = acl_lines(c, lists[k]);
		w->exact = w->exact && list && list->exact;
		most += list ? count_permits(list) : 0;
	}
	const struct pset_match **flat = ARENA_ARRAY(arena, const struct pset_match *, most + 1);
	w->arena = arena;
	w->list_of = ARENA_ARRAY(arena, uint32_t, most + 1);
	w->found = ARENA_ARRAY(arena, uint32_t, n + 1);
	w->seen = ARENA_ARRAY(arena, bool, n + 1);
	if (!flat || !w->list_of || !w->found || !w->seen)
		return NULL;
	w->candidates = candidates_new(arena, flat, collect(c, w, lists, n, flat));
	return w->candidates ? w : NULL;
}

struct wanted *wanted_by_entries(struct check *c)
{
	struct applied_list *all = applied_of(c);
	if (!all || all->wanted)
		return all ? all->wanted : NULL;
	const struct cm_acl **lists = ARENA_ARRAY(all->arena, const struct cm_acl *, all->n + 1);
	for (size_t i = 0; lists && i < all->n; i++)
		lists[i] = all->items[i].acl;
	all->wanted = lists ? wanted_new(c, lists, all->n) : NULL;
	return all->wanted;
}

bool wanted_is_exact(const struct wanted *w)
{
	return w->exact;
}

void wanted_begin(struct wanted *w)
{
	for (size_t i = 0; i < w->n_found; i++)
		w->seen[w->found[i]] = false;
	w->n_found = 0;
	w->sorted = true;
}

void wanted_add(struct wanted *w, const struct pset_match *asked)
{
	const uint32_t *found;
	size_t n = candidates_find(w->candidates, asked, UINT32_MAX, &found);
	for (size_t i = 0; i < n; i++) {
		uint32_t list = w->list_of[found[i]];
		if (w->seen[list])
			continue;
		w->seen[list] = true;
		w->sorted = w->sorted && (!w->n_found || w->found[w->n_found - 1] < list);
		w->found[w->n_found++] = list;
	}
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

size_t wanted_found(struct wanted *w, const uint32_t **numbers)
{
	if (!w->sorted)
		qsort(w->found, w->n_found, sizeof *w->found, by_number);
	w->sorted = true;
	*numbers = w->found;
	return w->n_found;
}

/* --- Words ---------------------------------------------------------------------------------------- */

const char *applied_name(struct check *c, const struct applied *a)
{
	struct cm_str name = a->dynamic ? a->dynamic->name : a->map->name;
	uint32_t sequence = a->dynamic ? a->dynamic_entry->sequence : a->entry->sequence;
	const char *text = arena_printf(c->arena, "crypto %s %.*s %u",
		a->dynamic ? "dynamic-map" : "map", (int)name.length, name.at, sequence);
	return text ? text : "";
}

struct pset applied_permits(struct check *c, const struct applied *a, struct pset within)
{
	return acl_permits(c, a->acl, within);
}

/* A text of our own becomes one of the arena. */
static const char *keep(struct check *c, struct cm_text *text)
{
	struct cm_str slice = { text->at, text->length };
	const char *copy = text->at ? arena_copy(c->arena, slice) : NULL;
	c->failed = c->failed || text->failed;
	cm_text_free(text);
	return copy ? copy : "";
}

const char *set_example(struct check *c, struct pset set)
{
	struct cm_text text = { 0 };
	struct psets *s = check_psets(c);
	if (s)
		pset_print(s, set, &text);
	return keep(c, &text);
}

const char *set_boxes(struct check *c, struct pset set, size_t most)
{
	struct cm_text text = { 0 };
	struct psets *s = check_psets(c);
	if (s)
		pset_print_boxes(s, set, most, &text);
	return keep(c, &text);
}

const char *acl_words(struct check *c, struct cm_net net)
{
	char address[16], wildcard[16];
	const char *text;
	if (!net.mask)
		return "any";
	cm_ip4_print(net.address, address);
	cm_ip4_print(~net.mask, wildcard);
	if (net.mask == UINT32_MAX)
		text = arena_printf(c->arena, "host %s", address);
	else
		text = arena_printf(c->arena, "%s %s", address, wildcard);
	return text ? text : "";
}
