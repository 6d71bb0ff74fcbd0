/* How long line reachability and first match take on long lists, with and without holes. */
#include "facts/shadow.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST = 10000 };

static uint64_t random_state = 1;

static uint32_t draw(uint32_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % below;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct cm_net draw_net(bool holes)
{
	static const uint32_t masks[] = { UINT32_MAX, UINT32_MAX, UINT32_MAX, 0xffffff00,
		0xffffff00, 0xffff0000, 0xfffffff0 };
	struct cm_net net = { 0x0a000000 | draw(1 << 24), masks[draw(7)] };
	if (holes && draw(2))
		net.mask &= ~(0x00000f00u << draw(3) * 4);
	net.address &= net.mask;
	return net;
}

static struct pset_match draw_line(bool holes)
{
	static const uint8_t protocols[] = { 0, 6, 6, 17 };
	struct pset_match m = { .permit = draw(4) != 0,
		.protocol = protocols[draw(4)],
		.source = draw_net(holes),
		.destination = draw_net(holes) };
	/* Half of the lines are open on one side, as real lists are. */
	unsigned open = draw(4);
	if (open < 2)
		*(open ? &m.source : &m.destination) = (struct cm_net){ 0, 0 };
	if (m.protocol && draw(2)) {
		m.n_destination_ports = 1;
		m.destination_ports[0][0] = (uint16_t)draw(1024);
		m.destination_ports[0][1] = (uint16_t)(m.destination_ports[0][0] + draw(2) * 100);
	}
	return m;
}

static void measure(size_t n, bool holes)
{
	static struct pset_match m[MOST];
	static struct shadow_line lines[MOST];
	static struct shadow out[MOST];
	size_t verdicts[SHADOW_UNKNOWN + 1] = { 0 };
	for (size_t i = 0; i < n; i++) {
		m[i] = draw_line(holes);
		lines[i] = (struct shadow_line){ &m[i], 1, m[i].permit };
	}
	double start = now();
	struct arena *arena = arena_new();
	struct shadows *w = shadows_find(arena, lines, n, out);
	double took = now() - start;
	for (size_t i = 0; i < n; i++)
		verdicts[out[i].verdict]++;
	struct psets *s = psets_new(0);
	start = now();
	struct pset set = pset_first_match(s, m, n);
	printf("%5zu lines %s holes: reachability %.3f s (%zu covered, %zu by whole packets, "
	       "%zu unknown); first match %.3f s, %zu nodes%s\n",
		n, holes ? "with   " : "without", took, verdicts[SHADOW_COVERED],
		verdicts[SHADOW_FRAGMENTS_ONLY], verdicts[SHADOW_UNKNOWN], now() - start,
		psets_size(s), pset_ok(set) ? "" : ", given up");
	psets_free(s);
	shadows_free(w);
	arena_free(arena);
}

int main(void)
{
	for (size_t n = 100; n <= MOST; n *= 10) {
		measure(n, false);
		measure(n, true);
	}
	return 0;
}
