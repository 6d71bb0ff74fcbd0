#include "check/quote.h"

#include <string.h>

size_t quote_utf8(const char *at, size_t left)
{
	static const struct {
		unsigned char mask, lead, length;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 1, 0x20 },
		{ 0xe0, 0xc0, 2, 0xa0 }, /* below: C1 control characters, overlong */
		{ 0xf0, 0xe0, 3, 0x800 },
		{ 0xf8, 0xf0, 4, 0x10000 },
	};
	const unsigned char *octets = (const unsigned char *)at;
	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
		if ((octets[0] & forms[f].mask) != forms[f].lead || forms[f].length > left)
			continue;
		uint32_t code = octets[0] & (unsigned char)~forms[f].mask;
		for (size_t i = 1; i < forms[f].length; i++) {
			if ((octets[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (octets[i] & 0x3f);
		}
		bool bidi =
			(code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
		bool surrogate = code >= 0xd800 && code <= 0xdfff;
		bool sane = code >= forms[f].least && code != 0x7f && code <= 0x10ffff;
		return sane && !bidi && !surrogate ? forms[f].length : 0;
	}
	return 0;
}

/* Sequences with a meaning of their own, and what stands for them; ends with an empty row. */
struct escape {
	char octet;
	const char *as;
};

static const char *escape_of(const struct escape *escapes, char octet)
{
	for (; escapes->as; escapes++) {
		if (escapes->octet == octet)
			return escapes->as;
	}
	return NULL;
}

static void quote(
	struct cm_text *out, const char *text, const struct escape *escapes, const char *broken)
{
	size_t left = strlen(text);
	while (left > 0) {
		const char *as = escape_of(escapes, *text);
		size_t length = as ? 1 : quote_utf8(text, left);
		if (as || length == 0)
			cm_text_put(out, as ? as : broken);
		else
			cm_text_add(out, text, length);
		length += length == 0;
		text += length;
		left -= length;
	}
}

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

void quote_plain(struct cm_text *out, const char *text)
{
	static const struct escape none[] = { { 0, NULL } };
	quote(out, text, none, "?");
}

void quote_json(struct cm_text *out, const char *text)
{
	static const struct escape json[] = { { '"', "\\\"" }, { '\\', "\\\\" }, { '\n', "\\n" },
		{ '\r', "\\r" }, { '\t', "\\t" }, { 0, NULL } };
	cm_text_char(out, '"');
	quote(out, text, json, replacement);
	cm_text_char(out, '"');
}

void quote_xml(struct cm_text *out, const char *text)
{
	static const struct escape xml[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" },
		{ '"', "&quot;" }, { '\'', "&apos;" }, { '\n', "&#10;" }, { '\t', "&#9;" },
		{ 0, NULL } };
	quote(out, text, xml, replacement);
}

/* https://docs.github.com/en/actions/reference/workflow-commands, as its toolkit escapes. */
void quote_github(struct cm_text *out, const char *text, bool property)
{
	static const struct escape message[] = { { '%', "%25" }, { '\r', "%0D" }, { '\n', "%0A" },
		{ 0, NULL } };
	static const struct escape properties[] = { { '%', "%25" }, { '\r', "%0D" },
		{ '\n', "%0A" }, { ':', "%3A" }, { ',', "%2C" }, { 0, NULL } };
	quote(out, text, property ? properties : message, replacement);
}

void quote_uri(struct cm_text *out, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._~/";
	for (; *path; path++) {
		if (strchr(plain, *path))
			cm_text_char(out, *path);
		else
			cm_text_printf(out, "%%%02X", (unsigned char)*path);
	}
}
