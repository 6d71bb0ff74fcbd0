/*
 * NHRP of a tunnel interface (RFC 2332): whom it registers with, and where they are outside. The
 * grammar hands its lines over as they stand; here the few that a tunnel depends on are read.
 */
#include "model/nhrp.h"

#include <string.h>

enum { MOST_WORDS = 8 };

/* The words of a line that holds addresses and names only; those after the eighth do not matter. */
static size_t cut(struct cm_str line, struct cm_str words[MOST_WORDS])
{
	size_t n = 0;
	const char *at = line.at, *end = line.at + line.length;
	while (at < end && n < MOST_WORDS) {
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		const char *start = at;
		while (at < end && *at != ' ' && *at != '\t')
			at++;
		if (at > start)
			words[n++] = (struct cm_str){ start, (size_t)(at - start) };
	}
	return n;
}

static bool is(struct cm_str word, const char *keyword)
{
	return cm_str_same(word, cm_str_of(keyword));
}

static void set_outside(struct cm_nhrp_peer *peer, struct cm_str word)
{
	peer->has_nbma = cm_ip4_parse(word, &peer->nbma);
	if (!peer->has_nbma)
		peer->nbma_name = word;
}

/* `map A [M] NBMA`: M, a mask, came with later releases. */
static bool read_map(const struct cm_str *words, size_t n, struct cm_nhrp_peer *peer)
{
	if (n < 3 || !cm_ip4_parse(words[1], &peer->address))
		return false;
	uint32_t mask;
	bool masked = n > 3 && cm_ip4_parse(words[2], &mask) && cm_mask_is_prefix(mask) &&
		cm_ip4_parse(words[3], &peer->nbma);
	set_outside(peer, words[masked ? 3 : 2]);
	return true;
}

/* `nhs {A | dynamic} [nbma {B | NAME}] …`; fallback and cluster lines name no server. */
static bool read_server(const struct cm_str *words, size_t n, struct cm_nhrp_peer *peer)
{
	if (n < 2)
		return false;
	peer->server = true;
	peer->dynamic = is(words[1], "dynamic");
	if (!peer->dynamic && !cm_ip4_parse(words[1], &peer->address))
		return false;
	if (n > 3 && is(words[2], "nbma"))
		set_outside(peer, words[3]);
	return true;
}

static void forget(struct vec *peers, const struct cm_nhrp_peer *gone)
{
	const struct cm_nhrp_peer *all = peers->items;
	for (size_t i = peers->n; i-- > 0;)
		if (all[i].server == gone->server && all[i].dynamic == gone->dynamic &&
			all[i].address == gone->address)
			vec_drop(peers, i, sizeof *all);
}

void nhrp_line(struct build *b, struct cm_nhrp *nhrp, struct vec *peers, const struct node *n)
{
	struct cm_str words[MOST_WORDS];
	const struct arg *text = node_arg(n, ROLE_TEXT);
	size_t count = text ? cut(build_text(b, text), words) : 0;
	struct cm_nhrp_peer peer = { .at = n->span };
	nhrp->on = nhrp->on || !undoes(n);
	if (count == 0)
		return;
	if (is(words[0], "authentication"))
		nhrp->authentication = undoes(n) || count < 2
			? (struct cm_word){ { NULL, 0 }, { 0, 0 } }
			: (struct cm_word){ words[1], n->span };
	else if (is(words[0], "map") ? read_map(words, count, &peer)
				     : is(words[0], "nhs") && read_server(words, count, &peer)) {
		forget(peers, &peer);
		if (!undoes(n))
			*VEC_NEW(b, peers, struct cm_nhrp_peer) = peer;
	}
}

bool cm_nhrp_outside(const struct cm_nhrp *nhrp, const struct cm_nhrp_peer *peer, uint32_t *outside)
{
	const struct cm_nhrp_peer *found = peer->has_nbma ? peer : NULL;
	for (size_t i = 0; !found && !peer->dynamic && i < nhrp->n_peers; i++)
		if (nhrp->peers[i].has_nbma && nhrp->peers[i].address == peer->address)
			found = &nhrp->peers[i];
	if (found)
		*outside = found->nbma;
	return found != NULL;
}
