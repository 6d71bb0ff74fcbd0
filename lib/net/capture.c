#include "net/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINKTYPE_RAW = 101, SNAPLEN = 65535 };

struct capture {
	FILE *pcap, *ike, *esp;
};

/* Keys and clear text: nobody else may read them. */
static FILE *open_private(const char *directory, const char *name)
{
	struct cm_text path = { 0 };
	cm_text_printf(&path, "%s%s%s", directory ? directory : "", directory ? "/" : "", name);
	int fd = path.failed ? -1 : open(path.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	cm_text_free(&path);
	return fd < 0 ? NULL : fdopen(fd, "w");
}

static bool begin_pcap(struct capture *c, const char *path)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, linktype;
	} head = { 0xa1b2c3d4, 2, 4, 0, 0, SNAPLEN, LINKTYPE_RAW };
	c->pcap = open_private(NULL, path);
	return c->pcap && fwrite(&head, sizeof head, 1, c->pcap) == 1;
}

static bool begin_keys(struct capture *c, const char *directory)
{
	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return false;
	c->ike = open_private(directory, "ikev1_decryption_table");
	c->esp = open_private(directory, "esp_sa");
	return c->ike && c->esp;
}

struct capture *capture_open(const char *pcap, const char *key_directory)
{
	struct capture *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	if ((pcap && !begin_pcap(c, pcap)) || (key_directory && !begin_keys(c, key_directory))) {
		int error = errno;
		capture_close(c);
		errno = error;
		return NULL;
	}
	return c;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->pcap)
		fclose(c->pcap);
	if (c->ike)
		fclose(c->ike);
	if (c->esp)
		fclose(c->esp);
	free(c);
}

static void put_record(struct capture *c, const uint8_t *head, size_t head_size,
	const uint8_t *body, size_t length)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	uint32_t size = (uint32_t)(head_size + length);
	const uint32_t record[4] = { (uint32_t)now.tv_sec, (uint32_t)(now.tv_nsec / 1000), size,
		size };
	fwrite(record, sizeof record, 1, c->pcap);
	if (head_size)
		fwrite(head, head_size, 1, c->pcap);
	if (length)
		fwrite(body, length, 1, c->pcap);
	fflush(c->pcap);
}

void capture_packet(struct capture *c, const uint8_t *packet, size_t length)
{
	if (c && c->pcap && length <= SNAPLEN)
		put_record(c, NULL, 0, packet, length);
}

static void put_u16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_address(uint8_t *at, uint32_t address)
{
	put_u16(at, address >> 16);
	put_u16(at + 2, address & 0xffff);
}

static uint16_t header_checksum(const uint8_t head[20])
{
	uint32_t sum = 0;
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(head[i] << 8 | head[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void capture_udp(struct capture *c, struct cm_endpoint from, struct cm_endpoint to,
	const uint8_t *datagram, size_t length)
{
	uint8_t head[28] = { 0x45, [8] = 64, [9] = 17 };
	if (!c || !c->pcap || length > SNAPLEN - sizeof head)
		return;
	put_u16(head + 2, sizeof head + length);
	put_address(head + 12, from.address);
	put_address(head + 16, to.address);
	put_u16(head + 10, header_checksum(head));
	put_u16(head + 20, from.port);
	put_u16(head + 22, to.port);
	put_u16(head + 24, 8 + length);
	put_record(c, head, sizeof head, datagram, length);
}

static void put_hex(FILE *out, const uint8_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%02x", at[i]);
}

void capture_ike_key(struct capture *c, const struct cm_ike_key *key)
{
	if (!c || !c->ike)
		return;
	put_hex(c->ike, key->initiator_cookie, sizeof key->initiator_cookie);
	fputc(',', c->ike);
	put_hex(c->ike, key->key, key->key_size);
	fputc('\n', c->ike);
	fflush(c->ike);
}

/* Wireshark's names of ESP algorithms, by our names. */
static const struct {
	const char *ours, *theirs;
} wireshark_words[] = {
	{ "des", "DES-CBC [RFC2405]" },
	{ "3des", "TripleDES-CBC [RFC2451]" },
	{ "aes-128", "AES-CBC [RFC3602]" },
	{ "aes-192", "AES-CBC [RFC3602]" },
	{ "aes-256", "AES-CBC [RFC3602]" },
	{ "null", "NULL" },
	{ "aes-gcm-128", "AES-GCM with 16 octet ICV [RFC4106]" },
	{ "aes-gcm-192", "AES-GCM with 16 octet ICV [RFC4106]" },
	{ "aes-gcm-256", "AES-GCM with 16 octet ICV [RFC4106]" },
	{ "md5", "HMAC-MD5-96 [RFC2403]" },
	{ "sha1", "HMAC-SHA-1-96 [RFC2404]" },
	{ "sha256", "HMAC-SHA-256-128 [RFC4868]" },
	{ "sha384", "HMAC-SHA-384-192 [RFC4868]" },
	{ "sha512", "HMAC-SHA-512-256 [RFC4868]" },
};

static const char *wireshark_word(const char *ours)
{
	for (size_t i = 0; ours && i < sizeof wireshark_words / sizeof *wireshark_words; i++)
		if (strcmp(wireshark_words[i].ours, ours) == 0)
			return wireshark_words[i].theirs;
	return "NULL";
}

static void put_key(FILE *out, const char *algorithm, const uint8_t *key, size_t n)
{
	fprintf(out, ",\"%s\",\"", wireshark_word(algorithm));
	if (n)
		fputs("0x", out);
	put_hex(out, key, n);
	fputc('"', out);
}

void capture_sa_keys(struct capture *c, const struct cm_ike_up *up)
{
	char from[16], to[16];
	if (!c || !c->esp || !up->esp.spi)
		return;
	cm_ip4_print(up->inbound ? up->peer.address : up->local.address, from);
	cm_ip4_print(up->inbound ? up->local.address : up->peer.address, to);
	fprintf(c->esp, "\"IPv4\",\"%s\",\"%s\",\"0x%08x\"", from, to, up->esp.spi);
	put_key(c->esp, up->esp.cipher ? up->esp.cipher->name : NULL, up->esp.cipher_key,
		up->esp.cipher_key_size);
	put_key(c->esp, up->esp.hash ? up->esp.hash->name : NULL, up->esp.hash_key,
		up->esp.hash_key_size);
	fputc('\n', c->esp);
	fflush(c->esp);
}
