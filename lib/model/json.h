/*
 * How the model is written as JSON: small writers, one for each kind of value, over Jansson.
 *
 * A span is a text "line:column" of its first octet, under the key `at` or a key that ends in
 * `_at`; who compares models leaves those keys out. A value without `at` is a default. Absent
 * things have no key, so that the schema can only grow. Secrets are "*" unless asked for.
 */
#ifndef MODEL_JSON_H
#define MODEL_JSON_H

#include <cryptomap/document.h>
#include <cryptomap/model.h>

#include <jansson.h>

/*
 * Objects on the way from the root to where we are may be open: their members leave through `write`
 * as they are put, so that a model of any size needs the memory of its largest closed part.
 */
enum { JSON_OPEN = 4, JSON_BLOCK = 1 << 14 };

struct json_out {
	const struct cm_document *document;
	bool secrets;
	bool failed; /* no memory, or nobody takes what is written */
	cm_write *write;
	void *context;
	json_t *open[JSON_OPEN]; /* the outermost first */
	unsigned n_open, depth;  /* objects; objects and lists */
	bool empty;              /* nothing was written yet into the innermost */
	size_t n;
	char block[JSON_BLOCK]; /* n octets on their way to `write` */
};

/* Gives the object of one element. */
typedef json_t *json_item(struct json_out *, const void *);

json_t *json_new(struct json_out *);
/* The same, open: only for the root and for items of a list of an open object. */
json_t *json_new_open(struct json_out *);
/* Takes `value` over; NULL marks the failure. */
void json_put(struct json_out *, json_t *object, const char *key, json_t *value);
/* Octets that are no UTF-8 are read as Latin-1. */
json_t *json_text(struct json_out *, struct cm_str);
json_t *json_place(struct json_out *, struct cm_span);
json_t *json_ip(struct json_out *, uint32_t address);
/* "192.0.2.0/24", or "192.0.2.0 mask 255.0.255.0" when the mask has holes. */
json_t *json_net(struct json_out *, struct cm_net);
json_t *json_identity(struct json_out *, const void *);

/* Members; each leaves the key out when the value is absent. */
void put_at(struct json_out *, json_t *, const char *key, struct cm_span);
void put_str(struct json_out *, json_t *, const char *key, struct cm_str);
void put_word(struct json_out *, json_t *, const char *key, const char *word);
void put_secret(struct json_out *, json_t *, const char *key, struct cm_str);
void put_int(struct json_out *, json_t *, const char *key, uint64_t);
void put_true(struct json_out *, json_t *, const char *key, bool); /* left out when false */
void put_ip(struct json_out *, json_t *, const char *key, bool present, uint32_t);
/* { "value": …, "at": … } */
void put_number(struct json_out *, json_t *, const char *key, struct cm_number);
void put_number_set(struct json_out *, json_t *, const char *key, struct cm_number);
void put_flag(struct json_out *, json_t *, const char *key, struct cm_flag);
void put_flag_set(struct json_out *, json_t *, const char *key, struct cm_flag);
void put_text(struct json_out *, json_t *, const char *key, struct cm_word);
void put_value(struct json_out *, json_t *, const char *key, const char *word, struct cm_span);
/* { "name": …, "defined": …, "at": … } */
void put_reference(struct json_out *, json_t *, const char *key, struct cm_str name,
	struct cm_span at, bool defined);
#define PUT_REF(out, object, key, ref) \
	put_reference((out), (object), (key), (ref).name, (ref).at, (ref).target != NULL)
void put_list(struct json_out *, json_t *, const char *key, const void *items, size_t n,
	size_t size, json_item *);
#define PUT_LIST(out, object, key, items, n, item) \
	put_list((out), (object), (key), (items), (n), sizeof *(items), (item))
#define JSON_REFS(function, tag)                                                     \
	static json_t *function(struct json_out *out, const void *at)                \
	{                                                                            \
		const struct cm_##tag##_ref *ref = at;                               \
		json_t *object = json_new(out);                                      \
		put_str(out, object, "name", ref->name);                             \
		json_put(out, object, "defined", json_boolean(ref->target != NULL)); \
		put_at(out, object, "at", ref->at);                                  \
		return object;                                                       \
	}
void put_spans(struct json_out *, json_t *, const char *key, const struct cm_span *, size_t n);

/* The families: each writes its members into the object of the router. */
void json_isakmp(struct json_out *, json_t *, const struct cm_model *);
void json_ipsec(struct json_out *, json_t *, const struct cm_model *);
void json_ikev2(struct json_out *, json_t *, const struct cm_model *);
void json_interface(struct json_out *, json_t *, const struct cm_model *);
void json_acl(struct json_out *, json_t *, const struct cm_model *);
void json_nat(struct json_out *, json_t *, const struct cm_model *);

json_t *json_psk(struct json_out *, const void *);
const char *json_df(enum cm_df);

#endif
