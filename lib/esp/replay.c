#include "esp/room.h"

enum { WORD_BITS = 64, RING = REPLAY_WORDS * WORD_BITS };
_Static_assert(RING >= 2 * ESP_WINDOW_MAX, "a window and a word beside it must fit");

/*
 * RFC 4303 A2.1: the upper half is the one that puts the number into the window or to the right
 * of it. Without a check of duplicates some window is needed to tell "late" from "next subspace".
 */
bool replay_infer(const struct replay *replay, uint32_t low, uint64_t *sequence)
{
	uint32_t window = replay->window ? replay->window : ESP_WINDOW_MAX;
	uint32_t top_low = (uint32_t)replay->top, bottom = top_low - window + 1;
	uint64_t high = replay->top >> 32;
	if (!replay->extended) {
		*sequence = low;
		return low != 0; /* RFC 4303 2.2: the first is 1 and it never cycles */
	}
	if (top_low >= window - 1) { /* case A: the window is within one subspace */
		if (low < bottom)
			high++;
	} else if (low >= bottom) { /* case B: it spans two, and this is the older one */
		if (high == 0)
			return false;
		high--;
	}
	*sequence = high << 32 | low;
	return *sequence != 0 && high <= UINT32_MAX;
}

static uint64_t *place(struct replay *replay, uint64_t sequence)
{
	return &replay->seen[sequence / WORD_BITS % REPLAY_WORDS];
}

bool replay_fresh(const struct replay *replay, uint64_t sequence)
{
	if (!replay->window || sequence > replay->top)
		return true;
	if (replay->top - sequence >= replay->window)
		return false;
	uint64_t word = replay->seen[sequence / WORD_BITS % REPLAY_WORDS];
	return !(word >> sequence % WORD_BITS & 1);
}

void replay_mark(struct replay *replay, uint64_t sequence)
{
	if (sequence > replay->top) {
		uint64_t last = replay->top / WORD_BITS, now = sequence / WORD_BITS;
		uint64_t stale = now - last < REPLAY_WORDS ? now - last : REPLAY_WORDS;
		for (uint64_t i = 0; i < stale; i++)
			replay->seen[(now - i) % REPLAY_WORDS] = 0;
		replay->top = sequence;
	}
	*place(replay, sequence) |= UINT64_C(1) << sequence % WORD_BITS;
}
