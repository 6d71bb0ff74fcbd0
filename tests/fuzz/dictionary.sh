#!/bin/sh
# A libFuzzer dictionary of the words in double quotes of the SOURCEs that look like keywords.
#
#     sh dictionary.sh DICTIONARY SOURCE…
set -eu
out=$1
shift
grep -oh '"[a-z0-9][a-z0-9-]*"' "$@" | sort -u >"$out"
