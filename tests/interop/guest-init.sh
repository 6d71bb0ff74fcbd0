#!/bin/sh
# init of the User-Mode Linux guest of guest.sh. Each number read on the console runs cmd.N of the lab's
# folder there; its output goes to out.N and its exit code to rc.N.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
# shellcheck disable=SC2013
for word in $(cat /proc/cmdline); do
  case $word in
    lab_dir=*) dir=${word#lab_dir=} ;;
    lab_peers=*) peers=${word#lab_peers=} ;;
  esac
done
mkdir -p /run/lab /run/peers /run/lock
mount -t hostfs -o "$dir" lab /run/lab
mount -t hostfs -o "$peers" peers /run/peers
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
stty -echo 2>/dev/null
sh /run/lab/boot.sh >/run/lab/boot.log 2>&1
echo up >/run/lab/up
while read -r n; do
  [ "$n" = off ] && break
  # What the guest writes is seen outside only after a sync.
  (
    sh "/run/lab/cmd.$n" >"/run/lab/out.$n" 2>&1 </dev/null
    echo $? >"/run/lab/code.$n"
    sync
    mv "/run/lab/code.$n" "/run/lab/rc.$n"
  ) &
done
sync
echo o >/proc/sysrq-trigger
sleep 5
