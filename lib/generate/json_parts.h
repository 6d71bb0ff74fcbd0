/*
 * Parts of tunnels as JSON, for the printers of tunnels and of meets. Each gives a new reference,
 * NULL without memory (which Jansson's setters take as "nothing").
 */
#ifndef GENERATE_JSON_PARTS_H
#define GENERATE_JSON_PARTS_H

#include <cryptomap/tunnel.h>

#include <jansson.h>

/* Steals the value. A lack of memory shows in the end, as no text. */
void part_put(json_t *object, const char *name, json_t *value);
/* null when absent. */
json_t *part_text(struct cm_str);
/* null for 0.0.0.0. */
json_t *part_address(uint32_t);
/* File, line and column of a span in the tunnel's document; null when it is no place there. */
json_t *part_place(const struct cm_tunnel *, struct cm_span);
json_t *part_p1(const struct cm_tunnel *, const struct cm_p1 *);
json_t *part_p2(const struct cm_tunnel *, const struct cm_p2 *, enum cm_mode);
json_t *part_selector(const struct cm_tunnel *, const struct cm_selector *);

#endif
