/*
 * From nodes back to IOS, as `show running-config` would write it.
 *
 * A line is read again in its mode and its tokens are printed one by one: keywords and words of
 * facts in full, numbers by the name that IOS prints for them, `host A` and `any` for the two
 * wildcards that have a word. Nothing about single statements is known here.
 */
#include "syntax/ifname.h"
#include "syntax/syntax.h"
#include "syntax/read.h"

#include <cryptomap/facts.h>
#include <stdlib.h>
#include <string.h>

struct printer {
	const struct cm_document *doc;
	struct steps steps;
	struct lexer lexer;
	struct line line;
	struct reading reading;
	bool secrets;
	struct cm_text *out;
};

/* --- one token ------------------------------------------------------------------------------------ */

static void put(struct printer *p, const char *word)
{
	cm_text_put(p->out, word);
}

static void put_address(struct printer *p, uint32_t address)
{
	char text[16];
	put(p, cm_ip4_print(address, text));
}

/* The table in which IOS looks for a word for a number; -1: it prints the number. */
static int names_of(const struct node *n, const struct arg *arg)
{
	bool udp = node_value(n, ROLE_PROTOCOL, 0) == 17;
	switch (arg->role) {
	case ROLE_PROTOCOL:
		return CM_NAMES_PROTOCOL;
	case ROLE_SOURCE_PORT:
	case ROLE_DESTINATION_PORT:
		return udp ? CM_NAMES_UDP_PORT : CM_NAMES_TCP_PORT;
	case ROLE_MESSAGE:
		return node_value(n, ROLE_PROTOCOL, 0) == 1 ? CM_NAMES_ICMP : CM_NAMES_IGMP;
	case ROLE_DSCP:
		return CM_NAMES_DSCP;
	case ROLE_PRECEDENCE:
		return CM_NAMES_PRECEDENCE;
	case ROLE_TOS:
		return CM_NAMES_TOS;
	case ROLE_OPTION:
		return CM_NAMES_OPTION;
	default:
		return -1;
	}
}

static void put_number(struct printer *p, const struct node *n, const struct arg *arg)
{
	int names = names_of(n, arg);
	const char *word = names < 0 ? NULL : cm_name_word((enum cm_names)names, arg->value);
	if (word)
		put(p, word);
	else
		cm_text_printf(p->out, "%u", arg->value);
}

static void put_fact(struct printer *p, const struct node *n, const struct arg *arg)
{
	char sign = p->doc->source.text[arg->span.start];
	if (sign == '+' || sign == '-')
		cm_text_char(p->out, sign);
	int names = names_of(n, arg);
	const char *word = names < 0 ? NULL : cm_name_word((enum cm_names)names, arg->value);
	struct cm_transform transform;
	if (!word)
		word = node_word(p->doc, arg);
	if (arg->role == ROLE_TRANSFORM && /* esp-256-aes */
		cm_transform_typed(cm_str_of(word), cm_str_of(""), &transform, NULL) &&
		transform.cipher)
		word = transform.cipher->transform;
	put(p, word);
}

static void put_arg(struct printer *p, const struct node *n, const struct arg *arg)
{
	char name[160];
	bool secret = arg->role == ROLE_SECRET || arg->role == ROLE_AUTH_SECRET;
	if (secret && !p->secrets) {
		put(p, "*");
		return;
	}
	switch (arg->shape) {
	case SHAPE_NUMBER:
		put_number(p, n, arg);
		return;
	case SHAPE_ADDRESS:
		put_address(p, arg->value);
		return;
	case SHAPE_FACT:
		put_fact(p, n, arg);
		return;
	case SHAPE_INTERFACE:
		if (ifname_print(node_text(p->doc, arg), name, sizeof name)) {
			put(p, name);
			return;
		}
		break;
	default:
		break;
	}
	document_put(p->doc, arg->span, p->secrets, p->out);
}

/* --- a line's tokens ----------------------------------------------------------------------------- */

static const struct arg *arg_at(const struct node *n, const struct token *token)
{
	for (unsigned i = 0; i < n->n_args; i++)
		if (n->args[i].span.start == token->span.start &&
			n->args[i].span.end == token->span.end)
			return &n->args[i];
	return NULL;
}

/* A W of an access list: `any`, `host A`, or the address without the bits that do not count. */
static bool put_wildcard(struct printer *p, const struct node *n, const struct arg *arg)
{
	bool source = arg->role == ROLE_SOURCE;
	const struct arg *wildcard =
		node_arg(n, source ? ROLE_SOURCE_WILDCARD : ROLE_DESTINATION_WILDCARD);
	if (arg->shape != SHAPE_ADDRESS || (!source && arg->role != ROLE_DESTINATION) || !wildcard)
		return false;
	if (wildcard->value == UINT32_MAX) {
		put(p, ios_word(IOS_ANY));
		return true;
	}
	if (wildcard->value == 0 && n->kind != KIND_ACE_STANDARD)
		cm_text_printf(p->out, "%s ", ios_word(IOS_HOST));
	put_address(p, arg->value & ~wildcard->value);
	if (wildcard->value != 0) {
		cm_text_char(p->out, ' ');
		put_address(p, wildcard->value);
	}
	return true;
}

/* Words that IOS leaves out: they say what holds anyway. */
static bool is_silent(const struct printer *p, const struct node *n, const struct token *token,
	const struct arg *arg)
{
	(void)p;
	if (n->kind == KIND_ACE_STANDARD && token->token == IOS_HOST)
		return true;
	if (!arg)
		return false;
	switch (arg->role) {
	case ROLE_SOURCE_WILDCARD:
	case ROLE_DESTINATION_WILDCARD:
		return true;
	case ROLE_KEY_BITS:
		return arg->value == 128;
	case ROLE_ICMP_CODE: /* printed with its type */
		return cm_name_word(CM_NAMES_ICMP,
			       node_value(n, ROLE_ICMP_TYPE, 0) << 8 | arg->value) != NULL;
	case ROLE_MASK:
		return n->kind == KIND_ISAKMP_KEY && arg->value == UINT32_MAX;
	default:
		return false;
	}
}

static bool put_icmp(struct printer *p, const struct node *n, const struct arg *arg)
{
	if (!arg || arg->role != ROLE_ICMP_TYPE)
		return false;
	uint32_t code = node_value(n, ROLE_ICMP_CODE, 0xff);
	const char *word = cm_name_word(CM_NAMES_ICMP, arg->value << 8 | code);
	if (word)
		put(p, word);
	return word != NULL;
}

/* `deny` is as wide as `permit` in a list. */
static void put_keyword(struct printer *p, const struct node *n, unsigned token)
{
	if (token == IOS_ENCRYPTION && n->kind == KIND_ENCRYPTION)
		token = IOS_ENCR;
	else if (token == IOS_CA && kind_lives((enum kind)n->kind) == MODE_GLOBAL)
		token = IOS_PKI;
	put(p, ios_word((int)token));
	if (token == IOS_DENY && n->kind != KIND_PREFIX_LIST && n->kind != KIND_ROUTE_MAP)
		put(p, "   ");
}

static void put_token(struct printer *p, const struct node *n, const struct token *token)
{
	const struct arg *arg = arg_at(n, token);
	if (is_silent(p, n, token, arg))
		return;
	if (p->out->length && p->out->at[p->out->length - 1] != ' ')
		cm_text_char(p->out, ' ');
	if (token->token >= IOS_WORDS_FIRST)
		put_keyword(p, n, token->token);
	else if (arg && (put_icmp(p, n, arg) || put_wildcard(p, n, arg)))
		return;
	else if (arg)
		put_arg(p, n, arg);
	else
		document_put(p->doc, token->span, p->secrets, p->out);
}

/* Read the node's own line again. False: it is not one statement of this mode. */
static bool reread(struct printer *p, const struct node *n, enum mode mode)
{
	lex_init(&p->lexer, p->doc->source.text, n->span.end);
	p->lexer.at = p->lexer.text + n->span.start;
	line_begin(&p->line, &p->lexer);
	if (!walk(&p->steps, &p->line, mode, &p->reading))
		return false;
	return p->reading.verdict == READ_OK || n->damaged;
}

static void put_line(struct printer *p, const struct node *n, enum mode mode)
{
	bool verbatim = n->kind == KIND_UNKNOWN || n->kind == KIND_BANNER ||
		n->kind == KIND_KEY_STRING || !reread(p, n, mode);
	if (verbatim) {
		document_put(p->doc, n->span, p->secrets, p->out);
		return;
	}
	struct cm_text *whole = p->out;
	struct cm_text line = { 0 };
	p->out = &line;
	for (unsigned i = 0; i < p->reading.n_tokens; i++)
		put_token(p, n, &p->reading.tokens[i]);
	p->out = whole;
	cm_text_add(whole, line.at, line.length);
	whole->failed |= line.failed;
	cm_text_wipe(&line);
}

/* --- face ----------------------------------------------------------------------------------------- */

struct printer *printer_new(const struct cm_document *doc, bool secrets)
{
	struct printer *p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->doc = doc;
	p->secrets = secrets;
	if (steps_init(&p->steps, &words_all))
		return p;
	free(p);
	return NULL;
}

void printer_line(struct printer *p, const struct node *n, enum mode mode, struct cm_text *out)
{
	p->out = out;
	put_line(p, n, mode);
	out->failed |= p->steps.failed;
}

void printer_free(struct printer *p)
{
	if (!p)
		return;
	steps_free(&p->steps);
	free(p);
}
