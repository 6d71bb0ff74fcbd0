#!/bin/sh
# How many faults of a collection of broken configurations are found at their line.
#
#   sh tests/broken.sh DIR [CRYPTOMAP]
#
# DIR holds the configurations. Each row below is a cause that one file shows: the file, the line
# of the cause, and the rules that name it; any of them will do. Faults that only both ends show,
# or that no text shows (a wrong server's address, split horizon that may be meant), have no row. Exit code 0 at 90 % or more.
dir=$1
cryptomap=${2:-$(dirname "$0")/../build/dev/bin/cryptomap}
found=0 all=0

while read -r file line rules; do
  all=$((all + 1))
  said=$("$cryptomap" lint -q -f gcc "$dir/$file" | grep -oE '^[^ ]*:[0-9]+:[0-9]+: .*\]$' |
    sed -E 's/^.*:([0-9]+):[0-9]+: .*\[(.*)\]$/\1 \2/')
  hit=
  for rule in $(echo "$rules" | tr , ' '); do
    if printf '%s\n' "$said" | grep -qx "$line $rule"; then hit=$rule; fi
  done
  if [ -n "$hit" ]; then
    found=$((found + 1))
    echo "found   $file:$line $hit"
  else
    echo "missed  $file:$line $rules"
  fi
done <<'CAUSES'
acl-blocks-own-loopback/RT01.cfg 14 acl-denies-own-address
acl-blocks-tcp179/RT01.cfg 18 bgp-multihop-missing
acl-blocks-tcp179/RT03.cfg 3 acl-denies-service
acl-dhcp-permit-missing/RT02.cfg 15 acl-denies-service
acl-dhcp-source-too-narrow/RT02.cfg 2 dhcp-relay-off
acl-dhcp-source-too-narrow/RT02.cfg 19 acl-denies-service
acl-dhcp-source-too-narrow/RT02.cfg 26 acl-denies-service
acl-multicast-only-eigrp/RT01.cfg 3 acl-denies-service
acl-udp53-denied-inbound/RT01.cfg 13 acl-denies-service
batfish-isakmp-profile-without-match-identity.cfg 7 isakmp-profile-no-match
batfish-isakmp-profile-without-match-identity.cfg 17 reference-undefined
batfish-three-routers-mixed-faults/r1.cfg 63 tunnel-shutdown
batfish-three-routers-mixed-faults/r2.cfg 49 key-several
batfish-three-routers-mixed-faults/r2.cfg 33 isakmp-profile-no-key
batfish-tunnel-protection-profile-undefined.cfg 6 reference-undefined
batfish-tunnel-protection-profile-undefined.cfg 4 tunnel-incomplete
crypto-map-defined-not-applied.cfg 109 map-not-applied
dmvpn-ikev2-keyring-per-peer-only-hub/RT02.cfg 21 ikev2-spoke-keys
dmvpn-ikev2-keyring-per-peer-only-hub/RT03.cfg 21 ikev2-spoke-keys
dmvpn-ikev2-psk-mismatch-and-nhs-wrong-nbma/RT02.cfg 47 tunnel-nhs-gateway
dmvpn-underlay-in-eigrp-recursive/RT01.cfg 57 tunnel-underlay-announced
dmvpn-wrong-ipsec-profile-and-default-route-missing/RT02.cfg 45 tunnel-nhs-unroutable
dmvpn-wrong-ipsec-profile-and-default-route-missing/RT03.cfg 35 reference-unused
isakmp-key-for-own-address.cfg 90 key-missing
leftover-nat-list-1-undefined.cfg 116 reference-undefined
nat-list-undefined.cfg 72 reference-undefined
s2s-ikev1-phase2-transform-mismatch.cfg 167 transform-no-integrity
standard-nat-no-vpn-exempt-and-acl-number-clash.cfg 119 crypto-acl-any-any
standard-nat-no-vpn-exempt-and-acl-number-clash.cfg 120 crypto-acl-any-any
standard-nat-no-vpn-exempt-and-acl-number-clash.cfg 121 crypto-acl-any
three-vpn-labs-in-one-file-addresses-reused.cfg 27 invalid-input
CAUSES

echo "$found of $all causes found"
[ "$((found * 100))" -ge "$((all * 90))" ]
