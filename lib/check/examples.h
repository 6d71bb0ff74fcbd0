/*
 * Pieces of the examples that rule rows show: a branch (198.51.100.1, behind it
 * 192.168.100.0/24) whose tunnel to 203.0.113.1 carries traffic to 172.18.30.0/24. Put together
 * by EX_BRANCH they are a configuration without a finding.
 */
#ifndef CHECK_EXAMPLES_H
#define CHECK_EXAMPLES_H

#define EX_POLICY                     \
	"crypto isakmp policy 10\n"   \
	" encryption aes 256\n"       \
	" hash sha256\n"              \
	" authentication pre-share\n" \
	" group 14\n"
#define EX_KEY "crypto isakmp key Wq7-rT2m-Lx9v-Zb4k address 203.0.113.1\n"
#define EX_SET "crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac\n"
#define EX_ENTRY                           \
	"crypto map VPN 10 ipsec-isakmp\n" \
	" set peer 203.0.113.1\n"          \
	" set transform-set STRONG\n"      \
	" match address BRANCH_TO_HEAD\n"
#define EX_OUTSIDE                                   \
	"interface FastEthernet0/1\n"                \
	" ip address 198.51.100.1 255.255.255.252\n" \
	" crypto map VPN\n"
#define EX_INSIDE                                   \
	"interface FastEthernet0/0\n"               \
	" ip address 192.168.100.1 255.255.255.0\n" \
	" ip tcp adjust-mss 1360\n"
#define EX_ROUTE "ip route 0.0.0.0 0.0.0.0 198.51.100.2\n"
#define EX_LIST                                    \
	"ip access-list extended BRANCH_TO_HEAD\n" \
	" permit ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255\n"
/* All that stands behind the entry, and all that stands before it. */
#define EX_AFTER  EX_OUTSIDE EX_INSIDE EX_ROUTE EX_LIST
#define EX_BEFORE EX_POLICY EX_KEY EX_SET
#define EX_BRANCH EX_BEFORE EX_ENTRY EX_AFTER

#endif
