#include "ike/handshake.h"

#include <string.h>

/* --- Sending ----------------------------------------------------------------------------------- */

struct builder phase1_begin(struct cm_ike *ike, const struct phase1 *p, bool encrypted)
{
	struct isakmp header = header_of(p, p->aggressive ? X_AGGRESSIVE : X_MAIN, 0, encrypted);
	return build_begin(ike->room, MESSAGE_MAX, &header);
}

enum outcome phase1_send(struct cm_ike *ike, struct phase1 *p, struct builder *b, bool encrypted)
{
	if (encrypted)
		build_pad(b, p->keys.cipher->block);
	size_t length = build_end(b);
	if (length == 0 || (encrypted && !seal(p, ike->room, length, p->iv)))
		return FAILED;
	if (!bytes_set(&ike->store, &p->echo.sent, ike->room, length))
		return FAILED;
	p->echo.answers = 0;
	p->retransmissions = 0;
	say_sending(ike, p);
	if (!engine_send(ike, p, bytes_octets(&p->echo.sent)))
		return FAILED;
	if (p->initiator)
		life_retransmit_phase1(ike, p);
	else
		life_half_open(ike, p);
	return DONE;
}

bool keep_body(struct cm_ike *ike, struct bytes *out, const struct builder *b, size_t at)
{
	struct reader r = rd_of(b->w.start + at, wr_length(&b->w) - at);
	rd_skip(&r, GENERIC_HEADER);
	struct octets body = rd_rest(&r);
	return !b->w.bad && bytes_set(&ike->store, out, body.at, body.length);
}

/* --- Keys -------------------------------------------------------------------------------------- */

bool phase1_dh(struct cm_ike *ike, struct phase1 *p, struct bytes *mine, struct bytes *nonce)
{
	uint8_t random[CRYPTO_DH_RANDOM_MAX], fresh[NONCE_OCTETS];
	size_t size = dh_random_size(ike->crypto, p->agreed.group);
	dh_free(p->dh); /* of an answer that was refused */
	p->dh = NULL;
	if (size && engine_random(ike, random, size) && engine_random(ike, fresh, sizeof fresh))
		p->dh = dh_new(ike->crypto, p->agreed.group, random, size);
	crypto_wipe(random, sizeof random);
	if (!p->dh)
		return false;
	struct octets public_value = dh_public(p->dh);
	return bytes_set(&ike->store, mine, public_value.at, public_value.length) &&
		bytes_set(&ike->store, nonce, fresh, sizeof fresh);
}

enum outcome phase1_derive(struct cm_ike *ike, struct phase1 *p, struct octets peer_public)
{
	uint8_t secret[CRYPTO_SECRET_MAX], skeyid[CRYPTO_HASH_MAX];
	struct octets psk = over(p->psk->secret.at, p->psk->secret.length);
	enum dh_result result = dh_secret(p->dh, peer_public, secret);
	bool fine = result == DH_OK &&
		keys_skeyid(p->agreed.hash, psk, bytes_octets(&p->nonce_i),
			bytes_octets(&p->nonce_r), skeyid) &&
		keys_derive(&p->keys, ike->crypto, p->agreed.hash, p->agreed.cipher, skeyid,
			over(secret, p->agreed.group->secret_size), &p->cookies) &&
		keys_iv1(&p->keys, bytes_octets(&p->ke_i), bytes_octets(&p->ke_r), p->iv);
	crypto_wipe(secret, sizeof secret);
	crypto_wipe(skeyid, sizeof skeyid);
	if (result == DH_REFUSED)
		return DROP;
	p->keyed = fine;
	if (fine && ike->settings.key_log) {
		struct cm_ike_output out = { .kind = CM_IKE_KEY };
		memcpy(out.is.key.initiator_cookie, p->cookies.initiator, COOKIE);
		memcpy(out.is.key.key, p->keys.key, p->keys.key_size);
		out.is.key.key_size = (uint8_t)p->keys.key_size;
		engine_put(ike, &out, NULL, 0);
		crypto_wipe(&out, sizeof out);
	}
	return fine ? DONE : FAILED;
}

bool read_exchange(struct cm_ike *ike, struct phase1 *p, const struct message *m, struct octets *ke,
	struct octets *nonce)
{
	*ke = message_find(m, P_KE, 0)->is.data.data;
	*nonce = message_find(m, P_NONCE, 0)->is.data.data;
	SAYS(ike, p, W_PROCESSING, .s = "KE");
	SAYS(ike, p, W_PROCESSING, .s = "NONCE");
	struct octets ours = bytes_octets(p->initiator ? &p->ke_i : &p->ke_r);
	bool mirrored = ours.length && ours.length == ke->length &&
		memcmp(ours.at, ke->at, ke->length) == 0;
	if (ke->length == p->agreed.group->public_size && nonce->length >= NONCE_MIN &&
		nonce->length <= NONCE_MAX && !mirrored)
		return true;
	tell(ike, (struct happening){ "invalid-key", CM_WARNING, p->peer.address, NULL, { 0, 0 } },
		"dropped a message whose key exchange is not of group %u or whose nonce is odd",
		p->agreed.group->number);
	notify_plain(ike, p, N_INVALID_KEY);
	return false;
}

enum outcome refuse_key(struct cm_ike *ike, struct phase1 *p)
{
	tell(ike, (struct happening){ "invalid-key", CM_WARNING, p->peer.address, NULL, { 0, 0 } },
		"dropped a Diffie-Hellman value that no honest peer sends");
	notify_plain(ike, p, N_INVALID_KEY);
	return DROP;
}

/* --- Hashes ------------------------------------------------------------------------------------ */

static void hash_of_role(const struct phase1 *p, bool of_initiator, uint8_t *out)
{
	struct octets gi = bytes_octets(&p->ke_i), gr = bytes_octets(&p->ke_r);
	struct octets sa = bytes_octets(&p->sa_b);
	if (of_initiator)
		keys_hash_auth(&p->keys, gi, gr, p->cookies.initiator, p->cookies.responder, sa,
			bytes_octets(&p->id_i), out);
	else
		keys_hash_auth(&p->keys, gr, gi, p->cookies.responder, p->cookies.initiator, sa,
			bytes_octets(&p->id_r), out);
}

void write_auth(struct phase1 *p, struct builder *b)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	hash_of_role(p, p->initiator, hash);
	build_data(b, P_HASH, hash, p->keys.hash->size);
}

enum outcome refuse_auth(struct cm_ike *ike, struct phase1 *p)
{
	char quad[16];
	SAYS(ike, p, W_BAD_MESSAGE, .peer = p->peer.address);
	if (p->complaints == 0)
		tell(ike,
			(struct happening){ "authentication-failed", CM_ERROR, p->peer.address,
				p->route->tunnel, p->psk->at },
			"phase 1 with %s failed: it does not know our pre-shared key",
			peer_name(p->peer.address, quad));
	notify_plain(ike, p, N_AUTHENTICATION_FAILED);
	return DROP;
}

bool check_auth(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	struct octets sent = message_find(m, P_HASH, 0)->is.data.data;
	hash_of_role(p, !p->initiator, hash);
	SAYS(ike, p, W_PROCESSING, .s = "HASH");
	return sent.length == p->keys.hash->size && crypto_same(hash, sent.at, sent.length);
}

void say_authenticated(struct cm_ike *ike, const struct phase1 *p)
{
	SAY(ike, p, W_AUTH_STATUS);
	SAY(ike, p, W_AUTHENTICATED);
	SAY(ike, p, W_AUTHENTICATED_WITH);
	SAYS(ike, p, W_PEER_INSERTED, .h = 0x65000000u + p->connection);
}

void say_no_profile(struct cm_ike *ike, const struct phase1 *p)
{
	if (p->route->tunnel->n_remote_ids == 0 && !later_words(ike))
		SAY(ike, p, W_NO_PROFILE);
}

void read_initial_contact(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	for (unsigned i = 0; i < m->n; i++)
		if (m->payloads[i].type == P_NOTIFY &&
			m->payloads[i].is.notify.type == N_INITIAL_CONTACT) {
			SAYS(ike, p, W_NOTIFY, .s = "INITIAL_CONTACT", .u = PROTO_ISAKMP);
			initial_contact(ike, p);
			return;
		}
}

/* --- Vendor IDs ------------------------------------------------------------------------------------- */

static const enum vendor offered_vendors[] = { V_NATT_RFC, V_NATT_07, V_NATT_03, V_NATT_02N };

/* NAT-T in the router's order, then what others look for in the first message. */
void write_first_vendors(struct cm_ike *ike, struct phase1 *p, struct builder *b)
{
	const struct cm_tunnel *t = p->route->tunnel;
	static const enum vendor dpd = V_DPD, fragmentation = V_FRAGMENTATION;
	if (t->nat_t)
		vendors_write(ike, p, b, offered_vendors,
			sizeof offered_vendors / sizeof *offered_vendors);
	vendors_write(ike, p, b, &dpd, 1);
	if (t->ike_fragmentation)
		vendors_write(ike, p, b, &fragmentation, 1);
}

void write_later_vendors(struct cm_ike *ike, struct phase1 *p, struct builder *b, size_t n)
{
	static const enum vendor later[LATER_ALL] = { V_UNITY, V_DPD, V_XAUTH };
	vendors_write(ike, p, b, later, n);
}

void agree_natt(struct phase1 *p)
{
	if (!p->route->tunnel->nat_t)
		return;
	for (unsigned v = 0; v < V_N && vendor_row((enum vendor)v)->natt.natd; v++)
		if (p->vendors & 1u << v) {
			p->natt = &vendor_row((enum vendor)v)->natt;
			return;
		}
}

/* The one dialect that was agreed, DPD and fragmentation. */
void write_answer_vendors(struct cm_ike *ike, struct phase1 *p, struct builder *b)
{
	static const enum vendor dpd = V_DPD, fragmentation = V_FRAGMENTATION;
	for (unsigned v = 0; p->natt && v < V_N; v++)
		if (p->natt == &vendor_row((enum vendor)v)->natt)
			vendors_write(ike, p, b, &(enum vendor){ (enum vendor)v }, 1);
	/* an answer is never longer than the first message: only what was offered */
	if (p->aggressive || p->vendors & 1u << V_DPD)
		vendors_write(ike, p, b, &dpd, 1);
	if (p->route->tunnel->ike_fragmentation && p->vendors & 1u << V_FRAGMENTATION)
		vendors_write(ike, p, b, &fragmentation, 1);
}

/* Initiator, message 2: HDR, SA. It must be one of ours, and only one (RFC 2409 5). */
bool read_answer(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	struct p1_offers *offers = store_take(&ike->store, sizeof *offers);
	size_t chosen;
	if (!offers)
		return false;
	const struct pl_sa *sa = &message_find(m, P_SA, 0)->is.sa;
	SAYS(ike, p, W_PROCESSING, .s = "SA");
	uint16_t wrong = p1_read(sa, offers);
	bool fine = !wrong && offers->n == 1;
	if (!fine) {
		tell(ike,
			(struct happening){ "bad-answer", CM_WARNING, p->peer.address,
				p->route->tunnel, { 0, 0 } },
			"dropped an answer that chooses %zu transforms%s", offers->n,
			wrong ? ", malformed" : "");
		notify_plain(ike, p, wrong ? wrong : N_BAD_PROPOSAL_SYNTAX);
	} else {
		vendors_read(ike, p, m);
		say_key(ike, p);
		SAY(ike, p, W_LOCAL_KEY);
		SAY(ike, p, W_SCANNING_PROFILES);
		fine = policy_choose(ike, p, p->route->tunnel, offers, &chosen);
	}
	store_give(&ike->store, offers);
	return fine;
}

/* --- INITIAL-CONTACT -------------------------------------------------------------------------------- */

/* INITIAL-CONTACT is for a peer that we have nothing with (RFC 2407 4.6.3.3). */
static bool first_contact(struct cm_ike *ike, const struct phase1 *p)
{
	struct link *cursor;
	if (!p->route->tunnel->initial_contact)
		return false;
	const struct phase1 *other = map_first(&ike->phase1_by_peer, p->peer.address, &cursor);
	for (; other; other = map_next(&cursor))
		if (other != p && other->state == S_UP)
			return false;
	return !map_first(&ike->pair_by_peer, p->peer.address, &cursor);
}

void write_initial_contact(struct cm_ike *ike, struct phase1 *p, struct builder *b)
{
	if (!first_contact(ike, p))
		return;
	SAY(ike, p, W_INITIAL_CONTACT_SENT);
	struct payload n = { .type = P_NOTIFY,
		.is.notify = { .doi = DOI_IPSEC,
			.protocol = PROTO_ISAKMP,
			.spi_size = sizeof p->cookies,
			.type = N_INITIAL_CONTACT,
			.spi = over(&p->cookies, sizeof p->cookies) } };
	build_payload(b, &n);
}
