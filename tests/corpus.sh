#!/bin/sh
# How well a folder of real configurations is read.
#
#     sh tests/corpus.sh DIR [BUILD]
#
# Each file goes through `show --json` and `show --stats` of the build with sanitizers
# (build/dev, or BUILD), and once more with its indentation taken away, which must give the same
# model. Prints, for each family of statements, how many lines were understood, are unknown, and
# were refused as IOS would refuse them. Fails when a run crashes, when flat text gives another
# model, or when less than 99.5 % of our families' lines that IOS takes are understood.
set -u
dir=${1:?usage: sh tests/corpus.sh DIR [BUILD]}
cryptomap=${2:-$(dirname "$0")/../build/dev}/bin/cryptomap
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
files=0

# The model without places: a flat text has other columns.
without_places() {
  python3 -c '
import json, sys
def bare(x):
    if isinstance(x, dict):
        return {k: bare(v) for k, v in x.items() if k != "at" and not k.endswith("_at")}
    return [bare(v) for v in x] if isinstance(x, list) else x
json.dump(bare(json.load(sys.stdin)), sys.stdout, indent=1)'
}

# model FILE OUT
model() {
  if ! "$cryptomap" show --json --secrets - <"$1" >"$work/model" 2>"$work/said"; then
    head -n 20 "$work/said"
    return 1
  fi
  without_places <"$work/model" >"$2"
}

find "$dir" -type f ! -name '*.cause' ! -name NOTES ! -name '*.tsv' ! -name README.md |
  sort >"$work/files"
while read -r file; do
  files=$((files + 1))
  sed 's/^[[:blank:]]*//' "$file" >"$work/flat"
  if ! model "$file" "$work/json" || ! model "$work/flat" "$work/json.flat"; then
    echo "FAILED: $file"
    failed=$((failed + 1))
    continue
  fi
  if ! cmp -s "$work/json" "$work/json.flat"; then
    echo "ANOTHER MODEL WHEN FLAT: $file"
    failed=$((failed + 1))
  fi
  "$cryptomap" show --stats "$file" >>"$work/stats" || failed=$((failed + 1))
done <"$work/files"

printf '%s files, %s failed\n\n' "$files" "$failed"
awk -v failed="$failed" '
  function share(understood, unknown) {
    return understood + unknown ? 100 * understood / (understood + unknown) : 100
  }
  function row(name, a, b, c) {
    printf "%-16s %10d %10d %10d %9.2f %%\n", name, a, b, c, share(a, b)
  }
  {
    family = $0
    sub(/ +[0-9]+ +[0-9]+ +[0-9]+$/, "", family)
    if (!(family in understood))
      order[++n] = family
    understood[family] += $(NF - 2)
    unknown[family] += $(NF - 1)
    refused[family] += $NF
  }
  END {
    printf "%-16s %10s %10s %10s %11s\n", "family", "understood", "unknown", "refused", "share"
    for (i = 1; i <= n; i++) {
      f = order[i]
      if (f == "other")
        continue
      row(f, understood[f], unknown[f], refused[f])
      a += understood[f]; b += unknown[f]; c += refused[f]
    }
    row("together", a, b, c)
    row("other", understood["other"], unknown["other"], refused["other"])
    exit failed > 0 || share(a, b) < 99.5
  }' "$work/stats"
