#include "syntax/modes.h"
#include "syntax/read.h"
#include "syntax/syntax.h"

#include <string.h>

enum { WORDS_MOST = 1200 };

struct completer {
	struct cm_document *doc;
	struct steps steps;
	struct line line;
	struct lexer lexer;
	struct reading reading;
	struct cm_str typed; /* what stands of the word */
	struct cm_completion *list;
	size_t n, room;
};

/* Which statements give names that an argument of this role may use. */
static const struct {
	uint8_t role, kind, name;
} namers[] = {
	{ ROLE_ACL, KIND_ACL_EXTENDED, ROLE_ACL },
	{ ROLE_ACL, KIND_ACL_STANDARD, ROLE_ACL },
	{ ROLE_ACL, KIND_ACE_EXTENDED, ROLE_ACL },
	{ ROLE_ACL, KIND_ACE_STANDARD, ROLE_ACL },
	{ ROLE_TRANSFORM_SET, KIND_TRANSFORM_SET, ROLE_NAME },
	{ ROLE_MAP, KIND_CRYPTO_MAP, ROLE_NAME },
	{ ROLE_DYNAMIC, KIND_DYNAMIC_MAP, ROLE_NAME },
	{ ROLE_PROFILE, KIND_ISAKMP_PROFILE, ROLE_NAME },
	{ ROLE_PROFILE, KIND_IPSEC_PROFILE, ROLE_NAME },
	{ ROLE_IKEV2_PROFILE, KIND_IKEV2_PROFILE, ROLE_NAME },
	{ ROLE_PROPOSAL, KIND_IKEV2_PROPOSAL, ROLE_NAME },
	{ ROLE_KEYRING, KIND_KEYRING, ROLE_NAME },
	{ ROLE_KEYRING, KIND_IKEV2_KEYRING, ROLE_NAME },
	{ ROLE_POOL, KIND_NAT_POOL, ROLE_NAME },
	{ ROLE_POOL, KIND_LOCAL_POOL, ROLE_NAME },
	{ ROLE_ROUTE_MAP, KIND_ROUTE_MAP, ROLE_NAME },
	{ ROLE_PREFIX_LIST, KIND_PREFIX_LIST, ROLE_NAME },
	{ ROLE_VRF, KIND_VRF, ROLE_NAME },
	{ ROLE_INTERFACE, KIND_INTERFACE, ROLE_INTERFACE },
	{ ROLE_TIME_RANGE, KIND_TIME_RANGE, ROLE_NAME },
	{ ROLE_TRUSTPOINT, KIND_TRUSTPOINT, ROLE_NAME },
	{ ROLE_SOURCE_GROUP, KIND_NETWORK_GROUP, ROLE_NAME },
	{ ROLE_DESTINATION_GROUP, KIND_NETWORK_GROUP, ROLE_NAME },
	{ ROLE_SERVICE_GROUP, KIND_SERVICE_GROUP, ROLE_NAME },
};

static void offer(struct completer *c, struct cm_str word, bool is_shape)
{
	for (size_t i = 0; i < c->n; i++)
		if (cm_str_same(c->list[i].word, word))
			return;
	struct cm_completion *at = ARENA_PUSH(c->doc->arena, c->list, c->n, c->room);
	if (at)
		*at = (struct cm_completion){ word, is_shape };
}

static bool begins(struct cm_str word, struct cm_str typed)
{
	return word.length >= typed.length && strncasecmp(word.at, typed.at, typed.length) == 0;
}

/* A shape such as <1-10000> or A.B.C.D; keywords and names begin with something else. */
static bool is_shape(const char *help)
{
	return *help == '<' || (*help >= 'A' && *help <= 'Z') || *help == '/' || *help == '+';
}

/* Could the beginning of a word become this shape? Only digits tell. */
static bool fits(const char *help, struct cm_str typed)
{
	if (!typed.length)
		return true;
	bool digit = typed.at[0] >= '0' && typed.at[0] <= '9';
	bool number = (*help == '<' && help[1] >= '0' && help[1] <= '9') || strchr(help, '.');
	return strcmp(help, "<cr>") != 0 && digit == number;
}

static enum role role_of_next(struct completer *c, uint32_t step, int token)
{
	if (!step_accepts(&c->steps, step, token))
		return ROLE_NONE;
	uint32_t next = steps_push(&c->steps, step, token);
	const struct statement *cut = next ? steps_cut(&c->steps, next) : NULL;
	if (!cut || !cut->n_parts || cut->parts[cut->n_parts - 1].at != c->steps.at[step].depth)
		return ROLE_NONE;
	return (enum role)cut->parts[cut->n_parts - 1].role;
}

static void offer_names(struct completer *c, enum role role)
{
	for (size_t i = 0; role != ROLE_NONE && i < sizeof namers / sizeof *namers; i++) {
		if (namers[i].role != role)
			continue;
		for (const struct node *n = c->doc->first; n; n = n->next) {
			if (n->kind != namers[i].kind)
				continue;
			struct cm_str name = node_name(c->doc, n, (enum role)namers[i].name);
			if (name.at && begins(name, c->typed))
				offer(c, name, false);
		}
	}
}

static void offer_accepted(struct completer *c, uint32_t step)
{
	const char *words[WORDS_MOST];
	size_t n = accepted_words(&c->steps, c->doc->arena, step, words, WORDS_MOST);
	for (size_t i = 0; i < n; i++) {
		bool shape = is_shape(words[i]);
		if (shape ? fits(words[i], c->typed) : begins(cm_str_of(words[i]), c->typed))
			offer(c, cm_str_of(words[i]), shape);
	}
	offer_names(c, role_of_next(c, step, IOS_WORD));
	offer_names(c, role_of_next(c, step, IOS_IFNAME));
}

/* What a mode accepts behind the words [start, end) of the text. */
static bool complete_in(struct completer *c, enum mode mode, uint32_t start, uint32_t end)
{
	struct cm_span front = { start, end };
	const char *copy = arena_copy(c->doc->arena, source_slice(&c->doc->source, front));
	if (!copy)
		return false;
	lex_init(&c->lexer, copy, end - start);
	lex_begin(&c->lexer);
	line_begin(&c->line, &c->lexer);
	if (!walk(&c->steps, &c->line, mode, &c->reading))
		return false;
	const struct reading *r = &c->reading;
	int last = r->n_tokens ? r->tokens[r->n_tokens - 1].token : 0;
	bool whole = r->verdict == READ_OK || r->verdict == READ_INCOMPLETE;
	if (whole && last != IOS_LINE && last != IOS_UNKNOWN)
		offer_accepted(c, r->step);
	return !c->steps.failed && !arena_failed(c->doc->arena);
}

static uint32_t offset_of(
	const struct cm_document *doc, uint32_t line, uint32_t column, uint32_t *start)
{
	struct cm_str text = source_line(&doc->source, line);
	*start = text.at ? (uint32_t)(text.at - doc->source.text) : doc->source.length;
	uint32_t behind = column ? column - 1 : 0;
	return *start + (behind > text.length ? (uint32_t)text.length : behind);
}

bool cm_document_complete(struct cm_document *doc, uint32_t line, uint32_t column,
	const struct cm_completion **list, size_t *n)
{
	struct completer *c = ARENA_NEW(doc->arena, struct completer);
	struct modes modes;
	uint32_t start, at = offset_of(doc, line, column, &start), word = at;
	*list = NULL;
	*n = 0;
	if (!c || !modes_at(doc, start, &modes))
		return false;
	c->doc = doc;
	while (word > start && (unsigned char)doc->source.text[word - 1] > ' ')
		word--;
	c->typed = (struct cm_str){ doc->source.text + word, at - word };
	bool ok = steps_init(&c->steps, &words_all);
	for (unsigned i = 0; ok && i < modes.n && !c->n; i++)
		ok = complete_in(c, modes.at[i], start, word);
	steps_free(&c->steps);
	*list = c->list;
	*n = c->n;
	return ok;
}
