#!/bin/sh
# A swanctl.conf with several connections becomes one router that lints without an error, and the
# peers that are written for it come up with it. What cannot be carried over is said at its line.
cryptomap=$1/bin/cryptomap
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# says TEXT FILE WHAT
says() {
  grep -q -e "$1" "$2" || { echo "$3: no \`$1\` in"; cat "$2"; failed=1; }
}

cat >"$work/gateway.conf" <<'CONF'
# the gateway of the head office
connections {
  branch-1 {   # comments may follow
    version = 1
    local_addrs = 198.51.100.1
    remote_addrs = 203.0.113.1
    proposals = aes256-sha256-modp2048,3des-sha1-modp1024
    dpd_delay = 30s
    local {
      auth = psk
      id = 198.51.100.1
    }
    remote {
      auth = psk
      id = 203.0.113.1
    }
    children {
      net {
        local_ts = 10.1.0.0/16
        remote_ts = 10.2.0.0/16,10.3.0.0/24
        esp_proposals = aes256-sha256-modp2048
        start_action = trap
      }
      voice {
        local_ts = 10.1.5.0/24
        remote_ts = 10.9.0.0/16
        esp_proposals = aes128-sha1
      }
    }
  }
  branch-2 {
    version = 1
    local_addrs = 198.51.100.1
    remote_addrs = 203.0.113.9
    proposals = aes256-sha256-modp2048
    children {
      net {
        local_ts = 10.1.0.0/16
        remote_ts = 10.4.0.0/16
        esp_proposals = aes256-sha256-modp2048
      }
    }
  }
  branch-3 {
    version = 2
    local_addrs = 198.51.100.1
    remote_addrs = 192.0.2.7
    proposals = aes128gcm16-prfsha256-ecp256
    local {
      auth = psk
      id = gw.example.org
    }
    remote {
      auth = psk
      id = b3.example.org
    }
    children {
      net {
        local_ts = 10.1.0.0/16
        remote_ts = 10.6.0.0/16
        esp_proposals = aes128gcm16
      }
    }
  }
}
secrets {
  ike-1 {
    id-1 = 203.0.113.1
    secret = "one-key"
  }
  ike-2 {
    id = 203.0.113.9
    secret = 0sT25lVHdvVGhyZWU=
  }
  ike-3 {
    id = b3.example.org
    secret = 0x414243444546
  }
}
CONF

"$cryptomap" import swanctl "$work/gateway.conf" --secrets >"$work/router.cfg" 2>"$work/said"
[ "$(grep -c '^hostname' "$work/router.cfg")" -eq 1 ] || { echo "not one router"; failed=1; }
says '^crypto isakmp key OneTwoThree address 203.0.113.9' "$work/router.cfg" "base64"
says '  pre-shared-key ABCDEF' "$work/router.cfg" "hexadecimal"
"$cryptomap" lint -q -f gcc "$work/router.cfg" >"$work/lint"
if grep ': error: ' "$work/lint"; then failed=1; fi
"$cryptomap" import swanctl "$work/gateway.conf" >"$work/plain.cfg" 2>/dev/null
if grep -e OneTwoThree -e ABCDEF -e one-key "$work/plain.cfg"; then failed=1; fi

# Each peer that is written for the gateway meets it, and meets the router it became.
"$cryptomap" import swanctl "$work/gateway.conf" --far-end --secrets >"$work/peers" 2>/dev/null
mkdir "$work/peers.d"
awk -v dir="$work/peers.d" '/^! The far end/ { n++ } { print > (dir "/" n ".cfg") }' "$work/peers"
for other in gateway.conf router.cfg; do
  for peer in "$work"/peers.d/*.cfg; do
    "$cryptomap" pair "$peer" "$work/$other" >"$work/pair" 2>&1
    grep -q ': up: ' "$work/pair" || { echo "$peer and $other:"; cat "$work/pair"; failed=1; }
  done
done

# What a router cannot hold is said where it stands.
sed -e 's/"one-key"/"one key"/' -e 's/aes128-sha1$/serpent128-sha1/' "$work/gateway.conf" >"$work/odd.conf"
"$cryptomap" import swanctl "$work/odd.conf" >/dev/null 2>"$work/said"
[ $? -eq 1 ] || { echo "exit code is not 1"; failed=1; }
says "odd.conf:$(grep -n 'one key' "$work/odd.conf" | cut -d: -f1): error: a router's line cannot hold" \
  "$work/said" "a key with a blank"
says "odd.conf:$(grep -n serpent "$work/odd.conf" | cut -d: -f1): warning: IOS has no such algorithm: serpent128" \
  "$work/said" "a cipher of strongSwan's own"
exit $failed
