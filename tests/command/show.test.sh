#!/bin/sh
# cryptomap show and complete: files, standard input, secrets, what cannot be read.
cryptomap=$1/bin/cryptomap
work=$1/show-test
failed=0
rm -rf "$work"
mkdir -p "$work/folder"
cat >"$work/a.cfg" <<END
hostname alpha
crypto isakmp policy 10
 encr 3des
crypto isakmp key s3cr3t-w0rd address 192.0.2.1
END
printf 'hostname beta\n' >"$work/b.cfg"

fail() {
  echo "$*"
  failed=1
}

# says CODE PATTERN ARGUMENT…: exit code, and a pattern in what stdout and stderr say
says() {
  code=$1 pattern=$2
  shift 2
  said=$("$cryptomap" "$@" 2>&1 <"$work/a.cfg")
  got=$?
  [ "$got" -eq "$code" ] || fail "cryptomap $*: exit code $got, wanted $code"
  printf '%s\n' "$said" | grep -q -e "$pattern" || fail "cryptomap $*: no /$pattern/ in: $said"
}

# silent WORD ARGUMENT…: the word is nowhere
silent() {
  word=$1
  shift
  ! "$cryptomap" "$@" 2>&1 <"$work/a.cfg" | grep -qF "$word" || fail "cryptomap $*: says $word"
}

says 0 '^hostname alpha$' show "$work/a.cfg"
says 0 '^hostname alpha$' show -
says 0 '^hostname beta$' show "$work/a.cfg" "$work/b.cfg"
says 0 '^ encr 3des$' show --ios "$work/a.cfg"
says 0 '^(' show --ast "$work/a.cfg"
says 0 '"alpha"' show --json -
for form in --ios --ast --json; do
  silent s3cr3t-w0rd show $form "$work/a.cfg"
  says 0 s3cr3t-w0rd show $form --secrets "$work/a.cfg"
done
says 2 'exclude each other' show --ast --json "$work/a.cfg"
says 2 'usage: cryptomap show' show
says 2 'No such file' show "$work/none.cfg"
says 2 'Is a directory' show "$work/folder"
says 2 '^hostname beta$' show "$work/none.cfg" "$work/b.cfg"
"$cryptomap" show - </dev/null >/dev/null || fail 'an empty text is no mistake'
"$cryptomap" show --json --ios-release 12.4 - <"$work/a.cfg" >/dev/null || fail 'no release'
says 0 '^crypto isakmp  *3  *0  *0$' show --stats "$work/a.cfg"

says 0 '^encryption$' complete "$work/a.cfg:3:2"
says 0 '^isakmp$' complete -:2:9
says 2 'FILE:LINE:COLUMN' complete "$work/a.cfg:3"
says 2 'FILE:LINE:COLUMN' complete "$work/a.cfg:0:1"
says 2 'No such file' complete "$work/none.cfg:1:1"
exit "$failed"
