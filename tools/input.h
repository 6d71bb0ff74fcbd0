/*
 * Reading what the user named: a file, or standard input for "-".
 *
 * A message about what cannot be read goes to stderr, in the form `cryptomap: NAME: reason`.
 */
#ifndef TOOLS_INPUT_H
#define TOOLS_INPUT_H

#include <stdbool.h>
#include <stdio.h>

#include <cryptomap/document.h>

/* True for "-". */
bool input_is_stdin(const char *path);
/* What messages call it: "<stdin>" for "-", else the path. */
const char *input_name(const char *path);
/*
 * Append the whole file to `out` (freed by the caller, also on failure; it may hold secrets).
 * False after a message on stderr: no such file, a directory, larger than a document may be,
 * no memory.
 */
bool input_read(const char *path, struct cm_text *out);
/*
 * Read a file as a document that the caller frees. The octets read are wiped. NULL after a
 * message on stderr: as input_read, or no memory.
 */
struct cm_document *input_document(const char *path, const struct cm_options *);
/* Write a text to a stream. False, with a message, if the stream does not take it. */
bool output_write(FILE *, struct cm_str);

#endif
