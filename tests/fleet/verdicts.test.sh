#!/bin/sh
# Two ends that differ in one line: the verdict and the first cause that `pair` gives.
cryptomap=$1/bin/cryptomap
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# The ends of a GRE tunnel in a cloud; SPOKE-N registers with HUB.
cloud() { # NAME TUNNEL OUTSIDE KEY-FOR
  cat <<END
hostname $1
crypto isakmp policy 10
 encr aes
 authentication pre-share
 group 14
crypto isakmp key correct-horse-battery address $4
crypto ipsec transform-set T esp-aes esp-sha-hmac
 mode transport
crypto ipsec profile P
 set transform-set T
interface Tunnel0
 ip address $2 255.255.255.0
 ip nhrp authentication secret
 ip nhrp network-id 1
 tunnel source GigabitEthernet0/0
 tunnel mode gre multipoint
 tunnel key 7
 tunnel protection ipsec profile P
interface GigabitEthernet0/0
 ip address $3 255.255.255.0
ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0
END
}
spoke() {
  cloud "$@" | sed 's/^ ip nhrp network-id 1$/&\n ip nhrp map 10.255.0.1 203.0.113.1\n ip nhrp nhs 10.255.0.1/'
}
# One end of an IPsec tunnel interface with IKEv2.
vti() { # NAME TUNNEL OUTSIDE PEER
  cat <<END
hostname $1
crypto ikev2 keyring K
 peer P
  address $4
  pre-shared-key local from-$1
  pre-shared-key remote from-$5
crypto ikev2 profile P
 match identity remote address $4 255.255.255.255
 authentication local pre-share
 authentication remote pre-share
 keyring local K
crypto ipsec transform-set T esp-aes 256 esp-sha256-hmac
crypto ipsec profile P
 set transform-set T
 set ikev2-profile P
interface Tunnel1
 ip address $2 255.255.255.252
 tunnel source GigabitEthernet0/0
 tunnel destination $4
 tunnel mode ipsec ipv4
 tunnel protection ipsec profile P
interface GigabitEthernet0/0
 ip address $3 255.255.255.0
ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0
END
}

# row WANTED FILES…: the verdicts, with a cause where there is one, sorted.
row() {
  wanted=$1
  shift
  found=$("$cryptomap" pair --json "$@" | python3 -c '
import json, sys
print(",".join(sorted(t["verdict"] + (":" + t["cause"] if "cause" in t else "")
                      for t in json.load(sys.stdin)["tunnels"])))')
  if [ "$found" = "$wanted" ]; then
    passed=$((passed + 1))
  else
    echo "$title: $found, not $wanted"
    failed=$((failed + 1))
  fi
}

cd "$work" || exit 2
cloud HUB 10.255.0.1 203.0.113.1 "0.0.0.0 0.0.0.0" >hub
spoke SPOKE-1 10.255.0.2 198.51.100.1 "0.0.0.0 0.0.0.0" >one
spoke SPOKE-2 10.255.0.3 192.0.2.1 "0.0.0.0 0.0.0.0" >two
title="a cloud" row up,up hub one two
sed 's/tunnel key 7/tunnel key 8/' one >odd
title="tunnel key" row fails:tunnel-key,up hub odd two
sed '/tunnel key/d' one >odd
title="no tunnel key" row fails:tunnel-key,up hub odd two
sed 's/authentication secret/authentication Secret/' one >odd
title="NHRP authentication" row fails:nhrp-key,up hub odd two
sed 's/nhs 10.255.0.1/nhs 10.255.0.9/; s/map 10.255.0.1/map 10.255.0.9/' one >odd
title="next hop server" row fails:nhrp-server,up hub odd two
sed 's/transform-set T esp-aes esp-sha-hmac/transform-set T esp-3des esp-sha-hmac/' one >odd
title="transform-set" row fails:transform,up hub odd two
sed 's/correct-horse/Correct-horse/' one >odd
title="key" row fails:key,up hub odd two
sed 's/address 0.0.0.0 0.0.0.0/address 203.0.113.1/' one >odd
title="a key for the hub only" row fails:no-key-there,up,up hub odd two
sed 's/ mode transport/ mode tunnel/' one >odd
title="tunnel mode at a spoke" row one-way:mode,one-way:mode,up hub odd two
sed '/nhs/s/$/ nbma hub.example.net/; /nhrp map/d' one >odd
title="a server by name" row up hub odd two

vti A 10.0.0.1 203.0.113.1 198.51.100.1 B >a
vti B 10.0.0.2 198.51.100.1 203.0.113.1 A >b
title="secrets of both directions" row up a b
sed 's/remote from-B/remote from-C/' a >odd
title="a wrong remote secret" row fails:key odd b
sed '/tunnel mode/d' a >odd
title="GRE against IPsec" row fails:selectors odd b
sed 's/protection ipsec profile P$/protection ipsec profile Q/' a >odd
title="a profile that is not there" row fails:incomplete odd b

# Two tunnels between two routers: each means the one in its network.
sed -n '/^interface Tunnel1/,/protection/p' a | sed 's/Tunnel1/Tunnel2/; s/10.0.0.1/10.0.0.5/' >>a
sed -n '/^interface Tunnel1/,/protection/p' b | sed 's/Tunnel1/Tunnel2/; s/10.0.0.2/10.0.0.6/' >>b
title="two tunnels" row up,up a b

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
