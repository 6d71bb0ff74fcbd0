/*
 * Octets of Internet headers: big-endian numbers in place, the IPv4 header of RFC 791, and the one's
 * complement sum of RFC 1071.
 */
#ifndef BASE_INET_H
#define BASE_INET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
enum {
	IP_HEADER = 20,  /* octets, without options */
	UDP_HEADER = 8,
	TCP_HEADER = 20, /* without options */
	NEXT_TCP = 6,    /* IANA protocol numbers */
	NEXT_UDP = 17,
	IP_DF = 0x4000, IP_MF = 0x2000, IP_OFFSET = 0x1fff, /* of the flags and offset field */
};
/* clang-format on */

static inline uint16_t be16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t be32(const uint8_t *at)
{
	return (uint32_t)be16(at) << 16 | be16(at + 2);
}

static inline void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* The one's complement sum, folded to 16 bits; add up pieces, all but the last of even length. */
uint32_t ip_sum(uint32_t sum, const uint8_t *at, size_t length);
/* What a checksum field must hold when the rest of what it covers has this sum. */
static inline uint16_t ip_checksum_of(uint32_t sum)
{
	return (uint16_t)(~sum & 0xffff);
}

/* A packet that begins with a sound IPv4 header: header and total length, else false. */
bool ip_parse(const uint8_t *at, size_t length, size_t *header, size_t *total);
/* Write the header's checksum. */
void ip_checksum(uint8_t *at, size_t header);
bool ip_is_fragment(const uint8_t *at);
/* The sum of the pseudo header of TCP and UDP (RFC 793 3.1, RFC 768) before `length` octets. */
uint32_t ip_pseudo_sum(const uint8_t *ip, size_t length);

#endif
