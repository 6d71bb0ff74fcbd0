/*
 * Hostile messages at every state of the engine, and behind its keys: two ends with fixed
 * randomness speak to each other, and the fuzzer decides which of their messages arrive, which are
 * changed, and what is put between them. What it writes as plain text is encrypted under the keys
 * of the moment, under a right HASH if it likes, so that it is read.
 *
 * Octets 0 to 2 settle both ends. Then deeds: an octet for what and to whom, and what that takes.
 */
#define SIM_ABORTS
#include "ike/hostile.h"

enum { MOST_DEEDS = 40, LOG_MOST = 1 << 16 };

/* What octet 0 says. */
enum {
	AGGRESSIVE = 1,
	ELLIPTIC = 2,
	PFS = 4,
	FRAGMENTS = 8,
	FORCED_NAT = 16,
	DYNAMIC = 32,
	DEBUG = 64,
	OTHER_BEGINS = 128
};
/* What octet 1 says. */
enum {
	DPD = 1,
	WITH_AH = 2,
	PROFILE = 4,
	CHOICE = 8,
	TRANSPORT = 16,
	WRONG_KEY = 32,
	EXTENDED = 64,
	NEWER = 128
};

/* What octet 2 says: what the ends do not agree about. */
enum {
	NOTHING,
	POLICY,
	NO_AGGRESSIVE,
	STRANGER,
	LIVES,
	NO_KEY,
	NO_POLICY,
	PEERS,
	NO_PEER,
	LIMITS,
	MANY_SETS,
	SETS,
	LINES,
	QUARRELS
};

static const struct cm_identity names[] = { { .kind = CM_ID_ADDRESS,
						    .address = { SIM_A, 0xffffffff } },
	{ .kind = CM_ID_FQDN, .name = { "gw.example.net", 14 } },
	{ .kind = CM_ID_FQDN_DOMAIN, .name = { "example.net", 11 } },
	{ .kind = CM_ID_USER_FQDN, .name = { "a@example.net", 13 } },
	{ .kind = CM_ID_KEY_ID, .name = { "k", 1 } } };

static void settle_policies(struct sim_end *end, unsigned one, unsigned two)
{
	struct cm_tunnel *t = &end->tunnel[0];
	sim_p1(&end->p1[0], 10, one & ELLIPTIC ? "aes-128" : "3des",
		one & ELLIPTIC ? "sha256" : "md5", one & ELLIPTIC ? 19 : 1);
	end->p1[0].lifetime_s = two & CHOICE ? 120 : 86400;
	sim_p1(&end->p1[1], 20, "des", "sha1", 1);
	t->n_p1 = two & CHOICE ? 2 : 1;
	sim_p2(&end->p2[0], "aes-128", "sha1", two & WITH_AH ? "md5" : NULL);
	sim_p2(&end->p2[1], "aes-gcm-128", NULL, NULL);
	t->n_p2 = two & CHOICE ? 2 : 1;
	if (two & TRANSPORT)
		end->p2[0].mode = CM_MODE_TRANSPORT;
	t->lifetime_s = two & CHOICE ? 120 : 3600;
	t->lifetime_kb = two & CHOICE ? 2560 : 0;
}

static void settle(struct sim_end *end, int side, unsigned one, unsigned two)
{
	struct cm_tunnel *t = &end->tunnel[0];
	settle_policies(end, one, two);
	for (unsigned n = 1; n < SIM_LINES; n++)
		end->selector[n] = sim_selector(side, n);
	t->n_selectors = SIM_LINES;
	t->aggressive_initiated = one & AGGRESSIVE;
	t->ike_fragmentation = one & FRAGMENTS;
	if (one & PFS)
		t->pfs = (struct cm_pfs){ .demanded = true, .group = cm_group_numbered(19) };
	if (two & DPD)
		t->dpd = (struct cm_dpd){ .interval_s = 10, .periodic = side };
	if (two & PROFILE && side) {
		t->remote_ids = names;
		t->n_remote_ids = sizeof names / sizeof *names;
	}
	if (two & EXTENDED)
		t->esn = true;
	t->nat_keepalive_s = 20;
	t->invalid_spi_recovery = true;
	end->settings.force_nat = one & FORCED_NAT && side;
	end->settings.debug_isakmp = end->settings.debug_ipsec = one & DEBUG;
	end->settings.dialect = two & NEWER ? CM_IKE_DIALECT_15 : CM_IKE_DIALECT_12_3;
	if (side && one & DYNAMIC) {
		t->kind = CM_TUNNEL_DYNAMIC;
		t->n_peers = 0;
		t->n_selectors = 0;
		end->psk.peer = (struct cm_net){ 0, 0 };
	}
	if (side && two & WRONG_KEY)
		end->psk.secret = sim_str("another");
}

static void quarrel(struct sim_end *end, int side, unsigned what)
{
	enum { MANY = 40 };
	static struct cm_p2 many[MANY];
	static struct cm_peer peers[2];
	struct cm_tunnel *t = &end->tunnel[0];
	if (what == MANY_SETS) { /* messages that are cut into fragments */
		for (unsigned i = 0; i < MANY; i++)
			sim_p2(&many[i], i % 2 ? "aes-256" : "3des", "sha512", NULL);
		t->p2 = many;
		t->n_p2 = MANY;
	} else if (what == PEERS && side == 0) {
		peers[0] = peers[1] = end->peer[0];
		peers[0].address = SIM_FOREIGN;
		end->psk.peer = (struct cm_net){ 0, 0 };
		t->peers = peers;
		t->n_peers = 2;
	} else if (side == 0 && what == NO_KEY) {
		t->n_keys = 0;
	} else if (side == 0 && what == NO_POLICY) {
		end->p1[0].auth = end->p1[1].auth = NULL;
	} else if (side == 0 && what == NO_PEER) {
		end->peer[0].resolved = false;
	} else if (side == 1 && what == POLICY) {
		sim_p1(&end->p1[0], 10, "aes-256", "sha512", 20);
	} else if (side == 1 && what == NO_AGGRESSIVE) {
		t->aggressive_accepted = false;
	} else if (side == 1 && what == STRANGER) {
		end->peer[0].address = SIM_FOREIGN;
	} else if (side == 1 && what == LIVES) {
		end->p1[0].lifetime_s = t->lifetime_s = 60;
		t->lifetime_kb = 256;
	} else if (side == 1 && what == LIMITS) {
		end->settings.half_open_per_source = end->settings.half_open_max = 2;
	} else if (side == 1 && what == SETS) {
		sim_p2(&end->p2[0], "des", "md5", NULL);
	} else if (side == 1 && what == LINES) {
		end->selector[0].local.address ^= 1u << 16;
	}
}

/* --- The fuzzer's octets ----------------------------------------------------------------------- */

struct scene {
	struct sim sim;
	const uint8_t *at, *end;
};

static unsigned take(struct scene *s)
{
	return s->at < s->end ? *s->at++ : 0;
}

static struct octets take_some(struct scene *s)
{
	size_t length = take(s), left = (size_t)(s->end - s->at);
	struct octets out = { s->at, length < left ? length : left };
	s->at += out.length;
	return out;
}

static struct phase1 *newest(const struct scene *s, int side)
{
	const struct list *all = &s->sim.end[side].engine->phase1s;
	return all->last ? all->last->owner : NULL;
}

static struct quick *quick_at(struct phase1 *p, unsigned which)
{
	struct node *node = p->quicks.first;
	for (; node && which % 4 && node->after; which--)
		node = node->after;
	return node ? node->owner : NULL;
}

/* The cookies that the side knows; the other's when it does not know both yet. */
static struct cookies cookies_for(const struct scene *s, int to)
{
	static const struct cookies none;
	const struct phase1 *p = newest(s, to), *other = newest(s, 1 - to);
	if (p && memcmp(p->cookies.responder, none.responder, COOKIE) != 0)
		return p->cookies;
	return other ? other->cookies : p ? p->cookies : none;
}

/* --- Deeds ------------------------------------------------------------------------------------- */

static void arrive(struct scene *s)
{
	if (s->sim.n_packets)
		sim_deliver(&s->sim, 0);
}

static void lose(struct scene *s)
{
	if (s->sim.n_packets)
		free(s->sim.packets[0]);
	if (s->sim.n_packets)
		memmove(&s->sim.packets[0], &s->sim.packets[1],
			--s->sim.n_packets * sizeof *s->sim.packets);
}

/* The next message with some octets of it changed, or cut short. */
static void change(struct scene *s)
{
	struct octets edits = take_some(s);
	if (!s->sim.n_packets)
		return;
	struct sim_packet *p = s->sim.packets[0];
	for (size_t i = 0; i + 2 < edits.length; i += 3)
		p->data[((size_t)edits.at[i] << 8 | edits.at[i + 1]) % p->length] ^=
			edits.at[i + 2];
	if (edits.length % 3 == 2 && p->length > edits.at[edits.length - 1])
		p->length -= edits.at[edits.length - 1];
	sim_deliver(&s->sim, 0);
}

static void twice(struct scene *s)
{
	if (s->sim.n_packets)
		sim_put(&s->sim, s->sim.packets[0], s->sim.now);
	arrive(s);
}

/* Into slices, the last first when asked to. */
static void slices(struct scene *s, int to)
{
	static struct craft c;
	unsigned how = take(s), n = how % 5 + 1;
	struct cookies cookies = cookies_for(s, to);
	if (!s->sim.n_packets)
		return;
	struct sim_packet *p = s->sim.packets[0];
	size_t skip =
		p->to.port == 4500 && p->length > MARKER ? MARKER : 0; /* keepalives have none */
	size_t whole = p->length - skip, each = whole / n;
	for (unsigned k = 0; k < n && each; k++) {
		unsigned number = how & 128 ? n - k : k + 1;
		size_t from = (number - 1) * each;
		craft_open(&c, &cookies, how & 64 ? X_MAIN : X_AGGRESSIVE, 0, 0);
		build_open(&c.b, P_FRAGMENT);
		wr_u16(&c.b.w, 1);
		wr_u8(&c.b.w, (uint8_t)number);
		wr_u8(&c.b.w, number == n);
		wr_octets(&c.b.w, p->data + skip + from, number == n ? whole - from : each);
		build_close(&c.b);
		craft_hand(&c, &s->sim, to);
	}
	lose(s);
}

static void hand_at(struct scene *s, int to, const struct phase1 *p, const void *at, size_t length)
{
	if (p)
		hand_from(&s->sim, to, p->peer, at, length);
	else
		hand(&s->sim, to, at, length);
}

/* The octets as they are, behind a header that is right. */
static void plain(struct scene *s, int to)
{
	static struct craft c;
	unsigned how = take(s), exchange = take(s), first = take(s), id = take(s);
	struct octets body = take_some(s);
	struct cookies cookies = cookies_for(s, to);
	if (how & 1)
		memset(cookies.responder, 0, COOKIE);
	if (how & 2)
		cookies.initiator[0] ^= (uint8_t)how;
	craft_open(&c, &cookies, exchange, how >> 4, id);
	if (body.length)
		wr_octets(&c.b.w, body.at, body.length);
	c.length = build_end(&c.b);
	c.room[16] = (uint8_t)first;
	if (how & 4)
		c.room[27] ^= 1;
	hand_at(s, to, how & 8 ? newest(s, to) : NULL, c.room, c.length);
}

/* The octets become the text of a message of phase 2, under the HASH that is waited for. */
static void sealed(struct scene *s, int to)
{
	static struct craft c;
	unsigned how = take(s), first = take(s), id = take(s);
	struct octets body = take_some(s);
	struct phase1 *p = newest(s, to);
	if (!p || !p->keyed)
		return;
	struct quick *q = how & 1 ? quick_at(p, how >> 6) : NULL;
	uint32_t message_id = q ? q->message_id : id + 1;
	craft_open(&c, &p->cookies, how & 2 ? X_INFO : X_QUICK,
		(how & 4 ? FLAG_COMMIT : 0) | FLAG_ENCRYPTED, message_id);
	if (q)
		memcpy(c.iv, q->iv, sizeof c.iv);
	else if (!keys_iv2(&p->keys, p->iv, message_id, c.iv))
		abort();
	hash_blank(p, &c.b);
	size_t behind = wr_length(&c.b.w);
	if (body.length)
		wr_octets(&c.b.w, body.at, body.length);
	if (body.length)
		c.room[ISAKMP_HEADER] = (uint8_t)first;
	uint8_t *hash = c.room + ISAKMP_HEADER + GENERIC_HEADER;
	enum state state = q ? q->state : Q_NEW;
	/* the chain may end before the octets do: the HASH is over what will be read */
	struct message m;
	message_chain(
		&m, P_HASH, over(c.room + ISAKMP_HEADER, wr_length(&c.b.w) - ISAKMP_HEADER), true);
	size_t end = behind;
	if (m.n > 1)
		end = (size_t)(m.payloads[m.n - 1].whole.at + m.payloads[m.n - 1].whole.length -
			c.room);
	if (q && state == Q_R_QM2)
		keys_hash3(&p->keys, message_id, bytes_octets(&q->nonce_i),
			bytes_octets(&q->nonce_r), hash);
	else
		keys_hash12(&p->keys, message_id,
			state == Q_I_QM1 ? bytes_octets(&q->nonce_i) : over(NULL, 0),
			over(c.room + behind, end - behind), hash);
	if (how & 8)
		hash[0] ^= 1;
	build_pad(&c.b, p->keys.cipher->block);
	c.length = build_end(&c.b);
	if (!seal(p, c.room, c.length, c.iv))
		abort();
	hand_at(s, to, how & 16 ? NULL : p, c.room, c.length);
}

/* The last message of phase 1: an identity of the fuzzer's, a right HASH, and what follows. */
static void prove(struct scene *s, int to)
{
	static struct craft c;
	uint8_t hash[CRYPTO_HASH_MAX], iv[CRYPTO_IV_MAX];
	unsigned how = take(s), first = take(s);
	struct octets id = take_some(s), rest = take_some(s);
	struct phase1 *p = newest(s, to);
	if (!p || !p->keyed || p->state == S_UP)
		return;
	craft_open(&c, &p->cookies, p->aggressive ? X_AGGRESSIVE : X_MAIN, FLAG_ENCRYPTED, 0);
	if (p->aggressive)
		id = bytes_octets(p->initiator ? &p->id_r : &p->id_i);
	else
		build_data(&c.b, P_ID, id.at, id.length);
	struct octets gi = bytes_octets(&p->ke_i), gr = bytes_octets(&p->ke_r),
		      sa = bytes_octets(&p->sa_b);
	if (p->initiator)
		keys_hash_auth(
			&p->keys, gr, gi, p->cookies.responder, p->cookies.initiator, sa, id, hash);
	else
		keys_hash_auth(
			&p->keys, gi, gr, p->cookies.initiator, p->cookies.responder, sa, id, hash);
	size_t hash_at = wr_length(&c.b.w);
	build_data(&c.b, P_HASH, hash, p->keys.hash->size);
	if (rest.length) {
		wr_octets(&c.b.w, rest.at, rest.length);
		c.room[hash_at] = (uint8_t)first;
	}
	build_pad(&c.b, p->keys.cipher->block);
	c.length = build_end(&c.b);
	memcpy(iv, p->iv, sizeof iv);
	if (how & 1)
		c.room[hash_at + GENERIC_HEADER] ^= 1;
	if (!seal(p, c.room, c.length, iv))
		abort();
	hand_at(s, to, p, c.room, c.length);
}

static void raw(struct scene *s, int to)
{
	struct octets body = take_some(s);
	struct cm_endpoint mine = { s->sim.end[to].tunnel[0].local, take(s) & 1 ? 4500 : 500 };
	struct cm_endpoint from = { take(s) & 1 ? SIM_FOREIGN : peer_of(&s->sim, to).address, 500 };
	uint8_t *exact = malloc(body.length + 1);
	if (body.length)
		memcpy(exact, body.at, body.length);
	cm_ike_input(s->sim.end[to].engine, s->sim.now, from, mine, exact, body.length);
	free(exact);
	sim_drain(&s->sim, to);
}

static void see_sa(void *user, const struct cm_ike_sa_status *status)
{
	if (!status->state)
		abort();
}

static void see_pair(void *user, const struct cm_ike_pair_status *status)
{
	if (!status->tunnel)
		abort();
}

/* What the host of an engine does besides. */
static void command(struct scene *s, int side)
{
	struct sim_end *end = &s->sim.end[side];
	struct cm_ike *ike = end->engine;
	unsigned what = take(s), value = take(s);
	struct pair *pair = ike->pairs.last ? ike->pairs.last->owner : NULL;
	struct cm_ike_traffic traffic = { value & 7, (uint64_t)value << 14, value >> 3, value * 9 };
	struct cm_endpoint moved = { SIM_FOREIGN + value, (uint16_t)(4000 + value) };
	struct cm_endpoint mine = { end->tunnel[0].local, 4500 };
	switch (what % 11) {
	case 0:
		cm_ike_want(ike, s->sim.now, &end->tunnel[0], &end->selector[value % SIM_LINES]);
		break;
	case 1:
		cm_ike_delete_pair(ike, s->sim.now, pair ? pair->id : value);
		break;
	case 2:
		cm_ike_delete_peer(ike, s->sim.now, value & 1 ? peer_of(&s->sim, side).address : 0);
		break;
	case 3:
		cm_ike_note_traffic(ike, s->sim.now, pair ? pair->id : value, &traffic);
		break;
	case 4:
		cm_ike_note_moved(ike, s->sim.now, pair ? pair->id : value, moved);
		break;
	case 5:
		cm_ike_note_invalid_spi(ike, s->sim.now, peer_of(&s->sim, side), mine, value);
		break;
	case 6:
		end->tunnel[0].lifetime_s += value & 1;
		cm_ike_reload(ike, s->sim.now, end->tunnel, value & 2 ? 0 : 1);
		if (value & 2)
			cm_ike_reload(ike, s->sim.now, end->tunnel, 1);
		break;
	case 7:
		cm_ike_each_sa(ike, s->sim.now, see_sa, NULL);
		cm_ike_each_pair(ike, s->sim.now, see_pair, NULL);
		break;
	case 8:
		s->sim.now += (int64_t)value << 12;
		cm_ike_tick(ike, s->sim.now);
		break;
	case 9:
		sim_run(&s->sim, value * 300);
		break;
	default:
		end->dead = value & 1;
	}
	sim_drain(&s->sim, side);
}

static void deed(struct scene *s)
{
	unsigned what = take(s);
	int to = what >> 7 & 1;
	switch (what % 12) {
	case 0:
	case 1:
		arrive(s);
		break;
	case 2:
		change(s);
		break;
	case 3:
		lose(s);
		break;
	case 4:
		twice(s);
		break;
	case 5:
		slices(s, to);
		break;
	case 6:
		plain(s, to);
		break;
	case 7:
	case 8:
		sealed(s, to);
		break;
	case 9:
		prove(s, to);
		break;
	case 10:
		raw(s, to);
		break;
	default:
		command(s, to);
	}
}

/* What must hold at any time. */
static void audit(struct scene *s)
{
	for (int side = 0; side < 2; side++) {
		struct sim_end *end = &s->sim.end[side];
		struct cm_ike_counters c = sim_count(&s->sim, side);
		if (c.half_open > c.sas || c.memory > 4u << 20 || end->engine->first)
			abort();
		for (struct node *node = end->engine->pairs.first; node; node = node->after) {
			const struct pair *pair = node->owner;
			if (pair->outbound && !pair->inbound)
				abort();
			if (pair->phase1 && pair->phase1->state != S_UP)
				abort();
		}
		if (end->log.length > LOG_MOST)
			cm_text_free(&end->log);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scene s;
	if (size < 3 || size > 4096)
		return 0;
	sim_init(&s.sim, 1);
	for (int side = 0; side < 2; side++) {
		settle(&s.sim.end[side], side, data[0], data[1]);
		quarrel(&s.sim.end[side], side, data[2] % QUARRELS);
	}
	sim_begin(&s.sim);
	s.at = data + 3;
	s.end = data + size;
	int first = data[0] & OTHER_BEGINS && !(data[0] & DYNAMIC) ? 1 : 0;
	cm_ike_want(s.sim.end[first].engine, s.sim.now, &s.sim.end[first].tunnel[0],
		&s.sim.end[first].selector[0]);
	sim_drain(&s.sim, first);
	for (unsigned n = 0; s.at < s.end && n < MOST_DEEDS; n++) {
		deed(&s);
		audit(&s);
	}
	sim_finish(&s.sim);
	return 0;
}
