/*
 * How fast the checker is: texts of 1, 10 and 100 MB of mixed routers, reading and checks apart and
 * together; lists of 100, 1,000 and 10,000 lines with and without holes in their wildcards; hubs of 500
 * and 5,000 tunnels; many small files by several threads.
 *
 *     bench_lint [FILES] [THREADS] [LARGEST MB]
 *
 * Every figure is the median of some runs, with the least and the most. Seconds are those of one
 * core, but for the files, where the clock counts. Beside each text, in the same run: counting its
 * lines, which is what `wc -l` does; "x wc" says how many times as long it takes.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cryptomap/check.h>
#include <cryptomap/document.h>

static double seconds_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Of one core: what else the machine does does not count. */
static double now(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static unsigned next_random(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* What most of a configuration is made of, and no business of ours. */
static void put_others(struct cm_text *out, unsigned *seed, unsigned lines)
{
	static const char *const forms[] = {
		"logging host 192.0.2.%u\n",
		"ntp server 192.0.2.%u prefer\n",
		"snmp-server host 192.0.2.%u version 2c public\n",
		"interface GigabitEthernet1/%u\n description link to the floor\n switchport mode access\n"
		" switchport access vlan 12\n spanning-tree portfast\n no cdp enable\n!\n",
		"ip host server%u 192.0.2.7\n",
		"username user%u privilege 1 secret 5 $1$abcd$efghijklm\n",
		"vlan %u\n name office\n!\n",
		"aaa group server tacacs+ GROUP%u\n server 192.0.2.9\n!\n",
		"router bgp 65000\n neighbor 192.0.2.%u remote-as 65000\n"
		" neighbor 192.0.2.77 description the other side\n!\n",
	};
	for (unsigned i = 0; i < lines; i++) {
		unsigned form = next_random(seed) % (sizeof forms / sizeof *forms);
		cm_text_printf(out, forms[form], next_random(seed) % 250 + 1);
	}
}

static void put_tunnel(struct cm_text *out, unsigned a, unsigned b, unsigned number)
{
	cm_text_printf(out,
		"crypto isakmp key Key%uForTheBranch7 address 203.%u.%u.%u\n"
		"crypto map VPN %u ipsec-isakmp\n set peer 203.%u.%u.%u\n set transform-set STRONG\n"
		" match address TO_HEAD%u\n!\n"
		"ip access-list extended TO_HEAD%u\n"
		" permit ip 10.%u.%u.0 0.0.0.255 172.16.%u.0 0.0.0.255\n",
		number * 7919 + a * 256 + b, a, b, number + 1, number * 10 + 10, a, b, number + 1,
		number, number, a, b, number);
}

/* A router with some tunnels, as it should be, among much else. */
static void put_router(struct cm_text *out, unsigned number, unsigned tunnels, unsigned others)
{
	unsigned a = number >> 8 & 255, b = number & 255, seed = number;
	cm_text_printf(out,
		"hostname branch%u\nversion 15.2\n!\ncrypto isakmp policy 10\n encr aes 256\n"
		" hash sha256\n authentication pre-share\n group 14\n"
		"crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac\n mode tunnel\n!\n",
		number);
	for (unsigned i = 0; i < tunnels; i++)
		put_tunnel(out, a, b, i);
	put_others(out, &seed, others);
	cm_text_printf(out,
		"interface FastEthernet0/0\n description inside\n"
		" ip address 10.%u.%u.1 255.255.255.0\n ip nat inside\n ip tcp adjust-mss 1360\n"
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n"
		" ip access-group OUTSIDE in\n ip nat outside\n crypto map VPN\n!\n"
		"ip nat inside source list INSIDE interface FastEthernet0/1 overload\n"
		"ip route 0.0.0.0 0.0.0.0 198.51.100.2\n"
		"ip access-list extended INSIDE\n deny ip 10.%u.%u.0 0.0.0.255 172.16.0.0 0.0.255.255\n"
		" permit ip 10.%u.%u.0 0.0.0.255 any\nip access-list extended OUTSIDE\n",
		a, b, a, b, a, b);
	cm_text_printf(out,
		" permit esp 203.%u.%u.0 0.0.0.255 host 198.51.100.1\n"
		" permit udp 203.%u.%u.0 0.0.0.255 host 198.51.100.1 eq isakmp\n"
		" permit udp 203.%u.%u.0 0.0.0.255 host 198.51.100.1 eq non500-isakmp\n",
		a, b, a, b, a, b);
	for (unsigned i = 0; i < 12; i++)
		cm_text_printf(out, " permit tcp any host 198.51.100.1 eq %u\n",
			1024 + next_random(&seed) % 60000);
	cm_text_put(
		out, "line vty 0 4\n exec-timeout 10 0\n login local\n transport input ssh\nend\n");
}

/* --- Figures -------------------------------------------------------------------------------------- */

enum { RUNS_MOST = 9 };

struct figures {
	double at[RUNS_MOST]; /* in order once sorted */
	size_t n;
};

static void note(struct figures *f, double seconds)
{
	size_t at = f->n++;
	for (; at && f->at[at - 1] > seconds; at--)
		f->at[at] = f->at[at - 1];
	f->at[at] = seconds;
}

static double median(const struct figures *f)
{
	return f->at[f->n / 2];
}

static void print_seconds(const char *name, const struct figures *f)
{
	printf("%s %9.4f s (%.4f to %.4f)", name, median(f), f->at[0], f->at[f->n - 1]);
}

/* Large texts run less often. */
static size_t runs_for(size_t octets)
{
	return octets > 50000000 ? 3 : octets > 5000000 ? 5 : RUNS_MOST;
}

struct passes {
	struct figures wc, read, check, all;
	size_t findings, lines;
};

static void lint(const struct cm_text *text, struct passes *p)
{
	double begin = now();
	p->lines = 0;
	for (const char *at = text->at, *end = at + text->length;
		(at = memchr(at, '\n', (size_t)(end - at))); at++)
		p->lines++;
	double start = now();
	struct cm_document *document = cm_document_read("bench", text->at, text->length, NULL);
	double middle = now();
	struct cm_findings *findings = cm_check(document, NULL);
	double end = now();
	cm_findings_list(findings, &p->findings);
	cm_findings_free(findings);
	cm_document_free(document);
	note(&p->wc, start - begin);
	note(&p->read, middle - start);
	note(&p->check, end - middle);
	note(&p->all, now() - start);
}

static struct passes measure(const struct cm_text *text)
{
	struct passes p = { .findings = 0 };
	for (size_t i = runs_for(text->length); i; i--)
		lint(text, &p);
	return p;
}

static void print_rate(
	const char *name, const struct figures *f, const struct passes *p, size_t octets)
{
	print_seconds(name, f);
	printf("  %7.1f MB/s  %6.1f x wc\n", (double)octets / 1e6 / median(f),
		median(f) / median(&p->wc));
}

static void bench_texts(size_t largest)
{
	for (size_t megabytes = 1; megabytes <= largest; megabytes *= 10) {
		struct cm_text text = { 0 };
		for (unsigned i = 0; text.length < megabytes * 1000000; i++)
			put_router(&text, i, i % 20, 40 + i % 400);
		struct passes p = measure(&text);
		printf("text %zu MB, %zu lines, %zu findings:\n", megabytes, p.lines, p.findings);
		print_rate("  reading ", &p.read, &p, text.length);
		print_rate("  checks  ", &p.check, &p, text.length);
		print_rate("  together", &p.all, &p, text.length);
		cm_text_free(&text);
	}
}

static void put_list(struct cm_text *out, unsigned lines, bool holes)
{
	unsigned seed = lines;
	cm_text_put(out,
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n"
		" ip access-group LONG in\nip access-list extended LONG\n");
	for (unsigned i = 0; i < lines; i++) {
		unsigned r = next_random(&seed), s = next_random(&seed);
		cm_text_printf(out, " %s tcp %u.%u.%u.0 %s 198.51.%u.0 0.0.0.255 eq %u\n",
			r % 4 ? "permit" : "deny", 1 + r % 200, s % 256, holes ? 0 : r >> 8 & 255,
			holes && s % 3 ? "0.0.255.63" : "0.0.0.255", s >> 8 & 255,
			1 + (r >> 4) % 1000);
	}
}

static void bench_lists(void)
{
	for (unsigned lines = 100; lines <= 10000; lines *= 10) {
		for (int holes = 0; holes < 2; holes++) {
			struct cm_text text = { 0 };
			put_list(&text, lines, holes);
			struct passes p = measure(&text);
			printf("list of %5u lines %s", lines,
				holes ? "with holes   " : "without holes");
			print_seconds(":", &p.all);
			printf("  %zu findings\n", p.findings);
			cm_text_free(&text);
		}
	}
}

/* A hub: an entry, a list, an exemption from NAT and three lines of the outside list for each branch. */
static void put_hub(struct cm_text *out, unsigned branches)
{
	cm_text_put(out,
		"version 12.4\nhostname hub\ncrypto isakmp policy 10\n encr aes 256\n"
		" hash sha256\n authentication pre-share\n group 14\n"
		"crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac\n");
	for (unsigned i = 0; i < branches; i++)
		cm_text_printf(out, "crypto isakmp key Key%uForTheBranch7 address 203.%u.%u.1\n",
			i * 7919, i >> 8, i & 255);
	cm_text_put(out,
		"interface FastEthernet0/0\n ip address 10.255.0.1 255.255.255.0\n ip nat inside\n"
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n"
		" ip access-group OUTSIDE in\n ip nat outside\n crypto map VPN\n"
		"ip nat inside source list INSIDE interface FastEthernet0/1 overload\n"
		"ip route 0.0.0.0 0.0.0.0 198.51.100.2\n");
	for (unsigned i = 0; i < branches; i++)
		cm_text_printf(out,
			"crypto map VPN %u ipsec-isakmp\n set peer 203.%u.%u.1\n"
			" set transform-set STRONG\n match address TO%u\nip access-list extended TO%u\n"
			" permit ip 10.255.0.0 0.0.0.255 10.%u.%u.0 0.0.0.255\n",
			i + 10, i >> 8, i & 255, i, i, i >> 8, i & 255);
	cm_text_put(out, "ip access-list extended INSIDE\n");
	for (unsigned i = 0; i < branches; i++)
		cm_text_printf(out, " deny ip 10.255.0.0 0.0.0.255 10.%u.%u.0 0.0.0.255\n", i >> 8,
			i & 255);
	cm_text_put(out, " permit ip 10.255.0.0 0.0.0.255 any\nip access-list extended OUTSIDE\n");
	for (unsigned i = 0; i < branches; i++)
		cm_text_printf(out,
			" permit esp host 203.%u.%u.1 host 198.51.100.1\n"
			" permit udp host 203.%u.%u.1 host 198.51.100.1 eq isakmp\n"
			" permit udp host 203.%u.%u.1 host 198.51.100.1 eq non500-isakmp\n",
			i >> 8, i & 255, i >> 8, i & 255, i >> 8, i & 255);
}

static void bench_hubs(void)
{
	for (unsigned branches = 500; branches <= 5000; branches *= 10) {
		struct cm_text text = { 0 };
		put_hub(&text, branches);
		struct passes p = measure(&text);
		printf("hub of %u tunnels, %.1f MB, %zu findings:\n", branches,
			(double)text.length / 1e6, p.findings);
		print_rate("  reading ", &p.read, &p, text.length);
		print_rate("  checks  ", &p.check, &p, text.length);
		cm_text_free(&text);
	}
}

struct crew {
	unsigned next, files;
	pthread_mutex_t lock;
};

static void *work(void *user)
{
	struct crew *crew = user;
	for (;;) {
		pthread_mutex_lock(&crew->lock);
		unsigned number = crew->next < crew->files ? crew->next++ : crew->files;
		pthread_mutex_unlock(&crew->lock);
		if (number == crew->files)
			return NULL;
		struct cm_text text = { 0 };
		struct passes p = { .findings = 0 };
		put_router(&text, number, 1, 40);
		lint(&text, &p);
		cm_text_free(&text);
	}
}

static double work_on(unsigned files, unsigned threads)
{
	struct crew crew = { 0, files, PTHREAD_MUTEX_INITIALIZER };
	pthread_t *list = calloc(threads, sizeof *list);
	double start = seconds_of(CLOCK_MONOTONIC);
	for (unsigned i = 0; list && i < threads; i++)
		pthread_create(&list[i], NULL, work, &crew);
	for (unsigned i = 0; list && i < threads; i++)
		pthread_join(list[i], NULL);
	free(list);
	return seconds_of(CLOCK_MONOTONIC) - start;
}

static void bench_files(unsigned files, unsigned most)
{
	double one = 0;
	for (unsigned threads = 1; threads <= most; threads *= 2) {
		struct figures f = { .n = 0 };
		for (unsigned i = 0; i < 3; i++)
			note(&f, work_on(files, threads));
		one = threads == 1 ? median(&f) : one;
		printf("%u files, -j %u", files, threads);
		print_seconds(":", &f);
		printf("  %8.0f files/s  %.2f times as fast\n", files / median(&f),
			one / median(&f));
	}
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	unsigned files = argc > 1 ? (unsigned)atoi(argv[1]) : 5000;
	unsigned threads = argc > 2 ? (unsigned)atoi(argv[2]) : 4;
	bench_texts(argc > 3 ? (size_t)atoi(argv[3]) : 100);
	bench_lists();
	bench_hubs();
	bench_files(files, threads);
	return 0;
}
