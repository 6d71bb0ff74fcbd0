/*
 * The gateway: tunnels brought up on this machine. Sockets, TUN, event loop around engine and ESP.
 *
 * IKE on UDP 500 and 4500, ESP and AH on raw sockets or in UDP, clear packets over one TUN device
 * with routes for the remote selectors; all in user space, so the kernel needs no ESP of its own.
 * A gateway belongs to one thread. What it opened it closes and takes back: routes go with it.
 */
#ifndef CRYPTOMAP_GATEWAY_H
#define CRYPTOMAP_GATEWAY_H

#include <cryptomap/ike.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_gateway;

/* An interface of the configuration and the one of this machine that plays it. */
struct cm_gateway_interface {
	struct cm_str configured; /* "FastEthernet0/1" */
	const char *device;       /* "eth0" */
};

/* All zero and NULL are the defaults. Texts must live as long as the gateway. */
struct cm_gateway_settings {
	const char *tun; /* name of the TUN device; NULL: "cmap0", "%d" is numbered */
	const struct cm_gateway_interface *interfaces;
	size_t n_interfaces;
	bool initiate;       /* call every peer at once, not only when traffic wants it */
	unsigned run_for_s;  /* 0: until stopped */
	const char *key_log; /* directory for Wireshark's tables; secrets! */
	const char *capture; /* pcap file of outer and inner packets */
	const char *status;  /* path of the status socket; NULL: none */
	const char *user;    /* to become after set-up; NULL: stay */
	bool confine;        /* after set-up: no capability, no core dump; a child keeps routes */
	struct cm_ike_settings ike;
	void (*log)(void *user, const struct cm_ike_log *); /* every line of the engine and ours */
	void *log_user;
	bool (*reload)(void *user, struct cm_gateway *); /* SIGHUP; NULL: ignored */
};

/*
 * Open everything for these tunnels (which must live as long, or until a reload). NULL with a
 * sentence in `error` (`room` octets) when the machine does not give what is needed.
 */
CM_API struct cm_gateway *cm_gateway_new(const struct cm_tunnel *tunnels, size_t n,
	const struct cm_gateway_settings *, char *error, size_t room);
/* Work until SIGINT, SIGTERM, cm_gateway_stop or run_for_s. Deletes SAs at the end. False: failed. */
CM_API bool cm_gateway_run(struct cm_gateway *);
CM_API void cm_gateway_stop(struct cm_gateway *);
/* Other tunnels; what did not change stays up. */
CM_API bool cm_gateway_reload(struct cm_gateway *, const struct cm_tunnel *tunnels, size_t n);
CM_API void cm_gateway_free(struct cm_gateway *);
/* Append what stands as JSON: the answer of the status socket. */
CM_API void cm_gateway_status(struct cm_gateway *, struct cm_text *);
/* Ask a running gateway by its status socket. False with a sentence in `error`. */
CM_API bool cm_gateway_ask(const char *path, struct cm_text *answer, char *error, size_t room);

#ifdef __cplusplus
}
#endif
#endif
