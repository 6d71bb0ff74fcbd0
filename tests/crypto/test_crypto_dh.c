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
		assert_memory_not_equal(
			dh_public(a).at, dh_public(b).at, group_rows[i].public_size);
		struct dh *again = start(&group_rows[i], 1);
		assert_memory_equal(
			dh_public(a).at, dh_public(again).at, group_rows[i].public_size);
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

/* clang-format off */
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
	{ 21, "RFC 5903 8.3",
		"0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A095AA85A30FE1C2952C67"
		"71D937BA9777F5957B2639BAB072462F68C27A57382D4A52",
		"0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E9C677D600B343757A3BD"
		"BF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB151685EB9",
		"0015417E84DBF28C0AD3C278713349DC7DF153C897A1891BD98BAB4357C9ECBEE1E3BF42E00B8E380AEA"
		"E57C2D107564941885942AF5A7F4601723C4195D176CED3E"
		"017CAE20B6641D2EEB695786D8C946146239D099E18E1D5A514C739D7CB4A10AD8A788015AC405D7799D"
		"C75E7B7D5B6CF2261A6A7F1507438BF01BEB6CA3926F9582",
		"00D0B3975AC4B799F5BEA16D5E13E9AF971D5E9B984C9F39728B5E5739735A219B97C356436ADC6E95BB"
		"0352F6BE64A6C2912D4EF2D0433CED2B6171640012D9460F"
		"015C68226383956E3BD066E797B623C27CE0EAC2F551A10C2C724D9852077B87220B6536C5C408A1D2AE"
		"BB8E86D678AE49CB57091F4732296579AB44FCD17F0FC56A",
		"01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04D1427E73CA4BAA240A34"
		"786859810C06B3C715A3A8CC3151F2BEE417996D19F3DDEA" },
	{ 24, "RFC 5114 A.3",
		"0881382CDB87660C6DC13E614938D5B9C8B2F248581CC5E31B35454397FCE50E",
		"7D62A7E3EF36DE617B13D1AFB82C780D83A23BD4EE6705645121F371F546A53D",
		"2E9380C8323AF97545BC4941DEB0EC3742C62FE0ECE824A6ABDBE66C59BEE0242911BFB967235CEBA35AE13E"
		"4EC752BE630B92DC4BDE2847A9C62CB8152745421FB7EB60A63C0FE9159FCCE726CE7CD8523D7450667EF840"
		"E4919121EB5F01C8C9B0D3D648A93BFB75689E8244AC134AF544711CE79A02DCC34226684780DDDCB4985941"
		"06C37F5BC79856487AF5AB022A2E5E42F09897C1A85A11EA0212AF04D9B4CEBC937C3C1A3E15A8A0342E3376"
		"15C84E7FE3B8B9B87FB1E73A15AF12A30D746E06DFC34F290D797CE51AA13AA785BF6658AFF5E4B093003CBE"
		"AF665B3C2E113A3A4E905269341DC0711426685F4EF37E868A8126FF3F2279B57CA67E29",
		"575F0351BD2B1B817448BDF87A6C362C1E289D3903A30B9832C5741FA250363E7ACBC7F77F3DACBC1F131ADD"
		"8E03367EFF8FBBB3E1C5784424809B25AFE4D2262A1A6FD2FAB64105CA30A674E07F7809852088632FC04923"
		"3791AD4EDD083A978B883EE618BC5E0DD047415F2D95E683CF14826B5FBE10D3CE41C6C120C78AB20008C698"
		"BF7F0BCAB9D7F407BED0F43AFB2970F57F8D12043963E66DDD320D599AD9936C8F44137C08B180EC5E985CEB"
		"E186F3D549677E80607331EE17AF3380A725B0782317D7DD43F59D7AF9568A9BB63A84D365F92244ED120988"
		"219302F42924C7CA90B89D24F71B0AB697823D7DEB1AFF5B0E8E4A45D49F7F53757E1913",
		"86C70BF8D0BB81BB01078A17219CB7D27203DB2A19C877F1D1F19FD7D77EF22546A68F005AD52DC84553B78F"
		"C60330BE51EA7C0672CAC1515E4B35C047B9A551B88F39DC26DA14A09EF74774D47C762DD177F9ED5BC2F11E"
		"52C879BD95098504CD9EECD8A8F9B3EFBD1F008AC5853097D9D1837F2B18F77CD7BE01AF80A7C7B5EA3CA54C"
		"C02D0C116FEE3F95BB87399385875D7E86747E676E728938ACBFF7098E05BE4DCFB24052B83AEFFB14783F02"
		"9ADBDE7F53FAE92084224090E007CEE94D4BF2BACE9FFD4B57D2AF7C724D0CAA19BF0501F6F17B4AA10F425E"
		"3EA76080B4B9D6B3CEFEA115B2CEB8789BB8A3B0EA87FEBE63B6C8F846EC6DB0C26C5D7C" },
};
/* clang-format on */

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

/*
 * No RFC prints an exchange in the groups of RFC 2409 and 3526. These were made with the integers of
 * Python, the primes from pi as the RFCs define them: SHA-256 of public a | public b | secret for the
 * private values 3, 14, 25, … (32 octets) and 5, 18, 31, … (40 octets).
 */
static const struct {
	unsigned group;
	const char *digest;
} modular[] = {
	{ 1, "fb5a69d15a4c1abd5d90fec40d0ad07861788432213aaf47a4bc949c7d9f45f1" },
	{ 2, "365ed945e6172a1c803e1191c12503f9ed6d44b86562283f38bbe2fd36a69fce" },
	{ 5, "3c557674026b87986183e2829b37e9388130ccaaeba01ff46e5866ea7c4b7d48" },
	{ 14, "ae012074caa2137db793e64e33ed5a794c2617e15f7ec50102cb11797b859d06" },
	{ 15, "c21e40620a4558ea24cda895c48480640765024292da53c2c5e52bc3930cac61" },
	{ 16, "c63625a884714e25468802b0929a4fb650accad6a9616f40769a4a7da9309bb8" },
	{ 17, "4c91b2befe6787fdacbf0644bea292f040551f8eaa48da770b8b30c99929f020" },
	{ 18, "146e7092e0a3ef60bb45cddfbcf80a7d6b0ff13e05a05ce97c66548eca41d57c" },
};

static void modular_groups_agree_with_other_integers(void **state)
{
	uint8_t xa[32], xb[40], secret[CRYPTO_SECRET_MAX], digest[CRYPTO_HASH_MAX];
	for (size_t i = 0; i < sizeof xb; i++) {
		if (i < sizeof xa)
			xa[i] = (uint8_t)(3 + i * 11);
		xb[i] = (uint8_t)(5 + i * 13);
	}
	for (size_t i = 0; i < sizeof modular / sizeof *modular; i++) {
		const struct cm_group *group = group_row(modular[i].group);
		struct dh *a = dh_new_private(crypto, group, xa, sizeof xa);
		struct dh *b = dh_new_private(crypto, group, xb, sizeof xb);
		assert_int_equal(dh_secret(a, dh_public(b), secret), DH_OK);
		struct octets pieces[] = { dh_public(a), dh_public(b),
			{ secret, group->secret_size } };
		assert_true(hash_of(&sha256_row, pieces, 3, digest));
		assert_known(digest, 32, modular[i].digest);
		dh_free(a);
		dh_free(b);
	}
}

/* Zeros at the left of a public value or a secret are part of it: once in 256 exchanges. */
static void leading_zeros_are_kept(void **state)
{
	static const unsigned groups[] = { 1, 19 };
	for (size_t g = 0; g < 2; g++) {
		const struct cm_group *group = group_row(groups[g]);
		struct dh *peer = start(group, 9);
		unsigned short_publics = 0, short_secrets = 0;
		for (unsigned i = 1; i < 3000 && (!short_publics || !short_secrets); i++) {
			uint8_t random[CRYPTO_DH_RANDOM_MAX] = { 0, (uint8_t)i, (uint8_t)(i >> 8) };
			uint8_t ours[CRYPTO_SECRET_MAX], theirs[CRYPTO_SECRET_MAX];
			struct dh *dh =
				dh_new(crypto, group, random, dh_random_size(crypto, group));
			assert_int_equal(dh_secret(dh, dh_public(peer), ours), DH_OK);
			assert_int_equal(dh_secret(peer, dh_public(dh), theirs), DH_OK);
			assert_memory_equal(ours, theirs, group->secret_size);
			short_publics += dh_public(dh).at[0] == 0;
			short_secrets += ours[0] == 0;
			dh_free(dh);
		}
		assert_true(short_publics > 0);
		assert_true(short_secrets > 0);
		dh_free(peer);
	}
}

static void refused(struct dh *dh, const uint8_t *at, size_t length)
{
	static const uint8_t zeros[CRYPTO_SECRET_MAX];
	uint8_t secret[CRYPTO_SECRET_MAX];
	memset(secret, 0x5a, sizeof secret);
	assert_int_equal(dh_secret(dh, (struct octets){ at, length }, secret), DH_REFUSED);
	assert_memory_equal(secret, zeros, dh_group(dh)->secret_size);
}

static void values_that_no_peer_can_have_are_refused(void **state)
{
	for (size_t i = 0; i < N_GROUPS; i++) {
		const struct cm_group *group = &group_rows[i];
		uint8_t value[CRYPTO_PUBLIC_MAX + 1] = { 0 };
		size_t size = group->public_size;
		struct dh *dh = start(group, 3), *peer = start(group, 4);
		refused(dh, value, size); /* 0, and no point of the curve */
		refused(dh, value, 0);
		value[size - 1] = 1;
		refused(dh, value, size); /* 1 */
		memset(value, 0xff, sizeof value);
		refused(dh, value, size); /* far above p */
		memcpy(value, dh_public(peer).at, size);
		refused(dh, value, size - 1);
		refused(dh, value, size + 1);
		dh_free(dh);
		dh_free(peer);
	}
}

static void the_ends_of_the_range_are_refused(void **state)
{
	/* The prime of RFC 2409 6.1, and what stands beside it. */
	struct known p = known(
		"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22"
		"514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"
		"F44C42E9A63A3620FFFFFFFFFFFFFFFF");
	uint8_t secret[CRYPTO_SECRET_MAX];
	struct dh *dh = start(group_row(1), 3);
	refused(dh, p.at, p.length);
	p.at[p.length - 1]--;
	refused(dh, p.at, p.length); /* p - 1 */
	p.at[p.length - 1]--;
	assert_int_equal(dh_secret(dh, piece(&p), secret), DH_OK); /* p - 2 */
	memset(p.at, 0, p.length);
	p.at[p.length - 1] = 2;
	assert_int_equal(dh_secret(dh, piece(&p), secret), DH_OK);
	dh_free(dh);
	/* Group 24: 2 is no element of its small subgroup (RFC 6989 2.2). */
	uint8_t two[256] = { 0 };
	two[255] = 2;
	dh = start(group_row(24), 3);
	refused(dh, two, sizeof two);
	dh_free(dh);
}

static void points_off_the_curve_are_refused(void **state)
{
	static const unsigned curves[] = { 19, 20, 21 };
	for (size_t i = 0; i < 3; i++) {
		uint8_t value[CRYPTO_PUBLIC_MAX];
		struct dh *dh = start(group_row(curves[i]), 3),
			  *peer = start(group_row(curves[i]), 4);
		struct octets public_value = dh_public(peer);
		for (size_t at = 0; at < public_value.length; at += 5) {
			memcpy(value, public_value.at, public_value.length);
			value[at] ^= 4;
			refused(dh, value, public_value.length);
		}
		dh_free(dh);
		dh_free(peer);
	}
}

static void foreign_groups_and_private_values_are_refused(void **state)
{
	static const struct cm_group unknown[] = {
		{ .number = 99, .bits = 1000, .public_size = 125, .secret_size = 125 },
		{ .number = 31,
			.bits = 256,
			.public_size = 64,
			.secret_size = 32,
			.elliptic = true,
			.libcrypto = "no such curve" },
		{ .number = 98, .elliptic = true },
		{ .number = 97, .bits = 2048, .public_size = 256, .libcrypto = "no such group" },
	};
	static const uint8_t zero[32], one[32] = { [31] = 1 };
	uint8_t big[33];
	memset(big, 0xff, sizeof big);
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		assert_int_equal(dh_random_size(crypto, &unknown[i]), 0);
		assert_null(dh_new_private(crypto, &unknown[i], one, sizeof one));
		assert_null(dh_new(crypto, &unknown[i], one, sizeof one));
	}
	assert_null(dh_new_private(crypto, group_row(19), zero, sizeof zero));
	assert_null(dh_new_private(crypto, group_row(19), big, sizeof big));
	struct dh *dh = dh_new_private(crypto, group_row(19), one, sizeof one);
	assert_non_null(dh);
	dh_free(dh);
	dh_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_get_one_secret_in_every_group),
		cmocka_unit_test(exchanges_of_the_rfcs_come_out),
		cmocka_unit_test(modular_groups_agree_with_other_integers),
		cmocka_unit_test(leading_zeros_are_kept),
		cmocka_unit_test(values_that_no_peer_can_have_are_refused),
		cmocka_unit_test(the_ends_of_the_range_are_refused),
		cmocka_unit_test(points_off_the_curve_are_refused),
		cmocka_unit_test(foreign_groups_and_private_values_are_refused),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
