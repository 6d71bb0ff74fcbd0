# `cryptomap up` against kernels with ESP of their own: IP protocol 50, strongSwan and libreswan, both roles.
# Every ESP packet of the strongSwan rows is opened and sealed again by scapy, octet by octet, and opened by Wireshark
# with the keys that we have logged.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/rows.sh"
. "$repo/tests/interop/guest.sh"

# What crossed the ISP: never ESP in UDP, never a LAN address or a ping in the clear.
way_counted() {
  in_ns isp nft -f - <<END
table ip way {
  counter way_esp { }
  counter way_udp { }
  counter way_clear { }
  chain seen {
    type filter hook forward priority 0
    ip protocol esp counter name way_esp
    udp dport 4500 counter name way_udp
    ip saddr { $LAN_A.0/24, $LAN_B.0/24 } counter name way_clear
    ip saddr { $PUB_A, $PUB_B } icmp type { echo-request, echo-reply } counter name way_clear
  }
}
END
}
way() { in_ns isp nft list counter ip way "way_$1" | sed -n 's/.*packets \([0-9]*\).*/\1/p'; }

lab_up
way_counted
guest_up || { fail "the guest does not boot"; verdict; exit; }

matrix() {
  defaults; encr=3des group=5 transform="esp-3des esp-sha-hmac" swan_ike=3des-sha1-modp1536 swan_esp=3des-sha1; both "$1: 3DES SHA"
  defaults; group=14 pfs=5 swan_ike=aes128-sha1-modp2048 swan_esp=aes128-sha1-modp1536; both "$1: AES-128 SHA, PFS"
  defaults; encr="aes 256" hash=sha256 group=14 transform="esp-aes 256 esp-sha256-hmac" swan_ike=aes256-sha256-modp2048 swan_esp=aes256-sha256; both "$1: AES-256 SHA-256"
  defaults; hash=sha256 group=19 pfs=14 transform=esp-gcm swan_ike=aes128-sha256-ecp256 swan_esp=aes128gcm16-modp2048; both "$1: AES-GCM, group 19, PFS"
  defaults; encr=3des group=5 transform="esp-3des esp-sha-hmac" swan_ike=3des-sha1-modp1536 swan_esp=3des-sha1 aggressive=yes
  answers "$1: aggressive mode"
  extra="crypto isakmp peer address $PUB_A
 set aggressive-mode password $key
 set aggressive-mode client-endpoint ipv4-address $PUB_B"
  calls "$1: aggressive mode"
}

# How many packets of the capture Wireshark shows with that filter, with the keys that we have logged. A message
# that is repeated counts once: Wireshark's chain of IVs has gone on.
wireshark() {
  XDG_CONFIG_HOME=$work tshark -n -r "$work/way.pcap" -o esp.enable_encryption_decode:TRUE \
    -o esp.enable_authentication_check:TRUE -Y "$1" -T fields -e udp.payload -e esp.spi -e esp.sequence \
    2>/dev/null | sort -u | wc -l
}
wireshark_opens() { # NAME ALL OPENED
  local all opened
  all=$(wireshark "$2")
  opened=$(wireshark "$3")
  if [ "$opened" = "$all" ] && [ "$all" -gt 10 ]; then
    pass "Wireshark opens with our key log: $all $1"
  else
    fail "Wireshark opens with our key log: $opened of $all $1"
  fi
}

guest_libreswan || fail "libreswan does not start in the guest"
matrix libreswan
peer_end

# The peer's kernel tells the keys while the SAs stand: scapy takes those, Wireshark what we have logged.
mkdir -p "$work/wireshark"
all_options="--key-log $work/keylog"
row_up() {
  local table
  guest_keys >>"$work/keys"
  for table in ikev1_decryption_table esp_sa; do cat "$work/keylog/$table" >>"$work/wireshark/$table"; done
}
guest_swan || fail "strongSwan does not start in the guest"
lab_capture "$work/way.pcap" ip proto 50 or udp
matrix strongSwan
lab_capture_end
# scapy belongs to the distribution's Python.
python=/usr/bin/python3
[ -x $python ] || python=python3
if $python "$repo/tests/interop/esp_octets.py" "$work/way.pcap" "$work/keys" >"$work/octets.log" 2>&1; then
  pass "scapy opens and seals the same octets: $(tail -n 1 "$work/octets.log")"
else
  fail "scapy does not open or seal the same octets"
  tail -n 20 "$work/octets.log"
fi
wireshark_opens "messages of IKE" 'isakmp.flag_e == 1' 'isakmp.flag_e == 1 && isakmp.hash'
wireshark_opens "packets of ESP" esp 'esp.icv_good == 1 && icmp'

echo "on the way: $(way esp) of ESP, $(way udp) in UDP, $(way clear) in the clear"
if [ "$(way esp)" -gt 100 ] && [ "$(way udp)" -eq 0 ] && [ "$(way clear)" -eq 0 ]; then
  pass "all of it was IP protocol 50"
else
  fail "not all of it was IP protocol 50"
fi

# What else a kernel can do and a transform-set asks for.
row_up() { :; }
all_options=""
defaults; transform=ah-sha-hmac swan_esp="" swan_ah=sha1; answers "AH SHA"
defaults; transform=ah-sha256-hmac swan_esp="" swan_ah=sha256; answers "AH SHA-256"
defaults; transform="esp-null esp-sha-hmac" swan_esp=null-sha1; answers "ESP without encryption"
defaults; transform="esp-des esp-md5-hmac" swan_esp=des-md5; answers "DES MD5"
defaults; transform="esp-aes 192 esp-sha384-hmac" swan_esp=aes192-sha384; answers "AES-192 SHA-384"
defaults; transform="esp-aes 256 esp-sha512-hmac" swan_esp=aes256-sha512; answers "AES-256 SHA-512"
defaults; transform="esp-gcm 256" swan_esp=aes256gcm16; answers "AES-GCM-256"
defaults; transform=esp-gmac swan_esp=aes128gmac; answers "AES-GMAC"
defaults; set_lines=" esn" swan_esp=aes128-sha1-esn; both "extended sequence numbers"
defaults; set_lines=" esn" transform=esp-gcm swan_esp=aes128gcm16-esn; answers "extended sequence numbers, AES-GCM"

# The gateways' own talk in transport mode: each pings the other, and nothing of it is seen on the way.
between_hosts=$(declare -f lab_ping)
lab_ping() {
  if [ "$1" = B ]; then
    in_ns siteB ping -q -c "${2:-3}" -i 0.2 -W 2 $PUB_A
  else
    guest ping -q -c "${2:-3}" -i 0.2 -W 2 $PUB_B
  fi >"$work/ping.log" 2>&1
}
defaults; set_lines=" mode transport" swan_mode=transport
lines=" permit ip host $PUB_B host $PUB_A" swan_local=$PUB_A/32 swan_remote=$PUB_B/32
both "transport mode"
eval "$between_hosts"
if [ "$(way clear)" -eq 0 ]; then pass "nothing was in the clear"; else fail "$(way clear) packets were in the clear"; fi

# Though there is no NAT, one end claims one: all of it in UDP.
before=$(way esp)
defaults; up_options=--force-nat; both "we claim a NAT"
defaults; encap=yes; both "the peer claims a NAT"
if [ "$(way esp)" -eq "$before" ] && [ "$(way udp)" -gt 20 ] && [ "$(way clear)" -eq 0 ]; then
  pass "then all of it was in UDP"
else
  fail "then not all of it was in UDP: $(way esp) of ESP, before $before; $(way udp) in UDP, $(way clear) in the clear"
fi
guest_down
verdict
