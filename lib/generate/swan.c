#include "generate/swan.h"

#include <string.h>

/* Append `word` to a comma separated list unless it is there already. */
static const char *list_add(struct job *job, const char *list, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = list; *at;) {
		const char *end = strchr(at, ',');
		size_t n = end ? (size_t)(end - at) : strlen(at);
		if (n == length && memcmp(at, word, n) == 0)
			return list;
		at = end ? end + 1 : at + n;
	}
	const char *longer = arena_printf(job->arena, "%s%s%s", list, *list ? "," : "", word);
	return longer ? longer : list;
}

static const char *p1_word(struct job *job, const struct cm_p1 *p)
{
	if (!p->cipher || !p->cipher->swan || !p->hash || !p->hash->swan || !p->group ||
		!p->group->swan) {
		job_problem(job, CM_WARNING, p->at,
			"strongSwan has no words for policy %u: it is left out", p->priority);
		return NULL;
	}
	return arena_printf(job->arena, "%s-%s-%s", p->cipher->swan, p->hash->swan, p->group->swan);
}

const char *swan_p1(struct job *job)
{
	const char *list = "";
	for (size_t i = 0; i < job->far->n_p1; i++) {
		const struct cm_p1 *p = &job->far->p1[i];
		if (!p->auth || strcmp(p->auth->name, "pre-share") != 0)
			continue;
		const char *word = p1_word(job, p);
		if (word)
			list = list_add(job, list, word);
	}
	return list;
}

/* PFS is a group in the proposal. IOS without `set pfs` takes any group or none. */
static const char *pfs_suffix(struct job *job)
{
	const struct cm_pfs *pfs = &job->far->pfs;
	if (!pfs->demanded || !pfs->group || !pfs->group->swan)
		return "";
	const char *suffix = arena_printf(job->arena, "-%s", pfs->group->swan);
	return suffix ? suffix : "";
}

static const char *esp_word(struct job *job, const struct cm_p2 *p)
{
	const char *hash = p->hash ? p->hash->swan : NULL;
	if (!p->cipher->swan || (p->hash && !hash)) {
		job_problem(job, CM_WARNING, p->at,
			"strongSwan has no words for transform-set %.*s: it is left out",
			(int)p->name.length, p->name.at);
		return NULL;
	}
	if (!hash && !p->cipher->combined)
		job_problem(job, CM_WARNING, p->at,
			"transform-set %.*s does not authenticate; strongSwan may refuse it",
			(int)p->name.length, p->name.at);
	return arena_printf(job->arena, "%s%s%s%s", p->cipher->swan, hash ? "-" : "",
		hash ? hash : "", pfs_suffix(job));
}

const char *swan_esp(struct job *job)
{
	const char *list = "";
	for (size_t i = 0; i < job->far->n_p2; i++) {
		const struct cm_p2 *p = &job->far->p2[i];
		if (p->cipher && p->ah)
			job_problem(job, CM_ERROR, p->at,
				"transform-set %.*s joins AH and ESP, which strongSwan cannot",
				(int)p->name.length, p->name.at);
		const char *word = p->cipher ? esp_word(job, p) : NULL;
		if (word)
			list = list_add(job, list, word);
		if (p->compress)
			job_problem(job, CM_INFO, p->at, "compression (comp-lzs) is left out");
	}
	return list;
}

const char *swan_ah(struct job *job)
{
	const char *list = "";
	for (size_t i = 0; i < job->far->n_p2; i++) {
		const struct cm_p2 *p = &job->far->p2[i];
		if (!p->ah || !p->ah->swan || p->cipher)
			continue;
		const char *word = arena_printf(job->arena, "%s%s", p->ah->swan, pfs_suffix(job));
		if (word)
			list = list_add(job, list, word);
	}
	return list;
}

static const char *ts_ports(struct job *job, const struct cm_selector *s, const uint16_t port[2])
{
	const char *text = NULL;
	const char *name = cm_name_word(CM_NAMES_PROTOCOL, s->protocol);
	bool any_port = port[0] == 0 && port[1] == 65535;
	if (s->protocol == 0)
		return "";
	/* strongSwan takes names of /etc/protocols; only these are surely in it. */
	if (s->protocol != 1 && s->protocol != 6 && s->protocol != 17 && s->protocol != 47)
		name = NULL;
	if (!name)
		name = arena_printf(job->arena, "%u", s->protocol);
	if (!name)
		return "";
	if (any_port)
		text = arena_printf(job->arena, "[%s]", name);
	else if (port[0] == port[1])
		text = arena_printf(job->arena, "[%s/%u]", name, port[0]);
	else
		text = arena_printf(job->arena, "[%s/%u-%u]", name, port[0], port[1]);
	return text ? text : "";
}

const char *swan_ts(struct job *job, const struct cm_selector *s, bool local)
{
	const struct cm_net *net = local ? &s->local : &s->remote;
	if (!cm_mask_is_prefix(net->mask)) {
		job_problem(job, CM_ERROR, s->at,
			"a wildcard with holes is no subnet: the far end cannot be told this line");
		return NULL;
	}
	return arena_printf(job->arena, "%s/%u%s", job_ip(job, net->address),
		cm_mask_bits(net->mask), ts_ports(job, s, local ? s->local_port : s->remote_port));
}

const char *swan_id(struct job *job, const struct cm_identity *id, bool known, uint32_t address)
{
	const char *text = NULL;
	switch (id->kind) {
	case CM_ID_FQDN:
		text = arena_printf(job->arena, "%.*s", (int)id->name.length, id->name.at);
		break;
	case CM_ID_USER_FQDN:
		text = arena_printf(job->arena, "%.*s", (int)id->name.length, id->name.at);
		break;
	case CM_ID_KEY_ID:
		text = arena_printf(job->arena, "keyid:%.*s", (int)id->name.length, id->name.at);
		break;
	case CM_ID_DN:
		text = arena_printf(job->arena, "asn1dn:%.*s", (int)id->name.length, id->name.at);
		break;
	default:
		if (id->kind == CM_ID_ADDRESS && id->at.start != id->at.end)
			return job_ip(job, id->address.address);
		text = known ? job_ip(job, address) : "%any";
	}
	return text ? text : "%any";
}

uint32_t swan_p1_lifetime(const struct job *job)
{
	uint32_t longest = 0;
	for (size_t i = 0; i < job->far->n_p1; i++)
		if (job->far->p1[i].lifetime_s > longest)
			longest = job->far->p1[i].lifetime_s;
	return longest ? longest : 86400;
}

uint32_t swan_margin(uint32_t lifetime_s)
{
	uint32_t margin = lifetime_s / 10;
	return margin > 540 ? 540 : margin;
}

bool swan_transport(const struct job *job)
{
	const struct cm_tunnel *far = job->far;
	return far->n_p2 && far->p2[0].mode == CM_MODE_TRANSPORT;
}

const char *swan_quote(struct job *job, struct cm_str s)
{
	char *out = arena_take(job->arena, s.length * 2 + 3);
	size_t n = 0;
	if (!out)
		return "\"\"";
	out[n++] = '"';
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] == '"' || s.at[i] == '\\')
			out[n++] = '\\';
		out[n++] = s.at[i];
	}
	out[n++] = '"';
	return out;
}
