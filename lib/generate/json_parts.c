#include "generate/json_parts.h"

#include <cryptomap/document.h>

/* Jansson's setters are no-ops on NULL; a lack of memory shows in the end as no text. */
void part_put(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

json_t *part_text(struct cm_str s)
{
	json_t *text = s.at ? json_stringn(s.at, s.length) : json_null();
	/* Names are octets of the file; what is no UTF-8 has no JSON string. */
	return text ? text : json_string("?");
}

json_t *part_address(uint32_t address)
{
	char quad[16];
	return address ? json_string(cm_ip4_print(address, quad)) : json_null();
}

static json_t *part_net(const struct cm_net *net)
{
	char address[16], mask[16];
	return json_sprintf(
		"%s/%s", cm_ip4_print(net->address, address), cm_ip4_print(net->mask, mask));
}

/* "file:line", or null. */
json_t *part_place(const struct cm_tunnel *t, struct cm_span at)
{
	uint32_t line, column;
	if (!t->document || at.start == at.end)
		return json_null();
	cm_document_place(t->document, at.start, &line, &column);
	return json_pack("{s:s, s:i, s:i}", "file", cm_document_name(t->document), "line",
		(int)line, "column", (int)column);
}

json_t *part_p1(const struct cm_tunnel *t, const struct cm_p1 *p1)
{
	json_t *object = json_object();
	part_put(object, "number", json_integer(p1->priority));
	part_put(object, "encryption", json_string(p1->cipher ? p1->cipher->name : "?"));
	part_put(object, "hash", json_string(p1->hash ? p1->hash->name : "?"));
	part_put(object, "authentication", json_string(p1->auth ? p1->auth->name : "?"));
	part_put(object, "group", json_integer(p1->group ? p1->group->number : 0));
	part_put(object, "lifetime_s", json_integer(p1->lifetime_s));
	part_put(object, "at", part_place(t, p1->at));
	return object;
}

json_t *part_p2(const struct cm_tunnel *t, const struct cm_p2 *p2, enum cm_mode mode)
{
	json_t *object = json_object();
	part_put(object, "name", part_text(p2->name));
	part_put(object, "ah", p2->ah ? json_string(p2->ah->name) : json_null());
	part_put(object, "encryption", p2->cipher ? json_string(p2->cipher->name) : json_null());
	part_put(object, "hash", p2->hash ? json_string(p2->hash->name) : json_null());
	part_put(object, "compression", json_boolean(p2->compress));
	part_put(object, "mode", json_string(mode == CM_MODE_TRANSPORT ? "transport" : "tunnel"));
	part_put(object, "at", part_place(t, p2->at));
	return object;
}

json_t *part_selector(const struct cm_tunnel *t, const struct cm_selector *s)
{
	json_t *object = json_object();
	part_put(object, "protocol", json_integer(s->protocol));
	part_put(object, "local", part_net(&s->local));
	part_put(object, "remote", part_net(&s->remote));
	part_put(object, "at", part_place(t, s->at));
	return object;
}
