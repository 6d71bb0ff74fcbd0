== abbreviations
cry isa pol 10
 en 3des
 ha md5
 au pre
 gr 2
 li 3600
cry isa k abc add 192.0.2.1
cry ips tr T esp-3des esp-sha-h
cry map M 10 ipsec-i
 set pe 192.0.2.1
 set tr T
 mat add 101
int fa0/1
 ip add 192.0.2.2 255.255.255.0
 ip acc 101 in
 ip nat out
 cry map M
 no sh
acc 101 perm ip any any
ip acce ext A
 perm ip any any
ip nat ins so li 1 int fa0/1 over
ip rou 0.0.0.0 0.0.0.0 192.0.2.9
=>
(isakmp-policy (priority 10)
  (encryption (cipher 3des))
  (hash (hash md5))
  (authentication (auth pre-share))
  (group (group 2))
  (lifetime (seconds 3600)))
(error "cry isa k abc add 192.0.2.1")
(transform-set (name T) (transform esp-3des) (transform esp-sha-hmac))
(crypto-map (name M) (sequence 10) (type ipsec-isakmp)
  (set-peer (address 192.0.2.1))
  (set-transform-set (transform-set T))
  (match-address (acl 101)))
(interface (interface fa0/1)
  (ip-address (address 192.0.2.2) (mask 255.255.255.0))
  (ip-access-group (acl 101) (direction in))
  (ip-nat (side outside))
  (if-crypto-map (map M))
  (no shutdown))
(ace (acl 101) (action permit) (protocol ip) (source any) (destination any))
(acl-extended (acl A)
  (ace (action permit) (protocol ip) (source any) (destination any)))
(nat-dynamic (side inside) (what source) (acl 1) (interface fa0/1) overload)
(ip-route (address 0.0.0.0) (mask 0.0.0.0) (gateway 192.0.2.9))
!7:9 error ambiguous-command
== an abbreviation of two words is refused
crypto isakmp identity address
crypto i enable
crypto isakmp p 10
=>
(isakmp-identity (type address))
(error "crypto i enable")
(error "crypto isakmp p 10")
!2:8 error ambiguous-command
!3:15 error ambiguous-command
== letter case of keywords does not count, that of names does
CRYPTO Isakmp POLICY 10
 ENCR 3DES
Interface FASTETHERNET0/1
 Ip Access-Group Firewall IN
=>
(isakmp-policy (priority 10)
  (encryption (cipher 3des)))
(interface (interface FASTETHERNET0/1)
  (ip-access-group (acl Firewall) (direction in)))
== exit, end and do
conf t
interface FastEthernet0/1
 ip address 192.0.2.1 255.255.255.0
 exit
crypto isakmp policy 10
 group 2
 ex
do wr
crypto isakmp policy 20
 do show run
 group 5
end
wr mem
copy running-config startup-config
=>
(exec "conf t")
(interface (interface FastEthernet0/1)
  (ip-address (address 192.0.2.1) (mask 255.255.255.0)))
(isakmp-policy (priority 10)
  (group (group 2)))
(exec "do wr")
(isakmp-policy (priority 20)
  (exec "do show run")
  (group (group 5)))
(end)
(exec "wr mem")
(exec "copy running-config startup-config")
== prompts, and what a router says
R1>en
R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#crypto isakmp policy 10
R1(config-isakmp)#group 2
R1(config-isakmp)#hash foo
                       ^
% Invalid input detected at '^' marker.
*Mar  1 00:00:01.000: %SYS-5-CONFIG_I: Configured from console by console
R1(config-isakmp)#exit
R1(config)#crypto isakmp key abc address 192.0.2.1
R1(config)#end
R1#show crypto isakmp sa
dst             src             state          conn-id slot
192.0.2.1       192.0.2.2       QM_IDLE              1    0
R1#
=>
(exec en)
(exec "conf t")
(isakmp-policy (priority 10)
  (group (group 2))
  (error "hash foo"))
(isakmp-key (secret abc) (address 192.0.2.1))
(end)
(exec "show crypto isakmp sa")
(exec "dst             src             state          conn-id slot")
(exec "192.0.2.1       192.0.2.2       QM_IDLE              1    0")
!6:24 error invalid-input md5, sha, sha256, sha384, sha512
== a listing page by page
version 12.3
interface FastEthernet0/1
 ip address 192.0.2.1 255.255.255.0
 --More--          ip nat outside
--More-- 
 crypto map M
=>
(version (text 12.3))
(interface (interface FastEthernet0/1)
  (ip-address (address 192.0.2.1) (mask 255.255.255.0))
  (ip-nat (side outside))
  (if-crypto-map (map M)))
== headers of listings
Building configuration...

Current configuration : 1706 bytes
!
! Last configuration change at 12:00:00 UTC Mon Jan 1 2030
version 15.2
hostname R1
=>
(version (text 15.2))
(hostname (name R1))
== banners hide what they hold
banner motd ^C
crypto isakmp policy 10
 no entry ^C
hostname R1
banner login #
 interface FastEthernet0/1
#
hostname R1
banner exec "one line"
hostname R1
=>
(banner "banner motd ^C\ncrypto isakmp policy 10\n no entry ^C")
(hostname (name R1))
(banner "banner login #\n interface FastEthernet0/1\n#")
(hostname (name R1))
(banner "banner exec \"one line\"")
(hostname (name R1))
== a banner that never ends takes one line
banner motd $
hostname R1
=>
(banner "banner motd $")
(hostname (name R1))
!1:1 warning banner-open
== certificates
crypto pki trustpoint TP
 enrollment terminal
 revocation-check none
crypto pki certificate chain TP
 certificate ca 01
  30820223 3082018C A0030201
  02020103 300D06
  	quit
 certificate self-signed 02 nvram:IOS-Self-Sig#1.cer
crypto isakmp enable
=>
(trustpoint (name TP)
  (unknown "enrollment terminal")
  (unknown "revocation-check none"))
(certificate-chain (name TP)
  (unknown "certificate ca 01\n  30820223 3082018C A0030201\n  02020103 300D06\n  \x09quit")
  (unknown "certificate self-signed 02 nvram:IOS-Self-Sig#1.cer"))
(isakmp-enable)
== what is not VPN is kept in its block and is no finding
router bgp 64512
 bgp log-neighbor-changes
 neighbor 192.0.2.1 remote-as 64513
 address-family ipv4
  network 10.0.0.0
 exit-address-family
voice service voip
 sip
class-map match-any WEB
 match protocol http
snmp-server community public RO
line vty 0 4
 password s3cret
 login
mmi polling-interval 60
no ip http server
=>
(unknown "router bgp 64512"
  (unknown "bgp log-neighbor-changes")
  (unknown "neighbor 192.0.2.1 remote-as 64513")
  (unknown "address-family ipv4")
  (unknown "network 10.0.0.0")
  (unknown exit-address-family))
(unknown "voice service voip"
  (unknown sip))
(unknown "class-map match-any WEB"
  (unknown "match protocol http"))
(unknown "snmp-server community public RO")
(unknown "line vty 0 4"
  (unknown "password s3cret")
  (unknown login))
(unknown "mmi polling-interval 60")
(unknown "no ip http server")
== an unknown block does not end an indented one of ours too early
interface FastEthernet0/1
speed auto
shutdown
router ospf 1
passive-interface default
shutdown
=>
(interface (interface FastEthernet0/1)
  (unknown "speed auto")
  (shutdown))
(unknown "router ospf 1")
(unknown "passive-interface default")
(unknown shutdown)
== the whole text may be indented
 interface FastEthernet0/1
  ip nat inside
 router bgp 1
  neighbor 192.0.2.1 remote-as 2
 crypto isakmp policy 10
  group 2
=>
(interface (interface FastEthernet0/1)
  (ip-nat (side inside)))
(unknown "router bgp 1"
  (unknown "neighbor 192.0.2.1 remote-as 2"))
(isakmp-policy (priority 10)
  (group (group 2)))
== entered again
crypto isakmp policy 10
 encr 3des
interface FastEthernet0/1
 shutdown
crypto isakmp policy 10
 group 2
=>
(isakmp-policy (priority 10)
  (encryption (cipher 3des)))
(interface (interface FastEthernet0/1)
  (shutdown))
(isakmp-policy (priority 10)
  (group (group 2)))
== one bad line costs no other
crypto isakmp policy abc
 encr 3des
crypto map M 10 ipsec-isakmp
 set peer 192.0.2.1
crypto map M x ipsec-isakmp
 set peer 192.0.2.2
 bogus
 match address 102
crypto map M 30 ipsec-isakmp
 set peer 192.0.2.3
=>
(error "crypto isakmp policy abc"
  (encryption (cipher 3des)))
(crypto-map (name M) (sequence 10) (type ipsec-isakmp)
  (set-peer (address 192.0.2.1)))
(error "crypto map M x ipsec-isakmp"
  (set-peer (address 192.0.2.2))
  (error bogus)
  (match-address (acl 102)))
(crypto-map (name M) (sequence 30) (type ipsec-isakmp)
  (set-peer (address 192.0.2.3)))
!1:22 error invalid-input <1-10000>
!5:14 error invalid-input
!7:2 error invalid-input default, description, dialer, match, no, qos, reverse-route, set
== near misses
interfce FastEthernet0/1
crypto isakmp polcy 10
acces-list 101 permit ip any any
crypto ispec transform-set T esp-3des
ip acess-list extended A
route-mpa R permit 10
interface Tunnel0
 tunnle source FastEthernet0/1
=>
(error "interfce FastEthernet0/1")
(error "crypto isakmp polcy 10")
(error "acces-list 101 permit ip any any")
(error "crypto ispec transform-set T esp-3des")
(error "ip acess-list extended A")
(error "route-mpa R permit 10")
(interface (interface Tunnel0)
  (error "tunnle source FastEthernet0/1"))
!1:1 error invalid-input
!2:15 error invalid-input
!3:1 error invalid-input
!4:8 error invalid-input
!5:4 error invalid-input
!6:1 error invalid-input
!8:2 error invalid-input
== remarks of people
# crypto isakmp policy 10
// another
crypto isakmp policy 10 ! the first
 encr 3des // strong enough
 group 2 # as agreed
 hash md5 extra
=>
(damaged isakmp-policy (priority 10)
  (damaged encryption (cipher 3des))
  (damaged group (group 2))
  (error "hash md5 extra"))
!1:1 info not-a-comment
!3:25 error invalid-input <cr>
!4:12 error invalid-input <cr>
!5:10 error invalid-input <cr>
!6:11 error invalid-input <cr>
== templates
interface {{ outside }}
 ip address {{ address }} {{ mask }}
 crypto map <map-name>
{% for peer in peers %}
crypto isakmp key {{ key }} address {{ peer }}
crypto isakmp key <your key> address 192.0.2.1
crypto map <map-name> 10 ipsec-isakmp
 set peer xxx.xxx.xxx.xxx
{% endfor %}
=>
(interface (interface "{{ outside }}")
  (error "ip address {{ address }} {{ mask }}")
  (if-crypto-map (map <map-name>)))
(error "crypto isakmp key {{ key }} address {{ peer }}")
(isakmp-key (secret "<your key>") (address 192.0.2.1))
(crypto-map (name <map-name>) (sequence 10) (type ipsec-isakmp)
  (set-peer (hostname xxx.xxx.xxx.xxx)))
!1:11 warning placeholder
!2:13 error invalid-input dhcp, negotiated, pool, A.B.C.D
!3:13 warning placeholder
!4:1 info not-a-comment
!5:37 error invalid-input ipv6, A.B.C.D
!7:12 warning placeholder
!8:11 warning placeholder
== several routers
version 12.3
hostname R1
crypto isakmp policy 10
end
!
version 12.3
hostname R2
crypto isakmp policy 20
=>
(version (text 12.3))
(hostname (name R1))
(isakmp-policy (priority 10))
(end)
(version (text 12.3))
(hostname (name R2))
(isakmp-policy (priority 20))
== keys of any printable characters
crypto isakmp key !#$%&'()*+,-./:;<=>?@[\]^_`{|}~ address 192.0.2.1
crypto isakmp key 0 0 address 192.0.2.2
crypto isakmp key no-xauth address 192.0.2.3 no-xauth
crypto keyring key
  pre-shared-key address 192.0.2.1 key 6 6
  pre-shared-key address 192.0.2.2 key address
=>
(isakmp-key (secret "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") (address 192.0.2.1))
(isakmp-key (key-type 0) (secret 0) (address 192.0.2.2))
(isakmp-key (secret no-xauth) (address 192.0.2.3) no-xauth)
(keyring (name key)
  (pre-shared-key (address 192.0.2.1) (key-type 6) (secret 6))
  (pre-shared-key (address 192.0.2.2) (secret address)))
== a line that begins no command is refused and changes no mode
ip access-list extended A
 permit ip any any
[APPEND]
 deny ip any any
interface Tunnel0

&#x20;ip nhrp network-id 300
 ip nhrp holdtime 300
 tunnel mode gre multipoint
=>
(acl-extended (acl A)
  (ace (action permit) (protocol ip) (source any) (destination any))
  (unknown [APPEND])
  (ace (action deny) (protocol ip) (source any) (destination any)))
(interface (interface Tunnel0)
  (unknown "&#x20;ip nhrp network-id 300")
  (ip-nhrp (text "holdtime 300"))
  (tunnel-mode (type gre) (mode multipoint) multipoint))
== a global statement ends a block of others, indented or not
enable
 config ter
 hostname R1
aaa group server radius G
  server name S
  ip vrf forwarding V
router rip
 version 2
 vrf definition V
=>
(unknown enable
  (unknown "config ter"))
(hostname (name R1))
(unknown "aaa group server radius G"
  (unknown "server name S")
  (unknown "ip vrf forwarding V"))
(unknown "router rip"
  (unknown "version 2"))
(vrf (name V))
== the same without indentation
enable
config ter
hostname R1
aaa group server radius G
server name S
ip vrf forwarding V
router rip
version 2
vrf definition V
=>
(unknown enable)
(exec "config ter")
(hostname (name R1))
(unknown "aaa group server radius G")
(unknown "server name S")
(unknown "ip vrf forwarding V")
(unknown "router rip")
(unknown "version 2")
(vrf (name V))
== a global statement that is not ours leaves a mode that is all ours
route-map R permit 10
clock timezone UTC 0
description none
ip access-list extended A
logging buffered 4096
permit ip any any
interface FastEthernet0/1
logging event link-status
shutdown
=>
(route-map (name R) (action permit) (sequence 10))
(unknown "clock timezone UTC 0")
(unknown "description none")
(acl-extended (acl A))
(unknown "logging buffered 4096")
(unknown "permit ip any any")
(interface (interface FastEthernet0/1)
  (unknown "logging event link-status")
  (shutdown))
== remarks in other alphabets, sentences that begin like a command
access-list 101 permit ip any any 그 외
Crypto map ties the two together.
Crypto isakmp polcy 10
=>
(damaged ace (acl 101) (action permit) (protocol ip) (source any) (destination any))
(error "Crypto map ties the two together.")
(error "Crypto isakmp polcy 10")
!1:35 error invalid-input dscp
!2:1 warning not-a-command
!3:15 error invalid-input
== what a router prints is no command
R1#show crypto ipsec sa
    inbound esp sas:
      in use settings ={Tunnel, }
R1#conf t
R1(config)#in use settings
=>
(exec "show crypto ipsec sa")
(exec "inbound esp sas:")
(exec "in use settings ={Tunnel, }")
(exec "conf t")
(error "in use settings")
!5:15 error invalid-input
== a global word leaves a block of ours, however far right it stands
int fa0/1
 ip add 192.0.2.1 255.255.255.0
!
 router eigrp 100
  no auto-summary
 redundancy rii 10
=>
(interface (interface fa0/1)
  (ip-address (address 192.0.2.1) (mask 255.255.255.0)))
(unknown "router eigrp 100"
  (unknown "no auto-summary"))
(unknown "redundancy rii 10")
== a banner between control characters, one with more behind its delimiter
banner motd 
crypto isakmp policy 10

banner exec ^CC
hello ^C
hostname R1
=>
(banner "banner motd \x03\ncrypto isakmp policy 10\n\x03")
(banner "banner exec ^CC\nhello ^C")
(hostname (name R1))
== what a file was saved with: a mark of its order, ends of lines, blanks that are none
﻿hostname R1
crypto isakmp policy 10 
 encr 3des	
interface FastEthernet0/1
 ip nat outside
 crypto map M
=>
(hostname (name R1))
(isakmp-policy (priority 10)
  (encryption (cipher 3des)))
(interface (interface FastEthernet0/1)
  (ip-nat (side outside))
  (if-crypto-map (map M)))
== fences, headings and quotes of a page
```
hostname R1
```
## Interfaces
interface FastEthernet0/1
 description “inner” – office
 ip address 192.0.2.1 255.255.255.0
=>
(error ```)
(hostname (name R1))
(error ```)
(interface (interface FastEthernet0/1)
  (description (text "“inner” – office"))
  (ip-address (address 192.0.2.1) (mask 255.255.255.0)))
!1:1 warning not-a-command
!3:1 warning not-a-command
!4:1 info not-a-comment
== a short spelling of address in a key, a masked peer
crypto isakmp key abc add 192.0.2.1
crypto isakmp key abc address xxx.xxx.xxx.xxx
=>
(isakmp-key (secret abc) (address 192.0.2.1))
(error "crypto isakmp key abc address xxx.xxx.xxx.xxx")
!2:31 error invalid-input ipv6
