/*
 * Fingerprints: what a baseline remembers of a finding.
 */
#include "check/lines.h"
#include <cryptomap/report.h>

#include <stdlib.h>

static uint64_t add(uint64_t hash, const char *at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)at[i]) * 0x100000001b3u; /* FNV-1a */
	return hash;
}

/* The words of the line with one blank between them; nothing of a secret goes in. */
static uint64_t add_line(uint64_t hash, const struct cm_document *document, struct cm_span line)
{
	struct cm_str text = cm_document_text(document);
	size_t n, s = 0, high;
	const struct cm_span *secrets = cm_document_secrets(document, &n);
	for (high = n; s < high;) {
		size_t middle = (s + high) / 2;
		if (secrets[middle].end <= line.start)
			s = middle + 1;
		else
			high = middle;
	}
	bool blank = false;
	for (uint32_t at = line.start; at < line.end; at++) {
		if (s < n && at >= secrets[s].start) {
			at = secrets[s++].end - 1;
			continue;
		}
		bool is_blank = text.at[at] == ' ' || text.at[at] == '\t';
		if (is_blank && !blank)
			hash = add(hash, " ", 1);
		else if (!is_blank)
			hash = add(hash, text.at + at, 1);
		blank = is_blank;
	}
	return hash;
}

struct counted {
	uint64_t base;
	uint64_t count;
};

/* How often this base came before; a full table never happens, it has twice the room. */
static uint64_t count_before(struct counted *table, size_t room, uint64_t base)
{
	size_t at = (size_t)(base % room);
	while (table[at].count && table[at].base != base)
		at = (at + 1) % room;
	table[at].base = base;
	return table[at].count++;
}

bool cm_fingerprints(
	const struct cm_document *document, const struct cm_diag *diags, size_t n, uint64_t *out)
{
	struct cm_str text = cm_document_text(document);
	struct counted *table = calloc(2 * n + 1, sizeof *table);
	if (!table)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct cm_span line = line_trim(text, line_at(text, diags[i].span.start));
		struct cm_str rule = cm_str_of(diags[i].rule);
		uint64_t base = add(0xcbf29ce484222325u, rule.at, rule.length + 1);
		base = add_line(base, document, line);
		uint64_t before = count_before(table, 2 * n + 1, base);
		out[i] = add(base,
			(const char *)&(uint8_t[8]){ (uint8_t)before, (uint8_t)(before >> 8),
				(uint8_t)(before >> 16), (uint8_t)(before >> 24) },
			4);
	}
	free(table);
	return true;
}
