/*
 * One line of IOS, in a mode.
 *
 * The reader pushes the mode first (MODE_…), then the words, then <cr>. Keywords are spelled here
 * and nowhere else: the reader's table of words is made from the aliases below. Words of
 * algorithms, protocols and ports are not the grammar's business: tokens in upper case stand for
 * a word of a table of facts (FACT_…) or for a shape. Actions name the statement and the role of
 * each word, nothing more.
 */
%define api.pure full
%define api.push-pull push
%define api.prefix {ios_}
%define api.token.prefix {IOS_}
%define api.location.type {struct words}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%parse-param {struct parse *p}

%code requires {
#include "syntax/parse.h"
}
%code {
/* Bison's error recovery is never entered: the reader pushes only what is accepted. */
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#define YYLLOC_DEFAULT(now, rhs, n) \
	((now).first = YYRHSLOC(rhs, (n) ? 1 : 0).first, (now).last = YYRHSLOC(rhs, n).last)
static void yyerror(const struct words *at, struct parse *p, const char *message)
{
	(void)at;
	(void)p;
	(void)message;
}
}

%token CR "<cr>"
/* shapes */
%token WORD "WORD" NUMBER "<number>" STANDARD_NUMBER "<1-99>" EXTENDED_NUMBER "<100-199>"
%token KEY_TYPE "<0-7>" ADDRESS "A.B.C.D" PREFIX "A.B.C.D/nn" ADDRESS6 "X:X::X" IFNAME "INTERFACE"
%token LENGTH "/nn" LINE "LINE" UNKNOWN "UNKNOWN"
/* words of facts */
%token CIPHER "CIPHER" HASH_WORD "HASH" AUTH_WORD "AUTHENTICATION" GROUP_NUMBER "GROUP"
%token TRANSFORM "TRANSFORM" PFS_GROUP "GROUPnn" V2_CIPHER "IKEV2-CIPHER" V2_HASH "IKEV2-HASH"
%token PROTO_TCP "TCP" PROTO_UDP "UDP" PROTO_ICMP "ICMP" PROTO_IGMP "IGMP" PROTO "PROTOCOL"
%token TCP_PORT "TCP-PORT" UDP_PORT "UDP-PORT" ICMP_NAME "ICMP-MESSAGE" IGMP_NAME "IGMP-TYPE"
%token DSCP_NAME "DSCP" PRECEDENCE_NAME "PRECEDENCE" TOS_NAME "TOS" OPTION_NAME "IP-OPTION"
%token TCP_FLAG "FLAG" SIGNED_FLAG "+FLAG"
%token OTHER_WORD "OTHER" EXEC_WORD "EXEC"
/* modes */
%token MODE_EXEC MODE_GLOBAL MODE_POLICY MODE_ISAKMP_PROFILE MODE_CLIENT_GROUP MODE_ISAKMP_PEER
%token MODE_KEYRING MODE_RSA_PUBKEY MODE_TRANSFORM MODE_IPSEC_PROFILE MODE_MAP MODE_FAIL_CLOSE
%token MODE_IKEV2_PROPOSAL MODE_IKEV2_POLICY MODE_IKEV2_KEYRING MODE_IKEV2_PEER MODE_IKEV2_PROFILE
%token MODE_IF MODE_ACL_STANDARD MODE_ACL_EXTENDED MODE_ACL6 MODE_ROUTE_MAP MODE_NETWORK_GROUP
%token MODE_SERVICE_GROUP MODE_NAT_POOL MODE_TIME_RANGE MODE_VRF MODE_OTHER
/* keywords: the only spelling of each */
%token AAA "aaa" ABSOLUTE "absolute" ACCESS_GROUP "access-group" ACCESS_LIST "access-list"
%token ACCESS_RESTRICT "access-restrict" ACCOUNTING "accounting" ACL "acl" ACTIVATE "activate"
%token ACTIVE "active" ADD_ROUTE "add-route" ADDRESS_WORD "address" ADDRESS_POOL "address-pool"
%token ADJUST_MSS "adjust-mss" ADMISSION "admission" AFTER_ENCRYPTION "after-encryption"
%token AGGRESSIVE "aggressive" AGGRESSIVE_MODE "aggressive-mode" AH "ah" ANY "any"
%token ARP_PING "arp-ping" AUTHENTICATION "authentication" AUTHENTICATOR "authenticator"
%token AUTHORIZATION "authorization" AUTO_UPDATE "auto-update" BACKUP_GATEWAY "backup-gateway"
%token BANNER "banner" BEFORE_ENCRYPTION "before-encryption" BROWSER_PROXY "browser-proxy" CA "ca"
%token CALL "call" CERTIFICATE "certificate" CERTIFICATE_CACHE "certificate-cache" CHAIN "chain"
%token CIPHER_WORD "cipher" CLEAR "clear" CLIENT "client" CLIENT_ENDPOINT "client-endpoint"
%token CLUSTER "cluster" CONFIG_EXCHANGE "config-exchange" CONFIGURATION "configuration"
%token CONTINUE "continue" COOKIE_CHALLENGE "cookie-challenge" COPY "copy" CRYPTO "crypto"
%token DAYS "days" DECAPSULATE_ANY "decapsulate-any" DEFAULT "default"
%token DEFAULT_GATEWAY "default-gateway" DEFINITION "definition" DEMUX "demux" DENY "deny"
%token DESCRIPTION "description" DESTINATION "destination" DF "df" DF_BIT "df-bit" DFBIT "dfbit"
%token DHCP "dhcp" DIAL_POOL_NUMBER "dial-pool-number" DIALER "dialer" DISABLE "disable"
%token DISCONNECT_REVOKED_PEERS "disconnect-revoked-peers" DISCOVER "discover" DN "dn" DNS "dns"
%token DO "do" DOMAIN "domain" DOMAIN_NAME "domain-name" DPD "dpd" DROP "drop" DSCP "dscp"
%token DUMMY "dummy" DYNAMIC "dynamic" DYNAMIC_MAP "dynamic-map" EAP "eap" ECDSA_SIG "ecdsa-sig"
%token ECN "ecn" EGRESS_INTERFACE "egress-interface" EMAIL "email" ENABLE "enable"
%token ENCAPSULATION "encapsulation" ENCR "encr" ENCRYPTION "encryption" END "end" ENGINE "engine"
%token EQ "eq" ERROR "error" ESN "esn" ESP "esp" ESTABLISHED "established" EVALUATE "evaluate"
%token EXIT "exit" EXPORT "export" EXTENDABLE "extendable" EXTENDED "extended"
%token FAIL_CLOSE "fail-close" FINGERPRINT "fingerprint" FIREWALL "firewall"
%token FORCE_ENCAP "force-encap" FORWARDING "forwarding" FQDN "fqdn" FRAGMENTATION "fragmentation"
%token FRAGMENTS "fragments" FVRF "fvrf" GATEWAY "gateway" GDOI "gdoi" GE "ge" GKM "gkm"
%token GLOBAL "global" GRE "gre" GROUP "group" GROUP_LOCK "group-lock" GROUP_OBJECT "group-object"
%token GT "gt" HASH "hash" HELPER "helper" HEX "hex" HOST "host" HOSTNAME "hostname"
%token HTTP_URL "http-url" ICMP_OBJECT "icmp-object" IDENTITY "identity" IDLE_TIME "idle-time"
%token IKEV2 "ikev2" IKEV2_PROFILE "ikev2-profile" IN "in" IN_NEGOTIATION_SA "in-negotiation-sa"
%token INBOUND "inbound" INCLUDE_LOCAL_LAN "include-local-lan" INITIATE "initiate" INSIDE "inside"
%token INTEGRITY "integrity" INTERFACE "interface" INTERVAL "interval"
%token INVALID_SPI_RECOVERY "invalid-spi-recovery" IP "ip" IPIP "ipip" IPSEC "ipsec"
%token IPSEC_ISAKMP "ipsec-isakmp" IPSEC_MANUAL "ipsec-manual" IPV4 "ipv4"
%token IPV4_ADDRESS "ipv4-address" IPV4_DENY "ipv4-deny" IPV6 "ipv6" IPV6_ADDRESS "ipv6-address"
%token ISAKMP "isakmp" ISAKMP_PROFILE "isakmp-profile" IVRF "ivrf" JUMP "jump"
%token KEEPALIVE "keepalive" KEY "key" KEY_ID "key-id" KEY_STRING "key-string" KEYRING "keyring"
%token KILOBYTES "kilobytes" LE "le" LENGTH_WORD "length" LEVEL "level" LIFETIME "lifetime"
%token LIMIT "limit" LIST "list" LOCAL "local" LOCAL_ADDRESS "local-address" LOG "log"
%token LOG_INPUT "log-input" LOG_UPDATE "log-update" LOGGING "logging" LT "lt" MAIN "main"
%token MAP "map" MAPPING_ID "mapping-id" MASK "mask" MATCH "match" MATCH_ALL "match-all"
%token MATCH_ANY "match-any" MATCH_HOST "match-host" MATCH_IN_VRF "match-in-vrf"
%token MAX_LOGINS "max-logins" MAX_USERS "max-users" MIB "mib" MIXED_MODE "mixed-mode" MODE "mode"
%token MTU "mtu" MULTI_SN "multi-sn" MULTICAST "multicast" MULTIPOINT "multipoint" NAME "name"
%token NAME_MANGLER "name-mangler" NAMED_KEY "named-key" NAT "nat"
%token NAT_TRANSPARENCY "nat-transparency" NATIVE "native" NEGOTIATED "negotiated" NEQ "neq"
%token NETMASK "netmask" NETWORK "network" NETWORK_OBJECT "network-object" NEXT_HOP "next-hop"
%token NHRP "nhrp" NO "no" NO_ALIAS "no-alias" NO_PAYLOAD "no-payload" NO_XAUTH "no-xauth"
%token OBJECT_GROUP "object-group" OER "oer" ON_DEMAND "on-demand" OPTION "option"
%token OPTIONAL "optional" OUT "out" OUTBOUND "outbound" OUTSIDE "outside" OVERLOAD "overload"
%token PASSWORD "password" PATH_MTU_DISCOVERY "path-mtu-discovery" PEER "peer" PER_HOST "per-host"
%token PERFORMANCE "performance" PERIODIC "periodic" PERMANENT "permanent" PERMIT "permit"
%token PFS "pfs" PKI "pki" POLICY "policy" POOL "pool" PORT "port" PPPOE_CLIENT "pppoe-client"
%token PRE_CLASSIFY "pre-classify" PRE_SHARE "pre-share" PRE_SHARED_KEY "pre-shared-key"
%token PRECEDENCE "precedence" PREFIX_LENGTH "prefix-length" PREFIX_LIST "prefix-list" PRF "prf"
%token PROPOSAL "proposal" PROTECTION "protection" PROVISIONING "provisioning" PROXY "proxy"
%token PSK "psk" QOS "qos" QOS_GROUP "qos-group" RANGE "range" RD "rd" REDIRECT "redirect"
%token REDUNDANCY "redundancy" REFLECT "reflect" REKEY "rekey" REMARK "remark" REMOTE "remote"
%token REMOTE_PEER "remote-peer" REPLAY "replay" REQUIRE "require" RESEQUENCE "resequence"
%token RESPONDER_ONLY "responder-only" RETRY "retry" REVERSE_ROUTE "reverse-route"
%token REVERSIBLE "reversible" ROTARY "rotary" ROUTE "route" ROUTE_MAP "route-map"
%token RSA_ENCR "rsa-encr" RSA_PUBKEY "rsa-pubkey" RSA_SIG "rsa-sig" SA "sa"
%token SAVE_PASSWORD "save-password" SECONDARY "secondary" SECONDS "seconds" SECURITY "security"
%token SECURITY_ASSOCIATION "security-association" SECURITY_POLICY "security-policy"
%token SELF_IDENTITY "self-identity" SEQ "seq" SEQUENCE "sequence" SERIAL_NUMBER "serial-number"
%token SERVICE "service" SESSION_KEY "session-key" SET "set" SHARED "shared" SHUTDOWN "shutdown"
%token SIGNATURE "signature" SMARTCARD_REMOVAL_DISCONNECT "smartcard-removal-disconnect"
%token SOURCE "source" SPI_MATCHING "spi-matching" SPLIT_DNS "split-dns" SSH "ssh" SSL "ssl"
%token STANDARD "standard" STATEFUL "stateful" STATELESS "stateless" STATIC "static" TAG "tag"
%token TCP_UDP "tcp-udp" TIME_RANGE "time-range" TIMEOUT "timeout" TOKEN "token" TOS "tos"
%token TRACK "track" TRANSFORM_SET "transform-set" TRANSLATION "translation" TRANSPORT "transport"
%token TRUST_POINT "trust-point" TRUSTPOINT "trustpoint" TTL "ttl" TUNNEL "tunnel" TYPE "type"
%token UDP_ENCAPSULATION "udp-encapsulation" UNNUMBERED "unnumbered" USER "user"
%token USER_FQDN "user-fqdn" USERNAME "username" VERSION "version"
%token VIRTUAL_TEMPLATE "virtual-template" VPN "vpn" VRF "vrf" WINDOW "window"
%token WINDOW_SIZE "window-size" WINS "wins" WUI "wui" XAUTH "xauth" ZONE_MEMBER "zone-member"

%%
line: MODE_GLOBAL "hostname" WORD CR { parse_kind(p, KIND_HOSTNAME); parse_arg(p, ROLE_NAME, @3); };
%%

static int yyreport_syntax_error(const yypcontext_t *context, struct parse *p)
{
	(void)p;
	return yypcontext_expected_tokens(context, NULL, 0);
}
