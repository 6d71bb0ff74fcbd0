/*
 * The picture of a fleet: routers and the tunnels between them, coloured by verdict.
 *
 * Each router that stands in the middle of others gets a ring of those around it, with a label
 * along the spoke; rings are as large as their labels need, so that 200 names stay legible.
 */
#ifndef TOOLS_PAIR_GRAPH_H
#define TOOLS_PAIR_GRAPH_H

#include <cryptomap/pair.h>

/* Append a self-contained SVG; false without memory. */
bool pair_graph_svg(const struct cm_fleet *, struct cm_text *);
/* Append a graph in the language of Graphviz. */
void pair_graph_dot(const struct cm_fleet *, struct cm_text *);

#endif
