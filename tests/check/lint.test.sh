#!/bin/sh
# The command lint from outside: formats, selection, settings, comments, baselines, fixes, threads.
cryptomap=$1/bin/cryptomap repo=$2
work=$1/lint.work
unset GITHUB_ACTIONS
rm -rf "$work"
mkdir -p "$work/sub/.git" "$work/deep/er"
cd "$work" || exit 2
failed=0

# is CODE PATTERN ARGUMENT…: the exit code, and a pattern in what stdout and stderr say
is() {
  code=$1 pattern=$2
  shift 2
  said=$("$cryptomap" lint "$@" 2>&1 </dev/null)
  got=$?
  if [ "$got" -ne "$code" ] || ! printf '%s\n' "$said" | grep -q -e "$pattern"; then
    printf 'lint %s: exit code %s, wanted %s and /%s/:\n%s\n' "$*" "$got" "$code" "$pattern" "$said"
    failed=1
  fi
}
# isnot CODE PATTERN ARGUMENT…: the pattern must not be there
isnot() {
  code=$1 pattern=$2
  shift 2
  said=$("$cryptomap" lint "$@" 2>&1 </dev/null)
  got=$?
  if [ "$got" -ne "$code" ] || printf '%s\n' "$said" | grep -q -e "$pattern"; then
    printf 'lint %s: exit code %s, wanted %s and no /%s/:\n%s\n' "$*" "$got" "$code" "$pattern" "$said"
    failed=1
  fi
}

cat >weak.cfg <<'CONFIG'
crypto isakmp policy 10
 encryption 3des
 hash md5
 authentication pre-share
 group 14
crypto isakmp key thisIsVerySecret99 address 203.0.113.1
CONFIG
printf 'hostname clean\n' >clean.cfg
cp weak.cfg deep/er/inner.conf
cp weak.cfg sub/.git/hidden.cfg
printf 'not looked at\n' >sub/notes.md

# Exit codes, and what is printed where.
is 0 'nothing found in 1 file' clean.cfg
is 1 '3 warnings' weak.cfg
is 2 'No such file' missing.cfg
is 2 'matches no file' 'missing*.cfg'
is 2 'unknown option' --nonsense clean.cfg
isnot 1 thisIsVerySecret99 weak.cfg
[ "$("$cryptomap" lint -q clean.cfg 2>&1)" = '' ] || failed=1

# Selection.
is 1 weak-hash --select weak weak.cfg
isnot 1 weak-hash --select weak-cipher weak.cfg
isnot 1 weak-hash --ignore weak-hash weak.cfg
isnot 0 'weak-' --min-severity error weak.cfg
isnot 1 weak-cipher --profile legacy weak.cfg
is 1 'not in CNSA' --profile cnsa weak.cfg
is 2 "no rule or family 'weka'" --select weka weak.cfg
is 2 "no profile 'moon'" --profile moon weak.cfg
is 2 "no severity 'bad'" --min-severity bad weak.cfg
is 1 'release-refuses' --ios-release 17.12 weak.cfg

# Folders, patterns, standard input, threads.
is 1 'deep/er/inner.conf' .
isnot 1 hidden .
is 1 'in 2 files' '*.cfg'
said=$("$cryptomap" lint -q -f gcc --stdin-filename a/b.cfg - <weak.cfg)
printf '%s\n' "$said" | grep -q '^a/b.cfg:2:2: warning: ' || failed=1
for i in 1 2 3 4 5 6 7 8 9; do cp weak.cfg "deep/r$i.cfg"; done
"$cryptomap" lint -q -f jsonl deep >one.out
"$cryptomap" lint -q -f jsonl -j 4 deep >four.out
cmp one.out four.out || failed=1

# GitHub's format by itself in Actions, and only then.
GITHUB_ACTIONS=true "$cryptomap" lint weak.cfg 2>/dev/null | grep -q '^::warning file=weak.cfg,line=2,' ||
  failed=1
GITHUB_ACTIONS=true "$cryptomap" lint -f text weak.cfg 2>/dev/null | grep -q '^::' && failed=1

# Formats of programs.
for format in json gitlab sarif; do
  "$cryptomap" lint -f $format . >out.$format
  python3 -c 'import json, sys; json.load(open(sys.argv[1]))' out.$format || failed=1
  "$cryptomap" lint -f $format clean.cfg | python3 -c 'import json, sys; json.load(sys.stdin)' || failed=1
done
"$cryptomap" lint -f junit . >out.xml
python3 - <<'PYTHON' || failed=1
import xml.etree.ElementTree as tree
suites = tree.parse('out.xml').getroot()
assert suites.tag == 'testsuites'
for suite in suites:
    cases = suite.findall('testcase')
    assert len(cases) == int(suite.get('tests')) > 0
    assert len([c for c in cases if c.find('failure') is not None]) == int(suite.get('failures'))
PYTHON
python3 - "$repo/tests/check/sarif.schema.json" <<'PYTHON' || failed=1
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
log = json.load(open('out.sarif'))
jsonschema.Draft7Validator(schema).validate(log)
run = log['runs'][0]
assert run['results']
for result in run['results']:
    assert run['tool']['driver']['rules'][result['ruleIndex']]['id'] == result['ruleId']
log['runs'][0]['results'][0]['level'] = 'grave'  # the schema can say no
assert not jsonschema.Draft7Validator(schema).is_valid(log)
PYTHON

# Settings, the nearest above the file, and the command line over them.
printf '{"ignore": ["weak-hash"], "min-severity": "warning"}\n' >.cryptomap.json
isnot 1 weak-hash weak.cfg
isnot 1 weak-hash deep/er/inner.conf
is 1 weak-hash --no-config weak.cfg
printf '{"select": ["weak-hash"]}\n' >deep/.cryptomap.json
isnot 1 weak-cipher deep/er/inner.conf
is 1 weak-cipher --select weak-cipher deep/er/inner.conf
is 1 weak-cipher --config .cryptomap.json deep/er/inner.conf
printf '{"selcet": []}\n' >bad.json
is 2 'unknown setting' --config bad.json weak.cfg
printf '[]\n' >bad.json
is 2 'not an object' --config bad.json weak.cfg
printf '{\n' >bad.json
is 2 'bad.json:[0-9]' --config bad.json weak.cfg
rm .cryptomap.json deep/.cryptomap.json

# Comments: next line, block, file, remark; unused, unknown, unreadable ones are told.
sed 's/^ hash md5/! cryptomap: disable=weak-hash the far end is old\n hash md5/' weak.cfg >next.cfg
isnot 1 '\[weak-hash\]' next.cfg
is 1 '1 turned off by comments' next.cfg
is 1 '\[weak-hash\]' --no-comments next.cfg
{ echo '! cryptomap: disable-begin=weak'; cat weak.cfg; echo '! cryptomap: disable-end'; sed 's/ 10/ 20/; s/md5/sha/' weak.cfg; } >block.cfg
isnot 1 ':3:.*weak-cipher' -f gcc block.cfg
is 1 ':10:.*weak-cipher' -f gcc block.cfg
{ cat weak.cfg; echo '! cryptomap: disable-file=weak,key all of it'; } >file.cfg
is 0 'turned off' file.cfg
printf 'ip access-list extended L\n remark cryptomap: disable=acl-netmask-as-wildcard kept\n permit ip 10.0.0.0 255.0.0.0 any\n' >remark.cfg
isnot 0 acl-netmask remark.cfg
printf '! cryptomap: disable=weak-hash\nhostname x\n! cryptomap: disable=wek-hash\n! cryptomap: hide\n' >unused.cfg
is 1 'comment-unused' unused.cfg
is 1 "did you mean 'weak-hash'" unused.cfg
is 1 'comment-malformed' unused.cfg
isnot 0 'comment-unused' --select nat unused.cfg

# Baselines: what was there is known, what is new is told.
is 0 '' --write-baseline base.json weak.cfg
is 0 'known from the baseline' --baseline base.json weak.cfg
{ echo '! a line more'; cat weak.cfg; echo 'crypto isakmp policy 20'; echo ' hash md5'; } >new.cfg
mv new.cfg weak.cfg
is 1 ':9:2: warning: md5' -f gcc --baseline base.json weak.cfg
isnot 1 ':[34]:2: warning' -f gcc --baseline base.json weak.cfg
is 2 'not a baseline' --baseline bad.json weak.cfg
grep -q Secret base.json && failed=1

# Fixes: a diff changes nothing, the fixed file lints clean of what was fixed.
cp unused.cfg fix.cfg
is 1 '^-! cryptomap: disable=weak-hash$' --diff fix.cfg
cmp unused.cfg fix.cfg || failed=1
chmod 640 fix.cfg
is 1 'fixed' --fix fix.cfg
isnot 1 comment-unused fix.cfg
[ "$(stat -c %a fix.cfg)" = 640 ] || failed=1
"$cryptomap" lint --diff unused.cfg | patch -s -o patched.cfg unused.cfg - || failed=1
cmp patched.cfg fix.cfg || failed=1
sed -i 's/disable=acl-netmask-as-wildcard/nothing/' remark.cfg
isnot 0 '^+' --diff remark.cfg
is 1 '^+ permit ip 10.0.0.0 0.255.255.255 any' --diff --unsafe-fixes remark.cfg
is 0 'fixed' --fix --unsafe-fixes --select acl-netmask-as-wildcard remark.cfg
"$cryptomap" lint --fix - <unused.cfg 2>/dev/null | cmp - fix.cfg || failed=1

# Statistics.
is 1 '^ *[0-9]* *warning *weak-hash  *A hash' --statistics weak.cfg

# explain.
"$cryptomap" explain key-missing | grep -q '^## key-missing$' || failed=1
[ "$("$cryptomap" explain --all | grep -c '^## ')" -eq "$("$cryptomap" explain --list | wc -l)" ] || failed=1
"$cryptomap" explain key-mising 2>&1 | grep -q "did you mean 'key-missing'" || failed=1
"$cryptomap" explain >/dev/null 2>&1
[ $? -eq 2 ] || failed=1
exit "$failed"
