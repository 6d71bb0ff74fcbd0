/*
 * For every tunnel of every example: the far end that is generated reads without an error, means
 * us, and the two come up from both sides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <cryptomap/document.h>
#include <cryptomap/generate.h>
#include <cryptomap/meet.h>
#include <cryptomap/model.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cm_document *read_path(const char *path)
{
	FILE *in = fopen(path, "rb");
	struct cm_text text = { 0 };
	char block[4096];
	size_t n;
	assert_non_null(in);
	while ((n = fread(block, 1, sizeof block, in)) > 0)
		cm_text_add(&text, block, n);
	fclose(in);
	struct cm_document *doc = cm_document_read(path, text.at, text.length, NULL);
	cm_text_free(&text);
	return doc;
}

static void reads_without_error(const struct cm_document *doc, const char *who)
{
	size_t n;
	const struct cm_diag *list = cm_document_diags(doc, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].severity == CM_ERROR)
			fail_msg("far end of %s: %s", who, list[i].message);
}

static void comes_up(const struct cm_tunnel *near, const struct cm_document *far, const char *who)
{
	size_t n;
	struct cm_meet_both both;
	struct cm_tunnels *set = cm_tunnels_of_model(cm_document_model(far, 0));
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	struct cm_text why = { 0 };
	assert_int_equal(n, 1);
	assert_true(cm_meet_both(near, &list[0], NULL, &both));
	cm_meet_explain(both.forth->cause ? both.forth : both.back, &why);
	if (both.verdict != CM_COMES_UP)
		fail_msg("%s: %s", who, why.at);
	cm_text_free(&why);
	cm_meet_both_free(&both);
	cm_tunnels_free(set);
}

static void far_end_fits(const struct cm_tunnel *t, const char *path)
{
	struct cm_request request = { .tunnel = t, .secrets = true };
	struct cm_generated *g = cm_generate("ios", &request);
	size_t n;
	assert_non_null(g);
	const struct cm_file *files = cm_generated_files(g, &n);
	assert_int_equal(n, 1);
	struct cm_document *far =
		cm_document_read("far.cfg", files[0].text.at, files[0].text.length, NULL);
	reads_without_error(far, path);
	comes_up(t, far, path);
	cm_document_free(far);
	cm_generated_free(g);
}

static void mirror_twice_is_same(const struct cm_tunnel *t)
{
	struct cm_tunnels *set = cm_tunnels_new();
	const struct cm_tunnel *once = cm_mirror(set, t, 0);
	const struct cm_tunnel *twice = once ? cm_mirror(set, once, 0) : NULL;
	assert_non_null(twice);
	assert_true(cm_tunnel_same(t, twice));
	cm_tunnels_free(set);
}

static bool is_whole(const struct cm_tunnel *t)
{
	return (t->kind == CM_TUNNEL_STATIC || t->kind == CM_TUNNEL_PROFILE) && !t->incomplete &&
		t->has_local && t->n_peers == 1 && t->peers[0].resolved && t->n_keys &&
		!t->keys[0].sealed;
}

static size_t check_document(const struct cm_document *doc, const char *path)
{
	size_t n, checked = 0;
	struct cm_tunnels *set = cm_tunnels_of_model(cm_document_model(doc, 0));
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	for (size_t i = 0; i < n; i++) {
		if (!is_whole(&list[i]))
			continue;
		mirror_twice_is_same(&list[i]);
		far_end_fits(&list[i], path);
		checked++;
	}
	cm_tunnels_free(set);
	return checked;
}

static void every_far_end_fits(void **state)
{
	glob_t found;
	size_t checked = 0;
	assert_int_equal(glob(CM_SOURCE_DIR "/examples/*.cfg", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct cm_document *doc = read_path(found.gl_pathv[i]);
		assert_non_null(doc);
		checked += check_document(doc, found.gl_pathv[i]);
		cm_document_free(doc);
	}
	globfree(&found);
	assert_true(checked >= 7);
}

/* A secret is written only when it is asked for. */
static void secrets_are_placeholders(void **state)
{
	static const char *const targets[] = { "linksys", "swanctl", "ipsec.conf", "ios" };
	struct cm_document *doc = read_path(CM_SOURCE_DIR "/examples/site-b.cfg");
	struct cm_tunnels *set = cm_tunnels_of_model(cm_document_model(doc, 0));
	size_t n, n_files;
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	for (size_t i = 0; i < 4; i++) {
		struct cm_request request = { .tunnel = &list[n - 1] };
		struct cm_generated *g = cm_generate(targets[i], &request);
		const struct cm_file *files = cm_generated_files(g, &n_files);
		bool placeholder = false;
		for (size_t f = 0; f < n_files; f++) {
			assert_null(strstr(files[f].text.at, "thisisasecretpassword"));
			placeholder = placeholder ||
				strstr(files[f].text.at, "PUT-THE-PRE-SHARED-KEY-HERE");
		}
		assert_true(placeholder);
		cm_generated_free(g);
	}
	cm_tunnels_free(set);
	cm_document_free(doc);
}

/* swanctl.conf written, read back: the same tunnel, seen from the far end. */
static void swanctl_reads_back(void **state)
{
	struct cm_document *doc = read_path(CM_SOURCE_DIR "/examples/site-b.cfg");
	struct cm_tunnels *set = cm_tunnels_of_model(cm_document_model(doc, 0));
	size_t n, n_files, n_diags, n_back;
	const struct cm_tunnel *list = cm_tunnels_list(set, &n);
	struct cm_request request = { .tunnel = &list[n - 1], .secrets = true };
	struct cm_generated *g = cm_generate("swanctl", &request);
	const struct cm_file *files = cm_generated_files(g, &n_files);
	const struct cm_diag *diags;
	struct cm_tunnels *back = cm_tunnels_of_swanctl(files[0].text, &diags, &n_diags);
	assert_non_null(back);
	assert_int_equal(n_diags, 0);
	const struct cm_tunnel *far = cm_tunnels_list(back, &n_back);
	struct cm_meet_both both;
	assert_int_equal(n_back, 1);
	assert_true(cm_meet_both(&list[n - 1], far, NULL, &both));
	assert_int_equal(both.verdict, CM_COMES_UP);
	cm_meet_both_free(&both);
	cm_tunnels_free(back);
	cm_generated_free(g);
	cm_tunnels_free(set);
	cm_document_free(doc);
}

/* Of the files named: a line for each tunnel whose mirror's mirror is another one. */
static int mirrors_of(char **paths)
{
	int failed = 0;
	for (; *paths; paths++) {
		struct cm_document *doc = read_path(*paths);
		for (size_t r = 0; doc && r < cm_document_routers(doc); r++) {
			struct cm_tunnels *set = cm_tunnels_of_model(cm_document_model(doc, r));
			size_t n;
			const struct cm_tunnel *list = cm_tunnels_list(set, &n);
			for (size_t i = 0; i < n; i++) {
				struct cm_tunnels *made = cm_tunnels_new();
				const struct cm_tunnel *twice = is_whole(&list[i])
					? cm_mirror(made, cm_mirror(made, &list[i], 0), 0)
					: NULL;
				if (twice && !cm_tunnel_same(&list[i], twice)) {
					fprintf(stderr, "%s: %.*s %u\n", *paths,
						(int)list[i].map.length, list[i].map.at,
						list[i].sequence);
					failed = 1;
				}
				cm_tunnels_free(made);
			}
			cm_tunnels_free(set);
		}
		cm_document_free(doc);
	}
	return failed;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return mirrors_of(argv + 1);

	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_far_end_fits),
		cmocka_unit_test(secrets_are_placeholders),
		cmocka_unit_test(swanctl_reads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
