#!/bin/sh
# negotiate tells the article's sequence, takes files, gateways and lists of offers, and answers
# with its exit code; show --tunnels gives every value with its line.
cryptomap=$1/bin/cryptomap
dir=$(mktemp -d) || exit 1
trap 'rm -r "$dir"' EXIT
failed=0

check() {
  [ "$2" = "$3" ] || {
    printf '%s:\n- %s\n+ %s\n' "$1" "$2" "$3"
    failed=1
  }
}

# Our own words for the article's router; its other peers have documentation addresses.
router() {
  cat <<END
version 12.3
hostname $1
crypto isakmp policy 1
 encr 3des
 authentication pre-share
 group 5
crypto isakmp policy 2
 encr 3des
 hash md5
 authentication pre-share
 group 5
crypto isakmp policy 3
 authentication pre-share
 group 5
crypto isakmp policy 4
 encr 3des
 authentication pre-share
 group 2
crypto isakmp key $6 address $3
crypto isakmp key another-secret address 198.51.100.7
crypto ipsec transform-set Default esp-3des esp-sha-hmac
crypto map IPSEC 5 ipsec-isakmp
 set peer 198.51.100.7
 set transform-set Default
 match address other
crypto map IPSEC 60 ipsec-isakmp
 set peer $3
 set transform-set Default
 match address tunnel
interface FastEthernet0/1
 ip address $2 255.255.255.252
 crypto map IPSEC
ip access-list extended tunnel
 permit ip $4 0.0.0.255 $5 0.0.0.255
ip access-list extended other
 permit ip $4 0.0.0.255 198.51.100.128 0.0.0.127
end
END
}
router SITEB 200.56.4.1 200.100.1.1 192.168.100.0 172.18.30.0 secret >"$dir/b"
router SITEA 200.100.1.1 200.56.4.1 172.18.30.0 192.168.100.0 secret >"$dir/a"
router SITEA 200.100.1.1 200.56.4.1 172.18.30.0 192.168.100.0 Secret >"$dir/typo"

told=$("$cryptomap" negotiate --far linksys-wag54g "$dir/b") || failed=1
check 'the order of the comparisons' \
  '1-1G 2-1E 3-1G 4-1H 1-2H 2-2E 3-2H 4-2G 1-3E 2-3H 3-3E 4-3E 1-4= ' \
  "$(printf '%s\n' "$told" | awk '
    /Checking ISAKMP transform/ { pair = $(NF - 4) "-" $(NF - 1) }
    /offered does not match/ { printf "%s%s ", pair, substr($3 == "Diffie-Hellman" ? "G" : $3, 1, 1) }
    /atts are acceptable. Next/ { printf "%s= ", pair }')"
check 'the outcome' \
  '! comes up: phase 1 3des/sha1/pre-share/group 2 for 86400 s, phase 2 esp-3des esp-sha-hmac with PFS group 2 for 3600 s' \
  "$(printf '%s\n' "$told" | tail -n 1)"
check 'the same by a list of offers' \
  "$(printf '%s\n' "$told" | grep -E 'Checking|not match|acceptable')" \
  "$("$cryptomap" negotiate --peer 200.100.1.1 --esp 3des-sha-2 \
    --offer 3des-sha-2,des-md5-1,3des-sha-2,3des-md5-2 "$dir/b" | grep -E 'Checking|not match|acceptable')"
check 'another entry' 1 \
  "$("$cryptomap" negotiate --far linksys-wag54g --seq 5 "$dir/b" |
    grep -c 'received packet from 198.51.100.7 .*NEW SA')"

"$cryptomap" negotiate "$dir/b" "$dir/a" >"$dir/out" || failed=1
check 'two files' 1 "$(grep -c '^! comes up' "$dir/out")"
"$cryptomap" negotiate --initiate "$dir/b" "$dir/a" | grep -q 'New State = IKE_I_MM1' || failed=1
"$cryptomap" negotiate "$dir/b" "$dir/typo" >"$dir/out"
check 'exit code when it fails' 1 $?
check 'a wrong key' '! fails: the pre-shared keys differ' "$(tail -n 1 "$dir/out")"
check 'JSON' 'key differs' "$("$cryptomap" negotiate --json "$dir/b" "$dir/typo" |
  python3 -c 'import json, sys; m = json.load(sys.stdin); print(m["cause"], m["key"])')"
"$cryptomap" negotiate --json "$dir/b" "$dir/typo" | grep -qi '"secret"' && failed=1

"$cryptomap" generate swanctl --secrets --peer 200.100.1.1 "$dir/b" -o "$dir/swan" >/dev/null
check 'a swanctl.conf' 1 "$("$cryptomap" negotiate "$dir/b" "$dir/swan/swanctl.conf" | grep -c '^! comes up')"
grep -v pre-share "$dir/a" >"$dir/forgot"
check 'authentication left out' \
  '! fails: SITEA would have to sign (rsa-sig) and has no certificate' \
  "$("$cryptomap" negotiate "$dir/b" "$dir/forgot" | tail -n 1)"
"$cryptomap" negotiate --color always --matrix --far linksys-wag54g "$dir/b" |
  grep -q "$(printf '\033')\[32mfits" || failed=1
for wrong in "$dir/b" "--far fridge $dir/b" "--offer foo-sha-2 $dir/b" "--far linksys-wag54g $dir/b $dir/a" \
  "--json --matrix $dir/b $dir/a" "--peer x $dir/b $dir/a" "$dir/b $dir/none"; do
  # shellcheck disable=SC2086
  "$cryptomap" negotiate $wrong >/dev/null 2>&1
  check "exit code of $wrong" 2 $?
done

"$cryptomap" show --tunnels "$dir/b" >"$dir/out" || failed=1
check 'a value and its line' '  peer       200.100.1.1                                        line 27' \
  "$(grep ' 200.100.1.1  .*line' "$dir/out" | grep '^  peer')"
check 'a default' 2 "$(grep -c '^  lifetime   3600 s .* default' "$dir/out")"
check 'no secret' 0 "$(grep -c 'secret' "$dir/out")"
check 'tunnels as JSON' '2 200.56.4.1 60' "$("$cryptomap" show --tunnels --json "$dir/b" |
  python3 -c 'import json, sys; t = json.load(sys.stdin); print(len(t), t[1]["local"], t[1]["sequence"])')"
exit $failed
