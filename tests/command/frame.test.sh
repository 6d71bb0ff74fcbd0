#!/bin/sh
# What every sub-command has in common: help, version, exit codes, mistakes on the command line.
cryptomap=$1/bin/cryptomap
failed=0

# is CODE PATTERN ARGUMENT…: the exit code, and a pattern in what stdout and stderr say
is() {
  code=$1 pattern=$2
  shift 2
  said=$("$cryptomap" "$@" 2>&1 </dev/null)
  got=$?
  if [ "$got" -ne "$code" ] || ! printf '%s\n' "$said" | grep -q -e "$pattern"; then
    printf 'cryptomap %s: exit code %s, wanted %s and /%s/:\n%s\n' \
      "$*" "$got" "$code" "$pattern" "$said"
    failed=1
  fi
}

is 0 '^cryptomap [0-9]*\.[0-9]*\.[0-9]*$' --version
is 0 '^cryptomap [0-9]' -V
is 0 '^usage: cryptomap COMMAND' --help
is 0 '^usage: cryptomap COMMAND' -h
is 0 '^usage: cryptomap COMMAND' help
is 0 'Exit codes: 0' --help
is 2 '^usage: cryptomap COMMAND'
is 2 'unknown option --versoin, did you mean --version?' --versoin
is 2 'unknown option --colour' --colour
is 2 'unknown option -x' -x
is 2 '[-][-]version takes no value' --version=1
is 2 "unknown command 'sow'" sow
is 2 "unknown command 'sow'" help sow

for command in $("$cryptomap" --list-options | sed 's/ .*//' | sort -u); do
  [ "$command" != cryptomap ] || continue
  is 0 "^usage: cryptomap $command" "$command" --help
  is 0 "^usage: cryptomap $command" help "$command"
  is 0 '[-][-]color auto|always|never' "$command" --help
  is 2 "cryptomap $command: unknown option --nonsense" "$command" --nonsense
  is 2 "cryptomap $command: --color takes auto|always|never, not 'red'" "$command" --color red
  is 2 "cryptomap $command: --color needs auto|always|never" "$command" --color
done
exit "$failed"
