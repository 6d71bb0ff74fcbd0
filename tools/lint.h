/*
 * The parts of `cryptomap lint`: which files, with which settings, judged by how many threads,
 * and what is done with the findings. Each part is a file, lint_PART.c.
 */
#ifndef TOOLS_LINT_H
#define TOOLS_LINT_H

#include <stdbool.h>

#include <cryptomap/check.h>
#include <cryptomap/document.h>
#include <cryptomap/report.h>

#include "command.h"

/* --- Words that grow (lint_words.c) ----------------------------------------------------------- */

struct words {
	char **at;
	size_t n;
};

/* Append a copy. False, with a message, without memory. */
bool words_add(struct words *, const char *);
void words_free(struct words *);

/* --- Settings (lint_config.c) ------------------------------------------------------------------ */

struct baseline; /* findings known before: (file, fingerprint) */

/* How files of one folder are judged: the command line over the nearest .cryptomap.json. */
struct settings {
	char *folder; /* whose settings these are */
	struct words select, ignore;
	char *release;  /* NULL: from the text */
	char *baseline; /* NULL: none */
	enum cm_severity least;
	enum cm_profile profile;
	struct cm_check_options check; /* points into the words above */
	struct baseline *known;        /* NULL: none */
};

struct lint {
	bool fix, unsafe, diff, statistics, no_comments, no_config, quiet;
	struct option_list select, ignore;
	const char *severity, *profile, *release;
	int format;
	const char *stdin_name, *config, *baseline, *write_baseline;
	unsigned long jobs;
};

/*
 * The settings for a file, made once for each folder; NULL after a message on stderr. Searched
 * upward from the folder of the file. Belong to `all`.
 */
struct settings_list {
	struct settings **at;
	size_t n;
};
const struct settings *settings_for(
	struct settings_list *all, const struct lint *, const char *path);
void settings_free(struct settings_list *all);

/* --- Files (lint_files.c) ---------------------------------------------------------------------- */

/*
 * Append the files that the operands mean: a file or "-" itself, the configurations in and below
 * a folder, the matches of a pattern. By name within a folder. False after a message.
 */
bool lint_files(char *const *operands, size_t n, struct words *out);

/* --- Baselines (lint_baseline.c) ---------------------------------------------------------------- */

/* NULL after a message. */
struct baseline *baseline_read(const char *path);
bool baseline_has(const struct baseline *, const char *file, uint64_t fingerprint);
void baseline_free(struct baseline *);
/* One finding as a line of a baseline file; the lines are joined by commas. */
void baseline_put(struct cm_text *, const char *file, const char *rule, uint64_t fingerprint);
/* Write joined lines as a baseline file. False after a message. */
bool baseline_write(const char *path, struct cm_str lines);

/* --- Fixes (lint_fix.c) -------------------------------------------------------------------------- */

/*
 * The text after fixing until nothing more can be fixed, appended to `out`; how many fixes were
 * made in *made. False without memory.
 */
bool fix_all(const char *name, struct cm_str text, const struct settings *, bool unsafe,
	struct cm_text *out, size_t *made);
/* Put a text in the place of a file, by a new file that takes its name. False after a message. */
bool fix_write(const char *path, struct cm_str text);
/* Append a unified diff of two texts. False without memory. */
bool fix_diff(const char *name, struct cm_str before, struct cm_str after, struct cm_text *out);

/* --- One file (lint_job.c) ------------------------------------------------------------------------ */

struct totals {
	size_t files, by_severity[CM_ERROR + 1], suppressed, known, fixed;
	size_t *by_rule; /* cm_rules() of them */
};

struct job {
	const char *path, *name;
	const struct settings *settings;
	/* what comes out */
	struct cm_text report; /* piece of the report, or the diff */
	struct cm_text baseline_lines;
	struct cm_text fixed; /* standard input, fixed */
	struct totals totals;
	int status;
	bool done;
};

/* Run one; everything it needs to say to stderr it says itself. */
void job_run(struct job *, const struct lint *, const struct cm_report *);
void job_free(struct job *);

/*
 * Run all on `threads` threads; `finish` is called for each, in order, on the calling thread, as
 * soon as it and all before it are done. False when no thread could be made.
 */
bool jobs_run(struct job *, size_t n, unsigned threads, const struct lint *,
	const struct cm_report *, void (*finish)(struct job *, void *user), void *user);

/* --- Totals (lint_totals.c) ------------------------------------------------------------------------ */

void totals_add(struct totals *, const struct totals *);
/* "2 errors, 1 warning in 3 files": the line below a report. */
void totals_summary(const struct totals *, struct cm_text *);
/* How often each rule was found, the most frequent first. */
void totals_statistics(const struct totals *, struct cm_text *);

#endif
