#compdef cryptomap
# zsh completion for cryptomap

local -a commands common
commands=(
  'show:print what was read'
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
  show)
    _arguments $common \
      '(--json)--ast[print the syntax tree]' \
      '(--ast)--json[print the model as JSON]' \
      '--secrets[print keys and passwords]' \
      '--ios-release=[take the defaults of a release]:release:' \
      '*:file:_files'
    ;;
  *) _arguments $common '*:file:_files' ;;
esac
