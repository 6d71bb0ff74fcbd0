# Two strongSwans, each with the swanctl.conf generated from one router of a pair: where `pair` says that
# the tunnel comes up, they bring it up and pass a ping; where it says that it fails, they fail in the
# same phase.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"

# router A|B: the configuration of a site from the settings of the row.
#   policy transform pfs key lines extra (with _A or _B behind: of that site only)
setting() { local own=$1_$2; if [ -n "${!own+x}" ]; then echo "${!own}"; else echo "${!1:-}"; fi; }

router() {
  local s=$1 us=$PUB_A peer=$PUB_B lan=$LAN_A remote=$LAN_B
  [ "$s" = B ] && us=$PUB_B peer=$PUB_A lan=$LAN_B remote=$LAN_A
  echo "version 15.2"
  echo "hostname site$s"
  setting policy "$s" | tr ';' '\n' | while IFS=, read -r n encr hash group life; do
    printf 'crypto isakmp policy %s\n encr %s\n hash %s\n authentication pre-share\n group %s\n lifetime %s\n' \
      "$n" "$encr" "$hash" "$group" "${life:-86400}"
  done
  echo "crypto isakmp key $(setting key "$s") address $peer"
  setting extra "$s" | sed "s/PEER/$peer/; s/SELF/$us/" | tr ';' '\n'
  setting transform "$s" | tr ';' '\n' | nl -w1 -s' ' | sed 's/^\([0-9]*\) \(.*\)/crypto ipsec transform-set T\1 \2/'
  echo "crypto map M 10 ipsec-isakmp"
  echo " set peer $peer"
  echo " set transform-set $(setting transform "$s" | tr ';' '\n' | nl -w1 | cut -f1 | sed 's/^/T/' | tr '\n' ' ')"
  [ -z "$(setting pfs "$s")" ] || echo " set pfs group$(setting pfs "$s")"
  [ -z "$(setting life "$s")" ] || echo " set security-association lifetime seconds $(setting life "$s")"
  echo " match address VPN"
  echo "interface FastEthernet0/1"
  echo " ip address $us 255.255.255.252"
  echo " crypto map M"
  echo "interface FastEthernet1/0"
  echo " ip address $lan.1 255.255.255.0"
  echo "ip route 0.0.0.0 0.0.0.0 $([ "$s" = A ] && echo $ISP_A || echo $ISP_B)"
  echo "ip access-list extended VPN"
  setting lines "$s" | tr ';' '\n' | sed "s/LAN/$lan.0 0.0.0.255/; s/REMOTE/$remote.0 0.0.0.255/; s/NET/$remote/; s/OWN/$lan/; s/^/ /"
}

defaults() {
  unset policy_A policy_B transform_A transform_B pfs_A pfs_B key_A key_B lines_A lines_B extra_A extra_B life_A life_B
  policy=10,aes,sha,2 transform="esp-aes esp-sha-hmac" pfs="" key=correct-horse-battery extra="" life=""
  lines="permit ip LAN REMOTE"
}

field() { python3 -c 'import json,sys
t = json.load(open(sys.argv[1]))["tunnels"]
print(t[0].get(sys.argv[2], "") if t else "none")' "$work/pair.json" "$1"; }

established() { swan "$1" --list-sas 2>/dev/null | grep -q ESTABLISHED; }

# Call from siteA and say how far the two came: up, or the phase that failed.
bring_up() {
  local child
  child=$(sed -n 's/^            \([A-Za-z0-9_-]*\) {$/\1/p' "$work/siteA.conf" | head -1)
  swan siteA --initiate --child "$child" --timeout 12 >"$work/initiate.log" 2>&1 && { echo up; return; }
  if established siteA || established siteB || grep -q 'established between' "$work/initiate.log"; then
    echo 2
  else
    echo 1
  fi
}

prepare() {
  router A >"$work/a.cfg"; router B >"$work/b.cfg"
  mkdir -p "$work/fromA" "$work/fromB"
  "$cryptomap" pair --json "$work/a.cfg" "$work/b.cfg" >"$work/pair.json" 2>"$work/pair.err"
  "$cryptomap" generate swanctl "$work/a.cfg" --secrets -o "$work/fromA" 2>"$work/generate.err" || true
  "$cryptomap" generate swanctl "$work/b.cfg" --secrets -o "$work/fromB" 2>>"$work/generate.err" || true
  cp "$work/fromB/swanctl.conf" "$work/siteA.conf"
  cp "$work/fromA/swanctl.conf" "$work/siteB.conf"
}

no_sas() { ! swan "$1" --list-sas 2>/dev/null | grep -q '#'; }

# Nothing of the row before may stand: neither SAs nor traps.
load_both() {
  local s
  for s in siteA siteB; do
    charon_load $s "$work/none.conf"
    swan $s --terminate --ike siteA-M-10 --force >/dev/null 2>&1
    swan $s --terminate --ike siteB-M-10 --force >/dev/null 2>&1
    wait_for 5 no_sas $s || echo "$s keeps an SA"
  done
  charon_load siteA "$work/siteA.conf" && charon_load siteB "$work/siteB.conf"
}

row() { # NAME EXPECTED(up|1|2)
  local name=$1 expected=$2 said got
  prepare
  said=$(field verdict)
  [ "$said" = fails ] && said=$(field phase)
  [ "$said" = "$expected" ] || { fail "$name: pair says '$said', not '$expected'"; cat "$work/pair.err"; }
  if ! load_both; then
    fail "$name: charon does not load what was generated"
    cat "$work/siteA/load.log" "$work/siteB/load.log"
    return
  fi
  got=$(bring_up)
  if [ "$got" != "$expected" ]; then
    fail "$name: the two strongSwans say '$got', not '$expected'"
    tail -5 "$work/initiate.log"
  elif [ "$got" = up ] && ! lab_ping A; then
    fail "$name: no ping"
  else
    pass "$name: $got"
  fi
}

lab_up
printf 'connections {\n}\n' >"$work/none.conf"
charon_start siteA "$work/none.conf" 'charon { retransmit_tries = 2
retransmit_timeout = 1.0 }'
charon_start siteB "$work/none.conf"

# --- Pairs that agree
defaults; policy=10,des,md5,1 transform="esp-des esp-md5-hmac"; row "DES MD5 group 1" up
defaults; policy=10,3des,sha,2 transform="esp-3des esp-sha-hmac"; row "3DES SHA group 2" up
defaults; policy=10,3des,md5,5 transform="esp-3des esp-md5-hmac" pfs=2; row "3DES MD5 group 5, PFS 2" up
defaults; policy=10,aes,sha,5 pfs=5; row "AES-128 SHA group 5, PFS 5" up
defaults; policy="10,aes 192,sha,14" transform="esp-aes 192 esp-sha-hmac"; row "AES-192 SHA group 14" up
defaults; policy="10,aes 256,sha256,14" transform="esp-aes 256 esp-sha256-hmac" pfs=14; row "AES-256 SHA-256 group 14, PFS" up
defaults; policy="10,aes 256,sha512,16,3600" transform="esp-aes 256 esp-sha512-hmac"; row "AES-256 SHA-512 group 16, lifetime" up
defaults; policy="10,aes,sha256,19" transform="esp-gcm"; row "AES-GCM-128, group 19" up
defaults; policy="10,aes 256,sha384,20" transform="esp-gcm 256" pfs=20; row "AES-GCM-256, group 20, PFS" up
defaults; policy="10,aes 256,sha512,21" transform="esp-gcm 256" pfs=21; row "AES-GCM-256 SHA-512, group 21, PFS" up
defaults; policy="10,aes 256,sha256,14;20,3des,sha,2" policy_B="5,3des,sha,2"; row "second policy" up
defaults; transform="esp-aes 256 esp-sha-hmac;esp-3des esp-sha-hmac" transform_B="esp-3des esp-sha-hmac"; row "second transform-set" up
defaults; lines="permit ip LAN REMOTE;permit ip host OWN.1 host 10.9.9.9" lines_B="permit ip LAN REMOTE;permit ip host 10.9.9.9 host NET.1"; row "two lines" up
defaults; extra="crypto isakmp peer address PEER; set aggressive-mode password correct-horse-battery; set aggressive-mode client-endpoint ipv4-address SELF"; row "aggressive mode" up
defaults; life_A=900 life_B=1800; row "unequal lifetimes" up
defaults; extra="crypto isakmp keepalive 10 3 periodic;crypto isakmp nat keepalive 20"; row "DPD and NAT keepalive" up

# --- Pairs that do not
defaults; key_B=correct-horse-batterie; row "another key" 1
defaults; policy_B=10,3des,sha,2; row "another cipher in phase 1" 1
defaults; policy_B="10,aes 256,sha,2"; row "another key length in phase 1" 1
defaults; policy_B=10,aes,md5,2; row "another hash in phase 1" 1
defaults; policy_B=10,aes,sha,5; row "another group in phase 1" 1
defaults; transform_B="esp-3des esp-sha-hmac"; row "another cipher in phase 2" 2
defaults; transform_B="esp-aes esp-md5-hmac"; row "another authenticator in phase 2" 2
defaults; transform_B="esp-aes 256 esp-sha-hmac"; row "another key length in phase 2" 2
defaults; pfs_A=5 pfs_B=2; row "other PFS groups" 2
defaults; lines_B="permit ip 192.168.101.0 0.0.0.255 172.18.31.0 0.0.0.255"; row "selectors apart" 2

verdict
