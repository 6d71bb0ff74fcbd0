#!/bin/sh
# lib/check/MISTAKES.md and the rule tables agree: every mistake has rules, every rule named there
# exists, and the numbers run without a gap.
cryptomap=$1/bin/cryptomap
cd "$2" || exit 2
page=lib/check/MISTAKES.md
rules=$1/mistakes.rules
failed=0
"$cryptomap" explain --list | sed 's/ .*//' >"$rules"
[ -s "$rules" ] || exit 1

n=0
while IFS='|' read -r _ number mistake named _; do
  case $number in *[0-9]*) ;; *) continue ;; esac
  n=$((n + 1))
  [ "$((number))" -eq "$n" ] || { echo "row $n has the number $number"; failed=1; }
  [ "$named" ] || { echo "row $n names no rule: $mistake"; failed=1; }
  for rule in $(printf '%s' "$named" | tr -d '`'); do
    grep -qx -e "$rule" "$rules" || { echo "row $n: there is no rule $rule"; failed=1; }
  done
done <"$page"
[ "$n" -ge 68 ] || { echo "only $n rows"; failed=1; }
exit "$failed"
