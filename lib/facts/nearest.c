#include <cryptomap/facts.h>

#include <string.h>

enum { LONGEST = 48 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;
	return ab < c ? ab : c;
}

/* Insertions, deletions, changes and swaps of neighbours (optimal string alignment). */
static unsigned distance(struct cm_str a, const char *b, size_t b_length)
{
	unsigned rows[3][LONGEST + 1];
	for (unsigned j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		unsigned *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			char x = lower(a.at[i - 1]), y = lower(b[j - 1]);
			now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + (x != y));
			bool swapped =
				i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a.at[i - 2]) == y;
			if (swapped && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
	}
	return rows[a.length % 3][b_length];
}

const char *cm_nearest(struct cm_str word, const char *const *words, size_t n)
{
	/* A third of the letters may be wrong; of three letters or fewer, one. */
	unsigned best = word.length < 6 ? 2 : (unsigned)(word.length / 3) + 1;
	const char *nearest = NULL;
	if (word.length < 2 || word.length > LONGEST)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(words[i]);
		size_t apart = length > word.length ? length - word.length : word.length - length;
		if (apart >= best || length > LONGEST)
			continue;
		unsigned d = distance(word, words[i], length);
		if (d < best) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}
