#!/bin/sh
# The engine and the cipher box under valgrind's memcheck: no octet is used before it is written,
# none read beyond its block, none lost. In a build of its own, without sanitizers.
build=$1/memcheck
cd "$2" || exit 2
command -v valgrind >/dev/null 2>&1 || {
  echo 'valgrind is missing: sh tests/install.sh test'
  exit 1
}
programs='test_ike_failures test_ike_recorded test_esp_known test_esp_rules'

log=$build.log
# shellcheck disable=SC2086
{ cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS=-O1 \
  -DCRYPTOMAP_TESTS=ON -DCRYPTOMAP_BENCH=OFF &&
  cmake --build "$build" --target $programs; } >"$log" 2>&1 </dev/null || {
  tail -n 50 "$log"
  exit 1
}

status=0
for program in $programs; do
  # libcrypto keeps what it has loaded until the process ends: reachable is not lost
  valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect \
    "$build/bin/$program" >"$log" 2>&1 </dev/null || {
    grep -vE '^\[ +(OK|RUN)' "$log" | head -n 60
    echo "$program under valgrind: failed"
    status=1
  }
done
exit "$status"
