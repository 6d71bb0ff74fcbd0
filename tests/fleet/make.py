#!/usr/bin/env python3
"""make.py DIRECTORY N SEED: a hub-and-spoke fleet of N routers with 1 % seeded mistakes.

Writes N files and `mistakes.txt`: the spoke and the kind of each mistake. Hubs serve up to 500 spokes each.
"""
import random
import sys

KINDS = ["key", "policy", "transform", "acl", "peer"]


def ip(n):
    return ".".join(str(n >> s & 255) for s in (24, 16, 8, 0))


def spoke_outside(i):
    return (100 << 24) + (64 << 16) + i * 4 + 1


def lan(i):
    return (10 << 24) + (i + 1) * 256


def hub_outside(h):
    return (198 << 24) + (18 << 16) + h * 4 + 1


def key(i, rng):
    return "k%08x%d" % (rng.getrandbits(32), i)


def head(name):
    return [
        "version 15.2",
        f"hostname {name}",
        "crypto isakmp policy 10",
        " encr aes 256",
        " hash sha256",
        " authentication pre-share",
        " group 14",
    ]


def entry(seq, peer, acl):
    return [
        f"crypto map VPN {seq} ipsec-isakmp",
        f" set peer {ip(peer)}",
        " set transform-set TS",
        f" match address {acl}",
    ]


def outside(address):
    return [
        "interface GigabitEthernet0/0",
        f" ip address {ip(address)} 255.255.255.252",
        " crypto map VPN",
    ]


def write_spoke(directory, i, hub, secret, hub_lan, mistake):
    name = f"SPOKE{i:05d}"
    lines = head(name)
    if mistake == "policy":
        lines[lines.index(" hash sha256")] = " hash sha512"
    secret = secret + "x" if mistake == "key" else secret
    peer = hub + 2 if mistake == "peer" else hub
    lines.append(f"crypto isakmp key {secret} address {ip(peer)}")
    cipher = "esp-3des esp-sha-hmac" if mistake == "transform" else "esp-aes 256 esp-sha256-hmac"
    lines.append(f"crypto ipsec transform-set TS {cipher}")
    lines += entry(10, peer, "HUB") + outside(spoke_outside(i))
    lines += ["interface GigabitEthernet0/1", f" ip address {ip(lan(i) + 1)} 255.255.255.0"]
    remote = hub_lan + (1 << 16) if mistake == "acl" else hub_lan
    lines += ["ip access-list extended HUB", f" permit ip {ip(lan(i))} 0.0.0.255 {ip(remote)} 0.0.255.255"]
    lines.append(f"ip route 0.0.0.0 0.0.0.0 {ip(spoke_outside(i) + 1)}")
    with open(f"{directory}/{name}.cfg", "w") as out:
        out.write("\n".join(lines) + "\nend\n")
    return name


def write_hub(directory, h, spokes, hub_lan):
    name = f"HUB{h:03d}"
    lines = head(name)
    lines += [f"crypto isakmp key {secret} address {ip(spoke_outside(i))}" for i, secret in spokes]
    lines.append("crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac")
    for n, (i, _) in enumerate(spokes):
        lines += entry(n + 1, spoke_outside(i), f"S{i}")
    lines += outside(hub_outside(h))
    lines += ["interface GigabitEthernet0/1", f" ip address {ip(hub_lan + 1)} 255.255.0.0"]
    for i, _ in spokes:
        lines += [f"ip access-list extended S{i}", f" permit ip {ip(hub_lan)} 0.0.255.255 {ip(lan(i))} 0.0.0.255"]
    lines.append(f"ip route 0.0.0.0 0.0.0.0 {ip(hub_outside(h) + 1)}")
    with open(f"{directory}/{name}.cfg", "w") as out:
        out.write("\n".join(lines) + "\nend\n")


def main():
    directory, n, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    hubs = max(1, n // 500)
    spokes = n - hubs
    wrong = set(rng.sample(range(spokes), max(5, spokes // 100)))
    served = {h: [] for h in range(hubs)}
    with open(f"{directory}/mistakes.txt", "w") as mistakes:
        for i in range(spokes):
            h = i % hubs
            secret = key(i, rng)
            kind = KINDS[i % len(KINDS)] if i in wrong else None
            hub_lan = (172 << 24) + ((16 + h) << 16)
            name = write_spoke(directory, i, hub_outside(h), secret, hub_lan, kind)
            served[h].append((i, secret))
            if kind:
                mistakes.write(f"{name} {kind}\n")
    for h in range(hubs):
        write_hub(directory, h, served[h], (172 << 24) + ((16 + h) << 16))


main()
