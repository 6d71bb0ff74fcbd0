#!/bin/sh
# What the command says of an example stands beside it: NAME.json is the model of NAME.cfg,
# NAME.lint all that is wrong with it. If the golden exists it is tested.
#     sh tests/examples/golden.test.sh BUILD REPOSITORY [regen]
# With `regen` (the target of that name) each difference is shown and the golden written anew.
build=$1
cd "$2/examples" || exit 2
said=$build/golden.said
differ=0
tested=0

# golden FILE COMMAND…: what the command says must be the file
golden() {
  file=$1
  shift
  [ -e "$file" ] || return 0
  tested=$((tested + 1))
  "$build/bin/cryptomap" "$@" >"$said" 2>&1
  diff -u "$file" "$said" && return 0
  differ=$((differ + 1))
  [ "$regen" != regen ] || cp "$said" "$file"
}

regen=${3:-}
for config in *.cfg; do
  name=${config%.cfg}
  golden "$name.json" show --json "$config"
  golden "$name.lint" lint --quiet --no-config --format text "$config"
done
[ "$tested" -gt 0 ] || exit 1
[ "$regen" = regen ] || [ "$differ" -eq 0 ] || {
  echo 'read the differences; then: cmake --build build/dev --target regen'
  exit 1
}
