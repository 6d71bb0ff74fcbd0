#include "ike/quick.h"

#include <cryptomap/meet.h>

#include <string.h>

struct cm_p2 set_for(
	const struct phase1 *p, const struct cm_p2 *set, const struct cm_selector *selector)
{
	struct cm_p2 out = *set;
	bool nat = nat_found(p);
	out.mode = cm_p2_mode(set, selector, nat ? 0 : p->local.address, nat ? 0 : p->peer.address);
	return out;
}

/* The same when we answer: some sets take another mode than they ask for. */
static struct cm_p2 set_answering(const struct phase1 *p, const struct cm_p2 *set,
	const struct cm_selector *selector, enum cm_mode offered)
{
	struct cm_p2 out = *set;
	bool nat = nat_found(p);
	out.mode = cm_p2_mode_answering(
		set, selector, nat ? 0 : p->local.address, nat ? 0 : p->peer.address, offered);
	return out;
}

/* Why an offer cannot be taken whatever the transform-sets are; NULL: it can. */
static const char *impossible(
	const struct phase1 *p, const struct cm_tunnel *t, const struct p2_offer *o)
{
	return o->odd || o->n == 0 ? "the offer has what we do not know"
		: o->esn && !t->esn
		? "the offer has extended sequence numbers, our transform-sets have no esn"
		: o->udp && !p->floated ? "the offer is in UDP, but no NAT was found"
					: NULL;
}

static void miss(struct choosing *c, struct route *route, enum how_far how_far,
	enum cm_difference difference, const struct cm_p2 *set, const struct p2_offer *offer)
{
	if (c->route && how_far <= c->how_far &&
		!(how_far == c->how_far && difference > c->difference))
		return;
	c->route = route;
	c->how_far = how_far;
	c->difference = difference;
	c->set = set;
	c->offer = offer;
}

/* The peer's offers in its order; the first that equals one of the entry's sets. */
static bool choose_in(const struct phase1 *p, struct choosing *c, struct route *route)
{
	const struct cm_tunnel *t = route->tunnel;
	const struct cm_selector *line = cm_selector_accepting(t, &c->wanted);
	if (!line) {
		miss(c, route, MISS_SELECTOR, CM_SAME, NULL, NULL);
		return false;
	}
	for (size_t i = 0; i < c->offers->n; i++) {
		const struct p2_offer *offer = &c->offers->o[i];
		bool possible = !impossible(p, t, offer);
		for (size_t j = 0; j < t->n_p2; j++) {
			struct cm_p2 set = set_answering(p, &t->p2[j], &c->wanted, offer->p2.mode);
			enum cm_difference difference = cm_p2_compare(&set, &offer->p2);
			if (difference != CM_SAME || !possible || !p2_possible(&t->p2[j])) {
				miss(c, route, MISS_TRANSFORM, difference, &t->p2[j], offer);
				continue;
			}
			difference = cm_pfs_compare(&t->pfs, offer->group);
			if (difference != CM_SAME) {
				miss(c, route, MISS_PFS, difference, &t->p2[j], offer);
				continue;
			}
			*c = (struct choosing){ c->offers, c->wanted, route, FOUND, CM_SAME, line,
				&t->p2[j], offer };
			return true;
		}
	}
	return false;
}

bool quick_choose(struct cm_ike *ike, const struct phase1 *p, struct choosing *c)
{
	struct choice choice = { 0 };
	struct route *route;
	while ((route = route_next(ike, p->peer.address, &choice)) != NULL) {
		const struct cm_tunnel *t = route->tunnel;
		if (t->has_local && t->local != p->local.address)
			continue;
		if (p->route && !cm_str_same(t->isakmp_profile, p->route->tunnel->isakmp_profile))
			continue;
		if (choose_in(p, c, route))
			return true;
	}
	return false;
}

static void offers_describe(struct cm_text *text, const struct p2_offers *offers)
{
	for (size_t i = 0; i < offers->n; i++) {
		cm_text_put(text, i ? ", {" : "{");
		p2_describe(text, &offers->o[i].p2);
		cm_text_put(text, "}");
	}
}

void sets_describe(struct cm_text *text, const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_p2; i++) {
		cm_text_put(text, i ? ", {" : "{");
		p2_describe(text, &t->p2[i]);
		cm_text_put(text, "}");
	}
}

static void lines_describe(struct cm_text *text, const struct cm_tunnel *t)
{
	enum { SHOWN = 4 };
	for (size_t i = 0; i < t->n_selectors && i < SHOWN; i++) {
		cm_text_put(text, i ? ", " : "");
		selector_describe(text, &t->selectors[i]);
	}
	if (t->n_selectors > SHOWN)
		cm_text_printf(text, " and %zu more", t->n_selectors - SHOWN);
}

static struct cm_span miss_span(const struct choosing *c)
{
	struct cm_span none = { 0, 0 };
	const struct cm_tunnel *t = c->route ? c->route->tunnel : NULL;
	if (!t)
		return none;
	if (c->how_far == MISS_SELECTOR)
		return t->n_selectors == 1 ? t->selectors[0].at : t->acl_at;
	if (c->how_far == MISS_PFS)
		return t->pfs.at;
	return c->set ? c->set->at : t->at;
}

void tell_miss(struct cm_ike *ike, const struct phase1 *p, const struct choosing *c)
{
	static const char *const events[] = { "wrong-selectors", "wrong-transform", "wrong-pfs" };
	static const char *const causes[] = { "no permit line of the entry contains them",
		"transform-sets differ", "PFS differs" };
	struct cm_text offered = { 0 }, ours = { 0 };
	const struct cm_tunnel *t = c->route ? c->route->tunnel : NULL;
	const char *why = c->how_far == MISS_TRANSFORM && c->difference == CM_SAME
		? impossible(p, t, c->offer)
		: NULL;
	bool differ = c->how_far == MISS_TRANSFORM && c->difference != CM_SAME;
	char quad[16];
	if (c->how_far == MISS_SELECTOR) {
		cm_text_put(&offered, "selectors ");
		selector_describe(&offered, &c->wanted);
		if (t)
			lines_describe(&ours, t);
	} else if (c->how_far == MISS_TRANSFORM) {
		offers_describe(&offered, c->offers);
		sets_describe(&ours, t);
	} else {
		if (c->offer->group)
			cm_text_printf(&offered, "PFS group %u", c->offer->group->number);
		else
			cm_text_put(&offered, "no PFS");
		cm_text_printf(&ours, "PFS group %u", t->pfs.group ? t->pfs.group->number : 0u);
	}
	tell(ike,
		(struct happening){
			events[c->how_far], CM_ERROR, p->peer.address, t, miss_span(c) },
		"quick mode with %s failed: it offered %s; we would take %s: %s%s%s",
		peer_name(p->peer.address, quad), offered.at ? offered.at : "nothing",
		ours.at ? ours.at : "nothing", why ? why : causes[c->how_far],
		differ ? ", first in " : "", differ ? difference_name(c->difference) : "");
	cm_text_free(&offered);
	cm_text_free(&ours);
}
