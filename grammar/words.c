/*
 * cm_words FILE: writes the table of words (syntax/words.h) as C, from the grammar's keywords and
 * the tables of facts. Runs once, while the library is built.
 */
#include "syntax/words.h"

#include "syntax/grammar.h"
#include <cryptomap/facts.h>

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MOST = WORD_SLOTS / 2 };

struct table {
	struct known at[WORDS_MOST]; /* at[0] is nobody */
	struct octets_key keys[WORDS_MOST];
	uint16_t slots[WORD_SLOTS];
	unsigned n;
	struct words words;
};

/*
 * First words of global statements that are no business of ours (ios.md 1.3). They end a
 * sub-mode when the text has lost its indentation, and they make abbreviations ambiguous.
 */
static const char *const other_words[] = {
	"aaa", "alias", "aqm-register-fnf", "archive", "async-bootp", "bba-group", "beep",
	"boot", "boot-start-marker", "boot-end-marker", "bsd-client",
	"bsm", "buffers", "call-home", "call-history-mib", "chat-script", "class-map",
	"cns", "config-register", "control-plane", "controller",
	"cwmp", "diagnostic", "dial-peer", "dialer-list",
	"dnsix-dmdp", "downward-compatible-config", "dspfarm", "enable",
	"endnode", "environment", "ephone", "ephone-dn", "ephone-template", "epm", "errdisable",
	"exception", "fabric", "facility-alarm", "file",
	"flow-sampler-map", "gatekeeper", "gateway", "hw-module", "iox",
	"ipc", "l2tp", "l2tp-class", "l2vpn", "ldap", "license", "line",
	"locale", "map-class", "map-list",
	"memory-size", "mgcp", "mmi", "module",
	"netconf", "netconf-yang",
	"network-clock-participate", "nls", "num-exp", "parameter-map", "parser", "partition",
	"policy-map", "printer",
	"privilege", "process", "process-max-time", "prompt", "pseudowire-class",
	"radius-server", "regexp", "restconf", "rif",
	"rlm", "rommon", "route-tag", "router", "rsrb", "rtr", "sampler", "scheduler",
	"scripting", "sdm", "shell", "sip-ua",
	"snmp-server", "snasw", "software", "stackmaker",
	"state-machine", "sublayer", "subscriber", "table-map",
	"tacacs-server", "telephony-service", "tftp-server",
	"track", "transceiver", "transport-map", "ttycap", "upgrade", "username", "vc-group",
	"virtual-profile", "virtual-service", "virtual-template", "vmps", "voice",
	"voice-card", "voice-port", "voip", "vpdn", "vpdn-group", "vty-async",
	"warm-reboot", "webvpn", "wsma", "x29", "xdr", "zone",
	"zone-pair", "sccp", "stcapp", "tbar",
};

/*
 * The same, but interfaces have sub-commands that begin so: they end a sub-mode in all other
 * modes.
 */
static const char *const shared_words[] = {
	"arp", "bfd", "bridge", "bridge-domain", "cdp", "class", "clns", "clock", "device-tracking",
	"domain", "dot11", "dot1x",
	"eap", "ethernet", "event", "flow", "frame-relay", "ipx", "isis", "kron", "lacp", "lldp",
	"logging", "mac", "memory", "metadata", "mls", "mop", "mpls", "multilink", "nat64", "ntp",
	"performance", "platform", "port-channel", "power", "ppp", "priority-list", "profile", "ptp", "queue-list",
	"radius", "redundancy", "rmon", "sampler", "service-list", "source-bridge",
	"spanning-tree", "standby", "switch", "template", "udld", "vlan", "vtp",
	"wrr-queue", "xconnect",
};

static const char *const exec_words[] = {
	"calendar", "cd", "clear", "clock", "configure", "connect", "copy", "debug",
	"delete", "dir", "disable", "disconnect", "enable", "erase", "format", "logout", "more",
	"mkdir", "mtrace", "ping", "pwd", "reload", "rename", "resume", "send", "setup", "show",
	"squeeze", "terminal", "test", "tclsh", "undebug", "undelete",
	"verify", "where", "write",
};

static void slot_put(struct table *table, unsigned i)
{
	table->keys[i] = octets_key_of(table->at[i].text, table->at[i].length);
	unsigned slot = word_slot(table->keys[i]);
	while (table->slots[slot])
		slot = (slot + 1) % WORD_SLOTS;
	table->slots[slot] = (uint16_t)i;
}

static int by_spelling(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->text, ((const struct known *)b)->text);
}

static void sort(struct table *table)
{
	qsort(table->at + 1, table->n - 1, sizeof *table->at, by_spelling);
	memset(table->slots, 0, sizeof table->slots);
	for (unsigned i = 1; i < table->n; i++)
		slot_put(table, i);
}

/* The entry of a spelling, made when it is new. */
static struct known *entry(struct table *table, const char *text)
{
	size_t length = strlen(text);
	unsigned i = words_find(&table->words, text, length);
	if (i)
		return &table->at[i];
	if (table->n == WORDS_MOST || length > WORD_LONGEST) {
		fprintf(stderr, "no room for the word %s\n", text);
		exit(1);
	}
	struct known *known = &table->at[table->n];
	known->text = text;
	known->length = (uint8_t)length;
	slot_put(table, table->n++);
	return known;
}

static void add(struct table *table, const char *text, enum class class, uint32_t number)
{
	struct known *known = entry(table, text);
	uint32_t before;
	if (known->n_classes == WORD_CLASSES || word_in(known, class, &before))
		return;
	known->classes[known->n_classes] = (uint8_t)class;
	known->numbers[known->n_classes++] = number;
}

static void add_names(struct table *table)
{
	static const uint8_t tables[][2] = {
		{ CM_NAMES_PROTOCOL, CLASS_PROTOCOL },
		{ CM_NAMES_TCP_PORT, CLASS_TCP_PORT },
		{ CM_NAMES_UDP_PORT, CLASS_UDP_PORT },
		{ CM_NAMES_ICMP, CLASS_ICMP },
		{ CM_NAMES_IGMP, CLASS_IGMP },
		{ CM_NAMES_DSCP, CLASS_DSCP },
		{ CM_NAMES_PRECEDENCE, CLASS_PRECEDENCE },
		{ CM_NAMES_TOS, CLASS_TOS },
		{ CM_NAMES_OPTION, CLASS_OPTION },
		{ CM_NAMES_TCP_FLAG, CLASS_TCP_FLAG },
	};
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
		size_t n;
		const struct cm_name *names = cm_names((enum cm_names)tables[t][0], &n);
		for (size_t i = 0; i < n; i++)
			add(table, names[i].word, (enum class)tables[t][1],
				names[i].number);
	}
}

static bool takes_size(enum cm_words place, const char *word)
{
	const char *size;
	if (place == CM_WORDS_TRANSFORM)
		return cm_transform_takes_bits(cm_str_of(word));
	return place == CM_WORDS_ENCRYPTION && cm_words(CM_WORDS_KEY_BITS, &size, 1) &&
		cm_cipher_typed(cm_str_of(word), cm_str_of(size), NULL, NULL);
}

/* The number that an algorithm's word is known by: Diffie-Hellman groups have one. */
static uint32_t number_of(enum cm_words place, const char *word)
{
	const struct cm_group *group = NULL;
	if (takes_size(place, word))
		return 1;
	if (place == CM_WORDS_GROUP)
		group = cm_group_typed(cm_str_of(word), NULL);
	else if (place == CM_WORDS_PFS)
		group = cm_pfs_typed(cm_str_of(word), NULL);
	return group ? group->number : 0;
}

static void add_algorithms(struct table *table)
{
	static const uint8_t places[][2] = {
		{ CM_WORDS_ENCRYPTION, CLASS_CIPHER },
		{ CM_WORDS_KEY_BITS, CLASS_KEY_BITS },
		{ CM_WORDS_HASH, CLASS_HASH },
		{ CM_WORDS_AUTHENTICATION, CLASS_AUTH },
		{ CM_WORDS_GROUP, CLASS_GROUP },
		{ CM_WORDS_TRANSFORM, CLASS_TRANSFORM },
		{ CM_WORDS_PFS, CLASS_PFS },
		{ CM_WORDS_IKEV2_ENCRYPTION, CLASS_V2_CIPHER },
		{ CM_WORDS_IKEV2_INTEGRITY, CLASS_V2_HASH },
	};
	const char *list[64];
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		enum cm_words place = (enum cm_words)places[p][0];
		size_t n = cm_words(place, list, sizeof list / sizeof *list);
		for (size_t i = 0; i < n && i < sizeof list / sizeof *list; i++)
			add(table, list[i], (enum class)places[p][1],
				number_of(place, list[i]));
	}
	size_t n;
	const struct cm_cipher *ciphers = cm_ciphers(&n);
	for (size_t i = 0; i < n; i++) /* esp-256-aes: what `show` prints can be typed, too */
		if (ciphers[i].show)
			add(table, ciphers[i].show, CLASS_TRANSFORM, 0);
}

static void fill(struct table *table)
{
	table->words = (struct words){ table->at, WORDS_MOST, table->keys, table->slots };
	for (int token = IOS_WORDS_FIRST; token < ios_words_end(); token++)
		entry(table, ios_word(token))->token = (uint16_t)token;
	add_names(table);
	add_algorithms(table);
	for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
		add(table, other_words[i], CLASS_OTHER, 0);
	for (size_t i = 0; i < sizeof exec_words / sizeof *exec_words; i++)
		add(table, exec_words[i], CLASS_EXEC, 0);
	for (size_t i = 0; i < sizeof shared_words / sizeof *shared_words; i++)
		add(table, shared_words[i], CLASS_SHARED, 0);
	sort(table);
}

/* --- written --------------------------------------------------------------------------------------- */

static void print_known(FILE *out, const struct known *known)
{
	fprintf(out, "\t{ \"%s\", %u, %u, %u, {", known->text ? known->text : "", known->length,
		known->n_classes, known->token);
	for (unsigned i = 0; i < WORD_CLASSES; i++)
		fprintf(out, " %u,", known->classes[i]);
	fprintf(out, " }, {");
	for (unsigned i = 0; i < WORD_CLASSES; i++)
		fprintf(out, " %uu,", (unsigned)known->numbers[i]);
	fprintf(out, " } },\n");
}

static void print(FILE *out, const struct table *table)
{
	fprintf(out, "#include \"syntax/words.h\"\n\nstatic const struct known known[] = {\n");
	for (unsigned i = 0; i < table->n; i++)
		print_known(out, &table->at[i]);
	fprintf(out, "};\n\nstatic const struct octets_key keys[] = {\n");
	for (unsigned i = 0; i < table->n; i++)
		fprintf(out, "\t{ UINT64_C(%llu), UINT64_C(%llu) },\n",
			(unsigned long long)table->keys[i].low, (unsigned long long)table->keys[i].high);
	fprintf(out, "};\n\nstatic const uint16_t slots[WORD_SLOTS] = {\n");
	for (unsigned i = 0; i < WORD_SLOTS; i++)
		fprintf(out, "%u,%s", table->slots[i], i % 16 == 15 ? "\n" : " ");
	fprintf(out, "};\n\nconst struct words words_all = { known, %u, keys, slots };\n", table->n);
}

int main(int argc, char **argv)
{
	struct table table = { .n = 1 };
	FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
	if (!out)
		return 1;
	fill(&table);
	print(out, &table);
	return fclose(out) != 0;
}
