#include "generate/ios.h"

#include <cryptomap/model.h>
#include <string.h>

/*
 * The mirrored router: everything that a bare IOS router needs to be the far end, ready to paste.
 * Names are those of our own configuration. What our text cannot know (the provider's gateway,
 * the far LAN's interface) is assumed, and the line says so.
 */

static const char outside_default[] = "FastEthernet0/1", inside_default[] = "FastEthernet1/0";

static struct cm_str fallback(struct cm_str name, const char *otherwise)
{
	return name.length ? name : cm_str_of(otherwise);
}

/* Of several outside interfaces each has its number. */
static struct cm_str outside_numbered(const struct job *job, const char *name)
{
	const char *text =
		job->outside ? arena_printf(job->arena, "%s%u", name, job->outside + 1) : NULL;
	return cm_str_of(text ? text : job->outside ? name : outside_default);
}

static struct cm_str outside_name(const struct job *job)
{
	if (job->together)
		return outside_numbered(job, "FastEthernet0/");
	const struct cm_tunnel *near = job->near;
	struct cm_str name = near->interface;
	if (near->kind == CM_TUNNEL_PROFILE)
		name.length = 0; /* that is the tunnel interface itself */
	return fallback(name, outside_default);
}

/* Our first inside interface that is not the one towards the peer. */
static struct cm_str inside_name(const struct job *job)
{
	const struct cm_model *model = job->near->model;
	struct cm_str outside = outside_name(job);
	for (size_t i = 0; model && i < model->n_interfaces; i++) {
		const struct cm_interface *interface = &model->interfaces[i];
		if (interface->nat_inside.on && !cm_str_same(interface->name, outside) &&
			interface->tunnel_mode == CM_TUNNEL_NONE)
			return interface->name;
	}
	return cm_str_of(cm_str_is(outside, inside_default) ? outside_default : inside_default);
}

/* --- IPsec -------------------------------------------------------------------------------------- */

static const char *transform_since(const struct cm_p2 *p, struct cm_release release)
{
	const char *since = p->ah ? p->ah->since : NULL;
	if (ios_has(release, since) && p->cipher)
		since = p->cipher->since;
	if (ios_has(release, since) && p->hash)
		since = p->hash->since;
	return ios_has(release, since) ? NULL : since;
}

/* Tunnels of one router share sets; an equal name is an equal set. */
static bool set_is_written(const struct job *first, const struct job *upto, struct cm_str name)
{
	for (const struct job *job = first; job != upto; job = job->next)
		for (size_t i = 0; i < job->far->n_p2; i++)
			if (cm_str_same(job->far->p2[i].name, name))
				return true;
	return false;
}

static void put_transform_sets(struct job *first, struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	for (size_t i = 0; i < far->n_p2; i++) {
		const struct cm_p2 *p = &far->p2[i];
		if (set_is_written(first, job, p->name))
			continue;
		const char *since = transform_since(p, ios_release(job));
		if (since)
			job_problem(job, CM_ERROR, p->at,
				"transform-set %.*s needs release %s or later at the far end",
				(int)p->name.length, p->name.at, since);
		cm_text_printf(
			out, "crypto ipsec transform-set %.*s", (int)p->name.length, p->name.at);
		if (p->ah)
			cm_text_printf(out, " %s", p->ah->ah);
		if (p->cipher)
			cm_text_printf(out, " %s", p->cipher->transform);
		if (p->hash)
			cm_text_printf(out, " %s", p->hash->esp);
		if (p->compress)
			cm_text_put(out, " comp-lzs");
		cm_text_printf(out, "\n mode %s%s\n",
			p->mode == CM_MODE_TRANSPORT ? "transport" : "tunnel",
			p->mode_required ? " require" : "");
	}
}

static void put_sa_settings(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	cm_text_put(out, " set transform-set");
	for (size_t i = 0; i < far->n_p2; i++)
		cm_text_printf(out, " %.*s", (int)far->p2[i].name.length, far->p2[i].name.at);
	cm_text_char(out, '\n');
	if (far->lifetime_s != 3600)
		cm_text_printf(
			out, " set security-association lifetime seconds %u\n", far->lifetime_s);
	if (far->lifetime_kb == 0)
		cm_text_put(out, " set security-association lifetime kilobytes disable\n");
	else if (far->lifetime_kb != 4608000)
		cm_text_printf(
			out, " set security-association lifetime kilobytes %u\n", far->lifetime_kb);
	if (far->pfs.demanded && far->pfs.group)
		cm_text_printf(out, " set pfs group%s\n", far->pfs.group->ios);
	if (far->version == 2)
		cm_text_printf(out, " set ikev2-profile %s\n", ios_tagged(job, "FAR"));
	else if (ios_needs_profile(job))
		cm_text_printf(out, " set isakmp-profile %s\n", ios_tagged(job, "FAR"));
}

static void put_net(struct cm_text *out, const struct cm_net *net)
{
	char address[16], wildcard[16];
	if (net->mask == 0)
		cm_text_put(out, " any");
	else if (net->mask == 0xffffffff)
		cm_text_printf(out, " host %s", cm_ip4_print(net->address, address));
	else
		cm_text_printf(out, " %s %s", cm_ip4_print(net->address, address),
			cm_ip4_print(~net->mask, wildcard));
}

static void put_port(struct cm_text *out, uint8_t protocol, const uint16_t port[2])
{
	enum cm_names names = protocol == 6 ? CM_NAMES_TCP_PORT : CM_NAMES_UDP_PORT;
	if (port[0] == 0 && port[1] == 65535)
		return;
	const char *word = port[0] == port[1] ? cm_name_word(names, port[0]) : NULL;
	if (word)
		cm_text_printf(out, " eq %s", word);
	else if (port[0] == port[1])
		cm_text_printf(out, " eq %u", port[0]);
	else
		cm_text_printf(out, " range %u %u", port[0], port[1]);
}

/* " permit ip SRC DST" and so on; a crypto ACL's line, or a NAT exemption's deny. */
static void put_ace(struct cm_text *out, const char *action, const struct cm_selector *s)
{
	const char *protocol = s->protocol ? cm_name_word(CM_NAMES_PROTOCOL, s->protocol) : "ip";
	if (protocol)
		cm_text_printf(out, " %s %s", action, protocol);
	else
		cm_text_printf(out, " %s %u", action, s->protocol);
	bool ports = s->protocol == 6 || s->protocol == 17;
	put_net(out, &s->local);
	if (ports)
		put_port(out, s->protocol, s->local_port);
	put_net(out, &s->remote);
	if (ports)
		put_port(out, s->protocol, s->remote_port);
	cm_text_char(out, '\n');
}

/* Deny lines come where they cut: before the permits that follow them on our side. */
static void put_crypto_acl(struct cm_text *out, const struct cm_tunnel *far, struct cm_str name)
{
	size_t d = 0;
	cm_text_printf(out, "ip access-list extended %.*s\n", (int)name.length, name.at);
	for (size_t i = 0; i < far->n_selectors; i++) {
		for (; d < far->n_denies && far->denies[d].sequence < far->selectors[i].sequence;
			d++)
			put_ace(out, "deny  ", &far->denies[d]);
		put_ace(out, "permit", &far->selectors[i]);
	}
	cm_text_put(out, "!\n");
}

static struct cm_str acl_name(struct job *job)
{
	return fallback(job->near->acl, ios_tagged(job, "CRYPTO"));
}

static struct cm_str map_name(const struct job *job)
{
	const struct cm_tunnel *near = job->near;
	if (!job->together)
		return near->static_map.length ? near->static_map : near->map;
	const char *text =
		job->outside ? arena_printf(job->arena, "IPSEC-%u", job->outside + 1) : NULL;
	return cm_str_of(text ? text : "IPSEC");
}

static bool takes_anybody(const struct job *job)
{
	return job->far->kind != CM_TUNNEL_PROFILE &&
		!(job->far->n_peers &&
			(job->far->peers[0].resolved || job->far->peers[0].hostname.length));
}

static void put_map(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *near = job->near, *far = job->far;
	struct cm_str map = map_name(job), acl = acl_name(job);
	bool dynamic = takes_anybody(job);
	if (dynamic)
		cm_text_printf(out, "crypto dynamic-map %.*s-ANY %u\n", (int)map.length, map.at,
			near->sequence ? near->sequence : 10);
	else
		cm_text_printf(out, "crypto map %.*s %u ipsec-isakmp\n", (int)map.length, map.at,
			near->sequence ? near->sequence : 10);
	if (!dynamic && far->peers[0].resolved)
		cm_text_printf(out, " set peer %s\n", job_ip(job, far->peers[0].address));
	else if (!dynamic)
		cm_text_printf(out, " set peer %.*s\n", (int)far->peers[0].hostname.length,
			far->peers[0].hostname.at);
	put_sa_settings(job, out);
	if (far->n_selectors) {
		cm_text_printf(out, " match address %.*s\n!\n", (int)acl.length, acl.at);
		put_crypto_acl(out, far, acl);
	}
}

static void put_dynamic_reference(struct job *job, struct cm_text *out)
{
	struct cm_str map = map_name(job);
	cm_text_printf(out, "crypto map %.*s 65535 ipsec-isakmp dynamic %.*s-ANY\n!\n",
		(int)map.length, map.at, (int)map.length, map.at);
}

/* The entries of each map, and once the reference to those that take any peer. */
static void put_maps(struct job *first, struct cm_text *out)
{
	for (struct job *job = first; job; job = job->next)
		if (job->far->kind != CM_TUNNEL_PROFILE)
			put_map(job, out);
	for (struct job *job = first; job; job = job->next) {
		bool said = false;
		for (const struct job *before = first; before != job; before = before->next)
			said |= takes_anybody(before) && before->outside == job->outside;
		if (takes_anybody(job) && !said)
			put_dynamic_reference(job, out);
	}
}

/* --- Interfaces, routes, NAT, the outside ACL ------------------------------------------------------ */

/* The provider's network is not in our text: the smallest that holds a gateway is assumed. */
static struct cm_net outside_net(const struct cm_tunnel *far, uint32_t *gateway)
{
	uint32_t low = far->local & 3;
	struct cm_net net = { far->local, low == 1 || low == 2 ? 0xfffffffc : 0xffffff00 };
	*gateway = low == 1 ? far->local + 1
		: low == 2  ? far->local - 1
			    : (far->local & 0xffffff00) + 1;
	if (*gateway == far->local)
		*gateway += 1;
	if (far->n_peers && far->peers[0].resolved && cm_net_has(net, far->peers[0].address))
		*gateway = far->peers[0].address;
	return net;
}

static bool exempts_nat(const struct job *job)
{
	const struct cm_model *model = job->near->model;
	for (size_t i = 0; model && i < model->n_nat_rules; i++)
		if (model->nat_rules[i].side == CM_NAT_INSIDE_SOURCE &&
			(model->nat_rules[i].kind == CM_NAT_LIST ||
				model->nat_rules[i].kind == CM_NAT_ROUTE_MAP))
			return true;
	return false;
}

static const struct cm_acl *outside_acl(const struct job *job)
{
	const struct cm_model *model = job->near->model;
	const struct cm_interface *interface =
		model ? cm_model_interface(model, outside_name(job)) : NULL;
	return interface ? interface->access_in.target : NULL;
}

static struct cm_str extended_name(struct cm_str name, const char *otherwise)
{
	bool standard_number = name.length && name.at[0] >= '0' && name.at[0] <= '9';
	return standard_number ? cm_str_of(otherwise) : fallback(name, otherwise);
}

static void put_outside(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	struct cm_str name = outside_name(job), map = map_name(job);
	uint32_t gateway;
	struct cm_net net = outside_net(far, &gateway);
	cm_text_printf(out, "interface %.*s\n", (int)name.length, name.at);
	if (far->has_local)
		cm_text_printf(out, " description Outside (netmask assumed)\n ip address %s %s\n",
			job_ip(job, far->local), job_ip(job, net.mask));
	else
		cm_text_put(out, " description Outside\n ip address dhcp\n");
	if (outside_acl(job)) {
		struct cm_str acl = extended_name(outside_acl(job)->name, "OUTSIDE-IN");
		cm_text_printf(out, " ip access-group %.*s in\n", (int)acl.length, acl.at);
	}
	if (exempts_nat(job))
		cm_text_put(out, " ip nat outside\n");
	if (far->kind != CM_TUNNEL_PROFILE)
		cm_text_printf(out, " crypto map %.*s\n", (int)map.length, map.at);
	cm_text_put(out, " no shutdown\n!\n");
}

/* One address for each network that the selectors protect at the far end, each once. */
static bool seen_before(const struct cm_tunnel *far, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (cm_net_covers(far->selectors[j].local, far->selectors[i].local))
			return true;
	return false;
}

static bool is_lan(const struct cm_tunnel *far, const struct cm_selector *s)
{
	return cm_mask_is_prefix(s->local.mask) && s->local.mask != 0 && s->protocol != 47 &&
		!cm_net_has(s->local, far->local);
}

/* Of an earlier tunnel of the same router. */
static bool seen_elsewhere(const struct job *first, const struct job *upto, struct cm_net net)
{
	for (const struct job *job = first; job != upto; job = job->next)
		for (size_t i = 0; i < job->far->n_selectors; i++)
			if (is_lan(job->far, &job->far->selectors[i]) &&
				cm_net_overlaps(job->far->selectors[i].local, net))
				return true;
	return false;
}

static void put_lans(struct job *first, struct job *job, struct cm_text *out, bool *begun)
{
	const struct cm_tunnel *far = job->far;
	struct cm_str name = inside_name(job);
	for (size_t i = 0; i < far->n_selectors; i++) {
		const struct cm_net *net = &far->selectors[i].local;
		if (!is_lan(far, &far->selectors[i]) || seen_before(far, i) ||
			seen_elsewhere(first, job, *net))
			continue;
		if (!*begun)
			cm_text_printf(out, "interface %.*s\n description Inside (assumed)\n",
				(int)name.length, name.at);
		bool host = net->mask == 0xffffffff;
		cm_text_printf(out, " ip address %s %s%s\n",
			job_ip(job, host ? net->address : net->address + 1),
			host ? "255.255.255.255" : job_ip(job, net->mask),
			*begun ? " secondary" : "");
		*begun = true;
	}
}

static void put_inside(struct job *first, struct cm_text *out)
{
	bool begun = false;
	for (struct job *job = first; job; job = job->next)
		put_lans(first, job, out, &begun);
	if (!begun)
		return;
	if (exempts_nat(first))
		cm_text_put(out, " ip nat inside\n");
	cm_text_put(out, " no shutdown\n!\n");
}

static struct cm_str nat_acl_name(struct job *job)
{
	const struct cm_model *model = job->near->model;
	for (size_t i = 0; i < model->n_nat_rules; i++)
		if (model->nat_rules[i].kind == CM_NAT_LIST && model->nat_rules[i].acl.target &&
			!cm_str_same(model->nat_rules[i].acl.name, acl_name(job)))
			return extended_name(model->nat_rules[i].acl.name, "inside_net");
	return cm_str_of("inside_net");
}

/* NAT comes before the crypto map on the way out: the tunnel's traffic is denied first. */
static void put_nat(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	struct cm_str outside = outside_name(job);
	if (!exempts_nat(job))
		return;
	struct cm_str acl = nat_acl_name(job);
	cm_text_printf(out, "ip nat inside source list %.*s interface %.*s overload\n!\n",
		(int)acl.length, acl.at, (int)outside.length, outside.at);
	cm_text_printf(out, "ip access-list extended %.*s\n", (int)acl.length, acl.at);
	for (size_t i = 0; i < far->n_selectors; i++)
		if (far->selectors[i].protocol != 47)
			put_ace(out, "deny  ", &far->selectors[i]);
	for (size_t i = 0; i < far->n_selectors; i++) {
		if (!is_lan(far, &far->selectors[i]) || seen_before(far, i))
			continue;
		cm_text_put(out, " permit ip");
		put_net(out, &far->selectors[i].local);
		cm_text_put(out, " any\n");
	}
	cm_text_put(out, "!\n");
}

/* A remote network inside one of the far end's own would never leave: it needs its own route. */
static bool hidden_by_lan(const struct cm_tunnel *far, const struct cm_net *remote)
{
	for (size_t i = 0; i < far->n_selectors; i++)
		if (is_lan(far, &far->selectors[i]) &&
			cm_net_covers(far->selectors[i].local, *remote) &&
			far->selectors[i].local.mask != remote->mask)
			return true;
	return false;
}

static void put_hidden_routes(struct job *job, uint32_t gateway, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	for (size_t i = 0; i < far->n_selectors; i++) {
		const struct cm_net *remote = &far->selectors[i].remote;
		if (cm_mask_is_prefix(remote->mask) && hidden_by_lan(far, remote))
			cm_text_printf(out, "ip route %s %s %s\n", job_ip(job, remote->address),
				job_ip(job, remote->mask), job_ip(job, gateway));
	}
}

/* The default route leaves by the first outside interface; other peers and networks by theirs. */
static void put_other_routes(struct job *job, uint32_t gateway, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	if (far->n_peers && far->peers[0].resolved)
		cm_text_printf(out, "ip route %s 255.255.255.255 %s\n",
			job_ip(job, far->peers[0].address), job_ip(job, gateway));
	for (size_t i = 0; i < far->n_selectors; i++)
		if (far->selectors[i].remote.mask &&
			cm_mask_is_prefix(far->selectors[i].remote.mask))
			cm_text_printf(out, "ip route %s %s %s\n",
				job_ip(job, far->selectors[i].remote.address),
				job_ip(job, far->selectors[i].remote.mask), job_ip(job, gateway));
}

/* A network of ours that is no way to the far end itself. */
static bool is_behind_us(const struct job *job, const struct cm_interface *interface)
{
	const struct cm_tunnel *far = job->far;
	if (!interface->n_addresses || interface->shutdown.on ||
		interface->tunnel_mode != CM_TUNNEL_NONE)
		return false;
	struct cm_net net = interface->addresses[0].net;
	bool ours = far->n_peers && far->peers[0].resolved && net.address == far->peers[0].address;
	return !ours && net.mask != 0xffffffff && !cm_net_has(net, far->local);
}

/* A tunnel interface carries what is routed there: our networks, unless a protocol tells them. */
static void put_tunnel_routes(struct job *job, struct cm_text *out)
{
	const struct cm_model *model = job->near->model;
	struct cm_str tunnel = job->near->interface;
	for (size_t i = 0; model && !model->dynamic_routing && i < model->n_interfaces; i++) {
		if (!is_behind_us(job, &model->interfaces[i]))
			continue;
		struct cm_net net = model->interfaces[i].addresses[0].net;
		cm_text_printf(out, "ip route %s %s %.*s\n", job_ip(job, net.address & net.mask),
			job_ip(job, net.mask), (int)tunnel.length, tunnel.at);
	}
}

static void put_routes(struct job *first, struct cm_text *out)
{
	uint32_t gateway;
	outside_net(first->far, &gateway);
	if (first->far->has_local)
		cm_text_printf(out,
			"! the provider's gateway is assumed\nip route 0.0.0.0 0.0.0.0 %s\n",
			job_ip(first, gateway));
	else
		cm_text_put(out, "ip route 0.0.0.0 0.0.0.0 dhcp\n");
	for (struct job *job = first; job; job = job->next) {
		outside_net(job->far, &gateway);
		if (job->outside)
			put_other_routes(job, gateway, out);
		else if (job->far->has_local)
			put_hidden_routes(job, gateway, out);
		if (job->far->kind == CM_TUNNEL_PROFILE)
			put_tunnel_routes(job, out);
	}
	cm_text_put(out, "!\n");
}

static void put_admit(struct cm_text *out, const char *protocol, const char *peer, const char *us,
	const char *port)
{
	cm_text_printf(out, " permit %s %s%s host %s%s\n", protocol, peer ? "host " : "any",
		peer ? peer : "", us, port);
}

static void put_outside_acl(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	if (!outside_acl(job))
		return;
	struct cm_str acl = extended_name(outside_acl(job)->name, "OUTSIDE-IN");
	bool known = far->n_peers && far->peers[0].resolved, ah = false;
	const char *peer = known ? job_ip(job, far->peers[0].address) : NULL;
	const char *us = job_ip(job, far->local);
	for (size_t i = 0; i < far->n_p2; i++)
		ah = ah || far->p2[i].ah;
	cm_text_printf(out, "ip access-list extended %.*s\n permit tcp any any established\n",
		(int)acl.length, acl.at);
	put_admit(out, "udp", peer, us, " eq isakmp");
	put_admit(out, "udp", peer, us, " eq non500-isakmp");
	put_admit(out, "esp", peer, us, "");
	if (ah)
		put_admit(out, "ahp", peer, us, "");
	/* Before 12.3(8)T the decrypted packet passes this list a second time (ios.md 3.1). */
	if (!cm_release_since(ios_release(job), "12.3(8)T", true))
		for (size_t i = 0; i < far->n_selectors; i++) {
			struct cm_selector back = far->selectors[i];
			back.local = far->selectors[i].remote;
			back.remote = far->selectors[i].local;
			memcpy(back.local_port, far->selectors[i].remote_port,
				sizeof back.local_port);
			memcpy(back.remote_port, far->selectors[i].local_port,
				sizeof back.remote_port);
			put_ace(out, "permit", &back);
		}
	cm_text_put(out, " deny   ip any any log\n!\n");
}

/* --- Protected tunnel interfaces --------------------------------------------------------------------- */

static uint32_t other_host(struct cm_net net)
{
	uint32_t first = (net.address & net.mask) + 1;
	return net.address == first ? first + 1 : first;
}

/* The hub that a spoke registers with: the next hop that its NHRP lines place at the peer. */
static const struct cm_next_hop *hub_hop(const struct job *job)
{
	const struct cm_tunnel_interface *ti = &job->near->tunnel_interface;
	for (size_t i = 0; i < ti->n_hops; i++)
		if (ti->hops[i].server && ti->hops[i].outside == job->far->local)
			return &ti->hops[i];
	return NULL;
}

static void put_cloud(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel_interface *ti = &job->near->tunnel_interface;
	if (ti->nhrp_key.length)
		cm_text_printf(out, " ip nhrp authentication %.*s\n",
			(int)(job->request->secrets ? ti->nhrp_key.length : 19),
			job->request->secrets ? ti->nhrp_key.at : "PUT-THE-STRING-HERE");
	cm_text_put(out, " ip nhrp network-id 1\n ip nhrp map multicast dynamic\n");
}

static void put_tunnel_address(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel_interface *ti = &job->near->tunnel_interface;
	const struct cm_next_hop *hop = hub_hop(job);
	if (hop && ti->address.mask)
		cm_text_printf(out, " ip address %s %s\n", job_ip(job, hop->inside),
			job_ip(job, ti->address.mask));
	else if (ti->address.mask)
		cm_text_printf(out, " ip address %s %s\n", job_ip(job, other_host(ti->address)),
			job_ip(job, ti->address.mask));
}

static void put_tunnel_interface(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *near = job->near, *far = job->far;
	const struct cm_tunnel_interface *ti = &near->tunnel_interface;
	struct cm_str outside = outside_name(job);
	cm_text_printf(out, "crypto ipsec profile %.*s\n", (int)near->map.length, near->map.at);
	put_sa_settings(job, out);
	cm_text_printf(out, "!\ninterface %.*s\n", (int)near->interface.length, near->interface.at);
	put_tunnel_address(job, out);
	if (ti->multipoint)
		put_cloud(job, out);
	if (ti->has_key)
		cm_text_printf(out, " tunnel key %u\n", ti->key);
	cm_text_printf(out, " tunnel source %.*s\n", (int)outside.length, outside.at);
	if (ti->multipoint)
		cm_text_put(out, " tunnel mode gre multipoint\n");
	else if (far->n_peers && far->peers[0].resolved)
		cm_text_printf(out, " tunnel destination %s\n", job_ip(job, far->peers[0].address));
	if (!ti->gre)
		cm_text_put(out, " tunnel mode ipsec ipv4\n");
	cm_text_printf(out, " tunnel protection ipsec profile %.*s\n!\n", (int)near->map.length,
		near->map.at);
}

static void put_version(struct cm_text *out, struct cm_release release)
{
	if (release.known)
		cm_text_printf(out, "version %u.%u\n", release.major, release.minor);
}

static bool known_ends(struct job *job)
{
	if (job->far->has_local || job->together)
		return true;
	job_problem(job, CM_ERROR, job->near->at,
		"the peer's address is not known: name the far end's outside address yourself");
	return false;
}

/* Tunnels from one address share an interface and its map. */
static void number_outsides(struct job *first)
{
	unsigned n = 0;
	for (struct job *job = first; job; job = job->next) {
		const struct job *same = first;
		while (same != job && same->far->local != job->far->local)
			same = same->next;
		job->outside = same == job ? n++ : same->outside;
	}
}

static void put_outsides(struct job *first, struct cm_text *out)
{
	unsigned written = 0;
	for (struct job *job = first; job; job = job->next)
		if (job->outside == written) {
			put_outside(job, out);
			written++;
		}
}

static void put_head(struct job *job, struct cm_text *out)
{
	struct cm_str router = fallback(job->near->router, "the router");
	if (job->together)
		cm_text_put(
			out, "! The gateway as a router; lines marked as assumed need a look\n");
	else
		cm_text_printf(out, "! The far end of %.*s; lines marked as assumed need a look\n",
			(int)router.length, router.at);
}

void write_ios(struct job *first)
{
	struct cm_text *out = job_file(first, "far.cfg", first->request->secrets);
	put_head(first, out);
	if (!known_ends(first))
		return;
	number_outsides(first);
	put_version(out, ios_release(first));
	ios_put_name(first, out);
	ios_put_ike(first, out);
	for (struct job *job = first; job; job = job->next)
		put_transform_sets(first, job, out);
	cm_text_put(out, "!\n");
	put_maps(first, out);
	put_outsides(first, out);
	put_inside(first, out);
	if (first->far->kind == CM_TUNNEL_PROFILE)
		put_tunnel_interface(first, out);
	put_nat(first, out);
	put_routes(first, out);
	put_outside_acl(first, out);
	cm_text_put(out, "end\n");
}
