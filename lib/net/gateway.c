#include "net/gateway.h"

#include <errno.h>
#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 4, MTU_LEAST = 576 };

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

static void write_inner(struct cm_gateway *g, const struct esp_packet *p)
{
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
		write_inner(g, p);
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
	if (status < 0 || uv_fileno((uv_handle_t *)poll, &fd) != 0)
		return;
	if (fd == g->tun.fd)
		flows_outgoing(g);
	else if (fd == g->udp)
		receive_ike(g);
	else
		receive(g, fd);
	gateway_drain(g);
}

/* --- Set-up --------------------------------------------------------------------------------------- */

static const char *device_for(const struct cm_gateway *g, struct cm_str configured)
{
	for (size_t i = 0; i < g->settings.n_interfaces; i++)
		if (cm_str_same(g->settings.interfaces[i].configured, configured))
			return g->settings.interfaces[i].device;
	return NULL;
}

/* A mapped interface lends its address; otherwise the configured one is taken as it stands. */
static void adopt_address(const struct cm_gateway *g, struct cm_tunnel *t)
{
	const char *device = device_for(g, t->interface);
	uint32_t address = device ? netlink_device_address(device) : 0;
	if (address) {
		t->has_local = true;
		t->local = address;
	} else if (!t->has_local && t->n_peers && t->peers[0].resolved) {
		address = netlink_source_for(t->peers[0].address);
		t->has_local = address != 0;
		t->local = address;
	}
	if (t->local_id.kind == CM_ID_ADDRESS && !(t->local_id.at.end > t->local_id.at.start))
		t->local_id.address = (struct cm_net){ t->local, 0xffffffff };
}

static struct cm_tunnel *copy_tunnels(
	const struct cm_gateway *g, const struct cm_tunnel *tunnels, size_t n)
{
	struct cm_tunnel *copy = calloc(n + 1, sizeof *copy);
	for (size_t i = 0; copy && i < n; i++) {
		copy[i] = tunnels[i];
		adopt_address(g, &copy[i]);
	}
	return copy;
}

static uint32_t host_source(void *user, const struct cm_tunnel *t, uint32_t peer)
{
	const struct cm_gateway *g = user;
	const char *device = device_for(g, t->interface);
	uint32_t address = device ? netlink_device_address(device) : 0;
	return address ? address : netlink_source_for(peer);
}

/* The TUN device is as wide as the narrowest transform lets inner packets be. */
static unsigned tun_mtu(const struct cm_gateway *g)
{
	size_t least = 1500;
	for (size_t i = 0; i < g->n_tunnels; i++)
		for (size_t j = 0; j < g->tunnels[i].n_p2; j++) {
			const struct cm_p2 *p2 = &g->tunnels[i].p2[j];
			const struct cm_wrapping wrapping = { .cipher = p2->cipher,
				.hash = p2->hash,
				.ah = p2->ah,
				.udp = g->tunnels[i].nat_t };
			size_t inner = cm_overhead_inner(&wrapping, g->tunnels[i].mtu);
			if (inner && inner < least)
				least = inner;
		}
	return least < MTU_LEAST ? MTU_LEAST : (unsigned)least;
}

static bool fail(char *error, size_t room, const char *what, int number)
{
	snprintf(error, room, "%s: %s", what, strerror(number));
	return false;
}

static bool open_tun(struct cm_gateway *g, char *error, size_t room)
{
	if (!tun_open(&g->tun, g->settings.tun ? g->settings.tun : "cmap%d"))
		return fail(error, room, "TUN device", errno);
	g->tun_index = if_nametoindex(g->tun.name);
	g->netlink = netlink_open();
	g->tun_mtu = tun_mtu(g);
	if (g->netlink < 0)
		return fail(error, room, "netlink", errno);
	int number = netlink_link_up(g->netlink, g->tun_index, g->tun_mtu);
	return number == 0 || fail(error, room, g->tun.name, number);
}

static bool open_sockets(struct cm_gateway *g, char *error, size_t room)
{
	const struct cm_ike_settings *s = &g->settings.ike;
	g->udp = socket_udp(s->port ? s->port : 500);
	if (g->udp < 0)
		return fail(error, room, "UDP port 500", errno);
	g->udp_nat = socket_udp(s->nat_port ? s->nat_port : 4500);
	if (g->udp_nat < 0)
		return fail(error, room, "UDP port 4500", errno);
	socket_join_arrivals(g->udp_nat);
	g->raw_esp = socket_raw(ESP_PROTOCOL_ESP);
	g->raw_ah = socket_raw(ESP_PROTOCOL_AH);
	g->raw_out = socket_raw_out();
	if (g->raw_esp < 0 || g->raw_ah < 0 || g->raw_out < 0)
		return fail(error, room, "raw socket", errno);
	return true;
}

static bool make_engine(struct cm_gateway *g, char *error, size_t room)
{
	const struct cm_ike_host host = { .user = g, .source = host_source };
	g->settings.ike.key_log = g->settings.key_log != NULL;
	g->ike = cm_ike_new(g->tunnels, g->n_tunnels, &host, &g->settings.ike);
	g->crypto = crypto_new();
	g->sadb = esp_sadb_new();
	g->inbox = inbox_new();
	if (g->ike && g->crypto && g->sadb && g->inbox && batch_init(&g->in) &&
		batch_init(&g->out) && batch_init(&g->pieces) &&
		sender_init(&g->sender, g->udp_nat, g->raw_out) && flows_make(g))
		return true;
	snprintf(error, room, "out of memory, or libcrypto cannot start");
	return false;
}

static bool open_files(struct cm_gateway *g, char *error, size_t room)
{
	if (!g->settings.capture && !g->settings.key_log)
		return true;
	g->capture = capture_open(g->settings.capture, g->settings.key_log);
	return g->capture ||
	       fail(error, room, g->settings.capture ? g->settings.capture : g->settings.key_log,
		       errno);
}

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

static bool make_loop(struct cm_gateway *g, char *error, size_t room)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	int fds[] = { g->tun.fd, g->udp, g->udp_nat, g->raw_esp, g->raw_ah };
	if (uv_loop_init(&g->loop) != 0)
		return fail(error, room, "event loop", ENOMEM);
	g->has_loop = true;
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
		if (uv_poll_init(&g->loop, &g->polls[i], fds[i]) != 0)
			return fail(error, room, "event loop", EINVAL);
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

/* CAP_NET_ADMIN stays out of reach afterwards: routes are removed by closing the TUN device. */
static bool become(const char *user, char *error, size_t room)
{
	struct passwd *who = user ? getpwnam(user) : NULL;
	if (!user)
		return true;
	if (!who) {
		snprintf(error, room, "no user %s", user);
		return false;
	}
	if (setgroups(0, NULL) == 0 && setgid(who->pw_gid) == 0 && setuid(who->pw_uid) == 0)
		return true;
	return fail(error, room, user, errno);
}

struct cm_gateway *cm_gateway_new(const struct cm_tunnel *tunnels, size_t n,
	const struct cm_gateway_settings *settings, char *error, size_t room)
{
	struct cm_gateway *g = calloc(1, sizeof *g);
	if (!g) {
		snprintf(error, room, "out of memory");
		return NULL;
	}
	g->settings = *settings;
	g->udp = g->udp_nat = g->raw_esp = g->raw_ah = g->raw_out = g->netlink = g->tun.fd = -1;
	g->started = gateway_now(g);
	g->tunnels = copy_tunnels(g, tunnels, n);
	g->n_tunnels = n;
	if (g->tunnels && open_tun(g, error, room) && open_sockets(g, error, room) &&
		make_engine(g, error, room) && open_files(g, error, room) &&
		make_loop(g, error, room) && routes_add(g)) {
		if (status_open(g) && become(settings->user, error, room))
			return g;
		if (!*error)
			fail(error, room, settings->status ? settings->status : "set-up", errno);
	}
	cm_gateway_free(g);
	return NULL;
}

/* --- Running -------------------------------------------------------------------------------------- */

static void call_everybody(struct cm_gateway *g)
{
	for (size_t i = 0; i < g->n_flows; i++)
		if (!g->flows[i].deny && g->flows[i].tunnel->kind != CM_TUNNEL_DYNAMIC &&
			!g->flows[i].tunnel->responder_only)
			cm_ike_want(
				g->ike, gateway_now(g), g->flows[i].tunnel, g->flows[i].selector);
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
	return true;
}

void cm_gateway_stop(struct cm_gateway *g)
{
	g->stopping = true;
	if (g->has_loop)
		uv_stop(&g->loop);
}

bool cm_gateway_reload(struct cm_gateway *g, const struct cm_tunnel *tunnels, size_t n)
{
	struct cm_tunnel *fresh = copy_tunnels(g, tunnels, n), *old = g->tunnels;
	if (!fresh || !cm_ike_reload(g->ike, gateway_now(g), fresh, n)) {
		free(fresh);
		return false;
	}
	g->tunnels = fresh;
	g->n_tunnels = n;
	gateway_drain(g);
	for (struct net_pair *p = g->newest; p; p = p->older)
		for (size_t i = 0; i < n; i++)
			if (p->up.tunnel && cm_tunnel_same(p->up.tunnel, &fresh[i]))
				p->up.tunnel = &fresh[i];
	free(old);
	routes_remove(g);
	return flows_make(g) && routes_add(g);
}

static void close_handle(uv_handle_t *handle, void *user)
{
	(void)user;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void cm_gateway_free(struct cm_gateway *g)
{
	if (!g)
		return;
	status_close(g);
	if (g->has_loop) {
		uv_walk(&g->loop, close_handle, NULL);
		uv_run(&g->loop, UV_RUN_DEFAULT);
		uv_loop_close(&g->loop);
	}
	net_pairs_free(g);
	routes_remove(g);
	cm_ike_free(g->ike);
	esp_sadb_free(g->sadb);
	crypto_free(g->crypto);
	capture_close(g->capture);
	close_fd(g->udp);
	close_fd(g->udp_nat);
	close_fd(g->raw_esp);
	close_fd(g->raw_ah);
	close_fd(g->raw_out);
	close_fd(g->netlink);
	tun_close(&g->tun);
	sender_wipe(&g->sender);
	inbox_free(g->inbox);
	batch_free(&g->in);
	batch_free(&g->out);
	batch_free(&g->pieces);
	free(g->flows);
	free(g->tunnels);
	free(g);
}
