/* The window alone, then as packets see it. */
#include "esp/ends.h"
#include "esp/room.h"

static bool take(struct replay *replay, uint64_t sequence)
{
	if (!replay_fresh(replay, sequence))
		return false;
	replay_mark(replay, sequence);
	return true;
}

static const uint16_t windows[] = { 32, 64, 128, 256, 512, 1024 };

static void edges_of_every_window_are_exact(void **state)
{
	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
		uint64_t w = windows[i];
		struct replay r = { .window = windows[i] };
		assert_true(take(&r, 1));
		assert_false(take(&r, 1));
		assert_true(take(&r, 5000));
		assert_false(take(&r, 5000 - w));    /* one left of the window */
		assert_true(take(&r, 5000 - w + 1)); /* its left edge */
		assert_false(take(&r, 5000 - w + 1));
		assert_true(take(&r, 4999));
		assert_true(take(&r, 5001)); /* the edge moves by one */
		assert_false(take(&r, 5000 - w + 1));
		assert_true(take(&r, 5000 - w + 2));
	}
}

/* Against a plain array that remembers everything. */
static void the_ring_agrees_with_a_plain_memory(void **state)
{
	enum { MOST = 1 << 16 };
	static bool seen[MOST];
	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
		struct replay r = { .window = windows[i] };
		uint64_t top = 0;
		uint32_t random = 12345u + windows[i];
		memset(seen, 0, sizeof seen);
		for (unsigned step = 0; step < 40000; step++) {
			random = random * 1664525u + 1013904223u;
			uint64_t reach = step % 97 == 0 ? 3000 : 2u * windows[i];
			uint64_t sequence = top + 4 + (random >> 8) % reach;
			sequence = sequence > reach ? sequence - reach : 1;
			if (step % 31 == 0)
				sequence = top + 1 + (random >> 8) % 70;
			if (sequence >= MOST)
				break;
			bool expected =
				sequence > top || (top - sequence < windows[i] && !seen[sequence]);
			assert_int_equal(take(&r, sequence), expected);
			seen[sequence] = true;
			if (sequence > top)
				top = sequence;
			assert_int_equal(r.top, top);
		}
		assert_true(top > 2000);
	}
}

/* RFC 4303 A2.1 with a window of 64: highest number, lower half on the wire, the whole. */
static const struct {
	uint64_t top;
	uint32_t low;
	bool ok;
	uint64_t whole;
} inferred[] = {
	{ 0, 1, true, 1 }, { 0, 0, false, 0 },          /* the first is 1 */
	{ 10, 0xfffffff0, false, 0 },                   /* before the first subspace */
	{ 100, 101, true, 101 }, { 100, 37, true, 37 }, /* left edge: 100 - 64 + 1 */
	{ 100, 36, true, UINT64_C(0x100000024) },       /* left of it: the next subspace */
	{ 0xffffffff, 0, true, UINT64_C(0x100000000) }, /* rollover */
	{ 0xffffffff, 5, true, UINT64_C(0x100000005) },
	{ UINT64_C(0x100000005), 0xfffffffe, true, 0xfffffffe }, /* late, from the older one */
	{ UINT64_C(0x100000005), 0xffffffc6, true, 0xffffffc6 }, /* its left edge */
	{ UINT64_C(0x100000005), 0xffffffc5, true, UINT64_C(0x1ffffffc5) }, /* left of it: ours */
	{ UINT64_C(0x100000005), 4, true, UINT64_C(0x100000004) },
	{ UINT64_C(0x5000000ff), 0x40, true, UINT64_C(0x600000040) },
	{ UINT64_C(0xffffffff00000100), 0x10, false, 0 }, /* no number beyond 2^64 */
};

static void upper_halves_are_inferred(void **state)
{
	for (size_t i = 0; i < sizeof inferred / sizeof *inferred; i++) {
		struct replay r = { .window = 64, .extended = true, .top = inferred[i].top };
		uint64_t whole = 0;
		assert_int_equal(replay_infer(&r, inferred[i].low, &whole), inferred[i].ok);
		if (inferred[i].ok)
			assert_int_equal(whole, inferred[i].whole);
	}
}

static enum esp_verdict send(struct ends *ends, uint64_t sequence)
{
	struct buffer b;
	buffer_inner(&b, 60);
	ends->out->sequence = sequence - 1;
	assert_int_equal(seal(ends, &b), ESP_OK);
	return open_it(ends, &b);
}

static void replays_are_refused_and_counted(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-128", "sha256" });
	ends.params.replay_window = 128;
	ends_join(&ends);
	static const uint64_t order[] = { 1, 3, 2, 500, 373, 499 };
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		assert_int_equal(send(&ends, order[i]), ESP_OK);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		assert_int_equal(send(&ends, order[i]), ESP_REPLAY);
	assert_int_equal(send(&ends, 372), ESP_REPLAY);
	assert_int_equal(esp_sa_counters(ends.in)->by_verdict[ESP_REPLAY], 7);
	assert_int_equal(esp_sa_counters(ends.in)->by_verdict[ESP_OK], 6);
	ends_part(&ends);
}

static void without_a_window_duplicates_pass(void **state)
{
	struct ends ends = ends_of((struct pair){ "3des", "sha1" });
	ends.params.replay_window = 0;
	ends_join(&ends);
	assert_int_equal(send(&ends, 5), ESP_OK);
	assert_int_equal(send(&ends, 5), ESP_OK);
	assert_int_equal(send(&ends, 1), ESP_OK);
	ends_part(&ends);
	/* No ICV, no window: RFC 4303 3.4.3. */
	ends = ends_of((struct pair){ "3des", NULL });
	ends_join(&ends);
	assert_int_equal(send(&ends, 5), ESP_OK);
	assert_int_equal(send(&ends, 5), ESP_OK);
	ends_part(&ends);
}

static void extended_numbers_roll_over_with_loss_and_disorder(void **state)
{
	static const struct pair pairs[] = { { "aes-128", "sha1" }, { "aes-gcm-256", NULL },
		{ "aes-gmac-128", NULL }, { NULL, "sha256" } };
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct ends ends = ends_of(pairs[i]);
		ends.params.esn = true;
		ends_join(&ends);
		ends.in->replay.top = 0xfffffff0; /* as if it had run so long */
		const uint64_t edge = UINT64_C(1) << 32;
		assert_int_equal(send(&ends, edge - 2), ESP_OK);
		assert_int_equal(send(&ends, edge + 1), ESP_OK);
		assert_int_equal(send(&ends, edge - 1), ESP_OK);
		assert_int_equal(send(&ends, edge), ESP_OK);
		assert_int_equal(send(&ends, edge), ESP_REPLAY);
		assert_int_equal(send(&ends, edge - 1), ESP_REPLAY);
		assert_int_equal(esp_sa_sequence(ends.in), edge + 1);
		/* The same lower half under another upper half does not verify. */
		assert_int_equal(send(&ends, 2 * edge + 2), ESP_AUTH);
		ends_part(&ends);
	}
}

static void numbers_end_where_they_must(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends_join(&ends);
	assert_int_equal(send(&ends, UINT32_MAX), ESP_OK);
	struct buffer b;
	buffer_inner(&b, 60);
	assert_int_equal(esp_seal(ends.out, &b.packet, 1), 0);
	assert_int_equal(b.packet.verdict, ESP_EXHAUSTED);
	assert_true(esp_sa_signals(ends.out) & ESP_SIGNAL_HARD);
	ends_part(&ends);
	/* Number 0 on the wire is never sent and never taken. */
	ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends_join(&ends);
	buffer_inner(&b, 60);
	assert_int_equal(seal(&ends, &b), ESP_OK);
	put32(b.packet.at + 24, 0);
	assert_int_equal(open_it(&ends, &b), ESP_REPLAY);
	ends_part(&ends);
}

static void rekeying_is_asked_for_before_numbers_end(void **state)
{
	struct ends ends = ends_of((struct pair){ "aes-128", "sha1" });
	ends_join(&ends);
	assert_int_equal(send(&ends, UINT32_MAX - (1u << 28) - 1), ESP_OK);
	assert_int_equal(esp_sa_signals(ends.out), 0);
	assert_int_equal(send(&ends, UINT32_MAX - (1u << 28)), ESP_OK);
	assert_int_equal(esp_sa_signals(ends.out), ESP_SIGNAL_SOFT);
	assert_int_equal(esp_sa_signals(ends.out), 0);
	ends_part(&ends);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_of_every_window_are_exact),
		cmocka_unit_test(the_ring_agrees_with_a_plain_memory),
		cmocka_unit_test(upper_halves_are_inferred),
		cmocka_unit_test(replays_are_refused_and_counted),
		cmocka_unit_test(without_a_window_duplicates_pass),
		cmocka_unit_test(extended_numbers_roll_over_with_loss_and_disorder),
		cmocka_unit_test(numbers_end_where_they_must),
		cmocka_unit_test(rekeying_is_asked_for_before_numbers_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
