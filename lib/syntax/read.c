#include "syntax/read.h"

#include "syntax/modes.h"
#include "syntax/syntax.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)IOS_MODE_OTHER - (int)IOS_MODE_EXEC == (int)MODE_OTHER - (int)MODE_EXEC,
	"modes.def and the mode tokens of ios.y are in one order");

/* --- blocks ---------------------------------------------------------------------------------- */

static struct block *top(struct reader *rd)
{
	return &rd->blocks[rd->n_blocks - 1];
}

/* The first statement behind a prompt of another name. */
static void note_prompt(struct reader *rd, const struct node *n)
{
	if (n->kind == KIND_EXEC || n->kind == KIND_ERROR || n->kind == KIND_END)
		return;
	struct prompted *at =
		ARENA_PUSH(rd->doc->arena, rd->prompted, rd->n_prompted, rd->prompted_room);
	if (at)
		*at = (struct prompted){ n, rd->prompt };
	rd->at_new_prompt = false;
}

static void append(struct reader *rd, struct block *block, struct node *n)
{
	if (!n)
		return;
	if (rd->at_new_prompt && !block->node)
		note_prompt(rd, n);
	if (block->last)
		block->last->next = n;
	else if (block->node)
		block->node->first = n;
	else
		rd->doc->first = n;
	block->last = n;
}

static void open_block(struct reader *rd, struct node *n, enum mode mode)
{
	if (!n || mode == MODE_NONE)
		return;
	if (rd->n_blocks == BLOCKS_MOST)
		rd->n_blocks--;
	rd->blocks[rd->n_blocks++] =
		(struct block){ .mode = mode, .indent = rd->lexer.indent, .node = n };
}

static void close_to(struct reader *rd, unsigned block)
{
	rd->n_blocks = block + 1;
}

/* --- lines that are kept as they are ---------------------------------------------------------- */

static struct cm_span line_span(struct reader *rd)
{
	struct cm_span span = { rd->line.words[0].span.start, line_end(&rd->line) };
	return span;
}

static struct node *keep_line(struct reader *rd, unsigned block, enum kind kind)
{
	struct node *n = node_plain(rd, kind, line_span(rd));
	if (!n)
		return NULL;
	n->indented = rd->lexer.indent > 0;
	mark_secrets(rd, n->span);
	append(rd, &rd->blocks[block], n);
	return n;
}

/* --- a banner, a certificate: text up to a mark ------------------------------------------------- */

static bool is_word(struct reader *rd, unsigned i, int token)
{
	return line_word(&rd->line, &rd->syntax->words, i) &&
		rd->syntax->words.at[rd->line.known[i]].token == token;
}

/*
 * Where a banner's text begins: behind `banner`, and behind its kind when there is one. A control
 * character is a blank to the lexer, but a good delimiter. 0: nothing stands there.
 */
static uint32_t banner_start(struct reader *rd)
{
	static const uint16_t kinds[] = { IOS_MOTD, IOS_LOGIN, IOS_EXEC, IOS_INCOMING,
		IOS_PROMPT_TIMEOUT, IOS_SLIP_PPP, IOS_CONFIG_SAVE };
	const char *text = rd->doc->source.text;
	const struct word *word = line_word(&rd->line, &rd->syntax->words, 1);
	uint32_t at = rd->line.words[0].span.end;
	for (size_t i = 0; word && i < sizeof kinds / sizeof *kinds; i++)
		if (is_word(rd, 1, kinds[i]))
			at = word->span.end;
	while (at < rd->doc->source.length && (text[at] == ' ' || text[at] == '\t'))
		at++;
	bool nothing = at == rd->doc->source.length || text[at] == '\n' || text[at] == '\r';
	return nothing ? 0 : at;
}

/*
 * banner KIND D text D: D is one character, or ^C as `show run` prints it. The rest of the line
 * behind the second D is dropped.
 */
static bool read_banner(struct reader *rd)
{
	uint32_t start = rd->line.words[0].span.start, from = banner_start(rd);
	const char *text = rd->doc->source.text;
	if (!from)
		return false;
	size_t length = text[from] == '^' && text[from + 1] == 'C' ? 2 : 1;
	const char *end = memmem(
		text + from + length, rd->doc->source.length - from - length, text + from, length);
	struct cm_span span = { start, line_end(&rd->line) };
	if (end)
		span.end = (uint32_t)(end - text + (ptrdiff_t)length);
	else
		say_banner(rd, span);
	struct node *n = node_plain(rd, KIND_BANNER, span);
	if (rd->blocks[rd->n_blocks - 1].mode != MODE_CLIENT_GROUP)
		close_to(rd, 0);
	append(rd, top(rd), n);
	lex_finish(&rd->lexer, lex_end_of_line(&rd->lexer, span.end));
	rd->line.complete = true;
	return true;
}

/* Groups of hex digits up to `quit`: a certificate, a public key. */
static uint32_t skip_hex(struct reader *rd, uint32_t end)
{
	struct lexer *lx = &rd->lexer;
	while (lex_is_hex_line(lx))
		end = lex_skip(lx);
	const unsigned char *at = lx->at;
	while (at < lx->end && (*at == ' ' || *at == '\t'))
		at++;
	if (lx->end - at >= 4 && memcmp(at, "quit", 4) == 0)
		end = lex_skip(lx);
	return end;
}

static void skip_body(struct reader *rd, struct node *n)
{
	const struct block *block = top(rd);
	enum kind inside = block->node ? (enum kind)block->node->kind : KIND_UNKNOWN;
	if (n->kind == KIND_KEY_STRING || inside == KIND_CERTIFICATES ||
		inside == KIND_CRYPTO_OTHER)
		n->span.end = skip_hex(rd, n->span.end);
}

/* --- a line that some mode accepts ------------------------------------------------------------------ */

static bool has_part(const struct statement *s, enum role role)
{
	for (unsigned i = 0; i < s->n_parts; i++)
		if (s->parts[i].role == role)
			return true;
	return false;
}

/* Only `no …` may be that short. */
static bool too_short(const struct statement *s)
{
	if (s->negated || s->defaulted)
		return false;
	switch (s->kind) {
	case KIND_ACL_NUMBERED:
	case KIND_ACE_SEQUENCE:
		return true;
	case KIND_CRYPTO_MAP:
	case KIND_DYNAMIC_MAP:
		return !has_part(s, ROLE_SEQUENCE);
	case KIND_TRANSFORM_SET:
		return !has_part(s, ROLE_TRANSFORM);
	default:
		return false;
	}
}

static bool try_mode(struct reader *rd, enum mode mode)
{
	struct reading *r = &rd->reading;
	bool kept = walk(&rd->syntax->steps, &rd->line, mode, r) &&
		(r->verdict != READ_OK || r->statement);
	if (!kept) {
		rd->failed = true;
		return false;
	}
	if (r->verdict == READ_OK && too_short(r->statement))
		r->verdict = READ_INCOMPLETE;
	return r->verdict == READ_OK;
}

static void leave_config(struct reader *rd)
{
	close_to(rd, 0);
	rd->exec = true;
}

/* What changes the mode besides opening a block. */
static void after_exec(struct reader *rd, const struct node *n)
{
	struct cm_str text = source_slice(&rd->doc->source, n->span);
	static const char *const to_config[] = { "conf", "sh", "more" };
	bool listing =
		memmem(text.at, text.length, "run", 3) || memmem(text.at, text.length, "start", 5);
	for (size_t i = 0; i < sizeof to_config / sizeof *to_config; i++)
		if (text.length > 2 &&
			strncasecmp(text.at, to_config[i], strlen(to_config[i])) == 0) {
			rd->exec = i > 0 && !listing;
			close_to(rd, 0);
			return;
		}
}

static void accept(struct reader *rd, unsigned block)
{
	const struct statement *s = rd->reading.statement;
	if (s->kind != KIND_EXEC) /* `do …` stays where it is */
		close_to(rd, block);
	struct node *n = node_of(rd, &rd->reading, line_span(rd));
	if (!n)
		return;
	append(rd, top(rd), n);
	line_finish(&rd->line);
	rd->exec = false;
	if (n->kind == KIND_END)
		leave_config(rd);
	else if (!n->negated)
		open_block(rd, n, (enum mode)s->opens);
	skip_body(rd, n);
}

/* --- a line that no mode accepts ------------------------------------------------------------------ */

/* Words behind which a person wrote a remark that IOS would refuse. */
static bool begins_remark(struct cm_str word)
{
	static const char *const starts[] = { "!", "(", "#", "//", "--", "<-", "[", "/*" };
	if (word.length && (unsigned char)word.at[0] >= 0x80)
		return true;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (word.length >= strlen(starts[i]) &&
			memcmp(word.at, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/*
 * IOS would refuse the line as a whole. A header is kept all the same when it is complete in
 * front of the refused word, for the sake of the lines inside; so is any statement behind which
 * somebody wrote a remark.
 */
static bool keep_damaged(struct reader *rd, unsigned block)
{
	struct reading *r = &rd->reading;
	struct steps *steps = &rd->syntax->steps;
	if (r->verdict != READ_INVALID || !step_accepts(steps, r->step, IOS_CR))
		return false;
	uint32_t end = steps_push(steps, r->step, IOS_CR);
	const struct statement *s = steps->at[end].statement;
	if (!s || s->kind == KIND_UNKNOWN || too_short(s))
		return false;
	if ((s->opens == MODE_NONE || s->kind == KIND_TRANSFORM_SET) &&
		!begins_remark(source_slice(&rd->doc->source, r->at)))
		return false;
	r->statement = s;
	close_to(rd, block);
	struct node *n = node_of(rd, r, line_span(rd));
	if (n) {
		n->damaged = true;
		append(rd, top(rd), n);
		open_block(rd, n, (enum mode)s->opens);
	}
	return true;
}

static void refuse(struct reader *rd, unsigned block)
{
	try_mode(rd, rd->blocks[block].mode); /* again, to have its words */
	say_refused(rd, &rd->reading);
	if (keep_damaged(rd, block))
		return;
	const struct statement *cut = steps_cut(&rd->syntax->steps, rd->reading.step);
	close_to(rd, block);
	struct node *n = keep_line(rd, block, KIND_ERROR);
	if (cut && cut->kind != KIND_UNKNOWN)
		open_block(rd, n, (enum mode)cut->opens);
}

static bool first_word_in(struct reader *rd, enum class class)
{
	uint32_t number;
	unsigned known = rd->line.known[0];
	if (rd->syntax->words.at[known].token == IOS_NO &&
		line_word(&rd->line, &rd->syntax->words, 1))
		known = rd->line.known[1];
	return word_in(&rd->syntax->words.at[known], class, &number);
}

/* A first word that always means: back in global configuration. */
static bool is_other(struct reader *rd)
{
	return first_word_in(rd, CLASS_OTHER);
}

/* Every command begins with a letter, or with its number in a list. */
static bool begins_no_command(const struct reader *rd)
{
	char c = rd->doc->source.text[rd->line.words[0].span.start];
	return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
}

static void keep_unknown(struct reader *rd)
{
	struct block *inner = top(rd);
	if (begins_no_command(rd)) { /* refused by the router, which stays in its mode */
		keep_line(rd, rd->n_blocks - 1, KIND_UNKNOWN);
		return;
	}
	bool deeper = rd->lexer.indent > inner->indent;
	bool stays = inner->node && (deeper || !inner->indented_body);
	bool all_known = inner->mode != MODE_IF && inner->mode != MODE_VRF;
	if (is_other(rd) || (!deeper && all_known && first_word_in(rd, CLASS_SHARED)))
		stays = false;
	if (!stays)
		close_to(rd, 0);
	struct node *n = keep_line(rd, rd->n_blocks - 1, KIND_UNKNOWN);
	open_block(rd, n, MODE_OTHER);
}

static bool in_crypto_block(const struct block *block)
{
	return block->node && block->mode != MODE_IF && block->mode != MODE_ROUTE_MAP &&
		block->mode != MODE_VRF && block->mode != MODE_OTHER &&
		block->mode != MODE_RSA_PUBKEY;
}

/* Nearly one of our words: where the line became unknown, in the mode we are in, at the top. */
static bool is_near(struct reader *rd, const struct vague *vague)
{
	struct steps *steps = &rd->syntax->steps;
	if (vague->depth)
		return say_near(rd, vague->step, vague->depth);
	unsigned first = rd->syntax->words.at[rd->line.known[0]].token == IOS_NO;
	for (unsigned b = rd->n_blocks; b-- > 0;) {
		uint32_t step = steps_begin(steps, rd->blocks[b].mode);
		if (first && step)
			step = steps_push(steps, step, IOS_NO);
		if (step && say_near(rd, step, first))
			return true;
		if (b > 1)
			b = 1;
	}
	return false;
}

/* First words of global statements that no sub-mode has. */
static bool begins_ours(struct reader *rd)
{
	static const uint16_t first[] = { IOS_INTERFACE, IOS_CRYPTO, IOS_ACCESS_LIST, IOS_ROUTE_MAP,
		IOS_OBJECT_GROUP, IOS_HOSTNAME };
	static const uint16_t behind_ip[] = { IOS_ACCESS_LIST, IOS_NAT, IOS_ROUTE,
		IOS_PREFIX_LIST };
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		if (is_word(rd, 0, first[i]))
			return true;
	for (size_t i = 0; is_word(rd, 0, IOS_IP) && i < sizeof behind_ip / sizeof *behind_ip; i++)
		if (is_word(rd, 1, behind_ip[i]))
			return true;
	return false;
}

/* Capital letters, digits: what a router prints, when we are at its prompt. */
static bool looks_like_output(const struct reader *rd)
{
	char c = rd->doc->source.text[rd->line.words[0].span.start];
	return rd->exec && (c < 'a' || c > 'z');
}

static void nobody_accepts(
	struct reader *rd, const struct failure *failure, const struct vague *vague)
{
	bool ours = failure->any && failure->depth > vague->depth;
	if (ours && !rd->exec && say_sentence(rd, line_span(rd))) {
		keep_line(rd, 0, KIND_ERROR);
		return;
	}
	if (ours && (!rd->exec || begins_ours(rd))) {
		refuse(rd, failure->block);
		return;
	}
	if (rd->exec && (looks_like_output(rd) || !(is_other(rd) || vague->depth))) {
		keep_line(rd, 0, KIND_EXEC);
		return;
	}
	rd->exec = false;
	const struct block *inner = top(rd);
	bool deeper = rd->lexer.indent > inner->indent;
	if (!is_other(rd) && is_near(rd, vague))
		keep_line(rd, rd->n_blocks - 1, KIND_ERROR);
	else if (say_prose(rd, line_span(rd)))
		keep_line(rd, 0, KIND_ERROR);
	else if (deeper && in_crypto_block(inner))
		refuse(rd, rd->n_blocks - 1);
	else
		keep_unknown(rd);
}

/* --- one line ----------------------------------------------------------------------------------- */

static bool accepted_by_modes(struct reader *rd, struct failure *failure, struct vague *vague)
{
	for (unsigned b = rd->n_blocks; b-- > 0 && !rd->failed;) {
		const struct reading *r = &rd->reading;
		if (try_mode(rd, rd->blocks[b].mode) && r->statement->kind != KIND_UNKNOWN) {
			accept(rd, b);
			return true;
		}
		if (r->verdict == READ_OK && !vague->any) {
			bool rest = rd->syntax->steps.at[r->step].token == IOS_UNKNOWN;
			*vague = (struct vague){ true, r->depth - rest,
				rest ? rd->syntax->steps.at[r->step].parent : STEP_NONE };
		} else if (r->verdict != READ_OK && (!failure->any || r->depth > failure->depth)) {
			*failure = (struct failure){ b, r->depth, true };
		}
	}
	return rd->failed;
}

static bool accepted_by_exec(struct reader *rd)
{
	if (!try_mode(rd, MODE_EXEC))
		return false;
	struct node *n = node_of(rd, &rd->reading, line_span(rd));
	append(rd, top(rd), n);
	line_finish(&rd->line);
	if (n)
		after_exec(rd, n);
	return true;
}

/* exit, in any mode, abbreviated or not. */
static bool leaves_mode(struct reader *rd)
{
	const struct word *word = &rd->line.words[0];
	size_t length = word->span.end - word->span.start;
	const char *text = rd->doc->source.text + word->span.start;
	if (length < 2 || length > 4 || ((*text | 0x20) != 'e' && (*text | 0x20) != 'q'))
		return false;
	static const char exit_word[] = "exit", quit_word[] = "quit";
	bool exits = strncasecmp(text, exit_word, length) == 0;
	if (!exits && (length != 4 || strncasecmp(text, quit_word, 4) != 0))
		return false;
	if (line_word(&rd->line, &rd->syntax->words, 1))
		return false;
	if (rd->n_blocks > 1)
		rd->n_blocks--;
	return true;
}

/* `version 2` of RIP and others is no release. */
static bool is_release(struct reader *rd)
{
	return line_word(&rd->line, &rd->syntax->words, 1) && rd->line.words[1].shape != LEX_NUMBER;
}

/*
 * A global statement of ours ends a block of others, indented or not: no sub-mode of IOS that we
 * leave alone has one like it.
 */
static bool leaves_others(struct reader *rd)
{
	if (!try_mode(rd, MODE_GLOBAL))
		return false;
	enum kind kind = (enum kind)rd->reading.statement->kind;
	if (kind == KIND_UNKNOWN || (kind == KIND_VERSION && !is_release(rd)))
		return false;
	accept(rd, 0);
	return true;
}

static void read_in_others(struct reader *rd)
{
	if (leaves_others(rd))
		return;
	struct node *n = keep_line(rd, rd->n_blocks - 1, KIND_UNKNOWN);
	line_finish(&rd->line);
	if (n)
		skip_body(rd, n);
}

/*
 * Blocks of others end where a line stands as far left as their header. True: the text may have
 * lost its indentation, and the line may still be one of theirs.
 */
static bool leave_by_indent(struct reader *rd)
{
	bool flat = false;
	while (top(rd)->mode == MODE_OTHER && rd->n_blocks > 1 &&
		rd->lexer.indent <= top(rd)->indent) {
		flat = rd->n_blocks == 2 && !top(rd)->indented_body;
		rd->n_blocks--;
	}
	return flat;
}

static void read_line(struct reader *rd)
{
	struct failure failure = { 0 };
	struct vague vague = { 0 };
	bool flat = leave_by_indent(rd);
	if (rd->lexer.indent > top(rd)->indent)
		top(rd)->indented_body = true;
	if (leaves_mode(rd) || (is_word(rd, 0, IOS_BANNER) && read_banner(rd)))
		return;
	if (top(rd)->mode == MODE_OTHER || (flat && is_word(rd, 0, IOS_VERSION))) {
		read_in_others(rd);
		return;
	}
	if (rd->exec && accepted_by_exec(rd))
		return;
	if (!looks_like_output(rd) && accepted_by_modes(rd, &failure, &vague))
		return;
	if (flat && !begins_ours(rd))
		failure = (struct failure){ 0 }; /* a word that the router knows and we do not */
	bool nothing = !failure.depth && !vague.depth;
	bool alone = !line_word(&rd->line, &rd->syntax->words, 1);
	bool global = is_other(rd) || first_word_in(rd, CLASS_SHARED);
	if (!rd->exec && nothing && (alone || !global) && accepted_by_exec(rd))
		return;
	nobody_accepts(rd, &failure, &vague);
}

static void at_prompt(struct reader *rd)
{
	const struct source *source = &rd->doc->source;
	if (!cm_str_same(source_slice(source, rd->prompt),
		    source_slice(source, rd->lexer.prompt_name))) {
		rd->prompt = rd->lexer.prompt_name;
		rd->at_new_prompt = true;
		close_to(rd, 0);
	}
	if (rd->lexer.prompt == PROMPT_EXEC)
		leave_config(rd);
	else if (rd->lexer.prompt)
		rd->exec = false;
	if (rd->lexer.prompt == PROMPT_CONFIG)
		close_to(rd, 0);
}

static bool next_line(struct reader *rd)
{
	enum line_start start = lex_begin(&rd->lexer);
	struct cm_span here = { rd->lexer.start, rd->lexer.start };
	if (rd->lexer.prompt)
		at_prompt(rd);
	switch (start) {
	case LINE_END_OF_TEXT:
		return false;
	case LINE_EMPTY:
		return true;
	case LINE_REMARK:
		here.end = lex_skip(&rd->lexer);
		if (!rd->exec)
			say_remark(rd, here);
		return true;
	case LINE_HEADER:
		close_to(rd, 0);
		rd->exec = false;
		lex_skip(&rd->lexer);
		return true;
	case LINE_COMMENT:
	case LINE_OUTPUT:
		lex_skip(&rd->lexer);
		return true;
	case LINE_WORDS:
		break;
	}
	line_begin(&rd->line, &rd->lexer);
	if (line_word(&rd->line, &rd->syntax->words, 0))
		read_line(rd);
	line_finish(&rd->line);
	return !rd->failed && steps_trim(&rd->syntax->steps);
}

/* --- the whole text ----------------------------------------------------------------------------------- */

static void reader_free(struct reader *rd)
{
	if (!rd)
		return;
	if (rd->syntax)
		steps_free(&rd->syntax->steps);
	free(rd->syntax);
	free(rd);
}

static struct reader *reader_new(struct cm_document *doc)
{
	struct reader *rd = calloc(1, sizeof *rd);
	if (!rd)
		return NULL;
	rd->syntax = calloc(1, sizeof *rd->syntax);
	if (rd->syntax)
		rd->syntax->words = words_all;
	if (!rd->syntax || !steps_init(&rd->syntax->steps, &rd->syntax->words)) {
		reader_free(rd);
		return NULL;
	}
	rd->doc = doc;
	rd->n_blocks = 1;
	rd->blocks[0].mode = MODE_GLOBAL;
	lex_init(&rd->lexer, doc->source.text, doc->source.length);
	return rd;
}

static bool reader_done(const struct reader *rd)
{
	return !rd->failed && !rd->syntax->steps.failed && !arena_failed(rd->doc->arena);
}

static void say_foreign(struct cm_document *doc)
{
	struct cm_span evidence = { 0, 0 };
	doc->foreign = foreign_text(doc->source.text, doc->source.length, &evidence);
	if (doc->foreign)
		diag(&doc->diags, "not-ios", CM_ERROR, evidence,
			"this is a configuration of %s, not of Cisco IOS: it was not read",
			doc->foreign);
}

bool syntax_read(struct cm_document *doc)
{
	struct reader *rd = reader_new(doc);
	if (!rd)
		return false;
	say_foreign(doc);
	while (!doc->foreign && next_line(rd))
		continue;
	bool done = reader_done(rd) && split_routers(doc, rd->prompted, rd->n_prompted);
	reader_free(rd);
	return done;
}

bool modes_at(const struct cm_document *doc, uint32_t end, struct modes *modes)
{
	struct cm_document *front = syntax_new(doc->source.name, doc->source.text, end, NULL);
	struct reader *rd = front ? reader_new(front) : NULL;
	while (rd && next_line(rd))
		continue;
	bool ok = rd && reader_done(rd);
	modes->n = 0;
	if (ok && rd->exec)
		modes->at[modes->n++] = MODE_EXEC;
	for (unsigned b = ok ? rd->n_blocks : 0; b-- > 0;)
		if (rd->blocks[b].mode != MODE_OTHER)
			modes->at[modes->n++] = rd->blocks[b].mode;
	reader_free(rd);
	cm_document_free(front);
	return ok;
}
