#include "net/gateway.h"
#include "net/clamp.h"
#include "net/gre.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 4 };

int64_t gateway_now(const struct cm_gateway *g)
{
	(void)g;
	return (int64_t)(uv_hrtime() / 1000000);
}

void gateway_say(
	struct cm_gateway *g, enum cm_severity severity, const char *event, const char *format, ...)
{
	struct cm_text text = { 0 };
	va_list args;
	va_start(args, format);
	cm_text_vprintf(&text, format, args);
	va_end(args);
	struct cm_ike_log line = { .facility = CM_IKE_EVENT,
		.severity = severity,
		.event = event,
		.text = text.at ? text.at : "" };
	if (g->settings.log)
		g->settings.log(g->settings.log_user, &line);
	cm_text_free(&text);
}

/* --- The engine's outputs ------------------------------------------------------------------------- */

static void send_ike(struct cm_gateway *g, const struct cm_ike_send *s)
{
	bool nat = s->from.port == (g->settings.ike.nat_port ? g->settings.ike.nat_port : 4500);
	capture_udp(g->capture, s->from, s->to, s->at, s->length);
	if (!socket_send_udp(nat ? g->udp_nat : g->udp, s->from.address, s->to.address, s->to.port,
		    s->at, s->length))
		g->counters.dropped++;
}

static void take(struct cm_gateway *g, struct cm_ike_output *o)
{
	switch (o->kind) {
	case CM_IKE_SEND:
		send_ike(g, &o->is.send);
		break;
	case CM_IKE_SA_UP:
		net_pair_up(g, &o->is.up);
		crypto_wipe(o, sizeof *o);
		break;
	case CM_IKE_SA_DOWN:
		net_pair_down(g, &o->is.down);
		break;
	case CM_IKE_SA_MOVED:
		net_pair_moved(g, &o->is.moved);
		break;
	case CM_IKE_LOG:
		if (g->settings.log)
			g->settings.log(g->settings.log_user, &o->is.log);
		break;
	case CM_IKE_KEY:
		capture_ike_key(g->capture, &o->is.key);
		crypto_wipe(o, sizeof *o);
		break;
	}
}

static void on_deadline(uv_timer_t *);

static void arm(struct cm_gateway *g)
{
	int64_t due = cm_ike_deadline(g->ike), now = gateway_now(g);
	uv_timer_stop(&g->deadline);
	if (due != INT64_MAX)
		uv_timer_start(&g->deadline, on_deadline, due > now ? (uint64_t)(due - now) : 0, 0);
}

void gateway_drain(struct cm_gateway *g)
{
	struct cm_ike_output output;
	while (cm_ike_next(g->ike, &output))
		take(g, &output);
	arm(g);
}

static void on_deadline(uv_timer_t *timer)
{
	struct cm_gateway *g = timer->data;
	if (!cm_ike_tick(g->ike, gateway_now(g)))
		g->counters.own_errors++;
	gateway_drain(g);
}

static void on_second(uv_timer_t *timer)
{
	struct cm_gateway *g = timer->data;
	net_pairs_tell_traffic(g);
	gateway_drain(g);
}

/* --- Arrivals ------------------------------------------------------------------------------------- */

static void write_inner(struct cm_gateway *g, const struct cm_tunnel *t, struct esp_packet *p)
{
	if (t && t->tunnel_interface.present && t->tunnel_interface.gre &&
		!gre_pull(&t->tunnel_interface, &p->at, &p->length)) {
		g->counters.dropped++;
		return;
	}
	if (t && t->mss)
		clamp_mss(p->at, p->length, t->mss);
	capture_packet(g->capture, p->at, p->length);
	tun_put(&g->tun, p->at, p->length);
}

static void unknown_spi(struct cm_gateway *g, const struct esp_packet *p)
{
	struct cm_endpoint from = { p->from, p->from_port ? p->from_port : 500 };
	struct cm_endpoint to = { p->to, p->to_port ? p->to_port : 500 };
	if (!cm_ike_note_invalid_spi(g->ike, gateway_now(g), from, to, p->spi))
		g->counters.own_errors++;
}

static void opened(struct cm_gateway *g, struct esp_packet *p)
{
	struct net_pair *pair = p->sa ? net_pair_of_sa(g, p->sa) : NULL;
	if (p->verdict == ESP_OK) {
		write_inner(g, pair ? pair->up.tunnel : NULL, p);
		if (pair && p->form == ESP_FORM_UDP &&
			(p->from != pair->up.peer.address || p->from_port != pair->up.peer.port))
			cm_ike_note_moved(g->ike, gateway_now(g), pair->up.pair,
				(struct cm_endpoint){ p->from, p->from_port });
	} else if (p->verdict == ESP_NO_SA) {
		unknown_spi(g, p);
	} else if (p->verdict != ESP_DUMMY && p->verdict != ESP_KEEPALIVE) {
		g->counters.dropped++;
	}
}

static void open_batch(struct cm_gateway *g, struct batch *b)
{
	for (size_t i = 0; g->capture && i < b->n; i++)
		if (b->packets[i].form == ESP_FORM_IP)
			capture_packet(g->capture, b->packets[i].at, b->packets[i].length);
		else
			capture_udp(g->capture,
				(struct cm_endpoint){ b->packets[i].from, b->packets[i].from_port },
				(struct cm_endpoint){ b->packets[i].to, b->packets[i].to_port },
				b->packets[i].at, b->packets[i].length);
	esp_open(g->sadb, b->packets, b->n);
}

static void take_ike(struct cm_gateway *g, const struct esp_packet *p, uint16_t port, size_t back)
{
	struct cm_endpoint from = { p->from, p->from_port }, to = { p->to, port };
	if (!cm_ike_input(g->ike, gateway_now(g), from, to, p->at - back, p->length + back))
		g->counters.own_errors++;
}

static void receive_ike(struct cm_gateway *g)
{
	uint16_t port = g->settings.ike.port ? g->settings.ike.port : 500;
	if (!inbox_fill(g->inbox, g->udp, ESP_FORM_UDP))
		return;
	while (inbox_take(g->inbox, &g->in))
		for (size_t i = 0; i < g->in.n; i++) {
			const struct esp_packet *p = &g->in.packets[i];
			capture_udp(g->capture, (struct cm_endpoint){ p->from, p->from_port },
				(struct cm_endpoint){ p->to, port }, p->at, p->length);
			take_ike(g, p, port, 0);
		}
}

/* The NAT port carries IKE behind a marker, keepalives, and ESP: RFC 3948 2. */
static void open_arrived(struct cm_gateway *g)
{
	enum { MARKER = 4 };
	uint16_t port = g->settings.ike.nat_port ? g->settings.ike.nat_port : 4500;
	for (size_t i = 0; i < g->in.n; i++)
		if (g->in.packets[i].form == ESP_FORM_UDP)
			g->in.packets[i].to_port = port;
	open_batch(g, &g->in);
	for (size_t i = 0; i < g->in.n; i++) {
		struct esp_packet *p = &g->in.packets[i];
		if (p->verdict == ESP_IKE)
			take_ike(g, p, port, MARKER);
		else
			opened(g, p);
	}
	tun_flush(&g->tun);
}

static void receive_icmp(struct cm_gateway *g)
{
	if (!inbox_fill(g->inbox, g->icmp, ESP_FORM_IP))
		return;
	while (inbox_take(g->inbox, &g->in))
		for (size_t i = 0; i < g->in.n; i++)
			pmtu_take(g, &g->in.packets[i]);
}

static void receive(struct cm_gateway *g, int fd)
{
	enum esp_form form = fd == g->udp_nat ? ESP_FORM_UDP : ESP_FORM_IP;
	for (size_t round = 0, n = BATCH; round < ROUNDS && n == BATCH; round++) {
		n = inbox_fill(g->inbox, fd, form);
		while (inbox_take(g->inbox, &g->in))
			open_arrived(g);
	}
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct cm_gateway *g = poll->data;
	uv_os_fd_t fd;
	(void)events;
	if (uv_fileno((uv_handle_t *)poll, &fd) != 0)
		return;
	if (status < 0) {
		gateway_say(g, CM_ERROR, "device-gone",
			"%s is gone: without it there is nothing to do",
			fd == g->tun.fd ? g->tun.name : "a socket");
		g->failed = true;
		cm_gateway_stop(g);
		return;
	}
	if (fd == g->tun.fd)
		outgoing_packets(g);
	else if (fd == g->udp)
		receive_ike(g);
	else if (fd == g->icmp)
		receive_icmp(g);
	else
		receive(g, fd);
	gateway_drain(g);
}

/* --- The loop ------------------------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
	struct cm_gateway *g = handle->data;
	if (number != SIGHUP)
		cm_gateway_stop(g);
	else if (g->settings.reload && !g->settings.reload(g->settings.log_user, g))
		gateway_say(g, CM_WARNING, "reload", "nothing was changed");
	gateway_drain(g);
}

static void on_ending(uv_timer_t *timer)
{
	cm_gateway_stop(timer->data);
}

bool gateway_loop(struct cm_gateway *g)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	int fds[] = { g->tun.fd, g->udp, g->udp_nat, g->raw_esp, g->raw_ah, g->icmp };
	if (uv_loop_init(&g->loop) != 0)
		return false;
	g->has_loop = true;
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
		if (uv_poll_init(&g->loop, &g->polls[i], fds[i]) != 0)
			return false;
		g->polls[i].data = g;
		g->n_polls++;
		uv_poll_start(&g->polls[i], UV_READABLE, on_readable);
	}
	for (size_t i = 0; i < 3; i++) {
		uv_signal_init(&g->loop, &g->signals[i]);
		g->signals[i].data = g;
		uv_signal_start(&g->signals[i], on_signal, numbers[i]);
	}
	uv_timer_init(&g->loop, &g->deadline);
	uv_timer_init(&g->loop, &g->second);
	uv_timer_init(&g->loop, &g->ending);
	g->deadline.data = g->second.data = g->ending.data = g;
	uv_timer_start(&g->second, on_second, 1000, 1000);
	if (g->settings.run_for_s)
		uv_timer_start(&g->ending, on_ending, g->settings.run_for_s * 1000ull, 0);
	return true;
}

/* --- Running -------------------------------------------------------------------------------------- */

static bool may_call(const struct cm_tunnel *t)
{
	return gateway_serves(t) && !t->responder_only && t->kind != CM_TUNNEL_DYNAMIC &&
		t->n_peers && !t->peers[0].any;
}

static void call_everybody(struct cm_gateway *g)
{
	for (size_t i = 0; i < g->n_tunnels; i++) {
		const struct cm_tunnel *t = &g->tunnels[i];
		for (size_t j = 0; may_call(t) && j < t->n_selectors; j++)
			cm_ike_want(g->ike, gateway_now(g), t, &t->selectors[j]);
	}
}

bool cm_gateway_run(struct cm_gateway *g)
{
	gateway_say(g, CM_INFO, "ready", "ready: %zu tunnels, %zu routes, device %s, MTU %u",
		g->n_tunnels, g->n_routes, g->tun.name, g->tun_mtu);
	if (g->settings.initiate)
		call_everybody(g);
	gateway_drain(g);
	while (!g->stopping && uv_run(&g->loop, UV_RUN_ONCE) != 0)
		continue;
	/* The peers are told, so that none of them keeps dead SAs. */
	cm_ike_delete_peer(g->ike, gateway_now(g), 0);
	gateway_drain(g);
	return !g->failed;
}

void cm_gateway_stop(struct cm_gateway *g)
{
	g->stopping = true;
	if (g->has_loop)
		uv_stop(&g->loop);
}

/* The engine says which tunnel a pair belongs to now. */
static void see_heir(void *user, const struct cm_ike_pair_status *s)
{
	struct net_pair *p = net_pair_numbered(user, s->pair);
	if (p)
		p->up.tunnel = s->tunnel;
}

bool cm_gateway_reload(struct cm_gateway *g, const struct cm_tunnel *tunnels, size_t n)
{
	struct cm_tunnel *fresh = gateway_adopt(g, tunnels, n);
	if (!fresh || !cm_ike_reload(g->ike, gateway_now(g), fresh, n)) {
		free(fresh);
		return false;
	}
	free(g->tunnels);
	g->tunnels = fresh;
	g->n_tunnels = n;
	gateway_drain(g);
	cm_ike_each_pair(g->ike, gateway_now(g), see_heir, g);
	gateway_say(g, CM_INFO, "reload", "read again: %zu tunnels, %zu pairs of SAs stay", n,
		g->n_pairs);
	return flows_make(g) && gateway_set_mtu(g) && routes_update(g);
}
