# `cryptomap up` against a real strongSwan, both roles: proposals, modes, NAT, loss, and what fails.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"

# The router of site B, and the strongSwan of site A, from the settings of a row.
router() {
  cat <<END
version 12.3
hostname SITEB
crypto isakmp policy 10
 encr $encr
 hash $hash
 authentication pre-share
 group $group
 lifetime ${ike_life:-86400}
crypto isakmp key ${key_b:-$key} address $PUB_A
${extra:-}
crypto ipsec transform-set T $transform
crypto map M 10 ipsec-isakmp
 set peer $PUB_A
 set transform-set T
${pfs:+ set pfs group$pfs}
${esp_life:+ set security-association lifetime seconds $esp_life}
 match address VPN
interface FastEthernet0/1
 ip address $PUB_B 255.255.255.252
 crypto map M
interface FastEthernet1/0
 ip address $LAN_B.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 $ISP_B
ip access-list extended VPN
${lines:- permit ip $LAN_B.0 0.0.0.255 $LAN_A.0 0.0.0.255}
END
}

swan_conf() {
  cat <<END
connections {
  seed {
    version = 1
    local_addrs = %any
    remote_addrs = $PUB_B
    proposals = $swan_ike
    aggressive = ${aggressive:-no}
    encap = ${encap:-no}
    dpd_delay = ${dpd:-0}
    rekey_time = ${swan_ike_rekey:-80000}
    over_time = 6400
    rand_time = 0
    local { auth = psk
      id = $PUB_A }
    remote { auth = psk
      id = $PUB_B }
    children {
      lan {
        local_ts = ${swan_local:-$LAN_A.0/24}
        remote_ts = ${swan_remote:-$LAN_B.0/24}
        esp_proposals = $swan_esp
        life_time = 3600
        rekey_time = ${swan_esp_rekey:-3000}
        rand_time = 0
        start_action = none
      }
      ${more_children:-}
    }
  }
}
secrets {
  ike-seed {
    secret = "$key"
  }
}
END
}

defaults() {
  unset key_b extra pfs esp_life ike_life lines aggressive encap dpd swan_local swan_remote more_children swan_esp_rekey swan_ike_rekey
  key=correct-horse-battery encr=aes hash=sha group=2 transform="esp-aes esp-sha-hmac"
  swan_ike=aes128-sha1-modp1024 swan_esp=aes128-sha1 up_options=""
}

router_up() {
  router | grep -v '^$' >"$work/b.cfg"
  ip netns exec "$lab-siteB" "$cryptomap" up "$work/b.cfg" --status "$work/b.sock" \
    -d isakmp,ipsec $up_options >"$work/b.log" 2>&1 &
  router_pid=$!
  keep_pid $router_pid
  wait_for 10 grep -q 'ready:' "$work/b.log" || { cat "$work/b.log"; return 1; }
}
router_down() { end_pid "$router_pid"; }

no_sas() { ! swan siteA --list-sas 2>/dev/null | grep -q '#'; }
clear_swan() {
  swan siteA --terminate --ike seed --force >/dev/null 2>&1
  wait_for 3 no_sas || true
  swan_conf >"$work/a.conf"
  charon_load siteA "$work/a.conf" || { cat "$work/siteA/load.log"; return 1; }
}

# We answer: strongSwan calls.
answers() {
  clear_swan && router_up || { fail "$1: set-up"; return; }
  if ! swan siteA --initiate --child lan --timeout 15 >"$work/initiate.log" 2>&1; then
    fail "$1: as responder"
    tail -4 "$work/initiate.log"
    grep -vE 'ISAKMP|IPSEC|^ ' "$work/b.log" | tail -3
  elif lab_ping A && lab_ping B; then
    pass "$1: as responder"
  else
    fail "$1: as responder, no ping"
  fi
  router_down
}

# We call: the first packet from behind us wants the tunnel.
calls() {
  clear_swan && router_up || { fail "$1: set-up"; return; }
  if wait_for 15 lab_ping B 1 && lab_ping A; then
    pass "$1: as initiator"
  else
    fail "$1: as initiator"
    grep -vE 'ISAKMP|IPSEC|^ ' "$work/b.log" | tail -3
  fi
  router_down
}

both() { answers "$1"; calls "$1"; }

# What must not come up: the log holds the sentence that says why.
refused() { # NAME SENTENCE
  clear_swan && router_up || { fail "$1: set-up"; return; }
  swan siteA --initiate --child lan --timeout 8 >"$work/initiate.log" 2>&1
  if lab_ping A 1; then
    fail "$1: it came up"
  elif grep -vE ': (ISAKMP|IPSEC)' "$work/b.log" | grep -qiE "$2"; then
    pass "$1: refused, and says why"
  else
    fail "$1: no sentence like '$2'"
    grep -vE 'ISAKMP|IPSEC|^ ' "$work/b.log" | tail -5
  fi
  router_down
}

lab_up
printf 'connections {\n}\n' >"$work/none.conf"
charon_start siteA "$work/none.conf"

defaults; encr=des hash=md5 group=1 transform="esp-des esp-md5-hmac" swan_ike=des-md5-modp768 swan_esp=des-md5; both "DES MD5 group 1"
defaults; encr=3des transform="esp-3des esp-sha-hmac" swan_ike=3des-sha1-modp1024 swan_esp=3des-sha1; both "3DES SHA group 2"
defaults; encr=3des hash=md5 group=5 transform="esp-3des esp-md5-hmac" swan_ike=3des-md5-modp1536 swan_esp=3des-md5; both "3DES MD5 group 5"
defaults; group=5 pfs=5 swan_ike=aes128-sha1-modp1536 swan_esp=aes128-sha1-modp1536; both "AES-128 SHA group 5, PFS"
defaults; encr="aes 192" group=14 transform="esp-aes 192 esp-sha-hmac" swan_ike=aes192-sha1-modp2048 swan_esp=aes192-sha1; both "AES-192 SHA group 14"
defaults; encr="aes 256" hash=sha256 group=14 transform="esp-aes 256 esp-sha256-hmac" swan_ike=aes256-sha256-modp2048 swan_esp=aes256-sha256; both "AES-256 SHA-256 group 14"
defaults; encr="aes 256" hash=sha512 group=16 transform="esp-aes 256 esp-sha512-hmac" swan_ike=aes256-sha512-modp4096 swan_esp=aes256-sha512; both "AES-256 SHA-512 group 16"
defaults; hash=sha256 group=19 transform=esp-gcm swan_ike=aes128-sha256-ecp256 swan_esp=aes128gcm16; both "AES-GCM-128 group 19"
defaults; encr="aes 256" hash=sha384 group=20 pfs=20 transform="esp-gcm 256" swan_ike=aes256-sha384-ecp384 swan_esp=aes256gcm16-ecp384; both "AES-GCM-256 group 20, PFS"
defaults; encr="aes 256" hash=sha512 group=21 transform="esp-gcm 256" swan_ike=aes256-sha512-ecp521 swan_esp=aes256gcm16; both "AES-GCM-256 group 21"
defaults; swan_esp=aes128-sha1-modp1024; answers "PFS offered, none demanded"
defaults; aggressive=yes; answers "aggressive mode"
defaults; aggressive=yes extra="crypto isakmp peer address $PUB_A
 set aggressive-mode password correct-horse-battery
 set aggressive-mode client-endpoint ipv4-address $PUB_B"; calls "aggressive mode"
defaults; dpd=2s extra="crypto isakmp keepalive 10 3 periodic"; answers "DPD"

defaults; key_b=another-horse-entirely; refused "wrong key" "key"
defaults; swan_ike=3des-sha1-modp1024; refused "wrong policy" "polic|proposal|offer"
defaults; swan_esp=3des-sha1; refused "wrong transform" "transform|proposal|offer"
defaults; swan_local=10.77.0.0/24; refused "wrong selectors" "selector|access list|ACL|prox"

defaults
lab_loss 10
answers "10 % loss"
lab_loss 0

verdict
