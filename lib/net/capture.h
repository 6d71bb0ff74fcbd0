/*
 * Files for Wireshark: a capture of outer and inner packets, and tables of keys.
 *
 * The capture is pcap with raw IP packets. Keys are written only when asked for by name, into a
 * directory of the owner's only: `ikev1_decryption_table` and `esp_sa`, as Wireshark keeps them.
 */
#ifndef NET_CAPTURE_H
#define NET_CAPTURE_H

#include <cryptomap/ike.h>

struct capture;

/* Either path may be NULL. NULL with errno when a file cannot be made. */
struct capture *capture_open(const char *pcap, const char *key_directory);
void capture_close(struct capture *);
/* A whole IPv4 packet. NULL captures are fine everywhere. */
void capture_packet(struct capture *, const uint8_t *, size_t length);
/* A datagram without its headers: they are made up again. */
void capture_udp(struct capture *, struct cm_endpoint from, struct cm_endpoint to, const uint8_t *,
	size_t length);
void capture_ike_key(struct capture *, const struct cm_ike_key *);
void capture_sa_keys(struct capture *, const struct cm_ike_up *);

#endif
