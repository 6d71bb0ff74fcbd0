# What `cryptomap up` does around its tunnels: what it says when the machine refuses, what it gives up,
# reading again, ending, its options, files for Wireshark, long packets, and addresses that move.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/ups.sh"

both_up() { up_start siteA "$@" && up_start siteB && wait_for 10 lab_ping A 1; }
both_down() { up_stop siteA; up_stop siteB; }
check() { # NAME COMMAND…
  local name=$1
  shift
  if "$@" >"$work/out"; then pass "$name"; else fail "$name"; fi
}

# --- What goes wrong is one sentence, and exit code 2 ------------------------------------------------

refused() { # NAME SENTENCE COMMAND…
  local name=$1 sentence=$2 code=0
  shift 2
  "$@" >"$work/out" 2>"$work/error" || code=$?
  if [ $code -eq 2 ] && [ "$(grep -c . "$work/error")" -eq 1 ] && grep -q "^cryptomap up: .*$sentence" "$work/error"; then
    pass "$name"
  else
    fail "$name: exit code $code, $(cat "$work/error")"
  fi
}
up_in() { local site=$1; shift; in_ns "$site" timeout 20 "$cryptomap" up "$work/$site.cfg" --status "$work/none.sock" "$@"; }
without_tun() { in_ns siteA unshare --mount sh -c 'mount -t tmpfs none /dev/net && exec "$@"' sh timeout 20 "$cryptomap" up "$work/siteA.cfg"; }
as_nobody() { in_ns siteA setpriv --reuid 65534 --clear-groups timeout 20 "$work/copy" up "$work/readable.cfg" --status "$work/none.sock"; }

lab_up
router siteA >"$work/siteA.cfg"
cp "$work/siteA.cfg" "$work/readable.cfg"; cp "$cryptomap" "$work/copy"
chmod 755 "$work" "$work/copy"; chmod 644 "$work/readable.cfg"
ip netns exec "$lab-siteA" python3 -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 500)); time.sleep(60)' & taken=$!
keep_pid $taken
wait_for 5 sh -c "ip netns exec $lab-siteA ss -lun | grep -q ':500 '"
refused "a port in use" "UDP port 500 is in use" up_in siteA
end_pid $taken
refused "no permission" "run as root, or with CAP_NET_ADMIN" as_nobody
refused "no TUN" "no /dev/net/tun" without_tun
refused "a name that is none" "longer than a device's name may be" up_in siteA --tun a-name-of-many-letters
refused "a device that is no TUN" "wan is no TUN device" up_in siteA --tun wan
refused "an unknown interface" "no interface Serial9 in" up_in siteA --interface Serial9=wan
refused "an unknown device" "no device eth77" up_in siteA --interface FastEthernet0/1=eth77
refused "a peer that nobody has" "no tunnel" up_in siteA --peer 192.0.2.77
refused "a facility that is none" "[-][-]debug takes isakmp,ipsec, not 'ike'" up_in siteA --debug isakmp,ike
refused "an unknown user" "no user nobody-at-all" up_in siteA --user nobody-at-all
refused "a file that cannot be written" "cannot write /nowhere/x" up_in siteA --pcap /nowhere/x
check "nothing is left of all that" test -z "$(in_ns siteA ip -o link show type tun)"

# --- What it gives up ---------------------------------------------------------------------------------

capabilities() { awk '/^Cap(Eff|Prm)/ { print $2 }' "/proc/$1/status" | sort -u | tr '\n' ' '; }
keeper_of() { pgrep -P "$1"; }
both_up || fail "set-up"
check "no capability is left" test "$(capabilities "$up_pid_siteA")" = "0000000000000000 "
check "nor one that could be got back" grep -q 'NoNewPrivs:[[:space:]]*1' "/proc/$up_pid_siteA/status"
check "no core dump" grep -qE 'Max core file size +0 +0' "/proc/$up_pid_siteA/limits"
check "the keeper holds CAP_NET_ADMIN alone" test "$(capabilities "$(keeper_of "$up_pid_siteA")")" = "0000000000001000 "
keeper=$(keeper_of "$up_pid_siteA")

# --- The end: the peer hears of it, nothing is left ------------------------------------------------------

up_stop siteA
check "the peer was told" wait_for 5 grep -q 'are down' "$work/siteB.log"
check "no pair is left at the peer" test "$(up_status siteB '.ipsec | length')" = 0
check "no device is left" test -z "$(in_ns siteA ip -o link show type tun)"
check "no route is left" test -z "$(in_ns siteA ip route | grep cmap)"
check "no status socket is left" test ! -e "$work/siteA.sock"
check "no keeper is left" test ! -e "/proc/$keeper"
up_stop siteB

# --- Options ---------------------------------------------------------------------------------------------

up_start siteB
router siteA >"$work/siteA.cfg"
check "--run-for ends by itself" up_in siteA --run-for 1
up_start siteA --initiate --tun secret0
check "--initiate calls without traffic" wait_for 5 grep -q 'SAs with' "$work/siteA.log"
check "--tun names the device" test -n "$(in_ns siteA ip -o link show secret0)"
up_stop siteA
# The far end of siteB's file plays siteA.
router siteB >"$work/siteA.cfg"
keep_config=1 up_start siteA --as-far-end --user nobody
check "--as-far-end is the other side" lab_ping A 3
check "--user changes the user" grep -qE "^Uid:[[:space:]]+$(id -u nobody)" "/proc/$up_pid_siteA/status"
up_stop siteA
# Machines read a log of one object a line.
rm -f "$work/siteA.cfg"
up_start siteA --log-format json --debug isakmp,ipsec --initiate
check "--log-format json: the SAs come up" wait_for 5 grep -q '"event":"pair-up"' "$work/siteA.log"
check "--log-format json: every line is an object with time and text" \
  jq -es 'map((.time | test("^[0-9-]+T[0-9:.]+Z$")) and (.text | length > 0)) | all' "$work/siteA.log"
check "--log-format json: debug lines have their facility" grep -q '"facility":"isakmp"' "$work/siteA.log"
check "--log-format json: and where a line of the file decides, that line" grep -q '"line":' "$work/siteA.log"
up_stop siteA
# The file has another address than the machine: the device lends its own.
router siteA | sed "s/ip address $PUB_A /ip address 192.0.2.1 /" >"$work/siteA.cfg"
keep_config=1 up_start siteA
check "a foreign address is warned of" grep -q '192.0.2.1 is no address of this machine' "$work/siteA.log"
up_stop siteA
keep_config=1 up_start siteA --interface FastEthernet0/1=wan
check "--interface lends its address" wait_for 5 lab_ping A 1
up_stop siteA
up_stop siteB

# --- Files for Wireshark ----------------------------------------------------------------------------------

decoded() { # FILTER: how many packets
  XDG_CONFIG_HOME=$work/xdg tshark -r "$work/a.pcap" -o esp.enable_encryption_decode:TRUE \
    -o esp.enable_authentication_check:TRUE -Y "$1" 2>/dev/null | wc -l
}
reads_all() { # NAME OPTIONS
  local name=$1
  shift
  rm -rf "$work/xdg" "$work/a.pcap"
  mkdir -p "$work/xdg"
  both_up --key-log "$work/xdg/wireshark" --pcap "$work/a.pcap" "$@" && lab_ping A 2
  both_down
  check "$name: quick mode is read" test "$(decoded 'isakmp.exchangetype == 32 && isakmp.id.data.ipv4_addr')" -ge 2
  check "$name: ESP is read and its ICV right" test "$(decoded 'esp.icv_good == 1 && icmp')" -ge 4
  check "$name: and the deletion" test "$(decoded isakmp.delete.spi)" -ge 1
  check "$name: no other may read them" test "$(stat -c %a "$work/xdg/wireshark/esp_sa" "$work/a.pcap" | sort -u)" = 600
}
reads_all "AES-CBC, raw"
transform=esp-gcm; reads_all "AES-GCM, in UDP" --force-nat
defaults

# --- Long packets and the bits around them -----------------------------------------------------------------

watch_wire() {
  ip netns exec "$lab-isp" tcpdump --immediate-mode -U -w "$work/wire.pcap" -i isp-a >"$work/wire.log" 2>&1 &
  watcher=$!
  keep_pid $watcher
  wait_for 5 grep -qs listening "$work/wire.log"
}
# Outer packets of A that a filter picks.
seen() { tcpdump -n -r "$work/wire.pcap" "src $PUB_A and $1" 2>/dev/null | wc -l; }
from_a() { in_ns hostA ping -c 2 -i 0.1 -W 3 "$@" $LAN_B.10 >"$work/ping.log" 2>&1; }

both_up
watch_wire
mtu=$(in_ns siteA cat /sys/class/net/cmap0/mtu)
from_a -M do -s 500
from_a -M dont -s 501
from_a -Q 0xb9 -s 502
check "the longest packet that fits, fits" from_a -M do -s $((mtu - 28))
from_a -M do -s $((mtu - 27))
check "one octet more is refused to its sender" grep -qE "Frag needed|message too long, mtu=$mtu" "$work/ping.log"
check "a long one without DF arrives" from_a -M dont -s 4000
check "odd sizes pass" sh -c 'for s in 0 1 7 63 64 65 511 1023 1371; do ip netns exec "$1" ping -q -c 1 -W 3 -s $s "$2" || exit 1; done >/dev/null' sh "$lab-hostA" $LAN_B.10
end_pid $watcher
check "DF is copied" test "$(seen 'ip[6] & 0x40 != 0 and ip[2:2] > 560 and ip[2:2] < 640')" -ge 2
check "and its absence" test "$(seen 'ip[6] & 0x40 = 0 and ip[2:2] > 560 and ip[2:2] < 640')" -ge 2
check "TOS and ECN are copied" test "$(seen 'ip[1] = 0xb9')" -eq 2
check "what is too long is cut before it is sealed" test "$(seen 'ip[6:2] & 0x3fff != 0')" -eq 0

# The path has less room than the interface: a router says so, the sender hears it.
in_ns isp ip link set isp-b mtu 1300
from_a -M do -s 1300
check "a router's complaint is heard" wait_for 5 grep -q "path to $PUB_B takes 1300 octets" "$work/siteA.log"
from_a -M do -s 1300
check "and handed on" grep -qE 'Frag needed.*mtu = 12|message too long, mtu=12' "$work/ping.log"
check "what fits now passes" from_a -M do -s 1180
in_ns isp ip link set isp-b mtu 1500
in_ns hostA ip route flush cache
both_down

global="crypto ipsec df-bit clear"; both_up
watch_wire
check "df-bit clear: what has DF is cut all the same" from_a -M do -s 1460
end_pid $watcher
check "df-bit clear" test "$(seen 'ip[6] & 0x40 != 0')" -eq 0
both_down
global="crypto ipsec df-bit set"; both_up
watch_wire
from_a -M dont -s 500
end_pid $watcher
check "df-bit set" test "$(seen 'ip[6] & 0x40 != 0')" -ge 2
both_down
global="crypto ipsec fragmentation after-encryption"; both_up
watch_wire
check "fragments after encryption are put together by the far end" from_a -M dont -s 1460
end_pid $watcher
check "fragmentation after encryption" test "$(seen 'ip[6:2] & 0x3fff != 0')" -ge 4
both_down
defaults

interface=" ip tcp adjust-mss 1000"; both_up
in_ns hostB timeout 10 python3 -c 'import socket
s = socket.create_server(("", 7777)); c, _ = s.accept(); print(c.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)); c.close()' >"$work/mss.b" &
accepting=$!
sleep 0.5
in_ns hostA python3 -c 'import socket
s = socket.create_connection(("'$LAN_B.10'", 7777)); print(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)); s.recv(1)' >"$work/mss.a"
wait $accepting
check "TCP's segments are clamped both ways" test "$(cat "$work/mss.a" "$work/mss.b" | awk '$1 > 1000 || $1 < 900' | wc -l)" -eq 0 -a -s "$work/mss.a"
both_down
defaults

# --- A remote network that holds the peer: everything from our LAN, and nothing of ourselves ---------------

for n in siteA siteB; do
  in_ns $n ip route del unreachable $LAN_A.0/24
  in_ns $n ip route del unreachable $LAN_B.0/24
done
in_ns isp ip addr add 198.51.100.80/32 dev lo
in_ns isp ip route add $LAN_A.0/24 via $PUB_B
in_ns isp ip route add 10.88.0.0/16 via $PUB_A
in_ns siteA ip addr add 10.88.0.1/32 dev lo
lines=" deny ip NET.0 0.0.0.255 10.88.0.0 0.0.255.255
 permit ip NET.0 0.0.0.255 any"
up_start siteA
lines=" permit ip any FAR.0 0.0.0.255"
up_start siteB
lines=""
check "any: the tunnel comes up by traffic" wait_for 10 lab_ping A 1
check "any: and answers" lab_ping B 2
check "any: the world is reached through the far end" in_ns hostA ping -q -c 2 -W 3 -i 0.2 198.51.100.80
check "any: the LAN itself is reached" in_ns siteA ping -q -c 1 -W 3 -I $LAN_A.1 $LAN_A.10
before=$(up_status siteA '.ipsec[0].out.packets')
check "any: we reach the world ourselves" in_ns siteA ping -q -c 1 -W 3 $ISP_B
check "any: what is denied is let alone" in_ns hostA ping -q -c 1 -W 3 10.88.0.1
check "any: neither went through the tunnel" test "$before" = "$(up_status siteA '.ipsec[0].out.packets')"
both_down
check "any: no rule is left" test "$(in_ns siteA ip rule | wc -l)" -eq 3
in_ns isp ip route del $LAN_A.0/24
in_ns isp ip route del 10.88.0.0/16

# --- A device that somebody takes away -----------------------------------------------------------------------

up_start siteA
in_ns siteA ip link del cmap0
code=0
wait "$up_pid_siteA" || code=$?
check "without its device it ends, with 2" test $code -eq 2
check "and says why" grep -q 'cmap0 is gone' "$work/siteA.log"

# --- A peer whose NAT gives it another port ------------------------------------------------------------------

lab_nat ports
router siteA >"$work/siteA.cfg"
up_start siteB
keep_config=1 up_start siteA --interface FastEthernet0/1=wan
check "behind a NAT: up" wait_for 10 lab_ping A 1
port_seen() { up_status siteB '.ipsec[-1].peer.port'; }
before=$(port_seen)
# ESP of that SPI from elsewhere, whose ICV is wrong: nobody moves.
spi=$(up_status siteB '.ipsec[-1].spi_in')
ip netns exec "$lab-isp" python3 -c 'import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(5): s.sendto(struct.pack("!II", int(sys.argv[2]), 1000 + n) + bytes(92), (sys.argv[1], 4500))' $PUB_B "$spi"
check "forged ESP is counted" wait_for 5 sh -c "[ \"\$('$cryptomap' status --socket '$work/siteB.sock' --json | jq '.ipsec[-1].in.integrity')\" = 5 ]"
check "and moves nobody" test "$before" = "$(port_seen)"
check "the tunnel carries on" lab_ping B 2
in_ns natA sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1 net.netfilter.nf_conntrack_udp_timeout_stream=1
lab_ping A 1
sleep 4
check "another port: the peer is found again" lab_ping A 3
check "and both ways" lab_ping B 2
check "it did move" test "$before" != "$(port_seen)"
both_down
lab_nat off

# --- Reading again -------------------------------------------------------------------------------------------

second() { # TRANSFORM-SET NETWORK: a second entry of siteA's router
  router siteA | sed "s/^interface FastEthernet0\/1/crypto map M 20 ipsec-isakmp\n set peer 203.0.113.9\n set transform-set $1\n match address OTHER\n&/"
  printf 'ip access-list extended OTHER\n permit ip %s.0 0.0.0.255 %s 0.0.0.255\ncrypto ipsec transform-set U esp-3des esp-sha-hmac\n' $LAN_A "$2"
}
second T 10.77.0.0 >"$work/siteA.cfg"
keep_config=1 up_start siteA
up_start siteB
wait_for 10 lab_ping A 1
spis() { up_status siteA '[.ipsec[].spi_in] | sort | tostring'; }
before=$(spis)
in_ns hostA ping -q -i 0.01 -c 300 -W 2 $LAN_B.10 >"$work/blink.log" 2>&1 & pinging=$!
ip netns exec "$lab-siteA" ip monitor route >"$work/routes.log" 2>&1 & monitor=$!
keep_pid $monitor
sleep 0.5
second U 10.78.0.0 >"$work/siteA.cfg"
kill -HUP "$up_pid_siteA"
check "SIGHUP reads again" wait_for 10 grep -q 'read again: 2 tunnels' "$work/siteA.log"
mv "$work/siteA.cfg" "$work/siteA.away"
kill -HUP "$up_pid_siteA"
check "a file that is gone changes nothing" wait_for 10 grep -q 'nothing was changed' "$work/siteA.log"
wait $pinging
end_pid $monitor
check "the other tunnel does not blink" grep -q ' 0% packet loss' "$work/blink.log"
check "its SAs stay" test "$before" = "$(spis)"
check "the route of what is new is there" sh -c "ip netns exec $lab-siteA ip route | grep -q '10.78.0.0/24 dev cmap0'"
check "and that of what went is not" sh -c "! ip netns exec $lab-siteA ip route | grep -q 10.77.0.0"
check "no other route was touched" test "$(grep -c "$LAN_B" "$work/routes.log")" -eq 0
both_down
verdict
