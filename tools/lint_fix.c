#include "lint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROUNDS = 10 }; /* fixes that wait for others, and fixes of what a fix uncovers */

/* One round. False without memory. */
static bool fix_once(const char *name, struct cm_str text, const struct settings *s, bool unsafe,
	struct cm_text *out, size_t *made)
{
	struct cm_options reading = { .ios_release = s->release };
	struct cm_document *document = cm_document_read(name, text.at, text.length, &reading);
	struct cm_findings *findings = document ? cm_check(document, &s->check) : NULL;
	*made = 0;
	if (findings) {
		size_t n;
		const struct cm_diag *list = cm_findings_list(findings, &n);
		*made = cm_fix_text(document, list, n, unsafe, out);
	}
	bool ok = findings && !out->failed;
	cm_findings_free(findings);
	cm_document_free(document);
	return ok;
}

bool fix_all(const char *name, struct cm_str text, const struct settings *s, bool unsafe,
	struct cm_text *out, size_t *made)
{
	struct cm_text now = { 0 };
	bool ok = true;
	*made = 0;
	cm_text_str(&now, text);
	for (unsigned round = 0; ok && round < ROUNDS; round++) {
		size_t more = 0;
		struct cm_text next = { 0 };
		struct cm_str from = { now.at ? now.at : "", now.length };
		ok = fix_once(name, from, s, unsafe, &next, &more);
		cm_text_wipe(&now);
		now = next;
		*made += more;
		if (more == 0)
			break;
	}
	cm_text_str(out, (struct cm_str){ now.at ? now.at : "", now.length });
	cm_text_wipe(&now);
	return ok && !out->failed;
}

static bool complain(const char *path)
{
	fprintf(stderr, "cryptomap lint: %s: %s\n", path, strerror(errno));
	return false;
}

bool fix_write(const char *path, struct cm_str text)
{
	struct cm_text beside = { 0 };
	struct stat about;
	cm_text_printf(&beside, "%s.XXXXXX", path);
	if (beside.failed)
		return false;
	int file = stat(path, &about) == 0 ? mkstemp(beside.at) : -1;
	FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
	bool ok = out && fwrite(text.at, 1, text.length, out) == text.length;
	if (out)
		ok = fchmod(file, about.st_mode & 07777) == 0 && fclose(out) == 0 && ok;
	if (ok)
		ok = rename(beside.at, path) == 0;
	if (!ok) {
		complain(path);
		if (file >= 0)
			unlink(beside.at);
	}
	cm_text_free(&beside);
	return ok;
}
