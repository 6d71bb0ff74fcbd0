== policies: every value
crypto isakmp policy 10
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
 lifetime 3600
crypto isakmp policy 20
 encryption 3des
 hash md5
 authentication rsa-encr
 group 24
crypto isakmp policy 30
 encryption aes
 hash sha512
 authentication ecdsa-sig
 no lifetime
 default hash
 exit
no crypto isakmp policy 30
=>
(isakmp-policy (priority 10)
  (encryption (cipher aes) (key-bits 256))
  (hash (hash sha256))
  (authentication (auth pre-share))
  (group (group 14))
  (lifetime (seconds 3600)))
(isakmp-policy (priority 20)
  (encryption (cipher 3des))
  (hash (hash md5))
  (authentication (auth rsa-encr))
  (group (group 24)))
(isakmp-policy (priority 30)
  (encryption (cipher aes))
  (hash (hash sha512))
  (authentication (auth ecdsa-sig))
  (no lifetime)
  (default hash))
(no isakmp-policy (priority 30))
== policies: what is not one of the values
crypto isakmp policy 0
crypto isakmp policy 10001
crypto isakmp policy
crypto isakmp policy 10
 encr des 56
 encr blowfish
 hash sha1024
 group 3
 authentication psk
 lifetime 86401
=>
(error "crypto isakmp policy 0")
(error "crypto isakmp policy 10001")
(error "crypto isakmp policy")
(isakmp-policy (priority 10)
  (error "encr des 56")
  (error "encr blowfish")
  (error "hash sha1024")
  (error "group 3")
  (error "authentication psk")
  (error "lifetime 86401"))
!1:22 error invalid-input <1-10000>
!2:22 error invalid-input <1-10000>
!3:21 error incomplete-command <1-10000>
!5:11 error invalid-input <cr>
!6:7 error invalid-input 3des, aes, des
!7:7 error invalid-input md5, sha, sha256, sha384, sha512
!8:8 error invalid-input 1, 14, 15, 16, 19, 2, 20, 21, 24, 5
!9:17 error invalid-input ecdsa-sig, pre-share, rsa-encr, rsa-sig
!10:11 error invalid-input <60-86400>
== keys
crypto isakmp key s3cret!? address 192.0.2.1
crypto isakmp key 0 s3cret address 192.0.2.1 255.255.255.0
crypto isakmp key 6 abc%DEF^ address 0.0.0.0 0.0.0.0 no-xauth
crypto isakmp key s3cret hostname peer.example.net no-xauth
crypto isakmp key s3cret address ipv6 2001:db8::1/64
crypto isakmp key "quoted" address 192.0.2.2 no-xauth
no crypto isakmp key s3cret address 192.0.2.1
cry isa key abc add 192.0.2.9
=>
(isakmp-key (secret s3cret!?) (address 192.0.2.1))
(isakmp-key (key-type 0) (secret s3cret) (address 192.0.2.1) (mask 255.255.255.0))
(isakmp-key (key-type 6) (secret abc%DEF^) (address 0.0.0.0) (mask 0.0.0.0) no-xauth)
(isakmp-key (secret s3cret) (hostname peer.example.net) no-xauth)
(isakmp-key (secret s3cret) (address 2001:db8::1/64))
(isakmp-key (secret "\"quoted\"") (address 192.0.2.2) no-xauth)
(no isakmp-key (secret s3cret) (address 192.0.2.1))
(isakmp-key (secret abc) (address 192.0.2.9))
== keys: refused
crypto isakmp key s3cret address yyyyyy
crypto isakmp key s3cret
crypto isakmp key s3cret address 192.0.2.1 255.255.255.0 extra
crypto isakmp key s3cret address 192.0.2.1/24
=>
(error "crypto isakmp key s3cret address yyyyyy")
(error "crypto isakmp key s3cret")
(error "crypto isakmp key s3cret address 192.0.2.1 255.255.255.0 extra")
(error "crypto isakmp key s3cret address 192.0.2.1/24")
!1:34 error invalid-input ipv6, A.B.C.D
!2:25 error incomplete-command address, hostname
!3:58 error invalid-input no-xauth, <cr>
!4:34 error invalid-input ipv6, A.B.C.D
== other global isakmp statements
crypto isakmp enable
no crypto isakmp enable
crypto isakmp identity address
crypto isakmp identity dn
crypto isakmp identity hostname
crypto isakmp keepalive 10
crypto isakmp keepalive 10 3
crypto isakmp keepalive 10 3 periodic
crypto isakmp keepalive 10 periodic
crypto isakmp keepalive 30 5 on-demand
crypto isakmp nat keepalive 20
crypto isakmp diagnose error 100
no crypto isakmp diagnose error
crypto isakmp aggressive-mode disable
crypto isakmp invalid-spi-recovery
crypto isakmp fragmentation
crypto isakmp default policy
no crypto isakmp default policy
crypto isakmp disconnect-revoked-peers
crypto isakmp xauth timeout 30
crypto isakmp performance
crypto isakmp client configuration address-pool local REMOTES
crypto isakmp client configuration browser-proxy BP
crypto isakmp client firewall POLICY required cisco-security-agent
crypto call admission limit ike sa 200
=>
(isakmp-enable)
(no isakmp-enable)
(isakmp-identity (type address))
(isakmp-identity (type dn))
(isakmp-identity (type hostname))
(isakmp-keepalive (interval 10))
(isakmp-keepalive (interval 10) (retry 3))
(isakmp-keepalive (interval 10) (retry 3) (mode periodic))
(isakmp-keepalive (interval 10) (mode periodic))
(isakmp-keepalive (interval 30) (retry 5) (mode on-demand))
(isakmp-nat-keepalive (interval 20))
(isakmp-diagnose (number 100))
(no isakmp-diagnose)
(isakmp-aggressive-mode-disable)
(isakmp-invalid-spi-recovery)
(isakmp-fragmentation)
(isakmp-default-policy)
(no isakmp-default-policy)
(isakmp-other (what disconnect-revoked-peers))
(isakmp-other (what xauth) (timeout 30))
(isakmp-other (what performance))
(isakmp-client-pool (pool REMOTES))
(isakmp-other (what browser-proxy) (text BP))
(isakmp-other (what firewall) (text "POLICY required cisco-security-agent"))
(crypto-other (what call) (text "admission limit ike sa 200"))
== other global isakmp statements: refused
crypto isakmp keepalive 5
crypto isakmp keepalive
crypto isakmp identity name
crypto isakmp nat keepalive 4
crypto isakmp diagnose error 1001
crypto isakmp diagnose error
crypto isakmp polcy 10
crypto isakmp
=>
(error "crypto isakmp keepalive 5")
(error "crypto isakmp keepalive")
(error "crypto isakmp identity name")
(error "crypto isakmp nat keepalive 4")
(error "crypto isakmp diagnose error 1001")
(error "crypto isakmp diagnose error")
(error "crypto isakmp polcy 10")
(error "crypto isakmp")
!1:25 error invalid-input <10-3600>
!2:24 error incomplete-command <10-3600>
!3:24 error invalid-input address, dn, hostname
!4:29 error invalid-input <5-3600>
!5:30 error invalid-input <0-1000>
!6:29 error incomplete-command <0-1000>
!7:15 error invalid-input
!8:14 error incomplete-command
== peers with aggressive mode
crypto isakmp peer address 192.0.2.1
 description branch
 set aggressive-mode client-endpoint fqdn branch.example.net
 set aggressive-mode password s3cret
crypto isakmp peer hostname hub.example.net vrf OUTSIDE
 set aggressive-mode client-endpoint ipv4-address 198.51.100.1
 set aggressive-mode client-endpoint user-fqdn me@example.net
 set aggressive-mode password 6 sealed
crypto isakmp peer ip address 192.0.2.7
=>
(isakmp-peer (address 192.0.2.1)
  (description (text branch))
  (aggressive-endpoint (name branch.example.net) (type fqdn))
  (aggressive-password (secret s3cret)))
(isakmp-peer (hostname hub.example.net) (vrf OUTSIDE)
  (aggressive-endpoint (address 198.51.100.1) (type ipv4-address))
  (aggressive-endpoint (name me@example.net) (type user-fqdn))
  (aggressive-password (key-type 6) (secret sealed)))
(isakmp-peer (address 192.0.2.7))
== profiles
crypto isakmp profile HUB
   description to the hub
   vrf INSIDE
   keyring K1
   keyring default
   match identity address 192.0.2.1
   match identity address 192.0.2.0 255.255.255.0 OUTSIDE
   match identity address 192.0.2.1 OUTSIDE
   match identity group remote
   match identity host hub.example.net
   match identity host domain example.net
   match identity user me@example.net
   match identity user domain example.net
   match certificate CERTMAP
   self-identity address
   self-identity fqdn
   self-identity fqdn branch.example.net
   self-identity user-fqdn me@example.net
   initiate mode aggressive
   keepalive 20 retry 3
   local-address FastEthernet0/1
   local-address 192.0.2.9
   local-address 192.0.2.9 OUTSIDE
   virtual-template 1
   ca trust-point TP
   client authentication list XAUTH
   client configuration address respond
   client configuration group REMOTE
   isakmp authorization list AUTHOR
   accounting ACCT
   qos-group 5
   rekey
=>
(isakmp-profile (name HUB)
  (description (text "to the hub"))
  (profile-vrf (vrf INSIDE))
  (profile-keyring (keyring K1))
  (profile-keyring (keyring default))
  (match-identity (type address) (address 192.0.2.1))
  (match-identity (type address) (address 192.0.2.0) (mask 255.255.255.0) (vrf OUTSIDE))
  (match-identity (type address) (address 192.0.2.1) (vrf OUTSIDE))
  (match-identity (type group) (group-name remote))
  (match-identity (type host) (hostname hub.example.net))
  (match-identity (type host) (domain example.net))
  (match-identity (type user) (user me@example.net))
  (match-identity (type user) (domain example.net))
  (match-certificate (name CERTMAP))
  (self-identity (type address))
  (self-identity (type fqdn))
  (self-identity (type fqdn) (name branch.example.net))
  (self-identity (type user-fqdn) (name me@example.net))
  (initiate-mode (mode aggressive))
  (profile-keepalive (interval 20) (retry 3))
  (local-address (interface FastEthernet0/1))
  (local-address (address 192.0.2.9))
  (local-address (address 192.0.2.9) (vrf OUTSIDE))
  (virtual-template (number 1))
  (ca-trust-point (trustpoint TP))
  (client-authentication (list XAUTH))
  (profile-other (what configuration) (text "address respond"))
  (profile-other (what configuration) (text "group REMOTE"))
  (profile-other (what isakmp) (text "authorization list AUTHOR"))
  (profile-other (what accounting) (text ACCT))
  (profile-other (what qos-group) (number 5))
  (profile-other (what rekey)))
== the client configuration group
crypto isakmp client configuration group REMOTE
 key s3cret
 dns 192.0.2.53 192.0.2.54
 wins 192.0.2.55
 domain example.net
 pool REMOTES
 acl 150
 pfs
 save-password
 max-users 50
 netmask 255.255.255.0
 include-local-lan
 split-dns example.net
 crypto aaa attribute list L
crypto isakmp client configuration group default
 key 6 sealed
=>
(client-group (name REMOTE)
  (group-key (secret s3cret))
  (group-other (what dns) (address 192.0.2.53) (address 192.0.2.54))
  (group-other (what wins) (address 192.0.2.55))
  (group-other (what domain) (name example.net))
  (group-pool (pool REMOTES))
  (group-acl (acl 150))
  (group-pfs)
  (group-other (what save-password))
  (group-other (what max-users) (number 50))
  (group-other (what netmask) (mask 255.255.255.0))
  (group-other (what include-local-lan))
  (group-other (what split-dns) (name example.net))
  (group-other (what aaa) (text "attribute list L")))
(client-group (name default)
  (group-key (key-type 6) (secret sealed)))
== keyrings
crypto keyring K1
  description keys of the branches
  local-address FastEthernet0/1
  pre-shared-key address 192.0.2.1 key s3cret
  pre-shared-key address 192.0.2.0 255.255.255.0 key 6 sealed
  pre-shared-key hostname hub.example.net key 0 s3cret
  pre-shared-key address ipv6 2001:db8::/32 key s3cret
  no pre-shared-key address 192.0.2.1
crypto keyring K2 vrf OUTSIDE
  local-address 192.0.2.9 OUTSIDE
  rsa-pubkey name hub signature
   address 192.0.2.1
   key-string
    30820122 300D0609 2A864886 F70D0101
    01050003
   quit
  pre-shared-key address 192.0.2.3 key key
=>
(keyring (name K1)
  (description (text "keys of the branches"))
  (local-address (interface FastEthernet0/1))
  (pre-shared-key (address 192.0.2.1) (secret s3cret))
  (pre-shared-key (address 192.0.2.0) (mask 255.255.255.0) (key-type 6) (secret sealed))
  (pre-shared-key (hostname hub.example.net) (key-type 0) (secret s3cret))
  (pre-shared-key (address 2001:db8::/32) (secret s3cret))
  (no pre-shared-key (address 192.0.2.1)))
(keyring (name K2) (vrf OUTSIDE)
  (local-address (address 192.0.2.9) (vrf OUTSIDE))
  (rsa-pubkey (name hub) (type signature)
    (crypto-other (text 192.0.2.1))
    (key-string))
  (pre-shared-key (address 192.0.2.3) (secret key)))
== ranges of what is read and kept
crypto isakmp xauth timeout 4
crypto isakmp client configuration group G
 max-users 5001
 max-logins 11
 netmask 24
 dns ns.example.net
crypto isakmp profile P
   qos-group 1024
=>
(error "crypto isakmp xauth timeout 4")
(client-group (name G)
  (error "max-users 5001")
  (error "max-logins 11")
  (error "netmask 24")
  (error "dns ns.example.net"))
(isakmp-profile (name P)
  (error "qos-group 1024"))
!1:29 error invalid-input <5-90>
!3:12 error invalid-input <1-5000>
!4:13 error invalid-input <1-10>
!5:10 error invalid-input A.B.C.D
!6:6 error invalid-input A.B.C.D
!8:14 error invalid-input <1-1023>
