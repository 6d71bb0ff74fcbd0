#include "generate/ios.h"

#include <string.h>

/*
 * Who the far end is and how it negotiates: policies, keys, profiles. What its release does not
 * have is left out, and said.
 */

struct cm_release ios_release(const struct job *job)
{
	return job->request->release.known ? job->request->release : job->near->release;
}

bool ios_needs_profile(const struct job *job)
{
	return job->far->version == 1 && job->far->local_id.kind != CM_ID_ADDRESS;
}

void ios_put_name(struct job *job, struct cm_text *out)
{
	if (job->together)
		cm_text_put(out, "hostname GATEWAY\n!\n");
	else
		cm_text_printf(out, "hostname FAR-%.40s\n!\n", job->name);
}

const char *ios_tagged(struct job *job, const char *name)
{
	if (!job->together)
		return name;
	const char *tagged = arena_printf(job->arena, "%s-%u", name, job->near->sequence);
	return tagged ? tagged : name;
}

/* --- IKEv1 ----------------------------------------------------------------------------------------- */

static const char *policy_since(const struct cm_p1 *p, struct cm_release release)
{
	const char *since = p->cipher ? p->cipher->since : NULL;
	if (ios_has(release, since) && p->hash)
		since = p->hash->since;
	if (ios_has(release, since) && p->group)
		since = p->group->since;
	return ios_has(release, since) ? NULL : since;
}

void cm_print_policy(struct cm_text *out, const struct cm_p1 *p, unsigned priority)
{
	cm_text_printf(out, "crypto isakmp policy %u\n", priority);
	if (p->cipher && p->cipher->isakmp)
		cm_text_printf(out, " encr %s\n", p->cipher->isakmp);
	if (p->hash && p->hash->isakmp)
		cm_text_printf(out, " hash %s\n", p->hash->isakmp);
	if (p->auth)
		cm_text_printf(out, " authentication %s\n", p->auth->name);
	if (p->group && p->group->ios)
		cm_text_printf(out, " group %s\n", p->group->ios);
	if (p->lifetime_s != 86400)
		cm_text_printf(out, " lifetime %u\n", p->lifetime_s);
}

static bool all_built_in(const struct cm_tunnel *t)
{
	for (size_t i = 0; i < t->n_p1; i++)
		if (!t->p1[i].built_in)
			return false;
	return true;
}

/* Without policies of its own a router has its release's: the far end gets those with keys, in full. */
static bool is_written(const struct cm_p1 *p, bool defaults)
{
	return defaults ? p->auth == cm_auth_named("pre-share") : !p->built_in;
}

static bool is_repeated(const struct job *first, const struct job *upto, size_t index)
{
	const struct cm_p1 *p = &upto->far->p1[index];
	for (const struct job *job = first; job; job = job->next) {
		const struct cm_tunnel *far = job->far;
		for (size_t i = 0; far->version == 1 && i < far->n_p1; i++) {
			if (job == upto && i == index)
				return false;
			if (cm_p1_compare(&far->p1[i], p) == CM_SAME &&
				far->p1[i].lifetime_s == p->lifetime_s)
				return true;
		}
	}
	return false;
}

/* How many policies there are by now; `*left_out`: those that the release does not have. */
static void put_policies_of(struct job *first, struct job *job, struct cm_text *out,
	unsigned *written, unsigned *left_out)
{
	const struct cm_tunnel *far = job->far;
	bool defaults = all_built_in(far);
	for (size_t i = 0; i < far->n_p1; i++) {
		const struct cm_p1 *p = &far->p1[i];
		const char *since = policy_since(p, ios_release(job));
		if (!is_written(p, defaults) || (job->together && is_repeated(first, job, i)))
			continue;
		if (since) {
			++*left_out;
			job_problem(job, CM_WARNING, p->at,
				"policy %u needs release %s or later: it is left out", p->priority,
				since);
			continue;
		}
		++*written;
		cm_print_policy(out, p, defaults || job->together ? *written * 10 : p->priority);
	}
}

static void put_policies(struct job *first, struct cm_text *out)
{
	unsigned written = 0, left_out = 0;
	for (struct job *job = first; job; job = job->next)
		if (job->far->version == 1)
			put_policies_of(first, job, out, &written, &left_out);
	if (!written && left_out)
		job_problem(first, CM_ERROR, first->near->at,
			"no policy of ours is possible with the far end's release");
}

/* Two connections to one peer share its key line. */
static bool key_is_written(const struct job *first, const struct job *upto)
{
	const struct cm_tunnel *mine = upto->far;
	uint32_t peer = mine->n_peers && mine->peers[0].resolved ? mine->peers[0].address : 0;
	for (const struct job *job = first; job != upto; job = job->next) {
		const struct cm_tunnel *far = job->far;
		if (far->version == 1 &&
			peer ==
				(far->n_peers && far->peers[0].resolved ? far->peers[0].address
									: 0))
			return true;
	}
	return false;
}

static void put_key(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	struct cm_str secret = job_secret(job);
	bool known = far->n_peers && far->peers[0].resolved;
	cm_text_printf(out, "crypto isakmp key %.*s address %s\n", (int)secret.length, secret.at,
		known ? job_ip(job, far->peers[0].address) : "0.0.0.0 0.0.0.0");
	if (!known)
		job_problem(job, CM_WARNING, job->near->at,
			job->together
				? "the peer has no fixed address: the router gets a wildcard key"
				: "our address is not known: the far end gets a wildcard key");
}

/* Our identity as `match identity` names it. */
static void put_match(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *near = job->near, *far = job->far;
	const struct cm_identity *id = &near->local_id;
	if (id->kind == CM_ID_FQDN)
		cm_text_printf(
			out, " match identity host %.*s\n", (int)id->name.length, id->name.at);
	else if (id->kind == CM_ID_USER_FQDN)
		cm_text_printf(
			out, " match identity user %.*s\n", (int)id->name.length, id->name.at);
	else if (far->n_peers && far->peers[0].resolved)
		cm_text_printf(out, " match identity address %s 255.255.255.255\n",
			job_ip(job, far->peers[0].address));
	else
		cm_text_put(out, " match identity address 0.0.0.0\n");
}

/* An identity that is no address of the far end. */
static void put_profile(struct job *job, struct cm_text *out)
{
	const struct cm_identity *id = &job->far->local_id;
	const char *kind = id->kind == CM_ID_FQDN ? "fqdn"
		: id->kind == CM_ID_USER_FQDN     ? "user-fqdn"
						  : NULL;
	cm_text_printf(out, "crypto isakmp profile %s\n keyring default\n", ios_tagged(job, "FAR"));
	if (kind && id->name.length)
		cm_text_printf(
			out, " self-identity %s %.*s\n", kind, (int)id->name.length, id->name.at);
	else
		job_problem(job, CM_ERROR, id->at,
			"we match an identity that a router cannot give itself with pre-shared keys");
	put_match(job, out);
	if (job->far->aggressive_initiated)
		cm_text_put(out, " initiate mode aggressive\n");
}

static void put_aggressive(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	struct cm_str secret = job_secret(job);
	cm_text_printf(out,
		"crypto isakmp peer address %s\n set aggressive-mode password %.*s\n"
		" set aggressive-mode client-endpoint ipv4-address %s\n",
		job_ip(job, far->peers[0].address), (int)secret.length, secret.at,
		job_ip(job, far->local));
}

/* Keepalives are a setting of the whole router: the first that asks for them decides. */
static void put_keepalive(struct job *first, struct cm_text *out)
{
	const struct cm_dpd *dpd = NULL;
	for (struct job *job = first; job; job = job->next) {
		const struct cm_tunnel *far = job->far;
		if (far->version != 1)
			continue;
		if (!dpd && far->dpd.interval_s) {
			dpd = &far->dpd;
			cm_text_printf(out, "crypto isakmp keepalive %u %u%s\n",
				dpd->interval_s < 10 ? 10u : dpd->interval_s, dpd->retry_s,
				dpd->periodic ? " periodic" : "");
		} else if (dpd && far->dpd.interval_s != dpd->interval_s) {
			job_problem(job, CM_INFO, far->dpd.at,
				"keepalives every %u s for all peers: a router has one setting",
				dpd->interval_s);
		}
	}
}

static void put_isakmp(struct job *first, struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	if (!key_is_written(first, job))
		put_key(job, out);
	if (ios_needs_profile(job))
		put_profile(job, out);
	else if (far->aggressive_initiated && far->n_peers && far->peers[0].resolved)
		put_aggressive(job, out);
	cm_text_put(out, "!\n");
}

/* --- IKEv2 ----------------------------------------------------------------------------------------- */

static bool ikev2_possible(const struct cm_p1 *p)
{
	return p->cipher && p->cipher->ikev2 && p->group && p->group->ios;
}

static void put_proposals(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	for (size_t i = 0; i < far->n_p1; i++) {
		const struct cm_p1 *p = &far->p1[i];
		if (!ikev2_possible(p))
			continue;
		cm_text_printf(out, "crypto ikev2 proposal %s-%zu\n encryption %s\n",
			ios_tagged(job, "FAR"), i + 1, p->cipher->ikev2);
		if (p->hash && p->hash->ikev2)
			cm_text_printf(out, " %s %s\n", p->cipher->combined ? "prf" : "integrity",
				p->hash->ikev2);
		cm_text_printf(out, " group %s\n", p->group->ios);
	}
}

/* One policy for all: which proposals a peer may choose from is a setting of the whole router. */
static void put_ikev2_policy(struct job *first, struct cm_text *out)
{
	cm_text_put(out, "crypto ikev2 policy FAR\n");
	for (struct job *job = first; job; job = job->next)
		for (size_t i = 0; job->far->version == 2 && i < job->far->n_p1; i++)
			if (ikev2_possible(&job->far->p1[i]))
				cm_text_printf(
					out, " proposal %s-%zu\n", ios_tagged(job, "FAR"), i + 1);
}

static void put_keyring(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	const struct cm_psk *key = job_key(job);
	struct cm_str mine = job_secret(job), theirs = mine;
	bool known = far->n_peers && far->peers[0].resolved;
	if (key && key->remote_secret.at && job->request->secrets && !key->sealed) {
		mine = key->remote_secret;
		theirs = key->secret;
	}
	cm_text_printf(out, "crypto ikev2 keyring %s\n peer NEAR\n  address %s\n",
		ios_tagged(job, "FAR"),
		known ? job_ip(job, far->peers[0].address) : "0.0.0.0 0.0.0.0");
	if (cm_str_same(mine, theirs))
		cm_text_printf(out, "  pre-shared-key %.*s\n", (int)mine.length, mine.at);
	else
		cm_text_printf(out, "  pre-shared-key local %.*s\n  pre-shared-key remote %.*s\n",
			(int)mine.length, mine.at, (int)theirs.length, theirs.at);
}

/* "fqdn NAME" …; false for what is no name. */
static bool put_named(struct cm_text *out, const struct cm_identity *id)
{
	const char *kind = id->kind == CM_ID_FQDN ? "fqdn"
		: id->kind == CM_ID_USER_FQDN     ? "email"
		: id->kind == CM_ID_KEY_ID        ? "key-id"
						  : NULL;
	if (kind)
		cm_text_printf(out, "%s %.*s\n", kind, (int)id->name.length, id->name.at);
	return kind != NULL;
}

static void put_identities(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *near = job->near, *far = job->far;
	bool known = far->n_peers && far->peers[0].resolved;
	cm_text_put(out, " match identity remote ");
	if (put_named(out, &near->local_id))
		;
	else if (near->local_id.kind == CM_ID_ADDRESS && near->local_id.address.mask == 0xffffffff)
		cm_text_printf(out, "address %s 255.255.255.255\n",
			job_ip(job, near->local_id.address.address));
	else if (known)
		cm_text_printf(
			out, "address %s 255.255.255.255\n", job_ip(job, far->peers[0].address));
	else
		cm_text_put(out, "address 0.0.0.0\n");
	if (far->local_id.kind == CM_ID_ADDRESS)
		return;
	struct cm_text name = { 0 };
	if (put_named(&name, &far->local_id))
		cm_text_printf(out, " identity local %s", name.at ? name.at : "\n");
	else
		job_problem(job, CM_ERROR, far->local_id.at,
			"we match an identity that a router cannot give itself with pre-shared keys");
	cm_text_free(&name);
}

static void put_ikev2(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	if (!cm_release_since(ios_release(job), "15.1(1)T", true))
		job_problem(job, CM_ERROR, job->near->at,
			"IKEv2 needs release 15.1(1)T or later at the far end");
	put_keyring(job, out);
	cm_text_printf(out, "crypto ikev2 profile %s\n", ios_tagged(job, "FAR"));
	put_identities(job, out);
	cm_text_printf(out,
		" authentication remote pre-share\n authentication local pre-share\n"
		" keyring local %s\n",
		ios_tagged(job, "FAR"));
	if (far->dpd.interval_s)
		cm_text_printf(out, " dpd %u %u %s\n", far->dpd.interval_s, far->dpd.retry_s,
			far->dpd.periodic ? "periodic" : "on-demand");
	cm_text_put(out, "!\n");
}

void ios_put_ike(struct job *first, struct cm_text *out)
{
	bool first_version = false, second_version = false;
	for (struct job *job = first; job; job = job->next) {
		first_version |= job->far->version == 1;
		second_version |= job->far->version == 2;
	}
	if (first_version)
		put_policies(first, out);
	for (struct job *job = first; job; job = job->next)
		if (job->far->version == 1)
			put_isakmp(first, job, out);
	put_keepalive(first, out);
	for (struct job *job = first; job; job = job->next)
		if (job->far->version == 2)
			put_proposals(job, out);
	if (second_version)
		put_ikev2_policy(first, out);
	for (struct job *job = first; job; job = job->next)
		if (job->far->version == 2)
			put_ikev2(job, out);
}
