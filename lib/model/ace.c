#include "model/ace.h"

#include <string.h>

/* --- ports ----------------------------------------------------------------------------------------- */

/* eq, neq, lt, gt, range: their first letters tell them apart. */
static enum cm_port_op op_of(const struct build *b, const struct arg *a)
{
	switch (build_word(b, a)[0]) {
	case 'e':
		return CM_PORT_EQ;
	case 'n':
		return CM_PORT_NEQ;
	case 'l':
		return CM_PORT_LT;
	case 'g':
		return CM_PORT_GT;
	case 'r':
		return CM_PORT_RANGE;
	default:
		return CM_PORT_ANY;
	}
}

enum { MOST_PORTS = 16 };

/* One port is kept once for all lines that name it lately. */
static uint16_t *values_of(struct build *b, const uint16_t *values, uint8_t n)
{
	uint16_t **cached = &b->port_cache[values[0] % PORT_CACHE];
	if (n == 1 && *cached && **cached == values[0])
		return *cached;
	uint16_t *copy = build_array(b, n, sizeof *copy);
	if (!copy)
		return NULL;
	memcpy(copy, values, n * sizeof *copy);
	if (n == 1)
		*cached = copy;
	return copy;
}

static void ports_put(struct build *b, struct cm_ports *ports, const struct arg *op,
	const struct arg *first, const struct arg *end)
{
	uint16_t values[MOST_PORTS];
	uint8_t n = 0;
	for (const struct arg *a = first; a < end && n < MOST_PORTS; a++)
		values[n++] = (uint16_t)a->value;
	enum cm_port_op kind = op ? op_of(b, op) : CM_PORT_EQ;
	if (!n || kind == CM_PORT_ANY || (kind == CM_PORT_RANGE && n < 2))
		return;
	ports->values = values_of(b, values, n);
	if (!ports->values)
		return;
	ports->op = kind;
	ports->n = n;
	ports->at = (struct cm_span){ op ? op->span.start : first->span.start, end[-1].span.end };
}

void ports_read(
	struct build *b, struct cm_ports *ports, const struct node *n, enum role op, enum role port)
{
	const struct arg *first = node_arg(n, port), *end = first;
	if (!first)
		return;
	while (end < n->args + n->n_args && end->role == port)
		end++;
	ports_put(b, ports, node_arg(n, op), first, end);
}

/* --- ends ------------------------------------------------------------------------------------------ */

static void end_net(struct cm_end *end, const struct arg *a, uint32_t mask)
{
	end->kind = CM_END_NET;
	end->net = (struct cm_net){ a->value & mask, mask };
	if (!mask)
		end->kind = CM_END_ANY;
	end->at = a->span;
}

static void end_address(struct cm_end *end, const struct arg *a)
{
	if (a->shape == SHAPE_ADDRESS)
		end_net(end, a, UINT32_MAX);
	else
		*end = (struct cm_end){ .kind = CM_END_ANY, .at = a->span };
}

/* The bits of a wildcard do not count; IOS clears them in what it stores. */
static void end_wildcard(struct build *b, struct cm_end *end, const struct arg *a)
{
	struct cm_span at = { end->at.start, a->span.end };
	/* A bit set where it does not count, or a wildcard that begins like a netmask. */
	if (a[-1].value & a->value || a->value & 0x80000000u)
		b->unusual_wildcard = true;
	if (end->kind != CM_END_NET)
		return;
	end->net.mask = ~a->value;
	end->net.address &= ~a->value;
	if (!end->net.mask)
		end->kind = CM_END_ANY;
	end->at = at;
}

/* `host NAME`: IOS asks for the address when the line is entered. */
static bool end_host(struct build *b, struct cm_end *end, const struct arg *a)
{
	uint32_t address = a->value;
	struct cm_str name = build_text(b, a);
	if (a->shape != SHAPE_ADDRESS && !host_address(b, name, &address)) {
		diag(b->diags, "acl-unknown-host", CM_WARNING, a->span,
			cm_ip4_numeric(name)
				? "%.*s is no address, so the line is left out"
				: "the address of host %.*s is not known here, so the line is left out",
			(int)(name.length > 64 ? 64 : name.length), name.at);
		return false;
	}
	end->kind = CM_END_NET;
	end->net = (struct cm_net){ address, UINT32_MAX };
	end->at = a->span;
	return true;
}

static void end_group(struct build *b, struct cm_end *end, const struct arg *a)
{
	struct cm_object_group_ref *ref = build_array(b, 1, sizeof *ref);
	if (!ref)
		return;
	set_ref_arg(b, ref, a);
	b->names_others = true;
	*end = (struct cm_end){ .kind = CM_END_GROUP, .group = ref, .at = a->span };
}

/* --- options --------------------------------------------------------------------------------------- */

static void option_message(struct cm_ace_options *o, const struct cm_ace *ace, const struct arg *a)
{
	if (ace->protocol == 2) {
		o->has_igmp = true;
		o->igmp_type = (uint8_t)a->value;
		return;
	}
	o->has_icmp = true;
	o->icmp_type = (uint8_t)(a->value >> 8);
	o->has_icmp_code = (a->value & 0xff) != 0xff;
	o->icmp_code = o->has_icmp_code ? (uint8_t)a->value : 0;
}

static void option_type(struct cm_ace_options *o, const struct cm_ace *ace, const struct arg *a)
{
	o->has_igmp = ace->protocol == 2;
	o->has_icmp = !o->has_igmp;
	*(o->has_igmp ? &o->igmp_type : &o->icmp_type) = (uint8_t)a->value;
}

/* False when the argument is no option. */
static bool option(
	struct build *b, struct cm_ace_options *o, const struct cm_ace *ace, const struct arg *a)
{
	switch ((enum role)a->role) {
	case ROLE_MESSAGE:
		option_message(o, ace, a);
		return true;
	case ROLE_ICMP_TYPE:
		option_type(o, ace, a);
		return true;
	case ROLE_ICMP_CODE:
		o->has_icmp_code = true;
		o->icmp_code = (uint8_t)a->value;
		return true;
	case ROLE_ESTABLISHED:
		return o->established = true;
	case ROLE_FRAGMENTS:
		return o->fragments = true;
	case ROLE_LOG:
		return o->log = true;
	case ROLE_LOG_INPUT:
		return o->log_input = true;
	case ROLE_FLAGS_MODE:
		o->flags_all = strcmp(build_word(b, a), "match-all") == 0;
		return true;
	case ROLE_TCP_FLAG:
		o->flags_set |= (uint8_t)a->value;
		return true;
	case ROLE_TCP_FLAG_CLEAR:
		o->flags_clear |= (uint8_t)a->value;
		return true;
	case ROLE_DSCP:
		o->dscp = (uint8_t)a->value;
		return o->has_dscp = true;
	case ROLE_PRECEDENCE:
		o->precedence = (uint8_t)a->value;
		return o->has_precedence = true;
	case ROLE_TOS:
		o->tos = (uint8_t)a->value;
		return o->has_tos = true;
	case ROLE_OPTION:
		o->option = (uint8_t)a->value;
		return o->has_option = true;
	case ROLE_TTL_OP:
		o->ttl_op = op_of(b, a);
		return true;
	case ROLE_TTL:
		o->ttl[a[-1].role == ROLE_TTL] = (uint8_t)a->value;
		return true;
	case ROLE_TIME_RANGE:
		set_ref_arg(b, &o->time_range, a);
		b->names_others = true;
		return true;
	case ROLE_REFLECT:
		o->reflect = (struct cm_word){ build_text(b, a), a->span };
		return true;
	default:
		return false;
	}
}

/* Many lines say `established` or `log` and nothing more: equal blocks lately made are shared. */
static const struct cm_ace_options *options_keep(struct build *b, const struct cm_ace_options *o)
{
	for (size_t i = 0; i < OPTIONS_CACHE; i++)
		if (b->options_cache[i] && memcmp(b->options_cache[i], o, sizeof *o) == 0)
			return b->options_cache[i];
	struct cm_ace_options *copy = build_array(b, 1, sizeof *copy);
	if (!copy)
		return NULL;
	memcpy(copy, o, sizeof *o);
	b->options_cache[b->options_next++ % OPTIONS_CACHE] = copy;
	return copy;
}

/* --- a line ---------------------------------------------------------------------------------------- */

static bool place(struct build *b, struct cm_ace *ace, const struct arg *a)
{
	switch ((enum role)a->role) {
	case ROLE_SEQUENCE:
		ace->sequence = a->value;
		return true;
	case ROLE_ACTION:
		ace->permit = build_word(b, a)[0] == 'p'; /* the other is deny */
		return true;
	case ROLE_PROTOCOL:
		ace->protocol = (uint8_t)a->value;
		return true;
	case ROLE_SERVICE_GROUP: {
		struct cm_object_group_ref *ref = build_array(b, 1, sizeof *ref);
		if (!ref)
			return true;
		set_ref_arg(b, ref, a);
		b->names_others = true;
		ace->protocol_group = true;
		ace->service = ref;
		return true;
	}
	case ROLE_SOURCE:
		end_address(&ace->source, a);
		return true;
	case ROLE_SOURCE_WILDCARD:
		end_wildcard(b, &ace->source, a);
		return true;
	case ROLE_SOURCE_HOST:
		return end_host(b, &ace->source, a);
	case ROLE_SOURCE_GROUP:
		end_group(b, &ace->source, a);
		return true;
	case ROLE_DESTINATION:
		end_address(&ace->destination, a);
		return true;
	case ROLE_DESTINATION_WILDCARD:
		end_wildcard(b, &ace->destination, a);
		return true;
	case ROLE_DESTINATION_HOST:
		return end_host(b, &ace->destination, a);
	case ROLE_DESTINATION_GROUP:
		end_group(b, &ace->destination, a);
		return true;
	default:
		return true;
	}
}

static bool is_port(const struct arg *a)
{
	return a->role == ROLE_SOURCE_OP || a->role == ROLE_SOURCE_PORT ||
		a->role == ROLE_DESTINATION_OP || a->role == ROLE_DESTINATION_PORT;
}

/* A condition on ports: the operator, and the values behind it. Gives the last argument of it. */
static const struct arg *ports_from(
	struct build *b, struct cm_ace *ace, const struct arg *a, const struct arg *end)
{
	bool source = a->role == ROLE_SOURCE_OP || a->role == ROLE_SOURCE_PORT;
	uint8_t port = source ? ROLE_SOURCE_PORT : ROLE_DESTINATION_PORT;
	const struct arg *op = a->role == port ? NULL : a++;
	const struct arg *first = a;
	while (a < end && a->role == port)
		a++;
	ports_put(b, source ? &ace->source_ports : &ace->destination_ports, op, first, a);
	return a - 1;
}

bool ace_read(struct build *b, struct cm_ace *ace, const struct node *n, bool extended)
{
	struct cm_ace_options options;
	bool has_options = false, has_action = false;
	const struct arg *end = n->args + n->n_args;
	ace->at = n->span;
	for (const struct arg *a = n->args; a < end; a++) {
		has_action = has_action || a->role == ROLE_ACTION;
		if (is_port(a)) {
			a = extended ? ports_from(b, ace, a, end) : a;
			continue;
		}
		if (a->role < ROLE_MESSAGE && a->role != ROLE_TIME_RANGE) {
			if (!place(b, ace, a))
				return false;
			continue;
		}
		if (!has_options)
			memset(&options, 0, sizeof options);
		has_options = option(b, &options, ace, a) || has_options;
	}
	if (has_options)
		ace->options = options_keep(b, &options);
	return has_action;
}

/* --- sameness -------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint64_t mix_end(uint64_t hash, const struct cm_end *end)
{
	hash = mix(hash, (uint64_t)end->net.address << 32 | end->net.mask);
	return end->kind == CM_END_GROUP ? mix(hash, end->group->name.length) : hash;
}

static uint64_t mix_ports(uint64_t hash, const struct cm_ports *ports)
{
	if (ports->op == CM_PORT_ANY)
		return hash;
	return mix(hash, (uint64_t)ports->op << 32 | (uint64_t)ports->n << 16 | ports->values[0]);
}

uint64_t ace_hash(const struct cm_ace *ace)
{
	uint64_t hash = mix(0, (uint64_t)ace->permit << 9 | ace->protocol);
	hash = mix_end(hash, &ace->source);
	hash = mix_end(hash, &ace->destination);
	hash = mix_ports(hash, &ace->source_ports);
	return mix_ports(hash, &ace->destination_ports);
}

static bool same_group(const struct cm_object_group_ref *a, const struct cm_object_group_ref *b)
{
	return a == b || (a && b && cm_str_same(a->name, b->name));
}

static bool same_end(const struct cm_end *a, const struct cm_end *b)
{
	return a->kind == b->kind && a->net.address == b->net.address &&
		a->net.mask == b->net.mask && same_group(a->group, b->group);
}

static bool same_ports(const struct cm_ports *a, const struct cm_ports *b)
{
	return a->op == b->op && a->n == b->n &&
		(!a->n || memcmp(a->values, b->values, a->n * sizeof *a->values) == 0);
}

static bool same_options(const struct cm_ace_options *a, const struct cm_ace_options *b)
{
	struct cm_ace_options x, y;
	memset(&x, 0, sizeof x);
	memset(&y, 0, sizeof y);
	if (a)
		memcpy(&x, a, sizeof x);
	if (b)
		memcpy(&y, b, sizeof y);
	bool same_range = x.time_range.name.length == y.time_range.name.length &&
		(!x.time_range.name.length || cm_str_same(x.time_range.name, y.time_range.name));
	bool same_reflect = x.reflect.text.length == y.reflect.text.length &&
		(!x.reflect.text.length || cm_str_same(x.reflect.text, y.reflect.text));
	x.log = y.log = x.log_input = y.log_input = false;
	memset(&x.time_range, 0, sizeof x.time_range);
	memset(&y.time_range, 0, sizeof y.time_range);
	memset(&x.reflect, 0, sizeof x.reflect);
	memset(&y.reflect, 0, sizeof y.reflect);
	return same_range && same_reflect && memcmp(&x, &y, sizeof x) == 0;
}

bool ace_same(const struct cm_ace *a, const struct cm_ace *b)
{
	return a->permit == b->permit && a->protocol == b->protocol &&
		a->protocol_group == b->protocol_group && same_group(a->service, b->service) &&
		same_end(&a->source, &b->source) && same_end(&a->destination, &b->destination) &&
		same_ports(&a->source_ports, &b->source_ports) &&
		same_ports(&a->destination_ports, &b->destination_ports) &&
		(a->options == b->options || same_options(a->options, b->options));
}

/* --- what IOS makes of it ---------------------------------------------------------------------------- */

static void report_end(struct build *b, const struct arg *address, const struct arg *wildcard)
{
	char stored[16], mask[16], meant[16];
	uint32_t w = wildcard->value;
	struct cm_span at = { address->span.start, wildcard->span.end };
	cm_ip4_print(address->value & ~w, stored);
	cm_ip4_print(w, mask);
	if (w && ~w && cm_mask_is_prefix(w)) {
		struct cm_diag *d = diag(b->diags, "acl-netmask-as-wildcard", CM_WARNING, at,
			"%s looks like a netmask, but a wildcard stands here: IOS stores %s %s",
			mask, stored, mask);
		diag_fix(b->diags, d, false, wildcard->span,
			arena_copy(b->arena, cm_str_of(cm_ip4_print(~w, meant))),
			"write the wildcard %s", meant);
	} else if (address->value & w) {
		diag(b->diags, "acl-host-bits", CM_INFO, at,
			"bits under the wildcard do not count: IOS stores %s%s%s",
			~w ? stored : "any", ~w ? " " : "", ~w ? mask : "");
	}
}

void ace_report(struct build *b, const struct node *n)
{
	if (!b->unusual_wildcard)
		return;
	b->unusual_wildcard = false;
	for (const struct arg *a = n->args + 1; a < n->args + n->n_args; a++) {
		enum role role = (enum role)a->role;
		if ((role != ROLE_SOURCE_WILDCARD && role != ROLE_DESTINATION_WILDCARD) ||
			a[-1].shape != SHAPE_ADDRESS)
			continue;
		report_end(b, &a[-1], a);
	}
}
