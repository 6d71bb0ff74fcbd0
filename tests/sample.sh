#!/bin/sh
# A sample of what lint says of a folder of configurations, to be judged by a reader.
#
#   sh tests/sample.sh DIR SEED N [each] [CRYPTOMAP]
#
# Prints N findings, drawn with SEED from all findings of DIR (one draw for the same SEED and
# findings), each with the lines about it; with `each`, N of every rule that speaks. Keys are not
# printed by lint but stand in the lines: look at it where you may look at the configurations.
set -eu
dir=${1:?usage: sh tests/sample.sh DIR SEED N [each] [CRYPTOMAP]}
seed=$2 n=$3 each=
if [ "${4:-}" = each ]; then each=each; shift; fi
cryptomap=${4:-$(dirname "$0")/../build/dev/bin/cryptomap}
found=$(mktemp)
trap 'rm -f "$found"' EXIT
"$cryptomap" lint -q --no-config -f jsonl "$dir" >"$found" || [ $? = 1 ]

python3 - "$found" "$dir" "$seed" "$n" "$each" <<'PYTHON'
import collections, json, os, random, sys

found, folder, seed, n, each = sys.argv[1:]
draw = random.Random(int(seed))
rules = collections.defaultdict(list)
for line in open(found):
    finding = json.loads(line)
    rules[finding["rule"] if each else ""].append(finding)
chosen = []
for rule in sorted(rules):
    chosen += draw.sample(rules[rule], min(int(n), len(rules[rule])))

def show(finding, number, around):
    lines = open(finding["file"], encoding="latin-1").read().split("\n")
    for at in range(max(1, number - around), min(len(lines), number + around) + 1):
        print("%6d%s %s" % (at, ">" if at == number else "|", lines[at - 1].rstrip("\r")[:150]))

for i, finding in enumerate(chosen, 1):
    name = os.path.relpath(finding["file"], folder)
    print("%d. %s:%d %s: %s [%s]" % (i, name, finding["line"], finding["severity"],
        finding["message"], finding["rule"]))
    show(finding, finding["line"], 3)
    for note in finding["notes"]:
        print("    %s" % note["text"])
        if note.get("line"):
            show(finding, note["line"], 0)
    print()
PYTHON
