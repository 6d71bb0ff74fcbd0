# The article, live: `cryptomap up examples/site-b.cfg` and a strongSwan that plays the Linksys. The debug output holds the
# article's messages in the article's order, and both LANs reach each other.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
build=$1 repo=$2
cryptomap=$build/bin/cryptomap
. "$repo/tests/interop/lab.sh"
. "$repo/tests/interop/rows.sh"
. "$repo/tests/interop/guest.sh"

router_up() { router_start "$repo/examples/site-b.cfg"; }

# The tunnel stands: is all of the article's talk in our log?
row_up() {
  if python3 "$repo/tests/interop/sequence.py" "$repo/tests/ike/article.$role" "$work/b.log" >"$work/sequence.out"; then
    pass "the article's messages as $role: $(cat "$work/sequence.out")"
  else
    fail "the article's messages as $role"
    cat "$work/sequence.out"
  fi
}

lab_up
guest_up && guest_swan || { fail "no strongSwan in the guest"; verdict; exit; }
row_key() { defaults; key=thisisasecretpassword swan_esp_life=86400 swan_ike=3des-sha1-modp1024,des-md5-modp768,3des-sha1-modp1024,3des-md5-modp1024; }

# PFS is offered, though the router's map demands none.
row_key; role=responder swan_esp=3des-sha1-modp1024; answers "the Linksys calls"
row_key; role=initiator swan_esp=3des-sha1; calls "the router calls"
guest_down
verdict
