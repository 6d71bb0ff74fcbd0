#include "syntax/syntax.h"

#include <string.h>

static const bool is_flag[] = {
#define ROLE(tag, name) [ROLE_##tag] = false,
#define FLAG(tag, name) [ROLE_##tag] = true,
#include "syntax/roles.def"
#undef ROLE
#undef FLAG
};

static bool is_plain(struct cm_str s)
{
	for (size_t i = 0; i < s.length; i++)
		if (s.at[i] <= ' ' || strchr("()\"\\", s.at[i]))
			return false;
	return s.length > 0;
}

static void print_text(struct cm_str s, struct cm_text *out)
{
	if (is_plain(s)) {
		cm_text_str(out, s);
		return;
	}
	cm_text_char(out, '"');
	for (size_t i = 0; i < s.length; i++) {
		unsigned char c = (unsigned char)s.at[i];
		if (c == '"' || c == '\\')
			cm_text_printf(out, "\\%c", c);
		else if (c == '\n')
			cm_text_put(out, "\\n");
		else if (c < ' ' || c == 0x7f)
			cm_text_printf(out, "\\x%02x", c);
		else
			cm_text_char(out, (char)c);
	}
	cm_text_char(out, '"');
}

/* Text as it stands, but for its secrets, which are known by their place. */
static void print_span(
	const struct cm_document *doc, struct cm_span span, bool secrets, struct cm_text *out)
{
	struct cm_text text = { 0 };
	document_put(doc, span, secrets, &text);
	struct cm_str whole = { text.at, text.length };
	print_text(whole, out);
	out->failed |= text.failed;
	cm_text_wipe(&text);
}

static void print_arg(
	const struct cm_document *doc, const struct arg *arg, bool secrets, struct cm_text *out)
{
	const char *word = node_word(doc, arg);
	if (is_flag[arg->role] && arg->shape == SHAPE_KEYWORD) {
		cm_text_printf(out, " %s", role_name((enum role)arg->role));
		return;
	}
	cm_text_printf(out, " (%s ", role_name((enum role)arg->role));
	if (word)
		cm_text_put(out, word);
	else
		print_span(doc, arg->span, secrets, out);
	cm_text_char(out, ')');
}

static void print_node(const struct cm_document *doc, const struct node *n, unsigned depth,
	bool secrets, struct cm_text *out)
{
	cm_text_printf(out, "%*s(%s%s%s%s", (int)depth * 2, "", n->damaged ? "damaged " : "",
		n->negated ? "no " : "", n->defaulted ? "default " : "",
		kind_name((enum kind)n->kind));
	if (n->kind == KIND_UNKNOWN || n->kind == KIND_ERROR || n->kind == KIND_BANNER ||
		n->kind == KIND_EXEC) {
		cm_text_char(out, ' ');
		print_span(doc, n->span, secrets, out);
	} else
		for (unsigned i = 0; i < n->n_args; i++)
			print_arg(doc, &n->args[i], secrets, out);
	for (const struct node *in = n->first; in; in = in->next) {
		cm_text_char(out, '\n');
		print_node(doc, in, depth + 1, secrets, out);
	}
	cm_text_char(out, ')');
}

void cm_print_ast(const struct cm_document *doc, bool secrets, struct cm_text *out)
{
	for (const struct node *n = doc->first; n; n = n->next) {
		print_node(doc, n, 0, secrets, out);
		cm_text_char(out, '\n');
	}
}
