#include "model/fib.h"
#include "syntax/ifname.h"
#include "model/index.h"

#include <string.h>

static const char *const thing_names[CM_THINGS] = {
	[CM_THING_ACL] = "ACL",
	[CM_THING_ACL6] = "IPv6 ACL",
	[CM_THING_TRANSFORM_SET] = "transform-set",
	[CM_THING_CRYPTO_MAP] = "crypto map",
	[CM_THING_DYNAMIC_MAP] = "dynamic map",
	[CM_THING_KEYRING] = "keyring",
	[CM_THING_ISAKMP_PROFILE] = "ISAKMP profile",
	[CM_THING_IPSEC_PROFILE] = "IPsec profile",
	[CM_THING_IKEV2_PROPOSAL] = "IKEv2 proposal",
	[CM_THING_IKEV2_POLICY] = "IKEv2 policy",
	[CM_THING_IKEV2_KEYRING] = "IKEv2 keyring",
	[CM_THING_IKEV2_PROFILE] = "IKEv2 profile",
	[CM_THING_NAT_POOL] = "NAT pool",
	[CM_THING_LOCAL_POOL] = "address pool",
	[CM_THING_ROUTE_MAP] = "route-map",
	[CM_THING_NETWORK_GROUP] = "network object-group",
	[CM_THING_SERVICE_GROUP] = "service object-group",
	[CM_THING_PREFIX_LIST] = "prefix-list",
	[CM_THING_TIME_RANGE] = "time-range",
	[CM_THING_VRF] = "VRF",
	[CM_THING_INTERFACE] = "interface",
	[CM_THING_CLIENT_GROUP] = "client configuration group",
	[CM_THING_TRUSTPOINT] = "trustpoint",
};

const char *cm_thing_name(enum cm_thing kind)
{
	return thing_names[kind];
}

static const void *thing_named(const struct cm_model *model, enum cm_thing kind, struct cm_str name)
{
	const struct cm_definition *definition = index_find(model, kind, name);
	return definition ? definition->thing : NULL;
}

const struct cm_acl *cm_model_acl(const struct cm_model *model, struct cm_str name)
{
	return thing_named(model, CM_THING_ACL, name);
}

const struct cm_crypto_map *cm_model_crypto_map(const struct cm_model *model, struct cm_str name)
{
	return thing_named(model, CM_THING_CRYPTO_MAP, name);
}

const struct cm_interface *cm_model_interface(const struct cm_model *model, struct cm_str name)
{
	char canonical[128];
	if (!ifname_print(name, canonical, sizeof canonical))
		return thing_named(model, CM_THING_INTERFACE, name);
	return thing_named(model, CM_THING_INTERFACE, cm_str_of(canonical));
}

/* Unnumbered interfaces may point at each other in a hand-written text: a few steps, no more. */
bool cm_interface_address(const struct cm_interface *interface, struct cm_net *net)
{
	for (int steps = 0; interface && steps < 4; steps++) {
		if (interface->n_addresses) {
			*net = interface->addresses[0].net;
			return true;
		}
		interface = interface->unnumbered.target;
	}
	return false;
}

const struct cm_interface *cm_model_egress(const struct cm_model *model, struct cm_str vrf,
	uint32_t address, const struct cm_route **route)
{
	const struct fib_entry *entry = fib_find(model->index->fib, vrf, address);
	if (route)
		*route = entry ? entry->route : NULL;
	return entry ? entry->interface : NULL;
}

/* --- Ports --------------------------------------------------------------------------------------- */

static void range_put(uint16_t out[11][2], size_t *n, uint32_t first, uint32_t last)
{
	if (first > last)
		return;
	out[*n][0] = (uint16_t)first;
	out[*n][1] = (uint16_t)last;
	++*n;
}

static uint32_t next_value(const struct cm_ports *ports, uint32_t least)
{
	uint32_t next = 0x10000;
	for (unsigned i = 0; i < ports->n; i++)
		if (ports->values[i] >= least && ports->values[i] < next)
			next = ports->values[i];
	return next;
}

static void ranges_between(const struct cm_ports *ports, uint16_t out[11][2], size_t *n)
{
	for (uint32_t from = 0; from <= 0xffff;) {
		uint32_t value = next_value(ports, from);
		if (value > from)
			range_put(out, n, from, value - 1);
		from = value + 1;
	}
}

/* lt 0 and gt 65535 hold no port; a range typed backwards is turned, as IOS is held to do. */
size_t cm_ports_ranges(const struct cm_ports *ports, uint16_t out[11][2])
{
	size_t n = 0;
	switch (ports->op) {
	case CM_PORT_ANY:
		range_put(out, &n, 0, 0xffff);
		break;
	case CM_PORT_EQ:
		for (unsigned i = 0; i < ports->n && i < 10; i++)
			range_put(out, &n, ports->values[i], ports->values[i]);
		break;
	case CM_PORT_NEQ:
		ranges_between(ports, out, &n);
		break;
	case CM_PORT_LT:
		if (ports->values[0])
			range_put(out, &n, 0, ports->values[0] - 1u);
		break;
	case CM_PORT_GT:
		range_put(out, &n, ports->values[0] + 1u, 0xffff);
		break;
	case CM_PORT_RANGE: {
		bool turned = ports->values[0] > ports->values[1];
		range_put(out, &n, ports->values[turned], ports->values[!turned]);
		break;
	}
	}
	return n;
}
