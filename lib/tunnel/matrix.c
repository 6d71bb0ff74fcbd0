#include <cryptomap/meet.h>

enum { LABEL_WIDTH = 28, CELL_WIDTH = 12 };

static const char green[] = "\033[32m", red[] = "\033[31m", yellow[] = "\033[33m";

/* A cell of fixed width, so that colours do not disturb the columns. */
static void put_cell(struct cm_text *out, const char *ink, const char *word, int width)
{
	cm_text_printf(out, "%s%-*s%s", ink ? ink : "", width, word, ink ? "\033[0m" : "");
}

static void put_label(struct cm_text *out, struct cm_text *label)
{
	put_cell(out, NULL, label->at ? label->at : "", LABEL_WIDTH);
	cm_text_char(out, ' ');
	cm_text_free(label);
}

static void put_p1(struct cm_text *out, const char *what, const struct cm_p1 *p1)
{
	cm_text_printf(out, "%s %u %s/%s/%u", what, p1->priority,
		p1->cipher ? p1->cipher->name : "?", p1->hash ? p1->hash->name : "?",
		p1->group ? p1->group->number : 0u);
}

/* Short enough for a column. */
static const char *short_word(enum cm_difference difference)
{
	switch (difference) {
	case CM_SAME:
		return "fits";
	case CM_DIFFERS_GROUP:
		return "group";
	case CM_DIFFERS_AUTH:
		return "auth";
	default:
		return cm_difference_word(difference);
	}
}

static const struct cm_meet_p1 *find_p1(
	const struct cm_meet *m, const struct cm_p1 *policy, unsigned offer)
{
	for (size_t k = 0; k < m->n_p1; k++)
		if (m->p1[k].policy == policy && m->p1[k].offer->priority == offer)
			return &m->p1[k];
	return NULL;
}

static void put_offer(
	const struct cm_meet *m, const struct cm_p1 *offer, bool colored, struct cm_text *out)
{
	struct cm_text label = { 0 };
	put_p1(&label, "  offer", offer);
	put_label(out, &label);
	for (size_t k = 0; k < m->responder->n_p1; k++) {
		const struct cm_meet_p1 *row = find_p1(m, &m->responder->p1[k], offer->priority);
		const char *ink = !row ? NULL : row->difference == CM_SAME ? green : red;
		put_cell(out, colored ? ink : NULL, row ? short_word(row->difference) : "-",
			k + 1 < m->responder->n_p1 ? CELL_WIDTH : 0);
	}
	cm_text_char(out, '\n');
}

static void put_phase1(const struct cm_meet *m, bool colored, struct cm_text *out)
{
	struct cm_text label = { 0 };
	cm_text_put(&label, "phase 1");
	put_label(out, &label);
	for (size_t k = 0; k < m->responder->n_p1; k++) {
		struct cm_text text = { 0 };
		cm_text_printf(&text, "policy %u", m->responder->p1[k].priority);
		put_cell(out, NULL, text.at ? text.at : "",
			k + 1 < m->responder->n_p1 ? CELL_WIDTH : 0);
		cm_text_free(&text);
	}
	cm_text_char(out, '\n');
	/* The first policy met every offer. */
	for (size_t k = 0; k < m->n_p1 && m->p1[k].policy == m->p1[0].policy; k++)
		put_offer(m, m->p1[k].offer, colored, out);
}

static void put_p2(struct cm_text *out, const char *what, const struct cm_p2 *p2)
{
	cm_text_put(out, what);
	if (p2->ah)
		cm_text_printf(out, " ah-%s", p2->ah->name);
	if (p2->cipher)
		cm_text_printf(out, " %s", p2->cipher->name);
	if (p2->hash)
		cm_text_printf(out, "/%s", p2->hash->name);
}

static void put_phase2(const struct cm_meet *m, bool colored, struct cm_text *out)
{
	struct cm_text label = { 0 };
	if (m->n_p2 == 0)
		return;
	cm_text_put(out, "phase 2\n");
	for (size_t k = 0; k < m->n_p2; k++) {
		const struct cm_meet_p2 *row = &m->p2[k];
		put_p2(&label, "  offer", row->offer);
		put_label(out, &label);
		put_p2(&label, "set", row->mine);
		put_label(out, &label);
		put_cell(out,
			!colored                             ? NULL
				: row->difference == CM_SAME ? green
							     : red,
			short_word(row->difference), 0);
		cm_text_char(out, '\n');
	}
	cm_text_printf(out, "  PFS offered %u, %s\n", m->pfs_group ? m->pfs_group->number : 0u,
		m->pfs == CM_SAME ? "taken" : cm_difference_word(m->pfs));
}

static void put_net(struct cm_text *out, const struct cm_net *net)
{
	char quad[16];
	cm_text_put(out, cm_ip4_print(net->address, quad));
	if (cm_mask_is_prefix(net->mask))
		cm_text_printf(out, "/%u", cm_mask_bits(net->mask));
	else
		cm_text_printf(out, " %s", cm_ip4_print(~net->mask, quad));
}

static void put_lines(const struct cm_meet *m, bool colored, struct cm_text *out)
{
	for (size_t k = 0; k < m->n_selectors; k++) {
		const struct cm_meet_selector *row = &m->selectors[k];
		const char *ink = !row->accepted ? red : row->relation == CM_EQUAL ? green : yellow;
		cm_text_put(out, "  ");
		put_net(out, &row->offered->local);
		cm_text_put(out, " -> ");
		put_net(out, &row->offered->remote);
		cm_text_put(out, ": ");
		put_cell(out, colored ? ink : NULL, cm_relation_word(row->relation), 0);
		cm_text_put(out, row->accepted ? ", taken\n" : ", refused\n");
	}
}

static const char *key_word(enum cm_key_verdict key)
{
	static const char *const words[] = {
		[CM_KEY_EQUAL] = "equal",
		[CM_KEY_DIFFERS] = "differ",
		[CM_KEY_MISSING_INITIATOR] = "missing at the initiator",
		[CM_KEY_MISSING_RESPONDER] = "missing at the responder",
		[CM_KEY_UNKNOWN] = "cannot be compared",
		[CM_KEY_UNUSED] = "not used",
	};
	return words[key];
}

void cm_print_matrix(const struct cm_meet *m, const struct cm_telling *telling, struct cm_text *out)
{
	put_phase1(m, telling->colored, out);
	cm_text_printf(out, "  pre-shared keys: %s\n", key_word(m->key));
	put_phase2(m, telling->colored, out);
	put_lines(m, telling->colored, out);
	put_cell(out, telling->colored ? (m->up ? green : red) : NULL, m->up ? "comes up" : "fails",
		0);
	cm_text_put(out, ": ");
	cm_meet_explain(m, out);
	cm_text_char(out, '\n');
}
