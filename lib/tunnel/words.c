#include "tunnel/words.h"

#include <string.h>

/* How a line begins: 12.3 and 15.x. */
enum lead {
	L_SA,      /* "ISAKMP (0:709): " and "ISAKMP:(1001):" */
	L_SA_OPEN, /* "ISAKMP (0:709) " : the one line of 12.3 without a colon */
	L_SHORT,   /* "ISAKMP (709): " */
	L_BARE,    /* "ISAKMP: " */
	L_SCAN,    /* "ISAKMP : " */
	L_NONE,
};

struct row {
	bool ipsec;
	enum lead lead;
	const char *text,
		*later; /* text NULL: not in 12.3; later NULL: the same words, NEVER: none */
};

static const char NEVER[] = "";

#define ISAKMP(lead, ...)                \
	{                                \
		false, lead, __VA_ARGS__ \
	}
#define IPSEC(...)                        \
	{                                 \
		true, L_NONE, __VA_ARGS__ \
	}

/* clang-format off */
static const struct row rows[W_N] = {
	[W_RECEIVED_NEW] = ISAKMP(L_SA, "received packet from $X dport $S sport $P Global (N) NEW SA", NULL),
	[W_RECEIVED] = ISAKMP(L_SA, "received packet from $X dport $S sport $P Global $R", NULL),
	[W_SENDING] = ISAKMP(L_SA, "sending packet to $X my_port $S peer_port $P $R", NULL),
	[W_LOCAL_PORT] = ISAKMP(L_BARE, "local port $S, remote port $P", NULL),
	[W_INSERT_SA] = ISAKMP(L_BARE, "insert sa successfully sa = $h", NULL),
	[W_INPUT] = ISAKMP(L_SA, "Input = $s, $t", NULL),
	[W_NODE_INPUT] = ISAKMP(L_SA, "Node $N, Input = $s, $t", NULL),
	[W_STATE] = ISAKMP(L_SA, "Old State = $s  New State = $t", NULL),
	[W_SET_NODE] = ISAKMP(L_BARE, "set new node $N to QM_IDLE     ", NULL),
	[W_DELETE_NODE] = ISAKMP(L_SA, "deleting node $N error $s reason \"$t\"", NULL),
	[W_PURGE_NODE] = ISAKMP(L_SA, "purging node $N", NULL),
	[W_DUPLICATE] = ISAKMP(L_SA, "phase $u packet is a duplicate of a previous packet.", NULL),
	[W_RESEND_DUPLICATE] = ISAKMP(L_SA, "retransmitting due to retransmit phase $u", NULL),
	[W_RETRANSMIT] = ISAKMP(L_SA, "retransmitting phase $u $s...", NULL),
	[W_ERROR_COUNTER] = ISAKMP(L_SA, "incrementing error counter on sa, attempt $v of 5: retransmit phase $u", NULL),
	[W_DELETE_SA] = ISAKMP(L_SA, "deleting SA reason \"$s\" state $R (peer $X)", NULL),
	[W_BAD_MESSAGE] = ISAKMP(L_NONE, "%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from $X failed its sanity check or is malformed", NULL),
	[W_MODE_FAILURE] = ISAKMP(L_NONE, "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of $s failed with peer at $X", NULL),
	[W_NOT_ENCRYPTED] = ISAKMP(L_NONE, "%CRYPTO-6-IKMP_NOT_ENCRYPTED: IKE packet from $X was not encrypted and it should've been.", NULL),

	[W_PEER_STRUCT] = ISAKMP(L_BARE, NULL, "Created a peer struct for $X, peer port $P"),
	[W_PEER_CREATED] = ISAKMP(L_BARE, NULL, "New peer created peer = 0x$h peer_handle = 0x$s"),
	[W_PEER_LOCKED] = ISAKMP(L_BARE, NULL, "Locking peer struct 0x$h, refcount 1 for $s"),
	[W_PEER_INSERTED] = ISAKMP(L_BARE, NULL, "Trying to insert a peer $L/$X/$P/,  and inserted successfully $h."),
	[W_IPV4_PACKET] = ISAKMP(L_SA, NULL, "Sending an IKE IPv4 Packet."),
	[W_LIFE_ACTUAL] = ISAKMP(L_SA, NULL, "Acceptable atts:actual life: $u"),
	[W_LIFE_OTHER] = ISAKMP(L_SA, NULL, "Acceptable atts:life: 0"),
	[W_LIFE_BASIC] = ISAKMP(L_SA, NULL, "Basic life_in_seconds:$u"),
	[W_LIFE_VPI] = ISAKMP(L_SA, NULL, "Fill atts in sa vpi_length:4"),
	[W_LIFE_FILLED] = ISAKMP(L_SA, NULL, "Fill atts in sa life_in_seconds:$u"),
	[W_LIFE_RETURNED] = ISAKMP(L_SA, NULL, "Returning Actual lifetime: $u"),
	[W_LIFE_STARTED] = ISAKMP(L_SA, NULL, "Started lifetime timer: $u."),
	[W_KE_MESSAGE] = ISAKMP(L_BARE, "received ke message ($u/$v)", NEVER),
	[W_SA_REQUEST] = ISAKMP(L_SA, "SA request profile is $s", NULL),
	[W_NO_AGGRESSIVE] = ISAKMP(L_SA, "Can not start Aggressive mode, trying Main mode.", NULL),
	[W_LOOKING_FOR_KEY] = ISAKMP(L_BARE, "Looking for a matching key for $X in $s : success", NEVER),
	[W_FOUND_KEY] = ISAKMP(L_SA, "found peer pre-shared key matching $X", NULL),
	[W_LOCAL_KEY] = ISAKMP(L_SA_OPEN, "local preshared key found ", NULL),
	[W_NO_KEY] = ISAKMP(L_SA, "No pre-shared key with $X!", NULL),
	[W_NO_KEY_EITHER] = ISAKMP(L_SA, "No Cert or pre-shared address key.", NULL),
	[W_CANNOT_START] = ISAKMP(L_SA, "construct_initial_message: Can not start Main mode", NULL),
	[W_SCANNING_PROFILES] = ISAKMP(L_SCAN, "Scanning profiles for xauth ...", NULL),
	[W_CONSTRUCTED_VENDOR] = ISAKMP(L_SA, "constructed $s ID", NULL),
	[W_BEGIN_MAIN] = ISAKMP(L_SA, "beginning Main Mode exchange", NULL),
	[W_BEGIN_AGGRESSIVE] = ISAKMP(L_SA, "beginning Aggressive Mode exchange", NULL),
	[W_PROCESSING] = ISAKMP(L_SA, "processing $s payload. message ID = $N", NULL),
	[W_PROCESSING_VENDOR] = ISAKMP(L_SA, "processing vendor id payload", NULL),
	[W_VENDOR_MISMATCH] = ISAKMP(L_SA, "vendor ID seems Unity/DPD but major $u mismatch", NULL),
	[W_VENDOR_IS] = ISAKMP(L_SA, "$s", NULL),
	[W_CHECKING] = ISAKMP(L_SA, "Checking ISAKMP transform $u against priority $v policy", NULL),
	[W_ATT_CIPHER] = ISAKMP(L_BARE, "     encryption $s", NULL),
	[W_ATT_KEYLENGTH] = ISAKMP(L_BARE, "     keylength of $u", NULL),
	[W_ATT_HASH] = ISAKMP(L_BARE, "     hash $s", NULL),
	[W_ATT_GROUP] = ISAKMP(L_BARE, "     default group $u", NULL),
	[W_ATT_AUTH] = ISAKMP(L_BARE, "     auth $s", NULL),
	[W_ATT_LIFE_TYPE] = ISAKMP(L_BARE, "     life type in $s", NULL),
	[W_ATT_LIFE] = ISAKMP(L_BARE, "     life duration (basic) of $u", NULL),
	[W_ATT_LIFE_LONG] = ISAKMP(L_BARE, "     life duration (VPI) of $s", NULL),
	[W_REASON] = ISAKMP(L_SA, "$s", NULL),
	[W_ATTS_NOT] = ISAKMP(L_SA, "atts are not acceptable. Next payload is $u", NULL),
	[W_ATTS_OK] = ISAKMP(L_SA, "atts are acceptable. Next payload is $u", NULL),
	[W_NO_OFFERS] = ISAKMP(L_SA, "no offers accepted!", NULL),
	[W_P1_NOT_ACCEPTABLE] = ISAKMP(L_SA, "phase 1 SA policy not acceptable! (local $L remote $X)", NULL),
	[W_SKEYID] = ISAKMP(L_SA, "SKEYID state generated", NEVER),
	[W_NATD_RECEIVED] = ISAKMP(L_BARE, "received payload type $u", NULL),
	[W_NATD_US] = ISAKMP(L_SA, "My hash no match -  this node inside NAT", NULL),
	[W_NATD_HIM] = ISAKMP(L_SA, "His hash no match - this node outside NAT", NULL),
	[W_NATD_BOTH] = ISAKMP(L_SA, "NAT found, both nodes inside NAT", NULL),
	[W_NATD_NONE] = ISAKMP(L_SA, "No NAT Found for self or peer", NULL),
	[W_INITIAL_CONTACT_SENT] = ISAKMP(L_SA, "Send initial contact", NULL),
	[W_DOING_PSK] = ISAKMP(L_SA, "SA is doing pre-shared key authentication using id type $s", NULL),
	[W_ID_PAYLOAD] = ISAKMP(L_SA, "ID payload\n$s", NULL),
	[W_ID_LENGTH] = ISAKMP(L_SHORT, "Total payload length: $u", NULL),
	[W_NO_PROFILE] = ISAKMP(L_SA, "peer matches *none* of the profiles", NULL),
	[W_AUTH_STATUS] = ISAKMP(L_SA, "SA authentication status:", NULL),
	[W_AUTHENTICATED] = ISAKMP(L_NONE, " authenticated", NULL),
	[W_AUTHENTICATED_WITH] = ISAKMP(L_SA, "SA has been authenticated with $X", NULL),
	[W_FLOATING] = ISAKMP(L_SA, "Detected port floating to port = $P", NULL),
	[W_INITIAL_CONTACT] = ISAKMP(L_SA, "Process initial contact,\nbring down existing phase 1 and 2 SA's with local $L remote $X remote port $P", NULL),
	[W_NOTIFY] = ISAKMP(L_SA, "processing NOTIFY $s protocol $u\n\tspi $v, message ID = $N, sa = $h", NULL),
	[W_NOTIFY_SPI] = ISAKMP(L_SA, "deleting spi $u message ID = $N", NULL),
	[W_PROCESSING_DELETE] = ISAKMP(L_SA, "processing DELETE payload. message ID = $N", NULL),
	[W_PARANOID] = ISAKMP(L_SA, "peer does not do paranoid keepalives.", NULL),
	[W_RESPONDER_LIFETIME] = ISAKMP(L_SA, "processing responder lifetime", NULL),
	[W_RESTART_TIMER] = ISAKMP(L_SA, "restart ike sa timer to $u secs", NULL),
	[W_DPD_SENT] = ISAKMP(L_SA, "DPD/R_U_THERE sent to peer $X, sequence 0x$h", NULL),
	[W_DPD_ACK] = ISAKMP(L_SA, "DPD/R_U_THERE_ACK received from peer $X, sequence 0x$h", NULL),

	[W_BEGIN_QUICK] = ISAKMP(L_SA, "beginning Quick Mode exchange, M-ID of $N", NULL),
	[W_INITIATOR_SPI] = ISAKMP(L_SA, NULL, "QM Initiator gets spi"),
	[W_SITTING_IDLE] = ISAKMP(L_SA, "sitting IDLE. Starting QM immediately (QM_IDLE      )", NULL),
	[W_CHECKING_IPSEC] = ISAKMP(L_SA, "Checking IPSec proposal $u", NULL),
	[W_TRANSFORM] = ISAKMP(L_BARE, "transform $u, $s", NULL),
	[W_TRANSFORM_ATTS] = ISAKMP(L_BARE, "  attributes in transform:", NULL),
	[W_AT2_ENCAPS] = ISAKMP(L_BARE, "     encaps is $u ($s)", NULL),
	[W_AT2_LIFE_SECONDS] = ISAKMP(L_BARE, "     SA life type in seconds", NULL),
	[W_AT2_LIFE_KILOBYTES] = ISAKMP(L_BARE, "     SA life type in kilobytes", NULL),
	[W_AT2_LIFE] = ISAKMP(L_BARE, "     SA life duration (basic) of $u", NULL),
	[W_AT2_LIFE_LONG] = ISAKMP(L_BARE, "     SA life duration (VPI) of $s", NULL),
	[W_AT2_AUTH] = ISAKMP(L_BARE, "     authenticator is $s", NULL),
	[W_AT2_KEYLENGTH] = ISAKMP(L_BARE, "     key length is $u", NULL),
	[W_AT2_GROUP] = ISAKMP(L_BARE, "     group is $u", NULL),
	[W_AT2_OTHER] = ISAKMP(L_BARE, "     unknown attribute $u", NULL),
	[W_AT2_OK] = ISAKMP(L_SA, "atts are acceptable.", NULL),
	[W_IPSEC_INVALIDATED] = ISAKMP(L_SA, "IPSec policy invalidated proposal", "IPSec policy invalidated proposal with error $u"),
	[W_P2_NOT_ACCEPTABLE] = ISAKMP(L_SA, "phase 2 SA policy not acceptable! (local $L remote $X)", NULL),
	[W_SENDING_NOTIFY] = ISAKMP(L_SA, "Sending NOTIFY $s protocol $u\n\tspi $v, message ID = $N", NULL),
	[W_ASKING_SPIS] = ISAKMP(L_SA, "asking for 1 spis from ipsec", "QM Responder gets spi"),
	[W_CREATING] = ISAKMP(L_SA, "Creating IPSec SAs", NULL),
	[W_SA_LINES] = ISAKMP(L_NONE, "        $s", NULL),

	[W_IPSEC_REQUEST] = IPSEC("IPSEC(sa_request): ,\n$s", NULL),
	[W_IPSEC_VALIDATE] = IPSEC("IPSEC(validate_proposal_request): proposal part #1,\n$s", NULL),
	[W_IPSEC_NOT_SUPPORTED] = IPSEC("IPSEC(validate_transform_proposal): transform proposal not supported for identity:\n    {$s}", "IPSEC(ipsec_process_proposal): transform proposal not supported for identity:\n    {$s}"),
	[W_IPSEC_NO_PROXY] = IPSEC("IPSEC(validate_transform_proposal): proxy identities not supported", "IPSEC(ipsec_process_proposal): proxy identities not supported"),
	[W_IPSEC_EVENT] = IPSEC("IPSEC(key_engine): got a queue event...", "IPSEC(key_engine): got a queue event with 1 KMI message(s)"),
	[W_IPSEC_SPI] = IPSEC("IPSEC(spi_response): getting spi $u for SA\n\tfrom $L   to $X  for prot $v", NULL),
	[W_IPSEC_INITIALIZE] = IPSEC("IPSEC(initialize_sas): ,\n$s", NULL),
	[W_IPSEC_RECONNECT] = IPSEC("IPSEC(crypto_ipsec_sa_find_ident_head): reconnecting with the same proxies and $X", NULL),
	[W_IPSEC_MTREE] = IPSEC("IPSEC(add mtree): src $s, dest $t, dest_port $u", NULL),
	[W_IPSEC_CREATE] = IPSEC("IPSEC(create_sa): sa created,\n$s", NULL),
	[W_IPSEC_DELETE] = IPSEC("IPSEC(key_engine_delete_sas): rec'd delete notify from ISAKMP", NULL),
	[W_IPSEC_DELETE_SA] = IPSEC("IPSEC(delete_sa): deleting SA,\n$s", NULL),
};
/* clang-format on */

bool words_are_ipsec(enum say say)
{
	return rows[say].ipsec;
}

static void print_lead(
	struct cm_text *text, enum words_dialect dialect, enum lead lead, const struct values *v)
{
	bool old = dialect == WORDS_12_3;
	switch (lead) {
	case L_SA:
		cm_text_printf(text, old ? "ISAKMP (0:%u): " : "ISAKMP:(%u):", v->connection);
		break;
	case L_SA_OPEN:
		cm_text_printf(text, old ? "ISAKMP (0:%u) " : "ISAKMP:(%u): ", v->connection);
		break;
	case L_SHORT:
		cm_text_printf(text, old ? "ISAKMP (%u): " : "ISAKMP:(%u):", v->connection);
		break;
	case L_BARE:
		cm_text_put(text, "ISAKMP: ");
		break;
	case L_SCAN:
		cm_text_put(text, "ISAKMP : ");
		break;
	case L_NONE:
		break;
	}
}

static void print_value(struct cm_text *text, char letter, const struct values *v)
{
	char quad[16];
	switch (letter) {
	case 'X':
	case 'L':
		cm_text_put(text, cm_ip4_print(letter == 'X' ? v->peer : v->local, quad));
		break;
	case 'P':
	case 'S':
		cm_text_printf(text, "%u", letter == 'P' ? v->peer_port : v->local_port);
		break;
	case 'N':
		cm_text_printf(text, "%d", (int)v->id);
		break;
	case 'u':
	case 'v':
		cm_text_printf(text, "%u", (unsigned)(letter == 'u' ? v->u : v->v));
		break;
	case 'h':
		cm_text_printf(text, "%X", (unsigned)v->h);
		break;
	case 's':
	case 't':
		if (letter == 's' ? v->s : v->t)
			cm_text_put(text, letter == 's' ? v->s : v->t);
		break;
	case 'R':
		/* State names are padded to twelve columns; only QM_IDLE is shorter than ten. */
		cm_text_printf(text, "(%c) %s%s", v->role, v->state,
			strcmp(v->state, "QM_IDLE") ? "" : "     ");
		break;
	default:
		cm_text_char(text, letter);
	}
}

bool words_line(
	struct cm_text *text, enum words_dialect dialect, enum say say, const struct values *v)
{
	const struct row *row = &rows[say];
	const char *at = dialect != WORDS_12_3 && row->later ? row->later : row->text;
	if (!at || at == NEVER)
		return false;
	print_lead(text, dialect, row->lead, v);
	for (; *at; at++) {
		if (*at == '$' && at[1])
			print_value(text, *++at, v);
		else
			cm_text_char(text, *at);
	}
	return true;
}

/* ios.md 3.4. For authentication IOS has several sentences; this is the one about pre-shared keys. */
const char *words_reason(enum cm_difference difference)
{
	static const char *const reasons[] = {
		[CM_DIFFERS_CIPHER] = "Encryption algorithm offered does not match policy!",
		[CM_DIFFERS_KEY_BITS] = "Proposed key length does not match policy",
		[CM_DIFFERS_HASH] = "Hash algorithm offered does not match policy!",
		[CM_DIFFERS_AUTH] = "Preshared authentication offered but does not match policy!",
		[CM_DIFFERS_GROUP] = "Diffie-Hellman group offered does not match policy!",
	};
	return (size_t)difference < sizeof reasons / sizeof *reasons ? reasons[difference] : NULL;
}

void words_octets(struct cm_text *text, uint32_t duration)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		cm_text_printf(text, " 0x%X", (unsigned)(duration >> shift & 0xff));
}

const char *words_identity(enum cm_id_kind kind)
{
	static const char *const names[] = {
		[CM_ID_ADDRESS] = "ID_IPV4_ADDR",
		[CM_ID_FQDN] = "ID_FQDN",
		[CM_ID_USER_FQDN] = "ID_USER_FQDN",
		[CM_ID_KEY_ID] = "ID_KEY_ID",
		[CM_ID_DN] = "ID_DER_ASN1_DN",
		[CM_ID_GROUP] = "ID_KEY_ID",
	};
	return (size_t)kind < sizeof names / sizeof *names && names[kind] ? names[kind] : names[0];
}

enum words_dialect words_dialect_of(struct cm_release release)
{
	return release.known && !cm_release_since(release, "12.4", false) ? WORDS_12_3 : WORDS_15;
}
