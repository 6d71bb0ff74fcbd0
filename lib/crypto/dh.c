/*
 * Diffie-Hellman by libcrypto's numbers and points rather than by EVP keys. EVP_PKEY_derive checks
 * a peer's value of a safe-prime group with an exponentiation of full length (five to ten times
 * the exchange itself) and draws full-length exponents for groups it has no name for. The checks
 * that such a group needs are two comparisons.
 */
#include "crypto/room.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct dh {
	struct crypto *crypto;
	const struct group *group;
	BIGNUM *x;
	uint8_t public_value[];
};

/* FIPS 186-4 B.4.1: 64 bits more than the order make the remainder uniform enough. */
enum { EXTRA = 8 };

size_t dh_random_size(struct crypto *crypto, const struct cm_group *row)
{
	const struct group *group = room_group(crypto, row);
	if (!group)
		return 0;
	if (group->order)
		return (size_t)BN_num_bytes(group->order) + EXTRA;
	return (group->private_bits + 7) / 8;
}

/* [1, q-1] from many bits: remainder by q-1, plus one. */
static bool reduce(struct dh *dh, BIGNUM *x)
{
	BN_CTX *numbers = dh->crypto->numbers;
	BN_CTX_start(numbers);
	BIGNUM *limit = BN_CTX_get(numbers);
	bool good = limit && BN_copy(limit, dh->group->order) && BN_sub_word(limit, 1) &&
		BN_mod(x, x, limit, numbers) && BN_add_word(x, 1);
	BN_CTX_end(numbers);
	return good;
}

/* Exactly so many bits: the time of an exponentiation then tells nothing of the exponent. */
static bool trim(BIGNUM *x, unsigned bits)
{
	if ((unsigned)BN_num_bits(x) > bits && !BN_mask_bits(x, (int)bits))
		return false;
	return BN_set_bit(x, (int)bits - 1);
}

static bool make_public_modular(struct dh *dh)
{
	const struct group *group = dh->group;
	BN_CTX_start(dh->crypto->numbers);
	BIGNUM *y = BN_CTX_get(dh->crypto->numbers);
	bool good = y &&
		BN_mod_exp_mont_consttime(
			y, group->g, dh->x, group->p, dh->crypto->numbers, group->mont) &&
		BN_bn2binpad(y, dh->public_value, group->row->public_size) > 0;
	BN_CTX_end(dh->crypto->numbers);
	return good;
}

static bool make_public_elliptic(struct dh *dh)
{
	const struct group *group = dh->group;
	int half = group->row->public_size / 2;
	BN_CTX *numbers = dh->crypto->numbers;
	BN_CTX_start(numbers);
	BIGNUM *x = BN_CTX_get(numbers), *y = BN_CTX_get(numbers);
	EC_POINT *point = EC_POINT_new(group->curve);
	bool good = y && point && EC_POINT_mul(group->curve, point, dh->x, NULL, NULL, numbers) &&
		EC_POINT_get_affine_coordinates(group->curve, point, x, y, numbers) &&
		BN_bn2binpad(x, dh->public_value, half) == half && /* RFC 5903 7: x | y */
		BN_bn2binpad(y, dh->public_value + half, half) == half;
	EC_POINT_free(point);
	BN_CTX_end(numbers);
	return good;
}

static struct dh *dh_start(
	struct crypto *crypto, const struct cm_group *row, const void *private, size_t length)
{
	const struct group *group = room_group(crypto, row);
	struct dh *dh = group ? calloc(1, sizeof *dh + row->public_size) : NULL;
	if (!dh)
		return NULL;
	dh->crypto = crypto;
	dh->group = group;
	dh->x = BN_bin2bn(private, (int)length, NULL);
	if (dh->x)
		BN_set_flags(dh->x, BN_FLG_CONSTTIME);
	return dh;
}

static struct dh *dh_finish(struct dh *dh, bool good)
{
	if (good && (dh->group->curve ? make_public_elliptic(dh) : make_public_modular(dh)))
		return dh;
	dh_free(dh);
	return NULL;
}

struct dh *dh_new(
	struct crypto *crypto, const struct cm_group *row, const void *random, size_t length)
{
	struct dh *dh = dh_start(crypto, row, random, length);
	if (!dh)
		return NULL;
	assert(length == dh_random_size(crypto, row));
	if (dh->group->order)
		return dh_finish(dh, dh->x && reduce(dh, dh->x));
	return dh_finish(dh, dh->x && trim(dh->x, dh->group->private_bits));
}

struct dh *dh_new_private(
	struct crypto *crypto, const struct cm_group *row, const void *private, size_t length)
{
	struct dh *dh = dh_start(crypto, row, private, length);
	if (!dh)
		return NULL;
	const BIGNUM *limit = dh->group->order ? dh->group->order : dh->group->p;
	return dh_finish(dh, dh->x && !BN_is_zero(dh->x) && BN_cmp(dh->x, limit) < 0);
}

void dh_free(struct dh *dh)
{
	if (!dh)
		return;
	BN_clear_free(dh->x);
	free(dh);
}

const struct cm_group *dh_group(const struct dh *dh)
{
	return dh->group->row;
}

struct octets dh_public(const struct dh *dh)
{
	return (struct octets){ dh->public_value, dh->group->row->public_size };
}

/* DH_OK when y is what an honest peer of this modular group could have sent. */
static enum dh_result check_modular(struct dh *dh, const BIGNUM *y)
{
	const struct group *group = dh->group;
	BN_CTX *numbers = dh->crypto->numbers;
	if (BN_is_zero(y) || BN_is_one(y) || BN_cmp(y, group->p_minus_1) >= 0)
		return DH_REFUSED;
	if (!group->order)
		return DH_OK;
	BN_CTX_start(numbers);
	BIGNUM *one = BN_CTX_get(numbers);
	enum dh_result result = DH_FAILED;
	if (one && BN_mod_exp_mont(one, y, group->order, group->p, numbers, group->mont))
		result = BN_is_one(one) ? DH_OK : DH_REFUSED;
	BN_CTX_end(numbers);
	return result;
}

static enum dh_result secret_modular(struct dh *dh, struct octets peer, uint8_t *secret)
{
	const struct group *group = dh->group;
	BN_CTX *numbers = dh->crypto->numbers;
	enum dh_result result = DH_FAILED;
	BN_CTX_start(numbers);
	BIGNUM *y = BN_CTX_get(numbers), *z = BN_CTX_get(numbers);
	if (z && BN_bin2bn(peer.at, (int)peer.length, y))
		result = check_modular(dh, y);
	if (result == DH_OK &&
		(!BN_mod_exp_mont_consttime(z, y, dh->x, group->p, numbers, group->mont) ||
			BN_bn2binpad(z, secret, group->row->secret_size) <= 0))
		result = DH_FAILED;
	if (z)
		BN_clear(z);
	BN_CTX_end(numbers);
	return result;
}

static enum dh_result secret_elliptic(struct dh *dh, struct octets peer, uint8_t *secret)
{
	const struct group *group = dh->group;
	BN_CTX *numbers = dh->crypto->numbers;
	int half = (int)peer.length / 2;
	enum dh_result result = DH_FAILED;
	BN_CTX_start(numbers);
	BIGNUM *x = BN_CTX_get(numbers), *y = BN_CTX_get(numbers);
	EC_POINT *theirs = EC_POINT_new(group->curve), *shared = EC_POINT_new(group->curve);
	if (!y || !theirs || !shared || !BN_bin2bn(peer.at, half, x) ||
		!BN_bin2bn(peer.at + half, half, y))
		goto out;
	result = DH_REFUSED;
	if (BN_cmp(x, group->p) >= 0 || BN_cmp(y, group->p) >= 0 ||
		!EC_POINT_set_affine_coordinates(group->curve, theirs, x, y, numbers))
		goto out; /* set_affine_coordinates looks whether the point is on the curve */
	result = DH_FAILED;
	if (EC_POINT_mul(group->curve, shared, NULL, theirs, dh->x, numbers) &&
		EC_POINT_get_affine_coordinates(group->curve, shared, x, NULL, numbers) &&
		BN_bn2binpad(x, secret, group->row->secret_size) > 0)
		result = DH_OK;
	BN_clear(x);
out:
	EC_POINT_free(theirs);
	EC_POINT_clear_free(shared);
	BN_CTX_end(numbers);
	return result;
}

enum dh_result dh_secret(struct dh *dh, struct octets peer_public, uint8_t *secret)
{
	const struct cm_group *row = dh->group->row;
	enum dh_result result = DH_REFUSED;
	if (peer_public.length == row->public_size)
		result = dh->group->curve ? secret_elliptic(dh, peer_public, secret)
					  : secret_modular(dh, peer_public, secret);
	if (result != DH_OK)
		memset(secret, 0, row->secret_size);
	return result;
}
