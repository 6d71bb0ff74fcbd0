#include "lint.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

/* Keep what the baseline does not know; count what is kept. */
static size_t sort_out(struct job *job, const struct lint *lint, const struct cm_document *document,
	struct cm_diag *list, size_t n)
{
	uint64_t *prints = calloc(n + 1, sizeof *prints);
	size_t kept = 0;
	if (!prints || !cm_fingerprints(document, list, n, prints)) {
		free(prints);
		job->report.failed = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (lint->write_baseline) {
			baseline_put(&job->baseline_lines, job->name, list[i].rule, prints[i]);
		} else if (baseline_has(job->settings->known, job->name, prints[i])) {
			job->totals.known++;
			continue;
		}
		list[kept++] = list[i];
	}
	free(prints);
	return kept;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How often each rule was found: the findings' ids in order, then one walk over the rules. */
static bool count_rules(struct job *job, const struct cm_diag *list, size_t n)
{
	const char **ids = calloc(n + 1, sizeof *ids);
	size_t rules = cm_rules();
	job->totals.by_rule = calloc(rules, sizeof *job->totals.by_rule);
	if (ids && job->totals.by_rule) {
		for (size_t i = 0; i < n; i++)
			ids[i] = list[i].rule;
		qsort(ids, n, sizeof *ids, by_id);
		for (size_t r = 0; n && r < rules; r++) {
			const char *id = cm_rule(r)->id;
			const char **one = bsearch(&id, ids, n, sizeof *ids, by_id);
			while (one && one > ids && strcmp(one[-1], id) == 0)
				one--;
			for (; one && one < ids + n && strcmp(*one, id) == 0; one++)
				job->totals.by_rule[r]++;
		}
	}
	bool ok = ids && job->totals.by_rule;
	free(ids);
	return ok;
}

static void count(struct job *job, const struct cm_diag *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		job->totals.by_severity[list[i].severity]++;
		if (list[i].severity >= CM_WARNING)
			job->status = EXIT_FINDINGS;
	}
	if (!count_rules(job, list, n))
		job->report.failed = true;
}

/* False without memory. */
static bool judge(struct job *job, const struct lint *lint, const struct cm_report *report,
	struct cm_str text)
{
	struct cm_options reading = { .ios_release = job->settings->release };
	struct cm_document *document = cm_document_read(job->name, text.at, text.length, &reading);
	struct cm_findings *findings = document ? cm_check(document, &job->settings->check) : NULL;
	size_t n = 0;
	struct cm_diag *list = NULL;
	if (findings) {
		const struct cm_diag *all = cm_findings_list(findings, &n);
		list = calloc(n + 1, sizeof *list);
		for (size_t i = 0; list && i < n; i++)
			list[i] = all[i];
	}
	bool ok = list != NULL;
	if (ok) {
		job->totals.suppressed = cm_findings_suppressed(findings);
		n = sort_out(job, lint, document, list, n);
		count(job, list, n);
		if (!lint->statistics && !lint->write_baseline)
			cm_report_document(report, document, list, n, &job->report);
	}
	free(list);
	cm_findings_free(findings);
	cm_document_free(document);
	return ok && !job->report.failed && !job->baseline_lines.failed;
}

/* What --fix and --diff do; `text` is the fixed one afterwards. False after a message. */
static bool fix(struct job *job, const struct lint *lint, struct cm_text *text)
{
	struct cm_text fixed = { 0 };
	struct cm_str before = { text->at ? text->at : "", text->length };
	bool ok =
		fix_all(job->name, before, job->settings, lint->unsafe, &fixed, &job->totals.fixed);
	struct cm_str after = { fixed.at ? fixed.at : "", fixed.length };
	if (ok && lint->diff)
		ok = fix_diff(job->name, before, after, &job->report);
	else if (ok && job->totals.fixed && !input_is_stdin(job->path))
		ok = fix_write(job->path, after);
	if (ok && !lint->diff && input_is_stdin(job->path))
		cm_text_str(&job->fixed, after);
	cm_text_wipe(text);
	*text = fixed;
	return ok;
}

void job_run(struct job *job, const struct lint *lint, const struct cm_report *report)
{
	struct cm_text text = { 0 };
	job->totals.files = 1;
	bool ok = input_read(job->path, &text);
	if (ok && (lint->fix || lint->diff))
		ok = fix(job, lint, &text);
	if (ok && lint->diff)
		job->status = job->totals.fixed ? EXIT_FINDINGS : EXIT_CLEAN;
	else if (ok &&
		!judge(job, lint, report, (struct cm_str){ text.at ? text.at : "", text.length })) {
		fprintf(stderr, "cryptomap lint: %s: out of memory\n", job->name);
		ok = false;
	}
	if (!ok)
		job->status = EXIT_USAGE;
	cm_text_wipe(&text);
}

void job_free(struct job *job)
{
	cm_text_free(&job->report);
	cm_text_free(&job->baseline_lines);
	cm_text_wipe(&job->fixed);
	free(job->totals.by_rule);
	job->totals.by_rule = NULL;
}

/* --- Several at once --------------------------------------------------------------------------- */

struct crew {
	struct job *jobs;
	size_t n, next;
	const struct lint *lint;
	const struct cm_report *report;
	pthread_mutex_t lock;
	pthread_cond_t done;
};

static void *work(void *user)
{
	struct crew *crew = user;
	pthread_mutex_lock(&crew->lock);
	while (crew->next < crew->n) {
		struct job *job = &crew->jobs[crew->next++];
		pthread_mutex_unlock(&crew->lock);
		job_run(job, crew->lint, crew->report);
		pthread_mutex_lock(&crew->lock);
		job->done = true;
		pthread_cond_signal(&crew->done);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static void collect(struct crew *crew, void (*finish)(struct job *, void *user), void *user)
{
	for (size_t i = 0; i < crew->n; i++) {
		pthread_mutex_lock(&crew->lock);
		while (!crew->jobs[i].done)
			pthread_cond_wait(&crew->done, &crew->lock);
		pthread_mutex_unlock(&crew->lock);
		finish(&crew->jobs[i], user);
	}
}

bool jobs_run(struct job *jobs, size_t n, unsigned threads, const struct lint *lint,
	const struct cm_report *report, void (*finish)(struct job *, void *user), void *user)
{
	struct crew crew = { .jobs = jobs,
		.n = n,
		.lint = lint,
		.report = report,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.done = PTHREAD_COND_INITIALIZER };
	if (threads < 2) {
		for (size_t i = 0; i < n; i++) {
			job_run(&jobs[i], lint, report);
			finish(&jobs[i], user);
		}
		return true;
	}
	pthread_t *list = calloc(threads, sizeof *list);
	unsigned started = 0;
	while (list && started < threads && pthread_create(&list[started], NULL, work, &crew) == 0)
		started++;
	if (started)
		collect(&crew, finish, user);
	for (unsigned i = 0; i < started; i++)
		pthread_join(list[i], NULL);
	free(list);
	return started > 0;
}
