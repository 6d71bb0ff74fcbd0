#include "ike/transitions.h"

#define SET(type)     (1ull << (type))
#define PRIVATE(type) (1ull << ((type)-96))

#define NAT_D  (SET(P_NATD) | SET(P_NATD_07) | PRIVATE(P_NATD_DRAFT))
#define NAT_OA (SET(P_NATOA) | SET(16) | PRIVATE(P_NATOA_DRAFT))

/*
 * `must` are there exactly once, `may` as often as they like; vendor IDs and payloads that nobody
 * knows are never in the way. The rows stand under the messages that they wait for.
 */
static const struct row rows[] = {
	/* clang-format off */
	/* RFC 2409 5.4, main mode with a pre-shared key:   HDR, SA  ->  <- HDR, SA */
	{ S_I_MM1, X_MAIN, PLAIN, NO_HASH, SET(P_SA), SET(P_NOTIFY),
		main_2, "IKE_MM_EXCH", "IKE_I_MM1", "IKE_I_MM2" },
	/* HDR, KE, Ni  -> */
	{ S_R_MM2, X_MAIN, PLAIN, NO_HASH, SET(P_KE) | SET(P_NONCE), NAT_D | SET(P_CR) | SET(P_NOTIFY),
		main_3, "IKE_MM_EXCH", "IKE_R_MM2", "IKE_R_MM3" },
	/* <- HDR, KE, Nr */
	{ S_I_MM3, X_MAIN, PLAIN, NO_HASH, SET(P_KE) | SET(P_NONCE), NAT_D | SET(P_CR) | SET(P_NOTIFY),
		main_4, "IKE_MM_EXCH", "IKE_I_MM3", "IKE_I_MM4" },
	/* HDR*, IDii, HASH_I  -> */
	{ S_R_MM4, X_MAIN, SEALED, NO_HASH, SET(P_ID) | SET(P_HASH), SET(P_NOTIFY),
		main_5, "IKE_MM_EXCH", "IKE_R_MM4", "IKE_R_MM5" },
	/* <- HDR*, IDir, HASH_R */
	{ S_I_MM5, X_MAIN, SEALED, NO_HASH, SET(P_ID) | SET(P_HASH), SET(P_NOTIFY),
		main_6, NULL, NULL, NULL },
	/* RFC 2409 5.4, aggressive mode:  <- HDR, SA, KE, Nr, IDir, HASH_R */
	{ S_I_AM1, X_AGGRESSIVE, PLAIN, NO_HASH,
		SET(P_SA) | SET(P_KE) | SET(P_NONCE) | SET(P_ID) | SET(P_HASH), NAT_D | SET(P_NOTIFY) | SET(P_CR),
		aggressive_2, NULL, NULL, NULL },
	/* HDR, HASH_I  -> */
	{ S_R_AM2, X_AGGRESSIVE, EITHER, NO_HASH, SET(P_HASH), NAT_D | SET(P_NOTIFY),
		aggressive_3, NULL, NULL, NULL },
	/* RFC 2409 5.5, quick mode:  HDR*, HASH(1), SA, Ni [, KE ] [, IDci, IDcr ]  -> */
	{ Q_NEW, X_QUICK, SEALED, HASH_1, SET(P_HASH) | SET(P_SA) | SET(P_NONCE),
		SET(P_KE) | SET(P_ID) | SET(P_NOTIFY) | NAT_OA, quick_1, NULL, NULL, NULL },
	/* <- HDR*, HASH(2), SA, Nr [, KE ] [, IDci, IDcr ] */
	{ Q_I_QM1, X_QUICK, SEALED, HASH_2, SET(P_HASH) | SET(P_SA) | SET(P_NONCE),
		SET(P_KE) | SET(P_ID) | SET(P_NOTIFY) | NAT_OA, quick_2, NULL, NULL, NULL },
	/* HDR*, HASH(3)  -> */
	{ Q_R_QM2, X_QUICK, SEALED, HASH_3, SET(P_HASH), SET(P_NOTIFY), quick_3, NULL, NULL, NULL },
	/* RFC 2408 3.1, after a commit bit:  HDR*, HASH(1), N  in the same exchange */
	{ Q_DONE, X_QUICK, SEALED, HASH_1, SET(P_HASH), SET(P_NOTIFY), quick_4, NULL, NULL, NULL },
	/* RFC 2409 5.7:  HDR*, HASH(1), N/D */
	{ S_UP, X_INFO, SEALED, HASH_1, SET(P_HASH), SET(P_NOTIFY) | SET(P_DELETE),
		informational, NULL, NULL, NULL },
	/* clang-format on */
};

/* The first messages; what phase1_first reads. */
static const uint64_t first_main = SET(P_SA);
static const uint64_t first_aggressive = SET(P_SA) | SET(P_KE) | SET(P_NONCE) | SET(P_ID);
static const uint64_t first_may = NAT_D | SET(P_CR) | SET(P_NOTIFY);

const struct row *row_of(enum state state, unsigned exchange)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].state == state && rows[i].exchange == exchange)
			return &rows[i];
	return NULL;
}

/* Payloads that some row knows; others are passed over (RFC 2408 has no critical bit). */
static bool payloads_fit(const struct message *m, uint64_t must, uint64_t may)
{
	uint64_t known = SET(P_SA) | SET(P_PROPOSAL) | SET(P_TRANSFORM) | SET(P_KE) | SET(P_ID) |
		SET(P_HASH) | SET(P_SIG) | SET(P_NONCE) | SET(P_NOTIFY) | SET(P_DELETE);
	if ((m->present & must) != must || (m->present & known & ~(must | may)))
		return false;
	for (unsigned i = 0; i < m->n; i++) {
		uint64_t bit = payload_bit(m->payloads[i].type);
		if ((bit & must && message_count(m, m->payloads[i].type) != 1) ||
			(m->payloads[i].type == P_KE && message_count(m, P_KE) != 1))
			return false;
	}
	return true;
}

bool row_fits(const struct row *row, const struct message *m)
{
	return payloads_fit(m, row->must, row->may);
}

bool first_fits(const struct message *m, bool aggressive)
{
	return payloads_fit(m, aggressive ? first_aggressive : first_main, first_may);
}
