/*
 * What the statements about IPsec SAs share: the same lines stand globally, in crypto map entries
 * and in IPsec profiles, and fall back from one to the next.
 */
#ifndef MODEL_IPSEC_H
#define MODEL_IPSEC_H

#include "model/build.h"

/* `set …` lines at work on one entry or profile. */
struct settings_work {
	struct cm_sa_settings *sa;
	struct vec transform_sets;
};

/* The global values, as defaults. */
void default_settings(const struct build *, struct cm_sa_settings *);
/* Apply one line; false when it is no setting. */
bool apply_setting(struct build *, struct settings_work *, const struct node *);
/* Take over what was collected; the work is ready for the next. */
void settings_take(struct build *, struct settings_work *);

void set_lifetime(struct build *, struct cm_number *seconds, struct cm_number *kilobytes,
	const struct node *, struct cm_number default_s, struct cm_number default_kb);
void set_replay(struct cm_number *window, const struct node *, uint32_t by_default);
void set_df(struct build *, enum cm_df *, struct cm_span *at, const struct node *);
void set_fragmentation(struct build *, struct cm_flag *after, const struct node *);

#endif
