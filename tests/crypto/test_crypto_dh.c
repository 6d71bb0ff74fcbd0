#include "crypto/known.h"
#include "crypto/rows.h"

static struct crypto *crypto;

static int setup(void **state)
{
	crypto = crypto_new();
	return crypto ? 0 : -1;
}

static int teardown(void **state)
{
	crypto_free(crypto);
	return 0;
}

static struct dh *start(const struct cm_group *row, uint8_t seed)
{
	uint8_t random[CRYPTO_DH_RANDOM_MAX];
	size_t length = dh_random_size(crypto, row);
	assert_in_range(length, 30, sizeof random);
	for (size_t i = 0; i < length; i++)
		random[i] = (uint8_t)(seed * 31u + i * 17u);
	struct dh *dh = dh_new(crypto, row, random, length);
	assert_non_null(dh);
	assert_ptr_equal(dh_group(dh), row);
	assert_int_equal(dh_public(dh).length, row->public_size);
	return dh;
}

static void both_ends_get_one_secret_in_every_group(void **state)
{
	uint8_t ours[CRYPTO_SECRET_MAX], theirs[CRYPTO_SECRET_MAX];
	for (size_t i = 0; i < N_GROUPS; i++) {
		struct dh *a = start(&group_rows[i], 1), *b = start(&group_rows[i], 2);
		assert_int_equal(dh_secret(a, dh_public(b), ours), DH_OK);
		assert_int_equal(dh_secret(b, dh_public(a), theirs), DH_OK);
		assert_memory_equal(ours, theirs, group_rows[i].secret_size);
		assert_memory_not_equal(dh_public(a).at, dh_public(b).at, group_rows[i].public_size);
		struct dh *again = start(&group_rows[i], 1);
		assert_memory_equal(dh_public(a).at, dh_public(again).at, group_rows[i].public_size);
		dh_free(a);
		dh_free(b);
		dh_free(again);
	}
}

/* One exchange as an RFC prints it: private values, public values, the shared secret. */
struct exchange {
	unsigned group;
	const char *source, *private_a, *private_b, *public_a, *public_b, *secret;
};

static const struct exchange exchanges[] = {
	{ 19, "RFC 5903 8.1",
		"C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
		"C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
		"DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
		"5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
		"D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
		"56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
		"D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE" },
	{ 20, "RFC 5903 8.2",
		"099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655"
		"E35B538041E649EE3FAEF896783AB194",
		"41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942"
		"E0308312916B8ED2960E4BD55A7448FC",
		"667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6"
		"DE3AC808ACB4BDB4C88732AEE95F41AA9482ED1FC0EEB9CAFC4984625CCFC23F"
		"65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
		"E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D"
		"0D1AC43A0336DEF96FDA41D0774A3571DCFBEC7AACF3196472169E838430367F"
		"66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
		"11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4"
		"D603135569B9E9D09CF5D4A270F59746" },
};

static void exchanges_of_the_rfcs_come_out(void **state)
{
	uint8_t secret[CRYPTO_SECRET_MAX];
	for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++) {
		const struct exchange *row = &exchanges[i];
		const struct cm_group *group = group_row(row->group);
		struct known xa = known(row->private_a), xb = known(row->private_b);
		struct dh *a = dh_new_private(crypto, group, xa.at, xa.length);
		struct dh *b = dh_new_private(crypto, group, xb.at, xb.length);
		assert_non_null(a);
		assert_non_null(b);
		assert_known(dh_public(a).at, dh_public(a).length, row->public_a);
		assert_known(dh_public(b).at, dh_public(b).length, row->public_b);
		assert_int_equal(dh_secret(a, dh_public(b), secret), DH_OK);
		assert_known(secret, group->secret_size, row->secret);
		dh_free(a);
		dh_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_get_one_secret_in_every_group),
		cmocka_unit_test(exchanges_of_the_rfcs_come_out),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
