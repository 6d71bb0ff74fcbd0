/*
 * Inside of the gateway: its sockets, the SA pairs that the engine has handed over, and the flows.
 *
 * A flow is a permit or deny line of a configured tunnel, in the order of the crypto map. The first
 * flow that holds an outgoing packet, or the route that leads it to a tunnel interface, says which
 * tunnel it is for; it takes the newest pair of that, or the engine is called and it waits a moment.
 * A small cache from addresses and ports to pairs spares the search for packets of one conversation.
 * Packets are sealed, opened, sent and written in batches; nothing is allocated for one.
 */
#ifndef NET_GATEWAY_H
#define NET_GATEWAY_H

#include "crypto/crypto.h"
#include "net/capture.h"
#include "net/keeper.h"
#include "net/socket.h"
#include "net/tun.h"
#include <cryptomap/gateway.h>
#include <unistd.h>
#include <uv.h>

enum {
	FLOW_CACHE = 4096,
	PAIR_SLOTS = 4096,
	WAITING = 32,
	WAITING_OCTETS = 2048,
	MOST_ROUTES = 65536
};

struct net_pair {
	struct net_pair *older, *newer, *same_slot;
	struct net_pair *same_tunnel; /* while a status is made */
	struct cm_ike_up up;          /* without keys */
	struct esp_sa *esp_in, *ah_in, *esp_out, *ah_out;
	struct cm_ike_traffic told;
};

struct flow {
	const struct cm_tunnel *tunnel;
	const struct cm_selector *selector;
	bool deny;
};

/* A network that is reached through a tunnel interface. */
struct via {
	struct cm_net to;
	const struct cm_tunnel *tunnel;
};

/* What a packet is to go through. */
struct choice {
	struct net_pair *pair;          /* NULL: not up; then, */
	const struct cm_tunnel *tunnel; /* what could be called for it, or NULL */
	const struct cm_selector *selector;
};

/* All that a selector can ask of a packet. */
struct flow_key {
	uint32_t from, to, ports;
	uint8_t protocol, has_ports, unused[2];
};

struct cached {
	struct flow_key key;
	uint32_t epoch; /* of another epoch: forgotten */
	struct choice choice;
};

/* Packets for which a negotiation is under way. */
struct waiting {
	uint8_t octets[WAITING][WAITING_OCTETS];
	size_t length[WAITING];
	size_t next;
};

struct gateway_counters {
	uint64_t no_flow, waiting, dropped, too_big, own_errors;
};

struct cm_gateway {
	struct cm_gateway_settings settings;
	struct cm_tunnel *tunnels; /* a copy whose addresses are this machine's */
	size_t n_tunnels;
	struct cm_ike *ike;
	struct crypto *crypto;
	struct esp_sadb *sadb;
	struct net_pair *newest, *by_number[PAIR_SLOTS];
	size_t n_pairs;
	struct flow *flows;
	size_t n_flows;
	struct via *vias; /* longest prefix first */
	size_t n_vias;
	struct cached cache[FLOW_CACHE];
	uint32_t epoch; /* counts what may change a choice; never 0 */
	struct waiting waiting;
	struct gateway_counters counters;
	uint16_t identification; /* of GRE headers */
	struct capture *capture;

	int udp, udp_nat, raw_esp, raw_ah, raw_out, icmp, netlink;
	unsigned tun_index, tun_mtu;
	struct tun tun;
	struct sender sender;
	struct netlink_route *routes; /* sorted */
	size_t n_routes;
	struct netlink_address *addresses; /* of this machine, when the tunnels were made */
	size_t n_addresses;
	struct keeper keeper;

	struct inbox *inbox;
	struct batch in, out, pieces;
	struct net_pair *running; /* whose packets `out` holds */
	uv_loop_t loop;
	uv_poll_t polls[6];
	size_t n_polls;
	uv_timer_t deadline, second, ending;
	uv_signal_t signals[3];
	uv_pipe_t status;
	bool has_loop, has_status, stopping, failed;
	int64_t started;
	char *error; /* of cm_gateway_new, while it runs */
	size_t error_room;
};

int64_t gateway_now(const struct cm_gateway *);
/* Take all outputs of the engine. */
void gateway_drain(struct cm_gateway *);
/* A line of our own into the log. */
void gateway_say(struct cm_gateway *, enum cm_severity, const char *event, const char *format, ...)
	CM_PRINTF(4, 5);

/* The loop with its watchers, timers and signals. False: the machine gives none. */
bool gateway_loop(struct cm_gateway *);

/* setup.c */
/* A copy of tunnels with the addresses of this machine. NULL without memory. */
struct cm_tunnel *gateway_adopt(struct cm_gateway *, const struct cm_tunnel *, size_t n);
/* The TUN device gets the MTU that the tunnels leave it, and is up. */
bool gateway_set_mtu(struct cm_gateway *);

/* pairs.c */
struct net_pair *net_pair_numbered(struct cm_gateway *, uint32_t pair);
void net_pair_up(struct cm_gateway *, const struct cm_ike_up *);
void net_pair_down(struct cm_gateway *, const struct cm_ike_down *);
void net_pair_moved(struct cm_gateway *, const struct cm_ike_moved *);
void net_pairs_tell_traffic(struct cm_gateway *);
void net_pairs_free(struct cm_gateway *);
struct net_pair *net_pair_of_sa(struct cm_gateway *, const struct esp_sa *);

/* flows.c */
/* The engine takes it, and so do we. */
bool gateway_serves(const struct cm_tunnel *);
bool flows_make(struct cm_gateway *);
void flows_forget(struct cm_gateway *);
/* What a clear packet is to go through. */
struct choice flows_choose(struct cm_gateway *, const uint8_t *packet, size_t length);

/* outgoing.c */
/* Seal and send what comes from the TUN device. */
void outgoing_packets(struct cm_gateway *);
/* Try the waiting packets again: a pair has come up. */
void outgoing_retry(struct cm_gateway *);

/* pmtu.c */
/* An ICMP message came: does a router say that packets of ours are too long? */
void pmtu_take(struct cm_gateway *, const struct esp_packet *);

/* routes.c */
/* Make the routes those of the tunnels; only what differs is touched. */
bool routes_update(struct cm_gateway *);
void routes_remove(struct cm_gateway *);

/* status.c */
bool status_open(struct cm_gateway *);
void status_close(struct cm_gateway *);

#endif
