#include <cryptomap/meet.h>

#include "tunnel/words.h"

/*
 * One end tells the story. `v` holds what stays the same for all its lines; `id` is a message ID
 * that stands for the random one of a real exchange.
 */
struct story {
	const struct cm_meet *meet;
	struct cm_text *out;
	enum words_dialect dialect;
	enum cm_wire_order order;
	struct values v;
};

enum { PORT_IKE = 500, PORT_NAT = 4500, QUICK_MODE_ID = 1 };

static void say(struct story *st, enum say line, struct values v)
{
	v.peer = st->v.peer;
	v.local = st->v.local;
	v.peer_port = st->v.peer_port;
	v.local_port = st->v.local_port;
	v.connection = st->v.connection;
	v.role = st->v.role;
	v.state = v.state ? v.state : st->v.state;
	if (words_line(st->out, st->dialect, line, &v))
		cm_text_char(st->out, '\n');
}

#define SAY(st, line, ...) say((st), (line), (struct values){ __VA_ARGS__ })

static void input(
	struct story *st, const char *from, const char *event, const char *old, const char *now)
{
	SAY(st, W_INPUT, .s = from, .t = event);
	SAY(st, W_STATE, .s = old, .t = now);
}

static void node(
	struct story *st, const char *from, const char *event, const char *old, const char *now)
{
	SAY(st, W_NODE_INPUT, .id = QUICK_MODE_ID, .s = from, .t = event);
	SAY(st, W_STATE, .s = old, .t = now);
}

static const char from_peer[] = "IKE_MESG_FROM_PEER", internal[] = "IKE_MESG_INTERNAL";
static const char main_mode[] = "IKE_PROCESS_MAIN_MODE", complete[] = "IKE_PROCESS_COMPLETE";
static const char exchange[] = "IKE_MM_EXCH";

static void look_for_key(struct story *st, const struct cm_psk *key)
{
	struct cm_text ring = { 0 };
	cm_text_str(&ring, key && key->keyring.at ? key->keyring : cm_str_of("default"));
	if (st->dialect == WORDS_12_3)
		SAY(st, W_LOOKING_FOR_KEY, .s = ring.at);
	SAY(st, W_FOUND_KEY, .s = NULL);
	cm_text_free(&ring);
}

/* --- Phase 1 --------------------------------------------------------------------------------------- */

static void say_duration(struct story *st, enum say basic, enum say variable, uint32_t value)
{
	struct cm_text octets = { 0 };
	if (value <= UINT16_MAX) {
		SAY(st, basic, .u = value);
		return;
	}
	words_octets(&octets, value);
	SAY(st, variable, .s = octets.at);
	cm_text_free(&octets);
}

/* RFC 2409 appendix A: 1 encryption, 2 hash, 3 authentication, 4 group, 11-12 life, 14 key length. */
static void say_attribute(struct story *st, const struct cm_p1 *offer, unsigned class)
{
	switch (class) {
	case 1:
		SAY(st, W_ATT_CIPHER, .s = offer->cipher ? offer->cipher->debug_ike : "?");
		break;
	case 2:
		SAY(st, W_ATT_HASH, .s = offer->hash ? offer->hash->debug_ike : "?");
		break;
	case 3:
		SAY(st, W_ATT_AUTH, .s = offer->auth ? offer->auth->debug : "?");
		break;
	case 4:
		SAY(st, W_ATT_GROUP, .u = offer->group ? offer->group->number : 0u);
		break;
	case 11:
		SAY(st, W_ATT_LIFE_TYPE, .s = "seconds");
		break;
	case 12:
		say_duration(st, W_ATT_LIFE, W_ATT_LIFE_LONG, offer->lifetime_s);
		break;
	default:
		if (offer->cipher && offer->cipher->key_length)
			SAY(st, W_ATT_KEYLENGTH, .u = offer->cipher->key_bits);
	}
}

static const unsigned char p1_orders[][7] = {
	[CM_WIRE_IOS] = { 1, 14, 2, 4, 3, 11, 12 },
	[CM_WIRE_FREESWAN] = { 1, 2, 3, 4, 11, 12, 14 },
};

static void say_check(struct story *st, const struct cm_p1 *policy, const struct cm_p1 *offer,
	bool last, enum cm_difference difference)
{
	unsigned next = last ? 0 : 3; /* RFC 2408 3.6: 3 is another transform */
	SAY(st, W_CHECKING, .u = offer->priority, .v = policy->priority);
	for (size_t k = 0; k < sizeof p1_orders[0]; k++)
		say_attribute(st, offer, p1_orders[st->order][k]);
	if (difference != CM_SAME) {
		SAY(st, W_REASON, .s = words_reason(difference));
		SAY(st, W_ATTS_NOT, .u = next);
		return;
	}
	SAY(st, W_ATTS_OK, .u = next);
}

static bool say_policies(struct story *st)
{
	const struct cm_meet *m = st->meet;
	for (size_t k = 0; k < m->n_p1; k++)
		say_check(st, m->p1[k].policy, m->p1[k].offer, m->p1[k].last_offer,
			m->p1[k].difference);
	if (m->p1_fits)
		return true;
	SAY(st, W_NO_OFFERS, .s = NULL);
	SAY(st, W_P1_NOT_ACCEPTABLE, .s = NULL);
	SAY(st, W_MODE_FAILURE, .s = m->aggressive ? "Aggressive mode" : "Main mode");
	return false;
}

/* One transform came back; the initiator looks for the policy it was. */
static void recheck(void *user, const struct cm_p1 *policy, const struct cm_p1 *offer, bool last,
	enum cm_difference difference)
{
	say_check(user, policy, offer, last, difference);
}

static void say_id(struct story *st, uint32_t address, bool ours)
{
	char quad[16];
	struct cm_text text = { 0 };
	bool foreign = !ours && st->order != CM_WIRE_IOS;
	unsigned port = foreign || st->meet->nat ? 0 : PORT_IKE;
	cm_text_printf(&text,
		"next-payload : 8\ntype         : 1\naddress      : %s\nprotocol     : %u\n"
		"port         : %u\nlength       : 12",
		cm_ip4_print(address, quad), foreign ? 0u : 17u, port);
	SAY(st, W_ID_PAYLOAD, .s = text.at);
	cm_text_free(&text);
}

static void received(struct story *st, const char *state)
{
	st->v.state = state;
	SAY(st, W_RECEIVED, .s = NULL);
}

static void sending(struct story *st, const char *state)
{
	st->v.state = state;
	SAY(st, W_SENDING, .s = NULL);
}

/* RFC 3947 4: found in MM3 and MM4, the initiator moves to port 4500 with MM5. */
static void say_nat(struct story *st)
{
	if (!st->meet->udp)
		return;
	SAY(st, W_NATD_RECEIVED, .u = 20);
	SAY(st, W_NATD_HIM, .s = NULL);
}

static void float_ports(struct story *st)
{
	if (st->meet->udp)
		st->v.peer_port = st->v.local_port = PORT_NAT;
}

/* What both ends say when they have the other's identity and hash. False: the keys differ. */
static bool say_authenticated(struct story *st)
{
	const struct cm_meet *m = st->meet;
	if (m->key == CM_KEY_DIFFERS) {
		SAY(st, W_BAD_MESSAGE, .s = NULL);
		return false;
	}
	SAY(st, W_PROCESSING, .s = "ID");
	say_id(st, st->v.peer, false);
	SAY(st, W_NO_PROFILE, .s = NULL);
	SAY(st, W_PROCESSING, .s = "HASH");
	SAY(st, W_AUTH_STATUS, .s = NULL);
	SAY(st, W_AUTHENTICATED, .s = NULL);
	SAY(st, W_AUTHENTICATED_WITH, .s = NULL);
	return m->cause != CM_CAUSE_IDENTITY;
}

static void say_ours(struct story *st, const struct cm_tunnel *us)
{
	SAY(st, W_DOING_PSK, .s = words_identity(us->local_id.kind));
	say_id(st, st->v.local, true);
	SAY(st, W_ID_LENGTH, .u = 12);
}

/* Main mode at the responder, from the first packet to QM_IDLE; the article's own lines. */
static bool responder_phase1(struct story *st)
{
	const struct cm_meet *m = st->meet;
	SAY(st, W_RECEIVED_NEW, .s = NULL);
	SAY(st, W_LOCAL_PORT, .s = NULL);
	input(st, from_peer, m->aggressive ? "IKE_AM_EXCH" : exchange, "IKE_READY",
		m->aggressive ? "IKE_R_AM1" : "IKE_R_MM1");
	SAY(st, W_PROCESSING, .s = "SA");
	if (m->key == CM_KEY_MISSING_RESPONDER) {
		SAY(st, W_NO_KEY, .s = NULL);
		SAY(st, W_NO_KEY_EITHER, .s = NULL);
		return false;
	}
	look_for_key(st, m->responder_key);
	SAY(st, W_LOCAL_KEY, .s = NULL);
	SAY(st, W_SCANNING_PROFILES, .s = NULL);
	if (!say_policies(st) || m->aggressive)
		return m->p1_fits && m->key != CM_KEY_DIFFERS;
	input(st, internal, main_mode, "IKE_R_MM1", "IKE_R_MM1");
	sending(st, "MM_SA_SETUP");
	input(st, internal, complete, "IKE_R_MM1", "IKE_R_MM2");
	received(st, "MM_SA_SETUP");
	input(st, from_peer, exchange, "IKE_R_MM2", "IKE_R_MM3");
	SAY(st, W_PROCESSING, .s = "KE");
	SAY(st, W_PROCESSING, .s = "NONCE");
	look_for_key(st, m->responder_key);
	SAY(st, W_SKEYID, .s = NULL);
	say_nat(st);
	input(st, internal, main_mode, "IKE_R_MM3", "IKE_R_MM3");
	sending(st, "MM_KEY_EXCH");
	input(st, internal, complete, "IKE_R_MM3", "IKE_R_MM4");
	float_ports(st);
	received(st, "MM_KEY_EXCH");
	input(st, from_peer, exchange, "IKE_R_MM4", "IKE_R_MM5");
	if (!say_authenticated(st))
		return false;
	SAY(st, W_NO_PROFILE, .s = NULL);
	input(st, internal, main_mode, "IKE_R_MM5", "IKE_R_MM5");
	say_ours(st, m->responder);
	sending(st, "MM_KEY_EXCH");
	input(st, internal, complete, "IKE_R_MM5", "IKE_P1_COMPLETE");
	input(st, internal, "IKE_PHASE1_COMPLETE", "IKE_P1_COMPLETE", "IKE_P1_COMPLETE");
	return true;
}

static bool initiator_start(struct story *st)
{
	const struct cm_meet *m = st->meet;
	SAY(st, W_SA_REQUEST, .s = "(NULL)");
	SAY(st, W_LOCAL_PORT, .s = NULL);
	if (!m->aggressive)
		SAY(st, W_NO_AGGRESSIVE, .s = NULL);
	if (m->n_offers == 0) {
		if (m->key == CM_KEY_MISSING_INITIATOR)
			SAY(st, W_NO_KEY, .s = NULL);
		SAY(st, W_NO_KEY_EITHER, .s = NULL);
		SAY(st, W_CANNOT_START, .s = NULL);
		return false;
	}
	look_for_key(st, m->initiator_key);
	input(st, "IKE_MESG_FROM_IPSEC", m->aggressive ? "IKE_SA_REQ_AM" : "IKE_SA_REQ_MM",
		"IKE_READY", m->aggressive ? "IKE_I_AM1" : "IKE_I_MM1");
	SAY(st, m->aggressive ? W_BEGIN_AGGRESSIVE : W_BEGIN_MAIN, .s = NULL);
	sending(st, m->aggressive ? "AG_INIT_EXCH" : "MM_NO_STATE");
	return true;
}

static bool initiator_phase1(struct story *st)
{
	const struct cm_meet *m = st->meet;
	const struct cm_tunnel *us = m->initiator;
	size_t policy, offer;
	if (!initiator_start(st))
		return false;
	received(st, m->aggressive ? "AG_INIT_EXCH" : "MM_NO_STATE");
	if (!m->p1_fits) {
		SAY(st, W_NOTIFY, .s = "PROPOSAL_NOT_CHOSEN", .u = 1);
		SAY(st, W_MODE_FAILURE, .s = m->aggressive ? "Aggressive mode" : "Main mode");
		return false;
	}
	if (m->aggressive)
		return m->key != CM_KEY_DIFFERS;
	input(st, from_peer, exchange, "IKE_I_MM1", "IKE_I_MM2");
	SAY(st, W_PROCESSING, .s = "SA");
	look_for_key(st, m->initiator_key);
	SAY(st, W_LOCAL_KEY, .s = NULL);
	SAY(st, W_SCANNING_PROFILES, .s = NULL);
	cm_p1_choose(us->p1, us->n_p1, m->offer, 1, &policy, &offer, recheck, st);
	input(st, internal, main_mode, "IKE_I_MM2", "IKE_I_MM2");
	sending(st, "MM_SA_SETUP");
	input(st, internal, complete, "IKE_I_MM2", "IKE_I_MM3");
	received(st, "MM_SA_SETUP");
	input(st, from_peer, exchange, "IKE_I_MM3", "IKE_I_MM4");
	SAY(st, W_PROCESSING, .s = "KE");
	SAY(st, W_PROCESSING, .s = "NONCE");
	look_for_key(st, m->initiator_key);
	SAY(st, W_SKEYID, .s = NULL);
	say_nat(st);
	input(st, internal, main_mode, "IKE_I_MM4", "IKE_I_MM4");
	SAY(st, W_INITIAL_CONTACT_SENT, .s = NULL);
	float_ports(st);
	say_ours(st, us);
	sending(st, "MM_KEY_EXCH");
	input(st, internal, complete, "IKE_I_MM4", "IKE_I_MM5");
	received(st, "MM_KEY_EXCH");
	if (!say_authenticated(st))
		return false;
	input(st, from_peer, exchange, "IKE_I_MM5", "IKE_I_MM6");
	input(st, internal, main_mode, "IKE_I_MM6", "IKE_I_MM6");
	input(st, internal, complete, "IKE_I_MM6", "IKE_P1_COMPLETE");
	return true;
}

/* --- Phase 2 --------------------------------------------------------------------------------------------- */

static void put_proxy(struct cm_text *out, const char *name, const struct cm_selector *s,
	bool local, enum words_dialect dialect)
{
	char address[16], mask[16];
	const struct cm_net *net = local ? &s->local : &s->remote;
	const uint16_t *ports = local ? s->local_port : s->remote_port;
	unsigned protocol = s->protocol == 0 && dialect != WORDS_12_3 ? 256 : s->protocol;
	cm_text_printf(out, "    %s= %s/%s/%u/%u", name, cm_ip4_print(net->address, address),
		cm_ip4_print(net->mask, mask), protocol, ports[0] == ports[1] ? ports[0] : 0u);
	if (dialect == WORDS_12_3) /* RFC 2407 4.6.2.1: 1 a host, 4 a subnet */
		cm_text_printf(out, " (type=%d)", net->mask == 0xffffffff ? 1 : 4);
	cm_text_put(out, ",\n");
}

static void put_transform(struct cm_text *out, const struct cm_p2 *p2)
{
	if (p2->ah)
		cm_text_printf(out, "%s ", p2->ah->ah);
	if (p2->cipher)
		cm_text_printf(out, "%s ", p2->cipher->transform);
	if (p2->hash)
		cm_text_printf(out, "%s ", p2->hash->esp);
	if (p2->compress)
		cm_text_put(out, "comp-lzs ");
}

/* The SA that IPsec is asked about: `s` seen from the end that tells the story. */
static void say_request(struct story *st, enum say line, const char *direction,
	const struct cm_p2 *p2, enum cm_mode mode, const struct cm_selector *s)
{
	char local[16], remote[16];
	struct cm_text text = { 0 };
	const struct cm_tunnel *us = st->meet->initiator;
	bool request = line == W_IPSEC_REQUEST;
	cm_text_printf(&text, "  (key eng. msg.) %s local= %s, remote= %s,\n", direction,
		cm_ip4_print(st->v.local, local), cm_ip4_print(st->v.peer, remote));
	put_proxy(&text, "local_proxy", s, true, st->dialect);
	put_proxy(&text, "remote_proxy", s, false, st->dialect);
	cm_text_printf(
		&text, "    protocol= %s, transform= ", p2->cipher || p2->hash ? "ESP" : "AH");
	put_transform(&text, p2);
	cm_text_printf(&text, " (%s),\n    lifedur= %us and %ukb,\n",
		mode == CM_MODE_TRANSPORT ? "Transport" : "Tunnel", request ? us->lifetime_s : 0u,
		request ? us->lifetime_kb : 0u);
	cm_text_printf(&text, "    spi= 0x0(0), conn_id= 0, keysize= %u, flags= 0x%X",
		p2->cipher && p2->cipher->key_length ? p2->cipher->key_bits : 0u,
		st->meet->pfs_group ? 0x22u : 0x2u);
	SAY(st, line, .s = text.at);
	cm_text_free(&text);
}

/* RFC 2407 4.5: 1-2 life, 3 group, 4 mode, 5 authenticator, 6 key length; 7: life in kilobytes. */
static void say_attribute2(
	struct story *st, const struct cm_p2 *p2, enum cm_mode mode, unsigned class)
{
	const struct cm_tunnel *i = st->meet->initiator;
	unsigned encaps = (unsigned)mode + (st->meet->udp ? 2 : 0); /* RFC 3947 5.1 */
	static const char *const modes[] = { "", "Tunnel", "Transport", "Tunnel-UDP",
		"Transport-UDP" };
	switch (class) {
	case 1:
		SAY(st, W_AT2_LIFE_SECONDS, .s = NULL);
		say_duration(st, W_AT2_LIFE, W_AT2_LIFE_LONG, i->lifetime_s);
		break;
	case 3:
		if (st->meet->pfs_group)
			SAY(st, W_AT2_GROUP, .u = st->meet->pfs_group->number);
		break;
	case 4:
		SAY(st, W_AT2_ENCAPS, .u = encaps, .s = modes[encaps]);
		break;
	case 5:
		if (p2->hash)
			SAY(st, W_AT2_AUTH, .s = p2->hash->debug_esp);
		break;
	case 6:
		if (p2->cipher && p2->cipher->key_length)
			SAY(st, W_AT2_KEYLENGTH, .u = p2->cipher->key_bits);
		break;
	default:
		if (i->lifetime_kb == 0)
			break;
		SAY(st, W_AT2_LIFE_KILOBYTES, .s = NULL);
		say_duration(st, W_AT2_LIFE, W_AT2_LIFE_LONG, i->lifetime_kb);
	}
}

static const unsigned char p2_orders[][6] = {
	[CM_WIRE_IOS] = { 4, 1, 7, 5, 6, 3 },
	[CM_WIRE_FREESWAN] = { 1, 3, 4, 5, 6, 7 },
};

static void say_proposal(
	struct story *st, unsigned number, const struct cm_p2 *p2, enum cm_mode mode)
{
	SAY(st, W_CHECKING_IPSEC, .u = number);
	SAY(st, W_TRANSFORM, .u = 1, .s = p2->cipher ? p2->cipher->debug_esp : "AH");
	SAY(st, W_TRANSFORM_ATTS, .s = NULL);
	for (size_t k = 0; k < sizeof p2_orders[0]; k++)
		say_attribute2(st, p2, mode, p2_orders[st->order][k]);
	SAY(st, W_AT2_OK, .s = NULL);
}

static bool fits_somewhere(const struct cm_meet *m, const struct cm_p2 *offer)
{
	for (size_t k = 0; k < m->n_p2; k++)
		if (m->p2[k].offer == offer && m->p2[k].difference == CM_SAME)
			return true;
	return false;
}

static void say_refused(struct story *st, const struct cm_p2 *p2, bool transform)
{
	struct cm_text text = { 0 };
	put_transform(&text, p2);
	if (transform)
		SAY(st, W_IPSEC_NOT_SUPPORTED, .s = text.at);
	else
		SAY(st, W_IPSEC_NO_PROXY, .s = NULL);
	SAY(st, W_IPSEC_INVALIDATED, .u = transform ? 256 : 32);
	cm_text_free(&text);
}

static enum cm_mode mode_of(const struct cm_meet *m, const struct cm_p2 *offer)
{
	for (size_t k = 0; k < m->n_p2; k++)
		if (m->p2[k].offer == offer)
			return m->p2[k].offer_mode;
	return offer->mode;
}

/* Every proposal of the initiator until one is taken. */
static bool say_proposals(struct story *st, const struct cm_selector *ours, bool line_fits)
{
	const struct cm_meet *m = st->meet;
	for (size_t k = 0; k < m->initiator->n_p2; k++) {
		const struct cm_p2 *p2 = &m->initiator->p2[k];
		enum cm_mode mode = mode_of(m, p2);
		say_proposal(st, (unsigned)k + 1, p2, mode);
		say_request(st, W_IPSEC_VALIDATE, "INBOUND", p2, mode, ours);
		bool fits = fits_somewhere(m, p2);
		if (fits && line_fits && m->pfs == CM_SAME)
			return true;
		if (!fits || !line_fits)
			say_refused(st, p2, !fits);
		else
			SAY(st, W_IPSEC_INVALIDATED, .u = 0);
	}
	SAY(st, W_P2_NOT_ACCEPTABLE, .s = NULL);
	SAY(st, W_SENDING_NOTIFY, .s = "PROPOSAL_NOT_CHOSEN", .u = 3, .id = QUICK_MODE_ID);
	return false;
}

static void say_sa(struct story *st, const struct cm_selector *s, bool inbound)
{
	char from[16], to[16], a[16], b[16];
	struct cm_text text = { 0 };
	const char *local = cm_ip4_print(st->v.local, a), *peer = cm_ip4_print(st->v.peer, b);
	cm_ip4_print(inbound ? s->remote.address : s->local.address, from);
	cm_ip4_print(inbound ? s->local.address : s->remote.address, to);
	cm_text_printf(&text, "%s SA from %s to %s (f/i)  0/ 0\n        (proxy %s to %s)",
		inbound ? "inbound" : "outbound", inbound ? peer : local, inbound ? local : peer,
		from, to);
	SAY(st, W_SA_LINES, .s = text.at);
	cm_text_free(&text);
	cm_text_printf(&text, "lifetime of %u seconds", st->meet->p2_lifetime_s);
	SAY(st, W_SA_LINES, .s = text.at);
	cm_text_free(&text);
	if (st->meet->p2_lifetime_kb == 0)
		return;
	cm_text_printf(&text, "lifetime of %u kilobytes", st->meet->p2_lifetime_kb);
	SAY(st, W_SA_LINES, .s = text.at);
	cm_text_free(&text);
}

static void say_created(struct story *st, const struct cm_selector *ours)
{
	SAY(st, W_CREATING, .s = NULL);
	say_sa(st, ours, true);
	say_sa(st, ours, false);
}

static struct cm_selector turned(const struct cm_selector *s)
{
	struct cm_selector out = *s;
	out.local = s->remote;
	out.remote = s->local;
	for (int k = 0; k < 2; k++) {
		out.local_port[k] = s->remote_port[k];
		out.remote_port[k] = s->local_port[k];
	}
	return out;
}

static void say_payloads(struct story *st)
{
	SAY(st, W_PROCESSING, .s = "NONCE", .id = QUICK_MODE_ID);
	if (st->meet->pfs_group)
		SAY(st, W_PROCESSING, .s = "KE", .id = QUICK_MODE_ID);
	SAY(st, W_PROCESSING, .s = "ID", .id = QUICK_MODE_ID);
	SAY(st, W_PROCESSING, .s = "ID", .id = QUICK_MODE_ID);
}

static void responder_phase2(struct story *st, const struct cm_meet_selector *row)
{
	struct cm_selector ours = turned(row->offered);
	received(st, "QM_IDLE");
	SAY(st, W_SET_NODE, .id = QUICK_MODE_ID);
	SAY(st, W_PROCESSING, .s = "HASH", .id = QUICK_MODE_ID);
	SAY(st, W_PROCESSING, .s = "SA", .id = QUICK_MODE_ID);
	if (!say_proposals(st, &ours, row->accepted))
		return;
	say_payloads(st);
	SAY(st, W_ASKING_SPIS, .s = NULL);
	node(st, from_peer, "IKE_QM_EXCH", "IKE_QM_READY", "IKE_QM_SPI_STARVE");
	SAY(st, W_IPSEC_EVENT, .s = NULL);
	SAY(st, W_KE_MESSAGE, .u = 2, .v = 1);
	sending(st, "QM_IDLE");
	node(st, "IKE_MESG_FROM_IPSEC", "IKE_SPI_REPLY", "IKE_QM_SPI_STARVE", "IKE_QM_R_QM2");
	received(st, "QM_IDLE");
	say_created(st, &ours);
	SAY(st, W_DELETE_NODE, .id = QUICK_MODE_ID, .s = "FALSE", .t = "quick mode done (await)");
	node(st, from_peer, "IKE_QM_EXCH", "IKE_QM_R_QM2", "IKE_QM_PHASE2_COMPLETE");
	SAY(st, W_IPSEC_EVENT, .s = NULL);
}

static void initiator_phase2(struct story *st, const struct cm_meet_selector *row)
{
	const struct cm_meet *m = st->meet;
	for (size_t k = 0; k < m->initiator->n_p2; k++)
		say_request(st, W_IPSEC_REQUEST, "OUTBOUND", &m->initiator->p2[k],
			mode_of(m, &m->initiator->p2[k]), row->offered);
	SAY(st, W_BEGIN_QUICK, .id = QUICK_MODE_ID);
	sending(st, "QM_IDLE");
	node(st, internal, "IKE_INIT_QM", "IKE_QM_READY", "IKE_QM_I_QM1");
	received(st, "QM_IDLE");
	if (!row->accepted || !m->p2_fits || m->pfs != CM_SAME) {
		SAY(st, W_NOTIFY, .s = "PROPOSAL_NOT_CHOSEN", .u = 3, .id = QUICK_MODE_ID);
		SAY(st, W_DELETE_NODE, .id = QUICK_MODE_ID, .s = "TRUE", .t = "Delete Larval");
		return;
	}
	SAY(st, W_PROCESSING, .s = "HASH", .id = QUICK_MODE_ID);
	SAY(st, W_PROCESSING, .s = "SA", .id = QUICK_MODE_ID);
	for (size_t k = 0; k < m->initiator->n_p2; k++)
		if (&m->initiator->p2[k] == m->proposal)
			say_proposal(st, (unsigned)k + 1, m->proposal, m->mode);
	say_payloads(st);
	say_created(st, row->offered);
	SAY(st, W_DELETE_NODE, .id = QUICK_MODE_ID, .s = "FALSE", .t = "No Error");
	node(st, from_peer, "IKE_QM_EXCH", "IKE_QM_I_QM1", "IKE_QM_PHASE2_COMPLETE");
}

/* --- All of it ----------------------------------------------------------------------------------------------- */

static void say_outcome(struct story *st)
{
	const struct cm_meet *m = st->meet;
	cm_text_put(st->out, m->up ? "! comes up: " : "! fails: ");
	if (m->up && m->cause != CM_CAUSE_NONE)
		cm_text_printf(st->out, "%zu of %zu lines; ", m->n_accepted, m->n_selectors);
	cm_meet_explain(m, st->out);
	cm_text_char(st->out, '\n');
}

/* With a cause that stops before the first packet there is nothing to tell but the cause. */
static bool is_silent(enum cm_cause cause)
{
	return cm_cause_phase(cause) == CM_PHASE_BEFORE && cause != CM_CAUSE_NO_KEY &&
		cause != CM_CAUSE_PEER_ADDRESS;
}

void cm_print_transcript(
	const struct cm_meet *m, const struct cm_telling *telling, struct cm_text *out)
{
	bool first = telling->by_initiator;
	const struct cm_tunnel *us = first ? m->initiator : m->responder;
	struct story st = { .meet = m,
		.out = out,
		.order = telling->order,
		.dialect = words_dialect_of(us->release) };
	st.v.peer = first ? m->responder_address : m->initiator_address;
	st.v.local = first ? m->initiator_address : m->responder_address;
	st.v.peer_port = st.v.local_port = PORT_IKE;
	st.v.role = first ? 'I' : 'R';
	st.v.connection = telling->connection;
	if (st.v.connection == 0)
		st.v.connection = st.dialect == WORDS_12_3 ? 1 : 1001;
	if (!is_silent(m->cause) && us->version == 1) {
		bool up = first ? initiator_phase1(&st) : responder_phase1(&st);
		for (size_t k = 0; up && k < m->n_selectors; k++)
			(first ? initiator_phase2 : responder_phase2)(&st, &m->selectors[k]);
	}
	say_outcome(&st);
}
