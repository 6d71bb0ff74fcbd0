/*
 * Shapes of IOS text: what begins a line, and what a word looks like. See syntax/lex.h.
 */
#include "syntax/lex.h"

#include <string.h>

/*!re2c
re2c:define:YYCTYPE = "unsigned char";
re2c:define:YYCURSOR = at;
re2c:define:YYLIMIT = limit;
re2c:define:YYMARKER = marker;
re2c:yyfill:enable = 0;
re2c:eof = 0;

eol     = "\r\n" | "\n" | "\r";
control = [\x01-\x08\x0b\x0e-\x1f\x7f];
blank   = [ \t\f\x00] | control | "\xc2\xa0" | "\xa0";
plain   = [^\x00-\x20\x7f\xa0\xc2-\xf4];
wide    = "\xc2" [\x80-\x9f\xa1-\xbf] | [\xc3-\xdf] [\x80-\xbf] | [\xe0-\xef] [\x80-\xbf]{2}
        | [\xf0-\xf4] [\x80-\xbf]{3};
octet   = plain | wide | [\xc3-\xf4];
digit   = [0-9];
letter  = [A-Za-z];
part    = digit | [1-9] digit | "1" digit digit | "2" [0-4] digit | "25" [0-5];
part0   = "0"* part;
address = part0 "." part0 "." part0 "." part0;
hex     = [0-9A-Fa-f];
ports   = digit+ ([/.:] digit+)*;
host    = [A-Za-z0-9] [A-Za-z0-9._-]{0,62};
month   = "Jan" | "Feb" | "Mar" | "Apr" | "May" | "Jun" | "Jul" | "Aug" | "Sep" | "Oct" | "Nov" | "Dec";
stamp   = [*.]? month " "+ digit+ " "+ (digit{4} " "+)? digit+ ":" digit+;
*/

void lex_init(struct lexer *lx, const char *text, uint32_t length)
{
	*lx = (struct lexer){ .text = (const unsigned char *)text };
	lx->at = lx->text;
	lx->end = lx->text + length;
	lx->has_cr = length && memchr(text, '\r', length);
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		lx->at += 3;
}

static void take_prompt(struct lexer *lx, const unsigned char *from, const unsigned char *to)
{
	const unsigned char *paren = memchr(from, '(', (size_t)(to - from));
	const unsigned char *name_end = paren ? paren : to - 1;
	lx->prompt_name.start = (uint32_t)(from - lx->text);
	lx->prompt_name.end = (uint32_t)(name_end - lx->text);
	if (!paren)
		lx->prompt = PROMPT_EXEC;
	else
		lx->prompt = to - paren == 9 ? PROMPT_CONFIG : PROMPT_SUBMODE; /* "(config)#" */
	lx->indent = 0;
}

/*
 * Nearly every line begins with blanks and a word in small letters, or with `!`, or is empty.
 * False when it does not, or when the word could be the host name of a prompt.
 */
static bool plain_start(struct lexer *lx, enum line_start *start)
{
	const unsigned char *at = lx->at;
	if (lx->end - at < 2 * OCTETS)
		return false;
	unsigned inked = ~octets_equal(octets_load(at), ' ') & OCTETS_ALL;
	unsigned n = inked ? octets_first(inked) : 0;
	at += n;
	if (*at == '\n' || *at == '!') {
		lx->at = at + 1;
		*start = *at == '!' ? LINE_COMMENT : LINE_EMPTY;
	} else if (*at >= 'a' && *at <= 'z') {
		struct octets word = octets_load(at);
		unsigned behind = ~octets_between(word, '!', '~') & OCTETS_ALL;
		unsigned mark = octets_equal(word, '#') | octets_equal(word, '>') | octets_equal(word, '(');
		if (!behind || mark & (behind ^ (behind - 1)))
			return false;
		lx->at = at;
		*start = LINE_WORDS;
	} else {
		return false;
	}
	lx->indent = n;
	return true;
}

enum line_start lex_begin(struct lexer *lx)
{
	const unsigned char *at = lx->at, *limit = lx->end, *marker = at, *from;
	lx->start = (uint32_t)(at - lx->text);
	lx->indent = 0;
	lx->prompt = PROMPT_NONE;
	enum line_start start;
	if (plain_start(lx, &start))
		return start;
	for (;;) {
		from = at;
		/*!re2c
		$                  { lx->at = from; return LINE_END_OF_TEXT; }
		eol                { lx->at = at; return LINE_EMPTY; }
		"\t"               { lx->indent = lx->indent / 8 * 8 + 8; continue; }
		"\x08"             { lx->indent = 0; continue; }
		blank              { lx->indent++; continue; }
		"<"? "--More--" ">"? | "---- More ----" { lx->indent = 0; continue; }
		host ("(" [^()\r\n\x00]{1,62} ")")? [#>] {
			if (lx->prompt) {
				lx->at = from;
				return LINE_WORDS;
			}
			take_prompt(lx, from, at);
			continue;
		}
		"!"                { lx->at = at; return LINE_COMMENT; }
		"#" | "//" | "--" | "{%" { lx->at = at; return LINE_REMARK; }
		stamp | "%" | "^" [ ]* eol | "^Z" | "^C" {
			lx->at = from;
			return LINE_OUTPUT;
		}
		"$"                { lx->at = from; return lx->prompt ? LINE_OUTPUT : LINE_WORDS; }
		"Building configuration" | "Current configuration" | "Using " digit+ " out of" {
			lx->at = at;
			return LINE_HEADER;
		}
		"Enter configuration commands" | "[OK]" {
			lx->at = at;
			return LINE_OUTPUT;
		}
		*                  { lx->at = from; return LINE_WORDS; }
		*/
	}
}

/* --- words ----------------------------------------------------------------------------------- */

static uint32_t decimal(const unsigned char *at, const unsigned char *end)
{
	uint64_t value = 0;
	while (at < end && value <= UINT32_MAX)
		value = value * 10 + (uint64_t)(*at++ - '0');
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* It is known to be one. */
static uint32_t quad(const unsigned char *at)
{
	uint32_t value = 0, part = 0;
	for (unsigned dots = 0;; at++) {
		if (*at >= '0' && *at <= '9') {
			part = part * 10 + (uint32_t)(*at - '0');
			continue;
		}
		value = value << 8 | part;
		part = 0;
		if (*at != '.' || ++dots == 4)
			return value;
	}
}

static bool found(struct lexer *lx, struct word *word, const unsigned char *from,
	const unsigned char *to, enum lex shape)
{
	word->span.start = (uint32_t)(from - lx->text);
	word->span.end = (uint32_t)(to - lx->text);
	word->shape = (uint8_t)shape;
	lx->at = to;
	return true;
}

bool lex_word_by_rule(struct lexer *lx, struct word *word)
{
	const unsigned char *at = lx->at, *limit = lx->end, *marker = at, *from;
	for (;;) {
		from = at;
		/*!re2c
		$       { lx->at = from; return false; }
		eol     { lx->at = at; return false; }
		blank   { continue; }
		digit+  { return found(lx, word, from, at, LEX_NUMBER); }
		address { return found(lx, word, from, at, LEX_ADDRESS); }
		address "/" digit{1,2}  { return found(lx, word, from, at, LEX_PREFIX); }
		"/" digit{1,3}          { return found(lx, word, from, at, LEX_LENGTH); }
		digit+ ([/.:] digit+)+  { return found(lx, word, from, at, LEX_PORTS); }
		letter [A-Za-z-]*       { return found(lx, word, from, at, LEX_ALPHA); }
		letter [A-Za-z0-9-]* ports { return found(lx, word, from, at, LEX_IFNAME); }
		hex* (":" hex*){2,8} ("/" digit{1,3})? { return found(lx, word, from, at, LEX_ADDRESS6); }
		hex* (":" hex*){2,6} ":" address { return found(lx, word, from, at, LEX_ADDRESS6); }
		"{{" [^}\r\n\x00]* "}}" octet* { return found(lx, word, from, at, LEX_PLACE); }
		"<" letter [^<>\r\n\x00]{0,60} ">" octet* { return found(lx, word, from, at, LEX_PLACE); }
		[+-] letter+            { return found(lx, word, from, at, LEX_SIGNED); }
		octet+  { return found(lx, word, from, at, LEX_WORD); }
		*       { continue; }
		*/
	}
}

/*
 * Short cuts for words of at most fifteen octets, sixteen looked at in one step: the shape follows
 * from which kinds of octets a word has. False: only the rules above can tell.
 */

/* Three dots, and four parts of one to three digits that are at most 255. */
static bool short_quad(const unsigned char *at, unsigned dots, unsigned n, uint32_t *value)
{
	unsigned second = dots & (dots - 1), third = second & (second - 1);
	if (!third || third & (third - 1))
		return false;
	unsigned a = octets_first(dots) + 1, b = octets_first(second) + 1, c = octets_first(third) + 1;
	unsigned w = a - 1, x = b - a - 1, y = c - b - 1, z = n - c;
	uint32_t first = octets_decimal_3(at, w), next = octets_decimal_3(at + a, x);
	uint32_t third_octet = octets_decimal_3(at + b, y), last = octets_decimal_3(at + c, z);
	*value = first << 24 | next << 16 | third_octet << 8 | last;
	bool sizes = w - 1 <= 2 && x - 1 <= 2 && y - 1 <= 2 && z - 1 <= 2;
	return sizes && (first | next | third_octet | last) <= 255;
}

static bool short_number(const unsigned char *at, struct octets o, unsigned n, struct word *word)
{
	unsigned all = (1u << n) - 1;
	unsigned digits = octets_between(o, '0', '9') & all;
	word->key = (struct octets_key){ 0, 0 };
	if (digits == all) {
		word->shape = LEX_NUMBER;
		word->value = n <= 8 ? octets_decimal(at, n) : decimal(at, at + n);
		word->key = octets_key(o, n);
		return true;
	}
	unsigned dots = octets_equal(o, '.') & all;
	word->shape = LEX_ADDRESS;
	return (digits | dots) == all && short_quad(at, dots, n, &word->value);
}

static bool short_name(struct octets o, unsigned n, struct word *word)
{
	struct octets small = octets_fold(o);
	unsigned all = (1u << n) - 1;
	unsigned plain = (octets_between(small, 'a', 'z') | octets_equal(o, '-')) & all;
	word->key = octets_key(small, n);
	word->value = 0;
	word->shape = LEX_ALPHA;
	if (plain == all)
		return true;
	unsigned digits = octets_between(o, '0', '9') & all;
	word->shape = (plain | digits) == all && digits >> (n - 1) ? LEX_IFNAME : LEX_WORD;
	/* . / : may belong to the number of an interface. */
	return !(octets_between(o, '.', ':') & all & ~digits);
}

static bool is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* What follows a word or a line of plain text. */
static bool is_plain_blank(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Words of the line as long as they are short; near the end of the text the rules go on. */
static unsigned short_words(struct lexer *lx, struct word *words, unsigned room, bool *complete)
{
	const unsigned char *at = lx->at;
	unsigned n = 0;
	for (; n < room; n++) {
		struct word *word = &words[n];
		while (*at == ' ')
			at++;
		if (*at == '\n')
			*complete = true;
		if (*complete || lx->end - at < 2 * OCTETS)
			break;
		struct octets o = octets_load(at);
		unsigned behind = ~octets_between(o, '!', '~') & OCTETS_ALL;
		unsigned length = octets_first(behind | 1u << OCTETS);
		if (length % OCTETS == 0 || !is_plain_blank(at[length]))
			break;
		if (*at >= '0' && *at <= '9' ? !short_number(at, o, length, word)
			: !is_letter(*at) || !short_name(o, length, word))
			break;
		word->span.start = (uint32_t)(at - lx->text);
		word->span.end = word->span.start + length;
		at += length;
	}
	lx->at = at + *complete;
	return n;
}

static bool long_word(struct lexer *lx, struct word *word)
{
	if (!lex_word_by_rule(lx, word))
		return false;
	const unsigned char *from = lx->text + word->span.start, *to = lx->text + word->span.end;
	if (word->shape == LEX_ADDRESS)
		word->key = (struct octets_key){ 0, 0 };
	else
		word->key = octets_key_of(from, (size_t)(to - from));
	word->value = word->shape == LEX_NUMBER ? decimal(from, to)
		: word->shape == LEX_ADDRESS || word->shape == LEX_PREFIX ? quad(from) : 0;
	return true;
}

unsigned lex_words(struct lexer *lx, struct word *words, unsigned room, bool *complete)
{
	unsigned n = 0;
	*complete = false;
	while (n < room && !*complete) {
		n += short_words(lx, words + n, room - n, complete);
		if (n == room || *complete)
			break;
		if (long_word(lx, &words[n]))
			n++;
		else
			*complete = true;
	}
	return n;
}

static bool is_blank(unsigned char c)
{
	return c <= ' ' || c == 0x7f;
}

uint32_t lex_end_of_line(const struct lexer *lx, uint32_t offset)
{
	const unsigned char *at = lx->text + offset;
	const unsigned char *end = memchr(at, '\n', (size_t)(lx->end - at));
	if (!end)
		end = lx->end;
	if (lx->has_cr) {
		const unsigned char *cr = memchr(at, '\r', (size_t)(end - at));
		end = cr ? cr : end;
	}
	while (end > at && is_blank(end[-1]))
		end--;
	return (uint32_t)(end - lx->text);
}

void lex_finish(struct lexer *lx, uint32_t end)
{
	const unsigned char *at = lx->text + end;
	while (at < lx->end && *at != '\n' && *at != '\r')
		at++;
	if (at < lx->end && *at == '\r')
		at++;
	if (at < lx->end && *at == '\n')
		at++;
	lx->at = at;
}

uint32_t lex_skip(struct lexer *lx)
{
	uint32_t end = lex_end_of_line(lx, (uint32_t)(lx->at - lx->text));
	lex_finish(lx, end);
	return end;
}

bool lex_is_hex_line(const struct lexer *lx)
{
	const unsigned char *at = lx->at, *limit = lx->end, *marker = at;
	/*!re2c
	[ \t]* hex{2,8} ([ ]+ hex{2,8})* [ \t]* eol { return true; }
	$ { return false; }
	* { return false; }
	*/
}

/*
 * Keys and passwords in lines that are not ours: what follows one of these words, a digit for
 * the way it is written left out.
 */
bool lex_secret(const struct lexer *lx, uint32_t from, uint32_t to, struct cm_span *secret)
{
	const unsigned char *at = lx->text + from, *limit = lx->text + to, *marker = at, *start;
	for (;;) {
		/*!re2c
		trigger = ("password" | "secret" | "key" | "key-string" | "community" | "psk" | "md5"
			| "authentication-key" | "ascii" | "wpa-psk" | "nhrp" [ ]+ "authentication"
			| "authentication" [ ]+ "text") [ \t]+ ([0-9] [ \t]+)?;
		$       { return false; }
		trigger { break; }
		octet+  { continue; }
		*       { continue; }
		*/
	}
	start = at;
	while (at < limit && *at > ' ')
		at++;
	secret->start = (uint32_t)(start - lx->text);
	secret->end = (uint32_t)(at - lx->text);
	return secret->end > secret->start;
}
