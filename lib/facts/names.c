#include <cryptomap/facts.h>

/* Every table is sorted by word: look-up halves it. `true`: the word that IOS prints. */

/* clang-format off */
static const struct cm_name protocols[] = {
	{ "ahp", 51, true },  { "eigrp", 88, true }, { "esp", 50, true },    { "gre", 47, true },
	{ "icmp", 1, true },  { "igmp", 2, true },   { "igrp", 9, true },    { "ip", 0, true },
	{ "ipinip", 4, true }, { "nos", 94, true },  { "ospf", 89, true },   { "pcp", 108, true },
	{ "pim", 103, true }, { "sctp", 132, true }, { "tcp", 6, true },     { "udp", 17, true },
};
/* clang-format on */

/* clang-format off */
static const struct cm_name tcp_ports[] = {
	{ "bgp", 179, true },      { "chargen", 19, true },       { "cmd", 514, true },
	{ "daytime", 13, true },   { "discard", 9, true },        { "domain", 53, true },
	{ "drip", 3949, true },    { "echo", 7, true },           { "exec", 512, true },
	{ "finger", 79, true },    { "ftp", 21, true },           { "ftp-data", 20, true },
	{ "gopher", 70, true },    { "hostname", 101, true },     { "ident", 113, true },
	{ "irc", 194, true },      { "klogin", 543, true },       { "kshell", 544, true },
	{ "login", 513, true },    { "lpd", 515, true },          { "msrpc", 135, true },
	{ "nntp", 119, true },     { "onep-plain", 15001, true }, { "onep-tls", 15002, true },
	{ "pim-auto-rp", 496, true }, { "pop2", 109, true },      { "pop3", 110, true },
	{ "smtp", 25, true },      { "sunrpc", 111, true },       { "tacacs", 49, true },
	{ "talk", 517, true },     { "telnet", 23, true },        { "time", 37, true },
	{ "uucp", 540, true },     { "whois", 43, true },         { "www", 80, true },
};
/* clang-format on */

/* clang-format off */
static const struct cm_name udp_ports[] = {
	{ "biff", 512, true },        { "bootpc", 68, true },          { "bootps", 67, true },
	{ "discard", 9, true },       { "dnsix", 195, true },          { "domain", 53, true },
	{ "echo", 7, true },          { "isakmp", 500, true },         { "mobile-ip", 434, true },
	{ "nameserver", 42, true },   { "netbios-dgm", 138, true },    { "netbios-ns", 137, true },
	{ "netbios-ss", 139, true },  { "non500-isakmp", 4500, true }, { "ntp", 123, true },
	{ "pim-auto-rp", 496, true }, { "rip", 520, true },            { "ripv6", 521, true },
	{ "snmp", 161, true },        { "snmptrap", 162, true },       { "sunrpc", 111, true },
	{ "syslog", 514, true },      { "tacacs", 49, true },          { "talk", 517, true },
	{ "tftp", 69, true },         { "time", 37, true },            { "who", 513, true },
	{ "xdmcp", 177, true },
};
/* clang-format on */

#define ICMP(type, code) (uint16_t)((type) << 8 | (code))
#define ANY_CODE         0xff

static const struct cm_name icmp_messages[] = {
	{ "administratively-prohibited", ICMP(3, 13), true },
	{ "alternate-address", ICMP(6, ANY_CODE), true },
	{ "conversion-error", ICMP(31, ANY_CODE), true },
	{ "dod-host-prohibited", ICMP(3, 10), true },
	{ "dod-net-prohibited", ICMP(3, 9), true },
	{ "echo", ICMP(8, ANY_CODE), true },
	{ "echo-reply", ICMP(0, ANY_CODE), true },
	{ "general-parameter-problem", ICMP(12, 0), true },
	{ "host-isolated", ICMP(3, 8), true },
	{ "host-precedence-unreachable", ICMP(3, 14), true },
	{ "host-redirect", ICMP(5, 1), true },
	{ "host-tos-redirect", ICMP(5, 3), true },
	{ "host-tos-unreachable", ICMP(3, 12), true },
	{ "host-unknown", ICMP(3, 7), true },
	{ "host-unreachable", ICMP(3, 1), true },
	{ "information-reply", ICMP(16, ANY_CODE), true },
	{ "information-request", ICMP(15, ANY_CODE), true },
	{ "mask-reply", ICMP(18, ANY_CODE), true },
	{ "mask-request", ICMP(17, ANY_CODE), true },
	{ "mobile-redirect", ICMP(32, ANY_CODE), true },
	{ "net-redirect", ICMP(5, 0), true },
	{ "net-tos-redirect", ICMP(5, 2), true },
	{ "net-tos-unreachable", ICMP(3, 11), true },
	{ "net-unreachable", ICMP(3, 0), true },
	{ "network-unknown", ICMP(3, 6), true },
	{ "no-room-for-option", ICMP(12, 2), true },
	{ "option-missing", ICMP(12, 1), true },
	{ "packet-too-big", ICMP(3, 4), true },
	{ "parameter-problem", ICMP(12, ANY_CODE), true },
	{ "port-unreachable", ICMP(3, 3), true },
	{ "precedence-unreachable", ICMP(3, 15), true },
	{ "protocol-unreachable", ICMP(3, 2), true },
	{ "reassembly-timeout", ICMP(11, 1), true },
	{ "redirect", ICMP(5, ANY_CODE), true },
	{ "router-advertisement", ICMP(9, ANY_CODE), true },
	{ "router-solicitation", ICMP(10, ANY_CODE), true },
	{ "source-quench", ICMP(4, ANY_CODE), true },
	{ "source-route-failed", ICMP(3, 5), true },
	{ "time-exceeded", ICMP(11, ANY_CODE), true },
	{ "timestamp-reply", ICMP(14, ANY_CODE), true },
	{ "timestamp-request", ICMP(13, ANY_CODE), true },
	{ "traceroute", ICMP(30, ANY_CODE), true },
	{ "ttl-exceeded", ICMP(11, 0), true },
	{ "unreachable", ICMP(3, ANY_CODE), true },
};

/* clang-format off */
static const struct cm_name igmp_messages[] = {
	{ "dvmrp", 2, true },     { "host-query", 0, true }, { "host-report", 1, true },
	{ "pim", 3, true },       { "trace", 4, true },      { "v2-leave", 6, true },
	{ "v2-report", 5, true }, { "v3-report", 14, true },
};
/* clang-format on */

/* clang-format off */
static const struct cm_name dscp_values[] = {
	{ "af11", 10, true }, { "af12", 12, true }, { "af13", 14, true }, { "af21", 18, true },
	{ "af22", 20, true }, { "af23", 22, true }, { "af31", 26, true }, { "af32", 28, true },
	{ "af33", 30, true }, { "af41", 34, true }, { "af42", 36, true }, { "af43", 38, true },
	{ "cs1", 8, true },   { "cs2", 16, true },  { "cs3", 24, true },  { "cs4", 32, true },
	{ "cs5", 40, true },  { "cs6", 48, true },  { "cs7", 56, true },  { "default", 0, true },
	{ "ef", 46, true },
};
/* clang-format on */

/* clang-format off */
static const struct cm_name precedences[] = {
	{ "critical", 5, true }, { "flash", 3, true },    { "flash-override", 4, true },
	{ "immediate", 2, true }, { "internet", 6, true }, { "network", 7, true },
	{ "priority", 1, true }, { "routine", 0, true },
};
/* clang-format on */

/* clang-format off */
static const struct cm_name tos_values[] = {
	{ "max-reliability", 2, true },   { "max-throughput", 4, true }, { "min-delay", 8, true },
	{ "min-monetary-cost", 1, true }, { "normal", 0, true },
};
/* clang-format on */

/* clang-format off */
static const struct cm_name ip_options[] = {
	{ "add-ext", 147, true },      { "any-options", 256, true }, { "com-security", 134, true },
	{ "dps", 151, true },          { "encode", 15, true },       { "eool", 0, true },
	{ "ext-ip", 145, true },       { "ext-security", 133, true }, { "finn", 205, true },
	{ "imitd", 144, true },        { "lsr", 131, true },         { "mtup", 11, true },
	{ "mtur", 12, true },          { "no-op", 1, true },         { "nsapa", 150, true },
	{ "record-route", 7, true },   { "router-alert", 148, true }, { "sdb", 149, true },
	{ "security", 130, true },     { "ssr", 137, true },         { "stream-id", 136, true },
	{ "timestamp", 68, true },     { "traceroute", 82, true },   { "ump", 152, true },
	{ "visa", 142, true },         { "zsu", 10, true },
};
/* clang-format on */

/* RFC 793 3.1: the control bits from the right. */
/* clang-format off */
static const struct cm_name tcp_flags[] = {
	{ "ack", 0x10, true }, { "fin", 0x01, true }, { "psh", 0x08, true },
	{ "rst", 0x04, true }, { "syn", 0x02, true }, { "urg", 0x20, true },
};
/* clang-format on */

#define TABLE(rows)                                 \
	{                                           \
		rows, sizeof(rows) / sizeof *(rows) \
	}

static const struct {
	const struct cm_name *rows;
	size_t n;
} tables[] = {
	[CM_NAMES_PROTOCOL] = TABLE(protocols),
	[CM_NAMES_TCP_PORT] = TABLE(tcp_ports),
	[CM_NAMES_UDP_PORT] = TABLE(udp_ports),
	[CM_NAMES_ICMP] = TABLE(icmp_messages),
	[CM_NAMES_IGMP] = TABLE(igmp_messages),
	[CM_NAMES_DSCP] = TABLE(dscp_values),
	[CM_NAMES_PRECEDENCE] = TABLE(precedences),
	[CM_NAMES_TOS] = TABLE(tos_values),
	[CM_NAMES_OPTION] = TABLE(ip_options),
	[CM_NAMES_TCP_FLAG] = TABLE(tcp_flags),
};

const struct cm_name *cm_names(enum cm_names table, size_t *n)
{
	*n = tables[table].n;
	return tables[table].rows;
}

/*
 * Order of a typed word against a row's, letter case ignored; 0 as well when the word is a
 * prefix of the row's. Words are lower case already.
 */
static int compare_head(struct cm_str typed, const char *word)
{
	for (size_t i = 0; i < typed.length; i++) {
		unsigned char c = (unsigned char)typed.at[i], w = (unsigned char)word[i];
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 'a' - 'A');
		if (c != w || w == '\0')
			return c < w ? -1 : 1;
	}
	return 0;
}

const struct cm_name *cm_name_find(enum cm_names table, struct cm_str typed, bool *ambiguous)
{
	const struct cm_name *rows = tables[table].rows;
	size_t low = 0, high = tables[table].n;
	if (ambiguous)
		*ambiguous = false;
	if (typed.length == 0)
		return NULL;
	/* The first row that does not come before the word: rows with this prefix begin there, */
	/* and a row that is the word itself stands before the longer ones. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_head(typed, rows[middle].word) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == tables[table].n || compare_head(typed, rows[low].word) != 0)
		return NULL;
	if (rows[low].word[typed.length] == '\0')
		return &rows[low];
	if (low + 1 < tables[table].n && compare_head(typed, rows[low + 1].word) == 0) {
		if (ambiguous)
			*ambiguous = true;
		return NULL;
	}
	return &rows[low];
}

const char *cm_name_word(enum cm_names table, unsigned number)
{
	for (size_t i = 0; i < tables[table].n; i++)
		if (tables[table].rows[i].canonical && tables[table].rows[i].number == number)
			return tables[table].rows[i].word;
	return NULL;
}
