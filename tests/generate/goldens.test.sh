#!/bin/sh
# What the generators write for the examples, to the letter. REGEN=1 shows each difference and then writes
# the goldens anew.
cryptomap=$1/bin/cryptomap repo=$2
cd "$repo/examples" || exit 2
out=$(mktemp)
trap 'rm -f "$out"' EXIT
passed=0 failed=0

# GOLDEN TARGET EXAMPLE OPTIONS…
golden() {
  file=$1
  shift
  "$cryptomap" generate "$@" >"$out" 2>&1
  if [ -e "$file" ] && diff -u "$file" "$out"; then
    passed=$((passed + 1))
  elif [ -n "${REGEN:-}" ]; then
    cp "$out" "$file"
  else
    echo "$file differs (REGEN=1 sh $0 BUILD REPO writes it anew)"
    failed=$((failed + 1))
  fi
}

golden site-b.linksys linksys site-b.cfg --peer 200.100.1.1
golden site-b.linksys.html linksys site-b.cfg --peer 200.100.1.1 --html
golden site-b.swanctl swanctl site-b.cfg --peer 200.100.1.1
golden site-b.ipsec.conf ipsec.conf site-b.cfg --peer 200.100.1.1
golden site-b.libreswan.conf ipsec.conf site-b.cfg --peer 200.100.1.1 --libreswan
golden site-b.far.cfg ios site-b.cfg --peer 200.100.1.1

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ -z "${REGEN:-}" ]
