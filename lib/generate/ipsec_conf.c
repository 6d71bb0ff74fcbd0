#include "generate/swan.h"

/*
 * ipsec.conf and ipsec.secrets. One format, two readers: strongSwan's starter and libreswan's
 * addconn share most words; where they differ, the request says whose are written.
 */

/* The words that differ between the two readers. */
struct dialect {
	const char *ikev1, *ikev2, *aggressive, *life, *on_demand, *strict, *window;
};

static const struct dialect strongswan = {
	.ikev1 = "keyexchange=ikev1",
	.ikev2 = "keyexchange=ikev2",
	.aggressive = "aggressive=yes",
	.life = "lifetime",
	.on_demand = "route",
	.strict = "!",
	.window = "replay_window",
};
static const struct dialect libreswan = {
	.ikev1 = "ikev2=no",
	.ikev2 = "ikev2=insist",
	.aggressive = "aggressive=yes",
	.life = "salifetime",
	.on_demand = "ondemand",
	.strict = "",
	.window = "replay-window",
};

static void put_end(struct job *job, struct cm_text *out, const char *side, bool known,
	uint32_t address, const struct cm_identity *id)
{
	cm_text_printf(out, "    %s=%s\n", side, known ? job_ip(job, address) : "%any");
	if (id->at.start != id->at.end) {
		const char *at = id->kind == CM_ID_FQDN ? "@" : "";
		cm_text_printf(out, "    %sid=%s%s\n", side, at, swan_id(job, id, known, address));
	}
}

static void put_phase1(struct job *job, struct cm_text *out, const struct dialect *words)
{
	const struct cm_tunnel *far = job->far;
	uint32_t life = swan_p1_lifetime(job);
	cm_text_printf(out, "    %s\n", far->version == 2 ? words->ikev2 : words->ikev1);
	cm_text_put(out, "    authby=secret\n");
	cm_text_printf(out, "    ike=%s%s\n", swan_p1(job), words->strict);
	cm_text_printf(out, "    ikelifetime=%us\n", life);
	if (far->version != 2 && far->aggressive_initiated)
		cm_text_printf(out, "    %s\n", words->aggressive);
	if (far->dpd.interval_s)
		cm_text_printf(out, "    dpddelay=%u\n    dpdtimeout=%u\n    dpdaction=hold\n",
			far->dpd.interval_s, far->dpd.interval_s + 5u * far->dpd.retry_s);
}

static void put_phase2(struct job *job, struct cm_text *out, const struct dialect *words)
{
	const struct cm_tunnel *far = job->far;
	const char *esp = swan_esp(job);
	if (*esp)
		cm_text_printf(out, "    esp=%s%s\n", esp, words->strict);
	else
		cm_text_printf(out, "    ah=%s%s\n", swan_ah(job), words->strict);
	if (job->request->libreswan)
		cm_text_printf(out, "    pfs=%s\n", far->pfs.demanded ? "yes" : "no");
	cm_text_printf(out, "    type=%s\n", swan_transport(job) ? "transport" : "tunnel");
	cm_text_printf(out, "    %s=%us\n", words->life, far->lifetime_s);
	cm_text_printf(
		out, "    rekeymargin=%us\n    rekeyfuzz=0%%\n", swan_margin(far->lifetime_s));
	if (!job->request->libreswan && far->lifetime_kb)
		cm_text_printf(
			out, "    lifebytes=%llu\n", (unsigned long long)far->lifetime_kb * 1024);
	if (far->replay_window != 32)
		cm_text_printf(out, "    %s=%u\n", words->window, far->replay_window);
}

/* ipsec.conf keeps protocol and port in leftprotoport; the subnet is the rest. */
static void put_selector(struct job *job, struct cm_text *out, const struct cm_selector *s)
{
	static const char *const sides[] = { "left", "right" };
	for (int i = 0; i < 2; i++) {
		const struct cm_net *net = i ? &s->remote : &s->local;
		const uint16_t *port = i ? s->remote_port : s->local_port;
		cm_text_printf(out, "    %ssubnet=%s/%u\n", sides[i], job_ip(job, net->address),
			cm_mask_bits(net->mask));
		if (s->protocol == 0)
			continue;
		if (port[0] == 0 && port[1] == 65535)
			cm_text_printf(out, "    %sprotoport=%u/%%any\n", sides[i], s->protocol);
		else
			cm_text_printf(
				out, "    %sprotoport=%u/%u\n", sides[i], s->protocol, port[0]);
	}
}

static bool selector_fits(struct job *job, const struct cm_selector *s)
{
	if (!cm_mask_is_prefix(s->local.mask) || !cm_mask_is_prefix(s->remote.mask)) {
		job_problem(job, CM_ERROR, s->at,
			"a wildcard with holes is no subnet: the far end cannot be told this line");
		return false;
	}
	return true;
}

static void put_connections(struct job *job, struct cm_text *out, const struct dialect *words)
{
	const struct cm_tunnel *far = job->far;
	bool waits = far->n_peers == 0 || far->peers[0].any || far->kind == CM_TUNNEL_DYNAMIC;
	for (size_t i = 0; i < far->n_selectors; i++) {
		if (!selector_fits(job, &far->selectors[i]))
			continue;
		cm_text_printf(out, "\nconn %s-%zu\n    also=%s\n", job->name, i + 1, job->name);
		put_selector(job, out, &far->selectors[i]);
		cm_text_printf(out, "    auto=%s\n", waits ? "add" : words->on_demand);
	}
}

/* Neither reader unescapes a quoted key: one that holds a quote is written in hex. */
static void put_key(struct cm_text *out, struct cm_str key)
{
	bool plain = true;
	for (size_t i = 0; i < key.length; i++)
		if (key.at[i] == '"' || key.at[i] < ' ' || key.at[i] > '~')
			plain = false;
	if (plain) {
		cm_text_printf(out, "\"%.*s\"", (int)key.length, key.at);
		return;
	}
	cm_text_put(out, "0x");
	for (size_t i = 0; i < key.length; i++)
		cm_text_printf(out, "%02x", (unsigned char)key.at[i]);
}

static void put_secrets(struct job *job)
{
	const struct cm_tunnel *far = job->far;
	struct cm_text *out = job_file(job, "ipsec.secrets", job->request->secrets);
	bool peer_known = far->n_peers && far->peers[0].resolved;
	cm_text_printf(out, "%s ", far->has_local ? job_ip(job, far->local) : "%any");
	cm_text_printf(out, "%s : PSK ", peer_known ? job_ip(job, far->peers[0].address) : "%any");
	put_key(out, job_secret(job));
	cm_text_char(out, '\n');
}

void write_ipsec_conf(struct job *job)
{
	const struct cm_tunnel *far = job->far;
	const struct dialect *words = job->request->libreswan ? &libreswan : &strongswan;
	struct cm_text *out = job_file(job, "ipsec.conf", false);
	bool peer_known = far->n_peers && far->peers[0].resolved;
	cm_text_printf(out, "# The far end of %.*s, for %s\n", (int)job->near->router.length,
		job->near->router.length ? job->near->router.at : "",
		job->request->libreswan ? "libreswan" : "strongSwan");
	cm_text_printf(out, "\nconn %s\n", job->name);
	put_phase1(job, out, words);
	put_phase2(job, out, words);
	put_end(job, out, "left", far->has_local, far->local, &far->local_id);
	put_end(job, out, "right", peer_known, peer_known ? far->peers[0].address : 0,
		&job->near->local_id);
	put_connections(job, out, words);
	put_secrets(job);
}
