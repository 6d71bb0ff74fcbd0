/*
 * cryptomap explain: what a rule is about, as markdown.
 */
#include <stdio.h>
#include <string.h>

#include <cryptomap/check.h>
#include <cryptomap/facts.h>

#include "command.h"
#include "input.h"

struct explain {
	bool all, list;
};

static const struct option options[] = {
	FLAG('a', "all", struct explain, all, "every rule, by family"),
	FLAG('l', "list", struct explain, list, "only ids, severities and titles"),
};

static void put_code(struct cm_text *out, const char *text)
{
	cm_text_printf(out, "\n```\n%s```\n", text);
}

static void put_rule(struct cm_text *out, const struct cm_rule *rule)
{
	cm_text_printf(out, "## %s\n\n%s. *%s*\n\n%s\n\n", rule->id, rule->title,
		cm_severity_name(rule->severity), rule->why);
	cm_text_printf(out, "**Fix.** %s\n\n**Source.** %s\n\n%s\n", rule->fix, rule->source,
		rule->by_size ? "Found in a very long text of such lines:" : "Found here:");
	put_code(out, rule->fires);
	cm_text_put(out, rule->by_size ? "\nNot in a short one:\n" : "\nNot here:\n");
	put_code(out, rule->silent);
	cm_text_put(out, "\n");
}

static void put_line(struct cm_text *out, const struct cm_rule *rule)
{
	cm_text_printf(
		out, "%-28s %-8s %s\n", rule->id, cm_severity_name(rule->severity), rule->title);
}

static void put_selected(struct cm_text *out, const struct explain *how, const char *selector)
{
	const struct cm_rule *rule;
	const char *family = "";
	for (size_t i = 0; (rule = cm_rule(i)); i++) {
		if (!cm_rule_selected(rule, selector))
			continue;
		if (how->list) {
			put_line(out, rule);
			continue;
		}
		if (how->all && strcmp(family, cm_rule_family(rule)) != 0)
			cm_text_printf(out, "# Family %s\n\n", cm_rule_family(rule));
		family = cm_rule_family(rule);
		put_rule(out, rule);
	}
}

static int unknown(const char *word)
{
	enum { MOST = 512 };
	const char *ids[MOST];
	size_t n = 0;
	for (; n < MOST && cm_rule(n); n++)
		ids[n] = cm_rule(n)->id;
	const char *near = cm_nearest(cm_str_of(word), ids, n);
	fprintf(stderr,
		near ? "cryptomap explain: no rule '%s'; did you mean '%s'?\n"
		     : "cryptomap explain: no rule '%s' (try --list)\n",
		word, near);
	return EXIT_USAGE;
}

static int run(const struct call *call)
{
	const struct explain *how = call->options;
	struct cm_text text = { 0 };
	int status = EXIT_CLEAN;
	if (call->n == 0 && !how->all && !how->list) {
		fprintf(stderr, "usage: cryptomap explain RULE… (or --all, --list)\n");
		return EXIT_USAGE;
	}
	if (call->n == 0)
		put_selected(&text, how, "all");
	for (size_t i = 0; i < call->n; i++) {
		size_t before = text.length;
		put_selected(&text, how, call->operands[i]);
		if (text.length == before)
			status = unknown(call->operands[i]);
	}
	if (text.failed ||
		(text.length && !output_write(stdout, (struct cm_str){ text.at, text.length })))
		status = EXIT_USAGE;
	cm_text_free(&text);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "[RULE|FAMILY…]",
	.summary = "Tell what a rule is about, with examples",
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct explain),
	.least_operands = 0,
	.most_operands = (size_t)-1,
	.run = run,
};
