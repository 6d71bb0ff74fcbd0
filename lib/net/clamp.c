#include "net/clamp.h"
#include "base/inet.h"

enum { SYN = 2, END = 0, NO_OPERATION = 1, MSS = 2, MSS_SIZE = 4 };

/* Where the value of the MSS option is; NULL without one. */
static uint8_t *find_mss(uint8_t *tcp, size_t header)
{
	for (size_t i = TCP_HEADER; i < header && tcp[i] != END;) {
		if (tcp[i] == NO_OPERATION) {
			i++;
			continue;
		}
		size_t size = i + 1 < header ? tcp[i + 1] : 0;
		if (size < 2 || size > header - i)
			return NULL;
		if (tcp[i] == MSS && size == MSS_SIZE)
			return tcp + i + 2;
		i += size;
	}
	return NULL;
}

bool clamp_mss(uint8_t *ip, size_t length, uint16_t mss)
{
	size_t network, total;
	if (!ip_parse(ip, length, &network, &total) || ip[9] != NEXT_TCP || ip_is_fragment(ip) ||
		total < network + TCP_HEADER)
		return false;
	uint8_t *tcp = ip + network;
	size_t size = total - network, header = (size_t)(tcp[12] >> 4) * 4;
	if (!(tcp[13] & SYN) || header > size)
		return false;
	uint8_t *value = find_mss(tcp, header);
	if (!value || be16(value) <= mss || ip_sum(ip_pseudo_sum(ip, size), tcp, size) != 0xffff)
		return false;
	put16(value, mss);
	put16(tcp + 16, 0);
	put16(tcp + 16, ip_checksum_of(ip_sum(ip_pseudo_sum(ip, size), tcp, size)));
	return true;
}
