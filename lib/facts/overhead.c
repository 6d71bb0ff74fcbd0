#include <cryptomap/facts.h>

enum {
	IP_HEADER = 20,
	UDP_HEADER = 8,
	ESP_HEADER = 8,  /* SPI, sequence number: RFC 4303 2.1, 2.2 */
	ESP_TRAILER = 2, /* pad length, next header: RFC 4303 2.5, 2.6 */
	AH_HEADER = 12,  /* without its ICV: RFC 4302 2 */
	WORD = 4,
};

size_t cm_overhead_ah(const struct cm_hash *hash)
{
	return hash ? AH_HEADER + (hash->icv + WORD - 1u) / WORD * WORD : 0;
}

/* RFC 4303 2.4: the trailer ends on a 4-octet boundary, and on a block's end if larger. */
size_t cm_overhead_alignment(const struct cm_cipher *cipher)
{
	return cipher->block > WORD && !cipher->combined ? cipher->block : WORD;
}

/* Octets that do not depend on the packet. */
static size_t fixed_part(const struct cm_wrapping *w)
{
	size_t size = IP_HEADER + cm_overhead_ah(w->ah) + (w->udp ? UDP_HEADER : 0);
	if (w->cipher)
		size += ESP_HEADER + (size_t)w->cipher->iv;
	if (w->cipher && w->cipher->combined)
		size += w->cipher->icv;
	if (w->cipher && w->hash)
		size += w->hash->icv;
	return size;
}

size_t cm_overhead(const struct cm_wrapping *w, size_t inner)
{
	size_t payload = w->transport ? (inner > IP_HEADER ? inner - IP_HEADER : 0) : inner;
	if (!w->cipher)
		return fixed_part(w) + payload;
	size_t unit = cm_overhead_alignment(w->cipher);
	return fixed_part(w) + (payload + ESP_TRAILER + unit - 1) / unit * unit;
}

size_t cm_overhead_inner(const struct cm_wrapping *w, size_t mtu)
{
	size_t fixed = fixed_part(w), payload;
	if (mtu < fixed)
		return 0;
	payload = mtu - fixed;
	if (w->cipher) {
		size_t unit = cm_overhead_alignment(w->cipher);
		payload = payload / unit * unit;
		if (payload <= ESP_TRAILER)
			return 0;
		payload -= ESP_TRAILER;
	}
	return payload + (w->transport ? IP_HEADER : 0);
}
