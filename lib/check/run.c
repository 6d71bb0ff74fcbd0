#include "check/comment.h"
#include "check/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct cm_findings {
	struct arena *arena;
	struct diags diags;
	size_t suppressed;
};

static struct cm_diag *say(struct check *c, const char *id, const enum cm_severity *severity,
	struct cm_span span, const char *format, va_list args)
{
	bool wanted;
	const struct rule *rule = rule_index_find(c->rules, id, &wanted);
	assert(rule); /* every finding has a row */
	if (!wanted)
		return NULL;
	const char *message = arena_vprintf(c->arena, format, args);
	return message ? diag(c->diags, rule->about.id, severity ? *severity : rule->about.severity,
				 span, "%s", message)
		       : NULL;
}

struct cm_diag *check_say(
	struct check *c, const char *id, struct cm_span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct cm_diag *found = say(c, id, NULL, span, format, args);
	va_end(args);
	return found;
}

struct cm_diag *check_say_as(struct check *c, const char *id, enum cm_severity severity,
	struct cm_span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct cm_diag *found = say(c, id, &severity, span, format, args);
	va_end(args);
	return found;
}

bool check_wants(const struct check *c, const char *id)
{
	bool wanted;
	const struct rule *rule = rule_index_find(c->rules, id, &wanted);
	assert(rule);
	return rule && wanted;
}

bool check_is_whole(const struct check *c)
{
	return c->model->hostname.text.at || check_said(c->model->release_at);
}

/* A function that several rows name runs once, if any of them is wanted. */
static void run_family(struct check *c, const struct family *family)
{
	for (size_t i = 0; i < family->n; i++) {
		void (*check)(struct check *) = family->rules[i].check;
		bool first = check != NULL, wanted = false;
		for (size_t j = 0; first && j < family->n; j++) {
			if (family->rules[j].check != check)
				continue;
			first = j >= i;
			wanted |= rule_index_wants(c->rules, &family->rules[j]);
		}
		if (first && wanted)
			check(c);
	}
}

/* False without memory. */
static bool check_router(struct check *c)
{
	size_t n;
	const struct family *const *families = check_families(&n);
	struct cm_tunnels *tunnels = cm_tunnels_of_model(c->model);
	if (!tunnels)
		return false;
	c->tunnels = cm_tunnels_list(tunnels, &c->n_tunnels);
	for (size_t i = 0; i < n; i++)
		run_family(c, families[i]);
	cm_tunnels_free(tunnels);
	return !c->failed;
}

/* What reader and model said, as far as it is wanted. */
static void add_said(struct check *c)
{
	size_t n;
	const struct cm_diag *said = cm_document_diags(c->document, &n);
	for (size_t i = 0; i < n; i++) {
		bool wanted;
		const struct rule *rule = rule_index_find(c->rules, said[i].rule, &wanted);
		assert(rule);
		if (!rule || !wanted)
			continue;
		struct cm_diag *d =
			ARENA_PUSH(c->arena, c->diags->items, c->diags->n, c->diags->room);
		if (d) {
			*d = said[i];
			d->rule = rule->about.id;
		}
	}
	c->diags->sorted = false;
}

static void drop_below(struct diags *diags, enum cm_severity least)
{
	size_t kept = 0;
	for (size_t i = 0; i < diags->n; i++) {
		if (diags->items[i].severity >= least)
			diags->items[kept++] = diags->items[i];
	}
	diags->n = kept;
}

/* One map on two interfaces is two tunnels, and what is wrong with it is found twice. */
static void drop_doubles(struct diags *diags)
{
	size_t kept = 0;
	for (size_t i = 0; i < diags->n; i++) {
		const struct cm_diag *a = kept ? &diags->items[kept - 1] : NULL;
		const struct cm_diag *b = &diags->items[i];
		bool same = a && a->rule == b->rule && a->span.start == b->span.start &&
			a->span.end == b->span.end && strcmp(a->message, b->message) == 0;
		if (!same)
			diags->items[kept++] = *b;
	}
	diags->n = kept;
}

/* False without memory. */
static bool check_routers(struct check *c)
{
	size_t routers = cm_document_routers(c->document);
	for (size_t i = 0; i < routers && !c->failed; i++) {
		c->model = cm_document_model(c->document, i);
		c->router = i;
		c->refused = NULL;
		c->applied = NULL;
		c->nat_rules = NULL;
		if (c->model && c->model->is_ios)
			c->failed = !check_router(c);
	}
	if (c->sets_free)
		c->sets_free(c, c->sets);
	return !c->failed;
}

static bool fill(struct cm_findings *f, const struct cm_document *document,
	const struct cm_check_options *options)
{
	struct check c = { .document = document, .arena = f->arena, .diags = &f->diags };
	c.profile = options ? options->profile : CM_PROFILE_CURRENT;
	c.rules = rule_index_new(f->arena, options);
	if (!c.rules)
		return false;
	add_said(&c);
	if (!check_routers(&c))
		return false;
	diags_sort(&f->diags);
	drop_doubles(&f->diags);
	if (!options || !options->ignore_comments)
		f->suppressed = comments_apply(&c);
	diags_sort(&f->diags);
	drop_below(&f->diags, options ? options->least : CM_STYLE);
	return !arena_failed(f->arena);
}

struct cm_findings *cm_check(
	const struct cm_document *document, const struct cm_check_options *options)
{
	struct cm_findings *f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	f->arena = arena_new();
	f->diags.arena = f->arena;
	if (f->arena && fill(f, document, options))
		return f;
	cm_findings_free(f);
	return NULL;
}

void cm_findings_free(struct cm_findings *f)
{
	if (!f)
		return;
	arena_free(f->arena);
	free(f);
}

const struct cm_diag *cm_findings_list(const struct cm_findings *f, size_t *n)
{
	*n = f->diags.n;
	return f->diags.items;
}

size_t cm_findings_suppressed(const struct cm_findings *f)
{
	return f->suppressed;
}
