/*
 * What the rules about packets say, against brute force: configurations are drawn, printed as
 * text, read and judged, and drawn packets are walked through the drawn lines one by one by the
 * plainest code there is. Where a finding says "no packet", a world of packets is walked that has
 * one for every region that the drawn lines can tell apart.
 */
#include "check/nat_sets.h"
#include "facts/shadow.h"
#include <cryptomap/check.h>
#include <cryptomap/trace.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { TCP = 6, UDP = 17, ICMP = 1 };
enum {
	ROUTERS = 250,
	PACKETS = 2000,
	WORLDS = 80,
	LINES = 6,
	LISTS = 4,
	RULES = 6,
	CLAUSES = 3,
	ENTRIES = 4
};

static uint64_t state_of_random = 17012;

static uint32_t draw(uint32_t below)
{
	state_of_random = state_of_random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state_of_random >> 33) % below;
}
#define DRAW_OF(list) (list)[draw(sizeof(list) / sizeof *(list))]

/* --- A router as drawn ------------------------------------------------------------------------------ */

struct line {
	bool permit;
	uint8_t protocol;
	struct cm_net source, destination;
	uint16_t port; /* of the destination; 0: any */
};

struct list {
	struct line lines[LINES];
	size_t n;
};

struct clause {
	bool permit;
	int lists[2]; /* -1: none; no list at all: everything */
	bool other_interface;
};

enum rule_kind { HOST, HOST_PORT, NETWORK, BY_LIST, BY_MAP, RULE_KINDS };

struct nat_rule {
	enum rule_kind kind;
	uint32_t local;
	uint8_t protocol;
	uint16_t port;
	int list;
	struct clause clauses[CLAUSES];
	size_t n_clauses;
	uint32_t at; /* of its line in the text */
};

struct router {
	struct list lists[LISTS];
	struct nat_rule rules[RULES]; /* in order of precedence */
	size_t n_rules;
	int entries[ENTRIES]; /* lists of the crypto map's entries, by sequence */
	size_t n_entries;
};

struct packet {
	uint8_t protocol;
	uint32_t source, destination;
	uint16_t source_port, destination_port;
};

/* Two bits of the third octet and two of the fourth vary: networks meet often. */
static uint32_t draw_address(uint32_t base)
{
	return base | draw(4) << 8 | draw(4);
}

static struct cm_net draw_net(uint32_t base)
{
	static const uint32_t masks[] = { 0, UINT32_MAX, 0xffffff00, 0xfffffffe, 0xfffffc00,
		0xfffffdff, 0xfffffefd };
	struct cm_net net = { draw_address(base), DRAW_OF(masks) };
	net.address &= net.mask;
	return net;
}

enum { INSIDE_BASE = 0x0a010000, FAR_BASE = 0x0a020000 };

static struct line draw_line(void)
{
	static const uint8_t protocols[] = { 0, 0, 0, TCP, UDP };
	static const uint16_t ports[] = { 0, 80, 500 };
	struct line l = { draw(3) != 0, DRAW_OF(protocols), draw_net(INSIDE_BASE),
		draw_net(FAR_BASE), 0 };
	if (l.protocol)
		l.port = DRAW_OF(ports);
	return l;
}

static struct packet draw_packet(void)
{
	static const uint8_t protocols[] = { TCP, UDP, ICMP };
	static const uint16_t ports[] = { 80, 500, 1024, 33000 };
	return (struct packet){ DRAW_OF(protocols), draw_address(INSIDE_BASE),
		draw(8) ? draw_address(FAR_BASE) : 0xc6336400u + draw(4), DRAW_OF(ports),
		DRAW_OF(ports) };
}

/* Beside the drawn addresses one of each /24 that is never drawn, and one of no drawn network. */
enum { ADDRESSES = 21, WORLD = 3 * ADDRESSES * ADDRESSES * 3 * 3 };

static uint32_t world_address(uint32_t base, uint32_t elsewhere, unsigned index)
{
	static const uint8_t hosts[] = { 0, 1, 2, 3, 77 };
	return index == 20 ? elsewhere : base | (index / 5) << 8 | hosts[index % 5];
}

static struct packet world_packet(unsigned index)
{
	static const uint8_t protocols[] = { TCP, UDP, ICMP };
	static const uint16_t ports[] = { 80, 500, 1024 };
	struct packet p = { .protocol = protocols[index % 3] };
	index /= 3;
	p.source_port = ports[index % 3];
	index /= 3;
	p.destination_port = ports[index % 3];
	index /= 3;
	p.source = world_address(INSIDE_BASE, 0xac100001, index % ADDRESSES);
	p.destination = world_address(FAR_BASE, 0xc6336401, index / ADDRESSES);
	return p;
}

static struct nat_rule draw_rule(enum rule_kind kind)
{
	struct nat_rule r = { .kind = kind,
		.local = draw_address(INSIDE_BASE),
		.protocol = draw(2) ? TCP : UDP,
		.port = draw(2) ? 80 : 500,
		.list = (int)draw(LISTS),
		.n_clauses = 1 + draw(CLAUSES) };
	for (size_t i = 0; i < CLAUSES; i++)
		r.clauses[i] = (struct clause){ draw(3) != 0,
			{ draw(8) ? (int)draw(LISTS) : -1, draw(3) ? -1 : (int)draw(LISTS) },
			draw(6) == 0 };
	return r;
}

/* IOS asks static entries first (the longer prefix before), then lists by number, then route-maps by name. */
static void draw_rules(struct router *r)
{
	bool used[LISTS] = { false };
	for (enum rule_kind kind = 0; kind < RULE_KINDS; kind++)
		for (size_t n = draw(3); n && r->n_rules < RULES; n--)
			if (kind != BY_LIST)
				r->rules[r->n_rules++] = draw_rule(kind);
			else
				used[draw(LISTS)] = true;
	/* Lists stand in the middle: make room before the maps. */
	size_t first_map = 0;
	while (first_map < r->n_rules && r->rules[first_map].kind != BY_MAP)
		first_map++;
	for (int i = LISTS - 1; i >= 0; i--) {
		if (!used[i] || r->n_rules == RULES)
			continue;
		memmove(&r->rules[first_map + 1], &r->rules[first_map],
			(r->n_rules++ - first_map) * sizeof *r->rules);
		r->rules[first_map] = draw_rule(BY_LIST);
		r->rules[first_map].list = i;
	}
}

/* Two static entries of one inside address or network would not be taken by IOS. */
static bool is_lawful(const struct router *r)
{
	for (size_t i = 0; i < r->n_rules; i++)
		for (size_t k = 0; k < i; k++)
			if (r->rules[i].kind <= NETWORK && r->rules[k].kind <= NETWORK &&
				(r->rules[i].kind == NETWORK) == (r->rules[k].kind == NETWORK) &&
				((r->rules[i].local ^ r->rules[k].local) &
					(r->rules[i].kind == NETWORK ? 0xffffff00 : UINT32_MAX)) ==
					0)
				return false;
	return true;
}

static struct router draw_router(void)
{
	struct router r;
	do {
		memset(&r, 0, sizeof r);
		for (size_t i = 0; i < LISTS; i++) {
			r.lists[i].n = 1 + draw(LINES);
			for (size_t k = 0; k < LINES; k++)
				r.lists[i].lines[k] = draw_line();
		}
		draw_rules(&r);
		r.n_entries = 1 + draw(ENTRIES);
		for (size_t i = 0; i < r.n_entries; i++)
			r.entries[i] = (int)draw(LISTS);
	} while (!is_lawful(&r));
	return r;
}

/* --- As text ---------------------------------------------------------------------------------------- */

static void put_net(struct cm_text *out, struct cm_net net)
{
	char address[16], wildcard[16];
	if (!net.mask)
		cm_text_put(out, " any");
	else
		cm_text_printf(out, " %s %s", cm_ip4_print(net.address, address),
			cm_ip4_print(~net.mask, wildcard));
}

static void put_lists(struct cm_text *out, const struct router *r)
{
	for (size_t i = 0; i < LISTS; i++)
		for (size_t k = 0; k < r->lists[i].n; k++) {
			const struct line *l = &r->lists[i].lines[k];
			cm_text_printf(out, "access-list %zu %s %s", 101 + i,
				l->permit ? "permit" : "deny",
				l->protocol == TCP           ? "tcp"
					: l->protocol == UDP ? "udp"
							     : "ip");
			put_net(out, l->source);
			put_net(out, l->destination);
			if (l->port)
				cm_text_printf(out, " eq %u", l->port);
			cm_text_char(out, '\n');
		}
}

static void put_rule(struct cm_text *out, struct nat_rule *r, size_t index)
{
	char local[16];
	cm_ip4_print(r->local, local);
	r->at = (uint32_t)out->length;
	switch (r->kind) {
	case HOST:
		cm_text_printf(
			out, "ip nat inside source static %s 203.0.113.%zu\n", local, 100 + index);
		break;
	case HOST_PORT:
		cm_text_printf(out, "ip nat inside source static %s %s %u 203.0.113.%zu %u\n",
			r->protocol == TCP ? "tcp" : "udp", local, r->port, 100 + index, r->port);
		break;
	case NETWORK:
		cm_ip4_print(r->local & 0xffffff00, local);
		cm_text_printf(out, "ip nat inside source static network %s 203.0.%zu.0 /24\n",
			local, 114 + index);
		break;
	case BY_LIST:
		cm_text_printf(out, "ip nat inside source list %d interface Ethernet0/1 overload\n",
			101 + r->list);
		break;
	case BY_MAP:
		cm_text_printf(out,
			"ip nat inside source route-map MAP%zu interface Ethernet0/1 "
			"overload\n",
			index);
		break;
	case RULE_KINDS:
		break;
	}
}

static void put_clauses(struct cm_text *out, const struct nat_rule *r, size_t index)
{
	for (size_t i = 0; r->kind == BY_MAP && i < r->n_clauses; i++) {
		const struct clause *c = &r->clauses[i];
		cm_text_printf(out, "route-map MAP%zu %s %zu\n", index,
			c->permit ? "permit" : "deny", 10 + i);
		if (c->lists[0] >= 0 && c->lists[1] >= 0)
			cm_text_printf(out, " match ip address %d %d\n", 101 + c->lists[0],
				101 + c->lists[1]);
		else if (c->lists[0] >= 0)
			cm_text_printf(out, " match ip address %d\n", 101 + c->lists[0]);
		if (c->other_interface)
			cm_text_put(out, " match interface Ethernet0/2\n");
	}
}

static void put_router(struct cm_text *out, struct router *r)
{
	for (size_t i = 0; i < r->n_entries; i++)
		cm_text_printf(out,
			"crypto map VPN %zu ipsec-isakmp\n set peer 198.51.100.%zu\n"
			" match address %d\n",
			10 + i, 20 + i, 101 + r->entries[i]);
	cm_text_put(out,
		"interface Ethernet0/0\n ip address 10.1.0.1 255.255.0.0\n ip nat inside\n"
		"interface Ethernet0/1\n ip address 203.0.113.1 255.255.255.0\n ip nat outside\n"
		" crypto map VPN\n"
		"interface Ethernet0/2\n ip address 192.0.2.1 255.255.255.0\n ip nat outside\n"
		"ip route 0.0.0.0 0.0.0.0 203.0.113.254\n");
	put_lists(out, r);
	for (size_t i = 0; i < r->n_rules; i++)
		put_rule(out, &r->rules[i], i);
	for (size_t i = 0; i < r->n_rules; i++)
		put_clauses(out, &r->rules[i], i);
}

/* --- Brute force ------------------------------------------------------------------------------------ */

static bool line_has(const struct line *l, const struct packet *p)
{
	return (!l->protocol || l->protocol == p->protocol) && cm_net_has(l->source, p->source) &&
		cm_net_has(l->destination, p->destination) &&
		(!l->port || l->port == p->destination_port);
}

static bool list_permits(const struct list *list, const struct packet *p)
{
	for (size_t i = 0; i < list->n; i++)
		if (line_has(&list->lines[i], p))
			return list->lines[i].permit;
	return false;
}

static bool clause_has(const struct router *r, const struct clause *c, const struct packet *p)
{
	if (c->other_interface)
		return false;
	if (c->lists[0] < 0)
		return true;
	return list_permits(&r->lists[c->lists[0]], p) ||
		(c->lists[1] >= 0 && list_permits(&r->lists[c->lists[1]], p));
}

static bool rule_has(const struct router *r, const struct nat_rule *rule, const struct packet *p)
{
	switch (rule->kind) {
	case HOST:
		return p->source == rule->local;
	case HOST_PORT:
		return p->source == rule->local && p->protocol == rule->protocol &&
			p->source_port == rule->port;
	case NETWORK:
		return (p->source & 0xffffff00) == (rule->local & 0xffffff00);
	case BY_LIST:
		return list_permits(&r->lists[rule->list], p);
	case BY_MAP:
		for (size_t i = 0; i < rule->n_clauses; i++)
			if (clause_has(r, &rule->clauses[i], p))
				return rule->clauses[i].permit;
		break;
	case RULE_KINDS:
		break;
	}
	return false;
}

/* Which rule translates the packet; n_rules: none. */
static size_t translating(const struct router *r, const struct packet *p)
{
	size_t i = 0;
	while (i < r->n_rules && !rule_has(r, &r->rules[i], p))
		i++;
	return i;
}

/* Which entry encrypts the packet (as it is); n_entries: none. */
static size_t encrypting(const struct router *r, const struct packet *p)
{
	size_t i = 0;
	while (i < r->n_entries && !list_permits(&r->lists[r->entries[i]], p))
		i++;
	return i;
}

/* --- The comparison --------------------------------------------------------------------------------- */

struct bench {
	struct router router;
	struct cm_text text;
	struct cm_document *document;
	struct check check;
};

static void bench_begin_with(struct bench *b, const char *more)
{
	memset(b, 0, sizeof *b);
	b->router = draw_router();
	put_router(&b->text, &b->router);
	cm_text_put(&b->text, more);
	b->document = cm_document_read("drawn.cfg", b->text.at, b->text.length, NULL);
	assert_non_null(b->document);
	b->check.document = b->document;
	b->check.model = cm_document_model(b->document, 0);
	b->check.arena = arena_new();
}

static void bench_begin(struct bench *b)
{
	bench_begin_with(b, "");
}

static void bench_end(struct bench *b)
{
	if (b->check.sets_free)
		b->check.sets_free(&b->check, b->check.sets);
	arena_free(b->check.arena);
	cm_document_free(b->document);
	cm_text_free(&b->text);
}

static struct pset_packet as_member(const struct packet *p)
{
	return (struct pset_packet){ .protocol = p->protocol,
		.source = p->source,
		.destination = p->destination,
		.source_port = p->source_port,
		.destination_port = p->destination_port,
		.ttl = 64 };
}

static size_t hit_with(
	const struct bench *b, const struct nat_hit *hits, size_t n, const struct packet *p)
{
	struct pset_packet member = as_member(p);
	struct psets *s = check_psets((struct check *)&b->check);
	for (size_t i = 0; i < n; i++)
		if (pset_has(s, hits[i].packets, &member))
			for (size_t k = 0; k < b->router.n_rules; k++)
				if (b->router.rules[k].at == hits[i].rule->at.start)
					return k;
	return b->router.n_rules;
}

static void nat_takes_the_packets_that_it_takes(void **unused)
{
	size_t translated = 0;
	for (unsigned round = 0; round < ROUTERS; round++) {
		struct bench b;
		bench_begin(&b);
		const struct cm_interface *egress =
			cm_model_interface(b.check.model, cm_str_of("Ethernet0/1"));
		struct pset inside = nat_inside_sources(&b.check, egress);
		struct nat_hit *hits;
		size_t n = nat_translate(&b.check, egress, inside, &hits);
		for (unsigned i = 0; i < PACKETS; i++) {
			struct packet p = draw_packet();
			size_t expected = translating(&b.router, &p);
			if (hit_with(&b, hits, n, &p) != expected)
				fail_msg("round %u, rule %zu expected in\n%s", round, expected,
					b.text.at);
			translated += expected < b.router.n_rules;
		}
		bench_end(&b);
	}
	assert_in_range(translated, ROUTERS * PACKETS / 10, ROUTERS * PACKETS * 9 / 10);
}

static bool said(
	const struct cm_diag *list, size_t n, const char *prefix, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(list[i].rule, prefix, strlen(prefix)) == 0 &&
			list[i].span.start >= from && list[i].span.start < to)
			return true;
	return false;
}

static bool is_about_leaks(const char *rule)
{
	static const char *const ids[] = { "nat-not-exempt", "nat-exempt-late",
		"nat-exempt-partial", "nat-static-in-tunnel", "nat-changes-tunnel-source" };
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (strcmp(rule, ids[i]) == 0)
			return true;
	return false;
}

/* Findings about a rule's line, against packets that are wanted encrypted and are translated. */
static void leaks_are_found_exactly(void **unused)
{
	size_t leaking = 0, tight = 0;
	for (unsigned round = 0; round < WORLDS; round++) {
		struct bench b;
		bench_begin(&b);
		bool leaks[RULES] = { false };
		for (unsigned i = 0; i < WORLD; i++) {
			struct packet p = world_packet(i);
			size_t rule = translating(&b.router, &p);
			/* A server answers to a port its client drew (nat.c). */
			if (rule < b.router.n_rules &&
				(b.router.rules[rule].kind != HOST_PORT ||
					p.destination_port >= 1024))
				leaks[rule] |= encrypting(&b.router, &p) < b.router.n_entries;
		}
		struct cm_findings *findings = cm_check(b.document, NULL);
		size_t n;
		const struct cm_diag *list = cm_findings_list(findings, &n);
		for (size_t k = 0; k < b.router.n_rules; k++) {
			bool found = false;
			for (size_t i = 0; i < n; i++)
				found |= is_about_leaks(list[i].rule) &&
					list[i].span.start == b.router.rules[k].at;
			if (found != leaks[k])
				fail_msg("round %u, rule %zu: said %d, is %d\n%s", round, k, found,
					leaks[k], b.text.at);
			leaking += leaks[k];
			tight += !leaks[k];
		}
		cm_findings_free(findings);
		bench_end(&b);
	}
	assert_true(leaking > 60 && tight > 60);
}

/* The line of `match address` of entry `index` in the text. */
static uint32_t entry_at(const struct bench *b, size_t index)
{
	char header[64];
	snprintf(header, sizeof header, "crypto map VPN %zu ", 10 + index);
	return (uint32_t)(strstr(b->text.at, header) - b->text.at);
}

static void swallowed_entries_get_no_packet(void **unused)
{
	size_t swallowed = 0, alive = 0;
	for (unsigned round = 0; round < WORLDS; round++) {
		struct bench b;
		bench_begin(&b);
		bool reached[ENTRIES + 1] = { false }, wanted[ENTRIES] = { false };
		for (unsigned i = 0; i < WORLD; i++) {
			struct packet p = world_packet(i);
			reached[encrypting(&b.router, &p)] = true;
			for (size_t k = 0; k < b.router.n_entries; k++)
				wanted[k] |= list_permits(&b.router.lists[b.router.entries[k]], &p);
		}
		struct cm_findings *findings = cm_check(b.document, NULL);
		size_t n;
		const struct cm_diag *list = cm_findings_list(findings, &n);
		for (size_t k = 0; k < b.router.n_entries; k++) {
			uint32_t from = entry_at(&b, k);
			bool found = said(list, n, "crypto-entry-swallowed", from, from + 90);
			if (found != (wanted[k] && !reached[k]))
				fail_msg("round %u, entry %zu: said %d\n%s", round, k, found,
					b.text.at);
			swallowed += found;
			alive += reached[k];
		}
		cm_findings_free(findings);
		bench_end(&b);
	}
	assert_true(swallowed > 30 && alive > 60);
}

static uint32_t line_at(const struct bench *b, size_t list, size_t line)
{
	char header[32];
	snprintf(header, sizeof header, "access-list %zu ", 101 + list);
	const char *at = strstr(b->text.at, header);
	for (; line; line--)
		at = strstr(at + 1, header);
	return (uint32_t)(at - b->text.at);
}

static void unreachable_lines_get_no_packet(void **unused)
{
	size_t dead = 0, alive = 0;
	for (unsigned round = 0; round < WORLDS; round++) {
		struct bench b;
		bench_begin(&b);
		bool reached[LISTS][LINES] = { { false } };
		for (unsigned i = 0; i < WORLD; i++) {
			struct packet p = world_packet(i);
			for (size_t k = 0; k < LISTS; k++)
				for (size_t l = 0; l < b.router.lists[k].n; l++)
					if (line_has(&b.router.lists[k].lines[l], &p)) {
						reached[k][l] = true;
						break;
					}
		}
		struct cm_findings *findings = cm_check(b.document, NULL);
		size_t n;
		const struct cm_diag *list = cm_findings_list(findings, &n);
		for (size_t k = 0; k < LISTS; k++)
			for (size_t l = 0; l < b.router.lists[k].n; l++) {
				uint32_t at = line_at(&b, k, l);
				bool found = said(list, n, "acl-line-", at, at + 1) ||
					said(list, n, "acl-duplicate-line", at, at + 1);
				if (found == reached[k][l])
					fail_msg("round %u, list %zu line %zu: said %d\n%s", round,
						101 + k, l, found, b.text.at);
				dead += found;
				alive += reached[k][l];
			}
		cm_findings_free(findings);
		bench_end(&b);
	}
	assert_true(dead > 100 && alive > 300);
}

/* --- A trace, against the sets ------------------------------------------------------------------------ */

enum { TRACED = 400 };

/* One way out of the router: what goes there, and what NAT does with it. */
struct way {
	const struct cm_interface *egress;
	struct nat_hit *hits;
	size_t n_hits;
};

struct ways {
	struct psets *sets;
	struct pset in, out, second; /* permitted on E0/0, on E0/1; routed to E0/2 */
	struct pset entries[ENTRIES];
	struct way way[2];
	struct {
		size_t dropped, clear, encrypted, translated;
	} seen;
};

static const char filters[] = "interface Ethernet0/0\n ip access-group 103 in\n"
			      "interface Ethernet0/1\n ip access-group 104 out\n"
			      "access-list 103 permit ip any any\n"
			      "access-list 104 permit ip any any\n"
			      "ip route 10.2.1.0 255.255.255.0 192.0.2.254\n"
			      "ip route 10.2.1.2 255.255.255.255 203.0.113.9\n";

static struct pset list_set(struct bench *b, const char *name)
{
	const struct cm_acl *acl = cm_model_acl(b->check.model, cm_str_of(name));
	assert_non_null(acl);
	struct pset set = acl_permits(&b->check, acl, pset_whole(check_psets(&b->check)));
	assert_true(pset_ok(set));
	return set;
}

static void ways_make(struct bench *b, struct ways *w)
{
	static const char *const names[] = { "Ethernet0/1", "Ethernet0/2" };
	char list[16];
	w->sets = check_psets(&b->check);
	w->in = list_set(b, "103");
	w->out = list_set(b, "104");
	w->second = pset_minus(w->sets,
		pset_destination(w->sets, (struct cm_net){ 0x0a020100, 0xffffff00 }),
		pset_destination(w->sets, (struct cm_net){ 0x0a020102, UINT32_MAX }));
	for (size_t i = 0; i < b->router.n_entries; i++) {
		snprintf(list, sizeof list, "%d", 101 + b->router.entries[i]);
		w->entries[i] = list_set(b, list);
	}
	for (size_t i = 0; i < 2; i++) {
		w->way[i].egress = cm_model_interface(b->check.model, cm_str_of(names[i]));
		w->way[i].n_hits = nat_translate(&b->check, w->way[i].egress,
			nat_inside_sources(&b->check, w->way[i].egress), &w->way[i].hits);
	}
}

static struct pset_packet member_of(const struct cm_packet *p)
{
	return (struct pset_packet){ .protocol = p->protocol,
		.source = p->source,
		.destination = p->destination,
		.source_port = p->source_port,
		.destination_port = p->destination_port,
		.ttl = 64 };
}

static void same(bool agree, const struct bench *b, const struct cm_trace *t, const char *what)
{
	struct cm_text said = { 0 };
	if (agree)
		return;
	cm_packet_print(&t->arrived, &said);
	fail_msg("%s: %s, traced as %s\n%s", said.at, what, cm_trace_outcome_word(t->outcome),
		b->text.at);
}

/* NAT as the sets have it; the packet goes on as the trace has it. */
static void judge_nat(
	struct ways *w, const struct way *way, const struct bench *b, const struct cm_trace *t)
{
	struct pset_packet member = member_of(&t->arrived), after = member_of(&t->packet);
	const struct nat_hit *hit = NULL;
	for (size_t i = 0; i < way->n_hits && !hit; i++)
		if (pset_has(w->sets, way->hits[i].packets, &member))
			hit = &way->hits[i];
	same(t->nat == (hit ? hit->rule : NULL), b, t, "another NAT rule");
	same(hit ? pset_has(w->sets, hit->sources, &after) : after.source == member.source, b, t,
		"another source after NAT");
	w->seen.translated += hit != NULL;
}

/* The crypto map's entry as the sets have it; n_entries: none. */
static size_t judge_entry(
	struct ways *w, const struct way *way, const struct bench *b, const struct cm_trace *t)
{
	struct pset_packet after = member_of(&t->packet);
	size_t i = way == &w->way[0] ? 0 : b->router.n_entries;
	while (i < b->router.n_entries && !pset_has(w->sets, w->entries[i], &after))
		i++;
	bool none = i == b->router.n_entries;
	same(none ? !t->entry : t->entry && t->entry->sequence == 10 + i, b, t,
		"another map entry");
	same(none || (t->wire.protocol == 50 && t->wire.destination == 0xc6336400 + 20 + i), b, t,
		"another tunnel");
	return i;
}

static void judge_trace(struct ways *w, const struct bench *b, const struct cm_trace *t)
{
	struct pset_packet member = member_of(&t->arrived), wire = member_of(&t->wire);
	const struct way *way = &w->way[pset_has(w->sets, w->second, &member)];
	if (!pset_has(w->sets, w->in, &member)) {
		same(t->outcome == CM_TRACE_DROPPED, b, t, "the inbound list denies it");
		w->seen.dropped++;
		return;
	}
	same(t->out == way->egress, b, t, "another route");
	judge_nat(w, way, b, t);
	bool encrypted = judge_entry(w, way, b, t) < b->router.n_entries;
	if (way == &w->way[0] && !pset_has(w->sets, w->out, &wire)) {
		same(t->outcome == CM_TRACE_DROPPED, b, t, "the outbound list denies it");
		w->seen.dropped++;
		return;
	}
	same(t->outcome == (encrypted ? CM_TRACE_ENCRYPTED : CM_TRACE_CLEAR), b, t,
		encrypted ? "it is encrypted" : "it leaves in the clear");
	w->seen.encrypted += encrypted;
	w->seen.clear += !encrypted;
}

static void traces_agree_with_the_sets(void **unused)
{
	struct ways w = { 0 };
	for (unsigned round = 0; round < ROUTERS; round++) {
		struct bench b;
		bench_begin_with(&b, filters);
		ways_make(&b, &w);
		for (unsigned i = 0; i < TRACED; i++) {
			struct packet p = draw_packet();
			struct cm_packet sent = { .protocol = p.protocol,
				.source = p.source,
				.destination = p.destination,
				.source_port = p.source_port,
				.destination_port = p.destination_port };
			struct cm_trace *t = cm_trace_forward(b.check.model,
				cm_model_interface(b.check.model, cm_str_of("Ethernet0/0")), &sent);
			assert_non_null(t);
			judge_trace(&w, &b, t);
			cm_trace_free(t);
		}
		bench_end(&b);
	}
	enum { MANY = ROUTERS * TRACED / 50 }; /* every outcome is well met */
	assert_true(w.seen.dropped > MANY && w.seen.clear > MANY && w.seen.encrypted > MANY &&
		w.seen.translated > MANY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traces_agree_with_the_sets),
		cmocka_unit_test(nat_takes_the_packets_that_it_takes),
		cmocka_unit_test(leaks_are_found_exactly),
		cmocka_unit_test(swallowed_entries_get_no_packet),
		cmocka_unit_test(unreachable_lines_get_no_packet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
