# Tunnels that live: rekeying under traffic, peers that die, NAT on the way, several lines, a bad way.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/rows.sh"

# --- A flood of pings in both directions, of which none may be lost ---------------------------------

flood() { # SECONDS: 200 packets a second each way, 1300 octets
  local site to
  for site in A B; do
    to=$LAN_B.10
    [ $site = B ] && to=$LAN_A.10
    ip netns exec "$lab-host$site" ping -q -i 0.005 -c $(($1 * 200)) -s 1300 -W 5 $to >"$work/flood.$site" 2>&1 &
    eval "flood_$site=$!"
    keep_pid $!
  done
}
flood_running() { kill -0 "$flood_A" 2>/dev/null; }
flood_end() { # NAME
  wait "$flood_A" "$flood_B"
  if [ "$(grep -c ' 0% packet loss' "$work/flood.A" "$work/flood.B" | grep -c ':1$')" = 2 ]; then
    pass "$1: $(sed -n 's/ packets transmitted.*//p' "$work/flood.A" "$work/flood.B" | tr '\n' ' ')packets, none lost"
  else
    fail "$1: packets were lost"
    grep transmitted "$work/flood.A" "$work/flood.B"
    logs 40
  fi
}

# How often our log says it.
said() { grep -c "$1" "$work/b.log"; }
at_least() { # NAME NUMBER TEXT
  if [ "$(said "$3")" -ge "$2" ]; then
    pass "$1: $(said "$3") times"
  else
    fail "$1: '$3' only $(said "$3") times"
    logs 40
  fi
}

# Ours begin: both by volume and, for phase 1, by the shortest life that IOS takes.
we_rekey() {
  peer_load && router_up && wait_for 15 lab_ping B 1 || { fail "we rekey: set-up"; logs; return; }
  flood 50
  flood_end "we rekey under traffic"
  at_least "we rekey: phase 2" 5 'IPsec SAs with .* are up'
  at_least "we rekey: phase 1" 2 'phase 1 with .* is up'
  router_down
}

# charon keeps the ones that were replaced for a while.
newest_sa() { swan siteA --list-sas | sed -n 's/^seed: #\([0-9]*\),.*/\1/p' | sort -n | tail -n 1; }
peer_rekeys() {
  peer_load && router_up && peer_call >"$work/peer.out" 2>&1 || { fail "the peer rekeys: set-up"; logs; return; }
  flood 12
  while flood_running; do
    swan siteA --rekey --child lan >>"$work/peer.out" 2>&1
    sleep 1
    swan siteA --rekey --ike-id "$(newest_sa)" >>"$work/peer.out" 2>&1
    sleep 1
  done
  flood_end "the peer rekeys under traffic"
  at_least "the peer rekeys: phase 2" 4 'IPsec SAs with .* are up'
  at_least "the peer rekeys: phase 1" 4 'phase 1 with .* is up'
  router_down
}

# --- Dead peers -----------------------------------------------------------------------------------

peer_dies() {
  peer_load && router_up && wait_for 15 lab_ping B 1 || { fail "the peer dies: set-up"; logs; return; }
  charon_kill siteA
  if wait_for 60 grep -q 'is dead' "$work/b.log"; then
    pass "a peer killed without a word is found dead"
  else
    fail "a peer killed without a word is found dead"
    logs
  fi
  charon_peer
  if peer_load && wait_for 20 lab_ping B 1; then
    pass "and called again when it is back"
  else
    fail "and called again when it is back"
    logs
  fi
  router_down
}

we_die() {
  peer_load && router_up && peer_call >"$work/peer.out" 2>&1 || { fail "we die: set-up"; logs; return; }
  if wait_for 10 asked_often && lab_ping A; then
    pass "we answer the peer's R-U-THERE"
  else
    fail "we answer the peer's R-U-THERE"
    logs
  fi
  kill -9 "$router_pid"
  if wait_for 40 grep -q 'DPD check timed out' "$work/siteA/charon.log"; then
    pass "the peer finds us dead when we are"
  else
    fail "the peer finds us dead when we are"
    logs
  fi
  ip netns exec "$lab-siteB" ip link del cmap0 2>/dev/null || true
}
asked_often() { [ "$(grep -c 'parsed INFORMATIONAL_V1 .*N(DPD_ACK)' "$work/siteA/charon.log")" -ge 4 ]; }

# --- Several lines: a pair of SAs each -------------------------------------------------------------

LAN_C=172.18.31
two_lines() {
  lines=" permit ip $LAN_B.0 0.0.0.255 $LAN_A.0 0.0.0.255
 permit ip $LAN_B.0 0.0.0.255 $LAN_C.0 0.0.0.255"
  more_children="second {
        local_ts = $LAN_C.0/24
        remote_ts = $LAN_B.0/24
        esp_proposals = $swan_esp
      }"
}
to_second() { in_ns hostB ping -q -c 2 -i 0.2 -W 2 $LAN_C.10 >"$work/ping.log" 2>&1; }
pairs_up() { [ "$(swan siteA --list-sas | grep -c INSTALLED)" = "$1" ]; }
several_lines() { # answer|call
  peer_load && router_up || { fail "two lines: set-up"; logs; return; }
  if [ "$1" = answer ]; then
    peer_call >"$work/peer.out" 2>&1
    swan siteA --initiate --child second --timeout 15 >>"$work/peer.out" 2>&1
  fi
  if wait_for 15 lab_ping B 1 && wait_for 15 to_second && pairs_up 2; then
    pass "two lines: two pairs ($1)"
  else
    fail "two lines: two pairs ($1)"
    logs
  fi
  router_down
}

# --- NAT on the way ----------------------------------------------------------------------------------

# The peer is behind it, and called us: a new pair is ours to ask for, through the mapping it made.
rekey_into_nat() { # NAME
  peer_load && router_up && peer_call >"$work/peer.out" 2>&1 || { fail "$1: set-up"; logs; return; }
  flood 10
  flood_end "$1: we rekey"
  at_least "$1: phase 2" 2 'IPsec SAs with .* are up'
  router_down
}

# We are behind it, in site A, and strongSwan of site B waits for whoever comes.
nat_router() {
  cat <<END
version 12.3
crypto isakmp policy 10
 encr aes
 authentication pre-share
 group 2
crypto isakmp key $key address $PUB_B
crypto isakmp nat keepalive 5
crypto ipsec transform-set T esp-aes esp-sha-hmac
crypto map M 10 ipsec-isakmp
 set peer $PUB_B
 set transform-set T
 match address VPN
interface FastEthernet0/1
 ip address $NAT_SITE 255.255.255.252
 crypto map M
interface FastEthernet1/0
 ip address $LAN_A.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 $NAT_IN
ip access-list extended VPN
 permit ip $LAN_A.0 0.0.0.255 $LAN_B.0 0.0.0.255
END
}
waiting_conf() {
  swan_conf | sed "s,remote_addrs = .*,remote_addrs = %any,; s,id = $PUB_A,id = OWN,; s,id = $PUB_B,id = $NAT_SITE,; s,id = OWN,id = $PUB_B,
    s,local_ts = .*,local_ts = $LAN_B.0/24,; s,remote_ts = .*,remote_ts = $LAN_A.0/24,"
}
kept_alive() { # the mapping is renewed without traffic: one octet, 0xff (RFC 3948 2.3)
  lab_capture "$work/alive.pcap" "udp port 4500 and dst host $PUB_B and length < 60"
  wait_for 15 alive_seen
  local found=$?
  lab_capture_end
  return $found
}
alive_seen() { tcpdump -r "$work/alive.pcap" -n 2>/dev/null | grep -q 'isakmp-nat-keep-alive'; }
we_are_behind() { # NAME
  waiting_conf >"$work/b.conf"
  nat_router >"$work/nat.cfg"
  charon_start siteB "$work/b.conf" && router_start "$work/nat.cfg" siteA || { fail "$1: set-up"; return; }
  if wait_for 15 lab_ping A 1 && lab_ping B; then pass "$1: we call"; else fail "$1: we call"; logs; fi
  if kept_alive; then pass "$1: we keep the mapping alive"; else fail "$1: we keep the mapping alive"; logs; fi
  router_down
  charon_stop siteB
}

lab_up
in_ns siteA ip addr add $LAN_C.1/24 dev lan
in_ns hostA ip addr add $LAN_C.10/24 dev lan
charon_peer

defaults; ike_life=60 extra="crypto ipsec security-association lifetime kilobytes 2560"; we_rekey
defaults; peer_rekeys
defaults; dpd=1s dpd_timeout=4s extra="crypto isakmp keepalive 10 2 periodic"; we_die
defaults; extra="crypto isakmp keepalive 10 2 periodic"; peer_dies
defaults; two_lines; several_lines answer; several_lines call

lab_impair 10 10 10
defaults; both "10 % lost, doubled and late"
lab_impair off

for nat in on ports; do
  charon_stop siteA
  lab_nat $nat
  charon_peer
  defaults; answers "behind a NAT ($nat)"
  defaults; extra="crypto ipsec security-association lifetime kilobytes 2560"; rekey_into_nat "behind a NAT ($nat)"
  charon_stop siteA
  defaults; we_are_behind "we are behind a NAT ($nat)"
  lab_nat off
done
verdict
