#include "syntax/ast.h"

#include "syntax/document.h"

static const char *const kind_names[] = {
#define KIND(tag, name, lives, opens) [KIND_##tag] = name,
#include "syntax/kinds.def"
#undef KIND
};

static const uint8_t kind_modes[][2] = {
#define KIND(tag, name, lives, opens) [KIND_##tag] = { MODE_##lives, MODE_##opens },
#include "syntax/kinds.def"
#undef KIND
};

static const char *const role_names[] = {
	[ROLE_NONE] = "",
#define ROLE(tag, name) [ROLE_##tag] = name,
#include "syntax/roles.def"
#undef ROLE
};

const char *kind_name(enum kind kind)
{
	return kind_names[kind];
}

enum mode kind_lives(enum kind kind)
{
	return kind_modes[kind][0];
}

enum mode kind_opens(enum kind kind)
{
	return kind_modes[kind][1];
}

const char *role_name(enum role role)
{
	return role_names[role];
}

struct cm_str node_text(const struct cm_document *doc, const struct arg *arg)
{
	return source_slice(&doc->source, arg->span);
}

struct cm_str node_name(const struct cm_document *doc, const struct node *n, enum role role)
{
	const struct arg *arg = node_arg(n, role);
	struct cm_str none = { NULL, 0 };
	return arg ? node_text(doc, arg) : none;
}
