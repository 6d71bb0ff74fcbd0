#include "model/json.h"

#include "syntax/document.h"

#include <stddef.h>
#include <string.h>

json_t *json_new(struct json_out *out)
{
	json_t *object = json_object();
	if (!object)
		out->failed = true;
	return object;
}

/* --- what leaves at once -------------------------------------------------------------------------- */

static void flush(struct json_out *out)
{
	out->failed = out->failed || !out->write(out->context, out->block, out->n);
	out->n = 0;
}

static void write_out(struct json_out *out, const char *at, size_t length)
{
	while (length > JSON_BLOCK - out->n) {
		size_t some = JSON_BLOCK - out->n;
		memcpy(out->block + out->n, at, some);
		out->n += some;
		at += some;
		length -= some;
		flush(out);
	}
	memcpy(out->block + out->n, at, length);
	out->n += length;
}

static void new_line(struct json_out *out)
{
	static const char blanks[] = "\n                                ";
	write_out(out, blanks, 1 + 2 * (size_t)out->depth);
}

/* Between the members of an object or the items of a list. */
static void begin_part(struct json_out *out)
{
	if (!out->empty)
		write_out(out, ",", 1);
	out->empty = false;
	new_line(out);
}

static void begin_key(struct json_out *out, const char *key)
{
	begin_part(out);
	write_out(out, "\"", 1);
	write_out(out, key, strlen(key));
	write_out(out, "\": ", 3);
}

static void descend(struct json_out *out, const char *bracket)
{
	write_out(out, bracket, 1);
	out->depth++;
	out->empty = true;
}

static void ascend(struct json_out *out, const char *bracket)
{
	out->depth--;
	if (!out->empty)
		new_line(out);
	write_out(out, bracket, 1);
	out->empty = false;
}

/* Line ends inside are none of a text's: those are escaped. */
static int write_indented(const char *at, size_t length, void *context)
{
	struct json_out *out = context;
	for (const char *end = at + length, *line; at < end; at = line + 1) {
		line = memchr(at, '\n', (size_t)(end - at));
		write_out(out, at, (size_t)((line ? line : end) - at));
		if (!line)
			break;
		new_line(out);
	}
	return out->failed ? -1 : 0;
}

static void write_value(struct json_out *out, json_t *value)
{
	if (!value ||
		json_dump_callback(value, write_indented, out, JSON_INDENT(2) | JSON_ENCODE_ANY))
		out->failed = true;
	json_decref(value);
}

static bool is_open(const struct json_out *out, const json_t *object)
{
	return out->n_open && object && out->open[out->n_open - 1] == object;
}

json_t *json_new_open(struct json_out *out)
{
	json_t *object = json_new(out);
	descend(out, "{");
	if (object && out->n_open < JSON_OPEN)
		out->open[out->n_open++] = object;
	else
		out->failed = true;
	return object;
}

/* The object goes back too. */
static void json_close(struct json_out *out)
{
	ascend(out, "}");
	if (out->n_open)
		json_decref(out->open[--out->n_open]);
}

void json_put(struct json_out *out, json_t *object, const char *key, json_t *value)
{
	if (is_open(out, object)) {
		begin_key(out, key);
		write_value(out, value);
	} else if (!value || json_object_set_new(object, key, value)) {
		out->failed = true;
	}
}

/* --- values --------------------------------------------------------------------------------------- */

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

void put_value(
	struct json_out *out, json_t *object, const char *key, const char *word, struct cm_span at)
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

static void write_list(struct json_out *out, const char *key, const char *items, size_t n,
	size_t size, json_item *item)
{
	begin_key(out, key);
	descend(out, "[");
	for (size_t i = 0; !out->failed && i < n; i++) {
		begin_part(out);
		json_t *value = item(out, items + i * size);
		if (is_open(out, value))
			json_close(out);
		else
			write_value(out, value);
	}
	ascend(out, "]");
}

void put_list(struct json_out *out, json_t *object, const char *key, const void *items, size_t n,
	size_t size, json_item *item)
{
	if (!n)
		return;
	if (is_open(out, object)) {
		write_list(out, key, items, n, size, item);
		return;
	}
	json_t *list = json_array();
	for (size_t i = 0; list && i < n; i++) {
		json_t *value = item(out, (const char *)items + i * size);
		if (is_open(out, value)) { /* there was no memory for what it belongs to */
			json_close(out);
			out->failed = true;
		} else if (!value || json_array_append_new(list, value)) {
			out->failed = true;
		}
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

static json_t *router_item(struct json_out *out, const void *at)
{
	const struct cm_model *model = *(const struct cm_model *const *)at;
	json_t *object = json_new_open(out);
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

bool cm_write_json(const struct cm_document *document, bool secrets, cm_write *write, void *context)
{
	struct json_out out;
	memset(&out, 0, offsetof(struct json_out, block));
	out.document = document;
	out.secrets = secrets;
	out.write = write;
	out.context = context;
	json_t *root = json_new_open(&out);
	put_int(&out, root, "schema", 1);
	PUT_LIST(&out, root, "routers", document->models, document->n_routers, router_item);
	if (root)
		json_close(&out);
	write_out(&out, "\n", 1);
	flush(&out);
	return !out.failed;
}

static bool append(void *text, const char *at, size_t length)
{
	cm_text_add(text, at, length);
	return !((struct cm_text *)text)->failed;
}

void cm_print_json(const struct cm_document *document, bool secrets, struct cm_text *text)
{
	if (!cm_write_json(document, secrets, append, text))
		text->failed = true;
}
