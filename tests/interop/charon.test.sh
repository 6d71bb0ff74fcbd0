# `cryptomap up` against a real strongSwan, both roles: proposals, modes, NAT, loss, and what fails.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/rows.sh"

lab_up
charon_peer

defaults; encr=des hash=md5 group=1 transform="esp-des esp-md5-hmac" swan_ike=des-md5-modp768 swan_esp=des-md5; both "DES MD5 group 1"
defaults; encr=3des transform="esp-3des esp-sha-hmac" swan_ike=3des-sha1-modp1024 swan_esp=3des-sha1; both "3DES SHA group 2"
defaults; encr=3des hash=md5 group=5 transform="esp-3des esp-md5-hmac" swan_ike=3des-md5-modp1536 swan_esp=3des-md5; both "3DES MD5 group 5"
defaults; group=5 pfs=5 swan_ike=aes128-sha1-modp1536 swan_esp=aes128-sha1-modp1536; both "AES-128 SHA group 5, PFS"
defaults; encr="aes 192" group=14 transform="esp-aes 192 esp-sha-hmac" swan_ike=aes192-sha1-modp2048 swan_esp=aes192-sha1; both "AES-192 SHA group 14"
defaults; encr="aes 256" hash=sha256 group=14 transform="esp-aes 256 esp-sha256-hmac" swan_ike=aes256-sha256-modp2048 swan_esp=aes256-sha256; both "AES-256 SHA-256 group 14"
defaults; encr="aes 256" hash=sha512 group=16 transform="esp-aes 256 esp-sha512-hmac" swan_ike=aes256-sha512-modp4096 swan_esp=aes256-sha512; both "AES-256 SHA-512 group 16"
defaults; hash=sha256 group=19 transform=esp-gcm swan_ike=aes128-sha256-ecp256 swan_esp=aes128gcm16; both "AES-GCM-128 group 19"
defaults; encr="aes 256" hash=sha384 group=20 pfs=20 transform="esp-gcm 256" swan_ike=aes256-sha384-ecp384 swan_esp=aes256gcm16-ecp384; both "AES-GCM-256 group 20, PFS"
defaults; encr="aes 256" hash=sha512 group=21 transform="esp-gcm 256" swan_ike=aes256-sha512-ecp521 swan_esp=aes256gcm16; both "AES-GCM-256 group 21"
defaults; swan_esp=aes128-sha1-modp1024; answers "PFS offered, none demanded"
defaults; aggressive=yes; answers "aggressive mode"
defaults; aggressive=yes extra="crypto isakmp peer address $PUB_A
 set aggressive-mode password correct-horse-battery
 set aggressive-mode client-endpoint ipv4-address $PUB_B"; calls "aggressive mode"
defaults; dpd=2s extra="crypto isakmp keepalive 10 3 periodic"; answers "DPD"

# What must not come up, called by the peer and by us.
received='received [A-Z_]+ error notify'
defaults; key_b=another-horse-entirely; refused "wrong key" "key" "parsed INFORMATIONAL_V1 request [0-9]+ . N.AUTH_FAILED."
defaults; swan_ike=3des-sha1-modp1024; refused "wrong policy" "polic|proposal|offer" "received NO_PROPOSAL_CHOSEN error notify"
defaults; swan_esp=3des-sha1; refused "wrong transform" "transform|proposal|offer" "received NO_PROPOSAL_CHOSEN error notify"
defaults; swan_local=10.77.0.0/24; refused "wrong selectors" "selector|access list|ACL|prox" "$received"
sent='generating INFORMATIONAL_V1 request [0-9]+ .*N\([A-Z_]+\)'
defaults; key_b=another-horse-entirely; refused "wrong key, we call" "key" "$sent" call
defaults; swan_ike=3des-sha1-modp1024; refused "wrong policy, we call" "NO-PROPOSAL-CHOSEN" "$sent" call
defaults; swan_esp=3des-sha1; refused "wrong transform, we call" "NO-PROPOSAL-CHOSEN" "$sent" call
defaults; swan_local=10.77.0.0/24; refused "wrong selectors, we call" "INVALID-ID-INFORMATION" "$sent" call
# charon narrows what it is offered, which IKEv1 does not know: half a tunnel would lose the other half's packets.
defaults; swan_local=$LAN_A.0/30; refused "narrowed selectors, we call" "other selectors than ours" "received INVALID_ID_INFORMATION error notify" call

verdict
