#!/bin/sh
# Every console block of the README says what the command says today.
#
#     sh tests/command/readme.test.sh BUILD REPOSITORY [regen]
#
# With `regen` the blocks are written anew.
set -eu
build=$(cd "$1" && pwd)
cd "$2"
PATH=$build/bin:$PATH
export PATH NO_COLOR=1
work=$build/readme.md

block=
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '```console') block=yes ;;
    '```') block= ;;
  esac
  case $block$line in
    'yes$ '*)
      printf '%s\n' "$line"
      sh -c "${line#\$ }" </dev/null 2>&1 || :
      ;;
    'yes```console') printf '%s\n' "$line" ;;
    yes*) ;; # what it said before
    *) printf '%s\n' "$line" ;;
  esac
done <README.md >"$work"
if [ "${3:-}" = regen ]; then
  diff -u README.md "$work" || cp "$work" README.md
fi
grep -q '^\$ cryptomap lint' "$work"
diff -u README.md "$work" || {
  echo 'read the difference; then: cmake --build build/dev --target regen'
  exit 1
}
