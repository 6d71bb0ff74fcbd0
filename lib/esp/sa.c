#include "esp/room.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Sequence numbers left when it is time to rekey: a quarter of an hour at 300,000 packets/s. */
#define SEQUENCES_LEFT (UINT64_C(1) << 28)

const char *esp_verdict_word(enum esp_verdict verdict)
{
	static const char *const words[ESP_N_VERDICTS] = {
		[ESP_OK] = "ok",
		[ESP_DUMMY] = "dummy",
		[ESP_IKE] = "ike",
		[ESP_KEEPALIVE] = "keepalive",
		[ESP_NO_SA] = "no sa",
		[ESP_MALFORMED] = "malformed",
		[ESP_REPLAY] = "replay",
		[ESP_AUTH] = "integrity",
		[ESP_PADDING] = "padding",
		[ESP_NEXT_HEADER] = "next header",
		[ESP_SELECTOR] = "selector",
		[ESP_CONGESTED] = "congestion not expected",
		[ESP_EXPIRED] = "lifetime",
		[ESP_EXHAUSTED] = "sequence numbers exhausted",
		[ESP_TOO_BIG] = "too big",
		[ESP_FAILED] = "failed",
	};
	return (unsigned)verdict < ESP_N_VERDICTS ? words[verdict] : "unknown";
}

static size_t cipher_octets(const struct cm_cipher *cipher)
{
	return cipher ? (size_t)cipher->key_bits / 8 + cipher->salt : 0;
}

size_t esp_keys_size(const struct cm_cipher *cipher, const struct cm_hash *hash)
{
	return cipher_octets(cipher) + (hash ? hash->size : 0u);
}

void esp_keys_cut(struct esp_keys *keys, const struct cm_cipher *cipher, const struct cm_hash *hash,
	const uint8_t *keymat)
{
	size_t first = cipher_octets(cipher);
	assert(first <= sizeof keys->cipher_key);
	memset(keys, 0, sizeof *keys);
	keys->cipher = cipher;
	keys->hash = hash;
	memcpy(keys->cipher_key, keymat, first);
	if (hash)
		memcpy(keys->hash_key, keymat + first, hash->size);
}

void esp_keys_wipe(struct esp_keys *keys)
{
	crypto_wipe(keys, sizeof *keys);
}

bool esp_can(struct crypto *crypto, const struct cm_cipher *cipher, const struct cm_hash *hash)
{
	struct hasher hasher;
	if (hash && !hash_init(&hasher, hash))
		return false;
	if (!cipher) /* AH */
		return hash != NULL;
	if (!cipher->key_bits) /* RFC 4303 3.2: not both may be absent */
		return hash != NULL;
	return cipher_available(crypto, cipher);
}

static bool set_keys(struct esp_sa *sa, struct crypto *crypto, const struct esp_keys *keys)
{
	const struct cm_cipher *cipher = keys->cipher;
	bool combined = cipher && cipher->combined;
	if (keys->hash && !combined) {
		if (!mac_init(&sa->mac, keys->hash, keys->hash_key, keys->hash->size))
			return false;
		sa->icv = keys->hash->icv;
	}
	if (!cipher)
		return keys->hash != NULL;
	sa->iv = cipher->iv;
	if (combined)
		sa->icv = cipher->icv;
	sa->alignment = cm_overhead_alignment(cipher);
	sa->transform = transform_of(cipher);
	if (!cipher->key_bits)
		return true;
	size_t length = cipher->key_bits / 8u;
	memcpy(sa->salt, keys->cipher_key + length, cipher->salt);
	bool out = sa->params.direction == ESP_OUTBOUND;
	sa->cipher = cipher_new(
		crypto, cipher, out ? CIPHER_SEAL : CIPHER_OPEN, keys->cipher_key, length);
	return sa->cipher != NULL;
}

static void find_inner_mtu(struct esp_sa *sa)
{
	struct cm_wrapping w = { .cipher = sa->cipher_row,
		.hash = sa->mac.row,
		.ah = sa->params.ah_outside,
		.transport = sa->params.mode == CM_MODE_TRANSPORT,
		.udp = sa->params.udp };
	if (sa->protocol == ESP_PROTOCOL_AH) {
		w.ah = sa->mac.row;
		w.hash = NULL;
	}
	sa->inner_mtu = cm_overhead_inner(&w, sa->params.path_mtu);
}

struct esp_sa *esp_sa_new(
	struct crypto *crypto, const struct esp_params *params, const struct esp_keys *keys)
{
	if (!esp_can(crypto, keys->cipher, keys->hash))
		return NULL;
	struct esp_sa *sa = calloc(1, sizeof *sa);
	if (!sa)
		return NULL;
	sa->params = *params;
	if (!sa->params.path_mtu)
		sa->params.path_mtu = 1500;
	sa->protocol = keys->cipher ? ESP_PROTOCOL_ESP : ESP_PROTOCOL_AH;
	sa->cipher_row = keys->cipher;
	sa->identification = (uint16_t)params->spi;
	if (!set_keys(sa, crypto, keys)) {
		esp_sa_free(sa);
		return NULL;
	}
	/* RFC 4303 3.4.3: without integrity anybody could move the window. */
	uint32_t window = sa->icv ? params->replay_window : 0;
	sa->replay.window = window > ESP_WINDOW_MAX ? ESP_WINDOW_MAX : window;
	sa->replay.extended = params->esn;
	find_inner_mtu(sa);
	return sa;
}

void esp_sa_free(struct esp_sa *sa)
{
	if (!sa)
		return;
	cipher_free(sa->cipher);
	crypto_wipe(sa, sizeof *sa);
	free(sa);
}

const struct esp_params *esp_sa_params(const struct esp_sa *sa)
{
	return &sa->params;
}

uint8_t esp_sa_protocol(const struct esp_sa *sa)
{
	return sa->protocol;
}

const struct esp_counters *esp_sa_counters(const struct esp_sa *sa)
{
	return &sa->counters;
}

uint64_t esp_sa_sequence(const struct esp_sa *sa)
{
	return sa->params.direction == ESP_OUTBOUND ? sa->sequence : sa->replay.top;
}

unsigned esp_sa_signals(struct esp_sa *sa)
{
	unsigned signals = sa->signals;
	sa->signals = 0;
	return signals;
}

void esp_sa_move(struct esp_sa *sa, uint32_t remote, uint16_t remote_port)
{
	sa->params.remote = remote;
	sa->params.remote_port = remote_port;
}

void esp_sa_lower_mtu(struct esp_sa *sa, uint16_t path_mtu)
{
	if (path_mtu < ESP_PATH_MTU_MIN)
		path_mtu = ESP_PATH_MTU_MIN;
	if (path_mtu >= sa->params.path_mtu)
		return;
	sa->params.path_mtu = path_mtu;
	find_inner_mtu(sa);
}

size_t esp_sa_inner_mtu(const struct esp_sa *sa)
{
	return sa->inner_mtu;
}

enum esp_fit esp_fit(const struct esp_sa *sa, const struct esp_packet *packet)
{
	bool wants_df = packet->length >= IP_HEADER && (be16(packet->at + 6) & IP_DF);
	if (packet->length <= sa->inner_mtu)
		return ESP_FITS;
	if (wants_df && sa->params.df != CM_DF_CLEAR)
		return ESP_TELL_SENDER;
	if (sa->params.mode == CM_MODE_TRANSPORT) /* RFC 4303 3.1.1: whole datagrams only */
		return ESP_FRAGMENT_AFTER;
	if (sa->params.fragment_after && sa->params.df != CM_DF_SET)
		return ESP_FRAGMENT_AFTER;
	return ESP_FRAGMENT_FIRST;
}

static bool reached(uint64_t limit, uint64_t value)
{
	return limit && value >= limit;
}

static bool at_end(const struct esp_sa *sa)
{
	return reached(sa->params.hard_bytes, sa->counters.bytes) ||
		reached(sa->params.hard_packets, sa->counters.packets);
}

enum esp_verdict sa_may_pass(struct esp_sa *sa)
{
	const struct esp_params *p = &sa->params;
	if (at_end(sa)) {
		sa->signals |= ESP_SIGNAL_HARD;
		return ESP_EXPIRED;
	}
	if (p->direction == ESP_OUTBOUND && sa->sequence == (p->esn ? UINT64_MAX : UINT32_MAX)) {
		sa->signals |= ESP_SIGNAL_HARD;
		return ESP_EXHAUSTED;
	}
	return ESP_OK;
}

void sa_passed(struct esp_sa *sa, size_t inner_length)
{
	const struct esp_params *p = &sa->params;
	uint64_t last = p->esn ? UINT64_MAX : UINT32_MAX;
	uint64_t bytes = sa->counters.bytes, packets = sa->counters.packets;
	sa->counters.bytes += inner_length;
	sa->counters.packets++;
	/* Said once, when the line is crossed; not again with every packet behind it. */
	if ((reached(p->soft_bytes, sa->counters.bytes) && bytes < p->soft_bytes) ||
		(reached(p->soft_packets, sa->counters.packets) && packets < p->soft_packets) ||
		esp_sa_sequence(sa) == last - SEQUENCES_LEFT)
		sa->signals |= ESP_SIGNAL_SOFT;
	if (at_end(sa))
		sa->signals |= ESP_SIGNAL_HARD;
}
