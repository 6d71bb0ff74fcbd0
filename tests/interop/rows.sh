# A row of the matrix: our router of site B and the strongSwan of site A, from one set of settings.
# Sourced after lab.sh by the tests that run `cryptomap up` against a peer.
#
#   defaults; encr=3des swan_ike=3des-sha1-modp1024   settings of the row
#   answers NAME      the peer calls, we answer; pings both ways
#   calls NAME        a packet from behind us calls the tunnel
#   both NAME         one after the other
#   refused NAME SENTENCE NOTIFICATION [call]   must not come up, and both ends know why
#
# A peer is three functions: peer_load (this row's connection, no SA left of the row before),
# peer_call (bring the tunnel up, true when it is) and peer_log (what to print when a row fails).
# row_up is called while the tunnel of a row stands. all_options are `cryptomap up`'s in every row.

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
crypto isakmp key ${key_b:-$key} address ${peer_b:-$PUB_A}
${extra:-}
crypto ipsec transform-set T $transform
${set_lines:-}
crypto map M 10 ipsec-isakmp
 set peer ${peer_b:-$PUB_A}
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
    remote_addrs = ${swan_peer:-$PUB_B}
    proposals = $swan_ike
    aggressive = ${aggressive:-no}
    encap = ${encap:-no}
    dpd_delay = ${dpd:-0}
    dpd_timeout = ${dpd_timeout:-0}
    reauth_time = 0
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
        ${swan_ah:+ah_proposals = $swan_ah}${swan_esp:+esp_proposals = $swan_esp}
        mode = ${swan_mode:-tunnel}
        replay_window = ${swan_window:-32}
        life_time = ${swan_esp_life:-3600}
        rekey_time = ${swan_esp_rekey:-3000}
        rand_time = 0
        start_action = none
        dpd_action = clear
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
  unset key_b peer_b extra set_lines pfs esp_life ike_life lines aggressive encap dpd dpd_timeout swan_local \
    swan_remote swan_peer swan_ah swan_mode swan_window more_children swan_esp_rekey swan_esp_life swan_ike_rekey
  key=correct-horse-battery encr=aes hash=sha group=2 transform="esp-aes esp-sha-hmac"
  swan_ike=aes128-sha1-modp1024 swan_esp=aes128-sha1 up_options=""
}

router_up() {
  router | grep -v '^$' >"$work/b.cfg"
  router_start "$work/b.cfg"
}
router_start() { # FILE [NAMESPACE]
  rm -f "$work/b.log" # or else the row before is what is ready
  # shellcheck disable=SC2086
  ip netns exec "$lab-${2:-siteB}" "$cryptomap" up "$1" --status "$work/b.sock" \
    -d isakmp,ipsec $up_options ${all_options:-} >"$work/b.log" 2>&1 &
  router_pid=$!
  keep_pid $router_pid
  wait_for 10 grep -qs 'ready:' "$work/b.log" || { cat "$work/b.log"; return 1; }
}
router_down() { end_pid "$router_pid"; }

# Our log without the router's debug lines; the peer's last words.
router_events() { grep -E '^[A-Z][a-z]{2} [ 0-9]{2} [0-9:.]+: [^ ]' "$work/b.log" | grep -vE ': (ISAKMP|IPSEC)'; }
logs() {
  tail -n 4 "$work/peer.out" 2>/dev/null | sed 's/^/    peer: /'
  peer_log | tail -n "${1:-12}" | sed 's/^/    peer: /'
  router_events | tail -n "${1:-12}" | sed 's/^/    ours: /'
}

row_up() { :; }

answers() {
  peer_load && router_up || { fail "$1: set-up"; return; }
  if ! peer_call >"$work/peer.out" 2>&1; then
    fail "$1: as responder"
    logs
  elif lab_ping A && lab_ping B; then
    pass "$1: as responder"
    row_up
  else
    fail "$1: as responder, no ping"
    logs
  fi
  router_down
}

calls() {
  peer_load && router_up || { fail "$1: set-up"; return; }
  if wait_for 15 lab_ping B 1 && lab_ping A; then
    pass "$1: as initiator"
    row_up
  else
    fail "$1: as initiator"
    logs
  fi
  router_down
}

both() { answers "$1"; calls "$1"; }

# What must not come up: our log says why in a sentence, and the peer has heard why by a notification.
# refused NAME SENTENCE NOTIFICATION [call]: the peer calls us; or we call, and the peer refuses.
refused() {
  local before
  peer_load && router_up || { fail "$1: set-up"; return; }
  before=$(peer_log | wc -l)
  if [ "${4:-}" = call ]; then
    wait_for 10 says_when_called "$2" || true
  else
    peer_call >"$work/peer.out" 2>&1
  fi
  if wait_for 5 says "$2" && ! lab_ping A 1; then
    pass "$1: refused, and we say why"
  else
    fail "$1: refused, no sentence like '$2'"
    logs
  fi
  peer_log | tail -n +"$before" >"$work/peer.new"
  if grep -qE "$3" "$work/peer.new"; then
    pass "$1: $(grep -oE "$3" "$work/peer.new" | head -n 1)"
  else
    fail "$1: no notification like '$3'"
    logs 30
  fi
  router_down
}
says() { router_events | grep -qE "$1"; }
says_when_called() { lab_ping B 1 || says "$1"; }

# --- strongSwan in siteA as the peer ------------------------------------------------------------------

swan_idle() { ! swan siteA --list-sas 2>/dev/null | grep -q '#'; }

charon_peer() {
  printf 'connections {\n}\n' >"$work/none.conf"
  charon_start siteA "$work/none.conf" "${1:-}"
  peer_load() {
    swan siteA --terminate --ike seed --force >/dev/null 2>&1
    wait_for 3 swan_idle || true
    swan_conf >"$work/a.conf"
    charon_load siteA "$work/a.conf" || { cat "$work/siteA/load.log"; return 1; }
  }
  peer_call() { swan siteA --initiate --child "${1:-lan}" --timeout "${swan_timeout:-15}"; }
  peer_log() { cat "$work/siteA/charon.log"; }
}
