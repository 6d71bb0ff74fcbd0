#include <cryptomap/base.h>

/* One decimal part; gives where it ends. */
static char *print_part(uint32_t part, char *at)
{
	if (part >= 100)
		*at++ = (char)('0' + part / 100);
	if (part >= 10)
		*at++ = (char)('0' + part / 10 % 10);
	*at++ = (char)('0' + part % 10);
	return at;
}

char *cm_ip4_print(uint32_t a, char out[16])
{
	char *at = out;
	for (unsigned shift = 32; shift; shift -= 8) {
		at = print_part(a >> (shift - 8) & 255, at);
		*at++ = '.';
	}
	at[-1] = '\0';
	return out;
}

/* One decimal part 0-255 of at most three digits; leaves *at behind it. */
static bool parse_part(const char **at, const char *end, uint32_t *part)
{
	const char *start = *at;
	uint32_t value = 0;
	while (*at < end && **at >= '0' && **at <= '9' && *at - start < 3)
		value = value * 10 + (uint32_t)(*(*at)++ - '0');
	*part = value;
	return *at > start && value <= 255;
}

bool cm_ip4_parse(struct cm_str s, uint32_t *address)
{
	const char *at = s.at, *end = at + s.length;
	uint32_t value = 0, part;
	for (int i = 0; i < 4; i++) {
		if (i && (at == end || *at++ != '.'))
			return false;
		if (!parse_part(&at, end, &part))
			return false;
		value = value << 8 | part;
	}
	if (at != end)
		return false;
	*address = value;
	return true;
}

bool cm_ip4_numeric(struct cm_str word)
{
	bool dot = false;
	for (size_t i = 0; i < word.length; i++) {
		bool digit = word.at[i] >= '0' && word.at[i] <= '9';
		if (!digit && word.at[i] != '.')
			return false;
		dot = dot || !digit;
	}
	return dot;
}

bool cm_mask_is_prefix(uint32_t mask)
{
	return (~mask & (~mask + 1)) == 0;
}

unsigned cm_mask_bits(uint32_t mask)
{
	unsigned bits = 0;
	while (mask & 0x80000000u) {
		bits++;
		mask <<= 1;
	}
	return bits;
}

uint32_t cm_mask_of(unsigned bits)
{
	return bits == 0 ? 0 : 0xffffffffu << (32 - bits);
}

bool cm_net_has(struct cm_net net, uint32_t address)
{
	return ((net.address ^ address) & net.mask) == 0;
}

bool cm_net_covers(struct cm_net outer, struct cm_net inner)
{
	return (outer.mask & ~inner.mask) == 0 && cm_net_has(outer, inner.address);
}

bool cm_net_overlaps(struct cm_net a, struct cm_net b)
{
	return ((a.address ^ b.address) & a.mask & b.mask) == 0;
}
