#!/bin/sh
# Every id that is emitted anywhere has a row, and every row is emitted somewhere.
cryptomap=$1/bin/cryptomap
cd "$2" || exit 2
"$cryptomap" explain --list | sed 's/ .*//' >"$1/rules.rows" || exit 1
python3 - "$1/rules.rows" <<'PYTHON'
import glob, re, sys

rows = set(open(sys.argv[1]).read().split())
emitted = set()
# diag(LIST, "id", …), rule = "id" handed to it, check_say(C, "id", …) and its kind.
calls = [r'\bdiag\((?:[^",;]|"[^"]*")*?,\s*"([a-z0-9-]+)"\s*,', r'\brule = "([a-z0-9-]+)"',
         r'\bcheck_(?:say|say_as|wants)\(\s*\w+,\s*"([a-z0-9-]+)"']
said = ''
for name in sorted(n for room in ('syntax', 'model', 'tunnel', 'check') for n in glob.glob(f'lib/{room}/*.c')):
    text = open(name, encoding='utf-8').read()
    said += text
    for call in calls:
        emitted.update(re.findall(call, text))
wrong = [f'{i}: emitted, but no row says what it means' for i in sorted(emitted - rows)]
wrong += [f'{i}: has a row, but is never emitted' for i in sorted(rows)
          if said.count(f'"{i}"') < 2]
if len(rows) < 60 or len(emitted) < 60:
    wrong.append('hardly any id found: does this test still know how they are written?')
print(*wrong, sep='\n', end='\n' if wrong else '')
sys.exit(bool(wrong))
PYTHON
