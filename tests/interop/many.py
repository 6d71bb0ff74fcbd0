"""The router of siteA with COUNT crypto map entries: many.py COUNT OWN PEER; the first is the real peer's."""
import sys

count, own, peer = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def dotted(n):
    return f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


out = ["version 15.2", "hostname HUB", "crypto isakmp policy 10", " encr aes", " authentication pre-share", " group 2"]
out += ["crypto isakmp key correct-horse-battery address 0.0.0.0 0.0.0.0"]
out += ["crypto ipsec transform-set T esp-aes esp-sha-hmac"]
peers = [peer] + [dotted((203 << 24) + (113 << 8) + 65536 * 4 + i) for i in range(1, count)]
for i, p in enumerate(peers):
    out += [f"crypto map M {i + 1} ipsec-isakmp", f" set peer {p}", " set transform-set T", f" match address N{i}"]
out += ["interface FastEthernet0/1", f" ip address {own} 255.255.255.252", " crypto map M"]
out += ["interface FastEthernet1/0", " ip address 172.18.30.1 255.255.255.0", "ip route 0.0.0.0 0.0.0.0 200.100.1.2"]
for i in range(count):
    far = "192.168.100.0" if i == 0 else dotted((10 << 24) + (i << 8))
    out += [f"ip access-list extended N{i}", f" permit ip 172.18.30.0 0.0.0.255 {far} 0.0.0.255"]
print("\n".join(out))
