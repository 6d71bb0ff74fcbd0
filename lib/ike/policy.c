#include "ike/handshake.h"

#include <string.h>

static void say_attribute(struct cm_ike *ike, const struct attribute *a, const struct cm_p1 *offer)
{
	struct cm_text text = { 0 };
	switch (a->type) {
	case A1_CIPHER:
		SAYS(ike, NULL, W_ATT_CIPHER,
			.s = offer->cipher ? offer->cipher->debug_ike : "(unknown)");
		break;
	case A1_KEY_LENGTH:
		SAYS(ike, NULL, W_ATT_KEYLENGTH, .u = (uint32_t)a->number);
		break;
	case A1_HASH:
		SAYS(ike, NULL, W_ATT_HASH,
			.s = offer->hash ? offer->hash->debug_ike : "(unknown)");
		break;
	case A1_GROUP:
		SAYS(ike, NULL, W_ATT_GROUP, .u = (uint32_t)a->number);
		break;
	case A1_AUTH:
		SAYS(ike, NULL, W_ATT_AUTH, .s = offer->auth ? offer->auth->debug : "(unknown)");
		break;
	case A1_LIFE_TYPE:
		SAYS(ike, NULL, W_ATT_LIFE_TYPE,
			.s = a->number == LIFE_SECONDS ? "seconds" : "kilobytes");
		break;
	case A1_LIFE_DURATION:
		if (a->basic) {
			SAYS(ike, NULL, W_ATT_LIFE, .u = (uint32_t)a->number);
			break;
		}
		print_hex_duration(&text, a->value);
		SAYS(ike, NULL, W_ATT_LIFE_LONG, .s = text.at);
		cm_text_free(&text);
		break;
	default:
		break;
	}
}

struct choosing {
	struct cm_ike *ike;
	const struct phase1 *p;
	const struct p1_offers *offers;
	const struct cm_p1 *policy, *offer; /* of the nearest miss */
	enum cm_difference difference;
};

/* The span of the policy's line that made the difference; its header when by default. */
static struct cm_span deciding(const struct cm_p1 *policy, enum cm_difference difference)
{
	struct cm_span at = difference == CM_DIFFERS_HASH ? policy->where.hash
		: difference == CM_DIFFERS_AUTH           ? policy->where.auth
		: difference == CM_DIFFERS_GROUP          ? policy->where.group
							  : policy->where.cipher;
	return at.start == at.end ? policy->at : at;
}

/* What later releases add about the lifetime of an offer that they take. */
static void say_life(struct cm_ike *ike, const struct phase1 *p, uint32_t seconds)
{
	SAYS(ike, p, W_LIFE_ACTUAL, .u = 0);
	SAY(ike, p, W_LIFE_OTHER);
	if (seconds <= UINT16_MAX) {
		SAYS(ike, p, W_LIFE_BASIC, .u = seconds);
	} else {
		SAY(ike, p, W_LIFE_VPI);
		SAYS(ike, p, W_LIFE_FILLED, .u = seconds);
	}
	SAYS(ike, p, W_LIFE_RETURNED, .u = seconds);
	SAYS(ike, p, W_LIFE_STARTED, .u = seconds);
}

static void seen(void *user, const struct cm_p1 *policy, const struct cm_p1 *offer, bool last,
	enum cm_difference difference)
{
	struct choosing *c = user;
	/* nearest: the one that got furthest in the order of comparison */
	if (difference != CM_SAME && (!c->policy || difference > c->difference)) {
		c->policy = policy;
		c->offer = offer;
		c->difference = difference;
	}
	if (!c->ike->settings.debug_isakmp)
		return;
	SAYS(c->ike, c->p, W_CHECKING, .u = offer->priority, .v = policy->priority);
	struct octets attributes = c->offers->attributes[offer - c->offers->p1];
	struct reader r = rd_of(attributes.at, attributes.length);
	struct attribute a;
	while (attribute_decode(&r, &a))
		say_attribute(c->ike, &a, offer);
	uint32_t next = last ? P_NONE : P_TRANSFORM;
	if (difference != CM_SAME) {
		SAYS(c->ike, c->p, W_REASON, .s = words_reason(difference));
		SAYS(c->ike, c->p, W_ATTS_NOT, .u = next);
		return;
	}
	SAYS(c->ike, c->p, W_ATTS_OK, .u = next);
	if (later_words(c->ike))
		say_life(c->ike, c->p, offer->lifetime_s);
}

static void tell_no_proposal(struct cm_ike *ike, const struct phase1 *p, const struct cm_tunnel *t,
	const struct choosing *c)
{
	struct cm_text offered = { 0 }, ours = { 0 };
	char quad[16];
	for (size_t i = 0; i < c->offers->n; i++) {
		cm_text_put(&offered, i ? ", " : "");
		p1_describe(&offered, &c->offers->p1[i]);
	}
	for (size_t i = 0; i < t->n_p1; i++) {
		cm_text_put(&ours, i ? ", " : "");
		p1_describe(&ours, &t->p1[i]);
	}
	struct cm_span none = { 0, 0 };
	if (!offered.failed && !ours.failed)
		tell(ike,
			(struct happening){ "no-proposal", CM_ERROR, p->peer.address, t,
				c->policy ? deciding(c->policy, c->difference) : none },
			"phase 1 with %s failed: it offered %s; we would take %s; the nearest, policy %u, "
			"differs in %s",
			peer_name(p->peer.address, quad), offered.at ? offered.at : "nothing",
			ours.at ? ours.at : "nothing", c->policy ? c->policy->priority : 0,
			difference_name(c->difference));
	cm_text_free(&offered);
	cm_text_free(&ours);
}

bool policy_choose(struct cm_ike *ike, struct phase1 *p, const struct cm_tunnel *t,
	struct p1_offers *offers, size_t *chosen)
{
	struct choosing c = { ike, p, offers, NULL, NULL, CM_SAME };
	size_t policy, offer;
	for (size_t i = 0; i < offers->n; i++)
		if (offers->p1[i].auth != cm_auth_named("pre-share"))
			offers->p1[i].auth = NULL;
	if (!cm_p1_choose(t->p1, t->n_p1, offers->p1, offers->n, &policy, &offer, seen, &c) ||
		!p1_possible(&t->p1[policy])) {
		SAY(ike, p, W_NO_OFFERS);
		SAY(ike, p, W_P1_NOT_ACCEPTABLE);
		SAYS(ike, p, W_MODE_FAILURE, .s = p->aggressive ? "Aggressive mode" : "Main mode");
		tell_no_proposal(ike, p, t, &c);
		return false;
	}
	*chosen = offer;
	p->policy = &t->p1[policy];
	p->agreed = t->p1[policy];
	uint32_t theirs = offers->p1[offer].lifetime_s;
	p->offered_s = theirs;
	p->lifetime_s = theirs && theirs < p->policy->lifetime_s ? theirs : p->policy->lifetime_s;
	return true;
}

/* --- Keys ------------------------------------------------------------------------------------------- */

bool find_key(struct cm_ike *ike, struct phase1 *p, const struct cm_tunnel *t)
{
	char quad[16];
	p->psk = cm_tunnel_key(t, p->peer.address);
	if (p->psk && !p->psk->sealed)
		return true;
	SAY(ike, p, W_NO_KEY);
	SAY(ike, p, W_NO_KEY_EITHER);
	tell(ike, (struct happening){ "no-key", CM_ERROR, p->peer.address, t, t->at },
		p->psk ? "no usable pre-shared key for %s: it is encrypted with a master key that we lack"
		       : "no pre-shared key for %s",
		peer_name(p->peer.address, quad));
	return false;
}

void say_key(struct cm_ike *ike, const struct phase1 *p)
{
	char ring[64] = "default";
	if (p->psk->keyring.at && p->psk->keyring.length < sizeof ring) {
		memcpy(ring, p->psk->keyring.at, p->psk->keyring.length);
		ring[p->psk->keyring.length] = 0;
	}
	SAYS(ike, p, W_LOOKING_FOR_KEY, .s = ring);
	SAY(ike, p, W_FOUND_KEY);
}
