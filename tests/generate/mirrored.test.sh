#!/bin/sh
# The generated far end of every static entry of the examples.
exec sh "$2/tests/mirrored.sh" "$2/examples" -- "$1"
