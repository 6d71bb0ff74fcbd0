#!/bin/sh
# `cryptomap status` against a gateway that is none: a socket with an answer made up. Every line that
# it prints has the shape that routers of 15.x print, and the numbers stand where they belong.
cryptomap=$1/bin/cryptomap
work=$(mktemp -d "${TMPDIR:-/tmp}/cryptomap-status.XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

cat >"$work/answer.json" <<'END'
{"version": 1, "uptime_s": 90, "device": "cmap0", "tunnels": 3,
 "isakmp": [
  {"initiator": true, "state": "QM_IDLE", "deleted": false, "connection": 1001, "lifetime": 86400,
   "remaining": 86310, "nat": true, "dpd": true, "fragmentation": false,
   "local": {"address": "203.0.113.1", "port": 4500}, "peer": {"address": "198.51.100.7", "port": 4500},
   "encryption": "aes-256", "hash": "sha256", "authentication": "pre-share", "group": 14,
   "interface": "FastEthernet0/1", "map": "M", "sequence": 10},
  {"initiator": false, "state": "MM_NO_STATE", "deleted": true, "connection": 1002, "lifetime": 86400,
   "remaining": 0, "nat": false, "dpd": false, "fragmentation": false,
   "local": {"address": "203.0.113.1", "port": 500}, "peer": {"address": "192.0.2.99", "port": 500}}],
 "ipsec": [
  {"pair": 1, "connection": 2000, "spi_in": 1703902225, "spi_out": 964441838, "ah_spi_in": 0,
   "ah_spi_out": 0, "udp": true, "outbound": true, "replaced": false, "lifetime_s": 3600,
   "lifetime_kb": 4608000, "remaining_s": 3510, "remaining_kb": 4607999, "esn": false, "replay": true,
   "uptime_s": 694861, "mode": "tunnel", "pfs": 14, "protocol": 0,
   "local_ident": {"address": "10.1.0.0", "mask": "255.255.0.0", "ports": [0, 65535]},
   "remote_ident": {"address": "10.2.0.9", "mask": "255.255.255.255", "ports": [0, 65535]},
   "local": {"address": "203.0.113.1", "port": 4500}, "peer": {"address": "198.51.100.7", "port": 4500},
   "transform": "esp-256-aes esp-sha256-hmac ", "iv": 16, "interface": "FastEthernet0/1", "map": "M",
   "sequence": 10, "path_mtu": 1500, "inner_mtu": 1422,
   "in": {"packets": 12, "octets": 1200, "replay": 3, "integrity": 2},
   "out": {"packets": 4, "octets": 400}},
  {"pair": 2, "connection": 2002, "spi_in": 11, "spi_out": 12, "ah_spi_in": 0,
   "ah_spi_out": 0, "udp": true, "outbound": true, "replaced": true, "interface": "FastEthernet0/1",
   "map": "M"}],
 "idle": [
  {"interface": "FastEthernet0/1", "map": "M", "sequence": 20, "protocol": 6,
   "local_ident": {"address": "10.1.0.0", "mask": "255.255.0.0", "ports": [0, 65535]},
   "remote_ident": {"address": "10.3.0.0", "mask": "255.255.0.0", "ports": [443, 443]},
   "local": {"address": "203.0.113.1", "port": 500}, "peer": {"address": "198.51.100.8", "port": 500},
   "path_mtu": 1500},
  {"interface": "Tunnel0", "map": "Tunnel0-head-0", "sequence": 0, "protocol": 47,
   "local_ident": {"address": "203.0.113.1", "mask": "255.255.255.255", "ports": [0, 65535]},
   "remote_ident": {"address": "192.0.2.5", "mask": "255.255.255.255", "ports": [0, 65535]},
   "local": {"address": "203.0.113.1", "port": 500}, "peer": {"address": "192.0.2.5", "port": 500},
   "path_mtu": 1400}],
 "counters": {}}
END

cat >"$work/serve.py" <<'END'
import os, socket, sys
answer = open(sys.argv[2], "rb").read()
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("listening", flush=True)
while True:
    s, _ = server.accept()
    s.sendall(answer[:100]); s.sendall(answer[100:])
    s.close()
END
python3 "$work/serve.py" "$work/socket" "$work/answer.json" >"$work/served" &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$work/served" ] || sleep 0.3; done

# has COMMAND… -- LINES: they stand in what it prints, in this order
has() {
  "$cryptomap" status --socket "$work/socket" "$@" >"$work/out" || { echo "status $*: exit code $?"; failed=1; }
  awk 'NR == FNR { wanted[++n] = $0; next }
    i < n && $0 == wanted[i + 1] { i++ }
    END { if (i < n) { print "missing, or not in its place: " wanted[i + 1]; exit 1 } }' "$work/wanted" "$work/out" || {
    echo "status $*:"
    cat "$work/out"
    failed=1
  }
}

cat >"$work/wanted" <<'END'
IPv4 Crypto ISAKMP SA
dst             src             state          conn-id status
198.51.100.7    203.0.113.1     QM_IDLE           1001 ACTIVE
203.0.113.1     192.0.2.99      MM_NO_STATE       1002 ACTIVE (deleted)

IPv6 Crypto ISAKMP SA
END
has --show isakmp

cat >"$work/wanted" <<'END'
IPv4 Crypto ISAKMP SA
C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.
1001  203.0.113.1     198.51.100.7           ACTIVE aes  sha256 psk  14 23:58:30 DN
       Engine-id:Conn-id =  SW:1001
END
has --show isakmp --detail

cat >"$work/wanted" <<'END'
interface: FastEthernet0/1
    Crypto map tag: M, local addr 203.0.113.1
   protected vrf: (none)
   local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)
   remote ident (addr/mask/prot/port): (10.2.0.9/255.255.255.255/0/0)
   current_peer 198.51.100.7 port 4500
     PERMIT, flags={origin_is_acl,}
    #pkts encaps: 4, #pkts encrypt: 4, #pkts digest: 4
    #pkts decaps: 12, #pkts decrypt: 12, #pkts verify: 12
    #send errors 0, #recv errors 5
     local crypto endpt.: 203.0.113.1, remote crypto endpt.: 198.51.100.7
     plaintext mtu 1422, path mtu 1500, ip mtu 1500, ip mtu idb FastEthernet0/1
     current outbound spi: 0x397C36EE(964441838)
     PFS (Y/N): Y, DH group: group14
     inbound esp sas:
      spi: 0x658F7C11(1703902225)
        transform: esp-256-aes esp-sha256-hmac ,
        in use settings ={Tunnel UDP-Encaps, }
        conn id: 2000, flow_id: SW:2000, crypto map: M
        sa timing: remaining key lifetime (k/sec): (4607999/3510)
        IV size: 16 bytes
        replay detection support: Y
        Status: ACTIVE(ACTIVE)
     inbound ah sas:
     inbound pcp sas:
     outbound esp sas:
      spi: 0x397C36EE(964441838)
     outbound ah sas:
     outbound pcp sas:
   remote ident (addr/mask/prot/port): (10.3.0.0/255.255.0.0/6/443)
   current_peer 198.51.100.8 port 500
    #pkts encaps: 0, #pkts encrypt: 0, #pkts digest: 0
     current outbound spi: 0x0(0)
     inbound esp sas:
     outbound pcp sas:
interface: Tunnel0
    Crypto map tag: Tunnel0-head-0, local addr 203.0.113.1
   local  ident (addr/mask/prot/port): (203.0.113.1/255.255.255.255/47/0)
END
has --show ipsec
[ "$(grep -c '^interface: ' "$work/out")" -eq 2 ] || { echo "an interface is named twice"; failed=1; }
! grep -q '0xB(11)' "$work/out" || { echo "a pair that was replaced is shown"; failed=1; }

cat >"$work/wanted" <<'END'
    #pkts invalid prot (recv) 0, #pkts verify failed: 2
    ##pkts replay failed (rcv): 3
END
has --show ipsec --detail

cat >"$work/wanted" <<'END'
Crypto session current status
Interface: FastEthernet0/1
Session status: UP-ACTIVE
Peer: 198.51.100.7 port 4500
  IKEv1 SA: local 203.0.113.1/4500 remote 198.51.100.7/4500 Active
  IPSEC FLOW: permit ip 10.1.0.0/255.255.0.0 host 10.2.0.9
        Active SAs: 2, origin: crypto map
Session status: DOWN-NEGOTIATING
Peer: 192.0.2.99 port 500
  IKEv1 SA: local 203.0.113.1/500 remote 192.0.2.99/500 Inactive
Session status: DOWN
Peer: 198.51.100.8 port 500
  IPSEC FLOW: permit 6 10.1.0.0/255.255.0.0 10.3.0.0/255.255.0.0
        Active SAs: 0, origin: crypto map
Interface: Tunnel0
Session status: DOWN
  IPSEC FLOW: permit 47 host 203.0.113.1 host 192.0.2.5
END
has --show session

cat >"$work/wanted" <<'END'
Uptime: 1w1d
Session status: UP-ACTIVE
Peer: 198.51.100.7 port 4500 fvrf: (none) ivrf: (none)
      Phase1_id: 198.51.100.7
      Desc: (none)
          Capabilities:DN connid:1001 lifetime:23:58:30
        Inbound:  #pkts dec'ed 12 drop 5 life (KB/Sec) 4607999/3510
        Outbound: #pkts enc'ed 4 drop 0 life (KB/Sec) 4607999/3510
        Inbound:  #pkts dec'ed 0 drop 0 life (KB/Sec) 0/0
END
has --show session --detail

"$cryptomap" status --socket "$work/socket" --json | python3 -c '
import json, sys
sys.exit(json.load(sys.stdin) != json.load(open(sys.argv[1])))' "$work/answer.json" || { echo "--json is another answer"; failed=1; }

# --watch goes on until it is stopped, and begins each answer at the top.
timeout 3 "$cryptomap" status --socket "$work/socket" --watch --show isakmp >"$work/out"
[ "$(grep -c 'QM_IDLE' "$work/out")" -ge 2 ] || { echo "--watch printed once only"; failed=1; }

# What is wrong is one sentence, and exit code 2.
wrong() { # PATTERN ARGUMENTS
  pattern=$1
  shift
  said=$("$cryptomap" status "$@" 2>&1)
  code=$?
  if [ $code -ne 2 ] || ! printf '%s' "$said" | grep -q "$pattern"; then
    echo "status $*: exit code $code, $said"
    failed=1
  fi
}
wrong 'no gateway answers there' --socket "$work/none"
echo 'no json' >"$work/answer.json"
kill $server
rm "$work/socket"
python3 "$work/serve.py" "$work/socket" "$work/answer.json" >"$work/served2" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$work/served2" ] || sleep 0.3; done
wrong 'no answer of a gateway' --socket "$work/socket"
exit $failed
