#!/bin/sh
# The generated far end of every static entry of a folder of configurations, and of every protected
# tunnel interface.
#
#     sh tests/mirrored.sh DIR|FILE… [-- BUILD]
#
# For each: the IOS far end that `generate` writes lints without an error, and `pair` says that the
# two come up from both sides. Entries that IOS does not use, that have no key in the text or that
# `generate` refuses with a reason are listed as such; an entry that is neither is a failure. Then
# the mirror of each mirror must be the entry again (build's test_generate_far).
set -u
build=$(dirname "$0")/../build/dev
python3 - "$build" "$@" <<'P'
import collections, json, os, pathlib, subprocess, sys, tempfile

build, args = sys.argv[1], sys.argv[2:]
if "--" in args:
    build = args[args.index("--") + 1]
    args = args[: args.index("--")]
cryptomap = f"{build}/bin/cryptomap"

def run(*command):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=120)

def files():
    for arg in map(pathlib.Path, args):
        yield from sorted(p for p in ([arg] if arg.is_file() else arg.rglob("*"))
                          if p.is_file() and p.suffix in (".cfg", ".conf", ".txt", ".ios"))

def entries(path):
    shown = run(cryptomap, "show", "--tunnels", "--json", str(path))
    if shown.returncode not in (0, 1):
        raise SystemExit(f"{path}: show: {shown.stderr}")
    return json.loads(shown.stdout)

def why_not(t):
    if t["kind"] == "manual":
        return "no IKE"
    if t["kind"] == "dynamic":
        return "takes any peer"
    if t.get("incomplete"):
        return "not in use"
    if not any(p.get("address") for p in t["peers"]):
        return "the peer's address is not in the text"
    if not t.get("local"):
        return "our address is not in the text"
    return None

def name(t):
    return t["interface"] if t["kind"] == "profile" else f"{t['map']} {t['sequence']}"

def choice(t):
    peer = next(p["address"] for p in t["peers"] if p.get("address"))
    wanted = ["--map", t["map"], "--interface", t["interface"], "--peer", peer]
    return wanted + (["--seq", str(t["sequence"])] if t["sequence"] else [])

def verdicts(path, far):
    pair = run(cryptomap, "pair", "--json", str(path), str(far))
    links = json.loads(pair.stdout)["tunnels"]
    return [l for l in links if "b" in l and far.name in (l["a"].get("file", ""), l["b"].get("file", ""))
            or any(l[e].get("file") == str(far) for e in "ab" if e in l)]

def check(path, t, work):
    far = pathlib.Path(work) / "far.cfg"
    made = run(cryptomap, "generate", "ios", str(path), "--secrets", *choice(t))
    if made.returncode == 2:
        return f"generate: {made.stderr.strip()[:300]}"
    if "error:" in made.stderr:
        refused[made.stderr.split("error:", 1)[1].strip().split("\n")[0]] += 1
        return None
    far.write_text(made.stdout)
    lint = run(cryptomap, "lint", "-q", "-f", "gcc", str(far))
    errors = [l for l in lint.stdout.splitlines() if ": error: " in l]
    if errors:
        return f"lint: {errors[0].split(': error: ', 1)[1]}"
    links = verdicts(path, far)
    up = [l for l in links if l["verdict"] == "up"]
    if not up:
        return f"pair: {[(l['verdict'], l['explanation']) for l in links] or 'no link'}"
    global came_up
    came_up += 1
    return None

came_up = failed = 0
refused, skipped = collections.Counter(), collections.Counter()
seen = []
with tempfile.TemporaryDirectory() as work:
    for path in files():
        seen.append(str(path))
        for t in entries(path):
            reason = why_not(t)
            if reason:
                skipped[reason] += 1
                continue
            wrong = check(path, t, work)
            if wrong:
                failed += 1
                print(f"FAILED {path}: {name(t)}: {wrong}")
print(f"{len(seen)} files: {came_up} far ends come up from both sides, {failed} do not")
for title, counter in (("refused", refused), ("left out", skipped)):
    for reason, n in counter.most_common():
        print(f"  {title}: {n} × {reason}")
twice = run(f"{build}/bin/test_generate_far", *seen)
print(f"mirror of the mirror: {'the same' if twice.returncode == 0 else twice.stderr[-2000:]}")
sys.exit(failed != 0 or twice.returncode != 0 or came_up == 0)
P
