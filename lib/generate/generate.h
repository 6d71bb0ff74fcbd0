/*
 * Inside of the generators: the work in hand, and what all targets share.
 *
 * A target is one function that writes into files through the helpers below and says problems.
 * It reads `far` (the mirror: the far end's own view) and `near` (ours, for spans). A new target
 * is one file with that function and one row in targets[] of generate.c.
 */
#ifndef GENERATE_GENERATE_H
#define GENERATE_GENERATE_H

#include "base/arena.h"
#include <cryptomap/generate.h>

struct job {
	const struct cm_request *request;
	const struct cm_tunnel *near; /* ours */
	const struct cm_tunnel *far;  /* mirror */
	struct arena *arena;
	struct cm_generated *generated;
	char name[64];    /* of the connection, made of letters, digits, - and _ */
	bool together;    /* one of several tunnels of one router: names must differ */
	struct job *next; /* the next of them, or NULL */
	unsigned outside; /* of several: which of its outside interfaces, from 0 */
};

typedef void write_target(struct job *);
write_target write_swanctl, write_ipsec_conf, write_linksys, write_ios;

/* Begin a file; the text to append to lives as long as the result. */
struct cm_text *job_file(struct job *, const char *name, bool secret);
void job_problem(struct job *, enum cm_severity, struct cm_span at, const char *format, ...)
	CM_PRINTF(4, 5);
/* "line 12" of our document for a span, "by default" for an empty one. In the arena. */
const char *job_line(struct job *, struct cm_span);
/* The key the two ends share; NULL when none is known. */
const struct cm_psk *job_key(const struct job *);
/* The secret as it may be written: itself when asked for and known, else a marked placeholder. */
struct cm_str job_secret(const struct job *);
/* Dotted quad in the arena. */
const char *job_ip(struct job *, uint32_t);

#endif
