/*
 * Names to definitions, by hash: what every look-up by name goes through. Made once, when a
 * model is resolved; read by everybody afterwards. Interface names are kept in IOS's own
 * spelling, all other names as they are typed (their letter case counts).
 */
#ifndef MODEL_INDEX_H
#define MODEL_INDEX_H

#include "base/arena.h"
#include <cryptomap/model.h>

struct fib;
struct thing;

struct cm_index {
	uint32_t *slots; /* number of a definition, plus 1 */
	uint32_t mask;
	const struct fib *fib; /* where packets leave */
	struct thing **things; /* what the model was made of, by family: for the printer */
};

/* Every bit of the result depends on every bit of `x` (the finish of MurmurHash3, 64 bit). */
static inline uint64_t hash_mix(uint64_t x)
{
	x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
	x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}
/* A well mixed hash of a name of a kind; `seed` tells kinds apart. */
uint64_t name_hash(unsigned seed, struct cm_str name);
/* Make the index of model->definitions; false without memory. */
bool index_make(struct arena *, struct cm_model *);
const struct cm_definition *index_find(const struct cm_model *, enum cm_thing, struct cm_str name);

#endif
