#include "ike/handshake.h"

#include <string.h>

enum outcome send_main_1(struct cm_ike *ike, struct phase1 *p)
{
	SAY(ike, p, W_NO_AGGRESSIVE);
	say_key(ike, p);
	struct builder b = phase1_begin(ike, p, false);
	size_t at = wr_length(&b.w);
	if (!p1_write(&b, p->route->tunnel->p1, p->route->tunnel->n_p1) ||
		!keep_body(ike, &p->sa_b, &b, at))
		return FAILED;
	p->state = S_I_MM1;
	write_first_vendors(ike, p, &b);
	say_input(ike, p, "IKE_MESG_FROM_IPSEC", "IKE_SA_REQ_MM", "IKE_READY", "IKE_I_MM1");
	SAY(ike, p, W_BEGIN_MAIN);
	return phase1_send(ike, p, &b, false);
}

enum outcome send_main_2(struct cm_ike *ike, struct phase1 *p, const struct first *first)
{
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_R_MM1", "IKE_R_MM1");
	struct builder b = phase1_begin(ike, p, false);
	p1_answer(&b, &first->offers, first->chosen);
	write_answer_vendors(ike, p, &b);
	p->state = S_R_MM2;
	if (phase1_send(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_R_MM1", "IKE_R_MM2");
	return DONE;
}

enum outcome main_2(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	if (!read_answer(ike, p, m))
		return DROP;
	agree_natt(p);
	memcpy(p->cookies.responder, m->header.responder, COOKIE);
	if (!phase1_dh(ike, p, &p->ke_i, &p->nonce_i))
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_I_MM2", "IKE_I_MM2");
	p->state = S_I_MM3;
	struct builder b = phase1_begin(ike, p, false);
	build_data(&b, P_KE, p->ke_i.at, p->ke_i.length);
	build_data(&b, P_NONCE, p->nonce_i.at, p->nonce_i.length);
	write_later_vendors(ike, p, &b, LATER_ALL);
	if (!natd_write(ike, p, &b) || phase1_send(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_I_MM2", "IKE_I_MM3");
	return DONE;
}

/* Messages 3 and 4 as they are read: HDR, KE, Ni and HDR, KE, Nr. */
static enum outcome take_exchange(struct cm_ike *ike, struct phase1 *p, const struct message *m)
{
	struct bytes *theirs = p->initiator ? &p->ke_r : &p->ke_i;
	struct bytes *their_nonce = p->initiator ? &p->nonce_r : &p->nonce_i;
	struct octets ke, nonce;
	if (!read_exchange(ike, p, m, &ke, &nonce))
		return DROP;
	/* the responder's first work that costs, after the cookie came back */
	if (!p->initiator && !phase1_dh(ike, p, &p->ke_r, &p->nonce_r))
		return FAILED;
	if (!bytes_set(&ike->store, theirs, ke.at, ke.length) ||
		!bytes_set(&ike->store, their_nonce, nonce.at, nonce.length))
		return FAILED;
	enum outcome outcome = phase1_derive(ike, p, ke);
	if (outcome != DONE)
		return outcome == DROP ? refuse_key(ike, p) : outcome;
	say_key(ike, p);
	SAY(ike, p, W_SKEYID);
	vendors_read(ike, p, m);
	return natd_read(ike, p, m) ? DONE : FAILED;
}

/* Responder, message 3: HDR, KE, Ni. */
enum outcome main_3(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	enum outcome outcome = take_exchange(ike, p, m);
	if (outcome != DONE)
		return outcome;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_R_MM3", "IKE_R_MM3");
	p->state = S_R_MM4;
	struct builder b = phase1_begin(ike, p, false);
	build_data(&b, P_KE, p->ke_r.at, p->ke_r.length);
	build_data(&b, P_NONCE, p->nonce_r.at, p->nonce_r.length);
	write_later_vendors(ike, p, &b, LATER_UNITY_DPD);
	if (!natd_write(ike, p, &b) || phase1_send(ike, p, &b, false) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_R_MM3", "IKE_R_MM4");
	return DONE;
}

/* Initiator, message 4: HDR, KE, Nr. */
enum outcome main_4(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	enum outcome outcome = take_exchange(ike, p, m);
	if (outcome != DONE)
		return outcome;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_I_MM4", "IKE_I_MM4");
	if (nat_found(p))
		nat_float(ike, p); /* message 5 goes from and to 4500, RFC 3947 4 */
	p->state = S_I_MM5;
	struct builder b = phase1_begin(ike, p, true);
	if (!id_write(ike, p, &p->id_i))
		return FAILED;
	build_data(&b, P_ID, p->id_i.at, p->id_i.length);
	write_auth(p, &b);
	write_initial_contact(ike, p, &b);
	say_own_id(ike, p, &p->id_i);
	if (phase1_send(ike, p, &b, true) != DONE)
		return FAILED;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_I_MM4", "IKE_I_MM5");
	return DONE;
}

/* Messages 5 and 6 as they are read: HDR*, IDii, HASH_I and HDR*, IDir, HASH_R. */
static enum outcome read_proof(
	struct cm_ike *ike, struct phase1 *p, const struct message *m, struct bytes *id)
{
	if (!id_read(ike, p, m, id))
		return FAILED;
	bool welcome = id_welcome(ike, p, bytes_octets(id));
	if (!check_auth(ike, p, m))
		return refuse_auth(ike, p);
	if (!welcome)
		return DROP;
	say_authenticated(ike, p);
	read_initial_contact(ike, p, m);
	say_no_profile(ike, p);
	return DONE;
}

/* Responder, message 5: HDR*, IDii, HASH_I. */
enum outcome main_5(
	struct cm_ike *ike, struct phase1 *p, struct quick *none, const struct message *m)
{
	(void)none;
	enum outcome outcome = read_proof(ike, p, m, &p->id_i);
	if (outcome != DONE)
		return outcome;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_R_MM5", "IKE_R_MM5");
	if (!id_write(ike, p, &p->id_r))
		return FAILED;
	say_own_id(ike, p, &p->id_r);
	struct builder b = phase1_begin(ike, p, true);
	build_data(&b, P_ID, p->id_r.at, p->id_r.length);
	write_auth(p, &b);
	if (phase1_send(ike, p, &b, true) != DONE)
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
	enum outcome outcome = read_proof(ike, p, m, &p->id_r);
	if (outcome != DONE)
		return outcome;
	/* here alone the router speaks of the state when the message is done */
	say_input(ike, p, "IKE_MESG_FROM_PEER", "IKE_MM_EXCH", "IKE_I_MM5", "IKE_I_MM6");
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_MAIN_MODE", "IKE_I_MM6", "IKE_I_MM6");
	p->state = S_UP;
	say_input(ike, p, "IKE_MESG_INTERNAL", "IKE_PROCESS_COMPLETE", "IKE_I_MM6",
		"IKE_P1_COMPLETE");
	phase1_up(ike, p);
	return DONE;
}
