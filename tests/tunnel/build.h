/*
 * Tunnels made by hand for tests: the article's router (SITEB) and its Linksys, and small parts
 * to change them with. Everything is static or in a struct of the test.
 */
#ifndef TESTS_TUNNEL_BUILD_H
#define TESTS_TUNNEL_BUILD_H

#include <cryptomap/meet.h>

#define S(text)                        \
	{                              \
		text, sizeof(text) - 1 \
	}

#define SITE_A UINT32_C(0xc8640101) /* 200.100.1.1 */
#define SITE_B UINT32_C(0xc8380401) /* 200.56.4.1 */
#define NET_A  UINT32_C(0xac121e00) /* 172.18.30.0 */
#define NET_B  UINT32_C(0xc0a86400) /* 192.168.100.0 */

struct made {
	struct cm_tunnel t;
	struct cm_peer peer;
	struct cm_p1 p1[8];
	struct cm_p2 p2[4];
	struct cm_selector lines[4];
	struct cm_psk key;
};

static inline struct cm_p1 p1_of(unsigned priority, const char *cipher, const char *hash,
	unsigned group, uint32_t lifetime_s)
{
	struct cm_p1 p1 = { .priority = priority,
		.cipher = cm_cipher_named(cipher),
		.hash = cm_hash_named(hash),
		.auth = cm_auth_named("pre-share"),
		.group = cm_group_numbered(group),
		.lifetime_s = lifetime_s };
	return p1;
}

static inline struct cm_p2 p2_of(const char *cipher, const char *hash)
{
	struct cm_p2 p2 = { .cipher = cm_cipher_named(cipher),
		.hash = cm_hash_named(hash),
		.mode = CM_MODE_TUNNEL };
	return p2;
}

static inline struct cm_selector line_of(uint8_t protocol, uint32_t local, unsigned local_bits,
	uint32_t remote, unsigned remote_bits)
{
	struct cm_selector s = { .protocol = protocol,
		.local = { local, cm_mask_of(local_bits) },
		.remote = { remote, cm_mask_of(remote_bits) },
		.local_port = { 0, 65535 },
		.remote_port = { 0, 65535 },
		.sequence = 10 };
	return s;
}

static inline void make(struct made *m, uint32_t local, uint32_t peer)
{
	struct made zero = { 0 };
	*m = zero;
	m->peer.resolved = true;
	m->peer.address = peer;
	m->key.peer.address = peer;
	m->key.peer.mask = 0xffffffff;
	m->key.secret = cm_str_of("thisisasecretpassword");
	m->key.keyring = cm_str_of("default");
	m->t.version = 1;
	m->t.has_local = true;
	m->t.local = local;
	m->t.peers = &m->peer;
	m->t.n_peers = 1;
	m->t.p1 = m->p1;
	m->t.p2 = m->p2;
	m->t.selectors = m->lines;
	m->t.keys = &m->key;
	m->t.n_keys = 1;
	m->t.lifetime_s = 3600;
	m->t.lifetime_kb = 4608000;
	m->t.nat_t = m->t.ike_enabled = m->t.aggressive_accepted = true;
}

/* The article's router and its map entry 60. */
static inline void make_site_b(struct made *m)
{
	make(m, SITE_B, SITE_A);
	m->t.router = cm_str_of("SITEB");
	m->p1[0] = p1_of(1, "3des", "sha1", 5, 86400);
	m->p1[1] = p1_of(2, "3des", "md5", 5, 86400);
	m->p1[2] = p1_of(3, "des", "sha1", 5, 86400);
	m->p1[3] = p1_of(4, "3des", "sha1", 2, 86400);
	m->t.n_p1 = 4;
	m->p2[0] = p2_of("3des", "sha1");
	m->t.n_p2 = 1;
	m->lines[0] = line_of(0, NET_B, 24, NET_A, 24);
	m->t.n_selectors = 1;
}

/* The article's Linksys: four offers, PFS offered, a day in phase 2. */
static inline void make_linksys(struct made *m)
{
	make(m, SITE_A, SITE_B);
	m->p1[0] = p1_of(1, "3des", "sha1", 2, 86400);
	m->p1[1] = p1_of(2, "des", "md5", 1, 86400);
	m->p1[2] = p1_of(3, "3des", "sha1", 2, 86400);
	m->p1[3] = p1_of(4, "3des", "md5", 2, 86400);
	m->t.n_p1 = 4;
	m->p2[0] = p2_of("3des", "sha1");
	m->t.n_p2 = 1;
	m->lines[0] = line_of(0, NET_A, 24, NET_B, 24);
	m->t.n_selectors = 1;
	m->t.lifetime_s = 86400;
	m->t.lifetime_kb = 0;
	m->t.pfs.demanded = true;
	m->t.pfs.group = cm_group_numbered(2);
}

#endif
