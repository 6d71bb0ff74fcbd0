#!/bin/sh
# The man page and both completions know every sub-command and every option of the tables.
cryptomap=$1/bin/cryptomap repo=$2
man=$repo/tools/cryptomap.1
failed=0

fail() {
  echo "$*"
  failed=1
}

# The part of the man page that is about a sub-command; the top for what is common.
man_part() {
  awk -v name="$1" '
    /^\.Ss / { part = $2; next }
    /^\.Sh / && part != "" { part = $2 == "COMMANDS" ? "" : "end" }
    part == name || (part == "" && name == "cryptomap") { print }' "$man"
}

bash_offers() {
  bash -c '. "$1"; COMP_WORDS=(cryptomap $2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _cryptomap; printf "%s\n" "${COMPREPLY[@]}"' _ "$repo/tools/completions/cryptomap.bash" "$1"
}

# The branch of the zsh completion for a sub-command, and what is common to all.
zsh_part() {
  awk -v name="$1" '
    /^case / { in_case = 1 }
    !in_case { print; next }
    $1 == name ")" || $1 == name "|" || $0 ~ "^  " name "\\)" { mine = 1 }
    mine { print }
    /;;/ { mine = 0 }' "$repo/tools/completions/cryptomap.zsh"
}

"$cryptomap" --list-options | while read -r command option; do
  letters=$(printf '%s' "$option" | sed 's/^-//')
  if [ "$command" = cryptomap ]; then
    offered=$(bash_offers "$option")
  else
    offered=$(bash_offers "$command $option")
    man_part "$command" | grep -q . || echo "man page: no .Ss $command"
    bash_offers "$command" | grep -qx "$command" || echo "bash: no $command"
    grep -q "^  '$command:" "$repo/tools/completions/cryptomap.zsh" || echo "zsh: no $command"
  fi
  printf '%s\n' "$offered" | grep -qxe "$option" || echo "bash: no $option of $command"
  { man_part "$command"; man_part cryptomap; } | grep -qE -e "Fl $letters( |\$)" ||
    echo "man page: no $option of $command"
  zsh_part "$command" | grep -qE -e "[{',)]$option[],}=['[]" ||
    echo "zsh: no $option of $command"
done >"$1/described.log"
if [ -s "$1/described.log" ]; then
  sort -u "$1/described.log"
  failed=1
fi

lint=$(mandoc -T lint -W warning "$man" 2>&1) || fail "$lint"
bash -n "$repo/tools/completions/cryptomap.bash" || fail 'the bash completion does not parse'
zsh -n "$repo/tools/completions/cryptomap.zsh" || fail 'the zsh completion does not parse'
exit "$failed"
