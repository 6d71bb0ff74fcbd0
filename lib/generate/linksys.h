/*
 * Small-office gateways: what each can hold, and the fields of its pages.
 *
 * The forms are a list of fields (page, section, label, kind, choices, value). Text and HTML are two
 * printers of that list. What a gateway can hold is one row of devices[]; nothing else knows models.
 */
#ifndef GENERATE_LINKSYS_H
#define GENERATE_LINKSYS_H

#include "generate/generate.h"

struct device {
	struct cm_device face;
	const char *p1_ciphers, *p1_hashes,
		*p1_groups; /* our names, blank separated, as on the page */
	const char *p2_ciphers, *p2_hashes;
	uint32_t p1_life[2], p2_life[2]; /* seconds, least and most */
	uint8_t key_most;                /* characters of the pre-shared key */
	bool key_alnum;                  /* letters and digits only */
	bool own_pfs_group;              /* phase 2 group is a setting of its own, and works */
	const char *more_offers;         /* what it offers besides in main mode; NULL: nothing */
};

enum field_kind { FIELD_TEXT, FIELD_CHOICE, FIELD_CHECK, FIELD_SHOWN, FIELD_SECRET };

struct field {
	const char *page, *section, *label;
	enum field_kind kind;
	const char *choices; /* FIELD_CHOICE: labels separated by | */
	const char *value;   /* FIELD_CHECK: "on" or "off" */
	const char *note;    /* why, or NULL */
};

struct form {
	const struct device *device;
	struct field *fields;
	size_t n, room;
};

const struct device *device_named(const char *name);
void form_print_text(struct job *, const struct form *, struct cm_text *);
void form_print_html(struct job *, const struct form *, struct cm_text *);

#endif
