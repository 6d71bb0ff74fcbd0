== proposals and policies
crypto ikev2 proposal P
 encryption aes-cbc-256 aes-cbc-128 3des
 integrity sha256 sha1
 prf sha256
 group 14 19 5
crypto ikev2 policy POL
 proposal P
 match address local 192.0.2.1
 match fvrf any
 match fvrf OUTSIDE
no crypto ikev2 proposal default
=>
(ikev2-proposal (name P)
  (ikev2-encryption (cipher aes-cbc-256) (cipher aes-cbc-128) (cipher 3des))
  (ikev2-integrity (hash sha256) (hash sha1))
  (ikev2-prf (prf sha256))
  (ikev2-group (group 14) (group 19) (group 5)))
(ikev2-policy (name POL)
  (ikev2-policy-proposal (proposal P))
  (ikev2-match-local (address 192.0.2.1))
  (ikev2-match-fvrf any)
  (ikev2-match-fvrf (vrf OUTSIDE)))
(no ikev2-proposal (name default))
== keyrings
crypto ikev2 keyring K
 peer HUB
  description the hub
  address 192.0.2.1
  address 192.0.2.0 255.255.255.0
  address 0.0.0.0 0.0.0.0
  hostname hub.example.net
  identity address 192.0.2.1
  identity fqdn hub.example.net
  identity fqdn domain example.net
  identity email me@example.net
  identity key-id 42
  pre-shared-key s3cret
  pre-shared-key local s3cret
  pre-shared-key remote 6 sealed
  pre-shared-key hex 0102
 peer OTHER
  pre-shared-key key
=>
(ikev2-keyring (name K)
  (ikev2-peer (name HUB)
    (description (text "the hub"))
    (ikev2-peer-address (address 192.0.2.1))
    (ikev2-peer-address (address 192.0.2.0) (mask 255.255.255.0))
    (ikev2-peer-address (address 0.0.0.0) (mask 0.0.0.0))
    (ikev2-peer-hostname (hostname hub.example.net))
    (ikev2-peer-identity (type address) (address 192.0.2.1))
    (ikev2-peer-identity (type fqdn) (name hub.example.net))
    (ikev2-peer-identity (type fqdn) (domain example.net))
    (ikev2-peer-identity (type email) (name me@example.net))
    (ikev2-peer-identity (type key-id) (name 42))
    (ikev2-peer-key (secret s3cret))
    (ikev2-peer-key (side local) (secret s3cret))
    (ikev2-peer-key (side remote) (key-type 6) (secret sealed))
    (ikev2-peer-key hex (secret 0102)))
  (ikev2-peer (name OTHER)
    (ikev2-peer-key (secret key))))
== profiles
crypto ikev2 profile PROF
 description to the hub
 match identity remote address 192.0.2.1 255.255.255.255
 match identity remote fqdn domain example.net
 match identity remote email domain example.net
 match identity remote key-id 42
 match identity remote any
 match address local interface GigabitEthernet0/0
 match certificate CERTMAP
 match fvrf any
 identity local address 192.0.2.9
 identity local fqdn me.example.net
 identity local dn
 authentication local pre-share
 authentication remote pre-share key 0 s3cret
 authentication remote rsa-sig
 authentication local ecdsa-sig
 authentication remote eap query-identity
 keyring local K
 keyring aaa LIST
 keyring K
 lifetime 3600
 dpd 30 5 on-demand
 nat keepalive 30
 nat force-encap
 pki trustpoint TP
 virtual-template 1 mode auto
 ivrf INSIDE
 aaa authorization group psk list L
 config-exchange request
 shutdown
=>
(ikev2-profile (name PROF)
  (description (text "to the hub"))
  (ikev2-match-identity (type address) (address 192.0.2.1) (mask 255.255.255.255))
  (ikev2-match-identity (type fqdn) (domain example.net))
  (ikev2-match-identity (type email) (domain example.net))
  (ikev2-match-identity (type key-id) (name 42))
  (ikev2-match-identity (type any))
  (ikev2-match-local (interface GigabitEthernet0/0))
  (match-certificate (name CERTMAP))
  (ikev2-match-fvrf any)
  (ikev2-identity-local (type address) (address 192.0.2.9))
  (ikev2-identity-local (type fqdn) (name me.example.net))
  (ikev2-identity-local (type dn))
  (ikev2-authentication (side local) (auth pre-share))
  (ikev2-authentication (side remote) (auth pre-share) (key-type 0) (secret s3cret))
  (ikev2-authentication (side remote) (auth rsa-sig))
  (ikev2-authentication (side local) (auth ecdsa-sig))
  (ikev2-authentication (side remote) (auth eap) (text query-identity))
  (ikev2-profile-keyring (type local) (keyring K))
  (ikev2-profile-keyring (type aaa) (text LIST))
  (ikev2-profile-keyring (keyring K))
  (lifetime (seconds 3600))
  (ikev2-profile-dpd (interval 30) (retry 5) (mode on-demand))
  (ikev2-profile-nat (interval 30))
  (ikev2-profile-nat extra)
  (ikev2-profile-other (what pki) (text "trustpoint TP"))
  (virtual-template (number 1) extra)
  (ikev2-profile-ivrf (vrf INSIDE))
  (ikev2-profile-other (what aaa) (text "authorization group psk list L"))
  (ikev2-profile-other (what config-exchange) (text request))
  (shutdown))
== globals
crypto ikev2 dpd 30 5 periodic
crypto ikev2 nat keepalive 20
crypto ikev2 fragmentation mtu 1400
crypto ikev2 window 5
crypto ikev2 cookie-challenge 100
crypto ikev2 limit max-sa 100
crypto ikev2 authorization policy AUTHOR
 pool REMOTES
crypto ikev2 http-url cert
=>
(ikev2-dpd (interval 30) (retry 5) (mode periodic))
(ikev2-nat-keepalive (interval 20))
(ikev2-other (what fragmentation) (number 1400))
(ikev2-other (what window) (window 5))
(ikev2-other (what cookie-challenge) (number 100))
(ikev2-other (what limit) (text "max-sa 100"))
(ikev2-other (what authorization) (text "policy AUTHOR")
  (unknown "pool REMOTES"))
(ikev2-other (what http-url) (text cert))
== refused
crypto ikev2 proposal P
 encryption aes-512
 group 3
crypto ikev2 dpd 1 1 periodic
crypto ikev2
=>
(ikev2-proposal (name P)
  (error "encryption aes-512")
  (error "group 3"))
(error "crypto ikev2 dpd 1 1 periodic")
(error "crypto ikev2")
!2:13 error invalid-input
!3:8 error invalid-input 1, 14, 15, 16, 19, 2, 20, 21, 24, 5
!4:18 error invalid-input <10-3600>
!4:20 error invalid-input <2-60>
!5:13 error incomplete-command
