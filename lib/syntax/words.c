#include "syntax/words.h"

static unsigned char small_letter(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* What lies behind the key; most words end in it. */
static bool same_rest(const struct known *known, const char *at, size_t length)
{
	if (known->length != length)
		return false;
	for (size_t i = OCTETS; i < length; i++)
		if (small_letter((unsigned char)at[i]) != (unsigned char)known->text[i])
			return false;
	return true;
}

unsigned words_find_key(
	const struct words *words, struct octets_key key, const char *at, size_t length)
{
	for (unsigned slot = word_slot(key);; slot = (slot + 1) % WORD_SLOTS) {
		unsigned i = words->slots[slot];
		if (i == 0 ||
			(words->keys[i].low == key.low && words->keys[i].high == key.high &&
				same_rest(&words->at[i], at, length)))
			return i;
	}
}

unsigned words_find(const struct words *words, const char *at, size_t length)
{
	if (length == 0 || length > WORD_LONGEST)
		return 0;
	return words_find_key(words, octets_key_of(at, length), at, length);
}

/* Behind the words that come before the text, or (`with`) that begin with it. */
static unsigned bound(const struct words *words, const char *at, size_t length, bool with)
{
	unsigned low = 1, high = (unsigned)words->n;
	while (low < high) {
		unsigned middle = low + (high - low) / 2;
		int order = strncasecmp(words->at[middle].text, at, length);
		if (order < 0 || (with && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void words_begin(
	const struct words *words, const char *at, size_t length, unsigned *first, unsigned *behind)
{
	*first = bound(words, at, length, false);
	*behind = bound(words, at, length, true);
}

bool word_in(const struct known *known, enum class class, uint32_t *number)
{
	for (unsigned i = 0; i < known->n_classes; i++) {
		if (known->classes[i] != class)
			continue;
		*number = known->numbers[i];
		return true;
	}
	return false;
}
