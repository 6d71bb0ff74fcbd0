#include "ike/quick.h"

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

void quick_done(struct cm_ike *ike, struct quick *q)
{
	struct phase1 *p = q->phase1;
	q->state = Q_DONE;
	let_go(q);
	forget_secrets(ike, q);
	life_remnant(ike, q);
	for (struct node *node = p->quicks.first; node && p->quicks.n > REMNANTS_MAX;) {
		struct quick *old = node->owner;
		node = node->after;
		if (old != q && old->state == Q_DONE)
			quick_free(ike, old);
	}
}

unsigned quicks_running(const struct phase1 *p)
{
	unsigned n = 0;
	for (const struct node *node = p->quicks.first; node; node = node->after)
		n += ((struct quick *)node->owner)->state != Q_DONE;
	return n;
}

void quick_fail(struct cm_ike *ike, struct quick *q, const char *why, const char *sentence)
{
	char quad[16];
	uint32_t peer = q->phase1->peer.address;
	tell(ike,
		(struct happening){ "quick-failed", CM_ERROR, peer,
			q->route ? q->route->tunnel : NULL, q->selector.at },
		"quick mode with %s failed: %s", peer_name(peer, quad), sentence);
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
	size_t n = p->n_message_ids < MESSAGE_IDS_MAX ? p->n_message_ids : MESSAGE_IDS_MAX;
	for (size_t i = 0; i < n; i++)
		if (p->message_ids[i] == id)
			return true;
	return false;
}

/* Unique within the SA, never 0. */
uint32_t message_id_fresh(struct cm_ike *ike, const struct phase1 *p)
{
	uint32_t id = engine_random32(ike);
	while (id == 0 || message_id_used(p, id))
		id++;
	return id;
}

bool message_id_note(struct cm_ike *ike, struct phase1 *p, uint32_t id)
{
	if (p->n_message_ids == p->room_message_ids && p->room_message_ids < MESSAGE_IDS_MAX) {
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
	p->message_ids[p->n_message_ids++ % MESSAGE_IDS_MAX] = id;
	if (p->n_message_ids == MESSAGE_IDS_MAX) /* from now on the oldest are forgotten */
		life_renew(ike, p);
	return true;
}

/* --- Parts of a message ------------------------------------------------------------------------- */

bool ke_fits(const struct message *m, const struct cm_group *group, struct octets *ke)
{
	const struct payload *payload = message_find(m, P_KE, 0);
	*ke = payload ? payload->is.data.data : over(NULL, 0);
	return group ? ke->length == group->public_size : payload == NULL;
}

bool nonce_fits(const struct message *m, struct octets *nonce)
{
	*nonce = message_find(m, P_NONCE, 0)->is.data.data;
	return nonce->length >= NONCE_MIN && nonce->length <= NONCE_MAX;
}

bool quick_nonce(struct cm_ike *ike, struct bytes *out)
{
	uint8_t nonce[NONCE_OCTETS];
	return engine_random(ike, nonce, sizeof nonce) &&
		bytes_set(&ike->store, out, nonce, sizeof nonce);
}

bool quick_dh(struct cm_ike *ike, struct quick *q)
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

void quick_say_read(struct cm_ike *ike, const struct quick *q, const struct message *m)
{
	const struct phase1 *p = q->phase1;
	SAYS(ike, p, W_PROCESSING, .s = "NONCE", .id = q->message_id);
	if (message_find(m, P_KE, 0))
		SAYS(ike, p, W_PROCESSING, .s = "KE", .id = q->message_id);
	for (unsigned i = message_count(m, P_ID); i > 0; i--)
		SAYS(ike, p, W_PROCESSING, .s = "ID", .id = q->message_id);
}

/* --- Sending ----------------------------------------------------------------------------------- */

struct builder quick_begin(struct cm_ike *ike, const struct quick *q)
{
	struct isakmp header = header_of(q->phase1, X_QUICK, q->message_id, true);
	return build_begin(ike->room, MESSAGE_MAX, &header);
}

bool quick_send(struct cm_ike *ike, struct quick *q, size_t length)
{
	if (!length || !bytes_set(&ike->store, &q->echo.sent, ike->room, length))
		return false;
	q->echo.answers = 0;
	q->retransmissions = 0;
	say_sending(ike, q->phase1);
	return engine_send(ike, q->phase1, bytes_octets(&q->echo.sent));
}

static uint16_t udp_form(const struct phase1 *p)
{
	return p->natt && p->floated ? p->natt->encapsulation : 0;
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

void quick_spis(struct cm_ike *ike, struct quick *q, bool esp, bool ah)
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
	if (cm_mask_is_prefix(wish->selector.local.mask) &&
		cm_mask_is_prefix(wish->selector.remote.mask))
		return true;
	tell(ike,
		(struct happening){ "selector-holes", CM_ERROR, p->peer.address,
			wish->route->tunnel, wish->selector.at },
		"cannot propose this line to %s: a wildcard mask with holes is no proxy identity",
		peer_name(p->peer.address, quad));
	return false;
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
	struct quick *q = quick_new(ike, p, message_id_fresh(ike, p), true);
	if (!q)
		return false;
	message_id_note(ike, p, q->message_id);
	q->route = wish->route;
	q->selector = wish->selector;
	q->replaces = wish->replaces;
	q->group = t->pfs.demanded ? t->pfs.group : NULL;
	q->state = Q_I_QM1;
	quick_spis(ike, q, esp, ah);
	SAYS(ike, p, W_BEGIN_QUICK, .id = q->message_id);
	SAY(ike, p, W_INITIATOR_SPI);
	struct builder b = quick_begin(ike, q);
	struct p2_terms terms = terms_of(q);
	hash_blank(p, &b);
	p2_write(&b, t->p2, t->n_p2, &terms);
	bool fine = quick_nonce(ike, &q->nonce_i) && quick_dh(ike, q);
	build_data(&b, P_NONCE, q->nonce_i.at, q->nonce_i.length);
	if (fine && q->dh)
		build_data(&b, P_KE, dh_public(q->dh).at, dh_public(q->dh).length);
	ids_write(&b, &q->selector, true);
	if (!fine || !quick_send(ike, q, hash_finish(p, &b, q->message_id, over(NULL, 0), q->iv))) {
		quick_free(ike, q);
		return false;
	}
	say_node(ike, p, q->message_id, "IKE_MESG_INTERNAL", "IKE_INIT_QM", "IKE_QM_READY",
		"IKE_QM_I_QM1");
	life_retransmit_quick(ike, q);
	return true;
}

/* --- Initiator --------------------------------------------------------------------------------- */

/* The answer must be one of ours, whole: proposal, group, form (ike.md 24). */
static const struct cm_p2 *check_answer(const struct quick *q, const struct p2_offers *offers)
{
	const struct cm_tunnel *t = q->route->tunnel;
	const struct p2_offer *o = &offers->o[0];
	if (offers->n != 1 || o->odd || o->group != q->group || (o->esn && !t->esn) ||
		o->udp != (udp_form(q->phase1) != 0))
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
	struct builder b = quick_begin(ike, q);
	keys_hash3(&p->keys, q->message_id, bytes_octets(&q->nonce_i), bytes_octets(&q->nonce_r),
		hash);
	build_data(&b, P_HASH, hash, p->keys.hash->size);
	build_pad(&b, p->keys.cipher->block);
	size_t length = build_end(&b);
	return length && seal(p, ike->room, length, q->iv) && quick_send(ike, q, length);
}

static enum outcome wrong_answer(
	struct cm_ike *ike, struct quick *q, uint16_t type, const char *why)
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
	SAYS(ike, p, W_DELETE_NODE, .id = q->message_id, .s = "FALSE",
		.t = later_words(ike) ? "No Error" : "");
	say_node(ike, p, q->message_id, "IKE_MESG_FROM_PEER", "IKE_QM_EXCH", "IKE_QM_I_QM1",
		"IKE_QM_PHASE2_COMPLETE");
	say_installed(ike, pair);
	/* when renewing, send on the old pair until the peer has surely installed the new one */
	if (q->committed || (old && old->outbound))
		life_switch(ike, pair);
	else
		pair_outbound(ike, pair);
	quick_done(ike, q);
	wishes_run(ike, p);
}

/* Initiator, message 2: HDR*, HASH(2), SA, Nr [, KE ] [, IDci, IDcr ]. */
enum outcome quick_2(struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
	struct p2_offers *offers = store_take(&ike->store, sizeof *offers);
	struct octets ke, nonce;
	struct cm_selector answered;
	if (!offers)
		return FAILED;
	timer_stop(&ike->timers, &q->timer);
	q->committed = m->header.flags & FLAG_COMMIT;
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
	else if (!ids_read(p, m, true, &answered) ||
		(message_count(m, P_ID) && !pair_same_selector(&answered, &q->selector)))
		/* RFC 2409 5.5: both ends name the same clients; a peer that narrows would drop the rest */
		outcome = wrong_answer(
			ike, q, N_INVALID_ID, "the peer answered with other selectors than ours");
	else if (!nonce_fits(m, &nonce) || !ke_fits(m, q->group, &ke))
		outcome = wrong_answer(ike, q, N_INVALID_KEY,
			"the peer's nonce or key exchange has the wrong size");
	else if (!bytes_set(&ike->store, &q->nonce_r, nonce.at, nonce.length))
		outcome = FAILED;
	else {
		SAY(ike, p, W_AT2_OK);
		say_ipsec(ike, W_IPSEC_VALIDATE, p, &q->selector, set,
			&(struct ipsec_block){ true, 0, 0, 0, 0, q->group ? 0x12 : 0x2 });
		quick_say_read(ike, q, m);
		outcome = quick_pair(ike, q, &offers->o[0], set, ke);
		if (outcome == DROP)
			outcome = wrong_answer(ike, q, N_INVALID_KEY,
				"the peer's Diffie-Hellman value is none that an honest peer sends");
		else if (outcome == DONE)
			finish_2(ike, p, q, m);
	}
	store_give(&ike->store, offers);
	return outcome;
}

/* What the other side may still say: CONNECTED, when it had set the commit bit. */
enum outcome quick_4(struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
	(void)q;
	for (unsigned i = 0; i < m->n; i++)
		if (m->payloads[i].type == P_NOTIFY && m->payloads[i].is.notify.type == N_CONNECTED)
			connected(ike, p, &m->payloads[i].is.notify);
	return DONE;
}
