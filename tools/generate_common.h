/*
 * Writing what a generator made, and saying what the far end cannot hold.
 */
#ifndef TOOLS_GENERATE_COMMON_H
#define TOOLS_GENERATE_COMMON_H

#include <cryptomap/generate.h>

#include "command.h"

/*
 * Generate `target` and write its files: to `directory`, or one behind the other to standard
 * output. Problems go to stderr with their place in `doc` (may be NULL). Gives the exit code.
 */
int generate_write(const struct call *, const struct cm_document *doc, const char *target,
	const struct cm_request *, const char *directory);
/* One router that is the far end of all these tunnels, to standard output. */
int generate_router(const struct call *, const struct cm_request *,
	const struct cm_tunnel *const *tunnels, size_t n);

#endif
