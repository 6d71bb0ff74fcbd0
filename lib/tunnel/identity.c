#include "tunnel/identity.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool ends_in(struct cm_str name, struct cm_str tail)
{
	if (name.length < tail.length)
		return false;
	const char *at = name.at + (name.length - tail.length);
	for (size_t i = 0; i < tail.length; i++)
		if (lower(at[i]) != lower(tail.at[i]))
			return false;
	return true;
}

/* `match identity host domain D`: any host below D; `user domain D`: any user of D. */
static bool in_domain(struct cm_str name, struct cm_str domain)
{
	if (!ends_in(name, domain) || name.length == domain.length)
		return false;
	char before = name.at[name.length - domain.length - 1];
	return before == '.' || before == '@';
}

bool identity_matches(
	const struct cm_identity *match, const struct cm_identity *shown, uint32_t address)
{
	switch (match->kind) {
	case CM_ID_ANY:
	case CM_ID_DN: /* certificate maps are not judged here */
		return true;
	case CM_ID_ADDRESS:
		if (shown->kind != CM_ID_ADDRESS)
			return false;
		return address == 0 || cm_net_has(match->address, address);
	case CM_ID_FQDN_DOMAIN:
		return shown->kind == CM_ID_FQDN && in_domain(shown->name, match->name);
	case CM_ID_USER_FQDN_DOMAIN:
		return shown->kind == CM_ID_USER_FQDN && in_domain(shown->name, match->name);
	case CM_ID_GROUP: /* a group's name travels as a key ID */
		return (shown->kind == CM_ID_KEY_ID || shown->kind == CM_ID_GROUP) &&
			cm_str_same(match->name, shown->name);
	default:
		return shown->kind == match->kind && shown->name.length == match->name.length &&
			ends_in(shown->name, match->name);
	}
}

bool identity_welcome(
	const struct cm_tunnel *host, const struct cm_tunnel *presenter, uint32_t address)
{
	const struct cm_identity *shown = &presenter->local_id;
	if (shown->kind == CM_ID_ADDRESS && shown->address.mask != 0)
		address = shown->address.address;
	for (size_t i = 0; i < host->n_remote_ids; i++)
		if (identity_matches(&host->remote_ids[i], shown, address))
			return true;
	return host->n_remote_ids == 0;
}
