#!/bin/sh
# Facts stand once: a neighbour's word for an algorithm, a port or a message type is spelled in
# lib/facts and nowhere else. Others name a row by our own stable name, or look it up.
cd "$2" || exit 2
words=$1/once.words
code=$1/once.code

# Of each source, the text without comments: a comment may say "esp-aes".
without_comments() {
  ${CC:-cc} -fpreprocessed -dD -E -P -x c - <"$1" 2>/dev/null
}

literals() {
  without_comments "$1" | grep -oE '"[^"\\]+"'
}

# Words that mean something else where they are used, too.
elsewhere='"critical"
"priority"
"trace"
"time"'

# Rows are named by `.name`; releases and sources of judgements are no neighbour's words; what is
# a keyword of the grammar is a word of the language.
for table in lib/facts/algorithms.c lib/facts/names.c; do
  literals "$table"
done | sort -u | grep -vE '^"([0-9].*|.{1,3})"$|^"[^"]* [^"]* ' | grep -vxF "$elsewhere" |
  grep -vxF "$(without_comments lib/facts/algorithms.c | grep -oE '\.name = "[^"]*"' |
    sed 's/.* = //')" |
  grep -vxF "$(grep -oE '"[^"]+"' grammar/ios.y | sort -u)" >"$words"
# Two tables would match each other.
[ "$(wc -l <"$words")" -gt 100 ] || {
  echo 'found hardly any word in lib/facts'
  exit 1
}

found=$(
  for file in lib/*/*.[ch] tools/*.[ch] include/cryptomap/*.h; do
    case $file in lib/facts/*) continue ;; esac
    without_comments "$file" >"$code"
    grep -oFf "$words" "$code" | sort -u | sed "s|^|$file: |"
  done
  # The grammar knows no algorithm.
  without_comments lib/facts/algorithms.c |
    grep -oE '\.(transform|esp|ah|ikev2|isakmp) = "[^" ]*[-0-9][^" ]*"' | sed 's/.* = //' |
    grep -vxE '"[0-9]+"' | sort -u >"$words"
  grep -oFf "$words" grammar/ios.y | grep -vxE '"(pre-share|rsa-sig|rsa-encr|ecdsa-sig)"' |
    sort -u | sed 's|^|grammar/ios.y: |'
)
[ -z "$found" ] || {
  printf '%s\n' "$found" 'these words stand in lib/facts'
  exit 1
}
