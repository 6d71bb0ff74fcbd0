# bash completion for cryptomap
_cryptomap() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words
  local common='--color --help -h'
  case $previous in
    --color)
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
      return
      ;;
    --far)
      mapfile -t COMPREPLY < <(compgen -W 'linksys-wag54g linksys-befvp41 ios-default' -- "$current")
      return
      ;;
    --ios-release | --peer | --map | --seq | --offer | --esp | --lifetime | --esp-lifetime) return ;;
    -f | --format)
      mapfile -t COMPREPLY < <(compgen -W 'auto text json jsonl sarif junit github gitlab gcc' -- "$current")
      return
      ;;
    --min-severity)
      mapfile -t COMPREPLY < <(compgen -W 'style info warning error' -- "$current")
      return
      ;;
    --profile)
      mapfile -t COMPREPLY < <(compgen -W 'current legacy cnsa' -- "$current")
      return
      ;;
  esac
  if ((COMP_CWORD == 1)); then
    words='probe status up pair lint negotiate explain trace import generate show complete help --help -h --version -V'
  else
    case ${COMP_WORDS[1]} in
      lint) words="$common --format -f --select --ignore --min-severity --profile --ios-release --fix --unsafe-fixes --diff --baseline --write-baseline --statistics --no-comments --config --no-config --stdin-filename --jobs -j --quiet -q" ;;
      explain) words="$common --all -a --list -l" ;;
      negotiate)
        words="--initiate --matrix --json --peer --map --seq --far --offer --esp"
        words="$words --lifetime --esp-lifetime --ios-release $common"
        ;;
      show) words="--ast --json --ios --tunnels --stats --secrets --ios-release $common" ;;
      complete) words="--ios-release $common" ;;
      generate) words="$common --peer --map --seq --interface --output --secrets --html --device --libreswan --for-release --ios-release -o" ;;
      import) words="$common --far-end --secrets --for-release" ;;
      trace) words="$common --in --to --json --ios-release" ;;
      pair) words="$common --format --json --graph --all --ios-release -f -a" ;;
      up) words="$common --interface --peer --initiate --tun --run-for --as-far-end --debug --dialect --log-format --key-log --pcap --status --user --force-nat --port --nat-port --ios-release -i -d -u" ;;
      status) words="$common --socket --show --detail -d --json --watch -w" ;;
      probe) words="$common --offers --auth --each --search --aggressive --identity --port --source --source-port --rate --timeout --tries --most --json" ;;
      *) words=$common ;;
    esac
  fi
  if [[ ${COMP_WORDS[1]} == explain && $current != -* && $COMP_CWORD -gt 1 ]]; then
    words=$(cryptomap explain --list 2>/dev/null | sed 's/ .*//')
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  elif [[ $current == -* || $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -o default -F _cryptomap cryptomap
