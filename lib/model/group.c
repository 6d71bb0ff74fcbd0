/* object-group network, object-group service */
#include "model/ace.h"

#include <string.h>

void collect_network_group(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_NETWORK_GROUP, n);
}

void collect_service_group(struct build *b, const struct node *n)
{
	collect_named(b, FAMILY_SERVICE_GROUP, n);
}

static bool same_ports(const struct cm_ports *a, const struct cm_ports *b)
{
	return a->op == b->op && a->n == b->n &&
		(!a->n || memcmp(a->values, b->values, a->n * sizeof *a->values) == 0);
}

static bool same_member(const struct cm_group_member *a, const struct cm_group_member *b)
{
	bool same_name = a->group.name.length == b->group.name.length &&
		(!a->group.name.length || cm_str_same(a->group.name, b->group.name));
	return a->kind == b->kind && a->net.address == b->net.address &&
		a->net.mask == b->net.mask && a->first == b->first && a->last == b->last &&
		a->protocol == b->protocol && a->tcp_udp == b->tcp_udp &&
		a->has_icmp == b->has_icmp && a->icmp_type == b->icmp_type && same_name &&
		same_ports(&a->source_ports, &b->source_ports) &&
		same_ports(&a->destination_ports, &b->destination_ports);
}

/* Members are few; `no` looks for the one that says the same. */
static void put(struct build *b, struct vec *members, const struct node *n,
	const struct cm_group_member *member)
{
	struct cm_group_member *all = members->items;
	if (!undoes(n)) {
		*VEC_NEW(b, members, struct cm_group_member) = *member;
		return;
	}
	for (size_t i = members->n; i > 0; i--)
		if (same_member(&all[i - 1], member)) {
			vec_drop(members, i - 1, sizeof *all);
			return;
		}
}

static void host(struct build *b, void *object, const struct node *n)
{
	struct cm_group_member member = { .kind = CM_MEMBER_NET, .at = n->span };
	const struct arg *address = node_arg(n, ROLE_ADDRESS);
	uint32_t value = address ? address->value : 0;
	if (!address && !host_address(b, build_name(b, n, ROLE_HOSTNAME), &value))
		return;
	member.net = (struct cm_net){ value, UINT32_MAX };
	put(b, object, n, &member);
}

/* Real netmasks here, unlike in an access list (ios.md 2.15). */
static void net(struct build *b, void *object, const struct node *n)
{
	struct cm_group_member member = { .kind = CM_MEMBER_NET, .at = n->span };
	const struct arg *prefix = node_arg(n, ROLE_PREFIX);
	const struct arg *address = prefix ? prefix : node_arg(n, ROLE_ADDRESS);
	const struct arg *length = node_arg(n, ROLE_PREFIX_LENGTH);
	if (!address)
		return;
	unsigned bits = prefix ? prefix->word : length ? length->value : 32;
	uint32_t mask = cm_mask_of(bits > 32 ? 32 : bits);
	if (!prefix && !length)
		mask = node_value(n, ROLE_MASK, UINT32_MAX);
	member.net = (struct cm_net){ address->value & mask, mask };
	put(b, object, n, &member);
}

static void range(struct build *b, void *object, const struct node *n)
{
	struct cm_group_member member = { .kind = CM_MEMBER_RANGE, .at = n->span };
	member.first = node_value(n, ROLE_FIRST, 0);
	member.last = node_value(n, ROLE_LAST, member.first);
	put(b, object, n, &member);
}

static void any(struct build *b, void *object, const struct node *n)
{
	struct cm_group_member member = { .kind = CM_MEMBER_NET, .at = n->span };
	put(b, object, n, &member);
}

static void group(struct build *b, void *object, const struct node *n)
{
	struct cm_group_member member = { .kind = CM_MEMBER_GROUP, .at = n->span };
	set_ref_arg(b, &member.group, node_arg(n, ROLE_GROUP_NAME));
	if (member.group.name.at)
		put(b, object, n, &member);
}

static void service(struct build *b, void *object, const struct node *n)
{
	struct cm_group_member member = { .kind = CM_MEMBER_SERVICE, .at = n->span };
	const struct arg *protocol = node_arg(n, ROLE_PROTOCOL);
	const struct arg *message = node_arg(n, ROLE_MESSAGE), *type = node_arg(n, ROLE_ICMP_TYPE);
	if (!protocol)
		return;
	member.tcp_udp = protocol->shape == SHAPE_KEYWORD;
	member.protocol = member.tcp_udp ? 6 : (uint8_t)protocol->value;
	ports_read(b, &member.source_ports, n, ROLE_SOURCE_OP, ROLE_SOURCE_PORT);
	ports_read(b, &member.destination_ports, n, ROLE_DESTINATION_OP, ROLE_DESTINATION_PORT);
	member.has_icmp = message || type;
	member.icmp_type = (uint8_t)(message ? message->value >> 8 : type ? type->value : 0);
	put(b, object, n, &member);
}

static apply_line *const lines[KINDS] = {
	[KIND_MEMBER_HOST] = host,
	[KIND_MEMBER_NET] = net,
	[KIND_MEMBER_RANGE] = range,
	[KIND_MEMBER_ANY] = any,
	[KIND_MEMBER_GROUP] = group,
	[KIND_MEMBER_SERVICE] = service,
};

static size_t make_family(
	struct build *b, enum family family, struct vec *members, struct cm_object_group *all)
{
	size_t n = 0;
	for (struct thing *t = b->head[family]; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_object_group *made = &all[n];
		t->index = (uint32_t)(made - (struct cm_object_group *)b->m->groups);
		n++;
		made->name = t->name;
		made->service = family == FAMILY_SERVICE_GROUP;
		made->at = thing_at(t);
		each_line(b, t, members, lines);
		made->members = vec_take(b, members, sizeof *made->members, &made->n_members);
	}
	return n;
}

void make_groups(struct build *b)
{
	struct vec members = { NULL, 0, 0 };
	size_t most = b->alive[FAMILY_NETWORK_GROUP] + b->alive[FAMILY_SERVICE_GROUP];
	struct cm_object_group *all = build_array(b, most, sizeof *all);
	if (!all)
		return;
	b->m->groups = all;
	b->m->n_groups = make_family(b, FAMILY_NETWORK_GROUP, &members, all);
	b->m->n_groups += make_family(b, FAMILY_SERVICE_GROUP, &members, all + b->m->n_groups);
	vec_free(&members);
}
