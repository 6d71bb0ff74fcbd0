/* Segmentation and coalescing: what is joined and split again is what it was, octet for octet. */
#include "base/inet.h"
#include "net/offload.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PACKET = 2048, SUPER = 65536, FIN = 1, PSH = 8, ACK = 16, ECE = 64, CWR = 128 };

static uint32_t state = 1;

static uint32_t any(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

/* --- Packets as a careful host would write them ------------------------------------------------ */

struct shape {
	uint8_t protocol, tos, ttl, flags;
	uint16_t identification, fragment; /* flags and offset as in the header */
	uint32_t from, to, sequence, acknowledgement;
	uint16_t ports[2], window;
	size_t ip_options, tcp_options, payload;
	uint8_t fill;
};

static const struct shape plain = { .protocol = NEXT_TCP,
	.ttl = 63,
	.flags = ACK,
	.identification = 7,
	.fragment = IP_DF,
	.from = 0x0a000001,
	.to = 0x0a000102,
	.sequence = 1000,
	.acknowledgement = 5,
	.ports = { 40000, 80 },
	.window = 512,
	.payload = 100 };

static void finish_transport(uint8_t *ip, size_t network, size_t total)
{
	uint8_t *field = ip + network + (ip[9] == NEXT_TCP ? 16 : 6);
	put16(field, 0);
	uint32_t sum = ip_sum(ip_pseudo_sum(ip, total - network), ip + network, total - network);
	uint16_t checksum = ip_checksum_of(sum);
	put16(field, checksum == 0 && ip[9] == NEXT_UDP ? 0xffff : checksum);
}

/* Gives the length. */
static size_t make(uint8_t *ip, const struct shape *s)
{
	size_t network = IP_HEADER + s->ip_options;
	size_t header = s->protocol == NEXT_TCP ? TCP_HEADER + s->tcp_options : UDP_HEADER;
	size_t total = network + header + s->payload;
	memset(ip, 1, network + header); /* options: no operation */
	ip[0] = (uint8_t)(0x40 | network / 4);
	ip[1] = s->tos;
	put16(ip + 2, total);
	put16(ip + 4, s->identification);
	put16(ip + 6, s->fragment);
	ip[8] = s->ttl;
	ip[9] = s->protocol;
	put32(ip + 12, s->from);
	put32(ip + 16, s->to);
	ip_checksum(ip, network);
	uint8_t *transport = ip + network;
	put16(transport, s->ports[0]);
	put16(transport + 2, s->ports[1]);
	if (s->protocol == NEXT_TCP) {
		put32(transport + 4, s->sequence);
		put32(transport + 8, s->acknowledgement);
		transport[12] = (uint8_t)(header / 4 << 4);
		transport[13] = s->flags;
		put16(transport + 14, s->window);
		put16(transport + 18, 0);
	} else {
		put16(transport + 4, header + s->payload);
	}
	for (size_t i = 0; i < s->payload; i++)
		transport[header + i] = (uint8_t)(s->fill + i * 3 + (i >> 8));
	finish_transport(ip, network, total);
	return total;
}

static void assert_sound(const uint8_t *ip, size_t length)
{
	size_t network, total;
	assert_true(ip_parse(ip, length, &network, &total));
	assert_int_equal(total, length);
	assert_int_equal(ip_sum(0, ip, network), 0xffff);
	assert_int_equal(
		ip_sum(ip_pseudo_sum(ip, total - network), ip + network, total - network), 0xffff);
}

/* --- Splitting ------------------------------------------------------------------------------------ */

/* As the kernel gives it: the checksum is that of the pseudo header, the rest is to be added. */
static struct virtio_net_hdr as_super(uint8_t *ip, size_t length, uint16_t segment)
{
	size_t network = (size_t)(ip[0] & 15) * 4;
	bool tcp = ip[9] == NEXT_TCP;
	struct virtio_net_hdr h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = !segment ? VIRTIO_NET_HDR_GSO_NONE
			: tcp        ? VIRTIO_NET_HDR_GSO_TCPV4
				     : OFFLOAD_UDP,
		.gso_size = segment,
		.csum_start = (uint16_t)network,
		.csum_offset = tcp ? 16 : 6 };
	put16(ip + network + h.csum_offset, ip_pseudo_sum(ip, length - network));
	return h;
}

static void split_numbers_and_sums_every_piece(void **unused)
{
	static uint8_t super[SUPER], piece[PACKET];
	struct shape s = plain;
	s.payload = 2500;
	s.identification = 0xffff;
	s.sequence = 0xfffffff0;
	s.flags = ACK | PSH | FIN | CWR;
	s.tcp_options = 12;
	size_t length = make(super, &s), header = IP_HEADER + TCP_HEADER + 12;
	struct virtio_net_hdr h = as_super(super, length, 1000);
	struct split split;
	assert_true(split_begin(&split, &h, super, length));
	static const uint8_t flags[] = { ACK | CWR, ACK, ACK | PSH | FIN };
	static const size_t sizes[] = { 1000, 1000, 500 };
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(split_size(&split), header + sizes[i]);
		split_next(&split, piece);
		assert_sound(piece, header + sizes[i]);
		assert_int_equal(be16(piece + 4), (0xffff + i) & 0xffff);
		assert_int_equal(be32(piece + 24), (uint32_t)(0xfffffff0 + i * 1000));
		assert_int_equal(piece[33], flags[i]);
		assert_memory_equal(piece + header, super + header + i * 1000, sizes[i]);
	}
	assert_int_equal(split_size(&split), 0);
}

static void split_finishes_the_checksum_of_a_whole_packet(void **unused)
{
	static uint8_t packet[PACKET], wanted[PACKET], out[PACKET];
	for (int i = 0; i < 200; i++) {
		struct shape s = plain;
		s.protocol = i % 2 ? NEXT_UDP : NEXT_TCP;
		s.payload = any(1400);
		s.ip_options = any(3) * 4;
		s.fill = (uint8_t)any(256);
		size_t length = make(packet, &s);
		memcpy(wanted, packet, length);
		struct virtio_net_hdr h = as_super(packet, length, 0);
		struct split split;
		assert_true(split_begin(&split, &h, packet, length));
		assert_int_equal(split_size(&split), length);
		split_next(&split, out);
		assert_memory_equal(out, wanted, length);
		assert_int_equal(split_size(&split), 0);
	}
}

static void split_leaves_other_packets_as_they_are(void **unused)
{
	uint8_t packet[PACKET], out[PACKET];
	static const struct virtio_net_hdr whole;
	struct shape s = plain;
	s.fragment = IP_MF | 100;
	size_t length = make(packet, &s);
	packet[length] = 0xee; /* behind the packet's own length */
	struct split split;
	assert_true(split_begin(&split, &whole, packet, length + 1));
	assert_int_equal(split_size(&split), length);
	split_next(&split, out);
	assert_memory_equal(out, packet, length);
}

static void split_refuses_what_cannot_be_cut(void **unused)
{
	uint8_t packet[PACKET];
	struct split split;
	struct shape s = plain;
	size_t length = make(packet, &s);
	struct virtio_net_hdr good = as_super(packet, length, 10), h = good;
	assert_true(split_begin(&split, &good, packet, length));
	assert_false(split_begin(&split, &good, packet, 19));
	assert_false(split_begin(&split, &good, packet, length - 1));
	h.gso_size = 0;
	assert_false(split_begin(&split, &h, packet, length));
	h.gso_size = 10;
	h.gso_type = OFFLOAD_UDP; /* but it is TCP */
	assert_false(split_begin(&split, &h, packet, length));
	h.gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
	assert_false(split_begin(&split, &h, packet, length));
	packet[32] = 0xf0; /* a TCP header longer than the packet has room for is no header */
	s.payload = 10;
	make(packet, &s);
	packet[32] = 0xf0;
	assert_false(split_begin(&split, &good, packet, IP_HEADER + TCP_HEADER + 10));
	s.payload = 100;
	s.fragment = IP_MF;
	length = make(packet, &s);
	assert_false(split_begin(&split, &good, packet, length));
	h = (struct virtio_net_hdr){ .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = 20,
		.csum_offset = (uint16_t)length };
	assert_false(split_begin(&split, &h, packet, length));
}

/* --- Joining -------------------------------------------------------------------------------------- */

struct stream {
	uint8_t packets[JOIN_PACKETS][PACKET], sent[JOIN_PACKETS][PACKET];
	size_t lengths[JOIN_PACKETS];
	bool seen[JOIN_PACKETS];
	size_t n;
};

static void add(struct stream *s, const struct shape *shape)
{
	s->lengths[s->n] = make(s->packets[s->n], shape);
	memcpy(s->sent[s->n], s->packets[s->n], s->lengths[s->n]);
	s->n++;
}

/* The first packet not seen yet that equals this one, or that of its conversation is due. */
static void see(struct stream *s, const uint8_t *ip, size_t length)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->seen[i] && s->lengths[i] == length && memcmp(s->sent[i], ip, length) == 0) {
			/* Nothing of the same conversation that was sent before is still missing. */
			for (size_t k = 0; k < i; k++)
				if (!s->seen[k] && memcmp(s->sent[k] + 12, ip + 12, 12) == 0)
					fail_msg("packet %zu came before %zu", i, k);
			s->seen[i] = true;
			return;
		}
	fail_msg("a packet of %zu octets that nobody sent", length);
}

/* Join all, split all again, and compare. Gives the number of super-packets. */
static size_t through(struct stream *s, bool udp)
{
	static uint8_t super[SUPER], piece[PACKET];
	struct virtio_net_hdr h;
	struct iovec parts[OFFLOAD_PIECES + 1];
	struct join *j = malloc(sizeof *j);
	size_t at = 0, n, supers = 0;
	join_init(j, udp);
	memset(s->seen, 0, sizeof s->seen);
	for (size_t i = 0; i < s->n; i++)
		assert_true(join_add(j, s->packets[i], s->lengths[i]));
	for (; (n = join_take(j, &at, &h, parts)) != 0; supers++) {
		size_t length = 0;
		struct split split;
		assert_int_equal(parts[0].iov_len, sizeof h);
		for (size_t i = 1; i < n; i++) {
			assert_true(length + parts[i].iov_len <= sizeof super);
			memcpy(super + length, parts[i].iov_base, parts[i].iov_len);
			length += parts[i].iov_len;
		}
		assert_true(split_begin(&split, &h, super, length));
		for (size_t size; (size = split_size(&split));) {
			split_next(&split, piece);
			see(s, piece, size);
		}
	}
	for (size_t i = 0; i < s->n; i++)
		assert_true(s->seen[i]);
	assert_int_equal(j->n, 0);
	free(j);
	return supers;
}

static void follow(struct shape *s)
{
	s->sequence += (uint32_t)s->payload;
	s->identification++;
}

static size_t joined(const struct shape *first, const struct shape *second)
{
	static struct stream s;
	s.n = 0;
	add(&s, first);
	add(&s, second);
	return through(&s, true);
}

static void join_gathers_a_run_of_data(void **unused)
{
	static struct stream s;
	struct shape shape = plain;
	s.n = 0;
	shape.payload = 1348;
	shape.tcp_options = 12;
	for (int i = 0; i < 40; i++, follow(&shape)) {
		if (i == 39)
			shape.payload = 5;
		add(&s, &shape);
	}
	assert_int_equal(through(&s, false), 1);
	/* More than 64 kB and more than OFFLOAD_PIECES are several. */
	s.n = 0;
	shape.payload = 1348;
	for (int i = 0; i < JOIN_PACKETS; i++, follow(&shape))
		add(&s, &shape);
	assert_int_equal(through(&s, false), 3);
	s.n = 0;
	shape.payload = 10;
	for (int i = 0; i < JOIN_PACKETS; i++, follow(&shape))
		add(&s, &shape);
	assert_int_equal(through(&s, false), 2);
}

static void join_gathers_udp_when_the_device_takes_it(void **unused)
{
	static struct stream s;
	struct shape shape = plain;
	shape.protocol = NEXT_UDP;
	shape.payload = 1200;
	for (int udp = 0; udp < 2; udp++) {
		s.n = 0;
		for (int i = 0; i < 20; i++, follow(&shape))
			add(&s, &shape);
		assert_int_equal(through(&s, udp), udp ? 1 : 20);
	}
}

/* What may differ between two packets of which the second would else be appended. */
static void join_keeps_apart_what_differs(void **unused)
{
	struct shape next = plain;
	follow(&next);
	assert_int_equal(joined(&plain, &next), 1);
#define DIFFERS(change)                                      \
	do {                                                 \
		struct shape other = next;                   \
		other.change;                                \
		assert_int_equal(joined(&plain, &other), 2); \
	} while (0)
	DIFFERS(tos = 4);
	DIFFERS(ttl = 62);
	DIFFERS(identification += 1);
	DIFFERS(fragment = 0);
	DIFFERS(fragment = IP_MF);
	DIFFERS(fragment = 185);
	DIFFERS(from += 1);
	DIFFERS(to += 1);
	DIFFERS(ports[0] += 1);
	DIFFERS(ports[1] += 1);
	DIFFERS(sequence += 1);
	DIFFERS(sequence -= 1);
	DIFFERS(acknowledgement += 1);
	DIFFERS(window += 1);
	DIFFERS(flags |= FIN);
	DIFFERS(flags |= ECE);
	DIFFERS(flags |= CWR);
	DIFFERS(flags = PSH);
	DIFFERS(ip_options = 4);
	DIFFERS(tcp_options = 4);
	DIFFERS(payload = 0);
	DIFFERS(payload = 101);
	DIFFERS(protocol = NEXT_UDP);
#undef DIFFERS
	next.flags |= PSH;
	assert_int_equal(joined(&plain, &next), 1);
	struct shape pushed = plain;
	pushed.flags |= PSH;
	next.flags = ACK;
	assert_int_equal(joined(&pushed, &next), 2);
}

static void join_leaves_alone_what_is_damaged(void **unused)
{
	static struct stream s;
	struct shape shape = plain;
	s.n = 0;
	add(&s, &shape);
	follow(&shape);
	add(&s, &shape);
	s.packets[1][IP_HEADER + TCP_HEADER + 50] ^= 4; /* the checksum no longer holds */
	memcpy(s.sent[1], s.packets[1], s.lengths[1]);
	assert_int_equal(through(&s, true), 2);
}

static void join_of_a_fixed_identification_needs_df(void **unused)
{
	struct shape first = plain, next = plain;
	first.identification = 0;
	next = first;
	next.sequence += (uint32_t)next.payload;
	static struct stream s;
	s.n = 0;
	add(&s, &first);
	add(&s, &next);
	/* The cut counts it up: RFC 6864 lets it, where DF is set. */
	put16(s.sent[1] + 4, 1);
	ip_checksum(s.sent[1], IP_HEADER);
	assert_int_equal(through(&s, true), 1);
	first.fragment = next.fragment = 0;
	assert_int_equal(joined(&first, &next), 2);
}

/* Conversations mixed with all that may come between: order within each is kept. */
static void join_then_split_is_the_identity(void **unused)
{
	static struct stream s;
	size_t packets = 0, supers = 0;
	for (int round = 0; round < 400; round++) {
		struct shape flows[4];
		size_t n_flows = 1 + any(4);
		for (size_t i = 0; i < n_flows; i++) {
			flows[i] = plain;
			flows[i].protocol = any(4) ? NEXT_TCP : NEXT_UDP;
			flows[i].ports[0] = (uint16_t)(1000 + any(3));
			flows[i].from += any(2);
			flows[i].tcp_options = any(2) * 12;
			flows[i].fragment = any(2) ? IP_DF : 0;
			flows[i].sequence = any(2) ? 0xffffff00 : any(1000);
			flows[i].identification = (uint16_t)(0xfff0 + any(32));
			flows[i].payload = 1 + any(1400);
			flows[i].fill = (uint8_t)any(256);
		}
		for (s.n = 0; s.n < 1 + any(JOIN_PACKETS);) {
			struct shape *f = &flows[any((uint32_t)n_flows)], sent = *f;
			if (any(12) == 0)
				sent.flags |= (uint8_t)(1 << any(8));
			if (any(12) == 0)
				sent.payload = any((uint32_t)f->payload + 1);
			if (any(30) == 0)
				sent.fragment = (uint16_t)(any(2) ? IP_MF : 1 + any(100));
			if (any(30) == 0)
				sent.ip_options = 4 * any(4);
			if (any(30) == 0)
				f->acknowledgement++;
			add(&s, &sent);
			f->sequence += (uint32_t)sent.payload;
			f->identification++;
			f->fill++;
		}
		packets += s.n;
		supers += through(&s, any(2));
	}
	assert_true(supers < packets * 3 / 4); /* and it is worth something */
}

/* And the other way: a super-packet cut and joined is the same super-packet. */
static void split_then_join_is_the_identity(void **unused)
{
	static uint8_t super[SUPER], wanted[SUPER], pieces[OFFLOAD_PIECES][PACKET], again[SUPER];
	struct join *j = malloc(sizeof *j);
	for (int round = 0; round < 300; round++) {
		struct shape s = plain;
		s.protocol = any(3) ? NEXT_TCP : NEXT_UDP;
		s.tcp_options = any(4) * 4;
		s.flags = (uint8_t)(ACK | (any(2) ? PSH : 0));
		s.sequence = any(0x7fffffff) * 2;
		s.identification = (uint16_t)any(65536);
		uint16_t segment = (uint16_t)(1 + any(1400));
		s.payload = 1 + any(segment * (uint32_t)OFFLOAD_PIECES);
		if (s.payload > 65000)
			s.payload = 65000;
		size_t length = make(super, &s), n = 0, at = 0, total = 0;
		struct virtio_net_hdr h = as_super(super, length, segment), out;
		memcpy(wanted, super, length);
		struct split split;
		assert_true(split_begin(&split, &h, super, length));
		join_init(j, true);
		for (size_t size; (size = split_size(&split)); n++) {
			split_next(&split, pieces[n]);
			assert_sound(pieces[n], size);
			assert_true(join_add(j, pieces[n], size));
		}
		struct iovec parts[OFFLOAD_PIECES + 1];
		assert_int_equal(join_take(j, &at, &out, parts), n + 1);
		for (size_t i = 1; i <= n; i++) {
			memcpy(again + total, parts[i].iov_base, parts[i].iov_len);
			total += parts[i].iov_len;
		}
		assert_int_equal(total, length);
		assert_int_equal(out.gso_size, n > 1 ? segment : 0);
		if (n ==
			1) /* whole, its checksum finished: left to be finished again as in `wanted` */
			as_super(again, length, 0);
		assert_memory_equal(again, wanted, length);
	}
	free(j);
}

static void join_says_when_it_is_full(void **unused)
{
	uint8_t packet[PACKET];
	struct join *j = malloc(sizeof *j);
	size_t length = make(packet, &plain);
	join_init(j, false);
	for (int i = 0; i < JOIN_PACKETS; i++)
		assert_true(join_add(j, packet, length));
	assert_false(join_add(j, packet, length));
	free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_numbers_and_sums_every_piece),
		cmocka_unit_test(split_finishes_the_checksum_of_a_whole_packet),
		cmocka_unit_test(split_leaves_other_packets_as_they_are),
		cmocka_unit_test(split_refuses_what_cannot_be_cut),
		cmocka_unit_test(join_gathers_a_run_of_data),
		cmocka_unit_test(join_gathers_udp_when_the_device_takes_it),
		cmocka_unit_test(join_keeps_apart_what_differs),
		cmocka_unit_test(join_leaves_alone_what_is_damaged),
		cmocka_unit_test(join_of_a_fixed_identification_needs_df),
		cmocka_unit_test(join_then_split_is_the_identity),
		cmocka_unit_test(split_then_join_is_the_identity),
		cmocka_unit_test(join_says_when_it_is_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
