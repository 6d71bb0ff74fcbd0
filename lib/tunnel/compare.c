#include <cryptomap/tunnel.h>

/*
 * The order of the comparisons is IOS's: the first difference is the only one that it names.
 * Encryption before hash before group is seen in every published debug output; where
 * authentication stands among them is not, as everybody uses pre-shared keys.
 */
static enum cm_difference compare_cipher(
	const struct cm_cipher *mine, const struct cm_cipher *offer)
{
	if (mine == offer)
		return CM_SAME;
	if (mine && offer && mine->key_length && offer->key_length && mine->esp_id == offer->esp_id)
		return CM_DIFFERS_KEY_BITS;
	return CM_DIFFERS_CIPHER;
}

enum cm_difference cm_p1_compare(const struct cm_p1 *policy, const struct cm_p1 *offer)
{
	enum cm_difference cipher = compare_cipher(policy->cipher, offer->cipher);
	if (cipher != CM_SAME)
		return cipher;
	if (policy->hash != offer->hash)
		return CM_DIFFERS_HASH;
	if (policy->auth != offer->auth)
		return CM_DIFFERS_AUTH;
	if (policy->group != offer->group)
		return CM_DIFFERS_GROUP;
	return CM_SAME;
}

enum cm_difference cm_p2_compare(const struct cm_p2 *mine, const struct cm_p2 *offer)
{
	if (!mine->ah != !offer->ah ||
		(!mine->cipher && !mine->hash) != (!offer->cipher && !offer->hash))
		return CM_DIFFERS_PROTOCOL;
	if (mine->ah != offer->ah)
		return CM_DIFFERS_AH;
	enum cm_difference cipher = compare_cipher(mine->cipher, offer->cipher);
	if (cipher != CM_SAME)
		return cipher;
	if (mine->hash != offer->hash)
		return CM_DIFFERS_HASH;
	if (mine->compress != offer->compress)
		return CM_DIFFERS_COMPRESSION;
	if (mine->mode != offer->mode)
		return CM_DIFFERS_MODE;
	return CM_SAME;
}

/*
 * The command reference: a bare `set pfs` of the releases whose default is group 1 takes an offer
 * of group 1 or group 2; a group that is written out must be the offered one.
 */
enum cm_difference cm_pfs_compare(const struct cm_pfs *mine, const struct cm_group *offered)
{
	if (!mine->demanded)
		return CM_SAME;
	if (!offered)
		return CM_DIFFERS_PFS_MISSING;
	if (mine->group == offered)
		return CM_SAME;
	if (mine->bare && mine->group && mine->group->number == 1 && offered->number == 2)
		return CM_SAME;
	return CM_DIFFERS_PFS_GROUP;
}

bool cm_p1_choose(const struct cm_p1 *policies, size_t n_policies, const struct cm_p1 *offers,
	size_t n_offers, size_t *policy, size_t *offer, cm_p1_seen *seen, void *user)
{
	for (size_t i = 0; i < n_policies; i++) {
		for (size_t j = 0; j < n_offers; j++) {
			enum cm_difference difference = cm_p1_compare(&policies[i], &offers[j]);
			if (seen)
				seen(user, &policies[i], &offers[j], j + 1 == n_offers, difference);
			if (difference != CM_SAME)
				continue;
			*policy = i;
			*offer = j;
			return true;
		}
	}
	return false;
}
