#include "model/tunnels.h"

#include <string.h>

/*
 * A permit line becomes selector pairs: one for plain `permit ip A B`, several when it names
 * groups or lists of ports. IKEv1 negotiates each pair by itself.
 */

enum { MOST_PAIRS = 4096, MOST_DEPTH = 16 };

struct spread {
	struct builder *b;
	struct cm_selector *items;
	size_t n, room;
};

/* Addresses of one end: a net, or the members of a group. */
struct nets {
	struct cm_net *at;
	size_t n, room;
};

static void nets_add(struct builder *b, struct nets *nets, struct cm_net net)
{
	if (nets->n >= MOST_PAIRS)
		return;
	struct cm_net *one = ARENA_PUSH(b->arena, nets->at, nets->n, nets->room);
	if (one)
		*one = net;
}

/* A range of addresses as the fewest prefixes. */
static void nets_add_range(struct builder *b, struct nets *nets, uint32_t first, uint32_t last)
{
	uint64_t at = first;
	while (at <= last && nets->n < MOST_PAIRS) {
		unsigned bits = 0;
		while (bits < 32 && (at & ((1ull << (bits + 1)) - 1)) == 0 &&
			at + (1ull << (bits + 1)) - 1 <= last)
			bits++;
		nets_add(b, nets, (struct cm_net){ (uint32_t)at, cm_mask_of(32 - bits) });
		at += 1ull << bits;
	}
}

static void nets_add_group(
	struct builder *b, struct nets *nets, const struct cm_object_group *group, unsigned depth)
{
	if (!group || depth > MOST_DEPTH)
		return;
	for (size_t i = 0; i < group->n_members; i++) {
		const struct cm_group_member *m = &group->members[i];
		if (m->kind == CM_MEMBER_NET)
			nets_add(b, nets, m->net);
		else if (m->kind == CM_MEMBER_RANGE)
			nets_add_range(b, nets, m->first, m->last);
		else if (m->kind == CM_MEMBER_GROUP)
			nets_add_group(b, nets, m->group.target, depth + 1);
	}
}

static struct nets nets_of(struct builder *b, const struct cm_end *end)
{
	struct nets nets = { 0 };
	if (end->kind == CM_END_GROUP)
		nets_add_group(b, &nets, end->group ? end->group->target : NULL, 0);
	else if (end->kind == CM_END_NET)
		nets_add(b, &nets, end->net);
	else
		nets_add(b, &nets, (struct cm_net){ 0, 0 });
	return nets;
}

/* What one line says about protocol and ports. */
struct service {
	uint8_t protocol;
	uint16_t source[11][2], destination[11][2];
	size_t n_source, n_destination;
};

static struct service service_of(
	uint8_t protocol, const struct cm_ports *source, const struct cm_ports *destination)
{
	struct service s = { .protocol = protocol };
	s.n_source = cm_ports_ranges(source, s.source);
	s.n_destination = cm_ports_ranges(destination, s.destination);
	return s;
}

static void spread_pair(struct spread *sp, const struct cm_ace *ace, const struct service *s,
	struct cm_net local, struct cm_net remote)
{
	for (size_t i = 0; i < s->n_source * s->n_destination && sp->n < MOST_PAIRS; i++) {
		struct cm_selector *one = ARENA_PUSH(sp->b->arena, sp->items, sp->n, sp->room);
		if (!one)
			return;
		one->protocol = s->protocol;
		one->local = local;
		one->remote = remote;
		memcpy(one->local_port, s->source[i / s->n_destination], sizeof one->local_port);
		memcpy(one->remote_port, s->destination[i % s->n_destination],
			sizeof one->remote_port);
		one->at = ace->at;
		one->sequence = ace->sequence;
	}
}

static void spread_service(struct spread *sp, const struct cm_ace *ace, const struct service *s,
	const struct nets *locals, const struct nets *remotes)
{
	for (size_t i = 0; i < locals->n; i++)
		for (size_t j = 0; j < remotes->n && sp->n < MOST_PAIRS; j++)
			spread_pair(sp, ace, s, locals->at[i], remotes->at[j]);
}

static void spread_group(struct spread *sp, const struct cm_ace *ace,
	const struct cm_object_group *group, const struct nets *locals, const struct nets *remotes,
	unsigned depth)
{
	if (!group || depth > MOST_DEPTH)
		return;
	for (size_t i = 0; i < group->n_members; i++) {
		const struct cm_group_member *m = &group->members[i];
		if (m->kind == CM_MEMBER_GROUP) {
			spread_group(sp, ace, m->group.target, locals, remotes, depth + 1);
			continue;
		}
		struct service s = service_of(m->protocol, &m->source_ports, &m->destination_ports);
		spread_service(sp, ace, &s, locals, remotes);
		if (m->tcp_udp) {
			s.protocol = m->protocol == 6 ? 17 : 6;
			spread_service(sp, ace, &s, locals, remotes);
		}
	}
}

static void spread_ace(struct spread *sp, const struct cm_ace *ace)
{
	struct nets locals = nets_of(sp->b, &ace->source);
	struct nets remotes = nets_of(sp->b, &ace->destination);
	if (ace->protocol_group) {
		spread_group(
			sp, ace, ace->service ? ace->service->target : NULL, &locals, &remotes, 0);
		return;
	}
	struct service s = service_of(ace->protocol, &ace->source_ports, &ace->destination_ports);
	spread_service(sp, ace, &s, &locals, &remotes);
}

void tunnel_selectors(struct builder *b, struct cm_tunnel *t, const struct cm_acl *acl)
{
	struct spread permits = { .b = b }, denies = { .b = b };
	for (size_t i = 0; i < acl->n_aces; i++)
		spread_ace(acl->aces[i].permit ? &permits : &denies, &acl->aces[i]);
	t->selectors = permits.items;
	t->n_selectors = permits.n;
	t->denies = denies.items;
	t->n_denies = denies.n;
}
