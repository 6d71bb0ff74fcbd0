/*
 * Access lists on interfaces, and what the tunnel needs of them: IKE and ESP from each peer, the
 * clear packets before they are encrypted and after they were decrypted (ios.md 3.1).
 */
#include "check/applied.h"
#include "check/examples.h"

#include <string.h>

enum { UDP = 17, ESP = 50, AH = 51, IKE_PORT = 500, NAT_T_PORT = 4500, MORE_PEERS = 6 };

/* --- Ends of tunnels and the interface that their packets cross ----------------------------------- */

struct need;

struct end {
	const struct cm_interface *interface;
	bool has_local;
	uint32_t local, peer;
	struct cm_span at;       /* where the peer is named */
	bool esp, ah;            /* what the proposals need; neither known: nothing is said */
	const struct need *seen; /* the last need that its list was asked about */
};

struct ends {
	struct end *items;
	size_t n, room;
};

static void needs_of(const struct cm_sa_settings *sa, struct end *end)
{
	for (size_t i = 0; i < sa->n_transform_sets; i++) {
		const struct cm_transform_set *t = sa->transform_sets[i].target;
		end->esp = end->esp || (t && (t->p2.cipher || t->p2.hash));
		end->ah = end->ah || (t && t->p2.ah);
	}
}

static void add_map_ends(struct check *c, struct ends *ends, const struct cm_interface *in)
{
	const struct cm_crypto_map *map = in->crypto_map.target;
	const struct cm_interface *local = map->local_address.target;
	struct cm_net net;
	bool has_local = cm_interface_address(local ? local : in, &net);
	for (size_t i = 0; i < map->n_entries; i++)
		for (size_t k = 0; k < map->entries[i].n_peers; k++) {
			const struct cm_peer *peer = &map->entries[i].peers[k];
			bool own = has_local && peer->address == net.address; /* peer-own-address */
			struct end *end = peer->resolved && !own
				? ARENA_PUSH(c->arena, ends->items, ends->n, ends->room)
				: NULL;
			if (!end)
				continue;
			*end = (struct end){ in, has_local, has_local ? net.address : 0,
				peer->address, peer->at, false, false, NULL };
			needs_of(&map->entries[i].sa, end);
		}
}

static const struct cm_interface *owner_of(const struct check *c, uint32_t address)
{
	for (size_t i = 0; i < c->model->n_interfaces; i++)
		for (size_t k = 0; k < c->model->interfaces[i].n_addresses; k++)
			if (c->model->interfaces[i].addresses[k].net.address == address)
				return &c->model->interfaces[i];
	return NULL;
}

/* A protected tunnel: its outer packets cross the interface of its source, or of the route. */
static void add_tunnel_end(struct check *c, struct ends *ends, const struct cm_interface *in)
{
	struct cm_net net = { in->tunnel_source_address, UINT32_MAX };
	const struct cm_interface *source = in->tunnel_source.target;
	bool has_local =
		in->has_tunnel_source_address || (source && cm_interface_address(source, &net));
	if (!source && in->has_tunnel_source_address)
		source = owner_of(c, in->tunnel_source_address);
	const struct cm_interface *out =
		cm_model_egress(c->model, in->tunnel_vrf.name, in->tunnel_destination, NULL);
	if (!in->has_tunnel_destination || !(out ? out : source))
		return;
	struct end *end = ARENA_PUSH(c->arena, ends->items, ends->n, ends->room);
	if (!end)
		return;
	*end = (struct end){ out ? out : source, has_local, has_local ? net.address : 0,
		in->tunnel_destination, in->tunnel_destination_at, false, false, NULL };
	needs_of(&in->protection.target->sa, end);
}

static struct ends find_ends(struct check *c)
{
	struct ends ends = { 0 };
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		if (in->crypto_map.target && !in->crypto_map.target->ipv6)
			add_map_ends(c, &ends, in);
		if (in->protection.target)
			add_tunnel_end(c, &ends, in);
	}
	return ends;
}

/* --- Does the list let them in, or out? ----------------------------------------------------------- */

struct need {
	const char *id;
	const char *what;
	uint8_t protocol;
	uint16_t port; /* 0: the protocol has none */
	bool out;
};

static const struct need needs[] = {
	{ "acl-blocks-ike", "IKE (udp 500)", UDP, IKE_PORT, false },
	{ "acl-blocks-esp", "ESP", ESP, 0, false },
	{ "acl-blocks-esp", "AH", AH, 0, false },
	{ "acl-blocks-nat-t", "NAT-T (udp 4500)", UDP, NAT_T_PORT, false },
	{ "acl-out-blocks-esp", "ESP", ESP, 0, true },
	{ "acl-out-blocks-esp", "AH", AH, 0, true },
};

static bool is_needed(const struct check *c, const struct need *need, const struct end *end)
{
	if (need->protocol == ESP)
		return end->esp;
	if (need->protocol == AH)
		return end->ah;
	/* AH cannot pass NAT at all, so it never goes in UDP. */
	return need->port == IKE_PORT || (c->model->ipsec.nat_transparency.on && !end->ah);
}

static const struct cm_acl_ref *list_of(const struct need *need, const struct end *end)
{
	return need->out ? &end->interface->access_out : &end->interface->access_in;
}

/* The packets of a need, seen at the interface. */
static struct pset_match packets_of(const struct need *need, const struct end *end)
{
	struct cm_net peer = { end->peer, UINT32_MAX };
	struct cm_net us = { end->local, end->has_local ? UINT32_MAX : 0 };
	struct pset_match m = { .whole = true,
		.protocol = need->protocol,
		.source = need->out ? us : peer,
		.destination = need->out ? peer : us };
	if (need->port) {
		m.n_source_ports = m.n_destination_ports = 1;
		m.source_ports[0][0] = m.source_ports[0][1] = need->port;
		m.destination_ports[0][0] = m.destination_ports[0][1] = need->port;
	}
	return m;
}

/* True when the list takes none of the packets, `*line` then is the line that denies. */
static bool is_blocked(
	struct check *c, const struct need *need, const struct end *end, const struct cm_ace **line)
{
	const struct cm_acl_ref *list = list_of(need, end);
	if (!list->target || !list->target->n_aces || !is_needed(c, need, end))
		return false;
	struct pset_match packets = packets_of(need, end);
	return acl_blocks(c, list->target, &packets, line);
}

static struct cm_diag *say_blocked(
	struct check *c, const struct need *need, const struct end *end, const struct cm_ace *line)
{
	char peer[16];
	const struct cm_acl_ref *list = list_of(need, end);
	struct cm_diag *found = check_say(c, need->id, list->at, "list %.*s does not let %s %s %s",
		(int)list->name.length, list->name.at, need->what, need->out ? "out to" : "in from",
		cm_ip4_print(end->peer, peer));
	diag_note(c->diags, found, end->at, "the peer is named here:");
	if (line)
		diag_note(c->diags, found, line->at, "denied here:");
	else
		diag_note(c->diags, found, list->target->at, "no line of the list permits it:");
	return found;
}

/* One finding for one list, with a note for each further peer. */
static void check_list_of(
	struct check *c, const struct need *need, const struct ends *ends, size_t first)
{
	const struct cm_acl_ref *list = list_of(need, &ends->items[first]);
	const struct cm_ace *line;
	struct cm_diag *found = NULL;
	size_t more = 0;
	for (size_t k = first; k < ends->n; k++) {
		struct end *end = &ends->items[k];
		if (list_of(need, end) != list)
			continue;
		end->seen = need;
		if (!is_blocked(c, need, end, &line))
			continue;
		if (!found)
			found = say_blocked(c, need, end, line);
		else if (more++ < MORE_PEERS)
			diag_note(c->diags, found, end->at, "nor this peer:");
	}
	if (more > MORE_PEERS)
		diag_note(c->diags, found, (struct cm_span){ 0, 0 }, "nor %zu more peers",
			more - MORE_PEERS);
}

/* --- Peers that nobody knows: is there any way in for them? --------------------------------------- */

static bool waits_for_anybody(const struct cm_interface *in)
{
	const struct cm_crypto_map *map = in->crypto_map.target;
	for (size_t i = 0; map && i < map->n_entries; i++)
		if (map->entries[i].type == CM_ENTRY_DYNAMIC && map->entries[i].dynamic.target)
			return true;
	return false;
}

/* The static peers of the map that an interface carries, as sources. */
static struct pset named_peers(struct check *c, const struct cm_interface *in)
{
	enum { PEERS_MOST = 500 };
	struct psets *s = check_psets(c);
	const struct cm_crypto_map *map = in->crypto_map.target;
	struct pset all = pset_none();
	size_t n = 0;
	for (size_t i = 0; i < map->n_entries; i++)
		for (size_t k = 0; k < map->entries[i].n_peers && n < PEERS_MOST; k++, n++)
			if (map->entries[i].peers[k].resolved)
				all = pset_or(s, all,
					pset_source(s,
						(struct cm_net){ map->entries[i].peers[k].address,
							UINT32_MAX }));
	return all;
}

static void check_anybody(struct check *c)
{
	struct pset_match ike = { .whole = true,
		.protocol = UDP,
		.n_destination_ports = 1,
		.destination_ports = { { IKE_PORT, IKE_PORT } } };
	for (size_t i = 0; i < c->model->n_interfaces; i++) {
		const struct cm_interface *in = &c->model->interfaces[i];
		const struct cm_acl *acl = in->access_in.target;
		if (!acl || !acl->n_aces || !waits_for_anybody(in) || !check_psets_fresh(c))
			continue;
		struct psets *s = check_psets(c);
		struct pset passed = acl_permits(c, acl, pset_of(s, &ike));
		struct pset others = pset_minus(s, passed, named_peers(c, in));
		if (!pset_ok(others) || !pset_is_empty(others))
			continue;
		bool nobody = pset_is_empty(passed);
		struct cm_diag *found = check_say_as(c, "acl-blocks-ike",
			nobody ? CM_ERROR : CM_WARNING, in->access_in.at,
			"list %.*s lets IKE (udp 500) in from %s, but a dynamic map waits for it",
			(int)in->access_in.name.length, in->access_in.name.at,
			nobody ? "nobody" : "nobody but the named peers");
		diag_note(c->diags, found, in->crypto_map.at, "the map is applied here:");
	}
}

static void check_outside(struct check *c)
{
	struct ends ends = find_ends(c);
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		for (size_t k = 0; k < ends.n; k++)
			if (ends.items[k].seen != &needs[i])
				check_list_of(c, &needs[i], &ends, k);
	check_anybody(c);
}

/* --- Decrypted packets and the outside list, before 12.3(8)T -------------------------------------- */

enum twice { TWICE_NO, TWICE_MAYBE, TWICE_YES };

/* `version 12.3` stands for all of 12.3, with and without T: it does not tell. */
static enum twice checked_twice(const struct cm_release *r)
{
	if (!r->known || r->xe || cm_release_since(*r, "12.4", false))
		return TWICE_NO;
	if (r->major == 12 && r->minor == 3 && !r->maintenance && !r->train)
		return TWICE_MAYBE;
	return cm_release_since(*r, "12.3(8)T", false) ? TWICE_NO : TWICE_YES;
}

/* Is there a permit line of the entry that the outside list does not let in whole? */
static bool may_lose_in_clear(struct check *c, const struct applied *a)
{
	const struct acl_lines *lines = acl_lines(c, a->acl);
	const struct cm_ace *first;
	for (size_t i = 0; lines && lines->exact && i < lines->n; i++)
		for (size_t k = 0; lines->lines[i].permit && k < lines->lines[i].n; k++) {
			struct pset_match clear = pset_match_mirror(&lines->lines[i].matches[k]);
			if (acl_says(c, a->interface->access_in.target, &clear, &first) !=
				ACL_PERMITS)
				return true;
		}
	return false;
}

/* What of an entry's decrypted packets the outside list denies. */
static struct pset lost_in_clear(struct check *c, const struct applied *a)
{
	const struct cm_acl *acl = a->interface->access_in.target;
	if (!acl || !acl->n_aces || !may_lose_in_clear(c, a))
		return pset_none();
	struct psets *s = check_psets_fresh(c);
	if (!s)
		return pset_unknown();
	struct pset clear = pset_mirror(s, applied_permits(c, a, pset_all()));
	return pset_minus(s, clear, acl_permits(c, acl, clear));
}

static void note_more(struct check *c, struct cm_diag *found, size_t n)
{
	if (found && n > MORE_PEERS)
		diag_note(c->diags, found, (struct cm_span){ 0, 0 }, "and by %zu more",
			n - MORE_PEERS);
}

static void check_clear(struct check *c)
{
	const struct applied *list;
	const struct cm_interface *interface = NULL;
	struct cm_diag *found = NULL;
	enum twice twice = checked_twice(&c->model->release);
	if (twice == TWICE_NO)
		return;
	size_t n = applied_entries(c, &list), more = 0;
	for (size_t i = 0; i < n; i++) {
		const struct cm_acl_ref *in = &list[i].interface->access_in;
		struct pset lost = lost_in_clear(c, &list[i]);
		if (!pset_ok(lost) || pset_is_empty(lost))
			continue;
		if (list[i].interface != interface) {
			note_more(c, found, more);
			found = check_say_as(c, "acl-clear-text",
				twice == TWICE_YES ? CM_WARNING : CM_INFO, in->at,
				"%slist %.*s is asked about decrypted packets too, and denies for "
				"example %s",
				twice == TWICE_YES ? "" : "before 12.3(8)T ", (int)in->name.length,
				in->name.at, set_example(c, lost));
			interface = list[i].interface;
			more = 0;
		}
		if (more++ < MORE_PEERS)
			diag_note(c->diags, found, list[i].match_at,
				"they come by %s:", applied_name(c, &list[i]));
	}
	note_more(c, found, more);
}

/* --- Lists on the inside -------------------------------------------------------------------------- */

struct inner {
	const struct cm_acl_ref *list;
	bool from_us; /* into the router, to the tunnel; else out of it, from the tunnel */
};

/* Told without sets: a whole line of the entry, as far as it is of the interface, is let through. */
static bool surely_passes(
	struct check *c, const struct applied *a, struct cm_net net, struct inner inner)
{
	const struct acl_lines *lines = acl_lines(c, a->acl);
	const struct cm_ace *first;
	for (size_t i = 0; lines && lines->exact && i < lines->n; i++)
		for (size_t k = 0; lines->lines[i].permit && k < lines->lines[i].n; k++) {
			const struct pset_match *m = &lines->lines[i].matches[k];
			if (!cm_net_overlaps(m->source, net))
				continue;
			struct pset_match mine = pset_match_within(m, net, m->destination);
			if (acl_says(c, a->acl, &mine, &first) != ACL_PERMITS)
				continue;
			if (!inner.from_us)
				mine = pset_match_mirror(&mine);
			enum acl_says says = acl_says(c, inner.list->target, &mine, &first);
			if (says == ACL_PERMITS || says == ACL_PERMITS_SOME)
				return true;
		}
	return false;
}

static void check_inner(
	struct check *c, const struct applied *a, const struct cm_interface *in, struct inner inner)
{
	if (!inner.list->target || !inner.list->target->n_aces)
		return;
	for (size_t k = 0; k < in->n_addresses; k++)
		if (surely_passes(c, a, in->addresses[k].net, inner))
			return;
	struct psets *s = check_psets_fresh(c);
	struct pset local = pset_none();
	for (size_t k = 0; s && k < in->n_addresses; k++)
		local = pset_or(s, local, pset_source(s, in->addresses[k].net));
	struct pset wanted = s ? applied_permits(c, a, local) : pset_none();
	if (s && !inner.from_us)
		wanted = pset_mirror(s, wanted);
	if (pset_is_empty(wanted) || !pset_ok(wanted) ||
		!pset_is_empty(acl_permits(c, inner.list->target, wanted)))
		return;
	struct cm_diag *found = check_say(c, "acl-inside-blocks-tunnel", inner.list->at,
		"list %.*s lets nothing of %s %s, for example %s", (int)inner.list->name.length,
		inner.list->name.at, applied_name(c, a),
		inner.from_us ? "into the tunnel" : "out of the tunnel", set_example(c, wanted));
	diag_note(c->diags, found, a->match_at, "the tunnel wants it here:");
}

/* The entries that want packets from the interface's own networks. */
static void check_inside_of(struct check *c, const struct cm_interface *in)
{
	const struct inner lists[] = { { &in->access_in, true }, { &in->access_out, false } };
	const struct applied *list;
	const uint32_t *found;
	struct wanted *wanted = applied_entries(c, &list) ? wanted_by_entries(c) : NULL;
	if (!wanted)
		return;
	wanted_begin(wanted);
	for (size_t k = 0; k < in->n_addresses; k++) {
		struct pset_match from = { .permit = true, .source = in->addresses[k].net };
		wanted_add(wanted, &from);
	}
	size_t n = wanted_found(wanted, &found);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; in != list[found[i]].interface && j < 2; j++)
			check_inner(c, &list[found[i]], in, lists[j]);
}

static void check_inside(struct check *c)
{
	for (size_t k = 0; k < c->model->n_interfaces; k++) {
		const struct cm_interface *in = &c->model->interfaces[k];
		if (in->access_in.target || in->access_out.target)
			check_inside_of(c, in);
	}
}

/* --- Lists of the crypto map itself ---------------------------------------------------------------- */

static void check_own_list(
	struct check *c, const struct applied *a, const struct cm_acl_ref *list, bool from_us)
{
	if (!list->target || !list->target->n_aces ||
		surely_passes(c, a, (struct cm_net){ 0, 0 }, (struct inner){ list, from_us }))
		return;
	struct psets *s = check_psets_fresh(c);
	struct pset wanted = s ? applied_permits(c, a, pset_all()) : pset_none();
	if (s && !from_us)
		wanted = pset_mirror(s, wanted);
	if (!pset_ok(wanted) || pset_is_empty(wanted) ||
		!pset_is_empty(acl_permits(c, list->target, wanted)))
		return;
	struct cm_diag *found = check_say(c, "acl-crypto-blocks-tunnel", list->at,
		"list %.*s lets nothing of %s %s, for example %s", (int)list->name.length,
		list->name.at, applied_name(c, a),
		from_us ? "into the tunnel" : "out of the tunnel", set_example(c, wanted));
	diag_note(c->diags, found, a->match_at, "the tunnel wants it here:");
}

/* `set ip access-group`: asked about the clear packets, in after decryption, out before encryption. */
static void check_own_lists(struct check *c)
{
	const struct applied *list;
	size_t n = applied_entries(c, &list);
	for (size_t i = 0; i < n; i++) {
		const struct cm_map_entry *e =
			list[i].dynamic_entry ? list[i].dynamic_entry : list[i].entry;
		check_own_list(c, &list[i], &e->access_in, false);
		check_own_list(c, &list[i], &e->access_out, true);
	}
}

/* --- The rules ------------------------------------------------------------------------------------ */

#define EX_FILTERED                                                                             \
	EX_BEFORE EX_ENTRY EX_OUTSIDE " ip access-group FILTER in\n" EX_INSIDE EX_ROUTE EX_LIST \
				      "ip access-list extended FILTER\n"
#define EX_OWN_LIST                                                   \
	EX_BEFORE EX_ENTRY " set ip access-group CLEAR in\n" EX_AFTER \
			   "ip access-list extended CLEAR\n"
#define EX_IKE    " permit udp host 203.0.113.1 host 198.51.100.1 eq isakmp\n"
#define EX_NAT_T  " permit udp host 203.0.113.1 host 198.51.100.1 eq non500-isakmp\n"
#define EX_ESP    " permit esp host 203.0.113.1 host 198.51.100.1\n"
#define EX_LET_IN EX_FILTERED EX_IKE EX_NAT_T EX_ESP

/* clang-format off */
static const struct rule rules[] = {
	{ .check = check_outside,
		.about = { .id = "acl-blocks-ike",
			.severity = CM_ERROR,
			.title = "The outside list does not let IKE in from a peer",
			.why = "Negotiation needs UDP 500 from the peer to us. What we send gets out, the "
			       "answers are dropped, and phase 1 stays at MM_NO_STATE.",
			.source = "Cisco: ACLs on the outside of an IPsec router; RFC 2408 2.5.1",
			.fix = "Permit udp from the peer to the router's address, eq isakmp.",
			.fires = EX_FILTERED EX_NAT_T EX_ESP,
			.silent = EX_LET_IN } },
	{ .check = check_outside,
		.about = { .id = "acl-blocks-esp",
			.severity = CM_ERROR,
			.title = "The outside list does not let ESP or AH in from a peer",
			.why = "The tunnel comes up, packets go out, and none comes back: ESP is protocol "
			       "50 and AH 51, no UDP port lets them in.",
			.source = "Cisco: ACLs on the outside of an IPsec router; RFC 4303, RFC 4302",
			.fix = "Permit esp (or ahp) from the peer to the router's address.",
			.fires = EX_FILTERED EX_IKE EX_NAT_T,
			.silent = EX_LET_IN } },
	{ .check = check_outside,
		.about = { .id = "acl-blocks-nat-t",
			.severity = CM_INFO,
			.title = "The outside list does not let NAT-T in from a peer",
			.why = "When there is NAT between the ends, IKE and ESP move to UDP 4500. Without NAT "
			       "it is not needed.",
			.source = "RFC 3947, RFC 3948",
			.fix = "Permit udp from the peer, eq non500-isakmp, if there may be NAT.",
			.fires = EX_FILTERED EX_IKE EX_ESP,
			.silent = EX_LET_IN } },
	{ .check = check_outside,
		.about = { .id = "acl-out-blocks-esp",
			.severity = CM_WARNING,
			.title = "An outbound list stops the encrypted packets",
			.why = "The outbound list of the interface is asked after encryption, so it sees ESP "
			       "from us to the peer, not the packets inside.",
			.source = "Cisco: order of operation (encryption, then the output list)",
			.fix = "Permit esp from the router's address to the peer.",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE " ip access-group FILTER out\n" EX_INSIDE
				EX_ROUTE EX_LIST "ip access-list extended FILTER\n permit tcp any any\n",
			.silent = EX_BEFORE EX_ENTRY EX_OUTSIDE " ip access-group FILTER out\n" EX_INSIDE
				EX_ROUTE EX_LIST "ip access-list extended FILTER\n"
				" permit esp any any\n permit tcp any any\n" } },
	{ .check = check_clear,
		.about = { .id = "acl-clear-text",
			.severity = CM_WARNING,
			.title = "The outside list is asked about decrypted packets too",
			.why = "Before 12.3(8)T IOS asks the outside list twice: about the ESP packet, and "
			       "about what was in it. The tunnel is up and its packets vanish.",
			.source = "Cisco IOS 12.3(8)T: crypto access check on clear-text packets",
			.fix = "Permit the far network's packets to ours, or use a newer release.",
			.fires = "version 12.2\n" EX_LET_IN,
			.silent = "version 12.2\n" EX_LET_IN
				" permit ip 172.18.30.0 0.0.0.255 192.168.100.0 0.0.0.255\n" } },
	{ .check = check_own_lists,
		.about = { .id = "acl-crypto-blocks-tunnel",
			.severity = CM_WARNING,
			.title = "The list of a crypto map entry stops its own traffic",
			.why = "`set ip access-group … in` is asked about packets after decryption (far "
			       "network first), `out` about those before encryption (our network first). "
			       "This one lets none of the tunnel's packets pass; often it is written for "
			       "the other direction.",
			.source = "Cisco IOS 12.3(8)T: crypto access check on clear-text packets",
			.fix = "Permit the tunnel's networks in the order of the direction.",
			.fires = EX_OWN_LIST " permit ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n",
			.silent = EX_OWN_LIST " permit tcp 172.18.30.0 0.0.0.255 192.168.100.0 0.0.0.255\n" } },
	{ .check = check_inside,
		.about = { .id = "acl-inside-blocks-tunnel",
			.severity = CM_WARNING,
			.title = "A list on the inside stops the tunnel's traffic",
			.why = "Lists on the inside see the packets in clear, before encryption and after "
			       "decryption. This one lets none of the tunnel's packets pass.",
			.source = "Cisco: order of operation (input list, routing, NAT, crypto map)",
			.fix = "Permit the tunnel's networks.",
			.fires = EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE " ip access-group FILTER in\n"
				EX_ROUTE EX_LIST "ip access-list extended FILTER\n"
				" deny ip any 172.16.0.0 0.15.255.255\n permit ip any any\n",
			.silent = EX_BEFORE EX_ENTRY EX_OUTSIDE EX_INSIDE " ip access-group FILTER in\n"
				EX_ROUTE EX_LIST "ip access-list extended FILTER\n"
				" permit ip 192.168.100.0 0.0.0.255 any\n" } },
};
/* clang-format on */

const struct family family_interface_acl = { "interface-acl", rules, sizeof rules / sizeof *rules };
