#include <cryptomap/meet.h>

#include "tunnel/set.h"

#include <string.h>

/*
 * The offers of the Linksys are those of the article: the settings of the user first, then three
 * that the box adds by itself in main mode. It offers PFS in quick mode, whatever its check box says.
 */
static const struct cm_far_end far_ends[] = {
	{ "linksys-wag54g", "Linksys WAG54G", "3des-sha-2,des-md5-1,3des-sha-2,3des-md5-2",
		"3des-sha-2", 86400, 86400, 0, CM_WIRE_FREESWAN },
	{ "linksys-befvp41", "Linksys BEFVP41", "3des-sha-2,des-md5-1,3des-sha-2,3des-md5-2",
		"3des-sha-2", 28800, 3600, 0, CM_WIRE_FREESWAN },
	{ "ios-default", "Cisco IOS 12.4(20)T, built-in policies",
		"aes-sha-5,aes-md5-5,3des-sha-2,3des-md5-2", "aes-sha", 86400, 3600, 4608000,
		CM_WIRE_IOS },
};

const struct cm_far_end *cm_far_ends(size_t *n)
{
	*n = sizeof far_ends / sizeof *far_ends;
	return far_ends;
}

const struct cm_far_end *cm_far_named(const char *name)
{
	for (size_t i = 0; i < sizeof far_ends / sizeof *far_ends; i++)
		if (strcmp(far_ends[i].name, name) == 0)
			return &far_ends[i];
	return NULL;
}

/* How much of the text is this word, up to a "-" or the end; 0: it is not. */
static size_t begins(struct cm_str text, const char *word)
{
	size_t length = word ? strlen(word) : 0;
	struct cm_str head = { text.at, length };
	if (length == 0 || length > text.length || !cm_str_is_nocase(head, word))
		return 0;
	return length == text.length || text.at[length] == '-' ? length : 0;
}

static void skip(struct cm_str *text, size_t length)
{
	/* The "-" goes too, unless nothing stands behind it: that is a fault to be seen. */
	if (length + 1 < text->length)
		length++;
	text->at += length;
	text->length -= length;
}

/* The longest word wins: "aes-256" before "aes". */
static const struct cm_cipher *read_cipher(struct cm_str *text)
{
	size_t n, longest = 0;
	const struct cm_cipher *rows = cm_ciphers(&n), *found = NULL;
	for (size_t i = 0; i < n; i++) {
		const char *const words[] = { rows[i].name, rows[i].isakmp, rows[i].swan };
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			size_t length = begins(*text, words[k]);
			if (length > longest) {
				longest = length;
				found = &rows[i];
			}
		}
	}
	skip(text, longest);
	return found;
}

static const struct cm_hash *read_hash(struct cm_str *text)
{
	size_t n;
	const struct cm_hash *rows = cm_hashes(&n);
	for (size_t i = 0; i < n; i++) {
		size_t length = begins(*text, rows[i].name);
		if (length == 0)
			length = begins(*text, rows[i].isakmp);
		if (length > 0) {
			skip(text, length);
			return &rows[i];
		}
	}
	return NULL;
}

static const struct cm_group *read_group(struct cm_str *text)
{
	size_t n;
	const struct cm_group *rows = cm_groups(&n);
	for (size_t i = 0; i < n; i++) {
		size_t length = begins(*text, rows[i].ios);
		if (length == 0)
			length = begins(*text, rows[i].name);
		if (length > 0) {
			skip(text, length);
			return &rows[i];
		}
	}
	return NULL;
}

bool cm_p1_read(struct cm_str text, struct cm_p1 *p1)
{
	p1->cipher = read_cipher(&text);
	p1->hash = p1->cipher ? read_hash(&text) : NULL;
	p1->group = p1->hash ? read_group(&text) : NULL;
	p1->auth = cm_auth_named("pre-share");
	return p1->group && text.length == 0 && p1->cipher->ike_id != 0;
}

bool cm_p2_read(struct cm_str text, struct cm_p2 *p2, const struct cm_group **pfs)
{
	p2->mode = CM_MODE_TUNNEL;
	p2->cipher = read_cipher(&text);
	if (!p2->cipher)
		return false;
	if (!p2->cipher->combined)
		p2->hash = read_hash(&text);
	*pfs = text.length > 0 ? read_group(&text) : NULL;
	return text.length == 0;
}

/* The next part of a comma-separated list. */
static bool next_part(struct cm_str *list, struct cm_str *part)
{
	size_t length = 0;
	if (list->length == 0)
		return false;
	while (length < list->length && list->at[length] != ',')
		length++;
	part->at = list->at;
	part->length = length;
	if (length < list->length)
		length++;
	list->at += length;
	list->length -= length;
	return true;
}

static bool read_offers(struct arena *arena, const struct cm_far_end *far, struct cm_tunnel *t,
	struct cm_str *wrong)
{
	struct cm_str list = cm_str_of(far->offers), part;
	struct cm_p1 *offers = NULL;
	size_t room = 0;
	t->n_p1 = 0;
	while (next_part(&list, &part)) {
		struct cm_p1 *offer = ARENA_PUSH(arena, offers, t->n_p1, room);
		if (!offer)
			return false;
		offer->priority = (unsigned)t->n_p1;
		offer->lifetime_s = far->p1_lifetime_s;
		if (!cm_p1_read(part, offer)) {
			*wrong = part;
			return false;
		}
	}
	t->p1 = offers;
	return true;
}

static bool read_esp(struct arena *arena, const struct cm_far_end *far, struct cm_tunnel *t,
	struct cm_str *wrong)
{
	struct cm_str list = cm_str_of(far->esp), part;
	struct cm_p2 *sets = NULL;
	size_t room = 0;
	struct cm_pfs none = { 0 };
	if (!far->esp)
		return true;
	t->n_p2 = 0;
	t->pfs = none;
	while (next_part(&list, &part)) {
		struct cm_p2 *set = ARENA_PUSH(arena, sets, t->n_p2, room);
		const struct cm_group *pfs;
		if (!set)
			return false;
		if (!cm_p2_read(part, set, &pfs)) {
			*wrong = part;
			return false;
		}
		set->name = part;
		if (pfs) {
			t->pfs.demanded = true;
			t->pfs.group = pfs;
		}
	}
	t->p2 = sets;
	return true;
}

const struct cm_tunnel *cm_far_tunnel(struct cm_tunnels *set, const struct cm_tunnel *near,
	size_t peer, const struct cm_far_end *far, struct cm_str *wrong)
{
	struct arena *arena = tunnels_arena(set);
	const struct cm_tunnel *mirror = cm_mirror(set, near, peer);
	struct cm_tunnel *t = tunnels_single(set);
	*wrong = cm_str_of(NULL);
	if (!mirror || !t)
		return NULL;
	*t = *mirror;
	t->document = NULL;
	t->router = cm_str_of(far->title);
	t->keys = NULL;
	t->n_keys = 0;
	t->incomplete = false;
	if (t->kind == CM_TUNNEL_DYNAMIC)
		t->kind = CM_TUNNEL_STATIC; /* it knows whom it calls: us */
	if (far->p2_lifetime_s) {
		t->lifetime_s = far->p2_lifetime_s;
		t->lifetime_kb = far->p2_lifetime_kb;
	}
	return read_offers(arena, far, t, wrong) && read_esp(arena, far, t, wrong) ? t : NULL;
}
