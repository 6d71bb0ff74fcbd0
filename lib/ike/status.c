#include "ike/engine.h"

#include <string.h>

static uint32_t seconds_left(int64_t now, int64_t end)
{
	return end > now ? (uint32_t)((end - now) / SECOND) : 0;
}

void cm_ike_each_sa(const struct cm_ike *ike, int64_t now, cm_ike_see_sa *see, void *user)
{
	for (const struct node *node = ike->phase1s.first; node; node = node->after) {
		const struct phase1 *p = node->owner;
		struct cm_ike_sa_status status = { .local = p->local,
			.peer = p->peer,
			.initiator = p->initiator,
			.state = state_shown(p),
			.deleted = p->deleted || p->superseded,
			.connection = p->connection,
			.tunnel = p->route ? p->route->tunnel : NULL,
			.policy = p->policy,
			.lifetime_s = p->lifetime_s,
			.remaining_s = p->state == S_UP ? seconds_left(now, p->life_end) : 0,
			.nat = nat_found(p),
			.dpd = p->vendors >> V_DPD & 1,
			.fragmentation = p->vendors >> V_FRAGMENTATION & 1 };
		memcpy(status.initiator_cookie, p->cookies.initiator, COOKIE);
		memcpy(status.responder_cookie, p->cookies.responder, COOKIE);
		see(user, &status);
	}
}

static uint32_t kilobytes_left(const struct pair *pair)
{
	const struct cm_ike_traffic *t = &pair->traffic;
	uint64_t used = (t->octets_in > t->octets_out ? t->octets_in : t->octets_out) / 1024;
	return used < pair->lifetime_kb ? pair->lifetime_kb - (uint32_t)used : 0;
}

void cm_ike_each_pair(const struct cm_ike *ike, int64_t now, cm_ike_see_pair *see, void *user)
{
	for (const struct node *node = ike->pairs.first; node; node = node->after) {
		const struct pair *pair = node->owner;
		if (!pair->inbound)
			continue;
		struct cm_ike_pair_status status = { .pair = pair->id,
			.connection = pair->connection,
			.tunnel = pair->route->tunnel,
			.selector = pair->selector,
			.local = pair->local,
			.peer = pair->peer,
			.spi_in = pair->spi_in,
			.spi_out = pair->spi_out,
			.ah_spi_in = pair->ah_spi_in,
			.ah_spi_out = pair->ah_spi_out,
			.transform = pair->transform,
			.pfs = pair->pfs,
			.mode = pair->mode,
			.udp = pair->udp,
			.esn = pair->esn,
			.outbound = pair->outbound,
			.replaced = pair->replaced,
			.lifetime_s = pair->lifetime_s,
			.lifetime_kb = pair->lifetime_kb,
			.remaining_s = seconds_left(now, pair->life_end),
			.remaining_kb = kilobytes_left(pair),
			.since = pair->since,
			.traffic = pair->traffic };
		see(user, &status);
	}
}

void cm_ike_count(const struct cm_ike *ike, struct cm_ike_counters *out)
{
	*out = ike->counters;
	out->half_open = ike->half_open.n;
	out->sas = ike->phase1s.n;
	out->pairs = ike->pairs.n;
	out->memory = ike->store.octets;
}
