#include "generate/settings.h"

#include <string.h>

enum { MOST_DEPTH = 16, MOST_ENTRIES = 200000 };

struct parse {
	struct arena *arena;
	struct diags *diags;
	const char *start, *at, *end;
	struct section *here;
	unsigned depth, entries;
};

static struct cm_span span_of(const struct parse *p, const char *from, const char *to)
{
	struct cm_span span = { (uint32_t)(from - p->start), (uint32_t)(to - p->start) };
	return span;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_line(struct parse *p)
{
	while (p->at < p->end && *p->at != '\n')
		p->at++;
}

static void skip_blank(struct parse *p)
{
	while (p->at < p->end && (is_blank(*p->at) || *p->at == '#')) {
		if (*p->at == '#')
			skip_line(p);
		else
			p->at++;
	}
}

static bool is_name(char c)
{
	return !is_blank(c) && !strchr("{}=:#\",", c);
}

static struct cm_str read_name(struct parse *p)
{
	const char *from = p->at;
	while (p->at < p->end && is_name(*p->at))
		p->at++;
	struct cm_str name = { from, (size_t)(p->at - from) };
	return name;
}

static char unescape(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

/* A quoted value; escapes are resolved in a copy. */
static struct cm_str read_quoted(struct parse *p)
{
	const char *from = ++p->at;
	while (p->at < p->end && *p->at != '"')
		p->at += *p->at == '\\' && p->at + 1 < p->end ? 2 : 1;
	const char *to = p->at;
	if (p->at < p->end)
		p->at++;
	char *copy = arena_take(p->arena, (size_t)(to - from) + 1);
	size_t n = 0;
	for (const char *c = from; copy && c < to; c++)
		copy[n++] = *c == '\\' && c + 1 < to ? unescape(*++c) : *c;
	struct cm_str value = { copy, n };
	return value;
}

static struct cm_str read_bare(struct parse *p)
{
	const char *from = p->at;
	while (p->at < p->end && *p->at != '\n' && *p->at != '#' && *p->at != '}')
		p->at++;
	const char *to = p->at;
	while (to > from && is_blank(to[-1]))
		to--;
	struct cm_str value = { from, (size_t)(to - from) };
	return value;
}

static void read_setting(struct parse *p, struct cm_str key)
{
	p->at++;
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\t'))
		p->at++;
	const char *from = p->at;
	bool quoted = p->at < p->end && *p->at == '"';
	struct cm_str value = quoted ? read_quoted(p) : read_bare(p);
	struct setting *s = ARENA_NEW(p->arena, struct setting);
	if (!s)
		return;
	s->key = key;
	s->value = value;
	s->at = span_of(p, from, from + (quoted ? p->at - from : (ptrdiff_t)value.length));
	s->next = p->here->settings; /* the last one wins: it stands first */
	p->here->settings = s;
}

static void open_section(struct parse *p, struct cm_str name, struct cm_str base)
{
	struct section *s = ARENA_NEW(p->arena, struct section);
	p->at++;
	if (!s || p->depth >= MOST_DEPTH)
		return;
	s->name = name;
	s->base = base;
	s->at = span_of(p, name.at, name.at + name.length);
	s->parent = p->here;
	struct section **last = &p->here->first;
	while (*last)
		last = &(*last)->next;
	*last = s;
	p->here = s;
	p->depth++;
}

static void complain(struct parse *p, const char *from, const char *message)
{
	const char *to = from;
	while (to < p->end && *to != '\n')
		to++;
	diag(p->diags, "foreign-syntax", CM_ERROR, span_of(p, from, to), "%s", message);
	skip_line(p);
}

static void read_entry(struct parse *p)
{
	const char *from = p->at;
	struct cm_str name = read_name(p), base = { NULL, 0 };
	if (name.length == 0) {
		complain(p, from, "expected a section, or key = value");
		return;
	}
	skip_blank(p);
	if (cm_str_is(name, "include")) {
		complain(p, from, "include is not followed: name the other file instead");
		return;
	}
	if (p->at < p->end && *p->at == ':') {
		p->at++;
		skip_blank(p);
		base = read_name(p);
		while (p->at < p->end && *p->at != '{' && *p->at != '\n')
			p->at++;
	}
	if (p->at < p->end && *p->at == '{')
		open_section(p, name, base);
	else if (p->at < p->end && *p->at == '=')
		read_setting(p, name);
	else
		complain(p, from, "expected { or = behind the name");
}

struct section *settings_read(struct arena *arena, struct diags *diags, struct cm_str text)
{
	struct section *root = ARENA_NEW(arena, struct section);
	struct parse p = { arena, diags, text.at, text.at, text.at + text.length, root, 0, 0 };
	if (!root)
		return NULL;
	for (skip_blank(&p); p.at < p.end && p.entries < MOST_ENTRIES; skip_blank(&p)) {
		p.entries++;
		if (*p.at != '}') {
			read_entry(&p);
			continue;
		}
		if (!p.here->parent)
			diag(diags, "foreign-syntax", CM_ERROR, span_of(&p, p.at, p.at + 1),
				"a } that closes nothing");
		else
			p.here = p.here->parent, p.depth--;
		p.at++;
	}
	if (p.here != root)
		diag(diags, "foreign-syntax", CM_ERROR, p.here->at, "section is never closed");
	return arena_failed(arena) ? NULL : root;
}

const struct section *section_child(const struct section *s, const char *name)
{
	for (const struct section *c = s ? s->first : NULL; c; c = c->next)
		if (cm_str_is(c->name, name))
			return c;
	return NULL;
}

static const struct setting *own(const struct section *s, const char *key)
{
	for (const struct setting *k = s->settings; k; k = k->next)
		if (cm_str_is(k->key, key))
			return k;
	return NULL;
}

/* A base stands beside the section, or in a section around it. */
static const struct section *base_of(const struct section *s)
{
	if (!s->base.length)
		return NULL;
	for (const struct section *up = s->parent; up; up = up->parent)
		for (const struct section *c = up->first; c; c = c->next)
			if (c != s && cm_str_same(c->name, s->base))
				return c;
	return NULL;
}

const struct setting *section_get(const struct section *s, const char *key)
{
	for (unsigned hops = 0; s && hops < MOST_DEPTH; hops++, s = base_of(s)) {
		const struct setting *k = own(s, key);
		if (k)
			return k;
	}
	return NULL;
}
