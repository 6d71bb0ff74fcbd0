#include "check/guess.h"

#include <string.h>

/* clang-format off */
static const char *const words[] = {
	"12345678", "1234567", "123456", "12345", "1234", "123", "2024", "2023", "a", "abc",
	"admin", "an", "and", "branch", "change", "cisco", "company", "crypto", "default", "demo",
	"encryption", "example", "for", "gre", "group", "headquarters", "hello", "hub", "ike",
	"in", "ios", "ipsec", "is", "isakmp", "key", "lab", "letmein", "linksys", "main", "me",
	"my", "myself", "network", "of", "office", "our", "p@ssw0rd", "pa55w0rd", "pass",
	"passw0rd", "password", "phrase", "preshare", "preshared", "private", "psk", "public",
	"qwerty", "router", "s3cr3t", "sample", "secret", "security", "share", "shared", "site",
	"spoke", "strong", "super", "temp", "test", "testing", "the", "this", "to", "top",
	"tunnel", "user", "very", "vpn", "vpnkey", "welcome", "word", "your", "zxcvbn",
};
/* clang-format on */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_word_at(struct cm_str text, size_t at, const char *word, size_t length)
{
	if (length > text.length - at)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (lower(text.at[at + i]) != word[i])
			return false;
	}
	return true;
}

static bool is_filler(char c)
{
	return (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '!' || c == '.' || c == '@' ||
		c == '#';
}

bool guess_dictionary(struct cm_str text)
{
	enum { LONGEST = 128 };
	bool reached[LONGEST + 1] = { true }; /* the text up to here falls into words */
	unsigned fillers[LONGEST + 1] = { 0 };
	if (text.length == 0 || text.length > LONGEST)
		return false;
	for (size_t at = 0; at < text.length; at++) {
		if (!reached[at])
			continue;
		for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
			if (words[w][0] != lower(text.at[at]))
				continue;
			size_t length = strlen(words[w]);
			if (is_word_at(text, at, words[w], length)) {
				reached[at + length] = true;
				fillers[at + length] = fillers[at];
			}
		}
		if (is_filler(text.at[at]) && fillers[at] < 4 && !reached[at + 1]) {
			reached[at + 1] = true;
			fillers[at + 1] = fillers[at] + 1;
		}
	}
	return reached[text.length];
}

static bool holds(struct cm_str text, const char *const *marks)
{
	for (; *marks; marks++) {
		for (size_t at = 0; at < text.length; at++) {
			if (is_word_at(text, at, *marks, strlen(*marks)))
				return true;
		}
	}
	return false;
}

bool guess_template(struct cm_str text)
{
	static const char *const marks[] = { "<", "{{", "$(", "${", NULL };
	bool same = text.length >= 4 && strchr("xyz?*.", lower(text.at[0]));
	for (size_t i = 1; i < text.length; i++)
		same = same && lower(text.at[i]) == lower(text.at[0]);
	return same || holds(text, marks);
}

bool guess_placeholder(struct cm_str text)
{
	static const char *const marks[] = { "***", "removed", "redacted", NULL };
	return guess_template(text) || holds(text, marks);
}

bool guess_linksys(struct cm_str text)
{
	enum { MOST = 24 };
	for (size_t i = 0; i < text.length; i++) {
		char c = lower(text.at[i]);
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			return false;
	}
	return text.length <= MOST;
}
