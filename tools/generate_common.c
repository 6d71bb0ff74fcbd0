#include "generate_common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cryptomap/document.h>

#include "color.h"
#include "input.h"

static void print_problem(
	const struct call *call, const struct cm_document *doc, const struct cm_problem *p)
{
	bool colored = color_wanted(call->color, stderr);
	uint32_t line = 0, column = 0;
	if (doc && p->at.start != p->at.end) {
		cm_document_place(doc, p->at.start, &line, &column);
		fprintf(stderr, "%s:%u:%u: ", cm_document_name(doc), line, column);
	}
	fprintf(stderr, "%s%s%s: %s\n", color_code(colored, color_of_severity(p->severity)),
		cm_severity_name(p->severity), color_code(colored, INK_NONE), p->message);
}

/* A file with a key is for its owner only. */
static bool write_file(const char *directory, const struct cm_file *file)
{
	struct cm_text path = { 0 };
	cm_text_printf(&path, "%s/%s", directory, file->name);
	int fd = path.failed ? -1
			     : open(path.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
				       file->secret ? 0600 : 0644);
	if (fd >= 0 && file->secret)
		(void)fchmod(fd, 0600);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool ok = out && output_write(out, file->text);
	if (!out)
		fprintf(stderr, "cryptomap: %s: %s\n", path.at ? path.at : file->name,
			strerror(errno));
	else if (fclose(out) != 0)
		ok = false;
	cm_text_free(&path);
	return ok;
}

static bool write_files(const struct cm_generated *g, const char *directory)
{
	size_t n;
	const struct cm_file *files = cm_generated_files(g, &n);
	bool ok = true;
	if (directory && mkdir(directory, 0755) != 0 && errno != EEXIST) {
		fprintf(stderr, "cryptomap: %s: %s\n", directory, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!directory && n > 1)
			printf("# --- %s ---\n", files[i].name);
		ok = (directory ? write_file(directory, &files[i])
				: output_write(stdout, files[i].text)) &&
			ok;
	}
	return ok;
}

/* Takes `g`. */
static int write_generated(const struct call *call, const struct cm_document *doc,
	struct cm_generated *g, const char *directory)
{
	size_t n;
	if (!g) {
		fprintf(stderr, "cryptomap: out of memory\n");
		return EXIT_USAGE;
	}
	const struct cm_problem *problems = cm_generated_problems(g, &n);
	int code = EXIT_CLEAN;
	for (size_t i = 0; i < n; i++) {
		print_problem(call, doc, &problems[i]);
		if (problems[i].severity >= CM_WARNING)
			code = EXIT_FINDINGS;
	}
	if (!write_files(g, directory))
		code = EXIT_USAGE;
	cm_generated_free(g);
	return code;
}

int generate_write(const struct call *call, const struct cm_document *doc, const char *target,
	const struct cm_request *request, const char *directory)
{
	return write_generated(call, doc, cm_generate(target, request), directory);
}

int generate_router(const struct call *call, const struct cm_request *request,
	const struct cm_tunnel *const *tunnels, size_t n)
{
	return write_generated(call, NULL, cm_generate_router(request, tunnels, n), NULL);
}
