#include <cryptomap/meet.h>

static bool is_host(struct cm_net net, uint32_t address)
{
	return net.mask == 0xffffffff && (address == 0 || net.address == address);
}

enum cm_mode cm_p2_mode(
	const struct cm_p2 *p2, const struct cm_selector *s, uint32_t local, uint32_t peer)
{
	if (p2->mode != CM_MODE_TRANSPORT || p2->mode_required)
		return p2->mode;
	return is_host(s->local, local) && is_host(s->remote, peer) ? CM_MODE_TRANSPORT
								    : CM_MODE_TUNNEL;
}

uint32_t cm_lifetime_kb_min(uint32_t a, uint32_t b)
{
	if (a == 0 || b == 0)
		return a | b;
	return a < b ? a : b;
}

enum cm_mode cm_p2_mode_answering(const struct cm_p2 *p2, const struct cm_selector *s,
	uint32_t local, uint32_t peer, enum cm_mode offered)
{
	if (!p2->mode_required && offered == CM_MODE_TUNNEL)
		return CM_MODE_TUNNEL;
	return cm_p2_mode(p2, s, local, peer);
}

/* The peer's offers outside, our sets inside; false when nothing fits. */
static bool choose_proposal(const struct cm_tunnel *t, const struct cm_selector *selector,
	uint32_t local, uint32_t peer, const struct cm_p2 *offers, size_t n_offers,
	struct cm_p2_answer *answer, cm_p2_seen *seen, void *user)
{
	bool only_mode = false;
	answer->difference = CM_DIFFERS_PROTOCOL;
	for (size_t i = 0; i < n_offers; i++) {
		for (size_t j = 0; j < t->n_p2; j++) {
			struct cm_p2 mine = t->p2[j];
			mine.mode = cm_p2_mode_answering(
				&t->p2[j], selector, local, peer, offers[i].mode);
			enum cm_difference difference = cm_p2_compare(&mine, &offers[i]);
			if (seen)
				seen(user, &t->p2[j], &offers[i], difference);
			if (difference == CM_SAME) {
				answer->mine = j;
				answer->offer = i;
				answer->difference = CM_SAME;
				return true;
			}
			only_mode |= difference == CM_DIFFERS_MODE;
			answer->difference = difference;
		}
	}
	if (only_mode)
		answer->difference = CM_DIFFERS_MODE;
	return false;
}

struct cm_p2_answer cm_p2_choose(const struct cm_tunnel *t, uint32_t local, uint32_t peer,
	const struct cm_p2 *offers, size_t n_offers, const struct cm_group *pfs,
	const struct cm_selector *selector, cm_p2_seen *seen, void *user)
{
	struct cm_p2_answer answer = { 0 };
	answer.proposal_fits =
		choose_proposal(t, selector, local, peer, offers, n_offers, &answer, seen, user);
	answer.line = cm_selector_accepting(t, selector);
	if (!answer.line) {
		answer.cause = CM_CAUSE_SELECTORS;
		return answer;
	}
	if (!answer.proposal_fits) {
		answer.cause =
			answer.difference == CM_DIFFERS_MODE ? CM_CAUSE_MODE : CM_CAUSE_TRANSFORM;
		return answer;
	}
	answer.difference = cm_pfs_compare(&t->pfs, pfs);
	answer.cause = answer.difference == CM_SAME ? CM_CAUSE_NONE : CM_CAUSE_PFS;
	return answer;
}
