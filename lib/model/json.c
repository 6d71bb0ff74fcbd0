#include "model/json.h"

#include <string.h>

json_t *json_new(struct json_out *out)
{
	json_t *object = json_object();
	if (!object)
		out->failed = true;
	return object;
}

void json_put(struct json_out *out, json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new(object, key, value))
		out->failed = true;
}

static json_t *text_as_latin1(struct json_out *out, struct cm_str s)
{
	struct cm_text text = { 0 };
	for (size_t i = 0; i < s.length; i++) {
		unsigned char c = (unsigned char)s.at[i];
		if (c >= 0x80)
			cm_text_char(&text, (char)(0xc0 | c >> 6));
		cm_text_char(&text, c >= 0x80 ? (char)(0x80 | (c & 0x3f)) : (char)c);
	}
	json_t *value = text.failed ? NULL : json_stringn(text.at, text.length);
	cm_text_wipe(&text);
	if (!value)
		out->failed = true;
	return value;
}

json_t *json_text(struct json_out *out, struct cm_str s)
{
	if (!s.length)
		return json_string("");
	json_t *value = json_stringn(s.at, s.length);
	return value ? value : text_as_latin1(out, s);
}

json_t *json_place(struct json_out *out, struct cm_span span)
{
	uint32_t line, column;
	char place[32];
	cm_document_place(out->document, span.start, &line, &column);
	snprintf(place, sizeof place, "%u:%u", (unsigned)line, (unsigned)column);
	return json_string(place);
}

json_t *json_ip(struct json_out *out, uint32_t address)
{
	(void)out;
	char text[16];
	return json_string(cm_ip4_print(address, text));
}

json_t *json_net(struct json_out *out, struct cm_net net)
{
	(void)out;
	char address[16], mask[16], text[48];
	cm_ip4_print(net.address, address);
	if (cm_mask_is_prefix(net.mask))
		snprintf(text, sizeof text, "%s/%u", address, cm_mask_bits(net.mask));
	else
		snprintf(text, sizeof text, "%s mask %s", address, cm_ip4_print(net.mask, mask));
	return json_string(text);
}

void put_at(struct json_out *out, json_t *object, const char *key, struct cm_span span)
{
	if (span.start != span.end)
		json_put(out, object, key, json_place(out, span));
}

void put_str(struct json_out *out, json_t *object, const char *key, struct cm_str s)
{
	if (s.at)
		json_put(out, object, key, json_text(out, s));
}

void put_word(struct json_out *out, json_t *object, const char *key, const char *word)
{
	if (word)
		json_put(out, object, key, json_string(word));
}

void put_secret(struct json_out *out, json_t *object, const char *key, struct cm_str s)
{
	put_str(out, object, key, s.at && !out->secrets ? cm_str_of("*") : s);
}

void put_int(struct json_out *out, json_t *object, const char *key, uint64_t value)
{
	json_put(out, object, key, json_integer((json_int_t)value));
}

void put_true(struct json_out *out, json_t *object, const char *key, bool value)
{
	if (value)
		json_put(out, object, key, json_true());
}

void put_ip(struct json_out *out, json_t *object, const char *key, bool present, uint32_t address)
{
	if (present)
		json_put(out, object, key, json_ip(out, address));
}

static void put_with_at(
	struct json_out *out, json_t *object, const char *key, json_t *value, struct cm_span at)
{
	json_t *pair = json_new(out);
	json_put(out, pair, "value", value);
	put_at(out, pair, "at", at);
	json_put(out, object, key, pair);
}

void put_number(struct json_out *out, json_t *object, const char *key, struct cm_number number)
{
	put_with_at(out, object, key, json_integer(number.value), number.at);
}

void put_number_set(struct json_out *out, json_t *object, const char *key, struct cm_number number)
{
	if (number.at.start != number.at.end)
		put_number(out, object, key, number);
}

void put_flag(struct json_out *out, json_t *object, const char *key, struct cm_flag flag)
{
	put_with_at(out, object, key, json_boolean(flag.on), flag.at);
}

void put_flag_set(struct json_out *out, json_t *object, const char *key, struct cm_flag flag)
{
	if (flag.on)
		put_flag(out, object, key, flag);
}

void put_text(struct json_out *out, json_t *object, const char *key, struct cm_word word)
{
	if (word.text.at)
		put_with_at(out, object, key, json_text(out, word.text), word.at);
}

void put_value(struct json_out *out, json_t *object, const char *key, const char *word,
	struct cm_span at)
{
	if (word)
		put_with_at(out, object, key, json_string(word), at);
}

void put_reference(struct json_out *out, json_t *object, const char *key, struct cm_str name,
	struct cm_span at, bool defined)
{
	if (!name.at)
		return;
	json_t *reference = json_new(out);
	put_str(out, reference, "name", name);
	json_put(out, reference, "defined", json_boolean(defined));
	put_at(out, reference, "at", at);
	json_put(out, object, key, reference);
}

void put_list(struct json_out *out, json_t *object, const char *key, const void *items, size_t n,
	size_t size, json_item *item)
{
	if (!n)
		return;
	json_t *list = json_array();
	for (size_t i = 0; list && i < n; i++) {
		json_t *value = item(out, (const char *)items + i * size);
		if (!value || json_array_append_new(list, value))
			out->failed = true;
	}
	json_put(out, object, key, list);
}

static json_t *span_item(struct json_out *out, const void *at)
{
	const struct cm_span *span = at;
	return json_place(out, *span);
}

void put_spans(struct json_out *out, json_t *object, const char *key, const struct cm_span *spans,
	size_t n)
{
	put_list(out, object, key, spans, n, sizeof *spans, span_item);
}

/* --- A router ------------------------------------------------------------------------------------ */

static json_t *definition_item(struct json_out *out, const void *at)
{
	const struct cm_definition *definition = at;
	json_t *object = json_new(out);
	put_word(out, object, "kind", cm_thing_name(definition->kind));
	put_str(out, object, "name", definition->name);
	put_int(out, object, "uses", definition->n_uses);
	put_at(out, object, "at", definition->at);
	put_spans(out, object, "blocks_at", definition->blocks, definition->n_blocks);
	return object;
}

static json_t *use_item(struct json_out *out, const void *at)
{
	const struct cm_use *use = at;
	json_t *object = json_new(out);
	put_word(out, object, "kind", cm_thing_name(use->kind));
	put_str(out, object, "name", use->name);
	put_word(out, object, "context", use->context);
	json_put(out, object, "defined", json_boolean(use->target != NULL));
	put_true(out, object, "unknown_line", use->unknown_line);
	put_at(out, object, "at", use->at);
	return object;
}

static void put_release(struct json_out *out, json_t *object, const struct cm_model *model)
{
	if (!model->release.known)
		return;
	json_t *release = json_new(out);
	put_int(out, release, "major", model->release.major);
	put_int(out, release, "minor", model->release.minor);
	put_int(out, release, "maintenance", model->release.maintenance);
	if (model->release.train) {
		struct cm_str train = { &model->release.train, 1 };
		put_str(out, release, "train", train);
	}
	put_true(out, release, "xe", model->release.xe);
	put_at(out, release, "at", model->release_at);
	json_put(out, object, "release", release);
}

static json_t *router_json(struct json_out *out, const struct cm_model *model)
{
	json_t *object = json_new(out);
	json_put(out, object, "is_ios", json_boolean(model->is_ios));
	put_text(out, object, "hostname", model->hostname);
	put_text(out, object, "domain", model->domain);
	put_release(out, object, model);
	put_at(out, object, "at", model->span);
	if (!model->is_ios)
		return object;
	json_isakmp(out, object, model);
	json_ipsec(out, object, model);
	json_ikev2(out, object, model);
	json_interface(out, object, model);
	json_acl(out, object, model);
	json_nat(out, object, model);
	PUT_LIST(out, object, "definitions", model->definitions, model->n_definitions,
		definition_item);
	PUT_LIST(out, object, "uses", model->uses, model->n_uses, use_item);
	return object;
}

static int append(const char *octets, size_t length, void *text)
{
	cm_text_add(text, octets, length);
	return 0;
}

void cm_print_json(const struct cm_document *document, bool secrets, struct cm_text *text)
{
	struct json_out out = { document, secrets, false };
	json_t *root = json_new(&out), *routers = json_array();
	put_int(&out, root, "schema", 1);
	for (size_t i = 0; routers && i < cm_document_routers(document); i++)
		if (json_array_append_new(routers, router_json(&out, cm_document_model(document, i))))
			out.failed = true;
	json_put(&out, root, "routers", routers);
	if (out.failed || json_dump_callback(root, append, text, JSON_INDENT(2)))
		text->failed = true;
	else
		cm_text_char(text, '\n');
	json_decref(root);
}
