/*
 * Hostile packets at the door of ESP and AH, and behind it: keys are fixed, so that a part of the
 * inputs is sealed properly first and what the fuzzer wrote is found after decryption.
 *
 * Octet 0 chooses the transform, octet 1 mode, extended numbers, UDP, window and DF policy. Then
 * pieces, each with a head of four octets: what to do with it, where to damage it, its length.
 */
#include "esp/esp.h"
#include "esp/room.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM = 2048, MOST_PIECES = 8, SPI = 0x1000 };

static const struct {
	const char *cipher, *hash;
} pairs[] = {
	{ "aes-128", "sha1" },
	{ "3des", "sha1" },
	{ "null", "sha256" },
	{ "aes-gcm-128", NULL },
	{ "aes-gmac-256", NULL },
	{ "des", "md5" },
	{ "3des", NULL },
	{ NULL, "sha1" },
	{ NULL, "sha256" },
	{ NULL, "sha512" },
	{ "aes-256", "sha512" },
};

/* What octet 1 says. */
enum {
	TRANSPORT = 1,
	UDP = 2,
	ESN = 4,
	NO_WINDOW = 8,
	DF_SET = 16,
	DF_CLEAR = 32,
	SELECTOR = 64,
	SHORT_LIFE = 128
};
/* What the first octet of a piece says, modulo DEEDS. */
enum { AS_IT_IS, SEAL_TEXT, SEAL_PACKET, SEAL_AND_DAMAGE, CUT, DEEDS };

static const struct cm_selector nets = { .local = { 0xc0000200, 0xffffff00 },
	.remote = { 0xc6336400, 0xffffff00 },
	.local_port = { 0, 65535 },
	.remote_port = { 53, 53 } };

struct scene {
	struct crypto *crypto;
	struct esp_sadb *db;
	struct esp_sa *out;
	bool udp;
};

static struct esp_sa *make(struct scene *scene, struct esp_params p, const struct esp_keys *keys,
	enum esp_direction direction)
{
	p.direction = direction;
	struct esp_sa *sa = esp_sa_new(scene->crypto, &p, keys);
	if (!sa)
		abort();
	return sa;
}

static void set(struct scene *scene, uint8_t which, uint8_t flags)
{
	size_t i = which % (sizeof pairs / sizeof *pairs);
	struct esp_keys keys = { .cipher =
					 pairs[i].cipher ? cm_cipher_named(pairs[i].cipher) : NULL,
		.hash = pairs[i].hash ? cm_hash_named(pairs[i].hash) : NULL };
	struct esp_params p = { .spi = SPI,
		.local = 0xcb007101,
		.remote = 0xcb007102,
		.mode = flags & TRANSPORT ? CM_MODE_TRANSPORT : CM_MODE_TUNNEL,
		.udp = keys.cipher && (flags & UDP),
		.local_port = 4500,
		.remote_port = 4500,
		.esn = flags & ESN,
		.replay_window = flags & NO_WINDOW ? 0 : 64,
		.df = flags & DF_SET       ? CM_DF_SET
			: flags & DF_CLEAR ? CM_DF_CLEAR
					   : CM_DF_COPY,
		.selector = flags & SELECTOR ? &nets : NULL,
		.fragment_after = flags & NO_WINDOW,
		.soft_packets = flags & SHORT_LIFE ? 1 : 0,
		.hard_packets = flags & SHORT_LIFE ? 3 : 0 };
	uint8_t keymat[CRYPTO_KEY_MAX + 4 + CRYPTO_HASH_MAX];
	for (size_t k = 0; k < sizeof keymat; k++) /* three different keys for 3DES */
		keymat[k] = (uint8_t)(0x2a ^ k);
	if (esp_keys_size(keys.cipher, keys.hash) > sizeof keymat)
		abort();
	esp_keys_cut(&keys, keys.cipher, keys.hash, keymat);
	scene->udp = p.udp;
	scene->db = esp_sadb_new();
	scene->out = make(scene, p, &keys, ESP_OUTBOUND);
	struct esp_sa *in = make(scene, p, &keys, ESP_INBOUND);
	if (!scene->db || !esp_sadb_add(scene->db, in))
		abort();
	esp_keys_wipe(&keys);
	if (p.esn && p.df == CM_DF_SET) /* shortly before the lower half rolls over */
		in->replay.top = scene->out->sequence = UINT32_MAX - 2;
	if (p.df == CM_DF_CLEAR) {
		esp_sa_lower_mtu(scene->out, (uint16_t)(which * 9));
		esp_sa_move(scene->out, 0xcb007103, 4501);
	}
}

/* What must hold of any packet that was opened, and the books must agree. */
static void audit(const struct scene *scene, struct esp_packet *packets, size_t n, size_t opened)
{
	size_t good = 0;
	for (size_t i = 0; i < n; i++) {
		struct esp_packet *p = &packets[i];
		good += p->verdict == ESP_OK;
		if (!esp_verdict_word(p->verdict) || p->length > ROOM || p->at < p->room ||
			p->at + p->length > p->room + ROOM)
			abort();
		if (p->verdict == ESP_OK && (p->length < IP_HEADER || be16(p->at + 2) != p->length))
			abort();
	}
	struct esp_sa *in = esp_sadb_find(scene->db, SPI, esp_sa_protocol(scene->out));
	uint64_t passed = esp_sa_counters(in)->packets;
	/* AH may let out an ESP packet that is then refused. */
	bool bundle = esp_sa_protocol(in) == ESP_PROTOCOL_AH;
	if (good != opened || passed < good || (passed > good && !bundle) ||
		esp_sadb_count(scene->db) != 1 ||
		esp_sa_counters(in)->by_verdict[ESP_OK] != passed ||
		esp_sadb_counters(scene->db)->by_verdict[ESP_OK] != 0)
		abort();
	if (esp_sa_params(in)->hard_packets && passed >= esp_sa_params(in)->hard_packets &&
		!(esp_sa_signals(in) & ESP_SIGNAL_HARD))
		abort();
}

static void fill(struct esp_packet *packet, uint8_t *room, const uint8_t *at, size_t length)
{
	*packet = (struct esp_packet){
		.room = room, .size = ROOM, .at = room + ESP_HEAD, .length = length
	};
	memcpy(packet->at, at, length);
}

/* From the outer IPv4 packet to what the socket of this SA would give. */
static void to_socket(struct scene *scene, struct esp_packet *packet)
{
	if (!scene->udp)
		return;
	packet->at += packet->body;
	packet->length -= packet->body;
	packet->form = ESP_FORM_UDP;
	packet->from = 0xcb007101;
	packet->to = 0xcb007102;
}

/* The fuzzer's octets as decrypted text, trailer and all, behind a right ICV. */
static void seal_text(struct scene *scene, struct esp_packet *packet)
{
	struct esp_sa *out = scene->out;
	if (!out->transform)
		return;
	size_t unit = out->alignment, text = (packet->length + unit - 1) / unit * unit;
	uint8_t *esp = packet->at - ESP_HEADER - out->iv, *ip = esp - IP_HEADER;
	memset(packet->at + packet->length, 4, text - packet->length);
	uint64_t sequence = ++out->sequence;
	put32(esp, SPI);
	put32(esp + 4, (uint32_t)sequence);
	if (!text || !out->transform->seal(out, esp, text, sequence, NULL))
		return;
	static const uint8_t head[IP_HEADER] = { 0x45, 3, 0, 0, 0, 1, 0, 0, 64, 50, 0, 0, 203, 0,
		113, 1, 203, 0, 113, 2 };
	memcpy(ip, head, sizeof head);
	packet->at = ip;
	packet->length = IP_HEADER + ESP_HEADER + (size_t)out->iv + text + out->icv;
	packet->body = IP_HEADER;
	put16(ip + 2, packet->length);
	to_socket(scene, packet);
}

/* Give it a header that sealing accepts, so that the rest is what is tried. */
static void seal_packet(struct scene *scene, struct esp_packet *packet)
{
	if (packet->length >= IP_HEADER && packet->at[0] != 0x46)
		packet->at[0] = 0x45;
	if (packet->length >= IP_HEADER)
		put16(packet->at + 2, packet->length);
	if (esp_seal(scene->out, packet, 1) == 1)
		to_socket(scene, packet);
}

static void cut(struct scene *scene, struct esp_packet *packet)
{
	static uint8_t rooms[MOST_PIECES][ROOM];
	struct esp_packet pieces[MOST_PIECES];
	uint8_t message[576];
	for (size_t i = 0; i < MOST_PIECES; i++)
		pieces[i] = (struct esp_packet){ .room = rooms[i], .size = ROOM };
	esp_fit(scene->out, packet);
	esp_selects(&nets, ESP_OUTBOUND, packet->at, packet->length);
	esp_too_big_message(packet->at, packet->length, 1400, 0xcb007101, message, sizeof message);
	size_t n = esp_fragment(
		packet->at, packet->length, 68 + packet->length / 4, pieces, MOST_PIECES);
	esp_seal(scene->out, pieces, n);
}

static size_t piece(
	struct scene *scene, struct esp_packet *packet, const uint8_t *data, size_t size)
{
	static uint8_t rooms[MOST_PIECES][ROOM];
	static size_t turn;
	size_t length = data[2] | (size_t)(data[3] & 3) << 8,
	       skip = length < size - 4 ? length : size - 4;
	fill(packet, rooms[turn++ % MOST_PIECES], data + 4, skip);
	switch (data[0] % DEEDS) {
	case AS_IT_IS:
		packet->form = scene->udp ? ESP_FORM_UDP : ESP_FORM_IP;
		break;
	case SEAL_TEXT:
		seal_text(scene, packet);
		break;
	case CUT:
		cut(scene, packet);
		break;
	default:
		seal_packet(scene, packet);
		if (data[0] % DEEDS == SEAL_AND_DAMAGE && packet->length)
			packet->at[data[1] % packet->length] ^= (uint8_t)(data[1] | 1);
	}
	return 4 + skip;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *crypto;
	if (!crypto && !(crypto = crypto_new()))
		abort();
	if (size < 2)
		return 0;
	struct scene scene = { .crypto = crypto };
	struct esp_packet packets[MOST_PIECES];
	size_t n = 0;
	set(&scene, data[0], data[1]);
	data += 2;
	size -= 2;
	while (size >= 4 && n < MOST_PIECES) {
		size_t used = piece(&scene, &packets[n++], data, size);
		data += used;
		size -= used;
	}
	audit(&scene, packets, n, esp_open(scene.db, packets, n));
	if (n % 2)
		esp_sadb_remove(scene.db, esp_sadb_find(scene.db, SPI, esp_sa_protocol(scene.out)));
	esp_sa_free(scene.out);
	esp_sadb_free(scene.db);
	return 0;
}
