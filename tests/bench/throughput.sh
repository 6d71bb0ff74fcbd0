#!/usr/bin/env bash
# Throughput of a tunnel, strongSwan's userspace ESP beside ours, in one sitting and by turns.
#
#   tests/bench/throughput.sh [CRYPTOMAP [RUNS [SECONDS [TRANSFORMS]]]]
#
# One TCP stream of iperf3, hostA to hostB through two sites in network namespaces of its own, both
# ends of the tunnel on this machine. A table row is a median (lowest to highest) of Mbit/s, of CPU
# seconds of both tunnel ends, and of Mbit per CPU second; the ratios are between the medians.
# `raw` is ours over raw ESP, which strongSwan cannot without a kernel's help. Segmentation offload
# is as usual in the LANs and off between the sites. Needs root, strongSwan, iperf3, jq, ethtool.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cryptomap=$(realpath "${1:-$here/../../build/release/bin/cryptomap}")
runs=${2:-5} seconds=${3:-5} transforms=${4:-"aes128-sha1 aes128gcm16 3des-sha1"}
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
row() { printf '%-26s %-26s %-24s %s\n' "$1" "$(spread "$1" 1)" "$(spread "$1" 2)" "$(spread "$1" 3)"; }
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

run_swan() { # ESP
  local site
  for site in siteA siteB; do
    swan_conf $site "$1" >"$work/$site.swan"
    charon_start $site "$work/$site.swan" || return 1
  done
  swan siteA --initiate --child lan --timeout 15 >"$work/initiate.log" 2>&1 || return 1
  measure "strongswan-$1" "$charon_pid_siteA" "$charon_pid_siteB"
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

lab_up
in_ns hostB iperf3 -s >/dev/null 2>&1 &
keep_pid $!
sleep 0.5
for ((i = 0; i < runs; i++)); do
  for esp in $transforms; do
    transform=$(ios_transform "$esp")
    run_swan "$esp" || echo "strongSwan with $esp: no tunnel" >&2
    run_ours "cryptomap-$esp" --force-nat || echo "cryptomap with $esp: no tunnel" >&2
    run_ours "cryptomap-raw-$esp" || echo "cryptomap with $esp, raw: no tunnel" >&2
  done
done
printf '%-26s %-26s %-24s %s\n' "path" "Mbit/s" "CPU s of both ends" "Mbit per CPU s"
for esp in $transforms; do
  row "strongswan-$esp"
  row "cryptomap-$esp"
  row "cryptomap-raw-$esp"
  printf '%-26s %s x Mbit/s, %s x Mbit per CPU second; raw: %s x, %s x\n' "  ratio" \
    "$(ratio "cryptomap-$esp" "strongswan-$esp" 1)" "$(ratio "cryptomap-$esp" "strongswan-$esp" 3)" \
    "$(ratio "cryptomap-raw-$esp" "strongswan-$esp" 1)" "$(ratio "cryptomap-raw-$esp" "strongswan-$esp" 3)"
done
