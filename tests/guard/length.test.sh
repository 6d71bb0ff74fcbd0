#!/bin/sh
# No function is longer than 60 lines, tables excepted.
cd "$2" || exit 2
found=$(
  # A function's brace stands alone in column one; a table's does not.
  awk '
    FNR == 1 { inside = 0 }
    /^\{/ { inside = 1; start = FNR }
    /^\}/ {
      if (inside && FNR - start > 60)
        printf "%s:%d: a function of %d lines\n", FILENAME, start, FNR - start
      inside = 0
    }' lib/*/*.c tools/*.c
)
[ -z "$found" ] || {
  printf '%s\n' "$found"
  exit 1
}
