/* What IOS prints when a block is left and lacks something. */
#include "model/build.h"

static const char *missing(const struct cm_map_entry *e)
{
	bool peer = e->n_peers > 0, acl = e->acl.name.at != NULL;
	return peer && acl ? NULL
		: peer     ? "no match address"
		: acl      ? "no set peer"
			   : "neither set peer nor match address";
}

static void report_entry(struct build *b, const struct cm_map_entry *e)
{
	const char *what = missing(e);
	if (!what || (e->type != CM_ENTRY_ISAKMP && e->type != CM_ENTRY_MANUAL))
		return;
	diag(b->diags, "map-incomplete", CM_WARNING, e->at,
		"%% NOTE: This new crypto map will remain disabled until a peer and a valid access "
		"list have been configured (it has %s)",
		what);
}

void report_incomplete(struct build *b)
{
	for (size_t i = 0; i < b->m->n_crypto_maps; i++)
		for (size_t k = 0; k < b->m->crypto_maps[i].n_entries; k++)
			report_entry(b, &b->m->crypto_maps[i].entries[k]);
}
