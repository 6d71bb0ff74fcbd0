#include "syntax/read.h"

#include <string.h>

enum { FACT_WORD = 0x8000 };

struct node *node_plain(struct reader *rd, enum kind kind, struct cm_span span)
{
	struct node *n = arena_take(rd->doc->arena, sizeof *n);
	if (n) {
		n->kind = (uint16_t)kind;
		n->span = span;
	}
	rd->failed |= !n;
	return n;
}

void add_secret(struct reader *rd, struct cm_span span)
{
	struct cm_document *doc = rd->doc;
	struct cm_span *secret =
		ARENA_PUSH(doc->arena, doc->secrets, doc->n_secrets, doc->secrets_room);
	if (secret)
		*secret = span;
	rd->failed |= !secret;
}

void mark_secrets(struct reader *rd, struct cm_span span)
{
	struct cm_span secret;
	uint32_t from = span.start;
	while (from < span.end && lex_secret(&rd->lexer, from, span.end, &secret)) {
		add_secret(rd, secret);
		from = secret.end;
	}
}

static uint32_t decimal(const char *at, const char *end)
{
	uint64_t value = 0;
	while (at < end && *at >= '0' && *at <= '9' && value <= UINT32_MAX)
		value = value * 10 + (uint64_t)(*at++ - '0');
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* The number of a word of facts in the table that the token stands for. */
static uint32_t number_in(const struct known *known, unsigned token)
{
	static const uint8_t classes[] = {
		[IOS_GROUP_NUMBER - IOS_CIPHER] = CLASS_GROUP,
		[IOS_PFS_GROUP - IOS_CIPHER] = CLASS_PFS,
		[IOS_PROTO_TCP - IOS_CIPHER] = CLASS_PROTOCOL,
		[IOS_PROTO_UDP - IOS_CIPHER] = CLASS_PROTOCOL,
		[IOS_PROTO_ICMP - IOS_CIPHER] = CLASS_PROTOCOL,
		[IOS_PROTO_IGMP - IOS_CIPHER] = CLASS_PROTOCOL,
		[IOS_PROTO - IOS_CIPHER] = CLASS_PROTOCOL,
		[IOS_TCP_PORT - IOS_CIPHER] = CLASS_TCP_PORT,
		[IOS_UDP_PORT - IOS_CIPHER] = CLASS_UDP_PORT,
		[IOS_ICMP_NAME - IOS_CIPHER] = CLASS_ICMP,
		[IOS_IGMP_NAME - IOS_CIPHER] = CLASS_IGMP,
		[IOS_DSCP_NAME - IOS_CIPHER] = CLASS_DSCP,
		[IOS_PRECEDENCE_NAME - IOS_CIPHER] = CLASS_PRECEDENCE,
		[IOS_TOS_NAME - IOS_CIPHER] = CLASS_TOS,
		[IOS_OPTION_NAME - IOS_CIPHER] = CLASS_OPTION,
		[IOS_TCP_FLAG - IOS_CIPHER] = CLASS_TCP_FLAG,
		[IOS_SIGNED_FLAG - IOS_CIPHER] = CLASS_TCP_FLAG,
	};
	uint32_t number = 0;
	word_in(known, (enum class)classes[token - IOS_CIPHER], &number);
	return number;
}

static void set_fact(struct arg *arg, const struct words *words, const struct token *token)
{
	bool group = token->token == IOS_GROUP_NUMBER;
	if (token->lex == LEX_NUMBER && !group) {
		arg->shape = SHAPE_NUMBER;
		arg->value = token->value;
		return;
	}
	arg->shape = SHAPE_FACT;
	arg->word = token->word | FACT_WORD;
	arg->value = number_in(&words->at[token->word], token->token);
}

/* +ack, -fin: the sign chooses the role. */
static void set_signed_flag(struct arg *arg, const struct words *words, const char *at, size_t n)
{
	unsigned word = words_find(words, at + 1, n - 1);
	arg->shape = SHAPE_FACT;
	arg->word = (uint16_t)(word | FACT_WORD);
	arg->value = number_in(&words->at[word], IOS_SIGNED_FLAG);
	if (*at == '-')
		arg->role = ROLE_TCP_FLAG_CLEAR;
}

/* A word that is neither keyword nor fact. */
static void set_shape(struct reader *rd, struct arg *arg, const struct token *token)
{
	static const uint8_t shapes[] = {
		[IOS_WORD - IOS_WORD] = SHAPE_WORD,
		[IOS_NUMBER - IOS_WORD] = SHAPE_NUMBER,
		[IOS_STANDARD_NUMBER - IOS_WORD] = SHAPE_NUMBER,
		[IOS_EXTENDED_NUMBER - IOS_WORD] = SHAPE_NUMBER,
		[IOS_KEY_TYPE - IOS_WORD] = SHAPE_NUMBER,
		[IOS_ADDRESS - IOS_WORD] = SHAPE_ADDRESS,
		[IOS_PREFIX - IOS_WORD] = SHAPE_PREFIX,
		[IOS_ADDRESS6 - IOS_WORD] = SHAPE_ADDRESS6,
		[IOS_IFNAME - IOS_WORD] = SHAPE_INTERFACE,
		[IOS_LENGTH - IOS_WORD] = SHAPE_LENGTH,
		[IOS_LINE - IOS_WORD] = SHAPE_TEXT,
		[IOS_UNKNOWN - IOS_WORD] = SHAPE_TEXT,
	};
	const char *at = rd->doc->source.text + token->span.start;
	const char *end = rd->doc->source.text + token->span.end;
	arg->shape = shapes[token->token - IOS_WORD];
	if (token->lex == LEX_NUMBER || arg->shape == SHAPE_ADDRESS || arg->shape == SHAPE_PREFIX)
		arg->value = token->value;
	else if (arg->shape != SHAPE_TEXT && arg->shape != SHAPE_INTERFACE)
		arg->value = decimal(at + (arg->shape == SHAPE_LENGTH), end);
	if (arg->shape == SHAPE_PREFIX)
		arg->word = (uint16_t)decimal(
			(const char *)memchr(at, '/', (size_t)(end - at)) + 1, end);
}

/* The two commonest first. */
static void set_value(struct reader *rd, struct arg *arg, const struct token *token)
{
	arg->span = token->span;
	if (token->token >= IOS_WORDS_FIRST) {
		arg->shape = SHAPE_KEYWORD;
		arg->word = token->token;
	} else if (token->token == IOS_ADDRESS) {
		arg->shape = SHAPE_ADDRESS;
		arg->value = token->value;
	} else if (token->token == IOS_SIGNED_FLAG) {
		set_signed_flag(arg, &rd->syntax->words, rd->doc->source.text + token->span.start,
			token->span.end - token->span.start);
	} else if (token->token >= IOS_CIPHER) {
		set_fact(arg, &rd->syntax->words, token);
	} else {
		set_shape(rd, arg, token);
	}
}

static bool in_range(const struct part *part, const struct arg *arg)
{
	return !part->ranged || (arg->value >= part->low && arg->value <= part->high);
}

/* A name that nobody gives: {{ name }}, <name>; ${name}, xxxxxx in place of a host. */
static bool is_place(const struct reader *rd, const struct arg *arg, const struct token *token)
{
	if (token->lex == LEX_PLACE)
		return arg->role != ROLE_TEXT && arg->role != ROLE_SECRET;
	if (arg->role != ROLE_HOSTNAME)
		return false;
	struct cm_str text = source_slice(&rd->doc->source, arg->span);
	if (text.length < 3)
		return false;
	if (text.at[0] == '$' && (text.at[1] == '{' || text.at[1] == '('))
		return true;
	for (size_t i = 1; i < text.length; i++)
		if (text.at[i] != text.at[0] && text.at[i] != '.')
			return false;
	return true;
}

/* Free text of a statement that may hold a key: `ip nhrp authentication …`. */
static bool may_hold_secret(const struct node *n)
{
	return n->kind != KIND_DESCRIPTION && n->kind != KIND_REMARK && n->kind != KIND_VERSION;
}

struct node *node_of(struct reader *rd, const struct reading *r, struct cm_span span)
{
	const struct statement *s = r->statement;
	struct node *n = arena_take(rd->doc->arena, sizeof *n + s->n_parts * sizeof *n->args);
	if (!n) {
		rd->failed = true;
		return NULL;
	}
	n->kind = s->kind;
	n->n_args = s->n_parts;
	n->span = span;
	n->negated = s->negated;
	n->defaulted = s->defaulted;
	n->indented = rd->lexer.indent > 0;
	for (unsigned i = 0; i < s->n_parts; i++) {
		const struct token *token = &r->tokens[s->parts[i].at - 1];
		struct arg *arg = &n->args[i];
		arg->role = s->parts[i].role;
		set_value(rd, arg, token);
		if (!in_range(&s->parts[i], arg)) {
			say_range(rd, r, &s->parts[i]);
			n->kind = KIND_ERROR;
		}
		if (is_place(rd, arg, token))
			say_placeholder(rd, arg->span);
		if (arg->role == ROLE_SECRET || arg->role == ROLE_AUTH_SECRET)
			add_secret(rd, arg->span);
		else if (arg->shape == SHAPE_TEXT && may_hold_secret(n))
			mark_secrets(rd, span);
	}
	return n;
}

const char *node_word(const struct cm_document *doc, const struct arg *arg)
{
	(void)doc;
	if (arg->shape == SHAPE_KEYWORD)
		return ios_word(arg->word);
	if (arg->shape == SHAPE_FACT)
		return words_all.at[arg->word & ~FACT_WORD].text;
	return NULL;
}
