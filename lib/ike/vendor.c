#include "ike/vendor.h"

#include <string.h>

/* clang-format off */
static const struct vendor_row rows[V_N] = {
	[V_NATT_RFC] = { "\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f", 16, 16,
		"NAT-T vendor-rfc3947", "vendor ID is NAT-T RFC 3947", { P_NATD, P_NATOA, 2 } },
	[V_NATT_03] = { "\x7d\x94\x19\xa6\x53\x10\xca\x6f\x2c\x17\x9d\x92\x15\x52\x9d\x56", 16, 16,
		"NAT-T vendor-03", "vendor ID is NAT-T v3", { P_NATD_DRAFT, P_NATOA_DRAFT, 61440 + 2 } },
	[V_NATT_02N] = { "\x90\xcb\x80\x91\x3e\xbb\x69\x6e\x08\x63\x81\xb5\xec\x42\x7b\x1f", 16, 16,
		"NAT-T vendor-02", "vendor ID is NAT-T v2", { P_NATD_DRAFT, P_NATOA_DRAFT, 61440 + 2 } },
	[V_NATT_02] = { "\xcd\x60\x46\x43\x35\xdf\x21\xf8\x7c\xfd\xb2\xfc\x68\xb6\xa4\x48", 16, 16,
		"NAT-T vendor-02", "vendor ID is NAT-T v2", { P_NATD_DRAFT, P_NATOA_DRAFT, 61440 + 2 } },
	[V_NATT_07] = { "\x43\x9b\x59\xf8\xba\x67\x6c\x4c\x77\x37\xae\x22\xea\xb8\xf5\x82", 16, 16,
		"NAT-T vendor-07", "vendor ID is NAT-T v7", { P_NATD_07, 16, 2 } },
	[V_UNITY] = { "\x12\xf5\xf2\x8c\x45\x71\x68\xa9\x70\x2d\x9f\xe2\x74\xcc\x01\x00", 16, 14,
		"Unity", "vendor ID is Unity", { 0, 0, 0 } },
	[V_DPD] = { "\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\x01\x00", 16, 14,
		"DPD", "vendor ID is DPD", { 0, 0, 0 } },
	[V_XAUTH] = { "\x09\x00\x26\x89\xdf\xd6\xb7\x12", 8, 8,
		"XAUTH", "vendor ID is XAUTH", { 0, 0, 0 } },
	[V_FRAGMENTATION] = { "\x40\x48\xb7\xd5\x6e\xbc\xe8\x85\x25\xe7\xde\x7f\x00\xd6\xc2\xd3\xc0\x00\x00\x00",
		20, 16, "IKE fragmentation", "vendor ID is IKE Fragmentation", { 0, 0, 0 } },
	/* The one of its kind that is public: byte 14 on is a version. */
	[V_IOS] = { "\x1f\x07\xf7\x0e\xaa\x65\x14\xd3\xb0\xfa\x96\x54\x2a\x50\x01\x00", 16, 14,
		"Altiga", "speaking to another IOS box!", { 0, 0, 0 } },
};
/* clang-format on */

const struct vendor_row *vendor_row(enum vendor vendor)
{
	return &rows[vendor];
}

enum vendor vendor_of(struct octets id)
{
	for (unsigned i = 0; i < V_N; i++)
		if (id.length >= rows[i].compared && memcmp(id.at, rows[i].octets, rows[i].compared) == 0)
			return (enum vendor)i;
	return V_UNKNOWN;
}

bool vendor_major(struct octets id, unsigned *major)
{
	enum { MAJOR_AT = 14 };
	if (id.length <= MAJOR_AT)
		return false;
	*major = id.at[MAJOR_AT];
	return true;
}
