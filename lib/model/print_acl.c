#include "model/print.h"

#include <stdlib.h>
#include <string.h>

/* A line of the list, or one that stands in front of a line: a remark, an `evaluate`. */
struct item {
	const struct node *node;
	enum mode mode;
	uint32_t sequence, place; /* place: order of the text */
	bool ace;
};

struct items {
	struct vec vec;
	const struct cm_ace **by_place; /* the list's lines, in order of the text */
	size_t n_by_place;
	bool failed;
};

static int ace_by_place(const void *a, const void *b)
{
	const struct cm_ace *const *x = a, *const *y = b;
	return (*x)->at.start < (*y)->at.start ? -1 : (*x)->at.start > (*y)->at.start;
}

static const struct cm_ace *ace_of(const struct items *items, const struct node *n)
{
	size_t low = 0, high = items->n_by_place;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (items->by_place[middle]->at.start < n->span.start)
			low = middle + 1;
		else
			high = middle;
	}
	bool found = low < items->n_by_place && items->by_place[low]->at.start == n->span.start;
	return found ? items->by_place[low] : NULL;
}

static void item_add(struct items *items, const struct node *n, enum mode mode)
{
	bool line = n->kind == KIND_ACE_STANDARD || n->kind == KIND_ACE_EXTENDED;
	const struct cm_ace *ace = line ? ace_of(items, n) : NULL;
	if ((line && !ace) || undoes(n) || n->kind == KIND_ERROR || n->kind == KIND_EXIT ||
		n->kind == KIND_EXEC || n->kind == KIND_ACE_SEQUENCE || n->kind == KIND_RESEQUENCE)
		return;
	if (items->vec.n == items->vec.room) {
		size_t room = items->vec.room ? items->vec.room * 2 : 32;
		void *more = realloc(items->vec.items, room * sizeof(struct item));
		if (!more) {
			items->failed = true;
			return;
		}
		items->vec.items = more;
		items->vec.room = room;
	}
	((struct item *)items->vec.items)[items->vec.n++] =
		(struct item){ n, mode, ace ? ace->sequence : 0, n->span.start, ace != NULL };
}

static int by_sequence(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	if (x->sequence != y->sequence)
		return x->sequence < y->sequence ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* What is no line goes with the line behind it. */
static void settle(struct items *items)
{
	struct item *all = items->vec.items;
	uint32_t sequence = UINT32_MAX;
	for (size_t i = items->vec.n; i > 0; i--)
		if (all[i - 1].ace)
			sequence = all[i - 1].sequence;
		else
			all[i - 1].sequence = sequence;
	if (items->vec.n)
		qsort(all, items->vec.n, sizeof *all, by_sequence);
}

static void collect_items(struct items *items, const struct thing *t)
{
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *n = run->first;; n = n->next) {
			bool header = n->kind == KIND_ACL_STANDARD || n->kind == KIND_ACL_EXTENDED;
			if (!header)
				item_add(items, n, MODE_GLOBAL);
			for (const struct node *line = n->first; line; line = line->next)
				item_add(items, line, kind_opens((enum kind)n->kind));
			if (n == run->last)
				break;
		}
}

static bool index_lines(struct items *items, const struct cm_acl *acl)
{
	items->by_place = calloc(acl->n_aces + 1, sizeof *items->by_place);
	items->n_by_place = acl->n_aces;
	for (size_t i = 0; items->by_place && i < acl->n_aces; i++)
		items->by_place[i] = &acl->aces[i];
	if (items->by_place && acl->n_aces)
		qsort(items->by_place, acl->n_aces, sizeof *items->by_place, ace_by_place);
	return items->by_place;
}

/* Lines that come out as 10, 20, 30 need no numbers. */
static bool is_plain(const struct cm_acl *acl)
{
	for (size_t i = 0; i < acl->n_aces; i++)
		if (acl->aces[i].sequence != 10 * (i + 1))
			return false;
	return true;
}

static const char *behind_word(const char *at)
{
	at += strcspn(at, " ");
	return at + strspn(at, " ");
}

/* The line without `access-list N` and without a number. */
static const char *body_of(const struct item *item, const char *line)
{
	if (item->mode == MODE_GLOBAL)
		line = behind_word(behind_word(line));
	return *line >= '0' && *line <= '9' ? behind_word(line) : line;
}

static void put_item(struct print *p, const struct cm_acl *acl, const struct item *item,
	bool numbers, bool as_access_list)
{
	struct cm_text line = { 0 };
	printer_line(p->printer, item->node, item->mode, &line);
	cm_text_char(&line, '\0');
	p->failed = p->failed || line.failed;
	if (line.at && !line.failed) {
		if (as_access_list)
			cm_text_printf(
				p->out, "access-list %.*s ", (int)acl->name.length, acl->name.at);
		else
			cm_text_char(p->out, ' ');
		if (numbers && item->ace)
			cm_text_printf(p->out, "%u ", (unsigned)item->sequence);
		cm_text_put(p->out, body_of(item, line.at));
		cm_text_char(p->out, '\n');
	}
	cm_text_wipe(&line);
}

static bool has_strays(const struct items *items)
{
	const struct item *all = items->vec.items;
	for (size_t i = 0; i < items->vec.n; i++)
		if (!all[i].ace && all[i].node->kind != KIND_REMARK)
			return true;
	return false;
}

void print_acl(struct print *p, const struct thing *t, const struct cm_acl *acl)
{
	struct items items = { .failed = false };
	if (!index_lines(&items, acl)) {
		p->failed = true;
		return;
	}
	collect_items(&items, t);
	settle(&items);
	p->failed = p->failed || items.failed;
	bool plain = is_plain(acl);
	bool as_access_list = acl->numbered && plain && items.vec.n && !has_strays(&items);
	if (!as_access_list)
		cm_text_printf(p->out, "ip access-list %s %.*s\n",
			acl->extended ? "extended" : "standard", (int)acl->name.length,
			acl->name.at);
	const struct item *all = items.vec.items;
	for (size_t i = 0; i < items.vec.n; i++)
		put_item(p, acl, &all[i], !plain, as_access_list);
	free(items.vec.items);
	free(items.by_place);
}
