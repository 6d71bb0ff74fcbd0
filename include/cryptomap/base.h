/*
 * The smallest things that every other header speaks of: slices of text, spans of a source
 * text, IPv4 values, and a growable text that printers append to.
 *
 * Nothing here knows what a router is. A slice (struct cm_str) and a span (struct cm_span) own
 * nothing: they live as long as the document they point into. struct cm_text owns its octets.
 */
#ifndef CRYPTOMAP_BASE_H
#define CRYPTOMAP_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CM_API            __attribute__((visibility("default")))
#define CM_PRINTF(at, va) __attribute__((format(printf, at, va)))
#else
#define CM_API
#define CM_PRINTF(at, va)
#endif

/* A slice of text that owns nothing and need not end in NUL. `at` is NULL when absent. */
struct cm_str {
	const char *at;
	size_t length;
};

/* Octets [start, end) of a document's text. start == end: a place between octets. */
struct cm_span {
	uint32_t start, end;
};

/* An IPv4 prefix or wildcard pattern. Host byte order. A bit set in `mask` must match. */
struct cm_net {
	uint32_t address, mask;
};

/* A text that grows. All zero is empty. After a failed allocation `failed` stays set. */
struct cm_text {
	char *at; /* NUL-terminated once anything was added; NULL before */
	size_t length, room;
	bool failed;
};

/* Append. No-ops once `failed`. */
CM_API void cm_text_add(struct cm_text *, const char *at, size_t length);
CM_API void cm_text_str(struct cm_text *, struct cm_str);
CM_API void cm_text_put(struct cm_text *, const char *text);
CM_API void cm_text_char(struct cm_text *, char);
CM_API void cm_text_printf(struct cm_text *, const char *format, ...) CM_PRINTF(2, 3);
CM_API void cm_text_vprintf(struct cm_text *, const char *format, va_list) CM_PRINTF(2, 0);
/* Give back the memory; the text is empty and usable again. */
CM_API void cm_text_free(struct cm_text *);
/* Overwrite every octet before giving back the memory: for texts that hold secrets. */
CM_API void cm_text_wipe(struct cm_text *);

/* A slice of a NUL-terminated text; NULL gives an absent slice. */
CM_API struct cm_str cm_str_of(const char *);
CM_API bool cm_str_is(struct cm_str, const char *);
CM_API bool cm_str_same(struct cm_str, struct cm_str);
/* As cm_str_is and cm_str_same, letter case ignored (ASCII). */
CM_API bool cm_str_is_nocase(struct cm_str, const char *);
/* Order of octets, as strcmp. */
CM_API int cm_str_compare(struct cm_str, struct cm_str);

/* Dotted quad of a host-order address into `out` (16 octets); gives `out`. */
CM_API char *cm_ip4_print(uint32_t address, char out[16]);
/* Exactly four decimal parts 0-255. False if not, `*address` then untouched. */
CM_API bool cm_ip4_parse(struct cm_str, uint32_t *address);
/* True for a word of digits and dots: who wrote it meant an address, whether it is one or not. */
CM_API bool cm_ip4_numeric(struct cm_str);
/* True when the ones of a netmask are contiguous from the left (0.0.0.0 and /32 included). */
CM_API bool cm_mask_is_prefix(uint32_t mask);
/* Number of leading ones of a prefix mask, 0-32. */
CM_API unsigned cm_mask_bits(uint32_t mask);
/* The mask with `bits` leading ones, bits 0-32. */
CM_API uint32_t cm_mask_of(unsigned bits);
CM_API bool cm_net_has(struct cm_net, uint32_t address);
/* True when every address of `inner` is in `outer` (holes allowed in both). */
CM_API bool cm_net_covers(struct cm_net outer, struct cm_net inner);
CM_API bool cm_net_overlaps(struct cm_net, struct cm_net);

#ifdef __cplusplus
}
#endif
#endif
