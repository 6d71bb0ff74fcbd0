/* Small documents are small, large models leave in pieces. */
#include "base/arena.h"
#include "syntax/document.h"
#include <cryptomap/document.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const char router[] =
	"version 15.2\nhostname SPOKE\n"
	"crypto isakmp policy 10\n encr aes 256\n hash sha256\n authentication pre-share\n group 14\n"
	"crypto isakmp key secret address 198.51.100.1\n"
	"crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac\n"
	"crypto map VPN 10 ipsec-isakmp\n set peer 198.51.100.1\n set transform-set TS\n"
	" match address HUB\n"
	"interface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.252\n crypto map VPN\n"
	"interface GigabitEthernet0/1\n ip address 10.0.1.1 255.255.255.0\n"
	"ip access-list extended HUB\n permit ip 10.0.1.0 0.0.0.255 172.16.0.0 0.0.255.255\n"
	"ip route 0.0.0.0 0.0.0.0 192.0.2.2\nend\n";

static size_t size_of(const char *text)
{
	struct cm_document *doc = cm_document_read("size", text, strlen(text), NULL);
	assert_non_null(doc);
	size_t size = arena_size(doc->arena);
	cm_document_free(doc);
	return size;
}

/* Ten thousand of them are one fleet. */
static void documents_take_what_their_text_needs(void **state)
{
	assert_true(size_of("") <= 5 << 10);
	assert_true(size_of("end\n") <= 5 << 10);
	assert_true(size_of(router) <= (5 << 10) + 16 * strlen(router));
}

struct pieces {
	struct cm_text text;
	unsigned n, most;
};

static bool take(void *context, const char *at, size_t length)
{
	struct pieces *pieces = context;
	cm_text_add(&pieces->text, at, length);
	return ++pieces->n < pieces->most;
}

/* Lines enough for several blocks of JSON. */
static struct cm_document *long_list(void)
{
	struct cm_text text = { 0 };
	cm_text_put(&text, router);
	cm_text_put(&text, "ip access-list extended LONG\n");
	for (unsigned i = 0; i < 1000; i++)
		cm_text_printf(&text, " permit tcp 10.0.0.0 0.0.0.255 any eq %u\n", i + 1);
	struct cm_document *doc = cm_document_read("long", text.at, text.length, NULL);
	cm_text_free(&text);
	assert_non_null(doc);
	return doc;
}

static void json_in_pieces_is_the_whole(void **state)
{
	struct cm_document *doc = long_list();
	struct cm_text whole = { 0 };
	struct pieces pieces = { .most = 1000000 };
	cm_print_json(doc, false, &whole);
	assert_true(cm_write_json(doc, false, take, &pieces));
	assert_true(pieces.n > 4);
	assert_int_equal(pieces.text.length, whole.length);
	assert_memory_equal(pieces.text.at, whole.at, whole.length);
	cm_text_free(&whole);
	cm_text_free(&pieces.text);
	cm_document_free(doc);
}

static void json_stops_when_told(void **state)
{
	struct cm_document *doc = long_list();
	struct pieces pieces = { .most = 2 };
	assert_false(cm_write_json(doc, false, take, &pieces));
	assert_int_equal(pieces.n, 2);
	cm_text_free(&pieces.text);
	cm_document_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_take_what_their_text_needs),
		cmocka_unit_test(json_in_pieces_is_the_whole),
		cmocka_unit_test(json_stops_when_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
