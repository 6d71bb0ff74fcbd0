#include "esp/room.h"
#include <string.h>

size_t ah_size(const struct esp_sa *sa)
{
	return cm_overhead_ah(sa->mac.row);
}

/* RFC 4302 appendix A1: these options arrive as they were sent; all others count as zeros. */
static bool option_stays(uint8_t option)
{
	static const uint8_t kept[] = { 0, 1, 130, 133, 134, 148, 149 };
	return memchr(kept, option, sizeof kept) != NULL;
}

/* RFC 4302 3.3.3.1.1: what routers may change, set to zero. */
static void zero_mutable(uint8_t *ip, size_t header)
{
	ip[1] = 0;         /* TOS */
	put16(ip + 6, 0);  /* flags, fragment offset */
	ip[8] = 0;         /* TTL */
	put16(ip + 10, 0); /* checksum */
	for (size_t i = IP_HEADER; i < header && ip[i] != 0;) {
		size_t size = ip[i] == 1 ? 1 : i + 1 < header ? ip[i + 1] : 0;
		if (size == 0 || (ip[i] != 1 && size < 2) || size > header - i)
			size = header - i; /* broken: nothing behind it has a meaning */
		if (!option_stays(ip[i]))
			memset(ip + i, 0, size);
		i += size;
	}
}

void ah_icv(const struct esp_sa *sa, const uint8_t *ip, size_t header, size_t total,
	uint64_t sequence, uint8_t icv[CRYPTO_HASH_MAX])
{
	uint8_t head[60], ah[AH_HEADER + CRYPTO_HASH_MAX] = { 0 }, high[4];
	size_t size = ah_size(sa);
	memcpy(head, ip, header);
	zero_mutable(head, header);
	memcpy(ah, ip + header, AH_HEADER);
	/* RFC 4302 3.3.3.1.2.2: the ICV counts as zeros, its filling as it is. */
	size_t filling = AH_HEADER + (size_t)sa->icv;
	memcpy(ah + filling, ip + header + filling, size - filling);
	put32(high, (uint32_t)(sequence >> 32));
	struct octets pieces[] = {
		{ head, header }, { ah, size }, { ip + header + size, total - header - size },
		{ high, sa->params.esn ? sizeof high : 0 }, /* RFC 4302 2.5.1: as if sent last */
	};
	mac_of(&sa->mac, pieces, sizeof pieces / sizeof *pieces, icv);
}

enum esp_verdict ah_open(struct esp_sa *sa, struct esp_packet *packet, size_t header, size_t total)
{
	uint8_t *ip = packet->at, *ah = ip + header, icv[CRYPTO_HASH_MAX];
	size_t size = ah_size(sa);
	/* RFC 4302 2.2: the length in words less two must be the one of this hash. */
	if (total < header + size || ah[1] != size / 4 - 2)
		return ESP_MALFORMED;
	if (!replay_infer(&sa->replay, be32(ah + 8), &packet->sequence) ||
		!replay_fresh(&sa->replay, packet->sequence))
		return ESP_REPLAY;
	ah_icv(sa, ip, header, total, packet->sequence, icv);
	if (!crypto_same(icv, ah + AH_HEADER, sa->icv))
		return ESP_AUTH;
	replay_mark(&sa->replay, packet->sequence);
	return ESP_OK;
}
