#include "ike/handshake.h"

#include <string.h>

/* Aggressive mode wants one group for all offers: that of the first policy that we can do. */
enum outcome send_aggressive_1(struct cm_ike *ike, struct phase1 *p)
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
	struct builder b = phase1_begin(ike, p, false);
	size_t at = wr_length(&b.w);
	p1_write(&b, same, n);
	if (!keep_body(ike, &p->sa_b, &b, at) || !phase1_dh(ike, p, &p->ke_i, &p->nonce_i) ||
		!id_write(ike, p, &p->id_i))
		return FAILED;
	build_data(&b, P_KE, p->ke_i.at, p->ke_i.length);
	build_data(&b, P_NONCE, p->nonce_i.at, p->nonce_i.length);
	build_data(&b, P_ID, p->id_i.at, p->id_i.length);
	write_first_vendors(ike, p, &b);
	write_later_vendors(ike, p, &b, LATER_UNITY);
	say_input(ike, p, "IKE_MESG_FROM_IPSEC", "IKE_SA_REQ_AM", "IKE_READY", "IKE_I_AM1");
	SAY(ike, p, W_BEGIN_AGGRESSIVE);
	return phase1_send(ike, p, &b, false);
}

/* Responder, message 2: HDR, SA, KE, Nr, IDir, HASH_R. */
enum outcome send_aggressive_2(
	struct cm_ike *ike, struct phase1 *p, const struct first *first, const struct message *m)
{
	struct octets ke, nonce;
	if (!read_exchange(ike, p, m, &ke, &nonce))
		return DROP;
	if (!phase1_dh(ike, p, &p->ke_r, &p->nonce_r) ||
		!bytes_set(&ike->store, &p->ke_i, ke.at, ke.length) ||
		!bytes_set(&ike->store, &p->nonce_i, nonce.at, nonce.length) ||
		!id_read(ike, p, m, &p->id_i))
		return FAILED;
	enum outcome outcome = phase1_derive(ike, p, ke);
	if (outcome != DONE)
		return outcome == DROP ? refuse_key(ike, p) : outcome;
	SAY(ike, p, W_SKEYID);
	if (!id_welcome(ike, p, bytes_octets(&p->id_i)))
		return DROP;
	if (!id_write(ike, p, &p->id_r))
		return FAILED;
	say_own_id(ike, p, &p->id_r);
	struct builder b = phase1_begin(ike, p, false);
	p1_answer(&b, &first->offers, first->chosen);
	build_data(&b, P_KE, p->ke_r.at, p->ke_r.length);
	build_data(&b, P_NONCE, p->nonce_r.at, p->nonce_r.length);
	build_data(&b, P_ID, p->id_r.at, p->id_r.length);
	write_answer_vendors(ike, p, &b);
	if (!natd_write(ike, p, &b))
		return FAILED;
	write_auth(p, &b);
	p->state = S_R_AM2;
	if (phase1_send(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_FROM_PEER", "IKE_AM_EXCH", "IKE_R_AM_AAA_AWAIT", "IKE_R_AM2");
	return DONE;
}

/* What was decided becomes an SA. */

/* Initiator, message 2: HDR, SA, KE, Nr, IDir, HASH_R. */
enum outcome aggressive_2(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	struct octets ke, nonce;
	if (!read_answer(ike, p, m) || p->agreed.group != dh_group(p->dh) ||
		!read_exchange(ike, p, m, &ke, &nonce))
		return DROP;
	memcpy(p->cookies.responder, m->header.responder, COOKIE);
	if (!bytes_set(&ike->store, &p->ke_r, ke.at, ke.length) ||
		!bytes_set(&ike->store, &p->nonce_r, nonce.at, nonce.length) ||
		!id_read(ike, p, m, &p->id_r))
		return FAILED;
	enum outcome outcome = phase1_derive(ike, p, ke);
	SAY(ike, p, W_SKEYID);
	bool welcome = outcome == DONE && id_welcome(ike, p, bytes_octets(&p->id_r));
	if (outcome != DONE || !check_auth(ike, p, m) || !welcome) {
		if (outcome == DONE && welcome)
			refuse_auth(ike, p);
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
	struct builder b = phase1_begin(ike, p, true);
	if (!natd_write(ike, p, &b))
		return FAILED;
	write_auth(p, &b);
	write_initial_contact(ike, p, &b);
	if (phase1_send(ike, p, &b, true) != DONE)
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
	if (!check_auth(ike, p, m))
		return refuse_auth(ike, p);
	say_authenticated(ike, p);
	if (!natd_read(ike, p, m))
		return FAILED;
	read_initial_contact(ike, p, m);
	p->state = S_UP;
	say_input(ike, p, "IKE_MESG_FROM_PEER", "IKE_AM_EXCH", "IKE_R_AM2", "IKE_P1_COMPLETE");
	phase1_up(ike, p);
	return DONE;
}
