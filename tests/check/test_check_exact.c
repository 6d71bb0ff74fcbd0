/*
 * What the rules about packets say, against IOS as plainly as it can be written (ios.h): routers are
 * drawn, printed, read and judged, and packets are walked through them one by one.
 *
 * First a small world, all of it: it has a packet for every region that the drawn lines can tell
 * apart, so a verdict is wrong when it is missing as well as when it is there. Then packets of the
 * whole address space, a million, drawn from the lines: none may contradict a verdict. In both
 * the packets that findings name must be examples of what they say.
 */
#include "check/ios.h"
#include <cryptomap/check.h>
#include <cryptomap/document.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

enum { SMALL_ROUTERS = 40, WIDE_ROUTERS = 200, WIDE_PACKETS = 5000 };

static uint64_t state_of_random = 90210;
static bool wide;

static uint32_t draw(uint32_t below)
{
	state_of_random = state_of_random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state_of_random >> 33) % below;
}
#define DRAW_OF(list) (list)[draw(sizeof(list) / sizeof *(list))]

static uint32_t draw_bits(void)
{
	return draw(1 << 16) << 16 | draw(1 << 16);
}

/* --- Drawing ---------------------------------------------------------------------------------------- */

enum { OURS = 0x0a010000, THEIRS = 0x0a020000 };

static uint32_t draw_address(uint32_t base)
{
	return base | (wide ? draw(256) << 8 | draw(256) : draw(4) << 8 | draw(4));
}

static struct net draw_net(uint32_t base)
{
	static const uint32_t masks[] = { UINT32_MAX, 0xffffff00, 0xfffffffe, 0xfffffc00,
		0xfffffdff, 0xfffffefd };
	uint32_t care = DRAW_OF(masks);
	if (wide && !draw(3))
		care = draw_bits() | draw_bits() | 0xffff0000;
	return (struct net){ draw_address(base) & care, care };
}

static struct end draw_end(uint32_t base, unsigned first_group)
{
	unsigned kind = draw(8);
	if (kind == 0)
		return (struct end){ .kind = ANY };
	if (kind == 1)
		return (struct end){ .kind = GROUP, .group = first_group };
	return (struct end){ .kind = NET, .net = draw_net(base) };
}

/* Two ports of each protocol tell the small world's packets apart. */
static struct ports draw_ports(uint16_t low, uint16_t high, bool neq)
{
	struct ports p = { (enum port_op)draw(6), draw(2) ? low : high, high };
	if (p.op == RANGE)
		p.a = low;
	if (p.op == NEQ && !neq)
		p.op = EQ;
	return p;
}

static struct service draw_service(bool of_line)
{
	/* No GRE: from any source it is held to be of the router's own tunnels. */
	static const uint8_t protocols[] = { 0, 0, TCP, TCP, UDP, UDP, ICMP, ESP, OSPF };
	struct service s = { .protocol = DRAW_OF(protocols) };
	if (s.protocol == TCP) {
		s.destination = draw_ports(80, 443, of_line);
		s.source = !draw(4) ? (struct ports){ EQ, 20, 0 } : (struct ports){ NO_PORT, 0, 0 };
		s.flags = of_line && !draw(3) ? (enum flags)draw(4) : NO_FLAGS;
	} else if (s.protocol == UDP) {
		s.destination = draw_ports(500, 4500, of_line);
		s.source =
			!draw(4) ? (struct ports){ EQ, 500, 0 } : (struct ports){ NO_PORT, 0, 0 };
	} else if (s.protocol == ICMP && draw(3)) {
		s.icmp = true;
		s.type = draw(2) ? 8 : 3;
		s.icmp_code = of_line && s.type == 3 && draw(2);
		s.code = 4;
	}
	return s;
}

/* Many lines are about the ends of the one before, or about all: lists that decide something twice. */
static struct line draw_line(const struct line *before)
{
	struct line l = { .permit = draw(3) != 0,
		.source = draw_end(OURS, 0),
		.destination = draw_end(THEIRS, 1),
		.service = draw_service(true) };
	if (before && draw(2)) {
		l.source = before->source;
		l.destination = before->destination;
		l.service.protocol = draw(2) ? before->service.protocol : l.service.protocol;
		if (l.service.protocol == before->service.protocol)
			l.service = draw(2) ? before->service
					    : (struct service){ .protocol = l.service.protocol };
	} else if (!draw(8)) {
		l.source.kind = l.destination.kind = ANY;
	}
	l.by_group = !draw(8);
	l.group = draw(GROUPS);
	l.fragments = !l.by_group && !asks_layer4(&l.service) && !draw(6);
	return l;
}

/* The list on the outside: what peers send to us, and what comes out of tunnels. */
static struct line draw_outside_line(void)
{
	static const uint8_t protocols[] = { 0, UDP, UDP, UDP, ESP, ESP, AHP, TCP };
	struct line l = { .permit = draw(4) != 0 };
	if (!draw(4)) {
		l.source = draw_end(THEIRS, 1);
		l.destination = draw_end(OURS, 0);
		l.service = draw_service(true);
		return l;
	}
	l.service.protocol = DRAW_OF(protocols);
	if (l.service.protocol == UDP)
		l.service.destination = draw_ports(500, 4500, true);
	if (l.service.protocol == TCP)
		l.service.flags = ESTABLISHED;
	l.fragments = !asks_layer4(&l.service) && !draw(5);
	if (draw(3))
		l.source = (struct end){ NET, { PEERS + draw(3), UINT32_MAX }, 0 };
	if (draw(2))
		l.destination = (struct end){ NET, { US, UINT32_MAX }, 0 };
	return l;
}

static struct member draw_member(unsigned group, uint32_t base)
{
	struct member m = { .kind = (enum member_kind)draw(4), .first = draw_address(base) };
	m.net = (struct net){ m.first, UINT32_MAX };
	m.last = m.first | 3;
	if (m.kind == NET_MEMBER)
		m.net = (struct net){ m.first & 0xffffff00, 0xffffff00 };
	if (m.kind == GROUP_MEMBER && group == 0) /* only the first holds another: the last */
		m.group = 2;
	else if (m.kind == GROUP_MEMBER)
		m.kind = HOST_MEMBER;
	return m;
}

static void draw_groups(struct router *r)
{
	static const uint32_t bases[] = { OURS, THEIRS, OURS };
	for (unsigned i = 0; i < GROUPS; i++) {
		r->groups[i].n = 1 + draw(MEMBERS);
		r->services[i].n = 1 + draw(MEMBERS);
		for (size_t k = 0; k < MEMBERS; k++) {
			r->groups[i].members[k] = draw_member(i, bases[i]);
			r->services[i].members[k] = draw_service(false);
		}
	}
}

static struct nat_rule draw_rule(enum rule_kind kind)
{
	struct nat_rule r = { .kind = kind,
		.local = draw_address(OURS),
		.protocol = draw(2) ? TCP : UDP,
		.list = (int)draw(LISTS),
		.n_clauses = 1 + draw(CLAUSES) };
	r.port = r.protocol == TCP ? 20 : 500;
	for (size_t i = 0; i < CLAUSES; i++)
		r.clauses[i] = (struct clause){ draw(3) != 0,
			{ draw(8) ? (int)draw(LISTS) : -1, draw(3) ? -1 : (int)draw(LISTS) },
			draw(6) == 0 };
	return r;
}

/* IOS asks static entries first (the longer prefix before), then lists by number, then route-maps by name. */
static void draw_rules(struct router *r)
{
	for (enum rule_kind kind = 0; kind < RULE_KINDS; kind++) {
		int list = 0;
		for (size_t n = draw(3); n && r->n_rules < RULES; n--) {
			struct nat_rule rule = draw_rule(kind);
			rule.list = kind == BY_LIST ? list + (int)draw(2) : rule.list;
			list = rule.list + 1;
			if (rule.list < LISTS)
				r->rules[r->n_rules++] = rule;
		}
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
		for (size_t i = 0; i < ALL_LISTS; i++) {
			r.lists[i].n = 1 + draw(LINES);
			for (size_t k = 0; k < LINES; k++)
				r.lists[i].lines[k] = i == OUTSIDE
					? draw_outside_line()
					: draw_line(k ? &r.lists[i].lines[k - 1] : NULL);
		}
		draw_groups(&r);
		draw_rules(&r);
		r.n_entries = 1 + draw(ENTRIES);
		for (size_t i = 0; i < r.n_entries; i++)
			r.entries[i] = (struct entry){ .list = (int)draw(LISTS), .peer = draw(3) };
		r.ah = draw(2);
		r.twice = draw(2);
		r.inside_in = draw(2);
		r.inside_out = draw(2);
	} while (!is_lawful(&r));
	return r;
}

/* --- The small world -------------------------------------------------------------------------------- */

enum { PLACES = 26, WORLD = PLACES * PLACES };

/* Beside the drawn addresses one of each /24 and of the /16 that is never drawn, and one elsewhere. */
static uint32_t world_address(uint32_t base, uint32_t elsewhere, unsigned index)
{
	static const uint8_t parts[] = { 0, 1, 2, 3, 77 };
	return index == 25 ? elsewhere : base | (uint32_t)parts[index / 5] << 8 | parts[index % 5];
}

static size_t add(struct packet *out, size_t n, struct packet p)
{
	out[n] = p;
	return n + 1;
}

/* Each kind of packet that the drawn services can tell apart, without addresses. */
static size_t world_kinds(struct packet *out)
{
	static const uint16_t tcp_ports[] = { 7, 80, 200, 443, 3389 },
			      udp_ports[] = { 7, 500, 2000, 4500, 9000 };
	static const uint8_t flags[] = { SYN, ACK, RST, SYN | ACK, 0 };
	static const uint8_t protocols[] = { TCP, UDP, ICMP, ESP, AHP, GRE, OSPF };
	size_t n = 0;
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 2; k++) {
			for (size_t f = 0; f < sizeof flags; f++)
				n = add(out, n,
					(struct packet){ .protocol = TCP,
						.flags = flags[f],
						.source_port = k ? 20 : 1024,
						.destination_port = tcp_ports[i] });
			n = add(out, n,
				(struct packet){ .protocol = UDP,
					.source_port = k ? 500 : 1024,
					.destination_port = udp_ports[i] });
		}
	static const uint8_t messages[][2] = { { 8, 0 }, { 3, 4 }, { 3, 1 }, { 0, 0 } };
	for (size_t i = 0; i < 4; i++)
		n = add(out, n,
			(struct packet){
				.protocol = ICMP, .type = messages[i][0], .code = messages[i][1] });
	for (size_t i = 0; i < sizeof protocols; i++) {
		n = add(out, n, (struct packet){ .protocol = protocols[i], .fragment = true });
		if (protocols[i] > UDP)
			n = add(out, n, (struct packet){ .protocol = protocols[i] });
	}
	return n;
}

/* --- What packets show ------------------------------------------------------------------------------ */

struct seen {
	bool whole[LISTS][LINES], fragment[LISTS][LINES]; /* reached by */
	bool differs[LISTS][LINES]; /* a packet of the line meets another action */
	bool leaks[RULES];
	bool wanted[ENTRIES], reached[ENTRIES];
	bool shares[ENTRIES][ENTRIES]; /* [late][early]: of what no entry before `early` has */
	bool falls[ENTRIES][LINES];    /* a deny's packets go on to a later entry */
	bool into[ENTRIES], let_into[ENTRIES], out_of[ENTRIES], let_out_of[ENTRIES];
	bool lost[ENTRIES];
	size_t translated;
};

static void see_list(const struct router *r, size_t list, const struct packet *p, struct seen *s)
{
	const struct list *l = &r->lists[list];
	size_t at = deciding(r, l, p);
	if (at < l->n)
		(p->fragment ? s->fragment : s->whole)[list][at] = true;
	for (size_t i = at + 1; i < l->n; i++)
		if (l->lines[i].permit != l->lines[at].permit && line_has(r, &l->lines[i], p))
			s->differs[list][i] = true;
}

static void see_entry(const struct router *r, size_t e, const struct packet *p, struct seen *s)
{
	const struct list *l = &r->lists[r->entries[e].list];
	size_t at = deciding(r, l, p);
	bool ours = (p->source & 0xffff0000) == OURS;
	for (size_t k = e + 1; at < l->n && !l->lines[at].permit && k < r->n_entries; k++)
		s->falls[e][at] |= wants(r, k, p);
	if (at == l->n || !l->lines[at].permit)
		return;
	struct packet back = answer_to(p);
	s->wanted[e] = true;
	s->reached[e] |= encrypting(r, p) == e;
	size_t first = encrypting(r, p);
	if (first < e)
		s->shares[e][first] = true;
	s->into[e] |= ours;
	s->let_into[e] |= ours && list_permits(r, 0, p);
	s->out_of[e] |= ours;
	s->let_out_of[e] |= ours && list_permits(r, 1, &back);
	s->lost[e] |= !list_permits(r, OUTSIDE, &back);
}

static void see(const struct router *r, const struct packet *p, struct seen *s)
{
	for (size_t i = 0; i < LISTS; i++)
		see_list(r, i, p, s);
	for (size_t i = 0; i < r->n_entries; i++)
		see_entry(r, i, p, s);
	size_t rule = translating(r, false, p);
	s->translated += rule < r->n_rules;
	/* A server answers to a port that its client drew. */
	if (rule < r->n_rules && encrypting(r, p) < r->n_entries &&
		(r->rules[rule].kind != HOST_PORT || p->destination_port >= 1024))
		s->leaks[rule] = true;
}

/* --- What is said ----------------------------------------------------------------------------------- */

struct bench {
	struct router router;
	struct cm_text text;
	struct cm_document *document;
	struct cm_findings *findings;
	const struct cm_diag *said;
	size_t n;
	struct seen seen;
	unsigned round;
};

static const struct cm_diag *find(
	const struct bench *b, const char *prefix, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < b->n; i++)
		if (strncmp(b->said[i].rule, prefix, strlen(prefix)) == 0 &&
			b->said[i].span.start >= from && b->said[i].span.start < to)
			return &b->said[i];
	return NULL;
}

/* cmocka cuts long messages: the router is printed by itself. */
#define fail_with(b, ...)                              \
	do {                                           \
		fputs((b)->text.at, stderr);           \
		print_error("round %u: ", (b)->round); \
		fail_msg(__VA_ARGS__);                 \
	} while (0)

/*
 * `fact` is what the packets show, `said` what is found. In the small world both are equal; of drawn
 * packets only what they show is sure: `shows` tells whether fact true, or false, is that.
 */
static void agree(const struct bench *b, const char *what, size_t i, size_t k, bool said, bool fact,
	bool shows)
{
	if (said != fact && (!wide || fact == shows))
		fail_with(b, "%s %zu %zu: said %d, is %d", what, i, k, said, fact);
}

static void compare_lines(struct bench *b)
{
	const struct seen *s = &b->seen;
	for (size_t i = 0; i < LISTS; i++)
		for (size_t k = 0; k < b->router.lists[i].n; k++) {
			const struct line *l = &b->router.lists[i].lines[k];
			const struct cm_diag *d = find(b, "acl-line-", l->at, l->at + 1);
			const struct cm_diag *same =
				find(b, "acl-duplicate-line", l->at, l->at + 1);
			bool some = d && strstr(d->message, "only non-initial fragments");
			agree(b, "whole packets to line", 101 + i, k, !(d || same),
				s->whole[i][k] || (l->fragments && s->fragment[i][k]), true);
			agree(b, "fragments to line", 101 + i, k, !(d || same) || some,
				s->whole[i][k] || s->fragment[i][k], true);
			if (d && strcmp(d->rule, "acl-line-redundant") == 0)
				agree(b, "another action", 101 + i, k, false, s->differs[i][k],
					true);
			if (d && strstr(d->message, "partly otherwise"))
				agree(b, "another action", 101 + i, k, true, s->differs[i][k],
					true);
		}
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

static void compare_leaks(struct bench *b)
{
	for (size_t k = 0; k < b->router.n_rules; k++) {
		bool said = false;
		for (size_t i = 0; i < b->n; i++)
			said |= is_about_leaks(b->said[i].rule) &&
				b->said[i].span.start == b->router.rules[k].at;
		agree(b, "leak by rule", k, 0, said, b->seen.leaks[k], true);
	}
}

/* Entries that earlier ones leave nothing; entries that share packets with another peer's. */
static void compare_entries(struct bench *b)
{
	const struct router *r = &b->router;
	for (size_t e = 0; e < r->n_entries; e++) {
		const struct entry *entry = &r->entries[e];
		bool others = false;
		for (size_t k = 0; k < e; k++)
			others |= b->seen.shares[e][k] && r->entries[k].peer != entry->peer;
		bool swallowed = find(b, "crypto-entry-swallowed", entry->at, entry->end);
		if (b->seen.wanted[e])
			agree(b, "packets to entry", e, 0, !swallowed, b->seen.reached[e], true);
		bool overlap = find(b, "crypto-entry-overlap", entry->at, entry->end);
		agree(b, "overlap of entry", e, 0, overlap || swallowed,
			swallowed || (others && b->seen.reached[e]), true);
	}
}

static bool is_first_of_list(const struct router *r, size_t entry)
{
	for (size_t i = 0; i < entry; i++)
		if (r->entries[i].list == r->entries[entry].list)
			return false;
	return true;
}

/* A line of a list that two entries have is spoken of once. */
static void compare_denies(struct bench *b)
{
	const struct router *r = &b->router;
	for (size_t e = 0; e < r->n_entries; e++)
		for (size_t k = 0; is_first_of_list(r, e) && k < r->lists[r->entries[e].list].n;
			k++) {
			const struct line *l = &r->lists[r->entries[e].list].lines[k];
			bool any = l->source.kind == ANY && l->destination.kind == ANY;
			bool fact = false;
			for (size_t i = e; i < r->n_entries; i++)
				fact |= r->entries[i].list == r->entries[e].list &&
					b->seen.falls[i][k];
			if (!l->permit && !any)
				agree(b, "deny goes on", e, k,
					find(b, "crypto-deny-falls-through", l->at, l->at + 1),
					fact, true);
		}
}

/* One finding for a list and a need: about it if any peer is denied. */
static void compare_outside(struct bench *b)
{
	static const struct {
		const char *id, *word;
		uint8_t protocol;
		uint16_t port;
	} needs[] = { { "acl-blocks-ike", "IKE", UDP, 500 }, { "acl-blocks-esp", "ESP", ESP, 0 },
		{ "acl-blocks-esp", "AH", AHP, 0 }, { "acl-blocks-nat-t", "NAT-T", UDP, 4500 } };
	const struct router *r = &b->router;
	for (size_t i = 0; i < 4; i++) {
		bool needed = needs[i].protocol == AHP ? r->ah : needs[i].port != 4500 || !r->ah;
		bool said = false, fact = false;
		for (size_t k = 0; k < b->n; k++)
			said |= strcmp(b->said[k].rule, needs[i].id) == 0 &&
				strstr(b->said[k].message, needs[i].word);
		for (size_t e = 0; needed && e < r->n_entries; e++) {
			struct packet p = { .protocol = needs[i].protocol,
				.source = PEERS + r->entries[e].peer,
				.destination = US,
				.source_port = needs[i].port,
				.destination_port = needs[i].port };
			fact |= !list_permits(r, OUTSIDE, &p);
		}
		bool was_wide = wide;
		wide = false; /* these packets are all that there are */
		agree(b, needs[i].word, i, 0, said, fact, true);
		wide = was_wide;
	}
}

static bool leads_anywhere(const struct router *r)
{
	for (size_t e = 0; e < r->n_entries; e++)
		for (size_t k = 0; k < r->lists[r->entries[e].list].n; k++)
			if (r->lists[r->entries[e].list].lines[k].destination.kind == ANY)
				return true;
	return false;
}

static void compare_inside(struct bench *b)
{
	const struct router *r = &b->router;
	bool in = false, out = false, lost = false;
	for (size_t e = 0; e < r->n_entries; e++) {
		in |= b->seen.into[e] && !b->seen.let_into[e];
		out |= b->seen.out_of[e] && !b->seen.let_out_of[e];
		lost |= b->seen.lost[e];
	}
	bool said_in = false, said_out = false;
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->said[i].rule, "acl-inside-blocks-tunnel") == 0) {
			said_in |= strstr(b->said[i].message, "into the tunnel") != NULL;
			said_out |= strstr(b->said[i].message, "out of the tunnel") != NULL;
		}
	if (!wide) {
		agree(b, "inside list in", 0, 0, said_in, r->inside_in && in, true);
		/* From anywhere also means from our own networks, which the small world does not send. */
		if (said_out || !leads_anywhere(r))
			agree(b, "inside list out", 0, 0, said_out, r->inside_out && out, true);
	}
	agree(b, "clear text", 0, 0, find(b, "acl-clear-text", 0, UINT32_MAX), r->twice && lost,
		true);
}

/* --- Packets that findings name ---------------------------------------------------------------------- */

static bool read_quad(const char **at, uint32_t *out)
{
	unsigned a, b, c, d;
	int used;
	if (sscanf(*at, "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &used) != 4)
		return false;
	*out = a << 24 | b << 16 | c << 8 | d;
	*at += used;
	return true;
}

static uint16_t read_port(const char **at)
{
	static const struct {
		const char *word;
		uint16_t port;
	} words[] = { { "www", 80 }, { "ftp-data", 20 }, { "non500-isakmp", 4500 },
		{ "isakmp", 500 } };
	unsigned number = 0;
	int used = 0;
	if (**at != ':')
		return 33333; /* any will do */
	++*at;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(*at, words[i].word, strlen(words[i].word)) == 0) {
			*at += strlen(words[i].word);
			return words[i].port;
		}
	if (sscanf(*at, "%5u%n", &number, &used) != 1)
		number = 0;
	*at += used;
	return (uint16_t)number;
}

/* False: in words that this test does not know (a port or a message with a name of its own). */
static bool read_example(const char *text, struct packet *p)
{
	static const struct {
		const char *word;
		uint8_t protocol;
	} words[] = { { "tcp ", TCP }, { "udp ", UDP }, { "icmp ", ICMP }, { "esp ", ESP },
		{ "gre ", GRE }, { "ahp ", AHP }, { "ospf ", OSPF } };
	const char *at = strstr(text, "for example ");
	*p = (struct packet){ .protocol = OSPF };
	if (!at)
		return false;
	at += strlen("for example ");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(at, words[i].word, strlen(words[i].word)) == 0) {
			p->protocol = words[i].protocol;
			at += strlen(words[i].word);
			break;
		}
	if (!read_quad(&at, &p->source))
		return false;
	p->source_port = read_port(&at);
	if (strncmp(at, " -> ", 4) != 0)
		return false;
	at += 4;
	if (!read_quad(&at, &p->destination))
		return false;
	p->destination_port = read_port(&at);
	p->fragment = strstr(at, "fragment") != NULL;
	p->type = strstr(at, " echo-reply") || !strstr(at, " echo") ? 0 : 8;
	/* Flags are not printed, nor other messages by number: nothing to test then. */
	return p->source_port && p->destination_port && (p->protocol != ICMP || p->fragment) &&
		(p->protocol != TCP || p->fragment);
}

static size_t entry_named(const char *text, const char *before)
{
	unsigned sequence = 0;
	const char *at = strstr(text, before);
	at = at ? strstr(at, "crypto map VPN ") : NULL;
	if (!at || sscanf(at, "crypto map VPN %5u", &sequence) != 1)
		fail_msg("no entry in: %s", text);
	return sequence - 10;
}

static bool is_example(const struct bench *b, const struct cm_diag *d, const struct packet *p)
{
	const struct router *r = &b->router;
	size_t named = strstr(d->message, "crypto map VPN ") ? entry_named(d->message, "") : 0;
	if (strcmp(d->rule, "crypto-entry-overlap") == 0)
		return wants(r, named, p) && wants(r, entry_named(d->message, "the earlier "), p);
	if (strcmp(d->rule, "crypto-entry-swallowed") == 0)
		return wants(r, named, p) && encrypting(r, p) < named;
	if (strcmp(d->rule, "crypto-deny-falls-through") == 0)
		return wants(r, named, p);
	if (strcmp(d->rule, "acl-inside-blocks-tunnel") == 0) {
		bool into = strstr(d->message, "into the tunnel");
		struct packet back = answer_to(p);
		return wants(r, named, into ? p : &back) && !list_permits(r, into ? 0 : 1, p);
	}
	if (strcmp(d->rule, "acl-clear-text") == 0) {
		struct packet back = answer_to(p);
		return encrypting(r, &back) < r->n_entries && !list_permits(r, OUTSIDE, p);
	}
	return true;
}

static size_t examples_hold(struct bench *b)
{
	size_t tried = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct cm_diag *d = &b->said[i];
		struct packet p;
		if (read_example(d->message, &p)) {
			if (!is_example(b, d, &p))
				fail_with(b, "no example: %s", d->message);
			tried++;
		}
		for (size_t k = 0; is_about_leaks(d->rule) && k < d->n_notes; k++) {
			if (!read_example(d->notes[k].text, &p))
				continue;
			size_t rule = translating(&b->router, false, &p);
			if (rule == b->router.n_rules ||
				b->router.rules[rule].at != d->span.start ||
				encrypting(&b->router, &p) == b->router.n_entries)
				fail_with(b, "no leak: %s", d->notes[k].text);
			tried++;
		}
	}
	return tried;
}

/* --- The two tests ----------------------------------------------------------------------------------- */

static void bench_begin(struct bench *b, unsigned round)
{
	memset(b, 0, sizeof *b);
	b->round = round;
	b->router = draw_router();
	put_router(&b->text, &b->router);
	b->document = cm_document_read("drawn.cfg", b->text.at, b->text.length, NULL);
	b->findings = cm_check(b->document, NULL);
	assert_non_null(b->findings);
	b->said = cm_findings_list(b->findings, &b->n);
	assert_null(find(b, "syntax", 0, UINT32_MAX));
}

static size_t bench_end(struct bench *b)
{
	compare_lines(b);
	compare_leaks(b);
	compare_entries(b);
	compare_denies(b);
	compare_outside(b);
	compare_inside(b);
	size_t tried = examples_hold(b);
	cm_findings_free(b->findings);
	cm_document_free(b->document);
	cm_text_free(&b->text);
	return tried;
}

static void a_small_world_is_judged_exactly(void **unused)
{
	struct packet kinds[128];
	size_t n = world_kinds(kinds), tried = 0, packets = 0;
	wide = false;
	for (unsigned round = 0; round < SMALL_ROUTERS; round++) {
		struct bench b;
		bench_begin(&b, round);
		for (unsigned i = 0; i < WORLD; i++)
			for (size_t k = 0; k < n; k++, packets++) {
				struct packet p = kinds[k];
				p.source = world_address(OURS, 0xac100001, i % PLACES);
				p.destination = world_address(THEIRS, 0xc6120009, i / PLACES);
				see(&b.router, &p, &b.seen);
			}
		tried += bench_end(&b);
	}
	assert_true(packets > 1000000 && tried > 20);
}

static uint32_t draw_of_end(const struct router *r, const struct end *end, uint32_t base)
{
	if (end->kind == NET)
		return end->net.address | (draw_bits() & ~end->net.care);
	if (end->kind == GROUP && r->groups[end->group].members[0].kind != GROUP_MEMBER)
		return r->groups[end->group].members[0].first;
	return draw(4) ? draw_address(base) : draw_bits();
}

static void a_million_packets_contradict_nothing(void **unused)
{
	struct packet kinds[128];
	size_t n = world_kinds(kinds), tried = 0, translated = 0;
	wide = true;
	for (unsigned round = 0; round < WIDE_ROUTERS; round++) {
		struct bench b;
		bench_begin(&b, round);
		for (unsigned i = 0; i < WIDE_PACKETS; i++) {
			const struct list *list = &b.router.lists[draw(LISTS)];
			const struct line *from = &list->lines[draw((uint32_t)list->n)];
			const struct line *to =
				draw(4) ? from : &list->lines[draw((uint32_t)list->n)];
			struct packet p = kinds[draw((uint32_t)n)];
			p.source = draw_of_end(&b.router, &from->source, OURS);
			p.destination = draw_of_end(&b.router, &to->destination, THEIRS);
			/* Out of networks that the router knows to be elsewhere nothing comes from the inside. */
			if ((p.source >> 8) == 0xcb0071 || (p.source >> 8) == 0xc00002 ||
				(p.destination >> 16) == OURS >> 16 || p.destination >= 0xe0000000)
				continue;
			see(&b.router, &p, &b.seen);
		}
		translated += b.seen.translated;
		tried += bench_end(&b);
	}
	assert_true(translated > 100000 && tried > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_world_is_judged_exactly),
		cmocka_unit_test(a_million_packets_contradict_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
