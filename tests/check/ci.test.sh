#!/bin/sh
# What examples/ci and .pre-commit-hooks.yaml tell CI systems to run does run, with the command as
# it is built, over a repository with a bad and a good configuration.
build=$1 repo=$2
work=$build/ci.work
PATH=$build/bin:$PATH
export PATH
unset GITHUB_ACTIONS
rm -rf "$work"
mkdir -p "$work/site" "$work/.cryptomap"
cd "$work" || exit 2
printf 'crypto isakmp policy 10\n hash md5\n' >site/bad.cfg
printf 'hostname good\n' >good.cfg
cp site/bad.cfg .cryptomap/not-ours.cfg
failed=0

fail() {
  echo "$*"
  failed=1
}

# The command lines of a file that begin with `cryptomap`, behind "- " or "run: ".
commands() {
  sed -nE 's/^ *(- |run: |entry: )?(cryptomap .*)$/\2/p' "$1"
}

# pre-commit hands the files that match to the entry.
hooks=$repo/.pre-commit-hooks.yaml
pattern=$(sed -n "s/^  files: '\(.*\)'$/\1/p" "$hooks" | sort -u)
for name in a.cfg b/c.conf router-confg x.ios; do
  printf '%s\n' "$name" | grep -qE "$pattern" || fail "the hook leaves out $name"
done
printf 'readme.md\n' | grep -qE "$pattern" && fail 'the hook takes readme.md'
[ "$(grep -c '^- id: ' "$hooks")" -eq "$(commands "$hooks" | wc -l)" ] || fail 'a hook has no entry'
commands "$hooks" | while read -r entry; do
  $entry good.cfg >/dev/null 2>&1 || echo "fails on a good file: $entry"
  $entry good.cfg site/bad.cfg >/dev/null 2>&1
  [ $? -eq 1 ] || echo "does not refuse a bad file: $entry"
done >hooks.log
[ ! -s hooks.log ] || fail "$(cat hooks.log)"
grep -q 'id: cryptomap$' "$repo/examples/ci/pre-commit-config.yaml" || fail 'pre-commit-config: no hook'

# GitLab: the reports are written without failing, the last line decides.
commands "$repo/examples/ci/gitlab.yml" >gitlab.sh
[ "$(wc -l <gitlab.sh)" -eq 3 ] || fail 'gitlab.yml: not three commands'
head -n 2 gitlab.sh | sh -e 2>/dev/null || fail 'gitlab.yml: a report fails'
tail -n 1 gitlab.sh | sh -e >said 2>/dev/null
[ $? -eq 1 ] || fail 'gitlab.yml: a bad file passes'
grep -q not-ours said && fail 'the checkout of cryptomap itself is judged'
python3 - <<'PYTHON' || fail 'gitlab.yml: the reports are none'
import json
import xml.etree.ElementTree as tree
issues = json.load(open('gl-code-quality-report.json'))
assert {'description', 'check_name', 'fingerprint', 'severity', 'location'} <= set(issues[0])
assert issues[0]['location']['path'].__eq__('site/bad.cfg')
assert len({i['fingerprint'] for i in issues}) == len(issues)
assert tree.parse('cryptomap.junit.xml').getroot().find('testsuite') is not None
PYTHON
for name in gl-code-quality-report.json cryptomap.junit.xml; do
  grep -q "$name" "$repo/examples/ci/gitlab.yml" || fail "gitlab.yml: $name is no artifact"
done

# GitHub: annotations, then SARIF.
GITHUB_ACTIONS=true
export GITHUB_ACTIONS
commands "$repo/examples/ci/github.yml" >github.sh
[ "$(wc -l <github.sh)" -eq 2 ] || fail 'github.yml: not two commands'
head -n 1 github.sh | sh -e >said 2>/dev/null
[ $? -eq 1 ] || fail 'github.yml: a bad file passes'
grep -q '^::warning file=site/bad.cfg,line=2' said || fail 'github.yml: no annotation'
tail -n 1 github.sh | sh -e 2>/dev/null || fail 'github.yml: the report fails'
python3 -c 'import json; json.load(open("cryptomap.sarif"))' || fail 'github.yml: no SARIF'
exit "$failed"
