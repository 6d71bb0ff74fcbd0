/*
 * The seed article's transcript: a 12.3(6) answers a Linksys. Its messages come out of our
 * responder in its order; times, cookies, message IDs, SPIs and conn-ids aside (`*`). The files
 * article.responder and article.initiator hold them; a real peer is laid beside them too
 * (tests/interop/article.test.sh).
 */
#include "ike/sim.h"

#include <stdio.h>

#define LINKSYS 0xc8640101u /* 200.100.1.1 */
#define ROUTER  0xc8380401u /* 200.56.4.1 */

/* `*` stands for a word of digits; "*none*" is meant as it is written. */
static bool fits(const char *pattern, const char *line, size_t length)
{
	const char *end = line + length;
	for (; *pattern; pattern++) {
		if (*pattern == '*' && strncmp(pattern, "*none*", 6) != 0 &&
			(pattern[1] != ' ' || strncmp(pattern - 5, "*none*", 6) != 0)) {
			while (line < end && strchr("-0123456789ABCDEF", *line))
				line++;
		} else if (line == end || *line++ != *pattern) {
			return false;
		}
	}
	return line == end;
}

/* The next line that fits, from *at on; moves *at behind it. */
static void follows(const char **at, const char *pattern)
{
	for (const char *line = *at; line && *line;) {
		const char *end = strchr(line, '\n');
		size_t length = end ? (size_t)(end - line) : strlen(line);
		if (fits(pattern, line, length)) {
			*at = line + length + (end != NULL);
			return;
		}
		line = end ? end + 1 : NULL;
	}
	fail_msg("missing after this: %.200s\nwanted: %s", *at, pattern);
}

/* Attributes stand in the order of the peer's packet: the line may come anywhere from `from` on. */
static void follows_anywhere(const char *from, const char **at, const char *pattern)
{
	const char *line = from;
	follows(&line, pattern);
	if (line > *at)
		*at = line;
}

static void follows_file(const char *log, const char *name)
{
	char path[512], line[256];
	snprintf(path, sizeof path, "%s/tests/ike/%s", CM_SOURCE_DIR, name);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	const char *at = log, *group = NULL;
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line == '~') {
			group = group ? group : at;
			follows_anywhere(group, &at, line + 1);
		} else if (*line != '#') {
			group = NULL;
			follows(&at, line);
		}
	}
	fclose(file);
}

static void address(struct sim *sim, int side, uint32_t mine, uint32_t peer)
{
	struct sim_end *end = &sim->end[side];
	struct cm_selector linksys = { .local = { 0xac121e00u, 0xffffff00u },
		.remote = { 0xc0a86400u, 0xffffff00u },
		.local_port = { 0, 65535 },
		.remote_port = { 0, 65535 } };
	end->tunnel[0].local = mine;
	end->peer[0].address = peer;
	end->psk.peer.address = peer;
	end->selector[0] = linksys;
	if (side == 1) {
		end->selector[0].local = linksys.remote;
		end->selector[0].remote = linksys.local;
	}
}

static void article(struct sim *sim)
{
	sim_init(sim, 709);
	address(sim, 0, LINKSYS, ROUTER);
	address(sim, 1, ROUTER, LINKSYS);
	struct sim_end *linksys = &sim->end[0], *router = &sim->end[1];
	sim_p1(&linksys->p1[0], 1, "3des", "sha1", 2);
	sim_p1(&linksys->p1[1], 2, "des", "md5", 1);
	sim_p1(&linksys->p1[2], 3, "3des", "sha1", 2);
	sim_p1(&linksys->p1[3], 4, "3des", "md5", 2);
	sim_p1(&router->p1[0], 1, "3des", "sha1", 5);
	sim_p1(&router->p1[1], 2, "3des", "md5", 5);
	sim_p1(&router->p1[2], 3, "des", "sha1", 5);
	sim_p1(&router->p1[3], 4, "3des", "sha1", 2);
	linksys->tunnel[0].n_p1 = router->tunnel[0].n_p1 = 4;
	linksys->tunnel[0].pfs = (struct cm_pfs){ .demanded = true, .group = cm_group_numbered(2) };
	linksys->tunnel[0].lifetime_s = 86400;
	linksys->tunnel[0].lifetime_kb = 0;
	linksys->tunnel[0].nat_t = linksys->tunnel[0].initial_contact = false;
}

static void the_responder_speaks_as_the_article(void **state)
{
	struct sim sim;
	article(&sim);
	sim.end[1].settings.first_connection = 709;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	follows_file(sim.end[1].log.at, "article.responder");
	/* the router's own life is shorter: 3600 s, as its `show crypto ipsec sa` proves */
	assert_int_equal(sim_sa(&sim, 1, true)->lifetime_s, 3600);
	assert_int_equal(sim_sa(&sim, 0, true)->lifetime_s, 3600);
	sim_finish(&sim);
}

static void the_initiator_speaks_as_the_router(void **state)
{
	struct sim sim;
	article(&sim);
	sim.end[0].tunnel[0].pfs.demanded = false;
	sim_begin(&sim);
	sim_want(&sim, 1, 0);
	sim_run(&sim, 3 * SIM_SECOND);
	assert_true(sim_up(&sim));
	follows_file(sim.end[1].log.at, "article.initiator");
	sim_finish(&sim);
}

/* Later releases have other words; what only 12.3 says is not said. */
static void both_roles_speak_as_later_routers(void **state)
{
	for (int initiator = 0; initiator < 2; initiator++) {
		struct sim sim;
		article(&sim);
		sim.end[0].tunnel[0].pfs.demanded = !initiator;
		sim.end[1].settings.dialect = CM_IKE_DIALECT_15;
		sim_begin(&sim);
		sim_want(&sim, initiator, 0);
		sim_run(&sim, 3 * SIM_SECOND);
		assert_true(sim_up(&sim));
		follows_file(sim.end[1].log.at, initiator ? "later.initiator" : "later.responder");
		assert_false(sim_said(&sim, 1, "Looking for a matching key"));
		assert_false(sim_said(&sim, 1, "SKEYID state generated"));
		assert_false(sim_said(&sim, 1, "received ke message"));
		assert_false(sim_said(&sim, 0, "Sending an IKE IPv4 Packet."));
		sim_finish(&sim);
	}
}

static void nothing_is_said_that_was_not_asked_for(void **state)
{
	struct sim sim;
	article(&sim);
	sim.end[1].settings.debug_isakmp = sim.end[1].settings.debug_ipsec = false;
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	assert_true(sim_up(&sim));
	assert_false(sim_said(&sim, 1, "ISAKMP"));
	assert_false(sim_said(&sim, 1, "IPSEC("));
	assert_true(sim_said(&sim, 1, "EVENT phase 1 with 200.100.1.1 is up: 3des/sha1/group 2"));
	assert_true(sim_said(&sim, 1, "EVENT IPsec SAs with 200.100.1.1 are up: 192.168.100.0/24"));
	sim_finish(&sim);
}

static void secrets_are_in_no_line(void **state)
{
	struct sim sim;
	article(&sim);
	sim_begin(&sim);
	sim_want(&sim, 0, 0);
	sim_run(&sim, 2 * SIM_SECOND);
	for (int side = 0; side < 2; side++)
		assert_false(sim_said(&sim, side, "thisisasecretpassword"));
	sim_finish(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_responder_speaks_as_the_article),
		cmocka_unit_test(the_initiator_speaks_as_the_router),
		cmocka_unit_test(both_roles_speak_as_later_routers),
		cmocka_unit_test(nothing_is_said_that_was_not_asked_for),
		cmocka_unit_test(secrets_are_in_no_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
