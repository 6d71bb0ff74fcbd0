#include "ike/quick.h"

#include <string.h>

static void write_id(struct builder *b, uint8_t protocol, struct cm_net net, const uint16_t port[2])
{
	bool host = net.mask == 0xffffffffu;
	build_open(b, P_ID);
	wr_u8(&b->w, host ? ID_IPV4 : ID_IPV4_SUBNET);
	wr_u8(&b->w, protocol);
	wr_u16(&b->w, port[0] == port[1] ? port[0] : 0); /* ranges have no form: any */
	wr_u32(&b->w, net.address & net.mask);
	if (!host)
		wr_u32(&b->w, net.mask);
	build_close(b);
}

void ids_write(struct builder *b, const struct cm_selector *s, bool initiator)
{
	write_id(b, s->protocol, initiator ? s->local : s->remote,
		initiator ? s->local_port : s->remote_port);
	write_id(b, s->protocol, initiator ? s->remote : s->local,
		initiator ? s->remote_port : s->local_port);
}

/* Addresses compare as sets, so a host may come as ADDR, SUBNET/32 or a range of one. */
static bool net_of_id(const struct pl_id *id, struct cm_net *net)
{
	struct reader r = rd_of(id->data.at, id->data.length);
	uint32_t first = rd_u32(&r), second = id->data.length == 8 ? rd_u32(&r) : 0;
	if (r.bad)
		return false;
	*net = (struct cm_net){ first, 0xffffffffu };
	if (id->type == ID_IPV4)
		return id->data.length == 4;
	if (id->data.length != 8)
		return false;
	if (id->type == ID_IPV4_SUBNET) {
		*net = (struct cm_net){ first & second, second };
		return cm_mask_is_prefix(second);
	}
	uint32_t size = second - first; /* a range is a prefix or nothing that we can do */
	*net = (struct cm_net){ first, ~size };
	return id->type == ID_IPV4_RANGE && second >= first && cm_mask_is_prefix(~size) &&
		(first & size) == 0;
}

static void ports_of_id(const struct pl_id *id, uint16_t port[2])
{
	port[0] = id->port;
	port[1] = id->port ? id->port : 65535;
}

bool ids_read(
	const struct phase1 *p, const struct message *m, bool initiator, struct cm_selector *out)
{
	const struct payload *ci = message_find(m, P_ID, 0);
	unsigned n = message_count(m, P_ID);
	memset(out, 0, sizeof *out);
	if (n == 0) { /* the ISAKMP endpoints themselves, RFC 2409 5.5 */
		out->local = (struct cm_net){ p->local.address, 0xffffffffu };
		out->remote = (struct cm_net){ p->peer.address, 0xffffffffu };
		out->local_port[1] = out->remote_port[1] = 65535;
		return true;
	}
	if (n != 2)
		return false;
	const struct payload *cr = message_find(m, P_ID, (unsigned)(ci - m->payloads) + 1);
	const struct pl_id *mine = initiator ? &ci->is.id : &cr->is.id;
	const struct pl_id *theirs = initiator ? &cr->is.id : &ci->is.id;
	out->protocol = mine->protocol;
	ports_of_id(mine, out->local_port);
	ports_of_id(theirs, out->remote_port);
	return mine->protocol == theirs->protocol && net_of_id(mine, &out->local) &&
		net_of_id(theirs, &out->remote);
}
