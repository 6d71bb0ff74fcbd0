#include "ike/engine.h"

#include <cryptomap/meet.h>

#include <string.h>

/* --- Life -------------------------------------------------------------------------------------- */

struct quick *quick_new(struct cm_ike *ike, struct phase1 *p, uint32_t message_id, bool initiator)
{
	struct quick *q = store_take(&ike->store, sizeof *q);
	if (!q)
		return NULL;
	if (!keys_iv2(&p->keys, p->iv, message_id, q->iv)) {
		store_give(&ike->store, q);
		return NULL;
	}
	q->phase1 = p;
	q->state = Q_NEW;
	q->initiator = initiator;
	q->message_id = message_id;
	q->begun = ike->now;
	list_add(&p->quicks, &q->node, q);
	ike->counters.exchanges++;
	return q;
}

struct quick *quick_of(struct phase1 *p, uint32_t message_id)
{
	for (struct node *node = p->quicks.first; node; node = node->after)
		if (((struct quick *)node->owner)->message_id == message_id)
			return node->owner;
	return NULL;
}

static void forget_secrets(struct cm_ike *ike, struct quick *q)
{
	bytes_clear(&ike->store, &q->nonce_i);
	bytes_clear(&ike->store, &q->nonce_r);
	dh_free(q->dh);
	q->dh = NULL;
}

/* From here on the pair lives by itself. */
static void let_go(struct quick *q)
{
	if (q->pair)
		q->pair->quick = NULL;
	q->pair = NULL;
}

void quick_free(struct cm_ike *ike, struct quick *q)
{
	struct pair *pair = q->pair;
	let_go(q);
	if (pair && !pair->outbound)
		pair_delete(ike, pair, true, "the quick mode did not end");
	forget_secrets(ike, q);
	bytes_clear(&ike->store, &q->echo.sent);
	timer_stop(&ike->timers, &q->timer);
	list_remove(&q->phase1->quicks, &q->node);
	ike->counters.exchanges--;
	store_give(&ike->store, q);
}

/* The exchange has ended; what is left answers repetitions for a while. */
static void quick_done(struct cm_ike *ike, struct quick *q)
{
	q->state = Q_DONE;
	let_go(q);
	forget_secrets(ike, q);
	life_remnant(ike, q);
}

void quick_fail(struct cm_ike *ike, struct quick *q, const char *why)
{
	char quad[16];
	uint32_t peer = q->phase1->peer.address;
	tell(ike,
		(struct happening){ "quick-failed", CM_ERROR, peer,
			q->route ? q->route->tunnel : NULL, q->selector.at },
		"quick mode with %s failed: %s", peer_name(peer, quad), why);
	quick_give_up(ike, q, why);
}

void quick_give_up(struct cm_ike *ike, struct quick *q, const char *why)
{
	struct phase1 *p = q->phase1;
	struct pair *old = q->replaces ? pair_by_id(ike, q->replaces) : NULL;
	SAYS(ike, p, W_DELETE_NODE, .id = q->message_id, .s = "TRUE", .t = why);
	if (old)
		old->rekeying = false;
	quick_free(ike, q);
	wishes_run(ike, p);
}

bool message_id_used(const struct phase1 *p, uint32_t id)
{
	for (size_t i = 0; i < p->n_message_ids; i++)
		if (p->message_ids[i] == id)
			return true;
	return p->n_message_ids >= MESSAGE_IDS_MAX;
}

bool message_id_note(struct cm_ike *ike, struct phase1 *p, uint32_t id)
{
	if (p->n_message_ids == p->room_message_ids) {
		size_t room = p->room_message_ids ? p->room_message_ids * 2 : 8;
		uint32_t *ids = store_take(&ike->store, room * sizeof *ids);
		if (!ids)
			return false;
		if (p->n_message_ids)
			memcpy(ids, p->message_ids, p->n_message_ids * sizeof *ids);
		store_give(&ike->store, p->message_ids);
		p->message_ids = ids;
		p->room_message_ids = room;
	}
	p->message_ids[p->n_message_ids++] = id;
	return true;
}

/* --- Identities: selector pairs on the wire, RFC 2407 4.6.2 ------------------------------------ */

static void write_id(struct builder *b, uint8_t protocol, struct cm_net net, const uint16_t port[2])
{
	bool host = net.mask == 0xffffffffu;
	build_open(b, P_ID);
	wr_u8(&b->w, host ? ID_IPV4 : ID_IPV4_SUBNET);
	wr_u8(&b->w, protocol);
	wr_u16(&b->w, port[0] == port[1] ? port[0] : 0); /* ranges have no form: any */
	wr_u32(&b->w, net.address & net.mask);
	if (!host)
		wr_u32(&b->w, net.mask);
	build_close(b);
}

/* IDci is the initiator's side, IDcr the responder's. */
static void write_ids(struct builder *b, const struct cm_selector *s, bool initiator)
{
	write_id(b, s->protocol, initiator ? s->local : s->remote,
		initiator ? s->local_port : s->remote_port);
	write_id(b, s->protocol, initiator ? s->remote : s->local,
		initiator ? s->remote_port : s->local_port);
}

/* Addresses compare as sets, so a host may come as ADDR, SUBNET/32 or a range of one. */
static bool net_of_id(const struct pl_id *id, struct cm_net *net)
{
	struct reader r = rd_of(id->data.at, id->data.length);
	uint32_t first = rd_u32(&r), second = id->data.length == 8 ? rd_u32(&r) : 0;
	if (r.bad)
		return false;
	*net = (struct cm_net){ first, 0xffffffffu };
	if (id->type == ID_IPV4)
		return id->data.length == 4;
	if (id->data.length != 8)
		return false;
	if (id->type == ID_IPV4_SUBNET) {
		*net = (struct cm_net){ first & second, second };
		return cm_mask_is_prefix(second);
	}
	uint32_t size = second - first; /* a range is a prefix or nothing that we can do */
	*net = (struct cm_net){ first, ~size };
	return id->type == ID_IPV4_RANGE && second >= first && cm_mask_is_prefix(~size)
		&& (first & size) == 0;
}

static void ports_of_id(const struct pl_id *id, uint16_t port[2])
{
	port[0] = id->port;
	port[1] = id->port ? id->port : 65535;
}

/* False when the IDs are of a kind that cannot be a selector. */
static bool selector_of(const struct phase1 *p, const struct message *m, bool initiator,
	struct cm_selector *out)
{
	const struct payload *ci = message_find(m, P_ID, 0);
	unsigned n = message_count(m, P_ID);
	memset(out, 0, sizeof *out);
	if (n == 0) { /* the ISAKMP endpoints themselves, RFC 2409 5.5 */
		out->local = (struct cm_net){ p->local.address, 0xffffffffu };
		out->remote = (struct cm_net){ p->peer.address, 0xffffffffu };
		out->local_port[1] = out->remote_port[1] = 65535;
		return true;
	}
	if (n != 2)
		return false;
	const struct payload *cr = message_find(m, P_ID, (unsigned)(ci - m->payloads) + 1);
	const struct pl_id *mine = initiator ? &ci->is.id : &cr->is.id;
	const struct pl_id *theirs = initiator ? &cr->is.id : &ci->is.id;
	out->protocol = mine->protocol;
	ports_of_id(mine, out->local_port);
	ports_of_id(theirs, out->remote_port);
	return mine->protocol == theirs->protocol && net_of_id(mine, &out->local)
		&& net_of_id(theirs, &out->remote);
}

/* --- Keys, RFC 2409 5.5 ------------------------------------------------------------------------ */

static void cut_keys(const struct quick *q, struct octets gxy, uint8_t protocol, uint32_t spi,
	const struct cm_cipher *cipher, const struct cm_hash *hash, struct cm_ike_keys *out)
{
	uint8_t keymat[CM_IKE_CIPHER_KEY_MAX + CM_IKE_HASH_KEY_MAX];
	size_t first = p2_cipher_key_size(cipher), second = p2_hash_key_size(hash);
	keys_keymat(&q->phase1->keys, gxy, protocol, spi, bytes_octets(&q->nonce_i),
		bytes_octets(&q->nonce_r), keymat, first + second);
	out->spi = spi;
	out->cipher = cipher;
	out->hash = hash;
	out->cipher_key_size = (uint8_t)first;
	out->hash_key_size = (uint8_t)second;
	memcpy(out->cipher_key, keymat, first);
	memcpy(out->hash_key, keymat + first, second);
	crypto_wipe(keymat, sizeof keymat);
}

/* Per direction the receiver's SPI goes into KEYMAT. */
static void make_keys(struct pair *pair, const struct quick *q, struct octets gxy)
{
	const struct cm_p2 *p2 = &pair->agreed;
	const uint32_t esp[2] = { pair->spi_in, pair->spi_out };
	const uint32_t ah[2] = { pair->ah_spi_in, pair->ah_spi_out };
	for (int way = 0; way < 2; way++) {
		if (p2->cipher)
			cut_keys(q, gxy, PROTO_ESP, esp[way], p2->cipher, p2->hash,
				&pair->esp[way]);
		if (p2->ah)
			cut_keys(q, gxy, PROTO_AH, ah[way], NULL, p2->ah, &pair->ah[way]);
	}
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return !a ? b : !b || a < b ? a : b;
}

/* What was agreed becomes a pair with keys; the secret of PFS is made and gone here. */
static enum outcome make_pair(struct cm_ike *ike, struct quick *q, const struct p2_offer *offer,
	const struct cm_p2 *set, struct octets ke)
{
	enum { DEFAULT_S = 28800 }; /* RFC 2407 4.5 */
	const struct cm_tunnel *t = q->route->tunnel;
	uint8_t secret[CRYPTO_SECRET_MAX];
	struct octets gxy = { NULL, 0 };
	if (q->group) {
		enum dh_result result = dh_secret(q->dh, ke, secret);
		if (result != DH_OK)
			return result == DH_REFUSED ? DROP : FAILED;
		gxy = over(secret, q->group->secret_size);
	}
	struct pair *pair = pair_new(ike, q);
	if (pair) {
		for (unsigned i = 0; i < offer->n; i++)
			*(offer->parts[i].protocol == PROTO_ESP ? &pair->spi_out
								: &pair->ah_spi_out) =
				offer->parts[i].spi;
		pair->transform = set;
		pair->agreed = *set;
		pair->mode = offer->p2.mode;
		pair->udp = offer->udp;
		pair->esn = offer->esn;
		pair->offered_s = offer->lifetime_s;
		pair->offered_kb = offer->lifetime_kb;
		pair->lifetime_s = smaller(offer->lifetime_s ? offer->lifetime_s : DEFAULT_S,
			t->lifetime_s);
		pair->lifetime_kb = smaller(offer->lifetime_kb, t->lifetime_kb);
		memcpy(pair->rank, q->nonce_i.at, sizeof pair->rank);
		make_keys(pair, q, gxy);
		q->pair = pair;
		pair->quick = q;
	}
	crypto_wipe(secret, sizeof secret);
	return pair ? DONE : FAILED;
}

static bool fresh_nonce(struct cm_ike *ike, struct bytes *out)
{
	uint8_t nonce[NONCE_OCTETS];
	return engine_random(ike, nonce, sizeof nonce)
		&& bytes_set(&ike->store, out, nonce, sizeof nonce);
}

static bool fresh_dh(struct cm_ike *ike, struct quick *q)
{
	uint8_t random[CRYPTO_DH_RANDOM_MAX];
	size_t size = q->group ? dh_random_size(ike->crypto, q->group) : 0;
	if (!q->group)
		return true;
	if (size && engine_random(ike, random, size))
		q->dh = dh_new(ike->crypto, q->group, random, size);
	crypto_wipe(random, sizeof random);
	return q->dh != NULL;
}

/* --- Sending ----------------------------------------------------------------------------------- */

static struct builder begin(struct cm_ike *ike, const struct quick *q)
{
	struct isakmp header = header_of(q->phase1, X_QUICK, q->message_id, true);
	return build_begin(ike->room, MESSAGE_MAX, &header);
}

static bool send_quick(struct cm_ike *ike, struct quick *q, size_t length)
{
	if (!length || !bytes_set(&ike->store, &q->echo.sent, ike->room, length))
		return false;
	q->echo.answers = 0;
	q->retransmissions = 0;
	SAY(ike, q->phase1, W_SENDING);
	return engine_send(ike, q->phase1, bytes_octets(&q->echo.sent));
}

static uint16_t udp_form(const struct phase1 *p)
{
	return p->natt && p->floated ? p->natt->encapsulation : 0;
}

/* A set as it counts for this selector pair: transport mode only between the gateways. */
static struct cm_p2 set_for(
	const struct phase1 *p, const struct cm_p2 *set, const struct cm_selector *selector)
{
	struct cm_p2 out = *set;
	bool nat = nat_found(p);
	out.mode = cm_p2_mode(
		set, selector, nat ? 0 : p->local.address, nat ? 0 : p->peer.address);
	return out;
}

static struct p2_terms terms_of(const struct quick *q)
{
	const struct cm_tunnel *t = q->route->tunnel;
	return (struct p2_terms){ .group = q->group,
		.lifetime_s = t->lifetime_s,
		.lifetime_kb = t->lifetime_kb,
		.encapsulation_udp = udp_form(q->phase1),
		.esp_spi = q->esp_spi,
		.ah_spi = q->ah_spi,
		.esn = t->esn,
		.selector = &q->selector,
		.local = nat_found(q->phase1) ? 0 : q->phase1->local.address,
		.peer = nat_found(q->phase1) ? 0 : q->phase1->peer.address };
}

static void fresh_spis(struct cm_ike *ike, struct quick *q, bool esp, bool ah)
{
	q->esp_spi = esp ? pair_unused_spi(ike) : 0;
	do
		q->ah_spi = ah ? pair_unused_spi(ike) : 0;
	while (q->ah_spi && q->ah_spi == q->esp_spi);
}

/* Which protocols the sets of an entry use. */
static bool sets_use(const struct cm_tunnel *t, bool *esp, bool *ah)
{
	*esp = *ah = false;
	for (size_t i = 0; i < t->n_p2; i++) {
		if (!p2_possible(&t->p2[i]))
			continue;
		*esp = *esp || t->p2[i].cipher;
		*ah = *ah || t->p2[i].ah;
	}
	return *esp || *ah;
}

static void tell_cannot(struct cm_ike *ike, const struct phase1 *p, const struct cm_tunnel *t)
{
	char quad[16];
	tell(ike, (struct happening){ "no-transform", CM_ERROR, p->peer.address, t, t->at },
		"cannot begin quick mode with %s: no transform-set that we can run",
		peer_name(p->peer.address, quad));
}

static bool usable_selector(struct cm_ike *ike, const struct phase1 *p, const struct wish *wish)
{
	char quad[16];
	if (cm_mask_is_prefix(wish->selector.local.mask) && cm_mask_is_prefix(wish->selector.remote.mask))
		return true;
	tell(ike,
		(struct happening){ "selector-holes", CM_ERROR, p->peer.address,
			wish->route->tunnel, wish->selector.at },
		"cannot propose this line to %s: a wildcard mask with holes is no proxy identity",
		peer_name(p->peer.address, quad));
	return false;
}

static uint32_t fresh_message_id(struct cm_ike *ike, const struct phase1 *p)
{
	uint32_t id = engine_random32(ike);
	while (id == 0 || (message_id_used(p, id) && p->n_message_ids < MESSAGE_IDS_MAX))
		id++;
	return id;
}

/* Initiator, message 1: HDR*, HASH(1), SA, Ni [, KE ], IDci, IDcr. */
bool quick_start(struct cm_ike *ike, struct phase1 *p, const struct wish *wish)
{
	const struct cm_tunnel *t = wish->route->tunnel;
	bool esp, ah;
	if (!usable_selector(ike, p, wish))
		return true;
	if (!sets_use(t, &esp, &ah)) {
		tell_cannot(ike, p, t);
		return true;
	}
	struct quick *q = quick_new(ike, p, fresh_message_id(ike, p), true);
	if (!q)
		return false;
	message_id_note(ike, p, q->message_id);
	q->route = wish->route;
	q->selector = wish->selector;
	q->replaces = wish->replaces;
	q->group = t->pfs.demanded ? t->pfs.group : NULL;
	q->state = Q_I_QM1;
	fresh_spis(ike, q, esp, ah);
	SAYS(ike, p, W_BEGIN_QUICK, .id = q->message_id);
	struct builder b = begin(ike, q);
	struct p2_terms terms = terms_of(q);
	hash_blank(p, &b);
	p2_write(&b, t->p2, t->n_p2, &terms);
	bool fine = fresh_nonce(ike, &q->nonce_i) && fresh_dh(ike, q);
	build_data(&b, P_NONCE, q->nonce_i.at, q->nonce_i.length);
	if (fine && q->dh)
		build_data(&b, P_KE, dh_public(q->dh).at, dh_public(q->dh).length);
	write_ids(&b, &q->selector, true);
	if (!fine
		|| !send_quick(ike, q, hash_finish(p, &b, q->message_id, over(NULL, 0), q->iv))) {
		quick_free(ike, q);
		return false;
	}
	say_node(ike, p, q->message_id, "IKE_MESG_INTERNAL", "IKE_INIT_QM", "IKE_QM_READY",
		"IKE_QM_I_QM1");
	life_retransmit_quick(ike, q);
	return true;
}

/* --- Responder: the choice --------------------------------------------------------------------- */

/* How far an offer came with an entry. */
enum how_far { MISS_SELECTOR, MISS_TRANSFORM, MISS_PFS, FOUND };

/* The nearest miss of all entries, for the sentence and the notification. */
struct choosing {
	const struct p2_offers *offers;
	struct cm_selector wanted;
	struct route *route;         /* the entry that got furthest */
	enum how_far how_far;
	enum cm_difference difference;
	const struct cm_selector *line;
	const struct cm_p2 *set;
	const struct p2_offer *offer;
};

static bool offer_possible(const struct phase1 *p, const struct cm_tunnel *t, const struct p2_offer *o)
{
	if (o->odd || o->n == 0 || (o->esn && !t->esn) || (o->udp && !p->floated))
		return false;
	return true;
}

static void miss(struct choosing *c, struct route *route, enum how_far how_far,
	enum cm_difference difference, const struct cm_p2 *set, const struct p2_offer *offer)
{
	if (c->route && how_far <= c->how_far
		&& !(how_far == c->how_far && difference > c->difference))
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
		bool possible = offer_possible(p, t, offer);
		for (size_t j = 0; j < t->n_p2; j++) {
			struct cm_p2 set = set_for(p, &t->p2[j], &c->wanted);
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

/* First entry whose peers, ACL, transform-sets and PFS all fit (ios.md 3.8). */
static bool choose(struct cm_ike *ike, const struct phase1 *p, struct choosing *c)
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

static void tell_miss(struct cm_ike *ike, const struct phase1 *p, const struct choosing *c)
{
	static const char *const events[] = { "wrong-selectors", "wrong-transform", "wrong-pfs" };
	static const char *const causes[] = { "no permit line of the entry contains them",
		"transform-sets differ", "PFS differs" };
	struct cm_text offered = { 0 }, ours = { 0 };
	const struct cm_tunnel *t = c->route ? c->route->tunnel : NULL;
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
		(struct happening){ events[c->how_far], CM_ERROR, p->peer.address, t, miss_span(c) },
		"quick mode with %s failed: it offered %s; we would take %s: %s%s%s",
		peer_name(p->peer.address, quad), offered.at ? offered.at : "nothing",
		ours.at ? ours.at : "nothing", causes[c->how_far],
		c->how_far == MISS_TRANSFORM ? ", first in " : "",
		c->how_far == MISS_TRANSFORM ? difference_name(c->difference) : "");
	cm_text_free(&offered);
	cm_text_free(&ours);
}

/* A refusal: words, and a notification that is sent again when the message comes again. */
static enum outcome refuse(struct cm_ike *ike, struct quick *q, uint16_t type, const struct p2_part *part)
{
	struct phase1 *p = q->phase1;
	uint8_t spi[4] = { 0 };
	struct writer w = wr_of(spi, sizeof spi);
	const char *name = notify_name_ios(type);
	wr_u32(&w, part ? part->spi : 0);
	SAYS(ike, p, W_SENDING_NOTIFY, .s = name ? name : "", .u = part ? part->protocol : PROTO_ESP,
		.v = part ? part->spi : 0, .id = q->message_id);
	notify(ike, p,
		&(struct notice){ type, part ? part->protocol : PROTO_ESP, over(spi, sizeof spi),
			{ NULL, 0 } });
	SAYS(ike, p, W_DELETE_NODE, .id = q->message_id, .s = "TRUE", .t = "QM rejected");
	quick_done(ike, q);
	return DONE;
}

static enum outcome refuse_choice(struct cm_ike *ike, struct quick *q, const struct choosing *c)
{
	enum { ERROR_TRANSFORM = 256, ERROR_PROXY = 32 };
	struct phase1 *p = q->phase1;
	bool selector = c->how_far == MISS_SELECTOR;
	struct cm_text text = { 0 };
	if (selector) {
		SAY(ike, p, W_IPSEC_NO_PROXY);
	} else if (saying(ike, W_IPSEC_NOT_SUPPORTED)) {
		p2_describe(&text, &c->offers->o[0].p2);
		cm_text_char(&text, ' ');
		SAYS(ike, p, W_IPSEC_NOT_SUPPORTED, .s = text.at ? text.at : "");
		cm_text_free(&text);
	}
	SAYS(ike, p, W_IPSEC_INVALIDATED, .u = selector ? ERROR_PROXY : ERROR_TRANSFORM);
	SAY(ike, p, W_P2_NOT_ACCEPTABLE);
	tell_miss(ike, p, c);
	const struct p2_offer *offer = &c->offers->o[0];
	return refuse(ike, q, selector ? N_INVALID_ID : N_NO_PROPOSAL_CHOSEN,
		offer->n ? &offer->parts[0] : NULL);
}

/* --- Responder --------------------------------------------------------------------------------- */

/* KE is there exactly when the chosen transform has a group, and of its size. */
static bool ke_fits(const struct message *m, const struct cm_group *group, struct octets *ke)
{
	const struct payload *payload = message_find(m, P_KE, 0);
	*ke = payload ? payload->is.data.data : over(NULL, 0);
	return group ? ke->length == group->public_size : payload == NULL;
}

static bool nonce_fits(const struct message *m, struct octets *nonce)
{
	*nonce = message_find(m, P_NONCE, 0)->is.data.data;
	return nonce->length >= NONCE_MIN && nonce->length <= NONCE_MAX;
}

/* Our limits where they are below the offered ones: RESPONDER-LIFETIME, RFC 2407 4.6.3.1. */
static void write_lifetime(struct builder *b, const struct pair *pair)
{
	uint8_t data[32], spi[4];
	struct writer w = wr_of(data, sizeof data), s = wr_of(spi, sizeof spi);
	if (pair->lifetime_s < pair->offered_s) {
		attribute_encode(&w, A2_LIFE_TYPE, LIFE_SECONDS);
		attribute_encode(&w, A2_LIFE_DURATION, pair->lifetime_s);
	}
	if (pair->lifetime_kb && pair->lifetime_kb != pair->offered_kb) {
		attribute_encode(&w, A2_LIFE_TYPE, LIFE_KILOBYTES);
		attribute_encode(&w, A2_LIFE_DURATION, pair->lifetime_kb);
	}
	if (wr_length(&w) == 0)
		return;
	wr_u32(&s, pair->spi_in ? pair->spi_in : pair->ah_spi_in);
	struct payload n = { .type = P_NOTIFY,
		.is.notify = { .doi = DOI_IPSEC,
			.protocol = pair->spi_in ? PROTO_ESP : PROTO_AH,
			.spi_size = sizeof spi,
			.type = N_RESPONDER_LIFETIME,
			.spi = over(spi, sizeof spi),
			.data = over(data, wr_length(&w)) } };
	build_payload(b, &n);
}

static enum outcome answer(struct cm_ike *ike, struct quick *q, const struct p2_offer *offer)
{
	struct phase1 *p = q->phase1;
	struct builder b = begin(ike, q);
	hash_blank(p, &b);
	p2_answer(&b, offer, q->esp_spi, q->ah_spi);
	build_data(&b, P_NONCE, q->nonce_r.at, q->nonce_r.length);
	if (q->dh)
		build_data(&b, P_KE, dh_public(q->dh).at, dh_public(q->dh).length);
	if (q->ids_sent)
		write_ids(&b, &q->selector, false);
	write_lifetime(&b, q->pair);
	size_t length = hash_finish(p, &b, q->message_id, bytes_octets(&q->nonce_i), q->iv);
	q->state = Q_R_QM2;
	life_pair(ike, q->pair);
	/* the peer may send ESP together with its message 3: be ready before it can (ike.md 55) */
	pair_up(ike, q->pair, true);
	if (!send_quick(ike, q, length))
		return FAILED;
	say_node(ike, p, q->message_id, "IKE_MESG_FROM_IPSEC", "IKE_SPI_REPLY",
		"IKE_QM_SPI_STARVE", "IKE_QM_R_QM2");
	life_retransmit_quick(ike, q);
	return DONE;
}

static void say_read(struct cm_ike *ike, const struct quick *q, const struct message *m)
{
	const struct phase1 *p = q->phase1;
	SAYS(ike, p, W_PROCESSING, .s = "NONCE", .id = q->message_id);
	if (message_find(m, P_KE, 0))
		SAYS(ike, p, W_PROCESSING, .s = "KE", .id = q->message_id);
	for (unsigned i = message_count(m, P_ID); i > 0; i--)
		SAYS(ike, p, W_PROCESSING, .s = "ID", .id = q->message_id);
}

static void say_spi(struct cm_ike *ike, const struct quick *q)
{
	const struct phase1 *p = q->phase1;
	SAY(ike, p, W_ASKING_SPIS);
	say_node(ike, p, q->message_id, "IKE_MESG_FROM_PEER", "IKE_QM_EXCH", "IKE_QM_READY",
		"IKE_QM_SPI_STARVE");
	SAY(ike, p, W_IPSEC_EVENT);
	SAYS(ike, p, W_IPSEC_SPI, .u = q->esp_spi ? q->esp_spi : q->ah_spi,
		.v = q->esp_spi ? PROTO_ESP : PROTO_AH);
	SAYS(ike, p, W_KE_MESSAGE, .u = 2, .v = 1);
}

/* The choice is made: secrets, pair, answer. */
static enum outcome accept(
	struct cm_ike *ike, struct quick *q, const struct message *m, const struct choosing *c)
{
	struct phase1 *p = q->phase1;
	struct octets ke, nonce;
	q->route = c->route;
	q->selector = c->wanted;
	q->selector.at = c->line->at;
	q->selector.sequence = c->line->sequence;
	q->ids_sent = message_count(m, P_ID) == 2;
	q->group = c->offer->group;
	SAY(ike, p, W_AT2_OK);
	say_ipsec(ike, W_IPSEC_VALIDATE, p, &q->selector, c->set,
		&(struct ipsec_block){ true, 0, 0, 0, 0, q->group ? 0x12 : 0x2 });
	if (!nonce_fits(m, &nonce) || !ke_fits(m, q->group, &ke))
		return refuse(ike, q, N_INVALID_KEY, &c->offer->parts[0]);
	fresh_spis(ike, q, c->set->cipher != NULL, c->set->ah != NULL);
	if (!bytes_set(&ike->store, &q->nonce_i, nonce.at, nonce.length)
		|| !fresh_nonce(ike, &q->nonce_r) || !fresh_dh(ike, q))
		return FAILED;
	say_read(ike, q, m);
	enum outcome outcome = make_pair(ike, q, c->offer, c->set, ke);
	if (outcome == DROP)
		return refuse(ike, q, N_INVALID_KEY, &c->offer->parts[0]);
	if (outcome != DONE)
		return outcome;
	say_spi(ike, q);
	return answer(ike, q, c->offer);
}

/* Responder, message 1: HDR*, HASH(1), SA, Ni [, KE ] [, IDci, IDcr ]. */
enum outcome quick_1(
	struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
	struct p2_offers *offers = store_take(&ike->store, sizeof *offers);
	if (!offers)
		return FAILED;
	SAYS(ike, p, W_SET_NODE, .id = q->message_id);
	SAYS(ike, p, W_PROCESSING, .s = "HASH", .id = q->message_id);
	SAYS(ike, p, W_PROCESSING, .s = "SA", .id = q->message_id);
	struct choosing c = { .offers = offers };
	uint16_t wrong = p2_read(&message_find(m, P_SA, 0)->is.sa, offers);
	enum outcome outcome;
	if (m->payloads[1].type != P_SA) /* SA second, RFC 2409 5.5 */
		wrong = wrong ? wrong : N_PAYLOAD_MALFORMED;
	for (size_t i = 0; !wrong && i < offers->n; i++)
		say_offer(ike, p, &offers->o[i], i);
	if (wrong)
		outcome = refuse(ike, q, wrong, NULL);
	else if (!selector_of(p, m, false, &c.wanted)) {
		tell(ike,
			(struct happening){ "wrong-selectors", CM_ERROR, p->peer.address,
				p->route ? p->route->tunnel : NULL, { 0, 0 } },
			"quick mode failed: the peer's identities are no address, subnet or prefix");
		outcome = refuse(ike, q, N_INVALID_ID, &offers->o[0].parts[0]);
	} else if (!choose(ike, p, &c))
		outcome = refuse_choice(ike, q, &c);
	else
		outcome = accept(ike, q, m, &c);
	store_give(&ike->store, offers);
	return outcome;
}

/* Responder, message 3: HDR*, HASH(3). */
enum outcome quick_3(
	struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
	(void)m;
	timer_stop(&ike->timers, &q->timer);
	if (!q->pair) { /* deleted meanwhile */
		quick_done(ike, q);
		return DONE;
	}
	say_created(ike, q->pair, q->message_id, true);
	say_node(ike, p, q->message_id, "IKE_MESG_FROM_PEER", "IKE_QM_EXCH", "IKE_QM_R_QM2",
		"IKE_QM_PHASE2_COMPLETE");
	say_installed(ike, q->pair);
	q->pair->since = ike->now;
	life_pair(ike, q->pair);
	pair_outbound(ike, q->pair);
	quick_done(ike, q);
	return DONE;
}

/* --- Initiator --------------------------------------------------------------------------------- */

/* The answer must be one of ours, whole: proposal, group, form (ike.md 24). */
static const struct cm_p2 *check_answer(const struct quick *q, const struct p2_offers *offers)
{
	const struct cm_tunnel *t = q->route->tunnel;
	const struct p2_offer *o = &offers->o[0];
	if (offers->n != 1 || o->odd || o->group != q->group || (o->esn && !t->esn)
		|| o->udp != (udp_form(q->phase1) != 0))
		return NULL;
	for (size_t i = 0; i < t->n_p2; i++) {
		struct cm_p2 set = set_for(q->phase1, &t->p2[i], &q->selector);
		if (p2_possible(&t->p2[i]) && cm_p2_compare(&set, &o->p2) == CM_SAME)
			return &t->p2[i];
	}
	return NULL;
}

/* RESPONDER-LIFETIME that came with the answer. */
static void read_lifetime(struct pair *pair, const struct message *m)
{
	for (unsigned i = 0; i < m->n; i++) {
		const struct pl_notify *n = &m->payloads[i].is.notify;
		struct attribute a;
		uint64_t type = 0;
		if (m->payloads[i].type != P_NOTIFY || n->type != N_RESPONDER_LIFETIME)
			continue;
		struct reader r = rd_of(n->data.at, n->data.length);
		while (attribute_decode(&r, &a)) {
			if (a.type == A2_LIFE_TYPE)
				type = a.number;
			if (a.type != A2_LIFE_DURATION || !a.number || a.number > UINT32_MAX)
				continue;
			if (type == LIFE_SECONDS)
				pair->lifetime_s = smaller(pair->lifetime_s, (uint32_t)a.number);
			else if (type == LIFE_KILOBYTES)
				pair->lifetime_kb = smaller(pair->lifetime_kb, (uint32_t)a.number);
		}
	}
}

static bool send_3(struct cm_ike *ike, struct quick *q)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	struct phase1 *p = q->phase1;
	struct builder b = begin(ike, q);
	keys_hash3(&p->keys, q->message_id, bytes_octets(&q->nonce_i), bytes_octets(&q->nonce_r),
		hash);
	build_data(&b, P_HASH, hash, p->keys.hash->size);
	build_pad(&b, p->keys.cipher->block);
	size_t length = build_end(&b);
	return length && seal(p, ike->room, length, q->iv) && send_quick(ike, q, length);
}

static enum outcome wrong_answer(struct cm_ike *ike, struct quick *q, uint16_t type, const char *why)
{
	struct phase1 *p = q->phase1;
	uint8_t spi[4];
	struct writer w = wr_of(spi, sizeof spi);
	wr_u32(&w, q->esp_spi);
	notify(ike, p, &(struct notice){ type, PROTO_ESP, over(spi, sizeof spi), { NULL, 0 } });
	struct pair *old = q->replaces ? pair_by_id(ike, q->replaces) : NULL;
	char quad[16];
	SAYS(ike, p, W_DELETE_NODE, .id = q->message_id, .s = "TRUE", .t = "QM rejected");
	tell(ike,
		(struct happening){ "quick-failed", CM_ERROR, p->peer.address, q->route->tunnel,
			q->selector.at },
		"quick mode with %s failed: %s", peer_name(p->peer.address, quad), why);
	if (old)
		old->rekeying = false;
	quick_done(ike, q);
	return DONE;
}

static void finish_2(struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
	struct pair *pair = q->pair;
	struct pair *old = pair_by_id(ike, q->replaces);
	read_lifetime(pair, m);
	say_created(ike, pair, q->message_id, false);
	life_pair(ike, pair);
	pair_up(ike, pair, true); /* before message 3 goes: the peer may send at once */
	if (!send_3(ike, q))
		ike->store.failed = true;
	SAYS(ike, p, W_DELETE_NODE, .id = q->message_id, .s = "FALSE", .t = "");
	say_node(ike, p, q->message_id, "IKE_MESG_FROM_PEER", "IKE_QM_EXCH", "IKE_QM_I_QM1",
		"IKE_QM_PHASE2_COMPLETE");
	say_installed(ike, pair);
	/* when renewing, send on the old pair until the peer has surely installed the new one */
	if (old && old->outbound)
		life_switch(ike, pair);
	else
		pair_outbound(ike, pair);
	quick_done(ike, q);
	wishes_run(ike, p);
}

/* Initiator, message 2: HDR*, HASH(2), SA, Nr [, KE ] [, IDci, IDcr ]. */
enum outcome quick_2(
	struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
	struct p2_offers *offers = store_take(&ike->store, sizeof *offers);
	struct octets ke, nonce;
	struct cm_selector answered;
	if (!offers)
		return FAILED;
	timer_stop(&ike->timers, &q->timer);
	SAYS(ike, p, W_PROCESSING, .s = "HASH", .id = q->message_id);
	SAYS(ike, p, W_PROCESSING, .s = "SA", .id = q->message_id);
	const struct cm_p2 *set = NULL;
	enum outcome outcome;
	if (p2_read(&message_find(m, P_SA, 0)->is.sa, offers) == 0) {
		say_offer(ike, p, &offers->o[0], 0);
		set = check_answer(q, offers);
	}
	if (!set)
		outcome = wrong_answer(ike, q, N_BAD_PROPOSAL_SYNTAX,
			"the peer's answer is none of what we offered");
	else if (!selector_of(p, m, true, &answered)
		|| (message_count(m, P_ID) && !pair_same_selector(&answered, &q->selector)
			&& cm_selector_relate(&q->selector, &answered) != CM_NARROWER))
		outcome = wrong_answer(ike, q, N_INVALID_ID,
			"the peer answered with other selectors than ours");
	else if (!nonce_fits(m, &nonce) || !ke_fits(m, q->group, &ke))
		outcome = wrong_answer(ike, q, N_INVALID_KEY,
			"the peer's nonce or key exchange has the wrong size");
	else if (!bytes_set(&ike->store, &q->nonce_r, nonce.at, nonce.length))
		outcome = FAILED;
	else {
		SAY(ike, p, W_AT2_OK);
		say_ipsec(ike, W_IPSEC_VALIDATE, p, &q->selector, set,
			&(struct ipsec_block){ true, 0, 0, 0, 0, q->group ? 0x12 : 0x2 });
		say_read(ike, q, m);
		outcome = make_pair(ike, q, &offers->o[0], set, ke);
		if (outcome == DROP)
			outcome = wrong_answer(ike, q, N_INVALID_KEY,
				"the peer's Diffie-Hellman value is none that an honest peer sends");
		else if (outcome == DONE)
			finish_2(ike, p, q, m);
	}
	store_give(&ike->store, offers);
	return outcome;
}
