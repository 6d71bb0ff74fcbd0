#include "generate/swan.h"

/*
 * swanctl.conf of the far end. One child per selector pair: IKEv1 negotiates exactly one pair in
 * a quick mode, and IOS makes one SA pair of each permit line.
 */

static void put_lifetimes(struct job *job, struct cm_text *out)
{
	uint32_t life = swan_p1_lifetime(job), margin = swan_margin(life);
	/* charon offers rekey_time + over_time as the lifetime of an IKEv1 SA. */
	cm_text_printf(
		out, "        rekey_time = %us\n        over_time = %us\n", life - margin, margin);
	cm_text_put(out, "        reauth_time = 0\n        rand_time = 0\n");
}

static void put_dpd(struct job *job, struct cm_text *out)
{
	const struct cm_dpd *dpd = &job->far->dpd;
	if (!dpd->interval_s)
		return;
	/* IOS gives a peer up after five lost R-U-THERE, retry_s apart. */
	cm_text_printf(out, "        dpd_delay = %us\n        dpd_timeout = %us\n", dpd->interval_s,
		dpd->interval_s + 5u * dpd->retry_s);
}

static void put_ends(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far, *near = job->near;
	bool peer_known = far->n_peers && far->peers[0].resolved;
	const struct cm_identity none = { .kind = CM_ID_ADDRESS };
	const struct cm_identity *remote = &near->local_id;
	cm_text_printf(out,
		"        local {\n            auth = psk\n            id = %s\n        }\n",
		swan_id(job,
			far->local_id.at.start != far->local_id.at.end ? &far->local_id : &none,
			far->has_local, far->local));
	cm_text_printf(out,
		"        remote {\n            auth = psk\n            id = %s\n        }\n",
		swan_id(job, remote, peer_known, peer_known ? far->peers[0].address : 0));
}

static void put_child_sa(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	const char *esp = swan_esp(job), *ah = *esp ? "" : swan_ah(job);
	uint32_t life = far->lifetime_s, margin = swan_margin(life);
	if (*esp)
		cm_text_printf(out, "                esp_proposals = %s\n", esp);
	if (*ah)
		cm_text_printf(out, "                ah_proposals = %s\n", ah);
	cm_text_printf(
		out, "                mode = %s\n", swan_transport(job) ? "transport" : "tunnel");
	cm_text_printf(out,
		"                life_time = %us\n                rekey_time = %us\n"
		"                rand_time = 0\n",
		life, life - margin);
	if (far->lifetime_kb) {
		unsigned long long octets = (unsigned long long)far->lifetime_kb * 1024;
		cm_text_printf(out,
			"                life_bytes = %llu\n                rekey_bytes = %llu\n"
			"                rand_bytes = 0\n",
			octets, octets - octets / 10);
	}
	if (far->replay_window != 32)
		cm_text_printf(out, "                replay_window = %u\n", far->replay_window);
	if (far->dpd.interval_s)
		cm_text_put(out, "                dpd_action = trap\n");
	/* The first packet brings the tunnel up, as on IOS; without a peer one can only wait. */
	bool waits = far->n_peers == 0 || far->peers[0].any || far->kind == CM_TUNNEL_DYNAMIC;
	cm_text_printf(out, "                start_action = %s\n", waits ? "none" : "trap");
}

static void put_child(
	struct job *job, struct cm_text *out, size_t i, const char *local, const char *remote)
{
	cm_text_printf(out, "            %s-%zu {\n", job->name, i + 1);
	cm_text_printf(out, "                local_ts = %s\n                remote_ts = %s\n",
		local, remote);
	put_child_sa(job, out);
	cm_text_put(out, "            }\n");
}

static void put_children(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	cm_text_put(out, "        children {\n");
	for (size_t i = 0; i < far->n_selectors; i++) {
		const char *local = swan_ts(job, &far->selectors[i], true);
		const char *remote = local ? swan_ts(job, &far->selectors[i], false) : NULL;
		if (remote)
			put_child(job, out, i, local, remote);
	}
	if (far->n_selectors == 0)
		put_child(job, out, 0, "0.0.0.0/0", "0.0.0.0/0");
	cm_text_put(out, "        }\n");
}

static void put_secret(struct job *job, struct cm_text *out)
{
	const struct cm_tunnel *far = job->far;
	cm_text_printf(out, "secrets {\n    ike-%s {\n", job->name);
	if (far->has_local)
		cm_text_printf(out, "        id-1 = %s\n", job_ip(job, far->local));
	if (far->n_peers && far->peers[0].resolved)
		cm_text_printf(out, "        id-2 = %s\n", job_ip(job, far->peers[0].address));
	cm_text_printf(out, "        secret = %s\n    }\n}\n", swan_quote(job, job_secret(job)));
}

void write_swanctl(struct job *job)
{
	const struct cm_tunnel *far = job->far;
	struct cm_text *out = job_file(job, "swanctl.conf", job->request->secrets);
	bool peer_known = far->n_peers && far->peers[0].resolved;
	cm_text_printf(out, "# The far end of %.*s, for strongSwan (/etc/swanctl/conf.d/)\n",
		(int)job->near->router.length,
		job->near->router.length ? job->near->router.at : "");
	cm_text_printf(out, "connections {\n    %s {\n        version = %u\n", job->name,
		far->version ? far->version : 1u);
	cm_text_printf(out, "        local_addrs = %s\n        remote_addrs = %s\n",
		far->has_local ? job_ip(job, far->local) : "%any",
		peer_known ? job_ip(job, far->peers[0].address) : "%any");
	cm_text_printf(out, "        proposals = %s\n", swan_p1(job));
	if (far->version != 2 && far->aggressive_initiated)
		cm_text_put(out, "        aggressive = yes\n");
	cm_text_put(out, "        send_cert = never\n        send_certreq = no\n");
	if (!far->ike_fragmentation)
		cm_text_put(out, "        fragmentation = no\n");
	put_lifetimes(job, out);
	put_dpd(job, out);
	put_ends(job, out);
	put_children(job, out);
	cm_text_put(out, "    }\n}\n");
	put_secret(job, out);
}
