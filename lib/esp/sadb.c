#include "esp/room.h"
#include <stdlib.h>

enum { FIRST_BUCKETS = 64 };

struct esp_sadb *esp_sadb_new(void)
{
	struct esp_sadb *db = calloc(1, sizeof *db);
	if (!db)
		return NULL;
	db->buckets = calloc(FIRST_BUCKETS, sizeof *db->buckets);
	db->n_buckets = FIRST_BUCKETS;
	if (db->buckets)
		return db;
	free(db);
	return NULL;
}

void esp_sadb_free(struct esp_sadb *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->n_buckets; i++)
		for (struct esp_sa *sa = db->buckets[i], *next; sa; sa = next) {
			next = sa->next;
			esp_sa_free(sa);
		}
	free(db->buckets);
	free(db);
}

/* SPIs are ours and random in all bits; a multiplier serves those that a test counts up. */
static struct esp_sa **bucket(const struct esp_sadb *db, uint32_t spi)
{
	return &db->buckets[(spi * UINT32_C(0x9e3779b1) >> 8) & (db->n_buckets - 1)];
}

/* Without memory the chains get longer, that is all. */
static void grow(struct esp_sadb *db)
{
	struct esp_sadb bigger = { .n_buckets = db->n_buckets * 2 };
	bigger.buckets = calloc(bigger.n_buckets, sizeof *bigger.buckets);
	if (!bigger.buckets)
		return;
	for (size_t i = 0; i < db->n_buckets; i++)
		for (struct esp_sa *sa = db->buckets[i], *next; sa; sa = next) {
			next = sa->next;
			struct esp_sa **to = bucket(&bigger, sa->params.spi);
			sa->next = *to;
			*to = sa;
		}
	free(db->buckets);
	db->buckets = bigger.buckets;
	db->n_buckets = bigger.n_buckets;
}

bool esp_sadb_add(struct esp_sadb *db, struct esp_sa *sa)
{
	if (esp_sadb_find(db, sa->params.spi, sa->protocol))
		return false;
	if (db->count >= db->n_buckets)
		grow(db);
	struct esp_sa **to = bucket(db, sa->params.spi);
	sa->next = *to;
	*to = sa;
	db->count++;
	return true;
}

struct esp_sa *esp_sadb_find(const struct esp_sadb *db, uint32_t spi, uint8_t protocol)
{
	struct esp_sa *sa = *bucket(db, spi);
	while (sa && (sa->params.spi != spi || sa->protocol != protocol))
		sa = sa->next;
	return sa;
}

void esp_sadb_remove(struct esp_sadb *db, struct esp_sa *sa)
{
	for (struct esp_sa **at = bucket(db, sa->params.spi); *at; at = &(*at)->next) {
		if (*at != sa)
			continue;
		*at = sa->next;
		db->count--;
		esp_sa_free(sa);
		return;
	}
}

size_t esp_sadb_count(const struct esp_sadb *db)
{
	return db->count;
}

const struct esp_counters *esp_sadb_counters(const struct esp_sadb *db)
{
	return &db->strays;
}
