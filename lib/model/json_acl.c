/* Access lists and object-groups as JSON. */
#include "model/json.h"

static const char *const ops[] = {
	[CM_PORT_ANY] = NULL,
	[CM_PORT_EQ] = "eq",
	[CM_PORT_NEQ] = "neq",
	[CM_PORT_LT] = "lt",
	[CM_PORT_GT] = "gt",
	[CM_PORT_RANGE] = "range",
};

static void put_ports(
	struct json_out *out, json_t *object, const char *key, const struct cm_ports *ports)
{
	if (ports->op == CM_PORT_ANY)
		return;
	json_t *value = json_new(out), *values = json_array();
	put_word(out, value, "op", ops[ports->op]);
	for (unsigned i = 0; values && i < ports->n; i++)
		if (json_array_append_new(values, json_integer(ports->values[i])))
			out->failed = true;
	json_put(out, value, "values", values);
	json_put(out, object, key, value);
}

static void put_end(struct json_out *out, json_t *object, const char *key, const struct cm_end *end)
{
	json_t *value = json_new(out);
	if (end->kind == CM_END_NET)
		json_put(out, value, "net", json_net(out, end->net));
	else if (end->kind == CM_END_GROUP)
		PUT_REF(out, value, "group", *end->group);
	else
		put_word(out, value, "any", "any");
	json_put(out, object, key, value);
}

static void put_protocol(struct json_out *out, json_t *object, unsigned protocol)
{
	const char *word = protocol ? cm_name_word(CM_NAMES_PROTOCOL, protocol) : "ip";
	if (word)
		put_word(out, object, "protocol", word);
	else
		put_int(out, object, "protocol", protocol);
}

static void put_options(struct json_out *out, json_t *object, const struct cm_ace_options *o)
{
	if (o->has_icmp)
		put_int(out, object, "icmp_type", o->icmp_type);
	if (o->has_icmp_code)
		put_int(out, object, "icmp_code", o->icmp_code);
	if (o->has_igmp)
		put_int(out, object, "igmp_type", o->igmp_type);
	put_true(out, object, "established", o->established);
	put_true(out, object, "fragments", o->fragments);
	put_true(out, object, "log", o->log);
	put_true(out, object, "log_input", o->log_input);
	put_true(out, object, "flags_all", o->flags_all);
	if (o->flags_set)
		put_int(out, object, "flags_set", o->flags_set);
	if (o->flags_clear)
		put_int(out, object, "flags_clear", o->flags_clear);
	if (o->has_dscp)
		put_int(out, object, "dscp", o->dscp);
	if (o->has_precedence)
		put_int(out, object, "precedence", o->precedence);
	if (o->has_tos)
		put_int(out, object, "tos", o->tos);
	if (o->has_option)
		put_int(out, object, "option", o->option);
	if (o->ttl_op != CM_PORT_ANY) {
		put_word(out, object, "ttl_op", ops[o->ttl_op]);
		put_int(out, object, "ttl", o->ttl[0]);
	}
	if (o->ttl_op == CM_PORT_RANGE)
		put_int(out, object, "ttl_last", o->ttl[1]);
	PUT_REF(out, object, "time_range", o->time_range);
	put_text(out, object, "reflect", o->reflect);
}

static json_t *ace_item(struct json_out *out, const void *at)
{
	const struct cm_ace *ace = at;
	json_t *object = json_new(out);
	put_int(out, object, "sequence", ace->sequence);
	json_put(out, object, "permit", json_boolean(ace->permit));
	if (ace->protocol_group)
		PUT_REF(out, object, "service", *ace->service);
	else
		put_protocol(out, object, ace->protocol);
	put_end(out, object, "source", &ace->source);
	put_ports(out, object, "source_ports", &ace->source_ports);
	put_end(out, object, "destination", &ace->destination);
	put_ports(out, object, "destination_ports", &ace->destination_ports);
	if (ace->options)
		put_options(out, object, ace->options);
	put_at(out, object, "at", ace->at);
	return object;
}

static json_t *acl_item(struct json_out *out, const void *at)
{
	const struct cm_acl *acl = at;
	json_t *object = json_new_open(out); /* a list may have a million lines */
	put_str(out, object, "name", acl->name);
	put_word(out, object, "type", acl->extended ? "extended" : "standard");
	put_true(out, object, "evaluates", acl->evaluates);
	PUT_LIST(out, object, "lines", acl->aces, acl->n_aces, ace_item);
	put_spans(out, object, "remarks_at", acl->remarks, acl->n_remarks);
	put_at(out, object, "at", acl->at);
	return object;
}

static json_t *acl6_item(struct json_out *out, const void *at)
{
	const struct cm_acl6 *acl = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", acl->name);
	put_int(out, object, "lines", acl->n_lines);
	put_at(out, object, "at", acl->at);
	return object;
}

static void put_service(struct json_out *out, json_t *object, const struct cm_group_member *member)
{
	if (member->tcp_udp)
		put_word(out, object, "protocol", "tcp-udp");
	else
		put_protocol(out, object, member->protocol);
	put_ports(out, object, "source_ports", &member->source_ports);
	put_ports(out, object, "destination_ports", &member->destination_ports);
	if (member->has_icmp)
		put_int(out, object, "icmp_type", member->icmp_type);
}

static json_t *member_item(struct json_out *out, const void *at)
{
	const struct cm_group_member *member = at;
	json_t *object = json_new(out);
	switch (member->kind) {
	case CM_MEMBER_NET:
		json_put(out, object, "net", json_net(out, member->net));
		break;
	case CM_MEMBER_RANGE:
		json_put(out, object, "first", json_ip(out, member->first));
		json_put(out, object, "last", json_ip(out, member->last));
		break;
	case CM_MEMBER_GROUP:
		PUT_REF(out, object, "group", member->group);
		break;
	case CM_MEMBER_SERVICE:
		put_service(out, object, member);
		break;
	}
	put_at(out, object, "at", member->at);
	return object;
}

static json_t *group_item(struct json_out *out, const void *at)
{
	const struct cm_object_group *group = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", group->name);
	put_word(out, object, "type", group->service ? "service" : "network");
	PUT_LIST(out, object, "members", group->members, group->n_members, member_item);
	put_at(out, object, "at", group->at);
	return object;
}

static json_t *prefix_list_item(struct json_out *out, const void *at)
{
	const struct cm_prefix_list *list = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", list->name);
	put_at(out, object, "at", list->at);
	return object;
}

static json_t *time_range_item(struct json_out *out, const void *at)
{
	const struct cm_time_range *range = at;
	json_t *object = json_new(out);
	put_str(out, object, "name", range->name);
	put_at(out, object, "at", range->at);
	return object;
}

void json_acl(struct json_out *out, json_t *object, const struct cm_model *model)
{
	PUT_LIST(out, object, "acls", model->acls, model->n_acls, acl_item);
	PUT_LIST(out, object, "acl6s", model->acl6s, model->n_acl6s, acl6_item);
	PUT_LIST(out, object, "object_groups", model->groups, model->n_groups, group_item);
	PUT_LIST(out, object, "prefix_lists", model->prefix_lists, model->n_prefix_lists,
		prefix_list_item);
	PUT_LIST(out, object, "time_ranges", model->time_ranges, model->n_time_ranges,
		time_range_item);
}
