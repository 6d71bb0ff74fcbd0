# Two IPsec sites with an ISP between them, in network namespaces of this run's own, and a strongSwan
# (ESP in user space) in either site. Sourced by the interop tests; needs bash and root.
#
#   hostA ------ siteA ============ isp ============ siteB ------ hostB
#   172.18.30.10 .1  200.100.1.1/30 .2  .2 200.56.4.1/30 .1  192.168.100.10
#
# lab_up            namespaces, links, routes; taken down again when the script ends
# lab_nat on|ports|off  puts siteA behind a masquerading router (ports: which never keeps a port)
# lab_impair LOSS DUPLICATE REORDER|off  on the way
# charon_start SITE CONF [LINES]  strongSwan in a site with that swanctl.conf; LINES for strongswan.conf
# swan SITE ARGS…   swanctl against that charon
# in_ns NAME CMD…   run in hostA|siteA|isp|siteB|hostB|natA

set -u
lab=cm$$
work=$(mktemp -d "${TMPDIR:-/tmp}/cryptomap-lab.XXXXXX")
pids=""

PUB_A=200.100.1.1 ISP_A=200.100.1.2 LAN_A=172.18.30
PUB_B=200.56.4.1 ISP_B=200.56.4.2 LAN_B=192.168.100
NAT_IN=10.66.0.1 NAT_SITE=10.66.0.2
SITES="hostA siteA isp siteB hostB"

in_ns() { local name=$1; shift; ip netns exec "$lab-$name" "$@"; }

passed=0 failed=0
pass() { passed=$((passed + 1)); echo "ok   $*"; }
fail() { failed=$((failed + 1)); echo "FAIL $*"; }
# The last line of a test script: how many held. Its exit code is the test's.
verdict() { echo "$passed passed, $failed failed"; [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]; }

# Remember a process to be ended with the script.
keep_pid() { pids="$pids $1"; }

end_pid() {
  local i
  kill "$1" 2>/dev/null || return 0
  for i in $(seq 60); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.05; done
  kill -9 "$1" 2>/dev/null || true
}

lab_down() {
  local p n
  for p in $pids; do end_pid "$p"; done
  pids=""
  for n in $SITES natA; do ip netns del "$lab-$n" 2>/dev/null || true; done
}
lab_exit() { lab_down; [ -n "${LAB_KEEP:-}" ] || rm -rf "$work"; }
trap lab_exit EXIT
trap 'exit 130' INT TERM

lab_add() {
  ip netns add "$lab-$1"
  in_ns "$1" ip link set lo up
  in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
    net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.all.disable_ipv6=1 \
    net.ipv6.conf.default.disable_ipv6=1 net.ipv4.conf.all.send_redirects=0 \
    net.ipv4.conf.default.send_redirects=0
}

# lab_link NS1 IF1 ADDRESS1 NS2 IF2 ADDRESS2
lab_link() {
  ip link add "$2" netns "$lab-$1" type veth peer name "$5" netns "$lab-$4"
  in_ns "$1" ip addr add "$3" dev "$2"; in_ns "$1" ip link set "$2" up
  in_ns "$4" ip addr add "$6" dev "$5"; in_ns "$4" ip link set "$5" up
}

# veth leaves checksums unfinished: wrong in captures and on raw sockets.
lab_checksums() {
  local end
  for end in "siteA wan" "siteB wan" "isp isp-a" "isp isp-b"; do
    in_ns ${end% *} ethtool -K ${end#* } tx off tso off gso off gro off >/dev/null 2>&1 || true
  done
}

lab_up() {
  local n
  for n in $SITES; do lab_add "$n"; done
  lab_link hostA lan $LAN_A.10/24 siteA lan $LAN_A.1/24
  lab_link hostB lan $LAN_B.10/24 siteB lan $LAN_B.1/24
  lab_link siteA wan $PUB_A/30 isp isp-a $ISP_A/30
  lab_link siteB wan $PUB_B/30 isp isp-b $ISP_B/30
  in_ns hostA ip route add default via $LAN_A.1
  in_ns hostB ip route add default via $LAN_B.1
  in_ns siteA ip route add default via $ISP_A
  in_ns siteB ip route add default via $ISP_B
  # Without a tunnel, what belongs in it is dropped, never sent in the clear.
  for n in siteA siteB; do
    in_ns $n ip route add unreachable $LAN_A.0/24 metric 4000
    in_ns $n ip route add unreachable $LAN_B.0/24 metric 4000
  done
  lab_checksums
}

wait_gone() {
  local i
  for i in $(seq 50); do in_ns "$1" ip link show "$2" >/dev/null 2>&1 || return 0; sleep 0.1; done
  return 1
}

lab_nat() {
  local to=""
  [ "$1" = ports ] && to=" to :20000-29999"
  if [ "$1" = off ]; then
    ip netns del "$lab-natA"
    wait_gone siteA wan; wait_gone isp isp-a
    lab_link siteA wan $PUB_A/30 isp isp-a $ISP_A/30
    in_ns siteA ip route add default via $ISP_A
  else
    lab_add natA
    in_ns isp ip link del isp-a
    lab_link siteA wan $NAT_SITE/30 natA inside $NAT_IN/30
    lab_link natA wan $PUB_A/30 isp isp-a $ISP_A/30
    in_ns natA ip route add default via $ISP_A
    in_ns siteA ip route add default via $NAT_IN
    in_ns natA nft -f - <<<"table ip nat { chain out { type nat hook postrouting priority srcnat; oifname wan ip protocol udp masquerade$to; oifname wan masquerade; }; }"
  fi
  lab_checksums
}

# lab_impair LOSS DUPLICATE REORDER (percent) | off: on the way, in both directions. The kernel may have no netem:
# what crosses the ISP is routed through a TUN device that does it.
lab_impair() {
  if [ "$1" = off ]; then
    end_pid "$impair_pid"
    in_ns isp ip rule del pref 100; in_ns isp ip rule del pref 101
    cat "$work/impair.log"
    return
  fi
  [ -x "$work/impair" ] || "${CC:-cc}" -O2 -o "$work/impair" "$repo/tests/interop/impair.c" || return 1
  ip netns exec "$lab-isp" "$work/impair" imp0 "$@" 1 >"$work/impair.log" 2>&1 &
  impair_pid=$!
  keep_pid $impair_pid
  wait_for 10 in_ns isp ip link set imp0 up 2>/dev/null || { cat "$work/impair.log"; return 1; }
  in_ns isp ip route replace default dev imp0 table 100
  in_ns isp ip rule add pref 100 iif isp-a to $PUB_B/30 lookup 100
  in_ns isp ip rule add pref 101 iif isp-b to $PUB_A/30 lookup 100
}

# --- strongSwan -----------------------------------------------------------------------------------

charon=/usr/lib/ipsec/charon
plugins="random nonce aes sha1 sha2 md5 hmac gmp kdf openssl pem pkcs1 x509 pubkey constraints \
gcm kernel-libipsec kernel-netlink socket-default vici updown counters"

charon_conf() { # DIRECTORY LINES
  cat <<END
charon {
    load = $plugins
    plugins {
        vici { socket = unix://$1/vici }
        kernel-libipsec { load = yes }
    }
    i_dont_care_about_security_and_use_aggressive_mode_psk = yes
    filelog {
        log {
            path = $1/charon.log
            default = 1
            ike = 2
            cfg = 2
            flush_line = yes
        }
    }
}
swanctl { load = random nonce pem pkcs1 openssl x509 pubkey }
$2
END
}

# charon writes its pid to /run: each site's has a /run of its own, in a mount namespace of its own.
charon_start() { # SITE CONF [LINES]
  local d=$work/$1 i
  mkdir -p "$d/run"
  rm -f "$d/vici" "$d/charon.log"
  charon_conf "$d" "${3:-}" >"$d/strongswan.conf"
  STRONGSWAN_CONF=$d/strongswan.conf setsid ip netns exec "$lab-$1" \
    unshare --mount --propagation private \
    sh -c 'mount --bind "$1" /run && exec "$2"' charon "$d/run" $charon \
    </dev/null >"$d/charon.out" 2>&1 &
  eval "charon_pid_$1=$!"
  keep_pid $!
  for i in $(seq 200); do [ -S "$d/vici" ] && break; sleep 0.05; done
  [ -S "$d/vici" ] || { cat "$d/charon.out" "$d/charon.log"; return 1; }
  charon_load "$1" "$2"
}

# Load a swanctl.conf; true only when every line was taken without a word of complaint.
charon_load() { # SITE CONF
  local d=$work/$1
  swan "$1" --load-all --file "$2" --clear >"$d/load.log" 2>&1 || return 1
  ! grep -v '^opening directory' "$d/load.log" | grep -iE 'fail|error|invalid|unknown|warn'
}

swan() {
  local site=$1
  shift
  STRONGSWAN_CONF=$work/$site/strongswan.conf in_ns "$site" swanctl "$@" --uri "unix://$work/$site/vici"
}

charon_stop() {
  local name=charon_pid_$1
  end_pid "${!name}"
}
# At once: the peer is told nothing.
charon_kill() {
  local name=charon_pid_$1
  kill -9 "${!name}" 2>/dev/null || true
}

# --- Captures ---------------------------------------------------------------------------------------

# lab_capture FILE [FILTER…]: what crosses the ISP, seen at site B's end, until lab_capture_end.
lab_capture() {
  local file=$1
  shift
  rm -f "$work/tcpdump.log"
  ip netns exec "$lab-isp" tcpdump --immediate-mode -q -Z root -U -s 0 -i isp-b -w "$file" "$@" \
    >"$work/tcpdump.log" 2>&1 &
  capture_pid=$!
  keep_pid $capture_pid
  wait_for 10 grep -qs listening "$work/tcpdump.log" || { cat "$work/tcpdump.log"; return 1; }
}
lab_capture_end() { end_pid "$capture_pid"; }

# --- Traffic ----------------------------------------------------------------------------------------

# From hostA to hostB (or from hostB); the first packet may be the one that calls the tunnel.
lab_ping() { # [A|B] [COUNT]
  local from=${1:-A} to=$LAN_B.10
  [ "$from" = B ] && to=$LAN_A.10
  in_ns host$from ping -q -c "${2:-3}" -i 0.2 -W 2 $to >"$work/ping.log" 2>&1
}

# Until the command is true; three times as long as it should take, for machines that are busy.
wait_for() { # SECONDS COMMAND…
  local over=$((SECONDS + 3 * $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $over ] || return 1
    sleep 0.1
  done
}
