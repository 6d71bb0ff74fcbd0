#!/bin/sh
# What show --tunnels and negotiate print for the examples, to the letter. REGEN=1 shows each
# difference and then writes the goldens anew.
cryptomap=$1/bin/cryptomap repo=$2
cd "$repo/examples" || exit 2
out=$(mktemp)
trap 'rm -f "$out"' EXIT
passed=0 failed=0

# GOLDEN COMMAND OPTIONS…
golden() {
  file=$1
  shift
  "$cryptomap" "$@" >"$out" 2>&1
  if [ -e "$file" ] && diff -u "$file" "$out"; then
    passed=$((passed + 1))
  elif [ -n "${REGEN:-}" ]; then
    cp "$out" "$file"
  else
    echo "$file differs (REGEN=1 sh $0 BUILD REPO writes it anew)"
    failed=$((failed + 1))
  fi
}

golden site-b.tunnels show --tunnels site-b.cfg
golden site-b.negotiate negotiate --far linksys-wag54g site-b.cfg
golden site-b.matrix negotiate --far linksys-wag54g --matrix site-b.cfg

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ -z "${REGEN:-}" ]
