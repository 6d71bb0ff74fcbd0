# bash completion for cryptomap
_cryptomap() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words
  local common='--color --help -h'
  case $previous in
    --color)
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
      return
      ;;
    --ios-release) return ;;
  esac
  if ((COMP_CWORD == 1)); then
    words='trace import generate show help --help -h --version -V'
  else
    case ${COMP_WORDS[1]} in
      show) words="--ast --json --secrets --ios-release $common" ;;
      generate) words="$common --peer --map --seq --output --secrets --html --device --libreswan --for-release --ios-release -o" ;;
      import) words="$common --far-end --secrets --for-release" ;;
      trace) words="$common --in --to --json --ios-release" ;;
      *) words=$common ;;
    esac
  fi
  if [[ $current == -* || $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -o default -F _cryptomap cryptomap
