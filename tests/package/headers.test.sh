#!/bin/sh
# Every public header compiles alone, as C11 and as C++11, with both compilers.
build=$1 repo=$2
failed=0
for header in "$repo"/include/cryptomap/*.h; do
  name=cryptomap/$(basename "$header")
  for compiler in 'gcc -xc -std=c11' 'g++ -xc++ -std=c++11' 'clang -xc -std=c11' \
    'clang++ -xc++ -std=c++11'; do
    # shellcheck disable=SC2086
    printf '#include <%s>\nint used = 0;\n' "$name" | $compiler -I"$repo/include" -Wall -Wextra \
      -Wpedantic -Werror -Wno-unused-function -fsyntax-only - || {
      echo "$name does not compile with $compiler"
      failed=1
    }
  done
done
[ -n "$build" ] && exit "$failed"
