/*
 * SA payloads: from octets to rows of facts and back. RFC 2408 3.4-3.6, RFC 2407 4.4-4.6.
 *
 * Reading gives plain offers, each with the transform it came from, so that an answer can carry
 * it unchanged (RFC 2408 4.2: attributes must not be modified). What an offer says in numbers that
 * no row knows leaves a NULL, and a NULL fits no policy. An offer that we could not honour
 * whatever the policies say (another authentication, an attribute that nobody knows) has `odd`.
 * Nothing here decides: that is cm_p1_choose and cm_p2_compare.
 */
#ifndef IKE_PROPOSAL_H
#define IKE_PROPOSAL_H

#include "ike/message.h"
#include <cryptomap/tunnel.h>

enum { OFFERS_MAX = 64, SPI_PROTOCOLS = 2 };

/* Phase 1: one proposal, a transform per policy. */
struct p1_offers {
	size_t n;
	struct cm_p1 p1[OFFERS_MAX];
	struct octets attributes[OFFERS_MAX];
	struct octets transforms[OFFERS_MAX]; /* whole, generic header included */
	uint8_t number;                       /* of the proposal */
	bool more;                            /* there were more than OFFERS_MAX; left aside */
};

/* 0, or the notify that says what is wrong with it. */
uint16_t p1_read(const struct pl_sa *, struct p1_offers *);
/* The SA payload with these offers, of which all parts are known; at most OFFERS_MAX. */
void p1_offer(struct builder *, const struct cm_p1 *const *offers, size_t n);
/* The SA payload with all policies that we can do; gives how many. */
size_t p1_write(struct builder *, const struct cm_p1 *policies, size_t n);
/* The answer: the chosen transform as it came. */
void p1_answer(struct builder *, const struct p1_offers *, size_t chosen);
/* True when we can run the policy: pre-shared keys, all parts known. */
bool p1_possible(const struct cm_p1 *);

/* Phase 2: one way to protect, of one or two protocols (AH around ESP). */
struct p2_offer {
	struct cm_p2 p2; /* mode without its UDP forms */
	uint8_t number;  /* of the proposal */
	uint8_t n;       /* protocols, in the order of the message */
	struct p2_part {
		uint8_t protocol, transform, id;
		uint32_t spi;
		struct octets attributes, whole; /* of the transform */
	} parts[SPI_PROTOCOLS];
	const struct cm_group *group;     /* NULL: none offered, or unknown (then odd) */
	uint16_t encapsulation;           /* as it came; 0: not said */
	uint32_t lifetime_s, lifetime_kb; /* 0: not said */
	bool esn, udp, odd;
};

struct p2_offers {
	size_t n;
	struct p2_offer o[OFFERS_MAX];
};

uint16_t p2_read(const struct pl_sa *, struct p2_offers *);

/* What we put into each proposal. */
struct p2_terms {
	const struct cm_group *group; /* NULL: no PFS */
	uint32_t lifetime_s, lifetime_kb;
	uint16_t encapsulation_udp;         /* 0: none; else what to add to the mode (2 or 61440) */
	uint32_t esp_spi, ah_spi;           /* ours */
	bool esn;                           /* offered first; without it second */
	const struct cm_selector *selector; /* with the ends: decides about transport mode */
	uint32_t local, peer;               /* 0: behind a NAT, any host counts as the gateway */
};

/* True when we can run the transform-set (no compression, all parts known). */
bool p2_possible(const struct cm_p2 *);
size_t p2_write(struct builder *, const struct cm_p2 *sets, size_t n, const struct p2_terms *);
/* The answer: the chosen proposal as it came, with our SPIs. */
void p2_answer(struct builder *, const struct p2_offer *, uint32_t esp_spi, uint32_t ah_spi);

/* Octets of key material, salt included. */
size_t p2_cipher_key_size(const struct cm_cipher *);
size_t p2_hash_key_size(const struct cm_hash *);

/* "3des sha 1024…": an offer in a reader's words, for the sentences of events. */
void p1_describe(struct cm_text *, const struct cm_p1 *);
void p2_describe(struct cm_text *, const struct cm_p2 *);

#endif
