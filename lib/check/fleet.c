#include "check/fleet.h"

#include <cryptomap/document.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_CANDIDATES = 64,
	SMALL_CLOUD = 16, /* spokes that are compared each with each; of more, each with the next */
};

struct cm_fleet *cm_fleet_new(void)
{
	struct cm_fleet *f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	f->arena = arena_new();
	if (f->arena)
		return f;
	free(f);
	return NULL;
}

void cm_fleet_free(struct cm_fleet *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n_links; i++)
		if (f->links[i].b)
			cm_meet_both_free(&f->links[i].both);
	for (size_t i = 0; i < f->n_routers; i++)
		if (f->routers[i].own)
			cm_tunnels_free((struct cm_tunnels *)(uintptr_t)f->routers[i].tunnels);
	arena_free(f->arena);
	free(f);
}

static bool add_router(struct cm_fleet *f, struct fleet_router router)
{
	struct fleet_router *r = ARENA_PUSH(f->arena, f->routers, f->n_routers, f->routers_room);
	if (!r)
		return false;
	size_t n;
	const struct cm_tunnel *list = cm_tunnels_list(router.tunnels, &n);
	router.first = (uint32_t)f->n_ends;
	router.n = (uint32_t)n;
	*r = router;
	for (size_t i = 0; i < n; i++) {
		struct fleet_end *end = ARENA_PUSH(f->arena, f->ends, f->n_ends, f->ends_room);
		if (!end)
			return false;
		end->tunnel = &list[i];
		end->router = (uint32_t)f->n_routers - 1;
	}
	return true;
}

static bool add_document(struct cm_fleet *f, const struct cm_document *document)
{
	struct fleet_document *d =
		ARENA_PUSH(f->arena, f->documents, f->n_documents, f->documents_room);
	if (!d)
		return false;
	d->document = document;
	d->diags.arena = f->arena;
	return true;
}

/* A router that does not say its name has its file's. */
static const char *file_name(const struct cm_document *document)
{
	const char *path = cm_document_name(document), *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

bool cm_fleet_add(struct cm_fleet *f, const struct cm_document *document)
{
	if (!add_document(f, document))
		return false;
	for (size_t i = 0; i < cm_document_routers(document); i++) {
		const struct cm_model *model = cm_document_model(document, i);
		struct fleet_router r = { .document = document,
			.model = model,
			.own = true,
			.own_document = (uint32_t)f->n_documents - 1 };
		struct cm_str name = model->hostname.text;
		r.tunnels = cm_tunnels_of_model(model);
		if (!r.tunnels)
			return false;
		r.name = name.length ? arena_copy(f->arena, name) : file_name(document);
		if (!r.name || !add_router(f, r)) {
			cm_tunnels_free((struct cm_tunnels *)(uintptr_t)r.tunnels);
			return false;
		}
	}
	return true;
}

bool cm_fleet_add_tunnels(struct cm_fleet *f, const char *name, const struct cm_tunnels *tunnels)
{
	struct fleet_router r = { .tunnels = tunnels };
	r.name = arena_copy(f->arena, cm_str_of(name));
	return r.name && add_router(f, r);
}

size_t cm_fleet_routers(const struct cm_fleet *f)
{
	return f->n_routers;
}

const char *cm_fleet_router(const struct cm_fleet *f, size_t index)
{
	return f->routers[index].name;
}

const struct cm_link *cm_fleet_links(const struct cm_fleet *f, size_t *n)
{
	*n = f->n_links;
	return f->links;
}

const struct cm_document *cm_fleet_document(const struct cm_fleet *f, size_t index)
{
	return index < f->n_documents ? f->documents[index].document : NULL;
}

const struct cm_diag *cm_fleet_diags(const struct cm_fleet *f, size_t index, size_t *n)
{
	*n = f->documents[index].diags.n;
	return f->documents[index].diags.items;
}

/* --- The tables ------------------------------------------------------------------------------------ */

static uint64_t both(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

static void index_router(struct cm_fleet *f, uint32_t index)
{
	const struct cm_model *m = f->routers[index].model;
	for (size_t i = 0; m && i < m->n_interfaces; i++)
		for (size_t j = 0; j < m->interfaces[i].n_addresses; j++)
			chains_add(&f->owners, m->interfaces[i].addresses[j].net.address, index);
	for (size_t i = 0; m && i < m->n_nat_rules; i++) {
		const struct cm_nat_rule *rule = &m->nat_rules[i];
		if (rule->side != CM_NAT_INSIDE_SOURCE || rule->kind != CM_NAT_STATIC ||
			!rule->global)
			continue;
		chains_add(&f->outside, rule->global, rule->local);
		chains_add(&f->faces, rule->local, rule->global);
	}
}

/* Who takes any peer: dynamic maps, mGRE, strongSwan's %any. */
static bool takes_anybody(const struct cm_tunnel *t)
{
	if (t->kind == CM_TUNNEL_DYNAMIC)
		return true;
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].any)
			return true;
	return false;
}

static void index_end(struct cm_fleet *f, uint32_t index)
{
	const struct cm_tunnel *t = f->ends[index].tunnel;
	for (size_t i = 0; t->incomplete && i < t->n_peers; i++)
		if (t->peers[i].resolved)
			chains_add(&f->idle, t->peers[i].address, index);
	if (!t->has_local)
		return;
	if (!f->routers[f->ends[index].router].model)
		chains_add(&f->owners, t->local, f->ends[index].router);
	if (takes_anybody(t))
		chains_add(&f->answering, t->local, index);
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].resolved)
			chains_add(&f->mutual, both(t->local, t->peers[i].address), index);
}

static bool make_tables(struct cm_fleet *f)
{
	struct chains *all[] = { &f->owners, &f->outside, &f->faces, &f->mutual, &f->answering,
		&f->idle, &f->clouds, &f->seen };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!chains_init(all[i], f->arena, f->n_ends + 16))
			return false;
	for (uint32_t i = 0; i < f->n_routers; i++)
		index_router(f, i);
	for (uint32_t i = 0; i < f->n_ends; i++)
		index_end(f, i);
	return !arena_failed(f->arena);
}

/* --- Candidates for the other end --------------------------------------------------------------------- */

struct candidates {
	uint32_t end[MOST_CANDIDATES];
	struct cm_meet_path path[MOST_CANDIDATES];
	size_t n;
	bool exact; /* some of them name us */
};

static void add_candidate(struct candidates *c, uint32_t end, struct cm_meet_path path)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->end[i] == end)
			return;
	if (c->n < MOST_CANDIDATES) {
		c->path[c->n] = path;
		c->end[c->n++] = end;
	}
}

/* Ends at address `there` that name `face`, our address as they see it. */
static void candidates_at(struct cm_fleet *f, struct candidates *c, uint32_t self, uint32_t there,
	uint32_t face, struct cm_meet_path path)
{
	const struct chains *m = &f->mutual;
	for (uint32_t at = chains_first(m, both(there, face)); at; at = chains_next(m, at)) {
		uint32_t end = chains_value(m, at);
		if (f->ends[end].router == f->ends[self].router)
			continue;
		add_candidate(c, end, path);
		c->exact = true;
	}
}

static void answering_at(struct cm_fleet *f, struct candidates *c, uint32_t self, uint32_t there,
	struct cm_meet_path path)
{
	const struct chains *m = &f->answering;
	for (uint32_t at = chains_first(m, there); at; at = chains_next(m, at)) {
		uint32_t end = chains_value(m, at);
		if (f->ends[end].router != f->ends[self].router)
			add_candidate(c, end, path);
	}
}

/* The peer's own address: the one we name, or the one that a static translation leads to. */
static void candidates_of(struct cm_fleet *f, struct candidates *c, uint32_t self, uint32_t peer)
{
	const struct cm_tunnel *t = f->ends[self].tunnel;
	uint32_t inside[4] = { peer }, faces[4] = { t->local };
	size_t n_inside = 1, n_faces = 1;
	for (uint32_t at = chains_first(&f->outside, peer); at && n_inside < 4;
		at = chains_next(&f->outside, at))
		inside[n_inside++] = chains_value(&f->outside, at);
	for (uint32_t at = chains_first(&f->faces, t->local); at && n_faces < 4;
		at = chains_next(&f->faces, at))
		faces[n_faces++] = chains_value(&f->faces, at);
	for (size_t i = 0; i < n_inside; i++)
		for (size_t j = 0; j < n_faces && t->has_local; j++) {
			struct cm_meet_path path = { .initiator = j ? faces[j] : 0,
				.responder = i ? peer : 0,
				.nat = i || j };
			candidates_at(f, c, self, inside[i], faces[j], path);
		}
	if (!c->exact)
		for (size_t i = 0; i < n_inside; i++) {
			struct cm_meet_path path = { .responder = i ? peer : 0, .nat = i > 0 };
			answering_at(f, c, self, inside[i], path);
		}
}

/* --- Links ---------------------------------------------------------------------------------------------- */

static int rank(enum cm_verdict v)
{
	return v == CM_COMES_UP ? 4 : v == CM_COMES_UP_PARTLY ? 3 : v == CM_FAILS ? 0 : 2;
}

/* Both ends of a tunnel interface are in one network: surely they mean each other. */
static bool one_network(const struct cm_meet_both *m)
{
	const struct cm_net *x = &m->forth->initiator->tunnel_interface.address;
	const struct cm_net *y = &m->forth->responder->tunnel_interface.address;
	return x->mask != 0 && x->mask == y->mask && ((x->address ^ y->address) & x->mask) == 0;
}

/* The selectors of one end are those of the other: surely they mean each other, too. */
static bool one_traffic(const struct cm_meet *m)
{
	return m->n_selectors > 0 && m->n_accepted == m->n_selectors;
}

/* Further along is nearer to the truth: the entry that was meant fails latest. */
static int progress(const struct cm_meet_both *m)
{
	return one_network(m) * 128 + (one_traffic(m->forth) || one_traffic(m->back)) * 64 +
		rank(m->verdict) * 8 + (int)cm_cause_phase(m->forth->cause);
}

static bool already(const struct cm_fleet *f, uint32_t a, uint32_t b)
{
	return chains_first(&f->seen, both(a < b ? a : b, a < b ? b : a)) != 0;
}

static struct cm_link *push_link(struct cm_fleet *f, uint32_t self, enum cm_link_state state)
{
	struct cm_link *link = ARENA_PUSH(f->arena, f->links, f->n_links, f->links_room);
	if (!link)
		return NULL;
	link->a = f->ends[self].tunnel;
	link->router_a = f->ends[self].router;
	link->state = state;
	f->ends[self].linked = true;
	return link;
}

static void link_ends(struct cm_fleet *f, uint32_t self, uint32_t end, struct cm_meet_both *meet)
{
	struct cm_link *link = push_link(f, self, CM_LINK_MEETS);
	if (!link) {
		cm_meet_both_free(meet);
		return;
	}
	link->b = f->ends[end].tunnel;
	link->router_b = f->ends[end].router;
	link->both = *meet;
	link->up = (meet->forth && meet->forth->up) || (meet->back && meet->back->up);
	f->ends[end].linked = true;
	if (link->up && link->a->tunnel_interface.multipoint &&
		link->b->tunnel_interface.multipoint)
		chains_add(&f->clouds, end, self);
	chains_add(&f->seen, both(self < end ? self : end, self < end ? end : self), 1);
}

/* The other end has chosen us before: what it found holds from here, too. */
static bool chosen_before(const struct cm_fleet *f, uint32_t self, const struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (already(f, self, c->end[i]))
			return true;
	return false;
}

/* Of several entries that could answer, the one with which the negotiation comes furthest. */
static void meet_best(struct cm_fleet *f, uint32_t self, const struct candidates *c)
{
	struct cm_meet_both best = { 0 }, one;
	size_t chosen = c->n;
	for (size_t i = 0; i < c->n; i++) {
		const struct cm_tunnel *a = f->ends[self].tunnel, *b = f->ends[c->end[i]].tunnel;
		if (!cm_meet_both(a, b, &c->path[i], &one))
			continue;
		if (chosen == c->n || progress(&one) > progress(&best)) {
			if (chosen < c->n)
				cm_meet_both_free(&best);
			best = one;
			chosen = i;
		} else {
			cm_meet_both_free(&one);
		}
	}
	if (chosen < c->n)
		link_ends(f, self, c->end[chosen], &best);
}

/* An entry over there that names another address of ours: most likely the one that was meant. */
static const struct cm_tunnel *entry_for_us(struct cm_fleet *f, uint32_t self, uint32_t router)
{
	const struct fleet_router *r = &f->routers[router];
	for (uint32_t i = r->first; i < r->first + r->n; i++)
		for (size_t j = 0; j < f->ends[i].tunnel->n_peers; j++) {
			const struct cm_peer *p = &f->ends[i].tunnel->peers[j];
			if (!p->resolved)
				continue;
			for (uint32_t at = chains_first(&f->owners, p->address); at;
				at = chains_next(&f->owners, at))
				if (chains_value(&f->owners, at) == f->ends[self].router)
					return f->ends[i].tunnel;
		}
	return NULL;
}

/* An entry for us at the peer's router that IOS does not use. */
static const struct cm_tunnel *idle_entry(struct cm_fleet *f, uint32_t self, uint32_t peer)
{
	const struct cm_tunnel *t = f->ends[self].tunnel;
	for (uint32_t at = chains_first(&f->idle, t->local); at && t->has_local;
		at = chains_next(&f->idle, at)) {
		const struct fleet_end *end = &f->ends[chains_value(&f->idle, at)];
		for (uint32_t owner = chains_first(&f->owners, peer); owner;
			owner = chains_next(&f->owners, owner))
			if (chains_value(&f->owners, owner) == end->router &&
				end->router != f->ends[self].router)
				return end->tunnel;
	}
	return NULL;
}

static void link_missing(struct cm_fleet *f, uint32_t self, const struct cm_peer *peer)
{
	uint32_t owner = chains_first(&f->owners, peer->address);
	struct cm_link *link = push_link(f, self, owner ? CM_LINK_NO_ENTRY : CM_LINK_NO_ROUTER);
	if (!link)
		return;
	link->peer = (size_t)(peer - f->ends[self].tunnel->peers);
	if (!owner)
		return;
	uint32_t router = chains_value(&f->owners, owner);
	link->router_b = router;
	link->other = idle_entry(f, self, peer->address);
	if (!link->other)
		link->other = entry_for_us(f, self, router);
}

/* A peer known by a name that no text resolves. */
static void link_named(struct cm_fleet *f, uint32_t self, size_t peer)
{
	struct cm_link *link = push_link(f, self, CM_LINK_NO_ROUTER);
	if (link)
		link->peer = peer;
}

static void link_peer(struct cm_fleet *f, uint32_t self, const struct cm_peer *peer)
{
	struct candidates c = { .n = 0 };
	candidates_of(f, &c, self, peer->address);
	if (chosen_before(f, self, &c))
		return;
	if (c.n && (c.exact || !idle_entry(f, self, peer->address)))
		meet_best(f, self, &c);
	else
		link_missing(f, self, peer);
}

static void link_end(struct cm_fleet *f, uint32_t self)
{
	const struct cm_tunnel *t = f->ends[self].tunnel;
	if (t->incomplete) {
		push_link(f, self, CM_LINK_UNUSED);
		return;
	}
	for (size_t i = 0; i < t->n_peers; i++)
		if (t->peers[i].resolved)
			link_peer(f, self, &t->peers[i]);
		else if (t->peers[i].hostname.length)
			link_named(f, self, i);
}

/* Spokes of one hub call each other when there is traffic between them; said only if that fails. */
static void meet_spokes(struct cm_fleet *f, uint32_t a, uint32_t b)
{
	struct cm_meet_both meet;
	if (f->ends[a].router == f->ends[b].router || already(f, a, b) ||
		!cm_meet_both(f->ends[a].tunnel, f->ends[b].tunnel, NULL, &meet))
		return;
	if (meet.verdict == CM_COMES_UP) {
		cm_meet_both_free(&meet);
		return;
	}
	size_t before = f->n_links;
	link_ends(f, a, b, &meet);
	if (f->n_links > before)
		f->links[before].spokes = true;
}

static void link_spokes(struct cm_fleet *f, uint32_t hub)
{
	const struct chains *m = &f->clouds;
	size_t n = 0;
	for (uint32_t at = chains_first(m, hub); at; at = chains_next(m, at))
		n++;
	for (uint32_t at = chains_first(m, hub); at; at = chains_next(m, at)) {
		uint32_t other = chains_next(m, at);
		for (; other; other = n <= SMALL_CLOUD ? chains_next(m, other) : 0)
			meet_spokes(f, chains_value(m, at), chains_value(m, other));
	}
}

bool cm_fleet_run(struct cm_fleet *f)
{
	if (!make_tables(f))
		return false;
	for (uint32_t i = 0; i < f->n_ends; i++)
		link_end(f, i);
	for (uint32_t i = 0; i < f->n_ends; i++)
		link_spokes(f, i);
	for (uint32_t i = 0; i < f->n_ends; i++)
		if (!f->ends[i].linked)
			push_link(f, i, CM_LINK_WAITS);
	fleet_judge(f);
	return !arena_failed(f->arena);
}
