#include "ike/engine.h"

#include <string.h>

bool saying(const struct cm_ike *ike, enum say say)
{
	return words_facility(say) == CM_IKE_ISAKMP ? ike->settings.debug_isakmp
						    : ike->settings.debug_ipsec;
}

static const struct {
	enum state state;
	const char *shown;
} shown[] = {
	{ S_I_MM1, "MM_NO_STATE" },
	{ S_I_MM3, "MM_SA_SETUP" },
	{ S_I_MM5, "MM_KEY_EXCH" },
	{ S_R_MM2, "MM_SA_SETUP" },
	{ S_R_MM4, "MM_KEY_EXCH" },
	{ S_I_AM1, "AG_NO_STATE" },
	{ S_R_AM2, "AG_INIT_EXCH" },
	{ S_UP, "QM_IDLE" },
};

const char *state_shown(const struct phase1 *p)
{
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		if (shown[i].state == p->state)
			return shown[i].shown;
	return "MM_NO_STATE";
}

static void put_log(struct cm_ike *ike, struct cm_ike_log log, struct cm_text *text)
{
	struct cm_ike_output out = { .kind = CM_IKE_LOG, .is.log = log };
	if (!text->failed && text->at)
		engine_put(ike, &out, text->at, text->length + 1);
	cm_text_free(text);
}

void say_values(struct cm_ike *ike, const struct phase1 *p, enum say say, struct values v)
{
	struct cm_text text = { 0 };
	if (!saying(ike, say))
		return;
	if (p) {
		v.peer = v.peer ? v.peer : p->peer.address;
		v.local = p->local.address;
		v.peer_port = v.peer_port ? v.peer_port : p->peer.port;
		v.local_port = v.local_port ? v.local_port : p->local.port;
		v.role = p->initiator ? 'I' : 'R';
		v.state = v.state ? v.state : state_shown(p);
		/* later ones name the connection only once there are keys */
		v.connection = later_words(ike) && !p->keyed ? 0 : p->connection;
	}
	v.role = v.role ? v.role : 'N';
	v.state = v.state ? v.state : "NEW SA";
	v.s = v.s ? v.s : "";
	v.t = v.t ? v.t : "";
	words_print(&text, ike->settings.dialect, say, &v);
	put_log(ike,
		(struct cm_ike_log){ .facility = words_facility(say),
			.severity = CM_INFO,
			.peer = v.peer,
			.tunnel = p && p->route ? p->route->tunnel : NULL },
		&text);
}

bool later_words(const struct cm_ike *ike)
{
	return ike->settings.dialect != CM_IKE_DIALECT_12_3;
}

void say_sending(struct cm_ike *ike, const struct phase1 *p)
{
	SAY(ike, p, W_SENDING);
	SAY(ike, p, W_IPV4_PACKET);
}

void say_peer(struct cm_ike *ike, const struct phase1 *p, const char *by)
{
	enum { PEERS_AT = 0x65000000, HANDLES_AT = (int)0x80000000 };
	struct cm_text handle = { 0 };
	uint32_t at = (uint32_t)PEERS_AT + p->connection;
	if (!saying(ike, W_PEER_STRUCT))
		return;
	cm_text_printf(&handle, "%X", (unsigned)HANDLES_AT + p->connection);
	SAY(ike, p, W_PEER_STRUCT);
	SAYS(ike, p, W_PEER_CREATED, .h = at, .s = handle.at);
	SAYS(ike, p, W_PEER_LOCKED, .h = at, .s = by);
	cm_text_free(&handle);
}

void say_input(struct cm_ike *ike, const struct phase1 *p, const char *input, const char *event,
	const char *from, const char *to)
{
	SAYS(ike, p, W_INPUT, .s = input, .t = event);
	SAYS(ike, p, W_STATE, .s = from, .t = to);
}

void say_node(struct cm_ike *ike, const struct phase1 *p, uint32_t id, const char *input,
	const char *event, const char *from, const char *to)
{
	SAYS(ike, p, W_NODE_INPUT, .id = id, .s = input, .t = event);
	SAYS(ike, p, W_STATE, .s = from, .t = to);
}

void hush(struct cm_ike *ike)
{
	if (ike->now - ike->told_at >= SECOND) {
		unsigned untold = ike->untold;
		ike->told_at = ike->now;
		ike->told = ike->untold = 0;
		if (untold)
			tell(ike, (struct happening){ "untold", CM_WARNING, 0, NULL, { 0, 0 } },
				"%u more messages of strangers were refused or dropped", untold);
	}
	ike->hushed = ike->told++ >= TOLD_PER_SECOND;
	ike->untold += ike->hushed;
}

void tell(struct cm_ike *ike, struct happening what, const char *format, ...)
{
	struct cm_text text = { 0 };
	va_list arguments;
	if (ike->hushed)
		return;
	va_start(arguments, format);
	cm_text_vprintf(&text, format, arguments);
	va_end(arguments);
	put_log(ike,
		(struct cm_ike_log){ .facility = CM_IKE_EVENT,
			.severity = what.severity,
			.event = what.event,
			.peer = what.peer,
			.tunnel = what.tunnel,
			.span = what.span },
		&text);
}

static const struct {
	enum cm_difference difference;
	const char *name;
} differences[] = {
	{ CM_DIFFERS_CIPHER, "encryption" },
	{ CM_DIFFERS_KEY_BITS, "key length" },
	{ CM_DIFFERS_HASH, "hash" },
	{ CM_DIFFERS_AUTH, "authentication" },
	{ CM_DIFFERS_GROUP, "Diffie-Hellman group" },
	{ CM_DIFFERS_PROTOCOL, "protocol (AH or ESP)" },
	{ CM_DIFFERS_AH, "AH algorithm" },
	{ CM_DIFFERS_MODE, "mode (tunnel or transport)" },
	{ CM_DIFFERS_COMPRESSION, "compression" },
	{ CM_DIFFERS_PFS_MISSING, "missing PFS" },
	{ CM_DIFFERS_PFS_GROUP, "PFS group" },
};

const char *difference_name(enum cm_difference difference)
{
	for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
		if (differences[i].difference == difference)
			return differences[i].name;
	return "nothing";
}

/* "life duration (VPI) of  0x0 0x1 0x51 0x80": a blank before each octet. */
void print_hex_duration(struct cm_text *text, struct octets value)
{
	for (size_t i = 0; i < value.length && i < 8; i++)
		cm_text_printf(text, " 0x%X", value.at[i]);
	cm_text_char(text, ' ');
}

const char *peer_name(uint32_t address, char quad[16])
{
	return cm_ip4_print(address, quad);
}
