#!/bin/sh
# The far end of a protected tunnel interface sends what is for our networks into the tunnel, and
# only that: not the network between both ends, not a network that is shut, none that a routing
# protocol tells.
cryptomap=$1/bin/cryptomap
dir=$(mktemp -d) || exit 1
trap 'rm -r "$dir"' EXIT
failed=0

cat >"$dir/near" <<'END'
hostname NEAR
crypto isakmp policy 10
 encr aes
 authentication pre-share
 group 14
crypto isakmp key Lk82nvPq0zXw address 203.0.113.2
crypto ipsec transform-set T esp-aes esp-sha-hmac
crypto ipsec profile P
 set transform-set T
interface Tunnel0
 ip address 172.16.0.1 255.255.255.252
 tunnel source GigabitEthernet0/0
 tunnel destination 203.0.113.2
 tunnel protection ipsec profile P
interface GigabitEthernet0/0
 ip address 203.0.113.1 255.255.255.0
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
interface GigabitEthernet0/2
 ip address 10.0.9.1 255.255.255.0
 shutdown
END

# routes NAME WANTED: the far end's routes into the tunnel.
routes() {
  got=$("$cryptomap" generate ios "$dir/near" 2>"$dir/said" | grep 'ip route .* Tunnel0')
  [ "$got" = "$2" ] || {
    printf '%s:\n- %s\n+ %s\n' "$1" "$2" "$got"
    failed=1
  }
}

routes 'our network' 'ip route 10.0.0.0 255.255.255.0 Tunnel0'
printf 'router eigrp 1\n network 10.0.0.0\n' >>"$dir/near"
routes 'a protocol tells it' ''

exit $failed
