/*
 * The body of an ID payload that we send (RFC 2407 4.6.2): who we say that we are.
 */
#ifndef IKE_IDENTITY_H
#define IKE_IDENTITY_H

#include "base/cursor.h"
#include <cryptomap/tunnel.h>

enum { ID_ROOM = 4 + 256 };

/* An identity without a name, or with one that is too long, is our address. UDP, this port. */
void id_body(struct writer *, const struct cm_identity *, uint32_t local, uint16_t port);

#endif
