#include <cryptomap/document.h>
#include <cryptomap/tunnel.h>

enum { NAME_WIDTH = 10, VALUE_WIDTH = 50 };

/* One line: name, value, and the line of the text that says so. */
static void put_row(const struct cm_tunnel *t, struct cm_text *out, const char *name,
	struct cm_text *value, struct cm_span at)
{
	uint32_t line, column;
	cm_text_printf(
		out, "  %-*s %-*s ", NAME_WIDTH, name, VALUE_WIDTH, value->at ? value->at : "");
	if (t->document && at.end > at.start) {
		cm_document_place(t->document, at.start, &line, &column);
		cm_text_printf(out, "line %u", (unsigned)line);
	} else {
		cm_text_put(out, "default");
	}
	cm_text_char(out, '\n');
	cm_text_wipe(value);
}

static void put_address(struct cm_text *out, uint32_t address)
{
	char quad[16];
	cm_text_put(out, cm_ip4_print(address, quad));
}

static void put_net(struct cm_text *out, const struct cm_net *net)
{
	if (net->mask == 0) {
		cm_text_put(out, "any");
		return;
	}
	put_address(out, net->address);
	if (cm_mask_is_prefix(net->mask) && net->mask != 0xffffffff)
		cm_text_printf(out, "/%u", cm_mask_bits(net->mask));
	if (!cm_mask_is_prefix(net->mask)) {
		cm_text_char(out, ' ');
		put_address(out, ~net->mask);
	}
}

static void put_ports(struct cm_text *out, const uint16_t ports[2])
{
	if (ports[0] == 0 && ports[1] == 65535)
		return;
	cm_text_printf(out, ports[0] == ports[1] ? ":%u" : ":%u-%u", ports[0], ports[1]);
}

static void put_selector(const struct cm_tunnel *t, struct cm_text *out, const char *name,
	const struct cm_selector *s)
{
	struct cm_text value = { 0 };
	const char *word = cm_name_word(CM_NAMES_PROTOCOL, s->protocol);
	if (word)
		cm_text_printf(&value, "%s ", word);
	else
		cm_text_printf(&value, "%u ", s->protocol);
	put_net(&value, &s->local);
	put_ports(&value, s->local_port);
	cm_text_put(&value, " -> ");
	put_net(&value, &s->remote);
	put_ports(&value, s->remote_port);
	put_row(t, out, name, &value, s->at);
}

static void put_header(const struct cm_tunnel *t, struct cm_text *out)
{
	static const char *const kinds[] = {
		[CM_TUNNEL_STATIC] = "crypto map",
		[CM_TUNNEL_DYNAMIC] = "dynamic map",
		[CM_TUNNEL_PROFILE] = "IPsec profile",
		[CM_TUNNEL_MANUAL] = "crypto map, keys by hand",
	};
	cm_text_printf(out, "%s ", kinds[t->kind]);
	cm_text_str(out, t->map);
	if (t->kind == CM_TUNNEL_DYNAMIC && t->static_map.at) {
		cm_text_printf(out, " %u of ", (unsigned)t->dynamic_sequence);
		cm_text_str(out, t->static_map);
	}
	if (t->kind != CM_TUNNEL_PROFILE)
		cm_text_printf(out, " %u", (unsigned)t->sequence);
	if (t->interface.at) {
		cm_text_put(out, " on ");
		cm_text_str(out, t->interface);
	}
	if (t->version == 2)
		cm_text_put(out, ", IKEv2");
	cm_text_char(out, '\n');
	if (t->incomplete)
		cm_text_printf(out, "  incomplete: %s\n", t->why ? t->why : "IOS does not use it");
}

static void put_ends(const struct cm_tunnel *t, bool secrets, struct cm_text *out)
{
	struct cm_text value = { 0 };
	if (t->has_local)
		put_address(&value, t->local);
	else
		cm_text_put(&value, "not known");
	put_row(t, out, "local", &value, t->local_at);
	for (size_t i = 0; i < t->n_peers; i++) {
		if (t->peers[i].any)
			cm_text_put(&value, "any");
		else if (t->peers[i].resolved)
			put_address(&value, t->peers[i].address);
		else
			cm_text_str(&value, t->peers[i].hostname);
		put_row(t, out, "peer", &value, t->peers[i].at);
	}
	for (size_t i = 0; i < t->n_keys; i++) {
		if (secrets)
			cm_text_str(&value, t->keys[i].secret);
		else
			cm_text_char(&value, '*');
		cm_text_put(&value, " for ");
		if (t->keys[i].hostname.at)
			cm_text_str(&value, t->keys[i].hostname);
		else
			put_net(&value, &t->keys[i].peer);
		put_row(t, out, "key", &value, t->keys[i].at);
	}
}

static void put_proposals(const struct cm_tunnel *t, struct cm_text *out)
{
	struct cm_text value = { 0 };
	for (size_t i = 0; i < t->n_p1; i++) {
		const struct cm_p1 *p1 = &t->p1[i];
		cm_text_printf(&value, "%u: %s, %s, %s, group %u, %u s", p1->priority,
			p1->cipher ? p1->cipher->name : "?", p1->hash ? p1->hash->name : "?",
			p1->auth ? p1->auth->name : "?", p1->group ? p1->group->number : 0u,
			(unsigned)p1->lifetime_s);
		put_row(t, out, "phase 1", &value, p1->at);
	}
	for (size_t i = 0; i < t->n_p2; i++) {
		const struct cm_p2 *p2 = &t->p2[i];
		cm_text_str(&value, p2->name);
		cm_text_put(&value, ":");
		if (p2->ah)
			cm_text_printf(&value, " %s", p2->ah->ah);
		if (p2->cipher)
			cm_text_printf(&value, " %s", p2->cipher->transform);
		if (p2->hash)
			cm_text_printf(&value, " %s", p2->hash->esp);
		cm_text_put(&value, p2->mode == CM_MODE_TRANSPORT ? ", transport" : ", tunnel");
		put_row(t, out, "phase 2", &value, p2->at);
	}
}

static void put_rest(const struct cm_tunnel *t, struct cm_text *out)
{
	struct cm_text value = { 0 };
	if (t->pfs.demanded && t->pfs.group)
		cm_text_printf(&value, "group %u", t->pfs.group->number);
	else
		cm_text_put(&value, "not demanded");
	put_row(t, out, "PFS", &value, t->pfs.at);
	cm_text_printf(&value, "%u s", (unsigned)t->lifetime_s);
	put_row(t, out, "lifetime", &value, t->lifetime_s_at);
	if (t->lifetime_kb)
		cm_text_printf(&value, "%u kB", (unsigned)t->lifetime_kb);
	else
		cm_text_put(&value, "no volume limit");
	put_row(t, out, "", &value, t->lifetime_kb_at);
	for (size_t i = 0; i < t->n_denies; i++)
		put_selector(t, out, "not", &t->denies[i]);
	for (size_t i = 0; i < t->n_selectors; i++)
		put_selector(t, out, "protects", &t->selectors[i]);
	if (t->dpd.interval_s) {
		cm_text_printf(&value, "every %u s, %s", t->dpd.interval_s,
			t->dpd.periodic ? "always" : "when there is traffic");
		put_row(t, out, "DPD", &value, t->dpd.at);
	}
}

void cm_print_tunnels(const struct cm_tunnels *set, bool secrets, struct cm_text *out)
{
	size_t n;
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			cm_text_char(out, '\n');
		put_header(&list[i], out);
		put_ends(&list[i], secrets, out);
		put_proposals(&list[i], out);
		put_rest(&list[i], out);
	}
}
