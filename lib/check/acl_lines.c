/*
 * Lines of lists as they are read: what the router stores is not what was typed. Said by the
 * model; rows only.
 */
#include "check/check.h"
#include "check/examples.h"

#define LIST(line) "ip access-list extended FILTER\n " line "\n"
#define USED(line)                                                             \
	LIST(line)                                                             \
	"interface FastEthernet0/0\n ip address 192.168.100.1 255.255.255.0\n" \
	" ip access-group FILTER in\n"

/* clang-format off */
static const struct rule rules[] = {
	{ .about = { .id = "acl-netmask-as-wildcard",
		  .severity = CM_WARNING,
		  .title = "A netmask where a wildcard belongs",
		  .why = "In lists the bits that do not matter are ones. With a netmask the router "
			 "forgets the network and matches the host part, everywhere.",
		  .source = "Cisco IOS IP access lists; Cisco community 811734",
		  .fix = "Write the wildcard: 0.0.0.255 instead of 255.255.255.0.",
		  .fires = USED("permit ip 192.168.100.0 255.255.255.0 any"),
		  .silent = USED("permit ip 192.168.100.0 0.0.0.255 any") } },
	{ .about = { .id = "acl-host-bits",
		  .severity = CM_INFO,
		  .title = "Address bits under the wildcard do not count",
		  .why = "The router stores the address with those bits cleared. That is harmless, or a "
			 "sign that a host was meant.",
		  .source = "Cisco IOS IP access lists",
		  .fix = "Write the network's address, or `host` for one host.",
		  .fires = USED("permit ip 192.168.100.7 0.0.0.255 any"),
		  .silent = USED("permit ip host 192.168.100.7 any") } },
	{ .about = { .id = "acl-unknown-host",
		  .severity = CM_WARNING,
		  .title = "A host name in a list that nothing resolves",
		  .why = "The router asks DNS once, when the line is typed. The address is not known "
			 "here, so the line was left out of everything said about the list.",
		  .source = "Cisco IOS IP access lists",
		  .fix = "Write the address, or add `ip host NAME ADDRESS`.",
		  .fires = USED("permit ip host server.example any"),
		  .silent = "ip host server.example 192.168.100.7\n"
			    USED("permit ip host server.example any") } },
	{ .about = { .id = "acl-sequence-taken",
		  .severity = CM_WARNING,
		  .title = "A list has a line with this number already",
		  .why = "The router refuses the second line.",
		  .source = "Cisco IOS: % Duplicate sequence number",
		  .fix = "Give the line another number.",
		  .fires = USED("10 permit ip host 192.168.100.7 any\n 10 permit ip host 192.168.100.8 any"),
		  .silent = USED("10 permit ip host 192.168.100.7 any\n 20 permit ip host 192.168.100.8 any") } },
	{ .about = { .id = "acl-duplicate-line",
		  .severity = CM_INFO,
		  .title = "A list has this line already",
		  .why = "The router does not take the same line twice, so nothing is lost.",
		  .source = "Cisco IOS IP access lists",
		  .fix = "Remove it.",
		  .fires = USED("permit ip host 192.168.100.7 any\n permit ip host 192.168.100.7 any"),
		  .silent = USED("permit ip host 192.168.100.7 any\n permit ip host 192.168.100.8 any") } },
	{ .about = { .id = "acl-type-conflict",
		  .severity = CM_WARNING,
		  .title = "A list is opened again as another type",
		  .why = "A name is standard or extended. The router refuses the second header, and its "
			 "lines go nowhere.",
		  .source = "Cisco IOS: A named extended IP access list with this name already exists",
		  .fix = "Give one of them another name.",
		  .fires = USED("permit ip host 192.168.100.7 any")
			  "ip access-list standard FILTER\n permit 192.168.100.8\n",
		  .silent = USED("permit ip host 192.168.100.7 any") } },
};
/* clang-format on */

const struct family family_acl_lines = { "acl", rules, sizeof rules / sizeof *rules };
