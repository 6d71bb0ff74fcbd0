#include "ike/identity.h"

#include "ike/handshake.h"
#include "tunnel/identity.h"

#include <string.h>

void id_body(struct writer *w, const struct cm_identity *id, uint32_t local, uint16_t port)
{
	bool named = id->name.length > 0 && id->name.length <= 255;
	uint8_t type = named && id->kind == CM_ID_FQDN ? ID_FQDN
		: named && id->kind == CM_ID_USER_FQDN ? ID_USER_FQDN
		: named && id->kind == CM_ID_KEY_ID    ? ID_KEY_ID
						       : ID_IPV4;
	wr_u8(w, type);
	wr_u8(w, 17);
	wr_u16(w, port);
	if (type == ID_IPV4)
		wr_u32(w,
			id->kind == CM_ID_ADDRESS && id->address.address ? id->address.address
									 : local);
	else
		wr_octets(w, id->name.at, id->name.length);
}

bool id_write(struct cm_ike *ike, struct phase1 *p, struct bytes *out)
{
	uint8_t body[ID_ROOM];
	struct writer w = wr_of(body, sizeof body);
	/* port 0 after a NAT was found (ios.md 3.8) */
	id_body(&w, &p->route->tunnel->local_id, p->local.address, nat_found(p) ? 0 : 500);
	return !w.bad && bytes_set(&ike->store, out, body, wr_length(&w));
}

static struct pl_id id_of(struct octets body)
{
	struct reader r = rd_of(body.at, body.length);
	struct pl_id id = { rd_u8(&r), rd_u8(&r), rd_u16(&r), { NULL, 0 } };
	id.data = rd_rest(&r);
	return id;
}

static uint32_t id_address(const struct pl_id *id)
{
	struct reader r = rd_of(id->data.at, id->data.length);
	return id->type == ID_IPV4 && id->data.length == 4 ? rd_u32(&r) : 0;
}

struct cm_str id_name(const struct pl_id *id)
{
	bool named = id->type == ID_FQDN || id->type == ID_USER_FQDN || id->type == ID_KEY_ID;
	struct cm_str name = { named ? (const char *)id->data.at : NULL,
		named ? id->data.length : 0 };
	return name;
}

/* The block of the article: an address, or the name with what cannot be printed left out. */
static void say_id(struct cm_ike *ike, const struct phase1 *p, struct octets body)
{
	struct cm_text text = { 0 };
	struct pl_id id = id_of(body);
	char quad[16];
	if (!saying(ike, W_ID_PAYLOAD))
		return;
	cm_text_printf(&text, "next-payload : 8\ntype         : %u\n", id.type);
	if (id.type == ID_IPV4) {
		cm_text_printf(&text, "address      : %s\n", cm_ip4_print(id_address(&id), quad));
	} else {
		cm_text_put(&text, "FQDN name    : ");
		for (size_t i = 0; i < id.data.length && i < 255; i++)
			if (id.data.at[i] >= ' ' && id.data.at[i] < 127)
				cm_text_char(&text, (char)id.data.at[i]);
		cm_text_put(&text, "\n");
	}
	cm_text_printf(&text, "protocol     : %u\nport         : %u\nlength       : %zu",
		id.protocol, id.port, body.length + GENERIC_HEADER);
	if (!text.failed)
		SAYS(ike, p, W_ID_PAYLOAD, .s = text.at);
	cm_text_free(&text);
}

/* What the peer shows, in the terms of a configuration. */
static struct cm_identity id_shown(const struct pl_id *id)
{
	struct cm_identity shown = { .kind = CM_ID_DN, .name = id_name(id) };
	if (id->type == ID_IPV4 && id->data.length == 4) {
		shown.kind = CM_ID_ADDRESS;
		shown.address = (struct cm_net){ id_address(id), 0xffffffffu };
	} else if (shown.name.at) {
		shown.kind = id->type == ID_FQDN   ? CM_ID_FQDN
			: id->type == ID_USER_FQDN ? CM_ID_USER_FQDN
						   : CM_ID_KEY_ID;
	}
	return shown;
}

bool id_welcome(struct cm_ike *ike, struct phase1 *p, struct octets body)
{
	const struct cm_tunnel *t = p->route->tunnel;
	struct pl_id id = id_of(body);
	struct cm_identity shown = id_shown(&id);
	for (size_t i = 0; i < t->n_remote_ids; i++)
		if (identity_matches(&t->remote_ids[i], &shown, shown.address.address))
			return true;
	if (t->n_remote_ids == 0) {
		SAY(ike, p, W_NO_PROFILE);
		return true;
	}
	char quad[16];
	tell(ike,
		(struct happening){
			"identity-refused", CM_ERROR, p->peer.address, t, t->remote_ids[0].at },
		"phase 1 with %s failed: its identity (%s) is none that the ISAKMP profile matches",
		peer_name(p->peer.address, quad),
		id_type_name(id.type) ? id_type_name(id.type) : "of an unknown type");
	notify_plain(ike, p, N_INVALID_ID);
	return false;
}

void say_own_id(struct cm_ike *ike, struct phase1 *p, const struct bytes *id)
{
	struct pl_id own = id_of(bytes_octets(id));
	SAYS(ike, p, W_DOING_PSK, .s = id_type_name(own.type));
	say_id(ike, p, bytes_octets(id));
	SAYS(ike, p, W_ID_LENGTH, .u = (uint32_t)id->length + GENERIC_HEADER);
}

bool id_read(struct cm_ike *ike, struct phase1 *p, const struct message *m, struct bytes *out)
{
	struct octets body = message_find(m, P_ID, 0)->body;
	SAYS(ike, p, W_PROCESSING, .s = "ID");
	say_id(ike, p, body);
	return bytes_set(&ike->store, out, body.at, body.length);
}
