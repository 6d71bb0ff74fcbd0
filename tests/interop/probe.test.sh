# What answers first messages, asked by others and by us: ike-scan and psk-crack against `cryptomap up`, `cryptomap probe`
# against strongSwan and against `cryptomap up`.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/rows.sh"
peer_log() { :; }

# shows NAME FILE RE…: all of them are in the file.
shows() {
  local name=$1 file=$2 wanted
  shift 2
  for wanted in "$@"; do
    if ! grep -qE "$wanted" "$file"; then
      fail "$name: no '$wanted' in"
      sed 's/^/    /' "$file"
      logs
      return
    fi
  done
  pass "$name"
}

scan() { in_ns siteA ike-scan --retry=2 --timeout=2000 "$@" $PUB_B >"$work/scan" 2>&1; }
probe() { # NAMESPACE ARGS…
  local from=$1
  shift
  in_ns "$from" "$cryptomap" probe "$@" >"$work/probe" 2>"$work/probe.err"
  probe_code=$?
  cat "$work/probe.err" >>"$work/probe"
}
code_is() { # NAME CODE
  if [ "$probe_code" = "$2" ]; then pass "$1: exit code $2"; else fail "$1: exit code $probe_code, not $2"; fi
}

lab_up

# --- ike-scan asks us --------------------------------------------------------------------------
defaults; encr=3des transform="esp-3des esp-sha-hmac"; router_up || fail "set-up"
scan --trans=5,2,1,2 --vendor=4a131c81070358455c5728f20e95452f; shows "ike-scan: the policy's transform" "$work/scan" 'Main Mode Handshake returned' 'Enc=3DES Hash=SHA1 (Auth=PSK )?Group=2:modp1024' 'draft-ietf-ipsec-nat-t-ike|RFC 3947' '1 returned handshake; 0 returned notify'
scan --trans=1,1,1,1 --trans=5,2,1,2; shows "ike-scan: the one of two" "$work/scan" 'Enc=3DES Hash=SHA1' '1 returned handshake'
scan --trans=1,1,1,1; shows "ike-scan: another transform" "$work/scan" 'NO-PROPOSAL-CHOSEN' '0 returned handshake; 1 returned notify'
scan --trans=5,2,3,2; shows "ike-scan: signatures" "$work/scan" 'NO-PROPOSAL-CHOSEN'
scan --aggressive --id=$PUB_A --idtype=1 --trans=5,2,1,2 --dhgroup=2 --pskcrack="$work/psk"
shows "ike-scan: aggressive mode" "$work/scan" 'Aggressive Mode Handshake returned' 'ID\(Type=ID_IPV4_ADDR, Value=200.56.4.1\)' 'Hash\(20 bytes\)'
printf 'wrong\nthisisasecretpassword\n%s\nlater\n' "$key" >"$work/words"
psk-crack --dictionary="$work/words" "$work/psk" >"$work/crack" 2>&1
shows "psk-crack: HASH_R is that of the key" "$work/crack" "key \"$key\" matches SHA1 hash"
router_down

# --- we ask cryptomap up -----------------------------------------------------------------------
router_start "$repo/examples/site-b.cfg" || fail "set-up"
probe siteA $PUB_B --rate 20; code_is "probe: all that there is" 0
shows "probe: the article's four policies" "$work/probe" '^accepted  3des, sha, group 5, pre-share, lifetime 86400 s$' \
  '^accepted  3des, md5, group 5' '^accepted  des, sha, group 5' '^accepted  3des, sha, group 2' '^refused   [0-9]+ other offers' \
  'vendor ID .* NAT-T' '^crypto isakmp policy 40$' 'responsible'
sed -n '/^!/,$p' "$work/probe" | grep -v ^cryptomap >"$work/policies.cfg"
probe siteA $PUB_B --rate 20 --offers "$work/policies.cfg"; code_is "probe: its own answer as a question" 0
if [ "$(grep -c ^accepted "$work/probe")" = 4 ]; then pass "probe: all of it is accepted"; else fail "probe: all of it is accepted"; cat "$work/probe"; fi
probe siteA $PUB_B --rate 20 --offers 3des-sha-2,des-md5-1 --json; code_is "probe: as JSON" 0
python3 - "$work/probe" <<'PYTHON' && pass "probe: JSON" || { fail "probe: JSON"; cat "$work/probe"; }
import json, sys
text = open(sys.argv[1]).read()
answer = json.loads(text[:text.rindex("}") + 1])
assert [o["answer"] for o in answer["offers"]] == ["accepted", "refused"], answer
assert answer["offers"][1]["notify_name"] == "NO-PROPOSAL-CHOSEN" and answer["messages"] == 2
assert "crypto isakmp policy 10\n encr 3des\n hash sha\n authentication pre-share\n group 2\n" == answer["policies"]
PYTHON
probe siteA $PUB_B --rate 20 --offers des-md5-1; code_is "probe: nothing accepted" 1
probe siteA $PUB_B --rate 20 --offers "$repo/examples/site-b.cfg"; code_is "probe: a router's policies" 0
shows "probe: a router's policies, one by one" "$work/probe" '^accepted  3des, sha, group 5' '^accepted  3des, sha, group 2'
probe siteA $PUB_B --aggressive --offers 3des-sha-2 --rate 20; code_is "probe: aggressive mode" 0
shows "probe: aggressive mode" "$work/probe" '^accepted  3des, sha, group 2' '^identity  ID_IPV4_ADDR 200.56.4.1$'
router_down
probe siteA $PUB_B --offers 3des-sha-2 --timeout 1; code_is "probe: nobody there" 1
shows "probe: nobody there" "$work/probe" '^no answer 3des, sha, group 2' 'nobody listens there'

# --- we ask strongSwan -------------------------------------------------------------------------
charon_peer
defaults; swan_ike=aes256-sha256-modp2048,aes128-sha1-ecp256,3des-sha1-modp1024; peer_load || fail "set-up"
probe siteB $PUB_A --rate 20; code_is "probe: strongSwan" 0
shows "probe: strongSwan's proposals" "$work/probe" '^accepted  aes 256, sha256, group 14' '^accepted  aes, sha, group 19' \
  '^accepted  3des, sha, group 2' '^refused   247 other offers' 'Dead Peer Detection' ' hash sha256'
probe siteB $PUB_A --rate 20 --offers des-md5-1,3des-sha-2; code_is "probe: strongSwan, two offers" 0
shows "probe: strongSwan, two offers" "$work/probe" '^refused   des, md5, group 1, pre-share: NO-PROPOSAL-CHOSEN' '^accepted  3des, sha, group 2'
verdict
