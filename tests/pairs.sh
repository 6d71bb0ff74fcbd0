#!/bin/sh
# What `pair` says of the networks in a folder, beside what their source says.
#
#     sh tests/pairs.sh DIR [CRYPTOMAP]
#
# Each sub-folder holds the routers of one network; its NOTES, or NAME.cause beside it, has the
# source's word. Prints a table: network, verdicts, first cause, the source's word. Fails where the
# two disagree: a network that its source shows working in which nothing comes up, or a cause that
# is not said. The rows below are the causes, and the networks of which the text is not whole.
set -u
python3 - "$1" "${2:-$(dirname "$0")/../build/dev/bin/cryptomap}" <<'P'
import collections, json, pathlib, subprocess, sys

root, cryptomap = pathlib.Path(sys.argv[1]), sys.argv[2]

# network: the router at fault, and the cause that must be said of one of its tunnels
CAUSES = """
dmvpn-nhrp-auth-mismatch RT03 nhrp-key
dmvpn-tunnel-key-mismatch RT02 tunnel-key
dmvpn-ikev2-psk-mismatch-and-nhs-wrong-nbma RT03 key
dmvpn-ikev2-psk-mismatch-and-nhs-wrong-nbma RT02 no-router
dmvpn-ikev2-keyring-per-peer-only-hub RT03 no-key
dmvpn-wrong-ipsec-profile-and-default-route-missing RT03 transform
batfish-three-routers-mixed-faults r1 selectors
a-trubin_OTUS-Network-engineer_config R18 no-entry
john-clarkson_cisco-labs_112-IKEv2-playground SITE_B incomplete
"""

# network: why its text cannot show what its source saw
NOT_WHOLE = {
    "imAlanG16_05-ipsec-ikev2-route-s2s_resources": "a second router's lines follow in the same file",
    "juliocesar-ikev1": "the access lists are in another block of the article",
    "sysfuzzbunch_GNS3-Lab-GRE-over-IPsec-OSPF": "an access list is in another block of the article",
    "tekrx-hub-spoke-vti": "the hubs' keyrings are in another block of the article",
    "jwright-csr-csr-ikev2": "addresses are left to be filled in",
    "jwright-dualstack-pan": "the other ends are firewalls",
    "jwright-overlap": "interfaces are in another block of the article",
    "jwright-overlap-s2s": "interfaces are in another block of the article",
    "johnclarkson-ezvpn": "Easy VPN clients",
    "johnclarkson-v4v6-vti": "interfaces are in another block of the article",
    "john-clarkson_cisco-labs_000-Full-lab-configs-2": "no tunnel: GETVPN",
}

def pair(folder):
    files = sorted(str(p) for p in folder.iterdir() if p.suffix == ".cfg")
    done = subprocess.run([cryptomap, "pair", "--json", "--all", *files],
                          capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{folder.name}: {done.stderr}")
    return json.loads(done.stdout)["tunnels"]

def word_of(folder):
    cause = folder.with_name(folder.name + ".cause")
    if cause.exists():
        return "fault"
    notes = folder / "NOTES"
    text = notes.read_text(errors="replace") if notes.exists() else ""
    return "works" if text.startswith("source shows it working") else "-"

def is_said(links, router, cause):
    for link in links:
        names = [link[e]["router"].split(".")[0] for e in "ab" if e in link]
        if names and router in names and cause in (link["verdict"], link.get("cause")):
            return True
    return False

wanted = collections.defaultdict(list)
for row in CAUSES.split("\n"):
    if row.strip():
        network, router, cause = row.split()
        wanted[network].append((router, cause))

disagree, networks, agree = 0, 0, 0
for folder in sorted(p for p in root.iterdir() if p.is_dir()):
    links = pair(folder)
    counts = collections.Counter(l["verdict"] for l in links)
    verdict = ", ".join(f"{n} {v}" for v, n in sorted(counts.items())) or "no tunnel"
    first = next((l for l in links if l["verdict"] in ("fails", "no-entry", "one-way", "partly")), None)
    cause = f"{first.get('cause', first['verdict'])}: {first['explanation']}" if first else ""
    word = word_of(folder)
    networks += 1
    wrong = [f"{r} {c}" for r, c in wanted.get(folder.name, []) if not is_said(links, r, c)]
    up = any(l["up"] for l in links)
    if folder.name in NOT_WHOLE:
        word += f" ({NOT_WHOLE[folder.name]})"
    elif word == "works" and not up and folder.name not in wanted:
        wrong.append("nothing comes up")
    agree += word.split()[0] != "-" and not wrong and folder.name not in NOT_WHOLE
    print(f"{folder.name[:44]:44} | {verdict:34} | {cause[:90]:90} | {word}")
    for w in wrong:
        disagree += 1
        print(f"DISAGREES {folder.name}: {w}")
print(f"{networks} networks; {agree} agree with their source's word, {disagree} disagree")
sys.exit(disagree != 0)
P
