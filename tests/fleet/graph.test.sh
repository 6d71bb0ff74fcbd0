#!/bin/sh
# The picture of a small fleet, to the letter, and as Graphviz would draw it. REGEN=1 shows each
# difference and writes the goldens anew; look at the picture then.
cryptomap=$1/bin/cryptomap repo=$2
goldens=$repo/tests/fleet
fleet=$(mktemp -d)
trap 'rm -rf "$fleet"' EXIT
mkdir "$fleet/routers"
python3 "$goldens/make.py" "$fleet/routers" 24 7 || exit 1
rm "$fleet/routers/mistakes.txt"
echo "a note among the routers" >"$fleet/routers/NOTES"
failed=0
for kind in svg dot; do
  "$cryptomap" pair --graph $kind "$fleet/routers" >"$fleet/graph.$kind"
  [ $? -eq 1 ] || { echo "exit code is not 1"; failed=1; }
  if ! diff -u "$goldens/graph.$kind" "$fleet/graph.$kind"; then
    failed=1
    [ -z "${REGEN:-}" ] || cp "$fleet/graph.$kind" "$goldens/graph.$kind"
  fi
done
exit $failed
