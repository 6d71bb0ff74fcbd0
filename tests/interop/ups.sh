# Two `cryptomap up` on the two sites of lab.sh. Sourced after lab.sh; $cryptomap is the program.
#
# router SITE       prints the configuration of siteA's or siteB's router; the variables below shape it
# up_start SITE [OPTIONS]  runs it; waits until it is ready. up_pid_SITE is its process.
# up_stop SITE      ends it politely and waits for that
# up_status SITE FILTER  what jq makes of its status
#
# encr hash group key transform   of both ends (a defaults call sets them)
# global interface entry lines    lines of the router's: before all, in the outside interface, in the
#                                 crypto map entry, and the access list's (NET is the own LAN, FAR the other)

defaults() {
  encr=aes hash=sha group=2 key=correct-horse-battery transform="esp-aes esp-sha-hmac"
  global="" interface="" entry="" lines=""
}
defaults

router() {
  local own=$PUB_A peer=$PUB_B isp=$ISP_A net=$LAN_A far=$LAN_B
  [ "$1" = siteA ] || { own=$PUB_B peer=$PUB_A isp=$ISP_B net=$LAN_B far=$LAN_A; }
  grep -v '^$' <<END
version 15.2
hostname $1
$global
crypto isakmp policy 10
 encr $encr
 hash $hash
 authentication pre-share
 group $group
crypto isakmp key $key address $peer
crypto ipsec transform-set T $transform
crypto map M 10 ipsec-isakmp
 set peer $peer
 set transform-set T
$entry
 match address VPN
interface FastEthernet0/1
 ip address $own 255.255.255.252
$interface
 crypto map M
interface FastEthernet1/0
 ip address $net.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 $isp
ip access-list extended VPN
$(sed "s/NET/$net/g; s/FAR/$far/g" <<<"${lines:- permit ip NET.0 0.0.0.255 FAR.0 0.0.0.255}")
END
}

up_start() { # SITE [OPTIONS]
  local site=$1
  shift
  [ -e "$work/$site.cfg" ] && [ -n "${keep_config:-}" ] || router "$site" >"$work/$site.cfg"
  rm -f "$work/$site.sock"
  ip netns exec "$lab-$site" "$cryptomap" up "$work/$site.cfg" --status "$work/$site.sock" "$@" \
    >"$work/$site.log" 2>&1 &
  eval "up_pid_$site=$!"
  keep_pid $!
  wait_for 20 grep -qs 'ready:' "$work/$site.log" || { cat "$work/$site.log"; return 1; }
}

# What ends in any other way than it should is a failure of the test, a sanitizer's word too.
up_stop() {
  local name=up_pid_$1 code=0
  end_pid "${!name}"
  wait "${!name}" || code=$?
  [ $code -eq 0 ] && ! grep -qE 'ERROR: |runtime error' "$work/$1.log" && return
  fail "$1: ended with $code"
  tail -30 "$work/$1.log"
}

up_status() { "$cryptomap" status --socket "$work/$1.sock" --json | jq -r "$2"; }
