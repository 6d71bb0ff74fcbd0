#!/bin/sh
# Install into an empty prefix, move it, and build programs against it: C and C++, shared and
# static, found by pkg-config and by CMake. The prefix holds all that a package needs.
set -eu
build=$1 repo=$2
work=$build/package
prefix=$work/moved
rm -rf "$prefix" "$work/prefix" "$work/consumer"
mkdir -p "$work"

quietly() {
  if ! "$@" >"$work/log" 2>&1; then
    echo "failed: $*"
    tail -n 40 "$work/log"
    exit 1
  fi
}

# A build of its own, without sanitizers: a consumer has none.
quietly cmake -S "$repo" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=None
quietly cmake --build "$work/build"
quietly cmake --install "$work/build" --prefix "$work/prefix"
mv "$work/prefix" "$prefix"

fail() {
  echo "$*"
  exit 1
}

is() {
  [ "$2" = "$1" ] || fail "$3: wanted '$1', got '$2'"
}

# runs PROGRAM [ANSWER]: it answers, with the library of the prefix
runs() {
  is "${2:-192.0.2.1}" "$(LD_LIBRARY_PATH=$prefix/lib "$1")" "$1"
}

for file in bin/cryptomap lib/libcryptomap.a lib/libcryptomap.so lib/libcryptomap.so.0 \
  lib/pkgconfig/cryptomap.pc lib/cmake/cryptomap/cryptomapConfig.cmake \
  lib/cmake/cryptomap/cryptomapConfigVersion.cmake include/cryptomap/base.h \
  share/man/man1/cryptomap.1 share/bash-completion/completions/cryptomap \
  share/zsh/site-functions/_cryptomap lib/libcryptomap-ike.a lib/libcryptomap-ike.so.0 \
  lib/pkgconfig/cryptomap-ike.pc; do
  [ -e "$prefix/$file" ] || fail "not installed: $file"
done
for library in "$prefix"/lib/libcryptomap*.so; do
  soname=$(objdump -p "$library" | sed -n 's/ *SONAME *//p')
  is "$(basename "$library").0" "$soname" "SONAME of $library"
done
if grep -rIl "$work" "$prefix"; then
  fail 'these files know where they were built'
fi

export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
version=$("$prefix/bin/cryptomap" --version)
is "cryptomap $(pkg-config --modversion cryptomap)" "$version" 'version of the command'
here=$repo/tests/package/consumer
mkdir -p "$work/consumer"
warnings='-Wall -Wextra -Wpedantic -Werror'
# shellcheck disable=SC2046,SC2086
for wing in cryptomap cryptomap-ike; do
  out=$work/consumer/$wing
  cc -std=c11 $warnings "$here/consumer.c" -o "$out-c" $(pkg-config --cflags --libs $wing)
  c++ -std=c++11 $warnings "$here/consumer.cpp" -o "$out-cxx" $(pkg-config --cflags --libs $wing)
  runs "$out-c"
  runs "$out-cxx"
  # Only ours are static: what they stand on comes from the distribution.
  cc -std=c11 $warnings "$here/consumer.c" -o "$out-static" $(pkg-config --cflags $wing) \
    "$prefix/lib/lib$wing.a" "$prefix/lib/libcryptomap.a" \
    $(pkg-config --static --libs-only-l $wing | sed 's/-lcryptomap[^ ]*//g') -L"$prefix/none"
  objdump -p "$out-static" | grep -q 'NEEDED.*libcryptomap' && fail "$out-static is not static"
  runs "$out-static"
done

quietly cmake -S "$here" -B "$work/consumer/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
quietly cmake --build "$work/consumer/cmake"
for program in c_cryptomap c_cryptomap_static cxx_cryptomap cxx_cryptomap_static; do
  runs "$work/consumer/cmake/$program"
done
for program in engines_ike engines_ike_static; do
  runs "$work/consumer/cmake/$program" '4 SAs are up'
done
