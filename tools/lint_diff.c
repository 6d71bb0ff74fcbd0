/*
 * Unified diffs of a text and its fixed twin. They differ in few lines, so after a difference the
 * nearest pair of equal lines is where both go on; that is right always and small mostly.
 */
#include "lint.h"

#include <stdlib.h>
#include <string.h>

enum { CONTEXT = 3, FARTHEST = 400 };

struct lines {
	struct cm_str *at;
	size_t n;
	bool ended; /* the last line has its end */
};

/* before[from, from + cut) becomes after[to, to + put). */
struct change {
	size_t from, cut, to, put;
};

struct diff {
	struct lines before, after;
	struct change *changes;
	size_t n, room;
	struct cm_text *out;
};

static bool split(struct cm_str text, struct lines *out)
{
	size_t n = 1, start = 0;
	for (size_t i = 0; i < text.length; i++)
		n += text.at[i] == '\n';
	out->at = calloc(n, sizeof *out->at);
	out->ended = text.length == 0 || text.at[text.length - 1] == '\n';
	for (size_t i = 0; out->at && i <= text.length; i++) {
		if (i < text.length && text.at[i] != '\n')
			continue;
		if (i > start || i < text.length)
			out->at[out->n++] = (struct cm_str){ text.at + start, i - start };
		start = i + 1;
	}
	return out->at != NULL;
}

static bool same(const struct diff *d, size_t x, size_t y)
{
	bool last_x = x + 1 == d->before.n, last_y = y + 1 == d->after.n;
	bool end_x = !last_x || d->before.ended, end_y = !last_y || d->after.ended;
	return end_x == end_y && cm_str_same(d->before.at[x], d->after.at[y]);
}

/* How many lines to skip on each side until lines are equal again. */
static void find_equal(const struct diff *d, size_t x, size_t y, size_t *cut, size_t *put)
{
	for (size_t both = 1; both < FARTHEST; both++) {
		for (*put = 0; *put <= both; ++*put) {
			*cut = both - *put;
			if (x + *cut < d->before.n && y + *put < d->after.n &&
				same(d, x + *cut, y + *put))
				return;
		}
	}
	*cut = d->before.n - x;
	*put = d->after.n - y;
}

static bool add_change(struct diff *d, struct change change)
{
	if (d->n == d->room) {
		size_t room = d->room ? d->room * 2 : 16;
		struct change *grown = realloc(d->changes, room * sizeof *grown);
		if (!grown)
			return false;
		d->changes = grown;
		d->room = room;
	}
	d->changes[d->n++] = change;
	return true;
}

static bool compare(struct diff *d)
{
	size_t x = 0, y = 0;
	while (x < d->before.n || y < d->after.n) {
		if (x < d->before.n && y < d->after.n && same(d, x, y)) {
			x++, y++;
			continue;
		}
		struct change c = { .from = x, .to = y };
		find_equal(d, x, y, &c.cut, &c.put);
		if (!add_change(d, c))
			return false;
		x += c.cut;
		y += c.put;
	}
	return true;
}

static void put_lines(struct diff *d, char mark, const struct lines *lines, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++) {
		cm_text_char(d->out, mark);
		cm_text_str(d->out, lines->at[i]);
		cm_text_char(d->out, '\n');
		if (i + 1 == lines->n && !lines->ended)
			cm_text_put(d->out, "\\ No newline at end of file\n");
	}
}

/* A line number of a hunk: an empty side names the line before. */
static size_t number(size_t at, size_t n)
{
	return n ? at + 1 : at;
}

/* Changes first … last are near enough to each other for one hunk. */
static void put_hunk(struct diff *d, size_t first, size_t last)
{
	const struct change *a = &d->changes[first], *z = &d->changes[last];
	size_t lead = a->from < CONTEXT ? a->from : CONTEXT;
	size_t behind = d->before.n - (z->from + z->cut);
	size_t tail = behind < CONTEXT ? behind : CONTEXT;
	size_t cut = z->from + z->cut + tail - (a->from - lead);
	size_t put = z->to + z->put + tail - (a->to - lead);
	cm_text_printf(d->out, "@@ -%zu,%zu +%zu,%zu @@\n", number(a->from - lead, cut), cut,
		number(a->to - lead, put), put);
	size_t at = a->from - lead;
	for (size_t i = first; i <= last; i++) {
		const struct change *c = &d->changes[i];
		put_lines(d, ' ', &d->before, at, c->from - at);
		put_lines(d, '-', &d->before, c->from, c->cut);
		put_lines(d, '+', &d->after, c->to, c->put);
		at = c->from + c->cut;
	}
	put_lines(d, ' ', &d->before, at, tail);
}

static void put_hunks(struct diff *d, const char *name)
{
	if (d->n)
		cm_text_printf(d->out, "--- %s\n+++ %s\n", name, name);
	for (size_t first = 0, last; first < d->n; first = last + 1) {
		last = first;
		while (last + 1 < d->n &&
			d->changes[last + 1].from -
					(d->changes[last].from + d->changes[last].cut) <=
				2 * CONTEXT)
			last++;
		put_hunk(d, first, last);
	}
}

bool fix_diff(const char *name, struct cm_str before, struct cm_str after, struct cm_text *out)
{
	struct diff d = { .out = out };
	bool ok = split(before, &d.before) && split(after, &d.after) && compare(&d);
	if (ok)
		put_hunks(&d, name);
	free(d.before.at);
	free(d.after.at);
	free(d.changes);
	return ok && !out->failed;
}
