#!/usr/bin/env bash
# Throughput of a tunnel, strongSwan's userspace ESP beside ours, in one sitting and by turns.
#
#   tests/bench/throughput.sh [CRYPTOMAP [RUNS [SECONDS [TRANSFORMS [OFFLOADS]]]]]
#
# One TCP stream of iperf3, hostA to hostB through two sites in network namespaces of its own, both
# ends of the tunnel on this machine. A table row is a median (lowest to highest) of Mbit/s, of CPU
# seconds of both tunnel ends, and of Mbit per CPU second; the ratios are between the medians.
# `raw` is ours over raw ESP, which strongSwan cannot without a kernel's help. OFFLOADS are those of
# the devices between the sites, "off" and "on" by turns: off is the worst a device can be (every
# packet of the way is paid for by the sender's system calls here), on is what network cards have. In
# the LANs they are on. Needs root, strongSwan, iperf3, jq, ethtool.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cryptomap=$(realpath "${1:-$here/../../build/release/bin/cryptomap}")
runs=${2:-5} seconds=${3:-5} transforms=${4:-"aes128-sha1 aes128gcm16 3des-sha1"} offloads=${5:-"off on"}
. "$here/../interop/lab.sh"
. "$here/../interop/ups.sh"
ticks=$(getconf CLK_TCK)

cpu_of() { # PIDS: their CPU seconds
  local pid sum=0
  for pid in "$@"; do
    sum=$((sum + $(awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$pid/stat" 2>/dev/null || echo 0)))
  done
  awk -v s="$sum" -v t="$ticks" 'BEGIN { print s / t }'
}

# A run: "Mbit/s  CPU-seconds  Mbit-per-CPU-second" into the file of NAME.
measure() { # NAME PIDS
  local name=$1 before after rate
  shift
  before=$(cpu_of "$@")
  rate=$(in_ns hostA iperf3 -c $LAN_B.10 -t "$seconds" -J | jq '.end.sum_received.bits_per_second / 1e6')
  after=$(cpu_of "$@")
  awk -v r="${rate:-0}" -v c="$(awk "BEGIN { print $after - $before }")" -v s="$seconds" \
    'BEGIN { printf "%.1f %.2f %.1f\n", r, c, (c > 0 ? r * s / c : 0) }' >>"$work/$name.runs"
}

spread() { # NAME COLUMN
  sort -n -k"$2,$2" "$work/$1.runs" | awk -v c="$2" '
    { v[NR] = $c } END { printf "%.4g (%.4g to %.4g)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}
median() { spread "$1" "$2" | cut -d' ' -f1; }
row() { printf '%-30s %-26s %-24s %s\n' "$1" "$(spread "$1" 1)" "$(spread "$1" 2)" "$(spread "$1" 3)"; }
ratio() { awk -v a="$(median "$1" "$3")" -v b="$(median "$2" "$3")" 'BEGIN { printf "%.1f", (b > 0 ? a / b : 0) }'; }

swan_conf() { # SITE ESP
  local own=$PUB_A peer=$PUB_B net=$LAN_A far=$LAN_B
  [ "$1" = siteA ] || { own=$PUB_B peer=$PUB_A net=$LAN_B far=$LAN_A; }
  cat <<END
connections { c { version = 1
    local_addrs = $own
    remote_addrs = $peer
    proposals = aes128-sha1-modp1024
    local { auth = psk }
    remote { auth = psk }
    children { lan { local_ts = $net.0/24
        remote_ts = $far.0/24
        esp_proposals = $2 } } } }
secrets { ike-c { secret = "$key" } }
END
}

run_swan() { # ESP OFFLOADS
  local site
  for site in siteA siteB; do
    swan_conf $site "$1" >"$work/$site.swan"
    charon_start $site "$work/$site.swan" || return 1
  done
  swan siteA --initiate --child lan --timeout 15 >"$work/initiate.log" 2>&1 || return 1
  measure "strongswan-$1-$2" "$charon_pid_siteA" "$charon_pid_siteB"
  charon_stop siteA
  charon_stop siteB
}

run_ours() { # NAME OPTIONS
  local name=$1
  shift
  up_start siteA "$@" && up_start siteB "$@" || return 1
  wait_for 10 lab_ping A 1 || return 1
  measure "$name" "$up_pid_siteA" "$up_pid_siteB"
  up_stop siteA
  up_stop siteB
}

ios_transform() {
  case $1 in
    3des-sha1) echo "esp-3des esp-sha-hmac" ;;
    aes128-sha1) echo "esp-aes esp-sha-hmac" ;;
    aes256-sha256) echo "esp-aes 256 esp-sha256-hmac" ;;
    aes128gcm16) echo "esp-gcm" ;;
    aes256gcm16) echo "esp-gcm 256" ;;
    null-sha1) echo "esp-null esp-sha-hmac" ;;
  esac
}

set_offloads() { # on|off, between the sites
  local end
  for end in "siteA wan" "siteB wan" "isp isp-a" "isp isp-b"; do
    in_ns ${end% *} ethtool -K ${end#* } tx "$1" tso "$1" gso "$1" gro "$1" tx-udp-segmentation "$1" \
      >/dev/null 2>&1
  done
}

lab_up
in_ns hostB iperf3 -s >/dev/null 2>&1 &
keep_pid $!
sleep 0.5
for ((i = 0; i < runs; i++)); do
  for state in $offloads; do
    set_offloads "$state"
    for esp in $transforms; do
      transform=$(ios_transform "$esp")
      run_swan "$esp" "$state" || echo "strongSwan with $esp: no tunnel" >&2
      run_ours "cryptomap-$esp-$state" --force-nat || echo "cryptomap with $esp: no tunnel" >&2
      run_ours "cryptomap-raw-$esp-$state" || echo "cryptomap with $esp, raw: no tunnel" >&2
    done
  done
done
printf '%-30s %-26s %-24s %s\n' "path, offloads between sites" "Mbit/s" "CPU s of both ends" "Mbit per CPU s"
for state in $offloads; do
  for esp in $transforms; do
    swan=strongswan-$esp-$state ours=cryptomap-$esp-$state raw=cryptomap-raw-$esp-$state
    row "$swan"
    row "$ours"
    row "$raw"
    printf '%-30s %s x Mbit/s, %s x Mbit per CPU second; raw: %s x, %s x\n' "  ratio" \
      "$(ratio "$ours" "$swan" 1)" "$(ratio "$ours" "$swan" 3)" \
      "$(ratio "$raw" "$swan" 1)" "$(ratio "$raw" "$swan" 3)"
  done
done
