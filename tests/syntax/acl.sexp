== standard lists
access-list 10 permit 192.0.2.1
access-list 10 permit 192.0.2.0 0.0.0.255 log
access-list 10 permit host 192.0.2.1
access-list 10 deny any
access-list 1300 deny   any log COOKIE
access-list 10 remark who may
access-list 10 remark
no access-list 10
ip access-list standard NAMES
 permit 192.0.2.0 0.0.0.255
 10 deny host 192.0.2.9
 remark the rest
 deny any log
 no 10
 no permit 192.0.2.0 0.0.0.255
ip access-list standard 20
 permit any
=>
(ace-standard (acl 10) (action permit) (source 192.0.2.1))
(ace-standard (acl 10) (action permit) (source 192.0.2.0) (source-wildcard 0.0.0.255) log)
(ace-standard (acl 10) (action permit) (source-host 192.0.2.1))
(ace-standard (acl 10) (action deny) (source any))
(ace-standard (acl 1300) (action deny) (source any) log (cookie COOKIE))
(remark (acl 10) (text "who may"))
(remark (acl 10))
(no acl-numbered (acl 10))
(acl-standard (acl NAMES)
  (ace-standard (action permit) (source 192.0.2.0) (source-wildcard 0.0.0.255))
  (ace-standard (sequence 10) (action deny) (source-host 192.0.2.9))
  (remark (text "the rest"))
  (ace-standard (action deny) (source any) log)
  (no ace-sequence (sequence 10))
  (no ace-standard (action permit) (source 192.0.2.0) (source-wildcard 0.0.0.255)))
(acl-standard (acl 20)
  (ace-standard (action permit) (source any)))
== standard lists: refused
access-list 10 permit ip any any
access-list 10 permit
access-list 10
access-list 300 permit 0x8137 0x0000
access-list LIST permit any
ip access-list NAMES
 permit any
=>
(error "access-list 10 permit ip any any")
(error "access-list 10 permit")
(error "access-list 10")
(acl-other (acl 300) (text "permit 0x8137 0x0000"))
(error "access-list LIST permit any")
(error "ip access-list NAMES")
(unknown "permit any")
!1:23 error invalid-input any, host, A.B.C.D
!2:22 error incomplete-command any, host, A.B.C.D
!3:15 error incomplete-command deny, permit, remark
!5:13 error invalid-input
!6:16 error invalid-input
== extended lists: protocols and ends
access-list 101 permit ip any any
access-list 101 permit ip 192.0.2.0 0.0.0.255 any
access-list 101 deny   ip host 192.0.2.1 host 192.0.2.2
access-list 2000 permit gre any any
access-list 101 permit 47 any any
access-list 101 permit esp any host 192.0.2.1
access-list 101 permit ahp any any
access-list 101 permit 255 any any
access-list 101 permit ip host hub.example.net any
access-list 101 permit ip object-group LAN object-group REMOTE
access-list 101 permit object-group WEB any object-group SERVERS
access-list 101 remark to the branch
access-list 101 dynamic D timeout 60 permit ip any any
ip access-list extended permit
 perm ip any any
ip access-list extended 102
 10 permit icmp any any
 evaluate REFLEXIVE
 20 evaluate REFLEXIVE
 remark permit ip any any
 20 remark more
 no 10
ip access-list resequence 102 10 10
ip access-list logging interval 100
=>
(ace (acl 101) (action permit) (protocol ip) (source any) (destination any))
(ace (acl 101) (action permit) (protocol ip) (source 192.0.2.0) (source-wildcard 0.0.0.255) (destination any))
(ace (acl 101) (action deny) (protocol ip) (source-host 192.0.2.1) (destination-host 192.0.2.2))
(ace (acl 2000) (action permit) (protocol gre) (source any) (destination any))
(ace (acl 101) (action permit) (protocol 47) (source any) (destination any))
(ace (acl 101) (action permit) (protocol esp) (source any) (destination-host 192.0.2.1))
(ace (acl 101) (action permit) (protocol ahp) (source any) (destination any))
(ace (acl 101) (action permit) (protocol 255) (source any) (destination any))
(ace (acl 101) (action permit) (protocol ip) (source-host hub.example.net) (destination any))
(ace (acl 101) (action permit) (protocol ip) (source-group LAN) (destination-group REMOTE))
(ace (acl 101) (action permit) (service-group WEB) (source any) (destination-group SERVERS))
(remark (acl 101) (text "to the branch"))
(ace (acl 101) (dynamic D) (timeout 60) (action permit) (protocol ip) (source any) (destination any))
(acl-extended (acl permit)
  (ace (action permit) (protocol ip) (source any) (destination any)))
(acl-extended (acl 102)
  (ace (sequence 10) (action permit) (protocol icmp) (source any) (destination any))
  (evaluate (name REFLEXIVE))
  (evaluate (sequence 20) (name REFLEXIVE))
  (remark (text "permit ip any any"))
  (remark (sequence 20) (text more))
  (no ace-sequence (sequence 10)))
(acl-resequence (acl 102) (start 10) (step 10))
(acl-other (what logging) (text "interval 100"))
== extended lists: ports
ip access-list extended PORTS
 permit tcp any any eq www
 permit tcp any eq 80 any
 permit tcp any any eq 80 443 8080
 permit tcp any any eq ftp-data ftp www
 permit udp any neq isakmp any
 permit udp any any eq non500-isakmp
 permit tcp any lt 1024 any gt 1023
 permit tcp any range 1 99 any range ftp-data telnet
 permit udp host 192.0.2.1 eq isakmp host 192.0.2.2 eq isakmp
 permit tcp any any eq 65535
 permit 6 any any eq 22
 permit 17 any any eq 53
=>
(acl-extended (acl PORTS)
  (ace (action permit) (protocol tcp) (source any) (destination any) (destination-op eq) (destination-port www))
  (ace (action permit) (protocol tcp) (source any) (source-op eq) (source-port 80) (destination any))
  (ace (action permit) (protocol tcp) (source any) (destination any) (destination-op eq) (destination-port 80) (destination-port 443) (destination-port 8080))
  (ace (action permit) (protocol tcp) (source any) (destination any) (destination-op eq) (destination-port ftp-data) (destination-port ftp) (destination-port www))
  (ace (action permit) (protocol udp) (source any) (source-op neq) (source-port isakmp) (destination any))
  (ace (action permit) (protocol udp) (source any) (destination any) (destination-op eq) (destination-port non500-isakmp))
  (ace (action permit) (protocol tcp) (source any) (source-op lt) (source-port 1024) (destination any) (destination-op gt) (destination-port 1023))
  (ace (action permit) (protocol tcp) (source any) (source-op range) (source-port 1) (source-port 99) (destination any) (destination-op range) (destination-port ftp-data) (destination-port telnet))
  (ace (action permit) (protocol udp) (source-host 192.0.2.1) (source-op eq) (source-port isakmp) (destination-host 192.0.2.2) (destination-op eq) (destination-port isakmp))
  (ace (action permit) (protocol tcp) (source any) (destination any) (destination-op eq) (destination-port 65535))
  (ace (action permit) (protocol 6) (source any) (destination any) (destination-op eq) (destination-port 22))
  (ace (action permit) (protocol 17) (source any) (destination any) (destination-op eq) (destination-port 53)))
== extended lists: messages and options
ip access-list extended OPTIONS
 permit tcp any any established
 permit tcp any any ack rst
 permit tcp any any match-any +syn -ack
 permit tcp any any match-all -fin +urg
 permit icmp any any echo
 permit icmp any any time-exceeded
 permit icmp any any 8
 permit icmp any any 3 4
 permit igmp any any dvmrp
 permit igmp any any 7
 permit ip any any dscp ef
 permit ip any any dscp 46
 permit ip any any precedence critical
 permit ip any any precedence 5 tos min-delay
 permit ip any any tos 8
 permit ip any any fragments
 permit ip any any log
 permit ip any any log-input
 permit ip any any log COOKIE
 permit ip any any time-range HOURS
 permit ip any any option timestamp
 permit ip any any option 68
 permit ip any any ttl eq 1
 permit ip any any ttl range 1 5
 permit tcp any any reflect REFLEXIVE timeout 60
 permit tcp any any eq telnet established log
 permit tcp any any eq www dscp af11 time-range HOURS log
=>
(acl-extended (acl OPTIONS)
  (ace (action permit) (protocol tcp) (source any) (destination any) established)
  (ace (action permit) (protocol tcp) (source any) (destination any) (flag ack) (flag rst))
  (ace (action permit) (protocol tcp) (source any) (destination any) (flags-mode match-any) (flag syn) (not-flag ack))
  (ace (action permit) (protocol tcp) (source any) (destination any) (flags-mode match-all) (not-flag fin) (flag urg))
  (ace (action permit) (protocol icmp) (source any) (destination any) (message echo))
  (ace (action permit) (protocol icmp) (source any) (destination any) (message time-exceeded))
  (ace (action permit) (protocol icmp) (source any) (destination any) (icmp-type 8))
  (ace (action permit) (protocol icmp) (source any) (destination any) (icmp-type 3) (icmp-code 4))
  (ace (action permit) (protocol igmp) (source any) (destination any) (message dvmrp))
  (ace (action permit) (protocol igmp) (source any) (destination any) (message 7))
  (ace (action permit) (protocol ip) (source any) (destination any) (dscp ef))
  (ace (action permit) (protocol ip) (source any) (destination any) (dscp 46))
  (ace (action permit) (protocol ip) (source any) (destination any) (precedence critical))
  (ace (action permit) (protocol ip) (source any) (destination any) (precedence 5) (tos min-delay))
  (ace (action permit) (protocol ip) (source any) (destination any) (tos 8))
  (ace (action permit) (protocol ip) (source any) (destination any) fragments)
  (ace (action permit) (protocol ip) (source any) (destination any) log)
  (ace (action permit) (protocol ip) (source any) (destination any) log-input)
  (ace (action permit) (protocol ip) (source any) (destination any) log (cookie COOKIE))
  (ace (action permit) (protocol ip) (source any) (destination any) (time-range HOURS))
  (ace (action permit) (protocol ip) (source any) (destination any) (option timestamp))
  (ace (action permit) (protocol ip) (source any) (destination any) (option 68))
  (ace (action permit) (protocol ip) (source any) (destination any) (ttl-op eq) (ttl 1))
  (ace (action permit) (protocol ip) (source any) (destination any) (ttl-op range) (ttl 1) (ttl 5))
  (ace (action permit) (protocol tcp) (source any) (destination any) (reflect REFLEXIVE) (timeout 60))
  (ace (action permit) (protocol tcp) (source any) (destination any) (destination-op eq) (destination-port telnet) established log)
  (ace (action permit) (protocol tcp) (source any) (destination any) (destination-op eq) (destination-port www) (dscp af11) (time-range HOURS) log))
== extended lists: refused
ip access-list extended BAD
 permit ip any any eq 80
 permit tcp any any eq https
 permit tcp any any eq 65536
 permit ip 192.0.2.1 any
 permit ip 192.0.2.0/24 any
 permit udp any any established
 permit icmp any any ecco
 permit tpc any any
 permit ip any
 permit 256 any any
 allow ip any any
access-list 101 permit ip any any any
acces-list 101 permit ip any any
=>
(acl-extended (acl BAD)
  (error "permit ip any any eq 80")
  (error "permit tcp any any eq https")
  (error "permit tcp any any eq 65536")
  (error "permit ip 192.0.2.1 any")
  (error "permit ip 192.0.2.0/24 any")
  (error "permit udp any any established")
  (error "permit icmp any any ecco")
  (error "permit tpc any any")
  (error "permit ip any")
  (error "permit 256 any any")
  (error "allow ip any any"))
(error "access-list 101 permit ip any any any")
(error "acces-list 101 permit ip any any")
!2:20 error invalid-input
!3:24 error invalid-input
!4:24 error invalid-input
!5:22 error invalid-input A.B.C.D
!6:12 error invalid-input any, fqdn-group, geo-group, host, object-group, A.B.C.D
!7:21 error invalid-input
!8:22 error invalid-input
!9:9 error invalid-input
!10:15 error incomplete-command any, fqdn-group, geo-group, host, object-group, A.B.C.D
!11:9 error invalid-input
!12:2 error invalid-input default, deny, dynamic, evaluate, no, permit, remark, <1-2147483647>
!13:35 error invalid-input
!14:1 error invalid-input
== lists for IPv6 are kept
ipv6 access-list SIX
 permit ipv6 any any
 sequence 20 deny tcp any host 2001:db8::1 eq www
 remark the rest
 10 permit icmp any any
=>
(acl6 (name SIX)
  (ace6 (action permit) (text "ipv6 any any"))
  (ace6 (sequence 20) (action deny) (text "tcp any host 2001:db8::1 eq www"))
  (remark (text "the rest"))
  (ace6 (sequence 10) (action permit) (text "icmp any any")))
== object groups
object-group network LAN
 description ours
 host 192.0.2.1
 192.0.2.0 255.255.255.0
 192.0.2.0 /24
 range 192.0.2.1 192.0.2.9
 any
 group-object OTHER
 no host 192.0.2.1
object-group service WEB
 description web
 tcp eq www
 tcp 8080
 tcp source eq 1024 eq 80
 tcp source range 1 99 gt 1023
 udp lt 1024
 udp range 1 99
 tcp-udp eq domain
 icmp echo
 icmp 3 4
 icmp
 esp
 47
 group-object MORE
object-group security S
 tag 7
=>
(object-group-network (name LAN)
  (description (text ours))
  (member-host (address 192.0.2.1))
  (member-net (address 192.0.2.0) (mask 255.255.255.0))
  (member-net (address 192.0.2.0) (prefix-length /24))
  (member-range (first 192.0.2.1) (last 192.0.2.9))
  (member-any)
  (member-group (group-name OTHER))
  (no member-host (address 192.0.2.1)))
(object-group-service (name WEB)
  (description (text web))
  (member-service (protocol tcp) (destination-op eq) (destination-port www))
  (member-service (protocol tcp) (destination-port 8080))
  (member-service (protocol tcp) (source-op eq) (source-port 1024) (destination-op eq) (destination-port 80))
  (member-service (protocol tcp) (source-op range) (source-port 1) (source-port 99) (destination-op gt) (destination-port 1023))
  (member-service (protocol udp) (destination-op lt) (destination-port 1024))
  (member-service (protocol udp) (destination-op range) (destination-port 1) (destination-port 99))
  (member-service (protocol tcp-udp) (destination-op eq) (destination-port domain))
  (member-service (protocol icmp) (message echo))
  (member-service (protocol icmp) (icmp-type 3) (icmp-code 4))
  (member-service (protocol icmp))
  (member-service (protocol esp))
  (member-service (protocol 47))
  (member-group (group-name MORE)))
(unknown "object-group security S"
  (unknown "tag 7"))
== object groups: refused
object-group network LAN
 192.0.2.0
 192.0.2.0 0.0.0.255 x
object-group service WEB
 tcp neq 80
 tcp eq https
=>
(object-group-network (name LAN)
  (error 192.0.2.0)
  (error "192.0.2.0 0.0.0.255 x"))
(object-group-service (name WEB)
  (error "tcp neq 80")
  (error "tcp eq https"))
!2:11 error incomplete-command A.B.C.D, /nn
!3:22 error invalid-input <cr>
!5:6 error invalid-input
!6:9 error invalid-input
