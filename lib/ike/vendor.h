/*
 * Vendor IDs: what a peer can do besides the RFCs, one row each (RFC 2408 3.16).
 *
 * A row says which octets, how many of them count, what they mean to us and how the router names
 * them. NAT traversal has four dialects; each has its own payload types and encapsulation modes.
 */
#ifndef IKE_VENDOR_H
#define IKE_VENDOR_H

#include "ike/payload.h"

enum vendor {
	V_NATT_RFC, /* the dialects of NAT traversal come first, best first */
	V_NATT_03,
	V_NATT_02N,
	V_NATT_02,
	V_NATT_07,
	V_UNITY,
	V_DPD,
	V_XAUTH,
	V_FRAGMENTATION,
	V_IOS, /* "speaking to another IOS box!" */
	V_N,
	V_UNKNOWN = V_N,
};

struct natt {
	uint8_t natd, natoa;    /* payload types */
	uint16_t encapsulation; /* what UDP adds to the mode */
};

struct vendor_row {
	const char *octets;
	uint8_t length, compared;
	const char *constructed; /* "NAT-T vendor-rfc3947" */
	const char *seen;        /* "vendor ID is NAT-T RFC 3947" */
	struct natt natt;        /* natd 0: not a dialect of NAT traversal */
};

const struct vendor_row *vendor_row(enum vendor);
enum vendor vendor_of(struct octets);
/* Whose it is in words, more than we act upon: "strongSwan", "Cisco Unity"; NULL: nobody we know. */
const char *vendor_name(struct octets);
/* The octet that 12.3 takes for Unity's major version; false when the ID is too short for it. */
bool vendor_major(struct octets, unsigned *major);

#endif
