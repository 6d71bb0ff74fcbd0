# Tunnel interfaces between two `cryptomap up`: GRE in transport and in tunnel mode, with a key and
# without, and IPsec's own (VTI); what is routed into them passes, long packets and TCP too.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/ups.sh"

# Replaces that of ups.sh: no crypto map, but an interface and a static route into it.
router() {
  local own=$PUB_A peer=$PUB_B isp=$ISP_A net=$LAN_A far=$LAN_B n=1
  [ "$1" = siteA ] || { own=$PUB_B peer=$PUB_A isp=$ISP_B net=$LAN_B far=$LAN_A n=2; }
  grep -v '^$' <<END
version 15.2
hostname $1
crypto isakmp policy 10
 encr aes
 authentication pre-share
 group 2
crypto isakmp key $key address $peer
crypto ipsec transform-set T $transform
 mode $mode
crypto ipsec profile P
 set transform-set T
interface FastEthernet0/1
 ip address $own 255.255.255.252
interface FastEthernet1/0
 ip address $net.1 255.255.255.0
interface Tunnel0
 ip address 10.9.0.$n 255.255.255.252
 tunnel source FastEthernet0/1
 tunnel destination $peer
 $tunnel
 ${tunnel_key[$n]:+tunnel key ${tunnel_key[$n]}}
 tunnel protection ipsec profile P
ip route 0.0.0.0 0.0.0.0 $isp
ip route $far.0 255.255.255.0 Tunnel0
END
}

both_up() { up_start siteA "$@" && up_start siteB "$@"; }
both_down() { up_stop siteA; up_stop siteB; }

stream() {
  rm -f "$work/receive.log"
  ip netns exec "$lab-hostB" python3 "$repo/tests/interop/stream.py" receive 5001 >"$work/received" 2>"$work/receive.log" &
  local receiver=$!
  wait_for 10 grep -qs listening "$work/receive.log"
  in_ns hostA python3 "$repo/tests/interop/stream.py" send $LAN_B.10 5001 "$1" >"$work/sent" &&
    wait $receiver && cmp -s "$work/sent" "$work/received"
}

carries() { # NAME PROTOCOL-OF-THE-SELECTOR MODE [OPTIONS]
  local name=$1 protocol=$2 wanted=$3
  shift 3
  both_up "$@" || { fail "$name: set-up"; both_down; return; }
  if ! wait_for 10 in_ns siteA ping -q -c 1 -W 1 10.9.0.2 >/dev/null; then
    fail "$name: the other end of the tunnel does not answer"
    tail -3 "$work/siteA.log"
  elif ! lab_ping A || ! lab_ping B; then
    fail "$name: the LANs do not reach each other"
  elif ! in_ns hostB ping -q -c 2 -W 2 -i 0.2 -M dont -s 4000 $LAN_A.10 >/dev/null; then
    fail "$name: long packets do not pass"
  elif ! stream 24; then
    fail "$name: the TCP stream is not the same at both ends"
  elif [ "$(up_status siteA '.ipsec[0] | "\(.protocol) \(.mode)"')" != "$protocol $wanted" ]; then
    fail "$name: $(up_status siteA '.ipsec[0] | "\(.protocol) \(.mode)"')"
  else
    pass "$name"
  fi
  both_down
}

lab_up
transform="esp-aes esp-sha-hmac"
declare -A tunnel_key=()
mode=transport tunnel="tunnel mode gre ip"; carries "GRE in transport mode" 47 transport
carries "GRE in transport mode, in UDP" 47 transport --force-nat
mode=tunnel; carries "GRE in tunnel mode" 47 tunnel
tunnel_key=([1]=4242 [2]=4242) mode=transport; carries "GRE with a key" 47 transport
tunnel_key=(); mode=tunnel tunnel="tunnel mode ipsec ipv4"; carries "IPsec interface" 0 tunnel

# Another key is another tunnel: nothing comes out.
tunnel_key=([1]=1 [2]=2) mode=transport tunnel="tunnel mode gre ip"
both_up && wait_for 10 grep -q 'SAs with' "$work/siteB.log" || in_ns siteA ping -q -c 1 -W 1 10.9.0.2 >/dev/null
if lab_ping A 2; then fail "unequal keys: it passes"; else pass "unequal keys: nothing passes"; fi
both_down
[ -z "$(in_ns siteA ip addr | grep 10.9.0)" ] && pass "no address is left" || fail "an address is left"
verdict
