# A hub of 10,000 tunnels in one file: starts within two seconds of CPU, and a flood of first messages
# from the addresses of all its peers neither stops what is established nor eats the memory.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/ups.sh"

resident() { awk '/VmRSS/ { print $2 }' "/proc/$up_pid_siteA/status"; } # kB
cpu_ms() { awk -v t="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000 / t) }' "/proc/$1/stat"; }

at_most() { # NAME VALUE LIMIT UNIT
  if [ "$2" -le "$3" ]; then pass "$1: $2 $4"; else fail "$1: $2 $4, more than $3"; fi
}

# A sanitizer keeps what is freed for a while: not for long here.
export ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64${ASAN_OPTIONS:+:$ASAN_OPTIONS}
lab_up
python3 "$repo/tests/interop/many.py" 10000 $PUB_A $PUB_B >"$work/siteA.cfg"
sed -n 's/^ set peer //p' "$work/siteA.cfg" | grep -v "^$PUB_B\$" >"$work/peers"
keep_config=1
up_start siteA || { fail "the hub does not start"; verdict; exit; }
keep_config=
at_most "start with 10,000 tunnels" "$(cpu_ms "$up_pid_siteA")" 2000 "ms of CPU"
grep -q 'ready: 10000 tunnels, 10000 routes' "$work/siteA.log" && pass "all are there" || fail "$(cat "$work/siteA.log")"
[ "$(in_ns siteA ip route | grep -c 'dev cmap0')" -eq 10000 ] && pass "and their routes" || fail "routes are missing"

up_start siteB
wait_for 10 lab_ping A 1 || fail "no tunnel with the real peer"
before=$(resident)
in_ns isp python3 "$repo/tests/interop/flood.py" $PUB_A "$work/peers" 30000 &
flood=$!
if lab_ping A 10; then pass "the tunnel carries while the flood lasts"; else fail "$(tail -2 "$work/ping.log")"; fi
wait $flood
lab_ping A 2 && pass "and after it" || fail "nothing passes after the flood"
received=$(up_status siteA .counters.received)
[ "$received" -ge 5000 ] && pass "$received messages were looked at" || fail "only $received messages came in"
at_most "half open exchanges" "$(up_status siteA .counters.half_open)" 1000 "of 30000"
at_most "memory of the engine" "$(($(up_status siteA .counters.memory) / 1024))" 8192 kB
# Sanitizers need ten times as much; the second flood shows that nothing grows without end.
at_most "memory that the flood took" $(($(resident) - before)) 120000 kB

# A second flood finds no more memory than the first.
before=$(resident)
in_ns isp python3 "$repo/tests/interop/flood.py" $PUB_A "$work/peers" 20000
lab_ping A 2 || fail "nothing passes after the second flood"
at_most "memory that a second flood took" $(($(resident) - before)) 8000 kB
up_stop siteA
up_stop siteB
[ -z "$(in_ns siteA ip route | grep cmap0)" ] && pass "no route is left" || fail "routes are left"
verdict
