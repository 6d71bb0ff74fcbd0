/* access-list, ip access-list: lists with IOS's sequence numbers */
#include "model/ace.h"

#include <stdlib.h>
#include <string.h>

/* --- collect --------------------------------------------------------------------------------------- */

static struct thing *list_of(struct build *b, const struct arg *name)
{
	return thing_get(b, FAMILY_ACL, NULL, build_text(b, name), 0, name->span);
}

/* ip access-list standard|extended X, access-list resequence; `no` removes the list. */
void collect_acl(struct build *b, const struct node *n)
{
	const struct arg *name = node_arg(n, ROLE_ACL);
	if (!name)
		return;
	if (undoes(n)) {
		thing_remove(b, thing_find(b, FAMILY_ACL, 0, build_text(b, name), 0));
		return;
	}
	if (n->kind == KIND_RESEQUENCE && !thing_find(b, FAMILY_ACL, 0, build_text(b, name), 0))
		return;
	struct thing *t = list_of(b, name);
	if (t)
		thing_add(b, t, n);
}

/* access-list N …: one line. `no access-list N …` removes the whole list, whatever follows. */
void collect_ace(struct build *b, const struct node *n)
{
	const struct arg *name = node_arg(n, ROLE_ACL);
	if (name)
		collect_acl(b, n);
}

/* --- a list at work ---------------------------------------------------------------------------------- */

enum {
	STEP = 10,
	RESCANS = 1000, /* how often the last number is looked for anew, at most */
};

struct same_slot {
	uint32_t hash, index; /* index + 1 */
};

struct list {
	struct cm_acl *acl;
	struct cm_ace *aces; /* a removed line has an empty `at` */
	size_t n, dead;
	uint32_t last; /* highest number in use */
	bool sorted;   /* numbers only rose */
	unsigned rescans;
	struct same_slot *same; /* by meaning */
	size_t same_mask, same_room;
	uint32_t *numbers; /* by sequence: index + 1; made when first needed */
	size_t numbers_mask;
	struct vec *remarks;
};

static bool is_dead(const struct cm_ace *ace)
{
	return ace->at.start == ace->at.end;
}

static size_t number_slot(const struct list *list, uint32_t sequence)
{
	size_t at = (sequence * UINT32_C(0x9e3779b1)) >> 7 & list->numbers_mask;
	while (list->numbers[at] && list->aces[list->numbers[at] - 1].sequence != sequence)
		at = (at + 1) & list->numbers_mask;
	return at;
}

static bool numbers_make(struct build *b, struct list *list, size_t most)
{
	if (list->numbers)
		return true;
	size_t room = 64;
	while (room < most * 2)
		room *= 2;
	list->numbers = calloc(room, sizeof *list->numbers);
	if (!list->numbers) {
		b->failed = true;
		return false;
	}
	list->numbers_mask = room - 1;
	for (size_t i = 0; i < list->n; i++)
		list->numbers[number_slot(list, list->aces[i].sequence)] = (uint32_t)i + 1;
	return true;
}

static struct cm_ace *ace_numbered(struct list *list, uint32_t sequence)
{
	uint32_t index = list->numbers[number_slot(list, sequence)];
	struct cm_ace *ace = index ? &list->aces[index - 1] : NULL;
	return ace && !is_dead(ace) ? ace : NULL;
}

/* The line that says the same, or where it would be noted. */
static struct same_slot *same_slot(struct list *list, const struct cm_ace *ace, uint32_t hash)
{
	size_t at = hash & list->same_mask;
	for (; list->same[at].index; at = (at + 1) & list->same_mask) {
		const struct cm_ace *other = &list->aces[list->same[at].index - 1];
		if (list->same[at].hash == hash && !is_dead(other) && ace_same(other, ace))
			break;
	}
	return &list->same[at];
}

static void last_again(struct list *list)
{
	if (list->rescans++ >= RESCANS)
		return;
	list->last = 0;
	for (size_t i = list->n; i > 0; i--) {
		const struct cm_ace *ace = &list->aces[i - 1];
		if (!is_dead(ace) && ace->sequence > list->last)
			list->last = ace->sequence;
		if (list->sorted && list->last)
			return;
	}
}

static void ace_remove(struct list *list, struct cm_ace *ace)
{
	if (!ace)
		return;
	ace->at = (struct cm_span){ 0, 0 };
	list->dead++;
	if (ace->sequence == list->last)
		last_again(list);
}

static void report_twice(
	struct build *b, const struct node *n, const struct cm_ace *older, bool number)
{
	struct cm_diag *d = number
		? diag(b->diags, "acl-sequence-taken", CM_WARNING, n->span,
			  "%% Duplicate sequence number: the router keeps the line that has it")
		: diag(b->diags, "acl-duplicate-line", CM_INFO, n->span,
			  "the list has this line already; a router does not take it twice");
	diag_note(b->diags, d, older->at, "the line it has");
}

/* Where a new line goes: behind all, unless it says its number. False when it is not taken. */
static bool ace_place(
	struct build *b, struct list *list, struct cm_ace *ace, const struct node *n, size_t most)
{
	uint64_t wide = ace_hash(ace);
	uint32_t hash = (uint32_t)(wide ^ wide >> 32);
	struct same_slot *same = same_slot(list, ace, hash);
	if (same->index) {
		report_twice(b, n, &list->aces[same->index - 1], false);
		return false;
	}
	if (!ace->sequence)
		ace->sequence = list->last > UINT32_MAX - STEP ? UINT32_MAX : list->last + STEP;
	if (ace->sequence <= list->last) {
		if (!numbers_make(b, list, most))
			return false;
		struct cm_ace *holder = ace_numbered(list, ace->sequence);
		if (holder) {
			report_twice(b, n, holder, true);
			return false;
		}
		list->sorted = false;
	} else {
		list->last = ace->sequence;
	}
	*same = (struct same_slot){ hash, (uint32_t)list->n + 1 };
	if (list->numbers)
		list->numbers[number_slot(list, ace->sequence)] = (uint32_t)list->n + 1;
	list->n++;
	return true;
}

static void line_add(struct build *b, struct list *list, const struct node *n, size_t most)
{
	struct cm_ace *ace = &list->aces[list->n];
	if (list->n < most && ace_read(b, ace, n, list->acl->extended)) {
		ace_report(b, n);
		if (ace_place(b, list, ace, n, most))
			return;
	}
	if (list->n < most)
		memset(ace, 0, sizeof *ace);
}

/* `no permit …` takes out the line that says the same; with a number, the line of that number. */
static void line_remove(struct build *b, struct list *list, const struct node *n, size_t most)
{
	const struct arg *sequence = node_arg(n, ROLE_SEQUENCE);
	if (sequence) {
		if (numbers_make(b, list, most))
			ace_remove(list, ace_numbered(list, sequence->value));
		return;
	}
	struct cm_ace wanted;
	memset(&wanted, 0, sizeof wanted);
	if (!ace_read(b, &wanted, n, list->acl->extended))
		return;
	uint64_t wide = ace_hash(&wanted);
	const struct same_slot *same = same_slot(list, &wanted, (uint32_t)(wide ^ wide >> 32));
	if (same->index)
		ace_remove(list, &list->aces[same->index - 1]);
}

static int by_sequence(const void *a, const void *b)
{
	const struct cm_ace *x = a, *y = b;
	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* Without the dead, in order of numbers. */
static void settle(struct list *list)
{
	size_t n = 0;
	for (size_t i = 0; list->dead && i < list->n; i++)
		if (!is_dead(&list->aces[i]))
			list->aces[n++] = list->aces[i];
	list->n = list->dead ? n : list->n;
	list->dead = 0;
	if (!list->sorted && list->n)
		qsort(list->aces, list->n, sizeof *list->aces, by_sequence);
	list->sorted = true;
	free(list->numbers);
	list->numbers = NULL;
}

static void same_refill(struct list *list)
{
	memset(list->same, 0, (list->same_mask + 1) * sizeof *list->same);
	for (size_t i = 0; i < list->n; i++) {
		uint64_t wide = ace_hash(&list->aces[i]);
		uint32_t hash = (uint32_t)(wide ^ wide >> 32);
		*same_slot(list, &list->aces[i], hash) =
			(struct same_slot){ hash, (uint32_t)i + 1 };
	}
}

/* ip access-list resequence N START STEP; bounded like the other rescans. */
static void resequence(struct list *list, const struct node *n)
{
	uint32_t number = node_value(n, ROLE_START, STEP), step = node_value(n, ROLE_STEP, STEP);
	if (list->rescans++ >= RESCANS)
		return;
	settle(list);
	same_refill(list);
	for (size_t i = 0; i < list->n; i++, number += step)
		list->last = list->aces[i].sequence = number;
}

static void line(struct build *b, struct list *list, const struct node *n, size_t most)
{
	switch ((enum kind)n->kind) {
	case KIND_ACE_STANDARD:
	case KIND_ACE_EXTENDED:
	case KIND_ACE_SEQUENCE:
		if (undoes(n))
			line_remove(b, list, n, most);
		else
			line_add(b, list, n, most);
		break;
	case KIND_REMARK:
		if (!undoes(n))
			*VEC_NEW(b, list->remarks, struct cm_span) = n->span;
		break;
	case KIND_EVALUATE:
		list->acl->evaluates = list->acl->evaluates || !undoes(n);
		break;
	case KIND_UNKNOWN:
		*VEC_NEW(b, &b->strays, const struct node *) = n;
		break;
	default:
		break;
	}
}

static bool is_standard_number(struct cm_str name)
{
	unsigned number = 0;
	for (size_t i = 0; i < name.length && i < 5; i++)
		number = number * 10 + (unsigned)(name.at[i] - '0');
	return number < 100 || (number >= 1300 && number < 2000);
}

static bool is_number(struct cm_str name)
{
	for (size_t i = 0; i < name.length; i++)
		if (name.at[i] < '0' || name.at[i] > '9')
			return false;
	return name.length > 0;
}

/* A list is standard or extended for good; a header that says otherwise is refused. */
static bool fits(struct build *b, const struct list *list, const struct node *n)
{
	bool other =
		list->acl->extended ? n->kind == KIND_ACL_STANDARD : n->kind == KIND_ACL_EXTENDED;
	if (!other)
		return true;
	struct cm_diag *d = diag(b->diags, "acl-type-conflict", CM_WARNING, n->span,
		"a%s list of this name exists; a router does not open it as the other type",
		list->acl->extended ? "n extended" : " standard");
	diag_note(b->diags, d, list->acl->at, "defined here");
	return false;
}

static void block(struct build *b, struct list *list, const struct node *n, size_t most)
{
	if (n->kind == KIND_RESEQUENCE) {
		resequence(list, n);
	} else if (n->kind != KIND_ACL_STANDARD && n->kind != KIND_ACL_EXTENDED) {
		line(b, list, n, most);
	} else if (fits(b, list, n)) {
		for (const struct node *child = n->first; child; child = child->next)
			line(b, list, child, most);
	}
}

static bool adds_line(const struct node *n)
{
	return (n->kind == KIND_ACE_STANDARD || n->kind == KIND_ACE_EXTENDED) && !undoes(n);
}

/* The most lines that a list can come to. */
static size_t count_lines(const struct thing *t)
{
	size_t n = 0;
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *head = run->first;; head = head->next) {
			n += adds_line(head);
			for (const struct node *child = head->first; child; child = child->next)
				n += adds_line(child);
			if (head == run->last)
				break;
		}
	return n;
}

static bool list_room(struct build *b, struct list *list, size_t most)
{
	size_t room = 16;
	while (room < most + most / 2)
		room *= 2;
	list->aces = build_array(b, most + (most == 0), sizeof *list->aces);
	if (room > list->same_room) {
		free(list->same);
		list->same = malloc(room * sizeof *list->same);
		list->same_room = room;
	}
	if (!list->same) {
		list->same_room = 0;
		b->failed = true;
		return false;
	}
	list->same_mask = room - 1;
	memset(list->same, 0, room * sizeof *list->same);
	return !b->failed;
}

static void make_acl(struct build *b, struct list *list, struct thing *t)
{
	struct cm_acl *acl = list->acl;
	size_t most = count_lines(t);
	acl->name = t->name;
	acl->at = thing_at(t);
	acl->numbered = is_number(t->name);
	acl->extended = acl->numbered ? !is_standard_number(t->name)
				      : t->runs.first->kind == KIND_ACL_EXTENDED;
	if (!list_room(b, list, most))
		return;
	for (const struct run *run = &t->runs; run; run = run->next)
		for (const struct node *n = run->first;; n = n->next) {
			block(b, list, n, most);
			if (n == run->last)
				break;
		}
	settle(list);
	if (b->names_others)
		*VEC_NEW(b, &b->naming_acls, struct cm_acl *) = acl;
	b->names_others = false;
	acl->aces = list->aces;
	acl->n_aces = list->n;
	acl->remarks = vec_take(b, list->remarks, sizeof *acl->remarks, &acl->n_remarks);
}

void make_acls(struct build *b)
{
	size_t n = 0;
	struct vec remarks = { NULL, 0, 0 };
	struct list list = { 0 };
	struct cm_acl *all = build_array(b, b->alive[FAMILY_ACL], sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_ACL] : NULL; t && !b->failed; t = t->next) {
		if (t->dead)
			continue;
		t->index = (uint32_t)n;
		list = (struct list){ .acl = &all[n++],
			.sorted = true,
			.remarks = &remarks,
			.same = list.same,
			.same_room = list.same_room };
		make_acl(b, &list, t);
	}
	free(list.same);
	vec_free(&remarks);
	b->m->acls = all;
	b->m->n_acls = n;
}
