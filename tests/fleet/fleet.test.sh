#!/bin/sh
# A generated hub-and-spoke fleet with seeded mistakes: pair finds every one of them and invents none.
# FLEET=N sets the number of routers.
cryptomap=$1/bin/cryptomap repo=$2
fleet=$(mktemp -d)
trap 'rm -rf "$fleet"' EXIT
mkdir "$fleet/routers"
python3 "$repo/tests/fleet/make.py" "$fleet/routers" "${FLEET:-1000}" 1 || exit 1
mv "$fleet/routers/mistakes.txt" "$fleet"
"$cryptomap" pair --json --all "$fleet/routers" >"$fleet/pairs.json"
[ $? -eq 1 ] || { echo "exit code is not 1"; exit 1; }
python3 - "$fleet" <<'P'
import json
import sys
fleet = sys.argv[1]
wanted = dict(line.split() for line in open(f"{fleet}/mistakes.txt"))
causes = {"key": "key", "policy": "policy", "transform": "transform", "acl": "selectors"}
tunnels = json.load(open(f"{fleet}/pairs.json"))["tunnels"]
found, failed = {}, 0
for t in tunnels:
    spoke = next((t[e]["router"] for e in ("a", "b") if e in t and t[e]["router"].startswith("SPOKE")), None)
    if t["verdict"] != "up" and spoke:
        found.setdefault(spoke, []).append(t)
for spoke, kind in wanted.items():
    seen = found.pop(spoke, [])
    # A wrong peer address shows at both ends: nobody has it, and the hub calls in vain.
    ok = any(causes[kind] in t.get("cause", "") for t in seen) if kind in causes else bool(seen)
    if not ok:
        failed += 1
        print(f"{spoke}: {kind} was not found: {[(t['verdict'], t.get('cause')) for t in seen]}")
for spoke, seen in found.items():
    failed += 1
    print(f"{spoke}: invented {seen[0]['verdict']}: {seen[0]['explanation']}")
up = sum(t["verdict"] == "up" for t in tunnels)
print(f"{len(wanted)} mistakes, {up} tunnels up")
sys.exit(failed != 0 or up == 0)
P
