#include <cryptomap/facts.h>

struct scan {
	const char *at, *end;
};

static bool digit(const struct scan *s)
{
	return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool letter(const struct scan *s)
{
	return s->at < s->end && ((*s->at | 0x20) >= 'a' && (*s->at | 0x20) <= 'z');
}

static bool number(struct scan *s, uint16_t *value)
{
	unsigned sum = 0;
	if (!digit(s))
		return false;
	for (; digit(s) && sum < 10000; s->at++)
		sum = sum * 10 + (unsigned)(*s->at - '0');
	*value = (uint16_t)sum;
	return !digit(s);
}

static bool skip(struct scan *s, char c)
{
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

/*
 * `12.4(20)T5`, `17.11.1a`, `03.16.04.S`: what follows the train is of no interest. Both the
 * number in parentheses and the third number of IOS XE are the maintenance release.
 */
struct cm_release cm_release_parse(struct cm_str text)
{
	struct cm_release release = { 0 }, none = { 0 };
	struct scan s = { text.at, text.at + text.length };
	uint16_t rebuild;
	if (!text.at || !number(&s, &release.major) || !skip(&s, '.') ||
		!number(&s, &release.minor))
		return none;
	if (skip(&s, '(')) {
		if (!number(&s, &release.maintenance))
			return none;
		if (skip(&s, '.') && !number(&s, &rebuild)) /* 12.1(1.3)T */
			return none;
		while (letter(&s)) /* 12.4(11a) */
			s.at++;
		if (!skip(&s, ')'))
			return none;
	} else if (skip(&s, '.') && !number(&s, &release.maintenance)) {
		return none;
	}
	skip(&s, '.');
	release.known = true;
	release.xe = release.major >= 16 || release.major <= 3;
	if (letter(&s) && !(release.xe && release.major >= 16))
		release.train = (char)(*s.at & ~0x20);
	return release;
}

/* M collects what the T trains before it had; both are later than the bare mainline. */
static int train_rank(struct cm_release release)
{
	return release.train != 0;
}

static int order(int a, int b)
{
	return (a > b) - (a < b);
}

int cm_release_compare(struct cm_release a, struct cm_release b)
{
	if (a.major != b.major)
		return order(a.major, b.major);
	if (a.minor != b.minor)
		return order(a.minor, b.minor);
	if (a.maintenance != b.maintenance)
		return order(a.maintenance, b.maintenance);
	return order(train_rank(a), train_rank(b));
}

/* IOS XE 3.x carries the features of IOS 15.1 (3.2) and later. */
static struct cm_release as_classic(struct cm_release release)
{
	if (release.xe && release.major == 3) {
		release.major = 15;
		release.minor = release.minor < 5 ? 1
			: release.minor < 8       ? 2
			: release.minor < 14      ? 3
						  : 5;
		release.maintenance = 9;
		release.train = 'S';
	}
	return release;
}

/*
 * `show running-config` says "version 12.4" of every 12.4, so a text often leaves open which
 * maintenance release it came from. The mainline of IOS 12 never gets what its T train gained.
 */
bool cm_release_since(struct cm_release release, const char *text, bool if_unknown)
{
	struct cm_release since = cm_release_parse(cm_str_of(text));
	if (!release.known || !since.known)
		return if_unknown;
	release = as_classic(release);
	bool same_minor = release.major == since.major && release.minor == since.minor;
	if (same_minor && since.maintenance != 0 && release.maintenance == 0)
		return if_unknown;
	if (same_minor && release.major <= 12 && since.train == 'T' && release.train == 0)
		return false;
	return cm_release_compare(release, since) >= 0;
}
