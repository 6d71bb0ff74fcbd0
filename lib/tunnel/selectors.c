#include <cryptomap/tunnel.h>

enum { IPPROTO_WITH_PORTS_TCP = 6, IPPROTO_WITH_PORTS_UDP = 17 };

static bool has_ports(const struct cm_selector *s)
{
	return s->protocol == IPPROTO_WITH_PORTS_TCP || s->protocol == IPPROTO_WITH_PORTS_UDP;
}

static bool range_covers(const uint16_t outer[2], const uint16_t inner[2])
{
	return outer[0] <= inner[0] && inner[1] <= outer[1];
}

static bool range_overlaps(const uint16_t a[2], const uint16_t b[2])
{
	return a[0] <= b[1] && b[0] <= a[1];
}

static bool protocol_covers(const struct cm_selector *outer, const struct cm_selector *inner)
{
	if (outer->protocol == 0)
		return true;
	if (outer->protocol != inner->protocol)
		return false;
	return !has_ports(outer) ||
		(range_covers(outer->local_port, inner->local_port) &&
			range_covers(outer->remote_port, inner->remote_port));
}

static bool protocol_overlaps(const struct cm_selector *a, const struct cm_selector *b)
{
	if (a->protocol == 0 || b->protocol == 0)
		return true;
	if (a->protocol != b->protocol)
		return false;
	return !has_ports(a) ||
		(range_overlaps(a->local_port, b->local_port) &&
			range_overlaps(a->remote_port, b->remote_port));
}

static bool covers(const struct cm_selector *outer, const struct cm_selector *inner)
{
	return protocol_covers(outer, inner) && cm_net_covers(outer->local, inner->local) &&
		cm_net_covers(outer->remote, inner->remote);
}

enum cm_relation cm_selector_relate(
	const struct cm_selector *mine, const struct cm_selector *offered)
{
	bool narrower = covers(mine, offered), wider = covers(offered, mine);
	if (narrower)
		return wider ? CM_EQUAL : CM_NARROWER;
	if (wider)
		return CM_WIDER;
	return protocol_overlaps(mine, offered) && cm_net_overlaps(mine->local, offered->local) &&
			cm_net_overlaps(mine->remote, offered->remote)
		? CM_OVERLAPS
		: CM_DISJOINT;
}

/* A deny line above the permit takes the pair away when it contains all of it. */
static bool denied_before(const struct cm_tunnel *t, const struct cm_selector *permit,
	const struct cm_selector *offered)
{
	for (size_t i = 0; i < t->n_denies; i++)
		if (t->denies[i].sequence < permit->sequence && covers(&t->denies[i], offered))
			return true;
	return false;
}

/*
 * The traffic selector of a static VTI is always any to any (Cisco, IPsec virtual tunnel interface:
 * restrictions); only one that is made for each caller takes what that one asks for.
 */
static bool takes_only_its_own(const struct cm_tunnel *t)
{
	const struct cm_tunnel_interface *ti = &t->tunnel_interface;
	return t->kind == CM_TUNNEL_PROFILE && ti->present && !ti->gre && t->n_peers > 0 &&
		!t->peers[0].any;
}

const struct cm_selector *cm_selector_accepting(
	const struct cm_tunnel *t, const struct cm_selector *offered)
{
	if (t->kind == CM_TUNNEL_DYNAMIC && t->n_selectors == 0 && !t->acl.at)
		return offered;
	for (size_t i = 0; i < t->n_selectors; i++) {
		const struct cm_selector *line = &t->selectors[i];
		if (takes_only_its_own(t) && cm_selector_relate(line, offered) != CM_EQUAL)
			continue;
		if (covers(line, offered) && !denied_before(t, line, offered))
			return line;
	}
	return NULL;
}
