/*
 * How fast the checker is: texts of 1, 10 and 100 MB of mixed routers; lists of 100, 1,000 and
 * 10,000 lines with and without holes in their wildcards; many small files by several threads.
 *
 *     bench_lint [FILES] [THREADS]
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cryptomap/check.h>
#include <cryptomap/document.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned next_random(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* One branch of many: policies, a key, a map entry, lists, NAT, routes. */
static void put_router(struct cm_text *out, unsigned number)
{
	unsigned a = number >> 8 & 255, b = number & 255, seed = number;
	cm_text_printf(out,
		"hostname branch%u\nversion 15.4\n!\ncrypto isakmp policy 10\n encr aes 256\n"
		" hash sha256\n authentication pre-share\n group 14\n"
		"crypto isakmp key Key%uForTheBranch7 address 203.%u.%u.1\n"
		"crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac\n mode tunnel\n"
		"crypto map VPN 10 ipsec-isakmp\n set peer 203.%u.%u.1\n set transform-set STRONG\n"
		" match address TO_HEAD\n!\n",
		number, number, a, b, a, b);
	cm_text_printf(out,
		"interface FastEthernet0/0\n description inside\n"
		" ip address 10.%u.%u.1 255.255.255.0\n ip nat inside\n ip tcp adjust-mss 1360\n"
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n"
		" ip access-group OUTSIDE in\n ip nat outside\n crypto map VPN\n!\n"
		"ip nat inside source list INSIDE interface FastEthernet0/1 overload\n"
		"ip route 0.0.0.0 0.0.0.0 198.51.100.2\n",
		a, b);
	cm_text_printf(out,
		"ip access-list extended TO_HEAD\n permit ip 10.%u.%u.0 0.0.0.255 172.16.0.0 0.0.255.255\n"
		"ip access-list extended INSIDE\n deny ip 10.%u.%u.0 0.0.0.255 172.16.0.0 0.0.255.255\n"
		" permit ip 10.%u.%u.0 0.0.0.255 any\n"
		"ip access-list extended OUTSIDE\n permit esp host 203.%u.%u.1 host 198.51.100.1\n"
		" permit udp host 203.%u.%u.1 host 198.51.100.1 eq isakmp\n",
		a, b, a, b, a, b, a, b, a, b);
	for (unsigned i = 0; i < 12; i++)
		cm_text_printf(out, " permit tcp any host 198.51.100.1 eq %u\n",
			1024 + next_random(&seed) % 60000);
	cm_text_put(out, "line vty 0 4\n exec-timeout 10 0\n login local\n transport input ssh\nend\n");
}

static size_t lint(const struct cm_text *text)
{
	struct cm_document *document = cm_document_read("bench", text->at, text->length, NULL);
	struct cm_findings *findings = cm_check(document, NULL);
	size_t n;
	cm_findings_list(findings, &n);
	cm_findings_free(findings);
	cm_document_free(document);
	return n;
}

static void bench_texts(void)
{
	for (size_t megabytes = 1; megabytes <= 100; megabytes *= 10) {
		struct cm_text text = { 0 };
		for (unsigned i = 0; text.length < megabytes * 1000000; i++)
			put_router(&text, i);
		double start = now();
		size_t n = lint(&text);
		double seconds = now() - start;
		printf("text %4zu MB: %7.3f s  %6.1f MB/s  %zu findings\n", megabytes, seconds,
			(double)text.length / 1e6 / seconds, n);
		cm_text_free(&text);
	}
}

static void put_list(struct cm_text *out, unsigned lines, bool holes)
{
	unsigned seed = lines;
	cm_text_put(out, "interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.252\n"
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
			double start = now();
			size_t n = lint(&text);
			printf("list %5u lines %-13s %7.3f s  %zu findings\n", lines,
				holes ? "with holes:" : "without holes:", now() - start, n);
			cm_text_free(&text);
		}
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
		put_router(&text, number);
		lint(&text);
		cm_text_free(&text);
	}
}

static void bench_files(unsigned files, unsigned most)
{
	double one = 0;
	for (unsigned threads = 1; threads <= most; threads *= 2) {
		struct crew crew = { 0, files, PTHREAD_MUTEX_INITIALIZER };
		pthread_t *list = calloc(threads, sizeof *list);
		double start = now();
		for (unsigned i = 0; list && i < threads; i++)
			pthread_create(&list[i], NULL, work, &crew);
		for (unsigned i = 0; list && i < threads; i++)
			pthread_join(list[i], NULL);
		double seconds = now() - start;
		one = threads == 1 ? seconds : one;
		printf("%u files, -j %u: %7.3f s  %8.0f files/s  %.2f times as fast\n", files,
			threads, seconds, files / seconds, one / seconds);
		free(list);
	}
}

int main(int argc, char **argv)
{
	unsigned files = argc > 1 ? (unsigned)atoi(argv[1]) : 5000;
	unsigned threads = argc > 2 ? (unsigned)atoi(argv[2]) : 4;
	bench_texts();
	bench_lists();
	bench_files(files, threads);
	return 0;
}
