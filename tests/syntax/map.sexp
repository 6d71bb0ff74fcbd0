== headers
crypto map M 10 ipsec-isakmp
crypto map M 10
crypto map M 20 ipsec-isakmp dynamic D
crypto map M 30 ipsec-isakmp dynamic D discover
crypto map M 40 ipsec-isakmp profile HUB
crypto map M 50 ipsec-manual
crypto map M 60 gdoi
crypto map M local-address Loopback0
crypto map M client authentication list XAUTH
crypto map M client configuration address respond
crypto map M client accounting list ACCT
crypto map M isakmp authorization list AUTHOR
crypto map M isakmp-profile HUB
crypto map M redundancy replay-interval inbound 100 outbound 5000
crypto map M gdoi fail-close
 match address OPEN
 activate
crypto map ipv6 M6 10 ipsec-isakmp
no crypto map M 10
no crypto map M
crypto dynamic-map D 10
no crypto dynamic-map D
=>
(crypto-map (name M) (sequence 10) (type ipsec-isakmp))
(crypto-map (name M) (sequence 10))
(crypto-map (name M) (sequence 20) (type ipsec-isakmp) (dynamic D))
(crypto-map (name M) (sequence 30) (type ipsec-isakmp) (dynamic D) discover)
(crypto-map (name M) (sequence 40) (type ipsec-isakmp) (profile HUB))
(crypto-map (name M) (sequence 50) (type ipsec-manual))
(crypto-map (name M) (sequence 60) (type gdoi))
(crypto-map-local-address (name M) (interface Loopback0))
(crypto-map-client-authentication (name M) (list XAUTH))
(crypto-map-other (name M) (what configuration) (text "address respond"))
(crypto-map-other (name M) (what accounting) (text "list ACCT"))
(crypto-map-other (name M) (what authorization) (text "list AUTHOR"))
(crypto-map-isakmp-profile (name M) (profile HUB))
(crypto-map-other (name M) (what redundancy) (text "replay-interval inbound 100 outbound 5000"))
(crypto-map-fail-close (name M)
  (match-address (acl OPEN))
  (activate))
(crypto-map (name M6) ipv6 (sequence 10) (type ipsec-isakmp))
(no crypto-map (name M) (sequence 10))
(no crypto-map (name M))
(dynamic-map (name D) (sequence 10))
(no dynamic-map (name D))
== headers: refused
crypto map M
crypto map M 0 ipsec-isakmp
crypto map M 65536 ipsec-isakmp
crypto map M ten ipsec-isakmp
 set peer 192.0.2.1
crypto map M 10 ipsec-ikev2
 set peer 192.0.2.2
crypto map M 10 match address A
crypto dynamic-map D
=>
(error "crypto map M")
(error "crypto map M 0 ipsec-isakmp")
(error "crypto map M 65536 ipsec-isakmp")
(error "crypto map M ten ipsec-isakmp"
  (set-peer (address 192.0.2.1)))
(damaged crypto-map (name M) (sequence 10)
  (set-peer (address 192.0.2.2)))
(damaged crypto-map (name M) (sequence 10))
(error "crypto dynamic-map D")
!1:13 error incomplete-command
!2:14 error invalid-input <1-65535>
!3:14 error invalid-input <1-65535>
!4:14 error invalid-input
!6:17 error invalid-input gdoi, ipsec-isakmp, ipsec-manual, <cr>
!8:17 error invalid-input gdoi, ipsec-isakmp, ipsec-manual, <cr>
!9:21 error incomplete-command <1-65535>
== what an entry says
crypto map M 10 ipsec-isakmp
 description to the branch
 match address 101
 set peer 192.0.2.1
 set peer 192.0.2.2 default
 set peer hub.example.net dynamic
 set peer hub.example.net
 set transform-set T1 T2
 set pfs
 set pfs group5
 set security-association lifetime seconds 3600
 set security-association lifetime kilobytes 4608000
 set security-association level per-host
 set security-association idle-time 300
 set security-association replay disable
 set isakmp-profile HUB
 set ikev2-profile V2
 set identity ID
 set group G
 set nat demux
 set ip access-group 120 in
 set ip access-group CLEAR out
 set reverse-route gateway 192.0.2.254
 reverse-route
 reverse-route static
 reverse-route remote-peer 192.0.2.254
 reverse-route remote-peer 192.0.2.254 static
 qos pre-classify
 dialer pre-classify
 no set peer 192.0.2.1
 no match address
 no set pfs
=>
(crypto-map (name M) (sequence 10) (type ipsec-isakmp)
  (description (text "to the branch"))
  (match-address (acl 101))
  (set-peer (address 192.0.2.1))
  (set-peer (address 192.0.2.2) default)
  (set-peer (hostname hub.example.net) (dynamic dynamic))
  (set-peer (hostname hub.example.net))
  (set-transform-set (transform-set T1) (transform-set T2))
  (set-pfs)
  (set-pfs (group group5))
  (set-lifetime (seconds 3600))
  (set-lifetime (kilobytes 4608000))
  (set-level-per-host)
  (set-idle-time (seconds 300))
  (set-replay disable)
  (set-isakmp-profile (profile HUB))
  (set-ikev2-profile (ikev2-profile V2))
  (set-identity (name ID))
  (set-group (name G))
  (set-nat-demux)
  (set-access-group (acl 120) (direction in))
  (set-access-group (acl CLEAR) (direction out))
  (set-reverse-route (gateway 192.0.2.254))
  (reverse-route)
  (reverse-route static)
  (reverse-route (gateway 192.0.2.254))
  (reverse-route (gateway 192.0.2.254) static)
  (qos-pre-classify)
  (map-line-other (what dialer) (text pre-classify))
  (no set-peer (address 192.0.2.1))
  (no match-address)
  (no set-pfs))
== entries without IKE
crypto map M 10 ipsec-manual
 set session-key inbound ah 300 0123456789abcdef0123456789abcdef
 set session-key outbound esp 301 cipher 0123456789abcdef authenticator 0123456789abcdef0123456789abcdef
 set session-key inbound esp 302 cipher 0123456789abcdef
=>
(crypto-map (name M) (sequence 10) (type ipsec-manual)
  (set-session-key (direction inbound) (protocol ah) (spi 300) (secret 0123456789abcdef0123456789abcdef))
  (set-session-key (direction outbound) (protocol esp) (spi 301) (secret 0123456789abcdef) (authenticator 0123456789abcdef0123456789abcdef))
  (set-session-key (direction inbound) (protocol esp) (spi 302) (secret 0123456789abcdef)))
== what an entry says: refused
crypto map M 10 ipsec-isakmp
 set peer
 set peer 192.0.2.1 192.0.2.2
 set pfs group3
 set transform-set
 match address
 set security-association lifetime seconds 1
 set session-key inbound esp 12 cipher 00
 frobnicate
=>
(crypto-map (name M) (sequence 10) (type ipsec-isakmp)
  (error "set peer")
  (error "set peer 192.0.2.1 192.0.2.2")
  (error "set pfs group3")
  (error "set transform-set")
  (error "match address")
  (error "set security-association lifetime seconds 1")
  (error "set session-key inbound esp 12 cipher 00")
  (error frobnicate))
!2:10 error incomplete-command WORD, A.B.C.D, X:X:X:X::X/<0-128>
!3:21 error invalid-input default, dynamic, <cr>
!4:10 error invalid-input
!5:19 error incomplete-command WORD
!6:15 error incomplete-command WORD
!7:44 error invalid-input <120-2592000>
!8:30 error invalid-input <256-4294967295>
!9:2 error invalid-input default, description, dialer, match, no, qos, reverse-route, set
