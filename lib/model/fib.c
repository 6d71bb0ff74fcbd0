#include "model/fib.h"

#include "model/index.h"

#include <stdlib.h>

enum { ROUNDS = 8 };

struct fib {
	struct fib_entry *slots;
	size_t mask;
	uint64_t lengths; /* bit n: some prefix has n leading ones */
};

static size_t slot_of(const struct fib *fib, struct cm_str vrf, uint32_t address, unsigned bits)
{
	return (size_t)hash_mix(name_hash(bits, vrf) ^ address) & fib->mask;
}

static bool is_entry(const struct fib_entry *e, struct cm_str vrf, struct cm_net net)
{
	return e->net.address == net.address && e->net.mask == net.mask &&
		e->vrf.length == vrf.length && (!vrf.length || cm_str_same(e->vrf, vrf));
}

static struct fib_entry *entry_at(const struct fib *fib, struct cm_str vrf, struct cm_net net)
{
	size_t at = slot_of(fib, vrf, net.address, cm_mask_bits(net.mask));
	while (fib->slots[at].used && !is_entry(&fib->slots[at], vrf, net))
		at = (at + 1) & fib->mask;
	return &fib->slots[at];
}

/* The smaller distance holds; of equals the first. */
static void put(struct fib *fib, struct fib_entry entry)
{
	if (!cm_mask_is_prefix(entry.net.mask))
		return;
	entry.net.address &= entry.net.mask;
	entry.used = true;
	struct fib_entry *place = entry_at(fib, entry.vrf, entry.net);
	if (place->used && place->distance <= entry.distance)
		return;
	*place = entry;
	fib->lengths |= UINT64_C(1) << cm_mask_bits(entry.net.mask);
}

const struct fib_entry *fib_find(const struct fib *fib, struct cm_str vrf, uint32_t address)
{
	for (int bits = 32; bits >= 0; bits--) {
		if (!(fib->lengths >> bits & 1))
			continue;
		uint32_t mask = cm_mask_of((unsigned)bits);
		const struct fib_entry *e =
			entry_at(fib, vrf, (struct cm_net){ address & mask, mask });
		if (e->used)
			return e;
	}
	return NULL;
}

/* A shut interface has no connected networks. */
static size_t put_connected(struct fib *fib, const struct cm_model *model)
{
	size_t n = 0;
	for (size_t i = 0; i < model->n_interfaces; i++) {
		const struct cm_interface *interface = &model->interfaces[i];
		n += interface->n_addresses;
		for (size_t k = 0; fib && !interface->shutdown.on && k < interface->n_addresses;
			k++)
			put(fib,
				(struct fib_entry){ interface->vrf.name,
					interface->addresses[k].net, interface, NULL, 0, true });
	}
	return n;
}

static const struct cm_interface *first_by_dhcp(const struct cm_model *model, struct cm_str vrf)
{
	for (size_t i = 0; i < model->n_interfaces; i++) {
		const struct cm_interface *interface = &model->interfaces[i];
		if (interface->addressing == CM_IF_DHCP && !interface->shutdown.on &&
			interface->vrf.name.length == vrf.length &&
			(!vrf.length || cm_str_same(interface->vrf.name, vrf)))
			return interface;
	}
	return NULL;
}

/* Where a static route leads now; false when it cannot be installed (yet). */
static bool follow(const struct fib *fib, const struct cm_model *model,
	const struct cm_route *route, const struct cm_interface **interface)
{
	struct cm_str vrf = route->global ? (struct cm_str){ NULL, 0 } : route->vrf.name;
	*interface = route->interface.target;
	if (route->null0)
		return true;
	if (!route->interface.name.length && route->dhcp)
		*interface = first_by_dhcp(model, vrf);
	if (route->interface.name.length || route->dhcp)
		return *interface && !(*interface)->shutdown.on;
	const struct fib_entry *next = fib_find(fib, vrf, route->next_hop);
	*interface = next ? next->interface : NULL;
	return *interface;
}

static bool install_round(struct fib *fib, const struct cm_model *model, bool *installed)
{
	bool any = false;
	for (size_t i = 0; i < model->n_routes; i++) {
		const struct cm_route *route = &model->routes[i];
		const struct cm_interface *interface;
		if (installed[i] || route->inconsistent || !follow(fib, model, route, &interface))
			continue;
		put(fib,
			(struct fib_entry){ route->vrf.name, route->prefix, interface, route,
				route->distance, true });
		installed[i] = any = true;
	}
	return any;
}

const struct fib *fib_make(struct arena *arena, const struct cm_model *model)
{
	size_t room = 8;
	while (room < (put_connected(NULL, model) + model->n_routes) * 2)
		room *= 2;
	struct fib *fib = ARENA_NEW(arena, struct fib);
	if (!fib || !(fib->slots = ARENA_ARRAY(arena, struct fib_entry, room)))
		return NULL;
	fib->mask = room - 1;
	put_connected(fib, model);
	bool *installed = calloc(model->n_routes + 1, sizeof *installed);
	if (!installed)
		return NULL;
	for (int round = 0; round < ROUNDS && install_round(fib, model, installed);)
		round++;
	free(installed);
	return fib;
}
