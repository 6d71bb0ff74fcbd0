/*
 * Text of a configuration, which may hold any octet, in forms that other programs read. What is
 * no UTF-8, and what steers a terminal, becomes U+FFFD or '?'.
 */
#ifndef CHECK_QUOTE_H
#define CHECK_QUOTE_H

#include <cryptomap/base.h>

/* Octets of the UTF-8 sequence at `at` (left >= 1); 0: none, or one a terminal must not get. */
size_t quote_utf8(const char *at, size_t left);
/* For people: as it is, '?' for the rest. */
void quote_plain(struct cm_text *, const char *text);
/* A JSON string with its quotes. */
void quote_json(struct cm_text *, const char *text);
/* The inside of an XML attribute or element. */
void quote_xml(struct cm_text *, const char *text);
/* The message of a GitHub workflow command; as a property when `property`. */
void quote_github(struct cm_text *, const char *text, bool property);
/* A path as the reference of a URI (RFC 3986). */
void quote_uri(struct cm_text *, const char *path);

#endif
