/*
 * From the model to tunnels: what each crypto map entry and each protected tunnel interface
 * offers and accepts, with every default of the release filled in.
 *
 * Lists that many tunnels share (proposals, selectors of an ACL) are made once. Keys are cut down
 * to those that can serve the tunnel's peers, so that ten thousand entries stay cheap.
 */
#ifndef MODEL_TUNNELS_H
#define MODEL_TUNNELS_H

#include "tunnel/set.h"
#include <cryptomap/model.h>

/* One keyring's keys by address: whole-host keys sorted, the others in text order. */
struct key_index {
	const struct cm_keyring *keyring;
	const struct cm_psk **hosts;
	size_t n_hosts;
	const struct cm_psk **others;
	size_t n_others;
};

struct builder {
	const struct cm_model *model;
	struct cm_tunnels *set;
	struct arena *arena;
	struct key_index *keys; /* one for each keyring */
	const struct cm_p1 *p1; /* ISAKMP: configured, or built in */
	size_t n_p1;
	const struct cm_p1 *p1v2; /* all IKEv2 proposals, spread out */
	size_t n_p1v2;
	bool certificates; /* a trustpoint is configured */
};

/* What is common to every kind: settings, lifetimes, proposals, profile, keys. */
void tunnel_fill(struct builder *, struct cm_tunnel *, const struct cm_sa_settings *,
	const struct cm_isakmp_profile *, const struct cm_interface *carrier);
/* Selectors and denies of an ACL seen from us. */
void tunnel_selectors(struct builder *, struct cm_tunnel *, const struct cm_acl *);
/* The keys that can serve the tunnel, in IOS's order of look-up. */
void tunnel_keys(struct builder *, struct cm_tunnel *, const struct cm_isakmp_profile *);
bool key_index_make(struct builder *);
/* A keyring serves one front-door VRF, and one local address if it names it. */
bool keyring_serves(const struct cm_keyring *, const struct cm_tunnel *);
/* Tunnels of protected tunnel interfaces. */
void tunnels_of_interfaces(struct builder *);
/* The interface's `ip tcp adjust-mss` counts, if it is the least. */
void tunnel_clamp(struct cm_tunnel *, const struct cm_interface *);
/* Mark as unusable, with the first reason. */
void tunnel_lacks(struct cm_tunnel *, const char *why);

#endif
