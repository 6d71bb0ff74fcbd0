/*
 * What main mode and aggressive mode have in common (RFC 2409 5.4): keys, identities, hashes, the
 * choice of a policy, vendor IDs. The messages themselves are in main_mode.c and aggressive.c, the
 * first one of a peer is judged in first.c. Nobody outside of phase 1 looks in here.
 */
#ifndef IKE_HANDSHAKE_H
#define IKE_HANDSHAKE_H

#include "ike/engine.h"

/* What is known of a first message before there is an SA: enough to speak of it. */
struct first {
	struct phase1 draft;
	struct p1_offers offers;
	size_t chosen;
};

/* --- main_mode.c, aggressive.c ----------------------------------------------------------------- */

enum outcome send_main_1(struct cm_ike *, struct phase1 *);
enum outcome send_main_2(struct cm_ike *, struct phase1 *, const struct first *);
enum outcome send_aggressive_1(struct cm_ike *, struct phase1 *);
enum outcome send_aggressive_2(
	struct cm_ike *, struct phase1 *, const struct first *, const struct message *);

/* --- handshake.c ------------------------------------------------------------------------------- */

struct builder phase1_begin(struct cm_ike *, const struct phase1 *, bool encrypted);
/* Sends a message of phase 1 and keeps it for repetitions. */
enum outcome phase1_send(struct cm_ike *, struct phase1 *, struct builder *, bool encrypted);
/* The body of the payload that begins at the offset: RFC 2409's _b. */
bool keep_body(struct cm_ike *, struct bytes *out, const struct builder *, size_t at);

/* A key pair of the agreed group and a nonce. */
bool phase1_dh(struct cm_ike *, struct phase1 *, struct bytes *mine, struct bytes *nonce);
/* g^xy, SKEYID and its children, the first IV. DROP: the peer's value is none. */
enum outcome phase1_derive(struct cm_ike *, struct phase1 *, struct octets peer_public);
/* KE and NONCE of the peer, checked for size; false after a complaint. */
bool read_exchange(struct cm_ike *, struct phase1 *, const struct message *, struct octets *ke,
	struct octets *nonce);
/* A complaint about a value of Diffie-Hellman; DROP. */
enum outcome refuse_key(struct cm_ike *, struct phase1 *);

/* HASH_I or HASH_R of ours, and the peer's against what it must be. */
void write_auth(struct phase1 *, struct builder *);
bool check_auth(struct cm_ike *, struct phase1 *, const struct message *);
/* Says what went wrong in the one sentence, and one notification: the keys differ. DROP. */
enum outcome refuse_auth(struct cm_ike *, struct phase1 *);
void say_authenticated(struct cm_ike *, const struct phase1 *);
/* Said before the HASH and, on 12.3, once more behind it. */
void say_no_profile(struct cm_ike *, const struct phase1 *);

void write_initial_contact(struct cm_ike *, struct phase1 *, struct builder *);
/* The last message carried INITIAL-CONTACT: RFC 2407 4.6.3.3, only now that it is proved. */
void read_initial_contact(struct cm_ike *, struct phase1 *, const struct message *);

/* Initiator, the answer's SA: one of ours, and only one (RFC 2409 5); false after a complaint. */
bool read_answer(struct cm_ike *, struct phase1 *, const struct message *);
/* Vendor IDs: of a first message, of its answer, and the first `n` of those that come later. */
void write_first_vendors(struct cm_ike *, struct phase1 *, struct builder *);
void write_answer_vendors(struct cm_ike *, struct phase1 *, struct builder *);
enum { LATER_UNITY = 1, LATER_UNITY_DPD = 2, LATER_ALL = 3 };
void write_later_vendors(struct cm_ike *, struct phase1 *, struct builder *, size_t n);
/* The best dialect of NAT traversal that both speak. */
void agree_natt(struct phase1 *);

/* --- identity.c -------------------------------------------------------------------------------- */

/* Our own ID payload's body (RFC 2407 4.6.2). */
bool id_write(struct cm_ike *, struct phase1 *, struct bytes *out);
bool id_read(struct cm_ike *, struct phase1 *, const struct message *, struct bytes *out);
/* The name in it; empty for addresses. */
struct cm_str id_name(const struct pl_id *);
/* Without an ISAKMP profile anybody who knows the key is welcome, as on the router. */
bool id_welcome(struct cm_ike *, struct phase1 *, struct octets body);
void say_own_id(struct cm_ike *, struct phase1 *, const struct bytes *id);

/* --- policy.c ---------------------------------------------------------------------------------- */

/* The policies compared with the offers; those we could not run fit nothing. */
bool policy_choose(struct cm_ike *, struct phase1 *, const struct cm_tunnel *, struct p1_offers *,
	size_t *chosen);
/* The key for the peer; false after a complaint. */
bool find_key(struct cm_ike *, struct phase1 *, const struct cm_tunnel *);
void say_key(struct cm_ike *, const struct phase1 *);

/* --- phase1.c ---------------------------------------------------------------------------------- */

/* A cookie that nobody can guess and nobody has (RFC 2408 2.5.3). */
bool new_cookie(struct cm_ike *, uint8_t cookie[COOKIE]);
uint64_t cookie_key(const uint8_t cookie[COOKIE]);

#endif
