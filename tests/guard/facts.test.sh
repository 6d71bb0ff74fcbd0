#!/bin/sh
# Facts about reading that others assert of IOS configurations (Batfish's and capirca's tests), in
# their numbering: each has a case in tests/model/facts.case that says it in a text of our own.
#
#   C  crypto statements        A  access lists        T  tables of names
#   G  whole files of theirs    O  object groups       X  what is not to be taken over
#                               D  NAT
#
# Not here: what is judged (tests/check), how two ends meet (tests/tunnel), which lines hide others
# (tests/facts), and C8, C15, which are their own notion or a finding.
cd "$2" || exit 2
cases=tests/model/facts.case
known="C1 C2 C3 C4 C5 C6 C7 C9 C10 C11 C12 C13 C14 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27
G1 G2 G3 A1 A11 O1 O7 D1 D6 D10 T1 T2 T3 T4 T5 X1 X2 X3 X4"
status=0
for id in $known; do
  grep -q "^== $id " $cases || { echo "$cases: no case for $id"; status=1; }
done
for id in $(sed -n 's/^== \([A-Z][0-9]*\) .*/\1/p' $cases); do
  case " $(echo $known) " in *" $id "*) ;; *) echo "$0: $id is missing"; status=1 ;; esac
done
exit $status
