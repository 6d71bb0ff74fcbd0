/* `ip tcp adjust-mss`: a SYN promises no larger segments than pass the tunnel in one piece. */
#ifndef NET_CLAMP_H
#define NET_CLAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lower the MSS option (RFC 9293 3.7.1) of a TCP SYN to `mss`, in place, the checksum with it. True
 * when something was changed; other packets, and those with a wrong checksum, stay as they are.
 */
bool clamp_mss(uint8_t *ip, size_t length, uint16_t mss);

#endif
