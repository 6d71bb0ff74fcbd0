/*
 * Generators: what the far end must be set to, written in its own language.
 *
 * A generator sees one tunnel of ours and the peer meant; it mirrors the tunnel and writes the
 * mirror. What the far end cannot hold, or holds differently, is a problem: a sentence with the
 * line of our text that causes it. Problems never stop the writing. Targets are rows of one table;
 * nobody depends on a generator.
 *
 * Secrets are written only when the request asks for them; else a marked placeholder stands there.
 */
#ifndef CRYPTOMAP_GENERATE_H
#define CRYPTOMAP_GENERATE_H

#include <cryptomap/tunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cm_target {
	const char *name; /* "linksys", "swanctl", "ipsec.conf", "ios" */
	const char *summary;
	const char *file; /* name of the main file it writes */
};

/* All targets, in the order that --help lists them. */
CM_API const struct cm_target *cm_targets(size_t *n);

/* A small-office gateway that the target linksys knows. */
struct cm_device {
	const char *name;  /* "wag54g" */
	const char *title; /* "Linksys WAG54G" */
};
/* The gateways one by one; NULL behind the last. */
CM_API const struct cm_device *cm_device_at(size_t index);

struct cm_request {
	const struct cm_tunnel *tunnel; /* ours */
	size_t peer;                    /* which of its peers */
	bool secrets;
	bool html;                 /* linksys: a page that looks like the forms */
	bool libreswan;            /* ipsec.conf: libreswan's words where they differ */
	const char *device;        /* linksys: NULL is "wag54g" */
	struct cm_release release; /* ios: of the far end; unknown: ours */
};

struct cm_problem {
	enum cm_severity severity;
	const char *message;
	struct cm_span at; /* in our document; empty: nowhere */
};

struct cm_file {
	const char *name;
	struct cm_str text;
	bool secret; /* holds a key: write it for the owner's eyes only */
};

struct cm_generated;
/*
 * Write the far end. NULL: no such target, or no memory. The caller frees.
 * A tunnel that the target cannot express gives files as far as possible and problems at ERROR.
 */
CM_API struct cm_generated *cm_generate(const char *target, const struct cm_request *);
/*
 * One IOS router that is the far end of each of these tunnels, in one file. Of the request only
 * `secrets` and `release` count. NULL without memory. The caller frees.
 */
CM_API struct cm_generated *cm_generate_router(
	const struct cm_request *, const struct cm_tunnel *const *tunnels, size_t n);
CM_API const struct cm_file *cm_generated_files(const struct cm_generated *, size_t *n);
CM_API const struct cm_problem *cm_generated_problems(const struct cm_generated *, size_t *n);
CM_API void cm_generated_free(struct cm_generated *);

/* Append an ISAKMP policy as the router prints it, so numbered; a lifetime of 86400 s is left out. */
CM_API void cm_print_policy(struct cm_text *, const struct cm_p1 *, unsigned priority);

/*
 * The reverse: read a swanctl.conf and give the tunnels of that box, seen from it; one for each
 * connection (more when its children differ in more than selectors). What is wrong, or cannot be
 * carried over, goes to `diags` (spans of `text`; they live as long as the set). `text` must stay
 * until the set is freed. NULL only without memory.
 */
CM_API struct cm_tunnels *cm_tunnels_of_swanctl(
	struct cm_str text, const struct cm_diag **diags, size_t *n_diags);

#ifdef __cplusplus
}
#endif
#endif
