/*
 * Packets that nobody here made: recorded between two strongSwans, and made with scapy. Each is
 * opened, and rebuilt octet by octet from its inner packet, its sequence number and its IV.
 */
#include "esp/ends.h"
#include "esp/room.h"

struct recorded {
	const char *source, *cipher, *hash;
	const char *cipher_key, *hash_key;
	const char *wire, *inner; /* wire: from the ESP header on */
};

static const struct recorded recorded[] = {
	{ "strongSwan, UDP", "des", "md5", "87e4d78276ab1f9f", "410e5bd9a71ac92f58c25ebd38e89e92",
		"6598d45e000000019ae6874b221b857b49d75d7ea76a30cff3804468c586377e8850f05322c2b1d140f0"
		"7664c7a6dea042c7070cbf12a1d2404e61c649222671cda3709aecdbbd2e0a43c8697b3a5047f45de6a5"
		"001a003a87ecfdf5cd1c387a362e42a180478860a26dc27c57c625ef50951461",
		"45000054c01b40003f018cbeac121e0ac0a8640a08009bc87497000153ba046b00000000cea602000000"
		"0000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637" },
	{ "strongSwan, UDP", "3des", "sha1", "35c9bb63b3756df7e8adaec0005c59777463c9106f2e534a",
		"3f6bb279e034f74f5ef73c21297f3728265c8c49",
		"4ee5ef6d000000016e13669ff134dcc15bb3fb95dd5393fb471326dffdd54ae9562f18085aadfa8ed917"
		"2a323193f0ed9323a6ae652328c6ca67162efebd9f5e4fa85520e95d82a9cbf8db4bcc24801e60e9335c"
		"e2b2cc999bcbd377f97eb7a1837ad9a0b8652a8fd62e99879bb1f3b4708065da",
		"45000054bf6d40003f018d6cac121e0ac0a8640a0800fa81735700014bba046b00000000782d03000000"
		"0000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637" },
	{ "strongSwan, UDP", "3des", "md5", "c97fa0c1824f848318b809db3236588b185e1d98e690d8c3",
		"485ce575bfa91e1be18646d6c58b3eab",
		"419302de00000001a95c0da8e9657db385e89dc14b55c7a4c8236b9359a0f6954eff957f2ba9e836c7bd"
		"e69e7b07aa76b067e7c2363f87dfea0389806f5d6b95efacd15567947ed2ef30a1c47e4e86d1645cca83"
		"e0c7149fd7f2a302430e21dc8c9964db3129f6f08d7892ac102ea1c5398391e0",
		"45000054035300003f018987c0a8640aac121e0a0000b17f76f2000161ba046b00000000b09402000000"
		"0000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637" },
	{ "strongSwan, UDP", "aes-256", "sha256",
		"af243980a7e67ee4be257a11202a1169d3d557944a3f0103aa8756c94907fc43",
		"a556f984e2d4e2e09ed939362a553dc21e4ce2d55b024e2797ba26b947e7a7a4",
		"bbd55be900000001953ad4c1879215dabba41b6d84f749a44e2170f15517a334b504163cdf3afe62d82f"
		"a9012f2eb2bed182195daa838051d7edb2688491008f1211e0ada3241e2fa8725ca994a5367a0bb949da"
		"03c657ade173dece738fd05b0afaeede82b49ebdbb30cbea885cb20413c252a2b156ae42c67467c6c910"
		"a61b982a90c58cbc2dfe",
		"45000054cea440003f017e35ac121e0ac0a8640a080069537a85000176ba046b00000000d82d02000000"
		"0000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637" },
	{ "strongSwan, UDP", "aes-gcm-128", NULL, "46861b01d08e7cd520a02c1be1d2e1fdbf6b6024", "",
		"9b9e0dad00000001e375cb1b358ca77deeae53db66ea47e94b20be59c40a0a7ad589059d327e9b1775d3"
		"abd11023236c09c754fde042395505f82fdaecddf8728f65c8ec6e0f08deba7d282a4ad4cf3b67435f54"
		"20c1202f7f21bdc7d21e84783a5163c67ec04b6b0371084fe16f9602c2b7786106c0025b",
		"45000054d37d40003f01795cac121e0ac0a8640a08006e0d7e2a00018bba046b00000000bace02000000"
		"0000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637" },
};

static void keys_of(struct esp_keys *keys, const struct recorded *row)
{
	const struct cm_cipher *cipher = cm_cipher_named(row->cipher);
	const struct cm_hash *hash = row->hash ? cm_hash_named(row->hash) : NULL;
	struct known first = known(row->cipher_key), second = known(row->hash_key);
	memcpy(first.at + first.length, second.at, second.length);
	assert_int_equal(esp_keys_size(cipher, hash), first.length + second.length);
	esp_keys_cut(keys, cipher, hash, first.at);
}

static void recorded_packets_open_and_come_out_again(void **state)
{
	for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
		struct known wire = known(recorded[i].wire), inner = known(recorded[i].inner);
		struct ends ends = { .params = usual_params() };
		ends.params.spi = be32(wire.at);
		ends.params.udp = true;
		keys_of(&ends.keys, &recorded[i]);
		ends_join(&ends);
		struct buffer b;
		buffer_fill(&b, wire.at, wire.length);
		b.packet.form = ESP_FORM_UDP;
		assert_int_equal(open_it(&ends, &b), ESP_OK);
		assert_int_equal(b.packet.sequence, 1);
		assert_int_equal(b.packet.length, inner.length);
		assert_memory_equal(b.packet.at, inner.at, inner.length);

		buffer_fill(&b, inner.at, inner.length);
		assert_int_equal(seal_one(ends.out, &b.packet, wire.at + 8), ESP_OK);
		assert_int_equal(b.packet.length - b.packet.body, wire.length);
		assert_memory_equal(b.packet.at + b.packet.body, wire.at, wire.length);
		ends_part(&ends);
	}
}

/* UDP 172.18.30.10:1000 -> 192.168.100.10:2000, 50 octets of payload 0, 1, 2, … */
#define INNER                                                                                      \
	"4500004e123400003f117a9cac121e0ac0a8640a03e807d0003aaa7f000102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031"
#define IV "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"

/* Keys 1, 8, 15, … and 101, 108, …; outer packets whole, identification 0x4321 in tunnels. */
static const struct foreign {
	const char *source, *cipher, *hash;
	bool transport, udp;
	uint32_t esn, sequence; /* esn: the upper half, 0: not extended */
	const char *outer;
} foreign[] = {
	{ "scapy", "aes-192", "sha384", true, false, 0, 7,
		"45000084123400003f327a45ac121e0ac0a8640ac0ffee0100000007a0a1a2a3a4a5a6a7a8a9aaabacad"
		"aeaf78f781bd855b15a8707e1afd2a707222930019f324cab6544a801f5a23797eb7f51597420d268d51"
		"63348e97df724cb6073c3301e715f1de7926ece20fa9a0727cdedcee337b1141d4e11f911fe24508479f"
		"3ad4b98ababd" },
	{ "scapy, its UDP length put right", "aes-256", "sha512", false, true, 0, 8,
		"450000a4432100004011a189c8640101c83804011194119400900000c0ffee0100000008a0a1a2a3a4a5"
		"a6a7a8a9aaabacadaeaffff79481a1db82e24e77ca9e9f2be4afae8c67fe9d95351b9e817ad7424fcd79"
		"b88c548495c2538b8015e59dd3e6b0d9737444cdcfa2356b24b94d6c0fa41eeab2e9ecc8135e4a217567"
		"61ef8f925f7eb4595a726287d38f8401d79f8510ed0fd8d476e5ae4c3e246a7d1644638f0f57" },
	{ "scapy, its ICV with the upper half by Python's hmac", "aes-128", "sha1", false, false, 5,
		9,
		"45000088432100004032a184c8640101c8380401c0ffee0100000009a0a1a2a3a4a5a6a7a8a9aaabacad"
		"aeaf254f5fda5f3a9d960fcb0d02b1a11b3d240826950ba2fbbffc2b264b30f993d719014a4d72cc3812"
		"38f2105d9d1c71a9c61d248eb482e94c3da9dc0319ad684a1f674662f31e0062e5696433d8e6c1bc7b5e"
		"a66b0f34ea2848ce3d2c" },
	{ "scapy", "aes-gcm-256", NULL, false, false, 0, 10,
		"45000084432100004032a188c8640101c8380401c0ffee010000000aa0a1a2a3a4a5a6a71a2857a25ec3"
		"d635c69f81d90ea6bd23f924da82af53700d34c4de53f7bd2e8da5e36bae53aef56a0f06e91f2854ea10"
		"a6186835725680b06227fc14208a0fadd845591fc955431c6e66a3122ae015b5652121b105ed6deb9ead"
		"73f7d5f0b11b" },
	{ "scapy", "aes-gcm-256", NULL, false, false, 5, 10,
		"45000084432100004032a188c8640101c8380401c0ffee010000000aa0a1a2a3a4a5a6a71a2857a25ec3"
		"d635c69f81d90ea6bd23f924da82af53700d34c4de53f7bd2e8da5e36bae53aef56a0f06e91f2854ea10"
		"a6186835725680b06227fc14208a0fadd845591fc955431c6e66a3122ae015b508f67fea74ed9b20e14e"
		"8b947eed70da" },
	{ "scapy", "aes-gcm-192", NULL, false, false, 0, 10,
		"45000084432100004032a188c8640101c8380401c0ffee010000000aa0a1a2a3a4a5a6a74f206ef576d3"
		"a5150d4ec0f83613756669f912595cf99cc2837b99ab7a2e5ef2f75e7425689de6f1210e158d61e1542c"
		"8a56d300ad907abc9e0aec81510c61ec3c30440b86d40d417e07adb5e5834c3776500b6631a559304842"
		"63585f8d46cf" },
	{ "scapy", "null", "sha256", false, false, 0, 11,
		"4500007c432100004032a190c8640101c8380401c0ffee010000000b" INNER
		"000481558a5416ad5b53adfb52505e0c79d4" },
	{ "scapy", "null", "md5", true, false, 0, 11,
		"45000064123400003f327a65ac121e0ac0a8640ac0ffee010000000b03e807d0003aaa7f000102030405"
		"060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
		"303100117437aa38afdb459a60a47c1a" },
	{ "RFC 4543 3.3 by hand, AES-GCM of pyca", "aes-gmac-128", NULL, false, false, 0, 12,
		"45000084432100004032a188c8640101c8380401c0ffee010000000ca0a1a2a3a4a5a6a7" INNER
		"0004eebcb30d1950f4ed12e7ca413b9914e3" },
	{ "RFC 4543 3.3 by hand, AES-GCM of pyca", "aes-gmac-256", NULL, false, false, 5, 12,
		"45000084432100004032a188c8640101c8380401c0ffee010000000ca0a1a2a3a4a5a6a7" INNER
		"00046160d30269b014940c036678b42e4a2a" },
	{ "scapy", NULL, "sha1", false, false, 0, 13,
		"4500007a432100004033a191c8640101c838040104040000c0ffee010000000d1f37a4e030d6a2417acc"
		"0154" INNER },
	{ "scapy", NULL, "sha256", true, false, 0, 14,
		"4500006a123400003f337a5eac121e0ac0a8640a11050000c0ffee010000000eb42026419c05b2a5e46d"
		"9816e9f662ff03e807d0003aaa7f000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
		"1c1d1e1f202122232425262728292a2b2c2d2e2f3031" },
	{ "scapy", NULL, "sha384", false, false, 5, 14,
		"45000086432100004033a185c8640101c838040104070000c0ffee010000000e8c2b663e66f48bd79bf3"
		"a4daf30fc3472c931282cb65f48e" INNER },
	{ "scapy", NULL, "sha512", true, false, 0, 14,
		"4500007a123400003f337a4eac121e0ac0a8640a11090000c0ffee010000000eaf5eb63470b06521ca2e"
		"1a9051dfe5cf46942d910bb4349a22f093a55e9974ef03e807d0003aaa7f000102030405060708090a0b"
		"0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031" },
	{ "scapy", NULL, "md5", false, false, 0, 14,
		"4500007a432100004033a191c8640101c838040104040000c0ffee010000000e1d85d16e436d230dce1b"
		"c13b" INNER },
};

static void foreign_packets_open_and_come_out_again(void **state)
{
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		const struct foreign *row = &foreign[i];
		struct ends ends = ends_of((struct pair){ row->cipher, row->hash });
		ends.params.mode = row->transport ? CM_MODE_TRANSPORT : CM_MODE_TUNNEL;
		ends.params.udp = row->udp;
		ends.params.esn = row->esn != 0;
		ends_join(&ends);
		uint64_t sequence = (uint64_t)row->esn << 32 | row->sequence;
		struct known outer = known(row->outer), iv = known(IV);
		struct buffer b;
		size_t skip = row->udp ? 28 : 0;
		buffer_fill(&b, outer.at + skip, outer.length - skip);
		b.packet.form = row->udp ? ESP_FORM_UDP : ESP_FORM_IP;
		ends.in->replay.top = sequence - 1;
		assert_int_equal(open_it(&ends, &b), ESP_OK);
		assert_int_equal(b.packet.sequence, sequence);
		assert_known(b.packet.at, b.packet.length, INNER);

		buffer_hex(&b, INNER);
		ends.out->sequence = sequence - 1;
		ends.out->identification = 0x4320;
		assert_int_equal(seal_one(ends.out, &b.packet, iv.at), ESP_OK);
		assert_known(b.packet.at, b.packet.length, row->outer);
		ends_part(&ends);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_packets_open_and_come_out_again),
		cmocka_unit_test(foreign_packets_open_and_come_out_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
