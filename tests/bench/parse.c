/*
 * How fast a text becomes words, nodes and a model, and how much memory that takes.
 *
 *     bench_parse [MB …]      default 1 10 100
 *
 * The input is made from a seed: crypto maps with their ACLs, long ACLs, NAT, routes, and statements
 * that are not ours. Beside it, in the same run: counting line ends (what wc -l does), and a bare
 * tokenizer that only finds words. Every figure is the median of some passes on
 * one core, with the slowest and the fastest.
 */
#include "base/arena.h"
#include "syntax/lex.h"
#include "syntax/syntax.h"
#include "syntax/walk.h"
#include <cryptomap/model.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct maker {
	uint64_t seed;
	struct cm_text text;
};

static uint32_t draw(struct maker *m, uint32_t below)
{
	m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(m->seed >> 33) % below;
}

static void add_net(struct maker *m)
{
	cm_text_printf(&m->text, " 10.%u.%u.0 0.0.0.255", draw(m, 256), draw(m, 256));
}

static void add_acl(struct maker *m, uint32_t number, uint32_t lines)
{
	static const char *const protocols[] = { "ip", "tcp", "udp", "ip", "tcp" };
	cm_text_printf(&m->text, "ip access-list extended list_%u\n", number);
	for (uint32_t i = 0; i < lines; i++) {
		uint32_t p = draw(m, 5);
		cm_text_printf(&m->text, " %s %s", draw(m, 4) ? "permit" : "deny  ", protocols[p]);
		add_net(m);
		if (draw(m, 3))
			add_net(m);
		else
			cm_text_printf(&m->text, " host 192.0.2.%u", draw(m, 256));
		if (p == 1 || p == 4)
			cm_text_printf(&m->text, " eq %u", 1024 + draw(m, 60000));
		cm_text_put(&m->text, "\n");
	}
}

static void add_map_entry(struct maker *m, uint32_t number)
{
	cm_text_printf(&m->text,
		"crypto isakmp key secret%u address 198.51.%u.%u\n"
		"crypto map IPSEC%u %u ipsec-isakmp\n"
		" set peer 198.51.%u.%u\n"
		" set transform-set Default\n"
		" set pfs group2\n"
		" match address list_%u\n",
		number, number / 256 % 256, number % 256, number / 65000, number % 65000 + 1,
		number / 256 % 256, number % 256, number);
}

static void add_interface(struct maker *m, uint32_t number)
{
	cm_text_printf(&m->text,
		"interface GigabitEthernet0/0/%u.%u\n"
		" description link to customer %u, building %u\n"
		" encapsulation dot1Q %u\n"
		" ip address 10.%u.%u.1 255.255.255.0\n"
		" ip access-group list_%u in\n"
		" ip nat inside\n"
		" no cdp enable\n"
		" service-policy output SHAPE_%uM\n"
		"!\n",
		number % 8, number, number, draw(m, 90), number % 4000 + 1, draw(m, 256),
		draw(m, 256), number, draw(m, 100));
}

static void add_nat(struct maker *m, uint32_t number)
{
	cm_text_printf(&m->text,
		"ip nat inside source static tcp 10.%u.%u.%u %u 203.0.113.%u %u extendable\n"
		"ip route 10.%u.%u.0 255.255.255.0 192.0.2.%u\n",
		draw(m, 256), draw(m, 256), draw(m, 256), 1 + draw(m, 65535), number % 256,
		1 + draw(m, 65535), draw(m, 256), draw(m, 256), draw(m, 256));
}

static void add_noise(struct maker *m)
{
	cm_text_printf(&m->text,
		"router bgp %u\n"
		" bgp log-neighbor-changes\n"
		" neighbor 192.0.2.%u remote-as %u\n"
		" neighbor 192.0.2.%u update-source Loopback0\n"
		"snmp-server host 192.0.2.%u version 2c public\n"
		"logging host 192.0.2.%u\n"
		"!\n",
		64512 + draw(m, 1000), draw(m, 256), draw(m, 60000), draw(m, 256), draw(m, 256),
		draw(m, 256));
}

static void make(struct maker *m, size_t size)
{
	cm_text_put(&m->text,
		"version 15.2\nhostname bench\n"
		"crypto isakmp policy 10\n encr aes 256\n authentication pre-share\n group 14\n"
		"crypto ipsec transform-set Default esp-aes 256 esp-sha-hmac\n");
	for (uint32_t i = 0; m->text.length < size && !m->text.failed; i++) {
		add_acl(m, i, 20 + draw(m, 40));
		add_map_entry(m, i);
		add_interface(m, i);
		for (uint32_t n = draw(m, 4); n > 0; n--)
			add_nat(m, i);
		add_noise(m);
	}
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One measured pass; gives something that depends on all of the work. */
typedef size_t pass(const char *text, size_t length, size_t *memory);

static size_t count_lines(const char *text, size_t length, size_t *memory)
{
	size_t n = 0;
	*memory = 0;
	for (const char *at = text, *end = text + length;
		(at = memchr(at, '\n', (size_t)(end - at))); at++)
		n++;
	return n;
}

/* The bare tokenizer: the same shapes by re2c's rules alone, nothing done with them. */
static size_t tokenize(const char *text, size_t length, size_t *memory)
{
	struct lexer lx;
	struct word word;
	size_t n = 0;
	*memory = 0;
	lex_init(&lx, text, (uint32_t)length);
	while (lx.at < lx.end)
		while (lex_word_by_rule(&lx, &word))
			n++;
	return n;
}

/* As the reader uses the lexer: line starts, comments, indentation, words. */
static size_t lex(const char *text, size_t length, size_t *memory)
{
	struct lexer lx;
	struct word words[LINE_WORDS_MOST];
	size_t n = 0;
	enum line_start start;
	*memory = 0;
	lex_init(&lx, text, (uint32_t)length);
	while ((start = lex_begin(&lx)) != LINE_END_OF_TEXT) {
		bool complete = start == LINE_EMPTY;
		if (start != LINE_WORDS && start != LINE_EMPTY)
			lex_skip(&lx);
		while (start == LINE_WORDS && !complete)
			n += lex_words(&lx, words, LINE_WORDS_MOST, &complete);
	}
	return n;
}

static size_t parse(const char *text, size_t length, size_t *memory)
{
	struct cm_document *doc = syntax_new("bench", text, length, NULL);
	if (!doc || !syntax_read(doc))
		return 0;
	size_t n = doc->diags.n + 1;
	*memory = arena_size(doc->arena);
	cm_document_free(doc);
	return n;
}

static size_t model(const char *text, size_t length, size_t *memory)
{
	struct cm_document *doc = cm_document_read("bench", text, length, NULL);
	if (!doc)
		return 0;
	size_t n = cm_document_model(doc, 0)->n_acls;
	*memory = arena_size(doc->arena);
	cm_document_free(doc);
	return n;
}

/* --- figures: the median of some passes, the fastest and the slowest --------------------------- */

enum { PASSES_MOST = 9 };

struct figure {
	const char *name;
	pass *run;
	double seconds[PASSES_MOST];
	size_t memory;
	bool failed;
};

static int by_seconds(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Rounds, not runs of one after another: what else the machine does meets all alike. */
static void measure(struct figure *figures, size_t n, int passes, const char *text, size_t length)
{
	for (int p = 0; p < passes; p++)
		for (size_t i = 0; i < n; i++) {
			double start = now();
			figures[i].failed |= !figures[i].run(text, length, &figures[i].memory);
			figures[i].seconds[p] = now() - start;
		}
	for (size_t i = 0; i < n; i++)
		qsort(figures[i].seconds, (size_t)passes, sizeof *figures[i].seconds, by_seconds);
}

static void print(const struct figure *f, const struct figure *all, int passes, size_t length)
{
	double size = (double)length / 1e6, median = f->seconds[passes / 2];
	printf("  %-10s %8.1f MB/s (%.1f to %.1f)  %7.2f of wc, %5.2f of tokenizer", f->name,
		size / median, size / f->seconds[passes - 1], size / f->seconds[0],
		all[0].seconds[passes / 2] / median, all[1].seconds[passes / 2] / median);
	if (f->memory)
		printf("  %5.2f octets of memory per octet", (double)f->memory / (double)length);
	printf("%s\n", f->failed ? "  FAILED" : "");
}

static void bench(const char *text, size_t length)
{
	struct figure figures[] = {
		{ .name = "wc -l", .run = count_lines },
		{ .name = "tokenizer", .run = tokenize },
		{ .name = "lexing", .run = lex },
		{ .name = "nodes", .run = parse },
		{ .name = "model", .run = model },
	};
	size_t n = sizeof figures / sizeof *figures;
	int passes = length > 50000000 ? 3 : PASSES_MOST;
	measure(figures, n, passes, text, length);
	for (size_t i = 0; i < n; i++)
		print(&figures[i], figures, passes, length);
}

int main(int argc, char **argv)
{
	static const char *const defaults[] = { "", "1", "10", "100" };
	const char *const *sizes = argc > 1 ? (const char *const *)argv : defaults;
	int n = argc > 1 ? argc : 4;
	for (int i = 1; i < n; i++) {
		struct maker maker = { .seed = 42 };
		make(&maker, (size_t)(atof(sizes[i]) * 1e6));
		if (maker.text.failed)
			return 1;
		printf("%s MB:\n", sizes[i]);
		bench(maker.text.at, maker.text.length);
		cm_text_free(&maker.text);
	}
	return 0;
}
