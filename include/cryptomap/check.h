/*
 * The checker: what will keep a VPN from working or from being safe.
 *
 *     struct cm_findings *found = cm_check(document, NULL);
 *     const struct cm_diag *list = cm_findings_list(found, &n);
 *     … list[i].rule, .severity, .span, .message, .notes, .fixes …
 *     cm_findings_free(found);
 *
 * A rule is one row: its id is for ever, its examples are tests. cm_check gives everything that is
 * to be said about a document (what the reader and the model said included), sorted by place,
 * less what the options or comments in the text turn off. It changes nothing in the document, so
 * a document may be checked again with other options. A finding points into the document: free
 * the findings first.
 *
 * Comments that turn rules off are whole lines (`!` is no comment behind a command), each with an
 * optional reason; `remark` in a list is as good as `!`, and survives on the router:
 *     ! cryptomap: disable=ID[,ID…] REASON       the next line of commands
 *     ! cryptomap: disable-begin=ID[,ID…] REASON from here …
 *     ! cryptomap: disable-end[=ID,…]            … to here
 *     ! cryptomap: disable-file=ID[,ID…] REASON  the whole text
 * ID may be `all`, a family or a prefix, as in the options.
 */
#ifndef CRYPTOMAP_CHECK_H
#define CRYPTOMAP_CHECK_H

#include <cryptomap/diag.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_document;

/* One rule. All texts are static and never NULL. */
struct cm_rule {
	const char *id; /* "nat-not-exempt": kebab case, means the same for ever */
	enum cm_severity severity;
	const char *title;  /* one line, no full stop */
	const char *why;    /* what happens if nobody listens: a few sentences */
	const char *source; /* where that is written */
	const char *fix;    /* what to do: a sentence or two */
	const char *fires;  /* the smallest configuration that it speaks about */
	const char *silent; /* the same, put right */
	bool by_size;       /* only a very long text fires it: `fires` over and over */
};

/* How many rules there are. */
CM_API size_t cm_rules(void);
/* Rule `index`, by family, 0 to cm_rules() - 1; NULL beyond. */
CM_API const struct cm_rule *cm_rule(size_t index);
/* The rule with this id; NULL when there is none. */
CM_API const struct cm_rule *cm_rule_named(const char *id);
/* The family ("nat", "key", "reference", …) a rule belongs to. */
CM_API const char *cm_rule_family(const struct cm_rule *);
/*
 * True when a selector means this rule: its id, its family, a prefix of the id that ends at a
 * dash ("nat" and "nat-"), or "all".
 */
CM_API bool cm_rule_selected(const struct cm_rule *, const char *selector);

/* Against what algorithms are judged. */
enum cm_profile {
	CM_PROFILE_CURRENT, /* RFC 8247, RFC 8221, NIST SP 800-131A */
	CM_PROFILE_LEGACY,  /* only what is broken: old gateways must be served */
	CM_PROFILE_CNSA,    /* RFC 9206: only the algorithms of CNSA 1.0 */
};

/* All zero: every rule, every severity, profile current, comments honoured. */
struct cm_check_options {
	enum cm_profile profile;
	enum cm_severity least;    /* findings below are left out */
	const char *const *select; /* selectors; none: every rule */
	size_t n_select;
	const char *const *ignore; /* selectors; they win over `select` */
	size_t n_ignore;
	bool ignore_comments; /* report also what comments in the text turn off */
};

struct cm_findings;

/* Check every router of the document. `options` may be NULL. NULL only without memory. */
CM_API struct cm_findings *cm_check(
	const struct cm_document *, const struct cm_check_options *options);
CM_API void cm_findings_free(struct cm_findings *);
/* All findings by place. Belongs to the findings. */
CM_API const struct cm_diag *cm_findings_list(const struct cm_findings *, size_t *n);
/* How many findings comments in the text turned off. */
CM_API size_t cm_findings_suppressed(const struct cm_findings *);

/*
 * The text with the fixes made: the first fix of every finding, safe ones, and the others too
 * when `unsafe`. Of fixes that touch each other the first by place is made; check again for the
 * rest. Appends the whole new text to `out` and gives how many fixes were made.
 */
CM_API size_t cm_fix_text(const struct cm_document *, const struct cm_diag *, size_t n, bool unsafe,
	struct cm_text *out);

#ifdef __cplusplus
}
#endif
#endif
