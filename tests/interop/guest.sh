# A User-Mode Linux guest in place of siteA: a kernel with ESP of its own (IP protocol 50), which
# the machine's may lack, and in it strongSwan or libreswan as a peer for rows.sh. Sourced after it.
#
# guest_up          boots it on siteA's wan and lan; seconds
# guest CMD…        runs a command there
# guest_swan        strongSwan with kernel ESP is the peer from now on
# guest_libreswan   libreswan is
#
# The guest sees the machine's files read-only, has a /run and /tmp of its own, the lab's folder on
# /run/lab and the unpacked peers on /run/peers.

peers=$repo/build/peers
uml=$peers/user-mode-linux/usr/bin/linux.uml
g=$work/guest

guest_up() {
  local i
  mkdir -p "$g"
  for i in wan lan; do
    in_ns siteA ip addr flush dev $i
    in_ns siteA ethtool -K $i tx off tso off gso off gro off >/dev/null 2>&1 || true
  done
  in_ns hostA ethtool -K lan tx off tso off gso off gro off >/dev/null 2>&1 || true
  cat >"$g/boot.sh" <<END
ip link set lo up
ip addr add $PUB_A/30 dev vec0; ip link set vec0 up
ip addr add $LAN_A.1/24 dev vec1; ip link set vec1 up
ip route add default via $ISP_A
# Without a tunnel, what belongs in it is dropped, never sent in the clear.
ip route add unreachable $LAN_B.0/24 metric 4000
sysctl -qw net.ipv4.ip_forward=1
for dev in all default vec0 vec1; do
  sysctl -qw net.ipv4.conf.\$dev.rp_filter=0 net.ipv4.conf.\$dev.send_redirects=0
done
mkdir -p /run/modules/lib
ln -s /run/peers/user-mode-linux/usr/lib/uml/modules /run/modules/lib/modules
/sbin/modprobe -d /run/modules -qa xfrm_user af_key esp4 xfrm4_tunnel authenc echainiv seqiv cbc ecb \
  ah4 authencesn hmac des_generic gcm ghash-generic ctr sha512_generic drbg jitterentropy_rng
# Or else the kernel tries a module for every algorithm that it has ever heard of: 20 s.
echo >/proc/sys/kernel/modprobe
END
  mkfifo "$g/console"
  "${CC:-cc}" -O2 -shared -fPIC -o "$g/xstate.so" "$repo/tests/interop/uml_xstate.c" -ldl || return 1
  HOME=$g LD_PRELOAD=$g/xstate.so setsid ip netns exec "$lab-siteA" "$uml" mem=256M umid="$lab" quiet \
    root=/dev/root rootfstype=hostfs rootflags=/ ro "init=$repo/tests/interop/guest-init.sh" \
    "lab_dir=$g" "lab_peers=$peers" con=null con0=fd:0,fd:1 \
    vec0:transport=raw,ifname=wan vec1:transport=raw,ifname=lan \
    <>"$g/console" >"$g/console.log" 2>&1 &
  guest_pid=$!
  keep_pid $guest_pid
  for i in $(seq 300); do
    [ -e "$g/up" ] && break
    kill -0 "$guest_pid" 2>/dev/null || break
    sleep 0.1
  done
  [ -e "$g/up" ] || { tail -n 20 "$g/console.log" "$g/boot.log"; return 1; }
  # The neighbours still know the MAC address of what was there before.
  for i in hostA isp; do in_ns $i ip neigh flush all; done
}

guest_command=0
guest() {
  local i n
  guest_command=$((guest_command + 1))
  n=$BASHPID.$guest_command
  echo "$*" >"$g/cmd.$n"
  echo "$n" >"$g/console"
  for i in $(seq 800); do
    [ -s "$g/rc.$n" ] && break
    sleep 0.05
  done
  cat "$g/out.$n"
  return "$(cat "$g/rc.$n" 2>/dev/null || echo 124)"
}

guest_down() {
  local i
  echo off >"$g/console"
  for i in $(seq 100); do kill -0 "$guest_pid" 2>/dev/null || break; sleep 0.05; done
  end_pid "$guest_pid"
}

# Keys of the kernel's SAs, for an ESP that is neither theirs nor ours: "SPI SRC DST CIPHER KEY HASH KEY".
guest_keys() { guest ip xfrm state | python3 "$repo/tests/interop/xfrm_keys.py"; }

guest_forget() { guest "ip xfrm state flush; ip xfrm policy flush" >/dev/null; }

# --- strongSwan there -------------------------------------------------------------------------------

guest_swan() {
  plugins=${plugins/kernel-libipsec/}
  charon_conf /run/lab "" | sed 's,unix:///run/lab/vici,unix:///run/vici,' >"$g/strongswan.conf"
  guest "STRONGSWAN_CONF=/run/lab/strongswan.conf $charon >/run/lab/charon.out 2>&1 &
    for i in \$(seq 100); do [ -S /run/vici ] && break; sleep 0.1; done; [ -S /run/vici ]" || {
    cat "$g/charon.out"; return 1; }
  echo 'STRONGSWAN_CONF=/run/lab/strongswan.conf exec swanctl "$@" --uri unix:///run/vici' >"$g/swan"
  guest_swanctl="sh /run/lab/swan"
  peer_load() {
    swan_conf >"$g/a.conf"
    guest "$guest_swanctl --terminate --ike seed --force >/dev/null 2>&1
      for i in \$(seq 30); do $guest_swanctl --list-sas 2>/dev/null | grep -q '#' || break; sleep 0.1; done
      $guest_swanctl --load-all --file /run/lab/a.conf --clear" >"$work/load.log" 2>&1 || { cat "$work/load.log"; return 1; }
  }
  peer_call() { guest "$guest_swanctl --initiate --child lan --timeout 15"; }
  peer_log() { guest sync; cat "$g/charon.log"; }
  peer_end() { guest 'kill $(cat /run/charon.pid); while [ -e /run/charon.pid ]; do sleep 0.1; done'; }
}

# --- libreswan there --------------------------------------------------------------------------------

# strongSwan's words for algorithms into libreswan's.
to_libreswan() {
  sed -E 's/sha256/sha2_256/; s/sha384/sha2_384/; s/sha512/sha2_512/; s/ecp256/dh19/; s/ecp384/dh20/
    s/aes(128|256)gcm16/aes_gcm\1-null/' <<<"$1"
}

libreswan_conf() {
  local pfs_group=
  [[ $swan_esp =~ -(modp[0-9]+|ecp[0-9]+)$ ]] && pfs_group=${BASH_REMATCH[1]}
  cat <<END
config setup
    ikev1-policy=accept
    listen=$PUB_A
conn lan
    ikev2=never
    authby=secret
    aggressive=${aggressive:-no}
    ike=$(to_libreswan "$swan_ike")
    phase2=esp
    phase2alg=$(to_libreswan "${swan_esp%-"$pfs_group"}")${pfs_group:+;$(to_libreswan "$pfs_group")}
    pfs=$([ -n "$pfs_group" ] && echo yes || echo no)
    encapsulation=auto
    ikelifetime=80000s
    salifetime=3600s
    left=$PUB_A
    leftid=$PUB_A
    leftsubnet=$LAN_A.0/24
    right=$PUB_B
    rightid=$PUB_B
    rightsubnet=$LAN_B.0/24
    type=tunnel
    auto=add
END
}

guest_libreswan() {
  ipsec=/usr/libexec/ipsec
  whack="$ipsec/whack --rundir /run/pluto"
  defaults
  libreswan_conf >"$g/ipsec.conf"
  echo ": PSK \"$key\"" >"$g/ipsec.secrets"
  # pluto looks for its helpers in one place alone, and calls its updown through "ipsec".
  guest "mount --bind /run/peers/libreswan/usr/libexec /usr/libexec
    mount --bind /run/peers/libreswan/usr/sbin/ipsec /usr/sbin/ipsec
    mkdir -p /run/nss /run/pluto
    certutil -N -d sql:/run/nss --empty-password
    $ipsec/pluto --config /run/lab/ipsec.conf --nssdir /run/nss --rundir /run/pluto \
      --secretsfile /run/lab/ipsec.secrets --logfile /run/lab/pluto.log --no-dnssec
    for i in \$(seq 100); do $whack --status >/dev/null 2>&1 && break; sleep 0.1; done
    $whack --listen" >"$g/pluto.out" 2>&1
  guest "$whack --status" >/dev/null || { cat "$g/pluto.out" "$g/pluto.log"; return 1; }
  peer_load() {
    libreswan_conf >"$g/ipsec.conf"
    guest "$whack --name lan --delete >/dev/null 2>&1
      $ipsec/addconn --ctlsocket /run/pluto/pluto.ctl --config /run/lab/ipsec.conf lan" \
      >"$work/load.log" 2>&1 || { cat "$work/load.log"; return 1; }
  }
  peer_call() { guest "$whack --name lan --initiate"; }
  peer_log() { guest sync; cat "$g/pluto.log"; }
  peer_end() { guest "$whack --shutdown"; }
}
