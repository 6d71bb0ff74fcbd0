#include "net/gateway.h"

#include <stdlib.h>
#include <string.h>

/* SA pairs as the engine hands them over: inbound first, outbound when the peer is ready. */

static struct net_pair **place(struct cm_gateway *g, uint32_t id)
{
	return &g->by_number[id % PAIR_SLOTS];
}

struct net_pair *net_pair_numbered(struct cm_gateway *g, uint32_t id)
{
	struct net_pair *p = *place(g, id);
	while (p && p->up.pair != id)
		p = p->same_slot;
	return p;
}

struct net_pair *net_pair_of_sa(struct cm_gateway *g, const struct esp_sa *sa)
{
	(void)g;
	return esp_sa_params(sa)->user;
}

static struct net_pair *add(struct cm_gateway *g, const struct cm_ike_up *up)
{
	struct net_pair *p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->up = *up;
	crypto_wipe(&p->up.esp.cipher_key, sizeof p->up.esp.cipher_key);
	crypto_wipe(&p->up.esp.hash_key, sizeof p->up.esp.hash_key);
	crypto_wipe(&p->up.ah.hash_key, sizeof p->up.ah.hash_key);
	p->older = g->newest;
	if (g->newest)
		g->newest->newer = p;
	g->newest = p;
	p->same_slot = *place(g, up->pair);
	*place(g, up->pair) = p;
	g->n_pairs++;
	return p;
}

static struct esp_sa *make_sa(struct cm_gateway *g, struct net_pair *p, const struct cm_ike_up *up,
	const struct cm_ike_keys *from, bool inner)
{
	struct esp_keys keys = { .cipher = from->cipher, .hash = from->hash };
	bool bundle = up->esp.spi && up->ah.spi;
	struct esp_params about = {
		.direction = up->inbound ? ESP_INBOUND : ESP_OUTBOUND,
		.spi = from->spi,
		.mode = bundle && !inner ? CM_MODE_TRANSPORT : up->mode,
		.local = up->local.address,
		.remote = up->peer.address,
		.udp = up->udp && from->cipher,
		.local_port = up->local.port,
		.remote_port = up->peer.port,
		.esn = up->esn,
		.replay_window = up->replay_window,
		.df = up->tunnel ? up->tunnel->df : CM_DF_COPY,
		.fragment_after = up->tunnel && up->tunnel->fragment_after,
		.path_mtu = up->tunnel ? up->tunnel->mtu : 0,
		.ah_outside = bundle && inner ? up->ah.hash : NULL,
		.selector = up->inbound && (inner || !bundle) ? &p->up.selector : NULL,
		.user = p,
	};
	memcpy(keys.cipher_key, from->cipher_key, sizeof keys.cipher_key);
	memcpy(keys.hash_key, from->hash_key, sizeof keys.hash_key);
	struct esp_sa *sa = esp_sa_new(g->crypto, &about, &keys);
	esp_keys_wipe(&keys);
	return sa;
}

static bool add_inbound(struct cm_gateway *g, struct esp_sa **place, struct esp_sa *sa)
{
	if (sa && esp_sadb_add(g->sadb, sa)) {
		*place = sa;
		return true;
	}
	esp_sa_free(sa);
	return false;
}

static bool make_sas(struct cm_gateway *g, struct net_pair *p, const struct cm_ike_up *up)
{
	bool ok = true;
	if (up->esp.spi) {
		struct esp_sa *sa = make_sa(g, p, up, &up->esp, true);
		if (up->inbound)
			ok = add_inbound(g, &p->esp_in, sa);
		else
			ok = (p->esp_out = sa) != NULL;
	}
	if (up->ah.spi && ok) {
		struct esp_sa *sa = make_sa(g, p, up, &up->ah, !up->esp.spi);
		if (up->inbound)
			ok = add_inbound(g, &p->ah_in, sa);
		else
			ok = (p->ah_out = sa) != NULL;
	}
	return ok;
}

void net_pair_up(struct cm_gateway *g, const struct cm_ike_up *up)
{
	struct net_pair *p = net_pair_numbered(g, up->pair);
	if (!p)
		p = add(g, up);
	if (!p || !make_sas(g, p, up)) {
		gateway_say(g, CM_ERROR, "sa-failed", "cannot install the SA that was agreed");
		return;
	}
	capture_sa_keys(g->capture, up);
	flows_forget(g);
	if (!up->inbound)
		outgoing_retry(g);
}

static void drop_inbound(struct cm_gateway *g, struct net_pair *p)
{
	if (p->esp_in)
		esp_sadb_remove(g->sadb, p->esp_in);
	if (p->ah_in)
		esp_sadb_remove(g->sadb, p->ah_in);
	p->esp_in = p->ah_in = NULL;
}

static void drop_outbound(struct net_pair *p)
{
	esp_sa_free(p->esp_out);
	esp_sa_free(p->ah_out);
	p->esp_out = p->ah_out = NULL;
}

static void unlink_pair(struct cm_gateway *g, struct net_pair *p)
{
	if (p->newer)
		p->newer->older = p->older;
	else
		g->newest = p->older;
	if (p->older)
		p->older->newer = p->newer;
	struct net_pair **at = place(g, p->up.pair);
	while (*at != p)
		at = &(*at)->same_slot;
	*at = p->same_slot;
	g->n_pairs--;
	free(p);
}

void net_pair_down(struct cm_gateway *g, const struct cm_ike_down *down)
{
	struct net_pair *p = net_pair_numbered(g, down->pair);
	if (!p)
		return;
	flows_forget(g);
	if (down->inbound)
		drop_inbound(g, p);
	if (down->outbound)
		drop_outbound(p);
	if (!p->esp_in && !p->ah_in && !p->esp_out && !p->ah_out)
		unlink_pair(g, p);
}

void net_pair_moved(struct cm_gateway *g, const struct cm_ike_moved *moved)
{
	struct net_pair *p = net_pair_numbered(g, moved->pair);
	if (!p)
		return;
	p->up.peer = moved->peer;
	struct esp_sa *all[] = { p->esp_in, p->ah_in, p->esp_out, p->ah_out };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i])
			esp_sa_move(all[i], moved->peer.address, moved->peer.port);
}

static void count(const struct esp_sa *sa, uint64_t *packets, uint64_t *octets)
{
	if (!sa)
		return;
	*packets += esp_sa_counters(sa)->packets;
	*octets += esp_sa_counters(sa)->bytes;
}

/* The engine wants to know what passed: for volume lifetimes and dead peers. */
void net_pairs_tell_traffic(struct cm_gateway *g)
{
	for (struct net_pair *p = g->newest, *next; p; p = next) {
		struct cm_ike_traffic now = { 0 };
		next = p->older;
		count(p->esp_in ? p->esp_in : p->ah_in, &now.packets_in, &now.octets_in);
		count(p->esp_out ? p->esp_out : p->ah_out, &now.packets_out, &now.octets_out);
		if (memcmp(&now, &p->told, sizeof now) == 0)
			continue;
		p->told = now;
		cm_ike_note_traffic(g->ike, gateway_now(g), p->up.pair, &now);
	}
}

void net_pairs_free(struct cm_gateway *g)
{
	while (g->newest) {
		struct net_pair *p = g->newest;
		drop_inbound(g, p);
		drop_outbound(p);
		unlink_pair(g, p);
	}
}
