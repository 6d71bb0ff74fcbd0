#include "cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <glob.h>

/* Each example: the same model without indentation, and when printed and read again. */
static void examples_read_flat_and_print_themselves(void **state)
{
	glob_t files;
	assert_int_equal(glob(CM_SOURCE_DIR "/examples/*.cfg", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 8);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *text = read_file(files.gl_pathv[i]);
		char *flat = flattened(text), *print = printed(text, NULL);
		json_t *model = model_without_places(text, NULL);
		json_t *of_flat = model_without_places(flat, NULL);
		json_t *of_print = model_without_places(print, NULL);
		if (differ(model, of_flat, "flattened") || differ(model, of_print, "printed"))
			fail_msg("%s", files.gl_pathv[i]);
		json_decref(model);
		json_decref(of_flat);
		json_decref(of_print);
		free(text);
		free(flat);
		free(print);
	}
	globfree(&files);
}

/*
 * The article's listing as a page prints it: no indentation, sentences between the statements,
 * remarks behind headers, nobody's address for the peers that have no name.
 */
struct listing {
	struct cm_text text;
	uint32_t line;
	uint32_t said[64]; /* lines of which something must be said, and nothing of others */
	size_t n_said;
};

static void listing_say(struct listing *l)
{
	assert_true(l->n_said < sizeof l->said / sizeof *l->said);
	l->said[l->n_said++] = l->line;
}

static void listing_line(struct listing *l, const char *at, size_t length)
{
	cm_text_add(&l->text, at, length);
	cm_text_char(&l->text, '\n');
	l->line++;
}

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static void listing_prose(struct listing *l, size_t n)
{
	static const char *const prose[] = {
		"Here the router learns what it may agree to in the first phase.",
		"These are the networks that the tunnel joins:",
		"Remember that every peer needs a key of its own",
		"This entry is for the small office",
	};
	const char *line = prose[n % (sizeof prose / sizeof *prose)];
	listing_say(l);
	listing_line(l, line, strlen(line));
}

/* `nobody`: the peers that examples/site-b.cfg names for the article are anonymous again. */
static void listing_make(struct listing *l, const char *text, bool nobody)
{
	size_t n = 0;
	*l = (struct listing){ .line = 1 };
	for (const char *end; *text; text = end + 1) {
		while (*text == ' ')
			text++;
		end = strchr(text, '\n');
		const char *address = strstr(text, " address ");
		size_t length = (size_t)(end - text);
		if (begins(text, "crypto ") || begins(text, "set transform-set"))
			listing_prose(l, n++);
		if (begins(text, "crypto isakmp policy ")) {
			char header[80];
			snprintf(header, sizeof header, "%.*s (3DES/SHA/DH Group 5)", (int)length,
				text);
			listing_say(l);
			listing_line(l, header, strlen(header));
		} else if (nobody && begins(text, "crypto isakmp key ") &&
			!begins(address, " address 200.")) {
			char key[80];
			snprintf(key, sizeof key, "%.*s address yyyyyy", (int)(address - text),
				text);
			listing_say(l);
			listing_line(l, key, strlen(key));
		} else if (nobody && begins(text, "set peer ") && !begins(text, "set peer 200.")) {
			listing_say(l);
			listing_line(l, "set peer yyyyyy", strlen("set peer yyyyyy"));
		} else {
			listing_line(l, text, length);
		}
	}
}

/* One finding for each of the lines, in their order. */
static void listing_is_told(const struct listing *l)
{
	struct cm_document *doc = cm_document_read("listing", l->text.at, l->text.length, NULL);
	size_t n;
	const struct cm_diag *list = cm_document_diags(doc, &n);
	for (size_t i = 0; i < n && i < l->n_said; i++) {
		uint32_t line, column;
		cm_document_place(doc, list[i].span.start, &line, &column);
		assert_int_equal(line, l->said[i]);
	}
	assert_int_equal(n, l->n_said);
	cm_document_free(doc);
}

/* What is printed has no prompts, so this is no .case. */
static void prompts_tell_routers_apart(void **state)
{
	static const char text[] =
		"Left(config)#crypto isakmp policy 10\n"
		"Left(config-isakmp)#group 2\nRight>enable\n"
		"Right(config)#crypto isakmp policy 20\nRight(config-isakmp)#group 5\n";
	struct cm_document *doc = cm_document_read("prompts", text, strlen(text), NULL);
	size_t n;
	assert_int_equal(cm_document_routers(doc), 2);
	for (size_t i = 0; i < 2; i++) {
		const struct cm_model *m = cm_document_model(doc, i);
		assert_int_equal(m->n_policies, 1);
		assert_int_equal(m->policies[0].p1.priority, i ? 20 : 10);
	}
	const struct cm_diag *list = cm_document_diags(doc, &n);
	assert_int_equal(n, 1);
	assert_string_equal(list[0].rule, "another-router");
	cm_document_free(doc);
}

static void article_reads_as_it_is_printed(void **state)
{
	char *text = read_file(CM_SOURCE_DIR "/examples/site-b.cfg");
	struct listing l;
	listing_make(&l, text, false);
	assert_true(l.n_said > 20);
	listing_is_told(&l);
	json_t *model = model_without_places(text, NULL);
	json_t *of_listing = model_without_places(l.text.at, NULL);
	assert_false(differ(model, of_listing, "listing"));
	json_decref(model);
	json_decref(of_listing);
	cm_text_free(&l.text);
	free(text);
}

/* What is wrong with a peer costs the peer and nothing else. */
static void anonymous_peers_cost_nothing_else(void **state)
{
	static const char *const same[] = { "policies", "transform_sets", "interfaces", "acls",
		"nat_rules", "routes" };
	char *text = read_file(CM_SOURCE_DIR "/examples/site-b.cfg");
	struct listing l;
	listing_make(&l, text, true);
	listing_is_told(&l);
	json_t *model = model_without_places(text, NULL);
	json_t *of_listing = model_without_places(l.text.at, NULL);
	json_t *a = json_array_get(json_object_get(model, "routers"), 0);
	json_t *b = json_array_get(json_object_get(of_listing, "routers"), 0);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_non_null(json_object_get(a, same[i]));
		assert_false(
			differ(json_object_get(a, same[i]), json_object_get(b, same[i]), same[i]));
	}
	json_t *map_a = json_array_get(json_object_get(a, "crypto_maps"), 0);
	json_t *map_b = json_array_get(json_object_get(b, "crypto_maps"), 0);
	json_t *last = json_array_get(json_object_get(map_a, "entries"), 6);
	assert_false(differ(last, json_array_get(json_object_get(map_b, "entries"), 6), "entry"));
	json_decref(model);
	json_decref(of_listing);
	cm_text_free(&l.text);
	free(text);
}

/* The article's listing has one router; every name in it is defined and used. */
static void article_router_is_whole(void **state)
{
	char *text = read_file(CM_SOURCE_DIR "/examples/site-b.cfg");
	struct cm_document *doc = cm_document_read("site-b.cfg", text, strlen(text), NULL);
	const struct cm_model *m = cm_document_model(doc, 0);
	assert_int_equal(cm_document_routers(doc), 1);
	assert_null(cm_document_model(doc, 1));
	assert_int_equal(m->n_policies, 4);
	assert_int_equal(m->keyrings[0].n_keys, 7);
	assert_int_equal(m->crypto_maps[0].n_entries, 7);
	for (size_t i = 0; i < m->n_uses; i++)
		assert_non_null(m->uses[i].target);
	const struct cm_interface *outside = cm_model_interface(m, cm_str_of("fa 0/1"));
	assert_non_null(outside);
	assert_ptr_equal(outside->crypto_map.target, cm_model_crypto_map(m, cm_str_of("IPSEC")));
	assert_ptr_equal(m->crypto_maps[0].interfaces[0], outside);
	const struct cm_route *route;
	struct cm_str global = { NULL, 0 };
	assert_ptr_equal(cm_model_egress(m, global, 0xc8640101, &route), outside); /* 200.100.1.1 */
	assert_ptr_equal(route, &m->routes[0]);
	assert_ptr_equal(cm_model_egress(m, global, 0xc8380402, &route), outside); /* connected */
	assert_null(route);
	struct cm_net net;
	assert_true(cm_interface_address(outside, &net));
	assert_int_equal(net.address, 0xc8380401);
	cm_document_free(doc);
	free(text);
}

static size_t ranges_of(enum cm_port_op op, uint8_t n, const uint16_t *values, uint16_t out[11][2])
{
	uint16_t copy[16] = { 0 };
	memcpy(copy, values, n * sizeof *values);
	struct cm_ports ports = { .op = op, .n = n, .values = copy };
	return cm_ports_ranges(&ports, out);
}

static void ports_become_ranges(void **state)
{
	uint16_t out[11][2];
	const uint16_t one[] = { 80 }, two[] = { 443, 80 }, ends[] = { 0, 65535 },
		       turned[] = { 9, 5 };
	assert_int_equal(ranges_of(CM_PORT_ANY, 0, one, out), 1);
	assert_int_equal(out[0][1], 65535);
	assert_int_equal(ranges_of(CM_PORT_NEQ, 2, two, out), 3);
	assert_int_equal(out[1][0], 81);
	assert_int_equal(out[1][1], 442);
	assert_int_equal(ranges_of(CM_PORT_NEQ, 2, ends, out), 1);
	assert_int_equal(out[0][0], 1);
	assert_int_equal(out[0][1], 65534);
	assert_int_equal(ranges_of(CM_PORT_LT, 1, ends, out), 0);
	assert_int_equal(ranges_of(CM_PORT_GT, 1, one, out), 1);
	assert_int_equal(out[0][0], 81);
	assert_int_equal(ranges_of(CM_PORT_RANGE, 2, turned, out), 1);
	assert_int_equal(out[0][0], 5);
	assert_int_equal(out[0][1], 9);
}

/* Longest prefix, smaller distance, next hops through other routes, and routes that need themselves. */
static void packets_leave_where_routes_say(void **state)
{
	static const char text[] =
		"interface FastEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n"
		"interface FastEthernet0/1\n ip address 198.51.100.1 255.255.255.0\n"
		"interface FastEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n shutdown\n"
		"ip route 0.0.0.0 0.0.0.0 192.0.2.254\n"
		"ip route 10.0.0.0 255.0.0.0 198.51.100.9 200\n"
		"ip route 10.0.0.0 255.0.0.0 192.0.2.9\n"
		"ip route 172.16.0.0 255.255.0.0 10.1.1.1\n"
		"ip route 172.17.0.0 255.255.0.0 Null0\n"
		"ip route 172.18.0.0 255.255.0.0 203.0.113.9\n"
		"ip route 172.19.0.0 255.255.0.0 172.19.0.1\n";
	struct cm_document *doc = cm_document_read("r", text, sizeof text - 1, NULL);
	const struct cm_model *m = cm_document_model(doc, 0);
	struct cm_str global = { NULL, 0 };
	const struct cm_route *route;
	const struct cm_interface *first = &m->interfaces[0];
	assert_ptr_equal(cm_model_egress(m, global, 0x08080808, &route), first);
	assert_ptr_equal(cm_model_egress(m, global, 0x0a010101, &route), first);
	assert_int_equal(route->distance, 1);
	assert_ptr_equal(cm_model_egress(m, global, 0xac100001, &route), first);
	assert_int_equal(route->prefix.address, 0xac100000);
	assert_null(cm_model_egress(m, global, 0xac110001, &route));
	assert_true(route->null0);
	/* The interface is shut: its network is not connected, the default route leads there. */
	assert_ptr_equal(cm_model_egress(m, global, 0xac120001, &route), first);
	cm_document_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_read_flat_and_print_themselves),
		cmocka_unit_test(article_router_is_whole),
		cmocka_unit_test(prompts_tell_routers_apart),
		cmocka_unit_test(article_reads_as_it_is_printed),
		cmocka_unit_test(anonymous_peers_cost_nothing_else),
		cmocka_unit_test(ports_become_ranges),
		cmocka_unit_test(packets_leave_where_routes_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
