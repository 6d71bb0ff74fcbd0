#!/bin/sh
# Install from the distribution what is missing here: Debian 12 or later, Ubuntu 24.04 or later.
# As root, or with sudo. Without anything missing it touches neither apt nor the network.
#
#   sh tests/install.sh build       to build libraries and command
#   sh tests/install.sh test        that, and all that the tests need, real peers included
#
# This is the one list of packages of the project.
set -eu

BUILD='cmake ninja-build gcc g++ re2c bison pkg-config libjansson-dev libssl-dev libuv1-dev'
TEST='libcmocka-dev clang clang-format-14 llvm valgrind patch python3-jsonschema python3-scapy mandoc
  zsh bash'
INTEROP='strongswan-charon strongswan-swanctl libcharon-extra-plugins libstrongswan-standard-plugins
  libstrongswan-extra-plugins iproute2 iputils-ping nftables tcpdump tshark iperf3 ethtool ike-scan jq
  procps kmod libnss3 libnss3-tools libunbound8 libldns3 libevent-pthreads-2.1-7 libcurl3-nss
  libcap-ng0 libselinux1 libaudit1 dns-root-data'
# Peers that would quarrel with the packages above: unpacked beside the build, never installed.
UNPACK='user-mode-linux libreswan'

repo=$(cd "$(dirname "$0")/.." && pwd)

say() {
  printf '%s\n' "$*" >&2
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    say "install.sh: packages are missing; run as root or install sudo:" "$@"
    exit 2
  fi
}

missing() {
  for package in "$@"; do
    case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :) in
      installed) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

# A fresh machine has no package lists; an old list may name versions that are gone.
update_once() {
  [ -z "${updated:-}" ] || return 0
  as_root apt-get update -qq >&2
  updated=yes
}

# Debian starts a service as soon as it is installed: not strongSwan on a machine under test.
without_services() {
  policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  status=0
  "$@" || status=$?
  as_root rm -f "$policy"
  return "$status"
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l \
    apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

# A distribution may know a package by another name, or not at all.
known_as() {
  for package in "$@"; do
    for name in "$package" "${package}t64"; do
      case $(LC_ALL=C apt-cache policy "$name" 2>/dev/null) in
        *"Candidate: (none)"* | '') ;;
        *)
          printf '%s ' "$name"
          continue 2
          ;;
      esac
    done
    say "install.sh: this distribution has no package $package"
  done
}

install_packages() {
  wanted=$(missing "$@")
  [ -n "$wanted" ] || return 0
  command -v apt-get >/dev/null 2>&1 || {
    say "install.sh: this is not Debian or Ubuntu; please install: $wanted"
    exit 2
  }
  say "installing: $wanted"
  update_once
  # shellcheck disable=SC2086
  wanted=$(missing $(known_as $wanted))
  [ -n "$wanted" ] || return 0
  log=$(mktemp)
  # shellcheck disable=SC2086
  if ! without_services apt_install $wanted >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 2
  fi
  rm -f "$log"
}

unpack_peers() {
  for package in $UNPACK; do
    into=$repo/build/peers/$package
    [ ! -e "$into" ] || continue
    say "unpacking $package into build/peers"
    update_once
    fetch=$(mktemp -d)
    chmod 755 "$fetch"
    if (cd "$fetch" && apt-get download -qq "$package" >/dev/null 2>&1); then
      mkdir -p "$into.part"
      dpkg -x "$fetch"/*.deb "$into.part"
      mv "$into.part" "$into"
    else
      say "install.sh: this distribution has no package $package"
    fi
    rm -rf "$fetch"
  done
}

case ${1:-} in
  build)
    # shellcheck disable=SC2086
    install_packages $BUILD
    ;;
  test)
    # The sanitizers of clang are a package of their own, named after its version.
    # shellcheck disable=SC2086
    install_packages $BUILD $TEST $INTEROP
    version=$(clang -dumpversion | cut -d. -f1)
    install_packages "libclang-rt-$version-dev"
    unpack_peers
    ;;
  *)
    say 'usage: sh tests/install.sh build|test'
    exit 2
    ;;
esac
