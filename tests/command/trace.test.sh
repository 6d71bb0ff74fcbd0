#!/bin/sh
# trace follows a packet through one router and its peer: crypto maps static and dynamic, tunnel
# interfaces, NAT both ways, policy routing. Only the sentences without places are compared.
cryptomap=$1/bin/cryptomap
dir=$(mktemp -d) || exit 1
trap 'rm -r "$dir"' EXIT
failed=0

# way NAME CODE ARGS…: what trace says must be what stands on standard input.
way() {
  name=$1 code=$2
  shift 2
  "$cryptomap" trace "$@" >"$dir/said" 2>&1
  got=$?
  sed 's/  \[[^]]*]$//' "$dir/said" >"$dir/bare"
  [ "$got" -eq "$code" ] || {
    echo "$name: exit code $got, not $code"
    failed=1
  }
  diff -u - "$dir/bare" >"$dir/diff" || {
    echo "$name:"
    cat "$dir/diff"
    failed=1
  }
}

ike='crypto isakmp policy 10
 encr aes
 authentication pre-share
 group 14
crypto isakmp key Lk82nvPq0zXw address 0.0.0.0
crypto ipsec transform-set T esp-aes esp-sha-hmac'

cat >"$dir/hub" <<END
hostname HUB
$ike
crypto dynamic-map DYN 10
 set transform-set T
 match address 110
crypto map M 10 ipsec-isakmp dynamic DYN
interface GigabitEthernet0/0
 ip address 203.0.113.1 255.255.255.0
 crypto map M
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 203.0.113.254
access-list 110 permit ip 10.0.0.0 0.0.0.255 10.1.0.0 0.0.255.255
END
cat >"$dir/spoke" <<END
hostname SPOKE
$ike
crypto map M 10 ipsec-isakmp
 set peer 203.0.113.1
 set transform-set T
 match address 110
interface Dialer0
 ip address negotiated
 crypto map M
interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 Dialer0
access-list 110 permit ip 10.1.1.0 0.0.0.255 10.0.0.0 0.0.0.255
END

way 'a dynamic entry takes what its list mirrors' 0 \
  "$dir/spoke" 10.1.1.5 10.0.0.7 icmp --to "$dir/hub" <<'END'
forward
  arrives at GigabitEthernet0/1: 10.1.1.5 -> 10.0.0.7 icmp type 8
  a static route leads to Dialer0
  crypto map M 10 protects it, to 203.0.113.1
  leaves through Dialer0 encrypted: an address not known here -> 203.0.113.1 esp
  => encrypted
there
  arrives at GigabitEthernet0/0 encrypted: an address not known here -> 203.0.113.1 esp
  decrypted: 10.1.1.5 -> 10.0.0.7 icmp type 8
  crypto map M 10 expects it
  a connected network leads to GigabitEthernet0/1
  leaves through GigabitEthernet0/1 in the clear: 10.1.1.5 -> 10.0.0.7 icmp type 8
  => clear
answer
  arrives at GigabitEthernet0/1: 10.0.0.7 -> 10.1.1.5 icmp type 0
  a static route leads to GigabitEthernet0/0
  crypto map M 10 protects it, to a peer that must call first
  leaves through GigabitEthernet0/0 encrypted: 203.0.113.1 -> an address not known here esp
  => encrypted
back
  arrives at Dialer0 encrypted: 203.0.113.1 -> an address not known here esp
  decrypted: 10.0.0.7 -> 10.1.1.5 icmp type 0
  crypto map M 10 expects it
  a connected network leads to GigabitEthernet0/1
  leaves through GigabitEthernet0/1 in the clear: 10.0.0.7 -> 10.1.1.5 icmp type 0
  => clear
END

way 'a clear packet that should have been encrypted' 1 \
  "$dir/hub" 10.1.1.5 10.0.0.7 udp 53 --in Gi0/0 <<'END'
forward
  arrives at GigabitEthernet0/0: 10.1.1.5:1024 -> 10.0.0.7:53 udp
  it belongs into the tunnel of entry 10 but came in the clear
  => dropped
END

# tunnel NAME OWN FAR INNER NET ROUTE PROTECTION
tunnel() {
  cat <<END
hostname $1
$ike
crypto ipsec profile P
 set transform-set T
interface Tunnel0
 ip address $4 255.255.255.252
 tunnel source GigabitEthernet0/0
 tunnel destination $3
 $7
interface GigabitEthernet0/0
 ip address $2 255.255.255.0
interface GigabitEthernet0/1
 ip address $5 255.255.255.0
ip route $6 255.255.255.0 Tunnel0
END
}
by='tunnel protection ipsec profile P'
tunnel G1 203.0.113.1 203.0.113.2 172.16.0.1 10.0.0.1 10.1.0.0 "$by" >"$dir/g1"
tunnel G2 203.0.113.2 203.0.113.1 172.16.0.2 10.1.0.1 10.0.0.0 "$by" >"$dir/g2"
tunnel G2 203.0.113.2 203.0.113.1 172.16.0.2 10.1.0.1 10.0.0.0 "" >"$dir/g2-clear"

way 'a protected tunnel interface' 0 "$dir/g1" 10.0.0.5 10.1.0.9 udp 53 --to "$dir/g2" <<'END'
forward
  arrives at GigabitEthernet0/1: 10.0.0.5:1024 -> 10.1.0.9:53 udp
  a static route leads to Tunnel0
  Tunnel0 protects it by IPsec profile P, to 203.0.113.2
  leaves through GigabitEthernet0/0 encrypted: 203.0.113.1 -> 203.0.113.2 esp
  => encrypted
there
  arrives at GigabitEthernet0/0 encrypted: 203.0.113.1 -> 203.0.113.2 esp
  comes out of Tunnel0: 10.0.0.5:1024 -> 10.1.0.9:53 udp
  a connected network leads to GigabitEthernet0/1
  leaves through GigabitEthernet0/1 in the clear: 10.0.0.5:1024 -> 10.1.0.9:53 udp
  => clear
answer
  arrives at GigabitEthernet0/1: 10.1.0.9:53 -> 10.0.0.5:1024 udp
  a static route leads to Tunnel0
  Tunnel0 protects it by IPsec profile P, to 203.0.113.1
  leaves through GigabitEthernet0/0 encrypted: 203.0.113.2 -> 203.0.113.1 esp
  => encrypted
back
  arrives at GigabitEthernet0/0 encrypted: 203.0.113.2 -> 203.0.113.1 esp
  comes out of Tunnel0: 10.1.0.9:53 -> 10.0.0.5:1024 udp
  a connected network leads to GigabitEthernet0/1
  leaves through GigabitEthernet0/1 in the clear: 10.1.0.9:53 -> 10.0.0.5:1024 udp
  => clear
END

way 'a tunnel that one side does not protect' 1 \
  "$dir/g2-clear" 10.1.0.9 10.0.0.5 udp 53 --to "$dir/g1" <<'END'
forward
  arrives at GigabitEthernet0/1: 10.1.0.9:1024 -> 10.0.0.5:53 udp
  a static route leads to Tunnel0
  Tunnel0 wraps it in GRE, to 203.0.113.1
  leaves through GigabitEthernet0/0 in the clear: 203.0.113.2 -> 203.0.113.1 gre
  => clear
there
  arrives at GigabitEthernet0/0: 203.0.113.2 -> 203.0.113.1 gre
  Tunnel0 takes only what is encrypted
  => dropped
END

# GRE that a crypto map on the physical interface encrypts.
{
  tunnel G3 203.0.113.3 203.0.113.4 172.16.1.1 10.3.0.1 10.4.0.0 "" | sed '/^ ip address 203/a\
 crypto map M'
  cat <<END
crypto map M 10 ipsec-isakmp
 set peer 203.0.113.4
 set transform-set T
 match address GRE
ip access-list extended GRE
 permit gre host 203.0.113.3 host 203.0.113.4
END
} >"$dir/g3"
way 'GRE through a crypto map' 0 "$dir/g3" 10.3.0.5 10.4.0.9 tcp 22 <<'END'
forward
  arrives at GigabitEthernet0/1: 10.3.0.5:1024 -> 10.4.0.9:22 tcp
  a static route leads to Tunnel0
  Tunnel0 wraps it in GRE, to 203.0.113.4
  crypto map M 10 protects it, to 203.0.113.4
  leaves through GigabitEthernet0/0 encrypted: 203.0.113.3 -> 203.0.113.4 esp
  => encrypted
back
  arrives at GigabitEthernet0/0 encrypted: 203.0.113.4 -> 203.0.113.3 esp
  decrypted: 203.0.113.4 -> 203.0.113.3 gre
  comes out of Tunnel0: 10.4.0.9:22 -> 10.3.0.5:1024 tcp
  a connected network leads to GigabitEthernet0/1
  leaves through GigabitEthernet0/1 in the clear: 10.4.0.9:22 -> 10.3.0.5:1024 tcp
  => clear
END

cat >"$dir/nat" <<END
version 15.1
hostname NAT
$ike
crypto map M 10 ipsec-isakmp
 set peer 203.0.113.9
 set transform-set T
 match address VPN
 set ip access-group IN in
interface GigabitEthernet0/0
 ip address 198.51.100.2 255.255.255.252
 ip nat outside
 ip access-group OUT in
 crypto map M
interface GigabitEthernet0/1
 ip address 10.1.0.1 255.255.0.0
 ip nat inside
 ip policy route-map PBR
interface GigabitEthernet0/2
 ip address 192.0.2.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 198.51.100.1
ip nat inside source list NAT interface GigabitEthernet0/0 overload
ip nat inside source static tcp 10.1.0.5 443 interface GigabitEthernet0/0 8443
route-map PBR permit 10
 match ip address WEB
 set ip next-hop 192.0.2.77
ip access-list extended WEB
 permit tcp any any eq 8080
ip access-list extended VPN
 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
ip access-list extended NAT
 deny ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
 permit ip 10.1.0.0 0.0.255.255 any
ip access-list extended OUT
 permit esp host 203.0.113.9 any
 permit tcp any host 198.51.100.2 eq 8443
 permit tcp any any established
ip access-list extended IN
 permit icmp any any
END
way 'a static entry admits what comes from outside' 0 "$dir/nat" 192.0.32.8 198.51.100.2 tcp 8443 \
  --in Gi0/0 <<'END'
forward
  arrives at GigabitEthernet0/0: 192.0.32.8:1024 -> 198.51.100.2:8443 tcp
  inbound ACL OUT permits it
  NAT: 192.0.32.8:1024 -> 198.51.100.2:8443 tcp becomes 192.0.32.8:1024 -> 10.1.0.5:443 tcp
  a connected network leads to GigabitEthernet0/1
  leaves through GigabitEthernet0/1 in the clear: 192.0.32.8:1024 -> 10.1.0.5:443 tcp
  => clear
back
  arrives at GigabitEthernet0/1: 10.1.0.5:443 -> 192.0.32.8:1024 tcp
  a static route leads to GigabitEthernet0/0
  NAT back: 10.1.0.5:443 -> 192.0.32.8:1024 tcp becomes 198.51.100.2:8443 -> 192.0.32.8:1024 tcp
  no entry of crypto map M wants it: it stays in the clear
  leaves through GigabitEthernet0/0 in the clear: 198.51.100.2:8443 -> 192.0.32.8:1024 tcp
  => clear
END
way 'the list of a crypto map entry sees decrypted packets' 1 "$dir/nat" 10.1.0.7 10.2.0.9 udp 53 <<'END'
forward
  arrives at GigabitEthernet0/1: 10.1.0.7:1024 -> 10.2.0.9:53 udp
  a static route leads to GigabitEthernet0/0
  no NAT rule translates it
  crypto map M 10 protects it, to 203.0.113.9
  leaves through GigabitEthernet0/0 encrypted: 198.51.100.2 -> 203.0.113.9 esp
  => encrypted
back
  arrives at GigabitEthernet0/0 encrypted: 203.0.113.9 -> 198.51.100.2 esp
  inbound ACL OUT permits the encrypted packet
  decrypted: 10.2.0.9:53 -> 10.1.0.7:1024 udp
  inbound ACL IN denies the decrypted packet (implicit deny at its end)
  => dropped
END
way 'policy routing comes before the table' 0 "$dir/nat" 10.1.0.7 10.2.0.9 tcp 8080 <<'END'
forward
  arrives at GigabitEthernet0/1: 10.1.0.7:1024 -> 10.2.0.9:8080 tcp
  policy route-map PBR 10 leads to GigabitEthernet0/2
  leaves through GigabitEthernet0/2 in the clear: 10.1.0.7:1024 -> 10.2.0.9:8080 tcp
  => clear
back
  arrives at GigabitEthernet0/2: 10.2.0.9:8080 -> 10.1.0.7:1024 tcp
  a connected network leads to GigabitEthernet0/1
  leaves through GigabitEthernet0/1 in the clear: 10.2.0.9:8080 -> 10.1.0.7:1024 tcp
  => clear
END

exit $failed
