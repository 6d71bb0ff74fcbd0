#include "syntax/read.h"

#include <cryptomap/facts.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
enum {
	SAID_MOST = 1000,   /* a text with more faults than that is no configuration */
	PROSE_MOST = 200,
	ACCEPTED_MOST = 1200,
	ACCEPTED_SHOWN = 16,
};
/* clang-format on */

static struct diags *diags(struct reader *rd)
{
	return &rd->doc->diags;
}

/* One more finding; after very many only that there are more. */
static bool may_say(struct reader *rd, struct cm_span at)
{
	if (++rd->n_said == SAID_MOST)
		diag(diags(rd), "too-many-findings", CM_INFO, at,
			"there are more lines like these; they are not shown");
	return rd->n_said < SAID_MOST;
}

/* --- nearest words ----------------------------------------------------------------------------- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Slips between two words: a letter wrong, missing, too many, or two swapped. */
static unsigned slips(struct cm_str a, const char *b)
{
	enum { LONGEST = 40 };
	unsigned before[LONGEST + 1], last[LONGEST + 1], row[LONGEST + 1];
	size_t n = strlen(b);
	if (a.length > LONGEST || n > LONGEST)
		return LONGEST;
	for (unsigned j = 0; j <= n; j++)
		last[j] = j;
	for (unsigned i = 1; i <= a.length; i++) {
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			unsigned wrong = lower(a.at[i - 1]) != b[j - 1];
			unsigned best = last[j - 1] + wrong;
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && lower(a.at[i - 1]) == b[j - 2] &&
				lower(a.at[i - 2]) == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		memcpy(before, last, sizeof last);
		memcpy(last, row, sizeof row);
	}
	return last[n];
}

enum { MOST_SLIPS = 2 };

static unsigned slips_allowed(size_t length)
{
	return length < 4 ? 0 : length < 9 ? 1 : MOST_SLIPS;
}

bool nearly_same(struct cm_str typed, const char *word)
{
	size_t n = strlen(word), allowed = slips_allowed(n);
	if (n >= 6 && lower(typed.at[0]) == word[0])
		allowed = MOST_SLIPS;
	if (!allowed || typed.length + allowed < n || n + allowed < typed.length)
		return false;
	return slips(typed, word) <= allowed;
}

const char *nearest_word(struct cm_str typed, const char *const *list, size_t n)
{
	const char *best = NULL;
	unsigned fewest = 3;
	for (size_t i = 0; i < n; i++) {
		unsigned found = slips(typed, list[i]);
		if (found < fewest && found < typed.length / 2 + 1) {
			fewest = found;
			best = list[i];
		}
	}
	return best;
}

/* --- what was accepted ---------------------------------------------------------------------------- */

/* The range of a number, as help shows it: asked of the step behind it. */
static const char *number_help(
	struct steps *steps, struct arena *arena, uint32_t step, int token, const char *otherwise)
{
	uint32_t behind = steps_push(steps, step, token);
	const struct statement *cut = behind ? steps_cut(steps, behind) : NULL;
	if (!cut || !cut->n_parts)
		return otherwise;
	const struct part *part = &cut->parts[cut->n_parts - 1];
	if (!part->ranged || part->at != steps->at[step].depth)
		return otherwise;
	return arena_printf(arena, "<%u-%u>", part->low, part->high);
}

static const struct {
	uint16_t token;
	const char *help;
} shape_help[] = {
	{ IOS_WORD, "WORD" },
	{ IOS_NUMBER, "<number>" },
	{ IOS_STANDARD_NUMBER, "<1-99>" },
	{ IOS_STANDARD_NUMBER, "<1300-1999>" },
	{ IOS_EXTENDED_NUMBER, "<100-199>" },
	{ IOS_EXTENDED_NUMBER, "<2000-2699>" },
	{ IOS_ADDRESS, "A.B.C.D" },
	{ IOS_PREFIX, "A.B.C.D/nn" },
	{ IOS_ADDRESS6, "X:X:X:X::X/<0-128>" },
	{ IOS_IFNAME, "INTERFACE" },
	{ IOS_LENGTH, "/nn" },
	{ IOS_LINE, "LINE" },
	{ IOS_PROTO, "<0-255>" },
	{ IOS_TCP_PORT, "<0-65535>" },
	{ IOS_UDP_PORT, "<0-65535>" },
	{ IOS_SIGNED_FLAG, "+FLAG" },
	{ IOS_CR, "<cr>" },
};

size_t accepted_words(
	struct steps *steps, struct arena *arena, uint32_t step, const char **out, size_t room)
{
	size_t n_words, n = 0;
	const uint16_t *list = steps_words(steps, step, &n_words);
	for (size_t i = 0; i < n_words && n < room; i++)
		if (steps_token_of(steps, step, list[i]) != IOS_OTHER_WORD)
			out[n++] = steps->words->at[list[i]].text;
	for (size_t i = 0; i < sizeof shape_help / sizeof *shape_help && n < room; i++) {
		int token = shape_help[i].token;
		if (!step_accepts(steps, step, token))
			continue;
		const char *help = shape_help[i].help;
		if (token == IOS_NUMBER)
			help = number_help(steps, arena, step, token, help);
		if (help)
			out[n++] = help;
	}
	return n;
}

static const char *listed(struct reader *rd, const char *const *list, size_t n)
{
	struct cm_text text = { 0 };
	size_t shown = n > ACCEPTED_SHOWN ? ACCEPTED_SHOWN : n;
	for (size_t i = 0; i < shown; i++)
		cm_text_printf(&text, "%s%s", i ? ", " : "", list[i]);
	if (shown < n)
		cm_text_printf(&text, ", … (%zu more)", n - shown);
	struct cm_str whole = { text.at ? text.at : "", text.length };
	const char *copy = arena_copy(rd->doc->arena, whole);
	rd->failed |= text.failed;
	cm_text_free(&text);
	return copy;
}

/* --- the router's messages --------------------------------------------------------------------------- */

static struct cm_diag *say_verdict(struct reader *rd, const struct reading *r, const char *near)
{
	const char *rule = "invalid-input";
	struct cm_str typed = source_slice(&rd->doc->source, r->at);
	switch (r->verdict) {
	case READ_INCOMPLETE:
		return diag(
			diags(rd), "incomplete-command", CM_ERROR, r->at, "%% Incomplete command.");
	case READ_AMBIGUOUS:
		return diag(diags(rd), "ambiguous-command", CM_ERROR, r->at,
			"%% Ambiguous command:  \"%.*s\"", (int)typed.length, typed.at);
	default:
		break;
	}
	if (near)
		return diag(diags(rd), rule, CM_ERROR, r->at,
			"%% Invalid input detected at '^' marker. Did you mean \"%s\"?", near);
	return diag(diags(rd), rule, CM_ERROR, r->at, "%% Invalid input detected at '^' marker.");
}

void say_refused(struct reader *rd, const struct reading *r)
{
	const char *list[ACCEPTED_MOST];
	if (!may_say(rd, r->at))
		return;
	size_t n = accepted_words(&rd->syntax->steps, rd->doc->arena, r->step, list, ACCEPTED_MOST);
	if (r->verdict == READ_INCOMPLETE && n && strcmp(list[n - 1], "<cr>") == 0)
		n--;
	struct cm_str typed = source_slice(&rd->doc->source, r->at);
	const char *near = r->verdict == READ_INVALID ? nearest_word(typed, list, n) : NULL;
	struct cm_diag *d = say_verdict(rd, r, near);
	if (!d)
		return;
	d->expected = listed(rd, list, n);
	if (near)
		diag_fix(diags(rd), d, false, r->at, near, "write %s", near);
}

void say_range(struct reader *rd, const struct reading *r, const struct part *part)
{
	struct cm_span at = r->tokens[part->at - 1].span;
	if (!may_say(rd, at))
		return;
	struct cm_diag *d = diag(diags(rd), "invalid-input", CM_ERROR, at,
		"%% Invalid input detected at '^' marker.");
	if (d)
		d->expected = arena_printf(rd->doc->arena, "<%u-%u>", part->low, part->high);
}

/* Unknown words come again and again: each is compared once. */
static bool seen_before(struct reader *rd, struct cm_str word, uint32_t step)
{
	uint32_t key = step * 2654435761u;
	for (size_t i = 0; i < word.length; i++)
		key = (key ^ (unsigned char)word.at[i]) * 16777619u;
	uint32_t *slot = &rd->near_keys[key % NEAR_SLOTS];
	bool seen = *slot == (key | 1);
	*slot = key | 1;
	return seen;
}

/* A keyword that is accepted here and nearly the same: 0 when there is none. */
static unsigned near_keyword(struct steps *steps, uint32_t step, struct cm_str typed)
{
	for (unsigned w = 1; w < steps->words->n; w++) {
		const struct known *known = &steps->words->at[w];
		bool long_enough = typed.length <= known->length + (size_t)MOST_SLIPS &&
			typed.length + MOST_SLIPS >= known->length;
		if (known->token && long_enough && steps_token_of(steps, step, w) &&
			nearly_same(typed, known->text))
			return w;
	}
	return 0;
}

bool say_near(struct reader *rd, uint32_t step, unsigned i)
{
	const struct word *word = line_word(&rd->line, &rd->syntax->words, i);
	if (!word || rd->line.known[i])
		return false;
	struct cm_str typed = source_slice(&rd->doc->source, word->span);
	if (typed.length < 4 || seen_before(rd, typed, step) ||
		!near_keyword(&rd->syntax->steps, step, typed))
		return false;
	memset(rd->near_keys, 0, sizeof rd->near_keys);
	struct reading r = { .verdict = READ_INVALID, .step = step, .at = word->span };
	if (may_say(rd, r.at))
		say_refused(rd, &r);
	return true;
}

/* --- what is no command at all ----------------------------------------------------------------------- */

/* Words that make a sentence; no command has two of them. */
static const char *const sentence_words[] = { "the", "is", "are", "this", "that", "these", "we",
	"you", "and", "for", "with", "will", "to", "of", "in", "it", "on", "be", "can", "our",
	"your", "must", "here", "has", "have", "from", "which", "all", "a", "an", "not", "so",
	"then", "need", "now", "note", "below", "following", "as", "at", "by", "or", "first",
	"next" };

static bool is_sentence_word(struct cm_str word)
{
	for (size_t i = 0; i < sizeof sentence_words / sizeof *sentence_words; i++)
		if (cm_str_is_nocase(word, sentence_words[i]))
			return true;
	return false;
}

static unsigned sentence_words_of(struct reader *rd)
{
	const struct word *word;
	unsigned common = 0;
	for (unsigned n = 0; (word = line_word(&rd->line, &rd->syntax->words, n)); n++)
		common += word->shape == LEX_ALPHA &&
			is_sentence_word(source_slice(&rd->doc->source, word->span));
	return common;
}

static bool begins_with_capital(struct reader *rd, struct cm_span span)
{
	char first = rd->doc->source.text[span.start];
	return first >= 'A' && first <= 'Z';
}

static bool ends_sentence(struct reader *rd, struct cm_span span)
{
	return strchr(".:!?;", rd->doc->source.text[span.end - 1]) != NULL;
}

static bool is_sentence(struct reader *rd, struct cm_span span)
{
	unsigned n = 0, common = sentence_words_of(rd), letters = 0;
	const struct word *word;
	for (; (word = line_word(&rd->line, &rd->syntax->words, n)); n++)
		letters += word->shape == LEX_ALPHA || word->shape == LEX_WORD;
	const char *text = rd->doc->source.text;
	char first = text[span.start], last = text[span.end - 1];
	bool stops = ends_sentence(rd, span);
	if (begins_with_capital(rd, span))
		return (n >= 3 && letters * 2 > n) || (n == 2 && stops) || common > 0;
	return common >= 3 || (common >= 2 && stops) || (unsigned char)first >= 0x80 ||
		(first == '`' && text[span.start + 1] == '`') || (first == '<' && last == '>');
}

static void say_no_command(struct reader *rd, struct cm_span span)
{
	if (++rd->n_prose < PROSE_MOST && may_say(rd, span))
		diag(diags(rd), "not-a-command", CM_WARNING, span,
			"this line is no command; IOS would say: %% Invalid input detected");
}

bool say_prose(struct reader *rd, struct cm_span span)
{
	uint32_t number;
	const struct known *known = &rd->syntax->words.at[rd->line.known[0]];
	if (word_in(known, CLASS_OTHER, &number) ||
		(rd->line.known[0] && rd->doc->source.text[span.start] >= 'a'))
		return false;
	if (!is_sentence(rd, span))
		return false;
	say_no_command(rd, span);
	return true;
}

bool say_sentence(struct reader *rd, struct cm_span span)
{
	if (!begins_with_capital(rd, span) || sentence_words_of(rd) + ends_sentence(rd, span) < 2)
		return false;
	say_no_command(rd, span);
	return true;
}

void say_remark(struct reader *rd, struct cm_span span)
{
	if (rd->said_remark)
		return;
	rd->said_remark = true;
	diag(diags(rd), "not-a-comment", CM_INFO, span,
		"IOS comments begin with !, it would refuse this line; others like it are not shown");
}

void say_placeholder(struct reader *rd, struct cm_span span)
{
	if (may_say(rd, span))
		diag(diags(rd), "placeholder", CM_WARNING, span,
			"this looks like a place that was left to be filled in");
}

void say_banner(struct reader *rd, struct cm_span span)
{
	if (may_say(rd, span))
		diag(diags(rd), "banner-open", CM_WARNING, span,
			"the banner never ends: its delimiter does not come again");
}
