#include "facts/shadow.h"

#include "base/arena.h"
#include "facts/candidates.h"

#include <stdlib.h>

/* clang-format off */
enum {
	TRIES = 24,                   /* packets drawn before sets are asked */
	MATCHES_MOST = 1 << 20,       /* of all lines together */
	NODES_MOST = 1 << 20,         /* of the sets of one question */
	STEPS_MOST = 1 << 20,         /* of work on the sets of one question */
	STEPS_OF_ALL = 1 << 25,       /* of one run: a third of a second */
};
/* clang-format on */
#define PAIRS_MOST (UINT64_C(1) << 33) /* comparisons of two matches in one run */

struct shadows {
	struct arena *arena;
	struct psets *sets;
	const struct shadow_line *lines;
	const struct pset_match **flat; /* the matches of all lines, one after the other */
	struct candidates
		*candidates;   /* of them, less those that take nothing: covered by others */
	uint32_t *line_of;     /* of a flat match */
	uint32_t *first;       /* flat match of a line; n + 1 of them */
	const uint32_t *found; /* flat matches that overlap the one asked about, ascending */
	size_t n_found;
	bool *seen; /* lines; all false between questions */
	uint64_t random;
	bool starved;
};

bool shadows_starved(const struct shadows *w)
{
	return w->starved || arena_failed(w->arena) || (w->sets && psets_starved(w->sets));
}

void shadows_free(struct shadows *w)
{
	if (w)
		psets_free(w->sets);
}

static size_t matches_of(const struct shadow_line *lines, size_t n)
{
	size_t all = 0;
	for (size_t i = 0; i < n; i++)
		all += lines[i].n;
	return all;
}

static void flatten(struct shadows *w, size_t n)
{
	uint32_t at = 0;
	for (size_t i = 0; i < n; i++) {
		w->first[i] = at;
		for (size_t k = 0; k < w->lines[i].n; k++, at++) {
			w->flat[at] = &w->lines[i].matches[k];
			w->line_of[at] = (uint32_t)i;
		}
	}
	w->first[n] = at;
}

static struct shadows *shadows_new(struct arena *arena, const struct shadow_line *lines, size_t n)
{
	struct shadows *w = ARENA_NEW(arena, struct shadows);
	size_t all = matches_of(lines, n);
	if (!w)
		return NULL;
	if (all > MATCHES_MOST)
		all = 0;
	*w = (struct shadows){ .arena = arena, .lines = lines, .random = 12345 };
	w->flat = ARENA_ARRAY(arena, const struct pset_match *, all);
	w->line_of = ARENA_ARRAY(arena, uint32_t, all);
	w->seen = ARENA_ARRAY(arena, bool, n);
	w->first = ARENA_ARRAY(arena, uint32_t, n + 1);
	if (arena_failed(arena))
		return NULL;
	if (all)
		flatten(w, n);
	w->candidates = candidates_new(arena, w->flat, all);
	return w->candidates ? w : NULL;
}

/* --- Candidates: earlier matches that share a packet with this one -------------------------------- */

/* Fill `found` with those before flat match `end`. False when this run has compared enough. */
static bool find_overlaps(struct shadows *w, const struct pset_match *m, uint32_t end)
{
	w->n_found = candidates_find(w->candidates, m, end, &w->found);
	return candidates_looked(w->candidates) <= PAIRS_MOST;
}

/* --- A packet that escapes ------------------------------------------------------------------------ */

static uint32_t draw(struct shadows *w)
{
	w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(w->random >> 32);
}

static uint16_t draw_port(struct shadows *w, const uint16_t (*ranges)[2], size_t n)
{
	if (!n)
		return (uint16_t)draw(w);
	const uint16_t *range = ranges[draw(w) % n];
	return (uint16_t)(range[0] + draw(w) % (1u + (uint32_t)range[1] - range[0]));
}

/* A packet drawn from a match; a few fields are only right by luck, so it is looked at again. */
static struct pset_packet draw_packet(struct shadows *w, const struct pset_match *m)
{
	struct pset_packet p = {
		.fragment = m->fragments,
		.protocol = m->protocol ? m->protocol : (uint8_t)(draw(w) % 255 + 1),
		.source = m->source.address | (draw(w) & ~m->source.mask),
		.destination = m->destination.address | (draw(w) & ~m->destination.mask),
		.source_port = draw_port(w, m->source_ports, m->n_source_ports),
		.destination_port = draw_port(w, m->destination_ports, m->n_destination_ports),
		.icmp_type = m->has_icmp ? m->icmp_type : (uint8_t)draw(w),
		.icmp_code = m->has_icmp_code ? m->icmp_code : (uint8_t)draw(w),
		.tcp_flags = (uint8_t)(draw(w) % 64),
		.tos = (uint8_t)((m->tos_value & m->tos_mask) | (draw(w) & ~(uint32_t)m->tos_mask)),
		.ttl = m->n_ttl ? m->ttl[0][0] : (uint8_t)draw(w),
		.has_option = m->with_option != PSET_OPTION_ANY,
		.option = m->option,
		.condition = m->condition,
	};
	return p;
}

/* By one of the first `n` found. */
static bool taken(const struct shadows *w, const struct pset_packet *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pset_match_has(w->flat[w->found[i]], p))
			return true;
	return false;
}

static bool packet_escapes(struct shadows *w, const struct pset_match *m, size_t n)
{
	for (unsigned i = 0; i < TRIES; i++) {
		struct pset_packet p = draw_packet(w, m);
		if (pset_match_has(m, &p) && !taken(w, &p, n))
			return true;
	}
	return false;
}

/* --- What is left after others, as a set ---------------------------------------------------------- */

/* Most lists are decided without any set, so they are made when first needed. */
static bool sets_ready(struct shadows *w)
{
	if (w->sets)
		psets_clear(w->sets);
	else
		w->sets = psets_new(NODES_MOST);
	w->starved = w->starved || !w->sets;
	if (!w->sets || psets_steps(w->sets) > STEPS_OF_ALL)
		return false;
	psets_allow(w->sets, STEPS_MOST);
	return true;
}

static struct pset rest_after(struct shadows *w, struct pset rest, uint32_t flat)
{
	return pset_minus(w->sets, rest, pset_of(w->sets, w->flat[flat]));
}

/* What others leave of something; the larger, the more. */
enum rest { REST_NONE, REST_FRAGMENTS, REST_SOME, REST_UNKNOWN };

static enum rest rest_by_sets(struct shadows *w, const struct pset_match *m)
{
	if (!sets_ready(w))
		return REST_UNKNOWN;
	struct pset rest = pset_of(w->sets, m);
	for (size_t i = 0; i < w->n_found && pset_ok(rest) && !pset_is_empty(rest); i++)
		rest = rest_after(w, rest, w->found[i]);
	if (!pset_ok(rest))
		return REST_UNKNOWN;
	return pset_is_empty(rest) ? REST_NONE : REST_SOME;
}

/* What the matches before flat match `end` together leave of `m`: some, none, or nobody knows. */
static enum rest rest_of_part(struct shadows *w, const struct pset_match *m, uint32_t end)
{
	if (pset_match_is_empty(m))
		return REST_NONE;
	if (!find_overlaps(w, m, end))
		return REST_UNKNOWN;
	for (size_t i = 0; i < w->n_found; i++)
		if (pset_match_covers(w->flat[w->found[i]], m))
			return REST_NONE;
	return !w->n_found || packet_escapes(w, m, w->n_found) ? REST_SOME : rest_by_sets(w, m);
}

/*
 * Whole packets first: lines that differ by their ports have none of them in common, but all of the
 * later fragments. Who asks for fragments by name is served by them.
 */
static enum rest rest_of(struct shadows *w, const struct pset_match *m, uint32_t end)
{
	struct pset_match whole = *m, fragments = *m;
	if (m->fragments)
		return rest_of_part(w, m, end);
	whole.whole = true;
	fragments.fragments = true;
	enum rest rest = rest_of_part(w, &whole, end);
	if (rest != REST_NONE || !pset_match_takes_fragments(m))
		return rest;
	rest = rest_of_part(w, &fragments, end);
	return rest == REST_SOME ? REST_FRAGMENTS : rest;
}

static enum rest rest_of_line(struct shadows *w, size_t line)
{
	enum rest most = REST_NONE;
	for (size_t k = 0; k < w->lines[line].n && most < REST_SOME; k++) {
		enum rest rest = rest_of(w, &w->lines[line].matches[k], w->first[line]);
		most = rest > most ? rest : most;
	}
	return most;
}

/* --- Who takes it --------------------------------------------------------------------------------- */

struct part {
	uint32_t line;
	struct pset set; /* what the line has of the blocked one */
	bool needed;
};

/* The blocked line as a set. */
static struct pset line_set(struct shadows *w, size_t line, bool fragments)
{
	struct pset all = pset_none();
	for (size_t k = 0; k < w->lines[line].n; k++)
		all = pset_or(w->sets, all, pset_of(w->sets, &w->lines[line].matches[k]));
	return fragments ? all : pset_and(w->sets, all, pset_whole(w->sets));
}

/* The earlier lines that share a packet with this one, ascending and each once: a part each. */
static size_t find_lines(struct shadows *w, size_t line, struct part *parts)
{
	size_t n = 0;
	bool *seen = w->seen;
	for (size_t k = 0; k < w->lines[line].n; k++) {
		if (!find_overlaps(w, &w->lines[line].matches[k], w->first[line]))
			return 0;
		for (size_t i = 0; i < w->n_found; i++)
			seen[w->line_of[w->found[i]]] = true;
	}
	for (uint32_t i = 0; i < line; i++) {
		if (seen[i])
			parts[n++].line = i;
		seen[i] = false;
	}
	return n;
}

/* Earlier lines in order, each with what it really takes; stops when all is taken. */
static size_t takers(struct shadows *w, size_t line, struct pset blocked, struct part *parts)
{
	size_t n = 0, found = find_lines(w, line, parts);
	struct pset rest = blocked;
	for (size_t i = 0; i < found && !pset_is_empty(rest); i++) {
		struct pset mine = line_set(w, parts[i].line, true);
		if (!pset_ok(mine))
			return 0;
		if (!pset_overlaps(w->sets, rest, mine))
			continue;
		rest = pset_minus(w->sets, rest, mine);
		parts[n++] = (struct part){ parts[i].line, pset_and(w->sets, blocked, mine), true };
	}
	return pset_is_empty(rest) ? n : 0;
}

/* A line that alone suffices is the shortest answer; else leave out, from the last, the idle. */
static void choose(struct shadows *w, struct part *parts, size_t n, struct pset blocked)
{
	for (size_t i = 0; i < n; i++)
		if (pset_equal(parts[i].set, blocked)) {
			for (size_t k = 0; k < n; k++)
				parts[k].needed = k == i;
			return;
		}
	/* Quadratic in the takers: for very many, the whole list is good enough. */
	enum { CHOICES_MOST = 64 };
	for (size_t i = n; i-- && n <= CHOICES_MOST;) {
		struct pset others = pset_none();
		for (size_t k = 0; k < n; k++)
			if (k != i && parts[k].needed)
				others = pset_or(w->sets, others, parts[k].set);
		parts[i].needed = !pset_inside(w->sets, blocked, others);
	}
}

/* Mention a line of the other action when one takes a part and none is mentioned. */
static bool differ(struct shadows *w, struct part *parts, size_t n, bool permit)
{
	struct part *first = NULL;
	bool mentioned = false;
	for (size_t i = 0; i < n; i++) {
		if (w->lines[parts[i].line].permit == permit)
			continue;
		first = first ? first : &parts[i];
		mentioned = mentioned || parts[i].needed;
	}
	if (first && !mentioned)
		first->needed = true;
	return first != NULL;
}

static uint32_t *blockers_new(struct shadows *w, struct shadow *out, size_t n)
{
	uint32_t *blockers = ARENA_ARRAY(w->arena, uint32_t, n);
	out->blockers = blockers;
	return blockers;
}

/* Fill in the blockers by sets; false when they could not be found. */
static bool explain_by_sets(struct shadows *w, size_t line, bool fragments, struct shadow *out)
{
	if (!sets_ready(w))
		return false;
	struct part *parts = malloc((line + 1) * sizeof *parts);
	w->starved = w->starved || !parts;
	if (!parts)
		return false;
	struct pset blocked = line_set(w, line, fragments);
	size_t n = takers(w, line, blocked, parts);
	choose(w, parts, n, blocked);
	out->differs = differ(w, parts, n, w->lines[line].permit);
	uint32_t *blockers = blockers_new(w, out, n);
	for (size_t i = 0; blockers && i < n; i++)
		if (parts[i].needed)
			blockers[out->n_blockers++] = parts[i].line;
	free(parts);
	return n && blockers && !psets_failed(w->sets);
}

/* A packet of both, if the draw is lucky: what one of them leaves open comes from the other. */
static struct pset_packet draw_common(
	struct shadows *w, const struct pset_match *a, const struct pset_match *b)
{
	struct pset_match both = *a;
	both.source.mask |= b->source.mask;
	both.source.address =
		(a->source.address & a->source.mask) | (b->source.address & b->source.mask);
	both.destination.mask |= b->destination.mask;
	both.destination.address = (a->destination.address & a->destination.mask) |
		(b->destination.address & b->destination.mask);
	both.protocol = a->protocol ? a->protocol : b->protocol;
	struct pset_packet p = draw_packet(w, &both);
	struct pset_packet q = draw_packet(w, b);
	if (!a->n_source_ports)
		p.source_port = q.source_port;
	if (!a->n_destination_ports)
		p.destination_port = q.destination_port;
	return p;
}

/* True when drawing shows that found match `at` takes some of `m`; false tells nothing. */
static bool takes_by_luck(struct shadows *w, const struct pset_match *m, size_t at)
{
	const struct pset_match *taker = w->flat[w->found[at]];
	for (unsigned i = 0; i < TRIES; i++) {
		struct pset_packet p = draw_common(w, taker, m);
		if (pset_match_has(m, &p) && pset_match_has(taker, &p) && !taken(w, &p, at))
			return true;
	}
	return false;
}

/*
 * The everyday case without any set: one line covers the blocked one. True when that explains
 * it; false when sets must decide who takes what.
 */
static bool explain_by_one(struct shadows *w, size_t line, struct shadow *out)
{
	const struct pset_match *m = w->lines[line].matches;
	bool permit = w->lines[line].permit;
	if (w->lines[line].n != 1 || !find_overlaps(w, m, w->first[line]))
		return false;
	size_t cover = 0, other = SIZE_MAX;
	while (cover < w->n_found && !pset_match_covers(w->flat[w->found[cover]], m))
		cover++;
	if (cover == w->n_found || !takes_by_luck(w, m, cover))
		return false;
	for (size_t i = 0; i <= cover && other == SIZE_MAX; i++) {
		if (w->lines[w->line_of[w->found[i]]].permit == permit)
			continue;
		if (!takes_by_luck(w, m, i))
			return false;
		other = i;
	}
	uint32_t *blockers = blockers_new(w, out, 2);
	if (!blockers)
		return false;
	out->differs = other != SIZE_MAX;
	bool coverer_differs = w->lines[w->line_of[w->found[cover]]].permit != permit;
	if (out->differs && !coverer_differs)
		blockers[out->n_blockers++] = w->line_of[w->found[other]];
	blockers[out->n_blockers++] = w->line_of[w->found[cover]];
	return true;
}

static bool explain(struct shadows *w, size_t line, bool fragments, struct shadow *out)
{
	return (fragments && explain_by_one(w, line, out)) ||
		explain_by_sets(w, line, fragments, out);
}

/* A port that no packet has matches fragments still: nobody writes a line for that. */
static bool line_is_empty(const struct shadow_line *line)
{
	for (size_t k = 0; k < line->n; k++)
		if (!pset_match_is_hollow(&line->matches[k]) ||
			(line->matches[k].fragments && !pset_match_is_empty(&line->matches[k])))
			return false;
	return true;
}

/* A match that takes nothing need not be compared with later ones. */
static void retire(struct shadows *w, size_t line)
{
	for (uint32_t at = w->first[line]; at < w->first[line + 1]; at++)
		candidates_drop(w->candidates, at);
}

static bool judge(struct shadows *w, size_t line, struct shadow *out)
{
	if (line_is_empty(&w->lines[line])) {
		out->verdict = SHADOW_UNMATCHABLE;
		return true;
	}
	static const enum shadow_verdict verdicts[] = {
		[REST_NONE] = SHADOW_COVERED,
		[REST_FRAGMENTS] = SHADOW_FRAGMENTS_ONLY,
		[REST_SOME] = SHADOW_REACHABLE,
		[REST_UNKNOWN] = SHADOW_UNKNOWN,
	};
	enum rest rest = rest_of_line(w, line);
	out->verdict = verdicts[rest];
	return rest >= REST_SOME || explain(w, line, rest == REST_NONE, out);
}

struct shadows *shadows_find(
	struct arena *arena, const struct shadow_line *lines, size_t n, struct shadow *out)
{
	struct shadows *w = shadows_new(arena, lines, n);
	if (!w)
		return NULL;
	bool too_many = matches_of(lines, n) > MATCHES_MOST;
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct shadow){ .verdict = SHADOW_REACHABLE };
		if (too_many || !judge(w, i, &out[i]))
			out[i] = (struct shadow){ .verdict = SHADOW_UNKNOWN };
		else if (out[i].verdict == SHADOW_COVERED)
			retire(w, i);
	}
	return w;
}
