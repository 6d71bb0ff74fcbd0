== a listing out of an article: no indentation, sentences between the statements, places left open
SITEB#sh run
Building configuration…

These are the policies that this router accepts. There are two of them.

crypto isakmp policy 1 (3DES/SHA/DH Group 5)
encr 3des
authentication pre-share
group 5
!
And here is the one for the small office gateway.
crypto isakmp policy 4 (3DES/SHA/DH Group 2)
encr 3des
authentication pre-share
group 2

Please note that every policy uses a shared key; the keys follow.
crypto isakmp key xxxxxxxxx address yyyyyy
crypto isakmp key thisisasecret address 192.0.2.1
!
Phase two (what protects the packets) – explained below..

crypto ipsec transform-set Default esp-3des esp-sha-hmac
!
crypto map IPSEC 5 ipsec-isakmp
set peer yyyyyy
set transform-set Default
match address xxxxxx
crypto map IPSEC 60 ipsec-isakmp
set peer 192.0.2.1
set transform-set Default
match address SITEB_to_SITEA
!
interface FastEthernet0/0
no ip address
shutdown
speed auto
full-duplex
!
Now the map goes to the outside.

interface FastEthernet0/1
ip address 198.51.100.1 255.255.255.252
ip access-group Firewall in
no ip redirects
ip nat outside
duplex auto
crypto map IPSEC
!
interface FastEthernet1/0
description Inside
ip address 10.0.0.1  255.255.255.0
ip nat inside
!
ip nat inside source list inside_net interface FastEthernet0/1 overload
ip route 0.0.0.0 0.0.0.0 198.51.100.2
!
This list says which traffic is to be encrypted
ip access-list extended SITEB_to_SITEA
permit ip 10.0.0.0 0.0.0.255 10.1.0.0 0.0.0.255

ip access-list extended Firewall
remark
remark Allow TCP replys
permit udp host 192.0.2.1 host 198.51.100.1 eq isakmp
deny   ip any any log

This one keeps *all* of the tunnel away from translation.

ip access-list extended inside_net
deny   ip 10.0.0.0 0.0.0.255 10.1.0.0 0.0.0.255
permit ip 10.0.0.0 0.0.0.255 any
!
end

Example 1: what the gateway logs
Feb  6 21:43:04.394 GMT: ISAKMP (0:0): received packet from 192.0.2.1
=>
(exec "sh run")
(error "These are the policies that this router accepts. There are two of them.")
(damaged isakmp-policy (priority 1)
  (encryption (cipher 3des))
  (authentication (auth pre-share))
  (group (group 5)))
(error "And here is the one for the small office gateway.")
(damaged isakmp-policy (priority 4)
  (encryption (cipher 3des))
  (authentication (auth pre-share))
  (group (group 2)))
(error "Please note that every policy uses a shared key; the keys follow.")
(error "crypto isakmp key xxxxxxxxx address yyyyyy")
(isakmp-key (secret thisisasecret) (address 192.0.2.1))
(error "Phase two (what protects the packets) – explained below..")
(transform-set (name Default) (transform esp-3des) (transform esp-sha-hmac))
(crypto-map (name IPSEC) (sequence 5) (type ipsec-isakmp)
  (set-peer (hostname yyyyyy))
  (set-transform-set (transform-set Default))
  (match-address (acl xxxxxx)))
(crypto-map (name IPSEC) (sequence 60) (type ipsec-isakmp)
  (set-peer (address 192.0.2.1))
  (set-transform-set (transform-set Default))
  (match-address (acl SITEB_to_SITEA)))
(interface (interface FastEthernet0/0)
  (no ip-address)
  (shutdown)
  (unknown "speed auto")
  (unknown full-duplex))
(error "Now the map goes to the outside.")
(interface (interface FastEthernet0/1)
  (ip-address (address 198.51.100.1) (mask 255.255.255.252))
  (ip-access-group (acl Firewall) (direction in))
  (unknown "no ip redirects")
  (ip-nat (side outside))
  (unknown "duplex auto")
  (if-crypto-map (map IPSEC)))
(interface (interface FastEthernet1/0)
  (description (text Inside))
  (ip-address (address 10.0.0.1) (mask 255.255.255.0))
  (ip-nat (side inside)))
(nat-dynamic (side inside) (what source) (acl inside_net) (interface FastEthernet0/1) overload)
(ip-route (address 0.0.0.0) (mask 0.0.0.0) (gateway 198.51.100.2))
(error "This list says which traffic is to be encrypted")
(acl-extended (acl SITEB_to_SITEA)
  (ace (action permit) (protocol ip) (source 10.0.0.0) (source-wildcard 0.0.0.255) (destination 10.1.0.0) (destination-wildcard 0.0.0.255)))
(acl-extended (acl Firewall)
  (remark)
  (remark (text "Allow TCP replys"))
  (ace (action permit) (protocol udp) (source-host 192.0.2.1) (destination-host 198.51.100.1) (destination-op eq) (destination-port isakmp))
  (ace (action deny) (protocol ip) (source any) (destination any) log))
(error "This one keeps *all* of the tunnel away from translation.")
(acl-extended (acl inside_net)
  (ace (action deny) (protocol ip) (source 10.0.0.0) (source-wildcard 0.0.0.255) (destination 10.1.0.0) (destination-wildcard 0.0.0.255))
  (ace (action permit) (protocol ip) (source 10.0.0.0) (source-wildcard 0.0.0.255) (destination any)))
(end)
(exec "Example 1: what the gateway logs")
!4:1 warning not-a-command
!6:24 error invalid-input <cr>
!11:1 warning not-a-command
!12:24 error invalid-input <cr>
!17:1 warning not-a-command
!18:37 error invalid-input ipv6, A.B.C.D
!21:1 warning not-a-command
!26:10 warning placeholder
!40:1 warning not-a-command
!58:1 warning not-a-command
!68:1 warning not-a-command
