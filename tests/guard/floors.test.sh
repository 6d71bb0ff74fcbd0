#!/bin/sh
# Arrows point downward only: each room includes only the rooms below it, in its own wing or on
# floors 0 and 1; the command includes only public headers; libcrypto has one door.
cd "$2" || exit 2

# room: the rooms it may include besides itself
floors='
base:
facts: base
tunnel: base facts
syntax: base facts tunnel
model: base facts tunnel syntax
check: base facts tunnel syntax model
generate: base facts tunnel syntax model
crypto: base facts tunnel
esp: base facts tunnel crypto
ike: base facts tunnel crypto esp
net: base facts tunnel crypto esp ike
'
# public header: the room whose face it is; others have the name of their room
faces='
diag base
meet tunnel
document syntax
trace check
pair check
gateway net
probe ike
report check
'
# system header: the rooms that may include it
doors='
openssl crypto
uv.h net
'

may_include() {
  [ "$1" = "$2" ] || printf '%s' "$floors" | grep -qE "^$1:(.* )?$2( |\$)"
}

room_of_face() {
  room=$(printf '%s' "$faces" | sed -n "s/^$1 //p")
  printf '%s' "${room:-$1}"
}

# of FILE: what it includes, each as a room ("lib/…" and public headers) or a system header
check_file() {
  file=$1 room=$2
  sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]+)[>"].*/\1/p' "$file" |
    while read -r included; do
      case $included in
        cryptomap/*)
          target=$(room_of_face "$(basename "$included" .h)")
          [ "$room" != tools ] || continue
          may_include "$room" "$target" || echo "$file ($room) includes <$included> ($target)"
          ;;
        ios.tab.h)
          [ "$room" = syntax ] || echo "$file includes the parser's own header"
          ;;
        */*.h)
          target=${included%%/*}
          [ -d "lib/$target" ] || target=
          if [ -n "$target" ]; then
            may_include "$room" "$target" || echo "$file ($room) includes \"$included\""
          fi
          ;;
      esac
      printf '%s' "$doors" | while read -r header rooms; do
        case $header:$included in
          :*) ;;
          "$header:$header" | "$header:$header"/*)
            [ "$room" = "$rooms" ] || echo "$file includes <$included>, only lib/$rooms may"
            ;;
        esac
      done
    done
}

all() {
  for folder in lib/*/; do
    room=$(basename "$folder")
    printf '%s' "$floors" | grep -q "^$room:" || echo "lib/$room is on no floor"
    for file in "$folder"*.[ch]; do
      [ ! -e "$file" ] || check_file "$file" "$room"
    done
  done
  for file in grammar/*; do
    [ ! -e "$file" ] || check_file "$file" syntax
  done
  for file in tools/*.[ch]; do
    check_file "$file" tools
  done
  for file in include/cryptomap/*.h; do
    check_file "$file" "$(room_of_face "$(basename "$file" .h)")"
  done
  # A program that looks into a room can be written anywhere but in tools.
  grep -nE '#[[:space:]]*include[[:space:]]*"[^"]*/' tools/*.[ch]
}

found=$(all)
[ -z "$found" ] || {
  printf '%s\n' "$found"
  exit 1
}
