#include "generate/generate.h"

#include <cryptomap/document.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 4 };

struct cm_generated {
	struct arena *arena;
	struct cm_tunnels *mirrors;
	struct cm_file files[MOST_FILES];
	struct cm_text texts[MOST_FILES];
	size_t n_files;
	struct cm_problem *problems;
	size_t n_problems, problems_room;
};

static const struct cm_target targets[] = {
	{ "linksys", "the web pages of a Linksys gateway, field by field", "linksys.txt" },
	{ "swanctl", "strongSwan's swanctl.conf", "swanctl.conf" },
	{ "ipsec.conf", "ipsec.conf and ipsec.secrets of strongSwan and libreswan", "ipsec.conf" },
	{ "ios", "another IOS router", "far.cfg" },
};

static write_target *const writers[] = { write_linksys, write_swanctl, write_ipsec_conf,
	write_ios };

const struct cm_target *cm_targets(size_t *n)
{
	*n = sizeof targets / sizeof *targets;
	return targets;
}

struct cm_text *job_file(struct job *job, const char *name, bool secret)
{
	struct cm_generated *g = job->generated;
	size_t i = g->n_files++;
	g->files[i].name = name;
	g->files[i].secret = secret;
	return &g->texts[i];
}

void job_problem(
	struct job *job, enum cm_severity severity, struct cm_span at, const char *format, ...)
{
	struct cm_generated *g = job->generated;
	va_list args;
	va_start(args, format);
	const char *message = arena_vprintf(job->arena, format, args);
	va_end(args);
	struct cm_problem *p = ARENA_PUSH(job->arena, g->problems, g->n_problems, g->problems_room);
	if (p)
		*p = (struct cm_problem){ severity, message ? message : "", at };
}

const char *job_line(struct job *job, struct cm_span at)
{
	uint32_t line, column;
	if (at.start == at.end || !job->near->document)
		return "by default";
	cm_document_place(job->near->document, at.start, &line, &column);
	const char *text = arena_printf(job->arena, "line %u", line);
	return text ? text : "";
}

const struct cm_psk *job_key(const struct job *job)
{
	const struct cm_tunnel *near = job->near;
	size_t peer = job->request->peer;
	if (peer < near->n_peers && near->peers[peer].resolved)
		return cm_tunnel_key(near, near->peers[peer].address);
	/* Of a peer that may be anybody: the key that serves anybody. */
	for (size_t i = 0; i < near->n_keys; i++)
		if (near->keys[i].peer.mask == 0 && !near->keys[i].hostname.length)
			return &near->keys[i];
	return near->n_keys ? &near->keys[0] : NULL;
}

struct cm_str job_secret(const struct job *job)
{
	const struct cm_psk *key = job_key(job);
	if (key && !key->sealed && job->request->secrets)
		return key->secret;
	return cm_str_of("PUT-THE-PRE-SHARED-KEY-HERE");
}

const char *job_ip(struct job *job, uint32_t address)
{
	char text[16];
	const char *copy = arena_copy(job->arena, cm_str_of(cm_ip4_print(address, text)));
	return copy ? copy : "";
}

/* Letters, digits, - and _ are all that every target takes in the name of a connection. */
static void name_connection(struct job *job)
{
	struct cm_text raw = { 0 };
	const struct cm_tunnel *near = job->near;
	if (near->router.length) {
		cm_text_str(&raw, near->router);
		cm_text_char(&raw, '-');
	}
	cm_text_str(&raw, near->static_map.length ? near->static_map : near->map);
	if (near->kind != CM_TUNNEL_PROFILE)
		cm_text_printf(&raw, "-%u", near->sequence);
	size_t n = 0;
	for (size_t i = 0; i < raw.length && n + 1 < sizeof job->name; i++) {
		char c = raw.at[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-';
		job->name[n++] = fine ? c : '_';
	}
	job->name[n] = '\0';
	cm_text_free(&raw);
}

static bool authenticates_by_key(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_p1; i++)
		if (t->p1[i].auth && strcmp(t->p1[i].auth->name, "pre-share") == 0)
			return true;
	return false;
}

static void key_problems(struct job *job)
{
	const struct cm_psk *key = job_key(job);
	if (!authenticates_by_key(job->near))
		job_problem(job, CM_ERROR, job->near->n_p1 ? job->near->p1[0].at : job->near->at,
			"no policy authenticates with pre-shared keys");
	else if (!key)
		job_problem(job, CM_ERROR, job->near->at, "no pre-shared key fits this peer");
	else if (key->sealed && !job->together)
		job_problem(job, CM_WARNING, key->at,
			"the key is type 6: its clear text is not in the configuration");
}

/* What holds for every target. */
static void common_problems(struct job *job)
{
	const struct cm_tunnel *near = job->near;
	if (near->incomplete)
		job_problem(job, CM_ERROR, near->at, "IOS does not use this entry: %s",
			near->why ? near->why : "it is incomplete");
	if (!near->has_local && !job->together)
		job_problem(job, CM_WARNING, near->at,
			"our own address is not in the configuration (dhcp or negotiated)");
	if (near->kind == CM_TUNNEL_MANUAL)
		job_problem(job, CM_ERROR, near->at, "a manual entry has no IKE to agree by");
	else
		key_problems(job);
}

static bool job_run(struct job *first, write_target *write)
{
	struct cm_generated *g = first->generated;
	g->mirrors = cm_tunnels_new();
	for (struct job *job = first; job; job = job->next) {
		job->far = g->mirrors ? cm_mirror(g->mirrors, job->near, job->request->peer) : NULL;
		if (!job->far)
			return false;
		name_connection(job);
		common_problems(job);
	}
	write(first);
	for (size_t i = 0; i < g->n_files; i++) {
		if (g->texts[i].failed)
			return false;
		g->files[i].text = (struct cm_str){ g->texts[i].at, g->texts[i].length };
	}
	return !arena_failed(g->arena);
}

static write_target *writer_of(const char *target)
{
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (strcmp(targets[i].name, target) == 0)
			return writers[i];
	return NULL;
}

static struct cm_generated *generated_new(void)
{
	struct cm_generated *g = calloc(1, sizeof *g);
	if (!g)
		return NULL;
	g->arena = arena_new();
	if (g->arena) {
		arena_wipe_on_free(g->arena);
		return g;
	}
	free(g);
	return NULL;
}

struct cm_generated *cm_generate(const char *target, const struct cm_request *request)
{
	write_target *write = writer_of(target);
	struct cm_generated *g = write ? generated_new() : NULL;
	if (!g)
		return NULL;
	struct job job = {
		.request = request, .near = request->tunnel, .arena = g->arena, .generated = g
	};
	if (job_run(&job, write))
		return g;
	cm_generated_free(g);
	return NULL;
}

struct cm_generated *cm_generate_router(
	const struct cm_request *request, const struct cm_tunnel *const *tunnels, size_t n)
{
	struct cm_generated *g = n ? generated_new() : NULL;
	struct job *jobs = g ? ARENA_ARRAY(g->arena, struct job, n) : NULL;
	for (size_t i = 0; jobs && i < n; i++)
		jobs[i] = (struct job){ .request = request,
			.near = tunnels[i],
			.arena = g->arena,
			.generated = g,
			.together = true,
			.next = i + 1 < n ? &jobs[i + 1] : NULL };
	if (jobs && job_run(jobs, write_ios))
		return g;
	cm_generated_free(g);
	return NULL;
}

const struct cm_file *cm_generated_files(const struct cm_generated *g, size_t *n)
{
	*n = g->n_files;
	return g->files;
}

const struct cm_problem *cm_generated_problems(const struct cm_generated *g, size_t *n)
{
	*n = g->n_problems;
	return g->problems;
}

void cm_generated_free(struct cm_generated *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n_files; i++)
		cm_text_wipe(&g->texts[i]);
	if (g->mirrors)
		cm_tunnels_free(g->mirrors);
	arena_free(g->arena);
	free(g);
}
