#include "check/applied.h"

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

static void add(struct check *c, struct applied **list, size_t *n, size_t *room, struct applied one)
{
	const struct cm_map_entry *e = one.dynamic_entry ? one.dynamic_entry : one.entry;
	if (!usable(e->acl.target) || e->type == CM_ENTRY_GDOI)
		return;
	one.acl = e->acl.target;
	one.match_at = e->acl.at;
	one.misread = is_misread(one.acl);
	struct applied *new = arena_push(c->arena, (void **)list, n, room, sizeof **list);
	if (new)
		*new = one;
}

size_t applied_entries(struct check *c, struct applied **out)
{
	size_t n = 0, room = 0;
	*out = NULL;
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		const struct cm_crypto_map *map = in->crypto_map.target;
		for (size_t k = 0; map && !map->ipv6 && k < map->n_entries; k++) {
			struct applied one = { .interface = in, .map = map, .entry = &map->entries[k] };
			const struct cm_dynamic_map *d = one.entry->type == CM_ENTRY_DYNAMIC
				? one.entry->dynamic.target : NULL;
			if (one.entry->type != CM_ENTRY_DYNAMIC)
				add(c, out, &n, &room, one);
			for (size_t j = 0; d && j < d->n_entries; j++) {
				one.dynamic = d;
				one.dynamic_entry = &d->entries[j];
				add(c, out, &n, &room, one);
			}
		}
	}
	return n;
}

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
