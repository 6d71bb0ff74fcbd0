#!/bin/sh
# The C program of the README compiles as it stands there, in C and in C++, and finds something.
set -eu
build=$1 repo=$2
work=$build/readme
mkdir -p "$work"
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$repo/README.md" >"$work/embed.c"
cp "$work/embed.c" "$work/embed.cpp"
sanitize=
nm "$build/lib/libcryptomap.a" 2>/dev/null | grep -q __asan_init && sanitize=-fsanitize=address,undefined
for compiler in "cc -std=c11 $work/embed.c" "c++ -std=c++11 $work/embed.cpp"; do
  # shellcheck disable=SC2086
  $compiler -Wall -Wextra -Werror $sanitize -I"$repo/include" -o "$work/embed" \
    "$build/lib/libcryptomap.a" $(pkg-config --libs jansson)
  "$work/embed" >"$work/said"
  grep -q '^3:7: .*\[' "$work/said" || {
    cat "$work/said"
    exit 1
  }
done
