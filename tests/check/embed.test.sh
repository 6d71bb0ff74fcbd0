#!/bin/sh
# examples/embed.c builds against the library as it stands, as C and as C++, and finds what is there.
build=$1 repo=$2
flags=$(sed -n 's/^CRYPTOMAP_SANITIZE:STRING=//p' "$build/CMakeCache.txt")
set -- -I"$repo/include" "$repo/examples/embed.c"
[ -z "$flags" ] || set -- "$@" "-fsanitize=$flags"
${CC:-cc} -std=c11 -Wall -Wextra -Werror "$@" -L"$build/lib" -Wl,-rpath,"$build/lib" -lcryptomap \
  -o "$build/embed" || exit 1
said=$("$build/embed" <<'CONFIG'
crypto isakmp policy 10
 encryption aes 256
 hash sha256
 authentication pre-share
 group 14
crypto isakmp key cisco123 address 203.0.113.1
crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac
crypto map VPN 10 ipsec-isakmp
 set peer 203.0.113.1
 set transform-set STRONG
  match address BRANCH_TO_HEAD
interface FastEthernet0/1
 ip address 198.51.100.1 255.255.255.252
ip access-list extended BRANCH_TO_HEAD
 permit ip 192.168.100.0 0.0.0.255 172.18.30.0 0.0.0.255
CONFIG
)
status=$?
for line in 'warning (key-guessable): A secret that everybody tries first' \
  '6:19: the secret is made of words' 'warning (map-not-applied): ' '2 findings among'; do
  printf '%s\n' "$said" | grep -qF "$line" || {
    printf 'not said: %s\n%s\n' "$line" "$said"
    status=9
  }
done
[ "$status" -eq 1 ]
