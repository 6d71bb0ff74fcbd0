#compdef cryptomap
# zsh completion for cryptomap

local -a commands common
commands=(
  'lint:report what keeps a VPN from working or from being safe'
  'explain:tell what a rule is about, with examples'
  'negotiate:play a negotiation of two ends'
  'show:print what was read'
  'complete:list the words that the router accepts at a place'
  'generate:write the far end’s settings\: linksys, swanctl, ipsec.conf or ios'
  'import:read a strongSwan gateway’s swanctl.conf and write it as an IOS router'
  'trace:follow a packet through the router, and its answer back'
  'pair:find which routers mean each other, and say which tunnels come up'
  'up:be the router\: bring its tunnels up and carry their traffic'
  'status:show what a running `cryptomap up` holds, in the router’s layouts'
  'probe:ask a gateway what it would accept in phase 1'
  'help:print the help of a command'
)
common=(
  '--color=[colour the output]:when:(auto always never)'
  '(-h --help)'{-h,--help}'[print the options of the command]'
)

if (( CURRENT == 2 )); then
  _arguments \
    '(-h --help)'{-h,--help}'[print the list of commands]' \
    '(-V --version)'{-V,--version}'[print the version]' \
    '1:command:{_describe command commands}'
  return
fi

local command=$words[2]
shift words
(( CURRENT-- ))
case $command in
  lint)
    _arguments $common \
      '(-f --format)'{-f,--format=}'[how findings are written]:format:(auto text json jsonl sarif junit github gitlab gcc)' \
      '--select=[only these rules]:rules: ' \
      '--ignore=[not these rules]:rules: ' \
      '--min-severity=[leave out what is below]:severity:(style info warning error)' \
      '--profile=[against what algorithms are judged]:profile:(current legacy cnsa)' \
      '--ios-release=[judge as a release would]:release: ' \
      '--fix[make the safe fixes in the files]' \
      '--unsafe-fixes[with --fix or --diff\: the other fixes, too]' \
      '--diff[print what --fix would change]' \
      '--baseline=[say nothing of what stands in a file]:file:_files' \
      '--write-baseline=[write all findings to a file]:file:_files' \
      '--statistics[print how often each rule was found]' \
      '--no-comments[report also what comments in the text turn off]' \
      '(--no-config)--config=[settings]:file:_files' \
      '(--config)--no-config[look for no .cryptomap.json]' \
      '--stdin-filename=[what messages call standard input]:name: ' \
      '(-j --jobs)'{-j,--jobs=}'[judge so many files at a time]:number: ' \
      '(-q --quiet)'{-q,--quiet}'[no summary, no progress]' \
      '*:file:_files'
    ;;
  explain)
    _arguments $common \
      '(-a --all)'{-a,--all}'[every rule, by family]' \
      '(-l --list)'{-l,--list}'[only ids, severities and titles]' \
      '*:rule: '
    ;;
  negotiate)
    _arguments $common \
      '--initiate[the first router starts]' \
      '(--json)--matrix[print tables of all comparisons]' \
      '(--matrix)--json[print the negotiation as JSON]' \
      '--peer=[the entry with this peer]:address:' \
      '--map=[an entry of this map]:map:' \
      '--seq=[the entry with this sequence number]:number:' \
      '--far=[a known gateway]:gateway:(linksys-wag54g linksys-befvp41 ios-default)' \
      '--offer=[phase 1 offers of the far end]:offers:' \
      '--esp=[phase 2 offers of the far end]:offers:' \
      '--lifetime=[phase 1 lifetime it offers]:seconds:' \
      '--esp-lifetime=[phase 2 lifetime it offers]:seconds:' \
      '--ios-release=[take the defaults of a release]:release:' \
      '*:file:_files'
    ;;
  show)
    _arguments $common \
      '(--json --ios)--ast[print the syntax tree]' \
      '(--ast --ios)--json[print the model as JSON]' \
      '(--ast --json)--ios[print canonical IOS]' \
      '--tunnels[print the tunnels]' \
      '--stats[count what was understood]' \
      '--secrets[print keys and passwords]' \
      '--ios-release=[take the defaults of a release]:release:' \
      '*:file:_files'
    ;;
  complete)
    _arguments $common \
      '--ios-release=[read as a release would]:release:' \
      '1:place:_files'
    ;;
  generate)
    _arguments $common \
      '--peer=[the far end at this address]:address: ' \
      '--map=[the far end of an entry of this crypto map, or of this IPsec profile]:name: ' \
      '--seq=[the entry’s sequence number]:n: ' \
      '--interface=[the tunnel interface, or the one that carries the map]:interface: ' \
      '(-o --output)'{-o,--output=}'[write the files into this directory instead of standard output]:dir:_files' \
      '--secrets[write the pre-shared key; without it a placeholder stands there]' \
      '--html[linksys\: a page that looks like the forms]' \
      '--device=[linksys\: wag54g (default), ag241, befvp41, rv042 or wrv54g]:name: ' \
      '--libreswan[ipsec.conf\: libreswan’s words where they differ from strongSwan’s]' \
      '--for-release=[ios\: the far end’s release (otherwise the same as ours)]:r: ' \
      '--ios-release=[the release of FILE’s router, if its text does not say]:r: ' \
      '*:file:_files'
    ;;
  import)
    _arguments $common \
      '--far-end[write the router that fits FILE’s gateway, instead of the gateway itself]' \
      '--secrets[write the pre-shared key; without it a placeholder stands there]' \
      '--for-release=[the release of the router that is written]:r: ' \
      '*:file:_files'
    ;;
  trace)
    _arguments $common \
      '--in=[where the packet arrives (otherwise\: the interface towards its source)]:interface: ' \
      '--to=[go on through the far router, and let the answer come from there]:file:_files' \
      '--json[the steps as JSON]' \
      '--ios-release=[the release of routers whose text does not say]:r: ' \
      '*:file:_files'
    ;;
  pair)
    _arguments $common \
      '(-f --format)'{-f,--format=}'[how findings are written\: text, json, jsonl, sarif, junit, github, gitlab or gcc]:format: ' \
      '--json[the links with their verdicts as JSON]' \
      '--graph=[a picture of the fleet instead of findings]:which:(svg dot)' \
      '(-a --all)'{-a,--all}'[list also tunnels whose other end is in none of the files]' \
      '--ios-release=[the release of routers whose text does not say]:r: ' \
      '*:file:_files'
    ;;
  up)
    _arguments $common \
      '(-i --interface)'{-i,--interface=}'[DEVICE plays the router’s interface NAME\: its address is used]:name=device: ' \
      '--peer=[only tunnels to this peer]:address: ' \
      '--initiate[call the peers at once]' \
      '--tun=[name of the TUN device (default cmap0 and on)]:name: ' \
      '--run-for=[end after this time]:seconds: ' \
      '--as-far-end[be the far end of FILE’s tunnels instead of its router]' \
      '(-d --debug)'{-d,--debug=}'[print the router’s debug lines of these facilities]:isakmp,ipsec: ' \
      '--dialect=[whose debug words\: those of 12.3 or of 15.x]:which:(12.3 15)' \
      '--log-format=[one readable line an event, or one JSON object]:which:(text json)' \
      '--key-log=[write keys into DIR as Wireshark’s tables ikev1_decryption_table and esp_sa]:dir:_files' \
      '--pcap=[capture outer and inner packets]:file:_files' \
      '--status=[socket for `cryptomap status` (default /run/cryptomap.sock)]:path:_files' \
      '(-u --user)'{-u,--user=}'[become this user after set-up]:name: ' \
      '--force-nat[claim a NAT\: ESP always in UDP]' \
      '--port=[local IKE port (default 500)]:n: ' \
      '--nat-port=[local port of NAT traversal (default 4500)]:n: ' \
      '--ios-release=[the router’s release, if its text does not say]:r: ' \
      '*:file:_files'
    ;;
  status)
    _arguments $common \
      '--socket=[the gateway’s status socket (default /run/cryptomap.sock)]:path:_files' \
      '--show=[show crypto isakmp sa, show crypto ipsec sa, show crypto session]:which:(all isakmp ipsec session)' \
      '(-d --detail)'{-d,--detail}'[the same commands with detail behind them]' \
      '--json[the gateway’s own answer]' \
      '(-w --watch)'{-w,--watch}'[once a second, until interrupted]' \
      '*:file:_files'
    ;;
  probe)
    _arguments $common \
      '--offers=[ask for these, such as aes-sha-2,3des-md5-5, or for a router’s policies]:list or file:_files' \
      '--auth=[the authentication of the offers]:which:(pre-share rsa-sig)' \
      '--each[one offer a message (default with --offers)]' \
      '--search[many offers a message, from which the gateway picks (default without)]' \
      '--aggressive[aggressive mode instead of main mode]' \
      '--identity=[who we are in aggressive mode\: address, host, user@host or group\:NAME]:name: ' \
      '--port=[the gateway’s port (default 500; 4500 has the marker of NAT traversal)]:n: ' \
      '--source=[our address]:address: ' \
      '--source-port=[our port (default\: any)]:n: ' \
      '--rate=[messages a second (default 2)]:n: ' \
      '--timeout=[how long an answer is waited for (default 3)]:seconds: ' \
      '--tries=[how often an unanswered message is sent (default 2)]:n: ' \
      '--most=[messages in all (default 400)]:n: ' \
      '--json[print the answers as JSON]' \
      '*:address: '
    ;;
  *) _arguments $common '*:file:_files' ;;
esac
