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
%define api.location.type {struct extent}
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
static void yyerror(const struct extent *at, struct parse *p, const char *message)
{
	(void)at;
	(void)p;
	(void)message;
}
#define K(tag)                 parse_kind(p, KIND_##tag)
#define A(tag, at)             parse_arg(p, ROLE_##tag, at)
#define R(tag, at, low, high)  parse_range(p, ROLE_##tag, at, low, high)
/* What `no`, `default` undo when they say no value. */
#define U(tag, at)             do { if (p->negated || p->defaulted) A(tag, at); } while (0)
}

%token CR "<cr>"
/* shapes */
%token WORD "WORD" NUMBER "<number>" STANDARD_NUMBER "<1-99>" EXTENDED_NUMBER "<100-199>"
%token KEY_TYPE "<0-7>" ADDRESS "A.B.C.D" PREFIX "A.B.C.D/nn" ADDRESS6 "X:X::X" IFNAME "INTERFACE"
%token LENGTH "/nn" LINE "LINE" UNKNOWN "UNKNOWN"
/* words of facts */
%token CIPHER "CIPHER" SIZED_CIPHER "CIPHER-WITH-SIZE" KEY_BITS "KEY-SIZE"
%token SIZED_TRANSFORM "TRANSFORM-WITH-SIZE" HASH_WORD "HASH" AUTH_WORD "AUTHENTICATION" GROUP_NUMBER "GROUP"
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
%token ACCESS_RESTRICT "access-restrict" ACCOUNTING "accounting" AGE_TIMER "age-timer" ACE "ace" ACL "acl"
%token ACTIVATE "activate" ADD_ROUTE "add-route" ADDRESS_WORD "address"
%token ADDRESS_POOL "address-pool" ADJUST_MSS "adjust-mss" AFTER_ENCRYPTION "after-encryption"
%token AGGRESSIVE "aggressive" AGGRESSIVE_MODE "aggressive-mode" AH "ah" ANY "any"
%token ANYCONNECT "anyconnect" ANYCONNECT_EAP "anyconnect-eap" ARP_PING "arp-ping"
%token AUTHENTICATION "authentication" AUTHENTICATOR "authenticator" AUTHORIZATION "authorization"
%token AUTO "auto" AUTO_UPDATE "auto-update" BACKUP_GATEWAY "backup-gateway" BANNER "banner"
%token BEFORE_ENCRYPTION "before-encryption" BROWSER_PROXY "browser-proxy" CA "ca" CALL "call"
%token CERTIFICATE "certificate" CERTIFICATE_CACHE "certificate-cache" CHAIN "chain"
%token CIPHER_WORD "cipher" CLEAR "clear" CLIENT "client" CLIENT_ENDPOINT "client-endpoint"
%token CLUSTER "cluster" COMPILED "compiled" CONFIG_EXCHANGE "config-exchange"
%token CONFIG_MODE "config-mode" CONFIG_SAVE "config-save" CONFIGURATION "configuration"
%token CONNECT "connect" CONSENT "consent" CONTINUE "continue" COOKIE_CHALLENGE "cookie-challenge"
%token COPY "copy" CREATE "create" CRYPTO "crypto" CTS "cts" DAYS "days" DEFAULT "default"
%token DEFAULT_GATEWAY "default-gateway" DEFINITION "definition" DEMUX "demux" DENY "deny"
%token DESCRIPTION "description" DESTINATION "destination" DF "df" DF_BIT "df-bit" DFBIT "dfbit"
%token DHCP "dhcp" DHCP_SERVER "dhcp-server" DHCP_TIMEOUT "dhcp-timeout" DIAGNOSE "diagnose"
%token DIAL_POOL_NUMBER "dial-pool-number" DIALER "dialer" DISABLE "disable"
%token DISCARD "discard"
%token DISCONNECT_REVOKED_PEERS "disconnect-revoked-peers" DISCOVER "discover" DISTANCE "distance"
%token DN "dn" DNS "dns" DO "do" DOMAIN "domain" DOMAIN_NAME "domain-name" DPD "dpd" DROP "drop"
%token DSCP "dscp" DUAL_OVERLAY "dual-overlay" DUMMY "dummy" DYNAMIC "dynamic"
%token DYNAMIC_MAP "dynamic-map" EAP "eap" ECDSA_SIG "ecdsa-sig" ECN "ecn"
%token EGRESS_INTERFACE "egress-interface" EMAIL "email" ENABLE "enable"
%token ENCAPSULATION "encapsulation" ENCR "encr" ENCRYPTION "encryption" END "end" ENGINE "engine"
%token ENTROPY "entropy" EQ "eq" ERROR_ "error" ESN "esn" ESP "esp" ESTABLISHED "established"
%token EVALUATE "evaluate"
%token EXEC "exec" EXIT "exit" EXTENDABLE "extendable" EXTENDED "extended" FAIL_CLOSE "fail-close"
%token FIREWALL "firewall" FORCE_ENCAP "force-encap" FORCED "forced" FORWARDING "forwarding"
%token FQDN "fqdn" FQDN_GROUP "fqdn-group" FRAGMENTATION "fragmentation" FRAGMENTS "fragments"
%token FVRF "fvrf" GATEWAY "gateway" GDOI "gdoi" GE "ge" GEO_GROUP "geo-group" GKM "gkm"
%token GLOBAL "global" GRE "gre" GROUP "group" GROUP_LOCK "group-lock" GROUP_OBJECT "group-object"
%token GT "gt" HASH "hash" HELPER "helper" HEX "hex" HOST "host" HOSTNAME "hostname"
%token HTTP_URL "http-url" IDENTITY "identity" IDLE_TIME "idle-time" IKE "ike" IKEV2 "ikev2"
%token IKEV2_PROFILE "ikev2-profile" IN "in" INBOUND "inbound" INBOUND_ONLY "inbound-only"
%token INCLUDE_LOCAL_LAN "include-local-lan" INCOMING "incoming" INFINITE "infinite" INITIAL_CONTACT "initial-contact"
%token INITIATE "initiate" INSIDE "inside" INTEGRITY "integrity" INTERFACE "interface"
%token INVALID_SPI_RECOVERY "invalid-spi-recovery" IP "ip" IPIP "ipip" IPSEC "ipsec"
%token IPSEC_ISAKMP "ipsec-isakmp" IPSEC_MANUAL "ipsec-manual" IPV4 "ipv4"
%token IPV4_ADDRESS "ipv4-address" IPV4_DENY "ipv4-deny" IPV6 "ipv6" IPV6_ADDRESS "ipv6-address"
%token ISAKMP "isakmp" ISAKMP_PROFILE "isakmp-profile" IVRF "ivrf" JUMP "jump"
%token KEEPALIVE "keepalive" KEY "key" KEY_ID "key-id" KEY_STRING "key-string" KEYRING "keyring"
%token KILOBYTES "kilobytes" L2TRANSPORT "l2transport" LE "le" LENGTH_WORD "length" LEVEL "level"
%token LIFETIME "lifetime" LIMIT "limit" LIST "list" LOCAL "local" LOCAL_ADDRESS "local-address"
%token LOG "log" LOG_INPUT "log-input" LOG_UPDATE "log-update" LOGGING "logging" LOGIN "login"
%token LT "lt" MAIN "main" MAP "map" MAPPING_ID "mapping-id" MATCH "match" MATCH_ALL "match-all"
%token MATCH_ANY "match-any" MATCH_HOST "match-host" MATCH_IN_VRF "match-in-vrf"
%token MATCH_LOCAL_TRAFFIC "match-local-traffic" MAX_LOGINS "max-logins" MAX_USERS "max-users"
%token MIB "mib" MIN_MTU "min-mtu" MIXED_MODE "mixed-mode" MKA "mka" MODE "mode" MOTD "motd" MTU "mtu"
%token MULTI_SN "multi-sn" MULTICAST "multicast" MULTIPOINT "multipoint" NAME "name"
%token NAME_MANGLER "name-mangler" NAT "nat" NAT_TRANSPARENCY "nat-transparency"
%token NAT_TRAVERSAL "nat-traversal" NEGOTIATED "negotiated" NEQ "neq" NETMASK "netmask"
%token NETWORK "network" NETWORK_OBJECT "network-object" NEXT_HOP "next-hop" NHRP "nhrp" NO "no"
%token NO_ALIAS "no-alias" NO_PAYLOAD "no-payload" NO_XAUTH "no-xauth" OBJECT_GROUP "object-group"
%token OER "oer" ON_DEMAND "on-demand" OPTION "option" OPTIONAL "optional" OUT "out"
%token OUTBOUND "outbound" OUTSIDE "outside" OVERLOAD "overload" PASSWORD "password"
%token PATH_MTU_DISCOVERY "path-mtu-discovery" PEER "peer" PER_HOST "per-host"
%token PERFORMANCE "performance" PERIODIC "periodic" PERMANENT "permanent" PERMIT "permit"
%token PERSISTENT "persistent" PFS "pfs" PKI "pki" POINT_TO_POINT "point-to-point" POLICY "policy"
%token POLL "poll" POOL "pool" PPK "ppk" PPS "pps" PROPAGATE "propagate" PPP "ppp" PPPOE "pppoe" PPPOE_CLIENT "pppoe-client"
%token PRE_CLASSIFY "pre-classify" PRE_SHARE "pre-share" PRE_SHARED_KEY "pre-shared-key"
%token PRECEDENCE "precedence" PREFIX_LENGTH "prefix-length" PREFIX_LIST "prefix-list" PRF "prf"
%token PROFILE "profile" PROMPT_TIMEOUT "prompt-timeout" PROPOSAL "proposal"
%token PROTECTION "protection" PROVISIONING "provisioning" PSK "psk" QOS "qos"
%token QOS_GROUP "qos-group" RANGE "range" RATE_LIMIT "rate-limit" RECONNECT "reconnect"
%token RECYCLE "recycle" REDIRECT "redirect" REDUNDANCY "redundancy" REFLECT "reflect"
%token REKEY "rekey" REMARK "remark" REMOTE "remote" REMOTE_PEER "remote-peer" REPLAY "replay"
%token REQUIRE "require" RESEQUENCE "resequence" RESPONDER_ONLY "responder-only" RETRY "retry"
%token REVERSE_ROUTE "reverse-route" REVERSIBLE "reversible" ROLE_BASED "role-based"
%token ROTARY "rotary" ROUTE "route" ROUTE_MAP "route-map" RSA_PUBKEY "rsa-pubkey"
%token RSA_SIG "rsa-sig" SAVE_PASSWORD "save-password" SECONDARY "secondary" SECONDS "seconds"
%token SECURITY "security" SECURITY_ASSOCIATION "security-association"
%token SECURITY_POLICY "security-policy" SELF_IDENTITY "self-identity" SEQ "seq"
%token SEQUENCE "sequence" SEQUENCE_NUMBER "sequence-number" SERIAL_NUMBER "serial-number" SERVER "server" SERVICE "service"
%token SESSION_KEY "session-key" SET "set" SETTINGS "settings" SHARED "shared" SHUTDOWN "shutdown"
%token SIGNATURE "signature" SLIP_PPP "slip-ppp"
%token SMARTCARD_REMOVAL_DISCONNECT "smartcard-removal-disconnect" SOURCE "source"
%token SPI_MATCHING "spi-matching" SPLIT_DNS "split-dns" SSH "ssh" SSL "ssl" STANDARD "standard"
%token STATEFUL "stateful" STATELESS "stateless" STATIC "static" TAG "tag" TCP "tcp"
%token TCP_UDP "tcp-udp" TELNET "telnet" TIME_RANGE "time-range" TIMEOUT "timeout"
%token TLS_TUNNEL "tls-tunnel" TOS "tos" TRACEROUTE "traceroute" TRACK "track"
%token TRANSFORM_SET "transform-set" TRANSLATION "translation" TRANSPORT "transport"
%token TRUST_POINT "trust-point" TRUSTPOINT "trustpoint" TTL "ttl" TUNNEL "tunnel" TYPE "type"
%token UDP_ENCAPSULATION "udp-encapsulation" UNNUMBERED "unnumbered" USER "user"
%token USER_FQDN "user-fqdn" USERNAME "username" V4_OVERLAY "v4-overlay" V6_OVERLAY "v6-overlay"
%token VERSION "version" VIRTUAL_TEMPLATE "virtual-template" VPN "vpn" VRF "vrf" WINDOW "window"
%token WINDOW_SIZE "window-size" WINS "wins" WUI "wui" XAUTH "xauth" ZONE_MEMBER "zone-member"

%%
line:
    MODE_GLOBAL neg global CR
  | MODE_EXEC exec CR
  | MODE_POLICY neg policy_line CR
  | MODE_ISAKMP_PROFILE neg profile_line CR
  | MODE_CLIENT_GROUP neg client_group_line CR
  | MODE_ISAKMP_PEER neg isakmp_peer_line CR
  | MODE_KEYRING neg keyring_line CR
  | MODE_RSA_PUBKEY neg rsa_line CR
  | MODE_TRANSFORM neg transform_line CR
  | MODE_IPSEC_PROFILE neg ipsec_profile_line CR
  | MODE_MAP neg map_line CR
  | MODE_FAIL_CLOSE neg fail_close_line CR
  | MODE_IKEV2_PROPOSAL neg v2_proposal_line CR
  | MODE_IKEV2_POLICY neg v2_policy_line CR
  | MODE_IKEV2_KEYRING neg v2_keyring_line CR
  | MODE_IKEV2_PEER neg v2_peer_line CR
  | MODE_IKEV2_PROFILE neg v2_profile_line CR
  | MODE_IF neg if_line CR
  | MODE_ACL_STANDARD neg standard_line CR
  | MODE_ACL_EXTENDED neg extended_line CR
  | MODE_ACL6 neg acl6_line CR
  | MODE_ROUTE_MAP neg route_map_line CR
  | MODE_NETWORK_GROUP neg network_group_line CR
  | MODE_SERVICE_GROUP neg service_group_line CR
  | MODE_NAT_POOL neg nat_pool_line CR
  | MODE_TIME_RANGE neg time_range_line CR
  | MODE_VRF neg vrf_line CR
  | MODE_OTHER neg UNKNOWN { K(UNKNOWN); } CR
  ;

neg:
    %empty
  | "no"      { p->negated = true; }
  | "default" { p->defaulted = true; }
  ;

/* --- parts that many statements share ------------------------------------------------------ */

name: WORD { A(NAME, @1); };
acl: WORD { A(ACL, @1); };
rest: %empty | LINE { A(TEXT, @1); };
text: LINE { A(TEXT, @1); };
vrf: "vrf" WORD { A(VRF, @2); };
vrf_opt: %empty | vrf;
vrf_word_opt: %empty | WORD { A(VRF, @1); };
address: ADDRESS { A(ADDRESS, @1); };
mask_opt: %empty | ADDRESS { A(MASK, @1); };
address6: ADDRESS6 { A(ADDRESS, @1); };
ifname: IFNAME { A(INTERFACE, @1); };
secret: KEY_TYPE WORD { A(KEY_TYPE, @1); A(SECRET, @2); } | WORD { A(SECRET, @1); };
description: "description" { K(DESCRIPTION); } LINE { A(TEXT, @3); };
retry_mode: %empty | "periodic" { A(MODE, @1); } | "on-demand" { A(MODE, @1); };
copy_clear_set: "clear" { A(MODE, @1); } | "set" { A(MODE, @1); } | "copy" { A(MODE, @1); };
before_after: "before-encryption" { A(MODE, @1); } | "after-encryption" { A(MODE, @1); };
in_out: "in" { A(DIRECTION, @1); } | "out" { A(DIRECTION, @1); };
action: "permit" { A(ACTION, @1); } | "deny" { A(ACTION, @1); };

exec: exec_word { K(EXEC); } rest;
exec_word: EXEC_WORD | "telnet" | "traceroute";

/* --- global configuration ------------------------------------------------------------------ */

global:
    "hostname" { K(HOSTNAME); } name
  | "version" { K(VERSION); } text
  | "interface" { K(INTERFACE); } interface
  | "crypto" crypto
  | "ip" ip
  | "ipv6" ipv6
  | "access-list" access_list
  | "route-map" { K(ROUTE_MAP); } name action_opt sequence_opt
  | "object-group" object_group
  | "time-range" { K(TIME_RANGE); } name
  | "vrf" "definition" { K(VRF); } name
  | "vrf" UNKNOWN { K(UNKNOWN); }
  | "banner" { K(BANNER); } banner_kind text
  | "exit" { K(EXIT); }
  | "end" { K(END); }
  | "do" { K(EXEC); } text
  | OTHER_WORD { K(UNKNOWN); }
  | OTHER_WORD UNKNOWN { K(UNKNOWN); }
  | UNKNOWN { K(UNKNOWN); }
  ;

banner_kind: %empty | "motd" | "login" | "exec" | "incoming" | "prompt-timeout" | "slip-ppp"
  | "config-save";
interface:
    ifname interface_type
  | "range" { p->opens = MODE_IF; } text
  ;
interface_type: %empty | "point-to-point" { A(TYPE, @1); } | "multipoint" { A(TYPE, @1); }
  | "type" WORD { A(TYPE, @2); } | "l2transport" { A(TYPE, @1); };

action_opt: %empty | action;
sequence_opt: %empty | NUMBER { R(SEQUENCE, @1, 0, 65535); };

ip:
    "route" { K(ROUTE); } route
  | "nat" nat
  | "access-list" named_acl
  | "prefix-list" { K(PREFIX_LIST); } prefix_list
  | "local" "pool" { K(LOCAL_POOL); } name local_pool
  | "local" "policy" "route-map" { K(LOCAL_POLICY); } WORD { A(ROUTE_MAP, @5); }
  | "local" UNKNOWN { K(UNKNOWN); }
  | "host" ip_host
  | "domain" "name" { K(DOMAIN); } vrf_opt name
  | "domain" UNKNOWN { K(UNKNOWN); }
  | "domain-name" { K(DOMAIN); } vrf_opt name
  | "vrf" { K(VRF); } name
  | "default-gateway" { K(DEFAULT_GATEWAY); } ADDRESS { A(GATEWAY, @3); }
  | UNKNOWN { K(UNKNOWN); }
  ;

local_pool:
    ADDRESS { A(FIRST, @1); } local_pool_last local_pool_options
  | "default"
  ;
local_pool_last: %empty | ADDRESS { A(LAST, @1); };
local_pool_options: %empty | local_pool_options "group" WORD { A(EXTRA, @2); }
  | local_pool_options "recycle" LINE { A(TEXT, @3); };

ip_host:
    WORD { K(IP_HOST); A(NAME, @1); } host_addresses
  | vrf { K(IP_HOST); } name host_addresses
  ;
host_addresses: address | host_addresses address | UNKNOWN { K(UNKNOWN); };

prefix_list:
    "sequence-number" { K(UNKNOWN); }
  | name prefix_sequence action PREFIX { A(PREFIX, @4); } prefix_range
  | name "description" text
  ;
prefix_sequence: %empty | "seq" NUMBER { R(SEQUENCE, @2, 1, UINT32_MAX); };
prefix_range: %empty
  | prefix_range "ge" NUMBER { R(GE, @3, 0, 32); }
  | prefix_range "le" NUMBER { R(LE, @3, 0, 32); };

route:
    route_vrf ADDRESS { A(ADDRESS, @2); } ADDRESS { A(MASK, @4); } hop route_options
  | "static" UNKNOWN { K(UNKNOWN); }
  | "profile" { K(UNKNOWN); }
  ;
route_vrf: %empty | "vrf" WORD { A(VRF, @2); };
hop:
    gateway
  | ifname
  | ifname gateway
  | "dhcp" { A(DHCP, @1); }
  | ifname "dhcp" { A(DHCP, @2); }
  ;
gateway: ADDRESS { A(GATEWAY, @1); };
route_options: %empty
  | route_options NUMBER { R(DISTANCE, @2, 1, 255); }
  | route_options "name" WORD { A(NAME, @3); }
  | route_options "permanent" { A(PERMANENT, @2); }
  | route_options "track" NUMBER { R(TRACK, @3, 1, 1000); }
  | route_options "tag" NUMBER { R(TAG, @3, 1, UINT32_MAX); }
  | route_options "global" { A(GLOBAL_VRF, @2); }
  | route_options "multicast" { A(MULTICAST, @2); }
  ;

ipv6:
    "access-list" WORD { K(ACL6); A(NAME, @2); }
  | "access-list" WORD { K(ACE6); A(NAME, @2); } acl6_numbered
  | UNKNOWN { K(UNKNOWN); }
  ;
acl6_numbered: "permit" text | "deny" text;

/* --- crypto --------------------------------------------------------------------------------- */

crypto:
    "isakmp" isakmp
  | "keyring" { K(KEYRING); } name vrf_opt
  | "ipsec" ipsec
  | "map" { K(CRYPTO_MAP); } crypto_map
  | "dynamic-map" { K(DYNAMIC_MAP); } name map_sequence
  | "ikev2" ikev2
  | "pki" pki
  | "ca" pki
  | crypto_other { K(CRYPTO_OTHER); A(WHAT, @1); } rest
  ;
crypto_other: "key" | "engine" | "gdoi" | "gkm" | "identity" | "logging" | "mib" | "ssl" | "vpn"
  | "ssh" | "call" | "provisioning" | "xauth" | "wui" | "connect" | "tls-tunnel" | "dhcp"
  | "consent" | "eap" | "entropy" | "ace" | "mka";
pki:
    "trustpoint" { K(TRUSTPOINT); } name
  | "certificate" "chain" { K(CERTIFICATES); } name
  | "certificate" UNKNOWN { K(CRYPTO_OTHER); A(TEXT, @2); }
  | UNKNOWN { K(CRYPTO_OTHER); A(TEXT, @1); }
  ;

isakmp:
    "policy" { K(ISAKMP_POLICY); } NUMBER { R(PRIORITY, @3, 1, 10000); }
  | "key" { K(ISAKMP_KEY); } secret key_peer no_xauth
  | "enable" { K(ISAKMP_ENABLE); }
  | "identity" { K(ISAKMP_IDENTITY); } isakmp_identity
  | "keepalive" { K(ISAKMP_KEEPALIVE); } keepalive retry_opt retry_mode
  | "nat" "keepalive" { K(ISAKMP_NAT_KEEPALIVE); } nat_keepalive
  | "diagnose" "error" { K(ISAKMP_DIAGNOSE); } diagnose
  | "aggressive-mode" "disable" { K(ISAKMP_AGGRESSIVE_DISABLE); }
  | "invalid-spi-recovery" { K(ISAKMP_INVALID_SPI); }
  | "fragmentation" { K(ISAKMP_FRAGMENTATION); }
  | "default" "policy" { K(ISAKMP_DEFAULT_POLICY); }
  | "client" "configuration" isakmp_client
  | "client" "firewall" { K(ISAKMP_OTHER); A(WHAT, @2); } rest
  | "peer" { K(ISAKMP_PEER); } isakmp_peer vrf_opt
  | "profile" { K(ISAKMP_PROFILE); } name isakmp_profile_accounting
  | isakmp_flag { K(ISAKMP_OTHER); A(WHAT, @1); }
  | "xauth" { K(ISAKMP_OTHER); A(WHAT, @1); } "timeout" NUMBER { R(TIMEOUT, @4, 5, 90); }
  | isakmp_other { K(ISAKMP_OTHER); A(WHAT, @1); } rest
  ;
isakmp_other: "nat-traversal";
isakmp_flag: "disconnect-revoked-peers" | "performance";
isakmp_profile_accounting: %empty | "accounting" WORD { A(LIST, @2); };
key_peer:
    "address" address mask_opt
  | "address" "ipv6" address6
  | "hostname" WORD { A(HOSTNAME, @2); }
  ;
no_xauth: %empty | "no-xauth" { A(NO_XAUTH, @1); };
isakmp_identity: "address" { A(TYPE, @1); } | "dn" { A(TYPE, @1); } | "hostname" { A(TYPE, @1); };
keepalive: NUMBER { R(INTERVAL, @1, 10, 3600); };
retry_opt: %empty | NUMBER { R(RETRY, @1, 2, 60); };
nat_keepalive: NUMBER { R(INTERVAL, @1, 5, 3600); };
diagnose: NUMBER { R(NUMBER, @1, 0, 1000); };
isakmp_client:
    "group" { K(CLIENT_GROUP); } name
  | "address-pool" "local" { K(ISAKMP_CLIENT_POOL); } WORD { A(POOL, @4); }
  | "browser-proxy" { K(ISAKMP_OTHER); A(WHAT, @1); } rest
  ;
isakmp_peer:
    "address" address
  | "address" "ipv6" address6
  | "hostname" WORD { A(HOSTNAME, @2); }
  | "ip" "address" address
  ;

policy_line:
    encryption_word { K(ENCRYPTION); } cipher
  | "hash" { K(HASH); } HASH_WORD { A(HASH, @3); }
  | "authentication" { K(AUTHENTICATION); } AUTH_WORD { A(AUTH, @3); }
  | "group" { K(GROUP); } GROUP_NUMBER { A(GROUP, @3); }
  | "lifetime" { K(LIFETIME); } NUMBER { R(SECONDS, @3, 60, 86400); }
  ;
encryption_word: "encr" | "encryption";
cipher: CIPHER { A(CIPHER, @1); } | SIZED_CIPHER { A(CIPHER, @1); } key_bits;
key_bits: %empty | KEY_BITS { A(KEY_BITS, @1); };

isakmp_peer_line:
    description
  | "set" "aggressive-mode" "client-endpoint" { K(AGGRESSIVE_ENDPOINT); } client_endpoint
  | "set" "aggressive-mode" "password" { K(AGGRESSIVE_PASSWORD); } secret
  ;
client_endpoint:
    "fqdn" name { A(TYPE, @1); }
  | "user-fqdn" name { A(TYPE, @1); }
  | "ipv4-address" address { A(TYPE, @1); }
  | "ipv6-address" address6 { A(TYPE, @1); }
  ;

profile_line:
    description
  | "keyring" { K(PROFILE_KEYRING); } keyrings
  | "local-address" { K(LOCAL_ADDRESS); } local_address
  | "match" "identity" { K(MATCH_IDENTITY); } match_identity
  | "match" "certificate" { K(MATCH_CERTIFICATE); } name
  | "self-identity" { K(SELF_IDENTITY); } self_identity
  | "initiate" "mode" { K(INITIATE_MODE); } initiate_mode
  | "keepalive" { K(PROFILE_KEEPALIVE); } keepalive "retry" NUMBER { R(RETRY, @5, 2, 60); }
  | "vrf" { K(PROFILE_VRF); } WORD { A(VRF, @3); }
  | "virtual-template" { K(VIRTUAL_TEMPLATE); } NUMBER { R(NUMBER, @3, 1, 4095); }
  | "ca" "trust-point" { K(CA_TRUST_POINT); } WORD { A(TRUSTPOINT, @4); }
  | "client" "authentication" { K(CLIENT_AUTHENTICATION); } client_authentication
  | "client" client_other { K(PROFILE_OTHER); A(WHAT, @2); } rest
  | "qos-group" { K(PROFILE_OTHER); A(WHAT, @1); } NUMBER { R(NUMBER, @3, 1, 1023); }
  | profile_other { K(PROFILE_OTHER); A(WHAT, @1); } rest
  ;
client_other: "configuration" | "pki";
profile_other: "accounting" | "isakmp" | "rekey";
keyrings: keyring_name | keyrings keyring_name;
keyring_name: WORD { A(KEYRING, @1); };
local_address: ifname | address vrf_word_opt;
client_authentication:
    "list" WORD { A(LIST, @2); }
  | "username" WORD { A(USER, @2); } client_password
  ;
client_password: %empty | "password" secret;
match_identity:
    "address" { A(TYPE, @1); } match_identity_address
  | "group" WORD { A(TYPE, @1); A(GROUP_NAME, @2); }
  | "host" { A(TYPE, @1); } match_identity_host
  | "user" { A(TYPE, @1); } match_identity_user
  | "user-fqdn" { A(TYPE, @1); } match_identity_user
  | "any" { A(TYPE, @1); }
  ;
match_identity_address: address mask_opt vrf_word_opt | "ipv6" address6 vrf_word_opt;
match_identity_host: WORD { A(HOSTNAME, @1); } | "domain" WORD { A(DOMAIN, @2); };
match_identity_user: WORD { A(USER, @1); } | "domain" WORD { A(DOMAIN, @2); }
  | "fqdn" WORD { A(USER, @2); };
self_identity:
    "address" { A(TYPE, @1); }
  | "address" "ipv6" { A(TYPE, @1); A(IPV6, @2); }
  | "fqdn" { A(TYPE, @1); }
  | "fqdn" WORD { A(TYPE, @1); A(NAME, @2); }
  | "user-fqdn" WORD { A(TYPE, @1); A(NAME, @2); }
  | address
  ;
initiate_mode: %empty | "aggressive" { A(MODE, @1); } | "main" { A(MODE, @1); };

client_group_line:
    "key" { K(GROUP_KEY); } secret
  | "pool" { K(GROUP_POOL); } WORD { A(POOL, @3); }
  | "acl" { K(GROUP_ACL); } acl
  | "pfs" { K(GROUP_PFS); }
  | "banner" { K(BANNER); } text
  | "crypto" "aaa" { K(GROUP_OTHER); A(WHAT, @2); } rest
  | client_group_flag { K(GROUP_OTHER); A(WHAT, @1); }
  | client_group_server { K(GROUP_OTHER); A(WHAT, @1); } address group_second
  | client_group_name { K(GROUP_OTHER); A(WHAT, @1); } name
  | "netmask" { K(GROUP_OTHER); A(WHAT, @1); } ADDRESS { A(MASK, @3); }
  | "max-users" { K(GROUP_OTHER); A(WHAT, @1); } NUMBER { R(NUMBER, @3, 1, 5000); }
  | "max-logins" { K(GROUP_OTHER); A(WHAT, @1); } NUMBER { R(NUMBER, @3, 1, 10); }
  | "access-restrict" { K(GROUP_OTHER); A(WHAT, @1); } ifname
  | client_group_other { K(GROUP_OTHER); A(WHAT, @1); } rest
  ;
client_group_flag: "save-password" | "include-local-lan" | "group-lock"
  | "smartcard-removal-disconnect";
client_group_server: "dns" | "wins";
group_second: %empty | address;
client_group_name: "domain" | "split-dns" | "backup-gateway" | "browser-proxy";
client_group_other: "firewall" | "auto-update" | "configuration" | "dhcp" | "group"
  | "dhcp-timeout" | "dhcp-server";

keyring_line:
    description
  | "local-address" { K(LOCAL_ADDRESS); } local_address
  | "pre-shared-key" { K(KEYRING_KEY); } key_peer "key" secret
  | "rsa-pubkey" { K(RSA_PUBKEY); } rsa_pubkey rsa_use
  ;
rsa_pubkey: "address" address | "name" name;
rsa_use: %empty | "encryption" { A(TYPE, @1); } | "signature" { A(TYPE, @1); };
rsa_line:
    "address" { K(CRYPTO_OTHER); p->opens = MODE_NONE; } text
  | "serial-number" { K(CRYPTO_OTHER); p->opens = MODE_NONE; } text
  | "key-string" { K(KEY_STRING); } rest
  ;

/* --- crypto ipsec --------------------------------------------------------------------------- */

ipsec:
    "transform-set" { K(TRANSFORM_SET); } name transforms
  | "security-association" ipsec_sa
  | "df-bit" { K(IPSEC_DF_BIT); } copy_clear_set
  | "fragmentation" { K(IPSEC_FRAGMENTATION); } before_after
  | "nat-transparency" { K(IPSEC_NAT_TRANSPARENCY); } nat_transparency
  | "ipv4-deny" { K(IPSEC_IPV4_DENY); } ipv4_deny
  | "optional" { K(IPSEC_OPTIONAL); } ipsec_optional
  | "profile" { K(IPSEC_PROFILE); } name
  | ipsec_other { K(IPSEC_OTHER); A(WHAT, @1); } rest
  ;
ipsec_other: "client" | "ike" | "server";
transforms: %empty
  | transforms TRANSFORM { A(TRANSFORM, @2); }
  | transforms SIZED_TRANSFORM { A(TRANSFORM, @2); } key_bits
  ;
ipsec_sa:
    "lifetime" { K(IPSEC_LIFETIME); } lifetime
  | "idle-time" { K(IPSEC_IDLE); } idle_time
  | "replay" { K(IPSEC_REPLAY); } replay
  | { K(IPSEC_OTHER); } sa_other
  ;
sa_other:
    "dummy" { A(WHAT, @1); } "pps" NUMBER { R(NUMBER, @4, 0, 25); }
  | "dummy" { A(WHAT, @1); } "seconds" NUMBER { R(SECONDS, @4, 1, 3600); }
  | "ecn" { A(WHAT, @1); } "discard" { A(MODE, @3); }
  | "ecn" { A(WHAT, @1); } "propagate" { A(MODE, @3); }
  | "multi-sn" { A(WHAT, @1); }
  ;
lifetime:
    "seconds" { U(WHAT, @1); } NUMBER { R(SECONDS, @3, 120, 2592000); }
  | "kilobytes" { U(WHAT, @1); } lifetime_kilobytes
  | "days" { U(WHAT, @1); } NUMBER { R(DAYS, @3, 1, 30); }
  ;
lifetime_kilobytes: NUMBER { R(KILOBYTES, @1, 2560, UINT32_MAX); } | "disable" { A(DISABLE, @1); };
idle_time: NUMBER { R(SECONDS, @1, 60, 86400); };
replay: "window-size" NUMBER { R(WINDOW, @2, 64, 1024); } | "disable" { A(DISABLE, @1); };
nat_transparency: "udp-encapsulation" { A(MODE, @1); } | "spi-matching" { A(MODE, @1); };
ipv4_deny: "jump" { A(MODE, @1); } | "clear" { A(MODE, @1); } | "drop" { A(MODE, @1); };
ipsec_optional: %empty | "retry" NUMBER { R(SECONDS, @2, 60, 86400); };

transform_line:
    "mode" { K(TRANSFORM_MODE); } transform_mode
  | "esn" { K(ESN); }
  ;
transform_mode:
    "tunnel" { A(MODE, @1); }
  | "transport" { A(MODE, @1); }
  | "transport" "require" { A(MODE, @1); A(REQUIRE, @2); }
  ;

/* --- crypto maps, dynamic maps, profiles ---------------------------------------------------- */

crypto_map:
    map_name map_body
  | "ipv6" map_name { A(IPV6, @1); } map_body
  ;
map_name: name;
map_sequence: %empty | NUMBER { R(SEQUENCE, @1, 1, 65535); };
map_body: %empty
  | NUMBER { R(SEQUENCE, @1, 1, 65535); } map_type
  | "local-address" { K(MAP_LOCAL_ADDRESS); } ifname
  | "client" "authentication" { K(MAP_CLIENT_AUTHENTICATION); } client_authentication
  | "client" map_client_other { K(MAP_OTHER); A(WHAT, @2); } rest
  | "isakmp" "authorization" { K(MAP_OTHER); A(WHAT, @2); } rest
  | "isakmp-profile" { K(MAP_ISAKMP_PROFILE); } WORD { A(PROFILE, @3); }
  | "redundancy" { K(MAP_OTHER); A(WHAT, @1); } rest
  | "gdoi" "fail-close" { K(MAP_FAIL_CLOSE); }
  ;
map_client_other: "accounting" | "configuration";
map_type: %empty
  | "ipsec-isakmp" { A(TYPE, @1); } map_isakmp
  | "ipsec-manual" { A(TYPE, @1); }
  | "gdoi" { A(TYPE, @1); }
  ;
map_isakmp: %empty
  | "dynamic" WORD { A(DYNAMIC, @2); } discover
  | "profile" WORD { A(PROFILE, @2); }
  | "discover" { A(DISCOVER, @1); }
  ;
discover: %empty | "discover" { A(DISCOVER, @1); };

map_line:
    description
  | "match" "address" { K(MATCH_ADDRESS); } acl
  | "set" set
  | "set" "peer" { K(SET_PEER); } set_peer
  | "set" "session-key" { K(SET_SESSION_KEY); } session_key
  | "set" "nat" "demux" { K(SET_NAT_DEMUX); }
  | "set" "ip" "access-group" { K(SET_ACCESS_GROUP); } acl in_out
  | "reverse-route" { K(REVERSE_ROUTE); } reverse_route
  | "qos" "pre-classify" { K(QOS_PRE_CLASSIFY); }
  | "dialer" { K(MAP_LINE_OTHER); A(WHAT, @1); } rest
  ;
ipsec_profile_line:
    description
  | "set" set
  | "set" "mixed-mode" { K(SET_MIXED_MODE); }
  | "set" "security-policy" { K(SET_OTHER); A(WHAT, @2); } "limit" NUMBER { R(NUMBER, @5, 0, 50000); }
  | "responder-only" { K(RESPONDER_ONLY); }
  | "reverse-route" { K(REVERSE_ROUTE); } reverse_route
  | "redundancy" { K(MAP_LINE_OTHER); A(WHAT, @1); } rest
  | "dialer" { K(MAP_LINE_OTHER); A(WHAT, @1); } rest
  ;
fail_close_line:
    "activate" { K(FAIL_CLOSE_ACTIVATE); }
  | "match" "address" { K(MATCH_ADDRESS); } acl
  ;
set:
    "transform-set" { K(SET_TRANSFORM_SET); } set_transform_sets
  | "pfs" { K(SET_PFS); } pfs_group
  | "security-association" set_sa
  | "isakmp-profile" { K(SET_ISAKMP_PROFILE); } WORD { A(PROFILE, @3); }
  | "ikev2-profile" { K(SET_IKEV2_PROFILE); } WORD { A(IKEV2_PROFILE, @3); }
  | "identity" { K(SET_IDENTITY); } name
  | "group" { K(SET_GROUP); } name
  | "reverse-route" { K(SET_REVERSE_ROUTE); } set_reverse_route
  ;
set_transform_sets: set_name | set_transform_sets set_name;
set_name: WORD { A(TRANSFORM_SET, @1); };
pfs_group: %empty | PFS_GROUP { A(GROUP, @1); };
set_sa:
    "lifetime" { K(SET_LIFETIME); } lifetime
  | "level" "per-host" { K(SET_LEVEL); }
  | "idle-time" { K(SET_IDLE); } idle_time idle_default
  | "replay" { K(SET_REPLAY); } replay
  | "dfbit" { K(SET_DF_BIT); } copy_clear_set
  | { K(SET_OTHER); } sa_other
  ;
idle_default: %empty | "default" { A(DEFAULT, @1); };
set_reverse_route:
    "distance" { U(WHAT, @1); } NUMBER { R(DISTANCE, @3, 1, 255); }
  | "tag" { U(WHAT, @1); } NUMBER { R(TAG, @3, 1, UINT32_MAX); }
  | "gateway" { U(WHAT, @1); } ADDRESS { A(GATEWAY, @3); }
  ;
set_peer:
    address peer_default
  | address6 peer_default
  | WORD { A(HOSTNAME, @1); } peer_default
  ;
peer_default: %empty
  | "default" { A(DEFAULT, @1); }
  | "dynamic" { A(DYNAMIC, @1); }
  | "dynamic" "default" { A(DYNAMIC, @1); A(DEFAULT, @2); }
  ;
reverse_route: %empty
  | "static" { A(STATIC, @1); }
  | "remote-peer" ADDRESS { A(GATEWAY, @2); } reverse_gateway reverse_static
  | "remote-peer"
  ;
reverse_gateway: %empty | "gateway" { A(EXTRA, @1); };
reverse_static: %empty | "static" { A(STATIC, @1); };
session_key:
    direction "ah" { A(PROTOCOL, @2); } spi WORD { A(SECRET, @5); }
  | direction "esp" { A(PROTOCOL, @2); } spi "cipher" WORD { A(SECRET, @6); } authenticator
  ;
direction: "inbound" { A(DIRECTION, @1); } | "outbound" { A(DIRECTION, @1); };
spi: NUMBER { R(SPI, @1, 256, UINT32_MAX); };
authenticator: %empty | "authenticator" WORD { A(AUTH_SECRET, @2); };

/* --- crypto ikev2 --------------------------------------------------------------------------- */

ikev2:
    "proposal" { K(IKEV2_PROPOSAL); } name
  | "policy" { K(IKEV2_POLICY); } name
  | "keyring" { K(IKEV2_KEYRING); } name
  | "profile" { K(IKEV2_PROFILE); } name
  | "dpd" { K(IKEV2_DPD); } v2_dpd
  | "nat" "keepalive" { K(IKEV2_NAT_KEEPALIVE); } nat_keepalive
  | "fragmentation" { K(IKEV2_OTHER); A(WHAT, @1); p->opens = MODE_NONE; } v2_mtu
  | "window" { K(IKEV2_OTHER); A(WHAT, @1); p->opens = MODE_NONE; } NUMBER { R(WINDOW, @3, 1, 200); }
  | "cookie-challenge" { K(IKEV2_OTHER); A(WHAT, @1); p->opens = MODE_NONE; } NUMBER { R(NUMBER, @3, 0, 1000); }
  | ikev2_other { K(IKEV2_OTHER); A(WHAT, @1); } rest
  ;
ikev2_other: "limit" | "authorization" | "client"
  | "name-mangler" | "http-url" | "certificate-cache" | "diagnose" | "cluster" | "disconnect-revoked-peers"
  | "redirect" | "reconnect" | "cts" | "route";
v2_mtu: %empty | "mtu" NUMBER { R(NUMBER, @2, 68, 1500); };
v2_dpd: keepalive NUMBER { R(RETRY, @2, 2, 60); } retry_mode;

v2_proposal_line:
    "encryption" { K(IKEV2_ENCRYPTION); } v2_ciphers
  | "integrity" { K(IKEV2_INTEGRITY); } v2_hashes
  | "prf" { K(IKEV2_PRF); } v2_prfs
  | "group" { K(IKEV2_GROUP); } v2_groups
  | description
  ;
v2_ciphers: V2_CIPHER { A(CIPHER, @1); } | v2_ciphers V2_CIPHER { A(CIPHER, @2); };
v2_hashes: V2_HASH { A(HASH, @1); } | v2_hashes V2_HASH { A(HASH, @2); };
v2_prfs: V2_HASH { A(PRF, @1); } | v2_prfs V2_HASH { A(PRF, @2); };
v2_groups: GROUP_NUMBER { A(GROUP, @1); } | v2_groups GROUP_NUMBER { A(GROUP, @2); };

v2_policy_line:
    "proposal" { K(IKEV2_POLICY_PROPOSAL); } v2_proposals
  | "match" v2_match
  | description
  ;
v2_proposals: v2_proposal | v2_proposals v2_proposal;
v2_proposal: WORD { A(PROPOSAL, @1); };
v2_match:
    "address" "local" { K(IKEV2_MATCH_LOCAL); } v2_local
  | "fvrf" { K(IKEV2_MATCH_FVRF); } v2_fvrf
  ;
v2_local: address | address6 | "interface" ifname;
v2_fvrf: WORD { A(VRF, @1); } | "any" { A(ANY, @1); };

v2_keyring_line: "peer" { K(IKEV2_PEER); } name | description;
v2_peer_line:
    "address" { K(IKEV2_PEER_ADDRESS); } v2_peer_address
  | "hostname" { K(IKEV2_PEER_HOSTNAME); } WORD { A(HOSTNAME, @3); }
  | "identity" { K(IKEV2_PEER_IDENTITY); } v2_identity
  | "pre-shared-key" { K(IKEV2_PEER_KEY); } v2_key_side v2_key
  | description
  ;
v2_peer_address: address mask_opt | address6 | PREFIX { A(ADDRESS, @1); };
v2_identity:
    "address" { A(TYPE, @1); } v2_identity_address
  | "fqdn" { A(TYPE, @1); } v2_identity_name
  | "email" { A(TYPE, @1); } v2_identity_name
  | "key-id" { A(TYPE, @1); } name
  ;
v2_identity_address: address mask_opt | address6;
v2_identity_name: name | "domain" WORD { A(DOMAIN, @2); };
v2_key_side: %empty | side;
side: "local" { A(SIDE, @1); } | "remote" { A(SIDE, @1); };
v2_key: secret | "hex" WORD { A(HEX, @1); A(SECRET, @2); };

v2_profile_line:
    description
  | "match" v2_match
  | "match" "identity" "remote" { K(IKEV2_MATCH_IDENTITY); } v2_match_identity
  | "match" "certificate" { K(MATCH_CERTIFICATE); } name
  | "match" v2_match_other { K(IKEV2_PROFILE_OTHER); A(WHAT, @2); } rest
  | "identity" "local" { K(IKEV2_IDENTITY_LOCAL); } v2_identity_local
  | "authentication" { K(IKEV2_AUTHENTICATION); } side v2_auth
  | "authentication" { K(IKEV2_AUTHENTICATION); } v2_auth
  | "keyring" { K(IKEV2_PROFILE_KEYRING); } v2_profile_keyring
  | "lifetime" { K(LIFETIME); } NUMBER { R(SECONDS, @3, 120, 86400); }
  | "dpd" { K(IKEV2_PROFILE_DPD); } v2_dpd
  | "nat" { K(IKEV2_PROFILE_NAT); } v2_nat
  | "virtual-template" { K(VIRTUAL_TEMPLATE); } NUMBER { R(NUMBER, @3, 1, 4095); } v2_template
  | "ivrf" { K(IKEV2_PROFILE_IVRF); } WORD { A(VRF, @3); }
  | "shutdown" { K(SHUTDOWN); }
  | v2_profile_other { K(IKEV2_PROFILE_OTHER); A(WHAT, @1); } rest
  ;
v2_match_other: "inbound-only" | "vrf";
v2_profile_other: "pki" | "aaa" | "config-exchange" | "redirect" | "initial-contact" | "reconnect"
  | "anyconnect" | "ppk" | "accounting" | "config-mode";
v2_match_identity: v2_identity | "any" { A(TYPE, @1); };
v2_identity_local:
    v2_identity
  | "dn" { A(TYPE, @1); }
  ;
v2_auth:
    "pre-share" { A(AUTH, @1); } v2_auth_key
  | "rsa-sig" { A(AUTH, @1); }
  | "ecdsa-sig" { A(AUTH, @1); }
  | "eap" { A(AUTH, @1); } rest
  | "anyconnect-eap" { A(AUTH, @1); } rest
  ;
v2_auth_key: %empty | "key" secret;
v2_profile_keyring:
    "local" { A(TYPE, @1); } WORD { A(KEYRING, @3); }
  | "aaa" { A(TYPE, @1); } rest
  | WORD { A(KEYRING, @1); }
  ;
v2_nat: "keepalive" nat_keepalive | "force-encap" { A(EXTRA, @1); };
v2_template: %empty | "mode" "auto" { A(EXTRA, @2); };

/* --- interface ------------------------------------------------------------------------------- */

if_line:
    description
  | "shutdown" { K(SHUTDOWN); }
  | "ip" if_ip
  | "crypto" if_crypto
  | "tunnel" tunnel
  | "mtu" { K(MTU); } NUMBER { R(NUMBER, @3, 64, 18000); }
  | "vrf" "forwarding" { K(IF_VRF); } WORD { A(VRF, @4); }
  | "encapsulation" { K(ENCAPSULATION); } text
  | "keepalive" { K(IF_KEEPALIVE); } if_keepalive
  | "dialer" "pool" { K(DIALER_POOL); } NUMBER { R(NUMBER, @4, 1, 255); }
  | "dialer" UNKNOWN { K(UNKNOWN); }
  | "ppp" UNKNOWN { K(UNKNOWN); }
  | "pppoe" UNKNOWN { K(UNKNOWN); }
  | "pppoe-client" "dial-pool-number" { K(PPPOE_POOL); } NUMBER { R(NUMBER, @4, 1, 255); } rest
  | "zone-member" "security" { K(ZONE_MEMBER); } name
  | UNKNOWN { K(UNKNOWN); }
  ;
if_keepalive: %empty | NUMBER { R(INTERVAL, @1, 0, 32767); } if_keepalive_retry;
if_keepalive_retry: %empty | NUMBER { R(RETRY, @1, 0, 255); };
if_ip:
    "address" { K(IP_ADDRESS); } if_address
  | "unnumbered" { K(IP_UNNUMBERED); } ifname if_unnumbered
  | "access-group" { K(ACCESS_GROUP); } acl in_out
  | "nat" { K(IF_NAT); } if_nat
  | "mtu" { K(IP_MTU); } NUMBER { R(NUMBER, @3, 68, 18000); }
  | "tcp" "adjust-mss" { K(ADJUST_MSS); } NUMBER { R(NUMBER, @4, 500, 1460); }
  | "tcp" UNKNOWN { K(UNKNOWN); }
  | "policy" "route-map" { K(IF_POLICY); } WORD { A(ROUTE_MAP, @4); }
  | "vrf" "forwarding" { K(IF_VRF); } WORD { A(VRF, @4); }
  | "nhrp" { K(NHRP); } text
  | UNKNOWN { K(UNKNOWN); }
  ;
if_address:
    address ADDRESS { A(MASK, @2); } if_secondary
  | "dhcp" { A(DHCP, @1); } rest
  | "negotiated" { A(NEGOTIATED, @1); } rest
  | "pool" WORD { A(POOL, @2); }
  ;
if_secondary: %empty | "secondary" { A(SECONDARY, @1); };
if_unnumbered: %empty | ADDRESS { A(ADDRESS, @1); } | "poll" { A(EXTRA, @1); };
if_nat: "inside" { A(SIDE, @1); } | "outside" { A(SIDE, @1); } | "enable" { A(SIDE, @1); };
if_crypto:
    "map" { K(IF_CRYPTO_MAP); } if_crypto_map
  | "ipsec" "df-bit" { K(IF_DF_BIT); } copy_clear_set
  | "ipsec" "fragmentation" { K(IF_FRAGMENTATION); } before_after
  | "ipsec" if_ipsec_other { K(IF_OTHER); A(WHAT, @2); } rest
  | if_crypto_other { K(IF_OTHER); A(WHAT, @1); } rest
  ;
if_ipsec_other: "client";
if_crypto_other: "engine";
if_crypto_map:
    WORD { A(MAP, @1); } if_redundancy
  | "ipv6" WORD { A(IPV6, @1); A(MAP, @2); } if_redundancy
  ;
if_redundancy: %empty | "redundancy" WORD { A(REDUNDANCY, @2); } stateful;
stateful: %empty | "stateful" { A(STATEFUL, @1); };

tunnel:
    "source" { K(TUNNEL_SOURCE); } tunnel_source
  | "destination" { K(TUNNEL_DESTINATION); } tunnel_destination
  | "mode" { K(TUNNEL_MODE); } tunnel_mode
  | "protection" "ipsec" tunnel_protection
  | "key" { K(TUNNEL_KEY); } NUMBER { R(NUMBER, @3, 0, UINT32_MAX); }
  | "vrf" { K(TUNNEL_VRF); } WORD { A(VRF, @3); }
  | "path-mtu-discovery" { K(TUNNEL_PMTUD); } tunnel_pmtud
  | "ttl" { K(TUNNEL_OTHER); A(WHAT, @1); } NUMBER { R(NUMBER, @3, 1, 255); }
  | "tos" { K(TUNNEL_OTHER); A(WHAT, @1); } NUMBER { R(NUMBER, @3, 0, 255); }
  | UNKNOWN { K(TUNNEL_OTHER); A(TEXT, @1); }
  ;
tunnel_pmtud: %empty
  | tunnel_pmtud "age-timer" NUMBER { R(EXTRA, @3, 10, 30); }
  | tunnel_pmtud "age-timer" "infinite" { A(EXTRA, @3); }
  | tunnel_pmtud "min-mtu" NUMBER { R(EXTRA, @3, 92, 65535); }
  ;
tunnel_source: ifname | address | address6 | "dynamic" { A(DYNAMIC, @1); };
tunnel_destination: address | address6 | "dynamic" { A(DYNAMIC, @1); } | WORD { A(HOSTNAME, @1); };
tunnel_mode:
    "gre" { A(TYPE, @1); } tunnel_gre
  | "ipsec" { A(TYPE, @1); } tunnel_ipsec
  | "ipip" { A(TYPE, @1); } rest
  | UNKNOWN { A(TEXT, @1); }
  ;
tunnel_gre: %empty | "ip" { A(MODE, @1); } | "ipv6" { A(MODE, @1); }
  | "multipoint" { A(MODE, @1); A(MULTIPOINT, @1); }
  | "multipoint" "ipv6" { A(MODE, @1); A(MULTIPOINT, @1); A(IPV6, @2); };
tunnel_ipsec: "ipv4" { A(MODE, @1); } tunnel_overlay | "ipv6" { A(MODE, @1); } tunnel_overlay
  | "dual-overlay" { A(MODE, @1); };
tunnel_overlay: %empty | "v6-overlay" { A(EXTRA, @1); } | "v4-overlay" { A(EXTRA, @1); };
tunnel_protection:
    "profile" { K(TUNNEL_PROTECTION); } WORD { A(PROFILE, @3); } protection_options
  | "psk" { K(TUNNEL_PROTECTION_OTHER); } secret
  | tunnel_protection_other { K(TUNNEL_PROTECTION_OTHER); A(WHAT, @1); } rest
  ;
tunnel_protection_other: "initiate" | "local-address" | "policy";
protection_options: %empty
  | protection_options "shared" { A(SHARED, @2); }
  | protection_options "isakmp-profile" WORD { A(PROFILE, @3); }
  | protection_options "ikev2-profile" WORD { A(IKEV2_PROFILE, @3); }
  ;

/* --- ip nat ------------------------------------------------------------------------------------ */

nat:
    "pool" { K(NAT_POOL); } name nat_pool nat_pool_options
  | nat_side "source" { A(WHAT, @2); } nat_source
  | "inside" { A(SIDE, @1); } "destination" { A(WHAT, @3); } nat_source
  | "source" { A(WHAT, @1); } nat_source
  | nat_other { K(NAT_OTHER); A(WHAT, @1); } rest
  | UNKNOWN { K(NAT_OTHER); A(TEXT, @1); }
  ;
nat_other: "translation" | "service" | "settings" | "log" | "create";
nat_side: "inside" { A(SIDE, @1); } | "outside" { A(SIDE, @1); };
nat_pool:
    pool_first ADDRESS { A(LAST, @2); } pool_mask { p->opens = MODE_NONE; }
  | pool_mask
  ;
pool_first: ADDRESS { A(FIRST, @1); };
pool_mask:
    "netmask" ADDRESS { A(MASK, @2); }
  | "prefix-length" NUMBER { R(PREFIX_LENGTH, @2, 1, 32); }
  ;
nat_pool_options: %empty
  | nat_pool_options "type" "rotary" { A(TYPE, @3); }
  | nat_pool_options "type" "match-host" { A(TYPE, @3); }
  | nat_pool_options "accounting" WORD { A(LIST, @3); }
  | nat_pool_options "arp-ping" { A(EXTRA, @2); }
  | nat_pool_options "add-route" { A(ADD_ROUTE, @2); }
  ;
nat_pool_line: "address" { K(NAT_POOL_RANGE); } pool_range | "range" { K(NAT_POOL_RANGE); } pool_range;
pool_range: pool_first ADDRESS { A(LAST, @2); };
nat_source:
    "list" { K(NAT_DYNAMIC); } acl nat_target nat_options
  | "route-map" { K(NAT_DYNAMIC); } WORD { A(ROUTE_MAP, @3); } nat_target nat_options
  | "static" { K(NAT_STATIC); } nat_static nat_options
  ;
nat_target: "pool" WORD { A(POOL, @2); } | "interface" ifname;
nat_static:
    nat_local nat_global
  | nat_local "interface" ifname
  | nat_protocol nat_local nat_local_port nat_global nat_global_port
  | nat_protocol nat_local nat_local_port "interface" ifname nat_global_port
  | nat_protocol_other nat_local "interface" ifname
  | "network" { A(NETWORK, @1); } nat_local nat_global nat_network_mask
  ;
nat_protocol: PROTO_TCP { A(PROTOCOL, @1); } | PROTO_UDP { A(PROTOCOL, @1); };
nat_protocol_other: PROTO { A(PROTOCOL, @1); };
nat_local: ADDRESS { A(LOCAL, @1); };
nat_global: ADDRESS { A(GLOBAL, @1); };
nat_local_port: TCP_PORT { A(LOCAL_PORT, @1); };
nat_global_port: TCP_PORT { A(GLOBAL_PORT, @1); };
nat_network_mask: ADDRESS { A(MASK, @1); } | LENGTH { A(PREFIX_LENGTH, @1); };
nat_options: %empty
  | nat_options "vrf" WORD { A(VRF, @3); }
  | nat_options "match-in-vrf" { A(MATCH_IN_VRF, @2); }
  | nat_options "overload" { A(OVERLOAD, @2); }
  | nat_options "extended" { A(EXTENDED, @2); }
  | nat_options "extendable" { A(EXTENDABLE, @2); }
  | nat_options "no-alias" { A(NO_ALIAS, @2); }
  | nat_options "no-payload" { A(NO_PAYLOAD, @2); }
  | nat_options "reversible" { A(REVERSIBLE, @2); }
  | nat_options "add-route" { A(ADD_ROUTE, @2); }
  | nat_options "stateless" { A(STATELESS, @2); }
  | nat_options "route-map" WORD { A(ROUTE_MAP, @3); }
  | nat_options "mapping-id" NUMBER { A(EXTRA, @3); }
  | nat_options "redundancy" WORD { A(REDUNDANCY, @3); }
  | nat_options "egress-interface" IFNAME { A(EXTRA, @3); }
  | nat_options "oer" { A(EXTRA, @2); }
  | nat_options "forced" { A(EXTRA, @2); }
  ;

/* --- access lists ------------------------------------------------------------------------------ */

access_list:
    standard_list { K(ACL_NUMBERED); }
  | extended_list { K(ACL_NUMBERED); }
  | standard_list "remark" { K(REMARK); } rest
  | extended_list "remark" { K(REMARK); } rest
  | standard_list standard_ace
  | extended_list extended_ace
  | NUMBER { K(ACL_OTHER); A(ACL, @1); } rest
  | "compiled" { K(ACL_OTHER); }
  | "rate-limit" { K(ACL_OTHER); A(WHAT, @1); } rest
  ;
standard_list: STANDARD_NUMBER { A(ACL, @1); };
extended_list: EXTENDED_NUMBER { A(ACL, @1); };

named_acl:
    "standard" { K(ACL_STANDARD); } acl
  | "extended" { K(ACL_EXTENDED); } acl
  | "resequence" { K(RESEQUENCE); } acl NUMBER { R(START, @4, 1, INT32_MAX); } NUMBER { R(STEP, @6, 1, INT32_MAX); }
  | acl_other { K(ACL_OTHER); A(WHAT, @1); } rest
  ;
acl_other: "log-update" | "logging" | "helper" | "role-based" | "match-local-traffic" | "persistent" | "fqdn";

standard_line:
    standard_ace
  | sequence standard_ace
  | "remark" { K(REMARK); } rest
  | sequence "remark" { K(REMARK); } rest
  | sequence { K(ACE_SEQUENCE); }
  ;
sequence: NUMBER { R(SEQUENCE, @1, 1, INT32_MAX); };
standard_ace: action { K(ACE_STANDARD); } standard_source log_opt;
standard_source:
    "any" { A(SOURCE, @1); }
  | "host" ADDRESS { A(SOURCE_HOST, @2); }
  | "host" WORD { A(SOURCE_HOST, @2); }
  | ADDRESS { A(SOURCE, @1); }
  | ADDRESS ADDRESS { A(SOURCE, @1); A(SOURCE_WILDCARD, @2); }
  ;
log_opt: %empty | log;
log: "log" { A(LOG, @1); } | "log" WORD { A(LOG, @1); A(COOKIE, @2); };

extended_line:
    extended_ace
  | sequence extended_ace
  | "remark" { K(REMARK); } rest
  | sequence "remark" { K(REMARK); } rest
  | "evaluate" { K(EVALUATE); } name
  | sequence "evaluate" { K(EVALUATE); } name
  | sequence { K(ACE_SEQUENCE); }
  ;
extended_ace: dynamic_opt action { K(ACE_EXTENDED); } ace;
dynamic_opt: %empty | "dynamic" WORD { A(DYNAMIC, @2); } dynamic_timeout;
dynamic_timeout: %empty | "timeout" NUMBER { R(TIMEOUT, @2, 1, 9999); };
ace:
    PROTO_TCP { A(PROTOCOL, @1); } source tcp_source_port destination tcp_destination_port tcp_options
  | PROTO_UDP { A(PROTOCOL, @1); } source udp_source_port destination udp_destination_port options
  | PROTO_ICMP { A(PROTOCOL, @1); } source destination icmp_message options
  | PROTO_IGMP { A(PROTOCOL, @1); } source destination igmp_message options
  | PROTO { A(PROTOCOL, @1); } source destination options
  | "object-group" WORD { A(SERVICE_GROUP, @2); } source destination options
  ;
source:
    "any" { A(SOURCE, @1); }
  | "host" ADDRESS { A(SOURCE_HOST, @2); }
  | "host" WORD { A(SOURCE_HOST, @2); }
  | ADDRESS ADDRESS { A(SOURCE, @1); A(SOURCE_WILDCARD, @2); }
  | group_word WORD { A(SOURCE_GROUP, @2); }
  ;
destination:
    "any" { A(DESTINATION, @1); }
  | "host" ADDRESS { A(DESTINATION_HOST, @2); }
  | "host" WORD { A(DESTINATION_HOST, @2); }
  | ADDRESS ADDRESS { A(DESTINATION, @1); A(DESTINATION_WILDCARD, @2); }
  | group_word WORD { A(DESTINATION_GROUP, @2); }
  ;
group_word: "object-group" | "geo-group" | "fqdn-group";

tcp_source_port: %empty
  | several { A(SOURCE_OP, @1); } tcp_source_ports
  | single { A(SOURCE_OP, @1); } tcp_source_value
  | "range" { A(SOURCE_OP, @1); } tcp_source_value tcp_source_value
  ;
tcp_source_ports: tcp_source_value | tcp_source_ports tcp_source_value;
tcp_source_value: TCP_PORT { A(SOURCE_PORT, @1); };
tcp_destination_port: %empty
  | several { A(DESTINATION_OP, @1); } tcp_destination_ports
  | single { A(DESTINATION_OP, @1); } tcp_destination_value
  | "range" { A(DESTINATION_OP, @1); } tcp_destination_value tcp_destination_value
  ;
tcp_destination_ports: tcp_destination_value | tcp_destination_ports tcp_destination_value;
tcp_destination_value: TCP_PORT { A(DESTINATION_PORT, @1); };
udp_source_port: %empty
  | several { A(SOURCE_OP, @1); } udp_source_ports
  | single { A(SOURCE_OP, @1); } udp_source_value
  | "range" { A(SOURCE_OP, @1); } udp_source_value udp_source_value
  ;
udp_source_ports: udp_source_value | udp_source_ports udp_source_value;
udp_source_value: UDP_PORT { A(SOURCE_PORT, @1); };
udp_destination_port: %empty
  | several { A(DESTINATION_OP, @1); } udp_destination_ports
  | single { A(DESTINATION_OP, @1); } udp_destination_value
  | "range" { A(DESTINATION_OP, @1); } udp_destination_value udp_destination_value
  ;
udp_destination_ports: udp_destination_value | udp_destination_ports udp_destination_value;
udp_destination_value: UDP_PORT { A(DESTINATION_PORT, @1); };
several: "eq" | "neq";
single: "lt" | "gt";

icmp_message: %empty
  | ICMP_NAME { A(MESSAGE, @1); }
  | NUMBER { R(ICMP_TYPE, @1, 0, 255); } icmp_code
  ;
icmp_code: %empty | NUMBER { R(ICMP_CODE, @1, 0, 255); };
igmp_message: %empty
  | IGMP_NAME { A(MESSAGE, @1); }
  | NUMBER { R(MESSAGE, @1, 0, 15); }
  ;
tcp_options: %empty | tcp_options tcp_option;
options: %empty | options option;
tcp_option:
    option
  | "established" { A(ESTABLISHED, @1); }
  | TCP_FLAG { A(TCP_FLAG, @1); }
  | "match-any" { A(FLAGS_MODE, @1); } signed_flags
  | "match-all" { A(FLAGS_MODE, @1); } signed_flags
  ;
signed_flags: signed_flag | signed_flags signed_flag;
signed_flag: SIGNED_FLAG { A(TCP_FLAG, @1); };
option:
    log
  | "log-input" { A(LOG_INPUT, @1); }
  | "log-input" WORD { A(LOG_INPUT, @1); A(COOKIE, @2); }
  | "fragments" { A(FRAGMENTS, @1); }
  | "time-range" WORD { A(TIME_RANGE, @2); }
  | "dscp" DSCP_NAME { A(DSCP, @2); }
  | "dscp" NUMBER { R(DSCP, @2, 0, 63); }
  | "precedence" PRECEDENCE_NAME { A(PRECEDENCE, @2); }
  | "precedence" NUMBER { R(PRECEDENCE, @2, 0, 7); }
  | "tos" TOS_NAME { A(TOS, @2); }
  | "tos" NUMBER { R(TOS, @2, 0, 15); }
  | "option" OPTION_NAME { A(OPTION, @2); }
  | "option" NUMBER { R(OPTION, @2, 0, 255); }
  | "ttl" ttl
  | "reflect" WORD { A(REFLECT, @2); } reflect_timeout
  ;
reflect_timeout: %empty | "timeout" NUMBER { R(TIMEOUT, @2, 30, INT32_MAX); };
ttl:
    ttl_op { A(TTL_OP, @1); } ttl_value
  | "range" { A(TTL_OP, @1); } ttl_value ttl_value
  ;
ttl_op: "eq" | "neq" | "lt" | "gt";
ttl_value: NUMBER { R(TTL, @1, 0, 255); };

acl6_line:
    "sequence" sequence acl6_ace
  | sequence { K(ACE_SEQUENCE); }
  | sequence acl6_ace
  | acl6_ace
  | "remark" { K(REMARK); } rest
  | "evaluate" { K(EVALUATE); } rest
  ;
acl6_ace: action { K(ACE6); } text;

time_range_line:
    "absolute" { K(TIME_RANGE_LINE); A(TYPE, @1); } rest
  | "periodic" { K(TIME_RANGE_LINE); A(TYPE, @1); } rest
  ;

/* --- object groups ------------------------------------------------------------------------------ */

object_group:
    "network" { K(NETWORK_GROUP); } name
  | "service" { K(SERVICE_GROUP); } name
  | UNKNOWN { K(UNKNOWN); }
  ;
network_group_line:
    description
  | "host" { K(MEMBER_HOST); } member_host
  | "network-object" "host" { K(MEMBER_HOST); } member_host
  | member_net
  | "network-object" member_net
  | "range" { K(MEMBER_RANGE); } pool_range
  | "any" { K(MEMBER_ANY); }
  | "group-object" { K(MEMBER_GROUP); } WORD { A(GROUP_NAME, @3); }
  ;
member_host: address | WORD { A(HOSTNAME, @1); };
member_net:
    address { K(MEMBER_NET); } ADDRESS { A(MASK, @3); }
  | address LENGTH { K(MEMBER_NET); A(PREFIX_LENGTH, @2); }
  | PREFIX { K(MEMBER_NET); A(PREFIX, @1); }
  ;
service_group_line:
    description
  | PROTO_TCP { K(MEMBER_SERVICE); A(PROTOCOL, @1); } member_source_tcp member_port_tcp
  | PROTO_UDP { K(MEMBER_SERVICE); A(PROTOCOL, @1); } member_source_udp member_port_udp
  | "tcp-udp" { K(MEMBER_SERVICE); A(PROTOCOL, @1); } member_source_tcp member_port_tcp
  | PROTO_ICMP { K(MEMBER_SERVICE); A(PROTOCOL, @1); } icmp_message
  | PROTO_IGMP { K(MEMBER_SERVICE); A(PROTOCOL, @1); } igmp_message
  | PROTO { K(MEMBER_SERVICE); A(PROTOCOL, @1); }
  | "group-object" { K(MEMBER_GROUP); } WORD { A(GROUP_NAME, @3); }
  ;
member_source_tcp: %empty
  | "source" tcp_source_value
  | "source" member_op { A(SOURCE_OP, @2); } tcp_source_value
  | "source" "range" { A(SOURCE_OP, @2); } tcp_source_value tcp_source_value
  ;
member_source_udp: %empty
  | "source" udp_source_value
  | "source" member_op { A(SOURCE_OP, @2); } udp_source_value
  | "source" "range" { A(SOURCE_OP, @2); } udp_source_value udp_source_value
  ;
member_port_tcp: %empty
  | tcp_destination_value
  | member_op { A(DESTINATION_OP, @1); } tcp_destination_value
  | "range" { A(DESTINATION_OP, @1); } tcp_destination_value tcp_destination_value
  ;
member_port_udp: %empty
  | udp_destination_value
  | member_op { A(DESTINATION_OP, @1); } udp_destination_value
  | "range" { A(DESTINATION_OP, @1); } udp_destination_value udp_destination_value
  ;
member_op: "eq" | "lt" | "gt";

/* --- route-maps, VRFs --------------------------------------------------------------------------- */

route_map_line:
    description
  | "match" "ip" "address" route_map_address
  | "match" "interface" { K(RM_MATCH_INTERFACE); } ifnames
  | "match" "length" { K(RM_MATCH_LENGTH); } NUMBER { A(FIRST, @4); } NUMBER { A(LAST, @6); }
  | "match" "ip" UNKNOWN { K(RM_MATCH_OTHER); A(TEXT, @3); }
  | "match" UNKNOWN { K(RM_MATCH_OTHER); A(TEXT, @2); }
  | "set" "interface" { K(RM_SET_INTERFACE); } ifnames
  | "set" "ip" "next-hop" { K(RM_SET_NEXT_HOP); } gateways
  | "set" "ip" "next-hop" UNKNOWN { K(RM_SET_OTHER); A(TEXT, @4); }
  | "set" "ip" "df" { K(RM_SET_DF); } NUMBER { R(NUMBER, @5, 0, 1); }
  | "set" "ip" UNKNOWN { K(RM_SET_OTHER); A(TEXT, @3); }
  | "set" UNKNOWN { K(RM_SET_OTHER); A(TEXT, @2); }
  | "continue" { K(RM_CONTINUE); } continue_at
  | UNKNOWN { K(UNKNOWN); }
  ;
continue_at: %empty | NUMBER { R(NUMBER, @1, 1, 65535); };
route_map_address:
    "prefix-list" { K(RM_MATCH_PREFIX_LIST); } prefix_lists
  | { K(RM_MATCH_ADDRESS); } acls
  ;
prefix_lists: WORD { A(PREFIX_LIST, @1); } | prefix_lists WORD { A(PREFIX_LIST, @2); };
acls: acl | acls acl;
ifnames: ifname | ifnames ifname;
gateways: gateway | gateways gateway;

vrf_line: description | UNKNOWN { K(UNKNOWN); };

%%

#include "syntax/grammar.h"

static int yyreport_syntax_error(const yypcontext_t *context, struct parse *p)
{
	(void)p;
	return yypcontext_expected_tokens(context, NULL, 0);
}

const char *ios_word(int token)
{
	return token < IOS_WORDS_FIRST || token >= ios_words_end() ? NULL
		: yysymbol_name((yysymbol_kind_t)YYTRANSLATE(token));
}

int ios_words_end(void)
{
	return YYMAXUTOK + 1;
}

void ios_restart(ios_pstate *parser)
{
	yypstate_clear(parser);
}

bool ios_accepts(ios_pstate *parser, int token)
{
	return yy_lac(parser->yyesa, &parser->yyes, &parser->yyes_capacity, parser->yyssp,
		(yysymbol_kind_t)YYTRANSLATE(token)) == 0;
}
