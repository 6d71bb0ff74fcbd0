/* The lexer's short cuts say what its rules say. */
#include "syntax/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

enum { LINE_MOST = 24, LINES = 200000, PADDING = 64 };

/* Pieces that lines are made of: likely words and all that could be mistaken. */
static const char *const pieces[] = { "permit", "esp-3des", "ip", "A", "z", "-", "Gi0/1", "eq", "0",
	"25", "255", "256", "007", "10", "1000", "4294967295", "4294967296", ".", ".", "/", ":",
	"10.0.0.1", "255.255.255.0", "1.2.3.4/24", "fe80::1", "_", "!", "#", ">", "(config)#", "{{",
	"}}", "<a>", "+ack", " ", "  ", " ", "\t", "\r", "\x08", "\x7f", "\xa0", "\xc2\xa0",
	"\xc3\xa9", "\xc3", "\xff", "\x01", "^C", "%", "$", "--", "//", "Jan 1 00:00", "*",
	"--More--" };

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

static size_t make_line(uint64_t *seed, char *line)
{
	size_t length = 0;
	for (uint32_t n = draw(seed, 7); n > 0; n--) {
		const char *piece = pieces[draw(seed, sizeof pieces / sizeof *pieces)];
		size_t more = strlen(piece);
		if (length + more > LINE_MOST)
			break;
		memcpy(line + length, piece, more);
		length += more;
	}
	line[length] = '\n';
	return length + 1;
}

struct seen {
	enum line_start start;
	uint32_t indent;
	enum prompt prompt;
	bool complete;
	unsigned n;
	struct word words[LINE_MOST + 1];
};

static void look(struct seen *seen, const char *text, size_t length)
{
	struct lexer lx;
	memset(seen, 0, sizeof *seen);
	lex_init(&lx, text, (uint32_t)length);
	seen->start = lex_begin(&lx);
	seen->indent = lx.indent;
	seen->prompt = lx.prompt;
	if (seen->start == LINE_WORDS)
		seen->n = lex_words(&lx, seen->words, LINE_MOST, &seen->complete);
}

static bool same_word(const struct word *a, const struct word *b)
{
	return a->span.start == b->span.start && a->span.end == b->span.end &&
		a->shape == b->shape && a->value == b->value && a->key.low == b->key.low &&
		a->key.high == b->key.high;
}

static bool same(const struct seen *a, const struct seen *b)
{
	if (a->start != b->start || a->indent != b->indent || a->prompt != b->prompt ||
		a->complete != b->complete || a->n != b->n)
		return false;
	for (unsigned i = 0; i < a->n; i++)
		if (!same_word(&a->words[i], &b->words[i]))
			return false;
	return true;
}

/* A short text is read by the rules alone; with more text behind it the short cuts are taken. */
static void short_cuts_say_what_the_rules_say(void **state)
{
	uint64_t seed = 1;
	static char text[LINE_MOST + 1 + PADDING + 1];
	unsigned words = 0;
	for (unsigned i = 0; i < LINES; i++) {
		struct seen alone, among;
		memset(text, 'x', sizeof text - 1);
		size_t length = make_line(&seed, text);
		look(&among, text, sizeof text - 1);
		text[length] = '\0';
		look(&alone, text, length);
		if (!same(&alone, &among))
			fail_msg("line %u: %.*s", i, (int)length, text);
		words += alone.n;
	}
	assert_true(words > LINES / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(short_cuts_say_what_the_rules_say) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
