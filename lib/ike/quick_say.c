#include "ike/engine.h"

#include <string.h>

/* `ip` for any protocol; the article's word for proxies is "address/mask/protocol/port". */
static void put_proxy(struct cm_text *text, bool later, struct cm_net net, uint8_t protocol,
	const uint16_t port[2])
{
	enum { TYPE_HOST = 1, TYPE_SUBNET = 4 };
	enum { ANY_LATER = 256 };
	char address[16], mask[16];
	if (later) {
		cm_text_printf(text, "%s/%s/%u/%u", cm_ip4_print(net.address, address),
			cm_ip4_print(net.mask, mask), protocol ? protocol : ANY_LATER,
			port[0] == port[1] ? port[0] : 0u);
		return;
	}
	cm_text_printf(text, "%s/%s/%u/%u (type=%u)", cm_ip4_print(net.address, address),
		cm_ip4_print(net.mask, mask), protocol, port[0] == port[1] ? port[0] : 0u,
		net.mask == 0xffffffffu ? TYPE_HOST : TYPE_SUBNET);
}

void selector_describe(struct cm_text *text, const struct cm_selector *s)
{
	char local[16], remote[16];
	cm_text_printf(text, "%s/%u -> %s/%u", cm_ip4_print(s->local.address, local),
		cm_mask_bits(s->local.mask), cm_ip4_print(s->remote.address, remote),
		cm_mask_bits(s->remote.mask));
	const char *word = cm_name_word(CM_NAMES_PROTOCOL, s->protocol);
	if (s->protocol && word)
		cm_text_printf(text, " %s", word);
	else if (s->protocol)
		cm_text_printf(text, " protocol %u", s->protocol);
	if (s->local_port[0] == s->local_port[1])
		cm_text_printf(text, " our port %u", s->local_port[0]);
	if (s->remote_port[0] == s->remote_port[1])
		cm_text_printf(text, " its port %u", s->remote_port[0]);
}

static const char *mode_word(enum cm_mode mode)
{
	return mode == CM_MODE_TRANSPORT ? "Transport" : "Tunnel";
}

void say_ipsec(struct cm_ike *ike, enum say say, const struct phase1 *p,
	const struct cm_selector *s, const struct cm_p2 *p2, const struct ipsec_block *block)
{
	struct cm_text text = { 0 };
	char local[16], remote[16];
	if (!saying(ike, say) || !p2)
		return;
	/* ports stand behind the addresses in later releases; 0 where none was asked for */
	const char *ports = !later_words(ike) ? "" : block->inbound ? ":0" : ":500";
	cm_text_printf(&text, "  (key eng. msg.) %s local= %s%s, remote= %s%s, \n    local_proxy= ",
		block->inbound ? "INBOUND" : "OUTBOUND", cm_ip4_print(p->local.address, local),
		ports, cm_ip4_print(p->peer.address, remote), ports);
	put_proxy(&text, later_words(ike), s->local, s->protocol, s->local_port);
	cm_text_put(&text, ", \n    remote_proxy= ");
	put_proxy(&text, later_words(ike), s->remote, s->protocol, s->remote_port);
	cm_text_printf(&text, ",\n    protocol= %s, transform= ", p2->cipher ? "ESP" : "AH");
	p2_describe(&text, p2);
	cm_text_printf(&text,
		"  (%s), \n    lifedur= %us and %ukb, \n    spi= 0x%X(%u), conn_id= %u, "
		"keysize= %u, flags= 0x%X",
		mode_word(p2->mode), (unsigned)block->seconds, (unsigned)block->kilobytes,
		(unsigned)block->spi, (unsigned)block->spi, block->connection,
		p2->cipher && p2->cipher->key_length ? p2->cipher->key_bits : 0u, block->flags);
	if (!text.failed)
		SAYS(ike, p, say, .s = text.at);
	cm_text_free(&text);
}

/* --- Offers ------------------------------------------------------------------------------------ */

static const char *encapsulation_word(uint64_t encapsulation)
{
	switch (encapsulation) {
	case 1:
		return "Tunnel";
	case 2:
		return "Transport";
	case 3:
	case 61443:
		return "Tunnel-UDP";
	case 4:
	case 61444:
		return "Transport-UDP";
	default:
		return "unknown";
	}
}

static void say_duration(struct cm_ike *ike, const struct attribute *a)
{
	struct cm_text text = { 0 };
	if (a->basic) {
		SAYS(ike, NULL, W_AT2_LIFE, .u = (uint32_t)a->number);
		return;
	}
	print_hex_duration(&text, a->value);
	SAYS(ike, NULL, W_AT2_LIFE_LONG, .s = text.at ? text.at : "");
	cm_text_free(&text);
}

static void say_attribute(struct cm_ike *ike, const struct attribute *a)
{
	const struct cm_hash *hash = cm_hash_of_auth((unsigned)a->number);
	uint32_t number = (uint32_t)a->number;
	switch (a->type) {
	case A2_LIFE_TYPE:
		if (number == LIFE_SECONDS)
			SAY(ike, NULL, W_AT2_LIFE_SECONDS);
		else
			SAY(ike, NULL, W_AT2_LIFE_KILOBYTES);
		break;
	case A2_LIFE_DURATION:
		say_duration(ike, a);
		break;
	case A2_GROUP:
		SAYS(ike, NULL, W_AT2_GROUP, .u = number);
		break;
	case A2_ENCAPSULATION:
		SAYS(ike, NULL, W_AT2_ENCAPS, .u = number, .s = encapsulation_word(number));
		break;
	case A2_AUTH:
		SAYS(ike, NULL, W_AT2_AUTH, .s = hash ? hash->debug_esp : "(unknown)");
		break;
	case A2_KEY_LENGTH:
		SAYS(ike, NULL, W_AT2_KEYLENGTH, .u = number);
		break;
	default:
		SAYS(ike, NULL, W_AT2_OTHER, .u = a->type);
	}
}

void say_offer(struct cm_ike *ike, struct phase1 *p, const struct p2_offer *offer, size_t index)
{
	(void)index;
	if (!saying(ike, W_CHECKING_IPSEC))
		return;
	SAYS(ike, p, W_CHECKING_IPSEC, .u = offer->number);
	for (unsigned i = 0; i < offer->n; i++) {
		const struct p2_part *part = &offer->parts[i];
		const char *name = part->protocol == PROTO_AH ? "AH" : "(unknown)";
		struct attribute a;
		if (part->protocol == PROTO_ESP && offer->p2.cipher && offer->p2.cipher->debug_esp)
			name = offer->p2.cipher->debug_esp;
		SAYS(ike, NULL, W_TRANSFORM, .u = part->transform, .s = name);
		SAY(ike, NULL, W_TRANSFORM_ATTS);
		struct reader r = rd_of(part->attributes.at, part->attributes.length);
		while (attribute_decode(&r, &a))
			say_attribute(ike, &a);
	}
}

/* --- SAs --------------------------------------------------------------------------------------- */

enum { FLAGS_IN = 0x3, FLAGS_OUT = 0xB, FLAG_PFS = 0x10, FLAG_RESPONDER = 0x20 };

static unsigned flags_of(const struct pair *pair, bool inbound)
{
	return (inbound ? FLAGS_IN : FLAGS_OUT) | (pair->pfs ? FLAG_PFS : 0) |
		(pair->initiator ? 0 : FLAG_RESPONDER);
}

static uint32_t spi_of(const struct pair *pair, bool inbound)
{
	if (inbound)
		return pair->spi_in ? pair->spi_in : pair->ah_spi_in;
	return pair->spi_out ? pair->spi_out : pair->ah_spi_out;
}

static void say_line(struct cm_ike *ike, const struct pair *pair, const char *format, ...)
	CM_PRINTF(3, 4);

static void say_line(struct cm_ike *ike, const struct pair *pair, const char *format, ...)
{
	struct cm_text text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	cm_text_vprintf(&text, format, arguments);
	va_end(arguments);
	if (!text.failed)
		SAYS(ike, pair->phase1, W_SA_LINES, .s = text.at);
	cm_text_free(&text);
}

/* One direction of "Creating IPSec SAs". The inbound SPI is hexadecimal, the outbound decimal. */
static void say_direction(struct cm_ike *ike, const struct pair *pair, bool inbound)
{
	char from[16], to[16], first[16], second[16];
	uint32_t source = inbound ? pair->peer.address : pair->local.address;
	uint32_t dest = inbound ? pair->local.address : pair->peer.address;
	struct cm_net behind = inbound ? pair->selector.remote : pair->selector.local;
	struct cm_net before = inbound ? pair->selector.local : pair->selector.remote;
	say_line(ike, pair, "%s SA from %s to %s (f/i)  0/ 0\n        (proxy %s to %s)",
		inbound ? "inbound" : "outbound", cm_ip4_print(source, from),
		cm_ip4_print(dest, to), cm_ip4_print(behind.address, first),
		cm_ip4_print(before.address, second));
	if (inbound)
		say_line(ike, pair, "has spi 0x%X and conn_id %u and flags %X",
			(unsigned)spi_of(pair, true), pair->connection, flags_of(pair, true));
	else
		say_line(ike, pair, "has spi %d and conn_id %u and flags %X",
			(int)spi_of(pair, false), pair->connection + 1, flags_of(pair, false));
	say_line(ike, pair, "lifetime of %u seconds", (unsigned)pair->offered_s);
	if (pair->offered_kb)
		say_line(ike, pair, "lifetime of %u kilobytes", (unsigned)pair->offered_kb);
	say_line(ike, pair, "has client flags 0x0");
}

void say_created(struct cm_ike *ike, struct pair *pair, uint32_t id, bool responder)
{
	if (!saying(ike, W_CREATING))
		return;
	SAY(ike, pair->phase1, W_CREATING);
	say_direction(ike, pair, true);
	say_direction(ike, pair, false);
	if (responder)
		SAYS(ike, pair->phase1, W_DELETE_NODE, .id = id, .s = "FALSE",
			.t = later_words(ike) ? "QM done (await)" : "quick mode done (await)");
}

static void say_create_sa(struct cm_ike *ike, const struct pair *pair, bool inbound)
{
	struct cm_text text = { 0 };
	char quad[16];
	uint32_t spi = spi_of(pair, inbound);
	bool later = later_words(ike);
	cm_text_printf(&text,
		"  (sa) sa_dest= %s, %s= %u, \n    sa_spi= 0x%X(%u), \n    sa_trans= ",
		cm_ip4_print(inbound ? pair->local.address : pair->peer.address, quad),
		later ? "sa_proto" : "sa_prot", pair->agreed.cipher ? 50u : 51u, (unsigned)spi,
		(unsigned)spi);
	p2_describe(&text, &pair->agreed);
	cm_text_printf(&text, " , sa_conn_id= %u", pair->connection + (inbound ? 0 : 1));
	if (later)
		cm_text_printf(&text, "\n    sa_lifetime(k/sec)= (%u/%u)",
			(unsigned)pair->lifetime_kb, (unsigned)pair->lifetime_s);
	if (!text.failed)
		SAYS(ike, pair->phase1, W_IPSEC_CREATE, .s = text.at);
	cm_text_free(&text);
}

void say_installed(struct cm_ike *ike, struct pair *pair)
{
	char source[16], dest[16];
	const struct cm_selector *s = &pair->selector;
	if (!saying(ike, W_IPSEC_EVENT))
		return;
	SAY(ike, pair->phase1, W_IPSEC_EVENT);
	for (int way = 0; way < 2; way++)
		say_ipsec(ike, W_IPSEC_INITIALIZE, pair->phase1, s, &pair->agreed,
			&(struct ipsec_block){ way == 0, pair->offered_s, pair->offered_kb,
				spi_of(pair, way == 0), pair->connection + (unsigned)way,
				flags_of(pair, way == 0) });
	SAY(ike, pair->phase1, W_IPSEC_RECONNECT);
	SAYS(ike, pair->phase1, W_IPSEC_MTREE, .s = cm_ip4_print(s->local.address, source),
		.t = cm_ip4_print(s->remote.address, dest));
	say_create_sa(ike, pair, true);
	say_create_sa(ike, pair, false);
}
