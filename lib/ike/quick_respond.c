#include "ike/quick.h"

#include <cryptomap/meet.h>

#include <string.h>

/* A refusal: words, and a notification that is sent again when the message comes again. */
static enum outcome refuse(
	struct cm_ike *ike, struct quick *q, uint16_t type, const struct p2_part *part)
{
	struct phase1 *p = q->phase1;
	uint8_t spi[4] = { 0 };
	struct writer w = wr_of(spi, sizeof spi);
	const char *name = notify_name_ios(type);
	wr_u32(&w, part ? part->spi : 0);
	SAYS(ike, p, W_SENDING_NOTIFY, .s = name ? name : "",
		.u = part ? part->protocol : PROTO_ESP, .v = part ? part->spi : 0,
		.id = q->message_id);
	notify_again(ike, q,
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
	struct builder b = quick_begin(ike, q);
	hash_blank(p, &b);
	p2_answer(&b, offer, q->esp_spi, q->ah_spi);
	build_data(&b, P_NONCE, q->nonce_r.at, q->nonce_r.length);
	if (q->dh)
		build_data(&b, P_KE, dh_public(q->dh).at, dh_public(q->dh).length);
	if (q->ids_sent)
		ids_write(&b, &q->selector, false);
	write_lifetime(&b, q->pair);
	size_t length = hash_finish(p, &b, q->message_id, bytes_octets(&q->nonce_i), q->iv);
	q->state = Q_R_QM2;
	life_pair(ike, q->pair);
	/* the peer may send ESP together with its message 3: be ready before it can (ike.md 55) */
	pair_up(ike, q->pair, true);
	if (!quick_send(ike, q, length))
		return FAILED;
	bool later = later_words(ike);
	say_node(ike, p, q->message_id, later ? "IKE_MESG_INTERNAL" : "IKE_MESG_FROM_IPSEC",
		later ? "IKE_GOT_SPI" : "IKE_SPI_REPLY", "IKE_QM_SPI_STARVE", "IKE_QM_R_QM2");
	life_retransmit_quick(ike, q);
	return DONE;
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
	quick_spis(ike, q, c->set->cipher != NULL, c->set->ah != NULL);
	if (!bytes_set(&ike->store, &q->nonce_i, nonce.at, nonce.length) ||
		!quick_nonce(ike, &q->nonce_r) || !quick_dh(ike, q))
		return FAILED;
	quick_say_read(ike, q, m);
	enum outcome outcome = quick_pair(ike, q, c->offer, c->set, ke);
	if (outcome == DROP)
		return refuse(ike, q, N_INVALID_KEY, &c->offer->parts[0]);
	if (outcome != DONE)
		return outcome;
	say_spi(ike, q);
	return answer(ike, q, c->offer);
}

/* Responder, message 1: HDR*, HASH(1), SA, Ni [, KE ] [, IDci, IDcr ]. */
enum outcome quick_1(struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
	struct p2_offers *offers = store_take(&ike->store, sizeof *offers);
	if (!offers)
		return FAILED;
	q->committed = m->header.flags & FLAG_COMMIT;
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
	else if (!ids_read(p, m, false, &c.wanted)) {
		tell(ike,
			(struct happening){ "wrong-selectors", CM_ERROR, p->peer.address,
				p->route ? p->route->tunnel : NULL, { 0, 0 } },
			"quick mode failed: the peer's identities are no address, subnet or prefix");
		outcome = refuse(ike, q, N_INVALID_ID, &offers->o[0].parts[0]);
	} else if (!quick_choose(ike, p, &c))
		outcome = refuse_choice(ike, q, &c);
	else
		outcome = accept(ike, q, m, &c);
	store_give(&ike->store, offers);
	return outcome;
}

/* Responder, message 3: HDR*, HASH(3). */
enum outcome quick_3(struct cm_ike *ike, struct phase1 *p, struct quick *q, const struct message *m)
{
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
	if (q->committed || m->header.flags & FLAG_COMMIT)
		life_switch(ike, q->pair); /* the peer is to say CONNECTED; it may forget to */
	else
		pair_outbound(ike, q->pair);
	quick_done(ike, q);
	return DONE;
}
