#include "pair_graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979

static const double label_pitch = 15, least_ring = 70, letter = 7.2, legend_row = 20;

struct node {
	size_t degree, parent, children, placed;
	bool hub;
	double x, y, angle, ring;
};

struct layout {
	struct node *nodes;
	size_t n;
	double left, top, right, bottom, margin; /* margin: room for the longest label */
};

struct shade {
	const char *word, *color, *dash, *meaning;
};

static const struct shade shades[] = {
	{ "up", "#2e8b57", "", "comes up from both sides" },
	{ "partly", "#c8a000", "", "comes up for some lines" },
	{ "one-way", "#e07b00", "7 4", "comes up from one side only" },
	{ "fails", "#c62828", "", "fails" },
	{ "no-entry", "#c62828", "2 4", "the far end has no entry" },
};

static const struct shade *shade_of(const struct cm_link *link)
{
	const char *word = cm_link_word(link);
	for (size_t i = 0; i < sizeof shades / sizeof *shades; i++)
		if (strcmp(shades[i].word, word) == 0)
			return &shades[i];
	return NULL; /* one end only: nothing to draw */
}

static void put_escaped(struct cm_text *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			cm_text_put(out, "&amp;");
		else if (*text == '<')
			cm_text_put(out, "&lt;");
		else if (*text == '"')
			cm_text_put(out, "&quot;");
		else if ((unsigned char)*text >= ' ')
			cm_text_char(out, *text);
	}
}

/* Around the neighbour with by far the most links, if there is one. */
static void choose_parents(struct layout *l, const struct cm_link *links, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!shade_of(&links[i]))
			continue;
		size_t ends[2] = { links[i].router_a, links[i].router_b };
		for (int k = 0; k < 2; k++) {
			struct node *self = &l->nodes[ends[k]], *other = &l->nodes[ends[1 - k]];
			if (other->degree > self->degree * 2 &&
				(self->hub || other->degree > l->nodes[self->parent].degree)) {
				self->hub = false;
				self->parent = ends[1 - k];
			}
		}
	}
	for (size_t i = 0; i < l->n; i++)
		if (!l->nodes[i].hub && !l->nodes[l->nodes[i].parent].hub)
			l->nodes[i].hub = true;
	for (size_t i = 0; i < l->n; i++)
		if (!l->nodes[i].hub)
			l->nodes[l->nodes[i].parent].children++;
}

static void count_degrees(struct layout *l, const struct cm_link *links, size_t n)
{
	for (size_t i = 0; i < l->n; i++)
		l->nodes[i].hub = true;
	for (size_t i = 0; i < n; i++)
		if (shade_of(&links[i])) {
			l->nodes[links[i].router_a].degree++;
			l->nodes[links[i].router_b].degree++;
		}
}

static double ring_of(const struct node *node)
{
	double ring = (double)node->children * label_pitch / (2 * PI);
	return node->children == 0 ? 44 : ring < least_ring ? least_ring : ring;
}

/* Hubs on a circle that is wide enough for all their rings and labels. */
static void place_hubs(struct layout *l)
{
	size_t hubs = 0;
	double around = 0, largest = 0, at = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (!l->nodes[i].hub)
			continue;
		hubs++;
		l->nodes[i].ring = ring_of(&l->nodes[i]);
		double need = 2 * (l->nodes[i].ring + (l->nodes[i].children ? l->margin : 10));
		around += need;
		largest = need > largest ? need : largest;
	}
	double radius = hubs < 2 ? 0 : around / (2 * PI);
	if (hubs == 2)
		radius = around / 4;
	else if (hubs > 2 && radius < largest / 2)
		radius = largest / 2;
	for (size_t i = 0; i < l->n; i++) {
		struct node *node = &l->nodes[i];
		if (!node->hub)
			continue;
		double need = 2 * (node->ring + (node->children ? l->margin : 10));
		double share = around > 0 ? need / around * 2 * PI : 0;
		node->angle = at + share / 2;
		at += share;
		node->x = radius * cos(node->angle);
		node->y = radius * sin(node->angle);
	}
}

static void place_others(struct layout *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct node *node = &l->nodes[i];
		if (node->hub)
			continue;
		struct node *hub = &l->nodes[node->parent];
		node->angle = 2 * PI * (double)hub->placed++ / (double)hub->children;
		node->x = hub->x + hub->ring * cos(node->angle);
		node->y = hub->y + hub->ring * sin(node->angle);
	}
}

static void measure_labels(const struct cm_fleet *f, struct layout *l)
{
	size_t longest = 8;
	for (size_t i = 0; i < l->n; i++) {
		size_t length = strlen(cm_fleet_router(f, i));
		longest = length > longest ? length : longest;
	}
	l->margin = 30 + letter * (double)longest;
}

static void measure(struct layout *l)
{
	for (size_t i = 0; i < l->n; i++) {
		l->left = fmin(l->left, l->nodes[i].x);
		l->right = fmax(l->right, l->nodes[i].x);
		l->top = fmin(l->top, l->nodes[i].y);
		l->bottom = fmax(l->bottom, l->nodes[i].y);
	}
}

static void put_link(const struct cm_fleet *f, const struct layout *l, const struct cm_link *link,
	struct cm_text *out)
{
	const struct shade *s = shade_of(link);
	const struct node *a = s ? &l->nodes[link->router_a] : NULL;
	const struct node *b = s ? &l->nodes[link->router_b] : NULL;
	struct cm_text why = { 0 };
	if (!s)
		return;
	cm_link_explain(f, link, &why);
	cm_text_printf(out,
		"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
		"stroke-width=\"%s\" stroke-dasharray=\"%s\"><title>",
		a->x, a->y, b->x, b->y, s->color, strcmp(s->word, "up") == 0 ? "1.3" : "2.6",
		s->dash);
	put_escaped(out, cm_fleet_router(f, link->router_a));
	cm_text_put(out, " - ");
	put_escaped(out, cm_fleet_router(f, link->router_b));
	cm_text_put(out, ": ");
	if (why.at)
		put_escaped(out, why.at);
	cm_text_put(out, "</title></line>\n");
	cm_text_free(&why);
}

/* A label runs along its spoke, never upside down. */
static void put_node(
	const struct cm_fleet *f, const struct node *node, size_t index, struct cm_text *out)
{
	double degrees = node->angle * 180 / PI;
	bool turned = cos(node->angle) < 0;
	cm_text_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"/>\n", node->x,
		node->y, node->children ? "9" : "4", node->children ? "#1f3a5f" : "#5b7fa6");
	if (node->hub) {
		cm_text_printf(out,
			"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-weight=\"bold\" "
			"paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"4\">",
			node->x, node->y - 14);
	} else {
		cm_text_printf(out,
			"<text transform=\"translate(%.1f %.1f) rotate(%.1f)\" "
			"text-anchor=\"%s\" dx=\"%d\" dy=\"4\">",
			node->x, node->y, turned ? degrees + 180 : degrees,
			turned ? "end" : "start", turned ? -9 : 9);
	}
	put_escaped(out, cm_fleet_router(f, index));
	cm_text_put(out, "</text>\n");
}

/* The legend has a band of its own above the picture, so that it hides no label. */
static double legend_height(void)
{
	return legend_row * (double)(sizeof shades / sizeof *shades + 1);
}

static void put_legend(
	const struct layout *l, const struct cm_link *links, size_t n, struct cm_text *out)
{
	double x = l->left - l->margin + 20, y = l->top - l->margin - legend_height() + legend_row;
	for (size_t i = 0; i < sizeof shades / sizeof *shades; i++) {
		size_t count = 0;
		for (size_t j = 0; j < n; j++)
			count += shade_of(&links[j]) == &shades[i];
		cm_text_printf(out,
			"<line x1=\"%.0f\" y1=\"%.0f\" x2=\"%.0f\" y2=\"%.0f\" stroke=\"%s\" "
			"stroke-width=\"3\" stroke-dasharray=\"%s\"/>"
			"<text x=\"%.0f\" y=\"%.0f\">%s: %zu</text>\n",
			x, y, x + 40, y, shades[i].color, shades[i].dash, x + 50, y + 4,
			shades[i].meaning, count);
		y += legend_row;
	}
}

static void put_svg(const struct cm_fleet *f, const struct layout *l, struct cm_text *out)
{
	size_t n;
	const struct cm_link *links = cm_fleet_links(f, &n);
	double left = l->left - l->margin, top = l->top - l->margin - legend_height();
	double width = fmax(l->right + l->margin - left, 280);
	double height = l->bottom + l->margin - top;
	cm_text_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.0f %.0f %.0f %.0f\" "
		"width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect x=\"%.0f\" y=\"%.0f\" width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		left, top, width, height, width, height, left, top);
	/* What fails is drawn last, so that nothing hides it. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++)
			if ((shade_of(&links[i]) != &shades[0]) == (pass == 1))
				put_link(f, l, &links[i], out);
	for (size_t i = 0; i < l->n; i++)
		put_node(f, &l->nodes[i], i, out);
	put_legend(l, links, n, out);
	cm_text_put(out, "</svg>\n");
}

bool pair_graph_svg(const struct cm_fleet *f, struct cm_text *out)
{
	struct layout l = { .n = cm_fleet_routers(f) };
	size_t n;
	const struct cm_link *links = cm_fleet_links(f, &n);
	l.nodes = calloc(l.n + 1, sizeof *l.nodes);
	if (!l.nodes)
		return false;
	count_degrees(&l, links, n);
	choose_parents(&l, links, n);
	measure_labels(f, &l);
	place_hubs(&l);
	place_others(&l);
	measure(&l);
	put_svg(f, &l, out);
	free(l.nodes);
	return !out->failed;
}

static void put_quoted(struct cm_text *out, const char *text)
{
	cm_text_char(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			cm_text_char(out, '\\');
		cm_text_char(out, *text);
	}
	cm_text_char(out, '"');
}

void pair_graph_dot(const struct cm_fleet *f, struct cm_text *out)
{
	size_t n;
	const struct cm_link *links = cm_fleet_links(f, &n);
	cm_text_put(out,
		"graph fleet {\n  layout=neato; overlap=false; splines=true;\n"
		"  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
	for (size_t i = 0; i < cm_fleet_routers(f); i++) {
		cm_text_printf(out, "  r%zu [label=", i);
		put_quoted(out, cm_fleet_router(f, i));
		cm_text_put(out, "];\n");
	}
	for (size_t i = 0; i < n; i++) {
		const struct shade *s = shade_of(&links[i]);
		struct cm_text why = { 0 };
		if (!s)
			continue;
		cm_link_explain(f, &links[i], &why);
		cm_text_printf(out,
			"  r%zu -- r%zu [color=\"%s\", style=%s, tooltip=", links[i].router_a,
			links[i].router_b, s->color, *s->dash ? "dashed" : "solid");
		put_quoted(out, why.at ? why.at : "");
		cm_text_put(out, "];\n");
		cm_text_free(&why);
	}
	cm_text_put(out, "}\n");
}
