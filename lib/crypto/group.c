#include "crypto/room.h"
#include <openssl/core_names.h>
#include <openssl/objects.h>
#include <openssl/params.h>

/*
 * Length of the private exponent for a prime of so many bits: RFC 3526 8, the second, higher
 * estimate of each group's strength, twice. The two primes of RFC 2409 are weaker than any of
 * that table and get as much as their secrets can be worth.
 */
static const struct {
	uint16_t bits, private_bits;
} exponents[] = {
	{ 768, 256 },
	{ 1024, 320 },
	{ 1536, 240 },
	{ 2048, 320 },
	{ 3072, 420 },
	{ 4096, 480 },
	{ 6144, 540 },
	{ 8192, 620 },
};

static unsigned private_bits_of(unsigned bits)
{
	for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++)
		if (exponents[i].bits == bits)
			return exponents[i].private_bits;
	return 0;
}

/* Groups that libcrypto knows by name give their numbers through a key of parameters only. */
static bool load_named(struct crypto *crypto, struct group *group)
{
	char name[32];
	EVP_PKEY *key = NULL;
	OPENSSL_strlcpy(name, group->row->libcrypto, sizeof name);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(crypto->library, "DH", NULL);
	bool good = context && EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEY_PARAMETERS, params) == 1 &&
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &group->p) == 1 &&
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_G, &group->g) == 1 &&
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_Q, &group->order) == 1;
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(context);
	return good;
}

/* The First and Second Oakley Groups (RFC 2409 6.1, 6.2) have no name in libcrypto. */
static bool load_oakley(struct group *group)
{
	group->p = group->row->bits == 768 ? BN_get_rfc2409_prime_768(NULL)
		: group->row->bits == 1024 ? BN_get_rfc2409_prime_1024(NULL)
					   : NULL;
	group->g = BN_new();
	return group->p && group->g && BN_set_word(group->g, 2);
}

static bool load_modular(struct crypto *crypto, struct group *group)
{
	if (!(group->row->libcrypto ? load_named(crypto, group) : load_oakley(group)))
		return false;
	/* A safe prime has no small subgroup but {1, p-1}: a short exponent will do. */
	if (!group->order || BN_num_bits(group->order) == BN_num_bits(group->p) - 1) {
		BN_free(group->order);
		group->order = NULL;
		group->private_bits = private_bits_of(group->row->bits);
		if (!group->private_bits)
			return false;
	}
	group->p_minus_1 = BN_dup(group->p);
	group->mont = BN_MONT_CTX_new();
	return group->p_minus_1 && group->mont && BN_sub_word(group->p_minus_1, 1) &&
		BN_MONT_CTX_set(group->mont, group->p, crypto->numbers) &&
		BN_num_bytes(group->p) == group->row->public_size;
}

static bool load_elliptic(struct crypto *crypto, struct group *group)
{
	if (!group->row->libcrypto)
		return false;
	int nid = OBJ_txt2nid(group->row->libcrypto);
	if (nid == NID_undef)
		nid = EC_curve_nist2nid(group->row->libcrypto);
	group->curve = EC_GROUP_new_by_curve_name_ex(crypto->library, NULL, nid);
	if (!group->curve)
		return false;
	group->order = BN_dup(EC_GROUP_get0_order(group->curve));
	group->p = BN_new();
	return group->order && group->p &&
		EC_GROUP_get_curve(group->curve, group->p, NULL, NULL, crypto->numbers) &&
		2 * BN_num_bytes(group->p) == group->row->public_size;
}

const struct group *room_group(struct crypto *crypto, const struct cm_group *row)
{
	struct group *group = NULL;
	for (size_t i = 0; i < ROOM_GROUPS && !group; i++) {
		if (crypto->groups[i].row == row)
			return &crypto->groups[i];
		if (!crypto->groups[i].row)
			group = &crypto->groups[i];
	}
	if (!group)
		return NULL;
	group->row = row;
	if (row->elliptic ? load_elliptic(crypto, group) : load_modular(crypto, group))
		return group;
	room_group_free(group);
	return NULL;
}

void room_group_free(struct group *group)
{
	BN_free(group->order);
	BN_free(group->p);
	BN_free(group->p_minus_1);
	BN_free(group->g);
	BN_MONT_CTX_free(group->mont);
	EC_GROUP_free(group->curve);
	*group = (struct group){ 0 };
}
