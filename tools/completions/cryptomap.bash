# bash completion for cryptomap
_cryptomap() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words
  local common='--color --help -h'
  case $previous in
    --color)
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
      return
      ;;
  esac
  if ((COMP_CWORD == 1)); then
    words='help --help -h --version -V'
  else
    case ${COMP_WORDS[1]} in
      *) words=$common ;;
    esac
  fi
  if [[ $current == -* || $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -o default -F _cryptomap cryptomap
