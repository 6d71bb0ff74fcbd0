#include "input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* A document's offsets are 32 bits wide, and half of them is enough for any router. */
#define LARGEST ((size_t)1 << 31)

bool input_is_stdin(const char *path)
{
	return strcmp(path, "-") == 0;
}

const char *input_name(const char *path)
{
	return input_is_stdin(path) ? "<stdin>" : path;
}

static bool complain(const char *path, const char *reason)
{
	fprintf(stderr, "cryptomap: %s: %s\n", input_name(path), reason);
	return false;
}

static bool read_stream(const char *path, FILE *in, struct cm_text *out)
{
	char block[1 << 16];
	size_t n;
	while ((n = fread(block, 1, sizeof block, in)) > 0) {
		cm_text_add(out, block, n);
		if (out->failed)
			return complain(path, "out of memory");
		if (out->length > LARGEST)
			return complain(path, "larger than 2 GiB");
	}
	return ferror(in) ? complain(path, strerror(errno)) : true;
}

bool input_read(const char *path, struct cm_text *out)
{
	if (input_is_stdin(path))
		return read_stream(path, stdin, out);
	FILE *in = fopen(path, "rb");
	if (!in)
		return complain(path, strerror(errno));
	struct stat about;
	bool read = fstat(fileno(in), &about) == 0 && S_ISDIR(about.st_mode)
		? complain(path, strerror(EISDIR))
		: read_stream(path, in, out);
	fclose(in);
	return read;
}

struct cm_document *input_document(const char *path, const struct cm_options *options)
{
	struct cm_text text = { 0 };
	struct cm_document *document = NULL;
	if (input_read(path, &text)) {
		document = cm_document_read(
			input_name(path), text.at ? text.at : "", text.length, options);
		if (!document)
			complain(path, "out of memory");
	}
	cm_text_wipe(&text);
	return document;
}

bool output_write(FILE *out, struct cm_str text)
{
	bool taken = text.length == 0 || fwrite(text.at, 1, text.length, out) == text.length;
	if (taken && fflush(out) == 0)
		return true;
	/* The reader of a pipe may leave when it has seen enough. */
	if (errno != EPIPE)
		fprintf(stderr, "cryptomap: cannot write: %s\n", strerror(errno));
	return false;
}
