== names of interfaces
interface FastEthernet0/1
int fa0/1
interface FastEthernet 0/1
int gi0/0/0.10
interface Serial0/0.1 point-to-point
interface Virtual-Template1 type tunnel
interface range FastEthernet0/1 - 4
interface Tunnel 10
INTERFACE Loopback0
interface Port-channel1
interface Dot11Radio0
interface Serial0/0/0:15
no interface Tunnel10
=>
(interface (interface FastEthernet0/1))
(interface (interface fa0/1))
(interface (interface "FastEthernet 0/1"))
(interface (interface gi0/0/0.10))
(interface (interface Serial0/0.1) (type point-to-point))
(interface (interface Virtual-Template1) (type tunnel))
(interface (text "FastEthernet0/1 - 4"))
(interface (interface "Tunnel 10"))
(interface (interface Loopback0))
(interface (interface Port-channel1))
(interface (interface Dot11Radio0))
(interface (interface Serial0/0/0:15))
(no interface (interface Tunnel10))
== names of interfaces: refused
interface
interface outside
 ip address 192.0.2.1 255.255.255.0
interface FastEthernet0/1 extra
 shutdown
=>
(error interface)
(error "interface outside"
  (ip-address (address 192.0.2.1) (mask 255.255.255.0)))
(damaged interface (interface FastEthernet0/1)
  (shutdown))
!1:10 error incomplete-command range, INTERFACE
!2:11 error invalid-input range, INTERFACE
!4:27 error invalid-input l2transport, multipoint, point-to-point, type, <cr>
== addresses
interface FastEthernet0/1
 ip address 192.0.2.1 255.255.255.0
 ip address 192.0.2.2 255.255.255.0 secondary
 ip address dhcp
 ip address dhcp client-id FastEthernet0/1
 ip address negotiated
 ip address pool P
 no ip address
 ip unnumbered Loopback0
 ip unnumbered FastEthernet 0/0
 ip add 192.0.2.3 255.255.255.0
=>
(interface (interface FastEthernet0/1)
  (ip-address (address 192.0.2.1) (mask 255.255.255.0))
  (ip-address (address 192.0.2.2) (mask 255.255.255.0) secondary)
  (ip-address dhcp)
  (ip-address dhcp (text "client-id FastEthernet0/1"))
  (ip-address negotiated)
  (ip-address (pool P))
  (no ip-address)
  (ip-unnumbered (interface Loopback0))
  (ip-unnumbered (interface "FastEthernet 0/0"))
  (ip-address (address 192.0.2.3) (mask 255.255.255.0)))
== addresses: refused
interface FastEthernet0/1
 ip address 192.0.2.1
 ip address 192.0.2.1/24
 ip address 192.0.2.256 255.255.255.0
 ip address
=>
(interface (interface FastEthernet0/1)
  (error "ip address 192.0.2.1")
  (error "ip address 192.0.2.1/24")
  (error "ip address 192.0.2.256 255.255.255.0")
  (error "ip address"))
!2:22 error incomplete-command A.B.C.D
!3:13 error invalid-input dhcp, negotiated, pool, A.B.C.D
!4:13 error invalid-input dhcp, negotiated, pool, A.B.C.D
!5:12 error incomplete-command dhcp, negotiated, pool, A.B.C.D
== what bears on VPN, NAT and lists
interface FastEthernet0/1
 description Outside; 10 Mbit/s "leased"
 ip access-group 101 in
 ip access-group Firewall out
 ip nat inside
 ip nat outside
 ip nat enable
 crypto map IPSEC
 crypto map IPSEC redundancy HA stateful
 crypto ipsec df-bit clear
 crypto ipsec fragmentation before-encryption
 crypto ipsec client ezvpn EZ outside
 ip mtu 1400
 mtu 1500
 ip tcp adjust-mss 1360
 vrf forwarding INSIDE
 ip vrf forwarding INSIDE
 ip policy route-map PBR
 zone-member security OUT
 encapsulation dot1Q 10 native
 dialer pool 1
 pppoe-client dial-pool-number 1
 keepalive
 keepalive 10 3
 no keepalive
 shut
 no sh
 default mtu
 ip nhrp network-id 1
 speed auto
 duplex auto
 no ip redirects
 ppp chap hostname me
 service-policy output SHAPE
 no cdp enable
=>
(interface (interface FastEthernet0/1)
  (description (text "Outside; 10 Mbit/s \"leased\""))
  (ip-access-group (acl 101) (direction in))
  (ip-access-group (acl Firewall) (direction out))
  (ip-nat (side inside))
  (ip-nat (side outside))
  (ip-nat (side enable))
  (if-crypto-map (map IPSEC))
  (if-crypto-map (map IPSEC) (redundancy HA) stateful)
  (if-df-bit (mode clear))
  (if-fragmentation (mode before-encryption))
  (if-other (what client) (text "ezvpn EZ outside"))
  (ip-mtu (number 1400))
  (mtu (number 1500))
  (ip-tcp-adjust-mss (number 1360))
  (if-vrf (vrf INSIDE))
  (if-vrf (vrf INSIDE))
  (if-policy-route-map (route-map PBR))
  (zone-member (name OUT))
  (encapsulation (text "dot1Q 10 native"))
  (dialer-pool (number 1))
  (pppoe-dial-pool (number 1))
  (if-keepalive)
  (if-keepalive (interval 10) (retry 3))
  (no if-keepalive)
  (shutdown)
  (no shutdown)
  (default mtu)
  (ip-nhrp (text "network-id 1"))
  (unknown "speed auto")
  (unknown "duplex auto")
  (unknown "no ip redirects")
  (unknown "ppp chap hostname me")
  (unknown "service-policy output SHAPE")
  (unknown "no cdp enable"))
== tunnels
interface Tunnel0
 tunnel source FastEthernet0/1
 tunnel source 192.0.2.1
 tunnel source dynamic
 tunnel destination 192.0.2.9
 tunnel destination hub.example.net
 tunnel destination dynamic
 tunnel mode gre ip
 tunnel mode gre multipoint
 tunnel mode gre ipv6
 tunnel mode gre multipoint ipv6
 tunnel mode ipsec ipv4
 tunnel mode ipsec ipv6
 tunnel mode ipip
 tunnel mode ipv6ip 6to4
 tunnel protection ipsec profile P
 tunnel protection ipsec profile P shared
 tunnel protection ipsec profile P shared isakmp-profile HUB
 tunnel protection ipsec profile P ikev2-profile V2
 tunnel protection ipsec policy ipv4 A
 tunnel protection ipsec psk s3cret
 tunnel key 4294967295
 tunnel vrf OUTSIDE
 tunnel path-mtu-discovery
 tunnel path-mtu-discovery age-timer 10
 tunnel checksum
 no tunnel source
=>
(interface (interface Tunnel0)
  (tunnel-source (interface FastEthernet0/1))
  (tunnel-source (address 192.0.2.1))
  (tunnel-source (dynamic dynamic))
  (tunnel-destination (address 192.0.2.9))
  (tunnel-destination (hostname hub.example.net))
  (tunnel-destination (dynamic dynamic))
  (tunnel-mode (type gre) (mode ip))
  (tunnel-mode (type gre) (mode multipoint) multipoint)
  (tunnel-mode (type gre) (mode ipv6))
  (tunnel-mode (type gre) (mode multipoint) multipoint ipv6)
  (tunnel-mode (type ipsec) (mode ipv4))
  (tunnel-mode (type ipsec) (mode ipv6))
  (tunnel-mode (type ipip))
  (tunnel-mode (text "ipv6ip 6to4"))
  (tunnel-protection (profile P))
  (tunnel-protection (profile P) shared)
  (tunnel-protection (profile P) shared (profile HUB))
  (tunnel-protection (profile P) (ikev2-profile V2))
  (tunnel-protection-other (what policy) (text "ipv4 A"))
  (tunnel-protection-other (secret s3cret))
  (tunnel-key (number 4294967295))
  (tunnel-vrf (vrf OUTSIDE))
  (tunnel-path-mtu-discovery)
  (tunnel-path-mtu-discovery (extra 10))
  (tunnel-other (text checksum))
  (no tunnel-source))
== refused
interface Tunnel0
 tunnel source outside
 tunnel mode ipsec
 tunnel protection ipsec profile
 ip access-group 101 sideways
 ip mtu 20
 crypto map
 crypto ipsec df-bit keep
 tunell source FastEthernet0/1
=>
(interface (interface Tunnel0)
  (error "tunnel source outside")
  (error "tunnel mode ipsec")
  (error "tunnel protection ipsec profile")
  (error "ip access-group 101 sideways")
  (error "ip mtu 20")
  (error "crypto map")
  (error "crypto ipsec df-bit keep")
  (error "tunell source FastEthernet0/1"))
!2:16 error invalid-input dynamic, A.B.C.D, X:X:X:X::X/<0-128>, INTERFACE
!3:19 error incomplete-command dual-overlay, ipv4, ipv6
!4:33 error incomplete-command WORD
!5:22 error invalid-input in, out
!6:9 error invalid-input <68-18000>
!7:12 error incomplete-command ipv6, WORD
!8:22 error invalid-input clear, copy, set
!9:2 error invalid-input
