#include "ike/transitions.h"

#include <string.h>

/* --- What is wrong with a datagram ------------------------------------------------------------- */

/* For whoever debugs: what could be read of it. */
static void describe(struct cm_text *text, const struct message *m)
{
	isakmp_print(text, &m->header);
	for (unsigned i = 0; i < m->n; i++) {
		cm_text_put(text, "; ");
		payload_print(text, &m->payloads[i]);
	}
}

static enum outcome drop(struct cm_ike *ike, struct cm_endpoint from, const char *why)
{
	struct cm_text text = { 0 };
	char quad[16];
	ike->counters.dropped++;
	SAYS(ike, NULL, W_BAD_MESSAGE, .peer = from.address);
	if (!ike->settings.debug_isakmp)
		return DROP;
	hush(ike);
	if (!ike->hushed)
		describe(&text, &ike->message);
	tell(ike, (struct happening){ "dropped", CM_WARNING, from.address, NULL, { 0, 0 } },
		"dropped a message from %s: %s (%s)", peer_name(from.address, quad), why,
		text.at ? text.at : "");
	cm_text_free(&text);
	ike->hushed = false;
	return DROP;
}

/* After decryption: the key is another, or somebody plays; the same answer to both. */
static enum outcome unreadable(struct cm_ike *ike, struct phase1 *p, struct cm_endpoint from)
{
	char quad[16];
	drop(ike, from, "it cannot be read with the key that was agreed");
	if (p->complaints == 0 && p->psk)
		tell(ike,
			(struct happening){ "authentication-failed", CM_ERROR, p->peer.address,
				p->route ? p->route->tunnel : NULL, p->psk->at },
			"phase 1 with %s failed: its message cannot be decrypted, the pre-shared keys "
			"differ",
			peer_name(p->peer.address, quad));
	notify_plain(ike, p, N_AUTHENTICATION_FAILED);
	return DROP;
}

/* --- Repetitions, RFC 2408 3.1 and ike.md 1.3 -------------------------------------------------- */

static bool repeated(
	struct cm_ike *ike, struct octets datagram, const struct echo *echo, uint8_t *digest)
{
	if (!hash_of(ike->digest, &datagram, 1, digest))
		return false;
	return echo->any && memcmp(digest, echo->received, ike->digest->size) == 0;
}

static void answer_again(struct cm_ike *ike, struct phase1 *p, struct echo *echo, uint32_t phase)
{
	ike->counters.duplicates++;
	SAYS(ike, p, W_DUPLICATE, .u = phase);
	if (!echo->sent.at || echo->answers++ >= ANSWERS_MAX)
		return;
	SAYS(ike, p, W_RESEND_DUPLICATE, .u = phase);
	ike->counters.retransmitted++;
	say_sending(ike, p);
	engine_send(ike, p, bytes_octets(&echo->sent));
}

static bool open_plain(struct cm_ike *ike, struct octets datagram)
{
	struct message *m = &ike->message;
	return message_chain(m, m->header.next,
		over(datagram.at + ISAKMP_HEADER, datagram.length - ISAKMP_HEADER), true);
}

/* --- Phase 1 ----------------------------------------------------------------------------------- */

struct arrival {
	struct cm_endpoint from, to;
	struct octets datagram;
};

/* After a handler: what was received is remembered, what was not sent anew is not sent again. */
static void remember(
	struct cm_ike *ike, struct echo *echo, const uint8_t *digest, const uint8_t *sent_before)
{
	memcpy(echo->received, digest, sizeof echo->received);
	echo->any = true;
	if (echo->sent.at == sent_before)
		bytes_clear(&ike->store, &echo->sent);
}

static void finish_phase1(struct cm_ike *ike, struct phase1 *p, enum outcome outcome)
{
	if (p->deleted && p->remote_deleted) {
		char quad[16];
		SAYS(ike, p, W_DELETE_SA, .s = "No reason");
		tell(ike,
			(struct happening){ "phase1-down", CM_INFO, p->peer.address,
				p->route ? p->route->tunnel : NULL, { 0, 0 } },
			"phase 1 with %s is down: deleted by the peer",
			peer_name(p->peer.address, quad));
		phase1_free(ike, p);
	} else if (outcome == FAILED && p->state != S_UP) {
		phase1_free(ike, p);
	}
}

static enum outcome process(struct cm_ike *ike, const struct arrival *a, unsigned depth);

/* Phase 1 is up: what had come too early comes now. */
static void run_early(struct cm_ike *ike, struct phase1 *p)
{
	struct bytes datagram = p->early.datagram;
	struct arrival a = { p->early.from, p->early.to, bytes_octets(&datagram) };
	p->early.datagram = (struct bytes){ NULL, 0 };
	process(ike, &a, 1);
	bytes_clear(&ike->store, &datagram);
}

static enum outcome run_phase1(
	struct cm_ike *ike, struct phase1 *p, const struct row *row, const struct arrival *a)
{
	uint8_t iv[CRYPTO_IV_MAX], digest[CRYPTO_HASH_MAX] = { 0 }, before[CRYPTO_IV_MAX];
	struct message *m = &ike->message;
	bool sealed = m->header.flags & FLAG_ENCRYPTED;
	if (repeated(ike, a->datagram, &p->echo, digest)) {
		answer_again(ike, p, &p->echo, 1);
		return DROP;
	}
	if (!row)
		return drop(ike, a->from, "it is not the message that is waited for");
	if (sealed ? row->cover == PLAIN : row->cover == SEALED) {
		if (!sealed)
			SAYS(ike, p, W_NOT_ENCRYPTED, .peer = a->from.address);
		return drop(ike, a->from, sealed ? "encrypted too early" : "not encrypted");
	}
	SAYS(ike, p, W_RECEIVED, .peer = a->from.address, .peer_port = a->from.port,
		.local_port = a->to.port);
	memcpy(iv, p->iv, sizeof iv);
	if (!(sealed ? open_sealed(ike, p, a->datagram, iv) : open_plain(ike, a->datagram)) ||
		!row_fits(row, m)) {
		if (sealed)
			return unreadable(ike, p, a->from);
		notify_plain(ike, p, N_PAYLOAD_MALFORMED);
		return drop(ike, a->from, "its payloads are malformed, missing or too many");
	}
	if (row->event)
		say_input(ike, p, "IKE_MESG_FROM_PEER", row->event, row->was, row->is);

	struct cm_endpoint peer = p->peer, local = p->local;
	const uint8_t *sent = p->echo.sent.at;
	if (sealed) {
		memcpy(before, p->iv, sizeof before);
		memcpy(p->iv, iv, sizeof iv);
		if (p->natt)
			nat_follow(ike, p, a->from, a->to);
		if (p->peer.port != peer.port)
			SAYS(ike, p, W_FLOATING, .u = 0);
	}
	enum outcome outcome = row->run(ike, p, NULL, m);
	if (outcome == DONE)
		remember(ike, &p->echo, digest, sent);
	else if (sealed) {
		memcpy(p->iv, before, sizeof before);
		nat_follow(ike, p, peer, local);
	}
	bool up = outcome == DONE && p->state == S_UP && !p->deleted;
	finish_phase1(ike, p, outcome);
	if (up && p->early.datagram.at)
		run_early(ike, p);
	return outcome;
}

/* --- Phase 2 and informational ----------------------------------------------------------------- */

static bool recent_info(struct phase1 *p, uint32_t id)
{
	unsigned n = p->n_recent < 64 ? p->n_recent : 64;
	for (unsigned i = 0; i < n; i++)
		if (p->recent[i] == id)
			return true;
	return false;
}

/* Notify 0: none. */
static enum outcome refuse_sealed(struct cm_ike *ike, struct phase1 *p, const struct arrival *a,
	uint16_t type, const char *why)
{
	if (type)
		notify_plain(ike, p, type);
	return drop(ike, a->from, why);
}

/* A sealed message opened, checked and proved; the rows decide. */
static enum outcome check_sealed(struct cm_ike *ike, struct phase1 *p, struct quick *q,
	const struct row *row, const struct arrival *a, uint8_t *iv)
{
	const struct message *m = &ike->message;
	SAYS(ike, p, W_RECEIVED, .peer = a->from.address, .peer_port = a->from.port,
		.local_port = a->to.port);
	/* an informational is one-way (RFC 2408 4.8): nothing is sent in answer to a broken one */
	bool answered = row->exchange != X_INFO && row->state != Q_DONE;
	if (!open_sealed(ike, p, a->datagram, iv))
		return refuse_sealed(ike, p, a, answered ? N_PAYLOAD_MALFORMED : 0,
			"it cannot be read with the key that was agreed");
	if (!row_fits(row, m))
		return refuse_sealed(ike, p, a, answered ? N_PAYLOAD_MALFORMED : 0,
			"its payloads are malformed, missing or too many");
	if (!proved(p, q, m, row->proof))
		return refuse_sealed(ike, p, a, answered ? N_INVALID_HASH : 0, "its HASH is wrong");
	return DONE;
}

static enum outcome run_info(struct cm_ike *ike, struct phase1 *p, const struct arrival *a)
{
	uint8_t iv[CRYPTO_IV_MAX];
	const struct message *m = &ike->message;
	uint32_t id = m->header.message_id;
	const struct row *row = row_of(S_UP, X_INFO);
	if (id == 0 || recent_info(p, id))
		return drop(ike, a->from, "an informational exchange with a used message ID");
	if (!keys_iv2(&p->keys, p->iv, id, iv))
		return FAILED;
	enum outcome outcome = check_sealed(ike, p, NULL, row, a, iv);
	if (outcome != DONE)
		return outcome;
	p->recent[p->n_recent++ % 64] = id;
	/* only for what cannot be an old message sent again from elsewhere */
	if (nat_found(p) && informational_fresh(p, m))
		nat_follow(ike, p, a->from, a->to);
	outcome = row->run(ike, p, NULL, m);
	life_heard(ike, p);
	finish_phase1(ike, p, outcome);
	return outcome;
}

static enum outcome run_quick(struct cm_ike *ike, struct phase1 *p, struct quick *q,
	const struct row *row, const struct arrival *a, const uint8_t *digest)
{
	uint8_t before[CRYPTO_IV_MAX], iv[CRYPTO_IV_MAX];
	memcpy(before, q->iv, sizeof before);
	memcpy(iv, q->iv, sizeof iv);
	enum outcome outcome = check_sealed(ike, p, q, row, a, iv);
	if (outcome != DONE)
		return outcome;
	const uint8_t *sent = q->echo.sent.at;
	memcpy(q->iv, iv, sizeof iv);
	life_heard(ike, p);
	if (nat_found(p))
		nat_follow(ike, p, a->from, a->to);
	outcome = row->run(ike, p, q, &ike->message);
	if (outcome == DONE)
		remember(ike, &q->echo, digest, sent);
	else
		memcpy(q->iv, before, sizeof before);
	return outcome;
}

static enum outcome new_quick(
	struct cm_ike *ike, struct phase1 *p, const struct arrival *a, const uint8_t *digest)
{
	uint32_t id = ike->message.header.message_id;
	if (id == 0 || message_id_used(p, id))
		return drop(ike, a->from, "a quick mode with a used message ID");
	if (quicks_running(p) >= QUICKS_MAX * 2)
		return drop(ike, a->from, "too many quick modes at once");
	struct quick *q = quick_new(ike, p, id, false);
	if (!q)
		return FAILED;
	enum outcome outcome = run_quick(ike, p, q, row_of(Q_NEW, X_QUICK), a, digest);
	if (outcome != DONE) {
		quick_free(ike, q);
		return outcome;
	}
	message_id_note(ike, p, id);
	return DONE;
}

/*
 * A message of phase 2 overtook the last one of phase 1: one is kept until that has come. In
 * aggressive mode it may also mean that message 3 was lost; then message 2 asks for it again.
 */
static enum outcome too_early(struct cm_ike *ike, struct phase1 *p, const struct arrival *a)
{
	bool last = p->state == S_R_MM4 || p->state == S_R_AM2 || p->state == S_I_MM5;
	if (!last || !p->keyed || !(ike->message.header.flags & FLAG_ENCRYPTED) ||
		a->datagram.length > EARLY_MAX)
		return drop(ike, a->from, "phase 1 is not up yet");
	p->early.from = a->from;
	p->early.to = a->to;
	bytes_set(&ike->store, &p->early.datagram, a->datagram.at, a->datagram.length);
	if (p->state == S_R_AM2)
		answer_again(ike, p, &p->echo, 1);
	return DROP;
}

/*
 * The peer answers our identity with an encrypted notification instead of its own. When it can be
 * read the keys agree and it says why; when not they do not. Evidence only: nothing changes.
 */
static enum outcome before_up(struct cm_ike *ike, struct phase1 *p, const struct arrival *a)
{
	uint8_t iv[CRYPTO_IV_MAX];
	char quad[16];
	const struct message *m = &ike->message;
	if (!keys_iv2(&p->keys, p->iv, m->header.message_id, iv))
		return FAILED;
	if (open_sealed(ike, p, a->datagram, iv) && proved(p, NULL, m, HASH_1)) {
		informational_plain(ike, p, m);
		return DROP;
	}
	if (p->complaints++ == 0)
		tell(ike,
			(struct happening){ "authentication-failed", CM_ERROR, p->peer.address,
				p->route ? p->route->tunnel : NULL, p->psk->at },
			"phase 1 with %s will probably fail: its answer cannot be decrypted, the "
			"pre-shared keys differ",
			peer_name(p->peer.address, quad));
	return too_early(ike, p, a); /* or it overtook message 6 */
}

static enum outcome run_phase2(struct cm_ike *ike, struct phase1 *p, const struct arrival *a)
{
	uint8_t digest[CRYPTO_HASH_MAX] = { 0 };
	const struct isakmp *header = &ike->message.header;
	if (p->state == S_I_MM5 && p->keyed && header->exchange == X_INFO)
		return before_up(ike, p, a);
	if (p->state != S_UP || !p->keyed)
		return too_early(ike, p, a);
	if (!(header->flags & FLAG_ENCRYPTED)) {
		SAYS(ike, p, W_NOT_ENCRYPTED, .peer = a->from.address);
		return drop(ike, a->from, "not encrypted");
	}
	if (header->exchange == X_INFO)
		return run_info(ike, p, a);
	struct quick *q = quick_of(p, header->message_id);
	struct echo none = { .any = false };
	if (repeated(ike, a->datagram, q ? &q->echo : &none, digest)) {
		answer_again(ike, p, &q->echo, 2);
		return DROP;
	}
	if (!q)
		return new_quick(ike, p, a, digest);
	const struct row *row = row_of(q->state, X_QUICK);
	if (!row)
		return drop(ike, a->from, "the quick mode does not wait for a message");
	enum outcome outcome = run_quick(ike, p, q, row, a, digest);
	if (outcome == FAILED)
		quick_free(ike, q);
	return outcome;
}

/* --- Dispatch ---------------------------------------------------------------------------------- */

static bool all_zero(const uint8_t *at, size_t length)
{
	while (length > 0 && *at == 0)
		at++, length--;
	return length == 0;
}

/* A message with an empty responder cookie that belongs to nothing of ours. */
static enum outcome first_message(struct cm_ike *ike, const struct arrival *a)
{
	struct message *m = &ike->message;
	bool aggressive = m->header.exchange == X_AGGRESSIVE;
	if (m->header.exchange == X_INFO)
		return drop(ike, a->from, "a notification about nothing");
	if (m->header.flags & FLAG_ENCRYPTED || m->header.message_id != 0 ||
		all_zero(m->header.initiator, COOKIE))
		return drop(ike, a->from, "a first message that is none");
	if (m->header.exchange != X_MAIN && !aggressive) {
		notify_stateless(ike, a->from, a->to, &m->header, N_INVALID_EXCHANGE_TYPE);
		return drop(ike, a->from, "an exchange that we do not know");
	}
	if (a->from.port == 0 || a->from.address == 0)
		return drop(ike, a->from, "from nowhere");
	if (!open_plain(ike, a->datagram) || !first_fits(m, aggressive)) {
		notify_stateless(ike, a->from, a->to, &m->header, N_PAYLOAD_MALFORMED);
		return drop(ike, a->from, "its payloads are malformed, missing or too many");
	}
	return phase1_first(ike, a->from, a->to, m, a->datagram);
}

/* The SA that a first message made, when that message comes again. */
static struct phase1 *made_by_first(struct cm_ike *ike, const struct arrival *a)
{
	struct link *cursor;
	uint64_t key;
	memcpy(&key, ike->message.header.initiator, sizeof key);
	struct phase1 *p = map_first(&ike->by_cookie, key, &cursor);
	for (; p; p = map_next(&cursor))
		if (!p->initiator && p->peer.address == a->from.address)
			return p;
	return NULL;
}

static enum outcome without_responder(struct cm_ike *ike, const struct arrival *a)
{
	uint8_t digest[CRYPTO_HASH_MAX];
	struct cookies cookies = { { 0 }, { 0 } };
	struct message *m = &ike->message;
	memcpy(cookies.initiator, m->header.initiator, COOKIE);
	struct phase1 *ours = phase1_by_cookies(ike, &cookies);
	if (ours && ours->initiator) {
		if (m->header.exchange == X_INFO && !(m->header.flags & FLAG_ENCRYPTED) &&
			ours->peer.address == a->from.address && open_plain(ike, a->datagram))
			informational_plain(ike, ours, m);
		return DROP;
	}
	struct phase1 *made = made_by_first(ike, a);
	if (!made)
		return first_message(ike, a);
	if (repeated(ike, a->datagram, &made->echo, digest))
		answer_again(ike, made, &made->echo, 1);
	return DROP;
}

static enum outcome fragment(
	struct cm_ike *ike, struct phase1 *p, const struct arrival *a, unsigned depth)
{
	const struct message *m = &ike->message;
	struct bytes whole = { NULL, 0 };
	if (depth > 0 || !open_plain(ike, a->datagram) || m->n != 1 || !p->route ||
		!p->route->tunnel->ike_fragmentation)
		return drop(ike, a->from, "a fragment that fits nowhere");
	if (!fragment_take(ike, p, &m->payloads[0].is.fragment, &whole))
		return DROP;
	struct arrival inner = { a->from, a->to, bytes_octets(&whole) };
	enum outcome outcome = process(ike, &inner, depth + 1);
	bytes_clear(&ike->store, &whole);
	return outcome;
}

/* Behind a NAT the peer's address may change, and is then followed once that is proved. */
static bool may_move(const struct phase1 *p)
{
	return p->natt && (p->state != S_UP || nat_found(p));
}

static enum outcome process(struct cm_ike *ike, const struct arrival *a, unsigned depth)
{
	struct message *m = &ike->message;
	struct cookies cookies;
	struct reader r = rd_of(a->datagram.at, a->datagram.length);
	m->n = 0;
	m->present = 0;
	bool decoded = isakmp_decode(&r, &m->header);
	if (m->header.version >> 4 == 2)
		return drop(ike, a->from, "it is of IKE version 2, which is not spoken here");
	if (!decoded || m->header.length != a->datagram.length)
		return drop(ike, a->from, "no ISAKMP header of this length");
	if (memcmp(m->header.initiator, m->header.responder, COOKIE) == 0)
		return drop(ike, a->from, "both cookies are the same"); /* a reflection */
	if (all_zero(m->header.responder, COOKIE))
		return without_responder(ike, a);
	memcpy(cookies.initiator, m->header.initiator, COOKIE);
	memcpy(cookies.responder, m->header.responder, COOKIE);
	struct phase1 *p = phase1_by_cookies(ike, &cookies);
	if (!p)
		return drop(ike, a->from, "its cookies belong to no SA of ours");
	if (p->peer.address != a->from.address && !may_move(p))
		return drop(ike, a->from, "it comes from another address than the SA's");
	if (m->header.next == P_FRAGMENT)
		return fragment(ike, p, a, depth);
	if (m->header.exchange == X_QUICK ||
		(m->header.exchange == X_INFO && m->header.flags & FLAG_ENCRYPTED))
		return run_phase2(ike, p, a);
	if (m->header.exchange == X_INFO) {
		if (p->state != S_UP && open_plain(ike, a->datagram))
			informational_plain(ike, p, m);
		return DROP;
	}
	if (m->header.exchange != X_MAIN && m->header.exchange != X_AGGRESSIVE)
		return drop(ike, a->from, "an exchange that we do not know");
	if (m->header.message_id != 0)
		return drop(ike, a->from, "a message ID in phase 1");
	return run_phase1(ike, p, row_of(p->state, m->header.exchange), a);
}

bool cm_ike_input(struct cm_ike *ike, int64_t now, struct cm_endpoint from, struct cm_endpoint to,
	const void *datagram, size_t length)
{
	struct arrival a = { from, to, over(datagram, length) };
	ike->now = now;
	ike->store.failed = false;
	ike->counters.received++;
	if (to.port == ike->settings.nat_port) {
		if (length == 1 && a.datagram.at[0] == 0xff)
			return true; /* NAT keepalive, RFC 3948 2.3 */
		if (length < MARKER || !all_zero(a.datagram.at, MARKER)) {
			ike->counters.dropped++; /* ESP */
			return true;
		}
		a.datagram = over(a.datagram.at + MARKER, length - MARKER);
	}
	memset(&ike->message.header, 0, sizeof ike->message.header);
	ike->message.n = 0;
	if (a.datagram.length < ISAKMP_HEADER || a.datagram.length > DATAGRAM_MAX) {
		drop(ike, from, "too short or too long");
		return true;
	}
	enum outcome outcome = process(ike, &a, 0);
	return outcome != FAILED && !ike->store.failed;
}
