#!/bin/sh
# What the shared libraries export is what the public headers declare: no more, no less, once.
build=$1 repo=$2

# Each declaration with CM_API, as the compiler sees it, down to its name.
for header in "$repo"/include/cryptomap/*.h; do
  printf '#include <cryptomap/%s>\n' "$(basename "$header")"
done | ${CC:-cc} -E -P -I"$repo/include" -x c - | tr '\n' ' ' | tr ';{}' '\n\n\n' |
  grep 'visibility("default")' |
  sed -E 's/__attribute__\(\([a-z_]+(\([^()]*\))?\)\)//g; s/^[^(]*[ *]([a-z_0-9]+) *\(.*/\1/' |
  sort -u >"$build/declared.txt"

# The sanitizers of a dev build add names of their own.
for library in "$build"/lib/libcryptomap*.so; do
  nm -D --defined-only "$library" | sed 's/^[^ ]* . //' | grep -vE '^(__|_init|_fini|_end|_edata)'
done | sort >"$build/exported.txt"

failed=0
uniq -d "$build/exported.txt" | sed 's/^/exported by both libraries: /' | grep . && failed=1
sort -u "$build/exported.txt" | comm -13 "$build/declared.txt" - |
  sed 's/^/exported, not declared: /' | grep . && failed=1
sort -u "$build/exported.txt" | comm -23 "$build/declared.txt" - |
  sed 's/^/declared, not exported: /' | grep . && failed=1
[ "$(wc -l <"$build/declared.txt")" -gt 20 ] || {
  echo 'found hardly any declaration'
  failed=1
}
exit "$failed"
