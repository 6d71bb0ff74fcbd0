#include "syntax/ifname.h"

#include <string.h>
#include <strings.h>

/* clang-format off */
static const char *const types[] = {
	"FastEthernet", "GigabitEthernet", "Ethernet", "Serial", "Loopback", "Tunnel", "Vlan",
	"Dialer", "Port-channel", "TenGigabitEthernet", "Null", "ATM", "BVI", "BRI",
	"Virtual-Template", "Virtual-Access", "Virtual-PPP", "VirtualPortGroup", "Vif",
	"Cellular", "Multilink", "Async", "Group-Async", "Async-group", "Dot11Radio",
	"FortyGigabitEthernet", "HundredGigE", "TwentyFiveGigE", "TwoGigabitEthernet",
	"FiveGigabitEthernet", "AppGigabitEthernet", "Wlan-GigabitEthernet", "wlan-ap", "NVI",
	"Embedded-Service-Engine", "Integrated-Service-Engine", "Service-Engine", "Content-Engine",
	"Analysis-Module", "POS", "MFR", "Port-Group", "Hssi", "TokenRing", "Fddi", "Cable",
	"CEM", "LISP", "BDI", "EtherChannel", "pseudowire", "overlay", "nve", "Switch", "Modular-Cable",
	"Wideband-Cable", "Pos-channel", "SM", "ISM", "ucse", "Video", "vasileft", "vasiright",
	"TenGigE", "Bundle-Ether", "Management", "Sdwan-system-intf",
};
/* clang-format on */

struct parts {
	struct cm_str type, number;
};

static bool is_number_octet(char c)
{
	return (c >= '0' && c <= '9') || c == '/' || c == '.' || c == ':';
}

/* The number is the longest tail of digits, slashes, dots and colons that begins with a digit. */
static struct parts split(struct cm_str name)
{
	size_t at = name.length;
	while (at && is_number_octet(name.at[at - 1]))
		at--;
	while (at < name.length && (name.at[at] < '0' || name.at[at] > '9'))
		at++;
	size_t end = at;
	while (end && (name.at[end - 1] == ' ' || name.at[end - 1] == '\t'))
		end--;
	return (struct parts){ { name.at, end }, { name.at + at, name.length - at } };
}

static const char *type_of(struct cm_str word)
{
	if (!word.length)
		return NULL;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (word.length <= strlen(types[i]) &&
			strncasecmp(types[i], word.at, word.length) == 0)
			return types[i];
	return NULL;
}

bool ifname_print(struct cm_str typed, char *out, size_t room)
{
	if (!typed.at)
		typed = cm_str_of(""); /* an absent name names no interface */
	struct parts parts = split(typed);
	const char *type = parts.number.length ? type_of(parts.type) : NULL;
	struct cm_str first = type ? cm_str_of(type) : typed;
	struct cm_str rest = type ? parts.number : (struct cm_str){ "", 0 };
	if (first.length + rest.length >= room)
		return false;
	memcpy(out, first.at, first.length);
	memcpy(out + first.length, rest.at, rest.length);
	out[first.length + rest.length] = '\0';
	return true;
}

struct cm_str ifname_canonical(struct arena *arena, struct cm_str typed)
{
	char out[128];
	if (!ifname_print(typed, out, sizeof out) || cm_str_is(typed, out))
		return typed;
	return cm_str_of(arena_copy(arena, cm_str_of(out)));
}

bool ifname_is(struct cm_str typed)
{
	struct parts parts = split(typed);
	return parts.number.length && type_of(parts.type);
}
