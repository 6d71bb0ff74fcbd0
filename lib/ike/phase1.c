#include "ike/engine.h"

#include <string.h>

/* --- Life -------------------------------------------------------------------------------------- */

static uint64_t cookie_key(const uint8_t cookie[COOKIE])
{
	uint64_t key;
	memcpy(&key, cookie, sizeof key);
	return key;
}

struct phase1 *phase1_new(struct cm_ike *ike, struct cm_endpoint local, struct cm_endpoint peer)
{
	struct phase1 *p = store_take(&ike->store, sizeof *p);
	if (!p)
		return NULL;
	p->local = local;
	p->peer = peer;
	p->since = ike->now;
	p->heard = ike->now;
	p->connection = ike->next_connection++;
	list_add(&ike->phase1s, &p->node, p);
	list_add(&ike->half_open, &p->half_open, p);
	if (!map_add(&ike->store, &ike->phase1_by_peer, &p->by_peer, peer.address, p)) {
		phase1_free(ike, p);
		return NULL;
	}
	return p;
}

/* A cookie that nobody can guess and nobody has (RFC 2408 2.5.3). */
static bool new_cookie(struct cm_ike *ike, uint8_t cookie[COOKIE])
{
	static const uint8_t none[COOKIE];
	do {
		if (!engine_random(ike, cookie, COOKIE))
			return false;
	} while (memcmp(cookie, none, COOKIE) == 0);
	return true;
}

static void wishes_free(struct cm_ike *ike, struct phase1 *p)
{
	for (struct wish *wish = p->wishes, *next; wish; wish = next) {
		next = wish->next;
		store_give(&ike->store, wish);
	}
	p->wishes = NULL;
}

/* What is not needed any more once phase 1 is up, or that goes with the SA. */
static void forget_handshake(struct cm_ike *ike, struct phase1 *p)
{
	struct bytes *all[] = { &p->sa_b, &p->ke_i, &p->ke_r, &p->nonce_i, &p->nonce_r };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		bytes_clear(&ike->store, all[i]);
	dh_free(p->dh);
	p->dh = NULL;
}

void phase1_free(struct cm_ike *ike, struct phase1 *p)
{
	while (p->quicks.first)
		quick_free(ike, p->quicks.first->owner);
	for (struct node *node = p->pairs.first, *after; node; node = after) {
		after = node->after;
		((struct pair *)node->owner)->phase1 = NULL;
		list_remove(&p->pairs, node);
	}
	wishes_free(ike, p);
	forget_handshake(ike, p);
	bytes_clear(&ike->store, &p->id_i);
	bytes_clear(&ike->store, &p->id_r);
	bytes_clear(&ike->store, &p->echo.sent);
	fragments_drop(ike, p);
	keys_wipe(&p->keys);
	timer_stop(&ike->timers, &p->timer);
	timer_stop(&ike->timers, &p->life);
	timer_stop(&ike->timers, &p->keepalive);
	timer_stop(&ike->timers, &p->dpd_timer);
	list_remove(&ike->phase1s, &p->node);
	list_remove(&ike->half_open, &p->half_open);
	map_remove(&ike->by_cookie, &p->by_cookie);
	map_remove(&ike->phase1_by_peer, &p->by_peer);
	store_give(&ike->store, p->message_ids);
	store_give(&ike->store, p);
}

struct phase1 *phase1_by_cookies(struct cm_ike *ike, const struct cookies *cookies)
{
	struct link *cursor;
	static const uint8_t none[COOKIE];
	struct phase1 *p = map_first(&ike->by_cookie, cookie_key(cookies->initiator), &cursor);
	for (; p; p = map_next(&cursor)) {
		if (memcmp(p->cookies.responder, cookies->responder, COOKIE) == 0)
			return p;
		/* we began and do not know the other cookie yet */
		if (p->initiator && memcmp(p->cookies.responder, none, COOKIE) == 0)
			return p;
	}
	return NULL;
}

/* Up before under way, in use before superseded, young before old. */
static bool better(const struct phase1 *a, const struct phase1 *b)
{
	if ((a->state == S_UP) != (b->state == S_UP))
		return a->state == S_UP;
	if (a->superseded != b->superseded)
		return b->superseded;
	return a->since > b->since;
}

struct phase1 *phase1_for(
	struct cm_ike *ike, const struct route *route, uint32_t peer, bool up_only)
{
	struct link *cursor;
	struct phase1 *best = NULL;
	struct phase1 *p = map_first(&ike->phase1_by_peer, peer, &cursor);
	for (; p; p = map_next(&cursor)) {
		if (p->deleted || p->state == S_DEAD || !p->route)
			continue;
		const struct cm_tunnel *mine = route->tunnel, *its = p->route->tunnel;
		if (!cm_str_same(mine->isakmp_profile, its->isakmp_profile)
			|| (mine->has_local && p->local.address != mine->local))
			continue;
		if (p->state != S_UP && (up_only || !p->initiator))
			continue;
		if (!best || better(p, best))
			best = p;
	}
	return best;
}

/* --- Sending ----------------------------------------------------------------------------------- */

struct isakmp header_of(
	const struct phase1 *p, enum exchange exchange, uint32_t message_id, bool encrypted)
{
	struct isakmp header = { .version = 0x10,
		.exchange = (uint8_t)exchange,
		.flags = encrypted ? FLAG_ENCRYPTED : 0,
		.message_id = message_id };
	memcpy(header.initiator, p->cookies.initiator, COOKIE);
	memcpy(header.responder, p->cookies.responder, COOKIE);
	return header;
}

static struct builder begin(struct cm_ike *ike, const struct phase1 *p, bool encrypted)
{
	struct isakmp header = header_of(p, p->aggressive ? X_AGGRESSIVE : X_MAIN, 0, encrypted);
	return build_begin(ike->room, MESSAGE_MAX, &header);
}

bool seal(struct phase1 *p, uint8_t *message, size_t length, uint8_t *iv)
{
	size_t block = p->keys.cipher->block;
	uint8_t *at = message + ISAKMP_HEADER;
	if (!cipher_cbc(p->keys.seal, iv, at, at, length - ISAKMP_HEADER))
		return false;
	memcpy(iv, message + length - block, block);
	return true;
}

/* Sends a message of phase 1 and keeps it for repetitions. */
static enum outcome send_message(
	struct cm_ike *ike, struct phase1 *p, struct builder *b, bool encrypted)
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
	SAY(ike, p, W_SENDING);
	if (!engine_send(ike, p, bytes_octets(&p->echo.sent)))
		return FAILED;
	if (p->initiator)
		life_retransmit_phase1(ike, p);
	else
		life_half_open(ike, p);
	return DONE;
}

/* --- Keys -------------------------------------------------------------------------------------- */

static void say_key(struct cm_ike *ike, const struct phase1 *p)
{
	char ring[64] = "default";
	if (p->psk->keyring.at && p->psk->keyring.length < sizeof ring) {
		memcpy(ring, p->psk->keyring.at, p->psk->keyring.length);
		ring[p->psk->keyring.length] = 0;
	}
	SAYS(ike, p, W_LOOKING_FOR_KEY, .s = ring);
	SAY(ike, p, W_FOUND_KEY);
}

static bool make_dh(struct cm_ike *ike, struct phase1 *p, struct bytes *mine, struct bytes *nonce)
{
	uint8_t random[CRYPTO_DH_RANDOM_MAX], fresh[NONCE_OCTETS];
	size_t size = dh_random_size(ike->crypto, p->agreed.group);
	if (!size || !engine_random(ike, random, size) || !engine_random(ike, fresh, sizeof fresh))
		return false;
	p->dh = dh_new(ike->crypto, p->agreed.group, random, size);
	crypto_wipe(random, sizeof random);
	if (!p->dh)
		return false;
	struct octets public_value = dh_public(p->dh);
	return bytes_set(&ike->store, mine, public_value.at, public_value.length)
		&& bytes_set(&ike->store, nonce, fresh, sizeof fresh);
}

/* g^xy, SKEYID and its children, the first IV. DROP: the peer's value is none. */
static enum outcome derive(struct cm_ike *ike, struct phase1 *p, struct octets peer_public)
{
	uint8_t secret[CRYPTO_SECRET_MAX], skeyid[CRYPTO_HASH_MAX];
	struct octets psk = over(p->psk->secret.at, p->psk->secret.length);
	enum dh_result result = dh_secret(p->dh, peer_public, secret);
	bool fine = result == DH_OK
		&& keys_skeyid(p->agreed.hash, psk, bytes_octets(&p->nonce_i),
			bytes_octets(&p->nonce_r), skeyid)
		&& keys_derive(&p->keys, ike->crypto, p->agreed.hash, p->agreed.cipher, skeyid,
			over(secret, p->agreed.group->secret_size), &p->cookies)
		&& keys_iv1(&p->keys, bytes_octets(&p->ke_i), bytes_octets(&p->ke_r), p->iv);
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

/* KE and NONCE of the peer, checked for size; false after a complaint. */
static bool read_exchange(struct cm_ike *ike, struct phase1 *p, const struct message *m,
	struct octets *ke, struct octets *nonce)
{
	*ke = message_find(m, P_KE, 0)->is.data.data;
	*nonce = message_find(m, P_NONCE, 0)->is.data.data;
	SAYS(ike, p, W_PROCESSING, .s = "KE");
	SAYS(ike, p, W_PROCESSING, .s = "NONCE");
	if (ke->length == p->agreed.group->public_size && nonce->length >= NONCE_MIN
		&& nonce->length <= NONCE_MAX)
		return true;
	tell(ike, (struct happening){ "invalid-key", CM_WARNING, p->peer.address, NULL, { 0, 0 } },
		"dropped a message whose key exchange is not of group %u or whose nonce is odd",
		p->agreed.group->number);
	notify_plain(ike, p, N_INVALID_KEY);
	return false;
}

static enum outcome refuse_key(struct cm_ike *ike, struct phase1 *p)
{
	tell(ike, (struct happening){ "invalid-key", CM_WARNING, p->peer.address, NULL, { 0, 0 } },
		"dropped a Diffie-Hellman value that no honest peer sends");
	notify_plain(ike, p, N_INVALID_KEY);
	return DROP;
}

/* --- Identities -------------------------------------------------------------------------------- */

/* Our own ID payload's body (RFC 2407 4.6.2). */
static bool write_id(struct cm_ike *ike, struct phase1 *p, struct bytes *out)
{
	uint8_t body[4 + 256];
	const struct cm_identity *id = &p->route->tunnel->local_id;
	struct writer w = wr_of(body, sizeof body);
	bool named = id->name.length > 0 && id->name.length <= 255;
	uint8_t type = named && id->kind == CM_ID_FQDN ? ID_FQDN
		: named && id->kind == CM_ID_USER_FQDN ? ID_USER_FQDN
		: named && id->kind == CM_ID_KEY_ID    ? ID_KEY_ID
						       : ID_IPV4;
	wr_u8(&w, type);
	wr_u8(&w, 17);
	wr_u16(&w, nat_found(p) ? 0 : 500); /* port 0 after a NAT was found (ios.md 3.8) */
	if (type == ID_IPV4)
		wr_u32(&w, id->kind == CM_ID_ADDRESS && id->address.address ? id->address.address
									    : p->local.address);
	else
		wr_octets(&w, id->name.at, id->name.length);
	return !w.bad && bytes_set(&ike->store, out, body, wr_length(&w));
}

static struct pl_id id_of(struct octets body)
{
	struct reader r = rd_of(body.at, body.length);
	struct pl_id id = { rd_u8(&r), rd_u8(&r), rd_u16(&r), { NULL, 0 } };
	id.data = rd_rest(&r);
	return id;
}

static uint32_t id_address(const struct pl_id *id)
{
	struct reader r = rd_of(id->data.at, id->data.length);
	return id->type == ID_IPV4 && id->data.length == 4 ? rd_u32(&r) : 0;
}

static struct cm_str id_name(const struct pl_id *id)
{
	bool named = id->type == ID_FQDN || id->type == ID_USER_FQDN || id->type == ID_KEY_ID;
	struct cm_str name = { named ? (const char *)id->data.at : NULL, named ? id->data.length : 0 };
	return name;
}

/* The block of the article: an address, or the name with what cannot be printed left out. */
static void say_id(struct cm_ike *ike, const struct phase1 *p, struct octets body)
{
	struct cm_text text = { 0 };
	struct pl_id id = id_of(body);
	char quad[16];
	if (!saying(ike, W_ID_PAYLOAD))
		return;
	cm_text_printf(&text, "next-payload : 8\ntype         : %u\n", id.type);
	if (id.type == ID_IPV4) {
		cm_text_printf(&text, "address      : %s\n", cm_ip4_print(id_address(&id), quad));
	} else {
		cm_text_put(&text, "FQDN name    : ");
		for (size_t i = 0; i < id.data.length && i < 255; i++)
			if (id.data.at[i] >= ' ' && id.data.at[i] < 127)
				cm_text_char(&text, (char)id.data.at[i]);
		cm_text_put(&text, "\n");
	}
	cm_text_printf(&text, "protocol     : %u\nport         : %u\nlength       : %zu", id.protocol,
		id.port, body.length + GENERIC_HEADER);
	if (!text.failed)
		SAYS(ike, p, W_ID_PAYLOAD, .s = text.at);
	cm_text_free(&text);
}

static bool id_fits(const struct cm_identity *wanted, const struct pl_id *id)
{
	struct cm_str name = id_name(id);
	switch (wanted->kind) {
	case CM_ID_ADDRESS:
		return id->type == ID_IPV4 && cm_net_has(wanted->address, id_address(id));
	case CM_ID_FQDN:
		return id->type == ID_FQDN && cm_str_same(wanted->name, name);
	case CM_ID_USER_FQDN:
		return id->type == ID_USER_FQDN && cm_str_same(wanted->name, name);
	case CM_ID_FQDN_DOMAIN:
		return id->type == ID_FQDN && name.length > wanted->name.length
			&& cm_str_same(wanted->name,
				(struct cm_str){ name.at + name.length - wanted->name.length,
					wanted->name.length });
	case CM_ID_KEY_ID:
	case CM_ID_GROUP:
		return id->type == ID_KEY_ID && cm_str_same(wanted->name, name);
	case CM_ID_ANY:
		return true;
	case CM_ID_DN:
		return false;
	}
	return false;
}

/* Without an ISAKMP profile anybody who knows the key is welcome, as on the router. */
static bool id_welcome(struct cm_ike *ike, struct phase1 *p, struct octets body)
{
	const struct cm_tunnel *t = p->route->tunnel;
	struct pl_id id = id_of(body);
	for (size_t i = 0; i < t->n_remote_ids; i++)
		if (id_fits(&t->remote_ids[i], &id))
			return true;
	if (t->n_remote_ids == 0) {
		SAY(ike, p, W_NO_PROFILE);
		return true;
	}
	char quad[16];
	tell(ike,
		(struct happening){ "identity-refused", CM_ERROR, p->peer.address, t,
			t->remote_ids[0].at },
		"phase 1 with %s failed: its identity (%s) is none that the ISAKMP profile matches",
		peer_name(p->peer.address, quad),
		id_type_name(id.type) ? id_type_name(id.type) : "of an unknown type");
	notify_plain(ike, p, N_INVALID_ID);
	return false;
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

static void write_hash(struct phase1 *p, struct builder *b)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	hash_of_role(p, p->initiator, hash);
	build_data(b, P_HASH, hash, p->keys.hash->size);
}

/* Says what went wrong in the one sentence, and one notification: the keys differ. */
static enum outcome bad_hash(struct cm_ike *ike, struct phase1 *p)
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

static bool check_hash(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	struct octets sent = message_find(m, P_HASH, 0)->is.data.data;
	hash_of_role(p, !p->initiator, hash);
	SAYS(ike, p, W_PROCESSING, .s = "HASH");
	return sent.length == p->keys.hash->size && crypto_same(hash, sent.at, sent.length);
}

static void say_authenticated(struct cm_ike *ike, const struct phase1 *p)
{
	SAY(ike, p, W_AUTH_STATUS);
	SAY(ike, p, W_AUTHENTICATED);
	SAY(ike, p, W_AUTHENTICATED_WITH);
}

/* Said before the HASH and, on 12.3, once more behind it. */
static void say_no_profile(struct cm_ike *ike, const struct phase1 *p)
{
	if (p->route->tunnel->n_remote_ids == 0)
		SAY(ike, p, W_NO_PROFILE);
}

/* The last message carried INITIAL-CONTACT: RFC 2407 4.6.3.3, only now that it is proved. */
static void check_initial_contact(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	for (unsigned i = 0; i < m->n; i++)
		if (m->payloads[i].type == P_NOTIFY
			&& m->payloads[i].is.notify.type == N_INITIAL_CONTACT) {
			SAYS(ike, p, W_NOTIFY, .s = "INITIAL_CONTACT", .u = PROTO_ISAKMP);
			initial_contact(ike, p);
			return;
		}
}

/* --- Proposals --------------------------------------------------------------------------------- */

static void say_attribute(struct cm_ike *ike, const struct attribute *a, const struct cm_p1 *offer)
{
	struct cm_text text = { 0 };
	switch (a->type) {
	case A1_CIPHER:
		SAYS(ike, NULL, W_ATT_CIPHER, .s = offer->cipher ? offer->cipher->debug_ike : "(unknown)");
		break;
	case A1_KEY_LENGTH:
		SAYS(ike, NULL, W_ATT_KEYLENGTH, .u = (uint32_t)a->number);
		break;
	case A1_HASH:
		SAYS(ike, NULL, W_ATT_HASH, .s = offer->hash ? offer->hash->debug_ike : "(unknown)");
		break;
	case A1_GROUP:
		SAYS(ike, NULL, W_ATT_GROUP, .u = (uint32_t)a->number);
		break;
	case A1_AUTH:
		SAYS(ike, NULL, W_ATT_AUTH, .s = offer->auth ? offer->auth->debug : "(unknown)");
		break;
	case A1_LIFE_TYPE:
		SAYS(ike, NULL, W_ATT_LIFE_TYPE, .s = a->number == LIFE_SECONDS ? "seconds" : "kilobytes");
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
}

static void tell_no_proposal(
	struct cm_ike *ike, const struct phase1 *p, const struct cm_tunnel *t, const struct choosing *c)
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

/* The policies compared with the offers; those we could not run fit nothing. */
static bool choose(struct cm_ike *ike, struct phase1 *p, const struct cm_tunnel *t,
	struct p1_offers *offers, size_t *chosen)
{
	struct choosing c = { ike, p, offers, NULL, NULL, CM_SAME };
	size_t policy, offer;
	for (size_t i = 0; i < offers->n; i++)
		if (offers->p1[i].auth != cm_auth_named("pre-share"))
			offers->p1[i].auth = NULL;
	if (!cm_p1_choose(t->p1, t->n_p1, offers->p1, offers->n, &policy, &offer, seen, &c)
		|| !p1_possible(&t->p1[policy])) {
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

/* --- Beginning as initiator -------------------------------------------------------------------- */

static bool find_key(struct cm_ike *ike, struct phase1 *p, const struct cm_tunnel *t)
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

static const enum vendor offered_vendors[] = { V_NATT_RFC, V_NATT_07, V_NATT_03, V_NATT_02N };
static const enum vendor later_vendors[] = { V_UNITY, V_DPD, V_XAUTH };

/* NAT-T in the router's order, then what others look for in the first message. */
static void first_vendors(struct cm_ike *ike, struct phase1 *p, struct builder *b)
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

static bool keep_body(struct cm_ike *ike, struct bytes *out, const struct builder *b, size_t at)
{
	struct reader r = rd_of(b->w.start + at, wr_length(&b->w) - at);
	rd_skip(&r, GENERIC_HEADER);
	struct octets body = rd_rest(&r);
	return !b->w.bad && bytes_set(&ike->store, out, body.at, body.length);
}

static enum outcome send_main_1(struct cm_ike *ike, struct phase1 *p)
{
	SAY(ike, p, W_NO_AGGRESSIVE);
	say_key(ike, p);
	struct builder b = begin(ike, p, false);
	size_t at = wr_length(&b.w);
	if (!p1_write(&b, p->route->tunnel->p1, p->route->tunnel->n_p1)
		|| !keep_body(ike, &p->sa_b, &b, at))
		return FAILED;
	p->state = S_I_MM1;
	first_vendors(ike, p, &b);
	say_input(ike, p, "IKE_MESG_FROM_IPSEC", "IKE_SA_REQ_MM", "IKE_READY", "IKE_I_MM1");
	SAY(ike, p, W_BEGIN_MAIN);
	return send_message(ike, p, &b, false);
}

/* Aggressive mode wants one group for all offers: that of the first policy that we can do. */
static enum outcome send_aggressive_1(struct cm_ike *ike, struct phase1 *p)
{
	const struct cm_tunnel *t = p->route->tunnel;
	const struct cm_p1 *first = NULL;
	struct cm_p1 same[OFFERS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < t->n_p1 && n < OFFERS_MAX; i++) {
		if (!p1_possible(&t->p1[i]))
			continue;
		first = first ? first : &t->p1[i];
		if (t->p1[i].group == first->group)
			same[n++] = t->p1[i];
	}
	if (!first)
		return FAILED;
	p->agreed = *first;
	p->state = S_I_AM1;
	say_key(ike, p);
	struct builder b = begin(ike, p, false);
	size_t at = wr_length(&b.w);
	p1_write(&b, same, n);
	if (!keep_body(ike, &p->sa_b, &b, at) || !make_dh(ike, p, &p->ke_i, &p->nonce_i)
		|| !write_id(ike, p, &p->id_i))
		return FAILED;
	build_data(&b, P_KE, p->ke_i.at, p->ke_i.length);
	build_data(&b, P_NONCE, p->nonce_i.at, p->nonce_i.length);
	build_data(&b, P_ID, p->id_i.at, p->id_i.length);
	first_vendors(ike, p, &b);
	vendors_write(ike, p, &b, later_vendors, 1);
	say_input(ike, p, "IKE_MESG_FROM_IPSEC", "IKE_SA_REQ_AM", "IKE_READY", "IKE_I_AM1");
	SAY(ike, p, W_BEGIN_AGGRESSIVE);
	return send_message(ike, p, &b, false);
}

static bool start_endpoints(
	struct cm_ike *ike, struct route *route, struct cm_endpoint *local, struct cm_endpoint *peer)
{
	const struct cm_tunnel *t = route->tunnel;
	if (route->peer >= t->n_peers || t->peers[route->peer].any || !t->peers[route->peer].resolved)
		return false;
	peer->address = t->peers[route->peer].address;
	peer->port = 500; /* the peer's: RFC 2408 2.5.1 */
	local->port = ike->settings.port;
	local->address = t->local;
	if (!t->has_local && ike->host.source)
		local->address = ike->host.source(ike->host.user, t, peer->address);
	return t->has_local || local->address != 0;
}

static bool any_possible(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_p1; i++)
		if (p1_possible(&t->p1[i]))
			return true;
	return false;
}

static void say_start(struct cm_ike *ike, struct phase1 *p)
{
	SAYS(ike, p, W_KE_MESSAGE, .u = 1, .v = 1);
	SAYS(ike, p, W_SA_REQUEST, .s = "(NULL)");
	SAY(ike, p, W_LOCAL_PORT);
	SAY(ike, p, W_SET_NODE);
	SAYS(ike, p, W_INSERT_SA, .h = 0x64000000u + p->connection);
}

struct phase1 *phase1_start(struct cm_ike *ike, struct route *route, bool rekey)
{
	struct cm_endpoint local, peer;
	const struct cm_tunnel *t = route->tunnel;
	char quad[16];
	if (!start_endpoints(ike, route, &local, &peer)) {
		tell(ike, (struct happening){ "no-peer", CM_ERROR, 0, t, t->at },
			"cannot begin: the entry names no peer whose address is known");
		return NULL;
	}
	struct phase1 *p = phase1_new(ike, local, peer);
	if (!p)
		return NULL;
	p->initiator = true;
	p->route = route;
	p->state = S_I_MM1;
	p->aggressive = t->aggressive_initiated;
	say_start(ike, p);
	if (!any_possible(t)) {
		tell(ike, (struct happening){ "no-policy", CM_ERROR, peer.address, t, t->at },
			"cannot begin with %s: no ISAKMP policy with pre-shared keys that we can run",
			peer_name(peer.address, quad));
		phase1_free(ike, p);
		return NULL;
	}
	if (!find_key(ike, p, t)) {
		SAY(ike, p, W_CANNOT_START);
		phase1_free(ike, p);
		return NULL;
	}
	bool fine = new_cookie(ike, p->cookies.initiator)
		&& map_add(&ike->store, &ike->by_cookie, &p->by_cookie,
			cookie_key(p->cookies.initiator), p);
	if (!fine || (p->aggressive ? send_aggressive_1(ike, p) : send_main_1(ike, p)) != DONE) {
		phase1_free(ike, p);
		return NULL;
	}
	tell(ike, (struct happening){ "phase1-start", CM_INFO, peer.address, t, { 0, 0 } },
		"%s phase 1 with %s, %s", rekey ? "renewing" : "beginning",
		peer_name(peer.address, quad), p->aggressive ? "aggressive mode" : "main mode");
	return p;
}

/* --- Main mode, RFC 2409 5.4 ------------------------------------------------------------------- */

static void agree_natt(struct phase1 *p)
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
static void answer_vendors(struct cm_ike *ike, struct phase1 *p, struct builder *b)
{
	static const enum vendor dpd = V_DPD, fragmentation = V_FRAGMENTATION;
	for (unsigned v = 0; p->natt && v < V_N; v++)
		if (p->natt == &vendor_row((enum vendor)v)->natt)
			vendors_write(ike, p, b, &(enum vendor){ (enum vendor)v }, 1);
	vendors_write(ike, p, b, &dpd, 1);
	if (p->route->tunnel->ike_fragmentation && p->vendors & 1u << V_FRAGMENTATION)
		vendors_write(ike, p, b, &fragmentation, 1);
}

/* Initiator, message 2: HDR, SA. It must be one of ours, and only one (RFC 2409 5). */
static bool read_answer(struct cm_ike *ike, struct phase1 *p, const struct message *m)
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
		fine = choose(ike, p, p->route->tunnel, offers, &chosen);
	}
	store_give(&ike->store, offers);
	return fine;
}

enum outcome main_2(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	if (!read_answer(ike, p, m))
		return DROP;
	agree_natt(p);
	memcpy(p->cookies.responder, m->header.responder, COOKIE);
	if (!make_dh(ike, p, &p->ke_i, &p->nonce_i))
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_I_MM2", "IKE_I_MM2");
	p->state = S_I_MM3;
	struct builder b = begin(ike, p, false);
	build_data(&b, P_KE, p->ke_i.at, p->ke_i.length);
	build_data(&b, P_NONCE, p->nonce_i.at, p->nonce_i.length);
	vendors_write(ike, p, &b, later_vendors, sizeof later_vendors / sizeof *later_vendors);
	if (!natd_write(ike, p, &b) || send_message(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_I_MM2", "IKE_I_MM3");
	return DONE;
}

/* Responder, message 3: HDR, KE, Ni. The first work that costs, after the cookie came back. */
enum outcome main_3(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	struct octets ke, nonce;
	if (!read_exchange(ike, p, m, &ke, &nonce))
		return DROP;
	dh_free(p->dh); /* of a message 3 that was refused */
	p->dh = NULL;
	if (!make_dh(ike, p, &p->ke_r, &p->nonce_r)
		|| !bytes_set(&ike->store, &p->ke_i, ke.at, ke.length)
		|| !bytes_set(&ike->store, &p->nonce_i, nonce.at, nonce.length))
		return FAILED;
	enum outcome outcome = derive(ike, p, ke);
	if (outcome != DONE)
		return outcome == DROP ? refuse_key(ike, p) : outcome;
	say_key(ike, p);
	SAY(ike, p, W_SKEYID);
	vendors_read(ike, p, m);
	if (!natd_read(ike, p, m))
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_R_MM3", "IKE_R_MM3");
	p->state = S_R_MM4;
	struct builder b = begin(ike, p, false);
	build_data(&b, P_KE, p->ke_r.at, p->ke_r.length);
	build_data(&b, P_NONCE, p->nonce_r.at, p->nonce_r.length);
	vendors_write(ike, p, &b, later_vendors, 2);
	if (!natd_write(ike, p, &b) || send_message(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_R_MM3", "IKE_R_MM4");
	return DONE;
}

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

static void write_initial_contact(struct cm_ike *ike, struct phase1 *p, struct builder *b)
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

static void say_own_id(struct cm_ike *ike, struct phase1 *p, const struct bytes *id)
{
	struct pl_id own = id_of(bytes_octets(id));
	SAYS(ike, p, W_DOING_PSK, .s = id_type_name(own.type));
	say_id(ike, p, bytes_octets(id));
	SAYS(ike, p, W_ID_LENGTH, .u = (uint32_t)id->length + GENERIC_HEADER);
}

/* Initiator, message 4: HDR, KE, Nr. */
enum outcome main_4(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	struct octets ke, nonce;
	if (!read_exchange(ike, p, m, &ke, &nonce))
		return DROP;
	if (!bytes_set(&ike->store, &p->ke_r, ke.at, ke.length)
		|| !bytes_set(&ike->store, &p->nonce_r, nonce.at, nonce.length))
		return FAILED;
	enum outcome outcome = derive(ike, p, ke);
	if (outcome != DONE)
		return outcome == DROP ? refuse_key(ike, p) : outcome;
	say_key(ike, p);
	SAY(ike, p, W_SKEYID);
	vendors_read(ike, p, m);
	if (!natd_read(ike, p, m))
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_I_MM4", "IKE_I_MM4");
	if (nat_found(p))
		nat_float(ike, p); /* message 5 goes from and to 4500, RFC 3947 4 */
	p->state = S_I_MM5;
	struct builder b = begin(ike, p, true);
	if (!write_id(ike, p, &p->id_i))
		return FAILED;
	build_data(&b, P_ID, p->id_i.at, p->id_i.length);
	write_hash(p, &b);
	write_initial_contact(ike, p, &b);
	say_own_id(ike, p, &p->id_i);
	if (send_message(ike, p, &b, true) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_I_MM4", "IKE_I_MM5");
	return DONE;
}

static bool read_peer_id(
	struct cm_ike *ike, struct phase1 *p, const struct message *m, struct bytes *out)
{
	struct octets body = message_find(m, P_ID, 0)->body;
	SAYS(ike, p, W_PROCESSING, .s = "ID");
	say_id(ike, p, body);
	return bytes_set(&ike->store, out, body.at, body.length);
}

/* Responder, message 5: HDR*, IDii, HASH_I. */
enum outcome main_5(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	if (!read_peer_id(ike, p, m, &p->id_i))
		return FAILED;
	bool welcome = id_welcome(ike, p, bytes_octets(&p->id_i));
	if (!check_hash(ike, p, m))
		return bad_hash(ike, p);
	if (!welcome)
		return DROP;
	say_authenticated(ike, p);
	check_initial_contact(ike, p, m);
	say_no_profile(ike, p);
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_R_MM5", "IKE_R_MM5");
	if (!write_id(ike, p, &p->id_r))
		return FAILED;
	say_own_id(ike, p, &p->id_r);
	struct builder b = begin(ike, p, true);
	build_data(&b, P_ID, p->id_r.at, p->id_r.length);
	write_hash(p, &b);
	if (send_message(ike, p, &b, true) != DONE)
		return FAILED;
	p->state = S_UP;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_R_MM5",
		"IKE_P1_COMPLETE");
	phase1_up(ike, p);
	return DONE;
}

/* Initiator, message 6: HDR*, IDir, HASH_R. */
enum outcome main_6(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	if (!read_peer_id(ike, p, m, &p->id_r))
		return FAILED;
	bool welcome = id_welcome(ike, p, bytes_octets(&p->id_r));
	if (!check_hash(ike, p, m))
		return bad_hash(ike, p);
	if (!welcome)
		return DROP;
	say_authenticated(ike, p);
	check_initial_contact(ike, p, m);
	say_no_profile(ike, p);
	/* here alone the router speaks of the state when the message is done */
	say_input(ike, p, "IKE_MESG_FROM_PEER", "IKE_MM_EXCH", "IKE_I_MM5", "IKE_I_MM6");
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_I_MM6", "IKE_I_MM6");
	p->state = S_UP;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_I_MM6",
		"IKE_P1_COMPLETE");
	phase1_up(ike, p);
	return DONE;
}

/* --- Aggressive mode, RFC 2409 5.4 ------------------------------------------------------------- */

/* Initiator, message 2: HDR, SA, KE, Nr, IDir, HASH_R. */
enum outcome aggressive_2(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	struct octets ke, nonce;
	if (!read_answer(ike, p, m) || p->agreed.group != dh_group(p->dh)
		|| !read_exchange(ike, p, m, &ke, &nonce))
		return DROP;
	memcpy(p->cookies.responder, m->header.responder, COOKIE);
	if (!bytes_set(&ike->store, &p->ke_r, ke.at, ke.length)
		|| !bytes_set(&ike->store, &p->nonce_r, nonce.at, nonce.length)
		|| !read_peer_id(ike, p, m, &p->id_r))
		return FAILED;
	enum outcome outcome = derive(ike, p, ke);
	SAY(ike, p, W_SKEYID);
	bool welcome = outcome == DONE && id_welcome(ike, p, bytes_octets(&p->id_r));
	if (outcome != DONE || !check_hash(ike, p, m) || !welcome) {
		if (outcome == DONE && welcome)
			bad_hash(ike, p);
		else if (outcome == DROP)
			refuse_key(ike, p);
		/* as before: whoever answers next may be the right one */
		memset(p->cookies.responder, 0, COOKIE);
		keys_wipe(&p->keys);
		p->keyed = false;
		return outcome == FAILED ? FAILED : DROP;
	}
	say_authenticated(ike, p);
	agree_natt(p);
	if (!natd_read(ike, p, m))
		return FAILED;
	if (nat_found(p))
		nat_float(ike, p);
	struct builder b = begin(ike, p, true);
	if (!natd_write(ike, p, &b))
		return FAILED;
	write_hash(p, &b);
	write_initial_contact(ike, p, &b);
	if (send_message(ike, p, &b, true) != DONE)
		return FAILED;
	p->state = S_UP;
	say_input(ike, p, "IKE_MESG_FROM_PEER", "IKE_AM_EXCH", "IKE_I_AM1", "IKE_P1_COMPLETE");
	phase1_up(ike, p);
	return DONE;
}

/* Responder, message 3: HDR*, HASH_I. Encrypted by most; the RFC leaves it open. */
enum outcome aggressive_3(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	if (!check_hash(ike, p, m))
		return bad_hash(ike, p);
	say_authenticated(ike, p);
	if (!natd_read(ike, p, m))
		return FAILED;
	check_initial_contact(ike, p, m);
	p->state = S_UP;
	say_input(ike, p, "IKE_MESG_FROM_PEER", "IKE_AM_EXCH", "IKE_R_AM2", "IKE_P1_COMPLETE");
	phase1_up(ike, p);
	return DONE;
}

/* --- The first message from a peer ------------------------------------------------------------- */

/* What is known before there is an SA: enough to speak of it. */
struct first {
	struct phase1 draft;
	struct p1_offers offers;
	size_t chosen;
};

static void tell_unknown(struct cm_ike *ike, uint32_t peer)
{
	char quad[16];
	tell(ike, (struct happening){ "unknown-peer", CM_WARNING, peer, NULL, { 0, 0 } },
		"refused %s: no crypto map entry names it as a peer", peer_name(peer, quad));
}

/* The tunnel whose policies and key speak to this peer. */
static struct route *route_for(struct cm_ike *ike, uint32_t peer, uint32_t local)
{
	struct choice choice = { 0 };
	struct route *route;
	while ((route = route_next(ike, peer, &choice)) != NULL)
		if (!route->tunnel->has_local || route->tunnel->local == local)
			return route;
	return NULL;
}

/* In aggressive mode the identity may name the key (ios.md 2.2, host name keys). */
static void key_by_name(struct phase1 *p, const struct message *m)
{
	const struct payload *id = message_find(m, P_ID, 0);
	if (!id || (p->psk && !p->psk->sealed))
		return;
	struct cm_str name = id_name(&id->is.id);
	if (name.at)
		p->psk = cm_tunnel_key_named(p->route->tunnel, name);
}

static bool room_for_one(struct cm_ike *ike, uint32_t peer)
{
	struct link *cursor;
	unsigned mine = 0;
	const struct phase1 *p = map_first(&ike->phase1_by_peer, peer, &cursor);
	for (; p; p = map_next(&cursor))
		mine += p->half_open.owner && !p->initiator;
	if (mine >= ike->settings.half_open_per_source)
		return false;
	if (ike->half_open.n < ike->settings.half_open_max)
		return true;
	/* the oldest that never came back with its cookie makes room */
	for (struct node *node = ike->half_open.first; node; node = node->after) {
		struct phase1 *old = node->owner;
		if (!old->initiator && (old->state == S_R_MM2 || old->state == S_R_AM2)) {
			phase1_free(ike, old);
			return true;
		}
	}
	return false;
}

/* Reads and decides without keeping anything; 0xffff: silence, else the notify. */
static uint16_t first_decide(struct cm_ike *ike, struct first *first, const struct message *m)
{
	struct phase1 *p = &first->draft;
	enum { SILENCE = 0xffff };
	SAYS(ike, NULL, W_RECEIVED_NEW, .peer = p->peer.address, .peer_port = p->peer.port,
		.local_port = p->local.port);
	SAY(ike, p, W_LOCAL_PORT);
	p->route = route_for(ike, p->peer.address, p->local.address);
	if (!p->route) {
		tell_unknown(ike, p->peer.address);
		return SILENCE;
	}
	SAYS(ike, p, W_INSERT_SA, .h = 0x64000000u + p->connection);
	say_input(ike, p, "IKE_MESG_FROM_PEER", p->aggressive ? "IKE_AM_EXCH" : "IKE_MM_EXCH",
		"IKE_READY", p->aggressive ? "IKE_R_AM_AAA_AWAIT" : "IKE_R_MM1");
	SAYS(ike, p, W_PROCESSING, .s = "SA");
	if (p->aggressive && !p->route->tunnel->aggressive_accepted) {
		tell(ike,
			(struct happening){ "aggressive-refused", CM_ERROR, p->peer.address,
				p->route->tunnel, { 0, 0 } },
			"refused aggressive mode: crypto isakmp aggressive-mode disable");
		return N_INVALID_EXCHANGE_TYPE;
	}
	uint16_t wrong = p1_read(&message_find(m, P_SA, 0)->is.sa, &first->offers);
	if (wrong) {
		SAYS(ike, p, W_BAD_MESSAGE, .peer = p->peer.address);
		return wrong;
	}
	vendors_read(ike, p, m);
	p->psk = cm_tunnel_key(p->route->tunnel, p->peer.address);
	if (p->aggressive)
		key_by_name(p, m);
	if ((!p->psk || p->psk->sealed) && !find_key(ike, p, p->route->tunnel))
		return N_NO_PROPOSAL_CHOSEN;
	say_key(ike, p);
	SAY(ike, p, W_LOCAL_KEY);
	SAY(ike, p, W_SCANNING_PROFILES);
	return choose(ike, p, p->route->tunnel, &first->offers, &first->chosen)
		? 0
		: N_NO_PROPOSAL_CHOSEN;
}

static enum outcome send_main_2(struct cm_ike *ike, struct phase1 *p, const struct first *first)
{
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_R_MM1", "IKE_R_MM1");
	struct builder b = begin(ike, p, false);
	p1_answer(&b, &first->offers, first->chosen);
	answer_vendors(ike, p, &b);
	p->state = S_R_MM2;
	if (send_message(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_R_MM1", "IKE_R_MM2");
	return DONE;
}

static enum outcome send_aggressive_2(
	struct cm_ike *ike, struct phase1 *p, const struct first *first, const struct message *m)
{
	struct octets ke, nonce;
	if (!read_exchange(ike, p, m, &ke, &nonce))
		return DROP;
	if (!make_dh(ike, p, &p->ke_r, &p->nonce_r)
		|| !bytes_set(&ike->store, &p->ke_i, ke.at, ke.length)
		|| !bytes_set(&ike->store, &p->nonce_i, nonce.at, nonce.length)
		|| !read_peer_id(ike, p, m, &p->id_i))
		return FAILED;
	enum outcome outcome = derive(ike, p, ke);
	if (outcome != DONE)
		return outcome == DROP ? refuse_key(ike, p) : outcome;
	SAY(ike, p, W_SKEYID);
	if (!id_welcome(ike, p, bytes_octets(&p->id_i)))
		return DROP;
	if (!write_id(ike, p, &p->id_r))
		return FAILED;
	say_own_id(ike, p, &p->id_r);
	struct builder b = begin(ike, p, false);
	p1_answer(&b, &first->offers, first->chosen);
	build_data(&b, P_KE, p->ke_r.at, p->ke_r.length);
	build_data(&b, P_NONCE, p->nonce_r.at, p->nonce_r.length);
	build_data(&b, P_ID, p->id_r.at, p->id_r.length);
	answer_vendors(ike, p, &b);
	if (!natd_write(ike, p, &b))
		return FAILED;
	write_hash(p, &b);
	p->state = S_R_AM2;
	if (send_message(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_FROM_PEER", "IKE_AM_EXCH", "IKE_R_AM_AAA_AWAIT", "IKE_R_AM2");
	return DONE;
}

/* What was decided becomes an SA. */
static enum outcome first_keep(struct cm_ike *ike, const struct first *first,
	const struct message *m, struct octets datagram)
{
	const struct phase1 *d = &first->draft;
	struct phase1 *p = phase1_new(ike, d->local, d->peer);
	if (!p)
		return FAILED;
	struct octets sa_b = message_find(m, P_SA, 0)->body;
	p->state = S_R_MM2;
	p->aggressive = d->aggressive;
	p->route = d->route;
	p->policy = d->policy;
	p->agreed = d->agreed;
	p->lifetime_s = d->lifetime_s;
	p->offered_s = d->offered_s;
	p->psk = d->psk;
	p->vendors = d->vendors;
	p->floated = d->local.port == ike->settings.nat_port; /* a renewal may begin there */
	memcpy(p->cookies.initiator, m->header.initiator, COOKIE);
	agree_natt(p);
	enum outcome outcome = FAILED;
	if (new_cookie(ike, p->cookies.responder)
		&& map_add(&ike->store, &ike->by_cookie, &p->by_cookie,
			cookie_key(p->cookies.initiator), p)
		&& bytes_set(&ike->store, &p->sa_b, sa_b.at, sa_b.length)
		&& hash_of(ike->digest, &datagram, 1, p->echo.received))
		outcome = p->aggressive ? send_aggressive_2(ike, p, first, m)
					: send_main_2(ike, p, first);
	p->echo.any = true;
	if (outcome != DONE)
		phase1_free(ike, p);
	return outcome;
}

enum outcome phase1_first(struct cm_ike *ike, struct cm_endpoint from, struct cm_endpoint to,
	const struct message *m, struct octets datagram)
{
	enum { SILENCE = 0xffff };
	struct first *first = store_take(&ike->store, sizeof *first);
	if (!first)
		return FAILED;
	struct phase1 *p = &first->draft;
	p->peer = from;
	p->local = to;
	p->connection = ike->next_connection;
	p->aggressive = m->header.exchange == X_AGGRESSIVE;
	memcpy(p->cookies.initiator, m->header.initiator, COOKIE);
	uint16_t wrong = first_decide(ike, first, m);
	enum outcome outcome = DROP;
	if (wrong) {
		ike->counters.refused++;
		if (wrong != SILENCE)
			notify_stateless(ike, from, to, &m->header, wrong);
	} else if (room_for_one(ike, from.address)) {
		outcome = first_keep(ike, first, m, datagram);
	} else {
		ike->counters.refused++;
		tell(ike, (struct happening){ "half-open", CM_WARNING, from.address, NULL, { 0, 0 } },
			"dropped a first message: too many exchanges are half open");
	}
	store_give(&ike->store, first);
	return outcome;
}

/* --- Up and down ------------------------------------------------------------------------------- */

/* Both ends began at once: both must keep the same one, whoever was up first (pair.c). */
static bool twins(const struct phase1 *a, const struct phase1 *b)
{
	enum { TOGETHER_MS = 15 * SECOND };
	int64_t between = a->since > b->since ? a->since - b->since : b->since - a->since;
	return a->initiator != b->initiator && between < TOGETHER_MS;
}

static void take_over(struct cm_ike *ike, struct phase1 *from, struct phase1 *to)
{
	from->superseded = true;
	for (struct node *node = from->pairs.first, *after; node; node = after) {
		struct pair *pair = node->owner;
		after = node->after;
		list_remove(&from->pairs, node);
		list_add(&to->pairs, node, pair);
		pair->phase1 = to;
	}
	life_phase1(ike, from);
}

/* A newer SA with the same peer takes over: pairs, and what comes next. */
void phase1_supersede(struct cm_ike *ike, struct phase1 *newer)
{
	struct link *cursor;
	struct phase1 *old = map_first(&ike->phase1_by_peer, newer->peer.address, &cursor);
	for (; old; old = map_next(&cursor)) {
		if (old == newer || old->state != S_UP || old->superseded || old->deleted
			|| old->local.address != newer->local.address)
			continue;
		if (twins(old, newer)
			&& memcmp(old->cookies.initiator, newer->cookies.initiator, COOKIE) > 0)
			take_over(ike, newer, old);
		else
			take_over(ike, old, newer);
	}
}

void phase1_up(struct cm_ike *ike, struct phase1 *p)
{
	struct cm_text what = { 0 };
	char quad[16];
	p->proved = true;
	p->since = ike->now;
	list_remove(&ike->half_open, &p->half_open);
	timer_stop(&ike->timers, &p->timer);
	forget_handshake(ike, p);
	if (p->route) {
		p->route->attempts = 0;
		p->route->not_before = 0;
	}
	p1_describe(&what, &p->agreed);
	tell(ike,
		(struct happening){ "phase1-up", CM_INFO, p->peer.address,
			p->route ? p->route->tunnel : NULL, { 0, 0 } },
		"phase 1 with %s is up: %s, %u s%s", peer_name(p->peer.address, quad),
		what.at ? what.at : "", (unsigned)p->lifetime_s,
		nat_found(p) ? ", through a NAT" : "");
	cm_text_free(&what);
	life_phase1(ike, p);
	phase1_supersede(ike, p);
	life_heard(ike, p);
	life_dpd(ike, p);
	nat_keepalive(ike, p);
	if (!p->initiator && p->lifetime_s < p->offered_s)
		notify_lifetime(ike, p);
	wishes_run(ike, p);
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PHASE1_COMPLETE", "IKE_P1_COMPLETE",
		"IKE_P1_COMPLETE");
}

/* The next peer of the entry, in the order of `set peer`; false when all were tried. */
static bool next_peer(struct route *route)
{
	size_t n = route->tunnel->n_peers;
	if (++route->attempts >= n) {
		route->attempts = 0;
		route->peer = 0;
		for (size_t i = 0; i < n; i++) /* `set peer … default` comes first again */
			if (route->tunnel->peers[i].is_default)
				route->peer = (unsigned)i;
		return false;
	}
	route->peer = (unsigned)((route->peer + 1) % n);
	return true;
}

/* False when the entry has no peer left to try; then it rests a second. */
static bool try_again(struct cm_ike *ike, struct route *route, uint32_t failed)
{
	const struct cm_tunnel *t = route->tunnel;
	if (route->not_before > ike->now)
		return false;
	if (t->peers[route->peer].address != failed)
		return true; /* another wish of the entry went on already */
	if (next_peer(route))
		return true;
	route->not_before = ike->now + SECOND;
	return false;
}

void phase1_fail(struct cm_ike *ike, struct phase1 *p, const char *why)
{
	char quad[16];
	struct wish *wishes = p->wishes;
	struct route *route = p->route;
	bool was_up = p->state == S_UP;
	p->wishes = NULL;
	SAYS(ike, p, W_DELETE_SA, .s = why);
	tell(ike,
		(struct happening){ was_up ? "phase1-down" : "phase1-failed",
			was_up ? CM_INFO : CM_ERROR, p->peer.address, route ? route->tunnel : NULL,
			route ? route->tunnel->at : (struct cm_span){ 0, 0 } },
		was_up ? "phase 1 with %s is down: %s" : "phase 1 with %s failed: %s",
		peer_name(p->peer.address, quad), why);
	uint32_t failed = p->peer.address;
	phase1_free(ike, p);
	for (struct wish *wish = wishes, *next; wish; wish = next) {
		next = wish->next;
		if (try_again(ike, wish->route, failed))
			want(ike, wish->route, &wish->selector, wish->replaces);
		store_give(&ike->store, wish);
	}
}
