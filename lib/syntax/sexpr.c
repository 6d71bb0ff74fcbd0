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

/* A line that is kept as it is; its secrets are known by their place. */
static void print_line(const struct cm_document *doc, struct cm_span span, bool secrets,
	struct cm_text *out)
{
	struct cm_text line = { 0 };
	uint32_t from = span.start;
	for (size_t i = 0; i < doc->n_secrets && !secrets; i++) {
		struct cm_span hidden = doc->secrets[i];
		if (hidden.start < from || hidden.end > span.end)
			continue;
		struct cm_span before = { from, hidden.start };
		cm_text_str(&line, source_slice(&doc->source, before));
		cm_text_char(&line, '*');
		from = hidden.end;
	}
	struct cm_span rest = { from, span.end };
	cm_text_str(&line, source_slice(&doc->source, rest));
	struct cm_str whole = { line.at, line.length };
	cm_text_put(out, " ");
	print_text(whole, out);
	out->failed |= line.failed;
	cm_text_wipe(&line);
}

static void print_arg(const struct cm_document *doc, const struct arg *arg, bool secrets,
	struct cm_text *out)
{
	const char *word = node_word(doc, arg);
	bool secret = arg->role == ROLE_SECRET || arg->role == ROLE_AUTH_SECRET;
	if (is_flag[arg->role] && arg->shape == SHAPE_KEYWORD) {
		cm_text_printf(out, " %s", role_name((enum role)arg->role));
		return;
	}
	cm_text_printf(out, " (%s ", role_name((enum role)arg->role));
	if (secret && !secrets)
		cm_text_char(out, '*');
	else if (word)
		cm_text_put(out, word);
	else
		print_text(node_text(doc, arg), out);
	cm_text_char(out, ')');
}

static void print_node(const struct cm_document *doc, const struct node *n, unsigned depth,
	bool secrets, struct cm_text *out)
{
	cm_text_printf(out, "%*s(%s%s%s%s", (int)depth * 2, "", n->damaged ? "damaged " : "",
		n->negated ? "no " : "", n->defaulted ? "default " : "",
		kind_name((enum kind)n->kind));
	if (n->kind == KIND_UNKNOWN || n->kind == KIND_ERROR || n->kind == KIND_BANNER ||
		n->kind == KIND_EXEC)
		print_line(doc, n->span, secrets, out);
	else
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
