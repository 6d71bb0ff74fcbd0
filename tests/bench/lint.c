/*
 * How fast the checker is, reading included: texts of 1, 10 and 100 MB of mixed routers; lists of 100, 1,000 and
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
		"logging host 192.0.2.%u\n", "ntp server 192.0.2.%u prefer\n",
		"snmp-server host 192.0.2.%u version 2c public\n",
		"interface GigabitEthernet1/%u\n description link to the floor\n switchport mode access\n"
		" switchport access vlan 12\n spanning-tree portfast\n no cdp enable\n!\n",
		"ip host server%u 192.0.2.7\n", "username user%u privilege 1 secret 5 $1$abcd$efghijklm\n",
		"vlan %u\n name office\n!\n", "aaa group server tacacs+ GROUP%u\n server 192.0.2.9\n!\n",
		"router bgp 65000\n neighbor 192.0.2.%u remote-as 65001\n"
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
		"hostname branch%u\nversion 12.4\n!\ncrypto isakmp policy 10\n encr aes 256\n"
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
			put_router(&text, i, i % 20, 40 + i % 400);
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
		put_router(&text, number, 1, 40);
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
		double start = seconds_of(CLOCK_MONOTONIC);
		for (unsigned i = 0; list && i < threads; i++)
			pthread_create(&list[i], NULL, work, &crew);
		for (unsigned i = 0; list && i < threads; i++)
			pthread_join(list[i], NULL);
		double seconds = seconds_of(CLOCK_MONOTONIC) - start;
		one = threads == 1 ? seconds : one;
		printf("%u files, -j %u: %7.3f s  %8.0f files/s  %.2f times as fast\n", files,
			threads, seconds, files / seconds, one / seconds);
		free(list);
	}
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	unsigned files = argc > 1 ? (unsigned)atoi(argv[1]) : 5000;
	unsigned threads = argc > 2 ? (unsigned)atoi(argv[2]) : 4;
	bench_texts();
	bench_lists();
	bench_files(files, threads);
	return 0;
}
