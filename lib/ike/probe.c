#include <cryptomap/probe.h>

#include "crypto/crypto.h"
#include "ike/identity.h"
#include "ike/proposal.h"
#include "ike/vendor.h"

#include <stdlib.h>
#include <string.h>

enum {
	INTERVAL_MS = 500,
	INTERVAL_LEAST_MS = 50,
	TIMEOUT_MS = 3000,
	TRIES = 2,
	MOST = 400,
	SEARCH_OFFERS = 30, /* in a message: it stays below 1500 octets */
	SILENT_MOST = 5,    /* messages in a row that nobody answers, when nobody ever did */
	VENDORS_MAX = 16,
	NONCE_OCTETS = 20,
	PROBE_ROOM = 2048,
};

/* The message under way: what it offers, and what became of it so far. */
struct shot {
	uint8_t cookie[COOKIE];
	size_t offers[SEARCH_OFFERS]; /* numbers of results */
	size_t n;                     /* 0: none is under way */
	unsigned sent;
	int64_t sent_at;
	uint8_t octets[PROBE_ROOM];
	size_t length;
};

struct cm_probe {
	struct cm_probe_settings settings;
	struct crypto *crypto;
	struct cm_probe_result *results;
	bool *asked; /* of each result: its turn has been */
	size_t n;
	struct shot shot;
	unsigned sent, silent, accepted;
	bool heard, failed;
	int64_t next_at; /* not before */
	struct cm_probe_vendor vendors[VENDORS_MAX];
	size_t n_vendors;
	struct cm_text identity;
	struct message message;
	struct p1_offers answer;
};

static unsigned or_default(unsigned value, unsigned fallback)
{
	return value ? value : fallback;
}

static void defaults(struct cm_probe_settings *s)
{
	s->interval_ms = or_default(s->interval_ms, INTERVAL_MS);
	if (s->interval_ms < INTERVAL_LEAST_MS)
		s->interval_ms = INTERVAL_LEAST_MS;
	s->timeout_ms = or_default(s->timeout_ms, TIMEOUT_MS);
	s->tries = or_default(s->tries, TRIES);
	s->most = or_default(s->most, MOST);
}

/* Numbers for all parts, and in aggressive mode a group that can be computed. */
static bool can_offer(const struct cm_probe *probe, const struct cm_p1 *p1)
{
	return p1->cipher && p1->cipher->ike_id && p1->hash && p1->hash->ike_id && p1->group &&
		p1->auth &&
		(!probe->settings.aggressive || dh_random_size(probe->crypto, p1->group));
}

static bool take_offers(struct cm_probe *probe, const struct cm_p1 *offers, size_t n)
{
	probe->results = calloc(n, sizeof *probe->results);
	probe->asked = calloc(n, sizeof *probe->asked);
	if (!probe->results || !probe->asked)
		return false;
	probe->n = n;
	for (size_t i = 0; i < n; i++) {
		probe->results[i].offer = offers[i];
		probe->asked[i] = !can_offer(probe, &offers[i]);
	}
	return true;
}

struct cm_probe *cm_probe_new(
	const struct cm_p1 *offers, size_t n, const struct cm_probe_settings *settings)
{
	struct cm_probe *probe = n ? calloc(1, sizeof *probe) : NULL;
	if (!probe)
		return NULL;
	probe->settings = *settings;
	defaults(&probe->settings);
	probe->crypto = crypto_new();
	if (!probe->crypto || !take_offers(probe, offers, n)) {
		cm_probe_free(probe);
		return NULL;
	}
	return probe;
}

void cm_probe_free(struct cm_probe *probe)
{
	if (!probe)
		return;
	for (size_t i = 0; i < probe->n_vendors; i++)
		free((void *)probe->vendors[i].at);
	cm_text_free(&probe->identity);
	crypto_free(probe->crypto);
	free(probe->results);
	free(probe->asked);
	free(probe);
}

/* --- What is asked ------------------------------------------------------------------------------- */

static bool randomness(struct cm_probe *probe, void *out, size_t length)
{
	const struct cm_probe_settings *s = &probe->settings;
	return s->random ? s->random(s->user, out, length)
			 : crypto_random(probe->crypto, out, length);
}

/* The next offers whose turn it is; aggressive mode wants one group in a message (RFC 2409 5). */
static void choose_offers(struct cm_probe *probe)
{
	struct shot *shot = &probe->shot;
	size_t most = probe->settings.search ? SEARCH_OFFERS : 1;
	shot->n = 0;
	for (size_t i = 0; i < probe->n && shot->n < most; i++) {
		const struct cm_group *group = probe->results[i].offer.group;
		if (probe->asked[i] ||
			(probe->settings.aggressive && shot->n &&
				group != probe->results[shot->offers[0]].offer.group))
			continue;
		probe->asked[i] = true;
		shot->offers[shot->n++] = i;
	}
}

/* KE, Ni, IDii: what aggressive mode's first message has besides. The private value is forgotten. */
static bool write_exchange(struct cm_probe *probe, struct builder *b)
{
	const struct cm_group *group = probe->results[probe->shot.offers[0]].offer.group;
	uint8_t random[CRYPTO_DH_RANDOM_MAX], nonce[NONCE_OCTETS], id[ID_ROOM];
	size_t size = dh_random_size(probe->crypto, group);
	struct writer w = wr_of(id, sizeof id);
	struct dh *dh = randomness(probe, random, size) && randomness(probe, nonce, sizeof nonce)
		? dh_new(probe->crypto, group, random, size)
		: NULL;
	crypto_wipe(random, sizeof random);
	if (!dh)
		return false;
	id_body(&w, &probe->settings.identity, probe->settings.local, 500);
	build_data(b, P_KE, dh_public(dh).at, dh_public(dh).length);
	build_data(b, P_NONCE, nonce, sizeof nonce);
	build_data(b, P_ID, id, wr_length(&w));
	dh_free(dh);
	return !w.bad;
}

/* A gateway says what it can do when it hears of it. */
static void write_vendors(struct builder *b)
{
	static const enum vendor said[] = { V_NATT_RFC, V_NATT_03, V_NATT_02, V_DPD,
		V_FRAGMENTATION };
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		const struct vendor_row *row = vendor_row(said[i]);
		build_data(b, P_VENDOR, row->octets, row->length);
	}
}

static bool write_shot(struct cm_probe *probe)
{
	struct shot *shot = &probe->shot;
	const struct cm_p1 *offers[SEARCH_OFFERS];
	struct isakmp header = { .version = ISAKMP_VERSION,
		.exchange = probe->settings.aggressive ? X_AGGRESSIVE : X_MAIN };
	if (!randomness(probe, shot->cookie, COOKIE))
		return false;
	shot->cookie[0] |= 1; /* never zero: RFC 2408 3.1 */
	memcpy(header.initiator, shot->cookie, COOKIE);
	for (size_t i = 0; i < shot->n; i++)
		offers[i] = &probe->results[shot->offers[i]].offer;
	struct builder b = build_begin(shot->octets, sizeof shot->octets, &header);
	p1_offer(&b, offers, shot->n);
	if (probe->settings.aggressive && !write_exchange(probe, &b))
		return false;
	write_vendors(&b);
	shot->length = build_end(&b);
	shot->sent = 0;
	return shot->length > 0;
}

/* The run is over: with everything asked, after too many messages, or when nobody is there. */
static bool over(const struct cm_probe *probe)
{
	if (probe->failed || probe->sent >= probe->settings.most ||
		(!probe->heard && probe->silent >= SILENT_MOST))
		return true;
	for (size_t i = 0; i < probe->n; i++)
		if (!probe->asked[i])
			return false;
	return true;
}

static void settle(
	struct cm_probe *probe, enum cm_probe_answer answer, uint16_t notify, int64_t now)
{
	struct shot *shot = &probe->shot;
	for (size_t i = 0; i < shot->n; i++) {
		struct cm_probe_result *r = &probe->results[shot->offers[i]];
		r->answer = answer;
		r->notify = notify;
		r->notify_name = notify ? notify_name(notify) : NULL;
		r->elapsed_ms = (unsigned)(now - shot->sent_at);
	}
	shot->n = 0;
}

static void give_up(struct cm_probe *probe, int64_t now)
{
	probe->silent++;
	settle(probe, CM_PROBE_SILENT, 0, now);
}

int64_t cm_probe_deadline(const struct cm_probe *probe)
{
	const struct shot *shot = &probe->shot;
	if (!shot->n)
		return over(probe) ? INT64_MAX : probe->next_at;
	int64_t waited = shot->sent ? shot->sent_at + probe->settings.timeout_ms : 0;
	return waited > probe->next_at ? waited : probe->next_at;
}

bool cm_probe_send(struct cm_probe *probe, int64_t now, const void **at, size_t *length)
{
	struct shot *shot = &probe->shot;
	if (now < cm_probe_deadline(probe))
		return false;
	if (shot->n && (shot->sent >= probe->settings.tries || probe->sent >= probe->settings.most))
		give_up(probe, now);
	if (!shot->n) {
		if (over(probe))
			return false;
		choose_offers(probe);
		if (!write_shot(probe)) {
			probe->failed = true;
			shot->n = 0;
			return false;
		}
	}
	shot->sent++;
	shot->sent_at = now;
	probe->sent++;
	probe->next_at = now + probe->settings.interval_ms;
	*at = shot->octets;
	*length = shot->length;
	return true;
}

/* --- What is answered ------------------------------------------------------------------------------ */

static void take_vendor(struct cm_probe *probe, struct octets id)
{
	for (size_t i = 0; i < probe->n_vendors; i++)
		if (probe->vendors[i].length == id.length &&
			memcmp(probe->vendors[i].at, id.at, id.length) == 0)
			return;
	uint8_t *copy = id.length && probe->n_vendors < VENDORS_MAX ? malloc(id.length) : NULL;
	if (!copy)
		return;
	memcpy(copy, id.at, id.length);
	probe->vendors[probe->n_vendors++] =
		(struct cm_probe_vendor){ copy, id.length, vendor_name(id) };
}

static void take_identity(struct cm_probe *probe, const struct pl_id *id)
{
	const char *type = id_type_name(id->type);
	char quad[16];
	struct reader r = rd_of(id->data.at, id->data.length);
	if (probe->identity.length)
		return;
	cm_text_printf(&probe->identity, "%s ", type ? type : "unknown type");
	if (id->type == ID_IPV4 && id->data.length == 4)
		cm_text_put(&probe->identity, cm_ip4_print(rd_u32(&r), quad));
	for (size_t i = 0; id->type != ID_IPV4 && i < id->data.length && i < 255; i++)
		if (id->data.at[i] >= ' ' && id->data.at[i] < 127)
			cm_text_char(&probe->identity, (char)id->data.at[i]);
}

/* The chosen transform is one of those that were offered, or the answer is none. */
static void take_choice(struct cm_probe *probe, const struct pl_sa *sa, int64_t now)
{
	struct shot *shot = &probe->shot;
	if (p1_read(sa, &probe->answer) != 0 || probe->answer.n != 1)
		return;
	for (size_t i = 0; i < shot->n; i++) {
		size_t number = shot->offers[i];
		struct cm_probe_result *r = &probe->results[number];
		if (cm_p1_compare(&r->offer, &probe->answer.p1[0]) != CM_SAME)
			continue;
		r->answer = CM_PROBE_ACCEPTED;
		r->order = ++probe->accepted;
		r->elapsed_ms = (unsigned)(now - shot->sent_at);
		if (probe->answer.p1[0].lifetime_s)
			r->offer.lifetime_s = probe->answer.p1[0].lifetime_s;
		for (size_t other = 0; other < shot->n;
			other++) /* they are asked again, without it */
			probe->asked[shot->offers[other]] = shot->offers[other] == number;
		shot->n = 0;
		return;
	}
}

static void take_answer(struct cm_probe *probe, int64_t now)
{
	const struct message *m = &probe->message;
	const struct payload *sa = message_find(m, P_SA, 0);
	for (unsigned i = 0; i < m->n; i++) {
		if (m->payloads[i].type == P_VENDOR)
			take_vendor(probe, m->payloads[i].is.data.data);
		else if (m->payloads[i].type == P_ID)
			take_identity(probe, &m->payloads[i].is.id);
	}
	if (sa)
		take_choice(probe, &sa->is.sa, now);
}

static void take_refusal(struct cm_probe *probe, int64_t now)
{
	enum { ERROR_MAX = 16383 }; /* RFC 2408 3.14.1 */
	const struct payload *notify = message_find(&probe->message, P_NOTIFY, 0);
	if (notify && notify->is.notify.type && notify->is.notify.type <= ERROR_MAX)
		settle(probe, CM_PROBE_REFUSED, notify->is.notify.type, now);
}

void cm_probe_input(struct cm_probe *probe, int64_t now, const void *datagram, size_t length)
{
	struct message *m = &probe->message;
	struct reader r = rd_of(datagram, length);
	if (!probe->shot.n || !isakmp_decode(&r, &m->header) || m->header.length != length ||
		memcmp(m->header.initiator, probe->shot.cookie, COOKIE) != 0 ||
		m->header.flags & FLAG_ENCRYPTED ||
		!message_chain(m, m->header.next, rd_rest(&r), false))
		return;
	probe->heard = true;
	if (m->header.exchange == X_INFO)
		take_refusal(probe, now);
	else if (m->header.exchange == (probe->settings.aggressive ? X_AGGRESSIVE : X_MAIN))
		take_answer(probe, now);
}

/* --- What came of it --------------------------------------------------------------------------------- */

const struct cm_probe_result *cm_probe_results(const struct cm_probe *probe, size_t *n)
{
	*n = probe->n;
	return probe->results;
}

const struct cm_probe_vendor *cm_probe_vendors(const struct cm_probe *probe, size_t *n)
{
	*n = probe->n_vendors;
	return probe->vendors;
}

const char *cm_probe_peer_identity(const struct cm_probe *probe)
{
	return probe->identity.length && !probe->identity.failed ? probe->identity.at : NULL;
}

unsigned cm_probe_sent(const struct cm_probe *probe)
{
	return probe->sent;
}

size_t cm_probe_all(const struct cm_auth *auth, struct cm_p1 *out, size_t room)
{
	size_t n_ciphers, n_hashes, n_groups, n = 0;
	const struct cm_cipher *ciphers = cm_ciphers(&n_ciphers);
	const struct cm_hash *hashes = cm_hashes(&n_hashes);
	const struct cm_group *groups = cm_groups(&n_groups);
	for (size_t i = n_groups * n_ciphers * n_hashes; i-- > 0;) {
		const struct cm_p1 p1 = { .group = &groups[i / n_hashes / n_ciphers],
			.cipher = &ciphers[i / n_hashes % n_ciphers],
			.hash = &hashes[i % n_hashes],
			.auth = auth,
			.lifetime_s = 86400 };
		if (!p1.group->ios || !p1.cipher->isakmp || !p1.cipher->ike_id ||
			!p1.hash->isakmp || !p1.hash->ike_id)
			continue;
		if (n < room)
			out[n] = p1;
		n++;
	}
	return n;
}
