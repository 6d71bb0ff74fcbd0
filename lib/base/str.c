#include <cryptomap/base.h>

#include <string.h>

struct cm_str cm_str_of(const char *text)
{
	struct cm_str s = { text, text ? strlen(text) : 0 };
	return s;
}

bool cm_str_same(struct cm_str a, struct cm_str b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool cm_str_is(struct cm_str s, const char *text)
{
	return cm_str_same(s, cm_str_of(text));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool cm_str_is_nocase(struct cm_str s, const char *text)
{
	for (size_t i = 0; i < s.length; i++)
		if (!text[i] || lower(s.at[i]) != lower(text[i]))
			return false;
	return text[s.length] == '\0';
}

int cm_str_compare(struct cm_str a, struct cm_str b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common ? memcmp(a.at, b.at, common) : 0;
	if (order)
		return order;
	return (a.length > b.length) - (a.length < b.length);
}
