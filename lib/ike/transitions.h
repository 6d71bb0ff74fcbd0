/*
 * Which message fits which state: a row stands under the line of the RFC's picture that it waits
 * for. Whether a message may be read at all (encrypted or not, which payloads, which proof) is
 * decided by its row before a handler sees it.
 */
#ifndef IKE_TRANSITIONS_H
#define IKE_TRANSITIONS_H

#include "ike/engine.h"

enum cover { PLAIN, SEALED, EITHER };

struct row {
	enum state state;
	enum exchange exchange;
	enum cover cover;
	enum proof proof;
	uint64_t must, may; /* sets of payload_bit */
	handler *run;
	const char *event, *was, *is; /* as the router names the step; NULL: the handler says it */
};

/* NULL: no message of this exchange is waited for. */
const struct row *row_of(enum state, unsigned exchange);
/* What a first message must have, and may. */
bool first_fits(const struct message *, bool aggressive);
/* The payloads that the row wants, none of those that it does not. */
bool row_fits(const struct row *, const struct message *);

#endif
