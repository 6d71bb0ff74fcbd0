/*
 * The parts of quick mode (RFC 2409 5.5): what is proposed for which selectors, and whether one of
 * our entries takes it. What begins and what answers are quick.c and quick_respond.c.
 */
#ifndef IKE_QUICK_H
#define IKE_QUICK_H

#include "ike/engine.h"

/* --- quick_ids.c ------------------------------------------------------------------------------- */

/* IDci is the initiator's side, IDcr the responder's. */
void ids_write(struct builder *, const struct cm_selector *, bool initiator);
/* False when the IDs are of a kind that cannot be a selector. */
bool ids_read(const struct phase1 *, const struct message *, bool initiator, struct cm_selector *);

/* --- quick_choose.c ---------------------------------------------------------------------------- */

/* How far an offer came with an entry. */
enum how_far { MISS_SELECTOR, MISS_TRANSFORM, MISS_PFS, FOUND };

/* The nearest miss of all entries, for the sentence and the notification. */
struct choosing {
	const struct p2_offers *offers;
	struct cm_selector wanted;
	struct route *route; /* the entry that got furthest */
	enum how_far how_far;
	enum cm_difference difference;
	const struct cm_selector *line;
	const struct cm_p2 *set;
	const struct p2_offer *offer;
};

/* A set as it counts for this selector pair: transport mode only between the gateways. */
struct cm_p2 set_for(const struct phase1 *, const struct cm_p2 *set, const struct cm_selector *);
/* First entry whose peers, ACL, transform-sets and PFS all fit (ios.md 3.8). */
bool quick_choose(struct cm_ike *, const struct phase1 *, struct choosing *);
void tell_miss(struct cm_ike *, const struct phase1 *, const struct choosing *);

/* --- quick_keys.c ------------------------------------------------------------------------------ */

/*
 * What was agreed becomes a pair with keys; the secret of PFS is made and gone here. DROP: the
 * peer's value is none.
 */
enum outcome quick_pair(struct cm_ike *, struct quick *, const struct p2_offer *,
	const struct cm_p2 *set, struct octets ke);
/* Of two limits; 0 is none. */
uint32_t smaller(uint32_t, uint32_t);

/* --- quick.c: parts of the messages of both sides ------------------------------------------------ */

struct builder quick_begin(struct cm_ike *, const struct quick *);
/* Sends what stands in ike->room and keeps it for repetitions. */
bool quick_send(struct cm_ike *, struct quick *, size_t length);
bool quick_nonce(struct cm_ike *, struct bytes *out);
bool quick_dh(struct cm_ike *, struct quick *);
void quick_spis(struct cm_ike *, struct quick *, bool esp, bool ah);
/* KE is there exactly when the chosen transform has a group, and of its size. */
bool ke_fits(const struct message *, const struct cm_group *, struct octets *ke);
bool nonce_fits(const struct message *, struct octets *nonce);
void quick_say_read(struct cm_ike *, const struct quick *, const struct message *);
/* The exchange has ended; what is left answers repetitions for a while. */
void quick_done(struct cm_ike *, struct quick *);

#endif
