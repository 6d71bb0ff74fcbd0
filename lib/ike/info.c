#include "ike/engine.h"

#include <string.h>

/* --- Sending ----------------------------------------------------------------------------------- */

/* One payload in an informational exchange of its own (RFC 2409 5.7); `kept` may be NULL. */
static bool send_info(
	struct cm_ike *ike, struct phase1 *p, const struct payload *payload, struct bytes *kept)
{
	uint8_t iv[CRYPTO_IV_MAX];
	uint32_t id = message_id_fresh(ike, p);
	struct isakmp header = header_of(p, X_INFO, id, true);
	struct builder b = build_begin(ike->room, MESSAGE_MAX, &header);
	hash_blank(p, &b);
	build_payload(&b, payload);
	if (!keys_iv2(&p->keys, p->iv, id, iv))
		return false;
	size_t length = hash_finish(p, &b, id, over(NULL, 0), iv);
	say_sending(ike, p);
	return length && (!kept || bytes_set(&ike->store, kept, ike->room, length)) &&
		engine_send(ike, p, over(ike->room, length));
}

static struct payload notice_payload(const struct notice *notice)
{
	struct payload payload = { .type = P_NOTIFY,
		.is.notify = { .doi = DOI_IPSEC,
			.protocol = notice->protocol,
			.spi_size = (uint8_t)notice->spi.length,
			.type = notice->type,
			.spi = notice->spi,
			.data = notice->data } };
	return payload;
}

bool notify(struct cm_ike *ike, struct phase1 *p, const struct notice *notice)
{
	struct payload payload = notice_payload(notice);
	return send_info(ike, p, &payload, NULL);
}

bool notify_again(struct cm_ike *ike, struct quick *q, const struct notice *notice)
{
	struct payload payload = notice_payload(notice);
	return send_info(ike, q->phase1, &payload, &q->echo.sent);
}

static struct octets both_cookies(const struct phase1 *p)
{
	return over(&p->cookies, sizeof p->cookies);
}

static size_t write_plain(
	struct cm_ike *ike, const struct isakmp *to, uint16_t type, struct octets spi)
{
	struct isakmp header = *to;
	header.exchange = X_INFO;
	header.flags = 0;
	header.message_id = engine_random32(ike);
	struct builder b = build_begin(ike->room, MESSAGE_MAX, &header);
	struct payload payload =
		notice_payload(&(struct notice){ type, PROTO_ISAKMP, spi, { NULL, 0 } });
	build_payload(&b, &payload);
	return build_end(&b);
}

void notify_plain(struct cm_ike *ike, struct phase1 *p, uint16_t type)
{
	enum { PLAIN_MAX = 3 };
	if (p->complaints++ >= (p->state == S_UP ? COMPLAINTS_MAX : PLAIN_MAX))
		return;
	if (p->state == S_UP) {
		notify(ike, p,
			&(struct notice){ type, PROTO_ISAKMP, both_cookies(p), { NULL, 0 } });
		return;
	}
	struct isakmp header = header_of(p, X_INFO, 0, false);
	size_t length = write_plain(ike, &header, type, both_cookies(p));
	if (length)
		engine_send(ike, p, over(ike->room, length));
}

void notify_stateless(struct cm_ike *ike, struct cm_endpoint from, struct cm_endpoint to,
	const struct isakmp *header, uint16_t type)
{
	enum { PER_SECOND = 100 };
	if (ike->now - ike->refusals_at >= SECOND) {
		ike->refusals_at = ike->now;
		ike->refusals = 0;
	}
	if (ike->refusals++ >= PER_SECOND)
		return;
	size_t length = write_plain(ike, header, type, over(NULL, 0));
	if (length && length <= header->length) /* no help for those who let others answer */
		engine_send_to(ike, to, from, over(ike->room, length));
}

void notify_lifetime(struct cm_ike *ike, struct phase1 *p)
{
	uint8_t data[16];
	struct writer w = wr_of(data, sizeof data);
	attribute_encode(&w, A1_LIFE_TYPE, LIFE_SECONDS);
	attribute_encode(&w, A1_LIFE_DURATION, p->lifetime_s);
	notify(ike, p,
		&(struct notice){ N_RESPONDER_LIFETIME, PROTO_ISAKMP, both_cookies(p),
			over(data, wr_length(&w)) });
}

static void send_delete(struct cm_ike *ike, struct phase1 *p, uint8_t protocol, struct octets spi)
{
	struct payload payload = { .type = P_DELETE,
		.is.del = { .doi = DOI_IPSEC,
			.protocol = protocol,
			.spi_size = (uint8_t)spi.length,
			.n_spis = 1,
			.spis = spi } };
	send_info(ike, p, &payload, NULL);
}

void send_delete_pair(struct cm_ike *ike, struct phase1 *p, uint8_t protocol, uint32_t spi)
{
	uint8_t octets[4];
	struct writer w = wr_of(octets, sizeof octets);
	wr_u32(&w, spi);
	send_delete(ike, p, protocol, over(octets, sizeof octets));
}

void send_delete_phase1(struct cm_ike *ike, struct phase1 *p)
{
	if (p->keyed)
		send_delete(ike, p, PROTO_ISAKMP, both_cookies(p));
}

/* --- Receiving: DPD, RFC 3706 ------------------------------------------------------------------ */

static uint32_t first_number(struct octets octets)
{
	struct reader r = rd_of(octets.at, octets.length);
	return rd_u32(&r);
}

static bool our_cookies(const struct phase1 *p, struct octets spi)
{
	return spi.length == sizeof p->cookies && memcmp(spi.at, &p->cookies, spi.length) == 0;
}

static bool is_r_u_there(const struct phase1 *p, const struct pl_notify *n, uint16_t type)
{
	return n->type == type && n->data.length == 4 && our_cookies(p, n->spi);
}

bool informational_fresh(const struct phase1 *p, const struct message *m)
{
	for (unsigned i = 0; i < m->n; i++) {
		const struct pl_notify *n = &m->payloads[i].is.notify;
		if (m->payloads[i].type != P_NOTIFY)
			continue;
		if (is_r_u_there(p, n, N_R_U_THERE) &&
			(!p->dpd_any_seen || (int32_t)(first_number(n->data) - p->dpd_seen) > 0))
			return true;
		if (is_r_u_there(p, n, N_R_U_THERE_ACK) && p->dpd_waiting &&
			first_number(n->data) == p->dpd_sequence)
			return true;
	}
	return false;
}

static void r_u_there(struct cm_ike *ike, struct phase1 *p, const struct pl_notify *n)
{
	if (!is_r_u_there(p, n, N_R_U_THERE))
		return;
	uint32_t sequence = first_number(n->data);
	if (p->dpd_any_seen && (int32_t)(sequence - p->dpd_seen) < 0)
		return; /* an old one again */
	p->dpd_any_seen = true;
	p->dpd_seen = sequence;
	notify(ike, p, &(struct notice){ N_R_U_THERE_ACK, PROTO_ISAKMP, n->spi, n->data });
}

static void r_u_there_ack(struct cm_ike *ike, struct phase1 *p, const struct pl_notify *n)
{
	if (!p->dpd_waiting || !is_r_u_there(p, n, N_R_U_THERE_ACK) ||
		first_number(n->data) != p->dpd_sequence)
		return;
	SAYS(ike, p, W_DPD_ACK, .h = p->dpd_sequence);
	p->dpd_waiting = false;
	p->dpd_tries = 0;
	p->dpd_sequence++;
	life_dpd(ike, p);
}

void dpd_ask(struct cm_ike *ike, struct phase1 *p)
{
	uint8_t sequence[4];
	struct writer w = wr_of(sequence, sizeof sequence);
	if (!p->dpd_sequence)
		p->dpd_sequence = engine_random32(ike) >> 1; /* far from wrapping */
	wr_u32(&w, p->dpd_sequence);
	SAYS(ike, p, W_DPD_SENT, .h = p->dpd_sequence);
	notify(ike, p,
		&(struct notice){ N_R_U_THERE, PROTO_ISAKMP, both_cookies(p), over(sequence, 4) });
}

/* --- Receiving: the rest ----------------------------------------------------------------------- */

void initial_contact(struct cm_ike *ike, struct phase1 *p)
{
	uint32_t peer = p->peer.address;
	if (p->contacted || p->superseded)
		return; /* said again: by whom? */
	p->contacted = true;
	SAY(ike, p, W_INITIAL_CONTACT);
	for (struct node *node = ike->pairs.first, *after; node; node = after) {
		struct pair *pair = node->owner;
		after = node->after;
		if (pair->peer.address == peer && pair->phase1 != p &&
			pair->local.address == p->local.address)
			pair_delete(ike, pair, false, "initial contact");
	}
	for (struct node *node = ike->phase1s.first, *after; node; node = after) {
		struct phase1 *other = node->owner;
		after = node->after;
		if (other != p && other->peer.address == peer && other->state == S_UP &&
			other->local.address == p->local.address)
			phase1_free(ike, other);
	}
}

/* RESPONDER-LIFETIME: attributes as in a transform (RFC 2407 4.6.3.1). Only ever shortens. */
static void responder_lifetime(struct cm_ike *ike, struct phase1 *p, const struct pl_notify *n)
{
	struct reader r = rd_of(n->data.at, n->data.length);
	struct attribute a;
	uint64_t type = 0, seconds = 0, kilobytes = 0;
	bool isakmp = n->protocol == PROTO_ISAKMP;
	unsigned type_class = isakmp ? A1_LIFE_TYPE : A2_LIFE_TYPE;
	while (attribute_decode(&r, &a)) {
		if (a.type == type_class)
			type = a.number;
		else if (a.type == type_class + 1 && type == LIFE_SECONDS)
			seconds = a.number;
		else if (a.type == type_class + 1 && type == LIFE_KILOBYTES)
			kilobytes = a.number;
	}
	if (isakmp && seconds && seconds < p->lifetime_s) {
		SAY(ike, p, W_RESPONDER_LIFETIME);
		p->lifetime_s = (uint32_t)seconds;
		SAYS(ike, p, W_RESTART_TIMER, .u = p->lifetime_s);
		life_phase1(ike, p);
	}
	for (struct node *node = p->pairs.first; !isakmp && node; node = node->after) {
		struct pair *pair = node->owner;
		if (n->spi.length != 4 || pair->spi_out != first_number(n->spi))
			continue;
		if (seconds && seconds < pair->lifetime_s)
			pair->lifetime_s = (uint32_t)seconds;
		if (kilobytes && (!pair->lifetime_kb || kilobytes < pair->lifetime_kb))
			pair->lifetime_kb = (uint32_t)kilobytes;
		life_pair(ike, pair);
	}
}

/* An error about a quick mode of ours: by the SPI that we had offered, else the only one. */
static struct quick *blamed(struct phase1 *p, const struct pl_notify *n)
{
	struct quick *only = NULL;
	unsigned waiting = 0;
	uint32_t spi = n->spi.length == 4 ? first_number(n->spi) : 0;
	for (struct node *node = p->quicks.first; node; node = node->after) {
		struct quick *q = node->owner;
		if (!q->initiator || q->state != Q_I_QM1)
			continue;
		if (spi && (q->esp_spi == spi || q->ah_spi == spi))
			return q;
		only = q;
		waiting++;
	}
	return waiting == 1 ? only : NULL;
}

/*
 * These speak of a message that the peer could not read. Anybody can make it get such a one, so
 * they are no verdict about ours.
 */
static bool about_message(unsigned type)
{
	static const uint16_t types[] = { N_INVALID_PAYLOAD_TYPE, N_INVALID_EXCHANGE_TYPE,
		N_INVALID_MESSAGE_ID, N_PAYLOAD_MALFORMED, N_INVALID_HASH, 4, 5, 6, 8, 11, 30 };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i] == type)
			return true;
	return false;
}

/* What we had offered, in one line. */
static void describe_ours(struct cm_text *text, const struct quick *q)
{
	sets_describe(text, q->route->tunnel);
	if (q->group)
		cm_text_printf(text, " with PFS group %u", q->group->number);
	cm_text_put(text, " for ");
	selector_describe(text, &q->selector);
}

static const char *why_refused(unsigned type)
{
	return type == N_NO_PROPOSAL_CHOSEN ? "; its transforms, PFS or selectors differ"
		: type == N_INVALID_ID      ? "; its selectors are not the mirror of ours"
					    : "";
}

static void error_notify(struct cm_ike *ike, struct phase1 *p, const struct pl_notify *n)
{
	char quad[16];
	const char *name = notify_name(n->type);
	struct quick *q = about_message(n->type) ? NULL : blamed(p, n);
	struct cm_text ours = { 0 };
	if (!q) {
		tell(ike,
			(struct happening){ "peer-says", CM_WARNING, p->peer.address,
				p->route ? p->route->tunnel : NULL, { 0, 0 } },
			"%s says: %s (%u)", peer_name(p->peer.address, quad),
			name ? name : "unknown", n->type);
		return;
	}
	describe_ours(&ours, q);
	tell(ike,
		(struct happening){ "peer-refused", CM_ERROR, p->peer.address, q->route->tunnel,
			n->type == N_INVALID_ID ? q->selector.at : q->route->tunnel->at },
		"quick mode with %s failed: it refused our offer of %s: %s (%u)%s",
		peer_name(p->peer.address, quad), ours.at ? ours.at : "",
		name ? name : "an unknown reason", n->type, why_refused(n->type));
	cm_text_free(&ours);
	quick_give_up(ike, q, "Delete Larval");
}

void connected(struct cm_ike *ike, struct phase1 *p, const struct pl_notify *n)
{
	uint32_t spi = n->spi.length == 4 ? first_number(n->spi) : 0;
	for (struct node *node = p->pairs.first; node; node = node->after) {
		struct pair *pair = node->owner;
		bool meant = !spi || spi == pair->spi_in || spi == pair->spi_out ||
			spi == pair->ah_spi_in || spi == pair->ah_spi_out;
		if (meant && pair->inbound && pair->switch_over.slot)
			pair_outbound(ike, pair);
	}
}

static void take_notify(
	struct cm_ike *ike, struct phase1 *p, const struct pl_notify *n, uint32_t id)
{
	enum { LAST_ERROR = 8191 };
	const char *name = notify_name_ios(n->type);
	SAYS(ike, p, W_NOTIFY, .s = name ? name : "UNKNOWN", .u = n->protocol,
		.v = n->spi.length == 4 ? first_number(n->spi) : 0, .id = id,
		.h = 0x64000000u + p->connection);
	switch (n->type) {
	case N_R_U_THERE:
		r_u_there(ike, p, n);
		break;
	case N_R_U_THERE_ACK:
		r_u_there_ack(ike, p, n);
		break;
	case N_INITIAL_CONTACT:
		initial_contact(ike, p);
		break;
	case N_CONNECTED:
		connected(ike, p, n);
		break;
	case N_RESPONDER_LIFETIME:
		responder_lifetime(ike, p, n);
		break;
	default:
		if (n->type <= LAST_ERROR)
			error_notify(ike, p, n);
	}
}

static void delete_phase1(struct cm_ike *ike, struct phase1 *p, struct octets cookies)
{
	struct cookies wanted;
	memcpy(&wanted, cookies.at, sizeof wanted);
	struct phase1 *gone = phase1_by_cookies(ike, &wanted);
	if (!gone || gone->peer.address != p->peer.address || gone->state != S_UP)
		return;
	if (gone == p) {
		p->deleted = p->remote_deleted = true; /* the dispatcher frees it */
		return;
	}
	SAYS(ike, gone, W_DELETE_SA, .s = "No reason");
	phase1_free(ike, gone);
}

static struct pair *pair_of_peer(
	struct cm_ike *ike, struct phase1 *p, uint8_t protocol, uint32_t spi)
{
	struct link *cursor;
	struct pair *pair = map_first(&ike->pair_by_peer, p->peer.address, &cursor);
	for (; pair; pair = map_next(&cursor))
		if (spi && (protocol == PROTO_ESP ? pair->spi_out : pair->ah_spi_out) == spi &&
			pair->local.address == p->local.address)
			return pair;
	return NULL;
}

static void take_delete(
	struct cm_ike *ike, struct phase1 *p, const struct pl_delete *d, uint32_t id)
{
	size_t each = d->protocol == PROTO_ISAKMP ? sizeof p->cookies : 4;
	SAYS(ike, p, W_PROCESSING_DELETE, .id = id);
	SAY(ike, p, W_PARANOID);
	if (d->spi_size != each || d->spis.length != each * d->n_spis)
		return; /* count × size must fit, RFC 2408 3.15 */
	for (unsigned i = 0; i < d->n_spis; i++) {
		struct octets spi = over(d->spis.at + i * each, each);
		if (d->protocol == PROTO_ISAKMP) {
			delete_phase1(ike, p, spi);
			continue;
		}
		struct pair *pair = pair_of_peer(ike, p, d->protocol, first_number(spi));
		if (pair) {
			SAY(ike, p, W_IPSEC_EVENT);
			SAY(ike, p, W_IPSEC_DELETE);
			pair_delete(ike, pair, false, "deleted by the peer");
		}
	}
}

enum outcome informational(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	uint32_t id = m->header.message_id;
	(void)none;
	SAYS(ike, p, W_SET_NODE, .id = id);
	SAYS(ike, p, W_PROCESSING, .s = "HASH", .id = id);
	for (unsigned i = 0; i < m->n; i++) {
		if (m->payloads[i].type == P_NOTIFY)
			take_notify(ike, p, &m->payloads[i].is.notify, id);
		else if (m->payloads[i].type == P_DELETE)
			take_delete(ike, p, &m->payloads[i].is.del, id);
	}
	SAYS(ike, p, W_DELETE_NODE, .id = id, .s = "FALSE", .t = "Informational (in) state 1");
	return DONE;
}

/* None of our policies suits the peer: which those are. */
static void tell_offered(struct cm_ike *ike, const struct phase1 *p)
{
	const struct cm_tunnel *t = p->route->tunnel;
	struct cm_text ours = { 0 };
	for (size_t i = 0; i < t->n_p1; i++) {
		if (!p1_possible(&t->p1[i]))
			continue;
		cm_text_put(&ours, ours.length ? ", " : "");
		p1_describe(&ours, &t->p1[i]);
	}
	char quad[16];
	tell(ike,
		(struct happening){ "peer-refused", CM_ERROR, p->peer.address, t,
			t->n_p1 ? t->p1[0].at : t->at },
		"phase 1 with %s will fail: none of our policies suits it; we offered %s",
		peer_name(p->peer.address, quad), ours.at ? ours.at : "nothing");
	cm_text_free(&ours);
}

/* Without keys: evidence, never a reason to change anything (RFC 2408 5.14 leaves it to policy). */
void informational_plain(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	char quad[16];
	for (unsigned i = 0; i < m->n; i++) {
		if (m->payloads[i].type != P_NOTIFY)
			continue;
		const struct pl_notify *n = &m->payloads[i].is.notify;
		const char *name = notify_name(n->type), *ios = notify_name_ios(n->type);
		SAYS(ike, p, W_NOTIFY, .s = ios ? ios : "UNKNOWN", .u = n->protocol,
			.h = 0x64000000u + p->connection);
		if (p->complaints++ >= COMPLAINTS_MAX)
			return;
		bool key = p->state == S_I_MM5 || n->type == N_AUTHENTICATION_FAILED;
		tell(ike,
			(struct happening){ "peer-says", CM_WARNING, p->peer.address,
				p->route ? p->route->tunnel : NULL,
				key && p->psk ? p->psk->at : (struct cm_span){ 0, 0 } },
			"%s says (not authenticated): %s (%u)%s", peer_name(p->peer.address, quad),
			name ? name : "unknown", n->type,
			key ? "; the pre-shared keys probably differ" : "");
		if (n->type == N_NO_PROPOSAL_CHOSEN && p->route && p->state != S_UP)
			tell_offered(ike, p);
	}
}
