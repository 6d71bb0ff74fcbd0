/*
 * A comment is found by the words "cryptomap:" alone, so a text without any costs one search.
 * Directives and findings then go by place together: what is turned off at a place is one table,
 * rule by rule.
 */
#include "check/comment.h"

#include "check/index.h"
#include "check/lines.h"

#include <string.h>

enum directive_kind { NEXT_LINE, BLOCK_BEGIN, BLOCK_END, WHOLE_FILE };

static const struct {
	const char *word;
	enum directive_kind kind;
} forms[] = {
	{ "disable", NEXT_LINE },
	{ "disable-begin", BLOCK_BEGIN },
	{ "disable-end", BLOCK_END },
	{ "disable-file", WHOLE_FILE },
};

/* One selector of one comment. */
struct directive {
	enum directive_kind kind;
	const char *selector;
	struct cm_span at;   /* the selector in the comment */
	struct cm_span line; /* NEXT_LINE: what it turns off */
	bool used, known, wanted;
};

struct comments {
	struct check *check;
	struct cm_str text;
	struct directive *items;
	size_t n, room;
	size_t n_rules;
	const struct directive **file, **block; /* by rule number: what turns it off */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct cm_str word_at(struct cm_str text, uint32_t at, uint32_t end)
{
	uint32_t stop = at;
	while (stop < end && !is_blank(text.at[stop]))
		stop++;
	return (struct cm_str){ text.at + at, stop - at };
}

/* The words before `remark`: a sequence number, or `access-list N`. */
static bool is_remark(struct cm_str text, struct cm_span line)
{
	struct cm_span body = line_trim(text, line);
	for (unsigned words = 0; words < 3 && body.start < body.end; words++) {
		struct cm_str word = word_at(text, body.start, body.end);
		if (cm_str_is_nocase(word, "remark"))
			return true;
		body.start += (uint32_t)word.length;
		body = line_trim(text, body);
	}
	return false;
}

static bool is_comment(struct cm_str text, struct cm_span line)
{
	struct cm_span body = line_trim(text, line);
	return body.start < body.end && (text.at[body.start] == '!' || is_remark(text, line));
}

/* The first line behind `line` that holds a command. */
static struct cm_span next_command(struct cm_str text, struct cm_span line)
{
	while (line.end < text.length) {
		line = line_at(text, line_after(text, line.end));
		struct cm_span body = line_trim(text, line);
		if (body.start < body.end && !is_comment(text, line))
			return line;
		if (body.start >= text.length)
			break;
	}
	return (struct cm_span){ (uint32_t)text.length, (uint32_t)text.length };
}

static void unknown_rule(struct comments *all, const struct directive *d)
{
	size_t n = cm_rules();
	const char **ids = ARENA_ARRAY(all->check->arena, const char *, n);
	if (!ids)
		return;
	for (size_t i = 0; i < n; i++)
		ids[i] = cm_rule(i)->id;
	const char *near = cm_nearest(cm_str_of(d->selector), ids, n);
	check_say(all->check, "comment-unknown-rule", d->at,
		near ? "there is no rule '%s'; did you mean '%s'?" : "there is no rule '%s'",
		d->selector, near);
}

static void add_selector(struct comments *all, enum directive_kind kind, struct cm_span line,
	uint32_t start, uint32_t end)
{
	struct directive *d = ARENA_PUSH(all->check->arena, all->items, all->n, all->room);
	if (!d)
		return;
	d->kind = kind;
	d->at = (struct cm_span){ start, end };
	d->selector =
		arena_copy(all->check->arena, (struct cm_str){ all->text.at + start, end - start });
	if (kind == NEXT_LINE)
		d->line = next_command(all->text, line);
	for (size_t i = 0; d->selector && i < all->n_rules; i++) {
		const struct cm_rule *rule = cm_rule(i);
		if (!cm_rule_selected(rule, d->selector))
			continue;
		d->known = true;
		d->wanted |= check_wants(all->check, rule->id);
	}
	if (d->selector && !d->known)
		unknown_rule(all, d);
}

static void add_selectors(struct comments *all, enum directive_kind kind, struct cm_span line,
	uint32_t start, uint32_t end)
{
	for (uint32_t at = start; at <= end; at++) {
		if (at < end && all->text.at[at] != ',')
			continue;
		if (at > start)
			add_selector(all, kind, line, start, at);
		start = at + 1;
	}
}

/* What stands behind "cryptomap:". */
static void read_directive(struct comments *all, struct cm_span line, struct cm_span body)
{
	struct cm_str word = word_at(all->text, body.start, body.end);
	const char *equals = memchr(word.at, '=', word.length);
	struct cm_str name = { word.at, equals ? (size_t)(equals - word.at) : word.length };
	uint32_t end = body.start + (uint32_t)word.length;
	uint32_t start = body.start + (uint32_t)name.length + (equals != NULL);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (!cm_str_is(name, forms[i].word))
			continue;
		if (start < end) {
			add_selectors(all, forms[i].kind, line, start, end);
			return;
		}
		if (forms[i].kind == BLOCK_END) {
			struct directive *d =
				ARENA_PUSH(all->check->arena, all->items, all->n, all->room);
			if (d)
				*d = (struct directive){ BLOCK_END, "all", { start, start },
					{ 0, 0 }, true, true, true };
			return;
		}
	}
	check_say(all->check, "comment-malformed", line_trim(all->text, line),
		"this comment to cryptomap cannot be read; write: ! cryptomap: disable=ID reason");
}

static void find_comments(struct comments *all)
{
	static const char mark[] = "cryptomap:";
	const char *end = all->text.at + all->text.length;
	for (const char *at = all->text.at; at < end;) {
		at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1);
		if (!at)
			return;
		uint32_t offset = (uint32_t)(at - all->text.at);
		struct cm_span line = line_at(all->text, offset);
		struct cm_span body = { offset + (uint32_t)sizeof mark - 1, line.end };
		if (is_comment(all->text, line))
			read_directive(all, line, line_trim(all->text, body));
		at = all->text.at + line.end;
	}
}

static void set_rules(struct comments *all, const struct directive **table,
	const struct directive *d, const struct directive *value)
{
	for (size_t i = 0; i < all->n_rules; i++) {
		if (cm_rule_selected(cm_rule(i), d->selector))
			table[i] = value;
	}
}

/* Enter and leave the blocks that begin or end before `offset`; `*next` is the directive to see. */
static void walk_blocks(struct comments *all, size_t *next, uint32_t offset)
{
	for (; *next < all->n && all->items[*next].at.start <= offset; ++*next) {
		struct directive *d = &all->items[*next];
		if (d->kind == BLOCK_BEGIN)
			set_rules(all, all->block, d, d);
		else if (d->kind == BLOCK_END)
			set_rules(all, all->block, d, NULL);
	}
}

/* Comments on the lines before one line all mean that line; `*next` only moves forward. */
static struct directive *for_line(
	struct comments *all, size_t *next, uint32_t offset, const struct cm_rule *rule)
{
	while (*next < all->n &&
		(all->items[*next].kind != NEXT_LINE || all->items[*next].line.end < offset))
		++*next;
	for (size_t i = *next; i < all->n; i++) {
		struct directive *d = &all->items[i];
		if (d->at.start > offset)
			return NULL;
		bool here = d->kind == NEXT_LINE && d->line.start <= offset;
		if (here && cm_rule_selected(rule, d->selector))
			return d;
	}
	return NULL;
}

static size_t take_out(struct comments *all)
{
	struct diags *diags = all->check->diags;
	size_t kept = 0, block = 0, line = 0, n = diags->n;
	for (size_t i = 0; i < n; i++) {
		const struct cm_diag *found = &diags->items[i];
		size_t number = rule_index_number(all->check->rules, found->rule);
		walk_blocks(all, &block, found->span.start);
		struct directive *d = for_line(all, &line, found->span.start, cm_rule(number));
		if (!d)
			d = (struct directive *)(all->block[number] ? all->block[number]
								    : all->file[number]);
		if (d)
			d->used = true;
		else
			diags->items[kept++] = *found;
	}
	diags->n = kept;
	return n - kept;
}

static void say_unused(struct comments *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct directive *d = &all->items[i];
		if (d->used || !d->known || !d->wanted || d->kind == BLOCK_END)
			continue;
		struct cm_diag *found = check_say(all->check, "comment-unused", d->at,
			"nothing that '%s' would turn off is found here", d->selector);
		struct cm_span line = line_at(all->text, d->at.start);
		bool alone = !memchr(all->text.at + line.start, ',', line.end - line.start);
		if (found && alone)
			diag_fix(all->check->diags, found, true, line_whole(all->text, d->at.start),
				"", "delete the comment");
	}
}

size_t comments_apply(struct check *c)
{
	struct comments all = { .check = c, .text = cm_document_text(c->document) };
	all.n_rules = cm_rules();
	size_t said = c->diags->n;
	find_comments(&all);
	if (!all.n)
		return 0;
	all.file = ARENA_ARRAY(c->arena, const struct directive *, all.n_rules);
	all.block = ARENA_ARRAY(c->arena, const struct directive *, all.n_rules);
	if (!all.file || !all.block)
		return 0;
	for (size_t i = 0; i < all.n; i++) {
		if (all.items[i].kind == WHOLE_FILE)
			set_rules(&all, all.file, &all.items[i], &all.items[i]);
	}
	if (said != c->diags->n)
		diags_sort(c->diags);
	size_t suppressed = take_out(&all);
	say_unused(&all);
	return suppressed;
}

static const struct rule rules[] = {
	{ { .id = "comment-unused",
		  .severity = CM_WARNING,
		  .title = "A comment turns off a rule that finds nothing there",
		  .why = "The cause is gone, or the comment stands at the wrong line. Left alone, it "
			 "will hide the next real finding of that rule.",
		  .source = "cryptomap: comments that turn rules off",
		  .fix = "Delete the comment, or move it to the line before the finding.",
		  .fires = "! cryptomap: disable=key-missing the far end is static\n"
			   "hostname branch\n",
		  .silent = "! the far end is static\nhostname branch\n" },
		NULL },
	{ { .id = "comment-unknown-rule",
		  .severity = CM_WARNING,
		  .title = "A comment turns off a rule that does not exist",
		  .why = "The comment has no effect, so the finding it is meant for stays.",
		  .source = "cryptomap: comments that turn rules off",
		  .fix = "Write the id as it stands in brackets behind the finding.",
		  .fires = "! cryptomap: disable=key-mising\nhostname branch\n",
		  .silent = "! a note\nhostname branch\n" },
		NULL },
	{ { .id = "comment-malformed",
		  .severity = CM_WARNING,
		  .title = "A comment to cryptomap cannot be read",
		  .why = "A comment that begins with `cryptomap:` and is not understood has no effect.",
		  .source = "cryptomap: comments that turn rules off",
		  .fix = "Write `! cryptomap: disable=ID reason`, or disable-begin, disable-end, "
			 "disable-file.",
		  .fires = "! cryptomap: ignore key-missing\nhostname branch\n",
		  .silent = "! about the cryptomap of the branch\nhostname branch\n" },
		NULL },
};

const struct family family_comment = { "comment", rules, sizeof rules / sizeof *rules };
