== transform-sets
crypto ipsec transform-set T1 esp-3des esp-sha-hmac
crypto ipsec transform-set T2 esp-aes 256 esp-sha256-hmac comp-lzs
 mode transport
crypto ipsec transform-set T3 ah-sha-hmac esp-des
 mode transport require
crypto ipsec transform-set T4 esp-gcm 256
 mode tunnel
 esn
crypto ipsec transform-set T5 esp-null esp-md5-hmac
crypto ipsec transform-set esp-3des esp-aes 192
no crypto ipsec transform-set default
cry ips tran T6 esp-a esp-sha-h
=>
(transform-set (name T1) (transform esp-3des) (transform esp-sha-hmac))
(transform-set (name T2) (transform esp-aes) (key-bits 256) (transform esp-sha256-hmac) (transform comp-lzs)
  (mode (mode transport)))
(transform-set (name T3) (transform ah-sha-hmac) (transform esp-des)
  (mode (mode transport) require))
(transform-set (name T4) (transform esp-gcm) (key-bits 256)
  (mode (mode tunnel))
  (esn))
(transform-set (name T5) (transform esp-null) (transform esp-md5-hmac))
(transform-set (name esp-3des) (transform esp-aes) (key-bits 192))
(no transform-set (name default))
(transform-set (name T6) (transform esp-aes) (transform esp-sha-hmac))
== transform-sets: refused
crypto ipsec transform-set T1
crypto ipsec transform-set T1 esp-3des 168
crypto ipsec transform-set T1 esp-aes 512
crypto ipsec transform-set T1 esp-sha1-hmac
=>
(error "crypto ipsec transform-set T1")
(error "crypto ipsec transform-set T1 esp-3des 168")
(error "crypto ipsec transform-set T1 esp-aes 512")
(error "crypto ipsec transform-set T1 esp-sha1-hmac")
!1:30 error incomplete-command
!2:40 error invalid-input
!3:39 error invalid-input
!4:31 error invalid-input
== what holds for all security associations
crypto ipsec security-association lifetime seconds 28800
crypto ipsec security-association lifetime kilobytes 10000
crypto ipsec security-association lifetime kilobytes disable
crypto ipsec security-association lifetime days 1
crypto ipsec security-association idle-time 600
crypto ipsec security-association replay window-size 1024
crypto ipsec security-association replay disable
crypto ipsec security-association dummy pps 5
crypto ipsec df-bit clear
crypto ipsec fragmentation after-encryption
crypto ipsec nat-transparency udp-encapsulation
no crypto ipsec nat-transparency udp-encaps
crypto ipsec nat-transparency spi-matching
crypto ipsec ipv4-deny jump
crypto ipsec optional
crypto ipsec optional retry 60
crypto ipsec client ezvpn EZ
=>
(ipsec-lifetime (seconds 28800))
(ipsec-lifetime (kilobytes 10000))
(ipsec-lifetime disable)
(ipsec-lifetime (days 1))
(ipsec-idle-time (seconds 600))
(ipsec-replay (window 1024))
(ipsec-replay disable)
(ipsec-other (what dummy) (number 5))
(ipsec-df-bit (mode clear))
(ipsec-fragmentation (mode after-encryption))
(ipsec-nat-transparency (mode udp-encapsulation))
(no ipsec-nat-transparency (mode udp-encapsulation))
(ipsec-nat-transparency (mode spi-matching))
(ipsec-ipv4-deny (mode jump))
(ipsec-optional)
(ipsec-optional (seconds 60))
(ipsec-other (what client) (text "ezvpn EZ"))
== what holds for all: refused
crypto ipsec security-association lifetime seconds 60
crypto ipsec security-association lifetime kilobytes 100
crypto ipsec security-association lifetime
crypto ipsec df-bit keep
crypto ipsec transfrom-set T esp-3des
=>
(error "crypto ipsec security-association lifetime seconds 60")
(error "crypto ipsec security-association lifetime kilobytes 100")
(error "crypto ipsec security-association lifetime")
(error "crypto ipsec df-bit keep")
(error "crypto ipsec transfrom-set T esp-3des")
!1:52 error invalid-input <120-2592000>
!2:54 error invalid-input <2560-4294967295>
!3:43 error incomplete-command days, kilobytes, seconds
!4:21 error invalid-input clear, copy, set
!5:14 error invalid-input
== profiles
crypto ipsec profile P1
 description for the tunnels
 set transform-set T1 T2
 set pfs group14
 set isakmp-profile HUB
 set ikev2-profile V2
 set security-association lifetime seconds 3600
 set security-association lifetime kilobytes disable
 set security-association idle-time 600 default
 set security-association replay window-size 512
 set security-association dfbit copy
 set security-association level per-host
 set identity ID
 set reverse-route distance 10
 set reverse-route tag 7
 set mixed-mode
 set security-policy limit 100
 responder-only
 redundancy HA stateful
 reverse-route
 no crypto ipsec profile default
=>
(ipsec-profile (name P1)
  (description (text "for the tunnels"))
  (set-transform-set (transform-set T1) (transform-set T2))
  (set-pfs (group group14))
  (set-isakmp-profile (profile HUB))
  (set-ikev2-profile (ikev2-profile V2))
  (set-lifetime (seconds 3600))
  (set-lifetime disable)
  (set-idle-time (seconds 600) default)
  (set-replay (window 512))
  (set-df-bit (mode copy))
  (set-level-per-host)
  (set-identity (name ID))
  (set-reverse-route (distance 10))
  (set-reverse-route (tag 7))
  (set-mixed-mode)
  (set-other (what security-policy) (number 100))
  (responder-only)
  (map-line-other (what redundancy) (text "HA stateful"))
  (reverse-route))
(no ipsec-profile (name default))
== what no says of a quantity
no crypto ipsec security-association lifetime seconds
default crypto ipsec security-association lifetime kilobytes
crypto ipsec security-association dummy pps 26
=>
(no ipsec-lifetime (what seconds))
(default ipsec-lifetime (what kilobytes))
(error "crypto ipsec security-association dummy pps 26")
!3:45 error invalid-input <0-25>
