#include "check/trace_walk.h"

/* One concrete packet against lines, lists and NAT rules: the plain reading of what IOS does. */

enum { MOST_DEPTH = 16, ICMP = 1, TCP = 6, UDP = 17 };

static bool group_has(const struct cm_object_group *group, uint32_t address, unsigned depth)
{
	if (!group || depth > MOST_DEPTH)
		return false;
	for (size_t i = 0; i < group->n_members; i++) {
		const struct cm_group_member *m = &group->members[i];
		if ((m->kind == CM_MEMBER_NET && cm_net_has(m->net, address)) ||
			(m->kind == CM_MEMBER_RANGE && address >= m->first && address <= m->last) ||
			(m->kind == CM_MEMBER_GROUP &&
				group_has(m->group.target, address, depth + 1)))
			return true;
	}
	return false;
}

static bool end_has(const struct cm_end *end, uint32_t address)
{
	if (end->kind == CM_END_NET)
		return cm_net_has(end->net, address);
	if (end->kind == CM_END_GROUP)
		return end->group && group_has(end->group->target, address, 0);
	return true;
}

static bool ports_have(const struct cm_ports *ports, uint16_t port)
{
	uint16_t ranges[11][2];
	size_t n = cm_ports_ranges(ports, ranges);
	for (size_t i = 0; i < n; i++)
		if (port >= ranges[i][0] && port <= ranges[i][1])
			return true;
	return false;
}

static bool has_ports(uint8_t protocol)
{
	return protocol == TCP || protocol == UDP;
}

/* A later fragment has no ports: a permit with ports lets it pass, a deny does not stop it. */
static bool ports_match(const struct cm_ports *source, const struct cm_ports *destination,
	bool permit, const struct cm_packet *p)
{
	bool asked = source->op != CM_PORT_ANY || destination->op != CM_PORT_ANY;
	if (!asked)
		return true;
	if (!has_ports(p->protocol))
		return false;
	if (p->fragment)
		return permit;
	return ports_have(source, p->source_port) && ports_have(destination, p->destination_port);
}

static bool service_has(
	const struct cm_object_group *group, bool permit, const struct cm_packet *p, unsigned depth)
{
	if (!group || depth > MOST_DEPTH)
		return false;
	for (size_t i = 0; i < group->n_members; i++) {
		const struct cm_group_member *m = &group->members[i];
		if (m->kind == CM_MEMBER_GROUP) {
			if (service_has(m->group.target, permit, p, depth + 1))
				return true;
			continue;
		}
		bool protocol = m->tcp_udp ? has_ports(p->protocol)
			: m->protocol == 0 ? true
					   : m->protocol == p->protocol;
		bool icmp = !m->has_icmp || m->icmp_type == p->icmp_type;
		if (protocol && icmp &&
			ports_match(&m->source_ports, &m->destination_ports, permit, p))
			return true;
	}
	return false;
}

static bool flags_match(const struct cm_ace_options *o, uint8_t flags)
{
	enum { ACK = 0x10, RST = 0x04 };
	if (o->established && !(flags & (ACK | RST)))
		return false;
	if (!o->flags_set && !o->flags_clear)
		return true;
	if (o->flags_all)
		return (flags & o->flags_set) == o->flags_set && !(flags & o->flags_clear);
	return (flags & o->flags_set) || (~flags & o->flags_clear);
}

/* What a trace cannot know of its packet (TOS, TTL, IP options) is held to be zero and absent. */
static bool options_match(const struct cm_ace *ace, const struct cm_packet *p)
{
	const struct cm_ace_options *o = ace->options;
	if (!o)
		return true;
	if (o->fragments && !p->fragment)
		return false;
	if (p->fragment && (o->has_icmp || o->established || o->flags_set || o->flags_clear))
		return ace->permit;
	if (o->has_icmp &&
		(o->icmp_type != p->icmp_type ||
			(o->has_icmp_code && o->icmp_code != p->icmp_code)))
		return false;
	if ((o->has_dscp && o->dscp) || (o->has_precedence && o->precedence) ||
		(o->has_tos && o->tos))
		return false;
	if (o->has_option || o->ttl_op != CM_PORT_ANY || o->has_igmp)
		return false;
	return flags_match(o, p->tcp_flags);
}

bool cm_ace_matches(const struct cm_ace *ace, const struct cm_packet *p)
{
	if (!end_has(&ace->source, p->source) || !end_has(&ace->destination, p->destination))
		return false;
	if (ace->protocol_group)
		return service_has(ace->service ? ace->service->target : NULL, ace->permit, p, 0);
	if (ace->protocol && ace->protocol != p->protocol)
		return false;
	return ports_match(&ace->source_ports, &ace->destination_ports, ace->permit, p) &&
		options_match(ace, p);
}

const struct cm_ace *cm_acl_decides(const struct cm_acl *acl, const struct cm_packet *p)
{
	for (size_t i = 0; i < acl->n_aces; i++)
		if (cm_ace_matches(&acl->aces[i], p))
			return &acl->aces[i];
	return NULL;
}

static bool acl_permits(const struct cm_acl *acl, const struct cm_packet *p)
{
	const struct cm_ace *line = cm_acl_decides(acl, p);
	return line && line->permit;
}

/* --- NAT -------------------------------------------------------------------------------------------- */

/* Lists of one `match ip address` are alternatives; an undefined one matches everything. */
static bool clause_matches(const struct cm_route_map_clause *c, const struct cm_interface *out,
	const struct cm_packet *p)
{
	bool lists = c->n_acls == 0, interfaces = c->n_interfaces == 0;
	for (size_t i = 0; i < c->n_acls; i++)
		lists = lists || !c->acls[i].target || acl_permits(c->acls[i].target, p);
	for (size_t i = 0; i < c->n_interfaces; i++)
		interfaces = interfaces || c->interfaces[i].target == out;
	return lists && interfaces && c->n_prefix_lists == 0 && !c->other_match && !c->has_length;
}

const struct cm_route_map_clause *cm_route_map_decides(
	const struct cm_route_map *map, const struct cm_interface *out, const struct cm_packet *p)
{
	for (size_t i = 0; i < map->n_clauses; i++)
		if (clause_matches(&map->clauses[i], out, p))
			return &map->clauses[i];
	return NULL;
}

static bool route_map_permits(
	const struct cm_route_map *map, const struct cm_interface *out, const struct cm_packet *p)
{
	const struct cm_route_map_clause *clause = cm_route_map_decides(map, out, p);
	return clause && clause->permit;
}

static bool rule_matches(
	const struct cm_nat_rule *rule, const struct cm_interface *out, const struct cm_packet *p)
{
	struct cm_net local = { rule->local, rule->mask };
	bool by_map = !rule->route_map.name.length ||
		(rule->route_map.target && route_map_permits(rule->route_map.target, out, p));
	switch (rule->kind) {
	case CM_NAT_STATIC:
		return p->source == rule->local && by_map;
	case CM_NAT_STATIC_PORT:
		return p->source == rule->local && p->protocol == rule->protocol && !p->fragment &&
			p->source_port == rule->local_port && by_map;
	case CM_NAT_STATIC_NETWORK:
		return cm_net_has(local, p->source) && by_map;
	case CM_NAT_LIST:
		return rule->acl.target && acl_permits(rule->acl.target, p);
	case CM_NAT_ROUTE_MAP:
		return rule->route_map.target && by_map;
	}
	return false;
}

const struct cm_nat_rule *cm_nat_decides(
	const struct cm_model *m, const struct cm_interface *out, const struct cm_packet *p)
{
	for (size_t i = 0; i < m->n_nat_rules; i++) {
		const struct cm_nat_rule *rule = &m->nat_rules[i];
		if (rule->side == CM_NAT_INSIDE_SOURCE && rule_matches(rule, out, p))
			return rule;
	}
	return NULL;
}

static bool is_global_of(const struct cm_nat_rule *rule, const struct cm_packet *p)
{
	struct cm_net own, global = { rule->global, rule->mask };
	uint32_t address = rule->global;
	if (!address && cm_interface_address(rule->interface.target, &own))
		address = own.address;
	switch (rule->kind) {
	case CM_NAT_STATIC:
		return address && p->destination == address;
	case CM_NAT_STATIC_PORT:
		return address && p->destination == address && p->protocol == rule->protocol &&
			!p->fragment && p->destination_port == rule->global_port;
	case CM_NAT_STATIC_NETWORK:
		return cm_net_has(global, p->destination);
	case CM_NAT_LIST:
	case CM_NAT_ROUTE_MAP:
		break;
	}
	return false;
}

/* An entry for one port is more exact than one for the host (ios.md 3.6). */
const struct cm_nat_rule *nat_admits(const struct cm_model *m, const struct cm_packet *p)
{
	const struct cm_nat_rule *found = NULL;
	for (size_t i = 0; i < m->n_nat_rules; i++) {
		const struct cm_nat_rule *rule = &m->nat_rules[i];
		if (rule->side != CM_NAT_INSIDE_SOURCE || !is_global_of(rule, p))
			continue;
		if (rule->kind == CM_NAT_STATIC_PORT)
			return rule;
		if (!found)
			found = rule;
	}
	return found;
}

/* --- Words ------------------------------------------------------------------------------------------ */

void cm_packet_print(const struct cm_packet *p, struct cm_text *out)
{
	char source[16], destination[16];
	const char *word = p->protocol ? cm_name_word(CM_NAMES_PROTOCOL, p->protocol) : "ip";
	bool ports = has_ports(p->protocol) && !p->fragment;
	cm_ip4_print(p->source, source);
	cm_ip4_print(p->destination, destination);
	if (ports)
		cm_text_printf(out, "%s:%u -> %s:%u", source, p->source_port, destination,
			p->destination_port);
	else
		cm_text_printf(out, "%s -> %s", source, destination);
	if (word)
		cm_text_printf(out, " %s", word);
	else
		cm_text_printf(out, " %u", p->protocol);
	if (p->protocol == ICMP)
		cm_text_printf(out, " type %u", p->icmp_type);
}
