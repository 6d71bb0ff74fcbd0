#include "syntax/words.h"

#include "syntax/grammar.h"
#include <cryptomap/facts.h>

#include <string.h>

enum { SLOTS = 4096 };

/*
 * First words of global statements that are no business of ours (ios.md 1.3). They end a
 * sub-mode when the text has lost its indentation, and they make abbreviations ambiguous.
 */
static const char *const other_words[] = {
	"aaa", "alias", "aqm-register-fnf", "archive", "async-bootp", "bba-group", "beep",
	"boot", "boot-start-marker", "boot-end-marker", "bridge-domain", "bsd-client",
	"bsm", "buffers", "call-home", "call-history-mib", "chat-script", "class-map",
	"cns", "config-register", "control-plane", "controller",
	"cwmp", "diagnostic", "dial-peer", "dialer-list",
	"dnsix-dmdp", "dot11", "downward-compatible-config", "dspfarm", "enable",
	"endnode", "environment", "ephone", "ephone-dn", "ephone-template", "epm", "errdisable",
	"exception", "fabric", "facility-alarm", "file",
	"flow-sampler-map", "gatekeeper", "gateway", "hw-module", "iox",
	"ipc", "l2tp", "l2tp-class", "l2vpn", "ldap", "license", "line",
	"locale", "map-class", "map-list",
	"memory-size", "metadata", "mgcp", "mmi", "module",
	"netconf", "netconf-yang",
	"network-clock-participate", "nls", "num-exp", "parameter-map", "parser", "partition",
	"policy-map", "port-channel", "printer",
	"privilege", "process", "process-max-time", "prompt", "pseudowire-class", "ptp",
	"radius", "radius-server", "redundancy", "regexp", "restconf", "rif",
	"rlm", "rommon", "route-tag", "router", "rsrb", "rtr", "sampler", "scheduler",
	"scripting", "sdm", "service-list", "shell", "sip-ua",
	"snmp-server", "snasw", "software", "source-bridge", "stackmaker",
	"state-machine", "sublayer", "subscriber", "table-map",
	"tacacs-server", "telephony-service", "tftp-server",
	"track", "transceiver", "transport-map", "ttycap", "upgrade", "username", "vc-group",
	"virtual-profile", "virtual-service", "virtual-template", "vmps", "voice",
	"voice-card", "voice-port", "voip", "vpdn", "vpdn-group", "vtp", "vty-async",
	"warm-reboot", "webvpn", "wsma", "wrr-queue", "x29", "xdr", "zone",
	"zone-pair", "sccp", "stcapp", "tbar",
};

static const char *const exec_words[] = {
	"calendar", "cd", "clear", "clock", "configure", "connect", "copy", "debug",
	"delete", "dir", "disable", "disconnect", "enable", "erase", "format", "logout", "more",
	"mkdir", "mtrace", "ping", "pwd", "reload", "rename", "resume", "send", "setup", "show",
	"squeeze", "terminal", "test", "tclsh", "undebug", "undelete",
	"verify", "where", "write",
};

static uint32_t lower4(const char *at)
{
	uint32_t v;
	memcpy(&v, at, 4);
	return v | 0x20202020u;
}

/* Letter case and the middle of long words do not count; nothing is read outside the word. */
static unsigned hash(const char *at, size_t length)
{
	uint64_t v;
	if (length >= 4) {
		size_t middle = length > 11 ? length / 2 - 2 : length - 4;
		v = (uint64_t)lower4(at) * 0x9e3779b1u + lower4(at + length - 4);
		v = v * 0x85ebca6bu + lower4(at + middle);
	} else {
		v = (uint64_t)(at[0] | 0x20) << 16 | (uint64_t)(at[length / 2] | 0x20) << 8 |
			(uint64_t)(at[length - 1] | 0x20);
	}
	v = (v + length) * 0x9e3779b97f4a7c15u;
	return (unsigned)(v >> 52) % SLOTS;
}

static bool same_word(const struct known *known, const char *at, size_t length)
{
	if (known->length != length)
		return false;
	if (memcmp(known->text, at, length) == 0)
		return true;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)at[i];
		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		if (c != (unsigned char)known->text[i])
			return false;
	}
	return true;
}

unsigned words_find(const struct words *words, const char *at, size_t length)
{
	if (length == 0 || length > 63)
		return 0;
	for (unsigned slot = hash(at, length);; slot = (slot + 1) % SLOTS) {
		unsigned i = words->slots[slot];
		if (i == 0 || same_word(&words->at[i], at, length))
			return i;
	}
}

bool word_in(const struct known *known, enum class class, uint32_t *number)
{
	for (unsigned i = 0; i < known->n_classes; i++) {
		if (known->classes[i] != class)
			continue;
		*number = known->numbers[i];
		return true;
	}
	return false;
}

/* The entry of a spelling, made when it is new; NULL without memory. */
static struct known *entry(struct words *words, struct arena *arena, const char *text)
{
	size_t length = strlen(text);
	unsigned i = words_find(words, text, length);
	if (i)
		return &words->at[i];
	struct known *known = ARENA_PUSH(arena, words->at, words->n, words->room);
	if (!known)
		return NULL;
	known->text = text;
	known->length = (uint8_t)length;
	unsigned slot = hash(text, length);
	while (words->slots[slot])
		slot = (slot + 1) % SLOTS;
	words->slots[slot] = (uint16_t)(known - words->at);
	return known;
}

static void add(struct words *words, struct arena *arena, const char *text, enum class class,
	uint32_t number)
{
	struct known *known = entry(words, arena, text);
	uint32_t before;
	if (!known || known->n_classes == WORD_CLASSES || word_in(known, class, &before))
		return;
	known->classes[known->n_classes] = (uint8_t)class;
	known->numbers[known->n_classes++] = number;
}

static void add_names(struct words *words, struct arena *arena)
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
			add(words, arena, names[i].word, (enum class)tables[t][1],
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

static void add_algorithms(struct words *words, struct arena *arena)
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
			add(words, arena, list[i], (enum class)places[p][1],
				number_of(place, list[i]));
	}
}

bool words_init(struct words *words, struct arena *arena)
{
	words->slots = ARENA_ARRAY(arena, uint16_t, SLOTS);
	if (!words->slots || !ARENA_PUSH(arena, words->at, words->n, words->room))
		return false;
	for (int token = IOS_WORDS_FIRST; token < ios_words_end(); token++) {
		struct known *known = entry(words, arena, ios_word(token));
		if (known)
			known->token = (uint16_t)token;
	}
	add_names(words, arena);
	add_algorithms(words, arena);
	for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
		add(words, arena, other_words[i], CLASS_OTHER, 0);
	for (size_t i = 0; i < sizeof exec_words / sizeof *exec_words; i++)
		add(words, arena, exec_words[i], CLASS_EXEC, 0);
	return !arena_failed(arena);
}
