#include "net/gateway.h"
#include "net/gre.h"

#include <errno.h>
#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MTU_LEAST = 576 };

/* --- Tunnels as this machine can be them ----------------------------------------------------------- */

static const char *device_for(const struct cm_gateway *g, struct cm_str configured)
{
	for (size_t i = 0; i < g->settings.n_interfaces; i++)
		if (cm_str_same(g->settings.interfaces[i].configured, configured))
			return g->settings.interfaces[i].device;
	return NULL;
}

/* The device that plays the interface from which the tunnel's packets go. */
static uint32_t carrier_address(const struct cm_gateway *g, const struct cm_tunnel *t)
{
	const struct cm_tunnel_interface *ti = &t->tunnel_interface;
	const char *device = device_for(g, ti->present ? ti->source : t->interface);
	for (size_t i = 0; device && i < g->n_addresses; i++)
		if (strcmp(g->addresses[i].device, device) == 0)
			return g->addresses[i].address;
	return 0;
}

static const struct netlink_address *own(const struct cm_gateway *g, uint32_t address)
{
	for (size_t i = 0; i < g->n_addresses; i++)
		if (g->addresses[i].address == address)
			return &g->addresses[i];
	return NULL;
}

/* What a GRE tunnel protects is GRE between the addresses that it really has. */
static void adopt_selector(struct cm_tunnel *t, struct cm_selector *room)
{
	if (!t->tunnel_interface.gre || !t->n_selectors || !t->has_local)
		return;
	*room = t->selectors[0];
	room->local = (struct cm_net){ t->local, 0xffffffff };
	t->selectors = room;
}

/* A mapped interface lends its address; otherwise the configured one is taken as it stands. */
static void adopt_address(const struct cm_gateway *g, struct cm_tunnel *t)
{
	uint32_t address = carrier_address(g, t);
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
	const struct netlink_address *real = t->has_local ? own(g, t->local) : NULL;
	if (real && real->mtu >= ESP_PATH_MTU_MIN && real->mtu < t->mtu)
		t->mtu = (uint16_t)real->mtu;
}

/* Said once: a file is often tried on another machine than its router's. */
static void warn_of_foreign_address(struct cm_gateway *g)
{
	char address[16];
	for (size_t i = 0; i < g->n_tunnels; i++) {
		const struct cm_tunnel *t = &g->tunnels[i];
		if (!gateway_serves(t) || !t->has_local || own(g, t->local))
			continue;
		gateway_say(g, CM_WARNING, "address",
			"%s is no address of this machine: say with --interface %.*s=DEVICE which device plays it",
			cm_ip4_print(t->local, address), (int)t->interface.length, t->interface.at);
		return;
	}
}

struct cm_tunnel *gateway_adopt(struct cm_gateway *g, const struct cm_tunnel *tunnels, size_t n)
{
	/* One block: tunnels, and behind them room for a selector of each. */
	struct cm_tunnel *copy = calloc(n + 1, sizeof *copy + sizeof(struct cm_selector));
	struct cm_selector *selectors = copy ? (struct cm_selector *)(copy + n + 1) : NULL;
	free(g->addresses);
	g->addresses = netlink_addresses(&g->n_addresses);
	for (size_t i = 0; copy && i < n; i++) {
		copy[i] = tunnels[i];
		adopt_address(g, &copy[i]);
		adopt_selector(&copy[i], &selectors[i]);
	}
	return copy;
}

static uint32_t host_source(void *user, const struct cm_tunnel *t, uint32_t peer)
{
	const struct cm_gateway *g = user;
	uint32_t address = carrier_address(g, t);
	return address ? address : netlink_source_for(peer);
}

static size_t clear_mtu(const struct cm_tunnel *t, const struct cm_p2 *p2)
{
	const struct cm_tunnel_interface *i = &t->tunnel_interface;
	const struct cm_wrapping wrapping = { .cipher = p2->cipher,
		.hash = p2->hash,
		.ah = p2->ah,
		.transport = p2->mode == CM_MODE_TRANSPORT,
		.udp = t->nat_t };
	size_t inner = cm_overhead_inner(&wrapping, t->mtu);
	size_t gre = i->present && i->gre ? gre_overhead(i) : 0;
	return inner > gre ? inner - gre : 0;
}

/* What of a tunnel's clear packets passes in one piece, or is cut by us and nobody else. */
static size_t allowance(const struct cm_tunnel *t)
{
	size_t least = t->mtu;
	for (size_t j = 0; t->df != CM_DF_CLEAR && !t->fragment_after && j < t->n_p2; j++) {
		size_t inner = clear_mtu(t, &t->p2[j]);
		if (inner < least)
			least = inner;
	}
	return least;
}

/*
 * As wide as the widest tunnel lets it be: there the kernel cuts and refuses as we would. What is
 * too long for a narrower one is our business.
 */
static unsigned tun_mtu(const struct cm_gateway *g)
{
	size_t most = MTU_LEAST;
	for (size_t i = 0; i < g->n_tunnels; i++)
		if (gateway_serves(&g->tunnels[i]) && allowance(&g->tunnels[i]) > most)
			most = allowance(&g->tunnels[i]);
	return most > PACKET_MAX ? PACKET_MAX : (unsigned)most;
}

/* --- What the machine must give ----------------------------------------------------------------------- */

/* The sentence that cm_gateway_new gives; false. */
CM_PRINTF(2, 3) static bool refuse(struct cm_gateway *g, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(g->error, g->error_room, format, args);
	va_end(args);
	return false;
}

bool gateway_set_mtu(struct cm_gateway *g)
{
	unsigned mtu = tun_mtu(g);
	if (mtu == g->tun_mtu)
		return true;
	g->tun_mtu = mtu;
	int number = g->keeper.fd < 0 ? netlink_link_up(g->netlink, g->tun_index, mtu)
				      : keeper_link_up(&g->keeper, mtu);
	return number == 0 || refuse(g, "%s: %s", g->tun.name, strerror(number));
}

static bool refuse_tun(struct cm_gateway *g, const char *name, int number)
{
	if (number == EPERM || number == EACCES)
		return refuse(g, "may not make a TUN device: run as root, or with CAP_NET_ADMIN");
	if (number == ENOENT || number == ENODEV || number == ENXIO)
		return refuse(
			g, "this machine has no /dev/net/tun: the kernel's tun module is missing");
	if (number == EBUSY)
		return refuse(g, "TUN device %s is in use by another process", name);
	if (number == EINVAL)
		return refuse(g, "%s is no TUN device, or no name for one", name);
	return refuse(g, "TUN device %s: %s", name, strerror(number));
}

static bool open_tun(struct cm_gateway *g)
{
	const char *name = g->settings.tun ? g->settings.tun : "cmap%d";
	if (strlen(name) >= IFNAMSIZ)
		return refuse(g, "%s is longer than a device's name may be (15)", name);
	if (!tun_open(&g->tun, name))
		return refuse_tun(g, name, errno);
	g->tun_index = if_nametoindex(g->tun.name);
	g->netlink = netlink_open();
	if (g->netlink < 0)
		return refuse(g, "netlink: %s", strerror(errno));
	return gateway_set_mtu(g);
}

static bool refuse_port(struct cm_gateway *g, unsigned port, int number)
{
	if (number == EADDRINUSE)
		return refuse(g, "UDP port %u is in use: another IKE daemon runs here", port);
	if (number == EACCES || number == EPERM)
		return refuse(g,
			"may not use UDP port %u: run as root, or with CAP_NET_BIND_SERVICE", port);
	return refuse(g, "UDP port %u: %s", port, strerror(number));
}

static bool open_port(struct cm_gateway *g, int *fd, unsigned port)
{
	*fd = socket_udp((uint16_t)port);
	return *fd >= 0 || refuse_port(g, port, errno);
}

static bool open_sockets(struct cm_gateway *g)
{
	const struct cm_ike_settings *s = &g->settings.ike;
	if (!open_port(g, &g->udp, s->port ? s->port : 500) ||
		!open_port(g, &g->udp_nat, s->nat_port ? s->nat_port : 4500))
		return false;
	socket_join_arrivals(g->udp_nat);
	g->raw_esp = socket_raw(ESP_PROTOCOL_ESP);
	g->raw_ah = socket_raw(ESP_PROTOCOL_AH);
	g->raw_out = socket_raw_out();
	g->icmp = socket_icmp_unreachable();
	if (g->raw_esp >= 0 && g->raw_ah >= 0 && g->raw_out >= 0 && g->icmp >= 0)
		return true;
	if (errno == EPERM || errno == EACCES)
		return refuse(g, "may not open raw sockets: run as root, or with CAP_NET_RAW");
	return refuse(g, "raw socket: %s", strerror(errno));
}

static bool make_engine(struct cm_gateway *g)
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
	return refuse(g, "out of memory, or libcrypto cannot start");
}

static bool open_files(struct cm_gateway *g)
{
	const char *capture = g->settings.capture, *key_log = g->settings.key_log;
	if (!capture && !key_log)
		return true;
	g->capture = capture_open(capture, key_log);
	if (g->capture)
		return true;
	return refuse(g, "cannot write %s: %s", capture ? capture : key_log, strerror(errno));
}

static bool open_status(struct cm_gateway *g)
{
	return status_open(g) ||
		refuse(g, "status socket %s: %s", g->settings.status, strerror(errno));
}

static bool check_devices(struct cm_gateway *g)
{
	for (size_t i = 0; i < g->settings.n_interfaces; i++)
		if (!if_nametoindex(g->settings.interfaces[i].device))
			return refuse(g, "this machine has no device %s",
				g->settings.interfaces[i].device);
	return true;
}

/* --- Giving up what is no longer needed --------------------------------------------------------------- */

static bool become(struct cm_gateway *g)
{
	const char *user = g->settings.user;
	struct passwd *who = user ? getpwnam(user) : NULL;
	if (!user)
		return true;
	if (!who)
		return refuse(g, "this machine has no user %s", user);
	if (setgroups(0, NULL) == 0 && setgid(who->pw_gid) == 0 && setuid(who->pw_uid) == 0)
		return true;
	return refuse(g, "cannot become %s: %s", user, strerror(errno));
}

static bool confine(struct cm_gateway *g)
{
	if (!g->settings.confine)
		return become(g);
	if (!keeper_start(&g->keeper, g->tun_index))
		return refuse(g, "cannot start the route keeper: %s", strerror(errno));
	if (!become(g))
		return false;
	return keeper_drop(0) || refuse(g, "cannot give up capabilities: %s", strerror(errno));
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
	g->error = error;
	g->error_room = room;
	g->udp = g->udp_nat = g->raw_esp = g->raw_ah = g->raw_out = g->icmp = g->netlink = -1;
	g->tun.fd = -1;
	g->keeper.fd = -1;
	g->started = gateway_now(g);
	snprintf(error, room, "out of memory");
	g->tunnels = gateway_adopt(g, tunnels, n);
	g->n_tunnels = n;
	if (g->tunnels && check_devices(g) && open_tun(g) && open_sockets(g) && make_engine(g) &&
		open_files(g) && gateway_loop(g) && open_status(g) && routes_update(g) &&
		confine(g)) {
		g->error_room = 0; /* it is the caller's, and he goes on */
		warn_of_foreign_address(g);
		return g;
	}
	cm_gateway_free(g);
	return NULL;
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
	keeper_stop(&g->keeper);
	cm_ike_free(g->ike);
	esp_sadb_free(g->sadb);
	crypto_free(g->crypto);
	capture_close(g->capture);
	close_fd(g->udp);
	close_fd(g->udp_nat);
	close_fd(g->raw_esp);
	close_fd(g->raw_ah);
	close_fd(g->raw_out);
	close_fd(g->icmp);
	close_fd(g->netlink);
	tun_close(&g->tun);
	sender_wipe(&g->sender);
	inbox_free(g->inbox);
	batch_free(&g->in);
	batch_free(&g->out);
	batch_free(&g->pieces);
	free(g->flows);
	free(g->vias);
	free(g->addresses);
	free(g->tunnels);
	free(g);
}
