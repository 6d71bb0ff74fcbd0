# Two `cryptomap up` on the two files of a pair, nothing else: a gigabyte of TCP, over raw ESP and
# over ESP in UDP; then a path that repeats, corrupts, delays and misdirects known numbers of packets.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/ups.sh"
command -v jq >/dev/null || { echo "jq is missing"; exit 1; }

# MEGABYTES from one host to the other, equal digests at both ends.
stream() { # A|B MEGABYTES
  local to=B address=$LAN_B.10 receiver
  [ "$1" = A ] || { to=A address=$LAN_A.10; }
  rm -f "$work/receive.log"
  ip netns exec "$lab-host$to" python3 "$repo/tests/interop/stream.py" receive 5001 \
    >"$work/received" 2>"$work/receive.log" &
  receiver=$!
  wait_for 10 grep -qs listening "$work/receive.log"
  in_ns "host$1" python3 "$repo/tests/interop/stream.py" send "$address" 5001 "$2" >"$work/sent" || return 1
  wait $receiver && cmp -s "$work/sent" "$work/received" && [ "$(wc -c <"$work/sent")" -eq 65 ]
}

both_up() { up_start siteA "$@" && up_start siteB "$@" && wait_for 10 lab_ping A 1; }
both_down() { up_stop siteA; up_stop siteB; }
in_udp() { up_status siteB '[.ipsec[].udp] | unique | tostring'; }
carried() { up_status siteB '[.ipsec[] | .in.octets + .out.octets] | add / 1048576 | floor'; }

carries() { # NAME UDP MEGABYTES-THERE MEGABYTES-BACK [OPTIONS]
  local name=$1 udp=$2 there=$3 back=$4
  shift 4
  both_up "$@" || { fail "$name: no tunnel"; both_down; return; }
  if ! stream A "$there" || ! stream B "$back"; then
    fail "$name: the stream is not the same at both ends"
  elif [ "$(in_udp)" != "[$udp]" ]; then
    fail "$name: the SAs say $(in_udp)"
  elif [ "$(carried)" -lt $((there + back)) ]; then
    fail "$name: only $(carried) MB went through the SAs"
  else
    pass "$name: $((there + back)) MB of TCP, digests agree"
  fi
  both_down
}

# --- An impaired path ------------------------------------------------------------------------------

impair_on() { # REPEAT CORRUPT LATE STRAY
  ip netns exec "$lab-isp" python3 "$repo/tests/interop/impair.py" imp0 "$work/impair.json" "$@" &
  impair_pid=$!
  keep_pid $impair_pid
  wait_for 5 in_ns isp ip link set imp0 up 2>/dev/null
  in_ns isp ip route add default dev imp0 table 100
  in_ns isp ip rule add iif isp-a table 100
  in_ns isp ip rule add iif isp-b table 100
}
impair_off() {
  in_ns isp ip rule del iif isp-a
  in_ns isp ip rule del iif isp-b
  sleep 0.3
  kill -TERM "$impair_pid"
  wait "$impair_pid" 2>/dev/null
}
did() { jq ".\"$1\".$2 // 0" "$work/impair.json"; } # ADDRESS KIND
counted() { up_status "$1" "[.ipsec[].in.\"$2\" // 0] | add"; }

is() { # NAME GOT WANTED
  if [ "$2" = "$3" ] && [ "$3" -gt 0 ]; then pass "$1: $2"; else fail "$1: $2, not $3"; fi
}

# Every fault of the path is in a counter, and nothing else is.
counts() { # NAME [OPTIONS]
  local name=$1 site address
  shift
  both_up "$@" || { fail "$name: no tunnel"; both_down; return; }
  before_siteA=$(counted siteA packets) before_siteB=$(counted siteB packets)
  impair_on 37 101 211 307
  stream A 24 && stream B 8 || fail "$name: the stream is not the same at both ends"
  sleep 0.3
  impair_off
  for site in siteA siteB; do
    address=$PUB_A
    [ $site = siteA ] || address=$PUB_B
    is "$name, $site: replayed packets" "$(counted $site replay)" \
      $(($(did $address repeated) + $(did $address late)))
    is "$name, $site: corrupted packets" "$(counted $site integrity)" "$(did $address corrupted)"
    is "$name, $site: packets of no SA" "$(up_status $site .counters.no_sa)" "$(did $address stray)"
    before=before_$site
    is "$name, $site: good packets" $(($(counted $site packets) - ${!before})) "$(did $address passed)"
  done
  both_down
}

lab_up
carries "raw ESP" false 768 256
carries "ESP in UDP" true 192 64 --force-nat
counts "raw ESP"
counts "ESP in UDP" --force-nat
verdict
