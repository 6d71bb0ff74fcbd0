== words equal keywords where a name is wanted
crypto isakmp key key address 192.0.2.1
crypto isakmp key address address 192.0.2.2
crypto isakmp key 6 address 192.0.2.3
crypto isakmp key 6 key6 hostname hostname
ip access-list extended permit
 permit ip any any
crypto map map 10 ipsec-isakmp
 match address permit
=>
(isakmp-key (secret key) (address 192.0.2.1))
(isakmp-key (secret address) (address 192.0.2.2))
(isakmp-key (secret 6) (address 192.0.2.3))
(isakmp-key (key-type 6) (secret key6) (hostname hostname))
(acl-extended (acl permit)
  (ace (action permit) (protocol ip) (source any) (destination any)))
(crypto-map (name map) (sequence 10) (type ipsec-isakmp)
  (match-address (acl permit)))
== a header with a remark behind it is refused and kept
crypto isakmp policy 1 (fast)
encr 3des
=>
(damaged isakmp-policy (priority 1)
  (encryption (cipher 3des)))
!1:24 error invalid-input <cr>
== a line in a sub-mode that only the mode above knows leaves the sub-mode
interface FastEthernet0/1
ip nat outside
ip nat inside source list 1 interface FastEthernet0/1 overload
shutdown
=>
(interface (interface FastEthernet0/1)
  (ip-nat (side outside)))
(nat-dynamic (side inside) (what source) (acl 1) (interface FastEthernet0/1) overload)
(unknown shutdown)
== numbers out of range are refused
crypto isakmp policy 1
 lifetime 10
=>
(isakmp-policy (priority 1)
  (error "lifetime 10"))
!2:11 error invalid-input <60-86400>
== a misspelt first word is an error
crypot isakmp enable
=>
(error "crypot isakmp enable")
!1:1 error invalid-input
