#include <cryptomap/facts.h>

#include <string.h>

/* Compression is no algorithm of ours: it has a word and no row. */
static const char compression[] = "comp-lzs";
static const struct {
	const char *word;
	unsigned bits;
} key_sizes[] = { { "128", 128 }, { "192", 192 }, { "256", 256 } };

enum { MOST_WORDS = 32 };

/* The words of one place; `row` is the row's number in its table, `kind` which column it is. */
enum column { COLUMN_AH, COLUMN_CIPHER, COLUMN_HASH, COLUMN_COMPRESSION };
struct list {
	size_t n;
	struct {
		const char *word;
		bool later; /* came with a later release */
		enum column column;
		size_t row;
	} at[MOST_WORDS];
};

/* "aes 256" is the word "aes" with a size: only the row without a blank brings a word. */
static void add(
	struct list *list, const char *word, const char *since, enum column column, size_t row)
{
	if (!word || strchr(word, ' ') || list->n == MOST_WORDS)
		return;
	list->at[list->n].word = word;
	list->at[list->n].later = since != NULL;
	list->at[list->n].column = column;
	list->at[list->n].row = row;
	list->n++;
}

static void add_ciphers(struct list *list, enum cm_words place)
{
	size_t n;
	const struct cm_cipher *rows = cm_ciphers(&n);
	for (size_t i = 0; i < n; i++) {
		const char *word = place == CM_WORDS_ENCRYPTION ? rows[i].isakmp
			: place == CM_WORDS_TRANSFORM           ? rows[i].transform
								: rows[i].ikev2;
		add(list, word, rows[i].since, COLUMN_CIPHER, i);
	}
}

static void add_hashes(struct list *list, enum cm_words place)
{
	size_t n;
	const struct cm_hash *rows = cm_hashes(&n);
	for (size_t i = 0; i < n; i++) {
		const char *word = place == CM_WORDS_HASH ? rows[i].isakmp
			: place == CM_WORDS_TRANSFORM     ? rows[i].esp
							  : rows[i].ikev2;
		add(list, word, rows[i].since, COLUMN_HASH, i);
		if (place == CM_WORDS_TRANSFORM)
			add(list, rows[i].ah, rows[i].since, COLUMN_AH, i);
	}
}

static void add_groups(struct list *list, enum cm_words place)
{
	size_t n;
	const struct cm_group *rows = cm_groups(&n);
	for (size_t i = 0; i < n; i++)
		add(list, place == CM_WORDS_PFS ? rows[i].pfs : rows[i].ios, rows[i].since,
			COLUMN_HASH, i);
}

static void add_auths(struct list *list)
{
	size_t n;
	const struct cm_auth *rows = cm_auths(&n);
	for (size_t i = 0; i < n; i++)
		add(list, rows[i].name, NULL, COLUMN_HASH, i);
}

static struct list words_of(enum cm_words place)
{
	struct list list = { 0 };
	switch (place) {
	case CM_WORDS_ENCRYPTION:
	case CM_WORDS_IKEV2_ENCRYPTION:
		add_ciphers(&list, place);
		break;
	case CM_WORDS_HASH:
	case CM_WORDS_IKEV2_INTEGRITY:
		add_hashes(&list, place);
		break;
	case CM_WORDS_AUTHENTICATION:
		add_auths(&list);
		break;
	case CM_WORDS_GROUP:
	case CM_WORDS_PFS:
		add_groups(&list, place);
		break;
	case CM_WORDS_TRANSFORM:
		add_ciphers(&list, place);
		add_hashes(&list, place);
		add(&list, compression, NULL, COLUMN_COMPRESSION, 0);
		break;
	case CM_WORDS_KEY_BITS:
		for (size_t i = 0; i < sizeof key_sizes / sizeof *key_sizes; i++)
			add(&list, key_sizes[i].word, NULL, COLUMN_HASH, i);
		break;
	}
	return list;
}

size_t cm_words(enum cm_words place, const char **out, size_t room)
{
	struct list list = words_of(place);
	for (size_t i = 0; i < list.n && i < room; i++)
		out[i] = list.at[i].word;
	return list.n;
}

const char *cm_words_nearest(enum cm_words place, struct cm_str typed)
{
	const char *words[MOST_WORDS];
	size_t n = cm_words(place, words, MOST_WORDS);
	return cm_nearest(typed, words, n);
}

static bool begins(const char *word, struct cm_str typed)
{
	struct cm_str head = { word, typed.length };
	if (strlen(word) < typed.length)
		return false;
	for (size_t i = 0; i < head.length; i++) {
		char c = typed.at[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 'a' - 'A');
		if (c != word[i])
			return false;
	}
	return true;
}

/* The place of the word in the list; list->n when there is none or several. */
static size_t match_word(const struct list *list, struct cm_str typed, enum cm_match *match)
{
	size_t found = 0, always = 0, first = list->n, first_always = list->n;
	*match = CM_MATCH_NONE;
	if (typed.length == 0)
		return list->n;
	for (size_t i = 0; i < list->n; i++) {
		if (!begins(list->at[i].word, typed))
			continue;
		if (list->at[i].word[typed.length] == '\0') {
			*match = CM_MATCH_WHOLE;
			return i;
		}
		if (found++ == 0)
			first = i;
		if (!list->at[i].later && always++ == 0)
			first_always = i;
	}
	if (found == 0)
		return list->n;
	*match = found == 1 || always == 1 ? CM_MATCH_PREFIX : CM_MATCH_AMBIGUOUS;
	return found == 1 ? first : always == 1 ? first_always : list->n;
}

/* The row number of a typed word, or SIZE_MAX. */
static size_t row_typed(enum cm_words place, struct cm_str typed, enum cm_match *match)
{
	struct list list = words_of(place);
	enum cm_match ignored;
	size_t i = match_word(&list, typed, match ? match : &ignored);
	return i == list.n ? SIZE_MAX : list.at[i].row;
}

const struct cm_hash *cm_hash_typed(struct cm_str typed, enum cm_match *match)
{
	size_t n, row = row_typed(CM_WORDS_HASH, typed, match);
	const struct cm_hash *rows = cm_hashes(&n);
	return row < n ? &rows[row] : NULL;
}

const struct cm_hash *cm_ikev2_hash_typed(struct cm_str typed, enum cm_match *match)
{
	size_t n, row = row_typed(CM_WORDS_IKEV2_INTEGRITY, typed, match);
	const struct cm_hash *rows = cm_hashes(&n);
	return row < n ? &rows[row] : NULL;
}

const struct cm_auth *cm_auth_typed(struct cm_str typed, enum cm_match *match)
{
	size_t n, row = row_typed(CM_WORDS_AUTHENTICATION, typed, match);
	const struct cm_auth *rows = cm_auths(&n);
	return row < n ? &rows[row] : NULL;
}

/* A number is never abbreviated: `group 1` is not `group 14`, and `group 4` is nothing. */
static const struct cm_group *group_typed(
	enum cm_words place, struct cm_str typed, enum cm_match *match)
{
	enum cm_match how;
	size_t n, row = row_typed(place, typed, &how);
	const struct cm_group *rows = cm_groups(&n);
	if (how == CM_MATCH_PREFIX) {
		how = CM_MATCH_NONE;
		row = SIZE_MAX;
	}
	if (match)
		*match = how;
	return row < n ? &rows[row] : NULL;
}

const struct cm_group *cm_group_typed(struct cm_str typed, enum cm_match *match)
{
	return group_typed(CM_WORDS_GROUP, typed, match);
}

const struct cm_group *cm_pfs_typed(struct cm_str typed, enum cm_match *match)
{
	return group_typed(CM_WORDS_PFS, typed, match);
}

const struct cm_cipher *cm_ikev2_cipher_typed(struct cm_str typed, enum cm_match *match)
{
	size_t n, row = row_typed(CM_WORDS_IKEV2_ENCRYPTION, typed, match);
	const struct cm_cipher *rows = cm_ciphers(&n);
	return row < n ? &rows[row] : NULL;
}

/* Of the family of `row`, the one with `bits` as typed. Families differ in phase and mode. */
static const struct cm_cipher *sized(const struct cm_cipher *row, struct cm_str bits)
{
	for (size_t i = 0; i < sizeof key_sizes / sizeof *key_sizes; i++)
		if (row->key_length && cm_str_is(bits, key_sizes[i].word))
			return cm_cipher_of_esp(row->esp_id, key_sizes[i].bits);
	return NULL;
}

const struct cm_cipher *cm_cipher_typed(struct cm_str word, struct cm_str bits,
	enum cm_match *match, const struct cm_cipher **word_row)
{
	enum cm_match how;
	size_t n, i = row_typed(CM_WORDS_ENCRYPTION, word, &how);
	const struct cm_cipher *rows = cm_ciphers(&n), *row = i < n ? &rows[i] : NULL;
	if (word_row)
		*word_row = row;
	if (row && bits.length != 0) {
		row = sized(row, bits);
		if (!row)
			how = CM_MATCH_NONE;
	}
	if (match)
		*match = how;
	return row;
}

/* "esp-256-aes": how `show` spells it; newer images take it as input too. */
static const struct cm_cipher *shown(struct cm_str word)
{
	size_t n;
	const struct cm_cipher *rows = cm_ciphers(&n);
	for (size_t i = 0; i < n; i++)
		if (rows[i].show && cm_str_is_nocase(word, rows[i].show))
			return &rows[i];
	return NULL;
}

static bool transform_word(struct cm_str word, struct cm_transform *transform, enum cm_match *match)
{
	struct list list = words_of(CM_WORDS_TRANSFORM);
	size_t n, i = match_word(&list, word, match);
	struct cm_transform none = { 0 };
	*transform = none;
	if (i == list.n) {
		transform->cipher = shown(word);
		if (transform->cipher)
			*match = CM_MATCH_WHOLE;
		return transform->cipher != NULL;
	}
	switch (list.at[i].column) {
	case COLUMN_AH:
		transform->ah = cm_hashes(&n) + list.at[i].row;
		break;
	case COLUMN_CIPHER:
		transform->cipher = cm_ciphers(&n) + list.at[i].row;
		break;
	case COLUMN_HASH:
		transform->hash = cm_hashes(&n) + list.at[i].row;
		break;
	case COLUMN_COMPRESSION:
		transform->compress = true;
		break;
	}
	return true;
}

bool cm_transform_takes_bits(struct cm_str word)
{
	struct cm_transform transform;
	enum cm_match match;
	return transform_word(word, &transform, &match) && transform.cipher &&
		transform.cipher->key_length && !shown(word);
}

bool cm_transform_typed(struct cm_str word, struct cm_str bits, struct cm_transform *transform,
	enum cm_match *match)
{
	enum cm_match how;
	bool known = transform_word(word, transform, &how);
	if (known && bits.length != 0) {
		transform->cipher =
			transform->cipher && !shown(word) ? sized(transform->cipher, bits) : NULL;
		known = transform->cipher != NULL;
		if (!known)
			how = CM_MATCH_NONE;
	}
	if (match)
		*match = how;
	return known;
}
