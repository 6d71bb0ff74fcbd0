/* crypto ipsec …: global values, and the `set …` lines that maps and profiles share */
#include "model/ipsec.h"

#include <string.h>

enum {
	LIFETIME_S = 3600,
	LIFETIME_KB = 4608000,
	REPLAY_WINDOW = 64,
	DAY_S = 86400,
};

void default_ipsec(struct build *b)
{
	struct cm_ipsec *ipsec = &b->m->ipsec;
	ipsec->lifetime_s.value = LIFETIME_S;
	ipsec->lifetime_kb.value = LIFETIME_KB;
	ipsec->replay_window.value = REPLAY_WINDOW;
	ipsec->nat_transparency.on = true;
}

/* seconds, days or kilobytes; `no` needs only the word, and without one means both. */
void set_lifetime(struct build *b, struct cm_number *seconds, struct cm_number *kilobytes,
	const struct node *n, struct cm_number default_s, struct cm_number default_kb)
{
	bool is_seconds = node_has(n, ROLE_SECONDS), is_days = node_has(n, ROLE_DAYS);
	bool is_kilobytes = node_has(n, ROLE_KILOBYTES) || node_has(n, ROLE_DISABLE);
	if (undoes(n)) {
		const char *what = role_word(b, n, ROLE_WHAT);
		bool volume = strcmp(what, "kilobytes") == 0;
		if (!volume)
			*seconds = default_s;
		if (volume || !*what)
			*kilobytes = default_kb;
	} else if (is_seconds) {
		*seconds = (struct cm_number){ node_value(n, ROLE_SECONDS, 0), n->span };
	} else if (is_days) {
		*seconds = (struct cm_number){ node_value(n, ROLE_DAYS, 0) * DAY_S, n->span };
	} else if (is_kilobytes) {
		*kilobytes = (struct cm_number){ node_value(n, ROLE_KILOBYTES, 0), n->span };
	}
}

void set_replay(struct cm_number *window, const struct node *n, uint32_t by_default)
{
	if (undoes(n))
		*window = (struct cm_number){ by_default, { 0, 0 } };
	else
		*window = (struct cm_number){ node_value(n, ROLE_WINDOW, 0), n->span };
}

void set_df(struct build *b, enum cm_df *df, struct cm_span *at, const struct node *n)
{
	const char *word = undoes(n) ? "" : role_word(b, n, ROLE_MODE);
	*df = strcmp(word, "clear") == 0   ? CM_DF_CLEAR
		: strcmp(word, "set") == 0 ? CM_DF_SET
					   : CM_DF_COPY;
	*at = undoes(n) ? (struct cm_span){ 0, 0 } : n->span;
}

void set_fragmentation(struct build *b, struct cm_flag *after, const struct node *n)
{
	bool is_after = role_is(b, n, ROLE_MODE, "after-encryption");
	if (undoes(n))
		*after = (struct cm_flag){ false, { 0, 0 } };
	else
		*after = (struct cm_flag){ is_after, n->span };
}

/* `no crypto ipsec nat-transparency udp-encapsulation` switches NAT-T off. */
static void set_transparency(struct build *b, const struct node *n)
{
	struct cm_flag *flag = &b->m->ipsec.nat_transparency;
	if (role_is(b, n, ROLE_MODE, "spi-matching"))
		*flag = (struct cm_flag){ undoes(n), n->span };
	else
		set_flag(flag, n, true);
}

static void set_deny(struct build *b, const struct node *n)
{
	const char *word = undoes(n) ? "" : role_word(b, n, ROLE_MODE);
	b->m->ipsec.ipv4_deny = strcmp(word, "clear") == 0 ? CM_DENY_CLEAR
		: strcmp(word, "drop") == 0                ? CM_DENY_DROP
							   : CM_DENY_JUMP;
}

void apply_ipsec_global(struct build *b, const struct node *n)
{
	struct cm_ipsec *ipsec = &b->m->ipsec;
	switch ((enum kind)n->kind) {
	case KIND_IPSEC_LIFETIME:
		set_lifetime(b, &ipsec->lifetime_s, &ipsec->lifetime_kb, n,
			(struct cm_number){ LIFETIME_S, { 0, 0 } },
			(struct cm_number){ LIFETIME_KB, { 0, 0 } });
		break;
	case KIND_IPSEC_IDLE:
		set_number(&ipsec->idle_s, n, ROLE_SECONDS, 0);
		break;
	case KIND_IPSEC_REPLAY:
		set_replay(&ipsec->replay_window, n, REPLAY_WINDOW);
		break;
	case KIND_IPSEC_DF_BIT:
		set_df(b, &ipsec->df, &ipsec->df_at, n);
		break;
	case KIND_IPSEC_FRAGMENTATION:
		set_fragmentation(b, &ipsec->fragment_after, n);
		break;
	case KIND_IPSEC_NAT_TRANSPARENCY:
		set_transparency(b, n);
		break;
	case KIND_IPSEC_IPV4_DENY:
		set_deny(b, n);
		break;
	default:
		break;
	}
}

/* --- settings shared by maps and profiles ----------------------------------------------------------- */

void default_settings(const struct build *b, struct cm_sa_settings *sa)
{
	const struct cm_ipsec *ipsec = &b->m->ipsec;
	const struct cm_span none = { 0, 0 };
	sa->lifetime_s = (struct cm_number){ ipsec->lifetime_s.value, none };
	sa->lifetime_kb = (struct cm_number){ ipsec->lifetime_kb.value, none };
	sa->idle_s = (struct cm_number){ ipsec->idle_s.value, none };
	sa->replay_window = (struct cm_number){ ipsec->replay_window.value, none };
	sa->df = ipsec->df;
}

/* A new line replaces the whole list; `no` with names takes these out, without empties it. */
static void set_transform_sets(struct build *b, struct settings_work *work, const struct node *n)
{
	if (!undoes(n) || !node_has(n, ROLE_TRANSFORM_SET))
		work->transform_sets.n = 0;
	for (const struct arg *a = node_arg(n, ROLE_TRANSFORM_SET); a; a = node_arg_next(n, a)) {
		struct cm_transform_set_ref ref;
		set_ref_arg(b, &ref, a);
		struct cm_transform_set_ref *refs = work->transform_sets.items;
		size_t i = 0;
		while (i < work->transform_sets.n && !cm_str_same(refs[i].name, ref.name))
			i++;
		if (undoes(n) && i < work->transform_sets.n)
			vec_drop(&work->transform_sets, i, sizeof *refs);
		else if (!undoes(n) && i == work->transform_sets.n)
			*VEC_NEW(b, &work->transform_sets, struct cm_transform_set_ref) = ref;
	}
}

/* ios.md 2.7: a bare `set pfs` is group 1, from XE 17.15 on group 14. */
static void set_pfs(struct build *b, struct cm_pfs *pfs, const struct node *n)
{
	*pfs = (struct cm_pfs){ 0 };
	if (undoes(n))
		return;
	unsigned bare = b->release.known && cm_release_since(b->release, "17.15", false) ? 14 : 1;
	unsigned number = node_value(n, ROLE_GROUP, bare);
	pfs->demanded = true;
	pfs->bare = !node_has(n, ROLE_GROUP);
	pfs->group = cm_group_numbered(number);
	pfs->at = n->span;
}

bool apply_setting(struct build *b, struct settings_work *work, const struct node *n)
{
	struct cm_sa_settings *sa = work->sa;
	const struct cm_ipsec *ipsec = &b->m->ipsec;
	const struct cm_span none = { 0, 0 };
	switch ((enum kind)n->kind) {
	case KIND_SET_TRANSFORM_SET:
		set_transform_sets(b, work, n);
		return true;
	case KIND_SET_PFS:
		set_pfs(b, &sa->pfs, n);
		return true;
	case KIND_SET_LIFETIME:
		set_lifetime(b, &sa->lifetime_s, &sa->lifetime_kb, n,
			(struct cm_number){ ipsec->lifetime_s.value, none },
			(struct cm_number){ ipsec->lifetime_kb.value, none });
		return true;
	case KIND_SET_LEVEL:
		set_flag(&sa->per_host, n, false);
		return true;
	case KIND_SET_IDLE:
		set_number(&sa->idle_s, n, ROLE_SECONDS, ipsec->idle_s.value);
		return true;
	case KIND_SET_REPLAY:
		set_replay(&sa->replay_window, n, ipsec->replay_window.value);
		return true;
	case KIND_SET_DF_BIT:
		set_df(b, &sa->df, &sa->df_at, n);
		if (undoes(n))
			sa->df = ipsec->df;
		return true;
	case KIND_SET_ISAKMP_PROFILE:
		set_ref(b, &sa->isakmp_profile, n, ROLE_PROFILE);
		return true;
	case KIND_SET_IKEV2_PROFILE:
		set_ref(b, &sa->ikev2_profile, n, ROLE_IKEV2_PROFILE);
		return true;
	case KIND_RESPONDER_ONLY:
		set_flag(&sa->responder_only, n, false);
		return true;
	case KIND_REVERSE_ROUTE:
		set_flag(&sa->reverse_route, n, false);
		sa->reverse_route_static = !undoes(n) && node_has(n, ROLE_STATIC);
		return true;
	default:
		return false;
	}
}

void settings_take(struct build *b, struct settings_work *work)
{
	struct cm_sa_settings *sa = work->sa;
	sa->transform_sets = vec_take(
		b, &work->transform_sets, sizeof *sa->transform_sets, &sa->n_transform_sets);
}

/* --- crypto ipsec profile --------------------------------------------------------------------------- */

void collect_ipsec_profile(struct build *b, const struct node *n)
{
	if (cm_str_is(build_name(b, n, ROLE_NAME), "default"))
		b->no_default_ipsec_profile = n->negated;
	collect_named(b, FAMILY_IPSEC_PROFILE, n);
}

static void profile_line(struct build *b, void *object, const struct node *n)
{
	apply_setting(b, object, n);
}

static apply_line *const profile_lines[KINDS] = {
	[KIND_SET_TRANSFORM_SET] = profile_line,
	[KIND_SET_PFS] = profile_line,
	[KIND_SET_LIFETIME] = profile_line,
	[KIND_SET_LEVEL] = profile_line,
	[KIND_SET_IDLE] = profile_line,
	[KIND_SET_REPLAY] = profile_line,
	[KIND_SET_DF_BIT] = profile_line,
	[KIND_SET_ISAKMP_PROFILE] = profile_line,
	[KIND_SET_IKEV2_PROFILE] = profile_line,
	[KIND_RESPONDER_ONLY] = profile_line,
	[KIND_REVERSE_ROUTE] = profile_line,
};

/* ios.md 2.6: built in like the transform-set of the same name, which it uses. */
static bool has_built_in(const struct build *b)
{
	return cm_release_since(b->release, "12.4(20)T", true) &&
		!thing_find(b, FAMILY_IPSEC_PROFILE, 0, cm_str_of("default"), 0) &&
		!b->no_default_ipsec_profile;
}

static void make_built_in(struct build *b, struct cm_ipsec_profile *profile)
{
	struct cm_transform_set_ref *set = build_array(b, 1, sizeof *set);
	profile->name = cm_str_of("default");
	profile->built_in = true;
	default_settings(b, &profile->sa);
	if (!set)
		return;
	set->name = cm_str_of("default");
	profile->sa.transform_sets = set;
	profile->sa.n_transform_sets = 1;
}

void make_ipsec_profiles(struct build *b)
{
	size_t n = 0;
	struct settings_work work = { 0 };
	struct cm_ipsec_profile *all =
		build_array(b, b->alive[FAMILY_IPSEC_PROFILE] + 1, sizeof *all);
	for (struct thing *t = all ? b->head[FAMILY_IPSEC_PROFILE] : NULL; t; t = t->next) {
		if (t->dead)
			continue;
		struct cm_ipsec_profile *profile = &all[n];
		t->index = (uint32_t)n++;
		profile->name = t->name;
		profile->at = thing_at(t);
		work.sa = &profile->sa;
		default_settings(b, work.sa);
		each_line(b, t, &work, profile_lines);
		settings_take(b, &work);
	}
	if (all && has_built_in(b))
		make_built_in(b, &all[n++]);
	vec_free(&work.transform_sets);
	b->m->ipsec_profiles = all;
	b->m->n_ipsec_profiles = n;
}
