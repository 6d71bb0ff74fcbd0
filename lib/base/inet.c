#include "base/inet.h"

#include <string.h>

static uint32_t fold(uint64_t wide)
{
	while (wide >> 16)
		wide = (wide & 0xffff) + (wide >> 16);
	return (uint32_t)wide;
}

/*
 * RFC 1071 2: the sum does not mind in which order the octets of all its words stand, so it is
 * taken over words of this machine, 32 bits each for the compiler to take several at once, and
 * turned at the end.
 */
uint32_t ip_sum(uint32_t sum, const uint8_t *at, size_t length)
{
	uint64_t wide = 0;
	size_t whole = length / 4 * 4;
	for (size_t i = 0; i < whole; i += 4) {
		uint32_t word;
		memcpy(&word, at + i, sizeof word);
		wide += word;
	}
	uint8_t last[4] = { 0 };
	for (size_t i = whole; i < length; i++)
		last[i - whole] = at[i];
	uint32_t word;
	memcpy(&word, last, sizeof word);
	uint16_t native = (uint16_t)fold(wide + word);
	uint8_t octets[2];
	memcpy(octets, &native, sizeof native);
	return fold((uint64_t)sum + be16(octets));
}

bool ip_parse(const uint8_t *at, size_t length, size_t *header, size_t *total)
{
	if (length < IP_HEADER || at[0] >> 4 != 4)
		return false;
	*header = (size_t)(at[0] & 15) * 4;
	*total = be16(at + 2);
	return *header >= IP_HEADER && *header <= *total && *total <= length;
}

void ip_checksum(uint8_t *at, size_t header)
{
	put16(at + 10, 0);
	put16(at + 10, ip_checksum_of(ip_sum(0, at, header)));
}

bool ip_is_fragment(const uint8_t *at)
{
	return be16(at + 6) & (IP_MF | IP_OFFSET);
}

uint32_t ip_pseudo_sum(const uint8_t *ip, size_t length)
{
	uint8_t rest[4] = { 0, ip[9] };
	put16(rest + 2, length);
	return ip_sum(ip_sum(0, ip + 12, 8), rest, sizeof rest);
}
