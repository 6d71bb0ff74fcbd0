#include "model/index.h"

#include <string.h>

/* Eight octets at a time; multiply and fold (the 64 bit golden ratio), good enough for names. */
uint64_t name_hash(unsigned seed, struct cm_str name)
{
	uint64_t hash = (seed + 1u) * UINT64_C(0x9e3779b97f4a7c15) ^ name.length;
	const char *at = name.at;
	size_t left = name.length;
	for (; left >= 8; at += 8, left -= 8) {
		uint64_t word;
		memcpy(&word, at, 8);
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	uint64_t word = 0;
	if (left)
		memcpy(&word, at, left);
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

bool index_make(struct arena *arena, struct cm_model *model)
{
	size_t room = 8;
	while (room < model->n_definitions * 2)
		room *= 2;
	struct cm_index *index = ARENA_NEW(arena, struct cm_index);
	uint32_t *slots = index ? ARENA_ARRAY(arena, uint32_t, room) : NULL;
	if (!slots)
		return false;
	*index = (struct cm_index){ slots, (uint32_t)(room - 1), NULL, NULL };
	for (size_t i = 0; i < model->n_definitions; i++) {
		const struct cm_definition *d = &model->definitions[i];
		uint32_t at = (uint32_t)name_hash(d->kind, d->name) & index->mask;
		while (slots[at])
			at = (at + 1) & index->mask;
		slots[at] = (uint32_t)i + 1;
	}
	model->index = index;
	return true;
}

const struct cm_definition *index_find(
	const struct cm_model *model, enum cm_thing kind, struct cm_str name)
{
	const struct cm_index *index = model->index;
	uint32_t at = (uint32_t)name_hash(kind, name) & index->mask;
	for (; index->slots[at]; at = (at + 1) & index->mask) {
		const struct cm_definition *d = &model->definitions[index->slots[at] - 1];
		if (d->kind == kind && cm_str_same(d->name, name))
			return d;
	}
	return NULL;
}
