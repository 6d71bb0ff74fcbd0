/*
 * cryptomap lint: everything that will keep a VPN from working or from being safe.
 */
#include "lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "color.h"
#include "input.h"

static const char *const format_words[] = { "auto", "text", "json", "jsonl", "sarif", "junit",
	"github", "gitlab", "gcc", NULL };

/* clang-format off */
static const struct option options[] = {
	CHOICE('f', "format", "auto|text|json|jsonl|sarif|junit|github|gitlab|gcc", format_words,
		struct lint, format, "how findings are written (auto: github in Actions, else text)"),
	LIST(0, "select", "RULE,…", struct lint, select,
		"only these rules: ids, prefixes, families"),
	LIST(0, "ignore", "RULE,…", struct lint, ignore, "not these rules"),
	TEXT(0, "min-severity", "style|info|warning|error", struct lint, severity,
		"leave out what is below"),
	TEXT(0, "profile", "current|legacy|cnsa", struct lint, profile,
		"against what algorithms are judged"),
	TEXT(0, "ios-release", "R", struct lint, release,
		"judge as release R would, such as 12.4(15)T or 17.3"),
	FLAG(0, "fix", struct lint, fix, "make the safe fixes in the files"),
	FLAG(0, "unsafe-fixes", struct lint, unsafe, "with --fix or --diff: the other fixes, too"),
	FLAG(0, "diff", struct lint, diff, "print what --fix would change, and change nothing"),
	TEXT(0, "baseline", "FILE", struct lint, baseline, "say nothing of what stands in FILE"),
	TEXT(0, "write-baseline", "FILE", struct lint, write_baseline,
		"write all findings to FILE, and report none"),
	FLAG(0, "statistics", struct lint, statistics, "print how often each rule was found"),
	FLAG(0, "no-comments", struct lint, no_comments,
		"report also what comments in the text turn off"),
	TEXT(0, "config", "FILE", struct lint, config,
		"settings (else the nearest .cryptomap.json at or above a file)"),
	FLAG(0, "no-config", struct lint, no_config, "look for no .cryptomap.json"),
	TEXT(0, "stdin-filename", "NAME", struct lint, stdin_name,
		"what messages call standard input"),
	NUMBER('j', "jobs", "N", 1, 256, struct lint, jobs, "judge N files at a time"),
	FLAG('q', "quiet", struct lint, quiet, "no summary, no progress"),
};
/* clang-format on */

struct run {
	const struct lint *lint;
	struct cm_report report;
	struct settings_list settings;
	struct words files;
	struct job *jobs;
	struct totals totals;
	struct cm_text baseline_lines;
	bool something, progress, broken_pipe;
	size_t finished;
	time_t shown;
	int status;
};

static enum cm_format format_of(const struct lint *lint)
{
	const char *actions = getenv("GITHUB_ACTIONS");
	if (lint->format > 0)
		return (enum cm_format)(lint->format - 1);
	return actions && strcmp(actions, "true") == 0 ? CM_FORMAT_GITHUB : CM_FORMAT_TEXT;
}

static const char *name_of(const struct lint *lint, const char *path)
{
	if (!input_is_stdin(path))
		return path;
	return lint->stdin_name ? lint->stdin_name : input_name(path);
}

/* With --fix of standard input the text goes to stdout and the findings do not. */
static FILE *report_stream(const struct run *run)
{
	for (size_t i = 0; i < run->files.n; i++) {
		if (run->lint->fix && !run->lint->diff && input_is_stdin(run->files.at[i]))
			return stderr;
	}
	return stdout;
}

static void write_out(struct run *run, FILE *stream, struct cm_text *text)
{
	if (text->failed) {
		fprintf(stderr, "cryptomap lint: out of memory\n");
		run->status = EXIT_USAGE;
	} else if (text->length && !run->broken_pipe &&
		!output_write(stream, (struct cm_str){ text->at, text->length })) {
		run->broken_pipe = true;
		run->status = EXIT_USAGE;
	}
	cm_text_free(text);
}

static void show_progress(struct run *run)
{
	time_t now = time(NULL);
	if (!run->progress || now == run->shown)
		return;
	run->shown = now;
	fprintf(stderr, "\r%zu of %zu files", run->finished, run->files.n);
	fflush(stderr);
}

static void clear_progress(const struct run *run)
{
	if (run->progress)
		fputs("\r\033[K", stderr);
}

static void finish(struct job *job, void *user)
{
	struct run *run = user;
	struct cm_text text = { 0 };
	run->finished++;
	show_progress(run);
	if (job->status > run->status)
		run->status = job->status;
	totals_add(&run->totals, &job->totals);
	if (job->fixed.length)
		write_out(run, stdout, &job->fixed);
	if (job->report.length) {
		clear_progress(run);
		if (run->something && !run->lint->diff)
			cm_report_between(&run->report, &text);
		cm_text_str(&text, (struct cm_str){ job->report.at, job->report.length });
		run->something = true;
		write_out(run, report_stream(run), &text);
	}
	if (job->baseline_lines.length)
		cm_text_printf(&run->baseline_lines, "%s%s",
			run->baseline_lines.length ? ",\n" : "", job->baseline_lines.at);
	job_free(job);
}

static bool prepare(struct run *run)
{
	run->jobs = calloc(run->files.n + 1, sizeof *run->jobs);
	for (size_t i = 0; run->jobs && i < run->files.n; i++) {
		struct job *job = &run->jobs[i];
		bool unnamed = input_is_stdin(run->files.at[i]) && !run->lint->stdin_name;
		job->path = run->files.at[i];
		job->name = name_of(run->lint, job->path);
		job->settings = settings_for(&run->settings, run->lint, unnamed ? "" : job->name);
		if (!job->settings)
			return false;
	}
	return run->jobs != NULL;
}

static void judge_all(struct run *run)
{
	const struct lint *lint = run->lint;
	bool plain = !lint->statistics && !lint->write_baseline && !lint->diff;
	struct cm_text text = { 0 };
	if (plain)
		cm_report_begin(&run->report, &text);
	write_out(run, report_stream(run), &text);
	unsigned threads = lint->jobs ? (unsigned)lint->jobs : 1;
	if (!jobs_run(run->jobs, run->files.n, threads, lint, &run->report, finish, run))
		run->status = EXIT_USAGE;
	clear_progress(run);
	if (plain)
		cm_report_end(&run->report, &text);
	if (lint->statistics)
		totals_statistics(&run->totals, &text);
	write_out(run, report_stream(run), &text);
}

static void conclude(struct run *run)
{
	struct cm_text text = { 0 };
	if (run->lint->write_baseline) {
		struct cm_str lines = { run->baseline_lines.at ? run->baseline_lines.at : "",
			run->baseline_lines.length };
		bool ok = run->status != EXIT_USAGE && !run->baseline_lines.failed &&
			baseline_write(run->lint->write_baseline, lines);
		run->status = ok ? EXIT_CLEAN : EXIT_USAGE;
	}
	if (run->report.format == CM_FORMAT_TEXT && !run->lint->quiet && !run->lint->diff) {
		totals_summary(&run->totals, &text);
		write_out(run, stderr, &text);
	}
}

static void run_free(struct run *run)
{
	settings_free(&run->settings);
	words_free(&run->files);
	cm_text_free(&run->baseline_lines);
	free(run->totals.by_rule);
	free(run->jobs);
}

static int run_lint(const struct call *call)
{
	enum { MANY = 50 };
	const struct lint *lint = call->options;
	struct run run = { .lint = lint, .status = EXIT_CLEAN };
	run.report = (struct cm_report){ .format = format_of(lint), .version = CM_VERSION };
	run.report.colored = color_wanted(call->color, stdout);
	run.totals.by_rule = calloc(cm_rules(), sizeof *run.totals.by_rule);
	bool ready = run.totals.by_rule && lint_files(call->operands, call->n, &run.files) &&
		prepare(&run);
	if (ready) {
		run.progress = !lint->quiet && run.files.n > MANY && isatty(STDERR_FILENO);
		judge_all(&run);
		conclude(&run);
	}
	int status = ready ? run.status : EXIT_USAGE;
	run_free(&run);
	return status;
}

static const char details[] =
	"A folder means the configurations in and below it (.cfg, .conf, .config, .confg, .ios,\n"
	".txt, *-confg). Settings come from the nearest .cryptomap.json at or above each file.\n"
	"A comment on a line of its own turns a rule off for the next line:\n"
	"    ! cryptomap: disable=RULE reason\n"
	"`cryptomap explain RULE` tells about a rule, `cryptomap explain --all` about all.\n";

const struct command command_lint = {
	.name = "lint",
	.operands = "FILE|FOLDER|-…",
	.summary = "Report what keeps a VPN from working or from being safe",
	.details = details,
	.options = options,
	.n_options = sizeof options / sizeof *options,
	.size = sizeof(struct lint),
	.least_operands = 1,
	.most_operands = (size_t)-1,
	.run = run_lint,
};
