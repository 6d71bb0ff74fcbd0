#compdef cryptomap
# zsh completion for cryptomap

local -a commands common
commands=(
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
  *) _arguments $common '*:file:_files' ;;
esac
