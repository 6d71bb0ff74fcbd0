/* The parts of the IOS target: names and IKE in ios_ike.c, the rest in ios.c. */
#ifndef GENERATE_IOS_H
#define GENERATE_IOS_H

#include "generate/generate.h"

/* The release of the far end: as asked for, else ours. */
struct cm_release ios_release(const struct job *);
/* True when `release` has what came with `since` (NULL: always there). */
static inline bool ios_has(struct cm_release release, const char *since)
{
	return !since || cm_release_since(release, since, true);
}
/* True when the far end calls itself something that only an ISAKMP profile can say. */
bool ios_needs_profile(const struct job *);
/* A name of the text; of several tunnels each has its own. In the arena. */
const char *ios_tagged(struct job *, const char *name);
void ios_put_name(struct job *, struct cm_text *);
/* Of this and the next jobs. */
void ios_put_ike(struct job *first, struct cm_text *);

#endif
