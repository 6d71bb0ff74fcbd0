#include "net/gateway.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* --- What stands, as JSON ----------------------------------------------------------------------------- */

struct list {
	struct cm_gateway *g;
	json_t *array;
};

static json_t *json_str(struct cm_str s)
{
	return json_stringn(s.at ? s.at : "", s.length);
}

static json_t *json_endpoint(struct cm_endpoint e)
{
	char address[16];
	return json_pack("{s:s, s:i}", "address", cm_ip4_print(e.address, address), "port", e.port);
}

static json_t *json_net(struct cm_net net, const uint16_t port[2])
{
	char address[16], mask[16];
	return json_pack("{s:s, s:s, s:[i,i]}", "address", cm_ip4_print(net.address, address),
		"mask", cm_ip4_print(net.mask, mask), "ports", port[0], port[1]);
}

static void set_policy(json_t *o, const struct cm_p1 *p)
{
	if (!p)
		return;
	json_object_set_new(o, "encryption", json_string(p->cipher ? p->cipher->name : ""));
	json_object_set_new(o, "hash", json_string(p->hash ? p->hash->name : ""));
	json_object_set_new(o, "authentication", json_string(p->auth ? p->auth->name : ""));
	json_object_set_new(o, "group", json_integer(p->group ? p->group->number : 0));
}

/* A tunnel interface's map is one that the router makes by itself: "Tunnel0-head-0". */
static json_t *json_tag(const struct cm_tunnel *t)
{
	if (t->tunnel_interface.present)
		return json_sprintf("%.*s-head-0", (int)t->interface.length, t->interface.at);
	return json_str(t->static_map.length ? t->static_map : t->map);
}

static void set_tunnel(json_t *o, const struct cm_tunnel *t)
{
	if (!t)
		return;
	json_object_set_new(o, "interface", json_str(t->interface));
	json_object_set_new(o, "map", json_tag(t));
	json_object_set_new(o, "sequence", json_integer(t->sequence));
	if (t->isakmp_profile.length)
		json_object_set_new(o, "profile", json_str(t->isakmp_profile));
}

static void set_selector(json_t *o, const struct cm_selector *s)
{
	json_object_set_new(o, "protocol", json_integer(s->protocol));
	json_object_set_new(o, "local_ident", json_net(s->local, s->local_port));
	json_object_set_new(o, "remote_ident", json_net(s->remote, s->remote_port));
}

static void see_sa(void *user, const struct cm_ike_sa_status *s)
{
	struct list *l = user;
	json_t *o = json_pack("{s:b, s:s, s:b, s:i, s:i, s:i, s:b, s:b, s:b}", "initiator",
		s->initiator, "state", s->state ? s->state : "", "deleted", s->deleted,
		"connection", (int)s->connection, "lifetime", (int)s->lifetime_s, "remaining",
		(int)s->remaining_s, "nat", s->nat, "dpd", s->dpd, "fragmentation",
		s->fragmentation);
	json_object_set_new(o, "local", json_endpoint(s->local));
	json_object_set_new(o, "peer", json_endpoint(s->peer));
	set_policy(o, s->policy);
	set_tunnel(o, s->tunnel);
	json_array_append_new(l->array, o);
}

static void set_transform(json_t *o, const struct cm_p2 *t)
{
	struct cm_text words = { 0 };
	if (!t)
		return;
	if (t->ah)
		cm_text_printf(&words, "%s ", t->ah->ah);
	if (t->cipher)
		cm_text_printf(
			&words, "%s ", t->cipher->show ? t->cipher->show : t->cipher->transform);
	if (t->hash)
		cm_text_printf(&words, "%s ", t->hash->esp);
	json_object_set_new(o, "transform", json_string(words.at ? words.at : ""));
	json_object_set_new(o, "iv", json_integer(t->cipher ? t->cipher->iv : 0));
	cm_text_free(&words);
}

static void set_counters(json_t *o, const char *name, const struct esp_sa *sa)
{
	if (!sa)
		return;
	const struct esp_counters *c = esp_sa_counters(sa);
	json_t *all = json_pack(
		"{s:I, s:I}", "packets", (json_int_t)c->packets, "octets", (json_int_t)c->bytes);
	for (int v = ESP_OK + 1; v < ESP_N_VERDICTS; v++)
		if (c->by_verdict[v])
			json_object_set_new(all, esp_verdict_word((enum esp_verdict)v),
				json_integer((json_int_t)c->by_verdict[v]));
	json_object_set_new(o, name, all);
}

static void set_mtu(json_t *o, const struct esp_sa *out)
{
	json_object_set_new(o, "inner_mtu", json_integer((json_int_t)esp_sa_inner_mtu(out)));
	json_object_set_new(o, "path_mtu", json_integer(esp_sa_params(out)->path_mtu));
}

static void see_pair(void *user, const struct cm_ike_pair_status *s)
{
	struct list *l = user;
	const struct net_pair *pair = net_pair_numbered(l->g, s->pair);
	json_t *o = json_pack("{s:i, s:i, s:I, s:I, s:I, s:I, s:b, s:b, s:b, s:i, s:I, s:i, s:I}",
		"pair", (int)s->pair, "connection", (int)s->connection, "spi_in",
		(json_int_t)s->spi_in, "spi_out", (json_int_t)s->spi_out, "ah_spi_in",
		(json_int_t)s->ah_spi_in, "ah_spi_out", (json_int_t)s->ah_spi_out, "udp", s->udp,
		"outbound", s->outbound, "replaced", s->replaced, "lifetime_s", (int)s->lifetime_s,
		"lifetime_kb", (json_int_t)s->lifetime_kb, "remaining_s", (int)s->remaining_s,
		"remaining_kb", (json_int_t)s->remaining_kb);
	json_object_set_new(o, "esn", json_boolean(s->esn));
	json_object_set_new(o, "replay", json_boolean(pair && pair->up.replay_window));
	json_object_set_new(o, "uptime_s", json_integer((gateway_now(l->g) - s->since) / 1000));
	json_object_set_new(
		o, "mode", json_string(s->mode == CM_MODE_TUNNEL ? "tunnel" : "transport"));
	json_object_set_new(o, "pfs", s->pfs ? json_integer(s->pfs->number) : json_null());
	set_selector(o, &s->selector);
	json_object_set_new(o, "local", json_endpoint(s->local));
	json_object_set_new(o, "peer", json_endpoint(s->peer));
	set_transform(o, s->transform);
	set_tunnel(o, s->tunnel);
	if (pair) {
		const struct esp_sa *out = pair->esp_out ? pair->esp_out : pair->ah_out;
		set_counters(o, "in", pair->esp_in ? pair->esp_in : pair->ah_in);
		set_counters(o, "out", out);
		if (out)
			set_mtu(o, out);
	}
	json_array_append_new(l->array, o);
}

/* The pairs of each tunnel; NULL without memory. */
static struct net_pair **pairs_by_tunnel(const struct cm_gateway *g)
{
	struct net_pair **first = calloc(g->n_tunnels + 1, sizeof *first);
	for (struct net_pair *p = g->newest; first && p; p = p->older) {
		if (!p->up.tunnel || (!p->esp_out && !p->ah_out))
			continue;
		struct net_pair **at = &first[p->up.tunnel - g->tunnels];
		p->same_tunnel = *at;
		*at = p;
	}
	return first;
}

static bool is_up(const struct net_pair *first, const struct cm_selector *line)
{
	for (; first; first = first->same_tunnel) {
		enum cm_relation r = cm_selector_relate(line, &first->up.selector);
		if (r == CM_EQUAL || r == CM_NARROWER)
			return true;
	}
	return false;
}

static json_t *json_line(const struct cm_tunnel *t, const struct cm_selector *s)
{
	json_t *o = json_object();
	set_tunnel(o, t);
	set_selector(o, s);
	json_object_set_new(o, "local", json_endpoint((struct cm_endpoint){ t->local, 500 }));
	if (t->n_peers && t->peers[0].resolved)
		json_object_set_new(
			o, "peer", json_endpoint((struct cm_endpoint){ t->peers[0].address, 500 }));
	json_object_set_new(o, "path_mtu", json_integer(t->mtu));
	return o;
}

/* Lines of the configuration for which no SA stands. */
static json_t *json_idle(const struct cm_gateway *g)
{
	json_t *all = json_array();
	struct net_pair **pairs = pairs_by_tunnel(g);
	for (size_t i = 0; pairs && i < g->n_tunnels; i++) {
		const struct cm_tunnel *t = &g->tunnels[i];
		for (size_t j = 0; gateway_serves(t) && j < t->n_selectors; j++)
			if (!is_up(pairs[i], &t->selectors[j]))
				json_array_append_new(all, json_line(t, &t->selectors[j]));
	}
	free(pairs);
	return all;
}

static json_t *json_counters(const struct cm_gateway *g)
{
	struct cm_ike_counters c;
	cm_ike_count(g->ike, &c);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"half_open", (json_int_t)c.half_open, "received", (json_int_t)c.received, "sent",
		(json_int_t)c.sent, "dropped", (json_int_t)c.dropped, "refused",
		(json_int_t)c.refused, "retransmitted", (json_int_t)c.retransmitted, "duplicates",
		(json_int_t)c.duplicates, "memory", (json_int_t)c.memory, "no_sa",
		(json_int_t)esp_sadb_counters(g->sadb)->by_verdict[ESP_NO_SA], "no_flow",
		(json_int_t)g->counters.no_flow, "too_big", (json_int_t)g->counters.too_big,
		"packets_dropped", (json_int_t)(g->counters.dropped + g->tun.refused));
}

void cm_gateway_status(struct cm_gateway *g, struct cm_text *out)
{
	struct list sas = { g, json_array() }, pairs = { g, json_array() };
	int64_t now = gateway_now(g);
	net_pairs_tell_traffic(g);
	cm_ike_each_sa(g->ike, now, see_sa, &sas);
	cm_ike_each_pair(g->ike, now, see_pair, &pairs);
	json_t *root = json_pack("{s:i, s:I, s:s, s:i, s:o, s:o, s:o, s:o}", "version", 1,
		"uptime_s", (json_int_t)((now - g->started) / 1000), "device", g->tun.name,
		"tunnels", (int)g->n_tunnels, "isakmp", sas.array, "ipsec", pairs.array, "idle",
		json_idle(g), "counters", json_counters(g));
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	cm_text_put(out, text ? text : "{}");
	free(text);
	json_decref(root);
}

/* --- The socket -------------------------------------------------------------------------------------------- */

struct answer {
	uv_write_t write;
	uv_pipe_t pipe;
	struct cm_text text;
};

static void answer_closed(uv_handle_t *handle)
{
	struct answer *a = handle->data;
	cm_text_free(&a->text);
	free(a);
}

static void answer_written(uv_write_t *write, int status)
{
	struct answer *a = write->data;
	(void)status;
	if (!uv_is_closing((uv_handle_t *)&a->pipe))
		uv_close((uv_handle_t *)&a->pipe, answer_closed);
}

/* Whoever connects gets all of it at once: there is nothing to ask for. */
static void on_connection(uv_stream_t *server, int status)
{
	struct cm_gateway *g = server->data;
	struct answer *a = status == 0 ? calloc(1, sizeof *a) : NULL;
	if (!a)
		return;
	uv_pipe_init(&g->loop, &a->pipe, 0);
	a->pipe.data = a->write.data = a;
	cm_gateway_status(g, &a->text);
	uv_buf_t buffer = uv_buf_init(a->text.at, (unsigned)a->text.length);
	if (uv_accept(server, (uv_stream_t *)&a->pipe) != 0 ||
		uv_write(&a->write, (uv_stream_t *)&a->pipe, &buffer, 1, answer_written) != 0)
		uv_close((uv_handle_t *)&a->pipe, answer_closed);
	gateway_drain(g);
}

bool status_open(struct cm_gateway *g)
{
	const char *path = g->settings.status;
	if (!path)
		return true;
	unlink(path);
	uv_pipe_init(&g->loop, &g->status, 0);
	g->status.data = g;
	g->has_status = true;
	int error = uv_pipe_bind(&g->status, path);
	if (error == 0)
		error = uv_listen((uv_stream_t *)&g->status, 8, on_connection);
	if (error == 0)
		chmod(path, 0600);
	errno = -error;
	return error == 0;
}

void status_close(struct cm_gateway *g)
{
	if (g->has_status)
		unlink(g->settings.status);
}

bool cm_gateway_ask(const char *path, struct cm_text *answer, char *error, size_t room)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char block[4096];
	ssize_t n = -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		while ((n = read(fd, block, sizeof block)) > 0)
			cm_text_add(answer, block, (size_t)n);
	if (n < 0 && (errno == ENOENT || errno == ECONNREFUSED))
		snprintf(error, room, "%s: no gateway answers there (is `cryptomap up` running?)",
			path);
	else if (n < 0)
		snprintf(error, room, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return n == 0;
}
