== routes
ip route 0.0.0.0 0.0.0.0 192.0.2.1
ip route 10.0.0.0 255.0.0.0 Null0
ip route 10.0.0.0 255.0.0.0 Dialer1 200
ip route 10.0.0.0 255.0.0.0 FastEthernet0/1 192.0.2.1 250 name backup permanent
ip route vrf INSIDE 10.0.0.0 255.0.0.0 192.0.2.1 global
ip route 10.0.0.0 255.0.0.0 192.0.2.1 track 1 tag 99
ip route 0.0.0.0 0.0.0.0 dhcp 254
ip route 0.0.0.0 0.0.0.0 FastEthernet0/1 dhcp
ip route 10.0.0.0 255.0.0.0 Tunnel 0
ip route static bfd FastEthernet0/1 192.0.2.1
no ip route 0.0.0.0 0.0.0.0
ip default-gateway 192.0.2.1
=>
(ip-route (address 0.0.0.0) (mask 0.0.0.0) (gateway 192.0.2.1))
(ip-route (address 10.0.0.0) (mask 255.0.0.0) (interface Null0))
(ip-route (address 10.0.0.0) (mask 255.0.0.0) (interface Dialer1) (distance 200))
(ip-route (address 10.0.0.0) (mask 255.0.0.0) (interface FastEthernet0/1) (gateway 192.0.2.1) (distance 250) (name backup) permanent)
(ip-route (vrf INSIDE) (address 10.0.0.0) (mask 255.0.0.0) (gateway 192.0.2.1) global-vrf)
(ip-route (address 10.0.0.0) (mask 255.0.0.0) (gateway 192.0.2.1) (track 1) (tag 99))
(ip-route (address 0.0.0.0) (mask 0.0.0.0) dhcp (distance 254))
(ip-route (address 0.0.0.0) (mask 0.0.0.0) (interface FastEthernet0/1) dhcp)
(ip-route (address 10.0.0.0) (mask 255.0.0.0) (interface "Tunnel 0"))
(unknown "ip route static bfd FastEthernet0/1 192.0.2.1")
(no ip-route (address 0.0.0.0) (mask 0.0.0.0))
(ip-default-gateway (gateway 192.0.2.1))
== routes: refused
ip route 10.0.0.0/8 192.0.2.1
ip route 10.0.0.0 255.0.0.0 yyyyyy
ip route 10.0.0.0 255.0.0.0
ip route 10.0.0.0 255.0.0.0 192.0.2.1 256
=>
(error "ip route 10.0.0.0/8 192.0.2.1")
(error "ip route 10.0.0.0 255.0.0.0 yyyyyy")
(error "ip route 10.0.0.0 255.0.0.0")
(error "ip route 10.0.0.0 255.0.0.0 192.0.2.1 256")
!1:10 error invalid-input profile, static, vrf, A.B.C.D
!2:29 error invalid-input dhcp, A.B.C.D, INTERFACE
!3:28 error incomplete-command dhcp, A.B.C.D, INTERFACE
!4:39 error invalid-input <1-255>
== translation: pools
ip nat pool P 192.0.2.1 192.0.2.9 netmask 255.255.255.240
ip nat pool P 192.0.2.1 192.0.2.9 prefix-length 28 type rotary
ip nat pool P 192.0.2.1 192.0.2.9 netmask 255.255.255.240 type match-host add-route
ip nat pool Q prefix-length 28
 address 192.0.2.1 192.0.2.4
 address 192.0.2.6 192.0.2.9
ip nat pool R netmask 255.255.255.240
 range 192.0.2.1 192.0.2.4
no ip nat pool P
=>
(nat-pool (name P) (first 192.0.2.1) (last 192.0.2.9) (mask 255.255.255.240))
(nat-pool (name P) (first 192.0.2.1) (last 192.0.2.9) (prefix-length 28) (type rotary))
(nat-pool (name P) (first 192.0.2.1) (last 192.0.2.9) (mask 255.255.255.240) (type match-host) add-route)
(nat-pool (name Q) (prefix-length 28)
  (nat-pool-range (first 192.0.2.1) (last 192.0.2.4))
  (nat-pool-range (first 192.0.2.6) (last 192.0.2.9)))
(nat-pool (name R) (mask 255.255.255.240)
  (nat-pool-range (first 192.0.2.1) (last 192.0.2.4)))
(no nat-pool (name P))
== translation: lists and route-maps
ip nat inside source list 1 interface FastEthernet0/1 overload
ip nat inside source list NAT pool P overload
ip nat inside source list 101 pool P vrf INSIDE match-in-vrf overload extended
ip nat inside source route-map R interface FastEthernet0/1 overload
ip nat inside source route-map R pool P reversible
ip nat inside destination list 1 pool P
ip nat outside source list 1 pool P add-route
ip nat outside source route-map R pool P
ip nat source list 1 interface FastEthernet0/1 overload
ip nat ins so list 1 int fa0/1 over
no ip nat inside source list 1
=>
(nat-dynamic (side inside) (what source) (acl 1) (interface FastEthernet0/1) overload)
(nat-dynamic (side inside) (what source) (acl NAT) (pool P) overload)
(nat-dynamic (side inside) (what source) (acl 101) (pool P) (vrf INSIDE) match-in-vrf overload extended)
(nat-dynamic (side inside) (what source) (route-map R) (interface FastEthernet0/1) overload)
(nat-dynamic (side inside) (what source) (route-map R) (pool P) reversible)
(nat-dynamic (side inside) (what destination) (acl 1) (pool P))
(nat-dynamic (side outside) (what source) (acl 1) (pool P) add-route)
(nat-dynamic (side outside) (what source) (route-map R) (pool P))
(nat-dynamic (what source) (acl 1) (interface FastEthernet0/1) overload)
(nat-dynamic (side inside) (what source) (acl 1) (interface fa0/1) overload)
(no nat-dynamic (side inside) (what source) (acl 1))
== translation: static
ip nat inside source static 10.0.0.1 192.0.2.1
ip nat inside source static 10.0.0.1 192.0.2.1 extendable no-alias no-payload
ip nat inside source static 10.0.0.1 192.0.2.1 route-map R reversible
ip nat inside source static 10.0.0.1 192.0.2.1 vrf INSIDE redundancy HA mapping-id 7 stateless
ip nat inside source static tcp 10.0.0.1 80 192.0.2.1 8080 extendable
ip nat inside source static udp 10.0.0.1 500 interface FastEthernet0/1 500
ip nat inside source static tcp 10.0.0.1 www 192.0.2.1 www
ip nat inside source static esp 10.0.0.1 interface FastEthernet0/1
ip nat inside source static 10.0.0.1 interface FastEthernet0/1
ip nat inside source static network 10.0.0.0 192.0.2.0 /24
ip nat inside source static network 10.0.0.0 192.0.2.0 255.255.255.0 no-alias
ip nat outside source static 192.0.2.9 10.0.0.9 add-route
=>
(nat-static (side inside) (what source) (local 10.0.0.1) (global 192.0.2.1))
(nat-static (side inside) (what source) (local 10.0.0.1) (global 192.0.2.1) extendable no-alias no-payload)
(nat-static (side inside) (what source) (local 10.0.0.1) (global 192.0.2.1) (route-map R) reversible)
(nat-static (side inside) (what source) (local 10.0.0.1) (global 192.0.2.1) (vrf INSIDE) (redundancy HA) (extra 7) stateless)
(nat-static (side inside) (what source) (protocol tcp) (local 10.0.0.1) (local-port 80) (global 192.0.2.1) (global-port 8080) extendable)
(nat-static (side inside) (what source) (protocol udp) (local 10.0.0.1) (local-port 500) (interface FastEthernet0/1) (global-port 500))
(nat-static (side inside) (what source) (protocol tcp) (local 10.0.0.1) (local-port www) (global 192.0.2.1) (global-port www))
(nat-static (side inside) (what source) (protocol esp) (local 10.0.0.1) (interface FastEthernet0/1))
(nat-static (side inside) (what source) (local 10.0.0.1) (interface FastEthernet0/1))
(nat-static (side inside) (what source) network (local 10.0.0.0) (global 192.0.2.0) (prefix-length /24))
(nat-static (side inside) (what source) network (local 10.0.0.0) (global 192.0.2.0) (mask 255.255.255.0) no-alias)
(nat-static (side outside) (what source) (local 192.0.2.9) (global 10.0.0.9) add-route)
== translation: the rest
ip nat translation timeout 300
ip nat translation max-entries all-host 100
ip nat service list 1 ESP spi-match
ip nat log translations syslog
ip nat settings mode cgn
ip nat create flow-entries
ip nat portmap P
=>
(nat-other (what translation) (text "timeout 300"))
(nat-other (what translation) (text "max-entries all-host 100"))
(nat-other (what service) (text "list 1 ESP spi-match"))
(nat-other (what log) (text "translations syslog"))
(nat-other (what settings) (text "mode cgn"))
(nat-other (what create) (text flow-entries))
(nat-other (text "portmap P"))
== translation: refused
ip nat inside source list 1
ip nat inside source static tcp 10.0.0.1 99999 192.0.2.1 80
ip nat pool P 192.0.2.1 192.0.2.9
ip nat inside source lst 1 interface FastEthernet0/1
=>
(error "ip nat inside source list 1")
(error "ip nat inside source static tcp 10.0.0.1 99999 192.0.2.1 80")
(error "ip nat pool P 192.0.2.1 192.0.2.9")
(error "ip nat inside source lst 1 interface FastEthernet0/1")
!1:28 error incomplete-command interface, pool
!2:42 error invalid-input
!3:34 error incomplete-command netmask, prefix-length
!4:22 error invalid-input list, route-map, static
== route-maps
route-map R permit 10
 description exempt
 match ip address 101
 match ip address 101 NAT
 match ip address prefix-list PL
 match interface FastEthernet0/1 Dialer1
 match length 100 200
 match tag 7
 match ip next-hop 1
 set interface Null0
 set ip next-hop 192.0.2.1
 set ip next-hop 192.0.2.1 192.0.2.2
 set ip next-hop verify-availability 192.0.2.1 1 track 1
 set ip df 0
 set metric 100
 continue
 continue 20
route-map R deny 20
route-map R
no route-map R permit 10
=>
(route-map (name R) (action permit) (sequence 10)
  (description (text exempt))
  (match-ip-address (acl 101))
  (match-ip-address (acl 101) (acl NAT))
  (match-prefix-list (prefix-list PL))
  (match-interface (interface FastEthernet0/1) (interface Dialer1))
  (match-length (first 100) (last 200))
  (match-other (text "tag 7"))
  (match-other (text "next-hop 1"))
  (set-interface (interface Null0))
  (set-next-hop (gateway 192.0.2.1))
  (set-next-hop (gateway 192.0.2.1) (gateway 192.0.2.2))
  (set-route-other (text "verify-availability 192.0.2.1 1 track 1"))
  (set-ip-df (number 0))
  (set-route-other (text "metric 100"))
  (continue)
  (continue (number 20)))
(route-map (name R) (action deny) (sequence 20))
(route-map (name R))
(no route-map (name R) (action permit) (sequence 10))
== prefix lists, hosts, pools, VRFs
ip prefix-list PL seq 5 permit 10.0.0.0/8 le 24
ip prefix-list PL deny 0.0.0.0/0 ge 25 le 32
ip prefix-list PL description ours
ip host hub 192.0.2.1
ip host vrf INSIDE hub 192.0.2.1 192.0.2.2
ip domain name example.net
ip domain-name example.net
ip local pool REMOTES 10.9.0.1 10.9.0.99
ip local policy route-map PBR
vrf definition INSIDE
 rd 1:1
 description inside
 address-family ipv4
ip vrf OUTSIDE
 rd 1:2
hostname R1
version 15.2
time-range HOURS
 periodic weekdays 8:00 to 18:00
 absolute start 00:00 1 January 2030
=>
(prefix-list (name PL) (sequence 5) (action permit) (prefix 10.0.0.0/8) (le 24))
(prefix-list (name PL) (action deny) (prefix 0.0.0.0/0) (ge 25) (le 32))
(prefix-list (name PL) (text ours))
(ip-host (name hub) (address 192.0.2.1))
(ip-host (vrf INSIDE) (name hub) (address 192.0.2.1) (address 192.0.2.2))
(ip-domain-name (name example.net))
(ip-domain-name (name example.net))
(ip-local-pool (name REMOTES) (first 10.9.0.1) (last 10.9.0.99))
(ip-local-policy (route-map PBR))
(vrf (name INSIDE)
  (unknown "rd 1:1")
  (description (text inside))
  (unknown "address-family ipv4"))
(vrf (name OUTSIDE)
  (unknown "rd 1:2"))
(hostname (name R1))
(version (text 15.2))
(time-range (name HOURS)
  (time-range-line (type periodic) (text "weekdays 8:00 to 18:00"))
  (time-range-line (type absolute) (text "start 00:00 1 January 2030")))
