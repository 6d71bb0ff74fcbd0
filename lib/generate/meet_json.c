#include <cryptomap/document.h>
#include <cryptomap/meet.h>

#include <jansson.h>
#include <stdlib.h>

/* Jansson's setters are no-ops on NULL; a lack of memory shows in the end as no text. */
static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static json_t *text_of(struct cm_str s)
{
	json_t *text = s.at ? json_stringn(s.at, s.length) : json_null();
	/* Names are octets of the file; what is no UTF-8 has no JSON string. */
	return text ? text : json_string("?");
}

static json_t *address_of(uint32_t address)
{
	char quad[16];
	return address ? json_string(cm_ip4_print(address, quad)) : json_null();
}

static json_t *net_of(const struct cm_net *net)
{
	char address[16], mask[16];
	return json_sprintf("%s/%s", cm_ip4_print(net->address, address),
		cm_ip4_print(net->mask, mask));
}

/* "file:line", or null. */
static json_t *place_of(const struct cm_tunnel *t, struct cm_span at)
{
	uint32_t line, column;
	if (!t->document || at.start == at.end)
		return json_null();
	cm_document_place(t->document, at.start, &line, &column);
	return json_pack("{s:s, s:i, s:i}", "file", cm_document_name(t->document), "line", (int)line,
		"column", (int)column);
}

static json_t *end_of(const struct cm_tunnel *t, uint32_t address)
{
	json_t *end = json_object();
	set(end, "router", text_of(t->router));
	set(end, "map", text_of(t->map));
	set(end, "sequence", json_integer(t->sequence));
	set(end, "address", address_of(address));
	set(end, "at", place_of(t, t->at));
	return end;
}

static json_t *p1_of(const struct cm_tunnel *t, const struct cm_p1 *p1)
{
	json_t *object = json_object();
	set(object, "number", json_integer(p1->priority));
	set(object, "encryption", json_string(p1->cipher ? p1->cipher->name : "?"));
	set(object, "hash", json_string(p1->hash ? p1->hash->name : "?"));
	set(object, "authentication", json_string(p1->auth ? p1->auth->name : "?"));
	set(object, "group", json_integer(p1->group ? p1->group->number : 0));
	set(object, "lifetime_s", json_integer(p1->lifetime_s));
	set(object, "at", place_of(t, p1->at));
	return object;
}

static json_t *p2_of(const struct cm_tunnel *t, const struct cm_p2 *p2, enum cm_mode mode)
{
	json_t *object = json_object();
	set(object, "name", text_of(p2->name));
	set(object, "ah", p2->ah ? json_string(p2->ah->name) : json_null());
	set(object, "encryption", p2->cipher ? json_string(p2->cipher->name) : json_null());
	set(object, "hash", p2->hash ? json_string(p2->hash->name) : json_null());
	set(object, "compression", json_boolean(p2->compress));
	set(object, "mode", json_string(mode == CM_MODE_TRANSPORT ? "transport" : "tunnel"));
	set(object, "at", place_of(t, p2->at));
	return object;
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
		set(row, "offer", p1_of(m->initiator, m->p1[k].offer));
		set(row, "policy", p1_of(m->responder, m->p1[k].policy));
		set(row, "difference", difference_of(m->p1[k].difference));
		json_array_append_new(rows, row);
	}
	set(object, "mode", json_string(m->aggressive ? "aggressive" : "main"));
	set(object, "comparisons", rows);
	set(object, "fits", json_boolean(m->p1_fits));
	set(object, "policy", m->policy ? p1_of(m->responder, m->policy) : json_null());
	set(object, "offer", m->offer ? json_integer(m->offer->priority) : json_null());
	set(object, "lifetime_s", json_integer(m->p1_lifetime_s));
	set(object, "responder_lifetime", json_boolean(m->responder_lifetime));
	return object;
}

static json_t *phase2_of(const struct cm_meet *m)
{
	json_t *object = json_object(), *rows = json_array();
	for (size_t k = 0; k < m->n_p2; k++) {
		json_t *row = json_object();
		set(row, "offer", p2_of(m->initiator, m->p2[k].offer, m->p2[k].offer_mode));
		set(row, "transform_set", p2_of(m->responder, m->p2[k].mine, m->p2[k].mine_mode));
		set(row, "difference", difference_of(m->p2[k].difference));
		json_array_append_new(rows, row);
	}
	set(object, "comparisons", rows);
	set(object, "fits", json_boolean(m->p2_fits));
	set(object, "chosen",
		m->transform ? p2_of(m->responder, m->transform, m->mode) : json_null());
	set(object, "pfs", m->pfs_group ? json_integer(m->pfs_group->number) : json_null());
	set(object, "pfs_difference", difference_of(m->pfs));
	set(object, "lifetime_s", json_integer(m->p2_lifetime_s));
	set(object, "lifetime_kb", json_integer(m->p2_lifetime_kb));
	set(object, "udp", json_boolean(m->udp));
	return object;
}

static json_t *selector_of(const struct cm_tunnel *t, const struct cm_selector *s)
{
	json_t *object = json_object();
	set(object, "protocol", json_integer(s->protocol));
	set(object, "local", net_of(&s->local));
	set(object, "remote", net_of(&s->remote));
	set(object, "at", place_of(t, s->at));
	return object;
}

static json_t *selectors_of(const struct cm_meet *m)
{
	json_t *rows = json_array();
	for (size_t k = 0; k < m->n_selectors; k++) {
		const struct cm_meet_selector *line = &m->selectors[k];
		json_t *row = json_object();
		set(row, "offered", selector_of(m->initiator, line->offered));
		set(row, "line", line->line ? selector_of(m->responder, line->line) : json_null());
		set(row, "relation", json_string(cm_relation_word(line->relation)));
		set(row, "accepted", json_boolean(line->accepted));
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
	json_t *value = text_of((struct cm_str){ text.at ? text.at : "", text.length });
	cm_text_free(&text);
	return value;
}

void cm_print_meet(const struct cm_meet *m, struct cm_text *out)
{
	json_t *object = json_object();
	bool failed = m->cause != CM_CAUSE_NONE;
	set(object, "up", json_boolean(m->up));
	set(object, "cause", failed ? json_string(cm_cause_word(m->cause)) : json_null());
	set(object, "phase", failed ? json_string(phase_words[cm_cause_phase(m->cause)]) : json_null());
	set(object, "why", explained(m));
	set(object, "initiator", end_of(m->initiator, m->initiator_address));
	set(object, "responder", end_of(m->responder, m->responder_address));
	set(object, "initiator_at", place_of(m->initiator, m->initiator_at));
	set(object, "responder_at", place_of(m->responder, m->responder_at));
	set(object, "phase1", phase1_of(m));
	set(object, "key", json_string(key_words[m->key]));
	set(object, "phase2", phase2_of(m));
	set(object, "selectors", selectors_of(m));
	char *text = json_dumps(object, JSON_INDENT(2) | JSON_SORT_KEYS);
	json_decref(object);
	if (text)
		cm_text_put(out, text);
	else
		out->failed = true;
	cm_text_char(out, '\n');
	free(text);
}
