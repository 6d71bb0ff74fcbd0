#include "generate/json_parts.h"

#include <cryptomap/meet.h>

#include <stdlib.h>

static json_t *end_of(const struct cm_tunnel *t, uint32_t address)
{
	json_t *end = json_object();
	part_put(end, "router", part_text(t->router));
	part_put(end, "map", part_text(t->map));
	part_put(end, "sequence", json_integer(t->sequence));
	part_put(end, "address", part_address(address));
	part_put(end, "at", part_place(t, t->at));
	return end;
}

static json_t *difference_of(enum cm_difference difference)
{
	return difference == CM_SAME ? json_null() : json_string(cm_difference_word(difference));
}

static json_t *phase1_of(const struct cm_meet *m)
{
	json_t *object = json_object(), *rows = json_array();
	for (size_t k = 0; k < m->n_p1; k++) {
		json_t *row = json_object();
		part_put(row, "offer", part_p1(m->initiator, m->p1[k].offer));
		part_put(row, "policy", part_p1(m->responder, m->p1[k].policy));
		part_put(row, "difference", difference_of(m->p1[k].difference));
		json_array_append_new(rows, row);
	}
	part_put(object, "mode", json_string(m->aggressive ? "aggressive" : "main"));
	part_put(object, "comparisons", rows);
	part_put(object, "fits", json_boolean(m->p1_fits));
	part_put(object, "policy", m->policy ? part_p1(m->responder, m->policy) : json_null());
	part_put(object, "offer", m->offer ? json_integer(m->offer->priority) : json_null());
	part_put(object, "lifetime_s", json_integer(m->p1_lifetime_s));
	part_put(object, "responder_lifetime", json_boolean(m->responder_lifetime));
	return object;
}

static json_t *phase2_of(const struct cm_meet *m)
{
	json_t *object = json_object(), *rows = json_array();
	for (size_t k = 0; k < m->n_p2; k++) {
		json_t *row = json_object();
		part_put(row, "offer", part_p2(m->initiator, m->p2[k].offer, m->p2[k].offer_mode));
		part_put(row, "transform_set",
			part_p2(m->responder, m->p2[k].mine, m->p2[k].mine_mode));
		part_put(row, "difference", difference_of(m->p2[k].difference));
		json_array_append_new(rows, row);
	}
	part_put(object, "comparisons", rows);
	part_put(object, "fits", json_boolean(m->p2_fits));
	part_put(object, "chosen",
		m->transform ? part_p2(m->responder, m->transform, m->mode) : json_null());
	part_put(object, "pfs", m->pfs_group ? json_integer(m->pfs_group->number) : json_null());
	part_put(object, "pfs_difference", difference_of(m->pfs));
	part_put(object, "lifetime_s", json_integer(m->p2_lifetime_s));
	part_put(object, "lifetime_kb", json_integer(m->p2_lifetime_kb));
	part_put(object, "udp", json_boolean(m->udp));
	return object;
}

static json_t *selectors_of(const struct cm_meet *m)
{
	json_t *rows = json_array();
	for (size_t k = 0; k < m->n_selectors; k++) {
		const struct cm_meet_selector *line = &m->selectors[k];
		json_t *row = json_object();
		part_put(row, "offered", part_selector(m->initiator, line->offered));
		part_put(row, "line",
			line->line ? part_selector(m->responder, line->line) : json_null());
		part_put(row, "relation", json_string(cm_relation_word(line->relation)));
		part_put(row, "accepted", json_boolean(line->accepted));
		json_array_append_new(rows, row);
	}
	return rows;
}

static const char *const key_words[] = {
	[CM_KEY_EQUAL] = "equal",
	[CM_KEY_DIFFERS] = "differs",
	[CM_KEY_MISSING_INITIATOR] = "missing-initiator",
	[CM_KEY_MISSING_RESPONDER] = "missing-responder",
	[CM_KEY_UNKNOWN] = "unknown",
	[CM_KEY_UNUSED] = "unused",
};
static const char *const phase_words[] = {
	[CM_PHASE_BEFORE] = "before",
	[CM_PHASE_1] = "1",
	[CM_PHASE_2] = "2",
	[CM_PHASE_TRAFFIC] = "traffic",
};

static json_t *explained(const struct cm_meet *m)
{
	struct cm_text text = { 0 };
	cm_meet_explain(m, &text);
	json_t *value = part_text((struct cm_str){ text.at ? text.at : "", text.length });
	cm_text_free(&text);
	return value;
}

void cm_print_meet(const struct cm_meet *m, struct cm_text *out)
{
	json_t *object = json_object();
	bool failed = m->cause != CM_CAUSE_NONE;
	part_put(object, "up", json_boolean(m->up));
	part_put(object, "cause", failed ? json_string(cm_cause_word(m->cause)) : json_null());
	part_put(object, "phase",
		failed ? json_string(phase_words[cm_cause_phase(m->cause)]) : json_null());
	part_put(object, "why", explained(m));
	part_put(object, "initiator", end_of(m->initiator, m->initiator_address));
	part_put(object, "responder", end_of(m->responder, m->responder_address));
	part_put(object, "initiator_at", part_place(m->initiator, m->initiator_at));
	part_put(object, "responder_at", part_place(m->responder, m->responder_at));
	part_put(object, "phase1", phase1_of(m));
	part_put(object, "key", json_string(key_words[m->key]));
	part_put(object, "phase2", phase2_of(m));
	part_put(object, "selectors", selectors_of(m));
	char *text = json_dumps(object, JSON_INDENT(2) | JSON_SORT_KEYS);
	json_decref(object);
	if (text)
		cm_text_put(out, text);
	else
		out->failed = true;
	cm_text_char(out, '\n');
	free(text);
}
