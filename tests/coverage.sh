#!/bin/sh
# What the committed fuzz corpus alone reaches: lines of the engine and of the cipher box, by
# clang's source coverage. Fails below 85 %.
#
#   sh tests/coverage.sh            the table, a line per room
#   sh tests/coverage.sh --lines    and the lines that are never reached
set -u
cd "$(dirname "$0")/.." || exit 2
build=build/coverage
least=85
flags='-fprofile-instr-generate -fcoverage-mapping'

mkdir -p "$build"
{ cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang \
  -DCMAKE_CXX_COMPILER=clang++ -DCRYPTOMAP_FUZZ=ON -DCRYPTOMAP_SANITIZE=address,undefined \
  -DCMAKE_C_FLAGS="$flags" &&
  cmake --build "$build" --target fuzz_ike_input fuzz_esp_open; } >"$build.log" 2>&1 </dev/null || {
  tail -n 50 "$build.log"
  exit 2
}

status=0
# llvm-cov's COMMAND over the lines of ROOM that TARGET reached
cover() {
  command=$1 room=$2 target=$3
  shift 3
  others=$(ls lib | grep -vx "$room" | paste -sd '|')
  llvm-cov "$command" "$@" -instr-profile "$build/$target.profdata" \
    -ignore-filename-regex="/(tests|include|$others)/" "$build/bin/fuzz_$target"
}

# room, target
measure() {
  LLVM_PROFILE_FILE=$build/$2.profraw "$build/bin/fuzz_$2" -runs=0 "tests/fuzz/$2" \
    >"$build/$2.log" 2>&1 || { tail -n 20 "$build/$2.log"; status=1; }
  llvm-profdata merge -sparse "$build/$2.profraw" -o "$build/$2.profdata" || exit 2
  cover export "$1" "$2" -summary-only |
    sed 's/.*"totals"//; s/.*"lines":{"count":\([0-9]*\),"covered":\([0-9]*\).*/\2 \1/' |
    awk -v room="$1" -v target="$2" -v least=$least '{
      share = 100 * $1 / $2
      printf "lib/%-4s %5d of %5d lines, %.1f %%, from tests/fuzz/%s\n", room, $1, $2, share, target
      exit share < least
    }' || status=1
  [ "${lines:-}" != yes ] || cover show "$1" "$2" | awk '
    /^\/.*:$/ { sub(".*/lib/", "lib/"); file = $0 }
    / *[0-9]+\| +0\|/ { print file $0 }'
}

[ "${1:-}" != --lines ] || lines=yes
measure ike ike_input
measure esp esp_open
exit "$status"
