#include "generate/linksys.h"

#include <string.h>

/* Firmware pages of the WAG54G family and the user guides of the others. */
/* clang-format off */
static const struct device devices[] = {
	{ .face = { "wag54g", "Linksys WAG54G" },
		.p1_ciphers = "des 3des", .p1_hashes = "md5 sha1", .p1_groups = "1 2",
		.p2_ciphers = "des 3des aes-128", .p2_hashes = "md5 sha1",
		.p1_life = { 300, 604800 }, .p2_life = { 120, 604800 },
		.key_most = 24, .key_alnum = true,
		.more_offers = "DES/MD5/768-bit, 3DES/SHA/1024-bit and 3DES/MD5/1024-bit" },
	{ .face = { "ag241", "Linksys AG241 and WAG200G" },
		.p1_ciphers = "des 3des", .p1_hashes = "md5 sha1", .p1_groups = "1 2",
		.p2_ciphers = "des 3des aes-128", .p2_hashes = "md5 sha1",
		.p1_life = { 300, 604800 }, .p2_life = { 120, 604800 },
		.key_most = 24, .key_alnum = true,
		.more_offers = "DES/MD5/768-bit, 3DES/SHA/1024-bit and 3DES/MD5/1024-bit" },
	{ .face = { "befvp41", "Linksys BEFVP41 and BEFSX41" },
		.p1_ciphers = "des 3des", .p1_hashes = "md5 sha1", .p1_groups = "1 2",
		.p2_ciphers = "des 3des", .p2_hashes = "md5 sha1",
		.p1_life = { 300, 604800 }, .p2_life = { 120, 604800 },
		.key_most = 24, .key_alnum = true },
	{ .face = { "rv042", "Linksys RV016, RV042 and RV082" },
		.p1_ciphers = "des 3des aes-128 aes-192 aes-256", .p1_hashes = "md5 sha1",
		.p1_groups = "1 2 5",
		.p2_ciphers = "null des 3des aes-128 aes-192 aes-256", .p2_hashes = "md5 sha1",
		.p1_life = { 120, 86400 }, .p2_life = { 120, 28800 },
		.key_most = 30, .own_pfs_group = true },
	{ .face = { "wrv54g", "Linksys WRV54G" },
		.p1_ciphers = "des 3des aes-128", .p1_hashes = "md5 sha1", .p1_groups = "1 2 5",
		.p2_ciphers = "des 3des aes-128", .p2_hashes = "md5 sha1",
		.p1_life = { 300, 604800 }, .p2_life = { 120, 604800 },
		.key_most = 24, .key_alnum = true },
};
/* clang-format on */

enum { N_DEVICES = sizeof devices / sizeof *devices };

const struct cm_device *cm_device_at(size_t index)
{
	return index < N_DEVICES ? &devices[index].face : NULL;
}

const struct device *device_named(const char *name)
{
	for (size_t i = 0; i < N_DEVICES; i++)
		if (!name || strcmp(devices[i].face.name, name) == 0)
			return &devices[i];
	return NULL;
}

/* Is `word` one of the blank separated words? */
static bool among(const char *words, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = words; *at;) {
		const char *end = strchr(at, ' ');
		size_t n = end ? (size_t)(end - at) : strlen(at);
		if (n == length && memcmp(at, word, n) == 0)
			return true;
		at = end ? end + 1 : at + n;
	}
	return false;
}

static bool holds_p1(const struct device *d, const struct cm_p1 *p)
{
	return p->cipher && p->hash && p->group && p->auth &&
		among(d->p1_ciphers, p->cipher->name) && among(d->p1_hashes, p->hash->name) &&
		among(d->p1_groups, p->group->ios) && strcmp(p->auth->name, "pre-share") == 0;
}

static bool holds_p2(const struct device *d, const struct cm_p2 *p)
{
	return !p->ah && p->cipher && p->hash && among(d->p2_ciphers, p->cipher->name) &&
		among(d->p2_hashes, p->hash->name);
}

/* The first policy that the box can hold; what it cannot hold is said, policy by policy. */
static const struct cm_p1 *choose_p1(struct job *job, const struct device *d)
{
	const struct cm_p1 *chosen = NULL;
	for (size_t i = 0; i < job->far->n_p1; i++) {
		const struct cm_p1 *p = &job->far->p1[i];
		if (holds_p1(d, p)) {
			chosen = chosen ? chosen : p;
			continue;
		}
		if (p->built_in || !p->cipher || !p->hash || !p->group || !p->auth)
			continue;
		const char *what = !among(d->p1_ciphers, p->cipher->name) ? p->cipher->name
			: !among(d->p1_hashes, p->hash->name)             ? p->hash->name
			: !among(d->p1_groups, p->group->ios)             ? p->group->name
									  : p->auth->name;
		job_problem(job, CM_INFO, p->at, "policy %u cannot be set on the %s: no %s there",
			p->priority, d->face.title, what);
	}
	if (!chosen)
		job_problem(job, CM_ERROR, job->near->at,
			"no policy of the router can be set on the %s", d->face.title);
	return chosen;
}

static const struct cm_p2 *choose_p2(struct job *job, const struct device *d)
{
	for (size_t i = 0; i < job->far->n_p2; i++) {
		const struct cm_p2 *p = &job->far->p2[i];
		if (holds_p2(d, p))
			return p;
		job_problem(job, CM_INFO, p->at, "transform-set %.*s cannot be set on the %s",
			(int)p->name.length, p->name.at, d->face.title);
	}
	job_problem(job, CM_ERROR, job->near->at,
		"no transform-set of the router can be set on the %s", d->face.title);
	return NULL;
}

static void add(struct job *job, struct form *form, struct field field)
{
	struct field *f = ARENA_PUSH(job->arena, form->fields, form->n, form->room);
	if (f)
		*f = field;
}

static const char *clamp(struct job *job, const char *what, uint32_t seconds,
	const uint32_t range[2], struct cm_span at)
{
	uint32_t value = seconds < range[0] ? range[0] : seconds > range[1] ? range[1] : seconds;
	if (value != seconds)
		job_problem(job, CM_WARNING, at,
			"%s of %u s is outside %u-%u; %u is the nearest, and the smaller of both ends is used",
			what, seconds, range[0], range[1], value);
	const char *text = arena_printf(job->arena, "%u", value);
	return text ? text : "";
}

static void check_key(struct job *job, const struct device *d)
{
	const struct cm_psk *key = job_key(job);
	if (!key || key->sealed)
		return;
	if (key->secret.length > d->key_most)
		job_problem(job, CM_ERROR, key->at,
			"the key has %zu characters; the %s takes at most %u", key->secret.length,
			d->face.title, d->key_most);
	for (size_t i = 0; d->key_alnum && i < key->secret.length; i++) {
		char c = key->secret.at[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			continue;
		job_problem(job, CM_ERROR, key->at,
			"the key holds characters that are no letter or digit; the %s refuses them",
			d->face.title);
		return;
	}
}

static void add_group(
	struct job *job, struct form *form, const char *section, const struct cm_net *net)
{
	static const char page[] = "VPN", choices[] = "IP Addr.|Subnet|Any";
	bool host = net->mask == 0xffffffff, any = net->mask == 0;
	add(job, form,
		(struct field){ page, section, "Type", FIELD_CHOICE, choices,
			any            ? "Any"
				: host ? "IP Addr."
				       : "Subnet",
			NULL });
	if (any)
		return;
	add(job, form,
		(struct field){
			page, section, "IP", FIELD_TEXT, NULL, job_ip(job, net->address), NULL });
	if (!host)
		add(job, form,
			(struct field){ page, section, "Mask", FIELD_TEXT, NULL,
				job_ip(job, net->mask), NULL });
}

static void add_selector(struct job *job, struct form *form)
{
	const struct cm_tunnel *far = job->far;
	if (far->n_selectors == 0) {
		job_problem(job, CM_ERROR, job->near->at, "no subnet pair to set on the far end");
		return;
	}
	const struct cm_selector *s = &far->selectors[0];
	if (!cm_mask_is_prefix(s->local.mask) || !cm_mask_is_prefix(s->remote.mask))
		job_problem(job, CM_ERROR, s->at, "a wildcard with holes is no subnet");
	if (s->protocol)
		job_problem(job, CM_ERROR, s->at,
			"the gateway protects all of IP between its groups, never one protocol or port");
	for (size_t i = 1; i < far->n_selectors; i++)
		job_problem(job, CM_WARNING, far->selectors[i].at,
			"one tunnel holds one pair of groups: this line needs a tunnel entry of its own");
	add_group(job, form, "Local Secure Group", &s->local);
	add_group(job, form, "Remote Secure Group", &s->remote);
}

static void add_gateway(struct job *job, struct form *form)
{
	static const char page[] = "VPN", section[] = "Remote Secure Gateway";
	const struct cm_tunnel *far = job->far;
	bool known = far->n_peers && far->peers[0].resolved;
	add(job, form,
		(struct field){ page, section, "Type", FIELD_CHOICE, "IP Addr.|FQDN|Any",
			known ? "IP Addr." : "Any", NULL });
	if (known)
		add(job, form,
			(struct field){ page, section, "IP Address", FIELD_TEXT, NULL,
				job_ip(job, far->peers[0].address),
				"the router's address on its map's interface" });
}

static const char *pfs_value(const struct job *job)
{
	return job->far->pfs.demanded ? "Enable" : "Disable";
}

static void check_pfs(struct job *job, const struct device *d, const struct cm_p1 *p1)
{
	const struct cm_pfs *pfs = &job->far->pfs;
	if (!pfs->demanded || !pfs->group)
		return;
	if (!among(d->p1_groups, pfs->group->ios))
		job_problem(job, CM_ERROR, pfs->at, "PFS with group %s cannot be set on the %s",
			pfs->group->ios, d->face.title);
	else if (!d->own_pfs_group && p1 && p1->group != pfs->group)
		job_problem(job, CM_ERROR, pfs->at,
			"the %s uses its phase 1 group for PFS: group %s there, group %s demanded here",
			d->face.title, p1->group->ios, pfs->group->ios);
}

static const char *phase2_note(struct job *job, const struct cm_p1 *p1)
{
	if (!p1 || p1->lifetime_s <= job->far->lifetime_s)
		return NULL;
	return arena_printf(job->arena,
		"phase 2 of the router is %u s (%s); typing its phase 1 value %u here does no harm, "
		"both ends then use the smaller, %u",
		job->far->lifetime_s, job_line(job, job->near->lifetime_s_at), p1->lifetime_s,
		job->far->lifetime_s);
}

/* The page has IOS's own name for it. */
static const char *key_label(void)
{
	return cm_auth_named("pre-share")->show;
}

static void add_keys(
	struct job *job, struct form *form, const struct cm_p1 *p1, const struct cm_p2 *p2)
{
	static const char page[] = "VPN", section[] = "Key Management";
	const struct device *d = form->device;
	add(job, form,
		(struct field){ page, "Algorithms", "Encryption", FIELD_CHOICE,
			"Disable|DES|3DES|AES", p2 ? p2->cipher->linksys : "?", NULL });
	add(job, form,
		(struct field){ page, "Algorithms", "Authentication", FIELD_CHOICE,
			"Disable|MD5|SHA", p2 ? p2->hash->linksys : "?", NULL });
	add(job, form,
		(struct field){ page, section, "Key Exchange Method", FIELD_CHOICE,
			"Auto (IKE)|Manual", "Auto (IKE)", NULL });
	add(job, form,
		(struct field){ page, section, "PFS", FIELD_CHOICE, "Enable|Disable",
			pfs_value(job),
			job->far->pfs.demanded ? NULL : "the router takes an offer with PFS too" });
	struct cm_str secret = job_secret(job);
	add(job, form,
		(struct field){ page, section, key_label(), FIELD_SECRET, NULL,
			arena_copy(job->arena, secret), NULL });
	add(job, form,
		(struct field){ page, section, "Key Lifetime (seconds)", FIELD_TEXT, NULL,
			clamp(job, "the phase 2 lifetime", job->far->lifetime_s, d->p2_life,
				job->near->lifetime_s_at),
			phase2_note(job, p1) });
}

static void add_phase1(struct job *job, struct form *form, const struct cm_p1 *p1)
{
	static const char page[] = "Advanced", section[] = "Phase 1";
	const struct device *d = form->device;
	const char *why = p1
		? arena_printf(job->arena, "policy %u, %s", p1->priority, job_line(job, p1->at))
		: NULL;
	add(job, form,
		(struct field){ page, section, "Operation Mode", FIELD_CHOICE,
			"Main mode|Aggressive mode",
			job->far->aggressive_initiated ? "Aggressive mode" : "Main mode", NULL });
	add(job, form,
		(struct field){ page, section, "Proposal 1: Encryption", FIELD_CHOICE, "DES|3DES",
			p1 ? p1->cipher->linksys : "?", why });
	add(job, form,
		(struct field){ page, section, "Proposal 1: Authentication", FIELD_CHOICE,
			"MD5|SHA", p1 ? p1->hash->linksys : "?", NULL });
	add(job, form,
		(struct field){ page, section, "Proposal 1: Group", FIELD_CHOICE,
			"768-bit|1024-bit", p1 ? p1->group->linksys : "?", NULL });
	add(job, form,
		(struct field){ page, section, "Key Lifetime (seconds)", FIELD_TEXT, NULL,
			clamp(job, "the phase 1 lifetime", p1 ? p1->lifetime_s : 86400, d->p1_life,
				p1 ? p1->where.lifetime : job->near->at),
			NULL });
	if (d->more_offers)
		add(job, form,
			(struct field){ page, section, "Also offered by itself", FIELD_SHOWN, NULL,
				d->more_offers, "in main mode; cannot be changed" });
}

static void add_phase2(
	struct job *job, struct form *form, const struct cm_p1 *p1, const struct cm_p2 *p2)
{
	static const char page[] = "Advanced", section[] = "Phase 2";
	const struct device *d = form->device;
	const struct cm_group *group = d->own_pfs_group && job->far->pfs.group ? job->far->pfs.group
		: p1                                                           ? p1->group
									       : NULL;
	add(job, form,
		(struct field){ page, section, "Proposal: Encryption", FIELD_SHOWN, NULL,
			p2 ? p2->cipher->linksys : "?", "copied from the VPN page" });
	add(job, form,
		(struct field){ page, section, "Proposal: Authentication", FIELD_SHOWN, NULL,
			p2 ? p2->hash->linksys : "?", "copied from the VPN page" });
	add(job, form,
		(struct field){
			page, section, "Proposal: PFS", FIELD_SHOWN, NULL, pfs_value(job), NULL });
	add(job, form,
		(struct field){ page, section, "Proposal: Group", FIELD_CHOICE, "768-bit|1024-bit",
			group ? group->linksys : "?",
			d->own_pfs_group ? NULL : "the same as in phase 1" });
	const char *life = arena_printf(job->arena, "%u", job->far->lifetime_s);
	add(job, form,
		(struct field){ page, section, "Key Lifetime (seconds)", FIELD_SHOWN, NULL,
			life ? life : "", "copied from the VPN page" });
	add(job, form,
		(struct field){ page, "Other Settings", "NAT Traversal", FIELD_CHECK, NULL,
			job->near->nat_t ? "on" : "off", NULL });
	add(job, form,
		(struct field){ page, "Other Settings", "NetBIOS broadcast", FIELD_CHECK, NULL,
			"off", NULL });
	add(job, form,
		(struct field){ page, "Other Settings", "Anti-replay", FIELD_CHECK, NULL,
			job->near->replay_window ? "on" : "off", NULL });
	add(job, form,
		(struct field){ page, "Other Settings", "Keep-Alive", FIELD_CHECK, NULL, "on",
			"brings the tunnel up without waiting for traffic" });
}

static void check_modes(struct job *job, const struct cm_p2 *p2)
{
	if (p2 && p2->mode == CM_MODE_TRANSPORT)
		job_problem(job, CM_ERROR, p2->mode_at, "the gateway knows tunnel mode only");
	if (job->far->version == 2)
		job_problem(job, CM_ERROR, job->near->at, "the gateway knows IKEv1 only");
}

void write_linksys(struct job *job)
{
	struct form form = { .device = device_named(job->request->device) };
	if (!form.device) {
		job_problem(job, CM_ERROR, job->near->at, "no gateway of that name is known");
		return;
	}
	const struct cm_p1 *p1 = choose_p1(job, form.device);
	const struct cm_p2 *p2 = choose_p2(job, form.device);
	check_modes(job, p2);
	check_key(job, form.device);
	check_pfs(job, form.device, p1);
	add(job, &form,
		(struct field){ "VPN", "Tunnel", "Tunnel Entry", FIELD_CHOICE,
			"Tunnel 1|Tunnel 2|Tunnel 3|Tunnel 4|Tunnel 5", "Tunnel 1",
			"any that is free" });
	add(job, &form,
		(struct field){ "VPN", "Tunnel", "IPSec VPN Tunnel", FIELD_CHOICE, "Enable|Disable",
			"Enable", NULL });
	add(job, &form,
		(struct field){ "VPN", "Tunnel", "Tunnel Name", FIELD_TEXT, NULL,
			arena_printf(job->arena, "%.20s", job->name), NULL });
	add_selector(job, &form);
	add_gateway(job, &form);
	add_keys(job, &form, p1, p2);
	add_phase1(job, &form, p1);
	add_phase2(job, &form, p1, p2);
	if (job->request->html)
		form_print_html(job, &form, job_file(job, "linksys.html", job->request->secrets));
	else
		form_print_text(job, &form, job_file(job, "linksys.txt", job->request->secrets));
}
