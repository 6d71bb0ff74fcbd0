#!/bin/sh
# From nothing to a first answer: install what is missing, build, judge a router's configuration.
set -eu
cd "$(dirname "$0")/.."

sh tests/install.sh build

mkdir -p build
echo "Building cryptomap (preset release) into build/release ..."
if ! { cmake --preset release -DCRYPTOMAP_TESTS=OFF &&
  cmake --build --preset release --target cryptomap_cli; } >build/release.log 2>&1 </dev/null; then
  tail -n 50 build/release.log
  echo "The build failed; the whole log is in build/release.log."
  exit 1
fi
cryptomap=build/release/bin/cryptomap

tell() {
  printf '\n'
  cat
  printf '\n'
}

# Show a command as one would type it, then what it says. Findings are no failure here.
try() {
  printf '$ cryptomap %s\n' "$*"
  status=0
  "$cryptomap" "$@" || status=$?
  [ "$status" -lt 2 ] || exit "$status"
}

tell <<END
examples/site-b.cfg is the configuration of a Cisco 3725 with seven IPsec tunnels; the far end of
one of them, 200.100.1.1, is a small Linksys gateway. What is wrong with its VPN?
END
try lint examples/site-b.cfg
tell <<END
Each finding begins with its place (file, line, column), how bad it is, one sentence, and the id of
the rule in brackets. Below stands the line itself with the words that are meant underlined, then
related lines, and a fix where there is one. The keys of the tunnels are in the file, but are shown
as *.

Severities: an "error" will not work or is refused by the router, a "warning" is likely wrong or
unsafe, "info" is worth knowing, "style" is taste. Most of what you see above is age: the router
was set up when 3DES and group 2 were good enough. The exit code was $status: 0 means nothing at
warning or above, 1 findings, 2 that something could not be read.

Every rule can tell why it is there:
END
try explain weak-group
tell <<END
Does a packet from a PC here to one behind the Linksys really go through the tunnel, and can the
answer come back? Each step names the line that decides:
END
try trace examples/site-b.cfg 192.168.100.10 172.18.30.5 tcp
tell <<END
And this is what must be typed into the Linksys, so that both ends agree:
END
try generate linksys examples/site-b.cfg --peer 200.100.1.1
tell <<END
The command is $cryptomap. Try it on a file of your own:

    $cryptomap lint FILE        what is wrong
    $cryptomap show FILE        what was understood
    $cryptomap --help           everything else
END
