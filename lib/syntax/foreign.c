/*
 * Texts of other systems that look like ours. The beginning of a text is searched for lines that
 * one system writes and others do not; lines that only IOS writes speak against it. Whoever
 * reaches the threshold owns the text: better to say so once than to refuse each line.
 */
#include "syntax/read.h"

#include <string.h>

enum {
	LOOKED_AT = 48 << 10, /* octets of the text */
	ENOUGH = 3,
};

enum vendor {
	IOS,
	ASA,
	NXOS,
	XR,
	EOS,
	JUNOS,
	FORTIOS,
	VYOS,
	PANOS,
	HUAWEI,
	ROUTEROS,
	SWAN,
	VENDORS
};

static const char *const names[VENDORS] = {
	[ASA] = "Cisco ASA or PIX",
	[NXOS] = "Cisco NX-OS",
	[XR] = "Cisco IOS XR",
	[EOS] = "Arista EOS",
	[JUNOS] = "Juniper Junos",
	[FORTIOS] = "Fortinet FortiOS",
	[VYOS] = "VyOS",
	[PANOS] = "Palo Alto PAN-OS",
	[HUAWEI] = "Huawei VRP",
	[ROUTEROS] = "MikroTik RouterOS",
	[SWAN] = "strongSwan",
};

/* A line begins so, blanks and a prompt left out; how much that says. */
static const struct mark {
	uint8_t vendor, weight;
	const char *line;
} marks[] = {
	{ IOS, 3, "boot-start-marker" },
	{ IOS, 3, "Current configuration :" },
	{ IOS, 2, "crypto isakmp policy " },
	{ IOS, 2, "service timestamps " },
	{ IOS, 2, "ip access-list extended " },
	{ IOS, 2, "line vty " },
	{ IOS, 1, "ip nat inside" },
	{ IOS, 2, "crypto isakmp profile " },
	{ IOS, 2, "crypto isakmp client " },
	{ IOS, 2, "crypto ikev2 profile " },
	{ IOS, 2, "crypto ikev2 keyring " },
	{ IOS, 2, "crypto ipsec profile " },
	{ IOS, 2, "crypto keyring " },
	{ IOS, 2, "crypto pki " },
	{ ASA, 3, "ASA Version " },
	{ ASA, 3, "PIX Version " },
	{ ASA, 2, "nameif " },
	{ ASA, 1, "security-level " },
	{ ASA, 2, "object network " },
	{ ASA, 2, "tunnel-group " },
	{ ASA, 1, "access-group " },
	{ ASA, 2, "xlate per-session" },
	{ ASA, 2, "crypto ikev1 " },
	{ ASA, 2, "crypto ipsec ikev1 " },
	{ ASA, 2, "isakmp policy " },
	{ ASA, 2, "sysopt connection " },
	{ ASA, 1, "same-security-traffic " },
	{ ASA, 1, "nat (" },
	{ ASA, 1, "global (" },
	{ ASA, 1, "static (" },
	{ ASA, 1, "firewall transparent" },
	{ NXOS, 3, "vdc " },
	{ NXOS, 3, "limit-resource " },
	{ NXOS, 1, "feature " },
	{ NXOS, 3, "feature-set " },
	{ NXOS, 2, "vrf context " },
	{ NXOS, 3, "boot nxos " },
	{ NXOS, 2, "!Command: " },
	{ NXOS, 2, "version 7.0(3)I" },
	{ NXOS, 2, "version 9.2(" },
	{ NXOS, 2, "version 9.3(" },
	{ NXOS, 2, "version 10." },
	{ NXOS, 2, "install feature-set " },
	{ NXOS, 2, "copp profile " },
	{ NXOS, 2, "power redundancy-mode " },
	{ XR, 3, "!! IOS XR" },
	{ XR, 3, "RP/0/" },
	{ XR, 3, "interface Bundle-Ether" },
	{ XR, 2, "route-policy " },
	{ XR, 3, "end-policy" },
	{ XR, 2, "prefix-set " },
	{ XR, 2, "ipv4 address " },
	{ XR, 2, "ipv4 access-list " },
	{ XR, 2, "line template " },
	{ XR, 2, "taskgroup " },
	{ XR, 2, "usergroup " },
	{ XR, 2, "router static" },
	{ EOS, 3, "!RANCID-CONTENT-TYPE: arista" },
	{ EOS, 2, "! device: " },
	{ EOS, 2, "transceiver qsfp default-mode" },
	{ EOS, 2, "service routing protocols model " },
	{ EOS, 2, "daemon TerminAttr" },
	{ EOS, 2, "management api http-commands" },
	{ EOS, 2, "spanning-tree mode mstp" },
	{ JUNOS, 3, "set system host-name " },
	{ JUNOS, 2, "set interfaces " },
	{ JUNOS, 2, "set version " },
	{ JUNOS, 2, "set system " },
	{ JUNOS, 2, "set security ike " },
	{ JUNOS, 3, "## Last commit" },
	{ JUNOS, 2, "host-name " },
	{ JUNOS, 1, "system {" },
	{ JUNOS, 1, "interfaces {" },
	{ JUNOS, 2, "family inet {" },
	{ FORTIOS, 3, "#config-version=" },
	{ FORTIOS, 3, "config system " },
	{ FORTIOS, 3, "config firewall " },
	{ FORTIOS, 3, "config vpn ipsec " },
	{ FORTIOS, 2, "config router " },
	{ VYOS, 3, "set vpn ipsec " },
	{ VYOS, 2, "set interfaces ethernet " },
	{ PANOS, 3, "set network ike " },
	{ PANOS, 3, "set deviceconfig " },
	{ PANOS, 2, "set rulebase " },
	{ HUAWEI, 3, "ike proposal " },
	{ HUAWEI, 3, "ipsec proposal " },
	{ HUAWEI, 1, "sysname " },
	{ HUAWEI, 2, "undo " },
	{ ROUTEROS, 3, "/ip ipsec " },
	{ ROUTEROS, 3, "/ip address" },
	{ ROUTEROS, 3, "/interface " },
	{ SWAN, 3, "connections {" },
	{ SWAN, 3, "conn %default" },
	{ SWAN, 3, "config setup" },
	{ SWAN, 2, "leftsubnet=" },
	{ SWAN, 2, "left=" },
};

struct count {
	unsigned score[VENDORS];
	struct cm_span first[VENDORS];
};

static const char *behind_prompt(const char *at, const char *end)
{
	const char *p = at;
	while (p < end && p - at < 40 && *p > ' ' && *p != '#' && *p != '>')
		p++;
	if (p == at || p >= end || (*p != '#' && *p != '>'))
		return at;
	for (p++; p < end && *p == ' '; p++)
		continue;
	return p;
}

static void count_line(struct count *count, const char *text, const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	at = behind_prompt(at, end);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const struct mark *m = &marks[i];
		size_t n = *at == *m->line ? strlen(m->line) : 0;
		if (!n || (size_t)(end - at) < n || memcmp(at, m->line, n) != 0)
			continue;
		if (!count->score[m->vendor]) {
			count->first[m->vendor].start = (uint32_t)(at - text);
			count->first[m->vendor].end = (uint32_t)(end - text);
		}
		count->score[m->vendor] += m->weight;
	}
}

const char *foreign_text(const char *text, size_t length, struct cm_span *evidence)
{
	struct count count = { { 0 }, { { 0, 0 } } };
	const char *end = text + (length < LOOKED_AT ? length : LOOKED_AT);
	for (const char *at = text, *next; at < end; at = next + 1) {
		next = memchr(at, '\n', (size_t)(end - at));
		if (!next)
			next = end;
		const char *to = next > at && next[-1] == '\r' ? next - 1 : next;
		count_line(&count, text, at, to);
	}
	enum vendor best = IOS;
	for (unsigned v = IOS + 1; v < VENDORS; v++)
		if (count.score[v] >= ENOUGH && count.score[v] > count.score[best])
			best = (enum vendor)v;
	if (best != IOS)
		*evidence = count.first[best];
	return names[best];
}
