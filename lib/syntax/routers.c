/*
 * Several routers in one text, as people paste them. Another router begins
 *
 * - at a second host name; what stands behind the `end` before it, or from its `version` on, is
 *   already the other's;
 * - at a second `version`, unless the same host name follows: that is one router printed twice;
 * - at the first statement behind a prompt of a name that no router has shown yet, unless
 *   `hostname` has just changed the prompt. A name that comes again does not go back: whose
 *   statements those are cannot be told from their place, and they stay with the last router.
 */
#include "syntax/read.h"

enum {
	NAMES_COMPARED = 64,
	PROMPT_MOST = 20, /* longer host names are cut in a prompt */
};

struct splitter {
	struct cm_document *doc;
	size_t room;
	const struct prompted *prompted;
	size_t n_prompted, next; /* `next`: not reached yet */
	struct cm_str host;      /* of this router; absent: not said yet */
	struct cm_str prompt;    /* its last prompt */
	bool versioned;          /* its `version` has come */
	struct node *mark;       /* where the next router would begin */
};

static bool add_router(struct splitter *s, struct node *first)
{
	struct cm_document *doc = s->doc;
	struct router *router = ARENA_PUSH(doc->arena, doc->routers, doc->n_routers, s->room);
	if (!router)
		return false;
	router->first = first;
	if (doc->n_routers > 1) {
		router[-1].end = first;
		router[-1].span.end = first->span.start;
		router->span.start = first->span.start;
	}
	router->span.end = doc->source.length;
	s->host = s->prompt = (struct cm_str){ NULL, 0 };
	s->mark = NULL;
	s->versioned = false;
	return true;
}

/* Only the text's shape tells it: no host name does. */
static bool add_unnamed(struct splitter *s, struct node *first, struct cm_span sign)
{
	if (!add_router(s, first))
		return false;
	diag(&s->doc->diags, "another-router", CM_INFO, sign, "another router begins here");
	return true;
}

static bool names_host(const struct node *n)
{
	return n->kind == KIND_HOSTNAME && !n->negated;
}

/* --- host names, versions ------------------------------------------------------------------------ */

/* Does a host name stand behind a `version`, in front of the next one? */
static bool host_follows(const struct node *version)
{
	for (const struct node *n = version->next; n && n->kind != KIND_VERSION; n = n->next)
		if (names_host(n))
			return true;
	return false;
}

static bool at_version(struct splitter *s, struct node *n)
{
	/* Two host names tell for themselves. */
	bool again = s->versioned && !(s->host.at && host_follows(n));
	if (!s->mark && s->host.at)
		s->mark = n;
	if (again && !add_unnamed(s, s->mark ? s->mark : n, n->span))
		return false;
	s->versioned = true;
	return true;
}

static bool at_host(struct splitter *s, struct node *n)
{
	struct cm_str now = node_name(s->doc, n, ROLE_NAME);
	if (s->host.at && !cm_str_same(s->host, now) && !add_router(s, s->mark ? s->mark : n))
		return false;
	s->host = now;
	s->mark = NULL;
	return true;
}

/* --- prompts --------------------------------------------------------------------------------------- */

static struct cm_str prompt_name(const struct splitter *s, size_t i)
{
	return source_slice(&s->doc->source, s->prompted[i].name);
}

static bool shown_before(const struct splitter *s, size_t i)
{
	struct cm_str name = prompt_name(s, i);
	for (size_t k = i; k > 0 && i - k < NAMES_COMPARED; k--)
		if (cm_str_same(prompt_name(s, k - 1), name))
			return true;
	return false;
}

static bool is_prompt_of_host(struct cm_str prompt, struct cm_str host)
{
	if (prompt.length >= PROMPT_MOST && host.length > prompt.length)
		host.length = prompt.length;
	return cm_str_same(prompt, host);
}

static bool at_prompted(struct splitter *s, struct node *n)
{
	struct cm_str name = prompt_name(s, s->next);
	bool fresh = s->host.at || s->prompt.at;
	fresh = fresh && !is_prompt_of_host(name, s->host) && !cm_str_same(name, s->prompt) &&
		!shown_before(s, s->next);
	if (fresh && !add_unnamed(s, n, s->prompted[s->next].name))
		return false;
	s->prompt = name;
	s->next++;
	return true;
}

/* --- all -------------------------------------------------------------------------------------------- */

static bool at_node(struct splitter *s, struct node *n)
{
	if (s->next < s->n_prompted && s->prompted[s->next].node == n && !at_prompted(s, n))
		return false;
	if (n->kind == KIND_END)
		s->mark = n->next;
	else if (n->kind == KIND_VERSION)
		return at_version(s, n);
	else if (names_host(n))
		return at_host(s, n);
	return true;
}

bool split_routers(struct cm_document *doc, const struct prompted *prompted, size_t n)
{
	struct splitter s = { .doc = doc, .prompted = prompted, .n_prompted = n };
	if (!add_router(&s, doc->first))
		return false;
	for (struct node *node = doc->first; node; node = node->next)
		if (!at_node(&s, node))
			return false;
	return true;
}
